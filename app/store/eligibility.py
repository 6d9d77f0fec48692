"""Eligibility checks with the words of their dated scheme. What is discreet is said « Autre (vérifié) »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.models.beneficiaries import EligibilityCheck
from app.models.network import Facilitator, ReferenceEntry
from app.rules.french import NBSP
from app.store.notebook import Notebook

_check = EligibilityCheck.__table__  # type: ignore[attr-defined]
_entry = ReferenceEntry.__table__  # type: ignore[attr-defined]
_facilitator = Facilitator.__table__  # type: ignore[attr-defined]

DISCREET_LABEL = "Autre (vérifié)"


@dataclass(frozen=True, slots=True)
class CheckShown:
    """One public verified, in words (DOMAIN.md §2.4, §8.2)."""

    check_id: str
    beneficiary_id: str
    public_label: str
    scheme_label: str
    proof_label: str
    seen_on: dt.date | None
    seen_by: str
    validated_on: dt.date | None
    valid_until: dt.date | None
    derogation: str


def checks_of_people(notebook: Notebook, beneficiary_ids: Sequence[str]) -> list[CheckShown]:
    """The checks of these people, person by person, the oldest first."""
    if not beneficiary_ids:
        return []
    with notebook.read() as connection:
        rows = connection.execute(
            select(_check, _facilitator.c.first_name, _facilitator.c.last_name)
            .join_from(_check, _facilitator, _facilitator.c.id == _check.c.seen_by, isouter=True)
            .where(_check.c.beneficiary_id.in_(list(beneficiary_ids)), _check.c.deleted_at.is_(None))
            .order_by(_check.c.beneficiary_id, _check.c.seen_on, _check.c.id)
        ).all()
        codes = {row.category_code for row in rows} | {row.proof_code for row in rows} | {row.scheme for row in rows}
        entries = connection.execute(
            select(_entry.c.table, _entry.c.code, _entry.c.label, _entry.c.valid_from, _entry.c.valid_to, _entry.c.data)
            .where(_entry.c.code.in_(sorted(codes)), _entry.c.table.in_(("public", "proof_kind", "public_scheme")))
            .order_by(_entry.c.valid_from)
        ).all()

    def label(table: str, code: str, on: dt.date | None) -> str:
        found = [one for one in entries if one.table == table and one.code == code]
        for one in found:
            if on and (one.valid_from is None or one.valid_from <= on) and (one.valid_to is None or on <= one.valid_to):
                return str(one.label)
        return str(found[-1].label) if found else code

    discreet = {one.code for one in entries if one.table == "public" and one.data.get("discreet")}
    return [
        CheckShown(
            check_id=row.id,
            beneficiary_id=row.beneficiary_id,
            public_label=(
                DISCREET_LABEL
                if row.category_code in discreet
                else label("public", row.category_code, row.seen_on) or DISCREET_LABEL
            ),
            scheme_label=label("public_scheme", row.scheme, row.seen_on),
            proof_label="" if row.category_code in discreet else label("proof_kind", row.proof_code, row.seen_on),
            seen_on=row.seen_on,
            seen_by=f"{row.first_name or ''} {row.last_name or ''}".strip(),
            validated_on=row.validated_on,
            valid_until=row.valid_until,
            derogation=(
                f"{row.derogation_reason} (avis motivé de{NBSP}: {row.derogation_author})"
                if row.derogation_reason
                else ""
            ),
        )
        for row in rows
    ]
