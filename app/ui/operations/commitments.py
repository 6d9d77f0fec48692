"""Commitments drawn: who owes what, the bar, the projection in words (PRODUCT.md H8)."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.choices import ClauseState, ObjectiveKind
from app.operations.values import CommitmentSheet, LotSheet
from app.rules.commitments import Position
from app.rules.french import NBSP, capitalise_first, format_date_range, format_money_short
from app.ui.kit import bar
from app.ui.kit.cards import Card, Pill
from app.ui.kit.icons import icon_label
from app.ui.kit.labels import label, set_role

STATE_LOOKS = {
    ClauseState.OPEN: ("info", "circle-dot"),
    ClauseState.FINISHED: ("success", "circle-check"),
    ClauseState.ATTESTED: ("success", "badge-check"),
    ClauseState.CANCELLED: ("text_secondary", "ban"),
}


def shown_position(position: Position) -> bar.Position:
    """A position as the bar takes it."""
    return bar.Position(position.due, position.validated, position.received)


def is_short(one: CommitmentSheet) -> bool:
    """Whether hours will be missing at this pace."""
    return one.clause_state == ClauseState.OPEN and one.projection.missing > 0


class CommitmentLines(QWidget):
    """One commitment in lines: title, role and state, bar, projection. ``by_company`` titles it by its company."""

    def __init__(self, one: CommitmentSheet, *, by_company: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_company = by_company
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.title = label("", "strong", self, wrap=True)
        head.addWidget(self.title, 1)
        self.state = Pill("", "info", "circle-dot", self)
        head.addWidget(self.state)
        column.addLayout(head)
        self.bar = bar.CommitmentBar(parent=self)
        column.addWidget(self.bar)
        said = QHBoxLayout()
        said.setSpacing(8)
        self.alert = icon_label("triangle-alert", "warning", self)
        said.addWidget(self.alert)
        self.projection = label("", "secondary", self, wrap=True)
        said.addWidget(self.projection, 1)
        column.addLayout(said)
        self.load(one)

    def load(self, one: CommitmentSheet) -> None:
        """Show the commitment as it is now."""
        kind = "" if one.objective_kind == ObjectiveKind.RETAINED else one.objective_kind.label.lower()
        if self._by_company:
            words = (one.company_name, one.role.label.lower(), kind)
        else:
            words = (one.operation_name, one.lot_label, kind)
        self.title.setText(", ".join(part for part in words if part))
        role, icon = STATE_LOOKS[one.clause_state]
        self.state.set(one.clause_state.label, role, icon)
        self.bar.set(shown_position(one.position))
        cancelled = one.clause_state == ClauseState.CANCELLED
        self.bar.setVisible(not cancelled)
        self.projection.setText("Clause annulée, rien n’est dû." if cancelled else one.projection.sentence)
        short = is_short(one)
        self.alert.setVisible(short)
        set_role(self.projection, "warning" if short else "secondary")


class LotCard(Card):
    """A lot as a row of its operation: its commitments with bars. Enter opens it."""

    def __init__(self, lot: LotSheet, parent: QWidget | None = None) -> None:
        title = capitalise_first(lot.label) or "Lot"
        super().__init__(title, opens=True, name=f"{title}, ouvrir", icon="layout-dashboard", parent=parent)
        self.id = lot.id
        facts = [
            format_money_short(lot.facts.amount_cents) + f"{NBSP}HT" if lot.facts.amount_cents else "",
            format_date_range(lot.facts.start_on, lot.facts.end_on) if lot.facts.start_on else "",
        ]
        if any(facts):
            self.body.addWidget(label(" · ".join(one for one in facts if one), "secondary", self, wrap=True))
        if not lot.commitments:
            self.body.addWidget(label("Aucun engagement sur ce lot.", "secondary", self, wrap=True))
        self.lines = [CommitmentLines(one, parent=self) for one in lot.commitments]
        for one in self.lines:
            self.body.addWidget(one)
        words = [f"{one.company_name}{NBSP}: {shown_position(one.position).sentence}" for one in lot.commitments]
        self.setAccessibleDescription(". ".join(words))
