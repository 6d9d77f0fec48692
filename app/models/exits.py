"""After the exit: what a person became at each milestone, and what was tried to know it (DOMAIN.md §6.2, §6.3)."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from app.models.base import Record
from app.models.choices import AttemptOutcome, NoteKind, SituationState


class Situation(Record, table=True):
    """What was learnt at one milestone of a clause period; id given by (period, milestone).

    No row: not asked yet. ``employment`` is a code of the table ``situation``; a scheme's category is computed from it
    and from both dates (``rules.exits``), never stored.
    """

    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    period_id: str = Field(foreign_key="clause_period.id", index=True)
    milestone_code: str
    state: str = SituationState.UNKNOWN
    answered_on: dt.date
    employment: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    """First and last day of the job; no last day: without end, or still there the day of the answer."""
    part_time: bool = False
    """Below half-time (a PLIE counts jobs from half-time on)."""


class ContactAttempt(Record, table=True):
    """One attempt to reach somebody after the exit: « injoignable » is proved by a list of these."""

    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    period_id: str = Field(foreign_key="clause_period.id", index=True)
    milestone_code: str
    attempted_on: dt.date
    means: str = NoteKind.PHONE
    outcome: str = AttemptOutcome.NO_ANSWER
    note: str = ""


class SituationDraft(SQLModel):
    """What is known at a milestone."""

    employment: str = ""
    answered_on: dt.date | None = None
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    part_time: bool = False


class AttemptDraft(SQLModel):
    """An attempt to reach the person."""

    attempted_on: dt.date | None = None
    means: str = NoteKind.PHONE
    outcome: str = AttemptOutcome.NO_ANSWER
    note: str = ""
