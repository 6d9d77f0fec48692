"""What awaits the facilitator today (PRODUCT.md E2)."""

from __future__ import annotations

import datetime as dt

from app.models.choices import ActionState
from app.store.unit import writing
from app.visits.values import NewFinding
from tests.factories import add_person, site_with_people
from tests.visits.conftest import World


def test_an_empty_day(world: World) -> None:
    assert world.service.agenda().is_empty


def test_visits_of_the_day_by_time_with_open_points(world: World) -> None:
    visit = world.started()
    world.service.add_observation(visit, NewFinding("tutoring", "Tuteur absent"))
    world.signed(visit)
    world.clock.move(dt.timedelta(days=30))
    today = world.clock.today()
    other = site_with_people(world.notebook, 0, rank=2, operation_name="Crèche", company_name="Élec Nord")
    world.service.plan_visit(world.site.lot, world.site.company, today, "14:00")
    world.service.plan_visit(other.lot, other.company, today, "09:30")
    world.service.plan_visit(other.lot, other.company, today + dt.timedelta(days=1))
    agenda = world.service.agenda()
    assert [(one.planned_time, one.company_name, one.open_points) for one in agenda.visits] == [
        ("09:30", "Élec Nord", 0),
        ("14:00", "Bâti-Sud 91", 1),
    ]
    assert [one.company_name for one in agenda.next_visits] == ["Élec Nord"]
    world.clock.move(dt.timedelta(days=2))
    agenda = world.service.agenda()
    assert agenda.visits == ()
    assert len(agenda.late) == 3


def test_drafts_with_their_section_and_last_words(world: World) -> None:
    visit = world.started()
    world.service.remember_section(visit, "findings")
    world.service.keep_typing(visit, "finding", "Constat", "tuteur absent dep")
    draft = world.service.agenda().drafts[0]
    assert (draft.card.number, draft.card.section, draft.words) == ("VIS-2026-NO-0001", "findings", "tuteur absent dep")


def test_actions_due_within_a_week_the_late_ones_first(world: World) -> None:
    visit, today = world.started(), world.clock.today()
    for text, days in (("cette semaine", 7), ("plus tard", 8), ("en retard", -3)):
        world.service.add_action(visit, text, due=today + dt.timedelta(days=days))
    world.service.add_action(visit, "sans date")
    assert world.service.agenda().actions == (), "a draft has decided nothing yet"
    world.signed(visit)
    agenda = world.service.agenda()
    assert [one.text for one in agenda.actions] == ["en retard", "cette semaine"]
    assert agenda.actions_count == 2
    assert (agenda.actions[0].visit_number, agenda.actions[0].company_name) == ("VIS-2026-NO-0001", "Bâti-Sud 91")
    world.service.settle_action(agenda.actions[0].action_id, ActionState.DONE)
    assert [one.text for one in world.service.agenda().actions] == ["cette semaine"]


def test_contracts_that_end_within_a_fortnight(world: World) -> None:
    today = world.clock.today()
    with writing(world.notebook, "contrats") as unit:
        for name, days in (("HIER", -1), ("AUJOURD", 0), ("BIENTOT", 15), ("LOIN", 16)):
            add_person(
                world.notebook, unit, world.site, name, "X", 30, today - dt.timedelta(60), today + dt.timedelta(days)
            )
    agenda = world.service.agenda()
    assert [one.last_name for one in agenda.ending] == ["AUJOURD", "BIENTOT"]
    assert agenda.ending_count == 2


def test_another_organisations_day_is_its_own(world: World) -> None:
    world.service.plan_visit(world.site.lot, world.site.company, world.clock.today())
    world.started()
    world.notebook.organisation_id = "another"
    agenda = world.service.agenda()
    assert agenda.is_empty
    assert agenda.next_visits == ()
