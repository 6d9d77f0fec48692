"""``inclusiv showcase`` and ``./dev run`` without a display: the main job is done, and the paths printed exist."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.paths import resources
from tests.invented_year import copy_to
from tests.reports.reading import text


def test_the_main_job_is_done_offscreen(tmp_path: Path) -> None:
    """In a process of its own, as ``./dev run`` starts it; the demonstration is the one the other tests made."""
    folder = copy_to(tmp_path / "carnet")
    made = subprocess.run(
        [sys.executable, "-m", "app", "showcase", "--data-dir", str(folder), "--out", str(tmp_path / "sortie")],
        capture_output=True,
        encoding="utf-8",
        cwd=resources().parent,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"},
        timeout=300,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    paths = [Path(line) for line in made.stdout.splitlines()]
    assert all(one.is_file() for one in paths)
    papers = [one for one in paths if one.suffix == ".pdf"]
    pictures = [one for one in paths if one.suffix == ".png"]
    assert len(papers) == 3
    assert len(pictures) >= 6
    assert all(one.stat().st_size > 10_000 for one in pictures), "a picture is empty"
    words = [text(one.read_bytes()) for one in papers]
    for title, found in zip(("Compte rendu", "Fiche de suivi", "Relevé mensuel"), words, strict=True):
        assert title.lower() in found.lower()
        assert "DÉMONSTRATION" in found
    assert "éligib" not in words[0].lower(), "the report shown is the company's"
