"""What the server answers when it does not do what is asked: a code of the protocol, with a sentence in French."""

from __future__ import annotations

from app.sync.protocol import REACTIONS, Code, Problem, Wipe

SENTENCES = {
    Code.BAD_CREDENTIALS: "Le nom ou le mot de passe n’est pas le bon.",
    Code.EXPIRED: "La connexion doit être renouvelée.",
    Code.SIGN_IN: "Le mot de passe est à donner de nouveau.",
    Code.DISABLED: "Ce compte est fermé. Vos saisies restent dans votre carnet.",
    Code.FORBIDDEN: "Votre compte ne donne pas accès à ces chiffres.",
    Code.REVOKED: "L’accès de ce carnet a été retiré.",
    Code.FORK: "Ce carnet semble avoir été copié\u00a0: il doit se faire connaître de nouveau.",
    Code.REBASE: "Le serveur a été restauré\u00a0: tout doit être repris.",
    Code.OFFSET: "L’envoi du fichier reprend à un autre endroit.",
    Code.TOO_LARGE: "L’envoi est trop volumineux.",
    Code.UPGRADE: "Le programme doit être mis à jour pour recevoir. Vos saisies sont toujours acceptées.",
    Code.TOO_NEW: "Le serveur doit être mis à jour pour comprendre ce programme.",
    Code.MALFORMED: "La demande n’est pas comprise.",
    Code.NOT_FOUND: "Rien à cette adresse.",
    Code.WRONG_HASH: "Le fichier reçu n’est pas celui qui était annoncé.",
    Code.SLOW_DOWN: "Trop de demandes à la fois\u00a0: attendez un instant.",
    Code.BUSY: "Le serveur est occupé\u00a0: réessayez dans un instant.",
    Code.FULL: "Le disque du serveur est plein. Vos saisies restent dans votre carnet.",
    Code.FAILED: "Le serveur n’a pas pu répondre. Vos saisies restent dans votre carnet.",
}


class Refusal(Exception):
    """Raised anywhere in the server; becomes a ``Problem`` with its status."""

    def __init__(
        self, code: Code, *, wipe: Wipe | None = None, offset: int | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.retry_after = retry_after
        self.problem = Problem(code=code, message=SENTENCES[code], wipe=wipe, offset=offset)

    @property
    def status(self) -> int:
        """HTTP status."""
        return REACTIONS[self.code][0]
