"""The two places over a real notebook, without threads; they are shown in the window when a test asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow

from app.hours.imports.service import ImportsService
from app.operations.companies import CompaniesService
from app.operations.service import OperationsService
from app.operations.sizing import SizingService
from app.store.notebook import Notebook
from app.ui.companies.files import FilesModel
from app.ui.companies.view import CompaniesView
from app.ui.companies.viewmodel import CompaniesViewModel
from app.ui.operations.view import OperationsView
from app.ui.operations.viewmodel import OperationsViewModel
from app.ui.shell.navigation import Frame, Place, PlaceView
from app.ui.shell.window import Workspace
from tests.factories import fresh_notebook
from tests.ui.accessibility import settle


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path) as made:
        made.set_control("prefix", "NO")
        yield made


@dataclass
class Desk:
    """The window with the two places, and what was asked outside of them."""

    frame: Frame
    notebook: Notebook
    operations: OperationsService
    companies: CompaniesService
    model: OperationsViewModel
    companies_model: CompaniesViewModel
    imports: ImportsService
    files: list[str] = field(default_factory=list)
    documents: list[tuple[str, str, str]] = field(default_factory=list)
    visits: list[tuple[str, str]] = field(default_factory=list)
    window: Workspace | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """Where we are."""
        here = self.frame.navigation.here
        assert here is not None
        return (here.place, *here.path)

    @property
    def said(self) -> list[str]:
        """Sentences of the message bar."""
        return self.frame.messages.texts  # type: ignore[attr-defined]

    def open(self, place: str, *path: str) -> None:
        """Go somewhere and let the layouts rest."""
        self.frame.navigation.go(place, *path)
        settle()

    @property
    def view(self) -> OperationsView:
        """The place of operations."""
        assert self.window is not None
        shown = self.window._views["operations"]
        assert isinstance(shown, OperationsView)
        return shown

    @property
    def companies_view(self) -> CompaniesView:
        """The place of companies."""
        assert self.window is not None
        shown = self.window._views["companies"]
        assert isinstance(shown, CompaniesView)
        return shown


class GivenView(PlaceView):
    """Stands for the place of visits: keeps what it is given."""

    def __init__(self, frame: Frame, desk: Desk) -> None:
        super().__init__(frame)
        self._desk = desk

    def receive(self, action: str, kind: str, record_id: str) -> bool:
        if action == "visit":
            self._desk.visits.append((kind, record_id))
        if action == "import":
            self._desk.files.append(record_id)
        return action in ("visit", "import")


@pytest.fixture
def desk(frame: Frame, notebook: Notebook) -> Desk:
    operations, companies = OperationsService(notebook), CompaniesService(notebook)
    model = OperationsViewModel(
        operations, SizingService(notebook), frame.bridge, frame.bus, frame.messages, frame.undo
    )
    companies_model = CompaniesViewModel(companies, frame.bridge, frame.bus, frame.messages, frame.undo)
    return Desk(frame, notebook, operations, companies, model, companies_model, ImportsService(notebook))


@pytest.fixture
def window(desk: Desk, show: Callable[..., QMainWindow]) -> Workspace:
    def open_document(kind: str, record: str, recipient: str) -> None:
        desk.documents.append((kind, record, recipient))

    desk.window = Workspace(
        desk.frame,
        [
            Place("visits", "&Visites", "hard-hat", lambda frame: GivenView(frame, desk)),
            Place("hours", "&Heures", "clock", lambda frame: GivenView(frame, desk)),
            Place(
                "companies",
                "&Entreprises",
                "building-2",
                lambda frame: CompaniesView(
                    frame,
                    desk.companies_model,
                    open_document,
                    files=FilesModel(desk.imports, frame.bridge, frame.bus, frame.messages, frame.undo),
                ),
            ),
            Place(
                "operations",
                "&Opérations",
                "factory",
                lambda frame: OperationsView(frame, desk.model, open_document),
            ),
        ],
    )
    show(desk.window, 1366, 768)
    return desk.window
