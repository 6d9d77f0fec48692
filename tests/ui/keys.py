"""Keys as a user presses them. ``QTest.keyClicks`` aborts the interpreter on « é », « œ », « € »: not used here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


def _target(widget: QWidget) -> QWidget:
    """Who would receive the key: the focused widget of the window of ``widget``, else ``widget``."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        inside: QWidget | None = popup.focusWidget()
        return popup if inside is None else inside
    focused = QApplication.focusWidget()
    return widget if focused is None else focused


def type_text(widget: QWidget, text: str) -> None:
    """Type ``text`` letter by letter where the focus is, shortcuts of single letters included (chips)."""
    for char in text:
        target = _target(widget)
        code = ord(char.upper()) if char.isascii() else 0
        modifiers = Qt.KeyboardModifier.NoModifier
        if char.isupper():
            modifiers = Qt.KeyboardModifier.ShiftModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, code, modifiers, char))


def press(widget: QWidget, keys: str) -> None:
    """Press a combination given in Qt's notation (``"Ctrl+K"``, ``"Alt+Left"``, ``"Esc"``) where the focus is."""
    combination = QKeySequence(keys)[0]  # type: ignore[index]
    QTest.keyClick(_target(widget), combination.key(), combination.keyboardModifiers())


def type_and_enter(widget: QWidget, text: str) -> None:
    """Type, then Enter."""
    type_text(widget, text)
    press(widget, "Return")


def retype(widget: QWidget, text: str) -> None:
    """Select all, then type: replaces what the focused field shows."""
    press(widget, "Ctrl+A")
    type_text(widget, text)
