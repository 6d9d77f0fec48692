"""What was received: kept page by page, then put in the tables with what is still pending laid over it.

Pages may come over days and through cuts; nothing of them shows before the last one is here. They are then applied as
one (SYNC.md §7.8), everything typed meanwhile sealed first in the same transaction, capture off, foreign keys deferred.
A record that a batch not contained in its page had changed shows the pending value; the server's stays in ``_shadow``.

Only the very first reception of a notebook is applied in slices, parents first, so that one may go on typing: no
record of it was on any screen before (docs/decisions).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from app.clock import Clock
from app.models.wire import fields_of, models_by_kind
from app.store import engine, file_exchange, journal, rescue, rows
from app.store.outbox import AWAITED, Seal, note_new, seal_all

_MASK = 2**64 - 1


@dataclass(slots=True)
class Applied:
    """What one application did: the pairs (kind, id) that changed, and how many of each kind left."""

    pairs: set[tuple[str, str]] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    acts: journal.Acts = field(default_factory=journal.Acts)
    """What others did, for the journal."""


@dataclass(frozen=True, slots=True)
class Part:
    """Received rows of one table in one scope, with the last batch of this device that their snapshot contains."""

    scope: str
    kind: str
    received: list[list[Any]]
    """Each ``[seq, hash, values]``."""
    last_n: int


@contextmanager
def applying(raw: Any, *, durable: bool = True) -> Iterator[None]:
    """One transaction with capture off and foreign keys checked at its end only.

    ``durable=False`` spares the disk for what would simply be received again after a power cut, and checks foreign
    keys at each statement: putting them off has SQLite prepare every statement of the connection again, those of the
    next thing typed too (measured: 1.3 ms each time).
    """
    raw.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    raw.execute("BEGIN IMMEDIATE")
    try:
        if durable:
            _put_off_keys(raw)
        raw.execute("UPDATE _ctl SET value = 'off' WHERE name = 'capture'")
        yield
        raw.execute("UPDATE _ctl SET value = 'on' WHERE name = 'capture'")
        raw.execute("COMMIT")
    except BaseException as problem:
        if raw.in_transaction:  # a full disk ends the transaction by itself
            raw.execute("ROLLBACK")
        if isinstance(problem, Exception):
            explained = engine.explain(problem)
            if explained is not problem:
                raise explained from problem
        raise
    finally:
        raw.execute("PRAGMA synchronous = FULL")


def is_without_parent(problem: Exception) -> bool:
    """Whether what the driver raised says that the parent of a row is nowhere."""
    return "FOREIGN KEY" in str(problem)


def let_journal_grow(raw: Any, *, grow: bool = True) -> None:
    """Have no write fold the journal, however long: somebody else does it (``Notebook.fold``); or as usual again."""
    raw.execute(f"PRAGMA wal_autocheckpoint = {0 if grow else engine.JOURNAL}")


def _put_off_keys(raw: Any) -> None:
    raw.execute("PRAGMA defer_foreign_keys = ON")  # until the end of the transaction


# --- pages ---------------------------------------------------------------------------------------


def cursors(raw: Any) -> dict[str, list[Any]]:
    """By scope, where the reception stands (pages kept included); to be given back to the server as it is."""
    return {scope: json.loads(text) for scope, text in raw.execute("SELECT scope, received FROM _cursor") if text}


def applied_at(raw: Any) -> dict[str, int]:
    """By scope, the sequence that the tables stand at; a scope of which nothing was applied is not there."""
    return {scope: json.loads(text)[0] for scope, text in raw.execute("SELECT scope, applied FROM _cursor") if text}


def keep_page(raw: Any, page: bytes, last_n: int, received: Mapping[str, list[Any]]) -> None:
    """Keep one page as it came, the last batch its snapshot contains, and where the next page starts."""
    raw.execute("INSERT INTO _inbox (last_n, page) VALUES (?, ?)", (last_n, page))
    move_cursors(raw, received)


def move_cursors(raw: Any, received: Mapping[str, list[Any]]) -> None:
    """Say where the reception stands now."""
    raw.executemany(
        "INSERT INTO _cursor (scope, received) VALUES (?, ?) "
        "ON CONFLICT (scope) DO UPDATE SET received = excluded.received",
        [(scope, json.dumps(cursor)) for scope, cursor in received.items()],
    )


def pages(raw: Any) -> Iterator[dict[str, Any]]:
    """The pages kept, in their order."""
    for k in page_keys(raw):
        yield json.loads(page_bytes(raw, k))


def kept_size(raw: Any) -> int:
    """Bytes of the pages kept."""
    return int(raw.execute("SELECT coalesce(sum(length(page)), 0) FROM _inbox").fetchone()[0])


def drop_pages(raw: Any) -> None:
    """Forget the pages kept and go back to where the tables stand: they belong to a history that is no more."""
    raw.execute("DELETE FROM _inbox")
    raw.execute("UPDATE _cursor SET received = applied")
    _end_first(raw)


def is_first(raw: Any) -> bool:
    """Whether nothing was ever received here, or a first reception was cut in its slices.

    A new history of the server is none: it replaces what is on the screens.
    """
    return was_cut(raw) or raw.execute("SELECT 1 FROM _row WHERE scope <> ? LIMIT 1", (AWAITED,)).fetchone() is None


def was_cut(raw: Any) -> bool:
    """Whether a first reception began to put its rows in the tables, and was cut."""
    return raw.execute("SELECT 1 FROM _ctl WHERE name = ?", (_FIRST,)).fetchone() is not None


def begin_first(raw: Any) -> None:
    """A first reception begins to put its rows in the tables, slice by slice."""
    raw.execute("INSERT INTO _ctl VALUES (?, '1') ON CONFLICT DO NOTHING", (_FIRST,))


def _end_first(raw: Any) -> None:
    raw.execute("DELETE FROM _ctl WHERE name = ?", (_FIRST,))


_FIRST = "first_reception"
"""Control of the notebook: stands from the first slice of a first reception to the end of it."""


def start_over(raw: Any, epoch: str) -> None:
    """Take everything again and replace: the server began a new history after ``epoch``.

    What it no longer holds is found at the end of the application (``stale``). Bases counted in the lost history would
    hide what was written in the new one: what is noted must be sealed before, under the former epoch.
    """
    raw.execute("DELETE FROM _inbox")
    _end_first(raw)
    raw.execute("DELETE FROM _cursor")
    raw.execute("DELETE FROM _digest")
    rescue.remember(raw, epoch)
    raw.execute("UPDATE _row SET seq = -1")
    raw.execute("UPDATE _shadow SET base = 0")


def finish_pages(raw: Any) -> None:
    """The pages kept are in the tables."""
    raw.execute("DELETE FROM _inbox")
    _end_first(raw)
    raw.execute("UPDATE _cursor SET applied = received")


# --- applying ------------------------------------------------------------------------------------


def apply_pages(
    raw: Any, seal: Seal, clock: Clock, device: str, scopes: Iterable[str], *, tolerant: bool = False
) -> Applied:
    """Everything kept into the tables; inside ``applying``.

    ``scopes`` are those of this user now: what stands under any other leaves. With ``tolerant``, received rows whose
    parent is nowhere are left out (the check of the session finds them missing) instead of refusing all the others.
    """
    seal_all(raw, seal, clock, device)
    work = _Application(raw, device)
    gone: dict[tuple[str, str], tuple[str, int]] = {}
    for page in pages(raw):
        for scope, content in page["scopes"].items():
            for kind, received in content["rows"].items():
                work.put(Part(scope, kind, received, page["last_n"]))
            for kind, ids in content["gone"].items():
                for record_id, seq in ids:
                    gone[kind, record_id] = (scope, seq)
            work.applied.acts.read(content)
    work.leave(gone)
    work.settle(scopes)
    if tolerant:
        work.leave_orphans()
    work.write_digests()
    work.rescue.seal(seal, clock, device)
    work.rescue.end()
    finish_pages(raw)
    return work.applied


def apply_slice(
    raw: Any,
    seal: Seal,
    clock: Clock,
    device: str,
    parts: Iterator[Part],
    *,
    fresh: bool = True,
    until: Callable[[], bool] = lambda: False,
) -> Applied:
    """The next parts of a first reception, their parents already in; inside ``applying``.

    At least one is taken, then ``until`` is asked after each. ``fresh``: none of them was put before by a reception
    that was cut. What was typed is sealed only when a part holds a record that it changed: sealed at each slice, it
    would be sent line by line.
    """
    work = _Application(raw, device)
    for part in parts:
        if _changed_here(raw, part):
            seal_all(raw, seal, clock, device)
            work.look_again()
        if part.kind in _own_parents():
            _put_off_keys(raw)
        work.put(part, fresh=fresh)
        if until():
            break
    work.lay_over()
    work.write_digests()
    return work.applied


def leave_slices(raw: Any, device: str, gone: Mapping[tuple[str, str], tuple[str, int]]) -> None:
    """What left since the slices of a reception that was cut: the end of this one takes it out; inside ``applying``."""
    work = _Application(raw, device)
    work.leave(gone)
    work.write_digests()


def _changed_here(raw: Any, part: Part) -> bool:
    """Whether something typed and not sealed changes one of these records."""
    if raw.execute("SELECT 1 FROM _dirty LIMIT 1").fetchone() is None:
        return False
    asked = json.dumps([row[2][0] for row in part.received])
    return (
        raw.execute(
            "SELECT 1 FROM _dirty WHERE tbl = ? AND id IN (SELECT value FROM json_each(?)) LIMIT 1", (part.kind, asked)
        ).fetchone()
        is not None
    )


def replace_table(
    raw: Any,
    seal: Seal,
    clock: Clock,
    device: str,
    scope: str,
    kind: str,
    received: Iterable[dict[str, Any]],
    *,
    scopes: Iterable[str],
) -> Applied:
    """One table of one scope as the server holds it; inside ``applying``.

    What these pages do not hold leaves when they say that it left; else the server lost it, and it is offered again.
    Rows whose parent is nowhere are left out.
    """
    seal_all(raw, seal, clock, device)
    work = _Application(raw, device, first=0)
    seen: set[str] = set()
    left: set[str] = set()
    for page in received:
        content = page["scopes"].get(scope, {"rows": {}, "gone": {}})
        left.update(record_id for record_id, _ in content["gone"].get(kind, ()))
        for row in content["rows"].get(kind, ()):
            seen.add(row[2][0])
            work.put(Part(scope, kind, [row], page["last_n"]))
    for (record_id,) in raw.execute("SELECT id FROM _row WHERE tbl = ? AND scope = ?", (kind, scope)).fetchall():
        if record_id in left - seen or (record_id not in seen and kind == "conflict"):
            raw.execute("UPDATE _row SET scope = '' WHERE tbl = ? AND id = ?", (kind, record_id))
        elif record_id not in seen:
            work.offer(kind, record_id)
    work.settle(scopes)
    work.leave_orphans(kind)
    work.write_digests()
    found = raw.execute("SELECT hash FROM _row WHERE tbl = ? AND scope = ?", (kind, scope)).fetchall()
    raw.execute(
        "INSERT INTO _digest VALUES (?, ?, ?, ?) "
        "ON CONFLICT (scope, tbl) DO UPDATE SET count = excluded.count, sum = excluded.sum",
        (scope, kind, len(found), f"{sum(int(text, 16) for (text,) in found) & _MASK:016x}"),
    )
    return work.applied


def page_keys(raw: Any) -> list[int]:
    """The numbers of the pages kept, in their order."""
    return [k for (k,) in raw.execute("SELECT k FROM _inbox ORDER BY k")]


def page_bytes(raw: Any, k: int) -> bytes:
    """One page kept, as it came."""
    return bytes(raw.execute("SELECT page FROM _inbox WHERE k = ?", (k,)).fetchone()[0])


def drop_page(raw: Any, k: int) -> None:
    """Forget one page whose rows are in the tables."""
    with applying(raw, durable=False):
        raw.execute("DELETE FROM _inbox WHERE k = ?", (k,))


@dataclass(slots=True)
class _Pending:
    """One operation that some page may not contain."""

    n: int
    new: bool
    answered: bool
    fields: dict[str, tuple[Any, int]]
    """Column → (value as the file holds it, base)."""


class _Application:
    """The state of one application."""

    def __init__(self, raw: Any, device: str, *, first: int | None = None) -> None:
        self._raw = raw
        self._device = device
        self.applied = Applied()
        self._pending = _pending_operations(raw, device, first)
        self._seen: dict[tuple[str, str], int] = {}
        self._held = {
            (kind, record) for kind, record in raw.execute("SELECT DISTINCT tbl, record FROM _held WHERE state = ''")
        }
        self._shadowed = _any_shadow(raw)
        self._digests: dict[tuple[str, str], list[int]] = {}
        self.rescue = rescue.Rescue(raw)
        self._let_go: set[str] = set()
        """SHA-256 of contents that attachments named before: those received again, those that leave, the server having
        what they name."""

    def look_again(self) -> None:
        """Take into account what was sealed since."""
        self._pending = _pending_operations(self._raw, self._device, None)
        self._shadowed = _any_shadow(self._raw)

    def put(self, part: Part, *, fresh: bool = False) -> None:
        """Received rows into their table, with their bookkeeping. ``fresh``: none of them was ever received."""
        raw, kind, scope = self._raw, part.kind, part.scope
        if kind not in models_by_kind() or not part.received:
            return  # a table of a newer program: asked again after the update
        ids = [row[2][0] for row in part.received]
        self.rescue.compare(kind, part.received)
        if kind == "attachment" and not fresh:
            self._let_go |= rows.named_contents(raw, ids)
            self._let_go |= file_exchange.owe_no_more(raw, json.dumps(ids))
        if kind == "beneficiary" and not fresh:
            self._remember_names(part.received)
        rows.put_rows(raw, kind, [row[2] for row in part.received])
        asked = json.dumps(ids)
        if not fresh:
            for old_scope, old_hash in raw.execute(
                "SELECT scope, hash FROM _row WHERE tbl = ? AND id IN (SELECT value FROM json_each(?)) AND seq >= 0 "
                "AND scope NOT IN ('', ?)",
                (kind, asked, AWAITED),
            ):
                self._count(old_scope, kind, -1, -int(old_hash, 16))
        raw.executemany(
            "INSERT INTO _row (tbl, id, seq, scope, hash) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (tbl, id) DO UPDATE SET seq = excluded.seq, scope = excluded.scope, hash = excluded.hash",
            [(kind, row[2][0], row[0], scope, row[1]) for row in part.received],
        )
        self._count(scope, kind, len(ids), sum(int(row[1], 16) for row in part.received))
        if self._shadowed:
            raw.execute("DELETE FROM _shadow WHERE tbl = ? AND id IN (SELECT value FROM json_each(?))", (kind, asked))
        pairs = [(kind, one) for one in ids]
        self.applied.pairs.update(pairs)
        if self._pending or self._held:
            for pair in pairs:
                if pair in self._pending or pair in self._held:
                    self._seen[pair] = part.last_n

    def _remember_names(self, received: Sequence[list[Any]]) -> None:
        """The name of a person about to be anonymised goes into the history, where the erasure that follows finds what
        to look for in texts written here, and empties it (``store.erasure``)."""
        at = rows.sent_names("beneficiary").index("anonymised_on")
        erased = [row[2][0] for row in received if row[2][at] is not None]
        if not erased:
            return
        for name in ("last_name", "first_name", "birth_name"):
            self._raw.execute(
                "INSERT INTO _history (tbl, id, field, before, after, author, at) "
                f"SELECT 'beneficiary', id, '{name}', {name}, NULL, '', strftime('%Y-%m-%dT%H:%M:%fZ', 'now') "
                f"FROM beneficiary WHERE anonymised_on IS NULL AND {name} <> '' "
                "AND id IN (SELECT value FROM json_each(?))",
                (json.dumps(erased),),
            )

    def _count(self, scope: str, kind: str, count: int, total: int) -> None:
        known = self._digests.setdefault((scope, kind), [0, 0])
        known[0] += count
        known[1] += total

    def leave(self, gone: Mapping[tuple[str, str], tuple[str, int]]) -> None:
        """Take out what left a scope, unless it came back since or is by now in another of mine."""
        for (kind, record_id), (scope, seq) in gone.items():
            if kind not in models_by_kind():
                continue
            known = self._raw.execute(
                "SELECT scope, seq FROM _row WHERE tbl = ? AND id = ?", (kind, record_id)
            ).fetchone()
            if known is not None and known[0] == scope and known[1] <= seq:
                self._raw.execute("UPDATE _row SET scope = '' WHERE tbl = ? AND id = ?", (kind, record_id))
                if known[1] >= 0:
                    self._uncount(scope, kind, record_id)

    def _uncount(self, scope: str, kind: str, record_id: str) -> None:
        row = self._raw.execute("SELECT hash FROM _row WHERE tbl = ? AND id = ?", (kind, record_id)).fetchone()
        self._count(scope, kind, -1, -int(row[0], 16))

    def settle(self, scopes: Iterable[str]) -> None:
        """The end of an application: lost records found, foreign scopes emptied, pending values laid over."""
        mine = set(scopes)
        self._find_lost(mine)
        self._empty_scopes(mine)
        self._purge()
        self.lay_over()
        self._release_held()
        file_exchange.note_left(self._raw.execute, self._let_go)

    def leave_orphans(self, table: str = "") -> None:
        """Take out received rows whose parent is nowhere, of one table or of all."""
        checked = f"pragma_foreign_key_check('{table}')" if table else "pragma_foreign_key_check"
        while lost := self._received(self._raw.execute(f'SELECT DISTINCT "table", rowid FROM {checked}').fetchall()):
            for kind, record_id, scope in lost:
                if scope:
                    self._uncount(scope, kind, record_id)
                self._raw.execute(f'DELETE FROM "{kind}" WHERE id = ?', (record_id,))
                self._raw.execute("DELETE FROM _row WHERE tbl = ? AND id = ?", (kind, record_id))

    def _received(self, places: Iterable[tuple[str, int]]) -> list[tuple[str, str, str]]:
        """(table, id, scope) of those of these rows (table and rowid) that the server has: others are work not sent."""
        found: list[tuple[str, str, str]] = []
        for kind, place in places:
            known = f'SELECT r.tbl, r.id, r.scope FROM "{kind}" t JOIN _row r ON r.tbl = ? AND r.id = t.id'
            found += self._raw.execute(f"{known} WHERE t.rowid = ?", (kind, place)).fetchall()
        return found

    def _find_lost(self, mine: set[str]) -> None:
        """After a new history: records that the server had and has no more are offered to it again."""
        for kind, record_id, scope in self._raw.execute("SELECT tbl, id, scope FROM _row WHERE seq = -1").fetchall():
            if scope not in mine | {AWAITED} or kind == "conflict":
                self._raw.execute("UPDATE _row SET scope = '', seq = 0 WHERE tbl = ? AND id = ?", (kind, record_id))
                continue
            self.offer(kind, record_id)

    def offer(self, kind: str, record_id: str) -> None:
        """The server has a record no more and never said that it left: it goes to it as a new one."""
        self._raw.execute("DELETE FROM _row WHERE tbl = ? AND id = ?", (kind, record_id))
        self._raw.execute("DELETE FROM _shadow WHERE tbl = ? AND id = ?", (kind, record_id))
        if not any(one.new and not one.answered for one in self._pending.get((kind, record_id), ())):
            note_new(self._raw, kind, record_id)

    def _empty_scopes(self, mine: set[str]) -> None:
        self.write_digests()
        for (scope,) in self._raw.execute("SELECT DISTINCT scope FROM _digest").fetchall():
            if scope not in mine:
                self._raw.execute("UPDATE _row SET scope = '' WHERE scope = ?", (scope,))
                self._raw.execute("DELETE FROM _digest WHERE scope = ?", (scope,))
        self._raw.execute(
            "DELETE FROM _cursor WHERE scope NOT IN (SELECT value FROM json_each(?))", (json.dumps(sorted(mine)),)
        )

    def _purge(self) -> None:
        """Remove what is in no scope of mine; a parent that something unsent still needs waits for the next time."""
        raw = self._raw
        raw.execute(f"UPDATE _row SET scope = '' WHERE scope = '{AWAITED}'")  # taken, and gone before it came back
        leaving = set(raw.execute("SELECT tbl, id FROM _row WHERE scope = ''").fetchall())
        if not leaving:
            return
        held = set(raw.execute("SELECT tbl, record FROM _held").fetchall())
        stays: set[tuple[str, str]] = set()
        pending = list(leaving)
        while pending:
            kind, record_id = pending.pop()
            for child, name in children_of(kind):
                for (child_id,) in raw.execute(f'SELECT id FROM "{child}" WHERE "{name}" = ?', (record_id,)).fetchall():
                    pair = (child, child_id)
                    if pair in leaving and pair not in stays:
                        continue
                    known = raw.execute("SELECT 1 FROM _row WHERE tbl = ? AND id = ?", pair).fetchone()
                    if known is None and pair in held and pair not in leaving:
                        leaving.add(pair)  # its words are kept with the change set aside
                        pending.append(pair)
                    else:
                        stays.add((kind, record_id))
        self._keep_parents(leaving, stays)
        journal.forget(raw, leaving - stays)
        for kind, record_id in leaving - stays:
            if kind == "attachment":
                self._let_go |= file_exchange.owe(raw, record_id)
            raw.execute(f'DELETE FROM "{kind}" WHERE id = ?', (record_id,))
            for table in ("_row", "_shadow", "_dirty", "_history"):
                raw.execute(f"DELETE FROM {table} WHERE tbl = ? AND id = ?", (kind, record_id))
            self.applied.pairs.add((kind, record_id))
            self.applied.left[kind] = self.applied.left.get(kind, 0) + 1

    def _keep_parents(self, leaving: set[tuple[str, str]], stays: set[tuple[str, str]]) -> None:
        """What stays keeps its own parents."""
        pending = list(stays)
        while pending:
            kind, record_id = pending.pop()
            for one in fields_of(kind):
                if one.parent:
                    parent = (one.parent, rows.read_field(self._raw, kind, record_id, one.name))
                    if parent in leaving and parent not in stays:
                        stays.add(parent)
                        pending.append(parent)

    def lay_over(self) -> None:
        """Pending values over the received ones; what they hide stays in ``_shadow`` with the base they inherit."""
        raw = self._raw
        for pair, operations in self._pending.items():
            contained = self._seen.get(pair)
            if contained is None or not rows.exists(raw, *pair):
                continue
            kind, record_id = pair
            laid = False
            for one in operations:
                if one.answered and one.n <= contained:
                    continue
                for name, (value, base) in one.fields.items():
                    stored = rows.read_field(raw, kind, record_id, name)
                    if stored == value:
                        continue
                    raw.execute(
                        "INSERT INTO _shadow VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        (kind, record_id, name, stored, base),
                    )
                    raw.execute(f'UPDATE "{kind}" SET "{name}" = ? WHERE id = ?', (value, record_id))
                    laid = True
            if laid:
                rows.derive_again(raw, kind, record_id)

    def _release_held(self) -> None:
        """A change set aside whose values came back from the server was released there."""
        for kind, record_id in self._held:
            if (kind, record_id) not in self._seen:
                continue
            for held_id, body in self._raw.execute(
                "SELECT id, body FROM _held WHERE tbl = ? AND record = ? AND state = ''", (kind, record_id)
            ).fetchall():
                wanted = values_of(json.loads(body))
                if all(
                    rows.read_field(self._raw, kind, record_id, name) == rows.to_file(kind, name, value)
                    for name, value in wanted.items()
                ):
                    self._raw.execute("DELETE FROM _held WHERE id = ?", (held_id,))

    def write_digests(self) -> None:
        """Counts and sums of what each scope holds, kept as rows come and go."""
        for (scope, kind), (count, total) in self._digests.items():
            row = self._raw.execute(
                "SELECT count, sum FROM _digest WHERE scope = ? AND tbl = ?", (scope, kind)
            ).fetchone()
            before = (int(row[0]), int(row[1], 16)) if row else (0, 0)
            self._raw.execute(
                "INSERT INTO _digest VALUES (?, ?, ?, ?) "
                "ON CONFLICT (scope, tbl) DO UPDATE SET count = excluded.count, sum = excluded.sum",
                (scope, kind, before[0] + count, f"{(before[1] + total) & _MASK:016x}"),
            )
        self._digests.clear()


def _any_shadow(raw: Any) -> bool:
    return raw.execute("SELECT 1 FROM _shadow LIMIT 1").fetchone() is not None


def values_of(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Column → value (as it travels) of an insert or an update."""
    fields = operation["fields"]
    return dict(fields) if operation["op"] == "insert" else {name: edit[0] for name, edit in fields.items()}


