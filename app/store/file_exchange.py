"""Which contents of attachments are at both places: to be sent, to be fetched, fetched in part.

A content counts once its record is known to the server. Parts of a content being received stay in the encrypted file
until it is whole and its hash right: the next session goes on from there. A content whose record left before the
server had it whole is **owed** (``_file_owed``): it stays, and is sent all the same, until the server has it or says
that no record names it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.store.engine import sparing_disk


def counts(raw: Any) -> tuple[int, int]:
    """(contents at both places, contents of all records not in the bin and those owed)."""
    row = raw.execute(
        "SELECT count(*) FILTER (WHERE there), count(*) FROM (SELECT a.sha256, coalesce(f.there, 0) AS there "
        "FROM attachment a LEFT JOIN _file f ON f.sha256 = a.sha256 WHERE a.deleted_at IS NULL AND a.sha256 <> '' "
        "UNION SELECT o.sha256, coalesce(f.there, 0) FROM _file_owed o LEFT JOIN _file f ON f.sha256 = o.sha256)"
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
    """The server has this content whole. In the caller’s transaction."""
    raw.execute(
        "INSERT INTO _file (sha256, there) VALUES (?, 1) ON CONFLICT (sha256) DO UPDATE SET there = 1, part = NULL",
        (sha256,),
    )
    settle(raw, sha256)


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


_NAMED = """
SELECT 1 FROM attachment WHERE sha256 = ?1
UNION ALL SELECT 1 FROM _file_owed WHERE sha256 = ?1
UNION ALL SELECT 1 FROM _held WHERE tbl = 'attachment'
  AND ?1 IN (json_extract(body, '$.fields.sha256'), json_extract(body, '$.fields.sha256[0]'))
UNION ALL SELECT 1 FROM _batch b, json_each(CAST(b.body AS TEXT), '$.operations') o
  WHERE b.answered_at IS NULL AND json_extract(o.value, '$.table') = 'attachment'
  AND ?1 IN (json_extract(o.value, '$.fields.sha256'), json_extract(o.value, '$.fields.sha256[0]'))
LIMIT 1"""
"""Whether anything still needs a content: a record, the server, a change set aside, a change on its way."""


def remove_left(raw: Any, remove: Callable[[str], None]) -> None:
    """Remove, by ``remove``, the files of the contents noted that still nothing needs. Harmless when repeated: what a
    kill leaves is done the next time.
    """
    noted = raw.execute("SELECT sha256 FROM _file_left").fetchall()
    with sparing_disk(raw):
        for (sha256,) in noted:
            if raw.execute(_NAMED, (sha256,)).fetchone() is None:
                remove(sha256)
            raw.execute("DELETE FROM _file_left WHERE sha256 = ?", (sha256,))


def owe(raw: Any, attachment_id: str) -> set[str]:
    """An attachment is about to leave the notebook: its contents that the server is not known to have are owed to it.
    Answers those that it has. In the caller’s transaction.

    What its record shows here, and what that hides of the server’s: either may be the one that the server names.
    """
    named = raw.execute(
        "SELECT n.sha256, coalesce(f.there, 0) FROM (SELECT sha256 FROM attachment WHERE id = ?1 UNION "
        "SELECT value FROM _shadow WHERE tbl = 'attachment' AND id = ?1 AND field = 'sha256') n "
        "LEFT JOIN _file f ON f.sha256 = n.sha256 WHERE n.sha256 <> ''",
        (attachment_id,),
    ).fetchall()
    raw.executemany(
        "INSERT INTO _file_owed VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(attachment_id, sha256) for sha256, there in named if not there],
    )
    return {sha256 for sha256, there in named if there}


def owe_no_more(raw: Any, attachment_ids: str) -> set[str]:
    """These attachments (a JSON array of ids) are received again: what they name goes by the ordinary road. Answers
    what was owed for them. In the caller’s transaction.
    """
    found = raw.execute(
        "DELETE FROM _file_owed WHERE id IN (SELECT value FROM json_each(?)) RETURNING sha256", (attachment_ids,)
    )
    return {sha256 for (sha256,) in found.fetchall()}


def owed(raw: Any) -> set[str]:
    """SHA-256 of the contents that the server is to be sent though no record here names them."""
    return {one for (one,) in raw.execute("SELECT DISTINCT sha256 FROM _file_owed")}


def settle(raw: Any, sha256: str) -> None:
    """A content is owed no more: the server has it, or no record names it. In the caller’s transaction."""
    if raw.execute("DELETE FROM _file_owed WHERE sha256 = ?", (sha256,)).rowcount:
        note_left(raw.execute, [sha256])


def doubt_all(raw: Any) -> None:
    """Ask the server again what it has: it began a new history."""
    raw.execute("UPDATE _file SET there = 0")
