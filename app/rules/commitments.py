"""What a company owes and did: position, projection, penalties. Hours are hundredths, money cents (PRODUCT.md H8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.choices import PenaltyKind
from app.rules.calendar import is_month, last_day, month_of, shift_month
from app.rules.french import NBSP, format_hours_unit, format_long_date, format_percent, round_half_up

DAYS_PER_MONTH = Fraction(487, 16)
"""365.25 / 12 days."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a commitment stands, in hundredths of an hour.

    ``received`` are hours received and not validated yet: shown apart, they do not reduce ``remaining``.
    """

    due: int
    validated: int
    received: int = 0

    @property
    def remaining(self) -> int:
        """Due and not validated; never negative."""
        return max(0, self.due - self.validated)

    @property
    def surplus(self) -> int:
        """Validated beyond what is due."""
        return max(0, self.validated - self.due)

    @property
    def remaining_after_received(self) -> int:
        """What would remain if everything received were validated."""
        return max(0, self.due - self.validated - self.received)

    @property
    def reached(self) -> bool:
        """Whether validated hours cover what is due."""
        return self.validated >= self.due

    @property
    def rate(self) -> str:
        """« 70,5 % » of the hours due, never capped; « — » when nothing is due."""
        return format_percent(self.validated, self.due)

    def __add__(self, other: Position) -> Position:
        return Position(self.due + other.due, self.validated + other.validated, self.received + other.received)


def position(due: int, validated: int, received: int = 0) -> Position:
    """The position of one commitment; raises ``ValueError`` for a negative number of hours due or received."""
    if due < 0 or received < 0:
        raise ValueError("hours due and received are not negative")
    return Position(due, validated, received)


def total_position(positions: Sequence[Position]) -> Position:
    """Sum of several positions. A surplus here does not settle a debt there: ask each for its ``remaining``."""
    total = Position(0, 0)
    for one in positions:
        total += one
    return total


# --- projection --------------------------------------------------------------------------

WINDOW = 3
"""Months of the average (PRODUCT.md I4)."""
_FAR = 30 * 366


@dataclass(frozen=True, slots=True)
class Projection:
    """When the objective is reached at the present pace.

    ``reached_on``: ``None`` when already reached, or never at this pace. ``missing``: hundredths that would
    be lacking on the last day (0 when none or no last day). ``pace``: hundredths a month. ``sentence`` says
    its hypothesis, in French.
    """

    reached_on: dt.date | None
    missing: int
    pace: int
    sentence: str


def project(
    stand: Position,
    history: Mapping[str, int],
    start: dt.date | None,
    end: dt.date | None,
    today: dt.date,
) -> Projection:
    """Prolong the mean of the last three months (PRODUCT.md H8, I4).

    ``history`` gives validated hundredths by month. The three months end with the latest one that has
    hours, but not earlier than two months ago: a silent site slows down. Months before ``start`` are not
    counted; an empty month is zero. The projection begins after that latest month.
    """
    if stand.due == 0:
        return Projection(None, 0, 0, "Aucune heure n’est due.")
    if stand.reached:
        extra = f", {format_hours_unit(stand.surplus)} de plus" if stand.surplus else ""
        return Projection(None, 0, 0, f"Objectif atteint{extra}.")
    if start is not None and start > today and not any(history.values()):
        return Projection(None, 0, 0, f"Le lot commence le {format_long_date(start)}.")
    anchor, window = _window(history, start, today)
    pace = Fraction(sum(max(0, history.get(month, 0)) for month in window), len(window))
    if end is not None and today > end:
        return Projection(None, stand.remaining, round_half_up(pace), _too_late(stand.remaining, end))
    base = min(last_day(anchor), today)
    basis = "moyenne des 3 derniers mois" if len(window) == WINDOW else _short_basis(len(window))
    if pace == 0:
        return _without_pace(stand.remaining, end, today)
    days = -(-stand.remaining * DAYS_PER_MONTH // pace)
    reached = max(today, base + dt.timedelta(days=int(days))) if days <= _FAR else None
    if reached is not None and (end is None or reached <= end):
        sentence = f"À ce rythme ({basis}){NBSP}: objectif atteint le {format_long_date(reached)}."
        return Projection(reached, 0, round_half_up(pace), sentence)
    if end is None:
        return Projection(
            None, 0, round_half_up(pace), f"À ce rythme ({basis}){NBSP}: objectif hors de portée, dans plus de 30 ans."
        )
    by_then = pace * (end - base).days / DAYS_PER_MONTH
    missing = max(1, round_half_up(stand.remaining - by_then))
    sentence = (
        f"À ce rythme ({basis}){NBSP}: manque {_whole_hours(missing)} à la fin du lot{_to_find(missing, end, today)}."
    )
    return Projection(reached, missing, round_half_up(pace), sentence)


def _window(history: Mapping[str, int], start: dt.date | None, today: dt.date) -> tuple[str, list[str]]:
    this_month = month_of(today)
    with_hours = [month for month, hours in history.items() if hours > 0 and is_month(month) and month <= this_month]
    anchor = max([*with_hours, shift_month(this_month, -2)])
    first = shift_month(anchor, 1 - WINDOW)
    if start is not None:
        first = min(max(first, month_of(start)), anchor)
    count = 0
    window: list[str] = []
    while (month := shift_month(first, count)) <= anchor:
        window.append(month)
        count += 1
    return anchor, window


def _short_basis(months: int) -> str:
    return "dernier mois" if months == 1 else f"moyenne des {months} derniers mois"


def _too_late(remaining: int, end: dt.date) -> str:
    return f"Le lot est terminé depuis le {format_long_date(end)}{NBSP}: manque {format_hours_unit(remaining)}."


def _without_pace(remaining: int, end: dt.date | None, today: dt.date) -> Projection:
    head = f"Aucune heure sur les 3 derniers mois{NBSP}: manque {format_hours_unit(remaining)}"
    if end is None:
        return Projection(None, 0, 0, f"{head}.")
    return Projection(None, remaining, 0, f"{head} à la fin du lot{_to_find(remaining, end, today)}.")


def _to_find(missing: int, end: dt.date, today: dt.date) -> str:
    left = Fraction((end - today).days) / DAYS_PER_MONTH
    if left < 1:
        return ", à trouver avant la fin"
    return f", soit {_whole_hours(missing / left)} par mois à trouver"


def _whole_hours(hundredths: Fraction | int) -> str:
    """Whole hours, rounded up: what is to be found is not understated."""
    return format_hours_unit(int(-(-hundredths // 100)) * 100)


# --- penalties ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PenaltyTerm:
    """One line of the contract's penalties, excluding tax; the amounts are data of the contract (DOMAIN.md §5.3)."""

    kind: PenaltyKind
    amount_cents: int
    label: str = ""
    after_notice: bool = True
    """Days count from the formal notice (« mise en demeure »), when later than the due date."""


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """What one term gives: its quantity (hundredths of an hour, days, or 1) and the amount in cents."""

    term: PenaltyTerm
    quantity: int
    amount_cents: int


