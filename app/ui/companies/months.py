"""The statements of twelve months as a strip: each month with its state in words (PRODUCT.md E6)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.models.choices import StatementState
from app.operations.values import StatementCell
from app.rules.calendar import month_parts
from app.rules.french import capitalise_first, format_month
from app.ui.kit.cards import Card, Pill
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label

LOOKS = {
    StatementState.EXPECTED: ("text_secondary", "circle"),
    StatementState.RECEIVED: ("info", "circle-dot"),
    StatementState.TO_CHECK: ("warning", "triangle-alert"),
    StatementState.VALIDATED: ("success", "circle-check"),
    StatementState.ATTESTED: ("success", "badge-check"),
}
MISSING = "Manquant"
NOBODY = "Personne"


def state_words(cell: StatementCell) -> tuple[str, str, str]:
    """Words, colour role and icon of the state of a month."""
    if cell.missing:
        return MISSING, "error", "circle-x"
    if cell.state is None:
        return NOBODY, "text_secondary", ""
    return (cell.state.label, *LOOKS[cell.state])


class MonthStrip(Flow):
    """``opened(month)``: Enter or a click on a month. Arrows move; one stop for Tab."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Relevés des douze derniers mois")
        self._shown: tuple[StatementCell, ...] = ()
        self.cards: dict[str, Card] = {}

    def load(self, months: Sequence[StatementCell]) -> None:
        """Show these months, the oldest first."""
        if tuple(months) == self._shown:
            return
        self._shown = tuple(months)
        focused = next((month for month, card in self.cards.items() if card.hasFocus()), "")
        for card in self.cards.values():
            self.flow.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {}
        for cell in self._shown:
            words, role, icon = state_words(cell)
            month = capitalise_first(format_month(cell.month))
            card = Card(opens=True, name=f"{month}, {words.lower()}", parent=self)
            if cell.missing:
                card.setProperty("invalid", "true")
            card.body.setContentsMargins(10, 6, 10, 6)
            card.body.setSpacing(2)
            card.body.addWidget(label(_short(cell.month), "small", card))
            card.body.addWidget(Pill(words, role, icon, card) if icon else label(words, "secondary", card))
            card.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
            card.setToolTip(f"{month}\u00a0: {words.lower()}")
            card.opened.connect(lambda month=cell.month: self.opened.emit(month))
            self.cards[cell.month] = card
            self.add(card)
        self._one_stop(focused)
        if focused in self.cards:
            self.cards[focused].setFocus()

    def focused_month(self) -> str:
        """The month that has the focus, or an empty string."""
        return next((month for month, card in self.cards.items() if card.hasFocus()), "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        months, here = list(self.cards), self.focused_month()
        if step and here and 0 <= months.index(here) + step < len(months):
            there = months[months.index(here) + step]
            self._one_stop(there)
            self.cards[there].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _one_stop(self, month: str) -> None:
        stop = month if month in self.cards else next(reversed(self.cards), "")
        for one, card in self.cards.items():
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus if one == stop else Qt.FocusPolicy.ClickFocus)


_SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def _short(month: str) -> str:
    """« Nov. 2025 »."""
    year, number = month_parts(month)
    return capitalise_first(f"{_SHORT[number - 1]} {year}")
