"""Sets up Qt: French, the base style, the embedded font, the look. What is needed for the first paint comes first."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.ui.theme import fonts
from app.ui.theme.appearance import appearance


def set_up(
    arguments: Sequence[str] = (), *, theme: str = "auto", text_scale: int = 100, field_mode: bool = False
) -> QApplication:
    """The QApplication, ready to show a first window in French with the embedded font.

    Only the faces of the first screen are loaded; :func:`finish_set_up` loads the rest once something is painted.
    """
    existing = QApplication.instance()
    # the style is named here rather than by setStyle, which would build Python's QStyle (6 ms) before the first paint
    app = (
        existing if isinstance(existing, QApplication) else QApplication([sys.argv[0], "-style", "fusion", *arguments])
    )
    app.setApplicationName("InclusivTerrain")
    app.setApplicationDisplayName("Inclusiv’Terrain")
    QLocale.setDefault(QLocale(QLocale.Language.French, QLocale.Country.France))
    fonts.load(fonts.FIRST)
    appearance().set(theme=theme, zoom=text_scale, field_mode=field_mode)
    return app


def finish_set_up(app: QApplication) -> None:
    """What can wait for the first paint: Qt's French, the other faces, the focus ring, the keys of text fields."""
    if app.property("finished"):
        return
    app.setProperty("finished", True)
    from app.ui import interpreter, translation
    from app.ui.kit import focus_ring
    from app.ui.shell.shortcuts import ShortcutGuard

    interpreter.keep_constants()
    appearance().follow_system()
    catalogue = QTranslator(app)
    if catalogue.load("qtbase_fr", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(catalogue)
    words = QTranslator(app)
    if words.load(str(translation.path())):
        app.installTranslator(words)
    fonts.load(fonts.LATER)
    focus_ring.install(app)
    ShortcutGuard(app)
