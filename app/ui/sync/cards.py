"""The cards of « Synchronisation »: one decision, one refused change (PRODUCT.md §3.6)."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.rules.french import plural
from app.sync import card_words
from app.sync.state import Decision, HeldCard, HeldReason, ReviewCard
from app.ui.kit.cards import Card
from app.ui.kit.controls import button
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.sync.pictures import AskContent, Drawings, Papers, Photograph
from app.ui.theme.appearance import appearance

LATER = "Plus tard"
_ROOM = 100
"""Characters of author, value and moment on one line, at 100 %; more stand one under the other."""
_PAPERS = 3
"""Papers of a month that are named, the latest."""
_VALUES = 8
"""Values of a refused change that are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How a card reaches what is looked at: a content by its SHA-256, the page of a record."""

    ask: AskContent
    opener: Callable[[tuple[str, str]], Callable[[], None] | None]


class ReviewWidget(Card):
    """One decision at a time: G, D, L, P while the focus is on the card, V and F for its papers. ``chosen(Decision)``,
    ``later``, ``stepped(±1)`` by ↑ ↓.

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
        looks: Looks | None = None,
        parent: QWidget | None = None,
    ) -> None:
        words = card_words.review_words(card)
        heading = card_words.review_heading(card, hide)
        hidden = heading != words.heading
        super().__init__(heading, parent=parent)
        self.card = card
        self.words = words
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"Fiche à relire, {heading}")
        if place:
            self.head.addWidget(label(place, "secondary", self))
        if words.question:
            self.body.addWidget(label(hide(words.question), "strong", self, wrap=True))
        self.body.addWidget(self._versions(hide))
        self._awaited: list[Photograph | Papers] = []
        self.openers: dict[str, QPushButton] = {}
        if not hidden and looks is not None:
            self._show_pictures(looks)
        self.choices: dict[str, QPushButton] = {}
        self.body.addWidget(self._choices())
        foot = [] if hidden else [one for one in (words.beside, words.before, words.meanwhile) if one]
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

    def look_again(self) -> None:
        """Show the pictures and papers that have arrived since."""
        for one in self._awaited:
            one.look()

    def _show_pictures(self, looks: Looks) -> None:
        drawings = self.card.drawings
        if drawings:
            whose = [self.words.mine.who, self.words.theirs.who] if len(drawings) > 1 else [""]
            self.body.addWidget(Drawings(list(zip(whose, drawings, strict=True)), self))
        if self.card.picture:
            self._awaited.append(Photograph(self.card.picture, self.words.record, looks.ask, self))
        if self.card.papers:
            papers = Papers(self.card.papers[:_PAPERS], looks.ask, looks.opener, self)
            self.openers = papers.openers
            self._awaited.append(papers)
        for one in self._awaited:
            self.body.addWidget(one)
        for made in self.openers.values():
            made.installEventFilter(self)

    def _versions(self, hide: Callable[[str], str]) -> QWidget:
        both = (self.words.mine, self.words.theirs)
        room = _ROOM * 100 // appearance().zoom
        if self.words.rows and all(sum(len(one) for one in row) <= room for row in self.words.rows):
            return self._side_by_side(hide)
        if any(one.parts or len(one.who) + len(one.value) + len(one.at) > room for one in both):
            return self._paragraphs(hide)
        holder = QWidget(self)
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for row, one in enumerate(both):
            grid.addWidget(label(one.who, "", holder), row, 0)
            grid.addWidget(label(hide(one.value), "strong", holder), row, 1)
            grid.addWidget(label(one.at, "secondary", holder), row, 2)
        grid.setColumnStretch(3, 1)
        return holder

    def _side_by_side(self, hide: Callable[[str], str]) -> QWidget:
        """Fields that go together: a line each, under the two authors."""
        holder = QWidget(self)
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        for column, one in enumerate((self.words.mine, self.words.theirs), 1):
            said = ",\n".join(part for part in (one.who, one.at) if part)
            grid.addWidget(label(said, "secondary", holder), 0, column)
        for row, (name, *values) in enumerate(self.words.rows, 1):
            grid.addWidget(label(name, "", holder), row, 0)
            for column, value in enumerate(values, 1):
                grid.addWidget(label(hide(value), "strong", holder), row, column)
        grid.setColumnStretch(3, 1)
        return holder

    def _paragraphs(self, hide: Callable[[str], str]) -> QWidget:
        """Long values one under the other, each under its author; what differs is underlined."""
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for rank, one in enumerate((self.words.mine, self.words.theirs)):
            if rank:
                column.addSpacing(8)
            said = label(", ".join(part for part in (one.who, one.at) if part), "secondary", holder, wrap=True)
            column.addWidget(said)
            short = len(one.value) <= card_words.LONG
            value = label(hide(one.value), "strong" if short else "", holder, wrap=True)
            if one.parts and hide(one.value) == one.value:
                value.setTextFormat(Qt.TextFormat.RichText)
                value.setText(_marked(one.parts))
                value.setAccessibleName(one.value)
            column.addWidget(value)
        return holder

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
        pressed = {**self.openers, **self.choices}.get(letter) if bare else None
        if pressed is not None and not pressed.isHidden():
            pressed.click()
            return
        super().keyPressEvent(event)


def _marked(parts: Sequence[card_words.Part]) -> str:
    """The parts of a text, those that differ underlined in bold."""
    shown = []
    for text, differs in parts:
        words = html.escape(text, quote=False).replace("\n", "<br>")
        bare = words.rstrip()
        shown.append(f"<b><u>{bare}</u></b>{words[len(bare) :]}" if differs else words)
    return "".join(shown)


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
        heading = card_words.held_heading(card)
        super().__init__(hide(heading), icon="triangle-alert", parent=parent)
        self.card = card
        self.body.addWidget(label(card_words.held_sentence(card), "", self, wrap=True))
        values = card_words.held_values(card)
        for one in values[:_VALUES]:
            self.body.addWidget(label(hide(one), "secondary", self, wrap=True))
        if len(values) > _VALUES:
            self.body.addWidget(
                label(f"et {plural(len(values) - _VALUES, 'autre valeur', 'autres valeurs')}", "secondary", self)
            )
        line = Flow(self)
        gone = card.reason is HeldReason.GONE  # nothing to open, and it would only be refused again
        if open_record is not None and not gone:
            opened = button("Ouvrir la fiche", "", "external-link", line)
            opened.clicked.connect(lambda _on=False: open_record())
            line.add(opened)
        self.again_button = button("Envoyer de nouveau", "", "send", line)
        self.again_button.clicked.connect(lambda _on=False: self.again.emit())
        self.close_button = button("Fermer cette ligne", parent=line)
        self.close_button.clicked.connect(lambda _on=False: self.given_up.emit())
        line.add(self.again_button)
        self.again_button.setVisible(not gone)
        line.add(self.close_button)
        for made in line.findChildren(QPushButton):  # several cards have the same three
            made.setAccessibleName(f"{made.text()}, {hide(heading)}")
        self.body.addWidget(line)
