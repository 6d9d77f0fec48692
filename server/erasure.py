"""The right to erasure: it beats every edit, spreads as a purge, and is repeated after a restoration (SYNC.md §7.17).

Two ways. A notebook **anonymises** a person by ordinary edits that empty what names them, and a decision that orders
the others to erase their traces: the server then forgets the values kept in conflicts and held operations, and from
then on takes no text about that person from another device whose edit had not seen the erasure. The administrator
**erases** a record and all that belongs to it: nothing is left but its id, in the ledger.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, select

from app.errors import NotFound
from app.models.wire import fields_of, models_by_kind, moment_text
from app.rules.merge import Clock
from app.rules.transfer import NAMED, follows
from server.network import SERVER
from server.service import Service
from server.store import tables
from server.store.engine import ask_in, many
from server.store.shelf import Ref, Shelf

LEDGER = "erased.jsonl"
"""Ids erased, kept in the server's folder outside the database: a restored backup does not bring anybody back."""
PERSON = "beneficiary"


def anonymised(connection: Connection, shelf: Shelf, person: str, device: int, now: dt.datetime) -> None:
    """Forget what the server kept of the former values of a person's records. Runs in the transaction of the push."""
    about = belonging(shelf, (PERSON, person))
    clock = Clock(shelf.seq, SERVER, moment_text(now))
    for ref in about:
        if ref[0] == "conflict":
            row = shelf.find(*ref)
            assert row is not None
            emptied = {"before": "null", "shown": "null", "other": "null"}
            if not row.values["decision"]:
                emptied["decision"] = "shown"
            shelf.put(*ref, {**row.values, **emptied}, {**row.clocks, **dict.fromkeys(emptied, clock)})
    _forget_held(connection, about)
    _note(connection, [(PERSON, person)], shelf.seq, now, whole=False, device=device)


def erase(service: Service, folder: Path, kind: str, record_id: str) -> int:
    """Erase a record and all that belongs to it, for good; how many records. Raises ``NotFound``."""
    with service.database.writing() as connection:
        seq = int(connection.execute(select(tables.space.c.seq)).scalar_one()) + 1
        now = service.clock.now()
        shelf = Shelf(connection, seq, now)
        shelf.load([(kind, record_id)])
        if shelf.find(kind, record_id) is None:
            raise NotFound("Cette fiche est inconnue du serveur.", "Rien n’a été modifié.", "Vérifiez l’identifiant.")
        about = belonging(shelf, (kind, record_id))
        gone = _erase(connection, shelf, about, now)
        shelf.flush()
    _write_ledger(folder, about)
    _remove_files(service, gone)
    return len(about)


def repeat(service: Service, folder: Path) -> int:
    """Erase again, after a restoration, what the ledger says and the database has back; how many records."""
    path = folder / LEDGER
    if not path.exists():
        return 0
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    with service.database.writing() as connection:
        seq = int(connection.execute(select(tables.space.c.seq)).scalar_one()) + 1
        now = service.clock.now()
        shelf = Shelf(connection, seq, now)
        refs = [(line["kind"], line["id"]) for line in lines if line["kind"] in models_by_kind()]
        shelf.load(refs)
        back = [ref for ref in refs if shelf.find(*ref) is not None]
        about = list(dict.fromkeys(one for ref in back for one in belonging(shelf, ref)))
        gone = _erase(connection, shelf, about, now)
        _note(connection, refs, seq, now, whole=True)
        if about:
            shelf.flush()
    _remove_files(service, gone)
    return len(about)


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


def _erase(connection: Connection, shelf: Shelf, about: Iterable[Ref], now: dt.datetime) -> list[tuple[str, str]]:
    """Remove the records; the files (scope, SHA-256) that they named."""
    files = []
    for kind, record_id in about:
        row = shelf.find(kind, record_id)
        if row is not None and kind == "attachment" and row.values["sha256"]:
            files.append((row.scope, row.values["sha256"]))
        shelf.erase(kind, record_id)
    _forget_held(connection, about)
    _note(connection, about, shelf.seq, now, whole=True)
    return files


def _forget_held(connection: Connection, about: Iterable[Ref]) -> None:
    many(connection, "UPDATE sync_held SET body = '' WHERE tbl = ? AND record_id = ?", [tuple(ref) for ref in about])


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


def _write_ledger(folder: Path, about: Iterable[Ref]) -> None:
    with open(folder / LEDGER, "a", encoding="utf-8") as file:
        for kind, record_id in about:
            file.write(json.dumps({"kind": kind, "id": record_id}) + "\n")


def _remove_files(service: Service, gone: Iterable[tuple[str, str]]) -> None:
    for scope, sha256 in gone:
        with service.database.changing() as connection:
            own = tables.blob.c.sha256 == sha256
            connection.execute(tables.blob.delete().where(own, tables.blob.c.scope == scope))
            if connection.execute(select(tables.blob.c.scope).where(own)).first() is not None:
                continue
        (service.files / sha256[:2] / sha256).unlink(missing_ok=True)
