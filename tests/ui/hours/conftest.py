"""The place « Heures » over a real notebook, without threads; and the same inside the whole window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow

from app.hours.service import HoursService
from app.store.notebook import Notebook
from app.ui.hours.months import MonthsViewModel
from app.ui.hours.view import HoursView
from app.ui.hours.viewmodel import GridViewModel
from app.ui.shell.commands import Hit
from app.ui.shell.navigation import Frame, Place
from app.ui.shell.window import Workspace, WorkspaceOptions
from tests.factories import Site, fresh_notebook, site_with_people

MONTH = "2026-11"


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path) as opened:
        yield opened


@pytest.fixture
def site(notebook: Notebook) -> Site:
    return site_with_people(notebook, 12)


@pytest.fixture
def service(notebook: Notebook, site: Site) -> HoursService:
    return HoursService(notebook)


@pytest.fixture
def model(service: HoursService, frame: Frame) -> GridViewModel:
    return GridViewModel(service, frame.bridge, frame.bus, frame.messages, frame.undo, frame.discretion)


@dataclass
class Window:
    """The whole window on « Heures »."""

    main: QMainWindow
    workspace: Workspace
    view: HoursView
    frame: Frame

    @property
    def model(self) -> GridViewModel:
        return self.view._model

    @property
    def grid(self):
        return self.view.page.grid

    def worked(self) -> list[int | None]:
        return [row.worked for row in self.model.grid.rows] if self.model.grid else []


@pytest.fixture
def window(service: HoursService, frame: Frame, show: Callable[..., QMainWindow]) -> Window:
    made: list[HoursView] = []

    def build(given: Frame) -> HoursView:
        grid = GridViewModel(service, given.bridge, given.bus, given.messages, given.undo, given.discretion)
        made.append(HoursView(given, MonthsViewModel(service, given.bridge, given.bus), grid))
        return made[0]

    def search(text, answer):
        answer([Hit("company", one.id, one.name) for one in service.find_companies(text)])

    workspace = Workspace(
        frame, [Place("hours", "&Heures", "clock", build)], WorkspaceOptions(user="N. D.", search=search)
    )
    main = show(workspace, 1366, 768)
    workspace.start()
    return Window(main, workspace, made[0], frame)
