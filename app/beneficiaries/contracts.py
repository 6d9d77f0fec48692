"""Clause periods and employment contracts: the eight fields of a contract, its end, its renewal (PRODUCT.md C4).

A contract belongs to a clause period; age band and qualification are frozen at the start of the period
(DOMAIN.md §14.5). The user company owes the hours; for a direct hire it is the employer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.beneficiaries.records import Records
from app.errors import InvalidInput
from app.models.beneficiaries import ClausePeriod, EmploymentContract, EmploymentContractDraft
from app.models.choices import EmploymentType, Modality, PeriodEnd, Qualification
from app.models.hours import HourLine
from app.rules.calendar import month_of
from app.rules.eligibility import age_band_on
from app.rules.french import format_date, format_month, of
from app.rules.people import (
    CONTRACT_MAXIMUM,
    LINE_LENGTH,
    check_contract_dates,
    check_free_text,
    check_span,
    check_weekly_hours,
)
from app.store import beneficiaries as people
from app.store.unit import Outcome, Unit, writing


class ContractActs(Records):
    """Acts on the periods and contracts of a person."""

    def add_contract(self, person_id: str, draft: EmploymentContractDraft) -> Outcome:
        """Add a contract, in the period that runs then or in a new one. Raises ``InvalidInput(field=…)``."""
        person = self._person(person_id)
        fields = self._contract_fields(draft)
        with self._notebook.read() as connection:
            periods = people.periods_of(connection, person_id)
            others = people.contracts_of(connection, person_id)
        if any(
            (one["company_id"], one["lot_id"], one["start_on"])
            == (fields["company_id"], fields["lot_id"], fields["start_on"])
            for one in others
        ):
            raise InvalidInput(
                "Ce contrat existe déjà\u00a0: même entreprise, même lot, même premier jour.",
                "Il n’a pas été ajouté deux fois.",
                "Corriger la date, ou renouveler le contrat existant.",
                field="start_on",
            )
        with writing(self._notebook, f"contrat {of(self._name(person))}") as unit:
            period = self._period_for(unit, person, periods, fields["start_on"], draft.qualification)
            made = unit.insert(EmploymentContract, {**fields, "period_id": period, "beneficiary_id": person_id})
            unit.touch("beneficiary", [person_id])
            return unit.outcome_of(made)

    def edit_contract(self, contract_id: str, draft: EmploymentContractDraft) -> Outcome:
        """Correct a contract. Dates that would leave typed hours outside, another company or lot: then refused."""
        row, person = self._owned(EmploymentContract, contract_id)
        fields = self._contract_fields(draft)
        with self._notebook.read() as connection:
            typed = people.contract_has_hours(connection, contract_id)
            span = people.months_with_hours(connection, contract_id)
        if typed:
            for field, word in (("company_id", "L’entreprise"), ("lot_id", "Le lot")):
                if fields[field] != row[field]:
                    raise InvalidInput(
                        f"{word} ne peut plus changer\u00a0: des heures sont saisies sur ce contrat.",
                        "Rien n’a été modifié.",
                        "Ajouter un autre contrat.",
                        field=field,
                    )
            _refuse_hours_outside(span, fields["start_on"], fields["end_on"])
        with writing(self._notebook, f"contrat {of(self._name(person))}") as unit:
            unit.update(EmploymentContract, contract_id, fields)
            period = unit.row(ClausePeriod, row["period_id"])
            changes: dict[str, Any] = {}
            if fields["start_on"] < period["start_on"]:
                changes["start_on"] = fields["start_on"]
                changes["age_band"] = age_band_on(person["birth_date"], fields["start_on"]).value
            if draft.qualification != Qualification.UNKNOWN and period["qualification"] == Qualification.UNKNOWN:
                changes["qualification"] = Qualification(draft.qualification).value
            if period["end_on"] is not None and (fields["end_on"] is None or fields["end_on"] > period["end_on"]):
                changes |= {"end_on": None, "end_reason": ""}
            unit.update(ClausePeriod, period["id"], changes)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(contract_id)

    def renew_contract(self, contract_id: str, until: dt.date) -> Outcome:
        """« Renouveler jusqu’au… »: the same contract goes on until a later day; its period is open again."""
        row, person = self._owned(EmploymentContract, contract_id)
        if row["end_on"] is None or until <= row["end_on"]:
            raise InvalidInput(
                "Un renouvellement va au-delà de la fin prévue.",
                todo="Écrire une date plus éloignée.",
                field="end_on",
            )
        with writing(self._notebook, f"renouvellement du contrat {of(self._name(person))}") as unit:
            unit.update(EmploymentContract, contract_id, {"end_on": until})
            unit.update(ClausePeriod, row["period_id"], {"end_on": None, "end_reason": ""})
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(contract_id)

    def end_contract(self, contract_id: str, end_on: dt.date, reason: str, *, close_period: bool = True) -> Outcome:
        """Say when and why a contract ends; the clause period ends with it when no other contract goes beyond.

        ``reason`` is a ``PeriodEnd``. Raises ``InvalidInput`` when hours were typed after that day.
        """
        row, person = self._owned(EmploymentContract, contract_id)
        check_span(row["start_on"], end_on)
        chosen = PeriodEnd(reason)
        with self._notebook.read() as connection:
            _refuse_hours_outside(people.months_with_hours(connection, contract_id), row["start_on"], end_on)
            others = [
                one
                for one in people.contracts_of(connection, person["id"])
                if one["id"] != contract_id and one["period_id"] == row["period_id"]
            ]
        goes_on = any(one["end_on"] is None or one["end_on"] > end_on for one in others)
        with writing(self._notebook, f"fin du contrat {of(self._name(person))} le {format_date(end_on)}") as unit:
            unit.update(EmploymentContract, contract_id, {"end_on": end_on})
            if close_period and not goes_on:
                last = max((one["end_on"] for one in others if one["end_on"]), default=end_on)
                ends = {"end_on": max(last, end_on), "end_reason": chosen.value}
                unit.update(ClausePeriod, row["period_id"], ends)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(contract_id)

    def remove_contract(self, contract_id: str) -> Outcome:
        """Put a contract without hours in the bin, with its period when it held nothing else."""
        row, person = self._owned(EmploymentContract, contract_id)
        with self._notebook.read() as connection:
            if people.contract_has_hours(connection, contract_id):
                raise InvalidInput(
                    "Des heures sont saisies sur ce contrat.",
                    "Il n’a pas été supprimé.",
                    "Indiquer plutôt sa fin.",
                )
            empty = people.lines_to_bin(connection, [contract_id])
            alone = all(
                one["id"] == contract_id or one["period_id"] != row["period_id"]
                for one in people.contracts_of(connection, person["id"])
            )
        with writing(self._notebook, f"suppression du contrat {of(self._name(person))}") as unit:
            for line in empty:
                unit.delete(HourLine, line)
            unit.delete(EmploymentContract, contract_id)
            if alone:
                unit.delete(ClausePeriod, row["period_id"])
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(contract_id)

    def set_qualification(self, period_id: str, qualification: str) -> Outcome:
        """Correct the qualification noted at the start of a period."""
        _row, person = self._owned(ClausePeriod, period_id)
        with writing(self._notebook, f"qualification {of(self._name(person))}") as unit:
            unit.update(ClausePeriod, period_id, {"qualification": Qualification(qualification).value})
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(period_id)

    # --- parts ---------------------------------------------------------------------------

    def _contract_fields(self, draft: EmploymentContractDraft) -> dict[str, Any]:
        kind, modality = EmploymentType(draft.type), Modality(draft.modality)
        check_contract_dates(draft.start_on, draft.end_on, kind)
        if not draft.company_id:
            raise InvalidInput(
                "L’entreprise manque.", todo="La choisir dans la liste en tapant son nom.", field="company_id"
            )
        employer = draft.company_id if modality is Modality.DIRECT_HIRE else draft.employer_id
        if not employer:
            raise InvalidInput(
                "L’employeur manque.", todo="Choisir la structure qui emploie la personne.", field="employer_id"
            )
        with self._notebook.read() as connection:
            known = {row["id"] for row in people.companies_by_ids(connection, [draft.company_id, employer])}
            lot_known = bool(draft.lot_id) and people.lot_exists(connection, draft.lot_id)
        if draft.company_id not in known:
            raise InvalidInput("Cette entreprise n’existe plus.", todo="En choisir une autre.", field="company_id")
        if employer not in known:
            raise InvalidInput("Cet employeur n’existe plus.", todo="En choisir un autre.", field="employer_id")
        if not lot_known:
            raise InvalidInput(
                "Le lot manque\u00a0: les heures comptent pour un engagement.",
                todo="Choisir l’opération et le lot.",
                field="lot_id",
            )
        if draft.trade_code and not self._words.trade_label(draft.trade_code):
            raise InvalidInput(
                "Ce métier n’est pas dans le ROME.", todo="Le choisir dans la liste.", field="trade_code"
            )
        planned = draft.planned_hours
        if planned is not None and not 0 <= planned <= CONTRACT_MAXIMUM:
            raise InvalidInput("Ces heures prévues sont hors du possible.", todo="Les vérifier.", field="planned_hours")
        job = check_free_text(draft.job_title, field="job_title", limit=LINE_LENGTH)
        return {
            "type": kind.value,
            "modality": modality.value,
            "company_id": draft.company_id,
            "employer_id": employer,
            "lot_id": draft.lot_id,
            "trade_code": draft.trade_code,
            "job_title": job or self._words.trade_label(draft.trade_code),
            "start_on": draft.start_on,
            "end_on": draft.end_on,
            "weekly_hours": check_weekly_hours(draft.weekly_hours),
            "planned_hours": planned,
            "tutor_name": check_free_text(draft.tutor_name, field="tutor_name", limit=LINE_LENGTH),
        }

    def _period_for(
        self,
        unit: Unit,
        person: Mapping[Any, Any],
        periods: list[people.Row],
        start: dt.date,
        qualification: str,
    ) -> str:
        """The period open on ``start``, else a new one with age band and qualification frozen that day."""
        for period in periods:
            if period["start_on"] <= start and (period["end_on"] is None or start <= period["end_on"]):
                if period["end_on"] is not None:
                    unit.update(ClausePeriod, period["id"], {"end_on": None, "end_reason": ""})
                return str(period["id"])
        return unit.insert(
            ClausePeriod,
            {
                "beneficiary_id": person["id"],
                "start_on": start,
                "age_band": age_band_on(person["birth_date"], start).value,
                "qualification": Qualification(qualification).value,
            },
        )


def _refuse_hours_outside(months: tuple[str, str] | None, start: dt.date, end: dt.date | None) -> None:
    if months is None:
        return
    first, last = months
    if first < month_of(start):
        raise InvalidInput(
            f"Des heures sont saisies dès {format_month(first)}.",
            "Rien n’a été modifié.",
            "Écrire une date de début antérieure, ou corriger le relevé.",
            field="start_on",
        )
    if end is not None and last > month_of(end):
        raise InvalidInput(
            f"Des heures sont saisies jusqu’en {format_month(last)}.",
            "Rien n’a été modifié.",
            "Écrire une date de fin plus éloignée, ou corriger le relevé.",
            field="end_on",
        )
