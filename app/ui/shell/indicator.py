"""The left corner of the status bar: how the notebook stands with its network, in words, and the door to the place."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.ui.kit.icons import set_icon
from app.ui.theme.appearance import appearance


@dataclass(frozen=True, slots=True)
class SyncState:
    """An icon that differs by its shape, and words (PRODUCT.md §3.6)."""

    text: str
    icon: str = "cloud-off"
    role: str = "text_secondary"


def offline_state(kept: int) -> SyncState:
    """A notebook without a server: normal, never an alarm."""
    from app.sync.sentences import offline

    return SyncState(offline(kept))


class SyncIndicator(QPushButton):
    """Icon and words, shortened rather than cut; a click opens « Synchronisation »."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.state = SyncState("")
        self.setProperty("kind", "indicator")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_state(self, state: SyncState) -> None:
        """Show where things stand; the screen reader reads all the words."""
        if state == self.state:
            return
        self.state = state
        set_icon(self, state.icon, state.role)
        self.setAccessibleName(f"Synchronisation\u00a0: {state.text}")
        self._fit()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self._wide(self.state.text), hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(appearance().px(56), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _wide(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + appearance().px(44)

    def _fit(self) -> None:
        from PySide6.QtCore import Qt

        room = self.width() - self._wide("")
        shown = self.fontMetrics().elidedText(self.state.text, Qt.TextElideMode.ElideRight, max(room, 0))
        self.setText(shown)
        self.setToolTip(self.state.text if shown != self.state.text else "")
