"""Labels: roles of the type scale, and one that shortens its text rather than cut it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

PLAIN_TEXT = 0
"""``Qt.TextFormat.PlainText`` as a property value. Python builds the whole ``Qt`` namespace at its first use (15 ms):
what the first screen needs of it is said by number, here and in ``buttons``, ``passphrase_field`` and ``unlock``."""


def label(text: str, role: str = "", parent: QWidget | None = None, *, wrap: bool = False) -> QLabel:
    """A plain-text label. ``role``: ``title``, ``subtitle``, ``figure``, ``strong``, ``secondary``, ``small``,
    ``error``, ``success``, ``warning``, ``info`` or nothing."""
    made = QLabel(text, parent)
    made.setProperty("textFormat", PLAIN_TEXT)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def set_role(widget: QWidget, role: str, name: str = "role") -> None:
    """Change a style property of a widget already shown."""
    if widget.property(name) == role:
        return
    widget.setProperty(name, role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def rule(parent: QWidget | None = None) -> QFrame:
    """A thin horizontal line."""
    made = QFrame(parent)
    made.setProperty("role", "rule")
    return made


class ElidedLabel(QLabel):
    """One line of text that ends with « … » when the room is short; the whole text is in the tooltip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("textFormat", PLAIN_TEXT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("…") * 3, hint.height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def is_elided(self) -> bool:
        """Whether the end is replaced by « … » now."""
        return self._shown() != self.text()

    def _shown(self) -> str:
        from PySide6.QtCore import Qt

        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def _tell(self) -> None:
        self.setToolTip(self.text() if self.is_elided() else "")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._tell()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        from PySide6.QtCore import Qt

        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), self._shown())
