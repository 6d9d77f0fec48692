"""What a typed search means: folded words in any order, digits kept together (PRODUCT.md F2, AC 22)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from app.errors import InvalidInput
from app.rules.french import fold, parse_date

_DIGIT_GROUPS = re.compile(r"\+?[0-9]+(?:[ .\u00a0\u202f][0-9]+)+")
_PHONE_GROUPS = re.compile(r"(?:33 ?(?:0 )?[1-9]|0[1-9])(?: [0-9]{2})*(?: [0-9])?")
_SIRET_GROUPS = re.compile(r"[0-9]{3} [0-9]{3}(?: [0-9]{1,3})?(?: [0-9]{1,5})?")
MAXIMUM_TERMS = 12
"""More words than that never make a better search, only a slower one."""


def query_terms(text: str) -> tuple[str, ...]:
    """Folded words to look up by their beginning, each once, in the order typed; at most twelve.

    Groups of digits that make (the beginning of) a telephone number or a SIRET are kept together: « 06 12
    34 » → ``061234``, « +33 6 12 » → ``0612``, « 229 102 280 00018 » → ``22910228000018``. « école 2 lot 3
    » stays four words.
    """
    joined = _DIGIT_GROUPS.sub(_join_digits, text)
    joined = re.sub(r"(?<![0-9A-Za-z])(?:\+|00)33(?:\(0\))?(?=[1-9][0-9]*)", "0", joined)
    return tuple(dict.fromkeys(fold(joined).split()))[:MAXIMUM_TERMS]


def _join_digits(match: re.Match[str]) -> str:
    groups = re.sub(r"[.\u00a0\u202f]", " ", match.group()).removeprefix("+")
    if _PHONE_GROUPS.fullmatch(groups):
        digits = groups.replace(" ", "")
        return re.sub(r"^33(?:0)?", "0", digits) if not digits.startswith("0") else digits
    if _SIRET_GROUPS.fullmatch(groups):
        return groups.replace(" ", "")
    return match.group()


def index_words(*parts: str) -> str:
    """The folded text to index for a record: each part's words, and each part of several words also written together.

    « de Schamps » is then found by « deschamps » and « schamps », « 06 12 34 56 78 » by « 0612 ».
    """
    words: list[str] = []
    for part in parts:
        terms = query_terms(part)
        words.extend(terms)
        if 1 < len(terms) <= 4:
            words.append("".join(terms))
    return " ".join(dict.fromkeys(words))


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """A person typed in one line: « Benoit Dechamps 12031988 »."""

    words: tuple[str, ...]
    birth_date: dt.date | None


_DATE_AT_END = re.compile(r"(?P<date>[0-9][0-9/.\- ]{4,9}[0-9]|[0-9]{1,2}(?:er)? [^\W\d_]{3,10}\.? [0-9]{2,4})\s*$")


def person_query(text: str, today: dt.date) -> PersonQuery:
    """Split a search for a person into name words (as typed) and a birth date when the line ends with one."""
    birth: dt.date | None = None
    match = _DATE_AT_END.search(text)
    if match is not None:
        try:
            birth = parse_date(match["date"], today, past=True)
        except InvalidInput:
            birth = None
    name = text[: match.start()] if match is not None and birth is not None else text
    return PersonQuery(tuple(name.replace(",", " ").split()), birth)
