"""Relevé mensuel des heures (PRODUCT.md §4.3), blank or filled.

Rows are in the order of the grid on screen and bear the same numbers. Up to 22 people hold on one page: the
boxes to write in are 9 mm high and give way, never under 5 mm, when there are many people.
"""

from __future__ import annotations

import dataclasses

from reportlab.lib.units import mm

from app.models.choices import StatementState
from app.reports.content import MonthlyStatementContent, StatementLine
from app.reports.documents.sections import FACT, FACT_LABEL, chapter
from app.reports.figures import CommaBox, FillIn, PositionBar, QrCode, StampBox
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Space, Stack
from app.reports.page import WIDTH, Frame, Part, build, frame_of, notice
from app.reports.pen import INK
from app.reports.table import Cell, Look, Row, Table, head
from app.reports.text import (
    BODY,
    CELL,
    CELL_CENTRE,
    CELL_RIGHT,
    CELL_RIGHT_STRONG,
    CELL_STRONG,
    HEAD_CENTRE,
    HEAD_RIGHT,
    SMALL,
    Style,
    Text,
)
from app.rules import french

BOX = 9 * mm
"""Height of a box to write in."""
SMALLEST_BOX = 5 * mm
ONE_PAGE = 22
"""People that hold on one page."""

_CODE = Style(face=BOLD, size=13, leading=15, align="centre")
_CODE_LABEL = Style(size=9, leading=11, align="centre")
_COLUMNS = (18, 112, 78, 100, 34, 64, 46, 44)
_DEFAULT_DOCUMENTS = "bulletin de paie ou relevé de l’agence d’intérim : présenté, jamais conservé"


def render(content: MonthlyStatementContent) -> bytes:
    """The PDF."""
    return build([part(content)])


def part(content: MonthlyStatementContent) -> Part:
    """Frame and blocks, for counting pages or joining several documents."""
    month = _month(content)
    title = "Relevé mensuel des heures"
    frame = dataclasses.replace(frame_of(content, title, f"{content.company}, {month}"), gap=5, running=_loose(content))
    return frame, _fitted(content, frame)


def _month(content: MonthlyStatementContent) -> str:
    return french.format_month(f"{content.month.year:04d}-{content.month.month:02d}")


def _loose(content: MonthlyStatementContent) -> str:
    return " · ".join(filter(None, (content.paper_code, content.company, _month(content))))


def _fitted(content: MonthlyStatementContent, frame: Frame) -> list[Block]:
    """The blocks with boxes as high as the page allows."""
    blocks = _blocks(content, BOX)
    count = len(content.lines) + 1
    if content.filled or not 1 < count <= ONE_PAGE + 1:
        return blocks
    excess = Stack(blocks).height(WIDTH) - frame.first_height
    if excess <= 0:
        return blocks
    return _blocks(content, max(SMALLEST_BOX, BOX - excess / count - 0.01))


def _blocks(content: MonthlyStatementContent, box: float) -> list[Block]:
    blocks: list[Block] = [_identity(content)]
    if content.filled:
        blocks += [_filled_table(content), *_state(content), *_codes(content), *_movements_filled(content)]
        if content.positions:
            bars: list[Block] = []
            for position in content.positions:
                bars.append(PositionBar(position, before=4))
                if position.projection:
                    bars.append(Text(position.projection, BODY))
            blocks.append(chapter("Cumul et reste à réaliser", bars))
        return [*blocks, *notice(content.organisation)]
    blocks += [_blank_table(content, box), *_codes(content), _to_complete(content)]
    return blocks


# --- identity ------------------------------------------------------------------------------


