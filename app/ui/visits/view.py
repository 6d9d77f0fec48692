"""The place « Visites »: the list, a new visit, the visit in hand, its signatures, its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.models.choices import Recipient
from app.store.visit_sheet import VisitSheet
from app.store.visits import Stage
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import CheckBox, button
from app.ui.kit.dialogs import Dialog
from app.ui.kit.labels import label
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.kit.scroll import ListPage
from app.ui.kit.table import PagedTable
from app.ui.kit.table_view import TableView
from app.ui.shell.navigation import Crumb, Frame, Location, PlaceView
from app.ui.shell.window import Workspace
from app.ui.visits.choose import ChoosePlace
from app.ui.visits.page import VisitPage, crumb_of
from app.ui.visits.photos import ChooseFiles, choose_photos
from app.ui.visits.signing import SigningMode
from app.ui.visits.table import COLUMNS
from app.ui.visits.viewmodel import PlacesModel, VisitListModel, VisitModel

PLACE = "visits"
NEW = "new"
REPORT = "report"
_STAGES = (
    Chip(Stage.PLANNED, "À venir", icon="calendar"),
    Chip(Stage.DRAFT, "Brouillons", icon="pencil"),
    Chip(Stage.FINAL, "Signées", icon="lock"),
)
_COPIES = (
    Chip(Recipient.COMPANY, "Exemplaire entreprise"),
    Chip(Recipient.BUYER, "Exemplaire donneur d’ordre"),
    Chip(Recipient.FILE, "Exemplaire dossier"),
)


class VisitsView(PlaceView):
    """Paths: nothing is the list; ``new`` a new visit; an id the visit; an id and ``report`` its PDF."""

    def __init__(
        self,
        frame: Frame,
        visits: VisitListModel,
        places: PlacesModel,
        visit: VisitModel,
        *,
        choose: ChooseFiles = choose_photos,
        write: Callable[[Path, bytes], None] | None = None,
        open_outside: Callable[[bytes, str], None] | None = None,
    ) -> None:
        super().__init__(frame)
        self.visits = visits
        self.places = places
        self.visit = visit
        self._path: tuple[str, ...] = ()
        self._signing: SigningMode | None = None
        self._just_made = False
        self._shown_report = ""
        """The visit whose report is in the preview."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack)
        self.stack.addWidget(self._build_list())
        self.choose = ChoosePlace(places, frame.clock.today)
        self.stack.addWidget(self.choose)
        self._choose_files = choose
        self.stack.addWidget(self._build_report(write, open_outside))
        self._connect()

    @cached_property
    def page(self) -> VisitPage:
        """One visit, from its preparation to its signature."""
        made = VisitPage(self.frame, self.visit, self._choose_files)
        made.sign_wanted.connect(self.sign)
        made.report_wanted.connect(self._show_report)
        made.panel_moved.connect(self._panel_moved)
        made.correct_wanted.connect(self._correct)
        made.start_wanted.connect(lambda: self.places.start_planned(self.visit.visit_id))
        self.stack.addWidget(made)
        return made

    # --- building --------------------------------------------------------------------------

    def _build_list(self) -> QWidget:
        self.list_page = ListPage()
        column = self.list_page.column
        column.setSpacing(12)
        line = QHBoxLayout()
        line.setSpacing(16)
        self.stages = ChipRow("Afficher", _STAGES, show_label=False)
        self.stages.changed.connect(lambda keys: self.visits.set_stage(Stage(keys[0]) if keys else Stage.ALL))
        line.addWidget(self.stages, 1)
        self.mine = CheckBox("Seulement les miennes")
        self.mine.toggled.connect(self.visits.set_mine)
        self.new_button = button("Nouvelle visite", "primary", "plus")
        self.new_button.clicked.connect(lambda _on=False: self._new())
        line.addWidget(self.new_button)
        column.addLayout(line)
        column.addWidget(self.mine)
        self.of = button("", "quiet", "x")
        self.of.clicked.connect(lambda _on=False: self.visits.show_of())
        self.of.hide()
        column.addWidget(self.of, 0, Qt.AlignmentFlag.AlignLeft)
        self.table_model = PagedTable(COLUMNS, self.visits.fetch, self)
        self.table = TableView("Visites")
        self.table.setModel(self.table_model)
        self.table.opened.connect(lambda one: self.frame.navigation.go(PLACE, one))
        column.addWidget(self.table, 1)
        self.list_page.keep_high(self.table)
        self.empty = EmptyState(
            "",
            "Commencer une visite",
            self._new,
            "hard-hat",
        )
        self.empty.hide()
        column.addWidget(self.empty, 1)
        return self.list_page

    def _build_report(
        self, write: Callable[[Path, bytes], None] | None, open_outside: Callable[[bytes, str], None] | None
    ) -> QWidget:
        self.report_page = QWidget()
        column = QVBoxLayout(self.report_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        line = QHBoxLayout()
        self.copies = ChipRow("Exemplaire", _COPIES, may_be_empty=False, show_label=False)
        self.copies.set_chosen((Recipient.COMPANY,))
        self.copies.changed.connect(lambda keys: self.visit.make_report(Recipient(keys[0])))
        line.addWidget(self.copies, 1)
        back = button("Revenir à la visite", "quiet", "arrow-left")
        back.clicked.connect(lambda _on=False: self.frame.navigation.up())
        line.addWidget(back)
        column.addLayout(line)
        self.preview = PdfPreview(write=write, open_outside=open_outside)
        column.addWidget(self.preview, 1)
        return self.report_page

    def _connect(self) -> None:
        self.visits.filter_changed.connect(self._filter_changed)
        self.visits.on_changes(self._list_changed)
        self.table_model.count_changed.connect(lambda _count: self._show_empty())
        self.table_model.modelReset.connect(self._show_empty)
        self.places.begun.connect(self._begun)
        self.places.planned.connect(self._planned)
        self.visit.sheet_changed.connect(self._sheet_changed)
        self.visit.gone.connect(self._gone)
        self.visit.finalised.connect(self._finalised)
        self.visit.report_ready.connect(self._report_ready)
        self.visit.rectified.connect(lambda one: self.frame.navigation.go(PLACE, one))

    # --- the place -------------------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        self._close_signing()
        before, self._path = self._path, path
        if not path:
            self._leave_visit()
            self.stack.setCurrentWidget(self.list_page)
            self.table_model.reload_pages() if before else self.table_model.refresh()
            self.panel_changed.emit(None)
        elif path[0] == NEW:
            self._leave_visit()
            self.stack.setCurrentWidget(self.choose)
            self.choose.open_for()
            self.set_crumbs((Crumb("Nouvelle visite", Location(PLACE, path)),))
            self.panel_changed.emit(None)
        else:
            if path[0] != self.visit.visit_id:
                self.page.forget()
            self.visit.open(path[0])
            self._show_visit(report=path[1:] == (REPORT,))
        self.handlers_changed.emit()

    def leave(self) -> None:
        self._close_signing()

    def flush(self) -> None:
        if self.is_built("page"):
            self.page.flush()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = {"new": self._new, "visit": self._new}
        if not self._path:
            found["filter"] = self.stages.focus_first
            papers = self.frame.papers
            if papers is not None:
                found["export"] = lambda: papers.export_list("visits", self.table_model)
        elif self._path[0] != NEW:
            sheet = self.visit.sheet
            found["print"] = self._show_report
            if sheet is not None and sheet.stage is Stage.DRAFT:
                found["confirm"] = self.sign
            elif sheet is not None and sheet.stage is Stage.PLANNED:
                found["confirm"] = lambda: self.places.start_planned(sheet.visit_id)
        return found

    def escape(self) -> bool:
        if self._signing is not None and not self._signing.isHidden():
            self._signing.step_back()
            return True
        return False

    def receive(self, action: str, kind: str, record_id: str, /) -> bool:
        if action == "visit" and kind in ("company", "operation"):
            self.frame.navigation.go(PLACE, NEW)
            self.choose.open_for(**{f"{kind}_id": record_id})
            return True
        if kind == "visit":
            path = (record_id, REPORT) if action == "print" else (record_id,)
            self.frame.navigation.go(PLACE, *path)
            return True
        return False

    def focus_target(self) -> QWidget | None:
        if not self._path:
            return self.table if self.table_model.rowCount() else self.new_button
        if self._path[0] == NEW:
            return self.choose.search
        if self._path[1:] == (REPORT,):
            return self.preview.print_button
        return self.page.sign_button if self.page.sign_button.isVisibleTo(self) else None

    # --- the list --------------------------------------------------------------------------

    def _filter_changed(self) -> None:
        self.of.setVisible(bool(self.visits.company_id or self.visits.operation_id))
        self.of.setText("Toutes les entreprises et opérations")
        self.table_model.refresh()

    def _list_changed(self) -> None:
        if not self._path:
            self.table_model.reload_pages()

    def _show_empty(self) -> None:
        nothing = self.table_model.rowCount() == 0
        filtered = self.visits.stage is not Stage.ALL or self.visits.mine
        self.empty.sentence.setText(
            "Aucune visite ne répond à ce choix."
            if filtered
            else "Les visites de chantier apparaîtront ici\u00a0: celles à venir, les brouillons et les comptes rendus "
            "signés."
        )
        self.empty.setVisible(nothing)
        self.table.setVisible(not nothing)
        self.new_button.setVisible(not nothing or filtered)
        if self.empty.button is not None:
            self.empty.button.setVisible(not filtered)

    def _new(self) -> None:
        self.frame.navigation.go(PLACE, NEW)

    def _begun(self, visit_id: str) -> None:
        if self.visit.visit_id == visit_id and self._path == (visit_id,):
            self.visit.reload()
            return
        self.frame.navigation.go(PLACE, visit_id)

    def _planned(self, visit_id: str) -> None:
        self.frame.messages.say("Visite planifiée.", "success")
        self.frame.navigation.go(PLACE)

    # --- the visit -------------------------------------------------------------------------

    def _show_visit(self, *, report: bool) -> None:
        self.stack.setCurrentWidget(self.report_page if report else self.page)
        self.panel_changed.emit(None if report else self.page.side_panel)
        if report:
            self._want_report()
        self._show_crumbs()

    def _want_report(self) -> None:
        """Make the report unless it is the one shown already; that of a draft is made again each time."""
        sheet = self.visit.sheet
        if self._just_made:
            return
        if self._shown_report != self.visit.visit_id or sheet is None or not sheet.is_final:
            self.visit.make_report(self._recipient())

    def _panel_moved(self) -> None:
        if self.stack.currentWidget() is self.page:
            self.panel_changed.emit(self.page.side_panel)

    def _leave_visit(self) -> None:
        if self.visit.visit_id:
            self.page.flush()
            self.visit.close()
            self.page.forget()

    def _sheet_changed(self, sheet: VisitSheet) -> None:
        self._show_crumbs()
        self.handlers_changed.emit()

    def _show_crumbs(self) -> None:
        sheet = self.visit.sheet
        if sheet is None or not self._path or self._path[0] != sheet.visit_id:
            return
        crumbs = [Crumb(crumb_of(sheet), Location(PLACE, (sheet.visit_id,)))]
        if self._path[1:] == (REPORT,):
            crumbs.append(Crumb("Compte rendu", Location(PLACE, self._path)))
        self.set_crumbs(crumbs)

    def _gone(self) -> None:
        self.visit.close()
        self.frame.navigation.go(PLACE)

    # --- signatures and report -------------------------------------------------------------

    def sign(self) -> None:
        """« Relire et signer »: commit what is typed, then cover the window."""
        sheet = self.visit.sheet
        if sheet is None or sheet.stage is not Stage.DRAFT:
            return
        self.page.flush()
        if self._signing is None:
            self._signing = SigningMode(self.visit, self.frame.discretion, self._cover())
            self._signing.left.connect(self._signing_left)
        self._signing.open_mode(sheet)

    @property
    def signing(self) -> SigningMode | None:
        """The signing mode while it is shown."""
        return self._signing if self._signing is not None and not self._signing.isHidden() else None

    def _cover(self) -> QWidget:
        """What the signing mode covers: the whole workspace, but not the lock cover that may replace it."""
        found: QWidget | None = self
        while found is not None and not isinstance(found, Workspace):
            found = found.parentWidget()
        return found or self.window()

    def _close_signing(self) -> None:
        if self._signing is not None:
            self._signing.close_mode()

    def _signing_left(self) -> None:
        if self.page.sign_button.isVisibleTo(self):
            self.page.sign_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finalised(self) -> None:
        self.frame.messages.say("Compte rendu signé et verrouillé.", "success")
        self._shown_report = ""
        self.copies.set_chosen((Recipient.COMPANY,))

    def _show_report(self) -> None:
        self.page.flush()
        self.visit.make_report(self._recipient())

    def _recipient(self) -> Recipient:
        return Recipient((self.copies.chosen() or (Recipient.COMPANY,))[0])

    def _report_ready(self, data: bytes, name: str) -> None:
        self._shown_report = self.visit.visit_id
        self.preview.show_bytes(data, name)
        path = (self.visit.visit_id, REPORT)
        here = self.frame.navigation.here
        if here is not None and here.place == PLACE and self._path != path:
            self._just_made = True
            self.frame.navigation.go(PLACE, *path)
            self._just_made = False

    def _correct(self) -> None:
        dialog = CorrectDialog(self, self.visit)
        dialog.open()


class CorrectDialog(Dialog):
    """Why the report is corrected: printed on the rectification."""

    def __init__(self, parent: QWidget, model: VisitModel) -> None:
        super().__init__(parent, "Créer un rectificatif")
        self._model = model
        self.body.addWidget(
            label(
                "Le compte rendu signé reste intact. Le rectificatif reprend son contenu, porte son propre numéro, "
                "et se fait signer de nouveau.",
                "",
                self,
                wrap=True,
            )
        )
        title = label("Motif du rectificatif", "label", self)
        self.reason = QLineEdit(self)
        self.reason.setAccessibleName("Motif du rectificatif")
        self.reason.setMaxLength(300)
        title.setBuddy(self.reason)
        self.body.addWidget(title)
        self.body.addWidget(self.reason)
        self.error = label("", "error", self, wrap=True)
        self.error.hide()
        self.body.addWidget(self.error)
        self.add_button("Renoncer")
        self.confirm = self.add_button("Créer le rectificatif", "primary", self._confirm)
        self.reason.returnPressed.connect(self._confirm)
        model.rectified.connect(lambda _id: self.accept())

    def _confirm(self) -> None:
        self._model.rectify(self.reason.text(), self._failed)

    def _failed(self, problem: InclusivError) -> None:
        self.error.setText(problem.sentence)
        self.error.show()
