"""No social security number in any text, whatever its spelling; sensitive words told, whole words only."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.paths import resources
from app.rules.free_text import (
    NIR_REMOVED,
    lexicon,
    recognise_numbers,
    refuse_nir,
    sensitive_sentence,
    sensitive_words,
    without_nir,
)

SHIPPED = json.loads((resources() / "reference" / "sensitive_words.json").read_text(encoding="utf-8"))
WORDS = lexicon(SHIPPED)
SEPARATORS = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f"])


@st.composite
def invented_nirs(draw: st.DrawFn) -> str:
    """An invented number of 13 characters (its year and commune exist for nobody), Corsica included."""
    department = draw(st.sampled_from(["75", "91", "94", "2A", "2B", "97"]))
    return (
        draw(st.sampled_from("12"))
        + draw(st.sampled_from(["98", "99"]))
        + f"{draw(st.integers(1, 12)):02d}"
        + department
        + f"{draw(st.integers(990, 999)):03d}"
        + f"{draw(st.integers(1, 999)):03d}"
    )


def keyed(nir: str) -> str:
    number = int(nir.upper().replace("2A", "19").replace("2B", "18"))
    return f"{nir}{97 - number % 97:02d}"


@given(invented_nirs(), SEPARATORS, st.text("abc ,;\n", max_size=10), st.text(",; \nabc", max_size=10))
def test_thirteen_digits_cut_as_on_the_card_are_refused(nir: str, gap: str, before: str, after: str) -> None:
    parts = (nir[:1], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:])
    written = f"{before} {gap.join(parts)} {after}"
    with pytest.raises(InvalidInput) as refused:
        refuse_nir(written, field="text")
    assert refused.value.field == "text"
    assert nir[7:] not in refused.value.sentence


@given(invented_nirs(), st.data())
def test_fifteen_digits_are_refused_however_they_are_cut(nir: str, data: st.DataObject) -> None:
    whole = keyed(nir)
    cuts = sorted(data.draw(st.sets(st.sampled_from([n for n in range(1, 15) if n != 6]), max_size=5)))
    gap = data.draw(st.sampled_from([" ", ".", "-", "\u00a0"]))
    written = gap.join(whole[a:b] for a, b in zip([0, *cuts], [*cuts, 15], strict=True))
    with pytest.raises(InvalidInput):
        refuse_nir(f"n° {written}, vu", field="text")
    assert [one.kind for one in recognise_numbers(f"n° {written}, vu")] == ["nir"]


@given(invented_nirs(), st.text("aé ,.\n", max_size=20))
def test_what_is_kept_while_typing_never_holds_the_number(nir: str, around: str) -> None:
    kept = without_nir(f"{around} {keyed(nir)} {around}")
    assert NIR_REMOVED in kept
    assert nir not in kept
    assert without_nir(kept) == kept


@given(st.text(max_size=80))
def test_a_text_without_number_is_kept_as_it_is(text: str) -> None:
    if not any(one.isdigit() for one in text):
        refuse_nir(text, field="text")
        assert without_nir(text) == text


def test_sirets_and_phones_are_recognised_as_such() -> None:
    text = "Bâti-Sud, 229 102 280 00018, appeler le 06 12 34 56 78 ou le +33 6 12 34 56 79 ; 22910228000018."
    assert [(one.kind, text[one.start : one.end]) for one in recognise_numbers(text)] == [
        ("siret", "229 102 280 00018"),
        ("phone", "06 12 34 56 78"),
        ("phone", "+33 6 12 34 56 79"),
        ("siret", "22910228000018"),
    ]
    refuse_nir(text, field="text")


def test_the_reference_of_a_contract_may_be_any_number_but_a_whole_nir() -> None:
    refuse_nir("2024051234567", field="reference")
    with pytest.raises(InvalidInput):
        refuse_nir("2024051234567", field="note")
    with pytest.raises(InvalidInput):
        refuse_nir(keyed("2990291999999"), field="reference")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Personne DÉPRESSIVE, en garde à vue hier", ["DÉPRESSIVE", "garde à vue"]),
        ("Elle est enceinte", ["enceinte"]),
        ("deux détenus", ["détenus"]),
        ("Demandeur d’asile", ["Demandeur d’asile"]),
        ("maladroit, Saint-Maur, code ROME F1703, cônes de chantier, volume", []),
        ("Sera présente lundi, gants et casque portés", []),
        ("", []),
    ],
)
def test_whole_words_are_told_as_typed(text: str, found: list[str]) -> None:
    assert [one.word for one in sensitive_words(text, WORDS)] == found
    assert bool(sensitive_sentence(sensitive_words(text, WORDS))) == bool(found)


@pytest.mark.parametrize("theme", ["santé", "religion", "justice", "origine", "propos blessant"])
def test_every_theme_has_its_words(theme: str) -> None:
    words = next(one["words"] for one in SHIPPED if one["theme"] == theme)
    assert {sensitive_words(word, WORDS)[0].theme for word in words} == {theme}


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_found_words_are_in_it(text: str) -> None:
    assert all(one.word in text for one in sensitive_words(text, WORDS))
