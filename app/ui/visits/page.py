"""The visit in hand (PRODUCT.md E3): rail of sections with counts, one page to scroll, the summary beside.

Nothing has to be unfolded to be tapped: the sections follow each other, the rail and Page Up / Page Down jump.
"""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.rules.french import NBSP, format_date, format_weekday_date
from app.store.visit_sheet import VisitSheet
from app.store.visits import Stage
from app.ui.kit.cards import Banner, Pill
from app.ui.kit.controls import button
from app.ui.kit.fields import Field
from app.ui.kit.flow import Flow
from app.ui.kit.labels import ElidedLabel
from app.ui.shell.navigation import Frame
from app.ui.theme.appearance import appearance
from app.ui.visits.context import ContextSection, NotesSection, SignaturesSection
from app.ui.visits.decisions import ActionRow, ActionsSection
from app.ui.visits.findings import FindingRow, FindingsSection, PointsSection
from app.ui.visits.people import BeneficiariesSection, BeneficiaryRow, PresentSection
from app.ui.visits.photos import ChooseFiles, PhotoRow, PhotosSection, choose_photos
from app.ui.visits.rows import Row, RowList, SectionBox, in_reading_order, more_button, put_back
from app.ui.visits.summary import SummaryPanel
from app.ui.visits.viewmodel import VisitModel
from app.visits.values import Section

_RAIL = 176
_NARROW = 720
_WIDE = 1000


class SectionRail(Flow):
    """The sections with their counts; a column beside the page, a line of buttons above it when room is short."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=4)
        self.setObjectName("sectionRail")
        self.buttons: dict[Section, QPushButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(True)
        for number, section in enumerate(Section, 1):
            made = button(f"{number} {section.label}", "section", parent=self)
            made.setCheckable(True)
            made.clicked.connect(lambda _on=False, section=section: self.chosen.emit(section.value))
            group.addButton(made)
            self.buttons[section] = made
            self.add(made)
        self._narrow: bool | None = None
        appearance().changed.connect(self._fit)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """In a line, or in a column."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._fit()

    def show_counts(self, counts: dict[Section, str]) -> None:
        """What is said beside each section."""
        for number, (section, one) in enumerate(self.buttons.items(), 1):
            count = counts.get(section, "")
            one.setText(f"{number} {section.label}" + (f"  {count}" if count else ""))
            one.setAccessibleName(f"{section.label}{NBSP}: {count}" if count else section.label)

    def show_current(self, section: Section) -> None:
        """The section in view."""
        self.buttons[section].setChecked(True)

    def _fit(self) -> None:
        look = appearance()
        for one in self.buttons.values():
            one.setMinimumWidth(0 if self._narrow else look.px(_RAIL))
        self.setMaximumWidth(16_777_215 if self._narrow else look.px(_RAIL) + look.px(8))
        self.setMinimumWidth(0 if self._narrow else look.px(_RAIL) + look.px(8))
        self.updateGeometry()


