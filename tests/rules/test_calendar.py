"""Months, overlaps, holidays, due chips (PRODUCT.md V10)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules import calendar
from app.rules.calendar import (
    DueChip,
    add_months,
    due_chip,
    easter,
    is_active_in,
    is_active_on,
    is_month,
    is_working_day,
    last_day,
    month_bounds,
    month_of,
    months_between,
    months_range,
    next_working_day,
    overlap_days,
    previous_working_day,
    public_holidays,
    shift_month,
    working_days,
)

DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 12, 31))


@given(DAYS)
def test_a_day_is_within_the_bounds_of_its_month(day: dt.date) -> None:
    first, last = month_bounds(month_of(day))
    assert first <= day <= last
    assert month_of(last + dt.timedelta(days=1)) == shift_month(month_of(day), 1)


@given(DAYS, st.integers(-500, 500))
def test_months_shift_and_subtract(day: dt.date, count: int) -> None:
    month = month_of(day)
    assert months_between(month, shift_month(month, count)) == count
    assert len(months_range(month, shift_month(month, count))) == max(0, count + 1)


@given(DAYS, st.integers(0, 120))
def test_adding_months_never_skips_one(day: dt.date, count: int) -> None:
    later = add_months(day, count)
    assert month_of(later) == shift_month(month_of(day), count)
    assert later.day == min(day.day, last_day(month_of(later)).day)


def test_short_and_long_februaries() -> None:
    assert last_day("2028-02") == dt.date(2028, 2, 29)
    assert add_months(dt.date(2027, 1, 31), 1) == dt.date(2027, 2, 28)
    assert add_months(dt.date(2027, 3, 31), -1) == dt.date(2027, 2, 28)
    assert months_range("2026-11", "2027-01") == ("2026-11", "2026-12", "2027-01")


def test_what_is_a_month() -> None:
    assert is_month("2026-11")
    for wrong in ("2026-13", "2026-00", "26-11", "2026-1", "0000-01", ""):
        assert not is_month(wrong)
    with pytest.raises(ValueError, match="not a month"):
        calendar.month_parts("2026-13")


def test_days_of_a_month_covered_by_a_contract() -> None:
    november = "2026-11"
    assert overlap_days(november, dt.date(2026, 11, 16), None) == (15, 30)
    assert overlap_days(november, dt.date(2026, 1, 1), dt.date(2026, 11, 1)) == (1, 30)
    assert overlap_days(november, dt.date(2026, 12, 1), None) == (0, 30)
    assert not is_active_in(november, dt.date(2026, 1, 1), dt.date(2026, 10, 31))
    assert is_active_in(november, dt.date(2026, 11, 30), None)
    assert is_active_on(dt.date(2026, 11, 30), dt.date(2026, 11, 30), dt.date(2026, 11, 30))
    assert not is_active_on(dt.date(2026, 12, 1), dt.date(2026, 11, 30), dt.date(2026, 11, 30))
    assert is_active_on(dt.date(2030, 1, 1), dt.date(2026, 11, 30), None)


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2000, dt.date(2000, 4, 23)),
        (2008, dt.date(2008, 3, 23)),
        (2011, dt.date(2011, 4, 24)),
        (2024, dt.date(2024, 3, 31)),
        (2025, dt.date(2025, 4, 20)),
        (2026, dt.date(2026, 4, 5)),
        (2027, dt.date(2027, 3, 28)),
        (2038, dt.date(2038, 4, 25)),
    ],
)
def test_known_easters(year: int, day: dt.date) -> None:
    assert easter(year) == day


@given(st.integers(1600, 2600))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    assert easter(year).weekday() == 6
    assert dt.date(year, 3, 22) <= easter(year) <= dt.date(year, 4, 25)


def test_holidays_of_2026() -> None:
    names = {name: day for day, name in public_holidays(2026).items()}
    assert len(names) == 11
    assert names["Lundi de Pâques"] == dt.date(2026, 4, 6)
    assert names["Ascension"] == dt.date(2026, 5, 14)
    assert names["Lundi de Pentecôte"] == dt.date(2026, 5, 25)


def test_working_days() -> None:
    assert not is_working_day(dt.date(2026, 11, 11))
    assert not is_working_day(dt.date(2026, 11, 22))
    assert is_working_day(dt.date(2026, 11, 23))
    assert working_days("2026-11") == 20
    assert working_days("2026-05") == 17
    assert next_working_day(dt.date(2026, 11, 11)) == dt.date(2026, 11, 12)
    assert next_working_day(dt.date(2026, 11, 12)) == dt.date(2026, 11, 12)
    assert previous_working_day(dt.date(2026, 11, 22)) == dt.date(2026, 11, 20)


def test_due_chips() -> None:
    today = dt.date(2026, 11, 22)
    assert due_chip(DueChip.EIGHT_DAYS, today) == dt.date(2026, 11, 30)  # PRODUCT.md §5.1 line 13
    assert due_chip("month_end", today) == dt.date(2026, 11, 30)
    assert due_chip(DueChip.MONTH_END, dt.date(2026, 11, 27)) == dt.date(2026, 11, 30)
    assert due_chip(DueChip.MONTH_END, dt.date(2026, 11, 28)) == dt.date(2026, 12, 31)
    assert due_chip(DueChip.NEXT_VISIT, today, dt.date(2026, 12, 22)) == dt.date(2026, 12, 22)
    with pytest.raises(InvalidInput, match="prochaine visite"):
        due_chip(DueChip.NEXT_VISIT, today)
    assert [chip.label for chip in DueChip] == ["8\u00a0jours", "Fin de mois", "Prochaine visite"]
