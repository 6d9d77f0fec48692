"""Days apart, then together, on the real window with a real server: PRODUCT.md 5.1: 23-24, 5.2: 22."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from app.account.secrets import NoSecrets
from app.bootstrap import Workstation
from app.models.beneficiaries import Beneficiary
from app.models.choices import StatementState
from app.store.unit import writing
from app.sync.state import Problem
from app.ui.kit.dialogs import Question
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.shell.first_run import FirstRunPage
from app.ui.shell.withdrawn import WithdrawnPage
from app.ui.sync.dialogs import CheckDialog, JoinDialog
from app.ui.sync.safety import SafetyCopyDialog
from app.ui.sync.view import SyncView
from app.visits.photos import reduce_photo
from tests.conftest import NOW
from tests.day import CHEAP, PASSPHRASE, Day
from tests.end2end.conftest import OpenHands
from tests.end2end.hands import Hands, plain
from tests.end2end.network import PASSWORD, Colleague, NetworkServer, organisation_id
from tests.factories import Site, site_with_people
from tests.reports.reading import text
from tests.sync.test_sentences import faults
from tests.ui.keys import press
from tests.visits.conftest import jpeg

pytestmark = pytest.mark.expected_logs


@pytest.fixture
def network(tmp_path: Path) -> Iterator[NetworkServer]:
    made = NetworkServer(tmp_path / "reseau", Day(NOW))
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site]:
    """Nadia's notebook before she joined: six people at work."""
    from app.store.network import set_owner

    folder = tmp_path_factory.mktemp("modele-reseau") / "carnet"
    workstation = Workstation(folder, Day(NOW), NoSecrets(), cost=CHEAP)
    try:
        workstation.account.create(PASSPHRASE)
        set_owner(workstation.notebook, organisation_id(), last_name="DIALLO", first_name="Nadia", prefix="NO")
        return folder, site_with_people(workstation.notebook, 6)
    finally:
        workstation.leave()


@pytest.fixture
def nadia(model: tuple[Path, Site], tmp_path: Path, open_hands: OpenHands) -> tuple[Hands, Site]:
    folder = tmp_path / "carnet"
    shutil.copytree(model[0], folder)
    hands = open_hands(folder)
    hands.unlock()
    return hands, model[1]


@pytest.fixture
def karim(tmp_path: Path) -> Iterator[Colleague]:
    made = Colleague(tmp_path / "karim", Day(NOW), "BELLO", "Karim", "KB")
    yield made
    made.close()


def place(hands: Hands) -> SyncView:
    view = hands.go("sync")
    assert isinstance(view, SyncView)
    return view


def indicator(hands: Hands) -> str:
    assert hands.desktop.workspace is not None
    return plain(hands.desktop.workspace.sync_indicator.state.text)


def quiet(hands: Hands) -> None:
    """Until no session is under way and every count is read."""
    assert hands.desktop.exchange is not None
    model = hands.desktop.exchange.model
    hands.wait(lambda: not model.syncing and not model.signing and not model._soon.isActive())
    hands.settle()
    if QApplication.activeModalWidget() is None:
        hands.root.activateWindow()  # as the window manager does when a dialog goes
        hands.settle()


def join(hands: Hands, network: NetworkServer, user: str, password: str = PASSWORD) -> None:
    """By keys, from the place of a notebook that is alone."""
    view = place(hands)
    view.join_button.setFocus()
    hands.press("Space")
    (dialog,) = hands.root.findChildren(JoinDialog)
    hands.wait(lambda: dialog.isVisible())
    dialog.server.setFocus()
    hands.type(network.address)
    dialog.user.setFocus()
    hands.type(user)
    dialog.password.setFocus()
    hands.enter(password)


def change_phone(workstation: Workstation, person: str, phone: str) -> None:
    with writing(workstation.notebook, "téléphone") as unit:
        unit.update(Beneficiary, person, {"phone": phone})


