"""Reading what an import needs: companies named in a file, contracts, hours already there, memories, earlier imports.

Everything takes an open connection and answers frozen rows. Hours are integer hundredths, a month is ``YYYY-MM``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from app.clock import natural_id
from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.choices import HourKind, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.models.imports import NameAlias, TimesheetImport, TimesheetLayout
from app.models.operations import Company
from app.rules.statements import statement_id

Reader = Connection
"""An open connection, for those above who may not name SQLAlchemy."""

_company = table_of(Company)
_contract = table_of(EmploymentContract)
_person = table_of(Beneficiary)
_line = table_of(HourLine)
_statement = table_of(MonthlyStatement)
_layout = table_of(TimesheetLayout)
_alias = table_of(NameAlias)
_import = table_of(TimesheetImport)

_MANY = 500
"""Ids in one question: SQLite counts its parameters."""


def layout_id(company_id: str, fingerprint: str) -> str:
    """The id that nature gives to a company's layout."""
    return natural_id("timesheet_layout", company_id, fingerprint)


def alias_id(organisation_id: str, company_id: str, key: str) -> str:
    """The id that nature gives to an alias."""
    return natural_id("name_alias", organisation_id, company_id, key)


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company that a file may name."""

    id: str
    name: str
    siret: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A contract with its person, as names are matched."""

    id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    birth_name: str
    file_number: str
    company_id: str
    employer_id: str
    lot_id: str
    type: str
    start_on: dt.date
    end_on: dt.date | None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import that was saved. ``written`` is kept as ``hours.imports.taking_back`` makes it."""

    id: str
    company_id: str
    company_name: str
    file_name: str
    sha256: str
    months: tuple[str, ...]
    line_count: int
    total_hours: int
    left_count: int
    written: Mapping[str, Any]
    created_at: dt.datetime
    undone_on: dt.date | None


def companies(connection: Connection) -> list[CompanyRow]:
    """Every company: a file names it in its own words, compared by the caller."""
    rows = connection.execute(
        select(_company.c.id, _company.c.name, _company.c.siret).where(_company.c.deleted_at.is_(None))
    )
    return [CompanyRow(row.id, row.name, row.siret) for row in rows]


def contracts_with(connection: Connection, organisation_id: str, company_ids: Iterable[str]) -> list[WorkRow]:
    """Contracts of the organisation's people whose user company or employer is one of these, whatever the dates."""
    wanted = sorted(company_ids)
    query: Any = (
        select(
            _contract.c.id,
            _contract.c.beneficiary_id,
            _person.c.last_name,
            _person.c.first_name,
            _person.c.birth_name,
            _person.c.file_number,
            _contract.c.company_id,
            _contract.c.employer_id,
            _contract.c.lot_id,
            _contract.c.type,
            _contract.c.start_on,
            _contract.c.end_on,
        )
        .join_from(_contract, _person, _person.c.id == _contract.c.beneficiary_id)
        .where(
            _contract.c.organisation_id == organisation_id,
            _contract.c.deleted_at.is_(None),
            _person.c.deleted_at.is_(None),
            or_(_contract.c.company_id.in_(wanted), _contract.c.employer_id.in_(wanted)),
        )
        .order_by(_person.c.sort_name, _contract.c.start_on, _contract.c.id)
    )
    return [WorkRow(*row) for row in connection.execute(query)]


