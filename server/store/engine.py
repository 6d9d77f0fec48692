"""The server's database: one SQLite file, or PostgreSQL; reading in one snapshot, writing behind one counter.

``writing`` takes the network's counter under its row lock **first**: the order of commits is the order of sequences, so
that a cursor can never step over a change not yet committed (SYNC.md §7.1). ``changing`` is for what is not
synchronised (accounts, tokens, files) and waits for nobody else's merge on PostgreSQL. ``put`` writes whole rows.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

LOCK_SECONDS = 30
FEW = 100
"""Rows that PostgreSQL is given one by one; beyond, a copy is three times faster and pays for its passing table."""
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
        self._line = threading.Lock()
        if self.is_postgresql:
            # Short statements all: compiling one of them (PostgreSQL's JIT) costs fifty times its run.
            self._engine = create_engine(
                chosen,
                connect_args={"options": f"-c jit=off -c lock_timeout={LOCK_SECONDS}s"},
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
        with self._in_line(), self._transaction() as connection:
            if self.is_postgresql:
                # Everything a merge asks is found by an index; a table that has just grown has no statistics yet, and
                # would be read whole for each batch.
                connection.exec_driver_sql(
                    f"SELECT seq, set_config('{IN_SYNC}', '1', true), set_config('enable_seqscan', 'off', true) "
                    "FROM sync_space WHERE id = 1 FOR UPDATE"
                )
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction over what is not synchronised."""
        with nullcontext() if self.is_postgresql else self._in_line(), self._transaction() as connection:
            yield connection

    @contextmanager
    def reading(self, *, indexed: bool = False) -> Iterator[Connection]:
        """One snapshot: everything read in the block is of the same moment. ``indexed``: never a whole table."""
        with _explained(), self._snapshots.connect() as connection, connection.begin():
            if indexed and self.is_postgresql:
                connection.exec_driver_sql("SELECT set_config('enable_seqscan', 'off', true)")
            yield connection

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        """One thread of this process at a time, before it takes a connection: those who wait keep none from readers."""
        if not self._line.acquire(timeout=LOCK_SECONDS):
            raise Busy
        try:
            yield
        finally:
            self._line.release()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with _explained(), self._engine.connect().execution_options(writer=True) as connection, connection.begin():
            yield connection

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


def put(
    connection: Connection, table: str, columns: Sequence[str], key: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Write whole rows, each instead of the one that has its key, if there is one. No two rows have the same key."""
    if connection.dialect.name == "postgresql" and len(rows) > FEW:
        _copy(connection, table, columns, rows)
        connection.exec_driver_sql(_upsert(table, columns, key, f"SELECT {_quoted(columns)} FROM arriving"))
        connection.exec_driver_sql("DROP TABLE arriving")
    else:
        many(connection, _upsert(table, columns, key, f"VALUES ({', '.join('?' * len(columns))})"), rows)


def _copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Lay rows in the passing table ``arriving``, made like ``table``."""
    connection.exec_driver_sql(f'CREATE TEMPORARY TABLE arriving (LIKE "{table}") ON COMMIT DROP')
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY arriving ({_quoted(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@lru_cache(512)
def _upsert(table: str, columns: Sequence[str], key: Sequence[str], source: str) -> str:
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    return f'INSERT INTO "{table}" ({_quoted(columns)}) {source} ON CONFLICT ({_quoted(key)}) DO UPDATE SET {sets}'


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


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
    except PoolIsEmpty as problem:
        raise Busy from problem
    except (OperationalError, psycopg.OperationalError) as problem:  # the driver's own comes out of a copy
        text = str(problem.orig if isinstance(problem, OperationalError) else problem).lower()
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
