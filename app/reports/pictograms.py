"""Simple drawings that say what a line is about: black strokes on a grid of 24, read by their words beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.reports.layout import Block
from app.reports.pen import Pen, Point

GRID = 24.0
STROKE = 2.0


def _arc(x: float, y: float, radius: float, start: float, end: float, across: float = 0) -> tuple[Point, ...]:
    """Points of an arc in degrees, clockwise on the page; ``across``: another radius across."""
    steps = max(8, int(abs(end - start) / 12))
    return tuple(
        (
            x + radius * math.cos(math.radians(start + (end - start) * n / steps)),
            y + (across or radius) * math.sin(math.radians(start + (end - start) * n / steps)),
        )
        for n in range(steps + 1)
    )


def _box(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))


_DRAWINGS: dict[str, Sequence[Sequence[Point]]] = {
    "calendar": (
        _box(3, 5, 21, 21),
        ((3, 10), (21, 10)),
        ((8, 2), (8, 7)),
        ((16, 2), (16, 7)),
        ((7, 14), (10, 14)),
        ((14, 14), (17, 14)),
        ((7, 17.5), (10, 17.5)),
    ),
    "phone": (
        _box(7, 2, 17, 22),
        ((10.5, 19), (13.5, 19)),
        ((7, 16), (17, 16)),
    ),
    "work": (
        ((2, 18), (22, 18)),
        ((2, 18), (2, 20.5), (22, 20.5), (22, 18)),
        _arc(12, 17, 9, 180, 360, 11),
        ((9.5, 6.8), (9.5, 13)),
        ((14.5, 6.8), (14.5, 13)),
    ),
    "clock": (
        _arc(12, 12, 9.5, 0, 360),
        ((12, 6), (12, 12), (16.5, 14.5)),
    ),
    "agreed": (
        _box(4, 3, 20, 21),
        ((7.5, 9), (9, 10.5), (12, 7)),
        ((7.5, 16), (9, 17.5), (12, 14)),
        ((14, 9), (17.5, 9)),
        ((14, 16), (17.5, 16)),
    ),
    "learn": (
        ((1.5, 9), (12, 4), (22.5, 9), (12, 14), (1.5, 9)),
        ((6, 11.5), (6, 17), (12, 19.5), (18, 17), (18, 11.5)),
        ((22.5, 9), (22.5, 15)),
    ),
    "rights": (
        _box(5, 11, 19, 21),
        ((8, 11), (8, 7.5), *_arc(12, 7.5, 4, 180, 360), (16, 11)),
        ((12, 14.5), (12, 17.5)),
    ),
}
NAMES = tuple(_DRAWINGS)


class Pictogram(Block):
    """One drawing of ``side`` points. It is decoration: the words beside it say the same."""

    def __init__(self, name: str, side: float = 34) -> None:
        super().__init__()
        self._lines = _DRAWINGS[name]
        self._side = side

    def height(self, width: float) -> float:
        return self._side

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        scale = self._side / GRID
        with pen.artifact():
            for line in self._lines:
                pen.polyline([(x + px * scale, top + py * scale) for px, py in line], STROKE * scale / 1.4)
