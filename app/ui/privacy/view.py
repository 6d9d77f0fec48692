"""The place « Confidentialité »: whose time is over and what to do, who consulted whom (PRODUCT.md B11, K5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.privacy.values import AccessPage, DueLine, RetentionPage
from app.rules.french import NBSP, fold, plural
from app.store.access_log import AccessLine
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import TextField
from app.ui.kit.labels import label
from app.ui.kit.table import TableModel
from app.ui.kit.table_view import TableView
from app.ui.privacy.table import access_columns, due_columns
from app.ui.privacy.viewmodel import PrivacyViewModel
from app.ui.shell.navigation import Crumb, Frame, Location, PlaceView

LOG = "consultations"
TYPED = "ANONYMISER"
"""The word to type: one of the two acts that cannot be undone (PRODUCT.md AC 25)."""


class _ChoosingTable(TableView):
    """Space chooses the line under the caret."""

    def __init__(self, name: str, turn: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._turn = turn

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.current_id():
            self._turn(self.current_id())
            return
        super().keyPressEvent(event)


class KeepDialog(Dialog):
    """Why these people are kept longer. ``keep(reason, done, failed)``."""

    def __init__(self, parent: QWidget, model: PrivacyViewModel) -> None:
        super().__init__(parent, f"Conserver {plural(len(model.chosen), 'fiche')} un an de plus")
        self._model = model
        self.reason = TextField("reason", "Motif", required=True, max_length=200)
        self.body.addWidget(self.reason)
        self.body.addWidget(
            label("Par exemple un contentieux, une action en cours, une obligation du financeur.", "secondary", self,
                  wrap=True)
        )  # fmt: skip
        self.add_button("Annuler")
        self.accept_button = self.add_button("Conserver", "primary", self._keep)
        self.accept_button.setDefault(True)
        self.reason.setFocus()

    def _keep(self) -> None:
        if self.reason.commit():
            self._model.keep(str(self.reason.value() or ""), self.accept, self._refused)

    def _refused(self, problem: InclusivError) -> None:
        self.reason.set_error(f"{problem.happened} {problem.todo}".strip())


class AnonymiseDialog(Dialog):
    """What will go, what will stay, and a word to type."""

    def __init__(self, parent: QWidget, model: PrivacyViewModel, months: int) -> None:
        count = len(model.chosen)
        super().__init__(parent, f"Anonymiser {plural(count, 'fiche')}", width=560)
        self._model = model
        for words in (
            "Noms, coordonnées, dates de naissance, notes et documents nominatifs sont effacés, partout dans le "
            "carnet et dans les copies de sauvegarde faites ensuite.",
            "Les heures, les contrats, les publics et tous les totaux restent les mêmes.",
            "Cet acte ne s’annule pas. Les copies de sauvegarde antérieures gardent les noms jusqu’à leur "
            f"remplacement, quatre{NBSP}semaines au plus.",
        ):
            self.body.addWidget(label(words, "", self, wrap=True))
        self.word = TextField("word", f"Pour confirmer, écrire {TYPED}", max_length=20)
        self.word.edit.textEdited.connect(self._typed)
        self.body.addWidget(self.word)
        self.add_button("Garder les fiches", "primary")
        self.accept_button = self.add_button("Anonymiser", "danger", self._erase)
        self.accept_button.setEnabled(False)
        self.word.setFocus()

    def _typed(self, text: str) -> None:
        self.accept_button.setEnabled(fold(text) == fold(TYPED))

    def _erase(self) -> None:
        self.accept_button.setEnabled(False)
        self._model.anonymise(self.accept, self._refused)

    def _refused(self, problem: InclusivError) -> None:
        self.word.set_error(problem.sentence)


class PrivacyView(PlaceView):
    """Paths: ``()`` people past their time, ``("consultations",)`` the access log."""

    def __init__(self, frame: Frame, model: PrivacyViewModel, parent: QWidget | None = None) -> None:
        super().__init__(frame, parent)
        self._model = model
        self.dialog: Dialog | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        self.modes = ChipRow(
            "Liste",
            [Chip("due", "À archiver ou anonymiser"), Chip(LOG, "Journal des consultations")],
            may_be_empty=False,
            show_label=False,
            parent=self,
        )
        self.modes.changed.connect(self._mode)
        column.addWidget(self.modes)
        self.rule = label("", "secondary", self, wrap=True)
        column.addWidget(self.rule)
        self._stack = QStackedWidget(self)
        column.addWidget(self._stack, 1)
        self._stack.addWidget(self._build_due())
        self.log_rows: TableModel[AccessLine] = TableModel(
            access_columns(frame.discretion), self, id_of=lambda row: f"{row.at.isoformat()}/{row.beneficiary_id}"
        )
        self.log = TableView("Journal des consultations", self)
        self.log.setModel(self.log_rows)
        self.log.opened.connect(lambda one: frame.navigation.go("beneficiaries", one.partition("/")[2]))
        self._stack.addWidget(self.log)
        model.due_changed.connect(self._show_due)
        model.log_changed.connect(self._show_log)
        model.chosen_changed.connect(self._show_chosen)
        frame.discretion.changed.connect(lambda _on: self._again())

    def _build_due(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.all_button = button("Tout choisir", "", "list-checks", page)
        self.all_button.clicked.connect(lambda _on=False: self._model.choose_all())
        self.count = label("", "strong", page)
        self.keep_button = button("Conserver…", "", "clock", page)
        self.keep_button.clicked.connect(lambda _on=False: self._open(KeepDialog(self, self._model)))
        self.archive_button = button("Archiver", "", "archive", page)
        self.archive_button.clicked.connect(lambda _on=False: self._model.archive())
        self.erase_button = button("Anonymiser…", "", "eraser", page)
        self.erase_button.clicked.connect(lambda _on=False: self.erase())
        line.addWidget(self.all_button)
        line.addWidget(self.count, 1)
        for one in (self.keep_button, self.archive_button, self.erase_button):
            line.addWidget(one)
        column.addLayout(line)
        self.rows: TableModel[DueLine] = TableModel(
            due_columns(self.frame.discretion, lambda one: one in self._model.chosen),
            self,
            id_of=lambda row: row.file.beneficiary_id,
        )
        self.table = _ChoosingTable("Fiches à archiver ou anonymiser", self._model.turn, page)
        self.table.setModel(self.rows)
        self.table.clicked.connect(self._clicked)
        self.table.opened.connect(lambda one: self.frame.navigation.go("beneficiaries", one))
        self.nobody = EmptyState("Aucune fiche n’a dépassé sa durée de conservation.", icon="shield-check", parent=page)
        self._due = QStackedWidget(page)
        self._due.addWidget(self.table)
        self._due.addWidget(self.nobody)
        column.addWidget(self._due, 1)
        return page

    # --- asked by the window --------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        log = path == (LOG,)
        self.modes.set_chosen((LOG if log else "due",))
        self._stack.setCurrentIndex(1 if log else 0)
        self._model.show("log" if log else "due")
        self.rule.setVisible(True)
        if log:
            self.rule.setText("Qui a consulté quelle fiche sur cet ordinateur. Un an au plus, jamais envoyé.")
            self.set_crumbs((Crumb("Journal des consultations", Location("privacy", path)),))
        else:
            self.set_crumbs(())
        self.handlers_changed.emit()

    def leave(self) -> None:
        self._model.show("")

    def focus_target(self) -> QWidget | None:
        if self._stack.currentIndex() == 1:
            return self.log
        return self.table if self.rows.rowCount() else self.modes

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {}

    # --- showing --------------------------------------------------------------------------

    def _mode(self, keys: tuple[str, ...]) -> None:
        if keys:
            self.frame.navigation.go("privacy", *([LOG] if keys[0] == LOG else []))

    def _show_due(self, page: RetentionPage) -> None:
        if self._stack.currentIndex() == 0:
            kept = page.rule.label or f"{page.rule.months} mois après le dernier contact"
            proposed = "anonymiser" if page.rule.proposed == "anonymised" else "archiver"
            source = f" Source{NBSP}: {page.rule.source}." if page.rule.source else ""
            self.rule.setText(f"{kept}. Le réseau propose de les {proposed}.{source}")
        self.rows.set_rows(page.lines)
        self._due.setCurrentWidget(self.table if page.lines else self.nobody)
        self._show_chosen()

    def _show_chosen(self) -> None:
        page = self._model.page
        if page is None:
            return
        self.rows.reload_rows([line.file.beneficiary_id for line in page.lines], list(page.lines))
        count = len(self._model.chosen)
        more = page.total - len(page.lines)
        shown = f"{plural(len(page.lines), 'fiche')}" + (f" sur {page.total}" if more > 0 else "")
        chosen = f", {plural(count, 'choisie', 'choisies')}" if count else ""
        self.count.setText(f"{shown}{chosen}" if page.lines else "")
        for one in (self.keep_button, self.archive_button, self.erase_button):
            one.setVisible(page.writable and bool(page.lines))
            one.setEnabled(bool(count))
        self.all_button.setVisible(page.writable and bool(page.lines))
        everybody = count == len(page.lines) and count > 0
        self.all_button.setText("Ne rien choisir" if everybody else "Tout choisir")

    def _show_log(self, page: AccessPage) -> None:
        self.log_rows.set_rows(page.lines)

    def _again(self) -> None:
        if self._model.page is not None:
            self._show_due(self._model.page)
        self.log_rows.set_rows(list(self.log_rows.rows))

    def _clicked(self, index: object) -> None:
        column = getattr(index, "column", lambda: -1)()
        if column == 0 and self.table.current_id():
            self._model.turn(self.table.current_id())

    # --- doing ----------------------------------------------------------------------------

    def erase(self) -> None:
        """Ask for the word, then erase the people chosen."""
        page = self._model.page
        if page is not None and self._model.chosen:
            self._open(AnonymiseDialog(self, self._model, page.rule.months))

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _result: setattr(self, "dialog", None))
        dialog.open()
