"""PRODUCT.md §5.2, Karim at the desk, lines 13-18 and 23: what follows a statement, by keys and taps."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest
from PySide6.QtWidgets import QDialog, QFileDialog

from app.hours.values import Entry
from app.models.choices import StatementState
from app.models.operations import Commitment, Contract, Lot, Operation
from app.store.unit import writing
from app.ui.documents.dialog import DocumentDialog
from app.ui.documents.papers import AttestationsDialog, RemindersDialog
from app.ui.hours.dialogs import AgreementDialog, RectifyDialog, ShareDialog
from app.ui.kit.dialogs import Question
from tests.end2end.hands import Hands, plain
from tests.factories import Site, site_with_people
from tests.reports.reading import pages, squeeze, text

MONTH, BEFORE = "2026-11", "2026-10"


@pytest.fixture
def karim(carnet: Callable[[int], tuple[Path, Site]], open_hands: Callable[[Path], Hands]) -> tuple[Hands, Site]:
    folder, site = carnet(12)
    hands = open_hands(folder)
    hands.unlock()
    hands.keys = 0
    return hands, site


def fill(hands: Hands, site: Site, month: str, value: int = 14_000) -> None:
    """A month typed and validated, as if it had been done before."""
    hours = hands.services.hours
    rows = hands.ask(lambda: hours.open_month(site.company, month)).rows
    hands.tell(lambda: hours.fill(site.company, month, [Entry(one.contract_id, one.lot_id, value) for one in rows]))
    assert hands.tell(lambda: hours.validate_month(site.company, month)).state is StatementState.VALIDATED


Kind = TypeVar("Kind", bound=QDialog)


def shown(hands: Hands, kind: type[Kind]) -> Kind:
    """The dialog of this kind that is open."""
    found = [one for one in hands.root.findChildren(kind) if one.isVisible()]
    assert found, f"no {kind.__name__} is open"
    return found[-1]


def back_to_the_window(hands: Hands) -> None:
    """The window is the active one again, which a window manager does by itself."""
    hands.root.activateWindow()
    hands.wait(hands.root.isActiveWindow)
    hands.settle()


def save_to(hands: Hands, path: Path) -> None:
    """Answer the dialog of files."""
    dialog = shown(hands, QFileDialog)
    if dialog.fileMode() == QFileDialog.FileMode.Directory:
        dialog.fileSelected.emit(str(path))
    else:
        dialog.filesSelected.emit([str(path)])
        dialog.fileSelected.emit(str(path))
    hands.taps += 1
    dialog.close()
    back_to_the_window(hands)


def second_lot(hands: Hands, site: Site) -> str:
    """Another operation where the same company owes hours."""
    notebook = hands.desktop.workstation.notebook

    def write() -> str:
        with writing(notebook) as unit:
            fields = {"buyer_id": site.buyer, "name": "Gymnase Colette", "sort_name": "gymnase colette"}
            operation = unit.insert(Operation, fields)
            contract = unit.insert(Contract, {"operation_id": operation, "name": "Travaux", "reference": "2026-T009"})
            lot = unit.insert(Lot, {"contract_id": contract, "number": "1", "name": "Maçonnerie"})
            unit.insert(Commitment, {"lot_id": lot, "company_id": site.company, "due_hours": 60_000})
            return lot

    return str(hands.ask(write))


# --- line 13 -----------------------------------------------------------------------------


def test_line_13_hours_shared_over_two_operations_count_once(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    lot = second_lot(hands, site)
    view = hands.go("hours", site.company, MONTH)
    hands.enter("140")
    row = view._model.grid.rows[0]
    view.page.grid.select_line(row.id)
    hands.tap(view.page.split)
    dialog = shown(hands, ShareDialog)
    assert any("encore dues : 600 h" in plain(one) for one in hands.texts(dialog)), "what remains is in sight"
    dialog.field(site.lot).edit.setFocus()
    dialog.field(site.lot).edit.selectAll()
    hands.type("90")
    hands.press("Tab")
    hands.type("49")
    assert any("Il reste 1 h à répartir" in plain(one) for one in hands.texts(dialog))
    hands.press("Ctrl+A")
    hands.type("50")
    hands.tap(dialog.accept_button)
    hands.settle()
    grid = view._model.grid
    assert {one.lot_id: one.worked for one in grid.rows if one.contract_id == row.contract_id} == {
        site.lot: 9_000,
        lot: 5_000,
    }
    assert grid.total == 14_000
    assert {one.bar.lot_id: one.position.received for one in view._model.positions} == {site.lot: 9_000, lot: 5_000}


def test_line_13_another_company_s_lot_needs_a_written_agreement(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    notebook = hands.desktop.workstation.notebook
    other = hands.ask(
        lambda: site_with_people(
            notebook, 1, rank=7, company_name="Éco Rénov’", operation_name="Résidence des Tilleuls", due_hours=60_000
        )
    )
    view = hands.go("hours", site.company, MONTH)
    hands.enter("140")
    row = view._model.grid.rows[0]
    view.page.share(row.id)
    hands.settle()
    dialog = shown(hands, ShareDialog)
    assert other.lot not in dialog._fields
    hands.tap(dialog.agree_button)
    asked = shown(hands, AgreementDialog)
    hands.type("GLOB-2026-04")
    hands.press("Tab")
    hands.type("12/3/2026")
    hands.press("Tab")
    hands.type("Résidence des Tilleuls, lot 3")
    hands.wait(lambda: asked.lots[0].proposals)
    hands.tap(asked.accept_button)
    hands.settle()
    again = shown(hands, ShareDialog)
    assert any("Convention GLOB-2026-04 du 12/03/2026" in plain(one) for one in hands.texts(again))
    again.field(site.lot).edit.setText("90")
    again.field(other.lot).edit.setText("50")
    hands.tap(again.accept_button)
    hands.settle()
    assert view._model.grid.total == 14_000
    assert {one.lot_id for one in view._model.grid.rows if one.contract_id == row.contract_id} == {site.lot, other.lot}


# --- line 14 -----------------------------------------------------------------------------


def test_line_14_a_paper_code_opens_exactly_its_grid(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    code, _outcome = hands.ask(lambda: hands.services.hours.give_paper_code(site.company, BEFORE))
    paper = hands.ask(lambda: hands.services.documents.make("statement", code, "company"))[0]
    hands.press("Ctrl+K")
    hands.type(code.lower())
    hands.press("Return")
    view = hands.view("hours")
    assert (view._model.company_id, view._model.month) == (site.company, BEFORE)
    words = text(paper)
    places = [words.index(squeeze(f"{one.rank} {one.name}")) for one in view._model.grid.rows]
    assert len(places) == 12
    assert places == sorted(places), "rows stand in the order of the paper"


# --- line 15 -----------------------------------------------------------------------------


def test_line_15_letters_to_all_in_one_pdf_and_logged(karim: tuple[Hands, Site]) -> None:
    hands, _site = karim
    notebook = hands.desktop.workstation.notebook

    def four_more() -> None:
        for rank in range(2, 6):
            names = {"company_name": f"Entreprise {rank}", "operation_name": f"Chantier {rank}"}
            site_with_people(notebook, 2, rank=rank, **names)  # type: ignore[arg-type]

    hands.ask(four_more)
    view = hands.go("hours")
    hands.taps = 0
    hands.tap(view.companies.filters.button("missing"))
    hands.tap(view.companies.remind)
    assert plain(view.companies.remind.text()) == "Relancer 5 entreprises"
    dialog = shown(hands, RemindersDialog)
    hands.wait(lambda: dialog.preview.page_count)
    assert len(pages(dialog.preview._data)) == 10, "a letter and a statement for each"
    dialog.preview.printed.emit()  # this machine has no printer: the paper is taken as sent
    hands.taps += 1
    hands.settle()
    assert hands.taps <= 4, hands.taps
    assert hands.says("22/11/2026"), "« relancée le 22/11/2026 » stands in the list"

    def days() -> list[dt.date | None]:
        return [one.reminded_on for one in hands.ask(hands.services.hours.missing_statements)]

    assert days() == [dt.date(2026, 11, 22)] * 5
    back_to_the_window(hands)
    hands.press("Ctrl+Z")
    assert days() == [None] * 5


# --- lines 16 and 17 ---------------------------------------------------------------------


def test_line_16_the_attestation_in_two_clicks(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    fill(hands, site, BEFORE)
    view = hands.go("beneficiaries", site.beneficiaries[0])
    hands.taps = 0
    hands.tap(hands.button("Préparer l’attestation", view))
    dialog = shown(hands, DocumentDialog)
    hands.wait(lambda: dialog.preview.page_count)
    assert "BROUILLON" in text(dialog.preview._data)
    hands.tap(dialog.issue_button)
    hands.settle()
    assert hands.taps == 2
    words = text(dialog.preview._data)
    assert len(pages(dialog.preview._data)) == 1
    assert "BROUILLON" not in words
    assert squeeze("soit cent quarante heures") in words
    assert not dialog.preview.print_button.isHidden()
    issued = dialog.preview._data
    dialog.reject()
    back_to_the_window(hands)
    hands.tap(hands.button("Réimprimer", view))
    again = shown(hands, DocumentDialog)
    hands.wait(lambda: again.preview.page_count)
    assert again.preview._data == issued, "printed again identical"
    again.reject()
    back_to_the_window(hands)
    hands.go("today")
    hands.press("Ctrl+K")
    hands.type("att-2026-no-0001")
    hands.press("Return")
    assert hands.frame.navigation.here.place == "beneficiaries", "a number on a paper leads to whom it is about"
    state = hands.ask(lambda: hands.services.hours.open_month(site.company, BEFORE)).state
    assert state is StatementState.ATTESTED


def test_line_17_fourteen_attestations_named_and_one_file_to_print(
    carnet: Callable[[int], tuple[Path, Site]], open_hands: Callable[[Path], Hands], tmp_path: Path
) -> None:
    folder, site = carnet(14)
    hands = open_hands(folder)
    hands.unlock()
    fill(hands, site, BEFORE)
    view = hands.go("companies", site.company)
    hands.taps = 0
    hands.tap(view.page.attest)
    dialog = shown(hands, AttestationsDialog)
    assert plain(dialog.issue_button.text()) == "Émettre 14 attestations"
    hands.tap(dialog.issue_button)
    hands.settle()
    out = tmp_path / "attestations"
    out.mkdir()
    save_to(hands, out)
    hands.settle()
    assert hands.taps <= 4, hands.taps
    names = sorted(one.name for one in out.iterdir())
    assert len(names) == 15
    assert "2026-11_BATI-SUD-91_MARTIN-J_attestation.pdf" in names
    assert len([one for one in names if one.endswith("_attestation.pdf") or "_attestation-2" in one]) == 14
    assert len(pages((out / "2026-11_attestations_14.pdf").read_bytes())) == 14
    assert hands.says("14 attestations enregistrées")


# --- line 18 -----------------------------------------------------------------------------


def test_line_18_an_attested_month_is_rectified_and_its_paper_stays(karim: tuple[Hands, Site]) -> None:
    hands, site = karim
    fill(hands, site, BEFORE)
    view = hands.go("hours", site.company, BEFORE)
    hands.tap(view.page.attest)
    question = shown(hands, Question)
    hands.tap(question.choices["attest"])
    hands.settle()
    assert view._model.grid.state is StatementState.ATTESTED
    place = f"{site.company}/{BEFORE}"
    before = hands.ask(lambda: hands.services.documents.document("statement", place, "company", filled=True)).data
    row = view._model.grid.rows[6]
    view.page.grid.select_line(row.id)
    view.page.grid.setFocus()
    hands.type("1")
    assert view._model.grid.row(row.contract_id, row.lot_id).worked == 14_000, "attested: nothing is typed over it"
    hands.tap(view.page.rectify_button)
    shown(hands, RectifyDialog)
    hands.type("132")
    hands.press("Tab")
    hands.type("8 h comptées deux fois")
    hands.press("Return")
    hands.settle()
    again = view._model.grid.row(row.contract_id, row.lot_id)
    assert (again.worked, [one.difference for one in again.rectified]) == (14_000, [-800])
    assert hands.says("8 h comptées deux fois")
    assert view._model.positions[0].position.validated == 12 * 14_000 - 800
    after = hands.ask(lambda: hands.services.documents.document("statement", place, "company", filled=True)).data
    assert after == before
    back_to_the_window(hands)
    hands.press("Ctrl+Z")
    assert not view._model.grid.row(row.contract_id, row.lot_id).rectified
    hands.press("Ctrl+Y")
    assert view._model.grid.row(row.contract_id, row.lot_id).rectified


# --- line 23 -----------------------------------------------------------------------------


def test_line_23_the_month_for_a_spreadsheet(karim: tuple[Hands, Site], tmp_path: Path) -> None:
    hands, site = karim
    fill(hands, site, MONTH, 14_050)
    hands.go("hours", site.company, MONTH)
    hands.press("Ctrl+E")
    save_to(hands, tmp_path / "novembre.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "novembre.xlsx").active
    assert sheet is not None
    head = [one.value for one in sheet[1]]
    first = [one.value for one in sheet[2]]
    assert first[head.index("Nom")] == "BENALI"
    assert first[head.index("Heures travaillées")] == 140.5
    assert first[head.index("Début du contrat")] == dt.datetime(2026, 3, 2)
    hands.press("Ctrl+E")
    save_to(hands, tmp_path / "novembre.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "novembre.csv").read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1][rows[0].index("Heures travaillées")] == "140,50"


@pytest.mark.parametrize("place", ["companies", "operations", "beneficiaries", "visits"])
def test_every_list_is_exported_as_it_is_shown(karim: tuple[Hands, Site], tmp_path: Path, place: str) -> None:
    hands, _site = karim
    view = hands.go(place)
    if place == "beneficiaries":
        view.list.search.setText("mart")
        hands.wait(lambda: view.list.paged.total == 1)
    if place == "visits":
        hands.press("Ctrl+E")
        assert hands.says("Rien à exporter ici")
        return
    hands.press("Ctrl+E")
    save_to(hands, tmp_path / "liste.csv")
    rows = (tmp_path / "liste.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert {"companies": "Bâti-Sud 91", "operations": "École Simone-Veil", "beneficiaries": "MARTIN"}[place] in rows[1]


def test_the_blank_sheet_of_a_company_is_saved_from_the_import_page(karim: tuple[Hands, Site], tmp_path: Path) -> None:
    hands, site = karim
    hands.go("hours", site.company, MONTH)
    view = hands.go("hours", "import", site.company)
    hands.tap(view.importing.template)
    hands.settle()
    save_to(hands, tmp_path / "modele.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "modele.xlsx").active
    assert sheet is not None
    assert sheet.cell(2, 4).value == "Novembre 2026"
    assert sheet.max_row == 1 + len(site.contracts)
