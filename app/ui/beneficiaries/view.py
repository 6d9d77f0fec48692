"""The place « Bénéficiaires »: the list, somebody new, the page of one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.beneficiaries.values import BeneficiarySheet, EndingLine, PeopleFilter, PersonLine
from app.ui.beneficiaries.merging import DuplicatesPage
from app.ui.beneficiaries.new import NewPersonPage
from app.ui.beneficiaries.person import OpenDocument, PersonPage
from app.ui.beneficiaries.table import columns
from app.ui.beneficiaries.together import TogetherDialog
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.kit.scroll import ListPage
from app.ui.kit.search_field import SearchField
from app.ui.kit.table import PagedTable
from app.ui.kit.table_view import TableView
from app.ui.shell.navigation import Crumb, Frame, Location, PlaceView
from app.ui.theme.appearance import appearance

PLACE = "beneficiaries"
DUPLICATES = "duplicates"
NEW = "new"
"""Path of the page where somebody new is searched, then created."""


NAME_WIDTH, DUPLICATES_WIDTH = 168, 800


class PeopleTable(TableView):
    """The name takes what is left, but never less than a name needs: else the table scrolls sideways."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        look, header = appearance(), self.horizontalHeader()
        others = sum(header.sectionSize(at) for at in range(1, header.count()))
        short = self.viewport().width() - others < look.px(NAME_WIDTH)
        mode = QHeaderView.ResizeMode.Interactive if short else QHeaderView.ResizeMode.Stretch
        if header.count() and header.sectionResizeMode(0) != mode:
            header.setSectionResizeMode(0, mode)
            if short:
                self.setColumnWidth(0, look.px(NAME_WIDTH))


class PeopleList(ListPage):
    """The list under its saved filters."""

    def __init__(self, frame: Frame, model: BeneficiariesViewModel, new: Callable[[], None]) -> None:
        super().__init__()
        self._frame = frame
        self._model = model
        column = self.column
        top = QHBoxLayout()
        top.setSpacing(12)
        self.search = SearchField("Filtrer les bénéficiaires", self)
        top.addWidget(self.search, 1)
        self.new_button = button("Nouveau bénéficiaire", "primary", "user-plus", self)
        self.new_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.new_button.clicked.connect(lambda _on=False: new())
        self.duplicates_button = button("Doublons probables", "", "users", self)
        self.duplicates_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.duplicates_button.clicked.connect(lambda _on=False: frame.navigation.go(PLACE, DUPLICATES))
        top.addWidget(self.duplicates_button)
        top.addWidget(self.new_button)
        column.addLayout(top)
        self.filters = ChipRow("Filtre", [], may_be_empty=False, show_label=False, parent=self)
        self.filters.changed.connect(lambda keys: model.show_filter(PeopleFilter(keys[0] if keys else "all")))
        column.addWidget(self.filters)
        self.together_button = button("Renouveler ou terminer ensemble", "", "calendar-check", self)
        self.together_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.together_button.clicked.connect(lambda _on=False: model.ending_contracts(self._together))
        self.together_button.hide()
        column.addWidget(self.together_button)
        self.bound = label(
            "Plus de 300 personnes : une lettre de plus, ou le prénom, affine la liste.", "secondary", self, wrap=True
        )
        self.bound.hide()
        column.addWidget(self.bound)
        self.paged: PagedTable[PersonLine] = PagedTable(columns(frame.discretion), model.fetch, self, order_by="name")
        self.table = PeopleTable("Bénéficiaires", self)
        self.table.setModel(self.paged)
        self.table.opened.connect(lambda one: frame.navigation.go(PLACE, one))
        self.empty = EmptyState(
            "Les personnes que vous suivez apparaîtront ici, avec leurs contrats et leurs heures.",
            "Nouveau bénéficiaire",
            new,
            "users",
            self,
        )
        self._nobody = EmptyState("", icon="search", parent=self)
        self._body = QStackedWidget(self)
        for one in (self.table, self.empty, self._nobody):
            self._body.addWidget(one)
        column.addWidget(self._body, 1)
        self.keep_high(self._body)
        self.search.searched.connect(model.search)
        self.search.went_down.connect(lambda: self.table.setFocus(Qt.FocusReason.OtherFocusReason))
        model.listed.connect(self.paged.refresh)
        model.lines_changed.connect(self.paged.reload_rows)
        model.counted.connect(self._counted)
        model.bounded.connect(self.bound.setVisible)
        self.paged.count_changed.connect(self._show_body)
        frame.discretion.changed.connect(lambda _on: self.table.viewport().update())
        self._counted()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # where room is short the field comes first: the palette and « Autres actions » lead there too
        self.duplicates_button.setVisible(self.width() >= appearance().px(DUPLICATES_WIDTH))

    def _counted(self) -> None:
        texts = [Chip(one.value, self._model.filter_text(one)) for one in PeopleFilter]
        if texts != getattr(self, "_chips", None):
            self._chips = texts
            self.filters.set_chips(texts)
        self.filters.set_chosen((self._model.filter.value,))

    def _together(self, lines: tuple[EndingLine, ...]) -> None:
        if lines:
            TogetherDialog(self, self._model, lines, self._frame.discretion).open()

    def _show_body(self, count: int) -> None:
        everybody = self._model.filter is PeopleFilter.ALL and not self._model.text
        self.together_button.setVisible(self._model.filter is PeopleFilter.ENDING and bool(count))
        if count:
            self._body.setCurrentWidget(self.table)
        elif everybody:
            self._body.setCurrentWidget(self.empty)
        else:
            words = self._model.text
            self._nobody.sentence.setText(
                "Personne ne porte ce nom ici. Essayer un autre mot, sans accent ou incomplet."
                if words
                else "Personne dans ce cas."
            )
            self._body.setCurrentWidget(self._nobody)
        self.new_button.setVisible(not (everybody and not count))


