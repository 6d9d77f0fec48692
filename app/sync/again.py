"""Tables received again from the start: after an update of the program, and where a comparison found a difference.

What is received so replaces what stands, as any page does; the places where the ordinary reception goes on do not move.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.changes import Changes
from app.models.schemas import differing, frozen
from app.models.wire import models_by_kind
from app.store import inbox, journal
from app.store.notebook import Notebook
from app.sync import protocol as wire
from app.sync.api import CallFailed
from app.sync.protocol import Reaction
from app.sync.state import JournalKind, Progress, Stage

if TYPE_CHECKING:
    from app.sync.engine import Session

log = logging.getLogger(__name__)


def keep_new_fields(session: Session) -> None:
    """After an update of the program: keep the pages of the tables that gained fields, to be applied with the others.

    What others wrote in these fields meanwhile came without them (SYNC.md §7.7). Pages kept by the former program are
    laid out otherwise: they are dropped, and asked for again. Cut anywhere before the application, all of this begins
    again, since the notebook says its former schema until then.
    """

    def forget(book: Notebook) -> bool:
        with inbox.applying(book.raw):
            inbox.drop_pages(book.raw)
        return inbox.is_first(book.raw)

    first = session.tools.store(forget)
    tables = differing(frozen().get(session.me.schema, {}), frozen()[wire.SCHEMA])
    if first or not tables:
        return
    log.info("the program was updated: %s tables are received again", len(tables))
    received = 0
    for data, page in _pages(session, tuple(tables)):
        received += sum(len(rows) for one in page["scopes"].values() for rows in one["rows"].values())
        session.tools.progress(Progress(Stage.RECEIVING, received, received + page.get("remaining", 0)))

        def keep(book: Notebook, data: bytes = data, page: Mapping[str, Any] = page) -> None:
            with inbox.applying(book.raw, durable=False):
                inbox.keep_page(book.raw, data, page["last_n"], {})

        session.tools.store(keep)
        session.tools.hook("page kept")
        session.stop_if_cancelled()


def mend(session: Session, answer: wire.DigestAnswer) -> Changes:
    """Receive again the tables that differ from the server's, parents before their children; what changed."""
    log.warning("this notebook and the server differ: the records concerned are received again")
    changes = Changes()
    for kind in models_by_kind():
        for scope, tables in answer.scopes.items():
            if kind in tables and not tables[kind].equal:
                changes |= _replace(session, scope, kind)

    def note(book: Notebook) -> None:
        journal.write(book.raw, book.clock.now().isoformat(), JournalKind.MENDED.value)

    session.tools.store(note)
    return changes


def _replace(session: Session, scope: str, kind: str) -> Changes:
    from app.sync.engine import Sealer

    pages = [page for _, page in _pages(session, (kind,))]
    me = session.me

    def replace(book: Notebook) -> inbox.Applied:
        with inbox.applying(book.raw):
            return inbox.replace_table(
                book.raw, Sealer(me.epoch), book.clock, me.device, scope, kind, pages, scopes=me.scopes
            )

    applied: inbox.Applied = session.tools.store(replace)
    return Changes(frozenset(applied.pairs))


def _pages(session: Session, tables: tuple[str, ...]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Some tables from the start, page by page: the bytes, and what they say."""
    cursors: dict[str, Any] = {}
    limit = session.limits.page_rows
    more = True
    while more:
        ask = wire.PullAsk.model_validate(
            {
                "schema": wire.SCHEMA,
                "epoch": session.me.epoch,
                "cursors": cursors,
                "limit": limit,
                "tables": tables,
            },
            strict=False,
        )
        try:
            data, page = session.call(lambda ask=ask: session.tools.api.pull(ask))  # type: ignore[misc]
        except CallFailed as problem:
            if problem.reaction is not Reaction.HALVE or limit == 1:
                raise
            limit //= 2
            continue
        yield data, page
        cursors = {one: content["cursor"] for one, content in page["scopes"].items()}
        more = page["more"]
