"""Photographs and documents: after the records, one content at a time, resumed where they stopped, counted.

A content is fetched or sent whole before anything says that it is; one that fails never stops the others. First those
whose record is no more in sight (``file_exchange.owed``): here they are seen by nobody, and wait for nothing else.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any, Protocol

from app.errors import InclusivError
from app.store import file_exchange, inbox
from app.store.notebook import Notebook
from app.sync.api import CallFailed
from app.sync.engine import Session
from app.sync.protocol import Code, Reaction
from app.sync.state import Problem, Progress, Stage

log = logging.getLogger(__name__)


class Files(Protocol):
    """The sealed files of the notebook (``app.store.attachments.AttachmentFiles``)."""

    def put(self, data: bytes) -> str:
        """Keep a content."""

    def get(self, sha256: str) -> bytes:
        """A content."""

    def has(self, sha256: str) -> bool:
        """Whether a content is on the disk."""

    def remove(self, sha256: str) -> None:
        """Forget a content."""


def exchange(session: Session, files: Files) -> int:
    """Send and fetch what is missing at either place; how many contents became complete.

    Raises ``CallFailed`` only when the server cannot be reached any more; what was done stays done.
    """
    tools = session.tools
    owed, waiting = tools.store(_missing)
    to_send = [one for one in waiting if files.has(one)]
    to_fetch = [one for one in waiting if not files.has(one)]
    work = [*((_bring, one) for one in owed), *((_send, one) for one in to_send), *((_fetch, one) for one in to_fetch)]
    total, done = len(work), 0
    for place, (move, sha256) in enumerate(work):
        tools.progress(Progress(Stage.PHOTOS, place, total))
        tools.hook("file to exchange")
        session.stop_if_cancelled()
        try:
            complete = move(session, files, sha256)
        except CallFailed as problem:
            if problem.code is None or problem.problem in (Problem.SIGN_IN, Problem.REVOKED, Problem.DISK_FULL_THERE):
                raise
            log.info("content %s not exchanged: %s", sha256[:8], problem)
            continue
        except InclusivError as problem:
            if problem.code == "disk_full":
                raise
            log.warning("content %s not exchanged: %s", sha256[:8], problem.code)
            continue
        done += complete
    if total:
        tools.progress(Progress(Stage.PHOTOS, total, total))
    return done


def leave(session: Session, files: Files) -> None:
    """Send, before an erasure that wants the work, every content that the server lacks of the records it has.

    Raises ``CallFailed`` while one cannot be for a passing reason, or because none is wanted any more.
    """
    owed, waiting = session.tools.store(_missing)
    for move, sha256 in [*((_bring, one) for one in owed), *((_send, one) for one in waiting if files.has(one))]:
        session.tools.hook("file to exchange")
        try:
            move(session, files, sha256)
        except CallFailed as problem:
            if problem.code in (None, Code.REVOKED) or problem.reaction is Reaction.WAIT:
                raise
            log.info("content %s not left: %s", sha256[:8], problem)
        except InclusivError as problem:
            log.warning("content %s not left: %s", sha256[:8], problem.code)


def _missing(book: Notebook) -> tuple[list[str], list[str]]:
    """Contents to bring though their record left, and those that are not at both places."""
    announced = file_exchange.announced(book.raw)
    return sorted(file_exchange.owed(book.raw) - announced), sorted(announced - file_exchange.confirmed(book.raw))


def _bring(session: Session, files: Files, sha256: str) -> bool:
    """Send a content whose record left before it was sent; one that no record names any more (erased since) leaves."""
    if not files.has(sha256):  # it was never here
        session.tools.store(lambda book: _keep(book, sha256, file_exchange.settle))
        return False
    try:
        return _send(session, files, sha256)
    except CallFailed as problem:
        if problem.code is not Code.NOT_FOUND:
            raise
    session.tools.store(lambda book: _keep(book, sha256, file_exchange.settle))
    return False


def _send(session: Session, files: Files, sha256: str) -> bool:
    api, data = session.tools.api, files.get(sha256)
    try:
        offset, _ = session.call(lambda: api.file_offset(sha256))
    except CallFailed as problem:
        if problem.code is not Code.NOT_FOUND:
            raise
        # An answer to HEAD may be anybody's: the server's own words come with this refusal.
        offset = session.call(lambda: api.file_append(sha256, 0, b""))
    while offset < len(data):
        piece = data[offset : offset + session.limits.chunk_bytes]
        try:
            moved = session.call(lambda offset=offset, piece=piece: api.file_append(sha256, offset, piece))  # type: ignore[misc]
        except CallFailed as problem:
            if problem.reaction is not Reaction.SEEK:
                raise
            moved = session.call(lambda: api.file_offset(sha256))[0]
            if moved == offset:
                return False
        offset = moved
        session.stop_if_cancelled()
    session.tools.store(lambda book: _keep(book, sha256, file_exchange.confirm))
    return True


def _fetch(session: Session, files: Files, sha256: str) -> bool:
    part = bytearray(session.tools.store(lambda book: file_exchange.part_of(book.raw, sha256)))
    start = len(part)

    def receive() -> None:
        for piece in session.tools.api.file_pieces(sha256, len(part)):
            part.extend(piece)
            session.stop_if_cancelled()

    try:
        session.call(receive)
    except CallFailed as problem:
        if problem.code is Code.NOT_FOUND:
            return False  # its author has not sent it yet
        raise
    finally:
        if len(part) > start and hashlib.sha256(part).hexdigest() != sha256:
            session.tools.store(lambda book: file_exchange.keep_part(book.raw, sha256, bytes(part)))
    if hashlib.sha256(part).hexdigest() != sha256:
        session.tools.store(lambda book: file_exchange.keep_part(book.raw, sha256, b""))
        return False
    files.put(bytes(part))
    session.tools.store(lambda book: _keep(book, sha256, file_exchange.confirm))
    return True


def _keep(book: Notebook, sha256: str, note: Callable[[Any, str], None]) -> None:
    with inbox.applying(book.raw):
        note(book.raw, sha256)
