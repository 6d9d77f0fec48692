"""Visits: the lists, who is expected, what earlier visits left open. Nothing here reads a whole table.

A visit of which a signed rectification exists is *superseded*: its findings and actions no longer count, those of
the rectification do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from app.models.attachments import Attachment
from app.models.base import Record, table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.choices import PointState, VisitState
from app.models.network import Facilitator
from app.models.operations import Commitment, Company, Contact, Contract, Lot, Operation
from app.models.visits import Action, Attendance, Observation, PointReview, Signature, Visit
from app.rules.numbering import observation_number
from app.rules.visits import age_of_point
from app.store.commitments import lot_label
from app.store.search import ids_held
from app.store.unit import not_found

_visit, _operation, _lot, _market = table_of(Visit), table_of(Operation), table_of(Lot), table_of(Contract)
_company, _contact, _facilitator = table_of(Company), table_of(Contact), table_of(Facilitator)
_observation, _review, _attendance = table_of(Observation), table_of(PointReview), table_of(Attendance)
_commitment, _person, _contract = table_of(Commitment), table_of(Beneficiary), table_of(EmploymentContract)


class Stage(StrEnum):
    """Where a visit stands, as the list says it."""

    ALL = ""
    PLANNED = "planned"
    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What the list shows; an empty field does not filter. Dates are included on both sides."""

    organisation_id: str
    stage: Stage = Stage.ALL
    facilitator_id: str = ""
    operation_id: str = ""
    company_id: str = ""
    beneficiary_id: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class VisitCard:
    """One visit in a list or on the home screen."""

    visit_id: str
    number: str
    """Empty until the visit is started."""
    kind: str
    stage: Stage
    operation_id: str
    operation_name: str
    lot_id: str
    lot_label: str
    company_id: str
    company_name: str
    facilitator_id: str
    facilitator_name: str
    planned_on: dt.date
    planned_time: str
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    section: str
    corrects_id: str
    open_points: int
    """Earlier findings still open on this lot with this company."""

    @property
    def id(self) -> str:
        """The key of its line in a table."""
        return self.visit_id


def superseded(visit: Any) -> Any:
    """Whether a signed rectification of ``visit`` (a table or alias) exists."""
    later = _visit.alias()
    return exists(
        select(later.c.id).where(
            later.c.corrects_id == visit.c.id,
            later.c.state == VisitState.FINAL,
            later.c.deleted_at.is_(None),
        )
    )


def stage_of(state: str, started_at: dt.datetime | None) -> Stage:
    """Planned until it is started, draft until it is signed."""
    if state == VisitState.FINAL:
        return Stage.FINAL
    return Stage.PLANNED if started_at is None else Stage.DRAFT


def _where(chosen: VisitFilter) -> list[Any]:
    v = _visit.c
    clauses = [v.deleted_at.is_(None), v.organisation_id == chosen.organisation_id]
    if chosen.stage == Stage.FINAL:
        clauses.append(v.state == VisitState.FINAL)
    elif chosen.stage == Stage.PLANNED:
        clauses += [v.state == VisitState.DRAFT, v.started_at.is_(None)]
    elif chosen.stage == Stage.DRAFT:
        clauses += [v.state == VisitState.DRAFT, v.started_at.is_not(None)]
    for name in ("facilitator_id", "operation_id", "company_id"):
        if value := getattr(chosen, name):
            clauses.append(v[name] == value)
    if chosen.beneficiary_id:
        a = _attendance.c
        clauses.append(
            v.id.in_(select(a.visit_id).where(a.beneficiary_id == chosen.beneficiary_id, a.deleted_at.is_(None)))
        )
    if chosen.since is not None:
        clauses.append(v.planned_on >= chosen.since)
    if chosen.until is not None:
        clauses.append(v.planned_on <= chosen.until)
    return clauses


