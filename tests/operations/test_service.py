"""Operations from an empty notebook to a commitment, and back (PRODUCT.md C1, H8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import FrozenClock, natural_id
from app.errors import InvalidInput, NotAllowed, NotFound
from app.models.choices import ClauseState, HourKind, ObjectiveKind, Role, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.models.operations import Commitment
from app.operations.companies import CompaniesService
from app.operations.service import OperationsService
from app.operations.values import (
    CommitmentDraft,
    CompanyDraft,
    ContactDraft,
    ContractDraft,
    LotDraft,
    OperationDraft,
)
from app.rules.commitments import Position
from app.rules.statements import statement_id
from app.store.hours import line_id
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import fresh_notebook, siret, site_with_people


@pytest.fixture
def notebook(tmp_path: Path, clock: FrozenClock) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path, clock) as made:
        yield made


@pytest.fixture
def service(notebook: Notebook) -> OperationsService:
    return OperationsService(notebook)


def _operation(service: OperationsService, name: str = "École Simone-Veil", buyer: str = "Ville d’Orlance") -> str:
    return service.create(OperationDraft(name, buyer_name=buyer, town="Orlance")).record_id


def test_from_an_empty_notebook_to_a_commitment(service: OperationsService) -> None:
    operation = _operation(service)
    service.add_lot(
        LotDraft(operation, "3", "Gros œuvre", amount_cents=100_000_000, end_on=dt.date(2027, 3, 31)),
        CommitmentDraft("", company_name="Bâti-Sud 99", siret=siret(1), due_hours=182_000),
    )
    sheet = service.get(operation)
    assert sheet.facts.buyer_name == "Ville d’Orlance"
    assert [one.label for one in sheet.lots] == ["lot 3\u00a0: Gros œuvre"]
    (owed,) = sheet.commitments
    assert owed.company_name == "Bâti-Sud 99"
    assert owed.company_id == natural_id("company", siret(1))
    assert sheet.position == Position(182_000, 0, 0)
    assert "manque 1\u202f820\u00a0h" in owed.projection.sentence
    assert len(sheet.contracts) == 1, "the first lot makes its contract"


def test_the_same_buyer_typed_twice_is_one_buyer(service: OperationsService) -> None:
    first, second = _operation(service), _operation(service, "Piscine", " Ville  d’Orlance ")
    assert service.get(first).facts.buyer_id == service.get(second).facts.buyer_id
    assert [one.name for one in service.find_buyers("orlance vil")] == ["Ville d’Orlance"]


def test_the_list_is_filtered_sorted_and_paged_by_the_store(service: OperationsService) -> None:
    for name in ("Écluse", "Lot 10", "Lot 2", "eau", "Zénith"):
        _operation(service, name)
    closed = _operation(service, "Abbaye")
    service.close(closed)
    assert [one.row.name for one in service.page().lines] == ["eau", "Écluse", "Lot 2", "Lot 10", "Zénith"]
    assert [one.row.name for one in service.page(descending=True, limit=2).lines] == ["Zénith", "Lot 10"]
    assert [one.row.name for one in service.page(limit=2, offset=1).lines] == ["Écluse", "Lot 2"]
    assert service.page(limit=1).total == 5
    assert [one.row.name for one in service.page(closed=True).lines] == ["Abbaye"]
    assert service.page(closed=None).total == 6
    assert [one.row.name for one in service.page("ecl").lines] == ["Écluse"]
    assert service.page("orlance ecluse").total == 1, "the buyer's name finds its operations"
    assert [one.row.name for one in service.page(order_by="buyer", limit=2).lines] == ["eau", "Écluse"]
    service.reopen(closed)
    assert service.page().total == 6


def test_positions_are_those_of_the_hours(service: OperationsService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 2, due_hours=100_000)
    _hours(notebook, site, "2026-09", StatementState.VALIDATED, 30_000)
    _hours(notebook, site, "2026-10", StatementState.RECEIVED, 14_000)
    expected = Position(100_000, 30_000, 14_000)
    assert service.get(site.operation).position == expected
    assert (service.page().lines[0].due_hours, service.page().lines[0].lots) == (100_000, 1)
    assert service.position(site.operation) == expected
    assert service.get(site.operation).people.present == 2
    service.set_commitment(site.commitment, "clause_state", ClauseState.CANCELLED)
    assert service.position(site.operation) == Position(0, 0), "a cancelled clause owes nothing"
    assert service.page().lines[0].due_hours == 0


def test_an_attested_clause_is_not_chosen_by_hand(service: OperationsService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 1)
    with pytest.raises(InvalidInput, match="ne se choisit pas"):
        service.set_commitment(site.commitment, "clause_state", "attested")
    with writing(notebook, "attestation") as unit:
        unit.update(Commitment, site.commitment, {"clause_state": ClauseState.ATTESTED})
    service.set_commitment(site.commitment, "clause_state", ClauseState.ATTESTED)
    service.set_commitment(site.commitment, "clause_state", ClauseState.OPEN)


def _hours(notebook: Notebook, site: object, month: str, state: StatementState, hours: int) -> None:
    company, contract, lot = site.company, site.contracts[0], site.lot  # type: ignore[attr-defined]
    with writing(notebook, "relevé") as unit:
        statement = statement_id(notebook.organisation_id, company, month)
        unit.put(MonthlyStatement, statement, {"company_id": company, "month": month, "state": state})
        unit.put(
            HourLine,
            line_id(contract, lot, month, HourKind.WORKED),
            {"statement_id": statement, "contract_id": contract, "lot_id": lot, "month": month, "hours": hours},
        )


def test_each_field_is_edited_alone_and_undone(service: OperationsService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 1)
    done = service.set_commitment(site.commitment, "due_hours", 190_000)
    assert done.undo.label == "heures dues 1\u202f820 → 1\u202f900"
    assert done.changes.ids("operation") == {site.operation}
    assert done.changes.ids("company") == {site.company}
    redo = service.take_back(done.undo)
    assert service.get(site.operation).position.due == 182_000
    service.take_back(redo.undo)
    assert service.get(site.operation).position.due == 190_000
    service.set_operation(site.operation, "name", "  Écluse   neuve ")
    service.set_lot(site.lot, "number", "12")
    service.set_contract(site.contract, "penalty_terms", "60 € par heure\nnon réalisée")
    service.set_buyer(site.operation, "phone", "01.60 00 00-07")
    sheet = service.get(site.operation)
    assert sheet.facts.name == "Écluse neuve"
    assert sheet.lots[0].facts.number == "12"
    assert sheet.contracts[0].penalty_terms == "60 € par heure\nnon réalisée"
    assert sheet.facts.buyer_phone == "0160000007"
    assert service.page("ecluse").total == 1, "the new name finds it, in its order"
    assert not service.set_operation(site.operation, "town", "Évry-Courcouronnes").changes


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "  "), ("postcode", "9100"), ("end_on", dt.date(2020, 1, 1)), ("start_on", dt.date(2030, 1, 1))],
)
def test_a_wrong_field_is_refused_by_its_name(
    service: OperationsService, notebook: Notebook, field: str, value: object
) -> None:
    site = site_with_people(notebook, 0)
    before = service.get(site.operation)
    with pytest.raises(InvalidInput) as refused:
        service.set_operation(site.operation, field, value)
    assert refused.value.field == field
    assert service.get(site.operation) == before


def test_a_new_operation_needs_a_name_and_a_buyer(service: OperationsService) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.create(OperationDraft("", buyer_name="Ville"))
    assert refused.value.field == "name"
    with pytest.raises(InvalidInput) as refused:
        service.create(OperationDraft("École"))
    assert refused.value.field == "buyer_name"
    assert service.page(closed=None).total == 0


def test_a_refused_commitment_leaves_no_lot_behind(service: OperationsService) -> None:
    operation = _operation(service)
    with pytest.raises(InvalidInput) as refused:
        service.add_lot(LotDraft(operation, "1", "VRD"), CommitmentDraft("", company_name="Bâti", siret="123"))
    assert refused.value.field == "siret"
    sheet = service.get(operation)
    assert sheet.lots == ()
    assert sheet.contracts == ()


def test_a_company_owes_once_for_each_kind_of_objective(service: OperationsService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 0)
    with pytest.raises(InvalidInput) as refused:
        service.commit(CommitmentDraft(site.lot, company_id=site.company, due_hours=100))
    assert refused.value.field == "company_name"
    service.commit(
        CommitmentDraft(site.lot, company_id=site.company, objective_kind=ObjectiveKind.TRAINING, due_hours=7_000)
    )
    sheet = service.get(site.operation)
    assert len(sheet.commitments) == 2
    assert sheet.position.due == 182_000, "hours of another kind of objective are not added to the contract's"


def test_lots_are_counted_like_people_do(service: OperationsService) -> None:
    operation = _operation(service)
    for number in ("10", "2", "1"):
        service.add_lot(LotDraft(operation, number))
    assert [one.facts.number for one in service.get(operation).lots] == ["1", "2", "10"]
    with pytest.raises(InvalidInput) as refused:
        service.add_lot(LotDraft(operation))
    assert refused.value.field == "number"


def test_what_people_hang_on_is_not_thrown_away(service: OperationsService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 2)
    with pytest.raises(InvalidInput, match="2\u00a0contrats de travail"):
        service.delete_operation(site.operation)
    with pytest.raises(InvalidInput, match="2\u00a0contrats de travail"):
        service.delete_lot(site.lot)
    with pytest.raises(InvalidInput, match="lots"):
        service.delete_contract(site.contract)
    assert len(service.get(site.operation).commitments) == 1


def test_a_commitment_with_hours_stays(service: OperationsService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 1)
    _hours(notebook, site, "2026-10", StatementState.RECEIVED, 100)
    with pytest.raises(InvalidInput, match="heures"):
        service.delete_commitment(site.commitment)
    assert len(service.get(site.operation).commitments) == 1


def test_an_operation_goes_to_the_bin_whole_and_comes_back_whole(
    service: OperationsService, notebook: Notebook
) -> None:
    site = site_with_people(notebook, 0)
    before = service.get(site.operation)
    done = service.delete_operation(site.operation)
    with pytest.raises(NotFound):
        service.get(site.operation)
    assert service.page(closed=None).total == 0
    with pytest.raises(NotFound):
        service.set_commitment(site.commitment, "due_hours", 0)
    service.take_back(done.undo)
    assert service.get(site.operation) == before


def test_contacts_of_the_operation_and_its_buyer_are_together(service: OperationsService) -> None:
    operation = _operation(service)
    buyer = service.get(operation).facts.buyer_id
    service.add_contact(ContactDraft("petit", "Anne", "Cheffe de projet", "06 12 34 56 78", buyer_id=buyer))
    made = service.add_contact(ContactDraft("Morel", operation_id=operation)).record_id
    assert {one.last_name for one in service.get(operation).contacts} == {"petit", "Morel"}
    done = service.remove_contact(made)
    assert len(service.get(operation).contacts) == 1
    service.take_back(done.undo)
    assert len(service.get(operation).contacts) == 2
    with pytest.raises(InvalidInput) as refused:
        service.set_contact(made, "phone", "12")
    assert refused.value.field == "phone"


def test_a_second_contract_receives_the_lots_it_is_chosen_for(service: OperationsService) -> None:
    operation = _operation(service)
    service.add_lot(LotDraft(operation, "1"))
    second = service.add_contract(ContractDraft(operation, "Aménagement", "2026-T002")).record_id
    service.add_lot(LotDraft(operation, "2", contract_id=second))
    assert [one.facts.contract_reference for one in service.get(operation).lots] == ["", "2026-T002"]
    other = _operation(service, "Piscine")
    with pytest.raises(NotFound):
        service.add_lot(LotDraft(other, "9", contract_id=second))


def test_a_reader_writes_nothing(service: OperationsService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 0)
    notebook.role = Role.READER
    companies = CompaniesService(notebook)
    for act in (
        lambda: service.create(OperationDraft("École", buyer_name="Ville")),
        lambda: service.set_operation(site.operation, "name", "Autre"),
        lambda: service.add_lot(LotDraft(site.operation, "4")),
        lambda: service.commit(CommitmentDraft(site.lot, company_name="X", due_hours=1)),
        lambda: service.delete_operation(site.operation),
        lambda: service.close(site.operation),
        lambda: companies.create(CompanyDraft("X")),
        lambda: companies.set_company(site.company, "name", "Y"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert service.page(closed=None).total == 1
