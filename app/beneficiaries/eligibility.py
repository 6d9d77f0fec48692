"""Verifying that a person may do insertion hours: scheme → public → proof seen, by whom, valid until.

The proof is seen, never kept; a discreet public leaves « Autre (vérifié) » and no proof behind (DOMAIN.md §2.4, §8.2).
The day of validation is its own field, apart from the day of hiring (DOMAIN.md §2.5).
"""

from __future__ import annotations

from typing import Any

from app.beneficiaries.records import Records
from app.errors import InvalidInput
from app.models.beneficiaries import EligibilityCheck, EligibilityDraft
from app.rules.eligibility import (
    OTHER_VERIFIED,
    PublicCategory,
    check_dates,
    check_derogation,
    stored_code,
    valid_until,
)
from app.rules.french import of
from app.rules.people import LINE_LENGTH, check_free_text
from app.store.reference import Reference
from app.store.unit import Outcome, writing


class EligibilityActs(Records):
    """Acts on the publics verified for a person."""

    def add_eligibility(self, person_id: str, draft: EligibilityDraft) -> Outcome:
        """Note a public verified. Raises ``InvalidInput(field=…)``, ``NotFound``, ``NotAllowed``."""
        person = self._person(person_id)
        fields = self._eligibility_fields(draft)
        with writing(self._notebook, f"éligibilité {of(self._name(person))}") as unit:
            made = unit.insert(
                EligibilityCheck,
                {**fields, "beneficiary_id": person_id, "seen_by": self._notebook.actor_id},
            )
            unit.touch("beneficiary", [person_id])
            return unit.outcome_of(made)

    def edit_eligibility(self, check_id: str, draft: EligibilityDraft) -> Outcome:
        """Correct a public verified; the one who saw the proof becomes the one who corrects when its date changes."""
        row, person = self._owned(EligibilityCheck, check_id)
        kept = row["category_code"] == OTHER_VERIFIED and draft.category_code == OTHER_VERIFIED
        fields = self._kept_fields(draft) if kept else self._eligibility_fields(draft)
        if fields["seen_on"] != row["seen_on"]:
            fields["seen_by"] = self._notebook.actor_id
        with writing(self._notebook, f"éligibilité {of(self._name(person))}") as unit:
            unit.update(EligibilityCheck, check_id, fields)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(check_id)

    def remove_eligibility(self, check_id: str) -> Outcome:
        """Take a public verified away."""
        _row, person = self._owned(EligibilityCheck, check_id)
        with writing(self._notebook, f"retrait d’une éligibilité {of(self._name(person))}") as unit:
            unit.delete(EligibilityCheck, check_id)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(check_id)

    def _eligibility_fields(self, draft: EligibilityDraft) -> dict[str, Any]:
        schemes = {one.code for one in self._entries("public_scheme")}
        if draft.scheme not in schemes:
            raise InvalidInput(
                "La liste de publics manque.", todo="La choisir parmi celles en vigueur.", field="scheme"
            )
        public = next(
            (
                one
                for one in self._entries("public")
                if one.code == draft.category_code and one.data.get("scheme") == draft.scheme
            ),
            None,
        )
        if public is None:
            raise InvalidInput("Le public manque.", todo="Le choisir dans la liste.", field="category_code")
        fields = self._kept_fields(draft)
        proof = self._proof(draft, public)
        months, in_force = _validity(public, proof) if proof else (None, False)
        if proof is not None and draft.valid_until is None and draft.seen_on is not None:
            if in_force:
                raise InvalidInput(
                    "Ce justificatif porte sa propre date de fin.",
                    todo="Écrire la date jusqu’à laquelle il est valable.",
                    field="valid_until",
                )
            fields["valid_until"] = valid_until(draft.seen_on, months)
        category = PublicCategory(draft.scheme, public.code, public.label, bool(public.data.get("discreet")))
        fields.update(
            scheme=draft.scheme,
            category_code=stored_code(category),
            proof_code="" if category.discreet or proof is None else proof.code,
        )
        return fields

    def _kept_fields(self, draft: EligibilityDraft) -> dict[str, Any]:
        """Dates and derogation, checked."""
        today = self._today
        if draft.seen_on is None:
            raise InvalidInput(
                "La date à laquelle le justificatif a été vu manque.",
                todo="L’écrire, par exemple aujourd’hui.",
                field="seen_on",
            )
        check_dates(draft.seen_on, draft.valid_until, today)
        if draft.validated_on is not None and draft.validated_on > today:
            raise InvalidInput(
                "L’éligibilité ne peut pas être validée dans le futur.",
                todo="Corriger la date.",
                field="validated_on",
            )
        reason = check_free_text(draft.derogation_reason, field="derogation_reason", limit=500)
        author = check_free_text(draft.derogation_author, field="derogation_author", limit=LINE_LENGTH)
        if reason or author:
            check_derogation(reason, author)
        return {
            "seen_on": draft.seen_on,
            "validated_on": draft.validated_on or draft.seen_on,
            "valid_until": draft.valid_until,
            "derogation_reason": reason,
            "derogation_author": author,
        }

    def _proof(self, draft: EligibilityDraft, public: Reference) -> Reference | None:
        """The proof seen; it may be missing only with a derogation."""
        known = {one.code: one for one in self._entries("proof_kind")}
        proof = known.get(draft.proof_code)
        if proof is None and not draft.derogation_reason.strip():
            raise InvalidInput(
                "Le justificatif vu manque.",
                todo="Le choisir dans la liste, ou motiver une dérogation.",
                field="proof_code",
            )
        named = [item["kind"] for item in public.data.get("proofs") or ()]
        if proof is not None and named and proof.code not in named:
            raise InvalidInput(
                "Ce justificatif n’est pas prévu pour ce public.", todo="En choisir un autre.", field="proof_code"
            )
        return proof


def _validity(public: Reference, proof: Reference) -> tuple[int | None, bool]:
    """(months, in force) of a proof: as the public says, else as the proof says of itself."""
    for item in public.data.get("proofs") or ():
        if item["kind"] == proof.code:
            return item.get("validity_months"), bool(item.get("in_force"))
    return proof.data.get("validity_months"), bool(proof.data.get("in_force"))
