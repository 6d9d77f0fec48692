"""What the import screen asks of the services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.hours.imports.values import (
    Already,
    Decisions,
    ImportLine,
    OpenedFile,
    Prepared,
    Review,
    Saved,
    TakenBack,
)
from app.hours.timesheets.layout import Layout
from app.hours.values import CompanyLine
from app.models.beneficiaries import BeneficiaryDraft, EmploymentContractDraft
from app.store.unit import Outcome, Undo

OpenFile = Callable[[Path, Callable[[], bool]], OpenedFile]
"""Reads a file off the store thread; its second argument says whether it is given up."""


class Imports(Protocol):
    """``app.hours.imports.service.ImportsService``."""

    def company_of(self, opened: OpenedFile) -> str: ...
    def prepare(
        self, opened: OpenedFile, company_id: str, *, layout: Layout | None = None, month: str = ""
    ) -> Prepared: ...
    def renew(self, prepared: Prepared) -> Prepared: ...
    def already_sentence(self, already: Already) -> str: ...
    def remember_layout(self, prepared: Prepared) -> Outcome: ...
    def remember_alias(self, company_id: str, key: str, written: str, beneficiary_id: str) -> Outcome: ...
    def save(self, prepared: Prepared, decisions: Decisions, *, shown: Review | None = None) -> Saved: ...
    def list_imports(self, company_id: str = "", limit: int = 50) -> tuple[ImportLine, ...]: ...
    def cancel(self, import_id: str) -> TakenBack: ...
    def redo(self, undo: Undo) -> Outcome: ...


class Months(Protocol):
    """What is asked of the months: companies by name."""

    def find_companies(self, text: str, month: str = "", limit: int = 8) -> tuple[CompanyLine, ...]: ...


class Lot(Protocol):
    """A lot where somebody may work."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...


class People(Protocol):
    """What is asked of the people: somebody new, with a contract."""

    def create(self, draft: BeneficiaryDraft, *, confirmed_distinct: bool = False) -> Outcome: ...
    def add_contract(self, person_id: str, draft: EmploymentContractDraft) -> Outcome: ...
    def lots_of_company(self, company_id: str) -> Sequence[Lot]: ...
