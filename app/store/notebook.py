"""The notebook: one encrypted file, one connection, one thread.

Everything that reads asks ``read()``; everything that writes asks ``unit()`` (``store.unit``). Both must be
called on the store thread only; ``fold`` has a connection of its own and may be called anywhere.

Opening compares the file's version with the program's: an older file is copied, then migrated in one transaction; a
newer one is refused untouched.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite import pysqlcipher  # noqa: F401  - with this module, not at the first opening
from sqlalchemy.pool import StaticPool

from app.clock import Clock
from app.errors import EnvironmentProblem, NewerNotebook
from app.models.choices import Role
from app.models.registry import models
from app.store import engine as files
from app.store.capture import BOOKKEEPING, install, triggers_of
from app.store.migrations.steps import HEAD, KNOWN, upgrade
from app.store.search_index import DDL, is_current, rebuild, remake
from app.store.search_index import triggers as search_triggers

_COUNT_AGAIN = "PRAGMA optimize = 0x1fffe"
"""Counts again every table that grew tenfold since it was counted (0x10000: queried or not), within a bounded time."""


class Notebook:
    """An open notebook. Make it with ``create`` or ``open``; ``close`` it in the end."""

    def __init__(self, folder: Path, key: bytes, raw: Any, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.raw = raw
        self._journal = _Journal(folder, key)
        self.actor_id = ""
        """Facilitator who writes: author of the history lines. Set by the account once known."""
        self.organisation_id = ""
        """The facilitator's organisation: owner of the records written."""
        self.role: str = Role.FACILITATOR
        """The facilitator's role in it (``rules.access``)."""
        self._engine = _engine_over(raw)

    @classmethod
    def create(cls, folder: Path, key: bytes, clock: Clock) -> Notebook:
        """Make a new empty notebook in ``folder``; raises ``NotebookExists``, ``FolderNotWritable``, ``DiskFull``.

        The file takes its name only once it is whole: a creation cut in the middle leaves no half notebook.
        """
        path = folder / files.FILE_NAME
        files.refuse_existing(path)
        making = folder / (files.FILE_NAME + ".making")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for leftover in folder.glob(making.name + "*"):
                leftover.unlink()
            raw = files.connect(making, key, mode="rwc")
            try:
                _prepare(raw)
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()
            for side in ("-wal", "-shm"):
                (folder / (making.name + side)).unlink(missing_ok=True)
            making.rename(path)
        except files.ENVIRONMENT_ERRORS as problem:
            raise files.explain(problem) from problem
        return cls.open(folder, key, clock)

    @classmethod
    def open(
        cls,
        folder: Path,
        key: bytes,
        clock: Clock,
        copy_before_upgrade: Callable[[Any, Path], None] | None = None,
    ) -> Notebook:
        """Open the notebook of ``folder``, migrating an older file after a copy.

        Raises ``NotebookMissing``, ``NewerNotebook``, ``DamagedNotebook``, ``FolderNotWritable``, ``DiskFull``.
        """
        return cls(folder, key, _open_raw(folder, key, copy_before_upgrade), clock)

    def reopen(self, key: bytes) -> None:
        """Open again after ``close``, for those who kept this object during a lock. Raises as ``open``."""
        self.raw = _open_raw(self.folder, key, None)
        self._journal = _Journal(self.folder, key)
        self._engine = _engine_over(self.raw)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading, one consistent snapshot; driver errors come out in French."""
        with self._engine.connect() as connection:
            try:
                yield connection
            except Exception as problem:
                raise translated(problem) from problem

    def connection_for_unit(self) -> Connection:
        """For ``store.unit`` only: a connection that begins with BEGIN IMMEDIATE."""
        return self._engine.connect().execution_options(writer=True)

    def next_number(self, name: str) -> int:
        """Next value of a local counter, durable at once: a number once given is never given again."""
        row = self.raw.execute(
            "INSERT INTO _counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    def get_control(self, name: str, default: str = "") -> str:
        """A value kept in the notebook itself (e.g. who it belongs to)."""
        row = self.raw.execute("SELECT value FROM _ctl WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def set_control(self, name: str, value: str) -> None:
        """Keep a value in the notebook itself."""
        self.raw.execute(
            "INSERT INTO _ctl VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    @contextmanager
    def bulk(self) -> Iterator[Any]:
        """One transaction on the driver with capture off and the search index made once at the end.

        For loading a demonstration and, later, applying received rows: nothing here is « to be sent ».
        """
        raw = self.raw
        raw.execute("BEGIN IMMEDIATE")
        try:
            raw.execute("UPDATE _ctl SET value = 'off' WHERE name = 'capture'")
            for name in search_triggers():
                raw.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            yield raw
            rebuild(raw)
            install(raw, search_triggers(), "search_")
            raw.execute("UPDATE _ctl SET value = 'on' WHERE name = 'capture'")
            raw.execute("COMMIT")
        except BaseException as problem:
            if raw.in_transaction:  # a full disk ends the transaction by itself
                raw.execute("ROLLBACK")
            if isinstance(problem, Exception):
                raise files.explain(problem) from problem
            raise

    def fold(self) -> None:
        """Bring what the journal holds into the file, beside whoever reads or writes. From any thread.

        Never in a write: whoever waits for it would wait for the whole of it. Does nothing once closed.
        """
        try:
            self._journal.fold()
        except files.DRIVER_ERRORS as problem:
            raise files.explain(problem) from problem

    def flush(self) -> None:
        """Have what the journal holds on the disk, beside whoever reads or writes. From any thread.

        For what was written without waiting for the disk: the next who waits for it would wait for that too. Does
        nothing once closed.
        """
        try:
            self._journal.flush()
        except OSError as problem:
            raise files.explain(problem) from problem

    def count_again(self) -> None:
        """Count again the tables that grew tenfold: called at rest, when nobody waits for a write.

        After a first reception SQLite would go on choosing its ways by what an empty notebook held.
        """
        try:
            self.raw.execute(_COUNT_AGAIN)
        except files.DRIVER_ERRORS as problem:
            raise files.explain(problem) from problem

    def close(self) -> None:
        """Fold the journal into the file and let it go."""
        self._journal.close()
        try:
            self.raw.execute(_COUNT_AGAIN)
            self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except files.DRIVER_ERRORS:
            pass  # a full disk must not prevent closing: the journal stays beside the file and is read next time
        self._engine.dispose()
        self.raw.close()


class _Journal:
    """What folds the journal: a connection of its own, made when first asked, so that the other goes on meanwhile."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._path = folder / files.FILE_NAME
        self._key = key
        self._raw: Any = None
        self._lock = threading.Lock()

    def fold(self) -> None:
        with self._lock:
            if not self._key:
                return
            if self._raw is None:
                self._raw = files.connect(self._path, self._key)
            for _ in range(_FOLDINGS):
                _busy, pages, folded = self._raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if folded == pages:
                    return

    def flush(self) -> None:
        with self._lock:
            if not self._key:
                return
            # Only the file itself may not be opened and closed by another way: that would drop SQLite's locks on it.
            with suppress(FileNotFoundError), self._path.with_name(self._path.name + "-wal").open("r+b") as journal:
                os.fsync(journal)

    def close(self) -> None:
        with self._lock:
            self._key = b""
            if self._raw is not None:
                self._raw.close()
                self._raw = None


