"""Lets the program's keys through the text fields that would swallow some of them (Ctrl+K, Ctrl+Z…)."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from app.ui.kit.fields import Field
from app.ui.shell.actions import ACTIONS, SHORTCUT_SCOPES

_UNDO = {"undo", "redo"}


class ShortcutGuard(QObject):
    """Watches the focused text field only; one that wants these keys for itself sets the property ``ownKeys``.

    A text being typed keeps its own undo until it is committed."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._watched: QWidget | None = None
        self._ours: dict[str, str] = {}
        for action in ACTIONS:
            if action.scope in SHORTCUT_SCOPES:
                for key in action.keys:
                    self._ours[QKeySequence(key).toString()] = action.id
        app.focusChanged.connect(lambda _old, new: self._follow(new))

    def _follow(self, widget: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
            self._watched.destroyed.disconnect(self._forget)
        self._watched = None
        if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit) and not widget.property("ownKeys"):
            widget.installEventFilter(self)
            widget.destroyed.connect(self._forget)
            self._watched = widget

    def _forget(self) -> None:
        self._watched = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        action_id = self._ours.get(QKeySequence(event.keyCombination()).toString())
        if action_id is None or (action_id in _UNDO and _is_being_typed(watched)):
            return False
        event.ignore()
        return True


def _is_being_typed(widget: QObject) -> bool:
    one = widget.parent()
    while one is not None:
        if isinstance(one, Field):
            return one.is_editing()
        one = one.parent()
    if isinstance(widget, QLineEdit):
        return widget.isModified() and widget.isUndoAvailable()
    return True
