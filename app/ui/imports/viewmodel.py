"""A company's file on screen: read off the window's thread, judged again at each decision, saved in one act.

Steps: ``READING`` (may be given up), ``COMPANY`` (the file does not say whose it is), ``REVIEW``, and ``NOTHING``,
where the files saved lately can be taken back. Nothing is written before ``save`` but what is remembered: a layout, a
name.
"""

from __future__ import annotations

import datetime as dt
import enum
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.clock import Clock
from app.errors import InclusivError
from app.hours.imports.columns import ColumnLine, column_lines
from app.hours.imports.judging import judge
from app.hours.imports.values import Decisions, ImportLine, OpenedFile, Prepared, Review, ReviewRow, RowState, Saved
from app.hours.timesheets.layout import Layout, with_role
from app.hours.timesheets.vocabulary import Role
from app.models.beneficiaries import BeneficiaryDraft, EmploymentContractDraft
from app.rules.french import NBSP, fold, format_hours_unit, format_month, person_name_list, plural
from app.store.unit import Outcome, Undo
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.imports.leftovers import leftovers
from app.ui.imports.needs import Imports, Lot, Months, OpenFile, People
from app.ui.kit.suggest import Proposal
from app.ui.shell.discretion import Discretion
from app.ui.shell.undo import UndoStack


