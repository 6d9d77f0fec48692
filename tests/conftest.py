"""What every test can count on: no display, no keyring, no user's folder, one local time, a frozen clock.

A test fails when a warning or an error is written to the program's log without being expected
(``@pytest.mark.expected_logs`` or the ``caplog`` fixture), and when a thread it started still lives.
Qt is not imported here: most tests must pass without it.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # without a display Qt aborts the process
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # never the machine's own
os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"  # French time, spelled out: needs no table of time zones
if hasattr(time, "tzset"):
    time.tzset()
KILLS = int(os.environ.get("INCLUSIV_KILLS", "12"))
"""How many times ``tests/end2end/test_killed.py`` kills the program."""
for _name in [name for name in os.environ if name.startswith("INCLUSIV_")]:
    del os.environ[_name]

import pytest
from hypothesis import HealthCheck, settings

from app.clock import FrozenClock

settings.register_profile(
    "house", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
JOIN_SECONDS = 5.0


@pytest.fixture
def clock() -> FrozenClock:
    """Sunday 22 November 2026, 10 h 00 in France; moved by the test only."""
    return FrozenClock(NOW)


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever asks for the user's folders gets temporary ones."""
    os.environ["INCLUSIV_DATA_DIR"] = str(tmp_path_factory.mktemp("data"))


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    if "caplog" in request.fixturenames or request.node.get_closest_marker("expected_logs"):
        yield
        return
    records = _Records()
    logger = logging.getLogger("app")
    logger.addHandler(records)
    yield
    logger.removeHandler(records)
    if records.lines:
        pytest.fail("unexpected in the log:\n" + "\n".join(records.lines))


@pytest.fixture(autouse=True)
def _no_living_thread() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if not thread.daemon:
            thread.join(JOIN_SECONDS)
            if thread.is_alive():
                pytest.fail(f"thread {thread.name!r} is still alive")
