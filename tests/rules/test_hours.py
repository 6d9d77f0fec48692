"""Reading hours (PRODUCT.md H3, AC 20), doubts (H5), the control total (H4), sharing (H7), states (H6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput, Locked
from app.models.choices import StatementState
from app.rules.french import format_duration, format_hours, format_hours_short, format_hours_unit
from app.rules.hours import (
    MONTH_MAXIMUM,
    MonthFacts,
    allocate,
    check_allocation,
    check_transition,
    control_total,
    is_locked,
    monthly_limit,
    next_states,
    parse_hours,
    parse_hours_exact,
    parse_hours_or_none,
    parse_total,
    plausibility,
    remaining_to_allocate,
)

MONTH_HOURS = st.integers(0, MONTH_MAXIMUM)


# --- reading -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [
        ("151,67", 15_167),
        ("140.5", 14_050),
        ("7h30", 750),
        ("7:30", 750),
        ("7 h 30", 750),
        ("7H30", 750),
        ("151h40", 15_167),
        ("2 h 30 min", 250),
        ("2h5min", 208),
        ("45 min", 75),
        ("45mn", 75),
        ("151:40:00", 15_167),
        ("0:20", 33),
        (",5", 50),
        (".5", 50),
        ("0", 0),
        ("7h", 700),
        ("7,5 h", 750),
        ("140 heures", 14_000),
        ("140,", 14_000),
        ("007", 700),
        ("151,6666667", 15_167),
        ("0,125", 13),
        ("\u00a0140\u202f", 14_000),
        ("744", 74_400),
        ("1 heure 15 minutes", 125),
    ],
)
def test_a_month_is_read_right(typed: str, hundredths: int) -> None:
    assert parse_hours(typed) == hundredths


@pytest.mark.parametrize(
    "typed",
    [
        "1 534,50",
        "1 534.5",
        "1\u202f534,50",
        "1\u00a0534,50",
        "1\u2009534,5",
        "1534,5",
        "1.534,50",
        "1,534.50",
        "1534h30",
        "1 534 h 30",
    ],
)
def test_totals_may_pass_a_persons_month(typed: str) -> None:
    assert parse_total(typed) == 153_450


def test_repeated_separators_can_only_be_thousands() -> None:
    assert parse_total("25.124.684") == 2_512_468_400
    assert parse_total("25,124,684") == 2_512_468_400


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("1.234", "1\u202f234,00", "1,23"),
        ("1,234", "1\u202f234,00", "1,23"),
        ("140,500", "140\u202f500,00", "140,50"),
        ("7h5", "7\u00a0h\u00a005", "7\u00a0h\u00a050"),
        ("7:5", "7:05", "7:50"),
    ],
)
def test_two_readings_are_asked_and_both_answers_can_be_typed(typed: str, first: str, second: str) -> None:
    with pytest.raises(InvalidInput) as question:
        parse_total(typed)
    assert first in question.value.todo
    assert second in question.value.todo
    assert parse_total(first) != parse_total(second)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "nombre d’heures"),
        ("-5", "rectification"),
        ("\u22125", "rectification"),
        ("745", "virgule"),
        ("15167", "virgule"),
        ("abc", "7h30"),
        ("14O", "zéro"),
        ("20 jours", "non des jours"),
        ("3 semaines", "non des jours"),
        ("50 %", "pourcentage"),
        ("1e3", "Recopier"),
        ("7h75", "7,75"),
        ("7:30:75", "7,75"),
        ("1 5", "7h30"),
        ("151 67", "7h30"),
        ("1,2,3", "7h30"),
        (".", "7h30"),
        ("h30", "7h30"),
        ("7h30,5", "7h30"),
        ("7+8", "7h30"),
        ("9" * 5_000, "7h30"),
    ],
)
def test_what_cannot_be_hours_is_refused_with_a_hint(typed: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_hours(typed, field="cell")
    assert hint in refusal.value.todo
    assert refusal.value.field == "cell"


def test_a_total_has_a_limit_too() -> None:
    with pytest.raises(InvalidInput, match="plus que"):
        parse_total("999999999999")


def test_an_empty_cell_is_not_zero() -> None:
    assert parse_hours_or_none("  \u00a0") is None
    assert parse_hours_or_none("0") == 0


def test_sums_of_minutes_are_rounded_once() -> None:
    assert parse_hours_exact("151h40") * 36 == 5_460_00
    assert parse_hours_exact("0,3333") == Fraction(3333, 100)
    with pytest.raises(InvalidInput):
        parse_hours_exact("")


def _spellings(hundredths: int) -> list[str]:
    """Ways French people write one number of hours; all must be read as that number."""
    whole, rest = divmod(hundredths, 100)
    grouped = f"{whole:,}"
    spellings = [
        f"{glued}{mark}{rest:02d}{unit}"
        for glued in {str(whole), *(grouped.replace(",", space) for space in (" ", "\u00a0", "\u202f"))}
        for mark in (",", ".")
        for unit in ("", "h", " h", "\u00a0h", " heures", " H")
    ]
    if rest == 0:
        spellings += [str(whole), f"{whole}h", f"{whole} heures", f"{whole}h00", f"{whole}:00", f" {whole} "]
    if rest % 10 == 0:
        spellings += [f"{whole},{rest // 10}", f"{whole}.{rest // 10}"]
    if rest in (25, 50, 75):
        minutes = rest * 60 // 100
        spellings += [f"{whole}h{minutes}", f"{whole} h {minutes}", f"{whole}:{minutes}", f"{whole}H{minutes}"]
        spellings += [f"{whole}h {minutes}min", f"{whole} h {minutes} mn", f"{whole} heures {minutes} minutes"]
    return spellings


def test_hundreds_of_french_spellings_are_all_read_right() -> None:
    values = [0, 25, 50, 75, 700, 725, 750, 775, 3_500, 7_550, 10_400, 14_000, 14_050, 15_167, 15_175]
    values += [16_900, 21_725, 74_400, 100_000, 153_450, 1_234_550, 123_456_789]
    pairs = [(spelling, value) for value in values for spelling in _spellings(value)]
    assert len(pairs) > 500
    assert [(spelling, value) for spelling, value in pairs if parse_total(spelling) != value] == []


@given(st.integers(0, 10**9))
def test_every_shown_number_of_hours_can_be_typed_back(hundredths: int) -> None:
    assert parse_total(format_hours(hundredths)) == hundredths
    assert parse_total(format_hours_short(hundredths)) == hundredths
    assert parse_total(format_hours_unit(hundredths)) == hundredths


@given(st.integers(0, 10_000), st.integers(0, 59))
def test_every_minute_keeps_its_own_hundredth(hours: int, minutes: int) -> None:
    read = parse_total(f"{hours}h{minutes:02d}")
    assert format_duration(read) == f"{format_hours_short(hours * 100)}\u00a0h\u00a0{minutes:02d}"


@given(st.text(alphabet="0123456789 .,:hmin-+jOe%\u00a0\u202f'", max_size=12))
def test_anything_typed_is_read_or_refused_in_french(text: str) -> None:
    try:
        assert 0 <= parse_hours(text) <= MONTH_MAXIMUM
    except InvalidInput as refusal:
        explained = refusal.happened.endswith(".") and refusal.todo.endswith(".")
    else:
        explained = True
    assert explained


# --- plausibility ------------------------------------------------------------------------

USUAL = MonthFacts(
    month="2026-10", worked=14_000, today=dt.date(2026, 11, 22), contract_start=dt.date(2026, 9, 1), contract_end=None
)


def codes(facts: MonthFacts) -> list[str]:
    return [doubt.code for doubt in plausibility(facts)]


def test_a_usual_month_raises_no_doubt() -> None:
    assert plausibility(USUAL) == ()
    assert plausibility(replace(USUAL, worked=15_167, planned=15_167, eligible_until=dt.date(2026, 10, 1))) == ()


def test_a_full_month_of_35_hours_is_151_67() -> None:
    assert monthly_limit(3_500) == 15_167
    assert monthly_limit(3_900) == 16_900


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"worked": 15_168}, "over_full_time", "temps plein de 151,67"),
        ({"worked": 12_000, "weekly": 2_400}, "over_full_time", "temps partiel de 104"),
        ({"worked": 21_300, "weekly": 5_000}, "over_48_hours", "au-delà de 48"),
        ({"contract_start": dt.date(2026, 10, 11)}, "over_covered_days", "21\u00a0jours d’octobre 2026"),
        ({"contract_end": dt.date(2026, 9, 30)}, "outside_contract", "terminé le 30/09/2026"),
        ({"contract_start": dt.date(2026, 11, 2)}, "outside_contract", "ne commence que le 02/11/2026"),
        ({"contract_start": None}, "no_contract", "Aucun contrat"),
        ({"elsewhere": 7_701}, "two_companies", "au-delà de 217"),
        ({"eligibility_known": False}, "eligibility_missing", "pas vérifiée"),
        ({"eligible_until": dt.date(2026, 9, 30)}, "eligibility_expired", "jusqu’au 30/09/2026"),
        ({"month": "2026-12"}, "future_month", "décembre 2026"),
        ({"state": StatementState.ATTESTED}, "attested", "rectification"),
        ({"duplicate": True}, "duplicate", "déjà saisies"),
        ({"planned": 10_000}, "over_planned", "100\u00a0h prévues"),
    ],
)
def test_each_doubt_is_a_sentence(changes: dict[str, object], code: str, words: str) -> None:
    doubts = {doubt.code: doubt.sentence for doubt in plausibility(replace(USUAL, **changes))}  # type: ignore[arg-type]
    assert list(doubts) == [code]
    assert words in doubts[code]
    assert doubts[code].endswith(".")


def test_the_bounds_themselves_are_no_doubt() -> None:
    assert codes(replace(USUAL, worked=7_500, contract_start=dt.date(2026, 10, 17))) == []
    assert codes(replace(USUAL, elsewhere=7_700)) == []
    assert codes(replace(USUAL, planned=11_200)) == []
    assert codes(replace(USUAL, planned=0)) == []


def test_212_hours_of_full_time_say_both_limits() -> None:
    assert codes(replace(USUAL, worked=21_300)) == ["over_full_time", "over_48_hours"]


def test_no_hours_raise_no_doubt_of_quantity_or_contract() -> None:
    assert codes(replace(USUAL, worked=0, contract_start=None, eligibility_known=False, month="2027-01")) == []


# --- control total -----------------------------------------------------------------------


def test_the_inverted_row_is_named_as_on_paper() -> None:
    lines = [15_167] * 6 + [14_000] + [3_500] * 5
    found = control_total(lines, sum(lines) - 3_600)
    assert (found.difference, found.suspect_row, found.suggestion) == (3_600, 6, 10_400)
    assert found.sentence == "Écart 36,00\u00a0h\u00a0: ligne 7, 140 ↔ 104\u202f?"
    assert not found.agrees


def test_an_agreeing_total_and_no_total() -> None:
    assert control_total([100, None, 200], 300).agrees
    assert control_total([100, None, 200], 300).sentence == "Écart 0,00\u00a0h"
    assert control_total([], None).sentence == ""
    assert not control_total([], None).agrees


def test_one_empty_row_explains_what_is_missing() -> None:
    found = control_total([14_000, None, 15_167], 14_000 + 15_167 + 7_000)
    assert (found.suspect_row, found.suggestion) == (1, 7_000)
    assert "ligne 2 est vide, 70\u00a0h" in found.sentence


def test_a_row_left_out_or_counted_twice_by_the_company() -> None:
    lines = [14_000, 15_167, 3_333]
    left_out = control_total(lines, sum(lines) - 3_333)
    assert left_out.suspect_row == 2
    assert "absente du total" in left_out.sentence
    twice = control_total(lines, sum(lines) + 15_167)
    assert twice.suspect_row == 1
    assert twice.suggestion is None
    assert "comptée deux fois" in twice.sentence


def test_a_comma_out_of_place_is_found() -> None:
    found = control_total([1_400, 15_167], 14_000 + 15_167)
    assert (found.suspect_row, found.suggestion) == (0, 14_000)


def test_a_full_month_known_by_heart_is_suspected_last() -> None:
    # 151,67 ↔ 115,67 would explain the same 36 hours as 140 ↔ 104
    assert control_total([15_167, 14_000], 15_167 + 10_400).suspect_row == 1
    assert control_total([12_000, 12_000, 23_100], 24_000 + 13_200).suspect_row == 2


def test_what_nothing_explains_is_only_counted() -> None:
    found = control_total([14_000, None, None], 14_000 + 123)
    assert (found.suspect_row, found.suggestion) == (None, None)
    assert found.sentence == "Écart \u22121,23\u00a0h."


@given(st.lists(MONTH_HOURS, min_size=1, max_size=30), st.data())
def test_a_typed_inversion_is_always_explained_exactly(lines: list[int], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(lines) - 1))
    digits = list(str(lines[row] // 100))
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.integers(0, len(digits) - 1))
    digits[at], digits[other] = digits[other], digits[at]
    typed = int("".join(digits)) * 100 + lines[row] % 100
    declared = sum(lines)
    lines[row] = typed
    found = control_total(lines, declared)
    assert found.total == sum(lines)
    assert found.difference == sum(lines) - declared
    if found.difference and digits[0] != "0" and typed <= MONTH_MAXIMUM:
        assert found.suspect_row is not None
    if found.suggestion is not None and found.suspect_row is not None:
        mended = [*lines]
        mended[found.suspect_row] = found.suggestion
        assert sum(mended) == declared


# --- sharing -----------------------------------------------------------------------------


def test_a_sharing_gives_exactly_the_hours_worked() -> None:
    check_allocation(14_000, {"a": 9_000, "b": 5_000})
    assert remaining_to_allocate(14_000, {"a": 9_000}) == 5_000
    for parts, words in (
        ({"a": 9_000}, "reste 50\u00a0h"),
        ({"a": 9_000, "b": 5_001}, "dépasse de 0,01\u00a0h"),
        ({"a": 15_000, "b": -1_000}, "négative"),
    ):
        with pytest.raises(InvalidInput, match=words):
            check_allocation(14_000, parts)


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**5), min_size=1, max_size=8))
def test_allocation_loses_nothing_and_stays_within_a_hundredth(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)
    assert sum(shares) == total
    check_allocation(total, {str(at): share for at, share in enumerate(shares)})
    if sum(weights):
        exact = [Fraction(total * weight, sum(weights)) for weight in weights]
        assert all(abs(share - want) < 1 for share, want in zip(shares, exact, strict=True))


def test_allocation_refuses_nonsense() -> None:
    for total, weights in ((-1, [1]), (1, []), (1, [-1])):
        with pytest.raises(ValueError, match="not negative"):
            allocate(total, weights)
    assert allocate(10, [0, 0, 0]) == (4, 3, 3)


# --- states ------------------------------------------------------------------------------


def test_the_usual_road_of_a_statement() -> None:
    state = StatementState.EXPECTED
    road = [state]
    while next_states(state):
        state = next_states(state)[0]
        road.append(state)
    assert road == [
        StatementState.EXPECTED,
        StatementState.RECEIVED,
        StatementState.VALIDATED,
        StatementState.ATTESTED,
    ]


def test_attested_is_final_and_validated_closes_the_figures() -> None:
    assert [state for state in StatementState if is_locked(state)] == [
        StatementState.VALIDATED,
        StatementState.ATTESTED,
    ]
    check_transition(StatementState.ATTESTED, StatementState.ATTESTED)
    check_transition(StatementState.VALIDATED, StatementState.TO_CHECK)
    with pytest.raises(Locked, match="attesté"):
        check_transition(StatementState.ATTESTED, StatementState.TO_CHECK)
    with pytest.raises(InvalidInput, match="Attendu"):
        check_transition(StatementState.EXPECTED, StatementState.ATTESTED)
