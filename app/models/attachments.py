"""Attachments: the record here, the bytes encrypted and content-addressed beside the database."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from app.models.base import Record
from app.models.choices import AttachmentKind


class Attachment(Record, table=True):
    """A file: photo of a visit, issued document, logo."""

    owner_kind: str
    owner_id: str = Field(index=True)
    kind: str = AttachmentKind.PHOTO
    name: str = ""
    media_type: str = "image/jpeg"
    size: int = 0
    sha256: str = Field(index=True)
    width: int = 0
    height: int = 0
    caption: str = ""
    taken_at: dt.datetime | None = None
    observation_id: str | None = Field(default=None, foreign_key="observation.id")
    position: int = 0
    for_reports: bool = True
    """Whether the photo may appear in a report that leaves the organisation."""
