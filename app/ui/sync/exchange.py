"""The exchange in the window: its state, its sessions, its dialogs; built once the notebook is shown."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.account.copies import SafetyCopies
from app.rules.french import plural
from app.rules.record_words import tells_who
from app.sync import card_words
from app.sync.desk import ExchangeDesk
from app.sync.state import ExchangeState, Problem, ReviewCard, SyncReport, Verification
from app.ui.shell.indicator import SyncState
from app.ui.shell.navigation import Frame, Location, Notice, Place
from app.ui.shell.rail import SavedFilter
from app.ui.sync.indicator import shown
from app.ui.sync.viewmodel import AutoSync, Records, SyncModel

_NOTICED = 3
"""Decisions named over a record; the others are counted."""
FIRST_LOOK_MS = 1_500
"""The first screen is usable before the network is thought of, in milliseconds."""


class ExchangeServices(Protocol):
    """The services of the open notebook that the exchange needs."""

    @property
    def sync(self) -> ExchangeDesk: ...
    @property
    def safety_copies(self) -> SafetyCopies: ...


class Exchange(QObject):
    """``changed``: the indicator, the count of « Fiches à relire »; ``withdrawn``: the network erased this notebook."""

    changed = Signal()
    review_changed = Signal()
    """Another count of « Fiches à relire »."""
    withdrawn = Signal()

    def __init__(
        self,
        services: ExchangeServices,
        records: Records,
        frame: Frame,
        window: QWidget,
        *,
        demonstration: bool = False,
        unsent: int = 0,
    ) -> None:
        super().__init__(window)
        self._services = services
        self._records = records
        self._frame = frame
        self._window = window
        self.model = SyncModel(
            records,
            lambda: services.sync,
            frame.bridge,
            frame.bus,
            frame.messages,
            frame.undo,
            frame.clock,
            demonstration=demonstration,
            parent=self,
        )
        self.model.state = ExchangeState(unsent=unsent)
        self.model.changed.connect(self._changed)
        self.model.join_asked.connect(self.join)
        self.model.sign_in_asked.connect(self.sign_in)
        self.model.finished.connect(self._ended)
        self._auto: AutoSync | None = None
        self._known = False
        self._to_review = 0

    # --- in the frame ----------------------------------------------------------------------

    def place(self) -> Place:
        """« Synchronisation », reached by the left corner."""
        return Place("sync", "Synchronisation", "refresh-cw", self._build, in_rail=False)

    def shown(self) -> SyncState:
        """What the left corner shows now."""
        return shown(self.model)

    def filters(self) -> list[SavedFilter]:
        """« Fiches à relire 2 » in the rail, when there are some."""
        count = self.model.state.to_review
        if not count:
            return []
        return [SavedFilter("Fiches à relire", count, lambda: self._frame.navigation.go("sync"))]

    def notice(self, where: Location) -> Notice | None:
        """Over the record shown: « 2 versions : Téléphone » until somebody decides, else its photos not sent yet."""
        if where.place == "sync":
            return None
        cards = [one for one in self.model.open_cards if {one.record_id, one.door[1]} & set(where.path)]
        if cards:
            fields = [self._noticed(one, where) for one in cards[:_NOTICED]]
            if len(cards) > _NOTICED:
                fields.append(plural(len(cards) - _NOTICED, "autre"))
            words = f"2\u00a0versions\u00a0: {', '.join(fields)}. Rien n’attend votre réponse."
            return Notice(words, "warning", "Relire", lambda: self._frame.navigation.go("sync", cards[0].card_id))
        sent = next((self.model.photos[one] for one in where.path if one in self.model.photos), None)
        if sent is None:
            return None
        return Notice(f"{sent[0]}/{sent[1]}\u00a0photos au réseau. Les autres sont gardées ici et partiront seules.")

    def _noticed(self, card: ReviewCard, where: Location) -> str:
        """The field alone over the record itself; over the page of another, the record too."""
        if card.record_id in where.path:
            return card_words.asked_label(card) if card.field else "corbeille"
        return card_words.review_heading(card, self._frame.discretion.detail if tells_who(card.kind) else str)

    def start(self, is_locked: Callable[[], bool], *, join: bool = False) -> None:
        """Begin to look whether there is something to exchange; ``join`` asks for the network at once."""
        self._auto = AutoSync(self.model, is_locked, random.random, self)
        QTimer.singleShot(FIRST_LOOK_MS, self, self.model.reload)
        if join:
            self.join()

    def stop(self) -> None:
        """The window closes: no new session, the one under way ends as soon as it can."""
        if self._auto is not None:
            self._auto.timer.stop()
        self.model.stop()

    # --- what opens ------------------------------------------------------------------------

    def join(self) -> None:
        """Ask for the server, the name and the password; the first reception is then watched from its place."""
        from app.ui.sync.dialogs import JoinDialog

        dialog = JoinDialog(self._window, self.model, self.model.state)
        dialog.accepted.connect(lambda: self._frame.navigation.go("sync"))
        dialog.open()

    def sign_in(self) -> None:
        """Ask for the password again."""
        from app.ui.sync.dialogs import JoinDialog

        JoinDialog(self._window, self.model, self.model.state, again=True).open()

    def open_copy(self) -> None:
        """The dialog of the safety copy."""
        from app.ui.sync.safety import SafetyCopyDialog

        dialog = SafetyCopyDialog(self._window, self._services.safety_copies, self._frame.bridge)
        dialog.written.connect(lambda _made: self.model.reload())
        dialog.open()

    def show_check(self, found: Verification) -> None:
        """The answer of « Vérifier »."""
        from app.ui.sync.dialogs import CheckDialog

        CheckDialog(self._window, found, self._print_check).open()

    def _print_check(self, found: Verification, show: Callable[[bytes], None]) -> None:
        self._frame.bridge.run(lambda: self._records.verification_pdf(found), show, owner=self)

    def _build(self, frame: Frame) -> Any:
        from app.ui.sync.view import SyncDoors, SyncView

        return SyncView(frame, self.model, SyncDoors(self.join, self.sign_in, self.open_copy, self.show_check))

    # --- what it hears ---------------------------------------------------------------------

    def _changed(self) -> None:
        self.changed.emit()
        if self.model.state.to_review != self._to_review:
            self._to_review = self.model.state.to_review
            self.review_changed.emit()
        if self.model.state.enrolled and not self._known and self._auto is not None:
            self._known = True
            self._auto.start()

    def _ended(self, report: SyncReport) -> None:
        if report.problem is Problem.REVOKED:
            self.stop()
            self.withdrawn.emit()
