"""Cleaning, measuring and breaking text: the smallest block of a page.

No markup is read: what people typed is printed as typed, so nothing needs escaping. French no-break spaces
(U+00A0, U+202F) are never broken at.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

from app.reports.fonts import ASCENT, BOLD, PRINTABLE, REGULAR, SEMIBOLD, Face
from app.reports.layout import Block
from app.reports.pen import INK, Pen

REPLACEMENT = "□"
"""Stands for what the typeface cannot draw: seen by the reader, never a silent hole."""

Align = Literal["left", "right", "centre"]


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. Sizes in points; nothing below 9 (PRODUCT.md §4.0)."""

    face: Face = REGULAR
    size: float = 10.5
    leading: float = 13.5
    grey: float = INK
    align: Align = "left"
    role: str = "P"

    def __post_init__(self) -> None:
        if self.size < 9:
            raise ValueError("nothing below 9 points")


BODY = Style()
TITLE = Style(face=BOLD, size=16, leading=19, role="H1")
HEADING = Style(face=BOLD, size=12, leading=15, role="H2")
CELL = Style(size=9.5, leading=12)
CELL_STRONG = Style(face=SEMIBOLD, size=9.5, leading=12)
CELL_RIGHT = Style(size=9.5, leading=12, align="right")
CELL_RIGHT_STRONG = Style(face=SEMIBOLD, size=9.5, leading=12, align="right")
CELL_CENTRE = Style(size=9.5, leading=12, align="centre")
HEAD = Style(face=SEMIBOLD, size=9, leading=11)
HEAD_RIGHT = Style(face=SEMIBOLD, size=9, leading=11, align="right")
HEAD_CENTRE = Style(face=SEMIBOLD, size=9, leading=11, align="centre")
SMALL = Style(size=9, leading=11)
LABEL = Style(size=9, leading=11)

_DROPPED = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"
)
"""Invisible: soft hyphen, joiners, direction marks, variation selectors, skin tones, tags."""
_TIED = re.compile(r" (?=[:;!?»%€])|(?<=«) |(?<=\d) (?=h\b)")
"""Spaces that French never breaks at, often typed as plain ones."""
_SPACES = re.compile("[\t\u000b\u000c\u0085\u1680\u2000-\u200a\u205f\u3000]")
_RUN_OF_REPLACEMENTS = re.compile(f"{REPLACEMENT}{{2,}}")


