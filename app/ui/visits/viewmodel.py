"""Visits for the window: the list, the visit in hand, the choice of a place. Widgets are elsewhere, services inside."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.errors import InclusivError
from app.models.choices import Recipient
from app.rules.calendar import DueChip
from app.rules.visits import beyond_phrase
from app.store.phrases import PhraseRow
from app.store.unit import Outcome
from app.store.visit_sheet import VisitSheet
from app.store.visits import Stage, VisitFilter, VisitPlace
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.signature_pad import Stroke, to_kept
from app.ui.kit.table import Answer, PageRequest
from app.ui.shell.acts import Acts
from app.ui.shell.undo import UndoStack
from app.visits.annotations import Mark, burn, hides
from app.visits.values import KnownPerson, NewFinding, NewPerson, NextVisit, QuickFinding

if TYPE_CHECKING:
    from app.visits.service import VisitsService

PARTS = frozenset({"visit", "attendance", "observation", "point_review", "action", "signature", "attachment", "phrase"})
"""Kinds whose change may show on an open visit."""


class ReportMaker(Protocol):
    """Makes the PDF of a visit in two steps, one per thread."""

    def collect(self, visit_id: str, recipient: Recipient) -> Any:
        """Everything the report shows, frozen. On the store thread."""

    def render(self, content: Any) -> bytes:
        """The PDF. On the io threads: no database."""

    def file_name(self, content: Any) -> str:
        """The name proposed when the report is saved."""


class PhotoReader(Protocol):
    """Reduces pictures off the window's thread (``app.visits.photos``)."""

    def read_photo(self, path: Path) -> Any:
        """From a file."""

    def reduce_photo(self, data: bytes, *, name: str = "") -> Any:
        """From bytes."""


class VisitListModel(QObject):
    """The list of visits and its filters."""

    filter_changed = Signal()

    def __init__(self, service: VisitsService, run: Runner, bus: Bus, facilitator_id: Callable[[], str]) -> None:
        super().__init__()
        self._service = service
        self._run = run
        self._facilitator_id = facilitator_id
        self.stage = Stage.ALL
        self.mine = False
        self.company_id = ""
        self.operation_id = ""
        self._changed: Callable[[], None] = lambda: None
        bus.published.connect(self._heard)

    def chosen(self) -> VisitFilter:
        """The filter as the store understands it."""
        return VisitFilter(
            "",
            self.stage,
            facilitator_id=self._facilitator_id() if self.mine else "",
            company_id=self.company_id,
            operation_id=self.operation_id,
        )

    def set_stage(self, stage: Stage) -> None:
        """Show planned, drafts, signed, or all."""
        if stage != self.stage:
            self.stage = stage
            self.filter_changed.emit()

    def set_mine(self, mine: bool) -> None:
        """Only the user's own."""
        if mine != self.mine:
            self.mine = mine
            self.filter_changed.emit()

    def show_of(self, *, company_id: str = "", operation_id: str = "") -> None:
        """Only those of a company or an operation; nothing: all."""
        if (company_id, operation_id) != (self.company_id, self.operation_id):
            self.company_id, self.operation_id = company_id, operation_id
            self.filter_changed.emit()

    def fetch(self, request: PageRequest, answer: Answer) -> None:
        """One page for the table."""
        chosen = self.chosen()
        self._run.run(
            lambda: (
                self._service.list_visits(chosen, limit=request.limit, offset=request.offset),
                self._service.count_visits(chosen),
            ),
            done=lambda page: answer(request, page[0], page[1]),
            owner=self,
        )

    def on_changes(self, reload: Callable[[], None]) -> None:
        """What to do when a visit changed anywhere."""
        self._changed = reload

    def _heard(self, changes: Changes) -> None:
        if changes.touches(("visit",)):
            self._changed()


