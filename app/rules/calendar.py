"""Months, working days and due dates. A month is the text ``YYYY-MM``; dates are ``datetime.date``."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum

from app.errors import InvalidInput

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_of(day: dt.date) -> str:
    """The month a day belongs to."""
    return f"{day.year:04d}-{day.month:02d}"


def is_month(text: str) -> bool:
    """Whether ``text`` is a month ``YYYY-MM``."""
    match = _MONTH.fullmatch(text)
    return match is not None and int(match[1]) > 0


def month_parts(month: str) -> tuple[int, int]:
    """Year and number (1 to 12). ``ValueError`` for anything that is not ``YYYY-MM``."""
    match = _MONTH.fullmatch(month)
    if match is None:
        raise ValueError(f"not a month: {month!r}")
    return int(match[1]), int(match[2])


def month_index(month: str) -> int:
    """Months since year 0, so that two months subtract."""
    year, number = month_parts(month)
    return year * 12 + number - 1


def shift_month(month: str, count: int) -> str:
    """``count`` months later (earlier when negative)."""
    year, number = divmod(month_index(month) + count, 12)
    return f"{year:04d}-{number + 1:02d}"


def months_between(start: str, end: str) -> int:
    """Whole steps from ``start`` to ``end``; negative when ``end`` is earlier."""
    return month_index(end) - month_index(start)


def months_range(start: str, end: str) -> tuple[str, ...]:
    """Every month from ``start`` to ``end`` included; empty when ``end`` is earlier."""
    return tuple(_each_month(start, end))


def _each_month(start: str, end: str) -> Iterator[str]:
    for step in range(months_between(start, end) + 1):
        yield shift_month(start, step)


def first_day(month: str) -> dt.date:
    """The first day."""
    return dt.date(*month_parts(month), 1)


def last_day(month: str) -> dt.date:
    """The last day, leap years included."""
    year, number = month_parts(month)
    return dt.date(year, number, _calendar.monthrange(year, number)[1])


def month_bounds(month: str) -> tuple[dt.date, dt.date]:
    """First and last day."""
    return first_day(month), last_day(month)


def overlap_days(month: str, start: dt.date, end: dt.date | None) -> tuple[int, int]:
    """(days of ``month`` covered by start…end, days of the month). ``end`` is included, ``None`` is open."""
    first, last = month_bounds(month)
    lower, upper = max(first, start), last if end is None else min(last, end)
    return max(0, (upper - lower).days + 1), last.day


def is_active_in(month: str, start: dt.date, end: dt.date | None) -> bool:
    """Whether start…end covers at least one day of ``month``."""
    return overlap_days(month, start, end)[0] > 0


def is_active_on(day: dt.date, start: dt.date, end: dt.date | None) -> bool:
    """Whether ``day`` lies in start…end, both included."""
    return start <= day and (end is None or day <= end)


def add_months(day: dt.date, count: int) -> dt.date:
    """The same day ``count`` months later, or the last day of a shorter month (31 January + 1 → 28 or 29)."""
    month = shift_month(month_of(day), count)
    return dt.date(*month_parts(month), min(day.day, last_day(month).day))


# --- public holidays and working days ----------------------------------------------------


def easter(year: int) -> dt.date:
    """Easter Sunday, Gregorian calendar (anonymous computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * ell) // 433
    month = (h + ell - 7 * m + 90) // 25
    return dt.date(year, month, (h + ell - 7 * m + 33 * month + 19) % 32)


def public_holidays(year: int) -> dict[dt.date, str]:
    """The eleven public holidays of mainland France (Code du travail, art. L.3133-1), with their names."""
    sunday = easter(year)
    return {
        dt.date(year, 1, 1): "Jour de l’An",
        sunday + dt.timedelta(days=1): "Lundi de Pâques",
        dt.date(year, 5, 1): "Fête du Travail",
        dt.date(year, 5, 8): "Victoire de 1945",
        sunday + dt.timedelta(days=39): "Ascension",
        sunday + dt.timedelta(days=50): "Lundi de Pentecôte",
        dt.date(year, 7, 14): "Fête nationale",
        dt.date(year, 8, 15): "Assomption",
        dt.date(year, 11, 1): "Toussaint",
        dt.date(year, 11, 11): "Armistice de 1918",
        dt.date(year, 12, 25): "Noël",
    }


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday, public holidays excluded."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def next_working_day(day: dt.date) -> dt.date:
    """``day`` itself when it is worked, else the next that is."""
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def previous_working_day(day: dt.date) -> dt.date:
    """``day`` itself when it is worked, else the one before."""
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def working_days(month: str) -> int:
    """Number of working days of a month."""
    first, last = month_bounds(month)
    days = (first + dt.timedelta(days=step) for step in range((last - first).days + 1))
    return sum(is_working_day(day) for day in days)


# --- due chips ---------------------------------------------------------------------------


class DueChip(StrEnum):
    """One tap gives an action its date (PRODUCT.md V10)."""

    EIGHT_DAYS = "eight_days"
    MONTH_END = "month_end"
    NEXT_VISIT = "next_visit"

    @property
    def label(self) -> str:
        """What the chip says."""
        return _CHIP_LABELS[self]


_CHIP_LABELS = {
    DueChip.EIGHT_DAYS: "8\u00a0jours",
    DueChip.MONTH_END: "Fin de mois",
    DueChip.NEXT_VISIT: "Prochaine visite",
}


def due_chip(chip: DueChip | str, today: dt.date, next_visit: dt.date | None = None) -> dt.date:
    """The due date a chip stands for.

    « 8 jours » is the same weekday a week later and one day more, as counted in France: the 22nd gives the
    30th (PRODUCT.md §5.1 line 13). « Fin de mois » is the last day of this month, of the next one when less
    than three days are left. « Prochaine visite » needs its date: ``InvalidInput`` when there is none.
    """
    match DueChip(chip):
        case DueChip.EIGHT_DAYS:
            return today + dt.timedelta(days=8)
        case DueChip.MONTH_END:
            end = last_day(month_of(today))
            return end if (end - today).days >= 3 else last_day(shift_month(month_of(today), 1))
        case _:
            if next_visit is None:
                raise InvalidInput(
                    "La prochaine visite n’a pas encore de date.",
                    todo="Choisir une autre échéance ou dater la prochaine visite.",
                    field="due_on",
                )
            return next_visit
