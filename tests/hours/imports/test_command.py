"""``inclusiv hours import``: dry by default of decision, all or nothing, and exactly what was left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput
from app.hours.imports.command import run_import
from app.hours.imports.service import ImportsService
from app.hours.service import HoursService
from tests.factories import Site, siret
from tests.hours.imports.conftest import statement

READY = [("MARTIN", "Julie", "10/2026", "151,67"), ("DESCHAMPS", "Benoît", "10/2026", "140")]
LEFT = ("ABDALLAH", "Nour", "10/2026", "35")


@pytest.fixture
def run(service: ImportsService, tmp_path: Path) -> Any:
    def ran(rows: list[Any], **options: Any) -> tuple[int, Any]:
        path = tmp_path / "releve.csv"
        path.write_bytes(statement(rows))
        given: dict[str, Any] = {"siret": siret(1), "commit": False, "as_json": True} | options
        code, text = run_import(service, path, **given)
        return code, json.loads(text) if given["as_json"] else text

    return ran


def total(hours: HoursService, site: Site) -> int:
    return hours.open_month(site.company, "2026-10").total


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(run: Any, hours: HoursService, site: Site) -> None:
    code, answer = run([*READY, LEFT])
    assert code == 0
    assert answer["status"] == "warnings"
    assert answer["counts"] == {"decide": 1, "refused": 0, "ready": 2, "unchanged": 0, "ignored": 0}
    assert [(line["person"], line["hours"], line["before"]) for line in answer["lines"]] == [
        ("MARTIN Julie", "151.67", None),
        ("DESCHAMPS Benoît", "140.00", None),
    ]
    (asked,) = answer["review"]
    assert (asked["reason"], asked["row"], asked["hours"]) == ("name_unknown", 6, "35.00")
    assert asked["message"]
    assert asked["todo"]
    assert (answer["committed"], answer["already_imported"]) == (False, None)
    assert total(hours, site) == 0


def test_a_commit_writes_all_or_nothing(run: Any, hours: HoursService, site: Site) -> None:
    code, answer = run([*READY, LEFT], commit=True)
    assert (code, answer["committed"], answer["error"]["code"]) == (2, False, "rows_left")
    assert total(hours, site) == 0
    code, answer = run(READY, commit=True)
    assert (code, answer["committed"], answer["status"]) == (0, True, "ok")
    assert total(hours, site) == 29_167
    code, again = run(READY, commit=True)
    assert (code, again["committed"], again["layout_known"]) == (0, False, True)
    assert again["already_imported"]["import_id"] == answer["import_id"]
    assert "rien à faire" in again["already_imported"]["message"]


def test_the_ready_rows_alone_when_told_so(run: Any, hours: HoursService, site: Site) -> None:
    code, answer = run([*READY, LEFT], commit=True, ready_only=True)
    assert (code, answer["committed"], len(answer["review"])) == (0, True, 1)
    assert total(hours, site) == 29_167


def test_in_words(run: Any) -> None:
    code, text = run([*READY, LEFT], as_json=False, commit=True)
    assert code == 2
    assert "MARTIN Julie" in text
    assert "rien n’a été enregistré" in text


def test_what_cannot_be_read_and_whom_nobody_knows(service: ImportsService, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    code, text = run_import(service, path, siret=siret(1), commit=True, as_json=True)
    assert (code, json.loads(text)["error"]["code"]) == (2, "unsupported_format")
    with pytest.raises(InvalidInput, match="SIRET"):
        run_import(service, path, siret=siret(9), commit=False, as_json=True)


def test_a_month_serves_where_the_file_states_none(service: ImportsService, tmp_path: Path) -> None:
    path = tmp_path / "releve.csv"
    path.write_bytes(statement([("MARTIN", "Julie", "35")], heading=("Nom", "Prénom", "Heures")))
    _, text = run_import(service, path, siret=siret(1), commit=False, as_json=True)
    assert json.loads(text)["review"][0]["reason"] == "month_invalid"
    _, text = run_import(service, path, siret=siret(1), month="2026-10", commit=False, as_json=True)
    assert json.loads(text)["lines"][0]["month"] == "2026-10"
