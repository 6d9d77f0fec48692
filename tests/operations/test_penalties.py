"""The penalties of a contract: its own terms, computed and explained (DOMAIN.md §5.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import FrozenClock
from app.errors import InvalidInput, NotAllowed
from app.hours.service import HoursService
from app.hours.values import Entry
from app.models.choices import ClauseState, PenaltyKind, Role
from app.operations.penalties import PenaltySheet, total_due
from app.operations.service import OperationsService
from app.store.notebook import Notebook
from tests.factories import Site, fresh_notebook, site_with_people


@pytest.fixture
def notebook(tmp_path: Path, clock: FrozenClock) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path, clock) as made:
        yield made


@pytest.fixture
def service(notebook: Notebook) -> OperationsService:
    return OperationsService(notebook)


@pytest.fixture
def site(notebook: Notebook) -> Site:
    """833 h due, 700 done."""
    made = site_with_people(notebook, 5, due_hours=83_300)
    hours = HoursService(notebook)
    rows = hours.open_month(made.company, "2026-10").rows
    hours.fill(made.company, "2026-10", [Entry(row.contract_id, row.lot_id, 14_000) for row in rows])
    hours.validate_month(made.company, "2026-10")
    return made


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def only(service: OperationsService, site: Site) -> PenaltySheet:
    (found,) = service.penalties(site.operation)
    return found


def test_hours_missing_are_charged_once_the_lot_is_over(service: OperationsService, site: Site) -> None:
    service.add_penalty(site.contract, PenaltyKind.PER_HOUR_MISSING, 6_000, "P14")
    (expected,) = only(service, site).amounts
    assert expected.expected
    assert only(service, site).due_cents == 0
    service.set_commitment(site.commitment, "clause_state", ClauseState.FINISHED)
    (due,) = only(service, site).amounts
    assert not due.expected
    assert due.amount_cents == 798_000
    assert plain(due.sentence) == "133 h manquent × 60,00 € = 7 980,00 € HT."
    assert plain(due.who) == "Bâti-Sud 91, lot 3 : Gros œuvre"


def test_a_cancelled_clause_costs_nothing(service: OperationsService, site: Site) -> None:
    service.add_penalty(site.contract, PenaltyKind.PER_HOUR_MISSING, 6_000)
    service.set_commitment(site.commitment, "clause_state", ClauseState.CANCELLED)
    assert only(service, site).amounts == ()


def test_days_of_delay_count_after_the_formal_notice(service: OperationsService, site: Site) -> None:
    made = service.add_penalty(site.contract, PenaltyKind.PER_DAY_LATE, 10_000, "P15").record_id
    assert only(service, site).amounts[0].sentence == "Aucun retard noté."
    service.set_penalty(made, "from_on", dt.date(2026, 11, 5))
    assert "sans mise en demeure" in only(service, site).amounts[0].sentence
    service.set_penalty(made, "notice_on", dt.date(2026, 11, 10))
    (due,) = only(service, site).amounts
    assert plain(due.sentence) == (
        "12 jours de retard, du 10/11/2026 à ce jour, 22/11/2026 × 100,00 € = 1 200,00 € HT."
    )
    service.set_penalty(made, "to_on", dt.date(2026, 11, 15))
    assert only(service, site).due_cents == 50_000
    service.set_penalty(made, "after_notice", False)
    assert only(service, site).due_cents == 100_000


def test_a_flat_penalty_is_due_once_it_occurred_and_all_add_up(service: OperationsService, site: Site) -> None:
    flat = service.add_penalty(site.contract, PenaltyKind.FLAT, 50_000).record_id
    late = service.add_penalty(site.contract, PenaltyKind.PER_DAY_LATE, 10_000).record_id
    service.set_penalty(flat, "from_on", dt.date(2026, 11, 12))
    service.set_penalty(late, "after_notice", False)
    service.set_penalty(late, "from_on", dt.date(2026, 11, 20))
    assert total_due(service.penalties(site.operation)) == 50_000 + 20_000
    service.remove_penalty(flat)
    assert total_due(service.penalties(site.operation)) == 20_000


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "per_month"), ("amount_cents", None), ("amount_cents", -1), ("to_on", dt.date(2026, 1, 1))],
)
def test_terms_that_make_no_sense_are_refused(
    service: OperationsService, site: Site, field: str, value: object
) -> None:
    made = service.add_penalty(site.contract, PenaltyKind.PER_DAY_LATE, 10_000).record_id
    service.set_penalty(made, "from_on", dt.date(2026, 11, 5))
    with pytest.raises(InvalidInput) as refused:
        service.set_penalty(made, field, value)
    assert refused.value.field == field


def test_a_penalty_is_undone_and_a_reader_adds_none(service: OperationsService, site: Site, notebook: Notebook) -> None:
    made = service.add_penalty(site.contract, PenaltyKind.FLAT, 50_000)
    service.take_back(made.undo)
    assert service.penalties(site.operation) == ()
    notebook.role = Role.READER
    with pytest.raises(NotAllowed):
        service.add_penalty(site.contract, PenaltyKind.FLAT, 50_000)
