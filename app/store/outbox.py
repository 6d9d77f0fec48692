"""What waits to be sent: changes noted by the triggers, sealed into numbered batches, settled by their receipts.

A batch is frozen before it is sent and sent byte for byte until it is answered (SYNC.md §7.2). All changes of one
record in a batch are one operation. What a sealed field replaced on the server's side stays in ``_shadow`` until the
record comes back: the base of a later change of the same field is inherited from it (§7.16).

Everything here runs inside the caller's transaction on the driver's connection, with capture off where rows change.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import text

from app.clock import Clock
from app.models.wire import canonical, models_by_kind
from app.store import rows
from app.store.notebook import Notebook


class Seal(Protocol):
    """Makes the sealed bytes of operations (``app.sync.protocol.seal`` with the schema and the epoch)."""

    @property
    def epoch(self) -> str:
        """The server's history that the bases of these operations are counted in."""

    def __call__(self, operations: Sequence[Mapping[str, Any]]) -> bytes:
        """The bytes of one batch."""


KEPT_DAYS = 90
KEPT_BYTES = 50_000_000
"""How long answered batches are kept, to be sent again to a server restored from a backup (SYNC.md §7.13)."""

_ERASED = "erased"
"""Code of a change refused because the person was erased meanwhile: only the fact of it is kept."""

AWAITED = "?"
"""Scope of a record that the server took and that the next reception brings, or that left meanwhile."""

_UNSENT = """SELECT tbl, id FROM _dirty UNION SELECT json_extract(o.value, '$.table'), json_extract(o.value, '$.id')
  FROM _batch b, json_each(CAST(b.body AS TEXT), '$.operations') o WHERE b.answered_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One batch. ``body`` is what is sent, ``n`` its number for ``device`` (empty: not numbered for any yet)."""

    k: int
    device: str
    n: int
    body: bytes
    sha: str
    records: int

    def operations(self) -> list[dict[str, Any]]:
        """The operations, as plain JSON."""
        found: list[dict[str, Any]] = json.loads(self.body)["operations"]
        return found


def count_unsent(notebook: Notebook) -> int:
    """How many records hold changes that the server has not answered."""
    with notebook.read() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM ({_UNSENT})")).scalar_one())


def oldest_unsent(notebook: Notebook, since: dt.datetime | None = None) -> dt.datetime | None:
    """When the oldest change not answered yet was made, among those made after ``since``; ``None`` when none waits."""
    after = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if since else ""
    with notebook.read() as connection:
        at = connection.execute(text("SELECT min(at) FROM _dirty WHERE at > :after"), {"after": after}).scalar()
    times = [str(at)] if at else []
    times += [
        at for batch in waiting(notebook.raw) for one in batch.operations() for at in _times_of(one) if at > after
    ]
    return dt.datetime.fromisoformat(min(times).replace("Z", "+00:00")) if times else None


_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


def note_new(raw: Any, kind: str, record_id: str) -> None:
    """Note a record as new, to be sent whole (what the triggers do when capture is on)."""
    raw.execute(
        f"INSERT INTO _dirty SELECT ?, ?, '', NULL, 0, {_NOW} WHERE true ON CONFLICT DO NOTHING", (kind, record_id)
    )


def note_change(raw: Any, kind: str, record_id: str, name: str, old: Any) -> None:
    """Note a field as changed from ``old``."""
    raw.execute(
        f"INSERT INTO _dirty SELECT ?1, ?2, ?3, ?4, "
        f"coalesce((SELECT seq FROM _row WHERE tbl = ?1 AND id = ?2), 0), {_NOW} WHERE true ON CONFLICT DO NOTHING",
        (kind, record_id, name, old),
    )


# --- sealing -------------------------------------------------------------------------------------


def seal_all(
    raw: Any, seal: Seal, clock: Clock, device: str, *, most_operations: int = 500, most_bytes: int = 1_000_000
) -> int:
    """Freeze everything noted and not sealed into batches numbered for ``device``; answers how many were made."""
    made = seal_operations(
        raw, seal, _operations(raw), clock, device, most_operations=most_operations, most_bytes=most_bytes
    )
    raw.execute("DELETE FROM _dirty")
    return made


