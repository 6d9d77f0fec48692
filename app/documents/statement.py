"""The monthly statement, from the very grid of the screen: same rows, same order (PRODUCT.md §4.3, H11)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction
from string import ascii_uppercase

from app.documents.heading import Desk, header, referent, stamp
from app.hours.grid import live_positions
from app.hours.service import HoursService
from app.hours.values import GridRow, MonthGrid
from app.models.choices import DocumentKind, HourKind, Recipient
from app.reports.content import (
    AbsenceCode,
    CommitmentPosition,
    MonthlyStatementContent,
    Movement,
    StatementLine,
)
from app.rules.absences import ABSENCES
from app.rules.calendar import first_day, last_day, month_of, overlap_days
from app.rules.french import NBSP, round_half_up
from app.rules.hours import MonthFacts, monthly_limit
from app.rules.statements import due_date
from app.store.hours import find_statement
from app.store.paper import company_siret
from app.store.statements import due_days


def place_of(desk: Desk, statement_id: str) -> tuple[str, str] | None:
    """(company, month) of a statement's id or paper code; ``None`` when there is none."""
    with desk.notebook.read() as connection:
        found = find_statement(connection, statement_id)
    if found is not None:
        return found.company_id, found.month
    return None


def content(
    desk: Desk,
    hours: HoursService,
    company_id: str,
    month: str,
    recipient: Recipient,
    *,
    filled: bool | None = None,
    rectified: bool = False,
) -> MonthlyStatementContent:
    """What the statement of a company shows: blank until something was typed, unless ``filled`` says which.

    ``rectified`` counts the rectifications in, and says each one (its reason to the file only). The paper code must
    have been given before (``HoursService.give_paper_code``). Raises ``NotFound``.
    """
    grid = hours.open_month(company_id, month)
    show_figures = grid.begun if filled is None else filled
    return MonthlyStatementContent(
        stamp=stamp(
            desk,
            DocumentKind.MONTHLY_STATEMENT,
            grid.paper_code,
            recipient,
            at=grid.validated_at if show_figures and not rectified else None,
        ),
        organisation=header(desk),
        filled=show_figures,
        company=grid.company_name,
        company_siret=company_siret(desk.notebook, company_id),
        month=first_day(month),
        paper_code=grid.paper_code,
        facilitator=referent(desk, desk.notebook.actor_id),
        operations=_operations(grid),
        return_before=return_before(desk, company_id, month),
        lines=tuple(
            _with_rectifications(line, row, recipient) if rectified else line
            for row, line in zip(grid.rows, (_line(grid, row) for row in grid.rows), strict=True)
        ),
        state=grid.state,
        declared_total=grid.declared_total,
        absence_codes=tuple(AbsenceCode(one.code, one.label) for one in ABSENCES),
        movements=_movements(grid) if show_figures else (),
        positions=tuple(
            CommitmentPosition(
                label=f"{one.bar.company_name}, {one.bar.label}",
                due=one.position.due,
                validated=one.position.validated,
                received=one.position.received,
                projection=one.sentence,
            )
            for one in live_positions(grid)
        )
        if show_figures
        else (),
        validated_on=grid.validated_at.astimezone().date() if grid.validated_at else None,
        validated_by=grid.validated_by,
        rectified_on=max((one.rectified_on for row in grid.rows for one in row.rectified), default=None)
        if rectified
        else None,
    )


def _with_rectifications(line: StatementLine, row: GridRow, recipient: Recipient) -> StatementLine:
    return dataclasses.replace(
        line,
        worked=row.counted(HourKind.WORKED) if row.rectified else row.worked,
        training=row.counted(HourKind.TRAINING) if row.rectified and row.training is not None else row.training,
        rectifications=tuple(
            one.sentence if recipient is Recipient.FILE else one.sentence.split(f"{NBSP}:")[0] for one in row.rectified
        ),
    )


def _line(grid: MonthGrid, row: GridRow) -> StatementLine:
    facts = row.facts
    kind = row.contract_label.split(",")[0].split(" depuis ")[0]
    return StatementLine(
        rank=row.rank,
        name=row.name,
        contract_label=f"{kind} · {row.employer}" if row.employer else kind,
        start_on=facts.contract_start if facts else None,
        end_on=facts.contract_end if facts else None,
        planned_hours=_planned(facts) if facts is not None else None,
        worked=row.worked,
        training=row.training,
        absence_code=row.absence_code,
        declared=row.declared,
        difference_reason=row.difference_reason,
        lot=_letter(grid, row.lot_label) if grid.several_lots else "",
    )


def _operations(grid: MonthGrid) -> tuple[str, ...]:
    """The lots concerned; each with a letter when there are several, so that a line needs one sign to say its own."""
    if not grid.several_lots:
        return grid.operations
    return tuple(f"{_letter(grid, one)}. {one}" for one in grid.operations)


def _letter(grid: MonthGrid, lot_label: str) -> str:
    places = list(grid.operations)
    if lot_label in places and places.index(lot_label) < len(ascii_uppercase):
        return ascii_uppercase[places.index(lot_label)]
    return lot_label


def _planned(facts: MonthFacts) -> int:
    """Hours of a month of this contract: its weekly hours × 52 / 12, for the days of the month that it covers."""
    if facts.contract_start is None:
        return 0
    covered, days = overlap_days(facts.month, facts.contract_start, facts.contract_end)
    return round_half_up(Fraction(monthly_limit(facts.weekly) * covered, days))


def _movements(grid: MonthGrid) -> tuple[Movement, ...]:
    """Who arrived or left during the month, as the contracts say."""
    found: list[Movement] = []
    for row in grid.rows:
        if row.facts is None or not row.own_lot:
            continue
        start, end = row.facts.contract_start, row.facts.contract_end
        if start is not None and month_of(start) == grid.month and start > first_day(grid.month):
            found.append(Movement(row.name, True, start))
        if end is not None and month_of(end) == grid.month and end < last_day(grid.month):
            found.append(Movement(row.name, False, end))
    return tuple(found)


def return_before(desk: Desk, company_id: str, month: str) -> dt.date | None:
    """When the statement of a company is due; ``None`` when neither its contracts nor its network say."""
    with desk.notebook.read() as connection:
        days = due_days(connection, desk.notebook.organisation_id, month, [company_id])
    return due_date(month, days[company_id])
