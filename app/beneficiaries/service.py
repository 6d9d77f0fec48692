"""What a facilitator does with the people they follow: find, create, complete, follow, archive.

Every method runs on the store thread. Reads answer the frozen values of ``values``; writes open one unit of work and
answer an ``Outcome`` whose undo takes the whole act back, named in French. Hours are integer hundredths. People are
those of the notebook's organisation only (PRODUCT.md K6). Errors never hold a name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from app.beneficiaries import sheet as sheets
from app.beneficiaries.contracts import ENDING_DAYS, ContractActs
from app.beneficiaries.eligibility import EligibilityActs
from app.beneficiaries.exits import ExitActs
from app.beneficiaries.fields import FIELDS
from app.beneficiaries.follow_up import FollowUpActs
from app.beneficiaries.merging import MergeActs
from app.beneficiaries.transfer import TransferActs
from app.beneficiaries.values import (
    AlreadyKnown,
    BeneficiarySheet,
    CategoryOption,
    CompanyOption,
    EligibilityLine,
    FormChoices,
    LotOption,
    Option,
    PeopleFilter,
    PeoplePage,
    PersonLine,
    PlaceHelp,
    SchemeOption,
)
from app.errors import InvalidInput
from app.models.beneficiaries import Beneficiary, BeneficiaryDraft, EmploymentContract
from app.models.hours import HourLine
from app.rules import access, numbering
from app.rules.eligibility import age_on
from app.rules.french import of, person_name_letter, sort_key
from app.rules.search_text import query_terms
from app.store import beneficiaries as people
from app.store import hours, merges, reference, search
from app.store.network import actor_of
from app.store.unit import Outcome, Undo, not_found, revert, writing

PAGE = 50


class BeneficiariesService(ContractActs, EligibilityActs, FollowUpActs, ExitActs, MergeActs, TransferActs):
    """The people of the organisation."""

    # --- finding -------------------------------------------------------------------------

    def page(
        self,
        chosen: PeopleFilter = PeopleFilter.ALL,
        text: str = "",
        *,
        order_by: str = "name",
        descending: bool = False,
        limit: int = PAGE,
        offset: int = 0,
        total: int | None = None,
    ) -> PeoplePage:
        """A page of the list under a saved filter, with words in any order; ``order_by``: ``name`` or ``file_number``.

        Nothing more than the page is read, except to count, when ``total`` does not say how many there are. Words that
        cannot be searched find nobody; a search lists ``FOUND_MOST`` people at most, and ``more`` says when there are
        others.
        """
        self._require_sight("consulter les bénéficiaires")
        today, organisation = self._today, self._notebook.organisation_id
        words = query_terms(text)
        match = search.match_expression(words)
        if text.strip() and not match:
            return PeoplePage((), 0)
        where: dict[str, Any] = {**self._where(chosen), "order_by": order_by, "descending": descending}
        with self._notebook.read() as connection:
            if match:
                found = people.found_ids(connection, organisation, today, words=words, match=match, **where)
                ids = found[offset : offset + limit]
                return PeoplePage(self._lines(connection, ids), len(found), len(found) >= people.FOUND_MOST)
            ids = people.list_ids(connection, organisation, today, **where, limit=limit, offset=offset)
            if len(ids) < limit and (ids or not offset):
                total = offset + len(ids)
            elif total is None:
                total = people.count_people(connection, organisation, today, **self._where(chosen))
            return PeoplePage(self._lines(connection, ids), total)

    def lines(self, ids: Sequence[str]) -> tuple[PersonLine, ...]:
        """Fresh lines of people already listed; those gone are left out."""
        with self._notebook.read() as connection:
            return self._lines(connection, ids)

    def counts(self) -> Mapping[PeopleFilter, int]:
        """How many people each saved filter holds."""
        organisation = self._notebook.organisation_id
        with self._notebook.read() as connection:
            counted: dict[PeopleFilter, int] = {
                one: people.count_people(connection, organisation, self._today, **self._where(one))
                for one in PeopleFilter
                if one is not PeopleFilter.WITHOUT
            }
        # the contracts of the day are read once: people without one are the others
        without = counted[PeopleFilter.ALL] - counted[PeopleFilter.AT_WORK]
        return {one: counted.get(one, without) for one in PeopleFilter}

    # --- one person ----------------------------------------------------------------------

    def get(self, person_id: str) -> BeneficiarySheet:
        """Everything the page of a person shows. Raises ``NotFound``, ``NotAllowed``."""
        notebook, today = self._notebook, self._today
        with notebook.read() as connection:
            person = people.find_person(connection, person_id)
            if person is None:
                person_id = merges.holder_of(connection, person_id)
                person = people.find_person(connection, person_id)
            if person is None:
                raise not_found()
            actor = actor_of(notebook)
            access.require(access.can_see_person(actor, person["organisation_id"]), "consulter cette fiche")
            checks = people.checks_of(connection, person_id)
            contracts = people.contracts_of(connection, person_id)
            typed = people.hours_of(connection, [row["id"] for row in contracts])
            periods = people.periods_of(connection, person_id)
            notes = sheets.note_lines(people.notes_of(connection, person_id))
            actions = sheets.action_lines(people.actions_of(connection, person_id), today)
            trainings = sheets.training_lines(people.trainings_of(connection, person_id))
            visits = people.visits_of(connection, person_id)
            findings = people.findings_about(connection, person_id, [row["id"] for row in visits])
            merged = self._merge_lines(connection, person_id)
            issued = people.issued_for(connection, person_id, merges.held_ids(connection, person_id) if merged else ())
        by_contract: dict[str, int] = {}
        for contract_id, _month, count, _validated in typed:
            by_contract[contract_id] = by_contract.get(contract_id, 0) + count
        eligibility = self._eligibility(checks)
        period_lines = sheets.period_lines(periods, contracts, by_contract, today)
        contract_lines = [one for period in period_lines for one in period.contracts]
        exits = self._exit_lines(person_id, periods)
        generation, code = person["district_generation"], person["district_code"]
        return BeneficiarySheet(
            id=person_id,
            file_number=person["file_number"],
            last_name=person["last_name"],
            first_name=person["first_name"],
            birth_name=person["birth_name"],
            sex=person["sex"],
            birth_date=person["birth_date"],
            age=age_on(person["birth_date"], today) if person["birth_date"] else None,
            address=person["address"],
            postcode=person["postcode"],
            town=person["town"],
            district=f"{generation}:{code}" if generation or code else "",
            district_label=self._words.district_label(generation, code),
            phone=person["phone"],
            email=person["email"],
            prescriber_code=person["prescriber_code"],
            prescriber_label=self._label("prescriber", person["prescriber_code"], today),
            prescriber_name=person["prescriber_name"],
            caseworker_name=person["caseworker_name"],
            caseworker_phone=person["caseworker_phone"],
            facilitator_id=person["facilitator_id"],
            facilitator_name=person["facilitator_name"],
            organisation_name=person["organisation_name"],
            objectives=person["objectives"],
            appointment_at=person["next_appointment_at"],
            appointment_place=person["next_appointment_place"],
            last_contact_on=person["last_contact_on"],
            archived_on=person["archived_on"],
            writable=access.can_write_person(actor, person["organisation_id"]) and person["archived_on"] is None,
            eligible_today=any(sheets.covers(row, today) for row in checks),
            eligible_until=sheets.covered_until(checks, today),
            eligibility=eligibility,
            periods=period_lines,
            total_hours=sum(by_contract.values()),
            months=sheets.month_strip(typed, contracts, today),
            timeline=sheets.timeline(
                notes, visits, findings, contract_lines, eligibility, trainings, actions, exits, today
            ),
            notes=notes,
            actions=actions,
            trainings=trainings,
            documents=sheets.document_lines(issued, people.final_visits(visits)),
            merges=merged,
            exits=exits,
        )

    def eligibility_of(self, person_id: str) -> tuple[EligibilityLine, ...]:
        """The publics verified of a person of the organisation, as their page words them; of one in the bin too.

        Raises ``NotAllowed``.
        """
        self._require_sight("consulter cette fiche")
        own = self._notebook.organisation_id
        with self._notebook.read() as connection:
            checks = [row for row in people.checks_of(connection, person_id) if row["organisation_id"] == own]
        return self._eligibility(checks)

    def _eligibility(self, checks: Sequence[people.Row]) -> tuple[EligibilityLine, ...]:
        return sheets.eligibility_lines(checks, self._label, self._discreet(), self._today) if checks else ()

    def create(self, draft: BeneficiaryDraft, *, confirmed_distinct: bool = False) -> Outcome:
        """Create a person with the next file number of this workstation.

        Raises ``AlreadyKnown`` beside somebody much alike unless ``confirmed_distinct`` says that the question
        was answered; ``InvalidInput``; ``NotAllowed``.
        """
        notebook = self._notebook
        self._require_writing(notebook.organisation_id)
        fields: dict[str, Any] = {}
        for name in ("last_name", "first_name", "birth_name", "birth_date", "sex", "phone", "postcode", "town"):
            fields.update(FIELDS[name].read(getattr(draft, name), self._today))
        close = self.candidates(
            fields["last_name"],
            fields["first_name"],
            fields["birth_date"],
            birth_name=fields["birth_name"],
            phone=fields["phone"],
        )
        if close and not confirmed_distinct:
            raise AlreadyKnown(close)
        distinct_from = [one.id for one in close]
        fields["sort_name"] = sort_key(f"{fields['last_name']} {fields['first_name']}")
        fields["file_number"] = self._next_file_number()
        fields["facilitator_id"] = notebook.actor_id
        fields["last_contact_on"] = self._today
        name = person_name_letter(fields["last_name"], fields["first_name"])
        with writing(notebook, f"création de la fiche {of(name)}") as unit:
            made = unit.insert(Beneficiary, fields)
            for one in distinct_from:
                merges.note_distinct(unit, made, one)
            return unit.outcome_of(made)

    def _next_file_number(self) -> str:
        notebook = self._notebook
        year, prefix = self._today.year, notebook.get_control("prefix") or "XX"
        while True:
            counter = notebook.next_number(f"B/{year}/{prefix}")
            number = numbering.make_number(numbering.Series.BENEFICIARY, year, prefix, counter)
            with notebook.read() as connection:
                if not people.number_taken(connection, number):
                    return number

    def set_field(self, person_id: str, field: str, value: Any) -> Outcome:
        """Change one field of a person (names in ``fields.FIELDS``). Raises ``InvalidInput(field=…)``, ``NotFound``.

        A text that holds what looks like a social security number is refused with the reason.
        """
        person = self._person(person_id)
        rule = FIELDS[field]
        columns = rule.read(value, self._today)
        if field == "district" and columns["district_generation"]:
            self._check_district(columns)
        if field == "prescriber_code" and columns["prescriber_code"]:
            self._check_code("prescriber", columns["prescriber_code"], field)
        if field in ("last_name", "first_name"):
            both = {**person, **columns}
            columns["sort_name"] = sort_key(f"{both['last_name']} {both['first_name']}")
        if field == "postcode" and columns["postcode"] != person["postcode"]:
            help_ = self.place_help(columns["postcode"])
            if len(help_.towns) == 1 and not person["town"]:
                columns["town"] = help_.towns[0]
        name = person_name_letter(person["last_name"], person["first_name"])
        with writing(self._notebook, f"{rule.label} {of(name)}") as unit:
            unit.update(Beneficiary, person_id, columns)
            return unit.outcome_of(person_id)

    def _check_district(self, columns: Mapping[str, Any]) -> None:
        if not self._words.knows_district(columns["district_generation"], columns["district_code"]):
            raise InvalidInput(
                "Ce quartier n’est pas dans la liste des quartiers prioritaires.",
                todo="Le choisir dans la liste.",
                field="district",
            )

    def _check_code(self, table: str, code: str, field: str) -> None:
        if all(one.code != code for one in self._entries(table)):
            raise InvalidInput("Ce choix n’est plus dans la liste.", todo="En choisir un autre.", field=field)

    # --- archive and bin -----------------------------------------------------------------

    def archive(self, person_id: str) -> Outcome:
        """Put a person away: out of the usual lists, read-only until taken back. A running contract is refused."""
        person = self._person(person_id, archived=True)
        with self._notebook.read() as connection:
            shown = people.contract_shown(connection, [person_id], self._today).get(person_id)
        if shown is not None and people.runs_on(shown, self._today):
            raise InvalidInput(
                "Un contrat est en cours.",
                "La fiche n’a pas été archivée.",
                "Indiquer d’abord la fin du contrat.",
                field="archived_on",
            )
        return self._write(person, "archivage de la fiche", {"archived_on": self._today})

    def unarchive(self, person_id: str) -> Outcome:
        """Take a person back among those followed."""
        person = self._person(person_id, archived=True)
        return self._write(person, "retour dans le suivi", {"archived_on": None})

    def delete(self, person_id: str) -> Outcome:
        """Put a person and what belongs to them in the bin. Refused once hours were typed: archive instead."""
        person = self._person(person_id, archived=True)
        with self._notebook.read() as connection:
            if people.has_hours(connection, person_id):
                raise InvalidInput(
                    "Des heures sont saisies pour cette personne.",
                    "La fiche n’a pas été supprimée.",
                    "L’archiver plutôt, pour garder les heures de l’entreprise.",
                )
            if merges.held_ids(connection, person_id):
                raise InvalidInput(
                    "Cette fiche en a absorbé une autre.",
                    "Elle n’a pas été supprimée.",
                    "Annuler d’abord la fusion, ou archiver la fiche.",
                )
            owned = {model: people.dependents_of(connection, model, person_id) for model in people.DEPENDENTS}
            empty_lines = people.lines_to_bin(connection, owned[EmploymentContract])
        name = person_name_letter(person["last_name"], person["first_name"])
        with writing(self._notebook, f"suppression de la fiche {of(name)}") as unit:
            for line in empty_lines:
                unit.delete(HourLine, line)
            for model, ids in owned.items():
                for one in ids:
                    unit.delete(model, one)
            unit.delete(Beneficiary, person_id)
            return unit.outcome_of(person_id)

    def undo(self, undo: Undo) -> Outcome:
        """Take an act back; the answer's own undo does it again."""
        return revert(self._notebook, undo)

    # --- what forms offer ----------------------------------------------------------------

    def choices(self) -> FormChoices:
        """Schemes of publics in force today for the network, prescribers, facilitators of the organisation."""
        notebook, today = self._notebook, self._today
        proofs = {one.code: Option(one.code, one.label) for one in self._entries("proof_kind")}
        publics = self._entries("public")
        schemes: list[SchemeOption] = []
        for scheme in self._entries("public_scheme"):
            categories: list[CategoryOption] = []
            for public in publics:
                if public.data.get("scheme") != scheme.code:
                    continue
                named = [item["kind"] for item in public.data.get("proofs") or ()]
                categories.append(
                    CategoryOption(
                        public.code,
                        public.label,
                        bool(public.data.get("discreet")),
                        tuple(proofs[kind] for kind in named if kind in proofs) or tuple(proofs.values()),
                    )
                )
            schemes.append(SchemeOption(scheme.code, scheme.label, tuple(categories)))
        with notebook.read() as connection:
            team = people.facilitators(connection, notebook.organisation_id)
            usual = people.usual_scheme(connection, notebook.organisation_id)
        known = {one.code for one in schemes}
        return FormChoices(
            tuple(schemes),
            tuple(Option(one.code, one.label) for one in reference.list_reference(notebook, "prescriber", on=today)),
            tuple(Option(row["id"], person_name_letter(row["last_name"], row["first_name"])) for row in team),
            usual if usual in known else next((one.code for one in schemes), ""),
        )

    def find_trades(self, text: str, limit: int = 8) -> tuple[Option, ...]:
        """Trades (ROME) by the beginning of their words or their code, those of building first."""
        return self._words.find_trades(text, limit)

    def trade_label(self, code: str) -> str:
        """The words of a ROME code, or an empty text."""
        return self._words.trade_label(code)

    def place_help(self, postcode: str, town: str = "", on: dt.date | None = None) -> PlaceHelp:
        """Communes of a post code, and the priority districts (QPV) of the town.

        ``on``: the day whose perimeters are offered, that of the entry for a person already followed (those of 2015
        until 2023, of 2024 since); without it, today.
        """
        return self._words.place_help(postcode, town, self._generation_on(on or self._today))

    def _generation_on(self, day: dt.date) -> str:
        entries = reference.list_reference(self._notebook, "zoning", on=day)
        return next((str(one.data["generation"]) for one in entries if one.data.get("kind") == "qpv"), "2024")

    def find_companies(self, text: str, limit: int = 8) -> tuple[CompanyOption, ...]:
        """Companies by words; without a word, those that owe hours."""
        terms = query_terms(text)
        hits = search.find(self._notebook, terms, kind="company", limit=limit) if terms else []
        with self._notebook.read() as connection:
            if terms:
                rows = people.companies_by_ids(connection, [hit.record_id for hit in hits])
            else:
                rows = people.companies_with_commitments(connection, limit)
        return tuple(CompanyOption(row["id"], row["name"], row["town"], row["kind"]) for row in rows)

    def lots_of_company(self, company_id: str) -> tuple[LotOption, ...]:
        """Lots where a company owes hours or already has people."""
        with self._notebook.read() as connection:
            return tuple(
                LotOption(row.id, row.label, row.operation_id) for row in hours.lots_of_company(connection, company_id)
            )

    # --- lines ---------------------------------------------------------------------------

    def _where(self, chosen: PeopleFilter) -> dict[str, Any]:
        match chosen:
            case PeopleFilter.AT_WORK:
                return {"contract": "running"}
            case PeopleFilter.ENDING:
                return {"ends_before": self._today + dt.timedelta(days=ENDING_DAYS)}
            case PeopleFilter.WITHOUT:
                return {"contract": "none"}
            case PeopleFilter.ARCHIVED:
                return {"archived": True}
            case _:
                return {}

    def _lines(self, connection: people.Reader, ids: Sequence[str]) -> tuple[PersonLine, ...]:
        today = self._today
        shown = people.contract_shown(connection, ids, today)
        lines: list[PersonLine] = []
        for row in people.people_by_ids(connection, self._notebook.organisation_id, ids):
            contract = shown.get(row["id"])
            lines.append(
                PersonLine(
                    row["id"],
                    row["file_number"],
                    row["last_name"],
                    row["first_name"],
                    row["birth_date"],
                    row["town"],
                    bool(row["district_code"]),
                    row["phone"],
                    contract["company_name"] if contract else "",
                    contract["start_on"] if contract else None,
                    contract["end_on"] if contract else None,
                    contract is not None and people.runs_on(contract, today),
                    row["archived_on"] is not None,
                )
            )
        return tuple(lines)
