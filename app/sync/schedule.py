"""When to try, and how long to wait: pure, given the time and a draw (PRODUCT.md S9, AC 10, 15, 16)."""

from __future__ import annotations

import datetime as dt

from app.sync.state import NOT_REACHED, Problem

TRIES = 4
"""How often one message is tried within a session before it ends with a word."""
FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0

AFTER_CHANGE = dt.timedelta(seconds=20)
"""Let a thought be finished before it is sent."""
REGULAR = dt.timedelta(minutes=10)
"""How often colleagues' work is looked for."""
WHEN_BACK = dt.timedelta(seconds=30)
"""How often a missing network is looked for: work resumes within a minute of its return."""
_LONGEST = dt.timedelta(minutes=5)

NEEDS_SOMEBODY = frozenset(
    {
        Problem.SIGN_IN,
        Problem.REVOKED,
        Problem.NOT_SECURE,
        Problem.NOT_ENROLLED,
        Problem.DEMONSTRATION,
        Problem.DISK_FULL_HERE,
    }
)
"""What no repetition mends: only the button tries again."""


def backoff(tries: int, draw: float) -> float:
    """Seconds before try number ``tries`` + 1 of a message; ``draw`` within [0, 1[ spreads the laptops apart."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * float(2 ** max(0, tries - 1)))
    return longest * (0.5 + draw / 2)


def next_session(
    last: dt.datetime | None, problem: Problem, failures: int, unsent: int, last_change: dt.datetime | None, draw: float
) -> dt.datetime | None:
    """When the next session begins by itself; ``None``: only when somebody asks.

    ``last`` is the end of the last session, ``failures`` how many in a row did not end well. All times are aware UTC.
    """
    if problem in NEEDS_SOMEBODY:
        return None
    if last is None:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    if problem is Problem.TOO_OLD and not unsent:
        return last + REGULAR
    if failures:
        wait = min(_LONGEST, WHEN_BACK * float(2 ** min(failures - 1, 4)))
        if problem in NOT_REACHED:
            wait = min(wait, WHEN_BACK)  # looking whether the network is back costs nothing
        return last + wait * (0.5 + draw / 2)
    regular = last + REGULAR * (0.75 + draw / 2)
    if unsent and last_change is not None:
        return min(regular, max(last, last_change) + AFTER_CHANGE)
    return regular
