"""Killed (SIGKILL) at random instants while typing hours, saving a visit, writing a PDF: it reopens every time
and nothing that had left its field is lost (issue « Done means », PRODUCT.md AC 1).

Twelve kills in the suite; ``INCLUSIV_KILLS=200 python -m pytest tests/end2end/test_killed.py`` for the full run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from app.account.secrets import NoSecrets
from app.bootstrap import Workstation
from app.clock import SystemClock
from app.paths import resources
from app.store.checks import check_all
from app.store.visit_sheet import VisitSheet
from tests.conftest import KILLS
from tests.day import CHEAP, PASSPHRASE
from tests.factories import Site

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the program to kill is made by fork")

ACTIVITIES = ("hours", "visit", "pdf")
MOST_ACTS, LONGEST = 6, 0.25
"""The kill comes after 0 to 6 acts, and a random part of a quarter of a second: the same on slow and fast machines."""


class Victims:
    """Orders to the program to be killed, and what it answers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.end2end.victim"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=resources().parent,
            encoding="utf-8",
        )
        assert self._process.stdin
        assert self._process.stdout
        self._in: IO[str] = self._process.stdin
        self._out: IO[str] = self._process.stdout
        self._until("loaded")

    def kill_one(
        self, activity: str, folder: Path, facts: dict[str, str], acts: int, delay: float, word: str = "kept"
    ) -> list[list[Any]]:
        """Start one, let it say ``word`` ``acts`` times and work ``delay`` seconds more, kill it; what it had said."""
        self._in.write(json.dumps([activity, str(folder), facts]) + "\n")
        self._in.flush()
        pid = self._until("pid")[-1][1]
        said = self._until("ready")
        for _act in range(acts):
            said += self._until(word)
        time.sleep(delay)  # the instant of the kill is what is drawn at random
        os.kill(pid, signal.SIGKILL)
        said += self._until("dead")
        assert said[-1][1] == signal.SIGKILL, "it had died before by itself"
        return said

    def _until(self, word: str) -> list[list[Any]]:
        said: list[list[Any]] = []
        while not said or said[-1][0] != word:
            line = self._out.readline()
            assert line, "the program to kill is gone"
            said.append(json.loads(line))
            assert said[-1][0] != "dead" or word == "dead", "it died before it was ready"
        return said

    def close(self) -> None:
        """No more orders."""
        self._in.close()
        self._process.wait(30)
        self._out.close()


@pytest.fixture
def victims() -> Iterator[Victims]:
    made = Victims()
    yield made
    made.close()


def reopened(folder: Path) -> Workstation:
    """The notebook as the next start finds it."""
    workstation = Workstation(folder, SystemClock(), NoSecrets(), cost=CHEAP)
    workstation.account.unlock(PASSPHRASE)
    return workstation


def test_nothing_that_had_left_its_field_is_lost(victims: Victims, carnet: Callable[[int], tuple[Path, Site]]) -> None:
    folder, site = carnet(6)
    draw = random.Random(os.environ.get("PYTEST_SEED", "2026"))
    month = SystemClock().today().strftime("%Y-%m")
    sure: dict[int, set[int]] = {}
    """Values that a line may hold: the last one told to be kept, and those begun since."""
    findings: dict[str, set[str]] = {}
    papers: set[str] = set()
    kept = 0
    for turn in range(KILLS):
        activity = ACTIVITIES[turn % len(ACTIVITIES)]
        facts = {
            "company": site.company,
            "lot": site.lot,
            "person": site.beneficiaries[0],
            "month": month,
            "turn": str(turn),
        }
        said = victims.kill_one(activity, folder, facts, draw.randint(0, MOST_ACTS), draw.uniform(0.0, LONGEST))
        for word, *rest in said:
            if word == "kept":
                kept += 1
            if activity == "hours" and word in ("begins", "kept"):
                row, value = rest
                sure[row] = {value} if word == "kept" else sure.get(row, {-1}) | {value}
            elif activity == "visit" and word == "kept":
                findings.setdefault(rest[0], set()).add(rest[1])
            elif activity == "pdf" and word == "kept":
                papers.add(rest[0])
        workstation = reopened(folder)
        try:
            assert check_all(workstation.notebook) == [], f"kill {turn}, {activity}"
            grid = workstation.services.hours.open_month(site.company, month)
            for row, values in sure.items():
                held = grid.rows[row].worked
                assert (-1 if held is None else held) in values, f"kill {turn}: line {row} holds {held}"
            for visit, words in findings.items():
                sheet: VisitSheet = workstation.services.visits.open_visit(visit)
                assert words <= {one.text for one in sheet.findings}, f"kill {turn}: a finding is lost"
            if activity == "visit":
                (visit,) = {one[1] for one in said if one[0] == "ready"}
                assert workstation.services.visits.open_visit(visit).number
                workstation.services.visits.discard_draft(visit)  # the home of the next one stays short
                findings.pop(visit, None)
        finally:
            workstation.account.close()
        for name in papers:
            data = (folder.parent / name).read_bytes()
            assert data.startswith(b"%PDF"), f"kill {turn}: {name} is not whole"
            assert data.rstrip().endswith(b"%%EOF"), f"kill {turn}: {name} is not whole"
    print(f"{KILLS} kills, {kept} acts kept before them, none lost")
    assert kept > KILLS, "the kills came before anything was done"
    shutil.rmtree(folder)


def test_an_import_cut_short_is_whole_or_not_there(
    victims: Victims, carnet: Callable[[int], tuple[Path, Site]]
) -> None:
    """PRODUCT.md §5.2, line 21: killed from the key that saves on, a file is there for all twelve or for none."""
    folder, site = carnet(12)
    draw = random.Random(os.environ.get("PYTEST_SEED", "2026"))
    month = SystemClock().today().strftime("%Y-%m")
    facts = {"company": site.company, "month": month}
    sure: set[int | None] = {None}
    for turn in range(max(KILLS // 4, 3)):
        said = victims.kill_one(
            "import", folder, facts | {"turn": str(turn * 11)}, draw.randint(1, 2), draw.uniform(0.0, 0.12), "begins"
        )
        for word, *rest in said:
            if word in ("begins", "kept"):
                sure = {rest[0]} if word == "kept" else sure | {rest[0]}
        workstation = reopened(folder)
        try:
            assert check_all(workstation.notebook) == [], f"kill {turn}"
            held = {row.worked for row in workstation.services.hours.open_month(site.company, month).rows}
            assert len(held) == 1, f"kill {turn}: a part of the file is there: {held}"
            assert held <= sure, f"kill {turn}: {held} was never begun"
            imported = [one for one in workstation.services.imports.list_imports() if one.undone_on is None]
            assert {one.lines for one in imported} <= {12}
            sure = set(held)
        finally:
            workstation.account.close()
    shutil.rmtree(folder)