def list_visits(connection: Connection, chosen: VisitFilter, *, limit: int = 50, offset: int = 0) -> list[VisitCard]:
    """One page of visits: planned ones the nearest first, the others the latest first."""
    v = _visit.c
    order = (
        (v.planned_on, v.planned_time, v.id)
        if chosen.stage == Stage.PLANNED
        else (v.planned_on.desc(), v.planned_time.desc(), v.id.desc())
    )
    # The page is chosen on the visits alone, then completed: joins and counts are made for its rows only.
    if chosen.stage == Stage.ALL:
        # each state is read in the order of its index; only the heads of both are merged
        heads = [
            select(v.id, v.planned_on, v.planned_time)
            .where(v.state == state, *_where(chosen))
            .order_by(*order)
            .limit(limit + offset)
            .subquery()
            for state in (VisitState.DRAFT, VisitState.FINAL)
        ]
        both = union_all(*(select(head) for head in heads)).subquery().c
        order = (both.planned_on.desc(), both.planned_time.desc(), both.id.desc())
        page = select(both.id).order_by(*order).limit(limit).offset(offset)
    else:
        page = select(v.id).where(*_where(chosen)).order_by(*order).limit(limit).offset(offset)
    return cards_of(connection, list(connection.execute(page).scalars()))


def count_visits(connection: Connection, chosen: VisitFilter) -> int:
    """How many visits the filter shows."""
    return int(connection.execute(select(func.count()).select_from(_visit).where(*_where(chosen))).scalar_one())


def cards_of(connection: Connection, visit_ids: Sequence[str]) -> list[VisitCard]:
    """The cards of some visits, in the order asked."""
    v = _visit.c
    rows = connection.execute(
        select(
            v.id,
            v.number,
            v.kind,
            v.state,
            v.operation_id,
            _operation.c.name.label("operation_name"),
            v.lot_id,
            _lot.c.number.label("lot_number"),
            _lot.c.name.label("lot_name"),
            v.company_id,
            _company.c.name.label("company_name"),
            v.facilitator_id,
            (_facilitator.c.first_name + " " + _facilitator.c.last_name).label("facilitator_name"),
            v.planned_on,
            v.planned_time,
            v.started_at,
            v.finished_at,
            v.section,
            v.corrects_id,
            _open_points_of(_visit).label("open_points"),
        )
        .join_from(_visit, _operation, _operation.c.id == v.operation_id)
        .join(_lot, _lot.c.id == v.lot_id)
        .join(_company, _company.c.id == v.company_id)
        .outerjoin(_facilitator, _facilitator.c.id == v.facilitator_id)
        .where(v.id.in_(list(visit_ids)))
    )
    found = {row.id: _card(row) for row in rows}
    return [found[one] for one in visit_ids if one in found]


def _card(row: Any) -> VisitCard:
    return VisitCard(
        row.id,
        row.number,
        row.kind,
        stage_of(row.state, row.started_at),
        row.operation_id,
        row.operation_name,
        row.lot_id,
        lot_label(row.lot_number, row.lot_name),
        row.company_id,
        row.company_name,
        row.facilitator_id,
        row.facilitator_name or "",
        row.planned_on,
        row.planned_time,
        row.started_at,
        row.finished_at,
        row.section,
        row.corrects_id,
        row.open_points,
    )


def _open_points_of(visit: Any) -> Any:
    """Scalar subquery: earlier findings still open on the lot and company of ``visit``."""
    earlier, o = _visit.alias("earlier"), _observation.c
    return (
        select(func.count())
        .select_from(_observation.join(earlier, earlier.c.id == o.visit_id))
        .where(
            earlier.c.company_id == visit.c.company_id,
            earlier.c.lot_id == visit.c.lot_id,
            earlier.c.organisation_id == visit.c.organisation_id,
            earlier.c.state == VisitState.FINAL,
            earlier.c.deleted_at.is_(None),
            earlier.c.id != visit.c.id,
            o.deleted_at.is_(None),
            o.to_follow,
            o.state == PointState.OPEN,
            ~superseded(earlier),
        )
        .correlate(visit)
        .scalar_subquery()
    )


# --- who is expected ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExpectedContact:
    """Somebody of the site who is usually met."""

    contact_id: str
    last_name: str
    first_name: str
    role_label: str
    organisation_name: str


@dataclass(frozen=True, slots=True)
class ExpectedBeneficiary:
    """Somebody whose contract on this lot with this company is active that day."""

    beneficiary_id: str
    contract_id: str
    last_name: str
    first_name: str
    organisation_name: str
    job_title: str


def expected_contacts(connection: Connection, company_id: str, operation_id: str) -> list[ExpectedContact]:
    """Contacts of the company for this operation or for all, the usual ones first."""
    c = _contact.c
    rows = connection.execute(
        select(c.id, c.last_name, c.first_name, c.role_label, _company.c.name)
        .join_from(_contact, _company, _company.c.id == c.company_id)
        .where(
            c.company_id == company_id,
            c.deleted_at.is_(None),
            or_(c.operation_id.is_(None), c.operation_id == "", c.operation_id == operation_id),
        )
        .order_by(c.usual.desc(), c.last_name, c.first_name, c.id)
    )
    return [ExpectedContact(*row) for row in rows]


