"""Counts and sums of what both sides hold (SYNC.md §7.12): those kept at each reception, and the whole ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.models.wire import models_by_kind
from app.store import inbox, rows
from app.sync import protocol as wire
from app.sync.protocol import Reaction

if TYPE_CHECKING:
    from app.sync.engine import Session

Sums = dict[str, dict[str, tuple[int, str]]]
"""Scope → table → (count, sum)."""


def kept(raw: Any) -> Sums:
    """The sums kept as rows came and went: what the server said each row is."""
    found: Sums = {}
    for scope, kind, count, total in raw.execute("SELECT scope, tbl, count, sum FROM _digest WHERE count > 0"):
        found.setdefault(scope, {})[kind] = (count, total)
    return found


def whole(raw: Any, scopes: tuple[str, ...]) -> Sums:
    """The sums of what the tables really hold, every field of every row read again."""
    found: Sums = {}
    for scope in scopes:
        for kind in models_by_kind():
            count, total = 0, 0
            for _record_id, seq, body in rows.bodies(raw, kind, scope):
                count += 1
                total += wire.row_hash(kind, seq, body)
            if count:
                found.setdefault(scope, {})[kind] = (count, wire.hash_text(total))
    return found


def ask(session: Session, sums: Sums) -> wire.DigestAnswer | None:
    """The server's comparison; ``None`` when it has begun a new history meanwhile (the next session sees to it)."""
    from app.sync.api import CallFailed

    body = wire.DigestAsk.model_validate(
        {
            "schema": wire.SCHEMA,
            "epoch": session.me.epoch,
            "cursors": session.tools.store(lambda book: inbox.cursors(book.raw)),
            "sums": sums,
        },
        strict=False,
    )
    try:
        return session.call(lambda: session.tools.api.digest(body))
    except CallFailed as problem:
        if problem.reaction in (Reaction.REBASE, Reaction.UPGRADE):
            return None
        raise
