"""Buttons: named, with at most one primary per screen. Light: the first screen needs it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget


def button(text: str, kind: str = "", icon: str = "", parent: QWidget | None = None) -> QPushButton:
    """A button. ``kind``: ``primary`` (one per screen), ``danger``, ``quiet``, ``link`` or nothing.

    ``&`` before a letter gives its access key. The screen reader says the text, whatever it becomes, unless another
    name is set.
    """
    made = QPushButton(text, parent)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        from app.ui.kit import icons

        icons.set_icon(made, icon, _ICON_ROLES.get(kind, "text"))
    return made


def set_kind(made: QPushButton, kind: str) -> None:
    """Another kind for a button already shown; its icon takes the colour that goes with it."""
    from app.ui.kit import icons
    from app.ui.kit.labels import set_role

    set_role(made, kind, "kind")
    if name := made.property("iconName"):
        icons.set_icon(made, name, _ICON_ROLES.get(kind, "text"))


_ICON_ROLES = {"primary": "on_primary", "danger": "error"}
