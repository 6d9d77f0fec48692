"""A notebook whose lease ran out: what opens it, what does not, and what is never cut off."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import errors
from app.account import facts
from app.account.keyfile import Cost
from app.account.secrets import MemorySecrets
from app.bootstrap import Workstation
from app.clock import FrozenClock
from app.store import lease

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
PASSPHRASE = "cheval agrafe pile tuile"
OTHER = "nuage lampe fusain bourdon"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Model:
    """A notebook that its network gave thirty days, made once."""

    folder: Path
    code: str
    secrets: MemorySecrets


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder, secrets = tmp_path_factory.mktemp("modele") / "carnet", MemorySecrets()
    made = Workstation(folder, FrozenClock(NOW), secrets, cost=CHEAP)
    code = "-".join(made.account.create(PASSPHRASE, remember=True).groups)
    lease.renew(made.notebook, 30)
    made.leave()
    return Model(folder, code, secrets)


class Desk:
    """A copy of the model, and windows over it."""

    def __init__(self, model: Model, folder: Path) -> None:
        shutil.copytree(model.folder, folder)
        self.folder = folder
        self.code = model.code
        self.secrets = model.secrets
        self.clock = FrozenClock(NOW)
        self.opened: list[Workstation] = []

    def window(self) -> Workstation:
        made = Workstation(self.folder, self.clock, self.secrets, cost=CHEAP)
        self.opened.append(made)
        return made

    def renew(self, window: Workstation, days: int = 30) -> None:
        """What a contact with the network does."""
        lease.renew(window.notebook, days)


@pytest.fixture
def desk(model: Model, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(model, tmp_path / "carnet")
    yield made
    for one in made.opened:
        one.account.close()


def closed(window: Workstation) -> bool:
    return not window.account.is_open


def test_it_opens_to_the_last_day(desk: Desk) -> None:
    desk.clock.move(30 * DAY - dt.timedelta(minutes=1))
    window = desk.window()
    window.account.unlock(PASSPHRASE)
    assert window.account.is_open


@pytest.mark.parametrize("way", ["passphrase", "keyring", "command line"])
def test_then_neither_the_passphrase_nor_the_keyring_opens_it(desk: Desk, way: str) -> None:
    desk.clock.move(30 * DAY)
    window = desk.window()
    with pytest.raises(errors.LeaseOver) as told:
        if way == "passphrase":
            window.account.unlock(PASSPHRASE)
        elif way == "keyring":
            window.account.unlock_remembered()
        else:
            window.account.unlock_in_order({"INCLUSIV_PASSPHRASE": PASSPHRASE})
    assert closed(window)
    assert window.account.is_waiting
    with pytest.raises(errors.PassphraseNeeded):
        _ = window.account.key
    said = told.value
    assert "depuis le 22\u00a0novembre 2026. Au bout de 30\u00a0jours" in said.happened
    assert said.safe
    assert "fiche de secours" in said.todo


def test_a_wrong_passphrase_learns_nothing_of_it(desk: Desk) -> None:
    desk.clock.move(90 * DAY)
    with pytest.raises(errors.WrongPassphrase):
        desk.window().account.unlock(OTHER)


def test_the_network_opens_it_and_only_when_it_renewed(desk: Desk) -> None:
    desk.clock.move(31 * DAY)
    window = desk.window()
    with pytest.raises(errors.LeaseOver):
        window.account.unlock(PASSPHRASE)
    with pytest.raises(errors.LeaseOver):
        window.account.join()
    assert window.account.is_waiting, "the key still waits for the network"
    desk.renew(window)
    window.account.join()
    assert window.account.is_open
    window.leave()
    desk.clock.move(29 * DAY)
    desk.window().account.unlock(PASSPHRASE)


def test_the_network_may_ask_for_no_lease_any_more(desk: Desk) -> None:
    window = desk.window()
    window.account.unlock(PASSPHRASE)
    desk.renew(window, 0)
    window.leave()
    desk.clock.move(4000 * DAY)
    desk.window().account.unlock(PASSPHRASE)


def test_the_recovery_sheet_opens_it_this_time(desk: Desk) -> None:
    desk.clock.move(31 * DAY)
    window = desk.window()
    with pytest.raises(errors.LeaseOver):
        window.account.unlock(PASSPHRASE)
    with pytest.raises(errors.InvalidInput):
        window.account.enter_by_sheet("pas un code")
    assert closed(window)
    window.account.enter_by_sheet(desk.code)
    assert window.account.is_open
    window.leave()
    again = desk.window()
    with pytest.raises(errors.LeaseOver):
        again.account.unlock(PASSPHRASE)


def test_a_sheet_of_another_notebook_does_not(desk: Desk) -> None:
    from app.account.recovery import RecoveryCode

    desk.clock.move(31 * DAY)
    window = desk.window()
    with pytest.raises(errors.LeaseOver):
        window.account.unlock(PASSPHRASE)
    with pytest.raises(errors.WrongPassphrase):
        window.account.enter_by_sheet("-".join(RecoveryCode.random().groups))
    assert closed(window)


def test_a_forgotten_passphrase_is_recovered_whatever_the_lease(desk: Desk) -> None:
    desk.clock.move(31 * DAY)
    window = desk.window()
    window.account.recover(desk.code, OTHER)
    assert window.account.is_open


def test_work_under_way_is_not_cut_off_by_a_lock(desk: Desk) -> None:
    desk.clock.move(30 * DAY - dt.timedelta(hours=2))
    window = desk.window()
    window.account.unlock(PASSPHRASE)
    desk.clock.move(dt.timedelta(hours=8))
    assert window.account.is_open, "nothing closes a notebook in use"
    window.account.lock()
    window.account.unlock(PASSPHRASE)
    window.account.lock()
    desk.clock.move(dt.timedelta(hours=15))
    window.account.unlock(PASSPHRASE)
    window.account.lock()
    desk.clock.move(dt.timedelta(hours=2))
    with pytest.raises(errors.LeaseOver):
        window.account.unlock(PASSPHRASE)


def test_a_clock_put_back_gives_nothing_back(desk: Desk) -> None:
    desk.clock.move(29 * DAY)
    window = desk.window()
    window.account.unlock(PASSPHRASE)
    window.leave()
    desk.clock.move(-25 * DAY)
    with pytest.raises(errors.LeaseOver):
        desk.window().account.unlock(PASSPHRASE)


def test_what_the_opening_screen_reads_decides_nothing(desk: Desk) -> None:
    window = desk.window()
    window.account.unlock(PASSPHRASE)
    window.leave()
    known = facts.read(desk.folder)
    assert known.ends_at == NOW + 30 * DAY
    path = desk.folder / facts.FILE_NAME
    body = json.loads(path.read_bytes())
    body["ends_at"] = body["warns_at"] = "2036-01-01T00:00:00+00:00"
    path.write_text(json.dumps(body), encoding="utf-8")
    desk.clock.move(31 * DAY)
    with pytest.raises(errors.LeaseOver):
        window.account.unlock(PASSPHRASE)
    window.account.close()
    path.unlink()
    with pytest.raises(errors.LeaseOver):
        desk.window().account.unlock_remembered()


def test_waiting_may_be_given_up_and_begun_again(desk: Desk) -> None:
    desk.clock.move(31 * DAY)
    window = desk.window()
    for _try in range(2):
        with pytest.raises(errors.LeaseOver):
            window.account.unlock(PASSPHRASE)
        window.account.step_back()
        assert not window.account.is_waiting
        with pytest.raises(errors.PassphraseNeeded):
            _ = window.notebook
    with pytest.raises(errors.PassphraseNeeded):
        window.account.enter_by_sheet(desk.code)


def test_the_exchange_alone_may_use_it(desk: Desk) -> None:
    desk.clock.move(31 * DAY)
    window = desk.window()
    window.account.unlock_in_order({"INCLUSIV_PASSPHRASE": PASSPHRASE}, for_exchange=True)
    assert window.account.is_open


def test_a_full_disk_does_not_keep_it_closed(desk: Desk) -> None:
    desk.clock.move(DAY)
    window = desk.window()
    window.account.unlock(PASSPHRASE)
    raw = window.notebook.raw
    raw.execute("PRAGMA query_only = ON")
    counted = lease.look(window.notebook)
    raw.execute("PRAGMA query_only = OFF")
    assert counted is not None
    assert counted.spent == DAY


def test_a_safety_copy_older_than_its_lease_is_taken_up_and_asks_for_the_network(desk: Desk, tmp_path: Path) -> None:
    from app.account import command, safety_copy

    window = desk.window()
    window.account.unlock(PASSPHRASE)
    command.backup(window.services.safety_copies, tmp_path / "carnet.secours")
    window.leave()
    desk.clock.move(40 * DAY)
    other = Workstation(tmp_path / "neuf", desk.clock, MemorySecrets(), cost=CHEAP)
    desk.opened.append(other)
    with pytest.raises(errors.LeaseOver):
        other.take_up(safety_copy.open_by_passphrase(tmp_path / "carnet.secours", PASSPHRASE), PASSPHRASE, prefix="KP")
    assert other.exists
    assert closed(other)
    desk.renew(other)
    other.account.join()
    assert other.notebook.get_control("prefix") == "KP"


def test_a_notebook_alone_has_none(tmp_path: Path) -> None:
    clock = FrozenClock(NOW)
    window = Workstation(tmp_path / "seul", clock, MemorySecrets(), cost=CHEAP)
    window.account.create(PASSPHRASE)
    window.leave()
    clock.move(4000 * DAY)
    window.account.unlock(PASSPHRASE)
    assert window.account.is_open
    assert facts.read(window.folder).ends_at is None
    window.leave()
