"""Flow b of PRODUCT.md §3.5 and the grid's keys, by real key events on real widgets."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication

from app.hours.values import Entry
from app.models.beneficiaries import EmploymentContract
from app.models.choices import StatementState
from app.models.operations import Commitment, Lot
from app.store.unit import writing
from app.ui.hours.dialogs import AddPersonDialog, ReasonDialog, ShareDialog
from app.ui.hours.table import KEYS
from app.ui.hours.viewmodel import ABSENCE, TRAINING, WORKED
from tests.ui.accessibility import check_sizes, settle
from tests.ui.keys import press, type_text

MONTH = "2026-11"


class Hands:
    """Presses keys and counts them."""

    def __init__(self, window):
        self.widget = window.main
        self.count = 0

    def type(self, text):
        type_text(self.widget, text)
        self.count += len(text)

    def press(self, keys, times=1):
        for _ in range(times):
            press(self.widget, keys)
        self.count += times


@pytest.fixture
def hands(window):
    return Hands(window)


def open_grid(window, site):
    window.frame.navigation.go("hours", site.company)
    settle()
    return window.grid


PAPER = ["151,67", "7h30", "140.5", "140", "104", "120", "140", "98", "0", "35", "151,67", "112"]


def test_flow_b1_from_paper(window, hands, site, service):
    """Ctrl+H, four letters, Enter; twelve numbers; the declared total; Ctrl+Enter: at most 100 keys, no mouse."""
    hands.press("Ctrl+H")
    hands.type("bati")
    hands.press("Return")
    assert window.model.grid is not None
    assert window.model.grid.month == MONTH
    assert window.grid.hasFocus()
    assert window.grid.currentIndex().row() == 0
    assert window.grid.current_key() == WORKED
    for value in PAPER:
        hands.type(value)
        hands.press("Return")
    assert window.view.page.footer.declared.edit.hasFocus()
    hands.type("1200,34")
    hands.press("Return")
    hands.press("Ctrl+Return")
    assert window.worked() == [15_167, 750, 14_050, 14_000, 10_400, 12_000, 14_000, 9_800, 0, 3_500, 15_167, 11_200]
    kept = service.open_month(site.company, MONTH)
    assert kept.state is StatementState.VALIDATED
    assert kept.control.agrees
    assert hands.count <= 100, hands.count


def test_flow_b1_with_a_slip_mended_from_the_total(window, hands, site, service):
    """Line 7 typed 140 for 104: the difference names it; ↑ is not even needed, Tab and Space mend it."""
    open_grid(window, site)
    for value in ["140"] * 12:
        hands.type(value)
        hands.press("Return")
    hands.type("1644")
    hands.press("Return")
    footer = window.view.page.footer
    assert "140 ↔ 104" in footer.difference.text()
    assert footer.fix.isVisible()
    footer.fix.setFocus()
    hands.press("Space")
    assert window.model.grid.control.agrees
    assert footer.difference.text().startswith("✓ Écart 0,00")


def test_flow_b2_paste(window, hands, site, service):
    """Ctrl+H, four letters, Enter, Ctrl+V, Ctrl+Enter: at most 12 keys."""
    QGuiApplication.clipboard().setText("\r\n".join(PAPER) + "\r\n")
    hands.press("Ctrl+H")
    hands.type("bati")
    hands.press("Return")
    hands.press("Ctrl+V")
    hands.press("Ctrl+Return")
    assert service.open_month(site.company, MONTH).state is StatementState.VALIDATED
    assert sum(window.worked()) == 120_034
    assert hands.count <= 12


def test_pasted_twelve_lines_leave_with_one_undo_and_come_back(window, hands, site):
    open_grid(window, site)
    QGuiApplication.clipboard().setText("\n".join(PAPER))
    hands.press("Ctrl+V")
    filled = window.worked()
    hands.press("Ctrl+Z")
    assert window.worked() == [None] * 12
    hands.press("Ctrl+Y")
    assert window.worked() == filled


def test_next_month_by_repeating_with_three_corrections(window, hands, site, service):
    """The same twelve people next month: at most 30 keys."""
    grid = service.open_month(site.company, "2026-10")
    service.fill(site.company, "2026-10", [Entry(row.contract_id, row.lot_id, 14_000) for row in grid.rows])
    hands.press("Ctrl+H")
    hands.type("bati")
    hands.press("Return")
    hands.press("Ctrl+R")
    for row in range(12):
        if row in (2, 5, 9):
            hands.type("99")
        hands.press("Return")
    hands.press("Ctrl+Return")
    kept = service.open_month(site.company, MONTH)
    assert [row.worked for row in kept.rows] == [9_900 if row in (2, 5, 9) else 14_000 for row in range(12)]
    assert kept.state is StatementState.VALIDATED
    assert hands.count <= 30, hands.count


def test_enter_goes_down_tab_goes_right_and_leaves_at_the_end(window, hands, site):
    grid = open_grid(window, site)
    hands.type("140")
    hands.press("Tab")
    assert (grid.currentIndex().row(), grid.current_key()) == (0, TRAINING)
    hands.type("7")
    hands.press("Tab")
    hands.type("cp")
    hands.press("Tab")
    assert not grid.hasFocus()
    row = window.model.grid.rows[0]
    assert (row.worked, row.training, row.absence_code) == (14_000, 700, "CP")
    grid.setFocus()
    hands.press("Shift+Tab", 2)
    assert grid.current_key() == WORKED
    hands.press("Shift+Tab")
    assert not grid.hasFocus()


def test_arrows_edit_delete_and_same_as_above(window, hands, site):
    grid = open_grid(window, site)
    hands.type("140")
    hands.press("Down")
    assert grid.currentIndex().row() == 1
    hands.press("Ctrl+D")
    assert window.worked()[:2] == [14_000, 14_000]
    hands.press("F2")
    assert grid.editing
    hands.press("End")
    hands.press("Backspace")
    hands.type("5")
    hands.press("Return")
    assert window.worked()[1] == 14_500
    hands.press("Up")
    hands.press("Delete")
    assert window.worked()[1] is None
    hands.press("Ctrl+Z")
    assert window.worked()[1] == 14_500
    hands.press("F2")
    hands.type("9")
    hands.press("Esc")
    assert window.worked()[1] == 14_500


def test_a_figure_typed_on_the_name_is_its_hours(window, hands, site):
    grid = open_grid(window, site)
    hands.press("Left", 3)
    assert grid.current_key() in ("name", "contract")
    hands.type("12")
    hands.press("Return")
    assert window.worked()[0] == 1_200


def test_what_cannot_be_read_keeps_the_caret_and_says_why(window, hands, site):
    grid = open_grid(window, site)
    hands.type("1.234")
    hands.press("Return")
    assert grid.currentIndex().row() == 0
    assert not grid.editing
    (note,) = grid._notes.values()
    assert "peut se lire" in note.sentence.text()
    hands.type("123,4")
    hands.press("Return")
    assert window.worked()[0] == 12_340
    assert not grid._notes
    assert grid.currentIndex().row() == 1


def test_a_doubt_is_answered_by_keys_and_the_caret_goes_on(window, hands, site):
    grid = open_grid(window, site)
    hands.type("212")
    hands.press("Return")
    assert grid.currentIndex().row() == 2, "the sentence under the line is passed over"
    hands.press("Up")
    assert grid.currentIndex().row() == 0
    hands.press("Alt+C")
    hands.press("Esc")
    assert grid.hasFocus()
    hands.press("Alt+C")
    hands.type("rattrapage d’octobre")
    hands.press("Return")
    assert window.model.grid.rows[0].accepted_reason == "rattrapage d’octobre"
    assert grid.hasFocus()
    assert grid.current_line() == window.model.grid.rows[1].id


def test_what_is_being_typed_is_kept_when_the_window_flushes(window, hands, site, service):
    open_grid(window, site)
    hands.type("140")
    window.workspace.flush()
    assert service.open_month(site.company, MONTH).rows[0].worked == 14_000


def test_a_cell_half_typed_is_found_again_after_a_stop(window, hands, site, service):
    grid = open_grid(window, site)
    hands.press("Return")
    hands.type("14")
    grid._typing.timeout.emit()  # a second has passed
    kept = service.find_typing(site.company, MONTH)
    assert kept is not None
    assert kept.text == "14"
    hands.press("Esc")
    assert service.find_typing(site.company, MONTH) is None
    window.frame.navigation.go("hours")
    service.keep_typing(site.company, MONTH, kept)
    open_grid(window, site)
    assert grid.editing
    assert grid.currentIndex().row() == 1
    hands.type("0")
    hands.press("Return")
    assert window.worked()[1] == 14_000
    assert service.find_typing(site.company, MONTH) is None


def test_text_being_typed_is_not_overwritten_by_a_change_elsewhere(window, hands, site, service):
    grid = open_grid(window, site)
    hands.type("14")
    row = window.model.grid.rows[0]
    outcome = service.set_hours(site.company, MONTH, row.contract_id, row.lot_id, 9_900)
    window.frame.bus.publish(outcome.changes)
    assert grid.editing
    hands.type("0")
    hands.press("Return")
    assert window.worked()[0] == 14_000


def test_names_are_previewed_then_confirmed_by_enter(window, hands, site):
    open_grid(window, site)
    QGuiApplication.clipboard().setText("Nom\tHeures\nMartin Julie\t140\nInconnu Paul\t3")
    hands.press("Ctrl+V")
    preview = window.view.page.preview
    assert preview.isVisible()
    assert "Inconnu Paul" in preview.sentences.text()
    assert window.worked() == [None] * 12
    hands.press("Return")
    assert not preview.isVisible()
    assert window.worked()[6] == 14_000
    assert window.grid.hasFocus()


def test_escape_gives_the_preview_up_then_goes_up(window, hands, site):
    open_grid(window, site)
    QGuiApplication.clipboard().setText("Martin Julie\t140")
    hands.press("Ctrl+V")
    hands.press("Esc")
    assert not window.view.page.preview.isVisible()
    hands.press("Esc")
    assert window.frame.navigation.here.path == ()


def test_a_validated_month_is_read_only_until_it_is_reopened(window, hands, site, service):
    grid = service.open_month(site.company, MONTH)
    service.fill(site.company, MONTH, [Entry(row.contract_id, row.lot_id, 14_000) for row in grid.rows])
    service.validate_month(site.company, MONTH)
    open_grid(window, site)
    hands.type("1")
    hands.press("Return")
    assert not window.grid.editing
    assert set(window.worked()) == {14_000}
    assert "confirm" not in window.view.handlers()
    window.view.page.reopen()
    settle()
    dialog = window.main.findChild(ReasonDialog)
    hands.press("Return")
    assert dialog.field.has_error()
    hands.type("relevé rectifié")
    hands.press("Return")
    settle()
    assert window.model.grid.state is StatementState.TO_CHECK
    assert window.model.editable


def test_a_person_is_added_from_the_keyboard(window, hands, site, service, notebook):
    with writing(notebook) as unit:
        unit.update(EmploymentContract, site.contracts[0], {"end_on": dt.date(2026, 10, 31)})
    open_grid(window, site)
    assert len(window.worked()) == 11
    hands.press("Ins")
    settle()
    dialog = window.main.findChild(AddPersonDialog)
    assert dialog.list.count() == 1
    hands.press("Return")
    hands.press("Return")
    settle()
    assert len(window.worked()) == 12


def test_hours_are_shared_over_two_lots(window, hands, site, notebook):
    with writing(notebook) as unit:
        second = unit.insert(Lot, {"contract_id": site.contract, "number": "10", "name": "Peinture"})
        unit.insert(Commitment, {"lot_id": second, "company_id": site.company, "due_hours": 50_000})
    open_grid(window, site)
    hands.type("140")
    hands.press("Return")
    window.view.page.share(window.model.grid.rows[0].id)
    settle()
    dialog = window.main.findChild(ShareDialog)
    hands.press("Ctrl+A")
    hands.type("90")
    assert "50" in dialog.left.text()
    dialog.field(second).setFocus()
    hands.type("50")
    assert dialog.left.text() == "✓ Le compte est juste."
    dialog.accept_button.click()
    settle()
    assert [row.worked for row in window.model.grid.rows[:2]] == [9_000, 5_000]
    assert window.model.grid.total == 14_000
    assert len(window.model.positions) == 2


def test_the_screen_reader_hears_name_column_value_month_line_and_check(window, hands, site):
    grid = open_grid(window, site)
    hands.type("140")
    hands.press("Return")
    hands.type("212")
    hands.press("Return")
    model = grid.model()
    said = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, KEYS.index(WORKED)).data(said) == (
        "BENALI Karim, heures, 140, novembre, ligne 1 sur 12, sans remarque"
    )
    assert (
        model.index(1, KEYS.index(WORKED))
        .data(said)
        .startswith("DE SOUSA Manuel, heures, 212, novembre, ligne 2 sur 12, à vérifier, 212")
    )
    assert model.index(3, KEYS.index(ABSENCE)).data(said) == (
        "DESCHAMPS Benoît, absence, vide, novembre, ligne 3 sur 12, à saisir"
    )
    cell = QAccessible.queryAccessibleInterface(grid).child(grid.model().columnCount() + KEYS.index(WORKED))
    assert "BENALI Karim" in cell.text(QAccessible.Text.Name)


def test_the_list_of_the_month(window, hands, site, service):
    assert window.view.companies.isVisible()
    assert window.view.companies.search.hasFocus()
    hands.type("sud")
    hands.press("Return")
    assert window.frame.navigation.here.path == (site.company, MONTH)
    window.frame.navigation.go("hours")
    settle()
    hands.press("Down")
    hands.press("Return")
    assert window.frame.navigation.here.path == (site.company, MONTH)


def test_the_saved_filter_shows_the_missing_statements(window, site, service):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100)
    window.frame.navigation.go("hours", "filter:missing")
    settle()
    companies = window.view.companies
    assert companies.isVisible()
    assert companies.filters.chosen() == ("missing",)
    assert companies.paged.total == 0
    window.frame.navigation.go("hours", site.company, MONTH)
    window.frame.navigation.go("hours")
    assert companies.filters.chosen() == ("missing",)


def test_ctrl_p_asks_for_the_statement_blank_then_filled(window, hands, site):
    asked = []
    window.view.print_requested.connect(lambda *wanted: asked.append(wanted))
    open_grid(window, site)
    hands.press("Ctrl+P")
    hands.type("140")
    hands.press("Ctrl+P")
    assert asked == [(site.company, MONTH, False), (site.company, MONTH, True)]


def test_months_before_and_after(window, hands, site, service):
    open_grid(window, site)
    window.view.page.before.click()
    assert window.model.month == "2026-10"
    assert window.frame.navigation.here.path == (site.company, "2026-10")
    hands.press("Alt+Left")
    assert window.model.month == MONTH


def test_a_company_without_contract_says_what_to_do(window, site):
    window.frame.navigation.go("hours", site.company, "2020-01")
    settle()
    assert window.view.page.empty.isVisible()
    assert "Aucun contrat actif en janvier 2020" in window.view.page.empty.sentence.text()


def test_every_widget_is_named_and_no_text_is_cut(window, hands, site):
    settle()
    check_sizes(window.main)
    open_grid(window, site)
    for value in ("140", "212", "1.234"):
        hands.type(value)
        hands.press("Return")
    window.model.declare_total(34_000)
    check_sizes(window.main)
