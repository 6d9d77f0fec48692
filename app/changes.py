"""The value « these kinds, these ids changed ».

Every write answers one; every open screen hears it and reloads only what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Changes:
    """Set of (kind, id) pairs. A kind is the name of a table, e.g. ``"hour_line"``."""

    pairs: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    @classmethod
    def of(cls, kind: str, *ids: str) -> Changes:
        """Changes of one kind."""
        return cls(frozenset((kind, one) for one in ids))

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.pairs | other.pairs)

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds touched."""
        return frozenset(kind for kind, _ in self.pairs)

    def touches(self, kinds: Iterable[str]) -> bool:
        """Whether one of ``kinds`` changed."""
        return not self.kinds.isdisjoint(kinds)

    def ids(self, kind: str) -> frozenset[str]:
        """Ids of one kind."""
        return frozenset(one for k, one in self.pairs if k == kind)
