"""Companies by keys: the SIRET that is known, the twelve months, people, contacts (PRODUCT.md E6, C3, C5)."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from app.models.choices import StatementState
from app.models.hours import MonthlyStatement
from app.operations.values import CompanyDraft, ContactDraft
from app.rules.statements import statement_id
from app.store.unit import writing
from app.ui.companies.dialogs import CompanyDialog
from app.ui.companies.months import state_words
from app.ui.companies.viewmodel import FILTERS
from app.ui.kit.table import PageRequest
from app.ui.shell.window import Workspace
from tests.factories import siret, site_with_people
from tests.ui.accessibility import check_sizes, settle
from tests.ui.keys import press, type_text
from tests.ui.operations.conftest import Desk

REQUEST = PageRequest(0, 100, "name", False, 1)


def _back(window: Workspace) -> None:
    """The desktop gives the focus back to the window once a dialog is closed; the off-screen one must be asked."""
    settle()
    window.window().activateWindow()
    settle()


def test_the_list_follows_kinds_and_words(desk: Desk) -> None:
    desk.companies.create(CompanyDraft("Tremplin", siret(1), "etti"))
    desk.companies.create(CompanyDraft("Bâti", siret(2)))

    def names() -> list[str]:
        got: list[str] = []
        desk.companies_model.fetch(REQUEST, lambda _request, rows, _total: got.extend(one.name for one in rows))
        return got

    shown: dict[str, list[str]] = {}
    for key, _, _ in FILTERS:
        desk.companies_model.show_filter(key)
        shown[key] = names()
    assert shown == {"all": ["Bâti", "Tremplin"], "ordinary": ["Bâti"], "insertion": ["Tremplin"], "other": []}
    desk.companies_model.show_filter("all")
    desk.companies_model.search("trem")
    assert names() == ["Tremplin"]


def test_a_company_is_created_by_its_siret(desk: Desk, window: Workspace) -> None:
    desk.open("companies")
    press(window, "Ctrl+N")
    settle()
    dialog = desk.companies_view.dialog
    assert isinstance(dialog, CompanyDialog)
    type_text(dialog, siret(1))
    press(dialog, "Tab")
    type_text(dialog, "Bâti-Sud 99")
    press(dialog, "Enter")
    _back(window)
    assert desk.path[0] == "companies"
    facts = desk.companies.get(desk.path[1]).facts
    assert (facts.name, facts.siret) == ("Bâti-Sud 99", siret(1))


def test_a_known_siret_opens_its_record(desk: Desk, window: Workspace) -> None:
    known = desk.companies.create(CompanyDraft("Bâti-Sud 99", siret(1))).record_id
    desk.open("companies")
    press(window, "Ctrl+N")
    settle()
    dialog = desk.companies_view.dialog
    assert isinstance(dialog, CompanyDialog)
    type_text(dialog, siret(1))
    press(dialog, "Tab")
    settle()
    assert "Bâti-Sud 99" in dialog.notice.label.text()
    assert dialog.notice.button.isVisible()
    press(dialog, "Enter")
    _back(window)
    assert desk.path == ("companies", known)
    assert desk.companies.page().total == 1


def test_a_wrong_siret_is_said_under_its_field(desk: Desk, window: Workspace) -> None:
    desk.open("companies")
    press(window, "Ctrl+N")
    settle()
    dialog = desk.companies_view.dialog
    assert isinstance(dialog, CompanyDialog)
    type_text(dialog, siret(1)[:-1])
    press(dialog, "Tab")
    settle()
    assert "13\u00a0chiffres" in dialog.siret.error()


def test_the_months_say_their_state_and_open_the_hours(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 2)
    with writing(desk.notebook, "relevé") as unit:
        unit.put(
            MonthlyStatement,
            statement_id(desk.notebook.organisation_id, site.company, "2026-10"),
            {"company_id": site.company, "month": "2026-10", "state": StatementState.TO_CHECK},
        )
    desk.open("companies", site.company)
    strip = desk.companies_view.page.months
    names = {month: card.accessibleName() for month, card in strip.cards.items()}
    assert names["2026-10"] == "Octobre 2026, à vérifier"
    assert names["2026-09"] == "Septembre 2026, manquant"
    assert names["2026-01"] == "Janvier 2026, personne"
    strip.cards["2026-10"].setFocus()
    press(window, "Left")
    assert strip.focused_month() == "2026-09"
    press(window, "Ctrl+P")
    assert desk.documents == [("statement", f"{site.company}/2026-09", "company")]
    press(window, "Enter")
    assert desk.path == ("hours", site.company, "2026-09")


def test_every_state_has_its_words(desk: Desk) -> None:
    from app.operations.values import StatementCell

    words = {state_words(StatementCell("2026-01", state, False, ""))[0] for state in StatementState}
    assert words == {"Attendu", "Reçu", "À vérifier", "Validé", "Attesté"}
    assert state_words(StatementCell("2026-01", StatementState.EXPECTED, True, ""))[0] == "Manquant"


def test_hours_and_visit_are_given_the_company(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 1)
    desk.open("companies", site.company)
    press(window, "Ctrl+H")
    assert desk.path == ("hours", site.company)
    desk.open("companies", site.company)
    press(window, "Ctrl+M")
    assert desk.visits == [("company", site.company)]


def test_names_become_initials_in_discretion(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 1)
    desk.open("companies", site.company)
    table = desk.companies_view.page.people_rows
    assert table.data(table.index(0, 0)) == "MARTIN Julie"
    desk.frame.discretion.set(True)
    assert table.data(table.index(0, 0)) == "J.\u00a0M."


def test_a_contact_is_added_copied_and_made_usual(desk: Desk, window: Workspace) -> None:
    company = desk.companies.create(CompanyDraft("Bâti", siret(1))).record_id
    desk.companies.add_contact(ContactDraft("Moreau", "Paul", company_id=company))
    desk.open("companies", company)
    press(window, "Ctrl+N")
    settle()
    dialog = desk.companies_view.dialog
    assert dialog is not None
    type_text(dialog, "Petit")
    for text in ("Anne", "Conductrice de travaux", "0612345678"):
        press(dialog, "Tab")
        type_text(dialog, text)
    press(dialog, "Enter")
    _back(window)
    cards = desk.companies_view.page.contacts.cards
    assert [card.heading.text() for card in cards] == ["MOREAU Paul", "PETIT Anne"]
    cards[1].copy_phone.click()
    assert QApplication.clipboard().text() == "06\u00a012\u00a034\u00a056\u00a078"
    cards[1].make_usual.click()
    settle()
    assert [card.heading.text() for card in desk.companies_view.page.contacts.cards] == ["PETIT Anne", "MOREAU Paul"]
    desk.frame.undo.undo()
    settle()
    assert desk.companies_view.page.contacts.cards[0].heading.text() == "MOREAU Paul"


def test_other_establishments_are_links(desk: Desk, window: Workspace) -> None:
    from app.rules.identifiers import is_siret

    first = siret(1)
    other = next(one for one in (f"{first[:9]}{rank:05d}" for rank in range(20, 200)) if is_siret(one))
    company = desk.companies.create(CompanyDraft("Bâti", first)).record_id
    second = desk.companies.create(CompanyDraft("Bâti agence", other)).record_id
    desk.open("companies", company)
    links = desk.companies_view.page._siblings.findChildren(QPushButton)
    assert len(links) == 1
    links[0].click()
    assert desk.path == ("companies", second)


def test_a_company_in_use_is_kept_and_told(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 1)
    desk.open("companies", site.company)
    desk.companies_view.page.delete_button.click()
    settle()
    assert "des engagements et des contrats de travail" in desk.said[-1]
    assert desk.path == ("companies", site.company)


@pytest.mark.parametrize("path", ["list", "sheet", "empty"])
def test_nothing_is_nameless_or_cut_at_any_size(desk: Desk, window: Workspace, path: str) -> None:
    company = ""
    if path != "empty":
        company = site_with_people(desk.notebook, 3).company
    desk.open("companies", *([company] if path == "sheet" else []))
    check_sizes(window)
