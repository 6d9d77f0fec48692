"""Publics, proofs, ages (DOMAIN.md §2, §7.4, §8.2)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.models.choices import AgeBand
from app.rules.eligibility import (
    OTHER_VERIFIED,
    Check,
    PublicCategory,
    age_band_of,
    age_band_on,
    age_on,
    categories_on,
    check_birth_date,
    check_dates,
    check_derogation,
    countable_until,
    eligible_until,
    is_eligible_in,
    is_eligible_on,
    is_valid_on,
    shown_label,
    stored_code,
    valid_until,
)

TODAY = dt.date(2026, 11, 22)
SEEN = dt.date(2026, 9, 1)


def test_a_discreet_public_is_never_stored_under_its_name() -> None:
    asylum = PublicCategory("iae2025", "iae2025_refugee", "Réfugié", discreet=True)
    income = PublicCategory("iae2025", "iae2025_rsa", "Bénéficiaire du RSA")
    assert (stored_code(asylum), shown_label(asylum)) == (OTHER_VERIFIED, "Autre (vérifié)")
    assert (stored_code(income), shown_label(income)) == ("iae2025_rsa", "Bénéficiaire du RSA")


def test_publics_belong_to_a_scheme_and_a_time() -> None:
    old = PublicCategory("ie2018", "job", "Inscrits à Pôle emploi", valid_to=dt.date(2023, 12, 31))
    new = PublicCategory("ie2018", "job", "Inscrits à France Travail", valid_from=dt.date(2024, 1, 1))
    other = PublicCategory("ccag2021", "iae", "IAE")
    assert categories_on([old, new, other], "ie2018", dt.date(2023, 12, 31)) == (old,)
    assert categories_on([old, new, other], "ie2018", TODAY) == (new,)


@pytest.mark.parametrize(
    ("months", "until"),
    [(3, dt.date(2026, 11, 30)), (6, dt.date(2027, 2, 28)), (12, dt.date(2027, 8, 31)), (None, None)],
)
def test_a_proof_of_less_than_n_months(months: int | None, until: dt.date | None) -> None:
    assert valid_until(SEEN, months) == until


def test_validity_of_a_check() -> None:
    check = Check("rsa", SEEN, dt.date(2026, 11, 30))
    assert is_valid_on(check, dt.date(2026, 11, 30))
    assert not is_valid_on(check, dt.date(2026, 12, 1))
    assert is_valid_on(check, dt.date(2026, 8, 31))
    assert not is_valid_on(check, dt.date(2026, 8, 31), from_seen=True)
    assert not is_valid_on(Check("rsa", None), TODAY)
    assert is_valid_on(Check("th", SEEN), dt.date(2040, 1, 1))


def test_one_public_in_force_is_enough() -> None:
    checks = [Check("rsa", SEEN, dt.date(2026, 9, 30)), Check("qpv", SEEN, dt.date(2026, 11, 1))]
    assert is_eligible_on(checks, dt.date(2026, 11, 1))
    assert not is_eligible_on(checks, dt.date(2026, 11, 2))
    assert is_eligible_in(checks, "2026-11")
    assert not is_eligible_in(checks, "2026-12")
    assert not is_eligible_in(checks, "2026-08", from_seen=True)
    assert is_eligible_in(checks, "2026-08")
    assert not is_eligible_in([], "2026-11")


def test_the_last_day_covered() -> None:
    assert eligible_until([]) == dt.date.min
    assert eligible_until([Check("rsa", None)]) == dt.date.min
    assert eligible_until([Check("a", SEEN, TODAY), Check("b", SEEN, SEEN)]) == TODAY
    assert eligible_until([Check("a", SEEN, TODAY), Check("b", SEEN)]) is None


def test_the_24_months_rule_is_off_unless_a_network_sets_it() -> None:
    assert countable_until(SEEN, None) is None
    assert countable_until(SEEN, 24) == dt.date(2028, 8, 31)


def test_wrong_dates_of_a_proof_are_refused() -> None:
    check_dates(TODAY, None, TODAY)
    check_dates(None, None, TODAY)
    with pytest.raises(InvalidInput, match="futur"):
        check_dates(dt.date(2026, 11, 23), None, TODAY)
    with pytest.raises(InvalidInput, match="avant le jour"):
        check_dates(SEEN, dt.date(2026, 8, 31), TODAY)


def test_a_motivated_opinion_has_a_reason_and_an_author() -> None:
    check_derogation("parcours repris après une longue absence", "N. Diallo")
    with pytest.raises(InvalidInput, match="motivé"):
        check_derogation(" ", "N. Diallo")
    with pytest.raises(InvalidInput, match="auteur"):
        check_derogation("raison", "")


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (16, AgeBand.UNDER_26),
        (25, AgeBand.UNDER_26),
        (26, AgeBand.FROM_26_TO_40),
        (40, AgeBand.FROM_26_TO_40),
        (41, AgeBand.FROM_41_TO_50),
        (50, AgeBand.FROM_41_TO_50),
        (51, AgeBand.FROM_51),
        (70, AgeBand.FROM_51),
    ],
)
def test_published_age_bands(age: int, band: AgeBand) -> None:
    assert age_band_of(age) is band


def test_a_birthday_changes_the_age_that_very_day() -> None:
    birth = dt.date(2000, 11, 22)
    assert age_on(birth, dt.date(2026, 11, 21)) == 25
    assert age_on(birth, TODAY) == 26
    assert age_band_on(birth, TODAY) is AgeBand.FROM_26_TO_40
    assert age_on(dt.date(2000, 2, 29), dt.date(2026, 2, 28)) == 25
    assert age_on(dt.date(2000, 2, 29), dt.date(2026, 3, 1)) == 26


def test_no_birth_date_no_band() -> None:
    assert age_band_on(None, TODAY) is AgeBand.UNKNOWN
    assert age_band_on(dt.date(2027, 1, 1), TODAY) is AgeBand.UNKNOWN


@given(st.dates(dt.date(1920, 1, 1), dt.date(2000, 1, 1)), st.integers(0, 9_000))
def test_age_never_goes_back(birth: dt.date, days: int) -> None:
    later = birth + dt.timedelta(days=days)
    assert 0 <= age_on(birth, later + dt.timedelta(days=1)) - age_on(birth, later) <= 1


def test_an_impossible_age_is_refused() -> None:
    check_birth_date(dt.date(1988, 3, 12), TODAY)
    for birth in (dt.date(2025, 3, 12), dt.date(1920, 1, 1)):
        with pytest.raises(InvalidInput, match="âge de"):
            check_birth_date(birth, TODAY)
