"""Reading what became of people after the clause: milestones due, situations, attempts (DOMAIN.md §6.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, exists, func, select

from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, ClausePeriod
from app.models.choices import SituationState
from app.models.exits import ContactAttempt, Situation
from app.models.network import Facilitator
from app.rules.calendar import add_months
from app.rules.exits import Milestone

_person, _period = table_of(Beneficiary), table_of(ClausePeriod)
_situation, _attempt, _facilitator = table_of(Situation), table_of(ContactAttempt), table_of(Facilitator)


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """A milestone to ask about, and whom."""

    period_id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    code: str
    label: str
    due_on: dt.date


def situations_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Situations noted for a person."""
    query = select(_situation).where(_situation.c.beneficiary_id == person_id, _situation.c.deleted_at.is_(None))
    return list(connection.execute(query).mappings())


def attempts_of(connection: Connection, person_id: str) -> list[RowMapping]:
    """Attempts to reach a person, the latest first, with their author's name."""
    query = (
        select(
            _attempt,
            func.trim(
                func.coalesce(_facilitator.c.first_name, "") + " " + func.coalesce(_facilitator.c.last_name, "")
            ).label("author"),
        )
        .join_from(_attempt, _facilitator, _facilitator.c.id == _attempt.c.created_by, isouter=True)
        .where(_attempt.c.beneficiary_id == person_id, _attempt.c.deleted_at.is_(None))
        .order_by(_attempt.c.attempted_on.desc(), _attempt.c.id.desc())
    )
    return list(connection.execute(query).mappings())


def due_milestones(
    connection: Connection,
    organisation_id: str,
    milestones: Sequence[Milestone],
    usual: str,
    today: dt.date,
    *,
    since: dt.date,
    facilitator_id: str = "",
    limit: int = 50,
) -> list[DueMilestone]:
    """Milestones fallen from ``since`` to ``today`` whose answer is not known, the latest first, ``limit`` at most.

    ``usual``: the scheme of periods that choose none. A person back in a clause period, archived or in the bin is not
    asked. Only milestones counted from the end of the period are looked for.
    """
    found: list[DueMilestone] = []
    p = _period.c
    for one in milestones:
        if one.from_start:
            continue
        known = exists().where(
            _situation.c.period_id == p.id,
            _situation.c.milestone_code == one.code,
            _situation.c.state == SituationState.KNOWN,
            _situation.c.deleted_at.is_(None),
        )
        again = _period.alias()
        back = exists().where(
            again.c.beneficiary_id == p.beneficiary_id, again.c.start_on > p.end_on, again.c.deleted_at.is_(None)
        )
        chosen = {one.scheme, ""} if one.scheme == usual else {one.scheme}
        query = (
            select(p.id, p.beneficiary_id, p.end_on, _person.c.last_name, _person.c.first_name)
            .join_from(_period, _person, _person.c.id == p.beneficiary_id)
            .where(
                # the ends of months are not all of the same length: the exact day is looked at below
                p.end_on >= add_months(since, -one.months) - dt.timedelta(days=3),
                p.end_on <= add_months(today, -one.months) + dt.timedelta(days=3),
                p.organisation_id == organisation_id,
                p.deleted_at.is_(None),
                p.milestone_scheme.in_(chosen),
                _person.c.deleted_at.is_(None),
                _person.c.archived_on.is_(None),
                ~known,
                ~back,
            )
            .order_by(p.end_on.desc(), p.id)
            .limit(limit + 10)
        )
        if facilitator_id:
            query = query.where(_person.c.facilitator_id == facilitator_id)
        for row in connection.execute(query):
            due_on = add_months(row.end_on, one.months)
            if since <= due_on <= today:
                found.append(
                    DueMilestone(row.id, row.beneficiary_id, row.last_name, row.first_name, one.code, one.label, due_on)
                )
    return sorted(found, key=lambda one: (-one.due_on.toordinal(), one.last_name, one.period_id))[:limit]
