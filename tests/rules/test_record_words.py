"""Every record and every field has French words, so that nothing is ever told by its column."""

from __future__ import annotations

import datetime as dt

import pytest

from app.models.base import kind_of, table_of
from app.models.clashes import TOGETHER
from app.models.registry import models
from app.rules.record_words import GROUPS, KINDS, counted_all, field_label, group_words, has_words, shown_value

NOT_TOLD = frozenset({"id", "updated_at", "created_at", "created_by", "sort_name"})
"""Nobody is told of these: they are neither sent as a choice nor shown."""
NOT_SHOWN = frozenset({"conflict"})


def test_every_field_has_words():
    missing = [
        f"{kind_of(model)}.{column.name}"
        for model in models()
        for column in table_of(model).columns
        if kind_of(model) not in NOT_SHOWN
        and column.name not in NOT_TOLD
        and not has_words(kind_of(model), column.name)
    ]
    assert not missing, f"give words to these in app/rules/record_words.py: {missing}"


def test_no_word_for_what_does_not_exist():
    assert KINDS.keys() - NOT_SHOWN <= {kind_of(model) for model in models()}


def test_every_group_of_fields_has_words_and_no_other():
    assert GROUPS.keys() == {group.name for groups in TOGETHER.values() for group in groups}


def test_a_whole_address_is_read_as_one_and_a_period_by_its_days():
    lilas = [("address", "12 rue des Lilas"), ("postcode", "91000"), ("town", "Évry")]
    assert group_words("address", "company", lilas) == "12 rue des Lilas, 91000 Évry"
    assert group_words("address", "company", [lilas[0], ("postcode", "—"), lilas[2]]) == "12 rue des Lilas, Évry"
    days = group_words("dates", "lot", [("start_on", "02/11/2026"), ("end_on", "—")])
    assert days == "Début\u00a0: 02/11/2026\nFin\u00a0: —"


@pytest.mark.parametrize(
    ("kind", "field", "value", "shown"),
    [
        ("beneficiary", "phone", "0639980001", "06\u00a039\u00a098\u00a000\u00a001"),
        ("hour_line", "hours", 14000, "140\u00a0h"),
        ("hour_line", "hours", 0, "0\u00a0h"),
        ("hour_line", "hours", None, "—"),
        ("hours_sizing", "effort_rate", 500, "5,00\u00a0%"),
        ("employment_contract", "modality", "direct_hire", "Embauche directe"),
        ("employment_contract", "end_on", dt.date(2026, 11, 30), "30/11/2026"),
        ("visit", "started_at", dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC), "22/11/2026 à 10\u00a0h\u00a005"),
        ("monthly_statement", "state", "validated", "Validé"),
        ("contact", "usual", True, "oui"),
        ("company", "note", "", "—"),
    ],
)
def test_a_value_is_shown_as_people_read_it(kind, field, value, shown):
    assert shown_value(kind, field, value) == shown


def test_a_field_of_a_newer_program_is_told_all_the_same():
    assert field_label("beneficiary", "nouveau_champ") == "Autre information"
    assert shown_value("nouveau", "champ", "x") == "x"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"visit": 3, "monthly_statement": 12}, "3 visites et 12 relevés envoyés"),
        ({"visit": 1}, "1 visite envoyée"),
        ({"visit": 2, "company": 1}, "2 visites et 1 entreprise envoyées"),
        ({"visit": 1, "observation": 4, "attendance": 6}, "1 visite et 10 autres éléments envoyés"),
        ({"observation": 1}, "1 élément envoyé"),
        ({"inconnu": 2}, "2 éléments envoyés"),
        ({}, ""),
    ],
)
def test_counts_in_words(counts, said):
    assert counted_all(counts.items(), "envoyé").replace("\u00a0", " ") == said
