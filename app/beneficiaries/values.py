"""What the screens of beneficiaries show, as frozen values. Hours are integer hundredths of an hour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from app.errors import InvalidInput
from app.models.choices import ActionState, Choice

DISCREET_PROOF = "Justificatif vu"
"""Words of the proof of a discreet public: naming it would name the public (DOMAIN.md §8.2)."""


class PeopleFilter(Choice):
    """Saved filters of the list, with their counts (PRODUCT.md F3)."""

    ALL = "all", "Toutes les personnes"
    AT_WORK = "at_work", "En contrat"
    ENDING = "ending", "Fin de contrat dans moins de 15 jours"
    WITHOUT = "without", "Sans contrat"
    ARCHIVED = "archived", "Archivées"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A line of the list. ``company_name`` and ``ends_on`` are of the contract that runs now, or the latest."""

    id: str
    file_number: str
    last_name: str
    first_name: str
    birth_date: dt.date | None
    town: str
    in_district: bool
    phone: str
    company_name: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    at_work: bool
    archived: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the list; ``total`` counts the whole answer, ``more`` says that a search has others."""

    lines: tuple[PersonLine, ...]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class PersonHit:
    """Somebody found by a search. ``reason`` says why when the names are only close; ``ask``: likely the same."""

    id: str
    file_number: str
    last_name: str
    first_name: str
    birth_name: str
    birth_date: dt.date | None
    town: str
    phone: str
    company_name: str
    archived: bool
    reason: str = ""
    ask: bool = False


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """What one line typed means: « Benoit Dechamps 12031988 », and who it looks like."""

    last_name: str
    first_name: str
    birth_date: dt.date | None
    hits: tuple[PersonHit, ...]

    @property
    def close(self) -> tuple[PersonHit, ...]:
        """Those about whom the question is worth asking."""
        return tuple(one for one in self.hits if one.ask)


class AlreadyKnown(InvalidInput):
    """Somebody much alike is already in the notebook: the question must be answered first (PRODUCT.md B1)."""

    code = "already_known"

    def __init__(self, candidates: tuple[PersonHit, ...]) -> None:
        super().__init__(
            "Une personne très proche est déjà dans le carnet.",
            "Rien n’a été créé.",
            "Ouvrir sa fiche, ou confirmer qu’il s’agit d’une autre personne.",
            field="last_name",
        )
        self.candidates = candidates


# --- two files of one person -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two files that may be of one person, and why."""

    first: PersonHit
    second: PersonHit
    reason: str
    score: int

    @property
    def id(self) -> str:
        """The two ids, for lists."""
        return f"{self.first.id}/{self.second.id}"


@dataclass(frozen=True, slots=True)
class MergeField:
    """One field of both files, in words. ``differs``: a choice is to be made; ``taken``: the other's is proposed."""

    key: str
    label: str
    kept: str
    other: str
    differs: bool
    taken: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do: fields one by one, and what follows the person. ``warning``: a sentence or nothing."""

    kept: PersonHit
    other: PersonHit
    fields: tuple[MergeField, ...]
    follows: str
    warning: str


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A file put in the one shown; ``until``: last day on which it can be taken back, ``None`` when it is past."""

    id: str
    file_number: str
    last_name: str
    first_name: str
    merged_on: dt.date
    merged_by: str
    until: dt.date | None


# --- one person --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EligibilityLine:
    """One public verified, in words that may be shown; a discreet public is « Autre (vérifié) »."""

    id: str
    scheme: str
    scheme_label: str
    category_code: str
    category_label: str
    proof_label: str
    seen_on: dt.date | None
    seen_by: str
    """Name of the facilitator who saw the proof: « Nadia DIALLO »."""
    validated_on: dt.date | None
    valid_until: dt.date | None
    derogation: str
    valid_today: bool


@dataclass(frozen=True, slots=True)
class ContractLine:
    """An employment contract with the hours done so far (worked and training, typed in the statements)."""

    id: str
    period_id: str
    company_id: str
    company_name: str
    employer_id: str
    employer_name: str
    lot_id: str
    operation_id: str
    operation_name: str
    lot_label: str
    type: str
    type_label: str
    modality: str
    modality_label: str
    trade_code: str
    job_title: str
    start_on: dt.date
    end_on: dt.date | None
    weekly_hours: int
    planned_hours: int | None
    tutor_name: str
    hours: int
    running: bool


