"""What is drawn rather than written: bars, photos, signature boxes, lines to write on, codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm

from app.reports.content import CommitmentPosition, MonthCell, ReportPhoto, SignatureBlock, Strokes
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block
from app.reports.pen import INK, Pen, open_picture
from app.reports.text import BODY, LABEL, SMALL, Style, Text, clean, one_line
from app.rules import french

SIGNATURE_WIDTH = 70 * mm
SIGNATURE_HEIGHT = 32 * mm
PHOTO_WIDTH = 85 * mm
PHOTO_HEIGHT = 66 * mm
"""Tallest photo: three rows of two, with captions, on a page."""

SIGNED_ON_SCREEN = "Signature recueillie sur écran le {date} à {time}"


# --- bars --------------------------------------------------------------------------------


class PositionBar(Block):
    """Position of a commitment: solid (validated), hatched (received), white (remaining), named directly."""

    _bar = 15.0
    _labels = 24.0

    def __init__(self, position: CommitmentPosition, *, before: float = 0, after: float = 0) -> None:
        super().__init__(before, after)
        self._position = position

    def height(self, width: float) -> float:
        return 13 + self._bar + self._labels

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        position = self._position
        with pen.mark("Figure", alt=position_sentence(position)):
            pen.text(x, top + 9, one_line(position.label, SEMIBOLD, 10, width * 0.62), SEMIBOLD, 10)
            share = french.format_percent(position.validated, position.due)
            due = f"{french.format_hours_unit(position.due)} à réaliser"
            if position.due:
                due += f" · {share} validés"
            pen.right(x + width, top + 9, due, REGULAR, 9.5)
            self._draw_bar(pen, x, top + 13, width)

    def _draw_bar(self, pen: Pen, x: float, top: float, width: float) -> None:
        position = self._position
        scale = max(position.due, position.validated + position.received, 1)
        at = x
        spots: list[tuple[float, str]] = []
        for hours, kind, word in (
            (position.validated, "solid", "validées"),
            (position.received, "hatched", "reçues, à valider"),
            (position.remaining, "white", "restantes"),
        ):
            if hours <= 0:
                continue
            length = width * hours / scale
            if kind == "solid":
                pen.box(at, top, length, self._bar, 0.8, fill=INK)
            else:
                if kind == "hatched":
                    pen.hatch(at, top, length, self._bar)
                pen.box(at, top, length, self._bar, 0.8)
            spots.append((at + length / 2, f"{french.format_hours_unit(hours)} {word}"))
            at += length
        if not spots:
            pen.box(x, top, width, self._bar, 0.8)
        if 0 < position.due < scale:
            edge = x + width * position.due / scale
            pen.line((edge, top - 2.5), (edge, top + self._bar + 2.5), 2.2, 1)
            pen.line((edge, top - 2.5), (edge, top + self._bar + 2.5), 1.2, 0)
            spots.append((edge, "objectif"))
            spots.sort()
        draw_spread_labels(pen, x, width, top + self._bar, spots)


def draw_spread_labels(pen: Pen, x: float, width: float, top: float, spots: Sequence[tuple[float, str]]) -> None:
    """Labels under their places, pushed apart when they would touch, tied by a thin line."""
    size, gap = 9.5, 10.0
    lengths = [REGULAR.width(label, size) for _, label in spots]
    lefts: list[float] = []
    edge = x
    for (at, _), length in zip(spots, lengths, strict=True):
        left = max(edge, at - length / 2)
        lefts.append(left)
        edge = left + length + gap
    limit = x + width
    for number in range(len(lefts) - 1, -1, -1):
        lefts[number] = max(x, min(lefts[number], limit - lengths[number]))
        limit = lefts[number] - gap
    for (at, label), left, length in zip(spots, lefts, lengths, strict=True):
        foot = min(max(at, left + 2), left + length - 2)
        pen.line((at, top + 1), (at, top + 4), 0.5, 0)
        pen.line((at, top + 4), (foot, top + 8), 0.5, 0)
        pen.text(left, top + 18, label, REGULAR, size)


def position_sentence(position: CommitmentPosition) -> str:
    """The bar in words: the description read aloud."""
    hours = french.format_hours_unit
    words = f"{position.label} : {hours(position.due)} à réaliser, {hours(position.validated)} validées"
    if position.received:
        words += f", {hours(position.received)} reçues à valider"
    return f"{words}, {hours(position.remaining)} restantes."


class HoursBar(Block):
    """Hours done over hours planned, for the person."""

    def __init__(self, done: int, planned: int, *, before: float = 0, after: float = 0) -> None:
        super().__init__(before, after)
        self._done = done
        self._planned = planned

    def height(self, width: float) -> float:
        return 16 + 20

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        hours = french.format_hours_unit
        done, left = self._done, max(0, self._planned - self._done)
        with pen.mark("Figure", alt=f"{hours(done)} faites sur {hours(self._planned)} prévues."):
            scale = max(self._planned, done, 1)
            length = width * done / scale
            if done > 0:
                pen.box(x, top, length, 16, 0.8, fill=INK)
            pen.box(x, top, width, 16, 0.8)
            spots = [(x + length / 2, f"{hours(done)} faites")]
            if left:
                spots.append((x + length + (width - length) / 2, f"encore {hours(left)}"))
            draw_spread_labels(pen, x, width, top + 16, spots)


class MonthStrip(Block):
    """Twelve months with their hours."""

    def __init__(self, cells: Sequence[MonthCell], *, before: float = 0, after: float = 0) -> None:
        super().__init__(before, after)
        self._cells = list(cells)

    def height(self, width: float) -> float:
        return 36

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        side = width / max(1, len(self._cells))
        with pen.element("Table"), pen.element("TR"):
            for number, cell in enumerate(self._cells):
                left = x + number * side
                month = f"{_SHORT_MONTHS[cell.month.month - 1]} {cell.month.year % 100:02d}"
                with pen.artifact():
                    pen.box(left, top, side, 14, 0.5)
                    pen.box(left, top + 14, side, 22, 0.5)
                with pen.mark("TD"):
                    pen.centre(left + side / 2, top + 10, month, REGULAR, 9)
                    shown = french.DASH if cell.hours is None else french.format_hours_short(cell.hours)
                    if cell.hours is not None and not cell.validated:
                        shown += "*"
                    size = 10.5 if BOLD.width(shown, 10.5) < side - 3 else 9
                    pen.centre(left + side / 2, top + 29, shown, BOLD if cell.hours else REGULAR, size)


_SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


# --- photos ------------------------------------------------------------------------------


class Photo(Block):
    """One photo with its number and caption: a piece never cut."""

    def __init__(self, photo: ReportPhoto) -> None:
        super().__init__()
        self._photo = photo
        head = f"Photo {photo.number}"
        if photo.observation_number:
            head += f", constat {_bounded(photo.observation_number, 20)}"
        if photo.taken_at:
            head += f" · {french.format_time(photo.taken_at)}"
        pieces = [(head, SEMIBOLD)]
        if photo.caption:
            pieces.append((f" — {_bounded(photo.caption, 300)}", REGULAR))
        self._caption = Text(pieces, Style(size=9.5, leading=12, role="Caption"))
        width, height = max(1, photo.width), max(1, photo.height)
        self._scale = min(PHOTO_WIDTH / width, PHOTO_HEIGHT / height)

    @property
    def picture_height(self) -> float:
        """Height of the picture alone."""
        return max(1, self._photo.height) * self._scale

    def height(self, width: float) -> float:
        return self.picture_height + 4 + self._caption.height(width)

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        photo = self._photo
        wide, high = max(1, photo.width) * self._scale, self.picture_height
        opened = open_picture(photo.data)
        left = x + (width - wide) / 2
        alt = f"Photo {photo.number}. {clean(photo.caption)}".strip()
        with pen.mark("Figure", alt=alt):
            if opened:
                pen.picture(opened[0], left, top, wide, high)
            pen.box(left, top, wide, high, 0.5)
            if not opened:
                pen.centre(left + wide / 2, top + high / 2, "Photo illisible", REGULAR, 10)
        self._caption.draw(pen, x, top + high + 4, width)


class PhotoPair(Block):
    """Two photos side by side, or one: never cut."""

    def __init__(self, photos: Sequence[Photo], *, before: float = 0, after: float = 0) -> None:
        super().__init__(before, after)
        self._photos = list(photos)

    def height(self, width: float) -> float:
        return max(photo.height(PHOTO_WIDTH) for photo in self._photos)

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        for photo in self._photos:
            photo.draw(pen, x, top, PHOTO_WIDTH)
            x += width - PHOTO_WIDTH


# --- signatures --------------------------------------------------------------------------


class SignatureBox(Block):
    """A box of 70 × 32 mm with the name, the role, and how the signature was given. Never cut."""

    def __init__(self, signature: SignatureBlock) -> None:
        super().__init__()
        self._signature = signature
        role = signature.role_label or signature.role.label
        name = signature.signer_name or "Nom :"
        self._head = Text([(_bounded(name, 120), SEMIBOLD)], BODY)
        self._role = Text(_bounded(role, 160), LABEL)
        words = _bounded(signature_sentence(signature), 500)
        self._foot: Block = Text(words, SMALL) if words else FillIn([("Fait à", 3), ("le", 2)])

    def height(self, width: float) -> float:
        words = sum(text.height(SIGNATURE_WIDTH) for text in (self._head, self._role, self._foot))
        return words + 2 + SIGNATURE_HEIGHT + 3

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        signature = self._signature
        for text in (self._head, self._role):
            text.draw(pen, x, top, SIGNATURE_WIDTH)
            top += text.height(SIGNATURE_WIDTH)
        top += 2
        if signature.strokes and not signature.refused:
            with pen.mark("Figure", alt=f"Signature de {clean(signature.signer_name)}"):
                pen.box(x, top, SIGNATURE_WIDTH, SIGNATURE_HEIGHT, 0.8)
                draw_strokes(pen, signature.strokes, x, top, SIGNATURE_WIDTH, SIGNATURE_HEIGHT)
        else:
            with pen.artifact():
                pen.box(x, top, SIGNATURE_WIDTH, SIGNATURE_HEIGHT, 0.8)
            if signature.refused:
                with pen.mark("P"):
                    middle = top + SIGNATURE_HEIGHT / 2 + 3
                    pen.centre(x + SIGNATURE_WIDTH / 2, middle, "Refuse de signer", BOLD, 12)
        self._foot.draw(pen, x, top + SIGNATURE_HEIGHT + 3, SIGNATURE_WIDTH)


def signature_sentence(signature: SignatureBlock) -> str:
    """How the signature was given, or nothing when it is still to be given with a pen."""
    place = f"{signature.place}, " if signature.place else ""
    if signature.refused:
        reason = signature.refusal_reason.strip() or "non précisé"
        when = ""
        if signature.signed_at:
            when = f" ({place}le {french.format_date(signature.signed_at.date())} à "
            when += f"{french.format_time(signature.signed_at)})"
        return f"{signature.signer_name} refuse de signer, motif : {reason}{when}"
    if signature.strokes and signature.signed_at:
        words = SIGNED_ON_SCREEN.format(
            date=french.format_date(signature.signed_at.date()), time=french.format_time(signature.signed_at)
        )
        if signature.place:
            words += f", {signature.place}"
        if signature.witness:
            words += f", en présence de {signature.witness}"
        return words + "."
    return ""


def draw_strokes(pen: Pen, strokes: Strokes, x: float, top: float, width: float, height: float) -> None:
    """Vector strokes in a box; the line thickens with the pressure."""
    margin = 4.0
    wide, high = width - 2 * margin, height - 2 * margin
    for stroke in strokes:
        points = [
            (x + margin + _share(px) * wide, top + margin + _share(py) * high, _thickness(pressure))
            for px, py, pressure in stroke
        ]
        if not points:
            continue
        run = [points[0][:2]]
        thickness = points[0][2]
        for px, py, thick in points[1:]:
            run.append((px, py))
            if thick != thickness:
                pen.polyline(run, thickness)
                run, thickness = [(px, py)], thick
        if len(run) > 1 or len(points) == 1:
            pen.polyline(run, thickness)


def _share(value: int) -> float:
    return min(1000, max(0, value)) / 1000


def _thickness(pressure: int) -> float:
    return 0.7 + round(_share(pressure) * 6) / 6 * 1.3


class SignatureRow(Block):
    """Two boxes side by side at most; never cut."""

    def __init__(self, boxes: Sequence[SignatureBox], *, before: float = 0, after: float = 0) -> None:
        super().__init__(before, after)
        self._boxes = list(boxes)

    def height(self, width: float) -> float:
        return max(box.height(SIGNATURE_WIDTH) for box in self._boxes)

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        for box in self._boxes:
            box.draw(pen, x, top, SIGNATURE_WIDTH)
            x += width - SIGNATURE_WIDTH if len(self._boxes) > 1 else 0


def signature_rows(signatures: Sequence[SignatureBlock]) -> list[Block]:
    """The boxes two by two."""
    boxes = [SignatureBox(signature) for signature in signatures]
    return [SignatureRow(boxes[at : at + 2], before=8, after=6) for at in range(0, len(boxes), 2)]


# --- places to write ---------------------------------------------------------------------


class DottedLines(Block):
    """Lines to write on, 8 mm apart."""

    def __init__(self, count: int, *, before: float = 0, after: float = 0, step: float = 8 * mm) -> None:
        super().__init__(before, after)
        self._count = count
        self._step = step

    def height(self, width: float) -> float:
        return self._count * self._step

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        with pen.artifact():
            for number in range(self._count):
                y = top + (number + 1) * self._step - 3
                pen.line((x, y), (x + width, y), 0.6, 0.3, dash=(1, 2.5))


class FillIn(Block):
    """Labels, each with a dotted line to write on, on one line; ``parts`` are (label, share of the width)."""

    def __init__(
        self, parts: Sequence[tuple[str, float]], *, before: float = 0, size: float = 9, grey: float = INK
    ) -> None:
        super().__init__(before)
        self._parts = [(clean(label), share) for label, share in parts]
        self._size = size
        self._grey = grey

    def height(self, width: float) -> float:
        return self._size * 1.6

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        total = sum(share for _, share in self._parts)
        y = top + self._size * 1.2
        with pen.mark("P"):
            for label, share in self._parts:
                own = width * share / total
                start = x + REGULAR.width(label, self._size) + 3
                pen.text(x, y, label, REGULAR, self._size, self._grey)
                pen.line((start, y + 1), (x + own - 4, y + 1), 0.6, 0.3, dash=(1, 2.5))
                x += own


class Tick(Block):
    """A box to tick, already ticked or not."""

    def __init__(self, done: bool = False, side: float = 10) -> None:
        super().__init__()
        self._done = done
        self._side = side

    def height(self, width: float) -> float:
        return self._side + 2

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        side = self._side
        with pen.mark("Figure", alt="fait" if self._done else "à faire"):
            top += 1
            pen.box(x, top, side, side, 0.9)
            if self._done:
                check = [(0.2, 0.5), (0.42, 0.75), (0.82, 0.22)]
                pen.polyline([(x + px * side, top + py * side) for px, py in check], 1.5)


class CommaBox(Block):
    """The decimal comma of a cell to write hours in."""

    def height(self, width: float) -> float:
        return 12

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        with pen.artifact():
            pen.text(x + width * 0.62, top + 10.5, ",", BOLD, 15, 0.3)


class StampBox(Block):
    """A box of 70 × 32 mm at most for a stamp and a signature by hand."""

    def __init__(self, label: str, *, before: float = 0, height: float = SIGNATURE_HEIGHT) -> None:
        super().__init__(before)
        self._label = label
        self._height = height

    def height(self, width: float) -> float:
        return self._height

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        with pen.mark("P"):
            pen.box(x, top, width, self._height, 0.8)
            pen.text(x + 4, top + 11, self._label, REGULAR, 9)


class Formula(Block):
    """A fraction with what it equals on the left."""

    def __init__(self, left: str, above: str, below: str) -> None:
        super().__init__()
        self._left, self._above, self._below = clean(left), clean(above), clean(below)

    def height(self, width: float) -> float:
        return 38

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        spoken = f"{self._left} {self._above}, divisé par {self._below}"
        with pen.mark("Formula", alt=spoken):
            pen.text(x, top + 24, self._left, SEMIBOLD, 11.5)
            start = x + SEMIBOLD.width(self._left, 11.5) + 8
            length = max(REGULAR.width(self._above, 11), REGULAR.width(self._below, 11)) + 8
            pen.centre(start + length / 2, top + 15, self._above, REGULAR, 11)
            pen.line((start, top + 20), (start + length, top + 20), 0.9)
            pen.centre(start + length / 2, top + 32, self._below, REGULAR, 11)


class CodeGroups(Block):
    """A secret code in numbered groups, in large type, four groups a line."""

    _columns = 4
    _size = 20.0
    _leading = 42.0

    def __init__(self, groups: Sequence[str]) -> None:
        super().__init__()
        self._groups = [clean(group) for group in groups]

    def height(self, width: float) -> float:
        return -(-len(self._groups) // self._columns) * self._leading

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        side = width / self._columns
        with pen.mark("P"):
            for number, group in enumerate(self._groups):
                left, y = x + number % self._columns * side, top + number // self._columns * self._leading
                pen.text(left, y + 9, str(number + 1), REGULAR, 9)
                pen.box(left, y + 11, side - 6, self._leading - 16, 0.5)
                size = self._size
                while BOLD.width(group, size) > side - 12:
                    size -= 0.5
                pen.centre(left + side / 2 - 3, y + 31, group, BOLD, size)


class Framed(Block):
    """A block in a frame: ``bar`` adds a thick rule on the left."""

    def __init__(self, block: Block, *, pad: float = 8, bar: bool = False, before: float = 0, after: float = 0) -> None:
        super().__init__(before, after)
        self._block = block
        self._pad = pad
        self._bar = bar

    def height(self, width: float) -> float:
        return self._block.height(width - 2 * self._pad) + 2 * self._pad

    def split(self, width: float, available: float, full: float) -> tuple[Block, Block] | None:
        pad = 2 * self._pad
        parts = self._block.split(width - pad, available - pad, full - pad)
        if parts is None:
            return None
        return (
            Framed(parts[0], pad=self._pad, bar=self._bar, before=self.before),
            Framed(parts[1], pad=self._pad, bar=self._bar, after=self.after),
        )

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        height = self.height(width)
        with pen.artifact():
            pen.box(x, top, width, height, 0.8)
            if self._bar:
                pen.box(x, top, 4, height, 0, fill=INK)
        self._block.draw(pen, x + self._pad, top + self._pad, width - 2 * self._pad)


class QrCode(Block):
    """A QR code of ``side`` points, quiet zone included; ``alt`` says what it holds."""

    def __init__(self, text: str, side: float, alt: str, *, strong: bool = False) -> None:
        super().__init__()
        self._side = side
        self._alt = alt
        level = QRErrorCorrectLevel.Q if strong else QRErrorCorrectLevel.M
        code: Any = QRCode(None, level)
        code.addData(text)
        code.make()
        count = code.getModuleCount()
        quiet = 4  # modules of white all round: readers need them
        blank = [False] * (count + 2 * quiet)
        rows = [[bool(code.isDark(row, column)) for column in range(count)] for row in range(count)]
        sides = [False] * quiet
        self._rows = [blank] * quiet + [[*sides, *row, *sides] for row in rows] + [blank] * quiet

    def height(self, width: float) -> float:
        return self._side

    def draw(self, pen: Pen, x: float, top: float, width: float) -> None:
        with pen.mark("Figure", alt=self._alt):
            pen.modules(x, top, self._side, self._rows)


def _bounded(text: str, limit: int) -> str:
    """Text of a piece that is never cut: bounded so that it always fits on a page."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
