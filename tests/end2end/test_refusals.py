"""When the notebook cannot be opened or written: a French sentence, and nothing overwritten (PRODUCT.md AC 1-3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.account import vault
from app.account.secrets import NoSecrets
from app.errors import DiskFull
from app.store.engine import connect
from tests.day import PASSPHRASE
from tests.end2end.hands import Hands, plain
from tests.factories import Site

OpenHands = Callable[..., Hands]
Carnet = Callable[[int], tuple[Path, Site]]


def seal(folder: Path) -> dict[str, str]:
    """Fingerprints of the files that hold the notebook."""
    return {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.glob("notebook*"))
        if one.suffix in (".db", ".json", ".bak") and "facts" not in one.name  # the count of tries
    }


def try_to_open(hands: Hands, passphrase: str = PASSPHRASE) -> str:
    """Type and press Enter; what is said under the field."""
    hands.enter(passphrase)
    hands.settle()
    assert not hands.inside
    return plain(hands.desktop._page.passphrase.error.text())  # type: ignore[union-attr]


def in_three_parts(said: str) -> None:
    """What happened, what is safe, what to do; in French."""
    assert said.count(".") >= 2, said
    assert not any(word in said for word in ("Error", "error", "sqlite", "SQL", "None", "errno", "/"))


def test_a_wrong_passphrase_three_times(carnet: Carnet, open_hands: OpenHands) -> None:
    folder, _site = carnet(6)
    before = seal(folder)
    hands = open_hands(folder)
    assert "Mot de passe incorrect" in try_to_open(hands, "rien de bon")
    assert "2e essai" in try_to_open(hands, "toujours pas")
    assert "3e essai" in try_to_open(hands, "encore moins")
    assert "Prochain essai" in plain(hands.desktop._page.open_button.text()), "the delay grows softly"  # type: ignore[union-attr]
    assert seal(folder) == before


@pytest.mark.expected_logs
def test_a_damaged_file(carnet: Carnet, open_hands: OpenHands) -> None:
    folder, _site = carnet(6)
    path = folder / "notebook.db"
    data = bytearray(path.read_bytes())
    data[: 4096 * 3] = bytes(4096 * 3)
    path.write_bytes(data)
    before = seal(folder)
    hands = open_hands(folder)
    said = try_to_open(hands)
    in_three_parts(said)
    assert "endommagé" in said
    assert seal(folder) == before


@pytest.mark.expected_logs
def test_a_file_cut_short(carnet: Carnet, open_hands: OpenHands) -> None:
    folder, _site = carnet(6)
    path = folder / "notebook.db"
    path.write_bytes(path.read_bytes()[:5000])
    before = seal(folder)
    hands = open_hands(folder)
    in_three_parts(try_to_open(hands))
    assert seal(folder) == before


@pytest.mark.expected_logs
def test_both_key_files_damaged(carnet: Carnet, open_hands: OpenHands) -> None:
    folder, _site = carnet(6)
    for name in ("notebook.key.json", "notebook.key.bak"):
        (folder / name).write_bytes(b"{")
    before = seal(folder)
    hands = open_hands(folder)
    in_three_parts(try_to_open(hands))
    assert seal(folder) == before


@pytest.mark.expected_logs
def test_a_file_of_a_newer_version(carnet: Carnet, open_hands: OpenHands) -> None:
    folder, _site = carnet(6)
    key = vault.unlock(folder, PASSPHRASE)
    raw = connect(folder / "notebook.db", bytes(key))
    raw.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    raw.commit()
    raw.close()
    before = seal(folder)
    hands = open_hands(folder)
    said = try_to_open(hands)
    in_three_parts(said)
    assert "plus récente" in said
    assert seal(folder) == before


@pytest.mark.expected_logs
def test_a_second_window_on_the_same_notebook(carnet: Carnet, open_hands: OpenHands) -> None:
    folder, _site = carnet(6)
    first = open_hands(folder)
    first.unlock()
    second = open_hands(folder)
    said = try_to_open(second)
    in_three_parts(said)
    assert "déjà ouvert" in said
    second.close()
    first.root.activateWindow()
    assert first.inside


@pytest.mark.expected_logs
def test_a_full_disk_is_said_and_the_work_goes_on(
    carnet: Carnet, open_hands: OpenHands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saving a document on a full disk: the sentence, and the program still there."""
    from app import durable

    def full(_path: Path, _data: bytes) -> None:
        raise DiskFull("Le disque est plein.", "Le carnet est intact.", "Libérez de la place, puis recommencez.")

    monkeypatch.setattr(durable, "write", full)
    folder, site = carnet(6)
    hands = open_hands(folder)
    hands.unlock()
    hands.go("hours", site.company, "2026-11")
    hands.desktop.bridge.run(lambda: durable.write(folder / "x.pdf", b""), on="io")
    hands.settle()
    assert hands.says("Le disque est plein")
    hands.enter("140")
    kept = hands.ask(lambda: hands.services.hours.open_month(site.company, "2026-11"))
    assert kept.rows[0].worked == 14_000


def test_the_database_on_a_full_disk_keeps_what_was_saved(carnet: Carnet, open_hands: OpenHands) -> None:
    """SQLite is told that it may not grow: the field is refused in French, what stood before stands."""
    folder, site = carnet(6)
    hands = open_hands(folder)
    hands.unlock()
    hands.go("hours", site.company, "2026-11")
    hands.enter("140")

    def fill_the_disk() -> None:
        raw = hands.desktop.workstation.notebook.raw
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages}")

    hands.ask(fill_the_disk)
    visits = hands.services.visits
    refused = ""
    for _turn in range(400):  # until the file is as large as it may be
        try:
            hands.ask(lambda: visits.start_visit(site.lot, site.company))
        except DiskFull as problem:
            refused = problem.sentence
            break
    assert refused
    in_three_parts(plain(refused))
    rows = hands.ask(lambda: hands.services.hours.open_month(site.company, "2026-11")).rows
    assert rows[0].worked == 14_000
    hands.ask(lambda: hands.desktop.workstation.notebook.raw.execute("PRAGMA max_page_count = 1073741823"))
    hands.enter("98")
    rows = hands.ask(lambda: hands.services.hours.open_month(site.company, "2026-11")).rows
    assert [row.worked for row in rows][:2] == [14_000, 9_800]


@pytest.mark.expected_logs
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A creation refused leaves nothing half made."""
    from app.bootstrap import Workstation
    from app.errors import InclusivError
    from tests.conftest import NOW
    from tests.day import CHEAP, Day

    (tmp_path / "plat").write_text("un fichier")
    workstation = Workstation(tmp_path / "plat" / "carnet", Day(NOW), NoSecrets(), cost=CHEAP)
    with pytest.raises(InclusivError) as refused:
        workstation.account.create(PASSPHRASE)
    in_three_parts(plain(refused.value.sentence))
    assert (tmp_path / "plat").read_text() == "un fichier"
