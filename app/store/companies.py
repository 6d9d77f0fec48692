"""Reading companies: the paged list, one company, its group of establishments, its people, its statements.

Everything takes an open connection and answers frozen rows. What concerns people is read inside one organisation only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, exists, func, or_, select

from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.hours import MonthlyStatement
from app.models.operations import Commitment, Company, Contract, Lot
from app.models.visits import Visit
from app.store.operations import matching

_company = table_of(Company)
_commitment = table_of(Commitment)
_lot = table_of(Lot)
_contract = table_of(Contract)
_work = table_of(EmploymentContract)
_person = table_of(Beneficiary)
_statement = table_of(MonthlyStatement)
_visit = table_of(Visit)


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company of the list. ``people`` are those of the organisation at work there today."""

    id: str
    name: str
    kind: str
    siret: str
    postcode: str
    town: str
    phone: str
    people: int
    commitments: int


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known of a company itself."""

    id: str
    name: str
    kind: str
    siret: str
    activity_code: str
    address: str
    postcode: str
    town: str
    phone: str
    email: str
    note: str


@dataclass(frozen=True, slots=True)
class Establishment:
    """Another establishment of the same SIREN."""

    id: str
    name: str
    siret: str
    town: str


@dataclass(frozen=True, slots=True)
class PersonAtWork:
    """Someone's latest contract with a company, as user company or employer."""

    beneficiary_id: str
    last_name: str
    first_name: str
    lot_id: str
    job_title: str
    start_on: dt.date
    end_on: dt.date | None


ORDERS: dict[str, tuple[Any, ...]] = {
    "name": (_company.c.sort_name,),
    "kind": (_company.c.kind, _company.c.sort_name),
    "siret": (_company.c.siret, _company.c.sort_name),
    "town": (_company.c.town, _company.c.sort_name),
}
"""What the list can be ordered by."""


