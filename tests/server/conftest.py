"""The server on both databases: every test of this folder runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.clock import FrozenClock
from app.models.choices import Role
from server.application import create
from server.service import Service
from tests.conftest import NOW
from tests.server import house, postgresql
from tests.server.house import Device

_names = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[str]:
    """A PostgreSQL server with a template database that holds the schema and the network."""
    programs = postgresql.programs()
    if programs is None:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with postgresql.running(programs) as folder:
        postgresql.create(folder, "ready")
        service = house.made(postgresql.url_of(folder, "ready"), Path(folder), FrozenClock(NOW))
        service.database.close()
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of the test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'network.db'}"
        return
    folder = request.getfixturevalue("postgresql_folder")
    name = f"t{next(_names)}"
    postgresql.create(folder, name, "ready")
    yield postgresql.url_of(folder, name)
    postgresql.drop(folder, name)


@pytest.fixture
def service(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Service]:
    """A server's service with the network of the Essonne."""
    files = tmp_path / "files"
    files.mkdir()
    made = house.made(database_url, files, clock)
    yield made
    made.database.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    """Calls to the application, in process."""
    with TestClient(create(service), raise_server_exceptions=False) as made:
        yield made


Enrol = Callable[..., Device]


@pytest.fixture
def enrol(service: Service, client: TestClient, clock: FrozenClock) -> Enrol:
    """Make an account and a device of it: ``enrol("nadia", house.MIVE)``; a second device with the same name."""
    known: set[str] = set()

    def make(name: str, organisation: str = house.DYNAMIQUE, role: Role = Role.FACILITATOR) -> Device:
        if name not in known:
            house.add_user(service, name, organisation, role)
            known.add(name)
        return Device(client, clock, name, clock.new_id()).enrol()

    return make
