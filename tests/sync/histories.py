"""``python -m tests.sync.histories [--postgresql] [--on] COUNT [FIRST_SEED] [STEPS]``: random histories in numbers.

Three laptops, two organisations, a server, and everything that can go wrong (``machine``); what must hold in the end
(``promises``). The first history that goes wrong is shrunk and printed; with ``--on`` it is told in one line, and the
others are played.
"""

from __future__ import annotations

import logging
import random
import shutil
import sys
import time
import traceback
from typing import Any

from tests.server import postgresql
from tests.sync.machine import STEPS, WEIGHTS, Histories, Several

Step = tuple[str, dict[str, Any]]


def draw_steps(seed: int, count: int) -> list[Step]:
    """The steps of a seed."""
    draw = random.Random(seed)
    names = [name for name in STEPS for _ in range(WEIGHTS.get(name, 1))]
    small = draw.random() < 0.3
    steps: list[Step] = [("begin", {"skew": draw.choice((0, 0, 3600, -7200)), "small": small, "work": True})]
    for _ in range(count):
        name = draw.choice(names)
        given: dict[str, Any] = {}
        for key, values in STEPS[name].items():
            if isinstance(values, Several):
                given[key] = [draw.choice(values.among) for _ in range(draw.choice(values.lengths))]
            else:
                given[key] = draw.choice(values)
        steps.append((name, given))
    return steps


def play(steps: list[Step]) -> str:
    """Play a history; what went wrong, or nothing."""
    history = Histories()
    try:
        for name, given in steps:
            getattr(history, name)(**given)
        history.teardown()
        return ""
    except Exception as problem:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        return f"{type(problem).__name__}: {str(problem)[:600]} at {where.filename.rsplit('/', 1)[-1]}:{where.lineno}"
    finally:
        history.world.close()
        shutil.rmtree(history.home, ignore_errors=True)


def shrink(steps: list[Step], wrong: str) -> list[Step]:
    """Fewer steps that go wrong in the same way."""
    size = max(1, len(steps) // 4)
    while size:
        place = 1
        while place < len(steps):
            fewer = steps[:place] + steps[place + size :]
            if _sort(play(fewer)) == _sort(wrong):
                steps = fewer
            else:
                place += size
        size //= 2
    return steps


def _sort(wrong: str) -> tuple[str, str]:
    return wrong.split(":")[0], wrong.rsplit(" at ", 1)[-1]


def main() -> int:
    """Play histories; 1 when one went wrong."""
    logging.disable(logging.CRITICAL)
    given = [int(one) for one in sys.argv[1:] if one.isdecimal()]
    count, first, length = (*given, *(100, 1, 30)[len(given) :])
    on = "--on" in sys.argv
    if "--postgresql" not in sys.argv:
        return _play_all(count, first, length, on=on)
    programs = postgresql.programs()
    assert programs is not None, "PostgreSQL is not installed"
    with postgresql.running(programs) as Histories.cluster:
        return _play_all(count, first, length, on=on)


def _play_all(count: int, first: int, length: int, *, on: bool) -> int:
    start = time.monotonic()
    bad = 0
    for seed in range(first, first + count):
        steps = draw_steps(seed, length)
        wrong = play(steps)
        if wrong:
            bad += 1
            print(f"seed {seed}: {wrong}", flush=True)
            if not on:
                fewer = shrink(steps, wrong)
                print(f"{len(fewer)} steps: {play(fewer)}", *fewer, sep="\n  ", flush=True)
                return 1
        if (seed - first + 1) % 100 == 0:
            print(f"{seed - first + 1} histories, {bad} wrong, {time.monotonic() - start:.0f} s", flush=True)
    told = f"{bad} wrong" if bad else "nothing lost"
    print(f"{count} histories from seed {first}, {length} steps each: {told}, {time.monotonic() - start:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
