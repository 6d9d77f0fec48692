"""A notebook that has not joined its network for too long, on the real window with a real server."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.account.recovery import RecoveryCode
from app.account.secrets import MemorySecrets, NoSecrets, SecretStore
from app.bootstrap import Workstation
from app.models.beneficiaries import Beneficiary
from app.store.unit import writing
from app.ui.account.lease import LeasePage
from app.ui.shell.unlock import UnlockPage
from app.ui.shell.withdrawn import WithdrawnPage
from server import accounts, devices
from tests.conftest import NOW
from tests.day import CHEAP, PASSPHRASE, Day
from tests.end2end.conftest import OpenHands
from tests.end2end.hands import Hands, plain
from tests.end2end.network import PASSWORD, NetworkServer, organisation_id
from tests.factories import Site, site_with_people

pytestmark = pytest.mark.expected_logs

DAY = dt.timedelta(days=1)


@dataclass
class Carnet:
    """Nadia's notebook, joined on ``NOW``; its network; the code of its recovery sheet."""

    folder: Path
    site: Site
    code: str
    network: NetworkServer


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site, str]:
    """The notebook before it joined."""
    from app.store.network import set_owner

    folder = tmp_path_factory.mktemp("modele-bail") / "carnet"
    workstation = Workstation(folder, Day(NOW), NoSecrets(), cost=CHEAP)
    try:
        code = "-".join(workstation.account.create(PASSPHRASE).groups)
        set_owner(workstation.notebook, organisation_id(), last_name="DIALLO", first_name="Nadia", prefix="NO")
        return folder, site_with_people(workstation.notebook, 3), code
    finally:
        workstation.leave()


@pytest.fixture
def carnet(model: tuple[Path, Site, str], tmp_path: Path) -> Iterator[Carnet]:
    network = NetworkServer(tmp_path / "reseau", Day(NOW))
    network.start()
    network.add_user("nadia")
    folder = tmp_path / "carnet"
    shutil.copytree(model[0], folder)
    with Opened(folder, Day(NOW)) as workstation:
        workstation.services.sync.enrol(network.address, "nadia", PASSWORD)
        assert workstation.services.sync.synchronise().complete
        change_phone(workstation, model[1].beneficiaries[0], "0639981234")
    yield Carnet(folder, model[1], model[2], network)
    network.close()


class Opened:
    """The notebook of a folder without a window."""

    def __init__(self, folder: Path, clock: Day, secrets: SecretStore | None = None) -> None:
        self._workstation = Workstation(folder, clock, secrets or NoSecrets(), cost=CHEAP)

    def __enter__(self) -> Workstation:
        self._workstation.account.unlock(PASSPHRASE)
        return self._workstation

    def __exit__(self, *_: object) -> None:
        self._workstation.leave()


def change_phone(workstation: Workstation, person: str, phone: str) -> None:
    with writing(workstation.notebook, "téléphone") as unit:
        unit.update(Beneficiary, person, {"phone": phone})


def after(days: int) -> Day:
    return Day(NOW + days * DAY)


def lease_page(hands: Hands) -> LeasePage:
    """The screen that asks for the network."""
    hands.wait(lambda: [one for one in hands.root.findChildren(LeasePage) if one.isVisible()])
    hands.settle()
    (found,) = [one for one in hands.root.findChildren(LeasePage) if one.isVisible()]
    return found


def quiet(hands: Hands) -> None:
    """Until the first session is over."""
    exchange = hands.desktop.exchange
    assert exchange is not None
    hands.wait(lambda: exchange._known and not exchange.model.syncing and not exchange.model._soon.isActive())
    hands.settle()


def indicator(hands: Hands) -> str:
    assert hands.desktop.workspace is not None
    return plain(hands.desktop.workspace.sync_indicator.state.text)


def forget_tokens(carnet: Carnet) -> None:
    """As a password changed at the network."""
    with carnet.network.service.database.changing() as connection:
        connection.exec_driver_sql("UPDATE sync_device SET refresh = '', former_refresh = ''")
        connection.exec_driver_sql("DELETE FROM sync_access")


def test_with_the_network_there_it_renews_and_opens_by_itself(carnet: Carnet, open_hands: OpenHands) -> None:
    carnet.network.clock.move(31 * DAY)
    hands = open_hands(carnet.folder, after(31))
    assert hands.says("Le réseau sera demandé à l’ouverture.")
    hands.unlock()
    quiet(hands)
    assert indicator(hands) == "Tout est envoyé · 10 h 00", "what had waited is sent by the session that follows"
    hands.close()
    again = open_hands(carnet.folder, after(60))
    again.unlock()
    assert again.inside


