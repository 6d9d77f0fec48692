"""Read a company's statement: from a file to lines, review and warnings (issue 3, points 1, 2 and 5).

``read_timesheet`` does the whole way. The screen does it in two steps so that the user can correct the layout
between them: ``load`` (in the process apart), then ``apply_layout`` as often as wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.hours.timesheets import sentences
from app.hours.timesheets.cells import Contents, Failure, Sheet
from app.hours.timesheets.extraction import extract
from app.hours.timesheets.failures import failure
from app.hours.timesheets.gathering import Line, ReviewItem, Warned, gather
from app.hours.timesheets.layout import Layout
from app.hours.timesheets.sandbox import WALL_SECONDS, ReaderAhead, read_in_sandbox
from app.hours.timesheets.understanding import understand


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one file. ``status`` is ``ok``, ``warnings`` or ``error`` (then ``error`` is set)."""

    status: str
    layout_sentence: str = ""
    lines: tuple[Line, ...] = ()
    review: tuple[ReviewItem, ...] = ()
    warnings: tuple[Warned, ...] = ()
    error: Failure | None = None
    layout: Layout = field(default_factory=lambda: Layout(()))
    kind: str = ""
    printed: tuple[tuple[str, int], ...] = ()
    """(month, hundredths) of the totals that the file itself prints, where they are clear."""


def load(
    path: Path,
    *,
    wall_seconds: float = WALL_SECONDS,
    cancelled: Callable[[], bool] = lambda: False,
    ahead: ReaderAhead | None = None,
) -> Contents | Failure:
    """The sheets of a file, opened in a process apart. Raises ``Cancelled`` only."""
    return read_in_sandbox(path, wall_seconds=wall_seconds, cancelled=cancelled, ahead=ahead)


def read_timesheet(path: Path, *, company: str | None = None, month: str | None = None, today: dt.date) -> Reading:
    """Read a company's file, whatever it is. Never raises.

    ``company`` is the employer's name for lines that name none, ``month`` (``YYYY-MM``) the month where the file
    states none: neither overrules the file. ``today`` bounds the months (the current one included).
    """
    contents = load(path)
    if isinstance(contents, Failure):
        return Reading("error", error=contents)
    return read_contents(contents, company=company, month=month, today=today)


def read_contents(
    contents: Contents, *, company: str | None = None, month: str | None = None, today: dt.date
) -> Reading:
    """As :func:`read_timesheet` from sheets already loaded."""
    layout = understand(contents.sheets)
    return apply_layout(contents.sheets, layout, company=company, month=month, today=today, kind=contents.kind)


def apply_layout(
    sheets: Sequence[Sheet],
    layout: Layout,
    *,
    company: str | None = None,
    month: str | None = None,
    today: dt.date,
    kind: str = "",
) -> Reading:
    """Read sheets by a layout, found or corrected. Pure."""
    names = [sheet.name for sheet in sheets]
    found = extract(sheets, layout, month=month)
    if found.formulas:
        return Reading(
            "error", error=failure("formula_without_value").failure, layout=layout, kind=kind,
            layout_sentence=sentences.describe(layout, kind, names, (), 0),
        )  # fmt: skip
    gathered = gather(found, layout, names, company or "", today)
    if not gathered.lines and not gathered.review:
        return Reading("error", error=failure("no_table_found").failure, layout=layout, kind=kind)
    sentence = sentences.describe(layout, kind, names, [line.month for line in gathered.lines], found.hidden_rows)
    return Reading(
        status="warnings" if gathered.warnings or gathered.review else "ok",
        layout_sentence=sentence,
        lines=gathered.lines,
        review=gathered.review,
        warnings=gathered.warnings,
        layout=layout,
        kind=kind,
        printed=gathered.printed,
    )


def to_json(reading: Reading) -> dict[str, Any]:
    """The value of issue 3, point 5, JSON-ready. ``ref`` only where numbers tell homonyms apart."""
    answer: dict[str, Any] = {
        "status": reading.status,
        "layout": reading.layout_sentence,
        "lines": [],
        "review": [],
        "warnings": [],
    }
    homonyms = any(warned.code == "homonyms" for warned in reading.warnings)
    for line in reading.lines:
        shown: dict[str, Any] = {
            "company": line.company,
            "last_name": line.last_name,
            "first_name": line.first_name,
            "month": line.month,
            "hours": f"{line.hundredths // 100}.{line.hundredths % 100:02d}",
            "row": line.row,
        }
        if homonyms and line.ref:
            shown["ref"] = line.ref
        answer["lines"].append(shown)
    for item in reading.review:
        asked: dict[str, Any] = {
            "company": item.company,
            "last_name": item.last_name,
            "first_name": item.first_name,
            "month": item.month,
            "hours": item.hours,
            "row": item.row,
        }
        if homonyms and item.ref:
            asked["ref"] = item.ref
        asked["reason"] = item.reason
        answer["review"].append(asked)
    for warned in reading.warnings:
        told: dict[str, Any] = {"code": warned.code, "message": warned.message}
        if warned.row is not None:
            told["row"] = warned.row
        answer["warnings"].append(told)
    if reading.error is not None:
        answer["error"] = {"code": reading.error.code, "message": reading.error.message}
    return answer
