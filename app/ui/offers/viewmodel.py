"""Offers, candidates and the directory on screen: what is shown and what can be done, in the user's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.errors import InclusivError
from app.models.offers import InsertionStructureDraft, IntroductionDraft, JobOfferDraft
from app.offers.values import OfferFilter, OfferLine, OfferSheet, StructureLine
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.suggest import Named, Proposal
from app.ui.shell.acts import Acts, Failed
from app.ui.shell.undo import UndoStack

KINDS = ("job_offer", "introduction", "insertion_structure", "company", "beneficiary")
Proposals = Callable[[Sequence[Proposal]], None]
Choices = list[tuple[str, str]]


class OffersCalls(Protocol):
    """What is asked of ``app.offers.service.OffersService``."""

    def offers(
        self, chosen: OfferFilter = ..., *, company_id: str = "", operation_id: str = ""
    ) -> tuple[OfferLine, ...]: ...
    def counts(self) -> Mapping[OfferFilter, int]: ...
    def get(self, offer_id: str) -> OfferSheet: ...
    def create(self, draft: JobOfferDraft) -> Outcome: ...
    def set_field(self, offer_id: str, field: str, value: Any) -> Outcome: ...
    def set_state(self, offer_id: str, state: str) -> Outcome: ...
    def remove(self, offer_id: str) -> Outcome: ...
    def present(self, offer_id: str, draft: IntroductionDraft) -> Outcome: ...
    def answer(self, introduction_id: str, answer: str) -> Outcome: ...
    def set_presentation(self, introduction_id: str, text: str) -> Outcome: ...
    def withdraw(self, introduction_id: str) -> Outcome: ...
    def structures(
        self, typed: str = "", kinds: Sequence[str] = (), department: str = ""
    ) -> tuple[StructureLine, ...]: ...
    def add_structure(self, draft: InsertionStructureDraft) -> Outcome: ...
    def set_structure(self, structure_id: str, field: str, value: Any) -> Outcome: ...
    def remove_structure(self, structure_id: str) -> Outcome: ...
    def take_back(self, undo: Undo) -> Outcome: ...


class OffersViewModel(QObject):
    """``listed(lines, counts)``; ``sheet_changed``; ``directory(lines)``; ``gone``: the offer shown is no more there.

    ``people``, ``companies``: services that propose records while a name is typed.
    """

    listed = Signal(object, object)
    sheet_changed = Signal()
    directory = Signal(object)
    gone = Signal()

    def __init__(
        self,
        service: OffersCalls,
        people: Any,
        companies: Any,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        export: Callable[[str, Sequence[str]], Any],
    ) -> None:
        super().__init__()
        self._service = service
        self._people = people
        self._companies = companies
        self._run = run
        self._messages = messages
        self._export = export
        self._acts = Acts(run, messages, undo, service.take_back, self)
        self.filter = OfferFilter.OPEN
        self.words, self.kinds, self.department = "", (), ""  # type: str, tuple[str, ...], str
        self.sheet: OfferSheet | None = None
        self.lines: tuple[OfferLine, ...] = ()
        self._offer = ""
        self._listing = self._reading_directory = False
        bus.published.connect(self._heard)

    # --- reading --------------------------------------------------------------------------

    def show_list(self, chosen: OfferFilter | None = None) -> None:
        """Read the offers under a filter."""
        self._listing = True
        if chosen is not None:
            self.filter = chosen
        kept = self.filter
        self._run.run(
            lambda: (self._service.offers(kept), self._service.counts()),
            done=lambda found: self._listed(*found),
            owner=self,
        )

    def _listed(self, lines: tuple[OfferLine, ...], counts: Mapping[OfferFilter, int]) -> None:
        self.lines = lines
        self.listed.emit(lines, counts)

    def open(self, offer_id: str) -> None:
        """Read an offer."""
        self._offer = offer_id
        self._run.run(lambda: self._service.get(offer_id), self._show, self._lost, owner=self)

    def close(self) -> None:
        """No offer is shown."""
        self._offer, self.sheet = "", None

    def _show(self, sheet: OfferSheet) -> None:
        if sheet.offer.offer_id == self._offer:
            self.sheet = sheet
            self.sheet_changed.emit()

    def _lost(self, problem: InclusivError) -> None:
        if self.sheet is None:
            self._messages.error(problem)
        self.close()
        self.gone.emit()

    def show_directory(
        self, words: str | None = None, kinds: tuple[str, ...] | None = None, department: str | None = None
    ) -> None:
        """Read the directory."""
        self._reading_directory = True
        self.words = self.words if words is None else words
        self.kinds = self.kinds if kinds is None else kinds
        self.department = self.department if department is None else department
        asked = (self.words, self.kinds, self.department)
        self._run.run(lambda: self._service.structures(*asked), self.directory.emit, owner=self)

    def _heard(self, changes: Changes) -> None:
        if not changes.touches(KINDS):
            return
        if self._offer:
            self.open(self._offer)
        if self._listing:
            self.show_list()
        if self._reading_directory and changes.touches(("insertion_structure", "company")):
            self.show_directory()

    # --- proposing ------------------------------------------------------------------------

    def propose_companies(self, text: str, answer: Proposals) -> None:
        """Companies while a name is typed."""
        self._run.run(
            lambda: self._companies.find(text),
            lambda found: answer([Proposal(one.id, one.name, one.detail) for one in found]),
            owner=self,
        )

    def propose_people(self, text: str, answer: Proposals) -> None:
        """People while a name is typed."""
        self._run.run(
            lambda: self._people.find(text),
            lambda found: answer(
                [Proposal(one.id, f"{one.last_name} {one.first_name}", one.file_number) for one in found]
            ),
            owner=self,
        )

    def propose_trades(self, text: str, answer: Proposals) -> None:
        """ROME trades while words are typed."""
        self._run.run(
            lambda: self._people.find_trades(text),
            lambda found: answer([Proposal(one.code, one.label, one.code) for one in found]),
            owner=self,
        )

    def name_company(self, company_id: str, answer: Callable[[Named], None]) -> None:
        """The company of an id, as a field shows it."""
        self._run.run(
            lambda: self._companies.get(company_id),
            lambda sheet: answer(Named(company_id, sheet.facts.name)),
            owner=self,
        )

    def ask_company(self, company_id: str, answer: Callable[[Choices, Choices], None]) -> None:
        """Lots on which a company owes hours, and its contacts."""

        def told(sheet: Any) -> None:
            lots = {one.lot_id: f"{one.operation_name}, {one.lot_label}" for one in sheet.commitments}
            contacts = [(one.id, f"{one.first_name} {one.last_name}".strip()) for one in sheet.contacts]
            answer(list(lots.items()), contacts)

        self._run.run(lambda: self._companies.get(company_id), told, owner=self)

    # --- doing ----------------------------------------------------------------------------

    def create(self, draft: JobOfferDraft, done: Callable[[str], None], failed: Failed) -> None:
        """Open an offer; ``done(id)``."""
        self._acts.do(lambda: self._service.create(draft), lambda outcome: done(outcome.record_id), failed)

    def set_field(self, field: str, value: Any, failed: Failed) -> None:
        """Change a field of the offer shown."""
        offer = self._offer
        self._acts.do(lambda: self._service.set_field(offer, field, value), failed=failed)

    def set_state(self, state: str, told: str) -> None:
        """Fill, withdraw, open again."""
        offer = self._offer
        self._acts.do(lambda: self._service.set_state(offer, state), told=told)

    def remove(self) -> None:
        """Put the offer shown in the bin."""
        offer = self._offer
        self._acts.do(lambda: self._service.remove(offer), told="Offre mise à la corbeille.")

    def present(self, draft: IntroductionDraft, done: Callable[[], None], failed: Failed) -> None:
        """Present a candidate for the offer shown."""
        offer = self._offer
        self._acts.do(lambda: self._service.present(offer, draft), lambda _outcome: done(), failed)

    def answer(self, introduction_id: str, answer: str) -> None:
        """Note what the company answered."""
        self._acts.do(lambda: self._service.answer(introduction_id, answer))

    def set_presentation(self, introduction_id: str, text: str, failed: Failed) -> None:
        """What is said of a candidate."""
        self._acts.do(lambda: self._service.set_presentation(introduction_id, text), failed=failed)

    def withdraw(self, introduction_id: str) -> None:
        """Take an introduction back."""
        self._acts.do(lambda: self._service.withdraw(introduction_id), told="Présentation retirée.")

    def add_structure(self, draft: InsertionStructureDraft, done: Callable[[], None], failed: Failed) -> None:
        """Complete the directory."""
        self._acts.do(lambda: self._service.add_structure(draft), lambda _outcome: done(), failed)

    def set_structure(self, structure_id: str, field: str, value: Any, failed: Failed) -> None:
        """Change a field of a structure."""
        self._acts.do(lambda: self._service.set_structure(structure_id, field, value), failed=failed)

    def remove_structure(self, structure_id: str) -> None:
        """Take a structure out of the directory."""
        self._acts.do(lambda: self._service.remove_structure(structure_id), told="Structure retirée de l’annuaire.")

    def export(self, done: Callable[[Any], None]) -> None:
        """The offers shown as a workbook."""
        ids = [one.offer.offer_id for one in self.lines]
        self._run.run(lambda: self._export("offers", ids), done, owner=self)

    def say(self, text: str, kind: str = "info") -> None:
        """Say something in the message bar."""
        self._messages.say(text, kind)
