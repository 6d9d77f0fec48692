"""The people side: Beneficiary → ClausePeriod → EmploymentContract, eligibility, follow-up (DOMAIN.md §1.2, §14).

Fields are those that a published need justifies (DOMAIN.md §8.4). There is no field for the NIR.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.models.base import Record
from app.models.choices import (
    AgeBand,
    EmploymentType,
    Modality,
    NoteKind,
    Qualification,
    Sex,
)


class Beneficiary(Record, table=True):
    """A person in insertion. Visible inside the own organisation only."""

    __table_args__ = (
        Index("ix_beneficiary_listed", "organisation_id", "deleted_at", "archived_on", "sort_name", "id"),
        Index("ix_beneficiary_numbered", "organisation_id", "deleted_at", "archived_on", "file_number", "id"),
        Index("ix_beneficiary_last_met", "anonymised_on", "last_contact_on", "organisation_id", "created_at", "id"),
    )
    """The list of an organisation is read and counted in these indexes alone, in their order."""
    file_number: str = Field(default="", index=True)
    last_name: str
    first_name: str
    birth_name: str = ""
    sort_name: str = Field(default="", index=True)
    """French collation key of « last first »."""
    sex: str = Sex.UNKNOWN
    birth_date: dt.date | None = None
    address: str = ""
    postcode: str = ""
    town: str = ""
    district_code: str = ""
    """Code of the QPV of the address, empty when none."""
    district_generation: str = ""
    """Perimeter generation of the district: ``2015`` or ``2024``."""
    phone: str = ""
    email: str = ""
    prescriber_code: str = ""
    prescriber_name: str = ""
    caseworker_name: str = ""
    caseworker_phone: str = ""
    facilitator_id: str = ""
    objectives: str = ""
    next_appointment_at: dt.datetime | None = None
    next_appointment_place: str = ""
    last_contact_on: dt.date | None = None
    archived_on: dt.date | None = None
    absorbed_into_id: str = Field(default="", index=True)
    """The file that holds this person since a merge; such a file is deleted too, and its number finds the other."""
    anonymised_on: dt.date | None = None
    """Nothing here names anybody since that day (``store.erasure``); the row stays for the figures."""


class EligibilityCheck(Record, table=True):
    """One public verified for a person: the proof was seen, never kept (DOMAIN.md §2.4, §8.2)."""

    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    scheme: str
    category_code: str
    proof_code: str = ""
    seen_on: dt.date | None = None
    seen_by: str = ""
    """Facilitator's id."""
    validated_on: dt.date | None = None
    valid_until: dt.date | None = None
    derogation_reason: str = ""
    derogation_author: str = ""


class ClausePeriod(Record, table=True):
    """« Période d’insertion »: holds contracts; age band and qualification are frozen at its start."""

    __table_args__ = (
        Index(
            "ix_clause_period_ended", "end_on", "organisation_id", "deleted_at", "beneficiary_id", "milestone_scheme"
        ),
    )
    """Periods that ended are found in this index alone: what became of the person is asked at each milestone."""
    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    start_on: dt.date
    end_on: dt.date | None = None
    end_reason: str = ""
    age_band: str = AgeBand.UNKNOWN
    qualification: str = Qualification.UNKNOWN
    milestone_scheme: str = ""
    """Code of the milestones that follow the exit; empty: the network's usual ones."""


class EmploymentContract(Record, table=True):
    """A contract of work within a clause period. ``weekly_hours`` and ``planned_hours`` in hundredths."""

    __table_args__ = (
        Index(
            "ix_employment_contract_running",
            *("end_on", "start_on", "organisation_id", "deleted_at", "company_id", "beneficiary_id"),
        ),
        Index(
            "ix_employment_contract_of_company",
            *("company_id", "organisation_id", "deleted_at", "end_on", "start_on"),
        ),
    )
    """Contracts of a day or a month, and those of one company, are found and counted in these indexes alone."""
    period_id: str = Field(foreign_key="clause_period.id", index=True)
    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    employer_id: str = Field(foreign_key="company.id", index=True)
    company_id: str = Field(foreign_key="company.id")
    """The user company, which owes the hours; equals the employer for a direct hire."""
    lot_id: str = Field(foreign_key="lot.id", index=True)
    modality: str = Modality.DIRECT_HIRE
    type: str = EmploymentType.CDD
    trade_code: str = ""
    """ROME code."""
    job_title: str = ""
    start_on: dt.date
    end_on: dt.date | None = None
    """Planned or effective end; ``None`` for a contract without end."""
    weekly_hours: int = 3500
    planned_hours: int | None = None
    tutor_name: str = ""


class TrainingRecord(Record, table=True):
    """Training or certificate received during the course. ``hours`` in hundredths."""

    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    label: str
    organiser: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    hours: int | None = None
    outcome: str = ""


class FollowUpNote(Record, table=True):
    """A line of the follow-up: what, when, and the next step."""

    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    kind: str = NoteKind.INTERVIEW
    noted_on: dt.date
    text: str = ""
    next_step: str = ""
    next_step_on: dt.date | None = None
    visit_id: str | None = Field(default=None, foreign_key="visit.id", index=True)


# --- drafts: what a screen hands over; checked by ``app.rules`` and the service, never stored as they are ---


class BeneficiaryDraft(SQLModel):
    """A person to create. Texts as typed; the service tidies and checks them."""

    last_name: str = ""
    first_name: str = ""
    birth_name: str = ""
    birth_date: dt.date | None = None
    sex: str = Sex.UNKNOWN
    phone: str = ""
    postcode: str = ""
    town: str = ""


class EligibilityDraft(SQLModel):
    """A public to verify: dated scheme → category → proof seen; the date of validation is its own field."""

    scheme: str = ""
    category_code: str = ""
    proof_code: str = ""
    seen_on: dt.date | None = None
    validated_on: dt.date | None = None
    valid_until: dt.date | None = None
    """Given for a proof valid until the date written on it; else computed from the dated data when absent."""
    derogation_reason: str = ""
    derogation_author: str = ""


class EmploymentContractDraft(SQLModel):
    """The eight fields of a contract (PRODUCT.md C4). Hours in hundredths.

    ``qualification`` is asked with the first contract of a period: it is frozen at its start.
    """

    type: str = EmploymentType.CDD
    modality: str = Modality.DIRECT_HIRE
    employer_id: str = ""
    company_id: str = ""
    lot_id: str = ""
    trade_code: str = ""
    job_title: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    weekly_hours: int | None = 3500
    planned_hours: int | None = None
    tutor_name: str = ""
    qualification: str = Qualification.UNKNOWN


class NoteDraft(SQLModel):
    """A line of follow-up to add."""

    kind: str = NoteKind.INTERVIEW
    noted_on: dt.date | None = None
    text: str = ""
    next_step: str = ""
    next_step_on: dt.date | None = None


class AgreedActionDraft(SQLModel):
    """Something agreed with the person: what, who, before when."""

    text: str = ""
    owner_name: str = ""
    due_on: dt.date | None = None


class TrainingDraft(SQLModel):
    """A training or certificate. ``hours`` in hundredths."""

    label: str = ""
    organiser: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    hours: int | None = None
    outcome: str = ""
