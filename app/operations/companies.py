"""Companies and insertion structures: what a facilitator does with them (PRODUCT.md C3, C5, E6).

Runs on the store thread. Rights and rules are checked here: ``NotAllowed``, ``NotFound``, ``InvalidInput`` with its
field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.errors import InvalidInput
from app.models.operations import Company
from app.operations import fields, sheets
from app.operations import writing as writes
from app.operations.values import (
    CompaniesPage,
    CompanyDraft,
    CompanyHit,
    CompanySheet,
    ContactDraft,
    PersonLine,
    SiretAnswer,
)
from app.rules.french import NBSP, format_siren, join_words, plural, quoted
from app.rules.identifiers import parse_siret, siren_of
from app.store import companies as store
from app.store.companies import CompanyRow
from app.store.notebook import Notebook
from app.store.operations import contacts_of, visits_of
from app.store.unit import Outcome, Undo, not_found, writing

RECENT_VISITS = 8
SHOWN_PEOPLE = 60


class CompaniesService:
    """What a facilitator does with companies, over one notebook."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    # --- reading --------------------------------------------------------------------------

    def page(
        self,
        typed: str = "",
        kinds: Sequence[str] = (),
        *,
        order_by: str = "name",
        descending: bool = False,
        limit: int = 100,
        offset: int = 0,
    ) -> CompaniesPage:
        """A page of the list; ``kinds`` keeps only some kinds."""
        notebook = self._notebook
        with notebook.read() as connection:
            rows = store.list_companies(
                connection,
                notebook.organisation_id,
                notebook.clock.today(),
                typed=typed,
                kinds=kinds,
                order_by=order_by,
                descending=descending,
                limit=limit,
                offset=offset,
            )
            return CompaniesPage(tuple(rows), store.count_companies(connection, typed=typed, kinds=kinds))

    def lines(self, ids: Sequence[str]) -> tuple[CompanyRow, ...]:
        """The lines of some companies; those in the bin are absent."""
        notebook = self._notebook
        with notebook.read() as connection:
            return tuple(store.companies_by_ids(connection, notebook.organisation_id, notebook.clock.today(), ids))

    def get(self, company_id: str) -> CompanySheet:
        """The page of a company (PRODUCT.md E6). Raises ``NotFound``."""
        notebook = self._notebook
        today, organisation = notebook.clock.today(), notebook.organisation_id
        with notebook.read() as connection:
            facts = store.find_company(connection, company_id)
            if facts is None:
                raise not_found()
            people, people_count = store.people_at(connection, organisation, company_id, today, limit=SHOWN_PEOPLE)
            visits, visit_count = visits_of(connection, organisation, company_id=company_id, limit=RECENT_VISITS)
            return CompanySheet(
                facts=facts,
                siblings=tuple(store.establishments(connection, siren_of(facts.siret), company_id)),
                contacts=tuple(contacts_of(connection, company_id=company_id)),
                commitments=tuple(sheets.commitments_of_company(connection, company_id, today)),
                people=tuple(
                    PersonLine(
                        one.beneficiary_id,
                        one.last_name,
                        one.first_name,
                        one.job_title,
                        one.start_on,
                        one.end_on,
                        one.end_on is None or one.end_on >= today,
                    )
                    for one in people
                ),
                people_count=people_count,
                months=sheets.twelve_months(
                    connection, organisation, company_id, today, store.statement_due_day(connection, company_id)
                ),
                visits=tuple(visits),
                visit_count=visit_count,
            )

    def find(self, typed: str) -> tuple[CompanyHit, ...]:
        """Companies proposed while a name or a SIRET is typed."""
        return sheets.companies_like(self._notebook, typed)

    def check_siret(self, typed: str) -> SiretAnswer:
        """What is known of a SIRET before creating: the same record, or the same SIREN. Raises ``InvalidInput``."""
        siret = parse_siret(typed)
        with self._notebook.read() as connection:
            found = store.company_with_siret(connection, siret)
            facts = store.find_company(connection, found) if found else None
            siblings = tuple(store.establishments(connection, siren_of(siret), found))
        if facts is not None:
            return SiretAnswer(siret, facts.id, facts.name, siblings, f"Ce SIRET est celui de {quoted(facts.name)}.")
        return SiretAnswer(siret, "", "", siblings, _same_siren(siret, siblings))

    # --- writing --------------------------------------------------------------------------

    def create(self, draft: CompanyDraft) -> Outcome:
        """Create a company. The same SIRET is the same record: it is answered as it stands, nothing is written."""
        writes.require_writer(self._notebook, "créer une entreprise")
        with writing(self._notebook, "création de l’entreprise") as unit:
            made = writes.ensure_company(unit, draft)
            return unit.outcome_of(made)

    def set_company(self, company_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of a company; the SIRET may be given, corrected or emptied, never taken from another."""
        if field == "siret":
            return self._set_siret(company_id, str(value or ""))
        return writes.set_field(self._notebook, Company, fields.COMPANY, company_id, field, value)

    def _set_siret(self, company_id: str, typed: str) -> Outcome:
        writes.require_writer(self._notebook, "modifier cette fiche")
        siret = parse_siret(typed) if typed.strip() else ""
        with writing(self._notebook, "SIRET de l’entreprise") as unit:
            writes.alive(unit, Company, company_id)
            other = store.company_with_siret(unit.connection, siret) if siret else ""
            if other and other != company_id:
                name = writes.alive(unit, Company, other)["name"]
                raise InvalidInput(
                    f"Ce SIRET est déjà celui de {quoted(name)}.", todo="Ouvrir cette fiche.", field="siret"
                )
            if not unit.update(Company, company_id, {"siret": siret}):
                return writes.nothing(company_id)
            return unit.outcome_of(company_id)

    def add_contact(self, draft: ContactDraft) -> Outcome:
        """Add a contact to a company."""
        return writes.add_contact(self._notebook, draft)

    def set_contact(self, contact_id: str, field: str, value: Any) -> Outcome:
        """Edit one field of a contact."""
        return writes.set_contact(self._notebook, contact_id, field, value)

    def set_usual_contact(self, contact_id: str) -> Outcome:
        """« Me répond d’habitude »: one contact of each company at most."""
        return writes.set_usual_contact(self._notebook, contact_id)

    def remove_contact(self, contact_id: str) -> Outcome:
        """Put a contact in the bin."""
        return writes.remove_contact(self._notebook, contact_id)

    def delete(self, company_id: str) -> Outcome:
        """Put a company in the bin. Raises ``InvalidInput`` while something hangs on it."""
        writes.require_writer(self._notebook, "supprimer cette entreprise")
        with writing(self._notebook, "suppression de l’entreprise") as unit:
            row = writes.alive(unit, Company, company_id)
            held = store.held_by_company(unit.connection, company_id)
            if held.anything:
                words = [
                    word
                    for word, there in (
                        ("des engagements", held.commitments),
                        ("des contrats de travail", held.contracts),
                        ("des relevés d’heures", held.statements),
                        ("des visites", held.visits),
                    )
                    if there
                ]
                raise InvalidInput(
                    f"{quoted(row['name'])} a {join_words(words)}.",
                    "Rien n’a été supprimé.",
                    "Supprimer d’abord ce qui s’y rattache, ou garder la fiche.",
                )
            unit.delete(Company, company_id)
            return unit.outcome_of(company_id)

    def take_back(self, undo: Undo) -> Outcome:
        """Undo an act (or, with the undo of the undo, do it again)."""
        return writes.take_back(self._notebook, undo)


def _same_siren(siret: str, siblings: Sequence[store.Establishment]) -> str:
    if not siblings:
        return ""
    names = join_words([quoted(one.name) for one in siblings[:3]])
    count = plural(len(siblings), "autre établissement", "autres établissements")
    return f"SIREN {format_siren(siren_of(siret))}{NBSP}: {count} déjà dans le carnet, {names}."
