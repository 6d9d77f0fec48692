"""Names as companies write them: last and first told by capitals, commas, headings, other rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.timesheets.names import (
    Order,
    looks_like_person,
    loose_key,
    name_key,
    order_of_rows,
    order_said,
    split_name,
)


@pytest.mark.parametrize(
    ("text", "last", "first"),
    [
        ("MARTIN Julie", "MARTIN", "Julie"),
        ("Julie MARTIN", "MARTIN", "Julie"),
        ("MARTIN, Julie", "MARTIN", "Julie"),
        ("Martin, Julie", "Martin", "Julie"),
        ("  MARTIN   Julie ", "MARTIN", "Julie"),
        ("MARTIN Jean-Pierre", "MARTIN", "Jean-Pierre"),
        ("DIALLO Mamadou Bailo", "DIALLO", "Mamadou Bailo"),
        ("de SOUSA João", "de SOUSA", "João"),
        ("João de SOUSA", "de SOUSA", "João"),
        ("Zoé d'ALMEIDA", "d'ALMEIDA", "Zoé"),
        ("d’ALMEIDA Zoé", "d’ALMEIDA", "Zoé"),
        ("Jean de LA FONTAINE", "de LA FONTAINE", "Jean"),
        ("VAN DEN BROECK Théo", "VAN DEN BROECK", "Théo"),
        ("MOREL DE LA COMBE Aurélien", "MOREL DE LA COMBE", "Aurélien"),
        ("BEN YOUSSEF Inès", "BEN YOUSSEF", "Inès"),
        ("Inès BEN YOUSSEF", "BEN YOUSSEF", "Inès"),
        ("M'BAYE Aïssatou", "M'BAYE", "Aïssatou"),
        ("L'HERMITTE Maé", "L'HERMITTE", "Maé"),
        ("McDONALD Ann", "McDONALD", "Ann"),
        ("ŞAHİN Emre", "ŞAHİN", "Emre"),
        ("LE CŒUR Solène", "LE CŒUR", "Solène"),
        ("DUPONT-LEROY Marie", "DUPONT-LEROY", "Marie"),
        ("J. MARTIN", "MARTIN", "J."),
        ("MARTIN J.", "MARTIN", "J."),
        ("Mme MARTIN Julie", "MARTIN", "Julie"),
        ("M. DUPONT Éric", "DUPONT", "Éric"),
        ("Madame Julie MARTIN", "MARTIN", "Julie"),
        ("MARTIN (née DURAND) Julie", "MARTIN", "Julie"),
        ("MARTIN née DURAND Julie", "MARTIN", "Julie"),
        ("MARTIN Julie (CDD)", "MARTIN", "Julie"),
        ("MARTIN Julie *", "MARTIN", "Julie"),
        ("MARTIN", "MARTIN", ""),
        ("MARTIN JULIE", "MARTIN", "JULIE"),
        ("DA SILVA MARIA", "DA SILVA", "MARIA"),
        ("EL HADDAD NOEL", "EL HADDAD", "NOEL"),
    ],
)
def test_one_column_of_names(text: str, last: str, first: str):
    assert split_name(text)[:2] == (last, first)


def test_the_heading_decides_where_capitals_do_not():
    assert order_said("Nom et prénom") is Order.LAST_FIRST
    assert order_said("Prénom NOM") is Order.FIRST_LAST
    assert order_said("Salarié") is None
    assert split_name("Julie Martin", Order.FIRST_LAST)[:2] == ("Martin", "Julie")
    assert split_name("Martin Julie", Order.LAST_FIRST)[:2] == ("Martin", "Julie")
    assert split_name("MARTIN Julie", Order.FIRST_LAST)[:2] == ("MARTIN", "Julie")


def test_the_other_rows_decide_where_the_heading_does_not():
    assert order_of_rows(["Julie MARTIN", "Paul DUPONT", "Anne Legoff"]) is Order.FIRST_LAST
    assert order_of_rows(["MARTIN Julie", "Anne Legoff"]) is Order.LAST_FIRST
    assert order_of_rows(["MARTIN Julie", "Paul DUPONT"]) is None


def test_near_homonyms_stay_apart():
    names = ["LEFÈVRE", "LEFEBVRE", "LEFEVRE", "Lefèvre-Durand"]
    assert len({name_key(one) for one in names}) == 4
    assert name_key("Lefèvre ") == name_key("LEFÈVRE") == name_key("LEFE\u0300VRE")
    assert loose_key("LEFÈVRE", "Chloé") == loose_key("lefevre", "CHLOE") == loose_key("Chloé", "Lefèvre")
    assert loose_key("M'BAYE", "A") == loose_key("M BAYE", "A")


@pytest.mark.parametrize(
    "text",
    [
        "Total général",
        "Heures du mois",
        "Janvier 2024",
        "CDD",
        "12 rue X",
        "Certifié exact",
        "A",
        "Marché n° 3",
        "Aide maçon :",
    ],
)
def test_what_is_nobody(text: str):
    assert not looks_like_person(text)


@given(st.text(max_size=60))
def test_no_name_breaks_the_split_and_nothing_is_invented(text: str):
    import unicodedata

    found = split_name(text)
    letters = set(unicodedata.normalize("NFC", text))
    assert set(found.last + found.first) <= letters | {" "}
