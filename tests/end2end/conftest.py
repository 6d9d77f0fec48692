"""The whole program, offscreen: the real window, threads and encrypted notebook; keys and taps on real widgets."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.account.secrets import NoSecrets
from app.bootstrap import Workstation
from tests.conftest import NOW
from tests.day import CHEAP, PASSPHRASE, Day
from tests.end2end.hands import Hands
from tests.factories import Site, site_with_people
from tests.ui.conftest import qapp, usual_look

__all__ = ["qapp", "usual_look"]

OpenHands = Callable[..., Hands]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Menus and popovers try to hold the keyboard, which the off-screen platform cannot."""
    for item in items:
        if "end2end" in item.nodeid:
            item.add_marker(pytest.mark.qt_log_ignore("does not support grabbing", extend=True))


def make_carnet(folder: Path, people: int) -> Site:
    """A notebook made as the first run does: Nadia D., facilitator, one building site with ``people`` at work."""
    from app.store.network import list_organisations, set_owner

    workstation = Workstation(folder, Day(NOW), NoSecrets(), cost=CHEAP)
    try:
        workstation.account.create(PASSPHRASE)
        notebook = workstation.notebook
        organisation = list_organisations(notebook)[0].organisation_id
        set_owner(notebook, organisation, last_name="DIALLO", first_name="Nadia", prefix="NO", phone="06 39 98 00 01")
        return site_with_people(notebook, people)
    finally:
        workstation.leave()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[Path, Site]]:
    """Notebooks made once, copied by each test."""
    made: dict[int, tuple[Path, Site]] = {}

    def template(people: int) -> tuple[Path, Site]:
        if people not in made:
            folder = tmp_path_factory.mktemp(f"modele-{people}") / "carnet"
            made[people] = folder, make_carnet(folder, people)
        return made[people]

    return template


@pytest.fixture
def carnet(templates: Callable[[int], tuple[Path, Site]], tmp_path: Path) -> Callable[[int], tuple[Path, Site]]:
    """``carnet(6)``: the folder of a fresh notebook with six people at work, and the ids of its site."""

    def made(people: int = 6) -> tuple[Path, Site]:
        model, site = templates(people)
        folder = tmp_path / "carnet"
        shutil.copytree(model, folder)
        return folder, site

    return made


@pytest.fixture
def open_hands(qapp: QApplication) -> Iterator[OpenHands]:
    """Opens the program over a folder; whatever is still open at the end is closed in order."""
    opened: list[Hands] = []

    def open_(folder: Path, clock: Day | None = None, **options: object) -> Hands:
        opened.append(Hands(folder, clock or Day(NOW), **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_
    for one in opened:
        one.close()
