"""Numbers that people read, print and type back: visits, files, calculations, and the paper code of a statement.

Two offline laptops cannot collide: each has its own two-letter prefix. A number never changes once shown
(PRODUCT.md V9).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidInput
from app.rules.calendar import month_parts
from app.rules.french import NBSP, fold, quoted


class Series(StrEnum):
    """What is numbered; the value is the printed head."""

    VISIT = "VIS"
    BENEFICIARY = "B"
    SIZING = "CAL"
    ATTESTATION = "ATT"
    OFFER = "OFF"


@dataclass(frozen=True, slots=True)
class Number:
    """A number taken apart: ``VIS-2026-NO-0042`` is series VIS, year 2026, prefix NO, counter 42."""

    series: Series
    year: int
    prefix: str
    counter: int

    def __str__(self) -> str:
        return f"{self.series.value}-{self.year:04d}-{self.prefix}-{self.counter:04d}"


_NUMBER = re.compile(r"(VIS|CAL|ATT|OFF|B)[ \-_/]*([0-9]{4})[ \-_/]*([A-Z]{2})[ \-_/]*0*([0-9]{1,7})")


def parse_prefix(text: str, *, field: str = "prefix") -> str:
    """Two letters that name a workstation, in capitals. Raises ``InvalidInput``."""
    letters = fold(text).replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}", letters):
        raise InvalidInput("Le préfixe du poste est fait de deux lettres.", todo="Écrire par exemple NO.", field=field)
    return letters


def make_number(series: Series, year: int, prefix: str, counter: int) -> str:
    """``VIS-2026-NO-0042``; a counter above 9999 takes more digits. ``ValueError`` for parts out of range."""
    if not 2000 <= year <= 2999 or not re.fullmatch(r"[A-Z]{2}", prefix) or not 1 <= counter <= 9_999_999:
        raise ValueError("year 2000-2999, two capital letters and a counter from 1 are expected")
    return str(Number(series, year, prefix, counter))


def parse_number(text: str, series: Series | None = None, *, field: str = "number") -> Number:
    """Read a number typed in any case, with or without hyphens, spaces or leading zeros. Raises ``InvalidInput``."""
    match = _NUMBER.fullmatch(_plain(text))
    if match is None or not int(match[4]) or (series is not None and match[1] != series.value):
        example = Number(series or Series.VISIT, 2026, "NO", 42)
        raise InvalidInput(
            f"{quoted(text.strip())} n’est pas un numéro du carnet.", todo=f"Écrire par exemple {example}.", field=field
        )
    return Number(Series(match[1]), int(match[2]), match[3], int(match[4]))


def next_number(existing: Iterable[str], series: Series, year: int, prefix: str) -> str:
    """The number after the highest of the same series, year and prefix; numbers of others are passed over."""
    highest = 0
    for text in existing:
        match = _NUMBER.fullmatch(text)
        if match and (match[1], int(match[2]), match[3]) == (series.value, year, prefix):
            highest = max(highest, int(match[4]))
    return make_number(series, year, prefix, highest + 1)


def observation_number(visit_number: str, number: int) -> str:
    """« 42.1 »: the visit's counter and the observation's place in it; the place alone for a visit without number."""
    match = _NUMBER.fullmatch(visit_number)
    return f"{int(match[4])}.{number}" if match else str(number)


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).strip().upper().replace("\u2011", "-").replace("–", "-")


# --- paper code of a statement -----------------------------------------------------------

CHECK_ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXYZ"
"""29 signs (a prime number, see :func:`_check`), none that looks like another one of it: no B, I, L, O, S, 0, 1."""
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8)
_CODE = re.compile(r"([A-Z]{2})[ \-_./]*([0-9]{4})[ \-_./]*([0-9A-Z])([0-9A-Z])")
_TO_LETTER = str.maketrans("0158", "OISB")
_TO_DIGIT = str.maketrans("OILSB", "01158")


@dataclass(frozen=True, slots=True)
class PaperCode:
    """``BS-1126-K7`` taken apart: company letters BS, month ``2026-11``, check signs K7."""

    letters: str
    month: str
    signs: str

    def __str__(self) -> str:
        year, number = month_parts(self.month)
        return f"{self.letters}-{number:02d}{year % 100:02d}-{self.signs}"


def paper_code(company_name: str, month: str, identity: str) -> str:
    """The short code printed on a blank statement (PRODUCT.md H11): ``BS-1126-K7`` for Bâti-Sud, November 2026.

    Two letters of the company, month and year, one sign drawn from ``identity`` (the statement's id), one
    check sign. The same statement always gives the same code. Two companies with the same letters have the
    same code once in 29: the caller finds statements by their stored code and shows both.
    """
    year, number = month_parts(month)
    letters = company_letters(company_name)
    head = f"{letters}{number:02d}{year % 100:02d}"
    drawn = CHECK_ALPHABET[int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big") % len(CHECK_ALPHABET)]
    return f"{letters}-{head[2:]}-{drawn}{_check(head + drawn)}"


def company_letters(name: str) -> str:
    """Two capitals: initials of the first two words, else the first two letters, completed with X."""
    words = [word for word in (re.sub(r"[^a-z]", "", part) for part in fold(name).split()) if word]
    heads = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
    return heads.upper().ljust(2, "X")


def _check(body: str) -> str:
    """Check sign of six places and a drawn sign: a weighted sum modulo 29.

    Each place holds values below 29 and has its own weight, so any single wrong sign and any swap of two
    signs of the same sort change the sum.
    """
    total = sum(weight * _value(sign, at) for at, (weight, sign) in enumerate(zip(_WEIGHTS, body, strict=True)))
    return CHECK_ALPHABET[total % len(CHECK_ALPHABET)]


def _value(sign: str, at: int) -> int:
    if at < 2:
        return ord(sign) - ord("A")
    return int(sign) if at < 6 else CHECK_ALPHABET.index(sign)


def parse_paper_code(text: str, *, field: str = "paper_code") -> PaperCode:
    """Read a code typed in any case, with or without hyphens or spaces; O and 0, I and 1 are told apart by their place.

    Raises ``InvalidInput`` when it is not a code, or when a sign is wrong.
    """
    squeezed = re.sub(r"[\s\-_./\u2010-\u2014]", "", text).upper()
    if len(squeezed) == 8:
        squeezed = squeezed[:2].translate(_TO_LETTER) + squeezed[2:6].translate(_TO_DIGIT) + squeezed[6:]
    match = _CODE.fullmatch(squeezed)
    if match is None or not 1 <= int(match[2][:2]) <= 12:
        raise InvalidInput(
            f"{quoted(text.strip())} n’est pas le code d’un relevé.", todo="Écrire par exemple BS-1126-K7.", field=field
        )
    body = match[1] + match[2] + match[3]
    if match[3] not in CHECK_ALPHABET or _check(body) != match[4]:
        raise InvalidInput(
            f"Le code {quoted(text.strip())} contient une erreur de frappe.",
            todo=f"Le recopier depuis le relevé{NBSP}: deux lettres, quatre chiffres, deux signes.",
            field=field,
        )
    return PaperCode(match[1], f"20{match[2][2:]}-{match[2][:2]}", match[3] + match[4])


def is_paper_code(text: str) -> bool:
    """Whether :func:`parse_paper_code` would accept it, so that the palette can offer to open the statement."""
    try:
        parse_paper_code(text)
    except InvalidInput:
        return False
    return True
