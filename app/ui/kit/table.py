"""Table models over frozen rows keyed by id. Nothing is ever sorted in Python on a whole table:
a small list is re-ordered by its keys, a paged one asks its source with ``order_by``.

A column says everything about itself once:

    Column("name", "Nom", text=lambda row: row.name, width=220)
    Column("hours", "Heures", text=lambda row: format_hours(row.hours), align="right", sort=lambda row: row.hours)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.rules.french import sort_key

Row = TypeVar("Row")
AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

Align = Literal["left", "right", "center"]

ID_ROLE = int(Qt.ItemDataRole.UserRole)
"""The id of the row, from any of its cells."""
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The frozen row itself."""


class Cell(NamedTuple):
    """What is painted of a cell, asked in one question: a list paints two hundred of them each time it is shown."""

    text: str
    tone: str = ""
    """Name of a colour role (``"warning"``…); empty for plain text."""
    icon: str = ""
    """Name of an icon painted before the text; empty for none."""
    align: Align = "left"
    bold: bool = False
    italic: bool = False


class HasCells(Protocol):
    """A model whose cells :class:`app.ui.kit.table_view.CellDelegate` paints."""

    def cell_at(self, row: int, column: int) -> Cell:
        """What is painted there."""


class HasId(Protocol):
    """A frozen row: any value with an ``id``."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True)  # without slots: Python 3.11 cannot call Column[Row](…) with them
class Column(Generic[Row]):
    """One column. ``width`` is in pixels at 100 % (0: takes what is left).

    ``text`` gives the French text of the cell; ``sort`` the value compared when a short list is
    re-ordered (French collation of the text by default); ``order_by`` the name a paged source
    understands (``key`` by default; ``sortable`` false leaves the header still).
    ``tone`` names a colour role and ``icon`` an icon, always beside the text.
    """

    key: str
    title: str
    text: Callable[[Row], str]
    width: int = 120
    align: Align = "left"
    tooltip: Callable[[Row], str] | None = None
    sort: Callable[[Row], Any] | None = None
    order_by: str = ""
    sortable: bool = True
    tone: Callable[[Row], str] | None = None
    icon: Callable[[Row], str] | None = None
    bold: bool = False
    editable: Callable[[Row], bool] | None = None
    edit_text: Callable[[Row], str] | None = None

    @property
    def order(self) -> str:
        """What a paged source is asked to order by."""
        return self.order_by or self.key


_READ = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_ALIGN: dict[Align, Qt.AlignmentFlag] = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "center": Qt.AlignmentFlag.AlignCenter,
}


class TableModel(QAbstractTableModel, Generic[Row]):
    """Rows held in memory (some hundreds at most). ``id_of`` gives the key of a row, ``.id`` by default.

    ``edited(id, column key, typed text)`` is emitted when a cell whose column is editable gets a new text;
    the view-model answers by ``reload_rows``. The model never changes a row by itself.
    """

    edited = Signal(str, str, str)
    count_changed = Signal(int)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        parent: QObject | None = None,
        *,
        id_of: Callable[[Row], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._id_of: Callable[[Any], str] = id_of or _own_id
        self._rows: list[Row] = []
        self._at: dict[str, int] = {}
        self._sort: tuple[int, bool] | None = None

    # --- what views ask -----------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row_at(index.row())
        column = self.columns[index.column()]
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        return self.cell(row, column, role)

    def cell(self, row: Row, column: Column[Row], role: int) -> Any:
        """The value of one cell for one role."""
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.EditRole:
            return (column.edit_text or column.text)(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[column.align]
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tooltip(row) if column.tooltip else None
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            said = f"{column.title}, {column.text(row) or 'vide'}"
            told = column.tooltip(row) if column.tooltip else ""
            return f"{said}, {told}" if told else said
        if role == ID_ROLE:
            return self._id_of(row)
        if role == ROW_ROLE:
            return row
        return None

    def cell_at(self, row: int, column: int) -> Cell:
        """What is painted there; « … » begins a row that has not come yet."""
        shown, one = self.row_at(row), self.columns[column]
        if shown is None:
            return Cell("" if column else "…")
        tone = one.tone(shown) if one.tone else ""
        icon = one.icon(shown) if one.icon else ""
        return Cell(one.text(shown), tone, icon, one.align, one.bold)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[column.align]
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        editable = self.columns[index.column()].editable
        if editable is None:  # asked for each cell painted
            return _READ
        row = self.row_at(index.row())
        return _READ | Qt.ItemFlag.ItemIsEditable if row is not None and editable(row) else _READ

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        row = self.row_at(index.row())
        column = self.columns[index.column()]
        if row is None or str(value) == (column.edit_text or column.text)(row):
            return False
        self.edited.emit(self._id_of(row), column.key, str(value))
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns) or not self.columns[column].sortable:
            return
        self._sort = (column, order == Qt.SortOrder.DescendingOrder)
        self._reorder(self._sorted(self._rows))

    # --- what view-models do ------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in the order shown."""
        return tuple(self._rows)

    def row_at(self, at: int) -> Row | None:
        """The row shown at a place."""
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def place_of(self, row_id: str) -> int | None:
        """Where the row with this id is shown, or ``None``."""
        return self._at.get(row_id)

    def index_of(self, row_id: str, column: int = 0) -> QModelIndex:
        """Index of a cell of the row with this id; invalid when it is not shown."""
        at = self.place_of(row_id)
        return QModelIndex() if at is None else self.index(at, column)

    def column_of(self, key: str) -> int:
        """Number of the column named ``key``; ``KeyError`` when there is none."""
        for at, column in enumerate(self.columns):
            if column.key == key:
                return at
        raise KeyError(key)

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Show other rows. Selection is lost: use :meth:`reload_rows` for changes."""
        self.beginResetModel()
        self._rows = self._sorted(list(rows))
        self._index()
        self.endResetModel()
        self.count_changed.emit(len(self._rows))

    def reload_rows(self, ids: Iterable[str], rows: Iterable[Row]) -> None:
        """Replace the rows named by ``ids`` by ``rows``: those that came back are updated where they
        stand, new ones are added, missing ones leave. Selection and order stay."""
        fresh = {self._id_of(one): one for one in rows}
        for row_id in dict.fromkeys((*ids, *fresh)):
            at = self._at.get(row_id)
            if at is None:
                continue
            if row_id in fresh:
                self._rows[at] = fresh.pop(row_id)
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))
            else:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self._index()
                self.endRemoveRows()
        added = list(fresh.values())
        if added:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(added) - 1)
            self._rows.extend(added)
            self._index()
            self.endInsertRows()
        if self._sort:
            self._reorder(self._sorted(self._rows))
        self.count_changed.emit(len(self._rows))

    def _sorted(self, rows: list[Row]) -> list[Row]:
        if self._sort is None:
            return rows
        at, descending = self._sort
        column = self.columns[at]
        key = column.sort or (lambda row: sort_key(column.text(row)))
        known = [row for row in rows if key(row) is not None]
        unknown = [row for row in rows if key(row) is None]  # at the end both ways
        return sorted(known, key=key, reverse=descending) + unknown

    def _reorder(self, rows: list[Row]) -> None:
        if rows == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._id_of(self._rows[one.row()]) for one in before]
        self._rows = list(rows)
        self._index()
        after = [self.index(self._at[row_id], one.column()) for row_id, one in zip(ids, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _index(self) -> None:
        self._at = {self._id_of(row): at for at, row in enumerate(self._rows)}


def _own_id(row: HasId) -> str:
    return row.id


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What a paged table asks: ``limit`` rows from ``offset`` in the order of ``order_by``.

    ``generation`` comes back with the answer: late answers to an old question are dropped.
    """

    offset: int
    limit: int
    order_by: str
    descending: bool
    generation: int


