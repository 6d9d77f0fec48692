"""After the exit: what is asked at each milestone, what was tried, what it is for each scheme (PRODUCT.md B8).

Milestones, situations and exit schemes are dated data (``resources/reference``): nothing of them is decided here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from app.beneficiaries.records import Records
from app.beneficiaries.sheet import label_of_choice
from app.beneficiaries.values import AttemptLine, ExitLine, MilestoneLine, Option, SchemeAnswer, SituationOption
from app.clock import natural_id
from app.errors import InvalidInput
from app.models.beneficiaries import Beneficiary, ClausePeriod
from app.models.choices import AttemptOutcome, NoteKind, PeriodEnd, SituationState
from app.models.exits import AttemptDraft, ContactAttempt, Situation, SituationDraft
from app.rules.exits import (
    FAMILY_LABELS,
    Comparator,
    ExitFamily,
    ExitKind,
    Job,
    Milestone,
    category_of,
    is_due,
    is_unreachable,
    known_on,
    milestone_state,
)
from app.rules.french import NBSP, format_date, of, plural
from app.rules.people import LINE_LENGTH, check_free_text, check_span
from app.store import beneficiaries as people
from app.store import exits as store
from app.store.unit import Outcome, not_found, writing

DUE_DAYS = 62
"""Milestones fallen in the last two months are on the home screen; older ones stay on the page of the person."""
DUE_MOST = 50


class ExitActs(Records):
    """Acts on what became of a person."""

    # --- what is to be asked -------------------------------------------------------------

    def due_milestones(self, limit: int = DUE_MOST) -> tuple[store.DueMilestone, ...]:
        """Milestones of the user's people fallen in the last two months and not known, the latest first."""
        self._require_sight("consulter les bénéficiaires")
        today, milestones = self._today, self._milestones()
        with self._notebook.read() as connection:
            return tuple(
                store.due_milestones(
                    connection,
                    self._notebook.organisation_id,
                    milestones,
                    self._usual_scheme(),
                    today,
                    since=today - dt.timedelta(days=DUE_DAYS),
                    facilitator_id=self._notebook.actor_id,
                    limit=limit,
                )
            )

    def exit_choices(self) -> tuple[tuple[SituationOption, ...], tuple[Option, ...]]:
        """(situations, schemes of milestones) in force today."""
        return (
            tuple(
                SituationOption(one.code, one.label, bool(one.data.get("job"))) for one in self._entries("situation")
            ),
            tuple(Option(one.code, one.label) for one in self._entries("milestone_scheme")),
        )

    # --- acts ----------------------------------------------------------------------------

    def set_situation(self, period_id: str, milestone_code: str, draft: SituationDraft) -> Outcome:
        """Note what became of the person at a milestone. Raises ``InvalidInput(field=…)``, ``NotFound``."""
        period, person = self._owned(ClausePeriod, period_id)
        milestone = self._milestone(milestone_code)
        fields = self._situation_fields(draft)
        with writing(
            self._notebook, f"{milestone.label[:1].lower()}{milestone.label[1:]} {of(self._name(person))}"
        ) as unit:
            record = natural_id("situation", period_id, milestone_code)
            unit.put(
                Situation,
                record,
                {
                    **fields,
                    "beneficiary_id": period["beneficiary_id"],
                    "period_id": period_id,
                    "milestone_code": milestone_code,
                    "state": SituationState.KNOWN.value,
                },
            )
            self._note_contact(unit, person, fields["answered_on"])
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(record)

    def clear_situation(self, period_id: str, milestone_code: str) -> Outcome:
        """Take a situation noted by mistake away: the milestone is to be asked again."""
        _period, person = self._owned(ClausePeriod, period_id)
        with writing(self._notebook, f"retrait d’une situation {of(self._name(person))}") as unit:
            unit.delete(Situation, natural_id("situation", period_id, milestone_code))
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(period_id)

    def add_attempt(self, period_id: str, milestone_code: str, draft: AttemptDraft) -> Outcome:
        """Log an attempt to reach the person: « injoignable » is proved by these. A person reached was in contact."""
        period, person = self._owned(ClausePeriod, period_id)
        self._milestone(milestone_code)
        day = draft.attempted_on or self._today
        if day > self._today:
            raise InvalidInput(
                "Une tentative raconte ce qui a eu lieu.", todo="Écrire une date passée.", field="attempted_on"
            )
        outcome = AttemptOutcome(draft.outcome)
        with writing(self._notebook, f"tentative de contact ({self._name(person)})") as unit:
            made = unit.insert(
                ContactAttempt,
                {
                    "beneficiary_id": period["beneficiary_id"],
                    "period_id": period_id,
                    "milestone_code": milestone_code,
                    "attempted_on": day,
                    "means": NoteKind(draft.means).value,
                    "outcome": outcome.value,
                    "note": check_free_text(draft.note, field="note", limit=LINE_LENGTH),
                },
            )
            if outcome is AttemptOutcome.REACHED:
                self._note_contact(unit, person, day)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(made)

    def remove_attempt(self, attempt_id: str) -> Outcome:
        """Take an attempt logged by mistake away."""
        _row, person = self._owned(ContactAttempt, attempt_id)
        with writing(self._notebook, f"retrait d’une tentative ({self._name(person)})") as unit:
            unit.delete(ContactAttempt, attempt_id)
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(attempt_id)

    def set_milestones(self, period_id: str, scheme: str) -> Outcome:
        """Choose the milestones that follow a period (those of the ESF, for instance)."""
        _period, person = self._owned(ClausePeriod, period_id)
        if all(one.code != scheme for one in self._entries("milestone_scheme")):
            raise InvalidInput("Ce choix n’est plus dans la liste.", todo="En choisir un autre.", field="scheme")
        chosen = "" if scheme == self._usual_scheme() else scheme
        with writing(self._notebook, f"points de suivi après la sortie ({self._name(person)})") as unit:
            unit.update(ClausePeriod, period_id, {"milestone_scheme": chosen})
            unit.touch("beneficiary", [person["id"]])
            return unit.outcome_of(period_id)

    # --- the page ------------------------------------------------------------------------

    def _exit_lines(self, person_id: str, periods: Sequence[people.Row]) -> tuple[ExitLine, ...]:
        """Periods that ended, with their milestones; nothing is read for a person without one."""
        ended = [one for one in periods if one["end_on"] is not None and one["end_on"] <= self._today]
        if not ended:
            return ()
        milestones, usual = self._milestones(), self._usual_scheme()
        schemes = {one.code: one.label for one in self._entries("milestone_scheme")}
        with self._notebook.read() as connection:
            situations = store.situations_of(connection, person_id)
            attempts = store.attempts_of(connection, person_id)
        known = {(row["period_id"], row["milestone_code"]): row for row in situations}
        tried: dict[tuple[str, str], list[people.Row]] = {}
        for row in attempts:
            tried.setdefault((row["period_id"], row["milestone_code"]), []).append(row)
        words = _Words(
            {one.code: one.label for one in self._entries("situation")},
            self._exit_kinds(),
            {one.code: one.label for one in self._entries("exit_scheme")},
            next((int(one.data["attempts"]) for one in self._entries("unreachable")), 0),
            self._today,
        )
        lines: list[ExitLine] = []
        for period in ended:
            scheme = period["milestone_scheme"] or usual
            followed = any(other["start_on"] > period["end_on"] for other in periods)
            mine = [(one, (period["id"], one.code)) for one in milestones if one.scheme == scheme]
            lines.append(
                ExitLine(
                    period["id"],
                    period["end_on"],
                    label_of_choice(PeriodEnd, period["end_reason"]) if period["end_reason"] else "",
                    scheme,
                    schemes.get(scheme, scheme),
                    followed,
                    tuple(words.line(one, period, known.get(at), tried.get(at, []), followed) for one, at in mine),
                )
            )
        return tuple(lines)

    # --- dated data ----------------------------------------------------------------------

    def _milestones(self) -> tuple[Milestone, ...]:
        return tuple(
            Milestone(
                str(one.data["scheme"]),
                one.code,
                one.label,
                int(one.data["months"]),
                one.data.get("from") == "period_start",
            )
            for one in self._entries("milestone")
        )

    def _usual_scheme(self) -> str:
        entries = self._entries("milestone_scheme")
        return next((one.code for one in entries if one.data.get("default")), entries[0].code if entries else "")

    def _milestone(self, code: str) -> Milestone:
        found = next((one for one in self._milestones() if one.code == code), None)
        if found is None:
            raise not_found()
        return found

    def _exit_kinds(self) -> tuple[ExitKind, ...]:
        return tuple(
            ExitKind(
                str(one.data["scheme"]),
                one.code,
                one.label,
                ExitFamily(one.data["family"]),
                one.data.get("employment"),
                one.data.get("months"),
                Comparator(one.data["comparator"]) if one.data.get("comparator") else None,
                bool(one.data.get("half_time")),
            )
            for one in self._entries("exit_kind")
        )

    def _situation_fields(self, draft: SituationDraft) -> dict[str, Any]:
        entry = next((one for one in self._entries("situation") if one.code == draft.employment), None)
        if entry is None:
            raise InvalidInput("La situation manque.", todo="La choisir dans la liste.", field="employment")
        day = draft.answered_on or self._today
        if day > self._today:
            raise InvalidInput(
                "Une situation se note une fois connue.", todo="Écrire une date passée.", field="answered_on"
            )
        job = bool(entry.data.get("job"))
        start, end = (draft.start_on, draft.end_on) if job else (None, None)
        check_span(start, end)
        return {
            "answered_on": day,
            "employment": draft.employment,
            "start_on": start,
            "end_on": end,
            "part_time": draft.part_time and job,
        }

    def _note_contact(self, unit: Any, person: Mapping[Any, Any], day: dt.date) -> None:
        if person["last_contact_on"] is None or day > person["last_contact_on"]:
            unit.update(Beneficiary, person["id"], {"last_contact_on": day})


