"""What the screens of the hours show: frozen values, hours in integer hundredths, months ``YYYY-MM``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.changes import Changes
from app.models.choices import HourKind, StatementState
from app.rules.commitments import Position
from app.rules.french import NBSP, format_date, format_hours_unit, person_name_list
from app.rules.hours import ControlTotal, Doubt, MonthFacts, is_locked
from app.store.unit import Outcome, Undo


@dataclass(frozen=True, slots=True)
class Rectified:
    """A difference brought to a line of an attested statement, with its reason."""

    kind: HourKind
    difference: int
    rectified_on: dt.date
    reason: str
    author: str
    """« N. DIALLO »."""

    @property
    def sentence(self) -> str:
        """« −8 h le 22/11/2026 par N. DIALLO : doublon avec septembre »."""
        sign = "+" if self.difference > 0 else "−"
        what = " de formation" if self.kind is HourKind.TRAINING else ""
        by = f" par {self.author}" if self.author else ""
        size = format_hours_unit(abs(self.difference))
        return f"{sign}{size}{what} le {format_date(self.rectified_on)}{by}{NBSP}: {self.reason}"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of the month: an employment contract on a lot. ``None`` hours: nothing typed; 0: none worked."""

    rank: int
    """From 1, the same on screen and on paper."""
    contract_id: str
    lot_id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    file_number: str
    contract_label: str
    """« CDD, du 02/03/2026 au 31/03/2027 »."""
    employer: str
    """Name of the employer when it is not the company itself."""
    lot_label: str
    """« École Simone-Veil, lot 3 »."""
    own_lot: bool
    """Whether this is the lot of the contract; else a share of its hours (« répartir »)."""
    previous: int | None
    worked: int | None
    training: int | None
    absence_code: str
    declared: int | None
    difference_reason: str
    accepted: tuple[str, ...]
    accepted_reason: str
    doubts: tuple[Doubt, ...]
    """All doubts, the accepted ones too. Those of a contract stand on its first line."""
    facts: MonthFacts | None
    """What the doubts are drawn from; ``None`` on the further lines of a contract."""
    planned_hours: int | None = None
    rectified: tuple[Rectified, ...] = ()
    """What was rectified since the statement was attested, the oldest first."""

    @property
    def id(self) -> str:
        """Contract and lot."""
        return f"{self.contract_id}/{self.lot_id}"

    @property
    def name(self) -> str:
        """« MARTIN Julie »."""
        return person_name_list(self.last_name, self.first_name)

    @property
    def open_doubts(self) -> tuple[Doubt, ...]:
        """Doubts nobody has answered « C’est normal »."""
        return tuple(one for one in self.doubts if one.code not in self.accepted)

    @property
    def answered(self) -> bool:
        """Whether something was said of this line: hours, even 0, or an absence."""
        return self.worked is not None or bool(self.absence_code)

    def hours(self, kind: HourKind) -> int | None:
        """Hours of one kind, as typed."""
        return self.worked if kind is HourKind.WORKED else self.training

    def counted(self, kind: HourKind) -> int:
        """Hours of one kind that count: typed and rectified."""
        return (self.hours(kind) or 0) + sum(one.difference for one in self.rectified if one.kind is kind)


@dataclass(frozen=True, slots=True)
class CommitmentBar:
    """A commitment that the hours of this month count for, without them: the grid adds what it holds."""

    commitment_id: str
    lot_id: str
    label: str
    company_name: str
    due: int
    validated_elsewhere: int
    received_elsewhere: int
    counts_worked: bool
    counts_training: bool
    start_on: dt.date | None
    end_on: dt.date | None
    history: tuple[tuple[str, int], ...]
    """Validated hundredths by month, this statement left out."""


