"""Discretion (F8): names become initials everywhere until it is lifted (PRODUCT.md V13)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.rules import french

HIDDEN = "•••"


class Discretion(QObject):
    """Ask it for every name of a beneficiary shown on screen; repaint on ``changed``."""

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._masked = False

    @property
    def masked(self) -> bool:
        """Whether names are hidden now."""
        return self._masked

    def set(self, masked: bool) -> None:
        """Hide or show names."""
        if masked != self._masked:
            self._masked = masked
            self.changed.emit(masked)

    def toggle(self) -> None:
        """The other way."""
        self.set(not self._masked)

    def name(self, last: str, first: str) -> str:
        """« MARTIN Julie », or « J. M. » when masked."""
        return french.initials(last, first) if self._masked else french.person_name_list(last, first)

    def detail(self, text: str) -> str:
        """Anything that would tell who it is (phone, address, birth date): hidden when masked."""
        return HIDDEN if self._masked and text else text
