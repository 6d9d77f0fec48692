"""Opening, refusing, migrating: nothing is ever overwritten and every refusal is a French sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.clock import FrozenClock
from app.errors import (
    DamagedNotebook,
    DiskFull,
    EnvironmentProblem,
    FolderNotWritable,
    InclusivError,
    NewerNotebook,
    NotebookExists,
    NotebookInUse,
    NotebookMissing,
)
from app.models.operations import Buyer
from app.models.registry import models
from app.store.engine import FILE_NAME, connect, explain
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import KEY, NOW, fresh_notebook, open_fresh_notebook, site_with_people


def _three_parts(problem: InclusivError) -> None:
    assert problem.happened, problem.code
    assert problem.safe, problem.code
    assert problem.todo, problem.code


def test_the_file_holds_nothing_in_clear(tmp_path: Path) -> None:
    with fresh_notebook(tmp_path) as notebook:
        site_with_people(notebook, 3)
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not content.startswith(b"SQLite format 3")
    for clear in (b"MARTIN", b"Julie", b"CREATE TABLE", "Bâti-Sud".encode()):
        assert clear not in content


def test_a_wrong_key_opens_nothing(tmp_path: Path) -> None:
    open_fresh_notebook(tmp_path).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(DamagedNotebook) as caught:
        Notebook.open(tmp_path, bytes(32), FrozenClock(NOW))
    _three_parts(caught.value)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_wrong_place_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotebookMissing) as caught:
        Notebook.open(tmp_path, KEY, FrozenClock(NOW))
    _three_parts(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_creating_never_overwrites(tmp_path: Path) -> None:
    open_fresh_notebook(tmp_path).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(NotebookExists):
        Notebook.create(tmp_path, KEY, FrozenClock(NOW))
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_newer_file_is_refused_untouched(tmp_path: Path) -> None:
    notebook = open_fresh_notebook(tmp_path)
    notebook.raw.execute("UPDATE alembic_version SET version_num = '9999'")
    notebook.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(NewerNotebook) as caught:
        Notebook.open(tmp_path, KEY, FrozenClock(NOW))
    _three_parts(caught.value)
    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.95])
def test_a_damaged_file_is_said_and_never_crashes(tmp_path: Path, place: float) -> None:
    notebook = open_fresh_notebook(tmp_path)
    site_with_people(notebook, 12)
    notebook.close()
    path = tmp_path / FILE_NAME
    data = bytearray(path.read_bytes())
    start = int(place * (len(data) - 4096)) // 4096 * 4096
    data[start : start + 4096] = os.urandom(4096)
    path.write_bytes(bytes(data))
    try:
        with_damage = Notebook.open(tmp_path, KEY, FrozenClock(NOW))
    except DamagedNotebook as problem:
        _three_parts(problem)
        return
    try:
        with pytest.raises(DamagedNotebook), with_damage.read() as connection:
            for model in models():
                connection.exec_driver_sql(f'SELECT * FROM "{model.__tablename__}"').fetchall()
            if with_damage.raw.execute("PRAGMA cipher_integrity_check").fetchall():
                raise explain(Exception("malformed"))
    finally:
        with_damage.close()


def test_a_full_disk_is_said_and_what_was_written_stays(tmp_path: Path) -> None:
    with fresh_notebook(tmp_path) as notebook:
        site_with_people(notebook, 2)
        pages = notebook.raw.execute("PRAGMA page_count").fetchone()[0]
        notebook.raw.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFull) as caught, writing(notebook) as unit:
            for rank in range(500):
                unit.insert(Buyer, {"name": "x" * 500 + str(rank)})
        _three_parts(caught.value)
        notebook.raw.execute("PRAGMA max_page_count = 4294967294")
        assert notebook.raw.execute("SELECT count(*) FROM beneficiary").fetchone() == (2,)
        assert notebook.raw.execute("SELECT count(*) FROM buyer").fetchone() == (1,)


@pytest.mark.parametrize(
    ("problem", "wanted"),
    [
        (OSError(28, "No space left on device"), DiskFull),
        (PermissionError(13, "Permission denied"), FolderNotWritable),
        (OSError(30, "Read-only file system"), FolderNotWritable),
        (Exception("attempt to write a readonly database"), FolderNotWritable),
        (Exception("database or disk is full"), DiskFull),
        (Exception("database is locked"), NotebookInUse),
        (Exception("disk I/O error"), EnvironmentProblem),
    ],
)
def test_each_refusal_of_the_machine_has_its_sentence(problem: Exception, wanted: type[InclusivError]) -> None:
    said = explain(problem)
    assert isinstance(said, wanted)
    _three_parts(said)


def test_our_own_mistake_stays_a_bug() -> None:
    mistake = Exception("no such table: x")
    assert explain(mistake) is mistake


def test_a_creation_cut_in_the_middle_leaves_no_half_notebook(tmp_path: Path) -> None:
    (tmp_path / (FILE_NAME + ".making")).write_bytes(b"half")
    Notebook.create(tmp_path, KEY, FrozenClock(NOW)).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE_NAME]


def test_schema_and_models_say_the_same(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from app.models.registry import metadata

    with fresh_notebook(tmp_path) as notebook, notebook.read() as connection:
        known = set(metadata().tables)

        def ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
            return kind != "table" or name in known

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, metadata()) == []


def test_generated_triggers_are_put_back_when_somebody_removed_them(tmp_path: Path) -> None:
    notebook = open_fresh_notebook(tmp_path)
    notebook.raw.execute("DROP TRIGGER capture_buyer_update")
    notebook.raw.execute("UPDATE _ctl SET value = 'off' WHERE name = 'capture'")
    notebook.close()
    notebook = Notebook.open(tmp_path, KEY, FrozenClock(NOW))
    try:
        with writing(notebook) as unit:
            unit.insert(Buyer, {"name": "A"}, "a")
        with writing(notebook) as unit:
            unit.update(Buyer, "a", {"phone": "1"})
        assert notebook.raw.execute("SELECT field FROM _dirty WHERE id = 'a' ORDER BY field").fetchall() == [
            ("",),
            ("phone",),
        ]
    finally:
        notebook.close()


def test_an_older_file_is_copied_then_migrated(tmp_path: Path) -> None:
    """A file with no version is the oldest there is: it is copied before anything is touched."""
    raw = connect(tmp_path / FILE_NAME, KEY, mode="rwc")
    raw.execute("CREATE TABLE souvenir (x)")
    raw.close()
    Notebook.open(tmp_path, KEY, FrozenClock(NOW)).close()
    copies = [path for path in tmp_path.iterdir() if "avant" in path.name]
    assert len(copies) == 1
    copy = connect(copies[0], KEY, mode="ro")
    assert copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("souvenir",)]
    copy.close()


def test_a_number_once_given_is_never_given_again(tmp_path: Path) -> None:
    notebook = open_fresh_notebook(tmp_path)
    first = [notebook.next_number("visit/2026") for _ in range(3)]
    notebook.close()
    notebook = Notebook.open(tmp_path, KEY, FrozenClock(NOW))
    assert [*first, notebook.next_number("visit/2026")] == [1, 2, 3, 4]
    assert notebook.next_number("visit/2027") == 1
    notebook.close()


_WRITER = """
import sys
from pathlib import Path
from app.clock import SystemClock
from app.models.operations import Buyer
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import KEY
notebook = Notebook.open(Path(sys.argv[1]), KEY, SystemClock())
with writing(notebook) as unit:
    record = unit.insert(Buyer, {"name": "0"})
