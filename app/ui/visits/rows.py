"""The lines of a visit: kept by id and changed in place, so that a tap never moves the focus nor the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.rules.french import NBSP
from app.store.visit_sheet import VisitSheet
from app.ui.kit.chips import ChipRow
from app.ui.kit.controls import button
from app.ui.kit.fields import AUTOSAVE_MS, MultilineField, TextField
from app.ui.kit.labels import label, rule
from app.ui.theme.appearance import appearance

V = TypeVar("V")


_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Row(QFrame):
    """One line. ``column`` holds what it shows; letters go to its chips; ↑ ↓ to the lines around."""

    left = Signal(int)
    """-1 or 1: the line above or below is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("visitRow")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._room = QVBoxLayout()
        self._room.setContentsMargins(0, 10, 0, 10)
        outer.addLayout(self._room)
        outer.addWidget(rule(self))
        self.column = QVBoxLayout()
        self.column.setSpacing(6)
        self._room.addLayout(self.column)
        self.chip_rows: list[ChipRow] = []

    def show_value(self, value: Any) -> None:
        """Show another value of the same id."""
        raise NotImplementedError

    def set_read_only(self, on: bool) -> None:
        """Show without letting change."""

    def focus_moved(self) -> None:
        """The focus came into the line, or left it."""

    def take_focus(self) -> None:
        """The first thing of the line that can be acted upon."""
        for row in self.chip_rows:
            if row.isVisibleTo(self):
                row.focus_first()
                return
        target = next((one for one in self.findChildren(QWidget) if _can_focus(one, self)), None)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def watch(self, *rows: ChipRow) -> None:
        """Give the letters of these chips to the whole line, and their ↑ ↓ to the list (a button would take them)."""
        self.chip_rows = list(rows)
        for row in rows:
            for one in row.findChildren(QPushButton):
                one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            if step is not None and event.modifiers() in _PLAIN:
                self.left.emit(step)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in _PLAIN
        if plain and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.left.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
            return
        typing = isinstance(QApplication.focusWidget(), QLineEdit)
        letters = event.modifiers() == Qt.KeyboardModifier.NoModifier and not typing
        if letters and any(row.isVisibleTo(self) and row.press_letter(event.text()) for row in self.chip_rows):
            return
        super().keyPressEvent(event)


def _can_focus(one: QWidget, root: QWidget) -> bool:
    return bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) and one.isVisibleTo(root) and one.isEnabled()


