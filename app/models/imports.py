"""What is remembered of companies' files: layouts, aliases of names, what each import wrote (PRODUCT.md M2, M3, M8)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field

from app.models.base import Record


class TimesheetLayout(Record, table=True):
    """The confirmed layout of a company's statements; id given by (company, fingerprint).

    Shared by the network: it holds headings and their roles, no person and no figure.
    """

    shared: ClassVar[bool] = True
    company_id: str = Field(foreign_key="company.id", index=True)
    fingerprint: str = Field(index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """As ``hours.timesheets.layout.remembered`` makes it."""


class NameAlias(Record, table=True):
    """« J. MARTIN » of one company's files is this person; id given by (organisation, company, key).

    Seen by the organisation only: it names a person (docs/decisions/0006).
    """

    company_id: str = Field(foreign_key="company.id", index=True)
    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    key: str
    """The written name, without case: ``hours.imports.values.person_key``."""
    written: str = ""


class TimesheetImport(Record, table=True):
    """One file saved as hours: what it wrote, so that it can be taken back for thirty days, on any computer."""

    company_id: str = Field(foreign_key="company.id", index=True)
    file_name: str = ""
    sha256: str = Field(default="", index=True)
    months: str = ""
    """``YYYY-MM`` in order, separated by spaces."""
    line_count: int = 0
    total_hours: int = 0
    """Hundredths written."""
    left_count: int = 0
    """Rows of the file that were neither written nor already there."""
    written: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Ids and figures before and after (``hours.imports.taking_back``); no name."""
    undone_on: dt.date | None = None
