"""What the screens of the hours ask of their service (``app.hours.service.HoursService``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.hours.values import (
    Agreement,
    AgreementDraft,
    Candidate,
    Entry,
    LotChoice,
    MonthCell,
    MonthGrid,
    Typing,
    Validation,
)
from app.models.choices import HourKind, StatementSource
from app.store.unit import Outcome, Undo


class GridService(Protocol):
    """What the grid of a month asks."""

    def month_to_collect(self) -> str: ...
    def open_month(self, company_id: str, month: str) -> MonthGrid: ...
    def months_of(self, company_id: str, until: str = "", count: int = 12) -> tuple[MonthCell, ...]: ...
    def set_hours(
        self,
        company_id: str,
        month: str,
        contract_id: str,
        lot_id: str,
        value: int | None,
        kind: HourKind = HourKind.WORKED,
    ) -> Outcome: ...
    def set_absence(self, company_id: str, month: str, contract_id: str, lot_id: str, code: str) -> Outcome: ...
    def set_declared_total(self, company_id: str, month: str, value: int | None) -> Outcome: ...
    def fill(
        self,
        company_id: str,
        month: str,
        entries: Sequence[Entry],
        *,
        label: str = "",
        source: StatementSource | None = None,
        declared_total: int | None = None,
    ) -> Outcome: ...
    def accept_doubts(
        self, company_id: str, month: str, contract_id: str, lot_id: str, codes: Sequence[str], reason: str
    ) -> Outcome: ...
    def share_out(self, company_id: str, month: str, contract_id: str, parts: Mapping[str, int]) -> Outcome: ...
    def add_line(self, company_id: str, month: str, contract_id: str) -> Outcome: ...
    def lots_to_share(self, company_id: str, month: str, contract_id: str) -> tuple[LotChoice, ...]: ...
    def agreements(self, contract_id: str) -> tuple[Agreement, ...]: ...
    def find_lots(self, typed: str) -> tuple[LotChoice, ...]: ...
    def agree(self, draft: AgreementDraft) -> Outcome: ...
    def rectify(
        self,
        company_id: str,
        month: str,
        contract_id: str,
        lot_id: str,
        wanted: int | None,
        reason: str,
        kind: HourKind = HourKind.WORKED,
    ) -> Outcome: ...
    def people_to_add(self, company_id: str, month: str, text: str = "", limit: int = 8) -> tuple[Candidate, ...]: ...
    def validate_month(self, company_id: str, month: str) -> Validation: ...
    def reopen(self, company_id: str, month: str, reason: str) -> Outcome: ...
    def take_back(self, undo: Undo) -> Outcome: ...
    def keep_typing(self, company_id: str, month: str, typing: Typing | None) -> None: ...
    def find_typing(self, company_id: str, month: str) -> Typing | None: ...
