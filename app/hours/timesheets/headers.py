"""Find the heading rows of a grid, wherever they stand, one or two rows high."""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from app.hours.timesheets.cells import Cell, Row
from app.hours.timesheets.layout import shown
from app.hours.timesheets.names import looks_like_person
from app.hours.timesheets.values import Moment, hours_of, moment_of, moment_of_text, week_of_text
from app.hours.timesheets.vocabulary import HoursKind, Role, hours_kind, is_total_label, role_of
from app.hours.timesheets.wording import words
from app.rules.french import fold

NAME_ROLES = (Role.LAST_NAME, Role.FIRST_NAME, Role.FULL_NAME)
_TIME_ROLES = (Role.MONTH, Role.DATE, Role.WEEK, Role.DATE_FROM)
_WEEKDAYS = words("lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim")
_INITIALS = "JFMAMJJASOND"
_MAX_COLUMNS = 1_000
_SCANNED_BEFORE_FIRST = 3_000


@dataclass(frozen=True, slots=True)
class Label:
    """What stands above one column: its words, and the period they state."""

    text: str
    moment: Moment | None = None
    week: tuple[int, int | None] | None = None
    role: Role | None = None
    kind: HoursKind = HoursKind.NONE
    own: str = ""
    """The words of the lower row alone, where two rows are joined."""


@dataclass(frozen=True, slots=True)
class Header:
    """A heading of rows ``top`` to ``bottom``; ``labels`` by column."""

    top: int
    bottom: int
    labels: dict[int, Label]
    named: bool
    """A heading says where the names are."""


def find_headers(
    grid: Sequence[Row], hidden: frozenset[int], merged: Sequence[tuple[int, int, int, int]]
) -> list[Header]:
    """Every heading of a grid, from top to bottom."""
    spans = {(top, left): right for top, left, _, right in merged if right > left}
    found: list[Header] = []
    probe: list[int] = []
    days: list[int] = []
    corner, again = 0, ""
    at = 0
    while at < len(grid):
        row = grid[at]
        if found and _is_data(row, probe) and not (days and _says(row, corner, again)):
            at += 1
            continue
        if not found and at > _SCANNED_BEFORE_FIRST:
            break
        header = _header_at(grid, at, hidden, spans) if len(row) <= _MAX_COLUMNS else None
        if header is None:
            at += 1
            continue
        found.extend(_side_by_side(header))
        days = day_columns(header.labels)
        probe = days or [
            column
            for column, label in header.labels.items()
            if label.role is Role.HOURS or (label.moment and label.role is None)
        ]
        # a row of figures that begins with the words of the heading is the heading again, days and all
        corner = min(header.labels)
        again = header.labels[corner].own or header.labels[corner].text
        at = header.bottom + 1
    return found


def _side_by_side(header: Header) -> list[Header]:
    """A heading that repeats itself to the right (« Nom Prénom Heures | Nom Prénom Heures ») is several tables."""
    named = [column for column in sorted(header.labels) if header.labels[column].role in NAME_ROLES]
    if len(named) < 2:
        return [header]
    words = {column: header.labels[column].own or header.labels[column].text for column in named}
    starts = [column for column in named if words[column] == words[named[0]]]
    if len(starts) < 2:
        return [header]
    parts: list[Header] = []
    for position, start in enumerate(starts):
        stop = starts[position + 1] if position + 1 < len(starts) else max(header.labels) + 1
        begin = start if position else min(header.labels)
        labels = {column: label for column, label in header.labels.items() if begin <= column < stop}
        if _judge(labels) is None:
            return [header]
        parts.append(Header(header.top, header.bottom, labels, header.named))
    return parts


def _says(row: Row, column: int, text: str) -> bool:
    cell = row[column] if column < len(row) else None
    return cell is not None and bool(text) and cell.text == text


def _is_data(row: Row, probe: Sequence[int]) -> bool:
    """A quick no: a row with a number where the hours are is not a heading."""
    width = len(row)
    for column in probe[:8]:
        if column < width:
            cell = row[column]
            if cell is not None and (cell.number is not None or cell.seconds is not None):
                return True
            if cell is not None and cell.text and hours_of(cell).units is not None:
                return True
    return False


