"""What attestations certify: a contract with its hours by month and lot, a lot with its people; and those issued.

Everything takes an open connection and answers frozen rows. Hours are integer hundredths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.choices import AttestationKind, HourKind
from app.models.documents import Attestation
from app.models.hours import HourLine, MonthlyStatement, Rectification
from app.models.operations import Buyer, Commitment, Company, Contract, Lot, Operation
from app.rules.french import person_name_list
from app.store.commitments import SETTLED

_work, _person, _company = table_of(EmploymentContract), table_of(Beneficiary), table_of(Company)
_lot, _market, _operation, _buyer = table_of(Lot), table_of(Contract), table_of(Operation), table_of(Buyer)
_line, _statement, _rectification = table_of(HourLine), table_of(MonthlyStatement), table_of(Rectification)
_attestation = table_of(Attestation)


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """An employment contract with all that its attestation says."""

    id: str
    organisation_id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    sex: str
    birth_date: dt.date | None
    town: str
    employer: str
    company_id: str
    company: str
    company_siret: str
    lot_id: str
    lot_number: str
    lot_name: str
    operation: str
    buyer: str
    contract_reference: str
    type: str
    modality: str
    job_title: str
    start_on: dt.date
    end_on: dt.date | None


def contract_facts(connection: Connection, contract_id: str, organisation_id: str) -> ContractFacts | None:
    """The facts of a contract of the organisation, unless it does not exist or is in the bin."""
    employer = _company.alias("employer")
    row = connection.execute(
        select(
            _work.c.id,
            _work.c.organisation_id,
            _work.c.beneficiary_id,
            _person.c.last_name,
            _person.c.first_name,
            _person.c.sex,
            _person.c.birth_date,
            _person.c.town,
            employer.c.name.label("employer"),
            _work.c.company_id,
            _company.c.name.label("company"),
            _company.c.siret,
            _work.c.lot_id,
            _lot.c.number,
            _lot.c.name.label("lot_name"),
            _operation.c.name.label("operation"),
            _buyer.c.name.label("buyer"),
            _market.c.reference,
            _work.c.type,
            _work.c.modality,
            _work.c.job_title,
            _work.c.start_on,
            _work.c.end_on,
        )
        .join_from(_work, _person, _person.c.id == _work.c.beneficiary_id)
        .join(employer, employer.c.id == _work.c.employer_id)
        .join(_company, _company.c.id == _work.c.company_id)
        .join(_lot, _lot.c.id == _work.c.lot_id)
        .join(_market, _market.c.id == _lot.c.contract_id)
        .join(_operation, _operation.c.id == _market.c.operation_id)
        .join(_buyer, _buyer.c.id == _operation.c.buyer_id)
        .where(_work.c.id == contract_id, _work.c.organisation_id == organisation_id, _work.c.deleted_at.is_(None))
    ).first()
    return None if row is None else ContractFacts(*tuple(row))


@dataclass(frozen=True, slots=True)
class HoursToAttest:
    """Hours of one month, lot and kind of a contract. ``rectified_on`` and ``reason`` for a rectification only."""

    month: str
    lot_id: str
    kind: HourKind
    hours: int
    settled: bool
    statement_id: str
    paper_code: str
    rectified_on: dt.date | None
    reason: str


def hours_to_attest(connection: Connection, contract_id: str) -> list[HoursToAttest]:
    """Every line of hours of a contract, its rectifications too, the oldest month first."""
    rows = connection.execute(
        select(
            _line.c.month,
            _line.c.lot_id,
            _line.c.kind,
            _line.c.hours,
            _statement.c.state,
            _statement.c.id,
            _statement.c.paper_code,
            _rectification.c.rectified_on,
            _rectification.c.reason,
        )
        .join_from(_line, _statement, _statement.c.id == _line.c.statement_id)
        .join(_rectification, _rectification.c.id == _line.c.rectification_id, isouter=True)
        .where(
            _line.c.contract_id == contract_id,
            _line.c.hours.is_not(None),
            _line.c.deleted_at.is_(None),
            _statement.c.deleted_at.is_(None),
        )
        .order_by(_line.c.month, _rectification.c.rectified_on, _line.c.lot_id, _line.c.kind, _line.c.id)
    )
    return [
        HoursToAttest(
            row.month,
            row.lot_id,
            HourKind(row.kind),
            row.hours,
            row.state in SETTLED,
            row.id,
            row.paper_code,
            row.rectified_on,
            row.reason or "",
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class LotHours:
    """Who worked on a lot and until when: people whose validated hours count, latest such month."""

    people: int
    latest_month: str
    statement_ids: tuple[str, ...]


def hours_on_lot(connection: Connection, lot_id: str) -> LotHours:
    """The validated hours of a lot, in figures that bear no name."""
    where = (
        _line.c.lot_id == lot_id,
        _line.c.deleted_at.is_(None),
        _line.c.hours.is_not(None),
        _statement.c.deleted_at.is_(None),
        _statement.c.state.in_(SETTLED),
    )
    joined = _line.join(_statement, _statement.c.id == _line.c.statement_id)
    people, latest = connection.execute(
        select(func.count(func.distinct(_work.c.beneficiary_id)), func.max(_line.c.month))
        .select_from(joined.join(_work, _work.c.id == _line.c.contract_id))
        .where(*where, _line.c.hours > 0)
    ).one()
    ids = connection.execute(select(_statement.c.id).distinct().select_from(joined).where(*where)).scalars()
    return LotHours(int(people), latest or "", tuple(sorted(ids)))


# --- issued ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IssuedAttestation:
    """An attestation as it was issued."""

    id: str
    kind: AttestationKind
    number: str
    contract_id: str | None
    lot_id: str | None
    issued_on: dt.date
    total_hours: int
    due_hours: int | None
    replaces_id: str | None


def _issued_row(row: Any) -> IssuedAttestation:
    return IssuedAttestation(
        row.id,
        AttestationKind(row.kind),
        row.number,
        row.contract_id,
        row.lot_id,
        row.issued_on,
        row.total_hours,
        row.due_hours,
        row.replaces_id,
    )


def issued_attestations(connection: Connection, *, contract_id: str = "", lot_id: str = "") -> list[IssuedAttestation]:
    """The attestations issued of a contract or a lot, the latest first."""
    wanted = _attestation.c.contract_id == contract_id if contract_id else _attestation.c.lot_id == lot_id
    rows = connection.execute(
        select(_attestation)
        .where(wanted, _attestation.c.deleted_at.is_(None))
        .order_by(_attestation.c.created_at.desc(), _attestation.c.id.desc())
    )
    return [_issued_row(row) for row in rows]


def find_attestation(connection: Connection, text: str, organisation_id: str) -> IssuedAttestation | None:
    """An attestation of the organisation named by its id or its number."""
    row = connection.execute(
        select(_attestation).where(
            or_(_attestation.c.id == text, and_(_attestation.c.number == text.upper(), _attestation.c.number != "")),
            _attestation.c.organisation_id == organisation_id,
            _attestation.c.deleted_at.is_(None),
        )
    ).first()
    return None if row is None else _issued_row(row)


def subject_of(connection: Connection, issued: IssuedAttestation) -> tuple[str, str, str]:
    """Whom or what an attestation is about: (kind, id, title) of a beneficiary, or of a lot's operation."""
    if issued.contract_id:
        row = connection.execute(
            select(_person.c.id, _person.c.last_name, _person.c.first_name)
            .join_from(_work, _person, _person.c.id == _work.c.beneficiary_id)
            .where(_work.c.id == issued.contract_id)
        ).one()
        return "beneficiary", row.id, person_name_list(row.last_name, row.first_name)
    row = connection.execute(
        select(_operation.c.id, _operation.c.name)
        .join_from(_lot, _market, _market.c.id == _lot.c.contract_id)
        .join(_operation, _operation.c.id == _market.c.operation_id)
        .where(_lot.c.id == issued.lot_id)
    ).one()
    return "operation", row.id, row.name


