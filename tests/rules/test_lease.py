"""How long a notebook opens without its network: counted, whatever the clock says (SYNC.md §7.10)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.lease import COST, MOST_DAYS, STEADY, Lease, looked, renewed, words

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

moves = st.lists(st.timedeltas(min_value=-60 * DAY, max_value=60 * DAY), max_size=12)


def made(days: int = 30) -> Lease:
    found = renewed(days, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("days", [0, -3])
def test_a_network_that_asks_for_none_gives_none(days: int) -> None:
    assert renewed(days, NOW) is None


def test_whatever_a_server_says_the_lease_has_an_end() -> None:
    assert made(10**12).days == MOST_DAYS


def test_it_runs_out_after_its_days_and_not_before() -> None:
    lease = made(30)
    assert not looked(lease, NOW + 30 * DAY - dt.timedelta(seconds=1)).is_over
    assert looked(lease, NOW + 30 * DAY).is_over
    assert lease.ends_at == NOW + 30 * DAY


@given(st.lists(st.timedeltas(min_value=dt.timedelta(), max_value=20 * DAY), max_size=8))
def test_how_often_one_looks_changes_nothing(steps: list[dt.timedelta]) -> None:
    lease, now = made(), NOW
    for step in steps:
        now += step
        lease = looked(lease, now)
    assert lease.spent == now - NOW
    assert lease.is_over == (now >= NOW + 30 * DAY)


@given(moves)
def test_no_move_of_the_clock_gives_time_back(steps: list[dt.timedelta]) -> None:
    lease, now = made(), NOW
    for step in steps:
        now += step
        after = looked(lease, now)
        assert after.spent >= lease.spent
        assert after.left <= lease.left
        assert after.spent - lease.spent == (COST if step < -STEADY else max(step, dt.timedelta()))
        lease = after


def test_a_clock_put_back_before_each_opening_runs_out_all_the_same() -> None:
    lease = made(30)
    for _opening in range(30):
        lease = looked(lease, NOW + dt.timedelta(hours=8))
        lease = looked(lease, NOW)
    assert lease.is_over


def test_a_clock_set_right_by_an_hour_costs_nothing() -> None:
    assert looked(made(), NOW - dt.timedelta(hours=1)).spent == dt.timedelta()


@pytest.mark.parametrize(
    ("days", "after", "said"),
    [
        (30, 22, ""),
        (30, 23, "À synchroniser avant le 22\u00a0décembre"),
        (30, 29, "À synchroniser avant le 22\u00a0décembre"),
        (30, 30, "À synchroniser maintenant"),
        (6, 3, ""),
        (6, 4, "À synchroniser avant le 28\u00a0novembre"),
    ],
)
def test_it_is_told_the_last_week_or_the_last_third(days: int, after: int, said: str) -> None:
    lease = looked(made(days), NOW + after * DAY)
    assert words(lease.warns_at, lease.ends_at, NOW + after * DAY) == said


def test_nothing_is_said_without_lease() -> None:
    assert words(None, None, NOW) == ""
