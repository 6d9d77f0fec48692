"""The sheet of paper: A4, margins, header, footer, stripes, and the file's own metadata (PRODUCT.md §4.0).

``build`` turns parts (a frame and its blocks) into one PDF. The bytes depend on the content only: same
content, same file, on every machine.
"""

from __future__ import annotations

import dataclasses
import io
import threading
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.reports.content import DocumentStamp, OrganisationHeader, Stamped, digest
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Placed, paginate
from app.reports.pen import Pen, open_picture
from app.reports.text import SMALL, Style, Text, clean, one_line
from app.rules import french

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT = 20 * mm
"""Room for punch holes."""
RIGHT = TOP = BOTTOM = 15 * mm
WIDTH = PAGE_WIDTH - LEFT - RIGHT
HEADER = 25 * mm
"""Height of the first page's header, rule included."""
RUNNING_HEADER = 20.0
"""Height of the header of the following pages."""
FOOTER = 39.0

_PRODUCT = "Inclusiv’Terrain"


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the body of a document."""

    title: str
    subject: str
    stamp: DocumentStamp
    organisation: OrganisationHeader
    fingerprint: str = ""
    """First 8 characters of the SHA-256 of the content, or empty."""
    running: str = ""
    """What the header of the following pages adds, so that a loose sheet finds its way back."""
    gap: float = 8
    """Room between the header and the body."""

    @property
    def first_height(self) -> float:
        """Height of the body of the first page."""
        return PAGE_HEIGHT - TOP - HEADER - self.gap - FOOTER - BOTTOM

    @property
    def following_height(self) -> float:
        """Height of the body of the other pages."""
        return PAGE_HEIGHT - TOP - RUNNING_HEADER - FOOTER - BOTTOM


_DRAWING = threading.Lock()
"""ReportLab subsets an embedded typeface with a cursor shared by all documents, and the io executor has two
threads: one document is drawn at a time (tens of milliseconds)."""

Part = tuple[Frame, Sequence[Block]]


def frame_of(content: Stamped, title: str, subject: str, *, sealed: bool = True) -> Frame:
    """The frame of a content; ``sealed`` prints the fragment of its digest."""
    return Frame(
        title=title,
        subject=subject,
        stamp=content.stamp,
        organisation=content.organisation,
        fingerprint=digest(content)[:8] if sealed else "",
    )


def pages_of(part: Part) -> list[list[Placed]]:
    """Where each block of a part falls."""
    frame, blocks = part
    return paginate(blocks, WIDTH, frame.first_height, frame.following_height)


def build(parts: Sequence[Part]) -> bytes:
    """One PDF holding the parts one after the other, each numbered on its own."""
    if not parts:
        raise ValueError("at least one document is needed")
    laid_out = [(frame, pages_of((frame, blocks))) for frame, blocks in parts]
    with _DRAWING:
        return _draw(laid_out)


def _draw(parts: Sequence[tuple[Frame, list[list[Placed]]]]) -> bytes:
    first = parts[0][0]
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 7),
        initialFontName=REGULAR.name,  # type: ignore[arg-type]  # the stub is wrong; keeps Helvetica out
        initialFontSize=10.5,
        lang="fr-FR",
    )
    canvas.setTitle(clean(f"{first.title} {first.stamp.number}".strip()))
    canvas.setAuthor(clean(first.organisation.name))
    canvas.setSubject(clean(first.subject))
    canvas.setCreator(clean(f"{_PRODUCT} {first.stamp.program_version}"))
    canvas.setViewerPreference("DisplayDocTitle", "true")
    pen = Pen(canvas, PAGE_HEIGHT)
    for frame, pages in parts:
        if len(parts) > 1:
            pen.bookmark(clean(f"{frame.title} : {frame.subject}"), TOP, 0)
        for number, page in enumerate(pages, start=1):
            _draw_stripe(pen, frame.stamp)
            if number == 1:
                _draw_header(pen, frame)
                top = TOP + HEADER + frame.gap
            else:
                _draw_running_header(pen, frame)
                top = TOP + RUNNING_HEADER
            for placed in page:
                placed.block.draw(pen, LEFT, top + placed.top, WIDTH)
            _draw_footer(pen, frame, number, len(pages))
            pen.next_page()
    pen.finish()
    canvas.save()
    return out.getvalue()


def page_count(part: Part) -> int:
    """Number of pages, without drawing."""
    return len(pages_of(part))


def established(stamp: DocumentStamp) -> str:
    """« établi avec Inclusiv’Terrain v1.0 le 22 novembre 2026 à 16 h 03 »."""
    at = stamp.established_at
    version = f" v{stamp.program_version}" if stamp.program_version else ""
    day, time = french.format_long_date(at.date()), french.format_time(at)
    return f"établi avec {_PRODUCT}{version} le {day} à {time}"


def stripe_of(stamp: DocumentStamp) -> str:
    """The word across the page, or empty."""
    words = [word for word, wanted in (("DÉMONSTRATION", stamp.demonstration), ("BROUILLON", stamp.draft)) if wanted]
    return " · ".join(words)


# --- around the body ---------------------------------------------------------------------------


def _draw_stripe(pen: Pen, stamp: DocumentStamp) -> None:
    word = stripe_of(stamp)
    if word:
        size = min(92.0, 640 / max(1.0, BOLD.width(word, 1)))
        with pen.artifact():
            pen.stripe(word, PAGE_WIDTH / 2 + 14, PAGE_HEIGHT / 2 + 40, size, 52)


def _draw_header(pen: Pen, frame: Frame) -> None:
    stamp, organisation = frame.stamp, frame.organisation
    lines = [stamp.number, f"établi le {french.format_long_date(stamp.established_at.date())}", stamp.copy_label]
    right = WIDTH * 0.48
    with pen.mark("H1"):
        size = 17.0
        title = one_line(frame.title, BOLD, 13, right)
        while size > 13 and BOLD.width(title, size) > right:
            size -= 0.5
        pen.right(LEFT + WIDTH, TOP + 14, title, BOLD, size)
    y = TOP + 29
    for number, line in enumerate(line for line in lines if line):
        face, size = (SEMIBOLD, 11.5) if number == 0 and stamp.number else (REGULAR, 9.5)
        with pen.mark("P"):
            pen.right(LEFT + WIDTH, y, one_line(line, face, size, right), face, size)
        y += 12.5
    word = stripe_of(stamp)
    if word and y < TOP + HEADER - 2:
        with pen.mark("P"):
            pen.right(LEFT + WIDTH, y, word, BOLD, 9.5)
    _draw_organisation(pen, organisation, WIDTH - right - 14)
    with pen.artifact():
        pen.line((LEFT, TOP + HEADER), (LEFT + WIDTH, TOP + HEADER), 1.2, 0)


def _draw_organisation(pen: Pen, organisation: OrganisationHeader, width: float) -> None:
    x, room = LEFT, width
    opened = open_picture(organisation.logo) if organisation.logo else None
    if opened:
        picture, wide, high = opened
        scale = min(30 * mm / wide, 19 * mm / high)
        with pen.mark("Figure", alt=f"Logo : {clean(organisation.name)}"):
            pen.picture(picture, x, TOP, wide * scale, high * scale)
        x += wide * scale + 8
        room -= wide * scale + 8
    name = Text(organisation.name, Style(face=SEMIBOLD, size=11.5, leading=13.5))
    height = name.height(room)
    if height > 27.1:
        name = Text(one_line(organisation.name, SEMIBOLD, 11.5, room * 1.85), Style(SEMIBOLD, 11.5, 13.5))
        height = name.height(room)
    name.draw(pen, x, TOP, room)
    lines = [*organisation.address_lines, " · ".join(filter(None, _reach(organisation)))]
    if REGULAR.width(lines[-1], 9) > room:
        lines[-1:] = list(filter(None, _reach(organisation)))
    y = TOP + height + 9
    for line in lines:
        if line and y < TOP + HEADER - 3:
            with pen.mark("P"):
                pen.text(x, y, one_line(line, REGULAR, 9, room), REGULAR, 9)
            y += 10.5


def _reach(organisation: OrganisationHeader) -> tuple[str, str]:
    return french.format_phone(organisation.phone), organisation.email


def _draw_running_header(pen: Pen, frame: Frame) -> None:
    left = " · ".join(filter(None, (frame.title, frame.stamp.number, frame.running, stripe_of(frame.stamp))))
    with pen.artifact():
        pen.text(LEFT, TOP + 8, one_line(left, SEMIBOLD, 9.5, WIDTH * 0.68), SEMIBOLD, 9.5)
        name = one_line(frame.organisation.name, REGULAR, 9, WIDTH * 0.3)
        pen.right(LEFT + WIDTH, TOP + 8, name, REGULAR, 9)
        pen.line((LEFT, TOP + 12.5), (LEFT + WIDTH, TOP + 12.5), 0.5, 0)


def _draw_footer(pen: Pen, frame: Frame, number: int, count: int) -> None:
    stamp, organisation = frame.stamp, frame.organisation
    top = PAGE_HEIGHT - BOTTOM - FOOTER + 4
    seal = f"empreinte {frame.fingerprint}" if frame.fingerprint else ""
    parts = [part for part in (stamp.number, seal, established(stamp)) if part]
    contact = organisation.privacy_contact or organisation.email or organisation.name
    pointer = f"Données personnelles : information et droits auprès de {contact}."
    with pen.artifact():
        pen.line((LEFT, top), (LEFT + WIDTH, top), 0.5, 0)
        page = f"page {number}/{count}"
        pen.right(LEFT + WIDTH, top + 10.5, page, SEMIBOLD, 9.5)
        room = WIDTH - SEMIBOLD.width(page, 9.5) - 8
        pen.text(LEFT, top + 10.5, one_line(" · ".join(parts), REGULAR, 9, room), REGULAR, 9)
        pen.text(LEFT, top + 21.5, one_line(pointer, REGULAR, 9, WIDTH), REGULAR, 9)
        if organisation.footer_line:
            line = one_line(organisation.footer_line, REGULAR, 9, WIDTH)
            pen.text(LEFT, top + 32.5, line, REGULAR, 9)


def notice(organisation: OrganisationHeader) -> list[Block]:
    """The two lines about personal data."""
    return [Text(organisation.privacy_short, SMALL, before=4)] if organisation.privacy_short else []
