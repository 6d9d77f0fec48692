"""PRODUCT.md §5.2, Karim at the desk at month end: lines 1-6, 11-12, 19-20, 24, by keys (flows b, c of §3.5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.models.choices import StatementState
from app.ui.documents.dialog import DocumentDialog
from app.ui.hours.viewmodel import WORKED
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import Field
from tests.day import PASSPHRASE
from tests.end2end.hands import Hands, plain
from tests.factories import Site
from tests.reports.reading import pages

MONTH = "2026-11"
PAPER = ["151,67", "7h30", "139", "131", "151,67", "135", "140", "125", "151,67", "140.5", "151,66", "145,83"]
"""What was typed from the paper; on the seventh line it says 104."""
READ = [15_167, 750, 13_900, 13_100, 15_167, 13_500, 14_000, 12_500, 15_167, 14_050, 15_166, 14_583]
DECLARED = "1534,5"
"""The total on the paper: 36 hours less than what was typed."""


@pytest.fixture
def karim(carnet: Callable[[int], tuple[Path, Site]], open_hands: Callable[[Path], Hands]) -> tuple[Hands, Site]:
    folder, site = carnet(12)
    hands = open_hands(folder)
    hands.unlock()
    hands.keys = 0
    return hands, site


def open_month(hands: Hands) -> None:
    """Line 2: Ctrl+H « bati » Enter."""
    hands.press("Ctrl+H")
    hands.type("bati")
    hands.press("Return")


def test_line_1_the_home_says_what_is_missing(karim: tuple[Hands, Site]) -> None:
    hands, _site = karim
    assert hands.frame.navigation.here.place == "today"
    assert hands.says("1 relevé manquant")
    assert hands.says("Hors connexion")


def test_lines_2_to_5_a_month_from_paper_in_100_keys(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    open_month(hands)
    page = hands.view("hours").page
    assert page.grid.hasFocus()
    assert (page.grid.currentIndex().row(), page.grid.current_key()) == (0, WORKED)
    assert len(hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH)).rows) == 12

    for value in PAPER:
        hands.enter(value)
    kept = hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH))
    assert [row.worked for row in kept.rows] == READ
    hands.enter(DECLARED)
    said = plain(page.footer.difference.text())
    assert "36,00" in said
    assert "ligne 7" in said
    assert "140 ↔ 104" in said

    hands.press("Tab")
    assert page.footer.fix.hasFocus()
    hands.press("Space", "Ctrl+Return")
    kept = hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH))
    assert kept.control.difference == 0
    assert kept.rows[6].worked == 10_400
    assert kept.state is StatementState.VALIDATED
    assert hands.says("Validé")
    assert hands.keys <= 100, hands.keys
    assert hands.taps == 0


def test_line_6_locked_then_unlocked_gives_the_same_cell_and_the_undo_stack_back(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    open_month(hands)
    grid = hands.view("hours").page.grid
    for value in ("140", "151,67", "98"):
        hands.enter(value)
    cell, last = grid.currentIndex(), hands.frame.undo.undo_label
    hands.press("Ctrl+L")
    hands.wait(lambda: hands.locked)
    assert not grid.isVisible()
    hands.type(PASSPHRASE)
    hands.press("Return")
    hands.wait(lambda: hands.inside)
    hands.settle()
    assert grid.hasFocus()
    assert grid.currentIndex() == cell
    assert hands.frame.undo.undo_label == last
    hands.press("Ctrl+Z", "Ctrl+Z")
    kept = hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH))
    assert [row.worked for row in kept.rows][:3] == [14_000, None, None]


def test_line_11_a_column_pasted_leaves_with_one_undo_and_comes_back(karim: tuple[Hands, Site]) -> None:
    hands, site = karim

    def worked() -> list[int | None]:
        return [row.worked for row in hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH)).rows]

    QGuiApplication.clipboard().setText("\r\n".join(PAPER) + "\r\n")
    open_month(hands)
    hands.press("Ctrl+V")
    assert worked() == READ
    hands.press("Ctrl+Z")
    assert worked() == [None] * 12
    hands.press("Ctrl+Y")
    assert worked() == READ
    hands.keys -= 2  # taking back and putting back are not part of the flow
    hands.press("Ctrl+Return")
    assert hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH)).state is StatementState.VALIDATED
    assert hands.keys <= 12, hands.keys


def test_line_12_a_doubt_is_a_sentence_and_its_reason_is_kept(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    open_month(hands)
    hands.enter("212")
    assert hands.says("212")
    assert any("212" in plain(one) and "151,67" in plain(one) for one in hands.texts()), "no sentence says why"
    hands.press("Up", "Alt+C")
    hands.type("rattrapage d’octobre")
    hands.press("Return")
    row = hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH)).rows[0]
    assert (row.worked, row.accepted_reason) == (21_200, "rattrapage d’octobre")
    assert not row.open_doubts


def test_line_19_inverted_names_bring_the_question_before_creation(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    known = hands.ask(lambda: hands.services.beneficiaries.get(site.beneficiaries[3]))
    hands.go("beneficiaries")
    hands.press("Ctrl+N")
    hands.type(f"{known.first_name} {known.last_name} {known.birth_date:%d%m%Y}")
    hands.press("Return")
    page = hands.view("beneficiaries").new_page
    assert page.create_button.text() == "Créer quand même"
    hands.press("Ctrl+Return")
    assert hands.says("Est-ce la même personne")
    assert hands.says("Déjà dans le carnet")
    hands.press("Return")
    assert hands.view("beneficiaries").model.person_id == known.id
    assert hands.ask(lambda: hands.services.beneficiaries.page().total) == 12


def test_line_20_a_merge_is_taken_back_to_the_hundredth_of_an_hour(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    open_month(hands)
    for value in PAPER:
        hands.enter(value)
    people = hands.services.beneficiaries
    first, second = site.beneficiaries[0], site.beneficiaries[1]

    def totals() -> list[int]:
        return list(hands.ask(lambda: [people.get(one).total_hours for one in (first, second)]))

    before = totals()
    assert all(before)
    view = hands.go("beneficiaries", first)
    view.person.compare_with(second)
    hands.settle()
    hands.press("Ctrl+Return")
    assert hands.ask(lambda: people.get(first).total_hours) == sum(before)
    assert hands.says("réunie à celle-ci")
    grid = hands.ask(lambda: hands.services.hours.open_month(site.company, MONTH))
    assert sum(row.worked or 0 for row in grid.rows) == sum(READ), "nothing is counted twice, nothing is lost"
    hands.tap(hands.button("Annuler la fusion"))
    assert totals() == before
    assert hands.says(str(hands.ask(lambda: people.get(first).last_name)))


def test_line_24_the_follow_up_sheet_in_nine_keys(karim: tuple[Hands, Site]) -> None:
    hands, _site = karim
    hands.press("Ctrl+K")
    hands.type("mart")
    hands.press("Ctrl+P")
    dialog = hands.root.findChild(DocumentDialog)
    assert dialog is not None
    hands.wait(lambda: dialog.preview.page_count)
    hands.settle()
    assert "Julie MARTIN" in dialog.heading.text()
    assert dialog.findChild(QPdfView) is not None
    assert dialog.preview.page_count == 1
    assert len(pages(dialog.preview._data)) == 1
    assert isinstance(hands.focused, QAbstractButton)
    assert hands.focused.text() == "Imprimer", "Enter prints"
    hands.press("Return")
    assert hands.keys <= 9, hands.keys
    assert hands.says("Cet ordinateur ne connaît aucune imprimante"), "this machine has no printer: said, not hidden"


def test_flow_c_by_the_mouse_in_three_clicks_and_two_from_the_record(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    assert hands.desktop.workspace is not None
    box = hands.desktop.workspace.palette_box
    hands.tap(next(one for one in hands.root.findChildren(QAbstractButton) if "Rechercher" in one.text()))
    hands.type("mart")
    item = next(box.list.item(at) for at in range(box.list.count()) if "MARTIN" in box.list.item(at).text())
    line = box.list.visualItemRect(item)
    hands.taps += 1
    QTest.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(line.right() - 16, line.center().y()))
    hands.settle()
    dialog = hands.root.findChild(DocumentDialog)
    assert dialog is not None
    hands.wait(lambda: dialog.preview.page_count)
    hands.settle()
    assert "Julie MARTIN" in dialog.heading.text()
    hands.tap(hands.button("Imprimer", dialog))
    assert hands.taps <= 3, hands.taps
    dialog.close()
    hands.settle()

    hands.go("beneficiaries", site.beneficiaries[0])
    hands.taps = 0
    hands.tap(hands.button("Imprimer la fiche"))
    again = [one for one in hands.root.findChildren(DocumentDialog) if one.isVisible()]
    hands.wait(lambda: again[0].preview.page_count)
    hands.settle()
    hands.tap(hands.button("Imprimer", again[0]))
    assert hands.taps <= 2, hands.taps


def test_somebody_new_and_their_contract_ask_twelve_fields(karim: tuple[Hands, Site]) -> None:
    """PRODUCT.md §3.5: new beneficiary and contract, at most twelve fields visible."""
    hands, _site = karim

    def visible(within: QWidget) -> list[str]:
        return [one.key for one in within.findChildren(Field) if one.isVisible()]

    hands.go("beneficiaries")
    hands.press("Ctrl+N")
    hands.type("Awa SISSOKO 02051999")
    hands.press("Return")
    view = hands.view("beneficiaries")
    hands.wait(lambda: view.new_page.form.fields["last_name"].value() == "SISSOKO")
    asked = visible(view.new_page.form)
    hands.press("Ctrl+Return")
    hands.wait(lambda: view.model.sheet is not None)
    hands.tap(hands.button("Associer à une entreprise"))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    asked += visible(dialog)
    assert len(asked) <= 12, asked
    dialog.reject()
