"""Giving a person to another structure: only where it would leave, only by who may, and taken back whole."""

from __future__ import annotations

import pytest

from app.beneficiaries.service import BeneficiariesService
from app.errors import InvalidInput, NotAllowed, NotFound
from app.models.choices import Role
from app.store.notebook import Notebook
from tests.beneficiaries.situation import join_network
from tests.factories import Site


@pytest.fixture
def other(notebook: Notebook) -> str:
    """Another structure of the network that the notebook has joined."""
    return join_network(notebook)


def test_a_notebook_that_exchanges_with_nobody_gives_nobody(site: Site, service: BeneficiariesService) -> None:
    with pytest.raises(NotAllowed) as refused:
        service.transfer(site.beneficiaries[0], "whoever")
    assert "relier" in refused.value.todo
    assert service.get(site.beneficiaries[0]).writable


def test_the_other_structures_of_the_network_are_proposed(other: str, service: BeneficiariesService) -> None:
    assert [(one.code, one.label) for one in service.structures_to_give_to()] == [(other, "PLIE voisin")]


def test_a_person_given_leaves_the_list_and_comes_back_with_the_undo(
    site: Site, other: str, service: BeneficiariesService
) -> None:
    person, before = site.beneficiaries[0], service.page().total
    outcome = service.transfer(person, other)
    assert service.page().total == before - 1
    with pytest.raises((NotAllowed, NotFound)):
        service.get(person)
    service.undo(outcome.undo)
    assert service.page().total == before
    assert service.get(person).writable


def test_only_to_a_structure_of_the_network_and_only_by_who_may_write(
    site: Site, other: str, notebook: Notebook, service: BeneficiariesService
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.transfer(site.beneficiaries[0], notebook.organisation_id)
    assert refused.value.field == "organisation_id"
    notebook.role = Role.READER
    with pytest.raises(NotAllowed):
        service.transfer(site.beneficiaries[0], other)
