"""« Lequel est sur le papier ? »: what the notebook holds of it is said beside the question, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.hours.imports.opening import opened_file
from app.hours.imports.service import ImportsService
from app.hours.imports.values import Decisions
from app.hours.timesheets.worker import read_bytes
from app.models.attachments import Attachment
from app.models.beneficiaries import Beneficiary
from app.models.choices import AttachmentKind, DocumentKind, Recipient
from app.models.documents import IssuedDocument
from app.models.hours import MonthlyStatement
from app.store.unit import writing
from app.sync import card_words
from app.sync.state import ReviewCard
from tests.hours.imports.conftest import statement
from tests.sync.conftest import Three, employed, employment, hours
from tests.sync.test_sentences import faults
from tests.sync.world import Laptop

OCTOBER = "2026-10"


def saved(laptop: Laptop, company: str, rows: Sequence[Sequence[object]], name: str = "releve.csv") -> str:
    """A company's file read and saved; the import."""
    data = statement(rows)
    service = ImportsService(laptop.notebook)
    made = service.save(service.prepare(opened_file(name, data, read_bytes(data, name)), company), Decisions())
    laptop.age_edits()
    return made.import_id


def asked(three: Three, *, by_file: bool = True) -> tuple[str, str, str]:
    """Nadia has 140 h (from the company's file, or by hand), Karim typed 104 h: (company, line, import)."""
    _, contract = employed(three.nadia)
    company = three.nadia.value("employment_contract", contract, "company_id")
    three.all_sync()
    made = ""
    if by_file:
        made = saved(three.nadia, company, [("MARTIN", "Julie", "10/2026", "140")])
    else:
        hours(three.nadia, contract, 140_00, OCTOBER)
    line = hours(three.karim, contract, 104_00, OCTOBER)
    three.all_sync()
    return company, line, made


def the_card(laptop: Laptop) -> ReviewCard:
    (card,) = [one for one in laptop.service.to_review() if one.field == "hours"]
    return card


def test_the_company_s_file_says_on_both_notebooks_what_it_gave_for_this_line(three: Three) -> None:
    company, _, made = asked(three)
    for laptop in (three.nadia, three.karim):
        (paper,) = the_card(laptop).papers
        assert (paper.name, paper.figure, paper.door) == ("releve.csv", "140\u00a0h", ("company", company))
        said = card_words.paper_sentence(paper)
        assert said.startswith("Le fichier «\u00a0releve.csv\u00a0», enregistré le ")
        assert said.endswith("donne 140\u00a0h.")
        assert not faults(said)
    ImportsService(three.nadia.notebook).cancel(made)
    assert the_card(three.nadia).papers == (), "a file taken back is no paper any more"


def test_a_file_that_wrote_nothing_on_this_line_is_only_said_to_be_there(three: Three) -> None:
    company, line, _ = asked(three, by_file=False)
    assert the_card(three.karim).papers == (), "no paper, nothing said"
    with writing(three.karim.notebook) as unit:
        colleague = unit.insert(Beneficiary, {"last_name": "DIALLO", "first_name": "Awa"})
        employment(unit, colleague, company, three.karim.value("hour_line", line, "lot_id"))
    standing = three.karim.value("hour_line", line, "hours") // 100
    rows = [("MARTIN", "Julie", "10/2026", standing), ("DIALLO", "Awa", "10/2026", 90)]
    saved(three.karim, company, rows, "octobre.csv")
    saved(three.karim, company, [("DIALLO", "Awa", "11/2026", "95")], "novembre.csv")
    (paper,) = the_card(three.karim).papers
    assert (paper.name, paper.figure) == ("octobre.csv", "")
    assert "porte sur ce mois" in card_words.paper_sentence(paper)


def test_the_printed_total_is_told_by_the_file_too(three: Three) -> None:
    company, line, _ = asked(three, by_file=False)
    month = three.nadia.value("hour_line", line, "statement_id")
    rows: list[Sequence[object]] = [("MARTIN", "Julie", "10/2026", "151,67"), ("TOTAL", "", "", "151,67")]
    for laptop, total in ((three.nadia, 150_00), (three.karim, 151_67)):
        with writing(laptop.notebook) as unit:
            unit.update(MonthlyStatement, month, {"declared_total": total})
        laptop.age_edits()
    three.all_sync()
    saved(three.nadia, company, rows)
    (card,) = [one for one in three.nadia.service.to_review() if one.field == "declared_total"]
    assert [one.figure for one in card.papers] == ["151,67\u00a0h"]


def test_the_statement_as_attested_is_opened_once_it_is_here(three: Three) -> None:
    _, line, _ = asked(three, by_file=False)
    month = three.nadia.value("hour_line", line, "statement_id")
    for recipient in (Recipient.COMPANY, Recipient.FILE):
        data = f"pdf {recipient}".encode()
        kept = {"media_type": "application/pdf", "size": len(data), "sha256": three.nadia.files.put(data)}
        with writing(three.nadia.notebook, "relevé attesté") as unit:
            about = {"owner_kind": "monthly_statement", "owner_id": month, "kind": AttachmentKind.DOCUMENT}
            document = unit.insert(Attachment, {**about, **kept, "name": "releve.pdf"})
            copy = {"kind": DocumentKind.MONTHLY_STATEMENT, "record_kind": "monthly_statement", "record_id": month}
            issued = {"issued_at": dt.datetime(2026, 11, 3, tzinfo=dt.UTC), "recipient": recipient}
            unit.insert(IssuedDocument, {**copy, **issued, "attachment_id": document})
    three.all_sync()
    (paper,) = the_card(three.karim).papers
    assert paper.issued
    assert three.karim.service.content(paper.sha256) == b"pdf file", "the organisation's own copy"
    assert "tel qu’il a été attesté" in card_words.paper_sentence(paper)
    three.karim.files.remove(paper.sha256)
    assert three.karim.service.content(paper.sha256) is None
    assert "n’est pas encore arrivé" in card_words.paper_awaited(paper)
