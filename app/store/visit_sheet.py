"""One visit whole: everything its screen and its report show, in one frozen value.

What a report prints is read here and nowhere else, so that screen and paper say the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.clock import natural_id
from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract, FollowUpNote
from app.models.choices import (
    ActionState,
    AttachmentKind,
    AttendanceKind,
    HourKind,
    MeetingStatus,
    PointState,
    StatementState,
    VisitState,
)
from app.models.hours import HourLine, MonthlyStatement
from app.models.network import Facilitator, Organisation
from app.models.operations import Buyer, Company, Contract, Lot, Operation
from app.models.visits import Action, Attendance, Observation, Signature, Visit
from app.rules.commitments import Projection
from app.rules.numbering import observation_number
from app.rules.visits import (
    ON_SITE,
    SignatureGiven,
    SummaryFacts,
    may_sign,
    missing_signatures,
    summary_lines,
)
from app.store.attachments import AttachmentRow, attachments_of
from app.store.commitments import CommitmentStand, lot_label, projection_of, stands
from app.store.unit import not_found
from app.store.visits import (
    EarlierVisit,
    Point,
    Stage,
    address_line,
    earlier_visits,
    points_for,
    stage_of,
    superseded,
)

_visit, _attendance, _observation = table_of(Visit), table_of(Attendance), table_of(Observation)
_action, _signature = table_of(Action), table_of(Signature)
_operation, _market, _lot = table_of(Operation), table_of(Contract), table_of(Lot)
_buyer, _company = table_of(Buyer), table_of(Company)
_facilitator, _organisation = table_of(Facilitator), table_of(Organisation)
_person, _contract = table_of(Beneficiary), table_of(EmploymentContract)
_line, _statement = table_of(HourLine), table_of(MonthlyStatement)


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the attendance list: somebody of the site or a beneficiary.

    The fields after ``position`` are known for beneficiaries only; hours are hundredths.
    """

    attendance_id: str
    kind: str
    last_name: str
    first_name: str
    organisation_name: str
    role_label: str
    presence: str
    meeting: str
    all_well: bool
    is_facilitator: bool
    position: int
    contact_id: str | None = None
    beneficiary_id: str | None = None
    contract_id: str | None = None
    contract_type: str = ""
    modality: str = ""
    job_title: str = ""
    tutor_name: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    weekly_hours: int = 0
    planned_hours: int | None = None
    hours_to_date: int | None = None
    """Hours worked under the contract, all statements typed so far; ``None`` without any."""
    private_talk: str = ""
    """What was said in private that day: in the person's file, in no copy of the report."""

    @property
    def is_there(self) -> bool:
        """Present or late: may sign."""
        return may_sign(self.presence)

    @property
    def was_met(self) -> bool:
        """Seen, or interviewed alone."""
        return self.meeting in (MeetingStatus.SEEN, MeetingStatus.ALONE)


@dataclass(frozen=True, slots=True)
class Finding:
    """An observation of this visit. ``label`` is « 42.1 »."""

    observation_id: str
    number: int
    label: str
    section: str
    text: str
    detail: str
    phrase_id: str | None
    beneficiary_id: str | None
    state: str
    to_follow: bool


