"""What each document shows, as frozen values: a document makes no query and knows no table.

Promises that hold for every class here:

* hours are integer **hundredths of an hour**, money integer **cents**, rates **hundredths of a percent**;
* every ``datetime`` is aware **and already in the zone where it must be read** (``moment.astimezone()``):
  it is printed as given;
* texts are raw (cleaning, escaping and wrapping are done when printed);
* names are given in the form to print: « MARTIN Julie » in lists, « Julie MARTIN » in letters and signatures;
* what a recipient may not read is **not in the value** (PRODUCT.md R5). Eligibility has a place only in the
  ``dossier`` parts, which are ``None`` for everybody but the organisation's own file:
  ``check_recipient`` refuses anything else before a page is drawn.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from typing import Any, Protocol

from app.models.choices import (
    DocumentKind,
    MeetingStatus,
    PointState,
    PresenceStatus,
    Recipient,
    SignerRole,
    StatementState,
)

Strokes = tuple[tuple[tuple[int, int, int], ...], ...]
"""Strokes of a signature: each a tuple of ``(x, y, pressure)``, all 0-1000, y growing downwards.

x and y are thousandths of the pad's width and height, a pad of the proportions of the box (70 × 32)."""


# --- common to all documents -----------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class OrganisationHeader:
    """Who establishes the document (PRODUCT.md R4, §4.0)."""

    name: str
    address_lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    logo: bytes | None = None
    """PNG or JPEG, or ``None``."""
    footer_line: str = ""
    privacy_short: str = ""
    """Two lines about personal data; ``reports.privacy.short_notice`` gives the usual words."""
    privacy_long: tuple[tuple[str, str], ...] = ()
    """Headed paragraphs of the full information; ``reports.privacy.long_notice`` gives the usual words."""
    privacy_contact: str = ""
    """Who answers a request about personal data (data protection officer)."""


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentStamp:
    """What makes this copy identifiable: number, date, author, recipient."""

    kind: DocumentKind
    number: str
    established_at: dt.datetime
    established_by: str
    program_version: str
    recipient: Recipient
    copy_label: str = ""
    """« exemplaire entreprise », « exemplaire dossier »… or empty."""
    draft: bool = False
    demonstration: bool = False

    def __post_init__(self) -> None:
        if self.established_at.tzinfo is None:
            raise ValueError("established_at must be aware")


@dataclasses.dataclass(frozen=True, slots=True)
class CommitmentPosition:
    """Position of one commitment, drawn as a bar (PRODUCT.md H8). Hours in hundredths.

    ``received`` is received and not yet validated. Percentages are never capped and a zero objective
    has no percentage (DOMAIN.md §3.7).
    """

    label: str
    due: int
    validated: int
    received: int = 0
    projection: str = ""
    """« À ce rythme : objectif atteint le 12 mars 2027. » or « À ce rythme, il manquera 320 h. »"""

    @property
    def remaining(self) -> int:
        """Hours still to do, never negative."""
        return max(0, self.due - self.validated - self.received)


@dataclasses.dataclass(frozen=True, slots=True)
class SignatureBlock:
    """One box of 70 × 32 mm. Without strokes nor refusal the box is empty, for a pen."""

    signer_name: str
    role: SignerRole
    role_label: str = ""
    """« Conducteur de travaux, Bâti-Sud 91 »; the role's own label when empty."""
    strokes: Strokes = ()
    signed_at: dt.datetime | None = None
    place: str = ""
    witness: str = ""
    """In whose presence it was collected, or empty."""
    refused: bool = False
    refusal_reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class EligibilityLine:
    """One public verified. Only ever inside a ``dossier`` part."""

    person_name: str
    public_label: str
    scheme_label: str = ""
    proof_label: str = ""
    seen_on: dt.date | None = None
    seen_by: str = ""
    validated_on: dt.date | None = None
    valid_until: dt.date | None = None
    derogation: str = ""
    """Reason and author of a derogation, or empty."""


# --- visit report (PRODUCT.md §4.1) ----------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class VisitIdentity:
    """The identity band."""

    kind_label: str
    date: dt.date
    start_time: dt.time | None
    end_time: dt.time | None
    place: str
    operation: str
    lot: str
    buyer: str
    company: str
    facilitator: str
    contract_reference: str = ""
    company_siret: str = ""
    facilitator_phone: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class SitePerson:
    """A line of « Présents »."""

    name: str
    organisation: str
    role_label: str
    presence: PresenceStatus


