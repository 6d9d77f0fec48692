"""Opening the encrypted file with care.

The key is 32 random bytes given raw to SQLCipher (never a passphrase, never in an URL). The
file is opened ``mode=rw`` so that a wrong path never makes a new empty notebook. Each error of the
driver is sorted into the environment's (told in French) or ours (a bug).
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from app.errors import (
    DamagedNotebook,
    DiskFull,
    EnvironmentProblem,
    FolderNotWritable,
    NotebookExists,
    NotebookInUse,
    NotebookMissing,
)
from app.paths import NOTEBOOK_FILE

FILE_NAME = NOTEBOOK_FILE


JOURNAL = 8_000
"""Pages that the journal holds at most before a write folds it."""

# FULL: in WAL with NORMAL a power cut may take back a write that was told « Enregistré » (SYNC.md §7.18).
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "temp_store = MEMORY",
    "cache_size = -8000",
    # The journal is folded into the file at rest (Notebook.fold), so that no write waits for it: this is the limit of
    # a load that never rests, 32 MB.
    f"wal_autocheckpoint = {JOURNAL}",
)

DRIVER_ERRORS: tuple[type[Exception], ...] = (sqlcipher.Error, sqlite3.Error)
ENVIRONMENT_ERRORS: tuple[type[Exception], ...] = (OSError, *DRIVER_ERRORS)
"""What the driver or the system raises, to be passed to ``explain``."""


@contextmanager
def sparing_disk(raw: Any) -> Iterator[None]:
    """Writes inside, outside of any transaction, do not wait for the disk: a power cut may take back the last of them.

    For what nobody was told is kept, never for what a person typed.
    """
    raw.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        raw.execute("PRAGMA synchronous = FULL")


def connect(path: Path, key: bytes, mode: str = "rw") -> Any:
    """Open the encrypted file ``path`` with the raw ``key`` and check that the key is right.

    ``mode`` is SQLite's: ``rw`` (must exist), ``rwc`` (may be created), ``ro``.
    Raises ``NotebookMissing``, ``DamagedNotebook`` (wrong key and a damaged first page look the same
    here; the vault's key check tells them apart before), ``FolderNotWritable``, ``NotebookInUse``.
    """
    if mode != "rwc" and not path.exists():
        raise NotebookMissing(
            "Aucun carnet à cet emplacement.",
            "Rien n’a été modifié.",
            "Vérifiez le dossier, ou créez un nouveau carnet.",
        )
    if mode == "rw" and path.with_name(path.name + "-wal").exists():
        # A program killed left its last writes in the journal. Closing after a failed opening would drop it
        # (measured: damaged first page, wrong key); a connection that only reads keeps it.
        connect(path, key, "ro").close()
    connection = None
    try:
        connection = sqlcipher.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            timeout=5,
        )
        connection.execute("PRAGMA cipher_log = off")
        connection.execute(f"PRAGMA key = \"x'{bytes(key).hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in _PRAGMAS if mode != "ro" else _PRAGMAS[2:]:
            connection.execute("PRAGMA " + pragma)
        return connection
    except DRIVER_ERRORS as problem:
        if connection is not None:
            connection.close()
        raise explain(problem) from problem


def refuse_existing(path: Path) -> None:
    """Raise ``NotebookExists`` when a file stands at ``path``: nothing is ever overwritten."""
    if path.exists():
        raise NotebookExists(
            "Un carnet existe déjà dans ce dossier.",
            "Il n’a pas été touché.",
            "Ouvrez-le, ou choisissez un autre dossier.",
        )


def explain(problem: Exception) -> Exception:
    """The error of ours that says in French what an error of the driver or the system means.

    What is nobody's fault but the program's is returned unchanged: it stays a bug.
    """
    text = str(problem).lower()
    if (isinstance(problem, OSError) and problem.errno == errno.ENOSPC) or "disk is full" in text:
        return DiskFull(
            "Le disque est plein\u00a0: l’enregistrement n’a pas pu se faire.",
            "Tout ce qui était déjà enregistré est intact.",
            "Libérez de la place, puis recommencez.",
        )
    if (isinstance(problem, OSError) and problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS)) or (
        "readonly database" in text or "read-only" in text
    ):
        return FolderNotWritable(
            "Le dossier du carnet n’accepte pas l’écriture.",
            "Le carnet n’a pas été modifié.",
            "Vérifiez les droits du dossier, ou choisissez-en un autre.",
        )
    if "unable to open database" in text:
        return FolderNotWritable(
            "Le fichier du carnet ne peut pas être ouvert dans ce dossier.",
            "Rien n’a été modifié.",
            "Vérifiez que le dossier existe et que vous avez le droit d’y écrire.",
        )
    if "file is not a database" in text or "malformed" in text or "hmac" in text:
        return DamagedNotebook(
            "Le fichier du carnet est endommagé ou ne correspond pas à sa clé.",
            "Il n’a pas été modifié et vos copies de sauvegarde sont intactes.",
            "Restaurez la dernière copie saine.",
        )
    if "database is locked" in text:
        return NotebookInUse(
            "Le carnet est déjà ouvert dans une autre fenêtre.",
            "Rien n’a été modifié.",
            "Fermez l’autre fenêtre, puis recommencez.",
        )
    if isinstance(problem, OSError) or "disk i/o error" in text:
        return EnvironmentProblem(
            "Le disque a refusé une lecture ou une écriture.",
            "Ce qui était déjà enregistré est intact.",
            "Vérifiez le disque, puis recommencez.",
        )
    return problem
