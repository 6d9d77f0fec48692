"""What makes a good passphrase, said in French, without a dictionary to ship.

The passphrase is the root of everything: the rules ask for length, not for odd signs
(ANSSI and CNIL guidance on passphrases; PRODUCT.md §1.10).
"""

from __future__ import annotations

import enum
import itertools
import math
import re
import unicodedata
from dataclasses import dataclass

from app import errors

MIN_CHARACTERS = 12
MIN_WORDS = 4

_WORD = re.compile(r"[^\W_]{2,}")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "012345678901234567890",
)
_COMMON = (
    "motdepasse",
    "mot",
    "passe",
    "password",
    "azerty",
    "qwerty",
    "bonjour",
    "soleil",
    "doudou",
    "chouchou",
    "loulou",
    "marseille",
    "paris",
    "france",
    "admin",
    "welcome",
    "iloveyou",
    "secret",
    "carnet",
    "insertion",
    "inclusiv",
    "terrain",
    "clause",
    "facilitateur",
    "facilitatrice",
)


class Level(enum.IntEnum):
    """How hard a passphrase is to guess."""

    REFUSED = 0
    WEAK = 1
    FAIR = 2
    GOOD = 3
    EXCELLENT = 4


@dataclass(frozen=True, slots=True)
class Strength:
    """An estimate: its level, its bits (rough, on the low side) and the sentence to show."""

    level: Level
    bits: int
    sentence: str

    @property
    def acceptable(self) -> bool:
        """Whether a notebook may be created with it."""
        return self.level > Level.REFUSED


def normalised(passphrase: str) -> bytes:
    """The bytes that are hashed: NFC (so that « é » is one, however typed), UTF-8, never cut."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def strength(passphrase: str) -> Strength:
    """How good ``passphrase`` is, with the sentence to show under the field."""
    text = unicodedata.normalize("NFC", passphrase)
    words = {word.casefold() for word in _WORD.findall(text)}
    bits = _bits(text)
    if not text:
        return Strength(Level.REFUSED, 0, "Choisissez un mot de passe\u00a0: quatre mots au hasard suffisent.")
    if len(text) < MIN_CHARACTERS and len(words) < MIN_WORDS:
        missing = MIN_CHARACTERS - len(text)
        more = "1 caractère" if missing == 1 else f"{missing} caractères"
        return Strength(
            Level.REFUSED, bits, f"Trop court\u00a0: ajoutez {more}, ou composez une phrase de quatre mots."
        )
    if bits < 20:
        return Strength(Level.REFUSED, bits, "Trop facile à deviner\u00a0: préférez quatre mots sans lien entre eux.")
    if bits < 36:
        return Strength(Level.WEAK, bits, "Accepté, mais fragile\u00a0: un mot de plus le rendrait bien plus sûr.")
    if bits < 52:
        return Strength(Level.FAIR, bits, "Correct. Un mot de plus le rendrait meilleur.")
    if bits < 70:
        return Strength(Level.GOOD, bits, "Bon mot de passe.")
    return Strength(Level.EXCELLENT, bits, "Excellent mot de passe.")


def check(passphrase: str) -> None:
    """Raise :class:`errors.InvalidInput` (field ``passphrase``) when it may not be chosen."""
    answer = strength(passphrase)
    if not answer.acceptable:
        raise errors.InvalidInput(answer.sentence, field="passphrase")


def _bits(text: str) -> int:
    """Bits of a guess in order of likelihood: runs, repeats and common words count for little.

    A word of letters is worth at most 13 bits (a dictionary of eight thousand words), however long.
    """
    total = 0.0
    seen: set[str] = set()
    for piece in re.findall(r"[^\W\d_]+|\d+|[\W_]+", text):
        folded = _folded(piece)
        if folded in seen:
            total += 1
            continue
        seen.add(folded)
        total += _piece_bits(piece, folded)
    return int(total)


def _piece_bits(piece: str, folded: str) -> float:
    if len(set(folded)) == 1:
        # The space between words tells nothing; a repeated sign tells its sign and its count.
        return 0 if piece.isspace() else min(4, 3 + math.log2(len(piece)) / 2)
    if any(folded in run or folded in run[::-1] for run in _RUNS) and len(folded) > 2:
        return 4
    if folded.isdigit():
        if re.fullmatch(r"(?:19|20)\d\d", folded):
            return 6
        return 3.3 * _distinct_length(folded)
    if folded.isalpha():
        for word in sorted(_COMMON, key=len, reverse=True):
            if word in folded:
                return 4 + _piece_bits_of_rest(folded.replace(word, "", 1))
        mixed = 1 if piece != piece.lower() else 0
        return min(13, 3.6 * _distinct_length(folded)) + mixed
    return 4.5 * _distinct_length(folded)


def _piece_bits_of_rest(rest: str) -> float:
    return _piece_bits(rest, rest) if rest else 0


def _distinct_length(text: str) -> int:
    """Length without immediate repetitions: « aaab » counts for two."""
    return 1 + sum(1 for before, after in itertools.pairwise(text) if before != after)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)) or text
