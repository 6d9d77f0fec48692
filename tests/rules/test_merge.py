"""The merge: nothing typed is lost, the order of arrival chooses nothing, bases decide and clocks only show."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.clashes import Rule
from app.rules.merge import DELETED, Clock, Merged, Stored, Write, born, merge

FIELDS = ("name", "town", "phone")
SEEN = 5
"""Sequence of the row that everybody had before their eyes."""


def row(**values: Any) -> Stored:
    made = born({"id": "c", "created_at": "2026-01-01", "created_by": "n", DELETED: None, **values}, SEEN, 1, "t00")
    return Stored(made.values, made.clocks)


def after(merged: Merged) -> Stored:
    return Stored(merged.values, merged.clocks)


START = row(name="a", town="a", phone="a")

# One operation for each device: the fields it wrote over the row that all had seen, at its own time.
VALUES = st.sampled_from(["a", "b", "c", "d"])
TIMES = st.integers(1, 6).map(lambda minute: f"t{minute:02}")


@st.composite
def operations(draw: st.DrawFn) -> dict[int, dict[str, Write]]:
    made = {}
    for device in draw(st.lists(st.integers(2, 6), min_size=1, max_size=4, unique=True)):
        at = draw(TIMES)
        # A field that went back to what it was is never sent: it is no edit.
        writes = {
            name: Write(draw(VALUES.filter(lambda value: value != "a")), SEEN, at, "a")
            for name in draw(st.lists(st.sampled_from(FIELDS), unique=True))
        }
        if draw(st.booleans()):
            writes[DELETED] = Write(f"deleted {at} {device}", SEEN, at, None)
        if writes:
            made[device] = writes
    return made


def play(order: tuple[int, ...], made: dict[int, dict[str, Write]]) -> tuple[Stored, list[Any]]:
    standing = START
    clashes: list[Any] = []
    for seq, device in enumerate(order, SEEN + 1):
        merged = merge(standing, made[device], seq, device)
        clashes += merged.clashes
        standing = after(merged)
    return standing, clashes


@given(operations())
def test_the_order_of_arrival_chooses_nothing(made: dict[int, dict[str, Write]]) -> None:
    """Of writes made apart over the same row, the same values show whatever the order."""
    shown = set()
    for order in itertools.permutations(made):
        standing, _ = play(order, made)
        alive = standing.values[DELETED] is None
        shown.add((alive, *(standing.values[name] for name in FIELDS)))
    assert len(shown) == 1


@given(operations())
def test_every_value_shows_or_is_kept(made: dict[int, dict[str, Write]]) -> None:
    for order in itertools.permutations(made):
        standing, clashes = play(order, made)
        for writes in made.values():
            for name, write in writes.items():
                kept = {clash.other for clash in clashes if clash.field == name}
                if name == DELETED and any(DELETED in one for one in made.values()):
                    # Deleted twice is deleted: the moment of it is not a value that anybody typed.
                    assert standing.values[DELETED] is not None or kept
                    continue
                shown_before = {clash.shown for clash in clashes if clash.field == name}
                assert write.value == standing.values[name] or write.value in kept | shown_before


@given(operations())
def test_an_edit_beats_a_deletion_and_says_so(made: dict[int, dict[str, Write]]) -> None:
    """Unless the same person did both: what one edits and then deletes is deleted."""
    standing, clashes = play(tuple(made), made)
    deleters = [device for device, writes in made.items() if DELETED in writes]
    editors = [device for device, writes in made.items() if DELETED not in writes]
    really = [device for device in editors if any(write.value != "a" for write in made[device].values())]
    if deleters and really:
        assert standing.values[DELETED] is None
        assert any(clash.field == DELETED for clash in clashes)
    if deleters and not editors and len(deleters) == 1:
        assert standing.values[DELETED] is not None


def test_bases_decide_whatever_the_clocks_say() -> None:
    """Whoever had read the other's value replaces it, even with a clock that is late."""
    first = merge(START, {"town": Write("b", SEEN, "t50", "a")}, 6, 2)
    read = merge(after(first), {"town": Write("c", 6, "t01", "b")}, 7, 3)
    assert (read.values["town"], read.clashes) == ("c", ())
    blind = merge(after(first), {"town": Write("c", SEEN, "t01", "a")}, 7, 3)
    assert blind.values["town"] == "b"
    (clash,) = blind.clashes
    assert (clash.before, clash.shown, clash.other) == ("a", "b", "c")
    assert (clash.shown_clock, clash.other_clock) == (Clock(6, 2, "t50"), Clock(7, 3, "t01"))


