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
        shown = model.figures.year if model.figures else 0
        years = [shown, shown - 1, *([shown + 1] if shown < this_year else [])] if shown else [this_year]
        self.buttons = []
        for year in years:
            words = "Actualiser les chiffres" if shown == year else f"Voir l’année {year}"
            words = words if shown else "Voir les chiffres du réseau"
            made = button("Demande au réseau…" if model.counting else words, parent=acts)
            made.clicked.connect(lambda _on=False, year=year: model.ask_figures(year))
            acts.add(made)
            self.buttons.append(made)
            if model.counting:
                break
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


def _cell(at: int, row: FiguresRow) -> str:
    return sentences.figures_cells(row)[at]
