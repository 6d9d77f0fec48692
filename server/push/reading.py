"""Operations as sent, made ready for the merge before anything is locked: types, sizes, corrected times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models.wire import LOCAL_FIELDS, NotWire, canonical, field_of, models_by_kind, moment_text, normal, read_moment
from app.rules.merge import Write
from app.sync.protocol import OPERATION, HeldCode, Insert

LONGEST_ID = 100


@dataclass(slots=True)
class Task:
    """One operation to merge. ``refused`` says at once why it cannot be."""

    position: int
    raw: Any
    kind: str = ""
    record_id: str = ""
    inserting: bool = False
    writes: Mapping[str, Write] = field(default_factory=dict)
    refused: tuple[HeldCode, str] | None = None
    held: int = 0
    """Number of the held operation that this one is tried from again; 0 for one just sent."""
    device: int = 0
    waits: tuple[str, str] = ("", "")
    """The record that an operation held for its parent waits for."""

    @property
    def ref(self) -> tuple[str, str]:
        return self.kind, self.record_id


def read(position: int, raw: Any, device: int, offset: dt.timedelta, now: dt.datetime, longest: int) -> Task:
    """One operation; never raises: what cannot be read is refused by itself, and stops nothing."""
    task = Task(position, raw, device=device)
    try:
        operation = OPERATION.validate_python(raw)
    except (ValueError, RecursionError):
        task.refused = (HeldCode.MALFORMED, "")
        return task
    task.kind, task.record_id = operation.table, operation.id
    if operation.table not in models_by_kind() or not _is_id(operation.id):
        task.kind, task.record_id = "", ""
        task.refused = (HeldCode.MALFORMED, "")
        return task
    if isinstance(operation, Insert):
        task.inserting = True
        made = {name: Write(value, 0, operation.at, None) for name, value in operation.fields.items()}
    else:
        made = {name: Write(*edit) for name, edit in operation.fields.items()}
    writes: dict[str, Write] = {}
    moments: dict[str, str] = {}
    for name, write in made.items():
        if name in LOCAL_FIELDS or (name == "id" and write.value == operation.id):
            continue
        known = field_of(operation.table, name)
        if known is None or name == "id":
            task.refused = (HeldCode.MALFORMED, name if name.isidentifier() else "")
            return task
        try:
            value = normal(known, write.value)
            at = moments.get(write.at) or _corrected(write.at, offset, now)
        except (NotWire, RecursionError):
            task.refused = (HeldCode.INVALID, name)
            return task
        moments[write.at] = at
        if _size(value) > longest:
            task.refused = (HeldCode.INVALID, name)
            return task
        writes[name] = Write(value, write.base, at, _told(known, write.old))
    if not writes:
        task.refused = (HeldCode.MALFORMED, "")
        return task
    task.writes = writes
    return task


def _told(known: Any, old: Any) -> Any:
    """What the author saw there, or nothing when it is no value of that field: it is only ever shown."""
    try:
        return None if old is None else normal(known, old)
    except (NotWire, RecursionError):
        return None


def _corrected(text: str, offset: dt.timedelta, now: dt.datetime) -> str:
    """A laptop's time by the server's clock, never later than now: a wrong clock must not win for ever (§7.4)."""
    read_at = read_moment(text)
    try:
        return moment_text(min(read_at + offset, now))
    except OverflowError:
        raise NotWire("at") from None


def _is_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ID and text.isascii() and all(one.isalnum() or one in "-_." for one in text)


def _size(value: Any) -> int:
    if type(value) is str:
        return len(value)
    return len(canonical(value)) if isinstance(value, dict | list) else 0