class PlacesModel(QObject):
    """« Nouvelle visite »: where, found by typing; begun now or planned."""

    found = Signal(object)
    """A list of ``VisitPlace``."""
    begun = Signal(str)
    planned = Signal(str)

    def __init__(self, service: VisitsService, run: Runner, messages: Messages, undo: UndoStack) -> None:
        super().__init__()
        self._service = service
        self._run = run
        self._acts = Acts(run, messages, undo, service.take_back, self)
        self._question = 0

    def look_for(self, typed: str, *, company_id: str = "", operation_id: str = "") -> None:
        """Answer by ``found``; a late answer to an old question is dropped."""
        self._question += 1
        asked = self._question
        self._run.run(
            lambda: self._service.places(typed, company_id=company_id, operation_id=operation_id),
            done=lambda places: self.found.emit(places) if asked == self._question else None,
            owner=self,
        )

    def start(self, place: VisitPlace) -> None:
        """Begin a visit there now."""
        self._acts.do(
            lambda: self._service.start_visit(place.lot_id, place.company_id),
            lambda outcome: self.begun.emit(outcome.record_id),
        )

    def start_planned(self, visit_id: str) -> None:
        """Begin a planned visit."""
        self._acts.do(lambda: self._service.start_planned(visit_id), lambda outcome: self.begun.emit(outcome.record_id))

    def plan(
        self, place: VisitPlace, day: dt.date, time: str, failed: Callable[[InclusivError], None] | None = None
    ) -> None:
        """Plan one."""
        self._acts.do(
            lambda: self._service.plan_visit(place.lot_id, place.company_id, day, time),
            lambda outcome: self.planned.emit(outcome.record_id),
            failed=failed,
        )


