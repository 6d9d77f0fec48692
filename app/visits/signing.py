"""Signatures, the final lock, rectifications, and what can still be taken back (PRODUCT.md V7-V9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from app.clock import natural_id
from app.errors import InvalidInput, Locked
from app.models.attachments import Attachment
from app.models.base import Record
from app.models.beneficiaries import Beneficiary
from app.models.choices import PointState, SignerRole, VisitKind, VisitState
from app.models.visits import Action, Attendance, Observation, Signature, Visit
from app.rules import access
from app.rules.french import person_name_letter
from app.rules.signatures import check_signature, clean_strokes
from app.rules.visits import check_text, may_sign
from app.store import drafts
from app.store.unit import Outcome, Undo, Unit, not_found, revert, writing
from app.store.visit_sheet import facilitator_attendance_id, read_sheet, signature_id
from app.store.visits import parts_of, planned_visit, points_for, rectification_of, row_of
from app.visits import writing as steps
from app.visits.reading import VisitReading, name_of
from app.visits.values import typing_place

_OWNERS: dict[str, tuple[type[Record], str]] = {
    "attendance": (Attendance, "visit_id"),
    "observation": (Observation, "visit_id"),
    "action": (Action, "visit_id"),
    "signature": (Signature, "visit_id"),
    "attachment": (Attachment, "owner_id"),
}


class VisitSigning(VisitReading):
    """From « Relire et signer » to the locked report, and its rectification."""

    # --- signatures ----------------------------------------------------------------------

    def sign(self, attendance_id: str, strokes: Sequence[Sequence[Sequence[int]]], *, device: str = "") -> Outcome:
        """Somebody present signs; signing again replaces.

        Raises ``InvalidInput`` for an empty signature or somebody who is not there.
        """
        kept = clean_strokes(strokes)
        check_signature(kept, refused=False, refusal_reason="")
        drawn = [[list(point) for point in stroke] for stroke in kept]
        with writing(self._notebook) as unit:
            row, visit = self._signer(unit, attendance_id)
            unit.label = f"signature de {name_of(row)}"
            self._put_signature(
                unit,
                row,
                visit,
                {"strokes": drawn, "refused": False, "refusal_reason": ""},
                device,
            )
            return unit.outcome_of(visit["id"])

    def refuse(self, attendance_id: str, reason: str, *, device: str = "") -> Outcome:
        """Somebody present refuses to sign, with a reason, which is printed; the report can still be final."""
        plain = check_text(reason, "Le motif", field="refusal_reason")
        with writing(self._notebook) as unit:
            row, visit = self._signer(unit, attendance_id)
            if row["id"] == facilitator_attendance_id(visit["id"]):
                raise InvalidInput(
                    "Votre signature est nécessaire.", todo="Signer pour valider.", field="refusal_reason"
                )
            unit.label = f"refus de {name_of(row)}"
            self._put_signature(unit, row, visit, {"strokes": [], "refused": True, "refusal_reason": plain}, device)
            return unit.outcome_of(visit["id"])

    def remove_signatures(self, visit_id: str) -> Outcome:
        """Take the signatures off a draft, so that it can be modified."""
        with writing(self._notebook, "signatures retirées") as unit:
            steps.draft_row(unit, self._actor, visit_id, signing=True)
            for row in parts_of(unit.connection, Signature, visit_id):
                unit.delete(Signature, row["id"])
            return unit.outcome_of(visit_id)

    def finalise(self, visit_id: str) -> Outcome:
        """Lock the report for ever; it cannot be undone.

        Needs the facilitator's signature and the company's, or its refusal.
        Freezes « L’essentiel » and the earlier points nobody answered, writes the last contact with people met, and
        plans the next visit. Raises ``InvalidInput`` with what lacks.
        """
        sheet = self.open_visit(visit_id)
        with writing(self._notebook, f"visite {sheet.number} signée") as unit:
            row = steps.draft_row(unit, self._actor, visit_id, signing=True)
            access.require(access.can_finalise_visit(self._actor, row["organisation_id"]), "valider cette visite")
            if sheet.missing:
                raise InvalidInput(" ".join(sheet.missing), "La visite reste un brouillon.", field="signatures")
            for point in points_for(unit.connection, unit.row(Visit, visit_id)):
                if point.state == PointState.OPEN:
                    steps.answer_points(unit, visit_id, point.observation_id, PointState.OPEN, None, row["planned_on"])
            for person in sheet.beneficiaries:
                if person.was_met and person.beneficiary_id:
                    self._note_contact(unit, person.beneficiary_id, row["planned_on"])
            fields = {"state": VisitState.FINAL, "summary": "\n".join(sheet.summary)}
            finished = row["finished_at"] or self._notebook.clock.now()
            unit.update(Visit, visit_id, {**fields, "finished_at": finished, "section": ""})
            if row["next_visit_on"] is not None:
                self._plan_next(unit, row)
            for place in self.typed(visit_id):
                drafts.drop_draft(self._notebook, typing_place(visit_id, place))
            return self._not_undone(unit, visit_id)

    def rectify(self, visit_id: str, reason: str) -> Outcome:
        """Begin the rectification of a signed report: a draft with its own number that says what it corrects and why.

        Everything but the signatures is copied. The rectification begun already is answered rather than a second one.
        """
        plain = check_text(reason, "Le motif du rectificatif", field="correction_reason")
        with self._notebook.read() as connection:
            source = row_of(connection, Visit, visit_id)
            begun = rectification_of(connection, visit_id)
        if source is None or source["deleted_at"] is not None:
            raise not_found()
        access.require(access.can_write_visit(self._actor, source["organisation_id"]), "corriger cette visite")
        if source["state"] != VisitState.FINAL:
            raise InvalidInput("Cette visite n’est pas signée.", todo="La modifier directement.", field="state")
        if begun:
            with writing(self._notebook) as unit:
                return self._not_undone(unit, begun)
        number = self._number(self._notebook.clock.today())
        with writing(self._notebook, f"rectificatif {number}") as unit:
            kept = (
                "kind",
                "operation_id",
                "lot_id",
                "company_id",
                "facilitator_id",
                "planned_on",
                "planned_time",
                "started_at",
                "finished_at",
                "place",
                "summary",
                "summary_edited",
                "next_visit_on",
                "free_note",
                "organisation_id",
                "previous_visit_id",
            )
            fields = {name: source[name] for name in kept}
            fields |= {"number": number, "corrects_id": visit_id, "correction_reason": plain}
            made = unit.insert(Visit, fields)
            steps.copy_parts(unit, source, made)
            unit.touch("visit", [visit_id])
            return self._not_undone(unit, made)

    # --- undo ----------------------------------------------------------------------------

    def take_back(self, undo: Undo) -> Outcome:
        """Take an act back. Raises ``Locked`` when it concerns a report signed since, or a photo masked since."""
        for step in undo.steps:
            content = dict(step.fields).get("sha256") if step.kind == "attachment" else None
            if content and not self.files.path(content).exists():
                raise Locked(
                    "Cette photo a été masquée depuis.", todo="La retirer de la visite si elle ne convient plus."
                )
        with writing(self._notebook) as unit:
            for visit_id in self._visits_of(unit, undo):
                row = unit.find(Visit, visit_id)
                if row is not None and row["state"] == VisitState.FINAL:
                    raise steps.locked()
        return revert(self._notebook, undo)

    # --- pieces --------------------------------------------------------------------------

    def _signer(self, unit: Unit, attendance_id: str) -> tuple[Any, Any]:
        row = unit.find(Attendance, attendance_id)
        if row is None or row["deleted_at"] is not None:
            raise not_found()
        visit = steps.draft_row(unit, self._actor, row["visit_id"], signing=True)
        steps.must_be_there(may_sign(row["presence"]))
        return row, visit

    def _put_signature(self, unit: Unit, row: Any, visit: Any, given: dict[str, Any], device: str) -> None:
        role = steps.role_of_signer(visit["id"], row)
        label = ", ".join(part for part in (row["role_label"], row["organisation_name"]) if part)
        known = parts_of(unit.connection, Signature, visit["id"])
        sheet = read_sheet(unit.connection, visit["id"], self._notebook.clock.today())
        fields = {
            "visit_id": visit["id"],
            "signer_name": person_name_letter(row["last_name"], row["first_name"]),
            "role": role,
            "role_label": label or SignerRole(role).label,
            "signed_at": self._notebook.clock.now(),
            "place": sheet.place,
            "device": device,
            "position": len(known),
            **given,
        }
        unit.put(Signature, signature_id(visit["id"], row["id"]), fields)

    def _note_contact(self, unit: Unit, beneficiary_id: str, day: dt.date) -> None:
        person = unit.find(Beneficiary, beneficiary_id)
        if person is not None and (person["last_contact_on"] is None or person["last_contact_on"] < day):
            unit.update(Beneficiary, beneficiary_id, {"last_contact_on": day})

    def _plan_next(self, unit: Unit, row: Any) -> None:
        day, own = row["next_visit_on"], row["organisation_id"]
        if planned_visit(unit.connection, own, row["company_id"], row["lot_id"], day):
            return
        planned = natural_id("visit", "after", row["corrects_id"] or row["id"])
        fields = {
            **{name: row[name] for name in ("operation_id", "lot_id", "company_id", "facilitator_id")},
            "kind": VisitKind.SITE,
            "planned_on": day,
        }
        known = unit.find(Visit, planned)
        if known is None:
            unit.insert(Visit, fields, planned)
        elif known["started_at"] is None and known["deleted_at"] is None:
            unit.update(Visit, planned, {"planned_on": day})

    def _visits_of(self, unit: Unit, undo: Undo) -> set[str]:
        found: set[str] = set()
        for step in undo.steps:
            if step.kind == "visit":
                found.add(step.record_id)
            elif step.kind in _OWNERS:
                model, key = _OWNERS[step.kind]
                row = unit.find(model, step.record_id)
                settles = step.kind in ("observation", "action") and not self._is_content(step.fields)
                if row is not None and row[key] and not settles:
                    found.add(row[key])
        return found

    @staticmethod
    def _is_content(fields: Sequence[tuple[str, Any]]) -> bool:
        """Whether a step touches what a report prints, rather than what became of a point or an action since."""
        return any(name not in ("state", "closed_on", "done_on") for name, _ in fields)
