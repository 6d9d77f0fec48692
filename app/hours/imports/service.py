"""From a company's file to saved hours: whose file, what is proposed, one transaction, and the way back.

Every method runs on the store thread; opening the file (``opening.open_file``) and judging (``judging.judge``) are
pure and run elsewhere. Rights and locks are checked again when it is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.changes import Changes
from app.errors import InvalidInput, Locked
from app.hours.imports import taking_back, words
from app.hours.imports.columns import memory_sentence
from app.hours.imports.companies import CompaniesNamed, mentions
from app.hours.imports.judging import judge
from app.hours.imports.opening import UnreadableFile
from app.hours.imports.values import (
    Already,
    Decisions,
    Facts,
    ImportLine,
    LayoutLine,
    OpenedFile,
    Prepared,
    Review,
    RowState,
    Saved,
    TakenBack,
    Write,
    directory_of,
    names_somebody,
)
from app.hours.timesheets.layout import Layout, recalled, remembered
from app.hours.timesheets.reading import Reading, apply_layout
from app.hours.values import Entry
from app.hours.writing import MonthWriting
from app.models.choices import HourKind, StatementSource
from app.models.imports import NameAlias, TimesheetImport, TimesheetLayout
from app.rules import access
from app.rules.calendar import is_month, month_of
from app.rules.free_text import without_nir
from app.rules.french import NBSP, plural
from app.store import hours, imports
from app.store.imports import CompanyRow
from app.store.network import actor_of
from app.store.notebook import Notebook
from app.store.unit import Outcome, Undo, not_found, revert, writing

UNDO_DAYS = 30
"""An import may be taken back as long as this (PRODUCT.md M8)."""


class ImportsService:
    """Imports of the organisation."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    # --- whose file ----------------------------------------------------------------------

    def company_of(self, opened: OpenedFile) -> str:
        """The company that a file comes from: its SIRET, its name, else the one whose layout it is; empty if unsure.

        A file that names several is the first one's: the contractor before its agency.
        """
        with self._notebook.read() as connection:
            named = CompaniesNamed(imports.companies(connection))
            for table in opened.layout.tables:
                found = named.find(table.context.company, table.context.siret)
                if found:
                    return found
            known = imports.companies_of_layout(connection, opened.layout.fingerprint)
            if len(known) == 1:
                return known[0]
            spoken = dict.fromkeys(found for pair in mentions(opened) if (found := named.find(*pair)))
            if spoken:
                return next(iter(spoken)) if len(spoken) == 1 else self._busiest(connection, list(spoken))
            reading = self._read(opened, opened.layout, "", "")
            written = dict.fromkeys((one.company, one.siret) for one in reading.lines)
            found_ids = list(dict.fromkeys(one for pair in written if (one := named.find(*pair))))
            return self._busiest(connection, found_ids)

    def _busiest(self, connection: imports.Reader, ids: Sequence[str]) -> str:
        """Among companies named row by row, the user company of the most people; empty when none is."""
        organisation = self._notebook.organisation_id
        counted = [
            (
                len([row for row in imports.contracts_with(connection, organisation, [one]) if row.company_id == one]),
                one,
            )
            for one in ids
        ]
        counted.sort(reverse=True)
        if not counted or (len(counted) > 1 and counted[0][0] == counted[1][0]):
            return ""
        return counted[0][1]

    def find_by_siret(self, siret: str) -> str:
        """The company of a SIRET. Raises ``InvalidInput``."""
        number = "".join(one for one in siret if one.isdigit())
        with self._notebook.read() as connection:
            found = next((one.id for one in imports.companies(connection) if number and one.siret == number), "")
        if not found:
            raise InvalidInput(
                f"Aucune entreprise du carnet ne porte le SIRET {siret}.",
                "Rien n’a été modifié.",
                "Vérifiez le numéro, ou créez l’entreprise.",
                field="company",
            )
        return found

    # --- what is proposed ----------------------------------------------------------------

    def prepare(
        self, opened: OpenedFile, company_id: str, *, layout: Layout | None = None, month: str = ""
    ) -> Prepared:
        """Read the file for a company and gather what the notebook knows of it. Nothing is written.

        ``layout``: as the user corrected it; else the one confirmed before for this company, else what was
        understood. Raises ``UnreadableFile``, ``NotFound``, ``NotAllowed``.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_see_statement(actor_of(self._notebook), organisation), "importer ce fichier")
        if month and not is_month(month):
            raise InvalidInput("Ce mois n’existe pas.", todo="Choisir un mois.", field="month")
        with self._notebook.read() as connection:
            rows = imports.companies(connection)
            company = next((one for one in rows if one.id == company_id), None)
            if company is None:
                raise not_found()
            memory = imports.find_layout(connection, company_id, opened.layout.fingerprint)
            used = layout or (recalled(opened.layout, dict(memory)) if memory else opened.layout)
            reading = self._read(opened, used, company.name, month, corrected=layout is not None)
            facts = self._facts(connection, rows, company, reading, opened.sha256)
        return Prepared(opened, used, memory is not None, company.id, company.name, month, reading, facts)

    def renew(self, prepared: Prepared) -> Prepared:
        """The same file with what the notebook knows now (somebody was created meanwhile)."""
        return self.prepare(prepared.opened, prepared.company_id, layout=prepared.layout, month=prepared.month)

    def _read(
        self, opened: OpenedFile, layout: Layout, company: str, month: str, *, corrected: bool = False
    ) -> Reading:
        """The file by this layout. While its columns are being corrected there may be nothing in it for a moment."""
        reading = apply_layout(
            opened.contents.sheets,
            layout,
            company=company or None,
            month=month or None,
            today=self._notebook.clock.today(),
            kind=opened.contents.kind,
        )
        if reading.error is not None and not corrected:
            raise UnreadableFile(reading.error)
        return reading

    def _facts(
        self, connection: imports.Reader, rows: Sequence[CompanyRow], company: CompanyRow, reading: Reading, sha256: str
    ) -> Facts:
        organisation = self._notebook.organisation_id
        written = [(one.company, one.siret) for one in reading.lines]
        written += [(one.company, one.siret) for one in reading.review]
        named = CompaniesNamed(rows).all_of(written)
        concerned = {company.id, *named.values()}
        months = {one.month for one in reading.lines} | {one.month for one in reading.review if is_month(one.month)}
        known = [one for one in rows if one.id in concerned]
        contracts = imports.contracts_with(connection, organisation, concerned)
        users = {one.company_id for one in contracts}
        known += [one for one in rows if one.id in users - concerned]
        earlier = imports.imports_of(connection, organisation, company_id=company.id)
        live = [one for one in earlier if one.undone_on is None]
        worked = imports.worked(connection, [one.id for one in contracts], months)
        twins = imports.imports_of(connection, organisation, company_id=company.id, sha256=sha256)
        same = next((one for one in twins if one.undone_on is None), None)
        return Facts(
            companies={one.id: one for one in known},
            named=named,
            contracts=contracts,
            worked=worked,
            states=imports.states(connection, organisation, users | concerned, months),
            aliases=imports.aliases_of(connection, organisation, company.id),
            earlier=frozenset(pair for one in live for pair in taking_back.places(one.written) if pair in worked),
            already=None
            if same is None
            else Already(same.id, same.created_at, same.left_count, frozenset(taking_back.places(same.written))),
            this_month=month_of(self._notebook.clock.today()),
            directory=directory_of(contracts),
        )

    def already_sentence(self, already: Already) -> str:
        """« Déjà importé le 4/11, rien à faire »."""
        said = words.already(already.at, self._notebook.clock.now())
        if already.left:
            return f"{said}{NBSP}: {plural(already.left, 'ligne')} {plural(already.left, 'laissée')[2:]} de côté."
        return f"{said}, rien à faire."

    # --- memory --------------------------------------------------------------------------

    def remember_layout(self, prepared: Prepared) -> Outcome:
        """Keep the layout as confirmed: applied without a question next time, on every computer of the network."""
        actor = actor_of(self._notebook)
        access.require(access.can_write_shared(actor), "retenir cette présentation")
        record = imports.layout_id(prepared.company_id, prepared.opened.layout.fingerprint)
        fields = {
            "company_id": prepared.company_id,
            "fingerprint": prepared.opened.layout.fingerprint,
            "data": remembered(prepared.layout),
            "organisation_id": "",
        }
        with writing(self._notebook, "présentation du fichier retenue") as unit:
            unit.put(TimesheetLayout, record, fields)
            return unit.outcome_of(record)

    def layouts(self, company_id: str) -> tuple[LayoutLine, ...]:
        """What is remembered of a company's files, the latest first."""
        with self._notebook.read() as connection:
            known = imports.layouts_of(connection, company_id)
        return tuple(LayoutLine(one, memory_sentence(data), at.astimezone().date()) for one, at, data in known)

    def forget_layout(self, layout_id: str) -> Outcome:
        """Forget a layout, on every computer of the network: the next file like it is understood afresh."""
        access.require(access.can_write_shared(actor_of(self._notebook)), "oublier cette présentation")
        with writing(self._notebook, "présentation du fichier oubliée") as unit:
            if not unit.delete(TimesheetLayout, layout_id):
                raise not_found()
            return unit.outcome_of(layout_id)

    def remember_alias(self, company_id: str, key: str, written: str, beneficiary_id: str) -> Outcome:
        """Keep that a written name of this company's files is this person; a row that names nobody is not kept."""
        if not names_somebody(key):
            return Outcome(Changes(), Undo("", ()))
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(actor_of(self._notebook), organisation), "retenir ce nom")
        record = imports.alias_id(organisation, company_id, key)
        fields = {"company_id": company_id, "beneficiary_id": beneficiary_id, "key": key, "written": written}
        with writing(self._notebook, "nom retenu pour cette entreprise") as unit:
            unit.put(NameAlias, record, fields)
            return unit.outcome_of(record)

    # --- writing -------------------------------------------------------------------------

    def save(self, prepared: Prepared, decisions: Decisions, *, shown: Review | None = None) -> Saved:
        """Write the ready rows, all or nothing, in one transaction with the record of the import.

        ``shown`` is what the user saw: when the notebook has changed since, nothing is written and it is said.
        Raises ``InvalidInput`` (nothing to write, or changed since), ``Locked``, ``NotAllowed``.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(actor_of(self._notebook), organisation), "saisir des heures")
        fresh = self.renew(prepared)
        review = judge(fresh, decisions)
        if shown is not None and review.writes != shown.writes:
            raise InvalidInput(
                "Le carnet a changé depuis la lecture du fichier.",
                "Rien n’a été enregistré.",
                "Vérifiez les lignes, puis enregistrez de nouveau.",
            )
        if not review.writes:
            raise InvalidInput("Ce fichier n’apporte aucune heure nouvelle.", "Rien n’a été modifié.")
        label = f"import de {plural(len(review.writes), 'ligne')}"
        with writing(self._notebook, label) as unit:
            notes = taking_back.Notes(unit, organisation)
            by_month: dict[tuple[str, str], list[Write]] = {}
            for one in review.writes:
                by_month.setdefault((one.company_id, one.month), []).append(one)
            for (company, month), lines in sorted(by_month.items()):
                declared = review.declared.get((company, month))
                known = notes.before(company, month, lines, declared)
                month_writing = MonthWriting.within(self._notebook, unit, company, month, StatementSource.FILE)
                fresh_lines: list[Entry] = []
                for line in lines:
                    entry = Entry(line.contract_id, line.lot_id, line.hours)
                    if hours.line_id(line.contract_id, line.lot_id, month, HourKind.WORKED) in known:
                        month_writing.put_hours(entry)
                    else:
                        fresh_lines.append(entry)
                month_writing.add_hours(fresh_lines)
                if declared is not None:
                    month_writing.set_statement({"declared_total": declared})
            left = [row for row in review.rows if row.state in (RowState.DECIDE, RowState.REFUSED)]
            record = unit.insert(
                TimesheetImport,
                {
                    "company_id": prepared.company_id,
                    "file_name": without_nir(prepared.opened.name)[:200],
                    "sha256": prepared.opened.sha256,
                    "months": " ".join(review.months),
                    "line_count": len(review.writes),
                    "total_hours": review.total,
                    "left_count": len(left),
                    "written": notes.kept(),
                },
            )
            return Saved(unit.outcome_of(record), record, len(review.writes))

    # --- the way back --------------------------------------------------------------------

    def list_imports(self, company_id: str = "", limit: int = 50) -> tuple[ImportLine, ...]:
        """Imports saved, the latest first."""
        with self._notebook.read() as connection:
            rows = imports.imports_of(connection, self._notebook.organisation_id, company_id=company_id, limit=limit)
        return tuple(
            ImportLine(
                row.id, row.company_id, row.company_name, row.file_name, row.months, row.line_count,
                row.total_hours, row.created_at, row.undone_on,
                row.undone_on is None and self._in_time(row.created_at),
            )
            for row in rows
        )  # fmt: skip

    def cancel(self, import_id: str) -> TakenBack:
        """« Annuler l’import du 4/11 »: what it wrote leaves, in one act; what was corrected since then stays.

        Raises ``InvalidInput`` (too old, already taken back), ``Locked`` when a month was validated or attested since.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(actor_of(self._notebook), organisation), "annuler cet import")
        with self._notebook.read() as connection:
            row = imports.find_import(connection, organisation, import_id)
        if row is None:
            raise not_found()
        if row.undone_on is not None:
            raise InvalidInput("Cet import est déjà annulé.", "Rien n’a été modifié.")
        if not self._in_time(row.created_at):
            raise InvalidInput(
                f"Cet import a plus de {UNDO_DAYS}{NBSP}jours.",
                "Rien n’a été modifié.",
                "Corriger les heures dans la grille du mois.",
            )
        local = row.created_at.astimezone()
        with writing(self._notebook, f"annulation de l’import du {local.day}/{local.month}") as unit:
            lines, kept = taking_back.take_back(unit, row.written)
            unit.update(TimesheetImport, import_id, {"undone_on": self._notebook.clock.today()})
            return TakenBack(unit.outcome_of(import_id), lines, kept)

    def redo(self, undo: Undo) -> Outcome:
        """Do again what a cancellation took back. Raises ``Locked`` when a month was validated since."""
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(actor_of(self._notebook), organisation), "modifier ces heures")
        touched = {step.record_id for step in undo.steps if step.kind == "monthly_statement"}
        lines = {step.record_id for step in undo.steps if step.kind == "hour_line"}
        if taking_back.is_settled(self._notebook, lines, touched):
            raise Locked("Un relevé de cet import est validé.", "Les heures restent inchangées.", "Le rouvrir d’abord.")
        return revert(self._notebook, undo)

    def _in_time(self, at: dt.datetime) -> bool:
        return self._notebook.clock.now() - at <= dt.timedelta(days=UNDO_DAYS)
