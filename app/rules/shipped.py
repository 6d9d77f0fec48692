"""The shipped reference entries as records: what every program and the network's server make of the same files.

The format of the files is described in ``resources/reference/README.md``. Ids come from what an entry says, so that
every laptop and the server make the same records.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from app.clock import natural_id


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


@dataclass(frozen=True, slots=True)
class ShippedRecord:
    """A record to insert, or to bring up to date. ``once``: left alone when it exists (people complete it)."""

    kind: str
    record_id: str
    fields: Mapping[str, Any]
    once: bool = False


def read_entries(folder: Path) -> list[Reference]:
    """All entries of the JSON files of ``folder``, in a stable order."""
    return [
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
        for path in sorted(folder.glob("*.json"))
        for item in json.loads(path.read_text(encoding="utf-8"))
    ]


def shipped_records(entries: Iterable[Reference]) -> list[ShippedRecord]:
    """The records of the entries, parents first: entries themselves, then networks, organisations and charters."""
    known: Sequence[Reference] = list(entries)
    found = [_entry(one) for one in known]
    networks = {one.code for one in known if one.table == "network"}
    named = {one.network_code for one in known if one.table in ("organisation", "charter")}
    found += [
        ShippedRecord("network", natural_id("network", code), {"code": code, "name": ""}, once=True)
        for code in sorted(named - networks)
    ]
    for table, make in _RECORDS.items():
        found += [make(one) for one in known if one.table == table]
    return found


def _entry(one: Reference) -> ShippedRecord:
    return ShippedRecord(
        "reference_entry",
        natural_id("reference", one.table, one.code, one.network_code, str(one.valid_from or "")),
        {
            "table": one.table,
            "code": one.code,
            "label": one.label,
            "network_code": one.network_code,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "source": one.source,
            "data": dict(one.data),
            "position": int(one.data.get("position") or 0),
        },
    )


def _network(one: Reference) -> ShippedRecord:
    fields = {"code": one.code, "name": one.label, "territory": one.data.get("territory") or ""}
    return ShippedRecord("network", natural_id("network", one.code), fields)


def _organisation(one: Reference) -> ShippedRecord:
    record_id = natural_id("organisation", one.code)
    fields = {
        "network_id": natural_id("network", one.network_code),
        "code": one.code,
        "name": one.label,
        "short_name": one.data.get("short_label") or one.label,
        "kind": one.data.get("kind") or "other",
        "organisation_id": record_id,
    }
    return ShippedRecord("organisation", record_id, fields, once=True)


def _charter(one: Reference) -> ShippedRecord:
    fields = {
        "network_id": natural_id("network", one.network_code),
        "code": one.code,
        "name": one.data.get("title") or one.label,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "minimum_effort_rate": _hundredths(one.data.get("minimum_effort_rate")),
        "source": one.source,
    }
    return ShippedRecord("charter", natural_id("charter", one.code), fields)


def _target(one: Reference) -> ShippedRecord:
    charter = str(one.data["charter"])
    fields = {
        "charter_id": natural_id("charter", charter),
        "indicator": one.code,
        "label": one.label,
        "unit": one.data.get("unit") or "",
        "baseline": _hundredths(one.data.get("baseline")),
        "target": _hundredths(one.data.get("target")),
        "position": int(one.data.get("position") or 0),
    }
    return ShippedRecord("charter_target", natural_id("charter_target", charter, one.code), fields)


_RECORDS = {"network": _network, "organisation": _organisation, "charter": _charter, "charter_target": _target}


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _hundredths(text: str | None) -> int | None:
    if text is None:
        return None
    return int((Decimal(text) * 100).to_integral_value(ROUND_HALF_UP))
