"""The two lists of the place: offers under their filters, and the directory of insertion structures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.models.choices import CompanyKind
from app.offers.values import OfferFilter, OfferLine, StructureLine
from app.rules.french import format_siret, plural
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.fields import Field, PhoneField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.record_form import RecordForm
from app.ui.kit.scroll import ListPage, ScrollColumn
from app.ui.kit.search_field import SearchField
from app.ui.kit.table import TableModel
from app.ui.kit.table_view import TableView
from app.ui.offers.table import OFFERS, STRUCTURES
from app.ui.offers.viewmodel import OffersViewModel
from app.ui.theme.appearance import appearance

_DEPARTMENTS = (("91", "Essonne"), ("94", "Val-de-Marne"), ("75", "Paris"))
_KINDS = (
    ("ei", "EI", (CompanyKind.EI, CompanyKind.EITI)),
    ("etti", "ETTI", (CompanyKind.ETTI,)),
    ("ai", "AI", (CompanyKind.AI,)),
    ("aci", "ACI", (CompanyKind.ACI,)),
    ("geiq", "GEIQ", (CompanyKind.GEIQ,)),
    ("other", "Autres", (CompanyKind.EA, CompanyKind.EATT, CompanyKind.ESAT, CompanyKind.NEIGHBOURHOOD,
                         CompanyKind.OTHER)),
)  # fmt: skip


class OffersPage(ListPage):
    """``opened(offer id)``."""

    opened = Signal(str)

    def __init__(
        self,
        model: OffersViewModel,
        create: Callable[[], None],
        print_list: Callable[[], None],
        export: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.filters = ChipRow("Offres", self._chips({}), may_be_empty=False, show_label=False, parent=self)
        self.filters.set_chosen((OfferFilter.OPEN.value,))
        self.filters.changed.connect(lambda keys: model.show_list(OfferFilter(keys[0])) if keys else None)
        acts = Flow(self, spacing=12)
        self.export_button = button("Exporter", "", "file-spreadsheet", self)
        self.export_button.setAccessibleName("Exporter les offres pour un tableur")
        self.export_button.clicked.connect(lambda _on=False: export())
        self.print_button = button("Liste pour les prescripteurs", "", "printer", self)
        self.print_button.clicked.connect(lambda _on=False: print_list())
        self.new_button = button("Nouvelle offre", "primary", "plus", self)
        self.new_button.clicked.connect(lambda _on=False: create())
        for one in (self.new_button, self.print_button, self.export_button):
            acts.add(one)
        self.column.addWidget(acts)
        self.column.addWidget(self.filters)
        self.rows: TableModel[OfferLine] = TableModel(OFFERS, self, id_of=lambda row: row.offer.offer_id)
        self.table = TableView("Offres d’emploi", self)
        self.table.setModel(self.rows)
        self.table.opened.connect(self.opened.emit)
        self.empty = EmptyState(
            "Offres d’emploi nées des clauses, candidats présentés aux entreprises et leurs réponses.",
            "Ouvrir la première offre",
            create,
            "briefcase",
            self,
        )
        self.nothing = EmptyState("Aucune offre sous ce filtre.", icon="briefcase", parent=self)
        self._stack = QStackedWidget(self)
        for page in (self.table, self.nothing, self.empty):
            self._stack.addWidget(page)
        self.column.addWidget(self._stack, 1)
        self.keep_high(self._stack)
        self.count = label("", "secondary", self)
        self.column.addWidget(self.count)
        model.listed.connect(self._show)

    def _chips(self, counts: object) -> list[Chip]:
        known = counts if isinstance(counts, dict) else {}
        return [Chip(one.value, f"{one.label} ({known[one]})" if one in known else one.label) for one in OfferFilter]

    def _show(self, lines: tuple[OfferLine, ...], counts: object) -> None:
        self.rows.set_rows(lines)
        self.filters.set_chips(self._chips(counts))
        none_at_all = isinstance(counts, dict) and not counts[OfferFilter.ALL]
        self._stack.setCurrentWidget(self.table if lines else self.empty if none_at_all else self.nothing)
        self.new_button.setVisible(not none_at_all)
        for one in (self.export_button, self.print_button):
            one.setVisible(bool(lines))
        posts = sum(line.offer.left for line in lines)
        self.count.setText(f"{plural(len(lines), 'offre')}, {plural(posts, 'poste')} à pourvoir" if lines else "")

    def focus_target(self) -> QWidget:
        """The table when it has lines."""
        if self.rows.rowCount():
            return self.table
        return self.empty.button if self.empty.button is not None and self.empty.isVisible() else self.filters


class DirectoryPage(QWidget):
    """The directory: words, kinds, department; the structure under the caret is edited beneath."""

    company_opened = Signal(str)

    def __init__(self, model: OffersViewModel, add: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._lines: dict[str, StructureLine] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._scroll = ScrollColumn(self)  # at 200 %, the page is higher than the window
        outer.addWidget(self._scroll)
        column = self._scroll.body
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.search = SearchField("Chercher une structure, un métier, une commune", self)
        self.search.searched.connect(lambda text: model.show_directory(words=text))
        self.search.went_down.connect(self._to_table)
        head.addWidget(self.search, 1)
        self.add_button = button("Ajouter une structure", "primary", "plus", self)
        self.add_button.clicked.connect(lambda _on=False: add())
        head.addWidget(self.add_button)
        column.addLayout(head)
        self.kinds = ChipRow(
            "Type", [Chip(key, text) for key, text, _ in _KINDS], many=True, show_label=False, parent=self
        )
        self.kinds.changed.connect(self._kinds_changed)
        column.addWidget(self.kinds)
        self.place = ChipRow("Territoire", [Chip(*one) for one in _DEPARTMENTS], show_label=False, parent=self)
        self.place.changed.connect(lambda keys: model.show_directory(department=keys[0] if keys else ""))
        column.addWidget(self.place)
        self.rows: TableModel[StructureLine] = TableModel(
            STRUCTURES, self, id_of=lambda row: row.structure.structure_id
        )
        self.table = TableView("Structures d’insertion", self)
        self.table.setModel(self.rows)
        self.table.current_changed.connect(self._current)
        appearance().changed.connect(self._fit)
        self._fit()
        column.addWidget(self.table, 1)
        self.about = label("", "secondary", self, wrap=True)
        column.addWidget(self.about)
        fields: list[list[Field]] = [
            [
                TextField("abilities", "Ce qu’elle sait faire", required=False),
                PhoneField("phone", "Téléphone", required=False),
                TextField("email", "Adresse électronique", required=False),
            ],
        ]
        self.form = RecordForm(fields, self._save, self)
        column.addWidget(self.form)
        line = QHBoxLayout()
        self.count = label("", "secondary", self)
        line.addWidget(self.count, 1)
        self.remove_button = button("Retirer de l’annuaire", "quiet", "trash-2", self)
        self.remove_button.clicked.connect(lambda _on=False: self._remove())
        self.open_button = button("Ouvrir la fiche entreprise", "", "building-2", self)
        self.open_button.clicked.connect(lambda _on=False: self._open_company())
        line.addWidget(self.remove_button)
        line.addWidget(self.open_button)
        column.addLayout(line)
        self._current("")
        model.directory.connect(self._show)

    def focus_target(self) -> QWidget:
        """The search."""
        return self.search

    def _fit(self) -> None:
        self.table.setMinimumHeight(appearance().px(300))

    def _kinds_changed(self, keys: tuple[str, ...]) -> None:
        kept = tuple(kind.value for key, _, kinds in _KINDS if key in keys for kind in kinds)
        self._model.show_directory(kinds=kept)

    def _show(self, lines: tuple[StructureLine, ...]) -> None:
        before = self.table.current_id()
        self._lines = {one.structure.structure_id: one for one in lines}
        self.rows.set_rows(lines)
        self.count.setText(plural(len(lines), "structure"))
        if before and before in self._lines:
            self.table.select_id(before)
        self._current(self.table.current_id())

    def _current(self, structure_id: str) -> None:
        line = self._lines.get(structure_id)
        for one in (self.form, self.remove_button, self.about):
            one.setVisible(line is not None)
        self.open_button.setVisible(line is not None and bool(line.structure.company_id))
        if line is None:
            return
        row = line.structure
        siret = f"SIRET {format_siret(row.siret)}" if row.siret else ""
        parts = (row.name, siret, f"{row.postcode} {row.town}".strip(), line.activity, line.can)
        self.about.setText(" · ".join(part for part in parts if part))
        self.form.load_from(row)

    def _save(self, field: str, value: object, failed: Callable[..., None]) -> None:
        structure = self.table.current_id()
        if structure:
            self._model.set_structure(structure, field, value, failed)

    def _remove(self) -> None:
        structure = self.table.current_id()
        if structure:
            self._model.remove_structure(structure)

    def _open_company(self) -> None:
        line = self._lines.get(self.table.current_id())
        if line is not None and line.structure.company_id:
            self.company_opened.emit(line.structure.company_id)

    def _to_table(self) -> None:
        if self.rows.rowCount():
            self.table.setFocus()
