"""What a record is called here, in a few words: « MARTIN Julie », « Bâti-Sud 91 », « Lot 3 »."""

from __future__ import annotations

from typing import Any

_OWN: dict[str, str] = {
    "beneficiary": "trim(first_name || ' ' || last_name)",
    "facilitator": "trim(first_name || ' ' || last_name)",
    "contact": "trim(first_name || ' ' || last_name)",
    "attendance": "trim(first_name || ' ' || last_name)",
    "signature": "signer_name",
    "lot": "trim('Lot ' || number || ' ' || name)",
    "visit": "number",
    "issued_document": "number",
    "hours_sizing": "number",
    "attachment": "coalesce(nullif(caption, ''), name)",
    "observation": "text",
    "action": "text",
    "phrase": "text",
    "training_record": "label",
    "charter_target": "label",
    "reference_entry": "label",
}
_THROUGH: dict[str, tuple[tuple[str, str], ...]] = {
    "hour_line": (("contract_id", "employment_contract"),),
    "employment_contract": (("beneficiary_id", "beneficiary"),),
    "clause_period": (("beneficiary_id", "beneficiary"),),
    "eligibility_check": (("beneficiary_id", "beneficiary"),),
    "follow_up_note": (("beneficiary_id", "beneficiary"),),
    "monthly_statement": (("company_id", "company"),),
    "commitment": (("company_id", "company"),),
    "point_review": (("observation_id", "observation"),),
}
"""Records without a name of their own are called by the one they belong to."""


def title_of(raw: Any, kind: str, record_id: str) -> str:
    """What the record is called; empty when it is not here (any more)."""
    for name, parent in _THROUGH.get(kind, ()):
        row = raw.execute(f'SELECT "{name}" FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
        if row is not None and row[0]:
            return title_of(raw, parent, row[0])
    chosen = _OWN.get(kind)
    if chosen is None:
        columns = {one[1] for one in raw.execute(f'PRAGMA table_info("{kind}")')}
        if "name" not in columns:
            return _by_beneficiary(raw, kind, record_id, columns)
        chosen = "name"
    row = raw.execute(f'SELECT {chosen} FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
    return str(row[0] or "") if row else ""


def _by_beneficiary(raw: Any, kind: str, record_id: str, columns: set[str]) -> str:
    for name, parent in (("beneficiary_id", "beneficiary"), ("company_id", "company"), ("lot_id", "lot")):
        if name in columns:
            row = raw.execute(f'SELECT "{name}" FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
            if row is not None and row[0]:
                return title_of(raw, parent, row[0])
    return ""