# --- what may be attested ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AttestableContract:
    """A contract with hours, as the batch shows it. ``number`` is empty until an attestation was issued."""

    id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    company: str
    start_on: dt.date
    end_on: dt.date | None
    hours: int
    """Worked hours validated, rectified ones included."""
    waiting: int
    """Worked hours typed and not validated."""
    number: str
    issued_hours: int | None
    """Hours of the latest attestation issued."""


def attestable_contracts(
    connection: Connection, organisation_id: str, *, company_id: str = "", lot_id: str = ""
) -> list[AttestableContract]:
    """The contracts of a company or of a lot that have hours, by name."""
    settled = _statement.c.state.in_(SETTLED)
    sums = (
        select(
            _line.c.contract_id.label("contract_id"),
            func.sum(case((settled, _line.c.hours), else_=0)).label("hours"),
            func.sum(case((settled, 0), else_=_line.c.hours)).label("waiting"),
        )
        .join_from(_line, _statement, _statement.c.id == _line.c.statement_id)
        .join(_work, _work.c.id == _line.c.contract_id)
        .where(
            _work.c.company_id == company_id if company_id else _work.c.lot_id == lot_id,
            _line.c.kind == HourKind.WORKED,
            _line.c.hours.is_not(None),
            _line.c.deleted_at.is_(None),
            _statement.c.deleted_at.is_(None),
        )
        .group_by(_line.c.contract_id)
        .subquery()
    )
    rows = connection.execute(
        select(
            _work.c.id,
            _work.c.beneficiary_id,
            _person.c.last_name,
            _person.c.first_name,
            _company.c.name,
            _work.c.start_on,
            _work.c.end_on,
            sums.c.hours,
            sums.c.waiting,
        )
        .join_from(_work, sums, sums.c.contract_id == _work.c.id)
        .join(_person, _person.c.id == _work.c.beneficiary_id)
        .join(_company, _company.c.id == _work.c.company_id)
        .where(_work.c.organisation_id == organisation_id, _work.c.deleted_at.is_(None))
        .order_by(_person.c.sort_name, _person.c.id, _work.c.start_on, _work.c.id)
    ).all()
    latest = _latest(connection, [row[0] for row in rows])
    return [
        AttestableContract(
            *row, *((latest[row[0]].number, latest[row[0]].total_hours) if row[0] in latest else ("", None))
        )
        for row in rows
    ]


