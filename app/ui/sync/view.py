"""The place « Synchronisation » (PRODUCT.md E10): where things stand, what to decide, what went through."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.rules.french import plural
from app.rules.record_words import tells_who
from app.sync import card_words, journal_words, sentences
from app.sync.journal_words import Sentence, journal_lines
from app.sync.state import Decision, HeldCard, ReviewCard, Situation, Verification
from app.ui.kit.cards import Banner, Card, Pill
from app.ui.kit.controls import button, set_kind
from app.ui.kit.dialogs import Choice, Question, save_file
from app.ui.kit.fields import Help
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.scroll import ScrollColumn
from app.ui.shell.commands import PLACE_OF_KIND
from app.ui.shell.navigation import Frame, PlaceView
from app.ui.sync.cards import HeldWidget, Looks, ReviewWidget
from app.ui.sync.figures import FiguresSection
from app.ui.sync.indicator import shown
from app.ui.sync.journal import JournalDay
from app.ui.sync.viewmodel import SyncModel
from app.ui.theme.appearance import appearance

JOURNAL = "journal"
"""The path that unfolds what was typed lately (Ctrl+J)."""
_SHOWN_DAYS = 14
_UNDER = 16
"""Pixels kept under the card that is to be decided."""
HELP = Help(
    "F5 envoie vos saisies et reçoit celles de vos collègues. Sans réseau, tout est gardé ici et partira seul. "
    "Une fiche à relire a été écrite par deux personnes\u00a0: les deux valeurs sont gardées, dites laquelle vaut.",
    "G garde la vôtre, D celle de l’autre, L les deux, P remet à plus tard. V montre le papier des heures quand il est "
    "dans le carnet.",
)


@dataclass(frozen=True, slots=True)
class SyncDoors:
    """What opens from here: the dialog to join the network, to sign in again, to copy, to see a check."""

    join: Callable[[], None]
    sign_in: Callable[[], None]
    safety_copy: Callable[[], None]
    show_check: Callable[[Verification], None]


class SyncView(PlaceView):
    """One column, from what needs the user to what only informs."""

    place_help = ("Synchronisation", HELP)

    def __init__(self, frame: Frame, model: SyncModel, doors: SyncDoors) -> None:
        super().__init__(frame)
        self.model = model
        self.doors = doors
        self._at = 0
        self._details = False
        self._all_decisions = False
        self._wanted = ""
        self._typed = False
        self._refocus = False
        self._drawn: tuple[Hashable, ...] = ()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 12)
        self.area = ScrollColumn(self)
        outer.addWidget(self.area)
        self.review: ReviewWidget | None = None
        self.figures: FiguresSection | None = None
        self._build_state()
        self.listed = QWidget(self.area)
        self.lists = QVBoxLayout(self.listed)
        self.lists.setContentsMargins(0, 0, 0, 0)
        self.lists.setSpacing(16)
        self.area.body.addWidget(self.listed)
        self.area.body.addStretch(1)
        model.changed.connect(self._show_state)
        model.page_changed.connect(self._refresh)
        model.taken_back.connect(self._come_back)
        model.verified.connect(doors.show_check)
        model.sign_out_refused.connect(self._offer_copy)
        frame.discretion.changed.connect(lambda _on: self._refresh())
        appearance().changed.connect(self._refresh)
        self._show_state()

    # --- the place -------------------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        self._at = 0
        self._wanted = path[0] if path and path[0] != JOURNAL else ""
        self._typed = self._typed or path == (JOURNAL,)
        self._refocus = True
        self.model.watch(True)

    def leave(self) -> None:
        self.model.watch(False)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {"history": self._to_journal}

    def focus_target(self) -> QWidget | None:
        if self.review is not None:
            return self.review.first
        acts = (self.join_button, self.sign_in_button, self.sync_button, self.stop_button, self.copy_button)
        return next((one for one in acts if one.isVisibleTo(self)), None)

    def _come_back(self) -> None:
        """The decision that was undone is asked again: the keys are given to it."""
        self._refocus = self._refocus or self.isVisible()

    def _step(self, step: int) -> None:
        self._at += step
        self._refocus = True
        self._show_page()

    # --- where things stand ----------------------------------------------------------------

    def _build_state(self) -> None:
        self.card = Card(parent=self)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.pill = Pill("", "text", "cloud-off", self.card)
        line.addWidget(self.pill)
        line.addStretch(1)
        self.card.body.addLayout(line)
        self.last = label("", "secondary", self.card, wrap=True)
        self.card.body.addWidget(self.last)
        self.told = label("", "", self.card, wrap=True)
        self.todo = label("", "strong", self.card, wrap=True)
        self.card.body.addWidget(self.told)
        self.card.body.addWidget(self.todo)
        self.clock = Banner("", "warning", parent=self.card)
        self.card.body.addWidget(self.clock)
        self.bar = QProgressBar(self.card)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Avancement")
        self.bar_words = label("", "secondary", self.card, wrap=True)
        self.card.body.addWidget(self.bar)
        self.card.body.addWidget(self.bar_words)
        acts = Flow(self.card)
        self.join_button = button("Rejoindre mon réseau", "primary", "log-in", acts)
        self.join_button.clicked.connect(lambda _on=False: self.doors.join())
        self.sign_in_button = button(sentences.SIGN_IN, "primary", "log-in", acts)
        self.sign_in_button.clicked.connect(lambda _on=False: self.doors.sign_in())
        self.sync_button = button("Synchroniser", "primary", "refresh-cw", acts)
        self.sync_button.setToolTip("Synchroniser (F5)")
        self.sync_button.clicked.connect(lambda _on=False: self.model.synchronise())
        self.stop_button = button("Arrêter", "", "pause", acts)
        self.stop_button.clicked.connect(lambda _on=False: self.model.stop())
        self.verify_button = button("Vérifier", "", "check-check", acts)
        self.verify_button.setToolTip("Comparer ce carnet avec le réseau, fiche par fiche")
        self.verify_button.clicked.connect(lambda _on=False: self.model.verify())
        self.copy_button = button("Copie de secours", "", "usb", acts)
        self.copy_button.clicked.connect(lambda _on=False: self.doors.safety_copy())
        for one in (
            self.join_button,
            self.sign_in_button,
            self.sync_button,
            self.stop_button,
            self.verify_button,
            self.copy_button,
        ):
            acts.add(one)
        self.card.body.addWidget(acts)
        self.area.body.addWidget(self.card)

    def _show_state(self) -> None:
        model, state = self.model, self.model.state
        alone = state.situation is Situation.ALONE
        look, now = shown(model), model.clock.now()
        heading = sentences.heading(state, now, model.progress)
        self.pill.set(heading, look.role if look.role != "text_secondary" else "text", look.icon)
        parts = (
            (_DEMONSTRATION if model.demonstration else _ALONE) if alone else sentences.place_words(state, now),
            sentences.lease_explained(state, now),
            sentences.photos_words(state.photos_done, state.photos_total),
            sentences.structures_words(state, now),
        )
        self.last.setText("\n".join(one for one in parts if one))
        told = model.told
        self.told.setVisible(told is not None)
        self.todo.setVisible(told is not None)
        if told is not None:
            self.told.setText(f"{told.happened} {told.safe}")
            self.todo.setText(told.todo)
        self.clock.set_text(sentences.clock_words(state.clock_offset))
        self._show_progress()
        self._show_acts(alone=alone)

    def _show_progress(self) -> None:
        model = self.model
        busy = model.followed or model.verifying
        progress = model.progress
        self.bar.setVisible(busy)
        self.bar_words.setVisible(busy)
        if busy:
            known = progress is not None and progress.total > 0
            self.bar.setRange(0, progress.total if progress is not None and known else 0)
            self.bar.setValue(progress.done if progress is not None and known else 0)
            self.bar_words.setText(sentences.bar_words(progress, first=model.state.last_success is None))

    def _show_acts(self, *, alone: bool) -> None:
        """One primary act: to join, to sign in, else to synchronise. A session that nobody asked for moves none."""
        model, before = self.model, self._focused()
        asked = model.told is not None and model.told.button == sentences.SIGN_IN
        self.join_button.setVisible(alone and not model.demonstration)
        self.sign_in_button.setVisible(asked)
        self.stop_button.setVisible(model.followed)
        self.sync_button.setVisible(not alone and not model.followed)
        set_kind(self.sync_button, "" if asked else "primary")
        self.verify_button.setVisible(not alone)
        if before is self.stop_button and not model.followed:
            (self.sign_in_button if asked else self.sync_button).setFocus(Qt.FocusReason.OtherFocusReason)
        elif before in (self.join_button, self.sync_button, self.sign_in_button) and not before.isVisibleTo(self):
            (self.stop_button if model.followed else self.sync_button).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- the lists -------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show the page again when something of it changed: the others keep the keys, and what is being read."""
        if self._refocus or self._drawn != self._facts():
            self._show_page()
        elif self.review is not None:
            self.review.look_again()

    def _facts(self) -> tuple[Hashable, ...]:
        """All that the lists show, besides what the user folds and steps through."""
        model, state = self.model, self.model.state
        about = (state.enrolled, state.coordinator, state.server, state.user, model.clock.now().astimezone().date())
        look = (self.frame.discretion.masked, appearance().zoom)
        return (model.page, model.figures, model.counting, *about, *look)

    def _show_page(self) -> None:
        focused, before = self._focused(), self._widgets()
        old = [one for one in before if one.isVisible()]
        asked = self.figures is not None and self.figures.isAncestorOf(focused)
        in_review = self.review is not None and self.review.isAncestorOf(focused)
        within = focused in old and not asked and not in_review
        held_focus = self._refocus or in_review or within
        read = self._read(old, focused if within else None)
        self._refocus = False
        self._drawn = self._facts()
        if focused in old:
            focused.clearFocus()  # else its neighbour would take it, and be scrolled to
        _empty(self.lists)
        self._show_lists()
        if asked:
            self._back_to_figures()
        made = [one for one in self._widgets() if one not in before]
        twin = _twin(focused, old, made) if within else None
        self._give_focus(twin, wanted=held_focus)
        if read is not None and (twin is not None or not held_focus):
            self._hold(_twin(read[0], old, made), read[1])

    def _show_lists(self) -> None:
        """From what needs the user to what only informs."""
        page = self.model.page
        self.review = self._show_review()
        if page.held:
            self._title("Éléments refusés")
            for card in page.held:
                self.lists.addWidget(self._held(card))
            if len(page.held) > 1:
                self._link("Écrire ces éléments dans un fichier pour la coordination", self._write_held)
        self._show_journal()
        if page.reviewed:
            self._show_reviewed()
        self._show_typed()
        self.figures = None
        if self.model.state.coordinator:
            self._title("Chiffres du réseau")
            self.figures = FiguresSection(self.model, self)
            self.lists.addWidget(self.figures)
        if self.model.state.enrolled:
            self._show_details()

    def _give_focus(self, twin: QWidget | None, *, wanted: bool) -> None:
        """Give the keys to ``twin``, else where decisions are taken."""
        if twin is not None:
            twin.setFocus(Qt.FocusReason.OtherFocusReason)
        elif wanted and self.review is not None:
            self.review.first.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self.review, partial(self._bring, self.review))
        elif wanted and (target := self.focus_target()) is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _widgets(self) -> list[QWidget]:
        """The widgets of the lists, from top to bottom."""
        return self.listed.findChildren(QWidget)

    def _read(self, shown_now: Sequence[QWidget], focused: QWidget | None) -> tuple[QWidget, int] | None:
        """What is being read and where it ends in sight: what holds the keys, else the first that ends there.

        At the top nothing is: what comes is shown there.
        """
        if not self.area.verticalScrollBar().value():
            return None
        ends = [(self._end(one), one) for one in ([focused] if focused is not None else shown_now) if _key(one)]
        seen = [(end, one) for end, one in ends if 0 < end <= self.area.viewport().height()]
        end, one = min(seen, key=lambda found: found[0], default=(0, None))
        return (one, end) if one is not None else None

    def _end(self, widget: QWidget) -> int:
        return widget.mapTo(self.area.viewport(), QPoint(0, widget.height())).y()

    def _hold(self, twin: QWidget | None, end: int) -> None:
        """What was being read stays where the eyes are, whatever came above it."""
        if twin is None:
            return
        for one in self._widgets():
            if not one.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                one.show()  # a layout shows what it is given a turn later: too late to know its height
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.value() + self._end(twin) - end)

    def _bring(self, review: ReviewWidget) -> None:
        """The whole card in sight, scrolled as little as it takes; its beginning when it is too high."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # the heights of what was just made
        bar = self.area.verticalScrollBar()
        end = bar.value() + self._end(review)
        bar.setValue(max(0, min(end - review.height(), end + _UNDER - self.area.viewport().height())))

    def _back_to_figures(self) -> None:
        """Asked from there: the keys stay there while the answer comes."""
        if self.figures is not None:
            self.figures.target.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self.figures.target, partial(self.area.ensureWidgetVisible, self.figures.target))

    def _focused(self) -> QWidget:
        found: QWidget | None = self.window().focusWidget()
        return self if found is None else found

    def _show_review(self) -> ReviewWidget | None:
        cards = self.model.page.to_review
        if not cards:
            return None
        found = [at for at, one in enumerate(cards) if one.card_id == self._wanted]
        self._at = found[0] if found else self._at % len(cards)
        self._wanted = ""
        card = cards[self._at]
        title = "Fiches à relire" if len(cards) > 1 else "Fiche à relire"
        self._title(title)
        made = ReviewWidget(
            card,
            f"{self._at + 1} sur {len(cards)}" if len(cards) > 1 else "",
            self._hider(card.kind),
            self._opener(card.door),
            Looks(self.model.ask_content, self._opener),
            self,
        )
        made.chosen.connect(lambda decision: self.model.decide(card, decision))
        made.later.connect(self._later)
        made.stepped.connect(self._step)
        self.lists.addWidget(made)
        return made

    def _later(self) -> None:
        cards = self.model.page.to_review
        if self._at + 1 < len(cards):
            self._at += 1
            self._refocus = True
            self._show_page()
        else:
            self.frame.messages.say(f"{plural(len(cards), 'fiche')} à relire plus tard. Rien n’attend votre réponse.")
            self.frame.navigation.go("today")

    def _held(self, card: HeldCard) -> HeldWidget:
        made = HeldWidget(card, self._hider(card.kind), self._opener(card.door), self)
        made.again.connect(lambda: self.model.send_again(card))
        made.given_up.connect(lambda: self.model.give_up(card))
        return made

    def _show_journal(self) -> None:
        self.journal_title = self._title("Journal")
        lines = self.model.page.journal
        if not lines:
            self._say("Rien n’a encore été envoyé ni reçu." if self.model.state.enrolled else "Rien n’a été envoyé.")
            return
        today = self.model.clock.now().astimezone().date()
        days = itertools.groupby(lines, key=lambda line: line.at.astimezone().date())
        for day, told in itertools.islice(days, _SHOWN_DAYS):
            self._add_day(
                journal_words.day_heading(day, today), [said for line in told for said in journal_lines(line)]
            )

    def _show_typed(self) -> None:
        lines = self.model.page.typed
        if not lines:
            return
        self.typed_title = self._title("Saisies récentes sur cet ordinateur")
        if not self._typed:
            self._link("Voir les saisies récentes", self._unfold_typed)
            return
        today = self.model.clock.now().astimezone().date()
        for day, told in itertools.groupby(lines, key=lambda change: change.line.at.astimezone().date()):
            said = [self._hider(one.line.kind)(journal_words.change_sentence(one)) for one in told]
            self._block(journal_words.day_heading(day, today), "\n".join(said))

    def _unfold_typed(self) -> None:
        self._typed = True
        self._show_page()

    def _show_reviewed(self) -> None:
        cards = self.model.page.reviewed
        self._title("Décisions des 30\u00a0derniers jours")
        shown_now = cards if self._all_decisions else cards[:3]
        for card in shown_now:
            self.lists.addWidget(self._reviewed(card))
        if len(cards) > len(shown_now):
            self._link(f"Voir les {len(cards)}\u00a0décisions", self._show_all)

    def _reviewed(self, card: ReviewCard) -> QWidget:
        hide = self._hider(card.kind)
        holder = QWidget(self)
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(label(hide(card_words.decided_sentence(card)), "", holder, wrap=True), 1)
        back = button("Revenir sur cette décision", parent=holder)
        back.setAccessibleName(f"Revenir sur cette décision, {card_words.review_heading(card, hide)}")
        back.clicked.connect(lambda _on=False: self._again(card))
        line.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _again(self, card: ReviewCard) -> None:
        words = card_words.review_words(card)
        hide = self._hider(card.kind)
        choices = [Choice("", "Ne rien changer")]
        choices += [Choice("mine", hide(words.keep_mine)), Choice("theirs", hide(words.keep_theirs))]
        if words.keep_both:
            choices.append(Choice("both", words.keep_both))
        versions = "\n".join(f"{one.who}\u00a0: {hide(one.short)}, {one.at}" for one in (words.mine, words.theirs))
        question = Question(self, card_words.review_heading(card, hide), versions, choices)
        question.answered.connect(lambda key: self.model.decide(card, Decision(key)) if key else None)
        question.open()

    def _show_all(self) -> None:
        self._all_decisions = True
        self._show_page()

    def _show_details(self) -> None:
        fold = button("Détail technique", "link", parent=self)
        fold.setObjectName("fold")
        fold.setCheckable(True)
        fold.setChecked(self._details)
        fold.setAccessibleName("Masquer le détail technique" if self._details else "Voir le détail technique")
        fold.clicked.connect(lambda _on=False: self._unfold())
        self._add_at_left(fold)
        if not self._details:
            return
        state = self.model.state
        self._say(f"Serveur du réseau\u00a0: {state.server}\nNom d’utilisateur\u00a0: {state.user}", "secondary")
        out = button("Se déconnecter du réseau", "danger", "log-out", self)
        out.clicked.connect(lambda _on=False: self._ask_to_leave())
        self._add_at_left(out)

    def _unfold(self) -> None:
        self._details = not self._details
        self._show_page()

    def _ask_to_leave(self) -> None:
        question = Question(
            self,
            "Se déconnecter du réseau\u202f?",
            "Le carnet reste entier sur cet ordinateur. Plus rien ne sera envoyé ni reçu avant une nouvelle connexion.",
            [Choice("leave", "Se déconnecter", "danger"), Choice("stay", "Rester connecté", "primary")],
        )
        question.answered.connect(lambda key: self.model.sign_out() if key == "leave" else None)
        question.open()

    def _offer_copy(self, sentence: str) -> None:
        question = Question(
            self,
            "Des saisies ne sont pas encore envoyées",
            sentence,
            [Choice("stay", "Rester connecté"), Choice("copy", "Copie de secours", "primary")],
        )
        question.answered.connect(lambda key: self.doors.safety_copy() if key == "copy" else None)
        question.open()

    def _write_held(self) -> None:
        save_file(
            self,
            "Éléments refusés",
            ["Texte (*.txt)"],
            "Éléments refusés.txt",
            lambda path: self.model.write_held(Path(path)),
        )

    def _to_journal(self) -> None:
        self._unfold_typed()
        self.area.ensureWidgetVisible(self.journal_title)

    # --- pieces ----------------------------------------------------------------------------

    def _hider(self, kind: str) -> Callable[[str], str]:
        return self.frame.discretion.detail if tells_who(kind) else lambda text: text

    def _opener(self, door: tuple[str, str]) -> Callable[[], None] | None:
        kind, key = door
        place = PLACE_OF_KIND.get(kind)
        if place is None or not key:
            return None
        return lambda: self.frame.navigation.go(place, key)

    def _title(self, text: str) -> QWidget:
        made = label(text, "subtitle", self)
        self.lists.addWidget(made)
        return made

    def _say(self, text: str, role: str = "secondary") -> None:
        self.lists.addWidget(label(text, role, self, wrap=True))

    def _block(self, heading: str, text: str) -> None:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(heading, "strong", self))
        column.addWidget(label(text, "", self, wrap=True))
        self.lists.addLayout(column)

    def _add_day(self, heading: str, said: Sequence[Sentence]) -> None:
        made = JournalDay(heading, said, self._hider, self._opener, self)
        self.lists.addWidget(made)

    def _link(self, text: str, act: Callable[[], None]) -> QPushButton:
        made = button(text, "link", parent=self)
        made.clicked.connect(lambda _on=False: act())
        self._add_at_left(made)
        return made

    def _add_at_left(self, widget: QWidget) -> None:
        line = QHBoxLayout()
        line.addWidget(widget)
        line.addStretch(1)
        self.lists.addLayout(line)


_ALONE = (
    "Ce carnet travaille seul, sur cet ordinateur. Rejoignez votre réseau pour que vos fiches y soient en sécurité et "
    "que vos collègues en profitent\u202f; rien ne change dans votre façon de travailler."
)
_DEMONSTRATION = "C’est une démonstration\u00a0: tout y est inventé, et rien n’en est envoyé ni reçu."


def _key(widget: QWidget) -> str:
    """What a widget of the lists is known by from one drawing to the next."""
    said = widget.text() if isinstance(widget, QPushButton) else ""
    return widget.objectName() or widget.accessibleName() or said


def _twin(widget: QWidget, old: Sequence[QWidget], made: Sequence[QWidget]) -> QWidget | None:
    """Which of ``made`` stands for ``widget``, one of ``old``; several may bear the same name."""
    named = [one for one in made if _key(one) == _key(widget)]
    rank = [one for one in old if _key(one) == _key(widget)].index(widget)
    return named[min(rank, len(named) - 1)] if named else None


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _empty(inner)
            inner.deleteLater()
