"""What was decided about how long a person's data stay, and phrases an organisation does not want."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from app.models.base import Record
from app.models.choices import RetentionChoice


class RetentionDecision(Record, table=True):
    """One decision about one person: kept with a reason, archived, anonymised. It never holds a name.

    An « anonymised » decision is also the order of erasure (SYNC.md §7.17): a device or a server that
    receives it erases what it still holds of the person (``store.erasure``), whatever edit came meanwhile.
    """

    beneficiary_id: str = Field(foreign_key="beneficiary.id", index=True)
    decision: str = RetentionChoice.KEPT
    decided_on: dt.date
    last_contact_on: dt.date | None = None
    months: int = 0
    """The rule of the day, in months after the last contact."""
    keep_until: dt.date | None = None
    """For a person kept: not proposed again before that day."""
    reason: str = ""


class HiddenPhrase(Record, table=True):
    """A phrase of the shared library that one organisation does not want to see; id given by (organisation, phrase)."""

    phrase_id: str = Field(foreign_key="phrase.id", index=True)
