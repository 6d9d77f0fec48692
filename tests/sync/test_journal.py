"""The journal tells which colleague changed what, and nothing that a notebook may not know (PRODUCT.md S3, E10)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.models.beneficiaries import FollowUpNote
from app.models.operations import Company
from app.models.visits import Phrase
from app.rules.french import format_date
from app.store.unit import writing
from app.sync.journal_words import journal_lines
from app.sync.state import JournalKind, JournalLine, Verb
from server import pulling
from tests.sync.conftest import Three, company, contact, edit, note, person
from tests.sync.test_sentences import faults
from tests.sync.world import SOUTH, Laptop

pytestmark = pytest.mark.expected_logs


def change(laptop: Laptop, company_id: str, **fields: str) -> None:
    """Fields of a company."""
    with writing(laptop.notebook) as unit:
        unit.update(Company, company_id, fields)
    laptop.age_edits()


def received(laptop: Laptop) -> JournalLine:
    """The latest reception."""
    return next(line for line in laptop.service.journal() if line.kind is JournalKind.RECEIVED)


def said(laptop: Laptop) -> list[str]:
    """The sentences of the latest reception, without their hour."""
    sentences = ["".join(piece.text for piece in one) for one in journal_lines(received(laptop))]
    assert not [one for one in sentences if faults(one)]
    return [one.replace("\u00a0", " ").split(", ", 1)[1] if one.startswith("À ") else one for one in sentences]


def test_a_colleague_is_named_with_what_was_added_changed_and_binned(three: Three) -> None:
    firm, other = company(three.nadia), company(three.nadia)
    someone = person(three.nadia)
    written = note(three.nadia, someone)
    three.all_sync()
    change(three.nadia, firm, phone="0639980001", town="Évry")
    with writing(three.nadia.notebook) as unit:
        unit.delete(FollowUpNote, written)
    contact(three.nadia, other)
    three.nadia.sync()
    three.karim.sync()
    told = {(act.author, act.verb, act.kind): act for act in received(three.karim).acts}
    assert {(verb, kind) for _, verb, kind in told} == {
        (Verb.CHANGED, "company"),
        (Verb.BINNED, "follow_up_note"),
        (Verb.MADE, "contact"),
    }
    assert {author for author, _, _ in told} == {"nadia"}
    (record,) = told["nadia", Verb.CHANGED, "company"].records
    assert record.door == ("company", firm)
    assert set(record.fields) == {"phone", "town"}
    assert "nadia a modifié Entreprise Bâti-Sud 91 (Commune, Téléphone)." in said(three.karim)
    today = format_date(three.nadia.clock.today())
    assert f"nadia a mis Note de suivi de Julie MARTIN, {today} à la corbeille." in said(three.karim)


def test_another_organisation_is_named_and_not_its_people(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    """What crosses the wire itself says no more than the organisation."""
    firm = company(three.lea)
    three.all_sync()
    lea = three.lea.notebook.actor_id
    pages: list[str] = []
    pull = pulling.pull

    def listened(*given: Any) -> bytes:
        pages.append(pull(*given).decode())
        return pages[-1].encode()

    monkeypatch.setattr(pulling, "pull", listened)
    change(three.lea, firm, phone="0639980001")
    three.lea.sync()
    pages.clear()
    three.karim.sync()
    authors = [one for page in pages for scope in json.loads(page)["scopes"].values() for one in scope["by"]]
    assert authors == [three.lea.notebook.organisation_id]
    assert lea not in authors
    (act,) = received(three.karim).acts
    assert act.author == "PLIE Sud"


def test_what_one_sent_is_not_told_as_received(three: Three) -> None:
    three.all_sync()
    before = [line.at for line in three.nadia.service.journal() if line.kind is JournalKind.RECEIVED]
    person(three.nadia)
    three.nadia.sync()
    three.nadia.sync()
    assert [line.at for line in three.nadia.service.journal() if line.kind is JournalKind.RECEIVED] == before


def test_ones_own_work_on_another_computer_is_told_as_such(three: Three) -> None:
    second = three.world.laptop("nadia")
    second.sync()
    three.all_sync()
    someone = person(three.nadia)
    three.nadia.sync()
    second.sync()
    (act,) = received(second).acts
    assert act.mine
    assert said(second) == ["vous, sur un autre ordinateur, avez ajouté Fiche de Julie MARTIN."]
    assert act.records[0].door == ("beneficiary", someone)


def test_a_first_reception_is_counted(three: Three) -> None:
    person(three.nadia)
    three.nadia.sync()
    new = three.world.laptop("karim")
    new.sync()
    line = received(new)
    assert line.acts == ()
    assert ("beneficiary", 1) in line.counts


def test_many_records_are_counted_and_the_first_are_named(three: Three) -> None:
    three.all_sync()
    for _ in range(12):
        company(three.nadia)
    three.nadia.sync()
    three.karim.sync()
    (act,) = received(three.karim).acts
    assert act.count == 12
    assert len(act.records) == 3
    (sentence,) = said(three.karim)
    assert sentence.startswith("nadia a ajouté 12 entreprises (")
    assert sentence.endswith("et 9 autres).")


def test_a_question_and_its_answer_are_told_apart(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="06")
    edit(three.karim, someone, phone="07")
    three.nadia.sync()
    three.karim.sync()
    three.nadia.sync()
    asked = next(line for line in three.nadia.service.journal() if line.kind is JournalKind.TO_REVIEW)
    assert asked.total == 1
    three.karim.service.keep_theirs(three.karim.service.to_review()[0].card_id)
    three.karim.sync()
    three.nadia.sync()
    assert sorted(said(three.nadia)) == [
        "karim a modifié Fiche de Julie MARTIN (Téléphone).",
        "karim a relu 1 fiche.",
    ]


def test_no_name_is_kept_and_no_id_of_what_left(three: Three) -> None:
    """A name is that of now; of a person given to another organisation, the journal keeps a number."""
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, phone="06")
    three.nadia.sync()
    three.karim.sync()
    assert "MARTIN" in said(three.karim)[0]
    assert "MARTIN" not in kept(three.karim)
    assert someone in kept(three.karim)
    edit(three.nadia, someone, organisation_id=SOUTH)
    three.nadia.sync()
    three.karim.sync()
    assert someone not in kept(three.karim)
    assert "nadia a modifié 1 bénéficiaire." in [
        "".join(piece.text for piece in one).replace("\u00a0", " ").split(", ", 1)[-1]
        for line in three.karim.service.journal()
        for one in journal_lines(line)
    ]


def kept(laptop: Laptop) -> str:
    """Everything that the journal holds."""
    raw = laptop.notebook.raw
    return "\n".join(
        str(row) for table in ("_journal", "_journal_act") for row in raw.execute(f"SELECT * FROM {table}")
    )


def test_what_nobody_could_decide_asks_nobody(three: Three) -> None:
    """Two laptops count the same phrase, hide it and write its text: one question, about the text."""
    with writing(three.nadia.notebook) as unit:
        phrase = unit.insert(Phrase, {"organisation_id": "", "text": "Casques portés", "uses": 3})
    three.all_sync()
    for laptop, uses, text in ((three.nadia, 7, "Casques tous portés"), (three.karim, 5, "Casques bien portés")):
        with writing(laptop.notebook) as unit:
            unit.update(Phrase, phrase, {"uses": uses, "hidden": laptop is three.karim, "text": text})
        laptop.age_edits()
    three.all_sync()
    for laptop in (three.nadia, three.karim):
        assert [card.field for card in laptop.service.to_review()] == ["text"]
        assert laptop.value("phrase", phrase, "uses") == 7
    three.nadia.service.keep_mine(three.nadia.service.to_review()[0].card_id)
    three.all_sync()
    assert not three.karim.service.to_review()
