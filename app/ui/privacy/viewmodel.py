"""Retention and access log on screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.errors import InclusivError
from app.privacy.values import AccessPage, Anonymised, RetentionPage
from app.rules.french import plural
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.shell.acts import Acts, Failed
from app.ui.shell.undo import UndoStack

KINDS = ("beneficiary", "follow_up_note", "employment_contract", "retention_decision")


class PrivacyCalls(Protocol):
    """What is asked of ``app.privacy.service.PrivacyService``."""

    def due(self, limit: int | None = ...) -> RetentionPage: ...
    def keep(self, ids: Sequence[str], reason: str, until: dt.date | None = None) -> Outcome: ...
    def archive(self, ids: Sequence[str]) -> Outcome: ...
    def anonymise(self, ids: Sequence[str], reason: str = "") -> Anonymised: ...
    def consultations(self, *, limit: int = ..., offset: int = ...) -> AccessPage: ...


class PrivacyViewModel(QObject):
    """``due_changed(RetentionPage)``, ``log_changed(AccessPage)``, ``chosen_changed``. ``take_back`` undoes an act."""

    due_changed = Signal(object)
    log_changed = Signal(object)
    chosen_changed = Signal()

    def __init__(
        self,
        service: PrivacyCalls,
        take_back: Callable[[Undo], Outcome],
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
    ) -> None:
        super().__init__()
        self._service = service
        self._run = run
        self._messages = messages
        self._undo = undo
        self._acts = Acts(run, messages, undo, take_back, self)
        self.page: RetentionPage | None = None
        self.chosen: set[str] = set()
        self._shown = ""
        bus.published.connect(self._heard)

    def show(self, which: str) -> None:
        """Read ``due`` or ``log``; empty: nothing is shown."""
        self._shown = which
        if which == "due":
            self._run.run(self._service.due, self._due, owner=self)
        elif which == "log":
            self._run.run(lambda: self._service.consultations(limit=500), self.log_changed.emit, owner=self)

    def _due(self, page: RetentionPage) -> None:
        self.page = page
        self.chosen &= {line.file.beneficiary_id for line in page.lines}
        self.due_changed.emit(page)

    def _heard(self, changes: Changes) -> None:
        if self._shown and changes.touches(KINDS):
            self.show(self._shown)

    # --- choosing -------------------------------------------------------------------------

    def turn(self, person: str) -> None:
        """Choose a person, or not any more."""
        self.chosen ^= {person}
        self.chosen_changed.emit()

    def choose_all(self) -> None:
        """Choose everybody listed; nobody when everybody was."""
        everybody = {line.file.beneficiary_id for line in self.page.lines} if self.page else set()
        self.chosen = set() if self.chosen == everybody else everybody
        self.chosen_changed.emit()

    # --- deciding -------------------------------------------------------------------------

    def keep(self, reason: str, done: Callable[[], None], failed: Failed) -> None:
        """Keep the people chosen, with a reason."""
        ids = sorted(self.chosen)
        self._acts.do(
            lambda: self._service.keep(ids, reason),
            lambda _outcome: done(),
            failed,
            told=f"{plural(len(ids), 'fiche conservée', 'fiches conservées')} un an de plus.",
        )

    def archive(self) -> None:
        """Archive the people chosen."""
        ids = sorted(self.chosen)
        told = f"{plural(len(ids), 'fiche archivée', 'fiches archivées')}."
        self._acts.do(lambda: self._service.archive(ids), told=told)

    def anonymise(self, done: Callable[[], None], failed: Failed) -> None:
        """Erase the people chosen for good; what could be undone before no longer can: it would name them."""
        ids = sorted(self.chosen)

        def erased(made: Anonymised) -> None:
            self._undo.clear()
            self._messages.say(
                f"{plural(made.people, 'fiche anonymisée', 'fiches anonymisées')}. Les totaux n’ont pas changé.",
                "success",
            )
            done()

        self._run.run(lambda: self._service.anonymise(ids), erased, failed, owner=self)

    def refuse(self, problem: InclusivError) -> None:
        """Say a refusal that no field shows."""
        self._messages.error(problem)
