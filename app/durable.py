"""Write a small file whole or not at all, whatever happens to the process or the power.

The bytes go to a temporary file of the same folder, are forced to the disk, then take the
name in one step. A reader sees the former file or the new one, never half of one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from pathlib import Path

from app import errors

_TEMPORARY = ".tmp"
_WINDOWS_TRIES = 5


def write(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, durably; the owner alone may read it.

    Raises :class:`errors.DiskFull`, :class:`errors.FolderNotWritable` or another
    :class:`errors.EnvironmentProblem`; the former file is then untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}{_TEMPORARY}")
    try:
        try:
            _write_new(temporary, data)
            _replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(path.parent)
    except OSError as problem:
        raise told(problem) from problem


def sync_file(path: Path) -> None:
    """Force what another library wrote in ``path`` to the disk. Raises :class:`OSError`."""
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Force the names of ``folder`` to the disk, where the system knows how."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as problem:
        # Some network and FUSE folders refuse to sync a folder: the file itself is written.
        if problem.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove the temporary files a killed writer left; to be called by the folder's only owner."""
    with contextlib.suppress(OSError):
        for leftover in folder.glob(f".*{_TEMPORARY}"):
            with contextlib.suppress(OSError):
                leftover.unlink()


def told(problem: OSError) -> errors.EnvironmentProblem:
    """The French error of a refusal of the system."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return errors.DiskFull(
            "Il n’y a plus de place sur le disque.",
            "Ce qui était déjà enregistré est intact.",
            "Libérez de la place, puis recommencez.",
        )
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return errors.FolderNotWritable(
            "Ce dossier refuse l’écriture.",
            "Rien n’a été modifié.",
            "Choisissez un autre dossier, ou demandez le droit d’écrire dans celui-ci.",
        )
    return errors.EnvironmentProblem(
        "L’ordinateur n’a pas pu lire ou écrire un fichier.",
        "Ce qui était déjà enregistré est intact.",
        "Vérifiez que le disque est bien branché, puis recommencez.",
    )


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(temporary: Path, path: Path) -> None:
    for attempt in range(_WINDOWS_TRIES):
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            # On Windows an antivirus or an indexer may hold the former file for an instant.
            if os.name != "nt" or attempt == _WINDOWS_TRIES - 1:
                raise
            time.sleep(0.05)
