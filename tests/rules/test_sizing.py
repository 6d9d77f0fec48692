"""The charter's formula and its neighbours, on the published figures of DOMAIN.md §3.2, §3.4, §10 and §12."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.french import round_half_up
from app.rules.sizing import (
    BuyerScope,
    ContractKind,
    Threshold,
    check_retained,
    cleaning_trade,
    format_rate,
    from_basis_points,
    hours_to_fte,
    mandatory_clause,
    parse_money,
    parse_percent,
    size_hours,
    sizing_range,
    to_basis_points,
)

MILLION = 100_000_000
"""One million euros in cents."""


@pytest.mark.parametrize(
    ("amount", "share", "rate", "cost", "computed", "suggested"),
    [
        (MILLION, 50, 5, 3_000, 83_333, 83_300),  # E1, published 833 h
        (MILLION, 50, 5, 2_500, 100_000, 100_000),  # the same at 25 €
        (MILLION * 3 // 2, 70, 10, 3_000, 350_000, 350_000),  # E2
    ],
)
def test_published_examples(amount: int, share: int, rate: int, cost: int, computed: int, suggested: int) -> None:
    sizing = size_hours(amount, share, rate, cost)
    assert (sizing.computed_hours, sizing.retained_suggestion) == (computed, suggested)


def test_the_factors_are_kept_for_the_auditor() -> None:
    sizing = size_hours(MILLION, Decimal(50), Decimal("5.5"), 3_000)
    assert (sizing.labour_cents, sizing.insertion_cents) == (MILLION // 2, 2_750_000)
    assert (
        sizing.formula.replace("\u202f", " ").replace("\u00a0", " ") == "1 000 000 € × 50 % × 5,5 % ÷ 30 € = 916,67 h"
    )


def test_below_the_minimum_is_computed_and_said() -> None:
    low = size_hours(MILLION, 50, Decimal("4.99"), 3_000)
    assert low.below_minimum
    assert "4,99\u00a0%" in low.warning
    assert "article 4.3" in low.warning
    assert size_hours(MILLION, 50, 5, 3_000).warning == ""
    assert not size_hours(MILLION, 50, 4, 3_000, minimum_effort_rate=Decimal(3)).below_minimum


@pytest.mark.parametrize(
    ("amount", "share", "rate", "cost", "field"),
    [
        (0, 50, 5, 3_000, "amount"),
        (-1, 50, 5, 3_000, "amount"),
        (10**15, 50, 5, 3_000, "amount"),
        (MILLION, 0, 5, 3_000, "labour_share"),
        (MILLION, 101, 5, 3_000, "labour_share"),
        (MILLION, 50, 0, 3_000, "effort_rate"),
        (MILLION, 50, Decimal("100.01"), 3_000, "effort_rate"),
        (MILLION, 50, Decimal("NaN"), 3_000, "effort_rate"),
        (MILLION, 50, 5, 0, "hourly_cost"),
        (MILLION, 50, 5, 100_001, "hourly_cost"),
    ],
)
def test_a_wrong_factor_is_refused_under_its_field(
    amount: int, share: int, rate: int | Decimal, cost: int, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        size_hours(amount, share, rate, cost)
    assert refusal.value.field == field
    assert refusal.value.todo


@given(
    st.integers(1, 10**12),
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    st.integers(1, 100_000),
)
def test_the_formula_can_be_redone_by_hand(amount: int, share: int, rate: int, cost: int) -> None:
    sizing = size_hours(amount, from_basis_points(share), from_basis_points(rate), cost)
    exact = Fraction(amount * share * rate, 10**8 * cost)
    assert abs(Fraction(sizing.computed_hours, 100) - exact) <= Fraction(1, 200)
    assert sizing.retained_suggestion % 100 == 0
    assert abs(sizing.retained_suggestion - sizing.computed_hours) <= 50
    check_retained(sizing.computed_hours, sizing.retained_suggestion, "")


def test_several_rates_to_negotiate() -> None:
    rates = [Decimal(5), Decimal("7.5"), Decimal(10)]
    assert [one.retained_suggestion for one in sizing_range(MILLION, 50, 3_000, rates)] == [83_300, 125_000, 166_700]


def test_hours_retained_away_from_the_calculation_need_a_reason() -> None:
    check_retained(83_333, 83_300, "")
    check_retained(83_333, 83_400, "")
    check_retained(83_333, 83_333, "")
    check_retained(83_333, 70_000, "durée courte")
    with pytest.raises(InvalidInput, match="833,33"):
        check_retained(83_333, 70_000, "  ")
    with pytest.raises(InvalidInput, match="négatives"):
        check_retained(83_333, -1, "x")


@given(st.integers(0, 10_000))
def test_stored_rates_come_back(stored: int) -> None:
    assert to_basis_points(from_basis_points(stored)) == stored


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 000 000", MILLION),
        ("1000000 €", MILLION),
        ("1\u202f000\u202f000,00\u00a0€ HT", MILLION),
        ("30", 3_000),
        ("30,5", 3_050),
        ("30.50", 3_050),
        ("1.234.567,89", 123_456_789),
        ("1.234.567", 123_456_700),
        ("1 234,56", 123_456),
    ],
)
def test_amounts_are_read(typed: str, cents: int) -> None:
    assert parse_money(typed) == cents


@pytest.mark.parametrize("typed", ["", "abc", "-5", "1.234", "1,234", "12,345678", "1 00", "5 %", "9" * 5_000])
def test_doubtful_amounts_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_money(typed, field="amount")
    assert refusal.value.field == "amount"


@pytest.mark.parametrize(("typed", "rate"), [("5", "5"), ("5,5 %", "5.5"), ("70.25", "70.25"), ("100\u00a0%", "100")])
def test_percents_are_read_and_shown(typed: str, rate: str) -> None:
    assert parse_percent(typed) == Decimal(rate)
    assert parse_percent(format_rate(Decimal(rate))) == Decimal(rate)


@pytest.mark.parametrize("typed", ["", "cinq", "-5", "5 5", "5,12345"])
def test_what_is_not_a_percent_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="pourcentage"):
        parse_percent(typed)


# --- cleaning trade ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("staff_hours", "share", "computed", "advised"),
    [
        (400, Fraction(2, 5), 96_000, True),
        (600, Fraction(1, 10), 24_000, True),
        (640, Fraction(1, 25), 9_600, False),
        (1_200, Fraction(-4, 5), 0, False),
    ],
)
def test_pact_vectors(staff_hours: int, share: Fraction, computed: int, advised: bool) -> None:
    result = cleaning_trade(60_000_000, 36, 10, staff_hours * 100)
    assert (result.new_work_share, result.computed_hours, result.clause_advised) == (share, computed, advised)
    assert ("pas de clause" in result.sentence) is not advised


def test_exactly_150_hours_keep_the_clause() -> None:
    assert cleaning_trade(3_750_000, 12, 10, 0).computed_hours == 15_000
    assert cleaning_trade(3_750_000, 12, 10, 0).clause_advised


def test_pact_refuses_impossible_entries() -> None:
    for months, staff, field in ((0, 0, "months"), (12, -1, "transferable_hours")):
        with pytest.raises(InvalidInput) as refusal:
            cleaning_trade(60_000_000, months, 10, staff)
        assert refusal.value.field == field


# --- mandatory clause --------------------------------------------------------------------

JANUARY = dt.date(2026, 1, 1)
THRESHOLDS_2026 = (
    Threshold(ContractKind.WORKS, BuyerScope.ALL, 540_400_000, JANUARY),
    Threshold(ContractKind.SUPPLIES_SERVICES, BuyerScope.STATE, 14_000_000, JANUARY),
    Threshold(ContractKind.SUPPLIES_SERVICES, BuyerScope.OTHER, 21_600_000, JANUARY, dt.date(2027, 12, 31)),
)
NOVEMBER = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("amount", "kind", "state", "required", "threshold"),
    [
        (540_400_000, ContractKind.WORKS, False, True, 540_400_000),
        (540_399_999, ContractKind.WORKS, True, False, 540_400_000),
        (14_000_000, ContractKind.SUPPLIES_SERVICES, True, True, 14_000_000),
        (14_000_000, ContractKind.SUPPLIES_SERVICES, False, False, 21_600_000),
        (21_600_000, ContractKind.SUPPLIES_SERVICES, False, True, 21_600_000),
    ],
)
def test_thresholds_of_2026(amount: int, kind: ContractKind, state: bool, required: bool, threshold: int) -> None:
    answer = mandatory_clause(amount, kind, THRESHOLDS_2026, NOVEMBER, state_buyer=state)
    assert (answer.required, answer.threshold_cents) == (required, threshold)
    assert ("Obligatoire" in answer.sentence) is required


def test_nothing_is_mandatory_before_the_law_and_nothing_is_guessed_without_a_threshold() -> None:
    eve = dt.date(2026, 8, 21)
    assert mandatory_clause(10**12, ContractKind.WORKS, THRESHOLDS_2026, eve).required is False
    assert mandatory_clause(10**12, ContractKind.WORKS, (), NOVEMBER).required is None
    late = mandatory_clause(10**12, ContractKind.SUPPLIES_SERVICES, THRESHOLDS_2026, dt.date(2028, 1, 1))
    assert late.required is None


# --- full-time equivalents ---------------------------------------------------------------


def test_published_full_time_equivalents() -> None:
    assert round_half_up(hours_to_fte(2_512_468_400)) == 15_703
    assert round_half_up(hours_to_fte(42_400_000, 1_607)) == 264
    with pytest.raises(ValueError, match="positive"):
        hours_to_fte(1, 0)
