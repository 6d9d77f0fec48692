"""The records that one transaction touches: read in bulk, changed in memory, written in bulk.

Nothing is written before ``flush``: one statement per table for the typed rows, one for the entries, one for the sums;
then the network's counter moves.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from app.models.wire import fields_of, is_shared, names_of, row_text
from app.rules.access import scope_of
from app.rules.merge import Clock, Stored
from app.sync.protocol import hash_text, row_hash
from server.store.engine import ask, ask_in, many, put

Ref = tuple[str, str]
"""(table, id)."""

_ENTRY = ("id", "tbl", "scope", "seq", "live", "hash", "clocks", "body")
_TALLY = ("scope", "tbl", "rows", "total")


@dataclass(slots=True)
class Row:
    """A record as it stands in its scope. ``values`` by field."""

    scope: str
    seq: int
    hash: int
    values: dict[str, Any]
    clocks: dict[str, Clock]

    @property
    def stored(self) -> Stored:
        return Stored(self.values, self.clocks)

    @property
    def deleted(self) -> bool:
        return self.values["deleted_at"] is not None


class Shelf:
    """``seq`` is what this transaction stamps on whatever it touches."""

    def __init__(self, connection: Connection, seq: int, now: dt.datetime) -> None:
        self.connection = connection
        self.seq = seq
        self._now = now
        self._known: dict[Ref, Row | None] = {}
        self._before: dict[Ref, Row | None] = {}
        self._gone: dict[tuple[str, str, str], None] = {}
        self._sqlite = connection.dialect.name == "sqlite"

    def load(self, refs: Iterable[Ref]) -> None:
        """Read these records, if they were not yet."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for kind, record_id in dict.fromkeys(refs):
            if (kind, record_id) not in self._known:
                wanted[kind].append(record_id)
                self._known[kind, record_id] = None
        for kind, ids in wanted.items():
            names = names_of(kind)
            for record_id, scope, seq, number, clocks, body in ask_in(
                self.connection,
                "SELECT id, scope, seq, hash, clocks, body FROM sync_entry WHERE tbl = ? AND id IN (…) AND live = 1",
                ids,
                kind,
            ):
                self._known[kind, record_id] = Row(
                    scope,
                    seq,
                    number,
                    dict(zip(names, json.loads(body), strict=True)),
                    {field: Clock(*clock) for field, clock in json.loads(clocks).items()},
                )

    def find(self, kind: str, record_id: str) -> Row | None:
        """A record loaded before, ``None`` when there is none (any more)."""
        return self._known[kind, record_id]

    def standing(self, kind: str) -> list[tuple[Ref, Row]]:
        """The records of a table that this transaction knows, as they stand in it."""
        return [(ref, row) for ref, row in self._known.items() if ref[0] == kind and row is not None]

    def put(self, kind: str, record_id: str, values: dict[str, Any], clocks: dict[str, Clock]) -> Row:
        """Write a record; it leaves its former scope when its organisation changed."""
        before = self._remember(kind, record_id)
        scope = scope_of(is_shared(kind), values["organisation_id"])
        row = Row(scope, self.seq, 0, values, clocks)
        self._known[kind, record_id] = row
        if before is not None and before.scope != scope:
            self._gone[kind, record_id, before.scope] = None
        if self._gone:
            self._gone.pop((kind, record_id, scope), None)
        return row

    def bump(self, kind: str, record_id: str) -> None:
        """Stamp a record that keeps its values, so that devices receive it again."""
        row = self.find(kind, record_id)
        if row is not None:
            self.put(kind, record_id, row.values, row.clocks)

    def erase(self, kind: str, record_id: str) -> None:
        """Remove a record and its contents for good; devices are told that it is gone."""
        before = self._remember(kind, record_id)
        if before is not None:
            self._gone[kind, record_id, before.scope] = None
        self._known[kind, record_id] = None

    def _remember(self, kind: str, record_id: str) -> Row | None:
        return self._before.setdefault((kind, record_id), self._known[kind, record_id])

    @property
    def touched(self) -> list[Ref]:
        """The records written so far."""
        return list(self._before)

    def changes(self, kind: str) -> list[tuple[Ref, Row | None, Row | None]]:
        """The records of a table written so far, not flushed: as they stood before, and as they stand."""
        return [(ref, before, self._known[ref]) for ref, before in self._before.items() if ref[0] == kind]

    def flush(self) -> None:
        """Write everything, and let the network's counter move to ``seq``. Once in a transaction."""
        entries: list[tuple[Any, ...]] = []
        typed: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        dropped: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        now = stored_moment(self._now, sqlite=self._sqlite)
        for (kind, record_id), before in self._before.items():
            row = self._known[kind, record_id]
            if before is not None:
                delta = counts[before.scope, kind]
                delta[0] -= 1
                delta[1] -= before.hash
            if row is None:
                dropped[kind].append((record_id,))
                continue
            values = _in_order(kind)(row.values)
            body = row_text(kind, values)
            number = row_hash(kind, self.seq, body)
            row.hash = signed(number)
            clocks = _clocks_text(row.clocks)
            entries.append((record_id, kind, row.scope, self.seq, 1, row.hash, clocks, body))
            typed[kind].append(_stored(kind, values, now, sqlite=self._sqlite))
            delta = counts[row.scope, kind]
            delta[0] += 1
            delta[1] += row.hash
        entries += [(one, kind, scope, self.seq, 0, 0, "", "") for kind, one, scope in self._gone]
        put(self.connection, "sync_entry", _ENTRY, ("id", "tbl", "scope"), entries)
        for kind, rows in typed.items():
            put_typed(self.connection, kind, rows)
        for kind, ids in dropped.items():
            many(self.connection, f'DELETE FROM "{kind}" WHERE id = ?', ids)
        self._add_up(counts)
        many(self.connection, "INSERT INTO sync_tag (seq, tag) VALUES (?, ?)", [(self.seq, secrets.token_hex(4))])
        many(self.connection, "UPDATE sync_space SET seq = ?", [(self.seq,)])

    def _add_up(self, counts: Mapping[tuple[str, str], list[int]]) -> None:
        standing = {
            (scope, kind): (rows, int(total, 16))
            for scope, kind, rows, total in ask(self.connection, "SELECT scope, tbl, rows, total FROM sync_tally")
        }
        sums = []
        for (scope, kind), (rows, total) in counts.items():
            before = standing.get((scope, kind), (0, 0))
            sums.append((scope, kind, before[0] + rows, hash_text(before[1] + total)))
        put(self.connection, "sync_tally", _TALLY, ("scope", "tbl"), sums)


