"""A document before it is printed: for whom, the pages as they will come out, print or save (PRODUCT.md R2, R5)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.models.choices import Recipient
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.dialogs import Dialog
from app.ui.kit.labels import label
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.theme.appearance import appearance


class Shown(Protocol):
    """What the dialog needs of a document made."""

    @property
    def title(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def data(self) -> bytes: ...
    @property
    def note(self) -> str: ...
    @property
    def issuable(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A document asked for. ``filled`` chooses the blank or the filled statement, ``None`` lets the record decide."""

    kind: str
    record_id: str
    recipient: Recipient
    filled: bool | None = None
    rectified: bool = False
    """An attested statement with its rectifications, rather than as it was attested."""


_WORDS = {
    Recipient.COMPANY: "Entreprise",
    Recipient.BUYER: "Donneur d’ordre",
    Recipient.PERSON: "Pour la personne",
    Recipient.FILE: "Pour le dossier",
}
_NOTES = {
    Recipient.COMPANY: "Aucun critère d’éligibilité ne figure dans ce fichier.",
    Recipient.BUYER: "Les personnes n’y figurent que par leurs initiales.",
    Recipient.PERSON: "À remettre à la personne\u00a0: aucun critère d’éligibilité n’y figure.",
    Recipient.FILE: "Réservé à votre organisation\u00a0: éligibilité et suivi compris.",
}


_PLAIN = {"followup": "plain", "site": "site-plain"}
"""Kind of a follow-up sheet → the same in plain words."""
_WHOLE = {plain: whole for whole, plain in _PLAIN.items()}


class DocumentDialog(Dialog):
    """``make(asked)`` runs on the store thread; ``write(path, data)`` on the io threads."""

    def __init__(
        self,
        parent: QWidget | None,
        asked: Asked,
        recipients: Sequence[Recipient],
        make: Callable[[Asked], Shown],
        write: Callable[[Path, bytes], object],
        run: Runner,
        messages: Messages,
        issue: Callable[[Asked], object] | None = None,
    ) -> None:
        super().__init__(parent, "Préparation du document…", width=880)
        self._asked = asked
        self._make = make
        self._write = write
        self._issue = issue
        self._run = run
        self._messages = messages
        self.recipient = ChipRow(
            "Destinataire",
            [Chip(one.value, _WORDS[one]) for one in recipients],
            may_be_empty=False,
            parent=self,
        )
        self.recipient.set_chosen((asked.recipient.value,))
        self.recipient.changed.connect(self._recipient_changed)
        self.body.addWidget(self.recipient)
        self.filling = ChipRow(
            "Relevé",
            [
                Chip("blank", "Vierge, à remplir"),
                Chip("filled", "Avec les heures"),
                Chip("rectified", "Avec les rectifications"),
            ],
            may_be_empty=False,
            parent=self,
        )
        self.filling.setVisible(asked.kind == "statement")
        self.filling.changed.connect(self._filling_changed)
        self.body.addWidget(self.filling)
        plain = asked.kind in _WHOLE
        self.version = ChipRow(
            "Version",
            [Chip("whole", "Fiche complète"), Chip("plain", "Facile à lire")],
            may_be_empty=False,
            parent=self,
        )
        self.version.set_chosen(("plain" if plain else "whole",))
        self.version.setVisible(plain or asked.kind in _PLAIN)
        self.version.changed.connect(self._version_changed)
        self.body.addWidget(self.version)
        self.note = label(_NOTES[asked.recipient], "secondary", self, wrap=True)
        self.body.addWidget(self.note)
        self.preview = PdfPreview(self, write=self._save)
        self.preview.setMinimumHeight(appearance().px(360))
        self.body.addWidget(self.preview, 1)
        self.preview.print_button.setDefault(True)
        self.preview.printed.connect(lambda: messages.say("Document envoyé à l’imprimante.", "success"))
        self.issue_button = self.add_button("Émettre l’attestation", "primary", self._give_number)
        self.issue_button.hide()
        self.add_button("Fermer")
        self.resize(appearance().px(940), appearance().px(860))
        self._ask()

    def _ask(self) -> None:
        asked = self._asked
        self.note.setText(_NOTES[asked.recipient])
        self._run.run(lambda: self._make(asked), self._made, self._refused, owner=self)

    def _made(self, shown: Shown) -> None:
        self.setWindowTitle(shown.title)
        self.heading.setText(shown.title)
        self.note.setText(" ".join(one for one in (shown.note, _NOTES[self._asked.recipient]) if one))
        self.preview.show_bytes(shown.data, shown.file_name)
        may_issue = shown.issuable and self._issue is not None
        self.issue_button.setVisible(may_issue)
        self.preview.print_button.setVisible(not may_issue)  # a draft can be saved; what is handed over is issued
        target = self.issue_button if may_issue else self.preview.print_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_number(self) -> None:
        """« Émettre »: the paper takes its number and can be printed again identical."""
        issue, asked = self._issue, self._asked
        if issue is None:
            return
        self.issue_button.setEnabled(False)
        self._run.run(lambda: issue(asked), lambda _issued: self._issued(), self._not_issued, owner=self)

    def _issued(self) -> None:
        self.issue_button.setEnabled(True)
        self._messages.say("Attestation émise.", "success")
        self._ask()

    def _not_issued(self, problem: object) -> None:
        self.issue_button.setEnabled(True)
        self._messages.error(problem)  # type: ignore[arg-type]

    def _refused(self, problem: object) -> None:
        self._messages.error(problem)  # type: ignore[arg-type]
        self.reject()

    def _recipient_changed(self, keys: tuple[str, ...]) -> None:
        if keys:
            chosen = next(one for one in Recipient if one.value == keys[0])
            self._asked = dataclasses.replace(self._asked, recipient=chosen)
            self._ask()

    def _version_changed(self, keys: tuple[str, ...]) -> None:
        asked = self._asked
        plain = keys == ("plain",)
        kind = _PLAIN.get(asked.kind, asked.kind) if plain else _WHOLE.get(asked.kind, asked.kind)
        recipient = Recipient.PERSON if plain else asked.recipient
        self.recipient.setVisible(not plain)  # in plain words: for the people themselves
        self.recipient.set_chosen((recipient.value,))
        self._asked = dataclasses.replace(asked, kind=kind, recipient=recipient)
        self._ask()

    def _filling_changed(self, keys: tuple[str, ...]) -> None:
        if keys:
            self._asked = dataclasses.replace(self._asked, filled=keys[0] != "blank", rectified=keys[0] == "rectified")
            self._ask()

    def _save(self, path: Path, data: bytes) -> None:
        self._run.run(
            lambda: self._write(path, data),
            lambda _done: self._messages.say(f"PDF enregistré\u00a0: {path.name}", "success"),
            on="io",
        )
