"""Reference data: shipped as dated entries, loaded into the notebook, read by table, network and date.

The format of the files is described in ``resources/reference/README.md``. Loading is idempotent: ids come from
(table, code, network, valid_from), so a newer program adds what is new and changes what changed. Every
program ships the same entries, so nothing of it is « to be sent ».
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import or_, select

from app.models.base import table_of
from app.models.network import ReferenceEntry
from app.models.registry import model_of
from app.rules.shipped import Reference, read_entries, shipped_records
from app.store.notebook import Notebook
from app.store.unit import Outcome, writing

__all__ = ["Reference", "label_of", "list_reference", "load_reference", "read_entries"]


def load_reference(notebook: Notebook, entries: Iterable[Reference]) -> Outcome:
    """Bring the notebook's reference tables, networks, organisations and charters up to the shipped entries."""
    with writing(notebook, "données de référence", captured=False) as unit:
        for one in shipped_records(entries):
            model = model_of(one.kind)
            if unit.find(model, one.record_id) is None:
                unit.insert(model, {"organisation_id": "", **one.fields}, one.record_id)
            elif not one.once:
                unit.update(model, one.record_id, one.fields)
        return unit.outcome


def list_reference(
    notebook: Notebook, table: str, *, network_code: str = "", on: dt.date | None = None
) -> list[Reference]:
    """Entries of a table valid on a date for a network, in their order; the network's own wins over the general one."""
    t = table_of(ReferenceEntry)
    query = select(t).where(
        t.c.table == table,
        t.c.deleted_at.is_(None),
        or_(t.c.network_code == "", t.c.network_code == network_code),
    )
    if on is not None:
        query = query.where(
            or_(t.c.valid_from.is_(None), t.c.valid_from <= on),
            or_(t.c.valid_to.is_(None), t.c.valid_to >= on),
        )
    with notebook.read() as connection:
        rows = connection.execute(query.order_by(t.c.position, t.c.code)).mappings().all()
    chosen: dict[tuple[str, dt.date | None], Reference] = {}
    own = {row["code"] for row in rows if row["network_code"]}
    for row in rows:
        if not row["network_code"] and row["code"] in own:
            continue
        chosen[(row["code"], row["valid_from"])] = Reference(
            row["table"],
            row["code"],
            row["label"],
            row["network_code"],
            row["valid_from"],
            row["valid_to"],
            row["source"],
            row["data"],
        )
    return list(chosen.values())


def label_of(notebook: Notebook, table: str, code: str, *, on: dt.date | None = None) -> str:
    """The French words of a code on a date; the code's latest label when none is valid then; the code if unknown."""
    t = table_of(ReferenceEntry)
    with notebook.read() as connection:
        rows = (
            connection.execute(
                select(t.c.label, t.c.valid_from, t.c.valid_to)
                .where(t.c.table == table, t.c.code == code)
                .order_by(t.c.valid_from)
            )
        ).all()
    for row in rows:
        if on and (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to):
            return str(row.label)
    return str(rows[-1].label) if rows else code
