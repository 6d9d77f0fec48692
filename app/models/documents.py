"""Issued documents: what was printed, for whom, with its hash, so that it can be printed again identical."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from app.models.base import Record
from app.models.choices import DocumentKind, Recipient


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
