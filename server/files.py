"""Photographs and documents: bytes in pieces, named by their SHA-256, given to who may see a record that names them.

Knowing a hash gives nothing: a file is read through an attachment of one's own organisation, and an organisation has
a file only once one of its devices has sent every byte of it (SYNC.md §7.11). Colleagues may fetch it once it is whole
and its hash proved. The same bytes sent by two organisations lie on the disk once.

Whoever put a content in a record may bring its bytes wherever that record stands since (the person was given to another
organisation, the account works elsewhere or only reads from now on): the record was accepted with its hash. They
learn nothing by it: they send every byte as if nobody had any, and read none.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.rules.access import can_see_visit, can_write_visit
from app.sync.protocol import Code
from server.devices import Session
from server.refusals import Refusal
from server.service import Service
from server.store import tables
from server.store.engine import ask, ask_in

_PIECE = 256 * 1024
_blob = tables.blob


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a file stands: bytes held, bytes in all, whether it is whole and proved."""

    offset: int
    size: int
    complete: bool


def stand(service: Service, session: Session, sha256: str) -> Stand:
    """Where a file stands for a device that may send it; raises ``Refusal`` (not found) when it may not."""
    with service.database.reading() as connection:
        named = _sent_by(connection, session, sha256)
        at = _stand(connection, session, sha256, named)
    if at.complete and _elsewhere(session, named):
        with service.database.changing() as connection:  # brought by a colleague, for another record
            _lock(connection, service, sha256)
            _give(connection, service, session, sha256, at.size)
    return at


def append(service: Service, session: Session, sha256: str, offset: int, piece: bytes) -> Stand:
    """Add bytes at ``offset``, which must be where the file stands. Raises ``Refusal``."""
    if len(piece) > service.limits.chunk_bytes:
        raise Refusal(Code.TOO_LARGE)
    path = _path(service, sha256)
    partial = _partial(path, session.actor.organisation_id)
    with service.database.changing() as connection:
        _lock(connection, service, sha256)
        at = _stand(connection, session, sha256, _sent_by(connection, session, sha256))
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
        if whole and right:
            _give(connection, service, session, sha256, at.size)
    if not right:
        partial.unlink(missing_ok=True)
        raise Refusal(Code.WRONG_HASH)
    return Stand(received, at.size, whole)


def read(service: Service, session: Session, sha256: str, start: int) -> tuple[Stand, Iterator[bytes]]:
    """The bytes of a whole file from ``start``. Raises ``Refusal``: not found, offset."""
    with service.database.reading() as connection:
        named = [row for row in _named(connection, sha256) if can_see_visit(session.actor, row.organisation_id)]
        at = _stand(connection, session, sha256, named)
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


def let_go(service: Service, gone: Iterable[tuple[str, str]]) -> None:
    """Contents (scope, SHA-256) that a record of the scope no longer names: from the scope when none of its records
    does, and from the disk when no other scope has them. One that no record at all names is brought by nobody any more:
    what was received of it in part leaves too."""
    for scope, sha256 in dict.fromkeys(gone):
        with service.database.changing() as connection:
            _lock(connection, service, sha256)
            naming = {row.organisation_id for row in _named(connection, sha256)}
            if scope in naming:
                continue
            of_content = _blob.c.sha256 == sha256
            connection.execute(_blob.delete().where(of_content, *([_blob.c.scope == scope] if naming else [])))
            if connection.execute(select(_blob.c.scope).where(of_content)).first() is not None:
                continue
            for path in (service.files / sha256[:2]).glob(f"{sha256}*"):
                path.unlink(missing_ok=True)


def _lock(connection: Connection, service: Service, sha256: str) -> None:
    """Two changes of one file wait for each other, on whatever worker."""
    if service.database.is_postgresql:
        ask(connection, "SELECT pg_advisory_xact_lock(?)", (int(sha256[:15], 16),))


def _path(service: Service, sha256: str) -> Path:
    return service.files / sha256[:2] / sha256


def _partial(path: Path, scope: str) -> Path:
    """Each organisation sends its own bytes."""
    return path.with_name(f"{path.name}.{hashlib.sha256(scope.encode()).hexdigest()[:12]}.part")


def _named(connection: Connection, sha256: str) -> Sequence[Any]:
    """The records that name a file."""
    return ask(connection, "SELECT id, organisation_id, size FROM attachment WHERE sha256 = ?", (sha256,))


def _sent_by(connection: Connection, session: Session, sha256: str) -> list[Any]:
    """The records that name a file and whose bytes this device may send: those that it may write, and those in which
    a device of its account put this content."""
    named = _named(connection, sha256)
    others = {row.id for row in named if not can_write_visit(session.actor, row.organisation_id)}
    if others:
        clocks = ask_in(
            connection,
            "SELECT id, clocks FROM sync_entry WHERE tbl = ? AND live = 1 AND id IN (…)",
            sorted(others),
            "attachment",
        )
        own = {
            row.number
            for row in ask(connection, "SELECT number FROM sync_device WHERE account = ?", (session.account,))
        }
        others -= {row.id for row in clocks if _author(json.loads(row.clocks)) in own}
    return [row for row in named if row.id not in others]


def _author(clocks: dict[str, Any]) -> int:
    """The device that wrote the content of an attachment, by its field clocks."""
    return int((clocks.get("sha256") or clocks[""])[1])


def _elsewhere(session: Session, named: Iterable[Any]) -> set[str]:
    return {row.organisation_id for row in named} - {session.actor.organisation_id}


def _stand(connection: Connection, session: Session, sha256: str, named: Sequence[Any]) -> Stand:
    if not named:
        raise Refusal(Code.NOT_FOUND)
    size = max(row.size for row in named)
    own = (_blob.c.scope == session.actor.organisation_id, _blob.c.sha256 == sha256)
    held = connection.execute(select(_blob).where(*own)).first()
    if held is None:
        return Stand(0, size, False)
    if held.complete:
        return Stand(held.size, held.size, True)
    # A record whose size was wrong and has been corrected since begins its file again.
    return Stand(held.received if held.size == size else 0, size, False)


def _give(connection: Connection, service: Service, session: Session, sha256: str, size: int) -> None:
    """A file that a device's organisation has whole is also that of the records elsewhere that the device may send it
    for; its organisation keeps it for records of its own only."""
    own = session.actor.organisation_id
    path = _path(service, sha256)
    for scope in sorted(_elsewhere(session, _sent_by(connection, session, sha256))):
        _note(connection, service, scope, sha256, size, size, complete=True)
        _partial(path, scope).unlink(missing_ok=True)
    if all(row.organisation_id != own for row in _named(connection, sha256)):
        connection.execute(_blob.delete().where(_blob.c.scope == own, _blob.c.sha256 == sha256))


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
