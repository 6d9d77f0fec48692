"""The hands and eyes of a user on the real window: taps and keys are counted, texts are read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)

from app.account.secrets import NoSecrets, SecretStore
from app.desktop import Desktop
from app.settings import Settings
from app.tasks import ThreadExecutors
from tests.day import CHEAP, PASSPHRASE, Day
from tests.ui.keys import press, type_text

PATIENCE = 20.0
"""Longest wait for something to come, in seconds: a slow machine is not a broken promise."""


class Hands:
    """One window over one folder. ``keys`` and ``taps`` count what was done."""

    def __init__(
        self, folder: Path, clock: Day, *, width: int = 1366, height: int = 768, secrets: SecretStore | None = None
    ) -> None:
        self.clock = clock
        self.keys = 0
        self.taps = 0
        self.desktop = Desktop(
            folder, Settings(None), executors=ThreadExecutors(), clock=clock, secrets=secrets or NoSecrets(), cost=CHEAP
        )
        self.root = self.desktop.root
        self.root.resize(width, height)
        self.desktop.show()
        self.root.activateWindow()
        self._open = True
        self.wait(lambda: self.desktop.is_ready and self.root.isActiveWindow())
        self.settle()

    # --- waiting -----------------------------------------------------------------------------

    def wait(self, ready: Callable[[], object], patience: float = PATIENCE) -> None:
        """Until ``ready``; fails when it does not come."""
        end = time.monotonic() + patience
        while not ready():
            assert time.monotonic() < end, "what was waited for did not come"
            QApplication.processEvents()

    def settle(self) -> None:
        """Until nothing is under way and what was asked is painted."""
        quiet = 0
        while quiet < 4:
            self.wait(self._idle)
            QCoreApplication.sendPostedEvents()
            QApplication.processEvents()
            quiet = quiet + 1 if self._idle() else 0
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _idle(self) -> bool:
        return self.desktop.bridge.pending == 0 and self.desktop._keys.pending == 0

    # --- hands -------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Letters, each one a key."""
        type_text(self.root, text)
        self.keys += len(text)
        self.settle()

    def press(self, *combinations: str) -> None:
        """Combinations, each one a key."""
        for one in combinations:
            press(self.root, one)
            self.keys += 1
            self.settle()

    def enter(self, text: str) -> None:
        """Letters, then Enter."""
        self.type(text)
        self.press("Return")

    def tap(self, target: QWidget) -> None:
        """One tap where the widget is; refused when it cannot be seen or tapped. Scrolling is not a tap."""
        self.settle()
        parent = target.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(target)
            parent = parent.parentWidget()
        assert target.isVisible(), f"{target} is not visible"
        assert target.isEnabled(), f"{target} cannot be tapped"
        self.taps += 1
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.rect().center())
        self.settle()

    def drop(self, path: Path, target: QWidget | None = None) -> None:
        """Drop a file where ``target`` is (by default the middle of the window): an act of the mouse, counted a tap."""
        handle = self.root.windowHandle()
        place = target.mapTo(self.root, target.rect().center()) if target is not None else self.root.rect().center()
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        told = (
            QPointF(place),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        enter = QDragEnterEvent(*told)
        QCoreApplication.sendEvent(handle, enter)
        assert enter.isAccepted(), "the window does not take the file"
        self.taps += 1
        QCoreApplication.sendEvent(handle, QDropEvent(*told))
        self.settle()

    def draw(self, area: QWidget) -> None:
        """A signature; strokes are not counted."""
        points = [QPoint(area.width() * x // 100, area.height() * y // 100) for x, y in ((20, 60), (40, 30), (70, 65))]
        QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(area, point)
        QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=points[-1])
        self.settle()

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        """Type the passphrase (not counted), press Enter (counted as the tap that unlocks)."""
        before = self.keys
        self.enter(passphrase)
        self.keys = before + 1
        self.wait(lambda: self.inside)
        self.settle()

    def close(self) -> None:
        """Leave as a user does."""
        if not self._open:
            return
        self._open = False
        self.root.close()
        self.desktop.close()
        self.root.deleteLater()
        self.desktop.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()

    # --- eyes --------------------------------------------------------------------------------

    @property
    def inside(self) -> bool:
        """Whether the workspace is shown, unlocked."""
        return self.desktop.workspace is not None and self.root.page is self.desktop.workspace

    @property
    def frame(self) -> Any:
        """Navigation, undo and the rest of the workspace, once inside."""
        return self.desktop.frame

    @property
    def locked(self) -> bool:
        """Whether the cover is on."""
        return self.desktop.lock is not None and self.desktop.lock.is_locked

    @property
    def focused(self) -> QWidget:
        """Who holds the keyboard."""
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    def view(self, place: str) -> Any:
        """The screen of a place already visited."""
        assert self.desktop.workspace is not None
        return self.desktop.workspace._views[place]

    def go(self, place: str, *path: str) -> Any:
        """Move as the rail and links do; answers the screen."""
        assert self.desktop.frame is not None
        self.desktop.frame.navigation.go(place, *path)
        self.settle()
        return self.view(place)

    def button(self, text: str, within: QWidget | None = None) -> QAbstractButton:
        """The visible button that says ``text``."""
        found = [
            one
            for one in (within or self.root).findChildren(QAbstractButton)
            if one.isVisible() and one.text().replace("&", "") == text
        ]
        assert found, f"no button says {text!r}"
        return found[0]

    def texts(self, within: QWidget | None = None) -> list[str]:
        """Every text that can be read now: labels, buttons, fields, hints, lists, headers, tooltips."""
        root = within or self.root
        return [one for widget in [root, *root.findChildren(QWidget)] if widget.isVisible() for one in _words(widget)]

    def says(self, text: str) -> bool:
        """Whether ``text`` can be read somewhere, however spaced."""
        return any(plain(text) in plain(one) for one in self.texts())

    # --- behind ------------------------------------------------------------------------------

    @property
    def services(self) -> Any:
        """What the program does; call through :meth:`ask`."""
        return self.desktop.workstation.services

    def ask(self, work: Callable[[], Any]) -> Any:
        """An answer from where the database lives."""
        return self.desktop.executors.store(work).result(PATIENCE)

    def tell(self, work: Callable[[], Any]) -> Any:
        """Do something as another screen would: open screens hear what changed."""
        answer = self.ask(work)
        self.desktop.bus.publish(answer.changes)
        self.settle()
        return answer


def _words(widget: QWidget) -> Iterator[str]:
    yield widget.toolTip()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text().replace("&", "")
    elif isinstance(widget, QLineEdit):
        if widget.echoMode() == QLineEdit.EchoMode.Normal:
            yield widget.text()
        yield widget.placeholderText()
    elif isinstance(widget, QTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _cells(widget.model())


def _cells(model: QAbstractItemModel) -> Iterator[str]:
    columns = range(model.columnCount())
    for column in columns:
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for row in range(min(model.rowCount(), 60)):
        for column in columns:
            yield str(model.index(row, column).data() or "")


def plain(text: str) -> str:
    """``text`` with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@contextmanager
def no_network() -> Iterator[list[object]]:
    """Counts the sockets opened meanwhile; a notebook alone opens none."""
    import socket

    opened: list[object] = []
    genuine = socket.socket.connect

    def refused(self: socket.socket, address: object) -> None:
        opened.append(address)
        raise OSError("no network on site")

    socket.socket.connect = refused  # type: ignore[assignment,method-assign]
    try:
        yield opened
    finally:
        socket.socket.connect = genuine  # type: ignore[method-assign]
