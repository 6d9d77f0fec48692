"""What a user does, done elsewhere, then remembered so that it can be undone by name (PRODUCT.md §3.8)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.errors import InclusivError
from app.store.unit import Outcome, Undo
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.shell.undo import UndoStack

Failed = Callable[[InclusivError], None]


class Acts(QObject):
    """Runs the writes of a view-model. ``take_back`` undoes one on the store thread."""

    refused = Signal()
    """An act was refused and said: what the widgets show must be put back as it is."""

    def __init__(
        self,
        run: Runner,
        messages: Messages,
        undo: UndoStack,
        take_back: Callable[[Undo], Outcome],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._run = run
        self._messages = messages
        self._undo = undo
        self._take_back = take_back

    def do(
        self,
        work: Callable[[], Outcome],
        done: Callable[[Outcome], None] | None = None,
        failed: Failed | None = None,
        told: str = "",
    ) -> None:
        """Do ``work`` on the store thread. ``told`` is said with « Annuler » beside it; a refusal nobody takes too."""
        self._run.run(
            work, done=lambda outcome: self._done(outcome, done, told), failed=failed or self._refuse, owner=self
        )

    def _done(self, outcome: Outcome, done: Callable[[Outcome], None] | None, told: str) -> None:
        if outcome.undo:
            self._remember(outcome.undo)
            if told:
                self._messages.undoable(told, self._take_back_last)
        if done is not None:
            done(outcome)

    def _refuse(self, problem: InclusivError) -> None:
        self._messages.error(problem)
        self.refused.emit()

    def _take_back_last(self) -> None:
        self._undo.undo()

    def _remember(self, undo: Undo) -> None:
        held = [undo]

        def flip() -> None:  # the undo of an undo does it again
            self._run.run(
                lambda: self._take_back(held[0]), done=lambda outcome: held.__setitem__(0, outcome.undo), owner=self
            )

        self._undo.push(undo.label, flip, flip)
