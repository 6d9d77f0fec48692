"""Copies: taken without disturbing, sound, thinned out wisely; and a way back that destroys nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from app import durable, errors
from app.clock import FrozenClock
from app.models.beneficiaries import Beneficiary
from app.store import backup, engine
from app.store.backup import BackupReason, due, kept
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import KEY, NOW, open_fresh_notebook

UTC = dt.UTC
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def copies(tmp_path):
    return tmp_path / "copies"


@pytest.fixture
def notebook(tmp_path, clock):
    opened = open_fresh_notebook(tmp_path / "carnet", clock)
    yield opened
    opened.close()


def _add_person(notebook: Notebook, last: str) -> None:
    with writing(notebook, "personne") as unit:
        unit.insert(Beneficiary, {"last_name": last, "first_name": "Julie"})


def _people(notebook: Notebook) -> list[str]:
    return [row[0] for row in notebook.raw.execute("SELECT last_name FROM beneficiary ORDER BY 1")]


def _flip(path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


# --- taking a copy ---


def test_a_copy_is_encrypted_sound_and_counted(notebook, copies, clock):
    _add_person(notebook, "MARTIN")
    made = backup.make_backup(notebook.raw, KEY, copies, clock, BackupReason.BEFORE_IMPORT)
    assert made.made_at == NOW
    assert backup.found(copies) == (made,)
    content = made.path.read_bytes()
    assert not content.startswith(b"SQLite format 3")
    assert b"MARTIN" not in content
    backup.verify(made.path, KEY)
    (entry,) = backup.list_backups(copies, KEY)
    assert entry.backup.reason is BackupReason.BEFORE_IMPORT
    assert entry.contents is not None
    assert (entry.contents.people, entry.contents.lines, entry.contents.visits) == (1, 0, 0)
    assert entry.contents.last_change is not None
    assert entry.contents.last_change.tzinfo is not None
    assert [path.name for path in copies.iterdir()] == [made.path.name]
    with pytest.raises(errors.DamagedNotebook):
        backup.verify(made.path, os.urandom(32))


def test_a_copy_holds_what_the_journal_holds_and_deleted_people_do_not_count(notebook, copies, clock):
    notebook.raw.execute("PRAGMA wal_autocheckpoint = 0")
    _add_person(notebook, "MARTIN")
    _add_person(notebook, "DIALLO")
    notebook.raw.execute("UPDATE beneficiary SET deleted_at = updated_at WHERE last_name = 'DIALLO'")
    backup.make_backup(notebook.raw, KEY, copies, clock)
    contents = backup.list_backups(copies, KEY)[0].contents
    assert contents is not None
    assert contents.people == 1


def test_a_copy_from_a_connection_of_its_own_while_the_store_writes(notebook, copies, clock):
    stop = threading.Event()
    path = notebook.folder / engine.FILE_NAME
    writer = engine.connect(path, KEY)

    def write() -> None:
        while not stop.is_set():
            writer.execute("INSERT INTO _counter VALUES ('n', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        made = [backup.back_up_file(path, KEY, copies, clock) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
        writer.close()
    assert len({one.path for one in made}) == 3
    for one in made:
        backup.verify(one.path, KEY)


def test_an_open_transaction_is_never_copied(notebook, copies, clock):
    notebook.raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(ValueError, match="transaction"):
        backup.make_backup(notebook.raw, KEY, copies, clock)
    notebook.raw.execute("ROLLBACK")


class _Source:
    """A notebook whose disk refuses, or whose copy comes out wrong."""

    in_transaction = False

    def __init__(self, act):
        self.act = act

    def backup(self, target, *, pages):
        target.execute("CREATE TABLE half (text)")
        self.act(target)


def _full(target) -> None:
    raise sqlcipher.OperationalError("database or disk is full")


def _bug(target) -> None:
    raise sqlcipher.OperationalError('near "SELEC": syntax error')


@pytest.mark.parametrize(("act", "expected"), [(_full, errors.DiskFull), (_bug, sqlcipher.OperationalError)])
def test_a_refused_copy_is_told_and_costs_no_other(notebook, copies, clock, act, expected):
    first = backup.make_backup(notebook.raw, KEY, copies, clock)
    with pytest.raises(expected):
        backup.make_backup(_Source(act), KEY, copies, clock)
    assert [path.name for path in copies.iterdir()] == [first.path.name]


def test_a_place_that_refuses_is_told(notebook, tmp_path, clock):
    (tmp_path / "fichier").write_text("")
    with pytest.raises(errors.EnvironmentProblem):
        backup.make_backup(notebook.raw, KEY, tmp_path / "fichier", clock)


def test_a_leftover_of_a_killed_copy_is_replaced(notebook, copies, clock):
    copies.mkdir()
    (copies / ".new.part").write_bytes(b"half")
    (copies / ".new.part-journal").write_bytes(b"half")
    made = backup.make_backup(notebook.raw, KEY, copies, clock)
    assert [path.name for path in copies.iterdir()] == [made.path.name]


def test_copies_are_thinned_out_and_other_files_left_alone(notebook, copies):
    copies.mkdir()
    (copies / "à garder.txt").write_text("")
    clock = FrozenClock(NOW)
    for _ in range(13):
        clock.move(MINUTE)
        backup.make_backup(notebook.raw, KEY, copies, clock)
    assert len(backup.found(copies)) == backup.RECENT
    assert (copies / "à garder.txt").exists()


def test_a_damaged_copy_is_listed_as_unreadable(notebook, copies, clock):
    made = backup.make_backup(notebook.raw, KEY, copies, clock)
    made.path.write_bytes(b"x" * 5000)
    (entry,) = backup.list_backups(copies, KEY)
    assert entry.contents is None
    assert backup.list_backups(copies / "absent", KEY) == ()


# --- when ---


@pytest.mark.parametrize(
    ("last_backup", "last_change", "expected"),
    [
        (None, None, False),
        (None, NOW, True),
        (NOW - 31 * MINUTE, None, False),
        (NOW - 31 * MINUTE, NOW - 40 * MINUTE, False),
        (NOW - 31 * MINUTE, NOW - MINUTE, True),
        (NOW - 29 * MINUTE, NOW - MINUTE, False),
        (NOW - 30 * MINUTE, NOW, True),
    ],
)
def test_a_copy_is_due_after_thirty_minutes_of_work(last_backup, last_change, expected):
    assert due(last_backup, last_change, NOW) is expected


def test_the_latest_copy_is_not_one_of_the_future(notebook, copies):
    past = backup.make_backup(notebook.raw, KEY, copies, FrozenClock(NOW))
    backup.make_backup(notebook.raw, KEY, copies, FrozenClock(NOW + 900 * DAY))
    assert backup.latest(copies, NOW) == past
    assert backup.latest(copies, NOW - DAY) is None


# --- which stay ---


def _name(moment: dt.datetime, reason: str = "regular", number: int = 1) -> str:
    return f"notebook-{moment:%Y%m%dT%H%M%SZ}-{number:02d}-{reason}.db"


_AGES = st.lists(st.integers(-500_000, 1_000_000), max_size=80, unique=True)
_REASONS = st.sampled_from([reason.value for reason in BackupReason])


@given(st.lists(st.tuples(st.integers(-200_000, 500_000), _REASONS), max_size=80))
def test_what_stays_is_enough_and_bounded(ages):
    moments = {_name(NOW - minutes * MINUTE, reason): NOW - minutes * MINUTE for minutes, reason in ages}
    stays = kept(moments, NOW)
    assert stays <= moments.keys()
    past = sorted((moment, name) for name, moment in moments.items() if moment <= NOW)
    assert {name for _, name in past[-10:]} <= stays
    # The last seven days and four weeks that have copies keep one each.
    days = sorted({moment.date() for moment, _ in past})[-7:]
    weeks = sorted({moment.isocalendar()[:2] for moment, _ in past})[-4:]
    stay_moments = [moments[name] for name in stays]
    assert set(days) <= {moment.date() for moment in stay_moments}
    assert set(weeks) <= {moment.isocalendar()[:2] for moment in stay_moments}
    # Copies before an update stay thirty days; the rest is bounded.
    updates = {name for name, moment in moments.items() if "before_update" in name and moment <= NOW}
    assert {name for name in updates if moments[name] >= NOW - 30 * DAY} <= stays
    assert len(stays - updates) <= 10 + 7 + 4 + 10


@given(_AGES)
def test_thinning_again_changes_nothing(ages):
    names = {_name(NOW - minutes * MINUTE) for minutes in ages}
    once = kept(names, NOW)
    assert kept(once, NOW) == once


@given(_AGES, st.integers(0, 500))
def test_time_passing_without_a_new_copy_loses_no_day_nor_week(ages, days):
    names = {_name(NOW - abs(minutes) * MINUTE) for minutes in ages}
    assert kept(names, NOW + days * DAY) == kept(names, NOW)


def test_a_month_of_work_keeps_ten_recent_seven_days_four_weeks():
    moments = [NOW - hours * dt.timedelta(hours=1) for hours in range(24 * 40)]
    stays = kept([_name(moment) for moment in moments], NOW)
    assert len(stays) == 10 + 6 + 3
    assert _name(NOW) in stays


def test_copies_of_the_future_do_not_push_true_ones_out():
    future = [_name(NOW + days * DAY) for days in range(1, 30)]
    past = [_name(NOW - number * MINUTE) for number in range(10)]
    stays = kept([*future, *past], NOW)
    assert set(past) <= stays
    assert len(stays & set(future)) == 10


@given(st.text(max_size=40))
def test_what_we_did_not_make_always_stays(name):
    assert name in kept([name], NOW)


@pytest.mark.parametrize("name", ["notebook-20261340T000000Z-01-regular.db", "notebook-20261122T090000Z-01-other.db"])
def test_names_that_look_like_ours_are_not(name):
    crowd = [_name(NOW - number * MINUTE) for number in range(40)]
    assert name in kept([name, *crowd], NOW)


# --- the way back ---


@pytest.fixture
def two_states(tmp_path, copies, clock):
    """A closed notebook of two people, and a copy from when there was one."""
    folder = tmp_path / "carnet"
    notebook = open_fresh_notebook(folder, clock)
    _add_person(notebook, "MARTIN")
    made = backup.make_backup(notebook.raw, KEY, copies, clock)
    _add_person(notebook, "DIALLO")
    notebook.close()
    return folder / engine.FILE_NAME, made.path


def _people_of(path, clock) -> list[str]:
    raw = engine.connect(path, KEY)
    try:
        return [row[0] for row in raw.execute("SELECT last_name FROM beneficiary ORDER BY 1")]
    finally:
        raw.close()


def test_going_back_keeps_the_present_aside(two_states, clock):
    target, copy = two_states
    aside = backup.restore(copy, target, KEY, clock)
    assert aside is not None
    assert _people_of(target, clock) == ["MARTIN"]
    assert _people_of(aside, clock) == ["DIALLO", "MARTIN"]
    backup.verify(copy, KEY)
    again = backup.restore(copy, target, KEY, clock)
    assert again not in (None, aside)
    assert _people_of(aside, clock) == ["DIALLO", "MARTIN"]
    notebook = Notebook.open(target.parent, KEY, clock)
    _add_person(notebook, "KÉÏTA")
    assert _people(notebook) == ["KÉÏTA", "MARTIN"]
    notebook.close()


def test_a_journal_left_by_a_kill_follows_the_present_and_not_the_copy(two_states, clock, tmp_path):
    target, copy = two_states
    # The state a killed program leaves: the last writes are in the journal only.
    raw = engine.connect(target, KEY)
    raw.execute("PRAGMA wal_autocheckpoint = 0")
    raw.execute("UPDATE beneficiary SET last_name = 'LEFÈVRE' WHERE last_name = 'DIALLO'")
    killed = tmp_path / "tué"
    killed.mkdir()
    for side in ("", "-wal"):
        (killed / (target.name + side)).write_bytes((target.parent / (target.name + side)).read_bytes())
    raw.close()
    target = killed / target.name
    aside = backup.restore(copy, target, KEY, clock)
    assert aside is not None
    assert _people_of(target, clock) == ["MARTIN"]
    assert _people_of(aside, clock) == ["LEFÈVRE", "MARTIN"]


def test_going_back_from_a_damaged_or_absent_notebook(two_states, clock):
    target, copy = two_states
    garbage = b"x" * 8192
    target.write_bytes(garbage)
    target.with_name(target.name + "-wal").write_bytes(b"journal")
    aside = backup.restore(copy, target, KEY, clock)
    assert aside is not None
    assert aside.read_bytes() == garbage
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"journal"
    assert _people_of(target, clock) == ["MARTIN"]
    target.unlink()
    target.with_name(target.name + "-wal").write_bytes(b"stale")
    assert backup.restore(copy, target, KEY, clock) is None
    assert _people_of(target, clock) == ["MARTIN"]


def test_an_unsound_copy_is_refused_and_the_present_untouched(two_states, clock):
    target, copy = two_states
    before = target.read_bytes()
    _flip(copy)
    with pytest.raises(errors.DamagedNotebook):
        backup.restore(copy, target, KEY, clock)
    with pytest.raises(errors.NotebookMissing):
        backup.restore(copy.with_name("absent.db"), target, KEY, clock)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_copy_of_a_newer_program_is_refused(two_states, clock):
    target, copy = two_states
    raw = engine.connect(copy, KEY)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(errors.NewerNotebook):
        backup.restore(copy, target, KEY, clock)
    assert _people_of(target, clock) == ["DIALLO", "MARTIN"]


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_full_disk_on_the_way_back_changes_nothing(two_states, clock, monkeypatch, fails_at):
    target, copy = two_states
    real, calls = shutil.copyfile, []

    def copyfile(source, destination):
        calls.append(destination)
        if len(calls) == fails_at:
            destination.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        return real(source, destination)

    monkeypatch.setattr(shutil, "copyfile", copyfile)
    with pytest.raises(errors.DiskFull):
        backup.restore(copy, target, KEY, clock)
    assert _people_of(target, clock) == ["DIALLO", "MARTIN"]
    assert not [path for path in target.parent.iterdir() if path.name.endswith(".restored.part")]
    monkeypatch.undo()
    backup.restore(copy, target, KEY, clock)
    assert _people_of(target, clock) == ["MARTIN"]


@pytest.mark.parametrize("wrong", ["key", "page"])
def test_a_failed_opening_keeps_the_journal_of_a_killed_program(tmp_path, wrong):
    live, killed = tmp_path / "vivant.db", tmp_path / "tué.db"
    raw = engine.connect(live, KEY, "rwc")
    raw.execute("CREATE TABLE note (text)")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.execute("INSERT INTO note VALUES ('dernière saisie')")
    for side in ("", "-wal"):
        shutil.copyfile(f"{live}{side}", f"{killed}{side}")
    raw.close()
    sound = killed.read_bytes()
    if wrong == "page":
        killed.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    for _ in range(2):
        with pytest.raises(errors.DamagedNotebook):
            engine.connect(killed, KEY if wrong == "page" else os.urandom(32))
    killed.write_bytes(sound)
    raw = engine.connect(killed, KEY)
    assert raw.execute("SELECT text FROM note").fetchall() == [("dernière saisie",)]
    raw.close()


class _Cut(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("rank", range(1, 9))
def test_cut_at_any_step_the_notebook_is_the_former_or_the_copy_and_nothing_is_lost(
    two_states, clock, monkeypatch, rank
):
    target, copy = two_states
    done = []

    def stepping(real):
        def step(*arguments, **options):
            if target.parent in (one.parent for one in arguments if isinstance(one, Path)):
                done.append(real)
                if len(done) == rank:
                    raise _Cut
            return real(*arguments, **options)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stepping(os.replace))
        patch.setattr(shutil, "copyfile", stepping(shutil.copyfile))
        patch.setattr(durable, "sync_file", stepping(durable.sync_file))
        patch.setattr(engine, "connect", stepping(engine.connect))
        with contextlib.suppress(_Cut):
            backup.restore(copy, target, KEY, clock)
    people = _people_of(target, clock)
    assert people in (["MARTIN"], ["DIALLO", "MARTIN"])
    if people == ["MARTIN"]:
        (aside,) = target.parent.glob("*-aside.db")
        assert _people_of(aside, clock) == ["DIALLO", "MARTIN"]
    assert len(done) >= min(rank, 7)
