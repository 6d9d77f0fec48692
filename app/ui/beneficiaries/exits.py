"""After the exit: milestones on the page of a person, what became of them, attempts to know it (PRODUCT.md B8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.beneficiaries.values import ExitLine, MilestoneLine
from app.errors import InclusivError
from app.models.choices import AttemptOutcome, NoteKind
from app.models.exits import AttemptDraft, SituationDraft
from app.rules.french import NBSP, format_date, format_date_range
from app.ui.beneficiaries.dialogs import FREE_TEXT, DraftDialog
from app.ui.beneficiaries.parts import Act, StateLine, act_button, acts
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.cards import Card
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.fields import CheckField, ChoiceField, DateField, TextField
from app.ui.kit.labels import label

ATTEMPT_MEANS = (NoteKind.PHONE, NoteKind.MESSAGE, NoteKind.INTERVIEW, NoteKind.PARTNER)
_STATES = {
    "known": ("success", "circle-check"),
    "unknown": ("warning", "circle-question-mark"),
    "not_asked": ("text_secondary", "circle"),
}


class SituationDialog(DraftDialog):
    """What became of the person at a milestone."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, line: MilestoneLine) -> None:
        super().__init__(parent, model, line.label, "Noter la situation", width=760)
        self._line = line
        today = model.clock.today
        self.situation = ChoiceField(
            "employment", "Situation", [(one.code, one.label) for one in model.situations], required=True
        )
        self.section.add_row(
            self.situation,
            DateField("answered_on", "Connue le", today=today, past=True, required=True, calendar=False),
            stretches=(2, 1),
        )
        self.section.add_row(
            DateField("start_on", "Emploi du", today=today, required=False, calendar=False),
            DateField("end_on", "Au", today=today, required=False, calendar=False),
        )
        self.form.fields["end_on"].set_hint("Vide si la personne y est encore.")
        self.section.add(CheckField("part_time", "Moins d’un mi-temps"))

    def loaded(self) -> None:
        self._fit_job()

    def changed_field(self, key: str) -> None:
        if key == "employment":
            self._fit_job()

    def _fit_job(self) -> None:
        code = self.situation.value()
        job = any(one.job for one in self.model.situations if one.code == code)
        for name in ("start_on", "end_on", "part_time"):
            self.form.fields[name].setVisible(job)

    def draft(self, values: Mapping[str, Any]) -> SituationDraft:
        return SituationDraft(
            employment=values["employment"] or "",
            answered_on=values["answered_on"],
            start_on=values["start_on"],
            end_on=values["end_on"],
            part_time=bool(values["part_time"]),
        )

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        self.model.save_milestone(self._line.period_id, self._line.code, self.draft(values), done, failed)


class AttemptDialog(DraftDialog):
    """An attempt to reach the person, so that « injoignable » can be proved."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, line: MilestoneLine) -> None:
        super().__init__(parent, model, "Noter une tentative de contact", "Noter la tentative", width=760)
        self._line = line
        today = model.clock.today
        self.section.add_row(
            DateField("attempted_on", "Le", today=today, past=True, required=True, calendar=False),
            ChoiceField("means", "Par", [(one, one.label) for one in ATTEMPT_MEANS], required=True),
            ChoiceField("outcome", "Résultat", AttemptOutcome, required=True),
        )
        self.section.add(TextField("note", "Précision", max_length=200, required=False, help=FREE_TEXT))

    def draft(self, values: Mapping[str, Any]) -> AttemptDraft:
        return AttemptDraft(
            attempted_on=values["attempted_on"],
            means=values["means"] or NoteKind.PHONE,
            outcome=values["outcome"] or AttemptOutcome.NO_ANSWER,
            note=values["note"] or "",
        )

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        self.model.save_milestone(self._line.period_id, self._line.code, self.draft(values), done, failed)


def exit_parts(
    lines: Sequence[ExitLine],
    schemes: Sequence[tuple[str, str]],
    act: Act,
    choose: Callable[[str, str], None],
    *,
    writable: bool,
) -> list[QWidget]:
    """Each period that ended, with a card by milestone; ``choose(period, scheme)`` changes its milestones."""
    made: list[QWidget] = []
    for line in lines:
        reason = f" ({line.end_reason_label[:1].lower()}{line.end_reason_label[1:]})" if line.end_reason_label else ""
        made.append(label(f"Sortie le {format_date(line.ended_on)}{reason}", "strong", wrap=True))
        if line.followed:
            made.append(label("La personne a repris un parcours ensuite.", "secondary", wrap=True))
        if writable and len(schemes) > 1:
            row = ChipRow("Points demandés", [Chip(code, words) for code, words in schemes], may_be_empty=False)
            row.set_chosen((line.scheme,))
            row.setObjectName(f"scheme-{line.period_id}")
            row.changed.connect(lambda keys, period=line.period_id: choose(period, keys[0]) if keys else None)
            made.append(row)
        made.extend(_milestone_card(one, act, writable=writable) for one in line.milestones)
    return made


def _milestone_card(one: MilestoneLine, act: Act, *, writable: bool) -> Card:
    card = Card(f"{one.label}, le {format_date(one.due_on)}")
    role, icon = _STATES[one.state]
    words = one.unreachable or (f"{one.state_label}{NBSP}: à demander" if one.due else one.state_label)
    state = StateLine(card)
    state.set(words, "warning" if one.due and role != "success" else role, icon)
    card.body.addWidget(state)
    record = f"{one.period_id}/{one.code}"
    if one.employment:
        dates = ""
        if one.start_on is not None and one.end_on is not None:
            dates = f", {format_date_range(one.start_on, one.end_on)}"
        elif one.start_on is not None:
            dates = f", depuis le {format_date(one.start_on)}"
        half = ", moins d’un mi-temps" if one.part_time else ""
        card.body.addWidget(label(f"{one.employment_label}{dates}{half}", "strong", card, wrap=True))
        for answer in one.answers:
            kind = f" ({answer.kind_label})" if answer.kind_label else ""
            card.body.addWidget(
                label(f"{answer.scheme_label}{NBSP}: {answer.family_label.lower()}{kind}", "secondary", card, wrap=True)
            )
    for attempt in one.attempts:
        note = f" · {attempt.note}" if attempt.note else ""
        by = f" · {attempt.author}" if attempt.author else ""
        said = f"{format_date(attempt.attempted_on)} · {attempt.means_label} · {attempt.outcome_label}{note}{by}"
        card.body.addWidget(label(said, "", card, wrap=True))
    if writable:
        buttons = []
        if one.due or one.attempts or one.employment:
            text = "Modifier la situation" if one.employment else "Noter la situation"
            buttons.append(act_button(text, act, "situation", record, one.label, "pencil"))
            if not one.employment:
                buttons.append(act_button("Noter une tentative", act, "attempt", record, one.label, "phone"))
            else:
                buttons.append(act_button("Retirer", act, "unsituation", record, one.label))
            if one.attempts and not one.employment:
                latest = one.attempts[0]
                buttons.append(act_button("Retirer la dernière tentative", act, "remove:attempt", latest.id, one.label))
        if buttons:
            card.body.addWidget(acts(*buttons))
    return card
