"""Cards, banners, figures and empty states."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.kit.controls import button
from app.ui.kit.icons import icon_label
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance


class Card(QFrame):
    """A framed block: ``body`` is its column. With ``opens``, Enter, Space and a click emit ``opened``.

    ``name`` is read by the screen reader for a card that opens.
    """

    opened = Signal()

    def __init__(
        self, title: str = "", *, opens: bool = False, name: str = "", icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._opens = opens
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 12)
        self.body.setSpacing(8)
        if title:
            head = QHBoxLayout()
            head.setSpacing(8)
            if icon:
                head.addWidget(icon_label(icon, "text_secondary", self))
            self.heading = label(title, "strong", self, wrap=True)
            head.addWidget(self.heading, 1)
            self.head = head
            self.body.addLayout(head)
        if opens:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setAccessibleName(name or title)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if self._opens and wanted and plain:
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (
            self._opens
            and event.button() == Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self.opened.emit()
        super().mouseReleaseEvent(event)


class EmptyState(QWidget):
    """What will appear here, and one button (PRODUCT.md O2)."""

    def __init__(
        self,
        sentence: str,
        action_label: str = "",
        action: Callable[[], None] | None = None,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 48, 24, 48)
        column.setSpacing(16)
        column.addStretch(1)
        if icon:
            picture = icon_label(icon, "text_secondary", self)
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(picture)
        self.sentence = label(sentence, "secondary", self, wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.sentence)
        self.button: QPushButton | None = None
        if action_label and action:
            self.button = button(action_label, "primary", parent=self)
            self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self.button.clicked.connect(lambda _on=False: action())
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)


class Figure(QWidget):
    """A figure with its words: « 1 234 h » over « validées »."""

    def __init__(self, figure: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 24, 0)
        column.setSpacing(0)
        self._figure = label(figure, "figure", self)
        self._words = label(words, "secondary", self)
        column.addWidget(self._figure)
        column.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def set(self, figure: str, words: str | None = None) -> None:
        """Show another figure."""
        self._figure.setText(figure)
        if words is not None:
            self._words.setText(words)


_ICONS = {"info": "info", "success": "circle-check", "warning": "triangle-alert", "error": "circle-x"}


class Banner(QFrame):
    """One sentence on a tinted ground with an icon and, perhaps, one button."""

    def __init__(
        self,
        text: str,
        kind: str = "info",
        action_label: str = "",
        action: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", f"banner-{kind}")
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 12, 8)
        line.setSpacing(12)
        line.addWidget(icon_label(_ICONS[kind], kind, self), 0, Qt.AlignmentFlag.AlignVCenter)
        self.label = label(text, "", self, wrap=True)
        line.addWidget(self.label, 1)
        if action_label and action:
            self.button = button(action_label, parent=self)
            self.button.clicked.connect(lambda _on=False: action())
            line.addWidget(self.button)
        # Minimum, not Maximum: a sentence on several lines is higher than the hint, which knows one
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def set_text(self, text: str) -> None:
        """Say something else; an empty text hides the banner."""
        self.label.setText(text)
        self.setVisible(bool(text))


class Pill(QWidget):
    """A state in a word with its icon: « ✓ Validé ». ``role`` is a colour role."""

    def __init__(self, text: str, role: str = "text", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(appearance().px(6))
        self._icon = icon_label(icon, role, self)
        self._icon.setVisible(bool(icon))
        self._text = label(text, role if role != "text" else "strong", self)
        self._line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._line.addWidget(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def set(self, text: str, role: str = "text", icon: str = "") -> None:
        """Show another state."""
        from app.ui.kit.icons import set_icon
        from app.ui.kit.labels import set_role

        self._text.setText(text)
        set_role(self._text, role if role != "text" else "strong")
        self._icon.setVisible(bool(icon))
        if icon:
            set_icon(self._icon, icon, role)
