"""The key file: three ways in, two copies, and an honest word for each thing that goes wrong."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import logging
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import errors
from app.account import keyfile, vault
from app.account.keyfile import COPY_NAME, FILE_NAME, Cost
from app.account.recovery import RecoveryCode
from app.account.secrets import MemorySecrets, NoSecrets
from app.clock import FrozenClock

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
PASSPHRASE = "cheval agrafe pile tuile"
OTHER = "nuage lampe fusain bourdon"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    return FrozenClock(NOW)


@pytest.fixture
def made(tmp_path, clock):
    """(folder, key, code) of a new key file."""
    return tmp_path, *vault.create(tmp_path, PASSPHRASE, clock, cost=CHEAP)


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _forge(folder: Path, **changes: object) -> None:
    """Rewrite both copies with ``changes`` and a right checksum, as another program would."""
    for name in (FILE_NAME, COPY_NAME):
        body = json.loads((folder / name).read_bytes())
        del body["checksum"]
        body |= changes
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
        body["checksum"] = hashlib.sha256(canonical.encode()).hexdigest()
        (folder / name).write_text(json.dumps(body))


# --- ways in ---


def test_the_same_key_comes_back_by_every_way(made):
    folder, key, code = made
    assert len(key) == 32
    assert vault.unlock(folder, PASSPHRASE) == key
    assert vault.recover(folder, RecoveryCode.parse(code.text), OTHER, cost=CHEAP) == key
    assert vault.check_key(folder, key)
    assert not vault.check_key(folder, os.urandom(32))


def test_two_notebooks_never_share_a_key_nor_a_code(tmp_path, clock):
    one = vault.create(tmp_path / "un", PASSPHRASE, clock, cost=CHEAP)
    two = vault.create(tmp_path / "deux", PASSPHRASE, clock, cost=CHEAP)
    assert one[0] != two[0]
    assert one[1] != two[1]
    with pytest.raises(errors.WrongPassphrase) as caught:
        vault.recover(tmp_path / "un", two[1], OTHER, cost=CHEAP)
    assert caught.value.field == "recovery_code"


def test_nothing_secret_lies_in_the_file_and_only_the_owner_reads_it(made):
    folder, key, code = made
    for name in (FILE_NAME, COPY_NAME):
        text = (folder / name).read_bytes()
        for secret in (bytes(key), bytes(key).hex().encode(), PASSPHRASE.encode(), code.text.encode()):
            assert secret not in text
        if os.name == "posix":
            assert (folder / name).stat().st_mode & 0o077 == 0


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_only_the_very_passphrase_opens(tmp_path_factory, right, wrong):
    right, wrong = right + " cheval agrafe tuile", wrong + " cheval agrafe tuile"
    folder = tmp_path_factory.mktemp("clef")
    key, _ = vault.create(folder, right, FrozenClock(NOW), cost=CHEAP)
    assert vault.unlock(folder, unicodedata.normalize("NFD", right)) == key
    if unicodedata.normalize("NFC", wrong) != unicodedata.normalize("NFC", right):
        with pytest.raises(errors.WrongPassphrase):
            vault.unlock(folder, wrong)


def test_a_long_passphrase_is_used_to_its_last_sign(tmp_path, clock):
    long = "cheval agrafe pile tuile " * 40
    vault.create(tmp_path, long + "a", clock, cost=CHEAP)
    with pytest.raises(errors.WrongPassphrase):
        vault.unlock(tmp_path, long + "b")


def test_a_changed_passphrase_replaces_the_former_everywhere(made):
    folder, key, code = made
    vault.change_passphrase(folder, PASSPHRASE, OTHER, cost=CHEAP)
    assert vault.unlock(folder, OTHER) == key
    for name in (FILE_NAME, COPY_NAME):
        alone = folder / name
        assert json.loads(alone.read_bytes())["generation"] == 2
    with pytest.raises(errors.WrongPassphrase):
        vault.unlock(folder, PASSPHRASE)
    assert vault.recover(folder, code, PASSPHRASE, cost=CHEAP) == key


def test_changing_asks_the_former_and_a_good_new_one(made):
    folder, *_ = made
    before = _snapshot(folder)
    with pytest.raises(errors.WrongPassphrase):
        vault.change_passphrase(folder, OTHER, OTHER, cost=CHEAP)
    with pytest.raises(errors.InvalidInput):
        vault.change_passphrase(folder, PASSPHRASE, "court", cost=CHEAP)
    assert _snapshot(folder) == before


def test_a_renewed_code_replaces_the_former_and_is_to_print_again(made, clock):
    folder, key, code = made
    assert vault.note_recovery(folder, clock, "printed").printed_at == NOW
    clock.move(dt.timedelta(days=2))
    new = vault.renew_recovery_code(folder, PASSPHRASE, clock)
    status = vault.recovery_status(folder)
    assert status.created_at == NOW + dt.timedelta(days=2)
    assert status.to_print
    with pytest.raises(errors.WrongPassphrase):
        vault.recover(folder, code, OTHER, cost=CHEAP)
    assert vault.recover(folder, new, OTHER, cost=CHEAP) == key


def test_a_refusal_to_print_is_recorded(made, clock):
    folder, *_ = made
    status = vault.note_recovery(folder, clock, "declined")
    assert status.declined_at == NOW
    assert status.to_print
    assert vault.recovery_status(folder) == status


def test_only_a_demonstration_may_have_an_evident_passphrase(tmp_path, clock):
    with pytest.raises(errors.InvalidInput):
        vault.create(tmp_path, "demo", clock, cost=CHEAP)
    assert not list(tmp_path.iterdir())
    key, _ = vault.create(tmp_path, "demo", clock, cost=CHEAP, any_strength=True)
    assert vault.unlock(tmp_path, "demo") == key


def test_the_default_cost_is_what_the_stack_measured():
    assert (keyfile.COST.passes, keyfile.COST.memory_kib) == (3, 65_536)


# --- what goes wrong ---


def test_no_file_no_notebook(tmp_path):
    with pytest.raises(errors.NotebookMissing):
        vault.unlock(tmp_path, PASSPHRASE)
    with pytest.raises(errors.NotebookMissing):
        vault.unlock(tmp_path / "absent", PASSPHRASE)
    assert not list(tmp_path.iterdir())


def test_a_key_file_is_never_overwritten(made, clock):
    folder, *_ = made
    before = _snapshot(folder)
    with pytest.raises(errors.NotebookExists):
        vault.create(folder, OTHER, clock, cost=CHEAP)
    (folder / FILE_NAME).unlink()
    with pytest.raises(errors.NotebookExists):
        vault.create(folder, OTHER, clock, cost=CHEAP)
    assert _snapshot(folder) == {COPY_NAME: before[COPY_NAME]}


def test_a_wrong_passphrase_writes_nothing(made):
    folder, *_ = made
    before = _snapshot(folder)
    with pytest.raises(errors.WrongPassphrase) as caught:
        vault.unlock(folder, OTHER)
    assert caught.value.field == "passphrase"
    assert OTHER not in caught.value.sentence
    assert _snapshot(folder) == before


@pytest.mark.expected_logs
@pytest.mark.parametrize("broken", [FILE_NAME, COPY_NAME])
@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 3}', b"[" * 5000])
def test_one_damaged_copy_is_survived_put_right_and_kept(made, broken, garbage):
    folder, key, _ = made
    good = (folder / FILE_NAME).read_bytes()
    (folder / broken).write_bytes(garbage)
    assert vault.unlock(folder, PASSPHRASE) == key
    assert (folder / FILE_NAME).read_bytes() == (folder / COPY_NAME).read_bytes() == good
    assert [path.read_bytes() for path in folder.glob("*.damaged")] == [garbage]


def test_a_missing_copy_is_made_again(made):
    folder, key, _ = made
    (folder / COPY_NAME).unlink()
    assert vault.unlock(folder, PASSPHRASE) == key
    assert (folder / COPY_NAME).read_bytes() == (folder / FILE_NAME).read_bytes()


@pytest.mark.expected_logs
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_bit_is_damage_and_never_a_wrong_passphrase_or_key(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("clef")
    key, _ = vault.create(folder, PASSPHRASE, FrozenClock(NOW), cost=CHEAP)
    whole = bytearray((folder / FILE_NAME).read_bytes())
    place = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[place // 8] ^= 1 << place % 8
    for name in (FILE_NAME, COPY_NAME):
        (folder / name).write_bytes(whole)
    before = _snapshot(folder)
    try:
        # Changes that do not alter what is said (white space, letter case of an escape) are no damage.
        assert vault.unlock(folder, PASSPHRASE) == key
    except errors.DamagedNotebook:
        assert _snapshot(folder) == before


@pytest.mark.expected_logs
def test_both_copies_cut_short_are_damage(made):
    folder, *_ = made
    for name in (FILE_NAME, COPY_NAME):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(errors.DamagedNotebook):
        vault.unlock(folder, PASSPHRASE)


def test_a_newer_format_is_told_and_left_alone(made):
    folder, *_ = made
    _forge(folder, version=2)
    before = _snapshot(folder)
    for act in (
        lambda: vault.unlock(folder, PASSPHRASE),
        lambda: vault.change_passphrase(folder, PASSPHRASE, OTHER, cost=CHEAP),
    ):
        with pytest.raises(errors.NewerNotebook):
            act()
    assert _snapshot(folder) == before


def test_a_newer_format_beside_an_old_copy_is_not_taken_back(made):
    folder, *_ = made
    old = (folder / COPY_NAME).read_bytes()
    _forge(folder, version=2)
    (folder / COPY_NAME).write_bytes(old)
    with pytest.raises(errors.NewerNotebook):
        vault.unlock(folder, PASSPHRASE)


@pytest.mark.expected_logs
@pytest.mark.parametrize(
    "cost", [{"passes": 3, "memory_kib": 10**9, "lanes": 4}, {"passes": 0, "memory_kib": 64, "lanes": 1}, {}]
)
def test_a_forged_cost_cannot_take_the_machine(made, cost):
    folder, *_ = made
    body = json.loads((folder / FILE_NAME).read_bytes())
    _forge(folder, passphrase=body["passphrase"] | {"argon2id": cost})
    with pytest.raises((errors.DamagedNotebook, errors.WrongPassphrase)):
        vault.unlock(folder, PASSPHRASE)


def test_a_wrapped_key_cannot_be_moved_to_another_notebook(tmp_path, clock):
    vault.create(tmp_path / "un", PASSPHRASE, clock, cost=CHEAP)
    vault.create(tmp_path / "deux", OTHER, clock, cost=CHEAP)
    stolen = json.loads((tmp_path / "deux" / FILE_NAME).read_bytes())["passphrase"]
    _forge(tmp_path / "un", passphrase=stolen)
    with pytest.raises(errors.WrongPassphrase):
        vault.unlock(tmp_path / "un", OTHER)


def test_the_later_of_two_sound_copies_is_right(made):
    """A process killed between the two writes of a change leaves the second copy late."""
    folder, key, _ = made
    late = (folder / COPY_NAME).read_bytes()
    vault.change_passphrase(folder, PASSPHRASE, OTHER, cost=CHEAP)
    (folder / COPY_NAME).write_bytes(late)
    with pytest.raises(errors.WrongPassphrase):
        vault.unlock(folder, PASSPHRASE)
    assert vault.unlock(folder, OTHER) == key
    assert (folder / COPY_NAME).read_bytes() == (folder / FILE_NAME).read_bytes()


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.ENOSPC, errors.DiskFull), (errno.EROFS, errors.FolderNotWritable)]
)
def test_a_disk_that_refuses_is_told_and_the_former_file_stands(made, monkeypatch, number, expected):
    folder, key, _ = made
    before = _snapshot(folder)

    def refuse(handle: int, data: bytes) -> int:
        raise OSError(number, "refused")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse)
        with pytest.raises(expected):
            vault.change_passphrase(folder, PASSPHRASE, OTHER, cost=CHEAP)
        with pytest.raises(expected):
            vault.create(folder / "neuf", PASSPHRASE, FrozenClock(NOW), cost=CHEAP)
    (folder / "neuf").rmdir()
    assert _snapshot(folder) == before
    assert vault.unlock(folder, PASSPHRASE) == key


def test_a_place_that_is_not_a_folder_is_told(tmp_path, clock):
    (tmp_path / "fichier").write_text("")
    with pytest.raises(errors.EnvironmentProblem):
        vault.create(tmp_path / "fichier", PASSPHRASE, clock, cost=CHEAP)


# --- the keyring ---


def test_the_keyring_holds_the_key_until_told_to_forget(made):
    folder, key, _ = made
    secrets = MemorySecrets()
    assert vault.unlock_remembered(folder, secrets) is None
    vault.remember(folder, key, secrets)
    assert vault.unlock_remembered(folder, secrets) == key
    vault.change_passphrase(folder, PASSPHRASE, OTHER, cost=CHEAP)
    assert vault.unlock_remembered(folder, secrets) == key
    vault.forget(folder, secrets)
    assert vault.unlock_remembered(folder, secrets) is None


def test_another_key_is_not_remembered(made):
    with pytest.raises(ValueError, match="key"):
        vault.remember(made[0], os.urandom(32), MemorySecrets())


@pytest.mark.expected_logs
@pytest.mark.parametrize("kept", ["", "pas du base64 !", "AAAA", "A" * 44])
def test_a_stale_secret_is_not_an_opening(made, kept):
    folder, *_ = made
    secrets = MemorySecrets()
    secrets.set(vault.KEYRING_SERVICE, vault.notebook_id(folder), kept)
    assert vault.unlock_remembered(folder, secrets) is None


# --- the order ---


class _Broken(NoSecrets):
    def get(self, service: str, name: str) -> str | None:
        raise errors.KeyringUnavailable("Pas de trousseau.")


def test_environment_then_keyring_then_prompt(made):
    folder, key, _ = made
    secrets = MemorySecrets()
    asked: list[str] = []

    def prompt() -> str:
        asked.append("asked")
        return PASSPHRASE

    assert vault.resolve_key(folder, {"INCLUSIV_PASSPHRASE": PASSPHRASE}, _Broken(), prompt) == key
    assert not asked
    assert vault.resolve_key(folder, {}, secrets, prompt) == key
    assert vault.resolve_key(folder, {"INCLUSIV_PASSPHRASE": ""}, _Broken(), prompt) == key
    assert len(asked) == 2
    vault.remember(folder, key, secrets)
    assert vault.resolve_key(folder, {}, secrets, prompt) == key
    assert len(asked) == 2


def test_a_wrong_environment_is_an_error_even_with_a_keyring(made):
    folder, key, _ = made
    secrets = MemorySecrets()
    vault.remember(folder, key, secrets)
    with pytest.raises(errors.WrongPassphrase):
        vault.resolve_key(folder, {"INCLUSIV_PASSPHRASE": OTHER}, secrets)


def test_without_any_way_the_passphrase_is_asked_for(made):
    with pytest.raises(errors.PassphraseNeeded):
        vault.resolve_key(made[0], {}, NoSecrets())


# --- secrets stay secret ---


def test_wiping_leaves_zeros(made):
    _, key, _ = made
    vault.wipe(key)
    assert key == bytes(32)
    vault.wipe(None)


def test_logs_hold_no_secret(tmp_path, clock, caplog):
    caplog.set_level(logging.DEBUG)
    key, code = vault.create(tmp_path, PASSPHRASE, clock, cost=CHEAP)
    vault.remember(tmp_path, key, MemorySecrets())
    vault.change_passphrase(tmp_path, PASSPHRASE, OTHER, cost=CHEAP)
    vault.recover(tmp_path, code, PASSPHRASE, cost=CHEAP)
    text = caplog.text
    assert text
    for secret in (PASSPHRASE, OTHER, code.text, bytes(key).hex()):
        assert secret not in text
