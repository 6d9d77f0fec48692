"""Job offers born of a clause, and the candidates presented to companies (issue 5, point 7).

On the store thread. Offers are shared by the network; introductions name people and stay in the organisation.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from app.errors import InvalidInput, Locked
from app.models.beneficiaries import Beneficiary
from app.models.choices import CompanyKind, EmploymentType, IntroductionAnswer, OfferState
from app.models.offers import (
    InsertionStructure,
    InsertionStructureDraft,
    Introduction,
    IntroductionDraft,
    JobOffer,
    JobOfferDraft,
)
from app.models.operations import Company
from app.offers.values import CAN, OfferFilter, OfferLine, OfferSheet, StructureLine
from app.paths import resources
from app.rules import access
from app.rules.french import NBSP, capitalise_first, person_name_letter, sort_key
from app.rules.identifiers import parse_email, parse_phone, parse_post_code, parse_siret
from app.rules.numbering import Series, make_number
from app.rules.people import LINE_LENGTH, TEXT_LENGTH, check_free_text, check_span, check_weekly_hours
from app.rules.search_text import query_terms
from app.store import offers as store
from app.store.network import actor_of
from app.store.notebook import Notebook
from app.store.offers import StructureRow
from app.store.unit import Outcome, Undo, not_found, revert, writing

MOST_POSTS = 200


class OffersService:
    """Offers, introductions and the directory of one notebook. ``trade_label`` gives the words of a ROME code."""

    def __init__(self, notebook: Notebook, trade_label: Callable[[str], str] = lambda _code: "") -> None:
        self._notebook = notebook
        self._trade = trade_label

    # --- reading -------------------------------------------------------------------------

    def offers(
        self, chosen: OfferFilter = OfferFilter.OPEN, *, company_id: str = "", operation_id: str = ""
    ) -> tuple[OfferLine, ...]:
        """The offers under a filter, the most urgent first."""
        state = "" if chosen is OfferFilter.ALL else chosen.value
        with self._notebook.read() as connection:
            rows = store.list_offers(
                connection,
                self._notebook.organisation_id,
                state=state,
                company_id=company_id,
                operation_id=operation_id,
            )
        return tuple(OfferLine(one, self._trade(one.trade_code)) for one in rows)

    def counts(self) -> Mapping[OfferFilter, int]:
        """How many offers each filter holds."""
        everything = self.offers(OfferFilter.ALL)
        return {
            one: len(everything) if one is OfferFilter.ALL else sum(row.offer.state == one.value for row in everything)
            for one in OfferFilter
        }

    def get(self, offer_id: str) -> OfferSheet:
        """One offer with its candidates. Raises ``NotFound``."""
        own = self._notebook.organisation_id
        with self._notebook.read() as connection:
            offer = store.find_offer(connection, own, offer_id)
            if offer is None:
                raise not_found()
            rows = store.introductions_of(connection, own, offer_id=offer.offer_id)
        return OfferSheet(
            offer, self._trade(offer.trade_code), tuple(rows), access.can_write_shared(actor_of(self._notebook))
        )

    def introductions_of_person(self, person_id: str) -> tuple[store.IntroductionRow, ...]:
        """To which companies a person was presented, and what they answered."""
        own = self._notebook.organisation_id
        access.require(access.can_see_person(actor_of(self._notebook), own), "consulter cette fiche")
        with self._notebook.read() as connection:
            return tuple(store.introductions_of(connection, own, person_id=person_id))

    # --- offers --------------------------------------------------------------------------

    def create(self, draft: JobOfferDraft) -> Outcome:
        """Open an offer, with the next number of this workstation. Raises ``InvalidInput`` with the field."""
        self._require("créer une offre")
        fields = {name: self._read(name, getattr(draft, name)) for name in _FIELDS}
        _check_dates(fields)
        today = self._notebook.clock.today()
        prefix = self._notebook.get_control("prefix", "NO")
        counter = self._notebook.next_number(f"{Series.OFFER}/{today.year}/{prefix}")
        number = make_number(Series.OFFER, today.year, prefix, counter)
        with writing(self._notebook, f"offre {number}") as unit:
            if unit.find(Company, fields["company_id"]) is None:
                raise InvalidInput("L’entreprise manque.", todo="La choisir dans la liste.", field="company_id")
            made = unit.insert(JobOffer, {**fields, "number": number, "state": OfferState.OPEN, "published_on": today})
            unit.touch("company", [fields["company_id"]])
            return unit.outcome_of(made)

    def set_field(self, offer_id: str, field: str, value: Any) -> Outcome:
        """Change one field of an offer."""
        self._require("modifier cette offre")
        stored = self._read(field, value)
        with writing(self._notebook, f"offre{NBSP}: {_LABELS[field]}") as unit:
            row = self._alive(unit, JobOffer, offer_id)
            _check_dates({**row, field: stored})
            unit.update(JobOffer, offer_id, {field: stored})
            return unit.outcome_of(offer_id)

    def set_state(self, offer_id: str, state: str) -> Outcome:
        """Fill, withdraw or open again."""
        self._require("modifier cette offre")
        chosen = OfferState(state)
        with writing(self._notebook, f"offre {chosen.label.lower()}") as unit:
            row = self._alive(unit, JobOffer, offer_id)
            closed = None if chosen is OfferState.OPEN else self._notebook.clock.today()
            unit.update(JobOffer, offer_id, {"state": chosen, "closed_on": closed})
            unit.touch("company", [row["company_id"]])
            return unit.outcome_of(offer_id)

    def remove(self, offer_id: str) -> Outcome:
        """Put an offer in the bin with its introductions."""
        self._require("supprimer cette offre")
        with writing(self._notebook, "suppression d’une offre") as unit:
            self._alive(unit, JobOffer, offer_id)
            for one in store.introductions_of(unit.connection, self._notebook.organisation_id, offer_id=offer_id):
                unit.delete(Introduction, one.introduction_id)
            unit.delete(JobOffer, offer_id)
            return unit.outcome_of(offer_id)

    # --- candidates ----------------------------------------------------------------------

    def present(self, offer_id: str, draft: IntroductionDraft) -> Outcome:
        """Present a candidate; presented twice for the same offer, the first one is answered.

        Raises ``InvalidInput`` with the field, ``Locked`` for an offer that is closed.
        """
        own = self._notebook.organisation_id
        access.require(access.can_write_person(actor_of(self._notebook), own), "présenter un candidat")
        today = self._notebook.clock.today()
        day = draft.presented_on or today
        if day > today:
            raise InvalidInput(
                "Cette date est à venir.", todo="Écrire le jour de la présentation.", field="presented_on"
            )
        with writing(self._notebook, "candidat présenté") as unit:
            offer = self._alive(unit, JobOffer, offer_id)
            if offer["state"] != OfferState.OPEN:
                raise Locked("Cette offre est close.", "Rien n’a été modifié.", "La rouvrir pour présenter quelqu’un.")
            person = unit.find(Beneficiary, draft.beneficiary_id) if draft.beneficiary_id else None
            if person is None or person["deleted_at"] is not None or person["organisation_id"] != own:
                raise InvalidInput("La personne manque.", todo="La choisir dans la liste.", field="beneficiary_id")
            known = store.introduced_already(unit.connection, offer_id, draft.beneficiary_id)
            if known:
                return unit.outcome_of(known)
            name = person_name_letter(person["last_name"], person["first_name"])
            unit.label = f"présentation de {name}"
            made = unit.insert(
                Introduction,
                {
                    "offer_id": offer_id,
                    "beneficiary_id": draft.beneficiary_id,
                    "prescriber_code": draft.prescriber_code or person["prescriber_code"],
                    "prescriber_name": check_free_text(
                        draft.prescriber_name or person["prescriber_name"], field="prescriber_name", limit=LINE_LENGTH
                    ),
                    "presented_on": day,
                    "presentation": check_free_text(draft.presentation, field="presentation", limit=TEXT_LENGTH),
                },
            )
            unit.touch("beneficiary", [draft.beneficiary_id])
            unit.touch("job_offer", [offer_id])
            return unit.outcome_of(made)

    def answer(self, introduction_id: str, answer: str) -> Outcome:
        """Note what the company answered; the last post hired fills the offer."""
        chosen = IntroductionAnswer(answer)
        with writing(self._notebook, f"réponse{NBSP}: {chosen.label.lower()}") as unit:
            row = self._own(unit, introduction_id)
            waiting = chosen is IntroductionAnswer.WAITING
            day = None if waiting else self._notebook.clock.today()
            unit.update(Introduction, introduction_id, {"answer": chosen, "answered_on": day})
            offer = store.find_offer(unit.connection, self._notebook.organisation_id, row["offer_id"])
            if offer is not None and chosen is IntroductionAnswer.HIRED and offer.is_open and not offer.left:
                unit.update(
                    JobOffer,
                    offer.offer_id,
                    {"state": OfferState.FILLED, "closed_on": self._notebook.clock.today()},
                )
            unit.touch("beneficiary", [row["beneficiary_id"]])
            unit.touch("job_offer", [row["offer_id"]])
            return unit.outcome_of(introduction_id)

    def set_presentation(self, introduction_id: str, text: str) -> Outcome:
        """What is said of the candidate to the company."""
        plain = check_free_text(text, field="presentation", limit=TEXT_LENGTH)
        with writing(self._notebook, "mots de présentation") as unit:
            row = self._own(unit, introduction_id)
            unit.update(Introduction, introduction_id, {"presentation": plain})
            unit.touch("job_offer", [row["offer_id"]])
            return unit.outcome_of(introduction_id)

    def withdraw(self, introduction_id: str) -> Outcome:
        """Take an introduction back: it was a mistake."""
        with writing(self._notebook, "présentation retirée") as unit:
            row = self._own(unit, introduction_id)
            unit.delete(Introduction, introduction_id)
            unit.touch("beneficiary", [row["beneficiary_id"]])
            unit.touch("job_offer", [row["offer_id"]])
            return unit.outcome_of(introduction_id)

    def take_back(self, undo: Undo) -> Outcome:
        """Undo or redo an act."""
        self._require("annuler cette action")
        return revert(self._notebook, undo)

    # --- directory -----------------------------------------------------------------------

    def structures(self, typed: str = "", kinds: Sequence[str] = (), department: str = "") -> tuple[StructureLine, ...]:
        """The directory of insertion structures, shipped lists and own additions, by name."""
        store.load_structures(self._notebook, store.read_structures(resources() / "reference" / "tables"))
        with self._notebook.read() as connection:
            rows = store.list_structures(connection, kinds=kinds, department=department)
        words = query_terms(typed)
        lines = [self._line(row) for row in rows]
        return tuple(one for one in lines if not words or _says(one, words))

    def add_structure(self, draft: InsertionStructureDraft) -> Outcome:
        """Add a structure; one of the same SIRET is answered as it stands."""
        self._require("compléter l’annuaire")
        fields = {name: _read_structure(name, getattr(draft, name)) for name in _STRUCTURE}
        if not fields["name"]:
            raise InvalidInput("Le nom de la structure manque.", todo="Le renseigner.", field="name")
        fields["sort_name"] = sort_key(fields["name"])
        with writing(self._notebook, "structure ajoutée à l’annuaire") as unit:
            record = store.structure_id(fields["siret"]) if fields["siret"] else ""
            known = unit.find(InsertionStructure, record) if record else None
            if known is not None and known["deleted_at"] is None:
                return unit.outcome_of(record)
            if known is not None:
                unit.update(InsertionStructure, record, {**fields, "deleted_at": None})
                return unit.outcome_of(record)
            return unit.outcome_of(unit.insert(InsertionStructure, fields, record))

    def set_structure(self, structure_id: str, field: str, value: Any) -> Outcome:
        """Change one field of a structure."""
        self._require("modifier l’annuaire")
        stored = _read_structure(field, value)
        if field == "name" and not stored:
            raise InvalidInput("Le nom de la structure manque.", todo="Le renseigner.", field="name")
        with writing(self._notebook, f"annuaire{NBSP}: {_STRUCTURE[field]}") as unit:
            self._alive(unit, InsertionStructure, structure_id)
            more = {"sort_name": sort_key(stored)} if field == "name" else {}
            unit.update(InsertionStructure, structure_id, {field: stored, **more})
            return unit.outcome_of(structure_id)

    def remove_structure(self, structure_id: str) -> Outcome:
        """Take a structure out of the directory."""
        self._require("modifier l’annuaire")
        with writing(self._notebook, "structure retirée de l’annuaire") as unit:
            self._alive(unit, InsertionStructure, structure_id)
            unit.delete(InsertionStructure, structure_id)
            return unit.outcome_of(structure_id)

    # --- pieces --------------------------------------------------------------------------

    def _line(self, row: StructureRow) -> StructureLine:
        can = ", ".join(one.label[:1].lower() + one.label[1:] for one in CAN.get(row.kind, ()))
        return StructureLine(row, self._activities.get(row.activity_code, ""), capitalise_first(can))

    @cached_property
    def _activities(self) -> dict[str, str]:
        path = resources() / "reference" / "tables" / "naf_rev2_sous_classes.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return {
                row["code_ape"].replace(".", ""): row["libelle"].replace("'", "’")
                for row in csv.DictReader(file, delimiter=";")
            }

    def _require(self, action: str) -> None:
        access.require(access.can_write_shared(actor_of(self._notebook)), action)

    @staticmethod
    def _alive(unit: Any, model: Any, record_id: str) -> Any:
        row = unit.find(model, record_id)
        if row is None or row["deleted_at"] is not None:
            raise not_found()
        return dict(row)

    def _own(self, unit: Any, introduction_id: str) -> Any:
        row = self._alive(unit, Introduction, introduction_id)
        access.require(
            access.can_write_person(actor_of(self._notebook), row["organisation_id"]), "modifier cette fiche"
        )
        return row

    @staticmethod
    def _read(field: str, value: Any) -> Any:
        if field in ("title", "place", "description"):
            limit = TEXT_LENGTH if field == "description" else LINE_LENGTH
            return check_free_text(
                value or "", field=field, limit=limit, required="Le poste" if field == "title" else ""
            )
        if field == "posts":
            if value is None or not 1 <= int(value) <= MOST_POSTS:
                raise InvalidInput(
                    f"Le nombre de postes est compris entre 1 et {MOST_POSTS}.", todo="Le corriger.", field="posts"
                )
            return int(value)
        if field == "weekly_hours":
            return check_weekly_hours(value) if value is not None else None
        if field == "contract_type":
            return EmploymentType(value).value if value else ""
        if field in ("lot_id", "contact_id"):
            return value or None
        if field in ("start_on", "end_on", "apply_before"):
            return value
        return str(value or "")


_LABELS = {
    "company_id": "entreprise",
    "lot_id": "lot",
    "title": "poste",
    "trade_code": "métier",
    "posts": "nombre de postes",
    "weekly_hours": "durée hebdomadaire",
    "contract_type": "type de contrat",
    "start_on": "début",
    "end_on": "fin",
    "apply_before": "date limite",
    "place": "lieu",
    "description": "description",
    "contact_id": "contact",
}
_FIELDS = tuple(_LABELS)
_STRUCTURE = {
    "siret": "SIRET",
    "name": "nom",
    "kind": "type",
    "activity_code": "code d’activité",
    "abilities": "compétences",
    "postcode": "code postal",
    "town": "commune",
    "phone": "téléphone",
    "email": "adresse électronique",
    "note": "note",
}


def _check_dates(fields: Mapping[Any, Any]) -> None:
    check_span(fields["start_on"], fields["end_on"])
    limit, start = fields["apply_before"], fields["start_on"]
    if limit is not None and start is not None and limit > start:
        raise InvalidInput(
            "La date limite suit le début du contrat.", todo="Corriger l’une des deux dates.", field="apply_before"
        )


def _read_structure(field: str, value: Any) -> Any:
    text = str(value or "").strip()
    parsers: dict[str, Callable[..., str]] = {
        "siret": parse_siret,
        "postcode": parse_post_code,
        "phone": parse_phone,
        "email": parse_email,
    }
    if field in parsers:
        return parsers[field](text, field=field) if text else ""
    if field == "kind":
        return CompanyKind(text or CompanyKind.OTHER).value
    if field == "activity_code":
        return text.replace(".", "").upper()[:6]
    return check_free_text(text, field=field, limit=TEXT_LENGTH if field == "note" else LINE_LENGTH)


def _says(line: StructureLine, words: Sequence[str]) -> bool:
    from app.rules.french import fold

    one = line.structure
    said = f" {fold(' '.join((one.name, one.abilities, one.town, one.postcode, line.activity, line.can)))}"
    return all(f" {word}" in said for word in words)
