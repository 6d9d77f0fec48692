"""The invented year (PRODUCT.md O2): its volume, its soundness, and that nobody in it exists."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.bootstrap import Workstation
from app.errors import NotebookExists
from app.paths import UNFINISHED_MARK
from app.rules.identifiers import is_siret
from app.store.attachments import orphans
from app.store.checks import check_all
from tests.invented_year import copy_to, template, unlocked, workstation_of
from tests.reports.reading import pages


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workstation]:
    workstation = unlocked(copy_to(tmp_path_factory.mktemp("annee") / "carnet"))
    yield workstation
    workstation.account.close()


def rows(workstation: Workstation, query: str) -> list[tuple]:
    with workstation.notebook.read() as connection:
        return [tuple(one) for one in connection.execute(text(query))]


def test_the_volume_is_the_one_promised(year: Workstation) -> None:
    assert rows(year, "SELECT count(*) FROM beneficiary") == [(3_500,)]
    assert rows(year, "SELECT count(*) FROM hour_line") == [(20_000,)]
    assert rows(year, "SELECT count(*) FROM visit WHERE state = 'final'") == [(500,)]


def test_some_files_are_past_their_time(year: Workstation) -> None:
    page = year.services.privacy.due()
    assert sorted(line.file.last_name for line in page.lines) == ["LENOIR", "SISSOKO", "VASSEUR"]
    assert year.services.privacy.count_due() == 3


def test_the_rows_told_are_the_rows_written(year: Workstation) -> None:
    for table, count in template()[1].items():
        (found,) = rows(year, f'SELECT count(*) FROM "{table}"')[0]
        assert found >= count, table


def test_nothing_is_broken(year: Workstation) -> None:
    assert check_all(year.notebook) == []
    assert year.notebook.raw.execute("PRAGMA foreign_key_check").fetchall() == []
    lost = orphans(year.notebook, year.files)
    assert not lost.missing


def test_every_siret_is_in_the_invented_block(year: Workstation) -> None:
    for (siret,) in rows(year, "SELECT siret FROM company WHERE siret <> ''"):
        assert siret.startswith("999")
        assert is_siret(siret)
    assert rows(year, "SELECT count(*) FROM company WHERE siret <> ''") != [(0,)]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("beneficiary", "phone"),
        ("beneficiary", "caseworker_phone"),
        ("contact", "phone"),
        ("facilitator", "phone"),
        ("organisation", "phone"),
    ],
)
def test_every_phone_is_in_the_numbers_kept_for_fiction(year: Workstation, table: str, column: str) -> None:
    """ARCEP reserves 06 39 98 and 01 99 00 (decision 2018-0881) for works of fiction."""
    shipped = (
        "AND network_id = (SELECT id FROM network WHERE code = 'demonstration')" if table == "organisation" else ""
    )
    for (phone,) in rows(year, f"SELECT DISTINCT {column} FROM \"{table}\" WHERE {column} <> '' {shipped}"):
        assert re.match(r"06 ?39 ?98|01 ?99 ?00", phone), phone


def test_no_post_code_exists(year: Workstation) -> None:
    for table in ("beneficiary", "operation"):
        for (code,) in rows(year, f"SELECT DISTINCT postcode FROM {table} WHERE postcode <> ''"):
            assert code.startswith("991"), code


def test_no_address_of_mail(year: Workstation) -> None:
    for table in ("beneficiary", "contact", "facilitator"):
        for (mail,) in rows(year, f"SELECT DISTINCT email FROM {table} WHERE email <> ''"):
            assert mail.endswith(".example"), mail  # RFC 2606


def test_the_same_day_makes_the_same_content(tmp_path: Path) -> None:
    """Two notebooks made the same day hold the same records, ids included: what was shown can be shown again."""
    second = workstation_of(tmp_path / "carnet")
    try:
        second.make_demonstration("un carnet fictif pour essayer")
        second_seal = seal(second)
    finally:
        second.account.close()
    first = unlocked(copy_to(tmp_path / "copie"))
    try:
        assert seal(first) == second_seal
    finally:
        first.account.close()


def seal(workstation: Workstation) -> dict[str, str]:
    found = {}
    for table in ("beneficiary", "employment_contract", "hour_line", "visit", "observation", "company", "commitment"):
        digest = hashlib.sha256()
        for row in workstation.notebook.raw.execute(f'SELECT * FROM "{table}" ORDER BY id'):
            digest.update(repr(tuple(row)).encode())
        found[table] = digest.hexdigest()
    return found


def test_it_is_marked_on_paper(year: Workstation) -> None:
    visit = rows(year, "SELECT id FROM visit WHERE state = 'final' LIMIT 1")[0][0]
    person = rows(year, "SELECT id FROM beneficiary LIMIT 1")[0][0]
    company, month = rows(year, "SELECT company_id, month FROM monthly_statement LIMIT 1")[0]
    for kind, record, recipient in (
        ("visit", visit, "company"),
        ("followup", person, "person"),
        ("statement", f"{company}/{month}", "company"),
    ):
        data, _name = year.services.documents.make(kind, record, recipient)
        for page in pages(data):
            assert "DÉMONSTRATION" in page, kind


def test_it_is_marked_before_any_key_is_asked(year: Workstation) -> None:
    assert year.is_demonstration
    assert year.home().demonstration


def test_a_notebook_is_never_written_over(tmp_path: Path) -> None:
    folder = copy_to(tmp_path / "carnet")
    before = (folder / "notebook.db").read_bytes()
    workstation = workstation_of(folder)
    try:
        with pytest.raises(NotebookExists):
            workstation.make_demonstration("un carnet fictif pour essayer")
    finally:
        workstation.account.close()
    assert (folder / "notebook.db").read_bytes() == before


def test_one_cut_in_its_making_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill in the middle leaves a notebook without anybody: asked again, it is made whole, and then kept."""
    folder = tmp_path / "carnet"

    def killed(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    cut = workstation_of(folder)
    with monkeypatch.context() as patched:
        patched.setattr("app.demonstration.service.fill", killed)
        with pytest.raises(KeyboardInterrupt):
            cut.make_demonstration("un carnet fictif pour essayer")
    cut.account.close()
    again = workstation_of(folder)
    try:
        assert again.is_unfinished
        assert again.make_demonstration("un carnet fictif pour essayer")["beneficiary"] > 1000
        assert not again.is_unfinished
        with pytest.raises(NotebookExists):
            again.make_demonstration("un carnet fictif pour essayer")
    finally:
        again.account.close()


def test_a_notebook_beside_the_mark_of_another_is_never_removed(tmp_path: Path) -> None:
    folder = copy_to(tmp_path / "carnet")
    (folder / UNFINISHED_MARK).write_text("00000000-0000-7000-8000-000000000000", encoding="ascii")
    workstation = workstation_of(folder)
    try:
        assert not workstation.is_unfinished
        with pytest.raises(NotebookExists):
            workstation.make_demonstration("un carnet fictif pour essayer")
    finally:
        workstation.account.close()


def test_today_has_its_visits_and_its_month_to_type(year: Workstation) -> None:
    agenda = year.services.visits.agenda()
    assert len(agenda.visits) == 2
    month = year.services.hours.month_to_collect()
    assert year.services.hours.count_statements(month).missing


def test_what_follows_a_statement_is_shown(year: Workstation) -> None:
    for table in ("rectification", "reminder", "pooling_agreement", "penalty"):
        assert rows(year, f"SELECT count(*) FROM {table}") != [(0,)], table
    assert rows(year, "SELECT count(*) FROM monthly_statement WHERE state = 'attested'") != [(0,)]
    shared = rows(
        year,
        "SELECT count(DISTINCT h.lot_id) FROM hour_line h JOIN pooling_agreement a ON a.contract_id = h.contract_id"
        " WHERE h.rectification_id IS NULL GROUP BY h.contract_id",
    )
    assert shared == [(2,)]
    missing = year.services.hours.missing_statements()
    assert any(one.reminded_on for one in missing)
    assert all(one.due_on for one in missing)


def test_companies_that_send_files_are_known_by_them(year: Workstation) -> None:
    from app.hours.imports.judging import judge
    from app.hours.imports.opening import opened_file
    from app.hours.imports.values import Decisions
    from app.hours.timesheets.worker import read_bytes

    imports = year.services.imports
    saved = imports.list_imports()
    assert len(saved) >= 3
    company = saved[0].company_id
    grid = year.services.hours.open_month(company, saved[0].months[-1])
    (alias, name), *_ = rows(
        year,
        "SELECT a.written, p.last_name || ' ' || p.first_name FROM name_alias a "
        f"JOIN beneficiary p ON p.id = a.beneficiary_id WHERE a.company_id = '{company}'",
    )
    assert alias.endswith(".")
    rows_of_file = ["Matricule;Nom et prénom;Mois;Heures réalisées;Observations"]
    month = saved[0].months[-1]
    rows_of_file += [
        f"1;{row.last_name} {row.first_name};{month[5:]}/{month[:4]};{row.worked or 0};" for row in grid.rows
    ]
    data = "\n".join(rows_of_file).encode()
    opened = opened_file("releve.csv", data, read_bytes(data, "releve.csv"))
    prepared = imports.prepare(opened, company)
    assert prepared.layout_known
    assert judge(prepared, Decisions()).already is None
    assert name
