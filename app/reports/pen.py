"""The pen: draws on a ReportLab canvas in millimetre-free points, y growing **downwards** from the top.

Everything drawn is either a piece of the structure tree (``mark``) or an artifact (``artifact``), so that
a screen reader reads the document in order and skips rules, boxes and footers (PRODUCT.md R1).
Nested marks inside an open one are one piece: a figure with its labels is read by its description.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.reports.fonts import REGULAR, Face
from app.reports.tagging import StructureTree

INK = 0.0
"""Text and lines are black: a grey one breaks into dots on a fax or a bad photocopy, so the hierarchy is
made by weight and size, and nothing is written on a tint (PRODUCT.md §4.0)."""
HAIRLINE = 0.5
"""Thinnest line, in points: survives a photocopy (PRODUCT.md §4.0)."""

Point = tuple[float, float]


class Jpeg(ImageReader):
    """A JPEG that enters the file untouched: recognised by its bytes, its pixels are never decoded."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self._bytes = data
        self._dataA = None  # no transparency: ReportLab asks

    def getRGBData(self) -> bytes:
        """What ReportLab hashes to recognise a picture drawn twice."""
        return hashlib.sha256(self._bytes).digest()


def open_picture(data: bytes) -> tuple[ImageReader, int, int] | None:
    """A picture and its size in pixels, or ``None`` when the bytes are not a picture."""
    try:
        if data[:3] == b"\xff\xd8\xff":
            picture: ImageReader = Jpeg(data)
        else:
            picture = ImageReader(io.BytesIO(data))
            picture.getRGBData()  # type: ignore[no-untyped-call]  # decodes now: a damaged file must not fail in the middle of a page
        width, height = picture.getSize()
    except Exception:
        return None  # whatever Pillow says, the page shows that the picture cannot be read
    return (picture, width, height) if width > 0 and height > 0 else None


