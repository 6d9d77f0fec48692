"""A field that proposes companies or trades while typing, where what is not in the list may be refused.

Its value is (id, words): plain texts, so that a form being filled in can be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.errors import InvalidInput
from app.rules.french import fold
from app.ui.kit import suggest
from app.ui.kit.suggest import Proposal

Suggestions = list[tuple[str, str]]
Ask = Callable[[str, Callable[[Suggestions], None]], None]


class SuggestField(suggest.SuggestField):
    """``ask(text, answer)`` gives (id, words) pairs; an only proposal is taken on leaving. ``free``: any words do."""

    def __init__(self, key: str, title: str, *, ask: Ask, free: bool = False, **options: Any) -> None:
        self._free = free
        super().__init__(
            key,
            title,
            ask=lambda text, answer: ask(text, lambda found: answer([Proposal(*one) for one in found])),
            max_length=160,
            **options,
        )

    def format(self, value: Any) -> str:
        return str(value[1]) if value else ""

    def parse(self, text: str) -> tuple[str, str] | None:  # type: ignore[override]
        if not text:
            return None
        if self._value and text == self._value[1]:
            return self._value  # type: ignore[no-any-return]
        same = [one for one in self.proposals if fold(one.name) == fold(text)]
        chosen = same or (self.proposals if len(self.proposals) == 1 else [])
        if chosen:
            return chosen[0].id, chosen[0].name
        if self._free:
            return ("", text)
        raise InvalidInput("Ce n’est pas dans la liste.", todo="Choisir une des propositions.", field=self.key)
