"""The rows left aside, as a file to send back to the company: who, why, what to do (PRODUCT.md M6).

A text that a spreadsheet would take for a formula is neutralised by an apostrophe, as every export does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from app.hours.imports.values import ReviewRow
from app.rules.french import format_hours

HEADINGS = ("Ligne du fichier", "Nom", "Prénom", "Employeur", "Mois", "Heures", "Motif", "À faire")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """The text, made harmless for a spreadsheet."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def leftovers(rows: Sequence[ReviewRow], suffix: str) -> bytes:
    """A CSV (« ; », UTF-8 with its mark) or, for ``.xlsx``, a workbook of these rows."""
    table = [HEADINGS, *(_cells(row) for row in rows)]
    return _workbook(table) if suffix.lower() == ".xlsx" else _csv(table)


def _cells(row: ReviewRow) -> tuple[str, ...]:
    hours = row.hours_text if row.hours is None else format_hours(row.hours)
    texts = (row.last_name, row.first_name, row.company, row.month, hours, row.sentence, row.todo)
    return (str(row.row), *(neutral(text) for text in texts))


def _csv(table: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(table)
    return out.getvalue().encode("utf-8-sig")


def _workbook(table: Sequence[Sequence[str]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.title = "Lignes laissées"
    for row in table:
        page.append(list(row))
    for cells in page.iter_rows():
        for cell in cells:
            cell.data_type = "s"  # never a formula, whatever it begins with
    page.freeze_panes = "A2"
    for column, width in zip("ABCDEFGH", (16, 22, 18, 26, 12, 12, 48, 48), strict=True):
        page.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