_FOLDINGS = 3
"""At most: what is written during one is left to the next, short. A journal folded whole begins again at its start."""


def _open_raw(folder: Path, key: bytes, copy_before_upgrade: Callable[[Any, Path], None] | None) -> Any:
    path = folder / files.FILE_NAME
    raw = files.connect(path, key)
    try:
        version = _version(raw)
        if version != HEAD:
            if version not in KNOWN:
                raise NewerNotebook(
                    "Ce carnet a été écrit par une version plus récente d’Inclusiv’Terrain.",
                    "Il n’a pas été modifié.",
                    "Installez la dernière version du programme pour l’ouvrir.",
                )
            (copy_before_upgrade or _copy_file)(raw, path.with_name(f"{path.stem}-avant-{HEAD}.db"))
        _prepare(raw)
    except files.ENVIRONMENT_ERRORS as problem:
        raw.close()
        raise files.explain(problem) from problem
    except BaseException:
        raw.close()
        raise
    return raw


def translated(problem: Exception) -> Exception:
    """``problem`` as one of our errors when the driver raised it for the environment's sake."""
    original = getattr(problem, "orig", None) or problem
    if isinstance(original, EnvironmentProblem):
        return original
    if isinstance(original, files.ENVIRONMENT_ERRORS):
        return files.explain(original)
    return problem


def _engine_over(raw: Any) -> Engine:
    made = create_engine("sqlite://", creator=lambda: raw, module=sqlcipher, poolclass=StaticPool)

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        writer = connection.get_execution_options().get("writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return made


def _version(raw: Any) -> str:
    if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return ""
    row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _prepare(raw: Any) -> None:
    """Bring the schema, the bookkeeping and the generated triggers to what the program expects."""
    version = _version(raw)
    if version != HEAD:
        _upgrade(raw, version)
    raw.execute("BEGIN IMMEDIATE")
    try:
        if raw.execute("SELECT 1 FROM sqlite_master WHERE name = '_file_owed'").fetchone() is None or version != HEAD:
            for statement in (BOOKKEEPING + DDL).split(";\n"):
                if statement.strip():
                    raw.execute(statement)
            if not is_current(raw):
                remake(raw)
        wanted = {name: sql for model in models() for name, sql in triggers_of(model).items()}
        install(raw, wanted, "capture_")
        install(raw, search_triggers(), "search_")
        raw.execute("UPDATE _ctl SET value = 'on' WHERE name = 'capture' AND value <> 'on'")
        raw.execute("COMMIT")
    except BaseException:
        raw.execute("ROLLBACK")
        raise


def _upgrade(raw: Any, version: str) -> None:
    """Run the migrations with foreign keys off (a rebuilt parent must not empty its children, STACK.md §12.1)."""
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        made = _engine_over(raw)
        with made.connect().execution_options(writer=True) as connection, connection.begin():
            for name, *_ in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f'DROP TRIGGER "{name}"')
            upgrade(connection)
            if raw.execute("PRAGMA foreign_key_check").fetchone():
                raise RuntimeError(f"migration from {version!r} broke a foreign key")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _copy_file(raw: Any, target: Path) -> None:
    """Copy the file as it stands, journal folded in; the copy keeps the key."""
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    source = Path(raw.execute("PRAGMA database_list").fetchone()[2])
    partial = target.with_name(target.name + ".part")
    shutil.copyfile(source, partial)
    partial.replace(target)
