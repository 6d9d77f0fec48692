"""PDF documents with a table of text, by pdfplumber: ruled tables, else columns cut where white runs down.

Drawings, scripts, links and embedded files are not looked at.
"""

from __future__ import annotations

import contextlib
import io
import itertools
from typing import Any

from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import MAX_PAGES, Contents, Row, Sheet, Unreadable
from app.hours.timesheets.columns_of_text import gutters
from app.hours.timesheets.failures import failure, password_protected, scanned, too_large

_LINE_TOLERANCE = 3.0
"""Points: words whose tops are closer stand on one line."""
_GUTTER = 5
"""Points of white that part two columns."""
_WORD_GAP = 8.0
"""Points between two words of a line that part two cells of a page without rules."""


def read(data: bytes) -> Contents:
    """One sheet: all pages, one under the other. Raises ``Unreadable``."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        document = pdfplumber.open(io.BytesIO(data))
    except (PDFPasswordIncorrect, PDFEncryptionError) as locked:
        raise password_protected(pdf=True) from locked
    except PdfminerException as problem:
        if problem.args and isinstance(problem.args[0], (PDFPasswordIncorrect, PDFEncryptionError)):
            raise password_protected(pdf=True) from problem
        raise failure("corrupt_file") from problem
    except Exception as bad:  # pdfminer raises whatever a damaged object makes it meet
        raise failure("corrupt_file") from bad
    builder = CellBuilder()
    rows: list[Row] = []
    letters = 0
    pages: list[Any] = []
    try:
        pages = document.pages
        if len(pages) > MAX_PAGES:
            raise too_large(f"plus de {MAX_PAGES} pages")
        for page in pages:
            letters += len(page.chars)
            rows.extend(builder.row(values) for values in _page(page))
            page.close()
    except (Unreadable, MemoryError, RecursionError):
        raise
    except Exception as bad:
        raise failure("corrupt_file") from bad
    finally:
        with contextlib.suppress(Exception):  # closing a damaged document walks its pages again
            document.close()
    if not pages:
        raise failure("corrupt_file")
    if letters < 20:
        raise scanned()
    return Contents("pdf", (Sheet("", rows),))


def _page(page: Any) -> list[list[str]]:
    """Rows of a page from top to bottom: lines outside the tables, then rows of the tables, in their places."""
    tables = [table for table in page.find_tables() if len(table.rows) > 1 and _width(table) > 1]
    words = page.extract_words(keep_blank_chars=False, x_tolerance_ratio=0.25, y_tolerance=_LINE_TOLERANCE)
    free = [word for word in words if not any(_inside(word, table.bbox) for table in tables)]
    placed: list[tuple[float, list[str]]] = []
    for table in tables:
        for row, values in zip(table.rows, table.extract(), strict=True):
            placed.append((row.bbox[1], [" ".join((value or "").split()) for value in values]))
    placed.extend(_free_lines(free, ruled=bool(tables)))
    placed.sort(key=lambda pair: pair[0])
    return [values for _, values in placed]


def _width(table: Any) -> int:
    return max(len(row.cells) for row in table.rows)


def _inside(word: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle = (word["top"] + word["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and word["x1"] > box[0] and word["x0"] < box[2])


def _free_lines(words: list[dict[str, Any]], *, ruled: bool) -> list[tuple[float, list[str]]]:
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda one: (one["top"], one["x0"])):
        if lines and abs(lines[-1][0]["top"] - word["top"]) <= _LINE_TOLERANCE:
            lines[-1].append(word)
        else:
            lines.append([word])
    for line in lines:
        line.sort(key=lambda one: float(one["x0"]))
    cuts = [] if ruled else _cuts(lines)
    return [(line[0]["top"], _cells(line, cuts)) for line in lines]


def _groups(line: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    groups = [[line[0]]]
    for before, word in itertools.pairwise(line):
        if word["x0"] - before["x1"] > _WORD_GAP:
            groups.append([word])
        else:
            groups[-1].append(word)
    return groups


def _cuts(lines: list[list[dict[str, Any]]]) -> list[int]:
    """Gutters of the lines that have at least three groups of words."""
    tabular = [line for line in lines if len(_groups(line)) >= 3]
    if len(tabular) < 2:
        return []
    width = int(max(word["x1"] for line in tabular for word in line)) + 2
    counts = [0] * width
    for line in tabular:
        for group in _groups(line):
            for at in range(max(0, int(group[0]["x0"])), min(width, int(group[-1]["x1"]) + 1)):
                counts[at] += 1
    return gutters([count > len(tabular) // 50 for count in counts], least=_GUTTER)


def _cells(line: list[dict[str, Any]], cuts: list[int]) -> list[str]:
    groups = _groups(line)
    if not cuts or len(groups) < 2:
        return [" ".join(word["text"] for word in group) for group in groups]
    cells = [""] * (len(cuts) + 1)
    for group in groups:
        column = sum(1 for cut in cuts if cut <= group[0]["x0"])
        text = " ".join(word["text"] for word in group)
        cells[column] = f"{cells[column]} {text}".strip()
    return cells
