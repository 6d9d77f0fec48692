"""Monthly statements and hour lines (DOMAIN.md §5). Hours are integer hundredths of an hour."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlmodel import Field

from app.models.base import Record
from app.models.choices import HourKind, ReminderChannel, StatementState


class MonthlyStatement(Record, table=True):
    """What one company declares for one month; id given by (organisation, company, month).

    A statement that nobody has begun has no row: it is « Attendu » by the contracts active that month.
    """

    __table_args__ = (
        Index(
            "ix_monthly_statement_of_company",
            *("company_id", "month", "organisation_id", "deleted_at", "state", "received_on"),
        ),
    )
    """Where the statements of a month or of a company stand is read in this index alone."""
    company_id: str = Field(foreign_key="company.id")
    month: str = Field(index=True)
    """``YYYY-MM``."""
    state: str = Field(default=StatementState.EXPECTED, index=True)
    declared_total: int | None = None
    source: str = ""
    received_on: dt.date | None = None
    validated_at: dt.datetime | None = None
    validated_by: str = ""
    paper_code: str = Field(default="", index=True)
    note: str = ""


class Rectification(Record, table=True):
    """Why an attested statement was corrected, and when. Its differences are lines of hours beside the attested ones.

    They count in every total from ``rectified_on`` on; what was attested, and its paper, stay as they were
    (PRODUCT.md H6).
    """

    statement_id: str = Field(foreign_key="monthly_statement.id", index=True)
    rectified_on: dt.date
    reason: str


class HourLine(Record, table=True):
    """Hours of one employment contract on one lot in one month; id given by (contract, lot, month, kind).

    ``hours`` is what counts; ``declared_hours`` what the company wrote when it differs.
    ``None`` hours means « not typed yet », 0 means « none ». A line of a rectification holds a difference, which may
    be negative: summing lines always gives what counts.
    """

    __table_args__ = (Index("ix_hour_line_counted", "lot_id", "deleted_at", "statement_id", "kind", "hours"),)
    """The hours of a lot are summed in this index alone."""
    statement_id: str = Field(foreign_key="monthly_statement.id", index=True)
    contract_id: str = Field(foreign_key="employment_contract.id", index=True)
    lot_id: str = Field(foreign_key="lot.id")
    month: str = Field(index=True)
    kind: str = HourKind.WORKED
    hours: int | None = None
    declared_hours: int | None = None
    difference_reason: str = ""
    absence_code: str = ""
    accepted_doubts: str = ""
    """Codes of the plausibility doubts answered « C’est normal », separated by spaces."""
    accepted_reason: str = ""
    proof_seen: bool = False
    rectification_id: str | None = Field(default=None, foreign_key="rectification.id", index=True)


class Reminder(Record, table=True):
    """A company was reminded of a missing statement: « relancé le 22/11 » (PRODUCT.md H9)."""

    __table_args__ = (Index("ix_reminder_of_company", "company_id", "month", "organisation_id", "deleted_at"),)
    company_id: str = Field(foreign_key="company.id")
    month: str
    reminded_on: dt.date
    channel: str = ReminderChannel.LETTER
    note: str = ""


class PoolingAgreement(Record, table=True):
    """« Convention de globalisation »: the hours of one contract may be counted on other lots (DOMAIN.md §4.5)."""

    contract_id: str = Field(foreign_key="employment_contract.id", index=True)
    reference: str
    signed_on: dt.date
    note: str = ""


class PoolingLot(Record, table=True):
    """A lot of a pooling agreement; id given by (agreement, lot)."""

    agreement_id: str = Field(foreign_key="pooling_agreement.id", index=True)
    lot_id: str = Field(foreign_key="lot.id")