def test_what_a_device_wrote_it_has_seen() -> None:
    first = merge(START, {"town": Write("b", SEEN, "t01", "a")}, 6, 2)
    second = merge(after(first), {"town": Write("c", SEEN, "t02", "b")}, 7, 2)
    assert (second.values["town"], second.clashes) == ("c", ())


def test_a_row_never_received_was_read_where_it_holds_what_stood_on_the_screen() -> None:
    """An edit of a shipped row before the first contact: the server has the same row, under its own number."""
    same_there = merge(START, {"town": Write("b", 0, "t01", "a")}, 6, 2)
    assert (same_there.values["town"], same_there.clashes) == ("b", ())
    other_there = merge(START, {"town": Write("b", 0, "t01", "before the update")}, 6, 2)
    (clash,) = other_there.clashes
    assert {clash.shown, clash.other} == {"a", "b"}
    two_apart = merge(after(same_there), {"town": Write("c", 0, "t02", "a")}, 7, 3)
    (clash,) = two_apart.clashes
    assert (clash.shown, clash.other) == ("c", "b")
    known_base = merge(after(same_there), {"town": Write("c", SEEN, "t02", "b")}, 7, 3)
    assert known_base.clashes, "with a base, the base decides"


def test_what_a_device_inserts_again_it_has_not_seen() -> None:
    """It lost the row with its scope and made it anew: both versions are kept."""
    first = merge(START, {"town": Write("b", SEEN, "t01", "a")}, 6, 2)
    again = merge(after(first), {"town": Write("c", 0, "t02", None)}, 7, 2, inserting=True)
    assert again.values["town"] == "c"
    assert [clash.other for clash in again.clashes] == ["b"]


def test_the_same_value_twice_asks_nothing() -> None:
    first = merge(START, {"town": Write("b", SEEN, "t01", "a")}, 6, 2)
    second = merge(after(first), {"town": Write("b", SEEN, "t02", "a")}, 7, 3)
    assert (second.clashes, second.beside) == ((), True)


@pytest.mark.parametrize("turned", [False, True])
def test_two_creations_keep_the_earliest_birth_without_a_question(turned: bool) -> None:
    one = {"created_at": "2026-02-01", "created_by": "karim"}
    other = {"created_at": "2026-03-01", "created_by": "amina"}
    first, second = (other, one) if turned else (one, other)
    standing = row(name="x", town="", phone="")
    standing = Stored({**standing.values, **first}, standing.clocks)
    writes = {name: Write(value, 0, "t09", None) for name, value in second.items()}
    merged = merge(standing, writes, 6, 2, inserting=True)
    assert {name: merged.values[name] for name in one} == one
    assert merged.clashes == ()


def made(**values: Any) -> dict[str, Write]:
    """What a creation writes; nothing was seen before."""
    return {name: Write(value, 0, values["at"], None) for name, value in values.items() if name != "at"}


EMPTY = {"name": "", "town": None, "phone": ""}


def play_creations(order: tuple[int, ...], written: dict[int, dict[str, Any]]) -> tuple[Stored, list[Any]]:
    first, *others = order
    birth = {"id": "c", "created_at": "2026-01-01", "created_by": "n", DELETED: None}
    at = written[first]["at"]
    values = {**birth, **{name: write.value for name, write in made(**written[first]).items()}}
    standing = after(born(values, 1, first, at))
    clashes: list[Any] = []
    for seq, device in enumerate(others, 2):
        merged = merge(standing, made(**written[device]), seq, device, inserting=True, empty=EMPTY)
        clashes += merged.clashes
        standing = after(merged)
    return standing, clashes


