"""What a record is called here, in a few words: « Julie MARTIN », « Bâti-Sud 91, novembre 2026 », « Lot 3 Peinture »;
what an id or a code of a field means; and which page shows a record.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from typing import Any

from app.models.wire import field_of, from_wire, models_by_kind
from app.paths import resources
from app.rules.french import format_date, format_month
from app.rules.record_words import CODES, TABLES, linked_kind, shown_value
from app.store import rows

_PERSON_NAME = "trim(first_name || ' ' || last_name)"
_OWN: dict[str, str] = {
    "beneficiary": _PERSON_NAME,
    "facilitator": _PERSON_NAME,
    "contact": _PERSON_NAME,
    "attendance": _PERSON_NAME,
    "signature": "signer_name",
    "lot": "trim('Lot ' || number || ' ' || name)",
    "visit": "number",
    "issued_document": "number",
    "attestation": "number",
    "hours_sizing": "number",
    "organisation": "coalesce(nullif(short_name, ''), name)",
    "attachment": "coalesce(nullif(caption, ''), name)",
    "observation": "text",
    "action": "text",
    "phrase": "text",
    "training_record": "label",
    "charter_target": "label",
    "reference_entry": "label",
    "penalty": "label",
    "job_offer": "title",
    "pooling_agreement": "reference",
    "timesheet_import": "file_name",
    "name_alias": "written",
}
"""Those that have a name of their own, as SQL; any other table with a column ``name`` is called by it."""
_THROUGH: dict[str, tuple[str, ...]] = {
    "attendance": ("beneficiary_id", "contact_id"),
    "hour_line": ("contract_id",),
    "employment_contract": ("beneficiary_id",),
    "clause_period": ("beneficiary_id",),
    "eligibility_check": ("beneficiary_id",),
    "follow_up_note": ("beneficiary_id",),
    "situation": ("beneficiary_id",),
    "contact_attempt": ("beneficiary_id",),
    "introduction": ("beneficiary_id",),
    "retention_decision": ("beneficiary_id",),
    "person_merge": ("absorbed_id",),
    "person_move": ("origin_id",),
    "distinct_pair": ("first_id",),
    "monthly_statement": ("company_id",),
    "reminder": ("company_id",),
    "commitment": ("company_id",),
    "timesheet_layout": ("company_id",),
    "rectification": ("statement_id",),
    "penalty": ("contract_id",),
    "pooling_lot": ("lot_id",),
    "point_review": ("observation_id",),
    "hidden_phrase": ("phrase_id",),
    "hours_sizing": ("lot_id", "operation_id"),
    "attestation": ("contract_id", "lot_id"),
}
"""Those that have none, or an empty one: called by the record they belong to, the first that is there."""
_MORE: dict[str, str] = {
    "hour_line": "month",
    "monthly_statement": "month",
    "reminder": "month",
    "employment_contract": "start_on",
    "clause_period": "start_on",
    "follow_up_note": "noted_on",
    "contact_attempt": "attempted_on",
    "situation": "milestone_code",
    "eligibility_check": "category_code",
    "introduction": "presented_on",
    "commitment": "lot_id",
    "visit": "company_id",
    "contact": "company_id",
    "attendance": "visit_id",
    "signature": "visit_id",
    "training_record": "beneficiary_id",
    "penalty": "contract_id",
}
"""What tells one from another of the same person or company, after the comma."""


def title_of(raw: Any, kind: str, record_id: str) -> str:
    """What the record is called; empty when it is not here (any more)."""
    return _titled(raw, kind, record_id, _MORE.get(kind, ""))


def _titled(raw: Any, kind: str, record_id: str, more: str) -> str:
    chosen = _OWN.get(kind, "name" if field_of(kind, "name") else "''")
    row = raw.execute(f'SELECT {chosen} FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
    if row is None:
        return ""
    title = str(row[0] or "")
    for name in () if title else _THROUGH.get(kind, ()):
        parent = rows.read_field(raw, kind, record_id, name)
        if parent:
            title = _titled(
                raw, linked_kind(kind, name), parent, _MORE["monthly_statement"] if name == "statement_id" else ""
            )
            break
    detail = _detail(raw, kind, record_id, more) if more else ""
    return ", ".join(part for part in (title, detail) if part)


def _detail(raw: Any, kind: str, record_id: str, name: str) -> str:
    field = field_of(kind, name)
    value = (
        from_wire(field.type, rows.to_wire(kind, name, rows.read_field(raw, kind, record_id, name))) if field else None
    )
    if value is None or value == "":
        return ""
    if name == "month":
        return format_month(value)
    if linked_kind(kind, name):
        return _titled(raw, linked_kind(kind, name), str(value), "")
    return name_of_value(raw, kind, name, value) if name in CODES else format_date(value)


def name_of_value(raw: Any, kind: str, name: str, value: Any) -> str:
    """What a person calls a value that is an id or a code; empty for a value that speaks for itself."""
    if not isinstance(value, str) or not value:
        return ""
    linked = linked_kind(kind, name)
    if linked:
        return title_of(raw, linked, value) or _GONE
    if name in CODES:
        found = raw.execute(
            'SELECT label FROM reference_entry WHERE "table" = ? AND code = ? AND deleted_at IS NULL '
            "ORDER BY coalesce(valid_from, '') DESC LIMIT 1",
            (CODES[name], value),
        ).fetchone()
        return str(found[0]) if found else value.replace("_", " ")
    if name in TABLES:
        words = _words(*TABLES[name]).get(value.replace(".", ""), "")
        return f"{value}, {words}" if words else value
    return ""


_GONE = "une fiche qui n’est plus dans ce carnet"


@cache
def _words(file_name: str, code: str, words: str) -> Mapping[str, str]:
    path = resources() / "reference" / "tables" / file_name
    with path.open(encoding="utf-8", newline="") as file:
        return {row[code].replace(".", ""): row[words].replace("'", "’") for row in csv.DictReader(file, delimiter=";")}


def value_words(raw: Any, kind: str, name: str, value: Any) -> str:
    """A value as a person reads it: names in the place of ids, words in the place of codes."""
    return name_of_value(raw, kind, name, value) or shown_value(kind, name, value)


# --- the page of a record ------------------------------------------------------------------------

_PAGES = frozenset({"beneficiary", "company", "operation", "visit"})
_DOORS = (
    *("statement_id", "visit_id", "beneficiary_id", "absorbed_id", "origin_id", "first_id", "period_id", "contract_id"),
    *("observation_id", "company_id", "lot_id", "operation_id", "offer_id", "agreement_id", "owner_id", "record_id"),
)
"""Columns that lead to a record with a page, the nearest first."""


def door_of(raw: Any, kind: str, record_id: str) -> tuple[str, str]:
    """(kind, id) of the page where a record is seen: itself, the month it counts in, or what it belongs to.

    ``("statement", "company/YYYY-MM")`` for hours; two empty texts when there is none.
    """
    seen: set[tuple[str, str]] = set()
    while kind in models_by_kind() and (kind, record_id) not in seen and rows.exists(raw, kind, record_id):
        if kind in _PAGES:
            return kind, record_id
        if kind == "monthly_statement":
            company, month = (rows.read_field(raw, kind, record_id, one) for one in ("company_id", "month"))
            return "statement", f"{company}/{month}"
        seen.add((kind, record_id))
        for name in _DOORS:
            parent = rows.read_field(raw, kind, record_id, name) if field_of(kind, name) else None
            if parent:
                told = name.removesuffix("id") + "kind"  # « owner_kind », « record_kind »: of any table
                owner = rows.read_field(raw, kind, record_id, told) if field_of(kind, told) else None
                kind, record_id = str(owner or linked_kind(kind, name)), str(parent)
                break
    return "", ""