@dataclass(frozen=True, slots=True)
class EndingLine:
    """A contract that ends soon, to renew or to end with others."""

    id: str
    person_id: str
    last_name: str
    first_name: str
    company_name: str
    end_on: dt.date


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A clause period, whose age band and qualification were frozen at its start."""

    id: str
    start_on: dt.date
    end_on: dt.date | None
    end_reason: str
    age_band_label: str
    qualification: str
    qualification_label: str
    hours: int
    contracts: tuple[ContractLine, ...]


@dataclass(frozen=True, slots=True)
class MonthHours:
    """A cell of the strip; ``hours`` is ``None`` when nothing was typed that month."""

    month: str
    hours: int | None
    validated: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A follow-up note."""

    id: str
    kind: str
    kind_label: str
    noted_on: dt.date
    text: str
    next_step: str
    next_step_on: dt.date | None
    author: str
    visit_id: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action agreed with the person, or decided about them on a visit (``visit_number`` not empty)."""

    id: str
    text: str
    owner_name: str
    due_on: dt.date | None
    state: str
    done_on: dt.date | None
    visit_id: str
    visit_number: str
    late: bool

    @property
    def open(self) -> bool:
        """Whether it is still to do."""
        return self.state == ActionState.OPEN


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """A training or certificate."""

    id: str
    label: str
    organiser: str
    start_on: dt.date | None
    end_on: dt.date | None
    hours: int | None
    outcome: str


class EventKind(Choice):
    """Kinds of the timeline (PRODUCT.md B4)."""

    NOTE = "note", "Note de suivi"
    VISIT = "visit", "Visite"
    CONTRACT = "contract", "Contrat"
    ELIGIBILITY = "eligibility", "Éligibilité"
    TRAINING = "training", "Formation"
    ACTION = "action", "Action"
    EXIT = "exit", "Sortie"


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One thing that happened. ``record_id`` is of the note, visit, contract… of ``kind``."""

    kind: EventKind
    on: dt.date
    title: str
    detail: str
    record_id: str


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt to reach the person."""

    id: str
    attempted_on: dt.date
    means_label: str
    outcome: str
    outcome_label: str
    note: str
    author: str


@dataclass(frozen=True, slots=True)
class SchemeAnswer:
    """What a situation is for one exit scheme: « Sortie durable : CDD de plus de 6 mois »."""

    scheme_label: str
    family: str
    family_label: str
    kind_label: str


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One milestone after the exit. ``state``: ``not_asked``, ``unknown`` or ``known``; ``due``: to be asked now."""

    period_id: str
    code: str
    label: str
    due_on: dt.date
    state: str
    state_label: str
    due: bool
    answered_on: dt.date | None
    employment: str
    employment_label: str
    start_on: dt.date | None
    end_on: dt.date | None
    part_time: bool
    answers: tuple[SchemeAnswer, ...]
    attempts: tuple[AttemptLine, ...]
    unreachable: str
    """« Injoignable : 3 tentatives du 2 au 20 novembre 2026 » when it is proved, else an empty text."""


@dataclass(frozen=True, slots=True)
class ExitLine:
    """A clause period that ended, with its milestones; ``followed``: a later period takes over."""

    period_id: str
    ended_on: dt.date
    end_reason_label: str
    scheme: str
    scheme_label: str
    followed: bool
    milestones: tuple[MilestoneLine, ...]


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document already issued about the person, or a visit report that concerns them."""

    id: str
    kind_label: str
    number: str
    on: dt.date
    visit_id: str
    attestation_id: str = ""
    """To be printed again identical."""


@dataclass(frozen=True, slots=True)
class BeneficiarySheet:
    """Everything the page of a person shows. Texts as stored; labels in French."""

    id: str
    file_number: str
    last_name: str
    first_name: str
    birth_name: str
    sex: str
    birth_date: dt.date | None
    age: int | None
    address: str
    postcode: str
    town: str
    district: str
    """``generation:code`` of the QPV, ``generation:`` when the address is outside any, empty when nobody looked."""
    district_label: str
    phone: str
    email: str
    prescriber_code: str
    prescriber_label: str
    prescriber_name: str
    caseworker_name: str
    caseworker_phone: str
    facilitator_id: str
    facilitator_name: str
    organisation_name: str
    objectives: str
    appointment_at: dt.datetime | None
    appointment_place: str
    last_contact_on: dt.date | None
    archived_on: dt.date | None
    writable: bool
    eligible_today: bool
    eligible_until: dt.date | None
    """Last day covered; ``None`` with ``eligible_today``: without limit."""
    eligibility: tuple[EligibilityLine, ...]
    periods: tuple[PeriodLine, ...]
    total_hours: int
    months: tuple[MonthHours, ...]
    timeline: tuple[TimelineEvent, ...]
    notes: tuple[NoteLine, ...]
    actions: tuple[ActionLine, ...]
    trainings: tuple[TrainingLine, ...]
    documents: tuple[DocumentLine, ...]
    merges: tuple[MergeLine, ...] = ()
    exits: tuple[ExitLine, ...] = ()

    @property
    def contracts(self) -> tuple[ContractLine, ...]:
        """All contracts, the latest first."""
        return tuple(one for period in self.periods for one in period.contracts)

    @property
    def current_contract(self) -> ContractLine | None:
        """The contract that runs today, the latest begun when there are several."""
        return next((one for one in self.contracts if one.running), None)


# --- what forms offer --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """A code and its French words."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class SituationOption:
    """A situation after the exit; ``job``: its first and last day are asked."""

    code: str
    label: str
    job: bool


@dataclass(frozen=True, slots=True)
class CategoryOption:
    """A public of a scheme with the proofs that can be seen for it (all kinds when none is published)."""

    code: str
    label: str
    discreet: bool
    proofs: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class SchemeOption:
    """A dated scheme and its publics in force."""

    code: str
    label: str
    categories: tuple[CategoryOption, ...]


@dataclass(frozen=True, slots=True)
class FormChoices:
    """What the page of a person offers to choose, on a day."""

    schemes: tuple[SchemeOption, ...]
    prescribers: tuple[Option, ...]
    facilitators: tuple[Option, ...]
    usual_scheme: str = ""


@dataclass(frozen=True, slots=True)
class CompanyOption:
    """A company to choose as employer or user."""

    id: str
    name: str
    town: str
    kind: str


@dataclass(frozen=True, slots=True)
class LotOption:
    """A lot where the company owes hours or already has people."""

    id: str
    label: str
    operation_id: str


@dataclass(frozen=True, slots=True)
class PlaceHelp:
    """What a post code tells: its communes, and their QPV (``generation:code`` → name)."""

    towns: tuple[str, ...] = ()
    districts: tuple[Option, ...] = field(default=())
    outside: Option = Option("", "")
    """« Hors QPV », with the generation of the perimeters that were looked at."""
