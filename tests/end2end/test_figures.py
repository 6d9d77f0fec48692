"""`inclusiv figures` against a real server: a coordinator is answered, anybody else is told why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.cli import main
from app.models.choices import Role
from server import accounts
from server.application import create
from tests.conftest import NOW
from tests.day import PASSPHRASE, Day
from tests.end2end.network import PASSWORD, NetworkServer
from tests.server import house
from tests.server.test_figures import Site, people

Verb = Callable[..., tuple[int, str, str]]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[NetworkServer]:
    made = NetworkServer(tmp_path / "reseau", Day(NOW))
    made.start()
    yield made
    made.close()


@pytest.fixture
def verb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Verb:
    monkeypatch.setenv("INCLUSIV_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("INCLUSIV_SYNC_PASSWORD", PASSWORD)

    def ran(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran


def test_the_verb_answers_a_coordinator_and_nobody_else(verb: Verb, network: NetworkServer, tmp_path: Path) -> None:
    network.add_user("nadia")
    network.add_user("helene", house.MIVE, Role.COORDINATOR)
    with TestClient(create(network.service)) as client:
        device = house.Device(client, network.clock, "nadia", network.clock.new_id()).enrol()
        people(device, Site(device), 8, 3)
    folder = tmp_path / "helene"
    asked = ("figures", "--year", 2026, "--data-dir", folder)
    code, _, err = verb("sync", "--server", network.address, "--user", "helene", "--enrol", "--data-dir", folder)
    assert code == 0, err

    code, out, err = verb(*asked, "--json")
    assert code == 0, err
    answer: dict[str, Any] = json.loads(out)
    assert answer["year"] == 2026
    assert answer["network"] == {
        "name": "",
        "hours_validated": 80_000,
        "hours_received": 0,
        "people": 8,
        "women": "fewer_than_five",
        "operations": 1,
        "buyers": 1,
        "companies": 1,
    }
    code, out, _ = verb(*asked)
    last = out.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Ensemble du réseau : heures validées 800,00, heures reçues 0,00, personnes 8, dont" in last
    assert "dont femmes moins de 5" in last

    # The notebook still says « coordinator »; the account, at the server, no longer does.
    accounts.set_role(network.service.database, "helene", Role.FACILITATOR)
    code, out, err = verb(*asked, "--json")
    assert (code == 0, out) == (False, "")
    assert "réservés à la coordination" in err
    accounts.set_role(network.service.database, "helene", Role.COORDINATOR)
    network.stop()
    code, out, err = verb(*asked, "--json")
    assert (code == 0, out) == (False, "")
    assert "Traceback" not in err
    assert "serveur" in err
