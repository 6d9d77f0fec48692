"""Whoever asks too much, too slowly or too often holds nobody up; a stop leaves nothing half done. Real sockets."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from app.clock import SystemClock
from app.sync.protocol import (
    HEADER_BATCH,
    HEADER_ROLLING,
    HEADER_SHA256,
    PATH,
    SCHEMA,
    Code,
    HelloAnswer,
    Receipt,
    Status,
    seal,
    sha256_of,
)
from server import accounts
from server.checks import check
from server.refusals import Refusal
from server.service import Service
from server.store.engine import Database
from tests.server import house
from tests.server.house import Device
from tests.server.serving import Served, serving

HURRIED = """
from server import bodies, connections
bodies.SILENCE, bodies.PATIENCE = 0.4, 1.5
connections.HEAD_SECONDS, connections.IDLE_SECONDS, connections.MOST = 0.4, 1.0, 6
"""
"""The same limits, shorter."""


@contextlib.contextmanager
def calls(served: Served) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=served.address, transport=httpx2.HTTPTransport(retries=5), timeout=30) as client:
        yield client


def rest_of(line: socket.socket) -> bytes:
    """What still comes until the other side closes."""
    line.settimeout(20)
    parts = []
    with contextlib.suppress(ConnectionError):
        while piece := line.recv(65_536):
            parts.append(piece)
    return b"".join(parts)


def push_head(device: Device, body: bytes, n: int = 1) -> bytes:
    """The head of a push, as bytes."""
    headers = {
        "Host": "x",
        **device.headers,
        HEADER_BATCH: str(n),
        HEADER_SHA256: sha256_of(body),
        HEADER_ROLLING: device.rolling,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    return f"POST {PATH}/push HTTP/1.1\r\n".encode() + b"".join(
        f"{name}: {value}\r\n".encode() for name, value in headers.items()
    )


# --- passwords ------------------------------------------------------------------------------------


def test_many_guesses_at_once_wait_like_many_in_a_row(service: Service) -> None:
    house.add_user(service, "nadia")

    def guess(number: int) -> Code:
        try:
            accounts.check_password(service.database, service.clock, service.passwords, "nadia", f"au hasard {number}")
        except Refusal as refusal:
            return refusal.code
        raise AssertionError("a wrong password was taken")

    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(guess, range(60)))
    assert answers.count(Code.BAD_CREDENTIALS) == accounts.FREE_TRIES + 1
    assert answers.count(Code.SLOW_DOWN) == 60 - accounts.FREE_TRIES - 1


# --- slow and many --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's folder, its network in it, with one account."""
    made = tmp_path_factory.mktemp("server")
    (made / "files").mkdir()
    service = house.made(f"sqlite:///{made / 'network.db'}", made / "files", SystemClock())
    house.add_user(service, "nadia")
    service.database.close()
    return made


@pytest.fixture(scope="module")
def hurried(folder: Path) -> Iterator[Served]:
    with serving(folder / "journal", "--data-dir", folder, before=HURRIED) as served:
        yield served


def test_who_sends_a_head_byte_by_byte_is_let_go(hurried: Served) -> None:
    for sent in (b"", b"POST /sync/v1/hello HTTP/1.1\r\nHost: x\r\n"):
        with socket.create_connection(("127.0.0.1", hurried.port)) as line:
            line.sendall(sent)
            with contextlib.suppress(OSError):
                for _ in range(40):  # never silent, never ended
                    line.sendall(b"X" if sent else b"")
                    time.sleep(0.05)
            assert rest_of(line) == b""
    with calls(hurried) as client:
        assert client.get("/health").status_code == 200


def test_who_sends_a_body_too_slowly_is_told_to_send_less(hurried: Served) -> None:
    with calls(hurried) as client:
        nadia = Device(client, SystemClock(), "nadia").enrol()
    body = seal(SCHEMA, nadia.epoch, [nadia.insert("company", name="Bâti-Sud")])
    for pause in (10.0, 0.3):  # silent at once; never silent for long, and never ended
        with socket.create_connection(("127.0.0.1", hurried.port)) as line:
            line.sendall(push_head(nadia, body) + b"\r\n")
            began = time.monotonic()
            line.settimeout(pause)
            answer = b""
            while not answer and time.monotonic() - began < 10:
                line.sendall(b" ")
                with contextlib.suppress(TimeoutError):
                    answer = line.recv(65_536)
            answer += rest_of(line)
        assert b" 413 " in answer
        assert b'"too_large"' in answer
    with calls(hurried) as client:
        again = Device(client, nadia.clock, "nadia", access=nadia.access, rolling=nadia.rolling, epoch=nadia.epoch)
        assert again.post(body, 1, nadia.rolling).status_code == 200