count = 0
while True:
    count += 1
    with writing(notebook) as unit:
        unit.update(Buyer, record, {"name": str(count), "town": str(count)})
    print(count, flush=True)
"""


def test_killed_at_any_instant_it_reopens_with_all_that_was_acknowledged(tmp_path: Path) -> None:
    open_fresh_notebook(tmp_path / "origin").close()
    for turn in range(6):
        folder = tmp_path / str(turn)
        shutil.copytree(tmp_path / "origin", folder)
        child = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        acknowledged = 0
        for line in child.stdout:
            acknowledged = int(line)
            if acknowledged >= 5 + 17 * turn:
                child.kill()
                break
        acknowledged = max([acknowledged, *map(int, child.stdout.read().split())])
        child.stdout.close()
        child.wait()
        notebook = Notebook.open(folder, KEY, FrozenClock(NOW))
        name, town = notebook.raw.execute("SELECT name, town FROM buyer").fetchone()
        assert int(name) >= acknowledged
        assert name == town
        assert notebook.raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        notebook.close()


def test_at_rest_sqlite_counts_again_what_grew_tenfold(tmp_path: Path) -> None:
    """A notebook closed nearly empty, then filled by its first reception, chose its ways by what it held before."""
    with fresh_notebook(tmp_path) as notebook:
        site_with_people(notebook, 3)
    with closing(Notebook.open(tmp_path, KEY, FrozenClock(NOW))) as notebook:
        with writing(notebook) as unit:
            unit.insert_many(Buyer, [{"id": f"buyer-{n}", "name": f"Ville {n}"} for n in range(400)])
        notebook.count_again()
        known = dict(notebook.raw.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'buyer'").fetchall())
    assert known["ix_buyer_name"].startswith("40")


def test_the_journal_is_folded_beside_a_write_by_any_thread(tmp_path: Path) -> None:
    """Whoever folds does not wait for whoever writes, nor the other way round; what was folded is in the file."""
    with fresh_notebook(tmp_path) as notebook:
        file = tmp_path / FILE_NAME
        notebook.fold()
        before = file.stat().st_size
        site_with_people(notebook, 300)
        assert file.stat().st_size == before
        with writing(notebook) as unit:
            unit.insert(Buyer, {"name": "Ville d’Exemple"})
            folding = threading.Thread(target=notebook.fold)
            folding.start()
            folding.join(30)
            assert not folding.is_alive()
            assert file.stat().st_size > before
        assert notebook.raw.execute("SELECT name FROM buyer WHERE name = 'Ville d’Exemple'").fetchone()


def test_the_journal_is_forced_to_the_disk_beside_a_write_by_any_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda file: forced.append(file.name))
    with fresh_notebook(tmp_path) as notebook, writing(notebook) as unit:
        unit.insert(Buyer, {"name": "Ville d’Exemple"})
        flushing = threading.Thread(target=notebook.flush)
        flushing.start()
        flushing.join(30)
        assert not flushing.is_alive()
    assert forced == [str(tmp_path / f"{FILE_NAME}-wal")]


def test_a_closed_notebook_is_not_folded_and_may_be_opened_again(tmp_path: Path) -> None:
    notebook = open_fresh_notebook(tmp_path)
    notebook.fold()
    notebook.close()
    notebook.fold()
    notebook.flush()
    assert [one.name for one in tmp_path.glob(f"{FILE_NAME}*")] == [FILE_NAME]
    notebook.reopen(KEY)
    notebook.fold()
    notebook.close()
