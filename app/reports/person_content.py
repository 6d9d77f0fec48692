"""What the documents about people show, as frozen values; the promises are those of ``app.reports.content``.

What a company may read has no place here for a criterion, a birth date, an address or a telephone of the person: an
``IntroductionContent`` and a ``ContractSummaryContent`` cannot hold one (PRODUCT.md R5).
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from app.reports.content import ActionLine, DocumentStamp, OrganisationHeader, Referent, SignatureBlock, TrainingLine

# --- end of contract (PRODUCT.md B8) ---------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class MonthDone:
    """Hours of one month of the contract, in hundredths; ``None`` when nothing was typed."""

    month: dt.date
    worked: int | None
    training: int | None
    validated: bool


@dataclasses.dataclass(frozen=True, slots=True)
class ContractSummaryContent:
    """Bilan de fin de contrat: what was done, what was learnt, what comes next. One page, for three readers."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    person_name: str
    company: str
    job_title: str
    contract_label: str
    start_on: dt.date
    end_on: dt.date | None
    referent: Referent
    employer: str = ""
    operation: str = ""
    tutor: str = ""
    planned_hours: int | None = None
    months: tuple[MonthDone, ...] = ()
    trainings: tuple[TrainingLine, ...] = ()
    next_steps: tuple[ActionLine, ...] = ()
    """Open actions; the company's copy holds none: they are between the person and the referent."""
    signatures: tuple[SignatureBlock, ...] = ()

    @property
    def worked(self) -> int:
        """Hours worked, in hundredths."""
        return sum(one.worked or 0 for one in self.months)

    @property
    def training(self) -> int:
        """Hours of training, in hundredths."""
        return sum(one.training or 0 for one in self.months)


# --- one candidate, one page -----------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Experience:
    """A job already held: trade and length, without the name of the employer."""

    job_title: str
    trade: str
    start_on: dt.date
    end_on: dt.date | None
    hours: int


@dataclasses.dataclass(frozen=True, slots=True)
class OfferFacts:
    """The post a candidate is presented for."""

    number: str
    title: str
    company: str
    place: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    contract_label: str = ""
    weekly_hours: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class IntroductionContent:
    """Présentation d’un candidat à une entreprise."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    person_name: str
    referent: Referent
    job_title: str = ""
    presentation: str = ""
    available_on: dt.date | None = None
    """First day the person is free; ``None``: at once."""
    experiences: tuple[Experience, ...] = ()
    trainings: tuple[TrainingLine, ...] = ()
    offer: OfferFacts | None = None
    prescriber: str = ""


# --- open offers, for the prescribers ---------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class OpenOffer:
    """One offer of the list. ``left`` posts are not filled yet."""

    number: str
    title: str
    trade: str
    company: str
    operation: str
    place: str
    posts: int
    left: int
    contract_label: str
    start_on: dt.date | None
    end_on: dt.date | None
    weekly_hours: int | None
    apply_before: dt.date | None
    description: str
    apply_to: Referent
    """To whom a candidate is presented: the facilitator, never the company directly."""


@dataclasses.dataclass(frozen=True, slots=True)
class OpenOffersContent:
    """Offres ouvertes, to send to the prescribers."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    on: dt.date
    offers: tuple[OpenOffer, ...]


# --- right of access (RGPD art. 15) -------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record: labels and values in French."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class HeldChapter:
    """All the records of one kind."""

    title: str
    records: tuple[HeldRecord, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class AccessReportContent:
    """Everything held on a person, for the person."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    person_name: str
    referent: Referent
    chapters: tuple[HeldChapter, ...]
    consultations: tuple[tuple[dt.datetime, str, str], ...] = ()
    """When, by whom, what: on this computer."""
    changes: tuple[tuple[dt.datetime, str, str, str, str], ...] = ()
    """When, by whom, field, before, after: of the person's own record."""
    purge_on: dt.date | None = None
    retention: str = ""
