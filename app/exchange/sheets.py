"""A sheet to be exported: typed columns and raw values, before any format of file.

Hours are integer hundredths, money integer cents, dates ``dt.date``, times aware UTC; how they look is the
file's affair.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum

Value = str | int | dt.date | dt.datetime | None


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole"
    HOURS = "hours"
    """Integer hundredths of an hour."""
    MONEY = "money"
    """Integer cents."""
    DATE = "date"
    MOMENT = "moment"
    """A date and time, aware."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its French title."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to export. ``totals`` is a last line under it, out of filters; empty for none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: tuple[Value, ...] = field(default=())


_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32_000
"""Characters of a cell: a spreadsheet holds 32 767 at most."""


def harmless(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula, nor refuses.

    A text that begins like a formula (``= + - @``, a tab, a carriage return) is given an apostrophe, whatever stands
    before in blanks; control characters, which no file of a spreadsheet may hold, are left out.
    """
    kept = "".join(one for one in text if one in "\n\t\r" or ord(one) >= 32)[:LONGEST]
    return f"'{kept}" if kept.startswith(_DANGEROUS) or kept.lstrip().startswith(_DANGEROUS[:4]) else kept
