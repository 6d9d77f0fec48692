"""A visit begins filled, is written field by field, and remembers where it was."""

from __future__ import annotations

import datetime as dt

import pytest

from app.changes import Changes
from app.errors import InvalidInput, NotAllowed, NotFound
from app.models.choices import AttendanceKind, MeetingStatus, PresenceStatus, Role
from app.models.operations import Contact
from app.rules.calendar import DueChip
from app.store.unit import writing
from app.store.visits import Stage, VisitFilter
from app.visits.values import QUICK_FINDINGS, NewFinding, NewPerson, NextVisit
from tests.factories import add_person, site_with_people
from tests.visits.conftest import World


def test_a_draft_is_filled_from_the_operation(world: World) -> None:
    sheet = world.service.open_visit(world.started())
    assert sheet.number == "VIS-2026-NO-0001"
    assert (sheet.company_name, sheet.operation_name) == ("Bâti-Sud 91", "École Simone-Veil")
    assert sheet.lot_label == "lot 3\u00a0: Gros œuvre"
    assert sheet.place == "12 rue des Lilas, 91000 Évry-Courcouronnes"
    assert [one.last_name for one in sheet.site_people] == ["DIALLO", "MOREAU"]
    assert sheet.site_people[0].is_facilitator
    assert sheet.site_people[0].is_there
    assert len(sheet.beneficiaries) == 6
    assert sheet.previous is None
    assert sheet.positions[0][0].position.due == 182_000


def test_only_contracts_active_that_day_are_expected(world: World) -> None:
    day = world.clock.today()
    with writing(world.notebook, "contrats") as unit:
        add_person(world.notebook, unit, world.site, "FINI", "Hier", 20, day - dt.timedelta(90), day - dt.timedelta(1))
        add_person(world.notebook, unit, world.site, "FUTUR", "Demain", 21, day + dt.timedelta(1), None)
        add_person(world.notebook, unit, world.site, "DERNIER", "Jour", 22, day - dt.timedelta(9), day)
    names = {one.last_name for one in world.service.open_visit(world.started()).beneficiaries}
    assert "DERNIER" in names
    assert names.isdisjoint({"FINI", "FUTUR"})


def test_contacts_of_another_operation_are_not_expected(world: World) -> None:
    other = site_with_people(world.notebook, 0, rank=2, operation_name="Crèche", company_name="Autre")
    with writing(world.notebook, "contact") as unit:
        for name, operation in (("ICI", world.site.operation), ("AILLEURS", other.operation)):
            fields = {"company_id": world.site.company, "operation_id": operation, "last_name": name}
            unit.insert(Contact, fields)
    names = [one.last_name for one in world.service.open_visit(world.started()).site_people]
    assert "ICI" in names
    assert "AILLEURS" not in names


def test_numbers_follow_and_are_never_given_twice(world: World) -> None:
    first, second = world.started(), world.started()
    world.service.discard_draft(second)
    third = world.started()
    numbers = [world.service.open_visit(one).number for one in (first, third)]
    assert numbers == ["VIS-2026-NO-0001", "VIS-2026-NO-0003"]
    world.clock.move(dt.timedelta(days=60))
    assert world.service.open_visit(world.started()).number == "VIS-2027-NO-0001"


def test_a_planned_visit_takes_its_number_when_it_starts(world: World) -> None:
    planned = world.service.plan_visit(world.site.lot, world.site.company, world.clock.today(), "09:30").record_id
    before = world.service.open_visit(planned)
    assert (before.number, before.stage, before.people) == ("", Stage.PLANNED, ())
    assert world.started() == planned, "the planned visit is the one begun"
    after = world.service.open_visit(planned)
    assert (after.number, after.planned_time) == ("VIS-2026-NO-0001", "09:30")
    again = world.service.start_planned(planned)
    assert not again.changes
    assert world.service.open_visit(planned).number == "VIS-2026-NO-0001"
    with pytest.raises(InvalidInput):
        world.service.plan_visit(world.site.lot, world.site.company, world.clock.today() - dt.timedelta(1))


def test_starting_is_not_undone_by_ctrl_z(world: World) -> None:
    assert not world.service.start_visit(world.site.lot, world.site.company).undo


def test_all_present_then_an_exception(world: World) -> None:
    visit = world.started()
    done = world.service.mark_all_present(visit)
    sheet = world.service.open_visit(visit)
    assert sheet.present_count == 8
    assert all(one.meeting == MeetingStatus.SEEN for one in sheet.beneficiaries)
    world.service.set_presence(sheet.site_people[1].attendance_id, PresenceStatus.EXCUSED)
    assert world.service.open_visit(visit).present_count == 7
    world.service.mark_all_present(visit)
    assert world.service.open_visit(visit).present_count == 7, "what was noted is not overwritten"
    world.service.set_presence(sheet.site_people[1].attendance_id, PresenceStatus.PRESENT)
    world.service.take_back(done.undo)
    assert world.service.open_visit(visit).present_count == 1, "one step takes the whole act back"


