"""``inclusiv hours read FILE --json``: what a file holds, without a notebook and without writing anything."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from app.hours.timesheets.reading import Reading, read_timesheet, to_json
from app.rules.french import NBSP, format_hours_unit, format_month_short, plural

EXIT_OK = 0
EXIT_ERROR = 2


def run_read(
    path: Path, *, as_json: bool, today: dt.date, company: str | None = None, month: str | None = None
) -> tuple[int, str]:
    """(exit code, text to print): 0 for ``ok`` and ``warnings``, 2 for ``error`` (issue 3, point 5)."""
    reading = read_timesheet(path, company=company, month=month, today=today)
    code = EXIT_ERROR if reading.status == "error" else EXIT_OK
    if as_json:
        return code, json.dumps(to_json(reading), ensure_ascii=False, indent=1)
    return code, _text(reading)


def _text(reading: Reading) -> str:
    if reading.error is not None:
        return reading.error.message
    said = [reading.layout_sentence]
    for line in reading.lines:
        name = f"{line.last_name} {line.first_name}".strip()
        said.append(
            f"{format_month_short(line.month)}  {name}  {format_hours_unit(line.hundredths)}  {line.company}".rstrip()
        )
    for item in reading.review:
        name = f"{item.last_name} {item.first_name}".strip()
        said.append(f"À décider, ligne {item.row}{NBSP}: {name} {item.message}".replace("  ", " "))
    said.extend(
        f"À savoir{f', ligne {warned.row}' if warned.row else ''}{NBSP}: {warned.message}."
        for warned in reading.warnings
    )
    ready = plural(len(reading.lines), "ligne prête", "lignes prêtes")
    said.append(f"{ready}, {plural(len(reading.review), 'ligne')} à décider.")
    return "\n".join(said)
