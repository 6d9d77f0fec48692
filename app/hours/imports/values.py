"""What an import shows and is told: frozen values, hours in integer hundredths, months ``YYYY-MM``.

A *piece* is one amount that the file gives to somebody for a month; a *row* of the review is a piece with what will be
done of it. Decisions are kept apart from what was read, so that they survive another reading of the same file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.changes import Changes
from app.hours.timesheets.cells import Contents
from app.hours.timesheets.layout import Layout
from app.hours.timesheets.names import name_key
from app.hours.timesheets.reading import Reading
from app.models.choices import Choice, StatementState
from app.rules.french import person_name_list, plural
from app.rules.matching import Directory, Known
from app.store.imports import CompanyRow, WorkRow
from app.store.unit import Outcome, Undo


def person_key(last: str, first: str, ref: str = "") -> str:
    """A written name without case; the number stands in it only where it tells homonyms apart."""
    return "|".join((name_key(last), name_key(first), ref)).rstrip("|")


_NOBODY = "?"


def nobody(rank: int) -> str:
    """The key of a row that names nobody well; never remembered."""
    return f"{_NOBODY}{rank}"


def names_somebody(key: str) -> bool:
    """Whether a key is a written name, worth remembering."""
    return bool(key) and not key.startswith(_NOBODY)


# --- the file --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file of a company, read in the process apart; ``layout`` is what was understood of it."""

    name: str
    sha256: str
    contents: Contents
    layout: Layout


@dataclass(frozen=True, slots=True)
class Already:
    """The same file was saved before. ``left``: rows that were left aside then."""

    import_id: str
    at: dt.datetime
    left: int
    done: frozenset[tuple[str, str]]
    """(contract, month) written then: never proposed again."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the notebook knows of the companies and months of a file; made by the service, judged by ``judging``."""

    companies: Mapping[str, CompanyRow]
    """Those that the file concerns, the chosen one first."""
    named: Mapping[tuple[str, str], str]
    """Company by (name, SIRET) as written; absent when none is recognised."""
    contracts: Sequence[WorkRow]
    worked: Mapping[tuple[str, str], Mapping[str, int]]
    states: Mapping[tuple[str, str], StatementState]
    aliases: Mapping[str, str]
    earlier: frozenset[tuple[str, str]]
    """(contract, month) that earlier files of the company gave and that still hold hours."""
    already: Already | None
    this_month: str
    directory: Directory = field(default_factory=lambda: Directory(()))

    def people(self) -> dict[str, list[WorkRow]]:
        """Contracts by person."""
        found: dict[str, list[WorkRow]] = {}
        for one in self.contracts:
            found.setdefault(one.beneficiary_id, []).append(one)
        return found


def directory_of(contracts: Sequence[WorkRow]) -> Directory:
    """The people of some contracts, to match names against."""
    return Directory(Known(one.beneficiary_id, one.last_name, one.first_name, one.birth_name) for one in contracts)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read for a company, with all that is needed to judge it."""

    opened: OpenedFile
    layout: Layout
    layout_known: bool
    """Confirmed before for this company: applied without a question."""
    company_id: str
    company_name: str
    month: str
    """Given by the user where the file states none."""
    reading: Reading
    facts: Facts


# --- decisions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the user decided so far. Never written before « Enregistrer »."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Person by written name (``person_key``)."""
    contracts: Mapping[str, str] = field(default_factory=dict)
    """Contract by row, where somebody has several."""
    ignored: frozenset[str] = frozenset()
    """Rows left aside."""
    accepted: frozenset[str] = frozenset()
    """Rows taken as they are, whatever was doubtful."""
    hours: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)

    def with_person(self, key: str, beneficiary_id: str) -> Decisions:
        """This written name is this person."""
        return dataclasses.replace(self, people={**self.people, key: beneficiary_id})

    def with_contract(self, rows: Sequence[str], contract_id: str) -> Decisions:
        """These rows go to this contract."""
        return dataclasses.replace(self, contracts={**self.contracts, **dict.fromkeys(rows, contract_id)})

    def with_ignored(self, rows: Sequence[str], ignored: bool = True) -> Decisions:
        """Leave rows aside, or take them again."""
        kept = self.ignored | set(rows) if ignored else self.ignored - set(rows)
        return dataclasses.replace(self, ignored=frozenset(kept))

    def with_accepted(self, rows: Sequence[str]) -> Decisions:
        """Take rows as they are."""
        return dataclasses.replace(self, accepted=self.accepted | set(rows))

    def with_hours(self, row: str, hours: int) -> Decisions:
        """Correct the hours of a row, in hundredths."""
        return dataclasses.replace(self, hours={**self.hours, row: hours})

    def with_month(self, row: str, month: str) -> Decisions:
        """Correct the month of a row."""
        return dataclasses.replace(self, months={**self.months, row: month})

    def of_names_only(self) -> Decisions:
        """What still holds once the file is read another way."""
        return Decisions(people=self.people)


# --- the review ------------------------------------------------------------------------------