def test_everybody_fine_but_those_a_finding_is_about(world: World) -> None:
    visit = world.started()
    people = world.service.open_visit(visit).beneficiaries
    world.service.set_meeting(people[0].attendance_id, MeetingStatus.NOT_SEEN)
    world.service.toggle_quick(visit, people[1].beneficiary_id or "", QUICK_FINDINGS[0])
    outcome = world.service.mark_all_well(visit)
    fine = {one.beneficiary_id for one in world.service.open_visit(visit).beneficiaries if one.all_well}
    assert fine == {one.beneficiary_id for one in people[2:]}
    world.service.take_back(outcome.undo)
    assert not any(one.all_well for one in world.service.open_visit(visit).beneficiaries)


def test_a_finding_about_somebody_ends_their_all_well(world: World) -> None:
    visit = world.started()
    world.service.mark_all_well(visit)
    person = world.service.open_visit(visit).beneficiaries[0]
    made = world.service.toggle_quick(visit, person.beneficiary_id or "", QUICK_FINDINGS[1])
    sheet = world.service.open_visit(visit)
    assert not sheet.beneficiaries[0].all_well
    assert sheet.findings[0].label == "1.1"
    assert sheet.findings[0].phrase_id == QUICK_FINDINGS[1].phrase_id
    world.service.take_back(made.undo)
    again = world.service.open_visit(visit)
    assert again.beneficiaries[0].all_well
    assert again.findings == ()


