"""« Synchronisation » in the real frame, over an exchange that is only remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QMainWindow

from app.changes import Changes
from app.store.history import HistoryLine, ToldChange
from app.store.unit import Outcome, Undo
from app.sync.state import ExchangeState, Verification
from app.ui.shell.navigation import Frame
from app.ui.shell.window import Workspace, WorkspaceOptions
from app.ui.sync.exchange import Exchange
from app.ui.sync.view import SyncView
from app.ui.sync.viewmodel import Records
from tests.ui.accessibility import settle
from tests.ui.fakes import make_frame, make_places
from tests.ui.sync.desk import NOW, FakeDesk


class Copies:
    """No safety copy is made here."""

    def proposed_name(self) -> str:
        return "Copie de secours.secours"


class FakeServices:
    """The two services that the exchange needs."""

    def __init__(self, desk: FakeDesk) -> None:
        self.sync = desk
        self.safety_copies: Any = Copies()


class FakeRecords:
    """What the window asks of the notebook itself."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def exchange_state(self) -> ExchangeState:
        return self._desk.state()

    def photos_waiting(self) -> dict[str, tuple[int, int]]:
        return {"visit-42": (3, 5)}

    def recent_changes(self) -> list[ToldChange]:
        return [
            ToldChange(
                "Julie MARTIN",
                HistoryLine("beneficiary", "julie", "phone", "", "0639981234", "me", "N. DIALLO", NOW),
                "",
                "06 39 98 12 34",
            )
        ]

    def take_back(self, undo: Undo) -> Outcome:
        return Outcome(Changes(), undo)

    def verification_pdf(self, found: Verification) -> bytes:
        raise AssertionError("printed in the end-to-end tests")


class SyncScreen:
    """The window, its exchange, and what was said."""

    def __init__(
        self, frame: Frame, desk: FakeDesk, demonstration: bool = False, records: Records | None = None
    ) -> None:
        self.frame = frame
        self.desk = desk
        self.window = QMainWindow()
        self.exchange = Exchange(
            FakeServices(desk), records or FakeRecords(desk), frame, self.window, demonstration=demonstration
        )
        self.workspace = Workspace(
            frame,
            [*make_places(), self.exchange.place()],
            WorkspaceOptions(
                user="N. D.",
                sync_state=self.exchange.shown,
                synchronise=self.exchange.model.synchronise,
                notice=self.exchange.notice,
                account={"safety_copy": self.exchange.open_copy},
            ),
        )
        self.exchange.changed.connect(self.workspace.refresh_sync)
        self.exchange.review_changed.connect(lambda: self.workspace.set_filters(self.exchange.filters()))
        self.model = self.exchange.model
        self.model.notices_changed.connect(self.workspace.refresh_notice)

    def open(self) -> SyncView:
        """Go there by the left corner."""
        self.model.reload()
        self.workspace.sync_indicator.click()
        settle()
        return self.view

    @property
    def view(self) -> SyncView:
        found = self.workspace.view
        assert isinstance(found, SyncView)
        return found

    @property
    def said(self) -> list[str]:
        """What the message bar said, with ordinary spaces."""
        return [one.replace("\u00a0", " ") for one in self.frame.messages.texts]  # type: ignore[attr-defined]

    def texts(self) -> str:
        """Everything the place shows."""
        from PySide6.QtWidgets import QAbstractButton, QLabel

        settle()
        shown = [one.text() for one in self.view.findChildren(QLabel) if one.isVisible()]
        shown += [one.text() for one in self.view.findChildren(QAbstractButton) if one.isVisible()]
        return "\n".join(shown).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def screen(show: Callable[..., QMainWindow]) -> Callable[..., SyncScreen]:
    """``screen(desk)``: the window over this exchange."""

    def made(desk: FakeDesk, **options: Any) -> SyncScreen:
        one = SyncScreen(make_frame(), desk, **options)
        show(one.workspace, 1366, 768)
        one.frame.navigation.go("today")
        settle()
        return one

    return made
