"""The records as they travel: which fields, of which type, in which order; values as JSON (SYNC.md §2, §5).

Both sides build this from the same table classes. A row travels as a list of values in the order of ``fields_of``.

========== =============================== ==========================================================
type       in Python                       on the wire
========== =============================== ==========================================================
``text``   ``str``                         text, no NUL character
``number`` ``int``                         whole number within 64 bits; hours in hundredths, money in cents
``truth``  ``bool``                        ``true``, ``false``
``day``    ``dt.date``                     ``"2026-11-22"``
``moment`` ``dt.datetime``, aware          ``"2026-11-22T09:00:00.000000Z"``: UTC, always six decimals
``data``   lists, dicts                    JSON without floats (keys sorted in the canonical form)
========== =============================== ==========================================================
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer
from sqlmodel.sql.sqltypes import UTCDateTime

from app.models.base import Record, kind_of, table_of
from app.models.registry import models

LOCAL_FIELDS = frozenset({"updated_at", "sort_name"})
"""Columns that never travel: each database’s own time of writing, and what ``rules.derived`` makes again."""

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WireField:
    """One column as it travels."""

    name: str
    type: str
    required: bool
    """Whether the value may not be null."""
    parent: str
    """Table that a foreign key points to, or empty."""


class NotWire(ValueError):
    """A value that is not of the field's type."""


@cache
def models_by_kind() -> Mapping[str, type[Record]]:
    """The synchronised table classes by the name of their table, parents first."""
    return {kind_of(model): model for model in models()}


@cache
def fields_of(kind: str) -> tuple[WireField, ...]:
    """The fields of a table that travel: ``id`` first, the others by name. ``KeyError`` for another table."""
    found = [
        WireField(
            column.name,
            _type_of(column.type),
            not column.nullable,
            next((key.column.table.name for key in column.foreign_keys), ""),
        )
        for column in table_of(models_by_kind()[kind]).columns
        if column.name not in LOCAL_FIELDS
    ]
    return tuple(sorted(found, key=lambda field: (field.name != "id", field.name)))


@cache
def names_of(kind: str) -> tuple[str, ...]:
    """Names of ``fields_of``, in the same order."""
    return tuple(field.name for field in fields_of(kind))


@cache
def field_of(kind: str, name: str) -> WireField | None:
    """One field of a table, ``None`` when the table or the field does not travel."""
    if kind not in models_by_kind():
        return None
    return next((field for field in fields_of(kind) if field.name == name), None)


@cache
def is_shared(kind: str) -> bool:
    """Whether the whole network sees the records of a table."""
    return models_by_kind()[kind].shared


@cache
def default_of(kind: str, name: str) -> Any:
    """The wire value that a field takes when a program that does not know it makes the record."""
    chosen = table_of(models_by_kind()[kind]).c[name]
    if chosen.nullable:
        return None
    given = chosen.default
    if given is not None and given.is_scalar:
        return str(given.arg) if isinstance(given.arg, str) else to_wire(given.arg)
    if given is not None and given.is_callable:
        return to_wire(given.arg(None))
    empty: dict[str, Any] = {"text": "", "number": 0, "truth": False, "data": []}
    return empty.get(_type_of(chosen.type))


def _type_of(column_type: Any) -> str:
    if isinstance(column_type, Boolean):
        return "truth"
    if isinstance(column_type, Integer):
        return "number"
    if isinstance(column_type, UTCDateTime | DateTime):
        return "moment"
    if isinstance(column_type, Date):
        return "day"
    if isinstance(column_type, JSON):
        return "data"
    return "text"


# --- values --------------------------------------------------------------------------------------


def moment_text(value: dt.datetime) -> str:
    """A moment in its one canonical form: UTC, microseconds, ``Z``. ``value`` is aware."""
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")[:26] + "Z"


def read_moment(text: str) -> dt.datetime:
    """The aware UTC moment of a text with a zone; raises ``NotWire``."""
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError:
        raise NotWire("at") from None
    if read.tzinfo is None:
        raise NotWire("at")
    try:
        return read.astimezone(dt.UTC)
    except OverflowError:
        raise NotWire("at") from None


def to_wire(value: Any) -> Any:
    """A Python value of a record as its JSON value."""
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def from_wire(field_type: str, value: Any) -> Any:
    """The Python value of a JSON value already ``normal``."""
    if value is None:
        return None
    if field_type == "moment":
        return dt.datetime.fromisoformat(value)
    if field_type == "day":
        return dt.date.fromisoformat(value)
    return value


def normal(field: WireField, value: Any) -> Any:
    """The canonical wire value of a value received for a field; raises ``NotWire`` when it cannot be one.

    Moments get their canonical form. Nothing else is changed: a value is what was typed, or it is refused.
    """
    if value is None:
        if field.required:
            raise NotWire(field.name)
        return None
    kind = field.type
    if kind == "text":
        if type(value) is not str or not storable(value):
            raise NotWire(field.name)
    elif kind == "number":
        if type(value) is not int or not -LARGEST - 1 <= value <= LARGEST:
            raise NotWire(field.name)
    elif kind == "truth":
        if type(value) is not bool:
            raise NotWire(field.name)
    elif kind == "moment":
        if type(value) is not str:
            raise NotWire(field.name)
        try:
            return moment_text(read_moment(value))
        except NotWire:
            raise NotWire(field.name) from None
    elif kind == "day":
        if type(value) is not str or len(value) != 10:
            raise NotWire(field.name)
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            raise NotWire(field.name) from None
    elif not _is_data(value):
        raise NotWire(field.name)
    return value


def storable(text: str) -> bool:
    """Whether every database and encoding in use can hold the text: no NUL, no lone surrogate."""
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _is_data(value: Any) -> bool:
    if value is None or type(value) is bool:
        return True
    if type(value) is str:
        return storable(value)
    if type(value) is int:
        return -LARGEST - 1 <= value <= LARGEST
    if type(value) is list:
        return all(_is_data(one) for one in value)
    if type(value) is dict:
        return all(type(key) is str and storable(key) and _is_data(one) for key, one in value.items())
    return False


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def canonical(value: Any) -> str:
    """The one JSON text of a wire value: keys sorted, no blank, characters as they are."""
    return _encode(value)


def row_text(kind: str, values: Sequence[Any]) -> str:
    """``canonical`` of the values of a row, in the order of ``fields_of``.

    Where no field is ``data``, pydantic's encoder writes the same text three times faster; it does not sort keys.
    """
    return to_json(values).decode() if _is_flat(kind) else canonical(values)


@cache
def _is_flat(kind: str) -> bool:
    return all(field.type != "data" for field in fields_of(kind))
