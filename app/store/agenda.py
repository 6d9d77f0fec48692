"""What awaits the facilitator: visits of the day, drafts to resume, actions due, contracts that end (PRODUCT.md E2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, exists, func, or_, select

from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.choices import ActionState, VisitState
from app.models.operations import Company
from app.models.visits import Action, Visit
from app.store.visits import Stage, VisitCard, VisitFilter, cards_of, list_visits, superseded

_visit, _action, _company = table_of(Visit), table_of(Action), table_of(Company)
_person, _contract = table_of(Beneficiary), table_of(EmploymentContract)


@dataclass(frozen=True, slots=True)
class DueAction:
    """An open action with its date. ``visit_number`` is empty for an action agreed with a person."""

    action_id: str
    text: str
    owner_name: str
    due_on: dt.date
    visit_id: str
    visit_number: str
    company_name: str
    beneficiary_id: str
    last_name: str
    first_name: str


@dataclass(frozen=True, slots=True)
class EndingContract:
    """An employment contract that ends soon."""

    contract_id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    company_name: str
    end_on: dt.date


def visits_of_day(connection: Connection, organisation_id: str, facilitator_id: str, day: dt.date) -> list[VisitCard]:
    """Visits planned that day for the facilitator (or for nobody yet), by time; signed ones last."""
    v = _visit.c
    ids = connection.execute(
        select(v.id)
        .where(
            v.planned_on == day,
            v.organisation_id == organisation_id,
            v.deleted_at.is_(None),
            v.corrects_id == "",
            or_(v.facilitator_id == facilitator_id, v.facilitator_id == ""),
        )
        .order_by(v.state == VisitState.FINAL, v.planned_time == "", v.planned_time, v.started_at, v.id)
    ).scalars()
    return cards_of(connection, list(ids))


def late_visits(
    connection: Connection, organisation_id: str, facilitator_id: str, day: dt.date, limit: int = 10
) -> list[VisitCard]:
    """Visits planned before ``day`` for the facilitator and never started, the nearest first."""
    v = _visit.c
    ids = connection.execute(
        select(v.id)
        .where(
            v.state == VisitState.DRAFT,
            v.started_at.is_(None),
            v.planned_on < day,
            v.organisation_id == organisation_id,
            v.facilitator_id == facilitator_id,
            v.deleted_at.is_(None),
        )
        .order_by(v.planned_on.desc(), v.id)
        .limit(limit)
    ).scalars()
    return cards_of(connection, list(ids))


def drafts_to_resume(
    connection: Connection, organisation_id: str, facilitator_id: str, limit: int = 10
) -> list[VisitCard]:
    """The facilitator's visits begun and not signed, the latest first."""
    chosen = VisitFilter(organisation_id, Stage.DRAFT, facilitator_id=facilitator_id)
    return list_visits(connection, chosen, limit=limit)


def actions_due(connection: Connection, organisation_id: str, until: dt.date, limit: int = 20) -> list[DueAction]:
    """Open actions due on or before ``until``, the nearest due first; those of drafts do not count yet."""
    a = _action.c
    rows: Any = connection.execute(
        select(
            a.id,
            a.text,
            a.owner_name,
            a.due_on,
            func.coalesce(a.visit_id, ""),
            func.coalesce(_visit.c.number, ""),
            func.coalesce(_company.c.name, ""),
            func.coalesce(a.beneficiary_id, ""),
            func.coalesce(_person.c.last_name, ""),
            func.coalesce(_person.c.first_name, ""),
        )
        .join_from(_action, _visit, _visit.c.id == a.visit_id, isouter=True)
        .join(_company, _company.c.id == func.coalesce(a.company_id, _visit.c.company_id), isouter=True)
        .join(_person, _person.c.id == a.beneficiary_id, isouter=True)
        .where(*_due(organisation_id, until))
        .order_by(a.due_on, a.id)
        .limit(limit)
    )
    return [DueAction(*row) for row in rows]


def count_actions_due(connection: Connection, organisation_id: str, until: dt.date) -> int:
    """How many :func:`actions_due` would list without a limit."""
    joined = _action.outerjoin(_visit, _visit.c.id == _action.c.visit_id)
    query = select(func.count()).select_from(joined).where(*_due(organisation_id, until))
    return int(connection.execute(query).scalar_one())


def _due(organisation_id: str, until: dt.date) -> tuple[Any, ...]:
    a, v = _action.c, _visit.c
    return (
        a.due_on <= until,
        a.state == ActionState.OPEN,
        a.organisation_id == organisation_id,
        a.deleted_at.is_(None),
        or_(
            a.visit_id.is_(None),
            and_(v.state == VisitState.FINAL, v.deleted_at.is_(None), ~superseded(_visit)),
        ),
    )


def contracts_ending(
    connection: Connection, organisation_id: str, since: dt.date, until: dt.date, limit: int = 20
) -> list[EndingContract]:
    """Contracts whose last day lies between both dates (included), the nearest first."""
    c = _contract.c
    # Chosen in the index of dates, then completed: only the people shown are read.
    gone = exists().where(_person.c.id == c.beneficiary_id, _person.c.deleted_at.is_not(None))
    nearest = (
        select(c.id)
        .where(
            c.end_on >= since,
            c.end_on <= until,
            c.organisation_id == organisation_id,
            c.deleted_at.is_(None),
            ~gone,
        )
        .order_by(c.end_on, c.start_on, c.id)
        .limit(limit)
    )
    rows = connection.execute(
        select(c.id, c.beneficiary_id, _person.c.last_name, _person.c.first_name, _company.c.name, c.end_on)
        .join_from(_contract, _person, _person.c.id == c.beneficiary_id)
        .join(_company, _company.c.id == c.company_id)
        .where(c.id.in_(nearest))
        .order_by(c.end_on, _person.c.sort_name, c.id)
    )
    return [EndingContract(*row) for row in rows]


def count_contracts_ending(connection: Connection, organisation_id: str, since: dt.date, until: dt.date) -> int:
    """How many :func:`contracts_ending` would list without a limit."""
    c = _contract.c
    query = (
        select(func.count())
        .select_from(_contract)
        .where(c.end_on >= since, c.end_on <= until, c.organisation_id == organisation_id, c.deleted_at.is_(None))
    )
    return int(connection.execute(query).scalar_one())
