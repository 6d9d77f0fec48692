"""Lets the program's keys through the text fields that would swallow some of them (Ctrl+K, Ctrl+Z…)."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from app.ui.kit.fields import Field
from app.ui.shell.actions import ACTIONS, SHORTCUT_SCOPES

_UNDO = {"undo", "redo"}
_UP = "up"


class ShortcutGuard(QObject):
    """Watches the focused text field only; one that wants these keys for itself sets the property ``ownKeys``.

    A text being typed keeps its own undo until it is committed, and its own Esc: what was typed is given up before
    anything is left. A field outside the forms that empties on Esc sets the property ``ownEscape``."""

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
        if action_id == _UP and _keeps_escape(watched):
            event.accept()  # the field hears the key itself; else the window would take it
            return True
        event.ignore()
        return True


def _field_of(widget: QObject) -> Field | None:
    one = widget.parent()
    while one is not None and not isinstance(one, Field):
        one = one.parent()
    return one


def _keeps_escape(widget: QObject) -> bool:
    field = _field_of(widget)
    if field is not None:
        return field.is_editing()
    return bool(widget.property("ownEscape")) and isinstance(widget, QLineEdit) and bool(widget.text())


def _is_being_typed(widget: QObject) -> bool:
    field = _field_of(widget)
    if field is not None:
        return field.is_editing()
    if isinstance(widget, QLineEdit):
        return widget.isModified() and widget.isUndoAvailable()
    return True
