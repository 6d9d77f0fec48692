"""A field that proposes records while a name is typed, and accepts a new name. Its value is a :class:`Named`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView

from app.rules.french import fold
from app.ui.kit.fields import TextField

REST_MS = 120
_ID = int(Qt.ItemDataRole.UserRole) + 1
_NAME = int(Qt.ItemDataRole.UserRole) + 2


@dataclass(frozen=True, slots=True)
class Named:
    """A record chosen by its name, or, without ``id``, a new name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A record proposed; ``detail`` tells it from its namesakes."""

    id: str
    name: str
    detail: str = ""


Ask = Callable[[str, Callable[[Sequence[Proposal]], None]], None]


class SuggestField(TextField):
    """``ask(text, answer)`` finds proposals. Arrows and Enter choose; the very name of a record is that record."""

    def __init__(self, key: str, title: str, *, ask: Ask, max_length: int = 200, **options: Any) -> None:
        self._ask = ask
        self._found: Sequence[Proposal] = ()
        super().__init__(key, title, max_length=max_length, **options)
        self._model = QStandardItemModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCompletionRole(_NAME)
        self._completer.setMaxVisibleItems(8)
        self._popup = QListView(self)
        self._popup.setAccessibleName(f"Propositions, {title}")
        self._completer.setPopup(self._popup)
        self.edit.setCompleter(self._completer)
        self._completer.activated[QModelIndex].connect(self._chosen)  # type: ignore[index]
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._search)
        self.edit.textEdited.connect(lambda _text: self._rest.start())

    def format(self, value: Any) -> str:
        return value.name if isinstance(value, Named) else ""

    def parse(self, text: str) -> Named | None:
        if not text:
            return None
        if isinstance(self._value, Named) and text == self._value.name:
            return self._value
        same = [one for one in self._found if fold(one.name) == fold(text)]
        return Named(same[0].id, same[0].name) if len(same) == 1 else Named("", text)

    @property
    def proposals(self) -> Sequence[Proposal]:
        """What is proposed now."""
        return self._found

    def _search(self) -> None:
        text = self.edit.text().strip()
        self._ask(text, lambda found: self._offer(text, found))

    def _offer(self, text: str, found: Sequence[Proposal]) -> None:
        if self.edit.text().strip() != text:
            return
        self._found = tuple(found)
        self._model.clear()
        for one in self._found:
            item = QStandardItem(f"{one.name} — {one.detail}" if one.detail else one.name)
            item.setData(one.id, _ID)
            item.setData(one.name, _NAME)
            self._model.appendRow(item)
        if not (self._found and self.edit.hasFocus() and self.is_editing()):
            self._popup.hide()
        elif not (len(self._found) == 1 and fold(self._found[0].name) == fold(text)):
            self._completer.complete()
        else:
            self._popup.hide()

    def _chosen(self, index: QModelIndex) -> None:
        chosen = Named(str(index.data(_ID)), str(index.data(_NAME)))
        self._found = (Proposal(chosen.id, chosen.name),)
        self.edit.setText(chosen.name)
        self._touched()
        self.commit()
