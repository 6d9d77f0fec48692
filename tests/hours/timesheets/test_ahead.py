"""A reader's process started ahead reads as any other, is never in the way, and a reading can be given up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.errors import Cancelled
from app.hours.timesheets.cells import Contents, Failure
from app.hours.timesheets.sandbox import ReaderAhead, read_in_sandbox

TABLE = "Nom;Prénom;Mois;Heures\nMARTIN;Julie;10/2026;35\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "relevé d’octobre.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_the_process_that_waits_reads_one_file(source: Path) -> None:
    ahead = ReaderAhead()
    ahead.warm()
    waiting = ahead._child
    assert waiting is not None
    ahead.warm()
    assert ahead._child is waiting, "one is enough"
    first = read_in_sandbox(source, ahead=ahead)
    assert isinstance(first, Contents)
    assert waiting.poll() == 0
    assert read_in_sandbox(source, ahead=ahead) == first, "read as usual when none waits"


def test_a_process_that_left_is_not_missed(source: Path) -> None:
    ahead = ReaderAhead()
    ahead.warm()
    assert ahead._child is not None
    ahead._child.kill()
    ahead._child.wait()
    found = read_in_sandbox(source, ahead=ahead)
    assert isinstance(found, Contents)


def test_a_process_unused_is_ended() -> None:
    ahead = ReaderAhead()
    ahead.warm()
    waiting = ahead._child
    ahead.close()
    assert waiting is not None
    assert waiting.poll() is not None


def test_limits_hold_in_a_process_that_waited(tmp_path: Path) -> None:
    ahead = ReaderAhead()
    ahead.warm()
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    found = read_in_sandbox(path, ahead=ahead)
    assert isinstance(found, Failure)
    assert found.code == "wrong_extension"


def test_a_reading_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(TABLE * 100_000, encoding="utf-8")
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        read_in_sandbox(path, cancelled=lambda: True)
    assert time.monotonic() - begun < 30
