"""The demonstration notebooks that are measured: ×1 and ×10, made once and kept under ``.cache/benchmarks``."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sys
from functools import cache
from pathlib import Path

from app.account.secrets import NoSecrets
from app.bootstrap import DEMONSTRATION_PASSPHRASE, Workstation
from app.clock import SystemClock

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "benchmarks"
SOURCES = ("app/models", "app/demonstration", "app/store/migrations", "app/store/search_index.py")
"""What a notebook's content comes from."""


def fingerprint() -> str:
    """Changes with the schema, with what the demonstration invents, and with the day it is invented for."""
    digest = hashlib.sha256(dt.date.today().isoformat().encode())
    for source in SOURCES:
        path = ROOT / source
        for one in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(one.read_bytes())
    return digest.hexdigest()


def workstation(folder: Path) -> Workstation:
    """A workstation over a folder, without the system's keyring."""
    return Workstation(folder, SystemClock(), NoSecrets())


@cache
def folder(scale: int) -> Path:
    """The folder of the demonstration at ×``scale``, made anew when what it comes from has changed (judged once)."""
    place, mark = CACHE / f"demonstration-{scale}", CACHE / f"demonstration-{scale}.made-from"
    wanted = fingerprint()
    if mark.exists() and mark.read_text(encoding="ascii") == wanted and place.is_dir():
        return place
    print(f"making the demonstration at ×{scale} in {place.relative_to(ROOT)}…", file=sys.stderr, flush=True)
    mark.unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    made = workstation(place)
    made.make_demonstration(DEMONSTRATION_PASSPHRASE, scale=scale)
    made.account.close()
    mark.write_text(wanted, encoding="ascii")
    return place


def opened(scale: int) -> Workstation:
    """The demonstration at ×``scale``, unlocked; close its ``account`` in the end."""
    made = workstation(folder(scale))
    made.account.unlock(DEMONSTRATION_PASSPHRASE)
    return made
