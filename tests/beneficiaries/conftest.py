"""A notebook with one site of six people, the reference data, and the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.beneficiaries.service import BeneficiariesService
from app.store.notebook import Notebook
from tests.beneficiaries.situation import open_situation
from tests.factories import Site


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Notebook, Site]]:
    """With its six people when the test asks for ``site``, else with nobody."""
    notebook, site = open_situation(tmp_path, people=6 if "site" in request.fixturenames else 0)
    yield notebook, site
    notebook.close()


@pytest.fixture
def notebook(opened: tuple[Notebook, Site]) -> Notebook:
    return opened[0]


@pytest.fixture
def site(opened: tuple[Notebook, Site]) -> Site:
    return opened[1]


@pytest.fixture
def service(notebook: Notebook) -> BeneficiariesService:
    return BeneficiariesService(notebook)
