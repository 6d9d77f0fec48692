"""Reading and judging hours: integer hundredths of an hour everywhere (DOMAIN.md §3.7, §14.3).

French numbers and durations are read right or refused with a hint, never guessed (PRODUCT.md H3, AC 20).
Doubts are sentences that never block (H5). The control total names the row that explains the difference
(H4).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.errors import InvalidInput, Locked
from app.models.choices import StatementState
from app.rules.calendar import overlap_days
from app.rules.french import (
    NBSP,
    NNBSP,
    format_date,
    format_hours,
    format_hours_short,
    format_hours_unit,
    format_month,
    plural,
    quoted,
    round_half_up,
)

MONTH_MAXIMUM = 74_400
"""31 days of 24 hours: nobody works more in a month."""
TOTAL_MAXIMUM = 10_000_000_000
"""One hundred million hours: four times what all France did in 2021 (DOMAIN.md §7.2)."""

# --- reading -----------------------------------------------------------------------------

_LONGEST = 60
"""Characters: longer than any number of hours, decimals of a spreadsheet included."""

_SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2008\u2009\u200a]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_HOURS_UNIT = r"(?:h|heures?|hrs?)"
_MINUTES_UNIT = r"(?:min|mn|minutes?|m|')"
_WHOLE = r"(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)"
_CLOCK = re.compile(
    rf"({_WHOLE}) ?(?:(?P<colon>:)|{_HOURS_UNIT}) ?([0-9]{{1,2}})"
    rf"(?: ?(?P<unit>{_MINUTES_UNIT})|:(?P<seconds>[0-9]{{2}}))?\.?"
)
_MINUTES_ONLY = re.compile(r"([0-9]{1,5}) ?(?:min|mn|minutes?)\.?")
_NUMBER = re.compile(rf"(?P<number>[0-9][0-9 .,]*|[.,][0-9]+) ?{_HOURS_UNIT}?\.?")
_PLAIN = re.compile(rf"(?P<whole>{_WHOLE})?(?:[.,](?P<decimals>[0-9]*))?")
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,})")
_MIXED = re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<decimals>[0-9]+)")
_MIXED_ENGLISH = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+)\.(?P<decimals>[0-9]+)")


def parse_hours_or_none(text: str, *, maximum: int = MONTH_MAXIMUM, field: str = "hours") -> int | None:
    """As :func:`parse_hours`, but an empty cell is ``None``: nothing entered is not zero."""
    return None if not _tidy(text) else parse_hours(text, maximum=maximum, field=field)


def parse_total(text: str, *, field: str = "declared_total") -> int:
    """As :func:`parse_hours` for a total or an objective, which may pass the 744 h of one person's month."""
    return parse_hours(text, maximum=TOTAL_MAXIMUM, field=field)


def parse_hours(text: str, *, maximum: int = MONTH_MAXIMUM, field: str = "hours") -> int:
    """Read one person's month of hours, in integer hundredths.

    ``151,67`` ``140.5`` ``,5`` ``1 534,50`` are numbers, ``7h30`` ``7:30`` ``7 h 30`` ``2 h 30 min`` ``45
    min`` ``151:40:00`` are durations (minutes become hundredths once added, half up). ``1.234`` has two
    readings and is asked, ``7h5`` too. A number with more than two decimals is rounded half up to the
    hundredth.

    Raises ``InvalidInput`` in French for what is empty, ambiguous, negative, above ``maximum`` (hundredths)
    or not hours.
    """
    typed = _tidy(text)
    if not typed:
        raise _refusal(
            "Aucune heure n’est indiquée.",
            "Écrire un nombre d’heures, 0 si la personne n’a pas travaillé.",
            field,
        )
    if typed[0] in "-\u2212\u2013\u2014" and len(typed) > 1:
        raise _refusal(
            "Un nombre d’heures ne peut pas être négatif.",
            "Pour corriger un mois déjà attesté, établir une rectification.",
            field,
        )
    hundredths = round_half_up(_read(typed.lower(), typed, field))
    if hundredths > maximum:
        if maximum == MONTH_MAXIMUM:
            happened = f"{format_hours_unit(hundredths)}{NBSP}: un mois compte au plus 744{NBSP}h."
        else:
            happened = f"{format_hours_unit(hundredths)}{NBSP}: c’est plus que {format_hours_unit(maximum)}."
        raise _refusal(happened, "Vérifier le nombre et la place de la virgule.", field)
    return hundredths


