"""Where each commitment stands: due, validated, received, remaining, and its hours by month (PRODUCT.md H8).

Which hours count for which commitment:

* hours belong to the lot of their line; a line moved to another lot (« répartir ») counts there, once;
* on a lot, hours of a company that has its own commitment count for it; hours of any other company (subcontractor
  without commitment) count for the lot's lead contractor, who owes the clause (DOMAIN.md §1.1);
* training hours count for a training objective; for the others only when the network says so
  (reference table ``countability_rule``, off by default: DOMAIN.md §2.5);
* hours of a statement validated or attested are « validated », any other typed hours are « received ».

All hours are integer hundredths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, literal, select

from app.models.base import table_of
from app.models.choices import CompanyRole, HourKind, ObjectiveKind, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.models.network import ReferenceEntry
from app.models.operations import Buyer, Commitment, Company, Contract, Lot, Operation
from app.rules.commitments import Position, Projection, position, project
from app.rules.french import NBSP

SETTLED = (StatementState.VALIDATED, StatementState.ATTESTED)
"""States of a statement whose hours are validated."""


@dataclass(frozen=True, slots=True)
class CommitmentStand:
    """One commitment with its position. Hours are hundredths; dates are those of the commitment, else of the lot."""

    commitment_id: str
    lot_id: str
    company_id: str
    company_name: str
    role: str
    objective_kind: str
    clause_state: str
    operation_id: str
    operation_name: str
    buyer_name: str
    contract_reference: str
    lot_number: str
    lot_name: str
    start_on: dt.date | None
    end_on: dt.date | None
    position: Position

    @property
    def lot_label(self) -> str:
        """« lot 3 : Gros œuvre »."""
        return lot_label(self.lot_number, self.lot_name)

    @property
    def label(self) -> str:
        """« École Simone-Veil, lot 3 : Gros œuvre »."""
        return f"{self.operation_name}, {self.lot_label}"


@dataclass(frozen=True, slots=True)
class MonthHours:
    """Hours of one month of a commitment."""

    month: str
    validated: int
    received: int


def lot_label(number: str, name: str) -> str:
    """« lot 3 : Gros œuvre », « lot 3 », or the name alone."""
    if not number:
        return name
    return f"lot {number}{NBSP}: {name}" if name else f"lot {number}"


def stands(
    connection: Connection,
    *,
    commitment_ids: Sequence[str] = (),
    lot_ids: Sequence[str] = (),
    company_id: str = "",
    operation_id: str = "",
    without_statement: str = "",
) -> list[CommitmentStand]:
    """Positions of the commitments chosen by ids, lots, company or operation (together: all must match).

    ``without_statement`` leaves one statement out, for a screen that adds what is being typed itself.
    Sorted by operation, lot, then lead contractor first. No choice at all answers nothing.
    """
    chosen = _chosen(
        connection,
        commitment_ids=commitment_ids,
        lot_ids=lot_ids,
        company_id=company_id,
        operation_id=operation_id,
    )
    sums: dict[tuple[str, bool], int] = {}
    for commitment, settled, _month, hours in _attributed(connection, chosen, without_statement, by_month=False):
        sums[commitment, settled] = sums.get((commitment, settled), 0) + hours
    return [_stand(row, sums) for row in chosen]


def stands_with_history(
    connection: Connection, lot_ids: Sequence[str], *, without_statement: str = ""
) -> list[tuple[CommitmentStand, tuple[MonthHours, ...]]]:
    """As ``stands`` for some lots, with the hours of each commitment by month, in one reading."""
    chosen = _chosen(connection, commitment_ids=(), lot_ids=lot_ids, company_id="", operation_id="")
    sums: dict[tuple[str, bool], int] = {}
    months: dict[str, dict[str, list[int]]] = {}
    for commitment, settled, month, hours in _attributed(connection, chosen, without_statement, by_month=True):
        sums[commitment, settled] = sums.get((commitment, settled), 0) + hours
        months.setdefault(commitment, {}).setdefault(month, [0, 0])[0 if settled else 1] += hours
    return [(_stand(row, sums), _history(months.get(row.id, {}))) for row in chosen]


def months_history(connection: Connection, commitment_id: str) -> list[MonthHours]:
    """Hours of one commitment by month, the oldest first; months without hours are absent."""
    c = table_of(Commitment).c
    lot = connection.execute(select(c.lot_id).where(c.id == commitment_id)).scalar()
    for stand, history in stands_with_history(connection, [lot] if lot else []):
        if stand.commitment_id == commitment_id:
            return list(history)
    return []


def projection_of(connection: Connection, stand: CommitmentStand, today: dt.date) -> Projection:
    """When the objective of a commitment is reached at the present pace, with its sentence."""
    history = {one.month: one.validated for one in months_history(connection, stand.commitment_id)}
    return project(stand.position, history, stand.start_on, stand.end_on, today)


def training_counts(connection: Connection) -> bool:
    """Whether the network counts training hours as insertion hours."""
    r = table_of(ReferenceEntry).c
    rows = connection.execute(
        select(r.data)
        .where(r.table == "countability_rule", r.code == "training_hours", r.deleted_at.is_(None))
        .order_by(r.network_code.desc())
    ).scalars()
    return any(bool(data.get("enabled")) for data in rows)


class LotOwners:
    """Who gets the hours worked on a lot: see the rules at the top of the module."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._own: dict[tuple[str, str, str], str] = {}
        self._lead: dict[tuple[str, str], str] = {}
        self._kinds: dict[str, set[str]] = {}
        for row in rows:  # lead contractors first, then by creation
            self._own.setdefault((row.lot_id, row.objective_kind, row.company_id), row.id)
            self._lead.setdefault((row.lot_id, row.objective_kind), row.id)
            self._kinds.setdefault(row.lot_id, set()).add(row.objective_kind)

    def who_gets(self, lot_id: str, company_id: str, kind: str, training_counts: bool) -> list[str]:
        """Commitments to which hours of this ``HourKind`` count: one per kind of objective at most."""
        found: list[str] = []
        for objective in sorted(self._kinds.get(lot_id, ())):
            if not _counts(kind, objective, training_counts):
                continue
            own = self._own.get((lot_id, objective, company_id))
            found.append(own or self._lead[lot_id, objective])
        return found


