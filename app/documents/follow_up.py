"""The follow-up sheet, from the very values of the person's page (PRODUCT.md §4.2).

« Pour la personne »: what she keeps in her pocket, no criterion. « Pour le dossier »: adds the eligibility seen and the
contact log.
"""

from __future__ import annotations

from app.beneficiaries.service import BeneficiariesService
from app.beneficiaries.values import BeneficiarySheet, ContractLine
from app.documents import eligibility
from app.documents.heading import Desk, header, letter_name, referent, stamp
from app.models.choices import DocumentKind, Recipient
from app.reports.content import (
    ActionLine,
    Appointment,
    ContactLogLine,
    CurrentContract,
    FollowUpDossier,
    FollowUpSheetContent,
    MonthCell,
    PastContract,
    TrainingLine,
)
from app.rules.calendar import first_day
from app.rules.french import format_long_date


def content(
    desk: Desk, people: BeneficiariesService, beneficiary_id: str, recipient: Recipient
) -> FollowUpSheetContent:
    """What the sheet of a person shows to this recipient. Raises ``NotFound``, ``NotAllowed``."""
    sheet = people.get(beneficiary_id)
    name = letter_name(sheet.last_name, sheet.first_name)
    current = sheet.current_contract
    return FollowUpSheetContent(
        stamp=stamp(desk, DocumentKind.FOLLOW_UP_SHEET, sheet.file_number, recipient),
        organisation=header(desk),
        person_name=name,
        birth_year=sheet.birth_date.year if sheet.birth_date else None,
        referent=referent(desk, sheet.facilitator_id),
        current=_current(current) if current else None,
        contracts=tuple(_past(one) for one in sheet.contracts),
        months=tuple(MonthCell(first_day(one.month), one.hours, one.validated) for one in sheet.months),
        objectives=sheet.objectives,
        actions=tuple(
            ActionLine(one.text, one.owner_name, one.due_on, one.done_on) for one in sheet.actions if one.open
        ),
        appointment=Appointment(
            at=sheet.appointment_at.astimezone() if sheet.appointment_at else None, place=sheet.appointment_place
        ),
        trainings=tuple(
            TrainingLine(one.label, one.organiser, one.start_on, one.end_on, one.hours, one.outcome)
            for one in sheet.trainings
        ),
        dossier=_dossier(sheet, name) if recipient is Recipient.FILE else None,
    )


def _current(one: ContractLine) -> CurrentContract:
    return CurrentContract(
        company=one.company_name,
        job_title=one.job_title,
        contract_label=_label(one),
        start_on=one.start_on,
        end_on=one.end_on,
        done_hours=one.hours,
        planned_hours=one.planned_hours,
        tutor=one.tutor_name,
        employer=one.employer_name if one.employer_id != one.company_id else "",
        weekly_hours=one.weekly_hours,
        operation=f"{one.operation_name}, {one.lot_label}",
    )


def _past(one: ContractLine) -> PastContract:
    return PastContract(one.company_name, one.job_title, _label(one), one.start_on, one.end_on, one.hours)


def _label(one: ContractLine) -> str:
    return f"{one.type_label}, {one.modality_label[:1].lower()}{one.modality_label[1:]}"


def _dossier(sheet: BeneficiarySheet, name: str) -> FollowUpDossier:
    latest = sheet.periods[0] if sheet.periods else None
    period = ""
    if latest is not None:
        period = f"du {format_long_date(latest.start_on)}" + (
            f" au {format_long_date(latest.end_on)}" if latest.end_on else " (en cours)"
        )
    return FollowUpDossier(
        file_number=sheet.file_number,
        birth_date=sheet.birth_date,
        town=f"{sheet.postcode} {sheet.town}".strip(),
        prescriber=", ".join(part for part in (sheet.prescriber_label, sheet.prescriber_name) if part),
        period=period,
        eligibility=eligibility.lines_of(name, sheet.eligibility),
        contact_log=tuple(
            ContactLogLine(one.noted_on, one.kind_label, one.text, one.author, one.next_step, one.next_step_on)
            for one in sheet.notes
        ),
    )
