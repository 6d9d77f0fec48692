"""« Chiffres du réseau »: what a coordinator may know of every structure, asked of the network, no person."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.sync import sentences
from app.sync.state import FiguresRow, NetworkFigures
from app.ui.kit.controls import button
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.table import Column, TableModel
from app.ui.kit.table_view import TableView
from app.ui.sync.viewmodel import SyncModel

_WIDTHS = (0, 130, 120, 140, 140, 100, 140, 100)
"""In pixels at 100 %: « non communiqué » is whole."""


class FiguresSection(QWidget):
    """A button; once pressed, a table of the structures and other years to ask."""

    def __init__(self, model: SyncModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        this_year = model.clock.now().astimezone().year
        self.table: TableView | None = None
        if model.figures is not None:
            self.table = self._table(model.figures)
            column.addWidget(self.table)
            column.addWidget(label(sentences.figures_note(model.figures), "secondary", self, wrap=True))
        acts = Flow(self)
        self.buttons = []
        asking = [(this_year, "Demande au réseau…")]
        for year, words in asking if model.counting else _offered(model.figures, this_year):
            made = button(words, parent=acts)
            made.clicked.connect(lambda _on=False, year=year: model.ask_figures(year))
            acts.add(made)
            self.buttons.append(made)
        column.addWidget(acts)

    @property
    def target(self) -> QWidget:
        """What the keys reach first."""
        return self.table or self.buttons[0]

    def _table(self, figures: NetworkFigures) -> TableView:
        columns = [
            Column[FiguresRow](
                key=title,
                title=title,
                text=partial(_cell, at),
                width=_WIDTHS[at],
                align="right" if at else "left",
                sortable=False,
            )
            for at, title in enumerate(sentences.FIGURES_TITLES)
        ]
        rows: TableModel[FiguresRow] = TableModel(columns, self, id_of=lambda row: row.name)
        rows.set_rows([*figures.organisations, figures.network])
        made = TableView("Chiffres du réseau", self)
        made.setModel(rows)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.show_rows(len(rows.rows))
        made.selectRow(0)
        return made


def _offered(figures: NetworkFigures | None, this_year: int) -> list[tuple[int, str]]:
    """(year, words) of what may be asked: this year at first; then the year shown once more, and those beside it."""
    if figures is None:
        return [(this_year, "Voir les chiffres du réseau")]
    beside = [figures.year - 1, *([figures.year + 1] if figures.year < this_year else [])]
    return [(figures.year, "Actualiser les chiffres"), *((year, f"Voir l’année {year}") for year in beside)]


def _cell(at: int, row: FiguresRow) -> str:
    return sentences.figures_cells(row)[at]
