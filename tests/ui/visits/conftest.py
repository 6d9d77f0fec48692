"""The place « Visites » over a real notebook, without threads: what is tapped is written before the tap returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.clock import FrozenClock
from app.models.choices import Recipient
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import RecordedMessages
from app.ui.bridge.tasks import ImmediateBridge
from app.ui.shell.discretion import Discretion
from app.ui.shell.navigation import Frame, Navigation, Place
from app.ui.shell.undo import UndoStack
from app.ui.shell.window import Workspace
from app.ui.today.view import TodayView
from app.ui.today.viewmodel import TodayModel
from app.ui.visits.view import VisitsView
from app.ui.visits.viewmodel import PlacesModel, VisitListModel, VisitModel
from app.visits import photos
from app.visits.phrases import seed_phrases
from app.visits.service import VisitsService
from tests.factories import KEY, Site, fresh_notebook, site_with_people
from tests.visits.conftest import jpeg


def tiny_pdf() -> bytes:
    """The smallest PDF that a reader opens."""
    import io

    from pypdf import PdfWriter

    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


@dataclass
class FakeReports:
    """Makes a blank page, and remembers for whom."""

    asked: list[tuple[str, Recipient]] = field(default_factory=list)

    def collect(self, visit_id: str, recipient: Recipient) -> Any:
        self.asked.append((visit_id, recipient))
        return visit_id, recipient

    def render(self, content: Any) -> bytes:
        return tiny_pdf()

    def file_name(self, content: Any) -> str:
        return "compte-rendu.pdf"


@dataclass
class Desk:
    """The window of a test: taps are counted as they are made on real widgets."""

    notebook: Notebook
    clock: FrozenClock
    site: Site
    service: VisitsService
    frame: Frame
    window: Workspace
    reports: FakeReports
    pictures: list[Path]
    taps: int = 0
    windows: list[QWidget] = field(default_factory=list)
    """Windows to close in the end."""

    @property
    def visits(self) -> VisitsView:
        view = self.window._views["visits"]
        assert isinstance(view, VisitsView)
        return view

    @property
    def today(self) -> TodayView:
        view = self.window._views["today"]
        assert isinstance(view, TodayView)
        return view

    def tap(self, target: QWidget) -> None:
        """One tap where the widget is, refused when it cannot be seen or tapped."""
        self.taps += 1
        QApplication.processEvents()  # layouts settle
        area = self.visits.page.area if "visits" in self.window._views else None
        if area is not None and area.isAncestorOf(target):
            area.ensureWidgetVisible(target)  # scrolling is not a tap
        assert target.isVisible(), target
        assert target.isEnabled(), target
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.rect().center())

    def button(self, text: str, within: QWidget | None = None) -> QAbstractButton:
        """The visible button that says ``text``."""
        QApplication.processEvents()
        found = [
            one
            for one in (within or self.window).findChildren(QAbstractButton)
            if one.isVisible() and one.text().replace("&", "") == text
        ]
        assert found, f"no button says {text!r}"
        return found[0]

    def draw(self, area: QWidget) -> None:
        """A signature by the mouse; strokes are not counted."""
        points = [QPoint(area.width() * x // 100, area.height() * y // 100) for x, y in ((20, 60), (40, 30), (70, 65))]
        QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(area, point)
        QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=points[-1])


MakeDesk = Callable[..., Desk]


def show(desk: Desk) -> None:
    """The window at its smallest usual size, at home."""
    desk.windows.append(desk.window)
    desk.window.resize(1366, 768)
    desk.window.show()
    desk.window.start("today")


def destroy(window: QWidget) -> None:
    """Close a window and everything in it, now."""
    window.close()
    shiboken6.delete(window)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, clock: FrozenClock) -> Iterator[Desk]:
    with fresh_notebook(tmp_path / "carnet", clock) as notebook:
        seed_phrases(notebook)
        notebook.set_control("prefix", "NO")
        site = site_with_people(notebook)
        picture = tmp_path / "photo.jpg"
        picture.write_bytes(jpeg(800, 600))
        made = make_desk(notebook, clock, site, [picture])
        show(made)
        yield made
        for window in made.windows:
            destroy(window)  # before the notebook; and whole: a restyle goes through every window still there


def make_desk(notebook: Notebook, clock: FrozenClock, site: Site, pictures: list[Path]) -> Desk:
    """The workspace with « Aujourd’hui » and « Visites »."""
    service = VisitsService(notebook, AttachmentFiles(notebook.folder, KEY))
    bus, messages = Bus(), RecordedMessages()
    bridge = ImmediateBridge(bus, messages)
    frame = Frame(bridge, bus, messages, UndoStack(), Navigation(), Discretion(), clock)
    reports = FakeReports()

    def build_visits(frame: Frame) -> VisitsView:
        return VisitsView(
            frame,
            VisitListModel(service, bridge, bus, lambda: notebook.actor_id),
            PlacesModel(service, bridge, messages, frame.undo),
            VisitModel(service, bridge, bus, messages, frame.undo, photos, reports),
            choose=lambda _parent, chosen: chosen(pictures),
        )

    def build_today(frame: Frame) -> TodayView:
        return TodayView(frame, TodayModel(service, bridge, bus, messages, frame.undo, lambda: 5))

    places = [
        Place("today", "&Aujourd’hui", "house", build_today),
        Place("visits", "&Visites", "hard-hat", build_visits),
    ]
    return Desk(notebook, clock, site, service, frame, Workspace(frame, places), reports, pictures)


def plan_today(desk: Desk) -> str:
    """A visit planned today at 9 h 30."""
    outcome = desk.service.plan_visit(desk.site.lot, desk.site.company, desk.clock.today(), "09:30")
    desk.frame.bus.publish(outcome.changes)
    return outcome.record_id


def in_days(desk: Desk, days: int) -> None:
    """Let days pass."""
    desk.clock.move(dt.timedelta(days=days))
