"""Which words of the search index may lead to the same person: candidates without comparing everybody.

``duplicates.likely_same`` decides whether to ask; here is only how to gather the few records it is asked about.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from app.rules.duplicates import Identity
from app.rules.french import fold
from app.rules.transliteration import spellings

_HEADS = (
    ("ph", "f"), ("f", "ph"), ("k", "c"), ("c", "k"), ("k", "q"), ("q", "k"), ("y", "i"), ("i", "y"), ("h", ""),
    ("z", "s"), ("s", "z"), ("j", "g"), ("g", "j"), ("v", "w"), ("w", "v"), ("o", "au"), ("au", "o"), ("ch", "sh"),
    ("dj", "j"), ("j", "dj"), ("ou", "w"), ("w", "ou"), ("sch", "ch"), ("ch", "sch"),
)  # fmt: skip
"""Beginnings that sound alike: a family name may be indexed under either."""


def near_dates(day: dt.date) -> tuple[dt.date, ...]:
    """``day``, the same with day and month swapped, and every date one typing slip away (PRODUCT.md B2).

    A slip is one wrong digit of ``ddmmyyyy`` or two neighbouring digits swapped; years 1900-2099.
    """
    text = f"{day:%d%m}{day.year:04d}"
    found = {text, text[2:4] + text[:2] + text[4:]}
    for at in range(8):
        found.update(text[:at] + digit + text[at + 1 :] for digit in "0123456789")
        if at < 7:
            found.add(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    return tuple(sorted(one for one in map(_real_date, found) if one is not None))


def _real_date(text: str) -> dt.date | None:
    day, month, year = int(text[:2]), int(text[2:4]), int(text[4:])
    if not (1900 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return dt.date(year, month, day)


def name_heads(name: str, length: int) -> tuple[str, ...]:
    """The beginnings (``length`` letters) under which a name may be indexed: each word, and its soundalikes."""
    heads: dict[str, None] = {}
    words = fold(name).split()
    for word in (*words, "".join(words)):
        for variant in (word, *_soundalikes(word), *spellings(word)):
            if variant:
                heads[variant[:length]] = None
    return tuple(heads)


def _soundalikes(word: str) -> Iterator[str]:
    for head, other in _HEADS:
        if word.startswith(head):
            yield other + word[len(head) :]
    if word[:1] in tuple("aeiouy"):
        yield "h" + word
    if len(word) > 2 and word[0] == word[1]:
        yield word[1:]


def index_queries(identity: Identity) -> tuple[str, ...]:
    """FTS5 expressions over the index of people, each bounded, from the surest to the widest.

    Same birth date; nearly the same and two first letters of a name; same telephone; two or three first letters of both
    names, in either order.
    """
    queries: list[str] = []
    if identity.birth_date is not None:
        near = [f'"{one:%d%m}{one.year:04d}"' for one in near_dates(identity.birth_date)]
        same = f'"{identity.birth_date:%d%m}{identity.birth_date.year:04d}"'
        names = (identity.last_name, identity.birth_name, identity.first_name)
        begun = [head for name in names for head in name_heads(name, 2)]
        queries.append(same)
        queries.append(f"({_any(near)}) AND ({_prefixes(begun)})" if begun else _any(near))
    phone = re.sub(r"[^0-9]", "", identity.phone)
    if len(phone) >= 9:
        queries.append(f'"{phone}"')
    last = [name for name in (identity.last_name, identity.birth_name) if name.strip()]
    for mine in last:
        for long, short in ((3, 2), (2, 3)):
            theirs = name_heads(identity.first_name, short)
            heads = name_heads(mine, long)
            if heads and theirs:
                queries.append(f"({_prefixes(heads)}) AND ({_prefixes(theirs)})")
    return tuple(dict.fromkeys(queries))


def beginnings_query(word: str) -> str:
    """The FTS5 expression for the people one of whose names begins as ``word`` sounds."""
    heads = name_heads(word, 3)
    return _prefixes(heads) if heads else '""'


def _prefixes(heads: Sequence[str]) -> str:
    return _any(f'"{one}"*' for one in heads)


def _any(terms: Iterable[str]) -> str:
    return " OR ".join(terms)


def identities_of(words: Sequence[str], birth_date: dt.date | None) -> tuple[Identity, ...]:
    """How one line « Benoit Dechamps » may split into a first name and a family name, the likeliest first.

    Words in capitals are the family name. Else the first word is taken as the first name, then every other
    cut; ``likely_same`` itself looks at inverted names. Empty without a word.
    """
    known = [word for word in words if word.strip()]
    if not known:
        return ()
    capitals = [word for word in known if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(known):
        others = [word for word in known if word not in capitals]
        return (Identity(" ".join(capitals), " ".join(others), birth_date=birth_date),)
    if len(known) == 1:
        return (Identity(known[0], "", birth_date=birth_date),)
    return tuple(
        Identity(" ".join(known[cut:]), " ".join(known[:cut]), birth_date=birth_date) for cut in range(1, len(known))
    )
