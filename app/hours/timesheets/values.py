"""What a cell of a statement says: an amount of hours, a month, a day, or why it cannot be told.

Numbers and durations are read by ``rules.hours`` (one reading in the whole program). Amounts are exact
integers of :data:`HUNDREDTH` so that minutes and thirds of an hour add up before anything is rounded
(shared/data/timesheets/README.md). What is not clear is given a code, never guessed (PRODUCT.md AC 20).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from app.errors import InvalidInput
from app.hours.timesheets.cells import Cell
from app.hours.timesheets.wording import words
from app.rules.french import fold, parse_month
from app.rules.hours import parse_hours_exact

HUNDREDTH = 36_000_000
"""Units of an amount in a hundredth of an hour: a second is 10⁶ units, a millionth of an hour 3 600."""
_SECOND = 1_000_000
_MILLIONTH = 3_600

# --- hours -------------------------------------------------------------------------------


class Amount(NamedTuple):
    """``units`` of hours (see :data:`HUNDREDTH`), or ``None``; ``code`` says what is wrong or odd, if anything.

    No units and no code: the cell says « nothing » (empty, « - », « néant », an absence).
    """

    units: int | None = None
    code: str = ""


NOTHING = Amount()
_FORMULA = Amount(None, "formula_without_value")
_UNREADABLE = Amount(None, "hours_unreadable")

_NOTHING_TEXT = frozenset(
    words(
        "neant nc n c na n a aucun aucune rien zero ras sans objet vide absent absente abs absence absences "
        "conge conges paye payes cp rtt maladie mal arret at am aj ai accident travail repos ferie jf mois "
        "tout le toute la du de l en solde css intemperie intemperies int chomage partiel ap parental "
        "maternite paternite formation stage sorti sortie parti partie fin contrat recup recuperation rc rcr "
        "rh hors effectif suspendu suspension non pas travaille travaillee d heure heures wk we week end "
        "samedi dimanche ecole cfa csf evenement familial"
    )
)
"""Words of which a cell may be made that says « no hours »."""
_DAY_CODES = words("a c m r f s d v e jf fe ef ev ecole ct cm anp abi abj mp dc eco ce cif tp ip")
"""Letters that day grids put where nobody worked; those that may mean presence (P, X, J) are asked."""
_FORMULA_LIKE = re.compile(r"\s*(?:[=@]|[+\-][A-Za-z(@=])")
_SIGNED = re.compile(r"(?P<sign>[-\u2212\u2013\u2014+]) ?(?P<rest>[0-9.,].*)|\((?P<inner>[0-9][^()]*)\)")
_TRAILING = re.compile(r"(?P<rest>[0-9][0-9 .,:h]*)[-\u2212]")
_STRAY = re.compile(r"[0-9 ]+[.,] ?[0-9] ?[0-9]? ?(?:h|heures?)?", re.IGNORECASE)
_ODD = re.compile(r"[0-9 .,:;'’h/+*~≈<>?-]*(?:heures?|min|mn|m|hrs?|env|environ)?[ .?*]*", re.IGNORECASE)


def hours_of(cell: Cell | None) -> Amount:
    """The hours a cell says. ``code`` is ``hours_unreadable``, ``hours_odd_format``, ``negative_hours``,
    ``formula_like_text`` or ``formula_without_value``; with ``hours_odd_format`` the units may still be sure
    (« 1 51,67 » has one reading).
    """
    if cell is None:
        return NOTHING
    text, number, date, seconds, formula, error = cell
    if number is not None:
        if abs(number) > 1e12:
            return _UNREADABLE
        units = round(number * 1_000_000) * _MILLIONTH
        return Amount(units) if units > 0 else NOTHING if units == 0 else Amount(units, "negative_hours")
    if seconds is not None:
        units = seconds * _SECOND
        return Amount(units) if units > 0 else NOTHING if units == 0 else Amount(units, "negative_hours")
    if formula:
        return _FORMULA
    if error or date is not None:
        return _UNREADABLE
    return hours_of_text(text)


@lru_cache(maxsize=20_000)
def hours_of_text(text: str) -> Amount:
    """As :func:`hours_of` for a written cell."""
    if len(text) > 60:
        return _UNREADABLE
    if not any(one.isdigit() for one in text):
        return _words(text)
    if _FORMULA_LIKE.match(text):
        return Amount(None, "formula_like_text")
    signed = _SIGNED.fullmatch(text)
    if signed and signed["sign"] == "+":
        text = signed["rest"]
    elif signed or (signed := _TRAILING.fullmatch(text)):
        groups = signed.groupdict()
        below = hours_of_text(groups.get("inner") or groups.get("rest") or "")
        if below.units is None:
            return below if not below.code else Amount(None, "negative_hours")
        return Amount(-below.units, "negative_hours")
    try:
        units = round(parse_hours_exact(text) * HUNDREDTH)
        return Amount(units) if units else NOTHING
    except InvalidInput:
        pass
    if _STRAY.fullmatch(text):
        try:
            return Amount(round(parse_hours_exact(text.replace(" ", "")) * HUNDREDTH), "hours_odd_format")
        except InvalidInput:
            pass
    return Amount(None, "hours_odd_format") if _ODD.fullmatch(text) else _UNREADABLE


def _words(text: str) -> Amount:
    words = fold(text).split()
    if text.startswith("#"):
        return _UNREADABLE  # « #N/A »: an error of the spreadsheet, written out
    if not words or all(word in _NOTHING_TEXT for word in words):
        return Amount(None, "formula_like_text") if words and _FORMULA_LIKE.match(text) else NOTHING
    if _FORMULA_LIKE.match(text):
        return Amount(None, "formula_like_text")
    return _UNREADABLE


def day_hours_of(cell: Cell | None, codes: frozenset[str]) -> Amount:
    """As :func:`hours_of` in a grid of days, where letters stand for absences; ``codes``: those of the legend."""
    amount = hours_of(cell)
    if amount is _UNREADABLE and cell is not None and cell.text:
        folded = fold(cell.text)
        if folded in _DAY_CODES or folded in codes:
            return NOTHING
    return amount


def hundredths(units: int) -> int:
    """Integer hundredths of an hour, rounded half up."""
    return (2 * units + HUNDREDTH) // (2 * HUNDREDTH)


def decimal_text(units: int) -> str:
    """``"151.67"``: two digits after the point."""
    value = hundredths(units)
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


# --- months and days ---------------------------------------------------------------------


class Moment(NamedTuple):
    """A month or a day as written; ``year`` is ``None`` when it is not said, ``day`` when it is a month.

    ``code`` is ``month_invalid`` for what looks like a month and is none (« 13/2024 », « 03/04 »).
    """

    year: int | None
    month: int
    day: int | None = None
    code: str = ""

    @property
    def key(self) -> str:
        """``YYYY-MM``; empty without a year."""
        return f"{self.year:04d}-{self.month:02d}" if self.year is not None else ""


_INVALID = Moment(None, 0, None, "month_invalid")
_AROUND = frozenset(
    words(
        "mois periode paie paye heures heure h hrs hr nb nombre releve pour au titre du de d le la en total "
        "realisees effectuees travaillees insertion mensuel mensuelle annee exercice concerne concernee "
        "reference declare facture facturation etat"
    )
)
_WEEKDAYS = frozenset(words("lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim"))
_PARENTHESES = re.compile(r"\([^()]*\)")
_RANGE = re.compile(
    r"(?:du )?(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2}) (?:au|a|à|-|–) (\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})"
)


def span_of_text(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of « du 04/03/2024 au 10/03/2024 » anywhere in a sentence."""
    match = _RANGE.search(text[:400].lower())
    if match is None:
        return None
    first = _full(int(match[1]), int(match[2]), int(match[3]))
    last = _full(int(match[4]), int(match[5]), int(match[6]))
    if first.code or last.code:
        return None
    days = [dt.date(one.year or 2000, one.month, one.day or 1) for one in (first, last)]
    return (days[0], days[1]) if days[0] <= days[1] else None


