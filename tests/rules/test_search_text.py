"""What a search means (PRODUCT.md F2, AC 22) and a person typed in one line (§5.1 line 15)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.french import fold, format_phone, format_siret
from app.rules.search_text import MAXIMUM_TERMS, PersonQuery, index_words, person_query, query_terms

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Deschamps B.", ("deschamps", "b")),
        ("BENOÎT   deschamps", ("benoit", "deschamps")),
        ("L’Haÿ-les-Roses", ("l", "hay", "les", "roses")),
        ("06 12 34", ("061234",)),
        ("06.12.34.56.78", ("0612345678",)),
        ("+33 6 12 34 56 78", ("0612345678",)),
        ("+33612345678", ("0612345678",)),
        ("229 102 280 00018", ("22910228000018",)),
        ("229 102", ("229102",)),
        ("martin 06 12", ("martin", "0612")),
        ("école 2 lot 3", ("ecole", "2", "lot", "3")),
        ("lot 12 34", ("lot", "12", "34")),
        ("VIS-2026-NO-0042", ("vis", "2026", "no", "0042")),
        ("", ()),
        ("?!", ()),
        ("a a b", ("a", "b")),
    ],
)
def test_terms(typed: str, terms: tuple[str, ...]) -> None:
    assert query_terms(typed) == terms


@given(st.text(max_size=60))
def test_terms_are_folded_single_and_few(text: str) -> None:
    terms = query_terms(text)
    assert len(terms) <= MAXIMUM_TERMS
    assert len(set(terms)) == len(terms)
    assert all(term == fold(term) and " " not in term for term in terms)


@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True), st.integers(1, 5))
def test_the_beginning_of_a_phone_finds_it(phone: str, pairs: int) -> None:
    shown = format_phone(phone)
    indexed = index_words("Martin", shown)
    for typed in (shown[: 3 * pairs - 1], phone[: 2 * pairs]):
        (term,) = query_terms(typed)
        assert any(word.startswith(term) for word in indexed.split())


@given(st.from_regex(r"999[0-9]{11}", fullmatch=True))
def test_a_siret_is_one_term_as_typed_or_as_shown(siret: str) -> None:
    assert query_terms(format_siret(siret)) == query_terms(siret) == (siret,)


def test_names_are_indexed_apart_and_together() -> None:
    assert index_words("de Schamps", "Benoît") == "de schamps deschamps benoit"
    assert index_words("un deux trois quatre cinq") == "un deux trois quatre cinq"


@pytest.mark.parametrize(
    ("typed", "words", "birth"),
    [
        ("Benoit Dechamps 12031988", ("Benoit", "Dechamps"), dt.date(1988, 3, 12)),
        ("Martin, Julie 12/3/88", ("Martin", "Julie"), dt.date(1988, 3, 12)),
        ("Julie Martin 1er mars 1988", ("Julie", "Martin"), dt.date(1988, 3, 1)),
        ("Julie Martin", ("Julie", "Martin"), None),
        ("Julie Martin 99999999", ("Julie", "Martin", "99999999"), None),
        ("", (), None),
    ],
)
def test_a_person_in_one_line(typed: str, words: tuple[str, ...], birth: dt.date | None) -> None:
    assert person_query(typed, TODAY) == PersonQuery(words, birth)
