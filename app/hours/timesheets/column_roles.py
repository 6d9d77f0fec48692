"""Give each column of a table its role: from its heading, then from what stands below it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from app.hours.timesheets.cells import Cell, Row
from app.hours.timesheets.headers import Header, Label, day_columns, day_number, month_columns, weekday_columns
from app.hours.timesheets.layout import Column
from app.hours.timesheets.names import looks_like_person
from app.hours.timesheets.values import HUNDREDTH, Moment, hours_of, moment_of, moment_of_text
from app.hours.timesheets.vocabulary import HoursKind, Role, is_bare_total, is_total_label
from app.rules.french import fold

_SAMPLE = 400
_COMPANY_FIRST = ("employeur", "etti", "geiq", "siae", "agence", "structure", "porteur", "societe employeuse")
_AMBIGUOUS_PARTS = frozenset(
    ["supp", "sup", "supplementaires", "supplementaire", "hs", "complementaires", "complementaire", "hsup", "hsupp"]
)


def columns_of(header: Header, body: Sequence[Row], hidden: frozenset[int]) -> list[Column]:
    """Columns of a table under its headings, hours chosen."""
    labels = {column: label for column, label in header.labels.items() if column not in hidden}
    months = month_columns(labels)
    days = day_columns(labels) if len(months) < 2 else []
    weeks = [] if days else [column for column, label in labels.items() if label.week is not None]
    if len(weeks) < 2 or len(months) > 1:
        weeks = []
    months = [] if days or weeks else months  # one month beside weeks is the title of the table
    weekdays = [] if months or days or weeks else weekday_columns(labels)
    columns: list[Column] = []
    for index in sorted(labels):
        label = labels[index]
        if index in months and label.moment is not None:
            columns.append(_period_column(index, label, Moment(label.moment.year, label.moment.month)))
        elif index in days:
            moment = label.moment or Moment(None, 0, day_number(label.text))
            columns.append(Column(index, label.text, Role.HOURS, HoursKind.PLAIN, moment))
        elif index in weeks:
            columns.append(Column(index, label.text, Role.HOURS, HoursKind.PLAIN, None, label.week))
        elif index in weekdays:
            columns.append(Column(index, label.text, Role.HOURS, HoursKind.PART))
        else:
            columns.append(Column(index, label.text, label.role or Role.IGNORED, label.kind))
    sample = [row for row in body[:_SAMPLE] if not _is_total_row(row)]
    columns = _one_of_each(columns)
    if months:
        return _months_chosen(columns, months, sample)
    if days or weeks:
        chosen = set(days or weeks)
        return [
            column if column.index in chosen or column.role not in (Role.HOURS, Role.TOTAL) else _checked_total(column)
            for column in columns
        ]
    return _hours_chosen(columns, sample)


def _period_column(index: int, label: Label, moment: Moment) -> Column:
    role = Role.TOTAL if label.role is Role.TOTAL else Role.HOURS
    kind = label.kind
    if label.role is None and kind is HoursKind.NONE and len(label.text) > 1 and _other_matter(label.text):
        role = Role.IGNORED
    return Column(index, label.text, role, kind or HoursKind.PLAIN, moment)


def _other_matter(text: str) -> bool:
    """« Janvier 2024 Absences »: a month whose second heading row is not about hours."""
    moment_words = fold(text).split()
    rest = [word for word in moment_words if not moment_of_text(word) and not word.isdigit()]
    return bool(rest) and moment_of_text(text) is None


def _is_total_row(row: Row) -> bool:
    first = next((cell for cell in row if cell is not None), None)
    return first is not None and bool(first.text) and is_total_label(first.text)


def _checked_total(column: Column) -> Column:
    """Beside days or weeks, « Total » is the sum of the row; other hours (« dont formation ») are left out."""
    total = (
        column.kind is HoursKind.TOTAL
        or column.role is Role.TOTAL
        or fold(column.heading)
        in (
            "heures",
            "total",
            "nb heures",
            "nombre d heures",
            "total h",
            "heures du mois",
            "heures mois",
            "h",
        )
    )
    return dataclasses.replace(column, role=Role.TOTAL if total else Role.IGNORED)


_ONCE = (
    Role.LAST_NAME, Role.FIRST_NAME, Role.FULL_NAME, Role.REF, Role.SIRET, Role.MONTH, Role.YEAR, Role.DATE,
    Role.DATE_FROM, Role.DATE_TO, Role.WEEK,
)  # fmt: skip


def _one_of_each(columns: list[Column]) -> list[Column]:
    seen: set[Role] = set()
    roles = {column.role for column in columns}
    kept: list[Column] = []
    for column in columns:
        role = column.role
        if role in _ONCE and role in seen:
            role = Role.IGNORED
        if role is Role.FULL_NAME and {Role.LAST_NAME, Role.FIRST_NAME} <= roles:
            role = Role.IGNORED
        if role is Role.SIRET and column.index and not any(one.role is Role.COMPANY for one in columns):
            role = Role.SIRET
        seen.add(role)
        kept.append(column if role is column.role else dataclasses.replace(column, role=role))
    companies = [column for column in kept if column.role is Role.COMPANY]
    if len(companies) > 1:
        # the employer before the company where the work is done
        rank = {column.index: 0 if fold(column.heading).startswith(_COMPANY_FIRST) else 1 for column in companies}
        best = min(rank.values())
        if best == 0 and any(fold(c.heading).startswith(("employeur", "structure")) for c in companies):
            kept = [
                dataclasses.replace(column, role=Role.IGNORED)
                if column.role is Role.COMPANY and rank[column.index] != best
                else column
                for column in kept
            ]
    return kept


def _months_chosen(columns: list[Column], months: Sequence[int], sample: Sequence[Row]) -> list[Column]:
    """Months in columns: one column of hours by month (or the sum of its parts); the rest is checked or left out."""
    by_month: dict[Moment, list[Column]] = {}
    for column in columns:
        if column.index in months and column.role is not Role.IGNORED and column.moment is not None:
            by_month.setdefault(column.moment, []).append(column)
    chosen: dict[int, Column] = {}
    for group in by_month.values():
        for column in _hours_chosen(group, sample) if len(group) > 1 else group:
            chosen[column.index] = column if len(group) > 1 else dataclasses.replace(column, role=Role.HOURS)
    result: list[Column] = []
    for column in columns:
        if column.index in chosen:
            result.append(chosen[column.index])
        elif column.role is Role.TOTAL or (column.role is Role.HOURS and column.kind is HoursKind.TOTAL):
            result.append(dataclasses.replace(column, role=Role.TOTAL))
        elif column.role is Role.HOURS:
            result.append(dataclasses.replace(column, role=Role.IGNORED))
        else:
            result.append(column)
    return result


def _hours_chosen(columns: list[Column], sample: Sequence[Row]) -> list[Column]:
    """Among columns of hours, those to count: what was worked, else the total, else the parts together."""
    hours = [column for column in columns if column.role in (Role.HOURS, Role.TOTAL)]
    if not hours:
        return columns
    worked = [column for column in hours if column.kind is HoursKind.WORKED]
    totals = [column for column in hours if column.kind is HoursKind.TOTAL]
    plain = [column for column in hours if column.kind is HoursKind.PLAIN]
    parts = [column for column in hours if column.kind is HoursKind.PART]
    loose = [column for column in hours if column.kind is HoursKind.LOOSE]
    counted: set[int] = set()
    checked: set[int] = set()
    doubts: set[int] = set()
    if worked:
        counted = {_fullest(worked, sample).index}
    elif totals and parts:
        everything = [*parts, *plain]
        total = next((one for one in totals if _is_sum(one, everything, sample)), None) or next(
            (one for one in totals if _is_sum(one, parts, sample)), None
        )
        if total is None:
            total = next((one for one in totals if not is_bare_total(one.heading)), totals[0])
        if _lacks_values(total, sample):
            counted = {column.index for column in parts}
        else:
            counted = {total.index}
            checked = {column.index for column in parts} if _is_sum(total, parts, sample) else set()
    elif plain:
        base = _fullest(plain, sample) if len(plain) > 1 else plain[0]
        counted = {base.index}
        total = next((one for one in totals if not is_bare_total(one.heading) and _is_sum(one, plain, sample)), None)
        if len(plain) > 1 and totals and (total is not None):
            counted, checked = {total.index}, set()
        for part in parts:
            if set(fold(part.heading).split()) & _AMBIGUOUS_PARTS:
                doubts.add(part.index)
    elif parts:
        counted = {column.index for column in parts}
    elif totals:
        counted = {_fullest(totals, sample).index}
    else:
        counted = {loose[0].index}
    result: list[Column] = []
    for column in columns:
        if column.role not in (Role.HOURS, Role.TOTAL):
            result.append(column)
        elif column.index in counted:
            result.append(dataclasses.replace(column, role=Role.HOURS))
        elif column.index in doubts:
            result.append(dataclasses.replace(column, role=Role.IGNORED, doubt=True))
        else:
            # parts stay visible to the check of the row: total = parts
            result.append(dataclasses.replace(column, role=Role.IGNORED, doubt=False))
    if checked and len(counted) == 1:
        result = [
            dataclasses.replace(column, role=Role.IGNORED) if column.index in checked else column for column in result
        ]
    return result


def _fullest(columns: Sequence[Column], sample: Sequence[Row]) -> Column:
    """The column with the most hours in it; the first on a tie."""
    return max(columns, key=lambda column: (_filled(column.index, sample), -column.index))


def _filled(at: int, sample: Sequence[Row]) -> int:
    return sum(1 for row in sample if at < len(row) and hours_of(row[at]).units)


def _lacks_values(column: Column, sample: Sequence[Row]) -> bool:
    return any(column.index < len(row) and (cell := row[column.index]) is not None and cell.formula for row in sample)


def _is_sum(total: Column, parts: Sequence[Column], sample: Sequence[Row]) -> bool:
    """Whether a column is the sum of others in most rows where it says something."""
    right = wrong = 0
    for row in sample:
        amount = hours_of(row[total.index]).units if total.index < len(row) else None
        if not amount:
            continue
        added = sum(hours_of(row[part.index]).units or 0 for part in parts if part.index < len(row))
        if abs(amount - added) <= 2 * HUNDREDTH * len(parts):
            right += 1
        else:
            wrong += 1
    return right > 2 * wrong


# --- names without a heading -------------------------------------------------------------------------------------


def names_beside(columns: list[Column], body: Sequence[Row], hidden: frozenset[int]) -> list[Column]:
    """Complete the names: a nameless heading, a first name beside, both in one column."""
    sample = [row for row in body[:_SAMPLE] if not _is_total_row(row)]
    roles = {column.role: column for column in columns}
    if Role.LAST_NAME in roles and Role.FIRST_NAME in roles:
        return columns
    if Role.LAST_NAME in roles or Role.FULL_NAME in roles:
        anchor = roles.get(Role.LAST_NAME) or roles[Role.FULL_NAME]
        beside = anchor.index + 1
        free = beside not in hidden and not any(column.index == beside and column.heading for column in columns)
        if free and _share_of(sample, beside, _first_name) >= 0.6 and _share_of(sample, anchor.index, _one_name) >= 0.6:
            return _with(columns, {anchor.index: Role.LAST_NAME, beside: Role.FIRST_NAME})
        return _with(columns, {anchor.index: Role.FULL_NAME})
    if Role.FIRST_NAME in roles:
        anchor = roles[Role.FIRST_NAME]
        before = anchor.index - 1
        if before >= 0 and before not in hidden and _share_of(sample, before, _one_name) >= 0.6:
            return _with(columns, {before: Role.LAST_NAME})
        return _with(columns, {anchor.index: Role.FULL_NAME})
    measures = [column.index for column in columns if column.role is Role.HOURS]
    # a title above the names, on a table turned on its side, heads a column that holds nothing
    measures = [at for at in measures if _filled(at, sample)] or measures
    if not measures or any(column.role in (Role.DATE, Role.MONTH) and _of_rows(column, sample) for column in columns):
        return columns
    taken = {column.index for column in columns if column.role is not Role.IGNORED and column.role not in _TIMES}
    candidates = [at for at in range(min(measures)) if at not in hidden and at not in taken]
    return _with(columns, _guessed_names(candidates, sample))


_TIMES = (Role.DATE, Role.MONTH, Role.WEEK)


def _of_rows(column: Column, sample: Sequence[Row]) -> bool:
    """Whether the column below « Mois » really holds months: turned on its side it holds persons."""
    return _share_of(sample, column.index, lambda cell: moment_of(cell) is not None or cell.number is not None) >= 0.5


def _guessed_names(candidates: Sequence[int], sample: Sequence[Row]) -> dict[int, Role]:
    for at in candidates:
        beside = at + 1
        if (
            beside in candidates
            and _share_of(sample, at, _capitals) >= 0.7
            and _share_of(sample, beside, lambda cell: _first_name(cell) and not cell.text.isupper()) >= 0.7
        ):
            return {at: Role.LAST_NAME, beside: Role.FIRST_NAME}
    people = [(at, _share_of(sample, at, lambda cell: looks_like_person(cell.text))) for at in candidates]
    best = max(people, key=lambda pair: pair[1], default=(-1, 0.0))
    return {best[0]: Role.FULL_NAME} if best[1] >= 0.5 else {}


def _share_of(sample: Sequence[Row], at: int, test: Callable[[Cell], bool]) -> float:
    filled = [row[at] for row in sample if at < len(row) and row[at] is not None]
    if not filled:
        return 0.0
    return sum(1 for cell in filled if cell is not None and test(cell)) / len(filled)


def _first_name(cell: Cell) -> bool:
    text = cell.text
    return (
        bool(text)
        and len(text) <= 40
        and text[0].isupper()
        and not any(one.isdigit() for one in text)
        and len(text.split()) <= 3
    )


def _one_name(cell: Cell) -> bool:
    text = cell.text
    return bool(text) and len(text) <= 40 and not any(one.isdigit() for one in text) and ":" not in text


def _capitals(cell: Cell) -> bool:
    return _one_name(cell) and cell.text.upper() == cell.text and len(cell.text) >= 2


def _with(columns: list[Column], roles: dict[int, Role]) -> list[Column]:
    changed = [
        dataclasses.replace(column, role=roles[column.index]) if column.index in roles else column for column in columns
    ]
    present = {column.index for column in columns}
    changed.extend(Column(at, "", role) for at, role in roles.items() if at not in present)
    return sorted(changed, key=lambda column: column.index)


# --- no heading at all -------------------------------------------------------------------------------------------


def columns_without_heading(rows: Sequence[Row], hidden: frozenset[int]) -> list[Column]:
    """Columns told by their content only; empty unless there are names and exactly one column of hours."""
    body = [row for row in rows[:_SAMPLE] if sum(1 for cell in row if cell is not None) >= 2 and not _is_total_row(row)]
    width = max((len(row) for row in body), default=0)
    if len(body) < 1 or not 2 <= width <= 60:
        return []
    places = [at for at in range(width) if at not in hidden]
    months = [at for at in places if _share_of(body, at, lambda cell: _states_month(cell)) >= 0.8]
    dates = [at for at in places if _share_of(body, at, lambda cell: _states_day(cell)) >= 0.8]
    names = _guessed_names([at for at in places if at not in months and at not in dates], body)
    amounts = [
        at
        for at in places
        if at not in names
        and at not in months
        and at not in dates
        and _share_of(body, at, lambda cell: hours_of(cell).units is not None and not _whole_serial(cell)) >= 0.7
        and any(at < len(row) and hours_of(row[at]).units for row in body)
    ]
    if not names or len(amounts) != 1 or len(months) > 1 or len(dates) > 1:
        return []
    roles: dict[int, Role] = {**names, amounts[0]: Role.HOURS}
    if months:
        roles[months[0]] = Role.MONTH
    elif dates:
        roles[dates[0]] = Role.DATE
    return [
        Column(at, "", roles.get(at, Role.IGNORED), HoursKind.PLAIN if roles.get(at) is Role.HOURS else HoursKind.NONE)
        for at in places
    ]


def _states_month(cell: Cell) -> bool:
    moment = moment_of(cell)
    return moment is not None and (moment.day is None or moment.day == 1)


def _states_day(cell: Cell) -> bool:
    moment = moment_of(cell)
    return moment is not None and moment.day is not None


def _whole_serial(cell: Cell) -> bool:
    """A matricule or a SIRET is a number too: longer than any month of hours."""
    text = cell.text.replace(" ", "") if cell.text else ""
    return (cell.number is not None and cell.number >= 1_000) or (
        text.isdigit() and (len(text) >= 4 or text.startswith("0"))
    )
