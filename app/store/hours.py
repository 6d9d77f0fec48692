"""Reading monthly statements: who is expected, what was typed, which companies still owe their figures.

Everything here takes an open connection and answers frozen rows. Hours are integer hundredths, a month is ``YYYY-MM``.
Every query is bounded by one company, one statement, or the contracts active in one month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, literal, or_, select, union

from app.clock import natural_id
from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EligibilityCheck, EmploymentContract
from app.models.choices import HourKind, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.models.network import Facilitator
from app.models.operations import Commitment, Company, Contract, Lot, Operation
from app.rules.calendar import month_bounds
from app.rules.search_text import query_terms
from app.rules.statements import statement_id
from app.store.commitments import lot_label
from app.store.search import ids_held, match_expression

_contract = table_of(EmploymentContract)
_person = table_of(Beneficiary)
_company = table_of(Company)
_lot = table_of(Lot)
_market = table_of(Contract)
_operation = table_of(Operation)
_statement = table_of(MonthlyStatement)
_line = table_of(HourLine)
_check = table_of(EligibilityCheck)
_commitment = table_of(Commitment)


def line_id(contract_id: str, lot_id: str, month: str, kind: str) -> str:
    """The id that nature gives to the hours of a contract on a lot in a month (SYNC.md §2)."""
    return natural_id("hour_line", contract_id, lot_id, month, str(kind))


# --- one statement -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement that exists. One that nobody has begun has no row (« Attendu »)."""

    id: str
    company_id: str
    month: str
    state: StatementState
    declared_total: int | None
    source: str
    received_on: dt.date | None
    validated_at: dt.datetime | None
    validated_by: str
    paper_code: str
    note: str


@dataclass(frozen=True, slots=True)
class ContractRow:
    """An employment contract with its person and its lot, as a grid needs it."""

    id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    file_number: str
    company_id: str
    employer_id: str
    employer_name: str
    lot_id: str
    type: str
    modality: str
    start_on: dt.date
    end_on: dt.date | None
    weekly_hours: int
    planned_hours: int | None
    sort_name: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One hour line."""

    contract_id: str
    lot_id: str
    kind: HourKind
    hours: int | None
    declared_hours: int | None
    difference_reason: str
    absence_code: str
    accepted_doubts: tuple[str, ...]
    accepted_reason: str


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with what names it."""

    id: str
    number: str
    name: str
    operation_id: str
    operation_name: str

    @property
    def label(self) -> str:
        """« École Simone-Veil, lot 3 : Gros œuvre »."""
        return f"{self.operation_name}, {lot_label(self.number, self.name)}"

    @property
    def short_label(self) -> str:
        """« École Simone-Veil, lot 3 »."""
        number = f"lot {self.number}" if self.number else self.name
        return f"{self.operation_name}, {number}"


def find_statement(connection: Connection, record_id: str) -> StatementRow | None:
    """The statement of this id, unless it does not exist or was taken back."""
    row = connection.execute(
        select(_statement).where(_statement.c.id == record_id, _statement.c.deleted_at.is_(None))
    ).first()
    return None if row is None else _statement_row(row)


def statements_of_companies(
    connection: Connection, organisation_id: str, month: str, company_ids: Sequence[str]
) -> dict[str, StatementRow]:
    """Statements of a month for some companies, by company; absent when not begun."""
    ids = [statement_id(organisation_id, one, month) for one in company_ids]
    rows = connection.execute(select(_statement).where(_statement.c.id.in_(ids), _statement.c.deleted_at.is_(None)))
    return {row.company_id: _statement_row(row) for row in rows}


def find_statement_by_code(connection: Connection, paper_code: str) -> StatementRow | None:
    """The statement whose paper carries this code (PRODUCT.md H11)."""
    row = connection.execute(
        select(_statement).where(_statement.c.paper_code == paper_code, _statement.c.deleted_at.is_(None))
    ).first()
    return None if row is None else _statement_row(row)


