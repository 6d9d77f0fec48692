"""What French readers see and type: PRODUCT.md §3.11, AC 21 and 33; rounding of DOMAIN.md §3.7 and §12."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules import french
from app.rules.french import (
    fold,
    format_date,
    format_date_range,
    format_duration,
    format_hours,
    format_hours_short,
    format_hours_unit,
    format_integer,
    format_long_date,
    format_money,
    format_money_short,
    format_month,
    format_month_short,
    format_percent,
    format_phone,
    format_siret,
    format_time,
    format_weekday_date,
    hours_in_words,
    initials,
    join_words,
    number_in_words,
    parse_date,
    parse_month,
    person_name_letter,
    person_name_list,
    plural,
    plural_word,
    quoted,
    round_half_up,
    sort_key,
)

TODAY = dt.date(2026, 11, 22)
DATES = st.dates(min_value=dt.date(1910, 1, 1), max_value=TODAY)
TEXTS = st.text(alphabet="abcéèêàçœæßüÿñ ABCÉÈŒ'’-0123456789.,/", max_size=20)


@pytest.mark.parametrize(
    ("hundredths", "shown"),
    [
        (153_450, "1\u202f534,50"),
        (0, "0,00"),
        (5, "0,05"),
        (14_000, "140,00"),
        (-3_600, "\u221236,00"),
        (3_005_849, "30\u202f058,49"),
        (2_512_468_400, "25\u202f124\u202f684,00"),
        (None, ""),
    ],
)
def test_hours_have_a_comma_two_decimals_and_narrow_spaces(hundredths: int | None, shown: str) -> None:
    assert format_hours(hundredths) == shown


def test_short_hours_drop_only_useless_zeros() -> None:
    assert format_hours_short(14_000) == "140"
    assert format_hours_short(14_050) == "140,50"
    assert format_hours_unit(14_000) == "140\u00a0h"
    assert format_hours_unit(14_050) == "140,50\u00a0h"
    assert format_hours_unit(None) == ""


@given(st.integers(0, 10**12))
def test_hours_read_back_by_hand_give_the_same_number(hundredths: int) -> None:
    assert int(format_hours(hundredths).replace("\u202f", "").replace(",", "")) == hundredths


@pytest.mark.parametrize(
    ("hundredths", "shown"), [(750, "7 h 30"), (15_167, "151 h 40"), (0, "0 h 00"), (-150, "−1 h 30")]
)
def test_durations(hundredths: int, shown: str) -> None:
    assert format_duration(hundredths).replace("\u00a0", " ").replace("\u2212", "−") == shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "shown"),
    [
        (1_486_400, 3_402_500, 2, "43,69"),  # published truncated 43,68 (DOMAIN §12 fact 20)
        (3_005_849, 2_278_100, 2, "131,95"),  # fact 19: over 100 is not capped
        (297, 367, 1, "80,9"),
        (70, 367, 1, "19,1"),
        (34, 42, 1, "81,0"),
        (1, 42, 1, "2,4"),
        (99, 10, 0, "990"),
        (1, 8, 1, "12,5"),
        (1, 16, 1, "6,3"),  # 6,25 rounds up
    ],
)
def test_published_percentages(numerator: int, denominator: int, decimals: int, shown: str) -> None:
    assert format_percent(numerator, denominator, decimals) == f"{shown}\u00a0%"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert format_percent(5, 0) == "—"
    assert format_percent(0, 5) == "0,0\u00a0%"


@pytest.mark.parametrize(
    ("value", "rounded"), [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("5/2", 3), ("49/100", 0), ("-7/4", -2)]
)
def test_halves_go_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Fraction(value)) == rounded


@given(st.fractions())
def test_rounding_is_never_further_than_a_half(value: Fraction) -> None:
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)


def test_money() -> None:
    assert format_money(798_000) == "7\u202f980,00\u00a0€"
    assert format_money_short(540_400_000) == "5\u202f404\u202f000\u00a0€"
    assert format_money_short(12_345_687) == "123\u202f456,87\u00a0€"


def test_numbers_and_plurals_follow_french_use() -> None:
    assert plural(0, "heure") == "0\u00a0heure"
    assert plural(1, "heure") == "1\u00a0heure"
    assert plural(2, "heure") == "2\u00a0heures"
    assert plural(1_234, "relevé manquant", "relevés manquants") == "1\u202f234\u00a0relevés manquants"
    assert plural_word(3, "mois") == "mois"
    assert format_integer(-12_345) == "\u221212\u202f345"
    with pytest.raises(ValueError, match="plural"):
        plural(2, "relevé manquant")


def test_dates_and_times() -> None:
    assert format_date(TODAY) == "22/11/2026"
    assert format_date(None) == ""
    assert format_long_date(TODAY) == "22\u00a0novembre 2026"
    assert format_long_date(dt.date(2027, 3, 1)) == "1er\u00a0mars 2027"
    assert format_weekday_date(TODAY) == "dimanche 22\u00a0novembre 2026"
    assert format_month("2026-08") == "août 2026"
    assert format_month_short("2026-11") == "11/2026"
    assert format_time(dt.time(14, 5)) == "14\u00a0h\u00a005"
    assert format_time(dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)) == "9\u00a0h\u00a000"


def test_a_range_of_dates_says_only_what_is_known() -> None:
    first, last = dt.date(2026, 11, 3), dt.date(2026, 11, 30)
    assert format_date_range(first, last) == "du 03/11/2026 au 30/11/2026"
    assert format_date_range(first, None) == "depuis le 03/11/2026"
    assert format_date_range(first, first) == "le 03/11/2026"


def test_names_for_lists_letters_and_discretion() -> None:
    assert person_name_list("Lefèvre", "Éloïse") == "LEFÈVRE Éloïse"
    assert person_name_letter("Martin", "Julie") == "Julie MARTIN"
    assert person_name_list("Martin", "") == "MARTIN"
    assert initials("Martin", "Jean-Pierre") == "J.-P.\u00a0M."
    assert initials("Martin", "") == "M."


def test_phone_and_siret_are_grouped_as_read_aloud() -> None:
    assert format_phone("0612345678").split("\u00a0") == ["06", "12", "34", "56", "78"]
    assert format_phone("+33612345678") == format_phone("0612345678")
    assert format_phone("+32470123456") == "+32470123456"
    assert format_siret("99912345600012") == "999\u00a0123\u00a0456\u00a000012"
    assert format_siret("pas encore connu") == "pas encore connu"
    assert french.format_siren("12") == "12"


def test_small_words() -> None:
    assert join_words([]) == ""
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b", "c"]) == "a, b et c"
    assert french.of("Évry") == "d’Évry"
    assert french.of("Bâti-Sud") == "de Bâti-Sud"
    assert quoted("RAS") == "«\u00a0RAS\u00a0»"
    assert french.capitalise_first("école") == "École"


# --- folding and collation ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("ŒUVRE sœur", "oeuvre soeur"),
        ("Ægir Straße", "aegir strasse"),
        ("  D'Almeida\u00a0 Núñez ", "d almeida nunez"),
        ("Łukasz Øystein", "lukasz oystein"),
        ("Bâti-Sud (91)", "bati sud 91"),
    ],
)
def test_folding_leaves_plain_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "ordered",
    [
        ["cote", "Cote", "coté", "côte", "côté"],
        ["Ecole", "École", "écoles"],
        ["Dupond", "Dupont", "Dupré", "Dupuis"],
        ["lot 1", "lot 2", "lot 10", "lot 10 bis", "lot 100"],
        ["Le Goff", "Lebrun"],
        ["Jean Paul", "Jeanne", "Jean-Pierre"],
        ["Lhay", "L’Haÿ", "Lhaz"],
        ["Nord", "Œuvre", "Ouest"],
        ["9e rue", "10e rue", "A"],
    ],
)
def test_french_order(ordered: list[str]) -> None:
    shuffled = [*ordered[1::2], *ordered[0::2]]
    assert sorted(shuffled, key=sort_key) == ordered


def test_a_particle_may_be_ignored() -> None:
    names = ["de La Tour", "Lambert", "du Pont", "Petit"]
    assert sorted(names, key=lambda name: sort_key(name, ignore_particle=True)) == [
        "Lambert",
        "Petit",
        "du Pont",
        "de La Tour",
    ]


@given(TEXTS, TEXTS)
def test_two_texts_share_a_key_only_when_they_are_the_same(first: str, second: str) -> None:
    assert (sort_key(first) == sort_key(second)) == (first == second)


@given(st.text(alphabet="abcdeio 12", max_size=10), st.text(alphabet="abcdeio 12", max_size=10))
def test_accents_and_hyphens_never_win_over_letters(first: str, second: str) -> None:
    accented = str.maketrans({"e": "é", "a": "â", "o": "-ô", "c": "ç’"})
    if first.split() != second.split():
        straight = sort_key(first) < sort_key(second)
        assert (sort_key(first.translate(accented)) < sort_key(second)) == straight
        assert (sort_key(first) < sort_key(second.translate(accented))) == straight


@given(TEXTS)
def test_keys_hold_no_nul_so_that_sqlite_keeps_them_whole(text: str) -> None:
    assert "\x00" not in sort_key(text)


# --- numbers in words --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zéro"),
        (1, "un"),
        (16, "seize"),
        (17, "dix-sept"),
        (21, "vingt et un"),
        (22, "vingt-deux"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (77, "soixante-dix-sept"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (101, "cent un"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (324, "trois cent vingt-quatre"),
        (1_000, "mille"),
        (1_999, "mille neuf cent quatre-vingt-dix-neuf"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (200_000_000, "deux cents millions"),
        (1_000_080, "un million quatre-vingts"),
    ],
)
def test_numbers_in_letters(value: int, words: str) -> None:
    assert number_in_words(value) == words


@given(st.integers(0, 999_999_999), st.integers(0, 999_999_999))
def test_two_numbers_never_have_the_same_letters(first: int, second: int) -> None:
    assert (number_in_words(first) == number_in_words(second)) == (first == second)


def test_numbers_out_of_range_are_refused() -> None:
    for value in (-1, 1_000_000_000):
        with pytest.raises(ValueError, match="999"):
            number_in_words(value)


@pytest.mark.parametrize(
    ("hundredths", "words"),
    [
        (32_450, "trois cent vingt-quatre heures et trente minutes"),
        (15_167, "cent cinquante et une heures et quarante minutes"),
        (100, "une heure"),
        (2_100, "vingt et une heures"),
        (8_100, "quatre-vingt-une heures"),
        (52, "trente et une minutes"),
        (2, "une minute"),
        (0, "zéro heure"),
        (100_000_000, "un million d’heures"),
        (-150, "moins une heure et trente minutes"),
    ],
)
def test_hours_in_letters(hundredths: int, words: str) -> None:
    assert hours_in_words(hundredths) == words


# --- reading dates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        *("12031988", "120388", "12/3/88", "12/03/1988", "12-03-1988", "12.03.88", "12 3 88", "1988-03-12"),
        *("12 mars 1988", "12 MARS 88", "12mars1988", "12 mar. 1988", "samedi 12 mars 1988", "le 12 mars 1988"),
    ],
)
def test_a_birth_date_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_date(typed, TODAY, past=True) == dt.date(1988, 3, 12)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1er mars 88", dt.date(1988, 3, 1)),
        ("aujourd’hui", TODAY),
        ("Aujourd'hui", TODAY),
        ("demain", dt.date(2026, 11, 23)),
        ("après-demain", dt.date(2026, 11, 24)),
        ("hier", dt.date(2026, 11, 21)),
        ("05/06/2026", dt.date(2026, 6, 5)),  # never the sixth of May
        ("3 août 26", dt.date(2026, 8, 3)),
        ("15 févr. 2027", dt.date(2027, 2, 15)),
        ("29/02/2028", dt.date(2028, 2, 29)),
        ("24/11", dt.date(2026, 11, 24)),
        ("12/1", dt.date(2027, 1, 12)),
    ],
)
def test_dates_of_work(typed: str, day: dt.date) -> None:
    assert parse_date(typed, TODAY) == day


def test_a_leap_day_without_year_is_asked_when_no_near_year_has_one() -> None:
    with pytest.raises(InvalidInput, match="calendrier"):
        parse_date("29/2", TODAY)


def test_two_digit_years_go_to_the_past_for_births_only() -> None:
    assert parse_date("12/3/30", TODAY, past=True) == dt.date(1930, 3, 12)
    assert parse_date("12/3/30", TODAY) == dt.date(2030, 3, 12)
    assert parse_date("12/3/26", TODAY, past=True) == dt.date(2026, 3, 12)
    assert parse_date("12/12/26", TODAY, past=True) == dt.date(1926, 12, 12)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "31/02/2026",
        "12/13/1988",
        "00/01/2026",
        "bientôt",
        "12",
        "12 brumaire 1988",
        "99999999",
        "12/03/88/1",
        "1/1/1700",
    ],
)
def test_what_is_not_a_date_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_date(typed, TODAY, field="birth_date")
    assert refusal.value.field == "birth_date"
    assert "12/03/1988" in refusal.value.todo


def test_a_swapped_month_is_explained_not_guessed() -> None:
    with pytest.raises(InvalidInput, match="mois 13"):
        parse_date("12/13/1988", TODAY)


def test_a_birth_needs_its_year_and_is_not_in_the_future() -> None:
    with pytest.raises(InvalidInput, match="année"):
        parse_date("12/03", TODAY, past=True)
    with pytest.raises(InvalidInput, match="futur"):
        parse_date("23/11/2026", TODAY, past=True)


@given(
    DATES,
    st.sampled_from(["{d:02d}{m:02d}{y}", "{d}/{m}/{y}", "{d}-{m}-{y}", "{d}.{m:02d}.{y}", "{y}-{m:02d}-{d:02d}"]),
)
def test_every_date_survives_every_spelling(day: dt.date, spelling: str) -> None:
    assert parse_date(spelling.format(d=day.day, m=day.month, y=day.year), TODAY, past=True) == day


@given(DATES)
def test_every_shown_date_can_be_typed_back(day: dt.date) -> None:
    assert parse_date(format_date(day), TODAY, past=True) == day
    assert parse_date(format_long_date(day), TODAY, past=True) == day
    assert parse_date(format_weekday_date(day), TODAY, past=True) == day


@given(st.text(max_size=15))
def test_a_date_is_read_or_refused_in_french_never_a_crash(text: str) -> None:
    try:
        answer: object = parse_date(text, TODAY)
    except InvalidInput as refusal:
        answer = refusal.todo
    assert answer


@pytest.mark.parametrize(
    "typed", ["11/2026", "11/26", "2026-11", "112026", "1126", "novembre 2026", "nov. 26", "Novembre"]
)
def test_a_month_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_month(typed, TODAY) == "2026-11"


def test_a_month_alone_is_the_latest_one() -> None:
    assert parse_month("décembre", TODAY) == "2025-12"


@pytest.mark.parametrize("typed", ["", "13/2026", "brumaire", "2026", "0/2026"])
def test_what_is_not_a_month_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="mois"):
        parse_month(typed, TODAY)


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_every_shown_month_can_be_typed_back(year: int, number: int) -> None:
    month = f"{year}-{number:02d}"
    assert parse_month(format_month(month)) == month
    assert parse_month(format_month_short(month)) == month
