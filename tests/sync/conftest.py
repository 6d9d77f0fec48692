"""A network of two organisations with three notebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.models.beneficiaries import Beneficiary, ClausePeriod, EmploymentContract, FollowUpNote
from app.models.choices import HourKind
from app.models.hours import HourLine, MonthlyStatement
from app.models.operations import Buyer, Company, Contact, Contract, Lot, Operation
from app.models.wire import default_of, moment_text, names_of
from app.rules.merge import Clock
from app.rules.statements import statement_id
from app.store.hours import line_id
from app.store.unit import Unit, writing
from app.sync.state import JournalKind
from server.store.shelf import next_shelf
from tests.server.conftest import postgresql_folder
from tests.sync.world import NORTH, PASSWORD, Laptop, World, world

__all__ = ["postgresql_folder"]


@dataclass
class Three:
    """Nadia and Karim of the North, Léa of the South; each has synchronised once."""

    world: World
    nadia: Laptop
    karim: Laptop
    lea: Laptop

    def all_sync(self, times: int = 2) -> None:
        """Everyone, in turn."""
        for _ in range(times):
            for one in self.world.laptops:
                assert one.sync().complete


@pytest.fixture
def cluster(request: pytest.FixtureRequest) -> str:
    """Folder of the PostgreSQL that the server is over; empty: a file (unless ``both`` asks otherwise)."""
    return str(request.getfixturevalue("postgresql_folder")) if getattr(request, "param", "") else ""


both = pytest.mark.parametrize("cluster", ["", "postgresql"], indirect=True, ids=["sqlite", "postgresql"])
"""A story told over each database."""


@pytest.fixture
def three(tmp_path: Path, cluster: str) -> Iterator[Three]:
    with world(tmp_path, cluster=cluster) as made:
        for name, organisation in (("nadia", "nord"), ("karim", "nord"), ("lea", "sud")):
            made.user(name, organisation)
        found = Three(made, made.laptop("nadia"), made.laptop("karim"), made.laptop("lea"))
        for one in made.laptops:
            one.password = PASSWORD
        found.all_sync(1)
        yield found


def equal(three: Three) -> None:
    """Everyone synchronises; then each holds what the server holds, and no session ever had to mend it."""
    three.all_sync(3)
    for one in three.world.laptops:
        found = one.service.verify()
        assert found.equal, [table for table in found.tables if not table.equal]
        assert not found.mended
        assert JournalKind.MENDED not in [line.kind for line in one.service.journal()], "no session had to mend"
        assert one.service.state().unsent == 0
        assert one.notebook.raw.execute("PRAGMA foreign_key_check").fetchall() == []


def person(laptop: Laptop, name: str = "MARTIN") -> str:
    """A new person in insertion."""
    with writing(laptop.notebook) as unit:
        return unit.insert(Beneficiary, {"last_name": name, "first_name": "Julie"})


def company(laptop: Laptop, name: str = "Bâti-Sud 91") -> str:
    """A new company."""
    with writing(laptop.notebook) as unit:
        return unit.insert(Company, {"name": name, "organisation_id": ""})


def contact(laptop: Laptop, company_id: str, name: str = "BENALI") -> str:
    """Somebody at a company."""
    with writing(laptop.notebook) as unit:
        return unit.insert(Contact, {"company_id": company_id, "last_name": name, "organisation_id": ""})


def orphan_of(world: World) -> str:
    """A contact whose company is nowhere, as a damaged server would have it."""
    made, now = "orphan", world.clock.now()
    with world.database.writing() as connection:
        shelf = next_shelf(connection, now)
        shelf.load([("contact", made)])
        born = {"organisation_id": NORTH, "created_at": moment_text(now), "created_by": ""}
        values = {name: default_of("contact", name) for name in names_of("contact")}
        values |= {"id": made, "company_id": "nowhere", **born}
        shelf.put("contact", made, values, {"": Clock(shelf.seq, 0, moment_text(now))})
        shelf.flush()
    return made


def note(laptop: Laptop, person_id: str, text: str = "Entretien") -> str:
    """A line of a person's follow-up."""
    with writing(laptop.notebook) as unit:
        return unit.insert(FollowUpNote, {"beneficiary_id": person_id, "noted_on": laptop.clock.today(), "text": text})


def edit(laptop: Laptop, record_id: str, **fields: object) -> None:
    """A person's fields typed over."""
    with writing(laptop.notebook) as unit:
        unit.update(Beneficiary, record_id, fields)
    laptop.age_edits()


def delete(laptop: Laptop, record_id: str) -> None:
    """A person to the bin."""
    with writing(laptop.notebook) as unit:
        unit.delete(Beneficiary, record_id)


def lot(unit: Unit) -> str:
    """A lot of a buyer's operation."""
    shared = {"organisation_id": ""}
    buyer = unit.insert(Buyer, {"name": "Ville", **shared})
    operation = unit.insert(Operation, {"buyer_id": buyer, "name": "École", **shared})
    contract = unit.insert(Contract, {"operation_id": operation, "name": "Gros œuvre", **shared})
    return unit.insert(Lot, {"contract_id": contract, "name": "Lot 1", **shared})


def employment(unit: Unit, person_id: str, company_id: str, lot_id: str) -> str:
    """A contract of work of a person, in a clause period of its own."""
    start = {"beneficiary_id": person_id, "start_on": dt.date(2026, 10, 1)}
    period = unit.insert(ClausePeriod, start)
    firm = {"employer_id": company_id, "company_id": company_id, "lot_id": lot_id}
    return unit.insert(EmploymentContract, {**start, **firm, "period_id": period})


def employed(laptop: Laptop) -> tuple[str, str]:
    """Somebody at work: (person, contract)."""
    someone, firm = person(laptop), company(laptop)
    with writing(laptop.notebook) as unit:
        return someone, employment(unit, someone, firm, lot(unit))


def hours(laptop: Laptop, contract_id: str, typed: int, month: str = "2026-11") -> str:
    """The hours of a contract in a month, typed or typed over; the line."""
    company_id, lot_id, owner = (
        laptop.value("employment_contract", contract_id, one) for one in ("company_id", "lot_id", "organisation_id")
    )
    line, sheet = line_id(contract_id, lot_id, month, HourKind.WORKED), statement_id(owner, company_id, month)
    about = {"month": month, "organisation_id": owner}
    with writing(laptop.notebook) as unit:
        if unit.find(MonthlyStatement, sheet) is None:
            unit.insert(MonthlyStatement, {"company_id": company_id, **about}, sheet)
        if unit.find(HourLine, line) is None:
            names = {"statement_id": sheet, "contract_id": contract_id, "lot_id": lot_id}
            unit.insert(HourLine, {**names, **about, "hours": typed}, line)
        else:
            unit.update(HourLine, line, {"hours": typed})
    laptop.age_edits()
    return line