@dataclass(frozen=True, slots=True)
class Task:
    """An action of this visit, or one of an earlier visit still open (``from_label`` says which)."""

    action_id: str
    text: str
    owner_name: str
    due_on: dt.date | None
    state: str
    done_on: dt.date | None
    observation_id: str | None
    from_label: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature or a refusal. ``strokes`` as in ``models.visits.Signature``."""

    signature_id: str
    attendance_id: str
    """Who signed, when it is still on the list."""
    signer_name: str
    role: str
    role_label: str
    strokes: tuple[tuple[tuple[int, ...], ...], ...]
    refused: bool
    refusal_reason: str
    signed_at: dt.datetime
    place: str
    device: str


@dataclass(frozen=True, slots=True)
class LastStatement:
    """The latest monthly statement received from the company."""

    month: str
    state: str
    received_on: dt.date | None
    validated_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class VisitSheet:
    """A visit with all its parts, as the screen and the report show them."""

    visit_id: str
    organisation_id: str
    organisation_name: str
    number: str
    kind: str
    stage: Stage
    operation_id: str
    operation_name: str
    contract_reference: str
    lot_id: str
    lot_label: str
    buyer_id: str
    buyer_name: str
    company_id: str
    company_name: str
    company_siret: str
    facilitator_id: str
    facilitator_name: str
    facilitator_phone: str
    planned_on: dt.date
    planned_time: str
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    place: str
    next_visit_on: dt.date | None
    free_note: str
    section: str
    corrects_id: str
    corrects_number: str
    correction_reason: str
    corrected_by_id: str
    """A rectification of this visit, signed or begun; empty when there is none."""
    corrected_by_number: str
    previous: EarlierVisit | None
    positions: tuple[tuple[CommitmentStand, Projection], ...]
    last_statement: LastStatement | None
    people: tuple[Person, ...]
    findings: tuple[Finding, ...]
    points: tuple[Point, ...]
    actions: tuple[Task, ...]
    earlier_actions: tuple[Task, ...]
    photos: tuple[AttachmentRow, ...]
    signatures: tuple[Signed, ...]
    stored_summary: str
    summary_edited: bool
    updated_at: dt.datetime

    @property
    def is_final(self) -> bool:
        """Signed and locked."""
        return self.stage is Stage.FINAL

    @property
    def site_people(self) -> tuple[Person, ...]:
        """People of the site, the facilitator included."""
        return tuple(one for one in self.people if one.kind == AttendanceKind.SITE_PERSON)

    @property
    def beneficiaries(self) -> tuple[Person, ...]:
        """Beneficiaries expected or met."""
        return tuple(one for one in self.people if one.kind == AttendanceKind.BENEFICIARY)

    @property
    def present_count(self) -> int:
        """How many people of the whole list are there."""
        return sum(one.presence in ON_SITE for one in self.people)

    @property
    def open_points(self) -> int:
        """Earlier points that this visit has not answered yet, or answered « Reporté »."""
        return sum(one.state in (PointState.OPEN, PointState.CARRIED) for one in self.points)

    @property
    def summary(self) -> tuple[str, ...]:
        """« L’essentiel », line by line: what was written once edited or signed, else made from the facts."""
        if self.summary_edited or self.is_final:
            return tuple(line for line in self.stored_summary.splitlines() if line.strip())
        return summary_lines(self.facts)

    @property
    def facts(self) -> SummaryFacts:
        """What the summary is made from."""
        followed = [one.text for one in self.findings if one.to_follow]
        return SummaryFacts(
            positions=[(stand.position, projection.sentence) for stand, projection in self.positions],
            expected=len(self.people),
            present=self.present_count,
            beneficiaries=len(self.beneficiaries),
            met=sum(one.was_met for one in self.beneficiaries),
            all_well=sum(one.all_well for one in self.beneficiaries),
            findings=followed,
            other_findings=len(self.findings) - len(followed),
            points=[one.state for one in self.points],
            actions=[one.text for one in self.actions],
            next_visit_on=self.next_visit_on,
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What still lacks before « Valider et créer le PDF », in sentences."""
        return missing_signatures(SignatureGiven(one.role, one.refused) for one in self.signatures)

    @property
    def signers(self) -> tuple[Person, ...]:
        """Who may sign: people present, those who have not yet first; the company before the facilitator."""
        done = {one.attendance_id for one in self.signatures}
        there = [one for one in self.people if one.is_there]
        return tuple(
            sorted(
                there,
                key=lambda one: (
                    one.attendance_id in done,
                    one.kind == AttendanceKind.BENEFICIARY,
                    one.is_facilitator,
                    one.position,
                ),
            )
        )

    def person_of(self, beneficiary_id: str | None) -> Person | None:
        """The line of a beneficiary."""
        return next((one for one in self.people if beneficiary_id and one.beneficiary_id == beneficiary_id), None)

    def findings_about(self, beneficiary_id: str | None) -> tuple[Finding, ...]:
        """This visit's findings about somebody."""
        return tuple(one for one in self.findings if beneficiary_id and one.beneficiary_id == beneficiary_id)

    def photos_of(self, observation_id: str) -> tuple[int, ...]:
        """Numbers (from 1) of the photos of a finding."""
        return tuple(rank for rank, one in enumerate(self.photos, 1) if one.observation_id == observation_id)