def owners_of_lots(connection: Connection, lot_ids: Iterable[str]) -> LotOwners:
    """The commitments of some lots, ready to say who gets which hours."""
    c = table_of(Commitment).c
    return LotOwners(
        connection.execute(
            select(c.id, c.lot_id, c.company_id, c.objective_kind)
            .where(c.lot_id.in_(list(lot_ids)), c.deleted_at.is_(None))
            .order_by((c.role != CompanyRole.CONTRACTOR), c.created_at, c.id)
        )
    )


def _counts(kind: str, objective: str, training_counts: bool) -> bool:
    if objective == ObjectiveKind.TRAINING:
        return kind == HourKind.TRAINING
    if objective == ObjectiveKind.INTERNSHIP:
        return False  # internships are no employment contract: no hour line tells of them
    return kind == HourKind.WORKED or training_counts


def _line_with_statement() -> Any:
    line, statement = table_of(HourLine), table_of(MonthlyStatement)
    return line.join(statement, and_(statement.c.id == line.c.statement_id, statement.c.deleted_at.is_(None)))


def _attributed(
    connection: Connection, chosen: Sequence[Any], without_statement: str, *, by_month: bool
) -> Iterator[tuple[str, bool, str, int]]:
    """(commitment, settled, month or nothing, hours) of the lots of some commitments."""
    lots = sorted({row.lot_id for row in chosen})
    if not lots:
        return
    owners = owners_of_lots(connection, lots)
    counts_training = training_counts(connection)
    line, statement = table_of(HourLine).c, table_of(MonthlyStatement).c
    settled = statement.state.in_(SETTLED)
    month = line.month if by_month else literal("")
    rows = connection.execute(
        select(line.lot_id, statement.company_id, line.kind, settled, month, func.sum(line.hours))
        .select_from(_line_with_statement())
        .where(
            line.lot_id.in_(lots),
            line.deleted_at.is_(None),
            line.hours.is_not(None),
            line.statement_id != without_statement,
        )
        .group_by(line.lot_id, statement.company_id, line.kind, settled, *([line.month] if by_month else []))
    ).all()
    for lot, company, kind, is_settled, at, hours in rows:
        for commitment in owners.who_gets(lot, company, kind, counts_training):
            yield commitment, bool(is_settled), at, hours


