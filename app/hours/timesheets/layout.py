"""The layout of a file as a value: which tables, which column holds what, and what stands around them.

Found by :mod:`understanding`, shown in one sentence, corrected by the user column by column, applied by
:mod:`extraction`, remembered by its fingerprint (PRODUCT.md M1, M2). Rows and columns count from 0 in the
grid of the table: of the sheet, or of the sheet turned on its side when persons stand in columns.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.hours.timesheets.cells import Cell, Row, Sheet
from app.hours.timesheets.names import Order
from app.hours.timesheets.values import Moment, moment_of_text, week_of_text
from app.hours.timesheets.vocabulary import HoursKind, Role
from app.rules.french import fold


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what is written above it and what it holds."""

    index: int
    heading: str
    role: Role
    kind: HoursKind = HoursKind.NONE
    moment: Moment | None = None
    """The month (no day) or the day that the heading states; only for hours and totals."""
    week: tuple[int, int | None] | None = None
    """Number and year of the week that the heading states."""
    doubt: bool = False
    """May or may not be part of the hours (« Heures » beside « Heures supp. »): a value here is asked."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row inside a table that speaks for those below it: a month, a company, a person."""

    row: int
    month: Moment | None = None
    company: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is said around a table (title, labels, name of the sheet)."""

    month: Moment | None = None
    other_month: Moment | None = None
    """A second statement that contradicts the first: then the month is asked."""
    year: int | None = None
    company: str = ""
    siret: str = ""
    person: str = ""
    last_name: str = ""
    first_name: str = ""
    span: tuple[dt.date, dt.date] | None = None
    """Days that the title states (« du 04/03 au 10/03/2024 »): several such tables make a month."""
    site: str = ""
    """Operation, site or lot: tells two statements of one month apart."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows ``first`` to ``last`` (included) under the heading row ``header`` (-1: none)."""

    sheet: int
    header: int
    first: int
    last: int
    columns: tuple[Column, ...]
    context: Context = Context()
    headings: tuple[Heading, ...] = ()
    transposed: bool = False
    order: Order | None = None
    carried: frozenset[Role] = frozenset()
    """Roles whose empty cells repeat the cell above (the name written once for a group of rows)."""

    def having(self, *roles: Role) -> tuple[Column, ...]:
        """Columns of these roles, in order."""
        return tuple(column for column in self.columns if column.role in roles)

    @property
    def piecewise(self) -> bool:
        """Days or weeks, several of which make a month: then rows of one person are added up."""
        span = self.context.span
        if span is not None and (span[1] - span[0]).days < 20:
            return True
        return bool(self.having(Role.DATE, Role.WEEK, Role.DATE_FROM)) or any(
            column.week or (column.moment and column.moment.day) for column in self.having(Role.HOURS)
        )

    @property
    def signature(self) -> str:
        """Headings without what changes from month to month; equal for blocks that repeat one heading row."""
        return signature_of(self)


@dataclass(frozen=True, slots=True)
class Layout:
    """All tables of a file, in order."""

    tables: tuple[Table, ...]
    left_out: tuple[str, ...] = field(default=())
    """Names of sheets that repeat others (« Récapitulatif »)."""

    @property
    def fingerprint(self) -> str:
        """The same for the statements of one company month after month; 32 hexadecimal characters."""
        seen = sorted({table.signature for table in self.tables})
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:32]


def signature_of(table: Table) -> str:
    """See :attr:`Table.signature`."""
    words: list[str] = ["turned" if table.transposed else "upright"]
    for column in table.columns:
        word = _lasting(column.heading)
        if word and (word != words[-1] or not word.startswith("<")):
            words.append(word)
    if table.header < 0:
        words.append(f"bare {len(table.columns)}")
    return "|".join(words)


def _lasting(heading: str) -> str:
    if not heading:
        return ""
    if week_of_text(heading):
        return "<week>"
    moment = moment_of_text(heading)
    if moment is not None or re.fullmatch(r"\d{4}-\d\d-\d\d", heading):
        return "<month>" if moment is None or moment.day is None else "<day>"
    folded = fold(heading)
    if folded.isdigit() and len(folded) <= 2:
        return "<day>"
    return re.sub(r"\b(?:20)?\d\d\b", "<n>", folded)


# --- the grid a table is read in ---------------------------------------------------------------------------------


def grid_of(sheet: Sheet, transposed: bool) -> list[Row]:
    """Rows of a sheet, or its columns as rows."""
    if not transposed:
        return sheet.rows
    width = max((len(row) for row in sheet.rows), default=0)
    return [[row[at] if at < len(row) else None for row in sheet.rows] for at in range(width)]


def hidden_of(sheet: Sheet, transposed: bool) -> tuple[frozenset[int], frozenset[int]]:
    """(hidden rows, hidden columns) of the grid."""
    pair = (sheet.hidden_rows, sheet.hidden_columns)
    return (pair[1], pair[0]) if transposed else pair


