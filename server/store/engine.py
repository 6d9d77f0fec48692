"""The server's database: one SQLite file, or PostgreSQL; reading in one snapshot, writing behind one counter.

``writing`` takes the network's counter under its row lock **first**: the order of commits is the order of sequences, so
that a cursor can never step over a change not yet committed (SYNC.md §7.1). ``changing`` is for what is not
synchronised (accounts, tokens, files) and waits for nobody else's merge on PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

LOCK_SECONDS = 30
IN_SYNC = "inclusiv.in_sync"
"""PostgreSQL setting without which the guard triggers refuse a write to a synchronised table."""


class Busy(Exception):
    """The database did not give its lock in time; nothing was written."""


class Full(Exception):
    """The database's disk is full; nothing was written."""


class Database:
    """Made once per process; safe for several threads."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        chosen = make_url(url if "://" in url else f"sqlite:///{url}")
        if chosen.drivername in ("postgresql", "postgres"):
            chosen = chosen.set(drivername="postgresql+psycopg")
        self.is_postgresql = chosen.get_backend_name() == "postgresql"
        if not self.is_postgresql and chosen.get_backend_name() != "sqlite":
            raise ValueError("sqlite or postgresql")
        self.path = None if self.is_postgresql else Path(chosen.database or "")
        self._writer = threading.Lock()
        if self.is_postgresql:
            # Short statements all: compiling one of them (PostgreSQL's JIT) costs fifty times its run.
            self._engine = create_engine(
                chosen,
                connect_args={"options": "-c jit=off"},
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_pre_ping=True,
            )
            self._snapshots: Engine = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            self._engine = _sqlite(chosen)
            self._snapshots = self._engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may change synchronised rows; the counter is locked before anything is read."""
        with self._transaction() as connection:
            if self.is_postgresql:
                connection.exec_driver_sql("SELECT seq FROM sync_space WHERE id = 1 FOR UPDATE")
                # Everything a merge asks is found by an index; a table that has just grown has no statistics yet, and
                # would be read whole for each batch.
                connection.exec_driver_sql(
                    f"SELECT set_config('{IN_SYNC}', '1', true), set_config('enable_seqscan', 'off', true)"
                )
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction over what is not synchronised."""
        with self._transaction() as connection:
            yield connection

    @contextmanager
    def reading(self, *, indexed: bool = False) -> Iterator[Connection]:
        """One snapshot: everything read in the block is of the same moment. ``indexed``: never a whole table."""
        with _explained(), self._snapshots.connect() as connection, connection.begin():
            if indexed and self.is_postgresql:
                connection.exec_driver_sql("SELECT set_config('enable_seqscan', 'off', true)")
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self.is_postgresql:
            with _explained(), self._engine.connect() as connection, connection.begin():
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
                yield connection
            return
        # SQLite has one writer: threads stand in line here rather than knock at the file's lock.
        if not self._writer.acquire(timeout=LOCK_SECONDS):
            raise Busy
        try:
            with _explained(), self._engine.connect().execution_options(writer=True) as connection, connection.begin():
                yield connection
        finally:
            self._writer.release()

    def close(self) -> None:
        """Let every connection go; on SQLite, fold the journal into the file."""
        if not self.is_postgresql:
            try:
                with self._engine.connect() as connection:
                    connection.connection.driver_connection.execute(  # type: ignore[union-attr]
                        "PRAGMA wal_checkpoint(TRUNCATE)"
                    )
            except OperationalError:
                pass  # a full disk must not prevent stopping: the journal is read at the next start
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """For making and migrating the schema only."""
        return self._engine


def many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement, written with ``?``, for many rows."""
    if rows:
        connection.exec_driver_sql(_marked(sql, connection.dialect.name), list(rows))


def ask(connection: Connection, sql: str, values: tuple[Any, ...] = ()) -> Sequence[Any]:
    """All rows of a statement written with ``?``."""
    return connection.exec_driver_sql(_marked(sql, connection.dialect.name), values).fetchall()


def ask_in(connection: Connection, sql: str, ids: Iterable[str | int], *before: Any) -> list[Any]:
    """Rows of a statement whose ``IN (…)`` takes ``ids``, asked in slices; ``before`` are the values before it."""
    chosen = list(ids)
    found: list[Any] = []
    for start in range(0, len(chosen), 500):
        part = chosen[start : start + 500]
        # Always the same few lengths, so that the prepared statement serves again.
        width = next(size for size in (1, 10, 50, 500) if size >= len(part))
        part += part[-1:] * (width - len(part))
        found += ask(connection, sql.replace("…", ",".join("?" * width)), (*before, *part))
    return found


def aware(moment: dt.datetime) -> dt.datetime:
    """A moment read from the database; SQLite gives them back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


@lru_cache(512)
def _marked(sql: str, dialect: str) -> str:
    return sql.replace("?", "%s") if dialect == "postgresql" else sql


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OperationalError as problem:
        text = str(problem.orig).lower()
        if "database is locked" in text or "lock timeout" in text or "canceling statement due to lock" in text:
            raise Busy from problem
        if "disk is full" in text or "no space left" in text or "could not extend file" in text:
            raise Full from problem
        raise


def _sqlite(url: Any) -> Engine:
    made = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": LOCK_SECONDS, "cached_statements": 512},
        pool_size=10,
        max_overflow=30,
    )

    @event.listens_for(made, "connect")
    def _pragmas(raw: Any, _: Any) -> None:
        raw.isolation_level = None  # transactions are ours
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # an answered batch is on the disk
            "secure_delete = ON",  # what was erased is not left in a free page
            "temp_store = MEMORY",
            "cache_size = -32000",
            "mmap_size = 268435456",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        writer = connection.get_execution_options().get("writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return made
