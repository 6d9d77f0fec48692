"""``python -m benchmarks [NAME…] [--runs N] [--json FILE] [--page]``: ratios to floors taken in the same run.

Names: ``start``, ``window`` (home, memory, screens, commit), ``reads``, ``report``, ``sync`` (with
``typing``), ``capture``, and of the server ``sending``, ``changes``, ``storm``; all when none is given.
``--page`` writes the table in ``docs/measures.md``. ``plans [WORDS]`` explains slow queries instead.
Exit code 0 whatever the figures: a measure is read, never a test.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import floors
from benchmarks.figures import Figure, table


def _start(runs: int) -> Iterator[Figure]:
    from benchmarks.window import start

    return start(runs)


def _window(runs: int) -> Iterator[Figure]:
    from benchmarks.window import inside

    return inside(runs)


def _reads(runs: int) -> Iterator[Figure]:
    from benchmarks.reads import compare

    return compare(runs)


def _report(runs: int) -> Iterator[Figure]:
    from benchmarks.report import measure

    return measure(runs)


def _sync(runs: int) -> Iterator[Figure]:
    from benchmarks.exchange import first_reception

    return first_reception(runs)


def _capture(runs: int) -> Iterator[Figure]:
    from benchmarks.exchange import capture

    return capture(runs)


def _sending(runs: int) -> Iterator[Figure]:
    from benchmarks.server import sending

    return sending(runs)


def _changes(runs: int) -> Iterator[Figure]:
    from benchmarks.server import changes

    return changes(runs)


def _storm(runs: int) -> Iterator[Figure]:
    from benchmarks.server import storm

    return storm(runs)


MEASURES: dict[str, Callable[[int], Iterator[Figure]]] = {
    "start": _start,
    "window": _window,
    "report": _report,
    "reads": _reads,
    "sync": _sync,
    "capture": _capture,
    "sending": _sending,
    "changes": _changes,
    "storm": _storm,
}


PAGE = Path(__file__).resolve().parent.parent / "docs" / "measures.md"
MARKS = ("<!-- figures -->", "<!-- end of figures -->")


def machine() -> str:
    """What the figures were taken on, without naming the machine."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}, Python {platform.python_version()}"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["plans"]:
        from benchmarks.plans import explain

        for line in explain(arguments[1:]):
            print(line)
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--runs", type=int, default=3, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--page", action="store_true", help="write the table in docs/measures.md")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(MEASURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    began = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, {machine()}, {given.runs} runs"
    print(began)
    print(
        f"floors: {'../shared/floors' if floors.shared() else 'ABSENT, the empty window is measured by our own copy'}"
    )
    figures: list[Figure] = []
    for name, measure in MEASURES.items():
        if given.names and name not in given.names:
            continue
        print(f"measuring {name}…", file=sys.stderr, flush=True)
        found = list(measure(given.runs))
        figures += found
        print(f"\n{table(found)}", flush=True)
    above = [one for one in figures if one.verdict == "ABOVE"]
    held = [one for one in figures if one.verdict == "held"]
    print(f"\n{len(held)} targets held, {len(above)} above.")
    if given.json:
        answer: dict[str, Any] = {"when": began, "figures": [one.as_json() for one in figures]}
        given.json.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    if given.page:
        _write_page(" ".join(["python -m benchmarks", *arguments]), began, figures)
    return 0


def _write_page(command: str, began: str, figures: list[Figure]) -> None:
    """Replace what stands between the two marks of the page."""
    head, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
    _, tail = rest.split(MARKS[1])
    told = f"`{command}`, {began}:\n\n```\n{table(figures)}\n```"
    PAGE.write_text(f"{head}{MARKS[0]}\n\n{told}\n\n{MARKS[1]}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
