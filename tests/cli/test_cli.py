"""The command line as a script meets it: exit codes, one JSON value, French on standard error, never a trace."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import DEMONSTRATION_PASSPHRASE
from app.cli import main
from app.paths import DEMONSTRATION_MARK, resources
from app.verbs.records import LISTS
from tests.invented_year import copy_to, unlocked

ENGLISH = re.compile(r"\b(error|usage|required|arguments|invalid|choose|not found|expected|the|following)\b", re.I)


class Answer:
    """What a command answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """The one value of standard output."""
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def ran(*arguments: object, passphrase: str = "") -> Answer:
        monkeypatch.delenv("INCLUSIV_PASSPHRASE", raising=False)
        if passphrase:
            monkeypatch.setenv("INCLUSIV_PASSPHRASE", passphrase)
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Answer(code, captured.out, captured.err)

    return ran


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_to(tmp_path_factory.mktemp("annee") / "carnet")


def said_in_french(answer: Answer) -> None:
    assert answer.err.strip(), "nothing says why"
    assert answer.out == ""
    options = re.sub(r"--?[a-z-]+|[A-Z.]{3,}\S*|inclusiv \w+", "", answer.err)
    assert not ENGLISH.search(options), answer.err


# --- find ----------------------------------------------------------------------------------------


def test_find_answers_people_whose_name_is_close_first(run: Run, year: Path) -> None:
    answer = run("find", "Benoit Dechamps 12031988", "--data-dir", year, "--json")
    assert answer.code == 0
    first = answer.json[0]
    assert (first["kind"], first["title"]) == ("beneficiary", "DESCHAMPS Benoît")
    assert "même date de naissance" in first["reason"]
    assert set(first) == {"kind", "id", "title", "subtitle", "reason"}


def test_find_answers_every_kind_and_nothing(run: Run, year: Path) -> None:
    kinds = {one["kind"] for one in run("find", "bati sud", "--data-dir", year, "--json").json}
    assert "company" in kinds
    assert run("find", "zzzzzz", "--data-dir", year, "--json").json == []
    assert "Bâti-Sud 99" in run("find", "bati sud", "--data-dir", year).out


# --- size ----------------------------------------------------------------------------------------

SIZE = ("size", "--amount", "1000000", "--labour-share", "50", "--effort-rate", "5", "--hourly-cost", "30")


def test_size_answers_the_charter_s_example(run: Run) -> None:
    answer = run(*SIZE, "--json")
    assert answer.code == 0
    assert answer.json["computed_hours"] == "833.33"
    assert answer.err == ""


def test_size_in_a_sentence(run: Run) -> None:
    answer = run(*SIZE)
    assert answer.code == 0
    assert "833,33" in answer.out


@pytest.mark.parametrize("wrong", ["-5", "beaucoup", "", "1e400"])
def test_size_refuses_what_it_cannot_read(run: Run, wrong: str) -> None:
    answer = run("size", f"--amount={wrong}", *SIZE[3:])
    assert answer.code == 2
    said_in_french(answer)


# --- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LISTS)
def test_lists_answer_one_json_array(run: Run, year: Path, kind: str) -> None:
    answer = run("list", kind, "--data-dir", year, "--json", passphrase=DEMONSTRATION_PASSPHRASE)
    assert answer.code == 0
    rows = answer.json
    assert isinstance(rows, list)
    assert rows
    assert all("id" in row for row in rows)
    assert len({tuple(row) for row in rows}) == 1, "every row has the same keys"
    assert answer.err == ""


def test_a_list_for_the_eyes(run: Run, year: Path) -> None:
    answer = run("list", "companies", "--data-dir", year)
    assert answer.code == 0
    assert "Bâti-Sud 99" in answer.out
    assert "ordinary" not in answer.out


def test_the_volume_of_lists(run: Run, year: Path) -> None:
    assert len(run("list", "beneficiaries", "--data-dir", year, "--json").json) == 3_500


# --- documents -----------------------------------------------------------------------------------


def test_each_document_is_written_where_asked(run: Run, year: Path, tmp_path: Path) -> None:
    for kind, listing, recipients in (
        ("visit", "visits", ("company", "buyer", "file")),
        ("followup", "beneficiaries", ("person", "file")),
        ("statement", "statements", ("company", "file")),
    ):
        rows = run("list", listing, "--data-dir", year, "--json").json
        for recipient in recipients:
            out = tmp_path / f"{kind}-{recipient}.pdf"
            answer = run("document", kind, rows[0]["id"], "--recipient", recipient, "--out", out, "--data-dir", year)
            assert answer.code == 0, answer.err
            assert answer.out.strip() == str(out)
            assert out.read_bytes().startswith(b"%PDF")