def paper_code_taken(connection: Connection, paper_code: str, but: str) -> bool:
    """Whether another statement than ``but`` (deleted or not) carries this code."""
    return (
        connection.execute(
            select(_statement.c.id).where(_statement.c.paper_code == paper_code, _statement.c.id != but)
        ).first()
        is not None
    )


def _statement_row(row: Any) -> StatementRow:
    return StatementRow(
        row.id,
        row.company_id,
        row.month,
        StatementState(row.state),
        row.declared_total,
        row.source,
        row.received_on,
        row.validated_at,
        row.validated_by,
        row.paper_code,
        row.note,
    )


def _contract_query() -> Any:
    employer = _company.alias("employer")
    return (
        select(
            _contract.c.id,
            _contract.c.beneficiary_id,
            _person.c.last_name,
            _person.c.first_name,
            _person.c.file_number,
            _contract.c.company_id,
            _contract.c.employer_id,
            employer.c.name.label("employer_name"),
            _contract.c.lot_id,
            _contract.c.type,
            _contract.c.modality,
            _contract.c.start_on,
            _contract.c.end_on,
            _contract.c.weekly_hours,
            _contract.c.planned_hours,
            _person.c.sort_name,
        )
        .join_from(_contract, _person, _person.c.id == _contract.c.beneficiary_id)
        .join(employer, employer.c.id == _contract.c.employer_id)
        .where(_person.c.deleted_at.is_(None))
        .order_by(_person.c.sort_name, _person.c.id, _contract.c.start_on, _contract.c.id)
    )


def active_contracts(connection: Connection, organisation_id: str, company_id: str, month: str) -> list[ContractRow]:
    """Contracts at a user company that cover at least one day of the month, in the order of the printed statement."""
    first, last = month_bounds(month)
    return _contracts(
        connection,
        _contract_query().where(
            _contract.c.company_id == company_id,
            _contract.c.organisation_id == organisation_id,
            _contract.c.start_on <= last,
            or_(_contract.c.end_on.is_(None), _contract.c.end_on >= first),
            _contract.c.deleted_at.is_(None),
        ),
    )


def contracts_by_ids(connection: Connection, ids: Iterable[str]) -> list[ContractRow]:
    """These contracts, deleted or not: hours already typed never disappear from a statement."""
    wanted = sorted(ids)
    return _contracts(connection, _contract_query().where(_contract.c.id.in_(wanted))) if wanted else []


def contracts_of_people(
    connection: Connection, organisation_id: str, beneficiary_ids: Sequence[str]
) -> list[ContractRow]:
    """Every contract of some people, whatever the company and the dates."""
    return _contracts(
        connection,
        _contract_query().where(
            _contract.c.beneficiary_id.in_(list(beneficiary_ids)),
            _contract.c.organisation_id == organisation_id,
            _contract.c.deleted_at.is_(None),
        ),
    )


def inactive_contracts(
    connection: Connection, organisation_id: str, company_id: str, month: str, limit: int = 50
) -> list[ContractRow]:
    """Contracts at a company that do not cover the month: people who may still have to be added to it."""
    first, last = month_bounds(month)
    return _contracts(
        connection,
        _contract_query()
        .where(
            _contract.c.company_id == company_id,
            _contract.c.organisation_id == organisation_id,
            or_(_contract.c.start_on > last, _contract.c.end_on < first),
            _contract.c.deleted_at.is_(None),
        )
        .limit(limit),
    )


def _contracts(connection: Connection, query: Any) -> list[ContractRow]:
    return [ContractRow(*row) for row in connection.execute(query)]


def lines_of(connection: Connection, record_id: str) -> list[LineRow]:
    """The lines of one statement, as they were typed: its rectifications stand apart (``store.statements``)."""
    rows = connection.execute(
        select(_line).where(
            _line.c.statement_id == record_id, _line.c.rectification_id.is_(None), _line.c.deleted_at.is_(None)
        )
    )
    return [
        LineRow(
            row.contract_id,
            row.lot_id,
            HourKind(row.kind),
            row.hours,
            row.declared_hours,
            row.difference_reason,
            row.absence_code,
            tuple(row.accepted_doubts.split()),
            row.accepted_reason,
        )
        for row in rows
    ]


