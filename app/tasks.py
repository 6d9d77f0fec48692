"""The executors: one worker owns the database, two do files, documents and keyring.

Nothing else starts a thread. Work submitted is a plain function; results come back
through ``concurrent.futures``. Closing drains the store worker: what was submitted is written.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class Executors(Protocol):
    """Where work is done."""

    def store(self, work: Callable[[], T]) -> Future[T]:
        """Run on the one thread that owns the database, in order of submission."""

    def io(self, work: Callable[[], T]) -> Future[T]:
        """Run on the pool for files, documents, keyring and network."""

    @property
    def store_waits(self) -> bool:
        """Whether work waits for the store's thread: long work there gives way."""

    def close(self) -> None:
        """Finish what was submitted, then stop."""


class ThreadExecutors:
    """The real ones."""

    def __init__(self) -> None:
        # The store's thread gives the interpreter up at each statement, and would wait 5 ms to have it back from a
        # window that is painting.
        sys.setswitchinterval(0.001)
        self._store = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._io = ThreadPoolExecutor(2, thread_name_prefix="io")
        self._submitted = 0
        self._begun = 0

    def store(self, work: Callable[[], T]) -> Future[T]:
        self._submitted += 1

        def begin() -> T:
            self._begun += 1
            return work()

        future = self._store.submit(begin)
        future.add_done_callback(self._given_up)
        return future

    def _given_up(self, future: Future[Any]) -> None:
        if future.cancelled():
            self._begun += 1

    @property
    def store_waits(self) -> bool:
        return self._submitted > self._begun

    def io(self, work: Callable[[], T]) -> Future[T]:
        return self._io.submit(work)

    def close(self) -> None:
        self._io.shutdown(wait=True, cancel_futures=True)
        self._store.shutdown(wait=True)
        log.info("executors closed")


class ImmediateExecutors:
    """Runs everything at once on the caller's thread: for tests and the command line."""

    def store(self, work: Callable[[], T]) -> Future[T]:
        return _now(work)

    def io(self, work: Callable[[], T]) -> Future[T]:
        return _now(work)

    @property
    def store_waits(self) -> bool:
        return False

    def close(self) -> None:
        return None


def _now(work: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    try:
        future.set_result(work())
    except BaseException as problem:
        future.set_exception(problem)
    return future
