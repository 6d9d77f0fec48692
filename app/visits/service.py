"""What a facilitator does with visits: plan, start, note, photograph, have signed, rectify (PRODUCT.md V1-V10).

Synchronous, on the store thread. Each write is one transaction and answers an ``Outcome`` (changes, how to take it
back, the record concerned). A signed report is locked for ever: any later write raises ``Locked``, an undo kept
from before included (:meth:`VisitsService.take_back`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.changes import Changes
from app.clock import natural_id
from app.errors import InvalidInput
from app.models.attachments import Attachment
from app.models.beneficiaries import Beneficiary, FollowUpNote
from app.models.choices import (
    ActionState,
    AttachmentKind,
    AttendanceKind,
    MeetingStatus,
    NoteKind,
    PointState,
    PresenceStatus,
    VisitKind,
    VisitState,
)
from app.models.operations import Company
from app.models.privacy import HiddenPhrase
from app.models.visits import Action, Attendance, Observation, Phrase, Visit
from app.rules import access
from app.rules.calendar import DueChip, due_chip
from app.rules.french import NBSP, fold, format_date
from app.rules.people import check_free_text
from app.rules.visits import check_text, may_sign
from app.store import drafts
from app.store.attachments import former_contents, is_referred_to
from app.store.phrases import count_use, same_phrase
from app.store.unit import Outcome, Undo, Unit, not_found, writing
from app.store.visit_sheet import facilitator_attendance_id, private_talk_id, read_sheet
from app.store.visits import (
    expected_beneficiaries,
    operation_of_lot,
    parts_of,
    photos_of,
    planned_visit,
    row_of,
)
from app.visits import writing as steps
from app.visits.photos import ReducedPhoto
from app.visits.readiness import Readiness, read_readiness
from app.visits.reading import VisitReading, name_of
from app.visits.signing import VisitSigning
from app.visits.values import NewFinding, NewPerson, NextVisit, QuickFinding, next_visit_date, typing_place


class VisitsService(VisitSigning, VisitReading):
    """Visits of one notebook. ``files`` keeps the photos' bytes."""

    # --- beginning -----------------------------------------------------------------------

    def plan_visit(
        self, lot_id: str, company_id: str, day: dt.date, time: str = "", kind: str = VisitKind.SITE
    ) -> Outcome:
        """Plan a visit; it takes its number when it starts. The one planned there that day already is kept.

        Raises ``InvalidInput`` for a day gone by.
        """
        if day < self._notebook.clock.today():
            raise InvalidInput("Cette date est passée.", todo="Choisir aujourd’hui ou plus tard.", field="planned_on")
        with writing(self._notebook, "visite planifiée") as unit:
            known = planned_visit(unit.connection, self._notebook.organisation_id, company_id, lot_id, day)
            if known:
                unit.update(Visit, known, {"planned_time": time} if time else {})
                return unit.outcome_of(known)
            visit_id = self._insert_visit(unit, lot_id, company_id, day, time, kind)
            return unit.outcome_of(visit_id)

    def start_visit(self, lot_id: str, company_id: str, kind: str = VisitKind.SITE) -> Outcome:
        """Begin a visit now: a filled draft with its number; the one planned today at this place when there is."""
        today = self._notebook.clock.today()
        with self._notebook.read() as connection:
            planned = planned_visit(connection, self._notebook.organisation_id, company_id, lot_id, today)
        if planned:
            return self.start_planned(planned)
        number = self._number(today)
        with writing(self._notebook, f"visite {number} commencée") as unit:
            visit_id = self._insert_visit(unit, lot_id, company_id, today, "", kind)
            self._begin(unit, visit_id, number)
            return self._not_undone(unit, visit_id)

    def start_planned(self, visit_id: str) -> Outcome:
        """Begin a planned visit. Beginning twice (a double tap) changes nothing the second time."""
        today = self._notebook.clock.today()
        with writing(self._notebook) as unit:
            row = steps.draft_row(unit, self._actor, visit_id, signing=True)
            if row["started_at"] is not None:
                return self._not_undone(unit, visit_id)
        number = self._number(today)
        with writing(self._notebook, f"visite {number} commencée") as unit:
            unit.update(Visit, visit_id, {"planned_on": today, "facilitator_id": self._notebook.actor_id})
            self._begin(unit, visit_id, number)
            return self._not_undone(unit, visit_id)

    def discard_draft(self, visit_id: str) -> Outcome:
        """Put a draft or a planned visit in the bin, where it stays 30 days; points it had settled are open again."""
        with writing(self._notebook, "visite mise à la corbeille") as unit:
            steps.draft_row(unit, self._actor, visit_id, signing=True)
            steps.put_in_bin(unit, visit_id)
            return unit.outcome_of(visit_id)

    def restore_draft(self, visit_id: str) -> Outcome:
        """Take a draft back from the bin, whole."""
        with writing(self._notebook, "visite reprise dans la corbeille") as unit:
            row = unit.row(Visit, visit_id)
            access.require(access.can_write_visit(self._actor, row["organisation_id"]), "modifier cette visite")
            if row["deleted_at"] is not None:
                steps.take_from_bin(unit, visit_id, row["deleted_at"])
            return unit.outcome_of(visit_id)

    # --- context -------------------------------------------------------------------------

    def remember_section(self, visit_id: str, section: str) -> Outcome:
        """Keep where the facilitator stands, to come back there after a stop. Never undone, never refused."""
        with writing(self._notebook) as unit:
            row = unit.row(Visit, visit_id)
            if row["state"] == VisitState.DRAFT and row["deleted_at"] is None:
                access.require(access.can_write_visit(self._actor, row["organisation_id"]), "modifier cette visite")
                unit.update(Visit, visit_id, {"section": section})
        return Outcome(Changes(), Undo("", ()), visit_id)  # no screen shows it but the home, which reads again

    def set_kind(self, visit_id: str, kind: str) -> Outcome:
        """Site visit, launch meeting, follow-up, closing."""
        return self._set(visit_id, "nature de la visite", {"kind": VisitKind(kind)})

    def set_place(self, visit_id: str, place: str) -> Outcome:
        """Where it takes place; empty gives the operation's address back."""
        return self._set(visit_id, "lieu de la visite", {"place": place.strip()}, typed="place")

    def set_planned(self, visit_id: str, day: dt.date, time: str = "") -> Outcome:
        """Move a planned visit. A visit begun keeps its day."""
        with writing(self._notebook, f"visite déplacée au {format_date(day)}") as unit:
            row = steps.draft_row(unit, self._actor, visit_id)
            if row["started_at"] is not None:
                raise InvalidInput("Cette visite a déjà commencé.", todo="Sa date ne change plus.", field="planned_on")
            unit.update(Visit, visit_id, {"planned_on": day, "planned_time": time})
            return unit.outcome_of(visit_id)

    def set_free_note(self, visit_id: str, text: str) -> Outcome:
        """« Observations libres »."""
        return self._set(visit_id, "observations libres", {"free_note": text.strip()}, typed="free_note")

    def set_summary(self, visit_id: str, text: str) -> Outcome:
        """Write « L’essentiel » by hand; an empty text gives the generated one back."""
        fields = {"summary": text.strip(), "summary_edited": bool(text.strip())}
        return self._set(visit_id, "l’essentiel", fields, typed="summary")

    def set_next_visit(self, visit_id: str, day: dt.date | NextVisit | None) -> Outcome:
        """Date the next visit, by a date or a chip; ``None`` removes it. Raises ``InvalidInput`` for a day gone by."""
        with writing(self._notebook, "prochaine visite") as unit:
            row = steps.draft_row(unit, self._actor, visit_id)
            chosen = next_visit_date(day, row["planned_on"]) if isinstance(day, NextVisit) else day
            if chosen is not None and chosen <= row["planned_on"]:
                raise InvalidInput(
                    "La prochaine visite doit suivre celle-ci.",
                    todo="Choisir une date plus tard.",
                    field="next_visit_on",
                )
            unit.update(Visit, visit_id, {"next_visit_on": chosen})
            return unit.outcome_of(visit_id)

    # --- people --------------------------------------------------------------------------

    def mark_all_present(self, visit_id: str) -> Outcome:
        """« Tous présents »: everybody not noted yet is there, beneficiaries are seen. One step to take back."""
        with writing(self._notebook, "tous présents") as unit:
            steps.draft_row(unit, self._actor, visit_id)
            for row in parts_of(unit.connection, Attendance, visit_id):
                fields: dict[str, Any] = {}
                if row["presence"] == PresenceStatus.UNKNOWN:
                    fields["presence"] = PresenceStatus.PRESENT
                    if row["kind"] == AttendanceKind.BENEFICIARY and row["meeting"] == MeetingStatus.UNKNOWN:
                        fields["meeting"] = MeetingStatus.SEEN
                unit.update(Attendance, row["id"], fields)
            return unit.outcome_of(visit_id)

    def set_presence(self, attendance_id: str, presence: str) -> Outcome:
        """Present, absent, late, excused. A beneficiary who is not there has not been seen."""
        chosen = PresenceStatus(presence)
        with writing(self._notebook) as unit:
            row = steps.part_row(unit, self._actor, Attendance, attendance_id)
            unit.label = f"{name_of(row)}{NBSP}: {chosen.label.lower()}"
            fields: dict[str, Any] = {"presence": chosen}
            if row["kind"] == AttendanceKind.BENEFICIARY and chosen in (PresenceStatus.ABSENT, PresenceStatus.EXCUSED):
                fields |= {"meeting": MeetingStatus.NOT_SEEN, "all_well": False}
            unit.update(Attendance, attendance_id, fields)
            return unit.outcome_of(attendance_id)

    def set_meeting(self, attendance_id: str, meeting: str) -> Outcome:
        """Seen, not seen, interviewed alone. Somebody seen is there."""
        chosen = MeetingStatus(meeting)
        with writing(self._notebook) as unit:
            row = steps.part_row(unit, self._actor, Attendance, attendance_id)
            unit.label = f"{name_of(row)}{NBSP}: {chosen.label.lower()}"
            fields: dict[str, Any] = {"meeting": chosen}
            if chosen is MeetingStatus.NOT_SEEN:
                fields["all_well"] = False
            elif chosen is not MeetingStatus.UNKNOWN and not may_sign(row["presence"]):
                fields["presence"] = PresenceStatus.PRESENT
            unit.update(Attendance, attendance_id, fields)
            return unit.outcome_of(attendance_id)

    def mark_all_well(self, visit_id: str) -> Outcome:
        """« Tout le monde : RAS »: all but those not seen and those a finding is about. One step to take back."""
        with writing(self._notebook, f"tout le monde{NBSP}: RAS") as unit:
            steps.draft_row(unit, self._actor, visit_id)
            concerned = {row["beneficiary_id"] for row in parts_of(unit.connection, Observation, visit_id)}
            for row in parts_of(unit.connection, Attendance, visit_id):
                if row["kind"] != AttendanceKind.BENEFICIARY or row["meeting"] == MeetingStatus.NOT_SEEN:
                    continue
                if row["beneficiary_id"] not in concerned:
                    unit.update(Attendance, row["id"], _well(row))
            return unit.outcome_of(visit_id)

    def set_private_talk(self, attendance_id: str, text: str) -> Outcome:
        """What was said in private with a beneficiary: a note of the person's file, in no copy of the report.

        An empty text removes it. It may still be completed after the report is signed.
        """
        plain = check_free_text(text, field="private_talk")
        with writing(self._notebook) as unit:
            row = unit.find(Attendance, attendance_id)
            if row is None or row["deleted_at"] is not None or not row["beneficiary_id"]:
                raise not_found()
            access.require(access.can_write_visit(self._actor, row["organisation_id"]), "modifier cette visite")
            visit = unit.row(Visit, row["visit_id"])
            unit.label = f"entretien avec {name_of(dict(row))}"
            note = private_talk_id(row["visit_id"], row["beneficiary_id"])
            if plain:
                fields = {
                    "beneficiary_id": row["beneficiary_id"],
                    "kind": NoteKind.INTERVIEW,
                    "noted_on": visit["planned_on"],
                    "text": plain,
                    "visit_id": row["visit_id"],
                }
                unit.put(FollowUpNote, note, fields)
            elif unit.find(FollowUpNote, note) is not None:
                unit.delete(FollowUpNote, note)
            unit.touch("visit", [row["visit_id"]])
            unit.touch("beneficiary", [row["beneficiary_id"]])
            drafts.drop_draft(self._notebook, typing_place(row["visit_id"], f"talk/{attendance_id}"))
            return unit.outcome_of(attendance_id)

    def set_all_well(self, attendance_id: str, well: bool) -> Outcome:
        """« RAS » on one row, or not any more. Somebody fine has been seen."""
        with writing(self._notebook) as unit:
            row = steps.part_row(unit, self._actor, Attendance, attendance_id)
            unit.label = f"RAS pour {name_of(row)}"
            unit.update(Attendance, attendance_id, _well(row) if well else {"all_well": False})
            return unit.outcome_of(attendance_id)

    def add_person(self, visit_id: str, person: NewPerson) -> Outcome:
        """Somebody met who was not expected: noted present (a beneficiary: seen).

        Raises ``InvalidInput`` without a name.
        """
        with writing(self._notebook) as unit:
            visit = steps.draft_row(unit, self._actor, visit_id)
            rows = parts_of(unit.connection, Attendance, visit_id)
            fields = self._person_fields(unit, visit, person)
            for row in rows:
                if person.beneficiary_id and row["beneficiary_id"] == person.beneficiary_id:
                    unit.update(Attendance, row["id"], {"presence": fields["presence"], "meeting": fields["meeting"]})
                    return unit.outcome_of(row["id"])
            position = max((row["position"] for row in rows), default=-1) + 1
            unit.label = f"{name_of(fields)} à la liste des présents"
            made = unit.insert(Attendance, {**fields, "visit_id": visit_id, "position": position})
            drafts.drop_draft(self._notebook, typing_place(visit_id, "person"))
            return unit.outcome_of(made)

    def remove_person(self, attendance_id: str) -> Outcome:
        """Take somebody off the list."""
        with writing(self._notebook) as unit:
            row = steps.part_row(unit, self._actor, Attendance, attendance_id)
            if attendance_id == facilitator_attendance_id(row["visit_id"]):
                raise InvalidInput("Vous menez cette visite.", todo="Votre nom reste dans la liste.", field="presence")
            unit.label = f"{name_of(row)} retiré de la liste"
            unit.delete(Attendance, attendance_id)
            return unit.outcome_of(row["visit_id"])

    # --- findings ------------------------------------------------------------------------

    def add_observation(self, visit_id: str, finding: NewFinding) -> Outcome:
        """Write a finding with the next number of the visit (42.1). The person concerned is not « RAS » any more."""
        text = check_text(finding.text, "Le constat")
        with writing(self._notebook) as unit:
            visit = steps.draft_row(unit, self._actor, visit_id)
            made = self._insert_finding(unit, visit, finding, text)
            drafts.drop_draft(self._notebook, typing_place(visit_id, "finding"))
            return unit.outcome_of(made)

    def toggle_quick(self, visit_id: str, beneficiary_id: str, quick: QuickFinding) -> Outcome:
        """A chip of a beneficiary's row: makes its finding, or removes the one it made."""
        with writing(self._notebook) as unit:
            visit = steps.draft_row(unit, self._actor, visit_id)
            for row in parts_of(unit.connection, Observation, visit_id):
                same = row["phrase_id"] == quick.phrase_id or fold(row["text"]) == fold(quick.text)
                if row["beneficiary_id"] == beneficiary_id and same:
                    unit.label = "constat retiré"
                    self._remove_finding(unit, row)
                    return unit.outcome_of(row["id"])
            known = unit.find(Phrase, quick.phrase_id)
            text = known["text"] if known is not None and known["deleted_at"] is None else quick.text
            finding = NewFinding(
                quick.section, text, "", beneficiary_id, quick.phrase_id if known is not None else None
            )
            return unit.outcome_of(self._insert_finding(unit, visit, finding, text))

    def edit_observation(
        self,
        observation_id: str,
        *,
        text: str | None = None,
        detail: str | None = None,
        section: str | None = None,
        beneficiary_id: str | None = None,
        to_follow: bool | None = None,
    ) -> Outcome:
        """Change a finding; its number stays. ``beneficiary_id`` empty: about nobody in particular."""
        fields: dict[str, Any] = {}
        if text is not None:
            fields["text"] = check_text(text, "Le constat")
        if detail is not None:
            fields["detail"] = detail.strip()
        if section is not None:
            fields["section"] = section
        if beneficiary_id is not None:
            fields["beneficiary_id"] = beneficiary_id or None
        if to_follow is not None:
            fields["to_follow"] = to_follow
        with writing(self._notebook, "constat modifié") as unit:
            row = steps.part_row(unit, self._actor, Observation, observation_id)
            unit.update(Observation, observation_id, fields)
            self._forget_typing(
                row["visit_id"], {f"finding_text/{observation_id}": text, f"finding/{observation_id}": detail}
            )
            return unit.outcome_of(observation_id)

    def remove_observation(self, observation_id: str) -> Outcome:
        """Remove a finding; its number is not given again. Its photos and actions stay, attached to nothing."""
        with writing(self._notebook, "constat retiré") as unit:
            row = steps.part_row(unit, self._actor, Observation, observation_id)
            self._remove_finding(unit, row)
            return unit.outcome_of(observation_id)

    def add_to_library(self, section: str, text: str, to_follow: bool = True) -> Outcome:
        """« Ajouter à ma bibliothèque »; a phrase that says the same already is not written twice."""
        plain = check_text(text, "La phrase")
        access.require(access.can_share_phrase(self._actor), "compléter la bibliothèque")
        with writing(self._notebook, "phrase ajoutée à la bibliothèque") as unit:
            known = same_phrase(unit.connection, self._notebook.organisation_id, section, plain)
            if known is not None:
                return unit.outcome_of(known.phrase_id)
            fields = {"section": section, "text": plain, "uses": 1, "to_follow": to_follow}
            return unit.outcome_of(unit.insert(Phrase, fields))

    def hide_phrase(self, phrase_id: str) -> Outcome:
        """Do not propose a phrase any more in this organisation; findings made with it stay as they are."""
        access.require(access.can_share_phrase(self._actor), "modifier la bibliothèque")
        own = self._notebook.organisation_id
        with writing(self._notebook, "phrase masquée") as unit:
            unit.row(Phrase, phrase_id)
            unit.put(HiddenPhrase, natural_id("hidden_phrase", own, phrase_id), {"phrase_id": phrase_id})
            unit.touch("phrase", [phrase_id])
            return unit.outcome_of(phrase_id)

    # --- earlier points ------------------------------------------------------------------

    def review_point(self, visit_id: str, observation_id: str, state: str, note: str | None = None) -> Outcome:
        """Say what became of an earlier finding: « Levé », « Reporté », « Sans objet », or open again."""
        chosen = PointState(state)
        with writing(self._notebook, f"point antérieur{NBSP}: {chosen.label.lower()}") as unit:
            visit = steps.draft_row(unit, self._actor, visit_id)
            observation = unit.row(Observation, observation_id)
            if observation["visit_id"] == visit_id or observation["deleted_at"] is not None:
                raise not_found()
            steps.answer_points(unit, visit_id, observation_id, chosen, note, visit["planned_on"])
            return unit.outcome_of(observation_id)

    # --- actions -------------------------------------------------------------------------

    def add_action(
        self,
        visit_id: str,
        text: str,
        *,
        owner: str | None = None,
        due: dt.date | DueChip | None = None,
        observation_id: str | None = None,
        phrase_id: str | None = None,
    ) -> Outcome:
        """Decide an action. Without ``owner``: the visited company. ``due`` by a date or a chip."""
        plain = check_text(text, "L’action")
        with writing(self._notebook, f"action{NBSP}: {plain}") as unit:
            visit = steps.draft_row(unit, self._actor, visit_id)
            if owner is None:
                company = row_of(unit.connection, Company, visit["company_id"])
                owner = company["name"] if company is not None else ""
            made = unit.insert(
                Action,
                {
                    "visit_id": visit_id,
                    "observation_id": observation_id,
                    "company_id": visit["company_id"],
                    "operation_id": visit["operation_id"],
                    "text": plain,
                    "owner_name": owner.strip(),
                    "due_on": self._due(due, visit),
                },
            )
            if phrase_id:
                count_use(unit, phrase_id)
            drafts.drop_draft(self._notebook, typing_place(visit_id, "action"))
            return unit.outcome_of(made)

    def edit_action(
        self,
        action_id: str,
        *,
        text: str | None = None,
        owner: str | None = None,
        due: dt.date | DueChip | str | None = "",
    ) -> Outcome:
        """Change an action of a draft. ``due``: a date, a chip, ``None`` for no date; not given, it stays."""
        with writing(self._notebook, "action modifiée") as unit:
            row = steps.part_row(unit, self._actor, Action, action_id)
            fields: dict[str, Any] = {}
            if text is not None:
                fields["text"] = check_text(text, "L’action")
            if owner is not None:
                fields["owner_name"] = owner.strip()
            if due != "":
                chosen = DueChip(due) if isinstance(due, str) else due
                fields["due_on"] = self._due(chosen, unit.row(Visit, row["visit_id"]))
            unit.update(Action, action_id, fields)
            self._forget_typing(row["visit_id"], {f"action_text/{action_id}": text, f"action_owner/{action_id}": owner})
            return unit.outcome_of(action_id)

    def remove_action(self, action_id: str) -> Outcome:
        """Remove an action of a draft."""
        with writing(self._notebook, "action retirée") as unit:
            steps.part_row(unit, self._actor, Action, action_id)
            unit.delete(Action, action_id)
            return unit.outcome_of(action_id)

    def settle_action(self, action_id: str, state: str) -> Outcome:
        """Done, dropped or open again: what becomes of an action is followed after the report is signed too."""
        chosen = ActionState(state)
        with writing(self._notebook, f"action{NBSP}: {chosen.label.lower()}") as unit:
            row = unit.row(Action, action_id)
            access.require(access.can_write_visit(self._actor, row["organisation_id"]), "modifier cette action")
            steps.settle(unit, action_id, chosen, self._notebook.clock.today())
            return unit.outcome_of(action_id)

    # --- photos --------------------------------------------------------------------------

    def keep_photo(self, photo: ReducedPhoto) -> str:
        """Put a reduced photo's bytes safely on the disk; answers their SHA-256. Files only: off the store thread."""
        return self.files.put(photo.data)

    def add_photo(
        self, visit_id: str, photo: ReducedPhoto, sha256: str, *, observation_id: str | None = None, caption: str = ""
    ) -> Outcome:
        """Add a photo whose bytes :meth:`keep_photo` has kept, to the visit or to a finding."""
        if not self.files.path(sha256).exists():
            raise ValueError("the bytes are kept before the row is written")
        with writing(self._notebook, "photo ajoutée") as unit:
            steps.draft_row(unit, self._actor, visit_id)
            rows = photos_of(unit.connection, visit_id)
            made = unit.insert(
                Attachment,
                {
                    "owner_kind": "visit",
                    "owner_id": visit_id,
                    "kind": AttachmentKind.PHOTO,
                    "name": photo.name,
                    "media_type": "image/jpeg",
                    "size": len(photo.data),
                    "sha256": sha256,
                    "width": photo.width,
                    "height": photo.height,
                    "caption": caption.strip(),
                    "taken_at": photo.taken_at or self._notebook.clock.now(),
                    "observation_id": observation_id,
                    "position": max((row["position"] for row in rows), default=-1) + 1,
                },
            )
            return unit.outcome_of(made)

    def edit_photo(
        self,
        attachment_id: str,
        *,
        caption: str | None = None,
        observation_id: str | None = None,
        for_reports: bool | None = None,
    ) -> Outcome:
        """Caption, finding it belongs to (empty: none), and whether it may leave the organisation in a report."""
        fields: dict[str, Any] = {}
        if caption is not None:
            fields["caption"] = caption.strip()
        if observation_id is not None:
            fields["observation_id"] = observation_id or None
        if for_reports is not None:
            fields["for_reports"] = for_reports
        with writing(self._notebook, "photo modifiée") as unit:
            row = steps.part_row(unit, self._actor, Attachment, attachment_id)
            unit.update(Attachment, attachment_id, fields)
            drafts.drop_draft(self._notebook, typing_place(row["owner_id"], f"photo/{attachment_id}"))
            return unit.outcome_of(attachment_id)

    def replace_photo(self, attachment_id: str, photo: ReducedPhoto, sha256: str, *, hides: bool) -> Outcome:
        """Put an annotated picture (kept by :meth:`keep_photo`) in the place of the former one.

        ``hides``: a mask covers somebody. Every content that this photo had is then removed for good, unless another
        record shows it, and neither this act nor an earlier annotation can be undone.
        """
        if not self.files.path(sha256).exists():
            raise ValueError("the bytes are kept before the row is written")
        with writing(self._notebook, "photo annotée") as unit:
            row = steps.part_row(unit, self._actor, Attachment, attachment_id)
            former = row["sha256"]
            unit.update(
                Attachment,
                attachment_id,
                {"sha256": sha256, "size": len(photo.data), "width": photo.width, "height": photo.height},
            )
            outcome = self._not_undone(unit, attachment_id) if hides else unit.outcome_of(attachment_id)
        if hides:
            for one in (former_contents(self._notebook, attachment_id) | {former}) - {sha256}:
                if not is_referred_to(self._notebook, one):
                    self.files.remove(one)
        return outcome

    def remove_photo(self, attachment_id: str) -> Outcome:
        """Put a photo in the bin; its bytes stay until the bin is emptied."""
        with writing(self._notebook, "photo retirée") as unit:
            steps.part_row(unit, self._actor, Attachment, attachment_id)
            unit.delete(Attachment, attachment_id)
            return unit.outcome_of(attachment_id)

    # --- leaving for the site ------------------------------------------------------------

    def readiness(self) -> Readiness:
        """Whether today's and tomorrow's visits have all they need here, photos included."""
        return read_readiness(self._notebook, self.files, self._notebook.clock.today())

    # --- pieces --------------------------------------------------------------------------

    def _insert_visit(self, unit: Unit, lot_id: str, company_id: str, day: dt.date, time: str, kind: str) -> str:
        access.require(access.can_write_visit(self._actor, self._notebook.organisation_id), "créer une visite")
        if row_of(unit.connection, Company, company_id) is None:
            raise not_found()
        return unit.insert(
            Visit,
            {
                "kind": VisitKind(kind),
                "operation_id": operation_of_lot(unit.connection, lot_id),
                "lot_id": lot_id,
                "company_id": company_id,
                "facilitator_id": self._notebook.actor_id,
                "planned_on": day,
                "planned_time": time,
            },
        )

    def _begin(self, unit: Unit, visit_id: str, number: str) -> None:
        unit.update(Visit, visit_id, {"number": number, "started_at": self._notebook.clock.now()})
        row = unit.row(Visit, visit_id)
        steps.fill_attendance(unit, row)
        sheet = read_sheet(unit.connection, visit_id, self._notebook.clock.today())
        if sheet.previous is not None:
            unit.update(Visit, visit_id, {"previous_visit_id": sheet.previous.visit_id})

    def _set(self, visit_id: str, label: str, fields: dict[str, Any], typed: str = "") -> Outcome:
        with writing(self._notebook, label) as unit:
            steps.draft_row(unit, self._actor, visit_id)
            unit.update(Visit, visit_id, fields)
            if typed:
                drafts.drop_draft(self._notebook, typing_place(visit_id, typed))
            return unit.outcome_of(visit_id)

    def _forget_typing(self, visit_id: str, committed: Mapping[str, str | None]) -> None:
        """Drop what was being typed in the fields that get a value now."""
        for field, value in committed.items():
            if value is not None:
                drafts.drop_draft(self._notebook, typing_place(visit_id, field))

    def _person_fields(self, unit: Unit, visit: Any, person: NewPerson) -> dict[str, Any]:
        if person.beneficiary_id:
            row = unit.row(Beneficiary, person.beneficiary_id)
            access.require(access.can_see_person(self._actor, row["organisation_id"]), "voir cette personne")
            expected = expected_beneficiaries(
                unit.connection, visit["organisation_id"], visit["company_id"], visit["lot_id"], visit["planned_on"]
            )
            own = next((one for one in expected if one.beneficiary_id == person.beneficiary_id), None)
            return {
                "kind": AttendanceKind.BENEFICIARY,
                "beneficiary_id": person.beneficiary_id,
                "employment_contract_id": own.contract_id if own else None,
                "last_name": row["last_name"],
                "first_name": row["first_name"],
                "organisation_name": own.organisation_name if own else "",
                "role_label": own.job_title if own else person.role_label.strip(),
                "presence": PresenceStatus.PRESENT,
                "meeting": MeetingStatus.SEEN,
            }
        last = check_text(person.last_name, "Le nom", field="last_name")
        organisation = person.organisation_name.strip()
        if not organisation:
            company = row_of(unit.connection, Company, visit["company_id"])
            organisation = company["name"] if company is not None else ""
        return {
            "kind": AttendanceKind.SITE_PERSON,
            "last_name": last,
            "first_name": person.first_name.strip(),
            "organisation_name": organisation,
            "role_label": person.role_label.strip(),
            "presence": PresenceStatus.PRESENT,
        }

    def _insert_finding(self, unit: Unit, visit: Any, finding: NewFinding, text: str) -> str:
        phrase = unit.find(Phrase, finding.phrase_id) if finding.phrase_id else None
        to_follow = finding.to_follow
        if to_follow is None:
            to_follow = bool(phrase["to_follow"]) if phrase is not None else True
        number = steps.next_finding_number(unit, visit["id"])
        unit.label = f"constat{NBSP}: {text}"
        made = unit.insert(
            Observation,
            {
                "visit_id": visit["id"],
                "number": number,
                "section": finding.section,
                "text": text,
                "detail": finding.detail.strip(),
                "phrase_id": finding.phrase_id if phrase is not None else None,
                "beneficiary_id": finding.beneficiary_id or None,
                "to_follow": to_follow,
            },
        )
        if phrase is not None:
            count_use(unit, phrase["id"])
        if finding.beneficiary_id:
            for row in parts_of(unit.connection, Attendance, visit["id"]):
                if row["beneficiary_id"] == finding.beneficiary_id:
                    unit.update(Attendance, row["id"], {"all_well": False})
        return made

    def _remove_finding(self, unit: Unit, row: Any) -> None:
        for action in parts_of(unit.connection, Action, row["visit_id"]):
            if action["observation_id"] == row["id"]:
                unit.update(Action, action["id"], {"observation_id": None})
        for photo in photos_of(unit.connection, row["visit_id"]):
            if photo["observation_id"] == row["id"]:
                unit.update(Attachment, photo["id"], {"observation_id": None})
        if row["phrase_id"]:
            count_use(unit, row["phrase_id"], -1)
        unit.delete(Observation, row["id"])

    def _due(self, due: dt.date | DueChip | None, visit: Any) -> dt.date | None:
        if isinstance(due, DueChip):
            return due_chip(due, self._notebook.clock.today(), visit["next_visit_on"])
        return due


def _well(row: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"all_well": True}
    if row["meeting"] in (MeetingStatus.UNKNOWN, MeetingStatus.NOT_SEEN):
        fields["meeting"] = MeetingStatus.SEEN
    if not may_sign(row["presence"]):
        fields["presence"] = PresenceStatus.PRESENT
    return fields
