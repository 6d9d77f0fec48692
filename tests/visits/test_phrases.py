"""The library: five chips, proposals while typing, phrases of one's own, uses counted (PRODUCT.md V4)."""

from __future__ import annotations

from app.models.choices import ObservationSection
from app.paths import resources
from app.rules.visits import ACTION_SECTION
from app.store.phrases import read_phrases
from app.visits.phrases import seed_phrases
from app.visits.values import QUICK_FINDINGS, NewFinding
from tests.visits.conftest import World

SHIPPED = read_phrases(resources() / "reference" / "phrases.json")


def test_the_shipped_library_is_sound() -> None:
    codes = [one.code for one in SHIPPED]
    assert len(set(codes)) == len(codes) >= 40
    assert {one.section for one in SHIPPED} == {*ObservationSection, ACTION_SECTION}
    assert len({(one.section, one.text) for one in SHIPPED}) == len(SHIPPED)
    assert all(len(one.text) <= 60 for one in SHIPPED), "a chip is short"
    by_code = {one.code: one for one in SHIPPED}
    for quick in QUICK_FINDINGS:
        assert (by_code[quick.code].text, by_code[quick.code].section) == (quick.text, quick.section)


def test_seeding_again_changes_nothing_and_nothing_is_to_be_sent(world: World) -> None:
    before = world.notebook.raw.execute("SELECT count(*) FROM _dirty WHERE tbl = 'phrase'").fetchone()
    assert before == (0,)
    chips = world.service.chips()
    phrase = chips["tutoring"][0].phrase_id
    world.service.hide_phrase(phrase)
    seed_phrases(world.notebook)
    assert phrase not in {one.phrase_id for one in world.service.chips()["tutoring"]}, "what is hidden stays hidden"


def test_the_most_used_come_first_and_five_at_most(world: World) -> None:
    visit, service = world.started(), world.service
    assert all(1 <= len(one) <= 5 for one in service.chips().values())
    last = service.propose_phrases("changement de tuteur")[0]
    for _time in range(2):
        finding = NewFinding(last.section, last.text, phrase_id=last.phrase_id)
        made = service.add_observation(visit, finding)
    assert service.chips()["tutoring"][0].phrase_id == last.phrase_id
    service.take_back(made.undo)
    assert service.chips()["tutoring"][0].uses == 1, "an act taken back is not a use"


def test_proposals_are_blind_to_accents_order_and_what_is_typed_beyond(world: World) -> None:
    def first(typed: str, section: str = "") -> str:
        found = world.service.propose_phrases(typed, section)
        return found[0].text if found else ""

    assert first("tuteur absent depuis 2 sem") == "Tuteur absent"
    assert first("abs tut") == "Tuteur absent"
    assert first("releve heures retard") == "Relevé d’heures en retard"
    assert first("RELEVÉ D'HEURES EN RETARD") == "Relevé d’heures en retard"
    assert first("") == first("zzz") == first("de la") == ""
    assert first("nommer") == "", "actions are proposed for actions only"
    assert first("nommer", ACTION_SECTION) == "Nommer un nouveau tuteur"


def test_phrases_of_the_section_come_first(world: World) -> None:
    world.service.add_to_library("safety", "Formation aux échafaudages")
    found = world.service.propose_phrases("formation", "safety")
    assert found[0].text == "Formation aux échafaudages"
    assert any(one.section == "training" for one in found)


def test_a_phrase_is_added_once_and_stays_in_the_organisation(world: World) -> None:
    made = world.service.add_to_library("safety", "Échafaudage non conforme")
    again = world.service.add_to_library("safety", "echafaudage NON conforme")
    assert again.record_id == made.record_id
    assert [one.is_own for one in world.service.propose_phrases("échafaudage")] == [True]
    world.notebook.organisation_id = "another"
    assert world.service.propose_phrases("échafaudage") == []


def test_a_phrase_is_hidden_for_one_organisation_only(world: World) -> None:
    phrase = world.service.propose_phrases("tuteur absent")[0]
    hidden = world.service.hide_phrase(phrase.phrase_id)
    assert phrase.phrase_id not in {one.phrase_id for one in world.service.propose_phrases("tuteur absent")}
    own, world.notebook.organisation_id = world.notebook.organisation_id, "another"
    assert phrase.phrase_id in {one.phrase_id for one in world.service.propose_phrases("tuteur absent")}
    world.notebook.organisation_id = own
    world.service.take_back(hidden.undo)
    assert phrase.phrase_id in {one.phrase_id for one in world.service.propose_phrases("tuteur absent")}
