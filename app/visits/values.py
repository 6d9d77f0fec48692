"""Words and choices of a visit that the service and its screens share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.models.choices import Choice, ObservationSection
from app.rules.calendar import add_months, next_working_day
from app.store.agenda import DueAction, EndingContract
from app.store.phrases import phrase_id
from app.store.visits import VisitCard


class Section(Choice):
    """Parts of the visit's screen, in their order (PRODUCT.md E3)."""

    CONTEXT = "context", "Contexte"
    PRESENT = "present", "Présents"
    BENEFICIARIES = "beneficiaries", "Bénéficiaires"
    FINDINGS = "findings", "Constats"
    POINTS = "points", "Points antérieurs"
    ACTIONS = "actions", "Actions"
    PHOTOS = "photos", "Photos"
    SIGNATURES = "signatures", "Signatures"


class NextVisit(Choice):
    """One tap dates the next visit."""

    TWO_WEEKS = "two_weeks", "Dans 15\u00a0jours"
    ONE_MONTH = "one_month", "Dans 1\u00a0mois"
    THREE_MONTHS = "three_months", "Dans 3\u00a0mois"


def next_visit_date(chip: NextVisit, day: dt.date) -> dt.date:
    """The date a chip stands for, counted from the visit's day and moved to a working day when it is not one."""
    wanted = {
        NextVisit.TWO_WEEKS: day + dt.timedelta(days=14),
        NextVisit.ONE_MONTH: add_months(day, 1),
        NextVisit.THREE_MONTHS: add_months(day, 3),
    }[chip]
    return next_working_day(wanted)


@dataclass(frozen=True, slots=True)
class QuickFinding:
    """A chip on a beneficiary's row that makes a finding about the person in one tap."""

    code: str
    label: str
    letter: str
    """Its key while the row has the focus."""
    section: str
    text: str

    @property
    def phrase_id(self) -> str:
        """The phrase of the library it uses."""
        return phrase_id(self.code)


QUICK_FINDINGS = (
    QuickFinding(
        "difficulty",
        "Difficulté",
        "D",
        ObservationSection.BENEFICIARY,
        "Difficulté signalée, à préciser avec la personne",
    ),
    QuickFinding("training_requested", "Formation", "F", ObservationSection.TRAINING, "Formation demandée"),
    QuickFinding(
        "contract_ending", "Fin proche", "P", ObservationSection.BENEFICIARY, "Fin de contrat proche, suite à préparer"
    ),
)
ALL_WELL_LETTER = "R"


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What becomes an observation. ``to_follow`` ``None`` asks the phrase, else yes."""

    section: str
    text: str
    detail: str = ""
    beneficiary_id: str | None = None
    phrase_id: str | None = None
    to_follow: bool | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody met who was not expected. Give a ``beneficiary_id`` for a person the notebook knows."""

    last_name: str = ""
    first_name: str = ""
    role_label: str = ""
    organisation_name: str = ""
    beneficiary_id: str = ""


@dataclass(frozen=True, slots=True)
class ResumedDraft:
    """A visit begun and not signed, with the last words typed in it and not committed yet."""

    card: VisitCard
    words: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What awaits the facilitator today (PRODUCT.md E2). The counts say how many there are beyond those listed."""

    day: dt.date
    visits: tuple[VisitCard, ...]
    late: tuple[VisitCard, ...]
    """Planned before today, never started."""
    next_visits: tuple[VisitCard, ...]
    """The next ones planned, after today."""
    drafts: tuple[ResumedDraft, ...]
    actions: tuple[DueAction, ...]
    actions_count: int
    ending: tuple[EndingContract, ...]
    ending_count: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all awaits."""
        return not (self.visits or self.late or self.drafts or self.actions or self.ending)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A beneficiary found by name."""

    beneficiary_id: str
    name: str
    """« MARTIN Julie », as searched: to be masked by the screen when discretion is on."""
    detail: str


def typing_place(visit_id: str, field: str) -> str:
    """Where text being typed in a field of a visit is kept (``store.drafts``)."""
    return f"visit/{visit_id}/{field}"
