"""The exchange as the window sees it: one state for the indicator and the place, one session at a time.

It asks the desk of the exchange (``app.sync.desk``), listens to the bus, and never touches the network: sessions
run on the io executor and tell their progress from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.changes import Changes
from app.clock import Clock
from app.errors import ExchangeFailed, InclusivError
from app.rules.record_words import shortened
from app.store.history import ToldChange
from app.store.unit import Outcome, Undo
from app.sync import card_words, sentences
from app.sync.desk import ExchangeDesk
from app.sync.schedule import next_session
from app.sync.state import (
    Decision,
    ExchangeState,
    HeldCard,
    JournalLine,
    NetworkFigures,
    Problem,
    Progress,
    ReviewCard,
    SyncReport,
    Verification,
)
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.shell.undo import UndoStack

SETTLE_MS = 400
"""Several changes in a row are counted once."""


class Records(Protocol):
    """What is asked of the notebook itself, on the store thread; nothing here speaks to the network."""

    def exchange_state(self) -> ExchangeState: ...
    def photos_waiting(self) -> dict[str, tuple[int, int]]: ...
    def recent_changes(self) -> list[ToldChange]: ...
    def take_back(self, undo: Undo, /) -> Outcome: ...
    def verification_pdf(self, found: Verification, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Page:
    """What the place lists: decisions to take, taken, what was refused, the journal, what was typed lately."""

    to_review: tuple[ReviewCard, ...] = ()
    reviewed: tuple[ReviewCard, ...] = ()
    held: tuple[HeldCard, ...] = ()
    journal: tuple[JournalLine, ...] = ()
    typed: tuple[ToldChange, ...] = ()


class SyncModel(QObject):
    """``changed``: the state or the progress; ``page_changed``: what the place lists; ``verified(Verification)``;
    ``refused(InclusivError)``: a sign-in that failed; ``enrolled``; ``signed_out``; ``sign_out_refused(sentence)``.
    """

    changed = Signal()
    page_changed = Signal()
    notices_changed = Signal()
    """Something else is to be said over records: two versions, photographs not sent yet."""
    join_asked = Signal()
    sign_in_asked = Signal()
    verified = Signal(object)
    enrolled = Signal()
    refused = Signal(object)
    signed_out = Signal()
    sign_out_refused = Signal(str)
    finished = Signal(object)
    """A session ended; carries its :class:`SyncReport`."""
    taken_back = Signal()
    """What was decided here was undone, or done again."""
    _told = Signal(object)

    def __init__(
        self,
        records: Records,
        desk: Callable[[], ExchangeDesk],
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        clock: Clock,
        *,
        demonstration: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._records = records
        self._get_desk = desk
        self._run = run
        self._messages = messages
        self._undo = undo
        self.clock = clock
        self.demonstration = demonstration
        self.state = ExchangeState()
        self.page = Page()
        self.progress: Progress | None = None
        self.open_cards: tuple[ReviewCard, ...] = ()
        """Decisions to take, for the records that show « 2 versions » (PRODUCT.md AC 11)."""
        self.photos: dict[str, tuple[int, int]] = {}
        """(sent, all) of the records whose photographs are not all at the network (PRODUCT.md AC 17)."""
        self.last_change: dt.datetime | None = None
        """When something was last written here, by the user or by a session."""
        self.verifying = False
        self.figures: NetworkFigures | None = None
        """The network's figures, once a coordinator asked them; never kept."""
        self.counting = False
        self.signing = False
        self._looked = False
        """Whether the state was read: before, it is the one of a notebook that is alone."""
        self._syncing = False
        self._asked = False
        self._stop = False
        self._watched = False
        self._soon = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self.reload)
        self._told.connect(self._progressed)
        bus.published.connect(self._heard)

    @property
    def _desk(self) -> ExchangeDesk:
        """Reached where the work is done: loading what speaks to the network takes a third of a second."""
        return self._get_desk()

    # --- the state ---------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """What the indicator says."""
        return sentences.indicator(self.state, self.clock.now(), self.progress)

    @property
    def syncing(self) -> bool:
        """Whether a session is under way in this window."""
        return self._syncing

    @property
    def followed(self) -> bool:
        """Whether the user waits for the session under way: they asked for it, or nothing was received yet."""
        return self._syncing and (self._asked or self.state.last_success is None)

    @property
    def told(self) -> sentences.Told | None:
        """The problem to be said, in three parts; being offline is none."""
        if self.followed or self.state.problem in (Problem.OFFLINE, Problem.CANCELLED, Problem.LOCKED):
            return None
        if not self.state.enrolled and self.state.problem is not Problem.REVOKED:
            return None
        return sentences.problem_told(self.state.problem, self.state.unsent)

    def reload(self) -> None:
        """Ask where things stand."""
        self._run.run(self._records.exchange_state, self._stated, owner=self)
        if self._watched:
            self.reload_page()

    def watch(self, on: bool) -> None:
        """The place is shown, or no longer: its lists are read only while they are seen."""
        self._watched = on
        if on:
            self.reload()

    def reload_page(self) -> None:
        """Read the lists of the place again."""

        def read() -> Page:
            typed = tuple(self._records.recent_changes())
            if not self.state.enrolled:
                return Page(typed=typed)
            desk = self._desk
            return Page(
                tuple(desk.to_review()),
                tuple(desk.reviewed()),
                tuple(desk.held()),
                tuple(desk.journal()),
                typed,
            )

        self._run.run(read, self._paged, owner=self)

    def _stated(self, state: ExchangeState) -> None:
        self._looked = True
        self.state = replace(state, running=True) if self._syncing else state
        self.changed.emit()
        self._read_cards()

    def _read_cards(self) -> None:
        state = self.state
        waiting = state.enrolled and state.photos_done < state.photos_total
        if not (state.to_review or self.open_cards or waiting or self.photos):
            return

        def read() -> tuple[tuple[ReviewCard, ...], dict[str, tuple[int, int]]]:
            cards = tuple(self._desk.to_review()) if state.to_review else ()
            return cards, self._records.photos_waiting() if waiting else {}

        self._run.run(read, self._take_cards, owner=self)

    def _take_cards(self, found: tuple[tuple[ReviewCard, ...], dict[str, tuple[int, int]]]) -> None:
        if found != (self.open_cards, self.photos):
            self.open_cards, self.photos = found
            self.notices_changed.emit()

    def _paged(self, page: Page) -> None:
        self.page = page
        self.page_changed.emit()

    def _heard(self, _changes: Changes) -> None:
        self.last_change = self.clock.now()
        self._soon.start()

    # --- sessions ----------------------------------------------------------------------------

    def synchronise(self, *, asked: bool = True) -> None:
        """Send and receive now. When ``asked`` by the user, the answer is always said."""
        if self._syncing:
            if asked:
                self._asked = True
                self._messages.say(f"Synchronisation en cours\u00a0: {self.words}")
                self.changed.emit()
            return
        if not self._looked and asked:
            self._run.run(self._records.exchange_state, self._first_asked, owner=self)
            return
        if not self.state.enrolled:
            if asked:
                self._say_alone()
            return
        self._syncing, self._asked, self._stop = True, asked, False
        self.progress = None
        self.state = replace(self.state, running=True)
        self.changed.emit()
        self._run.run(
            lambda: self._desk.synchronise(self._told.emit, lambda: self._stop),
            self._finished,
            self._broken,
            on="io",
            owner=self,
        )

    def _first_asked(self, state: ExchangeState) -> None:
        """F5 came before the first look: nobody knew yet whether this notebook has a network."""
        self._stated(state)
        self.synchronise()

    def _say_alone(self) -> None:
        told = sentences.problem_told(Problem.DEMONSTRATION if self.demonstration else Problem.NOT_ENROLLED)
        if told is None:
            return
        if self.demonstration:
            self._messages.say(told.sentence)
        else:
            self._messages.say(told.sentence, "info", "Rejoindre mon réseau", self.join_asked.emit)

    def stop(self) -> None:
        """Stop the session under way; what has gone through stays done."""
        self._stop = True

    def _progressed(self, progress: Progress) -> None:
        if self._syncing or self.verifying:
            self.progress = progress
            self.changed.emit()

    def _finished(self, report: SyncReport) -> None:
        self._syncing = False
        self.progress = None
        self.state = replace(report.state, running=False)
        if self._asked:
            self._answer(report)
        self.changed.emit()
        if report.problem is not Problem.REVOKED:
            self._read_cards()
            if self._watched:
                self.reload_page()
        self.finished.emit(report)

    def _answer(self, report: SyncReport) -> None:
        words = sentences.answer(report, self.clock.now())
        if report.problem is Problem.SIGN_IN:
            self._messages.say(words, "warning", sentences.SIGN_IN, self.sign_in_asked.emit, 0)
            return
        quiet = report.problem in (Problem.NONE, Problem.OFFLINE, Problem.CANCELLED)
        kind = "success" if report.complete else "info" if quiet else "warning"
        self._messages.say(words, kind, seconds=8 if quiet else None)

    def _broken(self, problem: InclusivError) -> None:
        self._syncing = False
        self.progress = None
        self.state = replace(self.state, running=False)
        self.changed.emit()
        self._messages.error(problem)

    # --- joining and leaving -----------------------------------------------------------------

    def enrol(self, server: str, user: str, password: str) -> None:
        """Join the network; the first session follows by itself."""
        self._sign(lambda: self._desk.enrol(server.strip(), user.strip(), password))

    def sign_in(self, password: str) -> None:
        """Give the password again."""
        self._sign(lambda: self._desk.sign_in(password))

    def _sign(self, work: Callable[[], ExchangeState]) -> None:
        if self.signing:
            return
        self.signing = True
        self._run.run(work, self._signed, self._not_signed, on="io", owner=self)

    def _signed(self, state: ExchangeState) -> None:
        self.signing = False
        self._looked, self.state = True, state
        self.synchronise()  # told before the state is: else the automatic session begins one that nobody asked for
        self.enrolled.emit()

    def _not_signed(self, problem: InclusivError) -> None:
        self.signing = False
        if not self._is_withdrawal(problem):
            self.refused.emit(problem)

    def _is_withdrawal(self, problem: InclusivError) -> bool:
        """Whether the network had the notebook erased, on whatever occasion: it is then told as after a session."""
        withdrawn = isinstance(problem, ExchangeFailed) and problem.problem == Problem.REVOKED.value
        if withdrawn:
            self.finished.emit(SyncReport(problem=Problem.REVOKED))
        return withdrawn

    def sign_out(self) -> None:
        """Leave the network's server; refused while something waits that no safety copy holds."""
        self._run.run(lambda: self._desk.sign_out(), self._left, self._stays, on="io", owner=self)

    def _left(self, state: ExchangeState) -> None:
        self._stated(state)
        self._messages.say("Vous êtes déconnecté du réseau. Le carnet reste entier sur cet ordinateur.", "success")
        self.signed_out.emit()

    def _stays(self, problem: InclusivError) -> None:
        self.sign_out_refused.emit(problem.sentence)

    # --- decisions ---------------------------------------------------------------------------

    def decide(self, card: ReviewCard, decision: Decision) -> None:
        """Take a decision, or take it again; it can be undone, and taken again for thirty days."""

        def act() -> Outcome:
            desk = self._desk
            acts = {Decision.MINE: desk.keep_mine, Decision.THEIRS: desk.keep_theirs, Decision.BOTH: desk.keep_both}
            return acts[decision](card.card_id)

        self._run.run(act, lambda outcome: self._decided(card, decision, outcome.undo), owner=self)

    def _decided(self, card: ReviewCard, decision: Decision, undo: Undo) -> None:
        words = card_words.review_words(card)
        chosen = {Decision.MINE: words.mine.short, Decision.THEIRS: words.theirs.short, Decision.BOTH: "les deux"}
        kept = shortened(chosen[decision])
        self._undo.push(f"fiche relue\u00a0: {words.heading}", *[self._swap(undo)] * 2)
        self._messages.undoable(f"Gardé\u00a0: {kept}. Modifiable 30\u00a0jours.", self._undo_last)
        self.reload()

    def ask_content(self, sha256: str, answer: Callable[[bytes | None], None], owner: QObject) -> None:
        """Read a picture or a document for ``owner``; ``None`` is answered while it is not here yet."""
        self._run.run(lambda: self._desk.content(sha256), answer, on="io", owner=owner)

    def _swap(self, undo: Undo) -> Callable[[], None]:
        turn = [undo]  # taking back answers how to do it again, and so on

        def done(outcome: Outcome) -> None:
            turn[0] = outcome.undo
            self.taken_back.emit()
            self.reload()

        return lambda: self._run.run(lambda: self._records.take_back(turn[0]), done, owner=self)

    def _undo_last(self) -> None:
        self._undo.undo()

    # --- what was refused --------------------------------------------------------------------

    def send_again(self, card: HeldCard) -> None:
        """Offer it once more, at once."""
        self._run.run(lambda: self._desk.send_again(card.held_id), lambda _done: self.synchronise(), owner=self)

    def give_up(self, card: HeldCard) -> None:
        """Stop asking about it."""
        self._run.run(lambda: self._desk.give_up(card.held_id), self._given_up, owner=self)

    def _given_up(self, outcome: Outcome) -> None:
        text = "Ligne fermée. La saisie reste dans l’historique de la fiche."
        if outcome.undo:
            self._messages.undoable(text, self._swap(outcome.undo))
        else:
            self._messages.say(text, "success")
        self.reload()

    def write_held(self, target: Path) -> None:
        """Write what was refused for the coordination."""
        self._run.run(
            lambda: self._desk.write_held(target),
            lambda path: self._messages.say(f"Éléments refusés écrits dans {path.name}.", "success"),
            owner=self,
        )

    # --- Vérifier ----------------------------------------------------------------------------

    def verify(self) -> None:
        """Compare everything with the network."""
        if self.verifying:
            self._messages.say("Vérification en cours.")
            return
        self.verifying = True
        self.changed.emit()
        self._run.run(
            lambda: self._desk.verify(self._told.emit), self._verified, self._not_verified, on="io", owner=self
        )

    def _verified(self, found: Verification) -> None:
        self.verifying = False
        self.progress = None
        if found.problem is Problem.REVOKED:
            self.finished.emit(SyncReport(problem=Problem.REVOKED))
            return
        self.changed.emit()
        self.verified.emit(found)
        self.reload()

    def _not_verified(self, problem: InclusivError) -> None:
        self.verifying = False
        self.progress = None
        self.changed.emit()
        self._messages.error(problem)

    # --- the network's figures ---------------------------------------------------------------

    def ask_figures(self, year: int) -> None:
        """Ask the network's server the figures of a year; only a coordinator's account is answered."""
        if self.counting:
            return
        self.counting = True
        self.page_changed.emit()
        self._run.run(lambda: self._desk.network_figures(year), self._counted, self._not_counted, on="io", owner=self)

    def _counted(self, figures: NetworkFigures) -> None:
        self.counting = False
        self.figures = figures
        self.page_changed.emit()

    def _not_counted(self, problem: InclusivError) -> None:
        self.counting = False
        if not self._is_withdrawal(problem):
            self.page_changed.emit()
            self._messages.error(problem)


class AutoSync(QObject):
    """Sessions nobody asked for (``app.sync.schedule``): soon after a change, when the network is back, from time to
    time. A look every fifteen seconds, none while the notebook is locked.
    """

    LOOK_MS = 15_000

    def __init__(
        self,
        model: SyncModel,
        is_locked: Callable[[], bool],
        draw: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._is_locked = is_locked
        self._draw = draw
        self._failures = 0
        self._last: dt.datetime | None = None
        self.timer = QTimer(self, interval=self.LOOK_MS)
        self.timer.timeout.connect(self.look)
        model.finished.connect(self._ended)

    def start(self) -> None:
        """Begin to look, and look at once."""
        self.timer.start()
        self.look()

    def look(self) -> None:
        """Synchronise now when it is time to."""
        model = self._model
        if self._is_locked() or model.syncing or not model.state.enrolled:
            return
        now, state = model.clock.now(), model.state
        at = next_session(self._last, state.problem, self._failures, state.unsent, model.last_change, self._draw())
        if at is not None and at <= now:
            model.synchronise(asked=False)

    def _ended(self, report: SyncReport) -> None:
        self._last = self._model.clock.now()
        self._failures = 0 if report.problem in (Problem.NONE, Problem.CANCELLED) else self._failures + 1
