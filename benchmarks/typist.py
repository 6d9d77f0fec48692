"""Typing while a first reception runs, against typing alone: what the window shows, and what the file keeps.

Some forty times a second a key is pressed in a field and painted, then the field is written and one waits until it is
kept: far quicker than anybody types. Times are told in two ways. *From the key*: from when the program turned to it, as
before. *From when it was due*: an interpreter held by another thread delays the turning itself, and whoever types waits
for that too.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.models.beneficiaries import Beneficiary
from app.store.unit import writing
from benchmarks.figures import Figure, percentile
from benchmarks.newcomer import Newcomer

PAUSE = 0.02
"""Seconds between what was kept and the next key."""
ALONE = 10.0
"""Seconds of typing alone."""


@dataclass
class Typed:
    """Milliseconds of each key."""

    painted: list[float] = field(default_factory=list)
    """From when it was due to the painted field."""
    kept: list[float] = field(default_factory=list)
    """From the key to the end of the transaction."""
    kept_from_due: list[float] = field(default_factory=list)


class _Typist:
    """Types in a real field of an offscreen window, on this thread."""

    def __init__(self, newcomer: Newcomer) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from PySide6.QtWidgets import QApplication, QLineEdit

        self._newcomer = newcomer
        self._app = QApplication.instance() or QApplication(["typing"])
        self._field = QLineEdit()
        self._field.show()
        self._field.setFocus()
        self._app.processEvents()
        self._place = 0

        def begin() -> str:
            with writing(newcomer.notebook) as unit:
                return unit.insert(Beneficiary, {"last_name": "MARTIN", "first_name": "Julie"})

        self._person = newcomer.executors.store(begin).result()

    def type_until(self, over: threading.Event) -> Typed:
        """Key after key."""
        found = Typed()
        self._key()  # warm
        due = time.perf_counter() + PAUSE
        while not over.is_set():
            time.sleep(max(0.0, due - time.perf_counter()))
            self._key()
            painted = time.perf_counter()
            self._newcomer.executors.store(self._write()).result()
            kept = time.perf_counter()
            found.painted.append((painted - due) * 1000)
            found.kept.append((kept - painted) * 1000)
            found.kept_from_due.append((kept - due) * 1000)
            due = kept + PAUSE
        return found

    def _key(self) -> None:
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QKeyEvent

        self._place += 1
        if self._place % 12 == 0:
            self._field.clear()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            self._app.sendEvent(self._field, QKeyEvent(kind, Qt.Key.Key_6, Qt.KeyboardModifier.NoModifier, "6"))
        self._field.repaint()
        self._app.processEvents()

    def _write(self) -> Callable[[], None]:
        phone = f"06 {self._place:08d}"

        def write() -> None:
            with writing(self._newcomer.notebook) as unit:
                unit.update(Beneficiary, self._person, {"phone": phone})

        return write


def while_receiving(newcomer: Newcomer) -> Iterator[Figure]:
    """Typing alone, then while ``newcomer`` receives everything."""
    typist = _Typist(newcomer)
    over = threading.Event()
    threading.Timer(ALONE, over.set).start()
    alone = typist.type_until(over)
    over = threading.Event()
    future = newcomer.executors.io(newcomer.service.synchronise)
    future.add_done_callback(lambda _: over.set())
    meanwhile = typist.type_until(over)
    assert future.result().complete, future.result().problem
    count = len(meanwhile.kept)
    for what, during, without, target in (
        ("kept", meanwhile.kept, alone.kept, 2.0),
        ("kept, from when it was due", meanwhile.kept_from_due, alone.kept_from_due, 2.0),
        ("painted, from when it was due", meanwhile.painted, alone.painted, None),
    ):
        for rank, most in ((50, None), (99, target)):
            yield Figure(
                "typing",
                f"a key during a first reception, {what}, {rank}th percentile of {count}",
                percentile(during, rank),
                percentile(without, rank),
                "alone",
                most,
            )
