"""What a rule broken on purpose is, and the stories that tell the rules."""

from __future__ import annotations

from typing import NamedTuple

PURE = "tests/rules/test_merge.py"
LEASE = ("tests/rules/test_lease.py", "tests/account/test_lease.py")
FAULTS, FAILURES = "tests/sync/test_faults.py", "tests/sync/test_failures.py"
UNSENT, WITHDRAWN = "tests/sync/test_contents.py", "tests/sync/test_withdrawn.py"
LOSSES = "tests/sync/test_losses.py"
FIRST, RESCUED, TOLD = (
    "tests/sync/test_first_reception.py",
    "tests/sync/test_rescue.py",
    "tests/sync/test_journal.py",
)
KEPT = "tests/sync/test_histories.py::test_histories_that_found_a_bug"
EXCHANGE, TRANSFER, TRUST = (
    "tests/server/test_exchange.py",
    "tests/server/test_transfer.py",
    "tests/server/test_trust.py",
)
BYTES, ERASED, RACES = "tests/server/test_files.py", "tests/server/test_erasure.py", "tests/server/test_races.py"
ERASING, EVERYWHERE = "tests/privacy/test_retention.py", "tests/scenarios/test_erased_everywhere.py"
LIVED = "tests/end2end/test_withdrawn.py"
STORIES = (
    PURE,
    FAULTS,
    LOSSES,
    UNSENT,
    WITHDRAWN,
    EXCHANGE,
    TRANSFER,
    TRUST,
    BYTES,
    ERASED,
    FAILURES,
    FIRST,
    RESCUED,
    TOLD,
)
"""Those that are all tried when the ones named for a rule notice nothing."""


class Mutation(NamedTuple):
    """One rule broken: in ``path``, ``before`` becomes ``after``; ``told`` are the stories to try first."""

    path: str
    before: str
    after: str
    told: tuple[str, ...] = (FAULTS,)


def of(file: str, names: str) -> tuple[str, ...]:
    """The stories of a file whose names hold one of these (``-k`` of pytest)."""
    return file, "-k", names


def faults(names: str) -> tuple[str, ...]:
    """The same, of the known faults."""
    return of(FAULTS, names)