def expected_beneficiaries(
    connection: Connection, organisation_id: str, company_id: str, lot_id: str, day: dt.date
) -> list[ExpectedBeneficiary]:
    """People of the organisation at work on the lot for the company that day; one line a person, by name."""
    c, p, employer = _contract.c, _person.c, _company.alias("employer")
    rows = connection.execute(
        select(p.id, c.id, p.last_name, p.first_name, employer.c.name, c.job_title)
        .join_from(_contract, _person, p.id == c.beneficiary_id)
        .join(employer, employer.c.id == c.employer_id)
        .where(
            c.lot_id == lot_id,
            c.company_id == company_id,
            c.organisation_id == organisation_id,
            c.deleted_at.is_(None),
            p.deleted_at.is_(None),
            c.start_on <= day,
            or_(c.end_on.is_(None), c.end_on >= day),
        )
        .order_by(p.sort_name, c.start_on.desc(), c.id)
    )
    found: dict[str, ExpectedBeneficiary] = {}
    for row in rows:
        found.setdefault(row[0], ExpectedBeneficiary(*row))
    return list(found.values())


# --- what earlier visits left ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """A signed visit of the same lot and company."""

    visit_id: str
    number: str
    planned_on: dt.date


@dataclass(frozen=True, slots=True)
class Point:
    """A finding of an earlier visit, as this visit sees it."""

    observation_id: str
    label: str
    """« 41.2 »: the number it was given, never another."""
    section: str
    text: str
    detail: str
    beneficiary_id: str | None
    raised_on: dt.date
    visits_open: int
    age: str
    """« ouvert depuis 2 visites »."""
    state: str
    """``PointState``: what this visit said of it, ``open`` when nothing yet."""
    note: str


def earlier_visits(
    connection: Connection, organisation_id: str, company_id: str, lot_id: str, *, but: str = ""
) -> list[EarlierVisit]:
    """Signed visits of the same lot and company, the oldest first; superseded ones are left out."""
    v = _visit.c
    rows = connection.execute(
        select(v.id, v.number, v.planned_on)
        .where(
            v.company_id == company_id,
            v.lot_id == lot_id,
            v.organisation_id == organisation_id,
            v.state == VisitState.FINAL,
            v.deleted_at.is_(None),
            v.id != but,
            ~superseded(_visit),
        )
        .order_by(v.planned_on, v.started_at, v.id)
    )
    return [EarlierVisit(*row) for row in rows]


def points_for(connection: Connection, visit: Any) -> list[Point]:
    """Earlier findings to review at ``visit`` (its row): open ones and those it has reviewed already.

    A signed visit, or a rectification, shows those it reviewed only: what it said does not move any more.
    """
    o, r, v = _observation.c, _review.c, _visit.c
    earlier = earlier_visits(connection, visit.organisation_id, visit.company_id, visit.lot_id, but=visit.id)
    if visit.corrects_id:
        earlier = [one for one in earlier if one.visit_id != visit.corrects_id]
    frozen = visit.state == VisitState.FINAL or bool(visit.corrects_id)
    rows = connection.execute(
        select(
            o.id,
            v.id.label("visit_id"),
            v.number.label("visit_number"),
            o.number,
            o.section,
            o.text,
            o.detail,
            o.beneficiary_id,
            v.planned_on,
            r.state.label("review"),
            r.note,
        )
        .join_from(_observation, _visit, v.id == o.visit_id)
        .outerjoin(_review, and_(r.observation_id == o.id, r.visit_id == visit.id, r.deleted_at.is_(None)))
        .where(
            r.id.is_not(None)
            if frozen
            else and_(
                o.visit_id.in_([one.visit_id for one in earlier]),
                or_(r.id.is_not(None), o.state == PointState.OPEN),
            ),
            o.visit_id != visit.id,
            o.deleted_at.is_(None),
            o.to_follow,
            v.lot_id == visit.lot_id,
            v.company_id == visit.company_id,
        )
        .order_by(v.planned_on, v.started_at, o.number)
    ).all()
    ranks = {one.visit_id: rank for rank, one in enumerate(earlier)}
    before = sum(one.planned_on <= visit.planned_on for one in earlier)
    found: list[Point] = []
    for row in rows:
        visits_open = max(1, before - ranks.get(row.visit_id, before - 1))
        found.append(
            Point(
                row.id,
                observation_number(row.visit_number, row.number),
                row.section,
                row.text,
                row.detail,
                row.beneficiary_id,
                row.planned_on,
                visits_open,
                age_of_point(visits_open),
                row.review or PointState.OPEN,
                row.note or "",
            )
        )
    return found


