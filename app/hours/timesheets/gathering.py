"""Add entries up: one line for each person, employer and month; what would be wrong goes to review.

Rules of shared/data/timesheets/README.md and issue 3, point 5: hours added exactly and rounded half up once;
near-homonyms stay apart; homonyms told apart by their number; a row that would be wrong is never a line.
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.hours.timesheets import sentences
from app.hours.timesheets.extraction import Entry, Extract
from app.hours.timesheets.layout import Layout
from app.hours.timesheets.names import loose_key, name_key
from app.hours.timesheets.values import HUNDREDTH, decimal_text, hundredths

UNLIKELY_HOURS = 21_700
"""217 h in a month, in hundredths: the limit for one person over two companies (PRODUCT.md H5): told."""
DOUBTFUL_HOURS = 31_000
"""Ten hours a day on thirty-one days (Code du travail, art. L3121-18): above, it is asked."""
OLDEST_MONTH = "2000-01"


@dataclass(frozen=True, slots=True)
class Line:
    """Hours of one person for one employer in one month. ``hundredths`` is an integer, ``row`` counts from 1."""

    company: str
    last_name: str
    first_name: str
    month: str
    hundredths: int
    row: int
    ref: str = ""
    sheet: str = ""
    siret: str = ""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A row to decide: what was read, as written, and the reason (a code of issue 3)."""

    company: str
    last_name: str
    first_name: str
    month: str
    hours: str
    row: int
    reason: str
    message: str
    ref: str = ""
    sheet: str = ""
    siret: str = ""
    rest: int = 0
    """Hundredths of the same person and month that stand in other rows of the file."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to know: a code, a French sentence, perhaps a row."""

    code: str
    message: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lines, what is to be decided, what is to be known."""

    lines: tuple[Line, ...]
    review: tuple[ReviewItem, ...]
    warnings: tuple[Warned, ...]
    printed: tuple[tuple[str, int], ...] = ()
    """(month, hundredths) of the total that the file prints under its only table, for each month it is sure of."""


_Key = tuple[str, str, str, str, str]


def gather(extract: Extract, layout: Layout, sheet_names: Sequence[str], company: str, today: dt.date) -> Gathered:
    """Lines, review and warnings. ``company`` serves for entries that name no employer."""
    return _Gatherer(extract, layout, sheet_names, company, today).run()


class _Gatherer:
    def __init__(
        self, extract: Extract, layout: Layout, sheet_names: Sequence[str], company: str, today: dt.date
    ) -> None:
        self._extract = extract
        self._layout = layout
        self._names = sheet_names
        self._company = company
        self._this_month = f"{today:%Y-%m}"
        self._lines: list[Line] = []
        self._review: list[ReviewItem] = []
        self._warnings: dict[Warned, None] = {}  # in order, each once
        self._wrong: set[tuple[int, int]] = set()

    def run(self) -> Gathered:
        groups: dict[_Key, list[Entry]] = {}
        for entry in self._extract.entries:
            entry.company = entry.company or self._company
        refs = self._refs()
        self._wrong = self._wrong_rows()
        running: dict[tuple[int, int], list[int]] = {}
        for entry in self._extract.entries:
            above = running.setdefault((entry.table, entry.column), [])
            if entry.name_code == "name_missing" and not entry.last and _is_sum(entry.amount.units, above):
                above.clear()  # a total without its word
                continue
            above.append(entry.amount.units or 0)
            code = self._refused(entry)
            if code:
                self._ask(entry, code)
                continue
            who = _who(entry)
            known = refs.get(who, set())
            ref = entry.ref or (next(iter(known)) if len(known) == 1 else "")
            groups.setdefault((*who, ref if len(known) > 1 else "", entry.month), []).append(entry)
        for entries in groups.values():
            self._group(entries)
        self._homonyms(refs)
        self._possible_same()
        self._weeks()
        self._totals()
        self._sirets()
        review = tuple(sorted(self._review, key=lambda item: (item.sheet != "", item.row)))
        return Gathered(tuple(self._lines), review, tuple(self._warnings), self._printed())

    # --- entries ---

    def _refs(self) -> dict[tuple[str, str, str], set[str]]:
        """Numbers of each name. A number of row (1, 2, 3…) is none."""
        numbers = [entry.ref for entry in self._extract.entries if entry.ref]
        counted = len(numbers) > 2 and numbers == [str(at) for at in range(1, len(numbers) + 1)]
        refs: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for entry in self._extract.entries:
            if counted:
                entry.ref = ""
            if entry.ref and not entry.name_code:
                refs[_who(entry)].add(entry.ref)
        return refs

    def _wrong_rows(self) -> set[tuple[int, int]]:
        """Rows of day or week grids whose printed total is not their sum: asked."""
        wrong: set[tuple[int, int]] = set()
        for table, row, printed, found in self._extract.row_totals:
            if abs(printed - found) <= 3 * HUNDREDTH:
                continue
            if self._layout.tables[table].piecewise:
                wrong.add((table, row))
            else:
                self._warn("total_mismatch", sentences.row_total(row, printed, found), row)
        return wrong

    def _refused(self, entry: Entry) -> str:
        """The reason why one entry alone cannot become a line; empty when it can."""
        if entry.name_code:
            return entry.name_code
        if entry.month_code:
            return entry.month_code
        if entry.month > self._this_month:
            return "month_in_future"
        if entry.month < OLDEST_MONTH:
            return "month_invalid"
        return ""

    def _group(self, entries: list[Entry]) -> None:
        if len(entries) == 1:
            entry = entries[0]
            if not _is_bad(entry) and (entry.table, entry.row) not in self._wrong:
                self._line(entries)
                return
        bad = [entry for entry in entries if _is_bad(entry)]
        wrong = any((entry.table, entry.row) in self._wrong for entry in entries)
        if bad or wrong:
            # one cell that cannot be read makes the whole sum of this person's month wrong
            sure = sum(entry.amount.units or 0 for entry in entries if not _is_bad(entry))
            for entry in bad:
                self._ask(entry, entry.amount.code, rest=hundredths(sure))
            if wrong and not bad:
                total = sum(entry.amount.units or 0 for entry in entries)
                self._ask(entries[0], "total_mismatch", hours=decimal_text(total))
            elif sure and not wrong and not all(self._layout.tables[one.table].piecewise for one in entries):
                for entry in entries:
                    if not _is_bad(entry):
                        self._ask(entry, "duplicate_row")
            return
        kept = self._without_duplicates(entries)
        if kept:
            self._line(kept)

    def _line(self, kept: list[Entry]) -> None:
        first = kept[0]
        units = (first.amount.units or 0) if len(kept) == 1 else sum(entry.amount.units or 0 for entry in kept)
        value = hundredths(units)
        if value > 67_200 and value > _longest(first.month):
            self._ask(first, "hours_impossible", hours=decimal_text(units))
            return
        if value > DOUBTFUL_HOURS:
            self._ask(first, "hours_unlikely", hours=decimal_text(units))
            return
        if value <= 0:
            return
        for entry in kept:
            if entry.amount.code == "hours_odd_format":
                told = sentences.odd_format(entry.hours_text, entry.amount.units or 0)
                self._warn("hours_odd_format", told, entry.row)
        if value > UNLIKELY_HOURS:
            self._warn("hours_unlikely", sentences.unlikely(value, first.month), first.row)
        self._lines.append(
            Line(
                first.company,
                first.last,
                first.first,
                first.month,
                value,
                first.row,
                first.ref or next((entry.ref for entry in kept if entry.ref), ""),
                self._sheet(first),
                first.siret or next((entry.siret for entry in kept if entry.siret), ""),
            )
        )

    def _without_duplicates(self, entries: list[Entry]) -> list[Entry]:
        """Rows of one month for one person: added up when something tells them apart, else asked."""
        rows: dict[tuple[int, int], list[Entry]] = {}
        for entry in entries:
            rows.setdefault((entry.table, entry.row), []).append(entry)
        if len(rows) == 1:
            return entries
        pieces = [row for row in rows.values() if self._layout.tables[row[0].table].piecewise]
        whole = [row for row in rows.values() if not self._layout.tables[row[0].table].piecewise]
        if not whole:
            return entries
        if pieces:
            # a monthly table that repeats the sum of the daily one
            units = sum(entry.amount.units or 0 for row in pieces for entry in row)
            for row in whole:
                if abs(sum(entry.amount.units or 0 for entry in row) - units) > 3 * HUNDREDTH:
                    self._ask(row[0], "duplicate_row")
            return [entry for row in pieces for entry in row]
        kept: list[list[Entry]] = []
        for site in dict.fromkeys(row[0].site for row in whole):
            twins = [row for row in whole if row[0].site == site]
            if len({_units(row) for row in twins}) == 1:
                kept.append(twins[0])
                twins = twins[1:]
            # two different figures for one month: none is sure
            for row in twins:
                self._ask(row[0], "duplicate_row")
        return [entry for row in kept for entry in row]

    def _ask(self, entry: Entry, reason: str, *, hours: str = "", rest: int = 0) -> None:
        code = sentences.REASONS.get(reason, reason)
        units = entry.amount.units
        shown = hours or ("" if units is None or entry.written else decimal_text(units))
        item = ReviewItem(
            entry.company,
            entry.last,
            entry.first,
            entry.month or entry.month_text,
            shown or entry.hours_text,
            entry.row,
            code,
            sentences.reason(reason, entry.hours_text, entry.month_text or entry.month),
            entry.ref,
            self._sheet(entry),
            entry.siret,
            rest,
        )
        self._review.append(item)

    def _sheet(self, entry: Entry) -> str:
        return self._names[self._layout.tables[entry.table].sheet]

    # --- warnings ---

    def _warn(self, code: str, message: str, row: int | None = None) -> None:
        self._warnings.setdefault(Warned(code, message, row))

    def _homonyms(self, refs: dict[tuple[str, str, str], set[str]]) -> None:
        names = {_who(entry): entry for entry in self._extract.entries}
        for who, numbers in refs.items():
            if len(numbers) > 1:
                entry = names[who]
                self._warn("homonyms", sentences.homonyms(sorted(numbers), entry.last, entry.first))

    def _possible_same(self) -> None:
        """Two spellings of one name that never stand side by side in a month: perhaps one person."""
        people: dict[tuple[str, str, str], list[Line]] = {}
        for line in self._lines:
            people.setdefault((line.company, line.last_name, line.first_name), []).append(line)
        spelled: dict[tuple[str, str], dict[tuple[str, str], list[Line]]] = defaultdict(lambda: defaultdict(list))
        for (company, last, first), lines in people.items():
            where, who = name_key(company), (name_key(last), name_key(first))
            letter = next((one for one in first if one.isalpha()), "")
            spelled[(where, f"~{loose_key(last, letter)}")][who].extend(lines)
            if not _initial(first):
                spelled[(where, loose_key(last, first))][who].extend(lines)
        for (_, key), persons in spelled.items():
            if len(persons) < 2:
                continue
            if key.startswith("~") and (
                len(persons) > 2 or not any(_initial(lines[0].first_name) for lines in persons.values())
            ):
                continue
            months = [{line.month for line in lines} for lines in persons.values()]
            apart = sum(len(one) for one in months) == len(set().union(*months))
            numbers = [{line.ref for line in lines if line.ref} for lines in persons.values()]
            told_apart = all(numbers) and not set.intersection(*numbers)
            if apart and not told_apart:
                firsts = [lines[0] for lines in persons.values()]
                self._warn(
                    "possible_same_person",
                    sentences.same_person([(one.last_name, one.first_name) for one in firsts]),
                    max(line.row for line in firsts),
                )

    def _weeks(self) -> None:
        for entry in self._extract.entries:
            if entry.across is not None and entry.across[3]:
                name, start, end, month = entry.across
                self._warn("week_across_months", sentences.week(name, start, end, month))

    def _sirets(self) -> None:
        seen: set[str] = set()
        for row, siret in self._extract.bad_sirets:
            if siret not in seen:
                seen.add(siret)
                self._warn("siret_invalid", sentences.siret(siret), row)

    def _printed(self) -> tuple[tuple[str, int], ...]:
        """The last total under the only table of the file, by month; nothing when a column holds several months."""
        if not self._extract.totals or len({entry.table for entry in self._extract.entries}) != 1:
            return ()
        last = self._extract.totals[-1]
        months: dict[int, set[str]] = defaultdict(set)
        for entry in self._extract.entries:
            months[entry.column].add(entry.month)
        found: dict[str, int] = {}
        for column, units in last.values.items():
            said = months.get(column, set())
            if len(said) != 1 or "" in said:
                return ()
            month = next(iter(said))
            found[month] = found.get(month, 0) + units
        return tuple((month, hundredths(units)) for month, units in sorted(found.items()))

    def _totals(self) -> None:
        """The printed total of a column against the sum of its rows, counted in each way a company may mean it."""
        if not self._extract.totals:
            return
        columns: dict[tuple[int, int], _Sums] = defaultdict(_Sums)
        broken: dict[int, int] = {}
        for entry in self._extract.entries:
            columns[(entry.table, entry.column)].add(entry)
            if entry.amount.units is None:
                broken[entry.column] = min(entry.table, broken.get(entry.column, entry.table))
        since: dict[int, int] = {}
        for total in self._extract.totals:
            tables = self._layout.tables
            before, since[total.table] = since.get(total.table, 0), total.row
            for column, printed in total.values.items():
                if broken.get(column, total.table + 1) <= total.table:
                    continue
                here = columns[(total.table, column)]
                until = len(here.rows) if tables[total.table].transposed else bisect_left(here.rows, total.row)
                earlier = [columns[(table, column)] for table in range(total.table) if (table, column) in columns]
                beside = [
                    columns[(table, column)]
                    for table in range(total.table)
                    if (table, column) in columns and tables[table].sheet == tables[total.table].sheet
                ]
                sums: set[int] = set()
                count = until + sum(len(one.rows) for one in earlier)
                for running in ("everything", "figures"):
                    above = getattr(here, running)
                    sums.add(above[until])
                    sums.add(above[until] - above[min(until, bisect_left(here.rows, before))])
                    sums.add(above[until] + sum(getattr(one, running)[-1] for one in beside))
                    sums.add(above[until] + sum(getattr(one, running)[-1] for one in earlier))
                if not any(abs(printed - one) <= HUNDREDTH * (2 + count) for one in sums):
                    block = here.everything[until] - here.everything[min(until, bisect_left(here.rows, before))]
                    told = sentences.total(total.label, printed, block or here.everything[until])
                    self._warn("total_mismatch", told, total.row)


class _Sums:
    """Running sums of a column, row by row: of everything, and of what a spreadsheet's SUM counts (not texts)."""

    __slots__ = ("everything", "figures", "rows")

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.everything = [0]
        self.figures = [0]

    def add(self, entry: Entry) -> None:
        units = entry.amount.units or 0
        self.rows.append(entry.row)
        self.everything.append(self.everything[-1] + units)
        self.figures.append(self.figures[-1] + (0 if entry.written else units))


def _longest(month: str) -> int:
    """Hundredths of all the hours of a month; 672 h, the shortest, need no calendar."""
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1] * 2_400


def _is_sum(units: int | None, above: Sequence[int]) -> bool:
    """Whether a figure without a name is the sum of at least two figures above it."""
    return bool(units) and len(above) >= 2 and abs((units or 0) - sum(above)) <= HUNDREDTH * (1 + len(above))


def _who(entry: Entry) -> tuple[str, str, str]:
    return name_key(entry.company), name_key(entry.last), name_key(entry.first)


def _is_bad(entry: Entry) -> bool:
    return entry.amount.units is None or entry.amount.code not in ("", "hours_odd_format")


def _units(row: list[Entry]) -> int:
    return sum(entry.amount.units or 0 for entry in row)


def _initial(first: str) -> bool:
    return sum(1 for one in first if one.isalpha()) == 1 or (len(first) <= 5 and "." in first)
