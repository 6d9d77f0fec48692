"""Making the page of one person from rows: words for codes, hours by contract and month, the timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.beneficiaries.values import (
    DISCREET_PROOF,
    ActionLine,
    ContractLine,
    DocumentLine,
    EligibilityLine,
    EventKind,
    ExitLine,
    MonthHours,
    NoteLine,
    PeriodLine,
    TimelineEvent,
    TrainingLine,
)
from app.models.choices import (
    ActionState,
    AgeBand,
    DocumentKind,
    EmploymentType,
    MeetingStatus,
    Modality,
    NoteKind,
    Qualification,
    VisitKind,
)
from app.rules.calendar import month_of, months_range, shift_month
from app.rules.eligibility import OTHER_VERIFIED, OTHER_VERIFIED_LABEL, Check, is_valid_on
from app.rules.french import NBSP, format_date, format_hours_unit, quoted
from app.store.beneficiaries import runs_on
from app.store.commitments import lot_label

Row = Mapping[Any, Any]
LabelOf = Callable[[str, str, dt.date | None], str]
"""(reference table, code, day) → French words."""
STRIP = 12


def label_of_choice(kind: Any, value: str) -> str:
    """The French words of a stored choice; the value itself when a newer program wrote it."""
    try:
        return str(kind(value).label)
    except ValueError:
        return value


def eligibility_lines(
    rows: Iterable[Row], label_of: LabelOf, discreet: frozenset[str], today: dt.date
) -> tuple[EligibilityLine, ...]:
    """Publics verified; for a discreet one neither the public nor its proof is named (DOMAIN.md §8.2)."""
    lines: list[EligibilityLine] = []
    for row in rows:
        code, seen = row["category_code"], row["seen_on"]
        hidden = code == OTHER_VERIFIED or code in discreet
        proof = row["proof_code"]
        derogation = ""
        if row["derogation_reason"]:
            author = f" ({row['derogation_author']})" if row["derogation_author"] else ""
            derogation = f"{row['derogation_reason']}{author}"
        lines.append(
            EligibilityLine(
                row["id"],
                row["scheme"],
                label_of("public_scheme", row["scheme"], seen),
                code,
                OTHER_VERIFIED_LABEL if hidden else label_of("public", code, seen),
                (DISCREET_PROOF if hidden and seen else label_of("proof_kind", proof, seen) if proof else ""),
                seen,
                row["seen_by_name"],
                row["validated_on"],
                row["valid_until"],
                derogation,
                covers(row, today),
            )
        )
    return tuple(lines)


def covers(row: Row, day: dt.date) -> bool:
    """Whether a check covers ``day``: its proof (or the opinion of a derogation) was seen and is in force."""
    return is_valid_on(Check(row["category_code"], row["seen_on"], row["valid_until"]), day)


def covered_until(rows: Sequence[Row], today: dt.date) -> dt.date | None:
    """Last day covered by the checks in force today; ``None`` when one has no limit, or none is in force."""
    dates = [row["valid_until"] for row in rows if covers(row, today)]
    return None if not dates or None in dates else max(dates)


def period_lines(
    periods: Sequence[Row], contracts: Sequence[Row], hours: Mapping[str, int], today: dt.date
) -> tuple[PeriodLine, ...]:
    """Periods with their contracts, the latest first."""
    made: list[PeriodLine] = []
    for period in periods:
        lines = tuple(_contract_line(row, hours, today) for row in contracts if row["period_id"] == period["id"])
        made.append(
            PeriodLine(
                period["id"],
                period["start_on"],
                period["end_on"],
                period["end_reason"],
                label_of_choice(AgeBand, period["age_band"]),
                period["qualification"],
                label_of_choice(Qualification, period["qualification"]),
                sum(one.hours for one in lines),
                lines,
            )
        )
    return tuple(made)


def _contract_line(row: Row, hours: Mapping[str, int], today: dt.date) -> ContractLine:
    return ContractLine(
        row["id"],
        row["period_id"],
        row["company_id"],
        row["company_name"],
        row["employer_id"],
        row["employer_name"],
        row["lot_id"],
        row["operation_id"],
        row["operation_name"],
        lot_label(row["lot_number"], row["lot_name"]),
        row["type"],
        label_of_choice(EmploymentType, row["type"]),
        row["modality"],
        label_of_choice(Modality, row["modality"]),
        row["trade_code"],
        row["job_title"],
        row["start_on"],
        row["end_on"],
        row["weekly_hours"],
        row["planned_hours"],
        row["tutor_name"],
        hours.get(row["id"], 0),
        runs_on(row, today),
    )


def month_strip(
    typed: Iterable[tuple[str, str, int, bool]], contracts: Sequence[Row], today: dt.date
) -> tuple[MonthHours, ...]:
    """The 12 months up to the end of the latest contract begun (today at the latest), oldest first."""
    totals: dict[str, tuple[int, bool]] = {}
    for _contract, month, hours, validated in typed:
        known, before = totals.get(month, (0, True))
        totals[month] = (known + hours, before and validated)
    begun = [row for row in contracts if row["start_on"] <= today]
    ends = [row["end_on"] or today for row in begun]
    last = month_of(min(max(ends, default=today), today))
    last = max([last, *totals], default=last)
    return tuple(
        MonthHours(month, *totals.get(month, (None, False)))
        for month in months_range(shift_month(last, 1 - STRIP), last)
    )


def note_lines(rows: Iterable[Row]) -> tuple[NoteLine, ...]:
    """Follow-up notes."""
    return tuple(
        NoteLine(
            row["id"],
            row["kind"],
            label_of_choice(NoteKind, row["kind"]),
            row["noted_on"],
            row["text"],
            row["next_step"],
            row["next_step_on"],
            row["author"],
            row["visit_id"] or "",
        )
        for row in rows
    )


def action_lines(rows: Iterable[Row], today: dt.date) -> tuple[ActionLine, ...]:
    """Actions, open first."""
    return tuple(
        ActionLine(
            row["id"],
            row["text"],
            row["owner_name"],
            row["due_on"],
            row["state"],
            row["done_on"],
            row["visit_id"] or "",
            row["visit_number"],
            row["state"] == ActionState.OPEN and row["due_on"] is not None and row["due_on"] < today,
        )
        for row in rows
    )


def training_lines(rows: Iterable[Row]) -> tuple[TrainingLine, ...]:
    """Trainings."""
    return tuple(
        TrainingLine(
            row["id"], row["label"], row["organiser"], row["start_on"], row["end_on"], row["hours"], row["outcome"]
        )
        for row in rows
    )


def document_lines(issued: Iterable[Row], visits: Iterable[Row]) -> tuple[DocumentLine, ...]:
    """Documents issued about the person and signed visit reports, the latest first."""
    lines = [
        DocumentLine(
            row["id"],
            label_of_choice(DocumentKind, row["kind"]),
            row["number"],
            row["issued_at"].astimezone().date(),
            "",
            row["record_id"] if row["kind"] == DocumentKind.ATTESTATION else "",
        )
        for row in issued
    ]
    lines += [
        DocumentLine(row["id"], DocumentKind.VISIT_REPORT.label, row["number"], row["planned_on"], row["id"])
        for row in visits
    ]
    return tuple(sorted(lines, key=lambda one: (one.on, one.number), reverse=True))


# --- timeline ----------------------------------------------------------------------------


def timeline(
    notes: Iterable[NoteLine],
    visits: Iterable[Row],
    findings: Mapping[str, Sequence[str]],
    contracts: Iterable[ContractLine],
    eligibility: Iterable[EligibilityLine],
    trainings: Iterable[TrainingLine],
    actions: Iterable[ActionLine],
    exits: Iterable[ExitLine],
    today: dt.date,
) -> tuple[TimelineEvent, ...]:
    """All that happened, the latest first (PRODUCT.md B4)."""
    events: list[TimelineEvent] = []
    for note in notes:
        step = ""
        if note.next_step:
            due = f" (avant le {format_date(note.next_step_on)})" if note.next_step_on else ""
            step = f"Suite{NBSP}: {note.next_step}{due}"
        detail = "\n".join(part for part in (note.text, step) if part)
        events.append(TimelineEvent(EventKind.NOTE, note.noted_on, note.kind_label, detail, note.id))
    for visit in visits:
        words = ["RAS"] if visit["all_well"] else []
        words += findings.get(visit["id"], [])
        met = label_of_choice(MeetingStatus, visit["meeting"]) if visit["meeting"] != MeetingStatus.UNKNOWN else ""
        title = f"{label_of_choice(VisitKind, visit['kind'])} {visit['number']}, {visit['company_name']}"
        detail = " · ".join(part for part in (met, *words) if part)
        events.append(TimelineEvent(EventKind.VISIT, visit["planned_on"], title, detail, visit["id"]))
    for contract in contracts:
        what = f"{contract.type_label}, {contract.modality_label[:1].lower()}{contract.modality_label[1:]}"
        job = f"{contract.job_title}, " if contract.job_title else ""
        events.append(
            TimelineEvent(
                EventKind.CONTRACT,
                contract.start_on,
                f"Début de contrat chez {quoted(contract.company_name)}",
                f"{job}{what}",
                contract.id,
            )
        )
        if contract.end_on is not None and contract.end_on <= today:
            events.append(
                TimelineEvent(
                    EventKind.CONTRACT,
                    contract.end_on,
                    f"Fin de contrat chez {quoted(contract.company_name)}",
                    f"{format_hours_unit(contract.hours)} réalisées",
                    contract.id,
                )
            )
    for check in eligibility:
        day = check.validated_on or check.seen_on
        if day is not None:
            proof = check.proof_label or ("Dérogation" if check.derogation else "")
            events.append(
                TimelineEvent(
                    EventKind.ELIGIBILITY, day, f"Éligibilité vérifiée{NBSP}: {check.category_label}", proof, check.id
                )
            )
    for training in trainings:
        if training.start_on is not None:
            hours = format_hours_unit(training.hours) if training.hours else ""
            detail = " · ".join(part for part in (training.organiser, hours, training.outcome) if part)
            events.append(TimelineEvent(EventKind.TRAINING, training.start_on, training.label, detail, training.id))
    for action in actions:
        if action.state == ActionState.DONE and action.done_on is not None:
            events.append(TimelineEvent(EventKind.ACTION, action.done_on, "Action faite", action.text, action.id))
    for line in exits:
        events.append(
            TimelineEvent(EventKind.EXIT, line.ended_on, "Fin du parcours", line.end_reason_label, line.period_id)
        )
        for milestone in line.milestones:
            if milestone.answered_on is not None:
                events.append(
                    TimelineEvent(
                        EventKind.EXIT,
                        milestone.answered_on,
                        milestone.label,
                        milestone.employment_label,
                        f"{line.period_id}/{milestone.code}",
                    )
                )
            events += [
                TimelineEvent(
                    EventKind.EXIT,
                    attempt.attempted_on,
                    f"Tentative de contact ({milestone.label[:1].lower()}{milestone.label[1:]})",
                    f"{attempt.means_label} · {attempt.outcome_label}",
                    attempt.id,
                )
                for attempt in milestone.attempts
            ]
    order = list(EventKind)
    return tuple(sorted(events, key=lambda one: (-one.on.toordinal(), order.index(one.kind), one.record_id)))
