"""Job offers with the names of what they point at, candidates presented, and the directory of insertion structures."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from app.clock import natural_id
from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.choices import CompanyKind, IntroductionAnswer, OfferState
from app.models.offers import InsertionStructure, Introduction, JobOffer
from app.models.operations import Company, Contact, Contract, Lot, Operation
from app.rules.french import fold, sort_key
from app.store.commitments import lot_label
from app.store.notebook import Notebook
from app.store.unit import writing

_offer, _introduction = table_of(JobOffer), table_of(Introduction)
_structure, _person = table_of(InsertionStructure), table_of(Beneficiary)
_company, _lot, _market, _operation = table_of(Company), table_of(Lot), table_of(Contract), table_of(Operation)
_contact, _employment = table_of(Contact), table_of(EmploymentContract)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One offer with its names. ``taken``: candidates hired; ``waiting``: without an answer yet."""

    offer_id: str
    number: str
    organisation_id: str
    company_id: str
    company_name: str
    lot_id: str
    operation_id: str
    operation_name: str
    lot_label: str
    title: str
    trade_code: str
    posts: int
    taken: int
    waiting: int
    presented: int
    weekly_hours: int | None
    contract_type: str
    start_on: dt.date | None
    end_on: dt.date | None
    apply_before: dt.date | None
    place: str
    description: str
    contact_id: str
    contact_name: str
    state: str
    published_on: dt.date | None
    closed_on: dt.date | None
    created_by: str

    @property
    def left(self) -> int:
        """Posts not filled yet."""
        return max(0, self.posts - self.taken)

    @property
    def is_open(self) -> bool:
        """Whether candidates may still be presented."""
        return self.state == OfferState.OPEN


@dataclass(frozen=True, slots=True)
class IntroductionRow:
    """One candidate presented."""

    introduction_id: str
    offer_id: str
    beneficiary_id: str
    last_name: str
    first_name: str
    offer_title: str
    company_name: str
    prescriber_code: str
    prescriber_name: str
    presented_on: dt.date
    answer: str
    answered_on: dt.date | None
    presentation: str


@dataclass(frozen=True, slots=True)
class StructureRow:
    """One line of the directory. ``company_id``: the company of the same SIRET, empty when there is none yet."""

    structure_id: str
    siret: str
    name: str
    kind: str
    activity_code: str
    abilities: str
    postcode: str
    town: str
    phone: str
    email: str
    note: str
    company_id: str


# --- offers ------------------------------------------------------------------------------------


def _count(organisation_id: str, *answers: str) -> Any:
    query = (
        select(func.count())
        .select_from(_introduction)
        .where(
            _introduction.c.offer_id == _offer.c.id,
            _introduction.c.deleted_at.is_(None),
            _introduction.c.organisation_id == organisation_id,
        )
    )
    return (query.where(_introduction.c.answer.in_(answers)) if answers else query).scalar_subquery()


def _offers(organisation_id: str) -> Any:
    waiting = (IntroductionAnswer.WAITING, IntroductionAnswer.INTERVIEW)
    return (
        select(
            _offer,
            _company.c.name.label("company_name"),
            func.coalesce(_operation.c.id, "").label("operation_id"),
            func.coalesce(_operation.c.name, "").label("operation_name"),
            func.coalesce(_lot.c.number, "").label("lot_number"),
            func.coalesce(_lot.c.name, "").label("lot_name"),
            func.trim(func.coalesce(_contact.c.first_name, "") + " " + func.coalesce(_contact.c.last_name, "")).label(
                "contact_name"
            ),
            _count(organisation_id, IntroductionAnswer.HIRED).label("taken"),
            _count(organisation_id, *waiting).label("waiting"),
            _count(organisation_id).label("presented"),
        )
        .join_from(_offer, _company, _company.c.id == _offer.c.company_id)
        .join(_lot, _lot.c.id == _offer.c.lot_id, isouter=True)
        .join(_market, _market.c.id == _lot.c.contract_id, isouter=True)
        .join(_operation, _operation.c.id == _market.c.operation_id, isouter=True)
        .join(_contact, _contact.c.id == _offer.c.contact_id, isouter=True)
        .where(_offer.c.deleted_at.is_(None))
    )


