"""What a course leads to: lasting job or not, by schemes that are data (DOMAIN.md §6.3), and follow-up milestones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.rules.calendar import add_months

DEFAULT_MILESTONES = (6, 12, 18, 24)
"""Months of follow-up of a real clause tool (DOMAIN.md §6.2); a network may choose others."""


class Comparator(StrEnum):
    """How a duration is compared with a number of months (values of the reference table ``exit_kind``)."""

    MORE_THAN = "gt"
    AT_LEAST = "ge"
    LESS_THAN = "lt"
    AT_MOST = "le"

    @property
    def label(self) -> str:
        """« plus de », « au moins »… to print beside the figure."""
        return _LABELS[self]


_LABELS = {
    Comparator.MORE_THAN: "plus de",
    Comparator.AT_LEAST: "au moins",
    Comparator.LESS_THAN: "moins de",
    Comparator.AT_MOST: "au plus",
}


class ExitFamily(StrEnum):
    """Families of the IAE scheme, used by all."""

    DURABLE = "durable"
    TRANSITION = "transition"
    POSITIVE = "positive"
    OTHER = "other"


FAMILY_LABELS = {
    ExitFamily.DURABLE: "Sortie durable",
    ExitFamily.TRANSITION: "Sortie de transition",
    ExitFamily.POSITIVE: "Sortie positive",
    ExitFamily.OTHER: "Autre sortie",
}


@dataclass(frozen=True, slots=True)
class ExitKind:
    """One category of a scheme: an employment (``None``: chosen by hand only) and its duration condition."""

    scheme: str
    code: str
    label: str
    family: ExitFamily
    employment: str | None = None
    months: int | None = None
    comparator: Comparator | None = None
    half_time: bool = False
    """Whether a job below half-time does not count (PLIE)."""


@dataclass(frozen=True, slots=True)
class Job:
    """What was found: code of the situation (``cdi``, ``interim``, ``training``…), first and last day known."""

    employment: str
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    part_time: bool = False
    """Below half-time."""


def lasts(start: dt.date, end: dt.date, months: int, comparator: Comparator) -> bool:
    """Compare a contract of start…end (both included) with ``months``.

    From 1 January to 30 June is exactly six months: lasting for a PLIE (« ≥ 6 mois »), not for the charter
    nor the IAE (« plus de 6 mois »), DOMAIN.md §6.3.
    """
    exact_end = add_months(start, months) - dt.timedelta(days=1)
    match comparator:
        case Comparator.MORE_THAN:
            return end > exact_end
        case Comparator.AT_LEAST:
            return end >= exact_end
        case Comparator.LESS_THAN:
            return end < exact_end
        case _:
            return end <= exact_end


def matches(kind: ExitKind, job: Job) -> bool:
    """Whether a job falls in a category; an unknown duration never satisfies a condition of duration."""
    if kind.employment is None or kind.employment != job.employment or (kind.half_time and job.part_time):
        return False
    if kind.months is None or kind.comparator is None:
        return True
    if job.start_on is None or job.end_on is None:
        return False
    return lasts(job.start_on, job.end_on, kind.months, kind.comparator)


def classify(job: Job, kinds: Sequence[ExitKind], scheme: str) -> ExitKind | None:
    """The first category of ``scheme`` the job falls in, in the order given; ``None``: to be chosen by hand."""
    return next((kind for kind in kinds if kind.scheme == scheme and matches(kind, job)), None)


def category_of(job: Job, kinds: Sequence[ExitKind], scheme: str) -> ExitKind | None:
    """The category of ``scheme``: by :func:`classify`, else the one for every other situation.

    ``None`` when the scheme has categories for this employment and none is met: a duration is missing.
    """
    found = classify(job, kinds, scheme)
    mine = [kind for kind in kinds if kind.scheme == scheme]
    unmet = [kind for kind in mine if kind.employment == job.employment and not (kind.half_time and job.part_time)]
    if found is not None or unmet:
        complete = job.start_on is not None and job.end_on is not None
        if found is not None or not complete:
            return found
    return next((kind for kind in mine if kind.employment is None), None)


def known_on(job: Job, day: dt.date) -> Job:
    """The job as it stands on ``day``: still there without a last day, it has lasted until then."""
    if job.start_on is None or job.end_on is not None or job.start_on > day:
        return job
    return Job(job.employment, job.start_on, day, job.part_time)


def is_durable(
    employment: str,
    start: dt.date | None,
    end: dt.date | None,
    *,
    comparator: Comparator = Comparator.MORE_THAN,
    months: int = 6,
) -> bool:
    """« Emploi pérenne » of the charter (art. 3): a CDI, or a CDD of more than six months (comparator configurable).

    An unknown duration is not durable.
    """
    if employment in ("cdi", "cdic"):
        return True
    if employment != "cdd" or start is None or end is None:
        return False
    return lasts(start, end, months, comparator)


def milestone_dates(start: dt.date, months: Iterable[int] = DEFAULT_MILESTONES) -> tuple[tuple[int, dt.date], ...]:
    """(months, date) of each follow-up point counted from ``start``: start or end of the period, as a scheme says."""
    return tuple((count, add_months(start, count)) for count in sorted(set(months)))


# --- milestones --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Milestone:
    """One follow-up point of a dated scheme: so many months from the end (or the start) of the period."""

    scheme: str
    code: str
    label: str
    months: int
    from_start: bool = False

    def date(self, start: dt.date, end: dt.date | None) -> dt.date | None:
        """The day it falls on; ``None`` while the period goes on."""
        origin = start if self.from_start else end
        return add_months(origin, self.months) if origin is not None else None


class MilestoneState(StrEnum):
    """Three states, never confused (DOMAIN.md §14.6)."""

    NOT_ASKED = "not_asked"
    UNKNOWN = "unknown"
    KNOWN = "known"

    @property
    def label(self) -> str:
        """Its words."""
        return _STATES[self]


_STATES = {
    MilestoneState.NOT_ASKED: "Pas encore demandée",
    MilestoneState.UNKNOWN: "Demandée, non connue",
    MilestoneState.KNOWN: "Connue",
}


def milestone_state(*, known: bool, attempts: int) -> MilestoneState:
    """Known once a situation is noted; asked once somebody tried; else not asked."""
    if known:
        return MilestoneState.KNOWN
    return MilestoneState.UNKNOWN if attempts else MilestoneState.NOT_ASKED


def is_due(on: dt.date | None, today: dt.date, state: MilestoneState) -> bool:
    """Whether a milestone is to be asked now: its day has come and the answer is not known."""
    return on is not None and on <= today and state is not MilestoneState.KNOWN


def is_unreachable(attempts: Iterable[tuple[dt.date, bool]], needed: int) -> bool:
    """« Injoignable » is proved by ``needed`` attempts on different days, none of which reached the person."""
    tried = list(attempts)
    return not any(reached for _, reached in tried) and len({day for day, _ in tried}) >= needed
