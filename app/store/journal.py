"""The journal of the exchange: what each session did, and what others had done, kept here for people to read.

Ids only: who and what are called by their names when it is read, so that nothing of an erased person stays here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.models.wire import names_of

KEPT = 2_000
"""Lines kept; older ones go."""
NAMED = 8
"""Records kept by their ids in one act; the others are counted."""

MADE, CHANGED, BINNED = "made", "changed", "binned"


@dataclass(frozen=True, slots=True)
class Act:
    """What one author did to records of one table: how many, and the first of them as (id, fields written)."""

    author: str
    verb: str
    kind: str
    count: int
    records: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is kept."""

    at: str
    kind: str
    counts: Mapping[str, int]
    problem: str
    acts: tuple[Act, ...]


class Acts:
    """What others did, gathered from received pages: author → table → id → fields."""

    def __init__(self) -> None:
        self._fields: dict[tuple[str, str, str], set[str]] = {}
        self._binned: set[tuple[str, str]] = set()
        self.untold: dict[str, int] = {}
        """Records received without being told who wrote them (a first reception), by table."""

    def count(self, kind: str, received: int) -> None:
        """Records of a reception that is not told."""
        self.untold[kind] = self.untold.get(kind, 0) + received

    def read(self, content: Mapping[str, Any]) -> None:
        """One scope of a page. What is told of nobody there was written here."""
        told = content.get("by")
        if told is None:
            for kind, received in content["rows"].items():
                self.count(kind, len(received))
            return
        for author, tables in told.items():
            for kind, records in tables.items():
                for record_id, names in records.items():
                    self._fields.setdefault((author, kind, record_id), set()).update(names)
        for kind in {kind for tables in told.values() for kind in tables}:
            place = names_of(kind).index("deleted_at")
            for _seq, _hash, values in content["rows"].get(kind, ()):
                (self._binned.add if values[place] is not None else self._binned.discard)((kind, values[0]))

    def add(self, other: Acts) -> None:
        """Count what another reception told."""
        for key, names in other._fields.items():
            self._fields.setdefault(key, set()).update(names)
        self._binned |= other._binned
        for kind, received in other.untold.items():
            self.count(kind, received)

    def all(self) -> list[Act]:
        """One for each author, verb and table."""
        return [
            Act(author, verb, kind, len(records), tuple(records[:NAMED]))
            for (author, verb, kind), records in self._groups().items()
        ]

    def ids(self, act: Act) -> list[str]:
        """The records of an act, all of them."""
        return [record_id for record_id, _ in self._groups().get((act.author, act.verb, act.kind), ())]

    def _groups(self) -> dict[tuple[str, str, str], list[tuple[str, tuple[str, ...]]]]:
        groups: dict[tuple[str, str, str], list[tuple[str, tuple[str, ...]]]] = {}
        for (author, kind, record_id), names in self._fields.items():
            binned = "deleted_at" in names and (kind, record_id) in self._binned
            verb = BINNED if binned else MADE if "" in names else CHANGED
            groups.setdefault((author, verb, kind), []).append((record_id, tuple(sorted(names - {""}))))
        return groups


def write(
    raw: Any,
    at: str,
    kind: str,
    counts: Mapping[str, int] | None = None,
    problem: str = "none",
    acts: Iterable[Act] = (),
) -> None:
    """Add a line. A problem that lasts is one line: the latest."""
    if kind == "problem":
        last = raw.execute("SELECT k, kind, problem FROM _journal ORDER BY k DESC LIMIT 1").fetchone()
        if last is not None and (last[1], last[2]) == (kind, problem):
            raw.execute("UPDATE _journal SET at = ? WHERE k = ?", (at, last[0]))
            return
    raw.execute(
        "INSERT INTO _journal (at, kind, counts, problem) VALUES (?, ?, ?, ?)",
        (at, kind, json.dumps(dict(counts or {})), problem),
    )
    k = raw.execute("SELECT max(k) FROM _journal").fetchone()[0]
    raw.executemany(
        "INSERT INTO _journal_act VALUES (?, ?, ?, ?, ?, ?)",
        [(k, one.author, one.verb, one.kind, one.count, json.dumps(one.records)) for one in acts],
    )
    for table in ("_journal", "_journal_act"):
        raw.execute(f"DELETE FROM {table} WHERE k <= ?", (k - KEPT,))


def forget(raw: Any, left: Collection[tuple[str, str]]) -> None:
    """Keep no id of records that left this notebook: (table, id). Their number stays."""
    kinds = json.dumps(sorted({kind for kind, _ in left}))
    for k, author, verb, kind, text in raw.execute(
        "SELECT k, author, verb, tbl, records FROM _journal_act WHERE tbl IN (SELECT value FROM json_each(?))", (kinds,)
    ).fetchall():
        records = json.loads(text)
        kept = [one for one in records if (kind, one[0]) not in left]
        if len(kept) < len(records):
            raw.execute(
                "UPDATE _journal_act SET records = ? WHERE k = ? AND author = ? AND verb = ? AND tbl = ?",
                (json.dumps(kept), k, author, verb, kind),
            )


def read(raw: Any, limit: int) -> list[Line]:
    """The lines, the latest first."""
    lines = raw.execute(
        "SELECT k, at, kind, counts, problem FROM _journal ORDER BY k DESC LIMIT ?", (limit,)
    ).fetchall()
    acts: dict[int, list[Act]] = {}
    for k, author, verb, kind, count, records in raw.execute(
        "SELECT k, author, verb, tbl, count, records FROM _journal_act WHERE k >= ? ORDER BY k, author, verb",
        (lines[-1][0] if lines else 0,),
    ):
        named = tuple((record_id, tuple(names)) for record_id, names in json.loads(records))
        acts.setdefault(k, []).append(Act(author, verb, kind, count, named))
    return [
        Line(at, kind, json.loads(counts), problem, tuple(acts.get(k, ()))) for k, at, kind, counts, problem in lines
    ]