def _identity(content: MonthlyStatementContent) -> Block:
    person = content.facilitator
    contact = ", ".join(filter(None, (person.name, french.format_phone(person.phone), person.email)))
    company = content.company
    if content.company_siret:
        company += f" (SIRET {french.format_siret(content.company_siret)})"
    month = french.capitalise_first(_month(content))
    if content.return_before and not content.filled:
        month += f", à retourner avant le {french.format_long_date(content.return_before)}"
    lines = [
        ("Entreprise", company),
        ("Opération" if len(content.operations) < 2 else "Opérations", "\n".join(content.operations)),
        ("Mois", month),
        ("Contact", contact),
    ]
    rows = [Row((Cell(label, FACT_LABEL), Cell(value, FACT))) for label, value in lines if value]
    table = Table((1.1, 6), rows, look=Look(pad_x=2, pad_y=0.8, plain=True))
    if not content.paper_code:
        return table
    side = 58.0
    qr = QrCode(content.paper_code, side, f"Code QR : {content.paper_code}")
    code = Stack([Space(12), Text("Code du relevé", _CODE_LABEL), Text(content.paper_code, _CODE)])
    return Columns([table, Columns([code, qr], (WIDTH * 0.3 - side - 4, side), gap=4)], (0.68, 0.32), gap=6, after=6)


# --- blank ---------------------------------------------------------------------------------


def _contract(line: StatementLine) -> str:
    if not line.lot:
        return line.contract_label
    return f"{line.contract_label}{' · ' if len(line.lot) == 1 else chr(10)}{line.lot}"  # a letter of the heading


def _dates(line: StatementLine) -> str:
    if line.start_on is None:
        return ""
    if line.end_on is None:
        return f"depuis le {french.format_date(line.start_on)}"
    return f"{french.format_date(line.start_on)} – {french.format_date(line.end_on)}"


def _blank_table(content: MonthlyStatementContent, box: float) -> Block:
    small = Style(size=9, leading=10.5)
    rows = [
        Row(
            (
                Cell(str(line.rank), CELL_CENTRE),
                Cell(line.name, CELL_STRONG),
                Cell(_contract(line), small),
                Cell(_dates(line), small),
                Cell(french.format_hours_short(line.planned_hours), CELL_RIGHT),
                Cell(CommaBox()),
                Cell(CommaBox()),
                Cell(""),
            ),
            minimum=box,
        )
        for line in content.lines
    ]
    if not rows:
        words = "Aucune personne attendue ce mois-ci. Noter les arrivées ci-dessous."
        rows = [Row((Cell(words, CELL, len(_COLUMNS)),), minimum=box)]
    totals = (
        Cell("Contrôle facilitateur", CELL_RIGHT, 2),
        Cell(CommaBox()),
        Cell("Total de l’entreprise", CELL_RIGHT_STRONG, 2),
        Cell(CommaBox()),
        Cell(CommaBox()),
        Cell(""),
    )
    rows.append(Row(totals, minimum=box, stays=True, strong_top=True))
    heads = [
        head(
            Cell("N°", HEAD_CENTRE),
            "Nom",
            "Contrat",
            "Dates",
            Cell("Prévu (h)", HEAD_RIGHT),
            Cell("Heures travaillées", HEAD_CENTRE),
            Cell("Dont formation", HEAD_CENTRE),
            Cell("Absence (code)", HEAD_CENTRE),
        )
    ]
    look = Look(pad_x=3, pad_y=1, verticals=True, outline=True, middle=True)
    return Table(_COLUMNS, rows, heads=heads, look=look, before=4, after=2)


def _codes(content: MonthlyStatementContent) -> list[Block]:
    if not content.absence_codes:
        return []
    words = " · ".join(f"{one.code} {one.label}" for one in content.absence_codes)
    return [Text([("Absences : ", SEMIBOLD), (words, REGULAR)], Style(size=9, leading=11), before=3)]


def _to_complete(content: MonthlyStatementContent) -> Block:
    """Arrivals and departures on the left, declaration and stamp on the right."""
    empty = Row((Cell(""), Cell("☐ arrivée  ☐ départ", SMALL), Cell("")), minimum=17)
    look = Look(pad_x=3, pad_y=1, verticals=True, outline=True, middle=True)
    movements = Table((3, 2.6, 1.6), [empty] * 3, heads=[head("Arrivées et départs : nom", "", "Date")], look=look)
    documents = "; ".join(content.documents_to_attach) or _DEFAULT_DOCUMENTS
    attach = Text([("À joindre : ", SEMIBOLD), (documents, REGULAR)], SMALL, before=3)
    left = Stack([movements, attach, *notice(content.organisation)])
    right = Stack(
        [
            Text([("Je certifie l’exactitude de ce relevé.", SEMIBOLD)], CELL),
            FillIn([("Nom et qualité", 1)], size=9.5, grey=INK),
            StampBox("Date, signature et cachet", before=3),
        ]
    )
    return Columns([left, right], (WIDTH - 70 * mm - 14, 70 * mm), before=6)


