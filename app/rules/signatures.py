"""A signature drawn on screen: vector strokes, checked and bounded before they are kept (PRODUCT.md V7).

A stroke is a list of points ``[x, y, pressure, milliseconds]``: x and y in thousandths of the pad's width
and height, so that turning or resizing the screen keeps them; pressure 0 to 1000; milliseconds since the
first point. All integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.errors import InvalidInput

Point = tuple[int, int, int, int]
Stroke = tuple[Point, ...]

SCALE = 1_000
MAXIMUM_STROKES = 200
MAXIMUM_POINTS = 20_000
MAXIMUM_TIME = 10 * 60 * 1_000
"""Ten minutes in milliseconds: nobody signs longer."""
BLANK_LENGTH = 60
"""Thousandths of the pad: a drawing shorter than this is a touch by mistake, not a signature."""


@dataclass(frozen=True, slots=True)
class Box:
    """Smallest rectangle around the drawing, in thousandths."""

    left: int
    top: int
    right: int
    bottom: int


def clean_strokes(strokes: object) -> tuple[Stroke, ...]:
    """Checked strokes: whole numbers, inside the pad, in the order of time; empty strokes dropped.

    Points slightly outside are brought to the edge, times that go back are held. Raises ``InvalidInput``
    for a shape that is not strokes of four whole numbers, or for too many strokes or points (a pad left
    under a sleeve).
    """
    if not isinstance(strokes, Sequence) or isinstance(strokes, str | bytes):
        raise _unreadable()
    if len(strokes) > MAXIMUM_STROKES:
        raise _too_long()
    kept: list[Stroke] = []
    count = 0
    latest = 0
    for stroke in strokes:
        if not isinstance(stroke, Sequence) or isinstance(stroke, str | bytes):
            raise _unreadable()
        count += len(stroke)
        if count > MAXIMUM_POINTS:
            raise _too_long()
        points: list[Point] = []
        for point in stroke:
            x, y, pressure, time = _numbers(point)
            latest = max(latest, min(max(time, 0), MAXIMUM_TIME))
            points.append((_bounded(x), _bounded(y), _bounded(pressure), latest))
        if points:
            kept.append(tuple(points))
    return tuple(kept)


def _numbers(point: object) -> tuple[int, int, int, int]:
    if not isinstance(point, Sequence) or isinstance(point, str | bytes) or len(point) != 4:
        raise _unreadable()
    if any(isinstance(one, bool) or not isinstance(one, int) for one in point):
        raise _unreadable()
    x, y, pressure, time = point
    return x, y, pressure, time


def _bounded(value: int) -> int:
    return min(max(value, 0), SCALE)


def ink_length(strokes: Sequence[Stroke]) -> int:
    """Length drawn, in thousandths, each step counted by its longer side (no square root, no float)."""
    return sum(
        max(abs(after[0] - before[0]), abs(after[1] - before[1]))
        for stroke in strokes
        for before, after in pairwise(stroke)
    )


def is_blank(strokes: Sequence[Stroke]) -> bool:
    """Whether nothing worth a signature was drawn: no stroke, or a few dots."""
    return ink_length(strokes) < BLANK_LENGTH


def bounding_box(strokes: Sequence[Stroke]) -> Box | None:
    """The rectangle around the ink, to centre it on paper; ``None`` when there is no point."""
    xs = [point[0] for stroke in strokes for point in stroke]
    ys = [point[1] for stroke in strokes for point in stroke]
    return Box(min(xs), min(ys), max(xs), max(ys)) if xs else None


def check_signature(strokes: Sequence[Stroke], *, refused: bool, refusal_reason: str) -> None:
    """A signer either draws, or refuses with a reason; never both, never neither. Raises ``InvalidInput``."""
    if refused:
        if not refusal_reason.strip():
            raise InvalidInput(
                "Le motif du refus manque.", todo="Noter pourquoi la personne refuse de signer.", field="refusal_reason"
            )
        if strokes:
            raise InvalidInput(
                "Un refus de signer ne porte pas de signature.", todo="Effacer le tracé ou le refus.", field="strokes"
            )
    elif is_blank(strokes):
        raise InvalidInput(
            "La signature est vide.", todo="Signer dans le cadre, ou noter un refus de signer.", field="strokes"
        )


def _unreadable() -> InvalidInput:
    return InvalidInput("Le tracé de la signature est illisible.", todo="Effacer et signer à nouveau.", field="strokes")


def _too_long() -> InvalidInput:
    return InvalidInput("Le tracé de la signature est trop long.", todo="Effacer et signer à nouveau.", field="strokes")
