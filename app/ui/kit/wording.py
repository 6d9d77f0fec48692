"""The words about which a field says « Est-ce nécessaire ? », read once from the shipped list. Nothing is ever sent."""

from __future__ import annotations

import functools
import json

from app.paths import resources
from app.rules.free_text import Lexicon, lexicon, sensitive_sentence, sensitive_words


@functools.cache
def _words() -> Lexicon:
    return lexicon(json.loads((resources() / "reference" / "sensitive_words.json").read_text(encoding="utf-8")))


def second_thought(text: str) -> str:
    """The sentence to show under a text; empty when it holds no sensitive word."""
    return sensitive_sentence(sensitive_words(text, _words())) if text else ""
