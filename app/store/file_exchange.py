"""Which contents of attachments are at both places: to be sent, to be fetched, fetched in part.

A content counts once its record is known to the server. Parts of a content being received stay in the encrypted file
until it is whole and its hash right: the next session goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.store.engine import sparing_disk


def counts(raw: Any) -> tuple[int, int]:
    """(contents at both places, contents of all records not in the bin)."""
    row = raw.execute(
        "SELECT count(*) FILTER (WHERE there), count(*) FROM (SELECT DISTINCT a.sha256, coalesce(f.there, 0) AS there "
        "FROM attachment a LEFT JOIN _file f ON f.sha256 = a.sha256 WHERE a.deleted_at IS NULL AND a.sha256 <> '')"
    ).fetchone()
    return int(row[0]), int(row[1])


def announced(raw: Any) -> set[str]:
    """SHA-256 of the contents whose record the server knows."""
    return {
        one
        for (one,) in raw.execute(
            "SELECT DISTINCT a.sha256 FROM attachment a JOIN _row r ON r.tbl = 'attachment' AND r.id = a.id "
            "WHERE a.deleted_at IS NULL AND a.sha256 <> ''"
        )
    }


def confirmed(raw: Any) -> set[str]:
    """SHA-256 of the contents that the server has whole."""
    return {one for (one,) in raw.execute("SELECT sha256 FROM _file WHERE there = 1")}


def photos_waiting(raw: Any) -> dict[str, tuple[int, int]]:
    """For each record whose photographs are not all at the server: (those that are, all of them), by its id."""
    rows = raw.execute(
        "SELECT a.owner_id, count(DISTINCT CASE WHEN f.there = 1 THEN a.sha256 END), count(DISTINCT a.sha256) "
        "FROM attachment a LEFT JOIN _file f ON f.sha256 = a.sha256 "
        "WHERE a.kind = 'photo' AND a.deleted_at IS NULL AND a.sha256 <> '' GROUP BY a.owner_id"
    )
    return {owner: (there, count) for owner, there, count in rows if there < count}


def confirm(raw: Any, sha256: str) -> None:
    """The server has this content whole."""
    raw.execute(
        "INSERT INTO _file (sha256, there) VALUES (?, 1) ON CONFLICT (sha256) DO UPDATE SET there = 1, part = NULL",
        (sha256,),
    )


def part_of(raw: Any, sha256: str) -> bytes:
    """What was received of a content so far."""
    row = raw.execute("SELECT part FROM _file WHERE sha256 = ?", (sha256,)).fetchone()
    return bytes(row[0]) if row and row[0] else b""


def keep_part(raw: Any, sha256: str, part: bytes) -> None:
    """Keep what was received of a content so far; nothing forgets it."""
    raw.execute(
        "INSERT INTO _file (sha256, there, part) VALUES (?, 0, ?) "
        "ON CONFLICT (sha256) DO UPDATE SET part = excluded.part",
        (sha256, part or None),
    )


def note_left(execute: Callable[[str, tuple[str, ...]], Any], contents: Iterable[str]) -> None:
    """Note, of these contents (SHA-256), those to remove, which no record names any more. In the caller’s transaction.

    What was known of them at the server is forgotten: it lets them go too, and should one come back, it is sent or
    fetched again.
    """
    for sha256 in sorted(contents):
        execute(
            "INSERT INTO _file_left SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM attachment WHERE sha256 = ?1) "
            "ON CONFLICT DO NOTHING",
            (sha256,),
        )
    execute("DELETE FROM _file WHERE sha256 IN (SELECT sha256 FROM _file_left)", ())


def remove_left(raw: Any, remove: Callable[[str], None]) -> None:
    """Remove, by ``remove``, the files of the contents noted that still no record names. Harmless when repeated: what a
    kill leaves is done the next time.
    """
    noted = raw.execute("SELECT sha256 FROM _file_left").fetchall()
    with sparing_disk(raw):
        for (sha256,) in noted:
            if raw.execute("SELECT 1 FROM attachment WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone() is None:
                remove(sha256)
            raw.execute("DELETE FROM _file_left WHERE sha256 = ?", (sha256,))


def doubt_all(raw: Any) -> None:
    """Ask the server again what it has: it began a new history."""
    raw.execute("UPDATE _file SET there = 0")
