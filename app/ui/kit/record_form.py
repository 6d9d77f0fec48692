"""The fields of one record, each saved when it is left; an error goes under its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import InclusivError
from app.ui.kit.fields import Field
from app.ui.kit.form import FieldRow

Failed = Callable[[InclusivError], None]
Save = Callable[[str, Any, Failed], None]
"""``save(field, value, failed)``."""


class RecordForm(QWidget):
    """Rows of fields. ``save`` is called for each field left with another value."""

    def __init__(
        self,
        rows: Iterable[Sequence[Field]],
        save: Save,
        parent: QWidget | None = None,
        *,
        stretches: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        wide = stretches or {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for row in rows:
            for field in row:
                self.fields[field.key] = field
                field.committed.connect(
                    lambda value, key=field.key: save(key, value, lambda problem: self.show_error(problem, key))
                )
            column.addWidget(row[0] if len(row) == 1 else FieldRow(row, [wide.get(one.key, 1) for one in row]))

    def load(self, values: Mapping[str, Any]) -> None:
        """Show values; a field being edited keeps what is typed."""
        for key, field in self.fields.items():
            if key in values:
                field.set_value(values[key])

    def load_from(self, facts: Any, but: Sequence[str] = ()) -> None:
        """Show the attributes of a frozen value that bear the names of the fields."""
        self.load({key: getattr(facts, key) for key in self.fields if key not in but and hasattr(facts, key)})

    def show_error(self, problem: InclusivError, key: str = "") -> None:
        """Put an error under its field, else under the field that was being saved."""
        field = self.fields.get(problem.field) or self.fields.get(key)
        if field is not None:
            field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
