"""The rows of a first reception, in the order in which they are put in the tables, light for who types meanwhile.

A hundred thousand rows as lists would be searched for garbage again and again, half a second each time with all threads
stopped, and weigh 150 MB. Each is kept here as one string of bytes, and becomes a row again when it is written.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from app.models.wire import models_by_kind
from app.store.inbox import Part


class FirstRows:
    """Each row received once, as the last page says, parents first."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, bytes]] = {kind: {} for kind in models_by_kind()}
        self.gone: dict[tuple[str, str], tuple[str, int]] = {}
        """By record, the scope that it left, at which sequence."""

    def __len__(self) -> int:
        return sum(len(some) for some in self._kept.values())

    def take(self, page: Mapping[str, Any]) -> None:
        """Take in a page, after those that came before it."""
        last_n = page["last_n"]
        for scope, content in page["scopes"].items():
            for kind, received in content["rows"].items():
                if kind in self._kept:  # else a table of a newer program: asked again after the update
                    self._kept[kind].update((row[2][0], marshal.dumps((scope, last_n, row))) for row in received)
            for kind, ids in content["gone"].items():
                for record_id, seq in ids:
                    self._leave(kind, record_id, scope)
                    self.gone[kind, record_id] = (scope, seq)

    def _leave(self, kind: str, record_id: str, scope: str) -> None:
        kept = self._kept.get(kind, {})
        if record_id in kept and marshal.loads(kept[record_id])[0] == scope:
            del kept[record_id]

    def parts(self, size: Callable[[], int]) -> Iterator[Part]:
        """The rows, ``size`` at most in each part; it is asked again before each."""
        for kind, kept in self._kept.items():
            left = iter(kept.values())
            while some := [marshal.loads(one) for one in islice(left, size())]:
                for (scope, last_n), same in groupby(some, key=_FROM):
                    yield Part(scope, kind, [row for *_, row in same], last_n)


_FROM = itemgetter(0, 1)
