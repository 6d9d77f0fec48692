"""Pieces that several documents share: chapters, facts, the eligibility table, mentions."""

from __future__ import annotations

from collections.abc import Sequence

from app.reports.content import EligibilityLine, SignatureBlock
from app.reports.fonts import REGULAR, SEMIBOLD
from app.reports.layout import Block, Stack
from app.reports.pen import Pen
from app.reports.table import Cell, Look, Row, Table, head
from app.reports.text import CELL, CELL_STRONG, HEADING, SMALL, Style, Text
from app.rules import french

FACT_LABEL = Style(size=9.5, leading=13)
FACT = Style(face=SEMIBOLD, size=10.5, leading=13)


class Heading(Text):
    """A heading with a rule under it."""

    def __init__(self, title: str) -> None:
        super().__init__(title, HEADING)

    def height(self, width: float) -> float:
        return super().height(width) + 3

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        super().draw(pen, x, top, width)
        foot = top + super().height(width) + 1
        with pen.artifact():
            pen.line((x, foot), (x + width, foot), 0.8, 0)


def chapter(title: str, blocks: Sequence[Block]) -> Stack:
    """A headed part: the heading always has something of its part under it."""
    return Stack([Heading(title), *blocks], stick=1, bookmark=title, before=10, after=4)


def facts(lines: Sequence[tuple[str, str]], label_share: float = 1.0, value_share: float = 5.2) -> Table:
    """Labels and values, one by line; a line without a value is left out."""
    rows = [Row((Cell(label, FACT_LABEL), Cell(value, FACT))) for label, value in lines if value]
    return Table((label_share, value_share), rows, look=Look(pad_x=2, pad_y=0.8, plain=True))


def eligibility_table(lines: Sequence[EligibilityLine], *, with_person: bool = False) -> Table:
    """Publics verified and proofs seen. For the organisation's own file only."""
    rows = []
    for line in lines:
        public = [(line.public_label, SEMIBOLD)]
        if line.scheme_label:
            public.append((f"\n{line.scheme_label}", REGULAR))
        proof = line.proof_label or french.DASH
        if line.seen_on:
            proof += f"\nvu le {french.format_date(line.seen_on)}"
            if line.seen_by:
                proof += f" par {line.seen_by}"
        if line.derogation:
            proof += f"\nDérogation : {line.derogation}"
        validity = f"validé le {french.format_date(line.validated_on)}" if line.validated_on else "à valider"
        if line.valid_until:
            validity += f"\njusqu’au {french.format_date(line.valid_until)}"
        person = (Cell(line.person_name, CELL_STRONG),) if with_person else ()
        rows.append(Row((*person, Cell(Text(public, CELL)), Cell(proof), Cell(validity))))
    labels = ("Public", "Justificatif vu (non conservé)", "Validité")
    if with_person:
        return Table((2.6, 3.4, 4, 2.4), rows, heads=[head("Personne", *labels)])
    return Table((3.6, 4.4, 2.6), rows, heads=[head(*labels)])


SCREEN_SIGNATURE = (
    "Signatures tracées sur écran : le tracé, l’heure et le nom du signataire sont conservés, et l’empreinte "
    "du document rend visible toute modification. Chaque partie peut demander à signer aussi un exemplaire papier."
)
"""What a signature on screen is worth, without promising more (PRODUCT.md §4.0)."""


def screen_signature_mention() -> Text:
    """The caution under signatures on screen."""
    return Text(SCREEN_SIGNATURE, SMALL, before=3)


def any_on_screen(signatures: Sequence[SignatureBlock]) -> bool:
    """Whether one of the signatures was traced on screen."""
    return any(signature.strokes and not signature.refused for signature in signatures)
