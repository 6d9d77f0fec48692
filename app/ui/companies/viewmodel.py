"""The companies on screen: the list, one sheet, and what can be done with them, in the user's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.errors import InclusivError, NotFound
from app.models.choices import CompanyKind
from app.operations.values import (
    INSERTION_KINDS,
    CompaniesPage,
    CompanyDraft,
    CompanyRow,
    CompanySheet,
    ContactDraft,
    SiretAnswer,
)
from app.rules.french import quoted
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.table import Answer, PageRequest
from app.ui.operations.acts import Acts, Failed
from app.ui.shell.undo import UndoStack

LIST_KINDS = frozenset({"company", "commitment", "employment_contract"})
"""Kinds whose changes may change a line of the list."""
SHEET_KINDS = LIST_KINDS | {
    "contact",
    "lot",
    "operation",
    "contract",
    "hour_line",
    "monthly_statement",
    "beneficiary",
    "visit",
}
"""Kinds whose changes may change the sheet shown."""

FILTERS: tuple[tuple[str, str, tuple[CompanyKind, ...]], ...] = (
    ("all", "Toutes", ()),
    ("ordinary", "Entreprises", (CompanyKind.ORDINARY,)),
    ("insertion", "Structures d’insertion et du handicap", INSERTION_KINDS),
    ("other", "Intérim et autres", (CompanyKind.ETT, CompanyKind.OTHER)),
)
"""Key, words, and the kinds kept (none: all)."""


class CompaniesCalls(Protocol):
    """What is asked of the service (``app.operations.companies.CompaniesService``)."""

    def page(
        self,
        typed: str = "",
        kinds: Sequence[str] = (),
        *,
        order_by: str = "name",
        descending: bool = False,
        limit: int = 100,
        offset: int = 0,
    ) -> CompaniesPage: ...
    def lines(self, ids: Sequence[str]) -> tuple[CompanyRow, ...]: ...
    def get(self, company_id: str) -> CompanySheet: ...
    def check_siret(self, typed: str) -> SiretAnswer: ...
    def create(self, draft: CompanyDraft) -> Outcome: ...
    def set_company(self, company_id: str, field: str, value: Any) -> Outcome: ...
    def add_contact(self, draft: ContactDraft) -> Outcome: ...
    def set_contact(self, contact_id: str, field: str, value: Any) -> Outcome: ...
    def set_usual_contact(self, contact_id: str) -> Outcome: ...
    def remove_contact(self, contact_id: str) -> Outcome: ...
    def delete(self, company_id: str) -> Outcome: ...
    def take_back(self, undo: Undo) -> Outcome: ...


class CompaniesViewModel(QObject):
    """``refreshed``: ask the pages of the list again. ``lines_changed(ids, lines)``: fresh lines of the list.

    ``sheet_changed``: :attr:`sheet` is another one or has changed. ``gone``: the company shown is no longer there.
    """

    refreshed = Signal()
    lines_changed = Signal(object, object)
    sheet_changed = Signal()
    gone = Signal()

    def __init__(
        self,
        service: CompaniesCalls,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._run = run
        self._messages = messages
        self._acts = Acts(run, messages, undo, service.take_back, self)
        self.text = ""
        self.filter_key = "all"
        self.sheet: CompanySheet | None = None
        self._company_id = ""
        self._listed = False
        bus.published.connect(self._changed)

    # --- the list -------------------------------------------------------------------------

    def fetch(self, request: PageRequest, answer: Answer) -> None:
        """Answer a page of the list, filtered and ordered by the store."""
        self._listed = True
        typed, kinds = self.text, next(kinds for key, _, kinds in FILTERS if key == self.filter_key)
        self._run.run(
            lambda: self._service.page(
                typed,
                kinds,
                order_by=request.order_by,
                descending=request.descending,
                limit=request.limit,
                offset=request.offset,
            ),
            done=lambda page: answer(request, page.lines, page.total),
            owner=self,
        )

    def search(self, text: str) -> None:
        """Keep the companies whose name, town or SIRET begins like ``text``."""
        self.text = text
        self.refreshed.emit()

    def show_filter(self, key: str) -> None:
        """Keep some kinds of companies."""
        self.filter_key = key
        self.refreshed.emit()

    # --- one company ----------------------------------------------------------------------

    def open(self, company_id: str) -> None:
        """Read a company and show it."""
        if company_id != self._company_id:
            self.sheet = None
            self._company_id = company_id
        self._run.run(lambda: self._service.get(company_id), self._show, self._lost, owner=self)

    def close_sheet(self) -> None:
        """Nothing is shown any more."""
        self._company_id = ""
        self.sheet = None

    def _show(self, sheet: CompanySheet) -> None:
        if sheet.facts.id == self._company_id:
            self.sheet = sheet
            self.sheet_changed.emit()

    def _lost(self, problem: InclusivError) -> None:
        if not isinstance(problem, NotFound) or self.sheet is None:
            self._messages.error(problem)
        self.close_sheet()  # it was just put in the bin, here or elsewhere
        self.gone.emit()

    def _changed(self, changes: Changes) -> None:
        if self._company_id and changes.touches(SHEET_KINDS):
            self.open(self._company_id)
        ids = tuple(changes.ids("company"))
        if self._listed and ids:
            self._run.run(
                lambda: self._service.lines(ids), lambda lines: self.lines_changed.emit(ids, lines), owner=self
            )

    # --- what is done ---------------------------------------------------------------------

    def check_siret(self, typed: str, answer: Callable[[SiretAnswer], None], failed: Failed) -> None:
        """Say what is known of a SIRET before creating."""
        self._run.run(lambda: self._service.check_siret(typed), answer, failed, owner=self)

    def create(self, draft: CompanyDraft, done: Callable[[str], None], failed: Failed) -> None:
        """Create a company, or find the one of this SIRET; ``done(id)``."""
        self._acts.do(lambda: self._service.create(draft), lambda outcome: done(outcome.record_id), failed)

    def set_company(self, field: str, value: Any, failed: Failed) -> None:
        """Edit one field of the company shown."""
        company = self._company_id
        self._acts.do(lambda: self._service.set_company(company, field, value), failed=failed)

    def delete(self) -> None:
        """Put the company shown in the bin."""
        company = self._company_id
        name = self.sheet.facts.name if self.sheet else ""
        self._acts.do(lambda: self._service.delete(company), told=f"{quoted(name)} est dans la corbeille.")

    def add_contact(self, draft: ContactDraft, done: Callable[[], None], failed: Failed) -> None:
        """Add a contact to the company shown."""
        self._acts.do(lambda: self._service.add_contact(draft), lambda _outcome: done(), failed)

    def set_contact(self, contact_id: str, field: str, value: object, failed: Failed) -> None:
        """Edit one field of a contact."""
        self._acts.do(lambda: self._service.set_contact(contact_id, field, value), failed=failed)

    def set_usual_contact(self, contact_id: str) -> None:
        """« Répond d’habitude »."""
        self._acts.do(lambda: self._service.set_usual_contact(contact_id))

    def remove_contact(self, contact_id: str) -> None:
        """Put a contact in the bin."""
        self._acts.do(lambda: self._service.remove_contact(contact_id), told="Contact supprimé.")

    def say(self, text: str) -> None:
        """Say something in the message bar."""
        self._messages.say(text)
