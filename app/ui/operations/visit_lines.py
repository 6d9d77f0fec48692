"""The latest visits of an operation or a company, as lines that open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.operations.values import VisitLine
from app.rules.french import format_date, plural
from app.ui.kit.controls import button
from app.ui.kit.labels import label


class VisitLines(QWidget):
    """``opened(visit id)``. ``by_company`` says the company's name, else the operation's."""

    opened = Signal(str)

    def __init__(self, empty: str, parent: QWidget | None = None, *, by_company: bool = True) -> None:
        super().__init__(parent)
        self._empty = empty
        self._by_company = by_company
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._shown: tuple[tuple[VisitLine, ...], int] | None = None

    def load(self, visits: Sequence[VisitLine], count: int) -> None:
        """Show these visits; ``count`` is how many there are in all."""
        if self._shown == (tuple(visits), count):
            return
        self._shown = (tuple(visits), count)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in visits:
            state = "signée" if one.final else "brouillon" if one.number else "prévue"
            who = one.company_name if self._by_company else f"{one.operation_name}, {one.lot_label}"
            line = QWidget(self)
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(12)
            link = button(" · ".join(word for word in (format_date(one.planned_on), one.number) if word), "link")
            link.setAccessibleName(f"{link.text()}, {who}, {state}")
            link.clicked.connect(lambda _on=False, visit=one.id: self.opened.emit(visit))
            row.addWidget(link)
            row.addWidget(label(f"{who}, {state}", "secondary", line, wrap=True), 1)
            self._column.addWidget(line)
        if not visits:
            self._column.addWidget(label(self._empty, "secondary", self, wrap=True))
        elif count > len(visits):
            rest = count - len(visits)
            self._column.addWidget(
                label(f"Et {plural(rest, 'visite plus ancienne', 'visites plus anciennes')}.", "secondary", self)
            )
