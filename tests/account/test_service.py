"""Making, unlocking, locking: told as the facilitator lives it, over a real encrypted notebook or a fake door."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from app import errors
from app.account import facts, keyfile, pin
from app.account.keyfile import Cost
from app.account.secrets import MemorySecrets, NoSecrets
from app.account.service import AccountService, NotebookState, StoreDoor, delay_after, recovery_sentence
from app.clock import FrozenClock
from app.store import engine

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
PASSPHRASE = "cheval agrafe pile tuile"
OTHER = "nuage lampe fusain bourdon"
WRONG = "ceci ne convient pas du tout"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


class Workstation:
    """A folder, a clock, a keyring, and windows of the program over a small encrypted file."""

    def __init__(self, folder):
        self.folder = folder
        self.clock = FrozenClock(NOW)
        self.secrets = MemorySecrets()
        self.opened: list[AccountService] = []
        self.connection: Any = None
        self.refusal: errors.InclusivError | None = None

    def window(self, secrets=None) -> AccountService:
        path = self.folder / engine.FILE_NAME

        def create(key: bytes) -> None:
            if self.refusal:
                raise self.refusal
            self.connection = engine.connect(path, key, mode="rwc")
            self.connection.execute("CREATE TABLE note (text)")

        def open_(key: bytes) -> None:
            if self.refusal:
                raise self.refusal
            self.connection = engine.connect(path, key)

        def close() -> None:
            self.connection.close()
            self.connection = None

        service = AccountService(
            self.folder,
            self.clock,
            secrets or self.secrets,
            StoreDoor(path.exists, create, open_, close),
            cost=CHEAP,
        )
        self.opened.append(service)
        return service


@pytest.fixture
def desk(tmp_path):
    desk = Workstation(tmp_path / "carnet")
    yield desk
    for window in desk.opened:
        window.close()


@pytest.fixture
def made(desk):
    """A workstation with a notebook, its window closed, and the printed code."""
    window = desk.window()
    code = window.create(PASSPHRASE)
    window.close()
    return desk, code


# --- creation ---


def test_a_notebook_is_made_and_open_at_once(desk):
    window = desk.window()
    assert window.state() is NotebookState.ABSENT
    code = window.create(PASSPHRASE)
    assert window.is_open
    assert len(window.key) == 32
    assert window.state() is NotebookState.READY
    assert len(code.groups) == 7
    assert not window.is_remembered()


def test_the_key_is_remembered_when_asked_and_possible(desk):
    desk.window().create(PASSPHRASE, remember=True)
    assert desk.opened[0].is_remembered()


def test_without_a_keyring_the_notebook_is_made_all_the_same(desk):
    window = desk.window(NoSecrets())
    window.create(PASSPHRASE, remember=True)
    assert window.is_open
    assert not window.is_remembered()
    with pytest.raises(errors.KeyringUnavailable):
        window.remember()


def test_a_notebook_is_never_made_over_another(made):
    desk, _ = made
    before = {path: path.read_bytes() for path in desk.folder.iterdir()}
    with pytest.raises(errors.NotebookExists):
        desk.window().create(OTHER)
    (desk.folder / keyfile.FILE_NAME).unlink()
    (desk.folder / keyfile.COPY_NAME).unlink()
    window = desk.window()
    assert window.state() is NotebookState.KEY_MISSING
    with pytest.raises(errors.NotebookExists):
        window.create(OTHER)
    assert (desk.folder / engine.FILE_NAME).read_bytes() == before[desk.folder / engine.FILE_NAME]


def test_a_refused_creation_leaves_nothing_and_can_be_tried_again(desk):
    desk.refusal = errors.DiskFull("Plein.")
    window = desk.window()
    with pytest.raises(errors.DiskFull):
        window.create(PASSPHRASE)
    assert not window.is_open
    assert window.state() is NotebookState.ABSENT
    with pytest.raises(errors.InvalidInput):
        window.create("court")
    desk.refusal = None
    window.create(PASSPHRASE)
    assert window.is_open


def test_the_key_of_a_cut_creation_or_moved_notebook_is_kept_aside(made):
    desk, _ = made
    key_file = (desk.folder / keyfile.FILE_NAME).read_bytes()
    (desk.folder / engine.FILE_NAME).rename(desk.folder.parent / "ailleurs.db")
    window = desk.window()
    assert window.state() is NotebookState.UNFINISHED
    window.create(OTHER)
    kept = [path.read_bytes() for path in desk.folder.glob("*.aside")]
    assert kept == [key_file, key_file]


# --- ways in ---


def test_each_way_in(made):
    desk, code = made
    window = desk.window()
    window.unlock(PASSPHRASE)
    window.remember()
    window.close()
    window = desk.window()
    assert window.unlock_remembered()
    window.forget()
    window.close()
    window = desk.window()
    assert not window.unlock_remembered()
    window.recover(code.text.lower(), OTHER)
    window.close()
    window = desk.window()
    with pytest.raises(errors.WrongPassphrase):
        window.unlock(PASSPHRASE)
    window.unlock(OTHER)
    assert window.is_open


def test_the_order_of_the_command_line(made):
    desk, _ = made
    window = desk.window()
    with pytest.raises(errors.PassphraseNeeded):
        window.unlock_in_order({})
    with pytest.raises(errors.WrongPassphrase):
        window.unlock_in_order({"INCLUSIV_PASSPHRASE": WRONG}, lambda: PASSPHRASE)
    assert window.facts().attempts == 0
    window.unlock_in_order({}, lambda: PASSPHRASE)
    window.remember()
    window.close()
    again = desk.window()
    again.unlock_in_order({})
    assert again.is_open


def test_a_mistyped_code_names_its_group(made):
    desk, code = made
    groups = list(code.groups)
    groups[2] = groups[2][:4] + ("0" if groups[2][4] != "0" else "1")
    with pytest.raises(errors.InvalidInput, match="groupe 3"):
        desk.window().recover("-".join(groups), OTHER)


def test_two_windows_never_hold_the_same_notebook(made):
    desk, _ = made
    first, second = desk.window(), desk.window()
    first.unlock(PASSPHRASE)
    with pytest.raises(errors.NotebookInUse):
        second.unlock(PASSPHRASE)
    first.lock()
    with pytest.raises(errors.NotebookInUse):
        second.hold()
    first.close()
    second.unlock(PASSPHRASE)


def test_a_store_that_refuses_leaves_the_notebook_locked(made):
    desk, _ = made
    window = desk.window()
    desk.refusal = errors.NewerNotebook("Plus récent.")
    with pytest.raises(errors.NewerNotebook):
        window.unlock(PASSPHRASE)
    assert not window.is_open
    desk.refusal = None
    window.unlock(PASSPHRASE)


def test_wrong_passphrases_are_counted_slowed_and_forgiven(made):
    desk, _ = made
    window = desk.window()
    sentences = []
    for _ in range(3):
        with pytest.raises(errors.WrongPassphrase) as caught:
            window.unlock(WRONG)
        sentences.append(caught.value)
    assert sentences[0].happened == "Mot de passe incorrect."
    assert sentences[2].happened == "Mot de passe incorrect (3e essai)."
    assert "dans 1\u00a0s" in sentences[2].todo
    assert window.wait() == dt.timedelta(seconds=1)
    with pytest.raises(errors.InvalidInput):
        window.unlock(PASSPHRASE)
    # Starting the program again does not forget the count, setting the clock back does not lengthen the wait.
    again = desk.window()
    assert again.facts().attempts == 3
    desk.clock.move(dt.timedelta(days=-3))
    assert again.wait() <= dt.timedelta(seconds=1)
    desk.clock.move(dt.timedelta(days=3, seconds=1))
    window.unlock(PASSPHRASE)
    assert window.facts().attempts == 0
    assert not window.wait()


def test_the_delay_grows_softly_and_stays_bearable():
    delays = [delay_after(attempts) for attempts in range(50)]
    assert delays == sorted(delays)
    assert not any(delays[:3])
    assert max(delays) == dt.timedelta(seconds=30)
    assert delay_after(-1) == dt.timedelta()


# --- ways out ---


def test_locking_wipes_the_key_and_closes_the_store(made):
    desk, _ = made
    window = desk.window()
    window.unlock(PASSPHRASE)
    held = window._key
    window.lock()
    assert held == bytes(32)
    assert desk.connection is None
    assert not window.is_open
    with pytest.raises(errors.PassphraseNeeded):
        _ = window.key
    window.lock()
    window.unlock(PASSPHRASE)


def test_a_locked_window_does_not_reopen_by_the_keyring(made):
    desk, _ = made
    window = desk.window()
    window.unlock(PASSPHRASE)
    window.remember()
    window.lock()
    assert not window.unlock_remembered()
    window.close()
    assert desk.window().unlock_remembered()


# --- the PIN of brief locks ---


@pytest.fixture
def pinned(made):
    desk, _ = made
    window = desk.window()
    window.unlock(PASSPHRASE)
    window.set_pin("2580")
    return desk, window


def test_a_pin_reopens_within_two_hours_of_the_full_unlock(pinned):
    desk, window = pinned
    for minutes in (30, 60):
        window.lock()
        assert window.pin_is_enough
        desk.clock.move(dt.timedelta(minutes=minutes))
        window.unlock_with_pin("2580")
        assert window.is_open
    window.lock()
    desk.clock.move(dt.timedelta(minutes=31))
    assert not window.pin_is_enough
    with pytest.raises(errors.PassphraseNeeded):
        window.unlock_with_pin("2580")
    window.unlock(PASSPHRASE)
    window.lock()
    assert window.pin_is_enough


def test_five_wrong_pins_need_the_passphrase(pinned):
    _, window = pinned
    window.lock()
    for left in (4, 3, 2, 1):
        with pytest.raises(errors.WrongPassphrase) as caught:
            window.unlock_with_pin("1111")
        assert (str(left) if left > 1 else "un essai") in caught.value.todo
    with pytest.raises(errors.PassphraseNeeded):
        window.unlock_with_pin("1111")
    with pytest.raises(errors.PassphraseNeeded):
        window.unlock_with_pin("2580")
    window.unlock(PASSPHRASE)


def test_the_pin_is_of_no_use_after_a_full_lock_or_a_restart(pinned):
    desk, window = pinned
    window.lock(brief=False)
    assert not window.pin_is_enough
    window.close()
    again = desk.window()
    with pytest.raises(errors.PassphraseNeeded):
        again.unlock_with_pin("2580")
    again.unlock(PASSPHRASE)
    again.lock()
    again.unlock_with_pin("2580")
    again.remove_pin()
    again.lock()
    assert not again.pin_is_enough


def test_nothing_on_disk_lets_a_pin_be_tried(pinned):
    desk, window = pinned
    kept = window.facts().pin
    assert kept is not None
    text = (desk.folder / facts.FILE_NAME).read_bytes()
    assert b"2580" not in text
    assert window.key.hex().encode() not in text
    with pytest.raises(errors.DamagedNotebook):
        pin.BriefLock(kept, bytes(32), NOW, CHEAP)


@pytest.mark.parametrize("digits", ["", "123", "1234", "9876", "0000", "123456789", "12a4", "²³¹⁴", "١٢٣٥"])
def test_evident_pins_are_refused(pinned, digits):
    _, window = pinned
    with pytest.raises(errors.InvalidInput) as caught:
        window.set_pin(digits)
    assert caught.value.field == "pin"


# --- recovery sheet, facts ---


def test_the_recovery_sheet_is_asked_for_until_printed(made):
    desk, _ = made
    window = desk.window()
    assert window.recovery().to_print
    assert "à imprimer" in recovery_sentence(window.recovery())
    window.note_recovery("declined")
    assert "refus du 22 novembre 2026" in recovery_sentence(window.recovery()).replace("\u00a0", " ")
    status = window.note_recovery("printed")
    sentence = recovery_sentence(status).replace("\u00a0", " ")
    assert sentence == "Fiche de secours imprimée le 22 novembre 2026."
    code = window.renew_recovery_code(PASSPHRASE)
    assert window.recovery().to_print
    window.recover(code.text, OTHER)


def test_passphrase_changed_while_open(made):
    desk, _ = made
    window = desk.window()
    window.unlock(PASSPHRASE)
    window.change_passphrase(PASSPHRASE, OTHER)
    window.lock()
    window.unlock(OTHER)


def test_the_unlock_screen_knows_what_waits_to_be_sent(made):
    desk, _ = made
    desk.window().note_facts(7, NOW)
    known = desk.window().facts()
    assert (known.unsent, known.last_change) == (7, NOW)


@pytest.mark.expected_logs
@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"version": 1}', b'{"version": 9}', b"\xff", json.dumps({"version": 1, "pin": 3}).encode()],
)
def test_unreadable_facts_prevent_nothing(made, content):
    desk, _ = made
    (desk.folder / facts.FILE_NAME).write_bytes(content)
    window = desk.window()
    assert window.facts() == facts.Facts()
    window.unlock(PASSPHRASE)
