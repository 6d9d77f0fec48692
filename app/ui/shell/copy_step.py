"""« Reprendre une copie de secours »: the file, the passphrase or the recovery sheet, what it holds, the notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.ui.kit.controls import button
from app.ui.kit.dialogs import open_files
from app.ui.kit.fields import Help, TextField
from app.ui.kit.labels import label
from app.ui.kit.passphrase_field import PassphraseField
from app.ui.shell.creation_viewmodel import CopyFound, CreationViewModel

_EXTENSION = "secours"


class CopyStep(QWidget):
    """One page of the first run. Nothing is written before what the copy holds was shown and chosen."""

    def __init__(self, model: CreationViewModel, back: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.path: Path | None = None
        self._back = back
        self._with_code = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label("Reprendre une copie de secours", "subtitle", self, wrap=True))
        self.file_button = button("Choisir le fichier…", "", "usb", self)
        self.file_button.clicked.connect(lambda _on=False: self.choose())
        self.file_words = label("Branchez la clé, puis choisissez le fichier.", "secondary", self, wrap=True)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.file_button)
        line.addWidget(self.file_words, 1)
        column.addLayout(line)
        self.code = TextField("recovery_code", "Code de la fiche de secours", max_length=60)
        self.passphrase = PassphraseField("Mot de passe du carnet copié", self)
        self.again = PassphraseField("Nouveau mot de passe, une seconde fois", self, hints=False)
        self.way = button("J’ai oublié le mot de passe, j’ai la fiche de secours", "link", parent=self)
        self.way.clicked.connect(lambda _on=False: self._other_way())
        for one in (self.code, self.passphrase, self.again, self.way):
            column.addWidget(one)
        self.error = label("", "error", self, wrap=True)
        self.held = label("", "strong", self, wrap=True)
        self.prefix = TextField(
            "prefix",
            "Deux lettres pour cet ordinateur",
            required=True,
            max_length=2,
            hint="Gardez-les si l’ancien ordinateur ne sert plus. S’il sert encore, choisissez-en d’autres.",
            help=Help(
                "Deux ordinateurs sans connexion ne doivent pas donner le même numéro à deux visites.",
                "ND pour Nadia D., puis NP sur son ordinateur portable.",
                "Les numéros figurent sur les comptes rendus signés et ne changent jamais.",
            ),
        )
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Avancement")
        for widget in (self.code, self.again, self.error, self.held, self.prefix, self.bar):
            widget.hide()
        for widget in (self.error, self.held, self.prefix, self.bar):
            column.addWidget(widget)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.back_button = button("Revenir", "quiet", parent=self)
        self.back_button.clicked.connect(lambda _on=False: self._go_back())
        self.next_button = button("Voir ce qu’elle contient", "primary", parent=self)
        self.next_button.clicked.connect(lambda _on=False: self.go_on())
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(self.next_button)
        column.addLayout(foot)
        self.passphrase.entered.connect(self.go_on)
        self.again.entered.connect(self.go_on)
        self._seen = False
        model.copy_found.connect(self._found)
        model.copy_told.connect(self._told)

    def start(self) -> None:
        """The page is shown."""
        self.file_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self) -> None:
        """Ask for the file."""
        open_files(
            self, "Copie de secours", [f"Copie de secours (*.{_EXTENSION})"], lambda paths: self.take_file(paths[0])
        )

    def take_file(self, path: Path) -> None:
        """The file was chosen."""
        self.path = path
        self.file_words.setText(path.name)
        self.error.hide()
        self._forget()
        (self.code.edit if self._with_code else self.passphrase).setFocus()

    def go_on(self) -> None:
        """Open the copy; once it was seen, take it up."""
        self.error.hide()
        self.passphrase.set_error("")
        self.again.set_error("")
        if self._seen:
            self.prefix.commit()
            self.model.take_up(str(self.prefix.value() or ""))
            return
        self.code.commit()
        code = str(self.code.value() or "") if self._with_code else ""
        if self._with_code and not code:
            self.refuse("Recopiez le code de la fiche de secours.", "recovery_code")
            return
        self.model.open_copy(self.path, self.passphrase.text(), code, self.again.text())

    def refuse(self, sentence: str, field: str) -> None:
        """Say what was refused, at its place."""
        self.bar.hide()
        if field == "passphrase":
            self.passphrase.set_error(sentence)
            self.passphrase.setFocus()
        elif field == "again":
            self.again.set_error(sentence)
            self.again.setFocus()
        elif field == "prefix":
            self.prefix.set_error(sentence)
            self.prefix.setFocus(Qt.FocusReason.OtherFocusReason)
        elif field == "recovery_code" and self._with_code:
            self.code.set_error(sentence)
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.error.setText(sentence)
            self.error.show()
            self.file_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, doing: str) -> None:
        """Something is under way, or nothing."""
        for one in (self.next_button, self.back_button, self.file_button, self.way):
            one.setEnabled(not doing)
        self.next_button.setText(doing or ("Reprendre ce carnet" if self._seen else "Voir ce qu’elle contient"))

    def _found(self, copy: CopyFound) -> None:
        from app.rules.french import format_date, format_time

        self._seen = True
        at = copy.made_at.astimezone()
        self.held.setText(f"Copie du {format_date(at.date())} à {format_time(at)}\u00a0: {copy.words}.")
        self.prefix.set_value(copy.prefix)
        for one in (self.held, self.prefix):
            one.show()
        for widget in (self.code, self.passphrase, self.again, self.way):
            widget.hide()
        self.set_busy("")
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _told(self, done: int, total: int) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(done * 1000 // max(total, 1))
        self.bar.show()

    def _forget(self) -> None:
        """Another file, or another way: nothing was seen yet."""
        self._seen = False
        for one in (self.held, self.prefix):
            one.hide()
        self.passphrase.show()
        self.way.show()
        self.code.setVisible(self._with_code)
        self.again.setVisible(self._with_code)
        self.set_busy("")

    def _other_way(self) -> None:
        self._with_code = not self._with_code
        self.error.hide()
        for one in (self.passphrase, self.again):  # what was typed is not the answer to what is asked now
            one.clear()
            one.set_error("")
        self.passphrase.set_name("Nouveau mot de passe" if self._with_code else "Mot de passe du carnet copié")
        self.way.setText(
            "J’ai le mot de passe" if self._with_code else "J’ai oublié le mot de passe, j’ai la fiche de secours"
        )
        self._forget()
        if self._with_code:
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.passphrase.setFocus()

    def _go_back(self) -> None:
        self.passphrase.clear()
        self.again.clear()
        self._forget()
        self._back()
