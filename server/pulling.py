"""What a device receives: the state of the rows after its cursors, in its scopes, read in one snapshot (SYNC.md §4).

Rows are kept as they travel, so a page is their texts put together: nothing is decoded for a device of this schema.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.models.wire import names_of
from app.sync.protocol import (
    BUCKETS,
    SCHEMA,
    SCHEMAS,
    Code,
    Cursor,
    DigestAnswer,
    DigestAsk,
    PullAsk,
    TableDigest,
    hash_text,
    row_hash,
)
from server import incidents
from server.devices import Session
from server.refusals import Refusal
from server.service import Service
from server.store.engine import ask, ask_in

START = Cursor(0, "", "", "")
COUNTED = 10_000
"""Changes still to come are counted up to this; beyond, progress needs no more."""
_COLUMNS = "tbl, id, seq, live, hash, body, clocks"
_UNTOLD = "tbl, id, seq, live, hash, body, '' AS clocks"
"""When nobody is to be told who wrote, as in a first reception: the clocks are not read."""


def pull(service: Service, session: Session, request: PullAsk) -> bytes:
    """The JSON of a ``PullAnswer``. Raises ``Refusal``: upgrade, rebase."""
    if request.schema_ not in SCHEMAS:
        raise Refusal(Code.UPGRADE if request.schema_ < SCHEMA else Code.TOO_NEW)
    with service.database.reading(indexed=True) as connection:
        space = ask(connection, "SELECT seq, epoch FROM sync_space WHERE id = 1")[0]
        _check_history(connection, space.epoch, request.epoch, request.cursors, session.scopes)
        authors = _authors(connection, session) if request.since else {}
        last_n = ask(connection, "SELECT last_n FROM sync_device WHERE number = ?", (session.number,))[0][0]
        rows_left = min(request.limit, service.limits.page_rows)
        bytes_left = service.limits.page_bytes
        pages: list[str] = []
        more = False
        remaining = 0
        for scope in session.scopes:
            cursor = request.cursors.get(scope, START)
            if more:
                pages.append(_page(scope, {}, {}, cursor))
                remaining += _left(connection, scope, cursor, request.tables)
                continue
            page, count, size, complete = _read(
                connection, scope, cursor, request, space.seq, rows_left, bytes_left, authors, session.number
            )
            pages.append(page)
            rows_left -= count
            bytes_left -= size
            if not complete:
                more = True
                remaining += max(0, _left(connection, scope, cursor, request.tables) - count)
    return (
        f'{{"epoch":{json.dumps(space.epoch)},"last_n":{last_n},"scopes":{{{",".join(pages)}}},'
        f'"more":{"true" if more else "false"},"head":{space.seq},"remaining":{remaining}}}'
    ).encode()


def _check_history(
    connection: Connection, epoch: str, theirs: str, cursors: Mapping[str, Cursor], scopes: Sequence[str]
) -> None:
    """Refuse cursors of another history: of another epoch, or whose tag this database never gave (§7.13)."""
    used = [cursor for scope, cursor in cursors.items() if scope in scopes and cursor.seq]
    if not used:
        return
    if theirs != epoch:
        raise Refusal(Code.REBASE)
    for cursor in set(used):
        found = ask(connection, "SELECT tag FROM sync_tag WHERE seq = ?", (cursor.seq,))
        if not found or found[0].tag != cursor.tag:
            raise Refusal(Code.REBASE)


def _authors(connection: Connection, session: Session) -> dict[int, str]:
    """Device's number → who is told to have written: a colleague, or only which other organisation."""
    found = ask(
        connection,
        "SELECT d.number, a.facilitator, a.organisation FROM sync_device d JOIN sync_account a ON a.name = d.account",
    )
    own = session.actor.organisation_id
    return {row.number: row.facilitator if row.organisation == own else row.organisation for row in found}


def _tag(connection: Connection, seq: int) -> str:
    found = ask(connection, "SELECT tag FROM sync_tag WHERE seq = ?", (seq,))
    return str(found[0].tag) if found else ""


