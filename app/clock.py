"""Time and ids, passed in to whoever needs them so that tests can freeze them."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Protocol


class Clock(Protocol):
    """Now, today, and a new id that sorts by time of creation."""

    def now(self) -> dt.datetime:
        """Current time, aware, UTC."""

    def today(self) -> dt.date:
        """Current date where the user stands."""

    def new_id(self) -> str:
        """A new UUIDv7, canonical lower-case text (36 characters)."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        return dt.datetime.now().astimezone().date()

    def new_id(self) -> str:
        from uuid_utils import uuid7  # 1.1 µs an id; loaded on use, off the start-up path

        return str(uuid7())


class FrozenClock:
    """A clock that stands still until told to move; ids are a readable sequence."""

    def __init__(self, now: dt.datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("an aware datetime is needed")
        self._now = now
        self._count = itertools.count(1)

    def now(self) -> dt.datetime:
        return self._now

    def today(self) -> dt.date:
        return self._now.astimezone().date()

    def new_id(self) -> str:
        return str(uuid.UUID(int=(0x0190 << 112) | (0x7 << 76) | (0x8 << 60) | next(self._count)))

    def move(self, delta: dt.timedelta) -> None:
        """Let ``delta`` pass."""
        self._now += delta


NAMESPACE = uuid.UUID("6f1d4f5e-2b0a-5d57-9c5e-0c1a05e19101")
"""Namespace of the ids that nature gives (SYNC.md §2)."""


def natural_id(*parts: str) -> str:
    """The id that nature gives: the same parts make the same UUIDv5 on every laptop."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


def is_natural(record_id: str) -> bool:
    """Whether an id has the form of those that nature gives."""
    return len(record_id) == 36 and record_id[14] == "5"  # the version of a UUID
