"""What the hours show: months, companies, the grid of a month, codes, people and lots to choose from."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from app.errors import InvalidInput
from app.hours import grid as grids
from app.hours.values import (
    Agreement,
    Candidate,
    CommitmentBar,
    CompaniesPage,
    CompanyLine,
    LotChoice,
    MonthCell,
    MonthGrid,
    PaperPlace,
    Rectified,
    StatementCounts,
)
from app.models.choices import HourKind, Role, StatementState
from app.rules import access, numbering
from app.rules.calendar import is_active_in, is_month, shift_month
from app.rules.commitments import total_position
from app.rules.french import (
    person_name_list,
)
from app.rules.search_text import query_terms
from app.rules.statements import due_date, is_late, statement_id
from app.store import commitments, hours, search, statements
from app.store.notebook import Notebook
from app.store.unit import not_found

PAGE = 50


class HoursReading:
    """Reads on one notebook, for the organisation of who uses it. Runs on the store thread."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    # --- reading -------------------------------------------------------------------------

    def month_to_collect(self) -> str:
        """The month whose statements are being gathered today (rule in ``grid.month_to_collect``)."""
        return grids.month_to_collect(self._notebook.clock.today())

    def companies_with_month(
        self, month: str = "", *, states: Sequence[StatementState] = (), limit: int = PAGE, offset: int = 0
    ) -> CompaniesPage:
        """A page of the companies concerned by a month, by name.

        Concerned: a contract is active that month, or figures came. ``states`` keeps some of them: the
        saved filter « Relevés manquants » is ``(EXPECTED,)``. An empty month is the one to collect.
        """
        chosen = month or self.month_to_collect()
        self._check_month(chosen)
        with self._notebook.read() as connection:
            rows = hours.companies_of_month(
                connection,
                self._notebook.organisation_id,
                chosen,
                states=states,
                limit=limit + 1,
                offset=offset,
            )
            shown = [_company_line(row) for row in rows[:limit]]
            return CompaniesPage(chosen, self._with_radar(connection, chosen, shown), len(rows) > limit)

    def _with_radar(self, connection: Any, month: str, lines: Sequence[CompanyLine]) -> tuple[CompanyLine, ...]:
        """When each missing statement is due, whether it is late, when its company was last reminded."""
        organisation, today = self._notebook.organisation_id, self._notebook.clock.today()
        waiting = [one.id for one in lines if one.missing]
        days = statements.due_days(connection, organisation, month, waiting)
        known = statements.reminders(connection, organisation, month, waiting)
        return tuple(
            dataclasses.replace(
                one,
                due_on=due_date(month, days[one.id]),
                late=is_late(month, days[one.id], today),
                reminded_on=known[one.id][0].reminded_on if one.id in known else None,
            )
            if one.missing
            else one
            for one in lines
        )

    def count_statements(self, month: str = "") -> StatementCounts:
        """How many companies of a month stand in each state: « Relevés manquants » and the other filters."""
        chosen = month or self.month_to_collect()
        self._check_month(chosen)
        with self._notebook.read() as connection:
            return StatementCounts(chosen, hours.count_by_state(connection, self._notebook.organisation_id, chosen))

    def find_companies(self, text: str, month: str = "", limit: int = 8) -> tuple[CompanyLine, ...]:
        """Companies whose name holds the words typed, those at work that month first, then the best match.

        An empty text answers those whose statement is missing.
        """
        chosen = month or self.month_to_collect()
        if not query_terms(text):
            page = self.companies_with_month(chosen, states=(StatementState.EXPECTED,), limit=limit)
            return page.lines or self.companies_with_month(chosen, limit=limit).lines
        hits = search.find(self._notebook, query_terms(text), kind="company", limit=40)
        organisation = self._notebook.organisation_id
        ids = [hit.record_id for hit in hits]
        with self._notebook.read() as connection:
            people = hours.people_at_companies(connection, organisation, chosen, ids)
            states = hours.statements_of_companies(connection, organisation, chosen, ids)
            lines = [
                CompanyLine(
                    hit.record_id,
                    hit.title,
                    hit.subtitle.split(" · ")[0],
                    people.get(hit.record_id, 0),
                    known.state if (known := states.get(hit.record_id)) else StatementState.EXPECTED,
                    known.received_on if known else None,
                )
                for hit in hits
            ]
            found = list(self._with_radar(connection, chosen, lines))
        found.sort(key=lambda one: one.people == 0)
        return tuple(found[:limit])

    def months_of(self, company_id: str, until: str = "", count: int = 12) -> tuple[MonthCell, ...]:
        """The ``count`` months up to ``until`` (the month to collect by default), oldest first, with their state."""
        last = until or self.month_to_collect()
        organisation = self._notebook.organisation_id
        with self._notebook.read() as connection:
            spans = hours.contract_spans(connection, organisation, company_id)
            states = hours.statements_of_company(connection, organisation, company_id)
        cells: list[MonthCell] = []
        for step in range(1 - count, 1):
            month = shift_month(last, step)
            at_work = any(is_active_in(month, start, end) for start, end in spans)
            known = states.get(month)
            if known is StatementState.EXPECTED and not at_work:
                known = None
            cells.append(MonthCell(month, known or (StatementState.EXPECTED if at_work else None)))
        return tuple(cells)

    def open_month(self, company_id: str, month: str) -> MonthGrid:
        """The grid of a company's month, ready to type in. Raises ``NotFound`` for an unknown company."""
        self._check_month(month)
        notebook = self._notebook
        organisation = notebook.organisation_id
        access.require(access.can_see_statement(self._actor, organisation), "consulter ce relevé")
        record_id = statement_id(organisation, company_id, month)
        with notebook.read() as connection:
            name = hours.company_name(connection, company_id)
            if name is None:
                raise not_found()
            statement = hours.find_statement(connection, record_id)
            lines = hours.lines_of(connection, record_id) if statement else []
            rectified = _rectified(connection, record_id) if statement else {}
            contracts = hours.active_contracts(connection, organisation, company_id, month)
            typed = {one.contract_id for one in lines} | {contract for contract, _lot in rectified}
            added = typed - {one.id for one in contracts}
            if added:
                contracts = sorted(
                    [*contracts, *hours.contracts_by_ids(connection, added)],
                    key=lambda one: (one.sort_name, one.beneficiary_id, one.start_on, one.id),
                )
            people = sorted({one.beneficiary_id for one in contracts})
            lot_ids = {one.lot_id for one in contracts} | {one.lot_id for one in lines}
            lot_ids |= {lot for _contract, lot in rectified}
            return grids.build(
                grids.Known(
                    statement_id=record_id,
                    company_id=company_id,
                    company_name=name,
                    month=month,
                    statement=statement,
                    contracts=contracts,
                    lines=lines,
                    rectified=rectified,
                    previous=hours.worked_hours(
                        connection, statement_id(organisation, company_id, shift_month(month, -1))
                    ),
                    lots=hours.lots_by_ids(connection, lot_ids),
                    elsewhere=hours.hours_elsewhere(connection, people, month, company_id),
                    in_other_statements=hours.people_in_other_statements(connection, company_id, month, record_id),
                    eligibility=hours.eligibility_of(connection, people),
                    bars=_bars(connection, lot_ids, company_id, record_id),
                    validated_by=hours.facilitator_name(connection, statement.validated_by) if statement else "",
                    writable=access.can_enter_hours(self._actor, organisation),
                    today=notebook.clock.today(),
                )
            )

    def find_paper_code(self, text: str) -> tuple[PaperPlace, ...]:
        """Where a paper code typed in any way leads (PRODUCT.md H11); empty when no statement carries it.

        Raises ``InvalidInput`` when the text is not a code, or holds a slip.
        """
        code = str(numbering.parse_paper_code(text))
        with self._notebook.read() as connection:
            found = hours.find_statement_by_code(connection, code)
            if found is None:
                return ()
            name = hours.company_name(connection, found.company_id) or ""
        return (PaperPlace(found.company_id, name, found.month),)

    def people_to_add(self, company_id: str, month: str, text: str = "", limit: int = 8) -> tuple[Candidate, ...]:
        """People without a line this month: those with another contract here, then, by name, anyone of the files.

        Someone without a contract at this company is shown without ``contract_id``: hours need a contract.
        """
        organisation = self._notebook.organisation_id
        present = {row.contract_id for row in self.open_month(company_id, month).rows}
        with self._notebook.read() as connection:
            if not query_terms(text):
                known = hours.inactive_contracts(connection, organisation, company_id, month, limit * 4)
                found = [_candidate(one) for one in known if one.id not in present]
                return tuple(found[:limit])
        hits = search.find(self._notebook, query_terms(text), kind="beneficiary", limit=limit)
        with self._notebook.read() as connection:
            contracts = hours.contracts_of_people(connection, organisation, [hit.record_id for hit in hits])
        candidates: list[Candidate] = []
        for hit in hits:
            here = [one for one in contracts if one.beneficiary_id == hit.record_id and one.company_id == company_id]
            candidates.extend(_candidate(one) for one in here if one.id not in present)
            if not here:
                candidates.append(Candidate(hit.record_id, "", hit.title, "aucun contrat dans cette entreprise"))
            elif all(one.id in present for one in here):
                candidates.append(Candidate(hit.record_id, here[0].id, hit.title, "déjà dans ce relevé"))
        return tuple(candidates[:limit])

    def lots_to_share(self, company_id: str, month: str, contract_id: str) -> tuple[LotChoice, ...]:
        """Lots over which a person's hours may be shared: those of the company, and those of a pooling agreement.

        Each with the hours still due on it (PRODUCT.md H7).
        """
        with self._notebook.read() as connection:
            lots = hours.lots_of_company(connection, company_id)
            here = {one.id for one in lots}
            pooled = {lot for one in statements.agreements_of(connection, [contract_id]) for lot in one.lot_ids}
            lots += sorted(hours.lots_by_ids(connection, pooled - here).values(), key=lambda one: one.short_label)
            return _lot_choices(connection, lots, here)

    def find_lots(self, typed: str) -> tuple[LotChoice, ...]:
        """Lots proposed while the name of an operation is typed, for a pooling agreement."""
        with self._notebook.read() as connection:
            return _lot_choices(connection, hours.find_lots(connection, typed), frozenset())

    def agreements(self, contract_id: str) -> tuple[Agreement, ...]:
        """The pooling agreements of an employment contract, the latest signed first."""
        with self._notebook.read() as connection:
            known = statements.agreements_of(connection, [contract_id])
            lots = hours.lots_by_ids(connection, {lot for one in known for lot in one.lot_ids})
            return tuple(
                Agreement(
                    one.id,
                    one.reference,
                    one.signed_on,
                    _lot_choices(connection, [lots[lot] for lot in one.lot_ids if lot in lots], frozenset()),
                    one.note,
                )
                for one in known
            )

    def missing_statements(self, month: str = "") -> tuple[CompanyLine, ...]:
        """Every company whose statement of a month has not come, by name: the radar (PRODUCT.md H9)."""
        found: list[CompanyLine] = []
        while True:
            page = self.companies_with_month(
                month, states=(StatementState.EXPECTED,), limit=PAGE * 4, offset=len(found)
            )
            found.extend(page.lines)
            if not page.more:
                return tuple(found)

    # --- inside --------------------------------------------------------------------------

    @property
    def _actor(self) -> access.Actor:
        return access.Actor(self._notebook.actor_id, self._notebook.organisation_id, Role(self._notebook.role))

    @staticmethod
    def _check_month(month: str) -> None:
        if not is_month(month):
            raise InvalidInput("Ce mois n’existe pas.", todo="Choisir un mois.", field="month")

    def _hours_of(self, contract_id: str, lot_id: str, month: str, kind: HourKind) -> int | None:
        with self._notebook.read() as connection:
            return hours.hours_of_line(connection, hours.line_id(contract_id, lot_id, month, kind))

    def _contract(self, contract_id: str, company_id: str) -> hours.ContractRow:
        with self._notebook.read() as connection:
            found = hours.contracts_by_ids(connection, [contract_id])
        if not found or found[0].company_id != company_id:
            raise not_found()
        return found[0]


