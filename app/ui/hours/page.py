"""The page of a company's month: header, what is to be known, grid, footer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.hours.paste import PastePlan
from app.hours.values import Agreement, AgreementDraft, Candidate, LotChoice, MonthGrid, Validation
from app.models.choices import StatementState
from app.rules.calendar import shift_month
from app.rules.french import (
    NBSP,
    capitalise_first,
    format_date,
    format_hours_short,
    format_hours_unit,
    format_month,
    of,
    plural,
    quoted,
)
from app.ui.hours.dialogs import AddPersonDialog, AgreementDialog, ReasonDialog, RectifyDialog, ShareDialog
from app.ui.hours.footer import Footer
from app.ui.hours.grid_view import GridView
from app.ui.hours.table import STATE_ICONS, STATE_TONES
from app.ui.hours.viewmodel import GridViewModel
from app.ui.kit.cards import Banner, EmptyState, Pill
from app.ui.kit.controls import button
from app.ui.kit.dialogs import Choice, Question
from app.ui.kit.flow import Flow
from app.ui.kit.icons import set_icon
from app.ui.kit.labels import ElidedLabel, label
from app.ui.shell.discretion import Discretion
from app.ui.theme.appearance import appearance

_SHOWN_SENTENCES = 6


class PastePreview(QFrame):
    """What a pasted block would fill. ``applied`` and ``dropped``."""

    applied = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner-info")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        self.summary = label("", "strong", self, wrap=True)
        column.addWidget(self.summary)
        self.sentences = label("", "", self, wrap=True)
        column.addWidget(self.sentences)
        line = QHBoxLayout()
        self.apply = button("Remplir", "", "check", self)
        self.apply.clicked.connect(lambda _on=False: self.applied.emit())
        line.addWidget(self.apply)
        self.drop = button("Ne rien coller", parent=self)
        self.drop.clicked.connect(lambda _on=False: self.dropped.emit())
        line.addWidget(self.drop)
        line.addStretch(1)
        column.addLayout(line)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
            return
        super().keyPressEvent(event)

    def show_plan(self, plan: PastePlan | None, model: GridViewModel) -> None:
        """Say what ``plan`` would do, or go away."""
        self.setVisible(plan is not None)
        if plan is None:
            return
        self.summary.setText(f"Collage{NBSP}: {plan.summary}.")
        lines: list[str] = []
        for one in sorted(plan.lines, key=lambda each: not each.problem):
            if one.row is None or one.problem:
                lines.append(one.sentence)
            else:
                hours = format_hours_short(one.entries[0].hours)
                said = one.text.rsplit(" ", 1)[0] if plan.by_name else one.text
                was = f" (au lieu de {format_hours_short(one.row.worked)})" if one.row.worked is not None else ""
                lines.append(f"{said} → ligne {one.row.rank}, {model.name(one.row)}{NBSP}: {hours}{was}")
        rest = len(lines) - _SHOWN_SENTENCES
        if rest > 1:
            lines = [*lines[:_SHOWN_SENTENCES], f"… et {plural(rest, 'autre ligne', 'autres lignes')}"]
        self.sentences.setText("\n".join(lines))
        count = len(plan.entries)
        self.apply.setText(f"Remplir {plural(count, 'case')}")
        self.apply.setAccessibleName(self.apply.text())
        self.apply.setEnabled(count > 0)
        (self.apply if count else self.drop).setFocus(Qt.FocusReason.OtherFocusReason)


class StatementPage(QScrollArea):
    """``month_wanted(month)`` to move in time, ``print_wanted`` and ``export_wanted`` for what leaves.

    ``attestations_wanted``: those of the people of the company.
    """

    month_wanted = Signal(str)
    print_wanted = Signal()
    export_wanted = Signal()
    attestations_wanted = Signal()

    def __init__(self, model: GridViewModel, discretion: Discretion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._discretion = discretion
        self._may_leave = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(self)
        inside.setObjectName("page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        column.addWidget(self._build_header(inside))
        about = QHBoxLayout()
        about.setSpacing(16)
        self.context = ElidedLabel("", "secondary", inside)
        about.addWidget(self.context, 1)
        self.missing = button("", "link", parent=inside)
        self.missing.clicked.connect(lambda _on=False: self.month_wanted.emit(self._model.missing_months[0]))
        about.addWidget(self.missing)
        column.addLayout(about)
        self._banners = QVBoxLayout()
        self._banners.setSpacing(8)
        column.addLayout(self._banners)
        self.preview = PastePreview(inside)
        self.preview.applied.connect(self._apply_plan)
        self.preview.dropped.connect(self._drop_plan)
        column.addWidget(self.preview)
        self.grid = GridView(model, inside)
        self.grid.left_down.connect(self._to_total)
        self.grid.insert_wanted.connect(self.add_person)
        self.grid.share_wanted.connect(self.share)
        self.empty = EmptyState("", "Ajouter une personne", self.add_person, "users", inside)
        self._body = QStackedWidget(inside)
        self._body.addWidget(self.grid)
        self._body.addWidget(self.empty)
        column.addWidget(self._body, 1)
        self.footer = Footer(model, inside)
        self.footer.left_up.connect(self._to_grid)
        column.addWidget(self.footer)
        self.setWidget(inside)
        model.opened.connect(self._opened)
        model.changed.connect(self.refresh)
        model.plan_changed.connect(lambda: self.preview.show_plan(model.plan, model))
        model.validated.connect(self._validated)
        appearance().changed.connect(self._measure)
        self._measure()

    def _build_header(self, parent: QWidget) -> QWidget:
        bar = Flow(parent)
        months = QWidget(bar)
        line = QHBoxLayout(months)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self.before = self._arrow("chevron-left", "Mois précédent", -1, months)
        line.addWidget(self.before)
        self.title = label("", "subtitle", months)
        line.addWidget(self.title)
        self.after = self._arrow("chevron-right", "Mois suivant", 1, months)
        line.addWidget(self.after)
        self.state = Pill("", icon="circle", parent=months)
        line.addSpacing(12)
        line.addWidget(self.state)
        line.addSpacing(12)
        bar.add(months)
        self.repeat = button("Reprendre", "", "history", bar)
        self.repeat.clicked.connect(lambda _on=False: self._repeat())
        self.add = button("Ajouter une personne", "", "user-plus", bar)
        self.add.setToolTip("Ajouter une ligne (Inser)")
        self.add.clicked.connect(lambda _on=False: self.add_person())
        self.split = button("Répartir", "", "split", bar)
        self.split.setToolTip("Partager les heures de la ligne entre plusieurs lots")
        self.split.clicked.connect(lambda _on=False: self.share(self.grid.current_line()))
        self.print = button("Imprimer", "", "printer", bar)
        self.print.clicked.connect(lambda _on=False: self.print_wanted.emit())
        self.validate = button("Valider le mois", "primary", "check-check", bar)
        self.validate.setToolTip("Valider le mois (Ctrl+Entrée)")
        self.validate.clicked.connect(lambda _on=False: self.confirm())
        self.attest = button("Attester le mois", "", "badge-check", bar)
        self.attest.setToolTip("Verrouiller le relevé pour de bon : il se rectifie ensuite, sans être modifié")
        self.attest.clicked.connect(lambda _on=False: self.ask_attest())
        self.rectify_button = button("Rectifier…", "", "file-pen", bar)
        self.rectify_button.setToolTip("Corriger les heures attestées de la ligne, avec le motif")
        self.rectify_button.clicked.connect(lambda _on=False: self.rectify())
        self.attestations = button("Attestations d’heures", "", "users", bar)
        self.attestations.clicked.connect(lambda _on=False: self.attestations_wanted.emit())
        self.export = button("Exporter", "", "download", bar)
        self.export.setToolTip("Exporter le mois pour un tableur (Ctrl+E)")
        self.export.clicked.connect(lambda _on=False: self.export_wanted.emit())
        acts = (
            self.validate,
            self.rectify_button,
            self.attest,
            self.repeat,
            self.add,
            self.split,
            self.print,
            self.attestations,
            self.export,
        )
        for one in acts:
            bar.add(one)
        return bar

    def allow_papers(self, allowed: bool) -> None:
        """Whether exports and attestations may leave from here."""
        self._may_leave = allowed
        self.refresh()

    def _arrow(self, icon: str, name: str, step: int, parent: QWidget) -> QWidget:
        made = button("", "quiet", parent=parent)
        set_icon(made, icon)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.clicked.connect(lambda _on=False: self.month_wanted.emit(shift_month(self._model.month, step)))
        return made

    # --- keeping up ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Header, banners and buttons as the view-model says."""
        grid = self._model.grid
        if grid is None:
            return
        self.title.setText(capitalise_first(format_month(grid.month)))
        self.state.set(grid.state.label, STATE_TONES[grid.state], STATE_ICONS[grid.state])
        self.state.setAccessibleName(f"Relevé {grid.state.label.lower()}")
        self.context.setText(_context(grid))
        self.repeat.setText(f"Reprendre {format_month(self._model.previous_month).split(' ')[0]}")
        self.repeat.setAccessibleName(self.repeat.text())
        self.repeat.setToolTip("Proposer en gris les heures du mois précédent (Ctrl+R), à confirmer par Entrée")
        self.repeat.setVisible(grid.editable)
        self.repeat.setEnabled(self._model.can_propose)
        for one in (self.add, self.split, self.validate):
            one.setVisible(grid.editable)
        settled = grid.state in (StatementState.VALIDATED, StatementState.ATTESTED)
        self.attest.setVisible(grid.writable and grid.state is StatementState.VALIDATED and self._model.may_attest)
        self.rectify_button.setVisible(grid.writable and grid.state is StatementState.ATTESTED)
        self.attestations.setVisible(settled and self._may_leave)
        self.export.setVisible(self._may_leave)
        self.split.setEnabled(any(row.worked for row in grid.rows))
        self.validate.setEnabled(bool(grid.rows))
        self.empty.sentence.setText(
            f"Aucun contrat actif en {format_month(grid.month)} pour cette entreprise.\n"
            "Les personnes apparaissent ici dès qu’un contrat couvre un jour du mois."
        )
        if self.empty.button is not None:
            self.empty.button.setVisible(grid.editable)
        self._show_body(self.grid if grid.rows else self.empty)
        missing = self._model.missing_months
        self.missing.setText(f"{capitalise_first(format_month(missing[0]))}{NBSP}: relevé manquant" if missing else "")
        self.missing.setAccessibleName(self.missing.text())
        self.missing.setVisible(bool(missing))
        self.footer.setVisible(bool(grid.rows))
        self._show_banners(grid)

    def _show_body(self, shown: QWidget) -> None:
        for one in (self.grid, self.empty):  # the page that is not shown asks for no room
            policy = QSizePolicy.Policy.Expanding if one is shown else QSizePolicy.Policy.Ignored
            one.setSizePolicy(QSizePolicy.Policy.Expanding, policy)
        self._body.setCurrentWidget(shown)

    def _show_banners(self, grid: MonthGrid) -> None:
        wanted = tuple(self._banner_specs(grid))
        texts = tuple((text, kind, act) for text, kind, act, _do in wanted)
        if texts == getattr(self, "_banner_texts", None):
            return
        self._banner_texts = texts
        while self._banners.count():
            item = self._banners.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for text, kind, act, do in wanted:
            self._banners.addWidget(Banner(text, kind, act, do, self.widget()))

    def _banner_specs(self, grid: MonthGrid) -> list[tuple[str, str, str, Callable[[], None] | None]]:
        specs: list[tuple[str, str, str, Callable[[], None] | None]] = []
        if grid.state is StatementState.VALIDATED:
            when = f" le {format_date(grid.validated_at.astimezone().date())}" if grid.validated_at else ""
            who = f" par {grid.validated_by}" if grid.validated_by else ""
            specs.append(
                (f"Relevé validé{when}{who}. Les heures ne se modifient plus.", "success", *self._reopening(grid))
            )
        elif grid.state is StatementState.ATTESTED:
            said = "Relevé attesté. Ses heures ne se modifient plus : elles se rectifient, avec un motif."
            if grid.rectified_total:
                sign = "+" if grid.rectified_total > 0 else "−"
                size = format_hours_unit(abs(grid.rectified_total))
                said += f" Rectifications{NBSP}: {sign}{size}, comptées dans tous les totaux."
            specs.append((said, "info", "", None))
        elif not grid.writable:
            specs.append(("Vos droits permettent de consulter ce relevé, sans le modifier.", "info", "", None))
        if self._model.notices:
            said = "\n".join(self._model.notices[:3])
            more = len(self._model.notices) - 3
            if more > 0:
                said += f"\n… et {plural(more, 'autre point', 'autres points')} à regarder."
            specs.append((said, "warning", "", None))
        if grid.state is StatementState.TO_CHECK and grid.note:
            specs.append((grid.note.splitlines()[-1], "info", "", None))
        return specs

    def _reopening(self, grid: MonthGrid) -> tuple[str, Callable[[], None] | None]:
        return ("Rouvrir…", self.reopen) if grid.writable else ("", None)

    def _opened(self) -> None:
        self.grid.select_first()

    def _validated(self, answer: Validation) -> None:
        if answer.state is not StatementState.TO_CHECK:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        grid = self._model.grid
        if grid is None:
            return
        first = next((row for row in grid.rows if row in grid.unanswered or row.open_doubts), None)
        if first is not None:
            self.grid.select_line(first.id)
            self._to_grid()

    def _measure(self) -> None:
        self.grid.setMinimumHeight(appearance().row_height * 5)

    # --- acts ----------------------------------------------------------------------------

    def confirm(self) -> None:
        """Ctrl+Entrée: fill what the preview shows, else take what is being typed and validate the month."""
        if self._model.plan is not None:
            self._apply_plan()
            return
        self.flush()
        if not self.footer.declared.has_error():
            self._model.validate()

    def flush(self) -> None:
        """Take what is being typed in a cell or in the total."""
        self.grid.commit_editor()
        self.footer.declared.commit()

    def escape(self) -> bool:
        """Give up what is being typed, then the preview, then the proposals."""
        if self.grid.give_up():
            return True
        if self.footer.declared.is_editing():
            self.footer.declared.revert()
            return True
        if self._model.plan is not None:
            self._drop_plan()
            return True
        if self._model.proposing:
            self._model.drop_proposals()
            return True
        return False

    def reopen(self) -> None:
        """Ask why, then make the month typeable again."""
        dialog = ReasonDialog(
            self,
            f"Rouvrir le relevé {of(format_month(self._model.month))}",
            f"Le relevé redevient {quoted('à vérifier')} et ses heures peuvent être corrigées. Le motif est conservé.",
            "Rouvrir",
        )
        dialog.given.connect(self._model.reopen)
        dialog.open()

    def ask_attest(self) -> None:
        """Say what attesting does, then do it: nothing undoes it."""
        question = Question(
            self,
            f"Attester le relevé {of(format_month(self._model.month))}",
            "Le relevé est verrouillé pour de bon et son PDF est gardé tel quel. Une erreur se corrigera ensuite par "
            "une rectification, avec son motif.",
            [Choice("attest", "Attester le mois", "primary"), Choice("keep", "Annuler")],
        )
        question.answered.connect(lambda key: self._model.attest() if key == "attest" else None)
        question.open()

    def rectify(self) -> None:
        """Correct the attested hours of the line with the caret."""
        grid = self._model.grid
        row = self._model.row(self.grid.current_line()) or (grid.rows[0] if grid and grid.rows else None)
        if row is None or grid is None or grid.state is not StatementState.ATTESTED:
            return
        dialog = RectifyDialog(self, self._model.name(row), row)
        dialog.given.connect(lambda kind, wanted, reason: self._model.rectify(row.id, wanted, reason, kind))
        dialog.finished.connect(lambda _result: self._to_grid())
        dialog.open()

    def add_person(self) -> None:
        """Choose someone who has no line."""
        if not self._model.editable:
            return
        dialog = AddPersonDialog(
            self,
            f"Ajouter une personne en {format_month(self._model.month)}",
            self._model.ask_people,
            self._add,
            self._masked,
        )
        dialog.finished.connect(lambda _result: self._to_grid())
        dialog.open()

    def _add(self, candidate: Candidate) -> bool:
        return self._model.add_person(candidate)

    def _masked(self, name: str) -> str:
        last, _, first = name.partition(" ")
        return self._discretion.name(last, first) if self._discretion.masked else name

    def share(self, row_id: str) -> None:
        """Share the hours of a line over lots."""
        row = self._model.row(row_id)
        grid = self._model.grid
        if row is None or grid is None or not self._model.editable:
            return
        rows = [one for one in grid.rows if one.contract_id == row.contract_id]

        def ready(found: tuple[tuple[LotChoice, ...], tuple[Agreement, ...]]) -> None:
            dialog = ShareDialog(self, self._model.name(row), rows, *found)
            dialog.agree_wanted.connect(lambda: self._agree(row.id))
            dialog.shared.connect(lambda parts: self._model.share(row.contract_id, parts))
            dialog.finished.connect(lambda _result: self._to_grid())
            dialog.open()

        if not any(one.worked for one in rows):
            self.grid.select_line(row_id)
            self._to_grid()
            return
        self._model.ask_lots(row.contract_id, ready)

    def _agree(self, row_id: str) -> None:
        """Keep a pooling agreement, then go on sharing over its lots."""
        row = self._model.row(row_id)
        if row is None:
            return
        dialog = AgreementDialog(self, self._model.name(row), row, self._model.propose_lots, self._model.today)

        def give(draft: AgreementDraft) -> None:
            def done() -> None:
                dialog.accept()
                self.share(row_id)

            self._model.agree(draft, done, dialog.show_error)

        dialog.given.connect(give)
        dialog.open()

    def _repeat(self) -> None:
        self._model.propose_all()
        self.grid.select_first()
        self._to_grid()

    def propose(self) -> None:
        """« Reprendre le mois précédent » by key."""
        if self._model.editable:
            self._repeat()

    def _apply_plan(self) -> None:
        self._to_grid()
        self._model.apply_plan()

    def _drop_plan(self) -> None:
        self._to_grid()
        self._model.drop_plan()

    def _to_total(self) -> None:
        self.footer.declared.setFocus(Qt.FocusReason.TabFocusReason)
        self.footer.declared.edit.selectAll()

    def _to_grid(self) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)


def _context(grid: MonthGrid) -> str:
    """« École Simone-Veil, lot 3 · reçu le 22/11/2026 · code BS-1126-K7 »."""
    parts = [" · ".join(grid.operations)]
    if grid.received_on is not None:
        parts.append(f"reçu le {format_date(grid.received_on)}")
    if grid.paper_code:
        parts.append(f"code {grid.paper_code}")
    return " · ".join(part for part in parts if part)
