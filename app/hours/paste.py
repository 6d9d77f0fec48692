"""What a block copied from a spreadsheet means for the grid: a column of numbers, or names with hours.

Nothing is written here: a plan says which lines get which hours, what was not understood, and whether a preview is
needed. A column of numbers that all read well needs none; names always do (PRODUCT.md H2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.hours.values import Entry, GridRow, MonthGrid
from app.models.choices import HourKind
from app.rules.french import NBSP, fold, format_hours_short, plural, quoted
from app.rules.hours import parse_hours, parse_total
from app.rules.names import SAME, name_similarity

MAXIMUM_LINES = 500
"""More lines than that are a file, not a paste: they go through the reading of companies' files."""
_CLOSE = 85
"""Least likeness of a family name or a first name to be taken for the same."""
_CLEAR_LEAD = 6
"""Two people closer than that are not told apart."""


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line of the block: what it said, the line of the grid it goes to, or why it goes nowhere."""

    text: str
    row: GridRow | None
    entries: tuple[Entry, ...]
    problem: str = ""

    @property
    def sentence(self) -> str:
        """« J. Martin → MARTIN Julie : 140 », without the name when discretion masks it is the screen's affair."""
        if self.problem or self.row is None:
            return f"{quoted(self.text)}{NBSP}: {self.problem}"
        hours = format_hours_short(self.entries[0].hours) if self.entries else "vide"
        return f"{quoted(self.text)} → ligne {self.row.rank}, {self.row.name}{NBSP}: {hours}"


@dataclass(frozen=True, slots=True)
class PastePlan:
    """What a paste would do. ``declared_total`` is a total found under the hours."""

    lines: tuple[PastedLine, ...]
    declared_total: int | None
    by_name: bool

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The cells to fill."""
        return tuple(entry for line in self.lines for entry in line.entries)

    @property
    def problems(self) -> tuple[PastedLine, ...]:
        """Lines that go nowhere."""
        return tuple(line for line in self.lines if line.problem)

    @property
    def needs_preview(self) -> bool:
        """Whether the user should look before it is written."""
        return self.by_name or bool(self.problems)

    @property
    def summary(self) -> str:
        """« 11 lignes reconnues, 1 à décider »."""
        matched = len(self.lines) - len(self.problems)
        said = plural(matched, "ligne reconnue", "lignes reconnues")
        if self.problems:
            said += f", {plural(len(self.problems), 'laissée de côté', 'laissées de côté')}"
        if self.declared_total is not None:
            said += f", total {format_hours_short(self.declared_total)}"
        return said


def read_block(text: str) -> list[list[str]]:
    """Lines and cells of a copied block: cells between tabs, else between semicolons; empty last lines dropped."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    separator = "\t" if any("\t" in line for line in lines) else ";"
    return [[_unquoted(cell) for cell in line.split(separator)] for line in lines]


def plan_paste(grid: MonthGrid, text: str, rank: int, kind: HourKind = HourKind.WORKED) -> PastePlan:
    """What pasting ``text`` with the caret on line ``rank`` (from 1) and a column of hours would do.

    Raises ``InvalidInput`` when there is nothing to read in it, or too much.
    """
    block = read_block(text)
    if len(block) > MAXIMUM_LINES:
        raise InvalidInput(
            f"Plus de {MAXIMUM_LINES} lignes ont été copiées.", "Rien n’a été modifié.", "Copier un seul mois."
        )
    with_number = [line for line in block if any(_number_like(cell) for cell in line)]
    if not with_number:
        raise InvalidInput(
            "La copie ne contient aucune heure.", "Rien n’a été modifié.", "Copier une colonne d’heures."
        )
    named = [line for line in with_number if _name_in(line) and not _is_total(_name_in(line))]
    if len(named) * 2 >= len(with_number):
        return _by_name(grid, block, kind)
    return _by_column(grid, block, rank, kind)


# --- a column of numbers -----------------------------------------------------------------


def _by_column(grid: MonthGrid, block: Sequence[Sequence[str]], rank: int, kind: HourKind) -> PastePlan:
    columns = _hours_columns(block)
    start = next((at for at, line in enumerate(block) if _has_number(line, columns)), 0)
    targets = list(grid.rows[max(rank, 1) - 1 :])
    lines: list[PastedLine] = []
    total: int | None = None
    filled = 0
    values: list[int | None] = []
    for line in block[start:]:
        cell = _cell(line, columns[0])
        if _is_total(_name_in(line)) or (filled >= len(targets) and _sum_of(values) == _total_or_none(cell)):
            total = _total_or_none(cell)
            continue
        if filled >= len(targets):
            if cell:
                lines.append(PastedLine(cell, None, (), "aucune ligne ne reste pour cette valeur"))
            continue
        row = targets[filled]
        filled += 1
        if not cell:
            values.append(None)
            continue
        read = _read(cell)
        if isinstance(read, str):
            lines.append(PastedLine(cell, None, (), read))
            continue
        values.append(read)
        entries = [Entry(row.contract_id, row.lot_id, read, kind)]
        if len(columns) > 1 and kind is HourKind.WORKED:
            second = _cell(line, columns[1])
            trained = _read(second) if second else None
            if isinstance(trained, int):
                entries.append(Entry(row.contract_id, row.lot_id, trained, HourKind.TRAINING))
        lines.append(PastedLine(cell, row, tuple(entries)))
    return PastePlan(tuple(lines), total, by_name=False)