def _row(row: Any) -> OfferRow:
    return OfferRow(
        offer_id=row["id"],
        number=row["number"],
        organisation_id=row["organisation_id"],
        company_id=row["company_id"],
        company_name=row["company_name"],
        lot_id=row["lot_id"] or "",
        operation_id=row["operation_id"],
        operation_name=row["operation_name"],
        lot_label=lot_label(row["lot_number"], row["lot_name"]) if row["lot_id"] else "",
        title=row["title"],
        trade_code=row["trade_code"],
        posts=row["posts"],
        taken=row["taken"],
        waiting=row["waiting"],
        presented=row["presented"],
        weekly_hours=row["weekly_hours"],
        contract_type=row["contract_type"],
        start_on=row["start_on"],
        end_on=row["end_on"],
        apply_before=row["apply_before"],
        place=row["place"],
        description=row["description"],
        contact_id=row["contact_id"] or "",
        contact_name=row["contact_name"],
        state=row["state"],
        published_on=row["published_on"],
        closed_on=row["closed_on"],
        created_by=row["created_by"],
    )


def list_offers(
    connection: Connection,
    organisation_id: str,
    *,
    state: str = "",
    company_id: str = "",
    operation_id: str = "",
    ids: Sequence[str] | None = None,
) -> list[OfferRow]:
    """Offers, the open ones first and the most urgent first. Candidates counted are the organisation's own."""
    query = _offers(organisation_id)
    if state:
        query = query.where(_offer.c.state == state)
    if company_id:
        query = query.where(_offer.c.company_id == company_id)
    if operation_id:
        query = query.where(_operation.c.id == operation_id)
    if ids is not None:
        query = query.where(_offer.c.id.in_(list(ids)))
    order = case((_offer.c.state == OfferState.OPEN, 0), else_=1)
    rows = connection.execute(
        query.order_by(order, _offer.c.apply_before.is_(None), _offer.c.apply_before, _offer.c.start_on, _offer.c.id)
    ).mappings()
    return [_row(row) for row in rows]


def find_offer(connection: Connection, organisation_id: str, text: str) -> OfferRow | None:
    """The offer of this id or printed number."""
    wanted = or_(_offer.c.id == text, (_offer.c.number == text.upper()) & (_offer.c.number != ""))
    row = connection.execute(_offers(organisation_id).where(wanted)).mappings().first()
    return _row(row) if row is not None else None


def introductions_of(
    connection: Connection, organisation_id: str, *, offer_id: str = "", person_id: str = ""
) -> list[IntroductionRow]:
    """Candidates presented for an offer, or presentations of a person; the latest first."""
    i = _introduction.c
    query = (
        select(
            i.id,
            i.offer_id,
            i.beneficiary_id,
            _person.c.last_name,
            _person.c.first_name,
            _offer.c.title,
            _company.c.name,
            i.prescriber_code,
            i.prescriber_name,
            i.presented_on,
            i.answer,
            i.answered_on,
            i.presentation,
        )
        .join_from(_introduction, _offer, _offer.c.id == i.offer_id)
        .join(_company, _company.c.id == _offer.c.company_id)
        .join(_person, _person.c.id == i.beneficiary_id)
        .where(i.deleted_at.is_(None), i.organisation_id == organisation_id)
        .order_by(i.presented_on.desc(), i.id.desc())
    )
    if offer_id:
        query = query.where(i.offer_id == offer_id)
    if person_id:
        query = query.where(i.beneficiary_id == person_id)
    return [IntroductionRow(*tuple(row)) for row in connection.execute(query)]


def presentation_of(connection: Connection, person_id: str, offer_id: str = "") -> str:
    """What was written of a candidate for the company: for this offer, else for the latest one."""
    i = _introduction.c
    query = select(i.presentation).where(i.beneficiary_id == person_id, i.deleted_at.is_(None), i.presentation != "")
    if offer_id:
        query = query.where(i.offer_id == offer_id)
    return str(connection.execute(query.order_by(i.presented_on.desc(), i.id.desc())).scalar() or "")


def introduced_already(connection: Connection, offer_id: str, person_id: str) -> str:
    """The introduction of this person for this offer, empty when there is none."""
    i = _introduction.c
    found = connection.execute(
        select(i.id).where(i.offer_id == offer_id, i.beneficiary_id == person_id, i.deleted_at.is_(None))
    ).scalar()
    return str(found or "")


