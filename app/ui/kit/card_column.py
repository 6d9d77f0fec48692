"""Cards one under the other, one for each record of a list."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.kit.labels import label


class RecordCard(Protocol):
    """A card that shows one record, and can show it again as it has become."""

    def load(self, value: Any, /) -> None: ...


class CardColumn(QWidget):
    """The cards, or a sentence when there is none.

    While the keys are the same the cards stay, with the focus and what is being typed in them; otherwise they are
    made anew by ``make(value, column)``.
    """

    def __init__(
        self,
        make: Callable[[Any, QWidget], QWidget],
        key_of: Callable[[Any], Hashable],
        *,
        empty: str = "",
        spacing: int = 12,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._key_of = key_of
        self._keys: list[Hashable] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(spacing)
        self.empty = label(empty, "secondary", self, wrap=True)
        self.empty.setVisible(bool(empty))
        self._column.addWidget(self.empty)
        self.cards: list[Any] = []

    def load(self, values: Sequence[Any]) -> None:
        """Show these records."""
        self.empty.setVisible(bool(self.empty.text()) and not values)
        keys = [self._key_of(one) for one in values]
        if keys != self._keys:
            self._keys = keys
            for card in self.cards:
                self._column.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.cards = [self._make(one, self) for one in values]
            for card in self.cards:
                self._column.addWidget(card)
        for card, one in zip(self.cards, values, strict=True):
            card.load(one)
