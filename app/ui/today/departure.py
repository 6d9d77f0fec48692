"""« Partir sur le terrain »: one look, one button, nothing left to remember on the doorstep (PRODUCT.md V12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.clock import Clock
from app.errors import InclusivError
from app.rules.french import NBSP, format_date, format_time, plural
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.dialogs import Dialog
from app.ui.kit.icons import icon_label
from app.ui.kit.labels import label
from app.ui.today.machine import Machine, battery, free_bytes, printers
from app.visits.readiness import Readiness

LOW_BATTERY, LITTLE_ROOM = 30, 1_000_000_000
"""Percent, and bytes: below, the line says so."""
OLD_COPY = dt.timedelta(hours=12)


class Departing(Protocol):
    """What is asked of the data folder."""

    @property
    def folder(self) -> Path: ...
    def last_copy(self) -> dt.datetime | None: ...
    def copy_now(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know before leaving. ``ready`` false: something is missing."""

    words: str
    ready: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Everything looked at."""

    readiness: Readiness
    machine: Machine
    copied_at: dt.datetime | None
    synced: str
    """What the exchange says of its last session, or empty: no network was joined."""

    def lines(self, now: dt.datetime) -> tuple[Line, ...]:
        """The list, in the order it matters on the doorstep."""
        ready, machine = self.readiness, self.machine
        people = sum(one.people for one in ready.visits)
        points = sum(one.points for one in ready.visits)
        photos = sum(one.photos for one in ready.visits)
        when = f"aujourd’hui, {len(ready.tomorrow)} demain"
        visits = f"{plural(len(ready.today), 'visite')} {when}" if ready.visits else "Aucune visite prévue"
        found = [Line(visits, True)]
        if ready.visits:
            found.append(
                Line(
                    f"{plural(people, 'personne attendue', 'personnes attendues')}, "
                    f"{plural(points, 'point à revoir', 'points à revoir')}{NBSP}: tout est sur ce poste",
                    True,
                )
            )
        if photos:
            found.append(
                Line(
                    f"Photos des visites précédentes{NBSP}: {photos - ready.missing_photos} sur {photos}",
                    not ready.missing_photos,
                )
            )
        if machine.battery is not None:
            plugged = ", branché" if machine.plugged else ""
            found.append(Line(f"Batterie{NBSP}: {machine.battery}{NBSP}%{plugged}", machine.battery >= LOW_BATTERY))
        room = machine.free // 100_000_000
        found.append(Line(f"Place sur le disque{NBSP}: {room // 10},{room % 10}{NBSP}Go", machine.free >= LITTLE_ROOM))
        if self.copied_at is None:
            found.append(Line("Aucune copie de sauvegarde", False))
        else:
            at = self.copied_at.astimezone()
            moment = f"le {format_date(at.date())} à {format_time(at)}"
            found.append(Line(f"Copie de sauvegarde{NBSP}: {moment}", now - self.copied_at < OLD_COPY))
        if self.synced:
            found.append(Line(self.synced, True))
        if machine.printers:
            found.append(Line(f"Imprimante{NBSP}: {machine.printers[0]}", True))
        else:
            found.append(Line("Aucune imprimante vue par l’ordinateur", False))
        return tuple(found)


class DepartureModel(QObject):
    """``known_changed(Known)``. ``synchronise`` begins a session, when a network was joined."""

    known_changed = Signal(object)

    def __init__(
        self,
        readiness: Callable[[], Readiness],
        departing: Departing,
        run: Runner,
        clock: Clock,
        messages: Messages,
        synced: Callable[[], str],
        synchronise: Callable[[], None] | None = None,
        look: Callable[[Path], Machine] | None = None,
    ) -> None:
        super().__init__()
        self._readiness = readiness
        self._departing = departing
        self._run = run
        self._messages = messages
        self._synced = synced
        self._synchronise = synchronise
        self._look = look or _machine
        self.clock = clock
        self.known: Known | None = None

    def look(self) -> None:
        """Look at everything again."""
        self._run.run(self._read, self._told, self._messages.error, owner=self)

    def prepare(self, done: Callable[[], None]) -> None:
        """Take a safety copy, exchange with the network when there is one, then look again."""

        def copy() -> tuple[Readiness, dt.datetime | None]:
            self._departing.copy_now()
            return self._read()

        def copied(found: tuple[Readiness, dt.datetime | None]) -> None:
            self._told(found)
            if self._synchronise is not None:
                self._synchronise()
            done()

        self._run.run(copy, copied, self._failed, owner=self)

    def _read(self) -> tuple[Readiness, dt.datetime | None]:
        return self._readiness(), self._departing.last_copy()

    def _told(self, found: tuple[Readiness, dt.datetime | None]) -> None:
        machine = self._look(self._departing.folder)
        self.known = Known(found[0], machine, found[1], self._synced())
        self.known_changed.emit(self.known)

    def _failed(self, problem: InclusivError) -> None:
        self._messages.error(problem)
        self.look()


def _machine(folder: Path) -> Machine:
    return Machine(*battery(), free_bytes(folder), printers())


class DepartureDialog(Dialog):
    """The list with what is ready and what is missing, and « Tout préparer »."""

    def __init__(self, parent: QWidget | None, model: DepartureModel) -> None:
        super().__init__(parent, "Partir sur le terrain", width=560)
        self._model = model
        self.verdict = label("", "strong", self, wrap=True)
        self.body.addWidget(self.verdict)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.body.addLayout(self._lines)
        self.body.addStretch(1)
        self.rows: list[QWidget] = []
        self.add_button("Fermer")
        self.prepare_button = self.add_button("Tout préparer", "primary", self._prepare)
        self.prepare_button.setDefault(True)
        model.known_changed.connect(self._show)
        model.look()

    def _prepare(self) -> None:
        self.prepare_button.setEnabled(False)
        self.verdict.setText("Copie de sauvegarde en cours…")
        self._model.prepare(lambda: self.prepare_button.setEnabled(True))

    def _show(self, known: Known) -> None:
        for former in self.rows:
            self._lines.removeWidget(former)
            former.hide()
            former.deleteLater()
        self.rows = []
        lines = known.lines(self._model.clock.now())
        for one in lines:
            row = QWidget(self)
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(10)
            tone, icon = ("success", "circle-check") if one.ready else ("warning", "triangle-alert")
            line.addWidget(icon_label(icon, tone, row))
            words = label(one.words, "", row, wrap=True)
            words.setAccessibleName(f"{'Prêt' if one.ready else 'À voir'}{NBSP}: {one.words}")
            line.addWidget(words, 1)
            self._lines.addWidget(row)
            self.rows.append(row)
        missing = sum(not one.ready for one in lines)
        self.verdict.setText(
            f"{plural(missing, 'point à voir', 'points à voir')} avant de partir."
            if missing
            else "Prêt pour le terrain."
        )
        self.adjustSize()
