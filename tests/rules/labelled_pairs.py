"""A thousand labelled pairs: five hundred of one person written twice, five hundred of two people.

Made by a documented procedure from a fixed seed, around pairs written by hand. Names are invented or common; each slip
is one that clerks make: an accent lost, a letter doubled, dropped, swapped or wrong, names inverted, a married name, a
double name cut, a particle, another spelling from another alphabet, a birth date at one digit, day and month swapped,
not known. The people who differ are the hard ones: twins, siblings, homonyms born another day, neighbours in the list.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace

from app.demonstration.invented import FEMALE_NAMES, LAST_NAMES, MALE_NAMES
from app.rules.duplicates import Identity
from app.rules.french import fold

SEED, EACH = 20261122, 500
Pair = tuple[Identity, Identity]
_FIRST_NAMES = (
    *FEMALE_NAMES, *MALE_NAMES, "Mohamed", "Ekaterina", "Oleksandr", "Marie-Thérèse", "Jean-Baptiste", "Christophe",
    "Philippe", "Guillaume", "Anaïs", "Mathilde", "Stéphane", "Catherine", "Sandrine", "Nicolas", "Vincent", "Laurence",
)  # fmt: skip

# --- by hand -----------------------------------------------------------------------------

_D = dt.date
SAME_BY_HAND: tuple[Pair, ...] = (
    (Identity("DESCHAMPS", "Benoît", "", _D(1988, 3, 12)), Identity("DECHAMPS", "Benoit", "", _D(1988, 3, 12))),
    (Identity("DUPONT", "Jean-Marc", "", _D(1971, 7, 4)), Identity("DUPOND", "Jean Marc", "", _D(1971, 7, 4))),
    (Identity("BENALI", "Mohamed", "", _D(1990, 1, 15)), Identity("BEN ALI", "Muhammad", "", _D(1990, 1, 15))),
    (Identity("IVANOVA", "Ekaterina", "", _D(1984, 9, 2)), Identity("IVANOVA", "Yekaterina", "", _D(1984, 9, 2))),
    (Identity("LEFÈVRE", "Éloïse", "", _D(1995, 5, 30)), Identity("LEFEBVRE", "Eloise", "", _D(1995, 5, 30))),
    (Identity("MARTIN", "Julie", "DURAND", _D(1992, 2, 28)), Identity("DURAND", "Julie", "", _D(1992, 2, 28))),
    (Identity("PETIT-JEAN", "Loïc", "", _D(1979, 11, 8)), Identity("PETITJEAN", "Loic", "", _D(1979, 11, 8))),
    (Identity("DIALLO", "Aïssatou", "", _D(1999, 12, 24)), Identity("JALLOW", "Aissatou", "", _D(1999, 12, 24))),
    (Identity("NGUYEN", "Thanh-Mai", "", _D(1987, 6, 17)), Identity("Thanh Mai", "NGUYEN", "", _D(1987, 6, 17))),
    (Identity("de SOUSA", "Manuel", "", _D(1968, 4, 3)), Identity("SOUSA", "Manuel", "", _D(1968, 4, 3))),
    (Identity("O’BRIEN", "Siobhan", "", _D(1991, 8, 9)), Identity("OBRIEN", "Siobhan", "", _D(1991, 8, 9))),
    (Identity("KÉÏTA", "Ibrahima", "", _D(1982, 10, 10)), Identity("KEITA", "Brahim", "", _D(1982, 10, 10))),
)
APART_BY_HAND: tuple[Pair, ...] = (
    (Identity("MARTIN", "Julie", "", _D(1988, 3, 12)), Identity("MARTIN", "Julie", "", _D(1994, 7, 25))),
    (Identity("MARTIN", "Paul", "", _D(1988, 3, 12)), Identity("MARTIN", "Claire", "", _D(1988, 3, 12))),
    (Identity("BENALI", "Karim", "", _D(1990, 1, 15)), Identity("BENALI", "Samir", "", _D(1992, 4, 6))),
    (Identity("DUPONT", "Jean", "", _D(1950, 5, 2)), Identity("DUPONT", "Jean", "", _D(1978, 9, 30))),
    (Identity("DIALLO", "Mamadou", "", _D(1999, 1, 1)), Identity("DIALLO", "Fatoumata", "", _D(1999, 1, 1))),
    (Identity("NGUYEN", "Minh", "", _D(1985, 6, 1)), Identity("NGUYEN", "Lan", "", None)),
    (Identity("ROUSSEAU", "Chloé", "", _D(2001, 2, 3)), Identity("GIRARD", "Thomas", "", _D(2001, 2, 3))),
    (Identity("PETIT", "Marie", "", None), Identity("PETIT", "Martine", "", None)),
    (Identity("FERREIRA", "Ana", "", _D(1975, 3, 8)), Identity("PEREIRA", "Rita", "", _D(1975, 3, 9))),
    (Identity("TRAORÉ", "Awa", "", _D(1998, 8, 8)), Identity("TOURÉ", "Issa", "", _D(1998, 8, 8))),
)


# --- by the procedure --------------------------------------------------------------------


def _birth(draw: random.Random) -> dt.date:
    return _D(1962, 1, 1) + dt.timedelta(days=draw.randrange(44 * 365))


def _person(draw: random.Random) -> Identity:
    last = draw.choice(LAST_NAMES)
    if draw.random() < 0.15:
        last = f"{last}-{draw.choice(LAST_NAMES)}"
    return Identity(last, draw.choice(_FIRST_NAMES), "", _birth(draw), f"06399{draw.randrange(100_000):05d}")


def _slip(draw: random.Random, name: str) -> str:
    """One letter dropped, doubled, wrong, or two neighbours swapped; names of three letters at most are kept."""
    if len(name) < 4:
        return name
    at = draw.randrange(1, len(name) - 1)
    kind = draw.randrange(4)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    if kind == 2:
        return name[:at] + draw.choice("aeioulrsnt") + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _near_date(draw: random.Random, day: dt.date) -> dt.date:
    while True:
        text = f"{day:%d%m%Y}"
        at = draw.choice((0, 1, 2, 3, 6, 7))
        changed = text[:at] + draw.choice("0123456789") + text[at + 1 :]
        try:
            found = dt.datetime.strptime(changed, "%d%m%Y").date()
        except ValueError:
            continue
        if found != day:
            return found


_SPELLINGS = (
    ("Mohamed", "Muhammad"), ("Mohamed", "Mohammed"), ("Youssef", "Yusuf"), ("Ekaterina", "Yekaterina"),
    ("Khadija", "Hadija"), ("Ousmane", "Uthman"), ("Natalia", "Natalya"), ("Oleksandr", "Alexandr"),
    ("Abdoulaye", "Abdullah"), ("Aïcha", "Aisha"), ("Hussein", "Hocine"), ("Tarek", "Tariq"),
)  # fmt: skip


_CLOSE_FIRST_NAMES = (
    ("Louis", "Louise"), ("Julie", "Julien"), ("Jean", "Jeanne"), ("Simon", "Simone"), ("Denis", "Denise"),
    ("Fatou", "Fatoumata"), ("Christian", "Christine"), ("Lina", "Lena"), ("Hassan", "Hussein"), ("Amina", "Amira"),
)  # fmt: skip


def _same(draw: random.Random) -> Pair:
    one = _person(draw)
    other_name = draw.choice([name for name in LAST_NAMES if name[:2] != one.last_name[:2]])
    first, second = draw.choice(_SPELLINGS)
    ways: tuple[Callable[[], Pair], ...] = (
        lambda: (one, replace(one, last_name=fold(one.last_name).upper(), first_name=fold(one.first_name), phone="")),
        lambda: (one, replace(one, last_name=_slip(draw, one.last_name), phone="")),
        lambda: (one, replace(one, first_name=_slip(draw, one.first_name), phone="")),
        lambda: (one, replace(one, last_name=one.first_name, first_name=one.last_name, phone="")),
        lambda: (one, replace(one, last_name=other_name, birth_name=one.last_name, phone="")),
        lambda: (one, replace(one, last_name=other_name, phone="")),
        lambda: (one, replace(one, last_name=one.last_name.split("-")[0], phone="")),
        lambda: (one, replace(one, birth_date=_near_date(draw, one.birth_date or _D(1990, 1, 1)), phone="")),
        lambda: (one, replace(one, birth_date=_near_date(draw, one.birth_date or _D(1990, 1, 1)))),
        lambda: (one, replace(one, birth_date=None, phone="")),
        lambda: (one, replace(one, birth_date=None, last_name=_slip(draw, one.last_name))),
        lambda: (replace(one, first_name=first), replace(one, first_name=second, phone="")),
        lambda: (one, replace(one, last_name=_slip(draw, one.last_name), first_name=fold(one.first_name), phone="")),
        lambda: (one, replace(one, last_name=_slip(draw, one.last_name), first_name=_slip(draw, one.first_name))),
        lambda: (one, replace(one, last_name=one.first_name, first_name=_slip(draw, one.last_name), phone="")),
        lambda: (
            one,
            replace(
                one,
                last_name=_slip(draw, one.last_name),
                birth_date=_near_date(draw, one.birth_date or _D(1990, 1, 1)),
                phone="",
            ),
        ),
        lambda: (one, replace(one, last_name=other_name, first_name=_slip(draw, one.first_name), phone="")),
    )
    return draw.choice(ways)()


def _apart(draw: random.Random) -> Pair:
    one, other = _person(draw), _person(draw)
    while other.last_name[:3] == one.last_name[:3] or other.first_name == one.first_name:
        other = _person(draw)
    close, closer = draw.choice(_CLOSE_FIRST_NAMES)
    ways: tuple[Callable[[], Pair], ...] = (
        lambda: (one, other),
        lambda: (replace(one, first_name=close), replace(other, last_name=one.last_name, first_name=closer)),
        lambda: (replace(one, first_name=close), replace(other, first_name=closer, birth_date=one.birth_date)),
        lambda: (one, replace(other, last_name=one.last_name)),  # siblings, cousins
        lambda: (one, replace(other, last_name=one.last_name, phone=one.phone)),  # who share a telephone
        lambda: (one, replace(other, last_name=one.last_name, birth_date=one.birth_date)),  # twins
        lambda: (one, replace(one, birth_date=other.birth_date, phone=other.phone)),  # homonyms
        lambda: (one, replace(one, birth_date=other.birth_date, phone="")),
        lambda: (one, replace(other, birth_date=one.birth_date)),  # born the same day
        lambda: (one, replace(other, first_name=one.first_name)),
        lambda: (one, replace(other, last_name=one.last_name, birth_date=None, phone="")),
        lambda: (one, replace(other, birth_date=_near_date(draw, one.birth_date or _D(1990, 1, 1)))),
    )
    return draw.choice(ways)()


def labelled() -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """(pairs of one person, pairs of two people), five hundred each, always the same."""
    draw = random.Random(SEED)
    same = [*SAME_BY_HAND, *(_same(draw) for _ in range(EACH - len(SAME_BY_HAND)))]
    apart = [*APART_BY_HAND, *(_apart(draw) for _ in range(EACH - len(APART_BY_HAND)))]
    return tuple(same), tuple(apart)