HELLO = b"POST /sync/v1/hello HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
RAW = {
    "no length": HELLO + b"\r\n{}",
    "a length too long": HELLO + b"Content-Length: 50\r\n\r\n{}",
    "a length too short": HELLO + b"Content-Length: 1\r\n\r\n{}{}{}",
    "a length below nothing": HELLO + b"Content-Length: -1\r\n\r\n{}",
    "a length that is none": HELLO + b"Content-Length: 0x10\r\n\r\n{}",
    "two lengths": HELLO + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a length and pieces": HELLO + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "pieces": HELLO + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a piece of no size": HELLO + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    "a piece beyond measure": HELLO + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n{}",
    "pieces without an end": HELLO + b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1_024 + b"\r\n",
    "pieces of pieces": HELLO + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a head without an end": HELLO + b"X: " + b"x" * 200_000,
    "many headers": HELLO + b"X: x\r\n" * 20_000 + b"\r\n",
    "a folded header": HELLO + b"X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "a nul in a header": HELLO + b"X: a\x00b\r\n\r\n",
    "a header of no name": HELLO + b": x\r\n\r\n",
    "an address of no sense": b"GET http://x:y@/sync/v1/hello HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address in bytes": b"GET /sync/v1/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a protocol of old": b"GET /health\r\n\r\n",
    "an upgrade": HELLO + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\n{}",
    "a promise of more": HELLO + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    "noise": bytes(range(256)) * 8,
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
}
"""What no notebook sends."""


@pytest.mark.parametrize("what", sorted(RAW))
def test_what_is_no_request_is_refused_and_holds_nothing(hurried: Served, what: str) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port)) as line:
        with contextlib.suppress(OSError):
            line.sendall(RAW[what])
        answer = rest_of(line)
    statuses = [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3})", answer)]
    assert all(status == 100 or 400 <= status < 500 for status in statuses), answer
    told = [line for line in hurried.lines() if line["event"] == "request"]
    assert all(line["status"] < 500 for line in told), told[-3:]
    assert all(line["level"] in ("info", "warning") for line in hurried.lines())


def test_more_connections_than_it_takes_are_told_to_come_again(hurried: Served) -> None:
    held = [socket.create_connection(("127.0.0.1", hurried.port)) for _ in range(8)]
    with calls(hurried) as client:
        assert client.get("/health").status_code == 503
    for line in held:
        assert rest_of(line) == b""  # let go, having asked nothing
        line.close()
    with calls(hurried) as client:
        assert client.get("/health").status_code == 200


def test_a_connection_between_two_requests_is_kept_and_then_let_go(hurried: Served) -> None:
    ask = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", hurried.port)) as line:
        for _ in range(2):
            line.sendall(ask)
            answer = b""
            while b'"ok"' not in answer:
                answer += line.recv(65_536)
            time.sleep(0.6)  # longer than a head may take
        assert rest_of(line) == b""


# --- whose address --------------------------------------------------------------------------------


@pytest.mark.parametrize(("trusted", "answers"), [("127.0.0.1", [200] * 4), ("10.0.0.1", [200, 200, 429, 429])])
def test_the_address_is_taken_from_the_trusted_proxy_only(folder: Path, trusted: str, answers: list[int]) -> None:
    """Two requests a minute of one address: four clients behind one proxy, or one client that says it is four."""
    given = ("--data-dir", folder, "--requests-per-minute", "2", "--proxy", trusted)
    with serving(folder / "proxied", *given) as served, calls(served) as client:
        told = [client.get("/health", headers={"X-Forwarded-For": f"192.0.2.{one}"}).status_code for one in range(4)]
    assert told == answers


# --- stopping -------------------------------------------------------------------------------------


