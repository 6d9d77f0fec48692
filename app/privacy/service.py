"""Retention, erasure, access log, right of access (PRODUCT.md B11, K5; DOMAIN.md §8; SYNC.md §7.17).

On the store thread. An anonymisation is final: it answers no undo. The ledger is a file of ids beside the notebook, so
that a safety copy put back in its place is erased again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from app import durable
from app.changes import Changes
from app.errors import InvalidInput
from app.models.beneficiaries import Beneficiary
from app.models.choices import RetentionChoice
from app.models.privacy import RetentionDecision
from app.paths import ERASED_FILE
from app.privacy.values import AccessPage, Anonymised, DueLine, Held, RetentionPage, RetentionRule
from app.rules import access, retention
from app.rules.access import Actor
from app.rules.french import NBSP, plural
from app.rules.people import LINE_LENGTH, check_free_text
from app.store import access_log, erasure, held
from app.store import retention as files_kept
from app.store.attachments import AttachmentFiles
from app.store.network import actor_of, find_owner
from app.store.notebook import Notebook
from app.store.reference import list_reference
from app.store.retention import DueFile
from app.store.unit import Outcome, not_found, writing

PAGE = 500
KEEP_MONTHS = 12
"""A person kept with a reason is proposed again after a year."""


class PrivacyService:
    """Privacy over one notebook."""

    def __init__(self, notebook: Notebook, files: AttachmentFiles) -> None:
        self._notebook = notebook
        self._files = files

    # --- retention -----------------------------------------------------------------------

    def rule(self) -> RetentionRule:
        """The rule in force today for the network; the CNIL's two years when its dated data say nothing."""
        owner = find_owner(self._notebook)
        found = list_reference(
            self._notebook, "retention", network_code=owner.network_code if owner else "", on=self._today
        )
        if not found:
            return RetentionRule(retention.RETENTION_MONTHS, "", "", RetentionChoice.ANONYMISED)
        entry = found[0]
        return RetentionRule(
            int(entry.data.get("months") or retention.RETENTION_MONTHS),
            entry.label,
            entry.source,
            str(entry.data.get("proposed") or RetentionChoice.ANONYMISED),
        )

    def due(self, limit: int | None = PAGE) -> RetentionPage:
        """People whose time is over, the oldest contact first; those archived already are there too."""
        self._require_sight()
        rule, before = self._limit()
        own = self._notebook.organisation_id
        with self._notebook.read() as connection:
            found = files_kept.due_files(connection, own, before, self._today, limit=limit)
            total = len(found)
            if limit is not None and total >= limit:
                total = files_kept.count_due(connection, own, before, self._today)
        lines = tuple(DueLine(one, retention.purge_on(one.last_contact_on, rule.months)) for one in found)
        return RetentionPage(lines, total, rule, access.can_anonymise(self._actor, own))

    def count_due(self) -> int:
        """How many people the list holds."""
        _rule, before = self._limit()
        with self._notebook.read() as connection:
            return files_kept.count_due(connection, self._notebook.organisation_id, before, self._today)

    def keep(self, ids: Sequence[str], reason: str, until: dt.date | None = None) -> Outcome:
        """Keep people longer, with a reason; they are proposed again on ``until`` (a year from now by default)."""
        plain = check_free_text(reason, field="reason", limit=LINE_LENGTH, required="Le motif")
        rule, _before = self._limit()
        chosen = until or retention.purge_on(self._today, KEEP_MONTHS)
        if chosen <= self._today:
            raise InvalidInput("Cette date est passée.", todo="Choisir une date à venir.", field="keep_until")
        people = self._files_of(ids)
        with writing(self._notebook, f"{plural(len(people), 'fiche conservée', 'fiches conservées')}") as unit:
            for one in people:
                unit.insert(
                    RetentionDecision,
                    {
                        **self._decision(one, RetentionChoice.KEPT, rule.months),
                        "reason": plain,
                        "keep_until": chosen,
                    },
                )
            unit.touch("beneficiary", [one.beneficiary_id for one in people])
            return unit.outcome

    def archive(self, ids: Sequence[str]) -> Outcome:
        """Put people out of the active base: read-only, out of the lists; one step to take back."""
        rule, _before = self._limit()
        people = self._files_of(ids)
        with writing(self._notebook, f"{plural(len(people), 'fiche archivée', 'fiches archivées')}") as unit:
            for one in people:
                if one.archived_on is None:
                    unit.update(Beneficiary, one.beneficiary_id, {"archived_on": self._today})
                unit.insert(RetentionDecision, self._decision(one, RetentionChoice.ARCHIVED, rule.months))
            return unit.outcome

    def anonymise(self, ids: Sequence[str], reason: str = "") -> Anonymised:
        """Erase people for good, in bulk; figures stay. Cannot be taken back.

        A person whose time is not over is erased with a ``reason`` only (a request of the person). Raises
        ``InvalidInput``, ``NotFound``, ``NotAllowed``; nothing is then erased.
        """
        plain = check_free_text(reason, field="reason", limit=LINE_LENGTH)
        rule, before = self._limit()
        people = self._files_of(ids)
        early = [one for one in people if one.last_contact_on > before]
        if early and not plain:
            raise InvalidInput(
                f"La durée de conservation n’est pas atteinte pour {plural(len(early), 'personne')}.",
                "Rien n’a été effacé.",
                "Donner le motif, par exemple la demande de la personne.",
                field="reason",
            )
        chosen = [one.beneficiary_id for one in people]
        with writing(self._notebook, f"anonymisation de {plural(len(chosen), 'fiche')}") as unit:
            erased = erasure.erase_people(unit, chosen, self._today, reason=plain, months=rule.months)
        self._end_erasure()
        return Anonymised(erased.people, _all_kinds(chosen))

    def recover(self) -> Anonymised:
        """At opening and after each session: carry out the erasures that were received, or that a copy put back undid,
        and end one that was cut. Cheap when there is nothing to do.
        """
        decided = erasure.to_repeat(self._notebook, self._read_ledger())
        if decided:
            with writing(self._notebook, "anonymisation reprise") as unit:
                erasure.erase_people(unit, decided, self._today)
        if erasure.is_pending(self._notebook):
            self._end_erasure()
        return Anonymised(len(decided), _all_kinds(decided))

    def _end_erasure(self) -> None:
        self._write_ledger(self._read_ledger() | erasure.erased_here(self._notebook))
        erasure.finish(self._notebook, self._files)

    # --- access log and right of access ----------------------------------------------------

    def note_access(self, beneficiary_id: str, act: str = "page") -> None:
        """Note that the user consulted a person (``values.ACTS``)."""
        access_log.note_access(self._notebook, beneficiary_id, act)

    def consultations(self, *, limit: int = 200, offset: int = 0) -> AccessPage:
        """The access log, the latest first."""
        self._require_sight()
        lines = access_log.recent_access(self._notebook, limit=limit, offset=offset)
        return AccessPage(tuple(lines), access_log.count_access(self._notebook))

    def held(self, person_id: str) -> Held:
        """Everything held on a person. The consultation is itself noted. Raises ``NotFound``, ``NotAllowed``."""
        with self._notebook.read() as connection:
            records = held.held_records(connection, person_id)
            history = held.held_history(connection, person_id)
        if not records.get("beneficiary"):
            raise not_found()
        self._require_sight(person_id)
        self.note_access(person_id, "access_report")
        rule, _before = self._limit()
        with self._notebook.read() as connection:
            own = files_kept.files_of(connection, self._notebook.organisation_id, [person_id], self._today)
        return Held(
            person_id,
            str(records["beneficiary"][0].get("file_number", "")),
            records,
            history,
            tuple(access_log.access_of(self._notebook, person_id)),
            retention.purge_on(own[0].last_contact_on, rule.months) if own else None,
        )

    # --- pieces --------------------------------------------------------------------------

    @property
    def _today(self) -> dt.date:
        return self._notebook.clock.today()

    @property
    def _actor(self) -> Actor:
        return actor_of(self._notebook)

    def _limit(self) -> tuple[RetentionRule, dt.date]:
        rule = self.rule()
        return rule, retention.contact_before(self._today, rule.months)

    def _require_sight(self, person_id: str = "") -> None:
        organisation = self._notebook.organisation_id
        if person_id:
            with self._notebook.read() as connection:
                organisation = files_kept.organisation_of(connection, person_id)
        access.require(access.can_see_person(self._actor, organisation), "consulter ces fiches")

    def _files_of(self, ids: Sequence[str]) -> list[DueFile]:
        """The people of these ids or file numbers, all of the organisation and not anonymised yet."""
        own = self._notebook.organisation_id
        access.require(access.can_anonymise(self._actor, own), "décider de la conservation des fiches")
        if not ids:
            raise InvalidInput("Aucune fiche n’est choisie.", todo="Cocher au moins une ligne.")
        with self._notebook.read() as connection:
            wanted = files_kept.resolve(connection, own, ids)
            found = files_kept.files_of(connection, own, wanted, dt.date.max)
        if len(found) != len(set(wanted)) or len(wanted) < len(set(ids)):
            raise not_found()
        return found

    def _decision(self, one: DueFile, choice: RetentionChoice, months: int) -> dict[str, object]:
        return {
            "beneficiary_id": one.beneficiary_id,
            "decision": choice,
            "decided_on": self._today,
            "last_contact_on": one.last_contact_on,
            "months": months,
        }

    @property
    def _ledger(self) -> Path:
        return self._notebook.folder / ERASED_FILE

    def _read_ledger(self) -> set[str]:
        try:
            return set(self._ledger.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return set()

    def _write_ledger(self, ids: set[str]) -> None:
        durable.write(self._ledger, "".join(f"{one}\n" for one in sorted(ids)).encode("ascii"))


def sentence_of_rule(rule: RetentionRule) -> str:
    """« 24 mois après le dernier contact » in words, with where it was read."""
    years, months = divmod(rule.months, 12)
    parts = [plural(years, "an") if years else "", f"{months}{NBSP}mois" if months else ""]
    return f"{' et '.join(part for part in parts if part)} après le dernier contact"


def _all_kinds(ids: Sequence[str]) -> Changes:
    """Every screen reads again: names may have stood anywhere."""
    kinds = ("beneficiary", "visit", "attendance", "employment_contract", "monthly_statement", "action", "introduction")
    return Changes(frozenset((kind, one) for kind in kinds for one in ids))
