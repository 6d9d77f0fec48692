"""The companies on screen: the list, one sheet, and what can be done with them, in the user's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject

from app.models.choices import CompanyKind
from app.operations.values import (
    INSERTION_KINDS,
    CompaniesPage,
    CompanyDraft,
    CompanyRow,
    CompanySheet,
    SiretAnswer,
)
from app.rules.french import quoted
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.operations.contact_acts import ContactActs, ContactCalls
from app.ui.shell.acts import Failed
from app.ui.shell.records import RecordsViewModel
from app.ui.shell.undo import UndoStack

FILTERS: tuple[tuple[str, str, tuple[CompanyKind, ...]], ...] = (
    ("all", "Toutes", ()),
    ("ordinary", "Entreprises", (CompanyKind.ORDINARY,)),
    ("insertion", "Structures d’insertion et du handicap", INSERTION_KINDS),
    ("other", "Intérim et autres", (CompanyKind.ETT, CompanyKind.OTHER)),
)
"""Key, words, and the kinds kept (none: all)."""


class CompaniesCalls(ContactCalls, Protocol):
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
    def delete(self, company_id: str) -> Outcome: ...
    def take_back(self, undo: Undo) -> Outcome: ...


class CompaniesViewModel(RecordsViewModel[CompanySheet]):
    """The list of companies and the sheet of one of them."""

    kind = "company"
    sheet_kinds = frozenset(
        {
            "company",
            "commitment",
            "employment_contract",
            "contact",
            "lot",
            "operation",
            "contract",
            "hour_line",
            "monthly_statement",
            "beneficiary",
            "visit",
        }
    )

    def __init__(
        self,
        service: CompaniesCalls,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(service, FILTERS, run, bus, messages, undo, parent)
        self._service = service
        self.contacts = ContactActs(service, self._acts, messages)

    # --- what is read ---------------------------------------------------------------------

    def _read(self, record_id: str) -> CompanySheet:
        return self._service.get(record_id)

    # --- what is done ---------------------------------------------------------------------

    def check_siret(self, typed: str, answer: Callable[[SiretAnswer], None], failed: Failed) -> None:
        """Say what is known of a SIRET before creating."""
        self._run.run(lambda: self._service.check_siret(typed), answer, failed, owner=self)

    def create(self, draft: CompanyDraft, done: Callable[[str], None], failed: Failed) -> None:
        """Create a company, or find the one of this SIRET; ``done(id)``."""
        self._acts.do(lambda: self._service.create(draft), lambda outcome: done(outcome.record_id), failed)

    def set_company(self, field: str, value: Any, failed: Failed) -> None:
        """Edit one field of the company shown."""
        company = self._shown_id
        self._acts.do(lambda: self._service.set_company(company, field, value), failed=failed)

    def delete(self) -> None:
        """Put the company shown in the bin."""
        company = self._shown_id
        name = self.sheet.facts.name if self.sheet else ""
        self._acts.do(lambda: self._service.delete(company), told=f"{quoted(name)} est dans la corbeille.")
