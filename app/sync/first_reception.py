"""The very first reception of a notebook, when it is large: applied in slices, so that one goes on typing meanwhile.

No record of it was on any screen before, so nothing is ever half shown; parents come first; what was cut is gone
through again by the next session, from the pages kept (docs/decisions/0012). ``app.sync.pace`` says how long a slice
is.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.changes import Changes
from app.errors import PassphraseNeeded
from app.store import engine as files
from app.store import inbox
from app.store.first_rows import FirstRows
from app.store.notebook import Notebook
from app.sync import pace
from app.sync.state import Progress, Stage

if TYPE_CHECKING:
    from app.sync.engine import Session

SLICED_FROM = 2_000_000
"""Bytes of pages above which slices are worth it."""
TOLD_EVERY = 0.1
"""Seconds between two words about the progress."""


class FirstReception:
    """Takes the pages as they are kept, then puts their rows in the tables."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows = FirstRows()
        self._pages = 0
        self._resumed = False

    def take(self, page: Mapping[str, Any]) -> None:
        """A page that has just been kept."""
        self._rows.take(page)
        self._pages += 1

    def apply(self) -> Changes:
        """Put everything kept in the tables and free the pages, unless they are few; what changed.

        Should a record lack its parent, the pages stay: applied as a whole, they leave it out.
        """
        store = self._session.tools.store
        if store(lambda book: inbox.kept_size(book.raw)) < SLICED_FROM:
            return Changes()
        keys: list[int] = store(lambda book: inbox.page_keys(book.raw))
        if len(keys) != self._pages:  # some were kept by a session that was cut, or dropped since
            self._rows = self._read_again(keys)
        self._resumed = store(self._begin)
        try:
            changes = self._put()
            for k in keys:  # one by one: together they would hold the thread
                store(lambda book, k=k: inbox.drop_page(book.raw, k))  # type: ignore[misc]
                self._breathe()
        except files.DRIVER_ERRORS as problem:
            if not inbox.is_without_parent(problem):
                raise
            return Changes()
        finally:
            with contextlib.suppress(PassphraseNeeded):  # locked meanwhile: the file is opened anew
                store(lambda book: inbox.let_journal_grow(book.raw, grow=False))
        return changes

    @staticmethod
    def _begin(book: Notebook) -> bool:
        """Whether another began before, and was cut (store)."""
        inbox.let_journal_grow(book.raw)
        resumed = inbox.was_cut(book.raw)
        inbox.begin_first(book.raw)
        return resumed

    def _read_again(self, keys: list[int]) -> FirstRows:
        made = FirstRows()
        for k in keys:
            made.take(json.loads(self._session.tools.store(lambda book, k=k: inbox.page_bytes(book.raw, k))))  # type: ignore[misc]
            self._breathe()
        return made

    def _put(self) -> Changes:
        tools = self._session.tools
        parts = self._rows.parts(lambda: pace.piece(tools.store_rest()))
        total, done = len(self._rows), 0
        ids: dict[str, list[str]] = {}
        fold: Callable[[], None] = tools.store(lambda book: book.fold)
        flush: Callable[[], None] = tools.store(lambda book: book.flush)
        told = folded = time.monotonic()
        while done < total:
            applied: inbox.Applied = tools.store(lambda book: self._slice(book, parts))
            for kind, record_id in applied.pairs:
                ids.setdefault(kind, []).append(record_id)
            done += len(applied.pairs)
            if not pace.alone(tools.store_rest()):
                flush()
            now = time.monotonic()
            if now - told >= TOLD_EVERY:
                told = now
                tools.progress(Progress(Stage.APPLYING, done, total))
            if now - folded >= pace.FOLD_EVERY:
                fold()
                folded = time.monotonic()
            self._breathe()
        if self._resumed:
            tools.store(self._leave)
        fold()
        return Changes(frozenset((kind, one) for kind, some in ids.items() for one in some))

    def _slice(self, book: Notebook, parts: Iterator[inbox.Part]) -> inbox.Applied:
        """One transaction (store)."""
        from app.sync.engine import Sealer

        me, rest = self._session.me, self._session.tools.store_rest
        over = time.monotonic() + pace.slice_seconds(rest())
        with inbox.applying(book.raw, durable=False):
            return inbox.apply_slice(
                book.raw,
                Sealer(me.epoch),
                book.clock,
                me.device,
                parts,
                fresh=not self._resumed,
                until=lambda: not rest() or time.monotonic() >= over,
            )

    def _leave(self, book: Notebook) -> None:
        with inbox.applying(book.raw):
            inbox.leave_slices(book.raw, self._session.me.device, self._rows.gone)

    def _breathe(self) -> None:
        self._session.breathe()
