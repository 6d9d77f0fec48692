"""Excel workbooks before 2007 (BIFF), with xlrd: values, hidden columns and rows, merged titles."""

from __future__ import annotations

import datetime as dt
import os

import xlrd
from xlrd.biffh import XL_CELL_BLANK, XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_EMPTY, XL_CELL_ERROR, XL_CELL_TEXT

from app.hours.timesheets.building import CellBuilder, duration, number
from app.hours.timesheets.cells import MAX_SHEETS, Cell, Contents, Row, Sheet, Unreadable
from app.hours.timesheets.failures import failure, password_protected, too_large

_SMALL_SERIAL = 61.0
"""A « date » before March 1900 is a duration shown as a time: ``[h]:mm``."""


def read(data: bytes) -> Contents:
    """All sheets of a workbook. Raises ``Unreadable``."""
    book = _open(data)
    if book.nsheets > MAX_SHEETS:
        raise too_large("plus de 250 feuilles")
    builder = CellBuilder()
    try:
        return Contents("xls", tuple(_sheet(book, at, builder) for at in range(book.nsheets)))
    except Unreadable:
        raise
    except Exception as bad:  # a damaged record may raise anything inside xlrd
        raise failure("corrupt_file") from bad


def _open(data: bytes) -> xlrd.Book:
    refused: Exception | None = None
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        for formatting in (True, False):
            try:
                return xlrd.open_workbook(
                    file_contents=data, formatting_info=formatting, logfile=nowhere, ragged_rows=True
                )
            except xlrd.XLRDError as problem:
                if "encrypted" in str(problem).lower() or "password" in str(problem).lower():
                    raise password_protected() from problem
                refused = problem
            except (MemoryError, RecursionError):
                raise
            except Exception as problem:
                refused = problem
    raise failure("corrupt_file") from refused


def _sheet(book: xlrd.Book, at: int, builder: CellBuilder) -> Sheet:
    sheet = book.sheet_by_index(at)
    rows: list[Row] = []
    for index in range(sheet.nrows):
        cells: Row = []
        for kind, value in zip(sheet.row_types(index), sheet.row_values(index), strict=True):
            cells.append(_cell(kind, value, book.datemode, builder))
        while cells and cells[-1] is None:
            cells.pop()
        builder.count(cells)
        rows.append(cells)
    columns = {column for column, info in sheet.colinfo_map.items() if info.hidden}
    hidden_rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
    merged = tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return Sheet(sheet.name.strip(), rows, sheet.visibility != 0, frozenset(hidden_rows), frozenset(columns), merged)


def _cell(kind: int, value: object, datemode: int, builder: CellBuilder) -> Cell | None:
    if kind in (XL_CELL_EMPTY, XL_CELL_BLANK):
        return None
    if kind == XL_CELL_TEXT:
        return builder.text(str(value))
    if kind == XL_CELL_BOOLEAN:
        return builder.cell(bool(value))
    if kind == XL_CELL_ERROR or not isinstance(value, float):
        return Cell(error=True)
    if kind == XL_CELL_DATE:
        if abs(value) < _SMALL_SERIAL:
            return duration(round(value * 86_400))
        try:
            day: dt.datetime = xlrd.xldate.xldate_as_datetime(value, datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return number(value)
        return Cell(date=day.date())
    return number(value)
