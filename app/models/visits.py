"""Site visits (PRODUCT.md V1-V10): attendance, observations, earlier points, actions, signatures, phrases."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import JSON, Index
from sqlmodel import Field

from app.models.base import Record
from app.models.choices import (
    ActionState,
    AttendanceKind,
    MeetingStatus,
    ObservationSection,
    PointState,
    PresenceStatus,
    SignerRole,
    VisitKind,
    VisitState,
)


class Visit(Record, table=True):
    """A visit of a company on a lot; a draft until it is signed, then locked for ever."""

    __table_args__ = (
        Index("ix_visit_listed", "state", "planned_on", "planned_time", "id", "organisation_id", "deleted_at"),
        Index("ix_visit_corrects", "corrects_id", "state", "deleted_at"),
    )
    """Lists are read in the first index alone, in its order; the second says at once whether a visit was rectified."""
    number: str = Field(default="", index=True)
    """``VIS-2026-NO-0042``: given when the draft begins, never changed (PRODUCT.md V9)."""
    kind: str = VisitKind.SITE
    state: str = VisitState.DRAFT
    operation_id: str = Field(foreign_key="operation.id", index=True)
    lot_id: str = Field(foreign_key="lot.id", index=True)
    company_id: str = Field(foreign_key="company.id", index=True)
    facilitator_id: str = ""
    planned_on: dt.date = Field(index=True)
    planned_time: str = ""
    """``HH:MM`` local time of the appointment, or empty."""
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    place: str = ""
    summary: str = ""
    """« L’essentiel »: generated, then editable."""
    summary_edited: bool = False
    next_visit_on: dt.date | None = None
    free_note: str = ""
    section: str = ""
    """Section and field where the facilitator stood, to come back to them."""
    previous_visit_id: str = ""
    corrects_id: str = ""
    """Visit that this one rectifies."""
    correction_reason: str = ""


class Attendance(Record, table=True):
    """One expected person: somebody of the site (presence) or a beneficiary (met or not, « RAS »)."""

    visit_id: str = Field(foreign_key="visit.id", index=True)
    kind: str = AttendanceKind.SITE_PERSON
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    beneficiary_id: str | None = Field(default=None, foreign_key="beneficiary.id", index=True)
    employment_contract_id: str | None = Field(default=None, foreign_key="employment_contract.id")
    last_name: str = ""
    first_name: str = ""
    organisation_name: str = ""
    role_label: str = ""
    presence: str = PresenceStatus.UNKNOWN
    meeting: str = MeetingStatus.UNKNOWN
    all_well: bool = False
    """« RAS »: nothing to report for this beneficiary."""
    position: int = 0


class Observation(Record, table=True):
    """A numbered finding: ``42.1`` is visit 42, number 1. It stays open until a later visit closes it."""

    visit_id: str = Field(foreign_key="visit.id", index=True)
    number: int
    section: str = ObservationSection.ORGANISATION
    text: str
    detail: str = ""
    phrase_id: str | None = Field(default=None, foreign_key="phrase.id")
    beneficiary_id: str | None = Field(default=None, foreign_key="beneficiary.id", index=True)
    state: str = Field(default=PointState.OPEN, index=True)
    closed_on: dt.date | None = None
    to_follow: bool = True
    """Whether the next visit must ask about it."""


class PointReview(Record, table=True):
    """What a visit said of an earlier observation; id given by (visit, observation)."""

    visit_id: str = Field(foreign_key="visit.id", index=True)
    observation_id: str = Field(foreign_key="observation.id", index=True)
    state: str = PointState.OPEN
    note: str = ""


class Action(Record, table=True):
    """Something to do, by somebody, before a date: decided on a visit or agreed with a beneficiary."""

    __table_args__ = (Index("ix_action_due", "state", "due_on", "id", "organisation_id", "deleted_at", "visit_id"),)
    """What is due is found and counted in this index alone."""
    visit_id: str | None = Field(default=None, foreign_key="visit.id", index=True)
    observation_id: str | None = Field(default=None, foreign_key="observation.id")
    beneficiary_id: str | None = Field(default=None, foreign_key="beneficiary.id", index=True)
    company_id: str | None = Field(default=None, foreign_key="company.id", index=True)
    operation_id: str | None = Field(default=None, foreign_key="operation.id", index=True)
    text: str
    owner_name: str = ""
    due_on: dt.date | None = None
    state: str = ActionState.OPEN
    done_on: dt.date | None = None


class Signature(Record, table=True):
    """Vector strokes of a signature on screen, or the reason of a refusal.

    ``strokes``: list of strokes, each a list of ``[x, y, pressure, milliseconds]``; x and y in
    thousandths of the pad's width and height (so that a resize keeps them), pressure 0-1000.
    """

    visit_id: str = Field(foreign_key="visit.id", index=True)
    signer_name: str
    role: str = SignerRole.COMPANY
    role_label: str = ""
    strokes: list[Any] = Field(default_factory=list, sa_type=JSON)
    refused: bool = False
    refusal_reason: str = ""
    signed_at: dt.datetime
    place: str = ""
    device: str = ""
    position: int = 0


class Phrase(Record, table=True):
    """A ready-made finding of the library; most used first."""

    shared: ClassVar[bool] = True
    section: str = ObservationSection.ORGANISATION
    text: str
    hidden: bool = False
    uses: int = 0
    to_follow: bool = True
    """Whether a finding made with it must be asked about at the next visit."""
    position: int = 0
    """Order among phrases used as often."""