def worked(
    connection: Connection, contract_ids: Sequence[str], months: Iterable[str]
) -> dict[tuple[str, str], dict[str, int]]:
    """Worked hours already there, by (contract, month) then lot."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    wanted = sorted(months)
    for start in range(0, len(contract_ids), _MANY):
        rows = connection.execute(
            select(_line.c.contract_id, _line.c.month, _line.c.lot_id, _line.c.hours).where(
                _line.c.contract_id.in_(contract_ids[start : start + _MANY]),
                _line.c.month.in_(wanted),
                _line.c.kind == HourKind.WORKED,
                _line.c.hours.is_not(None),
                _line.c.deleted_at.is_(None),
            )
        )
        for row in rows:
            found.setdefault((row.contract_id, row.month), {})[row.lot_id] = row.hours
    return found


@dataclass(frozen=True, slots=True)
class KnownLine:
    """An hour line that exists, deleted or not."""

    id: str
    statement_id: str
    hours: int | None
    accepted_doubts: str
    accepted_reason: str
    deleted: bool


def lines_by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, KnownLine]:
    """These hour lines, deleted ones too; absent when never made."""
    found: dict[str, KnownLine] = {}
    for start in range(0, len(ids), _MANY):
        rows = connection.execute(
            select(
                _line.c.id,
                _line.c.statement_id,
                _line.c.hours,
                _line.c.accepted_doubts,
                _line.c.accepted_reason,
                _line.c.deleted_at,
            ).where(_line.c.id.in_(ids[start : start + _MANY]))
        )
        for row in rows:
            found[row.id] = KnownLine(
                row.id,
                row.statement_id,
                row.hours,
                row.accepted_doubts,
                row.accepted_reason,
                row.deleted_at is not None,
            )
    return found


def states(
    connection: Connection, organisation_id: str, company_ids: Iterable[str], months: Iterable[str]
) -> dict[tuple[str, str], StatementState]:
    """State of the statements begun, by (company, month)."""
    ids = [statement_id(organisation_id, company, month) for company in company_ids for month in months]
    found: dict[tuple[str, str], StatementState] = {}
    for start in range(0, len(ids), _MANY):
        rows = connection.execute(
            select(_statement.c.company_id, _statement.c.month, _statement.c.state).where(
                _statement.c.id.in_(ids[start : start + _MANY]), _statement.c.deleted_at.is_(None)
            )
        )
        found.update({(row.company_id, row.month): StatementState(row.state) for row in rows})
    return found


def find_layout(connection: Connection, company_id: str, fingerprint: str) -> Mapping[str, Any] | None:
    """What was confirmed of a layout of this company."""
    row = connection.execute(
        select(_layout.c.data).where(_layout.c.id == layout_id(company_id, fingerprint), _layout.c.deleted_at.is_(None))
    ).first()
    return None if row is None else dict(row.data)


def companies_of_layout(connection: Connection, fingerprint: str) -> list[str]:
    """Companies whose confirmed layout has this fingerprint."""
    rows = connection.execute(
        select(_layout.c.company_id).where(_layout.c.fingerprint == fingerprint, _layout.c.deleted_at.is_(None))
    )
    return [row.company_id for row in rows]


def layouts_of(connection: Connection, company_id: str) -> list[tuple[str, dt.datetime, Mapping[str, Any]]]:
    """(id, when it was first confirmed, what was confirmed) of a company's layouts, the latest first."""
    rows = connection.execute(
        select(_layout.c.id, _layout.c.created_at, _layout.c.data)
        .where(_layout.c.company_id == company_id, _layout.c.deleted_at.is_(None))
        .order_by(_layout.c.created_at.desc(), _layout.c.id)
    )
    return [(row.id, row.created_at, dict(row.data)) for row in rows]


def aliases_of(connection: Connection, organisation_id: str, company_id: str) -> dict[str, str]:
    """Person by written name, as confirmed for this company's files; people in the bin are forgotten."""
    rows = connection.execute(
        select(_alias.c.key, _alias.c.beneficiary_id)
        .join_from(_alias, _person, _person.c.id == _alias.c.beneficiary_id)
        .where(
            _alias.c.organisation_id == organisation_id,
            _alias.c.company_id == company_id,
            _alias.c.deleted_at.is_(None),
            _person.c.deleted_at.is_(None),
        )
    )
    return {row.key: row.beneficiary_id for row in rows}


def imports_of(
    connection: Connection, organisation_id: str, *, company_id: str = "", sha256: str = "", limit: int = 50
) -> list[ImportRow]:
    """Imports saved, the latest first, those taken back too."""
    query = _imports().where(_import.c.organisation_id == organisation_id)
    if company_id:
        query = query.where(_import.c.company_id == company_id)
    if sha256:
        query = query.where(_import.c.sha256 == sha256)
    rows = connection.execute(query.order_by(_import.c.created_at.desc(), _import.c.id.desc()).limit(limit))
    return [_import_row(row) for row in rows]


def find_import(connection: Connection, organisation_id: str, import_id: str) -> ImportRow | None:
    """One import of the organisation."""
    row = connection.execute(
        _imports().where(_import.c.id == import_id, _import.c.organisation_id == organisation_id)
    ).first()
    return None if row is None else _import_row(row)


def _imports() -> Any:
    return (
        select(_import, _company.c.name.label("company_name"))
        .join_from(_import, _company, _company.c.id == _import.c.company_id)
        .where(_import.c.deleted_at.is_(None))
    )


def _import_row(row: Any) -> ImportRow:
    return ImportRow(
        row.id,
        row.company_id,
        row.company_name,
        row.file_name,
        row.sha256,
        tuple(row.months.split()),
        row.line_count,
        row.total_hours,
        row.left_count,
        dict(row.written),
        row.created_at,
        row.undone_on,
    )
