"""SYNC.md §6, bench 5: laptops and server killed at random instants; a few kills here, as many as wanted by hand.

``python -m tests.scenarios.kills 100 1 sqlite`` for a long run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT
from tests.server import postgresql

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="what is to be killed is made by fork")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_is_on_both_sides_in_the_end(kind: str) -> None:
    if kind == "postgresql" and postgresql.programs() is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    done = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.kills", "3", "11", kind],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts["kills"] == 3
    assert counts["laptops"]
    assert counts["servers"]
    assert counts["notes"] + counts["photos"] + counts["values"]
