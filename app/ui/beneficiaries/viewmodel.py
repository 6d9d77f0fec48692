"""State and commands of the place « Bénéficiaires »: the list, somebody new, the page of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.beneficiaries.values import (
    AlreadyKnown,
    BeneficiarySheet,
    EndingLine,
    FormChoices,
    MergePreview,
    Option,
    PeopleFilter,
    PeoplePage,
    PersonHit,
    SituationOption,
    TypedPerson,
)
from app.changes import Changes
from app.clock import Clock
from app.errors import InclusivError
from app.models.beneficiaries import (
    AgreedActionDraft,
    BeneficiaryDraft,
    EligibilityDraft,
    EmploymentContractDraft,
    NoteDraft,
    TrainingDraft,
)
from app.models.exits import AttemptDraft, SituationDraft
from app.rules.duplicates import Identity, Likeness, likely_pairs
from app.rules.french import format_date, format_integer, person_name_list
from app.store.unit import Outcome, Undo
from app.ui.beneficiaries.needs import PeopleService
from app.ui.bridge.changes import Bus
from app.ui.bridge.tasks import Runner
from app.ui.kit.table import Answer, PageRequest
from app.ui.shell.undo import UndoStack

_LISTED = ("beneficiary", "employment_contract", "company")
_SHOWN = (
    "visit",
    "attendance",
    "observation",
    "hour_line",
    "monthly_statement",
    "issued_document",
    "action",
    "company",
)
"""Kinds whose change may alter a person's page without touching the person."""


class _Act:
    """An act done; its undo turns round at each replay."""

    def __init__(self, undo: Undo) -> None:
        self.undo = undo


