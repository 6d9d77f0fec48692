"""Open a company's file: its bytes hashed, its cells read in the process apart, its layout understood."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from app.errors import InvalidInput
from app.hours.imports.values import OpenedFile
from app.hours.timesheets.cells import MAX_FILE_BYTES, Contents, Failure
from app.hours.timesheets.failures import failure
from app.hours.timesheets.reading import load
from app.hours.timesheets.sandbox import ReaderAhead
from app.hours.timesheets.understanding import understand


class UnreadableFile(InvalidInput):
    """The file cannot be used; ``reader_code`` is the stable code of issue 3, point 5."""

    code = "unreadable_file"

    def __init__(self, problem: Failure) -> None:
        super().__init__(problem.message, field="file")
        self.reader_code = problem.code


class CompanyFiles:
    """Opens companies' files for the window, with a reader's process started ahead. Runs off the window's thread."""

    def __init__(self) -> None:
        self._ahead = ReaderAhead()
        self._lock = threading.Lock()

    def warm(self) -> None:
        """A file is about to come."""
        with self._lock:
            self._ahead.warm()

    def open(self, path: Path, given_up: Callable[[], bool]) -> OpenedFile:
        """As :func:`open_file`."""
        with self._lock:
            return open_file(path, given_up, self._ahead)

    def close(self) -> None:
        """Nothing waits any more."""
        self._ahead.close()


def open_file(
    path: Path, cancelled: Callable[[], bool] = lambda: False, ahead: ReaderAhead | None = None
) -> OpenedFile:
    """The file, understood. Runs off the store thread.

    Raises ``UnreadableFile`` with the French sentence to show, ``Cancelled`` once ``cancelled`` answers true.
    """
    contents = load(path, cancelled=cancelled, ahead=ahead)
    if isinstance(contents, Failure):
        raise UnreadableFile(contents)
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_FILE_BYTES + 1)
    except OSError as gone:
        raise UnreadableFile(failure("file_not_found").failure) from gone
    return opened_file(path.name, data, contents)


def opened_file(name: str, data: bytes, contents: Contents) -> OpenedFile:
    """A file whose cells are known."""
    layout = understand(contents.sheets)
    if not layout.tables:
        raise UnreadableFile(failure("no_table_found").failure)
    return OpenedFile(name, hashlib.sha256(data).hexdigest(), contents, layout)