def worked_hours(connection: Connection, record_id: str) -> dict[tuple[str, str], int]:
    """Worked hours that count in one statement, rectified ones included, by (contract, lot)."""
    rows = connection.execute(
        select(_line.c.contract_id, _line.c.lot_id, func.sum(_line.c.hours).label("hours"))
        .where(
            _line.c.statement_id == record_id,
            _line.c.kind == HourKind.WORKED,
            _line.c.hours.is_not(None),
            _line.c.deleted_at.is_(None),
        )
        .group_by(_line.c.contract_id, _line.c.lot_id)
    )
    return {(row.contract_id, row.lot_id): row.hours for row in rows}


def hours_of_line(connection: Connection, record_id: str) -> int | None:
    """Hours of one line by its id; ``None`` when nothing was typed or the line was taken back."""
    value: int | None = connection.execute(
        select(_line.c.hours).where(_line.c.id == record_id, _line.c.deleted_at.is_(None))
    ).scalar()
    return value


def statements_of_lines(connection: Connection, line_ids: Iterable[str]) -> frozenset[str]:
    """Ids of the statements these lines belong to; the lines of a rectification belong to it alone."""
    rows = connection.execute(
        select(_line.c.statement_id)
        .distinct()
        .where(_line.c.id.in_(sorted(line_ids)), _line.c.rectification_id.is_(None))
    )
    return frozenset(row[0] for row in rows)


def lots_by_ids(connection: Connection, ids: Iterable[str]) -> dict[str, LotRow]:
    """These lots with the operation they belong to."""
    rows = connection.execute(_lot_query().where(_lot.c.id.in_(sorted(ids))))
    return {row.id: LotRow(*row) for row in rows}


def lots_of_company(connection: Connection, company_id: str) -> list[LotRow]:
    """Lots where a company has a commitment or people: where a person's hours may be shared out."""
    committed = select(_commitment.c.lot_id).where(
        _commitment.c.company_id == company_id, _commitment.c.deleted_at.is_(None)
    )
    at_work = select(_contract.c.lot_id).where(_contract.c.company_id == company_id, _contract.c.deleted_at.is_(None))
    rows = connection.execute(
        _lot_query()
        .where(_lot.c.id.in_(union(committed, at_work)), _lot.c.deleted_at.is_(None))
        .order_by(_operation.c.sort_name, func.length(_lot.c.number), _lot.c.number, _lot.c.id)
    )
    return [LotRow(*row) for row in rows]


def find_lots(connection: Connection, typed: str, limit: int = 8) -> list[LotRow]:
    """Lots of the operations under way whose words begin like those typed, in order; all when nothing is typed.

    « Résidence des Tilleuls, lot 3 » keeps the lots of the residence whose number or name begins like « 3 ».
    """
    typed, _, number = typed.partition(", lot")
    query = _lot_query().where(
        _lot.c.deleted_at.is_(None), _operation.c.deleted_at.is_(None), _operation.c.closed_on.is_(None)
    )
    words = query_terms(typed)
    if words:
        query = query.where(_operation.c.id.in_(ids_held("operation", match_expression(words))))
    if number.strip():
        wanted = number.split(":")[0].strip()
        query = query.where(or_(_lot.c.number.startswith(wanted), _lot.c.name.startswith(wanted)))
    rows = connection.execute(
        query.order_by(_operation.c.sort_name, func.length(_lot.c.number), _lot.c.number, _lot.c.id).limit(limit)
    )
    return [LotRow(*row) for row in rows]


def _lot_query() -> Any:
    return (
        select(
            _lot.c.id,
            _lot.c.number,
            _lot.c.name,
            _operation.c.id.label("operation_id"),
            _operation.c.name.label("operation_name"),
        )
        .join_from(_lot, _market, _market.c.id == _lot.c.contract_id)
        .join(_operation, _operation.c.id == _market.c.operation_id)
    )


# --- what makes a month doubtful ---------------------------------------------------------


