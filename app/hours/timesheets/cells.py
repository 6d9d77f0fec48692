"""The neutral value every reader of a file answers: sheets of cells, or a failure in words.

Nothing here knows what a person or a month is. Rows and columns count from 0; what is shown to people
counts from 1, as a spreadsheet does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_FILE_BYTES = 25 * 1024 * 1024
"""A month of a large company is 200 kB; above this it is not a statement."""
MAX_UNPACKED_BYTES = 250 * 1024 * 1024
"""What a workbook may weigh once unpacked."""
MAX_CELLS = 400_000
"""Cells with something in them, all sheets together."""
MAX_EXTENT = 3_000_000
"""Rows × columns of one sheet, empty ones included."""
MAX_SHEETS = 250
MAX_PAGES = 120
"""Pages of a PDF."""
MAX_TEXT = 2_000
"""Characters kept of one cell; a name has fewer than a hundred."""


class Cell(NamedTuple):
    """One cell. At most one of ``number``, ``date``, ``seconds`` is set; ``text`` is what was written.

    ``seconds`` is a duration (a cell ``[h]:mm``, a time of day, a fraction of a day shown as a time).
    ``formula`` says that a formula stands here whose value was not kept in the file.
    """

    text: str = ""
    number: float | None = None
    date: dt.date | None = None
    seconds: int | None = None
    formula: bool = False
    error: bool = False
    """The spreadsheet shows an error here (``#REF!``, ``#N/A``…)."""


Row = list[Cell | None]
"""Empty cells are ``None``; rows may be shorter than the sheet is wide."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, page set or table of a file."""

    name: str
    rows: list[Row]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """(first row, first column, last row, last column), ends included."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file could not be read: a stable code and the French sentence to show."""

    code: str
    message: str


class Unreadable(Exception):
    """Raised inside the readers, turned into a :class:`Failure` at the edge of their process."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.failure = Failure(code, message)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds. ``kind`` is the format found by content (``xlsx``, ``csv``…)."""

    kind: str
    sheets: tuple[Sheet, ...] = field(default=())
