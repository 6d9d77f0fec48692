"""The page of a lot: its fields, and each commitment with its bar and its fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.choices import ClauseState, CompanyRole, ObjectiveKind
from app.operations.values import CommitmentSheet, LotSheet
from app.rules.french import NBSP, capitalise_first, format_hours_unit
from app.ui.kit.cards import Card, EmptyState
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, DateField, Field, MoneyField, MultilineField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.form import Form
from app.ui.kit.labels import label
from app.ui.operations.commitments import CommitmentLines
from app.ui.operations.dialogs import due_field
from app.ui.operations.record import Failed, RecordForm
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


class LotPage(QWidget):
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
        self._lot_id = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.title = label("", "title", self, wrap=True)
        column.addWidget(self.title)
        self.subtitle = label("", "secondary", self, wrap=True)
        acts = Flow(self)
        self.add = button("Ajouter un engagement", "primary", "plus", acts)
        self.calculate = button("Calculer les heures", "", "calculator", acts)
        self.delete = button("Supprimer le lot", "quiet", "trash-2", acts)
        self.attest_clause = button("Attestation de clause", "", "badge-check", acts)
        self.attest_clause.setVisible(attest_clause is not None)
        self.attest_people = button("Attestations d’heures", "", "users", acts)
        self.attest_people.setVisible(attest_people is not None)
        for one, act in (
            (self.add, add_commitment),
            (self.calculate, calculate),
            (self.attest_clause, attest_clause or (lambda: None)),
            (self.attest_people, attest_people or (lambda: None)),
            (self.delete, delete),
        ):
            one.clicked.connect(lambda _on=False, act=act: act())
            acts.add(one)
        self.form = Form(self, width=960)
        top = self.form.section("head")  # scrolls with the page: at 200 % it would leave no room
        top.body.addWidget(self.subtitle)
        top.body.addWidget(acts)
        section = self.form.section("commitments", "Engagements")
        self.empty = EmptyState(
            "Aucun engagement sur ce lot.", "Ajouter un engagement", add_commitment, "handshake", section
        )
        section.body.addWidget(self.empty)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        section.body.addLayout(self._cards)
        self._section = section
        self.cards: list[CommitmentCard] = []
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
        column.addWidget(self.form, 1)

    def load(self, lot: LotSheet, operation_name: str) -> None:
        """Show a lot of an operation."""
        if lot.id != self._lot_id:
            self._lot_id = lot.id
            self.form.verticalScrollBar().setValue(0)
        self.title.setText(capitalise_first(lot.label) or "Lot")
        reference = f"marché {lot.facts.contract_reference}" if lot.facts.contract_reference else ""
        self.subtitle.setText(" · ".join(part for part in (operation_name, reference) if part))
        self.lot_form.load_from(lot.facts)
        self.empty.setVisible(not lot.commitments)
        self.add.setVisible(bool(lot.commitments))
        self.attest_clause.setEnabled(bool(lot.commitments))
        if [one.id for one in lot.commitments] != [card.id for card in self.cards]:
            for card in self.cards:
                self._cards.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.cards = [CommitmentCard(one, self._model, self._today, self._section) for one in lot.commitments]
            for card in self.cards:
                card.company_opened.connect(self.company_opened.emit)
                self._cards.addWidget(card)
        for card, one in zip(self.cards, lot.commitments, strict=True):
            card.load(one)

    @property
    def lot_id(self) -> str:
        """The lot shown."""
        return self._lot_id

    def focus_target(self) -> QWidget:
        """The hours due of the first commitment, or the button that adds one."""
        if self.cards:
            return self.cards[0].form.fields["due_hours"].control
        return self.empty.button or self.add

    def _save(self, field: str, value: Any, failed: Failed) -> None:
        self._model.set_lot(self._lot_id, field, value, failed)
