"""Apply a layout to the sheets: one entry for each amount of hours, with whom, when, for whom, and its doubts."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.hours.timesheets.cells import Cell, Row, Sheet
from app.hours.timesheets.headers import NAME_ROLES
from app.hours.timesheets.layout import Column, Layout, Table, grid_of, hidden_of, shown
from app.hours.timesheets.names import MAX_NAME, PersonName, reduce_name, split_name
from app.hours.timesheets.surroundings import company_name
from app.hours.timesheets.values import (
    HUNDREDTH,
    Amount,
    Moment,
    day_hours_of,
    day_of_text,
    hours_of,
    moment_of,
    moment_of_text,
    week_of_text,
)
from app.hours.timesheets.vocabulary import Role, is_checked_total, is_total_label
from app.hours.timesheets.wording import words
from app.rules.french import fold
from app.rules.identifiers import is_siret

MAX_COMPANY = 150
DAY_LIMIT = 24 * 100 * HUNDREDTH
_LENDERS = ("etti", "ett", "geiq", "agence", "siae", "structure", "employeur", "association")
_FORMULA_START = ("=", "@", "+", "-")
_SITE_WORDS = words(
    "chantier operation contrat lot marche site affaire mission poste tache client utilisatrice type nature debut fin "
    "date fonction emploi metier qualification du au activite projet code"
)


@dataclass(slots=True)
class Entry:
    """One amount as read. ``month`` is empty when it cannot be told (``month_code`` says why)."""

    table: int
    row: int
    """As a spreadsheet numbers it, from 1."""
    company: str
    last: str
    first: str
    ref: str
    month: str
    month_text: str
    month_code: str
    amount: Amount
    cell: Cell
    site: tuple[str, ...] = ()
    name_code: str = ""
    siret: str = ""
    column: int = 0
    across: tuple[str, dt.date, dt.date, str] | None = None
    """(name of the week, its first and last day, the month kept) when it runs over two months."""

    @property
    def hours_text(self) -> str:
        """The hours as a person reads them in the file."""
        return shown(self.cell)

    @property
    def written(self) -> bool:
        """The cell holds a text: a sheet's own SUM leaves it out."""
        return bool(self.cell.text)


@dataclass(slots=True)
class TotalRow:
    """A row that announces the sum of what stands above it."""

    table: int
    row: int
    label: str
    values: dict[int, int]


