"""An offer made from its lot, a candidate presented and placed, by keys and taps; what is printed for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.beneficiaries.service import BeneficiariesService
from app.models.choices import OfferState
from app.models.offers import JobOfferDraft
from app.offers.service import OffersService
from app.operations.companies import CompaniesService
from app.store.notebook import Notebook
from app.ui.offers.view import OffersView
from app.ui.offers.viewmodel import OffersViewModel
from app.ui.shell.navigation import Frame, Place
from app.ui.shell.window import Workspace
from tests.factories import Site, fresh_notebook, site_with_people
from tests.ui.accessibility import check_sizes, settle
from tests.ui.keys import press, type_text


@dataclass
class Desk:
    """The place, and what was asked to be printed."""

    view: OffersView
    service: OffersService
    site: Site
    frame: Frame
    printed: list[tuple[str, str, str]] = field(default_factory=list)


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path) as made:
        made.set_control("prefix", "NO")
        yield made


@pytest.fixture
def desk(frame: Frame, notebook: Notebook, show: Callable[..., QMainWindow]) -> Desk:
    site = site_with_people(notebook, 4)
    service = OffersService(notebook)
    printed: list[tuple[str, str, str]] = []

    def build(frame: Frame) -> OffersView:
        model = OffersViewModel(
            service,
            BeneficiariesService(notebook),
            CompaniesService(notebook),
            frame.bridge,
            frame.bus,
            frame.messages,
            frame.undo,
            lambda _kind, _ids: None,
        )
        return OffersView(frame, model, lambda *asked: printed.append(asked), lambda _path, _data: None)

    window = Workspace(frame, [Place("offers", "O&ffres", "briefcase", build)])
    show(window, 1366, 768)
    frame.navigation.go("offers")
    settle()
    view = window._views["offers"]
    assert isinstance(view, OffersView)
    return Desk(view, service, site, frame, printed)


def tap(target: QWidget) -> None:
    assert target.isVisible()
    assert target.isEnabled()
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.rect().center())
    settle()


def button(within: QWidget, text: str) -> QPushButton:
    found = [one for one in within.findChildren(QPushButton) if one.isVisible() and one.text() == text]
    assert found, f"no button says {text!r}"
    return found[0]


def offer(desk: Desk) -> str:
    draft = JobOfferDraft(company_id=desk.site.company, lot_id=desk.site.lot, title="Aide-maçon", posts=1)
    made = desk.service.create(draft)
    desk.frame.bus.publish(made.changes)
    settle()
    return made.record_id


def test_an_offer_is_listed_printed_for_prescribers_and_opened(desk: Desk) -> None:
    made = offer(desk)
    assert desk.service.offers()[0].offer.offer_id == made
    press(desk.view, "Ctrl+P")
    settle()
    if not desk.printed:
        desk.view.print()
    assert desk.printed == [("offers", "open", "file")]
    desk.frame.navigation.go("offers", made)
    settle()
    assert desk.view.page.isVisible()


def test_a_candidate_is_presented_by_name_and_the_page_for_the_company_printed(desk: Desk, qtbot: QtBot) -> None:
    made = offer(desk)
    desk.frame.navigation.go("offers", made)
    settle()
    tap(button(desk.view, "Présenter un candidat"))
    dialog = desk.view.dialog
    assert dialog is not None
    person = dialog.person  # type: ignore[attr-defined]
    type_text(dialog, "martin")
    qtbot.waitUntil(lambda: len(person.proposals) == 1)
    person._chosen(person._model.index(0, 0))
    tap(dialog.accept_button)  # type: ignore[attr-defined]
    shown = desk.service.get(made).introductions
    assert [one.beneficiary_id for one in shown] == [desk.site.beneficiaries[0]]
    desk.view._print_first()
    assert desk.printed[-1] == ("introduction", f"{made}/{desk.site.beneficiaries[0]}", "company")


def test_an_offer_filled_leaves_the_open_ones(desk: Desk) -> None:
    made = offer(desk)
    desk.frame.navigation.go("offers", made)
    settle()
    tap(button(desk.view, "Offre pourvue"))
    assert desk.service.get(made).offer.state == OfferState.FILLED
    check_sizes(desk.view)


def test_the_directory_is_filtered_by_words(desk: Desk, qtbot: QtBot) -> None:
    desk.frame.navigation.go("offers", "structures")
    settle()
    rows = desk.view.directory.rows.rowCount()
    assert rows > 20
    desk.view.directory.search.setFocus()
    type_text(desk.view, "geiq")
    qtbot.waitUntil(lambda: 0 < desk.view.directory.rows.rowCount() < rows)
    check_sizes(desk.view)
