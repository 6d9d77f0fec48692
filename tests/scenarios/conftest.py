"""Nadia and Karim of Dynamique Emploi, Léa of the MIVE, and a building site of six people, on either database.

The situation is made once for each database, then copied for each story: folders, and the database itself.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.safekeeping import DATABASE_FILE
from tests.day import Day
from tests.factories import Site, site_with_people
from tests.scenarios.network import Blank, Network, Notebook
from tests.server import house, postgresql
from tests.server.conftest import postgresql_folder

__all__ = ["postgresql_folder"]

PEOPLE = (
    ("nadia", "DIALLO", "Nadia", "NO", house.DYNAMIQUE),
    ("karim", "BELLO", "Karim", "KB", house.DYNAMIQUE),
    ("lea", "ROY", "Léa", "LR", house.MIVE),
)
_names = itertools.count(1)


@dataclass
class Story:
    """Who plays, and where."""

    network: Network[Day]
    nadia: Notebook
    karim: Notebook
    lea: Notebook
    site: Site
    """École Simone-Veil, lot 3, Bâti-Sud 91: known by everybody; its six people are Nadia’s and Karim’s."""


@dataclass(frozen=True)
class Model:
    """Monday morning: everybody has synchronised once. ``database``: a file, or the name of a PostgreSQL template."""

    folder: Path
    database: str
    site: Site


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Blank:
    return Blank(tmp_path_factory.mktemp("carnet"))


@pytest.fixture(scope="session")
def models(
    blank: Blank, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], Model]:
    """The situation over ``sqlite`` or ``postgresql``, made when first asked."""
    made: dict[str, Model] = {}

    def model(kind: str) -> Model:
        if kind not in made:
            folder = tmp_path_factory.mktemp(f"lundi-{kind}")
            database = str(folder / "reseau" / DATABASE_FILE)
            url = f"sqlite:///{database}"
            if kind == "postgresql":
                cluster, database = request.getfixturevalue("postgresql_folder"), "monday"
                postgresql.create(cluster, database, "ready")
                url = postgresql.url_of(cluster, database)
            made[kind] = Model(folder, database, _monday(url, folder, blank, made=kind == "postgresql"))
        return made[kind]

    return model


def _monday(url: str, folder: Path, blank: Blank, *, made: bool) -> Site:
    network = Network(url, folder / "reseau", Day(), made=made)
    network.start()
    site = Site()
    for user, last, first, prefix, organisation in PEOPLE:
        network.add_user(user, organisation)
        notebook = blank.notebook(folder / user, network.clock, last, first, prefix, organisation)
        if user == "nadia":
            site = site_with_people(notebook.workstation.notebook, 6)
        notebook.join(network.address, user)
        notebook.meet()
        notebook.close()
    network.close()
    return site


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, models: Callable[[str], Model], tmp_path: Path) -> Iterator[Story]:
    """A copy of the situation, the server answering."""
    model = models(request.param)
    for user, *_ in PEOPLE:
        shutil.copytree(model.folder / user, tmp_path / user)
    (tmp_path / "reseau").mkdir()
    url = f"sqlite:///{tmp_path / 'reseau' / DATABASE_FILE}"
    name = f"story{next(_names)}"
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgresql_folder")
        postgresql.create(cluster, name, model.database)
        url = postgresql.url_of(cluster, name)
    else:
        shutil.copyfile(model.database, tmp_path / "reseau" / DATABASE_FILE)
    clock = Day()
    network = Network(url, tmp_path / "reseau", clock, made=True)
    network.start()
    notebooks = [Notebook(tmp_path / user, clock) for user, *_ in PEOPLE]
    for one in notebooks:
        one.go_through(network.address)
    nadia, karim, lea = notebooks
    yield Story(network, nadia, karim, lea, model.site)
    for one in notebooks:
        one.close()
    network.close()
    if request.param == "postgresql":
        postgresql.drop(cluster, name)
