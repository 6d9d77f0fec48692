"""Building what the sheets show: commitments with their position and projection, statements month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from app.models.choices import ClauseState, CompanyRole, ObjectiveKind, StatementState
from app.operations.values import CommitmentSheet, CompanyHit, StatementCell
from app.rules.calendar import is_active_in, month_of, shift_month
from app.rules.commitments import project
from app.rules.french import format_siret
from app.rules.search_text import query_terms
from app.rules.statements import is_missing, statement_id
from app.store.commitments import CommitmentStand, MonthHours, stands, stands_with_history
from app.store.hours import contract_spans, statements_of_company
from app.store.notebook import Notebook
from app.store.operations import commitments_of_lots, sizing_numbers
from app.store.search import find
from app.store.statements import network_due_day


def commitments_on(connection: Any, lot_ids: Sequence[str], today: dt.date) -> list[CommitmentSheet]:
    """Every commitment of some lots, lead contractor first, with its position and its projection."""
    return _sheets(connection, stands_with_history(connection, lot_ids), today)


def commitments_of_company(connection: Any, company_id: str, today: dt.date) -> list[CommitmentSheet]:
    """The commitments of a company on all its lots."""
    lots = sorted({one.lot_id for one in stands(connection, company_id=company_id)})
    known = [one for one in stands_with_history(connection, lots) if one[0].company_id == company_id]
    return _sheets(connection, known, today)


def _sheets(
    connection: Any, known: Iterable[tuple[CommitmentStand, tuple[MonthHours, ...]]], today: dt.date
) -> list[CommitmentSheet]:
    known = list(known)
    facts = {one.id: one for one in commitments_of_lots(connection, sorted({stand.lot_id for stand, _ in known}))}
    numbers = sizing_numbers(connection, [one.sizing_id for one in facts.values() if one.sizing_id])
    made: list[CommitmentSheet] = []
    for stand, history in known:
        fact = facts[stand.commitment_id]
        made.append(
            CommitmentSheet(
                id=stand.commitment_id,
                lot_id=stand.lot_id,
                lot_label=stand.lot_label,
                operation_id=stand.operation_id,
                operation_name=stand.operation_name,
                company_id=stand.company_id,
                company_name=stand.company_name,
                role=CompanyRole(stand.role),
                objective_kind=ObjectiveKind(stand.objective_kind),
                computed_hours=fact.computed_hours,
                due_hours=fact.due_hours,
                retained_reason=fact.retained_reason,
                sizing_id=fact.sizing_id,
                sizing_number=numbers.get(fact.sizing_id or "", ""),
                start_on=fact.start_on,
                end_on=fact.end_on,
                clause_state=ClauseState(stand.clause_state),
                position=stand.position,
                projection=project(
                    stand.position,
                    {one.month: one.validated for one in history},
                    stand.start_on,
                    stand.end_on,
                    today,
                ),
            )
        )
    return made


def twelve_months(
    connection: Any, organisation_id: str, company_id: str, today: dt.date, due_day: int | None
) -> tuple[StatementCell, ...]:
    """The twelve months up to the one to collect, oldest first, with their state.

    An expected statement is missing once its day of the next month is over (``due_day``, else the network's), or
    its month when neither says a day (PRODUCT.md H9).
    """
    spans = contract_spans(connection, organisation_id, company_id)
    states = statements_of_company(connection, organisation_id, company_id)
    last = shift_month(month_of(today), -1)
    day = due_day if due_day is not None else network_due_day(connection, organisation_id, last)
    cells: list[StatementCell] = []
    for step in range(-11, 1):
        month = shift_month(last, step)
        at_work = any(is_active_in(month, start, end) for start, end in spans)
        known = states.get(month)
        state = known
        if known is None or known is StatementState.EXPECTED:
            state = StatementState.EXPECTED if at_work else None
        late = month < last or is_missing(month, day, today)
        cells.append(
            StatementCell(
                month,
                state,
                state is StatementState.EXPECTED and late,
                statement_id(organisation_id, company_id, month) if known is not None else "",
            )
        )
    return tuple(cells)


def companies_like(notebook: Notebook, typed: str, limit: int = 8) -> tuple[CompanyHit, ...]:
    """Companies whose name, town or SIRET begins like what is typed, best first."""
    return tuple(
        CompanyHit(hit.record_id, hit.title, " · ".join(_readable(part) for part in hit.subtitle.split(" · ")))
        for hit in find(notebook, query_terms(typed), kind="company", limit=limit)
    )


def _readable(part: str) -> str:
    return format_siret(part) if part.isdecimal() else part
