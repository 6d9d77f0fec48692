"""« Aujourd’hui » for the window: the agenda, read again when something of it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.account.copies import Offer
from app.changes import Changes
from app.errors import InclusivError
from app.models.choices import ActionState
from app.store.exits import DueMilestone
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.shell.acts import Acts
from app.ui.shell.undo import UndoStack
from app.visits.values import Agenda

if TYPE_CHECKING:
    from app.visits.service import VisitsService

KINDS = (
    "visit",
    "action",
    "employment_contract",
    "monthly_statement",
    "observation",
    "hour_line",
    "beneficiary",
    "situation",
    "retention_decision",
)
SLOW_KINDS = (
    "clause_period",
    "situation",
    "beneficiary",
    "retention_decision",
    "follow_up_note",
    "employment_contract",
)
"""What the milestones due and the files past their time are read again for, besides the day."""


@dataclass(frozen=True, slots=True)
class TodayState:
    """Everything the home screen shows."""

    agenda: Agenda
    missing_statements: int
    exits: tuple[DueMilestone, ...] = ()
    """Situations after the exit to ask about, fifty at most."""
    files_due: int = 0
    """People whose data are past their time: to archive or to anonymise."""
    offer: Offer | None = None
    """A safety copy is worth taking: changes have waited for more than three days."""


class TodayModel(QObject):
    """``state_changed`` carries a ``TodayState``. The callables are asked on the store thread."""

    state_changed = Signal(object)
    begun = Signal(str)

    def __init__(
        self,
        service: VisitsService,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        missing_statements: Callable[[], int],
        offer: Callable[[], Offer | None] = lambda: None,
        due_milestones: Callable[[], tuple[DueMilestone, ...]] = tuple,
        files_due: Callable[[], int] = lambda: 0,
    ) -> None:
        super().__init__()
        self._service = service
        self._run = run
        self._messages = messages
        self._acts = Acts(run, messages, undo, service.take_back, self)
        self._missing = missing_statements
        self._exits = due_milestones
        self._files_due = files_due
        self._asked: tuple[tuple[DueMilestone, ...], int] = ((), 0)
        self._asked_on: dt.date | None = None
        self._offer = offer
        self._shown = False
        self._loading = False
        self._stale = False
        self.state: TodayState | None = None
        bus.published.connect(self._heard)

    def enter(self) -> None:
        """The screen is shown."""
        self._shown = True
        self.reload()

    def leave(self) -> None:
        """The screen is hidden: changes wait for the next arrival."""
        self._shown = False

    def reload(self) -> None:
        """Read again; several changes while reading are one more reading."""
        if self._loading:
            self._stale = True
            return
        self._loading = True
        self._run.run(
            lambda: TodayState(self._service.agenda(), self._missing(), *self._asked, self._offer()),
            done=self._done,
            failed=self._failed,
            owner=self,
        )

    def start(self, visit_id: str) -> None:
        """« Démarrer » on a card."""
        self._acts.do(lambda: self._service.start_planned(visit_id), lambda outcome: self.begun.emit(outcome.record_id))

    def settle(self, action_id: str) -> None:
        """« Faite »."""
        self._acts.do(
            lambda: self._service.settle_action(action_id, ActionState.DONE), told="Action notée comme faite."
        )

    def _done(self, state: TodayState) -> None:
        self._loading = False
        self.state = state
        self.state_changed.emit(state)
        if self._stale:
            self._stale = False
            self.reload()
            return
        # asked once the day is shown: nobody waits for what became of people months ago; and asked again when the day
        # or someone's path has changed, for it reads many people
        if self._asked_on != state.agenda.day:
            self._asked_on = state.agenda.day
            self._run.run(
                lambda: (self._exits(), self._files_due()), done=self._slow_found, failed=self._failed, owner=self
            )

    def _slow_found(self, found: tuple[tuple[DueMilestone, ...], int]) -> None:
        if self.state is not None and found != self._asked:
            self._asked = found
            self.state = replace(self.state, exits=found[0], files_due=found[1])
            self.state_changed.emit(self.state)

    def _failed(self, problem: InclusivError) -> None:
        self._loading = False
        self._messages.error(problem)

    def _heard(self, changes: Changes) -> None:
        if changes.touches(SLOW_KINDS):
            self._asked_on = None
        if self._shown and changes.touches(KINDS):
            self.reload()
