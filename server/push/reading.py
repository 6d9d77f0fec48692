"""Operations as sent, made ready for the merge before anything is locked: types, sizes, corrected times."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from app.models.wire import (
    LOCAL_FIELDS,
    NotWire,
    WireField,
    canonical,
    fields_of,
    models_by_kind,
    moment_text,
    normal,
    read_moment,
    storable,
)
from app.rules.merge import Write
from app.sync.protocol import OPERATION, HeldCode, Insert
from server.push.links import parents_of

LONGEST_ID = 100
_ID = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)


@dataclass(slots=True)
class Task:
    """One operation to merge. ``refused`` says at once why it cannot be."""

    position: int
    raw: Any
    kind: str = ""
    record_id: str = ""
    inserting: bool = False
    at: str = ""
    """Corrected moment of an insert."""
    values: dict[str, Any] = field(default_factory=dict)
    """The fields written."""
    written: Mapping[str, Write] | None = None
    """The same with their bases; of an insert, made only when there is something to merge it with."""
    refused: tuple[HeldCode, str] | None = None
    held: int = 0
    """Number of the held operation that this one is tried from again; 0 for one just sent."""
    device: int = 0
    rescue: str = ""
    """The lost epoch that the values were received in, when nobody typed them on this device."""
    waits: tuple[str, str] = ("", "")
    """The record that an operation held waits for: its parent, or the one that it changes."""

    @property
    def writes(self) -> Mapping[str, Write]:
        """The fields written, with the base and the moment of each."""
        if self.written is None:
            self.written = {name: Write(value, 0, self.at, None) for name, value in self.values.items()}
        return self.written

    def keep(self, writes: Mapping[str, Write]) -> None:
        """Write these fields only, or with other bases."""
        self.written = writes
        self.values = {name: write.value for name, write in writes.items()}

    @property
    def ref(self) -> tuple[str, str]:
        return self.kind, self.record_id


class Reader:
    """Reads the operations of one device. ``offset`` is added to its times; ``longest``: characters of one value."""

    def __init__(self, device: int, offset: dt.timedelta, now: dt.datetime, longest: int) -> None:
        self._device = device
        self._offset = offset
        self._now = now
        self._longest = longest
        self._times: dict[tuple[str, str], str] = {}
        self._corrections: dict[str, str] = {}

    def read(self, position: int, raw: Any) -> Task:
        """One operation; never raises: what cannot be read is refused by itself, and stops nothing."""
        task = Task(position, raw, device=self._device)
        try:
            kind, record_id, at, fields = _members(raw)
        except (ValueError, RecursionError):
            task.refused = (HeldCode.MALFORMED, "")
            return task
        if kind not in models_by_kind() or not _is_id(record_id):
            task.refused = (HeldCode.MALFORMED, "")
            return task
        task.kind, task.record_id = kind, record_id
        try:
            if at is not None:
                task.inserting = True
                task.values = self._values(kind, record_id, fields)
                task.at = self._corrected(at)
            else:
                task.rescue = str(raw.get("rescue", ""))
                given = {name: edit.value for name, edit in fields.items()}
                task.values = self._values(kind, record_id, given)
                task.written = {
                    name: Write(value, edit.base, self._corrected(edit.at), _told(kind, name, edit.old))
                    for name, value in task.values.items()
                    for edit in (fields[name],)
                }
        except _Unknown as problem:
            task.refused = (HeldCode.MALFORMED, problem.name if problem.name.isidentifier() else "")
        except NotWire as problem:
            task.refused = (HeldCode.INVALID, str(problem))
        except RecursionError:
            task.refused = (HeldCode.INVALID, "")
        else:
            if not task.values:
                task.refused = (HeldCode.MALFORMED, "")
        if task.refused is not None:  # whom it is about still matters: nobody erased is named by what is set aside
            given = {name: one.value if at is None else one for name, one in fields.items()}
            links = {name: given.get(name) for name, _, _ in parents_of(kind)}
            task.values = {name: one for name, one in links.items() if isinstance(one, str) and _is_id(one)}
        return task

    def _values(self, kind: str, record_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The fields in their canonical form; raises ``NotWire`` naming the field, ``_Unknown``."""
        plan = _plan(kind)
        values = dict(given)
        if values.get("id") == record_id:
            del values["id"]
        if not plan.names.issuperset(values):
            for name in values.keys() - plan.names:
                if name not in LOCAL_FIELDS:
                    raise _Unknown(name)
                del values[name]
        # Most fields are short plain texts: judged all at once, one by one only when one of them is not.
        try:
            joined = "".join(plan.texts_of(values))
        except (KeyError, TypeError):
            joined = None
        if joined is None or len(joined) > self._longest or not storable(joined):
            for name in plan.texts:
                if name in values:
                    self._check(plan.fields[name], values[name])
        for name, one in plan.others:
            value = values.get(name)
            if value is not None or (one.required and name in values):
                values[name] = self._check(one, value)
        return values

    def _check(self, field: WireField, value: Any) -> Any:
        if field.type in ("moment", "day") and type(value) is str:
            known = self._times.get((field.type, value))
            if known is None:
                known = self._times[field.type, value] = normal(field, value)
            return known
        value = normal(field, value)
        size = len(value) if type(value) is str else len(canonical(value)) if isinstance(value, dict | list) else 0
        if size > self._longest:
            raise NotWire(field.name)
        return value

    def _corrected(self, text: str) -> str:
        """A laptop's time by the server's clock, never later than now: a wrong clock must not win for ever (§7.4)."""
        known = self._corrections.get(text)
        if known is None:
            try:
                known = moment_text(min(read_moment(text) + self._offset, self._now))
            except (NotWire, OverflowError):
                raise NotWire("at") from None
            self._corrections[text] = known
        return known


class _Unknown(Exception):
    """A field that the table does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the fields of a table are judged."""

    fields: Mapping[str, WireField]
    names: frozenset[str]
    texts: tuple[str, ...]
    """Texts that may not be null."""
    texts_of: Callable[[Mapping[str, Any]], Iterable[Any]]
    """Their values; raises ``KeyError`` when one is absent."""
    others: tuple[tuple[str, WireField], ...]


@cache
def _plan(kind: str) -> _Plan:
    fields = {one.name: one for one in fields_of(kind) if one.name != "id"}
    texts = tuple(name for name, one in fields.items() if one.type == "text" and one.required)
    others = tuple((name, one) for name, one in fields.items() if name not in texts)
    return _Plan(fields, frozenset(fields), texts, itemgetter(*texts), others)


def _told(kind: str, name: str, old: Any) -> Any:
    """What the author saw there, or nothing when it is no value of that field: it is only ever shown."""
    try:
        return None if old is None else normal(_plan(kind).fields[name], old)
    except (NotWire, RecursionError):
        return None


def _members(raw: Any) -> tuple[str, str, str | None, Mapping[str, Any]]:
    """Table, id, moment of an insert (``None`` for an update), fields; raises ``ValueError`` for no operation."""
    if type(raw) is dict and raw.get("op") == "insert":
        # Most operations by far; what ``OPERATION`` asks of an insert is told at a glance.
        table, record_id, at, fields = raw.get("table"), raw.get("id"), raw.get("at"), raw.get("fields")
        if type(table) is type(record_id) is type(at) is str and type(fields) is dict and at.isascii():
            return table, record_id, at, fields
    operation = OPERATION.validate_python(raw)
    return operation.table, operation.id, operation.at if isinstance(operation, Insert) else None, operation.fields


def _is_id(text: str) -> bool:
    return len(text) <= LONGEST_ID and _ID.fullmatch(text) is not None
