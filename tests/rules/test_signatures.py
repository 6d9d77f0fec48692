"""Strokes kept whatever the screen does; a blank is not a signature; a refusal has its reason (PRODUCT.md V7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.signatures import (
    MAXIMUM_POINTS,
    MAXIMUM_STROKES,
    MAXIMUM_TIME,
    Box,
    bounding_box,
    check_signature,
    clean_strokes,
    ink_length,
    is_blank,
)

SIGNATURE = [[[100, 500, 300, 0], [400, 450, 700, 80], [700, 520, 500, 160]], [[750, 300, 400, 900]]]
NUMBERS = st.integers(-5_000, 5_000)
POINTS = st.lists(st.lists(NUMBERS, min_size=4, max_size=4), max_size=20)


def test_a_signature_is_kept_as_drawn() -> None:
    strokes = clean_strokes(SIGNATURE)
    assert [[list(point) for point in stroke] for stroke in strokes] == SIGNATURE
    assert not is_blank(strokes)
    assert bounding_box(strokes) == Box(100, 300, 750, 520)
    assert ink_length(strokes) == 600


@given(st.lists(POINTS, max_size=5))
def test_whatever_is_drawn_stays_in_the_pad_and_in_order(drawn: list[list[list[int]]]) -> None:
    strokes = clean_strokes(drawn)
    points = [point for stroke in strokes for point in stroke]
    assert all(0 <= one <= 1_000 for point in points for one in point[:3])
    times = [point[3] for point in points]
    assert times == sorted(times)
    assert all(0 <= time <= MAXIMUM_TIME for time in times)
    assert all(strokes)
    assert clean_strokes(strokes) == strokes


@pytest.mark.parametrize(
    "wrong",
    [
        "M 0 0",
        None,
        5,
        [5],
        ["abc"],
        [[[1, 2, 3]]],
        [[[1, 2, 3, 4.5]]],
        [[[1, 2, 3, True]]],
        [[5]],
        [["abcd"]],
        [[["1", 2, 3, 4]]],
    ],
)
def test_what_is_not_strokes_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="illisible"):
        clean_strokes(wrong)


def test_a_pad_left_under_a_sleeve_is_refused() -> None:
    many_strokes: list[list[list[int]]] = [[]] * (MAXIMUM_STROKES + 1)
    for endless in (many_strokes, [[[1, 2, 3, 4]] * (MAXIMUM_POINTS + 1)]):
        with pytest.raises(InvalidInput, match="trop long"):
            clean_strokes(endless)


def test_nothing_or_a_few_dots_is_blank() -> None:
    assert is_blank(())
    assert is_blank(clean_strokes([[[500, 500, 300, 0]], [[510, 500, 300, 90], [520, 505, 300, 99]]]))
    assert bounding_box(()) is None


def test_one_signs_or_refuses_with_a_reason() -> None:
    strokes = clean_strokes(SIGNATURE)
    check_signature(strokes, refused=False, refusal_reason="")
    check_signature((), refused=True, refusal_reason="conteste les heures d’octobre")
    for drawn, refused, reason, words in (
        ((), False, "", "vide"),
        ((), True, "  ", "motif"),
        (strokes, True, "raison", "ne porte pas"),
    ):
        with pytest.raises(InvalidInput, match=words):
            check_signature(drawn, refused=refused, refusal_reason=reason)
