"""Monthly statements and hour lines (DOMAIN.md §5). Hours are integer hundredths of an hour."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlmodel import Field

from app.models.base import Record
from app.models.choices import HourKind, StatementState


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


class HourLine(Record, table=True):
    """Hours of one employment contract on one lot in one month; id given by (contract, lot, month, kind).

    ``hours`` is what counts; ``declared_hours`` what the company wrote when it differs.
    ``None`` hours means « not typed yet », 0 means « none ».
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
