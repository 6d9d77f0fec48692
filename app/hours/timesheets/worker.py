"""The process that opens a company's file: limits first, then one reader, then an answer on standard output.

Started by :mod:`app.hours.timesheets.sandbox`. Nothing it imports knows the notebook, its key or the network.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import warnings
from pathlib import Path

from app.hours.timesheets import wire
from app.hours.timesheets.cells import MAX_FILE_BYTES, Contents, Failure, Unreadable
from app.hours.timesheets.failures import failure, interrupted, too_large
from app.hours.timesheets.formats import kind_of

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 60


WAIT = "--wait"
"""Instead of a path: load the readers first, then wait for the path on standard input."""
WAIT_SECONDS = 120.0
"""A process started ahead for nothing leaves by itself."""


def main(arguments: list[str]) -> int:
    """``arguments``: the file's path, or ``WAIT``. Writes the encoded result on standard output; answers 0."""
    path = _awaited() if arguments[0] == WAIT else arguments[0]
    if not path:
        return 0
    answer = os.dup(1)
    with open(os.devnull, "wb") as nowhere:  # a library that prints must not spoil the answer
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    limit()
    warnings.simplefilter("ignore")
    result = read_file(Path(path))
    with os.fdopen(answer, "wb") as out:
        out.write(wire.encode(result))
    return 0


def _awaited() -> str:
    """The path that the parent writes once a file is dropped; empty when it never does."""
    from app.hours.timesheets import read_text, read_xlsx  # noqa: F401 - the usual ones, loaded ahead

    patience = threading.Timer(WAIT_SECONDS, os._exit, (0,))
    patience.daemon = True
    patience.start()
    line = sys.stdin.buffer.readline()
    patience.cancel()
    return line.decode("utf-8", "surrogateescape").rstrip("\r\n")


def limit() -> None:
    """Bound memory, processor time and written files of this process, where the system can.

    Windows has no ``resource``: there the limits of size, of cells and of time (held by the parent) remain.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a stricter limit is already set, or macOS refuses
            resource.setrlimit(kind, (most, most))


def read_file(path: Path) -> Contents | Failure:
    """The contents of a file, or why not. Never raises."""
    try:
        try:
            with path.open("rb") as opened:
                data = opened.read(MAX_FILE_BYTES + 1)
        except OSError as missing:
            raise failure("file_not_found") from missing
        if len(data) > MAX_FILE_BYTES:
            raise too_large("plus de 25 Mo")
        return read_bytes(data, path.name)
    except Unreadable as known:
        return known.failure
    except MemoryError:
        return too_large("trop de mémoire nécessaire").failure
    except Exception:  # the edge of the process: whatever a hostile file provokes is an answer, not a fall
        return interrupted().failure


def read_bytes(data: bytes, name: str) -> Contents:
    """The contents of a file given as bytes; ``name`` only chooses sentences. Raises ``Unreadable``."""
    kind = kind_of(data, name)
    # readers are loaded on use: pdfplumber alone costs more than reading a CSV
    match kind:
        case "xlsx" | "xlsb":
            from app.hours.timesheets import read_xlsx

            return read_xlsx.read(data, kind)
        case "xls":
            from app.hours.timesheets import read_xls

            return read_xls.read(data)
        case "ods":
            from app.hours.timesheets import read_ods

            return read_ods.read(data)
        case "pdf":
            from app.hours.timesheets import read_pdf

            return read_pdf.read(data)
        case "html" | "mhtml":
            from app.hours.timesheets import read_html

            return read_html.read(data, kind)
        case "xml2003":
            from app.hours.timesheets import read_xml2003

            return read_xml2003.read(data)
    from app.hours.timesheets import read_text

    return read_text.read(data)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
