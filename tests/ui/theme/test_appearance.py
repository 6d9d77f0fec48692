"""The look changes live, and the system's high contrast is used as it is."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from app.ui import interpreter, translation
from app.ui.kit.buttons import button
from app.ui.kit.labels import label
from app.ui.theme import style, tokens
from app.ui.theme.appearance import appearance


def test_the_embedded_font_is_used(qtbot):
    shown = label("Évry, œuvre, 12 345,50 €")
    qtbot.addWidget(shown)
    shown.ensurePolished()
    assert QFontInfo(shown.font()).family() == "Source Sans 3"


@pytest.mark.parametrize("name", ["light", "dark", "sun"])
def test_switching_the_theme_recolours_what_is_shown(qtbot, show, name):
    shown = label("Bonjour", "secondary")
    show(shown)
    appearance().set(theme=name)
    theme = tokens.THEMES[name]
    assert shown.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.text_secondary)
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(theme.background)


def test_the_text_grows_from_100_to_200_and_no_further(qtbot):
    look = appearance()
    sizes = []
    for _ in range(8):
        sizes.append(look.text_px(tokens.BODY))
        look.zoom_step(1)
    assert sizes[0] == 15
    assert sizes[-1] == 30
    assert sizes == sorted(sizes)
    look.zoom_step(0)
    assert look.zoom == 100
    look.zoom_step(-1)
    assert look.zoom == 100


def test_rows_are_32_at_the_desk_48_on_site_and_grow_with_the_text():
    look = appearance()
    assert look.row_height == 32
    look.set(field_mode=True)
    assert look.row_height == 48
    assert look.text_px(tokens.BODY) == 17
    look.set(field_mode=False, zoom=200)
    assert look.row_height == 64


@pytest.mark.parametrize("field_mode", [False, True])
def test_targets_are_large_enough(qtbot, show, field_mode):
    """32 px with a mouse, 48 px with a finger (X5)."""
    appearance().set(field_mode=field_mode)
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    page = QWidget()
    column = QVBoxLayout(page)
    widgets = [button("Imprimer"), QLineEdit()]
    for one in widgets:
        column.addWidget(one)
    show(page)
    assert all(one.height() >= (48 if field_mode else 32) for one in widgets)


def test_high_contrast_uses_the_system_s_colours():
    look = appearance()
    system = QPalette()
    look.set(theme="contrast")
    assert look.theme.background.lower() == QApplication.palette().color(QPalette.ColorRole.Base).name()
    assert look.theme.selection.lower() == QApplication.palette().color(QPalette.ColorRole.Highlight).name()
    assert look.theme.error == look.theme.text
    made = style.from_palette(tokens.CONTRAST, system)
    assert made.system
    assert made.border == 2


def test_changed_is_told_once_per_change(qtbot):
    look = appearance()
    told: list[int] = []
    look.changed.connect(lambda: told.append(1))
    look.set(theme="dark", zoom=150)
    look.set(theme="dark", zoom=150)
    assert len(told) == 1


def test_qt_speaks_french(qapp):
    assert qapp.translate("QFileDialog", "Look in:") == "Dossier\u00a0:"
    assert qapp.translate("QPlatformTheme", "Cancel") == "Annuler"
    assert qapp.translate("QLineEdit", "&Copy") != "&Copy"


def test_the_unlock_screen_loads_nothing_heavy():
    """What makes a start slow is imported after the first paint (STACK.md §3)."""
    code = (
        "import sys\n"
        "from app.ui.application import set_up\n"
        "from app.ui.shell.root import RootWindow\n"
        "from app.ui.shell.unlock import UnlockPage\n"
        "from app.ui.shell.unlock_viewmodel import UnlockViewModel\n"
        "app = set_up()\n"
        "root = RootWindow(); root.show_page(UnlockPage(UnlockViewModel(), notebook='Carnet')); root.show()\n"
        "root.grab()\n"
        "heavy = 'sqlmodel sqlalchemy pydantic alembic reportlab keyring PySide6.QtSvg app.rules.french'\n"
        "print([one for one in heavy.split() if one in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_loaded_while_the_passphrase_is_typed_is_no_more_than_the_places_need():
    """Documents, spreadsheets, pictures, the network and migrations are loaded by the act that uses them; and nothing
    keeps the sources of what is loaded."""
    code = (
        "import importlib, linecache, sys\n"
        "import app.desktop as desktop\n"
        "for name in (*desktop._DATABASE, *desktop._VIEWS, 'app.ui.places', 'app.ui.shell.window'):\n"
        "    importlib.import_module(name)\n"
        "heavy = 'reportlab openpyxl numpy PIL lxml httpx2 alembic pdfplumber PySide6.QtPdf'\n"
        "print([one for one in heavy.split() if one in sys.modules])\n"
        "print(sum(len(lines[2]) for lines in linecache.cache.values() if len(lines) > 2) < 20_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_labels_never_read_text_as_markup(qtbot):
    shown = label("<b>Entreprise</b> & fils")
    qtbot.addWidget(shown)
    from PySide6.QtCore import Qt

    assert shown.textFormat() == Qt.TextFormat.PlainText
    assert isinstance(shown, QLabel)


def test_qt_cannot_use_up_none(qapp):
    """PySide6 6.12 takes one reference to None away per call on 3.11 (docs/decisions/0003-immortal-constants.md)."""
    font = QFont("Source Sans 3")
    for size in range(1, 10_000):
        font.setPixelSize(size)
    for constant in interpreter.CONSTANTS:
        assert sys.getrefcount(constant) > 1 << 30 or sys.version_info >= (3, 12)


def test_the_catalogue_shipped_is_the_one_of_the_table():
    assert translation.path().read_bytes() == translation.compiled()
