"""What leaves for a company holds no criterion of eligibility and nothing private (PRODUCT.md R5, DOMAIN.md §6).

Read back from the PDF itself, over a sample of the whole invented year, not from what was meant to be printed.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from app.errors import InvalidInput, NotFound
from app.models.beneficiaries import EligibilityDraft
from app.rules.eligibility import OTHER_VERIFIED, OTHER_VERIFIED_LABEL
from app.rules.french import format_date, format_long_date
from tests.documents.conftest import Year
from tests.reports.reading import pages, squeeze, text

VISITS, STATEMENTS = 20, 20


@pytest.fixture(scope="module")
def criteria(year: Year) -> list[str]:
    """Words that would tell an eligibility: labels of publics and of proofs shipped with the charters."""
    labels = year.column("""SELECT DISTINCT label FROM reference_entry WHERE "table" IN ('public', 'proof_kind')""")
    assert len(labels) > 20
    fixed = ["RSA", "minima sociaux", "QPV", "RQTH", "demandeur d’emploi", "éligib", "travailleur handicapé", "AAH"]
    return sorted({*fixed, *(one for one in labels if len(one) > 9)})  # « Autre » tells nothing


def holds(words: str, one: str) -> bool:
    """Whole words, any case."""
    return re.search(rf"(?<!\w){re.escape(squeeze(one))}", words, re.IGNORECASE) is not None


def private_facts(year: Year, people: list[str]) -> set[str]:
    """Birth dates, addresses, phones of these people, as they could be printed."""
    found: set[str] = set()
    for one in people:
        for birth, address, postcode, town, phone, caseworker, phone2 in year.rows(
            "SELECT birth_date, address, postcode, town, phone, caseworker_name, caseworker_phone"
            " FROM beneficiary WHERE id = :id",
            id=one,
        ):
            day = dt.date.fromisoformat(str(birth))
            found |= {
                format_date(day),
                format_long_date(day),
                address,
                phone,
                phone.replace(" ", ""),
                caseworker,
                phone2,
            }
            assert postcode
            assert town
    return {one for one in found if one}


def people_of_visit(year: Year, visit: str) -> list[str]:
    return year.column("SELECT beneficiary_id FROM attendance WHERE visit_id = :id AND beneficiary_id <> ''", id=visit)


def test_a_visit_report_for_the_company(year: Year, criteria: list[str]) -> None:
    visits = year.column("SELECT id FROM visit WHERE state = 'final' ORDER BY number LIMIT :n OFFSET 3", n=VISITS)
    assert len(visits) == VISITS
    seen = 0
    for visit in visits:
        data, name = year.documents.make("visit", visit, "company")
        words = text(data)
        people = people_of_visit(year, visit)
        seen += len(people)
        for one in private_facts(year, people):
            assert squeeze(one) not in words, (name, one)
        for one in criteria:
            assert not holds(words, one), (name, one)
    assert seen > VISITS, "the sample has people to betray"


def test_a_statement_for_the_company(year: Year, criteria: list[str]) -> None:
    statements = year.rows(
        "SELECT company_id, month FROM monthly_statement ORDER BY month, company_id LIMIT :n OFFSET 40", n=STATEMENTS
    )
    for company, month in statements:
        data, name = year.documents.make("statement", f"{company}/{month}", "company")
        words = text(data)
        people = year.column(
            "SELECT DISTINCT c.beneficiary_id FROM employment_contract c JOIN hour_line h ON h.contract_id = c.id"
            " WHERE c.company_id = :company AND h.month = :month",
            company=company,
            month=month,
        )
        assert people
        for one in private_facts(year, people):
            assert squeeze(one) not in words, (name, one)
        for one in criteria:
            assert not holds(words, one), (name, one)


def test_the_file_copy_holds_the_criteria_that_the_company_copy_does_not(year: Year) -> None:
    """Otherwise the two tests above would prove nothing."""
    visit = year.column(
        "SELECT a.visit_id FROM attendance a JOIN visit v ON v.id = a.visit_id JOIN eligibility_check e"
        " ON e.beneficiary_id = a.beneficiary_id WHERE v.state = 'final' LIMIT 1"
    )[0]
    kept = text(year.documents.make("visit", visit, "file")[0])
    given = text(year.documents.make("visit", visit, "company")[0])
    assert "éligib" in kept.lower()
    assert "éligib" not in given.lower()


def test_a_discreet_public_is_never_named_even_in_the_file_copy(year: Year) -> None:
    """It is kept under a code of the program, which no reader may see (DOMAIN.md §8.2)."""
    visit, person = year.rows(
        "SELECT a.visit_id, a.beneficiary_id FROM attendance a JOIN visit v ON v.id = a.visit_id"
        " JOIN eligibility_check e ON e.beneficiary_id = a.beneficiary_id"
        " WHERE v.state = 'final' ORDER BY a.visit_id DESC LIMIT 1"
    )[0]
    people = year.workstation.services.beneficiaries
    scheme, public = next(
        (scheme, public) for scheme in people.choices().schemes for public in scheme.categories if public.discreet
    )
    today = year.workstation.clock.today()
    people.add_eligibility(
        person,
        EligibilityDraft(
            scheme=scheme.code, category_code=public.code, proof_code=public.proofs[0].code, seen_on=today
        ),
    )
    words = text(year.documents.make("visit", visit, "file")[0])
    assert OTHER_VERIFIED_LABEL in words
    assert OTHER_VERIFIED not in words
    assert not holds(words, public.label)


def test_the_buyer_sees_initials_only(year: Year) -> None:
    visit = year.column(
        "SELECT a.visit_id FROM attendance a JOIN visit v ON v.id = a.visit_id"
        " WHERE v.state = 'final' AND a.beneficiary_id <> '' LIMIT 1"
    )[0]
    words = text(year.documents.make("visit", visit, "buyer")[0])
    for last, first in year.rows(
        "SELECT b.last_name, b.first_name FROM attendance a JOIN beneficiary b ON b.id = a.beneficiary_id"
        " WHERE a.visit_id = :id",
        id=visit,
    ):
        assert f"{first} {last}" not in words
        assert f"{last} {first}" not in words


def test_the_sheet_of_a_person_holds_no_criterion_in_her_own_copy(year: Year, criteria: list[str]) -> None:
    for person in year.column("SELECT beneficiary_id FROM eligibility_check ORDER BY id LIMIT 10"):
        words = text(year.documents.make("followup", person, "person")[0])
        for one in criteria:
            if one != "éligib":  # her rights are told, the word with them
                assert not holds(words, one), one


def test_rows_of_the_statement_are_in_the_order_of_the_grid(year: Year) -> None:
    """Who types from the paper goes down both at once (PRODUCT.md §4.3)."""
    company, month = year.rows(
        "SELECT s.company_id, s.month FROM hour_line h JOIN monthly_statement s ON s.id = h.statement_id"
        " GROUP BY s.id ORDER BY count(*) DESC LIMIT 1"
    )[0]
    grid = year.workstation.services.hours.open_month(company, month)
    assert len(grid.rows) > 5
    words = text(year.documents.make("statement", f"{company}/{month}", "company")[0])
    places = [words.find(squeeze(row.name)) for row in grid.rows]
    assert -1 not in places
    assert places == sorted(places)


def test_a_signed_report_is_always_printed_again_identical(year: Year) -> None:
    visit = year.column("SELECT id FROM visit WHERE state = 'final' ORDER BY number DESC LIMIT 1")[0]
    for recipient in ("company", "buyer", "file"):
        first = year.documents.make("visit", visit, recipient)
        assert year.documents.make("visit", visit, recipient) == first
    assert len({year.documents.make("visit", visit, one)[0] for one in ("company", "buyer", "file")}) == 3


@pytest.mark.parametrize(
    ("kind", "recipient"),
    [("visit", "person"), ("followup", "company"), ("followup", "buyer"), ("statement", "person")],
)
def test_a_document_is_refused_to_who_it_is_not_made_for(year: Year, kind: str, recipient: str) -> None:
    record = {
        "visit": year.column("SELECT id FROM visit WHERE state = 'final' LIMIT 1")[0],
        "followup": year.column("SELECT id FROM beneficiary LIMIT 1")[0],
        "statement": "/".join(year.rows("SELECT company_id, month FROM monthly_statement LIMIT 1")[0]),
    }[kind]
    with pytest.raises(InvalidInput) as refused:
        year.documents.make(kind, record, recipient)
    assert "destinataire" in refused.value.sentence


@pytest.mark.parametrize("kind", ["visit", "followup", "statement", "sizing"])
def test_a_record_that_does_not_exist(year: Year, kind: str) -> None:
    with pytest.raises(NotFound):
        year.documents.make(kind, "n’existe pas", "file")


def test_records_are_named_as_on_paper(year: Year) -> None:
    number = year.column("SELECT number FROM visit WHERE state = 'final' AND number LIKE 'VIS-2026-NO-%' LIMIT 1")[0]
    _data, name = year.documents.make("visit", number, "company")
    assert name == f"{number}_entreprise.pdf"
    code, month = year.rows("SELECT paper_code, month FROM monthly_statement WHERE paper_code <> '' LIMIT 1")[0]
    data, name = year.documents.make("statement", code, "company")
    assert name.startswith(f"{month}_")
    assert name.endswith("_releve_entreprise.pdf")
    assert code in text(data)


def test_file_names_suit_every_system(year: Year) -> None:
    people = year.column("SELECT id FROM beneficiary WHERE last_name LIKE '%’%' OR first_name LIKE '%ï%' LIMIT 6")
    assert people
    for person in people:
        _data, name = year.documents.make("followup", person, "person")
        assert re.fullmatch(r"[A-Za-z0-9._-]{5,120}\.pdf", name), name


def test_sheets_of_several_people_in_one_file(year: Year) -> None:
    people = year.column("SELECT id FROM beneficiary ORDER BY sort_name LIMIT 4")
    made = year.documents.follow_up_sheets(people, "person")
    found = pages(made.data)
    names = year.column("SELECT first_name || ' ' || last_name FROM beneficiary ORDER BY sort_name LIMIT 4")
    firsts = [page for page in found if "page 1/" in page]
    assert len(firsts) == 4, "each sheet has its own numbers of pages"
    for name, page in zip(names, firsts, strict=True):
        assert squeeze(name) in page


def test_no_document_calls_the_network(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refused(*_: object) -> None:
        raise AssertionError("a document called the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    visit = year.column("SELECT id FROM visit WHERE state = 'final' LIMIT 1 OFFSET 7")[0]
    assert year.documents.make("visit", visit, "company")[0].startswith(b"%PDF")