class RowList(QWidget, Generic[V]):
    """Lines in the order of the values. ``make(value)`` builds the line of a new one; others are changed in place.

    ``rearranged`` when a line came, left or moved.
    """

    rearranged = Signal()

    def __init__(
        self, make: Callable[[V], Row], key: Callable[[V], str], empty: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._key = key
        self._rows: dict[str, Row] = {}
        self._values: dict[str, V] = {}
        self._read_only = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._empty = label(empty, "secondary", self, wrap=True)
        self._empty.setVisible(bool(empty))
        self._column.addWidget(self._empty)

    @property
    def rows(self) -> list[Row]:
        """The lines, in order."""
        return [self._rows[key] for key in self._values]

    def row(self, key: str) -> Row:
        """The line of an id."""
        return self._rows[key]

    def show_values(self, values: Sequence[V], *, force: bool = False) -> None:
        """Show these values; a line whose value is the same is left alone unless ``force``."""
        wanted = {self._key(one): one for one in values}
        same = list(wanted) == list(self._values)
        for key in [one for one in self._rows if one not in wanted]:
            gone = self._rows.pop(key)
            focus = gone.isAncestorOf(QApplication.focusWidget() or self)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
            if focus:
                self._focus_near(key)
        for at, (key, value) in enumerate(wanted.items(), 1):
            row = self._rows.get(key)
            if row is None:
                row = self._rows[key] = self._make(value)
                row.setParent(self)
                row.left.connect(lambda step, key=key: self._move(key, step))
                row.set_read_only(self._read_only)
                row.show_value(value)
                self._column.insertWidget(at, row)
                row.show()
            elif force or self._values.get(key) != value:
                row.show_value(value)
            if self._column.indexOf(row) != at:
                self._column.removeWidget(row)
                self._column.insertWidget(at, row)
        self._values = wanted
        self._empty.setVisible(bool(self._empty.text()) and not wanted)
        if not same:
            self.rearranged.emit()

    def set_read_only(self, on: bool) -> None:
        """For every line, present and to come."""
        if on != self._read_only:
            self._read_only = on
            for row in self._rows.values():
                row.set_read_only(on)

    def set_empty(self, text: str) -> None:
        """What is said when there is no line."""
        self._empty.setText(text)
        self._empty.setVisible(bool(text) and not self._rows)

    def _move(self, key: str, step: int) -> None:
        keys = list(self._values)
        at = keys.index(key) + step
        if 0 <= at < len(keys):
            self._rows[keys[at]].take_focus()

    def _focus_near(self, key: str) -> None:
        keys = list(self._values)
        at = keys.index(key) if key in keys else 0
        near = [one for one in keys[at + 1 :] + keys[:at][::-1] if one in self._rows]
        if near:
            self._rows[near[0]].take_focus()


class SectionBox(QFrame):
    """One section of the page: its title with a count, buttons at its right, its column."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = title
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 14, 20, 14)
        self.body.setSpacing(8)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(8)
        words = QHBoxLayout()
        words.setSpacing(12)
        self.heading = label(title, "subtitle", self)
        words.addWidget(self.heading)
        self.count = label("", "secondary", self)
        words.addWidget(self.count)
        words.addStretch(1)
        self._top.addLayout(words, 1)
        self.head = QHBoxLayout()
        """Where the section's own buttons stand."""
        self.head.setSpacing(12)
        self._top.addLayout(self.head)
        self.body.addLayout(self._top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < appearance().px(460)
        self._top.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def set_count(self, text: str) -> None:
        """What is said beside the title."""
        self.count.setText(text)
        self.count.setVisible(bool(text))

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show what the visit says of this section; ``force`` shows again what has not changed."""
        raise NotImplementedError


def in_reading_order(widget: QWidget) -> Iterator[QWidget]:
    """Widgets that can take the focus, in the order they are read: the order of their layouts."""
    if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item is None:
            continue
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            yield from _in_layout(inner)
        elif widget is not None:
            yield from in_reading_order(widget)


class Avatar(QLabel):
    """The first letter of a name in a disc: no photo of anybody."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        appearance().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        look = appearance()
        side = look.px(36)
        self.setFixedSize(side, side)
        self.setStyleSheet(
            f"QLabel {{ border: {max(1, look.theme.border)}px solid {look.theme.colour('control_border')};"
            f" border-radius: {side // 2}px; font-weight: 600; }}"
        )


class KeptTyping:
    """Keeps the text of a field every second while it is typed: a kill loses one second of it at most."""

    def __init__(self, owner: QWidget, read: Callable[[], str], keep: Callable[[str], None]) -> None:
        self._read = read
        self._keep = keep
        self._kept = ""
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self.keep_now)

    def typed(self) -> None:
        """Something was typed."""
        if not self._timer.isActive():
            self._timer.start()

    def keep_now(self) -> None:
        """At once: the window locks or closes."""
        self._timer.stop()
        text = self._read()
        if text != self._kept:
            self._kept = text
            self._keep(text)

    def forget(self) -> None:
        """The text has become a record (the service has dropped what was kept)."""
        self._timer.stop()
        self._kept = ""


def keep_field(field: TextField | MultilineField, keep: Callable[[str], None]) -> KeptTyping:
    """Keep what is typed in a field of the kit until it is committed."""
    edit = field.edit

    def read() -> str:
        if not field.is_editing():
            return ""
        return edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText()

    kept = KeptTyping(field, read, keep)
    field.edited.connect(kept.typed)
    field.committed.connect(lambda _value: kept.forget())
    return kept


def put_back(field: TextField | MultilineField, text: str) -> None:
    """Put back what was being typed when the program stopped, not committed, with the caret at its end."""
    edit = field.edit
    if isinstance(edit, QLineEdit):
        edit.setText(text)
        edit.textEdited.emit(text)
    else:
        edit.setPlainText(text)
        cursor = edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        edit.setTextCursor(cursor)
    edit.setFocus(Qt.FocusReason.OtherFocusReason)


def more_button(name: str, parent: QWidget | None = None) -> Any:
    """The « ⋯ » of a line, with its word for those who do not see it."""
    made = button("Plus…", "quiet", "ellipsis", parent)
    made.setAccessibleName(f"Plus d’actions{NBSP}: {name}")
    return made
