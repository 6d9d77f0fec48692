"""Giving a record to an action of another place: « nouvelle visite » of this company."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.shell.window import Workspace


def give(view: QWidget, action: str, kind: str, record_id: str) -> bool:
    """Give a record to the place that owns an action, through the window that holds ``view``. False outside of one."""
    parent = view.parentWidget()
    while parent is not None and not isinstance(parent, Workspace):
        parent = parent.parentWidget()
    return isinstance(parent, Workspace) and parent.give(action, kind, record_id)
