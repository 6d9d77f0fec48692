"""A day of the tests that open whole notebooks: its clock, and the passphrase of everybody."""

from __future__ import annotations

import datetime as dt

from app.account.keyfile import Cost
from app.clock import SystemClock
from tests.conftest import NOW

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
PASSPHRASE = "cerise mouette tuile orage"


class Day:
    """A clock that moves when told, whose ids never repeat: notebooks are reopened in these tests."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self._now = now
        self._ids = SystemClock()

    def now(self) -> dt.datetime:
        return self._now

    def today(self) -> dt.date:
        return self._now.astimezone().date()

    def new_id(self) -> str:
        return self._ids.new_id()

    def move(self, delta: dt.timedelta) -> None:
        """Let ``delta`` pass."""
        self._now += delta
