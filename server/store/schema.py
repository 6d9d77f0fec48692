"""Making the server's schema, and bringing an older one up to this program's: no step for whoever installs it.

The typed tables come from the models and hold nothing that the entries do not: when the models changed since, entries
are laid out anew and the typed tables are made again. What the exchange keeps is only ever added to.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect

from app.models.wire import canonical, default_of, models_by_kind, names_of
from app.sync.protocol import SCHEMA, SCHEMAS, hash_text, row_hash
from server.store import tables
from server.store.engine import IN_SYNC, Database, ask, many
from server.store.shelf import put_typed, signed, stored_moment, typed_values

VERSION = 1
"""Of the server's own tables."""

_SLICE = 2_000


class NewerDatabase(Exception):
    """The database was written by a newer program; it was not touched."""


def wire_text() -> str:
    """What the entries are laid out by, to be compared with what a database was laid out by."""
    return json.dumps({kind: list(names) for kind, names in sorted(SCHEMAS[SCHEMA].items())})


def prepare(database: Database, now: dt.datetime) -> None:
    """Bring the database to what this program expects, in one transaction. Several workers may call it at once.

    Raises ``NewerDatabase``.
    """
    with database.changing() as connection:
        if database.is_postgresql:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(9105050291)")
        known = set(inspect(connection).get_table_names())
        if tables.space.name not in known:
            tables.own.create_all(connection)
            tables.typed().create_all(connection)
            _begin(connection, now)
            _guard(connection)
            return
        version, wire = ask(connection, "SELECT schema_version, wire FROM sync_space WHERE id = 1")[0]
        if version > VERSION:
            raise NewerDatabase
        if wire != wire_text():
            if database.is_postgresql:
                connection.exec_driver_sql("SELECT seq FROM sync_space WHERE id = 1 FOR UPDATE")
                connection.exec_driver_sql(f"SELECT set_config('{IN_SYNC}', '1', true)")
            _lay_out(connection, json.loads(wire), now)
            _guard(connection)


def _begin(connection: Connection, now: dt.datetime) -> None:
    first = f"1-{secrets.token_hex(8)}"
    connection.execute(
        tables.space.insert().values(
            id=1, network="", seq=0, epoch=first, schema_version=VERSION, wire=wire_text(), boots=0, lease_days=30
        )
    )
    connection.execute(tables.epoch.insert().values(ordinal=1, id=first, start=0, at=now))


def _guard(connection: Connection) -> None:
    """On PostgreSQL, refuse any write to a synchronised row outside ``Database.writing`` (SYNC.md §7.1)."""
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql(
        f"""CREATE OR REPLACE FUNCTION sync_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('{IN_SYNC}', true), '') <> '1' THEN
    RAISE EXCEPTION 'synchronised rows are written by the server only';
  END IF;
  RETURN NULL;
END $$"""
    )
    for name in ("sync_entry", *models_by_kind()):
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS sync_guard ON "{name}"')
        connection.exec_driver_sql(
            f'CREATE TRIGGER sync_guard BEFORE INSERT OR UPDATE OR DELETE ON "{name}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION sync_guard()"
        )


def _lay_out(connection: Connection, former: dict[str, list[str]], now: dt.datetime) -> None:
    """Lay the entries out by the fields of this program, then make the typed tables again from them."""
    _relay(connection, former)
    made = tables.typed()
    for table in reversed(made.sorted_tables):
        table.drop(connection, checkfirst=True)
    made.create_all(connection)
    _project(connection, now)
    add_up(connection)
    connection.execute(tables.space.update().values(wire=wire_text(), schema_version=VERSION))


def _relay(connection: Connection, former: dict[str, list[str]]) -> None:
    moved = {kind for kind, names in former.items() if kind in models_by_kind() and tuple(names) != names_of(kind)}
    for part in _entries(connection):
        changed = []
        for kind, record_id, scope, seq, body in part:
            if kind in moved:
                values = dict(zip(former[kind], json.loads(body), strict=True))
                laid = canonical([values.get(name, default_of(kind, name)) for name in names_of(kind)])
                changed.append((laid, signed(row_hash(kind, seq, laid)), record_id, kind, scope))
        many(connection, "UPDATE sync_entry SET body = ?, hash = ? WHERE id = ? AND tbl = ? AND scope = ?", changed)


def _project(connection: Connection, now: dt.datetime) -> None:
    """Write the typed rows of all tables from the entries."""
    sqlite = connection.dialect.name == "sqlite"
    moment = stored_moment(now, sqlite=sqlite)
    for part in _entries(connection):
        rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for kind, _, _, _, body in part:
            if kind in models_by_kind():
                values = dict(zip(names_of(kind), json.loads(body), strict=True))
                rows[kind].append(typed_values(kind, values, moment, sqlite=sqlite))
        for kind, them in rows.items():
            put_typed(connection, kind, them)


def _entries(connection: Connection) -> Iterator[list[Any]]:
    """All living entries, in slices that never cut a record in two."""
    last = ""
    while True:
        part = ask(
            connection,
            "SELECT tbl, id, scope, seq, body FROM sync_entry WHERE live = 1 AND id > ? "
            f"ORDER BY id, tbl LIMIT {_SLICE}",
            (last,),
        )
        if not part:
            return
        # Another table may hold the same id: what stands at the end of a full slice comes again in the next.
        kept = [row for row in part if row.id != part[-1].id] if len(part) == _SLICE else list(part)
        yield kept
        last = kept[-1].id


def sums(connection: Connection) -> dict[tuple[str, str], tuple[int, int]]:
    """Count and sum of the hashes of each (scope, table), counted one by one."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for scope, kind, number in connection.exec_driver_sql("SELECT scope, tbl, hash FROM sync_entry WHERE live = 1"):
        count, total = found.get((scope, kind), (0, 0))
        found[scope, kind] = (count + 1, total + number)
    return found


def add_up(connection: Connection) -> None:
    """Make the kept sums again."""
    connection.execute(tables.tally.delete())
    rows = [(scope, kind, count, hash_text(total)) for (scope, kind), (count, total) in sums(connection).items()]
    many(connection, "INSERT INTO sync_tally (scope, tbl, rows, total) VALUES (?, ?, ?, ?)", rows)
