"""A bounded number of random histories; the long run is ``python -m tests.sync.histories 10000``."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.server import postgresql
from tests.sync.histories import Histories, draw_steps, play

SEEDS = {
    1047: "a record pushed and never pulled left its scope (fault 1)",
    5003: "the same, the session killed before it began",
    1068: "two copies of a notebook took one number, the server was restored (fault 2)",
    5029: "the same, with more copies",
}
"""Seeds that found a bug once, with what it was."""


@pytest.fixture(params=["sqlite", "postgresql"])
def histories(request: pytest.FixtureRequest) -> Iterator[type[Histories]]:
    """The machine over a server on either database."""
    if request.param == "sqlite":
        yield Histories
        return
    programs = postgresql.programs()
    if programs is None:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with postgresql.running(programs) as folder:
        yield type("HistoriesOnPostgresql", (Histories,), {"cluster": folder})


@pytest.mark.expected_logs
def test_nothing_is_lost_whatever_happens(histories: type[Histories]) -> None:
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.expected_logs
@pytest.mark.parametrize("seed", SEEDS)
def test_histories_that_found_a_bug(seed: int) -> None:
    assert play(draw_steps(seed, 60 if seed > 5000 else 35)) == ""
