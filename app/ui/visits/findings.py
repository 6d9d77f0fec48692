"""Sections 4 and 5 of a visit: findings by phrase or in one's own words, and points of earlier visits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from app.errors import InvalidInput
from app.models.choices import ObservationSection, PointState
from app.rules.free_text import refuse_nir
from app.rules.french import NBSP, plural
from app.rules.visits import ACTION_SECTION, beyond_phrase
from app.store.phrases import PhraseRow
from app.store.visit_sheet import Finding, VisitSheet
from app.store.visits import Point
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, MultilineField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.wording import second_thought
from app.ui.shell.discretion import Discretion
from app.ui.visits.rows import KeptTyping, Row, RowList, SectionBox, keep_field, more_button
from app.ui.visits.viewmodel import VisitModel
from app.visits.values import Section

_SECTIONS = tuple(
    Chip(one, one.label)
    for one in (
        ObservationSection.TUTORING,
        ObservationSection.HOURS,
        ObservationSection.TRAINING,
        ObservationSection.SAFETY,
        ObservationSection.ORGANISATION,
        ObservationSection.BENEFICIARY,
    )
)
_STATES = (
    Chip(PointState.CLOSED, "Levé", "L"),
    Chip(PointState.CARRIED, "Reporté", "R"),
    Chip(PointState.DROPPED, "Sans objet", "S"),
)


class PhraseEntry(QWidget):
    """One line to type, the phrases that answer it beneath; Enter takes the first, ↓ goes to the others.

    Nothing typed is lost: what the phrase does not say becomes its detail, and « Écrire tel quel » is always there.
    """

    def __init__(self, title: str, field: str, model: VisitModel, section: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._field = field
        self._title = title
        self.section = section
        self.beneficiary_id = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = label(title, "label", self)
        column.addWidget(head)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(title)
        self.edit.setMaxLength(500)
        self.edit.setObjectName(f"field-{field}")
        head.setBuddy(self.edit)
        line.addWidget(self.edit, 1)
        self.add_button = button("Ajouter", "", "plus", self)
        self.add_button.setAccessibleName(f"Ajouter{NBSP}: {title}")
        self.add_button.clicked.connect(lambda _on=False: self._as_typed())
        line.addWidget(self.add_button)
        column.addLayout(line)
        self.error = label("", "error", self, wrap=True)
        self.error.hide()
        column.addWidget(self.error)
        self.thought = label("", "warning", self, wrap=True)
        self.thought.hide()
        column.addWidget(self.thought)
        self.answers = Flow(self)
        column.addWidget(self.answers)
        self.buttons: list[QPushButton] = []
        self.phrases: list[PhraseRow] = []
        self._kept = KeptTyping(self, self.edit.text, self._keep)
        self.edit.textEdited.connect(self._typed)
        self.edit.returnPressed.connect(self._enter)
        self.edit.installEventFilter(self)
        model.proposed.connect(self._show)

    def put_back(self, text: str) -> None:
        """What was being typed when the program stopped."""
        self.edit.setText(text)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._typed(text)

    def keep_now(self) -> None:
        """Keep what is typed and not added yet."""
        self._kept.keep_now()

    def _keep(self, text: str) -> None:
        self._model.keep_typing(self._field, self._title, text)

    def _typed(self, text: str) -> None:
        self._kept.typed()
        self._say(self.error, "")
        self._say(self.thought, second_thought(text))
        self._model.propose(text, self.section)

    def _say(self, where: QLabel, sentence: str) -> None:
        where.setText(sentence)
        where.setVisible(bool(sentence))

    def _refused(self) -> bool:
        """Whether what is typed may not be written; it stays in its line, with the reason beneath."""
        try:
            refuse_nir(self.edit.text(), field=self._field)
        except InvalidInput as problem:
            self._say(self.error, f"{problem.happened} {problem.todo}")
            return True
        return False

    def _show(self, typed: str, phrases: list[PhraseRow]) -> None:
        if typed != self.edit.text():
            return
        self._clear_answers()
        self.phrases = list(phrases)
        for rank, phrase in enumerate(phrases):
            rest = beyond_phrase(typed, phrase.text)
            shown = f"{phrase.text} ({rest})" if rest else phrase.text
            made = button(shown, "chip", "corner-down-left" if rank == 0 else "", self.answers)
            made.setAccessibleName(f"Prendre la phrase{NBSP}: {shown}")
            made.clicked.connect(lambda _on=False, phrase=phrase: self._take(phrase))
            made.installEventFilter(self)
            self.buttons.append(made)
            self.answers.add(made)
        if phrases and typed.strip():
            made = button("Écrire tel quel", "quiet", "pen-line", self.answers)
            made.setAccessibleName(f"Écrire tel quel{NBSP}: {typed.strip()}")
            made.clicked.connect(lambda _on=False: self._as_typed())
            made.installEventFilter(self)
            self.buttons.append(made)
            self.answers.add(made)
        self.updateGeometry()

    def _clear_answers(self) -> None:
        for one in self.buttons:
            self.answers.flow.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.buttons, self.phrases = [], []

    def _enter(self) -> None:
        if self.phrases:
            self._take(self.phrases[0])
        else:
            self._as_typed()

    def _take(self, phrase: PhraseRow) -> None:
        typed = self.edit.text()
        if self._refused():
            return
        self._done()
        self.take_phrase(phrase, typed)

    def _as_typed(self) -> None:
        typed = self.edit.text().strip()
        if not typed:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._refused():
            return
        self._done()
        self.write(typed)

    def _done(self) -> None:
        self._kept.forget()
        self.edit.clear()
        self._say(self.thought, "")
        self._clear_answers()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_phrase(self, phrase: PhraseRow, typed: str) -> None:
        """Use a phrase."""
        self._model.add_phrase(phrase, typed, self.beneficiary_id)

    def write(self, text: str) -> None:
        """Use the text as it is."""
        self._model.add_finding(self.section, text, self.beneficiary_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.edit and event.key() == Qt.Key.Key_Down and self.buttons:
                self.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if watched is self.edit and event.key() == Qt.Key.Key_Escape and self.edit.text():
                self.edit.clear()
                self._typed("")
                return True
            if watched in self.buttons:
                at = self.buttons.index(watched)
                step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
                    Qt.Key(event.key())
                )
                if step is not None:
                    target = self.buttons[at + step] if 0 <= at + step < len(self.buttons) else self.edit
                    target.setFocus(Qt.FocusReason.TabFocusReason)
                    return True
                if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                    self.buttons[at].click()
                    return True
        return super().eventFilter(watched, event)


class FindingRow(Row):
    """A finding: number, subject, words; folded editor."""

    def __init__(self, model: VisitModel, discretion: Discretion) -> None:
        super().__init__()
        self._model = model
        self._discretion = discretion
        self._finding: Finding | None = None
        self._sheet: VisitSheet | None = None
        line = QHBoxLayout()
        line.setSpacing(12)
        self.number = label("", "strong", self)
        line.addWidget(self.number, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.words = label("", "", self, wrap=True)
        self.detail = label("", "secondary", self, wrap=True)
        words.addWidget(self.words)
        words.addWidget(self.detail)
        line.addLayout(words, 1)
        self.edit_button = button("Modifier", "quiet", "pencil", self)
        self.edit_button.clicked.connect(lambda _on=False: self._turn())
        self.more = more_button("", self)
        self.menu = QMenu(self.more)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self.menu)
        line.addWidget(self.edit_button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(line)
        self.editor = QWidget(self)
        column = QVBoxLayout(self.editor)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        self.text = TextField("text", "Constat")
        self.text.committed.connect(lambda value: self._edit(text=value))
        self.kept_text = keep_field(self.text, self._keep_text)
        self.more_words = MultilineField("detail", "Précisions", lines=2, autosave=False)
        self.more_words.committed.connect(lambda value: self._edit(detail=value))
        self.kept = keep_field(self.more_words, self._keep_detail)
        self.person = ChoiceField("beneficiary_id", "Personne concernée", none="Personne en particulier")
        self.person.committed.connect(lambda value: self._edit(beneficiary_id=value or ""))
        for one in (self.text, self.more_words, self.person):
            column.addWidget(one)
        self.column.addWidget(self.editor)
        self.editor.hide()

    def show_value(self, value: tuple[Finding, VisitSheet]) -> None:
        finding, sheet = value
        self._finding, self._sheet = finding, sheet
        self.number.setText(finding.label)
        person = sheet.person_of(finding.beneficiary_id)
        name = self._discretion.name(person.last_name, person.first_name) if person is not None else ""
        self.words.setText(f"{finding.text} — {name}" if name else finding.text)
        photos = sheet.photos_of(finding.observation_id)
        parts = [ObservationSection(finding.section).label, finding.detail]
        if photos:
            parts.append(f"photo{'s' if len(photos) > 1 else ''} {', '.join(str(one) for one in photos)}")
        parts.append("à suivre" if finding.to_follow else "pour mémoire")
        self.detail.setText(" · ".join(part for part in parts if part))
        self.edit_button.setAccessibleName(f"Modifier le constat {finding.label}")
        self.more.setAccessibleName(f"Plus d’actions{NBSP}: constat {finding.label}")
        self.text.set_value(finding.text)
        self.more_words.set_value(finding.detail)
        self.person.set_choices(
            [(one.beneficiary_id, self._discretion.name(one.last_name, one.first_name)) for one in sheet.beneficiaries]
        )
        self.person.set_value(finding.beneficiary_id)

    def set_read_only(self, on: bool) -> None:
        self.edit_button.setVisible(not on)
        self.more.setVisible(not on)
        if on:
            self.editor.hide()

    @property
    def observation_id(self) -> str:
        """The finding shown."""
        return self._finding.observation_id if self._finding is not None else ""

    def unfold_detail(self) -> MultilineField:
        """Open the editor at the detail."""
        self._unfold(True)
        return self.more_words

    def unfold_text(self) -> TextField:
        """Open the editor at the words."""
        self._unfold(True)
        return self.text

    def _turn(self) -> None:
        self._unfold(self.editor.isHidden())

    def _unfold(self, on: bool) -> None:
        self.editor.setVisible(on)
        self.edit_button.setText("Replier" if on else "Modifier")
        if on:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self, **fields: str | bool) -> None:
        if self._finding is not None:
            self._model.edit_finding(self._finding.observation_id, **fields)

    def _keep_text(self, text: str) -> None:
        if self._finding is not None:
            title = f"Constat {self._finding.label}"
            self._model.keep_typing(f"finding_text/{self._finding.observation_id}", title, text)

    def _keep_detail(self, text: str) -> None:
        if self._finding is not None:
            title = f"Constat {self._finding.label}"
            self._model.keep_typing(f"finding/{self._finding.observation_id}", title, text)

    def _fill_menu(self) -> None:
        finding = self._finding
        self.menu.clear()
        if finding is None:
            return
        follow = "Ne plus suivre à la prochaine visite" if finding.to_follow else "Suivre à la prochaine visite"
        acts = (
            (follow, lambda: self._edit(to_follow=not finding.to_follow)),
            ("Décider une action", lambda: self._model.add_action(finding.text, "", finding.observation_id)),
            ("Ajouter à ma bibliothèque", lambda: self._model.add_to_library(finding.section, finding.text)),
            *(
                [("Ne plus proposer cette phrase", lambda: self._model.hide_phrase(finding.phrase_id or ""))]
                if finding.phrase_id
                else []
            ),
            ("Retirer ce constat", lambda: self._model.remove_finding(finding.observation_id)),
        )
        for text, act in acts:
            made = QAction(text, self.menu)
            made.triggered.connect(lambda _on=False, act=act: act())
            self.menu.addAction(made)


class FindingsSection(SectionBox):
    """« Constats »: subject, five phrases in one tap, one line to type, and what was written."""

    def __init__(self, model: VisitModel, discretion: Discretion, parent: QWidget | None = None) -> None:
        super().__init__(Section.FINDINGS.label, parent)
        self._model = model
        self._discretion = discretion
        self._phrases: dict[str, PhraseRow] = {}
        self._library: dict[str, list[PhraseRow]] = {}
        self._sheet: VisitSheet | None = None
        self.subject = ChipRow("Sujet", _SECTIONS, may_be_empty=False, parent=self)
        self.subject.set_chosen((ObservationSection.TUTORING,))
        self.subject.changed.connect(lambda _keys: self._subject_changed())
        self.chips = ChipRow("Phrases les plus utilisées", [], toggles=False, parent=self)
        self.chips.pressed.connect(self._phrase)
        self.entry = PhraseEntry("Nouveau constat", "finding", model, ObservationSection.TUTORING, self)
        self.about = QWidget(self)
        line = QHBoxLayout(self.about)
        line.setContentsMargins(0, 0, 0, 0)
        self._about_label = label("", "info", self.about)
        line.addWidget(self._about_label)
        self.about_all = button("Ne viser personne", "quiet", "x", self.about)
        self.about_all.clicked.connect(lambda _on=False: self.concern(""))
        line.addWidget(self.about_all)
        line.addStretch(1)
        self.about.hide()
        self.tools = QWidget(self)
        column = QVBoxLayout(self.tools)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for one in (self.about, self.subject, self.chips, self.entry):
            column.addWidget(one)
        self.rows: RowList[tuple[Finding, VisitSheet]] = RowList(
            lambda _one: FindingRow(model, discretion),
            lambda one: one[0].observation_id,
            "Aucun constat pour l’instant.",
        )
        self.body.addWidget(self.rows)
        self.body.addWidget(self.tools)
        model.chips_changed.connect(self._offer)

    def concern(self, beneficiary_id: str) -> None:
        """The next findings are about this person; empty: about nobody in particular."""
        self.entry.beneficiary_id = beneficiary_id
        person = self._sheet.person_of(beneficiary_id) if self._sheet is not None else None
        self.about.setVisible(person is not None)
        if person is not None:
            self._about_label.setText(f"Au sujet de {self._discretion.name(person.last_name, person.first_name)}")
            self.subject.set_chosen((ObservationSection.BENEFICIARY,))
            self._subject_changed()
            self.entry.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show the findings."""
        self._sheet = sheet
        self.rows.set_read_only(sheet.is_final)
        values = [(one, sheet) for one in sheet.findings]
        self.rows.show_values(values, force=force)
        self.set_count(plural(len(sheet.findings), "constat") if sheet.findings else "")
        self.tools.setVisible(not sheet.is_final)

    def _offer(self, library: dict[str, list[PhraseRow]]) -> None:
        self._library = library
        self._subject_changed()

    def _subject_changed(self) -> None:
        section = (self.subject.chosen() or (ObservationSection.TUTORING,))[0]
        self.entry.section = section
        phrases = self._library.get(section, [])
        self._phrases = {one.phrase_id: one for one in phrases}
        shown = [Chip(one.phrase_id, one.text) for one in phrases]
        if [one.key for one in shown] != list(self.chips._buttons):
            self.chips.set_chips(shown)
        self.chips.setVisible(bool(shown))

    def _phrase(self, key: str) -> None:
        self._model.add_phrase(self._phrases[key], "", self.entry.beneficiary_id)


