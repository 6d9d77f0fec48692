"""Photos of a visit, reduced at once: ≤ 1 600 pixels, ≤ 400 kB, upright, without any metadata (PRODUCT.md V5).

Pure bytes to bytes, slow (about 0.2 s for 12 million pixels): to be called off the window's thread. Location and
every other metadata are removed; the orientation they hold is applied first, the time of the picture is read.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app import durable
from app.errors import InvalidInput

if TYPE_CHECKING:  # Pillow is loaded on use: a notebook opens without it
    from PIL.Image import Image as Picture

MAX_SIDE = 1600
MAX_BYTES = 400_000
MAX_SOURCE_BYTES = 60_000_000
MAX_SOURCE_PIXELS = 120_000_000
"""A phone's best picture has 108 million; above is a mistake or an attack."""
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_QUALITIES = (85, 78, 70, 62, 54, 46, 38)
_SHRINK = 0.85
_EXIF_IFD = 0x8769
_TAKEN = 0x9003
_TAKEN_OFFSET = 0x9011


@dataclass(frozen=True, slots=True)
class ReducedPhoto:
    """A JPEG ready to be kept. ``taken_at`` is aware, or ``None`` when the camera did not say when."""

    data: bytes = field(repr=False)
    width: int
    height: int
    taken_at: dt.datetime | None
    name: str = ""


def read_photo(path: Path) -> ReducedPhoto:
    """Reduce the picture of a file. Raises as :func:`reduce_photo`, and the system's refusals in French."""
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise _too_heavy()
        data = path.read_bytes()
    except OSError as problem:
        raise durable.told(problem) from problem
    return reduce_photo(data, name=path.name)


def reduce_photo(data: bytes, *, name: str = "") -> ReducedPhoto:
    """The picture at most 1 600 pixels on its longest side and 400 kB, upright, as a JPEG without metadata.

    A smaller picture is not enlarged. Raises ``InvalidInput`` for what is not a picture, a damaged one, or one
    whose size would fill the memory.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MAX_SOURCE_BYTES:
        raise _too_heavy()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit of pixels is checked below; damaged metadata are dropped
            with Image.open(io.BytesIO(data), formats=FORMATS) as source:
                if source.width * source.height > MAX_SOURCE_PIXELS:
                    raise _too_many_pixels()
                taken_at = _taken_at(source)
                source.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded at a half or a quarter: four times faster
                upright = ImageOps.exif_transpose(source)
                picture = _flat(upright)
    except InvalidInput:
        raise
    except Image.DecompressionBombError as problem:
        raise _too_many_pixels() from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, ZeroDivisionError) as problem:
        raise InvalidInput(
            "Ce fichier n’est pas une photo lisible.",
            "Rien n’a été ajouté à la visite.",
            "Choisir une photo au format JPEG ou PNG.",
            field="photo",
        ) from problem
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    encoded = encode_jpeg(picture)
    while len(encoded) > MAX_BYTES:
        smaller = (max(1, int(picture.width * _SHRINK)), max(1, int(picture.height * _SHRINK)))
        picture = picture.resize(smaller, Image.Resampling.LANCZOS)
        encoded = encode_jpeg(picture)
    return ReducedPhoto(encoded, picture.width, picture.height, taken_at, name)


def _flat(picture: Picture) -> Picture:
    """In RGB, transparency laid on white paper."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        paper = Image.new("RGB", layered.size, "white")
        paper.paste(layered, mask=layered.getchannel("A"))
        return paper
    return picture.convert("RGB")


def encode_jpeg(picture: Picture) -> bytes:
    """The picture as a JPEG of at most ``MAX_BYTES`` where a quality allows it, without any metadata."""
    encoded = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        # exif and icc_profile are given empty: Pillow would otherwise copy what the picture carries
        picture.save(out, "JPEG", quality=quality, optimize=True, exif=b"", icc_profile=None, comment=b"")
        encoded = out.getvalue()
        if len(encoded) <= MAX_BYTES:
            break
    return encoded


def _taken_at(source: Picture) -> dt.datetime | None:
    tags = source.getexif().get_ifd(_EXIF_IFD)
    text = str(tags.get(_TAKEN, "")).strip("\x00 ")
    try:
        moment = dt.datetime.strptime(text, "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    offset = str(tags.get(_TAKEN_OFFSET, "")).strip("\x00 ")
    try:
        aware = dt.datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
    except ValueError:
        aware = moment.astimezone()  # the camera's clock is taken to be the workstation's
    return aware.astimezone(dt.UTC)


def _too_heavy() -> InvalidInput:
    return InvalidInput(
        "Ce fichier est trop lourd pour une photo.",
        "Rien n’a été ajouté à la visite.",
        "Choisir une photo de moins de 60\u00a0Mo.",
        field="photo",
    )


def _too_many_pixels() -> InvalidInput:
    return InvalidInput(
        "Cette image est trop grande pour être ouverte sans risque.",
        "Rien n’a été ajouté à la visite.",
        "Choisir une photo prise par un téléphone ou un appareil courant.",
        field="photo",
    )
