"""F1 on a field: three lines, an example, and why it is asked (PRODUCT.md G1)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui.kit.fields import Field, Help
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance


def help_of(widget: QWidget | None) -> tuple[Field, Help] | None:
    """The field around ``widget`` that has help, with it."""
    while widget is not None:
        if isinstance(widget, Field) and widget.help is not None:
            return widget, widget.help
        widget = widget.parentWidget()
    return None


class HelpPopover(QFrame):
    """Closes by Esc, Enter, F1, a click elsewhere; the focus goes back to the field."""

    closed_twice = Signal()
    """F1 was pressed again: the key sheet is wanted."""

    def __init__(self, title: str, told: Help, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        parts = [told.text]
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(label(title.replace("&", ""), "strong", self, wrap=True))
        column.addWidget(label(told.text, "", self, wrap=True))
        if told.example:
            parts.append(f"Exemple\u00a0: {told.example}")
            column.addWidget(label(parts[-1], "secondary", self, wrap=True))
        if told.why:
            parts.append(f"Pourquoi cette question\u00a0: {told.why}")
            column.addWidget(label(parts[-1], "secondary", self, wrap=True))
        self.setAccessibleName(f"Aide, {title.replace('&', '')}")
        self.setAccessibleDescription(". ".join(parts))
        self.setFixedWidth(appearance().px(380))

    def open_under(self, widget: QWidget) -> None:
        """Show under ``widget``."""
        self.adjustSize()
        at = widget.mapToGlobal(QPoint(0, widget.height() + 6))
        room = widget.screen().availableGeometry()
        at.setX(max(room.left(), min(at.x(), room.right() - self.width())))
        if at.y() + self.height() > room.bottom():
            at.setY(max(room.top(), widget.mapToGlobal(QPoint(0, 0)).y() - self.height() - 6))
        self.move(at)
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            self.close()
            self.closed_twice.emit()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.close()
        else:
            super().keyPressEvent(event)
