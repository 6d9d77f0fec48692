"""One real window over a notebook, driven like a person would, in a process of its own.

``run`` with ``FOLDER PLAN`` on the command line prints one JSON object. ``PLAN`` is JSON: ``unlock`` (the passphrase,
or nothing to stop at the first paint), ``three`` (places opened before memory is read), ``visit`` (name, place and path
of the screens to open, ``times`` times), ``type`` (company, month, how many hours). ``FLOOR_T0``
holds the parent's monotonic clock when it started this process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.cli import main as _the_command_line  # noqa: F401  - what ``inclusiv`` loads before its window
from app.desktop import Desktop
from app.settings import FIELD_MODE, TEXT_SCALE, THEME, Settings
from app.ui.application import set_up

PATIENCE_S = 30.0


class _Painted(QObject):
    """Notes when a widget and what it holds have been painted for the first time."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.at:
            self.at = -1
            QTimer.singleShot(0, self, self._note)
        return False

    def _note(self) -> None:
        self.at = time.monotonic_ns()


class Session:
    """The program, from its command line to its screens."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(folder)
        self.app: QApplication = set_up(
            theme=settings.get(THEME), text_scale=settings.get(TEXT_SCALE), field_mode=settings.get(FIELD_MODE)
        )
        self.desktop = Desktop(folder, settings)
        page = self.desktop.root.page
        assert page is not None
        self._painted = _Painted(page)
        self.desktop.show()

    def first_paint(self) -> int:
        """Monotonic nanoseconds at which the unlock screen was on screen."""
        self._until(lambda: self._painted.at > 0)
        return self._painted.at

    def unlock(self, passphrase: str) -> float:
        """Milliseconds from Enter on the passphrase to a home that shows its day and answers."""
        self._until(lambda: self.desktop.is_ready and "app.ui.places" in sys.modules)
        self.settle()
        for character in passphrase:
            self._key(character)
        started = time.perf_counter()
        self._key("\r", Qt.Key.Key_Return)
        self._until(lambda: self.desktop.workspace is not None)
        self.settle()
        return (time.perf_counter() - started) * 1000

    def open(self, place: str, path: list[str]) -> float:
        """Milliseconds from the command to a screen filled and painted."""
        frame = self.desktop.frame
        assert frame is not None
        started = time.perf_counter()
        frame.navigation.go(place, *path)
        self.settle()
        return (time.perf_counter() - started) * 1000

    def type_hours(self, company: str, month: str, count: int) -> list[float]:
        """Milliseconds from Enter in a cell of the grid to the end of its transaction, one value a cell."""
        self.open("hours", [company, month])
        workspace: Any = self.desktop.workspace
        grid = workspace.view.page.grid
        finished: list[float] = []
        store = self.desktop.executors.store

        def noted(work: Any) -> Any:
            future = store(work)
            future.add_done_callback(lambda _done: finished.append(time.perf_counter()))
            return future

        self.desktop.executors.store = noted  # type: ignore[method-assign]
        taken: list[float] = []
        seed = time.time_ns() // 1_000_000
        for at in range(count):
            grid.select_first()
            grid.setFocus()
            # another value than the one of an earlier run: what does not change is not written
            for character in f"{10 + (at + seed) % 90},{seed % 9}{at % 9}":
                self._key(character)
            finished.clear()
            started = time.perf_counter()
            self._key("\r", Qt.Key.Key_Return)
            self._until(lambda: bool(finished), f"hours {at} written")
            taken.append((finished[0] - started) * 1000)
            self.settle()
        return taken

    def settle(self) -> None:
        """Until nothing is under way, and what is shown has been painted."""
        quiet, limit = 0, time.perf_counter() + PATIENCE_S
        while quiet < 3:
            quiet = quiet + 1 if self._turn() else 0
            if time.perf_counter() > limit:
                raise TimeoutError("the window never came to rest")
        self.app.sendPostedEvents()
        self.app.processEvents()

    def _until(self, reached: Any, what: str = "there") -> None:
        limit = time.perf_counter() + PATIENCE_S
        while not reached():
            self._turn()
            if time.perf_counter() > limit:
                raise TimeoutError(f"the window never got to: {what}")

    def _turn(self) -> bool:
        """One turn of the window's loop; whether nothing was under way.

        While the store works the loop sleeps until its answer, as in the program: one that turned without rest would
        dispute the interpreter to the store's thread.
        """
        under_way = self.desktop.bridge.pending > 0 if self.desktop.is_ready else False
        flags = QEventLoop.ProcessEventsFlag.AllEvents
        self.app.processEvents(flags | QEventLoop.ProcessEventsFlag.WaitForMoreEvents if under_way else flags)
        return not under_way

    def _key(self, text: str, key: int = 0) -> None:
        target = QApplication.focusWidget() or self.desktop.root
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(target, event)


def memory_mb() -> float:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


def main(folder: Path, plan: dict[str, Any]) -> dict[str, Any]:
    """What the plan asks for, measured."""
    session = Session(folder)
    answer: dict[str, Any] = {"paint_ms": (session.first_paint() - int(os.environ["FLOOR_T0"])) / 1e6}
    if not plan.get("unlock"):
        return answer
    answer["home_ms"] = session.unlock(plan["unlock"])
    screens: dict[str, list[float]] = {}
    for place, path in plan.get("three", ()):
        session.open(place, path)
    answer["memory_mb"] = memory_mb()
    for _ in range(int(plan.get("times", 1))):
        for name, place, path in plan.get("visit", ()):
            screens.setdefault(name, []).append(session.open(place, path))
            session.open("today", [])
    answer["screens"] = screens
    if plan.get("type"):
        answer["commits"] = session.type_hours(*plan["type"])
    return answer


def run() -> NoReturn:
    """The process, from its command line to its end."""
    try:
        print(json.dumps(main(Path(sys.argv[1]), json.loads(sys.argv[2]))), flush=True)
    except BaseException:
        import traceback

        traceback.print_exc()  # the window's own hook would show it in a dialog that nobody sees
        os._exit(1)
    os._exit(0)  # the floor leaves in the same way: closing is not measured
