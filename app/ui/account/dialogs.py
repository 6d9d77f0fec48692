"""The key of the notebook, from inside: another passphrase, another recovery sheet, a safety copy put back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.errors import InclusivError
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.dialogs import Dialog
from app.ui.kit.labels import label
from app.ui.kit.passphrase_field import PassphraseField
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.theme.appearance import appearance

Strength = Callable[[str], tuple[bool, str]]


class PassphraseDialog(Dialog):
    """Change the passphrase. ``change(old, new)`` runs on the store thread."""

    def __init__(
        self,
        parent: QWidget | None,
        change: Callable[[str, str], object],
        strength: Strength,
        run: Runner,
        messages: Messages,
    ) -> None:
        super().__init__(parent, "Changer le mot de passe")
        self._change = change
        self._strength = strength
        self._run = run
        self._messages = messages
        self.old = PassphraseField("Mot de passe actuel", self)
        self.new = PassphraseField("Nouveau mot de passe", self, hints=False)
        self.again = PassphraseField("Nouveau mot de passe, une seconde fois", self, hints=False)
        for one in (self.old, self.new, self.again):
            self.body.addWidget(one)
        self.new.edited.connect(lambda: self.new.set_hint(self._strength(self.new.text())[1]))
        self.again.entered.connect(self.accept_change)
        self.add_button("Annuler")
        self.accept_button = self.add_button("Changer le mot de passe", "primary", self.accept_change)
        self.old.setFocus()

    def accept_change(self) -> None:
        """Check what was typed, then change."""
        for one in (self.old, self.new, self.again):
            one.set_error("")
        good, sentence = self._strength(self.new.text())
        if not good:
            self.new.set_error(sentence or "Choisissez un nouveau mot de passe.")
            self.new.setFocus()
        elif self.new.text() != self.again.text():
            self.again.set_error("Les deux saisies du mot de passe diffèrent.")
            self.again.setFocus()
        else:
            old, new = self.old.text(), self.new.text()
            self._run.run(lambda: _nothing(self._change(old, new)), self._changed, self._refused, owner=self)

    def _changed(self, _nothing_told: None) -> None:
        self._messages.say("Mot de passe changé. La fiche de secours reste valable.", "success")
        self.accept()

    def _refused(self, problem: InclusivError) -> None:
        self.old.set_error(problem.sentence)
        self.old.setFocus()


class RecoveryDialog(Dialog):
    """Print a new recovery sheet; the former one no longer opens. ``make(passphrase)`` answers its PDF."""

    def __init__(
        self,
        parent: QWidget | None,
        make: Callable[[str], bytes],
        write: Callable[[Path, bytes], object],
        note: Callable[[], object],
        run: Runner,
        messages: Messages,
    ) -> None:
        super().__init__(parent, "Imprimer une nouvelle fiche de secours", width=720)
        self._make = make
        self._write = write
        self._note = note
        self._run = run
        self._messages = messages
        self.words = label(
            "Un nouveau code remplace l’ancien\u00a0: détruisez la fiche précédente. Votre mot de passe ne change pas.",
            "secondary",
            self,
            wrap=True,
        )
        self.body.addWidget(self.words)
        self.passphrase = PassphraseField("Mot de passe actuel", self)
        self.passphrase.entered.connect(self.make)
        self.body.addWidget(self.passphrase)
        self.preview = PdfPreview(self, write=self._save)
        self.preview.setMinimumHeight(appearance().px(420))
        self.preview.hide()
        self.preview.printed.connect(self._kept)
        self.body.addWidget(self.preview, 1)
        self.close_button = self.add_button("Annuler")
        self.make_button = self.add_button("Préparer la fiche", "primary", self.make)
        self.passphrase.setFocus()

    def make(self) -> None:
        """Make the new code and show its sheet."""
        typed = self.passphrase.text()
        self._run.run(lambda: self._make(typed), self._made, self._refused, owner=self)

    def _made(self, data: bytes) -> None:
        self.passphrase.clear()
        self.passphrase.hide()
        self.make_button.hide()
        self.close_button.setText("Fermer")
        self.preview.show()
        self.preview.show_bytes(data, "Fiche de secours Inclusiv’Terrain.pdf")
        self.preview.print_button.setFocus()

    def _refused(self, problem: InclusivError) -> None:
        self.passphrase.set_error(problem.sentence)
        self.passphrase.setFocus()

    def _save(self, path: Path, data: bytes) -> None:
        self._run.run(lambda: self._write(path, data), lambda _done: self._kept(), on="io", owner=self)

    def _kept(self) -> None:
        self._run.run(self._note)
        self._messages.say("Fiche de secours prête. Rangez-la sous enveloppe fermée.", "success")


def _nothing(_secret_things: object) -> None:
    return None
