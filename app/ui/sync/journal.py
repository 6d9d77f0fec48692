"""A day of the journal: who did what, in sentences whose records open by a click or by the keys."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.sync.journal_words import Piece, Sentence
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance

Hider = Callable[[str], Callable[[str], str]]
"""Kind of record → what hides its name in discretion."""
Opener = Callable[[tuple[str, str]], Callable[[], None] | None]
"""Page of a record → what opens it, nothing when there is none."""


class JournalDay(QWidget):
    """Under its heading, one sentence a line; Tab goes from one record to the next, Enter opens it."""

    def __init__(
        self, heading: str, said: Sequence[Sentence], hide: Hider, opener: Opener, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._said = said
        self._hide = hide
        self._opener = opener
        self._acts: list[Callable[[], None]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label(heading, "strong", self))
        self.text: QLabel = label("", "", self, wrap=True)
        self.text.setObjectName(heading)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.linkActivated.connect(lambda place: self._acts[int(place)]())
        column.addWidget(self.text)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """The colour of a link is written in the text: a change of theme writes it again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._write()

    def _write(self) -> None:
        self._acts = []
        shown = "<br>".join("".join(self._piece(one) for one in sentence) for sentence in self._said)
        self.text.setText(shown)
        spoken = " ".join("".join(self._hide(one.kind)(one.text) for one in sentence) for sentence in self._said)
        self.text.setAccessibleName(spoken)
        flags = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.text.setTextInteractionFlags(flags if self._acts else Qt.TextInteractionFlag.NoTextInteraction)

    def _piece(self, piece: Piece) -> str:
        words = html.escape(self._hide(piece.kind)(piece.text), quote=False)
        act = self._opener(piece.door)
        if act is None:
            return words
        self._acts.append(act)
        return f'<a href="{len(self._acts) - 1}" style="color: {appearance().colour("primary").name()}">{words}</a>'