# --- filled --------------------------------------------------------------------------------


def _filled_table(content: MonthlyStatementContent) -> Block:
    rows: list[Row] = []
    for line in content.lines:
        rows.append(
            Row(
                (
                    Cell(str(line.rank), CELL_CENTRE),
                    Cell(line.name, CELL_STRONG),
                    Cell(_contract(line), Style(size=9, leading=11)),
                    Cell(_dates(line), Style(size=9, leading=11)),
                    Cell(french.format_hours_short(line.planned_hours), CELL_RIGHT),
                    Cell(french.format_hours(line.worked) or french.DASH, CELL_RIGHT_STRONG),
                    Cell(french.format_hours(line.training), CELL_RIGHT),
                    Cell(line.absence_code, CELL_CENTRE),
                )
            )
        )
        remarks = [_difference(line), *(f"rectifié : {one}" for one in line.rectifications)]
        remark = "\n".join(one for one in remarks if one)
        if remark:
            rows.append(Row((Cell("", CELL), Cell(remark, CELL, len(_COLUMNS) - 1)), stays=True))
    if not rows:
        rows = [Row((Cell("Aucune personne ce mois-ci.", CELL, len(_COLUMNS)),))]
    totals = (
        Cell("Total retenu", CELL_RIGHT_STRONG, 5),
        Cell(french.format_hours(content.worked_total), CELL_RIGHT_STRONG),
        Cell(french.format_hours(content.training_total or None), CELL_RIGHT_STRONG),
        Cell(""),
    )
    rows.append(Row(totals, stays=True, strong_top=True))
    heads = [
        head(
            Cell("N°", HEAD_CENTRE),
            "Nom",
            "Contrat",
            "Dates",
            Cell("Prévu (h)", HEAD_RIGHT),
            Cell("Heures retenues", HEAD_RIGHT),
            Cell("Dont formation", HEAD_RIGHT),
            Cell("Absence", HEAD_CENTRE),
        )
    ]
    look = Look(pad_x=3, pad_y=1.6)
    return Table(_COLUMNS, rows, heads=heads, look=look, before=4, after=2)


def _difference(line: StatementLine) -> str:
    if line.declared is None or line.declared == line.worked:
        return ""
    kept = french.format_hours_short(line.worked) or french.DASH
    reason = f" ({line.difference_reason})" if line.difference_reason else ""
    return f"déclaré {french.format_hours_short(line.declared)} — retenu {kept}{reason}"


def _state(content: MonthlyStatementContent) -> list[Block]:
    pieces = [("État : ", REGULAR), (content.state.label.lower(), SEMIBOLD)]
    if content.state in (StatementState.VALIDATED, StatementState.ATTESTED) and content.validated_on:
        pieces.append((f" le {french.format_long_date(content.validated_on)}", REGULAR))
        if content.validated_by:
            pieces.append((f" par {content.validated_by}", REGULAR))
    if content.rectified_on is not None:
        pieces.append((f", rectifié le {french.format_long_date(content.rectified_on)}", SEMIBOLD))
    pieces.append((".", REGULAR))
    if content.declared_total is not None:
        gap = content.declared_total - content.worked_total
        declared = french.format_hours_unit(content.declared_total)
        words = f" Total déclaré par l’entreprise : {declared}"
        words += f" (écart {french.format_hours_unit(gap)})." if gap else " (aucun écart)."
        pieces.append((words, REGULAR))
    return [Text(pieces, BODY, before=5)]


def _movements_filled(content: MonthlyStatementContent) -> list[Block]:
    if not content.movements:
        return []
    words = []
    for one in content.movements:
        verb = "arrivée" if one.arrival else "départ"
        reason = f" ({one.reason})" if one.reason else ""
        words.append(f"{one.name}, {verb} le {french.format_date(one.on)}{reason}")
    return [Text([("Arrivées et départs : ", SEMIBOLD), (" ; ".join(words), REGULAR)], CELL, before=5)]
