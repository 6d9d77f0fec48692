"""Job offers born of a clause, candidates presented to a company, and the directory of insertion structures.

An offer names the company's contact and no beneficiary: the whole network may help to fill it. An introduction
names a person: it stays inside the organisation.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlmodel import Field, SQLModel

from app.models.base import Record
from app.models.choices import CompanyKind, IntroductionAnswer, OfferState


class JobOffer(Record, table=True):
    """Posts that a company opens to fulfil its commitment on a lot. ``weekly_hours`` in hundredths."""

    shared: ClassVar[bool] = True
    number: str = Field(default="", index=True)
    """``OFF-2026-NO-0007``: given once, printed on the list sent to prescribers."""
    company_id: str = Field(foreign_key="company.id", index=True)
    lot_id: str | None = Field(default=None, foreign_key="lot.id", index=True)
    title: str
    trade_code: str = ""
    """ROME code."""
    posts: int = 1
    weekly_hours: int | None = 3500
    contract_type: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    apply_before: dt.date | None = None
    place: str = ""
    description: str = ""
    contact_id: str | None = Field(default=None, foreign_key="contact.id")
    state: str = Field(default=OfferState.OPEN, index=True)
    published_on: dt.date | None = None
    closed_on: dt.date | None = None


class Introduction(Record, table=True):
    """One candidate presented to a company for an offer: by which prescriber, when, with what answer."""

    offer_id: str = Field(foreign_key="job_offer.id", index=True)
    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    prescriber_code: str = ""
    prescriber_name: str = ""
    presented_on: dt.date
    answer: str = IntroductionAnswer.WAITING
    answered_on: dt.date | None = None
    presentation: str = ""
    """What is said of the candidate to the company, printed on the introduction."""


class InsertionStructure(Record, table=True):
    """A line of the directory: shipped (id given by its SIRET) or added; who can do what, and where."""

    shared: ClassVar[bool] = True
    siret: str = Field(default="", index=True)
    name: str
    sort_name: str = Field(default="", index=True)
    kind: str = Field(default=CompanyKind.OTHER, index=True)
    activity_code: str = ""
    """NAF rév. 2 code."""
    abilities: str = ""
    """What it can do, in the facilitators' words: « gros œuvre, nettoyage de fin de chantier »."""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""


# --- drafts ---


class JobOfferDraft(SQLModel):
    """An offer to create. Texts as typed; the service tidies and checks them. Hours in hundredths."""

    company_id: str = ""
    lot_id: str = ""
    title: str = ""
    trade_code: str = ""
    posts: int | None = 1
    weekly_hours: int | None = 3500
    contract_type: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    apply_before: dt.date | None = None
    place: str = ""
    description: str = ""
    contact_id: str = ""


class IntroductionDraft(SQLModel):
    """A candidate to present."""

    beneficiary_id: str = ""
    prescriber_code: str = ""
    prescriber_name: str = ""
    presented_on: dt.date | None = None
    presentation: str = ""


class InsertionStructureDraft(SQLModel):
    """A structure to add to the directory."""

    siret: str = ""
    name: str = ""
    kind: str = CompanyKind.OTHER
    activity_code: str = ""
    abilities: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""
