"""The files saved lately, one a line, each with « Annuler l’import » for thirty days (PRODUCT.md M8)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.hours.imports.values import ImportLine
from app.rules.french import format_date, format_hours_unit, format_month, join_words, plural
from app.ui.kit.controls import button
from app.ui.kit.labels import label


class ImportLines(QWidget):
    """``cancel_wanted(import)``. ``by_company``: whether each line names its company."""

    cancel_wanted = Signal(str)

    def __init__(self, *, by_company: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_company = by_company
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def load(self, imports: Sequence[ImportLine]) -> None:
        """Show these."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in imports:
            self._column.addWidget(self._line(one))

    def _line(self, one: ImportLine) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        day = one.at.astimezone().date()
        said = [format_date(day), join_words([format_month(month) for month in one.months])]
        if self._by_company:
            said.insert(1, one.company_name)
        said += [f"{plural(one.lines, 'ligne')}, {format_hours_unit(one.total)}", one.file_name]
        if one.undone_on is not None:
            said.append(f"annulé le {format_date(one.undone_on)}")
        row.addWidget(label(" · ".join(said), "secondary" if one.undone_on else "", line, wrap=True), 1)
        if one.can_be_undone:
            act = button("Annuler l’import", "", "undo-2", line)
            act.setAccessibleName(f"Annuler l’import du {day.day}/{day.month}, {one.company_name}")
            act.clicked.connect(lambda _on=False: self.cancel_wanted.emit(one.id))
            row.addWidget(act)
        return line
