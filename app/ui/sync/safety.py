"""« Copie de secours »: the whole notebook in one encrypted file on a key, written while the work goes on."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from app.account.copies import SafetyCopies, Writer
from app.account.safety_copy import EXTENSION, SafetyCopy
from app.errors import Cancelled, InclusivError
from app.rules.french import format_date, format_integer, format_time
from app.ui import texts
from app.ui.bridge.tasks import Runner
from app.ui.kit.controls import set_kind
from app.ui.kit.dialogs import Dialog, save_file
from app.ui.kit.labels import label, set_role


class SafetyCopyDialog(Dialog):
    """The whole notebook in one encrypted file on a key: where, how far, done. ``written(SafetyCopy)``."""

    written = Signal(object)
    _told = Signal(object, object)

    def __init__(self, parent: QWidget | None, copies: SafetyCopies, run: Runner) -> None:
        super().__init__(parent, "Copie de secours", width=520)
        self._copies = copies
        self._run = run
        self._give_up = threading.Event()
        self.words = label(_COPY, "", self, wrap=True)
        self.body.addWidget(self.words)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Avancement")
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.answer = label("", "", self, wrap=True)
        self.answer.hide()
        self.body.addWidget(self.answer)
        self.body.addStretch(1)
        self.close_button = self.add_button(texts.CANCEL, "", self.reject)
        self.choose_button = self.add_button("Choisir la clé…", "primary", self.choose)
        self._told.connect(self._progressed)
        self.choose_button.setFocus()

    def choose(self) -> None:
        """Ask where; the name holds the day and the hour, so that nothing is replaced."""
        self._run.run(self._copies.proposed_name, self._ask, owner=self)

    def _ask(self, name: str) -> None:
        save_file(self, "Copie de secours", [f"Copie de secours (*{EXTENSION})"], name, self.write)

    def write(self, target: Path) -> None:
        """Write there; the notebook can be used meanwhile."""
        self.answer.hide()
        self.choose_button.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.words.setText("Écriture de la copie, puis relecture. Ne retirez pas la clé.")
        self._give_up.clear()
        self._run.run(self._copies.begin, lambda writer: self._begin(writer, target), self._refused, owner=self)

    def reject(self) -> None:
        """Closing stops the copy; what was written so far is removed."""
        self._give_up.set()
        super().reject()

    def _begin(self, writer: Writer, target: Path) -> None:
        give_up, told = self._give_up, self._told

        def progress(done: int, total: int) -> None:
            if give_up.is_set():
                raise Cancelled
            told.emit(done, total)

        self._run.run(lambda: writer(target, progress), self._written, self._refused, on="io", owner=self)

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(done * 1000 // max(total, 1))

    def _written(self, made: SafetyCopy) -> None:
        self._run.run(lambda: self._copies.note(made))
        self.bar.hide()
        self.words.hide()
        at = made.made_at.astimezone()
        size = format_integer(max(1, made.size_bytes // 1_000_000))
        set_role(self.answer, "success")
        self.answer.setText(
            f"Copie écrite et relue le {format_date(at.date())} à {format_time(at)}\u00a0: "
            f"«\u00a0{made.path.name}\u00a0», {size}\u00a0Mo. "
            "Vous pouvez retirer la clé. Gardez-la à part de l’ordinateur."
        )
        self.answer.show()
        self.close_button.setText(texts.CLOSE)
        set_kind(self.close_button, "primary")
        self.close_button.setFocus()
        self.written.emit(made)

    def _refused(self, problem: InclusivError) -> None:
        self.bar.hide()
        self.words.setText(_COPY)
        set_role(self.answer, "error")
        self.answer.setText(problem.sentence)
        self.answer.show()
        self.choose_button.setText("Choisir un autre endroit…")
        self.choose_button.show()
        self.choose_button.setFocus()


_COPY = (
    "Tout le carnet dans un seul fichier chiffré, photos comprises. Posez-le sur une clé USB\u00a0: il se reprend sur "
    "un autre ordinateur avec votre mot de passe ou la fiche de secours."
)
