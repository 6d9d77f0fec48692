"""The procurement side: Buyer → Operation → Contract → Lot → Commitment, and companies (DOMAIN.md §1.1, §14)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlmodel import Field

from app.models.base import Record
from app.models.choices import (
    BuyerKind,
    ClauseArticle,
    ClauseState,
    CompanyKind,
    CompanyRole,
    ObjectiveKind,
    PenaltyKind,
)


class Buyer(Record, table=True):
    """« Donneur d’ordre » or « maître d’ouvrage »."""

    shared: ClassVar[bool] = True
    name: str = Field(index=True)
    sort_name: str = Field(default="", index=True)
    """French collation key of the name (``rules.french.sort_key``)."""
    kind: str = BuyerKind.PUBLIC
    siret: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""


class Company(Record, table=True):
    """A company or an insertion structure; id given by its SIRET when it is known at creation."""

    shared: ClassVar[bool] = True
    name: str
    sort_name: str = Field(default="", index=True)
    kind: str = Field(default=CompanyKind.ORDINARY, index=True)
    siret: str = Field(default="", index=True)
    activity_code: str = ""
    """NAF rév. 2 code."""
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""


class Contact(Record, table=True):
    """A person met at a company or a buyer: role and channel only."""

    shared: ClassVar[bool] = True
    company_id: str | None = Field(default=None, foreign_key="company.id", index=True)
    buyer_id: str | None = Field(default=None, foreign_key="buyer.id", index=True)
    operation_id: str | None = Field(default=None, foreign_key="operation.id", index=True)
    last_name: str
    first_name: str = ""
    role_label: str = ""
    phone: str = ""
    email: str = ""
    usual: bool = False
    """« Qui me répond d’habitude » (PRODUCT.md C5)."""


class Operation(Record, table=True):
    """A buyer's project grouping several contracts; a counting unit of the charter."""

    shared: ClassVar[bool] = True
    buyer_id: str = Field(foreign_key="buyer.id", index=True)
    name: str
    sort_name: str = Field(default="", index=True)
    reference: str = ""
    description: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    closed_on: dt.date | None = None


class Contract(Record, table=True):
    """A procurement contract (« marché »). Money is integer cents."""

    shared: ClassVar[bool] = True
    operation_id: str = Field(foreign_key="operation.id", index=True)
    name: str
    reference: str = ""
    article: str = ClauseArticle.PERFORMANCE_CONDITION
    amount_cents: int | None = None
    cpv_code: str = ""
    notified_on: dt.date | None = None
    public_scheme: str = ""
    """Code of the dated scheme of eligible publics that the contract names (CCAG art. 16.1)."""
    statement_due_day: int | None = None
    """Day of the next month on which statements are due; per contract, none by default (DOMAIN.md §5.1)."""
    penalty_terms: str = ""


class Penalty(Record, table=True):
    """One penalty of a contract as data, so that its amount is computed and explained (DOMAIN.md §5.3).

    ``amount_cents`` excludes tax. For days late: ``from_on`` is the day it was due, ``to_on`` the day it came (empty:
    not yet), ``notice_on`` the formal notice. A flat penalty is due once ``from_on`` says when it occurred.
    """

    shared: ClassVar[bool] = True
    contract_id: str = Field(foreign_key="contract.id", index=True)
    kind: str = PenaltyKind.PER_HOUR_MISSING
    label: str = ""
    amount_cents: int = 0
    after_notice: bool = True
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    notice_on: dt.date | None = None


class Lot(Record, table=True):
    """Part of a contract; the hours objective is set per lot."""

    shared: ClassVar[bool] = True
    contract_id: str = Field(foreign_key="contract.id", index=True)
    number: str = ""
    name: str
    amount_cents: int | None = None
    start_on: dt.date | None = None
    end_on: dt.date | None = None


class HoursSizing(Record, table=True):
    """One calculation of hours with its four factors kept, so that an auditor can redo it (art. 4.3).

    Rates are hundredths of a percent, money cents, hours hundredths.
    """

    shared: ClassVar[bool] = True
    operation_id: str = Field(foreign_key="operation.id", index=True)
    lot_id: str | None = Field(default=None, foreign_key="lot.id", index=True)
    number: str = ""
    sized_on: dt.date
    amount_cents: int
    labour_share: int
    effort_rate: int
    hourly_cost_cents: int
    minimum_effort_rate: int
    computed_hours: int
    retained_hours: int
    retained_reason: str = ""


class Commitment(Record, table=True):
    """What a company owes on a lot, for one kind of objective. Hours in hundredths."""

    shared: ClassVar[bool] = True
    lot_id: str = Field(foreign_key="lot.id", index=True)
    company_id: str = Field(foreign_key="company.id", index=True)
    role: str = CompanyRole.CONTRACTOR
    objective_kind: str = ObjectiveKind.RETAINED
    computed_hours: int | None = None
    due_hours: int = 0
    retained_reason: str = ""
    sizing_id: str | None = Field(default=None, foreign_key="hours_sizing.id")
    start_on: dt.date | None = None
    end_on: dt.date | None = None
    clause_state: str = ClauseState.OPEN
