"""What waits to be sent. Sealing and settling batches come with the exchange; the count is shown from the first day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from app.store.notebook import Notebook


def count_unsent(notebook: Notebook) -> int:
    """How many records hold changes not sent yet."""
    with notebook.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM (SELECT DISTINCT tbl, id FROM _dirty)")).scalar_one())


def oldest_unsent(notebook: Notebook, since: dt.datetime | None = None) -> dt.datetime | None:
    """When the oldest change not sent yet was made, among those made after ``since``; ``None`` when none waits."""
    after = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if since else ""
    with notebook.read() as connection:
        at = connection.execute(text("SELECT min(at) FROM _dirty WHERE at > :after"), {"after": after}).scalar()
    return dt.datetime.fromisoformat(at.replace("Z", "+00:00")) if at else None