Answer = Callable[[PageRequest, Sequence[Any], int], None]
Fetch = Callable[[PageRequest, Answer], None]

PAGE = 50
_EVERYTHING = 1_000_000
"""More rows than any list has."""
_KEPT_PAGES = 80


class PagedTable(TableModel[Row]):
    """Rows asked by pages of 50 as they come into view; at most some thousands are kept.

    ``fetch(request, answer)`` must call ``answer(request, rows, total)`` now or later on the window's
    thread. The count shown is ``total``; rows not yet there show « … ». A click on a header asks again
    with another ``order_by``: nothing is sorted here.

        def fetch(request, answer):
            bridge.run(lambda: queries.page(request.offset, request.limit, request.order_by, request.descending),
                       done=lambda page: answer(request, page.rows, page.total))
    """

    loading_changed = Signal(bool)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        fetch: Fetch,
        parent: QObject | None = None,
        *,
        id_of: Callable[[Row], str] | None = None,
        order_by: str = "",
        descending: bool = False,
    ) -> None:
        super().__init__(columns, parent, id_of=id_of)
        self._fetch = fetch
        self._pages: dict[int, Sequence[Row]] = {}
        self._asked: set[int] = set()
        self._total = 0
        self._generation = 0
        self._order_by = order_by or (self.columns[0].order if self.columns else "")
        self._descending = descending

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else self._total

    @property
    def rows(self) -> Sequence[Row]:
        """The rows present, in order; holes left out."""
        return tuple(row for at in sorted(self._pages) for row in self._pages[at])

    @property
    def total(self) -> int:
        """How many rows the question has, present or not."""
        return self._total

    @property
    def order(self) -> tuple[str, bool]:
        """What it is ordered by, and whether descending."""
        return self._order_by, self._descending

    def row_at(self, at: int) -> Row | None:
        page, place = divmod(at, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            self._ask(page)
            rows = self._pages.get(page)  # an immediate source has answered
        return rows[place] if rows is not None and place < len(rows) else None

    def place_of(self, row_id: str) -> int | None:
        for page, rows in self._pages.items():
            for place, row in enumerate(rows):
                if self._id_of(row) == row_id:
                    return page * PAGE + place
        return None

    def refresh(self) -> None:
        """Ask again from the first page (the filter changed). Scrolls to the top."""
        self._generation += 1
        self._asked.clear()
        self._ask(0, fresh=True)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns) or not self.columns[column].sortable:
            return
        wish = (self.columns[column].order, order == Qt.SortOrder.DescendingOrder)
        if wish == (self._order_by, self._descending) and self._pages:
            return
        self._order_by, self._descending = wish
        if self._generation:
            self.refresh()

    def set_rows(self, rows: Iterable[Row]) -> None:
        raise TypeError("a paged table is filled by its source: call refresh()")

    def reload_rows(self, ids: Iterable[str], rows: Iterable[Row]) -> None:
        """Put fresh rows where they stand. Rows that left or came ask for the pages again, in place."""
        fresh = {self._id_of(one): one for one in rows}
        moved = False
        for row_id in dict.fromkeys((*ids, *fresh)):
            at = self.place_of(row_id)
            if at is None or row_id not in fresh:
                moved = moved or at is not None or row_id in fresh
                continue
            page, place = divmod(at, PAGE)
            changed = list(self._pages[page])
            changed[place] = fresh[row_id]
            self._pages[page] = changed
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))
        if moved:
            self.reload_pages()

    def reload_pages(self) -> None:
        """Ask again for the pages present, keeping the view where it is."""
        self._generation += 1
        self._asked.clear()
        for page in sorted(self._pages) or [0]:
            self._ask(page)

    def everything(self, answer: Callable[[tuple[str, ...]], None]) -> None:
        """Ask the ids of all the rows that the filter keeps, in the order shown, for an export."""
        request = PageRequest(0, _EVERYTHING, self._order_by, self._descending, self._generation)
        self._fetch(request, lambda _asked, rows, _total: answer(tuple(self._id_of(one) for one in rows)))

    def _ask(self, page: int, *, fresh: bool = False) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        request = PageRequest(page * PAGE, PAGE, self._order_by, self._descending, self._generation)
        self.loading_changed.emit(True)
        self._fetch(request, lambda asked, rows, total: self._receive(asked, rows, total, fresh))

    def _receive(self, request: PageRequest, rows: Sequence[Any], total: int, fresh: bool) -> None:
        if request.generation != self._generation:
            return
        page = request.offset // PAGE
        self._asked.discard(page)
        if fresh:
            self.beginResetModel()
            self._pages = {page: tuple(rows)}
            self._total = total
            self.endResetModel()
        else:
            self._resize(total)
            self._pages[page] = tuple(rows)
            last = min(request.offset + max(len(rows), 1), self._total) - 1
            if last >= request.offset:
                self.dataChanged.emit(self.index(request.offset, 0), self.index(last, len(self.columns) - 1))
            while len(self._pages) > _KEPT_PAGES:
                del self._pages[max(self._pages, key=lambda one: abs(one - page))]
        if not self._asked:
            self.loading_changed.emit(False)
        self.count_changed.emit(self._total)

    def _resize(self, total: int) -> None:
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()
