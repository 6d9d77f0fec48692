"""Making a notebook, without widgets: who, the passphrase, the recovery sheet; or the demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import InclusivError
from app.ui.bridge.tasks import Runner


@dataclass(frozen=True, slots=True)
class Creation:
    """What a new notebook needs."""

    organisation: str
    last_name: str
    first_name: str
    prefix: str
    """Two letters that begin the numbers made on this workstation."""
    passphrase: str


@dataclass(frozen=True, slots=True)
class CopyFound:
    """A safety copy whose passphrase is right: what it holds, in words, and what takes it up."""

    made_at: dt.datetime
    words: str
    prefix: str
    opened: object


@dataclass(frozen=True, slots=True)
class CreationDoor:
    """What makes a notebook. ``organisations`` (io), ``create`` (store, answers nothing that is kept), ``sheet`` (io:
    the recovery sheet as PDF), ``note_sheet("printed" | "declined")`` (store), ``demonstrate`` (store).
    """

    organisations: Callable[[], Sequence[tuple[str, str]]]
    """(id, French name) of each organisation of the networks shipped."""
    strength: Callable[[str], tuple[bool, str]]
    create: Callable[[Creation], object]
    sheet: Callable[[], bytes]
    note_sheet: Callable[[str], object]
    demonstrate: Callable[[], object] | None = None
    write: Callable[[object, bytes], object] | None = None
    """Write the sheet to a path (io)."""
    open_copy: Callable[[Path, str, str], CopyFound] | None = None
    """Open a safety copy (io): path, passphrase, recovery code when the passphrase is a new one."""
    take_up: Callable[[CopyFound, str, str, Callable[[int, int], None]], object] | None = None
    """Put it here and open it (store), by this passphrase, with these two letters; tells (done, total)."""


class CreationViewModel(QObject):
    """``refused(sentence, field)``; ``created`` with the sheet's PDF; ``finished`` when the notebook may be shown;
    ``demonstrated`` when the demonstration is ready; ``copy_found`` with what a safety copy holds, ``copy_told`` (done,
    total) while it is put here, ``copy_taken`` when it may be shown."""

    organisations_ready = Signal(object)
    refused = Signal(str, str)
    busy_changed = Signal(str)
    """What is being done, in French; empty when nothing is."""
    created = Signal(bytes)
    sheet_kept = Signal()
    finished = Signal()
    demonstrated = Signal()
    copy_found = Signal(object)
    copy_told = Signal(object, object)
    copy_taken = Signal()

    def __init__(self, door: CreationDoor, run: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._run = run
        self._kept = False
        self._copy: CopyFound | None = None
        self._copy_passphrase = ""

    @property
    def can_take_up(self) -> bool:
        """Whether safety copies can be taken up."""
        return self._door.open_copy is not None and self._door.take_up is not None

    @property
    def can_demonstrate(self) -> bool:
        """Whether a demonstration is offered."""
        return self._door.demonstrate is not None

    @property
    def sheet_is_kept(self) -> bool:
        """Whether the recovery sheet was printed or saved."""
        return self._kept

    def strength(self, passphrase: str) -> tuple[bool, str]:
        """Whether the passphrase may be chosen, and the sentence."""
        return self._door.strength(passphrase)

    def load(self) -> None:
        """Ask for the organisations."""
        self._run.run(self._door.organisations, self.organisations_ready.emit, self._refuse, on="io", owner=self)

    def check_identity(self, organisation: str, last_name: str, first_name: str, prefix: str) -> bool:
        """First step; says what is missing."""
        wrong = (
            ("organisation", "Choisissez votre organisation.", not organisation),
            ("last_name", "Indiquez votre nom.", not last_name.strip()),
            ("first_name", "Indiquez votre prénom.", not first_name.strip()),
            (
                "prefix",
                _LETTERS,
                not _are_letters(prefix.strip()),
            ),
        )
        for field, sentence, is_wrong in wrong:
            if is_wrong:
                self.refused.emit(sentence, field)
                return False
        return True

    def create(self, wanted: Creation, again: str) -> None:
        """Second step: make the notebook, then its recovery sheet."""
        good, sentence = self.strength(wanted.passphrase)
        if not good:
            self.refused.emit(sentence or "Choisissez un mot de passe.", "passphrase")
            return
        if wanted.passphrase != again:
            self.refused.emit("Les deux saisies du mot de passe diffèrent.", "again")
            return
        self.busy_changed.emit("Création du carnet…")
        self._run.run(
            lambda: _nothing(self._door.create(wanted)), lambda _: self._make_sheet(), self._refuse, owner=self
        )

    def keep_sheet(self) -> None:
        """The sheet was printed or saved."""
        self._kept = True
        self._run.run(lambda: _nothing(self._door.note_sheet("printed")), lambda _: self.sheet_kept.emit(), owner=self)

    def write_sheet(self, path: object, data: bytes) -> None:
        """Write the sheet to a file."""
        write = self._door.write
        if write is not None:
            self._run.run(lambda: _nothing(write(path, data)), lambda _: self.keep_sheet(), self._refuse, "io", self)

    def finish(self) -> None:
        """Third step: show the notebook; without a sheet, its refusal is noted."""
        if self._kept:
            self.finished.emit()
            return
        self._run.run(lambda: _nothing(self._door.note_sheet("declined")), lambda _: self.finished.emit(), owner=self)

    def demonstrate(self) -> None:
        """Make and open the demonstration."""
        demonstrate = self._door.demonstrate
        if demonstrate is None:
            return
        self.busy_changed.emit("Préparation de la démonstration…")
        self._run.run(lambda: _nothing(demonstrate()), lambda _: self._demonstrated(), self._refuse, owner=self)

    def open_copy(self, path: Path | None, passphrase: str, code: str, again: str) -> None:
        """Open a safety copy by its passphrase, or by the recovery code and a new passphrase."""
        opening = self._door.open_copy
        if opening is None:
            return
        if path is None:
            self.refused.emit("Choisissez d’abord le fichier de la copie.", "file")
            return
        if code:
            good, sentence = self.strength(passphrase)
            if not good:
                self.refused.emit(sentence or "Choisissez un nouveau mot de passe.", "passphrase")
                return
            if passphrase != again:
                self.refused.emit("Les deux saisies du mot de passe diffèrent.", "again")
                return
        elif not passphrase:
            self.refused.emit("Saisissez le mot de passe du carnet copié.", "passphrase")
            return
        self.busy_changed.emit("Lecture de la copie…")
        self._copy_passphrase = passphrase
        self._run.run(lambda: opening(path, passphrase, code), self._found, self._refuse, on="io", owner=self)

    def _found(self, copy: CopyFound) -> None:
        self._copy = copy
        self.busy_changed.emit("")
        self.copy_found.emit(copy)

    def take_up(self, prefix: str) -> None:
        """Put the notebook of the copy here."""
        copy, door, passphrase = self._copy, self._door.take_up, self._copy_passphrase
        if copy is None or door is None:
            return
        letters = prefix.strip().upper()
        if not _are_letters(letters):
            self.refused.emit(_LETTERS, "prefix")
            return
        self.busy_changed.emit("Reprise du carnet…")
        self._run.run(
            lambda: _nothing(door(copy, passphrase, letters, self.copy_told.emit)),
            self._taken,
            self._refuse,
            owner=self,
        )

    def _taken(self, _done: None) -> None:
        self._copy, self._copy_passphrase = None, ""
        self.busy_changed.emit("")
        self.copy_taken.emit()

    def _demonstrated(self) -> None:
        self.busy_changed.emit("")
        self.demonstrated.emit()

    def _make_sheet(self) -> None:
        self._run.run(self._door.sheet, self._show_sheet, self._refuse, on="io", owner=self)

    def _show_sheet(self, data: bytes) -> None:
        self.busy_changed.emit("")
        self.created.emit(data)

    def _refuse(self, problem: InclusivError) -> None:
        self.busy_changed.emit("")
        self.refused.emit(problem.sentence, problem.field or "")


_LETTERS = "Deux lettres sans accent, par exemple vos initiales."


def _are_letters(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha()


def _nothing(_secret_things: object) -> None:
    return None
