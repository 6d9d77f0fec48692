"""Excel workbooks since 2007 (xlsx, xlsm, xlsb).

Values come from python-calamine. What calamine does not tell (hidden columns and rows, formulas without a
kept value, errors shown as blanks) is looked up in the sheet's own XML, and only when it is there at all:
a file without formula costs one search of its bytes.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import MAX_EXTENT, MAX_SHEETS, Cell, Contents, Sheet
from app.hours.timesheets.failures import failure, password_protected, too_large
from app.hours.timesheets.markup import attribute, local, part_of, verify, walk

_FORMULA_BARE = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(?!\s*<v>[^<])")
_HIDDEN_ROW = re.compile(rb"<row\s[^>]*\bhidden=\"(?:1|true)\"")
_LAST_ROW = re.compile(rb"<row\s[^>]*?\br=\"(\d+)\"")
_WIDE = re.compile(rb"r=\"[A-Z]{3}\d")
_DOUBLE = re.compile(rb"r=\"[A-Z]{2}\d")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(slots=True)
class _Marks:
    """What the XML of a sheet says beside the values."""

    columns: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    last_row: int = -1
    last_column: int = -1


def read(data: bytes, kind: str) -> Contents:
    """All sheets of a workbook. Raises ``Unreadable``."""
    marks = _marks_by_sheet(data, kind)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError as locked:
        raise password_protected() from locked
    except (CalamineError, OSError, ValueError) as bad:
        raise failure("corrupt_file") from bad
    if len(book.sheets_metadata) > MAX_SHEETS:
        raise too_large("plus de 250 feuilles")
    builder = CellBuilder()
    sheets: list[Sheet] = []
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        try:
            found = book.get_sheet_by_name(meta.name)
            bottom_right = found.end
            if bottom_right and (bottom_right[0] + 1) * (bottom_right[1] + 1) > MAX_EXTENT:
                raise _too_wide(bottom_right[0], bottom_right[1])
            values = found.to_python(skip_empty_area=False)
            merged = tuple((*start, *end) for start, end in found.merged_cell_ranges or ())
        except (CalamineError, OSError, ValueError) as bad:
            raise failure("corrupt_file") from bad
        rows = [builder.row(one) for one in values]
        seen = marks.get(meta.name, _Marks())
        _place(rows, seen.formulas, Cell(formula=True))
        _place(rows, seen.errors, Cell(error=True))
        sheets.append(
            Sheet(
                meta.name.strip(),
                rows,
                meta.visible != SheetVisibleEnum.Visible,
                frozenset(seen.rows),
                frozenset(seen.columns),
                merged,
            )
        )
    return Contents(kind, tuple(sheets))


def _too_wide(row: int, column: int) -> Exception:
    return too_large(f"une cellule isolée à la ligne {row + 1}, colonne {column + 1}")


def _place(rows: list[list[Cell | None]], places: set[tuple[int, int]], cell: Cell) -> None:
    for row, column in places:
        if row >= len(rows):
            if row > len(rows) + 100_000:
                continue
            rows.extend([] for _ in range(row + 1 - len(rows)))
        line = rows[row]
        if column >= len(line):
            line.extend([None] * (column + 1 - len(line)))
        if line[column] is None:
            line[column] = cell


def _marks_by_sheet(data: bytes, kind: str) -> dict[str, _Marks]:
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError) as bad:
        raise failure("corrupt_file") from bad
    with archive:
        verify(archive, "xl/")
        if kind == "xlsb":
            return {}
        book_part = _main_part(archive)
        folder = posixpath.dirname(book_part)
        targets: dict[str, str] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if local(name) == "Relationship":
                target = attributes.get("Target", "")
                full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                targets[attributes.get("Id", "")] = full

        rels = part_of(archive, f"{folder}/_rels/{posixpath.basename(book_part)}.rels")
        if rels:
            walk(rels, relation)
        parts: dict[str, str] = {}

        def sheet(name: str, attributes: dict[str, str]) -> None:
            if local(name) == "sheet":
                parts[attributes.get("name", "")] = targets.get(attribute(attributes, "id"), "")

        book = part_of(archive, book_part)
        if not book:
            raise failure("corrupt_file")
        walk(book, sheet)
        if len(parts) > MAX_SHEETS:
            raise too_large("plus de 250 feuilles")
        return {name: _marks(part_of(archive, part)) for name, part in parts.items() if part}


def _main_part(archive: zipfile.ZipFile) -> str:
    found: list[str] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    rels = part_of(archive, "_rels/.rels")
    if rels:
        walk(rels, relation)
    return found[0] if found else "xl/workbook.xml"


def _marks(data: bytes) -> _Marks:
    """Only what is needed: the columns' head always, the whole sheet when a search says there is something."""
    marks = _Marks()
    if not data:
        return marks
    body = data.find(b"<sheetData")
    prefixed = body < 0
    last = data.rfind(b"<row")
    last_row = _LAST_ROW.match(data, last) if last >= 0 else None
    most_columns = 16_384 if _WIDE.search(data) else 702 if _DOUBLE.search(data) else 26
    tall = last >= 0 and (last_row is None or int(last_row[1]) * most_columns > MAX_EXTENT)
    suspicious = (
        prefixed
        or b"<!ENTITY" in data[:4096]
        or b't="e"' in data
        or _FORMULA_BARE.search(data) is not None
        or (data.find(b"hidden=", body) >= 0 and _HIDDEN_ROW.search(data) is not None)
        or tall
    )
    if suspicious:
        _walk_sheet(data, marks)
        if (marks.last_row + 1) * (marks.last_column + 1) > MAX_EXTENT:
            raise _too_wide(marks.last_row, marks.last_column)
    elif b"<col" in data[:body]:

        def column(name: str, attributes: dict[str, str]) -> None:
            if name == "col":
                _note_column(attributes, marks)

        walk(data[:body], column, part=True)
    return marks


def _note_column(attributes: dict[str, str], marks: _Marks) -> None:
    if attributes.get("hidden") not in ("1", "true") and attributes.get("width") not in ("0", "0.0"):
        return
    first, last = _integer(attributes.get("min")), _integer(attributes.get("max"))
    if first and last:
        marks.columns.update(range(first - 1, min(last, 16_384)))


def _walk_sheet(data: bytes, marks: _Marks) -> None:
    row = column = -1
    shape = ""
    formula = value = False
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, shape, formula, value, inside
        match local(name):
            case "c":
                place = _REFERENCE.fullmatch(attributes.get("r", ""))
                column = _column_index(place[1]) if place else column + 1
                shape = attributes.get("t", "")
                formula = value = False
            case "f":
                formula = True
            case "v":
                inside = True
            case "row":
                row = (_integer(attributes.get("r")) or row + 2) - 1
                column = -1
                if attributes.get("hidden") in ("1", "true"):
                    marks.rows.add(row)
            case "col":
                _note_column(attributes, marks)

    def text(content: str) -> None:
        nonlocal value
        if inside and content:
            value = True

    def end(name: str) -> None:
        nonlocal inside
        match local(name):
            case "v":
                inside = False
            case "c":
                if value:
                    marks.last_row, marks.last_column = max(marks.last_row, row), max(marks.last_column, column)
                if formula and not value and shape != "str":
                    marks.formulas.add((row, column))
                elif shape == "e":
                    marks.errors.add((row, column))

    walk(data, start, end, text)


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
