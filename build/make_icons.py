"""Draw the application's PNG, ICO and ICNS from ``resources/application/inclusiv.svg``.

    .venv/bin/python build/make_icons.py

Run it after the drawing has changed, and commit what it writes.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "application"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw(renderer: QSvgRenderer, size: int) -> Image.Image:
    """The drawing, ``size`` pixels square, with its transparent corners."""
    canvas = QImage(size, size, QImage.Format.Format_ARGB32)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(buffer, "PNG")  # type: ignore[call-overload]
    return Image.open(io.BytesIO(buffer.data().data()))


def main() -> None:
    renderer = QSvgRenderer(str(FOLDER / "inclusiv.svg"))
    drawn = {size: draw(renderer, size) for size in SIZES}
    for size in (64, 256, 512):
        drawn[size].save(FOLDER / f"inclusiv-{size}.png", optimize=True)
    others = [drawn[size] for size in SIZES if size < 256]
    drawn[256].save(FOLDER / "inclusiv.ico", sizes=[(s, s) for s in SIZES if s <= 256], append_images=others)
    drawn[512].save(FOLDER / "inclusiv.icns", append_images=[drawn[size] for size in SIZES])


if __name__ == "__main__":
    main()
