"""Counts of people that single nobody out (PRODUCT.md I3): 1 to 4 become « moins de 5 », and nothing gives them back.

A table of organisations shows how many people, how many women among them, and the totals of both. Whoever reads it
may subtract: the total less the other rows, the people less the women. A cell is therefore also withheld when it would
give back a small one; the total itself goes last. An organisation counts its own people: the total is the sum.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple

SMALLEST_SHOWN = 5
"""People counted by fewer than this are not shown, but for none at all (the usual rule of statistics)."""
_MOST = SMALLEST_SHOWN - 1


class Masked(enum.StrEnum):
    """What stands in the place of a count."""

    FEWER_THAN_FIVE = "fewer_than_five"
    WITHHELD = "withheld"
    """Not small itself, or said by nobody: showing it would give back a small one."""


Shown = int | Masked


class People(NamedTuple):
    """How many people, and how many of them are women."""

    people: int
    women: int


class ShownPeople(NamedTuple):
    """The same as it may be shown."""

    people: Shown
    women: Shown


def is_small(count: int) -> bool:
    """Whether a count singles people out."""
    return 0 < count <= _MOST


def protect(rows: Sequence[People]) -> tuple[tuple[ShownPeople, ...], ShownPeople]:
    """The rows, in their order, and their total, as they may be shown together."""
    people, women = [one.people for one in rows], [one.women for one in rows]
    hidden, total = _hide_people(people)
    hidden_women, total_women = _hide_women(rows, hidden, total)
    shown = tuple(
        ShownPeople(
            _instead(one.people, at in hidden),
            Masked.FEWER_THAN_FIVE if is_small(one.people) else _women(one, at in hidden, at in hidden_women),
        )
        for at, one in enumerate(rows)
    )
    return shown, ShownPeople(
        total if total is not None else sum(people), total_women if total_women is not None else sum(women)
    )


def _instead(count: int, hidden: bool) -> Shown:
    if not hidden:
        return count
    return Masked.FEWER_THAN_FIVE if is_small(count) else Masked.WITHHELD


def _women(one: People, people_hidden: bool, hidden: bool) -> Shown:
    return Masked.WITHHELD if people_hidden else _instead(one.women, hidden)


def _hide_people(people: Sequence[int]) -> tuple[set[int], Masked | None]:
    """The rows whose people are hidden, and what stands for the total (``None``: itself)."""
    small = {at for at, count in enumerate(people) if is_small(count)}
    if is_small(sum(people)):
        return small, _small_total(len(small))

    def bounds(hidden: Set[int]) -> dict[int, tuple[int, int]]:
        most = sum(people[at] for at in hidden)
        return {at: (1, _MOST) if at in small else (SMALLEST_SHOWN, most) for at in hidden}

    return _widen(people, small, small, bounds)


def _hide_women(
    rows: Sequence[People], people_hidden: Set[int], people_total: Masked | None
) -> tuple[set[int], Masked | None]:
    women = [one.women for one in rows]
    small = {
        at for at, one in enumerate(rows) if is_small(one.women) or is_small(one.people - one.women)
    }  # fewer than five men, or who did not say, are told by a subtraction
    hidden = small | people_hidden
    total = People(sum(one.people for one in rows), sum(women))
    if is_small(total.people) or is_small(total.women):
        return hidden, _small_total(len(hidden))
    if people_total is not None or is_small(total.people - total.women):
        return hidden, Masked.WITHHELD

    def bounds(chosen: Set[int]) -> dict[int, tuple[int, int]]:
        found = {}
        for at in chosen:
            least = 0 if at in people_hidden else 1 if is_small(women[at]) else SMALLEST_SHOWN
            most = min(_MOST, rows[at].people) if is_small(women[at]) and least else rows[at].people
            found[at] = least, most
        return found

    return _widen(women, hidden, small, bounds)


def _small_total(hidden_rows: int) -> Masked:
    """Four rows or more of one person at least make four: « moins de 5 » would say each of them."""
    return Masked.FEWER_THAN_FIVE if hidden_rows < _MOST else Masked.WITHHELD


def _widen(
    counts: Sequence[int],
    hidden: Set[int],
    small: Set[int],
    bounds: Callable[[Set[int]], Mapping[int, tuple[int, int]]],
) -> tuple[set[int], Masked | None]:
    """Hide further rows, the smallest first, until what the total leaves tells none of ``small``; else the total."""
    chosen = set(hidden)
    others = sorted((count, at) for at, count in enumerate(counts) if at not in chosen and count >= SMALLEST_SHOWN)
    while not _is_vague(sum(counts[at] for at in chosen), bounds(chosen), small):
        if not others:
            return set(hidden), Masked.WITHHELD
        chosen.add(others.pop(0)[1])
    return chosen, None


def _is_vague(left: int, bounds: Mapping[int, tuple[int, int]], small: Set[int]) -> bool:
    """Whether each small row may still have two values at least, the hidden ones adding up to ``left``."""
    least, most = sum(low for low, _ in bounds.values()), sum(high for _, high in bounds.values())
    return all(
        min(high, left - (least - low)) > max(low, left - (most - high))
        for low, high in (bounds[at] for at in small & bounds.keys())
    )
