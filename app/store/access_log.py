"""Who opened whose page, when: a local journal, bounded, that never leaves this computer (PRODUCT.md K5).

Only ids and acts are kept: names are those of the day it is read, and there are none left for an erased person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from app.store.engine import sparing_disk
from app.store.notebook import Notebook

KEPT_LINES = 50_000
KEPT_DAYS = 365
"""The journal of consultations is itself personal data: a year, and never more lines than that."""
AGAIN_MINUTES = 30
"""The same person opened again by the same user within this time is one consultation."""

_SWEPT = 500
"""Lines written between two sweeps."""


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One consultation. Names are empty for a record that is gone or erased."""

    at: dt.datetime
    act: str
    author_name: str
    beneficiary_id: str
    last_name: str
    first_name: str
    file_number: str


def note_access(notebook: Notebook, beneficiary_id: str, act: str) -> bool:
    """Note that the user of the notebook saw a person; false when it was noted a moment ago already.

    The disk is not waited for: a power cut may take back the consultations of its last seconds, a killed program none.
    """
    now = notebook.clock.now()
    since = (now - dt.timedelta(minutes=AGAIN_MINUTES)).isoformat()
    raw = notebook.raw
    known = raw.execute(
        "SELECT 1 FROM _access WHERE kind = 'beneficiary' AND id = ? AND act = ? AND author = ? AND at > ?"
        " ORDER BY n DESC LIMIT 1",
        (beneficiary_id, act, notebook.actor_id, since),
    ).fetchone()
    if known is not None:
        return False
    with sparing_disk(raw):
        number = raw.execute(
            "INSERT INTO _access (kind, id, act, author, at) VALUES ('beneficiary', ?, ?, ?, ?)",
            (beneficiary_id, act, notebook.actor_id, now.isoformat()),
        ).lastrowid
    if number % _SWEPT == 0:
        sweep(notebook)
    return True


def sweep(notebook: Notebook) -> None:
    """Forget the lines beyond a year or beyond the bound."""
    oldest = (notebook.clock.now() - dt.timedelta(days=KEPT_DAYS)).isoformat()
    notebook.raw.execute(
        "DELETE FROM _access WHERE at < ? OR n <= (SELECT coalesce(max(n), 0) FROM _access) - ?", (oldest, KEPT_LINES)
    )


_LINES = """
SELECT a.at, a.act, coalesce(trim(f.first_name || ' ' || f.last_name), '') AS author_name, a.id,
       coalesce(b.last_name, ''), coalesce(b.first_name, ''), coalesce(b.file_number, '')
FROM _access a LEFT JOIN facilitator f ON f.id = a.author LEFT JOIN beneficiary b ON b.id = a.id
WHERE a.kind = 'beneficiary' {where} ORDER BY a.n DESC LIMIT :limit OFFSET :offset"""


def recent_access(notebook: Notebook, *, limit: int = 200, offset: int = 0) -> list[AccessLine]:
    """The latest consultations of everybody, the latest first."""
    return _read(notebook, "", {"limit": limit, "offset": offset})


def access_of(notebook: Notebook, beneficiary_id: str, *, limit: int = 200) -> list[AccessLine]:
    """Who consulted one person, the latest first."""
    return _read(notebook, "AND a.id = :id", {"id": beneficiary_id, "limit": limit, "offset": 0})


def count_access(notebook: Notebook) -> int:
    """How many consultations are kept."""
    with notebook.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM _access")).scalar_one())


def _read(notebook: Notebook, where: str, given: dict[str, object]) -> list[AccessLine]:
    with notebook.read() as connection:
        rows = connection.execute(text(_LINES.format(where=where)), given).all()
    return [AccessLine(dt.datetime.fromisoformat(row[0]), *row[1:]) for row in rows]