def test_a_push_is_whole_or_has_not_happened_when_the_server_is_told_to_stop(
    service: Service, database_url: str, tmp_path: Path
) -> None:
    """The one that ends is answered; the one that does not is cut, and its notebook sends it again."""
    for name in ("nadia", "amina"):
        house.add_user(service, name)
    service.database.close()
    given = ("--data-dir", tmp_path, *(("--database", database_url) if service.database.is_postgresql else ()))
    bodies: dict[str, bytes] = {}
    with serving(tmp_path / "first", *given, before="from server import running; running.STOP_SECONDS = 3") as served:
        devices = {}
        with calls(served) as client:
            for name in ("nadia", "amina"):
                devices[name] = device = Device(client, SystemClock(), name).enrol()
                bodies[name] = seal(SCHEMA, device.epoch, [device.insert("company", name="Bâti-Sud")])
        with contextlib.ExitStack() as stack:
            lines = {}
            for name, device in devices.items():
                lines[name] = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
                lines[name].sendall(push_head(device, bodies[name]) + b"Expect: 100-continue\r\n\r\n")
                assert b" 100 " in lines[name].recv(65_536)  # it is being read, not only on its way
                lines[name].sendall(bodies[name][:-1])
            served.process.send_signal(signal.SIGTERM)
            until = time.monotonic() + 30
            while "Waiting for connections to close" not in served.said():
                assert time.monotonic() < until, served.said()
                time.sleep(0.01)  # no signal says that another program has written a line
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", served.port), 1)
            lines["nadia"].sendall(bodies["nadia"][-1:])
            answers = {name: rest_of(line) for name, line in lines.items()}
        assert served.stop() in (0, -signal.SIGTERM)
    receipt = Receipt.model_validate_json(answers["nadia"].partition(b"\r\n\r\n")[2])
    assert [one.status for one in receipt.results] == [Status.OK]
    assert b" 200 " not in answers["amina"]
    with serving(tmp_path / "second", *given) as served, calls(served) as client:
        for name, kept in (("nadia", 1), ("amina", 0)):
            device = devices[name]
            device.client = client
            assert HelloAnswer.model_validate_json(device.hello().content).last_n == kept
            assert device.post(bodies[name], 1, device.rolling).status_code == 200  # sent again: counts once
            device.pull()
        assert sum(kind == "company" for kind, _ in device.rows) == 2


def test_two_workers_share_one_postgresql_and_lose_nothing(postgresql_folder: str, tmp_path: Path) -> None:
    from tests.server import postgresql

    postgresql.create(postgresql_folder, "together", "ready")
    url = postgresql.url_of(postgresql_folder, "together")
    database = Database(url)
    try:
        for rank in range(6):
            house.add_user(_over(database, tmp_path), f"user{rank}")
        with serving(tmp_path / "journal", "--data-dir", tmp_path, "--database", url, "--workers", "2") as served:

            def days(rank: int) -> list[str]:
                with calls(served) as client:
                    device = Device(client, SystemClock(), f"user{rank}").enrol()
                    made = [device.insert("company", name=f"Bâti {rank}-{one}") for one in range(8)]
                    for one in made:
                        assert device.push(one).results[0].status is Status.OK
                    return [str(one["id"]) for one in made]

            with concurrent.futures.ThreadPoolExecutor(6) as crowd:
                written = [one for some in crowd.map(days, range(6)) for one in some]
            with calls(served) as client:
                reader = Device(client, SystemClock(), "user0").enrol()
                reader.pull()
                ask = {"schema": SCHEMA}
                headers = {**reader.headers, "Connection": "close"}  # now one worker, now the other
                pages = {client.post(f"{PATH}/pull", json=ask, headers=headers).text for _ in range(6)}
        assert len(pages) == 1
        assert {record for kind, record in reader.rows if kind == "company"} == set(written)
        assert check(_over(database, tmp_path)) == []
        assert all(json.dumps(one) for one in served.lines())
    finally:
        database.close()
        postgresql.drop(postgresql_folder, "together")


def _over(database: Database, folder: Path) -> Service:
    from server.passwords import Passwords

    (folder / "files").mkdir(exist_ok=True)
    return Service(database, SystemClock(), folder / "files", Passwords(memory_kib=8, passes=1))
