"""The grid under the fingers: a number typed directly edits, Enter goes down, Tab goes right, everything by keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyleOptionViewItem,
    QWidget,
)

from app.rules.absences import ABSENCES
from app.rules.french import NBSP, format_month
from app.ui.hours.note import ACCEPT_KEYS, NoteLine
from app.ui.hours.table import EDITABLE, KEYS, GridTable
from app.ui.hours.viewmodel import ABSENCE, TRAINING, WORKED, GridViewModel
from app.ui.kit.fields import AUTOSAVE_MS
from app.ui.kit.table import ID_ROLE
from app.ui.kit.table_view import CellDelegate, TableView
from app.ui.theme.appearance import appearance

AnyIndex = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_ALWAYS = {"rank": 44, "name": 136, WORKED: 92, TRAINING: 92, ABSENCE: 84}
_WHEN_ROOM = (("check", 120), ("previous", 92), ("lot", 190), ("contract", 246))
"""Widths in pixels at 100 %; the last columns leave first when the room is short."""


class GridDelegate(CellDelegate):
    """Right-aligned line editors; Enter, Tab, ↑ and ↓ commit and move. Text being typed is never overwritten."""

    moved = Signal(str)
    """After a commit: ``down``, ``up``, ``next`` or ``previous``."""
    block_pasted = Signal(str)
    typed = Signal(str)
    """The whole text of the cell, at each key."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setProperty("ownFocus", True)
        editor.setMaxLength(40)
        if KEYS[index.column()] != ABSENCE:
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole) or ""))
        editor.textEdited.connect(self.typed.emit)
        return editor

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
            editor.selectAll()

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and isinstance(editor, QLineEdit):
            if event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Paste):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                if event.matches(QKeySequence.StandardKey.Paste) and is_block(QGuiApplication.clipboard().text()):
                    self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)
                    self.block_pasted.emit(QGuiApplication.clipboard().text())
                    return True
                step = _step(event)
                if step:
                    self.commitData.emit(editor)
                    self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
                    self.moved.emit(step)
                    return True
        return super().eventFilter(editor, event)


def is_block(text: str) -> bool:
    """Whether a copied text is more than one cell."""
    return "\n" in text.strip() or "\t" in text.strip()


def _is_back_tab(event: QKeyEvent) -> bool:
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return event.key() == Qt.Key.Key_Backtab or (event.key() == Qt.Key.Key_Tab and shift)


def _step(event: QKeyEvent) -> str:
    if _is_back_tab(event):
        return "previous"
    if event.modifiers() not in _PLAIN:
        return ""
    if event.key() in _ENTER or event.key() == Qt.Key.Key_Down:
        return "down"
    return {Qt.Key.Key_Up: "up", Qt.Key.Key_Tab: "next"}.get(Qt.Key(event.key()), "")