def seal_operations(
    raw: Any,
    seal: Seal,
    operations: Iterable[dict[str, Any]],
    clock: Clock,
    device: str,
    *,
    most_operations: int = 500,
    most_bytes: int = 1_000_000,
) -> int:
    """Freeze operations into batches numbered for ``device``; answers how many were made."""
    made = 0
    for portion in _portions(operations, most_operations, most_bytes):
        _append(raw, seal(portion), len(portion), clock, device)
        made += 1
    return made


def _append(raw: Any, body: bytes, records: int, clock: Clock, device: str) -> None:
    n = raw.execute("SELECT coalesce(max(n), 0) + 1 FROM _batch WHERE device = ?", (device,)).fetchone()[0]
    raw.execute(
        "INSERT INTO _batch (device, n, body, sha, records, sealed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (device, n, body, hashlib.sha256(body).hexdigest(), records, clock.now().isoformat()),
    )


def _portions(
    operations: Iterable[dict[str, Any]], most_operations: int, most_bytes: int
) -> Iterator[list[dict[str, Any]]]:
    portion: list[dict[str, Any]] = []
    size = 0
    for one in operations:
        length = len(canonical(one).encode())
        if portion and (len(portion) >= most_operations or size + length > most_bytes):
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += length + 1
    if portion:
        yield portion


def _operations(raw: Any) -> Iterator[dict[str, Any]]:
    """Everything noted: new records first, parents before children, then the changes in the order they were made."""
    rank = {kind: place for place, kind in enumerate(models_by_kind())}
    new = raw.execute("SELECT tbl, id, at FROM _dirty WHERE field = ''").fetchall()
    new.sort(key=lambda line: (rank[line[0]], line[2], line[1]))
    known: set[tuple[str, str]] = set()
    for kind, record_id, at in new:
        known.add((kind, record_id))
        fields = rows.read_sent(raw, kind, record_id)
        if fields is not None:
            yield {"op": "insert", "table": kind, "id": record_id, "at": at, "fields": fields}
    changed: dict[tuple[str, str], list[tuple[str, Any, int, str]]] = {}
    for kind, record_id, name, old, base, at in raw.execute(
        "SELECT tbl, id, field, old, base, at FROM _dirty WHERE field <> '' ORDER BY at, tbl, id, field"
    ).fetchall():
        if (kind, record_id) not in known:
            changed.setdefault((kind, record_id), []).append((name, old, base, at))
    for (kind, record_id), edits in changed.items():
        operation = _update(raw, kind, record_id, edits)
        if operation is not None:
            yield operation


def _update(raw: Any, kind: str, record_id: str, edits: list[tuple[str, Any, int, str]]) -> dict[str, Any] | None:
    fields: dict[str, list[Any]] = {}
    for name, old, base, at in edits:
        stored = rows.read_field(raw, kind, record_id, name)
        if stored == old:
            continue  # typed and taken back before it was sealed
        shadow = raw.execute(
            "SELECT base FROM _shadow WHERE tbl = ? AND id = ? AND field = ?", (kind, record_id, name)
        ).fetchone()
        base = max(0, shadow[0] if shadow else base)  # -1: typed over a record of a history that is no more
        if shadow is None:
            raw.execute("INSERT INTO _shadow VALUES (?, ?, ?, ?, ?)", (kind, record_id, name, old, base))
        fields[name] = [
            rows.to_wire(kind, name, stored),
            base,
            at,
            rows.to_wire(kind, name, old),
        ]
    return {"op": "update", "table": kind, "id": record_id, "fields": fields} if fields else None


# --- settling ------------------------------------------------------------------------------------