def _read(
    connection: Connection,
    scope: str,
    cursor: Cursor,
    request: PullAsk,
    head: int,
    limit: int,
    size_limit: int,
    authors: Mapping[int, str],
    own_device: int,
) -> tuple[str, int, int, bool]:
    """(page, rows in it, bytes in it, whether the scope is at its end)."""
    schema = request.schema_
    since = (request.since or {}).get(scope)
    written: dict[str, dict[str, dict[str, list[str]]]] = {}
    known = SCHEMAS[schema]
    rows: dict[str, list[str]] = {}
    gone: dict[str, list[str]] = {}
    count = size = 0
    complete = True
    last = None
    if request.buckets is None:
        columns = _UNTOLD if since is None else _COLUMNS
        found = _after(connection, scope, cursor, request.tables, limit + 1, columns)
    else:
        found = _in_buckets(connection, scope, cursor, request.tables, request.buckets, limit + 1)
    for row in found:
        if count >= limit or (size >= size_limit and count):
            complete = False
            break
        kind, record_id, seq, live, number, body, clocks = last = row
        count += 1
        if kind not in known:
            continue
        if live:
            text, number = (body, number) if schema == SCHEMA else projected(kind, seq, body, schema)
            gathered = f'[{seq},"{hash_text(number)}",{text}]'
            rows.setdefault(kind, []).append(gathered)
            if since is not None:
                for device, names in _written(clocks, since, known[kind]).items():
                    if device != own_device:
                        author = authors.get(device, "")
                        written.setdefault(author, {}).setdefault(kind, {}).setdefault(record_id, []).extend(names)
        else:
            gathered = f"[{json.dumps(record_id)},{seq}]"
            gone.setdefault(kind, []).append(gathered)
        size += len(gathered)
    if complete:
        cursor = Cursor(head, "", "", _tag(connection, head))
    elif last is not None:
        cursor = Cursor(last.seq, last.tbl, last.id, _tag(connection, last.seq))
    return _page(scope, rows, gone, cursor, None if since is None else written), count, size, complete


def _written(clocks: str, since: int, known: Sequence[str]) -> dict[int, list[str]]:
    """By device, the fields of a record written after ``since``; the empty name when the record was made after."""
    found: dict[int, list[str]] = {}
    for name, (seq, device, _at) in json.loads(clocks).items():
        if seq > since and (not name or name in known):
            found.setdefault(device, []).append(name)
    return found


def _after(
    connection: Connection,
    scope: str,
    cursor: Cursor,
    tables: Sequence[str] | None,
    limit: int,
    columns: str = _COLUMNS,
) -> Sequence[Any]:
    columns = f"SELECT {columns} FROM sync_entry WHERE scope = ?"
    if tables is not None:
        chosen = sorted(set(tables) & SCHEMAS[SCHEMA].keys()) or [""]
        columns += f" AND tbl IN ({', '.join(repr(kind) for kind in chosen)})"  # names of our own tables
    order = f"ORDER BY seq, tbl, id LIMIT {limit}"
    if cursor.table:
        # Half-way through what one push stamped: first the rest of it. Two plain ranges, each read in the index.
        inside = ask(
            connection,
            f"{columns} AND seq = ? AND (tbl, id) > (?, ?) {order}",
            (scope, cursor.seq, cursor.table, cursor.id),
        )
        if len(inside) >= limit:
            return inside
        beyond = ask(connection, f"{columns} AND seq > ? {order}", (scope, cursor.seq))
        return [*inside, *beyond][:limit]
    return ask(connection, f"{columns} AND seq > ? {order}", (scope, cursor.seq))


def _in_buckets(
    connection: Connection,
    scope: str,
    cursor: Cursor,
    tables: Sequence[str] | None,
    buckets: Mapping[str, Sequence[int]],
    limit: int,
) -> Sequence[Any]:
    """The same, of some buckets only: all ids are read in the index, contents for those alone."""
    wanted = {kind: frozenset(them) for kind, them in buckets.items()}
    chosen: list[tuple[str, str]] = []
    while len(chosen) < limit:
        keys = _after(connection, scope, cursor, tables, 4 * limit, "tbl, id, seq")
        chosen += [(kind, one) for kind, one, _ in keys if kind in wanted and bucket(one) in wanted[kind]]
        if len(keys) < 4 * limit:
            break
        cursor = Cursor(keys[-1].seq, keys[-1].tbl, keys[-1].id, "")
    contents = {}
    for kind in wanted:
        ids = [one for table, one in chosen[:limit] if table == kind]
        for row in ask_in(
            connection, f"SELECT {_COLUMNS} FROM sync_entry WHERE scope = ? AND tbl = ? AND id IN (…)", ids, scope, kind
        ):
            contents[kind, row.id] = row
    return [contents[key] for key in chosen[:limit]]


def _page(
    scope: str,
    rows: Mapping[str, list[str]],
    gone: Mapping[str, list[str]],
    cursor: Cursor,
    written: Mapping[str, Any] | None = None,
) -> str:
    live = ",".join(f'"{kind}":[{",".join(them)}]' for kind, them in rows.items())
    left = ",".join(f'"{kind}":[{",".join(them)}]' for kind, them in gone.items())
    by = f',"by":{json.dumps(written, separators=(",", ":"))}' if written is not None else ""
    return f'{json.dumps(scope)}:{{"rows":{{{live}}},"gone":{{{left}}},"cursor":{json.dumps(cursor)}{by}}}'


