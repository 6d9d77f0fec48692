"""Numbers that survive offline work, and the paper code that catches typing errors (PRODUCT.md V9, H11)."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.numbering import (
    CHECK_ALPHABET,
    Number,
    Series,
    company_letters,
    is_paper_code,
    make_number,
    next_number,
    observation_number,
    paper_code,
    parse_number,
    parse_paper_code,
    parse_prefix,
)

CODES = st.builds(
    paper_code,
    st.sampled_from(["Bâti-Sud 91", "Électricité Essonne", "Zinguerie", "O.S.I.", "42"]),
    st.builds("{:04d}-{:02d}".format, st.integers(2020, 2099), st.integers(1, 12)),
    st.uuids().map(str),
)


def test_a_visit_number_is_printed_as_announced() -> None:
    assert make_number(Series.VISIT, 2026, "NO", 42) == "VIS-2026-NO-0042"
    assert make_number(Series.BENEFICIARY, 2026, "NO", 1) == "B-2026-NO-0001"
    assert make_number(Series.SIZING, 2026, "NO", 12_345) == "CAL-2026-NO-12345"


@pytest.mark.parametrize(
    "typed",
    [
        "VIS-2026-NO-0042",
        "vis 2026 no 42",
        " vis2026no0042 ",
        "VIS–2026–NO–0042",
        "vis/2026/no/42",
        "VIS\u00a02026\u00a0NO\u00a042",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_number(typed, Series.VISIT) == Number(Series.VISIT, 2026, "NO", 42)


@pytest.mark.parametrize(
    "typed", ["", "VIS", "VIS-2026-N-0042", "VIS-2026-NO-0000", "CAL-2026-NO-0042", "VIS-26-NO-42"]
)
def test_what_is_not_a_visit_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="numéro"):
        parse_number(typed, Series.VISIT)


@given(
    st.sampled_from(Series),
    st.integers(2000, 2999),
    st.text(string.ascii_uppercase, min_size=2, max_size=2),
    st.integers(1, 9_999_999),
)
def test_numbers_come_back_whole(series: Series, year: int, prefix: str, counter: int) -> None:
    number = make_number(series, year, prefix, counter)
    assert parse_number(number.lower().replace("-", " ")) == Number(series, year, prefix, counter)
    assert str(parse_number(number)) == number


def test_the_next_number_ignores_other_series_years_and_posts() -> None:
    known = [
        "VIS-2026-NO-0041",
        "VIS-2026-NO-0007",
        "VIS-2026-SU-0099",
        "VIS-2025-NO-0500",
        "B-2026-NO-0300",
        "brouillon",
    ]
    assert next_number(known, Series.VISIT, 2026, "NO") == "VIS-2026-NO-0042"
    assert next_number([], Series.VISIT, 2026, "NO") == "VIS-2026-NO-0001"
    assert next_number(["VIS-2026-NO-9999"], Series.VISIT, 2026, "NO") == "VIS-2026-NO-10000"


def test_parts_out_of_range_are_a_programming_error() -> None:
    for year, prefix, counter in ((1999, "NO", 1), (2026, "no", 1), (2026, "NO", 0)):
        with pytest.raises(ValueError, match="two capital letters"):
            make_number(Series.VISIT, year, prefix, counter)


def test_prefix_of_a_workstation() -> None:
    assert parse_prefix(" né ") == "NE"
    for wrong in ("", "N", "NOR", "N1"):
        with pytest.raises(InvalidInput, match="deux lettres"):
            parse_prefix(wrong)


def test_observations_carry_the_counter_of_their_visit() -> None:
    assert observation_number("VIS-2026-NO-0042", 1) == "42.1"
    assert observation_number("", 3) == "3"


# --- paper code --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Bâti-Sud 91", "BS"),
        ("Électricité Essonne", "EE"),
        ("Zinguerie", "ZI"),
        ("Ô", "OX"),
        ("42", "XX"),
        ("L’Œuvre", "LO"),
    ],
)
def test_letters_of_a_company(name: str, letters: str) -> None:
    assert company_letters(name) == letters


def test_a_code_says_company_and_month_and_never_changes() -> None:
    code = paper_code("Bâti-Sud 91", "2026-11", "0190-1")
    assert code.startswith("BS-1126-")
    assert len(code) == 10
    assert code == paper_code("Bâti-Sud 91", "2026-11", "0190-1")
    assert parse_paper_code(code).month == "2026-11"
    assert str(parse_paper_code(code)) == code


@given(CODES, st.sampled_from(["{}", " {} "]), st.sampled_from(["-", " ", "", "–"]))
def test_a_code_is_read_however_it_is_typed(code: str, around: str, link: str) -> None:
    typed = around.format(code.lower().replace("-", link))
    assert str(parse_paper_code(typed)) == code


@given(CODES, st.integers(0, 7), st.sampled_from(string.digits + string.ascii_uppercase))
def test_any_single_wrong_sign_is_caught_or_means_the_same(code: str, at: int, sign: str) -> None:
    plain = code.replace("-", "")
    typed = plain[:at] + sign + plain[at + 1 :]
    if is_paper_code(typed):
        assert str(parse_paper_code(typed)) == code  # only O for 0, I for 1… read by their place


@given(CODES, st.integers(0, 6))
def test_two_neighbours_swapped_are_caught(code: str, at: int) -> None:
    plain = code.replace("-", "")
    typed = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
    if is_paper_code(typed):
        assert str(parse_paper_code(typed)) == code


def test_refusals_say_whether_it_is_a_code_at_all() -> None:
    code = paper_code("Bâti-Sud 91", "2026-11", "0190-1")
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    with pytest.raises(InvalidInput, match="erreur de frappe"):
        parse_paper_code(wrong)
    for typed in ("", "martin", "BS-1326-K7", "BS-1126", "BS-0026-K7"):
        with pytest.raises(InvalidInput, match="pas le code"):
            parse_paper_code(typed)


def test_check_signs_are_prime_in_number_and_avoid_zero_one_and_their_twins() -> None:
    assert len(CHECK_ALPHABET) == 29
    assert not set(CHECK_ALPHABET) & set("01BILOS")
