"""PRODUCT.md AC 23, issue 5: the question for at least 95 % of the same persons, at most 2 % of different ones."""

from __future__ import annotations

from app.rules.duplicates import blocking_keys, likely_pairs, likely_same
from tests.rules.labelled_pairs import EACH, labelled


def test_the_question_is_asked_for_the_same_persons_and_not_for_others() -> None:
    same, apart = labelled()
    assert len(same) == len(apart) == EACH
    asked = sum(likely_same(*pair).ask for pair in same)
    disturbed = sum(likely_same(*pair).ask for pair in apart)
    assert asked >= 0.95 * EACH, asked
    assert disturbed <= 0.02 * EACH, disturbed


def test_the_question_does_not_depend_on_who_was_typed_first() -> None:
    for pairs in labelled():
        for one, other in pairs:
            assert likely_same(one, other).ask == likely_same(other, one).ask


def test_pairs_are_found_among_everybody_without_comparing_everybody() -> None:
    """The list of likely duplicates: nearly all that share a birth date, a telephone or the sound of both names."""
    same, _apart = labelled()
    people = [
        (f"{side}{rank:03d}", one) for rank, pair in enumerate(same) for side, one in zip("ab", pair, strict=True)
    ]
    found = {(first[1:], second[1:]) for first, second, _why in likely_pairs(people, limit=5_000)}
    together = sum((f"{rank:03d}", f"{rank:03d}") in found for rank in range(EACH))
    assert together >= 0.9 * EACH, together
    assert all(blocking_keys(one) & blocking_keys(other) for one, other in same[:12])
