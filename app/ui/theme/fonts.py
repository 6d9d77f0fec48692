"""The embedded font: the faces of the first screen at once, the others after the first paint."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase

from app import paths

FAMILY = "Source Sans 3"
FIRST = ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf")
LATER = ("SourceSans3-It.ttf", "SourceSans3-Bold.ttf")

_loaded: set[str] = set()


def load(names: tuple[str, ...]) -> None:
    """Make the named font files known to Qt, each once. A missing file leaves the system's font."""
    folder = paths.resources() / "fonts"
    for name in names:
        if name not in _loaded and QFontDatabase.addApplicationFont(str(folder / name)) >= 0:
            _loaded.add(name)
