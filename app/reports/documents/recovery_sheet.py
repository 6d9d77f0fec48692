"""Fiche de secours (PRODUCT.md K3): the recovery code, what it opens, how to keep it.

No beneficiary and no fingerprint are printed: nothing here is derived from what the notebook holds.
"""

from __future__ import annotations

from app.reports.content import RecoverySheetContent
from app.reports.documents.sections import chapter, facts
from app.reports.figures import CodeGroups, FillIn, Framed, QrCode
from app.reports.fonts import REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import Part, build, frame_of
from app.reports.text import BODY, CELL, LABEL, Text
from app.rules import french

_QR_SIDE = 120.0


def render(content: RecoverySheetContent) -> bytes:
    """The PDF. It holds the secret in clear: print it, do not keep the file."""
    return build([part(content)])


def part(content: RecoverySheetContent) -> Part:
    """Frame and blocks, for counting pages."""
    return frame_of(content, "Fiche de secours", content.notebook_name, sealed=False), _blocks(content)


def _blocks(content: RecoverySheetContent) -> list[Block]:
    at = content.stamp.established_at
    blocks: list[Block] = [
        facts(
            [
                ("Carnet", content.notebook_name),
                ("Utilisé par", content.facilitator),
                ("Ordinateur", content.computer),
                ("Créée le", f"{french.format_long_date(at.date())} à {french.format_time(at)}"),
            ]
        ),
        chapter("Code de secours", [_code(content)]),
        chapter(
            "À quoi sert ce code",
            [
                Text(
                    "Il ouvre le carnet quand le mot de passe est oublié, ou quand l’ordinateur ne le retient plus. "
                    "Personne d’autre ne peut rouvrir le carnet : sans mot de passe et sans ce code, "
                    "les données sont perdues.",
                    BODY,
                    before=2,
                )
            ],
        ),
        chapter("Comment le garder", _numbered(_keep(content))),
        chapter("Comment s’en servir", _numbered(_USE)),
        _envelope(),
    ]
    return blocks


def _code(content: RecoverySheetContent) -> Block:
    groups = CodeGroups(content.code_groups)
    words = Text(
        "Les espaces, les tirets et les majuscules ne comptent pas. Le code ne contient ni I, ni L, ni O, ni U : "
        "0 est le chiffre zéro, 1 est le chiffre un.",
        LABEL,
        before=6,
    )
    code = "-".join(content.code_groups)
    qr = QrCode(code, _QR_SIDE, "Code QR du code de secours", strong=True)
    return Framed(Columns([Stack([groups, words]), qr], (3, 1), gap=10), pad=8, before=4)


def _keep(content: RecoverySheetContent) -> list[str]:
    steps = [
        "Imprimer cette fiche une seule fois, sans l’enregistrer ni l’envoyer par messagerie.",
        "La plier, la mettre sous enveloppe cachetée, signer en travers du rabat.",
        "La remettre à la direction de la structure, qui la garde dans une armoire fermée à clé.",
        "Ne jamais la ranger avec l’ordinateur, ni la photographier.",
    ]
    if content.replaces_previous:
        steps.append("Détruire la fiche précédente : son code n’ouvre plus le carnet.")
    return steps


_USE = [
    "Sur l’écran d’ouverture du carnet, choisir « Mot de passe oublié ».",
    "Saisir le code. Le code QR contient le même, pour un lecteur de codes.",
    "Choisir un nouveau mot de passe, puis imprimer une nouvelle fiche de secours.",
]


def _numbered(steps: list[str]) -> list[Block]:
    return [
        Text([(f"{number}. ", SEMIBOLD), (step, REGULAR)], BODY, before=2) for number, step in enumerate(steps, start=1)
    ]


def _envelope() -> Block:
    lines: list[Block] = [
        Text([("À recopier sur l’enveloppe", SEMIBOLD)], CELL),
        Text("« Fiche de secours du carnet de terrain — à n’ouvrir qu’en cas d’oubli du mot de passe »", BODY),
        FillIn([("Remise à", 4), ("le", 2), ("Signature", 3)], before=6, size=10),
    ]
    return Framed(Stack(lines), pad=9, before=18)
