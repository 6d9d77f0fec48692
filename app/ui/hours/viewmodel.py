"""The month of a company on screen: what is shown at once, what the store confirms, what can be taken back.

A committed figure is shown immediately by the pure functions of ``app.hours.grid``; the service writes it on the store
thread; once nothing is under way the grid is read again, so that what is shown is always what is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.errors import InclusivError, InvalidInput
from app.hours import grid as grids
from app.hours.paste import PastePlan, plan_paste
from app.hours.values import (
    Agreement,
    AgreementDraft,
    Candidate,
    GridRow,
    LivePosition,
    LotChoice,
    MonthCell,
    MonthGrid,
    Typing,
    Validation,
)
from app.models.choices import HourKind, StatementSource, StatementState
from app.rules.absences import ABSENCES, absence_label
from app.rules.calendar import shift_month
from app.rules.french import (
    NBSP,
    fold,
    format_hours_short,
    format_hours_unit,
    format_month,
    of,
    plural,
    quoted,
)
from app.rules.hours import parse_hours_or_none
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.hours.needs import GridService
from app.ui.kit.suggest import Proposal
from app.ui.shell.discretion import Discretion
from app.ui.shell.undo import UndoStack

WORKED, TRAINING, ABSENCE = "worked", "training", "absence"
KIND_OF: Mapping[str, HourKind] = {WORKED: HourKind.WORKED, TRAINING: HourKind.TRAINING}

RELOAD_ON = frozenset(
    {
        "monthly_statement",
        "hour_line",
        "rectification",
        "employment_contract",
        "beneficiary",
        "eligibility_check",
        "commitment",
        "lot",
        "operation",
        "company",
    }
)
"""Kinds whose changes may change the grid shown."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence under a line. ``kind``: ``error`` (not read), ``doubt``, or ``control`` (the total does not agree)."""

    kind: str
    sentence: str
    fix: str = ""
    """What the one-click button says, when there is one."""
    may_accept: bool = False


class _Act:
    """An act submitted; its undo is known once the store has done it, and turns round at each replay."""

    def __init__(self) -> None:
        self.undo: Undo | None = None


