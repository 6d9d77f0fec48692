"""The place « Offres »: offers under their filters, one offer with its candidates, the directory of structures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.models.offers import InsertionStructureDraft, IntroductionDraft, JobOfferDraft
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.dialogs import save_file
from app.ui.offers.dialogs import OfferDialog, PresentDialog, StructureDialog
from app.ui.offers.list_page import DirectoryPage, OffersPage
from app.ui.offers.sheet_page import OfferPage
from app.ui.offers.viewmodel import OffersViewModel
from app.ui.shell.acts import Failed
from app.ui.shell.navigation import Crumb, Frame, Location
from app.ui.shell.record_place import RecordPlace

NEW, DIRECTORY = "new", "structures"
OpenDocument = Callable[[str, str, str], None]
Write = Callable[[Path, bytes], object]


class OffersView(RecordPlace):
    """Paths: ``()`` the offers, ``(offer,)`` one of them, ``("structures",)`` the directory."""

    def __init__(
        self,
        frame: Frame,
        model: OffersViewModel,
        open_document: OpenDocument,
        write: Write,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(frame, "offers", parent)
        self._model = model
        self._open_document = open_document
        self._write = write
        go = frame.navigation.go
        self.modes = ChipRow(
            "Liste",
            [Chip("offers", "Offres d’emploi"), Chip(DIRECTORY, "Structures d’insertion")],
            may_be_empty=False,
            show_label=False,
            parent=self,
        )
        self.modes.changed.connect(self._mode)
        self.list = OffersPage(model, self.new_offer, self.print, self.export, self)
        self.list.opened.connect(lambda one: go("offers", one))
        self.directory = DirectoryPage(model, self.new_structure, self)
        self.directory.company_opened.connect(lambda one: go("companies", one))
        self.page = OfferPage(model, frame.discretion, frame.clock.today, self.present, self)
        self.page.company_opened.connect(lambda one: go("companies", one))
        self.page.person_opened.connect(lambda one: go("beneficiaries", one))
        self.page.lot_opened.connect(lambda operation, lot: go("operations", operation, lot))
        self.page.printed.connect(self._print_introduction)
        for one in (self.list, self.directory, self.page):
            self.stack.addWidget(one)
        self.column.setSpacing(8)
        self.column.insertWidget(0, self.modes)
        self._arriving = False
        model.listed.connect(lambda _lines, _counts: self._settle())
        model.sheet_changed.connect(self._show)
        model.gone.connect(self.back_to_list)
        frame.discretion.changed.connect(lambda _on: self.page.again())

    # --- asked by the window --------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        asked, path = path, () if path[:1] == (NEW,) else path
        self._path = path
        record = path[0] if path and path[0] != DIRECTORY else ""
        self.modes.setVisible(not record)
        if record:
            self._model.open(record)
        else:
            self._model.close()
            directory = path == (DIRECTORY,)
            self.modes.set_chosen((DIRECTORY if directory else "offers",))
            self.stack.setCurrentWidget(self.directory if directory else self.list)
            if directory:
                self._model.show_directory()
                self.set_crumbs((Crumb("Structures d’insertion", Location("offers", path)),))
            else:
                self._arriving = True
                self._model.show_list()
                self.set_crumbs(())
        self.handlers_changed.emit()
        if asked[:1] == (NEW,):
            QTimer.singleShot(0, self, lambda: self.new_offer(*asked[1:]))

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        current = self.stack.currentWidget()
        if current is self.list:
            return {"new": self.new_offer, "print": self.print, "export": self.export}
        if current is self.directory:
            return {"new": self.new_structure, "filter": self.directory.search.setFocus}
        return {"new": self.present, "print": self._print_first}

    def focus_target(self) -> QWidget | None:
        current = self.stack.currentWidget()
        if current is self.list:
            return self.list.focus_target()
        return self.directory.focus_target() if current is self.directory else self.page.focus_target()

    # --- showing --------------------------------------------------------------------------

    def _mode(self, keys: tuple[str, ...]) -> None:
        if keys:
            self.frame.navigation.go("offers", *([DIRECTORY] if keys[0] == DIRECTORY else []))

    def _show(self) -> None:
        sheet = self._model.sheet
        if sheet is None or not self._path:
            return
        arrived = self.stack.currentWidget() is not self.page
        self.page.load(sheet)
        self.stack.setCurrentWidget(self.page)
        self.set_crumbs((Crumb(sheet.offer.title, Location("offers", self._path)),))
        self.handlers_changed.emit()
        if arrived and self.dialog is None:
            self.focus_soon()

    def _settle(self) -> None:
        """The focus waited for the first line of the list."""
        if self._arriving and self.stack.currentWidget() is self.list:
            self._arriving = False
            self.take_focus()

    def back_to_list(self) -> None:
        if self._path != (DIRECTORY,):
            super().back_to_list()

    # --- doing ----------------------------------------------------------------------------

    def new_offer(self, company_id: str = "", lot_id: str = "") -> None:
        """Ask for an offer, for a company when it is known, then show it."""
        if self.dialog is not None:
            return
        dialog = OfferDialog(self, self._model, self.frame.clock.today, lot_id=lot_id)
        if company_id:
            self._model.name_company(company_id, dialog.choose_company)

        def give(draft: JobOfferDraft, failed: Failed) -> None:
            def done(offer: str) -> None:
                dialog.accept()
                self.frame.navigation.go("offers", offer)

            self._model.create(draft, done, failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def present(self) -> None:
        """Ask whom to present for the offer shown."""
        dialog = PresentDialog(self, self._model.propose_people, self.frame.clock.today)

        def give(draft: IntroductionDraft, failed: Failed) -> None:
            self._model.present(draft, dialog.accept, failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def new_structure(self) -> None:
        """Ask for a structure of the directory."""
        dialog = StructureDialog(self)

        def give(draft: InsertionStructureDraft, failed: Failed) -> None:
            self._model.add_structure(draft, dialog.accept, failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def print(self) -> None:
        """The open offers of the list, for the prescribers."""
        self._open_document("offers", "open", "file")

    def export(self) -> None:
        """The offers shown, for a spreadsheet."""
        self._model.export(self._exported)

    def _exported(self, made: Any) -> None:
        def chosen(path: Path) -> None:
            self._write(path, made.data)
            self._model.say(f"Offres exportées\u00a0: {path.name}", "success")

        save_file(self, "Exporter les offres", ["Classeur (*.xlsx)"], made.name, chosen)

    def _print_introduction(self, person_id: str) -> None:
        self._open_document("introduction", f"{self._path[0]}/{person_id}", "company")

    def _print_first(self) -> None:
        if self.page.cards:
            self._print_introduction(self.page.cards[0].row.beneficiary_id)
        else:
            self._model.say("Personne n’a encore été présenté pour cette offre.")