@dataclasses.dataclass(frozen=True, slots=True)
class BeneficiaryMet:
    """A line of « Bénéficiaires rencontrés ». There is no place for a social criterion here."""

    name: str
    job_title: str
    contract_label: str
    """« CDD, embauche directe »."""
    start_on: dt.date | None
    end_on: dt.date | None
    meeting: MeetingStatus
    remarks: tuple[str, ...] = ()
    """What was seen, in words: « RAS », « Formation demandée »…"""
    hours_to_date: int | None = None
    planned_hours: int | None = None
    employer: str = ""
    """The employer when it is not the visited company."""
    tutor: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ObservationLine:
    """A finding with its number ``42.1`` (report.observation)."""

    number: str
    section_label: str
    text: str
    detail: str = ""
    person: str = ""
    photo_numbers: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class EarlierPoint:
    """A point of an earlier visit, open or closed today."""

    number: str
    text: str
    state: PointState
    age: str = ""
    """« ouvert depuis 2 visites »."""
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ActionLine:
    """Something to do: what, who, before when. ``done_on`` empty leaves a box to write in."""

    text: str
    owner: str
    due_on: dt.date | None
    done_on: dt.date | None = None
    observation_number: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ReportPhoto:
    """A photo already reduced, without location; its bytes enter the PDF untouched (JPEG)."""

    number: int
    data: bytes = dataclasses.field(repr=False)
    width: int
    height: int
    caption: str = ""
    observation_number: str = ""
    taken_at: dt.datetime | None = None
    sha256: str = ""
    """As stored with the attachment (hexadecimal); computed when empty."""


@dataclasses.dataclass(frozen=True, slots=True)
class VisitDossier:
    """What only the organisation's own file may hold."""

    eligibility: tuple[EligibilityLine, ...] = ()
    internal_note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class VisitReportContent:
    """Compte rendu de visite (PRODUCT.md §4.1)."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    identity: VisitIdentity
    summary: tuple[str, ...]
    """« L’essentiel »: 3 to 5 lines."""
    site_people: tuple[SitePerson, ...] = ()
    positions: tuple[CommitmentPosition, ...] = ()
    last_statement: str = ""
    """« Dernier relevé reçu : octobre 2026 (validé le 6 novembre 2026). »"""
    beneficiaries: tuple[BeneficiaryMet, ...] = ()
    observations: tuple[ObservationLine, ...] = ()
    earlier_points: tuple[EarlierPoint, ...] = ()
    actions: tuple[ActionLine, ...] = ()
    photos: tuple[ReportPhoto, ...] = ()
    next_visit_on: dt.date | None = None
    free_note: str = ""
    signatures: tuple[SignatureBlock, ...] = ()
    distribution: tuple[str, ...] = ()
    corrects_number: str = ""
    """Number of the report that this one rectifies, or empty."""
    correction_reason: str = ""
    dossier: VisitDossier | None = None


# --- follow-up sheet (PRODUCT.md §4.2) -------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Referent:
    """Whom the person calls; the phone is printed in large type."""

    name: str
    role_label: str
    phone: str
    email: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class CurrentContract:
    """« Où j’en suis »."""

    company: str
    job_title: str
    contract_label: str
    start_on: dt.date
    end_on: dt.date | None
    done_hours: int
    planned_hours: int | None
    tutor: str = ""
    employer: str = ""
    weekly_hours: int | None = None
    operation: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class PastContract:
    """A line of « Mes contrats »."""

    company: str
    job_title: str
    contract_label: str
    start_on: dt.date
    end_on: dt.date | None
    hours: int


@dataclasses.dataclass(frozen=True, slots=True)
class MonthCell:
    """A cell of the strip of 12 months; ``hours`` is ``None`` when nothing is known."""

    month: dt.date
    """First day of the month."""
    hours: int | None
    validated: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Appointment:
    """The next appointment; an empty box to write in when ``at`` is ``None``."""

    at: dt.datetime | None = None
    place: str = ""
    with_whom: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class TrainingLine:
    """A training or certificate received."""

    label: str
    organiser: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    hours: int | None = None
    outcome: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ContactLogLine:
    """A line of the contact log."""

    noted_on: dt.date
    kind_label: str
    text: str
    author: str = ""
    next_step: str = ""
    next_step_on: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class FollowUpDossier:
    """What the version « pour le dossier » adds."""

    file_number: str = ""
    birth_date: dt.date | None = None
    town: str = ""
    prescriber: str = ""
    period: str = ""
    """« du 3 mars 2026 au … »: the clause period."""
    eligibility: tuple[EligibilityLine, ...] = ()
    contact_log: tuple[ContactLogLine, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class FollowUpSheetContent:
    """Fiche de suivi: « pour la personne » (``dossier`` is ``None``) or « pour le dossier »."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    person_name: str
    """« Julie MARTIN »."""
    birth_year: int | None
    referent: Referent
    current: CurrentContract | None = None
    contracts: tuple[PastContract, ...] = ()
    months: tuple[MonthCell, ...] = ()
    """Twelve cells, oldest first."""
    objectives: str = ""
    actions: tuple[ActionLine, ...] = ()
    appointment: Appointment = Appointment()
    trainings: tuple[TrainingLine, ...] = ()
    signatures: tuple[SignatureBlock, ...] = ()
    dossier: FollowUpDossier | None = None


