"""Writing many invented rows fast: whole columns with their defaults, straight to the driver."""

from __future__ import annotations

import datetime as dt
import enum
import json
from typing import Any

from app.models.base import Record, kind_of, table_of


class Loader:
    """Collects rows per table, then inserts them parents first in one transaction of ``Notebook.bulk``."""

    def __init__(self, organisation_id: str, actor_id: str, now: dt.datetime) -> None:
        self._common = {
            "organisation_id": organisation_id,
            "created_by": actor_id,
            "created_at": now,
            "updated_at": now,
        }
        self._defaults: dict[str, dict[str, Any]] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._models: dict[str, type[Record]] = {}

    def add(self, model: type[Record], **fields: Any) -> str:
        """Queue one row; ``id`` is required. Returns the id."""
        kind = kind_of(model)
        defaults = self._defaults.get(kind)
        if defaults is None:
            defaults = self._defaults[kind] = {**_defaults_of(model), **self._common}
            self._rows[kind] = []
            self._models[kind] = model
        unknown = fields.keys() - defaults.keys()
        if unknown:
            raise KeyError(f"{kind} has no column {sorted(unknown)}")
        values = {**defaults, **fields}
        self._rows[kind].append(tuple(_stored(value) for value in values.values()))
        return str(fields["id"])

    def count(self, model: type[Record]) -> int:
        """Rows queued for a table."""
        return len(self._rows.get(kind_of(model), ()))

    def write(self, raw: Any, order: list[type[Record]]) -> None:
        """Insert everything, in the order of ``order`` (parents first)."""
        for model in order:
            kind = kind_of(model)
            rows = self._rows.get(kind)
            if not rows:
                continue
            names = ", ".join(f'"{name}"' for name in self._defaults[kind])
            marks = ", ".join("?" * len(self._defaults[kind]))
            raw.executemany(f'INSERT INTO "{kind}" ({names}) VALUES ({marks})', rows)


def _defaults_of(model: type[Record]) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for column in table_of(model).columns:
        default = column.default
        if default is None:
            defaults[column.name] = None
        elif default.is_callable:
            defaults[column.name] = default.arg(None)
        else:
            defaults[column.name] = default.arg
    return defaults


def _stored(value: Any) -> Any:
    """The value as SQLAlchemy's types store it in SQLite."""
    if value is None or type(value) in (str, int):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    raise TypeError(type(value))
