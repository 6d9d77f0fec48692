"""Build neutral cells from what the readers find; counts cells so that no file passes the limit."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from app.hours.timesheets.cells import MAX_CELLS, MAX_TEXT, Cell, Row
from app.hours.timesheets.failures import too_large

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]")
_SPACE = re.compile(r"[\s\u00a0\u2007\u202f]")
_RUNS = re.compile(" {2,}")
_ISO_DURATION = re.compile(r"(-?)P(?:(\d{1,6})D)?T(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")
_ZERO_DAYS = (dt.date(1899, 12, 30), dt.date(1899, 12, 31), dt.date(1904, 1, 1))
_NULL_DAY = dt.datetime(1899, 12, 30)


def clean_text(raw: str) -> str:
    """NFC, one kind of space, no invisible character, no outer space.

    Three spaces or more stay three: people put them between two statements on one line.
    """
    text = raw[:MAX_TEXT]
    if text.isascii() and text.isprintable():
        if "  " not in text:
            return text.strip()
    else:
        text = unicodedata.normalize("NFC", _SPACE.sub(" ", _INVISIBLE.sub("", text)))
    text = text.strip()
    return _RUNS.sub(lambda run: "   " if len(run[0]) > 2 else " ", text) if "  " in text else text


class _Cells(dict[object, Cell | None]):
    """The cell of each value met, made once. A lookup that finds costs no line of Python."""

    def __init__(self, make: Callable[[object], Cell | None]) -> None:
        super().__init__({"": None, None: None})
        self._make = make

    def __missing__(self, value: object) -> Cell | None:
        cell = self._make(value)
        if len(self) < _KEPT:
            self[value] = cell
        return cell


_KEPT = 50_000
"""Values whose cells are kept for the next time."""


class CellBuilder:
    """Makes cells of one file; the same value makes the same cell."""

    def __init__(self) -> None:
        self._cells = _Cells(self.cell)
        self._count = 0

    def row(self, values: Iterable[object]) -> Row:
        """The cells of one row; trailing empty cells dropped. Raises when the file has too many cells."""
        listed = list(values)
        # a dictionary takes TRUE for 1 and FALSE for 0: rows that hold one of them are made value by value
        if True in listed or False in listed:
            cells: Row = [None if value == "" else self.cell(value) for value in listed]
        else:
            cells = list(map(self._cells.__getitem__, listed))
        while cells and cells[-1] is None:
            cells.pop()
        self.count(cells)
        return cells

    def count(self, cells: Sequence[Cell | None]) -> None:
        """Count the cells of a row that hold something."""
        self._count += len(cells) - cells.count(None)
        if self._count > MAX_CELLS:
            raise too_large("plus de 400 000 cellules")

    def text(self, raw: str) -> Cell | None:
        """A cell of text; ``None`` when nothing is left of it. ISO durations become seconds."""
        cleaned = clean_text(raw)
        cell = Cell(text=cleaned) if cleaned else None
        if cell is not None and cleaned[0] in "P-":
            match = _ISO_DURATION.fullmatch(cleaned)
            if match:
                days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
                total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
                cell = Cell(text=cleaned, seconds=-total if match[1] else total)
        return cell

    def cell(self, value: object) -> Cell | None:
        """A cell of any value a reader gives."""
        match value:
            case bool():
                return Cell(text="VRAI" if value else "FAUX")
            case int() | float():
                return number(float(value))
            case dt.datetime():
                return moment(value)
            case dt.date():
                return duration((value - _NULL_DAY.date()).days * 86_400) if value.year < 1905 else Cell(date=value)
            case dt.time():
                return duration(value.hour * 3600 + value.minute * 60 + value.second + (value.microsecond >= 500_000))
            case dt.timedelta():
                return duration(round(value.total_seconds()))
            case None:
                return None
            case _:
                return self.text(str(value))


def number(value: float) -> Cell:
    """A cell of a number; infinities are errors of the spreadsheet."""
    return Cell("", value) if math.isfinite(value) else Cell(error=True)


def duration(seconds: int) -> Cell:
    """A cell of a duration, to the minute when the seconds are only the noise of a fraction of a day."""
    off = seconds % 60
    if off in (1, 59):
        seconds += 1 if off == 59 else -1
    return Cell(seconds=seconds)


def moment(value: dt.datetime) -> Cell:
    """A date, or a duration when a spreadsheet shows « 31:30 » as a day of 1900 (serial below 61 or so)."""
    if value.year < 1905:
        # serials 1 to 59 are shifted by the day that 1900 did not have
        seconds = round((value - _NULL_DAY).total_seconds())
        if value.date() > _ZERO_DAYS[1] and value < dt.datetime(1900, 3, 1):
            seconds -= 86_400
        return duration(seconds)
    return Cell(date=value.date())
