"""Operations by keys: from an empty notebook to a commitment; the sheet, the lot, the calculator (PRODUCT.md E7)."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from app.operations.sizing import SizingService
from app.operations.values import ContactDraft, OperationDraft, SizingDraft
from app.ui.kit.suggest import Named
from app.ui.operations.dialogs import LotDialog, OperationDialog
from app.ui.shell.window import Workspace
from app.ui.theme.appearance import appearance
from tests.factories import Site, siret, site_with_people
from tests.ui.accessibility import check, check_sizes, settle, spoken
from tests.ui.keys import press, type_text
from tests.ui.operations.conftest import Desk


def _back(window: Workspace) -> None:
    """The desktop gives the focus back to the window once a dialog is closed; the off-screen one must be asked."""
    settle()
    window.window().activateWindow()
    settle()


def _focus_name() -> str:
    focused = QApplication.focusWidget()
    return "" if focused is None else spoken(focused)


def test_from_nothing_to_a_commitment_with_keys_only(desk: Desk, window: Workspace) -> None:
    desk.open("operations")
    assert _focus_name() == "Créer la première opération"
    press(window, "Space")
    settle()
    dialog = desk.view.dialog
    assert isinstance(dialog, OperationDialog)
    type_text(dialog, "École Simone-Veil")
    press(dialog, "Tab")
    type_text(dialog, "Ville d’Orlance")
    press(dialog, "Enter")
    _back(window)
    assert desk.path[0] == "operations"
    assert len(desk.path) == 2
    assert _focus_name() == "Ajouter le premier lot"
    press(window, "Ctrl+N")
    settle()
    lot = desk.view.dialog
    assert isinstance(lot, LotDialog)
    type_text(lot, "3")
    press(lot, "Tab")
    type_text(lot, "Gros œuvre")
    lot.company.company.setFocus()
    type_text(lot, "Bâti-Sud 99")
    press(lot, "Tab")
    settle()
    assert lot.company.siret.isVisible(), "a new company: its SIRET is asked"
    lot.company.siret.setFocus()
    type_text(lot, siret(1))
    lot.fields["due_hours"].setFocus()
    type_text(lot, "1 820")
    press(lot, "Enter")
    _back(window)
    assert desk.view.dialog is None
    sheet = desk.operations.get(desk.path[1])
    (owed,) = sheet.commitments
    assert (owed.company_name, owed.due_hours, owed.lot_label) == ("Bâti-Sud 99", 182_000, "lot 3\u00a0: Gros œuvre")
    assert desk.companies.page(siret(1)).total == 1
    assert _focus_name() == "Lot 3\u00a0: Gros œuvre, ouvrir"
    assert not check(window)


def test_missing_fields_are_said_under_them(desk: Desk, window: Workspace) -> None:
    desk.open("operations")
    press(window, "Ctrl+N")
    settle()
    dialog = desk.view.dialog
    assert isinstance(dialog, OperationDialog)
    press(dialog, "Enter")
    settle()
    assert "manque" in dialog.fields["name"].error()
    type_text(dialog, "École")
    press(dialog, "Enter")
    settle()
    assert "donneur d’ordre" in dialog.fields["buyer_name"].error()
    assert desk.operations.page(closed=None).total == 0
    press(dialog, "Esc")
    settle()
    assert desk.view.dialog is None


def test_enter_opens_a_lot_and_escape_goes_up(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 2)
    desk.open("operations")
    assert desk.view.list.table.hasFocus()
    press(window, "Enter")
    settle()
    assert desk.path[1:] == (site.operation,)
    press(window, "Enter")
    settle()
    assert desk.path[1:] == (site.operation, site.lot)
    press(window, "Esc")
    settle()
    assert desk.path[1:] == (site.operation,)
    press(window, "Esc")
    settle()
    assert desk.path[1:] == ()


def test_a_field_left_is_kept_and_undone(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.open("operations", site.operation, site.lot)
    due = desk.view.lot.cards[0].form.fields["due_hours"]
    due.setFocus()
    press(window, "Ctrl+A")
    type_text(window, "1900")
    press(window, "Tab")
    settle()
    assert desk.operations.position(site.operation).due == 190_000
    assert "1\u202f900\u00a0h" in desk.view.lot.cards[0].lines.bar.accessibleName()
    desk.frame.undo.undo()
    settle()
    assert due.value() == 182_000


def test_a_wrong_field_is_told_and_stays_as_typed(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.open("operations", site.operation)
    postcode = desk.view.page.identity.fields["postcode"]
    postcode.setFocus()
    press(window, "Ctrl+A")
    type_text(window, "910")
    press(window, "Tab")
    settle()
    assert "cinq chiffres" in postcode.error()
    assert desk.operations.get(site.operation).facts.postcode == "91000"


def test_the_buyer_is_chosen_among_those_known(desk: Desk, window: Workspace, qtbot: object) -> None:
    other = desk.operations.create(OperationDraft("Piscine", buyer_name="Habitat Val d’Orlance")).record_id
    site = site_with_people(desk.notebook, 0)
    desk.open("operations", site.operation)
    buyer = desk.view.page.identity.fields["buyer_name"]
    buyer.setFocus()
    press(window, "Ctrl+A")
    type_text(window, "habitat val d’orlance")
    qtbot.waitUntil(lambda: bool(buyer.proposals))  # type: ignore[attr-defined]
    press(window, "Tab")
    settle()
    chosen = desk.operations.get(other).facts
    assert buyer.value() == Named(chosen.buyer_id, "Habitat Val d’Orlance")
    assert desk.operations.get(site.operation).facts.buyer_id == chosen.buyer_id


def test_the_calculator_answers_while_typing_and_keeps(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.open("operations", site.operation, site.lot)
    calculator = desk.view.calculator
    assert calculator.isVisible()
    for key, text in (("amount", "1 000 000"), ("labour_share", "50"), ("effort_rate", "5"), ("hourly_cost", "30")):
        calculator.fields[key].setFocus()
        press(window, "Ctrl+A")
        type_text(window, text)
    assert calculator.result._figure.text() == "833,33\u00a0h", "before the last field is left"
    calculator.slider.setValue(20)
    assert calculator.result._figure.text() == "1\u202f666,67\u00a0h"
    calculator.slider.setValue(10)
    assert not calculator.warning.isVisible()
    calculator.fields["retained_hours"].setFocus()
    type_text(window, "900")
    assert calculator.fields["retained_reason"].isVisible()
    calculator.keep()
    settle()
    assert calculator.fields["retained_reason"].has_error()
    calculator.fields["retained_reason"].setFocus()
    type_text(window, "Durée du marché")
    calculator.keep()
    settle()
    (sizing,) = desk.operations.get(site.operation).sizings
    assert (sizing.computed_hours, sizing.retained_hours, sizing.lot_id) == (83_333, 90_000, site.lot)
    press(window, "Ctrl+P")
    assert desk.documents == [("sizing", sizing.id, "file")]
    _button(calculator, "Reporter, CAL-2026-NO-0001").click()
    settle()
    assert desk.operations.position(site.operation).due == 90_000
    assert not check(window)


def _button(root: object, name: str) -> QPushButton:
    return next(one for one in root.findChildren(QPushButton) if spoken(one) == name)  # type: ignore[attr-defined]


def test_below_the_minimum_is_said_in_words(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.open("operations", site.operation, site.lot)
    calculator = desk.view.calculator
    for key, value in (("labour_share", 5_000), ("hourly_cost", 3_000), ("effort_rate", 400)):
        calculator.fields[key].set_value(value)
    calculator._compute()
    assert "inférieur au minimum" in calculator.warning.label.text()
    assert calculator.warning.isVisible()


def test_the_calculator_stands_alone_in_a_narrow_window(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    window.window().resize(900, 700)
    desk.open("operations", site.operation)
    assert not desk.view.calculator.isVisible()
    desk.view.page.calculate.click()
    settle()
    assert desk.view.calculator.isVisible()
    press(window, "Esc")
    settle()
    assert desk.path == ("operations", site.operation)
    assert desk.view.page.isVisible()


def test_visit_and_print_are_given_the_operation(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.open("operations", site.operation)
    press(window, "Ctrl+M")
    assert desk.visits == [("operation", site.operation)]
    assert "print" not in desk.view.handlers(), "nothing to print yet"


def test_closing_an_operation_leaves_the_list_of_those_under_way(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    desk.open("operations", site.operation)
    desk.view.page.close_button.click()
    settle()
    assert desk.view.page.close_button.text() == "Rouvrir l’opération"
    assert "Close le" in desk.view.page.state._text.text()
    desk.open("operations")
    assert desk.view.list.paged.total == 0
    desk.frame.undo.undo()
    desk.view.list.refresh()
    assert desk.view.list.paged.total == 1


def test_a_deleted_operation_gives_the_list_back(desk: Desk, window: Workspace) -> None:
    made = desk.operations.create(OperationDraft("École", buyer_name="Ville")).record_id
    desk.open("operations", made)
    desk.view.page.delete_button.click()
    settle()
    assert desk.path == ("operations",)
    assert desk.view.list._body.currentWidget() is desk.view.list.empty


def test_a_dialog_taller_than_the_screen_scrolls(desk: Desk, window: Workspace) -> None:
    site = site_with_people(desk.notebook, 0)
    appearance().set(zoom=200)
    desk.open("operations", site.operation)
    press(window, "Ctrl+N")
    settle()
    dialog = desk.view.dialog
    assert isinstance(dialog, LotDialog)
    dialog.setMaximumHeight(600)
    settle()
    for _ in range(12):
        if dialog.fields["due_hours"].control.hasFocus():
            break
        press(dialog, "Tab")
    settle()
    assert dialog.height() <= 600
    assert dialog.accept_button.geometry().bottom() <= dialog.height()
    assert not dialog.fields["due_hours"].visibleRegion().isEmpty(), "the page follows the focus"
    assert not check(dialog)


@pytest.mark.parametrize("path", ["list", "sheet", "lot", "empty"])
def test_nothing_is_nameless_or_cut_at_any_size(desk: Desk, window: Workspace, path: str) -> None:
    shown: tuple[str, ...] = ()
    if path != "empty":
        site = _full_site(desk)
        shown = {"list": (), "sheet": (site.operation,), "lot": (site.operation, site.lot)}[path]
    desk.open("operations", *shown)
    check_sizes(window)


def _full_site(desk: Desk) -> Site:
    site = site_with_people(desk.notebook, 2)
    desk.operations.add_contact(ContactDraft("Morel", "Anne", "Cheffe de projet", operation_id=site.operation))
    SizingService(desk.notebook).keep(SizingDraft(site.operation, 100_000_000, 5_000, 500, 3_000))
    return site
