"""The records ``conflict``: two values written apart, and who wrote them; those that one decision answers together.

Each field has its own record, on the wire as here. What makes one question of several is decided at each reading, from
what has arrived: the fields that ``models.clashes`` declares together, of one record, written by the same two people.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.models.base import table_of
from app.models.choices import ConflictChoice
from app.models.clashes import group_of
from app.models.network import Facilitator, Organisation
from app.models.sync import Conflict
from app.models.wire import field_of
from app.store.notebook import Notebook

_conflict, _facilitator, _organisation = table_of(Conflict), table_of(Facilitator), table_of(Organisation)
_all = select(_conflict).where(_conflict.c.deleted_at.is_(None))


Row = Mapping[str, Any]
Question = tuple[Row, ...]
"""What one decision answers: one field, or fields that go together, in the order of their declaration."""


def open_ones(notebook: Notebook) -> list[Question]:
    """Those that nobody decided, oldest first."""
    query = _all.where(_conflict.c.decision == ConflictChoice.OPEN)
    return _questions(_rows(notebook, query.order_by(_conflict.c.created_at, _conflict.c.id)))


def decided_ones(notebook: Notebook, since: dt.datetime) -> list[Question]:
    """Those decided since, latest first; what one act decided is one."""
    c = _conflict.c
    query = _all.where(c.decision != ConflictChoice.OPEN, c.decided_at >= since)
    return _questions(_rows(notebook, query.order_by(c.decided_at.desc(), c.created_at, c.id)))


def one(notebook: Notebook, card_id: str) -> Question | None:
    """The one that holds this ``conflict``, decided or not."""
    c = _conflict.c
    record = select(c.record_id).where(c.id == card_id).scalar_subquery()
    about = _questions(_rows(notebook, _all.where(c.record_id == record).order_by(c.created_at, c.id)))
    return next((found for found in about if any(row["id"] == card_id for row in found)), None)


def count_open(notebook: Notebook) -> int:
    """How many nobody decided."""
    return _count(notebook, "decision = ''")


def count_of(notebook: Notebook, ids: Iterable[str]) -> int:
    """How many questions these ``conflict`` records make."""
    return _count(notebook, "id IN (SELECT value FROM json_each(?))", json.dumps(sorted(ids)))


_COUNTED = ("kind", "record_id", "field", "shown_by", "other_by", "decision", "decided_by", "decided_at")


def _count(notebook: Notebook, where: str, *values: str) -> int:
    rows = notebook.raw.execute(
        f"SELECT {', '.join(_COUNTED)} FROM conflict WHERE {where} AND deleted_at IS NULL", values
    )
    found = (dict(zip(_COUNTED, row, strict=True)) for row in rows.fetchall())
    return len(_questions(row for row in found if _is_known(row)))


def _questions(rows: Iterable[Row]) -> list[Question]:
    """One for each field, those that go together put where the first of them came; ``rows`` are oldest first, at least
    within one act. Two fields are never mixed where it is not known which value goes with which: when both authors are
    the same, or unknown.
    """
    found: dict[Hashable, list[Row]] = {}
    for place, row in enumerate(rows):
        group = group_of(row["kind"], row["field"])
        authors = frozenset((row["shown_by"], row["other_by"]))
        key: Hashable = place
        if group is not None and len(authors) > 1:
            act = (row["decision"] == ConflictChoice.OPEN, row["decided_by"], row["decided_at"])
            key = (row["kind"], row["record_id"], group.name, authors, act)
        found.setdefault(key, []).append(row)
    return [tuple(sorted(one, key=_rank)) for together in found.values() for one in _each_field_once(together)]


def _each_field_once(rows: list[Row]) -> list[list[Row]]:
    """A field asked twice, at two moments, is two questions: the last one of each field goes with the others."""
    made: list[dict[str, Row]] = []
    for row in reversed(rows):
        room = next((one for one in made if row["field"] not in one), None)
        if room is None:
            room = {}
            made.append(room)
        room[row["field"]] = row
    return [list(one.values()) for one in made]


def _rank(row: Row) -> int:
    group = group_of(row["kind"], row["field"])
    return group.fields.index(row["field"]) if group is not None else 0


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


def _is_known(row: Row) -> bool:
    """Whether this program knows the field: one of a newer program waits for the update."""
    return field_of(row["kind"], row["field"]) is not None


def _rows(notebook: Notebook, query: Any) -> list[Row]:
    with notebook.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row for row in rows if _is_known(row)]
