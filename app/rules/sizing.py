"""From an amount of works to hours of insertion (charter Essonne 2018-2020, art. 4.3; DOMAIN.md §3).

Money is integer cents, hours integer hundredths, rates are percents as ``Decimal`` (``Decimal("5")`` is 5
%). Computed with exact fractions, rounded half up once, at the end.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput
from app.rules.french import (
    NBSP,
    format_date,
    format_decimal,
    format_hours_unit,
    format_money_short,
    quoted,
    round_half_up,
)

MINIMUM_EFFORT_RATE = Decimal("5")
"""« fixé à un minimum de 5 % » (charter Essonne, art. 4.3); a network may decide otherwise."""
MAXIMUM_AMOUNT = 10_000_000_000_00
"""Ten thousand million euros: beyond, a zero too many."""
MAXIMUM_HOURLY_COST = 1_000_00
"""One thousand euros an hour: beyond, a comma is missing."""

# --- reading amounts and rates -----------------------------------------------------------

_SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2009\u200a]+")


def parse_money(text: str, *, field: str = "amount") -> int:
    """« 1 000 000 », « 1 234,56 € », « 30.5 » → cents; ``1.234`` is asked, never guessed. Raises ``InvalidInput``."""
    typed = _SPACES.sub(" ", text).strip()
    bare = re.sub(r" ?(?:€|euros?|eur)(?: ?ht)?$", "", typed, flags=re.IGNORECASE)
    whole, decimals = _split_number(bare, typed, "un montant", "Écrire par exemple 1 000 000 ou 1 234,56.", field)
    if len(decimals) > 2:
        raise InvalidInput(
            f"{quoted(typed)} a plus de deux décimales.", todo="Écrire un montant en euros et centimes.", field=field
        )
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def parse_percent(text: str, *, field: str = "rate") -> Decimal:
    """« 5 », « 5,5 % », « 70.25 » → percents, four decimals at most. Raises ``InvalidInput``."""
    typed = _SPACES.sub(" ", text).strip()
    match = re.fullmatch(r"([0-9]{1,4})(?:[.,]([0-9]{1,4}))?", re.sub(r" ?%$", "", typed))
    if match is None:
        raise InvalidInput(
            f"{quoted(typed)} n’est pas un pourcentage.", todo="Écrire par exemple 5 ou 7,5.", field=field
        )
    return Decimal(f"{match[1]}.{match[2] or 0}").normalize() + 0


def _split_number(bare: str, typed: str, what: str, todo: str, field: str) -> tuple[str, str]:
    match = re.fullmatch(r"([0-9]{1,3}(?: [0-9]{3}){1,7}|[0-9]{1,24})(?:[.,]([0-9]{1,24}))?", bare)
    grouped = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{3}){1,7}),([0-9]{1,24})", bare) or re.fullmatch(
        r"([0-9]{1,3}(?:[.][0-9]{3}){2,7})()", bare
    )
    if grouped:
        return grouped[1].replace(".", ""), grouped[2]
    if match is None:
        raise InvalidInput(f"{quoted(typed)} n’est pas {what}.", todo=todo, field=field)
    whole, decimals = match[1], match[2] or ""
    if len(decimals) == 3 and " " not in whole and len(whole) <= 3:
        raise InvalidInput(
            f"{quoted(typed)} peut se lire de deux façons.",
            todo=f"Écrire {whole} {decimals} pour les milliers, ou deux décimales au plus.",
            field=field,
        )
    return whole.replace(" ", ""), decimals


def to_basis_points(rate: Decimal) -> int:
    """A percent as stored: hundredths of a percent, half up (``Decimal("5")`` → 500)."""
    return round_half_up(Fraction(rate) * 100)


def from_basis_points(stored: int) -> Decimal:
    """The reverse of :func:`to_basis_points`."""
    return Decimal(stored) / 100


# --- the charter's formula ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sizing:
    """One calculation with its four factors, so that an auditor can redo it (PRODUCT.md §0.1).

    ``computed_hours`` and ``retained_suggestion`` (whole hours) are hundredths of an hour; ``labour_cents``
    and ``insertion_cents`` the two intermediate amounts, half up. ``warning`` is French, empty when the
    rate reaches the minimum.
    """

    amount_cents: int
    labour_share: Decimal
    effort_rate: Decimal
    hourly_cost_cents: int
    labour_cents: int
    insertion_cents: int
    computed_hours: int
    retained_suggestion: int
    minimum_effort_rate: Decimal
    below_minimum: bool
    warning: str

    @property
    def formula(self) -> str:
        """The calculation as it is written out on paper."""
        return (
            f"{format_money_short(self.amount_cents)} × {format_rate(self.labour_share)} × "
            f"{format_rate(self.effort_rate)} ÷ {format_money_short(self.hourly_cost_cents)} = "
            f"{format_hours_unit(self.computed_hours)}"
        )


def format_rate(rate: Decimal) -> str:
    """« 5 % », « 7,5 % »: no useless zero."""
    text = format_decimal(rate, 4).rstrip("0").rstrip(",")
    return f"{text}{NBSP}%"


def size_hours(
    amount_cents: int,
    labour_share: Decimal | int,
    effort_rate: Decimal | int,
    hourly_cost_cents: int,
    *,
    minimum_effort_rate: Decimal = MINIMUM_EFFORT_RATE,
) -> Sizing:
    """Hours = amount excluding tax × labour share × effort rate ÷ cost of one hour (charter art. 4.3).

    1 000 000 € × 50 % × 5 % ÷ 30 € = 833,33 h, 833 h suggested (DOMAIN.md §3.2, E1). A rate below the
    minimum is computed and flagged. Raises ``InvalidInput`` with the field ``amount``, ``labour_share``,
    ``effort_rate`` or ``hourly_cost``.
    """
    labour_share, effort_rate = Decimal(labour_share), Decimal(effort_rate)
    check_amount(amount_cents)
    _check_rate(labour_share, "La part de main d’œuvre", "labour_share")
    _check_rate(effort_rate, "Le taux d’effort", "effort_rate")
    check_hourly_cost(hourly_cost_cents)
    labour = Fraction(amount_cents) * Fraction(labour_share) / 100
    insertion = labour * Fraction(effort_rate) / 100
    hours = insertion / hourly_cost_cents
    below = effort_rate < minimum_effort_rate
    warning = (
        f"Le taux d’effort de {format_rate(effort_rate)} est inférieur au minimum de "
        f"{format_rate(minimum_effort_rate)} de la charte (article 4.3)."
    )
    return Sizing(
        amount_cents=amount_cents,
        labour_share=labour_share,
        effort_rate=effort_rate,
        hourly_cost_cents=hourly_cost_cents,
        labour_cents=round_half_up(labour),
        insertion_cents=round_half_up(insertion),
        computed_hours=round_half_up(hours * 100),
        retained_suggestion=round_half_up(hours) * 100,
        minimum_effort_rate=minimum_effort_rate,
        below_minimum=below,
        warning=warning if below else "",
    )


def sizing_range(
    amount_cents: int,
    labour_share: Decimal | int,
    hourly_cost_cents: int,
    effort_rates: Sequence[Decimal],
    *,
    minimum_effort_rate: Decimal = MINIMUM_EFFORT_RATE,
) -> tuple[Sizing, ...]:
    """The same calculation for several effort rates, to negotiate with the buyer (PRODUCT.md C2)."""
    return tuple(
        size_hours(amount_cents, labour_share, rate, hourly_cost_cents, minimum_effort_rate=minimum_effort_rate)
        for rate in effort_rates
    )


def check_amount(amount_cents: int) -> None:
    """Refuse an amount that is not positive or above ten thousand million euros."""
    if amount_cents <= 0:
        raise InvalidInput(
            "Le montant hors taxes doit être supérieur à zéro.", todo="Indiquer le montant du lot.", field="amount"
        )
    if amount_cents > MAXIMUM_AMOUNT:
        raise InvalidInput(
            f"Le montant dépasse {format_money_short(MAXIMUM_AMOUNT)}.",
            todo="Vérifier le nombre de zéros.",
            field="amount",
        )


def check_hourly_cost(hourly_cost_cents: int) -> None:
    """Refuse a cost that is not positive or above one thousand euros an hour."""
    if hourly_cost_cents <= 0:
        raise InvalidInput(
            "Le coût d’une heure de travail doit être supérieur à zéro.",
            todo="Indiquer un coût horaire, souvent entre 25 et 30\u00a0€.",
            field="hourly_cost",
        )
    if hourly_cost_cents > MAXIMUM_HOURLY_COST:
        raise InvalidInput(
            f"Le coût d’une heure dépasse {format_money_short(MAXIMUM_HOURLY_COST)}.",
            todo="Vérifier la place de la virgule.",
            field="hourly_cost",
        )


def _check_rate(rate: Decimal, name: str, field: str) -> None:
    if not rate.is_finite() or not 0 < rate <= 100:
        raise InvalidInput(
            f"{name} doit être supérieur{'e' if name.startswith('La ') else ''} à 0 et au plus égal"
            f"{'e' if name.startswith('La ') else ''} à 100{NBSP}%.",
            todo="Indiquer un pourcentage, par exemple 5.",
            field=field,
        )


def check_retained(computed_hours: int, retained_hours: int, reason: str) -> None:
    """Retained hours that are not the computed ones (to the whole hour) need a reason.

    Source: charter art. 4.3, « cette formule doit être adaptée » by the facilitators; DOMAIN.md §3.1.
    Hundredths. Raises ``InvalidInput``.
    """
    if retained_hours < 0:
        raise InvalidInput(
            "Les heures retenues ne peuvent pas être négatives.", todo="Corriger le nombre.", field="retained_hours"
        )
    rounded = retained_hours % 100 == 0 and abs(retained_hours - computed_hours) < 100
    same = rounded or retained_hours == computed_hours
    if not same and not reason.strip():
        raise InvalidInput(
            f"Les heures retenues diffèrent des {format_hours_unit(computed_hours)} calculées.",
            todo="Indiquer la raison, par exemple la durée ou la technicité du marché.",
            field="retained_reason",
        )


# --- cleaning trade ----------------------------------------------------------------------

CLEANING_HOURLY_COST = 2_500
"""25 € = 20 € loaded ÷ 80 % of labour (DOMAIN.md §12 fact 3)."""
CLEANING_MINIMUM_HOURS = 15_000
"""Below 150 h the P.A.C.T. tool advises no clause."""


@dataclass(frozen=True, slots=True)
class CleaningSizing:
    """P.A.C.T. result. ``new_work_share`` is P (may be negative), ``computed_hours`` I in hundredths (0 when P ≤ 0)."""

    new_work_share: Fraction
    computed_hours: int
    clause_advised: bool
    sentence: str


def cleaning_trade(
    turnover_cents: int,
    months: int,
    effort_rate: Decimal | int,
    transferable_hours: int,
    *,
    hourly_cost_cents: int = CLEANING_HOURLY_COST,
    minimum_hours: int = CLEANING_MINIMUM_HOURS,
) -> CleaningSizing:
    """Hours of a cleaning contract once the staff taken over is deducted (outil P.A.C.T. Propreté; DOMAIN.md §3.2 E3).

    P = 1 − (S × C) ÷ (A ÷ N); I = P × A ÷ C × T, with A the turnover excluding tax over the contract, N its
    months, S the *monthly* hours of transferable staff (hundredths), C the hourly cost, T the effort rate.
    Guards: I below 150 h, or P or I not positive: no clause. Raises ``InvalidInput``.
    """
    effort_rate = Decimal(effort_rate)
    check_amount(turnover_cents)
    check_hourly_cost(hourly_cost_cents)
    _check_rate(effort_rate, "Le taux d’effort", "effort_rate")
    if months <= 0:
        raise InvalidInput(
            "La durée du marché doit être d’un mois au moins.", todo="Indiquer sa durée.", field="months"
        )
    if transferable_hours < 0:
        raise InvalidInput(
            "Les heures du personnel repris ne peuvent pas être négatives.",
            todo="Indiquer 0 s’il n’y a pas de reprise.",
            field="transferable_hours",
        )
    monthly = Fraction(turnover_cents, months)
    share = 1 - Fraction(transferable_hours, 100) * hourly_cost_cents / monthly
    if share <= 0:
        return CleaningSizing(share, 0, False, f"Le personnel repris couvre tout le marché{NBSP}: pas de clause.")
    hours = share * turnover_cents / hourly_cost_cents * Fraction(effort_rate) / 100
    computed = round_half_up(hours * 100)
    if hours * 100 < minimum_hours:
        return CleaningSizing(
            share,
            computed,
            False,
            f"{format_hours_unit(computed)}, moins de {format_hours_unit(minimum_hours)}{NBSP}: pas de clause.",
        )
    return CleaningSizing(share, computed, True, f"{format_hours_unit(computed)} d’insertion.")


# --- mandatory clause --------------------------------------------------------------------


class ContractKind(StrEnum):
    """What is bought (values of the reference table ``procurement_threshold``)."""

    WORKS = "works"
    SUPPLIES_SERVICES = "supplies_services"


class BuyerScope(StrEnum):
    """Which buyers a threshold concerns."""

    ALL = "all"
    STATE = "state"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A European threshold, excluding tax, valid from one day to another (both included, ``None``: open)."""

    contract_kind: ContractKind
    buyer_scope: BuyerScope
    amount_cents: int
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def applies(self, kind: ContractKind, state_buyer: bool, on: dt.date) -> bool:
        """Whether it is the threshold of this purchase on this day."""
        scope = BuyerScope.STATE if state_buyer else BuyerScope.OTHER
        in_time = (self.valid_from or dt.date.min) <= on <= (self.valid_to or dt.date.max)
        return in_time and self.contract_kind == kind and self.buyer_scope in (BuyerScope.ALL, scope)


