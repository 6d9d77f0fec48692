"""Understand the layout of a file: tables, columns, months, persons, employers (issue 3, point 2).

Upright first; turned on its side when nothing upright gives hours (persons in columns); by the look of the
columns when there is no heading at all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from app.hours.timesheets.cells import Row, Sheet
from app.hours.timesheets.column_roles import columns_of, columns_without_heading, names_beside
from app.hours.timesheets.headers import NAME_ROLES, Header, find_headers
from app.hours.timesheets.layout import Column, Context, Heading, Layout, Table, grid_of, hidden_of, merged_of, shown
from app.hours.timesheets.names import Order, looks_like_person, order_of_rows, order_said, person_in_title, reduce_name
from app.hours.timesheets.surroundings import Said, best_company, context_of, listen, person_of_sheet
from app.hours.timesheets.values import Moment, hours_of, moment_of_text
from app.hours.timesheets.vocabulary import Role, is_total_label
from app.rules.french import fold

_SAMPLE = 600
"""Rows looked at to see whether names are written once for several rows."""
_RECAP = frozenset(
    [
        "recap",
        "recapitulatif",
        "recapitulation",
        "synthese",
        "total",
        "totaux",
        "cumul",
        "bilan",
        "annuel",
        "annee",
        "global",
    ]
)


def understand(sheets: Sequence[Sheet]) -> Layout:
    """The layout of a file's sheets; hidden sheets are left out. ``tables`` is empty when there is none."""
    tables: list[Table] = []
    loose = Said()
    for at, sheet in enumerate(sheets):
        if sheet.hidden or not sheet.rows:
            continue
        found = _tables(sheet, at)
        if not found:
            _remember(loose, listen(sheet.rows[:60]))
        tables.extend(found)
    kept, left_out = _without_recaps(tables, sheets)
    kept = _share(kept, loose)
    return Layout(tuple(kept), left_out)


def _remember(loose: Said, said: Said) -> None:
    # a cover sheet may name the company and the year; a notice's examples name no month
    for name, score in said.companies.items():
        if score >= 100:
            loose.companies[name] += score
    loose.years |= said.years


def _share(tables: list[Table], loose: Said) -> list[Table]:
    """What a cover sheet says serves the sheets that do not say it."""
    company = best_company(loose.companies)
    year = next(iter(loose.years)) if len(loose.years) == 1 else None
    return [
        dataclasses.replace(
            table,
            context=dataclasses.replace(
                table.context,
                company=table.context.company or company,
                year=table.context.year if table.context.year is not None else year,
            ),
        )
        for table in tables
    ]


def _tables(sheet: Sheet, at: int) -> list[Table]:
    upright = _tables_of_grid(sheet, at, False)
    if _holds_hours(upright, sheet) or any(
        table.having(*NAME_ROLES) and table.having(Role.HOURS, Role.TOTAL) for table in upright
    ):
        return upright  # it may be a blank statement
    width = max((len(row) for row in sheet.rows), default=0)
    if width <= 400 and len(sheet.rows) <= 2_000:
        turned = _tables_of_grid(sheet, at, True)
        if _holds_hours(turned, sheet):
            return turned
    bare = _table_without_heading(sheet, at)
    return bare or upright


def _holds_hours(tables: Sequence[Table], sheet: Sheet) -> bool:
    """Whether a row of the tables holds both somebody and hours."""
    for table in tables:
        grid = grid_of(sheet, table.transposed)
        hours = [column.index for column in table.having(Role.HOURS)]
        named = [column.index for column in table.having(*NAME_ROLES)]
        someone = bool(
            table.context.person or table.context.last_name or any(heading.person for heading in table.headings)
        )
        for row in grid[table.first : table.last + 1]:
            if (someone or any(at < len(row) and row[at] is not None for at in named)) and any(
                at < len(row) and _counts(row, at) for at in hours
            ):
                return True
    return False


def _counts(row: Row, at: int) -> bool:
    amount = hours_of(row[at])
    return amount.units is not None or bool(amount.code)


def _tables_of_grid(sheet: Sheet, at: int, transposed: bool) -> list[Table]:
    grid = grid_of(sheet, transposed)
    _, hidden = hidden_of(sheet, transposed)
    headers = find_headers(grid, hidden, merged_of(sheet, transposed))
    tables: list[Table] = []
    start = 0
    for position, header in enumerate(headers):
        stop = next((later.top for later in headers[position + 1 :] if later.top > header.bottom), len(grid))
        table, end = _table(sheet, at, grid, header, start, stop, tables, transposed, hidden)
        if stop > end + 1 or position + 1 == len(headers) or headers[position + 1].top > header.bottom:
            start = end + 1
        if table is not None:
            tables.append(table)
    return tables


