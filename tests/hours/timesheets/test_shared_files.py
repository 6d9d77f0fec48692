"""The ten statements of the project's data: every line exact, nothing more, warnings as told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.hours.timesheets.command import run_read
from tests.hours.timesheets.files import TODAY

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "timesheets"
EXPECTED = sorted(DATA.glob("*.expected.json"))
KEYS = ("company", "last_name", "first_name", "month", "hours", "ref")

pytestmark = pytest.mark.skipif(not EXPECTED, reason="the project's data (../shared/data/timesheets) are not here")


@pytest.mark.parametrize("expected_file", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_every_line_is_read_and_nothing_more(expected_file: Path):
    expected = json.loads(expected_file.read_text(encoding="utf-8"))
    code, text = run_read(DATA / expected["file"], as_json=True, today=TODAY)
    answer = json.loads(text)

    def key(line: dict[str, str]) -> tuple[str | None, ...]:
        return tuple(line.get(name) for name in KEYS)

    assert code == 0
    assert sorted(map(key, answer["lines"]), key=str) == sorted(map(key, expected["expected"]), key=str)
    assert answer["status"] == expected["status"]
    assert answer["review"] == []
    assert [(w["code"], w.get("row")) for w in answer["warnings"]] == [
        (w["code"], w.get("row")) for w in expected["warnings"]
    ]
    assert answer["layout"].endswith(".")
    assert answer["layout"].count(". ") == 0
