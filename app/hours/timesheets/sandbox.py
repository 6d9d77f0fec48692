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

WORKER_VERB = "timesheet-worker"
WALL_SECONDS = 90.0
_LOOK_SECONDS = 0.1
"""How often a reading under way looks whether it is given up."""
MAX_ANSWER_BYTES = 300 * 1024 * 1024

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from app.hours.timesheets.worker import main; sys.exit(main(sys.argv[1:]))"
)


def worker_command(path: Path) -> list[str]:
    """The command line of the reader's process for one file."""
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER_VERB, str(path)]
    root = Path(__file__).resolve().parents[3]
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(root), str(path)]


def read_in_sandbox(
    path: Path, *, wall_seconds: float = WALL_SECONDS, cancelled: Callable[[], bool] = lambda: False
) -> Contents | Failure:
    """The contents of a file, or why not; within ``wall_seconds`` and a little.

    Raises nothing but ``Cancelled``, once ``cancelled`` answers true: the reader's process is then ended.
    """
    path = path.absolute()
    try:
        if not path.is_file():
            return failure("file_not_found").failure
        if path.stat().st_size > MAX_FILE_BYTES:
            return too_large("plus de 25 Mo").failure
    except (OSError, ValueError):
        return failure("file_not_found").failure
    try:
        child = subprocess.Popen(
            worker_command(path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError):
        return interrupted().failure
    try:
        answer = _answer(child, wall_seconds, cancelled)
    except subprocess.TimeoutExpired:
        return too_large("lecture trop longue").failure
    finally:
        if child.poll() is None:
            child.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.communicate(timeout=5)
    if child.returncode != 0 or not answer or len(answer) > MAX_ANSWER_BYTES:
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