class BeneficiariesViewModel(QObject):
    """Holds what is shown; every command goes to the store and comes back as a signal."""

    listed = Signal()
    """The list must be asked again from its first page."""
    lines_changed = Signal(object, object)
    """(ids, fresh lines)."""
    counted = Signal()
    sheet_changed = Signal(object)
    """The :class:`BeneficiarySheet` to show."""
    sheet_missing = Signal()
    understood = Signal(object)
    """The :class:`TypedPerson` for the line being typed."""
    already_known = Signal(object, object)
    """(draft, candidates): « Est-ce la même personne ? »."""
    created = Signal(str)
    refused = Signal(object)
    """An :class:`InclusivError` about the page shown."""
    removed = Signal(str)
    """What went to the bin, in words."""
    twins_found = Signal(object)
    """Those who may be the person shown (a tuple of :class:`PersonHit`)."""
    pairs_found = Signal(object)
    """The likely duplicates (a tuple of :class:`LikelyPair`)."""
    bounded = Signal(bool)
    """Whether the list shows only the first answers of a search."""

    def __init__(
        self,
        service: PeopleService,
        runner: Runner,
        bus: Bus,
        undo: UndoStack,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._run = runner
        self._undo = undo
        self.clock = clock
        self.filter = PeopleFilter.ALL
        self.text = ""
        self.counts: Mapping[PeopleFilter, int] = {}
        self._counted_on: dt.date | None = None
        self.sheet: BeneficiarySheet | None = None
        self.choices: FormChoices | None = None
        self.situations: tuple[SituationOption, ...] = ()
        self.milestone_schemes: tuple[Option, ...] = ()
        self._person_id = ""
        self._asked = ""
        self._deleted = ""
        bus.published.connect(self._published)

    # --- the list ------------------------------------------------------------------------

    def show_list(self) -> None:
        """Arrive on the list."""
        self._person_id = ""
        self.sheet = None
        self.listed.emit()
        self.count()

    def fetch(self, request: PageRequest, answer: Answer) -> None:
        """A page for the table."""
        chosen, text = self.filter, self.text
        known = self.counts.get(chosen) if self._counted and not text else None

        def work() -> PeoplePage:
            return self._service.page(
                chosen,
                text,
                order_by=request.order_by,
                descending=request.descending,
                limit=request.limit,
                offset=request.offset,
                total=known,
            )

        def done(page: PeoplePage) -> None:
            answer(request, page.lines, page.total)
            self.bounded.emit(page.more)

        self._run.run(work, done=done, owner=self)

    def show_filter(self, chosen: PeopleFilter) -> None:
        """Keep a saved filter."""
        if chosen != self.filter:
            self.filter = chosen
            self.listed.emit()
            self.counted.emit()

    def search(self, text: str) -> None:
        """Keep people that hold these words."""
        if text != self.text:
            self.text = text
            self.listed.emit()

    def count(self) -> None:
        """Count people under each saved filter, unless they were today and nobody changed since."""
        if self._counted:
            return
        self._counted_on = self.clock.today()

        def done(counts: Mapping[PeopleFilter, int]) -> None:
            self.counts = counts
            self.counted.emit()

        self._run.run(self._service.counts, done=done, owner=self)

    @property
    def _counted(self) -> bool:
        """Whether the counts are those of today, or have just been asked."""
        return self._counted_on == self.clock.today()

    def filter_text(self, one: PeopleFilter) -> str:
        """« En contrat (1 601) »."""
        count = self.counts.get(one)
        return one.label if count is None else f"{one.label} ({format_integer(count)})"

    # --- one person ----------------------------------------------------------------------

    @property
    def person_id(self) -> str:
        """The person shown, or an empty text."""
        return self._person_id

    def open(self, person_id: str) -> None:
        """Show the page of a person."""
        if person_id != self._person_id:
            self.sheet = None
        self._person_id = person_id
        if self.choices is None:
            self._run.run(self._service.choices, done=self._chosen, owner=self)
            self._run.run(self._service.exit_choices, done=self._exits_chosen, owner=self)
        self._load(person_id)

    def _chosen(self, choices: FormChoices) -> None:
        self.choices = choices

    def _exits_chosen(self, found: tuple[tuple[SituationOption, ...], tuple[Option, ...]]) -> None:
        self.situations, self.milestone_schemes = found

    def _load(self, person_id: str) -> None:
        def done(sheet: BeneficiarySheet) -> None:
            if person_id == self._person_id:
                self._person_id = sheet.id  # an absorbed file opens the one that holds the person
                self.sheet = sheet
                self.sheet_changed.emit(sheet)
                self._look_for_twins(sheet.id)

        def failed(problem: InclusivError) -> None:
            if person_id == self._person_id:
                self.sheet = None
                self._person_id = ""
                self.sheet_missing.emit()
                if person_id != self._deleted:
                    self.refused.emit(problem)

        self._run.run(lambda: self._service.get(person_id), done=done, failed=failed, owner=self)

    def set_field(self, field: str, value: object) -> None:
        """Save one field of the person shown."""
        person = self._person_id
        if field in ("appointment_on", "appointment_time", "appointment_place"):
            self._set_appointment(field, value)
            return
        self._act(lambda: self._service.set_field(person, field, value))

    def _set_appointment(self, field: str, value: object) -> None:
        sheet, person = self.sheet, self._person_id
        if sheet is None:
            return
        at = sheet.appointment_at.astimezone() if sheet.appointment_at else None
        place = sheet.appointment_place
        if field == "appointment_place":
            place = str(value or "")
        elif field == "appointment_on":
            day = value if isinstance(value, dt.date) else None
            hour = at.time() if at else dt.time(9, 0)
            at = dt.datetime.combine(day, hour).astimezone() if day else None
        elif isinstance(value, dt.time) and at is not None:
            at = dt.datetime.combine(at.date(), value).astimezone()
        self._act(lambda: self._service.set_appointment(person, at, place))

    def archive(self) -> None:
        """Put the person shown away."""
        person = self._person_id
        self._act(lambda: self._service.archive(person))

    def unarchive(self) -> None:
        """Take the person shown back."""
        person = self._person_id
        self._act(lambda: self._service.unarchive(person))

    def delete(self) -> None:
        """Put the person shown in the bin."""
        person = self._deleted = self._person_id
        self._act(lambda: self._service.delete(person), lambda _outcome: self.removed.emit("Fiche supprimée."))

    def ask_structures(self, answer: Callable[[tuple[Option, ...]], None]) -> None:
        """The structures the person shown may be given to."""
        self._run.run(self._service.structures_to_give_to, done=answer, failed=self.refused.emit, owner=self)

    def transfer(self, structure: Option, done: Callable[[], None], failed: Callable[[InclusivError], None]) -> None:
        """Give the person shown to another structure."""
        person = self._person_id

        def given(_outcome: Outcome) -> None:
            self._deleted = person
            done()
            self.removed.emit(f"Fiche confiée à {structure.label}\u00a0: elle part à la prochaine synchronisation.")

        self._act(lambda: self._service.transfer(person, structure.code), given, failed)

    # --- somebody new --------------------------------------------------------------------

    def understand(self, text: str) -> None:
        """Find people while one line is typed; late answers are dropped."""
        self._asked = text
        if not text.strip():
            self.understood.emit(TypedPerson("", "", None, ()))
            return

        def done(found: TypedPerson) -> None:
            if text == self._asked:
                self.understood.emit(found)

        self._run.run(lambda: self._service.understand(text), done=done, owner=self)

    def create(self, draft: BeneficiaryDraft, *, confirmed: bool = False) -> None:
        """Create the person, or ask whether somebody known is the same."""

        def failed(problem: InclusivError) -> None:
            if isinstance(problem, AlreadyKnown):
                self.already_known.emit(draft, problem.candidates)
            else:
                self.refused.emit(problem)

        self._act(
            lambda: self._service.create(draft, confirmed_distinct=confirmed),
            lambda outcome: self.created.emit(outcome.record_id),
            failed,
        )

    # --- acts of the page ----------------------------------------------------------------

    def save(
        self,
        kind: str,
        draft: object,
        record_id: str,
        done: Callable[[], None],
        failed: Callable[[InclusivError], None],
    ) -> None:
        """Add (empty ``record_id``) or correct a part of the person's page, by the kind of its draft."""
        service, person = self._service, self._person_id

        def work() -> Outcome:
            match draft:
                case EligibilityDraft():
                    if record_id:
                        return service.edit_eligibility(record_id, draft)
                    return service.add_eligibility(person, draft)
                case EmploymentContractDraft():
                    if record_id:
                        return service.edit_contract(record_id, draft)
                    return service.add_contract(person, draft)
                case NoteDraft():
                    return service.edit_note(record_id, draft) if record_id else service.add_note(person, draft)
                case AgreedActionDraft():
                    return service.edit_action(record_id, draft) if record_id else service.add_action(person, draft)
                case TrainingDraft():
                    if record_id:
                        return service.edit_training(record_id, draft)
                    return service.add_training(person, draft)
            raise TypeError(kind)

        self._act(work, lambda _outcome: done(), failed)

    def remove(self, kind: str, record_id: str) -> None:
        """Put a part of the page in the bin; it can be taken back."""
        works: dict[str, tuple[Callable[[str], Outcome], str]] = {
            "eligibility": (self._service.remove_eligibility, "Public retiré."),
            "contract": (self._service.remove_contract, "Contrat supprimé."),
            "note": (self._service.remove_note, "Note supprimée."),
            "action": (self._service.remove_action, "Action supprimée."),
            "training": (self._service.remove_training, "Formation supprimée."),
            "attempt": (self._service.remove_attempt, "Tentative retirée."),
        }
        work, said = works[kind]
        self._act(lambda: work(record_id), lambda _outcome: self.removed.emit(said))

    def renew_contract(
        self, contract_id: str, until: dt.date, done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        """« Renouveler jusqu’au… »."""
        self._act(lambda: self._service.renew_contract(contract_id, until), lambda _outcome: done(), failed)

    def end_contract(
        self,
        contract_id: str,
        end_on: dt.date,
        reason: str,
        done: Callable[[], None],
        failed: Callable[[InclusivError], None],
    ) -> None:
        """Say when and why a contract ends."""
        self._act(lambda: self._service.end_contract(contract_id, end_on, reason), lambda _outcome: done(), failed)

    def set_qualification(self, period_id: str, value: str) -> None:
        """Correct the qualification at the start of a period."""
        self._act(lambda: self._service.set_qualification(period_id, value))

    def set_action_state(self, action_id: str, state: str) -> None:
        """Say that an action is done, dropped or open again."""
        self._act(lambda: self._service.set_action_state(action_id, state))

    def renew_contracts(
        self,
        contract_ids: Sequence[str],
        until: dt.date,
        done: Callable[[], None],
        failed: Callable[[InclusivError], None],
    ) -> None:
        """« Renouveler jusqu’au… » for several contracts."""
        ids = tuple(contract_ids)
        self._act(lambda: self._service.renew_contracts(ids, until), lambda _outcome: done(), failed)

    def end_contracts(
        self,
        contract_ids: Sequence[str],
        reason: str,
        done: Callable[[], None],
        failed: Callable[[InclusivError], None],
    ) -> None:
        """Several contracts end on the day planned for each."""
        ids = tuple(contract_ids)
        self._act(lambda: self._service.end_contracts(ids, None, reason), lambda _outcome: done(), failed)

    def ending_contracts(self, answer: Callable[[tuple[EndingLine, ...]], None]) -> None:
        """Contracts that end within fifteen days."""
        self._run.run(self._service.ending_contracts, done=answer, owner=self)

    # --- two files of one person ---------------------------------------------------------

    def _look_for_twins(self, person_id: str) -> None:
        def done(found: tuple[PersonHit, ...]) -> None:
            if person_id == self._person_id:
                self.twins_found.emit(found)

        self._run.run(lambda: self._service.likely_of(person_id), done=done, owner=self)

    def look_for_pairs(self) -> None:
        """Read everybody on the store thread, compare elsewhere, then ask for what the list shows."""

        def shown(found: tuple[tuple[str, str, Likeness], ...]) -> None:
            self._run.run(lambda: self._service.likely_pairs(found), done=self.pairs_found.emit, owner=self)

        def compared(people: tuple[tuple[str, Identity], ...]) -> None:
            self._run.run(lambda: likely_pairs(people), done=shown, on="io", owner=self)

        self._run.run(self._service.people_to_compare, done=compared, owner=self)

    def preview_merge(self, kept_id: str, other_id: str, answer: Callable[[MergePreview], None]) -> None:
        """What a merge would do."""
        self._run.run(
            lambda: self._service.preview_merge(kept_id, other_id),
            done=answer,
            failed=self.refused.emit,
            owner=self,
        )

    def merge(
        self,
        kept_id: str,
        other_id: str,
        taken: Sequence[str],
        done: Callable[[], None],
        failed: Callable[[InclusivError], None],
    ) -> None:
        """Put a file in another."""
        chosen = frozenset(taken)
        self._act(lambda: self._service.merge(kept_id, other_id, chosen), lambda _outcome: done(), failed)

    def undo_merge(self, merge_id: str) -> None:
        """Take a merge back."""
        self._act(
            lambda: self._service.undo_merge(merge_id),
            lambda _outcome: self.removed.emit("Fusion annulée\u00a0: chaque fiche a retrouvé ce qui était à elle."),
        )

    def keep_apart(self, first_id: str, second_id: str) -> None:
        """« Ce sont deux personnes »."""
        self._act(
            lambda: self._service.keep_apart(first_id, second_id),
            lambda _outcome: self.removed.emit("La question ne sera plus posée pour ces deux personnes."),
        )

    def find_people(self, text: str, answer: Callable[[list[tuple[str, str]]], None]) -> None:
        """People as (id, « MARTIN Julie, 12/03/1988, B-2026-NO-0042 »), the one shown left out."""

        def done(found: tuple[PersonHit, ...]) -> None:
            answer([(one.id, person_words(one)) for one in found if one.id != self._person_id])

        self._run.run(lambda: self._service.find(text), done=done, owner=self)

    # --- after the exit ------------------------------------------------------------------

    def set_milestones(self, period_id: str, scheme: str) -> None:
        """Choose the milestones that follow a period."""
        self._act(lambda: self._service.set_milestones(period_id, scheme))

    def clear_situation(self, period_id: str, milestone: str) -> None:
        """Take a situation away."""
        self._act(
            lambda: self._service.clear_situation(period_id, milestone),
            lambda _outcome: self.removed.emit("Situation retirée."),
        )

    def save_milestone(
        self,
        period_id: str,
        milestone: str,
        draft: SituationDraft | AttemptDraft,
        done: Callable[[], None],
        failed: Callable[[InclusivError], None],
    ) -> None:
        """Note a situation, or an attempt to know it."""

        def work() -> Outcome:
            if isinstance(draft, SituationDraft):
                return self._service.set_situation(period_id, milestone, draft)
            return self._service.add_attempt(period_id, milestone, draft)

        self._act(work, lambda _outcome: done(), failed)

    # --- help for forms ------------------------------------------------------------------

    def find_companies(self, text: str, answer: Callable[[list[tuple[str, str]]], None]) -> None:
        """Companies as (id, « Bâti-Sud, Évry »)."""

        def done(found: Any) -> None:
            answer([(one.id, f"{one.name}, {one.town}" if one.town else one.name) for one in found])

        self._run.run(lambda: self._service.find_companies(text), done=done, owner=self)

    def find_trades(self, text: str, answer: Callable[[list[tuple[str, str]]], None]) -> None:
        """Trades as (ROME code, « Maçonnerie (F1703) »)."""

        def done(found: Any) -> None:
            answer([(one.code, f"{one.label} ({one.code})") for one in found])

        self._run.run(lambda: self._service.find_trades(text), done=done, owner=self)

    def lots_of(self, company_id: str, answer: Callable[[list[tuple[str, str]]], None]) -> None:
        """Lots of a company as (id, « École Simone-Veil, lot 3 : Gros œuvre »)."""
        if not company_id:
            answer([])
            return

        def done(found: Any) -> None:
            answer([(one.id, one.label) for one in found])

        self._run.run(lambda: self._service.lots_of_company(company_id), done=done, owner=self)

    def place_help(self, postcode: str, town: str, answer: Callable[[Any], None], on: dt.date | None = None) -> None:
        """Communes and priority districts of a post code, with the perimeters of a day (a :class:`PlaceHelp`)."""
        self._run.run(lambda: self._service.place_help(postcode, town, on), done=answer, owner=self)

    def kept_form(self, form: str, answer: Callable[[dict[str, Any]], None]) -> None:
        """What was typed in a form when the program stopped (empty when nothing)."""
        place = self._form_place(form)
        self._run.run(lambda: self._service.kept_form(place), done=answer, owner=self)

    def keep_form(self, form: str, title: str, values: Mapping[str, Any]) -> None:
        """Keep a form being filled in."""
        place, kept = self._form_place(form), dict(values)
        self._run.run(lambda: self._service.keep_form(place, title, kept), owner=self)

    def drop_form(self, form: str) -> None:
        """Forget a form: it became a record, or was given up."""
        place = self._form_place(form)
        self._run.run(lambda: self._service.drop_form(place), owner=self)

    def _form_place(self, form: str) -> str:
        return f"beneficiary/{self._person_id or 'new'}/{form}"

    # --- parts ---------------------------------------------------------------------------

    def _act(
        self,
        work: Callable[[], Outcome],
        done: Callable[[Outcome], None] | None = None,
        failed: Callable[[InclusivError], None] | None = None,
    ) -> None:
        def did(outcome: Outcome) -> None:
            if outcome.undo:
                act = _Act(outcome.undo)
                self._undo.push(outcome.undo.label, lambda: self._replay(act), lambda: self._replay(act))
            if done is not None:
                done(outcome)

        self._run.run(work, done=did, failed=failed or self.refused.emit, owner=self)

    def _replay(self, act: _Act) -> None:
        def turned(outcome: Outcome) -> None:
            act.undo = outcome.undo

        self._run.run(lambda: self._service.undo(act.undo), done=turned, failed=self.refused.emit, owner=self)

    def _published(self, changes: Changes) -> None:
        if changes.touches(_LISTED):
            self._counted_on = None
        shown = self._person_id
        if shown:
            if shown in changes.ids("beneficiary") or changes.touches(_SHOWN):
                self._load(shown)
            return
        ids = changes.ids("beneficiary")
        if ids:
            wanted = tuple(ids)
            self._run.run(
                lambda: self._service.lines(wanted),
                done=lambda lines: self.lines_changed.emit(wanted, lines),
                owner=self,
            )
        if changes.touches(_LISTED):
            self.count()


def person_words(one: PersonHit) -> str:
    """« MARTIN Julie, 12/03/1988, B-2026-NO-0042 »."""
    parts = (person_name_list(one.last_name, one.first_name), format_date(one.birth_date), one.file_number)
    return ", ".join(part for part in parts if part)