class Step(enum.Enum):
    """Where the import stands."""

    NOTHING = "nothing"
    READING = "reading"
    COMPANY = "company"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Question:
    """Rows that one answer settles. ``id`` is that of the first."""

    rows: tuple[ReviewRow, ...]

    @property
    def id(self) -> str:
        """Id of the first row."""
        return self.rows[0].id

    @property
    def first(self) -> ReviewRow:
        """The row that speaks for all."""
        return self.rows[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the rows."""
        return tuple(row.id for row in self.rows)

    @property
    def months(self) -> str:
        """« octobre 2026 », « 3 mois »."""
        months = {row.month for row in self.rows}
        if len(months) > 1:
            return f"{len(months)}{NBSP}mois"
        return shown_month(self.first.month)

    @property
    def hours(self) -> str:
        """Hours of all the rows, or what was written."""
        known = [row.hours for row in self.rows if row.hours is not None]
        if len(known) == len(self.rows):
            return format_hours_unit(sum(known))
        return self.first.hours_text


def shown_month(month: str) -> str:
    """« octobre 2026 »; what was written when it is no month."""
    try:
        return format_month(month)
    except (ValueError, IndexError):
        return month


class ImportModel(QObject):
    """State, signals and commands of the import screen."""

    changed = Signal()
    """The step, the file, the company or the recent imports changed."""
    reviewed = Signal()
    """The review changed."""
    saved = Signal(str, str)
    """Written: (company, month) of the statement to show."""
    same_person = Signal(object, object, object)
    """Somebody much alike is known: (draft, contract, candidates) of the question to ask."""
    hired = Signal()
    """Somebody was created, or given a contract."""

    def __init__(
        self,
        service: Imports,
        months: Months,
        people: People,
        open_file: OpenFile,
        warm: Callable[[], None],
        run: Runner,
        messages: Messages,
        undo: UndoStack,
        discretion: Discretion,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._months = months
        self._people = people
        self._open_file = open_file
        self._warm = warm
        self._run = run
        self._messages = messages
        self._undo = undo
        self._discretion = discretion
        self.clock = clock
        self.step = Step.NOTHING
        self.file_name = ""
        self.prepared: Prepared | None = None
        self.review: Review | None = None
        self.decisions = Decisions()
        self.layout_confirmed = False
        self.recent: tuple[ImportLine, ...] = ()
        self.already = ""
        """« Déjà importé le 4/11, rien à faire. »"""
        self.failure = ""
        """Why the last file could not be read."""
        self._opened: OpenedFile | None = None
        self.hint = ""
        """The company that was on screen; empty when none was."""
        self._turn = 0
        self._given_up = threading.Event()
        discretion.changed.connect(lambda _on: self.reviewed.emit())

    # --- reading -------------------------------------------------------------------------

    def arrive(self, hint: str) -> None:
        """The page is shown; ``hint`` is the company that was on screen, for files that name none."""
        self.hint = hint
        if self.step is Step.NOTHING:
            self.ask_recent()

    def expect(self) -> None:
        """A file is being chosen: the reader gets ready meanwhile."""
        self._run.run(self._warm, on="io", owner=self)

    def open(self, path: Path) -> None:
        """Read a file."""
        self.give_up()
        self._turn += 1
        turn, given_up = self._turn, threading.Event()
        self._given_up = given_up
        self.file_name, self.failure, self.already = path.name, "", ""
        self.prepared = self.review = self._opened = None
        self.decisions = Decisions()
        self.step = Step.READING
        self.changed.emit()
        self._run.run(
            lambda: self._open_file(path, given_up.is_set),
            done=lambda opened: self._read(turn, opened),
            failed=lambda problem: self._unreadable(turn, problem),
            on="io",
            owner=self,
        )

    def give_up(self) -> None:
        """Stop a reading under way; the month stays as it was."""
        self._given_up.set()
        if self.step is Step.READING:
            self._turn += 1
            self.close()

    def close(self) -> None:
        """Put the file away; what was remembered of it stays."""
        self.step = Step.NOTHING
        self.prepared = self.review = self._opened = None
        self.already = ""
        self.changed.emit()
        self.ask_recent()

    def _unreadable(self, turn: int, problem: InclusivError) -> None:
        if turn != self._turn:
            return
        self.failure = problem.sentence
        self.close()

    def _read(self, turn: int, opened: OpenedFile) -> None:
        if turn != self._turn:
            return
        self._opened = opened
        hint = self.hint

        def whose() -> Prepared | None:
            company = self._service.company_of(opened) or hint
            return self._service.prepare(opened, company) if company else None

        self._run.run(
            whose,
            done=lambda found: self._prepared(turn, found),
            failed=lambda problem: self._unreadable(turn, problem),
            owner=self,
        )

    def _prepared(self, turn: int, prepared: Prepared | None) -> None:
        if turn != self._turn:
            return
        if prepared is None:
            self.step = Step.COMPANY
            self.changed.emit()
            return
        self.prepared = prepared
        self.layout_confirmed = prepared.layout_known
        self.step = Step.REVIEW
        already = prepared.facts.already
        self.already = self._service.already_sentence(already) if already is not None else ""
        self._judge(lambda: self.changed.emit())

    def _again(
        self, company_id: str, *, layout: Layout | None = None, month: str = "", names_only: bool = True
    ) -> None:
        """Read the same file another way; what was decided about names stays."""
        opened = self._opened
        if opened is None:
            return
        if names_only:
            self.decisions = self.decisions.of_names_only()
        turn = self._turn
        self._run.run(
            lambda: self._service.prepare(opened, company_id, layout=layout, month=month),
            done=lambda prepared: self._prepared(turn, prepared),
            failed=self._messages.error,
            owner=self,
        )

    def _judge(self, then: Callable[[], None] | None = None) -> None:
        prepared, decisions, turn = self.prepared, self.decisions, self._turn
        if prepared is None:
            return

        def judged(review: Review) -> None:
            if turn == self._turn and decisions is self.decisions:
                self.review = review
                if then is not None:
                    then()
                self.reviewed.emit()

        self._run.run(lambda: judge(prepared, decisions), done=judged, on="io", owner=self)

    # --- what was understood -------------------------------------------------------------

    @property
    def sentence(self) -> str:
        """What was understood of the file, or why nothing is left of it once its columns are corrected."""
        if self.prepared is None:
            return ""
        reading = self.prepared.reading
        return reading.error.message if reading.error is not None else reading.layout_sentence

    @property
    def columns(self) -> tuple[ColumnLine, ...]:
        """The columns of the file, to be corrected."""
        prepared = self.prepared
        return column_lines(prepared.opened, prepared.layout) if prepared is not None else ()

    @property
    def month_wanted(self) -> bool:
        """Whether the file states no month, or one was given for it."""
        if self.prepared is None:
            return False
        dated = {"month_invalid", "month_without_year"}
        return bool(self.prepared.month) or any(item.reason in dated for item in self.prepared.reading.review)

    def ask_companies(self, text: str, answer: Callable[[Sequence[Proposal]], None]) -> None:
        """Companies by name."""
        self._run.run(
            lambda: self._months.find_companies(text),
            done=lambda found: answer([Proposal(one.id, one.name, one.town) for one in found]),
            owner=self,
        )

    def choose_company(self, company_id: str) -> None:
        """The file is this company's."""
        layout = self.prepared.layout if self.prepared is not None and not self.prepared.layout_known else None
        self._again(company_id, layout=layout)

    def choose_month(self, month: str) -> None:
        """The month (``YYYY-MM``) of what states none."""
        prepared = self.prepared
        if prepared is not None and month != prepared.month:
            self._again(prepared.company_id, layout=prepared.layout, month=month)

    def choose_role(self, line: ColumnLine, role: Role) -> None:
        """A column holds something else; kept for the next file of this company."""
        prepared = self.prepared
        if prepared is None or line.role is role:
            return
        layout = with_role(prepared.layout, line.table, line.index, role)
        opened, company, month, turn = prepared.opened, prepared.company_id, prepared.month, self._turn
        self.decisions = self.decisions.of_names_only()

        def correct() -> tuple[Prepared, Outcome]:
            fresh = self._service.prepare(opened, company, layout=layout, month=month)
            return fresh, self._service.remember_layout(fresh)

        def done(answer: tuple[Prepared, Outcome]) -> None:
            self._prepared(turn, answer[0])
            self.layout_confirmed = True
            self.changed.emit()

        self._run.run(correct, done=done, failed=self._messages.error, owner=self)

    def confirm_layout(self) -> None:
        """« C’est bien cela »: the next file like this one is read without a question."""
        prepared = self.prepared
        if prepared is None or self.layout_confirmed:
            return
        self.layout_confirmed = True
        self._run.run(lambda: self._service.remember_layout(prepared), failed=self._messages.error, owner=self)
        self.changed.emit()

    # --- deciding ------------------------------------------------------------------------

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be decided."""
        return tuple(Question(rows) for rows in self.review.questions) if self.review is not None else ()

    def question(self, question_id: str) -> Question | None:
        """The question of this id."""
        return next((one for one in self.questions if one.id == question_id), None)

    def accept(self, question: Question) -> bool:
        """Enter: the likeliest answer; false when there is none."""
        row = question.first
        if not row.can_accept:
            return False
        if row.ask == "row":
            self._decide(self.decisions.with_accepted(self._whole(question)), "ligne acceptée")
        elif row.choices:
            self.choose(question, row.choices[0].contract_id, row.choices[0].beneficiary_id)
        return True

    def _whole(self, question: Question) -> tuple[str, ...]:
        """The rows that go together: accepting one of two rows of a person accepts that they are added."""
        row, review = question.first, self.review
        if row.reason != "same_person_twice" or review is None:
            return question.ids
        return tuple(one.id for one in review.rows if (one.contract_id, one.month) == (row.contract_id, row.month))

    def choose(self, question: Question, contract_id: str, beneficiary_id: str) -> None:
        """This written name is this person, or these rows go to this contract."""
        row = question.first
        if row.ask == "contract":
            self._decide(self.decisions.with_contract(question.ids, contract_id), "contrat choisi")
            return
        self._decide(self.decisions.with_person(row.key, beneficiary_id), "personne choisie")
        self._remember(row, beneficiary_id)

    def _remember(self, row: ReviewRow, beneficiary_id: str) -> None:
        company = self.prepared.company_id if self.prepared is not None else ""
        self._run.run(
            lambda: self._service.remember_alias(company, row.key, row.written_name, beneficiary_id),
            failed=self._messages.error,
            owner=self,
        )

    def ignore(self, ids: Sequence[str], ignored: bool = True) -> None:
        """Leave rows aside, or take them again."""
        self._decide(self.decisions.with_ignored(ids, ignored), plural(len(ids), "ligne ignorée", "lignes ignorées"))

    def correct_hours(self, row_id: str, hours: int) -> None:
        """Other hours for a row, in hundredths."""
        self._decide(self.decisions.with_hours(row_id, hours), "heures corrigées")

    def correct_month(self, row_id: str, month: str) -> None:
        """Another month for a row, ``YYYY-MM``."""
        self._decide(self.decisions.with_month(row_id, month), "mois corrigé")

    def _decide(self, decisions: Decisions, label: str) -> None:
        before, turn = self.decisions, self._turn
        self._take(decisions, turn)
        self._undo.push(label, lambda: self._take(before, turn), lambda: self._take(decisions, turn))

    def _take(self, decisions: Decisions, turn: int) -> None:
        if turn == self._turn and self.step is Step.REVIEW:
            self.decisions = decisions
            self._judge()

    def ask_people(self, text: str, answer: Callable[[Sequence[Proposal]], None]) -> None:
        """People with a contract with the company of the file, by the beginnings of their words."""
        words = fold(text).split()
        found: dict[str, Proposal] = {}
        for one in self.prepared.facts.contracts if self.prepared is not None and words else ():
            known = f" {fold(one.last_name)} {fold(one.first_name)} {fold(one.birth_name)} {fold(one.file_number)}"
            if all(f" {word}" in known for word in words):
                name = person_name_list(one.last_name, one.first_name)
                found[one.beneficiary_id] = Proposal(one.beneficiary_id, name, one.file_number)
        answer(list(found.values())[:8])

    # --- somebody new --------------------------------------------------------------------

    def ask_lots(self, answer: Callable[[Sequence[Lot]], None]) -> None:
        """Lots of the company, for the contract of somebody new."""
        company = self.prepared.company_id if self.prepared is not None else ""
        self._run.run(lambda: self._people.lots_of_company(company), done=answer, owner=self)

    def hire(
        self,
        question: Question,
        draft: BeneficiaryDraft,
        contract: EmploymentContractDraft,
        *,
        known: str = "",
        confirmed: bool = False,
        refused: Callable[[InclusivError], None] | None = None,
    ) -> None:
        """Create somebody with a contract (or a contract for somebody ``known``), and give them the rows."""
        row, company, turn = question.first, self.prepared.company_id if self.prepared is not None else "", self._turn

        def make() -> tuple[str, Outcome]:
            person = known or self._people.create(draft, confirmed_distinct=confirmed).record_id
            made = self._people.add_contract(person, contract)
            self._service.remember_alias(company, row.key, row.written_name, person)
            return person, made

        def done(answer: tuple[str, Outcome]) -> None:
            self.hired.emit()
            if turn == self._turn:
                self.decisions = self.decisions.with_person(row.key, answer[0])
                self._renew()

        def failed(problem: InclusivError) -> None:
            candidates = getattr(problem, "candidates", ())
            if candidates:
                self.same_person.emit(draft, contract, candidates)
            else:
                (refused or self._messages.error)(problem)

        self._run.run(make, done=done, failed=failed, owner=self)

    def _renew(self) -> None:
        prepared, turn = self.prepared, self._turn
        if prepared is not None:
            self._run.run(
                lambda: self._service.renew(prepared),
                done=lambda fresh: self._prepared(turn, fresh),
                failed=self._messages.error,
                owner=self,
            )

    # --- saving --------------------------------------------------------------------------

    @property
    def save_label(self) -> str:
        """« Enregistrer 12 lignes »."""
        count = len(self.review.writes) if self.review is not None else 0
        return f"Enregistrer {plural(count, 'ligne')}" if count else "Rien à enregistrer"

    @property
    def can_save(self) -> bool:
        """Whether there is something to write."""
        return self.step is Step.REVIEW and self.review is not None and bool(self.review.writes)

    def save(self) -> None:
        """Write the ready rows, all or nothing, and keep the layout."""
        prepared, decisions, review = self.prepared, self.decisions, self.review
        if prepared is None or review is None or not review.writes:
            return

        def write() -> Saved:
            if not self.layout_confirmed:
                self._service.remember_layout(prepared)
            return self._service.save(prepared, decisions, shown=review)

        def refused(problem: InclusivError) -> None:
            self._messages.error(problem)
            self._renew()

        self._run.run(write, done=lambda saved: self._saved(saved, review), failed=refused, owner=self)

    def _saved(self, saved: Saved, review: Review) -> None:
        self._turn += 1
        last = review.writes[-1]
        self.close()
        done: list[Undo] = []

        def undo() -> None:
            self._run.run(
                lambda: self._service.cancel(saved.import_id),
                done=lambda answer: done.append(answer.outcome.undo),
                failed=self._messages.error,
                owner=self,
            )

        def redo() -> None:
            if done:
                again = done.pop()
                self._run.run(lambda: self._service.redo(again), failed=self._messages.error, owner=self)

        self._undo.push(f"import de {plural(saved.lines, 'ligne')}", undo, redo)
        said = f"{plural(saved.lines, 'ligne enregistrée', 'lignes enregistrées')}, {format_hours_unit(review.total)}."
        if review.left:
            said += f" {plural(len(review.left), 'ligne laissée', 'lignes laissées')} de côté."
        self._messages.say(said, "success", "Annuler l’import", lambda: self.cancel(saved.import_id))
        self.saved.emit(last.company_id, last.month)

    # --- what was saved lately -----------------------------------------------------------

    def ask_recent(self) -> None:
        """The files saved lately, for the page without a file."""
        self._run.run(lambda: self._service.list_imports(limit=8), done=self._listed, owner=self)

    def _listed(self, recent: tuple[ImportLine, ...]) -> None:
        self.recent = recent
        if self.step is Step.NOTHING:
            self.changed.emit()

    def cancel(self, import_id: str) -> None:
        """« Annuler l’import du 4/11 »."""

        def done(answer: object) -> None:
            lines, kept = getattr(answer, "lines", 0), getattr(answer, "kept", 0)
            said = f"Import annulé{NBSP}: {plural(lines, 'ligne retirée', 'lignes retirées')}."
            if kept:
                said += f" {plural(kept, 'ligne corrigée', 'lignes corrigées')} depuis, laissée telle quelle."
            self._messages.say(said, "success")
            self.ask_recent()

        self._run.run(lambda: self._service.cancel(import_id), done=done, failed=self._messages.error, owner=self)

    # --- what is left --------------------------------------------------------------------

    def write_left(self, path: Path, write: Callable[[Path, bytes], None]) -> None:
        """Write the rows that would not be saved, to send them back to the company (``.csv`` or ``.xlsx``)."""
        if self.prepared is None or self.review is None:
            return
        rows = [row for row in self.review.rows if row.state in (RowState.DECIDE, RowState.REFUSED, RowState.IGNORED)]
        now = self.clock.now()
        self._run.run(
            lambda: write(path, leftovers(rows, path.suffix, author="", made_at=now)),
            done=lambda _done: self._messages.say(
                f"{plural(len(rows), 'ligne exportée', 'lignes exportées')}.", "success"
            ),
            on="io",
            owner=self,
        )

    def refuse(self, problem: InclusivError) -> None:
        """A figure typed in the summary cannot be read: the row stays as it was."""
        self._messages.error(problem)

    @property
    def today(self) -> dt.date:
        """The day, for the contract of somebody new."""
        return self.clock.today()

    def name(self, last: str, first: str) -> str:
        """A name as the screen shows it: initials when names are masked."""
        return self._discretion.name(last, first).strip()
