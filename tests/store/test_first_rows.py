"""The rows of a first reception: each once, as the last page says, parents first, a few at a time."""

from __future__ import annotations

from typing import Any

from app.models.wire import fields_of, models_by_kind
from app.store import inbox
from app.store.first_rows import FirstRows
from app.store.inbox import Part
from app.store.notebook import Notebook


def row(table: str, record_id: str, seq: int = 1, **values: Any) -> list[Any]:
    """A row as it travels; what is not given is empty or unknown."""
    given = {"id": record_id, "created_at": "2026-11-28T09:00:00.000000Z", **values}
    body = [given.get(one.name, "" if one.required and one.type == "text" else None) for one in fields_of(table)]
    return [seq, "0", body]


def page(scope: str, kind: str, *received: list[Any], gone: tuple[str, ...] = (), last_n: int = 0) -> dict[str, Any]:
    left = {kind: [[one, 9] for one in gone]} if gone else {}
    return {"last_n": last_n, "scopes": {scope: {"rows": {kind: list(received)} if received else {}, "gone": left}}}


def taken(*pages: dict[str, Any], size: int = 100) -> list[Part]:
    made = FirstRows()
    for one in pages:
        made.take(one)
    parts = list(made.parts(lambda: size))
    assert sum(len(one.received) for one in parts) == len(made)
    return parts


def test_parents_come_first_whatever_the_order_of_the_pages():
    kinds = list(models_by_kind())
    some = ["hour_line", "company", "employment_contract", "beneficiary"]
    parts = taken(*(page("s", kind, row(kind, "x")) for kind in some))
    assert [one.kind for one in parts] == sorted(some, key=kinds.index)


def test_a_part_holds_the_size_asked_just_before_it():
    made = FirstRows()
    made.take(page("s", "company", *(row("company", f"c{place:02}") for place in range(20))))
    sizes = [3]
    parts = []
    for part in made.parts(lambda: sizes[-1]):
        parts.append(part)
        sizes.append(10 if len(parts) == 1 else 4)
    assert [len(one.received) for one in parts] == [3, 10, 4, 3]
    assert [one[2][0] for part in parts for one in part.received] == [f"c{place:02}" for place in range(20)]


def test_a_row_that_came_twice_is_as_the_last_page_says():
    (part,) = taken(
        page("north", "company", row("company", "c", 1, name="first")),
        page("south", "company", row("company", "c", 5, name="last"), last_n=3),
    )
    assert (part.scope, part.last_n) == ("south", 3)
    assert part.received == [row("company", "c", 5, name="last")]


def test_what_left_the_scope_where_it_stood_is_not_there():
    came = page("north", "company", row("company", "c"))
    assert taken(came, page("north", "company", gone=("c",))) == []
    (stays,) = taken(came, page("south", "company", gone=("c", "unknown")))
    assert stays.received == [row("company", "c")]
    (back,) = taken(came, page("north", "company", gone=("c",)), page("north", "company", row("company", "c", 7)))
    assert back.received == [row("company", "c", 7)]


def test_a_table_of_a_newer_program_is_left_for_later():
    assert taken(page("s", "invention", row("company", "c"), gone=("d",))) == []


def test_rows_of_different_snapshots_are_not_put_together():
    parts = taken(
        page("s", "company", row("company", "a"), last_n=1),
        page("s", "company", row("company", "b"), last_n=2),
        page("t", "company", row("company", "c"), last_n=2),
    )
    assert [(one.scope, one.last_n, len(one.received)) for one in parts] == [("s", 1, 1), ("s", 2, 1), ("t", 2, 1)]


class _Sealer:
    epoch = "e"

    def __call__(self, operations: Any) -> bytes:
        raise AssertionError("nothing typed was concerned")


def _slice(notebook: Notebook, *parts: Part) -> list[str]:
    """Put parts in the tables in one slice; the statements that this took."""
    said: list[str] = []
    notebook.raw.set_trace_callback(said.append)
    try:
        with inbox.applying(notebook.raw, durable=False):
            inbox.apply_slice(notebook.raw, _Sealer(), notebook.clock, "device", iter(parts))
    finally:
        notebook.raw.set_trace_callback(None)
    return said


def test_a_slice_leaves_the_statements_of_the_next_thing_typed_prepared(notebook):
    """Foreign keys put off would have SQLite prepare every statement of the connection again."""
    said = _slice(notebook, *taken(page("s", "company", row("company", "c", name="Bâti-Sud"))))
    assert any("INSERT" in one for one in said)
    assert not any("defer_foreign_keys" in one for one in said)


def test_a_row_that_points_to_a_later_one_of_its_table_is_accepted(notebook):
    given: dict[str, Any] = {"issued_on": "2026-11-28", "total_hours": 14_000, "kind": "hours", "number": "A-1"}
    first, later = row("attestation", "a", replaces_id="b", **given), row("attestation", "b", **given)
    _slice(notebook, *taken(page("s", "attestation", first, later)))
    assert notebook.raw.execute("SELECT count(*) FROM attestation").fetchone() == (2,)
    assert notebook.raw.execute("PRAGMA foreign_key_check").fetchall() == []