def _header_at(
    grid: Sequence[Row], at: int, hidden: frozenset[int], spans: dict[tuple[int, int], int]
) -> Header | None:
    labels = _labels(grid[at], hidden)
    if not labels:
        return None
    found = _judge(labels)
    if found is None and _people_below(grid, at, labels):
        found = "names"
    if found is None or (found == "names" and _times_below(grid, at, labels)):
        return None
    if found == "days" and at and not any(label.role in NAME_ROLES for label in labels.values()):
        # the names' headings may stand one row higher than the days
        above = _labels(grid[at - 1], hidden)
        for column, label in above.items():
            if column not in labels and label.role is not None:
                labels[column] = label
    if found != "names" and at + 1 < len(grid):
        beneath = _labels(grid[at + 1], hidden)
        if beneath and _judge(beneath) == "names" and _speaks_for(labels, beneath):
            return None  # months written above the headings: the next row is the heading
    top = bottom = at
    below = _second_row(grid, at, labels, hidden)
    if below is not None:
        bottom = at + 1
        labels = _joined(_spread(labels, spans, at, below, at + 1), below)
    elif at:
        above = _labels(grid[at - 1], hidden)
        if _speaks_for(above, labels):
            top = at - 1
            labels = _joined(_spread(above, spans, at - 1, labels, at), labels)
    named = any(label.role in NAME_ROLES for label in labels.values())
    return Header(top, bottom, labels, named)


def _labels(row: Row, hidden: frozenset[int]) -> dict[int, Label]:
    labels: dict[int, Label] = {}
    for column, cell in enumerate(row[:_MAX_COLUMNS]):
        if cell is None or column in hidden:
            continue
        label = _label(cell)
        if label is None:
            return {}
        labels[column] = label
    return _with_initials(labels)


def _with_initials(labels: dict[int, Label]) -> dict[int, Label]:
    """Twelve columns « J F M A M J J A S O N D » are the months of a year."""
    columns = sorted(labels)
    for start in range(len(columns) - 11):
        twelve = columns[start : start + 12]
        if "".join(labels[column].text.upper() for column in twelve) == _INITIALS:
            named = {column: Label(labels[column].text, Moment(None, at + 1)) for at, column in enumerate(twelve)}
            return {**labels, **named}
    return labels


def _label(cell: Cell) -> Label | None:
    """A cell read as a heading; ``None`` when no heading is written like that (a sentence, a duration)."""
    if cell.date is not None:
        return Label(cell.date.isoformat(), Moment(cell.date.year, cell.date.month, cell.date.day))
    if cell.number is not None:
        number = cell.number
        return Label(shown(cell)) if number == int(number) and 0 < number < 2_100 else Label("")
    if cell.seconds is not None or not cell.text:
        return Label("")
    text = cell.text
    if len(text) > 90:
        return Label("")
    role = role_of(text)
    # « Mois : mars 2024 » speaks for the whole table, not for what stands below it
    moment = moment_of_text(text) if role not in (*NAME_ROLES, Role.REF) and ":" not in text else None
    if moment is not None and moment.code:
        moment = None
    week = week_of_text(text) if moment is None else None
    if moment is not None or week is not None:
        role = None
    return Label(text, moment, week, role, hours_kind(text))


def _judge(labels: dict[int, Label]) -> str | None:
    """Why a row is a heading (``names``, ``months``, ``days``, ``weeks``, ``person``), or ``None``."""
    if len(labels) < 2 or any(is_total_label(label.text) for label in list(labels.values())[:1]):
        return None
    roles = [label.role for label in labels.values() if label.role is not None]
    named = any(role in NAME_ROLES for role in roles)
    measures = sum(1 for role in roles if role in (Role.HOURS, Role.TOTAL)) + bool(weekday_columns(labels))
    months = month_columns(labels)
    days = day_columns(labels)
    weeks = [column for column, label in labels.items() if label.week is not None]
    if named and (measures or months or len(days) >= 5 or len(weeks) >= 2):
        return "names"
    if len(days) >= 7 or (len(days) >= 5 and all(labels[column].moment for column in days)):
        return "days"
    if len(months) >= 2 and _consecutive(labels, months):
        return "months"
    if (len(weeks) >= 3 or (len(weeks) == 2 and {Role.WEEK, Role.TOTAL} & set(roles))) and not named:
        return "weeks"
    if measures and any(role in _TIME_ROLES for role in roles):
        return "person"
    if named and len(set(roles)) >= 3:
        return "names"
    return None


