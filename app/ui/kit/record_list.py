"""A list of records: words and chips that filter it, a paged table, and what to say when nothing is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.rules.french import plural
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.kit.scroll import ListPage
from app.ui.kit.search_field import SearchField
from app.ui.kit.table import Answer, Column, PagedTable, PageRequest
from app.ui.kit.table_view import TableView


class ListModel(Protocol):
    """The view-model of such a list. ``refreshed`` asks for the pages again; ``lines_changed(ids, lines)``."""

    text: str
    filter_key: str
    refreshed: Any
    lines_changed: Any

    def fetch(self, request: PageRequest, answer: Answer) -> None: ...
    def search(self, text: str) -> None: ...
    def show_filter(self, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ListWords:
    """What a list says."""

    title: str
    """« Entreprises »."""
    one: str
    """« entreprise », counted under the table."""
    new: str
    """« Nouvelle entreprise »."""
    first: str
    """« Créer la première entreprise »."""
    purpose: str
    """What will appear here, while nothing is there."""
    not_found: str
    """When words are typed and nothing holds them."""
    none_there: str
    """When the filter alone keeps nothing."""
    icon: str


class RecordList(ListPage):
    """The list. ``opened(id)``; ``create()`` is called by the button. ``filters``: (key, text) of the chips; those of
    ``broad`` hide nobody: an empty list under them is an empty notebook.
    """

    opened = Signal(str)

    def __init__(
        self,
        model: ListModel,
        words: ListWords,
        columns: Sequence[Column[Any]],
        filters: Sequence[tuple[str, str]],
        broad: Sequence[str],
        create: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._words = words
        self._broad = frozenset(broad)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.search = SearchField(f"Filtrer les {words.title.lower()}", self)
        self.search.searched.connect(model.search)
        self.search.went_down.connect(self._to_table)
        head.addWidget(self.search, 1)
        self.new_button = button(words.new, "primary", "plus", self)
        self.new_button.clicked.connect(lambda _on=False: create())
        head.addWidget(self.new_button)
        self.column.addLayout(head)
        chips = [Chip(key, text) for key, text in filters]
        self.filters = ChipRow(words.title, chips, may_be_empty=False, show_label=False, parent=self)
        usual = model.filter_key
        self.filters.set_chosen((usual,))
        self.filters.changed.connect(lambda keys: model.show_filter(keys[0] if keys else usual))
        self.column.addWidget(self.filters)
        self.paged: PagedTable[Any] = PagedTable(columns, model.fetch, self, order_by="name")
        self.table = TableView(words.title, self)
        self.table.setModel(self.paged)
        self.table.opened.connect(self.opened.emit)
        self.nothing = EmptyState("", icon="search", parent=self)
        self.empty = EmptyState(words.purpose, words.first, create, words.icon, self)
        self._body = QStackedWidget(self)
        for one in (self.table, self.nothing, self.empty):
            self._body.addWidget(one)
        self.column.addWidget(self._body, 1)
        self.keep_high(self._body)
        self.count = label("", "secondary", self)
        self.column.addWidget(self.count)
        model.refreshed.connect(self.refresh)
        model.lines_changed.connect(self.paged.reload_rows)
        self.paged.count_changed.connect(self._counted)

    def refresh(self) -> None:
        """Ask the list again."""
        self.paged.refresh()

    def focus_target(self) -> QWidget:
        """The table when it has lines, else what can be done."""
        if self._body.currentWidget() is self.empty and self.empty.button is not None:
            return self.empty.button
        return self.table if self.paged.total else self.search

    def _counted(self, total: int) -> None:
        words, typed = self._words, bool(self._model.text)
        first = not total and not typed and self._model.filter_key in self._broad
        self.count.setText(plural(total, words.one) if total else "")
        self.nothing.sentence.setText(words.not_found if typed else words.none_there)
        self.new_button.setVisible(not first)  # one primary button: the one of the empty state
        self._body.setCurrentWidget(self.table if total else self.empty if first else self.nothing)

    def _to_table(self) -> None:
        if self.paged.total:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
