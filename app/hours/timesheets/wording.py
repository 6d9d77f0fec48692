"""Word lists written as people read them: on a few lines."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Words parted by spaces."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Phrases parted by commas."""
    return tuple(text.split(","))