@given(
    st.dictionaries(
        st.integers(1, 4),
        st.fixed_dictionaries(
            {"at": TIMES, "name": st.sampled_from(["", "b", "c"]), "town": st.sampled_from([None, "b"])}
        ),
        min_size=2,
    )
)
def test_what_a_creation_leaves_empty_neither_hides_nor_disputes_a_value(written: dict[int, dict[str, Any]]) -> None:
    """Whatever the order in which several creations of one record arrive."""
    shown = set()
    for order in itertools.permutations(written):
        standing, clashes = play_creations(order, written)
        shown.add((standing.values["name"], standing.values["town"]))
        for name in ("name", "town"):
            typed = {one[name] for one in written.values()} - {EMPTY[name]}
            told = {value for clash in clashes if clash.field == name for value in (clash.shown, clash.other)}
            assert EMPTY[name] not in told, "nobody typed that"
            assert typed <= told | {standing.values[name]}, "a value is lost"
            assert standing.values[name] in typed or not typed
            assert bool(told) == (len(typed) > 1)
    assert len(shown) == 1


def test_a_value_emptied_on_purpose_is_an_edit() -> None:
    """Karim emptied the town that he had read; somebody who makes the record again types another: both are told."""
    first = after(merge(row(town="a"), {"town": Write(None, SEEN, "t05", "a")}, 6, 2))
    again = merge(first, made(at="t03", town="b"), 7, 3, inserting=True, empty=EMPTY)
    assert [(clash.shown, clash.other) for clash in again.clashes] == [(None, "b")]


def test_an_edit_brings_an_unread_deletion_back_and_leaves_a_read_one() -> None:
    gone = merge(START, {DELETED: Write("t03", SEEN, "t03", None)}, 6, 2)
    blind = merge(after(gone), {"town": Write("b", SEEN, "t01", "a")}, 7, 3)
    assert blind.values[DELETED] is None
    assert [(clash.field, clash.other) for clash in blind.clashes] == [(DELETED, "t03")]
    read = merge(after(gone), {"town": Write("b", 6, "t04", "a")}, 7, 3)
    assert read.values[DELETED] == "t03"
    undone = merge(after(gone), {DELETED: Write(None, 6, "t04", "t03")}, 7, 3)
    assert (undone.values[DELETED], undone.clashes) == (None, ())


def test_a_decision_stands_without_a_question() -> None:
    first = merge(START, {"town": Write("b", SEEN, "t05", "a")}, 6, 2)
    later = merge(after(first), {"town": Write("c", SEEN, "t06", "a")}, 7, 3, rules={"town": Rule.LATEST})
    assert (later.values["town"], later.clashes) == ("c", ())
    late = merge(after(first), {"town": Write("c", SEEN, "t04", "a")}, 7, 3, rules={"town": Rule.LATEST})
    assert (late.values["town"], late.clashes) == ("b", ())


@given(st.lists(st.tuples(st.integers(2, 4), st.sampled_from(FIELDS), VALUES, TIMES, st.booleans()), max_size=12))
def test_histories_lose_nothing(steps: list[tuple[int, str, str, str, bool]]) -> None:
    """Devices write in turns, some after reading the latest row, some not: no value vanishes unread."""
    standing = START
    seen = dict.fromkeys(range(2, 5), SEEN)
    kept: list[Any] = []
    for seq, (device, name, value, at, reads) in enumerate(steps, SEEN + 1):
        if reads:
            seen[device] = seq - 1
        before = standing.values[name]
        clock = standing.clock(name)
        merged = merge(standing, {name: Write(value, seen[device], at, before)}, seq, device)
        kept += [clash.other for clash in merged.clashes]
        standing = after(merged)
        unread = clock.seq > seen[device] and clock.device != device
        if standing.values[name] != before and unread:
            assert before in kept
        assert value == standing.values[name] or value in kept


def test_two_equal_values_count_as_the_later_one() -> None:
    """Whether the third comes before or after the second of two that agree, the same value shows."""
    writes = {2: Write("b", SEEN, "t01", "a"), 3: Write("b", SEEN, "t05", "a"), 4: Write("c", SEEN, "t03", "a")}
    for order in itertools.permutations(writes):
        standing, clashes = play(order, {device: {"town": write} for device, write in writes.items()})
        assert standing.values["town"] == "b", order
        assert "c" in {clash.other for clash in clashes}
