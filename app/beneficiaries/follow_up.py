"""Following a person: notes, agreed actions, trainings, the next appointment (PRODUCT.md §4.2, B4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.beneficiaries.records import Records
from app.errors import InvalidInput
from app.models.base import Record
from app.models.beneficiaries import (
    AgreedActionDraft,
    Beneficiary,
    FollowUpNote,
    NoteDraft,
    TrainingDraft,
    TrainingRecord,
)
from app.models.choices import ActionState, NoteKind
from app.models.visits import Action
from app.rules.french import format_date, of
from app.rules.people import LINE_LENGTH, check_free_text, check_span
from app.store.unit import Outcome, writing

_TRAINING_MAXIMUM = 500_000


class FollowUpActs(Records):
    """Acts on the follow-up of a person."""

    # --- notes ---------------------------------------------------------------------------

    def add_note(self, person_id: str, draft: NoteDraft) -> Outcome:
        """Add a note of follow-up, dated today unless said; the last contact follows it.

        A next step with its date is an action too: it comes on the home screen when it is due.
        """
        person = self._person(person_id)
        fields = self._note_fields(draft)
        with writing(self._notebook, f"note de suivi {of(self._name(person))}") as unit:
            made = unit.insert(FollowUpNote, {**fields, "beneficiary_id": person_id})
            if fields["next_step"] and fields["next_step_on"] is not None:
                step = {"text": fields["next_step"], "due_on": fields["next_step_on"], "beneficiary_id": person_id}
                unit.insert(Action, step)
            if person["last_contact_on"] is None or fields["noted_on"] > person["last_contact_on"]:
                unit.update(Beneficiary, person_id, {"last_contact_on": fields["noted_on"]})
            unit.touch("beneficiary", [person_id])
            return unit.outcome_of(made)

    def edit_note(self, note_id: str, draft: NoteDraft) -> Outcome:
        """Correct a note."""
        return self._edit(FollowUpNote, note_id, self._note_fields(draft), "note de suivi")

    def remove_note(self, note_id: str) -> Outcome:
        """Put a note in the bin."""
        return self._remove(FollowUpNote, note_id, "suppression d’une note de suivi")

    def _note_fields(self, draft: NoteDraft) -> dict[str, Any]:
        day = draft.noted_on or self._today
        if day > self._today:
            raise InvalidInput(
                "Une note raconte ce qui a eu lieu.",
                todo="Écrire une date passée, ou noter un rendez-vous.",
                field="noted_on",
            )
        return {
            "kind": NoteKind(draft.kind).value,
            "noted_on": day,
            "text": check_free_text(draft.text, field="text", required="La note"),
            "next_step": check_free_text(draft.next_step, field="next_step", limit=LINE_LENGTH),
            "next_step_on": draft.next_step_on,
        }

    # --- agreed actions ------------------------------------------------------------------

    def add_action(self, person_id: str, draft: AgreedActionDraft) -> Outcome:
        """Agree on something to do: what, who, before when."""
        person = self._person(person_id)
        fields = _action_fields(draft)
        with writing(self._notebook, f"action convenue avec {self._name(person)}") as unit:
            made = unit.insert(Action, {**fields, "beneficiary_id": person_id})
            unit.touch("beneficiary", [person_id])
            return unit.outcome_of(made)

    def edit_action(self, action_id: str, draft: AgreedActionDraft) -> Outcome:
        """Correct an action."""
        return self._edit(Action, action_id, _action_fields(draft), "action convenue")

    def set_action_state(self, action_id: str, state: str) -> Outcome:
        """Say that an action is done, without object, or open again."""
        chosen = ActionState(state)
        fields = {"state": chosen.value, "done_on": self._today if chosen is ActionState.DONE else None}
        return self._edit(Action, action_id, fields, f"action {chosen.label.lower()}")

    def remove_action(self, action_id: str) -> Outcome:
        """Put an action in the bin."""
        return self._remove(Action, action_id, "suppression d’une action")

    # --- trainings -----------------------------------------------------------------------

    def add_training(self, person_id: str, draft: TrainingDraft) -> Outcome:
        """Note a training or certificate."""
        person = self._person(person_id)
        fields = _training_fields(draft)
        with writing(self._notebook, f"formation {of(self._name(person))}") as unit:
            made = unit.insert(TrainingRecord, {**fields, "beneficiary_id": person_id})
            unit.touch("beneficiary", [person_id])
            return unit.outcome_of(made)

    def edit_training(self, training_id: str, draft: TrainingDraft) -> Outcome:
        """Correct a training."""
        return self._edit(TrainingRecord, training_id, _training_fields(draft), "formation")

    def remove_training(self, training_id: str) -> Outcome:
        """Put a training in the bin."""
        return self._remove(TrainingRecord, training_id, "suppression d’une formation")

    # --- appointment ---------------------------------------------------------------------

    def set_appointment(self, person_id: str, at: dt.datetime | None, place: str = "") -> Outcome:
        """Say when and where the next appointment is; ``None`` when there is none. ``at`` is aware."""
        person = self._person(person_id)
        if at is not None and at.astimezone(dt.UTC) < self._notebook.clock.now() - dt.timedelta(days=1):
            raise InvalidInput(
                "Ce rendez-vous est passé.", todo="Écrire une date à venir.", field="next_appointment_on"
            )
        where = check_free_text(place, field="next_appointment_place", limit=LINE_LENGTH)
        day = f" le {format_date(at.astimezone().date())}" if at is not None else ""
        with writing(self._notebook, f"rendez-vous {of(self._name(person))}{day}") as unit:
            unit.update(
                Beneficiary,
                person_id,
                {
                    "next_appointment_at": at.astimezone(dt.UTC) if at is not None else None,
                    "next_appointment_place": where if at is not None else "",
                },
            )
            return unit.outcome_of(person_id)

    # --- parts ---------------------------------------------------------------------------

    def _edit(self, model: type[Record], record_id: str, fields: dict[str, Any], label: str) -> Outcome:
        _row, person = self._owned(model, record_id)
        with writing(self._notebook, f"{label} ({self._name(person)})") as unit:
            unit.update(model, record_id, fields)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(record_id)

    def _remove(self, model: type[Record], record_id: str, label: str) -> Outcome:
        _row, person = self._owned(model, record_id)
        with writing(self._notebook, f"{label} ({self._name(person)})") as unit:
            unit.delete(model, record_id)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(record_id)


def _action_fields(draft: AgreedActionDraft) -> dict[str, Any]:
    return {
        "text": check_free_text(draft.text, field="text", limit=500, required="L’action"),
        "owner_name": check_free_text(draft.owner_name, field="owner_name", limit=LINE_LENGTH),
        "due_on": draft.due_on,
    }


def _training_fields(draft: TrainingDraft) -> dict[str, Any]:
    check_span(draft.start_on, draft.end_on)
    if draft.hours is not None and not 0 <= draft.hours <= _TRAINING_MAXIMUM:
        raise InvalidInput("Ces heures de formation sont hors du possible.", todo="Les vérifier.", field="hours")
    return {
        "label": check_free_text(draft.label, field="label", limit=LINE_LENGTH, required="L’intitulé"),
        "organiser": check_free_text(draft.organiser, field="organiser", limit=LINE_LENGTH),
        "start_on": draft.start_on,
        "end_on": draft.end_on,
        "hours": draft.hours,
        "outcome": check_free_text(draft.outcome, field="outcome", limit=LINE_LENGTH),
    }
