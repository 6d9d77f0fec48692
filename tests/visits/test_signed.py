"""Signatures, the lock, the rectification (PRODUCT.md V7-V9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from app.errors import InvalidInput, Locked
from app.models.beneficiaries import Beneficiary
from app.models.choices import ActionState, MeetingStatus, PointState, PresenceStatus, SignerRole
from app.rules.calendar import DueChip
from app.store.visits import Stage, row_of
from app.visits.values import QUICK_FINDINGS, NewFinding, NewPerson, NextVisit
from tests.visits.conftest import STROKES, World, jpeg


def test_people_present_sign_and_nobody_else(world: World) -> None:
    visit = world.started()
    manager = world.service.open_visit(visit).site_people[1]
    for presence in (PresenceStatus.UNKNOWN, PresenceStatus.ABSENT, PresenceStatus.EXCUSED):
        world.service.set_presence(manager.attendance_id, presence)
        with pytest.raises(InvalidInput, match="pas notée présente"):
            world.service.sign(manager.attendance_id, STROKES)
        with pytest.raises(InvalidInput):
            world.service.refuse(manager.attendance_id, "Pas d’accord")
    world.service.set_presence(manager.attendance_id, PresenceStatus.LATE)
    world.service.sign(manager.attendance_id, STROKES)
    signed = world.service.open_visit(visit).signatures[0]
    assert (signed.signer_name, signed.role) == ("Paul MOREAU", SignerRole.COMPANY)
    assert signed.role_label == "Conducteur de travaux, Bâti-Sud 91"
    assert [list(map(list, stroke)) for stroke in signed.strokes] == STROKES
    assert signed.attendance_id == manager.attendance_id


@pytest.mark.parametrize("strokes", [[], [[]], [[[5, 5, 500, 0]]]])
def test_a_dot_is_not_a_signature(world: World, strokes: list[list[list[int]]]) -> None:
    visit = world.started()
    person = world.service.open_visit(visit).site_people[0]
    with pytest.raises(InvalidInput, match="vide"):
        world.service.sign(person.attendance_id, strokes)


def test_signing_again_replaces(world: World) -> None:
    visit = world.started()
    person = world.service.open_visit(visit).site_people[0]
    world.service.sign(person.attendance_id, STROKES)
    other = [[[100, 100, 500, 0], [200, 200, 500, 5], [300, 300, 500, 9]]]
    world.service.sign(person.attendance_id, other)
    signatures = world.service.open_visit(visit).signatures
    assert len(signatures) == 1
    assert [list(map(list, stroke)) for stroke in signatures[0].strokes] == other


def test_a_signed_draft_is_frozen_until_the_signatures_are_taken_off(world: World) -> None:
    visit = world.started()
    person = world.service.open_visit(visit).site_people[0]
    world.service.sign(person.attendance_id, STROKES)
    with pytest.raises(Locked, match="déjà une signature"):
        world.service.add_observation(visit, NewFinding("safety", "Casque manquant"))
    world.service.remove_signatures(visit)
    world.service.add_observation(visit, NewFinding("safety", "Casque manquant"))
    assert world.service.open_visit(visit).signatures == ()


def test_the_company_may_refuse_and_the_report_is_final_still(world: World) -> None:
    visit = world.started()
    world.service.mark_all_present(visit)
    facilitator, manager = world.service.open_visit(visit).site_people
    with pytest.raises(InvalidInput, match="entreprise"):
        world.service.finalise(visit)
    with pytest.raises(InvalidInput, match="motif"):
        world.service.refuse(manager.attendance_id, " ")
    world.service.refuse(manager.attendance_id, "Conteste les heures d’octobre")
    with pytest.raises(InvalidInput, match="Votre signature"):
        world.service.refuse(facilitator.attendance_id, "Non")
    with pytest.raises(InvalidInput, match="Il manque votre signature"):
        world.service.finalise(visit)
    world.service.sign(facilitator.attendance_id, STROKES)
    world.service.finalise(visit)
    sheet = world.service.open_visit(visit)
    assert sheet.stage is Stage.FINAL
    assert sheet.signatures[0].refusal_reason == "Conteste les heures d’octobre"


def test_a_beneficiary_does_not_sign_for_the_company(world: World) -> None:
    visit = world.started()
    world.service.mark_all_present(visit)
    sheet = world.service.open_visit(visit)
    for person in (sheet.site_people[0], sheet.beneficiaries[0]):
        world.service.sign(person.attendance_id, STROKES)
    with pytest.raises(InvalidInput, match="entreprise"):
        world.service.finalise(visit)


def writes_on(world: World, visit: str) -> dict[str, Callable[[], object]]:
    """Every way to write on a visit."""
    service, sheet = world.service, world.service.open_visit(visit)
    person, worker = sheet.site_people[1].attendance_id, sheet.beneficiaries[0]
    finding, action, photo = sheet.findings[0].observation_id, sheet.actions[0].action_id, sheet.photos[0].attachment_id
    return {
        "present": lambda: service.mark_all_present(visit),
        "presence": lambda: service.set_presence(person, PresenceStatus.ABSENT),
        "meeting": lambda: service.set_meeting(worker.attendance_id, MeetingStatus.ALONE),
        "well": lambda: service.mark_all_well(visit),
        "one well": lambda: service.set_all_well(worker.attendance_id, True),
        "person": lambda: service.add_person(visit, NewPerson("X")),
        "remove person": lambda: service.remove_person(person),
        "finding": lambda: service.add_observation(visit, NewFinding("safety", "X")),
        "quick": lambda: service.toggle_quick(visit, worker.beneficiary_id or "", QUICK_FINDINGS[0]),
        "edit finding": lambda: service.edit_observation(finding, text="X"),
        "remove finding": lambda: service.remove_observation(finding),
        "point": lambda: service.review_point(visit, "x", PointState.CLOSED),
        "action": lambda: service.add_action(visit, "X"),
        "edit action": lambda: service.edit_action(action, text="X"),
        "remove action": lambda: service.remove_action(action),
        "photo": lambda: service.edit_photo(photo, caption="X"),
        "remove photo": lambda: service.remove_photo(photo),
        "note": lambda: service.set_free_note(visit, "X"),
        "summary": lambda: service.set_summary(visit, "X"),
        "place": lambda: service.set_place(visit, "X"),
        "kind": lambda: service.set_kind(visit, "closing"),
        "next": lambda: service.set_next_visit(visit, NextVisit.ONE_MONTH),
        "sign": lambda: service.sign(person, STROKES),
        "refuse": lambda: service.refuse(person, "X"),
        "unsign": lambda: service.remove_signatures(visit),
        "finalise": lambda: service.finalise(visit),
        "discard": lambda: service.discard_draft(visit),
    }


def full_visit(world: World) -> str:
    """A signed visit with one of each."""
    from app.visits.photos import reduce_photo

    visit = world.started()
    world.service.mark_all_present(visit)
    finding = world.service.add_observation(visit, NewFinding("safety", "Casque manquant", "deux casques")).record_id
    world.service.add_action(visit, "Fournir un casque", observation_id=finding)
    photo = reduce_photo(jpeg())
    world.service.add_photo(visit, photo, world.service.keep_photo(photo), observation_id=finding, caption="Entrée")
    world.service.set_next_visit(visit, NextVisit.ONE_MONTH)
    return world.signed(visit)


def test_nothing_writes_on_a_signed_report(world: World) -> None:
    visit = full_visit(world)
    before = world.service.open_visit(visit)
    for name, write in writes_on(world, visit).items():
        with pytest.raises(Locked):
            write()
            pytest.fail(f"{name} was let through")
    assert world.service.open_visit(visit) == before


def test_an_undo_kept_from_before_does_not_open_a_signed_report(world: World) -> None:
    visit = world.started()
    kept = [
        world.service.mark_all_present(visit),
        world.service.add_observation(visit, NewFinding("safety", "Casque manquant")),
        world.service.add_action(visit, "Fournir un casque"),
        world.service.set_free_note(visit, "note"),
    ]
    world.signed(visit)
    before = world.service.open_visit(visit)
    for outcome in kept:
        with pytest.raises(Locked):
            world.service.take_back(outcome.undo)
    assert world.service.open_visit(visit) == before
    done = world.service.settle_action(before.actions[0].action_id, ActionState.DONE)
    world.service.take_back(done.undo)  # what becomes of an action is not the report's content


def test_finalising_freezes_plans_and_is_not_undone(world: World) -> None:
    visit = world.started()
    world.service.set_next_visit(visit, NextVisit.ONE_MONTH)
    world.service.mark_all_present(visit)
    world.sign(visit)
    proposed = world.service.open_visit(visit).summary
    outcome = world.service.finalise(visit)
    assert not outcome.undo
    sheet = world.service.open_visit(visit)
    assert sheet.finished_at == world.clock.now()
    assert sheet.summary == proposed
    planned = world.service.list_visits()[0]
    assert (planned.stage, planned.planned_on) == (Stage.PLANNED, dt.date(2026, 12, 22))
    with world.notebook.read() as connection:
        person = row_of(connection, Beneficiary, world.site.beneficiaries[0])
    assert person is not None
    assert person["last_contact_on"] == world.clock.today()


def test_a_rectification_copies_all_but_the_signatures(world: World) -> None:
    visit = full_visit(world)
    before = world.service.open_visit(visit)
    world.clock.move(dt.timedelta(days=2))
    with pytest.raises(InvalidInput):
        world.service.rectify(visit, "")
    made = world.service.rectify(visit, "Une date était fausse").record_id
    sheet = world.service.open_visit(made)
    assert sheet.number == "VIS-2026-NO-0002"
    assert (sheet.corrects_number, sheet.correction_reason) == (before.number, "Une date était fausse")
    assert [one.label for one in sheet.findings] == ["2.1"]
    assert [one.text for one in sheet.actions] == ["Fournir un casque"]
    assert sheet.actions[0].observation_id == sheet.findings[0].observation_id
    assert [one.sha256 for one in sheet.photos] == [one.sha256 for one in before.photos]
    assert sheet.photos[0].observation_id == sheet.findings[0].observation_id
    assert sheet.signatures == ()
    assert sheet.planned_on == before.planned_on
    assert sheet.people[0].is_facilitator
    assert world.service.rectify(visit, "Encore").record_id == made, "one rectification at a time"
    assert world.service.open_visit(visit).corrected_by_number == sheet.number


def test_a_signed_rectification_takes_the_place_of_what_it_corrects(world: World) -> None:
    visit = full_visit(world)
    made = world.service.rectify(visit, "Constat mal écrit").record_id
    action = world.service.open_visit(made).actions[0].action_id
    world.service.edit_action(action, due=DueChip.EIGHT_DAYS)
    finding = world.service.open_visit(made).findings[0]
    world.service.edit_observation(finding.observation_id, text="Deux casques manquants")
    world.sign(made)
    world.service.finalise(made)
    assert world.service.open_visit(visit).findings[0].text == "Casque manquant", "the original is intact"
    world.clock.move(dt.timedelta(days=30))
    points = world.service.open_visit(world.started()).points
    assert [(one.text, one.age) for one in points] == [("Deux casques manquants", "ouvert depuis 1\u00a0visite")]
    assert len([one for one in world.service.agenda().actions if one.text == "Fournir un casque"]) == 1


def test_a_draft_is_not_rectified(world: World) -> None:
    with pytest.raises(InvalidInput, match="pas signée"):
        world.service.rectify(world.started(), "Erreur")
