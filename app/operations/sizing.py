"""Sizing the hours of a lot, keeping the calculation, applying it to a commitment (charter art. 4.3; PRODUCT.md C2)."""

from __future__ import annotations

from app.models.operations import Commitment, HoursSizing, Lot, Operation
from app.operations import writing as writes
from app.operations.values import SizedRange, SizingDraft, SizingFacts
from app.rules.numbering import Series, make_number
from app.rules.sizing import (
    MINIMUM_EFFORT_RATE,
    check_retained,
    from_basis_points,
    size_hours,
    sizing_range,
    to_basis_points,
)
from app.store import operations as store
from app.store.commitments import stands
from app.store.network import minimum_effort_rate
from app.store.notebook import Notebook
from app.store.unit import Outcome, Undo, not_found, writing

NEGOTIATED = tuple(range(500, 1_001, 100))
"""Rates of the range to negotiate with the buyer: 5 to 10 % (PRODUCT.md C2)."""


class SizingService:
    """The calculator of hours, over one notebook. Runs on the store thread."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def minimum_rate(self) -> int:
        """The network's minimum effort rate in hundredths of a percent; 5 % when it publishes none."""
        found = minimum_effort_rate(self._notebook)
        return to_basis_points(MINIMUM_EFFORT_RATE) if found is None else found

    def size(self, amount_cents: int, labour_share: int, effort_rate: int, hourly_cost_cents: int) -> SizedRange:
        """The hours of four factors (rates in hundredths of a percent), and those of each rate from 5 to 10 %.

        Raises ``InvalidInput`` with the field ``amount``, ``labour_share``, ``effort_rate`` or ``hourly_cost``.
        """
        share, minimum = from_basis_points(labour_share), from_basis_points(self.minimum_rate())
        return SizedRange(
            size_hours(
                amount_cents, share, from_basis_points(effort_rate), hourly_cost_cents, minimum_effort_rate=minimum
            ),
            sizing_range(
                amount_cents,
                share,
                hourly_cost_cents,
                [from_basis_points(one) for one in NEGOTIATED],
                minimum_effort_rate=minimum,
            ),
        )

    def keep(self, draft: SizingDraft) -> Outcome:
        """Keep a calculation with its four factors under a number that never changes (« CAL-2026-NO-0001 »).

        Retained hours that are not the computed ones to the whole hour need a reason. Main record: the
        calculation. Raises ``InvalidInput`` with the field, ``NotAllowed``, ``NotFound``.
        """
        notebook = self._notebook
        writes.require_writer(notebook, "garder ce calcul")
        sized = self.size(draft.amount_cents, draft.labour_share, draft.effort_rate, draft.hourly_cost_cents).asked
        retained = sized.retained_suggestion if draft.retained_hours is None else draft.retained_hours
        check_retained(sized.computed_hours, retained, draft.retained_reason)
        with notebook.read() as connection:
            if store.find_operation(connection, draft.operation_id) is None:
                raise not_found()
        today, prefix = notebook.clock.today(), notebook.get_control("prefix", "NO")
        counter = notebook.next_number(f"{Series.SIZING}/{today.year}/{prefix}")
        number = make_number(Series.SIZING, today.year, prefix, counter)
        with writing(notebook, f"calcul {number}") as unit:
            writes.alive(unit, Operation, draft.operation_id)
            if draft.lot_id:
                writes.alive(unit, Lot, draft.lot_id)
            made = unit.insert(
                HoursSizing,
                {
                    "operation_id": draft.operation_id,
                    "lot_id": draft.lot_id or None,
                    "number": number,
                    "sized_on": today,
                    "amount_cents": draft.amount_cents,
                    "labour_share": draft.labour_share,
                    "effort_rate": draft.effort_rate,
                    "hourly_cost_cents": draft.hourly_cost_cents,
                    "minimum_effort_rate": to_basis_points(sized.minimum_effort_rate),
                    "computed_hours": sized.computed_hours,
                    "retained_hours": retained,
                    "retained_reason": draft.retained_reason.strip(),
                },
            )
            unit.touch("operation", [draft.operation_id])
            return unit.outcome_of(made)

    def get(self, sizing_id: str) -> SizingFacts:
        """A calculation kept. Raises ``NotFound``."""
        with self._notebook.read() as connection:
            found = store.find_sizing(connection, sizing_id)
        if found is None:
            raise not_found()
        return found

    def apply(self, sizing_id: str, commitment_id: str) -> Outcome:
        """Make the retained hours of a calculation the hours due of a commitment of the same operation."""
        writes.require_writer(self._notebook, "appliquer ce calcul")
        sizing = self.get(sizing_id)
        with self._notebook.read() as connection:
            found = stands(connection, commitment_ids=[commitment_id], operation_id=sizing.operation_id)
        if not found:
            raise not_found()
        stand = found[0]
        with writing(self._notebook, f"application du calcul {sizing.number}") as unit:
            changed = unit.update(
                Commitment,
                commitment_id,
                {
                    "sizing_id": sizing.id,
                    "computed_hours": sizing.computed_hours,
                    "due_hours": sizing.retained_hours,
                    "retained_reason": sizing.retained_reason,
                },
            )
            if not changed:
                return writes.nothing(commitment_id)
            unit.touch("operation", [stand.operation_id])
            unit.touch("company", [stand.company_id])
            return unit.outcome_of(commitment_id)

    def remove(self, sizing_id: str) -> Outcome:
        """Put a calculation in the bin; commitments that used it keep their hours and its number stays taken."""
        writes.require_writer(self._notebook, "supprimer ce calcul")
        sizing = self.get(sizing_id)
        with writing(self._notebook, f"suppression du calcul {sizing.number}") as unit:
            unit.delete(HoursSizing, sizing_id)
            unit.touch("operation", [sizing.operation_id])
            return unit.outcome_of(sizing_id)

    def take_back(self, undo: Undo) -> Outcome:
        """Undo an act on a calculation."""
        return writes.take_back(self._notebook, undo)
