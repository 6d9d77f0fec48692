"""A notebook with one site of six people, the reference data, and the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.beneficiaries.service import BeneficiariesService
from app.clock import FrozenClock
from app.paths import resources
from app.store.notebook import Notebook
from app.store.reference import load_reference, read_entries
from tests.factories import Site, fresh_notebook, site_with_people


@pytest.fixture
def notebook(tmp_path: Path, clock: FrozenClock) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path, clock) as opened:
        opened.set_control("prefix", "NO")
        yield opened


@pytest.fixture
def site(notebook: Notebook) -> Site:
    return site_with_people(notebook, 6)


@pytest.fixture
def service(notebook: Notebook) -> BeneficiariesService:
    return BeneficiariesService(notebook)


@pytest.fixture
def reference(notebook: Notebook) -> None:
    load_reference(notebook, read_entries(resources() / "reference" / "charters"))