def month_columns(labels: dict[int, Label]) -> list[int]:
    """Columns whose heading is a month (dates count when all are the first day of a month, or all the last)."""
    written = [column for column, label in labels.items() if label.moment is not None and label.moment.day is None]
    dated = [column for column, label in labels.items() if label.moment is not None and label.moment.day is not None]
    edges = (all(_moment(labels[one]).day == 1 for one in dated), all(_is_last(_moment(labels[one])) for one in dated))
    if dated and any(edges) and len({_moment(labels[one]).key for one in dated}) == len(dated):
        written = sorted(written + dated)
    return written


def _is_last(moment: Moment) -> bool:
    """Whether a day is the last of its month."""
    return moment.year is not None and moment.day == calendar.monthrange(moment.year, moment.month)[1]


def day_columns(labels: dict[int, Label]) -> list[int]:
    """Columns headed by days: dates, or 1 2 3… in order, weekday initials allowed (« L 4 »)."""
    dated = [column for column, label in labels.items() if label.moment is not None and label.moment.day is not None]
    distinct = {_moment(labels[column])[:3] for column in dated}
    if len(dated) >= 5 and len(distinct) == len(dated) and dated != month_columns(labels):
        return dated
    run: list[int] = []
    best: list[int] = []
    previous = 0
    for column in sorted(labels):
        number = day_number(labels[column].text)
        if number and (not run or number == previous + 1):
            run.append(column)
        elif number and run and number == previous:
            run.append(column)  # morning and afternoon of one day
        elif number:
            run = [column]
        else:
            continue
        previous = number
        if len(run) > len(best):
            best = list(run)
    return best if len({day_number(labels[column].text) for column in best}) >= 5 else []


def weekday_columns(labels: dict[int, Label]) -> list[int]:
    """Columns headed « Lundi », « Mardi »…: the days of one week."""
    named = [column for column, label in labels.items() if fold(label.text) in _WEEKDAYS]
    return named if len(named) >= 4 else []


def day_number(text: str) -> int:
    """1 to 31 for « 4 », « 04 », « L 4 », « lun. 4 », « J4 »; 0 otherwise."""
    words = text.replace(".", " ").split()
    if not 1 <= len(words) <= 2:
        return 0
    last = words[-1]
    if len(words) == 2 and not (words[0].isalpha() and len(words[0]) <= 8):
        return 0
    if len(words) == 1 and last[:1] in "Jj" and last[1:].isdigit():
        last = last[1:]
    return int(last) if last.isascii() and last.isdigit() and len(last) <= 2 and 1 <= int(last) <= 31 else 0


def _moment(label: Label) -> Moment:
    assert label.moment is not None
    return label.moment


def _consecutive(labels: dict[int, Label], months: Sequence[int]) -> bool:
    """Months that follow each other: birth dates side by side do not."""
    numbers = [_moment(labels[column]) for column in months]
    steps = [(b.month - a.month) % 12 for a, b in itertools.pairwise(numbers)]
    return all(step in (0, 1) for step in steps) or (
        len(set(numbers)) == len(numbers) and all(m.day is None for m in numbers)
    )


def _second_row(
    grid: Sequence[Row], at: int, labels: dict[int, Label], hidden: frozenset[int]
) -> dict[int, Label] | None:
    """The row under a heading, when it only completes it: « Heures | Absences » under each month, « L M M J V »."""
    if at + 1 >= len(grid) or len(grid[at + 1]) > _MAX_COLUMNS:
        return None
    row = grid[at + 1]
    names = [column for column, label in labels.items() if label.role in NAME_ROLES]
    if any(column < len(row) and row[column] is not None for column in names):
        return None
    below = _labels(row, hidden)
    if not below or not names:
        return None
    first_data = grid[at + 2] if at + 2 < len(grid) else []
    if sum(1 for label in below.values() if label.role in (Role.HOURS, Role.TOTAL) or label.moment) >= 1 and not any(
        cell is not None and (cell.number is not None or cell.seconds is not None) and label_free(below.get(column))
        for column, cell in enumerate(row)
    ):
        return below
    letters = [label.text for label in below.values()]
    if len(letters) >= 5 and all(0 < len(text) <= 3 and text.isalpha() for text in letters) and first_data:
        return below
    return None


