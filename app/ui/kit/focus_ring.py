"""The visible focus: 2 px of ring, 2 px of background between it and the control (PRODUCT.md §3.12)."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMainWindow, QScrollArea, QWidget

from app.ui.theme.appearance import appearance

_OUTSIDE = 4
"""Pixels from the control to the outer edge of the ring."""


class FocusRing(QWidget):
    """Draws the ring above the window that holds the focus. One per application: :func:`install`.

    A widget that shows its focus by itself sets the property ``ownFocus`` to true.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._offset, self._size = QPoint(), QSize()
        app.focusChanged.connect(lambda _old, new: self._follow(new))

    def _follow(self, target: QWidget | None) -> None:
        if not shiboken6.isValid(self):
            return
        for one in self._watched:
            if shiboken6.isValid(one):
                one.removeEventFilter(self)
                one.destroyed.disconnect(self._forget)
        self._watched = []
        self._target = target
        if target is None or target.property("ownFocus") or isinstance(target, QMainWindow):
            self._target = None
            self.hide()
            return
        above: QWidget | None = target
        while above is not None:
            above.installEventFilter(self)
            above.destroyed.connect(self._forget)
            self._watched.append(above)
            above = None if above.isWindow() else above.parentWidget()
        window = target.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self._place()

    def _forget(self, gone: QObject) -> None:
        self._watched = [one for one in self._watched if one is not gone]
        if self._target is gone:
            self._target = None
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (
            QEvent.Type.Move,
            QEvent.Type.Resize,
            QEvent.Type.Show,
            QEvent.Type.Hide,
            QEvent.Type.LayoutRequest,
        ):
            self._place(again=event.type() == QEvent.Type.Show)
        return False

    def _place(self, *, again: bool = True) -> None:
        """Around the control that has the focus; without ``again``, nothing is done where it stands already."""
        target = self._target
        if target is None or not target.isVisible():
            self.hide()
            return
        window = target.window()
        rect = QRect(target.mapTo(window, QPoint(0, 0)), target.size())
        rect.adjust(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE)
        shown = rect & _visible_part(target, window)
        if shown.isEmpty():
            self.hide()
            return
        offset, size = rect.topLeft() - shown.topLeft(), rect.size()
        if not again and self.isVisible() and (shown, offset, size) == (self.geometry(), self._offset, self._size):
            return
        self._offset, self._size = offset, size
        self.setGeometry(shown)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = appearance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = QRect(self._offset, self._size).adjusted(3, 3, -3, -3)
        painter.setPen(QPen(look.colour("background"), 2))
        painter.drawRoundedRect(inner, 5, 5)
        painter.setPen(QPen(look.colour("focus"), 2))
        painter.drawRoundedRect(inner.adjusted(-2, -2, 2, 2), 6, 6)


def _visible_part(target: QWidget, window: QWidget) -> QRect:
    """What the scroll areas around ``target`` let see, with room for the ring at their edges."""
    seen = window.rect()
    one = target.parentWidget()
    while one is not None and one is not window:
        area = one.parentWidget()
        if isinstance(area, QScrollArea) or (isinstance(area, QAbstractScrollArea) and area.viewport() is one):
            port = QRect(one.mapTo(window, QPoint(0, 0)), one.size())
            seen &= port.adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE)
        one = one.parentWidget()
    return seen


def install(app: QApplication) -> FocusRing:
    """Show the ring in every window of ``app``; further calls answer the same ring."""
    found = app.property("focusRing")
    if isinstance(found, FocusRing):
        return found
    ring = FocusRing(app)
    app.setProperty("focusRing", ring)
    return ring