@dataclass(frozen=True, slots=True)
class MandatoryClause:
    """``required`` is ``None`` when no threshold is known for the date. ``sentence`` is French."""

    required: bool | None
    threshold_cents: int | None
    sentence: str


OBLIGATION_FROM = dt.date(2026, 8, 22)
"""Entry into force of art. L.2112-2-1 retained by most pages (21 or 22 August 2026; DOMAIN.md §10): a default."""


def mandatory_clause(
    amount_cents: int,
    kind: ContractKind,
    thresholds: Sequence[Threshold],
    on: dt.date,
    *,
    state_buyer: bool = False,
    obligation_from: dt.date = OBLIGATION_FROM,
) -> MandatoryClause:
    """Whether a contract consulted on day ``on`` must take social considerations into account (CCP art. L.2112-2-1).

    It must from the European threshold of its kind on; four derogations exist and are justified in the
    file. The thresholds are dated data given by the caller (2026: 5 404 000 / 140 000 / 216 000 €,
    DOMAIN.md §12 fact 29).
    """
    if on < obligation_from:
        return MandatoryClause(False, None, f"Facultative avant le {format_date(obligation_from)}.")
    valid = [one for one in thresholds if one.applies(kind, state_buyer, on)]
    if not valid:
        return MandatoryClause(None, None, f"Seuil européen inconnu au {format_date(on)}.")
    threshold = max(valid, key=lambda one: one.valid_from or dt.date.min).amount_cents
    limit = format_money_short(threshold)
    if amount_cents >= threshold:
        return MandatoryClause(
            True, threshold, f"Obligatoire à partir de {limit} HT, sauf dérogation justifiée au dossier."
        )
    return MandatoryClause(False, threshold, f"Facultative en dessous de {limit} HT.")


# --- full-time equivalents ---------------------------------------------------------------

AVE_HOURS_PER_FTE = 1_600
"""Alliance Villes Emploi 2021: 25 124 684 h = 15 703 ETP (DOMAIN.md §3.4)."""
YEARLY_HOURS_PER_FTE = 1_607
"""The other published ratio (Loir-et-Cher; DOMAIN.md §3.4)."""


def hours_to_fte(hundredths: int, hours_per_fte: int = AVE_HOURS_PER_FTE) -> Fraction:
    """Exact number of full-time equivalents; the ratio is a parameter of the report and is printed with it."""
    if hours_per_fte <= 0:
        raise ValueError("hours_per_fte must be positive")
    return Fraction(hundredths, 100 * hours_per_fte)
