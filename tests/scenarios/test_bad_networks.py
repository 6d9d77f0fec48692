"""Real sockets, a real server, a network that cuts, stalls and lies: nothing lost, nothing restarted (SYNC.md §6)."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import uvicorn

from app.models.attachments import Attachment
from app.store.unit import writing
from app.sync import api
from app.sync.state import Problem
from server.application import create
from tests.architecture.source import ROOT
from tests.scenarios.proxy import Proxy
from tests.sync.conftest import Three, edit, note, person
from tests.sync.conftest import three as three  # the fixture
from tests.sync.world import Laptop

pytestmark = pytest.mark.expected_logs


@pytest.fixture
def port(three: Three) -> Iterator[int]:
    """The world's server on a real port."""
    listener = socket.create_server(("127.0.0.1", 0))
    chosen = int(listener.getsockname()[1])
    listener.close()
    config = uvicorn.Config(
        create(three.world.service), host="127.0.0.1", port=chosen, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield chosen
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def proxy(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The bad network, with little patience."""
    monkeypatch.setattr(api, "TIMEOUT", httpx2.Timeout(1.0, connect=1.0))
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


def test_a_link_of_fifty_kilobits_far_away_carries_the_day(three: Three, proxy: Proxy) -> None:
    """6 250 bytes a second each way: rows first, then a photograph; the second connection adds 150 ms each way."""
    lines = [note(three.nadia, person(three.nadia, f"NOM{rank}"), os.urandom(100).hex()) for rank in range(25)]
    (picture,) = photos(three.nadia, 1, size=9_600)
    three.nadia.go_through(proxy.address)
    three.karim.go_through(proxy.address)
    proxy.rule = lambda number: ("slow", 6_250) if number % 2 else ("distant", 150)
    for laptop in (three.nadia, three.karim):
        for _ in range(4):  # little patience: one second without a byte
            if laptop.sync().complete:
                break
    assert all(three.karim.has("follow_up_note", one) for one in lines)
    assert hashlib.sha256(three.karim.files.get(picture)).hexdigest() == picture
    assert three.karim.service.verify().equal


def test_an_answer_that_comes_after_the_time_out_changes_nothing(three: Three, proxy: Proxy) -> None:
    """Two sessions overlap: the answers of the first arrive when nobody listens any more."""
    someone = person(three.nadia)
    three.nadia.go_through(proxy.address)
    proxy.rule = lambda _: ("late", 1_500)
    assert three.nadia.sync().problem is Problem.UNREACHABLE
    edit(three.nadia, someone, phone="06")
    proxy.rule = lambda number: ("late", 1_500) if number % 3 == 0 else ("pass", 0)
    for _ in range(8):
        if three.nadia.sync().complete:
            break
    proxy.rule = lambda _: ("pass", 0)
    assert three.nadia.sync().complete
    three.karim.sync()
    assert three.karim.value("beneficiary", someone, "phone") == "06"
    assert not three.karim.service.to_review()
    assert three.nadia.service.verify().equal


def _killed(folder: Path, prefix: str, lines: int) -> dict[str, str]:
    """A notebook's process killed after some lines; what it said was committed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.scenarios.laptop_process", str(folder), prefix],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    said = {}
    for line in child.stdout:
        record, word = line.split()
        said[record] = word
        if len(said) >= lines:
            child.send_signal(signal.SIGKILL)
            break
    for line in child.stdout.read().splitlines():
        if len(line.split()) == 2:
            record, word = line.split()
            said[record] = word
    child.stdout.close()
    child.wait()
    return said


def test_a_laptop_killed_at_random_keeps_and_sends_all_that_was_committed(three: Three, port: int) -> None:
    three.nadia.go_through(f"http://127.0.0.1:{port}")
    three.nadia.notebook.set_control("sync.refresh", _refresh(three.nadia))
    three.nadia.notebook.set_control("sync.device_key", _device_key(three.nadia))
    three.nadia.close()
    said: dict[str, str] = {}
    for turn in range(4):
        said |= _killed(three.nadia.folder, f"tour{turn}-", 2 + 5 * turn)
    three.nadia.open()
    assert three.nadia.sync().complete
    three.karim.sync()
    assert {record: three.karim.value("beneficiary", record, "last_name") for record in said} == said
    assert three.nadia.service.verify().equal
    assert three.nadia.notebook.raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _refresh(laptop: Laptop) -> str:
    device = laptop.service._store(lambda book: book.get_control("sync.membership"))
    return next(value for (_, name), value in laptop.secrets._kept.items() if name.endswith("/refresh") and device)


def _device_key(laptop: Laptop) -> str:
    return next(value for (_, name), value in laptop.secrets._kept.items() if name.endswith("/device_key"))


def test_a_server_killed_at_random_loses_nothing_that_it_acknowledged(three: Three, tmp_path: Path) -> None:
    data = tmp_path / "served"
    data.mkdir()
    (data / "files").mkdir()
    three.world.database.close()
    shutil.copyfile(three.world.url, data / "network.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    three.nadia.go_through(f"http://127.0.0.1:{port}")
    three.karim.go_through(f"http://127.0.0.1:{port}")
    made: list[str] = []
    for turn in range(3):
        server = _serve(data, port)
        killer = threading.Timer(0.15 + 0.1 * turn, server.kill)
        killer.start()
        for rank in range(12):
            made.append(person(three.nadia, f"T{turn}-{rank}"))
            three.nadia.sync()
            if server.poll() is not None:
                break
        killer.join()
        server.kill()
        server.wait()
    server = _serve(data, port)
    try:
        assert three.nadia.sync().complete
        assert three.karim.sync().complete
        assert all(three.karim.has("beneficiary", one) for one in made)
        edit(three.karim, made[0], phone="06")
        assert three.karim.sync().complete
        assert three.nadia.sync().complete
        assert three.nadia.service.verify().equal
    finally:
        server.terminate()
        server.wait()


def _serve(data: Path, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "run", "--data-dir", str(data), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return process
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")
