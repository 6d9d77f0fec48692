"""The page of a lot: its fields, and each commitment with its bar and its fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.choices import ClauseState, CompanyRole, ObjectiveKind
from app.operations.values import CommitmentSheet, LotSheet
from app.rules.french import NBSP, capitalise_first, format_hours_unit
from app.ui.kit.card_column import CardColumn
from app.ui.kit.cards import Card, EmptyState
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, DateField, Field, MoneyField, MultilineField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.record_form import Failed, RecordForm
from app.ui.kit.record_page import RecordPage
from app.ui.operations.commitments import CommitmentLines
from app.ui.operations.dialogs import due_field
from app.ui.operations.viewmodel import OperationsViewModel

Today = Callable[[], dt.date]


def _states(now: ClauseState) -> list[tuple[ClauseState, str]]:
    """What may be chosen: « Attestation émise » only shows, it comes with the attestation."""
    return [(one, one.label) for one in ClauseState if one is not ClauseState.ATTESTED or now is one]


class CommitmentCard(Card):
    """A commitment with everything that can be changed of it. ``company_opened(id)``."""

    company_opened = Signal(str)

    def __init__(self, one: CommitmentSheet, model: OperationsViewModel, today: Today, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.id = one.id
        self._company = one.company_id
        self.lines = CommitmentLines(one, parent=self)
        self.body.addWidget(self.lines)
        self.computed = label("", "secondary", self, wrap=True)
        self.body.addWidget(self.computed)
        self._model = model
        self.penalties = label("", "secondary", self, wrap=True)
        self.body.addWidget(self.penalties)

        def save(field: str, value: Any, failed: Failed) -> None:
            model.set_commitment(one.id, field, value, failed)

        self.state = ChoiceField("clause_state", "État de la clause")
        rows: list[list[Field]] = [
            [due_field(), self.state],
            [
                ChoiceField("role", "Rôle", CompanyRole),
                ChoiceField("objective_kind", "Nature de l’objectif", ObjectiveKind),
            ],
            [
                DateField("start_on", "Début", today=today, required=False, hint="Vide, celui du lot."),
                DateField("end_on", "Fin", today=today, required=False, hint="Vide, celle du lot."),
            ],
            [MultilineField("retained_reason", "Raison des heures retenues", lines=2, required=False)],
        ]
        self.form = RecordForm(rows, save, self)
        self.body.addWidget(self.form)
        acts = Flow(self)
        self.open_company = button("Ouvrir l’entreprise", "quiet", "building-2", acts)
        self.open_company.setAccessibleName(f"Ouvrir l’entreprise, {one.company_name}")
        self.open_company.clicked.connect(lambda _on=False: self.company_opened.emit(self._company))
        self.remove = button("Supprimer l’engagement", "quiet", "trash-2", acts)
        self.remove.setAccessibleName(f"Supprimer l’engagement, {one.company_name}")
        self.remove.clicked.connect(lambda _on=False: model.delete_commitment(one.id))
        acts.add(self.open_company)
        acts.add(self.remove)
        self.body.addWidget(acts)
        self.load(one)

    def load(self, one: CommitmentSheet) -> None:
        """Show the commitment as it is now."""
        self.lines.load(one)
        self.state.set_choices(_states(one.clause_state))
        self.form.load_from(one)
        told = ""
        if one.computed_hours is not None:
            source = f" (calcul {one.sizing_number})" if one.sizing_number else ""
            told = f"{format_hours_unit(one.computed_hours)} calculées{source}."
            if abs(one.due_hours - one.computed_hours) >= 100 and not one.retained_reason.strip():
                told += " Les heures dues sont autres\u00a0: indiquer la raison."
        self.computed.setText(told)
        self.computed.setVisible(bool(told))
        amounts = [
            f"{penalty.facts.label or 'Pénalité'}{NBSP}: {amount.sentence}"
            for penalty in self._model.penalties
            for amount in penalty.amounts
            if amount.commitment_id == one.id and amount.amount_cents
        ]
        self.penalties.setText("\n".join(amounts))
        self.penalties.setVisible(bool(amounts))


class LotPage(RecordPage):
    """``company_opened(id)``; the acts of the head are given as functions."""

    company_opened = Signal(str)

    def __init__(
        self,
        model: OperationsViewModel,
        today: Today,
        *,
        add_commitment: Callable[[], None],
        calculate: Callable[[], None],
        delete: Callable[[], None],
        attest_clause: Callable[[], None] | None = None,
        attest_people: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._today = today
        self.add = self.add_act("Ajouter un engagement", "primary", "plus", add_commitment)
        self.calculate = self.add_act("Calculer les heures", "", "calculator", calculate)
        self.attest_clause = self.add_act("Attestation de clause", "", "badge-check", attest_clause)
        self.attest_people = self.add_act("Attestations d’heures", "", "users", attest_people)
        self.delete = self.add_act("Supprimer le lot", "quiet", "trash-2", delete)
        section = self.form.section("commitments", "Engagements")
        self.empty = EmptyState(
            "Aucun engagement sur ce lot.", "Ajouter un engagement", add_commitment, "handshake", section
        )
        section.body.addWidget(self.empty)
        self._commitments = CardColumn(self._make_card, lambda one: one.id, parent=section)
        section.body.addWidget(self._commitments)
        section = self.form.section("lot", "Lot")
        rows: list[list[Field]] = [
            [TextField("number", "Numéro"), TextField("name", "Intitulé")],
            [MoneyField("amount_cents", "Montant hors taxes", required=False)],
            [
                DateField("start_on", "Début", today=today, required=False),
                DateField("end_on", "Fin", today=today, required=False),
            ],
        ]
        self.lot_form = RecordForm(rows, self._save, section, stretches={"name": 3})
        section.body.addWidget(self.lot_form)

    def _make_card(self, one: CommitmentSheet, column: QWidget) -> CommitmentCard:
        card = CommitmentCard(one, self._model, self._today, column)
        card.company_opened.connect(self.company_opened.emit)
        return card

    def load(self, lot: LotSheet, operation_name: str) -> None:
        """Show a lot of an operation."""
        reference = f"marché {lot.facts.contract_reference}" if lot.facts.contract_reference else ""
        self.show_head(lot.id, capitalise_first(lot.label) or "Lot", operation_name, reference)
        self.lot_form.load_from(lot.facts)
        self.empty.setVisible(not lot.commitments)
        self.add.setVisible(bool(lot.commitments))
        self.attest_clause.setEnabled(bool(lot.commitments))
        self._commitments.load(lot.commitments)

    @property
    def cards(self) -> list[CommitmentCard]:
        """What each company owes."""
        return self._commitments.cards

    @property
    def lot_id(self) -> str:
        """The lot shown."""
        return self._record_id

    def focus_target(self) -> QWidget:
        """The hours due of the first commitment, or the button that adds one."""
        if self.cards:
            return self.cards[0].form.fields["due_hours"].control
        return self.empty.button or self.add

    def _save(self, field: str, value: Any, failed: Failed) -> None:
        self._model.set_lot(self._record_id, field, value, failed)