def parse_hours_exact(text: str, *, field: str = "hours") -> Fraction:
    """As :func:`parse_hours`, in hundredths not yet rounded and without a maximum.

    For sums: minutes are added first and rounded once (151 h 40 thirty-six times is exactly 5 460 h).
    """
    typed = _tidy(text)
    if not typed:
        raise _refusal("Aucune heure n’est indiquée.", "Écrire un nombre d’heures.", field)
    return _read(typed.lower(), typed, field)


def _tidy(text: str) -> str:
    cleaned = _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()
    return cleaned.replace("’", "'").replace("′", "'")


def _read(lowered: str, typed: str, field: str) -> Fraction:
    if len(typed) > _LONGEST:
        raise _refusal("Ce texte est trop long pour un nombre d’heures.", "Écrire par exemple 151,67 ou 7h30.", field)
    if match := _MINUTES_ONLY.fullmatch(lowered):
        return Fraction(int(match[1]) * 100, 60)
    if match := _CLOCK.fullmatch(lowered):
        return _clock(match, typed, field)
    if match := _NUMBER.fullmatch(lowered):
        return _number(match["number"].strip(), typed, field)
    raise _refusal(f"{quoted(typed)} n’est pas un nombre d’heures.", _hint(typed.lower()), field)


def _clock(match: re.Match[str], typed: str, field: str) -> Fraction:
    hours, minutes = int(match[1].replace(" ", "")), match[3]
    if len(minutes) == 1 and not match["unit"]:
        sign = ":" if match["colon"] else f"{NBSP}h{NBSP}"
        raise _refusal(
            f"{quoted(typed)} peut se lire {hours}{NBSP}h{NBSP}0{minutes} ou {hours}{NBSP}h{NBSP}{minutes}0.",
            f"Écrire deux chiffres de minutes{NBSP}: {hours}{sign}0{minutes} ou {hours}{sign}{minutes}0.",
            field,
        )
    seconds = int(match["seconds"] or 0)
    if int(minutes) >= 60 or seconds >= 60:
        raise _refusal(
            f"{quoted(typed)}{NBSP}: une heure n’a que soixante minutes.",
            "Pour des centièmes d’heure, écrire une virgule, par exemple 7,75.",
            field,
        )
    return Fraction(hours * 3600 + int(minutes) * 60 + seconds, 36)


def _number(number: str, typed: str, field: str) -> Fraction:
    if _COMMA_GROUPS.fullmatch(number):
        return Fraction(int(re.sub(r"[.,]", "", number)) * 100)
    mixed = _MIXED.fullmatch(number) or _MIXED_ENGLISH.fullmatch(number)
    match = mixed or _PLAIN.fullmatch(number)
    if match is None:
        raise _refusal(f"{quoted(typed)} ne se lit pas comme un nombre.", _hint(typed.lower()), field)
    whole = re.sub(r"[ .,]", "", match["whole"] or "")
    decimals = match["decimals"] or ""
    grouped = " " in (match["whole"] or "")
    if not mixed and not grouped and len(decimals) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
        raise _ask_both(typed, whole, decimals, field)
    return Fraction(int(whole or "0")) * 100 + Fraction(int(decimals or "0") * 100, 10 ** len(decimals))


def _ask_both(typed: str, whole: str, decimals: str, field: str) -> InvalidInput:
    thousands = int(whole + decimals) * 100
    fraction = round_half_up(Fraction(int(whole + decimals), 10))
    return _refusal(
        f"{quoted(typed)} peut se lire {format_hours_unit(thousands)} ou {format_hours_unit(fraction)}.",
        f"Écrire {format_hours(thousands)} ou {format_hours(fraction)}.",
        field,
    )


def _hint(typed: str) -> str:
    if re.search(r"[0-9]o|o[0-9]", typed):
        return "Remplacer la lettre O par un zéro."
    if re.search(r"[0-9] ?(?:j|jours?|semaines?|mois)\b", typed):
        return "Indiquer des heures et non des jours."
    if "%" in typed:
        return "Indiquer des heures et non un pourcentage."
    if re.search(r"[0-9]e[+\-]?[0-9]", typed):
        return "Le tableur a abîmé le nombre. Recopier les heures du relevé."
    return "Écrire par exemple 151,67 ou 7h30."


def _refusal(happened: str, todo: str, field: str) -> InvalidInput:
    return InvalidInput(happened, todo=todo, field=field)


# --- plausibility ------------------------------------------------------------------------