# --- monthly statement (PRODUCT.md §4.3) -----------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class StatementLine:
    """A person × contract × lot; ``rank`` is the row number of the grid on screen."""

    rank: int
    name: str
    contract_label: str
    start_on: dt.date | None
    end_on: dt.date | None
    planned_hours: int | None = None
    worked: int | None = None
    training: int | None = None
    absence_code: str = ""
    declared: int | None = None
    """What the company wrote, when it differs from ``worked``."""
    difference_reason: str = ""
    lot: str = ""
    """Printed when the statement covers several lots."""
    rectifications: tuple[str, ...] = ()
    """« −8 h le 22/11/2026 »: what was rectified since the statement was attested; ``worked`` counts it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Movement:
    """An arrival or a departure of the month."""

    name: str
    arrival: bool
    on: dt.date
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class AbsenceCode:
    """An absence code printed under the table."""

    code: str
    label: str


@dataclasses.dataclass(frozen=True, slots=True)
class MonthlyStatementContent:
    """Relevé mensuel des heures, blank or filled. Lines are in the grid's order (PRODUCT.md H11)."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    filled: bool
    """False: boxes to write in, whatever the lines hold. True: figures."""
    company: str
    company_siret: str
    month: dt.date
    """First day of the month."""
    paper_code: str
    facilitator: Referent
    operations: tuple[str, ...] = ()
    """« École Simone-Veil, lot 3 : gros œuvre »."""
    return_before: dt.date | None = None
    lines: tuple[StatementLine, ...] = ()
    state: StatementState = StatementState.EXPECTED
    declared_total: int | None = None
    absence_codes: tuple[AbsenceCode, ...] = ()
    movements: tuple[Movement, ...] = ()
    documents_to_attach: tuple[str, ...] = ()
    """Empty: the usual sentence (pay slip or temp-agency statement, shown and not kept)."""
    positions: tuple[CommitmentPosition, ...] = ()
    """Cumulative and remaining hours, filled version."""
    validated_on: dt.date | None = None
    validated_by: str = ""
    rectified_on: dt.date | None = None
    """The latest rectification counted, when the statement is printed with its rectifications."""

    @property
    def worked_total(self) -> int:
        """Sum of the worked hours that are known."""
        return sum(line.worked or 0 for line in self.lines)

    @property
    def training_total(self) -> int:
        """Sum of the training hours that are known."""
        return sum(line.training or 0 for line in self.lines)


# --- calculation of hours (charter art. 4.3, DOMAIN.md §3.1) ----------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class SizingVariant:
    """The same calculation at another rate, to discuss with the buyer."""

    effort_rate: int
    computed_hours: int


