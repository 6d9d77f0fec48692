"""A name written without drawing, as strokes of the signature pad."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

from app.rules.french import NBSP
from app.ui.kit.signature_pad import RATIO, SHEET, Dot, Stroke
from app.ui.theme import fonts

_HEIGHT = SHEET * RATIO
_MARGIN = 60.0
_NAME_SIZE = 64
_MENTION_SIZE = 44
_PRESSURE = 30


def written(name: str, mention: str = f"«{NBSP}Lu et approuvé{NBSP}»") -> tuple[Stroke, ...]:
    """The name with « lu et approuvé » as strokes, for whoever does not draw: the outline of the letters.

    It stays within the sheet whatever the length of the name.
    """
    path = QPainterPath()
    _add_line(path, mention, _MENTION_SIZE, _HEIGHT * 0.34)
    _add_line(path, name, _NAME_SIZE, _HEIGHT * 0.72)
    found: list[Stroke] = []
    for polygon in path.toSubpathPolygons():
        dots = [_dot(polygon.at(at)) for at in range(polygon.count())]
        kept = [one for at, one in enumerate(dots) if at == 0 or (one.x, one.y) != (dots[at - 1].x, dots[at - 1].y)]
        if len(kept) > 1:
            found.append(tuple(kept))
    return tuple(found)


def _add_line(path: QPainterPath, text: str, size: int, baseline: float) -> None:
    font = QFont(fonts.FAMILY)
    font.setPixelSize(size)
    room = SHEET - 2 * _MARGIN
    wide = QFontMetricsF(font).horizontalAdvance(text)
    if wide > room:
        font.setPixelSize(max(8, int(size * room / wide)))
    path.addText(QPointF(_MARGIN, baseline), font, text)


def _dot(point: QPointF) -> Dot:
    sheet = QRectF(0, 0, SHEET, _HEIGHT)
    x = min(max(point.x(), sheet.left()), sheet.right())
    y = min(max(point.y(), sheet.top()), sheet.bottom())
    return Dot(round(x), round(y), _PRESSURE)
