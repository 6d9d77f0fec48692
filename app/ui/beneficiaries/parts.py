"""Blocks of a person's page, made again only when what they show changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.beneficiaries.values import (
    DISCREET_PROOF,
    ActionLine,
    BeneficiarySheet,
    ContractLine,
    EligibilityLine,
    EventKind,
    MonthHours,
    NoteLine,
    PeriodLine,
    PersonHit,
    TimelineEvent,
    TrainingLine,
)
from app.rules.french import (
    NBSP,
    format_date,
    format_date_range,
    format_hours_unit,
    format_month,
    format_month_short,
    plural,
)
from app.ui.kit.cards import Card, Pill
from app.ui.kit.controls import button
from app.ui.kit.flow import Flow
from app.ui.kit.icons import icon_label, set_icon
from app.ui.kit.labels import label, set_role
from app.ui.theme.appearance import appearance

EVENTS_SHOWN = 20
_EVENT_ICONS = {
    EventKind.NOTE: "sticky-note",
    EventKind.VISIT: "hard-hat",
    EventKind.CONTRACT: "briefcase",
    EventKind.ELIGIBILITY: "badge-check",
    EventKind.TRAINING: "graduation-cap",
    EventKind.ACTION: "square-check",
    EventKind.EXIT: "milestone",
}

Act = Callable[[str, str], None]
"""(what to do, id of the record)."""


class Block(QWidget):
    """A column whose content is made again by :meth:`show_parts`; the focus stays on the same act of a record."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: object = None

    def show_parts(self, key: object, make: Callable[[], Sequence[QWidget]]) -> None:
        """Make the parts again when ``key`` (what they show) is not what is shown already."""
        if key == self._shown and self._column.count():
            return
        self._shown = key
        focused = QApplication.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        while self._column.count():
            item = self._column.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for part in make():
            self._column.addWidget(part)
        if name:
            again = self.findChild(QWidget, name)
            target = again or next(iter(self.findChildren(QPushButton)), None)
            if target is not None:
                target.setFocus(Qt.FocusReason.OtherFocusReason)


