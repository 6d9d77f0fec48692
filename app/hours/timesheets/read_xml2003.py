"""« Feuille de calcul XML 2003 », which payroll programs also save as ``.xls`` or ``.xml``."""

from __future__ import annotations

import datetime as dt

from app.hours.timesheets.building import CellBuilder
from app.hours.timesheets.cells import MAX_EXTENT, Contents, Row, Sheet
from app.hours.timesheets.failures import too_large
from app.hours.timesheets.markup import attribute, local, walk


def read(data: bytes) -> Contents:
    """All sheets. Raises ``Unreadable``."""
    walker = _Walker()
    walk(data, walker.start, walker.end, walker.text)
    return Contents("xml2003", tuple(walker.sheets))


class _Walker:
    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._builder = CellBuilder()
        self._name = ""
        self._hidden_sheet = False
        self._rows: list[Row] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._merged: list[tuple[int, int, int, int]] = []
        self._cells: list[object] = []
        self._column = 0
        self._shape = ""
        self._text: list[str] = []
        self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "Worksheet":
                self._name = attribute(attributes, "Name")
                self._rows, self._merged = [], []
                self._hidden_rows, self._hidden_columns, self._column = set(), set(), 0
                self._hidden_sheet = False
            case "Column":
                at = _number(attribute(attributes, "Index"), self._column + 1) - 1
                span = _number(attribute(attributes, "Span"), 0)
                if attribute(attributes, "Hidden") == "1":
                    self._hidden_columns.update(range(at, at + span + 1))
                self._column = at + span + 1
            case "Row":
                at = _number(attribute(attributes, "Index"), len(self._rows) + 1) - 1
                if at > MAX_EXTENT // 10:
                    raise too_large("une cellule isolée très bas dans la feuille")
                self._rows.extend([] for _ in range(at - len(self._rows)))
                if attribute(attributes, "Hidden") == "1":
                    self._hidden_rows.add(at)
                self._cells = []
            case "Cell":
                at = _number(attribute(attributes, "Index"), len(self._cells) + 1) - 1
                self._cells.extend([None] * (min(at, 16_384) - len(self._cells)))
                across = _number(attribute(attributes, "MergeAcross"), 0)
                down = _number(attribute(attributes, "MergeDown"), 0)
                row, column = len(self._rows), len(self._cells)
                if across or down:
                    self._merged.append((row, column, row + down, column + across))
                self._cells.append(None)
                self._cells.extend([None] * min(across, 16_384))
                self._at = column
            case "Data":
                self._shape = attribute(attributes, "Type")
                self._text, self._reading = [], True

    def text(self, said: str) -> None:
        if self._reading:
            self._text.append(said)

    def end(self, name: str) -> None:
        match local(name):
            case "Data":
                self._reading = False
                if self._cells:
                    self._cells[self._at] = _value("".join(self._text), self._shape)
            case "Row":
                self._rows.append(self._builder.row(self._cells))
            case "Worksheet":
                self.sheets.append(
                    Sheet(
                        self._name.strip(),
                        self._rows,
                        self._hidden_sheet,
                        frozenset(self._hidden_rows),
                        frozenset(self._hidden_columns),
                        tuple(self._merged),
                    )
                )


def _number(text: str, otherwise: int) -> int:
    return min(int(text), 1_048_576) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _value(text: str, shape: str) -> object:
    try:
        if shape == "Number":
            return float(text)
        if shape == "DateTime":
            return dt.datetime.fromisoformat(text.removesuffix(".000"))
    except ValueError:
        return text
    return text
