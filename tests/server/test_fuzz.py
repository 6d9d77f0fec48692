"""Whatever is sent to any route of the server’s own OpenAPI: an answer of the protocol, never a failure."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.clock import FrozenClock
from app.models.wire import fields_of, models_by_kind
from app.sync.protocol import (
    HEADER_BATCH,
    HEADER_ROLLING,
    HEADER_SHA256,
    SCHEMA,
    HeldCode,
    Problem,
    Status,
    seal,
    sha256_of,
)
from server.service import Service
from tests.server import fuzzing, house
from tests.server.conftest import Enrol
from tests.server.fuzzing import Network
from tests.server.house import Device

SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


@pytest.fixture
def fuzzed(service: Service, clock: FrozenClock) -> Network:
    return Network(service, clock)


def test_right_requests_are_answered(fuzzed: Network) -> None:
    """What is changed below is right to begin with: otherwise its refusal would prove nothing."""
    draw = random.Random(1)
    for make in fuzzing.RIGHT:
        for _ in range(3):
            asked = fuzzed.prepared(make, draw)
            answer = fuzzed.ask(asked)
            fuzzed.follow(asked, answer)
            assert answer.status_code < 300 or (asked.method, answer.status_code) == ("PATCH", 409), (make, answer.text)
    fuzzed.aftermath()


def test_everybody_asks_everything(fuzzed: Network) -> None:
    """Each right request with each token: another's, a closed account's, a withdrawn notebook's, what is no token."""
    draw = random.Random(2)
    for make in fuzzing.RIGHT:
        for who in sorted(fuzzed.tokens.keys() - {"salome"}):
            asked = fuzzed.prepared(make, draw)
            asked.who = who
            answer = fuzzed.ask(asked)
            fuzzed.judge(asked, answer)
            fuzzed.follow(asked, answer)
    fuzzed.aftermath()


NOT_HELD = ("a\x00b", "a\udc00", "é" * 100_001, -(2**70), 2**70)
"""PostgreSQL takes no NUL, no encoding half a character, no column such numbers."""


def test_a_value_that_not_every_database_holds_is_refused_wherever_it_stands(fuzzed: Network) -> None:
    """Every value of every call in turn."""
    draw = random.Random(3)
    for make in dict.fromkeys(fuzzing.RIGHT):
        asked = fuzzed.prepared(make, draw)
        if asked.body[:1] != b"{":
            continue
        tree = json.loads(asked.body)
        for path, value in itertools.product(list(fuzzing.places(tree))[1:], NOT_HELD):
            holder = fuzzing.holder_of(tree, path)
            if type(holder[path[-1]]) is not type(value):
                continue
            kept, holder[path[-1]] = holder[path[-1]], value
            asked.body = json.dumps(tree).encode()
            holder[path[-1]] = kept
            if asked.sealed:
                karim = fuzzed.devices["karim"]
                asked.headers |= {HEADER_BATCH: str(karim.n + 1), HEADER_ROLLING: karim.rolling}
                asked.headers[HEADER_SHA256] = sha256_of(asked.body)
            answer = fuzzed.ask(asked)
            fuzzed.judge(asked, answer)
            fuzzed.follow(asked, answer)
    fuzzed.aftermath()


def test_right_requests_with_one_thing_wrong(fuzzed: Network) -> None:
    """Some of what ``python -m tests.server.fuzzing`` asks by tens of thousands."""
    for seed in range(120):
        fuzzed.example(seed)
    fuzzed.aftermath()


TABLES = st.sampled_from([*sorted(models_by_kind()), "planet"])


@st.composite
def operations(draw: st.DrawFn, ids: list[str]) -> Any:
    """Operations that look right: real tables and fields, values of the type or not, ids that exist or not."""
    table = draw(TABLES)
    names = [field.name for field in fields_of(table)] if table in models_by_kind() else ["name"]
    value = JSON | st.sampled_from([*ids, "", "2026-11-22", "2026-11-22T09:00:00Z", True, 3, None])
    fields = draw(st.dictionaries(st.sampled_from([*names, "nothing"]), value, max_size=6))
    record = draw(st.sampled_from([*ids, "", "é", "x" * 200]))
    at = draw(st.sampled_from(["2026-11-22T09:00:00Z", "yesterday", "9999-12-31T23:59:59Z"]))
    if draw(st.booleans()):
        return {"op": "insert", "table": table, "id": record, "at": at, "fields": fields}
    edits = {name: [one, draw(st.integers(0, 2**62)), at, None] for name, one in fields.items()}
    return {"op": "update", "table": table, "id": record, "fields": edits}