@dataclass(slots=True)
class Extract:
    """All that a layout gives."""

    entries: list[Entry] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    row_totals: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(table, row, printed total of the row, sum of its hours)."""
    formulas: bool = False
    """Hours that are needed are formulas without a value."""
    bad_sirets: list[tuple[int | None, str]] = field(default_factory=list)
    hidden_rows: int = 0


def extract(sheets: Sequence[Sheet], layout: Layout, *, month: str | None = None) -> Extract:
    """Every entry of a file, in order. ``month`` serves only where the file states none."""
    result = Extract()
    for at, table in enumerate(layout.tables):
        if table.sheet < len(sheets):
            left = _left_edge(layout, table)
            _Reader(sheets[table.sheet], table, at, month, result, left).read()
    return result


def _left_edge(layout: Layout, table: Table) -> int:
    """First column of a table that stands to the right of another under the same heading row; 0 otherwise."""
    first = min((column.index for column in table.columns), default=0)
    beside = any(
        one is not table
        and (one.sheet, one.header, one.transposed) == (table.sheet, table.header, table.transposed)
        and one.columns
        and one.columns[0].index < first
        for one in layout.tables
    )
    return first if beside else 0


class _Reader:
    """Reads one table from top to bottom, with what rows above said."""

    def __init__(self, sheet: Sheet, table: Table, number: int, month: str | None, result: Extract, left: int) -> None:
        self._table = table
        self._number = number
        self._left = left
        self._result = result
        self._grid = grid_of(sheet, table.transposed)
        self._sheet = sheet
        self._hidden_rows, hidden_columns = hidden_of(sheet, table.transposed)
        self._given = month
        by_role: dict[Role, int] = {}
        for column in table.columns:
            if column.index not in hidden_columns:
                by_role.setdefault(column.role, column.index)
        self._at = by_role
        # the structure that lends the person is the employer, where the row names one
        employers = sorted(table.having(Role.COMPANY), key=lambda one: not fold(one.heading).startswith(_LENDERS))
        self._companies = [column.index for column in employers]
        self._hours = [column for column in table.having(Role.HOURS) if column.index not in hidden_columns]
        self._row_totals = table.having(Role.TOTAL) if len(self._hours) > 1 else ()
        self._doubts = [column for column in table.columns if column.doubt]
        self._sites = [
            column.index
            for column in table.columns
            if column.role is Role.IGNORED
            and not column.doubt
            and set(fold(column.heading).split()) & _SITE_WORDS
            and "naissance" not in fold(column.heading)
        ]
        self._width = 1 + max((column.index for column in table.columns), default=0) if table.header >= 0 else 1 << 20
        self._births = next(
            (
                column.index
                for column in table.columns
                if column.role is Role.IGNORED and {"naissance", "ne"} & set(fold(column.heading).split())
            ),
            -1,
        )
        self._headings = {heading.row: heading for heading in table.headings}
        self._context_month = table.context.month
        self._other_month = table.context.other_month
        self._company = table.context.company
        self._person = _context_person(table)
        self._kept: dict[Role, Cell] = {}
        self._people: dict[tuple[int, int, int], tuple[PersonName, str]] = {}
        self._named = [by_role[role] for role in NAME_ROLES if role in by_role]
        self._last, self._first = by_role.get(Role.LAST_NAME, -1), by_role.get(Role.FIRST_NAME, -1)
        self._months: dict[object, tuple[str, str, str]] = {}
        self._days = any(column.moment and column.moment.day for column in self._hours)
        self._codes = _legend(self._grid[table.last + 1 : table.last + 8]) if self._days else frozenset()
        self._piecewise = table.piecewise
        self._sheet_site = "" if _states_month(sheet.name) else fold(sheet.name)
        self._site = (table.context.site, self._sheet_site)
        self._american = self._american_dates()
        siret = table.context.siret
        if siret and not is_siret(siret) and not self._companies and (None, siret) not in result.bad_sirets:
            result.bad_sirets.append((None, siret))

    # --- rows ---

    def read(self) -> None:
        table = self._table
        for at in range(max(0, table.first), min(table.last + 1, len(self._grid))):
            row = self._grid[at]
            heading = self._headings.get(at)
            if heading is not None:
                self._hear(heading.month, heading.company, heading.person)
            if row:
                if at in self._hidden_rows:
                    self._result.hidden_rows += 1
                else:
                    self._row(at, row)

    def _hear(self, month: Moment | None, company: str, person: str) -> None:
        if month is not None:
            self._context_month, self._other_month = month, None
            if month.year is None and self._table.context.year is not None:
                self._context_month = Moment(self._table.context.year, month.month)
        if company:
            self._company = company
        if person:
            self._person = split_name(person)
            self._people.clear()
        self._kept.clear()

    def _row(self, at: int, row: Row) -> None:
        amounts: list[tuple[Column, Amount, Cell]] = []
        for column in self._hours:
            cell = row[column.index] if column.index < len(row) else None
            if cell is None:
                continue
            amount = day_hours_of(cell, self._codes) if self._days else hours_of(cell)
            if len(row) > self._width and column.index + 1 >= self._width and _cut_in_two(cell, row[column.index + 1]):
                amount = Amount(None, "hours_odd_format")
            if amount.units is not None or amount.code:
                amounts.append((column, amount, cell))
        label = self._total_label(row)
        if label:
            if is_checked_total(label):
                self._result.totals.append(
                    TotalRow(
                        self._number, at + 1, label, {c.index: a.units for c, a, _ in amounts if a.units is not None}
                    )
                )
            self._kept.clear()
            return
        if not amounts:
            self._keep(row)
            return
        for _, amount, _ in amounts:
            if amount.code == "formula_without_value":
                self._result.formulas = True
                return
        self._entries(at, row, amounts)

    def _total_label(self, row: Row) -> str:
        """The label of a row of totals: its first words, or its name."""
        for position, cell in enumerate(row):
            if cell is not None and position >= self._left:
                if cell.text and is_total_label(cell.text):
                    # somebody may be called Total: then there is a first name too, and no total of a team
                    return "" if position == self._last and self._names_somebody(row) else cell.text
                break
        width = len(row)
        nobody = bool(self._named)
        for index in self._named:
            cell = row[index] if index < width else None
            if cell is None:
                continue
            nobody = False
            if cell.text and index != self._first and is_total_label(cell.text):
                return "" if index == self._last and self._names_somebody(row) else cell.text
        if nobody:
            for cell in row:
                if cell is not None and cell.text and is_total_label(cell.text):
                    return cell.text
        return ""

    def _names_somebody(self, row: Row) -> bool:
        cell = row[self._first] if 0 <= self._first < len(row) else None
        if cell is None or not cell.text or is_total_label(cell.text):
            return False
        return fold(cell.text) not in _NOT_FIRST

    def _keep(self, row: Row) -> None:
        """A row without hours may still name the group below it."""
        for role in self._table.carried:
            at = self._at.get(role)
            if at is not None and at < len(row) and (cell := row[at]) is not None:
                self._kept[role] = cell

    def _cell(self, row: Row, role: Role) -> Cell | None:
        at = self._at.get(role)
        if at is None:
            return None
        cell = row[at] if at < len(row) else None
        if role in self._table.carried:
            if cell is not None:
                self._kept[role] = cell
                if role is Role.LAST_NAME:
                    self._kept.pop(Role.FIRST_NAME, None)
            elif role is Role.FIRST_NAME and self._present(row, Role.LAST_NAME):
                return None
            else:
                return self._kept.get(role)
        return cell

    def _present(self, row: Row, role: Role) -> bool:
        at = self._at.get(role)
        return at is not None and at < len(row) and row[at] is not None

    def _entries(self, at: int, row: Row, amounts: list[tuple[Column, Amount, Cell]]) -> None:
        name, name_code = self._name(row)
        company, company_code, siret = self._employer(at, row)
        ref = shown(self._cell(row, Role.REF))[:40] if Role.REF in self._at else ""
        if not ref and 0 <= self._births < len(row):
            ref = self._birth(row[self._births])
        site_period = ""
        if self._at.get(Role.MONTH) is not None:
            said = shown(self._cell(row, Role.MONTH))
            site_period = said if len(said) > 12 and _is_range(said) else ""
        if self._sites:
            places = [shown(row[index]) if index < len(row) else "" for index in self._sites]
            site = (*self._site, site_period, *places)
        else:
            site = self._site if not site_period else (*self._site, site_period)
        period: tuple[str, str, str, tuple[str, dt.date, dt.date, str] | None] | None = None
        total = 0
        broken = False
        for _, amount, _ in amounts:
            if amount.units is None:
                amounts = self._explained(row, amounts)
                broken = any(one.units is None for _, one, _ in amounts)
                break
        doubt = bool(self._doubts) and any(hours_of(row[c.index]).units for c in self._doubts if c.index < len(row))
        for column, amount, cell in amounts:
            if column.moment is not None or column.week is not None:
                month, text, code, across = self._period_of_column(column)
            else:
                if period is None:
                    period = self._period(row)
                month, text, code, across = period
            if doubt and not amount.code:
                amount = Amount(amount.units, "hours_doubt")
            if self._piecewise and not amount.code and (amount.units or 0) > DAY_LIMIT * self._span():
                amount = Amount(amount.units, "hours_impossible")
            total += amount.units or 0
            self._result.entries.append(
                Entry(
                    self._number,
                    self._shown_row(at, column),
                    company,
                    name.last,
                    name.first,
                    ref,
                    month,
                    text,
                    code,
                    amount,
                    cell,
                    site,
                    name_code or company_code,
                    siret,
                    column.index,
                    across,
                )
            )
        if self._row_totals and not broken:
            for column in self._row_totals:
                printed = hours_of(row[column.index]).units if column.index < len(row) else None
                if printed is not None:
                    self._result.row_totals.append((self._number, at + 1, printed, total))
                    break

    def _explained(self, row: Row, amounts: list[tuple[Column, Amount, Cell]]) -> list[tuple[Column, Amount, Cell]]:
        """Letters nobody explains (« X », « P ») count for nothing when the row's own total counts them so."""
        unknown = [one for one in amounts if one[1].units is None]
        if not unknown or not self._row_totals or any(any(c.isdigit() for c in cell.text) for _, _, cell in unknown):
            return amounts
        if any(amount.code != "hours_unreadable" or cell.error for _, amount, cell in unknown):
            return amounts
        known = [one for one in amounts if one[1].units is not None]
        added = sum(amount.units or 0 for _, amount, _ in known)
        for column in self._row_totals:
            printed = hours_of(row[column.index]).units if column.index < len(row) else None
            if printed is not None:
                return known if added and abs(printed - added) <= HUNDREDTH else amounts
        return amounts

    @staticmethod
    def _birth(cell: Cell | None) -> str:
        """A birth date tells homonyms apart as a number does."""
        moment = moment_of(cell)
        if moment is None or moment.code or moment.year is None or moment.day is None:
            return ""
        return f"{moment.day:02d}/{moment.month:02d}/{moment.year:04d}"

    def _span(self) -> int:
        """Days that one cell may cover."""
        if self._days or self._at.get(Role.DATE) is not None:
            return 1
        return 7 if self._table.having(Role.WEEK, Role.DATE_FROM) or any(c.week for c in self._hours) else 31

    def _shown_row(self, at: int, column: Column) -> int:
        return (column.index if self._table.transposed else at) + 1

    # --- who ---

    def _name(self, row: Row) -> tuple[PersonName, str]:
        last_cell, first_cell = self._cell(row, Role.LAST_NAME), self._cell(row, Role.FIRST_NAME)
        full_cell = self._cell(row, Role.FULL_NAME)
        key = (id(full_cell), id(last_cell), id(first_cell))  # cells of a sheet are shared, and outlive this reader
        known = self._people.get(key)
        if known is None:
            known = self._people[key] = self._person_of(full_cell, last_cell, first_cell)
        return known

    def _person_of(
        self, full_cell: Cell | None, last_cell: Cell | None, first_cell: Cell | None
    ) -> tuple[PersonName, str]:
        texts = [shown(cell) for cell in (full_cell, last_cell, first_cell) if cell is not None]
        if not any(role in self._at for role in NAME_ROLES):
            if self._person is None or _letters(self._person) < 2:
                return PersonName("", ""), "name_missing"
            if len(self._person.last) > MAX_NAME or len(self._person.first) > MAX_NAME:
                return PersonName(self._person.last[:MAX_NAME], ""), "text_too_long"
            if self._person.last.startswith(_FORMULA_START):
                return self._person, "formula_like_text"
            return self._person, ""
        if any(text.startswith(("=", "@")) or (text[:1] in "+-" and len(text) > 1) for text in texts):
            return PersonName(" ".join(texts)[:MAX_NAME], ""), "formula_like_text"
        if any(len(text) > MAX_NAME for text in texts):
            return PersonName(texts[0][:MAX_NAME], ""), "text_too_long"
        if full_cell is not None:
            name = split_name(shown(full_cell), self._table.order)
        elif last_cell is not None and first_cell is None:
            last = shown(last_cell)
            both = " " in last and Role.FIRST_NAME in self._at
            name = split_name(last) if both else PersonName(reduce_name(last), "")
        else:
            last = split_name(f"{shown(last_cell)}, x").last if last_cell is not None else ""
            name = PersonName(last, reduce_name(shown(first_cell)))
        if _letters(name) < 2:
            return name, "name_missing"
        if not name.last and name.first and Role.FULL_NAME not in self._at:
            return name, "name_missing"
        return name, ""

    def _employer(self, at: int, row: Row) -> tuple[str, str, str]:
        company, code = "", ""
        if not self._companies and Role.SIRET not in self._at:
            return self._company, "", ""
        for index in self._companies:
            cell = row[index] if index < len(row) else None
            if cell is None and Role.COMPANY in self._table.carried:
                cell = self._kept.get(Role.COMPANY)
            if cell is not None and shown(cell).strip(" -–—"):
                company = shown(cell)
                self._kept[Role.COMPANY] = cell
                break
        if company.startswith(_FORMULA_START):
            code = "formula_like_text"
        elif len(company) > MAX_COMPANY:
            company, code = company[:MAX_COMPANY], "text_too_long"
        siret_cell = self._cell(row, Role.SIRET)
        siret = "".join(one for one in shown(siret_cell) if one.isalnum())
        if siret and not is_siret(siret):
            self._result.bad_sirets.append((at + 1, shown(siret_cell)))
            if not company and not self._company:
                code = code or "siret_invalid"
        return company_name(company) or company or self._company, code, siret

    # --- when ---

    def _period_of_column(self, column: Column) -> tuple[str, str, str, tuple[str, dt.date, dt.date, str] | None]:
        if column.week is not None:
            return self._week(column.week, column.heading)
        moment = column.moment
        assert moment is not None
        if moment.month == 0:  # a day of the month said elsewhere
            month, text, code = self._context()
            if month and moment.day and moment.day > calendar.monthrange(int(month[:4]), int(month[5:]))[1]:
                return "", f"{moment.day}/{month[5:]}", "month_invalid", None
            return month, text, code, None
        return *self._with_year(moment, column.heading), None

    def _period(self, row: Row) -> tuple[str, str, str, tuple[str, dt.date, dt.date, str] | None]:
        """(month, text, code, week across two months) of a row."""
        start = self._day(row, Role.DATE_FROM) if Role.DATE_FROM in self._at else None
        end = self._day(row, Role.DATE_TO) if Role.DATE_TO in self._at else None
        week_cell = self._cell(row, Role.WEEK) if Role.WEEK in self._at else None
        week = week_of_text(shown(week_cell)) or _bare_week(week_cell) if week_cell is not None else None
        month_cell = self._cell(row, Role.MONTH)
        if month_cell is not None:
            month, text, code = self._month_cell(row, month_cell)
            return month, text, code, self._across(start, end, week, shown(week_cell), month)
        day_cell = self._cell(row, Role.DATE)
        if day_cell is not None:
            return *self._date_cell(day_cell), None
        if start is not None and end is not None and start <= end <= start + dt.timedelta(days=31):
            return self._between(shown(week_cell) or "Semaine", start, end)
        if start is not None and end is None and "semaine" in self._heading(Role.DATE_FROM):
            return self._between("Semaine", start, start + dt.timedelta(days=6))
        if week is not None:
            return self._week(week, shown(week_cell), row)
        return *self._context(), None

    def _heading(self, role: Role) -> str:
        return fold(next((column.heading for column in self._table.columns if column.role is role), ""))

    def _day(self, row: Row, role: Role) -> dt.date | None:
        moment = moment_of(self._cell(row, role))
        if moment is None or moment.day is None or moment.code:
            return None
        year = moment.year if moment.year is not None else self._year_of(moment.month)
        try:
            return dt.date(year, moment.month, moment.day) if year is not None else None
        except ValueError:
            return None

    def _year_of(self, month: int) -> int | None:
        context = self._context_month
        if self._table.context.year is not None:
            return self._table.context.year
        if context is not None and context.year is not None and context.month == month:
            return context.year
        if self._given and int(self._given[5:]) == month:
            return int(self._given[:4])
        return None

    def _with_year(self, moment: Moment, text: str) -> tuple[str, str, str]:
        if moment.code:
            return "", text, moment.code
        if moment.year is not None:
            return moment.key, text, ""
        year = self._year_of(moment.month)
        if year is None:
            return "", text, "month_without_year"
        return f"{year:04d}-{moment.month:02d}", text, ""

    def _month_cell(self, row: Row, cell: Cell) -> tuple[str, str, str]:
        text = shown(cell)
        year_text = shown(self._cell(row, Role.YEAR)) if Role.YEAR in self._at else ""
        key = (text, year_text)
        known = self._months.get(key)
        if known is None:
            known = self._months[key] = self._month_read(cell, text, year_text)
        return known

    def _month_read(self, cell: Cell, text: str, year_text: str) -> tuple[str, str, str]:
        moment = moment_of(cell)
        if moment is None and text.isdigit() and 1 <= int(text) <= 12:
            moment = Moment(None, int(text))
        if moment is None or moment.code:
            return "", text, "month_invalid"
        if moment.year is None and len(year_text) == 4 and year_text.isdigit():
            return f"{int(year_text):04d}-{moment.month:02d}", f"{text} {year_text}", ""
        return self._with_year(moment, text)

    def _date_cell(self, cell: Cell) -> tuple[str, str, str]:
        key = cell.date or cell
        known = self._months.get(key)
        if known is None:
            known = self._months[key] = self._date_read(cell)
        return known

    def _date_read(self, cell: Cell) -> tuple[str, str, str]:
        text = shown(cell)
        moment = day_of_text(text) or moment_of(cell)
        if moment is None:
            number = int(text.split()[-1]) if text.split() and text.split()[-1].isdigit() else 0
            if 1 <= number <= 31 and len(text) <= 12:  # the day of a month said elsewhere
                month, said, code = self._context()
                if month and number > calendar.monthrange(int(month[:4]), int(month[5:]))[1]:
                    return "", text, "month_invalid"
                return month, said, code
            return "", text, "month_invalid"
        if self._american and cell.text and moment.day is not None and moment.day <= 12:
            return "", text, "month_invalid"
        return self._with_year(moment, text)

    def _american_dates(self) -> bool:
        """Whether a column of dates holds « 02/15/2024 »: then 02/05/2024 may be read two ways."""
        at = self._at.get(Role.DATE)
        if at is None:
            return False
        for row in self._grid[self._table.first : self._table.last + 1]:
            cell = row[at] if at < len(row) else None
            if cell is not None and cell.text:
                parts = cell.text.split("/")
                figures = [int(part) for part in parts if part.isdigit() and len(part) <= 4]
                if len(parts) == len(figures) == 3 and figures[0] <= 12 < figures[1] <= 31:
                    return True
        return False

    def _context(self) -> tuple[str, str, str]:
        moment = self._context_month
        if moment is None:
            span = self._table.context.span
            if span is not None:
                return "", f"{span[0]:%Y-%m} / {span[1]:%Y-%m}", "week_across_months"
            if self._given:
                return self._given, self._given, ""
            return "", "", "month_missing"
        if self._other_month is not None:
            return "", moment.key or f"{moment.month:02d}", "month_conflict"
        return self._with_year(moment, moment.key or f"{moment.month:02d}")

    def _week(
        self, week: tuple[int, int | None], text: str, row: Row | None = None
    ) -> tuple[str, str, str, tuple[str, dt.date, dt.date, str] | None]:
        number, year = week
        if year is None and row is not None:
            year_text = shown(self._cell(row, Role.YEAR))
            year = int(year_text) if len(year_text) == 4 and year_text.isdigit() else None
        if year is None:
            year = self._table.context.year
        if year is None:
            month, said, code = self._context()
            if month or code != "month_missing":
                return month, said, code, None
            return "", text, "month_without_year", None
        try:
            start = dt.date.fromisocalendar(year, number, 1)
        except ValueError:
            return "", text, "month_invalid", None
        return self._between(text, start, start + dt.timedelta(days=6))

    def _between(
        self, name: str, start: dt.date, end: dt.date
    ) -> tuple[str, str, str, tuple[str, dt.date, dt.date, str] | None]:
        first, last = f"{start:%Y-%m}", f"{end:%Y-%m}"
        if first == last:
            return first, name, "", None
        month, _, code = self._context()
        if month in (first, last) and not code and self._context_month is not None:
            return month, name, "", (name, start, end, month)
        return "", f"{first} / {last}", "week_across_months", (name, start, end, "")

    def _across(
        self, start: dt.date | None, end: dt.date | None, week: tuple[int, int | None] | None, name: str, month: str
    ) -> tuple[str, dt.date, dt.date, str] | None:
        """The week of a row whose month is said beside it, when it runs over two months."""
        if start is None and end is None and week is not None and month:
            year = week[1] or int(month[:4])
            try:
                start = dt.date.fromisocalendar(year, week[0], 1)
            except ValueError:
                return None
            end = start + dt.timedelta(days=6)
        if start is None or end is None or (start.year, start.month) == (end.year, end.month):
            return None
        # told when most of its days stand in the other month
        mostly = end if self._majority_after(start, end) else start
        if not month or f"{mostly:%Y-%m}" == month:
            return None
        return name or "semaine", start, end, month

    @staticmethod
    def _majority_after(start: dt.date, end: dt.date) -> bool:
        """Whether most days of a week stand in its second month."""
        return end.day > (end - start).days + 1 - end.day


