"""« Fiches à relire » and what was refused, over a real notebook: every question that may be asked is plain French."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import Locked
from app.models.choices import StatementState
from app.models.clashes import asked_fields
from app.models.registry import model_of
from app.models.sync import Conflict
from app.models.wire import models_by_kind
from app.rules.record_words import choices_of, linked_kind
from app.store.notebook import Notebook
from app.store.unit import writing
from app.sync import card_words, conflicts, held
from app.sync.protocol import HeldCode
from app.sync.state import Decision, HeldReason, ReviewCard
from tests.factories import fresh_notebook
from tests.sync.every_question import KARIM, WRITTEN, all_asked, all_together, ask_everything, furnish, said
from tests.sync.test_sentences import faults

ISO = re.compile(r"\b\d{4}-\d{2}\b|\bT\d\d:")
RAW_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|\b[a-z]+(?:_[a-z0-9]+)+\b")
LONE = re.compile(r"\b(None|True|False|null)\b|[{}\[\]]")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Notebook, list[ReviewCard]]]:
    """A notebook where everything is asked at once."""
    with fresh_notebook(tmp_path_factory.mktemp("questions") / "carnet") as notebook:
        furnish(notebook)
        ask_everything(notebook)
        yield notebook, conflicts.open_cards(notebook)


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ReviewCard]]:
    """The same, where two people wrote everything: fields that go together are one card."""
    with fresh_notebook(tmp_path_factory.mktemp("together") / "carnet") as notebook:
        furnish(notebook)
        ask_everything(notebook, together=True)
        yield conflicts.open_cards(notebook)


def test_every_field_that_may_be_asked_makes_a_card(asked):
    _, cards = asked
    assert {(card.kind, card.field or "deleted_at") for card in cards} == set(all_asked())
    assert not [card for card in cards if card.group]


def test_what_a_person_decides_together_makes_one_card(together):
    made = {(card.kind, tuple(one.field for one in card.fields)) for card in together if card.group}
    assert made == set(all_together())
    answered = [(card.kind, one.field) for card in together for one in card.fields]
    assert sorted(answered) == sorted(all_asked()), "each field is answered once"


def test_no_card_shows_an_id_a_code_or_a_date_of_machines(asked, together):
    for card in [*asked[1], *together]:
        text = said(card)
        where = f"{card.kind}.{card.field}"
        assert not ISO.search(text), (where, text)
        assert not RAW_ID.search(text), (where, RAW_ID.search(text), text)
        assert not LONE.search(text), (where, text)
        assert not faults(text), (where, faults(text), text)
        assert "Autre information" not in text, where


def test_what_is_chosen_in_a_list_is_told_by_its_label(asked):
    _, cards = asked
    told = 0
    for card in cards:
        listed = choices_of(card.kind, card.field)
        if listed is not None:
            told += 1
            labels = {one.label for one in listed}
            assert {card.mine.words, card.theirs.words} <= labels, (card.kind, card.field)
    assert told > 20


def test_every_card_says_which_record_which_field_who_and_when(asked, together):
    for card in [*asked[1], *together]:
        words = card_words.review_words(card)
        record, _, field = words.heading.rpartition(" — ")
        assert len(record) > 4, words.heading
        assert field, words.heading
        assert words.mine.at == "le 19/11/2026 à 14\u00a0h\u00a005"
        assert words.theirs.who == "Karim B. (Dynamique Emploi)"
        assert words.mine.value
        assert words.theirs.value
        assert words.keep_mine != words.keep_theirs


def test_nearly_every_question_opens_the_page_of_its_record(asked):
    _, cards = asked
    without = {card.kind for card in cards if not card.door[1]}
    assert without <= {"buyer", "facilitator", "organisation", "insertion_structure", "phrase"}


def test_links_are_told_by_names(asked):
    _, cards = asked
    links = [card for card in cards if linked_kind(card.kind, card.field)]
    assert len(links) > 20
    for card in links:
        assert "plus dans ce carnet" not in card.mine.words, (card.kind, card.field)


# --- what is looked at ---------------------------------------------------------------------------


def test_a_question_about_a_drawing_holds_both_and_any_other_about_a_signature_holds_its_own(asked, together):
    _, cards = asked
    signatures = {one.field: one for one in cards if one.kind == "signature"}
    strokes = signatures.pop("strokes")
    assert strokes.drawings == (strokes.mine.value, strokes.theirs.value)
    assert strokes.drawings[0] != strokes.drawings[1]
    assert all(len(one.drawings) < 2 for one in signatures.values())
    (whole,) = [one for one in together if one.group == "signature"]
    assert whole.drawings == strokes.drawings
    assert not [one for one in cards if one.drawings and one.kind != "signature"]


# --- the difference of two long texts ------------------------------------------------------------

LONG = " ".join(f"mot{rank}" for rank in range(80))


def test_only_what_differs_is_marked_and_nothing_of_it_is_left_out():
    other = LONG.replace("mot40", "autre chose").replace("mot79", "")
    parts = card_words.marked(LONG, other)
    assert [text.strip() for text, differs in parts if differs] == ["mot40", "mot79"]
    assert "mot41" in "".join(text for text, _ in parts)
    assert "mot20" not in "".join(text for text, _ in parts), "what both say is shortened"
    assert [text.strip() for text, differs in card_words.marked(other, LONG) if differs] == ["autre chose"]


def test_a_long_addition_to_a_long_text_is_marked_and_told_whole():
    more = " ".join(f"ajout{rank}" for rank in range(30))
    parts = card_words.marked(f"{LONG} {more}", LONG)
    assert parts[-1] == (more, True)
    assert card_words.marked(LONG, f"{LONG} {more}") == ((LONG, False),), "nothing to mark in what the other completed"


def test_two_texts_that_share_little_are_shown_without_marks(asked):
    _, cards = asked
    card = next(one for one in cards if (one.kind, one.field) == ("follow_up_note", "text"))
    assert card_words.review_words(card).mine.parts
    words = "Tout autre chose. " * 12
    other = replace(card, theirs=replace(card.theirs, value=words, words=words))
    assert card_words.review_words(other).mine.parts == ()
    assert card_words.review_words(other).theirs.value == words


# --- deciding ------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path / "carnet") as notebook:
        furnish(notebook)
        yield notebook


def ask(book: Notebook, kind: str, field: str, shown: object, other: object) -> str:
    """A question about the only record of a table."""
    (record,) = book.raw.execute(f'SELECT id FROM "{kind}" ORDER BY id LIMIT 1').fetchone()
    card = f"card-{kind}-{field}"
    with writing(book, "question") as unit:
        values = {"kind": kind, "record_id": record, "field": field, "other_by": KARIM, "shown_by": book.actor_id}
        values |= {"shown": json.dumps(shown), "other": json.dumps(other), "shown_at": WRITTEN}
        unit.insert(Conflict, {**values, "other_at": WRITTEN + dt.timedelta(days=1)}, card)
    return card


def value(book: Notebook, kind: str, field: str) -> object:
    return book.raw.execute(f'SELECT "{field}" FROM "{kind}" ORDER BY id LIMIT 1').fetchone()[0]


def change(book: Notebook, kind: str, **fields: object) -> None:
    (record,) = book.raw.execute(f'SELECT id FROM "{kind}" ORDER BY id LIMIT 1').fetchone()
    with writing(book, "changement") as unit:
        unit.update(model_of(kind), record, fields)


def test_what_says_when_a_state_was_reached_changes_with_the_answer(book):
    change(book, "observation", state="open", closed_on=None)
    card = ask(book, "observation", "state", "open", "closed")
    conflicts.decide(book, card, Decision.THEIRS)
    assert (value(book, "observation", "state"), value(book, "observation", "closed_on")) == ("closed", "2026-11-20")
    conflicts.decide(book, card, Decision.MINE)
    assert (value(book, "observation", "state"), value(book, "observation", "closed_on")) == ("open", None)


def test_a_validation_chosen_is_signed_by_who_validated(book):
    change(book, "monthly_statement", state="to_check", validated_at=None, validated_by="")
    card = ask(book, "monthly_statement", "state", "to_check", "validated")
    conflicts.decide(book, card, Decision.THEIRS)
    assert value(book, "monthly_statement", "validated_by") == KARIM


def test_the_value_that_shows_changes_nothing_else(book):
    change(book, "action", state="done", done_on=dt.date(2026, 11, 3))
    conflicts.decide(book, ask(book, "action", "state", "done", "open"), Decision.MINE)
    assert value(book, "action", "done_on") == "2026-11-03"


@pytest.mark.expected_logs
def test_a_decision_never_changes_what_is_attested_or_signed(book):
    statement = book.raw.execute("SELECT statement_id FROM hour_line ORDER BY id LIMIT 1").fetchone()[0]
    change(book, "hour_line", hours=14000)
    with writing(book, "attesté") as unit:
        unit.update(model_of("monthly_statement"), statement, {"state": StatementState.ATTESTED})
    card = ask(book, "hour_line", "hours", 14000, 10400)
    with pytest.raises(Locked) as refused:
        conflicts.decide(book, card, Decision.THEIRS)
    assert "rectifier" in refused.value.sentence
    assert value(book, "hour_line", "hours") == 14000
    conflicts.decide(book, card, Decision.MINE)
    assert not conflicts.open_cards(book)
    change(book, "visit", state="final", place="Base vie")
    with pytest.raises(Locked):
        conflicts.decide(book, ask(book, "visit", "place", "Base vie", "Bungalow"), Decision.THEIRS)


# --- what was refused ----------------------------------------------------------------------------


def refuse(book: Notebook, code: str, kind: str = "beneficiary", **fields: object) -> None:
    (record,) = book.raw.execute(f'SELECT id FROM "{kind}" ORDER BY id LIMIT 1').fetchone()
    body = {"op": "update", "table": kind, "id": record}
    body["fields"] = {name: [given, 0, "2026-11-20T08:30:00.000000Z", ""] for name, given in fields.items()}
    book.raw.execute(
        "INSERT INTO _held (id, tbl, record, code, body, at) VALUES (?, ?, ?, ?, ?, ?)",
        (f"{code}-{kind}", kind, record, code, json.dumps(body), "2026-11-20T08:30:00.000000Z"),
    )


@pytest.mark.parametrize("code", [one for one in HeldCode if one is not HeldCode.RESCUED])  # never kept in a notebook
def test_each_code_of_the_server_has_its_reason_and_something_to_do(book, code):
    refuse(book, code.value, phone="0639980001")
    (card,) = held.cards(book)
    assert card.reason is not HeldReason.OTHER, code
    words = card_words.held_sentence(card)
    assert "Elle est gardée ici." in words
    assert not faults(words)
    assert card_words.held_values(card) == ("Téléphone\u00a0: 06\u00a039\u00a098\u00a000\u00a001",)
    assert card.door == ("beneficiary", card.record_id)


def test_two_reasons_never_share_their_sentence(book):
    for code in HeldCode:
        refuse(book, code.value, phone="0639980001")
    said_once = [card_words.held_sentence(card) for card in held.cards(book)]
    assert len(set(said_once)) == len(HeldCode)


def test_the_field_refused_is_named(book):
    refuse(book, f"{HeldCode.INVALID.value} phone", phone="0639980001")
    (card,) = held.cards(book)
    assert "la valeur de «\u00a0Téléphone\u00a0» n’est pas acceptée" in card_words.held_sentence(card)


def test_what_was_refused_is_told_by_names_and_not_by_columns(book):
    first, second = (one for (one,) in book.raw.execute("SELECT id FROM company ORDER BY id LIMIT 2"))
    refuse(
        book, HeldCode.FORBIDDEN.value, "employment_contract", company_id=first, employer_id=second, end_on="2026-12-31"
    )
    (card,) = held.cards(book)
    text = "\n".join([card_words.held_heading(card), *card_words.held_values(card)])
    assert "Fin\u00a0: 31/12/2026" in text
    assert not RAW_ID.search(text), text
    assert not ISO.search(text), text


def test_what_is_written_for_the_coordination_says_why(book, tmp_path):
    refuse(book, HeldCode.FORBIDDEN.value, phone="0639980001")
    text = held.write_all(book, tmp_path / "refus.txt").read_text("utf-8")
    assert "relève maintenant d’une autre organisation" in text
    assert "Téléphone" in text
    assert not RAW_ID.search(text)


def test_asked_fields_are_known_to_the_wire():
    for kind in models_by_kind():
        assert len(set(asked_fields(kind))) == len(asked_fields(kind))
