"""The bar of a commitment: validated solid, received hatched, remaining white; direct labels; readable in grey."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.rules.french import NBSP, format_hours_unit
from app.ui.theme import tokens
from app.ui.theme.appearance import appearance


@dataclass(frozen=True, slots=True)
class Position:
    """Integer hundredths of an hour. ``received`` are hours received and not yet validated."""

    due: int
    validated: int
    received: int = 0

    @property
    def remaining(self) -> int:
        """What is still to be done once the received hours are validated; never negative."""
        return max(self.due - self.validated - self.received, 0)

    @property
    def sentence(self) -> str:
        """The whole position in words."""
        return (
            f"{format_hours_unit(self.validated)} validées, {format_hours_unit(self.received)} reçues, "
            f"{format_hours_unit(self.remaining)} à faire sur {format_hours_unit(self.due)}"
        )


class CommitmentBar(QWidget):
    """Shows a :class:`Position`; the same sentence is read by the screen reader."""

    def __init__(self, position: Position | None = None, parent: QWidget | None = None, *, labels: bool = True) -> None:
        super().__init__(parent)
        self._position = position or Position(0, 0)
        self._labels = labels
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance().changed.connect(self._restyled)
        self.set(self._position)

    def set(self, position: Position) -> None:
        """Show another position."""
        self._position = position
        self.setAccessibleName(position.sentence)
        self.setToolTip(position.sentence)
        self.update()

    def _restyled(self) -> None:
        self.updateGeometry()
        self.update()

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(appearance().font(tokens.SMALL))

    def sizeHint(self) -> QSize:
        bar = appearance().px(16)
        return QSize(appearance().px(240), bar + (self._metrics().height() + 4 if self._labels else 0) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(appearance().px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = appearance()
        one = self._position
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = look.px(16)
        whole = QRectF(0.5, 0.5, self.width() - 1, height)
        scale = max(one.due, one.validated + one.received, 1)
        ink = look.colour("primary")
        solid = QRectF(whole.left(), whole.top(), whole.width() * one.validated / scale, whole.height())
        hatched = QRectF(solid.right(), whole.top(), whole.width() * one.received / scale, whole.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(whole, look.colour("background"))
        painter.fillRect(solid, ink)
        painter.fillRect(hatched, QBrush(ink, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(look.colour("control_border"), look.theme.border))
        painter.drawRect(whole)
        if one.received:
            painter.drawLine(hatched.topRight(), hatched.bottomRight())
        if one.due and scale > one.due:  # more than due: mark where the target stood
            x = whole.left() + whole.width() * one.due / scale
            painter.setPen(QPen(look.colour("background"), 4))
            painter.drawLine(int(x), 1, int(x), height)
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawLine(int(x), 0, int(x), height + 1)
        if self._labels:
            self._paint_labels(painter, height)
        painter.end()

    def _paint_labels(self, painter: QPainter, height: int) -> None:
        look = appearance()
        one = self._position
        font = look.font(tokens.SMALL)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        words = [f"{format_hours_unit(one.validated)} validées"]
        if one.received:
            words.append(f"{format_hours_unit(one.received)} reçues")
        if one.due:
            words.append(f"{format_hours_unit(one.remaining)} à faire")
        right = f"dû{NBSP}: {format_hours_unit(one.due)}" if one.due else "aucun objectif"
        left = f"{NBSP}· ".join(words)
        y = height + 4
        line = metrics.height()
        rect = QRectF(0, y, self.width(), line)
        room = self.width() - metrics.horizontalAdvance(right) - look.px(12)
        painter.setPen(look.colour("text"))
        painter.drawText(
            rect, int(Qt.AlignmentFlag.AlignLeft), metrics.elidedText(left, Qt.TextElideMode.ElideRight, room)
        )
        painter.setPen(look.colour("text_secondary"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignRight), right)
