"""Operations: what a facilitator does with buyers, operations, contracts, lots and commitments (PRODUCT.md C1, H8).

Runs on the store thread. Writes answer an ``Outcome`` (changes, undo, main record); reads answer frozen values.
Rights and rules are checked here again: ``NotAllowed``, ``InvalidInput`` with the field, ``NotFound``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.errors import InvalidInput
from app.models.base import Record
from app.models.choices import ClauseState
from app.models.operations import Buyer, Commitment, Company, Contract, HoursSizing, Lot, Operation
from app.operations import fields, penalties, sheets
from app.operations import writing as writes
from app.operations.penalties import PenaltySheet
from app.operations.values import (
    CommitmentDraft,
    CommitmentSheet,
    CompanyDraft,
    CompanyHit,
    ContactDraft,
    ContractDraft,
    LotDraft,
    LotSheet,
    OperationDraft,
    OperationLine,
    OperationSheet,
    OperationsPage,
    total,
)
from app.rules.commitments import Position
from app.rules.french import join_words, plural, quoted
from app.store import operations as store
from app.store.commitments import stands
from app.store.notebook import Notebook
from app.store.operations import BuyerRow
from app.store.unit import Outcome, Undo, Unit, not_found, writing

RECENT_VISITS = 8


class OperationsService:
    """What a facilitator does with operations, over one notebook."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    # --- reading --------------------------------------------------------------------------

    def page(
        self,
        typed: str = "",
        closed: bool | None = False,
        *,
        order_by: str = "name",
        descending: bool = False,
        limit: int = 100,
        offset: int = 0,
    ) -> OperationsPage:
        """A page of the list. ``closed`` keeps the closed operations or the others, ``None`` both."""
        with self._notebook.read() as connection:
            rows = store.list_operations(
                connection,
                typed=typed,
                closed=closed,
                order_by=order_by,
                descending=descending,
                limit=limit,
                offset=offset,
            )
            total_rows = store.count_operations(connection, typed=typed, closed=closed)
            return OperationsPage(self._lines(connection, rows), total_rows)

    def lines(self, ids: Sequence[str]) -> tuple[OperationLine, ...]:
        """The lines of some operations; those in the bin are absent."""
        with self._notebook.read() as connection:
            return self._lines(connection, store.operations_by_ids(connection, ids))

    def _lines(self, connection: Any, rows: Sequence[store.OperationRow]) -> tuple[OperationLine, ...]:
        owed = store.owed_on_operations(connection, [row.id for row in rows])
        return tuple(OperationLine(row, owed[row.id].lots, owed[row.id].due_hours) for row in rows)

    def get(self, operation_id: str) -> OperationSheet:
        """The page of an operation (PRODUCT.md E7). Raises ``NotFound``."""
        notebook = self._notebook
        today = notebook.clock.today()
        with notebook.read() as connection:
            facts = store.find_operation(connection, operation_id)
            if facts is None:
                raise not_found()
            lots = store.lots_of(connection, operation_id)
            ids = [one.id for one in lots]
            owed: dict[str, list[CommitmentSheet]] = {}
            for one in sheets.commitments_on(connection, ids, today):
                owed.setdefault(one.lot_id, []).append(one)
            visits, visit_count = store.visits_of(
                connection, notebook.organisation_id, operation_id=operation_id, limit=RECENT_VISITS
            )
            return OperationSheet(
                facts=facts,
                contracts=tuple(store.contracts_of(connection, operation_id)),
                lots=tuple(LotSheet(one, tuple(owed.get(one.id, ()))) for one in lots),
                contacts=tuple(store.contacts_of(connection, operation_id=operation_id, buyer_id=facts.buyer_id)),
                sizings=tuple(store.sizings_of(connection, operation_id)),
                visits=tuple(visits),
                visit_count=visit_count,
                people=store.people_on(connection, notebook.organisation_id, ids, today),
            )

    def penalties(self, operation_id: str) -> tuple[PenaltySheet, ...]:
        """The penalties of the contracts of an operation, each with what it amounts to today and how."""
        today = self._notebook.clock.today()
        with self._notebook.read() as connection:
            contracts = store.contracts_of(connection, operation_id)
            known = store.penalties_of(connection, [one.id for one in contracts])
            if not known:
                return ()
            lots = {one.id: one.contract_id for one in store.lots_of(connection, operation_id)}
            owed: dict[str, list[CommitmentSheet]] = {}
            for one in sheets.commitments_on(connection, list(lots), today):
                owed.setdefault(lots[one.lot_id], []).append(one)
            return penalties.penalty_sheets(known, owed, today)

    def operation_of_lot(self, lot_id: str) -> str:
        """The operation of a lot. Raises ``NotFound``."""
        with self._notebook.read() as connection:
            found = store.find_lot(connection, lot_id)
        if found is None:
            raise not_found()
        return found[1]

    def position(self, operation_id: str) -> Position:
        """« Où en est-on ? »: the sum of the commitments of an operation, cancelled clauses left out."""
        with self._notebook.read() as connection:
            lots = [one.id for one in store.lots_of(connection, operation_id)]
            return total(sheets.commitments_on(connection, lots, self._notebook.clock.today()))

    def find_buyers(self, typed: str) -> tuple[BuyerRow, ...]:
        """Buyers proposed while a name is typed."""
        with self._notebook.read() as connection:
            return tuple(store.find_buyers(connection, typed))

    def find_companies(self, typed: str) -> tuple[CompanyHit, ...]:
        """Companies proposed while a name or a SIRET is typed."""
        return sheets.companies_like(self._notebook, typed)

    # --- operation ------------------------------------------------------------------------

    def create(self, draft: OperationDraft) -> Outcome:
        """Create an operation; its buyer is chosen, found by name, or created with it."""
        writes.require_writer(self._notebook, "créer une opération")
        names = ("name", "reference", "address", "postcode", "town", "start_on", "end_on")
        values = fields.read_all(fields.OPERATION, {name: getattr(draft, name) for name in names})
        fields.check_period(draft.start_on, draft.end_on)
        with writing(self._notebook, "création de l’opération") as unit:
            buyer = writes.ensure_buyer(unit, draft.buyer_id, draft.buyer_name)
            made = unit.insert(Operation, fields.with_sort_name("operation", {**values, "buyer_id": buyer}))
            return unit.outcome_of(made)

    def set_operation(self, operation_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of an operation."""
        return writes.set_field(self._notebook, Operation, fields.OPERATION, operation_id, field, value)

    def set_buyer_of(self, operation_id: str, name: str, buyer_id: str = "") -> Outcome:
        """Give an operation another buyer, chosen or typed."""
        writes.require_writer(self._notebook, "modifier cette opération")
        with writing(self._notebook, "donneur d’ordre de l’opération") as unit:
            writes.alive(unit, Operation, operation_id)
            buyer = writes.ensure_buyer(unit, buyer_id, name)
            if not unit.update(Operation, operation_id, {"buyer_id": buyer}):
                return writes.nothing(operation_id)
            return unit.outcome_of(operation_id)

    def set_buyer(self, operation_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of the buyer of an operation: all its operations show it."""
        with self._notebook.read() as connection:
            facts = store.find_operation(connection, operation_id)
        if facts is None:
            raise not_found()
        return writes.set_field(
            self._notebook, Buyer, fields.BUYER, facts.buyer_id, field, value, touched={"operation": operation_id}
        )

    def close(self, operation_id: str) -> Outcome:
        """Close an operation today: it leaves the list of those under way, nothing is lost."""
        return self._set_closed(operation_id, "clôture de l’opération", closing=True)

    def reopen(self, operation_id: str) -> Outcome:
        """Open a closed operation again."""
        return self._set_closed(operation_id, "réouverture de l’opération", closing=False)

    def _set_closed(self, operation_id: str, label: str, *, closing: bool) -> Outcome:
        writes.require_writer(self._notebook, "clore cette opération")
        with writing(self._notebook, label) as unit:
            row = writes.alive(unit, Operation, operation_id)
            if closing == (row["closed_on"] is not None):
                return writes.nothing(operation_id)
            unit.update(Operation, operation_id, {"closed_on": self._notebook.clock.today() if closing else None})
            return unit.outcome_of(operation_id)

    # --- contracts and lots ---------------------------------------------------------------

    def add_contract(self, draft: ContractDraft) -> Outcome:
        """Add a contract (« marché ») to an operation."""
        writes.require_writer(self._notebook, "ajouter un marché")
        names = ("name", "reference", "amount_cents", "penalty_terms")
        values = fields.read_all(fields.CONTRACT, {name: getattr(draft, name) for name in names})
        with writing(self._notebook, "ajout d’un marché") as unit:
            writes.alive(unit, Operation, draft.operation_id)
            made = unit.insert(Contract, {**values, "operation_id": draft.operation_id})
            unit.touch("operation", [draft.operation_id])
            return unit.outcome_of(made)

    def set_contract(self, contract_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of a contract: number, amount, penalties…"""
        return writes.set_field(
            self._notebook,
            Contract,
            fields.CONTRACT,
            contract_id,
            field,
            value,
            touched={"operation": self._operation_of(Contract, contract_id)},
        )

    def add_lot(self, draft: LotDraft, commitment: CommitmentDraft | None = None) -> Outcome:
        """Add a lot, and at once what a company owes on it when ``commitment`` is given (its ``lot_id`` is ignored).

        The first lot of an operation makes its contract. Main record: the lot.
        """
        writes.require_writer(self._notebook, "ajouter un lot")
        names = ("number", "name", "amount_cents", "start_on", "end_on")
        values = fields.read_all(fields.LOT, {name: getattr(draft, name) for name in names})
        if not (values["number"] or values["name"]):
            raise InvalidInput("Le lot n’a ni numéro ni intitulé.", todo="Indiquer l’un des deux.", field="number")
        fields.check_period(draft.start_on, draft.end_on)
        with writing(self._notebook, "ajout d’un lot") as unit:
            writes.alive(unit, Operation, draft.operation_id)
            contract = self._contract_for(unit, draft)
            lot = unit.insert(Lot, {**values, "contract_id": contract})
            if commitment is not None:
                self._commit(unit, lot, commitment)
            unit.touch("operation", [draft.operation_id])
            return unit.outcome_of(lot)

    def _contract_for(self, unit: Unit, draft: LotDraft) -> str:
        known = store.contracts_of(unit.connection, draft.operation_id)
        if draft.contract_id:
            if draft.contract_id not in {one.id for one in known}:
                raise not_found()
            return draft.contract_id
        if known:
            return known[0].id
        return unit.insert(Contract, {"operation_id": draft.operation_id, "name": "Marché de l’opération"})

    def set_lot(self, lot_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of a lot."""
        return writes.set_field(
            self._notebook,
            Lot,
            fields.LOT,
            lot_id,
            field,
            value,
            touched={"operation": self._operation_of(Lot, lot_id)},
        )

    # --- penalties ------------------------------------------------------------------------

    def add_penalty(self, contract_id: str, kind: str, amount_cents: int, label: str = "") -> Outcome:
        """Add a penalty that a contract provides for."""
        return penalties.add(self._notebook, contract_id, kind, amount_cents, label)

    def set_penalty(self, penalty_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of a penalty: kind, amount, dates, formal notice."""
        return penalties.change(self._notebook, penalty_id, field, value)

    def remove_penalty(self, penalty_id: str) -> Outcome:
        """Put a penalty in the bin."""
        return penalties.remove(self._notebook, penalty_id)

    # --- commitments ----------------------------------------------------------------------

    def commit(self, draft: CommitmentDraft) -> Outcome:
        """Say what a company owes on a lot. The company is chosen, found by its SIRET, or created.

        The hours due are those of a calculation kept (``sizing_id``) or typed. Main record: the commitment.
        """
        writes.require_writer(self._notebook, "ajouter un engagement")
        with writing(self._notebook, "ajout d’un engagement") as unit:
            writes.alive(unit, Lot, draft.lot_id)
            made = self._commit(unit, draft.lot_id, draft)
            unit.touch("operation", [self._operation_of(Lot, draft.lot_id, unit)])
            return unit.outcome_of(made)

    def _commit(self, unit: Unit, lot_id: str, draft: CommitmentDraft) -> str:
        if draft.company_id:
            company = draft.company_id
            writes.alive(unit, Company, company)
        else:
            company = writes.ensure_company(unit, CompanyDraft(draft.company_name, draft.siret), field="company_name")
        names = ("role", "objective_kind", "retained_reason", "start_on", "end_on")
        values = fields.read_all(fields.COMMITMENT, {name: getattr(draft, name) for name in names})
        fields.check_period(draft.start_on, draft.end_on)
        if draft.sizing_id:
            sizing = writes.alive(unit, HoursSizing, draft.sizing_id)
            values |= _from_sizing(sizing)
        else:
            values["due_hours"] = fields.read_due(draft.due_hours)
        for one in store.commitments_of_lots(unit.connection, [lot_id]):
            if (one.company_id, one.objective_kind) == (company, values["objective_kind"]):
                raise InvalidInput(
                    "Cette entreprise a déjà cet engagement sur ce lot.",
                    "Rien n’a été ajouté.",
                    "Modifier l’engagement existant, ou choisir une autre nature d’objectif.",
                    field="company_name",
                )
        made = unit.insert(Commitment, {**values, "lot_id": lot_id, "company_id": company})
        unit.touch("company", [company])
        return made

    def set_commitment(self, commitment_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of a commitment: hours due, role, dates, state of the clause (DOMAIN.md §5.4).

        « Attestation émise » is no choice: it comes with the attestation. Raises ``InvalidInput``.
        """
        with self._notebook.read() as connection:
            rows = stands(connection, commitment_ids=[commitment_id])
        if not rows:
            raise not_found()
        if field == "clause_state" and value == ClauseState.ATTESTED and rows[0].clause_state != value:
            raise InvalidInput(
                f"L’état {quoted(ClauseState.ATTESTED.label)} ne se choisit pas.",
                "L’état de la clause est inchangé.",
                "Émettre l’attestation de la clause depuis le lot.",
                field=field,
            )
        return writes.set_field(
            self._notebook,
            Commitment,
            fields.COMMITMENT,
            commitment_id,
            field,
            value,
            touched={"operation": rows[0].operation_id, "lot": rows[0].lot_id, "company": rows[0].company_id},
        )

    # --- contacts -------------------------------------------------------------------------

    def add_contact(self, draft: ContactDraft) -> Outcome:
        """Add a contact to the operation or to its buyer."""
        return writes.add_contact(self._notebook, draft)

    def set_contact(self, contact_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of a contact."""
        return writes.set_contact(self._notebook, contact_id, field, value)

    def set_usual_contact(self, contact_id: str) -> Outcome:
        """« Me répond d’habitude »."""
        return writes.set_usual_contact(self._notebook, contact_id)

    def remove_contact(self, contact_id: str) -> Outcome:
        """Put a contact in the bin."""
        return writes.remove_contact(self._notebook, contact_id)

    # --- bin and undo ---------------------------------------------------------------------

    def delete_operation(self, operation_id: str) -> Outcome:
        """Put an operation in the bin with its contracts, lots and commitments.

        Raises ``InvalidInput`` while people, hours or visits hang on it: it is closed then, not thrown away.
        """
        writes.require_writer(self._notebook, "supprimer cette opération")
        with writing(self._notebook, "suppression de l’opération") as unit:
            writes.alive(unit, Operation, operation_id)
            lots = [one.id for one in store.lots_of(unit.connection, operation_id)]
            _refuse_held(store.held_by(unit.connection, lots), "Cette opération", "La clore plutôt.")
            self._delete_lots(unit, lots)
            for contract in store.contracts_of(unit.connection, operation_id):
                unit.delete(Contract, contract.id)
            unit.delete(Operation, operation_id)
            return unit.outcome_of(operation_id)

    def delete_contract(self, contract_id: str) -> Outcome:
        """Put a contract in the bin. Raises ``InvalidInput`` while it has lots."""
        writes.require_writer(self._notebook, "supprimer ce marché")
        with writing(self._notebook, "suppression du marché") as unit:
            row = writes.alive(unit, Contract, contract_id)
            if any(one.contract_id == contract_id for one in store.lots_of(unit.connection, row["operation_id"])):
                raise InvalidInput("Ce marché a des lots.", "Rien n’a été supprimé.", "Supprimer d’abord ses lots.")
            unit.delete(Contract, contract_id)
            unit.touch("operation", [row["operation_id"]])
            return unit.outcome_of(contract_id)

    def delete_lot(self, lot_id: str) -> Outcome:
        """Put a lot in the bin with its commitments. Raises ``InvalidInput`` while people, hours or visits use it."""
        writes.require_writer(self._notebook, "supprimer ce lot")
        with writing(self._notebook, "suppression du lot") as unit:
            writes.alive(unit, Lot, lot_id)
            _refuse_held(
                store.held_by(unit.connection, [lot_id]), "Ce lot", "Annuler plutôt la clause de ses engagements."
            )
            self._delete_lots(unit, [lot_id])
            unit.touch("operation", [self._operation_of(Lot, lot_id, unit)])
            return unit.outcome_of(lot_id)

    def _delete_lots(self, unit: Unit, lot_ids: Sequence[str]) -> None:
        for one in store.commitments_of_lots(unit.connection, lot_ids):
            unit.delete(Commitment, one.id)
            unit.touch("company", [one.company_id])
        for lot in lot_ids:
            unit.delete(Lot, lot)

    def delete_commitment(self, commitment_id: str) -> Outcome:
        """Put a commitment in the bin. Raises ``InvalidInput`` once hours count for it."""
        writes.require_writer(self._notebook, "supprimer cet engagement")
        with self._notebook.read() as connection:
            rows = stands(connection, commitment_ids=[commitment_id])
        if not rows:
            raise not_found()
        stand = rows[0]
        if stand.position.validated or stand.position.received:
            raise InvalidInput(
                "Des heures comptent pour cet engagement.",
                "Rien n’a été supprimé.",
                f"Choisir plutôt l’état {quoted(ClauseState.CANCELLED.label)} pour sa clause.",
            )
        with writing(self._notebook, "suppression de l’engagement") as unit:
            unit.delete(Commitment, commitment_id)
            unit.touch("operation", [stand.operation_id])
            unit.touch("company", [stand.company_id])
            return unit.outcome_of(commitment_id)

    def take_back(self, undo: Undo) -> Outcome:
        """Undo an act (or, with the undo of the undo, do it again)."""
        return writes.take_back(self._notebook, undo)

    def _operation_of(self, model: type[Record], record_id: str, unit: Unit | None = None) -> str:
        if unit is None:
            with self._notebook.read() as connection:
                return store.operation_of(connection, model, record_id)
        return store.operation_of(unit.connection, model, record_id)


def _from_sizing(sizing: Any) -> dict[str, Any]:
    return {
        "sizing_id": sizing["id"],
        "computed_hours": sizing["computed_hours"],
        "due_hours": sizing["retained_hours"],
        "retained_reason": sizing["retained_reason"],
    }


def _refuse_held(held: store.Holding, what: str, todo: str) -> None:
    words: list[str] = []
    if held.contracts:
        words.append(plural(held.contracts, "contrat de travail", "contrats de travail"))
    if held.hours:
        words.append("des heures")
    if held.visits:
        words.append(plural(held.visits, "visite"))
    if words:
        raise InvalidInput(f"{what} porte {join_words(words)}.", "Rien n’a été supprimé.", todo)