def phone_of(hands: Hands, person: str) -> str:
    notebook = hands.desktop.workstation.notebook
    return hands.ask(
        lambda: notebook.raw.execute("SELECT phone FROM beneficiary WHERE id = ?", (person,)).fetchone()[0]
    )


def test_home_at_night_the_wifi_page_then_everything_is_sent_and_one_phone_is_to_review(
    nadia: tuple[Hands, Site], karim: Colleague, network: NetworkServer
) -> None:
    """5.1 lines 23 and 24."""
    hands, site = nadia
    network.add_user("nadia")
    network.add_user("karim")
    julie = site.beneficiaries[0]
    assert indicator(hands).startswith("Hors connexion · ")
    join(hands, network, "nadia")
    quiet(hands)
    assert indicator(hands) == "Tout est envoyé · 10 h 00"
    assert hands.says("bénéficiaires")

    karim.sync.enrol(network.address, "karim", PASSWORD)
    report = karim.sync.synchronise()
    assert report.complete
    assert report.pulled >= 6
    change_phone(karim.workstation, julie, "0639985432")
    assert karim.sync.synchronise().complete

    # the day on site, without network
    network.stop()

    def day() -> None:
        visits = hands.services.visits
        for _visit in range(2):
            visits.start_visit(site.lot, site.company)
        found = visits.agenda().drafts

        for at, colour in enumerate(("teal", "navy", "olive", "maroon", "gray")):
            photo = reduce_photo(jpeg(1200, 900, colour))
            visit = found[at % len(found)].card.visit_id
            visits.add_photo(visit, photo, visits.keep_photo(photo), caption=f"poste {at}")
        change_phone(hands.desktop.workstation, julie, "0639981234")

    hands.ask(day)
    network.start_portal()
    hands.press("F5")
    quiet(hands)
    visit = hands.ask(lambda: hands.services.visits.agenda().drafts[0].card.visit_id)
    hands.go("visits", visit)
    quiet(hands)
    assert hands.says("photos au réseau. Les autres sont gardées ici")
    assert indicator(hands) == "Connecté, serveur introuvable"
    assert hands.says("Ouvrez votre navigateur et acceptez la page d’accueil du Wi-Fi")
    network.stop()
    network.start()
    hands.press("F5")
    quiet(hands)
    assert indicator(hands) == "1 fiche à relire", hands.texts()
    assert not hands.says("photos au réseau. Les autres sont gardées ici"), "the five photos are confirmed"
    view = place(hands)
    quiet(hands)
    journal = plain("\n".join(hands.texts(view)))

    assert "2 visites" in journal
    assert "5 photos" in journal
    assert view.review is not None
    assert hands.says("Fiche de Julie MARTIN — Téléphone")
    assert hands.says("06 39 98 12 34")
    assert hands.says("06 39 98 54 32")
    assert hands.says("Karim B.")
    before = hands.keys
    hands.type("l")
    quiet(hands)
    assert hands.keys - before == 1
    assert view.review is None
    kept = phone_of(hands, julie)
    assert "0639981234" in kept
    assert "0639985432" in kept
    assert not [text for text in hands.texts() if faults(text)]
    hands.press("F5")
    quiet(hands)
    assert indicator(hands) == "Tout est envoyé · 10 h 00"
    assert karim.sync.synchronise().complete
    theirs = karim.workstation.notebook.raw.execute("SELECT phone FROM beneficiary WHERE id = ?", (julie,)).fetchone()
    assert theirs[0] == kept
    assert karim.sync.state().to_review == 0


