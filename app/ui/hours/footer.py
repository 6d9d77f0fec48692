"""Under the grid: the total typed, the company's total with the difference, and where the commitments stand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.rules.french import NBSP, format_hours
from app.rules.hours import parse_total
from app.ui.hours.viewmodel import GridViewModel
from app.ui.kit.bar import CommitmentBar, Position
from app.ui.kit.controls import button
from app.ui.kit.fields import Help, HoursField
from app.ui.kit.labels import ElidedLabel, label, set_role
from app.ui.theme.appearance import appearance

_SIDE_BY_SIDE = 860
"""Width, in pixels at 100 %, from which totals and commitments stand side by side."""


class PositionLine(QWidget):
    """A commitment: its name, its bar with what is being typed, its projection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.title = ElidedLabel("", "strong", self)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        self.bar = CommitmentBar(parent=self)
        column.addWidget(self.bar)
        self.sentence = ElidedLabel("", "secondary", self)
        column.addWidget(self.sentence)

    def show_position(self, title: str, position: Position, sentence: str) -> None:
        """Say where it stands."""
        self.title.setText(title)
        self.bar.set(position)
        self.sentence.setText(sentence)


class Footer(QFrame):
    """``left_up``: ↑ in the total goes back to the grid."""

    left_up = Signal()

    def __init__(self, model: GridViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setProperty("role", "card")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(16, 8, 16, 8)
        self._line.setSpacing(24)
        self._line.addWidget(self._build_totals())
        self._line.addWidget(self._build_positions(), 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        model.changed.connect(self.refresh)
        appearance().changed.connect(self._measure)
        self._measure()

    def _build_totals(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        figures = QHBoxLayout()
        figures.setSpacing(24)
        typed = QVBoxLayout()
        typed.setSpacing(4)
        typed.addWidget(label("Total saisi", "label", box))
        self.total = label("", "subtitle", box)
        typed.addWidget(self.total)
        self.training = label("", "small", box)
        typed.addWidget(self.training)
        typed.addStretch(1)
        figures.addLayout(typed)
        self.declared = HoursField(
            "declared_total",
            "Total de l’entreprise",
            read=parse_total,
            help=Help(
                "Le total écrit par l’entreprise au bas de son relevé.",
                "1 534,50",
                f"Il vérifie la saisie{NBSP}: une différence montre la ligne qui l’explique.",
            ),
        )
        self.declared.committed.connect(self._model.declare_total)
        self.declared.edit.installEventFilter(self)
        figures.addWidget(self.declared, 0, Qt.AlignmentFlag.AlignTop)
        figures.addStretch(1)
        column.addLayout(figures)
        answer = QHBoxLayout()
        answer.setSpacing(12)
        self.difference = label("", "", box, wrap=True)
        answer.addWidget(self.difference, 1)
        self.fix = button("", parent=box)
        self.fix.clicked.connect(lambda _on=False: self._model.fix_difference())
        answer.addWidget(self.fix)
        column.addLayout(answer)
        column.addStretch(1)
        self._totals = box
        return box

    def _build_positions(self) -> QWidget:
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(self._area)
        inside.setObjectName("column")
        self._positions = QVBoxLayout(inside)
        self._positions.setContentsMargins(0, 0, 4, 0)
        self._positions.setSpacing(12)
        self._positions.addStretch(1)
        self._area.setWidget(inside)
        self._lines: list[PositionLine] = []
        return self._area

    # --- keeping up ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the totals and positions of the grid."""
        grid = self._model.grid
        if grid is None:
            return
        self.total.setText(f"{format_hours(grid.total)}{NBSP}h")
        more: list[str] = []
        if grid.training_total:
            more.append(f"et {format_hours(grid.training_total)}{NBSP}h de formation")
        if grid.rectified_total:
            counted = format_hours(grid.total + grid.rectified_total)
            more.append(f"rectifié{NBSP}: {counted}{NBSP}h retenues")
        self.training.setText("\n".join(more))
        self.training.setVisible(bool(more))
        self.declared.set_value(grid.declared_total)
        self.declared.set_read_only(not grid.editable)
        self.difference.setText(self._model.difference_sentence)
        set_role(self.difference, "success" if grid.control.agrees else "warning")
        self.difference.setVisible(bool(self._model.difference_sentence))
        self.fix.setText(self._model.fix_label)
        self.fix.setAccessibleName(self._model.fix_label)
        self.fix.setVisible(bool(self._model.fix_label))
        live = self._model.positions
        several = len({one.bar.company_name for one in live}) > 1 or any(
            one.bar.company_name != grid.company_name for one in live
        )
        while len(self._lines) < len(live):
            line = PositionLine(self._area.widget())
            self._positions.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for at, line in enumerate(self._lines):
            line.setVisible(at < len(live))
            if at < len(live):
                one = live[at]
                title = f"{one.bar.label} ({one.bar.company_name})" if several else one.bar.label
                stand = Position(one.position.due, max(one.position.validated, 0), one.position.received)
                line.show_position(title, stand, one.sentence)
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.declared.edit
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Up
        ):
            self.declared.commit()
            self.left_up.emit()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        look = appearance()
        wide = self.width() >= look.px(_SIDE_BY_SIDE)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._line.direction() != direction:
            self._line.setDirection(direction)
        self.declared.setFixedWidth(look.px(190))
        self._totals.setFixedWidth(look.px(420)) if wide else self._totals.setMaximumWidth(16_777_215)
        if not wide:
            self._totals.setMinimumWidth(0)
        shown = [line for line in self._lines if not line.isHidden()]
        self._area.setVisible(bool(shown))
        if shown:
            one = shown[0].sizeHint().height()
            self._area.setFixedHeight(min(sum(line.sizeHint().height() + 12 for line in shown), 2 * one + 24))