def read_sheet(connection: Connection, visit_id: str, today: dt.date) -> VisitSheet:
    """The whole visit; raises ``NotFound`` when there is none or it is in the bin. ``today`` is for the projection."""
    v = _visit.c
    row = connection.execute(
        select(
            _visit,
            _operation.c.name.label("operation_name"),
            _operation.c.buyer_id,
            _buyer.c.name.label("buyer_name"),
            _market.c.reference.label("contract_reference"),
            _lot.c.number.label("lot_number"),
            _lot.c.name.label("lot_name"),
            _company.c.name.label("company_name"),
            _company.c.siret.label("company_siret"),
            _facilitator.c.first_name,
            _facilitator.c.last_name,
            _facilitator.c.phone.label("facilitator_phone"),
            _organisation.c.name.label("organisation_name"),
            _operation.c.address,
            _operation.c.postcode,
            _operation.c.town,
        )
        .join_from(_visit, _operation, _operation.c.id == v.operation_id)
        .join(_buyer, _buyer.c.id == _operation.c.buyer_id)
        .join(_lot, _lot.c.id == v.lot_id)
        .join(_market, _market.c.id == _lot.c.contract_id)
        .join(_company, _company.c.id == v.company_id)
        .outerjoin(_facilitator, _facilitator.c.id == v.facilitator_id)
        .outerjoin(_organisation, _organisation.c.id == v.organisation_id)
        .where(v.id == visit_id, v.deleted_at.is_(None))
    ).first()
    if row is None:
        raise not_found()
    people = _people(connection, row)
    findings = _findings(connection, row)
    earlier = earlier_visits(connection, row.organisation_id, row.company_id, row.lot_id, but=row.id)
    previous = [one for one in earlier if one.planned_on <= row.planned_on and one.visit_id != row.corrects_id]
    corrects = _number(connection, v.id == row.corrects_id) if row.corrects_id else None
    corrected_by = _number(connection, v.corrects_id == row.id)
    name = " ".join(part for part in (row.first_name, (row.last_name or "").upper()) if part)
    return VisitSheet(
        visit_id=row.id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name or "",
        number=row.number,
        kind=row.kind,
        stage=stage_of(row.state, row.started_at),
        operation_id=row.operation_id,
        operation_name=row.operation_name,
        contract_reference=row.contract_reference,
        lot_id=row.lot_id,
        lot_label=lot_label(row.lot_number, row.lot_name),
        buyer_id=row.buyer_id,
        buyer_name=row.buyer_name,
        company_id=row.company_id,
        company_name=row.company_name,
        company_siret=row.company_siret,
        facilitator_id=row.facilitator_id,
        facilitator_name=name,
        facilitator_phone=row.facilitator_phone or "",
        planned_on=row.planned_on,
        planned_time=row.planned_time,
        started_at=row.started_at,
        finished_at=row.finished_at,
        place=row.place or address_line(row.address, row.postcode, row.town),
        next_visit_on=row.next_visit_on,
        free_note=row.free_note,
        section=row.section,
        corrects_id=row.corrects_id,
        corrects_number=corrects.number if corrects else "",
        correction_reason=row.correction_reason,
        corrected_by_id=corrected_by.id if corrected_by else "",
        corrected_by_number=corrected_by.number if corrected_by else "",
        previous=previous[-1] if previous else None,
        positions=_positions(connection, row, today),
        last_statement=_last_statement(connection, row),
        people=people,
        findings=findings,
        points=tuple(points_for(connection, row)),
        actions=_actions(connection, row.id),
        earlier_actions=() if row.state == VisitState.FINAL else _earlier_actions(connection, row),
        photos=tuple(attachments_of(connection, "visit", row.id, AttachmentKind.PHOTO)),
        signatures=_signatures(connection, row.id, people),
        stored_summary=row.summary,
        summary_edited=row.summary_edited,
        updated_at=row.updated_at,
    )


