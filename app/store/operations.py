"""Reading operations: the paged list, one operation with its contracts and lots, its contacts, its calculations.

Everything takes an open connection and answers frozen rows. Hours are integer hundredths, money integer cents, rates
hundredths of a percent. What is in the bin is never answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, exists, func, or_, select

from app.models.base import Record, table_of
from app.models.beneficiaries import EmploymentContract
from app.models.choices import ClauseState, ObjectiveKind, VisitState
from app.models.hours import HourLine
from app.models.operations import Buyer, Commitment, Company, Contact, Contract, HoursSizing, Lot, Operation, Penalty
from app.models.visits import Visit
from app.rules.french import fold
from app.rules.search_text import query_terms
from app.store.commitments import lot_label
from app.store.search import ids_held, match_expression

_buyer = table_of(Buyer)
_operation = table_of(Operation)
_contract = table_of(Contract)
_lot = table_of(Lot)
_commitment = table_of(Commitment)
_company = table_of(Company)
_contact = table_of(Contact)
_sizing = table_of(HoursSizing)
_penalty = table_of(Penalty)
_work = table_of(EmploymentContract)
_line = table_of(HourLine)
_visit = table_of(Visit)


def matching(kind: str, typed: str) -> Any | None:
    """Ids of the records of a kind whose words begin like all those typed; ``None`` when nothing is typed."""
    match = match_expression(query_terms(typed))
    if not match:
        return None
    return ids_held(kind, match)


# --- the list ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation of the list."""

    id: str
    name: str
    reference: str
    buyer_id: str
    buyer_name: str
    town: str
    start_on: dt.date | None
    end_on: dt.date | None
    closed_on: dt.date | None


ORDERS: dict[str, tuple[Any, ...]] = {
    "name": (_operation.c.sort_name,),
    "buyer": (_buyer.c.sort_name, _operation.c.sort_name),
    "town": (_operation.c.town, _operation.c.sort_name),
    "end_on": (_operation.c.end_on, _operation.c.sort_name),
}
"""What the list can be ordered by."""


