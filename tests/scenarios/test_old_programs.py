"""SYNC.md §1.8: an old program works offline for ever; beyond the supported versions it is told to update and keeps
its work, which is still sent.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from app.sync import protocol as wire
from app.sync.sentences import problem_told
from app.sync.state import Problem, Situation
from server import devices, pulling
from server.refusals import Refusal
from tests.scenarios.acts import (
    NAMES,
    PAPER,
    PRINTED,
    hours_at_network,
    note,
    notes,
    read_visit,
    sign_a_visit,
    type_paper,
)
from tests.scenarios.conftest import Story
from tests.scenarios.network import OCTOBER, all_meet

pytestmark = pytest.mark.expected_logs


@pytest.fixture
def nadia_is_old(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The server moved on: it no longer keeps the schema of Nadia’s program. Undo it: she installs the update."""
    hello, pull = devices.hello, pulling.pull

    def newer(service: Any, session: Any, ask: Any) -> wire.HelloAnswer:
        answer = hello(service, session, ask)
        return answer.model_copy(update={"schema_": 9, "oldest_schema": 9}) if session.account == "nadia" else answer

    def refused(service: Any, session: Any, ask: Any) -> bytes:
        if session.account == "nadia":
            raise Refusal(wire.Code.UPGRADE)
        return pull(service, session, ask)

    monkeypatch.setattr(devices, "hello", newer)
    monkeypatch.setattr(pulling, "pull", refused)
    return monkeypatch


def test_a_program_out_of_date_is_told_and_its_month_is_counted(story: Story, nadia_is_old: pytest.MonkeyPatch) -> None:
    nadia, karim, site = story.nadia, story.karim, story.site
    julie = site.beneficiaries[0]
    note(karim, julie, "Écrit par un programme à jour.")
    karim.meet()
    type_paper(nadia, site)
    visit = sign_a_visit(nadia, site)
    note(nadia, julie, "Écrit par un vieux programme.")
    report = nadia.sync.synchronise()
    assert report.problem is Problem.TOO_OLD
    assert report.state.situation is Situation.ATTENTION
    assert report.state.unsent == 0, "what she typed has left"
    told = problem_told(Problem.TOO_OLD)
    assert told is not None
    assert "Mettez le programme à jour" in " ".join(str(part) for part in dataclasses.astuple(told))

    # her work counts at the network and for her colleague, while hers receives nothing
    karim.meet()
    assert karim.month(site.company, OCTOBER) == dict(zip(NAMES, PAPER, strict=True))
    assert hours_at_network(story.network) == story.network.figures().hours_validated == PRINTED
    assert notes(karim, julie) == ["Écrit par un programme à jour.", "Écrit par un vieux programme."]
    assert notes(nadia, julie) == ["Écrit par un vieux programme."]

    # months later she still works offline, with everything she has
    story.network.stop()
    story.network.clock.move(dt.timedelta(days=20))
    later = sign_a_visit(nadia, site, "Vestiaire refait")
    assert nadia.month(site.company, OCTOBER)["MARTIN"] == PAPER[0]
    assert nadia.sync.synchronise().problem is not Problem.NONE
    nadia.reopen()
    story.network.start()
    assert nadia.sync.synchronise().problem is Problem.TOO_OLD
    karim.meet()
    assert karim.visits.open_visit(later).is_final

    nadia_is_old.undo()
    all_meet(nadia, karim)
    for one in (nadia, karim):
        assert notes(one, julie) == ["Écrit par un programme à jour.", "Écrit par un vieux programme."]
        assert [read_visit(one, known) for known in (visit, later)] == [
            read_visit(nadia, known) for known in (visit, later)
        ]
        assert one.sync.to_review() == []
    assert hours_at_network(story.network) == PRINTED