def _number(connection: Connection, condition: Any) -> Any:
    v = _visit.c
    return connection.execute(
        select(v.id, v.number).where(condition, v.deleted_at.is_(None)).order_by(v.created_at.desc())
    ).first()


def facilitator_attendance_id(visit_id: str) -> str:
    """The id of the facilitator's own line: nature gives it, one a visit."""
    return natural_id("attendance", visit_id, "facilitator")


def _people(connection: Connection, visit: Any) -> tuple[Person, ...]:
    a, c = _attendance.c, _contract.c
    rows = connection.execute(
        select(
            a.id,
            a.kind,
            a.last_name,
            a.first_name,
            a.organisation_name,
            a.role_label,
            a.presence,
            a.meeting,
            a.all_well,
            a.position,
            a.contact_id,
            a.beneficiary_id,
            a.employment_contract_id,
            c.type,
            c.modality,
            c.job_title,
            c.tutor_name,
            c.start_on,
            c.end_on,
            c.weekly_hours,
            c.planned_hours,
        )
        .join_from(_attendance, _contract, c.id == a.employment_contract_id, isouter=True)
        .where(a.visit_id == visit.id, a.deleted_at.is_(None))
        .order_by(a.kind.desc(), a.position, a.id)
    ).all()
    hours = _hours_to_date(connection, [row.employment_contract_id for row in rows if row.employment_contract_id])
    own = facilitator_attendance_id(visit.id)
    talks = _private_talks(connection, visit.id)
    return tuple(
        Person(
            row.id,
            row.kind,
            row.last_name,
            row.first_name,
            row.organisation_name,
            row.role_label,
            row.presence,
            row.meeting,
            row.all_well,
            row.id == own,
            row.position,
            row.contact_id,
            row.beneficiary_id,
            row.employment_contract_id,
            row.type or "",
            row.modality or "",
            row.job_title or "",
            row.tutor_name or "",
            row.start_on,
            row.end_on,
            row.weekly_hours or 0,
            row.planned_hours,
            hours.get(row.employment_contract_id),
            talks.get(private_talk_id(visit.id, row.beneficiary_id), "") if row.beneficiary_id else "",
        )
        for row in rows
    )


def private_talk_id(visit_id: str, beneficiary_id: str) -> str:
    """The follow-up note that keeps a private talk of a visit: one for each person."""
    return natural_id("private_talk", visit_id, beneficiary_id)


def _private_talks(connection: Connection, visit_id: str) -> dict[str, str]:
    n = table_of(FollowUpNote).c
    rows = connection.execute(select(n.id, n.text).where(n.visit_id == visit_id, n.deleted_at.is_(None)))
    return {row.id: row.text for row in rows}


def _hours_to_date(connection: Connection, contract_ids: list[str]) -> dict[str, int]:
    if not contract_ids:
        return {}
    rows = connection.execute(
        select(_line.c.contract_id, func.sum(_line.c.hours))
        .where(
            _line.c.contract_id.in_(contract_ids),
            _line.c.kind == HourKind.WORKED,
            _line.c.hours.is_not(None),
            _line.c.deleted_at.is_(None),
        )
        .group_by(_line.c.contract_id)
    )
    return {row[0]: row[1] for row in rows}