@lru_cache(maxsize=20_000)
def moment_of_text(text: str) -> Moment | None:
    """A cell that is a month or a day and nothing else; ``None`` when it is neither."""
    if len(text) > 60 or not text:
        return None
    span = _RANGE.search(text.lower())
    if span:
        first = _full(int(span[1]), int(span[2]), int(span[3]))
        last = _full(int(span[4]), int(span[5]), int(span[6]))
        same = (first.year, first.month) == (last.year, last.month) and not first.code and not last.code
        return Moment(first.year, first.month) if same else None
    words = fold(_PARENTHESES.sub(" ", text)).split()
    while words and words[0] in _AROUND and len(words) > 1:
        words = words[1:]
    while words and words[-1] in _AROUND and len(words) > 1:
        words = words[:-1]
    # « mar » is mardi before a day, mars before a year (« mar-24 » as spreadsheets write it)
    march = words[:1] == ["mar"] and len(words) == 2 and (len(words[1]) == 4 or "-" in text)
    if len(words) > 1 and words[0] in _WEEKDAYS and not march:
        words = words[1:]
    folded = " ".join(words)
    if not any(one.isdigit() for one in folded):
        number = _named(folded)
        return Moment(None, number) if number else None
    match = re.fullmatch(r"([a-z]+) ?(\d{4}|\d{2})", folded)
    if match:
        number = _named(match[1])
        return Moment(_year(int(match[2])), number) if number else None
    match = re.fullmatch(r"(\d{1,2})(?:er)? ?([a-z]+)(?: ?(\d{4}|\d{2}))?", folded)
    if match:
        number = _named(match[2])
        if not number:
            return None
        return _checked(int(match[1]), number, _year(int(match[3])) if match[3] else None)
    return _figures(folded, text)


