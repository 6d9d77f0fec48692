"""SIRET, telephone, post code, e-mail (PRODUCT.md C3); the NIR is found, and nothing else for it (DOMAIN.md §8.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.french import format_phone, format_siret
from app.rules.identifiers import (
    find_nir,
    is_siret,
    luhn,
    parse_email,
    parse_phone,
    parse_post_code,
    parse_siren,
    parse_siret,
    siren_of,
)


def complete(body: str) -> str:
    """``body`` and the Luhn key that makes it right."""
    return next(body + key for key in "0123456789" if luhn(body + key))


INVENTED_SIRETS = st.tuples(st.integers(0, 99_999), st.integers(1, 9_999)).map(
    lambda parts: complete(complete(f"999{parts[0]:05d}") + f"{parts[1]:04d}")
)


@pytest.mark.parametrize(
    "typed",
    [
        "22910228000018",
        "229 102 280 00018",
        "229\u00a0102\u00a0280\u202f00018",
        "'22910228000018",
        "35600000000048",
        "73282932000074",
    ],
)
def test_published_sirets_are_accepted(typed: str) -> None:
    assert is_siret(typed)


def test_la_poste_follows_its_own_rule() -> None:
    assert parse_siret("35600000009075") == "35600000009075"
    with pytest.raises(InvalidInput, match="La Poste"):
        parse_siret("35600000009076")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "pas indiqué"),
        ("22910228000019", "clé de contrôle"),
        ("22910228100018", "neuf premiers chiffres"),
        ("2291022800001", "zéro du début ou de la fin"),
        ("229102280000188", "a 15"),
        ("229102280", "SIREN"),
        ("00000000000000", "zéros"),
        ("2291022800001O", "lettre O par un zéro"),
        ("22910228A00018", "seulement ses 14 chiffres"),
        ("2.2910228E+13", "tableur"),
        ("2,2910228E13", "tableur"),
        ("7328293200074", "perdu"),
    ],
)
def test_each_refused_siret_has_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_siret(typed, field="siret")
    assert reason in refusal.value.sentence
    assert refusal.value.field == "siret"
    assert not is_siret(typed)


@given(INVENTED_SIRETS)
def test_a_siret_is_read_as_it_is_shown(siret: str) -> None:
    assert parse_siret(format_siret(siret)) == siret
    assert parse_siren(siren_of(siret)) == siret[:9]


@given(INVENTED_SIRETS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(siret: str, at: int, shift: int) -> None:
    wrong = siret[:at] + str((int(siret[at]) + shift) % 10) + siret[at + 1 :]
    assert not is_siret(wrong)


def test_a_siren_has_its_own_reasons() -> None:
    with pytest.raises(InvalidInput, match="fausse"):
        parse_siren("229102281")
    with pytest.raises(InvalidInput, match="8"):
        parse_siren("22910228")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 12 34 56 78", "0612345678"),
        ("06.12.34.56.78", "0612345678"),
        ("06-12-34-56-78", "0612345678"),
        ("+33 6 12 34 56 78", "0612345678"),
        ("+33 (0)6 12 34 56 78", "0612345678"),
        ("0033612345678", "0612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0032470123456", "+32470123456"),
    ],
)
def test_phones_are_stored_one_way(typed: str, stored: str) -> None:
    assert parse_phone(typed) == stored
    assert parse_phone(format_phone(stored)) == stored


@pytest.mark.parametrize(
    "typed", ["", "__________", "061234567", "06123456789", "6123456789", "0000000000", "0666666666", "06 12 AB", "+12"]
)
def test_what_is_not_a_phone_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_phone(typed)
    assert refusal.value.todo


def test_post_codes() -> None:
    assert parse_post_code(" 91 000 ") == "91000"
    for wrong in ("9100", "910000", "00999", "99000", "9100A", ""):
        with pytest.raises(InvalidInput, match="code postal"):
            parse_post_code(wrong)


def test_e_mail_addresses() -> None:
    assert parse_email(" J.Martin+test@Exemple.FR ") == "J.Martin+test@exemple.fr"
    assert parse_email("mailto:contact@bati-sud.example") == "contact@bati-sud.example"
    for wrong in (
        "",
        "contact",
        "contact@",
        "@exemple.fr",
        "a b@exemple.fr",
        "a@exemple",
        "a..b@exemple.fr",
        "a@-x.fr",
        "a" * 250 + "@x.fr",
    ):
        with pytest.raises(InvalidInput, match="adresse électronique"):
            parse_email(wrong)


def nir(body: str) -> str:
    """An invented number with its key."""
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - number % 97:02d}"


@pytest.mark.parametrize(
    "number",
    [
        "2990291999999",  # 13 digits
        nir("2990291999999"),
        "2 99 02 91 999 999",
        "2 99 02 91 999 999 " + nir("2990291999999")[-2:],
        nir("1990291999001"),
        nir("199022A999001"),
        nir("199022B999001"),
        "2.99.02.91.999.999",
        "2-99-02-91-999-999",
    ],
)
def test_a_social_security_number_is_found_in_a_note(number: str) -> None:
    note = f"Carte vue, {number}, à ne pas garder."
    (found,) = find_nir(note)
    assert note[found.start : found.end] == number


@pytest.mark.parametrize(
    "text",
    [
        "SIRET 229 102 280 00018 ou 22910228000018",
        "06 12 34 56 78 et +33 6 12 34 56 78",
        "2990299999999991",  # sixteen digits
        "2990013999999",  # month 00
        "2990200999999",  # no department
        "2990291000999",  # no commune
        "2990291999000",
        "2990291999999" + f"{(int(nir('2990291999999')[-2:]) % 97) + 1:02d}",  # wrong key
        "marché n° 2026-0042, 1 000 000 000 000 €",
        "A2990291999999",
    ],
)
def test_other_numbers_are_not_taken_for_one(text: str) -> None:
    assert find_nir(text) == ()


@given(INVENTED_SIRETS)
def test_an_invented_siret_is_never_flagged(siret: str) -> None:
    assert find_nir(f"{siret} {format_siret(siret)}") == ()
