"""« Reprendre une copie de secours » at the first screen: what is missing is said, nothing is taken unseen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app.errors import WrongPassphrase
from app.ui.bridge.tasks import ImmediateBridge
from app.ui.shell.creation_viewmodel import CopyFound, CreationDoor, CreationViewModel
from app.ui.shell.first_run import FirstRunPage
from app.ui.theme.appearance import appearance
from tests.ui.accessibility import check, settle
from tests.ui.keys import press, type_text

RIGHT = "cheval agrafe pile tuile"
NEW = "nuage lampe fusain bourdon"
CODE = "ABCDE FGHJK"


class Door:
    """Remembers what was opened and taken."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str, str]] = []
        self.taken: list[tuple[str, str]] = []

    def open_copy(self, path: Path, passphrase: str, code: str) -> CopyFound:
        self.opened.append((path.name, passphrase, code))
        if not code and passphrase != RIGHT:
            raise WrongPassphrase("Mot de passe incorrect.", "La copie est intacte.", field="passphrase")
        made_at = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
        return CopyFound(made_at, "12 personnes, 340 lignes d’heures", "NO", object())

    def take_up(self, copy: CopyFound, passphrase: str, prefix: str, progress) -> None:
        progress(1, 2)
        self.taken.append((passphrase, prefix))


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def page(show, door) -> FirstRunPage:
    made = FirstRunPage(
        CreationViewModel(
            CreationDoor(
                organisations=lambda: [],
                strength=lambda text: (len(text) > 12, "Trop court." if len(text) <= 12 else ""),
                create=lambda _wanted: None,
                sheet=lambda: b"",
                note_sheet=lambda _answer: None,
                open_copy=door.open_copy,
                take_up=door.take_up,
            ),
            ImmediateBridge(),
        )
    )
    show(made, 1366, 768)
    made.copy_button.setFocus()
    press(made, "Space")
    settle()
    return made


def test_the_file_comes_first(page, door):
    page.copy.passphrase.setFocus()
    type_text(page, RIGHT)
    press(page, "Return")
    assert page.copy.error.text() == "Choisissez d’abord le fichier de la copie."
    assert door.opened == []


@pytest.mark.expected_logs
def test_a_wrong_passphrase_can_be_typed_over(page, door):
    page.copy.take_file(Path("carnet.secours"))
    type_text(page, "pas celui-ci")
    press(page, "Return")
    assert "Mot de passe incorrect." in page.copy.passphrase.error.text()
    press(page, "Ctrl+A")
    type_text(page, RIGHT)
    press(page, "Return")
    settle()
    assert page.copy.held.isVisible()
    assert door.taken == []


def test_what_was_typed_as_the_old_passphrase_is_no_new_one(page):
    page.copy.passphrase.setFocus()
    type_text(page, "l’ancien")
    press(page, "Return")
    page.copy.way.click()
    settle()
    assert page.copy.passphrase.text() == ""
    assert not page.copy.error.isVisible()


def test_seen_then_taken_with_other_letters(page, door, qtbot):
    page.copy.take_file(Path("carnet.secours"))
    type_text(page, RIGHT)
    press(page, "Return")
    settle()
    assert "22/11/2026" in page.copy.held.text()
    assert page.copy.next_button.hasFocus()
    page.copy.prefix.edit.setFocus()
    press(page, "Ctrl+A")
    type_text(page, "9!")
    page.copy.next_button.setFocus()
    press(page, "Space")
    assert page.copy.prefix.error() != ""
    assert door.taken == []
    page.copy.prefix.edit.setFocus()
    press(page, "Ctrl+A")
    type_text(page, "np")
    page.copy.next_button.setFocus()
    with qtbot.waitSignal(page.model.copy_taken):
        press(page, "Space")
    assert door.taken == [(RIGHT, "NP")]


def test_the_recovery_sheet_asks_for_a_new_passphrase_twice(page, door):
    page.copy.take_file(Path("carnet.secours"))
    page.copy.way.click()
    settle()
    page.copy.next_button.click()
    assert page.copy.code.error() != ""
    page.copy.code.edit.setFocus()
    type_text(page, CODE)
    page.copy.passphrase.setFocus()
    type_text(page, NEW)
    page.copy.again.setFocus()
    type_text(page, "autre chose")
    press(page, "Return")
    assert "diffèrent" in page.copy.again.error.text()
    assert door.opened == []
    press(page, "Ctrl+A")
    type_text(page, NEW)
    press(page, "Return")
    assert door.opened == [("carnet.secours", NEW, CODE)]


def test_another_file_forgets_what_was_seen(page, door):
    page.copy.take_file(Path("carnet.secours"))
    type_text(page, RIGHT)
    press(page, "Return")
    settle()
    page.copy.take_file(Path("autre.secours"))
    settle()
    assert not page.copy.held.isVisible()
    assert page.copy.passphrase.isVisible()


@pytest.mark.parametrize("zoom", [100, 150, 200])
def test_it_is_named_and_fits(page, zoom):
    appearance().set(zoom=zoom)
    settle()
    assert not check(page)
    page.copy.way.click()
    settle()
    assert not check(page)
    page.copy.way.click()
    page.copy.take_file(Path("Copie de secours 2026-11-22 10h00.secours"))
    type_text(page, RIGHT)
    press(page, "Return")
    settle()
    assert not check(page)
