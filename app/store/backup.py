"""Automatic copies of the notebook: encrypted under the same key, verified, rotated; and the way back.

A copy is taken every 30 minutes of work and before what is risky (PRODUCT.md K4, AC 06). It goes under a
temporary name and takes its own only once it was opened and found sound: what is listed is usable. Going
back never destroys the present file: it is kept aside.

The photos and documents of ``attachments`` are not in the copies: they are separate sealed files, never
rewritten. They must therefore not be removed while a copy kept may still name them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import durable, errors
from app.clock import Clock
from app.models.choices import Choice
from app.store import engine

log = logging.getLogger(__name__)

FOLDER_NAME = "backups"
EVERY = dt.timedelta(minutes=30)
RECENT = 10
DAYS = 7
WEEKS = 4
UPDATE_KEPT = dt.timedelta(days=30)

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"notebook-(\d{8}T\d{6}Z)-(\d{2,})-([a-z_]+)\.db")
_PARTIAL = ".part"
_SIDES = ("-wal", "-shm")
_EXPECTED: tuple[type[Exception], ...] = (OSError, *engine.DRIVER_ERRORS)


class BackupReason(Choice):
    """Why a copy was taken; the value is part of its name."""

    REGULAR = "regular", "Copie automatique"
    BEFORE_IMPORT = "before_import", "Avant un import"
    BEFORE_MERGE = "before_merge", "Avant une fusion de fiches"
    BEFORE_UPDATE = "before_update", "Avant une mise à jour"
    ASKED = "asked", "Copie demandée"


_REASONS = {reason.value: reason for reason in BackupReason}


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy as its name and size tell it; ``made_at`` is aware UTC."""

    path: Path
    made_at: dt.datetime
    reason: BackupReason
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds, to choose before going back. Deleted records are not counted."""

    people: int
    lines: int
    visits: int
    last_change: dt.datetime | None


@dataclass(frozen=True, slots=True)
class BackupEntry:
    """A line of the restore screen; ``contents`` is ``None`` for a copy that cannot be read."""

    backup: Backup
    contents: Contents | None


def make_backup(
    source: Any, key: bytes | bytearray, folder: Path, clock: Clock, reason: BackupReason = BackupReason.REGULAR
) -> Backup:
    """Copy the open notebook ``source`` (a driver connection outside any transaction) into ``folder``.

    One consistent state, whoever writes meanwhile. The copy is opened and verified before it is kept, then
    the older ones are thinned out (:func:`kept`). Raises :class:`errors.DiskFull`,
    :class:`errors.FolderNotWritable`, :class:`errors.DamagedNotebook` when the copy is not sound; the other
    copies are then all kept.
    """
    if source.in_transaction:
        raise ValueError("a copy is taken outside any transaction")
    now = clock.now()
    partial = folder / (".new" + _PARTIAL)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove(partial)
        copy_whole(source, key, partial)
        path = _free_name(folder, now, reason)
        os.replace(partial, path)
        durable.sync_folder(folder)
        made = Backup(path, now.replace(microsecond=0), reason, path.stat().st_size)
    except _EXPECTED as problem:
        raise engine.explain(problem) from problem
    finally:
        with contextlib.suppress(OSError):
            _remove(partial)
    log.info("backup made: %s, %d bytes", reason, made.size_bytes)
    _rotate(folder, now)
    return made


def copy_whole(source: Any, key: bytes | bytearray, target: Path) -> None:
    """Copy the open ``source`` (outside any transaction) into the new file ``target``, then verify it.

    One consistent state, whoever writes meanwhile. Raises the driver's and the system's errors,
    :class:`errors.DamagedNotebook` when the copy is not sound; a file half made may be left.
    """
    made = engine.connect(target, bytes(key), mode="rwc")
    try:
        # All at once: a copy by steps starts again at each write and may never end (STACK.md §12.3).
        # Page by page and not VACUUM INTO, which renumbers the rows the search index points at.
        source.backup(made, pages=-1)
        made.execute("PRAGMA journal_mode = DELETE")
    finally:
        made.close()
    durable.sync_file(target)
    verify(target, key)


def back_up_file(
    notebook: Path,
    key: bytes | bytearray,
    folder: Path,
    clock: Clock,
    reason: BackupReason = BackupReason.REGULAR,
) -> Backup:
    """:func:`make_backup` of the file ``notebook`` by a connection of its own, which only reads.

    May run while the store's thread goes on writing. Raises as :func:`make_backup` and ``engine.connect``.
    """
    source = engine.connect(notebook, bytes(key), mode="ro")
    try:
        return make_backup(source, key, folder, clock, reason)
    finally:
        source.close()


def verify(path: Path, key: bytes | bytearray) -> None:
    """Raise :class:`errors.DamagedNotebook` unless every page is authentic and the tables are sound."""
    connection = engine.connect(path, bytes(key), mode="ro")
    try:
        sound = not connection.execute("PRAGMA cipher_integrity_check").fetchall()
        sound = sound and connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
    except engine.DRIVER_ERRORS as problem:
        raise engine.explain(problem) from problem
    finally:
        connection.close()
    if not sound:
        raise errors.DamagedNotebook(
            "Cette copie du carnet est abîmée.",
            "Le carnet et les autres copies sont intacts.",
            "Choisissez une autre copie.",
        )


def found(folder: Path) -> tuple[Backup, ...]:
    """The copies of ``folder`` by their names alone, the latest first. An absent folder holds none."""
    copies = []
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        for path in folder.iterdir():
            parsed = _parse(path.name)
            if parsed:
                made_at, _, reason = parsed
                copies.append(Backup(path, made_at, reason, path.stat().st_size))
    return tuple(sorted(copies, key=lambda copy: copy.path.name, reverse=True))


def list_backups(folder: Path, key: bytes | bytearray) -> tuple[BackupEntry, ...]:
    """The lines of the restore screen, the latest first: each copy is really opened and counted."""
    return tuple(BackupEntry(copy, contents_of(copy.path, key)) for copy in found(folder))


def due(last_backup: dt.datetime | None, last_change: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a regular copy is to be taken: something changed since the last one, 30 minutes old."""
    if last_change is None:
        return False
    if last_backup is None:
        return True
    return last_change > last_backup and now - last_backup >= EVERY


