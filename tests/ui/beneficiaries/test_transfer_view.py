"""« Confier à une autre structure », by keys."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from app.beneficiaries.service import BeneficiariesService
from app.store.notebook import Notebook
from app.ui.beneficiaries.transfer import TransferDialog
from app.ui.theme.appearance import appearance
from tests.beneficiaries.situation import join_network
from tests.factories import Site
from tests.ui.accessibility import check, settle
from tests.ui.beneficiaries.conftest import Window
from tests.ui.keys import press


def _act(window: Window) -> QAction:
    menu = window.view.person.header.menu
    return next(one for one in menu.actions() if one.text() == "Confier à une autre structure")


def test_a_file_is_given_by_keys_and_taken_back(
    site: Site, notebook: Notebook, window: Window, service: BeneficiariesService
) -> None:
    other = join_network(notebook)
    person = site.beneficiaries[0]
    window.frame.navigation.go("beneficiaries", person)
    _act(window).trigger()
    dialog = window.dialog
    assert isinstance(dialog, TransferDialog)
    dialog.accept_button.click()
    assert dialog.isVisible()
    assert dialog.fields["organisation_id"].has_error()
    press(dialog, "Down")
    press(dialog, "Return")
    window.come_back()
    owner = notebook.raw.execute("SELECT organisation_id FROM beneficiary WHERE id = ?", (person,)).fetchone()
    assert owner == (other,)
    assert window.frame.navigation.here is not None
    assert window.frame.navigation.here.path == ()
    assert person not in {one.id for one in service.page().lines}
    press(window.main, "Ctrl+Z")
    assert person in {one.id for one in service.page().lines}


def test_a_notebook_alone_says_why_not(site: Site, window: Window) -> None:
    refused: list[object] = []
    window.model.refused.connect(refused.append)
    window.frame.navigation.go("beneficiaries", site.beneficiaries[0])
    _act(window).trigger()
    assert len(refused) == 1
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("zoom", [100, 200])
def test_nothing_is_clipped(site: Site, notebook: Notebook, window: Window, zoom: int) -> None:
    join_network(notebook)
    appearance().set(zoom=zoom)
    window.frame.navigation.go("beneficiaries", site.beneficiaries[0])
    _act(window).trigger()
    assert not check(window.dialog)
    window.dialog.reject()


@pytest.mark.parametrize("zoom", [100, 200])
def test_a_refusal_is_seen_whole_in_a_dialog_that_grows(
    site: Site, notebook: Notebook, window: Window, zoom: int
) -> None:
    join_network(notebook)
    appearance().set(zoom=zoom)
    window.frame.navigation.go("beneficiaries", site.beneficiaries[0])
    _act(window).trigger()
    dialog = window.dialog
    assert isinstance(dialog, TransferDialog)
    dialog.accept_button.click()
    settle()
    field = dialog.fields["organisation_id"]
    assert field.has_error()
    assert field.visibleRegion().boundingRect().height() == field.height()
    dialog.reject()
