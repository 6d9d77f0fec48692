"""``python -m tests.sync.mutations [--told] [WORD…]``: break one rule at a time; the tests must fail.

One mutation at least for each rule of SYNC.md §3 and §7, on both sides. Works in a copy of the tree: first the stories
where the rule is told, then, without ``--told``, all of them, then random histories. Prints one line per rule, with
what noticed it. Exit code 0 when every broken rule was noticed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.architecture.source import ROOT
from tests.sync.broken.laptop import LAPTOP
from tests.sync.broken.mutation import STORIES, Mutation
from tests.sync.broken.questions import QUESTIONS
from tests.sync.broken.server import SERVER

MUTATIONS = {**SERVER, **LAPTOP, **QUESTIONS}


def main() -> int:
    """Every mutation, or those whose name holds one of the words given."""
    words = [one for one in sys.argv[1:] if one != "--told"]
    deep = "--told" not in sys.argv
    chosen = {name: one for name, one in MUTATIONS.items() if not words or any(word in name for word in words)}
    missed = 0
    for name, one in chosen.items():
        start = time.monotonic()
        by = noticed(one, deep=deep)
        missed += not by
        print(f"{'noticed' if by else 'MISSED '}  {name} ({time.monotonic() - start:.0f} s) {by}", flush=True)
    print(f"{len(chosen)} rules broken, {missed} not noticed")
    return 1 if missed else 0


def noticed(change: Mutation, *, deep: bool) -> str:
    """What fails with this change; empty when nothing does. ``deep``: all stories and histories are tried too."""
    with tempfile.TemporaryDirectory(prefix="mutation") as place:
        tree = Path(place)
        for name in ("app", "server", "resources", "tests", "pyproject.toml"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, tree / name)
        text = (tree / change.path).read_text(encoding="utf-8")
        assert text.count(change.before) == 1, (change.path, change.before, "must be there once")
        (tree / change.path).write_text(text.replace(change.before, change.after), encoding="utf-8")
        by = _stories(tree, change.told)
        if not by and deep:
            by = _stories(
                tree, [one for one in STORIES if one not in change.told or "-k" in change.told]
            ) or _histories(tree)
        return by


def _stories(tree: Path, files: Sequence[str]) -> str:
    done = _python(tree, "pytest", "-q", "-x", "-p", "no:cacheprovider", *files)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return "" if done.returncode == 0 else failed[0].split("::", 1)[-1] if failed else done.stdout[-300:]


def _histories(tree: Path) -> str:
    return "histories" if _python(tree, "tests.sync.histories", "60", "1", "30").returncode else ""


def _python(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *arguments], cwd=tree, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    raise SystemExit(main())
