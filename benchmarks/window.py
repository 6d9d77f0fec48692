"""The measures that need a window: start, unlock, screens, a field typed, memory. Each against one empty window."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.bootstrap import DEMONSTRATION_PASSPHRASE
from app.models.choices import StatementState
from benchmarks import floors, notebooks
from benchmarks.figures import Figure, median, percentile
from benchmarks.reads import GROWTH_TARGET, LIST_TARGET, NOISE_MS, Places, places

CHILD = "from benchmarks.window_child import run; run()"
TYPED = 200
"""Hours typed in one run: enough, over three runs, for a 99th percentile."""
Floors = list[tuple[float, float]]


def _run(folder: Path, plan: Mapping[str, Any]) -> dict[str, Any]:
    environment = floors.environment(
        PYTHONPATH=str(notebooks.ROOT),
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        FLOOR_T0=str(time.monotonic_ns()),
    )
    command = [sys.executable, "-c", CHILD, str(folder), json.dumps(plan)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the measured window fell:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def start(runs: int) -> Iterator[Figure]:
    """Process start to the unlock screen painted: nothing of the notebook is read yet."""
    folder = notebooks.folder(1)
    _run(folder, {}), floors.empty_window()
    empty: list[float] = []
    taken: list[float] = []
    for _ in range(2 * runs):
        empty.append(floors.empty_window()[0])
        taken.append(_run(folder, {})["paint_ms"])
    yield Figure("start", "process start to unlock screen painted", median(taken), median(empty), "empty window", 1.5)


def _screens(at: Places) -> list[tuple[str, str, list[str]]]:
    return [
        ("today", "today", []),
        ("list of visits", "visits", []),
        ("a visit", "visits", [at.visit]),
        ("companies of the month", "hours", []),
        ("grid of a month", "hours", [at.company, at.month]),
        ("list of people", "beneficiaries", []),
        ("a person", "beneficiaries", [at.person]),
        ("list of companies", "companies", []),
        ("a company", "companies", [at.company]),
        ("list of operations", "operations", []),
        ("an operation", "operations", [at.operation]),
    ]


def _plan(scale: int) -> dict[str, Any]:
    workstation = notebooks.opened(scale)
    try:
        at = places(workstation)
        expected = workstation.services.hours.companies_with_month(at.month, states=(StatementState.EXPECTED,))
        to_type = next(one.id for one in expected.lines if one.people)
    finally:
        workstation.account.close()
    return {
        "unlock": DEMONSTRATION_PASSPHRASE,
        "three": [["visits", []], ["hours", [at.company, at.month]], ["beneficiaries", []]],
        "visit": _screens(at),
        "times": 3,
        "type": [to_type, at.month, TYPED],
    }


def inside(runs: int) -> Iterator[Figure]:
    """Unlock to a usable home, memory, screens at ×1 and ×10, hours typed: on copies, since they are written in."""
    scratch = notebooks.CACHE / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    plans = {scale: _plan(scale) for scale in (1, 10)}
    for scale in plans:
        shutil.copytree(notebooks.folder(scale), scratch / str(scale))
    empty: Floors = []
    answers: dict[int, list[dict[str, Any]]] = {1: [], 10: []}
    try:
        for _ in range(runs):
            for scale, plan in plans.items():
                empty.append(floors.empty_window())
                answers[scale].append(_run(scratch / str(scale), plan))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    floor, floor_mb = median([one[0] for one in empty]), median([one[1] for one in empty])
    large = answers[10]
    home, memory = median([one["home_ms"] for one in large]), median([one["memory_mb"] for one in large])
    yield Figure("home", "unlock to usable home, ×10", home, floor, "empty window", 5.0)
    yield Figure("memory", "×10 open, three screens visited", memory, floor_mb, "empty window", 3.0, unit="MB")
    for name, _, _ in _screens(Places("", "", "", "", "")):
        # the first opening builds the screen: told apart from the next ones
        first = median([one["screens"][name][0] for one in large])
        ten = median([value for one in large for value in one["screens"][name][1:]])
        one_time = median([value for one in answers[1] for value in one["screens"][name][1:]])
        yield Figure("screens", f"{name}, ×10", ten, floor, "empty window", LIST_TARGET)
        yield Figure("screens", f"{name}, ×10, first time", first, floor, "empty window")
        calm = max(one_time, ten - NOISE_MS) if ten - one_time < NOISE_MS else one_time
        yield Figure("screens", f"{name}, growth", ten, calm, "same at ×1", GROWTH_TARGET)
    typed = [value for one in large for value in one["commits"]]
    yield Figure("commit", "Enter to durable, median, ×10", median(typed), floor, "empty window")
    yield Figure("commit", "Enter to durable, 99th percentile, ×10", percentile(typed, 99), floor, "empty window", 0.1)
