"""Fields that a person decides at once make one question: somebody who moved has one address."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from app.errors import InvalidInput
from app.models.attachments import Attachment
from app.models.hours import HourLine
from app.models.operations import Company
from app.store.unit import revert, writing
from app.sync import card_words, command
from app.sync.state import Decision, JournalKind, ReviewCard
from tests.sync.conftest import Three, company, edit, employed, equal, hours, person
from tests.sync.world import Laptop

LILAS = {"address": "12 rue des Lilas", "postcode": "91000", "town": "Évry"}
ERABLES = {"address": "3 allée des Érables", "postcode": "91100", "town": "Corbeil"}


def address(laptop: Laptop, someone: str) -> dict[str, str]:
    return {name: laptop.value("beneficiary", someone, name) for name in LILAS}


def typed(laptop: Laptop, someone: str, words: dict[str, str], after: int) -> None:
    """One field after the other, as one types, a minute apart."""
    for name, value in words.items():
        laptop.clock.offset = dt.timedelta(minutes=after)
        edit(laptop, someone, **{name: value})
        after += 2
    laptop.clock.offset = dt.timedelta()


def moved(three: Three, *, mine: dict[str, str] = LILAS, theirs: dict[str, str] = ERABLES) -> str:
    """Nadia and Karim write each an address of the same person apart, at the same time; all have met."""
    someone = person(three.nadia)
    edit(three.nadia, someone, address="1 place du Marché", postcode="91300", town="Massy")
    three.all_sync()
    typed(three.nadia, someone, mine, -20)
    typed(three.karim, someone, theirs, -19)
    three.all_sync()
    return someone


def the_card(laptop: Laptop) -> ReviewCard:
    (card,) = laptop.service.to_review()
    return card


def test_two_addresses_are_one_question_each_whole_as_it_was_typed(three: Three) -> None:
    moved(three)
    for laptop, mine, theirs in ((three.nadia, LILAS, ERABLES), (three.karim, ERABLES, LILAS)):
        card = the_card(laptop)
        assert card.mine.value == tuple(mine.values())
        assert card.theirs.value == tuple(theirs.values())
        assert card.mine.words == f"{mine['address']}, {mine['postcode']} {mine['town']}"
        words = card_words.review_words(card)
        assert words.heading == "Fiche de Julie MARTIN — Adresse"
        assert "Laquelle est la bonne" in words.question
        assert (words.keep_mine, words.keep_theirs, words.keep_both) == ("Garder ma version", "Garder sa version", "")
        assert words.before == "Avant\u00a0: 1 place du Marché, 91300 Massy"
        assert laptop.service.state().to_review == 1, "the count is that of the questions"
    assert not three.lea.service.to_review()


def test_what_shows_meanwhile_is_said_even_when_it_is_some_of_each(three: Three) -> None:
    """Typed field by field at the same time, the later of each shows: nobody is left to believe that it is one."""
    typed_alone = ("12 rue des Lilas", "3 allée des Érables")
    moved(
        three, mine={"address": typed_alone[0], "town": "Évry"}, theirs={"town": "Corbeil", "address": typed_alone[1]}
    )
    card = the_card(three.nadia)
    shown = {one.field: one.shown for one in card.fields}
    assert card.shown is Decision.BOTH, shown
    standing = card_words.review_words(card).meanwhile
    assert "la fiche mêle les deux" in standing
    assert three.nadia.value("beneficiary", card.record_id, "address") in standing
    assert three.nadia.value("beneficiary", card.record_id, "town") in standing


@pytest.mark.parametrize(("who", "decision"), list(product(("nadia", "karim"), (Decision.MINE, Decision.THEIRS))))
def test_one_decision_keeps_one_whole_address_everywhere(three: Three, who: str, decision: Decision) -> None:
    someone = moved(three)
    laptop = getattr(three, who)
    own, other = (LILAS, ERABLES) if who == "nadia" else (ERABLES, LILAS)
    keep = laptop.service.keep_mine if decision is Decision.MINE else laptop.service.keep_theirs
    keep(the_card(laptop).card_id)
    equal(three)
    opposite = Decision.THEIRS if decision is Decision.MINE else Decision.MINE
    for one in (three.nadia, three.karim):
        assert address(one, someone) == (own if decision is Decision.MINE else other)
        assert not one.service.to_review()
        assert one.service.state().to_review == 0
        (card,) = one.service.reviewed()
        assert card.decided is (decision if one is laptop else opposite)


def test_a_decision_is_undone_as_one_act_and_taken_again_as_one(three: Three) -> None:
    someone = moved(three)
    before = address(three.karim, someone)
    outcome = three.karim.service.keep_theirs(the_card(three.karim).card_id)
    assert address(three.karim, someone) == LILAS
    revert(three.karim.notebook, outcome.undo)
    assert address(three.karim, someone) == before
    assert len(the_card(three.karim).fields) == 3
    three.karim.service.keep_theirs(the_card(three.karim).card_id)
    equal(three)
    (card,) = three.nadia.service.reviewed()
    three.nadia.service.keep_theirs(card.card_id)  # a fortnight later, by the other: what Karim had typed
    equal(three)
    assert [address(one, someone) for one in (three.nadia, three.karim)] == [ERABLES, ERABLES]


def test_the_journal_counts_questions_and_decisions_as_people_do(three: Three) -> None:
    moved(three)
    asked = [line for line in three.nadia.service.journal() if line.kind is JournalKind.TO_REVIEW]
    assert [line.total for line in asked] == [1]
    three.karim.service.keep_theirs(the_card(three.karim).card_id)
    three.all_sync()
    decided = [act for line in three.nadia.service.journal() for act in line.acts if act.kind == "conflict"]
    assert [act.count for act in decided] == [1]


def test_only_the_street_apart_is_asked_with_what_goes_with_it(three: Three) -> None:
    someone = moved(three, theirs={"address": "3 allée des Érables"})
    card = the_card(three.karim)
    assert (card.field, card.group) == ("address", "")
    words = card_words.review_words(card)
    assert words.mine.value == "3 allée des Érables"
    assert words.beside == "Dans les deux cas\u00a0: 91000 Évry."
    three.karim.service.keep_theirs(card.card_id)
    equal(three)
    assert address(three.nadia, someone) == LILAS


def test_a_question_that_arrives_in_two_times_is_completed(three: Three) -> None:
    """The street first; the town written apart later makes it one question of two fields."""
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, address="12 rue des Lilas")
    edit(three.karim, someone, address="3 allée des Érables")
    three.all_sync()
    first = the_card(three.nadia)
    assert first.group == ""
    edit(three.nadia, someone, town="Évry")
    edit(three.karim, someone, town="Corbeil")
    three.all_sync()
    card = the_card(three.nadia)
    assert card.mine.words == "12 rue des Lilas, Évry"
    assert card.card_id == first.card_id, "it is the same question, with more in it"


def test_fields_decided_apart_stay_two_decisions(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    for mine, theirs, keep in (
        ({"address": "12 rue des Lilas"}, {"address": "3 allée des Érables"}, three.nadia.service.keep_mine),
        ({"town": "Évry"}, {"town": "Corbeil"}, three.nadia.service.keep_theirs),
    ):
        edit(three.nadia, someone, **mine)
        edit(three.karim, someone, **theirs)
        three.all_sync()
        keep(the_card(three.nadia).card_id)
        three.all_sync()
    decided = {card.field: card.decided for card in three.karim.service.reviewed()}
    assert decided == {"address": Decision.THEIRS, "town": Decision.MINE}


def test_a_street_asked_twice_is_two_questions_and_the_last_one_goes_with_the_town(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    for street, other in (("12 rue des Lilas", "3 allée des Érables"), ("14 rue des Lilas", "5 allée des Érables")):
        edit(three.nadia, someone, address=street)
        edit(three.karim, someone, address=other)
        three.all_sync()
    edit(three.nadia, someone, town="Évry")
    edit(three.karim, someone, town="Corbeil")
    three.all_sync()
    told = {card.mine.words for card in three.nadia.service.to_review()}
    assert told == {"14 rue des Lilas, Évry", "12 rue des Lilas"}
    assert three.nadia.service.state().to_review == 2


def test_addresses_of_two_pairs_of_people_are_two_questions(three: Three) -> None:
    """Which street goes with which town is known by who wrote them: a third person's is never put with another's."""
    with writing(three.nadia.notebook) as unit:
        firm = unit.insert(Company, {"name": "Bâti-Sud 91", "organisation_id": ""})
    three.all_sync()
    for laptop, fields in (
        (three.nadia, LILAS),
        (three.karim, {"address": "3 allée des Érables"}),
        (three.lea, {"town": "Corbeil"}),
    ):
        with writing(laptop.notebook) as unit:
            unit.update(Company, firm, fields)
        laptop.age_edits()
    three.all_sync()
    cards = three.nadia.service.to_review()
    assert sorted((card.field, card.group) for card in cards) == [("address", ""), ("town", "")]
    assert three.nadia.service.state().to_review == 2


def test_what_one_person_wrote_on_two_computers_stays_field_by_field(three: Three) -> None:
    """Nothing says which street goes with which town: they are not put together."""
    second = three.world.laptop("nadia")
    second.password = three.nadia.password
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, **LILAS)
    edit(second, someone, **ERABLES)
    three.all_sync()
    assert sorted(card.field for card in three.karim.service.to_review()) == ["address", "postcode", "town"]


def test_hours_and_what_the_company_declared_are_one_question_about_the_paper(three: Three) -> None:
    _, contract = employed(three.nadia)
    line = hours(three.nadia, contract, 120_00)
    three.all_sync()
    for laptop, worked, declared in ((three.nadia, 140_00, 145_00), (three.karim, 104_00, 110_00)):
        with writing(laptop.notebook) as unit:
            unit.update(HourLine, line, {"hours": worked, "declared_hours": declared})
        laptop.age_edits()
    three.all_sync()
    card = the_card(three.nadia)
    words = card_words.review_words(card)
    assert "Lequel est sur le papier" in words.question
    assert "140\u00a0h" in words.mine.value
    assert "145\u00a0h" in words.mine.value
    three.nadia.service.keep_theirs(card.card_id)
    equal(three)
    assert [three.karim.value("hour_line", line, name) for name in ("hours", "declared_hours")] == [104_00, 110_00]


def test_both_are_kept_where_each_field_holds_two_values(three: Three) -> None:
    someone = person(three.nadia)
    three.all_sync()
    edit(three.nadia, someone, caseworker_name="Mme Petit", caseworker_phone="0639980001")
    edit(three.karim, someone, caseworker_name="M. Grand", caseworker_phone="0639980002")
    three.all_sync()
    three.nadia.service.keep_both(the_card(three.nadia).card_id)
    assert three.nadia.value("beneficiary", someone, "caseworker_name") == "Mme Petit / M. Grand"
    assert three.nadia.value("beneficiary", someone, "caseworker_phone") == "0639980001 / 0639980002"
    moved(three)
    (card,) = [one for one in three.nadia.service.to_review() if one.group == "address"]
    with pytest.raises(InvalidInput):
        three.nadia.service.keep_both(card.card_id)


def test_the_command_line_lists_one_line_and_any_of_its_fields_decides_all(three: Three) -> None:
    someone = moved(three)
    card = the_card(three.nadia)
    told = command.card_as_json(card)
    assert told["fields"] == ["address", "postcode", "town"]
    assert (told["mine"], told["theirs"]) == (list(LILAS.values()), list(ERABLES.values()))
    line = command.card_sentence(card)
    assert line.startswith(card.card_id)
    assert "12 rue des Lilas, 91000 Évry / 3 allée des Érables, 91100 Corbeil" in line
    command.decide(three.nadia.service, card.fields[2].conflict_id, Decision.THEIRS)
    assert address(three.nadia, someone) == ERABLES
    assert not three.nadia.service.to_review()


def test_a_company_made_twice_with_two_addresses_asks_about_one(three: Three) -> None:
    firm = company(three.nadia, "Maçonnerie du Val")
    three.all_sync()
    for laptop, words in ((three.nadia, LILAS), (three.lea, ERABLES)):
        with writing(laptop.notebook) as unit:
            unit.update(Company, firm, words)
    three.all_sync()
    for laptop in (three.nadia, three.karim, three.lea):
        card = the_card(laptop)
        assert {card.mine.value, card.theirs.value} == {tuple(LILAS.values()), tuple(ERABLES.values())}


def test_a_question_about_a_photograph_shows_it_once_it_is_here(three: Three) -> None:
    someone = person(three.nadia)
    data = b"une photographie"
    sha256 = three.nadia.files.put(data)
    owned = {"owner_kind": "beneficiary", "owner_id": someone, "size": len(data), "sha256": sha256}
    with writing(three.nadia.notebook) as unit:
        photo = unit.insert(Attachment, {**owned, "caption": "Accès"})
    three.all_sync()
    for laptop, words in ((three.nadia, "Accès du chantier"), (three.karim, "Entrée de la base vie")):
        with writing(laptop.notebook) as unit:
            unit.update(Attachment, photo, {"caption": words})
        laptop.age_edits()
    three.all_sync()
    card = the_card(three.karim)
    assert card.picture == sha256
    assert three.karim.service.content(sha256) == data
    three.karim.files.remove(sha256)
    assert three.karim.service.content(sha256) is None
    with writing(three.nadia.notebook) as unit:
        unit.update(Attachment, photo, {"media_type": "application/pdf"})
    assert the_card(three.nadia).picture == "", "a document is not looked at"
