"""What a facilitator does with the monthly statements: open, type, paste, share out, validate, reopen.

Every method runs on the store thread. Reads answer the frozen values of ``values``; writes open one unit of work and
answer an ``Outcome`` whose undo takes the whole act back, named in French. Hours are integer hundredths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.changes import Changes
from app.errors import InvalidInput, Locked
from app.hours import grid as grids
from app.hours.values import (
    Candidate,
    CommitmentBar,
    CompaniesPage,
    CompanyLine,
    Entry,
    LotChoice,
    MonthCell,
    MonthGrid,
    PaperPlace,
    StatementCounts,
    Typing,
    Validation,
)
from app.models.beneficiaries import EmploymentContract
from app.models.choices import HourKind, Role, StatementSource, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.models.operations import Company
from app.rules import access, numbering
from app.rules.absences import absence_label, is_absence_code
from app.rules.calendar import is_active_in, is_month, shift_month
from app.rules.commitments import total_position
from app.rules.french import (
    NBSP,
    format_date,
    format_hours_short,
    format_month,
    of,
    person_name_list,
    plural,
    quoted,
)
from app.rules.hours import (
    MONTH_MAXIMUM,
    TOTAL_MAXIMUM,
    check_allocation,
    check_transition,
)
from app.rules.search_text import query_terms
from app.store import commitments, drafts, hours, search
from app.store.notebook import Notebook
from app.store.unit import Outcome, Undo, Unit, not_found, revert, writing

PAGE = 50


class HoursService:
    """The hours of the organisation's people, company by company, month by month."""

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
        return CompaniesPage(chosen, tuple(_company_line(row) for row in rows[:limit]), len(rows) > limit)

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
        found = [
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
        record_id = hours.statement_id(organisation, company_id, month)
        with notebook.read() as connection:
            name = hours.company_name(connection, company_id)
            if name is None:
                raise not_found()
            statement = hours.find_statement(connection, record_id)
            lines = hours.lines_of(connection, record_id) if statement else []
            contracts = hours.active_contracts(connection, organisation, company_id, month)
            added = {one.contract_id for one in lines} - {one.id for one in contracts}
            if added:
                contracts = sorted(
                    [*contracts, *hours.contracts_by_ids(connection, added)],
                    key=lambda one: (one.sort_name, one.beneficiary_id, one.start_on, one.id),
                )
            people = sorted({one.beneficiary_id for one in contracts})
            lot_ids = {one.lot_id for one in contracts} | {one.lot_id for one in lines}
            return grids.build(
                grids.Known(
                    statement_id=record_id,
                    company_id=company_id,
                    company_name=name,
                    month=month,
                    statement=statement,
                    contracts=contracts,
                    lines=lines,
                    previous=hours.worked_hours(
                        connection, hours.statement_id(organisation, company_id, shift_month(month, -1))
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
        """Lots over which a person's hours may be shared: those of the company, with the hours still due on each."""
        with self._notebook.read() as connection:
            lots = hours.lots_of_company(connection, company_id)
            known = commitments.stands(connection, lot_ids=[one.id for one in lots])
        choices: list[LotChoice] = []
        for lot in lots:
            here = [one.position for one in known if one.lot_id == lot.id]
            remaining = total_position(here).remaining_after_received if here else None
            choices.append(LotChoice(lot.id, lot.short_label, remaining))
        return tuple(choices)

    # --- typing --------------------------------------------------------------------------

    def set_hours(
        self,
        company_id: str,
        month: str,
        contract_id: str,
        lot_id: str,
        value: int | None,
        kind: HourKind = HourKind.WORKED,
    ) -> Outcome:
        """Write one cell; ``None`` empties it. The first figure of a month makes its statement « Reçu ».

        Other hours than before reopen the doubts that had been answered. Raises ``InvalidInput``, ``Locked`` (validated
        or attested), ``NotAllowed``, ``NotFound``.
        """
        before = self._hours_of(contract_id, lot_id, month, kind)
        if before == value:
            return _nothing()
        contract = self._contract(contract_id, company_id)
        label = grids.act_hours(contract.last_name, before, value, kind)
        return self.fill(company_id, month, [Entry(contract_id, lot_id, value, kind)], label=label)

    def fill(
        self,
        company_id: str,
        month: str,
        entries: Iterable[Entry],
        *,
        label: str = "",
        source: StatementSource | None = None,
        declared_total: int | None = None,
    ) -> Outcome:
        """Write several cells as one act, taken back as one (a paste, a repetition, a file). All or nothing.

        ``declared_total``, when given, is the company's printed total found with them.
        """
        wanted = list(entries)
        for one in wanted:
            _check_hours(one.hours)
        named = label or f"{plural(len(wanted), 'heure saisie', 'heures saisies')} en {format_month(month)}"
        with self._typing(company_id, month, named, source) as typing:
            for one in wanted:
                typing.put_hours(one)
            if declared_total is not None:
                typing.set_statement({"declared_total": declared_total})
            return typing.outcome

    def repeat_last_month(self, company_id: str, month: str, contract_id: str, lot_id: str) -> Outcome:
        """Give a line the hours of the month before (Alt+R). Raises ``InvalidInput`` when it had none."""
        organisation = self._notebook.organisation_id
        before = shift_month(month, -1)
        with self._notebook.read() as connection:
            known = hours.worked_hours(connection, hours.statement_id(organisation, company_id, before))
        value = known.get((contract_id, lot_id))
        if value is None:
            raise InvalidInput(
                f"Aucune heure en {format_month(before)} pour cette ligne.", todo="Saisir les heures du mois."
            )
        return self.set_hours(company_id, month, contract_id, lot_id, value)

    def set_absence(self, company_id: str, month: str, contract_id: str, lot_id: str, code: str) -> Outcome:
        """Note why a person was absent, by a code of ``rules.absences``; an empty code erases it."""
        if code and not is_absence_code(code):
            raise InvalidInput(
                "Ce motif d’absence n’est pas dans la liste.", todo="Choisir un motif proposé.", field="absence"
            )
        contract = self._contract(contract_id, company_id)
        what = absence_label(code).lower() if code else "motif d’absence effacé"
        with self._typing(company_id, month, f"{what} {of(grids.spoken(contract.last_name))}") as typing:
            typing.put_line(contract_id, lot_id, HourKind.WORKED, {"absence_code": code})
            return typing.outcome

    def set_declared_total(self, company_id: str, month: str, value: int | None) -> Outcome:
        """Keep the total printed by the company, to compare with the lines (PRODUCT.md H4)."""
        if value is not None and not 0 <= value <= TOTAL_MAXIMUM:
            raise InvalidInput("Ce total n’est pas un nombre d’heures.", field="declared_total")
        label = f"total déclaré{NBSP}: {format_hours_short(value) or 'vide'}"
        with self._typing(company_id, month, label) as typing:
            typing.set_statement({"declared_total": value})
            return typing.outcome

    def accept_doubts(
        self,
        company_id: str,
        month: str,
        contract_id: str,
        lot_id: str,
        codes: Sequence[str],
        reason: str,
    ) -> Outcome:
        """Answer doubts of a line « C’est normal » with the reason, kept with the line (PRODUCT.md H5)."""
        said = " ".join(reason.split())
        if not said:
            raise InvalidInput("Le motif manque.", todo="Dire en quelques mots pourquoi c’est normal.", field="reason")
        contract = self._contract(contract_id, company_id)
        label = f"{quoted('c’est normal')} pour {grids.spoken(contract.last_name)}"
        with self._typing(company_id, month, label) as typing:
            known = typing.line(contract_id, lot_id, HourKind.WORKED)
            accepted = dict.fromkeys([*(str(known["accepted_doubts"]).split() if known else []), *codes])
            typing.put_line(
                contract_id,
                lot_id,
                HourKind.WORKED,
                {"accepted_doubts": " ".join(accepted), "accepted_reason": said},
            )
            return typing.outcome

    def share_out(self, company_id: str, month: str, contract_id: str, parts: Mapping[str, int]) -> Outcome:
        """Share the worked hours of a contract over several lots; the sum stays the same to the hundredth.

        ``parts`` gives hundredths by lot. No hour is counted twice (PRODUCT.md H7). Raises ``InvalidInput``.
        """
        grid = self.open_month(company_id, month)
        rows = [row for row in grid.rows if row.contract_id == contract_id]
        if not rows:
            raise not_found()
        check_allocation(sum(row.worked or 0 for row in rows), parts)
        allowed = {one.id for one in self.lots_to_share(company_id, month, contract_id)}
        if not set(parts) <= allowed | {row.lot_id for row in rows}:
            raise InvalidInput(
                "L’un des lots n’est pas un lot de cette entreprise.", todo="Choisir un lot proposé.", field="parts"
            )
        wanted = {row.lot_id: 0 for row in rows} | dict(parts)
        label = f"répartition des heures {of(grids.spoken(rows[0].last_name))}"
        own = {row.lot_id: row for row in rows}
        entries = [
            Entry(contract_id, lot, value if value or (lot in own and own[lot].own_lot) else None)
            for lot, value in wanted.items()
        ]
        return self.fill(company_id, month, entries, label=label)

    def add_line(self, company_id: str, month: str, contract_id: str) -> Outcome:
        """Add a line for a contract that does not cover the month (late hours, wrong dates); nothing typed yet."""
        contract = self._contract(contract_id, company_id)
        with self._typing(company_id, month, f"ligne {of(grids.spoken(contract.last_name))}") as typing:
            typing.put_line(contract_id, contract.lot_id, HourKind.WORKED, {})
            return typing.outcome

    # --- text being typed ----------------------------------------------------------------

    def keep_typing(self, company_id: str, month: str, typing: Typing | None) -> None:
        """Keep what is being typed in a cell, so that a kill loses a second of it at most; ``None`` forgets it."""
        place = _draft_place(company_id, month)
        if typing is None:
            drafts.drop_draft(self._notebook, place)
            return
        with self._notebook.read() as connection:
            name = hours.company_name(connection, company_id) or ""
        text = "\t".join((typing.contract_id, typing.lot_id, typing.key, typing.text))
        drafts.keep_draft(self._notebook, place, f"Heures de {name}, {format_month(month)}", text)

    def find_typing(self, company_id: str, month: str) -> Typing | None:
        """What was being typed in this month when the program stopped."""
        found = drafts.find_draft(self._notebook, _draft_place(company_id, month))
        if found is None:
            return None
        contract_id, lot_id, key, text = found.text.split("\t", 3)
        return Typing(contract_id, lot_id, key, text)

    # --- states --------------------------------------------------------------------------

    def validate_month(self, company_id: str, month: str) -> Validation:
        """Validate when nothing is left to look at; else « À vérifier », with the reasons in sentences.

        Left to look at: a line of which nothing was said, a doubt not answered, a difference with the declared total.
        Raises ``InvalidInput`` when no figure was typed at all.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_validate_statement(self._actor, organisation), "valider ce relevé")
        grid = self.open_month(company_id, month)
        if grid.state in commitments.SETTLED:
            return Validation(_nothing(), grid.state, ())
        if not grid.begun:
            raise InvalidInput(
                f"Aucune heure n’est saisie pour {format_month(month)}.",
                todo="Saisir les heures du relevé, 0 pour qui n’a pas travaillé.",
            )
        reasons = grids.notices(grid)
        wanted = StatementState.TO_CHECK if reasons else StatementState.VALIDATED
        if wanted is grid.state:
            return Validation(_nothing(), wanted, reasons)
        fields: dict[str, object] = {"state": wanted}
        if wanted is StatementState.VALIDATED:
            fields |= {"validated_at": self._notebook.clock.now(), "validated_by": self._notebook.actor_id}
        what = "validation du relevé" if wanted is StatementState.VALIDATED else "relevé à vérifier"
        with writing(self._notebook, f"{what} {_of_month(month)}") as unit:
            check_transition(grid.state, wanted)
            unit.update(MonthlyStatement, grid.statement_id, fields)
            return Validation(unit.outcome_of(grid.statement_id), wanted, reasons)

    def reopen(self, company_id: str, month: str, reason: str) -> Outcome:
        """Make a validated month « À vérifier » again, with the reason kept. Raises ``Locked`` when it is attested."""
        organisation = self._notebook.organisation_id
        access.require(access.can_reopen_statement(self._actor, organisation), "rouvrir ce relevé")
        said = " ".join(reason.split())
        if not said:
            raise InvalidInput("Le motif manque.", todo="Dire pourquoi le relevé est rouvert.", field="reason")
        record_id = hours.statement_id(organisation, company_id, month)
        with writing(self._notebook, f"réouverture du relevé {_of_month(month)}") as unit:
            row = unit.row(MonthlyStatement, record_id)
            check_transition(StatementState(row["state"]), StatementState.TO_CHECK)
            line = f"Rouvert le {format_date(self._notebook.clock.today())}{NBSP}: {said}"
            note = f"{row['note']}\n{line}" if row["note"] else line
            unit.update(
                MonthlyStatement,
                record_id,
                {"state": StatementState.TO_CHECK, "validated_at": None, "validated_by": "", "note": note},
            )
            return unit.outcome_of(record_id)

    def set_state(self, company_id: str, month: str, wanted: StatementState) -> Outcome:
        """Say that a statement came (« Reçu »), is to be checked, or is expected after all.

        « Validé » goes through ``validate_month``. Raises ``InvalidInput``, ``Locked``.
        """
        if wanted in commitments.SETTLED:
            raise InvalidInput("Un relevé se valide depuis sa grille.", todo="Ouvrir le relevé.", field="state")
        begun = self.open_month(company_id, month).begun
        label = f"relevé {_of_month(month)} {wanted.label.lower()}"
        with self._typing(company_id, month, label, begin=False) as typing:
            check_transition(typing.state, wanted)
            if wanted is StatementState.EXPECTED and begun:
                raise InvalidInput(
                    "Des heures sont déjà saisies pour ce mois.", todo="Les effacer d’abord.", field="state"
                )
            came = None if wanted is StatementState.EXPECTED else typing.received_on
            typing.set_statement({"state": wanted, "received_on": came})
            return typing.outcome

    # --- paper ---------------------------------------------------------------------------

    def give_paper_code(self, company_id: str, month: str) -> tuple[str, Outcome]:
        """The code of the paper statement, made at the first print and kept (``BS-1126-K7``).

        Two companies with the same letters get different codes as long as signs are left.
        """
        self._check_month(month)
        organisation = self._notebook.organisation_id
        record_id = hours.statement_id(organisation, company_id, month)
        with self._notebook.read() as connection:
            known = hours.find_statement(connection, record_id)
        if known is not None and known.paper_code:
            return known.paper_code, _nothing()
        access.require(access.can_enter_hours(self._actor, organisation), "imprimer ce relevé")
        with writing(self._notebook, f"code du relevé {_of_month(month)}") as unit:
            company = unit.row(Company, company_id)
            code = ""
            for attempt in range(64):
                identity = record_id if not attempt else f"{record_id}/{attempt}"
                code = numbering.paper_code(company["name"], month, identity)
                if not hours.paper_code_taken(unit.connection, code, record_id):
                    break
            found = unit.find(MonthlyStatement, record_id)
            if found is None or found["deleted_at"] is not None:
                unit.put(MonthlyStatement, record_id, _fresh_statement(company_id, month) | {"paper_code": code})
            else:
                unit.update(MonthlyStatement, record_id, {"paper_code": code})
            return code, unit.outcome_of(record_id)

    # --- taking back ---------------------------------------------------------------------

    def take_back(self, undo: Undo) -> Outcome:
        """Take an act back; the answer's own undo does it again.

        Raises ``Locked`` when the month was attested, or its hours validated, since then.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(self._actor, organisation), "modifier ces heures")
        touched = {step.record_id for step in undo.steps if step.kind == "monthly_statement"}
        lines = {step.record_id for step in undo.steps if step.kind == "hour_line"}
        with self._notebook.read() as connection:
            for one in hours.statements_of_lines(connection, lines) | touched:
                known = hours.find_statement(connection, one)
                if known is None:
                    continue
                if known.state is StatementState.ATTESTED or (
                    known.state in commitments.SETTLED and one not in touched
                ):
                    raise _locked(known.state)
        return revert(self._notebook, undo)

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

    def _typing(
        self,
        company_id: str,
        month: str,
        label: str,
        source: StatementSource | None = None,
        *,
        begin: bool = True,
    ) -> _Typing:
        self._check_month(month)
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(self._actor, organisation), "saisir des heures")
        return _Typing(self._notebook, company_id, month, label, source, begin)


class _Typing:
    """One unit of work on a company's month, with its statement begun and unlocked."""

    def __init__(
        self,
        notebook: Notebook,
        company_id: str,
        month: str,
        label: str,
        source: StatementSource | None,
        begin: bool,
    ) -> None:
        self._notebook = notebook
        self._company_id = company_id
        self._month = month
        self._source = source
        self._begin = begin
        self._id = hours.statement_id(notebook.organisation_id, company_id, month)
        self._writing = writing(notebook, label)
        self._unit: Unit
        self.state = StatementState.EXPECTED
        self.received_on = notebook.clock.today()

    def __enter__(self) -> _Typing:
        self._unit = self._writing.__enter__()
        try:
            self._open()
        except BaseException as problem:
            self._writing.__exit__(type(problem), problem, problem.__traceback__)
            raise
        return self

    def __exit__(self, *problem: object) -> bool | None:
        return self._writing.__exit__(*problem)  # type: ignore[arg-type]

    @property
    def outcome(self) -> Outcome:
        return self._unit.outcome_of(self._id)

    def _open(self) -> None:
        found = self._unit.find(MonthlyStatement, self._id)
        if found is None or found["deleted_at"] is not None:
            if self._unit.find(Company, self._company_id) is None:
                raise not_found()
            # the paper code of a statement taken back is kept: the paper may still be out there
            self._unit.put(MonthlyStatement, self._id, _fresh_statement(self._company_id, self._month) | self._begun())
            return
        self.state = StatementState(found["state"])
        if self.state in commitments.SETTLED:
            raise _locked(self.state)
        self.received_on = found["received_on"] or self.received_on
        if self.state is StatementState.EXPECTED:
            self.set_statement(self._begun())
        elif self._source is not None:
            self.set_statement({"source": self._source})

    def _begun(self) -> dict[str, object]:
        """What the first figure of a month changes in its statement."""
        if not self._begin:
            return {}
        self.state = StatementState.RECEIVED
        return {
            "state": StatementState.RECEIVED,
            "received_on": self.received_on,
            "source": self._source or StatementSource.PAPER,
        }

    def set_statement(self, fields: Mapping[str, object]) -> None:
        self._unit.update(MonthlyStatement, self._id, fields)

    def line(self, contract_id: str, lot_id: str, kind: HourKind) -> Mapping[str, object] | None:
        found = self._unit.find(HourLine, hours.line_id(contract_id, lot_id, self._month, kind))
        return None if found is None or found["deleted_at"] is not None else dict(found)

    def put_hours(self, entry: Entry) -> None:
        known = self.line(entry.contract_id, entry.lot_id, entry.kind)
        if known is None and entry.hours is None:
            return
        fields: dict[str, object] = {"hours": entry.hours}
        if known is not None and known["hours"] != entry.hours:
            fields |= {"accepted_doubts": "", "accepted_reason": ""}
        self.put_line(entry.contract_id, entry.lot_id, entry.kind, fields)

    def put_line(self, contract_id: str, lot_id: str, kind: HourKind, fields: Mapping[str, object]) -> None:
        """Change the line that nature names, or make it; a line taken back earlier comes back blank."""
        record_id = hours.line_id(contract_id, lot_id, self._month, kind)
        found = self._unit.find(HourLine, record_id)
        if found is not None and found["deleted_at"] is None:
            if found["statement_id"] != self._id:
                self._refuse_other_statement(found)
            self._unit.update(HourLine, record_id, {**fields, "statement_id": self._id})
            return
        contract = self._unit.find(EmploymentContract, contract_id)
        if (
            contract is None
            or contract["company_id"] != self._company_id
            or contract["organisation_id"] != self._notebook.organisation_id
        ):
            raise not_found()
        self._unit.put(
            HourLine,
            record_id,
            {
                "statement_id": self._id,
                "contract_id": contract_id,
                "lot_id": lot_id,
                "month": self._month,
                "kind": kind,
                "hours": None,
                "declared_hours": None,
                "difference_reason": "",
                "absence_code": "",
                "accepted_doubts": "",
                "accepted_reason": "",
                "proof_seen": False,
                **fields,
            },
        )

    def _refuse_other_statement(self, found: Mapping[Any, Any]) -> None:
        if found["hours"] is None and not found["absence_code"]:
            return
        other = self._unit.row(MonthlyStatement, found["statement_id"])
        if other["deleted_at"] is not None:
            return
        company = self._unit.row(Company, other["company_id"])["name"]
        raise InvalidInput(
            f"Les heures de ce contrat sont déjà saisies dans le relevé de {company}.",
            "Elles restent inchangées.",
            "Les effacer de cet autre relevé avant de les saisir ici.",
            field="hours",
        )


# --- small parts -------------------------------------------------------------------------


def _fresh_statement(company_id: str, month: str) -> dict[str, object]:
    return {
        "company_id": company_id,
        "month": month,
        "state": StatementState.EXPECTED,
        "declared_total": None,
        "source": "",
        "received_on": None,
        "validated_at": None,
        "validated_by": "",
        "note": "",
    }


def _draft_place(company_id: str, month: str) -> str:
    return f"hours/{company_id}/{month}"


def _nothing() -> Outcome:
    return Outcome(Changes(), Undo("", ()))


def _check_hours(value: int | None) -> None:
    if value is not None and not 0 <= value <= MONTH_MAXIMUM:
        raise InvalidInput(
            f"Un mois compte au plus 744{NBSP}h.", todo="Vérifier le nombre et la place de la virgule.", field="hours"
        )


def _locked(state: StatementState) -> Locked:
    if state is StatementState.ATTESTED:
        return Locked(
            "Ce relevé est attesté.",
            "Les heures attestées restent inchangées.",
            "Établir une rectification pour les corriger.",
        )
    return Locked("Ce relevé est validé.", "Les heures restent inchangées.", "Rouvrir le relevé pour le corriger.")


def _of_month(month: str) -> str:
    return of(format_month(month))


def _company_line(row: hours.CompanyMonth) -> CompanyLine:
    return CompanyLine(row.company_id, row.company_name, row.town, row.people, row.state, row.received_on)


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