def clean(text: str) -> str:
    """Text that every weight can draw, lines separated by ``\\n``.

    Control characters go, letters are composed, a compatibility form is used for a missing sign (« ﬃ »
    becomes « ffi »), and what remains unknown (emoji, other scripts) becomes one visible « □ ».
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _DROPPED.sub("", _SPACES.sub(" ", text)))
        if not all(ord(sign) in PRINTABLE for sign in text):
            text = "".join(_drawable(sign) for sign in text)
            text = _RUN_OF_REPLACEMENTS.sub(REPLACEMENT, text)
    return _TIED.sub("\u00a0", text)


def _drawable(sign: str) -> str:
    if sign == "\n" or ord(sign) in PRINTABLE:
        return sign
    if unicodedata.category(sign) == "Cc":
        return ""
    other = unicodedata.normalize("NFKC", sign)
    return other if all(ord(one) in PRINTABLE for one in other) else REPLACEMENT


Piece = tuple[str, Face]


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    pieces: tuple[Piece, ...]
    width: float


class Text(Block):
    """A paragraph. ``content`` is a text, or pieces ``(text, face)`` written after each other."""

    def __init__(
        self,
        content: str | Sequence[Piece],
        style: Style = BODY,
        *,
        before: float = 0,
        after: float = 0,
        indent: float = 0,
    ) -> None:
        super().__init__(before, after)
        pieces = ((content, style.face),) if isinstance(content, str) else content
        self._pieces = [(clean(text), face) for text, face in pieces]
        self._style = style
        self._indent = indent
        self._lines: list[_Line] = []
        self._measured = -1.0

    @property
    def plain(self) -> str:
        """The text without its faces."""
        return "".join(text for text, _ in self._pieces)

    def height(self, width: float) -> float:
        return len(self._broken(width)) * self._style.leading

    def split(self, width: float, available: float, full: float) -> tuple[Block, Block] | None:
        lines = self._broken(width)
        fitting = int((available + 0.01) / self._style.leading)
        if len(lines) - fitting == 1:
            fitting -= 1  # no line alone at the top of a page
        if fitting < 2:
            return None
        return self._part(lines[:fitting], self.before, 0), self._part(lines[fitting:], 0, self.after)

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        style = self._style
        lines = self._broken(width)
        if not any(line.pieces for line in lines):
            return
        with pen.mark(style.role):
            baseline = top + (style.leading - style.size) / 2 + style.size * ASCENT + style.size * 0.06
            for line in lines:
                if line.pieces:
                    start = x + self._indent
                    if style.align == "right":
                        start = x + width - line.width
                    elif style.align == "centre":
                        start = x + (width - line.width) / 2
                    pen.texts(start, baseline, line.pieces, style.size, style.grey)
                baseline += style.leading

    def _part(self, lines: list[_Line], before: float, after: float) -> Text:
        part = Text((), self._style, before=before, after=after, indent=self._indent)
        part._pieces = [piece for line in lines for piece in line.pieces]
        part._lines, part._measured = lines, self._measured
        return part

    def _broken(self, width: float) -> list[_Line]:
        if self._measured != width:
            self._lines = _break(self._pieces, width - self._indent, self._style.size)
            self._measured = width
        return self._lines


def one_line(text: str, face: Face, size: float, width: float) -> str:
    """The text cleaned and, when wider than ``width``, cut with « … »."""
    text = clean(text).replace("\n", " ")
    if face.width(text, size) <= width:
        return text
    while text and face.width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


# --- breaking lines --------------------------------------------------------------------------

Word = list[Piece]


def _words(pieces: Sequence[Piece]) -> Iterator[Word | None]:
    """Words between breakable spaces, ``None`` at each end of line asked for."""
    word: Word = []
    for text, face in pieces:
        for number, line in enumerate(text.split("\n")):
            if number:
                yield word
                yield None
                word = []
            first, *others = line.split(" ")
            if first:
                word.append((first, face))
            for other in others:
                if word:
                    yield word
                word = [(other, face)] if other else []
    if word:
        yield word


def _break(pieces: Sequence[Piece], width: float, size: float) -> list[_Line]:
    lines: list[_Line] = []
    current: Word = []
    used = 0.0
    empty = True

    def end_line() -> None:
        nonlocal current, used, empty
        lines.append(_Line(_merged(current), used))
        current, used, empty = [], 0.0, True

    for word in _words(pieces):
        if word is None:
            end_line()
            continue
        if not word:
            continue
        for part in [word] if _width(word, size) <= width else _cut(word, width, size):
            length = _width(part, size)
            space = 0.0 if empty else part[0][1].width(" ", size)
            if not empty and used + space + length > width + 0.01:
                end_line()
                space = 0.0
            if not empty:
                current.append((" ", part[0][1]))
            current += part
            used += space + length
            empty = False
    if not empty or not lines:
        end_line()
    return lines


def _width(word: Word, size: float) -> float:
    return sum(face.width(text, size) for text, face in word)


_BREAKABLE = re.compile(r"(?<=[-/@_.,;:])")


def _cut(word: Word, width: float, size: float) -> list[Word]:
    """A word wider than the line: cut after a hyphen, a slash or a dot, else anywhere."""
    atoms: list[Piece] = []
    for text, face in word:
        for atom in _BREAKABLE.split(text):
            if not atom:
                continue
            if face.width(atom, size) <= width:
                atoms.append((atom, face))
            else:
                atoms += [(sign, face) for sign in atom]
    parts: list[Word] = []
    current: Word = []
    used = 0.0
    for text, face in atoms:
        length = face.width(text, size)
        if current and used + length > width:
            parts.append(current)
            current, used = [], 0.0
        current.append((text, face))
        used += length
    return [*parts, current]


def _merged(word: Word) -> tuple[Piece, ...]:
    merged: Word = []
    for text, face in word:
        if merged and merged[-1][1] is face:
            merged[-1] = (merged[-1][0] + text, face)
        else:
            merged.append((text, face))
    return tuple(merged)
