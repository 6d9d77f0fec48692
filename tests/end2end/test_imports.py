"""PRODUCT.md §5.2, lines 7-10, and flows b3, b4: a company's file dropped on the window, counted on real widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.ui.imports.viewmodel import Step
from tests.end2end.hands import Hands, plain
from tests.factories import PEOPLE, Site

OpenCarnet = Callable[..., tuple[Path, Site]]


@pytest.fixture
def karim(carnet: OpenCarnet, open_hands: Callable[[Path], Hands]) -> tuple[Hands, Site]:
    folder, site = carnet(12)
    hands = open_hands(folder)
    hands.unlock()
    hands.keys = hands.taps = 0
    return hands, site


def agency_file(
    path: Path, names: Sequence[tuple[str, str]], months: Sequence[str], hours: Callable[[int, int], float]
):
    """A workbook as temp agencies make them: a logo, the heading on row 7, months in columns, a total row."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["", "INTERIM PASSERELLE"])
    page.append([])
    page.append(["", "Relevé des heures d’insertion"])
    page.append(["", "Entreprise utilisatrice :", "Bâti-Sud 91"])
    page.append(["", "Édité le 02/11/2026"])
    page.append([])
    page.append(["N°", "Nom et prénom", *months, "Total"])
    for at, (last, first) in enumerate(names):
        row = [hours(at, month) for month in range(len(months))]
        page.append([at + 1, f"{last} {first}", *row, sum(row)])
    sums = [sum(hours(at, month) for at in range(len(names))) for month in range(len(months))]
    page.append(["", "TOTAL", *sums, sum(sums)])
    book.save(path)


def importing(hands: Hands) -> Any:
    hands.wait(lambda: hands.view("hours").importing.model.step is Step.REVIEW)
    hands.settle()
    return hands.view("hours").importing


def worked(hands: Hands, site: Site, month: str) -> list[int | None]:
    grid = hands.ask(lambda: hands.services.hours.open_month(site.company, month))
    return [row.worked for row in grid.rows]


def test_lines_7_to_10_the_agency_s_file_never_seen_before(karim: tuple[Hands, Site], tmp_path: Path) -> None:
    hands, site = karim
    path = tmp_path / "heures agence.xlsx"
    names = [("J.", "MARTIN"), ("DESCHAMP", "Benoît"), ("ABDALLAH", "Nour"), *PEOPLE[2:11]]
    agency_file(path, names, ["oct-26"], lambda at, _month: 100 + at)
    hands.drop(path, hands.view("today"))
    page = importing(hands)
    assert hands.says("les mois en colonnes")
    assert plain(page.model.review.summary).startswith("9 prêtes · 3 à décider")
    assert worked(hands, site, "2026-10") == [None] * 12, "nothing written yet"
    assert page.question_table.hasFocus()

    assert hands.says("Le prénom est abrégé")
    hands.press("Return")  # J. MARTIN → MARTIN Julie
    aliases = hands.ask(
        lambda: hands.desktop.workstation.notebook.raw.execute("SELECT written FROM name_alias").fetchall()
    )
    assert aliases == [("MARTIN J.",)]
    hands.press("Return")  # DESCHAMP → DESCHAMPS
    hands.press("I")  # nobody of that name
    assert page.model.save_label == "Enregistrer 11\u00a0lignes"
    hands.press("Ctrl+Return")
    kept = worked(hands, site, "2026-10")
    assert len([one for one in kept if one is not None]) == 11
    assert sum(one or 0 for one in kept) == sum(100 + at for at in range(12) if at != 2) * 100
    assert hands.says("11 lignes enregistrées")
    assert hands.frame.navigation.here.path == (site.company, "2026-10"), "the month that was written is shown"

    hands.drop(path)
    page = importing(hands)
    assert hands.says("Déjà importé il y a 1 min")
    assert worked(hands, site, "2026-10") == kept


def test_flow_b4_then_b3_by_the_mouse(karim: tuple[Hands, Site], tmp_path: Path) -> None:
    hands, site = karim
    names = [("J.", "MARTIN"), ("DESCHAMP", "Benoît"), ("DIALO", "Aïssatou"), *PEOPLE[3:12]]
    october, november = tmp_path / "octobre.xlsx", tmp_path / "novembre.xlsx"
    agency_file(october, names, ["oct-26"], lambda at, _month: 100 + at)
    agency_file(november, names, ["nov-26"], lambda at, _month: 110 + at)

    hands.drop(october)
    page = importing(hands)
    hands.tap(page.right)
    for _decision in range(3):
        hands.tap(page.answers.findChildren(type(page.save))[0])
    assert page.model.questions == ()
    hands.tap(page.save)
    assert hands.taps <= 12, hands.taps
    assert hands.keys == 0
    assert worked(hands, site, "2026-10").count(None) == 0

    hands.taps = 0
    hands.drop(november)
    page = importing(hands)
    assert page.model.questions == (), "the layout and the names are known"
    assert hands.says("Présentation connue")
    hands.tap(page.save)
    assert hands.taps <= 4, hands.taps
    assert worked(hands, site, "2026-11").count(None) == 0

    assert hands.desktop.workspace is not None
    undo = hands.desktop.workspace.message_bar.toasts[-1].action
    assert undo is not None
    hands.tap(undo)
    assert worked(hands, site, "2026-11").count(None) == 12
    assert worked(hands, site, "2026-10").count(None) == 0