FULL_TIME_WEEK = 3_500
"""35 h a week, in hundredths."""
WEEK_LIMIT = 4_800
"""48 h a week (PRODUCT.md H5)."""
TWO_COMPANIES_LIMIT = 21_700
"""217 h a month over all companies (PRODUCT.md H5)."""
OVER_PLANNED_PERCENT = 25
"""Above the planned hours by more than this share (and by a day of 7 h): worth a question."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at again; never blocks. ``code`` is stable, ``sentence`` is French, nameless."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What is known about one person's month at one company. Hours are hundredths, months ``YYYY-MM``."""

    month: str
    worked: int
    today: dt.date
    contract_start: dt.date | None = None
    """``None``: no employment contract at all."""
    contract_end: dt.date | None = None
    """``None``: open-ended."""
    weekly: int = FULL_TIME_WEEK
    planned: int | None = None
    elsewhere: int = 0
    """Hours of the same person, same month, at other companies."""
    eligibility_known: bool = True
    eligible_until: dt.date | None = None
    """Last day on which the checked publics count; ``None``: no limit."""
    state: StatementState = StatementState.RECEIVED
    duplicate: bool = False
    """Another statement already gives hours for this person, company and month."""


def monthly_limit(weekly: int) -> int:
    """Hours of a full month for a weekly duration: 35 h → 151,67 h (× 52 / 12, half up)."""
    return round_half_up(Fraction(weekly * 52, 12))


def plausibility(facts: MonthFacts) -> tuple[Doubt, ...]:
    """Doubts about one month of hours, the gravest first; empty when nothing is strange (PRODUCT.md H5).

    Zero hours raise no doubt of quantity. The caller shows the sentences and may keep a reason; nothing
    blocks.
    """
    doubts: list[Doubt] = []
    name = format_month(facts.month)
    if facts.state is StatementState.ATTESTED:
        doubts.append(
            Doubt(
                "attested",
                f"Le relevé {_of_month(name)} est déjà attesté{NBSP}: une rectification est nécessaire.",
            )
        )
    if facts.worked <= 0:
        return tuple(doubts)
    if facts.duplicate:
        doubts.append(
            Doubt(
                "duplicate",
                f"Des heures {_of_month(name)} sont déjà saisies pour cette personne dans cette entreprise.",
            )
        )
    if facts.month > f"{facts.today:%Y-%m}":
        doubts.append(Doubt("future_month", f"Le mois {_of_month(name)} n’a pas encore commencé."))
    doubts.extend(_contract_doubts(facts, name))
    doubts.extend(_eligibility_doubts(facts))
    together = facts.worked + facts.elsewhere
    if facts.elsewhere > 0 and together > TWO_COMPANIES_LIMIT:
        doubts.append(
            Doubt(
                "two_companies",
                f"{format_hours_unit(together)} ce mois-ci avec les autres entreprises, au-delà de "
                f"{format_hours_unit(TWO_COMPANIES_LIMIT)}.",
            )
        )
    if facts.planned and _much_more(facts.worked, facts.planned):
        doubts.append(
            Doubt(
                "over_planned",
                f"{format_hours_unit(facts.worked)} pour {format_hours_unit(facts.planned)} prévues.",
            )
        )
    return tuple(doubts)


def _of_month(name: str) -> str:
    return f"d’{name}" if name[0] in "ao" else f"de {name}"


def _much_more(worked: int, planned: int) -> bool:
    return worked * 100 > planned * (100 + OVER_PLANNED_PERCENT) and worked - planned > 700


def _contract_doubts(facts: MonthFacts, name: str) -> list[Doubt]:
    if facts.contract_start is None:
        return [Doubt("no_contract", "Aucun contrat de travail n’est enregistré pour ces heures.")]
    days, month_days = overlap_days(facts.month, facts.contract_start, facts.contract_end)
    if days == 0:
        if facts.contract_end is not None and f"{facts.contract_end:%Y-%m}" < facts.month:
            return [Doubt("outside_contract", f"Le contrat s’est terminé le {format_date(facts.contract_end)}.")]
        return [Doubt("outside_contract", f"Le contrat ne commence que le {format_date(facts.contract_start)}.")]
    doubts: list[Doubt] = []
    worked = format_hours_unit(facts.worked)
    if days < month_days:
        limit = round_half_up(Fraction(facts.weekly * days, 7))
        if facts.worked > limit:
            covered = plural(days, "jour")
            doubts.append(
                Doubt(
                    "over_covered_days",
                    f"{worked} alors que le contrat ne couvre que {covered} {_of_month(name)} "
                    f"(environ {format_hours_unit(limit)}).",
                )
            )
    else:
        limit = monthly_limit(facts.weekly)
        if facts.worked > limit:
            kind = "un temps plein" if facts.weekly >= FULL_TIME_WEEK else "ce contrat à temps partiel"
            doubts.append(Doubt("over_full_time", f"{worked} pour {kind} de {format_hours_unit(limit)} par mois."))
    if facts.worked * 7 > WEEK_LIMIT * days:
        pace = round_half_up(Fraction(facts.worked * 7, days))
        doubts.append(
            Doubt(
                "over_48_hours",
                f"{worked}, soit {format_hours_unit(pace)} par semaine, au-delà de 48{NBSP}h.",
            )
        )
    return doubts


