"""What a free text may not hold, and the words about which to think twice (DOMAIN.md §8.1, §8.2; PRODUCT.md B9, B10).

``refuse_nir`` is the one rule that every writer goes through: the store calls it for each text of each record it
writes (``store.unit``), screens call it when a field is left. Sensitive words are told under the field and never
refused: the facilitator decides. Pure functions; the words are data (``resources/reference/sensitive_words.json``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.rules.french import NBSP, NNBSP, fold, quoted
from app.rules.identifiers import find_nir, is_siret

NIR_REMOVED = "[numéro retiré]"
"""Takes the place of a social security number in text that is kept while it is typed."""
SHORTEST = 13
"""Shorter texts cannot hold a NIR."""
REFERENCES = frozenset({"reference", "number"})
"""Columns where others write their own numbers: refused only with the 15 digits and the right key."""


def refuse_nir(text: str, *, field: str) -> None:
    """Raise ``InvalidInput`` when a text holds what looks like a social security number: why, never the number."""
    if len(text) < SHORTEST:
        return
    if any(one.keyed or field not in REFERENCES for one in find_nir(text)):
        raise InvalidInput(
            "Ce texte contient un numéro qui ressemble à un numéro de sécurité sociale.",
            "Il n’a pas été enregistré.",
            f"Le retirer{NBSP}: le carnet n’a pas le droit de conserver ce numéro.",
            field=field,
        )


def refuse_nir_in(fields: Mapping[str, Any], machine: frozenset[str] = frozenset()) -> None:
    """:func:`refuse_nir` of every text of a record, but the columns of ``machine`` (ids, digests, codes).

    Raises ``InvalidInput`` naming the field.
    """
    for name, value in fields.items():
        if isinstance(value, str) and len(value) >= SHORTEST and name not in machine:
            refuse_nir(value, field=name)


def without_nir(text: str) -> str:
    """The text with each social security number replaced: for what is kept before it can be refused (drafts, logs)."""
    if len(text) < SHORTEST:
        return text
    kept, at = [], 0
    for found in find_nir(text):
        kept += [text[at : found.start], NIR_REMOVED]
        at = found.end
    return "".join([*kept, text[at:]])


# --- numbers that may be written -----------------------------------------------------------

_GAP = "[ .\\-\u00a0\u202f]?"
_PHONE = re.compile(rf"(?<![0-9A-Za-z])(?:(?:\+|00)33{_GAP}|0)[1-9](?:{_GAP}[0-9]{{2}}){{4}}(?![0-9A-Za-z])")
_SIRET = re.compile(rf"(?<![0-9A-Za-z])[0-9]{{3}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{5}}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number recognised in a text. ``kind``: ``nir``, ``siret`` or ``phone``; ``text[start:end]`` is the number."""

    kind: str
    start: int
    end: int


def recognise_numbers(text: str) -> tuple[Numbered, ...]:
    """The social security numbers, SIRET and telephone numbers of a text, in its order; other numbers are left out."""
    found = [Numbered("nir", one.start, one.end) for one in find_nir(text)]
    sirets = [one for one in _SIRET.finditer(text) if is_siret(re.sub(r"[^0-9]", "", one.group()))]
    for kind, matches in (("siret", sirets), ("phone", list(_PHONE.finditer(text)))):
        found += [
            Numbered(kind, match.start(), match.end())
            for match in matches
            if not any(one.start < match.end() and match.start() < one.end for one in found)
        ]
    return tuple(sorted(found, key=lambda one: one.start))


# --- words about which to think twice --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SensitiveWord:
    """A word as typed with its theme (« santé », « religion », « justice », « origine », « propos blessant »)."""

    word: str
    theme: str


Lexicon = Mapping[tuple[str, ...], str]
"""Folded words in a row → theme."""

_TOKEN = re.compile(r"[^\W_]+")
_ENDINGS = ("", "s", "x", "e", "es")
_FEMININE = 4
"""Shortest word that takes an « e »: the cones of a site and the code ROME are nobody's insult."""


def lexicon(themes: Iterable[Mapping[str, Any]]) -> Lexicon:
    """The lexicon of a list of ``{"theme": …, "words": […]}``, as the shipped file holds it."""
    return {tuple(fold(word).split()): str(one["theme"]) for one in themes for word in one["words"]}


def sensitive_words(text: str, words: Lexicon) -> tuple[SensitiveWord, ...]:
    """Words of the lexicon found in a text, as typed, each once; plurals and feminines too, accents and case aside.

    Whole words only: « Saint-Maur », « malade » in « maladroit » are left alone.
    """
    if not text.strip():
        return ()
    tokens = [(one.group(), one.start(), one.end()) for one in _TOKEN.finditer(text)]
    folded = [fold(token) for token, _, _ in tokens]
    longest = max((len(one) for one in words), default=0)
    found: dict[str, SensitiveWord] = {}
    at = 0
    while at < len(tokens):
        size = next((n for n in range(longest, 0, -1) if _theme(folded[at : at + n], words, n)), 0)
        if size:
            typed = text[tokens[at][1] : tokens[at + size - 1][2]]
            found.setdefault(fold(typed), SensitiveWord(typed, _theme(folded[at : at + size], words, size)))
        at += size or 1
    return tuple(found.values())


def _theme(run: Sequence[str], words: Lexicon, size: int) -> str:
    """Theme of a row of folded words, or an empty text."""
    if len(run) < size:
        return ""
    *head, last = run
    for ending in _ENDINGS:
        stem = last.removesuffix(ending)
        if ending and (stem == last or ("e" in ending and len(stem) < _FEMININE)):
            continue
        theme = words.get((*head, stem))
        if theme:
            return theme
    return ""


def sensitive_sentence(found: Sequence[SensitiveWord]) -> str:
    """« Cette note contient « dépression ». Est-ce nécessaire ? »; empty when nothing was found."""
    if not found:
        return ""
    shown = ", ".join(quoted(one.word) for one in found[:3]) + ("…" if len(found) > 3 else "")
    return f"Ce texte contient {shown}. Est-ce nécessaire{NNBSP}? La personne peut le lire."
