"""Photographs and documents: bytes in pieces, named by their SHA-256, given to who may see a record that names them.

Knowing a hash gives nothing: a file is reached through an attachment of one's own organisation, and an organisation has
a file only once one of its devices has sent every byte of it (SYNC.md §7.11). Colleagues may fetch it once it is whole
and its hash proved. The same bytes sent by two organisations lie on the disk once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from app.rules.access import can_see_visit, can_write
from app.sync.protocol import Code
from server.devices import Session
from server.refusals import Refusal
from server.service import Service
from server.store import tables
from server.store.engine import ask

_PIECE = 256 * 1024
_blob = tables.blob


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a file stands: bytes held, bytes in all, whether it is whole and proved."""

    offset: int
    size: int
    complete: bool


def stand(service: Service, session: Session, sha256: str) -> Stand:
    """Where a file stands; raises ``Refusal`` (not found) when no record of the device's names it."""
    with service.database.reading() as connection:
        return _stand(connection, session, sha256)


def append(service: Service, session: Session, sha256: str, offset: int, piece: bytes) -> Stand:
    """Add bytes at ``offset``, which must be where the file stands. Raises ``Refusal``."""
    if not can_write(session.actor):
        raise Refusal(Code.NOT_FOUND)
    if len(piece) > service.limits.chunk_bytes:
        raise Refusal(Code.TOO_LARGE)
    path = _path(service, sha256)
    partial = _partial(path, session)
    with service.database.changing() as connection:
        if service.database.is_postgresql:  # two pieces of one file wait for each other, on whatever worker
            ask(connection, "SELECT pg_advisory_xact_lock(?)", (int(sha256[:15], 16),))
        at = _stand(connection, session, sha256)
        if at.size > service.limits.file_bytes:
            raise Refusal(Code.TOO_LARGE)
        if at.complete or offset != at.offset:
            raise Refusal(Code.OFFSET, offset=at.offset)
        if offset + len(piece) > at.size:
            raise Refusal(Code.TOO_LARGE)
        try:
            partial.parent.mkdir(parents=True, exist_ok=True)
            with open(partial, "r+b" if partial.exists() else "w+b") as file:
                file.truncate(offset)
                file.seek(offset)
                file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise Refusal(Code.FULL, retry_after=60) from problem
        received = offset + len(piece)
        whole = received == at.size
        right = not whole or _hash(partial) == sha256
        if whole and right:
            partial.replace(path)
        held = received if right else 0
        _note(connection, service, session.actor.organisation_id, sha256, at.size, held, complete=whole and right)
    if not right:
        partial.unlink(missing_ok=True)
        raise Refusal(Code.WRONG_HASH)
    return Stand(received, at.size, whole)


def read(service: Service, session: Session, sha256: str, start: int) -> tuple[Stand, Iterator[bytes]]:
    """The bytes of a whole file from ``start``. Raises ``Refusal``: not found, offset."""
    at = stand(service, session, sha256)
    path = _path(service, sha256)
    if not at.complete or not path.exists():
        raise Refusal(Code.NOT_FOUND)
    if start > at.size:
        raise Refusal(Code.OFFSET, offset=at.size)

    def pieces() -> Iterator[bytes]:
        with open(path, "rb") as file:
            file.seek(start)
            while piece := file.read(_PIECE):
                yield piece

    return at, pieces()


def _path(service: Service, sha256: str) -> Path:
    return service.files / sha256[:2] / sha256


def _partial(path: Path, session: Session) -> Path:
    """Each organisation sends its own bytes."""
    return path.with_name(f"{path.name}.{hashlib.sha256(session.actor.organisation_id.encode()).hexdigest()[:12]}.part")


def _stand(connection: Connection, session: Session, sha256: str) -> Stand:
    rows = ask(connection, "SELECT organisation_id, size FROM attachment WHERE sha256 = ?", (sha256,))
    sizes = [row.size for row in rows if can_see_visit(session.actor, row.organisation_id)]
    if not sizes:
        raise Refusal(Code.NOT_FOUND)
    own = (_blob.c.scope == session.actor.organisation_id, _blob.c.sha256 == sha256)
    held = connection.execute(select(_blob).where(*own)).first()
    if held is None:
        return Stand(0, max(sizes), False)
    if held.complete:
        return Stand(held.size, held.size, True)
    # A record whose size was wrong and has been corrected since begins its file again.
    return Stand(held.received if held.size == max(sizes) else 0, max(sizes), False)


def _note(
    connection: Connection, service: Service, scope: str, sha256: str, size: int, received: int, *, complete: bool
) -> None:
    values = {"size": size, "received": received, "complete": int(complete), "at": service.clock.now()}
    own = (_blob.c.scope == scope, _blob.c.sha256 == sha256)
    if connection.execute(_blob.update().where(*own).values(**values)).rowcount == 0:
        connection.execute(_blob.insert().values(scope=scope, sha256=sha256, **values))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
