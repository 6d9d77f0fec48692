"""What points to what, read from the models once."""

from __future__ import annotations

from functools import cache

from app.models.wire import fields_of, models_by_kind


@cache
def parents_of(kind: str) -> tuple[tuple[str, str, bool], ...]:
    """(field, table, required) of what a record points to."""
    return tuple((field.name, field.parent, field.required) for field in fields_of(kind) if field.parent)


@cache
def children_of(kind: str) -> tuple[tuple[str, str, bool], ...]:
    """(table, field, required) of what points to a record."""
    return tuple(
        (child, name, required)
        for child in models_by_kind()
        for name, parent, required in parents_of(child)
        if parent == kind
    )
