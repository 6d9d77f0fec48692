"""Keeping a calculation with its four factors, and applying it (charter art. 4.3; PRODUCT.md C2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import FrozenClock
from app.errors import InvalidInput, NotFound
from app.operations.service import OperationsService
from app.operations.sizing import SizingService
from app.operations.values import CommitmentDraft, LotDraft, OperationDraft, SizingDraft
from app.store.notebook import Notebook
from tests.factories import fresh_notebook, site_with_people


@pytest.fixture
def notebook(tmp_path: Path, clock: FrozenClock) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path, clock) as made:
        made.set_control("prefix", "NO")
        yield made


@pytest.fixture
def service(notebook: Notebook) -> SizingService:
    return SizingService(notebook)


@pytest.fixture
def operation(notebook: Notebook) -> str:
    return OperationsService(notebook).create(OperationDraft("École", buyer_name="Ville")).record_id


def _draft(operation: str, **changes: object) -> SizingDraft:
    return SizingDraft(
        **{  # type: ignore[arg-type]
            "operation_id": operation,
            "amount_cents": 100_000_000,
            "labour_share": 5_000,
            "effort_rate": 500,
            "hourly_cost_cents": 3_000,
            **changes,
        }
    )


def test_a_calculation_is_kept_with_everything_an_auditor_needs(service: SizingService, operation: str) -> None:
    kept = service.get(service.keep(_draft(operation)).record_id)
    assert kept.number == "CAL-2026-NO-0001"
    assert kept.sized_on == dt.date(2026, 11, 22)
    assert (kept.amount_cents, kept.labour_share, kept.effort_rate, kept.hourly_cost_cents) == (
        100_000_000,
        5_000,
        500,
        3_000,
    )
    assert (kept.computed_hours, kept.retained_hours, kept.minimum_effort_rate) == (83_333, 83_300, 500)


def test_numbers_follow_and_are_never_given_twice(service: SizingService, operation: str) -> None:
    first = service.keep(_draft(operation))
    service.take_back(first.undo)
    with pytest.raises(InvalidInput):
        service.keep(_draft(operation, retained_hours=90_000))
    assert service.get(service.keep(_draft(operation)).record_id).number == "CAL-2026-NO-0002"


def test_other_hours_than_the_computed_ones_need_a_reason(service: SizingService, operation: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.keep(_draft(operation, retained_hours=90_000, retained_reason="  "))
    assert refused.value.field == "retained_reason"
    kept = service.keep(_draft(operation, retained_hours=90_000, retained_reason="Durée du marché"))
    assert service.get(kept.record_id).retained_reason == "Durée du marché"
    assert service.get(service.keep(_draft(operation, retained_hours=83_400)).record_id).retained_hours == 83_400


def test_a_rate_below_the_minimum_is_said_and_still_kept(service: SizingService, operation: str) -> None:
    sized = service.size(100_000_000, 5_000, 499, 3_000)
    assert sized.asked.below_minimum
    assert "inférieur au minimum" in sized.asked.warning
    service.keep(_draft(operation, effort_rate=499))
    assert not service.size(100_000_000, 5_000, 500, 3_000).asked.below_minimum


def test_the_range_to_negotiate_goes_from_five_to_ten(service: SizingService) -> None:
    sized = service.size(100_000_000, 5_000, 500, 3_000)
    assert [one.effort_rate for one in sized.others] == [Decimal(rate) for rate in range(5, 11)]
    assert sized.others[0].computed_hours == sized.asked.computed_hours
    assert sized.others[-1].computed_hours == 166_667


def test_a_calculation_is_applied_to_a_commitment_and_taken_back(service: SizingService, notebook: Notebook) -> None:
    operations = OperationsService(notebook)
    site = site_with_people(notebook, 0)
    sizing = service.keep(
        _draft(site.operation, lot_id=site.lot, retained_hours=90_000, retained_reason="Technicité")
    ).record_id
    done = service.apply(sizing, site.commitment)
    (owed,) = operations.get(site.operation).commitments
    assert (owed.due_hours, owed.computed_hours, owed.retained_reason) == (90_000, 83_333, "Technicité")
    assert owed.sizing_number == "CAL-2026-NO-0001"
    assert done.changes.ids("operation") == {site.operation}
    service.take_back(done.undo)
    assert operations.get(site.operation).commitments[0].due_hours == 182_000


def test_a_calculation_does_not_leave_its_operation(service: SizingService, notebook: Notebook, operation: str) -> None:
    site = site_with_people(notebook, 0)
    with pytest.raises(NotFound):
        service.apply(service.keep(_draft(operation)).record_id, site.commitment)
    with pytest.raises(NotFound):
        service.keep(_draft("nowhere"))


def test_a_new_commitment_takes_the_hours_of_its_calculation(
    service: SizingService, notebook: Notebook, operation: str
) -> None:
    operations = OperationsService(notebook)
    sizing = service.keep(_draft(operation)).record_id
    operations.add_lot(LotDraft(operation, "1"), CommitmentDraft("", company_name="Bâti", sizing_id=sizing))
    sheet = operations.get(operation)
    assert sheet.position.due == 83_300
    assert sheet.commitments[0].sizing_id == sizing
    service.remove(sizing)
    assert operations.get(operation).position.due == 83_300
    assert operations.get(operation).sizings == ()


@given(
    amount=st.integers(1, 10**10),
    share=st.integers(1, 10_000),
    rate=st.integers(1, 10_000),
    cost=st.integers(1, 100_000),
)
def test_any_calculation_can_be_done_again_from_what_is_kept(
    amount: int, share: int, rate: int, cost: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    notebook, operation = _shared(tmp_path_factory)
    service = SizingService(notebook)
    kept = service.get(
        service.keep(
            _draft(operation, amount_cents=amount, labour_share=share, effort_rate=rate, hourly_cost_cents=cost)
        ).record_id
    )
    exact = (
        Fraction(kept.amount_cents)
        * Fraction(kept.labour_share, 10_000)
        * Fraction(kept.effort_rate, 10_000)
        / kept.hourly_cost_cents
    )
    assert abs(kept.computed_hours - exact * 100) <= Fraction(1, 2)
    assert abs(kept.retained_hours - exact * 100) <= 50
    service.remove(kept.id)


_SHARED: dict[str, tuple[Notebook, str]] = {}


def _shared(factory: pytest.TempPathFactory) -> tuple[Notebook, str]:
    if "made" not in _SHARED:
        from tests.factories import open_fresh_notebook

        notebook = open_fresh_notebook(factory.mktemp("sizings"))
        made = OperationsService(notebook).create(OperationDraft("École", buyer_name="Ville")).record_id
        _SHARED["made"] = (notebook, made)
    return _SHARED["made"]


@pytest.fixture(scope="module", autouse=True)
def _close_shared() -> Iterator[None]:
    yield
    for notebook, _ in _SHARED.values():
        notebook.close()
    _SHARED.clear()
