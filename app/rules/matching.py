"""Who a name written by a company is, among the people who may be meant: sure, asked, or nobody (issue 3, point 3).

Sure means that no letter differs once accents, hyphens, spaces and case are set aside, whatever the order of the two
names, with or without its particle, under the birth name too; and that nobody else may be meant. An initial, a letter
too many, a second first name are asked, with the likeliest first: a figure is never given to the wrong person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.rules.french import fold
from app.rules.names import SAME, glued, name_similarity, name_words, without_particle

CLOSE = 75
"""From this score on, the weaker of the two names differs by about one slip."""
PROPOSED = 6


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may be meant. ``birth_name`` empty when it is the last name."""

    id: str
    last_name: str
    first_name: str
    birth_name: str = ""


class Doubt(StrEnum):
    """Why a name is asked."""

    NONE = ""
    INITIAL = "name_initial"
    CLOSE = "name_close"
    HOMONYMS = "homonyms"
    UNKNOWN = "name_unknown"


@dataclass(frozen=True, slots=True)
class Guess:
    """Somebody proposed; ``score`` 0-100."""

    id: str
    score: int


@dataclass(frozen=True, slots=True)
class Match:
    """``id`` when sure; else why it is asked and who is proposed, the likeliest first."""

    id: str = ""
    doubt: Doubt = Doubt.NONE
    guesses: tuple[Guess, ...] = ()


class Directory:
    """People to match against: those with a contract with a company."""

    def __init__(self, people: Iterable[Known]) -> None:
        self._people = {one.id: one for one in people}
        self._by_key: dict[str, set[str]] = defaultdict(set)
        for one in self._people.values():
            for key in _keys(one):
                self._by_key[key].add(one.id)
        self._found: dict[tuple[str, str], Match] = {}

    def match(self, last: str, first: str) -> Match:
        """Who « last first », as written, is."""
        known = self._found.get((last, first))
        if known is None:
            known = self._found[last, first] = self._match(last, first)
        return known

    def _match(self, last: str, first: str) -> Match:
        if not glued(last + first):
            return Match(doubt=Doubt.UNKNOWN)
        letters = _initials(first)
        if not glued(first) or letters:
            return self._abbreviated(last, letters)
        if turned := _initials(last):  # « Julie M. », « J. MARTIN » read the other way round
            return self._abbreviated(first, turned)
        sure = set(self._by_key.get(glued(last) + glued(first), ()))
        sure |= self._by_key.get(without_particle(last).replace(" ", "") + glued(first), set())
        if len(sure) == 1:
            return Match(next(iter(sure)))
        if sure:
            exact = [one for one in sure if self._spelled(one, last, first)]
            # without its accents a name may be either person's; written with them it is one's
            if len(exact) == 1 and not (last + first).isascii():
                return Match(exact[0])
            return Match(doubt=Doubt.HOMONYMS, guesses=self._ranked(sure, last, first))
        close = self._ranked(self._people, last, first, CLOSE)
        return Match(doubt=Doubt.CLOSE if close else Doubt.UNKNOWN, guesses=close)

    def _spelled(self, one: str, last: str, first: str) -> bool:
        person = self._people[one]
        return _plain(person.last_name) == _plain(last) and _plain(person.first_name) == _plain(first)

    def _abbreviated(self, last: str, letters: str) -> Match:
        """« J. MARTIN », « MARTIN »: those whose last name is the same and whose first name begins so."""
        found = [
            Guess(one.id, score)
            for one in self._people.values()
            if _begins(one.first_name, letters)
            and (score := max(name_similarity(last, name) for name in _last_names(one))) >= CLOSE
        ]
        found.sort(key=lambda guess: (-guess.score, self._order(guess.id)))
        return Match(doubt=Doubt.INITIAL if found else Doubt.UNKNOWN, guesses=tuple(found[:PROPOSED]))

    def _ranked(self, ids: Iterable[str], last: str, first: str, least: int = 0) -> tuple[Guess, ...]:
        found = [Guess(one, score) for one in ids if (score := _likeness(self._people[one], last, first)) >= least]
        found.sort(key=lambda guess: (-guess.score, self._order(guess.id)))
        return tuple(found[:PROPOSED])

    def _order(self, one: str) -> tuple[str, str, str]:
        person = self._people[one]
        return fold(person.last_name), fold(person.first_name), one


def _last_names(person: Known) -> tuple[str, ...]:
    return (person.last_name, person.birth_name) if person.birth_name.strip() else (person.last_name,)


def _keys(person: Known) -> set[str]:
    """Every way to write somebody without a doubt, glued: both orders, particle or not, birth name, both names."""
    first = glued(person.first_name)
    lasts = {glued(name) for name in _last_names(person)}
    lasts |= {without_particle(name).replace(" ", "") for name in _last_names(person)}
    if person.birth_name.strip():
        used, born = glued(person.last_name), glued(person.birth_name)
        lasts |= {used + born, born + used}
    if not first:
        return set()
    return {key for last in lasts if last for key in (last + first, first + last)}


def _likeness(person: Known, last: str, first: str) -> int:
    """The weaker of both names, whichever their order."""
    best = 0
    for name in _last_names(person):
        straight = min(name_similarity(last, name), name_similarity(first, person.first_name))
        turned = min(name_similarity(first, name), name_similarity(last, person.first_name))
        best = max(best, straight, turned)
    return min(best, SAME)


def _plain(text: str) -> str:
    """The same letters with their accents; case, spaces, hyphens and apostrophes do not count."""
    return re.sub(r"[\s'’\-]", "", unicodedata.normalize("NFC", text)).casefold()


_INITIALS = re.compile(r"[^\W\d_](?:[.\s-]{1,2}[^\W\d_])*\.?")


def _initials(first: str) -> str:
    """« J. », « J », « J.-P. » → ``j``, ``jp``; empty for a written first name."""
    text = first.strip()
    return fold(text).replace(" ", "") if text and _INITIALS.fullmatch(text) else ""


def _begins(first: str, letters: str) -> bool:
    """Whether the words of a first name begin with these letters; any first name does with none."""
    words = name_words(first)
    if len(letters) <= 1:
        return not letters or bool(words and words[0].startswith(letters))
    return "".join(word[0] for word in words)[: len(letters)] == letters
