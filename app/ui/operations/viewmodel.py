"""The operations on screen: the list, one sheet, and what can be done with them, in the user's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject

from app.operations.penalties import PenaltySheet
from app.operations.values import (
    BuyerRow,
    CommitmentDraft,
    CompanyHit,
    ContractDraft,
    LotDraft,
    LotSheet,
    OperationDraft,
    OperationLine,
    OperationSheet,
    OperationsPage,
    SizingDraft,
)
from app.rules.french import quoted
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.suggest import Proposal
from app.ui.operations.contact_acts import ContactActs, ContactCalls
from app.ui.shell.acts import Failed
from app.ui.shell.records import RecordsViewModel
from app.ui.shell.undo import UndoStack

FILTERS: tuple[tuple[str, str, bool | None], ...] = (
    ("open", "En cours", False),
    ("closed", "Closes", True),
    ("all", "Toutes", None),
)
"""Key, words, and what ``page`` is asked for."""


class OperationsCalls(ContactCalls, Protocol):
    """What is asked of the service (``app.operations.service.OperationsService``)."""

    def page(
        self,
        typed: str = "",
        closed: bool | None = False,
        *,
        order_by: str = "name",
        descending: bool = False,
        limit: int = 100,
        offset: int = 0,
    ) -> OperationsPage: ...
    def lines(self, ids: Sequence[str]) -> tuple[OperationLine, ...]: ...
    def get(self, operation_id: str) -> OperationSheet: ...
    def operation_of_lot(self, lot_id: str) -> str: ...
    def find_buyers(self, typed: str) -> tuple[BuyerRow, ...]: ...
    def find_companies(self, typed: str) -> tuple[CompanyHit, ...]: ...
    def create(self, draft: OperationDraft) -> Outcome: ...
    def set_operation(self, operation_id: str, field: str, value: Any) -> Outcome: ...
    def set_buyer_of(self, operation_id: str, name: str, buyer_id: str = "") -> Outcome: ...
    def set_buyer(self, operation_id: str, field: str, value: Any) -> Outcome: ...
    def close(self, operation_id: str) -> Outcome: ...
    def reopen(self, operation_id: str) -> Outcome: ...
    def add_contract(self, draft: ContractDraft) -> Outcome: ...
    def set_contract(self, contract_id: str, field: str, value: Any) -> Outcome: ...
    def delete_contract(self, contract_id: str) -> Outcome: ...
    def penalties(self, operation_id: str) -> tuple[PenaltySheet, ...]: ...
    def add_penalty(self, contract_id: str, kind: str, amount_cents: int, label: str = "") -> Outcome: ...
    def set_penalty(self, penalty_id: str, field: str, value: Any) -> Outcome: ...
    def remove_penalty(self, penalty_id: str) -> Outcome: ...
    def add_lot(self, draft: LotDraft, commitment: CommitmentDraft | None = None) -> Outcome: ...
    def set_lot(self, lot_id: str, field: str, value: Any) -> Outcome: ...
    def delete_lot(self, lot_id: str) -> Outcome: ...
    def commit(self, draft: CommitmentDraft) -> Outcome: ...
    def set_commitment(self, commitment_id: str, field: str, value: Any) -> Outcome: ...
    def delete_commitment(self, commitment_id: str) -> Outcome: ...
    def delete_operation(self, operation_id: str) -> Outcome: ...
    def take_back(self, undo: Undo) -> Outcome: ...


class SizingCalls(Protocol):
    """What is asked of the calculator (``app.operations.sizing.SizingService``)."""

    def minimum_rate(self) -> int: ...
    def keep(self, draft: SizingDraft) -> Outcome: ...
    def apply(self, sizing_id: str, commitment_id: str) -> Outcome: ...
    def remove(self, sizing_id: str) -> Outcome: ...


class OperationsViewModel(RecordsViewModel[OperationSheet]):
    """The list of operations and the sheet of one of them, with its lots, contracts and calculations."""

    kind = "operation"
    sheet_kinds = frozenset(
        {
            "operation",
            "buyer",
            "contract",
            "lot",
            "commitment",
            "company",
            "contact",
            "hours_sizing",
            "penalty",
            "hour_line",
            "monthly_statement",
            "employment_contract",
            "visit",
            "issued_document",
        }
    )

    def __init__(
        self,
        service: OperationsCalls,
        sizings: SizingCalls,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(service, FILTERS, run, bus, messages, undo, parent)
        self._service = service
        self._sizings = sizings
        self.contacts = ContactActs(service, self._acts, messages)
        self.penalties: tuple[PenaltySheet, ...] = ()
        """Penalties of the contracts of the operation shown."""
        self.minimum_rate = 500
        """The network's minimum effort rate, in hundredths of a percent; read with the first sheet."""

    # --- what is read ---------------------------------------------------------------------

    def _read(self, record_id: str) -> tuple[OperationSheet, int, tuple[PenaltySheet, ...]]:
        return self._service.get(record_id), self._sizings.minimum_rate(), self._service.penalties(record_id)

    def _take(self, read: tuple[OperationSheet, int, tuple[PenaltySheet, ...]]) -> OperationSheet:
        sheet, self.minimum_rate, self.penalties = read
        return sheet

    def lot(self, lot_id: str) -> LotSheet | None:
        """One lot of the operation shown."""
        return next((one for one in self.sheet.lots if one.id == lot_id), None) if self.sheet else None

    # --- proposals ------------------------------------------------------------------------

    def propose_buyers(self, text: str, answer: Callable[[Sequence[Proposal]], None]) -> None:
        """Buyers whose name holds the words typed."""
        self._run.run(
            lambda: self._service.find_buyers(text),
            lambda found: answer([Proposal(one.id, one.name, one.town) for one in found]),
            owner=self,
        )

    def propose_companies(self, text: str, answer: Callable[[Sequence[Proposal]], None]) -> None:
        """Companies whose name or SIRET begins like what is typed."""
        self._run.run(
            lambda: self._service.find_companies(text),
            lambda found: answer([Proposal(one.id, one.name, one.detail) for one in found]),
            owner=self,
        )

    # --- what is done ---------------------------------------------------------------------

    def create(self, draft: OperationDraft, done: Callable[[str], None], failed: Failed) -> None:
        """Create an operation; ``done(id)``."""
        self._acts.do(lambda: self._service.create(draft), lambda outcome: done(outcome.record_id), failed)

    def set_operation(self, field: str, value: Any, failed: Failed) -> None:
        """Edit one field of the operation shown."""
        operation = self._shown_id
        self._acts.do(lambda: self._service.set_operation(operation, field, value), failed=failed)

    def set_buyer_of(self, name: str, buyer_id: str, failed: Failed) -> None:
        """Give the operation shown another buyer, chosen or typed."""
        operation = self._shown_id
        self._acts.do(lambda: self._service.set_buyer_of(operation, name, buyer_id), failed=failed)

    def close_operation(self) -> None:
        """Close the operation shown."""
        operation = self._shown_id
        self._acts.do(lambda: self._service.close(operation), told="Opération close.")

    def reopen_operation(self) -> None:
        """Open the operation shown again."""
        operation = self._shown_id
        self._acts.do(lambda: self._service.reopen(operation), told="Opération rouverte.")

    def delete_operation(self) -> None:
        """Put the operation shown in the bin."""
        operation = self._shown_id
        name = self.sheet.facts.name if self.sheet else ""
        self._acts.do(lambda: self._service.delete_operation(operation), told=f"{quoted(name)} est dans la corbeille.")

    def add_contract(self, failed: Failed) -> None:
        """Add a contract (« marché ») to the operation shown."""
        draft = ContractDraft(self._shown_id, "Nouveau marché")
        self._acts.do(lambda: self._service.add_contract(draft), failed=failed, told="Marché ajouté.")

    def set_contract(self, contract_id: str, field: str, value: Any, failed: Failed) -> None:
        """Edit one field of a contract."""
        self._acts.do(lambda: self._service.set_contract(contract_id, field, value), failed=failed)

    def delete_contract(self, contract_id: str) -> None:
        """Put a contract in the bin."""
        self._acts.do(lambda: self._service.delete_contract(contract_id), told="Marché supprimé.")

    def add_penalty(
        self, contract_id: str, kind: str, amount_cents: int, label: str, done: Callable[[], None], failed: Failed
    ) -> None:
        """Add a penalty that a contract provides for."""
        self._acts.do(
            lambda: self._service.add_penalty(contract_id, kind, amount_cents, label), lambda _outcome: done(), failed
        )

    def set_penalty(self, penalty_id: str, field: str, value: Any, failed: Failed) -> None:
        """Edit one field of a penalty."""
        self._acts.do(lambda: self._service.set_penalty(penalty_id, field, value), failed=failed)

    def remove_penalty(self, penalty_id: str) -> None:
        """Put a penalty in the bin."""
        self._acts.do(lambda: self._service.remove_penalty(penalty_id), told="Pénalité supprimée.")

    def add_lot(
        self, draft: LotDraft, commitment: CommitmentDraft | None, done: Callable[[str], None], failed: Failed
    ) -> None:
        """Add a lot, and what a company owes on it; ``done(id of the lot)``."""
        self._acts.do(lambda: self._service.add_lot(draft, commitment), lambda outcome: done(outcome.record_id), failed)

    def set_lot(self, lot_id: str, field: str, value: Any, failed: Failed) -> None:
        """Edit one field of a lot."""
        self._acts.do(lambda: self._service.set_lot(lot_id, field, value), failed=failed)

    def delete_lot(self, lot_id: str, done: Callable[[], None]) -> None:
        """Put a lot in the bin."""
        self._acts.do(lambda: self._service.delete_lot(lot_id), lambda _outcome: done(), told="Lot supprimé.")

    def commit(self, draft: CommitmentDraft, done: Callable[[str], None], failed: Failed) -> None:
        """Say what a company owes on a lot; ``done(id of the commitment)``."""
        self._acts.do(lambda: self._service.commit(draft), lambda outcome: done(outcome.record_id), failed)

    def set_commitment(self, commitment_id: str, field: str, value: Any, failed: Failed) -> None:
        """Edit one field of a commitment."""
        self._acts.do(lambda: self._service.set_commitment(commitment_id, field, value), failed=failed)

    def delete_commitment(self, commitment_id: str) -> None:
        """Put a commitment in the bin."""
        self._acts.do(lambda: self._service.delete_commitment(commitment_id), told="Engagement supprimé.")

    def keep_sizing(self, draft: SizingDraft, done: Callable[[str], None], failed: Failed) -> None:
        """Keep a calculation; ``done(id)``."""
        self._acts.do(lambda: self._sizings.keep(draft), lambda outcome: done(outcome.record_id), failed)

    def apply_sizing(self, sizing_id: str, commitment_id: str, done: Callable[[], None]) -> None:
        """Make the retained hours of a calculation those due."""
        self._acts.do(
            lambda: self._sizings.apply(sizing_id, commitment_id),
            lambda _outcome: done(),
            told="Heures du calcul reportées sur l’engagement.",
        )

    def remove_sizing(self, sizing_id: str) -> None:
        """Put a calculation in the bin."""
        self._acts.do(lambda: self._sizings.remove(sizing_id), told="Calcul supprimé.")
