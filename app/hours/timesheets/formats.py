"""What a file is, judged by its content and never by its name (issue 3, point 1).

The name only serves to choose between two sentences when the content is no table at all.
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import PurePath

from app.hours.timesheets.cells import MAX_UNPACKED_BYTES, Unreadable
from app.hours.timesheets.failures import failure, misnamed, not_a_table, password_protected, too_large
from app.hours.timesheets.wording import words

TABLE_EXTENSIONS = words("xlsx xlsm xlsb xls xlt xltx ods ots csv tsv txt tab htm html xml pdf")
_BINARY_EXTENSIONS = words("xlsx xlsm xlsb xls xlt xltx ods ots pdf")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_OLD = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x06\x00", b"\x09\x08\x08\x00")

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une photo"),
    (b"GIF8", "une image"),
    (b"BM", "une image"),
    (b"II*\x00", "une image numérisée"),
    (b"MM\x00*", "une image numérisée"),
    (b"{\\rtf", "un document de traitement de texte"),
    (b"Rar!", "une archive compressée"),
    (b"7z\xbc\xaf", "une archive compressée"),
    (b"\x1f\x8b", "une archive compressée"),
    (b"MZ", "un programme"),
    (b"\x7fELF", "un programme"),
    (b"SQLite format 3", "une base de données"),
    (b"ID3", "un fichier audio"),
    (b"OggS", "un fichier audio"),
)


def extension_of(name: str) -> str:
    """Lower-case extension without its dot; empty when there is none."""
    return PurePath(name).suffix.lower().lstrip(".")


def kind_of(data: bytes, name: str) -> str:
    """``xlsx`` ``xlsb`` ``xls`` ``ods`` ``pdf`` ``html`` ``xml2003`` ``mhtml`` or ``text``.

    Raises :class:`Unreadable` with the code ``password_protected``, ``corrupt_file``, ``file_too_large``,
    ``wrong_extension`` or ``unsupported_format``.
    """
    extension = extension_of(name)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        if extension in _BINARY_EXTENSIONS:
            raise failure("corrupt_file", _EMPTY)
        raise failure("no_table_found", _EMPTY)
    if data.startswith(_OLE):
        return _kind_of_ole(data, extension)
    if data.startswith(b"PK"):
        return _kind_of_zip(data, extension)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_BIFF_OLD):
        return "xls"
    for magic, what in _OTHERS:
        if data.startswith(magic) and not (magic in (b"BM", b"MZ", b"ID3") and _looks_like_text(data)):
            raise _no_table(what, extension)
    if data[4:8] == b"ftyp":
        raise _no_table("une photo ou une vidéo", extension)
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        raise _no_table("une image ou un enregistrement", extension)
    if not _looks_like_text(data):
        if extension in TABLE_EXTENSIONS:
            raise failure("corrupt_file")
        raise failure("unsupported_format")
    return _kind_of_text(data, extension)


_EMPTY = "Ce fichier est vide. Demandez à l’entreprise de le renvoyer."


def _no_table(what: str, extension: str) -> Unreadable:
    return misnamed(what, extension) if extension in TABLE_EXTENSIONS else not_a_table(what)


def _kind_of_ole(data: bytes, extension: str) -> str:
    """A compound file: BIFF workbook, encrypted OOXML, Word, Outlook… told by its directory's names."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") + b"\x00\x00" in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise password_protected()
    if holds("Workbook") or holds("Book") or holds("WORKBOOK") or holds("BOOK"):
        return "xls"
    if holds("WordDocument"):
        raise _no_table("un document de traitement de texte", extension)
    if holds("PowerPoint Document"):
        raise _no_table("une présentation", extension)
    if holds("__properties_version1.0"):
        raise _no_table("un message électronique", extension)
    raise failure("corrupt_file")


def _kind_of_zip(data: bytes, extension: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES or len(entries) > 10_000:
                raise too_large("plus de 250 Mo une fois décompressé")
            if any(entry.flag_bits & 1 for entry in entries):
                raise password_protected()
            mimetype = _small(archive, "mimetype") if "mimetype" in names else b""
            manifest = _small(archive, "META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, KeyError, RuntimeError) as bad:
        raise failure("corrupt_file") from bad
    except (ValueError, OSError, EOFError, NotImplementedError) as bad:
        raise failure("corrupt_file") from bad
    folded = {name.lower().replace("\\", "/").lstrip("/") for name in names}
    if b"spreadsheet" in mimetype or (b"opendocument.spreadsheet" in manifest and "content.xml" in folded):
        if b"encryption-data" in manifest or "encrypted-package" in folded:
            raise password_protected()
        return "ods"
    if b"encryption-data" in manifest:
        raise password_protected()
    if "xl/workbook.bin" in folded:
        return "xlsb"
    if any(name.startswith("xl/") for name in folded):
        return "xlsx"
    if any(name.startswith("word/") for name in folded) or b"opendocument.text" in mimetype:
        raise _no_table("un document de traitement de texte", extension)
    if any(name.startswith("ppt/") for name in folded) or b"opendocument" in mimetype:
        raise _no_table("une présentation ou un dessin", extension)
    if any(name.startswith("index/") or name.endswith(".iwa") for name in folded):
        raise _no_table("un classeur Numbers", "")
    if "[content_types].xml" in folded or "content.xml" in folded:
        raise failure("corrupt_file")
    raise _no_table("une archive compressée", extension)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(200_000)


def _looks_like_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    sample = data[:65_536]
    zeros = sample.count(0)
    half = len(sample) // 2 or 1
    if max(sample[::2].count(0), sample[1::2].count(0)) > 0.7 * half:
        return True  # UTF-16 without a mark: every other byte of a French text is zero
    # some programs pad their cells with zeros; nothing else below the space belongs in a text
    control = sum(sample.count(code) for code in range(1, 32) if code not in (9, 10, 11, 12, 13, 26, 27))
    return zeros < 0.1 * len(sample) and control < 0.02 * len(sample)


def _kind_of_text(data: bytes, extension: str) -> str:
    head = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"<?xml") or head.startswith(b"<workbook"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
            return "xml2003"
        if b"<html" in head or b"<table" in head:
            return "html"
        raise _no_table("un fichier de données d’un autre programme", "")
    if head.startswith((b"mime-version:", b"content-type: multipart")) and b"multipart/related" in head:
        return "mhtml"
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<meta", b"<table", b"<style", b"<body", b"<div")):
        return "html"
    if b"<table" in head and b"<t" in head:
        return "html"
    return "text"
