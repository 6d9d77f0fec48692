"""The main job without a display: on a demonstration, the real window types a month, makes a visit, has it signed.

Prints nothing itself: answers the paths of the PDFs (visit report, follow-up sheet, monthly statement) and of the
pictures of the main screens. Used by ``./dev run`` where no display exists, and to make the pictures of the README.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.desktop import Desktop
    from app.store.unit import Outcome

_PATIENCE = 60.0
"""Longest wait for one screen, in seconds: a slow machine is not a failure."""


def run(data_dir: Path | None = None, out: Path | None = None) -> Iterator[Path]:
    """Do the job and give each path as soon as its file is written.

    ``data_dir`` (a temporary one by default) receives the demonstration, ``out`` the documents and pictures.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    home = Path(tempfile.mkdtemp(prefix="inclusiv-terrain-")) if data_dir is None or out is None else None
    folder = data_dir or (home or Path()) / "carnet"
    target = out or (home or Path()) / "documents"
    target.mkdir(parents=True, exist_ok=True)
    _demonstration(folder)
    pilot = _Pilot(folder, target)
    try:
        yield pilot.picture("1-deverrouillage")
        pilot.unlock()
        yield pilot.visit_place("2-aujourdhui", "today")
        company = pilot.type_a_month()
        yield pilot.picture("3-heures")
        visit = pilot.make_a_visit()
        yield pilot.visit_place("4-visite", "visits", visit)
        person = pilot.first_person(company)
        yield pilot.visit_place("5-beneficiaire", "beneficiaries", person)
        yield pilot.visit_place("6-entreprise", "companies", company)
        yield pilot.visit_place("7-operation", "operations", pilot.operation)
        yield pilot.palette("8-recherche", "mart")
        yield pilot.in_theme("9-aujourdhui-sombre", "dark", "today")
        for kind, record, recipient in (
            ("visit", visit, "company"),
            ("followup", person, "person"),
            ("statement", f"{company}/{pilot.month}", "file"),
        ):
            yield pilot.document(kind, record, recipient)
    finally:
        pilot.close()


def _demonstration(folder: Path) -> None:
    from app.account.secrets import NoSecrets
    from app.bootstrap import DEMONSTRATION_PASSPHRASE, Workstation
    from app.clock import SystemClock

    workstation = Workstation(folder, SystemClock(), NoSecrets())
    if workstation.exists and not workstation.is_unfinished:
        return
    try:
        workstation.make_demonstration(os.environ.get("INCLUSIV_PASSPHRASE") or DEMONSTRATION_PASSPHRASE)
    finally:
        workstation.account.close()


