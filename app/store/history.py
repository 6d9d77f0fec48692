"""What happened to a record, readable by people: who, when, which field, before, after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.models.clashes import asked_fields
from app.models.wire import field_of, from_wire
from app.store import rows
from app.store.notebook import Notebook
from app.store.titles import title_of, value_words


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change. ``field`` is empty for the creation of the record."""

    kind: str
    record_id: str
    field: str
    before: Any
    after: Any
    author_id: str
    author_name: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change with what its record is called now; before and after in words, empty for nothing."""

    title: str
    line: HistoryLine
    before: str = ""
    after: str = ""


_LINES = text(
    """SELECT h.tbl, h.id, h.field, h.before, h.after, h.author,
              coalesce(substr(f.first_name, 1, 1) || '. ' || f.last_name, '') AS author_name, h.at
       FROM _history h LEFT JOIN facilitator f ON f.id = h.author
       WHERE h.tbl = :kind AND h.id = :id ORDER BY h.n DESC LIMIT :limit"""
)
_RECENT = text(
    """SELECT h.tbl, h.id, h.field, h.before, h.after, h.author,
              coalesce(substr(f.first_name, 1, 1) || '. ' || f.last_name, '') AS author_name, h.at
       FROM _history h LEFT JOIN facilitator f ON f.id = h.author ORDER BY h.n DESC LIMIT :limit"""
)


def history_of(notebook: Notebook, kind: str, record_id: str, limit: int = 200) -> list[HistoryLine]:
    """Changes of one record, latest first."""
    with notebook.read() as connection:
        rows = connection.execute(_LINES, {"kind": kind, "id": record_id, "limit": limit})
        return [_line(row) for row in rows]


def recent_history(notebook: Notebook, limit: int = 100) -> list[HistoryLine]:
    """Latest changes of the whole notebook: the journal (Ctrl+J)."""
    with notebook.read() as connection:
        return [_line(row) for row in connection.execute(_RECENT, {"limit": limit})]


def recent_changes(notebook: Notebook, limit: int = 60) -> list[ToldChange]:
    """The latest of :func:`recent_history` that somebody typed or chose, told by names and in words."""
    raw = notebook.raw
    lines = [one for one in recent_history(notebook, limit * 2) if not one.field or one.field in asked_fields(one.kind)]
    titles = {(one.kind, one.record_id): "" for one in lines[:limit]}
    for kind, record_id in titles:
        titles[kind, record_id] = title_of(raw, kind, record_id)
    return [
        ToldChange(
            titles[one.kind, one.record_id],
            one,
            *(_words(raw, one, value) if one.field != "deleted_at" else "" for value in (one.before, one.after)),
        )
        for one in lines[:limit]
    ]


def _words(raw: Any, line: HistoryLine, stored: Any) -> str:
    """A value as the file held it, in words."""
    field = field_of(line.kind, line.field)
    if field is None or stored in (None, ""):
        return ""
    value = from_wire(field.type, rows.to_wire(line.kind, line.field, stored))
    return value_words(raw, line.kind, line.field, value)


def last_change(notebook: Notebook) -> dt.datetime | None:
    """When something was last written by somebody."""
    with notebook.read() as connection:
        at = connection.execute(text("SELECT at FROM _history ORDER BY n DESC LIMIT 1")).scalar()
    return dt.datetime.fromisoformat(at.replace("Z", "+00:00")) if at else None


def _line(row: Any) -> HistoryLine:
    at = dt.datetime.fromisoformat(row.at.replace("Z", "+00:00"))
    return HistoryLine(row.tbl, row.id, row.field, row.before, row.after, row.author, row.author_name, at)