def _left(connection: Connection, scope: str, cursor: Cursor, tables: Sequence[str] | None) -> int:
    """About how many rows still to come: exact from 0 (the kept sums), else counted up to a limit."""
    if not cursor.seq:
        rows = ask(connection, "SELECT tbl, rows FROM sync_tally WHERE scope = ?", (scope,))
        return sum(row.rows for row in rows if tables is None or row.tbl in tables)
    found = ask(
        connection,
        f"SELECT count(*) FROM (SELECT 1 FROM sync_entry WHERE scope = ? AND seq >= ? LIMIT {COUNTED}) AS ahead",
        (scope, cursor.seq),
    )
    return int(found[0][0])


def bucket(record_id: str) -> int:
    """``protocol.bucket_of``, inlined for long readings."""
    return zlib.crc32(record_id.encode()) & (BUCKETS - 1)


def projected(kind: str, seq: int, body: str, schema: int) -> tuple[str, int]:
    """A row's text and hash in an older schema."""
    values = dict(zip(names_of(kind), json.loads(body), strict=True))
    text = json.dumps(
        [values[name] for name in SCHEMAS[schema][kind]], ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return text, row_hash(kind, seq, text)


# --- digest ---------------------------------------------------------------------------------------


def digest(service: Service, session: Session, request: DigestAsk) -> DigestAnswer:
    """Compare a device's sums with the server's, table by table (§7.12). Raises ``Refusal``: upgrade, rebase."""
    if request.schema_ not in SCHEMAS:
        raise Refusal(Code.UPGRADE if request.schema_ < SCHEMA else Code.TOO_NEW)
    with service.database.reading() as connection:
        space = ask(connection, "SELECT seq, epoch FROM sync_space WHERE id = 1")[0]
        _check_history(connection, space.epoch, request.epoch, request.cursors, session.scopes)
        for scope in session.scopes:
            cursor = request.cursors.get(scope, START)
            if cursor.table or _after(connection, scope, cursor, None, 1):
                return DigestAnswer(moved=True, scopes={})
        answer: dict[str, dict[str, TableDigest]] = {}
        for scope in session.scopes:
            here = _sums(connection, scope, request.schema_)
            theirs = request.sums.get(scope, {})
            answer[scope] = {}
            for kind in sorted({*here, *theirs} & SCHEMAS[request.schema_].keys()):
                count, total = here.get(kind, (0, 0))
                text = hash_text(total)
                equal = theirs.get(kind, (0, hash_text(0))) == (count, text)
                buckets = None if equal else tuple(_buckets(connection, scope, kind, request.schema_))
                answer[scope][kind] = TableDigest(count=count, sum=text, equal=equal, buckets=buckets)
    differing = {
        (scope, kind): (request.sums.get(scope, {}).get(kind, (0, ""))[0], one.count)
        for scope, by_kind in answer.items()
        for kind, one in by_kind.items()
        if not one.equal
    }
    if differing:
        incidents.note(service, session, differing)
    return DigestAnswer(moved=False, scopes=answer)


def _sums(connection: Connection, scope: str, schema: int) -> dict[str, tuple[int, int]]:
    if schema == SCHEMA:
        rows = ask(connection, "SELECT tbl, rows, total FROM sync_tally WHERE scope = ? AND rows > 0", (scope,))
        return {row.tbl: (row.rows, int(row.total, 16)) for row in rows}
    found: dict[str, tuple[int, int]] = {}
    for kind in SCHEMAS[schema]:
        numbers = [number for _, number in _hashes(connection, scope, kind, schema)]
        if numbers:
            found[kind] = (len(numbers), sum(numbers))
    return found


def _buckets(connection: Connection, scope: str, kind: str, schema: int) -> list[tuple[int, str]]:
    counts, totals = [0] * BUCKETS, [0] * BUCKETS
    for record_id, number in _hashes(connection, scope, kind, schema):
        chosen = bucket(record_id)
        counts[chosen] += 1
        totals[chosen] += number
    return [(count, hash_text(total)) for count, total in zip(counts, totals, strict=True)]


def _hashes(connection: Connection, scope: str, kind: str, schema: int) -> list[tuple[str, int]]:
    columns = "id, hash" if schema == SCHEMA else "id, seq, body"
    sql = f"SELECT {columns} FROM sync_entry WHERE scope = ? AND tbl = ? AND live = 1"
    rows = ask(connection, sql, (scope, kind))
    if schema == SCHEMA:
        return [(row.id, row.hash) for row in rows]
    return [(row.id, projected(kind, row.seq, row.body, schema)[1]) for row in rows]