def days_late(
    due_on: dt.date,
    delivered_on: dt.date | None,
    today: dt.date,
    notice_on: dt.date | None,
    *,
    after_notice: bool = True,
) -> int:
    """Calendar days of delay until delivery (or ``today``). With ``after_notice``, none before a formal notice."""
    until = today if delivered_on is None else delivered_on
    if not after_notice:
        return max(0, (until - due_on).days)
    if notice_on is None:
        return 0
    return max(0, (until - max(due_on, notice_on)).days)


def penalty(term: PenaltyTerm, *, missing: int = 0, late_days: int = 0, occurred: bool = False) -> PenaltyLine:
    """Amount of one term: per hour missing (``missing`` in hundredths), per day late, or flat when ``occurred``.

    Vectors of DOMAIN.md §5.3: 133 h × 60 € = 7 980 €; 12 days × 100 € = 1 200 €. The amount is what the
    contract says; a judge may moderate it.
    """
    match term.kind:
        case PenaltyKind.PER_HOUR_MISSING:
            quantity = max(0, missing)
            return PenaltyLine(term, quantity, round_half_up(Fraction(quantity * term.amount_cents, 100)))
        case PenaltyKind.PER_DAY_LATE:
            quantity = max(0, late_days)
            return PenaltyLine(term, quantity, quantity * term.amount_cents)
        case _:
            quantity = int(occurred)
            return PenaltyLine(term, quantity, quantity * term.amount_cents)


def total_penalty(lines: Sequence[PenaltyLine]) -> int:
    """Sum in cents: the terms are cumulative (DOMAIN.md §5.3)."""
    return sum(line.amount_cents for line in lines)