def merged_of(sheet: Sheet, transposed: bool) -> tuple[tuple[int, int, int, int], ...]:
    """Merged ranges of the grid."""
    if not transposed:
        return sheet.merged
    return tuple((left, top, right, bottom) for top, left, bottom, right in sheet.merged)


def shown(cell: Cell | None) -> str:
    """A cell as a person would read it."""
    if cell is None:
        return ""
    if cell.text:
        return cell.text
    if cell.number is not None:
        whole = int(cell.number) if abs(cell.number) < 1e16 else None
        return str(whole) if whole is not None and whole == cell.number else f"{cell.number:g}".replace(".", ",")
    if cell.date is not None:
        return cell.date.isoformat()
    if cell.seconds is not None:
        sign = "-" if cell.seconds < 0 else ""
        minutes = round(abs(cell.seconds) / 60)
        return f"{sign}{minutes // 60}:{minutes % 60:02d}"
    return ""


# --- corrections by the user -------------------------------------------------------------------------------------


def with_role(layout: Layout, table: int, column: int, role: Role) -> Layout:
    """The layout with another role for one column (its index in the grid), in every table of the same headings.

    A role that only one column may hold (names, month, date…) is taken from the column that had it.
    """
    signature = layout.tables[table].signature
    return dataclasses.replace(
        layout,
        tables=tuple(
            dataclasses.replace(one, columns=_changed(one.columns, column, role)) if one.signature == signature else one
            for one in layout.tables
        ),
    )


_SEVERAL = frozenset({Role.HOURS, Role.TOTAL, Role.IGNORED, Role.COMPANY})


def _changed(columns: Sequence[Column], index: int, role: Role) -> tuple[Column, ...]:
    kept: list[Column] = []
    for column in columns:
        if column.index == index:
            kept.append(dataclasses.replace(column, role=role, doubt=False))
        elif (
            (column.role is role and role not in _SEVERAL)
            or (role is Role.FULL_NAME and column.role in (Role.LAST_NAME, Role.FIRST_NAME))
            or (role in (Role.LAST_NAME, Role.FIRST_NAME) and column.role is Role.FULL_NAME)
        ):
            kept.append(dataclasses.replace(column, role=Role.IGNORED))
        else:
            kept.append(column)
    return tuple(kept)


def with_month(layout: Layout, month: str) -> Layout:
    """The layout with ``YYYY-MM`` as the month of every table that states none of its own in its rows."""
    year, number = int(month[:4]), int(month[5:7])
    return dataclasses.replace(
        layout,
        tables=tuple(
            dataclasses.replace(
                one, context=dataclasses.replace(one.context, month=Moment(year, number), other_month=None)
            )
            for one in layout.tables
        ),
    )


def with_company(layout: Layout, company: str) -> Layout:
    """The layout with one employer for every row that names none."""
    return dataclasses.replace(
        layout,
        tables=tuple(
            dataclasses.replace(one, context=dataclasses.replace(one.context, company=company)) for one in layout.tables
        ),
    )


# --- memory ------------------------------------------------------------------------------------------------------


def remembered(layout: Layout) -> dict[str, Any]:
    """What to keep of a confirmed layout, JSON-ready: roles by headings, no name of a person, no figure.

    Tables under the same headings are kept in their order: two that stand side by side may hold different things.
    """
    tables: dict[str, list[list[list[str]]]] = {}
    for table in layout.tables:
        roles = [[_lasting(column.heading), column.role.value] for column in table.columns]
        tables.setdefault(table.signature, []).append(roles)
    kept = {
        signature: found if any(one != found[0] for one in found) else found[:1] for signature, found in tables.items()
    }
    return {"version": 1, "fingerprint": layout.fingerprint, "tables": kept}


def recalled(layout: Layout, memory: dict[str, Any]) -> Layout:
    """The layout found, with the roles once confirmed for the same headings; unknown memories change nothing."""
    known = memory.get("tables") if isinstance(memory, dict) and memory.get("version") == 1 else None
    if not isinstance(known, dict):
        return layout
    tables: list[Table] = []
    met: dict[str, int] = {}
    for table in layout.tables:
        signature = table.signature
        variants = known.get(signature)
        rank = met[signature] = met.get(signature, -1) + 1
        roles = variants[min(rank, len(variants) - 1)] if isinstance(variants, list) and variants else None
        tables.append(_recalled(table, roles))
    return dataclasses.replace(layout, tables=tuple(tables))


def _recalled(table: Table, roles: Any) -> Table:
    if not isinstance(roles, list):
        return table
    by_heading: dict[str, list[str]] = {}
    for pair in roles:
        if isinstance(pair, list) and len(pair) == 2 and pair[1] in Role._value2member_map_:
            by_heading.setdefault(str(pair[0]), []).append(str(pair[1]))
    columns: list[Column] = []
    for column in table.columns:
        kept = by_heading.get(_lasting(column.heading), [])
        # the months of the year grow: the last known role serves for the new ones
        role = Role(kept.pop(0) if len(kept) > 1 else kept[0]) if kept else column.role
        columns.append(column if role is column.role else dataclasses.replace(column, role=role, doubt=False))
    return dataclasses.replace(table, columns=tuple(columns))