def hours_elsewhere(
    connection: Connection, beneficiary_ids: Sequence[str], month: str, company_id: str
) -> dict[str, int]:
    """Hours of these people in the same month at other companies, by person."""
    if not beneficiary_ids:
        return {}
    rows = connection.execute(
        select(_contract.c.beneficiary_id, func.sum(_line.c.hours))
        .join_from(_contract, _line, _line.c.contract_id == _contract.c.id)
        .join(_statement, _statement.c.id == _line.c.statement_id)
        .where(
            _contract.c.beneficiary_id.in_(list(beneficiary_ids)),
            _line.c.month == month,
            _line.c.hours.is_not(None),
            _line.c.deleted_at.is_(None),
            _statement.c.company_id != company_id,
            _statement.c.deleted_at.is_(None),
        )
        .group_by(_contract.c.beneficiary_id)
    )
    return {row[0]: row[1] for row in rows}


def people_in_other_statements(connection: Connection, company_id: str, month: str, but: str) -> frozenset[str]:
    """People to whom another statement (another organisation's) already gives hours, same company, same month."""
    rows = connection.execute(
        select(_contract.c.beneficiary_id)
        .distinct()
        .join_from(_statement, _line, _line.c.statement_id == _statement.c.id)
        .join(_contract, _contract.c.id == _line.c.contract_id)
        .where(
            _statement.c.company_id == company_id,
            _statement.c.month == month,
            _statement.c.id != but,
            _statement.c.deleted_at.is_(None),
            _line.c.hours > 0,
            _line.c.deleted_at.is_(None),
        )
    )
    return frozenset(row[0] for row in rows)


def eligibility_of(connection: Connection, beneficiary_ids: Sequence[str]) -> Mapping[str, tuple[bool, dt.date | None]]:
    """(validated at all, last day it counts or ``None`` for no limit) by person; absent when never checked."""
    if not beneficiary_ids:
        return {}
    rows = connection.execute(
        select(_check.c.beneficiary_id, _check.c.valid_until).where(
            _check.c.beneficiary_id.in_(list(beneficiary_ids)),
            _check.c.validated_on.is_not(None),
            _check.c.deleted_at.is_(None),
        )
    )
    found: dict[str, tuple[bool, dt.date | None]] = {}
    for row in rows:
        known = found.get(row.beneficiary_id)
        if known is None:
            found[row.beneficiary_id] = (True, row.valid_until)
        elif known[1] is not None:
            later = None if row.valid_until is None else max(known[1], row.valid_until)
            found[row.beneficiary_id] = (True, later)
    return found


# --- the companies of a month ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CompanyMonth:
    """One company in one month: how many contracts are active, and where its statement stands."""

    company_id: str
    company_name: str
    town: str
    people: int
    state: StatementState
    received_on: dt.date | None


def _months_of_companies(organisation_id: str, month: str) -> tuple[Any, Any, Any, Any]:
    """Companies with their statement of a month: (tables joined, state, number at work, whether one is concerned).

    A company is concerned when a contract is active that month, or a statement was begun: one that was only
    printed (« Attendu ») does not count once nobody is at work.
    """
    first, last = month_bounds(month)
    active = (
        _contract.c.company_id == _company.c.id,
        _contract.c.organisation_id == organisation_id,
        _contract.c.deleted_at.is_(None),
        _contract.c.start_on <= last,
    )
    people = (
        select(func.count())
        .select_from(_contract)
        .where(*active, or_(_contract.c.end_on.is_(None), _contract.c.end_on >= first))
        .correlate(_company)
        .scalar_subquery()
    )
    one = select(literal(1)).select_from(_contract).correlate(_company)
    at_work = or_(
        one.where(*active, _contract.c.end_on >= first).exists(),
        one.where(*active, _contract.c.end_on.is_(None)).exists(),
    )
    joined = _company.outerjoin(
        _statement,
        and_(
            _statement.c.company_id == _company.c.id,
            _statement.c.month == month,
            _statement.c.organisation_id == organisation_id,
            _statement.c.deleted_at.is_(None),
        ),
    )
    state = func.coalesce(_statement.c.state, literal(str(StatementState.EXPECTED)))
    concerned = and_(_company.c.deleted_at.is_(None), or_(state != StatementState.EXPECTED, at_work))
    return joined, state, people, concerned


