"""Bilan de fin de contrat: what was done, what was learnt, what comes next (PRODUCT.md B8). One page."""

from __future__ import annotations

from app.models.choices import Recipient
from app.reports.content import MonthCell, TrainingLine
from app.reports.documents.sections import any_on_screen, chapter, facts, screen_signature_mention
from app.reports.figures import DottedLines, Framed, HoursBar, MonthStrip, Tick, signature_rows
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import Part, build, frame_of, notice
from app.reports.person_content import ContractSummaryContent
from app.reports.table import Cell, Row, Table, head
from app.reports.text import BODY, CELL_STRONG, LABEL, Style, Text
from app.rules import french

_NAME = Style(face=BOLD, size=18, leading=22)
_SHARED = ("Accueil et intégration", "Travail réalisé", "Ponctualité et régularité", "Ce qui a été appris")
"""What the company and the person say of the contract together; written by hand."""
_STRIP = 12
"""Months told on one line."""


def render(content: ContractSummaryContent) -> bytes:
    """The PDF."""
    return build([part(content)])


def part(content: ContractSummaryContent) -> Part:
    """Frame and blocks."""
    return frame_of(content, "Bilan de fin de contrat", content.person_name), _blocks(content)


def _blocks(content: ContractSummaryContent) -> list[Block]:
    until = french.format_long_date(content.end_on) if content.end_on else "sans date de fin"
    since = (
        f"du {french.format_long_date(content.start_on)} au {until}"
        if content.end_on
        else (f"depuis le {french.format_long_date(content.start_on)}, {until}")
    )
    blocks: list[Block] = [
        Text(content.person_name, _NAME),
        Columns(
            [
                facts(
                    [
                        ("Entreprise", content.company),
                        ("Employeur", content.employer),
                        ("Opération", content.operation),
                        ("Tuteur", content.tutor),
                    ],
                    label_share=1.6,
                ),
                facts(
                    [("Poste", content.job_title), ("Contrat", content.contract_label), ("Dates", since)],
                    label_share=1.2,
                ),
            ],
            (1, 1),
            gap=16,
        ),
        chapter("Heures réalisées", _hours(content)),
        chapter("Bilan, avec la personne et l’entreprise", [_shared()]),
    ]
    if content.trainings:
        rows = [
            Row(
                (
                    Cell(one.label, CELL_STRONG),
                    Cell(one.organiser),
                    Cell(_dates(one)),
                    Cell(one.outcome),
                )
            )
            for one in content.trainings
        ]
        heads = [head("Formation", "Organisme", "Dates", "Résultat")]
        blocks.append(chapter("Formations pendant le contrat", [Table((3.4, 2.6, 3, 2.4), rows, heads=heads)]))
    if content.stamp.recipient is not Recipient.COMPANY:
        blocks.append(chapter("La suite", _next(content)))
    boxes = signature_rows(content.signatures)
    if any_on_screen(content.signatures):
        boxes.append(screen_signature_mention())
    if boxes:
        blocks.append(chapter("Signatures", boxes))
    blocks += notice(content.organisation)
    return blocks


def _hours(content: ContractSummaryContent) -> list[Block]:
    total = content.worked + content.training
    blocks: list[Block] = []
    if content.planned_hours:
        blocks.append(HoursBar(total, content.planned_hours, before=3))
    if not content.months:
        return [*blocks, Text("Aucune heure n’a été saisie pour ce contrat.", BODY)]
    cells = [MonthCell(one.month, one.worked, one.validated) for one in content.months]
    blocks += [MonthStrip(cells[at : at + _STRIP], before=4) for at in range(0, len(cells), _STRIP)]
    if content.training or not content.planned_hours:  # else the bar has said it
        said = f"Total\u00a0: {french.format_hours_unit(content.worked)} de travail"
        if content.training:
            said += f" et {french.format_hours_unit(content.training)} de formation"
        blocks.append(Text([(said, SEMIBOLD)], BODY, before=4))
    if not all(one.validated for one in content.months):
        blocks.append(Text("* heures reçues, pas encore validées", LABEL, before=2))
    return blocks


def _shared() -> Block:
    columns: list[Block] = []
    for pair in (_SHARED[:2], _SHARED[2:]):
        lines: list[Block] = []
        for words in pair:
            lines += [Text([(words, SEMIBOLD)], BODY, before=5), DottedLines(2, step=14.5)]
        columns.append(Stack(lines))
    return Columns(columns, (1, 1), gap=16)


def _next(content: ContractSummaryContent) -> list[Block]:
    if content.next_steps:
        rows = []
        for one in content.next_steps:
            when = f"avant le {french.format_date(one.due_on)}" if one.due_on else ""
            rows.append(Row((Cell(Tick()), Cell(one.text), Cell(one.owner, CELL_STRONG), Cell(when)), minimum=17))
        return [Table((0.6, 7, 2.6, 2.2), rows)]
    referent = content.referent
    whom = " · ".join(part for part in (referent.name, french.format_phone(referent.phone)) if part)
    lines = Stack([Text([("Prochaine étape", BOLD)], BODY), DottedLines(1, step=18)])
    call = Framed(Stack([Text([("La personne à appeler", REGULAR)], LABEL), Text([(whom, SEMIBOLD)], BODY)]), pad=6)
    return [Columns([lines, call], (3, 2), before=3)]


def _dates(one: TrainingLine) -> str:
    if one.start_on is None:
        return ""
    return (
        french.format_date_range(one.start_on, one.end_on) if one.end_on else f"le {french.format_date(one.start_on)}"
    )