def latest(folder: Path, now: dt.datetime) -> Backup | None:
    """The latest copy that is not in the future (the machine's clock may have been wrong)."""
    return next((copy for copy in found(folder) if copy.made_at <= now), None)


def kept(names: Iterable[str], now: dt.datetime) -> frozenset[str]:
    """Which of ``names`` stay: 10 recent, 7 days, 4 weeks (PRODUCT.md K4), and what this module did not make.

    A day (UTC) or week (ISO) counts when it has a copy, and its latest copy stands for it: a notebook left
    closed for a month loses nothing. Copies taken before an update stay 30 days (PRODUCT.md A2). Copies
    dated in the future are counted apart, 10 at most, so that they cannot push true ones out.
    """
    names = frozenset(names)
    stays = {name for name in names if _parse(name) is None}
    dated = {name: parsed for name in names if (parsed := _parse(name))}
    order = sorted(dated, key=lambda name: (dated[name][0], dated[name][1], name), reverse=True)
    future = [name for name in order if dated[name][0] > now]
    past = [name for name in order if dated[name][0] <= now]
    stays.update(future[:RECENT])
    stays.update(past[:RECENT])
    days: dict[object, str] = {}
    weeks: dict[object, str] = {}
    for name in past:
        made_at, _, reason = dated[name]
        days.setdefault(made_at.date(), name)
        weeks.setdefault(made_at.isocalendar()[:2], name)
        if reason is BackupReason.BEFORE_UPDATE and now - made_at <= UPDATE_KEPT:
            stays.add(name)
    stays.update(list(days.values())[:DAYS])
    stays.update(list(weeks.values())[:WEEKS])
    return frozenset(stays)


def restore(backup: Path, target: Path, key: bytes | bytearray, clock: Clock) -> Path | None:
    """Put the copy ``backup`` in the place of the closed notebook ``target``; where the present one was kept.

    ``None`` when there was no notebook. The copy is verified first and the present file, with its journal,
    is kept beside under another name; at every instant ``target`` is whole. Raises
    :class:`errors.DamagedNotebook`, :class:`errors.NewerNotebook` (copy of a newer program),
    :class:`errors.DiskFull`, :class:`errors.FolderNotWritable`; ``target`` is then unchanged.
    """
    verify(backup, key)
    refuse_newer(backup, key)
    partial = target.with_name(f".{target.name}.restored{_PARTIAL}")
    try:
        _remove(partial)
        shutil.copyfile(backup, partial)
        durable.sync_file(partial)
        aside = _keep_aside(target, key, clock)
        os.replace(partial, target)
        durable.sync_folder(target.parent)
    except _EXPECTED as problem:
        raise engine.explain(problem) from problem
    finally:
        with contextlib.suppress(OSError):
            _remove(partial)
    log.info("notebook restored from %s", backup.name)
    return aside


