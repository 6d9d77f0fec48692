"""The bus: every write, local or received, is heard by every open screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.changes import Changes


class Bus(QObject):
    """``published`` carries a :class:`app.changes.Changes`; each listener reloads only what it shows."""

    published = Signal(object)

    def publish(self, changes: Changes) -> None:
        """Tell everyone. Empty changes are not told."""
        if changes:
            self.published.emit(changes)
