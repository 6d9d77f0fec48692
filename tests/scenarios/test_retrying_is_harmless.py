"""SYNC.md §1.6: any message may be sent twice, late, or never answered: hours count once, a visit is one visit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from app.models.beneficiaries import NoteDraft
from app.sync import api
from app.sync.state import Problem
from server.push import receiving
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
from tests.scenarios.proxy import Proxy

pytestmark = pytest.mark.expected_logs


@pytest.fixture
def proxy(story: Story, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """What stands between Nadia and the network; she has little patience."""
    monkeypatch.setattr(api, "TIMEOUT", httpx2.Timeout(2.0, connect=2.0))
    made = Proxy(story.network.port)
    story.nadia.go_through(made.address)
    yield made
    made.close()


def work(story: Story) -> str:
    """A month, a visit with its photographs, a note."""
    type_paper(story.nadia, story.site)
    note(story.nadia, story.site.beneficiaries[0], "Entretien du 20.")
    return sign_a_visit(story.nadia, story.site, photos=("teal", "navy"))


def once(story: Story, visit: str) -> None:
    """Everything is there once, on both notebooks and at the network."""
    nadia, karim, site = story.nadia, story.karim, story.site
    all_meet(nadia, karim)
    for one in (nadia, karim):
        assert one.month(site.company, OCTOBER) == dict(zip(NAMES, PAPER, strict=True))
        assert notes(one, site.beneficiaries[0]) == ["Entretien du 20."]
        assert read_visit(one, visit) == read_visit(nadia, visit)
        assert len(one.visits.list_visits()) == 1
        assert (one.sync.to_review(), one.sync.held()) == ([], [])
    assert hours_at_network(story.network) == story.network.figures().hours_validated == PRINTED
    counted = story.network.ask("SELECT count(*) FROM visit"), story.network.ask("SELECT count(*) FROM attachment")
    assert counted == ([(1,)], [(2,)])


def test_every_message_sent_twice(story: Story, proxy: Proxy) -> None:
    visit = work(story)
    proxy.rule = lambda _: ("twice", 0)
    story.nadia.meet()
    assert proxy.requests, "the proxy took the messages apart"
    once(story, visit)


def test_no_answer_comes_back_the_first_time(story: Story, proxy: Proxy) -> None:
    """Whatever is asked was done, and whoever asked does not know it."""
    visit = work(story)
    proxy.rule = lambda _: ("unanswered once", 0)
    for _ in range(20):
        if story.nadia.sync.synchronise().complete:
            break
    once(story, visit)


def test_old_messages_come_back_days_later(story: Story, proxy: Proxy) -> None:
    """A machine in between keeps what went through and sends it all again, the last one first."""
    visit = work(story)
    proxy.rule = lambda _: ("twice", 0)
    story.nadia.meet()
    story.karim.meet()
    story.karim.people.edit_note(
        next(one.id for one in story.karim.people.get(story.site.beneficiaries[0]).notes),
        NoteDraft(text="Entretien du 20, relu par Karim."),
    )
    story.karim.meet()
    proxy.send_again()
    all_meet(story.nadia, story.karim)
    for one in (story.nadia, story.karim):
        assert notes(one, story.site.beneficiaries[0]) == ["Entretien du 20, relu par Karim."]
        assert one.sync.to_review() == []
    assert hours_at_network(story.network) == PRINTED
    assert len(story.karim.visits.list_visits()) == 1
    assert read_visit(story.karim, visit) == read_visit(story.nadia, visit)


def test_a_retry_that_overlaps_the_first_sending_is_merged_once(
    story: Story, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is half open: the month is still being merged, under the network’s lock, when it is sent again."""
    visit = work(story)
    begun, let_go, again = threading.Event(), threading.Event(), threading.Event()
    merge, merges = receiving._merge, []

    def slow(*given: Any) -> Any:
        merges.append(given)
        if len(merges) == 1:
            begun.set()
            assert let_go.wait(60)
        return merge(*given)

    monkeypatch.setattr(receiving, "_merge", slow)
    # an embedded database has one writer: the second session waits from its first message on
    overlaps = "batch to send" if story.network.service.database.is_postgresql else "session begins"
    assert story.nadia.sync.synchronise().problem is Problem.UNREACHABLE, "nobody answered in time"
    assert begun.is_set()
    object.__setattr__(story.nadia.sync._around, "hook", lambda point: again.set() if point == overlaps else None)
    retry = threading.Thread(target=story.nadia.sync.synchronise)
    retry.start()
    assert again.wait(60), "the same bytes are on their way again"
    let_go.set()
    retry.join(60)
    once(story, visit)
    assert len(merges) == 1, "the second found the receipt of the first"
