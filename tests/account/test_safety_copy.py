"""The safety copy: whole, unreadable without the key, read back, taken up elsewhere; nothing is ever overwritten."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import errors
from app.account import keyfile, safety_copy, vault
from app.account.keyfile import Cost
from app.account.recovery import RecoveryCode
from app.clock import FrozenClock
from app.models.beneficiaries import Beneficiary
from app.paths import NOTEBOOK_FILE
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.conftest import NOW

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
PASSPHRASE = "cheval agrafe pile tuile"
OTHER = "nuage lampe fusain bourdon"
PHOTO = b"photo " * 5000


@dataclass
class Model:
    """A notebook with one person and one photo, closed; made once and copied by each test."""

    folder: Path
    key: bytes
    code: RecoveryCode
    photo: str


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder, clock = tmp_path_factory.mktemp("modele") / "carnet", FrozenClock(NOW)
    key, code = vault.create(folder, PASSPHRASE, clock, cost=CHEAP)
    notebook = Notebook.create(folder, bytes(key), clock)
    with writing(notebook, "personne") as unit:
        unit.insert(Beneficiary, {"last_name": "MARTIN", "first_name": "Julie"})
    notebook.close()
    return Model(folder, bytes(key), code, AttachmentFiles(folder, key).put(PHOTO))


class Desk:
    """That notebook, open, its key, its recovery code, and a USB key."""

    def __init__(self, root: Path, clock: FrozenClock, model: Model) -> None:
        self.folder, self.usb, self.elsewhere = root / "carnet", root / "cle", root / "portable"
        self.usb.mkdir()
        self.clock = clock
        shutil.copytree(model.folder, self.folder)
        self.key, self.code, self.photo = bytearray(model.key), model.code, model.photo
        self.notebook = Notebook.open(self.folder, model.key, clock)
        self.target = self.usb / "carnet.secours"

    def write(self, **options: Any) -> safety_copy.SafetyCopy:
        return safety_copy.write(self.folder, self.key, self.target, self.clock, **options)

    def taken_up(self, copy: safety_copy.OpenedCopy) -> list[str]:
        """Names of the people once the copy was taken up elsewhere and opened by its key."""
        safety_copy.take_up(copy, self.elsewhere, self.clock)
        opened = Notebook.open(self.elsewhere, bytes(copy.key), self.clock)
        try:
            return [row[0] for row in opened.raw.execute("SELECT last_name FROM beneficiary")]
        finally:
            opened.close()


@pytest.fixture
def desk(tmp_path, clock, model):
    made = Desk(tmp_path, clock, model)
    yield made
    made.notebook.close()


def _only(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_a_copy_is_one_file_that_says_nothing_without_the_key(desk):
    made = desk.write(unsent=3)
    assert _only(desk.usb) == ["carnet.secours"]
    assert made.size_bytes == desk.target.stat().st_size
    content = desk.target.read_bytes()
    for secret in (b"MARTIN", b"Julie", PHOTO[:60], b"SQLite format 3"):
        assert secret not in content
    heading = safety_copy.read_heading(desk.target)
    assert heading.made_at == desk.clock.now()
    if os.name != "nt":
        assert desk.target.stat().st_mode & 0o077 == 0


def test_taken_up_elsewhere_with_the_passphrase(desk):
    desk.write(unsent=3)
    copy = safety_copy.open_by_passphrase(desk.target, PASSPHRASE)
    assert (copy.held.people, copy.held.attachments, copy.held.unsent) == (1, 1, 3)
    assert safety_copy.held_words(copy.held) == (
        "1\u00a0personne, 0\u00a0ligne d’heures, 0\u00a0visite, 1\u00a0photo ou document,"
        " dont 3\u00a0fiches non envoyées"
    )
    assert desk.taken_up(copy) == ["MARTIN"]
    assert AttachmentFiles(desk.elsewhere, copy.key).get(desk.photo) == PHOTO
    assert vault.unlock(desk.elsewhere, PASSPHRASE) == desk.key
    assert not list(desk.elsewhere.rglob("*.part"))


def test_taken_up_elsewhere_with_the_recovery_code_and_a_new_passphrase(desk):
    desk.write()
    copy = safety_copy.open_by_code(desk.target, " ".join(desk.code.groups), OTHER, cost=CHEAP)
    assert desk.taken_up(copy) == ["MARTIN"]
    assert vault.unlock(desk.elsewhere, OTHER) == desk.key
    with pytest.raises(errors.WrongPassphrase):
        vault.unlock(desk.elsewhere, PASSPHRASE)
    assert vault.unlock(desk.folder, PASSPHRASE) == desk.key, "the notebook copied keeps its own passphrase"


def test_what_is_typed_meanwhile_never_waits_and_the_journal_is_copied(desk):
    desk.notebook.raw.execute("PRAGMA wal_autocheckpoint = 0")
    with writing(desk.notebook, "personne") as unit:
        unit.insert(Beneficiary, {"last_name": "DIALLO", "first_name": "Awa"})

    def meanwhile(_done: int, _all: int) -> None:
        desk.notebook.raw.execute("UPDATE beneficiary SET town = 'Évry' WHERE last_name = 'MARTIN'")

    desk.write(progress=meanwhile)
    assert sorted(desk.taken_up(safety_copy.open_by_passphrase(desk.target, PASSPHRASE))) == ["DIALLO", "MARTIN"]


def test_a_wrong_passphrase_opens_nothing(desk):
    desk.write()
    with pytest.raises(errors.WrongPassphrase):
        safety_copy.open_by_passphrase(desk.target, OTHER)


def test_a_file_already_there_is_never_replaced(desk):
    desk.target.write_bytes(b"photos de vacances")
    with pytest.raises(errors.NotebookExists):
        desk.write()
    assert desk.target.read_bytes() == b"photos de vacances"


def test_a_notebook_already_there_is_never_replaced(desk):
    desk.write()
    copy = safety_copy.open_by_passphrase(desk.target, PASSPHRASE)
    before = (desk.folder / NOTEBOOK_FILE).read_bytes()
    with pytest.raises(errors.NotebookExists):
        safety_copy.take_up(copy, desk.folder, desk.clock)
    assert (desk.folder / NOTEBOOK_FILE).read_bytes() == before


def test_given_up_in_the_middle_nothing_is_left_on_the_key(desk):
    def give_up(_done: int, _all: int) -> None:
        raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        desk.write(progress=give_up)
    assert _only(desk.usb) == []


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, errors.DiskFull), (errno.EIO, errors.EnvironmentProblem), (errno.EFBIG, errors.EnvironmentProblem)],
)
def test_a_full_or_pulled_key_is_told_and_nothing_takes_the_name(desk, number, told):
    def fails(_done: int, _all: int) -> None:
        raise OSError(number, "no")

    with pytest.raises(told) as caught:
        desk.write(progress=fails)
    assert all((caught.value.happened, caught.value.safe, caught.value.todo))
    assert "carnet.secours" not in _only(desk.usb)


def test_a_key_too_small_is_told_before_anything_is_written(desk, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(errors.DiskFull, match="Mo"):
        desk.write()
    assert _only(desk.usb) == []


def test_a_missing_key_is_told(desk):
    desk.usb.rmdir()
    with pytest.raises(errors.EnvironmentProblem, match="plus accessible"):
        desk.write()


@pytest.mark.parametrize("place", [0.02, 0.2, 0.5, 0.8, 0.97])
def test_a_byte_changed_or_a_copy_cut_short_is_seen_and_leaves_no_notebook(desk, place):
    desk.write()
    content = bytearray(desk.target.read_bytes())
    at = int(len(content) * place)
    for spoilt in (bytes(content[:at]), bytes(content[:at]) + bytes([content[at] ^ 1]) + bytes(content[at + 1 :])):
        desk.target.write_bytes(spoilt)
        with contextlib.suppress(errors.InvalidInput), pytest.raises(errors.InclusivError):
            safety_copy.take_up(safety_copy.open_by_passphrase(desk.target, PASSPHRASE), desk.elsewhere, desk.clock)
        assert not (desk.elsewhere / NOTEBOOK_FILE).exists()


def test_a_part_taken_from_an_older_copy_is_seen(desk):
    """Each part is sound by itself: only the list sealed with the copy tells that they do not belong together."""
    import zipfile

    desk.write()
    with writing(desk.notebook, "personne") as unit:
        unit.insert(Beneficiary, {"last_name": "DIALLO", "first_name": "Awa"})
    later = desk.usb / "plus-tard.secours"
    safety_copy.write(desk.folder, desk.key, later, desk.clock)
    mixed = desk.usb / "melange.secours"
    with zipfile.ZipFile(desk.target) as old, zipfile.ZipFile(later) as new, zipfile.ZipFile(mixed, "w") as out:
        for name in new.namelist():
            out.writestr(name, (old if name == NOTEBOOK_FILE else new).read(name))
    with pytest.raises(errors.DamagedNotebook):
        safety_copy.take_up(safety_copy.open_by_passphrase(mixed, PASSPHRASE), desk.elsewhere, desk.clock)
    assert not (desk.elsewhere / NOTEBOOK_FILE).exists()


def test_a_taking_up_that_was_cut_can_be_done_again(desk):
    desk.write()
    copy = safety_copy.open_by_passphrase(desk.target, PASSPHRASE)

    def cut(done: int, total: int) -> None:
        if done == total:
            raise OSError(errno.EIO, "pulled out")

    with pytest.raises(errors.EnvironmentProblem):
        safety_copy.take_up(copy, desk.elsewhere, desk.clock, cut)
    assert not (desk.elsewhere / NOTEBOOK_FILE).exists()
    (desk.elsewhere / keyfile.FILE_NAME).write_bytes(b"left by another creation")
    assert desk.taken_up(copy) == ["MARTIN"]


@pytest.mark.parametrize("content", [b"", b"bonjour", b"%PDF-1.7\n"])
def test_another_file_is_said_not_to_be_a_copy(desk, content):
    desk.target.write_bytes(content)
    with pytest.raises(errors.InvalidInput, match="n’est pas une copie de secours"):
        safety_copy.read_heading(desk.target)


def test_the_proposed_name_suits_every_key(clock):
    assert safety_copy.proposed_name(clock) == "Copie de secours 2026-11-22 10h00.secours"