def settle(raw: Any, batch: Sealed, results: Sequence[Sequence[Any]], clock: Clock) -> list[str]:
    """The server answered a batch: ``results`` in the order of its operations, each ``[status, seq, code, field]``.

    What it set aside is kept in ``_held`` (its code, then the field refused when one was), and the record shows the
    server's value again unless something newer was typed over. Answers the kinds of the records set aside. With
    capture off.
    """
    held = []
    for place, (operation, result) in enumerate(zip(batch.operations(), results, strict=True)):
        kind, record_id = operation["table"], operation["id"]
        if result[0] != "held":
            if operation["op"] == "insert":
                raw.execute(
                    "INSERT INTO _row (tbl, id, seq, scope, hash) VALUES (?, ?, 0, ?, '0') ON CONFLICT DO NOTHING",
                    (kind, record_id, AWAITED),
                )
            elif kind == "attachment" and "sha256" in operation["fields"]:
                # The server let the former content go: named again (an annotation undone), it is to be sent again.
                raw.execute("DELETE FROM _file WHERE sha256 = ?", (operation["fields"]["sha256"][3],))
            continue
        if "rescue" in operation:
            continue  # nobody typed it here: the server keeps it
        held.append(str(kind))
        raw.execute(
            "INSERT INTO _held (id, tbl, record, code, body, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                f"{batch.sha[:_SIGNS]}-{place}",
                kind,
                record_id,
                " ".join(one for one in (result[2], result[3]) if one),
                canonical({**operation, "fields": {}} if result[2] == _ERASED else operation),
                max(_times_of(operation)),
            ),
        )
        if operation["op"] == "update" and kind in models_by_kind():
            _show_again(raw, batch, operation)
    raw.execute(
        "UPDATE _batch SET answered_at = ?, receipt = ? WHERE k = ?",
        (clock.now().isoformat(), json.dumps(results), batch.k),
    )
    return held


_SIGNS = 32
"""Digits of its batch's hash by which a change set aside is named here."""


def refused_elsewhere(raw: Any) -> list[tuple[str, int]]:
    """The changes set aside about records that are not in the notebook: (first digits of the batch's hash, place)."""
    found = [
        held_id.rpartition("-")
        for held_id, kind, record_id in raw.execute("SELECT id, tbl, record FROM _held")
        if kind not in models_by_kind() or not rows.exists(raw, kind, record_id)
    ]
    return [(sha, int(place)) for sha, _, place in found]


def keep_fields(raw: Any, refused: tuple[str, int], names: Collection[str]) -> None:
    """The server keeps only these fields of a change that it set aside, somebody having been erased: so does the
    notebook, in its batch too (under the hash by which the server knows it). In the caller's transaction."""
    sha, place = refused
    held_id = f"{sha}-{place}"
    (body,) = raw.execute("SELECT body FROM _held WHERE id = ?", (held_id,)).fetchone()
    operation = json.loads(body)
    if operation["fields"].keys() <= set(names):
        return
    raw.execute("UPDATE _held SET body = ? WHERE id = ?", (canonical(_with(operation, names)), held_id))
    for k, sealed in raw.execute(
        f"SELECT k, body FROM _batch WHERE substr(sha, 1, {_SIGNS}) = ? AND answered_at IS NOT NULL", (sha,)
    ).fetchall():
        content = json.loads(sealed)
        content["operations"][place] = _with(content["operations"][place], names)
        raw.execute("UPDATE _batch SET body = ? WHERE k = ?", (canonical(content).encode(), k))


