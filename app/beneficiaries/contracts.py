"""Clause periods and employment contracts: the eight fields of a contract, its end, its renewal (PRODUCT.md C4).

A contract belongs to a clause period; age band and qualification are frozen at the start of the period
(DOMAIN.md §14.5). The user company owes the hours; for a direct hire it is the employer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from app.beneficiaries.records import Records
from app.beneficiaries.values import EndingLine
from app.errors import InvalidInput
from app.models.beneficiaries import ClausePeriod, EmploymentContract, EmploymentContractDraft
from app.models.choices import EmploymentType, Modality, PeriodEnd, Qualification
from app.models.hours import HourLine
from app.rules.calendar import month_of
from app.rules.eligibility import age_band_on
from app.rules.french import NBSP, format_month, of, plural
from app.rules.people import (
    CONTRACT_MAXIMUM,
    LINE_LENGTH,
    check_contract_dates,
    check_free_text,
    check_span,
    check_weekly_hours,
)
from app.store import beneficiaries as people
from app.store.agenda import contracts_ending
from app.store.unit import Outcome, Unit, writing

ENDING_DAYS = 15
"""A contract that ends within fifteen days is told (issue 5)."""


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
        return self.renew_contracts([contract_id], until)

    def renew_contracts(self, contract_ids: Sequence[str], until: dt.date) -> Outcome:
        """The same for several contracts at once: all of them, or none (the refusal says why)."""
        owned = [self._owned(EmploymentContract, one) for one in contract_ids]
        late = [row for row, _person in owned if row["end_on"] is None or until <= row["end_on"]]
        if late:
            several = len(owned) > 1
            raise InvalidInput(
                f"Un renouvellement va au-delà de la fin prévue{NBSP}: ce n’est pas le cas de "
                f"{plural(len(late), 'contrat choisi', 'contrats choisis')}."
                if several
                else "Un renouvellement va au-delà de la fin prévue.",
                "Aucun contrat n’a été renouvelé." if several else "",
                todo="Écrire une date plus éloignée.",
                field="end_on",
            )
        with writing(self._notebook, self._act_label("renouvellement", owned)) as unit:
            for row, person in owned:
                unit.update(EmploymentContract, row["id"], {"end_on": until})
                unit.update(ClausePeriod, row["period_id"], {"end_on": None, "end_reason": ""})
                unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(contract_ids[0] if contract_ids else "")

    def end_contract(self, contract_id: str, end_on: dt.date, reason: str, *, close_period: bool = True) -> Outcome:
        """Say when and why a contract ends; the clause period ends with it when no other contract goes beyond.

        ``reason`` is a ``PeriodEnd``. Raises ``InvalidInput`` when hours were typed after that day.
        """
        return self.end_contracts([contract_id], end_on, reason, close_period=close_period)

    def end_contracts(
        self, contract_ids: Sequence[str], end_on: dt.date | None, reason: str, *, close_period: bool = True
    ) -> Outcome:
        """The same for several contracts at once, all or none; ``None``: each on the day planned for it."""
        owned = [self._owned(EmploymentContract, one) for one in contract_ids]
        chosen = PeriodEnd(reason)
        ends: dict[str, tuple[dt.date, dt.date | None]] = {}
        with self._notebook.read() as connection:
            for row, person in owned:
                day = end_on or row["end_on"] or self._today
                check_span(row["start_on"], day)
                _refuse_hours_outside(people.months_with_hours(connection, row["id"]), row["start_on"], day)
                others = [
                    one
                    for one in people.contracts_of(connection, person["id"])
                    if one["id"] not in contract_ids and one["period_id"] == row["period_id"]
                ]
                goes_on = any(one["end_on"] is None or one["end_on"] > day for one in others)
                last = max((one["end_on"] for one in others if one["end_on"]), default=day)
                ends[row["id"]] = (day, None if goes_on else max(last, day))
        with writing(self._notebook, self._act_label("fin", owned)) as unit:
            for row, person in owned:
                day, closed = ends[row["id"]]
                unit.update(EmploymentContract, row["id"], {"end_on": day})
                if close_period and closed is not None:
                    unit.update(ClausePeriod, row["period_id"], {"end_on": closed, "end_reason": chosen.value})
                unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(contract_ids[0] if contract_ids else "")

    def ending_contracts(self, days: int = ENDING_DAYS) -> tuple[EndingLine, ...]:
        """Contracts of the organisation that end within ``days``, the nearest first: to renew or to end together."""
        self._require_sight("consulter les bénéficiaires")
        today = self._today
        with self._notebook.read() as connection:
            rows = contracts_ending(
                connection, self._notebook.organisation_id, today, today + dt.timedelta(days=days), limit=200
            )
        return tuple(
            EndingLine(row.contract_id, row.beneficiary_id, row.last_name, row.first_name, row.company_name, row.end_on)
            for row in rows
        )

    def _act_label(self, act: str, owned: Sequence[tuple[people.Row, people.Row]]) -> str:
        if len(owned) == 1:
            return f"{act} du contrat {of(self._name(owned[0][1]))}"
        return f"{act} de {plural(len(owned), 'contrat')}"

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
