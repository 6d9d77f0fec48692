"""The table as seen: whole rows, Enter opens, letters jump, headers order. Never more rows in memory than shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.kit import icons
from app.ui.kit.table import ID_ROLE, HasCells, PagedTable, TableModel
from app.ui.theme.appearance import appearance

AnyIndex = QModelIndex | QPersistentModelIndex


_FLAGS = {
    align: int(flag | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
    for align, flag in (
        ("left", Qt.AlignmentFlag.AlignLeft),
        ("right", Qt.AlignmentFlag.AlignRight),
        ("center", Qt.AlignmentFlag.AlignHCenter),
    )
}


class CellDelegate(QStyledItemDelegate):
    """Text in the tone of its cell, with its icon, and the current cell framed when the table has the focus.

    Cells are painted here, where the style sheet would put them, and not by Qt's style: it asks six questions of each
    and resolves its rules again, which made a list of 128 cells take 28 ms to paint instead of 4.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model: HasCells = index.model()  # type: ignore[assignment]
        cell = model.cell_at(index.row(), index.column())
        look, rect, state = appearance(), option.rect, option.state
        theme = look.theme
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, look.colour("selection"))
        tone = cell.tone or "text"
        if selected and (not cell.tone or theme.on_selection != theme.text):
            tone = "on_selection"
        room = look.px(8) + 3  # as much as the headers
        left, width = rect.left() + room, rect.width() - 2 * room
        if cell.icon:
            side = look.px(16)
            ink = "on_selection" if selected and not theme.dark and theme.border > 1 else cell.tone or "text"
            painter.drawPixmap(left, rect.center().y() - side // 2 + 1, icons.pixmap(cell.icon, ink, side))
            left, width = left + side + look.px(6), width - side - look.px(6)
        if cell.text:
            font = look.font(bold=cell.bold)
            if cell.italic:
                font = QFont(font)
                font.setItalic(True)
            painter.setFont(font)
            painter.setPen(look.colour(tone))
            text = painter.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(left, rect.top(), width, rect.height(), _FLAGS[cell.align], text)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        editor = super().createEditor(parent, option, index)
        title = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(str(title or ""))
        editor.setProperty("ownFocus", True)
        return editor


class Header(QHeaderView):
    """Column titles; a small arrow beside the one that orders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(32)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.save()
        super().paintSection(painter, rect, logicalIndex)
        painter.restore()
        if not self.isSortIndicatorShown() or self.sortIndicatorSection() != logicalIndex:
            return
        look = appearance()
        side = look.px(4)
        align = self.model().headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        right = bool(align and Qt.AlignmentFlag(align) & Qt.AlignmentFlag.AlignRight)
        metrics = self.fontMetrics()
        title = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        taken = metrics.horizontalAdvance(title) + look.px(8)
        x = rect.right() - taken - 3 * side if right else rect.left() + taken + side
        x = max(rect.left() + 1, min(x, rect.right() - 2 * side - 2))
        y = rect.center().y()
        up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("primary"), 2))
        tip, base = (y - side // 2, y + side // 2) if up else (y + side // 2, y - side // 2)
        painter.drawLine(x, base, x + side, tip)
        painter.drawLine(x + side, tip, x + 2 * side, base)
        painter.restore()


class TableView(QTableView):
    """A table ready to use. ``opened(id)`` on Enter or double click, ``current_changed(id)`` when moving.

    ``name`` is read by the screen reader. Tab leaves the table.
    """

    opened = Signal(str)
    current_changed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(CellDelegate(self))
        self.setHorizontalHeader(Header(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSortingEnabled(False)
        self.setProperty("rowLines", True)
        self.doubleClicked.connect(self._open_index)
        look = appearance()
        look.changed.connect(self._measure)
        self._measure()

    def setModel(self, model: Any) -> None:
        super().setModel(model)
        if isinstance(model, TableModel):
            self._widths()
            header = self.horizontalHeader()
            header.setSortIndicatorShown(False)
            self.setSortingEnabled(False)
            if any(one.sortable for one in model.columns):
                if isinstance(model, PagedTable):
                    order_by, descending = model.order
                    at = next((n for n, one in enumerate(model.columns) if one.order == order_by), -1)
                    header.setSortIndicator(
                        at, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
                    )
                else:
                    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
                self.setSortingEnabled(True)
        if self.selectionModel() is not None:
            self.selectionModel().currentRowChanged.connect(self._told)

    def current_id(self) -> str:
        """Id of the current row, or an empty string."""
        index = self.currentIndex()
        return str(index.data(ID_ROLE) or "") if index.isValid() else ""

    def select_id(self, row_id: str) -> bool:
        """Make the row with this id current; false when it is not there."""
        model = self.model()
        if not isinstance(model, TableModel):
            return False
        index = model.index_of(row_id, max(self.currentIndex().column(), 0))
        if not index.isValid():
            return False
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def show_rows(self, count: int) -> None:
        """Be as high as the header and ``count`` lines, over the bar of the columns, which large text needs."""
        self.ensurePolished()  # its frame is as wide as the theme says
        head, bar = self.horizontalHeader().sizeHint().height(), self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(head + count * appearance().row_height + bar + 2 * self.frameWidth())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if enter and plain and self.state() != QAbstractItemView.State.EditingState:
            self._open_index(self.currentIndex())
            event.accept()
            return
        if event.key() == Qt.Key.Key_Escape and self.state() != QAbstractItemView.State.EditingState:
            event.ignore()  # one level up, by the window
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        model = self.model()
        if model is not None and model.rowCount() and not self.currentIndex().isValid():
            self.setCurrentIndex(model.index(0, 0))

    def _open_index(self, index: AnyIndex) -> None:
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.opened.emit(str(index.data(ID_ROLE) or ""))

    def _told(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.current_changed.emit(str(current.data(ID_ROLE) or ""))

    def _measure(self) -> None:
        self.verticalHeader().setDefaultSectionSize(appearance().row_height)
        self._widths()

    def _widths(self) -> None:
        model = self.model()
        if not isinstance(model, TableModel):
            return
        look = appearance()
        header = self.horizontalHeader()
        for at, column in enumerate(model.columns):
            if column.width:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
                self.setColumnWidth(at, look.px(column.width))
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self._widen_stretched()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widen_stretched()

    def _widen_stretched(self) -> None:
        """A column that takes what is left never gets too narrow to be read: the table scrolls instead."""
        model = self.model()
        if not isinstance(model, TableModel):
            return
        header = self.horizontalHeader()
        stretched = [at for at, one in enumerate(model.columns) if not one.width and not header.isSectionHidden(at)]
        if not stretched:
            return
        least = appearance().px(160)
        shown = range(header.count())
        taken = sum(header.sectionSize(at) for at in shown if at not in stretched and not header.isSectionHidden(at))
        narrow = self.viewport().width() - taken < least * len(stretched)
        mode = QHeaderView.ResizeMode.Interactive if narrow else QHeaderView.ResizeMode.Stretch
        for at in stretched:
            if header.sectionResizeMode(at) != mode:
                header.setSectionResizeMode(at, mode)
            if narrow:
                header.resizeSection(at, least)

    def paintEvent(self, event: Any) -> None:
        super().paintEvent(event)
        # thin lines between rows, quieter than a grid
        model = self.model()
        if model is None or not model.rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(QPen(appearance().colour("line"), 1))
        header = self.verticalHeader()
        first = max(self.rowAt(0), 0)
        height = self.viewport().height()
        at = first
        while at < model.rowCount():
            y = header.sectionViewportPosition(at) + header.sectionSize(at) - 1
            painter.drawLine(0, y, self.viewport().width(), y)
            if y > height:
                break
            at += 1
        painter.end()
