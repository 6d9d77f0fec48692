"""The recovery code is caught at the slightest slip, and forgives what a hand writes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import errors
from app.account.recovery import (
    ALPHABET,
    BITS,
    GROUP_SIGNS,
    GROUPS,
    RecoveryCode,
    mistyped_groups,
)

CODES = st.binary(min_size=28, max_size=28).map(lambda raw: RecoveryCode(bytes(b & 31 for b in raw)))


def _refused(text: str) -> errors.InvalidInput:
    with pytest.raises(errors.InvalidInput) as caught:
        RecoveryCode.parse(text)
    return caught.value


def test_it_holds_at_least_125_random_bits_and_is_new_each_time():
    assert BITS >= 125
    assert len({RecoveryCode.random().text for _ in range(50)}) == 50


@given(CODES)
def test_what_is_printed_is_read_back(code):
    assert [len(group) for group in code.groups] == [GROUP_SIGNS] * GROUPS
    assert set("".join(code.groups)) <= set(ALPHABET)
    assert RecoveryCode.parse(code.text) == code


@given(CODES, st.sampled_from(["", " ", "  ", "-", " - ", "\u2013", "\u00a0", "\n", "."]), st.booleans(), st.data())
def test_case_separators_and_lookalikes_do_not_matter(code, separator, lower, data):
    text = separator.join(code.groups)
    for plain, alikes in (("0", "0OoQ"[:3]), ("1", "1IilL"), ("V", "VvUu")):
        text = "".join(data.draw(st.sampled_from(alikes)) if sign == plain else sign for sign in text)
    assert RecoveryCode.parse(f" {text.lower() if lower else text} ") == code


@given(CODES, st.integers(0, 34), st.sampled_from(ALPHABET), st.booleans())
def test_any_single_typo_is_caught_and_its_group_named(code, place, sign, grouped):
    plain = "".join(code.groups)
    typed = plain[:place] + sign + plain[place + 1 :]
    if typed == plain:
        return
    if grouped:
        typed = "-".join(typed[start : start + 5] for start in range(0, 35, 5))
    group = place // GROUP_SIGNS + 1
    assert mistyped_groups(typed) == (group,)
    problem = _refused(typed)
    assert f"groupe {group}" in problem.happened
    assert problem.field == "recovery_code"


@given(CODES, st.integers(0, 34), st.integers(0, 34))
def test_any_swap_of_two_signs_is_caught(code, one, other):
    signs = list("".join(code.groups))
    if signs[one] == signs[other]:
        return
    signs[one], signs[other] = signs[other], signs[one]
    assert set(mistyped_groups("".join(signs))) == {one // 5 + 1, other // 5 + 1}


@given(CODES, st.permutations(range(GROUPS)))
def test_any_exchange_of_groups_is_caught(code, order):
    typed = "-".join(code.groups[number] for number in order)
    moved = tuple(place + 1 for place, number in enumerate(order) if place != number)
    assert mistyped_groups(typed) == moved


@given(CODES, st.integers(0, 34), st.sampled_from(ALPHABET))
def test_a_sign_forgotten_or_added_is_refused(code, place, sign):
    plain = "".join(code.groups)
    _refused(plain[:place] + plain[place + 1 :])
    _refused(plain[:place] + sign + plain[place:])


@given(CODES, st.integers(0, 6), st.integers(0, 4))
def test_a_sign_forgotten_in_a_group_typed_as_printed_names_the_group(code, number, place):
    groups = list(code.groups)
    groups[number] = groups[number][:place] + groups[number][place + 1 :]
    typed = "-".join(groups)
    if number < GROUPS - 1:
        assert mistyped_groups(typed) == (number + 1,)
    _refused(typed)


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_whatever_is_typed_is_a_code_or_an_input_error(text):
    with contextlib.suppress(errors.InvalidInput):
        RecoveryCode.parse(text)


@given(CODES)
def test_the_error_never_repeats_what_was_typed(code):
    sentence = _refused(code.text[:-1] + ("0" if code.text[-1] != "0" else "1")).sentence
    assert not any(group in sentence for group in code.groups)


def test_while_typing_only_finished_groups_are_judged():
    first, second, *_ = RecoveryCode(bytes(28)).groups
    assert mistyped_groups("") == ()
    assert mistyped_groups(first[:3]) == ()
    assert mistyped_groups(f"{first}-{second[:2]}") == ()
    assert mistyped_groups(f"{first[:4]}-{second}") == (1,)


def test_the_code_is_not_shown_by_accident():
    code = RecoveryCode.random()
    assert code.text not in repr(code)
    assert code.groups[0] not in f"{code}"
    assert str(list(code.values)) not in repr(code)
