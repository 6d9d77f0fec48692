"""How many statements are missing this month, kept right while figures come: badge and saved filter of the rail."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.hours.values import StatementCounts
from app.ui.bridge.changes import Bus
from app.ui.bridge.tasks import Runner
from app.ui.hours.months import RELOAD_ON


class CountsService(Protocol):
    """What the radar asks of the service."""

    def count_statements(self, month: str = "") -> StatementCounts: ...


class MissingRadar(QObject):
    """``counted(n)``: statements missing for the month to collect. Asked again after changes, one at a time."""

    counted = Signal(int)

    def __init__(self, service: CountsService, run: Runner, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._run = run
        self._asking = False
        self._again = False
        bus.published.connect(self._changed)

    def ask(self) -> None:
        """Count now, off the window's thread."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        self._run.run(self._service.count_statements, done=self._answer, owner=self)

    def _answer(self, counts: StatementCounts) -> None:
        self._asking = False
        self.counted.emit(counts.missing)
        if self._again:
            self._again = False
            self.ask()

    def _changed(self, changes: Changes) -> None:
        if changes.touches(RELOAD_ON):
            self.ask()
