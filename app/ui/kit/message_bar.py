"""The message bar: sentences said by the program, the latest last, at the foot of the content; each can be closed."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.bridge.messages import Message, Messages
from app.ui.kit.controls import button
from app.ui.kit.icons import icon_label
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance

_ICONS = {"info": "info", "success": "circle-check", "warning": "triangle-alert", "error": "circle-x"}
_MOST = 3


class Toast(QFrame):
    """One message. Leaves after its seconds, unless the pointer or the focus is on it."""

    left = Signal()

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self.setProperty("role", "toast" if message.kind in ("info", "success") else f"banner-{message.kind}")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 8, 8, 8)
        line.setSpacing(12)
        quiet = message.kind in ("info", "success")
        line.addWidget(
            icon_label(_ICONS[message.kind], "background" if quiet else message.kind, self),
            0,
            Qt.AlignmentFlag.AlignVCenter,
        )
        self.text = label(message.text, "", self, wrap=True)
        self.text.setMinimumWidth(appearance().px(240))
        line.addWidget(self.text, 1)
        self.action: QPushButton | None = None
        if message.action_label and message.action:
            self.action = button(message.action_label, parent=self)
            self.action.clicked.connect(self._act)
            line.addWidget(self.action)
        closer = button("Fermer", "" if quiet else "quiet", parent=self)
        closer.setAccessibleName("Fermer ce message")
        closer.clicked.connect(self.leave)
        line.addWidget(closer)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        if message.seconds:
            self._timer.start(message.seconds * 1000)

    def leave(self) -> None:
        """Close."""
        self._timer.stop()
        self.hide()
        self.left.emit()
        self.deleteLater()

    def _act(self) -> None:
        if self.message.action:
            self.message.action()
        self.leave()

    def _expire(self) -> None:
        focused = QApplication.focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._timer.start(2000)
            return
        self.leave()


class MessageBar(QWidget):
    """Stacks up to three messages over the foot of its parent; the screen reader says each."""

    def __init__(self, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: list[Toast] = []
        self.hide()
        parent.installEventFilter(self)
        messages.said.connect(self.show_message)
        appearance().changed.connect(self._place)

    @property
    def toasts(self) -> list[Toast]:
        """Messages shown now, the oldest first."""
        return [one for one in self._shown if shiboken6.isValid(one) and not one.isHidden()]

    def show_message(self, message: Message) -> None:
        """Show ``message``; the same sentence already shown is replaced."""
        for one in self.toasts:
            if one.message.text == message.text:
                one.leave()
        while len(self.toasts) >= _MOST:
            self.toasts[0].leave()
        toast = Toast(message, self)
        toast.left.connect(self._place)
        self._column.addWidget(toast)
        self._shown = [*self.toasts, toast]
        toast.show()
        self._place()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, message.text))

    def clear(self) -> None:
        """Close every message (the notebook locks)."""
        for one in self.toasts:
            one.leave()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget() and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        if not self.toasts:
            self.hide()
            return
        margin = 16
        width = min(appearance().px(640), parent.width() - 2 * margin)
        self.setFixedWidth(max(width, 1))
        self._column.activate()
        hint = self._column.sizeHint()
        wanted = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else hint.height()
        height = max(wanted, 0)
        self.setGeometry((parent.width() - width) // 2, parent.height() - height - margin, width, height)
        self.show()
        self.raise_()
