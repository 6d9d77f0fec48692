"""« Est-ce la même personne ? »: when to ask, with the reason; never merges (PRODUCT.md B1, B2, AC 23)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from app.rules.french import capitalise_first
from app.rules.names import SAME, glued, name_similarity, phonetic

CLOSE = 75
"""From this score on, a name differs by about one slip."""
VERY_CLOSE = 85
ALIKE = 60
"""From this score on, a first name may be the same with its slips when the birth date is."""
ONE_SLIP = 83
"""A first name of six letters with one wrong."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What is compared. ``birth_name`` empty when it is the same as ``last_name``; ``phone`` as stored (digits)."""

    last_name: str
    first_name: str
    birth_name: str = ""
    birth_date: dt.date | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """``ask``: whether to put the question. ``score`` 0-100 orders candidates. ``reason`` is French, nameless."""

    ask: bool
    score: int
    reason: str


class DateLikeness(Enum):
    """How two birth dates compare; the value is the words of the reason."""

    SAME = "même date de naissance"
    SWAPPED = "jour et mois de naissance inversés"
    NEAR = "date de naissance à un chiffre près"
    UNKNOWN = "date de naissance non connue"
    DIFFERENT = "autre date de naissance"


_DATE_POINTS = {
    DateLikeness.SAME: 40,
    DateLikeness.SWAPPED: 32,
    DateLikeness.NEAR: 30,
    DateLikeness.UNKNOWN: 15,
    DateLikeness.DIFFERENT: 0,
}


def compare_birth_dates(first: dt.date | None, second: dt.date | None) -> DateLikeness:
    """Same, day and month swapped, one wrong digit or two neighbouring digits swapped, unknown, or different."""
    if first is None or second is None:
        return DateLikeness.UNKNOWN
    if first == second:
        return DateLikeness.SAME
    if first.year == second.year and (first.day, first.month) == (second.month, second.day):
        return DateLikeness.SWAPPED
    if (first.day != second.day) + (first.month != second.month) + (first.year != second.year) > 2:
        return DateLikeness.DIFFERENT  # a slip touches two of the three at most
    mine, theirs = f"{first:%d%m%Y}", f"{second:%d%m%Y}"
    wrong = [at for at in range(8) if mine[at] != theirs[at]]
    if len(wrong) == 1:
        return DateLikeness.NEAR
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1 and mine[wrong[0]] == theirs[wrong[1]]:
        turned = mine[wrong[1]] == theirs[wrong[0]]
        return DateLikeness.NEAR if turned else DateLikeness.DIFFERENT
    return DateLikeness.DIFFERENT


@dataclass(frozen=True, slots=True)
class _Names:
    last: int
    first: int
    inverted: bool

    @property
    def mean(self) -> int:
        return (self.last + self.first) // 2

    @property
    def weakest(self) -> int:
        return min(self.last, self.first)


def _compare_names(first: Identity, second: Identity) -> _Names:
    straight = _Names(
        max(name_similarity(mine, theirs) for mine in _last_names(first) for theirs in _last_names(second)),
        name_similarity(first.first_name, second.first_name),
        inverted=False,
    )
    if straight.weakest >= CLOSE:
        return straight
    turned = _Names(
        max(name_similarity(mine, second.first_name) for mine in _last_names(first)),
        max(name_similarity(first.first_name, theirs) for theirs in _last_names(second)),
        inverted=True,
    )
    return turned if turned.mean > straight.mean and turned.weakest >= CLOSE else straight


def _last_names(identity: Identity) -> tuple[str, ...]:
    return tuple(name for name in (identity.last_name, identity.birth_name) if name.strip()) or ("",)


