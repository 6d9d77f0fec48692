"""A name is taken out of a text however it was typed; nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.wire import field_of, fields_of, models_by_kind
from app.rules.erasure import REMOVED, Names, tells

JULIE = Names([("MARTIN", "Julie", "PETIT-JEAN")])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Vu MARTIN Julie au local", f"Vu {REMOVED} au local"),
        ("Vu Julie Martin, tuteur absent", f"Vu {REMOVED}, tuteur absent"),
        ("martin julie", REMOVED),
        ("2026-11_BATI-SUD_MARTIN-Julie_attestation.pdf", f"2026-11_BATI-SUD_{REMOVED}_attestation.pdf"),
        ("Julie Petit Jean puis PETIT-JEAN, Julie", f"{REMOVED} puis {REMOVED}"),
        ("Julie a parlé ; Martin est venu. Martin Luther", "Julie a parlé ; Martin est venu. Martin Luther"),
        ("rue Saint-Martin", "rue Saint-Martin"),
        ("", ""),
    ],
)
def test_both_names_side_by_side(text: str, left: str) -> None:
    assert JULIE.scrub(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Julie a demandé une formation", f"{REMOVED} a demandé une formation"),
        ("mme martin absente", f"mme {REMOVED} absente"),
        ("Martinique", "Martinique"),
    ],
)
def test_one_name_alone_in_what_is_about_the_person(text: str, left: str) -> None:
    assert JULIE.scrub(text, alone=True) == left


def test_a_short_name_needs_its_capital() -> None:
    names = Names([("LI", "An", "")])
    assert names.scrub("contrat d’un an, An présente", alone=True) == f"contrat d’un an, {REMOVED} présente"


def test_inside_json() -> None:
    value = {"Julie MARTIN": ["MARTIN Julie", 3, None, {"x": "autre"}]}
    assert JULIE.scrub_value(value) == {REMOVED: [REMOVED, 3, None, {"x": "autre"}]}


WORD = st.text("abcdefghijéàç", min_size=4, max_size=9)


@given(WORD, WORD, st.text("xyz ,.\n", max_size=20), st.text("xyz ,.\n", max_size=20), st.booleans())
def test_whatever_stands_around(last: str, first: str, before: str, after: str, turned: bool) -> None:
    names = Names([(last.upper(), first.capitalize(), "")])
    pair = (first, last) if turned else (last, first)
    text = f"{before} {pair[0]} {pair[1]} {after}"
    left = names.scrub(text)
    assert REMOVED in left
    assert names.scrub(left) == left
    assert left.replace(REMOVED, "") == f"{before}  {after}"


@given(st.text(max_size=120))
def test_a_text_without_the_names_is_the_same(text: str) -> None:
    names = Names([("Qqqqq", "Wwwww", "")])
    assert names.scrub(text, alone=True) == text


OF_A_PERSON = [
    kind
    for kind in models_by_kind()
    if kind != "beneficiary" and any(field.parent == "beneficiary" for field in fields_of(kind))
]


@pytest.mark.parametrize("kind", OF_A_PERSON)
def test_a_choice_or_a_link_is_not_emptied(kind: str) -> None:
    """At nothing it would be read by nobody: the line could be neither counted nor shown."""
    for name, field in models_by_kind()[kind].model_fields.items():
        chosen = not field.is_required() and isinstance(field.default, str) and field.default
        linked = name.endswith(("_id", "_code", "_kind", "_by"))
        assert not ((chosen or linked) and tells(kind, name)), name


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("situation", "employment"),
        ("situation", "milestone_code"),
        ("eligibility_check", "category_code"),
        ("contact_attempt", "outcome"),
        ("introduction", "answer"),
        ("person_move", "record_kind"),
        ("employment_contract", "end_on"),
    ],
)
def test_what_counts_is_left_by_an_erasure(kind: str, name: str) -> None:
    assert field_of(kind, name) is not None
    assert not tells(kind, name)


def test_a_free_text_is_not_left_because_another_table_chooses_under_the_same_name() -> None:
    assert tells("training_record", "outcome")