class VisitPage(QWidget):
    """One visit. ``sign_wanted``, ``report_wanted``, ``correct_wanted``: the view around answers."""

    sign_wanted = Signal()
    report_wanted = Signal()
    correct_wanted = Signal()
    start_wanted = Signal()
    panel_moved = Signal()

    def __init__(
        self, frame: Frame, model: VisitModel, choose: ChooseFiles = choose_photos, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.frame = frame
        self.model = model
        self._sheet: VisitSheet | None = None
        self._section = Section.CONTEXT
        self._going = False
        self._beside = True
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        outer.addWidget(self._build_head())
        self.banner = Banner("", "info", parent=self)
        self.banner.hide()
        outer.addWidget(self.banner)
        self.start_banner = Banner("", "info", "Démarrer la visite", self.start_wanted.emit, self)
        self.start_banner.hide()
        outer.addWidget(self.start_banner)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(12)
        self.rail = SectionRail(self)
        self.rail.chosen.connect(lambda key: self.go_to(Section(key)))
        self._middle.addWidget(self.rail)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.verticalScrollBar().valueChanged.connect(lambda _value: self._scrolled())
        self._middle.addWidget(self.area, 1)
        outer.addLayout(self._middle, 1)
        self._build_sections(choose)
        self.panel = SummaryPanel(model)
        self.panel.preview_button.clicked.connect(lambda _on=False: self.report_wanted.emit())
        self.bottom = self._build_bottom()
        outer.addWidget(self.bottom)
        self._connect()
        self._fit()

    # --- building --------------------------------------------------------------------------

    def _build_head(self) -> QWidget:
        head = QWidget(self)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight, head)
        self._head.setContentsMargins(0, 0, 0, 0)
        self._head.setSpacing(12)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.title = ElidedLabel("", "subtitle", head)
        line.addWidget(self.title, 1)
        self.state = Pill("Brouillon", "warning", "pencil", head)
        line.addWidget(self.state)
        self.more = more_button("visite", head)
        self.menu = QMenu(self.more)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self.menu)
        line.addWidget(self.more)
        self._head.addLayout(line, 1)
        acts = Flow(head, spacing=12)
        self.correct_button = button("Créer un rectificatif", "", "file-pen", acts)
        self.correct_button.clicked.connect(lambda _on=False: self.correct_wanted.emit())
        self.report_button = button("Voir le compte rendu", "primary", "file-text", acts)
        self.report_button.clicked.connect(lambda _on=False: self.report_wanted.emit())
        self.sign_button = button("Relire et signer", "primary", "signature", acts)
        self.sign_button.clicked.connect(lambda _on=False: self.sign_wanted.emit())
        for one in (self.correct_button, self.report_button, self.sign_button):
            acts.add(one)
        self._head.addWidget(acts)
        return head

    def _build_sections(self, choose: ChooseFiles) -> None:
        model, discretion = self.model, self.frame.discretion
        self.column = QWidget()
        self.column.setObjectName("column")
        column = self._column = QVBoxLayout(self.column)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        self.context = ContextSection(model)
        self.present = PresentSection(model, discretion)
        self.findings = FindingsSection(model, discretion)
        self.beneficiaries = BeneficiariesSection(model, discretion, self._concern)
        self.points = PointsSection(model, discretion)
        self.decisions = ActionsSection(model, self.frame.clock.today)
        self.photos = PhotosSection(model, choose)
        self.notes = NotesSection(model)
        self.signatures = SignaturesSection(model)
        self.sections: dict[Section, SectionBox] = {
            Section.CONTEXT: self.context,
            Section.PRESENT: self.present,
            Section.BENEFICIARIES: self.beneficiaries,
            Section.FINDINGS: self.findings,
            Section.POINTS: self.points,
            Section.ACTIONS: self.decisions,
            Section.PHOTOS: self.photos,
            Section.SIGNATURES: self.signatures,
        }
        for section, box in self.sections.items():
            if section is Section.SIGNATURES:
                column.addWidget(self.notes)
            column.addWidget(box)
        column.addStretch(1)
        self.area.setWidget(self.column)
        self.signatures.sign_button.clicked.connect(lambda _on=False: self.sign_wanted.emit())

    def _build_bottom(self) -> QWidget:
        """Four acts under the thumb, on site (PRODUCT.md §3.10)."""
        bar = QWidget(self)
        line = QHBoxLayout(bar)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        acts: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("Constat", "notebook-pen", self.write_finding),
            ("Photo", "camera", self.add_photo),
            ("Point", "list-checks", lambda: self.go_to(Section.POINTS, focus=True)),
            ("Signer", "signature", self.sign_wanted.emit),
        )
        self.thumb_buttons: dict[str, QPushButton] = {}
        for text, icon, act in acts:
            made = button(text, "", icon, bar)
            made.clicked.connect(lambda _on=False, act=act: act())
            line.addWidget(made, 1)
            self.thumb_buttons[text] = made
        return bar

    def _connect(self) -> None:
        model = self.model
        model.sheet_changed.connect(self.show_sheet)
        model.refused.connect(lambda: self._show_again())
        model.typed_restored.connect(self._restore)
        self.frame.discretion.changed.connect(lambda _on: self._show_again())
        appearance().changed.connect(self._fit)
        for keys, act in (
            ("PgDown", lambda: self.step(1)),
            ("PgUp", lambda: self.step(-1)),
            ("Ctrl+Shift+P", self.add_photo),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self._typed: dict[str, str] = {}
        self._order = QTimer(self)
        self._order.setSingleShot(True)
        self._order.setInterval(0)
        self._order.timeout.connect(self._order_tabs)
        for rows in self.findChildren(RowList):
            rows.rearranged.connect(self._order.start)

    # --- showing ---------------------------------------------------------------------------

    def show_sheet(self, sheet: VisitSheet) -> None:
        """Show the visit; the first time, at the section where it was left."""
        first = self._sheet is None or self._sheet.visit_id != sheet.visit_id
        self._sheet = sheet
        self._show(sheet, force=first)
        if first:
            self._section = Section.CONTEXT
            QTimer.singleShot(0, self, lambda: self._return_to(sheet))

    def forget(self) -> None:
        """Another visit, or none, will be shown."""
        self._sheet = None
        self.findings.concern("")

    def _show_again(self) -> None:
        if self._sheet is not None:
            self._show(self._sheet, force=True)

    def _show(self, sheet: VisitSheet, *, force: bool) -> None:
        number = sheet.number or "Visite planifiée"
        self.title.setText(f"{number} · {sheet.company_name}")
        final, planned = sheet.is_final, sheet.stage is Stage.PLANNED
        if final:
            self.state.set("Signé", "success", "lock")
        elif planned:
            self.state.set("Planifiée", "info", "calendar")
        else:
            self.state.set("Brouillon", "warning", "pencil")
        self.correct_button.setVisible(final and not sheet.corrected_by_id)
        self.report_button.setVisible(final)
        self.sign_button.setVisible(not final and not planned)
        self.more.setVisible(not final)
        self._show_banners(sheet)
        for box in (*self.sections.values(), self.notes):
            box.show_sheet(sheet, force)
        if planned:
            for box in (*self.sections.values(), self.notes):
                box.setVisible(box in (self.context, self.points))
        else:
            for box in self.sections.values():
                box.show()
        self.rail.setVisible(not planned)
        self.rail.show_counts(
            {
                Section.PRESENT: f"{sheet.present_count}/{len(sheet.people)}",
                Section.BENEFICIARIES: str(len(sheet.beneficiaries)),
                Section.FINDINGS: str(len(sheet.findings)),
                Section.POINTS: str(sheet.open_points),
                Section.ACTIONS: str(len(sheet.actions)),
                Section.PHOTOS: str(len(sheet.photos)),
                Section.SIGNATURES: str(len(sheet.signatures)),
            }
        )
        self.panel.show_sheet(sheet)
        self._fit_bottom()

    def _show_banners(self, sheet: VisitSheet) -> None:
        text = ""
        if sheet.corrects_number:
            text = f"Rectificatif de {sheet.corrects_number}{NBSP}: {sheet.correction_reason}"
        elif sheet.corrected_by_id:
            text = f"Ce compte rendu est corrigé par {sheet.corrected_by_number}."
        elif sheet.is_final:
            text = "Compte rendu signé\u00a0: il ne se modifie plus. Un rectificatif permet de le corriger."
        self.banner.set_text(text)
        planned = sheet.stage is Stage.PLANNED
        at = f" à {sheet.planned_time.replace(':', ' h ')}" if sheet.planned_time else ""
        self.start_banner.set_text(
            f"Visite planifiée le {format_weekday_date(sheet.planned_on)}{at}." if planned else ""
        )

    def _fill_menu(self) -> None:
        self.menu.clear()
        discard = QAction("Mettre la visite à la corbeille", self.menu)
        discard.triggered.connect(lambda _on=False: self.model.discard())
        self.menu.addAction(discard)

    def _order_tabs(self) -> None:
        """Tab follows the page from top to bottom, lines that came later included."""
        before: QWidget | None = None
        for one in in_reading_order(self.column):
            if before is not None:
                QWidget.setTabOrder(before, one)
            before = one

    # --- moving ----------------------------------------------------------------------------

    @property
    def section(self) -> Section:
        """The section in view."""
        return self._section

    def step(self, by: int) -> None:
        """Next or previous section, the focus with it."""
        order = [one for one in self.sections if not self.sections[one].isHidden()]
        at = order.index(self._section) if self._section in order else 0
        self.go_to(order[min(max(at + by, 0), len(order) - 1)], focus=True)

    def go_to(self, section: Section, *, focus: bool = False) -> None:
        """Bring a section to the top, or as high as the page allows."""
        box = self.sections[section]
        self._going = True
        self.area.verticalScrollBar().setValue(box.y())
        self._going = False
        self._set_section(section)
        if focus:
            target = next(
                (
                    one
                    for one in box.findChildren(QWidget)
                    if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisibleTo(box) and one.isEnabled()
                ),
                None,
            )
            (target or box).setFocus(Qt.FocusReason.OtherFocusReason)

    def write_finding(self) -> None:
        """The line where a finding is typed."""
        self.go_to(Section.FINDINGS)
        self.findings.entry.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_photo(self) -> None:
        """Ask for a photo."""
        if self._sheet is not None and not self._sheet.is_final:
            self.photos.add()

    def _concern(self, beneficiary_id: str) -> None:
        self.go_to(Section.FINDINGS)
        self.findings.concern(beneficiary_id)

    def _return_to(self, sheet: VisitSheet) -> None:
        if sheet.section in {one.value for one in Section}:
            self.go_to(Section(sheet.section))
        else:
            self.area.verticalScrollBar().setValue(0)
            self.rail.show_current(Section.CONTEXT)
        self._put_typed_back()

    def _scrolled(self) -> None:
        if self._going or self._sheet is None or not self.isVisible():
            return
        top = self.area.verticalScrollBar().value() + appearance().px(48)
        seen = [one for one, box in self.sections.items() if not box.isHidden() and box.y() <= top]
        if seen:
            self._set_section(seen[-1])

    def _set_section(self, section: Section) -> None:
        self.rail.show_current(section)
        if section is not self._section:
            self._section = section
            self.model.stand_in(section.value)

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """Over somebody's shoulder only the line in hand shows its name."""
        if not self.frame.discretion.masked:
            return
        for one in (before, now):
            found = one if one is not None and shiboken6.isValid(one) else None
            while found is not None and not isinstance(found, Row):
                found = found.parentWidget()
            if found is not None and self.isAncestorOf(found):
                found.focus_moved()

    # --- text being typed ------------------------------------------------------------------

    def _restore(self, typed: dict[str, str]) -> None:
        self._typed = dict(typed)
        if self._sheet is not None:
            self._put_typed_back()

    def _put_typed_back(self) -> None:
        """Put each text back in its field; the caret stands in the last one."""
        typed, self._typed = self._typed, {}
        for field, text in typed.items():
            head, _, record = field.partition("/")
            if field == "finding":
                self.findings.entry.put_back(text)
            elif field == "action":
                self.decisions.entry.put_back(text)
            elif field == "free_note":
                put_back(self.notes.note, text)
            elif field == "place":
                put_back(self.context.place, text)
            elif field == "summary":
                put_back(self.panel.lines, text)
            elif field == "person":
                self.present.adding.put_back(text)
            else:
                self._put_line_back(head, record, text)

    def _put_line_back(self, field: str, record: str, text: str) -> None:
        for row in (*self.findings.rows.rows, *self.decisions.rows.rows, *self.photos.rows.rows):
            if isinstance(row, FindingRow) and row.observation_id == record and field.startswith("finding"):
                put_back(row.unfold_detail() if field == "finding" else row.unfold_text(), text)
            elif isinstance(row, ActionRow) and row.action_id == record and field.startswith("action"):
                row.unfold()
                put_back(row.owner if field == "action_owner" else row.text, text)
            elif isinstance(row, PhotoRow) and row.attachment_id == record and field == "photo":
                put_back(row.caption, text)
        for one in self.beneficiaries.rows.rows:
            if isinstance(one, BeneficiaryRow) and one.attendance_id == record and field == "talk":
                put_back(one.talk, text)

    def flush(self) -> None:
        """Commit every field left open, keep what is typed in the entry lines."""
        for field in (*self.findChildren(Field), *self.panel.inner.findChildren(Field)):
            field.commit()
        self.findings.entry.keep_now()
        self.decisions.entry.keep_now()
        self.present.adding.keep_now()

    # --- size ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        if not hasattr(self, "bottom"):
            return
        self._dock_panel()
        narrow = self.width() < appearance().px(_NARROW)
        self.rail.set_narrow(narrow)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._middle.setDirection(direction)
        self._head.setDirection(direction)
        self._fit_bottom()

    def _fit_bottom(self) -> None:
        draft = self._sheet is not None and self._sheet.stage is Stage.DRAFT
        self.bottom.setVisible(appearance().field_mode and draft)

    def _dock_panel(self) -> None:
        """The summary beside the page where there is room, else at its end, before the signatures."""
        beside = self.window().width() >= appearance().px(_WIDE)
        if beside is self._beside:
            return
        self._beside = beside
        if beside:
            self._column.removeWidget(self.panel.inner)
            self.panel.setWidget(self.panel.inner)
        else:
            inner = self.panel.takeWidget()
            self._column.insertWidget(self._column.indexOf(self.signatures), inner)
            inner.show()
        self.panel_moved.emit()

    @property
    def side_panel(self) -> QWidget | None:
        """What stands beside the page, when there is room for it."""
        return self.panel if self._beside else None


def crumb_of(sheet: VisitSheet) -> str:
    """What the trail says of a visit."""
    return f"{sheet.number or format_date(sheet.planned_on)} · {sheet.company_name}"