def test_without_network_it_says_why_and_the_sheet_opens_it(carnet: Carnet, open_hands: OpenHands) -> None:
    carnet.network.stop()
    hands = open_hands(carnet.folder, after(31))
    hands.enter(PASSPHRASE)
    page = lease_page(hands)
    assert not hands.inside
    assert hands.says("Ce carnet n’a pas joint son réseau depuis le 22 novembre 2026.")
    assert hands.says("Tout ce que vous y avez saisi est intact sur cet ordinateur.")
    hands.wait(lambda: page.answer.isVisible())
    assert not hands.says("MARTIN")
    page.sheet_link.setFocus()
    hands.press("Space")
    hands.enter("ABCDE")
    assert page.code_error.isVisible()
    page.code.clear()
    hands.enter(carnet.code)
    hands.wait(lambda: hands.inside)
    person = carnet.site.beneficiaries[0]
    notebook = hands.desktop.workstation.notebook
    query = "SELECT phone FROM beneficiary WHERE id = ?"
    assert hands.ask(lambda: notebook.raw.execute(query, (person,)).fetchone()[0]) == "0639981234"


def test_the_server_may_want_the_password(carnet: Carnet, open_hands: OpenHands) -> None:
    forget_tokens(carnet)
    carnet.network.clock.move(31 * DAY)
    hands = open_hands(carnet.folder, after(31))
    hands.enter(PASSPHRASE)
    page = lease_page(hands)
    hands.wait(lambda: page.password.isVisible())
    assert hands.focused is page.password.edit
    hands.enter("ce n’est pas le bon")
    hands.wait(lambda: page.password.error.text())
    assert "ne reconnaît pas" in page.password.error.text()
    assert not hands.inside
    page.password.clear()
    hands.enter(PASSWORD)
    hands.wait(lambda: hands.inside)


def test_an_account_that_was_closed_does_not_open_it(carnet: Carnet, open_hands: OpenHands) -> None:
    service = carnet.network.service
    accounts.disable(service.database, service.clock, "nadia")
    hands = open_hands(carnet.folder, after(31))
    hands.enter(PASSPHRASE)
    page = lease_page(hands)
    hands.wait(lambda: not page.model.busy)
    hands.settle()
    assert not hands.inside
    assert hands.says("Ce compte est désactivé.")


@pytest.mark.parametrize("tokens_known", [True, False])
def test_a_withdrawn_notebook_is_erased_at_that_moment(
    carnet: Carnet, open_hands: OpenHands, tokens_known: bool
) -> None:
    (device,) = devices.all_devices(carnet.network.service)
    devices.revoke(carnet.network.service, str(device["device"]))
    if not tokens_known:
        forget_tokens(carnet)
    hands = open_hands(carnet.folder, after(31))
    hands.enter(PASSPHRASE)
    if not tokens_known:
        page = lease_page(hands)
        hands.wait(lambda: page.password.isVisible())
        hands.enter(PASSWORD)
    hands.wait(lambda: isinstance(hands.root.page, WithdrawnPage))
    assert not list(carnet.folder.glob("*notebook*"))
    hands.close()


def test_a_keyring_opens_no_further(carnet: Carnet, open_hands: OpenHands) -> None:
    """Whoever opens the session of the computer is asked for the network, not let in."""
    secrets = MemorySecrets()
    with Opened(carnet.folder, Day(NOW), secrets) as workstation:
        workstation.account.remember()
    carnet.network.stop()
    hands = open_hands(carnet.folder, after(31), secrets=secrets)
    page = lease_page(hands)
    hands.wait(lambda: page.answer.isVisible())
    assert hands.focused is page.join_button
    carnet.network.start()
    hands.press("Space")
    hands.wait(lambda: hands.inside)


def test_going_back_forgets_the_key(carnet: Carnet, open_hands: OpenHands) -> None:
    carnet.network.stop()
    hands = open_hands(carnet.folder, after(31))
    hands.enter(PASSPHRASE)
    page = lease_page(hands)
    hands.wait(lambda: page.answer.isVisible())
    hands.press("Esc")
    start = hands.desktop._page
    assert isinstance(start, UnlockPage)
    assert start.passphrase.isVisible()
    assert start.passphrase.text() == ""
    assert not hands.desktop.workstation.account.is_waiting