def _lot_choices(connection: Any, lots: Sequence[hours.LotRow], worked_on: Collection[str]) -> tuple[LotChoice, ...]:
    known = commitments.stands(connection, lot_ids=[one.id for one in lots])
    choices: list[LotChoice] = []
    for lot in lots:
        here = [one.position for one in known if one.lot_id == lot.id]
        remaining = total_position(here).remaining_after_received if here else None
        choices.append(LotChoice(lot.id, lot.short_label, remaining, lot.id in worked_on))
    return tuple(choices)


def _company_line(row: hours.CompanyMonth) -> CompanyLine:
    return CompanyLine(row.company_id, row.company_name, row.town, row.people, row.state, row.received_on)


def _rectified(connection: Any, statement_id: str) -> dict[tuple[str, str], tuple[Rectified, ...]]:
    found: dict[tuple[str, str], tuple[Rectified, ...]] = {}
    for one in statements.rectified_lines(connection, statement_id):
        author = hours.facilitator_name(connection, one.author)
        made = Rectified(one.kind, one.difference, one.rectified_on, one.reason, author)
        found[one.contract_id, one.lot_id] = (*found.get((one.contract_id, one.lot_id), ()), made)
    return found


def _candidate(contract: hours.ContractRow) -> Candidate:
    name = person_name_list(contract.last_name, contract.first_name)
    return Candidate(contract.beneficiary_id, contract.id, name, grids.contract_label(contract))


def _bars(connection: Any, lot_ids: Iterable[str], company_id: str, statement_id: str) -> tuple[CommitmentBar, ...]:
    """The commitments that hours typed here count for."""
    lots = sorted(lot_ids)
    owners = commitments.owners_of_lots(connection, lots)
    counts_training = commitments.training_counts(connection)
    worked = {one for lot in lots for one in owners.who_gets(lot, company_id, HourKind.WORKED, counts_training)}
    training = {one for lot in lots for one in owners.who_gets(lot, company_id, HourKind.TRAINING, counts_training)}
    known = commitments.stands_with_history(connection, lots, without_statement=statement_id)
    return tuple(
        CommitmentBar(
            commitment_id=stand.commitment_id,
            lot_id=stand.lot_id,
            label=stand.label,
            company_name=stand.company_name,
            due=stand.position.due,
            validated_elsewhere=stand.position.validated,
            received_elsewhere=stand.position.received,
            counts_worked=stand.commitment_id in worked,
            counts_training=stand.commitment_id in training,
            start_on=stand.start_on,
            end_on=stand.end_on,
            history=tuple((one.month, one.validated) for one in history),
        )
        for stand, history in known
        if stand.commitment_id in worked | training
    )