class GridViewModel(QObject):
    """State, signals and commands of the grid. Nothing here waits."""

    opened = Signal()
    """Another month is shown: put the caret in the first line."""
    rows_changed = Signal()
    """Some lines changed; the set of lines may have changed too."""
    changed = Signal()
    """Totals, state, positions or header changed."""
    plan_changed = Signal()
    """A pasted block waits for an answer, or no longer."""
    validated = Signal(object)
    """The answer of the validation (``Validation``)."""
    go_to = Signal(str)
    """Put the caret on this line."""
    resumed = Signal(str, str, str)
    """Go on typing in this cell (id of the line, column, text): the program was stopped there."""

    def __init__(
        self,
        service: GridService,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        discretion: Discretion,
        attest: Callable[[str, str], Changes] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._attest = attest
        self._run = run
        self._messages = messages
        self._undo = undo
        self._discretion = discretion
        self._grid: MonthGrid | None = None
        self._months: tuple[MonthCell, ...] = ()
        self._target = ("", "")
        self._pending = 0
        self._stale = False
        self._proposals: dict[str, int] = {}
        self._errors: dict[tuple[str, str], tuple[str, str]] = {}
        self._plan: PastePlan | None = None
        self._notices: tuple[str, ...] = ()
        self._live: tuple[LivePosition, ...] = ()
        self._kept_typing = False
        bus.published.connect(self._published)
        discretion.changed.connect(lambda _masked: self.rows_changed.emit())

    # --- state ---------------------------------------------------------------------------

    @property
    def grid(self) -> MonthGrid | None:
        """The month shown."""
        return self._grid

    @property
    def editable(self) -> bool:
        """Whether figures may be typed now."""
        return self._grid is not None and self._grid.editable

    @property
    def company_id(self) -> str:
        """The company asked for, even while it is being read."""
        return self._target[0]

    @property
    def month(self) -> str:
        """The month asked for."""
        return self._target[1]

    @property
    def positions(self) -> tuple[LivePosition, ...]:
        """Commitments with what is being typed."""
        return self._live

    @property
    def plan(self) -> PastePlan | None:
        """A pasted block waiting for an answer."""
        return self._plan

    @property
    def notices(self) -> tuple[str, ...]:
        """Why the last validation answered « À vérifier »; brought up to date while it is corrected."""
        return self._notices

    @property
    def missing_months(self) -> tuple[str, ...]:
        """Months before this one whose statement is still expected, the latest first."""
        return tuple(
            cell.month
            for cell in reversed(self._months)
            if cell.state is StatementState.EXPECTED and cell.month < self.month
        )

    @property
    def previous_month(self) -> str:
        """The month before the one shown."""
        return shift_month(self.month, -1)

    @property
    def can_propose(self) -> bool:
        """Whether « Reprendre le mois précédent » has something to offer."""
        return self.editable and any(row.previous is not None and row.worked is None for row in self._rows())

    def name(self, row: GridRow) -> str:
        """Name of the person, or initials in discretion."""
        return self._discretion.name(row.last_name, row.first_name)

    def row(self, row_id: str) -> GridRow | None:
        """The line of this id."""
        return next((one for one in self._rows() if one.id == row_id), None)

    def _rows(self) -> tuple[GridRow, ...]:
        return self._grid.rows if self._grid is not None else ()

    def shown(self, row: GridRow, key: str) -> str:
        """Text of an editable cell: what was typed if it could not be read, else the figure."""
        wrong = self._errors.get((row.id, key))
        if wrong is not None:
            return wrong[0]
        if key == ABSENCE:
            return row.absence_code
        value = row.hours(KIND_OF[key])
        if value is None and key == WORKED and row.id in self._proposals:
            value = self._proposals[row.id]
        return format_hours_short(value)

    def is_proposal(self, row: GridRow, key: str) -> bool:
        """Whether the cell shows last month's hours, to be confirmed."""
        return key == WORKED and row.worked is None and row.id in self._proposals and not self.is_wrong(row, key)

    def is_wrong(self, row: GridRow, key: str) -> bool:
        """Whether what was typed there could not be read."""
        return (row.id, key) in self._errors

    def note(self, row: GridRow) -> Note | None:
        """The sentence under a line, if any: what was not read, what is doubtful, what explains the difference."""
        for key in (WORKED, TRAINING, ABSENCE):
            wrong = self._errors.get((row.id, key))
            if wrong is not None:
                return Note("error", wrong[1])
        grid = self._grid
        if grid is None:
            return None
        control = grid.control
        if control.suspect_row == row.rank - 1 and control.difference:
            fix = "" if control.suggestion is None else f"Écrire {format_hours_short(control.suggestion)}"
            return Note("control", control.sentence, fix if self.editable else "")
        doubts = row.open_doubts
        if doubts:
            return Note("doubt", " ".join(one.sentence for one in doubts), may_accept=self.editable)
        return None

    def check(self, row: GridRow) -> str:
        """Text of « Contrôle »: empty while nothing is typed, « ✓ », or a word; the sentence stands under the line."""
        if any(self.is_wrong(row, key) for key in (WORKED, TRAINING, ABSENCE)):
            return "À corriger"
        if row.open_doubts:
            return "À vérifier"
        if row.doubts and row.accepted_reason:
            return f"✓ C’est normal{NBSP}: {row.accepted_reason}"
        if row.rectified:
            return f"Attesté {format_hours_short(row.worked)}, rectifié{NBSP}: {row.rectified[-1].sentence}"
        if row.difference_reason and row.declared is not None:
            return f"✓ Déclaré {format_hours_short(row.declared)}{NBSP}: {row.difference_reason}"
        return "✓" if row.answered else ""

    def spoken_check(self, row: GridRow) -> str:
        """State of a line for the screen reader."""
        if any(self.is_wrong(row, key) for key in (WORKED, TRAINING, ABSENCE)):
            return "à corriger"
        if row.open_doubts:
            return f"à vérifier, {row.open_doubts[0].sentence}"
        return "sans remarque" if row.answered else "à saisir"

    # --- opening -------------------------------------------------------------------------

    def open(self, company_id: str, month: str = "") -> None:
        """Show a company's month; without one, the month to collect."""
        chosen = month or self._service.month_to_collect()
        if (company_id, chosen) == self._target and self._grid is not None:
            self.opened.emit()
            return
        self._target = (company_id, chosen)
        self._grid = None
        self._live = ()
        self._proposals.clear()
        self._errors.clear()
        self._notices = ()
        self._set_plan(None)
        self._kept_typing = False

        def read() -> tuple[MonthGrid, tuple[MonthCell, ...], Typing | None]:
            return (*self._read(company_id, chosen), self._service.find_typing(company_id, chosen))

        self._run.run(read, done=self._first, failed=self._not_found, owner=self)

    def close(self) -> None:
        """Nothing is shown any more."""
        self._target = ("", "")
        self._grid = None

    def _read(self, company_id: str, month: str) -> tuple[MonthGrid, tuple[MonthCell, ...]]:
        return self._service.open_month(company_id, month), self._service.months_of(company_id, month)

    def _first(self, found: tuple[MonthGrid, tuple[MonthCell, ...], Typing | None]) -> None:
        grid, months, typing = found
        if (grid.company_id, grid.month) != self._target:
            return
        self._months = months
        self._show(grid)
        self.opened.emit()
        if typing is not None and grid.editable and grid.row(typing.contract_id, typing.lot_id):
            self._kept_typing = True
            self.resumed.emit(f"{typing.contract_id}/{typing.lot_id}", typing.key, typing.text)

    def _not_found(self, problem: InclusivError) -> None:
        self._target = ("", "")
        self._messages.error(problem)

    def _published(self, changes: Changes) -> None:
        if self._target[0] and changes.touches(RELOAD_ON):
            self._stale = True
            self._reload()

    def _reload(self) -> None:
        if not self._stale or self._pending or not self._target[0]:
            return
        self._stale = False
        company_id, month = self._target
        self._run.run(lambda: self._read(company_id, month), done=self._confirmed, owner=self)

    def _confirmed(self, found: tuple[MonthGrid, tuple[MonthCell, ...]]) -> None:
        grid, months = found
        if (grid.company_id, grid.month) != self._target:
            return
        if self._pending:
            self._stale = True  # something was typed meanwhile: read again once it is written
            return
        self._months = months
        if grid != self._grid:
            self._show(grid)

    def _show(self, grid: MonthGrid) -> None:
        self._grid = grid
        self._live = grids.live_positions(grid)
        if self._notices:
            self._notices = grids.notices(grid) if grid.state is StatementState.TO_CHECK else ()
        self.rows_changed.emit()
        self.changed.emit()

    # --- acting --------------------------------------------------------------------------

    def _do(self, label: str, shown: MonthGrid, work: Callable[[], Outcome]) -> None:
        """Show the effect at once, write it on the store thread, remember how to take it back."""
        act = _Act()

        def write() -> Outcome:
            outcome = work()
            act.undo = outcome.undo
            return outcome

        if shown is not self._grid:
            self._show(shown)
        self._submit(write)
        self._undo.push(label, undo=lambda: self._replay(act), redo=lambda: self._replay(act))

    def _replay(self, act: _Act) -> None:
        def take_back() -> Outcome | None:
            if not act.undo:  # refused, or nothing to change
                return None
            outcome = self._service.take_back(act.undo)
            act.undo = outcome.undo
            return outcome

        self._submit(take_back)

    def _submit(self, work: Callable[[], object]) -> None:
        self._pending += 1
        self._run.run(work, done=self._written, failed=self._refused, owner=self)

    def _written(self, _answer: object) -> None:
        self._pending -= 1
        self._reload()

    def _refused(self, problem: InclusivError) -> None:
        self._pending -= 1
        self._stale = True
        self._messages.error(problem)
        self._reload()

    # --- typing --------------------------------------------------------------------------

    def keep_typing(self, row_id: str, key: str, text: str) -> None:
        """Keep what is being typed: a kill then loses a second of it at most."""
        row = self.row(row_id)
        if row is None or not self.editable:
            return
        company_id, month = self._target
        typing = Typing(row.contract_id, row.lot_id, key, text)
        self._kept_typing = True
        self._run.run(lambda: self._service.keep_typing(company_id, month, typing), owner=self)

    def drop_typing(self) -> None:
        """What was being typed is written, or given up."""
        if self._kept_typing:
            self._kept_typing = False
            company_id, month = self._target
            self._run.run(lambda: self._service.keep_typing(company_id, month, None), owner=self)

    def type_cell(self, row_id: str, key: str, text: str) -> bool:
        """Take what was typed in a cell. False when it cannot be read: it stays, with a sentence under the line."""
        row, grid = self.row(row_id), self._grid
        if row is None or grid is None or not grid.editable:
            return False
        try:
            if key == ABSENCE:
                self._absence(row, read_absence(text))
            else:
                self._hours(row, KIND_OF[key], parse_hours_or_none(text))
        except InvalidInput as problem:
            sentence = " ".join(part for part in (problem.happened, problem.todo) if part)
            self._errors[row_id, key] = (text.strip(), sentence)
            self.rows_changed.emit()
            return False
        self._forget(row_id, key)
        self.drop_typing()
        return True

    def clear_cell(self, row_id: str, key: str) -> None:
        """Empty a cell."""
        row = self.row(row_id)
        if row is not None and self.is_proposal(row, key):
            del self._proposals[row_id]
            self.rows_changed.emit()
            return
        self.type_cell(row_id, key, "")

    def same_as_above(self, row_id: str, key: str) -> None:
        """The value of the line above (Ctrl+D)."""
        row = self.row(row_id)
        if row is None or row.rank < 2:
            return
        self.type_cell(row_id, key, self.shown(self._rows()[row.rank - 2], key))

    def repeat(self, row_id: str) -> None:
        """The hours of last month for one line (Alt+R)."""
        row = self.row(row_id)
        if row is None or not self.editable:
            return
        if row.previous is None:
            self._messages.say(f"Aucune heure en {format_month(self.previous_month)} pour cette ligne.")
            return
        self._hours(row, HourKind.WORKED, row.previous)
        self._forget(row_id, WORKED)

    def propose_all(self) -> None:
        """Offer last month's hours on every empty line, in grey, to be confirmed one by one."""
        if not self.can_propose:
            self._messages.say(f"Rien à reprendre de {format_month(self.previous_month)}.")
            return
        self._proposals = {
            row.id: row.previous for row in self._rows() if row.previous is not None and row.worked is None
        }
        self.rows_changed.emit()
        self.changed.emit()

    @property
    def proposing(self) -> bool:
        """Whether proposals wait for a confirmation."""
        return any(self.is_proposal(row, WORKED) for row in self._rows())

    def confirm_proposal(self, row_id: str) -> bool:
        """Take the proposal of a line; false when it has none."""
        row = self.row(row_id)
        if row is None or not self.is_proposal(row, WORKED):
            return False
        self._hours(row, HourKind.WORKED, self._proposals.pop(row_id))
        return True

    def drop_proposals(self) -> None:
        """Give up what was proposed and not confirmed."""
        self._proposals.clear()
        self.rows_changed.emit()
        self.changed.emit()

    def declare_total(self, value: int | None) -> None:
        """The company's printed total."""
        grid = self._grid
        if grid is None or not grid.editable or grid.declared_total == value:
            return
        self._do(
            f"total déclaré{NBSP}: {format_hours_short(value) or 'vide'}",
            grids.with_declared_total(grid, value),
            lambda: self._service.set_declared_total(grid.company_id, grid.month, value),
        )

    def _hours(self, row: GridRow, kind: HourKind, value: int | None) -> None:
        grid = self._grid
        if grid is None or row.hours(kind) == value:
            return
        self._do(
            grids.act_hours(row.last_name, row.hours(kind), value, kind),
            grids.with_hours(grid, row.contract_id, row.lot_id, value, kind),
            lambda: self._service.set_hours(grid.company_id, grid.month, row.contract_id, row.lot_id, value, kind),
        )

    def _absence(self, row: GridRow, code: str) -> None:
        grid = self._grid
        if grid is None or row.absence_code == code:
            return
        what = absence_label(code).lower() if code else "motif d’absence effacé"
        self._do(
            f"{what} {of(grids.spoken(row.last_name))}",
            grids.with_absence(grid, row.contract_id, row.lot_id, code),
            lambda: self._service.set_absence(grid.company_id, grid.month, row.contract_id, row.lot_id, code),
        )

    def _forget(self, row_id: str, key: str) -> None:
        self._proposals.pop(row_id, None)
        if self._errors.pop((row_id, key), None) is not None:
            self.rows_changed.emit()

    # --- doubts and difference -----------------------------------------------------------

    def accept(self, row_id: str, reason: str) -> bool:
        """Answer the doubts of a line « C’est normal », with the reason. False without a reason."""
        row, grid = self.row(row_id), self._grid
        said = " ".join(reason.split())
        if row is None or grid is None or not said or not row.open_doubts:
            return False
        codes = [one.code for one in row.open_doubts]
        self._do(
            f"{quoted('c’est normal')} pour {grids.spoken(row.last_name)}",
            grids.with_accepted(grid, row.contract_id, row.lot_id, codes, said),
            lambda: self._service.accept_doubts(grid.company_id, grid.month, row.contract_id, row.lot_id, codes, said),
        )
        return True

    @property
    def fix_label(self) -> str:
        """« Corriger la ligne 7 : 104 », or nothing."""
        grid = self._grid
        if grid is None or not grid.editable or not grid.control.difference:
            return ""
        if grid.control.suspect_row is None or grid.control.suggestion is None:
            return ""
        return f"Corriger la ligne {grid.control.suspect_row + 1}{NBSP}: {format_hours_short(grid.control.suggestion)}"

    def fix_difference(self) -> None:
        """Write the value that settles the difference with the declared total."""
        grid = self._grid
        if grid is None or not self.fix_label or grid.control.suspect_row is None:
            return
        row = grid.rows[grid.control.suspect_row]
        self._hours(row, HourKind.WORKED, grid.control.suggestion)
        self._forget(row.id, WORKED)

    # --- pasting -------------------------------------------------------------------------

    def paste(self, text: str, row_id: str, key: str) -> int:
        """Read a copied block from this cell. Answers how many cells were filled at once (0: a preview waits)."""
        grid, row = self._grid, self.row(row_id)
        if grid is None or not grid.editable:
            return 0
        kind = KIND_OF.get(key, HourKind.WORKED)
        try:
            plan = plan_paste(grid, text, row.rank if row else 1, kind)
        except InvalidInput as problem:
            self._messages.error(problem)
            return 0
        if plan.needs_preview:
            self._set_plan(plan)
            return 0
        self._fill(plan)
        return len(plan.entries)

    def apply_plan(self) -> None:
        """Fill what the preview recognised."""
        plan = self._plan
        self._set_plan(None)
        if plan is not None and plan.entries:
            self._fill(plan)

    def drop_plan(self) -> None:
        """Give the pasted block up."""
        self._set_plan(None)

    def _set_plan(self, plan: PastePlan | None) -> None:
        if plan is not self._plan:
            self._plan = plan
            self.plan_changed.emit()

    def _fill(self, plan: PastePlan) -> None:
        grid = self._grid
        if grid is None:
            return
        shown = grid
        for entry in plan.entries:
            shown = grids.with_hours(shown, entry.contract_id, entry.lot_id, entry.hours, entry.kind)
            self._errors.pop((f"{entry.contract_id}/{entry.lot_id}", WORKED), None)
            self._proposals.pop(f"{entry.contract_id}/{entry.lot_id}", None)
        if plan.declared_total is not None:
            shown = grids.with_declared_total(shown, plan.declared_total)
        label = f"collage de {plural(len(plan.entries), 'heure', 'heures')} en {format_month(grid.month)}"
        entries, total = plan.entries, plan.declared_total
        self._do(
            label,
            shown,
            lambda: self._service.fill(
                grid.company_id,
                grid.month,
                entries,
                label=label,
                source=StatementSource.PASTE,
                declared_total=total,
            ),
        )

    # --- lines ---------------------------------------------------------------------------

    def ask_people(self, text: str, answer: Callable[[tuple[Candidate, ...]], None]) -> None:
        """Who may be added to the month."""
        company_id, month = self._target
        self._run.run(lambda: self._service.people_to_add(company_id, month, text), done=answer, owner=self)

    def add_person(self, candidate: Candidate) -> bool:
        """Add a line; false (and why is said) when the person has no contract at this company."""
        grid = self._grid
        if grid is None or not grid.editable:
            return False
        if not candidate.contract_id:
            self._messages.say(
                "Les heures se rattachent à un contrat de travail. "
                "Créer d’abord un contrat dans cette entreprise, depuis la fiche de la personne.",
                "warning",
            )
            return False
        present = next((row for row in grid.rows if row.contract_id == candidate.contract_id), None)
        if present is None:
            self._do(
                f"ligne {of(grids.spoken(candidate.name.split(' ')[0]))}",
                grid,
                lambda: self._service.add_line(grid.company_id, grid.month, candidate.contract_id),
            )
        else:
            self.go_to.emit(present.id)
        return True

    def ask_lots(
        self, contract_id: str, answer: Callable[[tuple[tuple[LotChoice, ...], tuple[Agreement, ...]]], None]
    ) -> None:
        """Lots over which a person's hours may be shared, and the pooling agreements of the contract."""
        company_id, month = self._target
        self._run.run(
            lambda: (
                self._service.lots_to_share(company_id, month, contract_id),
                self._service.agreements(contract_id),
            ),
            done=answer,
            owner=self,
        )

    def share(self, contract_id: str, parts: Mapping[str, int]) -> None:
        """Share the hours of a contract over lots; the sum was checked by the panel and is checked again."""
        grid = self._grid
        row = next((one for one in self._rows() if one.contract_id == contract_id), None)
        if grid is None or row is None:
            return
        self._do(
            f"répartition des heures {of(grids.spoken(row.last_name))}",
            grid,
            lambda: self._service.share_out(grid.company_id, grid.month, contract_id, parts),
        )

    # --- states --------------------------------------------------------------------------

    def validate(self) -> None:
        """« Valider le mois » (Ctrl+Entrée): « Validé », or « À vérifier » with the sentences."""
        grid = self._grid
        if grid is None or not grid.editable:
            return
        act = _Act()

        def write() -> Validation:
            answer = self._service.validate_month(grid.company_id, grid.month)
            act.undo = answer.undo
            return answer

        def done(answer: Validation) -> None:
            self._pending -= 1
            if answer.undo:
                self._undo.push(answer.undo.label, lambda: self._replay(act), lambda: self._replay(act))
            self._notices = answer.notices
            if self._grid is not None and self._grid.statement_id == grid.statement_id:
                self._show(grids.with_state(self._grid, answer.state))
            self._notices = answer.notices
            self._reload()
            self.changed.emit()
            self.validated.emit(answer)

        self._pending += 1
        self._run.run(write, done=done, failed=self._refused, owner=self)

    def reopen(self, reason: str) -> None:
        """Make a validated month typeable again."""
        grid = self._grid
        if grid is None or grid.state is not StatementState.VALIDATED or not reason.strip():
            return
        self._do(
            f"réouverture du relevé {of(format_month(grid.month))}",
            grid,
            lambda: self._service.reopen(grid.company_id, grid.month, reason),
        )

    @property
    def may_attest(self) -> bool:
        """Whether a validated month can be attested from here."""
        return self._attest is not None

    def attest(self) -> None:
        """« Attester le mois »: locked for good, its paper kept as it is."""
        grid, attest = self._grid, self._attest
        if grid is None or attest is None or grid.state is not StatementState.VALIDATED:
            return
        self._submit(lambda: attest(grid.company_id, grid.month))
        self._messages.say(f"Relevé {of(format_month(grid.month))} attesté.", "success")

    def rectify(self, row_id: str, wanted: int, reason: str, kind: HourKind = HourKind.WORKED) -> None:
        """Make other hours (worked or of training) count for a line of an attested month, with the reason."""
        grid, row = self._grid, self.row(row_id)
        if grid is None or row is None:
            return
        self._do(
            f"rectification {of(grids.spoken(row.last_name))}",
            grid,
            lambda: self._service.rectify(
                grid.company_id, grid.month, row.contract_id, row.lot_id, wanted, reason, kind
            ),
        )

    def propose_lots(self, text: str, answer: Callable[[Sequence[Proposal]], None]) -> None:
        """Lots of any operation, for a pooling agreement."""
        self._run.run(
            lambda: self._service.find_lots(text),
            lambda found: answer(
                [
                    Proposal(
                        one.id,
                        one.label,
                        "" if one.remaining is None else f"encore dues{NBSP}: {format_hours_unit(one.remaining)}",
                    )
                    for one in found
                ]
            ),
            owner=self,
        )

    def agree(self, draft: AgreementDraft, done: Callable[[], None], failed: Callable[[InclusivError], None]) -> None:
        """Keep a pooling agreement; ``done`` once it is."""
        act = _Act()

        def kept(outcome: Outcome) -> None:
            act.undo = outcome.undo
            self._undo.push(outcome.undo.label, lambda: self._replay(act), lambda: self._replay(act))
            done()

        self._run.run(lambda: self._service.agree(draft), kept, failed, owner=self)

    def today(self) -> dt.date:
        """The day of the grid shown."""
        return self._grid.today if self._grid is not None else dt.date.max

    # --- words ---------------------------------------------------------------------------

    @property
    def difference_sentence(self) -> str:
        """« Écart 0,00 h ✓ », the sentence that explains it, or nothing when no total was declared."""
        grid = self._grid
        if grid is None or grid.control.difference is None:
            return ""
        return f"✓ {grid.control.sentence}" if grid.control.agrees else grid.control.sentence


def read_absence(text: str) -> str:
    """The absence code typed: the code itself, or the beginning of its words. Raises ``InvalidInput``."""
    typed = fold(text)
    if not typed:
        return ""
    for one in ABSENCES:
        if fold(one.code) == typed:
            return one.code
    found = [one for one in ABSENCES if fold(one.label).startswith(typed)]
    if len(found) == 1:
        return found[0].code
    codes = ", ".join(one.code for one in ABSENCES)
    raise InvalidInput(f"{quoted(text.strip())} n’est pas un motif d’absence.", todo=f"Écrire {codes}.")
