"""How the reader's process hands its sheets over: JSON, so that nothing it sends can be executed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from app.hours.timesheets.cells import Cell, Contents, Failure, Row, Sheet


def encode(result: Contents | Failure) -> bytes:
    """The result as UTF-8 JSON."""
    if isinstance(result, Failure):
        return json.dumps({"failure": [result.code, result.message]}).encode()
    sheets = [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "hidden_rows": sorted(sheet.hidden_rows),
            "hidden_columns": sorted(sheet.hidden_columns),
            "merged": sheet.merged,
            "rows": [[_encoded(cell) for cell in row] for row in sheet.rows],
        }
        for sheet in result.sheets
    ]
    return json.dumps({"kind": result.kind, "sheets": sheets}, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", errors="replace"
    )


def _encoded(cell: Cell | None) -> Any:
    if cell is None:
        return None
    text, number, date, seconds, formula, error = cell
    if number is not None:
        return number
    if date is not None:
        return [0, date.toordinal()]
    if seconds is not None:
        return [1, seconds]
    if formula:
        return [2]
    return [3] if error else text


def decode(data: bytes) -> Contents | Failure:
    """The result back. Raises ``ValueError`` for anything that :func:`encode` does not write."""
    try:
        told = json.loads(data)
        if "failure" in told:
            code, message = told["failure"]
            return Failure(str(code), str(message))
        decoder = _Decoder()
        return Contents(
            str(told["kind"]),
            tuple(
                Sheet(
                    str(sheet["name"]),
                    [decoder.row(row) for row in sheet["rows"]],
                    bool(sheet["hidden"]),
                    frozenset(sheet["hidden_rows"]),
                    frozenset(sheet["hidden_columns"]),
                    tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in sheet["merged"]),
                )
                for sheet in told["sheets"]
            ),
        )
    except (KeyError, TypeError, IndexError, OverflowError, RecursionError) as bad:
        raise ValueError("not a reader's answer") from bad


class _Decoder:
    """The same value becomes the same cell: a statement repeats itself."""

    def __init__(self) -> None:
        self._known: dict[Any, Cell] = {}

    def row(self, values: list[Any]) -> Row:
        known = self._known
        cells: Row = []
        for value in values:
            if value is None:
                cells.append(None)
                continue
            key = tuple(value) if type(value) is list else value
            cell = known.get(key)
            if cell is None:
                cell = known[key] = _decoded(value)
            cells.append(cell)
        return cells


def _decoded(value: Any) -> Cell:
    if isinstance(value, str):
        return Cell(text=value)
    if isinstance(value, (int, float)):
        return Cell(number=float(value))
    match value:
        case [0, ordinal]:
            return Cell(date=dt.date.fromordinal(ordinal))
        case [1, seconds]:
            return Cell(seconds=int(seconds))
        case [2]:
            return Cell(formula=True)
        case [3]:
            return Cell(error=True)
    raise ValueError("not a cell")