_NOT_FIRST = words("general generale mois heures heure h du partiel intermediaire annuel")


def _is_range(text: str) -> bool:
    """« du 01/03/2024 au 15/03/2024 »: a part of a month, to be added to the others."""
    return len(text) > 12 and " " in text and sum(1 for one in text if one.isdigit()) >= 8


def _cut_in_two(cell: Cell, following: Cell | None) -> bool:
    """« 151,67 » cut by the comma that parts the columns: 151 | 67, and no heading above the second."""
    if following is None or not cell.text.isdigit():
        return False
    return following.text.isdigit() and len(following.text) <= 2


def _bare_week(cell: Cell | None) -> tuple[int, int | None] | None:
    if cell is None or (cell.number is None and not cell.text.isdigit()):
        return None
    number = int(cell.number) if cell.number is not None else int(cell.text)
    if 1 <= number <= 53:
        return number, None
    return (number % 100, number // 100) if 200_001 <= number <= 210_053 and 1 <= number % 100 <= 53 else None


def _letters(name: PersonName) -> int:
    return sum(1 for one in name.last + name.first if one.isalpha())


def _context_person(table: Table) -> PersonName | None:
    context = table.context
    if context.last_name:
        if not context.first_name:
            return split_name(context.last_name)
        return PersonName(context.last_name, context.first_name)
    return split_name(context.person) if context.person else None


def _states_month(name: str) -> bool:
    return moment_of_text(name) is not None


def _legend(rows: Sequence[Row]) -> frozenset[str]:
    """Codes explained under a grid: « Codes : CP congés payés, AM arrêt maladie » (not those of presence)."""
    codes: set[str] = set()
    for row in rows:
        for cell in row:
            if cell is None or not cell.text or len(cell.text) > 400:
                continue
            for piece in re.split(r"[,;]", re.sub(r"[Cc]odes?\b|[:=]", " ", cell.text)):
                pair = piece.strip().split(" ", 1)
                if len(pair) == 2 and 1 <= len(pair[0]) <= 4 and pair[0].isupper():
                    meaning = fold(pair[1])
                    if not any(word in meaning for word in ("present", "travail", "jour complet", "demi")) or any(
                        word in meaning for word in ("accident", "arret", "non travail")
                    ):
                        codes.add(fold(pair[0]))
    return frozenset(codes)
