"""A column that scrolls when the window is short or the text large, so that nothing is ever squeezed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


class ScrollColumn(QScrollArea):
    """Put widgets in ``body``; the focus never stops on the area itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("column")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(4, 4, 4, 16)
        self.body.setSpacing(16)
        self.setWidget(inner)