def people_at_work(connection: Connection, organisation_id: str, day: dt.date, *, operation_id: str) -> list[str]:
    """Ids of the people whose contract runs on an operation that day, in the order of names."""
    c = _employment.c
    rows = connection.execute(
        select(_person.c.id)
        .join_from(_employment, _person, _person.c.id == c.beneficiary_id)
        .join(_lot, _lot.c.id == c.lot_id)
        .join(_market, _market.c.id == _lot.c.contract_id)
        .where(
            _market.c.operation_id == operation_id,
            c.organisation_id == organisation_id,
            c.deleted_at.is_(None),
            _person.c.deleted_at.is_(None),
            c.start_on <= day,
            or_(c.end_on.is_(None), c.end_on >= day),
        )
        .group_by(_person.c.id)
        .order_by(_person.c.sort_name, _person.c.id)
    )
    return [row[0] for row in rows]


# --- directory ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShippedStructure:
    """One line of the shipped lists."""

    siret: str
    name: str
    kind: str
    activity_code: str
    postcode: str
    town: str


_KINDS = {one.value.upper(): one.value for one in CompanyKind}


def read_structures(folder: Path) -> list[ShippedStructure]:
    """The shipped lists: ``siae_91_94.csv`` and ``geiq_idf.csv``, each SIRET once."""
    found: dict[str, ShippedStructure] = {}
    with (folder / "siae_91_94.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            found[row["siret"]] = ShippedStructure(
                row["siret"],
                row["denomination"].replace("'", "’"),
                _KINDS.get(row["type_siae"], CompanyKind.OTHER),
                row["code_ape"],
                row["code_postal"],
                row["commune"],
            )
    with (folder / "geiq_idf.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["siret_valide"] == "oui":
                one = ShippedStructure(
                    row["siret"], row["nom"].replace("'", "’"), CompanyKind.GEIQ, "", row["code_postal"], row["commune"]
                )
                found.setdefault(row["siret"], one)
    return list(found.values())


def structure_id(siret: str) -> str:
    """The id of a structure of this SIRET: the same on every laptop."""
    return natural_id("insertion_structure", siret)


def load_structures(notebook: Notebook, shipped: Sequence[ShippedStructure]) -> int:
    """Bring the shipped structures into the notebook once; what the users changed stays. How many were added.

    Nothing of it is to be sent: every program ships the same.
    """
    with notebook.read() as connection:
        known = set(connection.execute(select(_structure.c.id)).scalars())
    missing = [one for one in shipped if structure_id(one.siret) not in known]
    if missing:
        with writing(notebook, "annuaire", captured=False) as unit:
            for one in missing:
                unit.insert(
                    InsertionStructure,
                    {
                        "organisation_id": "",
                        "siret": one.siret,
                        "name": one.name,
                        "sort_name": sort_key(one.name),
                        "kind": one.kind,
                        "activity_code": one.activity_code,
                        "postcode": one.postcode,
                        "town": one.town,
                    },
                    structure_id(one.siret),
                )
    return len(missing)


def list_structures(
    connection: Connection, *, words: Sequence[str] = (), kinds: Sequence[str] = (), department: str = ""
) -> list[StructureRow]:
    """The directory: some kinds, one department, and the folded words all found in what is said of a structure."""
    s = _structure.c
    query = (
        select(
            s.id,
            s.siret,
            s.name,
            s.kind,
            s.activity_code,
            s.abilities,
            s.postcode,
            s.town,
            s.phone,
            s.email,
            s.note,
            func.coalesce(_company.c.id, ""),
        )
        .join_from(
            _structure,
            _company,
            (_company.c.siret == s.siret) & (_company.c.siret != "") & _company.c.deleted_at.is_(None),
            isouter=True,
        )
        .where(s.deleted_at.is_(None))
        .order_by(s.sort_name, s.id)
    )
    if kinds:
        query = query.where(s.kind.in_(list(kinds)))
    if department:
        query = query.where(s.postcode.like(f"{department}%"))
    rows = [StructureRow(*tuple(row)) for row in connection.execute(query)]
    if not words:
        return rows
    return [
        row
        for row in rows
        if all(
            f" {word}" in f" {fold(' '.join((row.name, row.abilities, row.town, row.activity_code, row.postcode)))}"
            for word in words
        )
    ]
