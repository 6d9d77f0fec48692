"""Numbers that name things: SIREN, SIRET, telephone, post code, e-mail; and the NIR, not to be kept.

A reader accepts spaces (non-breaking too) and answers the stored form: digits only. Each refusal says why,
in French. Test cases: shared ``siret_cas_test.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.errors import InvalidInput
from app.rules.french import NBSP, format_siren, plural, quoted

LA_POSTE = "356000000"
"""SIREN of La Poste, whose establishments follow the rule of the multiple of five (INSEE)."""

_SPACES = re.compile(r"[\s\u00a0\u202f\u2000-\u200b\u2060\ufeff]+")
_INVISIBLE_EDGES = "'\u2019"


def luhn(digits: str) -> bool:
    """Whether a text of digits passes the Luhn control."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


# --- SIREN and SIRET ---------------------------------------------------------------------


def parse_siren(text: str, *, field: str = "siren") -> str:
    """Nine digits with a right key; raises ``InvalidInput`` with the reason."""
    digits = _digits(text, 9, "SIREN", field)
    if not luhn(digits):
        raise _refused("La clé de contrôle de ce SIREN est fausse.", _COPY_AGAIN, field)
    return digits


def parse_siret(text: str, *, field: str = "siret") -> str:
    """Fourteen digits: both keys right, or La Poste's rule (sum of the digits a multiple of five).

    Refused with the reason: empty, letters, a number damaged by a spreadsheet, wrong length, only zeros,
    wrong key.
    """
    digits = _digits(text, 14, "SIRET", field)
    if digits.startswith(LA_POSTE):
        if luhn(digits) or sum(map(int, digits)) % 5 == 0:
            return digits
        raise _refused("La clé de contrôle de ce SIRET de La Poste est fausse.", _COPY_AGAIN, field)
    if not luhn(digits[:9]):
        raise _refused(
            f"Les neuf premiers chiffres, {format_siren(digits[:9])}, ne forment pas un SIREN.",
            _COPY_AGAIN,
            field,
        )
    if not luhn(digits):
        raise _refused("La clé de contrôle de ce SIRET est fausse.", _COPY_AGAIN, field)
    return digits


def is_siret(text: str) -> bool:
    """Whether :func:`parse_siret` would accept it."""
    try:
        parse_siret(text)
    except InvalidInput:
        return False
    return True


def siren_of(siret: str) -> str:
    """The nine digits of the company; all its establishments share them."""
    return siret[:9]


_COPY_AGAIN = "Le recopier depuis un document de l’entreprise."


def _digits(text: str, length: int, name: str, field: str) -> str:
    typed = text.strip().strip(_INVISIBLE_EDGES)
    if re.search(r"[0-9][.,]?[0-9]*\s*[eE]\s*\+?[0-9]", typed):
        raise _refused(
            f"{quoted(typed)}{NBSP}: un tableur a abîmé ce {name}, ses derniers chiffres sont perdus.",
            _COPY_AGAIN,
            field,
        )
    digits = re.sub(r"[.\-]", "", _SPACES.sub("", typed))
    if not digits:
        raise _refused(f"Le {name} n’est pas indiqué.", f"Écrire ses {length} chiffres.", field)
    letters = re.findall(r"[^0-9]", digits)
    if letters:
        if all(letter in "oOlI" for letter in letters):
            todo = "Remplacer la lettre O par un zéro, la lettre I ou L par un 1."
        else:
            todo = f"Écrire seulement ses {length} chiffres."
        raise _refused(f"Un {name} ne contient que des chiffres.", todo, field)
    if len(digits) != length:
        todo = f"Un {name} en compte {length}."
        if len(digits) == length - 1:
            todo += " Un zéro du début ou de la fin est peut-être perdu."
        elif name == "SIRET" and len(digits) == 9:
            todo += " Ces neuf chiffres sont un SIREN, il manque les cinq de l’établissement."
        raise _refused(f"Ce {name} a {plural(len(digits), 'chiffre')}.", todo, field)
    if not digits.strip("0"):
        raise _refused(f"Un {name} n’est jamais fait que de zéros.", _COPY_AGAIN, field)
    return digits


def _refused(happened: str, todo: str, field: str) -> InvalidInput:
    return InvalidInput(happened, todo=todo, field=field)


# --- telephone, post code, e-mail --------------------------------------------------------


def parse_phone(text: str, *, field: str = "phone") -> str:
    """A French number as ten digits ``0612345678``; a foreign one as ``+`` and 8 to 15 digits.

    Accepts spaces, dots, hyphens, brackets, ``+33``, ``0033``, ``+33 (0)6``. A row of underscores (seen in
    real files, DOMAIN.md §5.2) or one digit ten times is refused.
    """
    typed = re.sub(r"[.\-/()\u2010\u2011_]", "", _SPACES.sub("", text))
    if not re.fullmatch(r"\+?[0-9]+", typed):
        raise _refused(
            "Ce n’est pas un numéro de téléphone.", "Écrire dix chiffres, par exemple 06 12 34 56 78.", field
        )
    number = re.sub(r"^(?:\+|00)33(?:0(?=[0-9]{9}$))?", "0", typed)
    if number.startswith("00"):
        number = "+" + number[2:]
    if number.startswith("+"):
        if not 8 <= len(number) - 1 <= 15 or number[1] == "0":
            raise _refused("Ce numéro étranger est incomplet.", "L’écrire avec l’indicatif du pays.", field)
        return number
    if len(number) != 10 or number[0] != "0" or number[1] == "0":
        missing = "commence par 0" if len(number) == 10 else f"a dix chiffres, celui-ci {len(number)}"
        raise _refused(
            f"Un numéro de téléphone français {missing}.",
            "Écrire dix chiffres, par exemple 06 12 34 56 78.",
            field,
        )
    if len(set(number[1:])) == 1:
        raise _refused("Ce numéro de téléphone est une suite du même chiffre.", "Laisser le champ vide.", field)
    return number


