"""The cards of « Synchronisation »: one decision, one refused change (PRODUCT.md §3.6)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from app.sync import sentences
from app.sync.state import Decision, HeldCard, ReviewCard
from app.ui.kit.cards import Card
from app.ui.kit.controls import button
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label

LATER = "Plus tard"


class ReviewWidget(Card):
    """One decision at a time: G, D, L, P while the focus is on the card. ``chosen(Decision)``, ``later``,
    ``stepped(±1)`` by ↑ ↓.

    ``hide`` masks what would tell who it is (F8). The button proposed first never loses anything: « Garder les deux »
    when the field can hold two values, else « Plus tard ».
    """

    chosen = Signal(object)
    later = Signal()
    stepped = Signal(int)

    def __init__(
        self,
        card: ReviewCard,
        place: str,
        hide: Callable[[str], str],
        open_record: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        words = sentences.review_words(card)
        heading = hide(words.heading)
        super().__init__(heading, parent=parent)
        self.card = card
        self.words = words
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"Fiche à relire, {heading}")
        self.head.addWidget(label(place, "secondary", self))
        if words.question:
            self.body.addWidget(label(hide(words.question), "strong", self, wrap=True))
        self.body.addLayout(self._versions(hide))
        self.choices: dict[str, QPushButton] = {}
        self.body.addWidget(self._choices())
        foot = [hide(words.before)] if words.before else []
        foot.append(hide(words.meanwhile))
        foot.append("Cette décision reste modifiable 30\u00a0jours.")
        for one in foot:
            self.body.addWidget(label(one, "secondary", self, wrap=True))
        if open_record is not None:
            line = QHBoxLayout()
            link = button("Ouvrir la fiche", "link", parent=self)
            link.clicked.connect(lambda _on=False: open_record())
            line.addWidget(link)
            line.addStretch(1)
            self.body.addLayout(line)

    @property
    def first(self) -> QPushButton:
        """The button that takes the focus: a choice that loses nothing."""
        return self.choices.get("L", self.choices["P"])

    def _versions(self, hide: Callable[[str], str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for row, (who, value, at) in enumerate((self.words.mine, self.words.theirs)):
            grid.addWidget(label(who, "", self), row, 0)
            grid.addWidget(label(hide(value), "strong", self, wrap=True), row, 1)
            grid.addWidget(label(at, "secondary", self), row, 2)
        grid.setColumnStretch(3, 1)
        return grid

    def _choices(self) -> QWidget:
        line = Flow(self)
        offered: list[tuple[str, str, Callable[[], None]]] = [
            ("G", self.words.keep_mine, lambda: self.chosen.emit(Decision.MINE)),
            ("D", self.words.keep_theirs, lambda: self.chosen.emit(Decision.THEIRS)),
        ]
        if self.words.keep_both:
            offered.append(("L", self.words.keep_both, lambda: self.chosen.emit(Decision.BOTH)))
        offered.append(("P", LATER, self.later.emit))
        for letter, text, act in offered:
            made = button(f"{text}\u00a0 ({letter})", parent=line)
            made.setAccessibleName(text)
            made.setToolTip(f"{text} (touche {letter})")
            made.clicked.connect(lambda _on=False, act=act: act())
            made.installEventFilter(self)  # a button would keep ↑ ↓ for its neighbours
            self.choices[letter] = made
            line.add(made)
        return line

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """↑ ↓ on a button go to the other decisions."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.stepped.emit(step)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The letters, pressed anywhere on the card; nothing else is a shortcut."""
        letter = event.text().upper()
        bare = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if bare and letter in self.choices:
            self.choices[letter].click()
            return
        super().keyPressEvent(event)


class HeldWidget(Card):
    """A change that the network did not take: why, what is safe, what to do, and what was typed."""

    again = Signal()
    given_up = Signal()

    def __init__(
        self,
        card: HeldCard,
        hide: Callable[[str], str],
        open_record: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(hide(sentences.held_heading(card)), icon="triangle-alert", parent=parent)
        self.card = card
        self.body.addWidget(label(sentences.held_sentence(card), "", self, wrap=True))
        for one in sentences.held_values(card)[:8]:
            self.body.addWidget(label(hide(one), "secondary", self, wrap=True))
        line = Flow(self)
        if open_record is not None and card.still_here:
            opened = button("Ouvrir la fiche", "", "external-link", line)
            opened.clicked.connect(lambda _on=False: open_record())
            line.add(opened)
        self.again_button = button("Envoyer de nouveau", "", "send", line)
        self.again_button.clicked.connect(lambda _on=False: self.again.emit())
        self.close_button = button("Fermer cette ligne", "quiet", parent=line)
        self.close_button.clicked.connect(lambda _on=False: self.given_up.emit())
        line.add(self.again_button)
        line.add(self.close_button)
        self.body.addWidget(line)