def test_a_removed_finding_keeps_its_number(world: World) -> None:
    visit = world.started()
    first = world.service.add_observation(visit, NewFinding("safety", "Casque manquant")).record_id
    world.service.remove_observation(first)
    world.service.add_observation(visit, NewFinding("safety", "Gants manquants"))
    assert [one.label for one in world.service.open_visit(visit).findings] == ["1.2"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_finding_without_words_or_too_long_is_refused(world: World, text: str) -> None:
    visit = world.started()
    with pytest.raises(InvalidInput) as refused:
        world.service.add_observation(visit, NewFinding("safety", text))
    assert refused.value.field == "text"
    assert world.service.open_visit(visit).findings == ()


def test_actions_get_the_company_and_a_date_by_a_chip(world: World) -> None:
    visit = world.started()
    made = world.service.add_action(visit, "Nommer un nouveau tuteur").record_id
    world.service.edit_action(made, due=DueChip.EIGHT_DAYS)
    action = world.service.open_visit(visit).actions[0]
    assert (action.owner_name, action.due_on) == ("Bâti-Sud 91", dt.date(2026, 11, 30))
    with pytest.raises(InvalidInput, match="pas encore de date"):
        world.service.edit_action(made, due=DueChip.NEXT_VISIT)
    world.service.set_next_visit(visit, NextVisit.ONE_MONTH)
    world.service.edit_action(made, due=DueChip.NEXT_VISIT)
    sheet = world.service.open_visit(visit)
    assert sheet.next_visit_on == dt.date(2026, 12, 22)
    assert sheet.actions[0].due_on == sheet.next_visit_on
    world.service.edit_action(made, text="Nommer un tuteur de remplacement")
    assert world.service.open_visit(visit).actions[0].due_on == sheet.next_visit_on, "the date stays"


def test_the_next_visit_is_later_and_on_a_working_day(world: World) -> None:
    visit = world.started()
    with pytest.raises(InvalidInput):
        world.service.set_next_visit(visit, world.clock.today())
    world.service.set_next_visit(visit, NextVisit.TWO_WEEKS)  # a Sunday, as today
    assert world.service.open_visit(visit).next_visit_on == dt.date(2026, 12, 7)


def test_somebody_unexpected_is_there_and_may_sign(world: World) -> None:
    visit = world.started()
    world.service.add_person(visit, NewPerson("ROUX", "Alain", "Chef d’équipe"))
    known = world.service.open_visit(visit).beneficiaries[0]
    world.service.add_person(visit, NewPerson(beneficiary_id=known.beneficiary_id or ""))
    sheet = world.service.open_visit(visit)
    added = sheet.site_people[-1]
    assert (added.last_name, added.organisation_name, added.is_there) == ("ROUX", "Bâti-Sud 91", True)
    assert len(sheet.beneficiaries) == 6, "somebody already on the list is not listed twice"
    assert sheet.beneficiaries[0].was_met
    with pytest.raises(InvalidInput):
        world.service.add_person(visit, NewPerson(" "))
    with pytest.raises(InvalidInput):
        world.service.remove_person(sheet.site_people[0].attendance_id)


def test_the_summary_follows_the_visit_until_it_is_written(world: World) -> None:
    visit = world.started()
    world.service.mark_all_present(visit)
    world.service.add_observation(visit, NewFinding("tutoring", "Tuteur absent"))
    proposed = world.service.open_visit(visit).summary
    assert 3 <= len(proposed) <= 5
    assert any("Tuteur absent" in line for line in proposed)
    world.service.set_summary(visit, "Tout va bien.\nRien à ajouter.")
    world.service.add_observation(visit, NewFinding("safety", "Casque manquant"))
    assert world.service.open_visit(visit).summary == ("Tout va bien.", "Rien à ajouter.")
    world.service.set_summary(visit, "")
    assert any("Casque manquant" in line for line in world.service.open_visit(visit).summary)


def test_no_name_of_a_beneficiary_enters_the_summary(world: World) -> None:
    visit = world.started()
    people = world.service.open_visit(visit).beneficiaries
    for person in people:
        world.service.toggle_quick(visit, person.beneficiary_id or "", QUICK_FINDINGS[2])
    text = "\n".join(world.service.open_visit(visit).summary)
    assert not any(person.last_name in text for person in people)


def test_what_is_typed_is_kept_until_it_becomes_a_record(world: World) -> None:
    visit = world.started()
    world.service.keep_typing(visit, "finding", "Constat", "tuteur abs")
    world.service.keep_typing(visit, "free_note", "Observations", "en cours")
    assert world.service.typed(visit) == {"finding": "tuteur abs", "free_note": "en cours"}
    world.service.add_observation(visit, NewFinding("tutoring", "Tuteur absent"))
    world.service.set_free_note(visit, "terminé")
    assert world.service.typed(visit) == {}


def test_a_discarded_draft_comes_back_whole(world: World) -> None:
    visit = world.started()
    world.service.add_observation(visit, NewFinding("safety", "Casque manquant"))
    world.service.add_action(visit, "Fournir un casque")
    before = world.service.open_visit(visit)
    world.service.discard_draft(visit)
    with pytest.raises(NotFound):
        world.service.open_visit(visit)
    assert world.service.list_visits() == []
    world.service.restore_draft(visit)
    after = world.service.open_visit(visit)
    assert (after.people, after.findings, after.actions) == (before.people, before.findings, before.actions)


def test_a_discard_is_undone_by_ctrl_z(world: World) -> None:
    visit = world.started()
    outcome = world.service.discard_draft(visit)
    world.service.take_back(outcome.undo)
    assert len(world.service.open_visit(visit).people) == 8


def test_the_list_is_filtered_and_paged(world: World) -> None:
    signed = world.signed()
    draft = world.started()
    planned = world.service.plan_visit(
        world.site.lot, world.site.company, world.clock.today() + dt.timedelta(days=3)
    ).record_id
    service = world.service

    def ids(**chosen: object) -> list[str]:
        return [one.visit_id for one in service.list_visits(VisitFilter("", **chosen))]  # type: ignore[arg-type]

    assert ids() == [planned, draft, signed]
    assert ids(stage=Stage.FINAL) == [signed]
    assert ids(stage=Stage.DRAFT) == [draft]
    assert ids(stage=Stage.PLANNED) == [planned]
    assert ids(company_id=world.site.company, facilitator_id=world.notebook.actor_id) == [planned, draft, signed]
    assert ids(operation_id="elsewhere") == []
    assert ids(beneficiary_id=world.site.beneficiaries[0]) == [draft, signed]
    assert ids(since=world.clock.today() + dt.timedelta(days=1)) == [planned]
    assert service.count_visits() == 3
    assert [one.visit_id for one in service.list_visits(limit=1, offset=1)] == [draft]


def test_another_organisation_sees_nothing_and_a_reader_writes_nothing(world: World) -> None:
    visit = world.started()
    world.notebook.role = Role.READER
    with pytest.raises(NotAllowed):
        world.service.mark_all_present(visit)
    with pytest.raises(NotAllowed):
        world.started()
    world.notebook.role = Role.FACILITATOR
    world.notebook.organisation_id = "another"
    with pytest.raises(NotAllowed):
        world.service.open_visit(visit)
    with pytest.raises(NotAllowed):
        world.service.mark_all_present(visit)
    assert world.service.list_visits() == []


def test_every_write_says_what_changed(world: World) -> None:
    visit = world.started()
    person = world.service.open_visit(visit).beneficiaries[0]
    outcome = world.service.set_all_well(person.attendance_id, True)
    assert outcome.changes == Changes.of("attendance", person.attendance_id)
    same = world.service.set_all_well(person.attendance_id, True)
    assert not same.changes, "nothing changed, nothing is told"


def test_places_are_found_by_words_of_the_operation_and_of_the_company(world: World) -> None:
    other = site_with_people(world.notebook, 0, rank=2, operation_name="Crèche des Œillets", company_name="Élec Nord")
    find = world.service.places
    assert [one.lot_id for one in find("bati ecole")] == [world.site.lot]
    assert [one.lot_id for one in find("oeillets elec")] == [other.lot]
    assert [one.lot_id for one in find("lot 3 élec")] == [other.lot]
    assert find("rien de tel") == []
    assert [one.lot_id for one in find("", company_id=other.company)] == [other.lot]
    world.started()
    assert find("")[0].lot_id == world.site.lot, "the latest visited first"


def test_attendance_kinds(world: World) -> None:
    sheet = world.service.open_visit(world.started())
    assert {one.kind for one in sheet.site_people} == {AttendanceKind.SITE_PERSON}
    assert {one.kind for one in sheet.beneficiaries} == {AttendanceKind.BENEFICIARY}
