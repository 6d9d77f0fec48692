"""« Importer » (PRODUCT.md E8): three steps in one page — the file recognised, what is to be decided, the summary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import durable
from app.errors import InvalidInput
from app.hours.imports.columns import ROLES, ColumnLine
from app.hours.imports.values import PersonChoice, ReviewRow, RowState
from app.rules.french import (
    NBSP,
    capitalise_first,
    format_hours_unit,
    format_month,
    parse_month,
    plural,
    quoted,
)
from app.rules.hours import parse_hours
from app.ui import texts
from app.ui.imports.dialogs import HireDialog
from app.ui.imports.recent import ImportLines
from app.ui.imports.table import COLUMNS, question_columns, row_columns
from app.ui.imports.viewmodel import ImportModel, Question, Step, shown_month
from app.ui.kit.cards import Banner, Card, EmptyState
from app.ui.kit.controls import button
from app.ui.kit.dialogs import open_files, save_file
from app.ui.kit.fields import HoursField, ReadField
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.scroll import ScrollColumn
from app.ui.kit.suggest import Named, SuggestField
from app.ui.kit.table import TableModel
from app.ui.kit.table_view import TableView
from app.ui.theme.appearance import appearance

_NOTICES = 4
_SHOWN_ROWS = 14


def _total(month: str, hours: int, printed: int | None) -> str:
    """« Octobre 2026 : 972 h, comme le total du fichier »."""
    said = f"{capitalise_first(format_month(month))}{NBSP}: {format_hours_unit(hours)}"
    if printed is None:
        return said
    if printed == hours:
        return f"{said}, comme le total du fichier"
    return f"{said}, total du fichier {format_hours_unit(printed)}, écart {format_hours_unit(printed - hours)}"


class QuestionTable(TableView):
    """Questions: Enter accepts the likeliest answer, N creates somebody, I leaves the line aside (row focused only)."""

    new_wanted = Signal(str)
    ignore_wanted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        wanted = {Qt.Key.Key_N: self.new_wanted, Qt.Key.Key_I: self.ignore_wanted}.get(Qt.Key(event.key()))
        if wanted is not None and plain and self.current_id():
            wanted.emit(self.current_id())
            event.accept()
            return
        super().keyPressEvent(event)


class Answers(QWidget):
    """The answers to one question: who it may be, a corrected figure, somebody new, or nothing."""

    chosen = Signal(str, str)
    """(contract, person)."""
    accepted = Signal()
    new_wanted = Signal()
    ignored = Signal()
    hours_given = Signal(int)
    month_given = Signal(str)

    def __init__(self, model: ImportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.sentence = label("", "", self, wrap=True)
        column.addWidget(self.sentence)
        self.fields = QHBoxLayout()
        self.fields.setSpacing(12)
        self.hours = HoursField("hours", "Heures", read=parse_hours, placeholder="151,67 ou 7h30")
        self.hours.committed.connect(lambda hours: self.hours_given.emit(hours) if hours is not None else None)
        self.month = month_field("month", "Mois", model)
        self.month.committed.connect(lambda month: self.month_given.emit(month) if month else None)
        self.who = SuggestField("who", "Une autre personne de l’entreprise", ask=model.ask_people)
        self.who.committed.connect(self._somebody)
        self.who.setMinimumWidth(appearance().px(320))
        for one in (self.hours, self.month, self.who):
            one.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            self.fields.addWidget(one)
        self.fields.addStretch(1)
        column.addLayout(self.fields)
        self._flow = QVBoxLayout()
        column.addLayout(self._flow)
        self._buttons: QWidget | None = None

    def show_question(self, question: Question | None) -> None:
        """Offer the answers to this question."""
        self.setVisible(question is not None)
        if self._buttons is not None:
            self._buttons.hide()
            self._buttons.deleteLater()
            self._buttons = None
        if question is None:
            return
        row = question.first
        self.sentence.setText(f"{row.sentence} {row.todo}".strip())
        for field, wanted in ((self.hours, row.ask in ("hours", "row")), (self.month, row.ask == "month")):
            field.setVisible(wanted and len(question.rows) == 1)
            field.revert()
            field.set_value(None)
        self.who.setVisible(row.ask == "person")
        self.who.revert()
        self.who.set_value(None)
        flow = Flow(self)
        for choice in row.choices:
            flow.add(self._choice(choice, row))
        if row.ask == "row":
            flow.add(self._act(self._accept_text(row), "check", self.accepted.emit, flow))
        if row.ask == "person" or row.reason == "no_contract":
            flow.add(self._act("Nouvelle personne (N)" if row.ask == "person" else "Nouveau contrat (N)", "user-plus",
                               self.new_wanted.emit, flow))  # fmt: skip
        text = "Ignorer (I)" if len(question.rows) == 1 else f"Ignorer les {len(question.rows)} lignes (I)"
        flow.add(self._act(text, "ban", self.ignored.emit, flow))
        self._flow.addWidget(flow)
        self._buttons = flow

    def _somebody(self, named: Named | None) -> None:
        if named is not None and named.id:
            self.chosen.emit("", named.id)
        elif named is not None:
            self.who.set_error("Choisir une personne proposée, ou créer une nouvelle personne.")

    @staticmethod
    def _accept_text(row: ReviewRow) -> str:
        if row.reason == "same_person_twice":
            return "Additionner les lignes (Entrée)"
        shown = format_hours_unit(row.hours) if row.hours is not None else ""
        return f"Accepter {shown} (Entrée)".replace("  ", " ")

    def _choice(self, choice: PersonChoice, row: ReviewRow) -> QPushButton:
        name = self._model.name(choice.last_name, choice.first_name)
        text = f"{name} · {choice.detail}" if choice.detail else name
        if row.ask == "contract":
            text = choice.detail
        made = button(text.replace("&", "&&"), "", "user-check", self)
        made.clicked.connect(lambda _on=False: self.chosen.emit(choice.contract_id, choice.beneficiary_id))
        return made

    def _act(self, text: str, icon: str, act: Callable[[], None], parent: QWidget) -> QPushButton:
        made = button(text, "", icon, parent)
        made.clicked.connect(lambda _on=False: act())
        return made

    def focus_field(self) -> bool:
        """Put the caret in the field of the question, when it has one."""
        for field in (self.hours, self.month):
            if field.isVisible():
                field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return False


def month_field(key: str, title: str, model: ImportModel) -> ReadField:
    """A month typed as one likes; value ``YYYY-MM``."""
    return ReadField(
        key,
        title,
        read=lambda text: parse_month(text, model.today),
        show=shown_month,
        max_length=20,
        placeholder="10/2026",
    )


class ImportPage(QWidget):
    """The page of an import. ``statement_wanted(company, month)``: what was saved is shown there."""

    statement_wanted = Signal(str, str)
    template_wanted = Signal()
    """« Modèle vierge »."""

    def __init__(self, model: ImportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget(self)
        self.start = self._build_start()
        self.reading = self._build_reading()
        self.review = self._build_review()
        for one in (self.start, self.reading, self.review):
            self._stack.addWidget(one)
        column.addWidget(self._stack)
        model.changed.connect(self.refresh)
        model.reviewed.connect(self._reviewed)
        model.saved.connect(self.statement_wanted.emit)
        appearance().changed.connect(self._measure)
        self.refresh()

    # --- building ------------------------------------------------------------------------

    def _build_start(self) -> QWidget:
        page = ScrollColumn(self)
        self.failure = Banner("", "error", parent=page)
        page.body.addWidget(self.failure)
        self.empty = EmptyState(
            "Déposer ici le fichier d’heures d’une entreprise, ou n’importe où sur la fenêtre.\n"
            "Classeur, CSV, tableau PDF ou export de paie, sous la forme où l’entreprise l’envoie.",
            "Choisir un fichier",
            self.choose_file,
            "upload",
            page,
        )
        page.body.addWidget(self.empty)
        self.template = button("Modèle vierge", "", "file-spreadsheet", page)
        self.template.setToolTip("Un classeur à envoyer à l’entreprise, lu sans question quand il revient rempli")
        self.template.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.template.clicked.connect(lambda _on=False: self.template_wanted.emit())
        self.template.hide()
        page.body.addWidget(self.template, 0, Qt.AlignmentFlag.AlignHCenter)
        self.recent = Card("Fichiers enregistrés récemment", parent=page)
        self._recent_lines = ImportLines(parent=self.recent)
        self._recent_lines.cancel_wanted.connect(self.model.cancel)
        self.recent.body.addWidget(self._recent_lines)
        page.body.addWidget(self.recent)
        page.body.addStretch(1)
        return page

    def _build_reading(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.addStretch(1)
        self.reading_label = label("", "", page, wrap=True)
        self.reading_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.reading_label)
        self.progress = QProgressBar(page)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Lecture du fichier en cours")
        self.progress.setMaximumWidth(appearance().px(320))
        column.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        self.stop = button("Arrêter la lecture", parent=page)
        self.stop.clicked.connect(lambda _on=False: self.model.give_up())
        column.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page

    def _build_review(self) -> QWidget:
        page = ScrollColumn(self)
        page.body.addWidget(self._build_header(page))
        self.already = Banner("", "info", parent=page)
        page.body.addWidget(self.already)
        page.body.addWidget(self._build_file(page))
        page.body.addWidget(self._build_questions(page))
        page.body.addWidget(self._build_summary(page))
        page.body.addStretch(1)
        return page

    def _build_header(self, parent: QWidget) -> QWidget:
        bar = Flow(parent)
        self.save = button("Enregistrer", "primary", "check-check", bar)
        self.save.setToolTip("Enregistrer (Ctrl+Entrée)")
        self.save.clicked.connect(lambda _on=False: self.confirm())
        self.other = button("Choisir un autre fichier", "", "upload", bar)
        self.other.clicked.connect(lambda _on=False: self.choose_file())
        self.export = button("Exporter les lignes laissées", "", "download", bar)
        self.export.clicked.connect(lambda _on=False: self.export_left())
        self.leave = button("Abandonner", "quiet", "x", bar)
        self.leave.setToolTip("Ne rien enregistrer de ce fichier")
        self.leave.clicked.connect(lambda _on=False: self.model.close())
        for one in (self.save, self.other, self.export, self.leave):
            bar.add(one)
        return bar

    def _build_file(self, parent: QWidget) -> QWidget:
        card = Card("1. Fichier reconnu", icon="file-spreadsheet", parent=parent)
        self.sentence = label("", "", card, wrap=True)
        card.body.addWidget(self.sentence)
        line = QHBoxLayout()
        line.setSpacing(16)
        self.company = SuggestField("company", "Entreprise", ask=self.model.ask_companies, required=True)
        self.company.committed.connect(self._company_chosen)
        line.addWidget(self.company, 2)
        self.month = month_field("file_month", "Mois du fichier", self.model)
        self.month.committed.connect(lambda month: self.model.choose_month(month) if month else None)
        line.addWidget(self.month, 1)
        card.body.addLayout(line)
        bar = Flow(card)
        self.right = button("C’est bien cela", "", "check", bar)
        self.right.setToolTip("Retenir cette présentation pour les prochains fichiers de l’entreprise")
        self.right.clicked.connect(lambda _on=False: self.model.confirm_layout())
        self.correct = button("Corriger une colonne", "", "columns-3", bar)
        self.correct.setCheckable(True)
        self.correct.toggled.connect(self._show_columns)
        bar.add(self.right)
        bar.add(self.correct)
        card.body.addWidget(bar)
        self.columns: TableModel[ColumnLine] = TableModel(COLUMNS, self)
        self.column_table = TableView("Colonnes du fichier", card)
        self.column_table.setModel(self.columns)
        self.column_table.opened.connect(lambda _id: self._offer_roles())
        self.column_table.hide()
        card.body.addWidget(self.column_table)
        self.role = button("Changer ce que contient la colonne", "", "pencil", card)
        self.role.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.role.clicked.connect(lambda _on=False: self._offer_roles())
        self.role.hide()
        card.body.addWidget(self.role)
        self.roles = QMenu(self)
        self.roles.setAccessibleName("La colonne contient")
        self.file_card = card
        return card

    def _build_questions(self, parent: QWidget) -> QWidget:
        card = Card("2. À décider", icon="circle-question-mark", parent=parent)
        self.questions: TableModel[Question] = TableModel(question_columns(self.model), self)
        self.question_table = QuestionTable("Lignes à décider", card)
        self.question_table.setModel(self.questions)
        self.question_table.current_changed.connect(lambda _id: self._show_answers())
        self.question_table.opened.connect(self._enter)
        self.question_table.new_wanted.connect(lambda _id: self.new_person())
        self.question_table.ignore_wanted.connect(lambda _id: self._ignore())
        card.body.addWidget(self.question_table)
        self.answers = Answers(self.model, card)
        self.answers.chosen.connect(self._chosen)
        self.answers.accepted.connect(lambda: self._enter(self.question_table.current_id()))
        self.answers.new_wanted.connect(self.new_person)
        self.answers.ignored.connect(self._ignore)
        self.answers.hours_given.connect(lambda hours: self._given(self.model.correct_hours, hours))
        self.answers.month_given.connect(lambda month: self._given(self.model.correct_month, month))
        card.body.addWidget(self.answers)
        self.question_card = card
        return card

    def _build_summary(self, parent: QWidget) -> QWidget:
        card = Card("3. Résumé", icon="list-checks", parent=parent)
        self.summary = label("", "strong", card, wrap=True)
        card.body.addWidget(self.summary)
        self.totals = label("", "", card, wrap=True)
        card.body.addWidget(self.totals)
        self.notices = label("", "warning", card, wrap=True)
        card.body.addWidget(self.notices)
        self.rows: TableModel[ReviewRow] = TableModel(row_columns(self.model), self)
        self.rows.edited.connect(self._edited)
        self.row_table = TableView("Lignes du fichier", card)
        self.row_table.setModel(self.rows)
        card.body.addWidget(self.row_table)
        return card

    # --- keeping up ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the step as it is."""
        model = self.model
        if model.step is Step.READING:
            self.reading_label.setText(f"Lecture de {quoted(model.file_name)}…")
            self._stack.setCurrentWidget(self.reading)
            self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        elif model.step is Step.NOTHING:
            self._show_start()
        else:
            self._stack.setCurrentWidget(self.review)
            self._show_file()
            self._reviewed()
            self._settle_focus()

    def _show_start(self) -> None:
        self.failure.set_text(self.model.failure)
        self._recent_lines.load(self.model.recent)
        self.recent.setVisible(bool(self.model.recent))
        self._stack.setCurrentWidget(self.start)
        if self.isVisible() and self.empty.button is not None:
            self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_file(self) -> None:
        model = self.model
        known = model.prepared
        asks = model.step is Step.COMPANY
        self.already.set_text(model.already)
        if asks:
            self.sentence.setText(
                f"{quoted(model.file_name)} ne dit pas de quelle entreprise il vient. La choisir en tapant son nom."
            )
        else:
            name = f"{quoted(model.file_name)}. {model.sentence}"
            self.sentence.setText(f"{name} Présentation connue." if known and known.layout_known else name)
        self.company.set_value(Named(known.company_id, known.company_name) if known else None)
        self.month.setVisible(model.month_wanted)
        self.month.set_value(known.month if known and known.month else None)
        self.right.setVisible(not asks and not model.layout_confirmed)
        self.correct.setVisible(not asks)
        shown = self.column_table.current_id()
        self.columns.set_rows(model.columns)
        self.column_table.select_id(shown)
        if asks:
            self.correct.setChecked(False)
        for one in (self.save, self.export):
            one.setVisible(not asks)
        self._measure()

    def _show_columns(self, on: bool) -> None:
        self.column_table.setVisible(on)
        self.role.setVisible(on)
        if on:
            self.column_table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, line_id: str) -> ColumnLine | None:
        return next((one for one in self.columns.rows if one.id == line_id), None)

    def _offer_roles(self) -> None:
        """The list of what the column may hold, beside its line."""
        line = self._line(self.column_table.current_id())
        if line is None:
            return
        self.roles.clear()
        for role, said in ROLES:
            act = self.roles.addAction(said)
            act.setCheckable(True)
            act.setChecked(role is line.role)
            act.triggered.connect(lambda _on=False, chosen=role: self.model.choose_role(line, chosen))
            if role is line.role:
                self.roles.setActiveAction(act)
        place = self.column_table.visualRect(self.columns.index_of(line.id, self.columns.column_of("role")))
        self.roles.popup(self.column_table.viewport().mapToGlobal(place.bottomLeft()))

    def _company_chosen(self, named: Named | None) -> None:
        if named is not None and named.id:
            self.model.choose_company(named.id)
        elif named is not None:
            self.company.set_error("Choisir une entreprise du carnet.")

    def _reviewed(self) -> None:
        review = self.model.review
        questions = self.model.questions
        asked = self.question_table.current_id()
        at = self.questions.place_of(asked)
        had = self.question_table.hasFocus() or self._answering()
        self.questions.set_rows(questions)
        self.question_card.setVisible(bool(questions))
        if questions:
            wanted = (
                asked if self.questions.place_of(asked) is not None else questions[min(at or 0, len(questions) - 1)].id
            )
            self.question_table.select_id(wanted)
            if had:
                self.question_table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif had and self.save.isVisible():
            self.save.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_answers()
        self.save.setText(self.model.save_label)
        self.save.setAccessibleName(self.model.save_label)
        self.save.setEnabled(self.model.can_save)
        if had and not questions:
            self.save.setFocus(Qt.FocusReason.OtherFocusReason)
        if review is None:
            for one in (self.summary, self.totals, self.notices):
                one.setText("")
            self.rows.set_rows(())
            self._measure()
            return
        self.export.setEnabled(bool(review.left) or review.count(RowState.IGNORED) > 0)
        self.summary.setText(review.summary)
        totals = [_total(month, hours, review.printed.get(month)) for month, hours in review.totals.items()]
        more = len(totals) - 12
        self.totals.setText(
            " · ".join(totals[:12]) + (f" · et {plural(more, 'autre mois', 'autres mois')}" if more > 0 else "")
        )
        self.totals.setVisible(bool(totals))
        said = list(review.notices[:_NOTICES])
        if len(review.notices) > _NOTICES:
            rest = len(review.notices) - _NOTICES
            said.append(f"… et {plural(rest, 'autre point', 'autres points')} à savoir")
        self.notices.setText("\n".join(capitalise_first(one) for one in said))
        self.notices.setVisible(bool(said))
        hidden = (RowState.DECIDE, RowState.UNCHANGED)
        self.rows.set_rows([row for row in review.rows if row.state not in hidden])
        self.row_table.setVisible(bool(self.rows.rows))
        self._measure()

    def _answering(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.answers.isAncestorOf(focused)

    def _show_answers(self) -> None:
        self.answers.show_question(self.model.question(self.question_table.current_id()))

    def _settle_focus(self) -> None:
        """Where the next key is wanted: the company, the first question, else « Enregistrer »."""
        if not self.isVisible() or self.correct.isChecked():
            return
        target = self.focus_target()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_target(self) -> QWidget | None:
        """Who takes the focus on arrival."""
        model = self.model
        if model.step is Step.NOTHING:
            return self.empty.button
        if model.step is Step.READING:
            return self.stop
        if model.step is Step.COMPANY:
            return self.company.edit
        if model.questions:
            return self.question_table
        return self.save if model.can_save else self.other

    def _measure(self) -> None:
        tables = ((self.column_table, self.columns, 8), (self.question_table, self.questions, 8))
        for table, rows, most in (*tables, (self.row_table, self.rows, _SHOWN_ROWS)):
            table.show_rows(max(1, min(rows.rowCount(), most)))

    # --- acts ----------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file."""
        self.model.expect()
        open_files(self, "Choisir un fichier d’heures", texts.HOURS_FILES, lambda paths: self.model.open(paths[0]))

    def confirm(self) -> None:
        """« Enregistrer 12 lignes » (Ctrl+Entrée)."""
        if self.model.can_save:
            self.model.save()

    def escape(self) -> bool:
        """Fold the columns, then give up the reading; what was decided stays."""
        if self.model.step is Step.READING:
            self.model.give_up()
            return True
        if self.correct.isChecked():
            self.correct.setChecked(False)
            self._settle_focus()
            return True
        return False

    def export_left(self) -> None:
        """Write the rows left aside, to send them back to the company."""
        name = f"{Path(self.model.file_name).stem} - lignes laissées.xlsx"
        save_file(
            self,
            "Exporter les lignes laissées",
            ["Classeur (*.xlsx)", "CSV (*.csv)"],
            name,
            lambda path: self.model.write_left(path, durable.write),
        )

    def new_person(self) -> None:
        """N: somebody who is not in the notebook, or has no contract there yet."""
        question = self.model.question(self.question_table.current_id())
        if question is not None and (question.first.ask == "person" or question.first.reason == "no_contract"):
            HireDialog(self.window(), self.model, question).open()

    def _enter(self, question_id: str) -> None:
        question = self.model.question(question_id)
        if question is not None and not self.model.accept(question) and not self.answers.focus_field():
            self.answers.sentence.setFocus()

    def _chosen(self, contract_id: str, beneficiary_id: str) -> None:
        question = self.model.question(self.question_table.current_id())
        if question is not None:
            self.model.choose(question, contract_id, beneficiary_id)

    def _ignore(self) -> None:
        question = self.model.question(self.question_table.current_id())
        if question is not None:
            self.model.ignore(question.ids)

    def _given(self, correct: Callable[[str, Any], None], value: object) -> None:
        question = self.model.question(self.question_table.current_id())
        if question is not None:
            correct(question.id, value)

    def _edited(self, row_id: str, _key: str, text: str) -> None:
        try:
            self.model.correct_hours(row_id, parse_hours(text))
        except InvalidInput as problem:
            self.model.refuse(problem)
