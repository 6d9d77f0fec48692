"""Real sockets, a real server, a network that cuts, stalls and lies: nothing lost, nothing restarted (SYNC.md §6)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

import httpx2
import pytest

from app.models.attachments import Attachment
from app.store.unit import writing
from app.sync import api
from app.sync.state import Problem
from tests.scenarios.proxy import Proxy
from tests.server import house
from tests.server.serving import free_port
from tests.sync.conftest import Three, edit, note, person
from tests.sync.conftest import cluster as cluster  # the fixtures
from tests.sync.conftest import three as three
from tests.sync.world import Laptop

pytestmark = pytest.mark.expected_logs


@pytest.fixture
def port(three: Three) -> Iterator[int]:
    """The world's server on a real port."""
    chosen = free_port()
    with house.serving(three.world.service, chosen):
        yield chosen


@pytest.fixture
def proxy(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The bad network, with little patience: two seconds without a byte."""
    monkeypatch.setattr(api, "TIMEOUT", httpx2.Timeout(2.0))
    made = Proxy(port)
    yield made
    made.close()


def photos(laptop: Laptop, count: int, size: int = 60_000) -> list[str]:
    """Photographs of different contents, safely on the disk before their record."""
    kept = []
    for rank in range(count):
        data = hashlib.sha256(bytes([rank])).digest() * (size // 32)
        sha256 = laptop.files.put(data)
        with writing(laptop.notebook) as unit:
            fields = {
                "owner_kind": "visit",
                "owner_id": "v",
                "sha256": sha256,
                "size": len(data),
                "name": f"{rank}.jpg",
            }
            unit.insert(Attachment, fields)
        kept.append(sha256)
    return kept


def test_over_real_sockets_everything_goes_both_ways(three: Three, proxy: Proxy) -> None:
    someone = person(three.nadia)
    contents = photos(three.nadia, 3)
    three.nadia.go_through(proxy.address)
    three.karim.go_through(proxy.address)
    sent = three.nadia.sync()
    assert (sent.problem, sent.photos) == (Problem.NONE, 3)
    assert three.karim.sync().photos == 3
    assert three.karim.has("beneficiary", someone)
    assert [three.karim.files.get(one) == three.nadia.files.get(one) for one in contents] == [True] * 3
    found = three.karim.service.verify()
    assert found.equal
    assert (found.photos_missing_here, found.photos_missing_there) == (0, 0)


@pytest.mark.parametrize("way", ["cut up", "cut down"])
def test_cut_after_more_and_more_bytes_it_ends_by_going_through(three: Three, proxy: Proxy, way: str) -> None:
    lines = [note(three.nadia, person(three.nadia, f"NOM{rank}"), "x" * 500) for rank in range(60)]
    three.nadia.go_through(proxy.address)
    for after in (1, 150, 400, 900, 2_000, 5_000):
        proxy.rule = lambda _, after=after: (way, after)  # type: ignore[misc]
        report = three.nadia.sync()
        assert report.problem in (Problem.NONE, Problem.UNREACHABLE, Problem.PORTAL)
    proxy.rule = lambda _: ("pass", 0)
    assert three.nadia.sync().complete
    three.karim.sync()
    assert all(three.karim.has("follow_up_note", one) for one in lines)
    assert three.nadia.service.verify().equal


def test_photographs_over_a_link_cut_twenty_times_arrive_whole_and_are_resumed(three: Three, proxy: Proxy) -> None:
    contents = photos(three.nadia, 8)
    three.nadia.go_through(proxy.address)
    three.karim.go_through(proxy.address)
    for laptop, way in ((three.nadia, "cut up"), (three.karim, "cut down")):
        # each connection lets a little more than a photograph through
        proxy.rule = lambda _, way=way: (way, 90_000)  # type: ignore[misc]
        for _ in range(20):
            laptop.sync()
        proxy.rule = lambda _: ("pass", 0)
        assert laptop.sync().complete
    state = three.karim.service.state()
    assert (state.photos_done, state.photos_total) == (8, 8)
    assert [hashlib.sha256(three.karim.files.get(one)).hexdigest() for one in contents] == contents


def test_a_page_in_the_way_and_a_dead_line_are_told_apart(three: Three, proxy: Proxy) -> None:
    someone = person(three.nadia)
    three.nadia.go_through(proxy.address)
    proxy.rule = lambda _: ("portal", 0)
    assert three.nadia.sync().problem is Problem.PORTAL
    proxy.rule = lambda _: ("stall", 0)
    assert three.nadia.sync().problem is Problem.UNREACHABLE
    proxy.rule = lambda _: ("pass", 0)
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.has("beneficiary", someone)


def test_a_link_of_fifty_kilobits_far_away_carries_the_day(
    three: Three, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """6 250 bytes a second each way: rows first, then a photograph; the second connection adds 150 ms each way."""
    monkeypatch.setattr(api, "TIMEOUT", httpx2.Timeout(20.0))
    lines = [note(three.nadia, person(three.nadia, f"NOM{rank}"), os.urandom(100).hex()) for rank in range(25)]
    (picture,) = photos(three.nadia, 1, size=9_600)
    three.nadia.go_through(proxy.address)
    three.karim.go_through(proxy.address)
    proxy.rule = lambda number: ("slow", 6_250) if number % 2 else ("distant", 150)
    for laptop in (three.nadia, three.karim):
        assert laptop.sync().complete
    assert all(three.karim.has("follow_up_note", one) for one in lines)
    assert hashlib.sha256(three.karim.files.get(picture)).hexdigest() == picture
    assert three.karim.service.verify().equal


def test_an_answer_that_comes_after_the_time_out_changes_nothing(three: Three, proxy: Proxy) -> None:
    """Two sessions overlap: the answers of the first arrive when nobody listens any more."""
    someone = person(three.nadia)
    three.nadia.go_through(proxy.address)
    proxy.rule = lambda _: ("late", 3_000)
    assert three.nadia.sync().problem is Problem.UNREACHABLE
    edit(three.nadia, someone, phone="06")
    proxy.rule = lambda number: ("late", 3_000) if number % 3 == 0 else ("pass", 0)
    for _ in range(8):
        if three.nadia.sync().complete:
            break
    proxy.rule = lambda _: ("pass", 0)
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.value("beneficiary", someone, "phone") == "06"
    assert not three.karim.service.to_review()
    assert three.nadia.service.verify().equal