@dataclasses.dataclass(frozen=True, slots=True)
class HoursSizingContent:
    """The printable calculation: four factors, computed, retained and why."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    operation: str
    buyer: str
    lot: str
    sized_on: dt.date
    amount_cents: int
    labour_share: int
    effort_rate: int
    hourly_cost_cents: int
    minimum_effort_rate: int
    computed_hours: int
    retained_hours: int
    retained_reason: str
    charter_name: str
    charter_article: str = "4.3"
    full_time_hours: int | None = None
    """Hours of a full-time year used for an order of magnitude, in hundredths, or ``None``."""
    variants: tuple[SizingVariant, ...] = ()
    signatures: tuple[SignatureBlock, ...] = ()


# --- attestations (PRODUCT.md §4.4) and reminders (H9) ------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class AttestedMonth:
    """Hours of one month, as they count: typed and rectified."""

    month: dt.date
    """First day of the month."""
    worked: int
    training: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class AttestedRectification:
    """A rectification counted in the hours. ``reason`` is empty for whoever may not read it."""

    month: dt.date
    difference: int
    on: dt.date
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class AttestedShare:
    """Hours of a pooled contract that count on one lot."""

    label: str
    hours: int


@dataclasses.dataclass(frozen=True, slots=True)
class AttestationContent:
    """Attestation de réalisation d’heures d’insertion: one contract of one person.

    There is no place for a social criterion. Birth date and town are given for the person and the file only; the
    buyer's copy names the person by initials.
    """

    stamp: DocumentStamp
    organisation: OrganisationHeader
    signer: str
    """« Nadia DIALLO »: « je soussigné(e) »."""
    person: str
    """« Madame Julie MARTIN », « Julie MARTIN », or initials."""
    employer: str
    company: str
    company_siret: str
    operation: str
    lot: str
    buyer: str
    contract_reference: str
    contract_label: str
    """« CDD, embauche directe »."""
    job_title: str
    start_on: dt.date
    end_on: dt.date | None
    months: tuple[AttestedMonth, ...]
    birth_date: dt.date | None = None
    born: str = "né(e)"
    """« née », « né », as the birth date is said."""
    town: str = ""
    rectifications: tuple[AttestedRectification, ...] = ()
    shares: tuple[AttestedShare, ...] = ()
    """Only when the hours count on several lots."""
    agreement: str = ""
    """« Convention de globalisation GLOB-2026-04 du 12 mars 2026 », or empty."""
    statements: tuple[str, ...] = ()
    """Codes of the statements that the hours come from."""
    pending: tuple[dt.date, ...] = ()
    """Months whose statement is not validated: their hours are not certified (drafts only)."""
    replaces: str = ""
    """« ATT-2026-NO-0001 du 2 novembre 2026 », or empty."""
    place: str = ""

    @property
    def total(self) -> int:
        """Worked hours certified, in hundredths."""
        return sum(one.worked for one in self.months)

    @property
    def training_total(self) -> int:
        """Training hours certified, in hundredths."""
        return sum(one.training for one in self.months)


@dataclasses.dataclass(frozen=True, slots=True)
class ClauseLine:
    """What one company owed on the lot and did, for one kind of objective."""

    company: str
    role: str
    objective: str
    due: int
    done: int
    state: str


@dataclasses.dataclass(frozen=True, slots=True)
class ClauseAttestationContent:
    """Attestation d’exécution de la clause: a whole lot. No name of a beneficiary has a place here."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    signer: str
    operation: str
    lot: str
    buyer: str
    contract_reference: str
    start_on: dt.date | None
    end_on: dt.date | None
    lines: tuple[ClauseLine, ...]
    people: int
    """People whose hours count."""
    until: dt.date
    """Last day of the latest month whose hours count."""
    remarks: tuple[str, ...] = ()
    replaces: str = ""
    place: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ReminderContent:
    """Letter to a company whose statement has not come; its blank statement follows."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    company: str
    address_lines: tuple[str, ...]
    contact: str
    """« Paul MOREAU, conducteur de travaux », or empty."""
    month: dt.date
    operations: tuple[str, ...]
    people: int
    paper_code: str
    referent: Referent
    due_on: dt.date | None = None
    late: bool = False
    earlier: tuple[dt.date, ...] = ()
    """When the company was reminded before, the oldest first."""
    place: str = ""


# --- recovery sheet (PRODUCT.md K3) -----------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class RecoverySheetContent:
    """Fiche de secours: the code and what to do with it; no name of a beneficiary has a place here."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    notebook_name: str
    facilitator: str
    code_groups: tuple[str, ...] = dataclasses.field(repr=False)
    """The code cut in groups as it is typed back; the QR code holds them joined by hyphens."""
    computer: str = ""
    replaces_previous: bool = False
    """True when an older sheet must be destroyed."""


@dataclasses.dataclass(frozen=True, slots=True)
class VerificationContent:
    """« Vérifier » on paper: what this notebook and the network hold, compared. Counts only, no name."""

    stamp: DocumentStamp
    organisation: OrganisationHeader
    notebook_name: str
    sentence: str
    lines: tuple[tuple[str, str, str, str], ...]
    """(kind of record, count here, count at the network, verdict)."""


DocumentContent = (
    VisitReportContent
    | FollowUpSheetContent
    | MonthlyStatementContent
    | HoursSizingContent
    | RecoverySheetContent
    | VerificationContent
    | AttestationContent
    | ClauseAttestationContent
    | ReminderContent
)


# --- guards and seal --------------------------------------------------------------------------


class WrongRecipient(Exception):
    """A part reserved to the organisation's file was given to another recipient: a bug, never a page."""


def check_recipient(content: VisitReportContent | FollowUpSheetContent) -> None:
    """Refuse a ``dossier`` part for anybody but the file (PRODUCT.md R5).

    Raises ``WrongRecipient``.
    """
    if content.dossier is not None and content.stamp.recipient is not Recipient.FILE:
        raise WrongRecipient(f"dossier part in a copy for {content.stamp.recipient.value}")


class Stamped(Protocol):
    """What every content carries."""

    @property
    def stamp(self) -> DocumentStamp: ...
    @property
    def organisation(self) -> OrganisationHeader: ...


def digest(content: Stamped) -> str:
    """SHA-256 (64 hexadecimal characters) of the frozen content, all its parts included.

    Pictures count by their own SHA-256. The same content gives the same digest on every machine.
    """
    return hashlib.sha256(
        json.dumps(_canonical(content), ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _canonical(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    plain = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    if isinstance(value, ReportPhoto):
        plain["data"] = value.sha256 or hashlib.sha256(value.data).hexdigest()
    if isinstance(value, SignatureBlock):
        plain["strokes"] = hashlib.sha256(repr(value.strokes).encode()).hexdigest()
    return {name: _canonical(one) for name, one in plain.items()}