class PointRow(Row):
    """A finding of an earlier visit: number, age, and what became of it."""

    def __init__(self, model: VisitModel, discretion: Discretion) -> None:
        super().__init__()
        self._model = model
        self._discretion = discretion
        self._point: Point | None = None
        line = QHBoxLayout()
        line.setSpacing(12)
        self.number = label("", "strong", self)
        line.addWidget(self.number, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.words = label("", "", self, wrap=True)
        self.detail = label("", "secondary", self, wrap=True)
        words.addWidget(self.words)
        words.addWidget(self.detail)
        line.addLayout(words, 1)
        self.chips = ChipRow("Suite", _STATES, show_label=False, parent=self)
        self.chips.changed.connect(self._chosen)
        line.addWidget(self.chips, 0, Qt.AlignmentFlag.AlignVCenter)
        self.state = label("", "strong", self)
        self.state.hide()
        line.addWidget(self.state)
        self.column.addLayout(line)
        self.watch(self.chips)

    def show_value(self, value: tuple[Point, VisitSheet]) -> None:
        point, sheet = value
        self._point = point
        self.number.setText(point.label)
        person = sheet.person_of(point.beneficiary_id)
        name = self._discretion.name(person.last_name, person.first_name) if person is not None else ""
        self.words.setText(f"{point.text} — {name}" if name else point.text)
        self.detail.setText(" · ".join(part for part in (point.age, point.detail, point.note) if part))
        self.chips.set_chosen((point.state,))
        self.chips.setAccessibleName(f"Suite du point {point.label}")
        self.state.setText(PointState(point.state).label)

    def set_read_only(self, on: bool) -> None:
        self.chips.setVisible(not on)
        self.state.setVisible(on)

    def _chosen(self, keys: tuple[str, ...]) -> None:
        if self._point is not None:
            self._model.review_point(self._point.observation_id, keys[0] if keys else PointState.OPEN)


class PointsSection(SectionBox):
    """« Points antérieurs »: what earlier visits left open; those closed today stay shown."""

    def __init__(self, model: VisitModel, discretion: Discretion, parent: QWidget | None = None) -> None:
        super().__init__(Section.POINTS.label, parent)
        self.rows: RowList[tuple[Point, VisitSheet]] = RowList(
            lambda _one: PointRow(model, discretion), lambda one: one[0].observation_id
        )
        self.body.addWidget(self.rows)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show the points of earlier visits."""
        self.rows.set_read_only(sheet.is_final)
        self.rows.set_empty(
            f"Première visite{NBSP}: aucun point antérieur."
            if sheet.previous is None
            else f"Aucun point ouvert à la visite {sheet.previous.number}."
        )
        self.rows.show_values([(one, sheet) for one in sheet.points], force=force)
        closed = sum(one.state == PointState.CLOSED for one in sheet.points)
        words = [f"{sheet.open_points}{NBSP}{'ouverts' if sheet.open_points > 1 else 'ouvert'}"]
        if closed:
            words.append(f"{closed}{NBSP}{'levés' if closed > 1 else 'levé'} ce jour")
        self.set_count(" · ".join(words) if sheet.points else "")


class ActionEntry(PhraseEntry):
    """The line where an action is typed."""

    def __init__(self, model: VisitModel, parent: QWidget | None = None) -> None:
        super().__init__("Nouvelle action", "action", model, ACTION_SECTION, parent)

    def take_phrase(self, phrase: PhraseRow, typed: str) -> None:
        rest = beyond_phrase(typed, phrase.text)
        self._model.add_action(f"{phrase.text} ({rest})" if rest else phrase.text, phrase.phrase_id)

    def write(self, text: str) -> None:
        self._model.add_action(text)
