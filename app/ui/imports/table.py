"""What the tables of the import show."""

from __future__ import annotations

from app.hours.imports.columns import ColumnLine
from app.hours.imports.values import ReviewRow, RowState
from app.rules.french import format_hours
from app.ui.imports.viewmodel import ImportModel, Question, shown_month
from app.ui.kit.table import Column

_TONES = {
    RowState.DECIDE: "warning",
    RowState.REFUSED: "error",
    RowState.READY: "success",
    RowState.UNCHANGED: "text_secondary",
    RowState.IGNORED: "text_secondary",
}
_ICONS = {
    RowState.DECIDE: "circle-question-mark",
    RowState.REFUSED: "circle-x",
    RowState.READY: "circle-check",
    RowState.UNCHANGED: "circle",
    RowState.IGNORED: "ban",
}


def question_columns(model: ImportModel) -> tuple[Column[Question], ...]:
    """What is to be decided, one answer a line."""
    return (
        Column("row", "Ligne", _places, 72, "right", sortable=False),
        Column("name", "Écrit dans le fichier", lambda one: _written(model, one.first), 216, bold=True, sortable=False),
        Column("months", "Mois", lambda one: one.months, 136, sortable=False),
        Column("hours", "Heures", lambda one: one.hours, 104, "right", sortable=False),
        Column(
            "sentence",
            "À décider",
            lambda one: one.first.sentence,
            0,
            sortable=False,
            tone=lambda _one: "warning",
            tooltip=lambda one: f"{one.first.sentence} {one.first.todo}",
        ),
    )


def _places(question: Question) -> str:
    rows = sorted({row.row for row in question.rows})
    return str(rows[0]) if len(rows) == 1 else f"{rows[0]}…"


def _written(model: ImportModel, row: ReviewRow) -> str:
    return model.name(row.last_name, row.first_name) or "sans nom"


def row_columns(model: ImportModel) -> tuple[Column[ReviewRow], ...]:
    """What will be written, and what will not."""
    return (
        Column(
            "name",
            "Personne",
            lambda row: model.name(*row.person) if row.person[0] else _written(model, row),
            0,
            bold=True,
            sortable=False,
            tooltip=lambda row: f"Écrit dans le fichier, ligne {row.row}",
        ),
        Column("month", "Mois", lambda row: shown_month(row.month), 144, sortable=False),
        Column(
            "hours",
            "Heures",
            lambda row: row.hours_text if row.hours is None else format_hours(row.hours),
            112,
            "right",
            sortable=False,
            editable=lambda row: row.state is RowState.READY,
        ),
        Column("before", "Déjà saisies", lambda row: format_hours(row.before), 120, "right", sortable=False),
        Column(
            "state",
            "État",
            lambda row: (
                row.state.label if row.state is RowState.READY else f"{row.state.label}. {row.sentence}".strip()
            ),
            320,
            sortable=False,
            tone=lambda row: _TONES[row.state],
            icon=lambda row: _ICONS[row.state],
            tooltip=lambda row: f"{row.sentence} {row.todo}".strip() or row.state.label,
        ),
    )


COLUMNS: tuple[Column[ColumnLine], ...] = (
    Column("place", "Colonne", lambda one: one.place, 88, sortable=False),
    Column("heading", "Titre dans le fichier", lambda one: one.heading or "sans titre", 240, sortable=False),
    Column("sample", "Premières valeurs", lambda one: one.sample, 0, sortable=False),
    Column("role", "Contient", lambda one: one.role_label, 216, bold=True, sortable=False),
)
