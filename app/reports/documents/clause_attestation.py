"""Attestation d’exécution de la clause: what was owed on a lot, what was done, the rate (PRODUCT.md §4.4)."""

from __future__ import annotations

from app.models.choices import SignerRole
from app.reports.content import ClauseAttestationContent, ClauseLine, CommitmentPosition, SignatureBlock
from app.reports.documents.sections import chapter, facts
from app.reports.figures import SIGNATURE_WIDTH, DottedLines, PositionBar, signature_rows
from app.reports.fonts import SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import WIDTH, Part, build, frame_of, notice
from app.reports.table import Cell, Row, Table, head
from app.reports.text import BODY, CELL, CELL_RIGHT, CELL_RIGHT_STRONG, CELL_STRONG, HEAD_RIGHT, Style, Text
from app.rules import french

TITLE = "Attestation d’exécution de la clause"


def render(content: ClauseAttestationContent) -> bytes:
    """The PDF."""
    return build([part(content)])


def part(content: ClauseAttestationContent) -> Part:
    """Frame and blocks, for counting pages or joining several documents."""
    subject = ", ".join(filter(None, (content.operation, content.lot)))
    return frame_of(content, TITLE, subject), _blocks(content)


def _blocks(content: ClauseAttestationContent) -> list[Block]:
    blocks: list[Block] = []
    if content.replaces:
        blocks.append(Text([(f"Annule et remplace l’attestation {content.replaces}.", SEMIBOLD)], BODY, after=4))
    dates = french.format_date_range(content.start_on, content.end_on) if content.start_on else ""
    blocks += [
        Text(
            f"Je soussigné(e) {content.signer}, pour {content.organisation.name}, atteste l’exécution de la clause "
            f"sociale d’insertion du lot désigné ci-dessous, à la date du {french.format_long_date(content.until)}.",
            Style(size=11, leading=15),
            before=4,
        ),
        chapter(
            "Marché",
            [
                facts(
                    [
                        ("Opération", content.operation),
                        ("Lot", french.capitalise_first(content.lot)),
                        ("Donneur d’ordre", content.buyer),
                        ("Marché", content.contract_reference),
                        ("Dates", dates),
                    ]
                )
            ],
        ),
        chapter("Engagements et réalisations", [_table(content), *_bars(content)]),
        _end(content),
    ]
    return blocks


def _table(content: ClauseAttestationContent) -> Table:
    rows = [
        Row(
            (
                Cell(f"{one.company}\n{one.role}", CELL_STRONG),
                Cell(one.objective, CELL),
                Cell(french.format_hours(one.due), CELL_RIGHT),
                Cell(french.format_hours(one.done), CELL_RIGHT_STRONG),
                Cell(french.format_percent(one.done, one.due), CELL_RIGHT_STRONG),
                Cell(one.state, CELL),
            )
        )
        for one in content.lines
    ]
    if not rows:
        rows = [Row((Cell("Aucun engagement sur ce lot.", CELL, 6),))]
    heads = [
        head(
            "Entreprise",
            "Objectif",
            Cell("Heures dues", HEAD_RIGHT),
            Cell("Heures réalisées", HEAD_RIGHT),
            Cell("Taux", HEAD_RIGHT),
            "Clause",
        )
    ]
    return Table((4, 2.6, 1.8, 2, 1.4, 2.2), rows, heads=heads, after=4)


def _bars(content: ClauseAttestationContent) -> list[Block]:
    return [PositionBar(_position(one), before=6) for one in content.lines if one.due]


def _position(line: ClauseLine) -> CommitmentPosition:
    label = line.company if not line.objective else f"{line.company}, {line.objective.lower()}"
    return CommitmentPosition(label, line.due, line.done)


def _end(content: ClauseAttestationContent) -> Block:
    people = french.plural(content.people, "personne")
    words = f"Ces heures ont été réalisées par {people} en parcours d’insertion." if content.people else ""
    signature = SignatureBlock(content.signer, SignerRole.FACILITATOR, content.organisation.name)
    left = Stack(
        [
            Text([("Observations", SEMIBOLD)], BODY),
            *(Text(one, CELL, before=3) for one in (words, *content.remarks) if one),
            DottedLines(3),
        ]
    )
    boxes = Columns([left, *signature_rows([signature])], (WIDTH - SIGNATURE_WIDTH - 18, SIGNATURE_WIDTH), gap=18)
    return Stack([boxes, *notice(content.organisation)], whole=True, before=14)
