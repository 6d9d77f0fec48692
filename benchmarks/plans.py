"""``python -m benchmarks plans [WORDS]``: slow queries at ×10 with SQLite’s plans, to find what reads whole tables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.bootstrap import Workstation
from benchmarks import notebooks
from benchmarks.figures import milliseconds
from benchmarks.reads import reads

SLOW_MS = 5.0
Statement = tuple[str, Any, float]


def explain(words: Sequence[str] = ()) -> Iterator[str]:
    """For each read whose name holds a word: its time, and each of its slow statements with its plan."""
    workstation = notebooks.opened(10)
    try:
        for read in reads(workstation):
            if words and not any(word in read.what for word in words):
                continue
            read.work()
            with _heard(workstation) as statements:
                taken = milliseconds(read.work)
            slow = [one for one in statements if one[2] >= SLOW_MS]
            if not slow and not words:
                continue
            yield f"\n=== {read.what}: {taken:.1f} ms, {len(statements)} statements"
            for sql, values, spent in slow:
                yield f"--- {spent:.1f} ms: {' '.join(sql.split())}\n    {values}"
                yield from _plan(workstation, sql, values)
    finally:
        workstation.account.close()


@contextmanager
def _heard(workstation: Workstation) -> Iterator[list[Statement]]:
    """The statements run inside the block: SQL, values, milliseconds of execution and of reading the rows again."""
    found: list[Statement] = []
    with workstation.notebook.read() as connection:
        engine = connection.engine

    def hear(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if not sql.lstrip().startswith(("SELECT", "WITH")):
            return
        started = time.perf_counter()
        workstation.notebook.raw.execute(sql, values).fetchall()
        found.append((sql, values, (time.perf_counter() - started) * 1000))

    event.listen(engine, "after_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(engine, "after_cursor_execute", hear)


def _plan(workstation: Workstation, sql: str, values: Any) -> Iterator[str]:
    depth: dict[int, int] = {0: 0}
    for number, parent, _, detail in workstation.notebook.raw.execute("EXPLAIN QUERY PLAN " + sql, values):
        depth[number] = depth.get(parent, 0) + 1
        yield "    " + "  " * depth[number] + detail
