"""The rows left aside, as a file to send back to the company: who, why, what to do (PRODUCT.md M6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.exchange.delimited import to_csv
from app.exchange.sheets import Column, Kind, Sheet
from app.hours.imports.values import ReviewRow
from app.rules.french import format_hours

_COLUMNS = (
    Column("Ligne du fichier", Kind.WHOLE),
    *(Column(title) for title in ("Nom", "Prénom", "Employeur", "Mois", "Heures", "Motif", "À faire")),
)


def leftovers(rows: Sequence[ReviewRow], suffix: str, *, author: str, made_at: dt.datetime) -> bytes:
    """A workbook for ``.xlsx``, else a CSV. What begins like a formula is made harmless by the export itself."""
    sheet = Sheet("Lignes laissées de côté", _COLUMNS, tuple(_cells(row) for row in rows))
    if suffix.lower() != ".xlsx":
        return to_csv(sheet)
    from app.exchange.workbook import to_xlsx  # 15 MB of openpyxl, which few people need

    return to_xlsx([sheet], author=author, made_at=made_at)


def _cells(row: ReviewRow) -> tuple[str | int, ...]:
    hours = row.hours_text if row.hours is None else format_hours(row.hours)
    return (row.row, row.last_name, row.first_name, row.company, row.month, hours, row.sentence, row.todo)
