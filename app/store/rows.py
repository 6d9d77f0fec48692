"""Rows as they travel, in and out of the file, without objects in between (``app.models.wire``).

The few differences between what the file holds and what the wire says (moments, truths, data) are made in SQL, so that
a hundred thousand received rows go through the driver as they came out of the JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from app.models.wire import canonical, fields_of
from app.rules.derived import derive, derived_fields, sources_of

_MOMENT_IN = "replace(substr({0}, 1, 26), 'T', ' ')"
_MOMENT_OUT = "replace({0}, ' ', 'T') || 'Z'"


@cache
def sent_names(kind: str) -> tuple[str, ...]:
    """Names of the columns that travel, ``id`` first."""
    return tuple(field.name for field in fields_of(kind))


@cache
def _types(kind: str) -> dict[str, str]:
    return {field.name: field.type for field in fields_of(kind)}


def to_wire(kind: str, name: str, stored: Any) -> Any:
    """What the file holds in a column, as it travels."""
    if stored is None:
        return None
    kind_of_value = _types(kind)[name]
    if kind_of_value == "moment":
        return f"{str(stored).replace(' ', 'T')}Z"
    if kind_of_value == "truth":
        return bool(stored)
    if kind_of_value == "data":
        return json.loads(stored)
    return stored


def to_file(kind: str, name: str, value: Any) -> Any:
    """A value that travelled, as the file holds it."""
    if value is None:
        return None
    kind_of_value = _types(kind)[name]
    if kind_of_value == "moment":
        return str(value)[:26].replace("T", " ")
    if kind_of_value == "truth":
        return int(value)
    if kind_of_value == "data":
        return canonical(value)
    return value


@cache
def _data_places(kind: str) -> tuple[int, ...]:
    return tuple(rank for rank, field in enumerate(fields_of(kind)) if field.type == "data")


@cache
def _upsert(kind: str) -> str:
    """Insert or replace the columns that travel, and the derived ones given after them; ``updated_at`` is of now."""
    names, holders = [], []
    for rank, field in enumerate(fields_of(kind), start=1):
        names.append(f'"{field.name}"')
        holders.append(_MOMENT_IN.format(f"?{rank}") if field.type == "moment" else f"?{rank}")
    for rank, name in enumerate(sorted(derived_fields(kind)), start=len(names) + 1):
        names.append(f'"{name}"')
        holders.append(f"?{rank}")
    names.append('"updated_at"')
    holders.append("strftime('%Y-%m-%d %H:%M:%f000', 'now')")
    changed = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return (
        f'INSERT INTO "{kind}" ({", ".join(names)}) VALUES ({", ".join(holders)}) '
        f"ON CONFLICT (id) DO UPDATE SET {changed}"
    )


def put_rows(raw: Any, kind: str, rows: Sequence[list[Any]]) -> None:
    """Write received rows (values in the order of the wire), new or known; the derived columns follow."""
    places = _data_places(kind)
    if places:
        rows = [[canonical(value) if at in places else value for at, value in enumerate(row)] for row in rows]
    sources = sources_of(kind)
    if sources:
        at = [sent_names(kind).index(name) for name in sources]
        rows = [
            [*row, *derive(kind, dict(zip(sources, [row[place] for place in at], strict=True))).values()]
            for row in rows
        ]
    raw.executemany(_upsert(kind), rows)


def put_new(raw: Any, kind: str, values: Mapping[str, Any]) -> None:
    """One record from values as they travel; texts not given are empty, the rest is unknown."""
    row = [values.get(field.name, "" if field.required and field.type == "text" else None) for field in fields_of(kind)]
    put_rows(raw, kind, [row])


def derive_again(raw: Any, kind: str, record_id: str) -> None:
    """Make the derived columns of one record again after its sources changed."""
    sources = sources_of(kind)
    if not sources:
        return
    row = raw.execute(f'SELECT {", ".join(sources)} FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
    if row is not None:
        for name, value in derive(kind, dict(zip(sources, row, strict=True))).items():
            raw.execute(f'UPDATE "{kind}" SET "{name}" = ? WHERE id = ?', (value, record_id))


def read_field(raw: Any, kind: str, record_id: str, name: str) -> Any:
    """What the file holds in one column; ``None`` also when there is no such record."""
    row = raw.execute(f'SELECT "{name}" FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
    return row[0] if row else None


def exists(raw: Any, kind: str, record_id: str) -> bool:
    """Whether the record is in the file, deleted or not."""
    return raw.execute(f'SELECT 1 FROM "{kind}" WHERE id = ?', (record_id,)).fetchone() is not None


def named_contents(raw: Any, ids: Sequence[str]) -> set[str]:
    """SHA-256 of the contents that these attachments name."""
    found = raw.execute(
        "SELECT sha256 FROM attachment WHERE sha256 <> '' AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    return {sha256 for (sha256,) in found}


def read_sent(raw: Any, kind: str, record_id: str) -> dict[str, Any] | None:
    """All columns that travel but the id, as they travel; ``None`` when there is no such record."""
    names = sent_names(kind)[1:]
    row = raw.execute(f'SELECT {_columns(names)} FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
    return {name: to_wire(kind, name, value) for name, value in zip(names, row, strict=True)} if row else None


def _columns(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@cache
def _body_sql(kind: str) -> str:
    """The canonical JSON of a row's values, made by SQLite: the very text of ``wire.canonical`` (tested)."""
    parts = []
    for field in fields_of(kind):
        quoted = f'R."{field.name}"'
        if field.type == "moment":
            parts.append(_MOMENT_OUT.format(quoted))
        elif field.type == "truth":
            parts.append(f"CASE {quoted} WHEN 1 THEN json('true') WHEN 0 THEN json('false') END")
        else:
            parts.append(quoted)
    return f"json_array({', '.join(parts)})"


def bodies(raw: Any, kind: str, scope: str) -> Iterator[tuple[str, int, str]]:
    """(id, sequence, canonical text) of every row of a scope that the server knows, as the *server* should hold it.

    A field that shows a value not yet received back counts with the server's value (``_shadow``), or with the value
    before the change not yet sent (``_dirty``).
    """
    apart: dict[str, dict[str, Any]] = {}
    for table, value in (("_dirty", "old"), ("_shadow", "value")):
        for record_id, name, kept in raw.execute(
            f"SELECT id, field, {value} FROM {table} WHERE tbl = ? AND field <> ''", (kind,)
        ):
            apart.setdefault(record_id, {})[name] = kept
    slow = bool(_data_places(kind))
    chosen = "R.id" if slow else f"R.id, {_body_sql(kind)}"
    for row in raw.execute(
        f'SELECT W.seq, {chosen} FROM "{kind}" R JOIN _row W ON W.tbl = ? AND W.id = R.id WHERE W.scope = ?',
        (kind, scope),
    ):
        record_id = row[1]
        if record_id in apart or slow:
            yield record_id, row[0], _slow_body(raw, kind, record_id, apart.get(record_id, {}))
        else:
            yield record_id, row[0], row[2]


def _slow_body(raw: Any, kind: str, record_id: str, apart: dict[str, Any]) -> str:
    names = sent_names(kind)
    row = raw.execute(f'SELECT {_columns(names)} FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
    return canonical([to_wire(kind, name, apart.get(name, value)) for name, value in zip(names, row, strict=True)])


def body_of(raw: Any, kind: str, record_id: str) -> str:
    """The canonical text of one row as it stands here."""
    return _slow_body(raw, kind, record_id, {})
