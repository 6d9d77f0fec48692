"""What French readers expect to see, and what they type for dates and months.

No locale is consulted: the same text comes out on every machine. Hours are integer
hundredths of an hour, money integer cents, months the text ``YYYY-MM``.
Typography and formats: PRODUCT.md §3.11. Rounding: half up, at display only (DOMAIN.md §3.7).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from app.errors import InvalidInput

NBSP = "\u00a0"
"""Non-breaking space: before « : », inside « », before units."""
NNBSP = "\u202f"
"""Narrow non-breaking space: thousands, and before « ; ! ? »."""
DASH = "—"
"""Shown where there is no figure."""
MINUS = "\u2212"

MONTH_NAMES = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
WEEKDAY_NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


# --- numbers -----------------------------------------------------------------------------


def round_half_up(value: Fraction | Decimal | int) -> int:
    """Nearest integer; an exact half goes away from zero (DOMAIN.md §3.7)."""
    exact = Fraction(value)
    twice = 2 * abs(exact.numerator) + exact.denominator
    magnitude = twice // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


def format_integer(value: int) -> str:
    """``12345`` → « 12 345 » (U+202F between thousands)."""
    sign = MINUS if value < 0 else ""
    return sign + f"{abs(value):,}".replace(",", NNBSP)


def format_decimal(value: Fraction | Decimal | int, decimals: int = 2) -> str:
    """A number with ``decimals`` digits after the comma, rounded half up."""
    scaled = round_half_up(Fraction(value) * 10**decimals)
    if decimals == 0:
        return format_integer(scaled)
    whole, rest = divmod(abs(scaled), 10**decimals)
    sign = MINUS if scaled < 0 else ""
    return f"{sign}{format_integer(whole)},{rest:0{decimals}d}"


def format_hours(hundredths: int | None) -> str:
    """``153450`` → « 1 534,50 ». Always two decimals; ``None`` (not entered) is empty."""
    return "" if hundredths is None else format_decimal(Fraction(hundredths, 100))


def format_hours_short(hundredths: int | None) -> str:
    """As :func:`format_hours` but without « ,00 »: « 140 », « 140,50 »."""
    return format_hours(hundredths).removesuffix(",00")


def format_hours_unit(hundredths: int | None) -> str:
    """« 140 h », « 140,50 h »; ``None`` is empty."""
    return "" if hundredths is None else f"{format_hours_short(hundredths)}{NBSP}h"


def format_duration(hundredths: int) -> str:
    """``750`` → « 7 h 30 », to the nearest minute."""
    minutes = round_half_up(Fraction(abs(hundredths) * 60, 100))
    sign = MINUS if hundredths < 0 else ""
    return f"{sign}{format_integer(minutes // 60)}{NBSP}h{NBSP}{minutes % 60:02d}"


def format_percent(numerator: int | Fraction, denominator: int | Fraction, decimals: int = 1) -> str:
    """« 43,7 % », rounded half up, never capped (990 % exists); « — » when nothing to divide by.

    Source: DOMAIN.md §3.7 and §12 facts 19 and 20.
    """
    if denominator == 0:
        return DASH
    share = Fraction(numerator) * 100 / Fraction(denominator)
    return f"{format_decimal(share, decimals)}{NBSP}%"


def format_money(cents: int) -> str:
    """``798000`` → « 7 980,00 € »."""
    return f"{format_decimal(Fraction(cents, 100))}{NBSP}€"


def format_money_short(cents: int) -> str:
    """As :func:`format_money` but without « ,00 »: « 5 404 000 € »."""
    return f"{format_decimal(Fraction(cents, 100)).removesuffix(',00')}{NBSP}€"


def plural_word(count: int, singular: str, plural: str = "") -> str:
    """The noun alone, in the right number: French is plural from two on.

    Several words need ``plural`` said: « relevé manquant », « relevés manquants ».
    """
    if abs(count) < 2:
        return singular
    if plural:
        return plural
    if " " in singular:
        raise ValueError("the plural of several words must be given")
    return singular if singular[-1] in "sxz" else singular + "s"


def plural(count: int, singular: str, plural: str = "") -> str:
    """« 0 heure », « 1 heure », « 2 heures », « 12 345 heures »."""
    return f"{format_integer(count)}{NBSP}{plural_word(count, singular, plural)}"


# --- dates and times ---------------------------------------------------------------------


def format_date(day: dt.date | None) -> str:
    """« 22/11/2026 »; ``None`` is empty."""
    return "" if day is None else f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def _day_number(day: int) -> str:
    return "1er" if day == 1 else str(day)


def format_long_date(day: dt.date) -> str:
    """« 22 novembre 2026 », « 1er mars 2027 » (U+00A0 between day and month)."""
    return f"{_day_number(day.day)}{NBSP}{MONTH_NAMES[day.month - 1]} {day.year}"


def format_weekday_date(day: dt.date) -> str:
    """« dimanche 22 novembre 2026 »."""
    return f"{WEEKDAY_NAMES[day.weekday()]} {format_long_date(day)}"


def format_date_range(start: dt.date, end: dt.date | None) -> str:
    """« du 03/11/2026 au 30/11/2026 », « depuis le 03/11/2026 », « le 03/11/2026 »."""
    if end is None:
        return f"depuis le {format_date(start)}"
    if start == end:
        return f"le {format_date(start)}"
    return f"du {format_date(start)} au {format_date(end)}"


def format_month(month: str) -> str:
    """``"2026-11"`` → « novembre 2026 »."""
    year, number = month.split("-")
    return f"{MONTH_NAMES[int(number) - 1]} {int(year)}"


def format_month_short(month: str) -> str:
    """``"2026-11"`` → « 11/2026 »."""
    year, number = month.split("-")
    return f"{number}/{year}"


def format_time(moment: dt.time | dt.datetime) -> str:
    """« 14 h 05 ». The caller gives local time."""
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}"


# --- identifiers as read aloud -----------------------------------------------------------


def format_phone(phone: str) -> str:
    """« 06 12 34 56 78 » from digits, ``+33`` or spaced text; what is not French stays as typed."""
    digits = re.sub(r"[\s.\-()]", "", phone)
    digits = re.sub(r"^(?:\+|00)33(?:0(?=\d{9}$))?", "0", digits)
    if not re.fullmatch(r"0[0-9]{9}", digits):
        return phone.strip()
    return NBSP.join(digits[at : at + 2] for at in range(0, 10, 2))


def format_siren(siren: str) -> str:
    """« 123 456 789 »; anything that has not nine digits stays as it is."""
    if not re.fullmatch(r"[0-9]{9}", siren):
        return siren
    return NBSP.join((siren[:3], siren[3:6], siren[6:]))


def format_siret(siret: str) -> str:
    """« 123 456 789 00012 »; anything that has not fourteen digits stays as it is."""
    if not re.fullmatch(r"[0-9]{14}", siret):
        return siret
    return f"{format_siren(siret[:9])}{NBSP}{siret[9:]}"


# --- names -------------------------------------------------------------------------------


def person_name_list(last: str, first: str) -> str:
    """« MARTIN Julie », as in lists."""
    return " ".join(part for part in (last.strip().upper(), first.strip()) if part)


def person_name_letter(last: str, first: str) -> str:
    """« Julie MARTIN », as in letters."""
    return " ".join(part for part in (first.strip(), last.strip().upper()) if part)


def initials(last: str, first: str) -> str:
    """« J. M. », « J.-P. M. »: what the discretion mode leaves of a name (PRODUCT.md V13)."""
    return NBSP.join(_initial(part) for part in (first, last) if part.strip())


def _initial(name: str) -> str:
    heads = [piece.strip()[0].upper() for piece in re.split(r"[-\u2010\u2011]", name) if piece.strip()]
    return "-".join(f"{head}." for head in heads)


def join_words(words: Sequence[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def of(name: str) -> str:
    """« de Bâti-Sud », « d’Evry », « d’Hélène »: elision before a vowel or a silent-h name."""
    return f"d’{name}" if fold(name)[:1] in tuple("aeiouyh") else f"de {name}"


def quoted(text: str) -> str:
    """« text » between French quotation marks."""
    return f"«{NBSP}{text}{NBSP}»"


def capitalise_first(text: str) -> str:
    """First letter in capital, accent kept: « école » → « École »."""
    return text[:1].upper() + text[1:]


# --- folding and collation ---------------------------------------------------------------

_LETTERS = {
    "œ": "oe",
    "æ": "ae",
    "ß": "ss",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ı": "i",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ĸ": "k",
}
_TRANSLATE = str.maketrans(_LETTERS)


def fold(text: str) -> str:
    """Lower-case words without accents, ligatures, hyphens or apostrophes, one space between.

    « L’Haÿ-les-Roses, Œuvre » → ``l hay les roses oeuvre``. Letters of other alphabets are kept so
    that nothing becomes impossible to find. Idempotent.
    """
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one)
    ).translate(_TRANSLATE)
    # casefold again: a compatibility form may decompose to a capital (e.g. the trade mark sign)
    plain = "".join(one if one.isalnum() else " " for one in plain.casefold())
    return " ".join(plain.split())


PARTICLES = ("de la", "de l", "de", "du", "des", "d", "le", "la", "les", "l")
"""Nobiliary and common particles, folded, the longest first."""

_IGNORED_FIRST = frozenset("'’ʼ`´-\u2010\u2011\u2012\u2013\u00ad.,")
_DIGITS_SHIFT = 0x30


def sort_key(text: str, *, ignore_particle: bool = False) -> str:
    """A text whose plain comparison (Python or SQLite BINARY) gives the French order.

    First level: letters without accents, hyphens and apostrophes ignored, spaces before digits before
    letters, runs of digits by their value (« lot 2 » before « lot 10 »). Second level: accents. Third:
    case and punctuation. Two different texts never have the same key. ``ignore_particle`` drops a leading
    « de », « du »…
    """
    levels = [_levels(one) for one in unicodedata.normalize("NFC", text)]
    first = [base for base, _ in levels]
    accents = [marks for _, marks in levels]
    primary = " ".join("".join(first).split())
    if ignore_particle:
        for particle in PARTICLES:
            if primary.startswith(particle + " "):
                primary = primary[len(particle) + 1 :]
                break
    primary = re.sub(r"[0-9]+", _sortable_number, primary)
    case = text.swapcase()
    return "\x01".join((primary, "".join(accents).rstrip("\x02"), case))


@lru_cache(maxsize=1024)
def _levels(one: str) -> tuple[str, str]:
    """What a character brings to the first level and to the second; nothing when it is ignored."""
    lowered = one.casefold()
    if lowered in _IGNORED_FIRST:
        return "", ""
    parts = unicodedata.normalize("NFKD", lowered)
    marks = "".join(mark for mark in parts if unicodedata.combining(mark))
    base = "".join(mark for mark in parts if not unicodedata.combining(mark)).translate(_TRANSLATE)
    return (
        "".join(char if char.isalnum() else " " for char in base),
        (marks or ("\u0300" if base != lowered else "")) + "\x02",
    )


def _sortable_number(match: re.Match[str]) -> str:
    digits = match.group().lstrip("0") or "0"
    return chr(_DIGITS_SHIFT + min(len(digits), 45)) + digits


# --- numbers in words --------------------------------------------------------------------

_UNITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    *("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"),
)
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}


def number_in_words(value: int, *, feminine: bool = False) -> str:
    """A whole number from 0 to 999 999 999 in letters, traditional spelling.

    Traditional spelling (hyphens below one hundred only, « vingt et un », « soixante et onze ») is the one
    of the example of PRODUCT.md §4.4. « quatre-vingts » and « cents » keep their s only at the end, or
    before million. ``feminine`` for « une heure », « vingt et une heures ».
    """
    if not 0 <= value <= 999_999_999:
        raise ValueError("a number from 0 to 999 999 999 is expected")
    if value == 0:
        return _UNITS[0]
    millions, rest = divmod(value, 1_000_000)
    thousands, units = divmod(rest, 1_000)
    parts: list[str] = []
    if millions:
        parts.append(f"{_below_thousand(millions)} {plural_word(millions, 'million')}")
    if thousands:
        parts.append("mille" if thousands == 1 else f"{_below_thousand(thousands, invariable=True)} mille")
    if units:
        parts.append(_below_thousand(units, feminine=feminine))
    return " ".join(parts)


def _below_thousand(value: int, *, invariable: bool = False, feminine: bool = False) -> str:
    """1 to 999. ``invariable``: before « mille » neither cent nor vingt takes an s."""
    hundreds, rest = divmod(value, 100)
    parts: list[str] = []
    if hundreds:
        if hundreds > 1:
            parts.append(_UNITS[hundreds])
        parts.append("cents" if hundreds > 1 and not rest and not invariable else "cent")
    if rest:
        parts.append(_below_hundred(rest, invariable=invariable, feminine=feminine))
    return " ".join(parts)


def _below_hundred(value: int, *, invariable: bool, feminine: bool) -> str:
    one = "une" if feminine else "un"
    if value <= 16:
        return one if value == 1 else _UNITS[value]
    if value < 20:
        return f"dix-{_UNITS[value - 10]}"
    tens, unit = divmod(value, 10)
    if tens in (7, 9):  # soixante-dix, quatre-vingt-dix count on from ten
        tens, unit = tens - 1, unit + 10
    if tens == 8:
        if unit == 0:
            return "quatre-vingt" if invariable else "quatre-vingts"
        return f"quatre-vingt-{_below_twenty(unit, one)}"
    if unit == 0:
        return _TENS[tens]
    if unit in (1, 11):
        return f"{_TENS[tens]} et {_below_twenty(unit, one)}"
    return f"{_TENS[tens]}-{_below_twenty(unit, one)}"


def _below_twenty(unit: int, one: str) -> str:
    if unit == 1:
        return one
    return _UNITS[unit] if unit <= 16 else f"dix-{_UNITS[unit - 10]}"


def hours_in_words(hundredths: int) -> str:
    """« trois cent vingt-quatre heures et trente minutes » (PRODUCT.md §4.4), to the nearest minute.

    Every whole minute has its own hundredth, so that what was typed as « 151 h 40 » comes back as such.
    """
    if hundredths < 0:
        return f"moins {hours_in_words(-hundredths)}"
    minutes = round_half_up(Fraction(hundredths * 60, 100))
    hours, minutes = divmod(minutes, 60)
    words: list[str] = []
    if hours or not minutes:
        link = " d’" if hours >= 1_000_000 and hours % 1_000_000 == 0 else " "
        words.append(f"{number_in_words(hours, feminine=True)}{link}{plural_word(hours, 'heure')}")
    if minutes:
        words.append(f"{number_in_words(minutes, feminine=True)} {plural_word(minutes, 'minute')}")
    return " et ".join(words)


# --- reading dates -----------------------------------------------------------------------

_MONTH_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "janvier janv jan",
            "fevrier fevr fev",
            "mars mar",
            "avril avr",
            "mai",
            "juin jun",
            "juillet juil jul",
            "aout aou",
            "septembre sept sep",
            "octobre oct",
            "novembre nov",
            "decembre dec",
        ),
        start=1,
    )
    for word in words.split()
}
_RELATIVE = {
    "aujourd hui": 0,
    "aujourdhui": 0,
    "auj": 0,
    "demain": 1,
    "apres demain": 2,
    "hier": -1,
    "avant hier": -2,
}
_WEEKDAY_PREFIX = re.compile(rf"^(?:le )?(?:{'|'.join(WEEKDAY_NAMES)}) ")
_OLDEST = 120
"""Years: a birth date further back is a typing error (DOMAIN.md §5.2 saw ages of 1)."""
_FURTHEST = 30


def parse_date(text: str, today: dt.date, *, past: bool = False, field: str = "date") -> dt.date:
    """Read a typed French date: ``12031988``, ``12/3/88``, ``12 mars 1988``, ``1er mars 88``, ``demain``…

    ``past`` (births, events): a two-digit year is the latest one not after ``today``, a future date is
    refused, and the year must be said. Otherwise a two-digit year is in the hundred years that end thirty
    years from now, and a missing year means the date nearest to ``today``. Never swaps day and month
    (PRODUCT.md AC 21 and 33).

    Raises ``InvalidInput`` in French.
    """
    folded = fold(text)
    if not folded:
        raise _no_date("Aucune date n’est indiquée.", field)
    if folded in _RELATIVE:
        return _in_bounds(today + dt.timedelta(days=_RELATIVE[folded]), today, past, field)
    folded = _WEEKDAY_PREFIX.sub("", folded).removeprefix("le ")
    day, month, year = _date_parts(folded, text, field)
    if year is None:
        if past:
            raise _no_date("L’année manque.", field)
        return _nearest(day, month, today, text, field)
    if year < 100:
        year = _full_year(year, today, past, (day, month))
    return _in_bounds(_real_date(day, month, year, text, field), today, past, field)


def _date_parts(folded: str, text: str, field: str) -> tuple[int, int, int | None]:
    if match := re.fullmatch(r"(\d{2})(\d{2})(\d{4}|\d{2})", folded):
        return int(match[1]), int(match[2]), int(match[3])
    if match := re.fullmatch(r"(\d{4}) (\d{2}) (\d{2})", folded):  # 2026-11-22
        return int(match[3]), int(match[2]), int(match[1])
    if match := re.fullmatch(r"(\d{1,2}) (\d{1,2})(?: (\d{4}|\d{2}))?", folded):
        return int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    match = re.fullmatch(r"(\d{1,2})(?:er)? ?([a-z]+)(?: ?(\d{4}|\d{2}))?", folded)
    if match and match[2] in _MONTH_WORDS:
        return int(match[1]), _MONTH_WORDS[match[2]], int(match[3]) if match[3] else None
    raise _no_date(f"{quoted(text.strip())} n’est pas une date que le carnet sait lire.", field)


def _full_year(short: int, today: dt.date, past: bool, day_month: tuple[int, int]) -> int:
    century = today.year // 100 * 100
    if past:
        year = century + short
        later = (year, day_month[1], day_month[0]) > (today.year, today.month, today.day)
        return year - 100 if later else year
    year = century + short
    return year - 100 if year > today.year + _FURTHEST else year


def _real_date(day: int, month: int, year: int, text: str, field: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        if 1 <= day <= 12 < month <= 31:
            shown = quoted(text.strip())
            happened = f"{shown}{NBSP}: il n’y a pas de mois {month}. Le jour s’écrit avant le mois."
        else:
            happened = f"{quoted(text.strip())} n’existe pas au calendrier."
        raise _no_date(happened, field) from None


def _nearest(day: int, month: int, today: dt.date, text: str, field: str) -> dt.date:
    candidates: list[dt.date] = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(dt.date(year, month, day))
        except ValueError:
            continue
    if not candidates:
        return _real_date(day, month, today.year, text, field)
    return min(candidates, key=lambda one: abs((one - today).days))


def _in_bounds(day: dt.date, today: dt.date, past: bool, field: str) -> dt.date:
    if past and day > today:
        raise _no_date(f"Le {format_date(day)} est dans le futur.", field)
    if day.year < today.year - _OLDEST or day.year > today.year + _OLDEST:
        raise _no_date(f"Le {format_date(day)} est trop éloigné d’aujourd’hui.", field)
    return day


def _no_date(happened: str, field: str) -> InvalidInput:
    return InvalidInput(
        happened, todo=f"Écrire le jour, le mois, l’année{NBSP}: 12/03/1988 ou 12 mars 1988.", field=field
    )


def parse_month(text: str, today: dt.date | None = None, *, field: str = "month") -> str:
    """Read a month: ``11/2026``, ``11/26``, ``2026-11``, ``112026``, ``1126``, « nov. 26 ».

    With ``today``, « novembre » alone is the latest November not after this month. Answers ``YYYY-MM``;
    raises ``InvalidInput``.
    """
    folded = fold(text)
    month: int | None = None
    year: int | None = None
    if match := re.fullmatch(r"(\d{4}) (\d{1,2})", folded):
        year, month = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(\d{1,2}) (\d{4}|\d{2})", folded) or re.fullmatch(r"(\d{2})(\d{4}|\d{2})", folded):
        month, year = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"([a-z]+)(?: ?(\d{4}|\d{2}))?", folded):
        month = _MONTH_WORDS.get(match[1])
        year = int(match[2]) if match[2] else None
        if month and year is None and today is not None:
            year = today.year if month <= today.month else today.year - 1
    if month is None or year is None or not 1 <= month <= 12:
        raise InvalidInput(
            f"{quoted(text.strip())} n’est pas un mois que le carnet sait lire.",
            todo="Écrire par exemple 11/2026 ou novembre 2026.",
            field=field,
        )
    if year < 100:
        year += 2000
    return f"{year:04d}-{month:02d}"