def _latest(connection: Connection, contract_ids: Sequence[str]) -> dict[str, IssuedAttestation]:
    found: dict[str, IssuedAttestation] = {}
    for row in connection.execute(
        select(_attestation)
        .where(_attestation.c.contract_id.in_(list(contract_ids)), _attestation.c.deleted_at.is_(None))
        .order_by(_attestation.c.created_at, _attestation.c.id)
    ):
        found[row.contract_id] = _issued_row(row)
    return found


def contract_named(connection: Connection, text: str, organisation_id: str) -> str | None:
    """The employment contract of this id, else the latest one of the beneficiary with this file number or id."""
    found: str | None = connection.execute(
        select(_work.c.id)
        .join_from(_work, _person, _person.c.id == _work.c.beneficiary_id)
        .where(
            or_(
                _work.c.id == text,
                _person.c.id == text,
                and_(_person.c.file_number == text.upper(), _person.c.file_number != ""),
            ),
            _work.c.organisation_id == organisation_id,
            _work.c.deleted_at.is_(None),
        )
        .order_by(_work.c.start_on.desc(), _work.c.id.desc())
    ).scalar()
    return found


def lot_named(connection: Connection, text: str) -> str | None:
    """The lot of this id, the lot of this commitment, or ``MARKET/LOT``: the numbers of a contract and of its lot."""
    commitment = table_of(Commitment)
    market, _, number = text.rpartition("/")
    found: str | None = connection.execute(
        select(_lot.c.id)
        .join_from(_lot, _market, _market.c.id == _lot.c.contract_id)
        .join(commitment, commitment.c.lot_id == _lot.c.id, isouter=True)
        .where(
            or_(
                _lot.c.id == text,
                commitment.c.id == text,
                and_(_market.c.reference == market, _lot.c.number == number, _market.c.reference != ""),
            ),
            _lot.c.deleted_at.is_(None),
        )
        .order_by(_lot.c.id)
    ).scalar()
    return found
