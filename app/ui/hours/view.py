"""The place « Heures »: the companies of a month, then the month of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.hours.values import CompanyLine
from app.rules.french import NBSP, capitalise_first, format_month, plural
from app.ui.hours.months import FILTERS, MonthsViewModel
from app.ui.hours.page import StatementPage
from app.ui.hours.table import COMPANIES
from app.ui.hours.viewmodel import GridViewModel
from app.ui.imports.page import ImportPage
from app.ui.imports.viewmodel import ImportModel
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.flow import Flow
from app.ui.kit.icons import set_icon
from app.ui.kit.labels import label
from app.ui.kit.scroll import ListPage
from app.ui.kit.search_field import SearchField
from app.ui.kit.table import PagedTable
from app.ui.kit.table_view import TableView
from app.ui.shell.navigation import Crumb, Frame, Location, PlaceView
from app.ui.theme.appearance import appearance

IMPORT = "import"
"""The path of the page where companies' files are read; a company after it is the one that was on screen."""
FILTER = "filter:"
"""A path « filter:missing » shows the month to collect through that filter: « Relevés manquants » in the rail."""


class CompaniesPage(ListPage):
    """The companies concerned by a month, with the state of each statement. ``opened(company)``, ``import_wanted``,
    ``remind_wanted`` and ``export_wanted``.
    """

    opened = Signal(str)
    import_wanted = Signal()
    remind_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, model: MonthsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._may_leave = False
        column = self.column
        column.addWidget(self._build_header())
        chips = [Chip(one.key, one.text) for one in FILTERS]
        self.filters = ChipRow("Relevés", chips, may_be_empty=False, show_label=False, parent=self)
        self.filters.changed.connect(lambda keys: model.show_filter(keys[0] if keys else "all"))
        column.addWidget(self.filters)
        self.search = SearchField("Chercher une entreprise", self)
        self.search.searched.connect(model.search)
        self.search.went_down.connect(self._enter)
        self.search.installEventFilter(self)
        column.addWidget(self.search)
        self.paged: PagedTable[CompanyLine] = PagedTable(COMPANIES, model.fetch, self, order_by="name")
        self.table = TableView("Entreprises du mois", self)
        self.table.setModel(self.paged)
        self.table.opened.connect(self.opened.emit)
        self.empty = EmptyState("", icon="clock", parent=self)
        self._body = QStackedWidget(self)
        self._body.addWidget(self.table)
        self._body.addWidget(self.empty)
        column.addWidget(self._body, 1)
        self.keep_high(self._body)
        model.refreshed.connect(self.refresh)
        model.counted.connect(self._counted)
        model.chosen.connect(self.opened.emit)
        self.paged.count_changed.connect(lambda _count: self._show_body())
        appearance().changed.connect(self._fit)
        self._counted()

    def _build_header(self) -> QWidget:
        bar = Flow(self)
        months = QWidget(bar)
        line = QHBoxLayout(months)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for icon, name, step in (("chevron-left", "Mois précédent", -1), ("chevron-right", "Mois suivant", 1)):
            made = button("", "quiet", parent=months)
            set_icon(made, icon)
            made.setAccessibleName(name)
            made.setToolTip(name)
            made.clicked.connect(lambda _on=False, by=step: self._model.shift(by))
            if step > 0:
                self.title = label("", "subtitle", months)
                line.addWidget(self.title)
            line.addWidget(made)
        bar.add(months)
        self.importer = button("Importer un fichier", "", "upload", bar)
        self.importer.setToolTip("Lire le fichier d’heures d’une entreprise (Ctrl+O)")
        self.importer.clicked.connect(lambda _on=False: self.import_wanted.emit())
        bar.add(self.importer)
        self.exporter = button("Exporter le mois", "", "download", bar)
        self.exporter.setToolTip("Exporter les heures du mois pour un tableur (Ctrl+E)")
        self.exporter.clicked.connect(lambda _on=False: self.export_wanted.emit())
        bar.add(self.exporter)
        self.remind = button("", "primary", "mail", bar)
        self.remind.setToolTip("Préparer une lettre pour chaque entreprise dont le relevé n’est pas arrivé")
        self.remind.clicked.connect(lambda _on=False: self.remind_wanted.emit())
        bar.add(self.remind)
        return bar

    def arrive(self, chosen: str = "") -> None:
        """Show the month as it is now, with the filter that was there or the one ``chosen``."""
        self.search.clear()
        if chosen:
            self._model.show_collected(chosen)
            self._counted()
        if self._model.text:
            self._model.search("")
        else:
            self.refresh()

    def refresh(self) -> None:
        """Ask the list again."""
        self.title.setText(capitalise_first(self._model.month_title))
        self.paged.refresh()
        self._show_body()
        self._show_reminders()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The town, then the dates, leave when the room is short; the state always stays."""
        look, missing = appearance(), self._model.shows_missing
        needs = {"town": 1000 if missing else 860, "received": None if missing else 660}
        needs |= {"due": 760 if missing else None, "reminded": 600 if missing else None}
        for key, needed in needs.items():
            hidden = needed is None or self.width() < look.px(needed)
            self.table.setColumnHidden(self.paged.column_of(key), hidden)

    def _counted(self) -> None:
        self.title.setText(capitalise_first(self._model.month_title))
        for one in FILTERS:
            chip = self.filters.button(one.key)
            chip.setText(self._model.filter_text(one))
            chip.setAccessibleName(f"Relevés{NBSP}: {chip.text()}")
        self.filters.set_chosen((self._model.filter_key,))
        self._show_reminders()

    def _show_reminders(self) -> None:
        count = self._model.missing
        self.remind.setText(f"Relancer {plural(count, 'entreprise')}")
        self.remind.setAccessibleName(self.remind.text())
        self.remind.setVisible(self._model.shows_missing and count > 0 and self._may_leave)
        self.exporter.setVisible(self._may_leave)
        self._fit()

    def allow_papers(self, allowed: bool) -> None:
        """Whether letters and exports may leave from here."""
        self._may_leave = allowed
        self._show_reminders()

    def _show_body(self) -> None:
        nobody = not self.paged.total
        if nobody:
            if self._model.text:
                said = "Aucune entreprise ne porte ce nom. Essayer un autre mot, sans accent ou incomplet."
            elif self._model.filter_key != "all":
                said = "Aucune entreprise dans ce cas ce mois-ci."
            else:
                said = (
                    f"Aucun contrat actif en {self._model.month_title}.\n"
                    "Les entreprises apparaissent ici dès qu’une personne y travaille."
                )
            self.empty.sentence.setText(said)
        self._body.setCurrentWidget(self.empty if nobody else self.table)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and watched is self.search
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        ):
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        """Enter in the search opens the best match of what is typed; without text it goes to the list."""
        if self.search.text().strip():
            self._model.choose(self.search.text())
        elif self.paged.total:
            self.table.setFocus(Qt.FocusReason.TabFocusReason)


class HoursView(PlaceView):
    """``print_requested(company, month, filled)``: the statement on paper, blank when nothing was typed.

    ``files``: what reads companies' files; without it none can be imported.
    """

    print_requested = Signal(str, str, bool)

    def __init__(
        self, frame: Frame, months: MonthsViewModel, grid: GridViewModel, files: ImportModel | None = None
    ) -> None:
        super().__init__(frame)
        self._files = files
        self._importing: ImportPage | None = None
        self._months = months
        self._model = grid
        self.companies = CompaniesPage(months, self)
        self.companies.opened.connect(lambda company: frame.navigation.go("hours", company, months.month))
        self.companies.importer.setVisible(files is not None)
        self.companies.import_wanted.connect(lambda: frame.navigation.go("hours", IMPORT))
        self.companies.remind_wanted.connect(self._remind)
        self.companies.export_wanted.connect(self._export)
        self.companies.allow_papers(frame.papers is not None)
        self.page = StatementPage(grid, frame.discretion, self)
        self.page.month_wanted.connect(lambda month: frame.navigation.go("hours", grid.company_id, month))
        self.page.print_wanted.connect(self._print)
        self.page.export_wanted.connect(self._export)
        self.page.attestations_wanted.connect(self._attestations)
        self.page.allow_papers(frame.papers is not None)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.companies)
        self._stack.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        grid.changed.connect(self._say_where)
        grid.opened.connect(self._arrived)
        propose = QShortcut(QKeySequence("Ctrl+R"), self)
        propose.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        propose.activated.connect(self._propose)

    # --- asked by the window -------------------------------------------------------------

    def enter(self, path: tuple[str, ...]) -> None:
        chosen = path[0].removeprefix(FILTER) if path and path[0].startswith(FILTER) else ""
        if path and path[0] == IMPORT and self._files is not None:
            self._stack.setCurrentWidget(self.importing)
            self._files.arrive(path[1] if len(path) > 1 else "")
            self.set_crumbs((Crumb("Importer un fichier", Location("hours", (IMPORT,))),))
        elif path and not chosen:
            self._stack.setCurrentWidget(self.page)
            company, _, month = path[0].partition("/")  # a statement is named « company/month »
            self._model.open(company, path[1] if len(path) > 1 else month)
        else:
            self._model.close()
            self._stack.setCurrentWidget(self.companies)
            self.companies.arrive(chosen)
            self.set_crumbs(())
        self.handlers_changed.emit()

    @property
    def importing(self) -> ImportPage:
        """The page of companies' files, made at its first use."""
        if self._importing is None:
            assert self._files is not None
            self._importing = ImportPage(self._files, self)
            self._importing.statement_wanted.connect(
                lambda company, month: self.frame.navigation.go("hours", company, month)
            )
            self._importing.template.setVisible(self.frame.papers is not None)
            self._importing.template_wanted.connect(self._template)
            self._stack.addWidget(self._importing)
        return self._importing

    def _template(self) -> None:
        """The sheet to fill in, for the company and the month that were on screen."""
        if self.frame.papers is None or self._files is None:
            return
        company = self._files.hint
        same = bool(company) and company == self._model.company_id
        self.frame.papers.template(self._model.month if same else self._months.month, company)

    def flush(self) -> None:
        super().flush()
        self.page.flush()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        if self._stack.currentWidget() is self.companies:
            listed: dict[str, Callable[[], None]] = {
                "filter": lambda: self.companies.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            }
            if self.frame.papers is not None:
                listed["export"] = self._export
            return listed
        if self._stack.currentWidget() is self._importing:
            return {"confirm": self.importing.confirm}
        found: dict[str, Callable[[], None]] = {"print": self._print}
        if self.frame.papers is not None:
            found["export"] = self._export
        if self._model.editable:
            found["confirm"] = self.page.confirm
            found["new"] = self.page.add_person
        return found

    def escape(self) -> bool:
        if self._importing is not None and self._stack.currentWidget() is self._importing:
            return self._importing.escape()
        if self._stack.currentWidget() is not self.page:
            return False
        if not self.page.escape():
            self.frame.navigation.go("hours")  # from a month straight to the list: a company has no page here
        return True

    def receive(self, action: str, kind: str, record_id: str) -> bool:
        if action == "import" and kind == "file" and self._files is not None:
            self._files.open(Path(record_id))
            return True
        if action == "hours" and kind == "company":
            self.frame.navigation.go("hours", record_id)
            return True
        if kind == "statement":
            company, _, month = record_id.partition("/")
            self.frame.navigation.go("hours", company, month)
            if action == "print":
                self.print_requested.emit(company, month, True)
            return True
        return False

    def focus_target(self) -> QWidget | None:
        if self._stack.currentWidget() is self.companies:
            return self.companies.search
        if self._importing is not None and self._stack.currentWidget() is self._importing:
            return self._importing.focus_target()
        return self.page.grid

    # --- inside --------------------------------------------------------------------------

    def _arrived(self) -> None:
        if self._stack.currentWidget() is self.page:
            self.frame.navigation.replace("hours", self._model.company_id, self._model.month)
            self._say_where()

    def _say_where(self) -> None:
        grid = self._model.grid
        if grid is None or self._stack.currentWidget() is not self.page:
            return
        self.set_crumbs(
            (
                Crumb(grid.company_name, Location("hours", (grid.company_id,))),
                Crumb(format_month(grid.month), Location("hours", (grid.company_id, grid.month))),
            )
        )
        self.handlers_changed.emit()

    def _print(self) -> None:
        self.page.flush()
        grid = self._model.grid
        if grid is not None:
            self.print_requested.emit(grid.company_id, grid.month, grid.begun)

    def _export(self) -> None:
        """The month of the company shown, or of all of them."""
        papers = self.frame.papers
        if papers is None:
            return
        if self._stack.currentWidget() is self.page:
            self.page.flush()
            papers.export_month(self._model.month, self._model.company_id)
        else:
            papers.export_month(self._months.month)

    def _remind(self) -> None:
        if self.frame.papers is not None:
            self.frame.papers.remind(self._months.month)

    def _attestations(self) -> None:
        if self.frame.papers is not None:
            self.frame.papers.attestations("company", self._model.company_id)

    def _propose(self) -> None:
        if self._stack.currentWidget() is self.page:
            self.page.propose()
