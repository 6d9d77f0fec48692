"""« Vérifier » on paper (PRODUCT.md S7): the answer in a sentence, then the counts, one line a kind of record."""

from __future__ import annotations

from app.reports.content import VerificationContent
from app.reports.documents.sections import chapter, facts
from app.reports.layout import Block
from app.reports.page import Part, build, frame_of
from app.reports.table import Cell, Row, Table, head
from app.reports.text import BODY, CELL_RIGHT, HEAD_RIGHT, Text
from app.rules import french


def render(content: VerificationContent) -> bytes:
    """The PDF."""
    return build([part(content)])


def part(content: VerificationContent) -> Part:
    """Frame and blocks, for counting pages."""
    return frame_of(content, "Vérification de la synchronisation", content.notebook_name), _blocks(content)


def _blocks(content: VerificationContent) -> list[Block]:
    at = content.stamp.established_at
    blocks: list[Block] = [
        facts(
            [
                ("Carnet", content.notebook_name),
                ("Comparé le", f"{french.format_long_date(at.date())} à {french.format_time(at)}"),
            ]
        ),
        chapter("Résultat", [Text(content.sentence, BODY, before=2)]),
    ]
    if content.lines:
        rows = [
            Row((Cell(what), Cell(here, CELL_RIGHT), Cell(there, CELL_RIGHT), Cell(verdict)))
            for what, here, there, verdict in content.lines
        ]
        heads = [head("Fiches", Cell("Dans ce carnet", HEAD_RIGHT), Cell("Au réseau", HEAD_RIGHT), "Comparaison")]
        blocks.append(chapter("Détail", [Table((4, 2, 2, 2), rows, heads=heads, before=4)]))
    return blocks
