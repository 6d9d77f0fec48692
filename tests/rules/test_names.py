"""Names compared as a reader would, and the question « Est-ce la même personne ? » (PRODUCT.md B1, B2, AC 23)."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.duplicates import (
    DateLikeness,
    Identity,
    best_matches,
    blocking_keys,
    compare_birth_dates,
    likely_same,
)
from app.rules.names import (
    distance,
    glued,
    name_similarity,
    name_words,
    phonetic,
    similarity,
    without_particle,
)

BIRTH = dt.date(1988, 3, 12)
WORDS = st.text(alphabet="abcdeilmnorst", max_size=8)


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [
        ("", "", 0),
        ("martin", "martin", 0),
        ("martin", "matrin", 1),
        ("martin", "marti", 1),
        ("dupont", "dupond", 1),
        ("", "abc", 3),
        ("abc", "cba", 2),
    ],
)
def test_slips_between_two_words(first: str, second: str, slips: int) -> None:
    assert distance(first, second) == slips


@given(WORDS, WORDS)
def test_slips_are_symmetric_and_bounded(first: str, second: str) -> None:
    slips = distance(first, second)
    assert slips == distance(second, first)
    assert abs(len(first) - len(second)) <= slips <= max(len(first), len(second))
    assert (slips == 0) == (first == second)
    assert 0 <= similarity(first, second) <= 100


def test_pieces_of_names() -> None:
    assert name_words("Martin-Dupont") == ("martin", "dupont")
    assert glued("de Schamps") == glued("Deschamps")
    assert without_particle("de La Tour") == "tour"
    assert without_particle("d’Alembert") == "alembert"
    assert without_particle("De") == "de"
    assert similarity("", "") == 0


@pytest.mark.parametrize(
    ("first", "second", "least", "most"),
    [
        ("Lefèvre", "LEFEVRE", 100, 100),
        ("Jean-Pierre", "Jean Pierre", 100, 100),
        ("N’Diaye", "Ndiaye", 100, 100),
        ("Martin-Dupont", "Dupont", 90, 90),
        ("de La Tour", "La Tour", 90, 100),
        ("Julie", "J.", 85, 85),
        ("Philippe", "Filipe", 88, 99),
        ("Lefebvre", "Lefèvre", 88, 99),
        ("Benoît", "Benoist", 85, 99),
        ("Mohamed", "Mohammed", 88, 99),
        ("Martin", "Nguyen", 0, 40),
        ("", "Martin", 0, 0),
        ("Ali", "Ana", 0, 50),
    ],
)
def test_likeness_of_names(first: str, second: str, least: int, most: int) -> None:
    assert least <= name_similarity(first, second) <= most
    assert name_similarity(first, second) == name_similarity(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Dupont", "Dupond"),
        ("Philippe", "Filipe"),
        ("Thibault", "Tibo"),
        ("Lefebvre", "Lefèvre"),
        ("Caroline", "Karoline"),
        ("François", "Fransois"),
        ("Deschamps", "Dechamps"),
        ("Mohamed", "Mohammed"),
        ("Hélène", "Elene"),
    ],
)
def test_names_that_sound_alike(first: str, second: str) -> None:
    assert phonetic(first) == phonetic(second) != ""


def test_sounds_keep_different_names_apart() -> None:
    names = ["Martin", "Bernard", "Petit", "Robert", "Durand", "Moreau", "Simon", "Traoré", "Benali", "Garcia", "Kaya"]
    assert len({phonetic(name) for name in names}) == len(names)
    assert phonetic("") == ""


# --- birth dates -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "likeness"),
    [
        (BIRTH, DateLikeness.SAME),
        (None, DateLikeness.UNKNOWN),
        (dt.date(1988, 12, 3), DateLikeness.SWAPPED),
        (dt.date(1989, 3, 12), DateLikeness.NEAR),
        (dt.date(1988, 3, 22), DateLikeness.NEAR),
        (dt.date(1988, 3, 21), DateLikeness.NEAR),
        (dt.date(1978, 3, 12), DateLikeness.NEAR),
        (dt.date(1989, 4, 12), DateLikeness.DIFFERENT),
        (dt.date(1988, 3, 23), DateLikeness.DIFFERENT),
    ],
)
def test_birth_dates_compared(other: dt.date | None, likeness: DateLikeness) -> None:
    assert compare_birth_dates(BIRTH, other) is likeness


# --- the question ------------------------------------------------------------------------

DESCHAMPS = Identity("DESCHAMPS", "Benoît", birth_date=BIRTH, phone="0612345678")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Identity("Dechamps", "Benoit", birth_date=BIRTH), "très proches, même date"),
        (Identity("Benoit", "Deschamps", birth_date=BIRTH), "inversés"),
        (Identity("Deschamps", "Benoît", birth_date=dt.date(1988, 12, 3)), "jour et mois"),
        (Identity("Deschamps", "Benoît", birth_date=dt.date(1989, 3, 12)), "un chiffre"),
        (Identity("Deschamps", "Benoit"), "non connue"),
        (Identity("Durand", "Benoît", birth_date=BIRTH), "Même prénom, autre nom"),
        (Identity("de Schamps", "B.", birth_date=BIRTH), "même date"),
        (Identity("Deschamps", "Benoît", birth_date=dt.date(1970, 1, 1), phone="0612345678"), "même téléphone"),
    ],
)
def test_the_question_is_asked_with_its_reason(other: Identity, words: str) -> None:
    for likeness in (likely_same(DESCHAMPS, other), likely_same(other, DESCHAMPS)):
        assert likeness.ask
        assert words in likeness.reason
        assert likeness.reason.endswith(".")
        assert "eschamps" not in likeness.reason.casefold()


@pytest.mark.parametrize(
    "other",
    [
        Identity("Martin", "Julie", birth_date=BIRTH),
        Identity("Deschamps", "Benoît", birth_date=dt.date(1990, 7, 1)),
        Identity("Deschamps", "Lucie", birth_date=BIRTH),
        Identity("Deschamps", "Lucie"),
        Identity("Durand", "Benoît", birth_date=dt.date(1988, 3, 13)),
        Identity("", "", birth_date=BIRTH),
    ],
)
def test_other_people_are_left_alone(other: Identity) -> None:
    assert not likely_same(DESCHAMPS, other).ask


def test_a_married_name_is_found_by_the_birth_name() -> None:
    married = Identity("Moreau", "Julie", birth_name="Martin", birth_date=BIRTH)
    before = Identity("Martin", "Julie", birth_date=BIRTH)
    assert likely_same(married, before).reason == "Même nom et même prénom, même date de naissance."


LAST = [
    "Martin",
    "Bernard",
    "Traoré",
    "Benali",
    "Moreau",
    "Lefèvre",
    "Garcia",
    "Kaya",
    "N’Diaye",
    "Da Silva",
    "Petit-Jean",
    "Nguyen",
]
FIRST = ["Julie", "Karim", "Aminata", "Benoît", "Fatou", "Jean-Pierre", "Ana", "Mehmet", "Chloé", "Ousmane"]


def _people() -> list[Identity]:
    start = dt.date(1970, 1, 5)
    return [
        Identity(last, first, birth_date=start + dt.timedelta(days=137 * at + at * at))
        for at, (last, first) in enumerate(itertools.product(LAST, FIRST))
    ]


def _typos(text: str) -> list[str]:
    """One letter missing, doubled, wrong, or two swapped, in the middle of the name."""
    at = len(text) // 2
    return [
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + ("e" if text[at] != "e" else "a") + text[at + 1 :],
        text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
    ]


def test_one_slip_an_inversion_or_a_marriage_is_noticed_in_95_cases_of_100() -> None:
    asked = total = 0
    for known in _people():
        variants = [Identity(last, known.first_name, birth_date=known.birth_date) for last in _typos(known.last_name)]
        variants += [
            Identity(known.last_name, first, birth_date=known.birth_date) for first in _typos(known.first_name)
        ]
        variants.append(Identity(known.first_name, known.last_name, birth_date=known.birth_date))
        variants.append(Identity("Vasseur", known.first_name, known.last_name, known.birth_date))
        variants.append(Identity("Vasseur", known.first_name, birth_date=known.birth_date))
        asked += sum(likely_same(known, one).ask for one in variants)
        total += len(variants)
    assert asked >= total * 95 / 100


def test_different_people_are_confused_in_less_than_2_cases_of_100() -> None:
    people = _people()
    pairs = [(one, other) for one, other in itertools.combinations(people, 2)]
    without_date = [(Identity(a.last_name, a.first_name), b) for a, b in pairs[::11]]
    for sample in (pairs, without_date):
        assert sum(likely_same(a, b).ask for a, b in sample) <= len(sample) * 2 / 100


def test_candidates_come_best_first_and_share_a_key() -> None:
    near = Identity("Dechamps", "Benoit", birth_date=BIRTH)
    nearer = Identity("Deschamps", "Benoit", birth_date=BIRTH)
    other = Identity("Martin", "Julie", birth_date=dt.date(1990, 1, 1))
    found = best_matches(DESCHAMPS, [("a", other), ("b", near), ("c", nearer)])
    assert [key for key, _ in found] == ["c", "b"]
    assert blocking_keys(DESCHAMPS) & blocking_keys(near)
    assert not blocking_keys(DESCHAMPS) & blocking_keys(other)
    assert blocking_keys(Identity("Benoît", "Deschamps")) & blocking_keys(Identity("Dechamps", "Benoit"))
