"""Two files of one person: who holds whom after any number of merges said on any number of laptops.

A merge says one thing only: « this file is now in that one » (``absorbed``: file → file). Where each record belongs is
computed from it and from the file it was written in, so that laptops that merge differently while offline agree as soon
as they hold the same rows, in whatever order these came (SYNC.md §7.6); a later arrival under an absorbed file follows
by itself, and a merge taken back gives each file its own records again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

UNDO_DAYS = 30
"""A merge can be taken back during thirty days (PRODUCT.md B3)."""


def root_of(person: str, absorbed: Mapping[str, str]) -> str:
    """The file that holds ``person``: the end of the chain.

    Two laptops may have merged both ways (A in B, B in A): the smallest id of such a ring holds the others.
    """
    seen: dict[str, None] = {}
    here = person
    while here not in seen:
        seen[here] = None
        following = absorbed.get(here, "")
        if not following:
            return here
        here = following
    ring = list(seen)[list(seen).index(here) :]
    return min(ring)


def rings(absorbed: Mapping[str, str]) -> frozenset[str]:
    """Files that hold a ring though a merge says that they were absorbed: they must be visible again."""
    roots = {root_of(person, absorbed) for person in absorbed}
    return frozenset(root for root in roots if absorbed.get(root, ""))


def home_of(current: str, origin: str | None, absorbed: Mapping[str, str]) -> str:
    """The file a record belongs to: the holder of the one it was written in (``origin``; none: it never moved)."""
    return root_of(origin or current, absorbed)


def held_by(person: str, absorbed: Mapping[str, str]) -> frozenset[str]:
    """The files whose people ``person`` holds, itself left out."""
    return frozenset(one for one in absorbed if one != person and root_of(one, absorbed) == person)


def may_undo(merged_at: dt.datetime, undone_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a merge can still be taken back."""
    return undone_at is None and now - merged_at <= dt.timedelta(days=UNDO_DAYS)


def fields_to_write(
    kept: Mapping[str, object], other: Mapping[str, object], names: Iterable[str], taken: Iterable[str] = ()
) -> dict[str, object]:
    """The fields of the kept file that a merge changes: those ``taken`` from the other file, and its own empty ones.

    ``kept`` and ``other`` give every name of ``names``. An empty value never replaces a filled one unless taken.
    """
    chosen = set(taken)
    found: dict[str, object] = {}
    for name in names:
        value = other[name]
        if value != kept[name] and (name in chosen or (not _is_filled(kept[name]) and _is_filled(value))):
            found[name] = value
    return found


def _is_filled(value: object) -> bool:
    return value is not None and value not in ("", "unknown")
