"""For how long a notebook opens without having joined its network (SYNC.md §7.10).

The time is counted, never compared with a date: each look adds what passed since the look before. A clock put back
therefore gives nothing back, and since nobody knows how long passed meanwhile, each time it is seen costs a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

MOST_DAYS = 3650
"""A longer lease is one of this length."""
STEADY = dt.timedelta(hours=3)
"""A clock put back by less is being set right (two systems on one machine, a wrong zone): nothing is counted."""
COST = dt.timedelta(days=1)
"""What a clock put back costs, each time it is seen."""
GRACE = dt.timedelta(days=1)
"""A notebook in use when its lease runs out is locked and unlocked for as long: work under way is not cut off."""
_WARNED = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Lease:
    """``days`` as the network set them, at least one. Moments are of this computer's clock, aware UTC."""

    days: int
    renewed_at: dt.datetime
    """The last contact with the network."""
    looked_at: dt.datetime
    spent: dt.timedelta = dt.timedelta()
    """Counted from the contact to the last look."""

    @property
    def left(self) -> dt.timedelta:
        """Time left at the last look, never negative."""
        return max(dt.timedelta(), dt.timedelta(days=self.days) - self.spent)

    @property
    def is_over(self) -> bool:
        """Whether the network is asked for before opening."""
        return not self.left

    @property
    def ends_at(self) -> dt.datetime:
        """When it runs out if the clock goes on as at the last look."""
        return self.looked_at + self.left

    @property
    def warns_at(self) -> dt.datetime:
        """From when the user is told: the last week, or the last third of a short lease."""
        return self.ends_at - min(_WARNED, dt.timedelta(days=self.days) / 3)


def renewed(days: int, now: dt.datetime) -> Lease | None:
    """The lease that a contact gives; ``None`` when the network asks for none (0 days)."""
    return Lease(min(days, MOST_DAYS), now, now) if days > 0 else None


def looked(lease: Lease, now: dt.datetime) -> Lease:
    """The lease once the time until ``now`` is counted."""
    passed = now - lease.looked_at
    if passed < -STEADY:
        passed = COST
    return replace(lease, looked_at=now, spent=lease.spent + max(passed, dt.timedelta()))


def words(warns_at: dt.datetime | None, ends_at: dt.datetime | None, now: dt.datetime) -> str:
    """« À synchroniser avant le 12 décembre », once it is time to say so; empty before, and without lease."""
    from app.rules.french import format_long_date

    if warns_at is None or ends_at is None or now < warns_at:
        return ""
    if now >= ends_at:
        return "À synchroniser maintenant"
    day_and_month, _, _year = format_long_date(ends_at.astimezone().date()).rpartition(" ")
    return f"À synchroniser avant le {day_and_month}"
