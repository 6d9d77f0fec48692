"""Locking (PRODUCT.md §3.7, K2, K5): what is typed is saved, the cover is on at once, the key is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.errors import PassphraseNeeded
from tests.day import PASSPHRASE
from tests.end2end.hands import Hands
from tests.factories import Site

OpenHands = Callable[..., Hands]
Carnet = Callable[[int], tuple[Path, Site]]
MONTH = "2026-11"


@pytest.fixture
def inside(carnet: Carnet, open_hands: OpenHands) -> tuple[Hands, Site]:
    folder, site = carnet(6)
    hands = open_hands(folder)
    hands.unlock()
    return hands, site


def locked(hands: Hands) -> bool:
    return hands.desktop.lock is not None and hands.desktop.lock.is_locked


def worked(hands: Hands, site: Site) -> list[int | None]:
    return [row.worked for row in hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH)).rows]


@pytest.mark.parametrize("keys", ["Ctrl+L", "Ctrl+Shift+L"])
def test_the_cover_hides_everything_at_once(inside: tuple[Hands, Site], keys: str) -> None:
    hands, site = inside
    hands.go("beneficiaries", site.beneficiaries[0])
    hands.press(keys)
    assert locked(hands)
    assert not any("MARTIN" in one or "Julie" in one or "Bâti" in one for one in hands.texts())
    assert "MARTIN" not in hands.root.windowTitle()
    assert hands.says("chiffré et verrouillé")


def test_the_key_is_gone_and_the_database_closed(inside: tuple[Hands, Site]) -> None:
    hands, _site = inside
    hands.press("Ctrl+L")
    hands.settle()
    assert not hands.desktop.workstation.account.is_open
    with pytest.raises(PassphraseNeeded):
        hands.ask(lambda: hands.desktop.workstation.notebook)


def test_the_number_being_typed_is_saved_before_the_cover(inside: tuple[Hands, Site]) -> None:
    hands, site = inside
    hands.go("hours", site.company, MONTH)
    hands.type("140")
    hands.press("Ctrl+L")
    hands.settle()
    hands.type(PASSPHRASE)
    hands.press("Return")
    hands.wait(lambda: hands.inside)
    assert worked(hands, site)[0] == 14_000


def test_ten_minutes_without_a_key_lock(inside: tuple[Hands, Site]) -> None:
    hands, _site = inside
    assert hands.desktop.lock is not None
    hands.clock.move(dt.timedelta(minutes=9))
    hands.desktop.lock.inactivity.check()
    assert not locked(hands)
    QTest.keyClick(hands.root.windowHandle(), Qt.Key.Key_Shift)  # a key of the window itself: she is there
    hands.clock.move(dt.timedelta(minutes=9))
    hands.desktop.lock.inactivity.check()
    assert not locked(hands)
    hands.clock.move(dt.timedelta(minutes=2))
    hands.desktop.lock.inactivity.check()
    assert locked(hands)


def test_a_wrong_passphrase_does_not_open_and_is_said(inside: tuple[Hands, Site]) -> None:
    hands, _site = inside
    hands.press("Ctrl+L")
    hands.enter("pas celui-là")
    assert locked(hands)
    assert hands.says("Mot de passe incorrect")
    hands.type(PASSPHRASE)
    hands.press("Return")
    hands.wait(lambda: hands.inside)


def test_an_open_dialog_is_hidden_then_given_back(inside: tuple[Hands, Site]) -> None:
    hands, site = inside
    hands.go("beneficiaries", site.beneficiaries[0])
    hands.press("Ctrl+P")
    dialogs = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not hands.root]
    assert dialogs, "the follow-up sheet is shown"
    assert hands.desktop.lock is not None
    hands.desktop.lock.lock()
    hands.settle()
    assert not any(one.isVisible() for one in dialogs)
    hands.type(PASSPHRASE)
    hands.press("Return")
    hands.wait(lambda: hands.inside)
    hands.settle()
    assert all(one.isVisible() for one in dialogs)


def test_shortcuts_do_nothing_behind_the_cover(inside: tuple[Hands, Site]) -> None:
    hands, site = inside
    hands.go("hours", site.company, MONTH)
    hands.enter("140")
    hands.press("Ctrl+L")
    hands.press("Ctrl+Z", "Ctrl+K", "Ctrl+H", "Ctrl+P", "Esc")
    assert locked(hands)
    hands.type(PASSPHRASE)
    hands.press("Return")
    hands.wait(lambda: hands.inside)
    assert worked(hands, site)[0] == 14_000, "Ctrl+Z behind the cover took nothing back"
