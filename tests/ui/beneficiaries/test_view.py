"""The place « Bénéficiaires » by keys: the list, somebody new, the page of one person, the sheet to print."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.beneficiaries.service import BeneficiariesService
from app.models.beneficiaries import Beneficiary, NoteDraft
from app.store.notebook import Notebook
from app.store.unit import writing
from app.ui.beneficiaries.view import BeneficiariesView
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.fields import Field, TextField
from app.ui.shell.navigation import Frame
from app.ui.theme.appearance import appearance
from tests.factories import Site
from tests.ui.accessibility import check
from tests.ui.beneficiaries.conftest import Window
from tests.ui.keys import press, retype, type_text


def _texts(window: Window) -> str:
    QApplication.processEvents()
    shown = [one for one in window.view.person.findChildren(QLabel) if one.isVisibleTo(window.view.person)]
    return "\n".join(one.text() for one in shown)


def _open(window: Window, person: str) -> None:
    window.frame.navigation.go("beneficiaries", person)


@pytest.fixture
def known(notebook: Notebook, site: Site) -> str:
    """DESCHAMPS Benoît, born 12/03/1988."""
    with writing(notebook, "naissance") as unit:
        unit.update(Beneficiary, site.beneficiaries[1], {"birth_date": dt.date(1988, 3, 12)})
    return site.beneficiaries[1]


def test_ctrl_f_filters_without_accents_and_enter_opens(site: Site, window: Window, qtbot: QtBot) -> None:
    press(window.main, "Ctrl+F")
    type_text(window.main, "eloise")
    press(window.main, "Return")  # to the first line found
    press(window.main, "Return")
    assert window.model.person_id == site.beneficiaries[3]
    assert "LEFÈVRE Éloïse" in _texts(window)


def test_saved_filters_show_their_counts(site: Site, window: Window) -> None:
    chips = window.view.list.filters
    assert chips.button("at_work").text() == "En contrat (6)"
    chips.button("without").click()
    assert window.view.list.paged.total == 0


def test_an_empty_notebook_offers_one_button(window: Window) -> None:
    assert window.view.list.empty.isVisible()
    assert window.view.list.empty.button is not None
    window.view.list.empty.button.click()
    assert window.view.new_page.isVisible()


def test_somebody_known_is_proposed_then_opened(known: str, window: Window, qtbot: QtBot) -> None:
    """Scenario 5.1 line 15."""
    press(window.main, "Ctrl+N")
    type_text(window.main, "Benoit Dechamps 12031988")
    press(window.main, "Return")
    page = window.view.new_page
    assert page.rows.rowCount() == 1
    assert page.create_button.text() == "Créer quand même"
    press(window.main, "Return")
    assert window.model.person_id == known


def test_creating_anyway_asks_one_question(
    known: str, window: Window, qtbot: QtBot, service: BeneficiariesService
) -> None:
    """Scenario 5.2 line 19: inverted names prompt before creation."""
    press(window.main, "Ctrl+N")
    type_text(window.main, "deschamps benoit 12031988")
    press(window.main, "Return")
    press(window.main, "Ctrl+Return")
    question = window.dialog
    assert "même personne" in question.heading.text()
    assert "12/03/1988" in "\n".join(one.text() for one in question.findChildren(QLabel))
    press(question, "Return")  # the primary answer: open the known one
    assert window.model.person_id == known
    assert service.page().total == 6


def test_somebody_new_is_created_with_the_next_number(
    site: Site, window: Window, service: BeneficiariesService
) -> None:
    press(window.main, "Ctrl+N")
    type_text(window.main, "Awa SISSOKO 02051999")
    press(window.main, "Return")  # nobody: to the form, already filled
    press(window.main, "Ctrl+Return")
    assert window.model.sheet is not None
    assert (window.model.sheet.last_name, window.model.sheet.first_name) == ("SISSOKO", "Awa")
    assert window.model.sheet.birth_date == dt.date(1999, 5, 2)
    assert window.model.sheet.file_number.startswith("B-2026-NO-")
    assert window.frame.undo.undo_label == "création de la fiche d’Awa SISSOKO"


def test_a_creation_interrupted_comes_back(site: Site, window: Window) -> None:
    press(window.main, "Ctrl+N")
    window.view.new_page.form.focus_first()
    type_text(window.main, "Sissoko")
    press(window.main, "Tab")
    window.frame.navigation.go("beneficiaries")
    window.frame.navigation.go("beneficiaries", "new")
    assert window.view.new_page.form.values()["last_name"] == "Sissoko"


def test_the_sheet_is_printed_from_the_record_and_from_anywhere(site: Site, window: Window) -> None:
    """Flow c: Ctrl+P on the record; Ctrl+K, four letters, Ctrl+P from anywhere."""
    person = site.beneficiaries[0]
    _open(window, person)
    press(window.main, "Ctrl+P")
    window.view.person.header.print_button.click()
    window.frame.navigation.go("beneficiaries")
    press(window.main, "Ctrl+K")
    type_text(window.main, "mart")
    press(window.main, "Ctrl+P")
    assert window.opened == [("followup", person, "person")] * 3


def test_the_sheet_for_the_file_is_one_choice_away(site: Site, window: Window) -> None:
    _open(window, site.beneficiaries[0])
    acts = dict(window.view.person.other_acts(window.sheet))
    acts["Imprimer la fiche pour le dossier"]()
    assert window.opened == [("followup", site.beneficiaries[0], "file")]


def test_a_field_left_is_saved_and_a_wrong_one_says_why(
    site: Site, window: Window, service: BeneficiariesService
) -> None:
    person = site.beneficiaries[0]
    _open(window, person)
    field = window.view.person.form.fields["phone"]
    field.setFocus()
    retype(window.main, "0612345678")
    press(window.main, "Tab")
    assert service.get(person).phone == "0612345678"
    field = window.view.person.form.fields["objectives"]
    field.setFocus()
    retype(window.main, "Son numéro : 1880391228042")
    press(window.main, "Tab")
    assert "sécurité sociale" in field.error()
    assert service.get(person).objectives == ""


def test_a_note_by_keys(site: Site, window: Window, service: BeneficiariesService) -> None:
    person = site.beneficiaries[0]
    _open(window, person)
    press(window.main, "Ctrl+Shift+N")
    type_text(window.dialog, "Trajet trop long")
    press(window.dialog, "Ctrl+Return")
    assert QApplication.activeModalWidget() is None
    notes = service.get(person).notes
    assert [(one.text, one.noted_on) for one in notes] == [("Trajet trop long", dt.date(2026, 11, 22))]
    assert "Trajet trop long" in _texts(window)


def test_a_note_begun_survives_the_window(site: Site, window: Window, service: BeneficiariesService) -> None:
    _open(window, site.beneficiaries[0])
    press(window.main, "Ctrl+Shift+N")
    type_text(window.dialog, "Trajet trop long")
    press(window.dialog, "Tab")
    window.dialog.close()  # as a lock or a kill would
    window.come_back()
    press(window.main, "Ctrl+Shift+N")
    assert window.dialog.form.values()["text"] == "Trajet trop long"  # type: ignore[attr-defined]
    window.dialog.close()


def test_a_contract_refused_says_it_under_its_field(site: Site, window: Window) -> None:
    _open(window, site.beneficiaries[0])
    window.view.person.add_contract_button.click()
    dialog = window.dialog
    dialog.submit()  # type: ignore[attr-defined]
    wrong = [one.key for one in dialog.findChildren(Field) if one.has_error()]
    assert wrong == ["start_on"]
    dialog.close()


def test_a_contract_is_added_from_its_form(
    site: Site, window: Window, service: BeneficiariesService, qtbot: QtBot
) -> None:
    person = site.beneficiaries[0]
    _open(window, person)
    window.view.person.add_contract_button.click()
    form = window.dialog.form  # type: ignore[attr-defined]
    company = form.fields["company"]
    company.setFocus()
    type_text(window.dialog, "bati")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    press(window.dialog, "Down")
    press(window.dialog, "Return")
    assert company.value() == (site.company, "Bâti-Sud 91")
    assert form.fields["lot_id"].value() == site.lot  # the only one
    form.fields["start_on"].setFocus()
    type_text(window.dialog, "02112026")
    form.fields["end_on"].setFocus()
    type_text(window.dialog, "260227")
    press(window.dialog, "Ctrl+Return")
    contract = service.get(person).contracts[0]
    assert (contract.start_on, contract.end_on) == (dt.date(2026, 11, 2), dt.date(2027, 2, 26))


def test_an_action_is_done_in_one_click(site: Site, window: Window, service: BeneficiariesService) -> None:
    person = site.beneficiaries[0]
    _open(window, person)
    window.view.person.panel.add_button.click()
    type_text(window.dialog, "Appeler l’auto-école")
    press(window.dialog, "Ctrl+Return")
    action = service.get(person).actions[0]
    window.view.person.act("done", action.id)
    assert not service.get(person).actions[0].open


def test_what_changes_elsewhere_is_shown_without_losing_what_is_typed(
    site: Site, window: Window, service: BeneficiariesService
) -> None:
    person = site.beneficiaries[0]
    _open(window, person)
    field = window.view.person.form.fields["last_name"]
    field.setFocus()
    retype(window.main, "Martinez")
    outcome = service.add_note(person, NoteDraft(text="Écrit ailleurs"))
    window.frame.bus.publish(outcome.changes)
    assert "Écrit ailleurs" in _texts(window)
    assert isinstance(field, TextField)
    assert field.edit.text() == "Martinez"


def test_discretion_hides_who_it_is(site: Site, window: Window) -> None:
    window.frame.discretion.set(True)
    table = window.view.list.paged
    assert table.data(table.index(0, 0)) == "M.\u00a0D."
    _open(window, site.beneficiaries[0])
    shown = _texts(window)
    for told in ("MARTIN", "Julie", "12/03/1988", "06 00 00 01 00"):
        assert told not in shown
    assert "J.\u00a0M." in shown


def test_undo_takes_a_deletion_back(site: Site, window: Window, service: BeneficiariesService) -> None:
    _open(window, site.beneficiaries[0])
    dict(window.view.person.other_acts(window.sheet))["Supprimer la fiche"]()
    assert window.view.list.isVisible()
    assert service.page().total == 5
    press(window.main, "Ctrl+Z")
    assert service.page().total == 6
    assert window.view.list.paged.total == 6


def test_esc_comes_back_to_the_list(site: Site, window: Window) -> None:
    _open(window, site.beneficiaries[0])
    press(window.main, "Esc")
    assert window.view.list.isVisible()


@pytest.mark.parametrize("zoom", [100, 200])
def test_everything_is_named_and_nothing_is_cut(site: Site, window: Window, zoom: int) -> None:
    appearance().set(zoom=zoom)
    window.main.resize(1366, 768)
    assert check(window.main) == []
    _open(window, site.beneficiaries[0])
    QApplication.processEvents()
    assert check(window.main) == []
    press(window.main, "Ctrl+N")
    type_text(window.main, "martin julie")
    press(window.main, "Return")
    QApplication.processEvents()
    assert check(window.main) == []


@pytest.mark.parametrize("zoom", [100, 200])
def test_every_form_is_named_and_nothing_is_cut(site: Site, window: Window, zoom: int) -> None:
    appearance().set(zoom=zoom)
    _open(window, site.beneficiaries[0])
    page = window.view.person
    contract = site.contracts[0]
    opens = {
        "contract": page.add_contract_button.click,
        "eligibility": page.add_public.click,
        "note": page.add_note,
        "action": page.add_action,
        "training": page.add_training_button.click,
        "end": lambda: page.act("end", contract),
        "renew": lambda: page.act("renew", contract),
    }
    for kind, act in opens.items():
        act()
        assert check(window.dialog) == [], kind
        window.dialog.close()


def test_a_view_can_be_made_before_anybody_is_known(frame: Frame, model: BeneficiariesViewModel, qtbot: QtBot) -> None:
    view = BeneficiariesView(frame, model, lambda *_asked: None)
    qtbot.addWidget(view)
    view.enter(())
    assert set(view.handlers()) == {"new", "duplicates", "filter", "print"}
