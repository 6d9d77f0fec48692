"""The place « Heures » with its import page, over a real notebook, without threads nor other process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow

from app.beneficiaries.service import BeneficiariesService
from app.hours.imports.opening import UnreadableFile, opened_file
from app.hours.imports.service import ImportsService
from app.hours.imports.values import OpenedFile
from app.hours.service import HoursService
from app.hours.timesheets.cells import Unreadable
from app.hours.timesheets.worker import read_bytes
from app.store.notebook import Notebook
from app.ui.hours.months import MonthsViewModel
from app.ui.hours.view import HoursView
from app.ui.hours.viewmodel import GridViewModel
from app.ui.imports.page import ImportPage
from app.ui.imports.viewmodel import ImportModel
from app.ui.shell.navigation import Frame, Place
from app.ui.shell.window import Workspace, WorkspaceOptions
from tests.factories import Site, fresh_notebook, site_with_people
from tests.hours.imports.conftest import statement

MONTH = "2026-10"


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path) as opened:
        yield opened


@pytest.fixture
def site(notebook: Notebook) -> Site:
    return site_with_people(notebook, 6)


def read_here(path: Path, _given_up: Callable[[], bool]) -> OpenedFile:
    """The file, read in this process."""
    data = path.read_bytes()
    try:
        return opened_file(path.name, data, read_bytes(data, path.name))
    except Unreadable as bad:
        raise UnreadableFile(bad.failure) from bad


@dataclass
class Window:
    """The whole window, and the page of imports."""

    main: QMainWindow
    workspace: Workspace
    frame: Frame
    folder: Path
    hours: HoursService
    site: Site

    @property
    def view(self) -> HoursView:
        view = self.workspace._views["hours"]
        assert isinstance(view, HoursView)
        return view

    @property
    def page(self) -> ImportPage:
        return self.view.importing

    @property
    def model(self) -> ImportModel:
        return self.page.model

    def take(self, rows: Sequence[Sequence[object]], name: str = "releve.csv", **more: object) -> ImportPage:
        """Hand a statement to the window as a drop does."""
        path = self.folder / name
        path.write_bytes(statement(rows, **more))  # type: ignore[arg-type]
        self.workspace.take_file(path)
        return self.page

    def worked(self, month: str = MONTH) -> dict[str, int]:
        grid = self.hours.open_month(self.site.company, month)
        return {row.last_name: row.worked for row in grid.rows if row.worked is not None}


@pytest.fixture
def window(notebook: Notebook, site: Site, frame: Frame, show: Callable[..., QMainWindow], tmp_path: Path) -> Window:
    hours = HoursService(notebook)

    def build(given: Frame) -> HoursView:
        grid = GridViewModel(hours, given.bridge, given.bus, given.messages, given.undo, given.discretion)
        files = ImportModel(
            ImportsService(notebook),
            hours,
            BeneficiariesService(notebook),
            read_here,
            lambda: None,
            given.bridge,
            given.messages,
            given.undo,
            given.discretion,
            given.clock,
        )
        return HoursView(given, MonthsViewModel(hours, given.bridge, given.bus), grid, files)

    workspace = Workspace(frame, [Place("hours", "&Heures", "clock", build)], WorkspaceOptions(user="N. D."))
    main = show(workspace, 1366, 768)
    workspace.start()
    return Window(main, workspace, frame, tmp_path, hours, site)
