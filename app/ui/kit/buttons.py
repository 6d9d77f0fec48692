"""Buttons: named, with at most one primary per screen. Light: the first screen needs it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget


def button(text: str, kind: str = "", icon: str = "", parent: QWidget | None = None) -> QPushButton:
    """A button. ``kind``: ``primary`` (one per screen), ``danger``, ``quiet``, ``link`` or nothing.

    ``&`` before a letter gives its access key. The accessible name is the text.
    """
    made = QPushButton(text, parent)
    made.setAccessibleName(text.replace("&", ""))
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        from app.ui.kit import icons

        roles = {"primary": "on_primary", "danger": "error"}
        icons.set_icon(made, icon, roles.get(kind, "text"))
    return made
