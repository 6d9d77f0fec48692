"""What the exchange itself adds to the shared records: values that only a person can choose between (SYNC.md §3)."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from app.models.base import Record
from app.models.choices import ConflictChoice


class Conflict(Record, table=True):
    """Two people wrote one field apart: ``shown`` stands in the record, ``other`` is kept here until someone decides.

    Made by the server's merge only; every device that may see the record receives it (the same
    ``organisation_id``; empty when the whole network shares the record). Deciding is an ordinary edit of the record
    and of ``decision`` here, in one unit: both are undone by its ``undo``. ``before``, ``shown`` and ``other`` are
    JSON texts of the field's wire value (``"null"`` for none); ``field`` is ``deleted_at`` when one deleted what the
    other changed: the record then stays (``shown`` is ``null``).
    """

    kind: str
    """Table of the record."""
    record_id: str = Field(index=True)
    field: str
    before: str = "null"
    """What the author of the value that arrived last had before their eyes."""
    shown: str = "null"
    shown_by: str = ""
    """Facilitator's id; empty when the server wrote it."""
    shown_at: dt.datetime
    other: str = "null"
    other_by: str = ""
    other_at: dt.datetime
    decision: str = ConflictChoice.OPEN
    decided_by: str = ""
    decided_at: dt.datetime | None = None
