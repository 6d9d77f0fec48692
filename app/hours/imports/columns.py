"""What was understood of a file's columns, shown so that any of them can be corrected (issue 3, point 2)."""

from __future__ import annotations

from dataclasses import dataclass

from app.hours.imports.values import OpenedFile
from app.hours.timesheets.layout import Layout, Table, grid_of, shown
from app.hours.timesheets.vocabulary import Role

ROLES: tuple[tuple[Role, str], ...] = (
    (Role.FULL_NAME, "Nom et prénom"),
    (Role.LAST_NAME, "Nom"),
    (Role.FIRST_NAME, "Prénom"),
    (Role.HOURS, "Heures à compter"),
    (Role.MONTH, "Mois"),
    (Role.YEAR, "Année"),
    (Role.DATE, "Date"),
    (Role.DATE_FROM, "Début de période"),
    (Role.DATE_TO, "Fin de période"),
    (Role.WEEK, "Semaine"),
    (Role.COMPANY, "Employeur"),
    (Role.SIRET, "SIRET de l’employeur"),
    (Role.REF, "Matricule"),
    (Role.TOTAL, "Total, comparé aux heures"),
    (Role.IGNORED, "Rien d’utile"),
)
"""What a column may hold, in the order offered."""
_LABELS = dict(ROLES)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of a table of the file, as a person would name it."""

    table: int
    index: int
    place: str
    """« C », or « ligne 3 » when persons stand in columns."""
    heading: str
    sample: str
    """The first values: « 151,67 · 140 · 70 »."""
    role: Role

    @property
    def id(self) -> str:
        """Table and column."""
        return f"{self.table}/{self.index}"

    @property
    def role_label(self) -> str:
        """« Heures à compter »."""
        return _LABELS[self.role]


def column_lines(opened: OpenedFile, layout: Layout) -> tuple[ColumnLine, ...]:
    """The columns of each kind of table of the file: blocks under the same headings are shown once."""
    lines: list[ColumnLine] = []
    seen: set[str] = set()
    for at, table in enumerate(layout.tables):
        if table.signature in seen:
            continue
        seen.add(table.signature)
        lines.extend(_lines(opened, at, table))
    return tuple(lines)


def _lines(opened: OpenedFile, at: int, table: Table) -> list[ColumnLine]:
    grid = grid_of(opened.contents.sheets[table.sheet], table.transposed)
    body = grid[table.first : table.last + 1]
    found: list[ColumnLine] = []
    for column in table.columns:
        values = [text for row in body if column.index < len(row) and (text := shown(row[column.index]))]
        if not column.heading and not values:
            continue
        place = f"ligne {column.index + 1}" if table.transposed else column_letter(column.index)
        sample = " · ".join(text[:40] for text in values[:_SAMPLES])
        found.append(ColumnLine(at, column.index, place, column.heading, sample, column.role))
    return found


def column_letter(index: int) -> str:
    """« A », « Z », « AA » for 0, 25, 26."""
    name, left = "", index
    while left >= 0:
        name = _LETTERS[left % 26] + name
        left = left // 26 - 1
    return name
