"""The penalties of a contract as data, each with what it amounts to today and how (DOMAIN.md §5.3).

The amounts and the terms are those of the contract, never ours; a judge may moderate them. Money is integer cents,
excluding tax; hours are hundredths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.models.choices import ClauseState, ObjectiveKind, PenaltyKind
from app.models.operations import Contract, Penalty
from app.operations import writing as writes
from app.operations.fields import FieldRule, check_period
from app.operations.values import CommitmentSheet
from app.rules.commitments import PenaltyTerm, days_late, penalty
from app.rules.french import NBSP, format_date, format_hours_unit, format_money, plural
from app.rules.sizing import check_amount
from app.store.notebook import Notebook
from app.store.operations import PenaltyFacts, operation_of
from app.store.unit import Outcome, writing


@dataclass(frozen=True, slots=True)
class PenaltyAmount:
    """One line of a penalty: whom it concerns, the amount, and how it is computed, in a sentence."""

    who: str
    amount_cents: int
    sentence: str
    expected: bool = False
    """Not due yet: what it would be at this pace, the lot not being over."""
    commitment_id: str = ""
    """The commitment whose hours are missing; empty for what concerns the contract as a whole."""


@dataclass(frozen=True, slots=True)
class PenaltySheet:
    """A penalty of a contract with what it amounts to."""

    facts: PenaltyFacts
    amounts: tuple[PenaltyAmount, ...]

    @property
    def id(self) -> str:
        """The penalty."""
        return self.facts.id

    @property
    def due_cents(self) -> int:
        """What is due today."""
        return sum(one.amount_cents for one in self.amounts if not one.expected)


def penalty_sheets(
    known: Sequence[PenaltyFacts], commitments: Mapping[str, Sequence[CommitmentSheet]], today: dt.date
) -> tuple[PenaltySheet, ...]:
    """Each penalty with its amounts. ``commitments`` gives those of each contract (« marché »)."""
    return tuple(PenaltySheet(one, _amounts(one, commitments.get(one.contract_id, ()), today)) for one in known)


def _amounts(facts: PenaltyFacts, owed: Sequence[CommitmentSheet], today: dt.date) -> tuple[PenaltyAmount, ...]:
    term = PenaltyTerm(PenaltyKind(facts.kind), facts.amount_cents, facts.label, facts.after_notice)
    if term.kind is PenaltyKind.PER_HOUR_MISSING:
        return tuple(
            _missing(term, one, today)
            for one in owed
            if one.objective_kind is ObjectiveKind.RETAINED and one.clause_state is not ClauseState.CANCELLED
        )
    if term.kind is PenaltyKind.PER_DAY_LATE:
        return (_late(term, facts, today),)
    return (_flat(term, facts, today),)


def _money(cents: int) -> str:
    return f"{format_money(cents)}{NBSP}HT"


def _missing(term: PenaltyTerm, one: CommitmentSheet, today: dt.date) -> PenaltyAmount:
    who = f"{one.company_name}, {one.lot_label}"
    over = one.clause_state in (ClauseState.FINISHED, ClauseState.ATTESTED)
    end = one.end_on
    over = over or (end is not None and today > end)
    missing = one.position.remaining if over else one.projection.missing
    if not missing:
        said = "Aucune heure ne manque." if over else "Aucune heure ne manquerait à ce rythme."
        return PenaltyAmount(who, 0, said, expected=not over, commitment_id=one.id)
    line = penalty(term, missing=missing)
    verb = "manquent" if over else "manqueraient à ce rythme"
    said = f"{format_hours_unit(missing)} {verb} × {format_money(term.amount_cents)} = {_money(line.amount_cents)}."
    return PenaltyAmount(who, line.amount_cents, said, expected=not over, commitment_id=one.id)


def _late(term: PenaltyTerm, facts: PenaltyFacts, today: dt.date) -> PenaltyAmount:
    if facts.from_on is None:
        return PenaltyAmount("", 0, "Aucun retard noté.")
    if term.after_notice and facts.notice_on is None:
        return PenaltyAmount("", 0, "Aucun jour ne compte sans mise en demeure.")
    days = days_late(facts.from_on, facts.to_on, today, facts.notice_on, after_notice=term.after_notice)
    line = penalty(term, late_days=days)
    since = max(facts.from_on, facts.notice_on) if term.after_notice and facts.notice_on else facts.from_on
    until = f"au {format_date(facts.to_on)}" if facts.to_on else f"à ce jour, {format_date(today)}"
    said = (
        f"{plural(days, 'jour')} de retard, du {format_date(since)} {until} × {format_money(term.amount_cents)} "
        f"= {_money(line.amount_cents)}."
    )
    return PenaltyAmount("", line.amount_cents, said)


def _flat(term: PenaltyTerm, facts: PenaltyFacts, today: dt.date) -> PenaltyAmount:
    occurred = facts.from_on is not None and facts.from_on <= today
    if not occurred:
        return PenaltyAmount("", 0, "Aucun fait noté.")
    line = penalty(term, occurred=True)
    said = f"Fait du {format_date(facts.from_on)}{NBSP}: {_money(line.amount_cents)}."
    return PenaltyAmount("", line.amount_cents, said)


def total_due(sheets: Sequence[PenaltySheet]) -> int:
    """Sum of what is due today, in cents: the terms are cumulative (DOMAIN.md §5.3)."""
    return sum(one.due_cents for one in sheets)


# --- writing -----------------------------------------------------------------------------


def _kind(value: Any) -> str:
    try:
        return PenaltyKind(value)
    except ValueError:
        raise InvalidInput("Ce choix n’existe pas.", todo="Choisir dans la liste.", field="kind") from None


def _amount(value: Any) -> int:
    if value is None:
        raise InvalidInput("Le montant de la pénalité manque.", todo="Le renseigner.", field="amount_cents")
    try:
        check_amount(int(value))
    except InvalidInput as problem:
        raise InvalidInput(problem.happened, problem.safe, problem.todo, field="amount_cents") from None
    return int(value)


def _day(field: str) -> FieldRule:
    def read(value: Any) -> dt.date | None:
        if value is not None and not isinstance(value, dt.date):
            raise InvalidInput("Une date est attendue.", todo="Écrire par exemple 12/03/2027.", field=field)
        return value

    return FieldRule("date de la pénalité", read)


PENALTY: Mapping[str, FieldRule] = {
    "kind": FieldRule("nature de la pénalité", _kind),
    "label": FieldRule("intitulé de la pénalité", lambda value: " ".join(str(value or "").split())[:200]),
    "amount_cents": FieldRule("montant de la pénalité", _amount),
    "after_notice": FieldRule("mise en demeure", bool),
    "from_on": _day("from_on"),
    "to_on": _day("to_on"),
    "notice_on": _day("notice_on"),
}


def add(notebook: Notebook, contract_id: str, kind: str, amount_cents: int, label: str = "") -> Outcome:
    """Add a penalty to a contract. Main record: the penalty. Raises ``InvalidInput``, ``NotAllowed``, ``NotFound``."""
    writes.require_writer(notebook, "ajouter une pénalité")
    values = {"kind": _kind(kind), "amount_cents": _amount(amount_cents), "label": PENALTY["label"].read(label)}
    with writing(notebook, "ajout d’une pénalité") as unit:
        writes.alive(unit, Contract, contract_id)
        made = unit.insert(Penalty, {**values, "contract_id": contract_id})
        unit.touch("operation", [operation_of(unit.connection, Contract, contract_id)])
        return unit.outcome_of(made)


def change(notebook: Notebook, penalty_id: str, field: str, value: Any) -> Outcome:
    """Edit one field of a penalty: kind, amount, dates, notice. Raises ``InvalidInput`` with the field."""
    writes.require_writer(notebook, "modifier cette pénalité")
    rule = PENALTY[field]
    stored = rule.read(value)
    with writing(notebook, rule.title) as unit:
        row = writes.alive(unit, Penalty, penalty_id)
        if field in ("from_on", "to_on"):
            dates = {**row, field: stored}
            check_period(dates["from_on"], dates["to_on"], field)
        if not unit.update(Penalty, penalty_id, {field: stored}):
            return writes.nothing(penalty_id)
        unit.touch("operation", [operation_of(unit.connection, Contract, row["contract_id"])])
        return unit.outcome_of(penalty_id)


def remove(notebook: Notebook, penalty_id: str) -> Outcome:
    """Put a penalty in the bin."""
    writes.require_writer(notebook, "supprimer cette pénalité")
    with writing(notebook, "suppression d’une pénalité") as unit:
        row = writes.alive(unit, Penalty, penalty_id)
        unit.delete(Penalty, penalty_id)
        unit.touch("operation", [operation_of(unit.connection, Contract, row["contract_id"])])
        return unit.outcome_of(penalty_id)