def _eligibility_doubts(facts: MonthFacts) -> list[Doubt]:
    if not facts.eligibility_known:
        return [Doubt("eligibility_missing", "L’éligibilité de la personne n’est pas vérifiée.")]
    if facts.eligible_until is not None and f"{facts.eligible_until:%Y-%m}" < facts.month:
        return [
            Doubt(
                "eligibility_expired",
                f"L’éligibilité vérifiée n’est valable que jusqu’au {format_date(facts.eligible_until)}.",
            )
        ]
    return []


# --- control total -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """The company's printed total against what was typed. Hours are hundredths.

    ``difference`` is typed minus declared, ``None`` when no total was typed. ``suspect_row`` (from 0) is
    the row that explains it exactly, ``suggestion`` the value that would settle it (``None``: no
    replacement to propose).
    """

    total: int
    declared: int | None
    difference: int | None
    suspect_row: int | None
    suggestion: int | None
    sentence: str

    @property
    def agrees(self) -> bool:
        """A total was declared and it is the one found."""
        return self.difference == 0


def control_total(lines: Sequence[int | None], declared: int | None) -> ControlTotal:
    """Compare the sum of ``lines`` (``None``: empty cell) with the total the company printed (PRODUCT.md H4).

    A difference is explained, in this order, by: two digits of one row swapped (140 / 104), a comma out of
    place, one empty row, one row counted twice. Sentence rows are numbered from 1, as on paper.
    """
    total = sum(value for value in lines if value is not None)
    if declared is None:
        return ControlTotal(total, None, None, None, None, "")
    difference = total - declared
    gap = f"Écart {format_hours(difference)}{NBSP}h"
    if difference == 0:
        return ControlTotal(total, declared, 0, None, None, gap)
    for row, was, other in _explained_by_typing(lines, difference):
        doubt = f"{gap}{NBSP}: ligne {row + 1}, {format_hours_short(was)} ↔ {format_hours_short(other)}{NNBSP}?"
        return ControlTotal(total, declared, difference, row, other, doubt)
    empty = [row for row, value in enumerate(lines) if value is None]
    if difference < 0 and len(empty) == 1 and -difference <= MONTH_MAXIMUM:
        missing = f"{gap}{NBSP}: la ligne {empty[0] + 1} est vide, {format_hours_unit(-difference)}{NNBSP}?"
        return ControlTotal(total, declared, difference, empty[0], -difference, missing)
    for row, value in enumerate(lines):
        if value and value == abs(difference):
            side = "absente du total de l’entreprise" if difference > 0 else "comptée deux fois par l’entreprise"
            twice = f"{gap}{NBSP}: ligne {row + 1} ({format_hours_unit(value)}), {side}{NNBSP}?"
            return ControlTotal(total, declared, difference, row, None, twice)
    return ControlTotal(total, declared, difference, None, None, f"{gap}.")


def _explained_by_typing(lines: Sequence[int | None], difference: int) -> list[tuple[int, int, int]]:
    """(row, value, right value) of the likeliest single slip, at most one.

    Digits swapped are likelier than a comma; a value seen once is likelier than one that many rows share,
    and 151,67 (a full month, known by heart) is the least likely to be mistyped.
    """
    swapped: list[tuple[int, int, int]] = []
    shifted: list[tuple[int, int, int]] = []
    for row, value in enumerate(lines):
        if not value or not 0 < value - difference <= MONTH_MAXIMUM:
            continue
        wanted = value - difference
        if _is_swap(value, wanted):
            swapped.append((row, value, wanted))
        elif wanted in (value * 10, value * 100) or value in (wanted * 10, wanted * 100):
            shifted.append((row, value, wanted))
    full_month = monthly_limit(FULL_TIME_WEEK)
    for slips in (swapped, shifted):
        slips.sort(key=lambda slip: (slip[1] == full_month, lines.count(slip[1]), slip[0]))
    return (swapped + shifted)[:1]


def _is_swap(value: int, other: int) -> bool:
    """Whether two digits of ``value``, swapped, give ``other``; digits as one writes them, without « ,00 »."""
    scale = 100 if value % 100 == 0 and other % 100 == 0 else 10 if value % 10 == 0 and other % 10 == 0 else 1
    mine, theirs = str(value // scale), str(other // scale)
    if len(mine) != len(theirs):
        return False
    changed = [at for at in range(len(mine)) if mine[at] != theirs[at]]
    if len(changed) != 2:
        return False
    first, second = changed
    return mine[first] == theirs[second] and mine[second] == theirs[first]


# --- allocation --------------------------------------------------------------------------


def remaining_to_allocate(total: int, parts: Mapping[str, int]) -> int:
    """Hundredths of ``total`` not yet given to an operation; negative when too much was given."""
    return total - sum(parts.values())


def check_allocation(total: int, parts: Mapping[str, int]) -> None:
    """Refuse a sharing whose sum is not ``total`` to the hundredth, or with a negative part.

    Source: DOMAIN.md §4.5, PRODUCT.md H7 (no hour counted twice). Raises ``InvalidInput``.
    """
    if any(part < 0 for part in parts.values()):
        raise InvalidInput("Une part ne peut pas être négative.", todo="Corriger la répartition.", field="parts")
    left = remaining_to_allocate(total, parts)
    if left > 0:
        raise InvalidInput(
            f"Il reste {format_hours_unit(left)} à répartir.",
            todo=f"Répartir exactement {format_hours_unit(total)}.",
            field="parts",
        )
    if left < 0:
        raise InvalidInput(
            f"La répartition dépasse de {format_hours_unit(-left)} les heures travaillées.",
            todo=f"Répartir exactement {format_hours_unit(total)}.",
            field="parts",
        )


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share ``total`` hundredths in proportion to ``weights``; the sum is exact.

    What rounding leaves goes to the largest remainders, the first in order on a tie. All weights zero:
    equal shares. Raises ``ValueError`` for a negative total or weight, or no weight.
    """
    if total < 0 or not weights or any(weight < 0 for weight in weights):
        raise ValueError("a total and weights that are not negative are expected")
    whole = sum(weights)
    used = list(weights) if whole else [1] * len(weights)
    whole = whole or len(weights)
    shares = [total * weight // whole for weight in used]
    order = sorted(range(len(used)), key=lambda at: (-(total * used[at] % whole), at))
    for at in order[: total - sum(shares)]:
        shares[at] += 1
    return tuple(shares)


# --- states of a statement ---------------------------------------------------------------

_NEXT: dict[StatementState, tuple[StatementState, ...]] = {
    StatementState.EXPECTED: (StatementState.RECEIVED, StatementState.TO_CHECK),
    StatementState.RECEIVED: (StatementState.VALIDATED, StatementState.TO_CHECK, StatementState.EXPECTED),
    StatementState.TO_CHECK: (StatementState.VALIDATED, StatementState.RECEIVED),
    StatementState.VALIDATED: (StatementState.ATTESTED, StatementState.TO_CHECK),
    StatementState.ATTESTED: (),
}


def next_states(state: StatementState) -> tuple[StatementState, ...]:
    """States a statement may take next, the usual one first (PRODUCT.md H6); attested has none."""
    return _NEXT[state]


def is_locked(state: StatementState) -> bool:
    """Whether the figures are closed: validated (reopen by « À vérifier ») or attested (rectify)."""
    return state in (StatementState.VALIDATED, StatementState.ATTESTED)


def check_transition(state: StatementState, wanted: StatementState) -> None:
    """Raise ``Locked`` for an attested statement, ``InvalidInput`` for a step that does not exist."""
    if state is StatementState.ATTESTED and wanted is not state:
        raise Locked(
            "Ce relevé est attesté.",
            "Les heures attestées restent inchangées.",
            "Établir une rectification pour les corriger.",
        )
    if wanted is not state and wanted not in _NEXT[state]:
        raise InvalidInput(
            f"Un relevé {quoted(state.label)} ne peut pas devenir {quoted(wanted.label)}.",
            todo=f"Choisir {' ou '.join(quoted(one.label) for one in _NEXT[state])}.",
            field="state",
        )
