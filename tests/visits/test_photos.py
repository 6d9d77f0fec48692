"""Photos come out small, upright, and without anything that says where (PRODUCT.md V5)."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.errors import EnvironmentProblem, InvalidInput
from app.visits.photos import MAX_BYTES, MAX_SIDE, read_photo, reduce_photo
from tests.visits.conftest import jpeg

_ORIENTATION, _GPS, _EXIF, _TAKEN, _OFFSET = 0x0112, 0x8825, 0x8769, 0x9003, 0x9011


def noisy(width: int, height: int) -> bytes:
    """A picture that compresses badly, like gravel."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, "JPEG", quality=98)
    return out.getvalue()


def with_metadata(orientation: int = 1, offset: str = "+02:00") -> bytes:
    """Left half red, right half blue; a place, a time, a comment, a thumbnail's worth of tags."""
    picture = Image.new("RGB", (400, 200), "red")
    picture.paste("blue", (200, 0, 400, 200))
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[0x010F] = "Marque du téléphone"
    exif.get_ifd(_GPS)[2] = (48.0, 37.0, 30.0)
    exif.get_ifd(_GPS)[1] = "N"
    exif.get_ifd(_EXIF)[_TAKEN] = "2026:06:01 14:05:00"
    if offset:
        exif.get_ifd(_EXIF)[_OFFSET] = offset
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=95, comment=b"rue des Lilas")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_large_photo_is_reduced() -> None:
    photo = reduce_photo(noisy(4000, 3000))
    picture = opened(photo.data)
    assert len(photo.data) <= MAX_BYTES
    assert picture.format == "JPEG"
    assert max(picture.size) <= MAX_SIDE
    assert picture.size == (photo.width, photo.height)
    assert abs(photo.width / photo.height - 4 / 3) < 0.01, "its shape is kept"


def test_a_small_photo_is_not_enlarged() -> None:
    photo = reduce_photo(jpeg(320, 240))
    assert (photo.width, photo.height) == (320, 240)


@settings(max_examples=12)
@given(width=st.integers(1, 2500), height=st.integers(1, 2500))
def test_any_shape_fits(width: int, height: int) -> None:
    photo = reduce_photo(jpeg(width, height))
    assert min(photo.width, photo.height) >= 1
    assert max(photo.width, photo.height) <= MAX_SIDE


def test_nothing_is_left_of_place_and_device() -> None:
    photo = reduce_photo(with_metadata())
    picture = opened(photo.data)
    assert dict(picture.getexif()) == {}
    assert "comment" not in picture.info
    for trace in (b"Exif", b"GPS", b"Marque", b"Lilas", b"http://ns.adobe.com"):
        assert trace not in photo.data


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (400, 200), (10, 100)), (3, (400, 200), (390, 100)), (6, (200, 400), (100, 10)), (8, (200, 400), (100, 390))],
)
def test_the_photo_stands_upright(orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    photo = reduce_photo(with_metadata(orientation))
    picture = opened(photo.data)
    assert picture.size == size
    pixel = picture.getpixel(red)
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > 100 > pixel[2], "the red half is where it was seen"


def test_the_time_of_the_picture_is_read() -> None:
    assert reduce_photo(with_metadata()).taken_at == dt.datetime(2026, 6, 1, 12, 5, tzinfo=dt.UTC)
    assert reduce_photo(with_metadata(offset="")).taken_at == dt.datetime(2026, 6, 1, 12, 5, tzinfo=dt.UTC)
    assert reduce_photo(jpeg()).taken_at is None


def test_transparency_becomes_white_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    pixel = opened(reduce_photo(out.getvalue()).data).getpixel((25, 25))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250


def bomb() -> bytes:
    """A small PNG that says it is 40 000 × 40 000."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    packed = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [b"", b"ceci n'est pas une photo", b"%PDF-1.7\n", jpeg()[:200], noisy(300, 300)[:-400][:2000], bomb()],
    ids=["empty", "text", "pdf", "cut", "cut later", "bomb"],
)
def test_what_is_not_a_photo_is_refused_in_french(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        reduce_photo(data)
    assert refused.value.safe == "Rien n’a été ajouté à la visite."
    assert refused.value.todo


@given(
    data=st.binary(max_size=400),
    start=st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF"]),
)
def test_hostile_bytes_never_raise_anything_else(data: bytes, start: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        reduce_photo(start + data)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem):
        read_photo(tmp_path / "absente.jpg")
    path = tmp_path / "là.jpg"
    path.write_bytes(jpeg())
    assert read_photo(path).name == "là.jpg"
