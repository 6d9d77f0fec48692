"""Work leaves the window's thread here, and its result comes back here, on the window's thread.

    bridge.run(lambda: service.rename(draft), done=self._renamed, failed=self._refused)

What changed is published before ``done`` is called: a result that is a :class:`Changes`, that has
an attribute ``changes``, or a tuple that ends with one. Errors have three fates (``app.errors``):
told (to ``failed``, else in the message bar), silent, or a bug (the crash hook).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, Literal, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from app.changes import Changes
from app.errors import Fate, InclusivError
from app.tasks import Executors, ImmediateExecutors
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages

log = logging.getLogger(__name__)

T = TypeVar("T")
Where = Literal["store", "io"]
Done = Callable[[Any], None]
Failed = Callable[[InclusivError], None]
Crash = Callable[[BaseException], None]


class Runner(Protocol):
    """What a view-model asks for: the real bridge or the immediate one."""

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        on: Where = "store",
        owner: QObject | None = None,
    ) -> None:
        """Do ``work`` elsewhere; then one of the callbacks, on the window's thread."""


def changes_of(result: object) -> Changes | None:
    """The changes a service answered, if any."""
    if isinstance(result, Changes):
        return result
    if isinstance(result, tuple) and result and isinstance(result[-1], Changes):
        return result[-1]
    found = getattr(result, "changes", None)
    return found if isinstance(found, Changes) else None


class Bridge(QObject):
    """The real one. ``busy_changed`` tells how many works are under way."""

    busy_changed = Signal(int)
    _finished = Signal(object)

    def __init__(
        self,
        executors: Executors,
        bus: Bus,
        messages: Messages,
        crash: Crash | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._executors = executors
        self._bus = bus
        self._messages = messages
        self._crash = crash
        self._pending = 0
        self._closed = False
        self._held: list[Callable[[], None]] | None = None
        self._finished.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    @property
    def pending(self) -> int:
        """Works submitted and not yet answered."""
        return self._pending

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        on: Where = "store",
        owner: QObject | None = None,
    ) -> None:
        """Submit ``work``. With an ``owner``, nothing is called once that object is gone."""
        if self._held is not None:
            self._held.append(lambda: self.run(work, done, failed, on, owner))
            return
        self._pending += 1
        self.busy_changed.emit(self._pending)
        future = self._executors.store(work) if on == "store" else self._executors.io(work)

        def deliver() -> None:
            self._pending -= 1
            self.busy_changed.emit(self._pending)
            self._deliver(future, done, failed, owner)

        self._when_done(future, deliver)

    def hold(self) -> None:
        """Keep what is asked from now on until :meth:`release`: the notebook is locked, its screens wait."""
        if self._held is None:
            self._held = []

    def release(self) -> None:
        """Submit what was kept, in order."""
        held, self._held = self._held or [], None
        for submit in held:
            submit()

    def close(self) -> None:
        """Stop delivering: the window is going away. What was submitted is still done."""
        self._closed = True

    def _when_done(self, future: Future[T], deliver: Callable[[], None]) -> None:
        def announce(_done: Future[T]) -> None:  # on the worker's thread
            if not self._closed and shiboken6.isValid(self):
                self._finished.emit(deliver)

        future.add_done_callback(announce)

    def _hand_over(self, deliver: Callable[[], None]) -> None:
        if not self._closed:
            deliver()

    def _deliver(
        self, future: Future[T], done: Callable[[T], None] | None, failed: Failed | None, owner: QObject | None
    ) -> None:
        try:
            result = future.result()
        except CancelledError:
            return
        except InclusivError as problem:
            if problem.fate is Fate.SILENT:
                return
            log.log(problem.log_level, "told: %s", problem.code)
            if failed is not None and (owner is None or shiboken6.isValid(owner)):
                failed(problem)
            elif failed is None:
                self._messages.error(problem)
            return
        except Exception as problem:  # the bridge: one of the three places where a bug may surface
            if self._crash is None:
                raise
            self._crash(problem)
            return
        changes = changes_of(result)
        if changes is not None:
            self._bus.publish(changes)
        if done is not None and (owner is None or shiboken6.isValid(owner)):
            done(result)


class ImmediateBridge(Bridge):
    """For tests and view-models without threads: the callbacks are called before ``run`` returns."""

    def __init__(self, bus: Bus | None = None, messages: Messages | None = None, crash: Crash | None = None) -> None:
        self.bus = bus or Bus()
        self.messages = messages or Messages()
        super().__init__(ImmediateExecutors(), self.bus, self.messages, crash)

    def _when_done(self, future: Future[T], deliver: Callable[[], None]) -> None:
        deliver()  # already done; what a callback raises reaches the caller
