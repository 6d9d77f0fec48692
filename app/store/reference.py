"""Reference data: shipped as dated entries, loaded into the notebook, read by table, network and date.

The format of the files is described in ``resources/reference/README.md``. Loading is idempotent: ids come from
(table, code, network, valid_from), so a newer program adds what is new and changes what changed. Every
program ships the same entries, so nothing of it is « to be sent ».
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from app.clock import natural_id
from app.models.base import Record, table_of
from app.models.network import Charter, CharterTarget, Network, Organisation, ReferenceEntry
from app.store.notebook import Notebook
from app.store.unit import Outcome, Unit, writing


@dataclass(frozen=True, slots=True)
class Reference:
    """One line of a reference table. ``data`` is described per table in the README of the resources."""

    table: str
    code: str
    label: str
    network_code: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    source: str
    data: Mapping[str, Any]


def read_entries(folder: Path) -> list[Reference]:
    """All entries of the JSON files of ``folder``, in a stable order."""
    found: list[Reference] = []
    for path in sorted(folder.glob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8")):
            found.append(
                Reference(
                    item["table"],
                    item["code"],
                    item["label"],
                    item["network"] or "",
                    _date(item["valid_from"]),
                    _date(item["valid_to"]),
                    item["source"],
                    item["data"],
                )
            )
    return found


def load_reference(notebook: Notebook, entries: Iterable[Reference]) -> Outcome:
    """Bring the notebook's reference tables, networks, organisations and charters up to the shipped entries."""
    known = list(entries)
    with writing(notebook, "données de référence", captured=False) as unit:
        for entry in known:
            _store_entry(unit, entry)
        for table in ("network", "organisation", "charter", "charter_target"):
            for entry in known:
                if entry.table == table:
                    _store_record(unit, entry)
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


def _store_entry(unit: Unit, entry: Reference) -> None:
    _put(
        unit,
        ReferenceEntry,
        natural_id("reference", entry.table, entry.code, entry.network_code, str(entry.valid_from or "")),
        {
            "table": entry.table,
            "code": entry.code,
            "label": entry.label,
            "network_code": entry.network_code,
            "valid_from": entry.valid_from,
            "valid_to": entry.valid_to,
            "source": entry.source,
            "data": dict(entry.data),
            "position": int(entry.data.get("position") or 0),
        },
    )


def _store_record(unit: Unit, entry: Reference) -> None:
    """Networks, organisations and charters are records of their own, which people can complete (address, logo)."""
    data = entry.data
    if entry.table == "network":
        _put(
            unit,
            Network,
            natural_id("network", entry.code),
            {"code": entry.code, "name": entry.label, "territory": data.get("territory") or ""},
        )
    elif entry.table == "organisation":
        record_id = natural_id("organisation", entry.code)
        if unit.find(Organisation, record_id) is None:
            _put(
                unit,
                Network,
                natural_id("network", entry.network_code),
                {"code": entry.network_code},
                keep=True,
            )
            _put(
                unit,
                Organisation,
                record_id,
                {
                    "network_id": natural_id("network", entry.network_code),
                    "code": entry.code,
                    "name": entry.label,
                    "short_name": data.get("short_label") or entry.label,
                    "kind": data.get("kind") or "other",
                    "organisation_id": record_id,
                },
            )
    elif entry.table == "charter":
        _put(unit, Network, natural_id("network", entry.network_code), {"code": entry.network_code}, keep=True)
        _put(
            unit,
            Charter,
            natural_id("charter", entry.code),
            {
                "network_id": natural_id("network", entry.network_code),
                "code": entry.code,
                "name": data.get("title") or entry.label,
                "valid_from": entry.valid_from,
                "valid_to": entry.valid_to,
                "minimum_effort_rate": _hundredths(data.get("minimum_effort_rate")),
                "source": entry.source,
            },
        )
    elif entry.table == "charter_target":
        _put(
            unit,
            CharterTarget,
            natural_id("charter_target", str(data["charter"]), entry.code),
            {
                "charter_id": natural_id("charter", str(data["charter"])),
                "indicator": entry.code,
                "label": entry.label,
                "unit": data.get("unit") or "",
                "baseline": _hundredths(data.get("baseline")),
                "target": _hundredths(data.get("target")),
                "position": int(data.get("position") or 0),
            },
        )


def _put(unit: Unit, model: type[Record], record_id: str, fields: Mapping[str, Any], *, keep: bool = False) -> None:
    """Insert, or update unless ``keep`` (a placeholder until the entry of its own is read)."""
    if unit.find(model, record_id) is None:
        unit.insert(model, {"organisation_id": "", **({"name": ""} if keep else {}), **fields}, record_id)
    elif not keep:
        unit.update(model, record_id, fields)


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _hundredths(text: str | None) -> int | None:
    if text is None:
        return None
    return int((Decimal(text) * 100).to_integral_value(ROUND_HALF_UP))