class BeneficiariesView(PlaceView):
    """``open_document(kind, id, recipient)`` shows a document ready to print (kind ``followup``)."""

    def __init__(self, frame: Frame, model: BeneficiariesViewModel, open_document: OpenDocument) -> None:
        super().__init__(frame)
        self.model = model
        self._open_document = open_document
        self._path: tuple[str, ...] | None = None
        self.list = PeopleList(frame, model, self.new)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        model.created.connect(self._created)
        model.sheet_changed.connect(self._sheet)
        model.sheet_missing.connect(self._missing)
        model.removed.connect(self._removed)
        frame.discretion.changed.connect(lambda _on: self._say_where())

    @cached_property
    def new_page(self) -> NewPersonPage:
        """Where somebody new is searched, then created."""
        made = NewPersonPage(self.model, self.frame.discretion)
        made.opened.connect(lambda one: self.frame.navigation.go(PLACE, one))
        made.unsaid.connect(self.frame.messages.error)
        self._stack.addWidget(made)
        return made

    @cached_property
    def person(self) -> PersonPage:
        """The page of one person."""
        made = PersonPage(self.model, self.frame.discretion, self._open_document, self.frame.navigation.go)
        made.unsaid.connect(self.frame.messages.error)
        self._stack.addWidget(made)
        return made

    @cached_property
    def duplicates(self) -> DuplicatesPage:
        """The likely duplicates."""
        made = DuplicatesPage(self.model, self.frame.discretion)
        self._stack.addWidget(made)
        return made

    # --- moving --------------------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        self._path = path
        if not path:
            self._stack.setCurrentWidget(self.list)
            self.panel_changed.emit(None)
            self.model.show_list()
        elif path[0] == NEW:
            self._stack.setCurrentWidget(self.new_page)
            self.panel_changed.emit(None)
            self.model.show_list()
            self.new_page.start()
        elif path[0] == DUPLICATES:
            self._stack.setCurrentWidget(self.duplicates)
            self.panel_changed.emit(None)
            self.model.show_list()
            self.duplicates.start()
        else:
            self._stack.setCurrentWidget(self.person)
            self.model.open(path[0])
            self.panel_changed.emit(self.person.panel)
        self._say_where()
        self.handlers_changed.emit()

    def flush(self) -> None:
        super().flush()
        if self.is_built("person"):
            self.person.panel.form.commit_all()

    def _say_where(self) -> None:
        path = self._path
        if not path:
            self.set_crumbs(())
        elif path[0] == NEW:
            self.set_crumbs((Crumb("Nouveau bénéficiaire", Location(PLACE, path)),))
        elif path[0] == DUPLICATES:
            self.set_crumbs((Crumb("Doublons probables", Location(PLACE, path)),))
        else:
            sheet = self.model.sheet
            name = self.frame.discretion.name(sheet.last_name, sheet.first_name) if sheet else "Fiche"
            self.set_crumbs((Crumb(name, Location(PLACE, path)),))

    def _sheet(self, _sheet: BeneficiarySheet) -> None:
        self._say_where()
        self.handlers_changed.emit()

    def _missing(self) -> None:
        if self._path and self._path[0] not in (NEW, DUPLICATES):
            self.frame.navigation.go(PLACE)

    def _created(self, person_id: str) -> None:
        self.new_page.done()
        self.frame.navigation.go(PLACE, person_id)
        self.frame.messages.undoable("Fiche créée.", self._take_back)

    def _removed(self, said: str) -> None:
        self.frame.messages.undoable(said, self._take_back)

    def _take_back(self) -> None:
        self.frame.undo.undo()

    # --- acting --------------------------------------------------------------------------

    def new(self) -> None:
        """Ctrl+N: somebody new, by the search first."""
        self.frame.navigation.go(PLACE, NEW)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """See the table of actions: new, duplicates, filter, print, note."""
        path = self._path
        made: dict[str, Callable[[], None]] = {"new": self.new, "duplicates": self._duplicates}
        if not path:
            made |= {"filter": self._filter, "print": self._print_current}
            papers = self.frame.papers
            if papers is not None:
                made["export"] = lambda: papers.export_list("beneficiaries", self.list.paged)
        elif path[0] == NEW:
            made |= {"filter": self.new_page.search.setFocus, "confirm": self.new_page.create_person}
        elif path[0] == DUPLICATES:
            made["confirm"] = lambda: self.duplicates.compare(self.duplicates.table.current_id())
        else:
            made["print"] = lambda: self.person.print_sheet("person")
            if self.model.sheet is not None and self.model.sheet.writable:
                made["note"] = self.person.add_note
        return made

    def _duplicates(self) -> None:
        self.frame.navigation.go(PLACE, DUPLICATES)

    def _filter(self) -> None:
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def _print_current(self) -> None:
        person = self.list.table.current_id()
        if person:
            self._open_document("followup", person, "person")

    def receive(self, action: str, kind: str, id: str) -> bool:  # noqa: A002
        """« Imprimer Martin » from the palette: the sheet for the person, ready to print."""
        if action == "print" and kind == "beneficiary":
            self._open_document("followup", id, "person")
            return True
        return False

    def escape(self) -> bool:
        """Esc in a filtered list empties the filter first."""
        if not self._path and self.list.search.text():
            self.list.search.clear()
            self.model.search("")
            return True
        return False

    def focus_target(self) -> QWidget | None:
        path = self._path
        if not path:
            return self.list.table if self.list.paged.total else self.list.new_button
        if path[0] == DUPLICATES:
            return self.duplicates.table if self.duplicates.table.isVisibleTo(self.duplicates) else self.duplicates
        return self.new_page.search if path[0] == NEW else self.person.header.print_button
