"""What a restored server had lost and this notebook had received: offered to it, set aside there (SYNC.md §7.13).

What people typed comes back by their own batches, sent again. A notebook that is lost with its batches comes back no
more: its words stand only where others received them. When everything is received again, each record is compared with
what stood here; what differs is sent as it was, to be set aside by the server, never merged by itself. The server knows
which of it is news (written after the backup) and which is only older than what it holds.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from app.clock import Clock
from app.models.wire import moment_text
from app.store import rows
from app.store.outbox import Seal, seal_operations

_MADE = (
    "CREATE TABLE IF NOT EXISTS _lost (tbl TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, epoch TEXT NOT NULL, "
    "PRIMARY KEY (tbl, id)) WITHOUT ROWID"
)
"""The records as they stood in a lost history, until they are compared; there only meanwhile."""


def remember(raw: Any, epoch: str) -> None:
    """Note where each record stood in the history ``epoch``, which is no more. Before its place is forgotten."""
    raw.execute(_MADE)
    raw.execute(
        "INSERT INTO _lost SELECT tbl, id, seq, ? FROM _row WHERE seq > 0 AND tbl <> 'conflict' ON CONFLICT DO NOTHING",
        (epoch,),
    )


class Rescue:
    """The comparison of one application."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._found: list[dict[str, Any]] = []
        known = raw.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_lost'").fetchone()
        self.begun = known is not None
        """Whether a lost history is being replaced."""
        last = raw.execute("SELECT value FROM _ctl WHERE name = 'sync.last_success'").fetchone()
        self._at = moment_text(dt.datetime.fromisoformat(last[0])) if last and last[0] else ""

    def compare(self, kind: str, received: Sequence[list[Any]]) -> None:
        """Received rows (``[seq, hash, values]``) against what stands here, before they replace it.

        A field typed over here goes by its own batch.
        """
        if not self.begun:
            return
        asked = json.dumps([row[2][0] for row in received])
        lost = {
            record_id: (seq, epoch)
            for record_id, seq, epoch in self._raw.execute(
                "SELECT id, seq, epoch FROM _lost WHERE tbl = ? AND id IN (SELECT value FROM json_each(?))",
                (kind, asked),
            )
        }
        if not lost:
            return
        own = set(
            self._raw.execute(
                "SELECT id, field FROM _shadow WHERE tbl = ? AND id IN (SELECT value FROM json_each(?))", (kind, asked)
            )
        )
        names = rows.sent_names(kind)[1:]
        for _seq, _hash, values in received:
            record_id = values[0]
            stood = rows.read_sent(self._raw, kind, record_id) if record_id in lost else None
            if stood is None:
                continue
            seq, epoch = lost[record_id]
            fields = {
                name: [stood[name], seq, self._at, value]
                for name, value in zip(names, values[1:], strict=True)
                if stood[name] != value and (record_id, name) not in own
            }
            if fields and self._at:
                self._found.append({"op": "update", "table": kind, "id": record_id, "fields": fields, "rescue": epoch})
        self._raw.execute("DELETE FROM _lost WHERE tbl = ? AND id IN (SELECT value FROM json_each(?))", (kind, asked))

    def seal(self, seal: Seal, clock: Clock, device: str) -> None:
        """Make batches of what was found."""
        seal_operations(self._raw, seal, self._found, clock, device)
        self._found.clear()

    def end(self) -> None:
        """Everything was received again."""
        self._raw.execute("DROP TABLE IF EXISTS _lost")
