"""`inclusiv sync` as a scheduled task runs it: the password is given once, never asked again."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.account.secrets import MemorySecrets, NoSecrets
from app.cli import main
from tests.conftest import NOW
from tests.day import PASSPHRASE, Day
from tests.end2end.hands import plain
from tests.end2end.network import PASSWORD, NetworkServer

pytestmark = pytest.mark.expected_logs

Verb = Callable[..., tuple[int, str, str]]


class Nobody:
    """A standard input that may not be read."""

    def readline(self) -> str:
        raise AssertionError("the password was asked")


class Machine:
    """Its keyring, its standard input, and the verb."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.keyring: MemorySecrets | NoSecrets = MemorySecrets()
        self.says("")
        self._capsys = capsys
        monkeypatch.setattr("app.account.secrets.KeyringSecrets", lambda: self.keyring)
        monkeypatch.setattr(sys, "stdin", self)
        monkeypatch.setenv("INCLUSIV_PASSPHRASE", PASSPHRASE)
        monkeypatch.delenv("INCLUSIV_SYNC_PASSWORD", raising=False)

    def says(self, line: str) -> None:
        """What stands on standard input; without a line, nobody may ask."""
        self._input: io.StringIO | Nobody = io.StringIO(f"{line}\n") if line else Nobody()

    def readline(self) -> str:
        return self._input.readline()

    def isatty(self) -> bool:
        return False

    def sync(self, *more: str) -> tuple[int, dict[str, Any] | str]:
        """The verb: exit code, and its answer or what it said."""
        self._capsys.readouterr()
        code = main(["sync", "--data-dir", str(self.folder), "--json", *more])
        said = self._capsys.readouterr()
        return code, json.loads(said.out) if said.out else plain(said.err)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[NetworkServer]:
    made = NetworkServer(tmp_path / "reseau", Day(NOW))
    made.start()
    made.add_user("nadia")
    yield made
    made.close()


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path / "carnet", capsys, monkeypatch)


def enrol(machine: Machine, network: NetworkServer) -> None:
    machine.says(PASSWORD)
    code, answer = machine.sync("--server", network.address, "--user", "nadia", "--enrol")
    assert code == 0, answer
    machine.says("")


@pytest.mark.parametrize("keyring", [True, False])
def test_once_joined_it_never_asks_again(machine: Machine, network: NetworkServer, keyring: bool) -> None:
    if not keyring:
        machine.keyring = NoSecrets()
    enrol(machine, network)
    for _time in range(3):
        code, answer = machine.sync()
        assert code == 0, answer
        assert isinstance(answer, dict)
        assert answer["state"] == "complete"


def test_a_keyring_out_of_reach_costs_one_password(machine: Machine, network: NetworkServer) -> None:
    """Joined in the window's session, then run by a task that has no keyring, then in the session again."""
    enrol(machine, network)
    session = machine.keyring
    machine.keyring = NoSecrets()
    machine.says(PASSWORD)
    assert machine.sync()[0] == 0
    machine.says("")
    assert machine.sync()[0] == 0
    machine.keyring = session
    assert machine.sync()[0] == 0
    assert machine.sync()[0] == 0


def test_where_nobody_answers_it_says_what_is_missing(machine: Machine, network: NetworkServer) -> None:
    enrol(machine, network)
    with network.service.database.changing() as connection:
        connection.exec_driver_sql("UPDATE sync_device SET refresh = '', former_refresh = ''")
    machine._input = io.StringIO("")
    code, answer = machine.sync()
    assert code == 1
    assert isinstance(answer, dict)
    assert answer["state"] == "sign_in"