def list_companies(
    connection: Connection,
    organisation_id: str,
    today: dt.date,
    *,
    typed: str = "",
    kinds: Sequence[str] = (),
    order_by: str = "name",
    descending: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[CompanyRow]:
    """A page of companies; ``kinds`` keeps only some kinds. Counts are made for the rows of the page only."""
    columns = (*ORDERS.get(order_by, ORDERS["name"]), _company.c.id)
    page = _kept(select(_company.c.id), typed, kinds).order_by(*[one.desc() if descending else one for one in columns])
    ids = list(connection.execute(page.limit(limit).offset(offset)).scalars())
    found = {row.id: row for row in companies_by_ids(connection, organisation_id, today, ids)}
    return [found[one] for one in ids if one in found]


def count_companies(connection: Connection, *, typed: str = "", kinds: Sequence[str] = ()) -> int:
    """How many companies the filter keeps."""
    return int(connection.execute(_kept(select(func.count(_company.c.id)), typed, kinds)).scalar_one())


def _kept(query: Select[Any], typed: str, kinds: Sequence[str]) -> Select[Any]:
    query = query.where(_company.c.deleted_at.is_(None))
    if kinds:
        query = query.where(_company.c.kind.in_([str(one) for one in kinds]))
    found = matching("company", typed)
    return query if found is None else query.where(_company.c.id.in_(found))


def companies_by_ids(
    connection: Connection, organisation_id: str, today: dt.date, ids: Sequence[str]
) -> list[CompanyRow]:
    """The rows of some companies, in any order."""
    c, w, m = _company.c, _work.c, _commitment.c
    people = (
        select(func.count(w.beneficiary_id.distinct()))
        .where(
            w.company_id == c.id,
            w.organisation_id == organisation_id,
            w.deleted_at.is_(None),
            w.start_on <= today,
            or_(w.end_on.is_(None), w.end_on >= today),
        )
        .scalar_subquery()
    )
    engaged = select(func.count(m.id)).where(m.company_id == c.id, m.deleted_at.is_(None)).scalar_subquery()
    rows = connection.execute(
        select(c.id, c.name, c.kind, c.siret, c.postcode, c.town, c.phone, people, engaged).where(
            c.id.in_(list(ids)), c.deleted_at.is_(None)
        )
    )
    return [CompanyRow(*row) for row in rows]


def find_company(connection: Connection, company_id: str) -> CompanyFacts | None:
    """A company, unless it does not exist or is in the bin."""
    c = _company.c
    row = connection.execute(
        select(
            c.id,
            c.name,
            c.kind,
            c.siret,
            c.activity_code,
            c.address,
            c.postcode,
            c.town,
            c.phone,
            c.email,
            c.note,
        ).where(c.id == company_id, c.deleted_at.is_(None))
    ).first()
    return None if row is None else CompanyFacts(*row)


def company_with_siret(connection: Connection, siret: str) -> str:
    """Id of the company that bears this SIRET, or an empty string."""
    c = _company.c
    return (
        connection.execute(select(c.id).where(c.siret == siret, c.deleted_at.is_(None)).order_by(c.id)).scalar() or ""
    )


def establishments(connection: Connection, siren: str, but: str = "") -> list[Establishment]:
    """The companies whose SIRET begins with a SIREN, by SIRET; ``but`` leaves one out."""
    if len(siren) != 9:
        return []
    c = _company.c
    rows = connection.execute(
        select(c.id, c.name, c.siret, c.town)
        .where(c.siret >= siren, c.siret < f"{siren}:", c.deleted_at.is_(None), c.id != but)  # « : » follows « 9 »
        .order_by(c.siret)
    )
    return [Establishment(*row) for row in rows]


def people_at(
    connection: Connection, organisation_id: str, company_id: str, today: dt.date, *, limit: int = 60
) -> tuple[list[PersonAtWork], int]:
    """People who work or worked at a company (or are employed by it), present first then latest; and how many in all.

    One line a person, with the latest contract.
    """
    w, p = _work.c, _person.c
    mine = (
        w.organisation_id == organisation_id,
        or_(w.company_id == company_id, w.employer_id == company_id),
        w.deleted_at.is_(None),
    )
    far = dt.date(9999, 12, 31)
    latest = (
        select(
            w.beneficiary_id,
            w.lot_id,
            w.job_title,
            w.start_on,
            w.end_on,
            func.row_number()
            .over(
                partition_by=w.beneficiary_id, order_by=(func.coalesce(w.end_on, far).desc(), w.start_on.desc(), w.id)
            )
            .label("rank"),
        )
        .where(*mine)
        .subquery()
    )
    gone = case((latest.c.end_on < today, 1), else_=0)
    rows = connection.execute(
        select(
            latest.c.beneficiary_id,
            p.last_name,
            p.first_name,
            latest.c.lot_id,
            latest.c.job_title,
            latest.c.start_on,
            latest.c.end_on,
        )
        .join_from(latest, _person, p.id == latest.c.beneficiary_id)
        .where(latest.c.rank == 1, p.deleted_at.is_(None))
        .order_by(gone, case((latest.c.end_on < today, latest.c.end_on), else_=far).desc(), p.sort_name, p.id)
        .limit(limit)
    )
    total = connection.execute(select(func.count(w.beneficiary_id.distinct())).where(*mine)).scalar_one()
    return [PersonAtWork(*row) for row in rows], int(total)


def statement_due_day(connection: Connection, company_id: str) -> int | None:
    """The latest day of the next month that the contracts of a company give for its statements, if any says one."""
    day = connection.execute(
        select(func.max(_contract.c.statement_due_day))
        .join_from(_commitment, _lot, _lot.c.id == _commitment.c.lot_id)
        .join(_contract, _contract.c.id == _lot.c.contract_id)
        .where(_commitment.c.company_id == company_id, _commitment.c.deleted_at.is_(None))
    ).scalar()
    return None if day is None else int(day)


@dataclass(frozen=True, slots=True)
class CompanyHolding:
    """What hangs on a company, so that it is not thrown away with it."""

    commitments: bool
    contracts: bool
    statements: bool
    visits: bool

    @property
    def anything(self) -> bool:
        """Whether the company must stay."""
        return self.commitments or self.contracts or self.statements or self.visits


def held_by_company(connection: Connection, company_id: str) -> CompanyHolding:
    """Commitments, employment contracts, statements and visits of a company, of any organisation."""

    def any_of(table: Any, *columns: Any) -> bool:
        wanted = or_(*[one == company_id for one in columns])
        return bool(connection.execute(select(exists().where(wanted, table.c.deleted_at.is_(None)))).scalar_one())

    return CompanyHolding(
        any_of(_commitment, _commitment.c.company_id),
        any_of(_work, _work.c.company_id, _work.c.employer_id),
        any_of(_statement, _statement.c.company_id),
        any_of(_visit, _visit.c.company_id),
    )