def test_it_is_told_a_week_before_and_never_cuts_off_the_work(carnet: Carnet, open_hands: OpenHands) -> None:
    carnet.network.stop()
    clock = after(24)
    hands = open_hands(carnet.folder, clock)
    assert hands.says("À synchroniser avant le 22 décembre.")
    hands.unlock()
    quiet(hands)
    hands.press("F5")
    quiet(hands)
    assert indicator(hands) in (
        "À synchroniser avant le 22 décembre · 1 modification à envoyer",
        "Connecté, le serveur ne répond pas",
    )
    hands.go("sync")
    hands.settle()
    assert hands.says("ce délai, le carnet demandera le réseau avant de s’ouvrir")
    clock.move(5 * DAY + dt.timedelta(hours=23))
    hands.press("Ctrl+L")
    hands.enter(PASSPHRASE)
    hands.wait(lambda: hands.inside)
    clock.move(dt.timedelta(hours=6))
    hands.press("Ctrl+L")
    hands.enter(PASSPHRASE)
    hands.wait(lambda: hands.inside)
    clock.move(2 * DAY)
    hands.press("Ctrl+L")
    hands.enter(PASSPHRASE)
    page = lease_page(hands)
    hands.wait(lambda: page.answer.isVisible())
    assert not hands.says("MARTIN")
    carnet.network.start()
    page.join_button.setFocus()
    hands.press("Space")
    hands.wait(lambda: hands.inside)
    assert hands.desktop.workspace is not None
    assert hands.says("Journal"), "the same screen is given back"


# --- the command line ---

Verb = Callable[..., tuple[int, str, str]]


@pytest.fixture
def verb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Verb:
    from app.cli import main

    monkeypatch.setenv("INCLUSIV_PASSPHRASE", PASSPHRASE)
    monkeypatch.delenv("INCLUSIV_SYNC_PASSWORD", raising=False)

    def ran(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        said = capsys.readouterr()
        return code, plain(said.out), plain(said.err)

    return ran


def test_verbs_refuse_and_sync_is_the_way_back(carnet: Carnet, verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.clock.SystemClock", lambda: after(31))
    read = ("list", "beneficiaries", "--data-dir", carnet.folder)
    code, out, said = verb(*read)
    assert (code, out) == (1, "")
    assert "n’a pas joint son réseau depuis le 22 novembre 2026" in said
    assert "Lancez « inclusiv sync »" in said
    assert "INCLUSIV_RECOVERY_CODE" in said, "the other way"
    carnet.network.stop()
    code, _, _ = verb("sync", "--data-dir", carnet.folder)
    assert code == 1
    assert verb(*read)[0] == 1, "a contact that failed renews nothing"
    carnet.network.clock.move(31 * DAY)
    carnet.network.start()
    code, out, said = verb("sync", "--data-dir", carnet.folder)
    assert code == 0, said
    assert out.startswith("Synchronisation terminée")
    code, out, said = verb(*read)
    assert code == 0, said
    assert "MARTIN" in out


def test_the_recovery_sheet_opens_the_length_of_a_verb(
    carnet: Carnet, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clock.SystemClock", lambda: after(31))
    carnet.network.stop()
    read = ("list", "beneficiaries", "--data-dir", carnet.folder)
    monkeypatch.setenv("INCLUSIV_RECOVERY_CODE", carnet.code)
    code, out, said = verb(*read)
    assert code == 0, said
    assert "MARTIN" in out
    assert "par la fiche de secours pour cette commande" in said
    code, out, said = verb("backup", "--out", carnet.folder.parent / "clé.secours", "--data-dir", carnet.folder)
    assert code == 0, "the work can leave a computer whose server is gone for good"
    monkeypatch.setenv("INCLUSIV_RECOVERY_CODE", "-".join(RecoveryCode.random().groups))
    code, out, said = verb(*read)
    assert (code, out) == (2, ""), "the sheet of another notebook"
    assert "MARTIN" not in said
    monkeypatch.delenv("INCLUSIV_RECOVERY_CODE")
    assert verb(*read)[0] == 1, "it was for that time only"


class Terminal(io.StringIO):
    """Where somebody answers."""

    def isatty(self) -> bool:
        return True


def test_whoever_is_at_a_terminal_is_asked_for_the_code(
    carnet: Carnet, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clock.SystemClock", lambda: after(31))
    monkeypatch.setattr("sys.stdin", Terminal())
    answers = ["", carnet.code]
    monkeypatch.setattr("getpass.getpass", lambda _: answers.pop(0))
    read = ("list", "beneficiaries", "--data-dir", carnet.folder)
    code, out, said = verb(*read)
    assert (code, out) == (1, ""), "nothing was typed: the network is waited for"
    assert "n’a pas joint son réseau" in said
    code, out, said = verb(*read)
    assert code == 0, said
    assert "MARTIN" in out
