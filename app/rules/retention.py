"""How long personal data stay: two years after the last contact, then somebody decides (DOMAIN.md §8.1, §12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.rules.calendar import add_months

RETENTION_MONTHS = 24
"""CNIL référentiel 2021-028 and deliberation 2023-095: active base, two years after the last contact."""


def last_contact(dates: Iterable[dt.date | None]) -> dt.date | None:
    """The latest of the known dates (notes, visits, hours, contracts, milestones); ``None`` when there is none."""
    return max((day for day in dates if day is not None), default=None)


def purge_on(contact: dt.date, months: int = RETENTION_MONTHS) -> dt.date:
    """First day on which a record should be archived or anonymised."""
    return add_months(contact, months)


def is_purge_due(contact: dt.date | None, today: dt.date, months: int = RETENTION_MONTHS) -> bool:
    """Whether a record belongs on the list « À archiver ou anonymiser ». Without any contact known: not by itself."""
    return contact is not None and purge_on(contact, months) <= today


def days_before_purge(contact: dt.date, today: dt.date, months: int = RETENTION_MONTHS) -> int:
    """Days left; zero or negative when due."""
    return (purge_on(contact, months) - today).days


def contact_before(today: dt.date, months: int = RETENTION_MONTHS) -> dt.date:
    """The latest day of a last contact whose time is over on ``today``: the inverse of :func:`purge_on`."""
    day = add_months(today, -months)
    # 31 March less one month is 28 February: the days after it are over too when their own term has come
    while purge_on(day + dt.timedelta(days=1), months) <= today:
        day += dt.timedelta(days=1)
    while purge_on(day, months) > today:
        day -= dt.timedelta(days=1)
    return day
