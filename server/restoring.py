"""After a restored backup: a new epoch, so that every device takes everything again and sends what was lost (§7.13).

The command ``restore`` begins one. Should somebody put an old copy back by hand, a counter of starts kept outside the
database tells: the database then counts fewer starts than the folder does.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import Connection, select

from server import erasure
from server.devices import KEY_PROVES
from server.journal import tell
from server.service import Service
from server.store import tables
from server.store.engine import ask

STARTS = "starts"
"""Name of the file of the counter, in the server's folder."""


def note_start(service: Service, folder: Path) -> bool:
    """Count a start of the server; whether the database proved older than the folder (a new epoch was then begun)."""
    path = folder / STARTS
    try:
        outside = int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        outside = 0
    with service.database.writing() as connection:
        inside = int(ask(connection, "SELECT boots FROM sync_space WHERE id = 1")[0][0])
        older = inside < outside
        if older:
            begin_epoch(connection, service)
        following = max(inside, outside) + 1
        connection.execute(tables.space.update().values(boots=following))
    partial = path.with_name(path.name + ".part")
    partial.write_text(str(following), encoding="ascii")
    partial.replace(path)
    if older:
        erasure.repeat(service)
        tell("restored_without_command")
    erasure.complete_ledger(service)
    return older


def begin_epoch(connection: Connection, service: Service) -> str:
    """Start a new epoch where the database stands; every device is known again by its own key, once."""
    space = connection.execute(select(tables.space)).one()
    ordinal = 1 + max(row.ordinal for row in connection.execute(select(tables.epoch.c.ordinal)))
    epoch = f"{ordinal}-{secrets.token_hex(8)}"
    connection.execute(tables.epoch.insert().values(ordinal=ordinal, id=epoch, start=space.seq, at=service.clock.now()))
    connection.execute(tables.space.update().values(epoch=epoch))
    connection.execute(tables.device.update().values(restored=KEY_PROVES))
    connection.execute(tables.access.delete())
    return epoch
