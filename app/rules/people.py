"""What may be written about a person: names, bounded free texts, contracts (DOMAIN.md §8.2, PRODUCT.md C4, B10)."""

from __future__ import annotations

import datetime as dt

from app.errors import InvalidInput
from app.models.choices import EmploymentType
from app.rules.free_text import refuse_nir
from app.rules.french import NBSP, plural, quoted

NAME_LENGTH = 80
LINE_LENGTH = 200
TEXT_LENGTH = 2000
"""Free text is bounded: objective, non-excessive words (CNIL, DOMAIN.md §8.1)."""
WEEK_MAXIMUM = 4800
"""48 hours in a week, the legal maximum, in hundredths."""
CONTRACT_MAXIMUM = 2_000_000
_WITHOUT_END = (EmploymentType.CDI, EmploymentType.CDIC, EmploymentType.OTHER, EmploymentType.APPRENTICESHIP)


def check_free_text(text: str, *, field: str, limit: int = TEXT_LENGTH, required: str = "") -> str:
    """A free text without spaces around, within its bound and without NIR; ``required`` names what must be there.

    Raises ``InvalidInput``.
    """
    plain = text.strip()
    if required and not plain:
        raise InvalidInput(f"{required} est vide.", todo="Écrire quelques mots.", field=field)
    if len(plain) > limit:
        raise InvalidInput(
            f"Ce texte est trop long{NBSP}: {plural(len(plain), 'caractère')}.",
            "Il est conservé dans le champ.",
            f"Le ramener à {plural(limit, 'caractère')}.",
            field=field,
        )
    refuse_nir(plain, field=field)
    return plain


def check_name(text: str, *, field: str, required: str = "") -> str:
    """A family or first name: one space between words, no digit. ``required`` names it (« Le nom »)."""
    plain = " ".join(text.replace("'", "’").split())
    if required and not plain:
        raise InvalidInput(f"{required} manque.", todo="L’écrire comme sur la pièce d’identité.", field=field)
    refuse_nir(plain, field=field)
    if any(one.isdigit() for one in plain):
        raise InvalidInput(f"{quoted(plain)} contient un chiffre.", todo="Écrire seulement le nom.", field=field)
    if len(plain) > NAME_LENGTH:
        raise InvalidInput(f"Ce nom dépasse {plural(NAME_LENGTH, 'caractère')}.", todo="Le raccourcir.", field=field)
    return plain


def check_contract_dates(start: dt.date | None, end: dt.date | None, kind: str) -> None:
    """Dates of an employment contract in order; only some types may have no end. Raises ``InvalidInput``."""
    if start is None:
        raise InvalidInput("La date de début manque.", todo="Écrire le premier jour du contrat.", field="start_on")
    if end is not None and end < start:
        raise InvalidInput(
            "Le contrat se termine avant d’avoir commencé.", todo="Corriger l’une des deux dates.", field="end_on"
        )
    if end is None and kind not in _WITHOUT_END:
        raise InvalidInput(
            "Ce type de contrat a une date de fin.", todo="Écrire la date prévue, même provisoire.", field="end_on"
        )


def check_weekly_hours(hundredths: int | None, *, field: str = "weekly_hours") -> int:
    """Weekly hours above 0 and at most 48 h, in hundredths. Raises ``InvalidInput``."""
    if hundredths is None or not 0 < hundredths <= WEEK_MAXIMUM:
        raise InvalidInput(
            f"La durée d’une semaine de travail est comprise entre 0 et 48{NBSP}h.",
            todo=f"Écrire par exemple 35{NBSP}h.",
            field=field,
        )
    return hundredths


def check_span(start: dt.date | None, end: dt.date | None, *, field: str = "end_on") -> None:
    """An end not before its start. Raises ``InvalidInput``."""
    if start is not None and end is not None and end < start:
        raise InvalidInput("La fin est avant le début.", todo="Corriger l’une des deux dates.", field=field)