def test_f5_sends_the_month_and_says_it_in_sentences(
    nadia: tuple[Hands, Site], karim: Colleague, network: NetworkServer
) -> None:
    """5.2 line 22, after the hours of November typed in the grid; then « Vérifier » finds both sides equal."""
    hands, site = nadia
    network.add_user("nadia")
    network.add_user("karim")
    join(hands, network, "nadia")
    quiet(hands)
    karim.sync.enrol(network.address, "karim", PASSWORD)
    assert karim.sync.synchronise().complete
    hands.press("Ctrl+H")
    hands.type("bati")
    hands.press("Return")
    for value in ("140", "151,67", "7h30", "139", "131", "135,25"):
        hands.enter(value)
    hands.enter("704,42")
    hands.press("Ctrl+Return")
    before = hands.keys
    hands.press("F5")
    quiet(hands)
    assert hands.keys - before == 1
    assert hands.says("7 fiches envoyées, 1 fiche reçue."), "a statement and six lines; who Karim is"
    view = place(hands)
    quiet(hands)
    assert "1 relevé et 6 lignes d’heures envoyés à 10 h 00." in plain("\n".join(hands.texts(view)))
    assert karim.sync.synchronise().complete
    grid = karim.workstation.services.hours.open_month(site.company, "2026-11")
    assert [row.worked for row in grid.rows] == [14_000, 15_167, 750, 13_900, 13_100, 13_525]
    assert grid.state is StatementState.VALIDATED
    view.verify_button.setFocus()
    hands.press("Space")
    hands.wait(lambda: hands.root.findChildren(CheckDialog))
    (dialog,) = hands.root.findChildren(CheckDialog)
    assert "exactement la même chose" in dialog.sentence.text()
    dialog.print_button.click()
    hands.wait(lambda: dialog.findChildren(PdfPreview))
    hands.settle()
    (preview,) = dialog.findChildren(PdfPreview)
    assert preview.page_count == 1
    printed = plain(text(preview._data))
    assert "Vérification de la synchronisation" in printed
    assert "Bénéficiaires 6 6 identique" in " ".join(printed.split())
    assert "MARTIN" not in printed
    dialog.close()


def test_a_wrong_password_is_told_and_nothing_has_left(nadia: tuple[Hands, Site], network: NetworkServer) -> None:
    hands, _site = nadia
    network.add_user("nadia")
    join(hands, network, "nadia", "ce n’est pas le bon")
    (dialog,) = hands.root.findChildren(JoinDialog)
    hands.wait(lambda: dialog.password.error.text() != "")
    assert "ne reconnaît pas ce nom ou ce mot de passe" in dialog.password.error.text()
    assert indicator(hands).startswith("Hors connexion")
    dialog.close()


def test_leaving_the_network_with_unsent_work_needs_a_copy_first(
    nadia: tuple[Hands, Site], karim: Colleague, network: NetworkServer, tmp_path: Path
) -> None:
    """AC 07: refused while work is pending, with « Copie de secours » beside; allowed once it is on a key.

    Signed in again, nothing was lost nor sent twice.
    """
    hands, site = nadia
    network.add_user("nadia")
    join(hands, network, "nadia")
    quiet(hands)
    network.stop()
    notebook = hands.desktop.workstation.notebook
    hands.ask(lambda: change_phone(hands.desktop.workstation, site.beneficiaries[0], "0639981234"))
    hands.ask(lambda: notebook.raw.execute("UPDATE _dirty SET at = '2026-11-22T08:00:00.000Z'"))

    def leave() -> None:
        view = place(hands)
        quiet(hands)
        if not hands.says("Se déconnecter du réseau"):
            hands.button("Détail technique", view).setFocus()
            hands.press("Space")
        hands.button("Se déconnecter du réseau", view).setFocus()
        hands.press("Space")
        answer("leave")

    def answer(key: str) -> None:
        (question,) = [one for one in hands.root.findChildren(Question) if one.isVisible()]
        question.choices[key].setFocus()
        press(question, "Space")
        hands.settle()

    leave()
    hands.wait(lambda: [one for one in hands.root.findChildren(Question) if one.isVisible()])
    assert hands.says("1 modification n’est que sur cet ordinateur.")
    answer("copy")
    (dialog,) = hands.root.findChildren(SafetyCopyDialog)
    dialog.write(tmp_path / "carnet.secours")
    hands.wait(lambda: dialog.answer.isVisible())
    dialog.close_button.click()
    quiet(hands)
    leave()
    hands.wait(lambda: hands.says("Vous êtes déconnecté du réseau."))
    quiet(hands)
    assert indicator(hands) == "Mot de passe du réseau à saisir"
    assert phone_of(hands, site.beneficiaries[0]) == "0639981234"

    # signed in again, what waited leaves, once
    network.start()
    hands.press("F5")
    hands.wait(lambda: hands.says("Saisissez de nouveau votre mot de passe du réseau."))
    view = place(hands)
    quiet(hands)
    assert view.focus_target() is view.sign_in_button
    view.sign_in_button.setFocus()
    hands.press("Space")
    assert [one for one in hands.root.findChildren(JoinDialog) if one.isVisible()]
    hands.enter(PASSWORD)
    hands.wait(lambda: not [one for one in hands.root.findChildren(JoinDialog) if one.isVisible()])
    quiet(hands)
    assert indicator(hands) == "Tout est envoyé · 10 h 00"
    assert phone_of(hands, site.beneficiaries[0]) == "0639981234"
    network.add_user("karim")
    karim.sync.enrol(network.address, "karim", PASSWORD)
    assert karim.sync.synchronise().complete
    row = karim.workstation.notebook.raw.execute(
        "SELECT phone FROM beneficiary WHERE id = ?", (site.beneficiaries[0],)
    ).fetchone()
    assert row[0] == "0639981234"


