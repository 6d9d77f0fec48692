"""Section 6 of a visit: actions with an owner and a date in two taps, and the next visit in one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.choices import ActionState
from app.rules.calendar import DueChip, due_chip
from app.rules.french import NBSP, format_date, format_weekday_date, plural
from app.rules.visits import ACTION_SECTION
from app.store.phrases import PhraseRow
from app.store.visit_sheet import Task, VisitSheet
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.fields import DateField, TextField
from app.ui.kit.labels import label
from app.ui.visits.findings import ActionEntry
from app.ui.visits.rows import Row, RowList, SectionBox, keep_field
from app.ui.visits.viewmodel import VisitModel
from app.visits.values import NextVisit, Section, next_visit_date

_DUE = tuple(Chip(one, one.label) for one in DueChip)
_NEXT = tuple(Chip(one, one.label) for one in NextVisit)
_SETTLED = (Chip(ActionState.DONE, "Faite", "F"), Chip(ActionState.DROPPED, "Sans objet", "S"))


class ActionRow(Row):
    """An action of this visit: what, before when by a chip; who and another date in the folded editor."""

    def __init__(self, model: VisitModel, today: Callable[[], dt.date]) -> None:
        super().__init__()
        self._model = model
        self._today = today
        self._task: Task | None = None
        line = QHBoxLayout()
        line.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.words = label("", "", self, wrap=True)
        self.detail = label("", "secondary", self, wrap=True)
        words.addWidget(self.words)
        words.addWidget(self.detail)
        line.addLayout(words, 1)
        self.edit_button = button("Modifier", "quiet", "pencil", self)
        self.edit_button.clicked.connect(lambda _on=False: self._turn())
        self.remove = button("Retirer", "quiet", "x", self)
        self.remove.clicked.connect(lambda _on=False: self._remove())
        line.addWidget(self.edit_button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(line)
        self.chips = ChipRow("Échéance", _DUE, show_label=False, parent=self)
        self.chips.changed.connect(self._due)
        self.column.addWidget(self.chips)
        self.editor = QWidget(self)
        column = QVBoxLayout(self.editor)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        self.text = TextField("text", "Action")
        self.text.committed.connect(lambda value: self._edit(text=value))
        keep_field(self.text, lambda text: self._keep("action_text", text))
        column.addWidget(self.text)
        below = QHBoxLayout()
        below.setSpacing(16)
        self.owner = TextField("owner_name", "Qui s’en charge")
        self.owner.committed.connect(lambda value: self._edit(owner=value))
        keep_field(self.owner, lambda text: self._keep("action_owner", text))
        self.due = DateField("due_on", "Avant le", today=today)
        self.due.committed.connect(self._date)
        below.addWidget(self.owner, 1)
        below.addWidget(self.due, 1)
        column.addLayout(below)
        self.column.addWidget(self.editor)
        self.editor.hide()
        self.watch(self.chips)

    def show_value(self, value: tuple[Task, VisitSheet]) -> None:
        task, sheet = value
        self._task = task
        self.words.setText(task.text)
        due = f"avant le {format_date(task.due_on)}" if task.due_on else "sans échéance"
        label_of = {one.observation_id: one.label for one in sheet.findings}
        about = f"constat {label_of[task.observation_id]}" if task.observation_id in label_of else ""
        state = ActionState(task.state).label.lower() if task.state != ActionState.OPEN else ""
        self.detail.setText(" · ".join(part for part in (task.owner_name, due, about, state) if part))
        self.chips.set_chosen(self._chip_of(task.due_on, sheet))
        for one, what in ((self.edit_button, "Modifier"), (self.remove, "Retirer"), (self.chips, "Échéance de")):
            one.setAccessibleName(f"{what} l’action{NBSP}: {task.text}")
        self.text.set_value(task.text)
        self.owner.set_value(task.owner_name)
        self.due.set_value(task.due_on)

    def set_read_only(self, on: bool) -> None:
        for one in (self.chips, self.edit_button, self.remove):
            one.setVisible(not on)
        if on:
            self.editor.hide()

    def _chip_of(self, due: dt.date | None, sheet: VisitSheet) -> tuple[str, ...]:
        for chip in DueChip:
            if chip is DueChip.NEXT_VISIT and sheet.next_visit_on is None:
                continue
            if due is not None and due == due_chip(chip, self._today(), sheet.next_visit_on):
                return (chip.value,)
        return ()

    def _turn(self) -> None:
        on = self.editor.isHidden()
        self.editor.setVisible(on)
        self.edit_button.setText("Replier" if on else "Modifier")
        if on:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def action_id(self) -> str:
        """The action shown."""
        return self._task.action_id if self._task is not None else ""

    def unfold(self) -> None:
        """Open the editor."""
        if self.editor.isHidden():
            self._turn()

    def _keep(self, field: str, text: str) -> None:
        if self._task is not None:
            self._model.keep_typing(f"{field}/{self._task.action_id}", f"Action{NBSP}: {self._task.text}", text)

    def _due(self, keys: tuple[str, ...]) -> None:
        if self._task is not None:
            self._model.set_due(self._task.action_id, DueChip(keys[0]) if keys else None)

    def _date(self, day: dt.date | None) -> None:
        if self._task is not None:
            self._model.set_due(self._task.action_id, day)

    def _edit(self, *, text: str | None = None, owner: str | None = None) -> None:
        if self._task is not None:
            self._model.edit_action(self._task.action_id, text=text, owner=owner)

    def _remove(self) -> None:
        if self._task is not None:
            self._model.remove_action(self._task.action_id)


class EarlierActionRow(Row):
    """An action decided at an earlier visit: done, or not needed any more."""

    def __init__(self, model: VisitModel, today: Callable[[], dt.date]) -> None:
        super().__init__()
        self._model = model
        self._today = today
        self._task: Task | None = None
        line = QHBoxLayout()
        line.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.words = label("", "", self, wrap=True)
        self.detail = label("", "secondary", self, wrap=True)
        words.addWidget(self.words)
        words.addWidget(self.detail)
        line.addLayout(words, 1)
        self.chips = ChipRow("Suite", _SETTLED, show_label=False, parent=self)
        self.chips.changed.connect(self._chosen)
        line.addWidget(self.chips, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(line)
        self.watch(self.chips)

    def show_value(self, value: Task) -> None:
        self._task = value
        self.words.setText(value.text)
        late = value.due_on is not None and value.due_on < self._today() and value.state == ActionState.OPEN
        due = (
            f"{'en retard, prévue' if late else 'prévue'} avant le {format_date(value.due_on)}" if value.due_on else ""
        )
        self.detail.setText(" · ".join(part for part in (value.owner_name, due, f"visite {value.from_label}") if part))
        self.chips.set_chosen((value.state,))
        self.chips.setAccessibleName(f"Suite de l’action{NBSP}: {value.text}")

    def _chosen(self, keys: tuple[str, ...]) -> None:
        if self._task is not None:
            self._model.settle_action(self._task.action_id, keys[0] if keys else ActionState.OPEN)


class ActionsSection(SectionBox):
    """« Actions » and the next visit."""

    def __init__(self, model: VisitModel, today: Callable[[], dt.date], parent: QWidget | None = None) -> None:
        super().__init__(Section.ACTIONS.label, parent)
        self._model = model
        self._phrases: dict[str, PhraseRow] = {}
        self._sheet: VisitSheet | None = None
        self.rows: RowList[tuple[Task, VisitSheet]] = RowList(
            lambda _one: ActionRow(model, today), lambda one: one[0].action_id, "Aucune action décidée pour l’instant."
        )
        self.body.addWidget(self.rows)
        self.chips = ChipRow("Actions les plus décidées", [], toggles=False, parent=self)
        self.chips.pressed.connect(self._phrase)
        self.entry = ActionEntry(model, self)
        self.tools = QWidget(self)
        column = QVBoxLayout(self.tools)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.chips)
        column.addWidget(self.entry)
        self.body.addWidget(self.tools)
        self.earlier_title = label("Actions des visites précédentes", "strong", self)
        self.body.addWidget(self.earlier_title)
        self.earlier: RowList[Task] = RowList(lambda _one: EarlierActionRow(model, today), lambda one: one.action_id)
        self.body.addWidget(self.earlier)
        self.next_title = label("Prochaine visite", "strong", self)
        self.body.addWidget(self.next_title)
        self.next_chips = ChipRow("Prochaine visite", _NEXT, show_label=False, parent=self)
        self.next_chips.changed.connect(self._next)
        self.body.addWidget(self.next_chips)
        self.next_day = DateField("next_visit_on", "Le", today=today)
        self.next_day.committed.connect(model.set_next_visit)
        self.body.addWidget(self.next_day)
        self.next_words = label("", "secondary", self)
        self.body.addWidget(self.next_words)
        model.chips_changed.connect(self._offer)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show actions and the next visit."""
        self._sheet = sheet
        self.rows.set_read_only(sheet.is_final)
        self.rows.show_values([(one, sheet) for one in sheet.actions], force=force)
        self.earlier.show_values(sheet.earlier_actions, force=force)
        self.earlier_title.setVisible(bool(sheet.earlier_actions))
        self.set_count(plural(len(sheet.actions), "action") if sheet.actions else "")
        self.tools.setVisible(not sheet.is_final)
        self.next_chips.setVisible(not sheet.is_final)
        self.next_day.setVisible(not sheet.is_final)
        self.next_day.set_value(sheet.next_visit_on)
        chosen = [one for one in NextVisit if next_visit_date(one, sheet.planned_on) == sheet.next_visit_on]
        self.next_chips.set_chosen(chosen)
        self.next_words.setText(
            f"Le {format_weekday_date(sheet.next_visit_on)}" if sheet.next_visit_on else "Pas encore de date"
        )

    def _offer(self, library: dict[str, list[PhraseRow]]) -> None:
        phrases = library.get(ACTION_SECTION, [])
        self._phrases = {one.phrase_id: one for one in phrases}
        self.chips.set_chips([Chip(one.phrase_id, one.text) for one in phrases])
        self.chips.setVisible(bool(phrases))

    def _phrase(self, key: str) -> None:
        self._model.add_action(self._phrases[key].text, key)

    def _next(self, keys: tuple[str, ...]) -> None:
        self._model.set_next_visit(NextVisit(keys[0]) if keys else None)
