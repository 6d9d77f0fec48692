"""An offer from its opening to the last post filled; the directory as shipped and as completed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput, Locked, NotAllowed, NotFound
from app.models.choices import CompanyKind, IntroductionAnswer, OfferState, Role
from app.models.offers import InsertionStructureDraft, IntroductionDraft, JobOfferDraft
from app.offers.service import OffersService
from app.offers.values import OfferFilter
from app.store.notebook import Notebook
from app.store.outbox import count_unsent
from tests.factories import Site, fresh_notebook, site_with_people


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path / "carnet") as made:
        yield made


@pytest.fixture
def site(notebook: Notebook) -> Site:
    return site_with_people(notebook, 4)


@pytest.fixture
def service(notebook: Notebook) -> OffersService:
    return OffersService(notebook)


def draft(site: Site, **changed: object) -> JobOfferDraft:
    given: dict[str, Any] = {
        "company_id": site.company,
        "lot_id": site.lot,
        "title": "Aide-maçon",
        "posts": 2,
        "start_on": dt.date(2026, 12, 7),
        "end_on": dt.date(2027, 6, 4),
        "apply_before": dt.date(2026, 12, 1),
        "place": "École Simone-Veil",
        "contact_id": site.contact,
    }
    return JobOfferDraft(**(given | changed))


def test_an_offer_from_its_opening_to_the_last_post(service: OffersService, site: Site) -> None:
    offer = service.create(draft(site)).record_id
    sheet = service.get(offer)
    assert (sheet.offer.operation_name, sheet.offer.contact_name, sheet.offer.left) == (
        "École Simone-Veil",
        "Paul MOREAU",
        2,
    )
    assert sheet.offer.number.startswith("OFF-2026-")
    assert service.get(sheet.offer.number).offer == sheet.offer, "found by its printed number"
    first, second, third, _ = site.beneficiaries
    made = [service.present(offer, IntroductionDraft(beneficiary_id=one)).record_id for one in (first, second, third)]
    again = service.present(offer, IntroductionDraft(beneficiary_id=first))
    assert again.record_id == made[0], "presented twice is presented once"
    service.answer(made[0], IntroductionAnswer.HIRED)
    assert service.get(offer).offer.left == 1
    service.answer(made[1], IntroductionAnswer.DECLINED)
    outcome = service.answer(made[2], IntroductionAnswer.HIRED)
    assert service.get(offer).offer.state == OfferState.FILLED
    assert service.counts()[OfferFilter.OPEN] == 0
    with pytest.raises(Locked):
        service.present(offer, IntroductionDraft(beneficiary_id=site.beneficiaries[3]))
    service.take_back(outcome.undo)
    assert service.get(offer).offer.is_open
    assert [one.offer_title for one in service.introductions_of_person(first)] == ["Aide-maçon"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"posts": 0}, "posts"),
        ({"end_on": dt.date(2026, 12, 1)}, "end_on"),
        ({"apply_before": dt.date(2026, 12, 20)}, "apply_before"),
        ({"company_id": "inconnue"}, "company_id"),
        ({"description": "NIR 2 99 02 91 999 999"}, "description"),
        ({"weekly_hours": 9000}, "weekly_hours"),
    ],
)
def test_what_is_wrong_is_said_under_its_field(
    service: OffersService, site: Site, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.create(draft(site, **changed))
    assert refused.value.field == field
    assert service.offers(OfferFilter.ALL) == ()


def test_a_reader_opens_nothing(service: OffersService, site: Site, notebook: Notebook) -> None:
    notebook.role = Role.READER
    with pytest.raises(NotAllowed):
        service.create(draft(site))
    with pytest.raises(NotFound):
        service.get("inconnue")


def test_offers_of_a_company_and_of_an_operation(service: OffersService, site: Site, notebook: Notebook) -> None:
    other = site_with_people(notebook, 1, rank=2, company_name="Les Façades Réunies", operation_name="Gymnase")
    late = service.create(draft(site, apply_before=None)).record_id
    soon = service.create(draft(site)).record_id
    service.create(draft(other))
    assert [one.offer.offer_id for one in service.offers(company_id=site.company)] == [soon, late]
    assert [one.offer.offer_id for one in service.offers(operation_id=site.operation)] == [soon, late]
    service.remove(soon)
    assert len(service.offers(OfferFilter.ALL)) == 2


def test_the_directory_is_shipped_completed_and_filtered(service: OffersService, notebook: Notebook) -> None:
    unsent = count_unsent(notebook)
    shipped = service.structures()
    assert len(shipped) > 75
    assert count_unsent(notebook) == unsent, "what every program ships is not to be sent"
    assert service.structures(kinds=[CompanyKind.ETTI])
    assert {one.structure.kind for one in service.structures(kinds=[CompanyKind.ETTI])} == {CompanyKind.ETTI}
    assert all(one.structure.postcode.startswith("94") for one in service.structures(department="94"))
    named = next(one for one in shipped if one.structure.siret == "42156728000027")
    assert named.structure in [one.structure for one in service.structures("aries genevieve")]
    service.set_structure(named.structure.structure_id, "abilities", "Espaces verts, second œuvre")
    assert [one.structure.siret for one in service.structures("second oeuvre espaces")] == ["42156728000027"]
    made = service.add_structure(InsertionStructureDraft(name="Régie des Lilas", kind=CompanyKind.NEIGHBOURHOOD))
    assert made.record_id in {one.structure.structure_id for one in service.structures()}
    with pytest.raises(InvalidInput) as refused:
        service.set_structure(named.structure.structure_id, "siret", "123")
    assert refused.value.field == "siret"
    service.remove_structure(named.structure.structure_id)
    assert "42156728000027" not in {one.structure.siret for one in service.structures()}, "it does not come back"