class StateLine(QWidget):
    """A state in words with its icon, on as many lines as it needs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self._icon = icon_label("circle", "text", self)
        self.words = label("", "strong", self, wrap=True)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.words, 1)

    def set(self, text: str, role: str, icon: str) -> None:
        """Show a state."""
        self.words.setText(text)
        set_role(self.words, role if role != "text_secondary" else "secondary")
        set_icon(self._icon, icon, role)


def act_button(text: str, act: Act, what: str, record_id: str, name: str = "", icon: str = "") -> QPushButton:
    """A quiet button that does ``what`` to a record; ``name`` tells the screen reader to which."""
    made = button(text, "link")
    if icon:
        set_icon(made, icon, "primary")
    made.setObjectName(f"{what}-{record_id}")
    if name:
        made.setAccessibleName(f"{text}, {name}")
    made.clicked.connect(lambda _on=False: act(what, record_id))
    return made


def acts(*buttons: QPushButton) -> QWidget:
    """Links on a line that wraps."""
    row = Flow(spacing=16)
    for one in buttons:
        row.add(one)
    return row


def empty(sentence: str, text: str = "", act: Callable[[], None] | None = None) -> QWidget:
    """A short empty state inside a section: a sentence and one button."""
    box = QWidget()
    line = QVBoxLayout(box)
    line.setContentsMargins(0, 4, 0, 4)
    line.setSpacing(8)
    line.addWidget(label(sentence, "secondary", box, wrap=True))
    if text and act:
        made = button(text, "", "plus", box)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        made.clicked.connect(lambda _on=False: act())
        line.addWidget(made)
    return box


def person_card(title: str, one: PersonHit, name: Callable[[str, str], str]) -> Card:
    """Somebody beside somebody else: what tells two people apart (PRODUCT.md B1)."""
    card = Card(title)
    card.body.addWidget(label(name(one.last_name, one.first_name), "subtitle", card, wrap=True))
    for words, value in (
        ("Naissance", format_date(one.birth_date)),
        ("Commune", one.town),
        ("Dernière entreprise", one.company_name),
        ("Dossier", one.file_number),
    ):
        if value or words in ("Naissance", "Commune"):
            card.body.addWidget(label(f"{words}{NBSP}: {value or 'non renseignée'}", "", card, wrap=True))
    card.body.addStretch(1)
    return card


# --- eligibility -------------------------------------------------------------------------


def district_words(sheet: BeneficiarySheet) -> str:
    """« QPV : oui, Les Tarterêts (périmètre 2024) », « hors QPV… », « QPV non vérifié »."""
    generation, _, code = sheet.district.partition(":")
    if code:
        return f"QPV{NBSP}: oui, {sheet.district_label} (périmètre {generation})"
    return f"{sheet.district_label[:1].lower()}{sheet.district_label[1:]}" if generation else "QPV non vérifié"


def eligibility_state(sheet: BeneficiarySheet) -> tuple[str, str, str]:
    """(words, colour role, icon) of the eligibility today."""
    if not sheet.eligibility:
        return "Aucun public vérifié", "warning", "triangle-alert"
    if not sheet.eligible_today:
        return "Éligibilité expirée", "warning", "triangle-alert"
    if sheet.eligible_until is None:
        return "Éligibilité vérifiée", "success", "badge-check"
    return f"Éligibilité vérifiée jusqu’au {format_date(sheet.eligible_until)}", "success", "badge-check"


def eligibility_parts(lines: Sequence[EligibilityLine], act: Act, *, writable: bool) -> list[QWidget]:
    """One card per public verified."""
    made: list[QWidget] = []
    for line in lines:
        card = Card(line.category_label)
        until = f" Valable jusqu’au {format_date(line.valid_until)}." if line.valid_until else ""
        by = f" par {line.seen_by}" if line.seen_by else ""
        seen = f"Justificatif vu le {format_date(line.seen_on)}{by}" if line.seen_on else "Justificatif pas encore vu"
        named = "" if line.proof_label in ("", DISCREET_PROOF) else f"{NBSP}: {line.proof_label}"
        card.body.addWidget(label(f"{seen}{named}.{until}", "", card, wrap=True))
        if line.derogation:
            card.body.addWidget(label(f"Dérogation{NBSP}: {line.derogation}.", "", card, wrap=True))
        validated = f"Éligibilité validée le {format_date(line.validated_on)}. " if line.validated_on else ""
        card.body.addWidget(label(f"{validated}{line.scheme_label}.", "secondary", card, wrap=True))
        if not line.valid_today:
            card.body.addWidget(Pill("Expirée", "warning", "triangle-alert", card))
        if writable:
            card.body.addWidget(
                acts(act_button("Retirer ce public", act, "remove:eligibility", line.id, line.category_label))
            )
        made.append(card)
    return made


# --- contracts and hours -----------------------------------------------------------------


def contract_title(contract: ContractLine) -> str:
    """« Aide-maçon chez Bâti-Sud »."""
    return f"{contract.job_title or contract.type_label} chez {contract.company_name}"


def period_parts(periods: Sequence[PeriodLine], act: Act, *, writable: bool) -> list[QWidget]:
    """Periods with their contracts."""
    made: list[QWidget] = []
    for period in periods:
        dates = format_date_range(period.start_on, period.end_on)
        head = f"Période d’insertion{NBSP}: {dates} · {period.age_band_label} · {period.qualification_label} à l’entrée"
        made.append(label(head, "secondary", wrap=True))
        made.extend(_contract_card(one, act, writable=writable) for one in period.contracts)
    return made


def _contract_card(one: ContractLine, act: Act, *, writable: bool) -> Card:
    card = Card(contract_title(one))
    state = ("En cours", "success", "circle-check") if one.running else ("Terminé", "text_secondary", "circle")
    card.head.addWidget(Pill(*state, parent=card))
    modality = f"{one.modality_label[:1].lower()}{one.modality_label[1:]}"
    employer = f" ({one.employer_name})" if one.employer_id != one.company_id else ""
    weekly = format_hours_unit(one.weekly_hours)
    dates = format_date_range(one.start_on, one.end_on)
    card.body.addWidget(
        label(
            f"{one.type_label}, {modality}{employer} · {dates} · {weekly} par semaine",
            "",
            card,
            wrap=True,
        )
    )
    card.body.addWidget(label(f"{one.operation_name}, {one.lot_label}", "secondary", card, wrap=True))
    done = f"{format_hours_unit(one.hours)} réalisées"
    planned = f" sur {format_hours_unit(one.planned_hours)} prévues" if one.planned_hours else ""
    tutor = f" · tuteur{NBSP}: {one.tutor_name}" if one.tutor_name else ""
    card.body.addWidget(label(f"{done}{planned}{tutor}", "strong", card, wrap=True))
    buttons = [act_button("Saisir les heures", act, "hours", one.company_id, one.company_name, "clock")]
    if writable:
        buttons.append(act_button("Modifier", act, "edit:contract", one.id, contract_title(one)))
        if one.end_on is not None:
            buttons.append(act_button("Renouveler", act, "renew", one.id, contract_title(one)))
        buttons.append(act_button("Indiquer la fin", act, "end", one.id, contract_title(one)))
        if one.hours:
            buttons.append(act_button("Préparer l’attestation", act, "attest", one.id, contract_title(one)))
        else:
            buttons.append(act_button("Supprimer", act, "remove:contract", one.id, contract_title(one)))
    card.body.addWidget(acts(*buttons))
    return card


class MonthStrip(Flow):
    """Twelve months with their hours; a month without figure shows a dash (PRODUCT.md §4.2)."""

    def __init__(self, months: Sequence[MonthHours], parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=4)
        self.setAccessibleName("Heures par mois")
        for one in months:
            cell = Card(parent=self)
            cell.body.setContentsMargins(8, 4, 8, 4)
            cell.body.setSpacing(0)
            hours = format_hours_unit(one.hours) if one.hours is not None else "–"
            state = "" if one.hours is None else ("validées" if one.validated else "à valider")
            for text, role in ((format_month_short(one.month), "small"), (hours, "strong"), (state, "small")):
                line = label(text, role, cell)
                line.setAlignment(Qt.AlignmentFlag.AlignCenter)
                cell.body.addWidget(line)
            cell.setMinimumWidth(appearance().px(124))
            cell.setAccessibleName(f"{format_month(one.month)}{NBSP}: {hours} {state}".strip())
            self.add(cell)


def months_parts(sheet: BeneficiarySheet) -> list[QWidget]:
    """The strip with its total."""
    total = f"{format_hours_unit(sheet.total_hours)} réalisées en tout"
    return [label(total, "strong", wrap=True), MonthStrip(sheet.months)]


def training_parts(lines: Sequence[TrainingLine], act: Act, *, writable: bool) -> list[QWidget]:
    """Trainings and certificates."""
    made: list[QWidget] = []
    for one in lines:
        row = QWidget()
        line = QVBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        dates = format_date_range(one.start_on, one.end_on) if one.start_on else ""
        hours = format_hours_unit(one.hours) if one.hours else ""
        detail = " · ".join(part for part in (one.organiser, dates, hours, one.outcome) if part)
        line.addWidget(label(one.label, "strong", row, wrap=True))
        if detail:
            line.addWidget(label(detail, "", row, wrap=True))
        if writable:
            line.addWidget(
                acts(
                    act_button("Modifier", act, "edit:training", one.id, one.label),
                    act_button("Supprimer", act, "remove:training", one.id, one.label),
                )
            )
        made.append(row)
    return made


# --- timeline ----------------------------------------------------------------------------


def timeline_parts(
    events: Sequence[TimelineEvent],
    notes: Sequence[NoteLine],
    act: Act,
    *,
    kinds: tuple[str, ...],
    everything: bool,
    writable: bool,
) -> list[QWidget]:
    """The latest first; each kind by a chip; twenty at first."""
    chosen = [one for one in events if not kinds or one.kind.value in kinds]
    by_id = {one.id: one for one in notes}
    made: list[QWidget] = [
        _event(one, by_id.get(one.record_id), act, writable=writable)
        for one in (chosen if everything else chosen[:EVENTS_SHOWN])
    ]
    if not everything and len(chosen) > EVENTS_SHOWN:
        hidden = len(chosen) - EVENTS_SHOWN
        made.append(act_button(f"Voir {plural(hidden, 'événement')} de plus", act, "more", ""))
    if not made:
        made.append(label("Rien de cette nature pour l’instant.", "secondary", wrap=True))
    return made


def _event(one: TimelineEvent, note: NoteLine | None, act: Act, *, writable: bool) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 4, 0, 4)
    line.setSpacing(12)
    line.addWidget(icon_label(_EVENT_ICONS[one.kind], "text_secondary", row), 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(2)
    by = f" · {note.author}" if note is not None and note.author else ""
    column.addWidget(label(f"{format_date(one.on)} · {one.title}{by}", "strong", row, wrap=True))
    if one.detail:
        column.addWidget(label(one.detail, "", row, wrap=True))
    said = f"{one.title} du {format_date(one.on)}"
    if one.kind is EventKind.VISIT:
        column.addWidget(acts(act_button("Ouvrir la visite", act, "visit", one.record_id, said)))
    if note is not None and writable:
        column.addWidget(
            acts(
                act_button("Modifier", act, "edit:note", note.id, said),
                act_button("Supprimer", act, "remove:note", note.id, said),
            )
        )
    line.addLayout(column, 1)
    return row


def document_row(words: str, visit_id: str, act: Act, attestation_id: str = "") -> QWidget:
    """A document already made; the report of a visit opens with it, an attestation is printed again as it was."""
    row = QWidget()
    line = QVBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(2)
    line.addWidget(label(words, "", row, wrap=True))
    if visit_id:
        line.addWidget(acts(act_button("Ouvrir la visite", act, "visit", visit_id, words)))
    if attestation_id:
        line.addWidget(acts(act_button("Réimprimer", act, "attest", attestation_id, words)))
    return row


# --- actions (right panel) ---------------------------------------------------------------


def action_parts(lines: Sequence[ActionLine], act: Act, *, writable: bool) -> list[QWidget]:
    """Open actions by date."""
    made: list[QWidget] = []
    for one in lines:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addWidget(label(one.text, "strong", row, wrap=True))
        due = f"avant le {format_date(one.due_on)}" if one.due_on else "sans date"
        owner = f"{one.owner_name}, " if one.owner_name else ""
        origin = f" · visite {one.visit_number}" if one.visit_number else ""
        late = " · en retard" if one.late else ""
        column.addWidget(label(f"{owner}{due}{origin}{late}", "warning" if one.late else "secondary", row, wrap=True))
        if writable:
            buttons = [act_button("Faite", act, "done", one.id, one.text, "check")]
            if not one.visit_id:
                buttons.append(act_button("Modifier", act, "edit:action", one.id, one.text))
                buttons.append(act_button("Supprimer", act, "remove:action", one.id, one.text))
            column.addWidget(acts(*buttons))
        made.append(row)
    return made