class _Pilot:
    """Drives the real window, by keys where a facilitator types."""

    def __init__(self, folder: Path, target: Path) -> None:
        from app.account.secrets import NoSecrets
        from app.desktop import Desktop
        from app.settings import Settings
        from app.ui.application import set_up

        self._target = target
        self._app = set_up(theme="light")
        self.desktop: Desktop = Desktop(folder, Settings(None), secrets=NoSecrets())
        self.desktop.root.resize(1366, 768)
        self.desktop.show()
        self.month = ""
        self.operation = ""
        self._wait(lambda: self.desktop.is_ready)
        sys.excepthook = sys.__excepthook__  # nobody reads the crash dialog here: a fault must be said and end it
        self._settle()

    # --- steps -------------------------------------------------------------------------------

    def unlock(self) -> None:
        """Type the passphrase."""
        from app.bootstrap import DEMONSTRATION_PASSPHRASE

        self._type(os.environ.get("INCLUSIV_PASSPHRASE") or DEMONSTRATION_PASSPHRASE)
        self._key("Return")
        self._wait(lambda: self.desktop.workspace is not None)
        self._settle()

    def type_a_month(self) -> str:
        """Type the hours of the first company whose statement is missing; answers the company."""
        from app.models.choices import StatementState

        hours = self._services.hours
        self.month = self._ask(hours.month_to_collect)
        page = self._ask(lambda: hours.companies_with_month(self.month, states=(StatementState.EXPECTED,), limit=1))
        company = str(page.lines[0].id)
        self._go("hours", company, self.month)
        grid = self._ask(lambda: hours.open_month(company, self.month))
        typed = ("151,67", "140.5", "7h30", "138", "121,25", "144")
        for rank in range(len(grid.rows)):
            self._type(typed[rank % len(typed)])
            self._key("Return")
        self._settle()
        self._type(_french(self._ask(lambda: hours.open_month(company, self.month)).total))
        self._key("Return")
        self._settle()
        self._ask(lambda: hours.validate_month(company, self.month), tell=True)
        self._settle()
        return company

    def make_a_visit(self) -> str:
        """Today's first visit, from « Démarrer » to the signatures; answers the visit."""
        from app.demonstration.visits import scribble
        from app.models.choices import AttendanceKind, PresenceStatus
        from app.rules.calendar import DueChip
        from app.visits.values import NewFinding

        visits = self._services.visits
        agenda = self._ask(visits.agenda)
        visit = str((agenda.visits or agenda.drafts or agenda.late)[0].visit_id)
        steps: tuple[Callable[[], Outcome], ...] = (
            lambda: visits.start_planned(visit),
            lambda: visits.mark_all_present(visit),
            lambda: visits.mark_all_well(visit),
            lambda: visits.add_observation(visit, NewFinding("tutoring", "Tuteur absent depuis deux semaines.")),
            lambda: visits.add_action(visit, "Nommer un nouveau tuteur", due=next(iter(DueChip))),
        )
        for step in steps:
            self._ask(step, tell=True)
        sheet = self._ask(lambda: visits.open_visit(visit))
        self.operation = sheet.operation_id
        signers = [
            one
            for one in sheet.people
            if one.kind == AttendanceKind.SITE_PERSON and one.presence == PresenceStatus.PRESENT
        ]
        for rank, person in enumerate(signers[:2]):
            self._ask(partial(visits.sign, person.attendance_id, scribble(rank)), tell=True)
        self._ask(lambda: visits.finalise(visit), tell=True)
        return visit

    def first_person(self, company: str) -> str:
        """Somebody at work at the company."""
        grid = self._ask(lambda: self._services.hours.open_month(company, self.month))
        return str(grid.rows[0].beneficiary_id)

    def document(self, kind: str, record: str, recipient: str) -> Path:
        """Write a PDF."""
        from app import durable

        data, name = self._ask(lambda: self._services.documents.make(kind, record, recipient))
        path = self._target / str(name)
        durable.write(path, data)
        return path

    # --- pictures ----------------------------------------------------------------------------

    def visit_place(self, name: str, place: str, *path: str) -> Path:
        """Go somewhere and take the picture."""
        self._go(place, *path)
        return self.picture(name)

    def palette(self, name: str, text: str) -> Path:
        """The search open with a few letters."""
        assert self.desktop.workspace is not None
        self.desktop.workspace.palette_box.open_for("", text)
        self._settle()
        path = self.picture(name)
        self.desktop.workspace.palette_box.dismiss()
        return path

    def in_theme(self, name: str, theme: str, place: str) -> Path:
        """A place in another theme."""
        from app.ui.theme.appearance import appearance

        appearance().set(theme=theme)
        path = self.visit_place(name, place)
        appearance().set(theme="light")
        return path

    def picture(self, name: str) -> Path:
        """What the window shows now."""
        path = self._target / f"{name}.png"
        self.desktop.root.grab().save(str(path))
        return path

    def close(self) -> None:
        """Leave in order."""
        self.desktop.root.close()
        self.desktop.close()

    # --- hands -------------------------------------------------------------------------------

    @property
    def _services(self) -> Any:
        return self.desktop.workstation.services

    def _go(self, place: str, *path: str) -> None:
        assert self.desktop.frame is not None
        self.desktop.frame.navigation.go(place, *path)
        self._settle()

    def _ask(self, work: Callable[[], Any], *, tell: bool = False) -> Any:
        """Do ``work`` where the database lives; with ``tell`` the open screens hear what changed."""
        answer = self.desktop.executors.store(work).result()
        if tell:
            self.desktop.bus.publish(answer.changes)
            self._settle()
        return answer

    def _type(self, text: str) -> None:
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QKeyEvent
        from PySide6.QtWidgets import QApplication

        for sign in text:
            target = QApplication.focusWidget() or self.desktop.root
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                code = ord(sign.upper()) if sign.isascii() else 0
                QApplication.sendEvent(target, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, sign))

    def _key(self, name: str) -> None:
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QKeyEvent
        from PySide6.QtWidgets import QApplication

        target = QApplication.focusWidget() or self.desktop.root
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, Qt.Key[f"Key_{name}"], Qt.KeyboardModifier.NoModifier))

    def _settle(self) -> None:
        """Until nothing is under way and what was asked is painted."""
        quiet = 0
        while quiet < 3:
            self._wait(lambda: self.desktop.bridge.pending == 0)
            end = time.monotonic() + 0.12  # short timers (search fields, fetches) get their turn
            while time.monotonic() < end:
                self._app.processEvents()
            quiet = quiet + 1 if self.desktop.bridge.pending == 0 else 0

    def _wait(self, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError("a screen did not come")
            self._app.processEvents()


def _french(hundredths: int) -> str:
    return f"{hundredths // 100},{hundredths % 100:02d}"
