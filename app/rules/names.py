"""Comparing names of people the way a reader would: accents, hyphens, particles, inversions, small slips.

Scores are integers from 0 to 100. Nothing here decides; ``duplicates`` proposes and a person answers.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.rules.french import PARTICLES, fold
from app.rules.transliteration import same_name

SAME = 100
_SOUNDS_ALIKE = 88
_SHARED_PART = 90
_OTHER_SPELLING = 92
_INITIAL = 85


@lru_cache(maxsize=8_192)
def name_words(name: str) -> tuple[str, ...]:
    """Folded words: « Martin-Dupont » → ``("martin", "dupont")``."""
    return tuple(fold(name).split())


@lru_cache(maxsize=8_192)
def glued(name: str) -> str:
    """Folded and written together: « de Schamps » and « Deschamps » are the same text."""
    return fold(name).replace(" ", "")


@lru_cache(maxsize=8_192)
def without_particle(name: str) -> str:
    """Folded, leading particle dropped: « de La Tour » → ``tour``. A name made of a particle alone stays."""
    folded = fold(name)
    for particle in PARTICLES:
        rest = folded.removeprefix(particle + " ")
        if rest != folded:
            return rest
    return folded


def distance(first: str, second: str) -> int:
    """Number of slips between two texts: a letter added, missing, wrong, or two neighbours swapped.

    Optimal string alignment (restricted Damerau-Levenshtein). Symmetric.
    """
    if first == second:
        return 0
    before_last: list[int] = []
    last = list(range(len(second) + 1))
    for at, letter in enumerate(first, start=1):
        row = [at]
        for other_at, other in enumerate(second, start=1):
            best = min(last[other_at] + 1, row[-1] + 1, last[other_at - 1] + (letter != other))
            if at > 1 and other_at > 1 and letter == second[other_at - 2] and first[at - 2] == other:
                best = min(best, before_last[other_at - 2] + 1)
            row.append(best)
        before_last, last = last, row
    return last[-1]


def similarity(first: str, second: str) -> int:
    """0 to 100: the share of letters that need no correction, on texts already folded."""
    longest = max(len(first), len(second))
    if not longest:
        return 0
    return SAME * (longest - distance(first, second)) // longest


@lru_cache(maxsize=16_384)
def name_similarity(first: str, second: str) -> int:
    """How alike two family names (or two first names) are, 0 to 100; 0 when either is empty.

    100 when only accents, spaces, hyphens or apostrophes differ; 92 when they are spellings of one name from
    another alphabet; 90 when a double name holds the other whole; 88 at least when they sound alike; 85 for an
    initial (« J. » and « Julie »); else the share of right letters.
    """
    mine, theirs = glued(first), glued(second)
    if not mine or not theirs:
        return 0
    if mine == theirs:
        return SAME
    score = similarity(mine, theirs)
    bare_mine, bare_theirs = without_particle(first).replace(" ", ""), without_particle(second).replace(" ", "")
    if bare_mine == bare_theirs:
        score = max(score, _SHARED_PART)
    short, long = sorted((name_words(first), name_words(second)), key=len)
    if len(short) < len(long) and set(short) <= set(long) and max(map(len, short)) >= 3:
        score = max(score, _SHARED_PART)
    if min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0]:
        score = max(score, _INITIAL)
    if len(short) == len(long) and all(
        one == other or same_name(one, other) for one, other in zip(name_words(first), name_words(second), strict=True)
    ):
        score = max(score, _OTHER_SPELLING)
    if min(len(mine), len(theirs)) >= 3 and phonetic(first) == phonetic(second):
        score = max(score, _SOUNDS_ALIKE)
    return score


_SOUNDS: tuple[tuple[str, str], ...] = (
    (r"(.)\1+", r"\1"),
    (r"sch|sh", "ch"),
    (r"ch(?=[rl])", "k"),
    (r"ch", "x"),
    (r"ph", "f"),
    (r"gn", "n"),
    (r"h", ""),
    (r"(?:eau|au)l?(?=[tdx]s?$)|eau|au", "o"),
    (r"bv", "v"),
    (r"[aeo]?i[nm](?=[^aeiouy]|$)|[yu][nm](?=[^aeiouy]|$)|ay[nm](?=[^aeiouy]|$)", "2"),
    (r"[ae][nm](?=[^aeiouynm]|$)", "1"),
    (r"o[nm](?=[^aeiouynm]|$)", "3"),
    (r"oeu|eu", "e"),
    (r"ou|oo|w", "u"),
    (r"ai|ei|ay|ey|ae|oe", "e"),
    (r"qu|q|ck|c(?=[^eiy]|$)", "k"),
    (r"c", "s"),
    (r"gu(?=[eiy])", "g"),
    (r"g(?=[eiy])", "j"),
    (r"y", "i"),
    (r"z", "s"),
    (r"v", "f"),
    (r"(.)\1+", r"\1"),
    (r"(?<=..)(?:e|s|t|d|p|r(?=s))+$", ""),
)


@lru_cache(maxsize=32_768)
def phonetic(name: str) -> str:
    """A rough French sound key, the same for « Dupont » and « Dupond », « Philippe » and « Filipe ».

    Meant to gather candidates, never to decide alone. Empty for an empty name; digits 1, 2, 3 stand for
    nasal vowels.
    """
    soft = unicodedata.normalize("NFC", name).casefold().replace("ç", "ss")
    key = "".join(one for one in glued(soft) if one.isalpha())
    for pattern, sound in _SOUNDS:
        key = re.sub(pattern, sound, key)
    return key