@pytest.mark.parametrize("act", ["F5", "Vérifier"])
def test_a_withdrawn_notebook_shows_nothing_and_cannot_be_opened_again(
    nadia: tuple[Hands, Site], network: NetworkServer, open_hands: OpenHands, act: str
) -> None:
    hands, site = nadia
    network.add_user("nadia")
    join(hands, network, "nadia")
    quiet(hands)
    network.revoke_all()
    if act == "F5":  # over a page of paper with a name
        hands.go("beneficiaries", site.beneficiaries[0])
        hands.press("Ctrl+P")
        assert [one for one in hands.root.findChildren(QDialog) if one.isVisible()]
        assert hands.desktop.exchange is not None
        hands.desktop.exchange.model.synchronise()
    else:
        place(hands).verify_button.setFocus()
        hands.press("Space")
    hands.wait(lambda: isinstance(hands.root.page, WithdrawnPage))
    assert hands.says("Le réseau a retiré l’accès de ce carnet")
    assert hands.says("Ce qui avait été envoyé est en sécurité au réseau.")
    assert not hands.says("MARTIN")
    assert not [one for one in hands.root.findChildren(QDialog) if one.isVisible()]
    folder = hands.desktop.folder
    assert not list(folder.glob("notebook.*key*"))
    assert not (folder / "notebook.db").exists()
    hands.close()
    again = open_hands(folder)
    assert isinstance(again.desktop._page, FirstRunPage), "another notebook may be made, or a copy taken up"


def test_the_first_launch_joins_the_network_and_receives_the_organisation(
    karim: Colleague, network: NetworkServer, open_hands: OpenHands, tmp_path: Path
) -> None:
    """« Rejoindre mon réseau »: the notebook is made, then filled by the first session."""
    network.add_user("karim")
    network.add_user("nadia")
    site = site_with_people(karim.workstation.notebook, 6)
    karim.sync.enrol(network.address, "karim", PASSWORD)
    assert karim.sync.synchronise().complete
    hands = open_hands(tmp_path / "neuf")
    page = hands.desktop._page
    assert isinstance(page, FirstRunPage)
    page.join_button.setFocus()
    hands.press("Space")
    page.organisation.set_value(organisation_id())
    page.last_name.setFocus()
    hands.type("Diallo")
    page.first_name.setFocus()
    hands.type("Nadia")
    page.prefix.setFocus()
    hands.enter("no")
    hands.type(PASSPHRASE)
    page.again.setFocus()
    hands.enter(PASSPHRASE)
    hands.wait(lambda: page.steps.currentWidget() is page.sheet)
    hands.settle()
    page.model.keep_sheet()
    hands.settle()
    page.open_button.click()
    hands.wait(lambda: hands.inside)
    hands.wait(lambda: hands.root.findChildren(JoinDialog))
    (dialog,) = hands.root.findChildren(JoinDialog)
    dialog.server.setFocus()
    hands.type(network.address)
    dialog.user.setFocus()
    hands.type("nadia")
    dialog.password.setFocus()
    hands.enter(PASSWORD)
    quiet(hands)
    notebook = hands.desktop.workstation.notebook
    people = hands.ask(lambda: notebook.raw.execute("SELECT id FROM beneficiary ORDER BY id").fetchall())
    assert [one[0] for one in people] == sorted(site.beneficiaries)
    assert indicator(hands) == "Tout est envoyé · 10 h 00"


