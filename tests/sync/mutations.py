"""``python -m tests.sync.mutations [NAME…]``: break one rule at a time; the stories or the histories must fail.

Works in a copy of the tree; prints one line per rule. Exit code 0 when every broken rule was noticed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.architecture.source import ROOT

MUTATIONS: dict[str, tuple[str, str, str]] = {
    "conflicts are found by base": (
        "app/rules/merge.py",
        "return clock.seq > write.base and (inserting or clock.device != device)",
        "return False",
    ),
    "an insert has seen nothing, not even its own": (
        "app/rules/merge.py",
        "return clock.seq > write.base and (inserting or clock.device != device)",
        "return clock.seq > write.base and clock.device != device",
    ),
    "the value that does not show is kept": (
        "app/rules/merge.py",
        "clashes.append(Clash(field, write.old, values[field], clock, write.value, Clock(seq, device, write.at)))",
        "pass",
    ),
    "an edit beats a deletion": ("app/rules/merge.py", "        if not fresher:\n", "        if True:\n"),
    "a contained batch is not laid over": (
        "app/store/inbox.py",
        "if one.answered and one.n <= contained:",
        "if one.answered and one.n < 0:",
    ),
    "a pending value is laid over the received one": (
        "app/store/inbox.py",
        "                    if stored == value:\n",
        "                    if True:\n",
    ),
    "an edit over a laid-over value inherits its base": (
        "app/store/outbox.py",
        "shadow[0] if shadow else base,",
        "base,",
    ),
    "what was pushed and never came back is looked for": (
        "app/store/inbox.py",
        "raw.execute(f\"UPDATE _row SET scope = '' WHERE scope = '{AWAITED}'\")",
        "pass",
    ),
    "what leaves a scope leaves the notebook": (
        "app/store/inbox.py",
        "            if known is not None and known[0] == scope and known[1] <= seq:",
        "            if False:",
    ),
    "what is set aside is kept": (
        "app/store/outbox.py",
        "        held.append(str(kind))\n",
        "        continue\n",
    ),
    "a new history is taken whole": (
        "app/sync/engine.py",
        "        if me.epoch and hello.epoch != me.epoch:\n",
        "        if False:\n",
    ),
    "bases of a lost history hide no conflict": (
        "server/push/receiving.py",
        "    _cap_bases(connection, batch.epoch, tasks)\n",
        "",
    ),
}


def noticed(change: tuple[str, str, str] | None) -> bool:
    """Whether the bench fails with this change; ``None``: with the rules whole."""
    with tempfile.TemporaryDirectory(prefix="mutation") as place:
        tree = Path(place)
        for name in ("app", "server", "resources", "tests", "pyproject.toml"):
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, tree / name)
        if change is not None:
            path, before, after = change
            text = (tree / path).read_text(encoding="utf-8")
            assert before in text, (path, before)
            (tree / path).write_text(text.replace(before, after), encoding="utf-8")
        for command in (
            [
                "pytest",
                "-q",
                "-x",
                "-p",
                "no:cacheprovider",
                "tests/sync/test_faults.py",
                "tests/sync/test_failures.py",
            ],
            ["tests.sync.histories", "60", "1", "30"],
        ):
            done = subprocess.run([sys.executable, "-m", *command], cwd=tree, capture_output=True, check=False)
            if done.returncode:
                return True
    return False


def main() -> int:
    """Every mutation, or those named."""
    missed = 0
    if len(sys.argv) == 1 and noticed(None):
        print("the bench fails with the rules whole")
        return 1
    for name, change in MUTATIONS.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        start = time.monotonic()
        found = noticed(change)
        missed += not found
        print(f"{'noticed' if found else 'MISSED '}  {name} ({time.monotonic() - start:.0f} s)", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
