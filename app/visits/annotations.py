"""Marks burnt into a photo: an arrow, a frame, a mask (PRODUCT.md V6). Pure bytes to bytes; off the window's thread.

A mask replaces the pixels: nothing of what it hides is left in the new picture, and the former one is removed once no
record refers to it (``VisitsService.replace_photo``).
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.models.choices import Choice
from app.visits.photos import ReducedPhoto, encode_jpeg

MOST_MARKS = 40


class Tool(Choice):
    """The three tools, and no more."""

    ARROW = "arrow", "Flèche"
    FRAME = "frame", "Cadre"
    MASK = "mask", "Masque"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark, from a corner (or the tail of the arrow) to the other, in thousandths of the picture's sides."""

    tool: Tool
    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return (
            min(self.x1, self.x2),
            min(self.y1, self.y2),
            max(self.x1, self.x2),
            max(self.y1, self.y2),
        )


def hides(marks: Sequence[Mark]) -> bool:
    """Whether one of the marks is a mask: what it covers must not be found again anywhere."""
    return any(one.tool is Tool.MASK for one in marks)


def burn(data: bytes, marks: Sequence[Mark], *, name: str = "") -> ReducedPhoto:
    """The picture with its marks in the pixels, of the same size, without metadata.

    Raises ``InvalidInput`` without a mark, or for bytes that are not a picture.
    """
    from PIL import Image, ImageDraw, UnidentifiedImageError

    if not 0 < len(marks) <= MOST_MARKS:
        raise InvalidInput("Aucune marque n’est posée sur la photo.", todo="Tracer un masque, un cadre ou une flèche.")
    try:
        with Image.open(io.BytesIO(data)) as source:
            picture = source.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError) as problem:
        raise InvalidInput(
            "Cette photo ne peut pas être lue.", todo="En choisir une autre.", field="photo"
        ) from problem
    pen = ImageDraw.Draw(picture)
    width, height = picture.size
    stroke = max(4, min(width, height) // 110)
    for one in sorted(marks, key=lambda mark: mark.tool is not Tool.MASK):  # an arrow stays over a mask
        left, top, right, bottom = (
            value * side // 1000 for value, side in zip(one.box, (width, height, width, height), strict=True)
        )
        if one.tool is Tool.MASK:
            pen.rectangle((left, top, max(right, left + 1), max(bottom, top + 1)), fill="black")
        elif one.tool is Tool.FRAME:
            pen.rectangle((left, top, right, bottom), outline="white", width=stroke + 4)
            pen.rectangle((left + 2, top + 2, max(right - 2, left + 2), max(bottom - 2, top + 2)), outline="black",
                          width=stroke)  # fmt: skip
        else:
            tail = (one.x1 * width // 1000, one.y1 * height // 1000)
            tip = (one.x2 * width // 1000, one.y2 * height // 1000)
            for colour, thickness in (("white", stroke + 6), ("black", stroke)):
                _arrow(pen, tail, tip, thickness, colour, stroke)
    return ReducedPhoto(encode_jpeg(picture), width, height, None, name)


def _arrow(pen: object, tail: tuple[int, int], tip: tuple[int, int], thickness: int, colour: str, stroke: int) -> None:
    draw = pen.line  # type: ignore[attr-defined]
    draw((tail, tip), fill=colour, width=thickness)
    angle = math.atan2(tip[1] - tail[1], tip[0] - tail[0])
    for side in (2.55, -2.55):
        end = (tip[0] + 5 * stroke * math.cos(angle + side), tip[1] + 5 * stroke * math.sin(angle + side))
        draw((tip, end), fill=colour, width=thickness)
