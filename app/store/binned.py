"""What went to the bin with a record: found by its links and by its moment, that of the act (``Unit.delete``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, select

from app.models.attachments import Attachment
from app.models.base import Record, kind_of, synchronised_models, table_of
from app.store.unit import Unit


def bring_back_with(unit: Unit, kind: str, record_id: str, binned_at: dt.datetime) -> None:
    """Take from the bin what went there with a record that is kept after all, and what belongs to it in turn."""
    pending = [(kind, record_id)]
    while pending:
        parent, parent_id = pending.pop()
        for model, column in _links_to(parent):
            table = table_of(model)
            query = select(table.c.id).where(column == parent_id, table.c.deleted_at == binned_at)
            for one in list(unit.connection.execute(query).scalars()):
                unit.update(model, one, {"deleted_at": None})
                pending.append((kind_of(model), one))


def _links_to(kind: str) -> Iterator[tuple[type[Record], Column[Any]]]:
    """The columns by which records belong to one of this kind."""
    for model in synchronised_models():
        for column in table_of(model).columns:
            if any(key.column.table.name == kind for key in column.foreign_keys):
                yield model, column
    yield Attachment, table_of(Attachment).c.owner_id
