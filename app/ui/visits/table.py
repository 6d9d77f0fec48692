"""The columns of the list of visits. The order is the store's: nothing is sorted here."""

from __future__ import annotations

from app.models.choices import VisitKind
from app.rules.french import NBSP, format_date
from app.store.visits import Stage, VisitCard
from app.ui.kit.table import Column

_WORDS = {Stage.PLANNED: "Planifiée", Stage.DRAFT: "Brouillon", Stage.FINAL: "Signée"}
_TONES = {Stage.PLANNED: "info", Stage.DRAFT: "warning", Stage.FINAL: "success"}
_ICONS = {Stage.PLANNED: "calendar", Stage.DRAFT: "pencil", Stage.FINAL: "lock"}


def moment_of(card: VisitCard) -> str:
    """« 22/11/2026 9 h 30 »."""
    if not card.planned_time:
        return format_date(card.planned_on)
    hour, _, minute = card.planned_time.partition(":")
    return f"{format_date(card.planned_on)} {int(hour)}{NBSP}h{NBSP}{minute}"


def _kind(card: VisitCard) -> str:
    label = VisitKind(card.kind).label
    return f"{label}, rectificatif" if card.corrects_id else label


COLUMNS: tuple[Column[VisitCard], ...] = (
    Column("planned_on", "Date", moment_of, 150, sortable=False),
    Column("number", "Numéro", lambda card: card.number or "—", 170, sortable=False),
    Column("company", "Entreprise", lambda card: card.company_name, 200, bold=True, sortable=False),
    Column(
        "operation",
        "Opération",
        lambda card: f"{card.operation_name}, {card.lot_label}",
        0,
        sortable=False,
        tooltip=_kind,
    ),
    Column("facilitator", "Par", lambda card: card.facilitator_name, 150, sortable=False),
    Column(
        "stage",
        "État",
        lambda card: _WORDS[card.stage],
        120,
        sortable=False,
        tone=lambda card: _TONES[card.stage],
        icon=lambda card: _ICONS[card.stage],
    ),
)