def _with(operation: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {**operation, "fields": {name: one for name, one in operation["fields"].items() if name in names}}


def _times_of(operation: Mapping[str, Any]) -> list[str]:
    if operation["op"] == "insert":
        return [str(operation["at"])]
    return [str(edit[2]) for edit in operation["fields"].values()]


def _show_again(raw: Any, batch: Sealed, operation: Mapping[str, Any]) -> None:
    kind, record_id = operation["table"], operation["id"]
    for name in operation["fields"]:
        shadow = raw.execute(
            "SELECT value FROM _shadow WHERE tbl = ? AND id = ? AND field = ?", (kind, record_id, name)
        ).fetchone()
        if shadow is None or _changed_since(raw, batch.k, kind, record_id, name):
            continue
        raw.execute(f'UPDATE "{kind}" SET "{name}" = ? WHERE id = ?', (shadow[0], record_id))
        raw.execute("DELETE FROM _shadow WHERE tbl = ? AND id = ? AND field = ?", (kind, record_id, name))
    rows.derive_again(raw, kind, record_id)


def _changed_since(raw: Any, k: int, kind: str, record_id: str, name: str) -> bool:
    if raw.execute("SELECT 1 FROM _dirty WHERE tbl = ? AND id = ? AND field = ?", (kind, record_id, name)).fetchone():
        return True
    return any(
        one["table"] == kind and one["id"] == record_id and name in one["fields"] and "rescue" not in one
        for later in waiting(raw, k)
        for one in later.operations()
    )


# --- sending -------------------------------------------------------------------------------------


def waiting(raw: Any, after: int = 0) -> list[Sealed]:
    """Batches not answered, in their order, after the ``k`` given."""
    return [
        Sealed(*row)
        for row in raw.execute(
            "SELECT k, device, n, body, sha, records FROM _batch WHERE answered_at IS NULL AND k > ? ORDER BY k",
            (after,),
        )
    ]


def kept(raw: Any) -> list[Sealed]:
    """Every batch still kept, answered or not, in their order."""
    return [Sealed(*row) for row in raw.execute("SELECT k, device, n, body, sha, records FROM _batch ORDER BY k")]


def last_answered(raw: Any, device: str) -> int:
    """The number of the last batch of ``device`` that was answered."""
    row = raw.execute(
        "SELECT coalesce(max(n), 0) FROM _batch WHERE device = ? AND answered_at IS NOT NULL", (device,)
    ).fetchone()
    return int(row[0])


def renumber(raw: Any, device: str, last: int) -> None:
    """Number the batches not answered for ``device`` from ``last`` + 1: it is a new device, or the server lost some."""
    for place, (k,) in enumerate(
        raw.execute("SELECT k FROM _batch WHERE answered_at IS NULL ORDER BY k").fetchall(), start=last + 1
    ):
        raw.execute("UPDATE _batch SET device = ?, n = ? WHERE k = ?", (device, place, k))


def forget_numbers(raw: Any, device: str, last: int) -> None:
    """Answered batches numbered above ``last`` are known to the server by their content only."""
    raw.execute("UPDATE _batch SET device = '' WHERE device = ? AND n > ? AND answered_at IS NOT NULL", (device, last))


def requeue(raw: Any, keys: Sequence[int]) -> None:
    """These batches are unknown to the server (again): they wait to be sent, under the hash of what they hold now (an
    erasure takes words out of a batch that was answered)."""
    for k in keys:
        (body,) = raw.execute("SELECT body FROM _batch WHERE k = ?", (k,)).fetchone()
        sha = hashlib.sha256(body).hexdigest()
        raw.execute("UPDATE _batch SET answered_at = NULL, receipt = NULL, sha = ? WHERE k = ?", (sha, k))


def split(raw: Any, batch: Sealed, seal: Seal, clock: Clock) -> bool:
    """Replace a batch that the server found too large by two halves; whether it could be.

    Only after a refusal: the server never stored it, so its bytes may change.
    """
    operations = batch.operations()
    if len(operations) < 2:
        return False
    middle = len(operations) // 2
    later = waiting(raw, batch.k)
    halves = [(operations[:middle]), (operations[middle:])]
    bodies = [(seal(half), len(half)) for half in halves] + [(one.body, one.records) for one in later]
    raw.execute("DELETE FROM _batch WHERE k >= ? AND answered_at IS NULL", (batch.k,))
    for place, (body, records) in enumerate(bodies):
        raw.execute(
            "INSERT INTO _batch (device, n, body, sha, records, sealed_at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                batch.device,
                batch.n + place,
                body,
                hashlib.sha256(body).hexdigest(),
                records,
                clock.now().isoformat(),
            ),
        )
    return True


def forget_old(raw: Any, clock: Clock) -> None:
    """Let go of answered batches that are too old, or too many."""
    limit = (clock.now() - dt.timedelta(days=KEPT_DAYS)).isoformat()
    # The last ones are the notebook's own proof of where it stands: they stay.
    raw.execute(
        "DELETE FROM _batch WHERE answered_at < ? AND k NOT IN (SELECT k FROM _batch ORDER BY k DESC LIMIT 20)",
        (limit,),
    )
    size = 0
    for k, length in raw.execute(
        "SELECT k, length(body) FROM _batch WHERE answered_at IS NOT NULL ORDER BY k DESC"
    ).fetchall():
        size += length
        if size > KEPT_BYTES:
            raw.execute("DELETE FROM _batch WHERE answered_at IS NOT NULL AND k <= ?", (k,))
            break
