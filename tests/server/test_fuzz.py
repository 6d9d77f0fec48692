"""Whatever is sent to any route of the server’s own OpenAPI: an answer of the protocol, never a failure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

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
from tests.server import house
from tests.server.conftest import Enrol
from tests.server.house import Device

SLOW = settings(
    max_examples=120,
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


def from_schema(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a JSON schema allows, and now and then any other."""
    if "$ref" in schema:
        return st.deferred(lambda: from_schema(known[schema["$ref"].rpartition("/")[2]], known))
    if "anyOf" in schema or "oneOf" in schema:
        return st.one_of([from_schema(one, known) for one in schema.get("anyOf", schema.get("oneOf", []))])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        wanted = schema.get("required", [])
        parts = {name: usually(from_schema(one, known)) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: part for name, part in parts.items() if name in wanted},
            optional={name: part for name, part in parts.items() if name not in wanted},
        )
    if kind == "object":
        more = schema.get("additionalProperties")
        inner = from_schema(more, known) if isinstance(more, dict) else JSON
        return st.dictionaries(st.sampled_from(["network", "company", "x"]), inner, max_size=3)
    if kind == "array":
        if "prefixItems" in schema:
            return st.tuples(*(usually(from_schema(one, known)) for one in schema["prefixItems"])).map(list)
        return st.lists(from_schema(schema.get("items", {}), known), max_size=3)
    if kind == "integer":
        return st.integers(schema.get("minimum", -(2**66)), schema.get("maximum", 2**66)) | st.just(1)
    if kind == "string":
        pattern = schema.get("pattern")
        return st.just("a" * 64) if pattern else st.text(max_size=20) | st.just("2026-11-22T09:00:00Z")
    if kind == "boolean":
        return st.booleans()
    return JSON


def usually(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda luck: JSON if luck == 0 else strategy)


@pytest.fixture
def nadia(enrol: Enrol) -> Device:
    return enrol("nadia")


def answered(answer: Any) -> None:
    """Not a failure of the server, and an error is one of the protocol's."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        Problem.model_validate_json(answer.content)


@SLOW
@given(data=st.data())
def test_bodies_of_the_openapi(client: TestClient, nadia: Device, data: st.DataObject) -> None:
    described = client.app.openapi()  # type: ignore[attr-defined]
    known = described["components"]["schemas"]
    routes = [
        (path, method, about)
        for path, methods in described["paths"].items()
        for method, about in methods.items()
        if "requestBody" in about and "sync" in path
    ]
    path, method, about = data.draw(st.sampled_from(sorted(routes, key=lambda one: one[:2])))
    content = next(iter(about["requestBody"]["content"].values()))["schema"]
    body = json.dumps(data.draw(usually(from_schema(content, known)))).encode()
    if data.draw(st.integers(0, 9)) == 0:
        body = data.draw(st.binary(max_size=40))
    headers = dict(data.draw(st.sampled_from([nadia.headers, {}])))
    headers["Content-Type"] = "application/json"
    if data.draw(st.integers(0, 9)) == 0:
        headers["Content-Encoding"] = "gzip"
    for parameter in about.get("parameters", []):
        if parameter["in"] == "header" and parameter["name"].lower() != "authorization":
            headers[parameter["name"]] = data.draw(st.sampled_from(["1", "0", "-1", "x", "a" * 64, ""]))
    answered(client.request(method, path.replace("{sha256}", "a" * 64), content=body, headers=headers))


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


def test_an_address_that_asks_too_much_is_asked_to_wait(service: Service) -> None:
    import dataclasses

    from server.application import create

    with TestClient(create(dataclasses.replace(service, requests_per_minute=5))) as client:
        answers = [client.get("/health").status_code for _ in range(8)]
        assert answers == [200] * 5 + [429] * 3