@SLOW
@given(data=st.data())
def test_operations_of_any_shape(service: Service, nadia: Device, data: st.DataObject) -> None:
    """Each gets its answer, one bad one stops nothing, and the database stays in order."""
    if not nadia.sent:
        nadia.push(nadia.insert("beneficiary", "person", last_name="MARTIN", first_name="Julie"))
    ids = ["person", "other", nadia.organisation]
    made = data.draw(st.lists(operations(ids) | JSON, max_size=4))
    good = nadia.insert("company", name="Bâti-Sud")
    everything: list[Any] = [*made, good]
    body = seal(SCHEMA, nadia.epoch, everything)
    headers = {
        **nadia.headers,
        HEADER_BATCH: str(nadia.n + 1),
        HEADER_SHA256: sha256_of(body),
        HEADER_ROLLING: nadia.rolling,
    }
    answer = nadia.client.post("/sync/v1/push", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    receipt = answer.json()
    nadia.n, nadia.rolling = receipt["n"], receipt["rolling"]
    assert len(receipt["results"]) == len(made) + 1
    assert receipt["results"][-1][0] == "ok"


def test_a_new_record_without_what_it_must_give_is_held_alone(service: Service, nadia: Device) -> None:
    """Whatever the table: a moment or a day that nothing can stand in for."""
    from server.checks import check

    kinds = [kind for kind in models_by_kind() if kind != "conflict"]
    bare = [nadia.insert(kind) for kind in kinds]
    for one in bare:
        del one["fields"]["created_at"]
    results = nadia.push(*bare, nadia.insert("company", name="Bâti-Sud")).results
    assert [(one.status, one.code) for one in results[:-1]].count((Status.HELD, HeldCode.INVALID)) > 30
    assert {one.status for one in results[:-1]} == {Status.HELD}
    assert results[-1].status is Status.OK
    assert check(service) == []


def test_a_number_beyond_measure_is_held_like_any_other(nadia: Device) -> None:
    body = seal(SCHEMA, nadia.epoch, [nadia.insert("company", name="Bâti-Sud", town=77)]).replace(b"77", b"1e999")
    answer = nadia.post(body, 1, nadia.rolling)
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"][0][:3] == ["held", 0, "invalid"]


def test_the_database_is_in_order_after_the_worst(service: Service, enrol: Enrol) -> None:
    from server.checks import check

    nadia, karim = enrol("nadia"), enrol("karim", house.MIVE)
    person = nadia.insert("beneficiary", last_name="MARTIN", first_name="Julie")
    visit = nadia.insert("signature", visit_id="nowhere", signer_name="X", signed_at="2026-11-22T09:00:00Z")
    nadia.push(person, visit, nadia.insert("company", name="Bâti-Sud\u2028é’"))
    nadia.pull()
    nadia.push(nadia.update("beneficiary", person["id"], organisation_id=karim.organisation))
    assert check(service) == []
    with service.database.writing() as connection:
        connection.exec_driver_sql("UPDATE company SET name = 'x'")
        connection.exec_driver_sql("UPDATE sync_tally SET rows = rows + 1 WHERE tbl = 'company'")
    assert {one.code for one in check(service)} == {"stale_row", "wrong_sum"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * 1_200_000, {}, 413),
        (b"{}", {"Content-Encoding": "br"}, 400),
        (b"\x1f\x8bnothing", {"Content-Encoding": "gzip"}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"schema": 1, "clock": "' + b"\\ud800" + b'"}', {}, 400),
    ],
)
def test_what_is_too_large_or_broken(nadia: Device, body: bytes, headers: dict[str, str], status: int) -> None:
    answer = nadia.client.post("/sync/v1/hello", content=body, headers={**nadia.headers, **headers})
    assert answer.status_code == status
    Problem.model_validate_json(answer.content)


def test_a_packed_body_may_not_grow_beyond_its_limit(nadia: Device) -> None:
    import gzip

    bomb = gzip.compress(bytes(50_000_000))
    answer = nadia.client.post("/sync/v1/hello", content=bomb, headers={**nadia.headers, "Content-Encoding": "gzip"})
    assert answer.status_code == 413


def test_what_is_packed_may_not_grow_without_an_end_either(nadia: Device) -> None:
    """Bytes after the end of what is packed, or that unpack to nothing, announced by no length."""
    import gzip

    def empty_blocks() -> Iterator[bytes]:
        yield gzip.compress(b"")[:10]  # the head
        for _ in range(300):
            yield b"\x00\x00\x00\xff\xff" * 1_000

    def after_the_end() -> Iterator[bytes]:
        yield gzip.compress(b"{}")
        yield b"x"

    for pieces, code in ((after_the_end(), "malformed"), (empty_blocks(), "too_large")):
        headers = {**nadia.headers, "Content-Encoding": "gzip"}
        answer = nadia.client.post("/sync/v1/hello", content=pieces, headers=headers)
        assert answer.json()["code"] == code


def test_an_address_that_asks_too_much_is_asked_to_wait(service: Service) -> None:
    import dataclasses

    from server.application import create

    with TestClient(create(dataclasses.replace(service, requests_per_minute=5))) as client:
        answers = [client.get("/health").status_code for _ in range(8)]
        assert answers == [200] * 5 + [429] * 3