def _table(
    sheet: Sheet,
    at: int,
    grid: Sequence[Row],
    header: Header,
    start: int,
    stop: int,
    before: Sequence[Table],
    transposed: bool,
    hidden: frozenset[int],
) -> tuple[Table | None, int]:
    first = header.bottom + 1
    body = grid[first:stop]
    columns = names_beside(columns_of(header, body, hidden), body, hidden)
    said = listen(grid[start : header.top])
    if not before and transposed:
        # the rows above a table turned on its side
        places = [column.index for column in columns if column.role is not Role.IGNORED]
        said = listen([*grid[start : header.top], *sheet.rows[: min(places, default=0)]])
    context = context_of(said, sheet.name, before[-1].context if before else None)
    columns = _numbered_months(columns, context)
    last = first - 1
    hours = [column.index for column in columns if column.role in (Role.HOURS, Role.TOTAL)]
    for offset in range(len(body) - 1, -1, -1):
        row = body[offset]
        if any(one < len(row) and row[one] is not None and _counts(row, one) for one in hours):
            last = first + offset
            break
    named = any(column.role in NAME_ROLES for column in columns)
    if not named:
        context = _with_person(context, sheet.name, said, before, grid[start : header.top])
    table = Table(
        sheet=at,
        header=header.bottom,
        first=first,
        last=last,
        columns=tuple(columns),
        context=context,
        transposed=transposed,
    )
    table = dataclasses.replace(
        table,
        headings=_headings(table, grid[first : last + 1]),
        order=_order(table, body),
        carried=_carried(table, grid, merged_of(sheet, transposed)),
    )
    return table, last


def _numbered_months(columns: list[Column], context: Context) -> list[Column]:
    """Columns 1 to 12 under a year, without a month said, are months; days run to 28 or more."""
    numbered = [
        column
        for column in columns
        if column.moment is not None and column.moment.month == 0 and column.role is Role.HOURS
    ]
    numbers = [column.moment.day for column in numbered if column.moment is not None]
    if numbers != list(range(1, 13)) or context.year is None or context.month is not None:
        return columns
    months = {column.index: Moment(None, at + 1) for at, column in enumerate(numbered)}
    return [
        dataclasses.replace(column, moment=months[column.index]) if column.index in months else column
        for column in columns
    ]


def _titled(above: Sequence[Row]) -> str:
    """Somebody named by a title just above the table, the nearest first."""
    for row in reversed(above[-6:]):
        filled = [cell for cell in row if cell is not None]
        if len(filled) == 1 and filled[0].text and (person := person_in_title(filled[0].text)):
            return person
    return ""


def _with_person(
    context: Context, sheet_name: str, said: Said, before: Sequence[Table], above: Sequence[Row]
) -> Context:
    """Somebody for a table without names: a label, the sheet's name, the table above."""
    if context.person or context.last_name:
        return context
    person = _titled(above) or person_of_sheet(sheet_name)
    if not person and before and not (said.person or said.last_name):
        earlier = before[-1].context
        return dataclasses.replace(
            context, person=earlier.person, last_name=earlier.last_name, first_name=earlier.first_name
        )
    return dataclasses.replace(context, person=person)


def _headings(table: Table, body: Sequence[Row]) -> tuple[Heading, ...]:
    """Rows of one statement inside the table: « Février 2024 », « Employeur : … », « MARTIN Julie »."""
    found: list[Heading] = []
    hours = [column.index for column in table.having(Role.HOURS)]
    named = bool(table.having(*NAME_ROLES))
    employers = bool(table.having(Role.COMPANY))
    for offset, row in enumerate(body):
        filled = [cell for cell in row if cell is not None]
        if not 1 <= len(filled) <= 3 or not filled[0].text or is_total_label(filled[0].text):
            continue
        if any(at < len(row) and row[at] is not None and _counts(row, at) for at in hours):
            continue
        text = filled[0].text
        moment = moment_of_text(text) if len(filled) == 1 else None
        said = listen([row])
        months = {(one.year, one.month) for one in said.months}
        month = Moment(moment.year, moment.month) if moment and not moment.code and moment.day is None else None
        if month is None and len(months) == 1:
            year, number = next(iter(months))
            month = Moment(year, number)
        company = "" if employers else _company_heading(said, len(filled) == 1)
        person = ""
        if not named:
            person = (
                said.person
                or _labelled_name(said)
                or (reduce_name(text) if len(filled) == 1 and looks_like_person(text) else "")
            )
        if month or company or person:
            found.append(Heading(table.first + offset, month, "" if person else company, person))
    return tuple(found)


