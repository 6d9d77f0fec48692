"""Text being typed, kept every second so that a kill loses at most one second of it.

A draft is local: once the field is left, the value becomes a record and the draft goes away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.rules.free_text import without_nir
from app.store.notebook import Notebook


@dataclass(frozen=True, slots=True)
class Draft:
    """``place`` says where the text was typed (e.g. ``visit/ID/observation``); ``title`` says it in French."""

    place: str
    title: str
    text: str
    at: dt.datetime


def keep_draft(notebook: Notebook, place: str, title: str, text: str) -> None:
    """Keep (or with an empty text, drop) what is being typed at ``place``; a social security number is not kept."""
    if not text:
        drop_draft(notebook, place)
        return
    notebook.raw.execute(
        "INSERT INTO _draft VALUES (?, ?, ?, ?) ON CONFLICT (place) DO UPDATE "
        "SET title = excluded.title, text = excluded.text, at = excluded.at",
        (place, title, without_nir(text), notebook.clock.now().isoformat()),
    )


def drop_draft(notebook: Notebook, place: str) -> None:
    """Forget the draft of ``place``: its text has become a record, or was emptied."""
    notebook.raw.execute("DELETE FROM _draft WHERE place = ?", (place,))


def find_draft(notebook: Notebook, place: str) -> Draft | None:
    """The draft kept for ``place``."""
    row = notebook.raw.execute("SELECT place, title, text, at FROM _draft WHERE place = ?", (place,)).fetchone()
    return _draft(row) if row else None


def list_drafts(notebook: Notebook) -> list[Draft]:
    """All drafts, latest first: « Reprendre où vous en étiez »."""
    rows = notebook.raw.execute("SELECT place, title, text, at FROM _draft ORDER BY at DESC").fetchall()
    return [_draft(row) for row in rows]


def _draft(row: tuple[str, str, str, str]) -> Draft:
    return Draft(row[0], row[1], row[2], dt.datetime.fromisoformat(row[3]))
