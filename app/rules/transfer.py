"""What goes along when a person is given to another organisation, and what stays (SYNC.md §3, §7.9).

The whole file of the person goes: whatever belongs to it by a link that may not be empty, its attestations, the actions
agreed with the person, files and conflicts about them. A visit stays with who made it, so do its findings: their link
to the person is cleared there. Hours follow the contract; the statement they were typed in stays, since it is the
company's paper for one organisation, and its twin is opened on the other side; so is that of a rectification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.clock import natural_id
from app.rules.statements import statement_id

ROOT = "beneficiary"
"""The only kind of record that is given."""

ALSO_FOLLOW = (("attestation", "contract_id"),)
"""(table, field) of links that may be empty and still bind."""

NAMED = (
    ("attachment", "owner_id"),
    ("issued_document", "record_id"),
    ("conflict", "record_id"),
    ("person_move", "record_id"),
)
"""(table, field) of records that name another one without a foreign key."""

BRINGS_BOTH = frozenset({"person_merge"})
"""Two files of one person: both go."""

DROPPED = frozenset({"distinct_pair"})
"""« Ce sont deux personnes »: of no use once they are in two organisations."""

MOVED_REASON = "Rectification antérieure au transfert"
"""Said in place of the reason of a correction, which stays with who wrote it."""

STATEMENT, RECTIFICATION, HOURS = "monthly_statement", "rectification", "hour_line"


def follows(kind: str, field: str, *, required: bool, row: Mapping[str, Any]) -> bool:
    """Whether a record goes along with the one that its ``field`` names."""
    if required or (kind, field) in ALSO_FOLLOW:
        return True
    return kind == "action" and field == "beneficiary_id" and row["visit_id"] is None


def twin_statement(statement: Mapping[str, Any], organisation_id: str) -> dict[str, Any]:
    """The same company's statement of the same month in another organisation: its id is the one nature gives."""
    return {
        **statement,
        "id": statement_id(organisation_id, statement["company_id"], statement["month"]),
        "organisation_id": organisation_id,
        "declared_total": None,
        "paper_code": "",
        "note": "",
    }


def twin_rectification(rectification: Mapping[str, Any], statement_id: str, organisation_id: str) -> dict[str, Any]:
    """The same correction, of the twin ``statement_id``: a difference is never read as hours of the month.

    Its reason stays behind: it was written about a statement of several people, and may name those who did not move.
    """
    return {
        **rectification,
        "id": natural_id(RECTIFICATION, organisation_id, rectification["id"]),
        "organisation_id": organisation_id,
        "statement_id": statement_id,
        "reason": MOVED_REASON,
    }
