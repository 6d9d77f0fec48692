"""Walks over a window: every widget that can take the focus has a name, and no text is cut.

problems = check(window)                 # as it is shown now
check_sizes(window, qtbot)               # at 100, 150 and 200 %, asserts
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)

from app.rules.french import fold
from app.ui.kit.labels import ElidedLabel
from app.ui.theme.appearance import appearance

_SLACK = 2
"""Pixels of rounding."""


def focusable(root: QWidget) -> Iterator[QWidget]:
    """Visible widgets that Tab reaches or a click focuses."""
    for one in [root, *root.findChildren(QWidget)]:
        if not one.isVisible() or not one.isEnabled() or one.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if one.focusProxy() is not None or one.isWindow() or isinstance(one, QScrollBar | QHeaderView):
            continue
        parent = one.parentWidget()
        if isinstance(parent, QAbstractScrollArea) and parent.viewport() is one:
            continue
        if isinstance(parent, QComboBox):
            continue
        yield one


def nameless(root: QWidget) -> list[str]:
    """Widgets that can take the focus and that a screen reader could not name."""
    found = []
    for one in focusable(root):
        if not spoken(one).strip():
            found.append(_describe(one))
    return found


def spoken(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()


def misnamed(root: QWidget) -> list[str]:
    """Buttons that say something and are called something else: who speaks to the computer says what they read."""
    return [
        f"{_describe(one)} is called « {spoken(one)} »"
        for one in root.findChildren(QAbstractButton)
        if one.isVisible() and one.text() and not _alike(fold(one.text().replace("&", "")), fold(spoken(one)))
    ]


def _alike(read: str, said: str) -> bool:
    """Either may say more; a text that was shortened says its beginning."""
    return read.rstrip("… ") in said or said in read


def clipped(root: QWidget) -> list[str]:
    """Texts that are cut. Elided labels tell the rest in their tooltip and are allowed; so is what scrolls."""
    found = []
    for one in root.findChildren(QWidget):
        if not one.isVisible() or isinstance(one, ElidedLabel) or _inside_item_view(one):
            continue
        if isinstance(one, QLabel):
            found += _label_cut(one)
        elif isinstance(one, QAbstractButton) and one.text():
            hint = one.minimumSizeHint() if one.metaObject().className() == "SearchButton" else one.sizeHint()
            lines = one.fontMetrics().lineSpacing() * (one.text().count("\n") + 1)
            if one.width() + _SLACK < hint.width() or one.height() < min(hint.height(), lines):
                found.append(f"{_describe(one)}: {one.width()}×{one.height()} for {hint.width()}×{hint.height()}")
        elif isinstance(one, QLineEdit | QComboBox | QTabBar):
            hint = one.minimumSizeHint() if not isinstance(one, QComboBox) else one.sizeHint()
            if one.height() + _SLACK < hint.height():
                found.append(f"{_describe(one)}: height {one.height()} for {hint.height()}")
    return found + overlapping(root)


def overlapping(root: QWidget) -> list[str]:
    """Widgets that leave their parent to the right or at the bottom, outside scrolling areas."""
    found = []
    for one in root.findChildren(QWidget):
        parent = one.parentWidget()
        if not one.isVisible() or parent is None or one.isWindow() or _inside_item_view(one):
            continue
        if isinstance(parent.parentWidget(), QScrollArea) or one.objectName() in ("focusRing", "palette"):
            continue
        if isinstance(one, QLabel | QAbstractButton | QLineEdit) and (
            one.geometry().right() > parent.rect().right() + _SLACK
            or one.geometry().bottom() > parent.rect().bottom() + _SLACK
        ):
            found.append(f"{_describe(one)} leaves {_describe(parent)}")
    return found


def check(root: QWidget) -> list[str]:
    """Every problem of the window as shown now."""
    settle()
    return [
        *(f"no name: {one}" for one in nameless(root)),
        *(f"another name: {one}" for one in misnamed(root)),
        *(f"cut: {one}" for one in clipped(root)),
    ]


def check_sizes(root: QWidget, zooms: tuple[int, ...] = (100, 150, 200)) -> None:
    """Assert that nothing is nameless or cut at each text size."""
    problems = []
    for zoom in zooms:
        appearance().set(zoom=zoom)
        problems += [f"{zoom} %: {one}" for one in check(root)]
    appearance().set(zoom=100)
    assert not problems, "\n".join(problems)


def settle() -> None:
    """Let layouts come to rest."""
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
        QApplication.processEvents()


def _label_cut(one: QLabel) -> list[str]:
    text = one.text()
    if not text or one.pixmap().width():
        return []
    if one.wordWrap():
        needed = one.heightForWidth(one.width())
        longest = max((one.fontMetrics().horizontalAdvance(word) for word in text.split()), default=0)
        cut = one.height() + _SLACK < needed or one.width() + _SLACK < longest
        return [f"{_describe(one)}: {one.width()}×{one.height()} for height {needed}"] if cut else []
    hint = one.sizeHint()
    if one.width() + _SLACK < hint.width() or one.height() + _SLACK < hint.height():
        return [f"{_describe(one)}: {one.width()}×{one.height()} for {hint.width()}×{hint.height()}"]
    return []


def _inside_item_view(one: QWidget) -> bool:
    parent = one.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractItemView):
            return True
        parent = parent.parentWidget()
    return False


def _describe(one: QWidget) -> str:
    text = getattr(one, "text", None)
    words = text() if callable(text) and isinstance(one, QLabel | QAbstractButton) else one.objectName()
    return f"{one.metaObject().className()} « {words} »"
