"""Which statement it is, when it is due, what may be rectified once it is attested (PRODUCT.md H6, H9).

No network published a deadline (DOMAIN.md §5.1): the day is data of the contract or of the network, none by default.
"""

from __future__ import annotations

import datetime as dt

from app.clock import natural_id
from app.errors import InvalidInput
from app.rules.calendar import first_day, last_day, shift_month
from app.rules.french import NBSP
from app.rules.hours import MONTH_MAXIMUM


def statement_id(organisation_id: str, company_id: str, month: str) -> str:
    """The id that nature gives to a company's statement of a month (SYNC.md §2)."""
    return natural_id("monthly_statement", organisation_id, company_id, month)


def due_date(month: str, day: int | None) -> dt.date | None:
    """When the statement of ``month`` is due: this day of the next month, or its last; ``None`` for no date."""
    if day is None:
        return None
    following = shift_month(month, 1)
    return min(first_day(following) + dt.timedelta(days=day - 1), last_day(following))


def is_late(month: str, day: int | None, today: dt.date) -> bool:
    """Whether a statement that has not come is late: its date is over. Without a date nothing is ever late."""
    due = due_date(month, day)
    return due is not None and today > due


def is_missing(month: str, day: int | None, today: dt.date) -> bool:
    """Whether a statement that has not come is said missing: late, or its month is over when no date was set."""
    return is_late(month, day, today) if day is not None else today > last_day(month)


def check_difference(counted: int, wanted: int | None, reason: str) -> int:
    """What a rectification adds (hundredths, signed) so that ``wanted`` counts instead of ``counted``.

    Raises ``InvalidInput``: no figure, none changed, more than a month holds, or no reason.
    """
    if wanted is None:
        raise InvalidInput("Les heures justes manquent.", todo="Écrire le nombre d’heures à retenir.", field="hours")
    if not 0 <= wanted <= MONTH_MAXIMUM:
        raise InvalidInput(
            f"Un mois compte au plus 744{NBSP}h.", todo="Vérifier le nombre et la place de la virgule.", field="hours"
        )
    if wanted == counted:
        raise InvalidInput(
            "Ces heures sont déjà celles qui comptent.", todo="Écrire un autre nombre d’heures.", field="hours"
        )
    if not reason.strip():
        raise InvalidInput("Le motif manque.", todo="Dire pourquoi ces heures sont rectifiées.", field="reason")
    return wanted - counted