@dataclass(frozen=True, slots=True)
class LivePosition:
    """A commitment with what is being typed."""

    bar: CommitmentBar
    position: Position
    sentence: str
    """« À ce rythme : objectif atteint le 12 mars 2027. »"""


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """The month of a company as a table of values. Made by ``grid.build``; changed by the functions of ``grid``."""

    statement_id: str
    company_id: str
    company_name: str
    month: str
    state: StatementState
    declared_total: int | None
    rows: tuple[GridRow, ...]
    bars: tuple[CommitmentBar, ...]
    operations: tuple[str, ...]
    """Lots concerned: « École Simone-Veil, lot 3 »."""
    paper_code: str
    received_on: dt.date | None
    validated_at: dt.datetime | None
    validated_by: str
    note: str
    writable: bool
    """Whether the user may type hours here at all."""
    today: dt.date
    control: ControlTotal = field(default_factory=lambda: ControlTotal(0, None, None, None, None, ""))

    @property
    def locked(self) -> bool:
        """Validated or attested: read only until it is reopened, if it may be."""
        return is_locked(self.state)

    @property
    def editable(self) -> bool:
        """Whether a figure may be typed now."""
        return self.writable and not self.locked

    @property
    def total(self) -> int:
        """Worked hours of all lines."""
        return self.control.total

    @property
    def training_total(self) -> int:
        """Training hours of all lines."""
        return sum(row.training for row in self.rows if row.training is not None)

    @property
    def rectified_total(self) -> int:
        """Difference brought to the worked hours since the statement was attested."""
        return sum(row.counted(HourKind.WORKED) - (row.worked or 0) for row in self.rows)

    @property
    def unanswered(self) -> tuple[GridRow, ...]:
        """Lines of which nothing was said. The share of another lot is not asked for."""
        return tuple(row for row in self.rows if row.own_lot and not row.answered)

    @property
    def begun(self) -> bool:
        """Whether any figure was typed."""
        return self.declared_total is not None or any(
            row.worked is not None or row.training is not None or row.absence_code for row in self.rows
        )

    @property
    def several_lots(self) -> bool:
        """Whether the lot of a line needs saying."""
        return len({row.lot_id for row in self.rows}) > 1

    def row(self, contract_id: str, lot_id: str) -> GridRow | None:
        """The line of a contract on a lot."""
        return next((one for one in self.rows if one.contract_id == contract_id and one.lot_id == lot_id), None)


@dataclass(frozen=True, slots=True)
class Validation:
    """What « Valider » answers: the state taken and, when it is « À vérifier », why, in sentences."""

    outcome: Outcome
    state: StatementState
    notices: tuple[str, ...]

    @property
    def changes(self) -> Changes:
        """For the bridge."""
        return self.outcome.changes

    @property
    def undo(self) -> Undo:
        """How to take it back."""
        return self.outcome.undo


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A company in the list of a month."""

    id: str
    name: str
    town: str
    people: int
    state: StatementState
    received_on: dt.date | None
    due_on: dt.date | None = None
    """When its statement is due, by its contracts or its network; ``None`` when neither says."""
    late: bool = False
    """Nothing came and the date is over."""
    reminded_on: dt.date | None = None
    """When it was last reminded."""

    @property
    def missing(self) -> bool:
        """Nothing came yet."""
        return self.state is StatementState.EXPECTED


@dataclass(frozen=True, slots=True)
class CompaniesPage:
    """A page of the companies of a month. ``more``: others come after it."""

    month: str
    lines: tuple[CompanyLine, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class StatementCounts:
    """How many companies of a month stand in each state."""

    month: str
    counts: Mapping[StatementState, int]

    @property
    def missing(self) -> int:
        """« Relevés manquants »."""
        return self.counts.get(StatementState.EXPECTED, 0)

    @property
    def total(self) -> int:
        """Companies concerned by the month."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A month of a company: its state, or ``None`` when nobody was at work."""

    month: str
    state: StatementState | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who may be added to the month. Without ``contract_id`` there is no contract at this company."""

    beneficiary_id: str
    contract_id: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class LotChoice:
    """A lot to which hours of a person may be given."""

    id: str
    label: str
    remaining: int | None
    """Hours still due on the lot's objective; ``None`` when it has none."""
    worked_on: bool = True
    """Whether people of this company work there; else its hours need a pooling agreement."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A pooling agreement (« convention de globalisation ») of an employment contract."""

    id: str
    reference: str
    signed_on: dt.date
    lots: tuple[LotChoice, ...]
    note: str = ""

    @property
    def sentence(self) -> str:
        """« Convention GLOB-2026-04 du 12/03/2026 »."""
        return f"Convention {self.reference} du {format_date(self.signed_on)}"


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """A pooling agreement to keep. ``lot_ids`` are the lots beside the contract's own."""

    contract_id: str
    reference: str
    signed_on: dt.date | None
    lot_ids: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell to fill, as a paste or a repetition gives it."""

    contract_id: str
    lot_id: str
    hours: int | None
    kind: HourKind = HourKind.WORKED


@dataclass(frozen=True, slots=True)
class Typing:
    """What was being typed in a cell when the program stopped. ``key``: ``worked``, ``training`` or ``absence``."""

    contract_id: str
    lot_id: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """Where a paper code leads."""

    company_id: str
    company_name: str
    month: str
