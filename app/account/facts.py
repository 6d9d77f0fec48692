"""What is known of the notebook before it is unlocked: counts and times, nothing personal.

It feeds the unlock screen (« Données locales à jour au 21/11 à 17 h 42, 7 modifications non envoyées ») and
remembers the wrong attempts. Losing the file loses only that: an unreadable one counts as absent.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from app import durable, errors

log = logging.getLogger(__name__)

FILE_NAME = "notebook.facts.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class PinRecord:
    """What allows a PIN to be asked: useless without the data key, which seals ``sealed``."""

    salt: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """Times are aware UTC."""

    unsent: int = 0
    """Records holding changes not sent yet."""
    last_change: dt.datetime | None = None
    attempts: int = 0
    """Wrong passphrases since the last right one."""
    last_attempt: dt.datetime | None = None
    pin: PinRecord | None = None
    warns_at: dt.datetime | None = None
    """From when it is told that the network must be joined; ``None`` for a notebook without lease."""
    ends_at: dt.datetime | None = None
    """When the network will be asked for. Only told from here: what decides stands in the notebook."""


def read(folder: Path) -> Facts:
    """The facts of ``folder``; none when the file is absent, unreadable or of another version."""
    try:
        body = json.loads((folder / FILE_NAME).read_bytes())
        if body["version"] != _VERSION:
            return Facts()
        pin = body["pin"]
        return Facts(
            unsent=max(0, int(body["unsent"])),
            last_change=_moment(body["last_change"]),
            attempts=max(0, int(body["attempts"])),
            last_attempt=_moment(body["last_attempt"]),
            pin=PinRecord(_bytes(pin["salt"]), _bytes(pin["sealed"])) if pin else None,
            warns_at=_moment(body.get("warns_at")),
            ends_at=_moment(body.get("ends_at")),
        )
    except FileNotFoundError:
        return Facts()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        log.warning("the facts file is unreadable and is ignored")
        return Facts()


def write(folder: Path, facts: Facts) -> None:
    """Keep ``facts``; a disk that refuses is only logged, since nothing depends on it."""
    pin = facts.pin
    body = {
        "version": _VERSION,
        "unsent": facts.unsent,
        "last_change": facts.last_change.isoformat() if facts.last_change else None,
        "attempts": facts.attempts,
        "last_attempt": facts.last_attempt.isoformat() if facts.last_attempt else None,
        "pin": {"salt": _text(pin.salt), "sealed": _text(pin.sealed)} if pin else None,
        "warns_at": facts.warns_at.isoformat() if facts.warns_at else None,
        "ends_at": facts.ends_at.isoformat() if facts.ends_at else None,
    }
    try:
        durable.write(folder / FILE_NAME, json.dumps(body, indent=1, sort_keys=True).encode())
    except errors.EnvironmentProblem as problem:
        log.warning("the facts file could not be written: %s", problem.code)


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return moment


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
