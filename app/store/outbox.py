"""What waits to be sent. Sealing and settling batches come with the exchange; the count is shown from the first day."""

from __future__ import annotations

from sqlalchemy import text

from app.store.notebook import Notebook


def count_unsent(notebook: Notebook) -> int:
    """How many records hold changes not sent yet."""
    with notebook.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM (SELECT DISTINCT tbl, id FROM _dirty)")).scalar_one())
