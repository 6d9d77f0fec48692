"""What follows a statement: its rectifications, the reminders of a missing one, its deadline, pooling agreements.

Everything takes an open connection, or the notebook, and answers frozen rows. Hours are integer hundredths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from app.models.base import table_of
from app.models.beneficiaries import EmploymentContract
from app.models.choices import HourKind
from app.models.documents import Attestation
from app.models.hours import HourLine, PoolingAgreement, PoolingLot, Rectification, Reminder
from app.models.network import Network, Organisation, ReferenceEntry
from app.models.operations import Contract, Lot
from app.rules.calendar import first_day, month_bounds, shift_month

_rectification, _line = table_of(Rectification), table_of(HourLine)
_reminder, _attestation = table_of(Reminder), table_of(Attestation)
_agreement, _pooled = table_of(PoolingAgreement), table_of(PoolingLot)
_work, _lot, _market = table_of(EmploymentContract), table_of(Lot), table_of(Contract)
_entry, _network, _organisation = table_of(ReferenceEntry), table_of(Network), table_of(Organisation)


@dataclass(frozen=True, slots=True)
class RectifiedLine:
    """One difference of a rectification. ``author`` is a facilitator's id."""

    rectification_id: str
    contract_id: str
    lot_id: str
    kind: HourKind
    difference: int
    rectified_on: dt.date
    reason: str
    author: str


def rectified_lines(connection: Connection, statement_id: str) -> list[RectifiedLine]:
    """The differences of a statement's rectifications, the oldest first."""
    rows = connection.execute(
        select(
            _rectification.c.id,
            _line.c.contract_id,
            _line.c.lot_id,
            _line.c.kind,
            _line.c.hours,
            _rectification.c.rectified_on,
            _rectification.c.reason,
            _rectification.c.created_by,
        )
        .join_from(_rectification, _line, _line.c.rectification_id == _rectification.c.id)
        .where(
            _line.c.statement_id == statement_id,
            _rectification.c.deleted_at.is_(None),
            _line.c.deleted_at.is_(None),
        )
        .order_by(_rectification.c.created_at, _rectification.c.id, _line.c.id)
    )
    return [
        RectifiedLine(
            row.id,
            row.contract_id,
            row.lot_id,
            HourKind(row.kind),
            row.hours,
            row.rectified_on,
            row.reason,
            row.created_by,
        )
        for row in rows
    ]


def attested_since(connection: Connection, rectification_ids: Iterable[str]) -> bool:
    """Whether an attestation of one of the contracts rectified was issued after the rectification."""
    found = connection.execute(
        select(_attestation.c.id)
        .join_from(_attestation, _line, _line.c.contract_id == _attestation.c.contract_id)
        .join(_rectification, _rectification.c.id == _line.c.rectification_id)
        .where(
            _rectification.c.id.in_(sorted(rectification_ids)),
            _attestation.c.created_at >= _rectification.c.created_at,
            _attestation.c.deleted_at.is_(None),
        )
        .limit(1)
    )
    return found.first() is not None


# --- deadlines and reminders -------------------------------------------------------------


def network_due_day(connection: Connection, organisation_id: str, month: str) -> int | None:
    """The day of the next month on which the organisation's network asks for a month's statement, ``None`` for none.

    Dated data (reference table ``reporting_deadline``); the network's own entry wins over the general one.
    """
    on = first_day(shift_month(month, 1))
    code = (
        select(_network.c.code)
        .join_from(_network, _organisation, _organisation.c.network_id == _network.c.id)
        .where(_organisation.c.id == organisation_id)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(_entry.c.data)
        .where(
            _entry.c.table == "reporting_deadline",
            _entry.c.code == "monthly_statement",
            _entry.c.deleted_at.is_(None),
            or_(_entry.c.network_code == "", _entry.c.network_code == code),
            or_(_entry.c.valid_from.is_(None), _entry.c.valid_from <= on),
            or_(_entry.c.valid_to.is_(None), _entry.c.valid_to >= on),
        )
        .order_by(_entry.c.network_code.desc(), _entry.c.valid_from.desc())
    ).scalars()
    days: list[int | None] = [data.get("day") for data in rows]
    return days[0] if days else None


