"""Locking: what is typed is saved, the screen is covered at once, the key is erased; unlocking gives back the same
screen, field and caret (PRODUCT.md §3.7, K2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from app.clock import Clock
from app.ui.bridge.tasks import Runner
from app.ui.shell.root import RootWindow
from app.ui.shell.unlock import UnlockPage
from app.ui.texts import PRODUCT

LEAST_MINUTES, MOST_MINUTES = 2, 30

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)


class Inactivity(QObject):
    """``elapsed`` once nothing was typed, clicked or touched for ``limit``, sleep of the machine included."""

    elapsed = Signal()

    def __init__(self, clock: Clock, limit: dt.timedelta, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._limit = limit
        self._last = clock.now()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.check)
        self._window: QWindow | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)
            app.applicationStateChanged.connect(self._state_changed)

    def start(self, limit: dt.timedelta | None = None) -> None:
        """Count from now."""
        if limit is not None:
            self._limit = limit
        self.touch()
        self._watch(QGuiApplication.focusWindow())
        self._arm(self._limit)

    def stop(self) -> None:
        """Stop counting (the notebook is locked)."""
        self._timer.stop()

    def touch(self) -> None:
        """The user is there."""
        self._last = self._clock.now()

    def check(self) -> None:
        """Look at the clock; tells when the limit is over."""
        if not self._timer.isActive() and self.sender() is not self._timer:
            return
        left = self._last + self._limit - self._clock.now()
        if left <= dt.timedelta():
            self._timer.stop()
            self.elapsed.emit()
        else:
            self._arm(left)

    def _state_changed(self, _state: Qt.ApplicationState) -> None:
        self.check()

    def _arm(self, left: dt.timedelta) -> None:
        # woken at least every half minute: a machine that slept is covered as soon as it wakes
        self._timer.start(min(max(int(left.total_seconds() * 1000), 1), 30_000))

    def _watch(self, window: QWindow | None) -> None:
        if self._window is not None and shiboken6.isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.touch()
        return False


class Locker(QObject):
    """Covers ``root`` with ``cover`` and gives the workspace back.

    ``about_to_lock`` is emitted first: whoever holds pending text commits it there (``Workspace.flush``); the store
    thread does things in order, so these are written before ``close_notebook`` erases the key.
    """

    about_to_lock = Signal()
    locked = Signal()
    unlocked = Signal()

    def __init__(
        self,
        root: RootWindow,
        cover: UnlockPage,
        run: Runner,
        close_notebook: Callable[[], object],
        clock: Clock,
        *,
        minutes: int = 10,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._root = root
        self._cover = cover
        self._run = run
        self._close_notebook = close_notebook
        self._page: QWidget | None = None
        self._focus: QWidget | None = None
        self._dialogs: list[QWidget] = []
        self._title = ""
        self.inactivity = Inactivity(clock, self._limit(minutes), self)
        self.inactivity.elapsed.connect(self.lock)
        cover.model.opened.connect(self._give_back)

    @property
    def is_locked(self) -> bool:
        """Whether the cover is on."""
        return self._page is not None

    def start(self) -> None:
        """Begin to count inactivity."""
        self.inactivity.start()

    def set_minutes(self, minutes: int) -> None:
        """Lock after this inactivity, from 2 to 30 minutes."""
        self.inactivity.start(self._limit(minutes))

    def lock(self) -> None:
        """Save, cover, erase the key. Does nothing when already locked."""
        page = self._root.page
        if self._page is not None or page is None or page is self._cover:
            return
        self._focus = QApplication.focusWidget()
        self.about_to_lock.emit()
        self._page = page
        self._title = self._root.windowTitle()
        self._dialogs = [
            one
            for one in QApplication.topLevelWidgets()
            if one is not self._root and one.isVisible() and one.isWindow()
        ]
        for one in self._dialogs:
            one.hide()
        self._cover.prepare()
        self._root.setWindowTitle(PRODUCT)
        self._root.show_page(self._cover)
        if self._dialogs:
            self._root.activateWindow()  # the keyboard was in the dialog just hidden
        self._cover.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
        self.inactivity.stop()
        close = self._close_notebook
        self._run.run(lambda: _nothing(close()), on="store")
        self.locked.emit()

    def _give_back(self) -> None:
        page, self._page = self._page, None
        if page is None:
            return
        self._root.setWindowTitle(self._title)
        self._root.show_page(page)
        for one in self._dialogs:
            if shiboken6.isValid(one):
                one.show()
        self._dialogs = []
        focus, self._focus = self._focus, None
        if focus is not None and shiboken6.isValid(focus):
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.inactivity.start()
        self.unlocked.emit()

    @staticmethod
    def _limit(minutes: int) -> dt.timedelta:
        return dt.timedelta(minutes=min(max(minutes, LEAST_MINUTES), MOST_MINUTES))


def _nothing(_result: object) -> None:
    return None
