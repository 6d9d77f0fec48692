"""A signature by pen, finger or mouse, kept as strokes (never as a picture): sharp at any size, on paper too.

The pad's sheet is 1 000 wide and 350 high, pressure in percent; a signature is kept in thousandths of the pad's width
and height, pressure 0-1000 (``models.visits.Signature``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEventPoint,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.theme import tokens
from app.ui.theme.appearance import appearance

SHEET = 1000
"""Width of the sheet of the strokes; its height is ``SHEET * RATIO``."""
RATIO = 0.35
_PRESSURES = 100


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a stroke on a sheet 1 000 wide and 350 high, with the pressure of the pen in percent."""

    x: int
    y: int
    pressure: int = 50


Stroke = tuple[Dot, ...]


def to_kept(strokes: Iterable[Stroke]) -> list[list[list[int]]]:
    """Strokes of the pad as they are kept: ``[x, y, pressure, milliseconds]``."""
    height = SHEET * RATIO
    return [
        [[one.x, min(1000, round(one.y * 1000 / height)), min(1000, one.pressure * 10), 0] for one in stroke]
        for stroke in strokes
    ]


def from_kept(strokes: Sequence[Sequence[Sequence[int]]]) -> tuple[Stroke, ...]:
    """Kept strokes as the pad shows them."""
    height = SHEET * RATIO
    return tuple(
        tuple(Dot(point[0], round(point[1] * height / 1000), max(1, point[2] // 10)) for point in stroke)
        for stroke in strokes
    )


class SignatureArea(QWidget):
    """Where one signs. Strokes are kept in the sheet's own measure: resizing or turning the screen loses nothing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[Stroke] = []
        self._current: list[Dot] = []
        self._pen_down = False
        self._locked = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._tell()

    # --- what it holds ----------------------------------------------------------------------

    def strokes(self) -> tuple[Stroke, ...]:
        """The strokes finished, in order."""
        return tuple(self._strokes)

    def set_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Show strokes kept before; emits nothing."""
        self._strokes = [tuple(one) for one in strokes]
        self._current = []
        self._tell()
        self.update()

    def is_blank(self) -> bool:
        """Whether nothing, or only dots too small to be a signature, was drawn."""
        return not any(len(one) > 1 for one in self._strokes)

    def clear(self) -> None:
        """Wipe everything."""
        if self._strokes or self._current:
            self._strokes, self._current = [], []
            self._tell()
            self.update()
            self.changed.emit()

    def undo_stroke(self) -> None:
        """Take the last stroke away."""
        if self._strokes:
            self._strokes.pop()
            self._tell()
            self.update()
            self.changed.emit()

    def set_locked(self, locked: bool) -> None:
        """A signature validated cannot be drawn over."""
        self._locked = locked
        self.setCursor(Qt.CursorShape.ArrowCursor if locked else Qt.CursorShape.CrossCursor)

    # --- size -------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        width = appearance().px(480)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * RATIO)

    def _sheet(self) -> QRectF:
        """The sheet, as large as fits, in the middle: it keeps its shape whatever the widget's."""
        width = min(float(self.width()), self.height() / RATIO)
        height = width * RATIO
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    # --- drawing ----------------------------------------------------------------------------

    def _dot(self, at: QPointF, pressure: float) -> Dot:
        sheet = self._sheet()
        scale = SHEET / max(sheet.width(), 1)
        x = min(max((at.x() - sheet.left()) * scale, 0), SHEET)
        y = min(max((at.y() - sheet.top()) * scale, 0), SHEET * RATIO)
        return Dot(round(x), round(y), min(max(round(pressure * _PRESSURES), 1), _PRESSURES))

    def _begin(self, at: QPointF, pressure: float) -> None:
        self._current = [self._dot(at, pressure)]
        self.update()

    def _go_on(self, at: QPointF, pressure: float) -> None:
        if not self._current:
            return
        dot = self._dot(at, pressure)
        last = self._current[-1]
        if (dot.x, dot.y) != (last.x, last.y):
            self._current.append(dot)
            self.update()

    def _end(self) -> None:
        if self._current:
            self._strokes.append(tuple(self._current))
            self._current = []
            self._tell()
            self.update()
            self.changed.emit()

    def tabletEvent(self, event: QTabletEvent) -> None:
        if self._locked:
            return
        if event.type() == QEvent.Type.TabletPress:
            self._pen_down = True
            self._begin(event.position(), event.pressure())
        elif event.type() == QEvent.Type.TabletMove and self._pen_down:
            self._go_on(event.position(), event.pressure())
        elif event.type() == QEvent.Type.TabletRelease and self._pen_down:
            self._pen_down = False
            self._end()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._locked:
            self._begin(event.position(), 0.5)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_on(event.position(), 0.5)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and event.points() and not self._locked:
            point = event.points()[0]  # the palm of the hand comes as further points: left out
            if point.state() == QEventPoint.State.Pressed:
                self._begin(point.position(), point.pressure() or 0.5)
            elif point.state() == QEventPoint.State.Updated:
                self._go_on(point.position(), point.pressure() or 0.5)
            elif point.state() == QEventPoint.State.Released:
                self._end()
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self._locked:
            self.clear()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = appearance()
        painter = QPainter(self)
        sheet = self._sheet()
        _paint_sheet(painter, sheet)
        line = sheet.top() + sheet.height() * 0.78
        painter.setPen(QPen(Qt.GlobalColor.gray, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(sheet.left() + 16, line), QPointF(sheet.right() - 16, line))
        if not self._strokes and not self._current:
            painter.setPen(Qt.GlobalColor.darkGray)
            painter.setFont(look.font(tokens.SMALL))
            painter.drawText(sheet, int(Qt.AlignmentFlag.AlignCenter), "Signer ici, au doigt, au stylet ou à la souris")
        _paint_strokes(painter, sheet, (*self._strokes, tuple(self._current)))
        painter.end()

    def _tell(self) -> None:
        state = "vide" if self.is_blank() else "signée"
        self.setAccessibleName(f"Zone de signature, {state}")
        self.setAccessibleDescription(
            "On signe au doigt, au stylet ou à la souris. Au clavier, la personne peut aussi faire inscrire son nom "
            "avec la mention «\u00a0lu et approuvé\u00a0», ou refuser de signer. Suppr efface."
        )


class SignaturePicture(QWidget):
    """A signature that is only looked at; ``name`` is what it is called by those who do not see it."""

    def __init__(self, strokes: Sequence[Stroke], name: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes = tuple(strokes)
        self.setFixedSize(width, round(width * RATIO))
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        sheet = QRectF(self.rect())
        _paint_sheet(painter, sheet)
        _paint_strokes(painter, sheet, self._strokes)
        painter.end()


def _paint_sheet(painter: QPainter, sheet: QRectF) -> None:
    """Paper is white and ink is black in every theme: it is what will be printed."""
    look = appearance()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour("control_border"), look.theme.border))
    painter.setBrush(Qt.GlobalColor.white)
    painter.drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


def _paint_strokes(painter: QPainter, sheet: QRectF, strokes: Iterable[Stroke]) -> None:
    scale = sheet.width() / SHEET
    painter.translate(sheet.topLeft())
    painter.scale(scale, scale)
    for stroke in strokes:
        _paint_stroke(painter, stroke)


def _paint_stroke(painter: QPainter, stroke: Stroke) -> None:
    if len(stroke) == 1:
        painter.setPen(QPen(Qt.GlobalColor.black, 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoint(QPointF(stroke[0].x, stroke[0].y))
    for one, other in itertools.pairwise(stroke):
        width = 2.5 + 5 * (one.pressure + other.pressure) / (2 * _PRESSURES)
        painter.setPen(
            QPen(Qt.GlobalColor.black, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.drawLine(QPointF(one.x, one.y), QPointF(other.x, other.y))


class SignaturePad(QWidget):
    """The area with its buttons and, for those who do not draw, what the keyboard can do.

    ``changed`` after each stroke. ``strokes()`` is empty while blank.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.area = SignatureArea(self)
        column.addWidget(self.area)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.clear_button = button("Effacer", "quiet", "eraser", self)
        self.clear_button.setAccessibleName("Effacer la signature")
        self.clear_button.clicked.connect(self.area.clear)
        self.undo_button = button("Reprendre le dernier trait", "quiet", "undo-2", self)
        self.undo_button.clicked.connect(self.area.undo_stroke)
        line.addWidget(self.clear_button)
        line.addWidget(self.undo_button)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(
            label(
                "Sans tracer\u00a0: faire inscrire le nom et la mention, ou indiquer un refus de signer.",
                "small",
                self,
                wrap=True,
            )
        )
        self.area.changed.connect(self._changed)
        self._enable()

    def strokes(self) -> tuple[Stroke, ...]:
        """The strokes, or nothing while blank."""
        return () if self.area.is_blank() else self.area.strokes()

    def set_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Show strokes kept before."""
        self.area.set_strokes(strokes)
        self._enable()

    def is_blank(self) -> bool:
        """Whether nobody signed."""
        return self.area.is_blank()

    def clear(self) -> None:
        """Wipe everything."""
        self.area.clear()

    def _changed(self) -> None:
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        drawn = bool(self.area.strokes())
        self.clear_button.setEnabled(drawn)
        self.undo_button.setEnabled(drawn)
