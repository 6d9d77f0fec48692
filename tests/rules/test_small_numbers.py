"""« Moins de 5 »: no count of one to four people is shown, and no subtraction gives one back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.rules.small_numbers import Masked, People, Shown, ShownPeople, protect

FEW, KEPT = Masked.FEWER_THAN_FIVE, Masked.WITHHELD


@st.composite
def tables(draw: st.DrawFn) -> list[People]:
    """One to four organisations."""
    made = []
    for _ in range(draw(st.integers(1, 4))):
        people = draw(st.integers(0, 9) | st.sampled_from([0, 1, 4, 5]))
        made.append(People(people, draw(st.integers(0, people))))
    return made


def allowed(shown: Shown, most: int) -> range:
    """What a reader may think a cell holds."""
    if isinstance(shown, Masked):
        return range(0, min(4, most) + 1) if shown is FEW else range(most + 1)
    return range(shown, min(shown, most) + 1)


def vectors(cells: list[range], total: range) -> Iterator[tuple[int, ...]]:
    """All values of the cells that add up to one of ``total``."""
    if not cells:
        if 0 in total:
            yield ()
        return
    for first in cells[0]:
        if first < total.stop:
            for rest in vectors(cells[1:], range(max(total.start - first, 0), total.stop - first)):
                yield (first, *rest)


def possible(rows: tuple[ShownPeople, ...], total: ShownPeople) -> Iterator[tuple[People, ...]]:
    """Every table that a reader may think of, who knows that « moins de 5 » of people shown is one at least."""

    def least(shown: Shown, cells: range) -> range:
        return range(1, cells.stop) if shown is FEW else range(5, cells.stop) if shown is KEPT else cells

    most = 45
    for people in vectors(
        [least(one.people, allowed(one.people, 14)) for one in rows], least(total.people, allowed(total.people, most))
    ):
        cells = []
        for one, count in zip(rows, people, strict=True):
            cell = allowed(one.women, count)
            cells.append(cell if isinstance(one.people, Masked) else least(one.women, cell))
        for women in vectors(cells, allowed(total.women, sum(people))):
            yield tuple(People(*pair) for pair in zip(people, women, strict=True))


@settings(max_examples=150, deadline=None)
@given(tables())
@example([People(1, 1), People(1, 0), People(9, 5)])
@example([People(1, 0), People(1, 1), People(5, 5)])
@example([People(4, 4), People(4, 0)])
@example([People(10, 9), People(12, 6), People(5, 5)])
@example([People(1, 1)] * 4)
def test_no_subtraction_gives_a_small_count_back(table: list[People]) -> None:
    rows, total = protect(table)
    for shown in (*rows, total):
        for count in shown:
            assert isinstance(count, Masked) or not 0 < count < 5
        if not isinstance(shown.people, Masked) and not isinstance(shown.women, Masked):
            assert not 0 < shown.people - shown.women < 5
    wanted = {
        (at, name)
        for at, one in enumerate(table)
        for name, count in (("people", one.people), ("women", one.women), ("others", one.people - one.women))
        if 0 < count < 5
    }
    seen: dict[tuple[int, str], set[int]] = {key: set() for key in wanted}
    for guess in possible(rows, total):
        for at, name in wanted:
            one = guess[at]
            seen[at, name].add({"people": one.people, "women": one.women}.get(name, one.people - one.women))
        if all(len(values) > 1 for values in seen.values()):
            return
    assert not wanted, (table, rows, total, seen)


@given(tables())
def test_what_is_shown_is_true(table: list[People]) -> None:
    rows, total = protect(table)
    whole = People(sum(one.people for one in table), sum(one.women for one in table))
    for one, shown in zip((*table, whole), (*rows, total), strict=True):
        for count, seen in zip(one, shown, strict=True):
            assert seen == count or (seen is FEW and count < 5) or seen is KEPT


@pytest.mark.parametrize(
    ("table", "rows", "total"),
    [
        ([(12, 6), (20, 9)], [(12, 6), (20, 9)], (32, 15)),
        ([(0, 0), (20, 9)], [(0, 0), (20, 9)], (20, 9)),
        # One small row would be the total less the other: the other is withheld, the total stays.
        ([(3, 1), (20, 9), (30, 10)], [(FEW, FEW), (KEPT, KEPT), (30, 10)], (53, 20)),
        # Two men among twelve: the women are withheld, and those of another row with them.
        ([(12, 10), (30, 15)], [(12, KEPT), (30, KEPT)], (42, 25)),
        ([(2, 1)], [(FEW, FEW)], (FEW, FEW)),
    ],
)
def test_examples(table: list[tuple[int, int]], rows: list[tuple[Shown, Shown]], total: tuple[Shown, Shown]) -> None:
    assert protect([People(*one) for one in table]) == (
        tuple(ShownPeople(*one) for one in rows),
        ShownPeople(*total),
    )
