"""Who a written name is: sure, asked, or nobody; never the wrong person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.matching import Directory, Doubt, Known
from tests.factories import PEOPLE

SITE = Directory(Known(f"{last} {first}", last, first) for last, first in PEOPLE)


@pytest.mark.parametrize(
    ("last", "first", "who"),
    [
        ("MARTIN", "Julie", "MARTIN Julie"),
        ("martin", "JULIE", "MARTIN Julie"),
        ("Julie", "MARTIN", "MARTIN Julie"),
        ("LEFEVRE", "Eloise", "LEFÈVRE Éloïse"),
        ("SOUSA", "Manuel", "de SOUSA Manuel"),
        ("De Sousa", "MANUEL", "de SOUSA Manuel"),
        ("KEITA", "Ibrahim", "KÉÏTA Ibrahim"),
        ("NGUYEN", "Thanh Mai", "NGUYEN Thanh-Mai"),
        ("OBRIEN", "Sœren", "O’BRIEN Sœren"),
        ("O'BRIEN", "Soeren", "O’BRIEN Sœren"),
        ("PETIT JEAN", "Loic", "PETIT-JEAN Loïc"),
        ("PETITJEAN", "LOÏC", "PETIT-JEAN Loïc"),
    ],
)
def test_the_same_letters_are_the_same_person(last: str, first: str, who: str) -> None:
    assert SITE.match(last, first).id == who


@pytest.mark.parametrize(
    ("last", "first", "doubt", "likeliest"),
    [
        ("MARTIN", "J.", Doubt.INITIAL, "MARTIN Julie"),
        ("J.", "MARTIN", Doubt.INITIAL, "MARTIN Julie"),
        ("MARTIN", "", Doubt.INITIAL, "MARTIN Julie"),
        ("NGUYEN", "T-M", Doubt.INITIAL, "NGUYEN Thanh-Mai"),
        ("DIALO", "Aïssatou", Doubt.CLOSE, "DIALLO Aïssatou"),
        ("LEFEBVRE", "Éloïse", Doubt.CLOSE, "LEFÈVRE Éloïse"),
        ("MARTINS", "Julie", Doubt.CLOSE, "MARTIN Julie"),
        ("MARTIN", "Juliette", Doubt.CLOSE, "MARTIN Julie"),
        ("MARTIN", "Jules-André", Doubt.UNKNOWN, ""),
        ("NGUYEN", "Thanh", Doubt.CLOSE, "NGUYEN Thanh-Mai"),
        ("ABDALLAH", "Nour", Doubt.UNKNOWN, ""),
        ("", "", Doubt.UNKNOWN, ""),
        ("?", "-", Doubt.UNKNOWN, ""),
    ],
)
def test_a_letter_apart_is_asked(last: str, first: str, doubt: Doubt, likeliest: str) -> None:
    match = SITE.match(last, first)
    assert (match.id, match.doubt) == ("", doubt)
    assert (match.guesses[0].id if match.guesses else "") == likeliest


def test_a_birth_name_is_the_same_person() -> None:
    people = Directory([Known("1", "MARTIN", "Julie", "DUPONT"), Known("2", "PETIT", "Anne")])
    for last in ("MARTIN", "DUPONT", "MARTIN-DUPONT", "DUPONT MARTIN"):
        assert people.match(last, "Julie").id == "1"
    assert people.match("DUPONT", "Anne").id == ""


def test_near_homonyms_stay_apart() -> None:
    people = Directory(
        [
            Known("accent", "LEFÈVRE", "Chloé"),
            Known("plain", "LEFEVRE", "Chloé"),
            Known("other", "LEFEBVRE", "Chloé"),
        ]
    )
    assert people.match("LEFÈVRE", "Chloé").id == "accent"
    assert people.match("LEFEBVRE", "Chloé").id == "other"
    asked = people.match("LEFEVRE", "CHLOE")
    assert (asked.id, asked.doubt) == ("", Doubt.HOMONYMS)
    assert {guess.id for guess in asked.guesses} == {"accent", "plain"}


def test_two_people_of_one_name_and_two_names_turned_round_are_asked() -> None:
    twins = Directory([Known("1", "MARTIN", "Julie"), Known("2", "Martin", "JULIE")])
    assert twins.match("MARTIN", "Julie").doubt is Doubt.HOMONYMS
    turned = Directory([Known("1", "MARTIN", "Thomas"), Known("2", "THOMAS", "Martin")])
    assert turned.match("MARTIN", "Thomas").doubt is Doubt.HOMONYMS
    initials = Directory([Known("1", "MARTIN", "Julie"), Known("2", "MARTIN", "Jean")])
    assert [guess.id for guess in initials.match("MARTIN", "J.").guesses] == ["2", "1"]


_NAMES = st.text(st.sampled_from("aeiourstlnméèç-' "), min_size=1, max_size=8)


@given(st.lists(st.tuples(_NAMES, _NAMES), max_size=8), _NAMES, _NAMES)
def test_whoever_is_sure_has_the_same_letters(people: list[tuple[str, str]], last: str, first: str) -> None:
    from app.rules.names import glued

    known = [Known(str(at), *pair) for at, pair in enumerate(people)]
    match = Directory(known).match(last, first)
    if match.id:
        found = people[int(match.id)]
        letters = sorted(glued("".join(found)))
        assert sorted(glued(last + first)) == letters or len(glued(last + first)) - len(letters) in (-2, -1, 1, 2)
    assert bool(match.id) == (not match.doubt)
