"""Walk the XML of a workbook's parts with expat, declarations of entities refused.

Nothing external is ever fetched: expat is given no handler for it, and a document that declares an
entity (the « billion laughs ») is refused as damaged.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from xml.parsers import expat

from app.hours.timesheets.cells import MAX_UNPACKED_BYTES
from app.hours.timesheets.failures import failure, too_large

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def local(name: str) -> str:
    """The name without its prefix: ``x:row`` → ``row``."""
    return name.rpartition(":")[2]


def attribute(attributes: dict[str, str], name: str) -> str:
    """An attribute whatever its prefix; empty when absent."""
    value = attributes.get(name)
    if value is not None:
        return value
    for key, value in attributes.items():
        if key.rpartition(":")[2] == name:
            return value
    return ""


def walk(
    data: bytes, start: Start, end: End | None = None, text: Callable[[str], None] | None = None, *, part: bool = False
) -> None:
    """Call ``start``, ``end`` and ``text`` with names as written. ``part``: ``data`` is only a beginning.

    Raises ``Unreadable`` for XML that is not well formed or declares entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(data, not part)
    except expat.ExpatError as bad:
        raise failure("corrupt_file") from bad


def _refuse(*_: object) -> None:
    raise failure("corrupt_file")


def part_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part of the archive, never more than the limit whatever its directory says; empty when absent."""
    try:
        with archive.open(name) as opened:
            data = opened.read(MAX_UNPACKED_BYTES + 1)
    except KeyError:
        return b""
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as bad:
        raise failure("corrupt_file") from bad
    except Exception as bad:  # zlib.error has no base class but Exception
        raise failure("corrupt_file") from bad
    if len(data) > MAX_UNPACKED_BYTES:
        raise too_large("plus de 250 Mo une fois décompressé")
    return data


def verify(archive: zipfile.ZipFile, folder: str) -> None:
    """Read the XML parts of a folder to their ends, where their checksums are compared: calamine does not.

    A workbook whose bytes were damaged would otherwise give other names or figures. Raises ``Unreadable``.
    """
    total = 0
    for entry in archive.infolist():
        name = entry.filename.lower()
        if name.startswith(folder) and name.endswith((".xml", ".bin", ".rels")):
            total += len(part_of(archive, entry.filename))
            if total > MAX_UNPACKED_BYTES:
                raise too_large("plus de 250 Mo une fois décompressé")
