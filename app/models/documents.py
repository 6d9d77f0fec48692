"""What left the program: attestations, and each PDF with its hash, so that it can be printed again identical."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from app.models.base import Record
from app.models.choices import AttestationKind, DocumentKind, Recipient


class IssuedDocument(Record, table=True):
    """One PDF that left the program."""

    kind: str = DocumentKind.VISIT_REPORT
    number: str = Field(default="", index=True)
    record_kind: str
    record_id: str = Field(index=True)
    recipient: str = Recipient.FILE
    issued_at: dt.datetime
    issued_by: str = ""
    content_sha256: str = ""
    pages: int = 0
    attachment_id: str | None = Field(default=None, foreign_key="attachment.id")


class Attestation(Record, table=True):
    """Hours certified: of one employment contract, or of a whole lot. Its PDFs are issued documents of this record.

    ``total_hours`` and ``due_hours`` are the figures printed, in hundredths, frozen when it was issued. A later one
    of the same contract or lot replaces it and says so; neither is ever changed.
    """

    kind: str = AttestationKind.CONTRACT
    number: str = Field(default="", index=True)
    contract_id: str | None = Field(default=None, foreign_key="employment_contract.id", index=True)
    lot_id: str | None = Field(default=None, foreign_key="lot.id", index=True)
    issued_on: dt.date
    total_hours: int
    due_hours: int | None = None
    replaces_id: str | None = Field(default=None, foreign_key="attestation.id")
