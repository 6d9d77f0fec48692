"""Safety copies of the open notebook: when to offer one, how it is written beside the work that goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.account import safety_copy, vault
from app.account.safety_copy import Progress, SafetyCopy
from app.store.notebook import Notebook
from app.store.outbox import count_unsent, oldest_unsent

OFFERED_AFTER = dt.timedelta(days=3)
"""Changes not sent for longer than this deserve a copy on a key (PRODUCT.md S8, E2)."""

_LAST = "safety_copy_at"

Writer = Callable[[Path, Progress], SafetyCopy]
"""Write the copy to a path; raises as ``safety_copy.write``. Needs no database: to be called off the store thread."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A copy is worth offering: ``unsent`` records, the oldest change made at ``since`` (aware UTC)."""

    unsent: int
    since: dt.datetime


class SafetyCopies:
    """Over the open notebook; on the store thread."""

    def __init__(self, notebook: Notebook, key: Callable[[], bytes]) -> None:
        self._notebook = notebook
        self._key = key

    def last(self) -> dt.datetime | None:
        """When the last copy was written."""
        kept = self._notebook.get_control(_LAST)
        return dt.datetime.fromisoformat(kept) if kept else None

    def offer(self) -> Offer | None:
        """Whether changes that no copy holds have waited for more than three days."""
        since = oldest_unsent(self._notebook, self.last())
        if since is None or self._notebook.clock.now() - since <= OFFERED_AFTER:
            return None
        return Offer(count_unsent(self._notebook), since)

    def proposed_name(self) -> str:
        """Name of the file, with the time."""
        return safety_copy.proposed_name(self._notebook.clock)

    def begin(self) -> Writer:
        """What writes the copy, with all it needs from the notebook."""
        notebook, key, unsent = self._notebook, bytearray(self._key()), count_unsent(self._notebook)

        def write(target: Path, progress: Progress) -> SafetyCopy:
            try:
                return safety_copy.write(notebook.folder, key, target, notebook.clock, unsent=unsent, progress=progress)
            finally:
                vault.wipe(key)

        return write

    def note(self, made: SafetyCopy) -> None:
        """Remember that a copy was written: the next one is offered three days after a later change."""
        self._notebook.set_control(_LAST, made.made_at.isoformat())
