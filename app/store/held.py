"""Everything the notebook holds on one person, table by table: for the right of access (RGPD art. 15).

Tables are found by their foreign keys, so that a table made later is not forgotten. Rows are those of the file, dates
as ISO texts, hours in hundredths; what is only bookkeeping (owner, updates) is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, text

from app.models.attachments import Attachment
from app.models.base import kind_of, table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.documents import IssuedDocument
from app.models.operations import Company
from app.models.registry import models
from app.models.visits import Observation, Visit

_LEFT_OUT = frozenset({"organisation_id", "updated_at", "sort_name", "position", "created_by"})

Rows = list[dict[str, Any]]


def held_records(connection: Connection, person_id: str) -> dict[str, Rows]:
    """Table → its rows about the person, the bin included; ``beneficiary`` holds the one record of the person.

    Empty tables are left out. Visits come with the name of the company; observations are those about the person.
    """
    person = table_of(Beneficiary)
    found: dict[str, Rows] = {"beneficiary": _rows(connection, person, person.c.id == person_id)}
    contract = table_of(EmploymentContract).c
    contracts = select(contract.id).where(contract.beneficiary_id == person_id)
    for model in models():
        table = table_of(model)
        for column in table.columns:
            parents = {key.column.table.name for key in column.foreign_keys}
            if "beneficiary" in parents:
                found.setdefault(kind_of(model), []).extend(_rows(connection, table, column == person_id))
            elif "employment_contract" in parents and "beneficiary_id" not in table.c:
                found.setdefault(kind_of(model), []).extend(_rows(connection, table, column.in_(contracts)))
    visit, company = table_of(Visit), table_of(Company)
    met = [row["visit_id"] for row in found.get("attendance", [])]
    if met:
        rows = connection.execute(
            select(visit.c.id, visit.c.number, visit.c.planned_on, company.c.name.label("company"))
            .join_from(visit, company, company.c.id == visit.c.company_id)
            .where(visit.c.id.in_(met))
            .order_by(visit.c.planned_on.desc())
        ).mappings()
        found["visit"] = [_plain(row) for row in rows]
    observation = table_of(Observation)
    found["observation"] = _rows(connection, observation, observation.c.beneficiary_id == person_id)
    attachment, issued = table_of(Attachment), table_of(IssuedDocument)
    about = [person_id, *(row["id"] for row in found.get("observation", []))]
    found["attachment"] = _rows(
        connection, attachment, attachment.c.owner_id.in_(about) | attachment.c.observation_id.in_(about)
    )
    found["issued_document"] = _rows(connection, issued, issued.c.record_id == person_id)
    return {kind: rows for kind, rows in found.items() if rows}


def held_history(connection: Connection, person_id: str) -> Rows:
    """The changes of the person's own record, the latest first: field, before, after, author's name, time."""
    rows = connection.execute(
        text(
            """SELECT h.field, h.before, h.after, h.at,
                      coalesce(trim(f.first_name || ' ' || f.last_name), '') AS author
               FROM _history h LEFT JOIN facilitator f ON f.id = h.author
               WHERE h.tbl = 'beneficiary' AND h.id = :id ORDER BY h.n DESC"""
        ),
        {"id": person_id},
    ).mappings()
    return [dict(row) for row in rows]


def names_of(connection: Connection, records: Mapping[str, Rows]) -> dict[str, str]:
    """Names of what the rows point at: companies, lots, visits, offers, people of the network, and words of codes."""
    wanted = {
        str(value)
        for rows in records.values()
        for row in rows
        for name, value in row.items()
        if isinstance(value, str) and (name.endswith(("_id", "_by", "_code")) or name in ("scheme", "employment"))
    }
    found: dict[str, str] = {}
    for query in _NAMES:
        found.update((row[0], row[1]) for row in connection.execute(text(query)) if row[0] in wanted and row[1])
    return found


_NAMES = (
    "SELECT code, label FROM reference_entry WHERE deleted_at IS NULL ORDER BY coalesce(valid_from, '')",
    "SELECT id, name FROM company",
    "SELECT id, trim(number || ' ' || name) FROM lot",
    "SELECT id, trim(first_name || ' ' || last_name) FROM facilitator",
    "SELECT id, number FROM visit WHERE number <> ''",
    "SELECT id, trim(number || ' ' || title) FROM job_offer",
    "SELECT s.id, c.name || ', ' || s.month FROM monthly_statement s JOIN company c ON c.id = s.company_id",
)
"""(id or code, name) of what a person's records point at."""


def _rows(connection: Connection, table: Any, where: Any) -> Rows:
    return [_plain(row) for row in connection.execute(select(table).where(where).order_by(table.c.id)).mappings()]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
        for name, value in row.items()
        if name not in _LEFT_OUT and value not in (None, "")
    }
