"""One QApplication set up as in the product, without the machine's own look; and a frame without threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.ui.application import finish_set_up, set_up
from app.ui.shell.navigation import Frame
from app.ui.theme.appearance import appearance
from tests.ui.fakes import make_frame

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Menus, lists and popovers try to hold the keyboard, which the off-screen platform cannot."""
    for item in items:
        if _HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.qt_log_ignore("does not support grabbing", extend=True))


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """In French, light, at 100 %, with the embedded font."""
    app = set_up(theme="light")
    finish_set_up(app)
    return app


@pytest.fixture(autouse=True)
def usual_look(qapp: QApplication) -> Iterator[None]:
    """Every test starts light, at 100 %, at the desk; no top-level window is left behind."""
    yield
    appearance().set(theme="light", zoom=100, field_mode=False)
    for one in QApplication.topLevelWidgets():
        if one.isVisible():
            one.close()
    # windows given to qtbot are to be deleted "later": now, or every later restyle goes through all of them
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def frame() -> Frame:
    """Bridge, bus, recorded messages, undo, navigation, discretion, frozen clock."""
    return make_frame()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., QMainWindow]:
    """Show a widget in an active window, so that focus and keys behave as for a user."""
    kept: list[QMainWindow] = []

    def shown(widget: QWidget, width: int = 1280, height: int = 800) -> QMainWindow:
        window = QMainWindow()
        kept.append(window)  # Python would take the window away with its last name
        qtbot.addWidget(window)
        window.setCentralWidget(widget)
        window.resize(width, height)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return shown
