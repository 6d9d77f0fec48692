"""The records ``conflict``: two values written apart, and who wrote them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.models.base import table_of
from app.models.choices import ConflictChoice
from app.models.network import Facilitator, Organisation
from app.models.sync import Conflict
from app.models.wire import field_of
from app.store.notebook import Notebook

_conflict, _facilitator, _organisation = table_of(Conflict), table_of(Facilitator), table_of(Organisation)
_all = select(_conflict).where(_conflict.c.deleted_at.is_(None))


def open_ones(notebook: Notebook) -> list[Mapping[str, Any]]:
    """Those that nobody decided, oldest first."""
    query = _all.where(_conflict.c.decision == ConflictChoice.OPEN)
    return _rows(notebook, query.order_by(_conflict.c.created_at, _conflict.c.id))


def decided_ones(notebook: Notebook, since: dt.datetime) -> list[Mapping[str, Any]]:
    """Those decided since, latest first."""
    query = _all.where(_conflict.c.decision != ConflictChoice.OPEN, _conflict.c.decided_at >= since)
    return _rows(notebook, query.order_by(_conflict.c.decided_at.desc(), _conflict.c.id))


def one(notebook: Notebook, card_id: str) -> list[Mapping[str, Any]]:
    """The one of this id, or nothing."""
    return _rows(notebook, _all.where(_conflict.c.id == card_id))


def count_open(notebook: Notebook) -> int:
    """How many nobody decided."""
    rows = notebook.raw.execute("SELECT kind, field FROM conflict WHERE decision = '' AND deleted_at IS NULL")
    return sum(field_of(kind, field) is not None for kind, field in rows.fetchall())


def authors(notebook: Notebook) -> dict[str, tuple[str, str]]:
    """By facilitator: (« Karim B. », short name of the organisation)."""
    query = select(
        _facilitator.c.id, _facilitator.c.first_name, _facilitator.c.last_name, _organisation.c.short_name
    ).select_from(_facilitator.outerjoin(_organisation, _organisation.c.id == _facilitator.c.organisation_id))
    with notebook.read() as connection:
        return {
            row.id: (_called(row.first_name, row.last_name), row.short_name or "") for row in connection.execute(query)
        }


def _called(first_name: str, last_name: str) -> str:
    """« Karim B. »."""
    return f"{first_name} {last_name[:1]}.".replace(" .", "") if first_name else last_name


def _rows(notebook: Notebook, query: Any) -> list[Mapping[str, Any]]:
    """Those about a field that this program knows: one of a newer program waits for the update."""
    with notebook.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row for row in rows if field_of(row["kind"], row["field"]) is not None]