def parse_post_code(text: str, *, field: str = "post_code") -> str:
    """Five digits, 01000 to 98999; spaces are removed."""
    digits = _SPACES.sub("", text)
    if not re.fullmatch(r"[0-9]{5}", digits):
        raise _refused("Un code postal a cinq chiffres.", "Écrire par exemple 91000.", field)
    if not "01000" <= digits < "99000":
        raise _refused("Ce code postal n’existe pas.", "Écrire par exemple 91000.", field)
    return digits


_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&*+/=?^_{|}~'-]+(?:\.[A-Za-z0-9!#$%&*+/=?^_{|}~'-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def parse_email(text: str, *, field: str = "email") -> str:
    """An address as typed, edges trimmed, domain in lower case. Simple form only: no quotes, no accents."""
    typed = text.strip().removeprefix("mailto:")
    if len(typed) > 254 or not _EMAIL.fullmatch(typed):
        raise _refused(
            "Cette adresse électronique n’est pas complète.",
            "Écrire par exemple contact@entreprise.fr.",
            field,
        )
    name, _, domain = typed.rpartition("@")
    return f"{name}@{domain.lower()}"


# --- the NIR, which is not kept ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NirFound:
    """Place of what looks like a social security number in a text (``text[start:end]``); never its value.

    ``keyed``: its 15 digits with the right key are there, so that it can hardly be another number.
    """

    start: int
    end: int
    keyed: bool = False


_NIR = re.compile(
    r"(?<![0-9A-Za-z])"
    r"(?P<sex>[1-478])(?P<s>[ .\-\u00a0\u202f]?)"
    r"(?P<year>[0-9]{2})(?P=s)"
    r"(?P<month>0[1-9]|1[0-2]|2[0-9]|3[0-9]|4[0-2]|[5-9][0-9])(?P=s)"
    r"(?P<department>2[AaBb]|[0-9]{2})(?P=s)"
    r"(?P<commune>[0-9]{3})(?P=s)"
    r"(?P<order>[0-9]{3})"
    r"(?:[ .\-\u00a0\u202f/]*(?P<key>[0-9]{2}))?"
    r"(?![0-9A-Za-z])"
)


def find_nir(text: str) -> tuple[NirFound, ...]:
    """Where ``text`` holds 13 or 15 digits built like a social security number (NIR), in the order of the text.

    Its structure is checked (sex, month or its special codes, department, and the key when there are 15
    digits), so that a SIRET (14 digits), a telephone number or a random number is not reported; Corsican
    departments 2A and 2B are. Fifteen digits cut anyhow (« 299 0291 999 999 32 ») are found by their key alone.
    Source: DOMAIN.md §8.2 (warn at entry, do not keep).
    """
    regular = [
        NirFound(match.start(), match.end(), match["key"] is not None)
        for match in _NIR.finditer(text)
        if _plausible_nir(match)
    ]
    scattered = [one for one in _scattered_nir(text) if not any(_overlap(one, known) for known in regular)]
    return tuple(sorted([*regular, *scattered], key=lambda one: one.start))


_RUN = re.compile(
    r"(?<![0-9A-Za-z])[0-9](?:[0-9]|[ .\-\u00a0\u202f/](?=[0-9])|(?<=2)[AaBb](?=[ .\-\u00a0\u202f/]?[0-9]))*"
)
_GROUP = re.compile(r"[0-9AaBb]+")


def _scattered_nir(text: str) -> list[NirFound]:
    """Groups of digits in a row that make 15 digits with the right key, whatever the grouping."""
    found: list[NirFound] = []
    for run in _RUN.finditer(text):
        groups = [(run.start() + one.start(), one.group()) for one in _GROUP.finditer(run.group())]
        if sum(len(group) for _, group in groups) < 15 or len(groups) < 2:
            continue
        after = 0
        for first in range(len(groups)):
            if groups[first][0] < after:
                continue
            digits = ""
            for start, group in groups[first:]:
                digits += group
                if len(digits) >= 15:
                    match = _NIR.fullmatch(digits) if len(digits) == 15 else None
                    if match is not None and _plausible_nir(match):
                        after = start + len(group)
                        found.append(NirFound(groups[first][0], after, keyed=True))
                    break
    return found


def _overlap(one: NirFound, other: NirFound) -> bool:
    return one.start < other.end and other.start < one.end


def _plausible_nir(match: re.Match[str]) -> bool:
    department = match["department"].upper()
    if department == "00" or match["commune"] == "000" or match["order"] == "000":
        return False
    if match["key"] is None:
        return True
    body = "".join(match[name] for name in ("sex", "year", "month", "department", "commune", "order")).upper()
    corsican = {"2A": "19", "2B": "18"}  # how the key is computed for Corsica
    number = int(body[:5] + corsican.get(department, department) + body[7:])
    return 97 - number % 97 == int(match["key"])
