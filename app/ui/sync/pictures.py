"""What helps to decide, when it is looked at and not read: two signatures side by side, a photograph, the paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.rules.french import NBSP, quoted
from app.sync import card_words
from app.sync.state import MonthPaper
from app.ui.kit.controls import button
from app.ui.kit.dialogs import Dialog
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.kit.pictures import fitted, small_picture
from app.ui.kit.signature_pad import SignaturePicture, from_kept
from app.ui.theme.appearance import appearance

AskContent = Callable[[str, Callable[[bytes | None], None], QObject], None]
"""(SHA-256, what takes the bytes or ``None`` while they are not here, who asks)."""
_SIGNED = 260
"""Width of a signature, at 100 %."""
_PHOTO = QSize(320, 200)
_AROUND = 120
"""Pixels of the screen left beside a photograph of the paper."""
NOT_HERE = "Cette photo n’est pas encore arrivée sur cet ordinateur. Elle viendra avec une prochaine synchronisation."


class Drawings(Flow):
    """Signatures, each under whoever kept it; wrapped when the window is narrow."""

    def __init__(self, drawings: Sequence[tuple[str, Any]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for who, strokes in drawings:
            holder = QWidget(self)
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 16, 0)
            column.setSpacing(2)
            if who:
                column.addWidget(label(who, "secondary", holder))
            kept = from_kept(strokes)
            if kept:
                name = f"Signature{NBSP}: {who}" if who else "Signature"
                column.addWidget(SignaturePicture(kept, name, appearance().px(_SIGNED), holder))
            else:
                column.addWidget(label("Aucun tracé", "strong", holder))
            column.addStretch(1)
            self.add(holder)


class Photograph(QLabel):
    """The photograph that a record is, or a sentence in its place until it arrives."""

    def __init__(self, sha256: str, name: str, ask: AskContent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sha256 = sha256
        self._ask = ask
        self.is_here = False
        self.setWordWrap(True)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.look()

    def look(self) -> None:
        """Ask for it, unless it is shown."""
        if not self.is_here:
            self._ask(self._sha256, self._take, self)

    def _take(self, data: bytes | None) -> None:
        room = QSize(appearance().px(_PHOTO.width()), appearance().px(_PHOTO.height()))
        ratio = self.devicePixelRatioF()
        picture = QPixmap() if data is None else QPixmap.fromImage(small_picture(data, room * ratio))
        self.is_here = not picture.isNull()
        if self.is_here:
            self.setPixmap(fitted(picture, room, ratio))
        else:
            self.setText(NOT_HERE)


class Papers(QWidget):
    """The papers of a month: a sentence for each, then the buttons that open them, once there is something to open.

    ``openers``: by letter, the button that the key presses on the card; further documents have a button without key.
    """

    def __init__(
        self,
        papers: Sequence[MonthPaper],
        ask: AskContent,
        opener: Callable[[tuple[str, str]], Callable[[], None] | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ask = ask
        self._contents: dict[str, bytes] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._said = [(paper, label(card_words.paper_sentence(paper), "", self, wrap=True)) for paper in papers]
        for _, words in self._said:
            column.addWidget(words)
        self._acts = Flow(self)
        column.addWidget(self._acts)
        self.openers: dict[str, QPushButton] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._add_documents([paper for paper in papers if paper.sha256])
        doors = list(dict.fromkeys(paper.door for paper in papers if not paper.sha256))
        for go in filter(None, map(opener, doors[:1])):
            self._add("F", "Voir les fichiers de l’entreprise", go)
        self.look()

    def look(self) -> None:
        """Ask for the documents that are not here."""
        for sha256 in self._buttons:
            if sha256 not in self._contents:
                self._ask(sha256, partial(self._take, sha256), self)
        self._show_acts()

    def _add_documents(self, papers: Sequence[MonthPaper]) -> None:
        for rank, paper in enumerate(papers):
            text = f"Voir {quoted(paper.name)}" if rank else "Voir le papier"
            self._buttons[paper.sha256] = self._add("" if rank else "V", text, partial(self._open, paper))

    def _add(self, letter: str, text: str, act: Callable[[], None]) -> QPushButton:
        made = button(f"{text}{NBSP} ({letter})" if letter else text, "", "file-text", self._acts)
        made.setAccessibleName(text)
        made.clicked.connect(lambda _on=False: act())
        if letter:
            made.setToolTip(f"{text} (touche {letter})")
            self.openers[letter] = made
        self._acts.add(made)
        return made

    def _take(self, sha256: str, data: bytes | None) -> None:
        if data:
            self._contents[sha256] = data
        for paper, words in self._said:
            if paper.sha256 == sha256:
                words.setText((card_words.paper_sentence if data else card_words.paper_awaited)(paper))
        self._show_acts()

    def _show_acts(self) -> None:
        for sha256, made in self._buttons.items():
            made.setVisible(sha256 in self._contents)
        self._acts.setVisible(any(not made.isHidden() for made in (*self.openers.values(), *self._buttons.values())))

    def _open(self, paper: MonthPaper) -> None:
        PaperDialog(self.window(), paper, self._contents[paper.sha256]).open()


class PaperDialog(Dialog):
    """The paper, as large as the window allows; Esc goes back to the question."""

    def __init__(self, parent: QWidget | None, paper: MonthPaper, data: bytes) -> None:
        super().__init__(parent, "Le relevé attesté" if paper.issued else paper.name, width=880)
        if paper.media_type.startswith("image/"):
            self.body.addWidget(self._sheet(data), 1)
        else:
            preview = PdfPreview(self)
            preview.print_button.hide()
            preview.show_bytes(data, paper.name)
            self.body.addWidget(preview, 1)
        self.add_button("Fermer")
        self.resize(appearance().px(940), appearance().px(860))
        for sheet in self.findChildren(QAbstractScrollArea):
            sheet.setFocus(Qt.FocusReason.OtherFocusReason)  # read by the arrows at once

    def _sheet(self, data: bytes) -> QScrollArea:
        """A photograph of the paper: large enough to be read, scrolled by the arrows."""
        area = QScrollArea(self)
        area.setAccessibleName("Photo du papier")
        ratio = self.devicePixelRatioF()
        widest = self.screen().availableGeometry().width() - _AROUND
        room = QSize(min(appearance().px(820), widest), appearance().px(2_000))
        shown = QLabel(area)
        shown.setPixmap(fitted(QPixmap.fromImage(small_picture(data, room * ratio)), room, ratio))
        area.setWidget(shown)
        return area
