"""What every part of the server is given: the database, the clock, the folder of files, the limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.clock import Clock
from app.sync.protocol import LIMITS, Limits
from server.passwords import Passwords
from server.store.engine import Database


@dataclass(frozen=True, slots=True)
class Service:
    """Made once per process."""

    database: Database
    clock: Clock
    files: Path
    """Where photographs and documents lie, by their content."""
    passwords: Passwords = field(default_factory=Passwords)
    limits: Limits = LIMITS
    requests_per_minute: int = 1200
    """Of one address, before it is asked to wait; a first synchronisation of 100 000 records asks a hundred pages."""

    @property
    def folder(self) -> Path:
        """The server's folder, beside the database: the ledger of erasures, the counter of starts."""
        return self.files.parent
