"""How the reader's process hands its sheets over: JSON, so that nothing it sends can be executed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from app.hours.timesheets.cells import Cell, Contents, Failure, Sheet


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


_DATE, _SECONDS, _FORMULA, _ERROR = "\x01", "\x02", "\x03", "\x04"
"""First letters of what is neither a text nor a number: no text holds them (``building.clean_text``)."""


def _encoded(cell: Cell | None) -> str | float | None:
    if cell is None:
        return None
    text, number, date, seconds, formula, error = cell
    if number is not None:
        return number
    if date is not None:
        return f"{_DATE}{date.toordinal()}"
    if seconds is not None:
        return f"{_SECONDS}{seconds}"
    if formula:
        return _FORMULA
    return _ERROR if error else text


def decode(data: bytes) -> Contents | Failure:
    """The result back. Raises ``ValueError`` for anything that :func:`encode` does not write."""
    try:
        told = json.loads(data)
        if "failure" in told:
            code, message = told["failure"]
            return Failure(str(code), str(message))
        cell_of = _Cells({None: None}).__getitem__
        return Contents(
            str(told["kind"]),
            tuple(
                Sheet(
                    str(sheet["name"]),
                    [list(map(cell_of, row)) for row in sheet["rows"]],
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


class _Cells(dict[Any, Cell | None]):
    """The same value becomes the same cell: a statement repeats itself."""

    def __missing__(self, value: Any) -> Cell | None:
        cell = self[value] = _decoded(value)
        return cell


def _decoded(value: Any) -> Cell:
    if isinstance(value, str):
        match value[:1]:
            case "\x01":
                return Cell(date=dt.date.fromordinal(int(value[1:])))
            case "\x02":
                return Cell(seconds=int(value[1:]))
            case "\x03":
                return Cell(formula=True)
            case "\x04":
                return Cell(error=True)
        return Cell(text=value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Cell(number=float(value))
    raise ValueError("not a cell")
