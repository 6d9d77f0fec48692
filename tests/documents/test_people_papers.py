"""Documents about one person: what each reader finds, and what no company ever does (PRODUCT.md B7, B8, R5)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from app.documents.command import produce
from app.errors import InvalidInput
from app.models.base import kind_of, table_of
from app.models.choices import Recipient
from app.models.registry import models
from app.rules.french import format_long_date, format_phone
from tests.documents.conftest import Year
from tests.documents.test_for_companies import criteria, holds, private_facts  # noqa: F401
from tests.reports.reading import pages, squeeze, text

SAMPLE = 25


def people(year: Year) -> list[str]:
    return year.column(
        "SELECT DISTINCT c.beneficiary_id FROM employment_contract c JOIN beneficiary b ON b.id = c.beneficiary_id"
        " WHERE b.organisation_id = :own ORDER BY c.id LIMIT :n OFFSET 30",
        own=year.workstation.notebook.organisation_id,
        n=SAMPLE,
    )


@pytest.mark.parametrize("kind", ["summary", "introduction"])
def test_a_company_reads_no_criterion_and_nothing_private(year: Year, criteria: list[str], kind: str) -> None:  # noqa: F811
    for person in people(year):
        data, name = year.documents.make(kind, person, "company")
        words = text(data)
        for one in private_facts(year, [person]):
            assert squeeze(one) not in words, (name, one)
            assert squeeze(format_phone(one)) not in words or not one.isdigit(), (name, one)
        for one in criteria:
            assert not holds(words, one), (name, one)
        number = year.column("SELECT file_number FROM beneficiary WHERE id = :id", id=person)[0]
        assert number not in words, "the file number is the organisation's own"
        assert len(pages(data)) <= 2


def test_an_introduction_says_the_post_and_what_was_written_for_the_company(year: Year) -> None:
    offer, person, words, title, company = year.rows(
        "SELECT i.offer_id, i.beneficiary_id, i.presentation, f.title, c.name FROM introduction i"
        " JOIN job_offer f ON f.id = i.offer_id JOIN company c ON c.id = f.company_id ORDER BY i.id LIMIT 1"
    )[0]
    made = year.documents.document("introduction", f"{offer}/{person}", "company")
    shown = text(made.data)
    for one in (words, title, company):
        assert squeeze(one) in shown
    assert len(pages(made.data)) == 1
    alone = text(year.documents.document("introduction", person, "company").data)
    assert squeeze(company) not in alone or company in words, "without an offer, no company is named"


def test_the_plain_sheet_is_big_short_and_says_whom_to_call(year: Year) -> None:
    person, at = year.rows(
        "SELECT b.id, b.next_appointment_at FROM beneficiary b WHERE b.next_appointment_at IS NOT NULL AND"
        " b.organisation_id = :own LIMIT 1",
        own=year.workstation.notebook.organisation_id,
    )[0]
    made = year.documents.follow_up_sheets([person], "person", plain=True)
    words = text(made.data)
    assert len(pages(made.data)) == 1
    for one in ("Mon prochain rendez-vous", "Je peux appeler", "Mes droits"):
        assert one in words
    day = format_long_date(dt.date.fromisoformat(str(at)[:10]))
    assert squeeze(day) in words
    assert "RSA" not in words
    sizes = _sizes(made.data)
    assert min(size for size, chars in sizes.items() if chars > 40 and size > 9.6) >= 14


def _sizes(data: bytes) -> dict[float, int]:
    """Characters of the body by size of type; header and footer are 9 to 9.5 points."""
    import io

    import pdfplumber

    found: dict[float, int] = {}
    with pdfplumber.open(io.BytesIO(data)) as document:
        for char in document.pages[0].chars:
            if 120 < char["top"] < 760 and char["upright"]:
                size = round(float(char["size"]), 1)
                found[size] = found.get(size, 0) + 1
    return found


def test_the_summary_adds_up_to_the_hours_of_the_contract(year: Year) -> None:
    contract, person, total = year.rows(
        "SELECT c.id, c.beneficiary_id, sum(h.hours) FROM employment_contract c"
        " JOIN hour_line h ON h.contract_id = c.id"
        " WHERE c.organisation_id = :own AND h.deleted_at IS NULL GROUP BY c.id HAVING count(DISTINCT h.kind) = 2"
        " OR sum(h.hours) > 0 ORDER BY c.id LIMIT 1",
        own=year.workstation.notebook.organisation_id,
    )[0]
    paper = year.documents._personal.paper("summary", contract, Recipient.PERSON)
    assert paper.content.worked + paper.content.training == total
    assert paper.record_id == person


def test_everything_held_is_told_in_the_pdf_and_in_the_json(year: Year, tmp_path: Path) -> None:
    person = year.column(
        "SELECT b.id FROM beneficiary b JOIN follow_up_note n ON n.beneficiary_id = b.id JOIN introduction i"
        " ON i.beneficiary_id = b.id WHERE b.organisation_id = :own LIMIT 1",
        own=year.workstation.notebook.organisation_id,
    )[0]
    out, twin = tmp_path / "acces.pdf", tmp_path / "acces.json"
    produce(year.documents, "access-report", person, out, json_out=twin)
    held = json.loads(twin.read_text(encoding="utf-8"))
    words = text(out.read_bytes())
    last, address, phone = year.rows("SELECT last_name, address, phone FROM beneficiary WHERE id = :id", id=person)[0]
    assert held["person"]["last_name"] == last
    for one in (last, address, format_phone(phone)):
        assert squeeze(one) in words
    for model in models():
        table = table_of(model)
        keys = [
            one.name for one in table.columns if any(k.column.table.name == "beneficiary" for k in one.foreign_keys)
        ]
        for key in keys:
            kind = kind_of(model)
            (count,) = year.rows(f'SELECT count(*) FROM "{kind}" WHERE "{key}" = :id', id=person)[0]
            assert len(held["records"].get(kind, [])) >= count, kind
    notes = year.column("SELECT text FROM follow_up_note WHERE beneficiary_id = :id", id=person)
    assert all(squeeze(one) in words for one in notes)
    assert "Droit d’accès exercé" in words, "the consultation itself is told"
    assert held["retention"]["rule"]


def test_the_access_report_is_for_the_person_only(year: Year) -> None:
    with pytest.raises(InvalidInput):
        year.documents.make("access-report", people(year)[0], "company")


def test_the_open_offers_name_nobody(year: Year) -> None:
    made = year.documents.document("offers", "open", "file")
    words = text(made.data)
    assert "OFF-" in words
    for last, first in year.rows(
        "SELECT b.last_name, b.first_name FROM introduction i JOIN beneficiary b ON b.id = i.beneficiary_id"
    ):
        assert squeeze(f"{first} {last}") not in words
        assert squeeze(f"{last} {first}") not in words


def test_everyone_on_a_site_in_one_file(year: Year) -> None:
    operation = year.column(
        "SELECT k.operation_id FROM employment_contract c JOIN lot l ON l.id = c.lot_id JOIN contract k"
        " ON k.id = l.contract_id WHERE c.end_on >= '2026-11-22' AND c.start_on <= '2026-11-22'"
        " AND c.organisation_id = :own GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
        own=year.workstation.notebook.organisation_id,
    )[0]
    ids = year.documents.people_on_site(operation)
    assert len(ids) > 1
    made = year.documents.site_sheets(operation, "person")
    assert sum("page 1/" in page for page in pages(made.data)) == len(ids)
    assert made.title.startswith(f"{len(ids)} fiches")
    with pytest.raises(InvalidInput):
        year.documents.site_sheets("aucune", "person")