# --- where a visit may take place --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitPlace:
    """A lot with a company that owes hours on it: what « Nouvelle visite » proposes."""

    operation_id: str
    operation_name: str
    lot_id: str
    lot_label: str
    company_id: str
    company_name: str
    address: str

    @property
    def label(self) -> str:
        """« École Simone-Veil, lot 3 : Gros œuvre — Bâti-Sud 91 »."""
        return f"{self.operation_name}, {self.lot_label} — {self.company_name}"


def places_to_visit(
    connection: Connection,
    organisation_id: str,
    terms: Sequence[str] = (),
    *,
    company_id: str = "",
    operation_id: str = "",
    limit: int = 8,
) -> list[VisitPlace]:
    """Lots with a company whose names hold all ``terms`` (folded words, in any order; a lot's number is a word too).

    Without any term or choice: the places of the organisation's latest visits, the latest first.
    """
    words = [term for term in terms if term and term != "lot"]
    if not (words or company_id or operation_id):
        return _recent_places(connection, organisation_id, limit)
    query = _places().limit(limit)
    if company_id:
        query = query.where(_commitment.c.company_id == company_id)
    if operation_id:
        query = query.where(_market.c.operation_id == operation_id)
    numbers = [word for word in words if word.isdecimal() and len(word) <= _LOT_DIGITS and len(words) > 1]
    for word in words:
        named = _commitment.c.id.in_(_named_commitments(word))
        query = query.where(or_(named, _lot.c.number == word) if word in numbers else named)
    return [_place(row) for row in connection.execute(query)]


def _recent_places(connection: Connection, organisation_id: str, limit: int) -> list[VisitPlace]:
    v = _visit.c
    latest = connection.execute(
        select(v.lot_id, v.company_id)
        .where(v.deleted_at.is_(None), v.organisation_id == organisation_id)
        .order_by(v.planned_on.desc())
        .limit(8 * limit)
    )
    wanted = list(dict.fromkeys((row.lot_id, row.company_id) for row in latest))[:limit]
    if not wanted:
        return [_place(row) for row in connection.execute(_places().limit(limit))]
    rows = connection.execute(_places().where(tuple_(_lot.c.id, _commitment.c.company_id).in_(wanted)))
    found = {(row.lot_id, row.company_id): _place(row) for row in rows}
    return [found[pair] for pair in wanted if pair in found]


def _places() -> Any:
    return (
        select(
            _operation.c.id.label("operation_id"),
            _operation.c.name.label("operation_name"),
            _lot.c.id.label("lot_id"),
            _lot.c.number.label("lot_number"),
            _lot.c.name.label("lot_name"),
            _company.c.id.label("company_id"),
            _company.c.name.label("company_name"),
            _operation.c.address,
            _operation.c.postcode,
            _operation.c.town,
        )
        .join_from(_commitment, _lot, _lot.c.id == _commitment.c.lot_id)
        .join(_market, _market.c.id == _lot.c.contract_id)
        .join(_operation, _operation.c.id == _market.c.operation_id)
        .join(_company, _company.c.id == _commitment.c.company_id)
        .where(_commitment.c.deleted_at.is_(None), _lot.c.deleted_at.is_(None), _operation.c.deleted_at.is_(None))
        .group_by(_lot.c.id, _company.c.id)
        .order_by(_operation.c.closed_on.is_not(None), _operation.c.sort_name, _lot.c.number, _company.c.sort_name)
    )


def _place(row: Any) -> VisitPlace:
    return VisitPlace(
        row.operation_id,
        row.operation_name,
        row.lot_id,
        lot_label(row.lot_number, row.lot_name),
        row.company_id,
        row.company_name,
        address_line(row.address, row.postcode, row.town),
    )


_LOT_DIGITS = 3


