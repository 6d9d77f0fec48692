"""The ways into the notebook, without widgets: passphrase, PIN, recovery code.

On the way to the first paint: nothing of the bridge, the account or the store is imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from app.errors import InclusivError
    from app.ui.bridge.tasks import Runner

_LONGEST_PIN = 8


@dataclass(frozen=True, slots=True)
class Door:
    """What opens the notebook. ``open_notebook``, ``recover`` and ``open_with_pin`` run on the store thread and raise
    :class:`InclusivError`; ``wait`` gives the seconds left before another passphrase is looked at.
    """

    open_notebook: Callable[[str], object]
    recover: Callable[[str, str], object]
    """Code as typed, new passphrase."""
    wait: Callable[[], float] = lambda: 0.0
    open_with_pin: Callable[[str], object] | None = None
    pin_is_enough: Callable[[], bool] = lambda: False
    strength: Callable[[str], tuple[bool, str]] = lambda passphrase: (bool(passphrase), "")
    """Whether a new passphrase may be chosen, and the sentence to show under it."""
    join: Callable[[str], object] | None = None
    """After ``LeaseOver``: have the network renew the lease, then go in (io); the password at the network, or empty."""
    enter_by_sheet: Callable[[str], object] | None = None
    """After ``LeaseOver``: go in without network, by the code of the recovery sheet (store)."""
    step_back: Callable[[], object] | None = None
    """Wait no longer for the network (store)."""


class UnlockViewModel(QObject):
    """``opened`` once inside; ``refused(sentence, field)``; ``busy_changed``; ``waiting_changed(seconds left)``.

    ``lease_over(LeaseOver)``: the network is asked for first; then ``not_joined(InclusivError)``, or ``withdrawn``: the
    network had the notebook erased.
    """

    opened = Signal()
    refused = Signal(str, str)
    busy_changed = Signal(bool)
    waiting_changed = Signal(int)
    lease_over = Signal(object)
    not_joined = Signal(object)
    withdrawn = Signal()

    def __init__(self, door: Door | None = None, run: Runner | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._door: Door | None = None
        self._run: Runner | None = None
        self._early = ""
        self._busy = False
        self._tick = QTimer(self)
        self._tick.setInterval(250)
        self._tick.timeout.connect(self._count)
        if door is not None and run is not None:
            self.attach(door, run)

    def attach(self, door: Door, run: Runner) -> None:
        """Give what opens, once loaded: the screen is painted before. An early Enter is done now."""
        self._door = door
        self._run = run
        early, self._early = self._early, ""
        if early:
            self._set_busy(False)
            self.unlock(early)

    @property
    def busy(self) -> bool:
        """Whether a key is being tried."""
        return self._busy

    @property
    def pin_is_enough(self) -> bool:
        """Whether the short code opens, after a brief lock."""
        door = self._door
        return door is not None and door.open_with_pin is not None and door.pin_is_enough()

    @property
    def seconds_left(self) -> int:
        """Whole seconds before another try."""
        left = self._door.wait() if self._door is not None else 0.0
        return int(left) + (left > int(left))

    def strength(self, passphrase: str) -> tuple[bool, str]:
        """Whether a new passphrase may be chosen, and the sentence."""
        return self._door.strength(passphrase) if self._door is not None else (False, "")

    def unlock(self, secret: str) -> None:
        """Try a passphrase, or the PIN when it is enough."""
        if self._busy or self.seconds_left:
            self._count()
            return
        if not secret:
            self.refused.emit("Saisissez votre mot de passe.", "passphrase")
            return
        door = self._door
        if door is None:
            self._early = secret
            self._set_busy(True)
            return
        pin = door.open_with_pin
        if pin is not None and door.pin_is_enough() and secret.isdecimal() and len(secret) <= _LONGEST_PIN:
            self._try(lambda: pin(secret))
        else:
            self._try(lambda: door.open_notebook(secret))

    def recover(self, code: str, new: str, again: str) -> None:
        """Open by the recovery sheet; a new passphrase is chosen."""
        door = self._door
        if self._busy or door is None:
            return
        good, sentence = self.strength(new)
        if not code.strip():
            self.refused.emit("Saisissez le code de la fiche de secours.", "code")
        elif not good:
            self.refused.emit(sentence or "Choisissez un nouveau mot de passe.", "new")
        elif new != again:
            self.refused.emit("Les deux saisies du mot de passe diffèrent.", "again")
        else:
            self._try(lambda: door.recover(code, new))

    def join(self, password: str = "") -> None:
        """Ask the network for another lease; ``password`` once it is needed."""
        join = self._door.join if self._door is not None else None
        if self._busy or join is None or self._run is None:
            return
        self._set_busy(True)
        self._run.run(lambda: _nothing(join(password)), self._inside, self._outside_network, on="io", owner=self)

    def enter_by_sheet(self, code: str) -> None:
        """Open without network, this time, by the code of the recovery sheet."""
        enter = self._door.enter_by_sheet if self._door is not None else None
        if self._busy or enter is None:
            return
        if not code.strip():
            self.refused.emit("Saisissez le code de la fiche de secours.", "code")
        else:
            self._try(lambda: enter(code))

    def step_back(self) -> None:
        """Wait no longer for the network: the key is forgotten."""
        step_back = self._door.step_back if self._door is not None else None
        if step_back is not None and self._run is not None:
            self._run.run(lambda: _nothing(step_back()), owner=self)

    def _outside_network(self, problem: InclusivError) -> None:
        from app.errors import ExchangeFailed
        from app.sync.state import Problem

        self._set_busy(False)
        if isinstance(problem, ExchangeFailed) and problem.problem == Problem.REVOKED.value:
            self.withdrawn.emit()
        else:
            self.not_joined.emit(problem)

    def _try(self, way: Callable[[], object]) -> None:
        if self._run is None:
            return
        self._set_busy(True)
        self._run.run(lambda: _nothing(way()), self._inside, self.told, owner=self)

    def _inside(self, _nothing_told: None) -> None:
        self._set_busy(False)
        self._tick.stop()
        self.opened.emit()

    def told(self, problem: InclusivError) -> None:
        """Say why a way did not open."""
        from app.errors import LeaseOver, PassphraseNeeded

        self._set_busy(False)
        if isinstance(problem, LeaseOver):
            self.lease_over.emit(problem)
            return
        field = "passphrase" if isinstance(problem, PassphraseNeeded) else problem.field or "passphrase"
        self.refused.emit(problem.sentence, field)
        self._count()

    def _count(self) -> None:
        left = self.seconds_left
        self.waiting_changed.emit(left)
        if left and not self._tick.isActive():
            self._tick.start()
        elif not left:
            self._tick.stop()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)


def _nothing(_secret_things: object) -> None:
    return None
