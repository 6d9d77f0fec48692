"""The embedded typeface, Source Sans 3 (OFL), and what it can print.

Registered when this module is first imported (the import lock makes it happen once, whatever the thread);
the module itself is imported with the first document, after the window is painted.
"""

from __future__ import annotations

import dataclasses

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app import paths

rl_config.useA85 = 0  # binary streams: a fifth smaller and five times faster with photos (STACK.md §7)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One weight: its registered name and the advance of each code point, in thousandths of the size."""

    name: str
    advances: dict[int, float]
    default: float

    def width(self, text: str, size: float) -> float:
        """Width of ``text`` in points."""
        get, default = self.advances.get, self.default
        return sum([get(code, default) for code in map(ord, text)]) * size / 1000


def _register(weight: str) -> Face:
    font = TTFont(f"SourceSans3-{weight}", str(paths.resources() / "fonts" / f"SourceSans3-{weight}.ttf"))
    pdfmetrics.registerFont(font)
    advances = dict(font.face.charWidths)
    advances[0x202F] = advances[0xA0]  # the pen draws it so: the typeface's own is too thin between thousands
    return Face(font.fontName, advances, font.face.defaultWidth)


REGULAR = _register("Regular")
SEMIBOLD = _register("Semibold")
BOLD = _register("Bold")
ITALIC = _register("It")

PRINTABLE = frozenset(
    REGULAR.advances.keys() & SEMIBOLD.advances.keys() & BOLD.advances.keys() & ITALIC.advances.keys()
)
"""Code points that every weight can draw."""

ASCENT = 0.75
"""Height of the tallest usual letter (accented capital less a hair) above the baseline, per point of size."""
