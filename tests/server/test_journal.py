"""What the server writes about itself: every request with its route, and never what it held, whatever goes wrong."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.sync.protocol import PATH, SCHEMA
from server import devices
from server.application import create
from server.journal import JsonLines
from server.service import Service
from tests.architecture.source import ROOT
from tests.server.conftest import Enrol
from tests.server.house import Device


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """The lines that the server writes, as they are written."""
    found: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(JsonLines().format(record)))

    logger, handler = logging.getLogger("server"), Kept()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield found
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


def test_a_request_refused_before_its_route_is_told_by_its_route(
    nadia: Device, service: Service, lines: list[dict[str, Any]]
) -> None:
    import dataclasses

    nadia.client.post(f"{PATH}/push", content=b"x" * 1_200_000, headers=nadia.headers)
    nadia.client.post(f"{PATH}/pull", content=b"{}", headers={**nadia.headers, "Content-Encoding": "br"})
    nadia.client.patch(f"{PATH}/files/{'a' * 64}", content=b"x" * 1_200_000, headers=nadia.headers)
    nadia.client.get(f"{PATH}/hello")
    nadia.client.post(f"{PATH}/hello", json={})
    with TestClient(create(dataclasses.replace(service, requests_per_minute=1))) as hurried:
        hurried.get("/health")
        hurried.post(f"{PATH}/token", json={})
    told = [(one["method"], one["path"], one["status"]) for one in lines if one["event"] == "request"]
    assert told == [
        ("POST", f"{PATH}/push", 413),
        ("POST", f"{PATH}/pull", 400),
        ("PATCH", f"{PATH}/files/{{sha256}}", 413),
        ("GET", f"{PATH}/hello", 405),
        ("POST", f"{PATH}/hello", 401),
        ("GET", "/health", 200),
        ("POST", f"{PATH}/token", 429),
    ]


def test_an_address_that_is_none_of_ours_is_not_written_down(nadia: Device, lines: list[dict[str, Any]]) -> None:
    for address in ("/MARTIN", f"{PATH}/beneficiary/MARTIN?name=MARTIN", f"{PATH}/files/MARTIN/x"):
        assert nadia.client.get(address, headers={"User-Agent": "MARTIN"}).status_code == 404
    assert [one["path"] for one in lines] == ["unknown"] * 3
    assert "MARTIN" not in json.dumps(lines)


def test_a_failure_says_where_and_never_what(
    nadia: Device, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("Julie MARTIN, née le 12/03/1988")

    monkeypatch.setattr(devices, "hello", fails)
    answer = nadia.hello()
    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert "MARTIN" not in answer.text
    request, failure = lines
    assert (request["path"], request["status"], request["device"]) == (f"{PATH}/hello", 500, nadia.enrolled["device"])
    assert (failure["event"], failure["error"]) == ("failed", "ValueError")
    assert failure["where"][-1].startswith("test_journal.py:")
    assert "MARTIN" not in json.dumps(lines)


def test_nothing_that_was_sent_is_written_down(nadia: Device, lines: list[dict[str, Any]]) -> None:
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie", nothing="MARTIN")
    nadia.push(person, {"op": "MARTIN"}, nadia.update("beneficiary", "MARTIN", 0, phone="MARTIN"))
    nadia.call("pull", {"schema": SCHEMA, "tables": ["MARTIN"], "epoch": "MARTIN"})
    nadia.call("hello", {"schema": SCHEMA, "clock": "MARTIN", "program": "MARTIN"})
    assert len(lines) == 3
    text = json.dumps(lines)
    for private in ("MARTIN", "Julie", "nadia", nadia.access, nadia.enrolled["refresh"]):
        assert private not in text


LOUD = """
import logging, sys, threading, warnings
from server import journal

journal.set_up(logging.DEBUG)
logging.root.setLevel(logging.DEBUG)
logging.getLogger("sqlalchemy.engine").setLevel(logging.DEBUG)
logging.getLogger("sqlalchemy.engine").info("INSERT INTO beneficiary … %s", ("MARTIN",))
try:
    raise ValueError("MARTIN")
except ValueError:
    logging.getLogger("sqlalchemy.pool").error("Exception during reset", exc_info=True)
warnings.warn("MARTIN")

def fails():
    raise KeyError("MARTIN")

thread = threading.Thread(target=fails)
thread.start()
thread.join()

class Falls:
    def __del__(self):
        raise RuntimeError("MARTIN")

Falls()
raise LookupError("MARTIN")
"""


def test_whatever_else_writes_in_the_process_writes_no_value() -> None:
    """Other programs' loggers at any level, warnings, threads, and the error that ends it all."""
    done = subprocess.run(
        [sys.executable, "-c", LOUD],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (1, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["event"] for one in found[:3]] == ["sqlalchemy.engine", "sqlalchemy.pool", "py.warnings"]
    assert [one.get("error") for one in found[3:]] == ["KeyError", "RuntimeError", "LookupError"]
    assert all(one["where"] for one in found)
    assert "MARTIN" not in done.stdout
