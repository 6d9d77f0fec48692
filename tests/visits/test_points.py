"""Points go from visit to visit until they are closed, with their age (PRODUCT.md V2)."""

from __future__ import annotations

import datetime as dt

import pytest

from app.errors import NotFound
from app.models.choices import ActionState, PointState
from app.visits.values import NewFinding
from tests.visits.conftest import World


def with_point(world: World, text: str = "Tuteur absent") -> str:
    """A signed visit that left a point; 30 days pass."""
    visit = world.started()
    world.service.add_observation(visit, NewFinding("tutoring", text))
    world.signed(visit)
    world.clock.move(dt.timedelta(days=30))
    return visit


def test_an_open_point_is_carried_with_its_age_and_number(world: World) -> None:
    with_point(world)
    visit = world.started()
    point = world.service.open_visit(visit).points[0]
    assert (point.label, point.age, point.state) == ("1.1", "ouvert depuis 1\u00a0visite", PointState.OPEN)
    world.signed(visit)
    world.clock.move(dt.timedelta(days=30))
    point = world.service.open_visit(world.started()).points[0]
    assert (point.label, point.age) == ("1.1", "ouvert depuis 2\u00a0visites")


def test_a_closed_point_is_said_today_and_never_again(world: World) -> None:
    with_point(world)
    visit = world.started()
    point = world.service.open_visit(visit).points[0]
    outcome = world.service.review_point(visit, point.observation_id, PointState.CLOSED)
    sheet = world.service.open_visit(visit)
    assert [one.state for one in sheet.points] == [PointState.CLOSED]
    assert sheet.open_points == 0
    world.service.take_back(outcome.undo)
    assert world.service.open_visit(visit).open_points == 1
    world.service.review_point(visit, point.observation_id, PointState.CLOSED)
    world.signed(visit)
    world.clock.move(dt.timedelta(days=30))
    assert world.service.open_visit(world.started()).points == ()


@pytest.mark.parametrize("state", [PointState.CARRIED, PointState.OPEN])
def test_a_point_carried_or_not_answered_comes_back(world: World, state: PointState) -> None:
    with_point(world)
    visit = world.started()
    point = world.service.open_visit(visit).points[0]
    if state is PointState.CARRIED:
        world.service.review_point(visit, point.observation_id, state)
    world.signed(visit)
    assert [one.state for one in world.service.open_visit(visit).points] == [state], "the signed report keeps it"
    world.clock.move(dt.timedelta(days=30))
    assert [one.label for one in world.service.open_visit(world.started()).points] == ["1.1"]


def test_a_signed_report_keeps_what_it_said_of_a_point_closed_later(world: World) -> None:
    with_point(world)
    second = world.signed()
    world.clock.move(dt.timedelta(days=30))
    third = world.started()
    point = world.service.open_visit(third).points[0]
    world.service.review_point(third, point.observation_id, PointState.CLOSED)
    world.signed(third)
    assert [one.state for one in world.service.open_visit(second).points] == [PointState.OPEN]


def test_findings_not_to_follow_are_not_carried(world: World) -> None:
    visit = world.started()
    phrase = world.service.propose_phrases("tuteur disponible")[0]
    world.service.add_observation(visit, NewFinding(phrase.section, phrase.text, phrase_id=phrase.phrase_id))
    world.signed(visit)
    world.clock.move(dt.timedelta(days=30))
    assert world.service.open_visit(world.started()).points == ()


def test_a_draft_leaves_no_point_to_others(world: World) -> None:
    draft = world.started()
    world.service.add_observation(draft, NewFinding("safety", "Casque manquant"))
    assert world.service.open_visit(world.started()).points == ()


def test_discarding_a_draft_opens_again_what_it_had_closed(world: World) -> None:
    with_point(world)
    visit = world.started()
    point = world.service.open_visit(visit).points[0]
    world.service.review_point(visit, point.observation_id, PointState.CLOSED)
    world.service.discard_draft(visit)
    other = world.started()
    assert world.service.open_visit(other).open_points == 1
    world.service.discard_draft(other)
    world.service.restore_draft(visit)
    assert world.service.open_visit(visit).points[0].state == PointState.CLOSED


def test_a_finding_of_the_visit_itself_is_not_an_earlier_point(world: World) -> None:
    visit = world.started()
    own = world.service.add_observation(visit, NewFinding("safety", "Casque manquant")).record_id
    with pytest.raises(NotFound):
        world.service.review_point(visit, own, PointState.CLOSED)


def test_actions_are_followed_after_the_signature(world: World) -> None:
    visit = world.started()
    action = world.service.add_action(visit, "Nommer un tuteur").record_id
    world.signed(visit)
    world.clock.move(dt.timedelta(days=30))
    later = world.started()
    shown = world.service.open_visit(later).earlier_actions
    assert [(one.text, one.from_label) for one in shown] == [("Nommer un tuteur", "VIS-2026-NO-0001")]
    world.service.settle_action(action, ActionState.DONE)
    assert world.service.open_visit(later).earlier_actions[0].done_on == world.clock.today(), "said on the day"
    world.signed(later)
    world.clock.move(dt.timedelta(days=30))
    assert world.service.open_visit(world.started()).earlier_actions == ()