class _Words:
    """Turns the rows of milestones into lines."""

    def __init__(
        self,
        situations: Mapping[str, str],
        kinds: Sequence[ExitKind],
        schemes: Mapping[str, str],
        needed: int,
        today: dt.date,
    ) -> None:
        self._situations, self._kinds, self._schemes = situations, kinds, schemes
        self._needed, self._today = needed, today

    def line(
        self,
        milestone: Milestone,
        period: people.Row,
        known: people.Row | None,
        tried: Sequence[people.Row],
        followed: bool,
    ) -> MilestoneLine:
        """One milestone of one period."""
        due_on = milestone.date(period["start_on"], period["end_on"]) or period["end_on"]
        state = milestone_state(known=known is not None and known["state"] == SituationState.KNOWN, attempts=len(tried))
        proved = self._needed > 0 and is_unreachable(
            ((row["attempted_on"], row["outcome"] == AttemptOutcome.REACHED) for row in tried), self._needed
        )
        return MilestoneLine(
            period["id"],
            milestone.code,
            milestone.label,
            due_on,
            state.value,
            state.label,
            is_due(due_on, self._today, state) and not followed,
            known["answered_on"] if known else None,
            known["employment"] if known else "",
            self._situations.get(known["employment"], known["employment"]) if known else "",
            known["start_on"] if known else None,
            known["end_on"] if known else None,
            bool(known["part_time"]) if known else False,
            self._answers(known) if known else (),
            tuple(_attempt_line(row) for row in tried),
            _unreachable(tried) if proved and known is None else "",
        )

    def _answers(self, known: people.Row) -> tuple[SchemeAnswer, ...]:
        job = known_on(
            Job(known["employment"], known["start_on"], known["end_on"], bool(known["part_time"])), known["answered_on"]
        )
        answers: list[SchemeAnswer] = []
        for code, label in self._schemes.items():
            kind = category_of(job, self._kinds, code)
            family = kind.family if kind else None
            answers.append(
                SchemeAnswer(
                    label,
                    family.value if family else "",
                    FAMILY_LABELS[family] if family else "Durée à préciser",
                    kind.label if kind else "",
                )
            )
        return tuple(answers)


def _attempt_line(row: people.Row) -> AttemptLine:
    return AttemptLine(
        row["id"],
        row["attempted_on"],
        label_of_choice(NoteKind, row["means"]),
        row["outcome"],
        label_of_choice(AttemptOutcome, row["outcome"]),
        row["note"],
        row["author"],
    )


def _unreachable(tried: Sequence[people.Row]) -> str:
    days = sorted(row["attempted_on"] for row in tried)
    return f"Injoignable{NBSP}: {plural(len(days), 'tentative')} du {format_date(days[0])} au {format_date(days[-1])}"
