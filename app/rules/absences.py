"""Codes of absence on a monthly statement: as little as the follow-up needs.

A sickness or a work accident is health data (CNIL, référentiel « accompagnement social »): it is a « justified
absence » and nothing more (DOMAIN.md §8.2, minimisation). The codes are printed under the table of the paper.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absence:
    """A code of one or two capitals, as written in the paper's box, and what it means."""

    code: str
    label: str


ABSENCES: tuple[Absence, ...] = (
    Absence("AJ", "Absence justifiée"),
    Absence("AN", "Absence non justifiée"),
    Absence("CP", "Congés"),
    Absence("IN", "Intempéries ou arrêt du chantier"),
    Absence("FE", "Formation en dehors de l’entreprise"),
    Absence("FC", "Fin de contrat"),
)

_LABELS = {one.code: one.label for one in ABSENCES}


def is_absence_code(code: str) -> bool:
    """Whether the code is one of the list."""
    return code in _LABELS


def absence_label(code: str) -> str:
    """The words of a code; the code itself when it is not one of the list."""
    return _LABELS.get(code, code)