def _sum_of(values: Sequence[int | None]) -> int:
    return sum(value for value in values if value is not None)


# --- names with hours --------------------------------------------------------------------


def _by_name(grid: MonthGrid, block: Sequence[Sequence[str]], kind: HourKind) -> PastePlan:
    column = _hours_columns(block)[-1] if not _titled(block) else _titled(block)[0]
    free = [row for row in grid.rows if row.own_lot]
    lines: list[PastedLine] = []
    total: int | None = None
    for line in block:
        name, cell = _name_in(line), _cell(line, column)
        if not name or not _number_like(cell):
            continue  # a title, a blank line, someone without hours
        if _is_total(name):
            total = _total_or_none(cell)
            continue
        text = f"{name} {cell}"
        read = _read(cell)
        if isinstance(read, str):
            lines.append(PastedLine(text, None, (), read))
            continue
        row, problem = match_name(name, free)
        if row is None:
            lines.append(PastedLine(text, None, (), problem))
            continue
        free.remove(row)
        lines.append(PastedLine(text, row, (Entry(row.contract_id, row.lot_id, read, kind),)))
    return PastePlan(tuple(lines), total, by_name=True)


def match_name(name: str, rows: Sequence[GridRow]) -> tuple[GridRow | None, str]:
    """The line of the person named (any order, an initial, a small slip), or why none was chosen."""
    scored = sorted(((likeness(name, row), -row.rank, row) for row in rows), reverse=True, key=lambda one: one[:2])
    if not scored or scored[0][0] < _CLOSE:
        return None, "personne n’est reconnu sous ce nom"
    best = scored[0]
    rivals = [one for one in scored[1:] if one[2].beneficiary_id != best[2].beneficiary_id]
    if rivals and best[0] < SAME and rivals[0][0] > best[0] - _CLEAR_LEAD:
        return None, "plusieurs personnes portent un nom proche"
    if rivals and rivals[0][0] == SAME == best[0]:
        return None, "plusieurs personnes portent ce nom"
    return best[2], ""


def likeness(name: str, row: GridRow) -> int:
    """0 to 100: how well a written name fits the person of a line; the weaker of family name and first name."""
    words = name.replace(",", " ").replace(".", ". ").split()
    if len(words) < 2:
        return min(name_similarity(name, row.last_name), SAME - 1)
    best = 0
    for cut in range(1, len(words)):
        head, tail = " ".join(words[:cut]), " ".join(words[cut:])
        for last, first in ((head, tail), (tail, head)):
            best = max(best, min(name_similarity(last, row.last_name), name_similarity(first, row.first_name)))
    return best


# --- cells -------------------------------------------------------------------------------


def _unquoted(cell: str) -> str:
    bare = cell.strip()
    if len(bare) >= 2 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1].replace('""', '"').strip()
    return bare


def _number_like(cell: str) -> bool:
    return bool(re.search(r"[0-9]", cell)) and len(re.findall(r"[^\W\d_]", cell)) <= 6 and not re.search("/", cell)


def _name_in(line: Sequence[str]) -> str:
    """The words of a line: cells with at least two letters that are no hours."""
    words = [cell for cell in line if len(re.findall(r"[^\W\d_]", cell)) >= 2 and not _number_like(cell)]
    return " ".join(words)


def _is_total(name: str) -> bool:
    return bool({"total", "totaux", "cumul", "somme"} & set(fold(name).split()))


def _cell(line: Sequence[str], column: int) -> str:
    return line[column] if column < len(line) else ""


def _has_number(line: Sequence[str], columns: Sequence[int]) -> bool:
    return any(_number_like(_cell(line, column)) for column in columns)


def _hours_columns(block: Sequence[Sequence[str]]) -> list[int]:
    """Columns that hold hours on at least half of the lines that have any; the fullest one at least."""
    width = max(len(line) for line in block)
    filled = [
        sum(_number_like(_cell(line, at)) and _readable(_cell(line, at)) for line in block) for at in range(width)
    ]
    most = max(filled)
    return [at for at, count in enumerate(filled) if count and count * 2 >= most] or [0]


def _titled(block: Sequence[Sequence[str]]) -> list[int]:
    """Columns whose title, on the first line, speaks of hours worked."""
    return [
        at
        for at, cell in enumerate(block[0])
        if not _number_like(cell)
        and {"heures", "heure", "nb", "h"} & set(fold(cell).split())
        and "formation" not in fold(cell)
    ]


def _readable(cell: str) -> bool:
    return not isinstance(_read(cell), str) or _total_or_none(cell) is not None


def _read(cell: str) -> int | str:
    """Hundredths, or the sentence that says why it cannot be read."""
    try:
        return parse_hours(cell)
    except InvalidInput as problem:
        return " ".join(part for part in (problem.happened, problem.todo) if part)


def _total_or_none(cell: str) -> int | None:
    try:
        return parse_total(cell)
    except InvalidInput:
        return None
