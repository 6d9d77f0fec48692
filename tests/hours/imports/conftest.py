"""A notebook with a site at work, and files of its company made in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from app.clock import FrozenClock
from app.hours.imports.opening import opened_file
from app.hours.imports.service import ImportsService
from app.hours.imports.values import OpenedFile
from app.hours.service import HoursService
from app.hours.timesheets.worker import read_bytes
from app.store.notebook import Notebook
from tests.factories import Site, fresh_notebook, site_with_people

MakeFile = Callable[..., OpenedFile]


@pytest.fixture
def notebook(tmp_path: Path, clock: FrozenClock) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def site(notebook: Notebook) -> Site:
    return site_with_people(notebook, 6)


@pytest.fixture
def service(notebook: Notebook, site: Site) -> ImportsService:
    return ImportsService(notebook)


@pytest.fixture
def hours(notebook: Notebook) -> HoursService:
    return HoursService(notebook)


def statement(
    rows: Sequence[Sequence[object]], heading: Sequence[object] = ("Nom", "Prénom", "Mois", "Heures")
) -> bytes:
    """A statement of Bâti-Sud 91 as CSV."""
    table = [("Entreprise : BATI-SUD 91 SARL",), (), heading, *rows]
    return "".join(";".join(str(cell) for cell in row) + "\n" for row in table).encode()


@pytest.fixture
def make() -> MakeFile:
    """``make(rows)``: an opened file; each row is (last, first, month, hours)."""

    def opened(rows: Sequence[Sequence[object]], name: str = "releve.csv", **more: object) -> OpenedFile:
        data = statement(rows, **more)  # type: ignore[arg-type]
        return opened_file(name, data, read_bytes(data, name))

    return opened
