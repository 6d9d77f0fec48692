"""The place « Bénéficiaires » over a real notebook, without threads; and the same inside the whole window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow

from app.beneficiaries.service import BeneficiariesService
from app.beneficiaries.values import BeneficiarySheet
from app.store.notebook import Notebook
from app.ui.beneficiaries.view import BeneficiariesView
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.dialogs import Dialog
from app.ui.shell.commands import Hit
from app.ui.shell.navigation import Frame, Place
from app.ui.shell.window import Workspace, WorkspaceOptions
from tests.beneficiaries.situation import open_situation
from tests.factories import Site


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Notebook, Site]]:
    """With its six people when the test asks for ``site``, else with nobody."""
    notebook, site = open_situation(tmp_path, people=6 if "site" in request.fixturenames else 0)
    yield notebook, site
    notebook.close()


@pytest.fixture
def notebook(opened: tuple[Notebook, Site]) -> Notebook:
    return opened[0]


@pytest.fixture
def site(opened: tuple[Notebook, Site]) -> Site:
    return opened[1]


@pytest.fixture
def service(notebook: Notebook) -> BeneficiariesService:
    return BeneficiariesService(notebook)


@pytest.fixture
def model(service: BeneficiariesService, frame: Frame) -> BeneficiariesViewModel:
    return BeneficiariesViewModel(service, frame.bridge, frame.bus, frame.undo, frame.clock)


@dataclass
class Window:
    """The whole window on « Bénéficiaires », and the documents it asked to show."""

    main: QMainWindow
    workspace: Workspace
    view: BeneficiariesView
    frame: Frame
    opened: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def model(self) -> BeneficiariesViewModel:
        return self.view.model

    @property
    def sheet(self) -> BeneficiarySheet:
        """The person shown."""
        assert self.model.sheet is not None
        return self.model.sheet

    def come_back(self) -> None:
        """Give the window the keys again after a form was closed."""
        QApplication.processEvents()
        self.main.activateWindow()
        QApplication.processEvents()

    @property
    def dialog(self) -> Dialog:
        """The form open over the page."""
        QApplication.processEvents()
        found = QApplication.activeModalWidget()
        assert isinstance(found, Dialog)
        found.activateWindow()
        QApplication.processEvents()
        return found


@pytest.fixture
def window(service: BeneficiariesService, frame: Frame, show: Callable[..., QMainWindow]) -> Window:
    made: list[BeneficiariesView] = []
    opened: list[tuple[str, str, str]] = []

    def build(given: Frame) -> BeneficiariesView:
        model = BeneficiariesViewModel(service, given.bridge, given.bus, given.undo, given.clock)
        made.append(BeneficiariesView(given, model, lambda *asked: opened.append(asked)))
        return made[0]

    def search(text: str, answer: Callable[[list[Hit]], None]) -> None:
        answer([Hit("beneficiary", one.id, f"{one.last_name} {one.first_name}") for one in service.find(text)])

    workspace = Workspace(
        frame,
        [Place("beneficiaries", "&Bénéficiaires", "users", build)],
        WorkspaceOptions(user="N. D.", search=search),
    )
    main = show(workspace, 1366, 768)
    workspace.start()
    return Window(main, workspace, made[0], frame, opened)
