"""What the screens of privacy show, as frozen values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.changes import Changes
from app.store.access_log import AccessLine
from app.store.retention import DueFile

ACTS: Mapping[str, str] = {
    "page": "Fiche ouverte",
    "document": "Document produit",
    "access_report": "Droit d’accès exercé",
}
"""What was done with a person's data, in the access log."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long the network keeps a person's data, from its dated data. ``proposed``: a ``RetentionChoice``."""

    months: int
    label: str
    source: str
    proposed: str


@dataclass(frozen=True, slots=True)
class DueLine:
    """A person whose time is over since ``due_on``."""

    file: DueFile
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """The list « À archiver ou anonymiser »: a page, how many there are in all, and the rule it follows."""

    lines: tuple[DueLine, ...]
    total: int
    rule: RetentionRule
    writable: bool


@dataclass(frozen=True, slots=True)
class Anonymised:
    """What an anonymisation did; it cannot be taken back."""

    people: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class AccessPage:
    """A page of the access log and how many consultations are kept."""

    lines: tuple[AccessLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Held:
    """Everything held on one person: rows by table, changes of their record, who consulted it."""

    beneficiary_id: str
    file_number: str
    records: Mapping[str, list[dict[str, Any]]]
    history: list[dict[str, Any]]
    consultations: tuple[AccessLine, ...]
    purge_on: dt.date | None
    """When the time of these data is over, if nothing new happens."""