def _findings(connection: Connection, visit: Any) -> tuple[Finding, ...]:
    o = _observation.c
    rows = connection.execute(
        select(o.id, o.number, o.section, o.text, o.detail, o.phrase_id, o.beneficiary_id, o.state, o.to_follow)
        .where(o.visit_id == visit.id, o.deleted_at.is_(None))
        .order_by(o.number)
    )
    return tuple(Finding(row[0], row[1], observation_number(visit.number, row[1]), *row[2:]) for row in rows)


def _actions(connection: Connection, visit_id: str) -> tuple[Task, ...]:
    t = _action.c
    rows = connection.execute(
        select(t.id, t.text, t.owner_name, t.due_on, t.state, t.done_on, t.observation_id)
        .where(t.visit_id == visit_id, t.deleted_at.is_(None))
        .order_by(t.created_at, t.id)
    )
    return tuple(Task(*row) for row in rows)


def _earlier_actions(connection: Connection, visit: Any) -> tuple[Task, ...]:
    """Actions of earlier signed visits of the lot still open, or settled since this visit began."""
    t, v = _action.c, _visit.c
    rows = connection.execute(
        select(t.id, t.text, t.owner_name, t.due_on, t.state, t.done_on, t.observation_id, v.number)
        .join_from(_action, _visit, v.id == t.visit_id)
        .where(
            v.company_id == visit.company_id,
            v.lot_id == visit.lot_id,
            v.organisation_id == visit.organisation_id,
            v.state == VisitState.FINAL,
            v.deleted_at.is_(None),
            v.id != visit.id,
            v.id != visit.corrects_id,
            t.deleted_at.is_(None),
            (t.state == ActionState.OPEN) | (t.done_on >= visit.planned_on),
            ~superseded(_visit),
        )
        .order_by(t.due_on.is_(None), t.due_on, t.id)
        .limit(50)
    )
    return tuple(Task(*row) for row in rows)


def _signatures(connection: Connection, visit_id: str, people: tuple[Person, ...]) -> tuple[Signed, ...]:
    s = _signature.c
    rows = connection.execute(
        select(
            s.id,
            s.signer_name,
            s.role,
            s.role_label,
            s.strokes,
            s.refused,
            s.refusal_reason,
            s.signed_at,
            s.place,
            s.device,
        )
        .where(s.visit_id == visit_id, s.deleted_at.is_(None))
        .order_by(s.position, s.id)
    )
    by_signature = {signature_id(visit_id, one.attendance_id): one.attendance_id for one in people}
    return tuple(
        Signed(
            row.id,
            by_signature.get(row.id, ""),
            row.signer_name,
            row.role,
            row.role_label,
            tuple(tuple(tuple(point) for point in stroke) for stroke in row.strokes),
            row.refused,
            row.refusal_reason,
            row.signed_at,
            row.place,
            row.device,
        )
        for row in rows
    )


def signature_id(visit_id: str, attendance_id: str) -> str:
    """The id of somebody's signature on a visit: signing twice replaces, on every laptop."""
    return natural_id("signature", visit_id, attendance_id)


def _positions(connection: Connection, visit: Any, today: dt.date) -> tuple[tuple[CommitmentStand, Projection], ...]:
    """The company's commitments on the lot; those of the whole lot when it has none of its own (subcontractor)."""
    found = stands(connection, lot_ids=[visit.lot_id])
    own = [one for one in found if one.company_id == visit.company_id]
    return tuple((one, projection_of(connection, one, today)) for one in own or found)


def _last_statement(connection: Connection, visit: Any) -> LastStatement | None:
    s = _statement.c
    row = connection.execute(
        select(s.month, s.state, s.received_on, s.validated_at)
        .where(
            s.company_id == visit.company_id,
            s.organisation_id == visit.organisation_id,
            s.state != StatementState.EXPECTED,
            s.deleted_at.is_(None),
        )
        .order_by(s.month.desc())
        .limit(1)
    ).first()
    return LastStatement(*row) if row else None