def _history(months: Mapping[str, Sequence[int]]) -> tuple[MonthHours, ...]:
    return tuple(MonthHours(month, months[month][0], months[month][1]) for month in sorted(months))


def _chosen(
    connection: Connection,
    *,
    commitment_ids: Sequence[str],
    lot_ids: Sequence[str],
    company_id: str,
    operation_id: str,
) -> list[Any]:
    commitment, lot = table_of(Commitment).c, table_of(Lot).c
    contract, operation = table_of(Contract).c, table_of(Operation).c
    company, buyer = table_of(Company).c, table_of(Buyer).c
    wanted = []
    if commitment_ids:
        wanted.append(commitment.id.in_(list(commitment_ids)))
    if lot_ids:
        wanted.append(commitment.lot_id.in_(list(lot_ids)))
    if company_id:
        wanted.append(commitment.company_id == company_id)
    if operation_id:
        wanted.append(contract.operation_id == operation_id)
    if not wanted:
        return []
    return list(
        connection.execute(
            select(
                commitment.id,
                commitment.lot_id,
                commitment.company_id,
                company.name.label("company_name"),
                commitment.role,
                commitment.objective_kind,
                commitment.clause_state,
                operation.id.label("operation_id"),
                operation.name.label("operation_name"),
                buyer.name.label("buyer_name"),
                contract.reference.label("contract_reference"),
                lot.number.label("lot_number"),
                lot.name.label("lot_name"),
                func.coalesce(commitment.start_on, lot.start_on).label("start_on"),
                func.coalesce(commitment.end_on, lot.end_on).label("end_on"),
                commitment.due_hours,
            )
            .join_from(table_of(Commitment), table_of(Lot), lot.id == commitment.lot_id)
            .join(table_of(Contract), contract.id == lot.contract_id)
            .join(table_of(Operation), operation.id == contract.operation_id)
            .join(table_of(Buyer), buyer.id == operation.buyer_id)
            .join(table_of(Company), company.id == commitment.company_id)
            .where(*wanted, commitment.deleted_at.is_(None), lot.deleted_at.is_(None))
            .order_by(
                operation.sort_name,
                operation.id,
                func.length(lot.number),
                lot.number,
                (commitment.role != CompanyRole.CONTRACTOR),
                company.sort_name,
                commitment.objective_kind,
                commitment.id,
            )
        )
    )


def _stand(row: Any, sums: dict[tuple[str, bool], int]) -> CommitmentStand:
    return CommitmentStand(
        commitment_id=row.id,
        lot_id=row.lot_id,
        company_id=row.company_id,
        company_name=row.company_name,
        role=row.role,
        objective_kind=row.objective_kind,
        clause_state=row.clause_state,
        operation_id=row.operation_id,
        operation_name=row.operation_name,
        buyer_name=row.buyer_name,
        contract_reference=row.contract_reference,
        lot_number=row.lot_number,
        lot_name=row.lot_name,
        start_on=row.start_on,
        end_on=row.end_on,
        position=position(row.due_hours, sums.get((row.id, True), 0), sums.get((row.id, False), 0)),
    )
