"""Companies: one record for one SIRET, establishments grouped and not merged (PRODUCT.md C3, C5, E6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import FrozenClock, natural_id
from app.errors import InvalidInput, NotFound
from app.models.choices import CompanyKind, StatementState
from app.models.hours import MonthlyStatement
from app.operations.companies import CompaniesService
from app.operations.values import INSERTION_KINDS, CompanyDraft, ContactDraft
from app.rules.identifiers import is_siret
from app.rules.statements import statement_id
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import fresh_notebook, siret, site_with_people


@pytest.fixture
def notebook(tmp_path: Path, clock: FrozenClock) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path, clock) as made:
        yield made


@pytest.fixture
def service(notebook: Notebook) -> CompaniesService:
    return CompaniesService(notebook)


def _sibling(number: str) -> str:
    """Another establishment of the same SIREN."""
    found = (f"{number[:9]}{rank:05d}" for rank in range(20, 200))
    return next(one for one in found if is_siret(one) and one != number)


def test_the_same_siret_is_the_same_record(service: CompaniesService) -> None:
    first = service.create(CompanyDraft("Bâti-Sud 99", siret(1), town="Orlance")).record_id
    assert first == natural_id("company", siret(1))
    spaced = f"{siret(1)[:3]} {siret(1)[3:6]} {siret(1)[6:9]} {siret(1)[9:]}"
    again = service.create(CompanyDraft("Bati Sud", spaced))
    assert again.record_id == first
    assert not again.changes, "nothing is written over it"
    assert service.get(first).facts.name == "Bâti-Sud 99"
    answer = service.check_siret(spaced)
    assert answer.company_id == first
    assert "Bâti-Sud 99" in answer.sentence


def test_a_wrong_key_is_refused(service: CompaniesService) -> None:
    wrong = siret(1)[:-1] + str((int(siret(1)[-1]) + 1) % 10)
    with pytest.raises(InvalidInput) as refused:
        service.create(CompanyDraft("Bâti", wrong))
    assert refused.value.field == "siret"
    assert service.page().total == 0


def test_establishments_of_one_siren_are_grouped_not_merged(service: CompaniesService) -> None:
    first = service.create(CompanyDraft("Bâti-Sud 99", siret(1))).record_id
    other = _sibling(siret(1))
    answer = service.check_siret(other)
    assert answer.company_id == ""
    assert [one.id for one in answer.siblings] == [first]
    assert "1\u00a0autre établissement" in answer.sentence
    second = service.create(CompanyDraft("Bâti-Sud 99 agence", other)).record_id
    service.create(CompanyDraft("Sans rapport", siret(2)))
    service.create(CompanyDraft("Sans numéro"))
    assert second != first
    assert [one.id for one in service.get(first).siblings] == [second]
    assert service.page().total == 4


def test_a_siret_is_given_later_but_never_taken_from_another(service: CompaniesService) -> None:
    first = service.create(CompanyDraft("Bâti", siret(1))).record_id
    later = service.create(CompanyDraft("Peinture")).record_id
    with pytest.raises(InvalidInput) as refused:
        service.set_company(later, "siret", siret(1))
    assert refused.value.field == "siret"
    service.set_company(later, "siret", siret(2))
    assert service.create(CompanyDraft("Autre nom", siret(2))).record_id == later
    service.set_company(first, "siret", "")
    with pytest.raises(InvalidInput) as refused:
        service.create(CompanyDraft("Nouvelle", siret(1)))
    assert "Bâti" in refused.value.happened, "two records never share the id that a SIRET gives"


def test_a_company_in_the_bin_comes_back_with_its_siret(service: CompaniesService) -> None:
    first = service.create(CompanyDraft("Bâti", siret(1))).record_id
    service.delete(first)
    with pytest.raises(NotFound):
        service.get(first)
    assert service.create(CompanyDraft("Bâti neuf", siret(1))).record_id == first
    assert service.get(first).facts.name == "Bâti neuf"


def test_the_list_keeps_kinds_and_words(service: CompaniesService) -> None:
    for rank, (name, kind) in enumerate(
        (("Éco-Rénov", CompanyKind.EI), ("Tremplin", CompanyKind.ETTI), ("Bâti", CompanyKind.ORDINARY))
    ):
        service.create(CompanyDraft(name, siret(rank + 1), kind))
    assert [one.name for one in service.page().lines] == ["Bâti", "Éco-Rénov", "Tremplin"]
    assert [one.name for one in service.page(kinds=INSERTION_KINDS).lines] == ["Éco-Rénov", "Tremplin"]
    assert [one.name for one in service.page("reno eco").lines] == ["Éco-Rénov"]
    assert [one.name for one in service.page(siret(3)).lines] == ["Bâti"]
    assert [one.name for one in service.page(descending=True, limit=1, offset=1).lines] == ["Éco-Rénov"]
    assert [one.name for one in service.find("tremp")] == ["Tremplin"]


def test_the_page_shows_people_bars_and_twelve_months(service: CompaniesService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 3, start_on=dt.date(2026, 3, 2), end_on=dt.date(2026, 10, 31))
    other = site_with_people(
        notebook, 1, rank=2, company_name="Peinture", operation_name="Piscine", start_on=dt.date(2026, 3, 2)
    )
    with writing(notebook, "relevés") as unit:
        for month, state in (("2026-08", StatementState.VALIDATED), ("2026-09", StatementState.TO_CHECK)):
            unit.put(
                MonthlyStatement,
                statement_id(notebook.organisation_id, site.company, month),
                {"company_id": site.company, "month": month, "state": state},
            )
    sheet = service.get(site.company)
    assert [one.operation_name for one in sheet.commitments] == ["École Simone-Veil"]
    assert len(sheet.people) == sheet.people_count == 3
    assert not any(one.present for one in sheet.people)
    assert all(one.present for one in service.get(other.company).people)
    months = {one.month: one for one in sheet.months}
    assert list(months) == [f"2025-{at:02d}" for at in (11, 12)] + [f"2026-{at:02d}" for at in range(1, 11)]
    assert months["2026-01"].state is None
    assert months["2026-07"].missing
    assert months["2026-08"].state is StatementState.VALIDATED
    assert months["2026-08"].statement_id
    assert months["2026-09"].state is StatementState.TO_CHECK
    assert months["2026-10"].missing, "October is over, and nobody set a day"
    assert {one.name: one.people for one in service.page().lines} == {"Bâti-Sud 91": 0, "Peinture": 1}


def test_a_statement_is_missing_from_the_day_the_contract_says(service: CompaniesService, notebook: Notebook) -> None:
    from app.operations.service import OperationsService

    site = site_with_people(notebook, 1)
    OperationsService(notebook).set_contract(site.contract, "statement_due_day", 25)
    cells = service.get(site.company).months
    assert cells[-1].month == "2026-10"
    assert not cells[-1].missing, "22 November: until the 25th it is only expected"
    assert cells[-1].state is StatementState.EXPECTED
    assert cells[-2].missing


def test_one_contact_answers_usually(service: CompaniesService) -> None:
    company = service.create(CompanyDraft("Bâti", siret(1))).record_id
    first = service.add_contact(ContactDraft("Moreau", "Paul", company_id=company)).record_id
    second = service.add_contact(ContactDraft("Petit", "Anne", company_id=company)).record_id
    assert {one.id: one.usual for one in service.get(company).contacts} == {first: True, second: False}
    done = service.set_usual_contact(second)
    assert [one.id for one in service.get(company).contacts] == [second, first], "the usual one comes first"
    assert done.changes.ids("company") == {company}
    service.take_back(done.undo)
    assert service.get(company).contacts[0].id == first


def test_what_hangs_on_a_company_keeps_it(service: CompaniesService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 1)
    with pytest.raises(InvalidInput, match="des engagements et des contrats de travail"):
        service.delete(site.company)
    alone = service.create(CompanyDraft("Seule")).record_id
    done = service.delete(alone)
    assert service.page().total == 1
    service.take_back(done.undo)
    assert service.page().total == 2


def test_people_of_other_organisations_are_not_shown(service: CompaniesService, notebook: Notebook) -> None:
    site = site_with_people(notebook, 2)
    notebook.organisation_id = natural_id("organisation", "another")
    sheet = service.get(site.company)
    assert (sheet.people, sheet.people_count) == ((), 0)
    assert all(one.state is None for one in sheet.months)
    assert service.page().lines[0].people == 0
    assert len(sheet.commitments) == 1, "commitments are the network's"