def _labelled_name(said: Said) -> str:
    return f"{said.last_name}, {said.first_name}" if said.last_name else ""


def _company_heading(said: Said, alone: bool) -> str:
    if not said.companies:
        return ""
    name, score = said.companies.most_common(1)[0]
    return name if score >= 100 or (alone and score >= 40) else ""


def _order(table: Table, body: Sequence[Row]) -> Order | None:
    full = table.having(Role.FULL_NAME)
    if not full:
        return None
    at = full[0].index
    return order_said(full[0].heading) or order_of_rows([shown(row[at]) for row in body[:600] if at < len(row)])


def _carried(table: Table, grid: Sequence[Row], merged: Sequence[tuple[int, int, int, int]]) -> frozenset[Role]:
    """Roles written once for a group of rows: merged down, or blank again and again under a first name."""
    roles: set[Role] = set()
    hours = [column.index for column in table.having(Role.HOURS)]
    rows = [
        row
        for row in grid[table.first : min(table.last, table.first + _SAMPLE) + 1]
        if any(at < len(row) and _counts(row, at) for at in hours)
        and not any(cell is not None and cell.text and is_total_label(cell.text) for cell in row[:3])
    ]
    groups = [
        (*NAME_ROLES, Role.REF),
        (Role.COMPANY,),
        (Role.MONTH,),
        (Role.YEAR,),
        (Role.DATE,),
        (Role.WEEK, Role.DATE_FROM),
    ]
    timed = bool(table.having(Role.DATE, Role.WEEK, Role.DATE_FROM, Role.MONTH))
    for group in groups:
        indexes = [column.index for column in table.having(*group)]
        if not indexes or not rows:
            continue
        tall = any(
            left in indexes and bottom > top and table.first <= top <= table.last for top, left, bottom, _ in merged
        )
        blank = sum(1 for row in rows if all(at >= len(row) or row[at] is None for at in indexes))
        starts = any(at < len(rows[0]) and rows[0][at] is not None for at in indexes)
        often = starts and timed and len(rows) >= 4 and 0.4 * len(rows) <= blank < len(rows)
        summed = starts and blank > 0 and group == (Role.COMPANY,) and _summed(table, grid, indexes)
        if tall or often or summed:
            roles.update(group)
    return frozenset(roles)


def _summed(table: Table, grid: Sequence[Row], indexes: Sequence[int]) -> bool:
    """Whether totals close the group of each company: « Total BATI SAS »."""
    body = grid[table.first : min(table.last, table.first + _SAMPLE) + 1]
    totals: list[str] = []
    names: set[str] = set()
    for row in body:
        cells = [cell.text for cell in row if cell is not None and cell.text]
        label = next((text for text in cells if is_total_label(text)), "")
        if label:
            totals.append(fold(label))
            continue
        names.update(fold(shown(row[at])) for at in indexes if at < len(row) and row[at] is not None)
    return any(name and f" {name}" in total for total in totals for name in names)


def _table_without_heading(sheet: Sheet, at: int) -> list[Table]:
    columns = columns_without_heading(sheet.rows, sheet.hidden_columns)
    if not columns:
        return []
    hours = [column.index for column in columns if column.role is Role.HOURS]
    rows = [index for index, row in enumerate(sheet.rows) if any(one < len(row) and _counts(row, one) for one in hours)]
    if not rows:
        return []
    first, last = rows[0], rows[-1]
    context = context_of(listen(sheet.rows[:first]), sheet.name)
    table = Table(at, -1, first, last, tuple(columns), context)
    body = sheet.rows[first : last + 1]
    return [dataclasses.replace(table, order=_order(table, body))]


def _without_recaps(tables: list[Table], sheets: Sequence[Sheet]) -> tuple[list[Table], tuple[str, ...]]:
    """A sheet named « Récapitulatif » repeats the others: left out when the others hold hours."""
    recaps = {
        table.sheet
        for table in tables
        if set(fold(sheets[table.sheet].name).split()) & _RECAP
        and not any(word in fold(sheets[table.sheet].name) for word in ("mensuel",))
    }
    others = [table for table in tables if table.sheet not in recaps]
    if not recaps or not any(_holds_hours([table], sheets[table.sheet]) for table in others):
        return tables, ()
    return others, tuple(sheets[at].name for at in sorted(recaps))
