"""Marking a photo: arrow, frame, mask, drawn by finger, mouse or keys, then burnt into the pixels."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.rules.french import plural
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.dialogs import Dialog
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance
from app.visits.annotations import Mark, Tool

_STEP = 20
"""Thousandths that an arrow key moves."""
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Board(QWidget):
    """The picture and its marks. Drag to draw; or Enter to put a mark, arrows to move it, Shift+arrows to size it."""

    changed = Signal()

    def __init__(self, picture: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Photo à annoter")
        self.setAccessibleDescription(
            "Tracer avec la souris ou le doigt. Au clavier, Entrée pose une marque, les flèches la déplacent, "
            "Majuscule et les flèches changent sa taille, Suppr. la retire."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._picture = picture
        self.tool = Tool.MASK
        self.marks: list[Mark] = []
        self._from: QPoint | None = None
        self._drawing = False

    def sizeHint(self) -> QSize:
        return self._picture.size().scaled(QSize(appearance().px(760), appearance().px(520)),
                                           Qt.AspectRatioMode.KeepAspectRatio)  # fmt: skip

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 180)

    def _frame(self) -> QRect:
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2), size)

    def _share(self, point: QPoint) -> tuple[int, int]:
        frame = self._frame()
        x = (point.x() - frame.left()) * 1000 // max(1, frame.width())
        y = (point.y() - frame.top()) * 1000 // max(1, frame.height())
        return min(max(x, 0), 1000), min(max(y, 0), 1000)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()
        self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._draft(event.position().toPoint(), last=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._draft(event.position().toPoint(), last=True)
            self._from = None

    def _draft(self, to: QPoint, *, last: bool) -> None:
        assert self._from is not None
        if self._drawing:
            self.marks.pop()
        self._drawing = True
        mark = Mark(self.tool, *self._share(self._from), *self._share(to))
        self.marks.append(mark)
        if last:
            self._drawing = False
            left, top, right, bottom = mark.box
            if right - left < 8 and bottom - top < 8:
                self.marks.pop()  # a tap draws nothing
            self.changed.emit()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.marks.append(Mark(self.tool, 400, 400, 600, 600))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.marks:
            self.marks.pop()
        elif key in _KEYS and self.marks:
            self.marks[-1] = _moved(self.marks[-1], *_KEYS[key],
                                    size=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))  # fmt: skip
        else:
            super().keyPressEvent(event)
            return
        self.changed.emit()
        self.update()

    def undo(self) -> None:
        """Take the last mark off."""
        if self.marks:
            self.marks.pop()
            self.changed.emit()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = self._frame()
        painter.drawImage(frame, self._picture)
        for one in self.marks:
            self._draw(painter, frame, one)
        if self.hasFocus():
            painter.setPen(QPen(appearance().colour("focus"), 2))
            painter.drawRect(frame.adjusted(1, 1, -2, -2))

    @staticmethod
    def _draw(painter: QPainter, frame: QRect, mark: Mark) -> None:
        def at(x: int, y: int) -> QPoint:
            return QPoint(frame.left() + x * frame.width() // 1000, frame.top() + y * frame.height() // 1000)

        left, top, right, bottom = mark.box
        box = QRect(at(left, top), at(right, bottom))
        if mark.tool is Tool.MASK:
            painter.fillRect(box, QColor("black"))
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("white", 7), ("black", 3)):
            painter.setPen(QPen(QColor(colour), width))
            if mark.tool is Tool.FRAME:
                painter.drawRect(box)
            else:
                tail, tip = at(mark.x1, mark.y1), at(mark.x2, mark.y2)
                painter.drawLine(tail, tip)
                angle = math.atan2(tip.y() - tail.y(), tip.x() - tail.x())
                for side in (2.55, -2.55):  # as burnt by ``visits.annotations``
                    x, y = 18 * math.cos(angle + side), 18 * math.sin(angle + side)
                    painter.drawLine(tip, tip + QPoint(round(x), round(y)))


def _moved(mark: Mark, across: int, down: int, *, size: bool) -> Mark:
    dx, dy = across * _STEP, down * _STEP
    x1, y1 = (mark.x1, mark.y1) if size else (mark.x1 + dx, mark.y1 + dy)
    x2, y2 = mark.x2 + dx, mark.y2 + dy
    if not all(0 <= one <= 1000 for one in (x1, y1, x2, y2)):
        return mark
    return Mark(mark.tool, x1, y1, x2, y2)


class AnnotateDialog(Dialog):
    """``done(marks)`` once they are to be burnt."""

    def __init__(self, parent: QWidget | None, picture: QImage, done: Callable[[list[Mark]], None]) -> None:
        super().__init__(parent, "Masquer ou annoter la photo", width=720)
        self._done = done
        self.tools = ChipRow("Outil", [Chip(one.value, one.label) for one in (Tool.MASK, Tool.FRAME, Tool.ARROW)],
                             may_be_empty=False, parent=self)  # fmt: skip
        self.tools.set_chosen((Tool.MASK.value,))
        self.tools.changed.connect(self._tool)
        self.body.addWidget(self.tools)
        self.board = Board(picture, self)
        self.board.changed.connect(self._changed)
        self.body.addWidget(self.board, 1)
        self.note = label(
            "Un masque remplace les pixels\u00a0: la photo d’origine est retirée du carnet, cela ne s’annule pas.",
            "secondary", self, wrap=True,
        )  # fmt: skip
        self.body.addWidget(self.note)
        self.undo_button = self.add_button("Retirer la marque", "quiet", self.board.undo)
        self.add_button("Annuler")
        self.accept_button = self.add_button("Enregistrer", "primary", self._accept)
        self._changed()
        self.board.setFocus()

    def _tool(self, keys: tuple[str, ...]) -> None:
        if keys:
            self.board.tool = Tool(keys[0])

    def _changed(self) -> None:
        count = len(self.board.marks)
        self.accept_button.setEnabled(count > 0)
        self.undo_button.setEnabled(count > 0)
        self.board.setToolTip(plural(count, "marque"))

    def _accept(self) -> None:
        marks = list(self.board.marks)
        self.accept()
        self._done(marks)
