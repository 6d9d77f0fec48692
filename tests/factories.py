"""Situations for tests, not fields: « a site with six people », « a company with a month to type ».

People and companies are invented; SIRET stand in the 999 block. Everything is written through the store,
so that history and marks to be sent exist as in real life.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.clock import Clock, FrozenClock, natural_id
from app.models.beneficiaries import Beneficiary, ClausePeriod, EligibilityCheck, EmploymentContract
from app.models.choices import CompanyKind, EmploymentType, Modality, OrganisationKind, Role
from app.models.network import Facilitator, Network, Organisation
from app.models.operations import Buyer, Commitment, Company, Contact, Contract, Lot, Operation
from app.rules.french import sort_key
from app.store.notebook import Notebook
from app.store.unit import writing

KEY = bytes(range(32))
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)

PEOPLE = (
    ("MARTIN", "Julie"),
    ("DESCHAMPS", "Benoît"),
    ("DIALLO", "Aïssatou"),
    ("LEFÈVRE", "Éloïse"),
    ("de SOUSA", "Manuel"),
    ("KÉÏTA", "Ibrahim"),
    ("NGUYEN", "Thanh-Mai"),
    ("BENALI", "Karim"),
    ("O’BRIEN", "Sœren"),
    ("ROUSSEAU", "Chloé"),
    ("TRAORÉ", "Fatoumata"),
    ("PETIT-JEAN", "Loïc"),
)


def siret(rank: int) -> str:
    """The ``rank``-th invented SIRET of the 999 block, Luhn valid (SIREN and SIRET)."""
    siren = _with_key(f"99900{rank:03d}")
    return _with_key(f"{siren}0001")


def _with_key(digits: str) -> str:
    for key in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(digits + key)):
            value = int(digit) * (2 if place % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return digits + key
    raise AssertionError("a Luhn key always exists")


@contextmanager
def fresh_notebook(folder: Path, clock: Clock | None = None) -> Iterator[Notebook]:
    """A new notebook whose actor is Nadia, facilitator of an invented organisation."""
    notebook = open_fresh_notebook(folder, clock)
    try:
        yield notebook
    finally:
        notebook.close()


_TEMPLATE: dict[str, Path] = {}


def open_fresh_notebook(folder: Path, clock: Clock | None = None) -> Notebook:
    """Copy of a notebook made once per process: migrating takes half a second, copying nothing."""
    import tempfile

    if "path" not in _TEMPLATE:
        home = Path(tempfile.mkdtemp(prefix="inclusiv-template-"))
        notebook = Notebook.create(home, KEY, FrozenClock(NOW))
        _people_of_the_network(notebook)
        notebook.close()
        _TEMPLATE["path"] = home
        import atexit

        atexit.register(shutil.rmtree, home, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_TEMPLATE["path"] / "notebook.db", folder / "notebook.db")
    notebook = Notebook.open(folder, KEY, clock or FrozenClock(NOW))
    notebook.organisation_id = natural_id("organisation", "demo_plie")
    notebook.actor_id = natural_id("facilitator", "nadia")
    notebook.role = Role.FACILITATOR
    return notebook


def _people_of_the_network(notebook: Notebook) -> None:
    with writing(notebook, "réseau") as unit:
        network = unit.insert(Network, {"code": "demo", "name": "Réseau d’exemple"}, natural_id("network", "demo"))
        organisation = unit.insert(
            Organisation,
            {
                "network_id": network,
                "code": "demo_plie",
                "name": "PLIE d’exemple",
                "short_name": "PLIE-EX",
                "kind": OrganisationKind.PLIE,
                "address": "1 place de l’Exemple",
                "postcode": "91000",
                "town": "Évry-Courcouronnes",
                "phone": "01 60 00 00 00",
            },
            natural_id("organisation", "demo_plie"),
        )
        unit.insert(
            Facilitator,
            {
                "last_name": "DIALLO",
                "first_name": "Nadia",
                "phone": "06 00 00 00 01",
                "role": Role.FACILITATOR,
                "organisation_id": organisation,
            },
            natural_id("facilitator", "nadia"),
        )


@dataclass
class Site:
    """Ids of one site: buyer, operation, contract, lot, company, commitment, people with contracts."""

    buyer: str = ""
    operation: str = ""
    contract: str = ""
    lot: str = ""
    company: str = ""
    commitment: str = ""
    contact: str = ""
    beneficiaries: list[str] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    contracts: list[str] = field(default_factory=list)
    """Employment contracts, in the order of ``beneficiaries``."""


def site_with_people(
    notebook: Notebook,
    people: int = 6,
    *,
    rank: int = 1,
    company_name: str = "Bâti-Sud 91",
    operation_name: str = "École Simone-Veil",
    due_hours: int = 182_000,
    start_on: dt.date = dt.date(2026, 3, 2),
    end_on: dt.date | None = dt.date(2027, 3, 31),
    weekly_hours: int = 3500,
) -> Site:
    """A building operation with one lot, its company, a commitment, and ``people`` at work on it."""
    site = Site()
    with writing(notebook, "chantier") as unit:
        buyer_name = "Ville d’Exemple-sur-Orge"
        site.buyer = unit.insert(Buyer, {"name": buyer_name, "sort_name": sort_key(buyer_name)})
        site.operation = unit.insert(
            Operation,
            {
                "buyer_id": site.buyer,
                "name": operation_name,
                "sort_name": sort_key(operation_name),
                "address": "12 rue des Lilas",
                "postcode": "91000",
                "town": "Évry-Courcouronnes",
                "start_on": start_on,
                "end_on": end_on,
            },
        )
        site.contract = unit.insert(
            Contract,
            {
                "operation_id": site.operation,
                "name": "Travaux de construction",
                "reference": f"2026-T{rank:03d}",
            },
        )
        site.lot = unit.insert(
            Lot,
            {
                "contract_id": site.contract,
                "number": "3",
                "name": "Gros œuvre",
                "start_on": start_on,
                "end_on": end_on,
                "amount_cents": 218_400_000,
            },
        )
        number = siret(rank)
        site.company = unit.insert(
            Company,
            {
                "name": company_name,
                "sort_name": sort_key(company_name),
                "siret": number,
                "kind": CompanyKind.ORDINARY,
            },
            natural_id("company", number),
        )
        site.contact = unit.insert(
            Contact,
            {
                "company_id": site.company,
                "last_name": "MOREAU",
                "first_name": "Paul",
                "role_label": "Conducteur de travaux",
                "phone": "06 00 00 00 02",
                "usual": True,
            },
        )
        site.commitment = unit.insert(
            Commitment,
            {
                "lot_id": site.lot,
                "company_id": site.company,
                "computed_hours": due_hours,
                "due_hours": due_hours,
                "start_on": start_on,
                "end_on": end_on,
            },
        )
        for index in range(people):
            last, first = PEOPLE[index % len(PEOPLE)]
            if index >= len(PEOPLE):
                last = f"{last}-{index // len(PEOPLE)}"
            person = add_person(notebook, unit, site, last, first, index, start_on, end_on, weekly_hours)
            site.beneficiaries.append(person)
    return site


def add_person(
    notebook: Notebook,
    unit: Any,
    site: Site,
    last: str,
    first: str,
    index: int,
    start_on: dt.date,
    end_on: dt.date | None,
    weekly_hours: int = 3500,
) -> str:
    """One more person at work on the site, inside an open unit; returns the beneficiary's id."""
    person: str = unit.insert(
        Beneficiary,
        {
            "file_number": f"B-2026-NO-{index + 1:04d}",
            "last_name": last,
            "first_name": first,
            "sort_name": sort_key(f"{last} {first}"),
            "birth_date": dt.date(1988, 3, 12) + dt.timedelta(days=97 * index),
            "town": "Évry-Courcouronnes",
            "postcode": "91000",
            "phone": f"06 00 00 01 {index:02d}",
            "facilitator_id": notebook.actor_id,
        },
    )
    period = unit.insert(ClausePeriod, {"beneficiary_id": person, "start_on": start_on})
    contract = unit.insert(
        EmploymentContract,
        {
            "period_id": period,
            "beneficiary_id": person,
            "employer_id": site.company,
            "company_id": site.company,
            "lot_id": site.lot,
            "modality": Modality.DIRECT_HIRE,
            "type": EmploymentType.CDD,
            "job_title": "Aide-maçon",
            "start_on": start_on,
            "end_on": end_on,
            "weekly_hours": weekly_hours,
        },
    )
    unit.insert(
        EligibilityCheck,
        {
            "beneficiary_id": person,
            "scheme": "charter_91_2018",
            "category_code": "minima_sociaux",
            "proof_code": "attestation_rsa",
            "seen_on": start_on - dt.timedelta(days=10),
            "seen_by": notebook.actor_id,
            "validated_on": start_on - dt.timedelta(days=10),
        },
    )
    site.periods.append(period)
    site.contracts.append(contract)
    return person


def random_key() -> bytes:
    """A random data key."""
    return os.urandom(32)
