"""A bounded number of random histories, and those that once went wrong; see ``python -m tests.sync.histories``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.server import postgresql
from tests.sync.histories import play
from tests.sync.machine import Histories

KEPT = json.loads(Path(__file__).with_name("kept_histories.json").read_text(encoding="utf-8"))
"""By what was wrong: the steps that found it."""


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
            max_examples=2 if histories.cluster else 5,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.expected_logs
@pytest.mark.parametrize("wrong", KEPT)
def test_histories_that_found_a_bug(wrong: str) -> None:
    assert play([(name, given) for name, given in KEPT[wrong]]) == ""
