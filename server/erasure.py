"""The right to erasure: it beats every edit, spreads as a purge, and is repeated after a restoration (SYNC.md §7.17).

Two ways. A notebook **anonymises** a person by ordinary edits that empty what names them, and a decision that orders
the others to erase their traces: the server then forgets the values kept in conflicts and held operations, and from
then on takes no text about that person from another device whose edit had not seen the erasure. The administrator
**erases** a record and all that belongs to it: nothing is left but its id.

Files follow: a content that no record of an organisation names any more (the picture under a mask, a document about an
erased person) leaves its disk with the batch that brings it. All of this is written in a **ledger** outside the
database, ids and hashes only, and done again when a backup brings back what was erased since.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.errors import NotFound
from app.models.wire import fields_of, models_by_kind, moment_text
from app.rules.erasure import asks_a_figure, tells
from app.rules.merge import Clock
from app.rules.transfer import NAMED, follows
from server import anonymising, files
from server.anonymising import PERSON, WORK
from server.network import SERVER
from server.service import Service
from server.store import tables
from server.store.engine import ask, ask_in, many
from server.store.shelf import Ref, Shelf, next_shelf

LEDGER = "erased.jsonl"
"""What was erased, kept in the server's folder outside the database: a restored backup does not bring anybody back.

One JSON line each. ``{"kind", "id"}``: a record erased whole; with ``"whole": false, "on"``: a person anonymised that
day; ``{"kind": "attachment", "id", "scope", "was", "sha256", "size"}``: a content replaced by another."""
FILE = "attachment"


@dataclass(slots=True)
class Traces:
    """What a transaction leaves to do outside the database, once it is committed (:func:`finish`)."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    """For the ledger."""
    files: list[tuple[str, str]] = field(default_factory=list)
    """(scope, SHA-256) of contents that a record no longer names."""


def trace(
    connection: Connection, shelf: Shelf, people: Iterable[tuple[str, int]], now: dt.datetime, left: Traces
) -> None:
    """Before a push is written: forget what is kept about the ``people`` it anonymises (and by which device), and note
    what is to follow outside the database."""
    for person, device in people:
        anonymised(connection, shelf, person, device, now)
        left.lines.append({"kind": PERSON, "id": person, "whole": False, "on": now.date().isoformat()})
    for (_, record_id), before, row in shelf.changes(FILE):
        if before is None or not before.values["sha256"]:
            continue
        was, is_now = before.values["sha256"], "" if row is None else row.values["sha256"]
        if row is None or row.scope != before.scope or is_now != was:
            left.files.append((before.scope, was))
        if row is not None and is_now != was:
            told = {"scope": row.scope, "was": was, "sha256": is_now, "size": row.values["size"]}
            left.lines.append({"kind": FILE, "id": record_id, **told})


def finish(service: Service, left: Traces) -> None:
    """After the commit: the ledger, then the files. Cut in between, the start of the server ends the ledger."""
    _write_ledger(service.folder, left.lines)
    files.let_go(service, left.files)


def anonymised(connection: Connection, shelf: Shelf, person: str, device: int, now: dt.datetime) -> None:
    """Forget what the server kept of the former values of a person's records, and what the notebook that decided had
    not received. Runs in the transaction of the push.
    """
    about = belonging(shelf, (PERSON, person))
    clock = Clock(shelf.seq, SERVER, moment_text(now))
    for ref in about:
        if ref[0] == "conflict":
            row = shelf.find(*ref)
            assert row is not None
            if asks_a_figure(row.values["kind"], row.values["field"]):
                continue
            emptied = {"before": "null", "shown": "null", "other": "null"}
            if not row.values["decision"]:
                emptied["decision"] = "shown"
            shelf.put(*ref, {**row.values, **emptied}, {**row.clocks, **dict.fromkeys(emptied, clock)})
    anonymising.empty_own(shelf, person, about, clock)
    _forget_held(connection, about, whole=False)
    _note(connection, [(PERSON, person)], shelf.seq, now, whole=False, device=device)


def erase(service: Service, kind: str, record_id: str) -> int:
    """Erase a record and all that belongs to it, for good; how many records. Raises ``NotFound``."""
    left = Traces()
    with service.database.writing() as connection:
        now = service.clock.now()
        shelf = next_shelf(connection, now)
        shelf.load([(kind, record_id)])
        if shelf.find(kind, record_id) is None:
            raise NotFound("Cette fiche est inconnue du serveur.", "Rien n’a été modifié.", "Vérifiez l’identifiant.")
        about = belonging(shelf, (kind, record_id))
        _erase(connection, shelf, about, now)
        trace(connection, shelf, (), now, left)
        shelf.flush()
    left.lines += [{"kind": one, "id": record} for one, record in about]
    finish(service, left)
    return len(about)


def repeat(service: Service) -> int:
    """Do again, after a restoration, what the ledger says and the database has back; how many records and people."""
    ledger = _read_ledger(service.folder)
    if not ledger:
        return 0
    left = Traces()
    with service.database.writing() as connection:
        now = service.clock.now()
        shelf = next_shelf(connection, now)
        refs = [(line["kind"], line["id"]) for line in ledger if _is_whole(line) and line["kind"] in models_by_kind()]
        shelf.load(refs)
        back = [ref for ref in refs if shelf.find(*ref) is not None]
        about = list(dict.fromkeys(one for ref in back for one in belonging(shelf, ref)))
        _erase(connection, shelf, about, now)
        _note(connection, refs, shelf.seq, now, whole=True)
        people = _anonymise_again(connection, shelf, ledger, now)
        contents = _replace_again(service, connection, shelf, ledger, now)
        trace(connection, shelf, (), now, left)
        if shelf.touched:
            shelf.flush()
    files.let_go(service, [*left.files, *contents])
    return len(about) + people


def complete_ledger(service: Service) -> None:
    """At the start of the server: lines that a kill kept from the ledger, which the database knows."""
    known = {(line["kind"], line["id"], _is_whole(line)) for line in _read_ledger(service.folder)}
    with service.database.reading() as connection:
        rows = ask(connection, "SELECT tbl, record_id, whole, at FROM sync_erased")
    missing = [row for row in rows if (row.tbl, row.record_id, bool(row.whole)) not in known]
    _write_ledger(
        service.folder,
        [
            {"kind": row.tbl, "id": row.record_id} | ({} if row.whole else {"whole": False, "on": str(row.at)[:10]})
            for row in missing
        ],
    )


def belonging(shelf: Shelf, root: Ref) -> list[Ref]:
    """A record with all that belongs to it, and the conflicts about any of these."""
    found: dict[Ref, None] = {root: None}
    frontier = [root]
    while frontier:
        ids: dict[str, list[str]] = defaultdict(list)
        for kind, record_id in frontier:
            ids[kind].append(record_id)
        fresh: list[Ref] = []
        for kind, wanted in ids.items():
            links = [
                (child, field.name, field.required)
                for child in models_by_kind()
                for field in fields_of(child)
                if field.parent == kind
            ]
            links += [(child, name, True) for child, name in NAMED]
            for child, name, required in links:
                rows = ask_in(shelf.connection, f'SELECT id FROM "{child}" WHERE "{name}" IN (…)', wanted)
                refs = [(child, row.id) for row in rows]
                shelf.load(refs)
                refs += [ref for ref, row in shelf.standing(child) if row.values[name] in wanted]
                for ref in refs:
                    row = shelf.find(*ref)
                    if ref in found or row is None:
                        continue
                    if follows(child, name, required=required, row=row.values):
                        found[ref] = None
                        fresh.append(ref)
        frontier = fresh
    shelf.load(found)
    return [ref for ref in found if shelf.find(*ref) is not None]


# --- again ----------------------------------------------------------------------------------------


def _anonymise_again(connection: Connection, shelf: Shelf, ledger: Sequence[dict[str, Any]], now: dt.datetime) -> int:
    """People whose name the backup brought back."""
    days = {line["id"]: line["on"] for line in ledger if line["kind"] == PERSON and not _is_whole(line)}
    shelf.load((PERSON, one) for one in days)
    named = [one for one in days if (row := shelf.find(PERSON, one)) is not None and anonymising.is_named(row)]
    for person in named:
        anonymising.anonymise(
            shelf, person, belonging(shelf, (PERSON, person)), dt.date.fromisoformat(days[person]), now
        )
        anonymised(connection, shelf, person, SERVER, now)
    return len(named)


def _replace_again(
    service: Service, connection: Connection, shelf: Shelf, ledger: Sequence[dict[str, Any]], now: dt.datetime
) -> list[tuple[str, str]]:
    """Pictures whose former content the backup brought back (the one under a mask): the latest one again."""
    replaced: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in ledger:
        if line["kind"] == FILE and "was" in line:
            replaced[line["id"]].append(line)
    shelf.load((FILE, one) for one in replaced)
    clock = Clock(shelf.seq, SERVER, moment_text(now))
    gone = []
    for record_id, lines in replaced.items():
        former, latest = {line["was"] for line in lines}, lines[-1]
        gone += [(line["scope"], line["was"]) for line in lines]
        row = shelf.find(FILE, record_id)
        if row is None or row.values["sha256"] not in former - {latest["sha256"]}:
            continue
        changed = {"sha256": latest["sha256"], "size": latest["size"]}
        shelf.put(FILE, record_id, {**row.values, **changed}, {**row.clocks, **dict.fromkeys(changed, clock)})
        path = service.files / latest["sha256"][:2] / latest["sha256"]
        known = select(tables.blob.c.sha256).where(
            tables.blob.c.scope == row.scope, tables.blob.c.sha256 == latest["sha256"]
        )
        if latest["sha256"] and path.exists() and connection.execute(known).first() is None:
            size = path.stat().st_size
            connection.execute(
                tables.blob.insert().values(
                    scope=row.scope, sha256=latest["sha256"], size=size, received=size, complete=1, at=now
                )
            )
    return gone


# --- below ----------------------------------------------------------------------------------------


def _erase(connection: Connection, shelf: Shelf, about: Iterable[Ref], now: dt.datetime) -> None:
    for ref in about:
        shelf.erase(*ref)
    _forget_held(connection, about, whole=True)
    _note(connection, about, shelf.seq, now, whole=True)


def _forget_held(connection: Connection, about: Iterable[Ref], *, whole: bool) -> None:
    """Held operations about these records, that name one of the people or their contracts, or change a record known by
    such an operation only: nothing is left of them, or (not ``whole``) what tells of a person goes and figures stay."""
    refs = {tuple(ref) for ref in about}
    people = [one for kind, one in refs if kind in (PERSON, WORK)]
    rows = ask(connection, "SELECT number, tbl, record_id, body FROM sync_held WHERE body <> ''")
    refs |= {(row.tbl, row.record_id) for row in rows if any(f'"{one}"' in row.body for one in people)}
    emptied = [
        ("" if whole else _untold(row.tbl, row.body), row.number) for row in rows if (row.tbl, row.record_id) in refs
    ]
    many(connection, "UPDATE sync_held SET body = ? WHERE number = ?", emptied)


def forget_held_again(connection: Connection, unknown: Iterable[str]) -> None:
    """Changes just set aside on records (their ids) that stand nowhere but among what is set aside: when they turn out
    to be about somebody erased, they tell nothing of them."""
    made = ask_in(connection, "SELECT tbl, body FROM sync_held WHERE body <> '' AND record_id IN (…)", unknown)
    named: set[str] = set()
    for row in made:
        operation = json.loads(row.body)
        fields = operation.get("fields") if isinstance(operation, dict) else None
        if isinstance(fields, dict) and row.tbl in models_by_kind():
            links = [fields.get(one.name) for one in fields_of(row.tbl) if one.parent == PERSON]
            named |= {one for one in links if isinstance(one, str)}
    erased = ask_in(connection, "SELECT record_id FROM sync_erased WHERE tbl = ? AND record_id IN (…)", named, PERSON)
    if erased:
        _forget_held(connection, [(PERSON, row.record_id) for row in erased], whole=False)


def _untold(kind: str, body: str) -> str:
    """A held operation without what tells of a person; empty when nothing is left."""
    operation = json.loads(body)
    fields = operation.get("fields") if isinstance(operation, dict) else None
    if not isinstance(fields, dict) or kind not in models_by_kind():
        return ""
    kept = {name: value for name, value in fields.items() if not tells(kind, name)}
    return json.dumps({**operation, "fields": kept}, separators=(",", ":")) if kept else ""


def _note(
    connection: Connection, refs: Iterable[Ref], seq: int, now: dt.datetime, *, whole: bool, device: int = SERVER
) -> None:
    many(
        connection,
        "INSERT INTO sync_erased (tbl, record_id, seq, whole, device, at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (tbl, record_id) DO UPDATE SET seq = excluded.seq, whole = excluded.whole, "
        "device = excluded.device",
        [(kind, record_id, seq, int(whole), device, now.isoformat(sep=" ")) for kind, record_id in refs],
    )


def _is_whole(line: dict[str, Any]) -> bool:
    return "was" not in line and bool(line.get("whole", True))


def _read_ledger(folder: Path) -> list[dict[str, Any]]:
    path = folder / LEDGER
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _write_ledger(folder: Path, lines: Iterable[dict[str, Any]]) -> None:
    told = "".join(json.dumps(line) + "\n" for line in lines)
    if told:
        with open(folder / LEDGER, "a", encoding="utf-8") as file:
            file.write(told)