def _keep_aside(target: Path, key: bytes | bytearray, clock: Clock) -> Path | None:
    """Copy the present file under another name, and leave no journal that the restored one would swallow."""
    if not target.exists():
        for side in _SIDES:
            _side(target, side).unlink(missing_ok=True)
        return None
    stamp = clock.now().strftime(_STAMP)
    number = 1
    while (aside := target.with_name(f"{target.stem}-{stamp}-{number:02d}-aside{target.suffix}")).exists():
        number += 1
    for side in ("", "-wal"):
        part = _side(target, side)
        if part.exists():
            # The final name appears only on a whole copy.
            making = part.with_name(f".{part.name}.aside{_PARTIAL}")
            shutil.copyfile(part, making)
            durable.sync_file(making)
            os.replace(making, _side(aside, side))
    durable.sync_folder(target.parent)
    # Only now is the present file opened: the driver may drop the journal of a damaged one. Once the journal
    # is folded in, the file alone is whole, even if the program is cut before the copy takes its name.
    with contextlib.suppress(errors.EnvironmentProblem, *engine.DRIVER_ERRORS):
        connection = engine.connect(target, bytes(key))
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    for side in _SIDES:
        _side(target, side).unlink(missing_ok=True)
    return aside


def contents_of(path: Path, key: bytes | bytearray) -> Contents | None:
    """What the copy ``path`` holds; ``None`` when it cannot be read under ``key``."""
    try:
        connection = engine.connect(path, bytes(key), mode="ro")
    except errors.EnvironmentProblem:
        return None
    try:
        people, lines, visits = (
            int(connection.execute(f"SELECT count(*) FROM {table} WHERE deleted_at IS NULL").fetchone()[0])
            for table in ("beneficiary", "hour_line", "visit")
        )
        return Contents(people, lines, visits, _last_change(connection))
    except engine.DRIVER_ERRORS:
        return None
    finally:
        connection.close()


def _last_change(connection: Any) -> dt.datetime | None:
    """Time of the last line of history; a notebook loaded in bulk has none, then the latest record's."""
    row = connection.execute("SELECT at FROM _history ORDER BY n DESC LIMIT 1").fetchone()
    if row is None:
        row = connection.execute(
            "SELECT max(at) FROM (SELECT max(updated_at) AS at FROM beneficiary"
            " UNION ALL SELECT max(updated_at) FROM hour_line UNION ALL SELECT max(updated_at) FROM visit)"
        ).fetchone()
    if not row[0]:
        return None
    moment = dt.datetime.fromisoformat(str(row[0]))
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def refuse_newer(path: Path, key: bytes | bytearray) -> None:
    """Raise :class:`errors.NewerNotebook` when a newer program wrote the copy ``path``."""
    from app.store.migrations.steps import HEAD, KNOWN

    connection = engine.connect(path, bytes(key), mode="ro")
    try:
        row = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        version = row and connection.execute("SELECT version_num FROM alembic_version").fetchone()
    finally:
        connection.close()
    if version and version[0] != HEAD and version[0] not in KNOWN:
        raise errors.NewerNotebook(
            "Cette copie a été écrite par une version plus récente du programme.",
            "Le carnet et les copies sont intacts.",
            "Mettez à jour le programme, ou choisissez une copie plus ancienne.",
        )


def _rotate(folder: Path, now: dt.datetime) -> None:
    try:
        names = [path.name for path in folder.iterdir()]
        for name in frozenset(names) - kept(names, now):
            (folder / name).unlink(missing_ok=True)
    except OSError as problem:
        # Too many copies are no danger; the next rotation will try again.
        log.warning("old backups not removed: %s", problem.errno)


def _free_name(folder: Path, now: dt.datetime, reason: BackupReason) -> Path:
    second = now.replace(microsecond=0)
    parsed = (_parse(path.name) for path in folder.iterdir())
    taken = {one[1] for one in parsed if one and one[0] == second}
    return folder / f"notebook-{now.strftime(_STAMP)}-{max(taken, default=0) + 1:02d}-{reason.value}.db"


def _parse(name: str) -> tuple[dt.datetime, int, BackupReason] | None:
    match = _NAME.fullmatch(name)
    if not match:
        return None
    try:
        made_at = dt.datetime.strptime(match[1], _STAMP).replace(tzinfo=dt.UTC)
        return made_at, int(match[2]), _REASONS[match[3]]
    except (ValueError, KeyError):
        return None


def _side(path: Path, side: str) -> Path:
    return path.with_name(path.name + side)


def _remove(path: Path) -> None:
    """Remove an unfinished copy with what the driver may have left beside it."""
    for side in ("", *_SIDES, "-journal"):
        _side(path, side).unlink(missing_ok=True)
