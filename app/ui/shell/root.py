"""The one top-level window: shows the unlock screen, the workspace, or the lock cover. Light: imported first."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.ui.texts import PRODUCT

_LAYOUTS = 10
"""Layouts, one in the other, between a field and the window; none too many costs a microsecond."""


class RootWindow(QMainWindow):
    """Holds pages; one is shown. ``closing`` is emitted before it closes, so that pending texts are committed."""

    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("root")
        self.setWindowTitle(PRODUCT)
        self._stack = QStackedWidget(self)
        self._stack.setObjectName("content")
        self.setCentralWidget(self._stack)
        self.setMinimumSize(QSize(640, 480))
        self.resize(1280, 800)

    @property
    def page(self) -> QWidget | None:
        """The page shown."""
        return self._stack.currentWidget()

    def show_page(self, page: QWidget) -> None:
        """Show ``page``, adopting it when new."""
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def drop_page(self, page: QWidget) -> None:
        """Forget a page for ever."""
        self._stack.removeWidget(page)
        page.hide()
        page.deleteLater()

    def name_notebook(self, name: str) -> None:
        """Show the notebook's name in the title bar; never the name of a person."""
        self.setWindowTitle(f"{name} – {PRODUCT}" if name else PRODUCT)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            # Layouts first, from inside out: each that settles has its widget painted again, and Qt would paint the
            # window between two of them (measured: a list was painted five times at each opening).
            for _ in range(_LAYOUTS):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
