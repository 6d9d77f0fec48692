"""Outline icons, tinted with the theme; always beside a word (PRODUCT.md X6).

QtSvg is loaded at the first icon, never before the first paint. A missing file gives an empty
icon: the word remains.
"""

from __future__ import annotations

import re
import weakref

import shiboken6
from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app import paths
from app.ui.theme.appearance import appearance

_sources: dict[str, bytes] = {}
_pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
_followers: weakref.WeakSet[QAbstractButton | QAction | QLabel] = weakref.WeakSet()
_NAME = re.compile(r"[a-z0-9-]+")


def pixmap(name: str, role: str = "text", side: int | None = None) -> QPixmap:
    """Icon ``name`` (a Lucide name, e.g. ``"calendar-days"``) in the colour of ``role``, sharp on any screen."""
    look = appearance()
    colour = look.theme.colour(role)
    side = side or look.icon_size().width()
    ratio = QApplication.instance().devicePixelRatio()  # type: ignore[union-attr]
    key = (name, colour, side, ratio)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _render(name, colour, side, ratio)
    return found


def icon(name: str, role: str = "text", side: int | None = None, gap: int = 0) -> QIcon:
    """Icon ``name`` for today's theme, with ``gap`` empty pixels at its right.

    Ask again when the theme changes, or use :func:`set_icon`.
    """
    if not name:
        return QIcon()
    theme = appearance().theme
    chosen = "on_selection" if theme.on_selection == theme.on_primary else role
    made = QIcon()
    for mode, state, colour in (
        (QIcon.Mode.Normal, QIcon.State.Off, role),
        (QIcon.Mode.Disabled, QIcon.State.Off, "text_secondary"),
        (QIcon.Mode.Selected, QIcon.State.Off, chosen),
        (QIcon.Mode.Normal, QIcon.State.On, chosen if role == "text" else role),
    ):
        made.addPixmap(_with_gap(pixmap(name, colour, side), gap), mode, state)
    return made


def _with_gap(picture: QPixmap, gap: int) -> QPixmap:
    if not gap:
        return picture
    ratio = picture.devicePixelRatio()
    made = QPixmap(picture.width() + round(gap * ratio), picture.height())
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return made


def set_icon(target: QAbstractButton | QAction | QLabel, name: str, role: str = "text") -> None:
    """Give ``target`` the icon ``name``; it follows the theme and the text size from now on."""
    target.setProperty("iconName", name)
    target.setProperty("iconRole", role)
    _apply(target)
    look = appearance()
    if not look.property("iconsFollow"):
        look.setProperty("iconsFollow", True)
        look.changed.connect(_apply_all)
    _followers.add(target)


def _apply_all() -> None:
    for target in list(_followers):
        if shiboken6.isValid(target):
            _apply(target)


def _apply(target: QAbstractButton | QAction | QLabel) -> None:
    name, role = str(target.property("iconName")), str(target.property("iconRole"))
    if isinstance(target, QLabel):
        target.setPixmap(pixmap(name, role))
        return
    if isinstance(target, QAbstractButton):
        gap = appearance().px(4) if target.text() else 0  # the style leaves too little between icon and word
        size = appearance().icon_size()
        target.setIcon(icon(name, role, gap=gap))
        target.setIconSize(QSize(size.width() + gap, size.height()))
    else:
        target.setIcon(icon(name, role))


def icon_label(name: str, role: str = "text", parent: QWidget | None = None) -> QLabel:
    """A small picture beside a word; it has no name of its own for the screen reader."""
    label = QLabel(parent)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    set_icon(label, name, role)
    return label


def _source(name: str) -> bytes:
    if name not in _sources:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not an icon name: {name!r}")
        path = paths.resources() / "icons" / f"{name}.svg"
        _sources[name] = path.read_bytes() if path.exists() else b""
    return _sources[name]


def _render(name: str, colour: str, side: int, ratio: float) -> QPixmap:
    made = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    source = _source(name)
    if source:
        from PySide6.QtSvg import QSvgRenderer

        renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", colour.encode())))
        painter = QPainter(made)
        renderer.render(painter)
        painter.end()
    return made