def _pending_operations(raw: Any, device: str, first: int | None) -> dict[tuple[str, str], list[_Pending]]:
    """Operations that a page may not contain: those not answered, and those answered after the ``first`` page kept.

    None was sealed in a history that is no more: those are all sent, and contained, before a page of the new one.
    """
    if first is None:
        first = raw.execute("SELECT coalesce(min(last_n), 0) FROM _inbox").fetchone()[0]
    found: dict[tuple[str, str], list[_Pending]] = {}
    for n, body, answered, receipt in raw.execute(
        "SELECT n, body, answered_at IS NOT NULL, receipt FROM _batch "
        "WHERE answered_at IS NULL OR (device = ? AND n > ?) ORDER BY k",
        (device, first),
    ).fetchall():
        results = json.loads(receipt) if receipt else []
        for place, operation in enumerate(json.loads(body)["operations"]):
            if answered and place < len(results) and results[place][0] == "held":
                continue
            if "rescue" in operation:
                continue  # what others wrote once, not what was typed here
            kind = operation["table"]
            new = operation["op"] == "insert"
            fields = {
                name: (rows.to_file(kind, name, edit if new else edit[0]), 0 if new else edit[1])
                for name, edit in operation["fields"].items()
            }
            found.setdefault((kind, operation["id"]), []).append(_Pending(n, new, bool(answered), fields))
    return found


@cache
def _own_parents() -> frozenset[str]:
    """The tables whose rows point to others of the same table: these come in no order."""
    return frozenset(kind for kind in models_by_kind() if any(one.parent == kind for one in fields_of(kind)))


@cache
def children_of(kind: str) -> tuple[tuple[str, str], ...]:
    """(table, column) of the foreign keys that point to a table."""
    return tuple((child, one.name) for child in models_by_kind() for one in fields_of(child) if one.parent == kind)
