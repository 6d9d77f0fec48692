"""A fresh notebook for each test of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.notebook import Notebook
from tests.factories import fresh_notebook


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path / "carnet") as made:
        yield made
