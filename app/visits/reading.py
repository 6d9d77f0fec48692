"""What every part of the visits' service stands on, and what it reads."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.models.choices import Role
from app.rules import access
from app.rules.access import Actor
from app.rules.french import fold, person_name_list
from app.store import drafts
from app.store.agenda import (
    actions_due,
    contracts_ending,
    count_actions_due,
    count_contracts_ending,
    drafts_to_resume,
    late_visits,
    visits_of_day,
)
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.phrases import PhraseRow, most_used, propose
from app.store.search import find
from app.store.unit import Outcome, Undo, Unit
from app.store.visit_sheet import VisitSheet, read_sheet
from app.store.visits import Stage, VisitCard, VisitFilter, VisitPlace, count_visits, list_visits, places_to_visit
from app.visits import writing as steps
from app.visits.values import Agenda, KnownPerson, ResumedDraft, typing_place

ACTIONS_DAYS = 7
"""Actions due within a week are on the home screen, late ones first."""
ENDING_DAYS = 15
"""Contracts that end within 15 days are on the home screen (PRODUCT.md E2)."""


class VisitDesk:
    """The notebook, the files of its photos, and who acts."""

    def __init__(self, notebook: Notebook, files: AttachmentFiles) -> None:
        self._notebook = notebook
        self.files = files

    @property
    def _actor(self) -> Actor:
        notebook = self._notebook
        return Actor(notebook.actor_id, notebook.organisation_id, Role(notebook.role))

    def _own(self, chosen: VisitFilter | None) -> VisitFilter:
        own = self._notebook.organisation_id
        return dataclasses.replace(chosen, organisation_id=own) if chosen is not None else VisitFilter(own)

    def _number(self, day: dt.date) -> str:
        access.require(access.can_write_visit(self._actor, self._notebook.organisation_id), "commencer une visite")
        return steps.take_number(self._notebook, day.year)

    def _not_undone(self, unit: Unit, record_id: str) -> Outcome:
        """The outcome of an act that Ctrl+Z does not take back (a number shown, a signature that locks)."""
        done = unit.outcome_of(record_id)
        return Outcome(done.changes, Undo(unit.label, ()), record_id)


class VisitReading(VisitDesk):
    """What is read: nothing here changes the notebook, but for text being typed."""

    # --- reading -------------------------------------------------------------------------

    def list_visits(self, chosen: VisitFilter | None = None, *, limit: int = 50, offset: int = 0) -> list[VisitCard]:
        """One page of visits of the organisation; other organisations' are never listed."""
        with self._notebook.read() as connection:
            return list_visits(connection, self._own(chosen), limit=limit, offset=offset)

    def count_visits(self, chosen: VisitFilter | None = None) -> int:
        """How many visits the filter shows."""
        with self._notebook.read() as connection:
            return count_visits(connection, self._own(chosen))

    def open_visit(self, visit_id: str) -> VisitSheet:
        """The whole visit. Raises ``NotFound``, ``NotAllowed``."""
        with self._notebook.read() as connection:
            sheet = read_sheet(connection, visit_id, self._notebook.clock.today())
        access.require(access.can_see_visit(self._actor, sheet.organisation_id), "voir cette visite")
        return sheet

    def places(
        self, typed: str = "", *, company_id: str = "", operation_id: str = "", limit: int = 8
    ) -> list[VisitPlace]:
        """Where a visit may take place, by what is typed: words of the operation, of the company, number of the lot."""
        with self._notebook.read() as connection:
            return places_to_visit(
                connection,
                self._notebook.organisation_id,
                fold(typed).split(),
                company_id=company_id,
                operation_id=operation_id,
                limit=limit,
            )

    def chips(self) -> dict[str, list[PhraseRow]]:
        """The five most used phrases of each section; actions under ``action``."""
        with self._notebook.read() as connection:
            return most_used(connection, self._notebook.organisation_id)

    def propose_phrases(self, typed: str, section: str = "") -> list[PhraseRow]:
        """Phrases of the library that answer what is being typed, best first."""
        with self._notebook.read() as connection:
            return propose(connection, self._notebook.organisation_id, typed, section=section)

    def find_people(self, typed: str) -> list[KnownPerson]:
        """Beneficiaries whose name, town or file number hold the words typed; six at most."""
        hits = find(self._notebook, fold(typed).split(), kind="beneficiary", limit=6)
        return [KnownPerson(one.record_id, one.title, one.subtitle) for one in hits]

    def agenda(self) -> Agenda:
        """What awaits the facilitator today: visits, drafts, actions of the week, contracts that end within 15 days."""
        notebook = self._notebook
        today, own, actor = notebook.clock.today(), notebook.organisation_id, notebook.actor_id
        week, fortnight = today + dt.timedelta(days=ACTIONS_DAYS), today + dt.timedelta(days=ENDING_DAYS)
        coming = VisitFilter(own, Stage.PLANNED, facilitator_id=actor, since=today + dt.timedelta(days=1))
        with notebook.read() as connection:
            resumed = drafts_to_resume(connection, own, actor)
            return Agenda(
                day=today,
                visits=tuple(visits_of_day(connection, own, actor, today)),
                late=tuple(late_visits(connection, own, actor, today, limit=5)),
                next_visits=tuple(list_visits(connection, coming, limit=3)),
                drafts=tuple(ResumedDraft(one, " ".join(self.typed(one.visit_id).values())) for one in resumed),
                actions=tuple(actions_due(connection, own, week, limit=8)),
                actions_count=count_actions_due(connection, own, week),
                ending=tuple(contracts_ending(connection, own, today, fortnight, limit=8)),
                ending_count=count_contracts_ending(connection, own, today, fortnight),
            )

    def photo_bytes(self, sha256: str) -> bytes:
        """The JPEG of a photo. Files only: may be called off the store thread."""
        return self.files.get(sha256)

    # --- text being typed ----------------------------------------------------------------

    def keep_typing(self, visit_id: str, field: str, title: str, text: str) -> None:
        """Keep what is being typed in a field, every second; an empty text forgets it."""
        drafts.keep_draft(self._notebook, typing_place(visit_id, field), title, text)

    def typed(self, visit_id: str) -> dict[str, str]:
        """What was being typed in the fields of a visit when the program stopped: field → text."""
        head = typing_place(visit_id, "")
        return {
            one.place.removeprefix(head): one.text
            for one in drafts.list_drafts(self._notebook)
            if one.place.startswith(head)
        }


def name_of(row: Mapping[str, Any]) -> str:
    """« MARTIN Julie », from a row with both names."""
    return person_name_list(row["last_name"], row["first_name"])
