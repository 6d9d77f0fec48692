"""The network's figures for its coordinators: sums and counts of a year, nothing about anybody (PRODUCT.md K6).

Only whole years are answered: periods that the asker chose could be subtracted from each other, and would then tell
who came in between. People are counted by their own organisation; the counts pass through ``rules.small_numbers``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from app.models.choices import Sex, StatementState
from app.models.wire import moment_text
from app.rules import small_numbers
from app.rules.access import can_see_network_figures
from app.rules.small_numbers import People, ShownPeople
from app.sync.protocol import Code, FiguresAnswer, FiguresLine
from server.devices import Session
from server.refusals import Refusal
from server.service import Service
from server.store import tables

_SETTLED = (StatementState.VALIDATED.value, StatementState.ATTESTED.value)


@dataclass
class _Gathered:
    """What was counted of one organisation, or of the whole network. Hours in hundredths."""

    validated: int = 0
    received: int = 0
    people: int = 0
    women: int = 0
    operations: set[str] = field(default_factory=set)
    buyers: set[str] = field(default_factory=set)
    companies: set[str] = field(default_factory=set)

    def line(self, organisation: str, name: str, shown: ShownPeople) -> FiguresLine:
        """As it is answered."""
        return FiguresLine(
            organisation=organisation,
            name=name,
            hours_validated=self.validated,
            hours_received=self.received,
            people=shown.people,
            women=shown.women,
            operations=len(self.operations),
            buyers=len(self.buyers),
            companies=len(self.companies),
        )


def network_figures(service: Service, session: Session, year: int) -> FiguresAnswer:
    """The figures of one year, organisation by organisation and for the whole network, of one moment.

    ``operations``, ``buyers`` and ``companies`` are those where the organisation had somebody at work that year:
    several organisations may count the same one, the network counts it once. Raises ``Refusal`` (``FORBIDDEN``).
    """
    if not can_see_network_figures(session.actor):
        raise Refusal(Code.FORBIDDEN)
    with service.database.reading() as connection:
        names = _organisations(connection)
        found = {one: _Gathered() for one in names}
        _count_hours(connection, year, found)
        _count_people(connection, year, found)
        _count_work(connection, year, found)
    order = sorted(found, key=lambda one: (names.get(one, ""), one))
    rows, total = small_numbers.protect([People(found[one].people, found[one].women) for one in order])
    return FiguresAnswer(
        year=year,
        at=moment_text(service.clock.now()),
        organisations=tuple(
            found[one].line(one, names.get(one, ""), shown) for one, shown in zip(order, rows, strict=True)
        ),
        network=_whole(found.values()).line("", "", total),
    )


def _whole(found: Iterable[_Gathered]) -> _Gathered:
    whole = _Gathered()
    for one in found:
        whole.validated += one.validated
        whole.received += one.received
        whole.operations |= one.operations
        whole.buyers |= one.buyers
        whole.companies |= one.companies
    return whole


def _organisations(connection: Connection) -> dict[str, str]:
    organisation = tables.typed().tables["organisation"].c
    rows = connection.execute(
        select(organisation.id, organisation.short_name, organisation.name).where(organisation.deleted_at.is_(None))
    )
    return {row.id: row.short_name or row.name for row in rows}


def _lines(year: int) -> Any:
    """What joins and keeps the hours typed of a year; rectifications are lines of their month."""
    line, statement = tables.typed().tables["hour_line"], tables.typed().tables["monthly_statement"]
    return (
        line.join(statement, statement.c.id == line.c.statement_id),
        and_(
            line.c.deleted_at.is_(None),
            statement.c.deleted_at.is_(None),
            line.c.hours.is_not(None),
            line.c.month >= f"{year:04}-01",
            line.c.month <= f"{year:04}-12",
        ),
    )


def _count_hours(connection: Connection, year: int, found: dict[str, _Gathered]) -> None:
    line, statement = tables.typed().tables["hour_line"].c, tables.typed().tables["monthly_statement"].c
    joined, kept = _lines(year)
    rows = connection.execute(
        select(line.organisation_id, statement.state, func.sum(line.hours))
        .select_from(joined)
        .where(kept)
        .group_by(line.organisation_id, statement.state)
    )
    for organisation, state, hours in rows:
        one = found.setdefault(organisation, _Gathered())
        if state in _SETTLED:
            one.validated += int(hours)
        else:
            one.received += int(hours)


def _running(year: int) -> Any:
    """The contracts of work that ran in a year, were it one day."""
    contract = tables.typed().tables["employment_contract"].c
    return and_(
        contract.deleted_at.is_(None),
        contract.start_on <= dt.date(year, 12, 31),
        or_(contract.end_on.is_(None), contract.end_on >= dt.date(year, 1, 1)),
    )


def _count_people(connection: Connection, year: int, found: dict[str, _Gathered]) -> None:
    """Each person once: with a contract that ran, or with hours."""
    contract, person = tables.typed().tables["employment_contract"].c, tables.typed().tables["beneficiary"].c
    line = tables.typed().tables["hour_line"].c
    joined, kept = _lines(year)
    worked = select(line.contract_id).select_from(joined).where(kept, line.hours != 0)
    counted = select(contract.beneficiary_id).where(
        or_(_running(year), and_(contract.deleted_at.is_(None), contract.id.in_(worked)))
    )
    rows = connection.execute(
        select(person.organisation_id, person.sex, func.count())
        .where(person.deleted_at.is_(None), person.id.in_(counted))
        .group_by(person.organisation_id, person.sex)
    )
    for organisation, sex, count in rows:
        one = found.setdefault(organisation, _Gathered())
        one.people += count
        if sex == Sex.FEMALE.value:
            one.women += count


def _count_work(connection: Connection, year: int, found: dict[str, _Gathered]) -> None:
    """Where people worked: the lot of their contract, and those that their hours were counted on."""
    typed = tables.typed().tables
    contract, line, statement = typed["employment_contract"].c, typed["hour_line"].c, typed["monthly_statement"].c
    lot, deal, operation = typed["lot"].c, typed["contract"].c, typed["operation"].c
    where = {
        row.id: (row.operation_id, row.buyer_id)
        for row in connection.execute(
            select(lot.id, deal.operation_id, operation.buyer_id)
            .join(typed["contract"], deal.id == lot.contract_id)
            .join(typed["operation"], operation.id == deal.operation_id)
        )
    }
    joined, kept = _lines(year)
    asked = (
        select(contract.organisation_id, contract.company_id, contract.lot_id).where(_running(year)),
        select(line.organisation_id, statement.company_id, line.lot_id)
        .select_from(joined)
        .where(kept, line.hours != 0),
    )
    for one in asked:
        for organisation, company, lot_id in connection.execute(one.distinct()):
            gathered = found.setdefault(organisation, _Gathered())
            gathered.companies.add(company)
            if lot_id in where:
                gathered.operations.add(where[lot_id][0])
                gathered.buyers.add(where[lot_id][1])
