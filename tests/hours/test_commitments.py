"""Where a commitment stands: which hours count for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.hours.service import HoursService
from app.hours.values import Entry
from app.models.beneficiaries import EmploymentContract
from app.models.choices import CompanyRole, HourKind, ObjectiveKind
from app.models.network import ReferenceEntry
from app.models.operations import Commitment
from app.rules.commitments import Position
from app.store import commitments
from app.store.unit import writing
from tests.factories import fresh_notebook, site_with_people


@pytest.fixture
def notebook(tmp_path: Path):
    with fresh_notebook(tmp_path) as opened:
        yield opened


@pytest.fixture
def service(notebook):
    return HoursService(notebook)


@pytest.fixture
def site(notebook):
    return site_with_people(notebook, 3)


def stand_of(notebook, commitment_id):
    with notebook.read() as connection:
        (found,) = commitments.stands(connection, commitment_ids=[commitment_id])
    return found


def fill(service, site, month, value):
    entries = [Entry(one, site.lot, value) for one in site.contracts]
    service.fill(site.company, month, entries)


def test_received_then_validated(notebook, service, site):
    fill(service, site, "2026-10", 10_000)
    assert stand_of(notebook, site.commitment).position == Position(182_000, 0, 30_000)
    service.validate_month(site.company, "2026-10")
    fill(service, site, "2026-11", 1)
    stand = stand_of(notebook, site.commitment)
    assert stand.position == Position(182_000, 30_000, 3)
    assert stand.label == "École Simone-Veil, lot 3\u00a0: Gros œuvre"
    with notebook.read() as connection:
        history = commitments.months_history(connection, site.commitment)
        projection = commitments.projection_of(connection, stand, notebook.clock.today())
    assert [(one.month, one.validated, one.received) for one in history] == [
        ("2026-10", 30_000, 0),
        ("2026-11", 0, 3),
    ]
    assert "rythme" in projection.sentence


def test_a_subcontractor_works_for_the_lead_contractor_unless_it_owes_its_own_hours(notebook, service, site):
    other = site_with_people(notebook, 1, rank=2, company_name="Nord Façades", operation_name="Gymnase")
    with writing(notebook) as unit:
        unit.update(EmploymentContract, other.contracts[0], {"lot_id": site.lot})
    service.set_hours(other.company, "2026-11", other.contracts[0], site.lot, 5_000)
    assert stand_of(notebook, site.commitment).position.received == 5_000
    with writing(notebook) as unit:
        own = unit.insert(
            Commitment,
            {
                "lot_id": site.lot,
                "company_id": other.company,
                "role": CompanyRole.SUBCONTRACTOR,
                "due_hours": 10_000,
            },
        )
    assert stand_of(notebook, site.commitment).position.received == 0
    assert stand_of(notebook, own).position == Position(10_000, 0, 5_000)
    with notebook.read() as connection:
        found = commitments.stands(connection, lot_ids=[site.lot])
    assert [one.company_name for one in found] == ["Bâti-Sud 91", "Nord Façades"]


def test_training_counts_for_a_training_objective_and_else_only_if_the_network_says_so(notebook, service, site):
    with writing(notebook) as unit:
        training = unit.insert(
            Commitment,
            {
                "lot_id": site.lot,
                "company_id": site.company,
                "objective_kind": ObjectiveKind.TRAINING,
                "due_hours": 10_000,
            },
        )
    service.set_hours(site.company, "2026-11", site.contracts[0], site.lot, 700, HourKind.TRAINING)
    assert stand_of(notebook, training).position.received == 700
    assert stand_of(notebook, site.commitment).position.received == 0
    with writing(notebook) as unit:
        unit.insert(
            ReferenceEntry,
            {"table": "countability_rule", "code": "training_hours", "label": "Formation", "data": {"enabled": True}},
        )
    assert stand_of(notebook, site.commitment).position.received == 700


def test_two_objectives_of_one_lot_both_count_the_hours(notebook, service, site):
    with writing(notebook) as unit:
        project = unit.insert(
            Commitment,
            {
                "lot_id": site.lot,
                "company_id": site.company,
                "objective_kind": ObjectiveKind.PROJECT,
                "due_hours": 50_000,
            },
        )
    fill(service, site, "2026-11", 100)
    assert stand_of(notebook, project).position.received == 300
    assert stand_of(notebook, site.commitment).position.received == 300


def test_hours_taken_back_count_no_more(notebook, service, site):
    outcome = service.set_hours(site.company, "2026-11", site.contracts[0], site.lot, 700)
    service.take_back(outcome.undo)
    assert stand_of(notebook, site.commitment).position == Position(182_000, 0, 0)


def test_nothing_chosen_answers_nothing(notebook, site):
    with notebook.read() as connection:
        assert commitments.stands(connection) == []
        assert [one.commitment_id for one in commitments.stands(connection, operation_id=site.operation)] == [
            site.commitment
        ]
        assert [one.commitment_id for one in commitments.stands(connection, company_id=site.company)] == [
            site.commitment
        ]
