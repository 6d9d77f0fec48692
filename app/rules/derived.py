"""Columns that others decide: kept for speed, never sent, made again wherever the others arrive.

Sent, the key by which a name is sorted would be a second thing to disagree about each time two people correct a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.rules.french import sort_key

_SOURCES: dict[str, tuple[str, ...]] = {
    "beneficiary": ("last_name", "first_name"),
    "buyer": ("name",),
    "company": ("name",),
    "insertion_structure": ("name",),
    "operation": ("name",),
}
"""Kind → the columns that its ``sort_name`` comes from, in this order."""

KINDS = frozenset(_SOURCES)


def derived_fields(kind: str) -> frozenset[str]:
    """The columns of ``kind`` that are computed from others."""
    return frozenset({"sort_name"}) if kind in _SOURCES else frozenset()


def sources_of(kind: str) -> tuple[str, ...]:
    """The columns that the derived ones of ``kind`` come from."""
    return _SOURCES.get(kind, ())


def derive(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The derived columns of a record whose source columns are all in ``values``."""
    sources = _SOURCES.get(kind)
    return {"sort_name": sort_key(" ".join(values[name] for name in sources))} if sources else {}
