"""Giving a record to an action of another place: « nouvelle visite » of this company."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.ui.shell.window import Workspace


def give(view: QWidget, action: str, kind: str, record_id: str) -> bool:
    """Give a record to the place that owns an action, through the window that holds ``view``. False outside of one."""
    window = _window_of(view)
    return window is not None and window.give(action, kind, record_id)


def take_file(view: QWidget, path: Path) -> None:
    """Read a company's file where hours are imported, as a drop on the window does; the company shown is its own."""
    window = _window_of(view)
    if window is not None:
        window.take_file(path)


def _window_of(view: QWidget) -> Workspace | None:
    parent = view.parentWidget()
    while parent is not None and not isinstance(parent, Workspace):
        parent = parent.parentWidget()
    return parent
