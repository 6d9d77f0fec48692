"""Position of a commitment, projection and penalties (PRODUCT.md H8, I4; DOMAIN.md §5.3)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.choices import PenaltyKind
from app.rules.calendar import shift_month
from app.rules.commitments import (
    PenaltyTerm,
    Position,
    days_late,
    penalty,
    position,
    project,
    total_penalty,
    total_position,
)

TODAY = dt.date(2026, 11, 22)
START = dt.date(2026, 1, 5)
AUTUMN = {"2026-08": 12_000, "2026-09": 13_000, "2026-10": 14_000}


def words(sentence: str) -> str:
    return sentence.replace("\u00a0", " ").replace("\u202f", " ")


def test_received_hours_are_shown_apart() -> None:
    stand = position(182_000, 128_400, 10_400)
    assert stand.remaining == 53_600
    assert stand.remaining_after_received == 43_200
    assert stand.rate == "70,5\u00a0%"
    assert not stand.reached


def test_more_than_due_is_a_surplus_and_is_not_capped() -> None:
    stand = position(2_278_100, 3_005_849)
    assert (stand.remaining, stand.surplus, stand.reached) == (0, 727_749, True)
    assert stand.rate == "131,9\u00a0%"
    assert position(0, 500).rate == "—"


def test_negative_dues_are_a_programming_error() -> None:
    for due, received in ((-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="not negative"):
            position(due, 0, received)


@given(st.lists(st.tuples(*[st.integers(0, 10**7)] * 3), max_size=6))
def test_positions_add_up(parts: list[tuple[int, int, int]]) -> None:
    positions = [position(*part) for part in parts]
    total = total_position(positions)
    assert total == Position(*(sum(column) for column in zip(*parts, strict=True))) if parts else Position(0, 0)
    assert total.remaining - total.surplus == total.due - total.validated
    assert total.remaining <= sum(one.remaining for one in positions)


def test_the_pace_of_three_months_gives_a_date() -> None:
    found = project(position(182_000, 128_400), AUTUMN, START, dt.date(2027, 6, 30), TODAY)
    # 536 h at 130 h a month from the end of October: 125.5 days
    assert found.pace == 13_000
    assert found.reached_on == dt.date(2027, 3, 6)
    assert words(found.sentence) == "À ce rythme (moyenne des 3 derniers mois) : objectif atteint le 6 mars 2027."
    assert found.missing == 0


def test_a_lot_without_end_has_a_date_too() -> None:
    assert project(position(182_000, 128_400), AUTUMN, START, None, TODAY).reached_on == dt.date(2027, 3, 6)


def test_what_will_be_missing_is_said_by_month() -> None:
    found = project(position(182_000, 128_400), AUTUMN, START, dt.date(2026, 12, 31), TODAY)
    # two months at 130 h: 536 − 260.53, the end is 39 days away
    assert found.missing == 27_547
    assert words(found.sentence) == (
        "À ce rythme (moyenne des 3 derniers mois) : manque 276 h à la fin du lot, soit 215 h par mois à trouver."
    )


def test_no_hours_at_all() -> None:
    found = project(position(32_000, 0), {}, START, dt.date(2027, 3, 22), TODAY)
    assert found.reached_on is None
    assert found.missing == 32_000
    assert words(found.sentence) == (
        "Aucune heure sur les 3 derniers mois : manque 320 h à la fin du lot, soit 82 h par mois à trouver."
    )
    assert words(project(position(32_000, 0), {}, None, None, TODAY).sentence).endswith("manque 320 h.")


@pytest.mark.parametrize(
    ("stand", "history", "start", "end", "sentence"),
    [
        (position(0, 0), {}, None, None, "Aucune heure n’est due."),
        (position(100, 100), AUTUMN, START, None, "Objectif atteint."),
        (position(100, 350), AUTUMN, START, None, "Objectif atteint, 2,50 h de plus."),
        (position(32_000, 0), {}, dt.date(2027, 1, 4), None, "Le lot commence le 4 janvier 2027."),
        (
            position(32_000, 0),
            {},
            START,
            dt.date(2026, 11, 30),
            "Aucune heure sur les 3 derniers mois : manque 320 h à la fin du lot, à trouver avant la fin.",
        ),
        (
            position(32_000, 0),
            AUTUMN,
            START,
            dt.date(2026, 11, 1),
            "Le lot est terminé depuis le 1er novembre 2026 : manque 320 h.",
        ),
        (
            position(10**9, 0),
            {"2026-10": 100},
            START,
            None,
            "À ce rythme (moyenne des 3 derniers mois) : objectif hors de portée, dans plus de 30 ans.",
        ),
    ],
)
def test_other_situations_are_sentences(
    stand: Position, history: dict[str, int], start: dt.date | None, end: dt.date | None, sentence: str
) -> None:
    assert words(project(stand, history, start, end, TODAY).sentence) == sentence


def test_a_young_lot_is_averaged_on_its_own_months() -> None:
    found = project(position(100_000, 13_000), {"2026-10": 13_000}, dt.date(2026, 10, 5), None, TODAY)
    assert found.pace == 13_000
    assert "dernier mois" in found.sentence
    two = project(position(100_000, 13_000), {"2026-10": 13_000}, dt.date(2026, 9, 5), None, TODAY)
    assert two.pace == 6_500
    assert "moyenne des 2 derniers mois" in two.sentence


def test_a_silent_site_slows_down() -> None:
    spring = {"2026-03": 13_000, "2026-04": 13_000, "2026-05": 13_000}
    assert project(position(100_000, 39_000), spring, START, None, TODAY).pace == 0
    summer = {"2026-06": 10_000, "2026-07": 13_000, "2026-08": 13_000}
    assert project(position(100_000, 39_000), summer, START, None, TODAY).pace == 8_667


def test_months_to_come_are_not_counted() -> None:
    future = {**AUTUMN, "2026-12": 99_999}
    assert project(position(182_000, 128_400), future, START, None, TODAY).pace == 13_000


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.dictionaries(st.integers(-12, 2), st.integers(0, 50_000)),
    st.none() | st.integers(-400, 800),
)
def test_a_projection_always_holds_together(due: int, done: int, months: dict[int, int], end_in: int | None) -> None:
    history = {shift_month("2026-11", at): hours for at, hours in months.items()}
    end = None if end_in is None else TODAY + dt.timedelta(days=end_in)
    stand = position(due, done)
    found = project(stand, history, START, end, TODAY)
    assert found.sentence.endswith(".")
    assert 0 <= found.missing <= stand.remaining
    if found.reached_on is not None:
        assert found.reached_on >= TODAY
        assert (found.missing > 0) == (end is not None and found.reached_on > end)


# --- penalties ---------------------------------------------------------------------------

PER_HOUR = PenaltyTerm(PenaltyKind.PER_HOUR_MISSING, 6_000)
PER_DAY = PenaltyTerm(PenaltyKind.PER_DAY_LATE, 10_000)
FLAT = PenaltyTerm(PenaltyKind.FLAT, 30_000)


def test_published_vectors() -> None:
    stand = position(83_300, 70_000)
    hours = penalty(PER_HOUR, missing=stand.remaining)
    days = penalty(PER_DAY, late_days=12)
    assert hours.amount_cents == 798_000
    assert days.amount_cents == 120_000
    assert total_penalty([hours, days]) == 918_000


def test_part_of_an_hour_counts_half_up_to_the_cent() -> None:
    assert penalty(PER_HOUR, missing=1).amount_cents == 60
    assert penalty(PenaltyTerm(PenaltyKind.PER_HOUR_MISSING, 50), missing=1).amount_cents == 1
    assert penalty(PER_HOUR, missing=-500).amount_cents == 0
    assert penalty(PER_DAY, late_days=-3).amount_cents == 0


def test_a_flat_penalty_is_due_once_or_not() -> None:
    assert penalty(FLAT, occurred=True).amount_cents == 30_000
    assert penalty(FLAT).amount_cents == 0


@pytest.mark.parametrize(
    ("delivered", "notice", "after_notice", "days"),
    [
        (dt.date(2026, 11, 22), dt.date(2026, 11, 10), True, 12),
        (None, dt.date(2026, 11, 10), True, 12),
        (None, None, True, 0),
        (None, None, False, 17),
        (dt.date(2026, 11, 4), None, False, 0),
        (dt.date(2026, 11, 9), dt.date(2026, 11, 10), True, 0),
        (None, dt.date(2026, 11, 1), True, 17),
    ],
)
def test_days_late_after_notice(
    delivered: dt.date | None, notice: dt.date | None, after_notice: bool, days: int
) -> None:
    assert days_late(dt.date(2026, 11, 5), delivered, TODAY, notice, after_notice=after_notice) == days
