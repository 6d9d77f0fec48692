"""The journal of the exchange: written at the end of a session, read with names as they are now (PRODUCT.md E10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.models.clashes import asked_fields
from app.store import journal, reviews
from app.store.notebook import Notebook
from app.store.titles import door_of, title_of
from app.sync.state import JournalAct, JournalKind, JournalLine, NamedRecord, Problem, Verb

NAMED = 3
"""Records named in one act; a fourth is named rather than counted as « 1 autre »."""


_QUESTION = "conflict"
"""Table of the decisions to take: told apart from the other records."""


def write_session(notebook: Notebook, sent: Mapping[str, int], acts: journal.Acts, merged: int) -> None:
    """What a session did. ``sent`` by table; ``merged``: records that others had changed too, in other fields."""
    raw, now = notebook.raw, notebook.clock.now().isoformat()
    came = {kind: count for kind, count in acts.untold.items() if kind != _QUESTION}
    told, asked = [], 0
    for one in acts.all():
        if one.kind == _QUESTION:
            one = replace(one, count=reviews.count_of(notebook, acts.ids(one)))  # several fields may be one question
        if (one.kind, one.verb) == (_QUESTION, journal.MADE):
            asked += one.count
        elif one.count:
            told.append(one)
    if sent:
        journal.write(raw, now, JournalKind.SENT.value, sent)
    if came or told:
        journal.write(raw, now, JournalKind.RECEIVED.value, came, acts=told)
    if asked:
        journal.write(raw, now, JournalKind.TO_REVIEW.value, {_QUESTION: asked})
    if merged:
        journal.write(raw, now, JournalKind.MERGED.value, {"": merged})


def lines(notebook: Notebook, limit: int) -> list[JournalLine]:
    """The journal, latest first."""
    return [
        JournalLine(
            dt.datetime.fromisoformat(one.at),
            JournalKind(one.kind),
            tuple(one.counts.items()),
            Problem(one.problem),
            tuple(_act(notebook, act) for act in one.acts),
        )
        for one in journal.read(notebook.raw, limit)
    ]


def _act(notebook: Notebook, act: journal.Act) -> JournalAct:
    raw = notebook.raw
    named = [_named(raw, act.kind, record_id, names) for record_id, names in act.records[: NAMED + 1]]
    known = [one for one in named if one.title]
    return JournalAct(
        author=title_of(raw, "facilitator", act.author) or title_of(raw, "organisation", act.author),
        mine=act.author == notebook.actor_id and bool(act.author),
        verb=Verb(act.verb),
        kind=act.kind,
        count=act.count,
        records=tuple(known if act.count == len(known) else known[:NAMED]),
    )


def _named(raw: Any, kind: str, record_id: str, names: tuple[str, ...]) -> NamedRecord:
    told = tuple(name for name in asked_fields(kind) if name in names and name != "deleted_at")
    return NamedRecord(title_of(raw, kind, record_id), door_of(raw, kind, record_id), told)