def label_free(label: Label | None) -> bool:
    """Whether a label says nothing of a heading."""
    return label is None or (label.role is None and label.moment is None and not day_number(label.text))


def _people_below(grid: Sequence[Row], at: int, labels: dict[int, Label]) -> bool:
    """Hours announced, and people below a heading that is not in the vocabulary (« Ressource »)."""
    if len(labels) < 2 or not any(
        label.role is Role.HOURS and label.kind >= HoursKind.PLAIN for label in labels.values()
    ):
        return False
    if any(not label.text or ":" in label.text for label in labels.values()):
        return False
    below = [row for row in grid[at + 1 : at + 30] if row]
    for column, label in labels.items():
        if label.role is None:
            texts = [row[column].text for row in below if column < len(row) and row[column] is not None]  # type: ignore[union-attr]
            people = sum(1 for text in texts if looks_like_person(text) and not is_total_label(text))
            if people and people >= 0.6 * len(texts):
                return True
    return False


def _times_below(grid: Sequence[Row], at: int, labels: dict[int, Label]) -> bool:
    """Months or days where the heading promises names: persons stand in columns."""
    column = next((one for one, label in labels.items() if label.role in NAME_ROLES), -1)
    below = [row[column] for row in grid[at + 1 : at + 15] if 0 <= column < len(row) and row[column] is not None]
    times = sum(1 for cell in below if moment_of(cell) is not None)
    return bool(below) and times > 0.5 * len(below)


def _speaks_for(above: dict[int, Label], labels: dict[int, Label]) -> bool:
    """Whether the row above gives months, years or days to the columns of this one."""
    names = [column for column, label in labels.items() if label.role in NAME_ROLES]
    if not above or not names or any(above[column].role in NAME_ROLES for column in above if column in labels):
        return False
    measured = [column for column, label in labels.items() if label.role in (Role.HOURS, Role.TOTAL)]
    months = [column for column, label in labels.items() if label.moment is not None and label.moment.day is None]
    stated = [column for column, label in above.items() if label.moment is not None or label.week is not None]
    years = [column for column, label in above.items() if _is_year(label.text)]
    repeated = len(names) >= 2 and len({labels[column].text for column in names}) < len(names)
    if stated and measured and (min(stated) > min(names) or repeated):
        return len(stated) >= 2 or len(measured) >= 2
    return bool(years) and len(months) >= 1


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and text.startswith("20")


def _spread(
    labels: dict[int, Label],
    spans: dict[tuple[int, int], int],
    row: int,
    other: dict[int, Label],
    _other_row: int,
) -> dict[int, Label]:
    """Months, weeks and years of the upper row stretched over the columns they stand above."""
    columns = sorted(labels)
    width = max([*columns, *other], default=0)
    spread = dict(labels)
    for position, column in enumerate(columns):
        label = labels[column]
        if label.moment is None and label.week is None and not _is_year(label.text) and not day_number(label.text):
            continue
        until = spans.get((row, column))
        if until is None:
            following = columns[position + 1] if position + 1 < len(columns) else width + 1
            until = following - 1
        for beside in range(column + 1, min(until, width) + 1):
            spread.setdefault(beside, label)
    return spread


def _joined(upper: dict[int, Label], lower: dict[int, Label]) -> dict[int, Label]:
    labels: dict[int, Label] = {}
    for column in sorted({*upper, *lower}):
        above, below = upper.get(column), lower.get(column)
        if above is None or below is None:
            only = above or below
            assert only is not None
            labels[column] = only
            continue
        moment = below.moment or above.moment
        if below.moment is not None and below.moment.year is None and _is_year(above.text):
            moment = Moment(int(above.text), below.moment.month, below.moment.day)
        role = below.role or above.role
        if above.role in NAME_ROLES:
            role = above.role
        if role is not None and role not in (Role.HOURS, Role.TOTAL):
            moment = None
        if day_number(above.text) or day_number(below.text):
            text = above.text if day_number(above.text) else below.text  # weekday initials say nothing
        else:
            text = f"{above.text} {below.text}".strip()
        labels[column] = Label(text, moment, below.week or above.week, role, below.kind or above.kind, below.text)
    return labels
