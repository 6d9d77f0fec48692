"""Ctrl+K: commands and records in one list (PRODUCT.md §3.9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.kit import icons
from app.ui.kit.labels import label
from app.ui.shell.actions import BY_ID, Action
from app.ui.shell.commands import Entry, Hit, Query, Recents, Search, arrange, understand
from app.ui.theme import tokens
from app.ui.theme.appearance import appearance

_ENTRY = int(Qt.ItemDataRole.UserRole)
_HEADING = int(Qt.ItemDataRole.UserRole) + 1

PRINTER_ZONE = 40
"""Width of the end of a line where a click prints."""
_PROMPTS = {
    "hours": "Saisir les heures de quelle entreprise",
    "visit": "Visiter quelle entreprise ou opération",
    "print": "Imprimer quelle fiche",
}
_SECONDARY = {Qt.Key.Key_P: "print", Qt.Key.Key_H: "hours", Qt.Key.Key_M: "visit"}


class _Lines(QStyledItemDelegate):
    """A heading in small letters, or icon, title, quieter words, and the keys at the right.

    A record that can be printed has a printer at its right end: one click there prints instead of opening.
    """

    printing = False
    """Whether the latest click was on a printer."""

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            entry = index.data(_ENTRY)
            zone = QRect(option.rect)
            zone.setLeft(zone.right() - appearance().px(PRINTER_ZONE))
            self.printing = _can_print(entry) and zone.contains(event.position().toPoint())
        return False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        look = appearance()
        return QSize(0, look.px(26) if index.data(_HEADING) else max(look.row_height, look.px(36)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = appearance()
        rect = QRect(option.rect)
        painter.save()
        heading = index.data(_HEADING)
        if heading:
            painter.setFont(look.font(tokens.SMALL, bold=True))
            painter.setPen(look.colour("text_secondary"))
            painter.drawText(rect.adjusted(look.px(12), 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), str(heading))
            painter.restore()
            return
        entry: Entry = index.data(_ENTRY)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, look.colour("selection"))
        ink = "on_selection" if selected else "text"
        quiet = ink if selected and look.theme.border > 1 else "text_secondary"
        side = look.icon_size().width()
        left = rect.left() + look.px(12)
        painter.drawPixmap(
            left,
            rect.center().y() - side // 2,
            icons.pixmap(entry.icon, ink) if entry.icon else icons.pixmap("chevron-right", ink),
        )
        left += side + look.px(12)
        right = rect.right() - look.px(12)
        small = look.font(tokens.SMALL)
        if _can_print(entry):
            painter.drawPixmap(right - side, rect.center().y() - side // 2, icons.pixmap("printer", ink))
            right -= side + look.px(12)
        elif entry.keys:
            width = QFontMetrics(small).horizontalAdvance(entry.keys)
            painter.setFont(small)
            painter.setPen(look.colour(quiet))
            painter.drawText(
                QRect(right - width, rect.top(), width, rect.height()), int(Qt.AlignmentFlag.AlignVCenter), entry.keys
            )
            right -= width + look.px(12)
        font = look.font(tokens.BODY)
        metrics = QFontMetrics(font)
        room = right - left
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(look.colour(ink))
        painter.drawText(QRect(left, rect.top(), room, rect.height()), int(Qt.AlignmentFlag.AlignVCenter), title)
        taken = metrics.horizontalAdvance(title) + look.px(12)
        if entry.subtitle and room - taken > look.px(48):
            words = QFontMetrics(small).elidedText(entry.subtitle, Qt.TextElideMode.ElideRight, room - taken)
            painter.setFont(small)
            painter.setPen(look.colour(quiet))
            painter.drawText(
                QRect(left + taken, rect.top(), room - taken, rect.height()), int(Qt.AlignmentFlag.AlignVCenter), words
            )
        if selected and look.theme.border > 1:
            painter.setPen(QPen(look.colour(ink), 1))
        painter.restore()


def _can_print(entry: Entry | None) -> bool:
    return entry is not None and entry.hit is not None and not entry.action and entry.hit.kind in BY_ID["print"].target


class Palette(QFrame):
    """Opens over the window. ``chosen`` carries an :class:`Entry`; ``closed`` is emitted in every case.

    ``search(text, answer)`` may answer late: only the answer to the last text is shown.
    """

    chosen = Signal(object)
    closed = Signal()

    def __init__(
        self,
        parent: QWidget,
        search: Search | None = None,
        available: Callable[[Action], bool] = lambda _action: True,
        recents: Recents | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "popover")
        self.setObjectName("palette")
        self._search = search
        self._available = available
        self.recents = recents or Recents()
        self._verb = ""
        self._hits: Sequence[Hit] = ()
        self._asked = ""
        self._moved = False
        """Whether a line was chosen by hand since the last letter: late answers leave it."""
        self._before: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        self._title = label("", "strong", self)
        column.addWidget(self._title)
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName("Rechercher ou commander")
        self.edit.setProperty("ownFocus", True)
        self.edit.setProperty("ownKeys", True)
        column.addWidget(self.edit)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Résultats")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lines = _Lines(self.list)
        self.list.setItemDelegate(self._lines)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(False)
        column.addWidget(self.list)
        self._foot = label("", "small", self)
        column.addWidget(self._foot)
        self.edit.textEdited.connect(self._typed)
        self.edit.installEventFilter(self)
        self.list.itemClicked.connect(self._clicked)
        self.hide()
        parent.installEventFilter(self)
        appearance().changed.connect(self._place)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def open_for(self, verb: str = "", text: str = "") -> None:
        """Open; with ``verb`` (``hours``, ``visit``, ``print``) only its records are offered."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._verb = verb
        self._title.setText(_PROMPTS.get(verb, ""))
        self._title.setVisible(bool(verb))
        self.edit.setPlaceholderText(
            "Nom, raison sociale, opération…" if verb else "Personne, entreprise, opération, visite ou commande…"
        )
        self.edit.setText(text)
        self._hits = ()
        self._asked = ""
        self._typed(text)
        self.show()
        self._place()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self, *, give_back: bool = True) -> None:
        """Close; the focus goes back where it was."""
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        if give_back and before is not None and shiboken6.isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def entries(self) -> list[Entry]:
        """The lines shown, headings left out."""
        found = [self.list.item(at).data(_ENTRY) for at in range(self.list.count())]
        return [one for one in found if one is not None]

    def current(self) -> Entry | None:
        """The highlighted line."""
        item = self.list.currentItem()
        entry = item.data(_ENTRY) if item is not None else None
        return entry if isinstance(entry, Entry) else None

    # --- inside -----------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self._moved = False
        query = understand(text, self._verb)
        if not query.records or not (query.search or self._verb) or self._search is None:
            self._hits = ()
            self._asked = ""
            self._show(query)
            return
        self._asked = text
        self._show(query)
        self._search(query.search, partial(self._answer, text))

    def _answer(self, asked: str, hits: Sequence[Hit]) -> None:
        if asked != self._asked:
            return
        self._hits = hits
        self._show(understand(asked, self._verb))

    def _show(self, query: Query) -> None:
        kept = self.current() if self._moved else None
        entries = arrange(query, self._hits, self.recents.entries(), self._available)
        self.list.clear()
        group = None
        for entry in entries:
            if entry.group is not group:
                group = entry.group
                heading = QListWidgetItem()
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setData(_HEADING, group.value)
                self.list.addItem(heading)
            item = QListWidgetItem(entry.title)
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.said)
            self.list.addItem(item)
        rows = range(self.list.count())
        at = next((n for n in rows if kept is not None and self.list.item(n).data(_ENTRY) == kept), None)
        self.list.setCurrentRow(at if at is not None else 1 if entries else -1)
        if entries:
            self._foot.setText(
                "Entrée\u00a0: ouvrir · Ctrl+P\u00a0: imprimer · Ctrl+H\u00a0: heures · Échap\u00a0: fermer"
            )
        else:
            self._foot.setText("Rien ne correspond. Essayer un autre mot, sans accent ou incomplet.")
        self._place()

    def _choose(self, entry: Entry) -> None:
        self.dismiss()
        self.recents.note(entry)
        self.chosen.emit(entry)

    def _clicked(self, item: QListWidgetItem) -> None:
        entry = item.data(_ENTRY)
        if entry is None:
            return
        if self._lines.printing:
            self.list.setCurrentItem(item)
            self._secondary("print")
        else:
            self._choose(entry)

    def _secondary(self, action: str) -> bool:
        entry = self.current()
        if entry is None or entry.hit is None or entry.hit.kind not in BY_ID[action].target:
            return False
        self._choose(Entry(entry.group, action, entry.hit))
        return True

    def _move(self, step: int) -> None:
        self._moved = True
        rows = [at for at in range(self.list.count()) if self.list.item(at).data(_ENTRY) is not None]
        if rows:
            here = self.list.currentRow()
            at = rows.index(here) if here in rows else -1
            self.list.setCurrentRow(rows[(at + step) % len(rows)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget() and isinstance(event, QResizeEvent):
            self._place()
            return False
        if watched is not self.edit or not isinstance(event, QKeyEvent):
            return False
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = event.key()
        if event.type() == QEvent.Type.ShortcutOverride:
            # keys that mean something here belong to the palette while it is open
            if (control and key in _SECONDARY) or key == Qt.Key.Key_Escape:
                event.accept()
                return True
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            entry = self.current()
            if entry is not None:
                self._choose(entry)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Tab):
            self._move(1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Backtab):
            self._move(-1)
        elif control and key in _SECONDARY:
            self._secondary(_SECONDARY[Qt.Key(key)])
        else:
            return False
        return True

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.isVisible() and new is not None and not self.isAncestorOf(new):
            QTimer.singleShot(0, self, lambda: self.dismiss(give_back=False))

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None or not self.isVisible():
            return
        look = appearance()
        width = min(look.px(640), parent.width() - 32)
        rows = sum(self.list.sizeHintForRow(at) for at in range(self.list.count()))
        room = parent.height() - look.px(160)
        self.list.setFixedHeight(max(min(rows + 4, room), 0))
        self.list.setVisible(self.list.count() > 0)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((parent.width() - width) // 2, look.px(56))