class Pen:
    """Draws on one canvas, page after page."""

    def __init__(self, canvas: Canvas, page_height: float) -> None:
        self._canvas = canvas
        self._page_height = page_height
        self._tree = StructureTree()
        self._marking = False
        self._bookmarks = 0

    # --- structure -----------------------------------------------------------------------

    @contextlib.contextmanager
    def element(self, role: str, alt: str = "") -> Iterator[None]:
        """A branch of the structure tree: what is marked inside belongs to it."""
        if self._marking:
            yield
            return
        self._tree.open(role, alt)
        try:
            yield
        finally:
            self._tree.close()

    @contextlib.contextmanager
    def mark(self, role: str, alt: str = "") -> Iterator[None]:
        """A leaf of the structure tree: all that is drawn inside is one piece of content."""
        if self._marking:
            yield
            return
        self._tree.open(role, alt)
        number = self._tree.leaf()
        self._write(f"/{role} <</MCID {number}>> BDC")
        self._marking = True
        try:
            yield
        finally:
            self._marking = False
            self._write("EMC")
            self._tree.close()

    @contextlib.contextmanager
    def artifact(self) -> Iterator[None]:
        """Drawing without meaning: rules, boxes, running headers and footers."""
        if self._marking:
            yield
            return
        self._write("/Artifact BMC")
        self._marking = True
        try:
            yield
        finally:
            self._marking = False
            self._write("EMC")

    def bookmark(self, title: str, top: float, level: int) -> None:
        """An entry of the reader's table of contents."""
        self._bookmarks += 1
        key = f"b{self._bookmarks}"
        self._canvas.bookmarkHorizontal(key, 0, self._page_height - top + 12)
        self._canvas.addOutlineEntry(title, key, level)

    def next_page(self) -> None:
        """End the current page."""
        self._tree.end_page()
        self._canvas.showPage()

    def finish(self) -> None:
        """Write the structure tree; call once, after the last page."""
        self._tree.attach(self._canvas)

    # --- drawing -------------------------------------------------------------------------

    def text(self, x: float, y: float, text: str, face: Face, size: float, grey: float = INK) -> None:
        """``text`` from ``x`` on the baseline ``y``; already cleaned, on one line."""
        if text:
            self.texts(x, y, ((text, face),), size, grey)

    def texts(self, x: float, y: float, pieces: Sequence[tuple[str, Face]], size: float, grey: float = INK) -> None:
        """Several pieces of text after each other on the baseline ``y``."""
        line = self._canvas.beginText(x, self._page_height - y)
        line.setFillGray(grey)
        for text, face in pieces:
            line.setFont(face.name, size)
            line.textOut(text.replace("\u202f", "\u00a0"))
        self._canvas.drawText(line)

    def right(self, x: float, y: float, text: str, face: Face, size: float, grey: float = INK) -> None:
        """``text`` ending at ``x``."""
        self.text(x - face.width(text, size), y, text, face, size, grey)

    def centre(self, x: float, y: float, text: str, face: Face, size: float, grey: float = INK) -> None:
        """``text`` centred on ``x``."""
        self.text(x - face.width(text, size) / 2, y, text, face, size, grey)

    def line(
        self,
        start: Point,
        end: Point,
        thickness: float = HAIRLINE,
        grey: float = INK,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """A straight line."""
        canvas = self._canvas
        canvas.setLineWidth(thickness)
        canvas.setStrokeGray(grey)
        if dash:
            canvas.setDash(*dash)
        canvas.line(start[0], self._page_height - start[1], end[0], self._page_height - end[1])
        if dash:
            canvas.setDash()

    def box(
        self,
        x: float,
        top: float,
        width: float,
        height: float,
        thickness: float = HAIRLINE,
        grey: float = INK,
        fill: float | None = None,
    ) -> None:
        """A rectangle; no outline when ``thickness`` is 0."""
        canvas = self._canvas
        if fill is not None:
            canvas.setFillGray(fill)
        if thickness:
            canvas.setLineWidth(thickness)
            canvas.setStrokeGray(grey)
        canvas.rect(
            x, self._page_height - top - height, width, height, stroke=int(thickness > 0), fill=int(fill is not None)
        )

    def hatch(self, x: float, top: float, width: float, height: float, step: float = 3.2) -> None:
        """Diagonal lines filling a rectangle."""
        canvas = self._canvas
        bottom = self._page_height - top - height
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(x, bottom, width, height)
        canvas.clipPath(clip, stroke=0, fill=0)
        canvas.setLineWidth(0.7)
        canvas.setStrokeGray(INK)
        path = canvas.beginPath()
        at = x - height
        while at < x + width:
            path.moveTo(at, bottom)
            path.lineTo(at + height, bottom + height)
            at += step
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.restoreState()

    def polyline(self, points: Sequence[Point], thickness: float, grey: float = INK) -> None:
        """A broken line with round ends; a single point is a dot."""
        canvas = self._canvas
        canvas.setLineWidth(thickness)
        canvas.setStrokeGray(grey)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        path = canvas.beginPath()
        path.moveTo(points[0][0], self._page_height - points[0][1])
        for x, y in points[1:] or points:
            path.lineTo(x, self._page_height - y)
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.setLineCap(0)
        canvas.setLineJoin(0)

    def picture(self, picture: ImageReader, x: float, top: float, width: float, height: float) -> None:
        """A picture stretched to a rectangle."""
        mask = None if isinstance(picture, Jpeg) else "auto"  # a logo may be transparent
        self._canvas.drawImage(picture, x, self._page_height - top - height, width, height, mask=mask)

    def stripe(self, text: str, x: float, y: float, size: float, angle: float) -> None:
        """A word across the page, in a light grey under the text."""
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(x, self._page_height - y)
        canvas.rotate(angle)
        canvas.setFillGray(0.88)
        canvas.setFont(REGULAR.name, size)
        canvas.drawCentredString(0, 0, text)
        canvas.restoreState()

    def modules(self, x: float, top: float, side: float, rows: Sequence[Sequence[bool]]) -> None:
        """A square of black modules (QR code), runs of a row drawn as one rectangle."""
        canvas = self._canvas
        canvas.setFillGray(INK)
        module = side / len(rows)
        path = canvas.beginPath()
        for number, row in enumerate(rows):
            bottom = self._page_height - top - (number + 1) * module
            start: int | None = None
            for column, dark in enumerate([*row, False]):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    path.rect(x + start * module, bottom, (column - start) * module, module)
                    start = None
        canvas.drawPath(path, stroke=0, fill=1)

    def _write(self, operator: str) -> None:
        code: list[str] = self._canvas._code  # type: ignore[attr-defined]  # no public way to add an operator
        code.append(operator)
