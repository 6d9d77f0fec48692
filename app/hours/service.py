"""What a facilitator does with the monthly statements: open, type, paste, share out, validate, reopen.

Every method runs on the store thread. Reads answer the frozen values of ``values``; writes open one unit of work and
answer an ``Outcome`` whose undo takes the whole act back, named in French. Hours are integer hundredths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.changes import Changes
from app.errors import InvalidInput, Locked
from app.hours import grid as grids
from app.hours.following import HoursFollowing
from app.hours.values import (
    Entry,
    Typing,
    Validation,
)
from app.hours.writing import MonthWriting, fresh_statement, locked
from app.models.choices import HourKind, StatementSource, StatementState
from app.models.hours import MonthlyStatement
from app.models.operations import Company
from app.rules import access, numbering
from app.rules.absences import absence_label, is_absence_code
from app.rules.calendar import shift_month
from app.rules.french import (
    NBSP,
    format_date,
    format_hours_short,
    format_month,
    of,
    plural,
    quoted,
)
from app.rules.hours import (
    MONTH_MAXIMUM,
    TOTAL_MAXIMUM,
    check_allocation,
    check_transition,
)
from app.rules.statements import statement_id
from app.store import commitments, drafts, hours, statements
from app.store.unit import Outcome, Undo, not_found, revert, writing


class HoursService(HoursFollowing):
    """The hours of the organisation's people, company by company, month by month: what is read, and what is written."""

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
            known = hours.worked_hours(connection, statement_id(organisation, company_id, before))
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

        ``parts`` gives hundredths by lot. No hour is counted twice (PRODUCT.md H7). A lot where the company does not
        work takes hours under a pooling agreement only (DOMAIN.md §4.5). Raises ``InvalidInput``.
        """
        grid = self.open_month(company_id, month)
        rows = [row for row in grid.rows if row.contract_id == contract_id]
        if not rows:
            raise not_found()
        check_allocation(sum(row.worked or 0 for row in rows), parts)
        allowed = {one.id for one in self.lots_to_share(company_id, month, contract_id)}
        if not set(parts) <= allowed | {row.lot_id for row in rows}:
            raise InvalidInput(
                "L’un des lots n’est pas un lot de cette entreprise.",
                todo="Choisir un lot proposé, ou ajouter la convention de globalisation qui le nomme.",
                field="parts",
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
        record_id = statement_id(organisation, company_id, month)
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
        record_id = statement_id(organisation, company_id, month)
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
                unit.put(MonthlyStatement, record_id, fresh_statement(company_id, month) | {"paper_code": code})
            else:
                unit.update(MonthlyStatement, record_id, {"paper_code": code})
            return code, unit.outcome_of(record_id)

    # --- taking back ---------------------------------------------------------------------

    def take_back(self, undo: Undo) -> Outcome:
        """Take an act back; the answer's own undo does it again.

        Raises ``Locked`` when the month was attested, or its hours validated, since then; for a rectification, when an
        attestation was issued with it.
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
                    raise locked(known.state)
            rectified = {step.record_id for step in undo.steps if step.kind == "rectification"}
            if statements.attested_since(connection, rectified):
                raise Locked(
                    "Une attestation a été émise avec cette rectification.",
                    "La rectification et l’attestation restent inchangées.",
                    "Établir une autre rectification.",
                )
        return revert(self._notebook, undo)

    # --- inside --------------------------------------------------------------------------

    def _typing(
        self,
        company_id: str,
        month: str,
        label: str,
        source: StatementSource | None = None,
        *,
        begin: bool = True,
    ) -> MonthWriting:
        self._check_month(month)
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(self._actor, organisation), "saisir des heures")
        return MonthWriting(self._notebook, company_id, month, label, source, begin)


def _draft_place(company_id: str, month: str) -> str:
    return f"hours/{company_id}/{month}"


def _nothing() -> Outcome:
    return Outcome(Changes(), Undo("", ()))


def _check_hours(value: int | None) -> None:
    if value is not None and not 0 <= value <= MONTH_MAXIMUM:
        raise InvalidInput(
            f"Un mois compte au plus 744{NBSP}h.", todo="Vérifier le nombre et la place de la virgule.", field="hours"
        )


def _of_month(month: str) -> str:
    return of(format_month(month))
