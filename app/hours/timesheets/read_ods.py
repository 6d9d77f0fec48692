"""OpenDocument spreadsheets: values by python-calamine, hidden columns, merges and repeats from the XML."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import MAX_CELLS, MAX_EXTENT, MAX_SHEETS, Cell, Contents, Sheet
from app.hours.timesheets.failures import failure, password_protected, too_large
from app.hours.timesheets.markup import attribute, local, part_of, walk


@dataclass(slots=True)
class _Table:
    columns: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    width: int = 0
    height: int = 0


def read(data: bytes) -> Contents:
    """All sheets of a document. Raises ``Unreadable``."""
    tables = _tables(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        builder = CellBuilder()
        sheets: list[Sheet] = []
        for at, meta in enumerate(book.sheets_metadata):
            table = tables[at] if at < len(tables) else _Table()
            rows = [builder.row(one) for one in book.get_sheet_by_index(at).to_python(skip_empty_area=False)]
            for row, column in table.formulas:
                if row < len(rows) and column < len(rows[row]) and rows[row][column] is None:
                    rows[row][column] = Cell(formula=True)
            sheets.append(
                Sheet(
                    meta.name.strip(),
                    rows,
                    meta.visible != SheetVisibleEnum.Visible,
                    frozenset(table.rows),
                    frozenset(table.columns),
                    tuple(table.merged),
                )
            )
    except PasswordError as locked:
        raise password_protected() from locked
    except (CalamineError, OSError, ValueError) as bad:
        raise failure("corrupt_file") from bad
    return Contents("ods", tuple(sheets))


def _tables(data: bytes) -> list[_Table]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            content = part_of(archive, "content.xml")
    except (zipfile.BadZipFile, OSError, ValueError) as bad:
        raise failure("corrupt_file") from bad
    if not content:
        raise failure("corrupt_file")
    walker = _Walker()
    walk(content, walker.start, walker.end)
    return walker.tables


class _Walker:
    """Follows repeats, so that a bomb of repeated cells is refused before anything unfolds it."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self._row = self._column = 0
        self._repeat = 1
        self._filled = 0
        self._cells = 0
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "table" if name.startswith("table"):
                self._depth += 1
                if self._depth == 1:
                    self.tables.append(_Table())
                    if len(self.tables) > MAX_SHEETS:
                        raise too_large("plus de 250 feuilles")
                    self._row = self._column = 0
            case "table-column" if self.tables:
                repeat = _repeat(attributes, "number-columns-repeated")
                if attribute(attributes, "visibility") in ("collapse", "filter"):
                    self.tables[-1].columns.update(range(self._column, min(self._column + repeat, 16_384)))
                self._column += repeat
            case "table-row" if self.tables:
                self._repeat = _repeat(attributes, "number-rows-repeated")
                if attribute(attributes, "visibility") in ("collapse", "filter"):
                    self.tables[-1].rows.update(range(self._row, min(self._row + self._repeat, 100_000)))
                self._column = self._filled = 0
            case "table-cell" | "covered-table-cell" if self.tables:
                self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        table = self.tables[-1]
        repeat = _repeat(attributes, "number-columns-repeated")
        down, across = attribute(attributes, "number-rows-spanned"), attribute(attributes, "number-columns-spanned")
        if down or across:
            last_row = self._row + min(int(down or 1), 100_000) - 1
            last_column = self._column + min(int(across or 1), 16_384) - 1
            if last_row > self._row or last_column > self._column:
                table.merged.append((self._row, self._column, last_row, last_column))
        shape = attribute(attributes, "value-type")
        if shape:
            self._filled += repeat
            table.width = max(table.width, self._column + repeat)
        elif attribute(attributes, "formula"):
            table.formulas.add((self._row, self._column))
        self._column += repeat

    def end(self, name: str) -> None:
        match local(name):
            case "table" if name.startswith("table"):
                self._depth -= 1
            case "table-row" if self.tables:
                if self._filled:
                    self._cells += self._filled * self._repeat
                    table = self.tables[-1]
                    table.height = self._row + self._repeat
                    if self._cells > MAX_CELLS or table.height * table.width > MAX_EXTENT:
                        raise too_large("plus de 400 000 cellules")
                self._row += self._repeat
                self._column = 0


def _repeat(attributes: dict[str, str], name: str) -> int:
    text = attribute(attributes, name)
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
