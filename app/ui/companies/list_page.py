"""The list of companies: filtered, ordered and paged by the store."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.operations.values import CompanyRow
from app.rules.french import plural
from app.ui.companies.table import COLUMNS
from app.ui.companies.viewmodel import FILTERS, CompaniesViewModel
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.kit.search_field import SearchField
from app.ui.kit.table import PagedTable
from app.ui.kit.table_view import TableView


class CompaniesPage(QWidget):
    """The list. ``opened(id)``; ``create()`` is called by the button."""

    opened = Signal(str)

    def __init__(self, model: CompaniesViewModel, create: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.search = SearchField("Filtrer les entreprises", self)
        self.search.searched.connect(model.search)
        self.search.went_down.connect(self._to_table)
        head.addWidget(self.search, 1)
        self.new_button = button("Nouvelle entreprise", "primary", "plus", self)
        self.new_button.clicked.connect(lambda _on=False: create())
        head.addWidget(self.new_button)
        column.addLayout(head)
        self.filters = ChipRow(
            "Entreprises",
            [Chip(key, text) for key, text, _ in FILTERS],
            may_be_empty=False,
            show_label=False,
            parent=self,
        )
        self.filters.set_chosen((model.filter_key,))
        self.filters.changed.connect(lambda keys: model.show_filter(keys[0] if keys else "all"))
        column.addWidget(self.filters)
        self.paged: PagedTable[CompanyRow] = PagedTable(COLUMNS, model.fetch, self, order_by="name")
        self.table = TableView("Entreprises", self)
        self.table.setModel(self.paged)
        self.table.opened.connect(self.opened.emit)
        self.nothing = EmptyState("Aucune entreprise ne correspond. Essayer un autre mot, ou Toutes.", icon="search")
        self.empty = EmptyState(
            "Entreprises et structures d’insertion, interlocuteurs, relevés.",
            "Créer la première entreprise",
            create,
            "building-2",
            self,
        )
        self._body = QStackedWidget(self)
        for one in (self.table, self.nothing, self.empty):
            self._body.addWidget(one)
        column.addWidget(self._body, 1)
        self.count = label("", "secondary", self)
        column.addWidget(self.count)
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
        self.count.setText(plural(total, "entreprise") if total else "")
        first = not total and not self._model.text and self._model.filter_key == "all"
        self.new_button.setVisible(not first)  # one primary button: the one of the empty state
        self._body.setCurrentWidget(self.table if total else self.empty if first else self.nothing)

    def _to_table(self) -> None:
        if self.paged.total:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
