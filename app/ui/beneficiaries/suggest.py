"""A field that proposes while typing: companies, trades. Its value is (id, words); what is not chosen is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView

from app.errors import InvalidInput
from app.rules.french import fold
from app.ui.kit.fields import TextField

Suggestions = list[tuple[str, str]]
Ask = Callable[[str, Callable[[Suggestions], None]], None]
REST_MS = 120


class SuggestField(TextField):
    """``ask(text, answer)`` gives (id, words) pairs. Arrows and Enter choose; an only proposal is taken on leaving."""

    def __init__(self, key: str, title: str, *, ask: Ask, free: bool = False, **options: Any) -> None:
        self._ask = ask
        self._free = free
        self._found: Suggestions = []
        super().__init__(key, title, max_length=160, **options)
        self._model = QStandardItemModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(8)
        popup = QListView()
        popup.setAccessibleName(f"Propositions pour {title.lower()}")
        self._completer.setPopup(popup)
        self.edit.setCompleter(self._completer)
        self._completer.activated[QModelIndex].connect(self._choose_index)  # type: ignore[index]
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._search)
        self.edit.textEdited.connect(lambda _text: self._rest.start())

    def format(self, value: Any) -> str:
        return str(value[1]) if value else ""

    def parse(self, text: str) -> tuple[str, str] | None:
        if not text:
            return None
        if self._value and text == self._value[1]:
            return self._value  # type: ignore[no-any-return]
        same = [one for one in self._found if fold(one[1]) == fold(text)]
        chosen = same or (self._found if len(self._found) == 1 else [])
        if chosen:
            return chosen[0]
        if self._free:
            return ("", text)
        raise InvalidInput("Ce n’est pas dans la liste.", todo="Choisir une des propositions.", field=self.key)

    def offer(self, found: Suggestions) -> None:
        """Propose these (id, words) pairs."""
        self._found = list(found)
        self._model.clear()
        for key, words in self._found:
            item = QStandardItem(words)
            item.setData(key, Qt.ItemDataRole.UserRole)
            self._model.appendRow(item)
        if self._found and self.edit.hasFocus() and self.is_editing():
            self._completer.complete()

    def _search(self) -> None:
        text = self.edit.text().strip()
        self._ask(text, lambda found: self.offer(found) if self.edit.text().strip() == text else None)

    def _choose_index(self, index: QModelIndex) -> None:
        chosen = (str(index.data(Qt.ItemDataRole.UserRole)), str(index.data()))
        self._found = [chosen]
        self.edit.setText(chosen[1])
        self._touched()
        self.commit()