class GridView(TableView):
    """``left_down``: Enter or ↓ after the last line; ``insert_wanted``: Ins; ``share_wanted(id of the line)``."""

    left_down = Signal()
    insert_wanted = Signal()
    share_wanted = Signal(str)

    def __init__(self, model: GridViewModel, parent: QWidget | None = None) -> None:
        super().__init__("Heures du mois", parent)
        self._model = model
        self._table = GridTable(model, self)
        self._notes: dict[str, NoteLine] = {}
        self._fitting = False
        delegate = GridDelegate(self)
        delegate.moved.connect(self._step_after_edit)
        delegate.block_pasted.connect(self._paste)
        delegate.typed.connect(self._typed)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(AUTOSAVE_MS)
        self._typing.timeout.connect(self._keep_typing)
        self.setItemDelegate(delegate)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setModel(self._table)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._caret = ("", WORKED)
        self._table.modelAboutToBeReset.connect(self._keep_caret)
        self._table.modelReset.connect(self._restore_caret)
        for signal in (self._table.modelReset, self._table.rowsInserted, self._table.rowsRemoved):
            signal.connect(lambda *_: self._place_notes())
        self._table.dataChanged.connect(lambda *_: self._place_notes())
        model.changed.connect(self._fit)
        model.go_to.connect(self.select_line)
        model.resumed.connect(self._resume, Qt.ConnectionType.QueuedConnection)  # once the focus has settled
        self._fit()

    # --- caret ---------------------------------------------------------------------------

    def current_line(self) -> str:
        """Id of the line with the caret, or an empty string."""
        return str(self.currentIndex().data(ID_ROLE) or "") if self.currentIndex().isValid() else ""

    def current_key(self) -> str:
        """Column with the caret."""
        index = self.currentIndex()
        return KEYS[index.column()] if index.isValid() else ""

    def select_line(self, row_id: str, key: str = WORKED) -> None:
        """Put the caret on a cell and show it."""
        at = self._table.place_of(row_id)
        if at is not None:
            index = self._table.index(at, KEYS.index(key))
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _keep_caret(self) -> None:
        self._caret = (self.current_line(), self.current_key() or WORKED)

    def _restore_caret(self) -> None:
        row_id, key = self._caret
        if row_id:
            self.select_line(row_id, key)

    def select_first(self) -> None:
        """Caret on the first line of which nothing was said, else on the first."""
        grid = self._model.grid
        if grid is None or not grid.rows:
            return
        waiting = grid.unanswered if grid.editable else ()
        self.select_line((waiting or grid.rows)[0].id)

    def go(self, step: str) -> None:
        """Move the caret: ``down``, ``up``, ``next``, ``previous``. After the last line: ``left_down``."""
        index = self.currentIndex()
        if not index.isValid():
            self.select_first()
            return
        if step in ("down", "up"):
            self._go_line(index, 1 if step == "down" else -1)
        elif not self._go_cell(index, 1 if step == "next" else -1):
            super().focusNextPrevChild(step == "next")

    def _go_line(self, index: QModelIndex, direction: int) -> None:
        at = index.row() + direction
        while self._table.is_note(at):
            at += direction
        if 0 <= at < self._table.rowCount():
            target = self._table.index(at, index.column())
            self.setCurrentIndex(target)
            self.scrollTo(target)
        elif direction > 0:
            self.left_down.emit()

    def _go_cell(self, index: QModelIndex, direction: int) -> bool:
        at = index.column() + direction
        while 0 <= at < len(KEYS) and (KEYS[at] not in EDITABLE or self.isColumnHidden(at)):
            at += direction
        if not index.isValid() or not 0 <= at < len(KEYS):
            return False
        target = self._table.index(index.row(), at)
        self.setCurrentIndex(target)
        self.scrollTo(target)
        return True

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes right in the line, and leaves the grid after its last figure (no trap)."""
        if self.hasFocus() and self._go_cell(self.currentIndex(), 1 if forward else -1):
            return True
        return super().focusNextPrevChild(forward)

    def _step_after_edit(self, step: str) -> None:
        row = self._model.row(self.current_line())
        key = self.current_key()
        if row is not None and key in EDITABLE and self._model.is_wrong(row, key):
            return  # the caret stays on what could not be read; Enter again goes on
        self.go(step)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        index = super().moveCursor(action, modifiers)
        if self._table.is_note(index.row()):
            backwards = action in (
                QAbstractItemView.CursorAction.MoveUp,
                QAbstractItemView.CursorAction.MovePageUp,
            )
            at = index.row() - 1 if backwards or index.row() + 1 >= self._table.rowCount() else index.row() + 1
            column = self.currentIndex().column() if self.currentIndex().isValid() else index.column()
            return self._table.index(at, column)
        return index

    # --- keys ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
            return
        if self._command(event):
            event.accept()
            return
        figure = event.text()[:1] in tuple("0123456789,.") and not event.modifiers() & _COMMANDS
        if figure and self.currentIndex().isValid() and self.current_key() not in EDITABLE:
            self.select_line(self.current_line())  # a figure typed anywhere on the line is its hours
        super().keyPressEvent(event)

    def _command(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        row_id, column = self.current_line(), self.current_key()
        control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
        if modifiers in _PLAIN and key in _ENTER:
            if column in (WORKED, ""):
                self._model.confirm_proposal(row_id)
            self.go("down")
        elif modifiers in _PLAIN and key == Qt.Key.Key_Down:
            self.go("down")
        elif modifiers in _PLAIN and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if column in EDITABLE:
                self._model.clear_cell(row_id, column)
        elif modifiers in _PLAIN and key == Qt.Key.Key_Insert:
            self.insert_wanted.emit()
        elif modifiers == control and key == Qt.Key.Key_D:
            self._model.same_as_above(row_id, column if column in EDITABLE else WORKED)
        elif modifiers == alt and key == Qt.Key.Key_R:
            self._model.repeat(row_id)
        elif modifiers == alt and key == Qt.Key.Key_C:
            self.ask_reason()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste(QGuiApplication.clipboard().text())
        else:
            return False
        return True

    def event(self, event: QEvent) -> bool:
        # these keys belong to the grid while it has the focus, whatever menus say
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.modifiers() == Qt.KeyboardModifier.AltModifier
            and event.key() in (Qt.Key.Key_R, Qt.Key.Key_C)
        ):
            event.accept()
            return True
        return super().event(event)

    def ask_reason(self) -> None:
        """« C’est normal… » for the line with the caret (Alt+C)."""
        note = self._notes.get(self.current_line())
        if note is not None:
            note.ask_reason()

    def _paste(self, text: str) -> None:
        if text.strip():
            self._model.paste(text, self.current_line(), self.current_key())

    def commit_editor(self) -> None:
        """Take what is being typed: the window locks, closes, or the month is validated."""
        editor = self.indexWidget(self.currentIndex())
        if self.state() == QAbstractItemView.State.EditingState and isinstance(editor, QLineEdit):
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def _typed(self, _text: str) -> None:
        if not self._typing.isActive():
            self._typing.start()

    def _keep_typing(self) -> None:
        editor = self.indexWidget(self.currentIndex())
        if self.editing and isinstance(editor, QLineEdit):
            self._model.keep_typing(self.current_line(), self.current_key(), editor.text())

    def _resume(self, row_id: str, key: str, text: str) -> None:
        """Go on typing where the program was stopped."""
        self.select_line(row_id, key)
        self.edit(self.currentIndex())
        editor = self.indexWidget(self.currentIndex())
        if isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.setModified(True)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        self._typing.stop()
        if hint == QAbstractItemDelegate.EndEditHint.RevertModelCache:
            self._model.drop_typing()
        super().closeEditor(editor, hint)

    def give_up(self) -> bool:
        """Esc: leave the cell as it was, or the reason unsaid. False when nothing was being typed."""
        editor = self.indexWidget(self.currentIndex())
        if self.editing and isinstance(editor, QLineEdit):
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)
            return True
        asking = next((one for one in self._notes.values() if one.asking), None)
        if asking is not None:
            asking.give_up()
            return True
        return False

    @property
    def editing(self) -> bool:
        """Whether a cell is being typed in."""
        return self.state() == QAbstractItemView.State.EditingState

    # --- menu of a line ------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row_id = self.current_line()
        if row_id:
            self.line_menu(row_id).popup(event.globalPos())

    def line_menu(self, row_id: str) -> QMenu:
        """What can be done with a line, with its keys."""
        menu = QMenu(self)
        menu.setAccessibleName("Ligne")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self._model.row(row_id)
        editable = self._model.editable
        before = format_month(self._model.previous_month) if self._model.month else ""
        repeat = menu.addAction(f"Reprendre {before}\tAlt+R", lambda: self._model.repeat(row_id))
        repeat.setEnabled(editable and row is not None and row.previous is not None)
        above = menu.addAction(
            "Même valeur que la ligne du dessus\tCtrl+D", lambda: self._model.same_as_above(row_id, WORKED)
        )
        above.setEnabled(editable and row is not None and row.rank > 1)
        share = menu.addAction("Répartir sur un autre lot…", lambda: self.share_wanted.emit(row_id))
        share.setEnabled(editable and row is not None and bool(row.worked))
        normal = menu.addAction(f"C’est normal…\t{ACCEPT_KEYS}", self.ask_reason)
        normal.setEnabled(editable and row is not None and bool(row.open_doubts))
        absence = menu.addMenu("Absence")
        absence.setEnabled(editable)
        for one in ABSENCES:
            absence.addAction(
                f"{one.code}{NBSP}: {one.label}",
                partial(self._model.type_cell, row_id, ABSENCE, one.code),
            )
        absence.addAction("Aucune", lambda: self._model.type_cell(row_id, ABSENCE, ""))
        return menu

    # --- looks ---------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _measure(self) -> None:
        super()._measure()
        if hasattr(self, "_table"):
            self._fit()

    def _fit(self) -> None:
        """Give figures their width; words share the rest, the least useful column leaves first."""
        if self._fitting:
            return
        self._fitting = True
        look = appearance()
        grid = self._model.grid
        shown = dict(_ALWAYS)
        room = self.viewport().width() - sum(look.px(width) for width in shown.values())
        for key, width in _WHEN_ROOM:
            needed = key != "lot" or (grid is not None and grid.several_lots)
            if needed and room >= look.px(width):
                shown[key] = width
                room -= look.px(width)
        spare = max(room, 0)
        to_name = min(spare, look.px(110)) if "check" in shown else spare
        extra = {"name": to_name, "check": spare - to_name}
        for at, key in enumerate(KEYS):
            self.setColumnHidden(at, key not in shown)
            if key in shown:
                self.setColumnWidth(at, look.px(shown[key]) + extra.get(key, 0))
        self._fitting = False
        self._place_notes()

    def _place_notes(self) -> None:
        """Put the sentences in their lines. Widgets are kept while their line keeps its sentence."""
        wanted = self._table.notes()
        self.clearSpans()
        kept: dict[str, NoteLine] = {}
        width = max(self.viewport().width(), self.horizontalHeader().length())
        for at, row_id in wanted:
            row = self._table.row_at(at)
            note = self._model.note(row) if row is not None else None
            if row is None or note is None:
                continue
            self.setSpan(at, 0, 1, len(KEYS))
            index = self._table.index(at, 0)
            widget = self.indexWidget(index)
            if not isinstance(widget, NoteLine):
                widget = self._new_note(row_id)
                self.setIndexWidget(index, widget)
            widget.show_note(note, self._model.name(row))
            needed = widget.heightForWidth(min(width, self.viewport().width()))
            self.setRowHeight(at, max(needed, appearance().row_height))
            kept[row_id] = widget
        self._notes = kept

    def _new_note(self, row_id: str) -> NoteLine:
        made = NoteLine(self.viewport())
        made.accepted.connect(lambda reason: self._accept(row_id, reason))
        made.fixed.connect(self._model.fix_difference)
        made.done.connect(self.setFocus)
        return made

    def _accept(self, row_id: str, reason: str) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._model.accept(row_id, reason):
            self.select_line(row_id)
            self.go("down")
