"""The few controls that draw their own marks, so that they look alike in every theme and at every size."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QListView, QPlainTextEdit, QWidget

from app.ui.kit.buttons import button, set_kind
from app.ui.theme.appearance import appearance

__all__ = ["CheckBox", "ComboBox", "TextArea", "button", "set_kind"]


class ComboBox(QComboBox):
    """A closed list. Type-ahead is Qt's; the wheel never changes a value by accident."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setView(QListView(self))
        self.view().setAccessibleName("Choix")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = appearance()
        side = look.px(5)
        x = self.width() - look.px(18)
        y = self.height() / 2 - side / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("text" if self.isEnabled() else "text_secondary"), 2))
        painter.drawPolyline([QPointF(x - side, y), QPointF(x, y + side), QPointF(x + side, y)])
        painter.end()


class CheckBox(QCheckBox):
    """A box with a drawn tick, 20 px at 100 %; the whole line can be clicked."""

    def _side(self) -> int:
        return appearance().px(20)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        look = appearance()
        lines = self.text().split("\n")
        width = max(metrics.horizontalAdvance(one.replace("&", "")) for one in lines)
        height = max(look.row_height, metrics.lineSpacing() * len(lines))
        return QSize(self._side() + look.px(8) + width + 4, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        look = appearance()
        side = self._side()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - side) / 2, side, side).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.checkState() != Qt.CheckState.Unchecked
        painter.setPen(QPen(look.colour("primary" if on else "control_border"), max(look.theme.border, 1.5)))
        painter.setBrush(look.colour("primary" if on else "background"))
        painter.drawRoundedRect(box, 3, 3)
        if on:
            painter.setPen(QPen(look.colour("on_primary"), side / 9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            if self.checkState() == Qt.CheckState.PartiallyChecked:
                painter.drawLine(
                    QPointF(box.left() + side * 0.25, box.center().y()),
                    QPointF(box.right() - side * 0.25, box.center().y()),
                )
            else:
                painter.drawPolyline(
                    [
                        QPointF(box.left() + side * 0.22, box.top() + side * 0.50),
                        QPointF(box.left() + side * 0.42, box.top() + side * 0.70),
                        QPointF(box.left() + side * 0.76, box.top() + side * 0.28),
                    ]
                )
        painter.setPen(look.colour("text" if self.isEnabled() else "text_secondary"))
        words = self.rect().adjusted(side + look.px(8), 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextShowMnemonic
        painter.drawText(words, int(flags), self.text())


class TextArea(QPlainTextEdit):
    """Several lines; Tab leaves (Ctrl+Tab writes a tab). Grows from ``lines`` to twice as many."""

    left = Signal()

    def __init__(self, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Tab and control:
            self.insertPlainText("\t")
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            event.ignore()  # validates, by the window
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.left.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        wanted = max(self._lines, min(self._lines * 2, round(self.document().size().height())))
        height = line * wanted + appearance().px(16)
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)
