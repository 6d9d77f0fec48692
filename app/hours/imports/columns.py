"""What was understood of a file's columns, shown so that any of them can be corrected (issue 3, point 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.hours.imports.values import OpenedFile
from app.hours.timesheets.layout import Layout, Table, grid_of, shown
from app.hours.timesheets.vocabulary import Role
from app.rules.french import capitalise_first, fold, join_words, quoted

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


_REPEATED = {"<month>": "une colonne par mois", "<week>": "une colonne par semaine", "<day>": "une colonne par jour"}


def memory_sentence(memory: Mapping[str, Any]) -> str:
    """What a remembered layout (``timesheets.layout.remembered``) understands, in one sentence.

    « Nom dans « NOM DU SALARIE » et heures à compter (une colonne par mois). » Headings are kept without accents
    nor case: they are shown in capitals. A heading that says what its column holds is not said twice.
    """
    tables = memory.get("tables")
    columns: dict[tuple[str, str], None] = {}
    for variants in tables.values() if isinstance(tables, dict) else ():
        for variant in variants:
            columns.update(dict.fromkeys((str(heading), str(role)) for heading, role in variant))
    said: list[str] = []
    for role, words in ROLES:
        headings = [heading for heading, held in columns if held == role.value]
        if role is Role.IGNORED or not headings:
            continue
        repeated = [shown for heading, shown in _REPEATED.items() if heading in headings]
        named = [one for one in headings if one and one not in _REPEATED and one not in fold(words)]
        where = f" dans {join_words([quoted(one.replace('<n>', '…').upper()) for one in named])}" if named else ""
        spoken = words if role is Role.SIRET else words[0].lower() + words[1:]
        said.append(spoken + where)
        if repeated:
            said[-1] += f" ({join_words(repeated)})"
    return f"{capitalise_first(join_words(said))}." if said else "Aucune colonne utile."


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
