"""The executors: one worker owns the database, two do files, documents and keyring.

Nothing else starts a thread. Work submitted is a plain function; results come back
through ``concurrent.futures``. Closing drains the store worker: what was submitted is written.
"""

from __future__ import annotations

import logging
import math
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

TAKING = 0.001
"""Seconds left to whoever was answered before the store begins what nobody waits for.

A thread that wakes up does not get the interpreter from one that gives it up often and for a moment, as short
statements do: it waited for the next long one, two milliseconds.
"""

log = logging.getLogger(__name__)


class Executors(Protocol):
    """Where work is done."""

    def store(self, work: Callable[[], T], *, behind: bool = False) -> Future[T]:
        """Run on the one thread that owns the database, in order of submission.

        ``behind``: nobody waits for it. It begins only when nothing else is asked of that thread.
        """

    def io(self, work: Callable[[], T]) -> Future[T]:
        """Run on the pool for files, documents, keyring and network."""

    @property
    def store_rest(self) -> float:
        """Seconds since somebody last asked something of the store, 0 while somebody waits: long work gives way.

        What is done ``behind`` does not count.
        """

    def close(self) -> None:
        """Finish what was submitted, then stop."""


class ThreadExecutors:
    """The real ones."""

    def __init__(self, *, taking: float = TAKING) -> None:
        # The store's thread gives the interpreter up at each statement, and would wait 5 ms to have it back from a
        # window that is painting.
        sys.setswitchinterval(0.001)
        self._store = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._io = ThreadPoolExecutor(2, thread_name_prefix="io")
        self._asked: deque[_Work] = deque()
        self._behind: deque[_Work] = deque()
        self._last_asked = -math.inf
        self._taking = taking
        self._called = threading.Event()
        self._put_off = False
        """Whether somebody asked while an answer was being taken: what waits behind is put off once, not for ever."""

    def store(self, work: Callable[[], T], *, behind: bool = False) -> Future[T]:
        future: Future[T] = Future()
        (self._behind if behind else self._asked).append((future, work))
        if not behind:
            self._last_asked = time.monotonic()
            self._called.set()
        self._store.submit(self._next)
        return future

    def _next(self) -> None:
        """One work, the first of those asked if there is one: as many turns are submitted as there are works."""
        asked_meanwhile = False
        if not self._asked and not self._put_off:
            asked_meanwhile = self._called.wait(max(0.0, self._last_asked + self._taking - time.monotonic()))
        self._put_off = asked_meanwhile
        if self._asked:
            self._called.clear()
            _do(*self._asked.popleft())
            self._last_asked = time.monotonic()
        else:
            _do(*self._behind.popleft())

    @property
    def store_rest(self) -> float:
        return 0.0 if self._asked else time.monotonic() - self._last_asked

    def io(self, work: Callable[[], T]) -> Future[T]:
        return self._io.submit(work)

    def close(self) -> None:
        self._taking = 0.0
        self._called.set()
        self._io.shutdown(wait=True, cancel_futures=True)
        self._store.shutdown(wait=True)
        log.info("executors closed")


class ImmediateExecutors:
    """Runs everything at once on the caller's thread: for tests and the command line."""

    def store(self, work: Callable[[], T], *, behind: bool = False) -> Future[T]:
        return _now(work)

    def io(self, work: Callable[[], T]) -> Future[T]:
        return _now(work)

    @property
    def store_rest(self) -> float:
        return math.inf

    def close(self) -> None:
        return None


_Work = tuple[Future[Any], Callable[[], Any]]


def _now(work: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    _do(future, work)
    return future


def _do(future: Future[Any], work: Callable[[], Any]) -> None:
    """Do a work unless it was given up meanwhile."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as problem:
        future.set_exception(problem)
        del future  # what failed holds this frame: it must not hold the answer too
    else:
        future.set_result(result)
