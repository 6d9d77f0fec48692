"""A row of chips: one choice or several in one tap; letters choose while the row has the focus (WCAG 2.1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.kit.flow import Flow
from app.ui.kit.icons import set_icon
from app.ui.kit.labels import label


@dataclass(frozen=True, slots=True)
class Chip:
    """One chip. ``letter`` chooses it while the row has the focus; ``icon`` is a Lucide name."""

    key: str
    text: str
    letter: str = ""
    icon: str = ""
    tooltip: str = ""


class _ChipButton(QPushButton):
    """Wide enough for its words when chosen, which makes them bold: nothing moves, nothing is cut."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self.isCheckable():
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            chosen = QFontMetrics(bold).horizontalAdvance(self.text())
            hint.setWidth(hint.width() + max(chosen - self.fontMetrics().horizontalAdvance(self.text()), 0))
        return hint


class ChipRow(QWidget):
    """Chips under a label. One stop for Tab; arrows move, Space chooses, letters choose at once.

    ``changed(keys)`` carries the tuple of chosen keys after each act of the user.
    ``many`` allows several; otherwise choosing one releases the other (choosing it again releases it
    when ``may_be_empty``). ``toggles`` false makes them plain buttons: ``pressed(key)`` only.
    """

    changed = Signal(tuple)
    pressed = Signal(str)

    def __init__(
        self,
        name: str,
        chips: Iterable[Chip],
        *,
        many: bool = False,
        may_be_empty: bool = True,
        toggles: bool = True,
        show_label: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._many = many
        self._may_be_empty = may_be_empty
        self._toggles = toggles
        self._name = name
        self._buttons: dict[str, QPushButton] = {}
        self._chips: tuple[Chip, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if show_label:
            column.addWidget(label(name, "label", self))
        self._flow = Flow(self)
        column.addWidget(self._flow)
        self.set_chips(chips)

    def set_chips(self, chips: Iterable[Chip]) -> None:
        """Offer other chips; what was chosen stays chosen when still offered."""
        wanted = tuple(chips)
        if wanted == self._chips:
            return
        kept = set(self.chosen())
        for one in self._buttons.values():
            self._flow.flow.removeWidget(one)
            one.hide()
            one.deleteLater()
        self._buttons = {}
        self._chips = wanted
        for chip in self._chips:
            made = _ChipButton(chip.text, self._flow)
            made.setProperty("kind", "chip")
            made.setCheckable(self._toggles)
            made.setChecked(chip.key in kept)
            made.setAutoDefault(False)
            made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            key_told = f", touche {chip.letter.upper()}" if chip.letter else ""
            made.setAccessibleName(f"{self._name}{french_colon()}{chip.text}")
            made.setAccessibleDescription(f"{chip.tooltip}{key_told}".strip(", "))
            made.setToolTip(f"{chip.tooltip or chip.text}{key_told}")
            if chip.icon:
                set_icon(made, chip.icon)
            made.installEventFilter(self)
            made.clicked.connect(lambda _on=False, key=chip.key: self._click(key))
            self._buttons[chip.key] = made
            self._flow.add(made)
        self._one_stop()

    def chosen(self) -> tuple[str, ...]:
        """Keys chosen, in the order shown."""
        return tuple(key for key, one in self._buttons.items() if one.isChecked())

    def set_chosen(self, keys: Sequence[str]) -> None:
        """Show ``keys`` as chosen; emits nothing."""
        for key, one in self._buttons.items():
            one.setChecked(key in keys)
        self._one_stop()

    def button(self, key: str) -> QPushButton:
        """The button of a chip."""
        return self._buttons[key]

    def focus_first(self) -> None:
        """Give the focus to the row."""
        for one in self._buttons.values():
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus:
                one.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _click(self, key: str) -> None:
        if self._toggles:
            if not self._many:
                chosen = self._buttons[key].isChecked()
                if not chosen and not self._may_be_empty:
                    self._buttons[key].setChecked(True)
                for other, one in self._buttons.items():
                    if other != key:
                        one.setChecked(False)
            self._one_stop(key)
            self.changed.emit(self.chosen())
        self.pressed.emit(key)

    def _one_stop(self, current: str = "") -> None:
        chosen = self.chosen()
        stop = current or (chosen[0] if chosen else next(iter(self._buttons), ""))
        for key, one in self._buttons.items():
            one.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == stop else Qt.FocusPolicy.ClickFocus)

    def eventFilter(self, watched: object, event: object) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QKeyEvent.Type.KeyPress:
            return False
        keys = list(self._buttons)
        at = next((n for n, key in enumerate(keys) if self._buttons[key] is watched), None)
        if at is None:
            return False
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key())
        )
        if step and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._one_line():
                return False  # up and down belong to the list of rows around
            self._buttons[keys[(at + step) % len(keys)]].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        typed = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        return typed and self.press_letter(event.text())

    def press_letter(self, letter: str) -> bool:
        """Press the chip of this letter, if any. A row that holds the focus calls it for its chips."""
        for chip in self._chips:
            if letter and chip.letter and chip.letter.casefold() == letter.casefold():
                self._buttons[chip.key].click()
                return True
        return False

    def _one_line(self) -> bool:
        return len({one.y() for one in self._buttons.values()}) <= 1


def french_colon() -> str:
    """« : » with its non-breaking space, and a space after."""
    return "\u00a0: "
