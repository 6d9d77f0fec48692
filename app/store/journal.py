"""The journal of the exchange: what each session did, kept here for people to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

KEPT = 2_000
"""Lines kept; older ones go."""


def write(raw: Any, at: str, kind: str, counts: Mapping[str, int] | None = None, problem: str = "none") -> None:
    """Add a line. A problem that lasts is one line: the latest."""
    if kind == "problem":
        last = raw.execute("SELECT k, kind, problem FROM _journal ORDER BY k DESC LIMIT 1").fetchone()
        if last is not None and (last[1], last[2]) == (kind, problem):
            raw.execute("UPDATE _journal SET at = ? WHERE k = ?", (at, last[0]))
            return
    raw.execute(
        "INSERT INTO _journal (at, kind, counts, problem) VALUES (?, ?, ?, ?)",
        (at, kind, json.dumps(dict(counts or {})), problem),
    )
    raw.execute("DELETE FROM _journal WHERE k <= (SELECT max(k) FROM _journal) - ?", (KEPT,))


def read(raw: Any, limit: int) -> list[tuple[str, str, dict[str, int], str]]:
    """(time, kind, counts by table, problem), the latest first."""
    return [
        (at, kind, json.loads(counts), problem)
        for at, kind, counts, problem in raw.execute(
            "SELECT at, kind, counts, problem FROM _journal ORDER BY k DESC LIMIT ?", (limit,)
        )
    ]
