"""The calendar that opens under a date field; Monday first, week numbers, in French."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.rules.french import MONTH_NAMES, WEEKDAY_NAMES, format_weekday_date
from app.ui.kit.buttons import button
from app.ui.kit.labels import label
from app.ui.theme import tokens
from app.ui.theme.appearance import appearance

_WEEKS = 6


def shifted(day: dt.date, months: int) -> dt.date:
    """The same day some months later or earlier, or the last day of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - dt.timedelta(days=1)).day))


class MonthGrid(QWidget):
    """The days of a month. Arrows move by a day or a week, page keys by a month, Enter chooses."""

    chosen = Signal(object)
    moved = Signal(object)

    def __init__(self, day: dt.date, today: dt.date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._day = day
        self._today = today
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self._tell()

    @property
    def day(self) -> dt.date:
        """The day highlighted."""
        return self._day

    def go(self, day: dt.date) -> None:
        """Highlight another day."""
        self._day = day
        self._tell()
        self.update()
        self.moved.emit(day)

    def first_shown(self) -> dt.date:
        """The Monday of the first week shown."""
        first = self._day.replace(day=1)
        return first - dt.timedelta(days=first.weekday())

    def sizeHint(self) -> QSize:
        look = appearance()
        return QSize(look.px(40) * 8, look.px(28) + look.px(36) * _WEEKS)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _cell(self, week: int, column: int) -> QRect:
        look = appearance()
        width = self.width() // 8
        return QRect(column * width, look.px(28) + week * look.px(36), width, look.px(36))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        days = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}.get(Qt.Key(key))
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(Qt.Key(key))
        if days:
            self.go(self._day + dt.timedelta(days=days))
        elif months:
            self.go(shifted(self._day, months))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._day)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        for week in range(_WEEKS):
            for weekday in range(7):
                if self._cell(week, weekday + 1).contains(at):
                    self.chosen.emit(self.first_shown() + dt.timedelta(days=7 * week + weekday))
                    return

    def paintEvent(self, event: QPaintEvent) -> None:
        look = appearance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.setFont(look.font(tokens.SMALL, bold=True))
        painter.setPen(look.colour("text_secondary"))
        for column, word in enumerate(("sem.", *(name[:3] for name in WEEKDAY_NAMES))):
            head = self._cell(0, column)
            painter.drawText(QRect(head.left(), 0, head.width(), look.px(28)), centre, word)
        first = self.first_shown()
        for week in range(_WEEKS):
            painter.setFont(look.font(tokens.SMALL))
            painter.setPen(look.colour("text_secondary"))
            number = (first + dt.timedelta(days=7 * week)).isocalendar().week
            painter.drawText(self._cell(week, 0), centre, str(number))
            for weekday in range(7):
                self._paint_day(painter, self._cell(week, weekday + 1), first + dt.timedelta(days=7 * week + weekday))
        painter.end()

    def _paint_day(self, painter: QPainter, cell: QRect, day: dt.date) -> None:
        look = appearance()
        inside = cell.adjusted(2, 2, -2, -2)
        ink = "text" if day.month == self._day.month else "text_secondary"
        bold = day == self._today
        if day == self._day:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("primary"))
            painter.drawRoundedRect(inside, 4, 4)
            ink = "on_primary"
        elif day == self._today:
            painter.setPen(QPen(look.colour("primary"), max(look.theme.border, 1)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside, 4, 4)
        painter.setFont(look.font(tokens.BODY if day.month == self._day.month else tokens.SMALL, bold=bold))
        painter.setPen(look.colour(ink))
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), str(day.day))

    def _tell(self) -> None:
        self.setAccessibleName(f"Calendrier, {format_weekday_date(self._day)}")
        self.setAccessibleDescription("Flèches pour changer de jour, page précédente ou suivante pour changer de mois.")


class CalendarPopup(QFrame):
    """Arrows move, Enter chooses, Esc closes. ``chosen`` carries a ``dt.date``."""

    chosen = Signal(object)

    def __init__(self, day: dt.date, parent: QWidget | None = None, *, today: dt.date | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        before = button("Avant", "quiet", "chevron-left", self)
        before.setAccessibleName("Mois précédent")
        after = button("Après", "quiet", "chevron-right", self)
        after.setAccessibleName("Mois suivant")
        self.title = label("", "strong", self)
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.grid = MonthGrid(day, today or day, self)
        before.clicked.connect(lambda: self.grid.go(shifted(self.grid.day, -1)))
        after.clicked.connect(lambda: self.grid.go(shifted(self.grid.day, 1)))
        head.addWidget(before)
        head.addWidget(self.title, 1)
        head.addWidget(after)
        column.addLayout(head)
        column.addWidget(self.grid)
        self.grid.moved.connect(self._name)
        self.grid.chosen.connect(self._choose)
        self._name(day)

    def open_under(self, widget: QWidget) -> None:
        """Show under ``widget``, on its screen."""
        self.adjustSize()
        at = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        room = widget.screen().availableGeometry()
        at.setX(max(room.left(), min(at.x(), room.right() - self.width())))
        if at.y() + self.height() > room.bottom():
            at.setY(max(room.top(), widget.mapToGlobal(QPoint(0, 0)).y() - self.height() - 4))
        self.move(at)
        self.show()
        self.grid.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _name(self, day: dt.date) -> None:
        self.title.setText(f"{MONTH_NAMES[day.month - 1].capitalize()} {day.year}")

    def _choose(self, day: dt.date) -> None:
        self.chosen.emit(day)
        self.close()