def due_days(
    connection: Connection, organisation_id: str, month: str, company_ids: Sequence[str]
) -> dict[str, int | None]:
    """The day on which each company's statement of a month is due: its contracts' earliest, else the network's."""
    first, last = month_bounds(month)
    rows = connection.execute(
        select(_work.c.company_id, func.min(_market.c.statement_due_day))
        .join_from(_work, _lot, _lot.c.id == _work.c.lot_id)
        .join(_market, _market.c.id == _lot.c.contract_id)
        .where(
            _work.c.company_id.in_(list(company_ids)),
            _work.c.organisation_id == organisation_id,
            _work.c.deleted_at.is_(None),
            _work.c.start_on <= last,
            or_(_work.c.end_on.is_(None), _work.c.end_on >= first),
            _market.c.statement_due_day.is_not(None),
        )
        .group_by(_work.c.company_id)
    )
    found = {row[0]: row[1] for row in rows}
    usual = network_due_day(connection, organisation_id, month)
    return {one: found.get(one, usual) for one in company_ids}


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One reminder of a missing statement."""

    id: str
    company_id: str
    month: str
    reminded_on: dt.date
    channel: str
    note: str


def reminders(
    connection: Connection, organisation_id: str, month: str, company_ids: Iterable[str]
) -> dict[str, list[ReminderRow]]:
    """Reminders of a month by company, the latest first."""
    found: dict[str, list[ReminderRow]] = {}
    rows = connection.execute(
        select(
            _reminder.c.id,
            _reminder.c.company_id,
            _reminder.c.month,
            _reminder.c.reminded_on,
            _reminder.c.channel,
            _reminder.c.note,
        )
        .where(
            _reminder.c.company_id.in_(list(company_ids)),
            _reminder.c.month == month,
            _reminder.c.organisation_id == organisation_id,
            _reminder.c.deleted_at.is_(None),
        )
        .order_by(_reminder.c.reminded_on.desc(), _reminder.c.created_at.desc(), _reminder.c.id)
    )
    for row in rows:
        found.setdefault(row.company_id, []).append(ReminderRow(*row))
    return found


# --- pooling -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A pooling agreement of an employment contract, with the lots on which its hours may count."""

    id: str
    contract_id: str
    reference: str
    signed_on: dt.date
    note: str
    lot_ids: tuple[str, ...]

    def covers(self, lot_ids: Iterable[str]) -> bool:
        """Whether all these lots are named."""
        return set(lot_ids) <= set(self.lot_ids)


def agreements_of(connection: Connection, contract_ids: Sequence[str]) -> list[AgreementRow]:
    """The pooling agreements of some employment contracts, the latest signed first."""
    lots: dict[str, list[str]] = {}
    rows = connection.execute(
        select(_pooled.c.agreement_id, _pooled.c.lot_id)
        .join_from(_pooled, _agreement, _agreement.c.id == _pooled.c.agreement_id)
        .where(_agreement.c.contract_id.in_(list(contract_ids)), _pooled.c.deleted_at.is_(None))
        .order_by(_pooled.c.lot_id)
    )
    for agreement, lot in rows:
        lots.setdefault(agreement, []).append(lot)
    return [
        AgreementRow(row.id, row.contract_id, row.reference, row.signed_on, row.note, tuple(lots.get(row.id, ())))
        for row in connection.execute(
            select(_agreement)
            .where(_agreement.c.contract_id.in_(list(contract_ids)), _agreement.c.deleted_at.is_(None))
            .order_by(_agreement.c.signed_on.desc(), _agreement.c.id)
        )
    ]


def contracts_pooled_on(connection: Connection, lot_ids: Sequence[str]) -> dict[str, list[AgreementRow]]:
    """The agreements that name some lots, by lot."""
    rows = connection.execute(
        select(_pooled.c.lot_id, _agreement.c.contract_id)
        .join_from(
            _pooled, _agreement, and_(_agreement.c.id == _pooled.c.agreement_id, _agreement.c.deleted_at.is_(None))
        )
        .where(_pooled.c.lot_id.in_(list(lot_ids)), _pooled.c.deleted_at.is_(None))
    ).all()
    known = {one.id: one for one in agreements_of(connection, sorted({row.contract_id for row in rows}))}
    return {lot: [one for one in known.values() if lot in one.lot_ids] for lot in dict.fromkeys(r.lot_id for r in rows)}