def test_a_document_told_in_json(run: Run, year: Path, tmp_path: Path) -> None:
    record = run("list", "visits", "--data-dir", year, "--json").json[0]
    out = tmp_path / "v.pdf"
    answer = run(
        "document", "visit", record["id"], "--recipient", "company", "--out", out, "--data-dir", year, "--json"
    )
    assert answer.json["path"] == str(out)
    assert answer.json["size"] == out.stat().st_size


@pytest.mark.parametrize(
    "arguments",
    [
        ("document", "visit", "VIS-1999-XX-0001", "--recipient", "company"),
        ("document", "followup", "rien", "--recipient", "person"),
        ("document", "statement", "BS-0199-AA", "--recipient", "company"),
    ],
)
def test_a_record_that_does_not_exist_is_bad_input(
    run: Run, year: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    answer = run(*arguments, "--out", tmp_path / "x.pdf", "--data-dir", year)
    assert answer.code == 2
    said_in_french(answer)
    assert not (tmp_path / "x.pdf").exists()


def test_a_document_is_refused_to_who_it_is_not_made_for(run: Run, year: Path, tmp_path: Path) -> None:
    person = run("list", "beneficiaries", "--data-dir", year, "--json").json[0]["id"]
    out = tmp_path / "x.pdf"
    answer = run("document", "followup", person, "--recipient", "company", "--out", out, "--data-dir", year)
    assert answer.code == 2
    said_in_french(answer)
    assert not out.exists()


def test_a_folder_that_cannot_be_written_is_a_failure(run: Run, year: Path, tmp_path: Path) -> None:
    visit = run("list", "visits", "--data-dir", year, "--json").json[0]["id"]
    (tmp_path / "plat").write_text("un fichier, pas un dossier")
    answer = run(
        "document", "visit", visit, "--recipient", "file", "--out", tmp_path / "plat" / "v.pdf", "--data-dir", year
    )
    assert answer.code == 1
    said_in_french(answer)


# --- check ---------------------------------------------------------------------------------------


def test_check_is_silent_on_a_sound_notebook(run: Run, year: Path) -> None:
    answer = run("check", "--data-dir", year, "--json")
    assert (answer.code, answer.json) == (0, {"clean": True, "findings": []})
    assert "intact" in run("check", "--data-dir", year).out


def test_check_tells_what_should_not_be(run: Run, tmp_path: Path) -> None:
    folder = copy_to(tmp_path / "carnet")
    workstation = unlocked(folder)
    try:
        raw = workstation.notebook.raw
        (line,) = raw.execute("SELECT id FROM hour_line LIMIT 1").fetchone()
        raw.execute("UPDATE hour_line SET month = '1999-01' WHERE id = ?", (line,))
    finally:
        workstation.account.close()
    answer = run("check", "--data-dir", folder, "--json")
    assert answer.code == 1
    assert not answer.json["clean"]
    assert line in {one["id"] for one in answer.json["findings"]}
    assert run("check", "--data-dir", folder).code == 1


# --- passphrase and folder -----------------------------------------------------------------------


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A copy that is no longer marked as a demonstration: its passphrase must be given."""
    folder = copy_to(tmp_path / "carnet")
    (folder / DEMONSTRATION_MARK).unlink()
    return folder


def test_the_passphrase_comes_from_the_environment(run: Run, private: Path) -> None:
    assert run("list", "visits", "--data-dir", private, "--json", passphrase=DEMONSTRATION_PASSPHRASE).code == 0


@pytest.mark.parametrize("passphrase", ["", "ce n’est pas le bon"])
def test_without_the_right_passphrase_nothing_opens(run: Run, private: Path, passphrase: str) -> None:
    before = (private / "notebook.db").read_bytes()
    answer = run("list", "visits", "--data-dir", private, "--json", passphrase=passphrase)
    assert answer.code == 2
    said_in_french(answer)
    assert (private / "notebook.db").read_bytes() == before


def test_a_folder_without_notebook(run: Run, tmp_path: Path) -> None:
    answer = run("check", "--data-dir", tmp_path / "rien")
    assert answer.code == 2
    said_in_french(answer)
    assert not (tmp_path / "rien").exists(), "asking makes nothing"


@pytest.mark.expected_logs
def test_a_damaged_file(run: Run, private: Path) -> None:
    path = private / "notebook.db"
    data = bytearray(path.read_bytes())
    data[4096:8192] = os.urandom(4096)
    path.write_bytes(data)
    answer = run("list", "visits", "--data-dir", private, passphrase=DEMONSTRATION_PASSPHRASE)
    assert answer.code == 1
    said_in_french(answer)
    assert path.read_bytes() == bytes(data), "nothing is written over"


# --- demonstration -------------------------------------------------------------------------------


def test_a_demonstration_never_replaces_a_notebook(run: Run, year: Path) -> None:
    answer = run("demo", "--data-dir", year)
    assert answer.code == 1
    said_in_french(answer)


def test_a_scale_that_is_none(run: Run, tmp_path: Path) -> None:
    for scale in ("0", "-1", "deux"):
        answer = run("demo", "--data-dir", tmp_path / "x", "--scale", scale)
        assert answer.code == 2
        said_in_french(answer)
    assert not (tmp_path / "x").exists()


# --- files of companies --------------------------------------------------------------------------


def test_a_file_of_hours_is_read(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "releve.csv"
    source.write_text("Nom;Prénom;Heures\nMARTIN;Julie;151,67\nDIALLO;Karim;140\n", encoding="utf-8")
    answer = run("hours", "read", source, "--json")
    assert answer.code in (0, 2)
    assert isinstance(answer.json, dict)
    assert answer.err == ""


def test_a_file_that_does_not_exist(run: Run, tmp_path: Path) -> None:
    answer = run("hours", "read", tmp_path / "rien.xlsx")
    assert answer.code == 2
    assert not ENGLISH.search(answer.out + answer.err)


def test_a_file_is_imported_for_a_company_of_the_notebook(run: Run, year: Path, tmp_path: Path) -> None:
    source = tmp_path / "releve.csv"
    source.write_text("Nom;Prénom;Mois;Heures\nABDALLAH;Nour;01/2026;35\n", encoding="utf-8")
    workstation = unlocked(year)
    try:
        rows = workstation.notebook.raw.execute("SELECT siret FROM company WHERE siret <> '' LIMIT 1").fetchone()
    finally:
        workstation.account.close()
    where = ("--data-dir", year, "--json")
    dry = run("hours", "import", source, "--company", rows[0], "--dry-run", *where)
    assert (dry.code, dry.json["counts"]["decide"], dry.json["committed"]) == (0, 1, False)
    refused = run("hours", "import", source, "--company", rows[0], "--commit", *where)
    assert (refused.code, refused.json["error"]["code"]) == (2, "rows_left")
    unknown = run("hours", "import", source, "--company", "99999999999999", "--dry-run", *where)
    assert unknown.code == 2
    said_in_french(unknown)
    absent = run("hours", "import", tmp_path / "rien.csv", "--company", rows[0], "--dry-run", *where)
    assert (absent.code, absent.json["status"]) == (2, "error")


# --- arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("inconnu",),
        ("list",),
        ("list", "licornes"),
        ("document", "visit"),
        ("size", "--amount", "3"),
        ("check", "--nimporte"),
        ("hours", "import", "x.csv", "--company", "1"),
        ("document", "visit", "x", "--recipient", "voisin", "--out", "x.pdf"),
    ],
)
def test_bad_arguments_are_said_in_french(run: Run, arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    said_in_french(answer)


@pytest.mark.parametrize("arguments", [("--help",), ("list", "--help"), ("document", "--help"), ("size", "--help")])
def test_help_is_in_french(run: Run, arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert answer.code == 0
    assert not re.search(r"\b(show this|help message|positional|usage:|and exit)", answer.out), answer.out


# --- as a process --------------------------------------------------------------------------------


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=resources().parent,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=120,
        check=False,
    )


def test_a_verb_as_a_process_loads_no_window(year: Path) -> None:
    made = process("list", "operations", "--data-dir", year, "--json", INCLUSIV_PASSPHRASE=DEMONSTRATION_PASSPHRASE)
    assert (made.returncode, made.stderr) == (0, "")
    assert json.loads(made.stdout)


def test_a_refusal_as_a_process_has_no_trace(private: Path) -> None:
    made = process("check", "--data-dir", private, INCLUSIV_PASSPHRASE="mauvais")
    assert made.returncode == 2
    assert made.stdout == ""
    assert "Traceback" not in made.stderr
    assert "Mot de passe incorrect" in made.stderr


# --- backup, restore -----------------------------------------------------------------------------


def test_a_safety_copy_goes_to_another_folder_and_opens_there(run: Run, year: Path, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "carnet.secours", tmp_path / "portable"
    made = run("backup", "--out", copy, "--data-dir", year, "--json")
    assert made.code == 0, made.err
    assert made.json["size"] == copy.stat().st_size
    answer = run("restore", copy, "--data-dir", elsewhere, "--json", passphrase=DEMONSTRATION_PASSPHRASE)
    assert answer.code == 0, answer.err
    assert answer.json["people"] == len(run("list", "beneficiaries", "--data-dir", year, "--json").json)
    ours, theirs = (
        run("list", "visits", "--data-dir", folder, "--json", passphrase=DEMONSTRATION_PASSPHRASE).json
        for folder in (year, elsewhere)
    )
    assert ours == theirs
    assert run("check", "--data-dir", elsewhere, passphrase=DEMONSTRATION_PASSPHRASE).code == 0


def test_a_safety_copy_refuses_what_would_be_replaced(run: Run, year: Path, tmp_path: Path) -> None:
    copy = tmp_path / "carnet.secours"
    assert run("backup", "--out", copy, "--data-dir", year).code == 0
    again = run("backup", "--out", copy, "--data-dir", year)
    assert again.code == 1
    said_in_french(again)
    over = run("restore", copy, "--data-dir", year, passphrase=DEMONSTRATION_PASSPHRASE)
    assert over.code == 1
    said_in_french(over)
    wrong = run("restore", copy, "--data-dir", tmp_path / "autre", passphrase="ce n’est pas le bon mot")
    assert wrong.code == 2
    said_in_french(wrong)


# --- exports -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mois.xlsx", "mois.csv"])
def test_a_month_of_a_company_for_a_spreadsheet(run: Run, year: Path, tmp_path: Path, name: str) -> None:
    siret = next(
        one["siret"]
        for one in run("list", "companies", "--data-dir", year, "--json").json
        if one["name"] == "Bâti-Sud 99"
    )
    out = tmp_path / name
    answer = run(
        "export", "month", "--company", siret, "--month", "2026-09", "--out", out, "--data-dir", year, "--json"
    )
    assert answer.code == 0
    assert answer.json["rows"] == 12
    assert answer.json["size"] == out.stat().st_size


@pytest.mark.parametrize(
    "arguments",
    [
        ("month", "--out", "mois.csv"),
        ("companies", "--out", "liste.ods"),
        ("month", "--month", "2026-09", "--company", "personne", "--out", "mois.csv"),
        ("people", "--out", "liste.csv"),
    ],
)
def test_an_export_that_cannot_be_made_is_said(
    run: Run, year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run("export", *arguments, "--data-dir", year)
    assert answer.code in (1, 2)
    said_in_french(answer)
    assert not list(tmp_path.iterdir())


# --- retention -----------------------------------------------------------------------------------


def test_whose_time_is_over_and_what_is_decided(run: Run, tmp_path: Path) -> None:
    folder = copy_to(tmp_path / "carnet")
    listed = run("retention", "--list", "--data-dir", folder, "--json")
    assert listed.code == 0
    assert listed.json["months"] == 24
    assert listed.json["count"] == len(listed.json["files"])
    person = run("list", "beneficiaries", "--data-dir", folder, "--json").json[0]
    early = run("retention", "--apply", person["id"], "--data-dir", folder, "--json")
    assert (early.code, early.out) == (2, "")
    assert "durée de conservation" in early.err
    asked = ("retention", "--apply", person["file_number"], "--reason", "Demande de la personne", "--data-dir", folder)
    done = run(*asked, "--json")
    assert (done.code, done.json["count"], done.json["action"]) == (0, 1, "anonymise")
    found = run("find", person["last_name"], "--data-dir", folder, "--json")
    assert person["id"] not in {one["id"] for one in found.json}
    again = run(*asked)
    assert again.code == 2, "an erased person has no number any more"


# --- what follows a statement --------------------------------------------------------------------


def test_an_attestation_is_named_by_a_file_number_and_comes_back_to_the_byte(
    run: Run, year: Path, tmp_path: Path
) -> None:
    made = tmp_path / "attestation.pdf"
    where = ("--recipient", "person", "--out", made, "--data-dir", year, "--json")
    answer = run("document", "attestation", "B-2026-NO-0002", *where)
    assert answer.code == 0
    assert answer.json["name"] == "2026-11_BATI-SUD-99_DESCHAMPS-B_attestation.pdf"
    first = made.read_bytes()
    assert run("document", "attestation", "ATT-2026-NO-0001", *where).code == 0
    assert made.read_bytes() == first
    refused = run("document", "attestation", "B-2026-NO-9999", *where)
    assert refused.code == 2
    said_in_french(refused)


@pytest.mark.parametrize(
    ("kind", "named", "recipient"), [("clause-attestation", "2025-T0002/3", "buyer"), ("reminder", "siret", "company")]
)
def test_clauses_and_reminders_are_named_as_on_paper(
    run: Run, year: Path, tmp_path: Path, kind: str, named: str, recipient: str
) -> None:
    if named == "siret":
        known = run("list", "companies", "--data-dir", year, "--json").json
        named = next(one["siret"] for one in known if one["name"] == "Bâti-Sud 99")
    made = tmp_path / "document.pdf"
    answer = run("document", kind, named, "--recipient", recipient, "--out", made, "--data-dir", year, "--json")
    assert answer.code == 0, answer.err
    assert made.read_bytes().startswith(b"%PDF")
    wrong = run("document", kind, named, "--recipient", "person", "--out", made, "--data-dir", year)
    assert wrong.code == 2
    said_in_french(wrong)
