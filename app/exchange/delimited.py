"""A sheet as CSV that a French spreadsheet opens by a double click: ``;``, UTF-8 with its mark, decimal comma (R8)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

from app.exchange.sheets import Kind, Sheet, Value, harmless


def to_csv(sheet: Sheet) -> bytes:
    """The file: dates 22/11/2026, hours 1534,50 without spaces, lines ended as Windows does."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in sheet.columns])
    for row in (*sheet.rows, *((sheet.totals,) if sheet.totals else ())):
        writer.writerow([_shown(column.kind, value) for column, value in zip(sheet.columns, row, strict=True)])
    return out.getvalue().encode("utf-8-sig")


def _shown(kind: Kind, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dt.datetime):
        return f"{value.astimezone():%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if kind in (Kind.HOURS, Kind.MONEY):
        return f"{Decimal(value) / 100:.2f}".replace(".", ",")
    return str(value)
