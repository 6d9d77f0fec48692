"""A person given to another organisation: the records that go along, in the same transaction (``rules.transfer``).

Nothing is left pointing outside its scope: a link from what stays to what left is cleared, and the other way round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from app.models.wire import fields_of, is_shared
from app.rules.merge import Clock
from app.rules.transfer import (
    BRINGS_BOTH,
    DROPPED,
    HOURS,
    NAMED,
    RECTIFICATION,
    STATEMENT,
    follows,
    twin_rectification,
    twin_statement,
)
from server.push.links import children_of, parents_of
from server.store.engine import ask_in, many
from server.store.shelf import Ref, Row, Shelf

_GIVE_FILE = """INSERT INTO sync_file (scope, sha256, size, received, complete, at)
SELECT CAST(? AS TEXT), sha256, size, received, complete, at FROM sync_file
WHERE sha256 = ? AND scope = ? AND complete = 1 ON CONFLICT (scope, sha256) DO NOTHING"""


class Move:
    """One transfer. ``run`` answers the records that arrived in the other organisation."""

    def __init__(self, shelf: Shelf, former: str, target: str, clock: Clock) -> None:
        self._shelf = shelf
        self._former = former
        self._target = target
        self._clock = clock
        self._moved: dict[Ref, None] = {}
        self._loose: list[tuple[Ref, str]] = []

    def run(self, root: Ref) -> None:
        """Take along what belongs to ``root``, which stands already in its new organisation."""
        self._moved[root] = None
        frontier = [root]
        while frontier:
            frontier = self._next(frontier)
        for ref in list(self._moved):
            if ref != root:
                self._take(ref)
        for ref, field in self._loose:
            if ref not in self._moved and self._find(ref) is not None:
                self._write(ref, {field: None})

        self._give_files()

    def _give_files(self) -> None:
        """The bytes of the files that went along are the other organisation's from now on."""
        for kind, record_id in self._moved:
            if kind == "attachment":
                row = self._shelf.find(kind, record_id)
                assert row is not None
                many(self._shelf.connection, _GIVE_FILE, [(self._target, row.values["sha256"], self._former)])

    def _next(self, frontier: Iterable[Ref]) -> list[Ref]:
        ids: dict[str, list[str]] = defaultdict(list)
        for kind, record_id in frontier:
            ids[kind].append(record_id)
        found: dict[Ref, None] = {}
        for kind, wanted in ids.items():
            for child, field, required in children_of(kind):
                if is_shared(child):
                    continue
                for ref in self._naming(child, field, wanted):
                    row = self._find(ref)
                    if row is None:
                        continue
                    if child in DROPPED:
                        self._shelf.erase(*ref)
                    elif follows(child, field, required=required, row=row.values):
                        found[ref] = None
                        if child in BRINGS_BOTH:
                            found |= {(table, row.values[name]): None for name, table, _ in parents_of(child)}
                    else:
                        self._loose.append((ref, field))
        everything = [record_id for wanted in ids.values() for record_id in wanted]
        for child, field in NAMED:
            for ref in self._naming(child, field, everything):
                found[ref] = None
        fresh = [ref for ref in found if ref not in self._moved and self._find(ref) is not None]
        self._moved |= dict.fromkeys(fresh)
        return fresh

    def _naming(self, kind: str, field: str, ids: list[str]) -> list[Ref]:
        """The former organisation’s records whose ``field`` is one of ``ids``: written before, or in this batch."""
        if not any(one.name == field for one in fields_of(kind)):
            return []
        rows = ask_in(
            self._shelf.connection,
            f'SELECT id FROM "{kind}" WHERE organisation_id = ? AND "{field}" IN (…)',
            ids,
            self._former,
        )
        refs = [(kind, row.id) for row in rows]
        self._shelf.load(refs)
        wanted = set(ids)
        here = [ref for ref, row in self._shelf.standing(kind) if row.values[field] in wanted]
        return list(dict.fromkeys([*refs, *here]))

    def _find(self, ref: Ref) -> Row | None:
        """A record as it stands, if it is still the former organisation's."""
        self._shelf.load([ref])
        row = self._shelf.find(*ref)
        return row if row is not None and row.values["organisation_id"] == self._former else None

    def _take(self, ref: Ref) -> None:
        row = self._find(ref)
        if row is None:
            return
        kind, _ = ref
        changed: dict[str, Any] = {"organisation_id": self._target}
        for name, table, required in parents_of(kind):
            value = row.values[name]
            if value is None or is_shared(table) or (table, value) in self._moved:
                continue
            if kind == HOURS and table == STATEMENT:
                changed[name] = self._twin(value)
            elif kind == HOURS and table == RECTIFICATION:
                changed[name] = self._twin_of_correction(value)
            elif not required:
                changed[name] = None
        self._write(ref, changed)

    def _twin(self, statement_id: str) -> str:
        return self._open(STATEMENT, twin_statement(self._standing(STATEMENT, statement_id), self._target))

    def _twin_of_correction(self, rectification_id: str) -> str:
        stays = self._standing(RECTIFICATION, rectification_id)
        return self._open(RECTIFICATION, twin_rectification(stays, self._twin(stays["statement_id"]), self._target))

    def _standing(self, kind: str, record_id: str) -> Mapping[str, Any]:
        self._shelf.load([(kind, record_id)])
        row = self._shelf.find(kind, record_id)
        assert row is not None
        return row.values

    def _open(self, kind: str, made: dict[str, Any]) -> str:
        ref = (kind, str(made["id"]))
        self._shelf.load([ref])
        if self._shelf.find(*ref) is None:
            self._shelf.put(*ref, made, {"": self._clock})
        return ref[1]

    def _write(self, ref: Ref, changed: dict[str, Any]) -> None:
        row = self._shelf.find(*ref)
        assert row is not None
        clocks = {**row.clocks, **dict.fromkeys(changed, self._clock)}
        self._shelf.put(*ref, {**row.values, **changed}, clocks)
