"""A column that scrolls when the window is short or the text large, so that nothing is ever squeezed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.ui.theme.appearance import appearance

_LIST_ROWS = 6
"""Rows, its header included, that a list keeps whatever stands above it."""


class FittedColumn(QWidget):
    """What a resizable scroll area holds when its sentences wrap: as high as they are at the width of now.

    Their minimum, which the area would ask for too, is that of a narrower page: it would leave a blank to scroll
    through under them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("column")

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(hint.width(), 0) if self.hasHeightForWidth() else hint


class ScrollColumn(QScrollArea):
    """Put widgets in ``body``; the focus never stops on the area itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = FittedColumn()
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(4, 4, 4, 16)
        self.body.setSpacing(16)
        self.setWidget(inner)


class ListPage(QScrollArea):
    """A page with a list under its filters. Where there is no room for both (text at 200 % on a small screen) neither
    is squeezed: the page scrolls, and what takes the focus comes into view. Put widgets in ``column``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("column")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 8)
        self.column.setSpacing(8)
        self.setWidget(inner)
        self._list: QWidget | None = None
        appearance().changed.connect(self._measure)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def keep_high(self, widget: QWidget) -> None:
        """The widget that holds the list: never lower than some rows."""
        self._list = widget
        self._measure()

    def _measure(self) -> None:
        if self._list is not None:
            self._list.setMinimumHeight(_LIST_ROWS * appearance().row_height)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and new is not self and self.isAncestorOf(new):
            self.ensureWidgetVisible(new, 0, 8)
