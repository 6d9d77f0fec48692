"""The recovery code: what is printed on the « fiche de secours » and typed back one bad day.

Seven groups of five signs. In each, four signs carry 20 random bits (140 in all) and the fifth is a
check sign: a weighted sum in GF(32) with a different weight for each rank and a different constant
for each group. So one wrong sign, two signs exchanged (anywhere in the code) or two groups exchanged
are always caught, and the group at fault is named. The alphabet is Crockford's base 32: no I, L, O, U.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from app import errors

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 7
GROUP_SIGNS = 5
_DATA_SIGNS = GROUP_SIGNS - 1
TOTAL_SIGNS = GROUPS * GROUP_SIGNS
BITS = GROUPS * _DATA_SIGNS * 5

# What a hand writes and an eye misreads.
_READ = {sign: value for value, sign in enumerate(ALPHABET)} | {
    "O": 0,
    "I": 1,
    "L": 1,
    "U": ALPHABET.index("V"),
}
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212._,;:/·|]+")


def _times(left: int, right: int) -> int:
    """Product in GF(32), modulus x⁵ + x² + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= 0b100101
        right >>= 1
    return product


def _check_sign(data: bytes | list[int], group: int) -> int:
    """The check value of the four values of group number ``group`` (0 to 6)."""
    total = group + 1
    weight = 2
    for value in data:
        total ^= _times(weight, value)
        weight = _times(weight, 2)
    return total


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A code; ``values`` are its 28 data values (0 to 31). Its ``repr`` does not show it."""

    values: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.values) != GROUPS * _DATA_SIGNS or max(self.values) > 31:
            raise ValueError("a recovery code has 28 values from 0 to 31")

    @classmethod
    def random(cls, random_bytes: Callable[[int], bytes] = os.urandom) -> Self:
        """A new code of 140 random bits."""
        return cls(bytes(byte & 31 for byte in random_bytes(GROUPS * _DATA_SIGNS)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a typed code: case, spaces, hyphens, O for 0, I or L for 1 do not matter.

        Raises :class:`errors.InvalidInput` (field ``recovery_code``) which names the groups at fault,
        and never repeats what was typed.
        """
        groups = _groups(text)
        wrong = mistyped_groups(text)
        signs = sum(len(group) for group in groups)
        if not signs:
            raise _refused("Le code de secours est vide.")
        if signs != TOTAL_SIGNS and not wrong:
            raise _refused(f"Le code de secours a {TOTAL_SIGNS} signes\u202f; {signs} ont été saisis.")
        if wrong:
            raise _refused(_where(wrong))
        return cls(b"".join(bytes(_READ[sign] for sign in group[:_DATA_SIGNS]) for group in groups))

    @property
    def groups(self) -> tuple[str, ...]:
        """The seven groups of five signs, to print."""
        parts = []
        for number in range(GROUPS):
            data = self.values[number * _DATA_SIGNS : (number + 1) * _DATA_SIGNS]
            parts.append("".join(ALPHABET[value] for value in (*data, _check_sign(data, number))))
        return tuple(parts)

    @property
    def text(self) -> str:
        """The code on one line, groups joined by hyphens (also what a QR code holds)."""
        return "-".join(self.groups)


def mistyped_groups(text: str) -> tuple[int, ...]:
    """Numbers (1 to 7) of the complete or overlong groups that are wrong; to mark while typing.

    When the groups are separated as printed, a group too short is named as soon as another follows.
    """
    groups = _groups(text)
    wrong = []
    for number, group in enumerate(groups):
        last = number == len(groups) - 1
        if number >= GROUPS or len(group) > GROUP_SIGNS:
            wrong.append(min(number, GROUPS - 1) + 1)
        elif len(group) < GROUP_SIGNS:
            if not last or any(sign not in _READ for sign in group):
                wrong.append(number + 1)
        elif not _right(group, number):
            wrong.append(number + 1)
    return tuple(dict.fromkeys(wrong))


def _right(group: str, number: int) -> bool:
    values = [_READ.get(sign, -1) for sign in group]
    return -1 not in values and values[-1] == _check_sign(values[:-1], number)


def _groups(text: str) -> list[str]:
    """The groups as typed; typed without (or with odd) separators but complete, cut by five."""
    parts = [part for part in _SEPARATORS.split(text.strip().upper()) if part]
    joined = "".join(parts)
    as_printed = len(parts) > 1 and all(len(part) == GROUP_SIGNS for part in parts[:-1])
    if len(joined) == TOTAL_SIGNS or (not as_printed and (len(parts) < 2 or len(joined) > TOTAL_SIGNS)):
        return [joined[start : start + GROUP_SIGNS] for start in range(0, len(joined), GROUP_SIGNS)]
    return parts


def _where(wrong: tuple[int, ...]) -> str:
    if len(wrong) == 1:
        return f"Le groupe {wrong[0]} du code de secours contient une faute de frappe."
    listed = ", ".join(str(number) for number in wrong[:-1])
    return f"Les groupes {listed} et {wrong[-1]} du code de secours contiennent une faute de frappe."


def _refused(happened: str) -> errors.InvalidInput:
    return errors.InvalidInput(
        happened,
        "Rien n’a été modifié.",
        "Relisez la fiche de secours et corrigez la saisie.",
        field="recovery_code",
    )
