"""Who may do insertion hours: publics and proofs are dated data given by the caller, not a list in code.

Sources: DOMAIN.md §2 and §8.2; charter Essonne 2018-2020, art. 4.1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.models.choices import AgeBand
from app.rules.calendar import add_months, first_day

OTHER_VERIFIED = "other_verified"
"""Code kept instead of a public that would reveal an offence, an origin or health (DOMAIN.md §8.2)."""
OTHER_VERIFIED_LABEL = "Autre (vérifié)"
YOUNGEST = 14
"""Below, a birth date is a typing error (a real file gave an age of 1, DOMAIN.md §5.2)."""
OLDEST = 100


@dataclass(frozen=True, slots=True)
class PublicCategory:
    """One line of a dated scheme of publics (reference table ``public``). Dates included, ``None``: open."""

    scheme: str
    code: str
    label: str
    discreet: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One public verified for a person: proof seen on, valid until (``None``: no limit written)."""

    category_code: str
    seen_on: dt.date | None
    valid_until: dt.date | None = None


def categories_on(categories: Iterable[PublicCategory], scheme: str, day: dt.date) -> tuple[PublicCategory, ...]:
    """The publics of a scheme that are in force on ``day``, in the order given."""
    return tuple(
        one
        for one in categories
        if one.scheme == scheme and (one.valid_from or dt.date.min) <= day <= (one.valid_to or dt.date.max)
    )


def stored_code(category: PublicCategory) -> str:
    """The code that may be kept: a discreet category becomes « Autre (vérifié) » (DOMAIN.md §8.2)."""
    return OTHER_VERIFIED if category.discreet else category.code


def shown_label(category: PublicCategory) -> str:
    """The words that may be shown outside the eligibility form."""
    return OTHER_VERIFIED_LABEL if category.discreet else category.label


# --- proofs and their validity -----------------------------------------------------------


def valid_until(seen_on: dt.date, validity_months: int | None) -> dt.date | None:
    """Last day of a proof that must be « de moins de N mois » : the eve of the same day N months later.

    ``None`` months (published without limit, or « in force »): no date. Source: DOMAIN.md §2.4.
    """
    if validity_months is None:
        return None
    return add_months(seen_on, validity_months) - dt.timedelta(days=1)


def is_valid_on(check: Check, day: dt.date, *, from_seen: bool = False) -> bool:
    """Whether a check covers ``day``: the proof was seen, and had not expired.

    No text read says that the proof must be seen before the hiring (DOMAIN.md §2.5): ``from_seen`` makes a
    network that decides so refuse the days before it was seen.
    """
    if check.seen_on is None or (from_seen and day < check.seen_on):
        return False
    return check.valid_until is None or day <= check.valid_until


def is_eligible_on(checks: Iterable[Check], day: dt.date, *, from_seen: bool = False) -> bool:
    """Whether at least one public is verified and in force on ``day``."""
    return any(is_valid_on(check, day, from_seen=from_seen) for check in checks)


def is_eligible_in(checks: Iterable[Check], month: str, *, from_seen: bool = False) -> bool:
    """Whether a check covers at least one day of ``month``."""
    first = first_day(month)
    after = add_months(first, 1)
    for check in checks:
        if from_seen and check.seen_on is not None and check.seen_on >= after:
            continue
        if check.seen_on is not None and (check.valid_until is None or check.valid_until >= first):
            return True
    return False


def eligible_until(checks: Iterable[Check]) -> dt.date | None:
    """Last day covered by the checks seen; ``None`` when one has no limit. ``dt.date.min`` when nothing was seen."""
    latest = dt.date.min
    for check in checks:
        if check.seen_on is None:
            continue
        if check.valid_until is None:
            return None
        latest = max(latest, check.valid_until)
    return latest


def countable_until(period_start: dt.date, months: int | None) -> dt.date | None:
    """Last day whose hours count when a network limits it; off by default, no text read says 24 months."""
    return None if months is None else add_months(period_start, months) - dt.timedelta(days=1)


def check_dates(seen_on: dt.date | None, until: dt.date | None, today: dt.date) -> None:
    """Refuse a proof seen in the future, or that had expired when it was seen. Raises ``InvalidInput``."""
    if seen_on is not None and seen_on > today:
        raise InvalidInput(
            "Le justificatif ne peut pas avoir été vu dans le futur.", todo="Corriger la date.", field="seen_on"
        )
    if seen_on is not None and until is not None and until < seen_on:
        raise InvalidInput(
            "La validité se termine avant le jour où le justificatif a été vu.",
            todo="Corriger l’une des deux dates.",
            field="valid_until",
        )


def check_derogation(reason: str, author: str) -> None:
    """A public admitted « sur avis motivé » needs the reason and its author (DOMAIN.md §2.5), or ``InvalidInput``."""
    if not reason.strip():
        raise InvalidInput(
            "L’avis doit être motivé.", todo="Indiquer la raison de la dérogation.", field="derogation_reason"
        )
    if not author.strip():
        raise InvalidInput("L’auteur de l’avis manque.", todo="Indiquer qui a donné l’avis.", field="derogation_author")


# --- age ---------------------------------------------------------------------------------

_BANDS: Sequence[tuple[int, AgeBand]] = (
    (26, AgeBand.UNDER_26),
    (41, AgeBand.FROM_26_TO_40),
    (51, AgeBand.FROM_41_TO_50),
)


def age_on(birth: dt.date, day: dt.date) -> int:
    """Completed years on ``day``; someone born on 29 February is a year older on 1 March of ordinary years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_band_of(age: int) -> AgeBand:
    """< 26, < 41, < 51, else (the published tables' code; DOMAIN.md §7.4)."""
    for bound, band in _BANDS:
        if age < bound:
            return band
    return AgeBand.FROM_51


def age_band_on(birth: dt.date | None, day: dt.date) -> AgeBand:
    """The band to freeze at the start of a clause period; unknown without a birth date or for one after ``day``."""
    if birth is None or birth > day:
        return AgeBand.UNKNOWN
    return age_band_of(age_on(birth, day))


def check_birth_date(birth: dt.date, today: dt.date) -> None:
    """Refuse an age below 14 or above 100 (DOMAIN.md §5.2: a real file gave an age of 1). Raises ``InvalidInput``."""
    age = age_on(birth, today)
    if not YOUNGEST <= age <= OLDEST:
        years = "an" if -2 < age < 2 else "ans"
        raise InvalidInput(
            f"Cette date de naissance donne un âge de {age} {years}.", todo="Vérifier l’année.", field="birth_date"
        )
