"""Lasting jobs by scheme, milestones, retention (DOMAIN.md §6.2, §6.3, §8.1)."""

from __future__ import annotations

import datetime as dt

import pytest

from app.paths import resources
from app.rules.exits import (
    Comparator,
    ExitFamily,
    ExitKind,
    Job,
    Milestone,
    MilestoneState,
    category_of,
    classify,
    is_due,
    is_durable,
    is_unreachable,
    known_on,
    lasts,
    milestone_dates,
    milestone_state,
)
from app.rules.retention import days_before_purge, is_purge_due, last_contact, purge_on
from app.store.reference import read_entries

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


# --- dated schemes as they are shipped ---------------------------------------------------


def _shipped() -> tuple[ExitKind, ...]:
    folder = resources() / "reference" / "charters"
    return tuple(
        ExitKind(
            one.data["scheme"],
            one.code,
            one.label,
            ExitFamily(one.data["family"]),
            one.data["employment"],
            one.data["months"],
            Comparator(one.data["comparator"]) if one.data["comparator"] else None,
            bool(one.data.get("half_time")),
        )
        for one in sorted(read_entries(folder), key=lambda one: int(one.data.get("position") or 0))
        if one.table == "exit_kind"
    )


@pytest.mark.parametrize(
    ("last", "charter", "iae", "plie"),
    [
        (END_OF_JUNE - DAY, "other", "transition", "other"),
        (END_OF_JUNE, "other", "transition", "durable"),
        (END_OF_JUNE + DAY, "durable", "durable", "durable"),
    ],
)
def test_each_scheme_has_its_own_boundary_at_six_months(last: dt.date, charter: str, iae: str, plie: str) -> None:
    """« plus de 6 mois » for the charter and the IAE, « 6 mois et plus » for a PLIE (DOMAIN.md §6.3)."""
    job, kinds = Job("cdd", JANUARY, last), _shipped()
    found = {scheme: category_of(job, kinds, scheme) for scheme in ("ie2018", "iae", "plie")}
    assert {scheme: one.family.value for scheme, one in found.items() if one} == {
        "ie2018": charter,
        "iae": iae,
        "plie": plie,
    }


def test_a_plie_counts_jobs_from_half_time_on() -> None:
    kinds = _shipped()
    job = Job("cdd", JANUARY, dt.date(2026, 12, 31), part_time=True)
    plie, iae = category_of(job, kinds, "plie"), category_of(job, kinds, "iae")
    assert plie is not None
    assert iae is not None
    assert (plie.family, iae.family) == (ExitFamily.OTHER, ExitFamily.DURABLE)


def test_an_unknown_duration_is_asked_and_every_situation_has_a_category() -> None:
    kinds = _shipped()
    assert category_of(Job("cdd", JANUARY), kinds, "iae") is None
    for situation in ("job_search", "other", "training", "seasonal"):
        for scheme in ("ie2018", "iae", "plie"):
            found = category_of(Job(situation, JANUARY, JANUARY + DAY), kinds, scheme)
            assert found is not None, (situation, scheme)
    assert known_on(Job("cdi", JANUARY), END_OF_JUNE) == Job("cdi", JANUARY, END_OF_JUNE)
    assert known_on(Job("cdi", END_OF_JUNE), JANUARY).end_on is None


def test_a_milestone_falls_from_the_end_and_is_due_until_it_is_known() -> None:
    six = Milestone("default", "default_month_6", "Situation à 6 mois", 6)
    assert six.date(JANUARY, None) is None
    day = six.date(JANUARY, dt.date(2026, 8, 31))
    assert day == dt.date(2027, 2, 28)
    assert Milestone("x", "x", "x", 6, from_start=True).date(JANUARY, None) == dt.date(2026, 7, 1)
    assert not is_due(day, day - DAY, MilestoneState.NOT_ASKED)
    assert is_due(day, day, MilestoneState.NOT_ASKED)
    assert is_due(day, day + DAY, MilestoneState.UNKNOWN)
    assert not is_due(day, day + DAY, MilestoneState.KNOWN)


def test_three_states_and_the_proof_of_unreachable() -> None:
    assert milestone_state(known=False, attempts=0) is MilestoneState.NOT_ASKED
    assert milestone_state(known=False, attempts=1) is MilestoneState.UNKNOWN
    assert milestone_state(known=True, attempts=3) is MilestoneState.KNOWN
    days = [JANUARY, JANUARY + DAY, JANUARY + 2 * DAY]
    assert is_unreachable([(day, False) for day in days], 3)
    assert not is_unreachable([(JANUARY, False)] * 3, 3), "three calls of one day are one"
    assert not is_unreachable([*((day, False) for day in days), (END_OF_JUNE, True)], 3)
