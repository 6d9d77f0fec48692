"""Text tables: CSV, TSV, TXT. The encoding and the separator are found, never asked.

Encodings: UTF-8 and UTF-16 with or without a mark, then Windows-1252; the old DOS and Macintosh tables only
when Windows-1252 gives signs that no French word holds and they do not.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Literal

from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import MAX_CELLS, Contents, Row, Sheet
from app.hours.timesheets.columns_of_text import split_by_gaps
from app.hours.timesheets.failures import failure, too_large

SEPARATORS = (";", "\t", "|", ",")
_FIELD_LIMIT = 200_000
_SAMPLE_LINES = 400
_ACCENTS = frozenset("éèêëàâäîïôöùûüçœæÉÈÊËÀÂÄÎÏÔÖÙÛÜÇŒÆ")
_FOREIGN = frozenset(
    "‚ƒ„…†‡ˆ‰Š‹Ž‘“•˜™š›žŸ¡¢£¤¥¦¨©ª¬®¯±´µ¶¸º¼½¾¿ŠÞðþ÷×¹²³\x81\x8d\x8f\x90\x9d√∫≈∆◊ÐþÝý│┤┐└┴┬├─┼╔╗╚╝║═Úß"
)
_LOOSE_COMMA = re.compile(r"(?:^|[^0-9]),|,(?:[^0-9]|$)", re.MULTILINE)
"""A comma that is not the decimal comma of a number."""
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read(data: bytes) -> Contents:
    """The table of a text file. Raises ``Unreadable``."""
    text = decode(data).replace("\x00", "").replace("\x1a", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    declared = _SEP_LINE.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared else separator_of(text)
    builder = CellBuilder()
    if not separator:
        rows: list[Row] = [builder.row(cells) for cells in split_by_gaps(text.split("\n"))]
        return Contents("txt", (Sheet("", rows),))
    return Contents("tsv" if separator == "\t" else "csv", (Sheet("", _rows(text, separator, builder)),))


def _rows(text: str, separator: str, builder: CellBuilder) -> list[Row]:
    csv.field_size_limit(_FIELD_LIMIT)
    # a quote that never closes would swallow the rest of the file: then quotes are only characters
    quoting: Literal[0, 3] = csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL
    rows: list[Row] = []
    try:
        for values in csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting):
            rows.append(builder.row(values))
            if len(rows) > MAX_CELLS:
                raise too_large("plus de 400 000 lignes")
    except csv.Error as bad:
        if "field larger" in str(bad):
            raise too_large("une cellule de plus de 200 000 caractères") from bad
        raise failure("corrupt_file") from bad
    return rows


def decode(data: bytes) -> str:
    """The text of a file, whatever wrote it. Raises ``Unreadable`` when it is not text."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    sample = data[:20_000]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > 0.7 * half:
        return data.decode("utf-16-le", errors="replace")
    if sample[::2].count(0) > 0.7 * half:
        return data.decode("utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    best = max(("cp1252", "mac_roman", "cp850"), key=lambda encoding: _likeness(data, encoding))
    return data.decode(best, errors="replace") if best != "cp1252" else _windows(data)


def _windows(data: bytes) -> str:
    # the five bytes that Windows-1252 leaves undefined are kept as control signs, dropped later
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(
            chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes((byte,)).decode("cp1252") for byte in data
        )


def _likeness(data: bytes, encoding: str) -> float:
    """How French the bytes above 127 look; Windows-1252 wins a tie."""
    high = Counter(byte for byte in data[:400_000] if byte > 127)
    score = 0.5 if encoding == "cp1252" else 0.0
    for byte, count in high.items():
        try:
            letter = bytes((byte,)).decode(encoding)
        except UnicodeDecodeError:
            letter = "\x81"
        score += count if letter in _ACCENTS else -2 * count if letter in _FOREIGN else 0
    return score


def separator_of(text: str) -> str:
    """The separator that cuts most lines into the same number of cells; empty when none does."""
    sample = "\n".join(line for line in text[:400_000].split("\n")[:_SAMPLE_LINES] if line.strip())
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        if separator not in sample or (separator == "," and not _LOOSE_COMMA.search(sample)):
            continue
        score = _regularity(sample, separator)
        if score > best_score:
            best, best_score = separator, score
    return best


def _regularity(sample: str, separator: str) -> float:
    try:
        csv.field_size_limit(_FIELD_LIMIT)
        widths = Counter(
            len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if any(row)
        )
    except csv.Error:
        return 0.0
    lines = sum(widths.values())
    wide = [(width, count) for width, count in widths.items() if width > 1]
    if not wide:
        return 0.0
    width, count = max(wide, key=lambda pair: (pair[1], pair[0]))
    # a comma also stands in numbers and sentences: it must cut clearly better than the others
    weight = 0.6 if separator == "," else 1.0
    return weight * (count / lines) * min(width, 6)
