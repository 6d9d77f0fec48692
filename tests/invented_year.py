"""The demonstration notebook, made once per session and copied or opened by the tests that need its volume."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from pathlib import Path

from app.account.keyfile import Cost
from app.account.secrets import NoSecrets
from app.bootstrap import DEMONSTRATION_PASSPHRASE, Workstation
from app.clock import FrozenClock

DAY = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
CHEAP = Cost(passes=1, memory_kib=64, lanes=1)

_MADE: dict[str, tuple[Path, dict[str, int]]] = {}


def template() -> tuple[Path, dict[str, int]]:
    """The folder of the demonstration of :data:`DAY` (never to be written in) and how many rows each table received."""
    if "year" not in _MADE:
        home = Path(tempfile.mkdtemp(prefix="inclusiv-annee-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        workstation = workstation_of(home / "carnet")
        try:
            _MADE["year"] = home / "carnet", workstation.make_demonstration(DEMONSTRATION_PASSPHRASE)
        finally:
            workstation.account.close()
    return _MADE["year"]


def copy_to(folder: Path) -> Path:
    """A copy that a test may write in."""
    shutil.copytree(template()[0], folder, ignore=shutil.ignore_patterns("*.lock"))
    return folder


def workstation_of(folder: Path) -> Workstation:
    """A workstation on that folder, on the day of the demonstration, without keyring."""
    return Workstation(folder, FrozenClock(DAY), NoSecrets(), cost=CHEAP)


def unlocked(folder: Path) -> Workstation:
    """The same, open."""
    workstation = workstation_of(folder)
    workstation.account.unlock(DEMONSTRATION_PASSPHRASE)
    return workstation