class VisitModel(QObject):
    """The visit in hand. ``sheet_changed`` carries a ``VisitSheet``; every command is one act to take back."""

    sheet_changed = Signal(object)
    chips_changed = Signal(object)
    """dict: section → list of ``PhraseRow``."""
    proposed = Signal(str, object)
    """The text asked about, and the phrases that answer it."""
    people_found = Signal(str, object)
    typed_restored = Signal(object)
    """dict: field → text that was being typed when the program stopped."""
    photo_ready = Signal(str, bytes)
    photos_pending = Signal(int)
    report_ready = Signal(bytes, str)
    report_failed = Signal()
    report_measured = Signal(bytes)
    """The report as it stands, to count its pages before it is signed."""
    finalised = Signal()
    gone = Signal()
    refused = Signal()
    """An act was refused and said: what the widgets show must be put back as it is."""
    rectified = Signal(str)

    def __init__(
        self,
        service: VisitsService,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        photos: PhotoReader,
        reports: ReportMaker | None,
    ) -> None:
        super().__init__()
        self.service = service
        self._run = run
        self._messages = messages
        self._acts = Acts(run, messages, undo, service.take_back, self)
        self._acts.refused.connect(self.refused)
        self._photos = photos
        self._reports = reports
        self.visit_id = ""
        self.sheet: VisitSheet | None = None
        self.last_finding = ""
        """The finding written last: photos and actions go to it."""
        self._pending_photos = 0
        self._loading = False
        self._stale = False
        self._asked_photos: set[str] = set()
        bus.published.connect(self._heard)

    # --- reading ---------------------------------------------------------------------------

    def open(self, visit_id: str) -> None:
        """Show a visit."""
        if visit_id != self.visit_id:
            self.visit_id = visit_id
            self.sheet = None
            self.last_finding = ""
            self._run.run(lambda: self.service.typed(visit_id), done=self._restore, owner=self)
        self.reload()
        self._run.run(self.service.chips, done=self.chips_changed.emit, owner=self)

    def close(self) -> None:
        """Show none."""
        self.visit_id, self.sheet = "", None

    def reload(self) -> None:
        """Read again; several changes while reading are one more reading."""
        if not self.visit_id:
            return
        if self._loading:
            self._stale = True
            return
        self._loading = True
        visit_id = self.visit_id

        def done(sheet: VisitSheet) -> None:
            self._loading = False
            if visit_id == self.visit_id:
                self.sheet = sheet
                self.sheet_changed.emit(sheet)
            if self._stale or visit_id != self.visit_id:
                self._stale = False
                self.reload()

        def failed(problem: InclusivError) -> None:
            self._loading = False
            self._messages.error(problem)
            if visit_id == self.visit_id:
                self.gone.emit()

        self._run.run(lambda: self.service.open_visit(visit_id), done=done, failed=failed, owner=self)

    def ask_photo(self, sha256: str) -> None:
        """Read a photo's bytes; answered by ``photo_ready``, once per content."""
        if sha256 in self._asked_photos:
            return
        self._asked_photos.add(sha256)
        self._run.run(
            lambda: self.service.photo_bytes(sha256),
            done=lambda data: self.photo_ready.emit(sha256, data),
            failed=lambda problem: self._photo_missing(sha256, problem),
            on="io",
            owner=self,
        )

    def forget_photos(self) -> None:
        """Ask for the bytes again (the widgets that showed them are gone)."""
        self._asked_photos.clear()

    def propose(self, typed: str, section: str) -> None:
        """Phrases for what is being typed; answered by ``proposed``."""
        self._run.run(
            lambda: self.service.propose_phrases(typed, section) if typed.strip() else [],
            done=lambda found: self.proposed.emit(typed, found),
            owner=self,
        )

    def find_people(self, typed: str) -> None:
        """Beneficiaries for what is being typed; answered by ``people_found``."""
        self._run.run(
            lambda: self.service.find_people(typed) if len(typed.strip()) > 1 else [],
            done=lambda found: self.people_found.emit(typed, found),
            owner=self,
        )

    def keep_typing(self, field: str, title: str, text: str) -> None:
        """Keep what is being typed; told to nobody."""
        visit_id = self.visit_id
        if visit_id:
            self._run.run(lambda: self.service.keep_typing(visit_id, field, title, text))

    # --- context ---------------------------------------------------------------------------

    def stand_in(self, section: str) -> None:
        """Remember the section, to come back to it after a stop."""
        sheet, visit_id = self.sheet, self.visit_id
        if sheet is not None and not sheet.is_final and sheet.section != section:
            self._run.run(lambda: self.service.remember_section(visit_id, section), failed=lambda _problem: None)

    def set_kind(self, kind: str) -> None:
        """Nature of the visit."""
        self._on_visit(lambda service, visit: service.set_kind(visit, kind))

    def set_place(self, place: str) -> None:
        """Where."""
        self._on_visit(lambda service, visit: service.set_place(visit, place))

    def set_planned(self, day: dt.date, time: str) -> None:
        """Move a planned visit."""
        self._on_visit(lambda service, visit: service.set_planned(visit, day, time))

    def set_free_note(self, text: str) -> None:
        """« Observations libres »."""
        self._on_visit(lambda service, visit: service.set_free_note(visit, text))

    def set_summary(self, text: str) -> None:
        """« L’essentiel »; empty: the generated one."""
        self._on_visit(lambda service, visit: service.set_summary(visit, text))

    def set_next_visit(self, day: dt.date | NextVisit | None) -> None:
        """The next visit."""
        self._on_visit(lambda service, visit: service.set_next_visit(visit, day))

    # --- people ----------------------------------------------------------------------------

    def all_present(self) -> None:
        """« Tous présents »."""
        self._on_visit(lambda service, visit: service.mark_all_present(visit))

    def set_presence(self, attendance_id: str, presence: str) -> None:
        """Of somebody of the site."""
        self._acts.do(lambda: self.service.set_presence(attendance_id, presence))

    def set_meeting(self, attendance_id: str, meeting: str) -> None:
        """Of a beneficiary."""
        self._acts.do(lambda: self.service.set_meeting(attendance_id, meeting))

    def all_well(self) -> None:
        """« Tout le monde : RAS »."""
        self._on_visit(lambda service, visit: service.mark_all_well(visit))

    def set_all_well(self, attendance_id: str, well: bool) -> None:
        """« RAS » on one row."""
        self._acts.do(lambda: self.service.set_all_well(attendance_id, well))

    def add_person(self, person: NewPerson, failed: Callable[[InclusivError], None] | None = None) -> None:
        """Somebody met who was not expected."""
        visit = self.visit_id
        self._acts.do(lambda: self.service.add_person(visit, person), failed=failed)

    def add_known_person(self, person: KnownPerson) -> None:
        """A beneficiary met who was not expected."""
        self.add_person(NewPerson(beneficiary_id=person.beneficiary_id))

    def remove_person(self, attendance_id: str) -> None:
        """Take off the list."""
        self._acts.do(lambda: self.service.remove_person(attendance_id), told="Personne retirée de la liste.")

    # --- findings --------------------------------------------------------------------------

    def quick(self, beneficiary_id: str, quick: QuickFinding) -> None:
        """A chip of a beneficiary's row."""
        visit = self.visit_id
        self._acts.do(lambda: self.service.toggle_quick(visit, beneficiary_id, quick), self._wrote_finding)

    def add_phrase(self, phrase: PhraseRow, typed: str = "", beneficiary_id: str = "") -> None:
        """A finding by a phrase; what was typed beyond it becomes its detail."""
        finding = NewFinding(
            phrase.section, phrase.text, beyond_phrase(typed, phrase.text), beneficiary_id or None, phrase.phrase_id
        )
        self._add_finding(finding)

    def add_finding(self, section: str, text: str, beneficiary_id: str = "") -> None:
        """A finding in one's own words."""
        self._add_finding(NewFinding(section, text, "", beneficiary_id or None))

    def _add_finding(self, finding: NewFinding) -> None:
        visit = self.visit_id
        self._acts.do(lambda: self.service.add_observation(visit, finding), self._wrote_finding)
        self._run.run(self.service.chips, done=self.chips_changed.emit, owner=self)

    def _wrote_finding(self, outcome: Outcome) -> None:
        self.last_finding = outcome.record_id

    def edit_finding(self, observation_id: str, **fields: Any) -> None:
        """Text, detail, section, person, whether it is followed."""
        self._acts.do(lambda: self.service.edit_observation(observation_id, **fields))

    def remove_finding(self, observation_id: str) -> None:
        """Its number is not given again."""
        if observation_id == self.last_finding:
            self.last_finding = ""
        self._acts.do(lambda: self.service.remove_observation(observation_id), told="Constat retiré.")

    def add_to_library(self, section: str, text: str) -> None:
        """« Ajouter à ma bibliothèque »."""
        self._acts.do(
            lambda: self.service.add_to_library(section, text),
            lambda _outcome: self._run.run(self.service.chips, done=self.chips_changed.emit, owner=self),
            told="Phrase ajoutée à votre bibliothèque.",
        )

    # --- points, actions -------------------------------------------------------------------

    def review_point(self, observation_id: str, state: str) -> None:
        """« Levé », « Reporté », « Sans objet »."""
        self._on_visit(lambda service, visit: service.review_point(visit, observation_id, state))

    def add_action(self, text: str, phrase_id: str = "", observation_id: str = "") -> None:
        """Decide an action; the company is its owner until another is written."""
        visit = self.visit_id
        self._acts.do(
            lambda: self.service.add_action(
                visit, text, observation_id=observation_id or None, phrase_id=phrase_id or None
            )
        )

    def set_due(self, action_id: str, due: dt.date | DueChip | None) -> None:
        """Before when."""
        self._acts.do(lambda: self.service.edit_action(action_id, due=due))

    def edit_action(self, action_id: str, *, text: str | None = None, owner: str | None = None) -> None:
        """What, who."""
        self._acts.do(lambda: self.service.edit_action(action_id, text=text, owner=owner))

    def remove_action(self, action_id: str) -> None:
        """Take it away."""
        self._acts.do(lambda: self.service.remove_action(action_id), told="Action retirée.")

    def settle_action(self, action_id: str, state: str) -> None:
        """Done, dropped, open again."""
        self._acts.do(lambda: self.service.settle_action(action_id, state))

    # --- photos ----------------------------------------------------------------------------

    def add_photo_files(self, paths: Sequence[Path]) -> None:
        """Reduce and add pictures from files, attached to the finding written last."""
        for path in paths:
            self._add_photo(functools.partial(self._photos.read_photo, path))

    def add_photo_data(self, encode: Callable[[], bytes]) -> None:
        """Add a picture whose bytes ``encode`` gives, off the window's thread (clipboard)."""
        self._add_photo(lambda: self._photos.reduce_photo(encode(), name="Presse-papiers"))

    def _add_photo(self, read: Callable[[], Any]) -> None:
        visit, finding = self.visit_id, self.last_finding
        self._count_photos(1)

        def reduce() -> tuple[Any, str]:
            photo = read()
            return photo, self.service.keep_photo(photo)

        def kept(result: tuple[Any, str]) -> None:
            self._count_photos(-1)
            photo, sha256 = result
            self._acts.do(lambda: self.service.add_photo(visit, photo, sha256, observation_id=finding or None))

        def failed(problem: InclusivError) -> None:
            self._count_photos(-1)
            self._messages.error(problem)

        self._run.run(reduce, done=kept, failed=failed, on="io", owner=self)

    def _count_photos(self, by: int) -> None:
        self._pending_photos += by
        self.photos_pending.emit(self._pending_photos)

    def edit_photo(self, attachment_id: str, **fields: Any) -> None:
        """Caption, finding, whether it may leave in a report."""
        self._acts.do(lambda: self.service.edit_photo(attachment_id, **fields))

    def annotate_photo(self, attachment_id: str, sha256: str, marks: Sequence[Mark]) -> None:
        """Burn marks into a photo, off the window's thread; a mask leaves nothing of the former picture."""

        def burnt() -> tuple[Any, str]:
            photo = burn(self.service.photo_bytes(sha256), marks)
            return photo, self.service.keep_photo(photo)

        def kept(made: tuple[Any, str]) -> None:
            self._count_photos(-1)
            photo, new = made
            self._acts.do(
                lambda: self.service.replace_photo(attachment_id, photo, new, hides=hides(marks)),
                told="" if hides(marks) else "Photo annotée.",
            )

        def failed(problem: InclusivError) -> None:
            self._count_photos(-1)
            self._messages.error(problem)

        self._count_photos(1)
        self._run.run(burnt, done=kept, failed=failed, on="io", owner=self)

    def set_private_talk(self, attendance_id: str, text: str) -> None:
        """What was said in private: in the person's file, in no copy of the report."""
        self._acts.do(lambda: self.service.set_private_talk(attendance_id, text))

    def hide_phrase(self, phrase_id: str) -> None:
        """Not proposed any more in this organisation."""
        self._acts.do(lambda: self.service.hide_phrase(phrase_id), told="Phrase masquée pour votre structure.")

    def remove_photo(self, attachment_id: str) -> None:
        """To the bin."""
        self._acts.do(lambda: self.service.remove_photo(attachment_id), told="Photo retirée.")

    # --- signatures ------------------------------------------------------------------------

    def sign(self, attendance_id: str, strokes: Sequence[Stroke], then: Callable[[], None] | None = None) -> None:
        """Somebody signs."""
        kept = to_kept(strokes)
        self._acts.do(lambda: self.service.sign(attendance_id, kept), lambda _outcome: then() if then else None)

    def refuse(
        self,
        attendance_id: str,
        reason: str,
        then: Callable[[], None] | None = None,
        failed: Callable[[InclusivError], None] | None = None,
    ) -> None:
        """Somebody refuses to sign."""
        self._acts.do(
            lambda: self.service.refuse(attendance_id, reason),
            lambda _outcome: then() if then else None,
            failed=failed,
        )

    def remove_signatures(self) -> None:
        """So that the draft can be modified."""
        self._on_visit(lambda service, visit: service.remove_signatures(visit), told="Signatures retirées.")

    def finalise(self) -> None:
        """Lock the report, then make its PDF at once."""
        visit = self.visit_id

        def done(_outcome: Outcome) -> None:
            self.finalised.emit()
            self.make_report()

        self._acts.do(lambda: self.service.finalise(visit), done)

    def make_report(self, recipient: Recipient = Recipient.COMPANY) -> None:
        """The PDF of the visit for a recipient; answered by ``report_ready``."""
        reports, visit = self._reports, self.visit_id
        if reports is None:
            self.report_failed.emit()
            return

        def ready(made: tuple[bytes, str]) -> None:
            if visit == self.visit_id:  # else another visit has been opened meanwhile
                self.report_ready.emit(*made)

        def render(content: Any) -> None:
            self._run.run(
                lambda: (reports.render(content), reports.file_name(content)),
                done=ready,
                failed=self._no_report,
                on="io",
                owner=self,
            )

        self._run.run(lambda: reports.collect(visit, recipient), done=render, failed=self._no_report, owner=self)

    def measure_report(self) -> None:
        """The report as it stands, its signature boxes included; answered by ``report_measured``."""
        reports, visit = self._reports, self.visit_id
        if reports is None:
            return

        def ready(data: bytes) -> None:
            if visit == self.visit_id:
                self.report_measured.emit(data)

        def render(content: Any) -> None:
            self._run.run(lambda: reports.render(content), done=ready, on="io", owner=self)

        self._run.run(lambda: reports.collect(visit, Recipient.COMPANY), done=render, owner=self)

    def rectify(self, reason: str, failed: Callable[[InclusivError], None] | None = None) -> None:
        """Begin a rectification; answered by ``rectified``."""
        visit = self.visit_id
        self._acts.do(
            lambda: self.service.rectify(visit, reason),
            lambda outcome: self.rectified.emit(outcome.record_id),
            failed=failed,
        )

    def discard(self) -> None:
        """To the bin; answered by ``gone``."""
        visit = self.visit_id
        self._acts.do(
            lambda: self.service.discard_draft(visit),
            lambda _outcome: self.gone.emit(),
            told="Visite mise à la corbeille pour 30\u00a0jours.",
        )

    # --- pieces ----------------------------------------------------------------------------

    def _on_visit(self, work: Callable[[VisitsService, str], Outcome], *, told: str = "") -> None:
        visit = self.visit_id
        if visit:
            self._acts.do(lambda: work(self.service, visit), told=told)

    def _restore(self, typed: dict[str, str]) -> None:
        if typed:
            self.typed_restored.emit(typed)

    def _photo_missing(self, sha256: str, problem: InclusivError) -> None:
        self._asked_photos.discard(sha256)
        self._messages.error(problem)

    def _no_report(self, problem: InclusivError) -> None:
        self._messages.error(problem)
        self.report_failed.emit()

    def _heard(self, changes: Changes) -> None:
        if self.visit_id and changes.touches(PARTS):
            self.reload()

    def say(self, text: str) -> None:
        """Say something in the message bar."""
        self._messages.say(text, "warning")
