"""What should not exist in the server's database: each finding names records by their ids only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.models.wire import canonical, fields_of, is_shared, models_by_kind, names_of, to_wire
from app.sync.protocol import hash_text, row_hash
from server import incidents
from server.service import Service
from server.store import tables
from server.store.engine import ask
from server.store.schema import sums
from server.store.shelf import signed

_SLICE = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should not be. ``sentence`` is French."""

    code: str
    sentence: str
    kind: str = ""
    record_id: str = ""


def check(service: Service) -> list[Finding]:
    """Everything that is wrong, in one snapshot; an empty list when all is well."""
    found = [Finding("difference", one.sentence, one.table, one.scope) for one in incidents.all_incidents(service)]
    with service.database.reading() as connection:
        if not service.database.is_postgresql:
            for row in ask(connection, "PRAGMA integrity_check"):
                if row[0] != "ok":
                    found.append(Finding("damaged_file", "Le fichier de la base est endommagé."))
        counted = sums(connection)
        for kind in models_by_kind():
            expected = sum(count for (_, one), (count, _) in counted.items() if one == kind)
            found += _rows(connection, kind, expected)
            found += _parents(connection, kind)
        found += _sums(connection, counted)
        blobs = connection.execute(select(tables.blob.c.sha256).where(tables.blob.c.complete == 1)).scalars()
        for sha256 in sorted(set(blobs)):
            if not (service.files / sha256[:2] / sha256).exists():
                found.append(Finding("missing_file", "Un fichier reçu est introuvable.", "file", sha256))
    return found


def _rows(connection: Connection, kind: str, expected: int) -> Iterator[Finding]:
    """Each typed row against its entry, each entry against its hash; ``expected``: living entries of the table."""
    columns = ", ".join(f't."{name}"' for name in names_of(kind))
    flags = [index for index, field in enumerate(fields_of(kind)) if field.type == "truth"]
    data = [index for index, field in enumerate(fields_of(kind)) if field.type == "data"]
    moments = [index for index, field in enumerate(fields_of(kind)) if field.type == "moment"]
    last = ""
    read = 0
    while True:
        part = ask(
            connection,
            f'SELECT t.id, e.seq, e.hash, e.body, {columns} FROM "{kind}" t '
            "LEFT JOIN sync_entry e ON e.id = t.id AND e.tbl = ? AND e.live = 1 "
            f"WHERE t.id > ? ORDER BY t.id LIMIT {_SLICE}",
            (kind, last),
        )
        for record_id, seq, number, body, *stored in part:
            if body is None:
                yield Finding("stray_row", "Une fiche de la table lisible n’est pas échangée.", kind, record_id)
                continue
            read += 1
            values = json.loads(body)
            if signed(row_hash(kind, seq, body)) != number or canonical(values) != body:
                yield Finding("wrong_hash", "L’empreinte d’une fiche ne correspond pas à son contenu.", kind, record_id)
            typed = [to_wire(value) for value in stored]
            for index in flags:
                typed[index] = None if typed[index] is None else bool(typed[index])
            for index in data:
                typed[index] = json.loads(typed[index]) if isinstance(typed[index], str) else typed[index]
            for index in moments:
                if typed[index] is not None and "T" not in typed[index]:
                    typed[index] = f"{typed[index][:10]}T{typed[index][11:]}Z"
            if typed != values:
                yield Finding("stale_row", "La table lisible d’une fiche diffère de son contenu.", kind, record_id)
        if len(part) < _SLICE:
            break
        last = part[-1][0]
    if read != expected:
        yield Finding("missing_row", "Des fiches manquent dans la table lisible.", kind)


def _parents(connection: Connection, kind: str) -> Iterator[Finding]:
    """Each link against the record it names, which must be there and in sight of the same notebooks."""
    for field in fields_of(kind):
        if not field.parent:
            continue
        same = "" if is_shared(field.parent) else " AND p.organisation_id = t.organisation_id"
        rows = ask(
            connection,
            f'SELECT t.id FROM "{kind}" t WHERE t."{field.name}" IS NOT NULL AND NOT EXISTS '
            f'(SELECT 1 FROM "{field.parent}" p WHERE p.id = t."{field.name}"{same})',
        )
        for row in rows:
            yield Finding("missing_parent", "Une fiche en désigne une autre qui n’est pas là.", kind, row.id)


def _sums(connection: Connection, sums_now: dict[tuple[str, str], tuple[int, int]]) -> Iterator[Finding]:
    counted = {key: (count, hash_text(total)) for key, (count, total) in sums_now.items()}
    kept = {
        (row.scope, row.tbl): (row.rows, row.total)
        for row in ask(connection, "SELECT scope, tbl, rows, total FROM sync_tally WHERE rows <> 0")
    }
    for scope, kind in sorted(k for k in counted.keys() | kept.keys() if counted.get(k) != kept.get(k)):
        yield Finding("wrong_sum", "Un total de contrôle est faux.", kind, scope)