def _figures(folded: str, text: str) -> Moment | None:
    match = re.fullmatch(r"(\d{1,2}) (\d{1,2}) (\d{4}|\d{2})", folded)
    if match and (len(match[3]) == 4 or "/" in text or "-" in text or "." in text):
        return _full(int(match[1]), int(match[2]), int(match[3]))
    match = re.fullmatch(r"(\d{4}) (\d{1,2}) (\d{1,2})(?: 00 00(?: 00)?)?", folded)
    if match:
        return _checked(int(match[3]), int(match[2]), int(match[1]))
    match = re.fullmatch(r"(\d{1,2}) (\d{4})", folded)
    if match:
        return _month(int(match[1]), int(match[2]))
    match = re.fullmatch(r"(\d{4}) (\d{1,2})", folded)
    if match:
        return _month(int(match[2]), int(match[1]))
    match = re.fullmatch(r"(\d{1,2}) (\d{1,2})", folded)
    if match and re.fullmatch(r"\d{1,2}[/\-]\d{1,2}", text.strip()):
        first, second = int(match[1]), int(match[2])
        if 1 <= first <= 12 and second > 31:
            return Moment(_year(second), first)
        if 1 <= first <= 12 and 20 <= second <= 31:
            return Moment(_year(second), first)
        if second <= 12 and 13 <= first <= 31:
            return _checked(first, second, None)
        return _INVALID
    if re.fullmatch(r"20\d{4}", folded):
        return _month(int(folded[4:]), int(folded[:4]))
    if re.fullmatch(r"(?:0[1-9]|1[0-2])20\d\d", folded):
        return _month(int(folded[:2]), int(folded[2:]))
    return None


@lru_cache(maxsize=2_000)
def _named(word: str) -> int:
    """Number of a month by its name or abbreviation, 0 when it is none."""
    if not word.isalpha() or len(word) > 9:
        return 0
    try:
        return int(parse_month(f"{word} 2000")[5:])
    except InvalidInput:
        return 0


def _year(year: int) -> int:
    return year + 2000 if year < 100 else year


def _month(month: int, year: int) -> Moment:
    return Moment(year, month) if 1 <= month <= 12 and 1990 <= year <= 2200 else _INVALID


def _full(day: int, month: int, year: int) -> Moment:
    return _checked(day, month, _year(year))


def _checked(day: int, month: int, year: int | None) -> Moment:
    try:
        dt.date(year or 2000, month, day)
    except ValueError:
        return _INVALID
    return Moment(year, month, day)


