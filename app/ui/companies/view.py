"""The place « Entreprises »: the list, then the page of one company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from PySide6.QtWidgets import QWidget

from app.operations.values import CompanyDraft, ContactDraft
from app.ui import texts
from app.ui.companies.dialogs import CompanyDialog
from app.ui.companies.files import FilesModel, FilesPart
from app.ui.companies.list_page import CompaniesPage
from app.ui.companies.sheet_page import SheetPage
from app.ui.companies.viewmodel import CompaniesViewModel
from app.ui.kit.dialogs import open_files
from app.ui.operations.contacts import ContactDialog
from app.ui.shell.acts import Failed
from app.ui.shell.giving import give, take_file
from app.ui.shell.navigation import Crumb, Frame, Location
from app.ui.shell.record_place import RecordPlace

OpenDocument = Callable[[str, str, str], None]
NewVisit = Callable[[str, str], None]
"""``new_visit(kind, id)``: kind ``operation`` or ``company``."""


class CompaniesView(RecordPlace):
    """Paths: ``()`` the list, ``(company,)`` its page.

    ``open_document(kind, id, recipient)`` shows a document; ``new_visit(kind, id)`` begins a visit (by
    default, the place of visits is given the record).
    """

    def __init__(
        self,
        frame: Frame,
        model: CompaniesViewModel,
        open_document: OpenDocument,
        new_visit: NewVisit | None = None,
        files: FilesModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(frame, "companies", parent)
        self._model = model
        self._open_document = open_document
        self._new_visit = new_visit or self._give_visit
        self._files = files
        self.list = CompaniesPage(model, self.new_company, self)
        self.list.opened.connect(lambda one: frame.navigation.go("companies", one))
        self.stack.addWidget(self.list)
        model.sheet_changed.connect(self._show)
        model.gone.connect(self.back_to_list)

    @cached_property
    def page(self) -> SheetPage:
        """The page of one company."""
        made = SheetPage(
            self._model,
            self.frame.discretion,
            type_hours=self.type_hours,
            new_visit=self.new_visit,
            add_contact=self.new_contact,
            attest=self._attest if self.frame.papers is not None else None,
            files=FilesPart(self._files, self.choose_file) if self._files is not None else None,
            parent=self,
        )
        go = self.frame.navigation.go
        made.month_opened.connect(self._open_month)
        made.lot_opened.connect(lambda operation, lot: go("operations", operation, lot))
        made.person_opened.connect(lambda one: go("beneficiaries", one))
        made.visit_opened.connect(lambda one: go("visits", one))
        made.company_opened.connect(lambda one: go("companies", one))
        self.stack.addWidget(made)
        return made

    # --- asked by the window --------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        self._path = path
        if path:
            self._model.open(path[0])
            if self._files is not None:
                self._files.open(path[0])
        else:
            self._model.close_sheet()
            self.stack.setCurrentWidget(self.list)
            self.set_crumbs(())
            self.list.refresh()
        self.handlers_changed.emit()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        if self.stack.currentWidget() is self.list:
            return self.list_handlers(self.new_company, self.list)
        return {"new": self.new_contact, "hours": self.type_hours, "visit": self.new_visit, "print": self.print}

    def receive(self, action: str, kind: str, id: str) -> bool:  # noqa: A002
        if action == "print" and kind == "company":
            self.frame.navigation.go("companies", id)
            self.print()
            return True
        return False

    def focus_target(self) -> QWidget | None:
        if self.stack.currentWidget() is self.list:
            return self.list.focus_target()
        return self.page.hours

    def _attest(self) -> None:
        if self.frame.papers is not None and self._path:
            self.frame.papers.attestations("company", self._path[0])

    # --- what is shown --------------------------------------------------------------------

    def _show(self) -> None:
        sheet = self._model.sheet
        if sheet is None or not self._path:
            return
        arrived = self.stack.currentWidget() is self.list
        self.page.load(sheet)
        self.stack.setCurrentWidget(self.page)
        self.set_crumbs((Crumb(sheet.facts.name, Location("companies", self._path)),))
        self.handlers_changed.emit()
        if arrived and self.dialog is None:
            self.focus_soon()

    def _open_month(self, month: str) -> None:
        self.frame.navigation.go("hours", self._path[0], month)

    # --- what is done ---------------------------------------------------------------------

    def new_company(self) -> None:
        """Ask for a new company, its SIRET first; a known SIRET opens its record."""
        dialog = CompanyDialog(self, self._model, typed=self.list.search.text().strip())

        def show(company: str) -> None:
            dialog.accept()
            self.frame.navigation.go("companies", company)

        def give(draft: CompanyDraft, failed: Failed) -> None:
            self._model.create(draft, show, failed)

        dialog.given.connect(give)
        dialog.known.connect(show)
        self.ask(dialog)

    def new_contact(self) -> None:
        """Ask for a contact of the company shown."""
        dialog = ContactDialog(self, company_id=self._path[0])

        def give(draft: ContactDraft, failed: Failed) -> None:
            self._model.contacts.add(draft, dialog.accept, failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def type_hours(self) -> None:
        """Go to the hours of the company shown."""
        month = self.page.months.focused_month()
        self.frame.navigation.go("hours", self._path[0], *([month] if month else []))

    def new_visit(self) -> None:
        """Begin a visit of the company shown."""
        self._new_visit("company", self._path[0])

    def choose_file(self) -> None:
        """Choose an hours file of the company shown, and read it where hours are imported."""
        open_files(self, "Choisir un fichier d’heures", texts.HOURS_FILES, lambda paths: take_file(self, paths[0]))

    def print(self) -> None:
        """The statement of the month under the focus, else of the latest month when people were at work."""
        company = self._path[0]
        sheet = self._model.sheet
        month = self.page.months.focused_month()
        if not month and sheet is not None and sheet.facts.id == company:
            month = next((one.month for one in reversed(sheet.months) if one.state is not None), "")
        if month:
            self._open_document("statement", f"{company}/{month}", "company")
        else:
            self._model.say("Aucun relevé à imprimer\u00a0: personne n’a travaillé ces douze derniers mois.")

    def _give_visit(self, kind: str, record_id: str) -> None:
        give(self, "visit", kind, record_id)
