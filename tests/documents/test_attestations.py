"""Attestations and reminders: what they certify and lock, what each recipient reads, that they reprint alike."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.beneficiaries.service import BeneficiariesService
from app.documents.service import DocumentsService
from app.errors import InvalidInput, Locked, NotAllowed, NotFound
from app.hours.service import HoursService
from app.hours.values import AgreementDraft, Entry
from app.models.beneficiaries import Beneficiary
from app.models.choices import ClauseState, Recipient, Role, Sex, StatementState
from app.models.operations import Commitment, Contract
from app.store.attachments import AttachmentFiles
from app.store.checks import check_all
from app.store.commitments import stands
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import KEY, Site, fresh_notebook, site_with_people
from tests.reports.reading import pages, squeeze, text

MONTHS = ("2026-09", "2026-10")


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path) as opened:
        yield opened


@pytest.fixture
def hours(notebook: Notebook) -> HoursService:
    return HoursService(notebook)


@pytest.fixture
def documents(notebook: Notebook, hours: HoursService, tmp_path: Path) -> DocumentsService:
    return DocumentsService(notebook, AttachmentFiles(tmp_path, KEY), hours, BeneficiariesService(notebook))


@pytest.fixture
def site(notebook: Notebook) -> Site:
    made = site_with_people(notebook, 3)
    with writing(notebook) as unit:
        unit.update(Beneficiary, made.beneficiaries[0], {"sex": Sex.FEMALE})
    return made


def fill(hours: HoursService, site: Site, month: str, value: int = 14_050, *, validated: bool = True) -> None:
    rows = hours.open_month(site.company, month).rows
    hours.fill(site.company, month, [Entry(row.contract_id, row.lot_id, value) for row in rows])
    if validated:
        assert hours.validate_month(site.company, month).state is StatementState.VALIDATED


@pytest.fixture
def two_months(hours: HoursService, site: Site) -> Site:
    for month in MONTHS:
        fill(hours, site, month)
    return site


# --- one contract ------------------------------------------------------------------------


def test_a_draft_is_shown_before_anything_is_issued(
    documents: DocumentsService, hours: HoursService, two_months: Site
) -> None:
    made = documents.document("attestation", two_months.contracts[0], "person")
    assert made.draft
    assert made.issuable
    assert all("BROUILLON" in one for one in pages(made.data))
    assert hours.open_month(two_months.company, "2026-10").state is StatementState.VALIDATED


def test_the_attestation_says_the_hours_by_month_and_the_total_in_words(
    documents: DocumentsService, two_months: Site
) -> None:
    documents.issue("attestation", two_months.contracts[0])
    made = documents.document("attestation", two_months.contracts[0], "person")
    words = text(made.data)
    assert len(pages(made.data)) == 1
    assert not made.draft
    assert made.file_name == "2026-11_BATI-SUD-91_MARTIN-J_attestation.pdf"
    for one in (
        "ATT-2026-NO-0001",
        "Madame Julie MARTIN, née le 12 mars 1988, demeurant à Évry-Courcouronnes",
        "Septembre 2026 140,50",
        "Octobre 2026 140,50",
        "Total : 281 h",
        "soit deux cent quatre-vingt-une heures",
        "École Simone-Veil, lot 3 : Gros œuvre",
        "2026-T001",
        "ni un certificat de travail",
    ):
        assert squeeze(one) in words, one
    assert re.search(r"d’après les relevés mensuels validés BS-0926-\w\w, BS-1026-\w\w\.", words)


def test_issuing_locks_the_statements_and_keeps_them_as_they_were(
    documents: DocumentsService, hours: HoursService, two_months: Site, notebook: Notebook
) -> None:
    documents.issue("attestation", two_months.contracts[0])
    for month in MONTHS:
        assert hours.open_month(two_months.company, month).state is StatementState.ATTESTED
    with pytest.raises(Locked):
        hours.set_hours(two_months.company, "2026-10", two_months.contracts[1], two_months.lot, 1)
    assert check_all(notebook) == []


def test_a_rectification_leaves_attestation_and_statement_as_they_were_to_the_byte(
    documents: DocumentsService, hours: HoursService, two_months: Site
) -> None:
    contract = two_months.contracts[0]
    place = f"{two_months.company}/2026-10"
    first = documents.issue("attestation", contract).record
    before = {one: documents.document("attestation", first.number and first.id, one).data for one in Recipient}
    paper = {one: documents.document("statement", place, one, filled=True).data for one in ("company", "file")}
    hours.rectify(two_months.company, "2026-10", contract, two_months.lot, 13_250, "8 h comptées deux fois")
    for one in Recipient:
        assert documents.document("attestation", first.id, one).data == before[one]
    for copy, data in paper.items():
        assert documents.document("statement", place, copy, filled=True).data == data
    asked = documents.document("attestation", contract, "person")
    assert asked.data == before[Recipient.PERSON]
    assert asked.issuable, "a new one may replace it"
    assert "273" in asked.note
    rectified = text(documents.document("statement", place, "file", rectified=True).data)
    assert squeeze("−8 h le 22/11/2026") in rectified
    assert squeeze("8 h comptées deux fois") in rectified


def test_a_new_attestation_replaces_the_former_and_says_so(
    documents: DocumentsService, hours: HoursService, two_months: Site
) -> None:
    contract = two_months.contracts[0]
    first = documents.issue("attestation", contract).record
    hours.rectify(two_months.company, "2026-10", contract, two_months.lot, 13_250, "8 h comptées deux fois")
    second = documents.issue("attestation", contract).record
    assert (second.total_hours, second.replaces_id) == (27_300, first.id)
    words = text(documents.document("attestation", contract, "person").data)
    assert squeeze("Annule et remplace l’attestation ATT-2026-NO-0001 du 22 novembre 2026") in words
    assert squeeze("Total : 273 h") in words
    assert squeeze("Rectification d’octobre 2026 comprise : −8 h, le 22/11/2026 (8 h comptées deux fois)") in words
    assert squeeze("Octobre 2026 132,50") in words
    company = text(documents.document("attestation", contract, "company").data)
    assert "comptées deux fois" not in company, "a reason is for the person and the file"
    with pytest.raises(Locked, match="attestation a été émise"):
        undo = hours.rectify(two_months.company, "2026-10", contract, two_months.lot, 13_000, "encore").undo
        documents.issue("attestation", contract)
        hours.take_back(undo)


def test_each_recipient_reads_what_concerns_them(documents: DocumentsService, two_months: Site) -> None:
    documents.issue("attestation", two_months.contracts[0])
    words = {one: text(documents.document("attestation", two_months.contracts[0], one).data) for one in Recipient}
    for one in (Recipient.COMPANY, Recipient.BUYER):
        assert "12 mars 1988" not in words[one]
        assert "demeurant" not in words[one]
    assert "MARTIN" in words[Recipient.COMPANY]
    assert "MARTIN" not in words[Recipient.BUYER]
    assert "MARTIN-J" in documents.document("attestation", two_months.contracts[0], "buyer").file_name


def test_hours_that_wait_are_never_certified(
    documents: DocumentsService, hours: HoursService, two_months: Site
) -> None:
    fill(hours, two_months, "2026-11", validated=False)
    made = documents.document("attestation", two_months.contracts[0], "person")
    assert made.draft
    assert not made.issuable
    assert squeeze("À valider avant d’émettre l’attestation : novembre 2026") in text(made.data)
    with pytest.raises(InvalidInput, match="novembre 2026"):
        documents.issue("attestation", two_months.contracts[0])
    with pytest.raises(InvalidInput, match="novembre 2026"):
        documents.make("attestation", two_months.contracts[0], "person")


def test_nothing_is_certified_of_nothing_nor_by_a_reader(
    documents: DocumentsService, site: Site, notebook: Notebook
) -> None:
    with pytest.raises(InvalidInput, match="Aucune heure validée"):
        documents.issue("attestation", site.contracts[0])
    notebook.role = Role.READER
    with pytest.raises(NotAllowed):
        documents.issue("attestation", site.contracts[0])


def test_pooled_hours_are_split_by_operation_and_name_the_agreement(
    documents: DocumentsService, hours: HoursService, site: Site, notebook: Notebook
) -> None:
    other = site_with_people(notebook, 1, rank=2, company_name="Éco Rénov’", operation_name="Résidence des Tilleuls")
    fill(hours, site, "2026-10", 14_000, validated=False)
    hours.agree(AgreementDraft(site.contracts[0], "GLOB-2026-04", dt.date(2026, 3, 12), (other.lot,)))
    hours.share_out(site.company, "2026-10", site.contracts[0], {site.lot: 9_000, other.lot: 5_000})
    hours.validate_month(site.company, "2026-10")
    documents.issue("attestation", site.contracts[0])
    words = text(documents.document("attestation", site.contracts[0], "person").data)
    assert squeeze("Total : 140 h") in words
    assert squeeze("École Simone-Veil, lot 3 : Gros œuvre 90,00") in words
    assert squeeze("Résidence des Tilleuls, lot 3 : Gros œuvre 50,00") in words
    assert squeeze("Convention de globalisation GLOB-2026-04 du 12 mars 2026") in words


# --- named from the command line ---------------------------------------------------------


def test_records_are_named_by_their_numbers(documents: DocumentsService, hours: HoursService, two_months: Site) -> None:
    assert documents.resolve("attestation", "b-2026-no-0001") == two_months.contracts[0]
    assert documents.resolve("attestation", two_months.beneficiaries[0]) == two_months.contracts[0]
    assert documents.resolve("clause-attestation", "2026-T001/3") == two_months.lot
    assert documents.resolve("clause-attestation", two_months.commitment) == two_months.lot
    data, name = documents.make("attestation", "B-2026-NO-0001", "person")
    assert documents.make("attestation", "ATT-2026-NO-0001", "person") == (data, name)
    assert documents.make("attestation", "B-2026-NO-0001", "person") == (data, name), (
        "asked again, nothing new is issued"
    )
    with pytest.raises(NotFound):
        documents.resolve("clause-attestation", "ATT-2026-NO-0001")
    with pytest.raises(NotFound):
        documents.resolve("attestation", "B-2026-NO-9999")


# --- batch -------------------------------------------------------------------------------


def test_a_batch_is_a_named_file_for_each_and_one_to_print(
    documents: DocumentsService, hours: HoursService, two_months: Site
) -> None:
    known = documents.attestable(company_id=two_months.company)
    assert [(one.hours, one.waiting, one.number) for one in known] == [(28_100, 0, "")] * 3
    batch = documents.issue_batch([one.id for one in known])
    assert [name for name, _data in batch.files] == [
        "2026-11_BATI-SUD-91_DESCHAMPS-B_attestation.pdf",
        "2026-11_BATI-SUD-91_DIALLO-A_attestation.pdf",
        "2026-11_BATI-SUD-91_MARTIN-J_attestation.pdf",
    ]
    assert batch.printed.file_name == "2026-11_attestations_3.pdf"
    assert len(pages(batch.printed.data)) == 3
    for (_name, data), page in zip(batch.files, pages(batch.printed.data), strict=True):
        assert squeeze(pages(data)[0]) == squeeze(page), "the file to print holds the same pages"
    assert {one.number for one in documents.attestable(company_id=two_months.company)} == {
        f"ATT-2026-NO-000{at}" for at in (1, 2, 3)
    }


def test_a_batch_with_one_contract_that_waits_issues_nothing(
    documents: DocumentsService, hours: HoursService, two_months: Site
) -> None:
    hours.set_hours(two_months.company, "2026-11", two_months.contracts[2], two_months.lot, 7_000)
    with pytest.raises(InvalidInput, match="novembre 2026"):
        documents.issue_batch(two_months.contracts)
    assert not any(one.number for one in documents.attestable(lot_id=two_months.lot))


# --- the clause of a lot -----------------------------------------------------------------


def test_the_clause_of_a_lot_is_attested_with_its_rate_and_without_names(
    documents: DocumentsService, two_months: Site, notebook: Notebook
) -> None:
    assert documents.document("clause-attestation", two_months.lot, "buyer").draft
    issued = documents.issue("clause-attestation", two_months.lot).record
    assert (issued.total_hours, issued.due_hours) == (84_300, 182_000)
    made = documents.document("clause-attestation", two_months.lot, "buyer")
    words = text(made.data)
    for one in ("ATT-2026-NO-0001", "1 820,00 843,00 46,3 %", "Attestation émise", "3 personnes en parcours"):
        assert squeeze(one) in words, one
    for one in ("MARTIN", "DESCHAMPS", "DIALLO Aïssatou"):
        assert one not in words
    assert made.file_name == "2026-11_ECOLE-SIMONE-VEIL_LOT-3_attestation-de-clause_donneur-d-ordre.pdf"
    with notebook.read() as connection:
        assert stands(connection, lot_ids=[two_months.lot])[0].clause_state == ClauseState.ATTESTED


def test_a_cancelled_clause_is_not_attested(documents: DocumentsService, two_months: Site, notebook: Notebook) -> None:
    with writing(notebook) as unit:
        unit.update(Commitment, two_months.commitment, {"clause_state": ClauseState.CANCELLED})
    with pytest.raises(InvalidInput, match="annulée"):
        documents.issue("clause-attestation", two_months.lot)


# --- reminders ---------------------------------------------------------------------------


def test_letters_for_all_come_in_one_file_each_with_its_statement(
    documents: DocumentsService, hours: HoursService, site: Site, notebook: Notebook
) -> None:
    other = site_with_people(notebook, 2, rank=2, company_name="Éco Rénov’", operation_name="Résidence des Tilleuls")
    missing = [one.id for one in hours.missing_statements("2026-10")]
    made = documents.reminders("2026-10", missing)
    read = pages(made.data)
    assert len(read) == 4
    code = hours.open_month(site.company, "2026-10").paper_code
    assert "Bâti-Sud 91" in read[0]
    assert code in read[0]
    assert "Relevé mensuel des heures" in read[1]
    assert code in read[1]
    assert "Éco Rénov’" in read[2]
    assert hours.missing_statements("2026-10")[0].reminded_on is None, "a letter not sent is not logged"
    hours.remind("2026-10", missing)
    again = squeeze(text(documents.document("reminder", f"{other.company}/2026-10", "company").data))
    assert squeeze("fait suite à celle du 22 novembre 2026") in again


def test_the_text_of_an_email_names_nobody(
    documents: DocumentsService, hours: HoursService, site: Site, notebook: Notebook
) -> None:
    def email() -> str:
        return documents.reminder_email("2026-10", site.company).text.replace("\u00a0", " ")

    said = email()
    assert said.startswith("Objet : relevé des heures d’insertion d’octobre 2026, Bâti-Sud 91\n")
    assert hours.open_month(site.company, "2026-10").paper_code in said
    assert not [row.first_name for row in hours.open_month(site.company, "2026-10").rows if row.first_name in said]
    assert "attendu pour le" not in said, "no deadline is known, none is written"
    with writing(notebook) as unit:
        unit.update(Contract, site.contract, {"statement_due_day": 5})
    assert "Il était attendu pour le 5 novembre 2026." in email()
    assert hours.missing_statements("2026-10")[0].reminded_on is None, "a text copied is not logged"
    hours.remind("2026-10", [site.company])
    again = email()
    assert "fait suite à notre relance du 22 novembre 2026" in again
    fill(hours, site, "2026-10", validated=False)
    with pytest.raises(InvalidInput):
        documents.reminder_email("2026-10", site.company)


def test_a_statement_that_came_is_not_asked_for(documents: DocumentsService, hours: HoursService, site: Site) -> None:
    fill(hours, site, "2026-10", validated=False)
    with pytest.raises(InvalidInput):
        documents.reminders("2026-10", [site.company])
    with pytest.raises(InvalidInput):
        documents.reminders("2026-10", [])


# --- attested months ---------------------------------------------------------------------


def test_an_attested_month_is_printed_as_it_was(documents: DocumentsService, hours: HoursService, site: Site) -> None:
    fill(hours, site, "2026-10")
    documents.attest_month(site.company, "2026-10")
    place = f"{site.company}/2026-10"
    first = documents.document("statement", place, "company")
    assert first.note == "Tel qu’il a été attesté."
    assert "attesté" in text(first.data)
    fill(hours, site, "2026-11")
    assert documents.document("statement", place, "company").data == first.data
    assert "Vierge" not in documents.document("statement", place, "company", filled=False).note
