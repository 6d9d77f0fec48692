"""The place « Opérations »: the list, an operation, one of its lots; the calculator beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.operations.values import CommitmentDraft, ContactDraft, LotDraft, OperationDraft, SizingDraft
from app.rules.french import capitalise_first
from app.ui.operations.calculator import Calculator
from app.ui.operations.contacts import ContactDialog
from app.ui.operations.dialogs import CommitmentDialog, LotDialog, OperationDialog
from app.ui.operations.list_page import OperationsPage
from app.ui.operations.lot_page import LotPage
from app.ui.operations.sheet_page import SheetPage
from app.ui.operations.viewmodel import OperationsViewModel
from app.ui.shell.acts import Failed
from app.ui.shell.giving import give
from app.ui.shell.navigation import Crumb, Frame, Location
from app.ui.shell.record_place import RecordPlace
from app.ui.theme.appearance import appearance

WIDE = 1200
"""Pixels at 100 % from which the calculator stands beside the page."""

OpenDocument = Callable[[str, str, str], None]
NewVisit = Callable[[str, str], None]
"""``new_visit(kind, id)``: kind ``operation`` or ``company``."""


class OperationsView(RecordPlace):
    """Paths: ``()`` the list, ``(operation,)`` its page, ``(operation, lot)`` one lot.

    ``open_document(kind, id, recipient)`` shows a document; ``new_visit(kind, id)`` begins a visit (by
    default, the place of visits is given the record).
    """

    def __init__(
        self,
        frame: Frame,
        model: OperationsViewModel,
        open_document: OpenDocument,
        new_visit: NewVisit | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(frame, "operations", parent)
        self._model = model
        self._open_document = open_document
        self._new_visit = new_visit or self._give_visit
        self.list = OperationsPage(model, self.new_operation, self)
        self.list.opened.connect(lambda one: frame.navigation.go("operations", one))
        self._aside = QWidget(self)
        """Where the calculator stands alone, when the window is too narrow for a panel."""
        self._aside_column = QVBoxLayout(self._aside)
        self._aside_column.setContentsMargins(0, 0, 0, 0)
        self.stack.addWidget(self.list)
        self.stack.addWidget(self._aside)
        model.sheet_changed.connect(self._show)
        model.gone.connect(self.back_to_list)

    @cached_property
    def page(self) -> SheetPage:
        """The page of one operation."""
        made = SheetPage(
            self._model,
            self.frame.clock.today,
            add_lot=self.new_lot,
            add_contact=self.new_contact,
            new_visit=self.new_visit,
            calculate=self.calculate,
            print_sheets=lambda: self._open_document("site", self._path[0], "person"),
            new_offer=lambda: self.frame.navigation.go("offers", "new", *self._first_company()),
            parent=self,
        )
        made.lot_opened.connect(self._open_lot)
        made.visit_opened.connect(lambda visit: self.frame.navigation.go("visits", visit))
        self.stack.addWidget(made)
        return made

    @cached_property
    def lot(self) -> LotPage:
        """The page of one lot."""
        made = LotPage(
            self._model,
            self.frame.clock.today,
            add_commitment=self.new_commitment,
            calculate=self.calculate,
            delete=self._delete_lot,
            attest_clause=self._attest_clause,
            attest_people=self._attest_people if self.frame.papers is not None else None,
            parent=self,
        )
        made.company_opened.connect(lambda company: self.frame.navigation.go("companies", company))
        self.stack.addWidget(made)
        return made

    @cached_property
    def calculator(self) -> Calculator:
        """The calculator of hours, in the panel or alone on the page."""
        made = Calculator()
        made.kept.connect(self._keep_sizing)
        made.printed.connect(lambda sizing: self._open_document("sizing", sizing, "file"))
        made.applied.connect(self._apply_sizing)
        made.removed.connect(self._model.remove_sizing)
        return made

    # --- asked by the window --------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        self._path = path
        if not path:
            self._model.close_sheet()
            self.stack.setCurrentWidget(self.list)
            self.panel_changed.emit(None)
            self.set_crumbs(())
            self.list.refresh()
        else:
            if self.stack.currentWidget() is self._aside:
                self.stack.setCurrentWidget(self.lot if len(path) > 1 else self.page)
            self._model.open(path[0])
        self.handlers_changed.emit()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        current = self.stack.currentWidget()
        if current is self.list:
            return self.list_handlers(self.new_operation, self.list)
        found: dict[str, Callable[[], None]] = {
            "new": self.new_commitment if len(self._path) > 1 else self.new_lot,
            "visit": self.new_visit,
            "sizing": self.calculate,
        }
        if self._model.sheet is not None and self._model.sheet.sizings:
            found["print"] = self._print
        return found

    def flush(self) -> None:
        super().flush()
        if self.is_built("calculator"):
            for field in self.calculator.fields.values():
                field.commit()

    def receive(self, action: str, kind: str, id: str) -> bool:  # noqa: A002
        if action == "print" and kind == "sizing":
            self._open_document("sizing", id, "file")
            return True
        return False

    def escape(self) -> bool:
        if self.stack.currentWidget() is not self._aside:
            return False
        self.stack.setCurrentWidget(self.lot if len(self._path) > 1 else self.page)
        self.handlers_changed.emit()
        self.take_focus()
        return True

    def focus_target(self) -> QWidget | None:
        current = self.stack.currentWidget()
        if current is self.list:
            return self.list.focus_target()
        if current is self._aside:
            return self.calculator.fields["amount"].control
        return self.lot.focus_target() if isinstance(current, LotPage) else self.page.focus_target()

    # --- what is shown --------------------------------------------------------------------

    def _show(self) -> None:
        sheet = self._model.sheet
        if sheet is None or not self._path:
            return
        arrived = self.stack.currentWidget() is self.list
        lot = self._model.lot(self._path[1]) if len(self._path) > 1 else None
        crumbs = [Crumb(sheet.facts.name, Location("operations", self._path[:1]))]
        before: QWidget | None = self.stack.currentWidget()
        current: QWidget = self.page if lot is None else self.lot
        if lot is not None:
            self.lot.load(lot, sheet.facts.name)
            crumbs.append(Crumb(capitalise_first(lot.label) or "Lot", Location("operations", self._path)))
        else:
            self.page.load(sheet)
        if before is not self._aside or self._is_wide():
            self.stack.setCurrentWidget(current)
        self.set_crumbs(crumbs)
        self.calculator.show_for(
            sheet.facts.id,
            lot,
            lot.commitments if lot else sheet.commitments,
            [one for one in sheet.sizings if lot is None or one.lot_id in (lot.id, None)],
            self._model.minimum_rate,
        )
        if self._is_wide():
            self._take_out()
            self.panel_changed.emit(self.calculator)
        else:
            self.panel_changed.emit(None)
        self.handlers_changed.emit()
        if (arrived or before is not current) and self.dialog is None:
            self.focus_soon()

    def _open_lot(self, lot: str) -> None:
        self.frame.navigation.go("operations", self._path[0], lot)

    # --- what is done ---------------------------------------------------------------------

    def new_operation(self) -> None:
        """Ask for a new operation, then show it."""
        dialog = OperationDialog(
            self, self._model.propose_buyers, self.frame.clock.today, name=self.list.search.text().strip()
        )

        def give(draft: OperationDraft, failed: Failed) -> None:
            def done(operation: str) -> None:
                dialog.accept()
                self.frame.navigation.go("operations", operation)

            self._model.create(draft, done, failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def new_lot(self) -> None:
        """Ask for a new lot, with at once what a company owes on it."""
        sheet = self._model.sheet
        if sheet is None:
            return
        dialog = LotDialog(self, sheet.facts.id, sheet.contracts, self._model.propose_companies, self.frame.clock.today)

        def give(draft: LotDraft, commitment: CommitmentDraft | None, failed: Failed) -> None:
            self._model.add_lot(draft, commitment, lambda _lot: dialog.accept(), failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def new_commitment(self) -> None:
        """Ask what a company owes on the lot shown."""
        sheet, lot = self._model.sheet, self._model.lot(self.lot.lot_id)
        if sheet is None or lot is None:
            return
        dialog = CommitmentDialog(self, lot, sheet.sizings, self._model.propose_companies, self.frame.clock.today)

        def give(draft: CommitmentDraft, failed: Failed) -> None:
            self._model.commit(draft, lambda _made: dialog.accept(), failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def new_contact(self) -> None:
        """Ask for a contact of the operation shown."""
        dialog = ContactDialog(self, operation_id=self._path[0])

        def give(draft: ContactDraft, failed: Failed) -> None:
            self._model.contacts.add(draft, dialog.accept, failed)

        dialog.given.connect(give)
        self.ask(dialog)

    def new_visit(self) -> None:
        """Begin a visit of the operation shown."""
        self._new_visit("operation", self._path[0])

    def _first_company(self) -> list[str]:
        """The company and the lot an offer is most likely for: the first commitment of the operation."""
        sheet = self._model.sheet
        first = next(iter(sheet.commitments), None) if sheet is not None else None
        return [first.company_id, first.lot_id] if first is not None else []

    def calculate(self) -> None:
        """Go to the calculator: in the panel, or alone on the page of a narrow window (Esc comes back)."""
        if self._is_wide():
            self._take_out()
            self.panel_changed.emit(self.calculator)
        else:
            self.panel_changed.emit(None)
            self._aside_column.addWidget(self.calculator)
            self.calculator.show()
            self.stack.setCurrentWidget(self._aside)
        self.calculator.focus_first()

    def _is_wide(self) -> bool:
        return self.window().width() >= appearance().px(WIDE)

    def _take_out(self) -> None:
        if self.calculator.parentWidget() is self._aside:
            self._aside_column.removeWidget(self.calculator)

    def _keep_sizing(self, draft: SizingDraft, failed: Failed) -> None:
        self._model.keep_sizing(draft, lambda _sizing: self._model.say("Calcul gardé."), failed)

    def _apply_sizing(self, sizing: str, commitment: str) -> None:
        if commitment:
            self._model.apply_sizing(sizing, commitment, lambda: None)

    def _attest_clause(self) -> None:
        self._open_document("clause-attestation", self.lot.lot_id, "buyer")

    def _attest_people(self) -> None:
        if self.frame.papers is not None:
            self.frame.papers.attestations("lot", self.lot.lot_id)

    def _delete_lot(self) -> None:
        operation = self._path[0]
        self._model.delete_lot(self.lot.lot_id, lambda: self.frame.navigation.go("operations", operation))

    def _print(self) -> None:
        sheet = self._model.sheet
        if sheet is None:
            return
        mine = [one for one in sheet.sizings if len(self._path) < 2 or one.lot_id in (self._path[1], None)]
        if mine:
            self._open_document("sizing", mine[0].id, "file")

    def _give_visit(self, kind: str, record_id: str) -> None:
        give(self, "visit", kind, record_id)
