"""What a facilitator reads when a company's file cannot be used: what it is, what to do (PRODUCT.md G3, M6)."""

from __future__ import annotations

from app.hours.timesheets.cells import Unreadable

_PASSWORD = "{what} est protégé par un mot de passe. Ouvrez-le dans {tool}, retirez la protection, et redéposez-le."

_SENTENCES = {
    "corrupt_file": (
        "Ce fichier est abîmé ou incomplet. Demandez à l’entreprise de le renvoyer, ou ouvrez-le dans votre "
        "tableur et enregistrez-le de nouveau."
    ),
    "file_too_large": (
        "Ce fichier est trop grand pour un relevé d’heures. Ne gardez que les feuilles du relevé, et redéposez-le."
    ),
    "no_table_found": (
        "Aucun tableau d’heures n’a été trouvé dans ce fichier. Vérifiez qu’il contient des noms, un mois et des "
        "heures, ou saisissez le relevé dans la grille."
    ),
    "unsupported_format": (
        "Ce fichier n’est ni un classeur, ni un fichier CSV, ni un tableau PDF. Demandez le relevé sous l’une de "
        "ces formes, ou saisissez-le dans la grille."
    ),
    "wrong_extension": (
        "Le contenu de ce fichier ne correspond pas à son nom. Demandez à l’entreprise de renvoyer le relevé."
    ),
    "formula_without_value": (
        "Des heures sont des formules dont le résultat n’est pas enregistré dans le fichier. Ouvrez-le dans votre "
        "tableur, enregistrez-le, et redéposez-le."
    ),
    "file_not_found": "Ce fichier n’existe pas, ou n’est pas accessible. Vérifiez son emplacement.",
}


def failure(code: str, message: str = "") -> Unreadable:
    """The failure of a code with its usual sentence, or a more precise one."""
    return Unreadable(code, message or _SENTENCES[code])


def password_protected(pdf: bool = False) -> Unreadable:
    """The file opens only with a password."""
    what, tool = ("Ce document PDF", "votre lecteur de PDF") if pdf else ("Ce classeur", "votre tableur")
    return Unreadable("password_protected", _PASSWORD.format(what=what, tool=tool))


def too_large(what: str) -> Unreadable:
    """A limit was reached; ``what`` says which, in French: « plus de 400 000 cellules »."""
    return Unreadable(
        "file_too_large",
        f"Ce fichier est trop grand pour un relevé d’heures ({what}). Ne gardez que les feuilles du relevé, "
        "et redéposez-le.",
    )


def scanned() -> Unreadable:
    """A PDF of images."""
    return Unreadable(
        "no_table_found",
        "Ce document PDF est une image numérisée, sans texte à lire. Saisissez le relevé dans la grille, "
        "ou demandez le fichier d’origine.",
    )


def interrupted() -> Unreadable:
    """The reader was stopped: too long, too much memory, or it fell."""
    return Unreadable(
        "corrupt_file",
        "La lecture de ce fichier s’est interrompue. Il est abîmé, ou trop compliqué. Ouvrez-le dans votre "
        "tableur, enregistrez-le de nouveau, et redéposez-le.",
    )


def not_a_table(kind: str) -> Unreadable:
    """A file of another kind, under its own name: « une image », « un document de traitement de texte »."""
    return Unreadable(
        "unsupported_format",
        f"Ce fichier est {kind}, pas un relevé que le carnet sait lire. Demandez le relevé en classeur, en CSV ou "
        "en PDF, ou saisissez-le dans la grille.",
    )


def misnamed(kind: str, extension: str) -> Unreadable:
    """A file of another kind behind the name of a table."""
    return Unreadable(
        "wrong_extension",
        f"Ce fichier porte l’extension «\u00a0.{extension}\u00a0», mais c’est {kind}. "
        "Demandez à l’entreprise de renvoyer le relevé lui-même.",
    )
