"""The key file: its format, its two copies, their repair. It knows nothing of passphrases.

JSON of about 1 kB, with a version, a checksum (damage is told from a wrong passphrase) and a
generation (the later of two sound copies is the right one). What it holds is in ``vault.py``.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from app import durable, errors

log = logging.getLogger(__name__)

FILE_NAME = "notebook.key.json"
COPY_NAME = "notebook.key.bak"
FORMAT = "inclusiv-terrain-key"
VERSION = 1

_MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of Argon2id; they are kept in the key file, so that they can grow with machines."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4

    def __post_init__(self) -> None:
        # Also what a forged key file could ask: a machine's memory, or for ever.
        if not (1 <= self.passes <= 64 and 1 <= self.lanes <= 16):
            raise ValueError("Argon2id: passes 1 to 64, lanes 1 to 16")
        if not 8 * self.lanes <= self.memory_kib <= 1_048_576:
            raise ValueError("Argon2id: memory 8 KiB a lane to 1 GiB")


COST = Cost()
"""64 MiB, 3 passes: 0.16 s on the reference machine (STACK.md §1; RFC 9106 §4, second choice)."""


@dataclass(frozen=True, slots=True)
class RecoveryStatus:
    """What is known of the recovery sheet; times are aware UTC."""

    created_at: dt.datetime
    printed_at: dt.datetime | None
    declined_at: dt.datetime | None

    @property
    def to_print(self) -> bool:
        """Whether the user must still be reminded of printing it."""
        return self.printed_at is None


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The data key as one way in holds it."""

    salt: bytes
    nonce: bytes
    sealed: bytes
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class KeyFile:
    notebook_id: str
    created_at: dt.datetime
    generation: int
    check: bytes
    by_passphrase: Wrapped
    by_recovery: Wrapped
    recovery: RecoveryStatus


class _Unreadable(Exception):
    """A copy of the key file is cut, changed or not ours."""


def read(folder: Path) -> KeyFile:
    """The best copy: the latest generation among the readable ones.

    Raises :class:`errors.NotebookMissing` without any copy, :class:`errors.DamagedNotebook` without a
    readable one, :class:`errors.NewerNotebook` when a sound one is of a newer program. Writes nothing.
    """
    found: list[KeyFile] = []
    present = False
    for name in (FILE_NAME, COPY_NAME):
        try:
            # A key file is 1 kB: anything much longer is not ours and is not worth the memory.
            with (folder / name).open("rb") as stream:
                data = stream.read(_MOST_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as problem:
            raise durable.told(problem) from problem
        present = True
        try:
            found.append(_parse(data))
        except _Unreadable:
            log.warning("key file %s is damaged", name)
    if not present:
        raise errors.NotebookMissing(
            "Il n’y a pas de carnet à cet endroit, ou le fichier de sa clé manque.",
            "Rien n’a été modifié.",
            "Vérifiez le dossier choisi, ou reprenez les fichiers du carnet dans une sauvegarde.",
        )
    if not found:
        raise damaged()
    return max(found, key=lambda content: content.generation)


def heal(folder: Path, good: KeyFile) -> None:
    """Put a missing, late or damaged copy right; the damaged one is kept aside, never destroyed."""
    wanted = serialise(good)
    for name in (FILE_NAME, COPY_NAME):
        path = folder / name
        try:
            if path.exists():
                data = path.read_bytes()
                if data == wanted:
                    continue
                try:
                    _parse(data)
                except _Unreadable:
                    os.replace(path, folder / f"{name}.{hashlib.sha256(data).hexdigest()[:8]}.damaged")
            durable.write(path, wanted)
            log.info("key file %s put right", name)
        except (OSError, errors.EnvironmentProblem):
            # The notebook opens all the same; the next opening will try again.
            log.warning("key file %s could not be put right", name)


def write(folder: Path, content: KeyFile) -> None:
    """Write both copies. Raises as :func:`durable.write`, and then nothing has changed.

    Once the first copy is written the change is made: a second copy that cannot be is put right at
    the next opening, since the first has the later generation.
    """
    data = serialise(content)
    durable.write(folder / FILE_NAME, data)
    try:
        durable.write(folder / COPY_NAME, data)
    except errors.EnvironmentProblem:
        log.warning("the second copy of the key file could not be written")


def serialise(content: KeyFile) -> bytes:
    """The bytes of one copy of the file."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "generation": content.generation,
        "notebook": content.notebook_id,
        "created_at": content.created_at.isoformat(),
        "check": _text(content.check),
        "passphrase": _wrapped_out(content.by_passphrase),
        "recovery": _wrapped_out(content.by_recovery)
        | {
            "created_at": content.recovery.created_at.isoformat(),
            "printed_at": _moment_out(content.recovery.printed_at),
            "declined_at": _moment_out(content.recovery.declined_at),
        },
    }
    return json.dumps(body | {"checksum": _checksum(body)}, indent=1, sort_keys=True).encode()


def _parse(data: bytes) -> KeyFile:
    """Read one copy. Raises :class:`_Unreadable`, or :class:`errors.NewerNotebook` if sound but newer."""
    try:
        body = json.loads(data)
        checksum = body.pop("checksum")
        # ``format``, ``version`` and ``checksum`` keep their meaning in every later version, so that
        # a changed digit of the version is seen as damage and not as a newer program.
        if body["format"] != FORMAT or checksum != _checksum(body):
            raise _Unreadable
        if body["version"] > VERSION:
            newer()
        recovery = body["recovery"]
        return KeyFile(
            notebook_id=body["notebook"],
            created_at=_moment(body["created_at"]),
            generation=int(body["generation"]),
            check=_bytes(body["check"]),
            by_passphrase=_wrapped_in(body["passphrase"], stretched=True),
            by_recovery=_wrapped_in(recovery, stretched=False),
            recovery=RecoveryStatus(
                _moment(recovery["created_at"]),
                _moment(recovery["printed_at"]) if recovery["printed_at"] else None,
                _moment(recovery["declined_at"]) if recovery["declined_at"] else None,
            ),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise _Unreadable from problem


def _wrapped_out(wrapped: Wrapped) -> dict[str, Any]:
    body: dict[str, Any] = {
        "salt": _text(wrapped.salt),
        "nonce": _text(wrapped.nonce),
        "wrapped": _text(wrapped.sealed),
    }
    if wrapped.cost:
        cost = wrapped.cost
        body["argon2id"] = {"passes": cost.passes, "memory_kib": cost.memory_kib, "lanes": cost.lanes}
    return body


def _wrapped_in(body: dict[str, Any], *, stretched: bool) -> Wrapped:
    cost = Cost(**body["argon2id"]) if stretched else None
    return Wrapped(_bytes(body["salt"]), _bytes(body["nonce"]), _bytes(body["wrapped"]), cost)


def _checksum(body: dict[str, Any]) -> str:
    """Tells damage, not malice: the cipher's own tags do that."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _moment_out(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return moment


def damaged() -> errors.DamagedNotebook:
    return errors.DamagedNotebook(
        "Le fichier qui garde la clé du carnet est abîmé.",
        "Rien n’a été modifié.",
        "Reprenez ce fichier dans une sauvegarde de l’ordinateur, ou demandez de l’aide.",
    )


def newer() -> NoReturn:
    raise errors.NewerNotebook(
        "Ce carnet a été écrit par une version plus récente du programme.",
        "Il est intact et n’a pas été modifié.",
        "Mettez à jour le programme, puis ouvrez le carnet.",
    )