class RowState(Choice):
    """What will be done of a row; in the order of the screen: errors first."""

    DECIDE = "decide", "À décider"
    REFUSED = "refused", "Refusée"
    READY = "ready", "Prête"
    UNCHANGED = "unchanged", "Inchangée"
    IGNORED = "ignored", "Ignorée"


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody proposed for a written name."""

    beneficiary_id: str
    contract_id: str
    """The contract that would get the hours; empty when there is none yet."""
    last_name: str
    first_name: str
    detail: str
    """« B-2026-NO-0001 · CDD, 02/03/2026 – 31/03/2027 »."""

    @property
    def name(self) -> str:
        """« MARTIN Julie »."""
        return person_name_list(self.last_name, self.first_name)


class ReviewRow(NamedTuple):
    """One amount of the file and what will be done of it."""

    id: str
    key: str
    """``person_key`` of the written name."""
    row: int
    """Row of the file, from 1."""
    sheet: str
    last_name: str
    first_name: str
    company: str
    """Employer as written."""
    month: str
    hours: int | None
    hours_text: str
    state: RowState
    reason: str = ""
    sentence: str = ""
    todo: str = ""
    choices: tuple[PersonChoice, ...] = ()
    can_accept: bool = False
    """Whether « Accepter » settles it as it is, or with the first choice."""
    ask: str = ""
    """What is asked: ``person``, ``contract``, ``hours``, ``month``, ``row``."""
    beneficiary_id: str = ""
    contract_id: str = ""
    lot_id: str = ""
    user_company_id: str = ""
    person: tuple[str, str] = ("", "")
    """Last and first name of the person found."""
    file_number: str = ""
    before: int | None = None
    """Hours that were there."""

    @property
    def written_name(self) -> str:
        """The name as the file writes it."""
        return person_name_list(self.last_name, self.first_name).strip()

    @property
    def person_name(self) -> str:
        """« MARTIN Julie », the person found."""
        return person_name_list(*self.person).strip()


@dataclass(frozen=True, slots=True)
class Write:
    """One line to write."""

    company_id: str
    month: str
    contract_id: str
    lot_id: str
    hours: int


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the screen shows before anything is written."""

    rows: tuple[ReviewRow, ...]
    """Errors first, then by person and month."""
    writes: tuple[Write, ...]
    notices: tuple[str, ...]
    """To be known: printed totals that disagree, people of an earlier file who are not in this one…"""
    already: Already | None
    totals: Mapping[str, int]
    """Hundredths that the statement of each month will hold for the people of this file."""
    printed: Mapping[str, int]
    """Hundredths that the file itself prints as the total of a month, where it is clear."""
    declared: Mapping[tuple[str, str], int]
    """Printed total to keep with the statement of (company, month): when every row of the month is its own."""

    def count(self, state: RowState) -> int:
        """Rows in a state."""
        return sum(1 for row in self.rows if row.state is state)

    @property
    def total(self) -> int:
        """Hundredths to be written."""
        return sum(one.hours for one in self.writes)

    @property
    def months(self) -> tuple[str, ...]:
        """Months to be written, in order."""
        return tuple(sorted({one.month for one in self.writes}))

    @property
    def left(self) -> tuple[ReviewRow, ...]:
        """Rows that a save would leave aside without having been told to."""
        return tuple(row for row in self.rows if row.state in (RowState.DECIDE, RowState.REFUSED))

    @property
    def questions(self) -> tuple[tuple[ReviewRow, ...], ...]:
        """Rows to decide, together where one answer settles them: the months of one written name."""
        groups: dict[str, list[ReviewRow]] = {}
        for row in self.rows:
            if row.state is RowState.DECIDE:
                whole = row.ask in ("person", "contract")
                groups.setdefault(f"{row.ask} {row.key}" if whole else row.id, []).append(row)
        return tuple(tuple(group) for group in groups.values())

    @property
    def summary(self) -> str:
        """« 11 prêtes · 1 à décider »."""
        said = [
            plural(self.count(RowState.READY), "prête"),
            plural(self.count(RowState.DECIDE), "à décider", "à décider"),
        ]
        if refused := self.count(RowState.REFUSED):
            said.append(plural(refused, "refusée"))
        if unchanged := self.count(RowState.UNCHANGED):
            said.append(plural(unchanged, "inchangée"))
        if ignored := self.count(RowState.IGNORED):
            said.append(plural(ignored, "ignorée"))
        return " · ".join(said)


@dataclass(frozen=True, slots=True)
class Saved:
    """What « Enregistrer » answers."""

    outcome: Outcome
    import_id: str
    lines: int

    @property
    def changes(self) -> Changes:
        """For the bridge."""
        return self.outcome.changes

    @property
    def undo(self) -> Undo:
        """How to take it back."""
        return self.outcome.undo


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What « Annuler l’import » answers. ``kept``: lines corrected since, left as they are."""

    outcome: Outcome
    lines: int
    kept: int

    @property
    def changes(self) -> Changes:
        """For the bridge."""
        return self.outcome.changes


@dataclass(frozen=True, slots=True)
class LayoutLine:
    """A layout remembered for a company's files: what it understands, in one sentence, and since when."""

    id: str
    sentence: str
    since: dt.date


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the list of those saved."""

    id: str
    company_id: str
    company_name: str
    file_name: str
    months: tuple[str, ...]
    lines: int
    total: int
    at: dt.datetime
    undone_on: dt.date | None
    can_be_undone: bool
