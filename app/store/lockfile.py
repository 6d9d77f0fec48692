"""One window at a time on a notebook: a lock of the operating system on a file beside it.

The system frees the lock when the process ends, whatever the end: nothing stale is ever left,
and the file itself (empty) is never a sign of anything.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from app import durable, errors

FILE_NAME = "notebook.lock"


class NotebookLock:
    """Holds the lock of a folder from :meth:`acquire` to :meth:`release`."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def acquire(cls, folder: Path) -> Self:
        """Take the lock of ``folder``, at once or not at all.

        Raises :class:`errors.NotebookInUse` when another window has it (of this process
        included), :class:`errors.NotebookMissing` when there is no such folder, and the
        errors of :func:`durable.told`.
        """
        try:
            # Not inherited by the processes we start: a reader of files must not hold it.
            handle = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        except (FileNotFoundError, NotADirectoryError) as problem:
            raise errors.NotebookMissing(
                "Il n’y a pas de carnet à cet endroit.",
                "Rien n’a été modifié.",
                "Vérifiez le dossier choisi, ou créez un carnet.",
            ) from problem
        except OSError as problem:
            raise durable.told(problem) from problem
        try:
            _lock(handle)
        except OSError as problem:
            os.close(handle)
            if problem.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise errors.NotebookInUse(
                    "Ce carnet est déjà ouvert dans une autre fenêtre.",
                    "Rien n’a été modifié.",
                    "Revenez à l’autre fenêtre, ou fermez-la puis recommencez.",
                ) from problem
            raise errors.FolderNotWritable(
                "Ce dossier ne permet pas de réserver le carnet à une seule fenêtre.",
                "Rien n’a été modifié.",
                "Choisissez un dossier du disque de cet ordinateur.",
            ) from problem
        return cls(handle)

    def release(self) -> None:
        """Give the lock back; harmless when already given back."""
        handle, self._handle = self._handle, None
        if handle is not None:
            _unlock(handle)
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # flock and not lockf: it belongs to this opening of the file, so that a second opening in the
    # same process is refused too, and closing another handle does not give the lock back.
    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
