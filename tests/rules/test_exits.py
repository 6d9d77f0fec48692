"""Lasting jobs by scheme, milestones, retention (DOMAIN.md §6.2, §6.3, §8.1)."""

from __future__ import annotations

import datetime as dt

import pytest

from app.rules.exits import (
    Comparator,
    ExitFamily,
    ExitKind,
    Job,
    classify,
    is_durable,
    lasts,
    milestone_dates,
)
from app.rules.retention import days_before_purge, is_purge_due, last_contact, purge_on

JANUARY = dt.date(2026, 1, 1)
END_OF_JUNE = dt.date(2026, 6, 30)
"""Exactly six months after 1 January, both included."""
DAY = dt.timedelta(days=1)

KINDS = (
    ExitKind("ie2018", "ie_cdi", "CDI", ExitFamily.DURABLE, "cdi"),
    ExitKind("ie2018", "ie_cdd_long", "CDD de plus de 6 mois", ExitFamily.DURABLE, "cdd", 6, Comparator.MORE_THAN),
    ExitKind("ie2018", "ie_cdd_short", "CDD de 6 mois ou moins", ExitFamily.OTHER, "cdd", 6, Comparator.AT_MOST),
    ExitKind("ie2018", "ie_other", "Autre situation", ExitFamily.OTHER),
    ExitKind("plie", "plie_cdd", "CDD de 6 mois ou plus", ExitFamily.DURABLE, "cdd", 6, Comparator.AT_LEAST),
)


@pytest.mark.parametrize(
    ("comparator", "eve", "exact", "after"),
    [
        (Comparator.MORE_THAN, False, False, True),
        (Comparator.AT_LEAST, False, True, True),
        (Comparator.LESS_THAN, True, False, False),
        (Comparator.AT_MOST, True, True, False),
    ],
)
def test_exactly_six_months_depends_on_the_comparator(
    comparator: Comparator, eve: bool, exact: bool, after: bool
) -> None:
    answers = [lasts(JANUARY, END_OF_JUNE + shift, 6, comparator) for shift in (-DAY, 0 * DAY, DAY)]
    assert answers == [eve, exact, after]
    assert comparator.label


def test_the_same_contract_in_two_schemes() -> None:
    job = Job("cdd", JANUARY, END_OF_JUNE)
    charter, plie = classify(job, KINDS, "ie2018"), classify(job, KINDS, "plie")
    assert charter is not None
    assert charter.code == "ie_cdd_short"
    assert plie is not None
    assert plie.family is ExitFamily.DURABLE


def test_what_is_not_known_is_left_to_a_person() -> None:
    assert classify(Job("cdd", JANUARY, None), KINDS, "ie2018") is None
    assert classify(Job("interim"), KINDS, "ie2018") is None
    found = classify(Job("cdi"), KINDS, "ie2018")
    assert found is not None
    assert found.code == "ie_cdi"


def test_lasting_job_of_the_charter() -> None:
    assert is_durable("cdi", None, None)
    assert is_durable("cdic", None, None)
    assert not is_durable("cdd", JANUARY, END_OF_JUNE)
    assert is_durable("cdd", JANUARY, END_OF_JUNE, comparator=Comparator.AT_LEAST)
    assert is_durable("cdd", JANUARY, END_OF_JUNE + DAY)
    assert not is_durable("cdd", JANUARY, None)
    assert not is_durable("interim", JANUARY, dt.date(2027, 12, 31))


def test_milestones_are_data() -> None:
    assert milestone_dates(dt.date(2026, 8, 31)) == (
        (6, dt.date(2027, 2, 28)),
        (12, dt.date(2027, 8, 31)),
        (18, dt.date(2028, 2, 29)),
        (24, dt.date(2028, 8, 31)),
    )
    assert milestone_dates(JANUARY, (6, 0, 6)) == ((0, JANUARY), (6, dt.date(2026, 7, 1)))


def test_two_years_after_the_last_contact() -> None:
    contact = last_contact([None, dt.date(2024, 1, 5), dt.date(2024, 11, 22)])
    assert contact == dt.date(2024, 11, 22)
    assert purge_on(contact) == dt.date(2026, 11, 22)
    assert is_purge_due(contact, dt.date(2026, 11, 22))
    assert not is_purge_due(contact, dt.date(2026, 11, 21))
    assert days_before_purge(contact, dt.date(2026, 11, 20)) == 2
    assert purge_on(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)


def test_without_contact_nothing_is_proposed_by_itself() -> None:
    assert last_contact([None]) is None
    assert not is_purge_due(None, dt.date(2026, 11, 22))
