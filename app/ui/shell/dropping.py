"""A file dropped anywhere on the window: heard before the widget under it, so that no field takes it for a text.

Dragged over the window, it is told what a drop would do. Only files of this computer; of several, the first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui.kit.labels import label


class FileDrops(QObject):
    """Listens to the native window of ``window``. ``ready`` says whether a file may be taken now.

    ``approaching`` once a file is dragged over the window, ``dropped(path)`` once it is let go.
    """

    approaching = Signal()
    dropped = Signal(object)
    several = Signal(object)
    """Several files were let go together: only this one is read."""

    def __init__(self, window: QWidget, ready: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._ready = ready
        self.veil = QFrame(window)
        self.veil.setProperty("role", "banner-info")
        column = QVBoxLayout(self.veil)
        said = label("Déposer le fichier pour lire ses heures. Rien n’est enregistré avant votre accord.", "subtitle")
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said.setWordWrap(True)
        column.addWidget(said)
        self.veil.hide()
        window.winId()  # the native window exists from now on
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self.veil.hide()
            return False
        if kind not in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            return False
        if not isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent) or not self._ready():
            return False
        path = _file_of(event)
        if path is None:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if kind == QEvent.Type.Drop:
            self.veil.hide()
            self.dropped.emit(path)
            if len(event.mimeData().urls()) > 1:
                self.several.emit(path)
        else:
            if kind == QEvent.Type.DragEnter:
                self.approaching.emit()
            self._cover()
        return True

    def _cover(self) -> None:
        if not self.veil.isVisible():
            self.veil.setGeometry(self._window.rect().adjusted(48, 48, -48, -48))
            self.veil.show()
            self.veil.raise_()


def _file_of(event: QDropEvent) -> Path | None:
    urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
    return Path(urls[0].toLocalFile()) if urls else None
