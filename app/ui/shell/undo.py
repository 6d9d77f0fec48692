"""What can be undone, across screens, by name: « Annuler : heures de Martin 140 → 104 » (PRODUCT.md §3.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One act. ``undo`` and ``redo`` write through the bridge like any act of the user."""

    label: str
    undo: Callable[[], None]
    redo: Callable[[], None] | None = None


class UndoStack(QObject):
    """The last 200 acts of this window. It lives as long as the window: locking keeps it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._replaying = False

    @property
    def undo_label(self) -> str:
        """Name of the act that would be undone, or an empty string."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """Name of the act that would be done again, or an empty string."""
        return self._undone[-1].label if self._undone else ""

    def push(self, label: str, undo: Callable[[], None], redo: Callable[[], None] | None = None) -> None:
        """Remember an act just done. While an act is being undone or redone nothing is remembered twice."""
        if self._replaying:
            return
        self._done.append(Step(label, undo, redo))
        del self._done[:-LIMIT]
        self._undone.clear()
        self.changed.emit()

    def undo(self) -> bool:
        """Undo the last act; false when there is none."""
        if not self._done:
            return False
        step = self._done.pop()
        if step.redo is not None:
            self._undone.append(step)
        self._replay(step.undo)
        return True

    def redo(self) -> bool:
        """Do again what was undone; false when there is nothing."""
        if not self._undone:
            return False
        step = self._undone.pop()
        if step.redo is None:
            return False
        self._done.append(step)
        self._replay(step.redo)
        return True

    def clear(self) -> None:
        """Forget everything (another notebook was opened)."""
        self._done.clear()
        self._undone.clear()
        self.changed.emit()

    def _replay(self, act: Callable[[], None]) -> None:
        self._replaying = True
        try:
            act()
        finally:
            self._replaying = False
        self.changed.emit()
