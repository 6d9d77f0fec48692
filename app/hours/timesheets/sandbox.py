"""Open a company's file in another process, with limits, and take back plain values.

A child program (``subprocess``) rather than ``multiprocessing``: spawn would import the program's main module
again in the child (the whole window), and its answers are pickles, which a process taken over by a hostile
file could use to run code here. The child answers JSON on a pipe; it inherits neither the environment's
Python settings nor an open file, and a child that falls, hangs or swells is only an error value.

Frozen by PyInstaller there is no Python to call: the program calls itself with :data:`WORKER_VERB` as first
argument, which ``app.__main__`` must hand to :func:`app.hours.timesheets.worker.main` before anything else.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.errors import Cancelled
from app.hours.timesheets import wire
from app.hours.timesheets.cells import MAX_FILE_BYTES, Contents, Failure
from app.hours.timesheets.failures import failure, interrupted, too_large
from app.hours.timesheets.worker import WAIT

WORKER_VERB = "timesheet-worker"
WALL_SECONDS = 90.0
_LOOK_SECONDS = 0.1
"""How often a reading under way looks whether it is given up."""
MAX_ANSWER_BYTES = 300 * 1024 * 1024

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from app.hours.timesheets.worker import main; sys.exit(main(sys.argv[1:]))"
)


def worker_command(path: Path | str) -> list[str]:
    """The command line of the reader's process for one file (or for the file it will be told)."""
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER_VERB, str(path)]
    root = Path(__file__).resolve().parents[3]
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(root), str(path)]


def _started(path: Path | str, stdin: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        worker_command(path),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


class ReaderAhead:
    """A reader's process started before the file is there (a file is dragged over the window): it costs no wait then.

    It reads one file and ends, as any other; unused it leaves by itself. Used by one thread at a time.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def warm(self) -> None:
        """Start the process, unless one waits already."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            with contextlib.suppress(OSError, ValueError):
                self._child = _started(WAIT, subprocess.PIPE)

    def take(self, path: Path) -> subprocess.Popen[bytes] | None:
        """The waiting process, told to read ``path``; ``None`` when there is none (any more)."""
        child, self._child = self._child, None
        if child is None or child.stdin is None:
            return None
        try:
            child.stdin.write(str(path).encode("utf-8", "surrogateescape") + b"\n")
            child.stdin.close()
            child.stdin = None
        except OSError:
            _end(child)
            return None
        return child

    def close(self) -> None:
        """End a process that waits."""
        child, self._child = self._child, None
        if child is not None:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError, OSError):
        child.communicate(timeout=5)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def read_in_sandbox(
    path: Path,
    *,
    wall_seconds: float = WALL_SECONDS,
    cancelled: Callable[[], bool] = lambda: False,
    ahead: ReaderAhead | None = None,
) -> Contents | Failure:
    """The contents of a file, or why not; within ``wall_seconds`` and a little.

    Raises nothing but ``Cancelled``, once ``cancelled`` answers true: the reader's process is then ended.
    """
    path = path.absolute()
    try:
        if not path.is_file():
            return failure("file_not_found").failure
        if path.stat().st_size > MAX_FILE_BYTES:
            return too_large("plus de 25 Mo").failure
    except (OSError, ValueError):
        return failure("file_not_found").failure
    waiting = ahead.take(path) if ahead is not None and "\n" not in str(path) else None
    if waiting is not None:
        answer = _read_by(waiting, wall_seconds, cancelled)
        if answer is not None:
            return answer
        # it had just left: read as usual
    try:
        child = _started(path, subprocess.DEVNULL)
    except (OSError, ValueError):
        return interrupted().failure
    return _read_by(child, wall_seconds, cancelled) or interrupted().failure


def _read_by(
    child: subprocess.Popen[bytes], wall_seconds: float, cancelled: Callable[[], bool]
) -> Contents | Failure | None:
    """What the process answers; ``None`` when it left without a word."""
    try:
        answer = _answer(child, wall_seconds, cancelled)
    except subprocess.TimeoutExpired:
        return too_large("lecture trop longue").failure
    finally:
        _end(child)
    if child.returncode == 0 and not answer:
        return None
    if child.returncode != 0 or len(answer) > MAX_ANSWER_BYTES:
        return interrupted().failure
    try:
        return wire.decode(answer)
    except ValueError:
        return interrupted().failure


def _answer(child: subprocess.Popen[bytes], wall_seconds: float, cancelled: Callable[[], bool]) -> bytes:
    end = time.monotonic() + wall_seconds
    while True:
        try:
            return child.communicate(timeout=min(_LOOK_SECONDS, max(end - time.monotonic(), 0.0)))[0]
        except subprocess.TimeoutExpired:
            if cancelled():
                raise Cancelled from None
            if time.monotonic() >= end:
                raise
