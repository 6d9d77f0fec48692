"""The rail of places, and the filters kept under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.ui.kit.icons import set_icon
from app.ui.kit.labels import label
from app.ui.shell.navigation import Place
from app.ui.theme import tokens
from app.ui.theme.appearance import appearance


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A question kept at hand, with how many answers it has now (PRODUCT.md F3)."""

    text: str
    count: int
    act: Callable[[], None]


class RailButton(QToolButton):
    """Icon, word, and a count at the right; or the icon alone, its word in the tooltip. The count is always told."""

    def __init__(self, text: str, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = text.replace("&", "")
        self._badge = 0
        self._compact = False
        self.setText(text)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if icon:
            set_icon(self, icon)
        self.set_badge(0)

    def set_badge(self, count: int) -> None:
        """Show a count; zero shows nothing."""
        self._badge = count
        told = f"{self._name}, {count} à voir" if count else self._name
        self.setAccessibleName(told)
        self.setToolTip(told if self._compact else "")
        self.updateGeometry()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """The icon alone, or the icon and its word."""
        self._compact = compact
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonIconOnly if compact else style.ToolButtonTextBesideIcon)
        self.set_badge(self._badge)

    @property
    def badge(self) -> int:
        """The count shown."""
        return self._badge

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Shortcut:  # at once: Qt's own way waits 100 ms to show a press
            self.click()
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        look = appearance()
        if self._compact:
            return QSize(look.icon_size().width() + look.px(36), hint.height())
        metrics = QFontMetrics(look.font(tokens.BODY, bold=True))
        wide = look.icon_size().width() + metrics.horizontalAdvance(self._name) + look.px(52)
        if self._badge:
            wide += QFontMetrics(look.font(tokens.SMALL, bold=True)).horizontalAdvance(str(self._badge)) + look.px(16)
        return QSize(max(wide, look.px(168)), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._badge:
            return
        look = appearance()
        font = look.font(tokens.SMALL, bold=True)
        text = str(self._badge)
        height = look.px(20)
        if self._compact:  # on the corner of the icon
            width = max(QFontMetrics(font).horizontalAdvance(text) + look.px(8), height)
            box = QRect(self.width() - width - look.px(2), look.px(1), width, height)
        else:
            width = QFontMetrics(font).horizontalAdvance(text) + look.px(12)
            box = QRect(self.width() - width - look.px(12), (self.height() - height) // 2, width, height)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        inverted = self.isChecked() and look.theme.on_selection == look.theme.on_primary
        painter.setBrush(look.colour("on_primary" if inverted else "primary"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(look.colour("primary" if inverted else "on_primary"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


class Rail(QWidget):
    """``chosen(place id)``; the places present only, in their order."""

    chosen = Signal(str)

    def __init__(self, places: Sequence[Place], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self.buttons: dict[str, RailButton] = {}
        self.compact = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        for place in places:
            made = RailButton(place.label, place.icon, self)
            made.setCheckable(True)
            made.clicked.connect(lambda _on=False, place_id=place.id: self.chosen.emit(place_id))
            self._group.addButton(made)
            self.buttons[place.id] = made
            column.addWidget(made)
        self._filters = QWidget(self)
        self._filter_column = QVBoxLayout(self._filters)
        self._filter_column.setContentsMargins(0, 16, 0, 0)
        self._filter_column.setSpacing(2)
        self._title = label("Mes filtres", "small", self._filters)
        self._title.setContentsMargins(16, 0, 0, 4)
        self._filter_column.addWidget(self._title)
        self._filters.hide()
        column.addWidget(self._filters)
        column.addStretch(1)

    def select(self, place: str) -> None:
        """Show which place we are in; none for a place that has its own door."""
        if place in self.buttons:
            self.buttons[place].setChecked(True)
            return
        chosen = self._group.checkedButton()
        if chosen is not None:
            self._group.setExclusive(False)
            chosen.setChecked(False)
            self._group.setExclusive(True)

    def set_compact(self, compact: bool) -> None:
        """Icons alone, or icons and words."""
        if compact == self.compact:
            return
        self.compact = compact
        self._title.setVisible(not compact)
        for one in self.findChildren(RailButton):
            one.set_compact(compact)

    def set_badge(self, place: str, count: int) -> None:
        """Show a count beside a place."""
        if place in self.buttons:
            self.buttons[place].set_badge(count)

    def set_filters(self, filters: Sequence[SavedFilter]) -> None:
        """Show the filters kept; none hides the title."""
        while self._filter_column.count() > 1:
            item = self._filter_column.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for one in filters:
            made = RailButton(one.text, "list-filter", self._filters)
            made.set_badge(one.count)
            made.set_compact(self.compact)
            made.clicked.connect(lambda _on=False, act=one.act: act())
            self._filter_column.addWidget(made)
        self._filters.setVisible(bool(filters))
