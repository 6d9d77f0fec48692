"""A network of two organisations with three notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.models.beneficiaries import Beneficiary, FollowUpNote
from app.models.operations import Company, Contact
from app.store.unit import writing
from tests.sync.world import PASSWORD, Laptop, World, world


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
def three(tmp_path: Path) -> Iterator[Three]:
    with world(tmp_path) as made:
        for name, organisation in (("nadia", "nord"), ("karim", "nord"), ("lea", "sud")):
            made.user(name, organisation)
        found = Three(made, made.laptop("nadia"), made.laptop("karim"), made.laptop("lea"))
        for one in made.laptops:
            one.password = PASSWORD
        found.all_sync(1)
        yield found


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
