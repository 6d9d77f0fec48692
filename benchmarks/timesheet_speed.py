"""A statement of 5 000 rows of unknown layout, beside what reader libraries alone take to load its cells.

python benchmarks/timesheet_speed.py
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from python_calamine import load_workbook

from app.hours.timesheets.cells import Contents
from app.hours.timesheets.reading import read_contents, read_timesheet
from app.hours.timesheets.sandbox import ReaderAhead, read_in_sandbox
from app.hours.timesheets.worker import read_bytes

TODAY = dt.date(2026, 11, 22)
ROWS = 5_000


def statement(path: Path) -> None:
    """People, months and hours enough for 5 000 rows."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["Entreprise : BATI SAS"])
    page.append([])
    page.append(["Matricule", "Nom", "Prénom", "Mois", "Contrat", "Heures", "Observations"])
    for at in range(ROWS):
        who, month = divmod(at, 12)
        letters = "".join(chr(65 + who // power % 26) for power in (1, 26, 676))
        page.append([1000 + who, f"NOM{letters}", "Julie", f"{month + 1:02d}/2024", "CDD", 5 + at % 14_000 / 100, ""])
    book.save(path)


def median_ms(work: Callable[[], object]) -> float:
    """Median of five runs, in milliseconds."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _started_ahead(path: Path) -> float:
    """Median of five: the reader's process was started while the file was dragged."""
    times = []
    ahead = ReaderAhead()
    for _ in range(5):
        ahead.warm()
        time.sleep(1.0)
        start = time.perf_counter()
        contents = read_in_sandbox(path, ahead=ahead)
        assert isinstance(contents, Contents)
        read_contents(contents, today=TODAY)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "releve.xlsx"
        statement(path)
        data = path.read_bytes()
        contents = read_bytes(data, path.name)
        figures = {
            "openpyxl loads the cells": median_ms(
                lambda: list(openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))
            ),
            "calamine loads the cells": median_ms(lambda: load_workbook(str(path)).get_sheet_by_index(0).to_python()),
            "our reader, neutral cells": median_ms(lambda: read_bytes(data, path.name)),
            "layout, lines, review": median_ms(lambda: read_contents(contents, today=TODAY)),
            "whole way, process included": median_ms(lambda: read_timesheet(path, today=TODAY)),
            "whole way, started ahead": _started_ahead(path),
        }
        for name, value in figures.items():
            print(f"{name:<30}{value:8.0f} ms")


if __name__ == "__main__":
    main()
