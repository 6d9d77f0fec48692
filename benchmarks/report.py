"""A visit report with ten photos against a raw canvas that draws the very same words, lines and photos.

The floor is the method of ``shared/floors/pdf_canvas.py`` given this report's content: each text of the product's PDF
is read back with its place and size, and drawn again on a bare ReportLab canvas, with no layout at all.
"""

from __future__ import annotations

import ctypes
import dataclasses
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from pypdfium2 import raw
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.documents import visit
from app.documents.heading import Desk
from app.models.choices import Recipient
from app.paths import resources
from app.reports.content import ReportPhoto
from app.reports.documents import visit_report
from benchmarks import floors, notebooks
from benchmarks.figures import Figure, median, milliseconds
from benchmarks.reads import places

PHOTOS = 10
FONT = "floor"
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one page holds: texts (x, y, size, text), boxes of photos, boxes of lines and frames."""

    texts: list[tuple[float, float, float, str]]
    photos: list[Box]
    lines: list[Box]


def _photo(seed: int) -> bytes:
    noise = random.Random(seed).randbytes(200 * 150 * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (200, 150), noise).resize((1400, 1050)).save(out, "JPEG", quality=80)
    return out.getvalue()


def _read_back(data: bytes) -> list[Drawn]:
    document = pypdfium2.PdfDocument(data)
    pages = []
    for page in document:
        drawn = Drawn([], [], [])
        words = page.get_textpage()
        for one in page.get_objects():
            if one.type == raw.FPDF_PAGEOBJ_TEXT:
                length = raw.FPDFTextObj_GetText(one, words, None, 0)
                buffer = ctypes.create_string_buffer(length)
                pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
                raw.FPDFTextObj_GetText(one, words, pointer, length)
                size = ctypes.c_float()
                raw.FPDFTextObj_GetFontSize(one, size)
                matrix = one.get_matrix()
                drawn.texts.append((matrix.e, matrix.f, size.value, buffer.raw.decode("utf-16-le").rstrip("\0")))
            elif one.type == raw.FPDF_PAGEOBJ_IMAGE:
                drawn.photos.append(one.get_bounds())
            elif one.type == raw.FPDF_PAGEOBJ_PATH:
                drawn.lines.append(one.get_bounds())
        pages.append(drawn)
    return pages


def _draw(pages: list[Drawn], photos: list[bytes]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1)
    left = iter(photos)
    for page in pages:
        for x, y, size, text in page.texts:
            canvas.setFont(FONT, size)
            canvas.drawString(x, y, text)
        for x0, y0, x1, y1 in page.lines:
            canvas.rect(x0, y0, x1 - x0, y1 - y0)
        for x0, y0, x1, y1 in page.photos:
            if (data := next(left, None)) is not None:
                canvas.drawImage(ImageReader(io.BytesIO(data)), x0, y0, x1 - x0, y1 - y0)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def measure(runs: int) -> Iterator[Figure]:
    """The report and its floor, interleaved, once fonts are loaded on both sides."""
    workstation = notebooks.opened(10)
    try:
        desk = Desk(workstation.notebook, workstation.files)
        shown = visit.content(desk, places(workstation).visit, Recipient.COMPANY)
    finally:
        workstation.account.close()
    photos = [_photo(seed) for seed in range(PHOTOS)]
    shown = dataclasses.replace(
        shown,
        photos=tuple(
            ReportPhoto(at + 1, data, 1400, 1050, f"Photo {at + 1}, façade nord") for at, data in enumerate(photos)
        ),
    )
    rl_config.useA85 = 0
    pdfmetrics.registerFont(TTFont(FONT, str(resources() / "fonts" / "SourceSans3-Regular.ttf")))
    pages = _read_back(visit_report.render(shown))
    _draw(pages, photos)
    made: list[float] = []
    bare: list[float] = []
    for _ in range(3 * runs):
        bare.append(milliseconds(lambda: _draw(pages, photos)))
        made.append(milliseconds(lambda: visit_report.render(shown)))
    what = f"visit report, {len(pages)} pages, {PHOTOS} photos"
    yield Figure("report", what, median(made), median(bare), "raw canvas, same content", 2.0)
    shared = floors.two_pages()
    if shared is not None:
        yield Figure("report", f"{what}, told beside", median(made), shared, "pdf_canvas.py, 2 pages, 4 photos")