def list_operations(
    connection: Connection,
    *,
    typed: str = "",
    closed: bool | None = None,
    order_by: str = "name",
    descending: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[OperationRow]:
    """A page of operations; ``closed`` keeps the closed ones or the others, ``None`` both."""
    # The page is chosen on the operations alone, then completed: the join is made for its rows only.
    columns = ORDERS.get(order_by, ORDERS["name"])
    page = _kept(select(_operation.c.id), typed, closed).limit(limit).offset(offset)
    if order_by == "buyer":
        page = page.join(_buyer, _buyer.c.id == _operation.c.buyer_id)
    ids = list(connection.execute(page.order_by(*_directed((*columns, _operation.c.id), descending))).scalars())
    found = {row.id: row for row in operations_by_ids(connection, ids)}
    return [found[one] for one in ids if one in found]


def count_operations(connection: Connection, *, typed: str = "", closed: bool | None = None) -> int:
    """How many operations the filter keeps."""
    return int(connection.execute(_kept(select(func.count(_operation.c.id)), typed, closed)).scalar_one())


def operations_by_ids(connection: Connection, ids: Sequence[str]) -> list[OperationRow]:
    """The rows of some operations, in any order."""
    o = _operation.c
    rows = connection.execute(
        select(o.id, o.name, o.reference, o.buyer_id, _buyer.c.name, o.town, o.start_on, o.end_on, o.closed_on)
        .join_from(_operation, _buyer, _buyer.c.id == o.buyer_id)
        .where(o.id.in_(list(ids)), o.deleted_at.is_(None))
    )
    return [OperationRow(*row) for row in rows]


def _kept(query: Select[Any], typed: str, closed: bool | None) -> Select[Any]:
    query = query.where(_operation.c.deleted_at.is_(None))
    if closed is not None:
        query = query.where(_operation.c.closed_on.is_not(None) if closed else _operation.c.closed_on.is_(None))
    found = matching("operation", typed)
    return query if found is None else query.where(_operation.c.id.in_(found))


def _directed(columns: Iterable[Any], descending: bool) -> list[Any]:
    return [one.desc() if descending else one for one in columns]


@dataclass(frozen=True, slots=True)
class Owed:
    """What hangs on an operation in the list: its lots, and the hours due on them."""

    lots: int
    due_hours: int


def owed_on_operations(connection: Connection, operation_ids: Sequence[str]) -> dict[str, Owed]:
    """Lots and hours due of some operations. Due are the objectives of the contracts, cancelled clauses left out."""
    wanted = list(operation_ids)
    lots = connection.execute(
        select(_contract.c.operation_id, func.count(_lot.c.id))
        .join_from(_lot, _contract, _contract.c.id == _lot.c.contract_id)
        .where(_contract.c.operation_id.in_(wanted), _lot.c.deleted_at.is_(None), _contract.c.deleted_at.is_(None))
        .group_by(_contract.c.operation_id)
    )
    due = connection.execute(
        select(_contract.c.operation_id, func.sum(_commitment.c.due_hours))
        .join_from(_commitment, _lot, _lot.c.id == _commitment.c.lot_id)
        .join(_contract, _contract.c.id == _lot.c.contract_id)
        .where(
            _contract.c.operation_id.in_(wanted),
            _commitment.c.objective_kind == ObjectiveKind.RETAINED,
            _commitment.c.clause_state != ClauseState.CANCELLED,
            _commitment.c.deleted_at.is_(None),
            _lot.c.deleted_at.is_(None),
        )
        .group_by(_contract.c.operation_id)
    )
    counted = {row[0]: int(row[1]) for row in lots}
    hours = {row[0]: int(row[1]) for row in due}
    return {one: Owed(counted.get(one, 0), hours.get(one, 0)) for one in wanted}


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit as a line of a sheet. ``number`` is empty until it is started."""

    id: str
    number: str
    final: bool
    planned_on: dt.date
    operation_name: str
    lot_label: str
    company_name: str


def visits_of(
    connection: Connection, organisation_id: str, *, operation_id: str = "", company_id: str = "", limit: int = 8
) -> tuple[list[VisitLine], int]:
    """The latest visits of an operation or a company, and how many there are."""
    v = _visit.c
    wanted = [
        v.organisation_id == organisation_id,
        v.deleted_at.is_(None),
        v.operation_id == operation_id if operation_id else v.company_id == company_id,
    ]
    rows = connection.execute(
        select(v.id, v.number, v.state, v.planned_on, _operation.c.name, _lot.c.number, _lot.c.name, _company.c.name)
        .join_from(_visit, _operation, _operation.c.id == v.operation_id)
        .join(_lot, _lot.c.id == v.lot_id)
        .join(_company, _company.c.id == v.company_id)
        .where(*wanted)
        .order_by(v.planned_on.desc(), v.id.desc())
        .limit(limit)
    )
    found = [
        VisitLine(row[0], row[1], row[2] == VisitState.FINAL, row[3], row[4], lot_label(row[5], row[6]), row[7])
        for row in rows
    ]
    count = connection.execute(select(func.count(v.id)).where(*wanted)).scalar_one()
    return found, int(count)


# --- one operation -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """An operation with its buyer."""

    id: str
    name: str
    reference: str
    description: str
    address: str
    postcode: str
    town: str
    start_on: dt.date | None
    end_on: dt.date | None
    closed_on: dt.date | None
    buyer_id: str
    buyer_name: str
    buyer_kind: str
    buyer_phone: str
    buyer_email: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A procurement contract (« marché »)."""

    id: str
    name: str
    reference: str
    article: str
    amount_cents: int | None
    cpv_code: str
    notified_on: dt.date | None
    statement_due_day: int | None
    penalty_terms: str


@dataclass(frozen=True, slots=True)
class PenaltyFacts:
    """A penalty of a contract, as its terms say. Money excludes tax."""

    id: str
    contract_id: str
    kind: str
    label: str
    amount_cents: int
    after_notice: bool
    from_on: dt.date | None
    to_on: dt.date | None
    notice_on: dt.date | None


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot and the contract it is part of."""

    id: str
    contract_id: str
    contract_reference: str
    number: str
    name: str
    amount_cents: int | None
    start_on: dt.date | None
    end_on: dt.date | None


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """What a commitment says, without its position (``store.commitments``)."""

    id: str
    lot_id: str
    company_id: str
    role: str
    objective_kind: str
    computed_hours: int | None
    due_hours: int
    retained_reason: str
    sizing_id: str | None
    start_on: dt.date | None
    end_on: dt.date | None
    clause_state: str


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A person met at a company, a buyer or on an operation: role and channel only."""

    id: str
    company_id: str | None
    buyer_id: str | None
    operation_id: str | None
    last_name: str
    first_name: str
    role_label: str
    phone: str
    email: str
    usual: bool


@dataclass(frozen=True, slots=True)
class SizingFacts:
    """A calculation kept with its four factors."""

    id: str
    operation_id: str
    lot_id: str | None
    number: str
    sized_on: dt.date
    amount_cents: int
    labour_share: int
    effort_rate: int
    hourly_cost_cents: int
    minimum_effort_rate: int
    computed_hours: int
    retained_hours: int
    retained_reason: str


def find_operation(connection: Connection, operation_id: str) -> OperationFacts | None:
    """An operation with its buyer, unless it does not exist or is in the bin."""
    o, b = _operation.c, _buyer.c
    row = connection.execute(
        select(
            o.id,
            o.name,
            o.reference,
            o.description,
            o.address,
            o.postcode,
            o.town,
            o.start_on,
            o.end_on,
            o.closed_on,
            o.buyer_id,
            b.name,
            b.kind,
            b.phone,
            b.email,
        )
        .join_from(_operation, _buyer, b.id == o.buyer_id)
        .where(o.id == operation_id, o.deleted_at.is_(None))
    ).first()
    return None if row is None else OperationFacts(*tuple(row))


def contracts_of(connection: Connection, operation_id: str) -> list[ContractFacts]:
    """The contracts of an operation, in the order of their creation."""
    c = _contract.c
    rows = connection.execute(
        select(
            c.id,
            c.name,
            c.reference,
            c.article,
            c.amount_cents,
            c.cpv_code,
            c.notified_on,
            c.statement_due_day,
            c.penalty_terms,
        )
        .where(c.operation_id == operation_id, c.deleted_at.is_(None))
        .order_by(c.created_at, c.id)
    )
    return [ContractFacts(*row) for row in rows]


def lots_of(connection: Connection, operation_id: str) -> list[LotFacts]:
    """The lots of an operation, by number (« lot 2 » before « lot 10 »)."""
    rows = connection.execute(
        _lots()
        .where(_contract.c.operation_id == operation_id)
        .order_by(func.length(_lot.c.number), _lot.c.number, _lot.c.created_at, _lot.c.id)
    )
    return [LotFacts(*row) for row in rows]


def find_lot(connection: Connection, lot_id: str) -> tuple[LotFacts, str] | None:
    """A lot and the id of its operation."""
    row = connection.execute(_lots().add_columns(_contract.c.operation_id).where(_lot.c.id == lot_id)).first()
    return None if row is None else (LotFacts(*row[:-1]), row[-1])


def operation_of(connection: Connection, model: type[Record], record_id: str) -> str:
    """The operation of a contract or a lot, in the bin or not; an empty string when there is none."""
    if model is Contract:
        query = select(_contract.c.operation_id).where(_contract.c.id == record_id)
    else:
        query = (
            select(_contract.c.operation_id)
            .join_from(_lot, _contract, _contract.c.id == _lot.c.contract_id)
            .where(_lot.c.id == record_id)
        )
    return connection.execute(query).scalar() or ""


def penalties_of(connection: Connection, contract_ids: Sequence[str]) -> list[PenaltyFacts]:
    """The penalties of some contracts, in the order they were added."""
    c = _penalty.c
    rows = connection.execute(
        select(
            c.id,
            c.contract_id,
            c.kind,
            c.label,
            c.amount_cents,
            c.after_notice,
            c.from_on,
            c.to_on,
            c.notice_on,
        )
        .where(c.contract_id.in_(list(contract_ids)), c.deleted_at.is_(None))
        .order_by(c.created_at, c.id)
    )
    return [PenaltyFacts(*tuple(row)) for row in rows]


def _lots() -> Select[Any]:
    return (
        select(
            _lot.c.id,
            _lot.c.contract_id,
            _contract.c.reference,
            _lot.c.number,
            _lot.c.name,
            _lot.c.amount_cents,
            _lot.c.start_on,
            _lot.c.end_on,
        )
        .join_from(_lot, _contract, _contract.c.id == _lot.c.contract_id)
        .where(_lot.c.deleted_at.is_(None), _contract.c.deleted_at.is_(None))
    )


def commitments_of_lots(connection: Connection, lot_ids: Sequence[str]) -> list[CommitmentFacts]:
    """What the commitments of some lots say."""
    c = _commitment.c
    rows = connection.execute(
        select(
            c.id,
            c.lot_id,
            c.company_id,
            c.role,
            c.objective_kind,
            c.computed_hours,
            c.due_hours,
            c.retained_reason,
            c.sizing_id,
            c.start_on,
            c.end_on,
            c.clause_state,
        ).where(c.lot_id.in_(list(lot_ids)), c.deleted_at.is_(None))
    )
    return [CommitmentFacts(*tuple(row)) for row in rows]


def contacts_of(
    connection: Connection, *, company_id: str = "", buyer_id: str = "", operation_id: str = ""
) -> list[ContactFacts]:
    """Contacts of a company, a buyer or an operation (any of those given), the usual one first."""
    c = _contact.c
    wanted = [
        column == value
        for column, value in ((c.company_id, company_id), (c.buyer_id, buyer_id), (c.operation_id, operation_id))
        if value
    ]
    if not wanted:
        return []
    rows = connection.execute(
        select(
            c.id,
            c.company_id,
            c.buyer_id,
            c.operation_id,
            c.last_name,
            c.first_name,
            c.role_label,
            c.phone,
            c.email,
            c.usual,
        )
        .where(or_(*wanted), c.deleted_at.is_(None))
        .order_by(c.usual.desc(), c.last_name, c.first_name, c.id)
    )
    return [ContactFacts(*tuple(row)) for row in rows]


def sizings_of(connection: Connection, operation_id: str) -> list[SizingFacts]:
    """Calculations kept for an operation, the latest first."""
    s = _sizing.c
    rows = connection.execute(
        _sizings().where(s.operation_id == operation_id).order_by(s.sized_on.desc(), s.number.desc(), s.id.desc())
    )
    return [SizingFacts(*row) for row in rows]


def find_sizing(connection: Connection, sizing_id: str) -> SizingFacts | None:
    """One calculation kept."""
    row = connection.execute(_sizings().where(_sizing.c.id == sizing_id)).first()
    return None if row is None else SizingFacts(*row)


def sizing_numbers(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Numbers of some calculations, by id."""
    rows = connection.execute(select(_sizing.c.id, _sizing.c.number).where(_sizing.c.id.in_(list(ids))))
    return {row[0]: row[1] for row in rows}


def _sizings() -> Select[Any]:
    s = _sizing.c
    return select(
        s.id,
        s.operation_id,
        s.lot_id,
        s.number,
        s.sized_on,
        s.amount_cents,
        s.labour_share,
        s.effort_rate,
        s.hourly_cost_cents,
        s.minimum_effort_rate,
        s.computed_hours,
        s.retained_hours,
        s.retained_reason,
    ).where(s.deleted_at.is_(None))


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people work, and have worked, somewhere."""

    present: int
    ever: int


def people_on(connection: Connection, organisation_id: str, lot_ids: Sequence[str], today: dt.date) -> PeopleCount:
    """People of the organisation with a contract on some lots: today, and ever."""
    w = _work.c
    at_work = (w.start_on <= today) & (w.end_on.is_(None) | (w.end_on >= today))
    row = connection.execute(
        select(func.count(w.beneficiary_id.distinct()).filter(at_work), func.count(w.beneficiary_id.distinct())).where(
            w.lot_id.in_(list(lot_ids)), w.organisation_id == organisation_id, w.deleted_at.is_(None)
        )
    ).one()
    return PeopleCount(row[0], row[1])


# --- buyers ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """A buyer to choose."""

    id: str
    name: str
    town: str


def find_buyers(connection: Connection, typed: str, limit: int = 8) -> list[BuyerRow]:
    """Buyers whose folded name holds the words typed, by name. A network has some dozens of them: read in order."""

    words = fold(typed).split()
    b = _buyer.c
    found: list[BuyerRow] = []
    rows = connection.execute(select(b.id, b.name, b.town).where(b.deleted_at.is_(None)).order_by(b.sort_name, b.id))
    for row in rows:
        name = f" {fold(row.name)}"
        if all(f" {word}" in name for word in words):
            found.append(BuyerRow(*row))
            if len(found) == limit:
                break
    return found


def buyer_named(connection: Connection, sort_name: str) -> str:
    """Id of the buyer of this very name (by its collation key), or an empty string."""
    b = _buyer.c
    return (
        connection.execute(select(b.id).where(b.sort_name == sort_name, b.deleted_at.is_(None)).order_by(b.id)).scalar()
        or ""
    )


# --- what holds a record -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holding:
    """What hangs on some lots, so that they are not thrown away with it."""

    contracts: int
    hours: bool
    visits: int


def held_by(connection: Connection, lot_ids: Sequence[str]) -> Holding:
    """Employment contracts, hours and visits of some lots."""
    lots = list(lot_ids)
    if not lots:
        return Holding(0, False, 0)
    work = select(func.count()).where(_work.c.lot_id.in_(lots), _work.c.deleted_at.is_(None))
    hours = select(exists().where(_line.c.lot_id.in_(lots), _line.c.deleted_at.is_(None)))
    visits = select(func.count()).where(_visit.c.lot_id.in_(lots), _visit.c.deleted_at.is_(None))
    return Holding(
        int(connection.execute(work).scalar_one()),
        bool(connection.execute(hours).scalar_one()),
        int(connection.execute(visits).scalar_one()),
    )