def _clocks_text(clocks: Mapping[str, Clock]) -> str:
    if len(clocks) == 1 and "" in clocks:  # as a record is made
        seq, device, at = clocks[""]
        return f'{{"":[{seq},{device},"{at}"]}}'
    return json.dumps(clocks, separators=(",", ":"))


def next_shelf(connection: Connection, now: dt.datetime) -> Shelf:
    """A shelf that stamps the sequence after the last one given; within ``Database.writing``."""
    return Shelf(connection, int(ask(connection, "SELECT seq FROM sync_space WHERE id = 1")[0][0]) + 1, now)


# --- typed tables ---------------------------------------------------------------------------------


@cache
def columns_of(kind: str) -> tuple[str, ...]:
    """The columns of a typed table, in the order that ``typed_values`` gives."""
    return (*names_of(kind), "updated_at")


def put_typed(connection: Connection, kind: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows of a typed table, each as ``typed_values`` gives it."""
    put(connection, kind, columns_of(kind), ("id",), rows)


def typed_values(kind: str, values: Mapping[str, Any], now: str, *, sqlite: bool) -> tuple[Any, ...]:
    """The values of a typed row as the driver takes them (PostgreSQL reads dates and moments from their texts)."""
    return _stored(kind, _in_order(kind)(values), now, sqlite=sqlite)


@cache
def _in_order(kind: str) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """The values of a row in the order of the wire."""
    return itemgetter(*names_of(kind))


def _stored(kind: str, values: tuple[Any, ...], now: str, *, sqlite: bool) -> tuple[Any, ...]:
    plain = [*values, now]
    for index, stored_as in _converted(kind):
        value = plain[index]
        if value is None:
            continue
        if stored_as == "data":
            plain[index] = json.dumps(value, ensure_ascii=False)
        elif sqlite:
            plain[index] = f"{value[:10]} {value[11:26]}" if stored_as == "moment" else int(value)
    return tuple(plain)


@cache
def _converted(kind: str) -> tuple[tuple[int, str], ...]:
    return tuple(
        (index, field.type) for index, field in enumerate(fields_of(kind)) if field.type in ("data", "moment", "truth")
    )


def stored_moment(value: dt.datetime, *, sqlite: bool) -> str:
    """A moment as the driver takes it in plain SQL."""
    text = value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return f"{text[:10]} {text[11:26]}" if sqlite else text


def signed(number: int) -> int:
    """A 64-bit hash as databases hold whole numbers."""
    return number - 2**64 if number >= 2**63 else number
