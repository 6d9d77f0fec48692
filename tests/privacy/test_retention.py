"""Whose time is over, and what erasing them leaves: every figure, and no name (PRODUCT.md B11, SYNC.md §7.17)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import text

from app.bootstrap import Workstation
from app.errors import InvalidInput, NotAllowed, NotFound
from app.models.attachments import Attachment
from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, FollowUpNote
from app.models.choices import RetentionChoice, Role
from app.models.privacy import RetentionDecision
from app.models.registry import models
from app.models.visits import Visit
from app.paths import ERASED_FILE
from app.privacy.service import PrivacyService
from app.rules.erasure import ANONYMISED_NAME
from app.rules.french import fold
from app.store import backup, erasure
from app.store.attachments import AttachmentFiles, orphans
from app.store.backup import make_backup
from app.store.checks import check_all
from app.store.drafts import keep_draft, list_drafts
from app.store.history import history_of
from app.store.notebook import Notebook
from app.store.search import find
from app.store.unit import writing
from tests.factories import KEY, site_with_people
from tests.privacy.decrypted import decrypted

ERASED = 60


def people_of(notebook: Notebook) -> list[str]:
    with notebook.read() as connection:
        return list(connection.execute(text("SELECT id FROM beneficiary ORDER BY id")).scalars())


def figures(notebook: Notebook) -> dict[str, list[tuple]]:
    """Every count and total that a report may be made of: by table, and hours by all that splits them."""
    asked = {
        "hours": """SELECT h.month, h.kind, l.id, c.company_id, c.modality, c.type, b.sex, b.town, b.postcode,
                           b.district_code, b.prescriber_code, p.age_band, p.qualification,
                           sum(h.hours), sum(h.declared_hours), count(*), count(DISTINCT b.id)
                    FROM hour_line h JOIN employment_contract c ON c.id = h.contract_id
                    JOIN clause_period p ON p.id = c.period_id JOIN beneficiary b ON b.id = c.beneficiary_id
                    JOIN lot l ON l.id = h.lot_id
                    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 ORDER BY 1, 2, 3""",
        "publics": """SELECT scheme, category_code, proof_code, seen_on, validated_on, count(*),
                             count(DISTINCT beneficiary_id)
                      FROM eligibility_check GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""",
        "contracts": "SELECT trade_code, start_on, end_on, weekly_hours, planned_hours "
        "FROM employment_contract ORDER BY id",
        "periods": "SELECT start_on, end_on, end_reason, age_band, qualification FROM clause_period ORDER BY id",
        "visits": "SELECT v.number, v.state, a.presence, a.meeting, a.all_well FROM attendance a "
        "JOIN visit v ON v.id = a.visit_id ORDER BY a.id",
        "trainings": "SELECT label, start_on, end_on, hours FROM training_record ORDER BY id",
        "notes": "SELECT kind, noted_on FROM follow_up_note ORDER BY id",
        "statements": "SELECT month, state, declared_total FROM monthly_statement ORDER BY id",
        "commitments": "SELECT due_hours, computed_hours FROM commitment ORDER BY id",
    }
    with notebook.read() as connection:
        found = {name: [tuple(row) for row in connection.execute(text(query))] for name, query in asked.items()}
        for model in models():
            table = table_of(model)
            if table.name != "retention_decision":
                count = connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
                found[f"rows of {table.name}"] = [(count,)]
    return found


@pytest.fixture(scope="module")
def erased(year: Workstation) -> dict[str, object]:
    """Sixty people of the invented year given names that nobody else bears, named everywhere, then erased."""
    notebook = year.notebook
    with notebook.read() as connection:
        ids = list(
            connection.execute(
                text(
                    """SELECT b.id FROM beneficiary b WHERE b.organisation_id = :own
                       ORDER BY (SELECT count(*) FROM attendance a WHERE a.beneficiary_id = b.id) DESC, b.id LIMIT :n"""
                ),
                {"own": notebook.organisation_id, "n": ERASED},
            ).scalars()
        )
        met: dict[str, str] = {
            row[0]: row[1]
            for row in connection.execute(
                text("SELECT beneficiary_id, max(visit_id) FROM attendance GROUP BY beneficiary_id")
            )
        }
    names: list[str] = []
    for rank, one in enumerate(ids):
        last, first = f"ZORGLUB{_letters(rank)}", f"Quetzal{_letters(rank).lower()}"
        names += [last, first]
        with writing(notebook, "noms uniques") as unit:
            unit.update(
                Beneficiary,
                one,
                {"last_name": last, "first_name": first, "birth_name": f"{last}-NÉE", "address": f"1 rue {last}"},
            )
            unit.insert(
                FollowUpNote,
                {"beneficiary_id": one, "noted_on": dt.date(2026, 11, 2), "text": f"{first} a rappelé, M. {last} ravi"},
            )
            for row in connection_rows(unit.connection, "SELECT id FROM attendance WHERE beneficiary_id = :id", one):
                unit.update(_attendance(), row, {"last_name": last, "first_name": first})
            if one in met:
                unit.update(Visit, met[one], {"summary": f"Vu {first} {last} ; {first} demande des gants"})
            # somebody else's note that names the person
            unit.insert(
                FollowUpNote,
                {
                    "beneficiary_id": ids[(rank + 1) % ERASED] if rank % 2 else _other(unit.connection, ids),
                    "noted_on": dt.date(2026, 11, 3),
                    "text": f"Vient avec {last} {first}",
                },
            )
        keep_draft(notebook, f"beneficiary/{one}/note", f"Note sur {first}", f"{last} à rappeler")
    year.services.documents.make("visit", next(met[one] for one in ids if one in met), "company")
    before = figures(notebook)
    done = year.services.privacy.anonymise(ids, "demande des personnes")
    return {"ids": ids, "names": names, "before": before, "done": done}


def _letters(rank: int) -> str:
    return "".join(chr(65 + int(digit)) for digit in f"{rank:03d}")


def _attendance() -> type:
    from app.models.visits import Attendance

    return Attendance


def connection_rows(connection: object, query: str, one: str) -> list[str]:
    return list(connection.execute(text(query), {"id": one}).scalars())  # type: ignore[attr-defined]


def _other(connection: object, ids: list[str]) -> str:
    for one in connection.execute(text("SELECT id FROM beneficiary ORDER BY id DESC")).scalars():  # type: ignore[attr-defined]
        if one not in ids:
            return str(one)
    raise AssertionError("somebody else")


def test_every_figure_is_the_same_to_the_hundredth(year: Workstation, erased: dict[str, object]) -> None:
    assert figures(year.notebook) == erased["before"]


def test_nothing_is_broken_afterwards(year: Workstation, erased: dict[str, object]) -> None:
    assert check_all(year.notebook) == []
    assert not orphans(year.notebook, year.files).missing


def test_no_file_of_the_notebook_holds_a_name(year: Workstation, erased: dict[str, object], tmp_path: Path) -> None:
    """Decrypted bytes of the file, free pages and index included, and of a copy made afterwards."""
    folder, key = year.folder, year.account.key
    made = make_backup(year.notebook.raw, key, tmp_path / "backups", year.clock)
    year.notebook.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in (folder / "notebook.db", made.path):
        plain = decrypted(path, bytes(key)).lower()
        found = [one for one in erased["names"] if one.lower().encode() in plain]  # type: ignore[attr-defined]
        assert found == [], (path.name, plain[plain.find(found[0].lower().encode()) - 300 :][:600])
    assert (folder / "notebook.db-wal").stat().st_size == 0
    others = [one for one in folder.rglob("*") if one.is_file() and one.suffix in (".txt", ".json", ".log", "")]
    for path in others:
        body = path.read_bytes().lower()
        assert not [one for one in erased["names"] if one.lower().encode() in body], path.name  # type: ignore[attr-defined]


def test_no_sealed_file_holds_a_document_with_a_name(year: Workstation, erased: dict[str, object]) -> None:
    """What was issued with a name is no longer there: it is made again, without it, when it is asked for."""
    from tests.reports.reading import text as words_of

    with year.notebook.read() as connection:
        visits = connection.execute(
            text(
                "SELECT DISTINCT visit_id FROM attendance WHERE beneficiary_id IN "
                "(SELECT id FROM beneficiary WHERE anonymised_on IS NOT NULL)"
            )
        ).scalars().all()  # fmt: skip
        kept = connection.execute(
            text(
                "SELECT count(*) FROM issued_document d JOIN attachment a ON a.id = d.attachment_id "
                "WHERE a.sha256 <> '' AND d.record_id IN (SELECT visit_id FROM attendance WHERE beneficiary_id IN "
                "(SELECT id FROM beneficiary WHERE anonymised_on IS NOT NULL))"
            )
        ).scalar_one()
    assert kept == 0
    data, _name = year.services.documents.make("visit", visits[0], "company")
    shown = fold(words_of(data))
    assert not [one for one in erased["names"] if fold(one) in shown]  # type: ignore[attr-defined]


def test_they_are_found_no_more_and_the_log_stays_without_names(year: Workstation, erased: dict[str, object]) -> None:
    one = erased["ids"][0]  # type: ignore[index]
    assert find(year.notebook, ["zorglub"]) == []
    assert find(year.notebook, ["personne", "anonymisee"], kind="beneficiary") == []
    lines = history_of(year.notebook, "beneficiary", one)
    assert {line.field for line in lines} >= {"last_name", "anonymised_on"}
    assert all(line.before is None and line.after is None for line in lines if line.field)
    assert list_drafts(year.notebook) == []


def test_what_goes_to_the_server_holds_no_name_and_says_the_erasure(
    year: Workstation, erased: dict[str, object]
) -> None:
    one = erased["ids"][0]  # type: ignore[index]
    raw = year.notebook.raw
    sent = dict(raw.execute("SELECT field, old FROM _dirty WHERE tbl = 'beneficiary' AND id = ?", (one,)).fetchall())
    assert {"last_name", "first_name", "address", "birth_date", "anonymised_on"} <= sent.keys()
    row = raw.execute(
        "SELECT last_name, first_name, address, birth_date FROM beneficiary WHERE id = ?", (one,)
    ).fetchone()
    assert row == (ANONYMISED_NAME, "", "", None)
    for name, stored in zip(("last_name", "first_name", "address", "birth_date"), row, strict=True):
        assert sent[name] != stored, "an unsent field equal to its former value would not travel"
    decided = raw.execute("SELECT decision, reason FROM retention_decision WHERE beneficiary_id = ?", (one,)).fetchall()
    assert decided == [(RetentionChoice.ANONYMISED.value, "demande des personnes")]


def test_an_erasure_that_came_from_somebody_else_is_carried_out_here(
    year: Workstation, erased: dict[str, object]
) -> None:
    """The exchange brings the order; history and drafts of this computer lose the name too."""
    notebook = year.notebook
    one = next(one for one in people_of(notebook) if one not in erased["ids"])  # type: ignore[operator]
    with writing(notebook, "nom") as unit:
        unit.update(Beneficiary, one, {"last_name": "XANTHIPPE"})
    keep_draft(notebook, f"beneficiary/{one}/note", "Note", "XANTHIPPE à rappeler")
    with writing(notebook, "reçu") as unit:
        given = {"beneficiary_id": one, "decision": RetentionChoice.ANONYMISED, "decided_on": dt.date(2026, 11, 22)}
        unit.insert(RetentionDecision, given)
    assert find(notebook, ["xanthippe"]) != []
    assert year.services.sync._around.received().touches(("beneficiary",))
    assert find(notebook, ["xanthippe"]) == []
    notebook.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"xanthippe" not in decrypted(year.folder / "notebook.db", bytes(year.account.key)).lower()


# --- whose time is over --------------------------------------------------------------------


@pytest.fixture
def old_people(notebook: Notebook) -> list[str]:
    """Six people whose contract ended in September 2023, and six at work."""
    ended = site_with_people(notebook, 6, start_on=dt.date(2023, 3, 1), end_on=dt.date(2023, 9, 30))
    site_with_people(notebook, 6, rank=2, company_name="Les Façades Réunies")
    with writing(notebook, "dates anciennes") as unit:
        for one in ended.beneficiaries:
            unit.update(Beneficiary, one, {"created_at": dt.datetime(2023, 3, 1, 9, tzinfo=dt.UTC)})
    return ended.beneficiaries


def test_two_years_after_the_last_contact(service: PrivacyService, notebook: Notebook, old_people: list[str]) -> None:
    page = service.due()
    assert {one.file.beneficiary_id for one in page.lines} == set(old_people)
    assert page.total == 6
    assert (page.rule.months, page.rule.proposed) == (24, RetentionChoice.ANONYMISED)
    assert {one.due_on for one in page.lines} == {dt.date(2025, 9, 30)}
    with writing(notebook, "appel") as unit:
        unit.insert(FollowUpNote, {"beneficiary_id": old_people[0], "noted_on": dt.date(2025, 1, 10), "text": "Appel"})
    assert {one.file.beneficiary_id for one in service.due().lines} == set(old_people[1:])


def test_the_networks_own_rule_is_dated_data(
    service: PrivacyService, notebook: Notebook, old_people: list[str]
) -> None:
    from app.models.network import ReferenceEntry

    with writing(notebook, "règle du réseau") as unit:
        unit.insert(
            ReferenceEntry,
            {
                "table": "retention",
                "code": "beneficiary",
                "label": "Cinq ans, puis archivage",
                "network_code": "demo",
                "valid_from": dt.date(2026, 1, 1),
                "data": {"months": 60, "from": "last_contact", "proposed": "archived"},
            },
        )
    page = service.due()
    assert (page.rule.months, page.rule.proposed, page.total) == (60, RetentionChoice.ARCHIVED, 0)


def test_a_person_kept_with_a_reason_comes_back_a_year_later(
    service: PrivacyService, notebook: Notebook, old_people: list[str]
) -> None:
    with pytest.raises(InvalidInput):
        service.keep(old_people[:1], "  ")
    outcome = service.keep(old_people[:2], "Contentieux en cours avec l’entreprise")
    assert service.count_due() == 4
    notebook.clock.move(dt.timedelta(days=366))  # type: ignore[attr-defined]
    assert service.count_due() == 6
    assert outcome.undo


def test_archiving_is_undone_and_anonymising_is_not(
    service: PrivacyService, notebook: Notebook, old_people: list[str]
) -> None:
    assert service.archive(old_people[:1]).undo
    done = service.anonymise(old_people)
    assert done.people == 6
    assert service.count_due() == 0
    with notebook.read() as connection:
        left = connection.execute(
            text("SELECT DISTINCT last_name, first_name, phone, birth_date, file_number FROM beneficiary "
                 "WHERE anonymised_on IS NOT NULL")
        ).all()  # fmt: skip
        bands = connection.execute(
            text("SELECT count(*) FROM clause_period WHERE age_band = 'unknown' AND beneficiary_id IN "
                 "(SELECT id FROM beneficiary WHERE anonymised_on IS NOT NULL)")
        ).scalar_one()  # fmt: skip
    assert [tuple(row) for row in left] == [(ANONYMISED_NAME, "", "", None, "")]
    assert bands == 0, "the age band is frozen before the birth date goes"


def test_nobody_is_erased_early_without_a_reason(
    service: PrivacyService, notebook: Notebook, old_people: list[str]
) -> None:
    at_work = next(one for one in people_of(notebook) if one not in old_people)
    with pytest.raises(InvalidInput):
        service.anonymise([at_work])
    with pytest.raises(NotFound):
        service.anonymise(["inconnu"])
    notebook.role = Role.READER
    with pytest.raises(NotAllowed):
        service.anonymise(old_people)
    notebook.role = Role.FACILITATOR
    assert service.anonymise([at_work], "Demande de la personne").people == 1


def test_a_copy_put_back_is_erased_again(
    service: PrivacyService, notebook: Notebook, files: AttachmentFiles, old_people: list[str], tmp_path: Path
) -> None:
    copy = make_backup(notebook.raw, KEY, tmp_path / "backups", notebook.clock)
    service.anonymise(old_people)
    notebook.close()
    backup.restore(copy.path, notebook.folder / "notebook.db", KEY, notebook.clock)
    notebook.reopen(KEY)
    assert service.count_due() == 6, "the copy names them"
    assert service.recover().people == 6
    assert service.count_due() == 0
    assert service.recover().people == 0


def test_an_erasure_cut_before_its_end_is_ended_at_the_next_opening(
    service: PrivacyService, notebook: Notebook, files: AttachmentFiles, old_people: list[str]
) -> None:
    sha256 = files.put(b"une photographie")
    with writing(notebook, "photo") as unit:
        unit.insert(Attachment, {"owner_kind": "beneficiary", "owner_id": old_people[0], "sha256": sha256})
    with writing(notebook, "coupure") as unit:
        erasure.erase_people(unit, old_people, dt.date(2026, 11, 22))
    assert erasure.is_pending(notebook)
    service.recover()
    assert not erasure.is_pending(notebook)
    assert not files.has(sha256)
    assert set((notebook.folder / ERASED_FILE).read_text(encoding="ascii").split()) >= set(old_people)
    plain = decrypted(notebook.folder / "notebook.db", KEY)
    assert b"DESCHAMPS" not in plain.replace(b"Les Fa", b"") or _still_at_work(notebook, "DESCHAMPS")


def _still_at_work(notebook: Notebook, last: str) -> bool:
    with notebook.read() as connection:
        return bool(
            connection.execute(text("SELECT 1 FROM beneficiary WHERE last_name = :last"), {"last": last}).first()
        )


def test_an_erasure_received_clears_what_this_computer_remembers(
    service: PrivacyService, notebook: Notebook, old_people: list[str]
) -> None:
    """The edits and the decision of another computer arrive; the history here still named the person."""
    one = old_people[0]
    with notebook.bulk() as raw:
        raw.execute(
            "UPDATE beneficiary SET last_name = ?, first_name = '', anonymised_on = '2026-11-20' WHERE id = ?",
            (ANONYMISED_NAME, one),
        )
        raw.execute(
            "INSERT INTO retention_decision (id, organisation_id, created_at, created_by, updated_at, beneficiary_id, "
            "decision, decided_on, months, reason) VALUES ('d1', ?, '2026-11-20 09:00:00.000000', '', "
            "'2026-11-20 09:00:00.000000', ?, 'anonymised', '2026-11-20', 24, '')",
            (notebook.organisation_id, one),
        )
    with writing(notebook, "texte d’ici") as unit:
        unit.insert(FollowUpNote, {"beneficiary_id": old_people[1], "noted_on": dt.date(2026, 11, 1),
                                   "text": "Vu avec Julie MARTIN"})  # fmt: skip
    notebook.raw.execute(
        "INSERT INTO _history (tbl, id, field, before, after, author, at) VALUES "
        "('beneficiary', ?, 'last_name', 'MARTIN', 'MARTIN-X', '', '2026-01-01T00:00:00Z'),"
        "('beneficiary', ?, 'first_name', NULL, 'Julie', '', '2026-01-01T00:00:00Z')",
        (one, one),
    )
    assert service.recover().people == 1
    lines = history_of(notebook, "beneficiary", one)
    assert all(line.before is None and line.after is None for line in lines if line.field)
    with notebook.read() as connection:
        notes = connection.execute(text("SELECT text FROM follow_up_note")).scalars().all()
        decisions = connection.execute(text("SELECT count(*) FROM retention_decision")).scalar_one()
    assert "Vu avec …" in notes
    assert decisions == 1
