"""The files of a company on its page: what is remembered and forgotten, imports taken back, a file chosen (E6, M2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from app.hours.imports.opening import opened_file
from app.hours.imports.values import Decisions
from app.hours.service import HoursService
from app.hours.timesheets.worker import read_bytes
from app.ui.companies.files import FilesPart
from app.ui.shell.window import Workspace
from tests.factories import Site, site_with_people
from tests.hours.imports.conftest import statement
from tests.ui.accessibility import check_sizes, settle
from tests.ui.keys import press
from tests.ui.operations.conftest import Desk

ROWS = [("MARTIN", "Julie", "10/2026", "151,67"), ("DESCHAMPS", "Benoit", "10/2026", "140")]
HEADING = ("Nom de famille", "Prénom", "Mois", "Heures")


@pytest.fixture
def site(desk: Desk) -> Site:
    """A company whose October came as a file."""
    made = site_with_people(desk.notebook, 6)
    data = statement(ROWS, heading=HEADING)
    prepared = desk.imports.prepare(opened_file("octobre.csv", data, read_bytes(data, "octobre.csv")), made.company)
    desk.imports.remember_layout(prepared)
    desk.imports.save(prepared, Decisions())
    return made


def _part(desk: Desk) -> FilesPart:
    part = desk.companies_view.page.files
    assert part is not None
    return part


def _act(part: FilesPart, name: str) -> QPushButton:
    (found,) = [one for one in part.findChildren(QPushButton) if one.isVisible() and one.text() == name]
    return found


def _texts(part: FilesPart) -> str:
    from PySide6.QtWidgets import QLabel

    shown = " | ".join(one.text() for one in part.findChildren(QLabel) if one.isVisible())
    return shown.replace("\u00a0", " ")


def test_a_layout_says_what_it_understands_and_is_forgotten(desk: Desk, window: Workspace, site: Site) -> None:
    desk.open("companies", site.company)
    part = _part(desk)
    assert "Nom dans « NOM DE FAMILLE », prénom, heures à compter et mois. Depuis le 22 novembre 2026." in _texts(part)
    forget = _act(part, "Oublier")
    assert (
        forget.accessibleName().replace("\u00a0", " ") == "Oublier la présentation retenue depuis le 22 novembre 2026"
    )
    forget.setFocus()
    press(forget, "Space")
    settle()
    assert desk.imports.layouts(site.company) == ()
    assert "NOM DE FAMILLE" not in _texts(part)
    press(window, "Ctrl+Z")
    settle()
    assert len(desk.imports.layouts(site.company)) == 1
    assert "NOM DE FAMILLE" in _texts(part)


def test_an_import_is_taken_back_from_the_company(desk: Desk, window: Workspace, site: Site) -> None:
    hours = HoursService(desk.notebook)

    def worked() -> list[int]:
        return [one.worked for one in hours.open_month(site.company, "2026-10").rows if one.worked is not None]

    desk.open("companies", site.company)
    part = _part(desk)
    assert "octobre 2026 · 2 lignes, 291,67 h · octobre.csv" in _texts(part)
    cancel = _act(part, "Annuler l’import")
    cancel.setFocus()
    press(cancel, "Space")
    settle()
    assert worked() == []
    assert "annulé le 22/11/2026" in _texts(part)
    press(window, "Ctrl+Z")
    settle()
    assert sorted(worked()) == [14_000, 15_167]


def test_a_file_is_chosen_for_this_company(desk: Desk, window: Workspace, site: Site, tmp_path: Path) -> None:
    desk.open("companies", site.company)
    part = _part(desk)
    assert "Déposez ici un fichier d’heures" in part.hint.text()
    part.choose.setFocus()
    press(part.choose, "Space")
    dialog = next(one for one in window.findChildren(QFileDialog))
    chosen = tmp_path / "novembre.csv"
    chosen.write_bytes(b"")
    dialog.filesSelected.emit([str(chosen)])
    dialog.close()
    settle()
    assert desk.path == ("hours", "import", site.company)
    assert desk.files == [str(chosen)]


def test_a_company_without_a_file_says_what_will_be_kept(desk: Desk, window: Workspace) -> None:
    made = site_with_people(desk.notebook, 1)
    desk.open("companies", made.company)
    part = _part(desk)
    assert part.nothing.isVisible()
    assert not part.known.isVisible()
    assert not part.recent.isVisible()


def test_the_part_is_named_and_never_cut(desk: Desk, window: Workspace, site: Site) -> None:
    desk.open("companies", site.company)
    check_sizes(window)
