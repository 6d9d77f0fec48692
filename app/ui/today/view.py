"""The place « Aujourd’hui » (PRODUCT.md E2): visits of the day, what is to be done, what to resume."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.account.copies import Offer
from app.models.choices import VisitKind
from app.rules.french import NBSP, capitalise_first, format_date, format_weekday_date, plural
from app.store.agenda import DueAction, EndingContract
from app.store.exits import DueMilestone
from app.store.visits import Stage, VisitCard
from app.ui.kit.cards import Banner, Card, EmptyState, Pill
from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.shell.navigation import Frame, PlaceView
from app.ui.sync.exchange import Exchange
from app.ui.theme.appearance import appearance
from app.ui.today.departure import DepartureDialog, DepartureModel
from app.ui.today.viewmodel import TodayModel, TodayState
from app.visits.values import ResumedDraft, Section

_NARROW = 860
EXITS_SHOWN = 6


class _Columns(QScrollArea):
    """Scrolls by the wheel, the finger and the pages; ↑ ↓ belong to the cards."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
            return
        super().keyPressEvent(event)


class TodayView(PlaceView):
    """Three columns of cards; ↑ ↓ go from card to card, Enter opens."""

    def __init__(
        self,
        frame: Frame,
        model: TodayModel,
        exchange: Exchange | None = None,
        departure: DepartureModel | None = None,
    ) -> None:
        super().__init__(frame)
        self.model = model
        self._exchange = exchange
        self._cards: list[Card] = []
        self._drawn: TodayState | None = None
        self._arriving = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 12)
        outer.setSpacing(12)
        head = QHBoxLayout()
        self.day = label("", "secondary", self)
        head.addWidget(self.day, 1)
        self.plan_button = button("Nouvelle visite", "", "plus", self)
        self.plan_button.clicked.connect(lambda _on=False: self._new_visit())
        head.addWidget(self.plan_button)
        outer.addLayout(head)
        self.unsent = Banner("", "warning", "Copie de secours", exchange.open_copy if exchange else None, self)
        self.unsent.hide()
        outer.addWidget(self.unsent)
        self.departure = departure
        self.dialog: DepartureDialog | None = None
        if departure is not None:
            self.leave_button = button("Partir sur le terrain", "", "clipboard-check", self)
            self.leave_button.clicked.connect(lambda _on=False: self.check_departure())
            outer.addWidget(self.leave_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.empty = EmptyState(
            "Rien de prévu. Planifier une visite\u202f?", "Planifier une visite", self._new_visit, "calendar-plus"
        )
        self.empty.hide()
        outer.addWidget(self.empty, 1)
        self.area = _Columns(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("column")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._line.setContentsMargins(0, 0, 8, 0)
        self._line.setSpacing(24)
        self.columns: dict[str, QVBoxLayout] = {}
        for key, title in (("visits", "Visites du jour"), ("todo", "À faire"), ("resume", "Reprendre")):
            holder = QWidget(inner)
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(10)
            column.addWidget(label(title, "subtitle", holder))
            content = QVBoxLayout()
            content.setSpacing(10)
            column.addLayout(content)
            column.addStretch(1)
            self.columns[key] = content
            self._line.addWidget(holder, 1)
        self.area.setWidget(inner)
        outer.addWidget(self.area, 1)
        model.state_changed.connect(self._was_read)
        model.begun.connect(lambda one: frame.navigation.go("visits", one))
        frame.discretion.changed.connect(lambda _on: self._again())
        appearance().changed.connect(self._fit)
        if exchange is not None:
            exchange.review_changed.connect(self._again)

    def check_departure(self) -> None:
        """« Partir sur le terrain »."""
        if self.departure is None or self.dialog is not None:
            return
        self.dialog = DepartureDialog(self, self.departure)
        self.dialog.finished.connect(lambda _result: setattr(self, "dialog", None))
        self.dialog.open()

    # --- the place -------------------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        self._arriving = True
        self.model.enter()

    def leave(self) -> None:
        self.model.leave()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = {"new": self._new_visit, "visit": self._new_visit}
        if self.departure is not None:
            found["departure"] = self.check_departure
        return found

    def focus_target(self) -> QWidget | None:
        if self._cards:
            return _first_stop(self._cards[0])
        return self.empty.button if self.empty.isVisibleTo(self) else self.plan_button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or not self._cards:
            super().keyPressEvent(event)
            return
        focused = next((at for at, one in enumerate(self._cards) if _holds_focus(one)), None)
        at = 0 if focused is None else min(max(focused + step, 0), len(self._cards) - 1)
        self._cards[at].setFocus(Qt.FocusReason.TabFocusReason)
        self.area.ensureWidgetVisible(self._cards[at])

    @property
    def to_review(self) -> int:
        """Decisions that wait for the user, known by the exchange."""
        return self._exchange.model.state.to_review if self._exchange else 0

    # --- showing ---------------------------------------------------------------------------

    def _again(self) -> None:
        if self.model.state is not None:
            self.show_state(self.model.state)

    def _was_read(self, state: TodayState) -> None:
        """Keep the cards when the day is still the one they show."""
        if state == self._drawn:
            self._arriving = False
        else:
            self.show_state(state)

    def show_state(self, state: TodayState) -> None:
        """Show the agenda."""
        self._drawn = state
        agenda = state.agenda
        self.day.setText(capitalise_first(format_weekday_date(agenda.day)))
        self.unsent.set_text(unsent_words(state.offer) if state.offer else "")
        held = next((at for at, one in enumerate(self._cards) if _holds_focus(one)), None)
        former = self._take_out()
        something = self.to_review or state.missing_statements or agenda.next_visits or state.exits or state.files_due
        nothing = not something and agenda.is_empty
        self.empty.setVisible(nothing)
        self.area.setVisible(not nothing)
        self.plan_button.setVisible(not nothing)
        if not nothing:
            self._fill(state)
        if held is None and self._arriving and self._is_free():
            held = 0  # the focus waited for the first card
        self._arriving = False
        if held is not None and self._cards:
            _first_stop(self._cards[min(held, len(self._cards) - 1)]).setFocus(Qt.FocusReason.OtherFocusReason)
        for one in former:  # only now: hiding the focused card would send the focus, and the page, further down
            one.hide()
            one.deleteLater()

    def _fill(self, state: TodayState) -> None:
        agenda = state.agenda
        for card in agenda.visits:
            self._add("visits", self._visit_card(card, agenda.day))
        for card in agenda.late:
            self._add("visits", self._visit_card(card, agenda.day))
        if not (agenda.visits or agenda.late):
            self._say("visits", "Aucune visite aujourd’hui.")
        if agenda.next_visits:
            self._say("visits", "À venir", "strong")
            for card in agenda.next_visits:
                self._add("visits", self._next_card(card))
        self._fill_todo(state)
        for draft in agenda.drafts:
            self._add("resume", self._draft_card(draft))
        if not agenda.drafts:
            self._say("resume", "Aucun brouillon en attente.")

    def _fill_todo(self, state: TodayState) -> None:
        agenda = state.agenda
        if self.to_review:
            count = plural(self.to_review, "fiche à relire", "fiches à relire")
            card = Card(count, opens=True, name=count, icon="files")
            card.opened.connect(lambda: self.frame.navigation.go("sync"))
            self._add("todo", card)
        if state.missing_statements:
            count = plural(state.missing_statements, "relevé manquant", "relevés manquants")
            card = Card(count, opens=True, name=count, icon="clock-alert")
            card.opened.connect(lambda: self.frame.navigation.go("hours"))
            self._add("todo", card)
        for action in agenda.actions:
            self._add("todo", self._action_card(action, agenda.day))
        more = agenda.actions_count - len(agenda.actions)
        if more > 0:
            self._say("todo", f"et {plural(more, 'autre action', 'autres actions')} cette semaine")
        if agenda.ending:
            self._add("todo", self._ending_card(agenda.ending, agenda.ending_count))
        if state.exits:
            self._add("todo", self._exits_card(state.exits))
        if state.files_due:
            verb = "à archiver ou anonymiser"
            count = plural(state.files_due, f"fiche {verb}", f"fiches {verb}")
            card = Card(count, opens=True, name=count, icon="shield-check")
            card.opened.connect(lambda: self.frame.navigation.go("privacy"))
            self._add("todo", card)
        if not self.columns["todo"].count():
            self._say("todo", "Rien à faire cette semaine.")

    def _visit_card(self, card: VisitCard, today: dt.date) -> Card:
        when = show_time(card.planned_time) if card.planned_on == today else f"Prévue le {format_date(card.planned_on)}"
        title = f"{when} · {card.company_name}" if when else card.company_name
        made = Card(title, opens=True, name=f"Visite, {title}, {card.operation_name}")
        made.body.addWidget(label(f"{card.operation_name}, {card.lot_label}", "secondary", made, wrap=True))
        parts = []
        if card.open_points:
            parts.append(plural(card.open_points, "point ouvert", "points ouverts"))
        if card.kind != VisitKind.SITE:
            parts.append(VisitKind(card.kind).label)
        if parts:
            made.body.addWidget(label(" · ".join(parts), "", made, wrap=True))
        if card.stage is Stage.PLANNED:
            first = not any(one.findChild(QWidget, "start") for one in self._cards)
            start = button("Démarrer", "primary" if first else "", "play", made)
            start.setObjectName("start")
            start.setAccessibleName(f"Démarrer la visite, {card.company_name}")
            start.clicked.connect(lambda _on=False: self.model.start(card.visit_id))
            made.body.addWidget(start)
        elif card.stage is Stage.DRAFT:
            made.body.addWidget(Pill("Commencée", "warning", "pencil", made))
        else:
            made.body.addWidget(Pill("Signée", "success", "lock", made))
        made.opened.connect(lambda: self.frame.navigation.go("visits", card.visit_id))
        return made

    def _next_card(self, card: VisitCard) -> Card:
        title = f"{format_date(card.planned_on)} · {card.company_name}"
        made = Card(title, opens=True, name=f"Visite à venir, {title}")
        made.opened.connect(lambda: self.frame.navigation.go("visits", card.visit_id))
        return made

    def _draft_card(self, draft: ResumedDraft) -> Card:
        card = draft.card
        made = Card(f"{card.number} · {card.company_name}", opens=True, name=f"Reprendre la visite {card.number}")
        names = {one.value: one.label for one in Section}
        parts = [f"commencée le {format_date(card.planned_on)}"]
        if card.section in names:
            parts.append(f"à {names[card.section]}")
        made.body.addWidget(label(" · ".join(parts), "secondary", made, wrap=True))
        if draft.words:
            shown = draft.words if len(draft.words) <= 80 else f"…{draft.words[-79:]}"
            made.body.addWidget(label(f"«{NBSP}{shown}{NBSP}»", "", made, wrap=True))
        made.opened.connect(lambda: self.frame.navigation.go("visits", card.visit_id))
        return made

    def _action_card(self, action: DueAction, today: dt.date) -> Card:
        made = Card(action.text, opens=bool(action.visit_id or action.beneficiary_id), name=f"Action, {action.text}")
        late = action.due_on < today
        due = "pour aujourd’hui" if action.due_on == today else f"avant le {format_date(action.due_on)}"
        who = self.frame.discretion.name(action.last_name, action.first_name) if action.beneficiary_id else ""
        parts = [action.owner_name, who, due]
        made.body.addWidget(label(" · ".join(part for part in parts if part), "secondary", made, wrap=True))
        line = QHBoxLayout()
        if late:
            line.addWidget(Pill("En retard", "warning", "triangle-alert", made))
        line.addStretch(1)
        done = button("Faite", "", "check", made)
        done.setAccessibleName(f"Noter comme faite{NBSP}: {action.text}")
        done.clicked.connect(lambda _on=False: self.model.settle(action.action_id))
        line.addWidget(done)
        made.body.addLayout(line)
        where = ("visits", action.visit_id) if action.visit_id else ("beneficiaries", action.beneficiary_id)
        made.opened.connect(lambda: self.frame.navigation.go(*where))
        return made

    def _ending_card(self, ending: tuple[EndingContract, ...], count: int) -> Card:
        words = f"{plural(count, 'fin de contrat', 'fins de contrat')} dans les 15{NBSP}jours"
        made = Card(words, name=words, icon="calendar-days")
        for one in ending:
            name = self.frame.discretion.name(one.last_name, one.first_name)
            link = button(f"{name} · {format_date(one.end_on)}", "link", parent=made)
            link.setAccessibleName(f"{name}, {one.company_name}, fin le {format_date(one.end_on)}")
            link.setToolTip(one.company_name)
            link.clicked.connect(
                lambda _on=False, one=one: self.frame.navigation.go("beneficiaries", one.beneficiary_id)
            )
            made.body.addWidget(link)
        if count > len(ending):
            made.body.addWidget(label(f"et {plural(count - len(ending), 'autre')}", "secondary", made))
        return made

    def _exits_card(self, exits: tuple[DueMilestone, ...]) -> Card:
        words = plural(len(exits), "situation à demander", "situations à demander")
        made = Card(words, name=words, icon="milestone")
        for one in exits[:EXITS_SHOWN]:
            name = self.frame.discretion.name(one.last_name, one.first_name)
            link = button(f"{name} · {one.label[:1].lower()}{one.label[1:]}", "link", parent=made)
            link.setAccessibleName(f"{name}, {one.label}, depuis le {format_date(one.due_on)}")
            link.clicked.connect(
                lambda _on=False, one=one: self.frame.navigation.go("beneficiaries", one.beneficiary_id)
            )
            made.body.addWidget(link)
        if len(exits) > EXITS_SHOWN:
            made.body.addWidget(label(f"et {plural(len(exits) - EXITS_SHOWN, 'autre')}", "secondary", made))
        return made

    # --- pieces ----------------------------------------------------------------------------

    def _new_visit(self) -> None:
        self.frame.navigation.go("visits", "new")

    def _add(self, column: str, card: Card) -> None:
        self.columns[column].addWidget(card)
        card.show()  # at once: a hidden card would refuse the focus
        if card.focusPolicy() & Qt.FocusPolicy.TabFocus:
            self._cards.append(card)

    def _say(self, column: str, text: str, role: str = "secondary") -> None:
        self.columns[column].addWidget(label(text, role, self, wrap=True))

    def _is_free(self) -> bool:
        """Whether nobody is doing anything elsewhere."""
        now = self.window().focusWidget()
        return now is None or now is self.window() or self.isAncestorOf(now)

    def _take_out(self) -> list[QWidget]:
        """Empty the columns; answers what was in them, still to be hidden."""
        self._cards = []
        former = []
        for column in self.columns.values():
            while (item := column.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    former.append(widget)
        return former

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < appearance().px(_NARROW)
        self._line.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)


def unsent_words(offer: Offer) -> str:
    """« 7 modifications attendent depuis le 19/11/2026, gardées ici… », for the amber line."""
    waiting = plural(offer.unsent, "modification")
    verb, kept = ("attendent", "gardées") if offer.unsent > 1 else ("attend", "gardée")
    since = format_date(offer.since.astimezone().date())
    return f"{waiting} {verb} depuis le {since}, {kept} ici. Une copie sur une clé protège aussi d’une panne."


def show_time(text: str) -> str:
    """« 9 h 30 » from ``09:30``; nothing from nothing."""
    hour, _, minute = text.partition(":")
    return f"{int(hour)}{NBSP}h{NBSP}{minute}" if minute else ""


def _first_stop(card: Card) -> QWidget:
    """« Démarrer » when the card has it, else the card."""
    start = card.findChild(QWidget, "start")
    return card if start is None else start


def _holds_focus(card: Card) -> bool:
    focused = card.window().focusWidget()
    return card.hasFocus() or (focused is not None and card.isAncestorOf(focused))
