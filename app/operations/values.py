"""What the screens of operations and companies show and hand back, as frozen values.

Hours are integer hundredths of an hour, money integer cents, rates hundredths of a percent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.models.choices import ClauseState, CompanyKind, CompanyRole, ObjectiveKind, StatementState
from app.rules.commitments import Position, Projection, total_position
from app.rules.sizing import Sizing
from app.store.commitments import lot_label
from app.store.companies import CompanyFacts, CompanyRow, Establishment, PersonAtWork
from app.store.operations import (
    BuyerRow,
    ContactFacts,
    ContractFacts,
    LotFacts,
    OperationFacts,
    OperationRow,
    PeopleCount,
    SizingFacts,
    VisitLine,
)

__all__ = [
    "BuyerRow",
    "CompanyFacts",
    "CompanyRow",
    "ContactFacts",
    "ContractFacts",
    "Establishment",
    "LotFacts",
    "OperationFacts",
    "OperationRow",
    "PeopleCount",
    "PersonAtWork",
    "SizingFacts",
    "VisitLine",
]

INSERTION_KINDS: tuple[CompanyKind, ...] = (
    CompanyKind.EI,
    CompanyKind.EITI,
    CompanyKind.ETTI,
    CompanyKind.AI,
    CompanyKind.ACI,
    CompanyKind.GEIQ,
    CompanyKind.EA,
    CompanyKind.EATT,
    CompanyKind.ESAT,
    CompanyKind.NEIGHBOURHOOD,
)
"""Structures of insertion (DOMAIN.md §1.3)."""


# --- lists -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OperationLine:
    """A line of the list of operations. ``due_hours`` sums the objectives of its contracts."""

    row: OperationRow
    lots: int
    due_hours: int

    @property
    def id(self) -> str:
        """The operation."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class OperationsPage:
    """A page of the list; ``total`` counts the whole answer."""

    lines: tuple[OperationLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CompaniesPage:
    """A page of the list of companies; ``total`` counts the whole answer."""

    lines: tuple[CompanyRow, ...]
    total: int


# --- sheets ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommitmentSheet:
    """One commitment as shown: who, what is owed, where it stands, where it goes at this pace."""

    id: str
    lot_id: str
    lot_label: str
    operation_id: str
    operation_name: str
    company_id: str
    company_name: str
    role: CompanyRole
    objective_kind: ObjectiveKind
    computed_hours: int | None
    due_hours: int
    retained_reason: str
    sizing_id: str | None
    sizing_number: str
    start_on: dt.date | None
    end_on: dt.date | None
    clause_state: ClauseState
    position: Position
    projection: Projection


@dataclass(frozen=True, slots=True)
class LotSheet:
    """One lot with its commitments; the lead contractor first."""

    facts: LotFacts
    commitments: tuple[CommitmentSheet, ...]

    @property
    def id(self) -> str:
        """The lot."""
        return self.facts.id

    @property
    def label(self) -> str:
        """« lot 3 : Gros œuvre »."""
        return lot_label(self.facts.number, self.facts.name)

    @property
    def position(self) -> Position:
        """Sum of the commitments of the lot."""
        return total(self.commitments)


@dataclass(frozen=True, slots=True)
class OperationSheet:
    """The page of an operation (PRODUCT.md E7)."""

    facts: OperationFacts
    contracts: tuple[ContractFacts, ...]
    lots: tuple[LotSheet, ...]
    contacts: tuple[ContactFacts, ...]
    sizings: tuple[SizingFacts, ...]
    visits: tuple[VisitLine, ...]
    visit_count: int
    people: PeopleCount

    @property
    def commitments(self) -> tuple[CommitmentSheet, ...]:
        """Those of all the lots."""
        return tuple(one for lot in self.lots for one in lot.commitments)

    @property
    def position(self) -> Position:
        """Sum of all the commitments."""
        return total(self.commitments)


def total(commitments: Sequence[CommitmentSheet]) -> Position:
    """Sum of the commitments that still count: a cancelled clause owes nothing.

    Objectives of another kind stand beside that of the contract (DOMAIN.md §14.2) and would count the same hours
    twice: they are summed only when the contract has none.
    """
    living = [one for one in commitments if one.clause_state != ClauseState.CANCELLED]
    main = [one for one in living if one.objective_kind == ObjectiveKind.RETAINED]
    return total_position([one.position for one in main or living])


@dataclass(frozen=True, slots=True)
class StatementCell:
    """One month of a company. ``state`` is ``None`` when nobody was at work; ``missing``: expected and late."""

    month: str
    state: StatementState | None
    missing: bool
    statement_id: str
    """Empty while nobody has begun it."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Someone at work at a company. ``present`` while the contract has not ended."""

    id: str
    last_name: str
    first_name: str
    job_title: str
    start_on: dt.date
    end_on: dt.date | None
    present: bool


@dataclass(frozen=True, slots=True)
class CompanySheet:
    """The page of a company (PRODUCT.md E6)."""

    facts: CompanyFacts
    siblings: tuple[Establishment, ...]
    """Other establishments of the same SIREN: shown grouped, never merged (PRODUCT.md C3)."""
    contacts: tuple[ContactFacts, ...]
    commitments: tuple[CommitmentSheet, ...]
    people: tuple[PersonLine, ...]
    people_count: int
    months: tuple[StatementCell, ...]
    visits: tuple[VisitLine, ...]
    visit_count: int


# --- drafts ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OperationDraft:
    """A new operation. The buyer is chosen by ``buyer_id``, else found or created by ``buyer_name``."""

    name: str
    buyer_name: str = ""
    buyer_id: str = ""
    reference: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ContractDraft:
    """A new contract (« marché ») of an operation."""

    operation_id: str
    name: str = ""
    reference: str = ""
    amount_cents: int | None = None
    penalty_terms: str = ""


@dataclass(frozen=True, slots=True)
class LotDraft:
    """A new lot. Without ``contract_id`` it joins the operation's only contract, made when there is none."""

    operation_id: str
    number: str = ""
    name: str = ""
    contract_id: str = ""
    amount_cents: int | None = None
    start_on: dt.date | None = None
    end_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CompanyDraft:
    """A new company. With a SIRET it is the record of this SIRET, wherever it is created."""

    name: str
    siret: str = ""
    kind: str = CompanyKind.ORDINARY
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentDraft:
    """What a company will owe on a lot. The company is chosen by its id, else found by ``siret``, else created."""

    lot_id: str
    company_id: str = ""
    company_name: str = ""
    siret: str = ""
    role: str = CompanyRole.CONTRACTOR
    objective_kind: str = ObjectiveKind.RETAINED
    due_hours: int | None = None
    sizing_id: str = ""
    retained_reason: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A new contact of a company, a buyer or an operation: one of the three ids is given."""

    last_name: str
    first_name: str = ""
    role_label: str = ""
    phone: str = ""
    email: str = ""
    company_id: str = ""
    buyer_id: str = ""
    operation_id: str = ""


@dataclass(frozen=True, slots=True)
class SizingDraft:
    """A calculation to keep. ``retained_hours`` ``None``: the computed ones, to the whole hour."""

    operation_id: str
    amount_cents: int
    labour_share: int
    effort_rate: int
    hourly_cost_cents: int
    lot_id: str = ""
    retained_hours: int | None = None
    retained_reason: str = ""


@dataclass(frozen=True, slots=True)
class SizedRange:
    """The calculation asked, and the same at each whole rate from 5 to 10 % to negotiate (PRODUCT.md C2)."""

    asked: Sizing
    others: tuple[Sizing, ...]


@dataclass(frozen=True, slots=True)
class CompanyHit:
    """A company proposed while its name or SIRET is typed."""

    id: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class SiretAnswer:
    """What is known of a SIRET: the record that bears it, or the other establishments of its SIREN."""

    siret: str
    company_id: str
    company_name: str
    siblings: tuple[Establishment, ...]
    sentence: str
    """French, empty when the number is new."""
