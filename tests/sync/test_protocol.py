"""The wire: what both sides build from the same table classes, and what never changes by accident."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.wire import (
    NotWire,
    canonical,
    field_of,
    fields_of,
    from_wire,
    models_by_kind,
    names_of,
    normal,
    row_text,
    to_wire,
)
from app.rules.derived import derived_fields
from app.store.capture import sent_fields
from app.sync import protocol
from app.sync.protocol import OPERATION, Edit, Insert, Receipt, Result, Status, Update, row_hash, seal, unseal


@pytest.mark.parametrize("kind", sorted(models_by_kind()))
def test_what_is_captured_is_what_travels(kind: str) -> None:
    assert set(names_of(kind)) - {"id"} == set(sent_fields(models_by_kind()[kind]))
    assert not derived_fields(kind) & set(names_of(kind))
    assert names_of(kind)[0] == "id"


def test_sealed_bytes_are_the_same_whatever_the_order_of_members() -> None:
    fields = {"name": ["É’", 3, "t", None], "town": ["x", 3, "t"]}
    one = {"op": "update", "table": "company", "id": "c", "fields": fields}
    other = {"fields": dict(reversed(fields.items())), **dict(reversed(one.items()))}
    assert seal(1, "1-a", [one]) == seal(1, "1-a", [other])
    read = OPERATION.validate_python(unseal(seal(1, "1-a", [one])).operations[0])
    assert isinstance(read, Update)
    assert read.fields["name"] == Edit("É’", 3, "t", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"op": "remove", "table": "company", "id": "c"},
        {"op": "update", "table": "company", "id": "c", "fields": {"name": ["a", "3", "t"]}},
        {"op": "update", "table": "company", "id": "c", "fields": {"name": ["a", -1, "t"]}},
        {"op": "update", "table": "company", "id": "c", "fields": {"name": "a"}},
        {"op": "insert", "table": 3, "id": "c", "at": "t", "fields": {}},
        [],
        None,
    ],
)
def test_what_is_no_operation_is_told_apart(wrong: object) -> None:
    with pytest.raises(ValueError):
        OPERATION.validate_python(wrong)


def test_a_receipt_comes_back_as_it_was() -> None:
    receipt = Receipt(
        n=3,
        sha256="a" * 64,
        epoch="1-x",
        seq=9,
        results=(Result(Status.OK, 9), Result(Status.HELD, 0, protocol.HeldCode.PARENT, "period_id")),
        rolling="r",
    )
    assert Receipt.model_validate_json(receipt.model_dump_json(by_alias=True)) == receipt


MOMENTS = st.datetimes(min_value=dt.datetime(1, 1, 2), max_value=dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC))
VALUES = {
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    "number": st.integers(-(2**63), 2**63 - 1),
    "truth": st.booleans(),
    "day": st.dates(),
    "moment": MOMENTS,
    "data": st.lists(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)),
}
SAMPLES = {
    "text": ("company", "name"),
    "number": ("hour_line", "hours"),
    "truth": ("hour_line", "proof_seen"),
    "day": ("lot", "start_on"),
    "moment": ("visit", "started_at"),
    "data": ("signature", "strokes"),
}


@pytest.mark.parametrize("kind", sorted(VALUES))
@given(data=st.data())
def test_a_value_survives_the_wire(kind: str, data: st.DataObject) -> None:
    field = field_of(*SAMPLES[kind])
    assert field is not None
    assert field.type == kind
    value = data.draw(VALUES[kind])
    wired = json.loads(canonical(to_wire(value)))
    assert from_wire(kind, normal(field, wired)) == value
    assert normal(field, wired) == to_wire(value)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("text", 3),
        ("text", None),
        ("text", "a\0b"),
        ("text", "\ud800"),
        ("number", 1.0),
        ("number", True),
        ("number", 2**63),
        ("truth", 1),
        ("day", "2026-02-30"),
        ("day", "20260211"),
        ("moment", "2026-11-22T09:00:00"),
        ("moment", "0001-01-01T00:00:00+14:00"),
        ("data", {"x": 1.5}),
        ("data", ["\ud800"]),
    ],
)
def test_a_value_of_another_type_is_refused(field: str, wrong: object) -> None:
    chosen = field_of(*SAMPLES[field])
    assert chosen is not None
    with pytest.raises(NotWire):
        normal(chosen, wrong)


def test_moments_take_one_form() -> None:
    field = field_of("visit", "started_at")
    assert field is not None
    assert normal(field, "2026-11-22T10:00:00.5+01:00") == "2026-11-22T09:00:00.500000Z"
    assert normal(field, "2026-11-22T09:00:00.5Z") == "2026-11-22T09:00:00.500000Z"


def test_the_hash_of_a_row_is_frozen() -> None:
    """Written down: a change here would make every notebook differ from every server."""
    assert protocol.hash_text(row_hash("company", 7, canonical(["c", None, "É", 3, True]))) == "5b15bbd7f14b9dc0"
    assert protocol.bucket_of("0190c0de-0000-7000-8000-000000000001") == 112
    assert protocol.hash_text(protocol.add_hashes(2**64 - 1, 2)) == "0000000000000001"


@given(
    st.sampled_from(sorted(models_by_kind())),
    st.lists(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(), max_size=40),
    st.recursive(
        st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
)
def test_a_row_has_one_text_whatever_writes_it(kind: str, plain: list[object], data: object) -> None:
    values = [*plain, data] if any(field.type == "data" for field in fields_of(kind)) else plain
    assert row_text(kind, values) == canonical(values)


def test_parents_are_told_from_the_models() -> None:
    parents = {field.name: (field.parent, field.required) for field in fields_of("attendance") if field.parent}
    assert parents["visit_id"] == ("visit", True)
    assert parents["beneficiary_id"] == ("beneficiary", False)


def test_each_error_has_one_reaction() -> None:
    assert set(protocol.REACTIONS) == set(protocol.Code)


def test_messages_read_the_names_of_the_wire() -> None:
    ask = protocol.PullAsk.model_validate({"schema": 1, "cursors": {"network": [3, "company", "x", "t"]}})
    assert ask.cursors["network"] == protocol.Cursor(3, "company", "x", "t")
    assert '"schema":1' in ask.model_dump_json(by_alias=True)
    assert Insert.model_validate({"table": "a", "id": "b", "at": "t", "fields": {}, "new": 1}).op == "insert"