def moment_of(cell: Cell | None) -> Moment | None:
    """The month or day a cell says, if it says only that."""
    if cell is None:
        return None
    if cell.date is not None:
        return Moment(cell.date.year, cell.date.month, cell.date.day)
    if cell.number is not None:
        whole = int(cell.number)
        if whole == cell.number and 199_001 <= whole <= 219_912:
            return _month(whole % 100, whole // 100)
        return None
    return moment_of_text(cell.text) if cell.text else None


_NAMES = (
    "janvier|janv|jan|fevrier|fevr|fev|mars|avril|avr|mai|juin|juillet|juil|aout|septembre|sept|octobre|oct|"
    "novembre|nov|decembre|dec"
)
_MENTION = re.compile(rf"(?<![\w])(?:(\d{{1,2}})(?:er)? )?({_NAMES}) ?(20\d\d|(?<= )\d\d(?!\d))?(?!\w)")
_NUMERIC = re.compile(r"(?<![\d/.\-])(0?[1-9]|1[0-2])[/\-](20\d\d)(?![\d/\-])")
_ISO = re.compile(r"(?<![\d/.\-])(20\d\d)-(0[1-9]|1[0-2])(?![\d/\-])")


@lru_cache(maxsize=4_000)
def months_said(text: str) -> frozenset[tuple[int | None, int]]:
    """(year or ``None``, month) of every month named in a sentence; days (« le 5 mars ») are not months."""
    found: set[tuple[int | None, int]] = set()
    if len(text) > 400:
        return frozenset()
    for match in _RANGE.finditer(text.lower()):
        span = moment_of_text(match[0])
        if span is not None and not span.code:
            found.add((span.year, span.month))
    for match in _NUMERIC.finditer(text):
        found.add((int(match[2]), int(match[1])))
    for match in _ISO.finditer(text):
        found.add((int(match[1]), int(match[2])))
    for match in _MENTION.finditer(fold(text)):
        if match[1]:
            continue
        found.add((_year(int(match[3])) if match[3] else None, _named(match[2])))
    return frozenset(found)


_YEAR_ALONE = re.compile(r"(?<![\d/.\-])(20[0-4]\d)(?![\d/.\-])(?![-/]\w)")
_YEAR_WORDS = frozenset(
    words(
        "annee exercice total releve releves suivi heures insertion pointage tableau recapitulatif recap "
        "synthese an bilan etat mois"
    )
)


@lru_cache(maxsize=4_000)
def years_said(text: str) -> frozenset[int]:
    """Years stated as such: « Année 2024 », « Relevé 2024 », « 2024 »; not those of dates or of numbers of files."""
    if len(text) > 200:
        return frozenset()
    years = {int(match[1]) for match in _YEAR_ALONE.finditer(text)}
    if not years:
        return frozenset()
    words = set(fold(text).split())
    return frozenset(years) if words & _YEAR_WORDS or words <= {str(year) for year in years} else frozenset()


_DAY_MONTH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})")


def day_of_text(text: str) -> Moment | None:
    """« 01/03 » in a column of days: the first of March. ``None`` for anything else."""
    match = _DAY_MONTH.fullmatch(text)
    return _checked(int(match[1]), int(match[2]), None) if match else None


_WEEK = re.compile(r"(?:semaine|sem|s|week|w)\.? ?(?:n°? ?|n o )?(\d{1,2})(?:[ /\-](20\d\d|\d\d))?", re.IGNORECASE)


@lru_cache(maxsize=4_000)
def week_of_text(text: str) -> tuple[int, int | None] | None:
    """(number, year or ``None``) of « S05 », « Semaine 5 », « S05-2024 »; also « 2024-W05 »."""
    match = _WEEK.fullmatch(text.strip())
    if match:
        number = int(match[1])
        return (number, _year(int(match[2])) if match[2] else None) if 1 <= number <= 53 else None
    match = re.fullmatch(r"(20\d\d)[- ]?[WS](\d{2})", text.strip(), re.IGNORECASE)
    return (int(match[2]), int(match[1])) if match and 1 <= int(match[2]) <= 53 else None
