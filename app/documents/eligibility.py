"""The eligibility seen, as the file's own copies print it; nobody else's copy holds it (PRODUCT.md R5)."""

from __future__ import annotations

from collections.abc import Iterable

from app.beneficiaries import values
from app.reports.content import EligibilityLine


def lines_of(person_name: str, checks: Iterable[values.EligibilityLine]) -> tuple[EligibilityLine, ...]:
    """The checks of a person, in the very words of the person's page: a discreet public stays unnamed."""
    return tuple(
        EligibilityLine(
            person_name=person_name,
            public_label=one.category_label,
            scheme_label=one.scheme_label,
            proof_label=one.proof_label,
            seen_on=one.seen_on,
            seen_by=one.seen_by,
            validated_on=one.validated_on,
            valid_until=one.valid_until,
            derogation=one.derogation,
        )
        for one in checks
    )
