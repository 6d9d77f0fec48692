"""The wire schemas: which fields travelled, of which type, in which order, at each release (SYNC.md §7.7).

A released schema is data, ``resources/wire/schema_N.json``, and never changes: programs of that release are still in
use. A later schema only ever adds tables and fields, each with a default: that is all it takes for a row to be shown to
an older program (its fields, no other) and for the batch of an older program to be merged (what it does not know keeps
its value). A field is never renamed, removed, or given another type: a new one is added beside it.

``described`` is what the models of this program say; a test compares it with the latest file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app.models.wire import fields_of, models_by_kind
from app.paths import resources

Schema = Mapping[str, Mapping[str, str]]
"""Table → field → type of ``models.wire``, followed by « ? » when the value may be null. ``id`` comes first."""


def described() -> Schema:
    """The schema that the models of this program make, parents first."""
    return {
        kind: {field.name: field.type + ("" if field.required else "?") for field in fields_of(kind)}
        for kind in models_by_kind()
    }


@cache
def frozen() -> Mapping[int, Schema]:
    """Every schema still read, by its number."""
    return {
        int(path.stem.removeprefix("schema_")): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder().glob("schema_*.json"))
    }


def folder() -> Path:
    """Where the files are."""
    return resources() / "wire"


def freeze(number: int, folder: Path) -> Path:
    """Write what the models say as schema ``number``; once, at the release that brings it."""
    path = folder / f"schema_{number}.json"
    path.write_text(json.dumps(described(), indent=1) + "\n", encoding="utf-8")
    return path


def differing(former: Schema, latest: Schema) -> list[str]:
    """The tables that a notebook of ``former`` holds without a field of ``latest``, or not at all, parents first."""
    return [kind for kind, fields in latest.items() if former.get(kind) != fields]