def likely_same(first: Identity, second: Identity) -> Likeness:
    """Whether two records are worth the question, and why. Symmetric in what it asks.

    Asked when: same birth date and a name at a slip or two, or the same first name under another family
    name (marriage); birth date at one digit and both names close; no birth date and both names nearly
    equal; another birth date but the same telephone and nearly equal names.
    """
    dates = compare_birth_dates(first.birth_date, second.birth_date)
    phone = bool(first.phone) and first.phone == second.phone
    if dates is DateLikeness.DIFFERENT and not phone:
        return Likeness(False, 0, f"{capitalise_first(dates.value)}.")
    names = _compare_names(first, second)
    match dates:
        case DateLikeness.SAME:
            ask = names.first >= ALIKE and (names.last >= 50 or _same_first_name(names, first, second))
        case DateLikeness.SWAPPED | DateLikeness.NEAR:
            ask = names.weakest >= CLOSE and names.mean >= VERY_CLOSE
        case DateLikeness.UNKNOWN:
            ask = names.weakest >= VERY_CLOSE or (phone and names.weakest >= CLOSE)
        case _:  # another date, but the same telephone
            ask = names.weakest >= VERY_CLOSE
    score = min(SAME, names.mean * 60 // 100 + _DATE_POINTS[dates] + (10 if phone else 0))
    return Likeness(ask, score, _reason(names, dates, phone))


def _same_first_name(names: _Names, first: Identity, second: Identity) -> bool:
    """Under another family name the first name alone speaks: « Louise » is then not « Louis » with a slip."""
    short, long = sorted((glued(first.first_name), glued(second.first_name)), key=len)
    feminine = long.removeprefix(short) in ("e", "n", "ne", "le", "te") and short != long
    return names.first >= ONE_SLIP and not feminine


def _reason(names: _Names, dates: DateLikeness, phone: bool) -> str:
    if names.inverted:
        head = "nom et prénom inversés"
    elif names.weakest == SAME:
        head = "même nom et même prénom"
    elif names.weakest >= CLOSE:
        head = "nom et prénom très proches"
    elif names.first >= VERY_CLOSE:
        head = "même prénom, autre nom"
    else:
        head = "noms voisins"
    parts = [head, dates.value] + (["même téléphone"] if phone else [])
    return f"{capitalise_first(', '.join(parts))}."


def best_matches(
    wanted: Identity, known: Iterable[tuple[str, Identity]], limit: int = 5
) -> tuple[tuple[str, Likeness], ...]:
    """The records (id, identity) worth the question, the likeliest first."""
    found = [(key, likeness) for key, one in known if (likeness := likely_same(wanted, one)).ask]
    return tuple(sorted(found, key=lambda pair: (-pair[1].score, pair[0]))[:limit])


def blocking_keys(identity: Identity) -> frozenset[str]:
    """Short keys to gather candidates without comparing everybody: two records that share none need no comparison.

    The birth date, and the sound of each name whatever its place (so that inverted names meet).
    """
    sounds = (phonetic(name) for name in (*_last_names(identity), identity.first_name))
    keys = {f"n:{sound}" for sound in sounds if sound}
    if identity.birth_date is not None:
        keys.add(f"d:{identity.birth_date.isoformat()}")
    return frozenset(keys)


_BLOCK = 40
"""Most files of one block compared two by two; a larger block (a date typed for want of another) is split by letter."""


def likely_pairs(people: Iterable[tuple[str, Identity]], limit: int = 500) -> tuple[tuple[str, str, Likeness], ...]:
    """The pairs of files worth the question, the likeliest first, each once: (id, id, why).

    Only files that share a birth date, the sound of both names in any order, or a telephone are compared: never
    everybody with everybody.
    """
    known = dict(people)
    letters = {key: _letters(one) for key, one in known.items()}
    blocks: dict[str, list[str]] = {}
    for key, one in known.items():
        for block in _blocks_of(one):
            blocks.setdefault(block, []).append(key)
    found: dict[tuple[str, str], Likeness] = {}
    seen: set[tuple[str, str]] = set()
    for name, members in blocks.items():
        by_name = name.startswith("n:")
        for group in _small_groups(members, known) if len(members) > _BLOCK else (members,):
            for at, first in enumerate(group):
                for second in group[at + 1 :]:
                    pair = (first, second) if first < second else (second, first)
                    if pair in seen or (not by_name and not letters[first] & letters[second]):
                        continue
                    one, other = known[first], known[second]
                    if not by_name and not _names_may_meet(one, other):
                        continue
                    if by_name and one.phone != other.phone and _far(one.birth_date, other.birth_date):
                        continue
                    seen.add(pair)
                    likeness = likely_same(one, other)
                    if likeness.ask:
                        found[pair] = likeness
    ordered = sorted(found.items(), key=lambda item: (-item[1].score, item[0]))[:limit]
    return tuple((first, second, likeness) for (first, second), likeness in ordered)


def _names_may_meet(one: Identity, other: Identity) -> bool:
    """Whether the question could be asked at all: alike first names, or names inverted."""
    if name_similarity(one.first_name, other.first_name) >= ALIKE:
        return True
    first, second = phonetic(one.first_name)[:2], phonetic(other.first_name)[:2]
    return any(phonetic(name)[:2] == second for name in _last_names(one)) or any(
        phonetic(name)[:2] == first for name in _last_names(other)
    )


def _far(first: dt.date | None, second: dt.date | None) -> bool:
    """Whether two birth dates cannot be one slip apart: said before anything is compared."""
    return first is not None and second is not None and compare_birth_dates(first, second) is DateLikeness.DIFFERENT


def _blocks_of(identity: Identity) -> Iterable[str]:
    if identity.birth_date is not None:
        yield f"d:{identity.birth_date.isoformat()}"
    if len(identity.phone) >= 9:
        yield f"p:{identity.phone}"
    first = phonetic(identity.first_name)
    for name in _last_names(identity):
        yield "n:" + "/".join(sorted((phonetic(name), first)))


def _letters(identity: Identity) -> frozenset[str]:
    """First sounds of the names: two files of one person share one, whatever the slip on another name."""
    names = (*_last_names(identity), identity.first_name)
    return frozenset(sound[:2] for name in names if (sound := phonetic(name)))


def _small_groups(members: list[str], known: Mapping[str, Identity]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for key in members:
        one = known[key]
        sounds = sorted(phonetic(name)[:2] for name in (one.last_name, one.first_name))
        groups.setdefault("/".join(sounds), []).append(key)
    return [group[: 4 * _BLOCK] for group in groups.values()]
