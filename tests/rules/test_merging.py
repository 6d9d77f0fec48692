"""Merges said on several laptops: one answer everywhere, nothing lost, everything taken back (SYNC.md §7.6)."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.merging import fields_to_write, held_by, home_of, may_undo, rings, root_of

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
PEOPLE = tuple("abcdefg")
ABSORBED = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from((*PEOPLE, "")), max_size=len(PEOPLE))


@given(ABSORBED)
@settings(max_examples=300)
def test_everybody_is_held_by_one_visible_file(absorbed: dict[str, str]) -> None:
    roots = {person: root_of(person, absorbed) for person in PEOPLE}
    for person, root in roots.items():
        assert root_of(root, absorbed) == root, "a holder holds itself"
        following = absorbed.get(person, "")
        assert roots[following or person] == root, "a file and the one it was put in are held together"
    for root in set(roots.values()):
        assert held_by(root, absorbed) == {one for one in absorbed if roots[one] == root and one != root}
    visible = {person for person in PEOPLE if not absorbed.get(person, "")} | rings(absorbed)
    assert set(roots.values()) <= visible


def test_both_ways_the_same_file_holds_whoever_looks() -> None:
    both = {"a": "b", "b": "a"}
    assert root_of("a", both) == root_of("b", both) == "a"
    assert rings(both) == {"a"}
    assert rings({"a": "b", "b": "c"}) == frozenset()


MERGES = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).filter(lambda pair: pair[0] != pair[1]))


class _Laptop:
    """The rows of one laptop: what each file says, and where each record was written and stands."""

    def __init__(self) -> None:
        self.absorbed: dict[str, str] = {}
        self.origins: dict[str, str] = {}
        self.places = {f"{person}{rank}": person for person in PEOPLE for rank in range(2)}

    def merge(self, gone: str, kept: str) -> None:
        gone, kept = root_of(gone, self.absorbed), root_of(kept, self.absorbed)
        if gone != kept:
            self.absorbed[gone] = kept
            self.settle()

    def settle(self) -> None:
        """As ``store.merges.settle`` does on rows."""
        for root in rings(self.absorbed):
            self.absorbed[root] = ""
        for record, current in self.places.items():
            home = home_of(current, self.origins.get(record), self.absorbed)
            if home != current:
                self.origins.setdefault(record, current)
                self.places[record] = home

    def receive(self, other: _Laptop) -> None:
        """Field by field, the first writer of a field keeps it: what a server that saw ``self`` first answers."""
        for person, value in other.absorbed.items():
            if not self.absorbed.get(person):
                self.absorbed[person] = value
        self.origins = {**other.origins, **self.origins}
        for record, place in other.places.items():
            if self.places[record] == record[0]:
                self.places[record] = place


@given(st.lists(MERGES, min_size=2, max_size=3))
@settings(max_examples=200)
def test_laptops_that_merge_differently_end_alike_and_lose_nothing(scripts: list[list[tuple[str, str]]]) -> None:
    def session(order: tuple[int, ...]) -> _Laptop:
        laptops = []
        for at in order:
            laptop = _Laptop()
            for gone, kept in scripts[at]:
                laptop.merge(gone, kept)
            laptops.append(laptop)
        server = _Laptop()
        for laptop in laptops:
            server.receive(laptop)
        server.settle()
        return server

    for order in itertools.permutations(range(len(scripts))):
        end = session(order)
        assert rings(end.absorbed) == frozenset()
        for record, place in end.places.items():
            assert place == root_of(record[0], end.absorbed), "each record is with the file it was written in"
            assert not end.absorbed.get(place), "under a file that is shown"
        before = (dict(end.absorbed), dict(end.places))
        end.settle()
        assert before == (end.absorbed, end.places), "settling again changes nothing"
    disjoint = all(
        {gone for gone, _ in one}.isdisjoint({gone for gone, _ in other})
        for one, other in itertools.combinations(scripts, 2)
    )
    if disjoint and all(len(one) <= 1 for one in scripts):  # no file put in two others
        ends = [session(order).places for order in itertools.permutations(range(len(scripts)))]
        assert all(one == ends[0] for one in ends), "the order of arrival says nothing"


@given(MERGES, MERGES)
@settings(max_examples=100)
def test_a_merge_taken_back_gives_each_file_its_own_records(
    first: list[tuple[str, str]], later: list[tuple[str, str]]
) -> None:
    laptop = _Laptop()
    for gone, kept in (*first, *later):
        laptop.merge(gone, kept)
    for person in PEOPLE:
        laptop.absorbed[person] = ""
    laptop.settle()
    assert all(place == record[0] for record, place in laptop.places.items())


@pytest.mark.parametrize(("days", "expected"), [(0, True), (30, True), (31, False)])
def test_a_merge_is_taken_back_during_thirty_days(days: int, expected: bool) -> None:
    merged = NOW - dt.timedelta(days=days)
    assert may_undo(merged, None, NOW) is expected
    assert not may_undo(merged, NOW, NOW)


def test_the_kept_file_keeps_its_words_and_takes_what_it_lacked() -> None:
    kept = {"phone": "", "town": "Orlance", "sex": "unknown", "email": "a@b.example"}
    other = {"phone": "0639980001", "town": "Valmoureux", "sex": "female", "email": ""}
    assert fields_to_write(kept, other, kept) == {"phone": "0639980001", "sex": "female"}
    assert fields_to_write(kept, other, kept, ["town", "email"]) == {
        "phone": "0639980001",
        "sex": "female",
        "town": "Valmoureux",
        "email": "",
    }
