"""A notebook withdrawn by its network, with real files and a real server: nothing of it can be read again (§7.10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import errors
from app.account import vault
from app.account.secrets import MemorySecrets
from app.bootstrap import Workstation
from app.models.beneficiaries import Beneficiary
from app.paths import NOTEBOOK_FILE, WITHDRAWN_MARK
from app.settings import LOCK_MINUTES, Settings
from app.store import backup
from app.store.network import set_owner
from app.store.unit import writing
from app.sync.state import Problem
from app.ui.shell.first_run import FirstRunPage
from server import devices
from tests.conftest import NOW
from tests.day import CHEAP, PASSPHRASE, Day
from tests.end2end.conftest import OpenHands
from tests.end2end.network import PASSWORD, NetworkServer, organisation_id
from tests.factories import site_with_people

pytestmark = pytest.mark.expected_logs


class Lived:
    """A notebook that has lived: joined, remembered by the keyring, with a photo, copies, files kept aside."""

    def __init__(self, folder: Path, network: NetworkServer) -> None:
        self.folder = folder
        self.network = network
        self.secrets = MemorySecrets()
        made = self._window()
        made.account.create(PASSPHRASE, remember=True)
        made.account.set_pin("2580")
        set_owner(made.notebook, organisation_id(), last_name="DIALLO", first_name="Nadia", prefix="NO")
        self.person = site_with_people(made.notebook, 2).beneficiaries[0]
        made.files.put(b"une photo")
        made.services.sync.enrol(network.address, "nadia", PASSWORD)
        assert made.services.sync.synchronise().complete
        made.copy_now()
        made.leave()
        self._put_a_copy_back()
        (folder / "notebook.key.json.20261122T090000Z.aside").write_bytes((folder / "notebook.key.json").read_bytes())
        Settings(folder).set(LOCK_MINUTES, 5)
        self.workstation = self._window()
        self.workstation.account.unlock(PASSPHRASE)

    def _window(self) -> Workstation:
        return Workstation(self.folder, Day(NOW), self.secrets, cost=CHEAP)

    def _put_a_copy_back(self) -> None:
        copy = backup.latest(self.folder / backup.FOLDER_NAME, NOW)
        assert copy is not None
        aside = backup.restore(copy.path, self.folder / NOTEBOOK_FILE, vault.unlock(self.folder, PASSPHRASE), Day(NOW))
        assert aside is not None

    def revoke(self, *, take_work: bool = False) -> None:
        """The network withdraws it."""
        (found,) = devices.all_devices(self.network.service)
        devices.revoke(self.network.service, str(found["device"]), take_work=take_work)

    def type(self, phone: str) -> None:
        with writing(self.workstation.notebook, "saisie") as unit:
            unit.update(Beneficiary, self.person, {"phone": phone})

    def files(self) -> set[str]:
        """All that stands in the folder."""
        return {str(one.relative_to(self.folder)) for one in self.folder.rglob("*") if one.is_file()}

    def is_erased(self) -> bool:
        return not vault.exists(self.folder)


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Lived]:
    network = NetworkServer(tmp_path / "reseau", Day(NOW))
    network.start()
    network.add_user("nadia")
    made = Lived(tmp_path / "carnet", network)
    yield made
    made.workstation.account.close()
    network.close()


def quarantine(network: NetworkServer) -> str:
    """What the server keeps apart."""
    with network.service.database.reading() as connection:
        return "\n".join(row[0] for row in connection.exec_driver_sql("SELECT body FROM sync_held"))


def test_the_key_the_tokens_and_every_file_go(lived: Lived) -> None:
    before = lived.files()
    assert {NOTEBOOK_FILE, "notebook.key.json", "notebook.key.bak", "notebook.facts.json"} <= before
    for beginning in ("attachments/", "backups/", "notebook-", "notebook.key.json."):
        assert [one for one in before if one.startswith(beginning)], beginning
    assert {service for service, _name in lived.secrets._kept} == {vault.KEYRING_SERVICE, "inclusiv-terrain-sync"}
    lived.revoke()
    assert lived.workstation.services.sync.synchronise().problem is Problem.REVOKED
    assert lived.files() == {"settings.json"}, "preferences say nothing of anybody"
    assert lived.secrets._kept == {}
    with pytest.raises(errors.NotebookMissing):
        lived.workstation.account.unlock(PASSPHRASE)
    lived.workstation.account.create(PASSPHRASE)


def test_the_order_is_obeyed_from_wherever_it_comes(lived: Lived) -> None:
    """Signed out, then withdrawn: the password brings the order."""
    lived.workstation.services.sync.sign_out()
    lived.revoke()
    with pytest.raises(errors.ExchangeFailed) as told:
        lived.workstation.services.sync.sign_in(PASSWORD)
    assert told.value.problem == Problem.REVOKED.value
    assert lived.is_erased()


def test_joining_anew_is_no_way_around_the_order(lived: Lived) -> None:
    lived.revoke()
    with pytest.raises(errors.ExchangeFailed):
        lived.workstation.services.sync.enrol(lived.network.address, "nadia", PASSWORD)
    assert lived.is_erased()
    assert len(devices.all_devices(lived.network.service)) == 1


def test_a_file_that_resists_spares_none_of_the_others(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = Path.open

    def resists(self: Path, *given: Any, **named: Any) -> Any:
        if self.name.endswith(".aside"):
            raise PermissionError(13, "held by another program")
        return genuine(self, *given, **named)

    lived.revoke()
    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", resists)
        with pytest.raises(errors.EnvironmentProblem):
            lived.workstation.services.sync.synchronise()
    assert {one for one in lived.files() if "notebook" in one} == set()


@pytest.mark.parametrize("cut", ["before the key", "after the key"])
def test_an_erasure_that_was_cut_is_finished_at_the_next_start(
    lived: Lived, open_hands: OpenHands, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    genuine = vault.destroy

    class Killed(BaseException):
        """The program is no more."""

    def killed(folder: Path) -> None:
        if cut == "after the key":
            genuine(folder)
        monkeypatch.setattr(Workstation, "_remove_noise", lambda _self: None)
        raise Killed

    lived.revoke()
    with monkeypatch.context() as broken:
        broken.setattr(vault, "destroy", killed)
        with pytest.raises(Killed):
            lived.workstation.services.sync.synchronise()
    monkeypatch.undo()
    assert (lived.folder / NOTEBOOK_FILE).exists()
    hands = open_hands(lived.folder)
    assert isinstance(hands.desktop._page, FirstRunPage)
    hands.close()
    assert not [one for one in lived.files() if "notebook" in one or one == WITHDRAWN_MARK]


def test_work_that_is_wanted_is_never_erased_before_it_was_taken(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.sync.protocol import Code
    from server.push import receiving
    from server.refusals import Refusal

    lived.type("0639980042")
    lived.revoke(take_work=True)

    def full(*_: object) -> None:
        raise Refusal(Code.FULL)

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "receive", full)
        assert lived.workstation.services.sync.synchronise().problem is Problem.DISK_FULL_THERE
    assert not lived.is_erased()
    with lived.network.service.database.changing() as connection:  # and the password has changed meanwhile
        connection.exec_driver_sql("UPDATE sync_device SET refresh = '', former_refresh = ''")
        connection.exec_driver_sql("DELETE FROM sync_access")
    lived.workstation.sync_password = lambda: PASSWORD
    assert lived.workstation.services.sync.synchronise().problem is Problem.REVOKED
    assert "0639980042" in quarantine(lived.network)
    assert lived.is_erased()


def test_work_that_is_not_wanted_is_not_taken(lived: Lived) -> None:
    lived.type("0639980042")
    lived.revoke()
    assert lived.workstation.services.sync.synchronise().problem is Problem.REVOKED
    assert "0639980042" not in quarantine(lived.network)
    assert lived.is_erased()
