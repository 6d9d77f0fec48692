"""A notebook with a month typed, rectified and shared, and words that a spreadsheet could take for formulas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.exchange.service import ExchangeService
from app.hours.service import HoursService
from app.hours.values import Entry
from app.models.beneficiaries import Beneficiary
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import Site, fresh_notebook, site_with_people

MONTH = "2026-10"


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path / "carnet") as opened:
        yield opened


@pytest.fixture
def site(notebook: Notebook) -> Site:
    """Three people; the first one's name is a formula, the second's hours were rectified after the attestation."""
    made = site_with_people(notebook, 3)
    with writing(notebook) as unit:
        unit.update(Beneficiary, made.beneficiaries[0], {"last_name": '=HYPERLINK("http://x";"y")'})
    hours = HoursService(notebook)
    rows = hours.open_month(made.company, MONTH).rows
    hours.fill(made.company, MONTH, [Entry(one.contract_id, one.lot_id, 15_167) for one in rows])
    hours.validate_month(made.company, MONTH)
    hours.attest_month(made.company, MONTH)
    hours.rectify(
        made.company, MONTH, made.contracts[1], made.lot, 14_367, "+ d’heures que travaillées ; erreur d’août"
    )
    return made


@pytest.fixture
def service(notebook: Notebook) -> ExchangeService:
    return ExchangeService(notebook)
