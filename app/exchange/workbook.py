"""Sheets as an XLSX file: typed cells, dates as dates, hours as numbers, frozen header, filters, widths (R8)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from app.exchange.sheets import Column, Kind, Sheet, Value, harmless

_FORMATS = {
    Kind.TEXT: "@",
    Kind.WHOLE: "#,##0",
    Kind.HOURS: "#,##0.00",
    Kind.MONEY: '#,##0.00 "€"',
    Kind.DATE: "dd/mm/yyyy",
    Kind.MOMENT: "dd/mm/yyyy hh:mm",
}
_A4 = 9
"""Excel's number for the paper."""
_NARROWEST, _WIDEST = 9, 60
"""Widths in characters."""


def to_xlsx(sheets: Sequence[Sheet], *, author: str, made_at: dt.datetime) -> bytes:
    """The workbook; ``made_at`` aware. Written row after row: a hundred thousand lines hold in little memory.

    A spreadsheet shows numbers and dates in the habits of its own language.
    """
    book = Workbook(write_only=True)
    book.properties.creator = harmless(author)
    book.properties.title = sheets[0].title
    book.properties.created = book.properties.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    for sheet in sheets:
        made = book.create_sheet(_tab(sheet.title))
        _fill(made, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _tab(title: str) -> str:
    """The name of a tab: at most 31 characters, none that Excel refuses."""
    return "".join("-" if one in "[]:*?/\\" else one for one in title)[:31].strip("'") or "Feuille"


def _fill(made: Any, sheet: Sheet) -> None:
    last = get_column_letter(len(sheet.columns))
    made.freeze_panes = "A2"
    made.auto_filter.ref = f"A1:{last}{len(sheet.rows) + 1}"
    made.page_setup.orientation = "landscape"
    made.page_setup.paperSize = _A4
    made.page_setup.fitToHeight = 0
    made.sheet_properties.pageSetUpPr.fitToPage = True
    made.print_title_rows = "1:1"
    for at, column in enumerate(sheet.columns):
        made.column_dimensions[get_column_letter(at + 1)].width = _width(column, [row[at] for row in sheet.rows])
    header = []
    for column in sheet.columns:
        cell = WriteOnlyCell(made, column.title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        header.append(cell)
    made.append(header)
    for row in sheet.rows:
        made.append([_cell(made, column, value) for column, value in zip(sheet.columns, row, strict=True)])
    if sheet.totals:
        cells = [_cell(made, column, value) for column, value in zip(sheet.columns, sheet.totals, strict=True)]
        for one in cells:
            if one is not None:
                one.font = Font(bold=True)
        made.append(cells)


def _cell(made: Any, column: Column, value: Value) -> Any:
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(made)
    shown = _shown(column.kind, value)
    cell.value = shown
    if isinstance(shown, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
        cell.number_format = _FORMATS[Kind.TEXT]
    else:
        cell.number_format = _FORMATS[column.kind]
    return cell


def _shown(kind: Kind, value: Value) -> str | int | Decimal | dt.date | dt.datetime:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dt.datetime):
        return value.astimezone().replace(tzinfo=None, microsecond=0)
    if isinstance(value, dt.date):
        return value
    assert value is not None
    return Decimal(value) / 100 if kind in (Kind.HOURS, Kind.MONEY) else value


def _width(column: Column, values: Sequence[Value]) -> float:
    if column.kind is not Kind.TEXT:
        longest = 17 if column.kind is Kind.MOMENT else 13
    else:
        longest = max((len(one) for one in values if isinstance(one, str)), default=0)
    title = max(len(word) for word in column.title.split())
    return min(_WIDEST, max(_NARROWEST, longest, title) + 2)
