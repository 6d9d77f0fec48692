"""A week without network, a copy on a key, another computer: by keys, over the real notebook (PRODUCT.md S8)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from app.ui.shell.first_run import FirstRunPage
from app.ui.sync.safety import SafetyCopyDialog
from tests.day import PASSPHRASE
from tests.end2end.hands import Hands
from tests.factories import Site

OpenHands = Callable[..., Hands]
Carnet = Callable[[int], tuple[Path, Site]]
NEW_PASSPHRASE = "granit abricot voilier lundi"


def choose_file(hands: Hands, path: Path, signal: str = "fileSelected") -> None:
    """What the system's own dialog answers."""
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QFileDialog) and one.isVisible())
    getattr(dialog, signal).emit(str(path) if signal == "fileSelected" else [str(path)])
    dialog.close()
    hands.root.activateWindow()
    hands.settle()


def write_copy(hands: Hands, usb: Path) -> Path:
    """From the amber line of « Aujourd’hui » to the file on the key."""
    target = usb / "carnet.secours"
    hands.press("Space")
    dialog = next(one for one in hands.root.findChildren(QDialog) if isinstance(one, SafetyCopyDialog))
    hands.wait(lambda: dialog.isVisible())
    hands.press("Return")
    choose_file(hands, target)
    hands.wait(lambda: dialog.answer.isVisible())
    hands.settle()
    assert "Copie écrite et relue" in dialog.answer.text()
    assert "carnet.secours" in dialog.answer.text()
    dialog.close_button.click()
    hands.settle()
    return target


def copy_dialog(hands: Hands) -> SafetyCopyDialog:
    """As from the user's menu or the palette."""
    assert hands.desktop.workspace is not None
    hands.desktop.workspace.trigger("safety_copy")
    return next(one for one in hands.root.findChildren(QDialog) if isinstance(one, SafetyCopyDialog))


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "cle"
    folder.mkdir()
    return folder


def old_changes(hands: Hands, day: str) -> None:
    """What was typed is as old as ``day``, and never sent."""
    notebook = hands.desktop.workstation.notebook
    hands.ask(lambda: notebook.raw.execute("UPDATE _dirty SET at = ?", (f"{day}T08:00:00.000Z",)))


def test_three_days_unsent_offer_a_copy_which_goes_on_on_another_computer(
    open_hands: OpenHands, carnet: Carnet, usb: Path, tmp_path: Path
) -> None:
    folder, _site = carnet(6)
    hands = open_hands(folder)
    hands.unlock()
    old_changes(hands, "2026-11-20")
    today = hands.go("today")
    hands.settle()
    assert not today.unsent.isVisible(), "two days are no reason"
    old_changes(hands, "2026-11-16")
    hands.go("visits")
    today = hands.go("today")
    hands.wait(lambda: today.unsent.isVisible())
    assert hands.says("modifications attendent depuis le 16/11/2026")
    today.unsent.button.setFocus()
    people = _people(hands)
    target = write_copy(hands, usb)
    hands.go("visits")
    hands.go("today")
    hands.settle()
    assert not today.unsent.isVisible(), "what the copy holds is not offered again"
    hands.close()

    other = open_hands(tmp_path / "portable")
    page = other.desktop._page
    assert isinstance(page, FirstRunPage)
    page.copy_button.setFocus()
    other.press("Space")
    other.press("Space")
    choose_file(other, target, "filesSelected")
    other.enter("ce n’est pas lui")
    other.wait(lambda: page.copy.passphrase.error.text() != "")
    other.press("Ctrl+A")
    other.enter(PASSPHRASE)
    other.wait(lambda: page.copy.held.isVisible())
    other.settle()
    assert page.copy.held.text().replace("\u00a0", " ").startswith("Copie du 22/11/2026 à 10 h 00 : 6 personnes")
    assert not (tmp_path / "portable" / "notebook.db").exists(), "nothing is written before the choice"
    page.copy.prefix.edit.setFocus()
    other.press("Ctrl+A")
    other.type("np")
    page.copy.next_button.setFocus()
    other.press("Space")
    other.wait(lambda: other.inside)
    other.settle()
    assert _people(other) == people
    assert other.ask(lambda: other.desktop.workstation.notebook.get_control("prefix")) == "NP"
    assert other.says("Hors connexion")


def _people(hands: Hands) -> list[str]:
    notebook = hands.desktop.workstation.notebook
    return hands.ask(lambda: [row[0] for row in notebook.raw.execute("SELECT id FROM beneficiary ORDER BY 1")])


def test_the_recovery_sheet_takes_up_a_copy_whose_passphrase_is_forgotten(
    open_hands: OpenHands, carnet: Carnet, usb: Path, tmp_path: Path
) -> None:
    folder, _site = carnet(6)
    hands = open_hands(folder)
    hands.unlock()
    code = hands.ask(lambda: hands.desktop.workstation.account.renew_recovery_code(PASSPHRASE))
    dialog = copy_dialog(hands)
    target = usb / "carnet.secours"
    dialog.write(target)
    hands.wait(lambda: dialog.answer.isVisible())
    hands.close()

    other = open_hands(tmp_path / "portable")
    page = other.desktop._page
    assert isinstance(page, FirstRunPage)
    page.copy_button.click()
    page.copy.take_file(target)
    page.copy.way.click()
    other.settle()
    other.type(" ".join(code.groups))
    page.copy.passphrase.setFocus()
    other.type(NEW_PASSPHRASE)
    page.copy.again.setFocus()
    other.enter(NEW_PASSPHRASE)
    other.wait(lambda: page.copy.held.isVisible())
    page.copy.next_button.click()
    other.wait(lambda: other.inside)
    other.settle()
    assert len(_people(other)) == 6
    other.press("Ctrl+L")
    other.wait(lambda: other.locked)
    other.unlock(NEW_PASSPHRASE)


@pytest.mark.expected_logs
def test_a_missing_key_is_told_and_another_can_be_chosen(open_hands: OpenHands, carnet: Carnet, usb: Path) -> None:
    folder, _site = carnet(6)
    hands = open_hands(folder)
    hands.unlock()
    dialog = copy_dialog(hands)
    dialog.write(usb / "absente" / "carnet.secours")
    hands.wait(lambda: dialog.answer.isVisible())
    assert "n’est plus accessible" in dialog.answer.text()
    assert "Le carnet est intact" in dialog.answer.text()
    dialog.write(usb / "carnet.secours")
    hands.wait(lambda: "Copie écrite" in dialog.answer.text())
    assert [one.name for one in usb.iterdir()] == ["carnet.secours"]
