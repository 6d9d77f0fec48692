"""Killed while a visit is typed: the notebook opens every time, nothing that had left its field is lost (AC 02)."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.store.attachments import AttachmentFiles, orphans
from app.store.notebook import Notebook
from app.visits.photos import ReducedPhoto, reduce_photo
from app.visits.service import VisitsService
from app.visits.values import QUICK_FINDINGS, NewFinding
from tests.factories import KEY, open_fresh_notebook, site_with_people
from tests.visits.conftest import jpeg

KILLS = 15

Owner = tuple[str, str]
"""Organisation and facilitator who write."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are needed")


@contextmanager
def desk(folder: Path, owner: Owner) -> Iterator[tuple[Notebook, VisitsService]]:
    notebook = Notebook.open(folder, KEY, SystemClock())
    notebook.organisation_id, notebook.actor_id = owner
    try:
        yield notebook, VisitsService(notebook, AttachmentFiles(folder, KEY))
    finally:
        notebook.close()


def type_without_end(folder: Path, owner: Owner, visit: str, run: int, photos: list[ReducedPhoto], told: int) -> None:
    """Write field after field; tell each one only once the call that commits it has returned."""

    def tell(kind: str, value: Any) -> None:
        os.write(told, (json.dumps([kind, value]) + "\n").encode())

    with desk(folder, owner) as (_notebook, service):
        person = service.open_visit(visit).beneficiaries[run % 6]
        for step in range(1000):
            words = f"constat {run}-{step}"
            service.keep_typing(visit, "finding", "Constat", words)
            tell("typed", words)
            service.add_observation(visit, NewFinding("safety", words))
            tell("finding", words)
            service.set_free_note(visit, f"note {run}-{step}")
            tell("note", f"note {run}-{step}")
            service.add_action(visit, f"action {run}-{step}")
            tell("action", f"action {run}-{step}")
            service.toggle_quick(visit, person.beneficiary_id or "", QUICK_FINDINGS[step % 3])
            photo = photos[step % len(photos)]
            sha256 = service.keep_photo(photo)
            service.add_photo(visit, photo, sha256, caption=f"photo {run}-{step}")
            tell("photo", f"photo {run}-{step}")


def killed_after(
    count: int, folder: Path, owner: Owner, visit: str, run: int, photos: list[ReducedPhoto]
) -> list[list[Any]]:
    """Let a process type, kill it in the middle of what follows its ``count``-th word; what it had told."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(heard)
            type_without_end(folder, owner, visit, run, photos, told)
        finally:
            os._exit(1)
    os.close(told)
    lines: list[str] = []
    with os.fdopen(heard, encoding="utf-8") as pipe:
        for line in pipe:
            lines.append(line)
            if len(lines) == count:
                for _ in range(random.Random(run).randrange(60_000)):
                    pass  # a little further, somewhere inside a transaction or a file
                os.kill(child, signal.SIGKILL)
                break
        lines += pipe.readlines()
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the process ended by itself"
    return [json.loads(line) for line in lines if line.endswith("\n")]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_killed_at_random_instants(tmp_path: Path) -> None:
    folder = tmp_path / "carnet"
    notebook = open_fresh_notebook(folder, SystemClock())
    owner = (notebook.organisation_id, notebook.actor_id)
    site = site_with_people(notebook)
    notebook.set_control("prefix", "NO")
    visit = VisitsService(notebook, AttachmentFiles(folder, KEY)).start_visit(site.lot, site.company).record_id
    notebook.close()
    photos = [reduce_photo(jpeg(300, 200, colour)) for colour in ("red", "green", "blue", "white")]
    chance = random.Random(2026)
    for run in range(KILLS):
        told = killed_after(chance.randint(1, 14), folder, owner, visit, run, photos)
        with desk(folder, owner) as (opened, service):
            assert opened.raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert opened.raw.execute("PRAGMA cipher_integrity_check").fetchall() == []
            sheet = service.open_visit(visit)
            kept = {
                "finding": {one.text for one in sheet.findings},
                "action": {one.text for one in sheet.actions},
                "photo": {one.caption for one in sheet.photos},
            }
            for kind, value in told:
                if kind in kept:
                    assert value in kept[kind], f"{kind} lost in run {run}"
            typed = [value for kind, value in told if kind == "typed"]
            if typed and ["finding", typed[-1]] not in told:
                assert typed[-1] in (service.typed(visit).get("finding"), *kept["finding"])
            notes = [value for kind, value in told if kind == "note"]
            if notes:
                assert _at_least(sheet.free_note, notes[-1])
            numbers = [one.number for one in sheet.findings]
            assert len(set(numbers)) == len(numbers)
            assert orphans(opened, service.files).missing == (), "a row without its photo"
            assert all(service.photo_bytes(one.sha256) for one in sheet.photos[-2:])
            history = opened.raw.execute("SELECT count(*) FROM _history WHERE tbl = 'observation' AND field = ''")
            assert history.fetchone()[0] >= len(sheet.findings), "a record without its history"


def _at_least(shown: str, told: str) -> bool:
    """Whether the note is the one told, or the next one, whose word was cut."""
    run, _, step = told.removeprefix("note ").partition("-")
    return shown in (told, f"note {run}-{int(step) + 1}")
