"""Whose time is over: the last contact with each person, and what was decided about them before (PRODUCT.md B11).

A contact is a note, a visit where the person was met, a contract, hours, a training, an introduction to a company, or
the date written by hand. A contract that still runs is a contact today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Date, column, text

from app.models.choices import RetentionChoice

_LONG_UNSEEN = """SELECT id FROM beneficiary WHERE +organisation_id = :organisation AND anonymised_on IS NULL
  AND (last_contact_on IS NULL OR last_contact_on <= :before) AND substr(created_at, 1, 10) <= :before"""
"""Who may be due, read in ``ix_beneficiary_last_met`` alone (the plus sign keeps SQLite to it).

Only their contacts are then read: most people of a notebook were met lately.
"""

_DUE = """
WITH candidate AS MATERIALIZED ({candidates}),
     contact AS (SELECT person, max(day) AS day FROM (
  SELECT id AS person, last_contact_on AS day FROM beneficiary
            WHERE last_contact_on IS NOT NULL AND id IN (SELECT id FROM candidate)
  UNION ALL SELECT beneficiary_id, noted_on FROM follow_up_note
            WHERE deleted_at IS NULL AND beneficiary_id IN (SELECT id FROM candidate)
  UNION ALL SELECT beneficiary_id, coalesce(end_on, :today) FROM employment_contract
            WHERE deleted_at IS NULL AND beneficiary_id IN (SELECT id FROM candidate)
  UNION ALL SELECT beneficiary_id, coalesce(end_on, start_on) FROM training_record
            WHERE deleted_at IS NULL AND start_on IS NOT NULL AND beneficiary_id IN (SELECT id FROM candidate)
  UNION ALL SELECT beneficiary_id, coalesce(answered_on, presented_on) FROM introduction
            WHERE deleted_at IS NULL AND beneficiary_id IN (SELECT id FROM candidate)
  UNION ALL SELECT a.beneficiary_id, v.planned_on FROM attendance a JOIN visit v ON v.id = a.visit_id
            WHERE a.beneficiary_id IN (SELECT id FROM candidate) AND a.meeting IN ('seen', 'alone')
              AND a.deleted_at IS NULL AND v.deleted_at IS NULL
  UNION ALL SELECT beneficiary_id, done_on FROM action
            WHERE done_on IS NOT NULL AND beneficiary_id IN (SELECT id FROM candidate)
  UNION ALL SELECT id, substr(created_at, 1, 10) FROM beneficiary WHERE id IN (SELECT id FROM candidate)
     ) GROUP BY person),
     kept AS (SELECT beneficiary_id, max(keep_until) AS until FROM retention_decision
              WHERE decision = '{kept}' AND deleted_at IS NULL GROUP BY beneficiary_id)
SELECT b.id, b.file_number, b.last_name, b.first_name, c.day AS last_contact_on, b.archived_on,
       b.deleted_at IS NOT NULL AS binned, b.organisation_id,
       (SELECT coalesce(sum(h.hours), 0) FROM hour_line h JOIN employment_contract k ON k.id = h.contract_id
        WHERE k.beneficiary_id = b.id AND h.deleted_at IS NULL) AS hours
FROM contact c JOIN beneficiary b ON b.id = c.person LEFT JOIN kept k ON k.beneficiary_id = b.id
WHERE b.organisation_id = :organisation AND b.anonymised_on IS NULL AND (k.until IS NULL OR k.until <= :today)
"""


@dataclass(frozen=True, slots=True)
class DueFile:
    """A person whose data are past their time. ``hours`` in hundredths. ``binned``: already in the bin."""

    beneficiary_id: str
    file_number: str
    last_name: str
    first_name: str
    last_contact_on: dt.date
    archived_on: dt.date | None
    binned: bool
    organisation_id: str
    hours: int


def due_files(
    connection: Connection, organisation_id: str, contact_before: dt.date, today: dt.date, *, limit: int | None = None
) -> list[DueFile]:
    """People last met on or before ``contact_before`` and not kept until later, the oldest contact first."""
    query = _sql(_LONG_UNSEEN) + " AND c.day <= :before ORDER BY c.day, b.sort_name, b.id"
    chosen: dict[str, Any] = {"organisation": organisation_id, "before": contact_before, "today": today}
    if limit is not None:
        query += " LIMIT :limit"
        chosen["limit"] = limit
    return [DueFile(*row) for row in connection.execute(_typed(query), _texts(chosen))]


def count_due(connection: Connection, organisation_id: str, contact_before: dt.date, today: dt.date) -> int:
    """How many :func:`due_files` would answer."""
    query = f"SELECT count(*) FROM ({_sql(_LONG_UNSEEN)} AND c.day <= :before)"
    chosen = {"organisation": organisation_id, "before": contact_before, "today": today}
    return int(connection.execute(text(query), _texts(chosen)).scalar_one())


def files_of(connection: Connection, organisation_id: str, ids: list[str], today: dt.date) -> list[DueFile]:
    """These people with their last contact, due or not; those anonymised, kept or of others are left out."""
    rows: list[Any] = []
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        holders = ", ".join(f":id{at}" for at in range(len(some)))
        chosen = {"organisation": organisation_id, "today": today, **{f"id{at}": one for at, one in enumerate(some)}}
        among = _sql(f"SELECT id FROM beneficiary WHERE id IN ({holders})")
        rows += connection.execute(_typed(among), _texts(chosen)).all()
    return [DueFile(*row) for row in rows]


def _sql(candidates: str) -> str:
    return _DUE.format(candidates=candidates, kept=RetentionChoice.KEPT.value)


def _typed(query: str) -> Any:
    return text(query).columns(
        *(column(name) for name in ("id", "file_number", "last_name", "first_name")),
        column("last_contact_on", Date()),
        column("archived_on", Date()),
        *(column(name) for name in ("binned", "organisation_id", "hours")),
    )


def _texts(chosen: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in chosen.items()}


def resolve(connection: Connection, organisation_id: str, names: Sequence[str]) -> list[str]:
    """Ids of people named by their id or their file number; those unknown are left out."""
    found: list[str] = []
    for start in range(0, len(names), 500):
        some = list(dict.fromkeys(names[start : start + 500]))
        holders = ", ".join(f":n{at}" for at in range(len(some)))
        rows = connection.execute(
            text(
                f"SELECT id FROM beneficiary WHERE organisation_id = :organisation AND "
                f"(id IN ({holders}) OR (file_number <> '' AND file_number IN ({holders})))"
            ),
            {"organisation": organisation_id, **{f"n{at}": one for at, one in enumerate(some)}},
        )
        found += rows.scalars()
    return list(dict.fromkeys(found))


def organisation_of(connection: Connection, person_id: str) -> str:
    """The organisation a person belongs to; empty when unknown."""
    row = connection.execute(text("SELECT organisation_id FROM beneficiary WHERE id = :id"), {"id": person_id}).first()
    return str(row[0]) if row else ""