def companies_of_month(
    connection: Connection,
    organisation_id: str,
    month: str,
    *,
    states: Sequence[StatementState] = (),
    limit: int = 50,
    offset: int = 0,
) -> list[CompanyMonth]:
    """A page of the companies concerned by a month, by name; ``states`` keeps only some of them.

    Companies are walked in the order of their names and looked up one by one in indexes, so that a page costs
    the same whatever the number of people and statements.
    """
    joined, state, people, concerned = _months_of_companies(organisation_id, month)
    query = (
        select(
            _company.c.id,
            _company.c.name,
            _company.c.town,
            people.label("people"),
            state.label("state"),
            _statement.c.received_on,
        )
        .select_from(joined)
        .where(concerned)
        .order_by(_company.c.sort_name, _company.c.id)
        .limit(limit)
        .offset(offset)
    )
    if states:
        query = query.where(state.in_([str(one) for one in states]))
    return [
        CompanyMonth(row.id, row.name, row.town, row.people, StatementState(row.state), row.received_on)
        for row in connection.execute(query)
    ]


def count_by_state(connection: Connection, organisation_id: str, month: str) -> dict[StatementState, int]:
    """How many companies of the month stand in each state; states without company are absent."""
    joined, state, _people, concerned = _months_of_companies(organisation_id, month)
    query = select(state, func.count()).select_from(joined).where(concerned).group_by(state)
    return {StatementState(row[0]): row[1] for row in connection.execute(query)}


def people_at_companies(
    connection: Connection, organisation_id: str, month: str, company_ids: Sequence[str]
) -> dict[str, int]:
    """Number of contracts active in the month at each of some companies; absent when none."""
    first, last = month_bounds(month)
    rows = connection.execute(
        select(_contract.c.company_id, func.count())
        .where(
            _contract.c.company_id.in_(list(company_ids)),
            _contract.c.organisation_id == organisation_id,
            _contract.c.start_on <= last,
            or_(_contract.c.end_on.is_(None), _contract.c.end_on >= first),
            _contract.c.deleted_at.is_(None),
        )
        .group_by(_contract.c.company_id)
    )
    return {row[0]: row[1] for row in rows}


# --- the months of a company -------------------------------------------------------------


def contract_spans(
    connection: Connection, organisation_id: str, company_id: str
) -> list[tuple[dt.date, dt.date | None]]:
    """(start, end) of every contract at a user company."""
    rows = connection.execute(
        select(_contract.c.start_on, _contract.c.end_on).where(
            _contract.c.company_id == company_id,
            _contract.c.organisation_id == organisation_id,
            _contract.c.deleted_at.is_(None),
        )
    )
    return [(row[0], row[1]) for row in rows]


def statements_of_company(connection: Connection, organisation_id: str, company_id: str) -> dict[str, StatementState]:
    """State of every statement of a company, by month."""
    rows = connection.execute(
        select(_statement.c.month, _statement.c.state).where(
            _statement.c.company_id == company_id,
            _statement.c.organisation_id == organisation_id,
            _statement.c.deleted_at.is_(None),
        )
    )
    return {row[0]: StatementState(row[1]) for row in rows}


def company_name(connection: Connection, company_id: str) -> str | None:
    """Name of a company, ``None`` when there is no such company."""
    return connection.execute(
        select(_company.c.name).where(_company.c.id == company_id, _company.c.deleted_at.is_(None))
    ).scalar()


def facilitator_name(connection: Connection, facilitator_id: str) -> str:
    """« N. DIALLO », empty when unknown."""
    f = table_of(Facilitator)
    row = connection.execute(select(f.c.first_name, f.c.last_name).where(f.c.id == facilitator_id)).first()
    return "" if row is None else f"{row.first_name[:1]}. {row.last_name}".strip(". ")