def test_a_safety_copy_taken_up_elsewhere_sends_what_waited_once(
    karim: Colleague, network: NetworkServer, tmp_path: Path
) -> None:
    """SYNC.md §7.14: the copy is a second notebook of the same user; both go on, nothing is lost nor counted twice."""
    from app.account.safety_copy import open_by_passphrase
    from app.account.secrets import MemorySecrets

    network.add_user("karim")
    network.add_user("nadia")
    karim.workstation.secrets = MemorySecrets()
    karim.sync.enrol(network.address, "karim", PASSWORD)
    site = site_with_people(karim.workstation.notebook, 3)
    assert karim.sync.synchronise().complete
    change_phone(karim.workstation, site.beneficiaries[0], "0639980001")
    with writing(karim.workstation.notebook, "personne") as unit:
        waited = unit.insert(Beneficiary, {"last_name": "KONE", "first_name": "Awa", "sort_name": "kone awa"})
    copies = karim.workstation.services.safety_copies
    made = copies.begin()(tmp_path / "carnet.secours", lambda _done, _all: None)
    copies.note(made)

    other = Workstation(tmp_path / "portable", Day(NOW), MemorySecrets(), cost=CHEAP)
    opened = open_by_passphrase(made.path, PASSPHRASE)
    assert opened.held.unsent == 2
    other.take_up(opened, PASSPHRASE, prefix="KP")
    report = other.services.sync.synchronise()
    if report.problem is Problem.SIGN_IN:  # the password of the network is kept by the first computer only
        other.services.sync.sign_in(PASSWORD)
        report = other.services.sync.synchronise()
    assert report.complete, report.problem
    assert other.services.sync.state().unsent == 0
    report = karim.sync.synchronise()
    assert report.complete, report.problem
    assert karim.sync.state().to_review == 0
    for workstation in (karim.workstation, other):
        found = workstation.notebook.raw.execute("SELECT id FROM beneficiary WHERE last_name = 'KONE'").fetchall()
        assert found == [(waited,)]
        checked = workstation.services.sync.verify()
        assert checked.equal
    other.leave()


def test_what_was_typed_without_network_leaves_by_itself_when_it_is_back(
    nadia: tuple[Hands, Site], network: NetworkServer
) -> None:
    """AC 16: the words of the corner follow, and nobody presses anything."""
    hands, site = nadia
    network.add_user("nadia")
    join(hands, network, "nadia")
    quiet(hands)
    network.stop()
    hands.ask(lambda: change_phone(hands.desktop.workstation, site.beneficiaries[0], "0639981234"))
    hands.press("F5")
    quiet(hands)
    assert indicator(hands) == "Connecté, le serveur ne répond pas"
    assert hands.says("Votre modification est gardée sur cet ordinateur.")
    network.start()
    exchange = hands.desktop.exchange
    assert exchange is not None
    assert exchange._auto is not None
    assert exchange._auto.timer.interval() <= 15_000
    hands.clock.move(dt.timedelta(seconds=45))
    exchange._auto.look()
    quiet(hands)
    assert indicator(hands).startswith("Tout est envoyé · ")
