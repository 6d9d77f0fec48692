"""A place that shows a list, then the page of one record, and asks by dialogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.ui.kit.dialogs import Dialog
from app.ui.kit.record_list import RecordList
from app.ui.shell.navigation import Frame, PlaceView


class RecordPlace(PlaceView):
    """``stack`` holds the list and the pages, made when first shown; ``dialog`` is the one open, if any."""

    def __init__(self, frame: Frame, place: str, parent: QWidget | None = None) -> None:
        super().__init__(frame, parent)
        self._place = place
        self._path: tuple[str, ...] = ()
        self.dialog: Dialog | None = None
        self.stack = QStackedWidget(self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.stack, 1)

    def list_handlers(self, new: Callable[[], None], listed: RecordList) -> Mapping[str, Callable[[], None]]:
        """What the actions do over the list of records."""
        found: dict[str, Callable[[], None]] = {
            "new": new,
            "filter": lambda: listed.search.setFocus(Qt.FocusReason.ShortcutFocusReason),
        }
        papers = self.frame.papers
        if papers is not None:
            found["export"] = lambda: papers.export_list(self._place, listed.paged)
        return found

    def back_to_list(self) -> None:
        """The record shown is no longer there."""
        if self._path:
            self.frame.navigation.go(self._place)

    # --- focus ---------------------------------------------------------------------------

    def focus_soon(self) -> None:
        """Once the widgets just made are shown: a hidden one cannot take the focus."""
        QTimer.singleShot(0, self, self.take_focus)

    def take_focus(self) -> None:
        """Give the focus to what is done first here, unless a dialog has it."""
        target = self.focus_target()
        if target is not None and self.isVisible() and self.dialog is None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- dialogs -------------------------------------------------------------------------

    def ask(self, dialog: Dialog) -> None:
        """Open a dialog; the page takes the focus again when it closes."""
        self.dialog = dialog
        dialog.finished.connect(lambda _result: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: Dialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
            self.focus_soon()
