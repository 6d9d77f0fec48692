"""Likely duplicates, the merge and its undo, what became of people, contracts renewed together: by keys."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.beneficiaries.service import BeneficiariesService
from app.beneficiaries.values import PeopleFilter
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.store.notebook import Notebook
from app.store.unit import writing
from app.ui.beneficiaries.merging import MergeDialog
from app.ui.beneficiaries.together import TogetherDialog
from app.ui.theme.appearance import appearance
from tests.factories import Site
from tests.ui.accessibility import check
from tests.ui.beneficiaries.conftest import Window
from tests.ui.keys import press, type_text


@pytest.fixture
def twin(notebook: Notebook, site: Site) -> str:
    """MARTAIN Julie, born the day of MARTIN Julie, typed on another laptop."""
    with writing(notebook, "doublon") as unit:
        birth = unit.row(Beneficiary, site.beneficiaries[0])["birth_date"]
        return unit.insert(
            Beneficiary,
            {
                "last_name": "MARTAIN",
                "first_name": "Julie",
                "birth_date": birth,
                "file_number": "B-2026-KB-0001",
                "email": "julie@exemple.example",
                "sort_name": "martain julie",
            },
        )


def _texts(widget: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget))


def _link(window: Window, name: str) -> QPushButton:
    QApplication.processEvents()
    found = window.view.person.findChild(QPushButton, name)
    assert found is not None, name
    return found


def test_the_list_of_duplicates_is_compared_and_merged_by_enter(
    site: Site, twin: str, window: Window, service: BeneficiariesService
) -> None:
    window.frame.navigation.go("beneficiaries", "duplicates")
    page = window.view.duplicates
    assert page.rows.rowCount() == 1
    assert "1 paire" in page.said.text().replace("\u00a0", " ")
    press(window.main, "Return")
    dialog = window.dialog
    assert isinstance(dialog, MergeDialog)
    assert "B-2026-KB-0001" in _texts(dialog)
    assert "julie@exemple.example" in _texts(dialog), "an empty field is filled, and it is said"
    assert dialog.rows["last_name"].chosen() == ("kept",)
    dialog.submit_button.setFocus()
    press(dialog, "Return")
    assert service.page().total == 6
    assert service.get(twin).id == site.beneficiaries[0]
    assert page.rows.rowCount() == 0
    assert page.empty.isVisible()
    window.come_back()
    press(window.main, "Ctrl+Z")
    assert service.page().total == 7


def test_two_people_are_said_so_and_not_asked_again(twin: str, window: Window, service: BeneficiariesService) -> None:
    window.frame.navigation.go("beneficiaries", "duplicates")
    window.view.duplicates.apart_button.click()
    assert window.view.duplicates.rows.rowCount() == 0
    assert service.page().total == 7
    window.frame.navigation.go("beneficiaries", twin)
    assert not window.view.person.twin.isVisible()


def test_the_page_says_that_another_file_is_alike_and_merges(
    site: Site, twin: str, window: Window, service: BeneficiariesService
) -> None:
    window.frame.navigation.go("beneficiaries", site.beneficiaries[0])
    banner = window.view.person.twin
    assert "B-2026-KB-0001" in banner.label.text()
    banner.button.click()
    dialog = window.dialog
    assert isinstance(dialog, MergeDialog)
    dialog.rows["last_name"].focus_first()
    press(dialog, "Right")
    press(dialog, "Space")
    assert dialog.taken() == ("last_name",)
    dialog.submit()
    window.come_back()
    assert window.sheet.last_name == "MARTAIN"
    assert "réunie à celle-ci" in _texts(window.view.person)
    _link(window, f"unmerge-{window.sheet.merges[0].id}").click()
    assert window.sheet.last_name == "MARTIN"
    assert service.get(twin).last_name == "MARTAIN"
    assert service.page().total == 7


def test_a_person_without_likeness_is_merged_by_choosing_the_other_file(
    site: Site, window: Window, service: BeneficiariesService, qtbot: QtBot
) -> None:
    window.frame.navigation.go("beneficiaries", site.beneficiaries[0])
    dict(window.view.person.other_acts(window.sheet))["Réunir avec une autre fiche"]()
    pick = window.dialog
    type_text(pick, "lefevre")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    press(pick, "Down")
    press(pick, "Return")
    pick.submit()  # type: ignore[attr-defined]
    dialog = window.dialog
    assert isinstance(dialog, MergeDialog)
    assert "LEFÈVRE Éloïse" in _texts(dialog)
    dialog.reject()
    assert service.page().total == 6


def test_what_became_of_a_person_is_noted_at_a_milestone(
    site: Site, window: Window, service: BeneficiariesService
) -> None:
    person = site.beneficiaries[0]
    contract = service.get(person).contracts[0]
    service.end_contract(contract.id, dt.date(2026, 10, 31), "contract_end")
    window.frame.navigation.go("beneficiaries", person)
    assert "Pas encore demandée\u00a0: à demander" in _texts(window.view.person)
    _link(window, f"attempt-{contract.period_id}/default_exit").click()
    press(window.dialog, "Ctrl+Return")
    assert "Appel téléphonique · Sans réponse" in _texts(window.view.person)
    _link(window, f"situation-{contract.period_id}/default_exit").click()
    dialog = window.dialog
    fields = dialog.form.fields  # type: ignore[attr-defined]
    assert not fields["start_on"].isVisible()
    fields["employment"].set_value("cdd")
    dialog.changed_field("employment")  # type: ignore[attr-defined]
    fields["start_on"].setFocus()
    type_text(dialog, "01112026")
    press(dialog, "Tab")
    type_text(dialog, "30042027")
    press(dialog, "Ctrl+Return")
    said = _texts(window.view.person)
    assert "CDD, du 01/11/2026 au 30/04/2027" in said
    assert "Sorties positives des PLIE\u00a0: sortie durable" in said
    assert "Sorties dynamiques de l’IAE\u00a0: sortie de transition" in said


def test_contracts_that_end_are_renewed_together(
    site: Site, notebook: Notebook, window: Window, service: BeneficiariesService
) -> None:
    with writing(notebook, "fins") as unit:
        for contract in site.contracts[:3]:
            unit.update(EmploymentContract, contract, {"end_on": dt.date(2026, 11, 30)})
    window.frame.navigation.go("beneficiaries")
    window.model.show_filter(PeopleFilter.ENDING)
    assert window.view.list.together_button.isVisible()
    window.view.list.together_button.click()
    dialog = window.dialog
    assert isinstance(dialog, TogetherDialog)
    assert len(dialog.chosen()) == 3
    next(iter(dialog.boxes.values())).click()
    dialog.until.setFocus()
    type_text(dialog, "31012027")
    dialog.renew_button.setFocus()
    press(dialog, "Return")
    ends = sorted(service.get(one).contracts[0].end_on or dt.date.min for one in site.beneficiaries[:3])
    assert ends == [dt.date(2026, 11, 30), dt.date(2027, 1, 31), dt.date(2027, 1, 31)]


def test_a_search_says_when_it_shows_only_the_first(site: Site, notebook: Notebook, window: Window) -> None:
    with writing(notebook, "foule") as unit:
        unit.insert_many(
            Beneficiary,
            [
                {"id": f"foule-{rank:04d}", "last_name": "MARCHAND", "first_name": f"Alix{rank}",
                 "sort_name": f"marchand alix{rank:04d}"}
                for rank in range(310)
            ],
        )  # fmt: skip
    window.frame.navigation.go("beneficiaries")
    window.model.search("march")
    assert window.view.list.bound.isVisible()
    assert window.view.list.paged.total == 300
    window.model.search("marchand alix30")
    assert not window.view.list.bound.isVisible()


@pytest.mark.parametrize("zoom", [100, 200])
def test_nothing_is_clipped_and_everything_has_a_name(
    site: Site, twin: str, window: Window, service: BeneficiariesService, zoom: int
) -> None:
    contract = service.get(site.beneficiaries[0]).contracts[0]
    service.end_contract(contract.id, dt.date(2026, 10, 31), "contract_end")
    appearance().set(zoom=zoom)
    window.frame.navigation.go("beneficiaries", "duplicates")
    assert not check(window.main)
    press(window.main, "Return")
    assert not check(window.dialog)
    window.dialog.reject()
    window.come_back()
    window.frame.navigation.go("beneficiaries", site.beneficiaries[0])
    assert not check(window.main)
    _link(window, f"situation-{contract.period_id}/default_exit").click()
    assert not check(window.dialog)
    window.dialog.reject()