def _named_commitments(word: str) -> Any:
    """Commitments whose company or operation holds a word that begins so: found through the indexes alone."""
    c = _commitment.alias()
    by_company = select(c.c.id).where(_named("company", c.c.company_id, word))
    lot, market = _lot.alias(), _market.alias()
    by_operation = (
        select(c.c.id)
        .join_from(market, lot, lot.c.contract_id == market.c.id)
        .join(c, c.c.lot_id == lot.c.id)
        .where(_named("operation", market.c.operation_id, word))
    )
    return union(by_company, by_operation)


def _named(kind: str, record_id: Any, word: str) -> Any:
    # a folded word holds letters and digits only; the index keeps ligatures, which folding undoes
    spelled = dict.fromkeys((word, word.replace("oe", "œ"), word.replace("ae", "æ")))
    return record_id.in_(ids_held(kind, " OR ".join(f'"{one}"*' for one in spelled)))


def address_line(street: str, postcode: str, town: str) -> str:
    """« 12 rue des Lilas, 91000 Évry-Courcouronnes »."""
    return ", ".join(part for part in (street, f"{postcode} {town}".strip()) if part)


# --- rows, for those who write -----------------------------------------------------------

PARTS: tuple[type[Record], ...] = (Attendance, Observation, PointReview, Action, Signature)
"""What belongs to a visit, apart from its photos (``attachment``)."""


def parts_of(connection: Connection, model: type[Record], visit_id: str) -> list[RowMapping]:
    """Rows of one kind that belong to a visit, in the order they were made; those in the bin are left out."""
    t = table_of(model)
    return list(
        connection.execute(
            select(t).where(t.c.visit_id == visit_id, t.c.deleted_at.is_(None)).order_by(t.c.created_at, t.c.id)
        ).mappings()
    )


def binned_parts_of(connection: Connection, model: type[Record], visit_id: str, at: dt.datetime) -> list[str]:
    """Ids of the rows put in the bin with the visit, at the same instant."""
    t = table_of(model)
    key = t.c.owner_id if model is Attachment else t.c.visit_id
    return list(connection.execute(select(t.c.id).where(key == visit_id, t.c.deleted_at == at)).scalars())


def photos_of(connection: Connection, visit_id: str) -> list[RowMapping]:
    """Photo rows of a visit, in their order."""
    t = table_of(Attachment)
    return list(
        connection.execute(
            select(t)
            .where(t.c.owner_id == visit_id, t.c.owner_kind == "visit", t.c.deleted_at.is_(None))
            .order_by(t.c.position, t.c.id)
        ).mappings()
    )


def last_finding_number(connection: Connection, visit_id: str) -> int:
    """The highest number ever given on a visit, removed findings included: a number is never given twice."""
    return int(
        connection.execute(
            select(func.coalesce(func.max(_observation.c.number), 0)).where(_observation.c.visit_id == visit_id)
        ).scalar_one()
    )


def number_taken(connection: Connection, number: str) -> bool:
    """Whether a visit bears this number already, in the bin or not."""
    return connection.execute(select(_visit.c.id).where(_visit.c.number == number)).first() is not None


def planned_visit(connection: Connection, organisation_id: str, company_id: str, lot_id: str, day: dt.date) -> str:
    """The id of the visit planned that day at that place and not started, or an empty string."""
    v = _visit.c
    found = connection.execute(
        select(v.id).where(
            v.lot_id == lot_id,
            v.company_id == company_id,
            v.organisation_id == organisation_id,
            v.planned_on == day,
            v.state == VisitState.DRAFT,
            v.started_at.is_(None),
            v.deleted_at.is_(None),
        )
    ).scalar()
    return str(found or "")


def operation_of_lot(connection: Connection, lot_id: str) -> str:
    """The operation of a lot; raises ``NotFound``."""
    found = connection.execute(
        select(_market.c.operation_id)
        .join_from(_lot, _market, _market.c.id == _lot.c.contract_id)
        .where(_lot.c.id == lot_id)
    ).scalar()
    if found is None:
        raise not_found()
    return str(found)


def rectification_of(connection: Connection, visit_id: str) -> str:
    """The id of the rectification begun or signed for a visit, or an empty string."""
    v = _visit.c
    found = connection.execute(select(v.id).where(v.corrects_id == visit_id, v.deleted_at.is_(None))).scalar()
    return str(found or "")


def row_of(connection: Connection, model: type[Record], record_id: str) -> RowMapping | None:
    """A row by its id, deleted or not."""
    t = table_of(model)
    return connection.execute(select(t).where(t.c.id == record_id)).mappings().first()
