"""Read many damaged copies of sound statements: no fall, no hang, no memory above the limit, no invented line.

Run once for the record, not in the suite (tests/hours/timesheets/test_hostile.py keeps a bounded number):

    python benchmarks/timesheet_mutations.py FOLDER [COUNT]

FOLDER holds sound statements of any format. Each copy is damaged (bytes changed, removed, repeated, cut off; cells
of text tables shuffled), then read in a process limited as the program limits it, at most 30 s each. Formats with a
checksum (xlsx, ods) must give no line that the sound file has not. Answers 1 when a promise breaks.
"""

from __future__ import annotations

import collections
import datetime as dt
import logging
import multiprocessing
import random
import resource
import signal
import sys
import time
from pathlib import Path

from app.hours.timesheets.cells import Unreadable
from app.hours.timesheets.reading import read_contents
from app.hours.timesheets.worker import MEMORY_BYTES, read_bytes

TODAY = dt.date(2026, 11, 22)
SECONDS = 30
CHUNK = 250
CHECKED = (b"PK",)


class Slow(Exception):
    """A file took longer than allowed."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A damaged copy."""
    changed = bytearray(data)
    kind = chance.randrange(7)
    if kind == 0:
        return bytes(changed[: chance.randrange(len(changed))])
    if kind == 1:
        at = chance.randrange(len(changed))
        del changed[at : at + chance.randrange(1, 400)]
    elif kind == 2:
        at = chance.randrange(len(changed))
        changed[at:at] = changed[max(0, at - chance.randrange(1, 400)) : at]
    elif kind == 3 and not data.startswith((b"PK", b"%PDF", b"\xd0\xcf")):
        cells = data.split(b";")
        for _ in range(chance.randrange(1, 9)):
            a, b = chance.randrange(len(cells)), chance.randrange(len(cells))
            cells[a], cells[b] = cells[b], cells[a]
        return b";".join(cells)
    else:
        for _ in range(chance.choice((1, 2, 10, 100))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _lines(data: bytes) -> set[tuple[str, str, str, str, int]]:
    reading = read_contents(read_bytes(data, "releve.dat"), today=TODAY)
    return {(one.company, one.last_name, one.first_name, one.month, one.hundredths) for one in reading.lines}


def _alarm(*_: object) -> None:
    raise Slow


def chunk(task: tuple[str, int, int]) -> tuple[str, int, dict[str, int], list[str]]:
    """Read the copies numbered from ``start``; answers (file, count, outcomes, broken promises)."""
    name, start, count = task
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, _alarm)
    logging.disable(logging.CRITICAL)  # pdfminer complains of each damage
    data = Path(name).read_bytes()
    sound = _lines(data)
    outcomes: collections.Counter[str] = collections.Counter()
    broken: list[str] = []
    for number in range(start, start + count):
        copy = mutated(data, random.Random(f"{Path(name).name} {number}"))
        signal.alarm(SECONDS)
        try:
            found = _lines(copy)
            outcomes["read"] += 1
            if data.startswith(CHECKED) and not found <= sound:
                broken.append(f"{name} {number}: {sorted(found - sound)[:2]}")
        except Unreadable as known:
            outcomes[known.failure.code] += 1
        except Slow:
            broken.append(f"{name} {number}: more than {SECONDS} s")
        except MemoryError:
            outcomes["memory refused"] += 1
        except Exception as loose:  # answered as « lecture interrompue » at the edge of the worker
            outcomes[f"loose {type(loose).__name__}"] += 1
        finally:
            signal.alarm(0)
    return name, count, dict(outcomes), broken


def main(folder: str, wanted: int) -> int:
    """Spread ``wanted`` copies over the files of a folder; print outcomes and broken promises."""
    files = sorted(str(path) for path in Path(folder).iterdir() if path.suffix not in (".json", ".md"))
    each = -(-wanted // len(files))
    tasks = [(name, at, min(CHUNK, each - at)) for name in files for at in range(0, each, CHUNK)]
    random.Random(0).shuffle(tasks)
    outcomes: collections.Counter[str] = collections.Counter()
    broken: list[str] = []
    done, start = 0, time.monotonic()
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=4) as pool:
        for _, count, found, wrong in pool.imap_unordered(chunk, tasks):
            done += count
            outcomes.update(found)
            broken.extend(wrong)
            print(f"{done} / {each * len(files)} in {time.monotonic() - start:.0f} s", end="\r", flush=True)
    print("\n", dict(outcomes.most_common()))
    print("\n".join(broken) or "every promise held")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000))
