"""The page of an operation: position, lots with bars, identity, contracts, contacts, visits (PRODUCT.md E7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.choices import BuyerKind, ClauseArticle
from app.operations.values import ContractFacts, LotSheet, OperationSheet
from app.rules.french import format_date, format_hours_unit, plural, plural_word
from app.ui.kit.bar import CommitmentBar
from app.ui.kit.card_column import CardColumn
from app.ui.kit.cards import Card, EmptyState, Figure
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, DateField, Field, MoneyField, MultilineField, NumberField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.record_form import Failed, RecordForm
from app.ui.kit.record_page import RecordPage
from app.ui.kit.suggest import Named, SuggestField
from app.ui.operations.commitments import LotCard, shown_position
from app.ui.operations.contacts import add_contacts
from app.ui.operations.penalties import PenaltyList
from app.ui.operations.viewmodel import OperationsViewModel
from app.ui.operations.visit_lines import VisitLines

Today = Callable[[], dt.date]


class LotList(QWidget):
    """The lots as cards, moved through with the arrows; ``opened(lot id)``."""

    opened = Signal(str)

    def __init__(self, add: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.empty = EmptyState("Aucun lot.", "Ajouter le premier lot", add, "layout-dashboard", self)
        self._column.addWidget(self.empty)
        self.cards: list[LotCard] = []
        self._shown: tuple[LotSheet, ...] = ()

    def load(self, lots: tuple[LotSheet, ...]) -> None:
        """Show these lots; the focus stays on the same one."""
        if lots == self._shown:
            return
        self._shown = lots
        focused = next((card.id for card in self.cards if card.hasFocus()), "")
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for lot in lots:
            card = LotCard(lot, self)
            card.opened.connect(lambda lot_id=lot.id: self.opened.emit(lot_id))
            self.cards.append(card)
            self._column.addWidget(card)
            if lot.id == focused:
                card.setFocus()
        self.empty.setVisible(not lots)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        at = next((n for n, card in enumerate(self.cards) if card.hasFocus()), None)
        if step and at is not None and 0 <= at + step < len(self.cards):
            self.cards[at + step].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)


class ContractCard(Card):
    """One contract (« marché ») with its fields: number, form of the clause, penalties."""

    def __init__(self, contract: ContractFacts, model: OperationsViewModel, today: Today, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.id = contract.id
        self._model = model

        def save(field: str, value: Any, failed: Failed) -> None:
            model.set_contract(contract.id, field, value, failed)

        rows: list[list[Field]] = [
            [TextField("name", "Intitulé du marché"), TextField("reference", "Numéro du marché", required=False)],
            [
                ChoiceField("article", "Forme de la clause", ClauseArticle),
                MoneyField("amount_cents", "Montant hors taxes", required=False),
            ],
            [
                DateField("notified_on", "Notification", today=today, required=False),
                NumberField(
                    "statement_due_day",
                    "Relevés attendus le",
                    low=1,
                    high=31,
                    required=False,
                    hint="Jour du mois suivant.",
                ),
            ],
            [MultilineField("penalty_terms", "Texte des pénalités du marché", lines=2, required=False)],
        ]
        self.form = RecordForm(rows, save, self)
        self.body.addWidget(self.form)
        self.penalties = PenaltyList(contract.id, model, today, self)
        self.body.addWidget(self.penalties)
        line = QHBoxLayout()
        line.addStretch(1)
        self.remove = button("Supprimer ce marché", "quiet", "trash-2", self)
        self.remove.clicked.connect(lambda _on=False: model.delete_contract(contract.id))
        line.addWidget(self.remove)
        self.body.addLayout(line)
        self.load(contract)

    def load(self, contract: ContractFacts) -> None:
        """Show the contract as it is now."""
        values = {key: getattr(contract, key) for key in self.form.fields}
        values["article"] = next((one for one in ClauseArticle if one == contract.article), None)
        self.form.load(values)
        self.penalties.load([one for one in self._model.penalties if one.facts.contract_id == contract.id])
        self.remove.setAccessibleName(f"Supprimer ce marché, {contract.reference or contract.name}")


class SheetPage(RecordPage):
    """``lot_opened(id)``, ``visit_opened(id)``; the acts of the head are given as functions."""

    lot_opened = Signal(str)
    visit_opened = Signal(str)

    def __init__(
        self,
        model: OperationsViewModel,
        today: Today,
        *,
        add_lot: Callable[[], None],
        add_contact: Callable[[], None],
        new_visit: Callable[[], None],
        calculate: Callable[[], None],
        print_sheets: Callable[[], None],
        new_offer: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._today = today
        self.add_lot = self.add_act("Ajouter un lot", "primary", "plus", add_lot)
        self.visit = self.add_act("Nouvelle visite", "", "hard-hat", new_visit)
        self.calculate = self.add_act("Calculer les heures", "", "calculator", calculate)
        self.sheets_button = self.add_act("Fiches de suivi", "", "printer", print_sheets)
        self.offer_button = self.add_act("Ouvrir une offre d’emploi", "", "briefcase", new_offer)
        self.close_button = self.add_act("Clore l’opération", "quiet", "archive", self._close_or_reopen)
        self.delete_button = self.add_act("Supprimer", "quiet", "trash-2", model.delete_operation)
        self._build_lots(add_lot)
        self._build_identity()
        self._build_contracts()
        self.contacts, self.add_contact = add_contacts(
            self.form, model.contacts, "Qui vous répond pour cette opération, et à quel numéro.", add_contact
        )
        self._build_visits()
        self.anchors = self.form.anchors(self.head)
        self.head.body.addWidget(self.anchors)

    def _build_lots(self, add_lot: Callable[[], None]) -> None:
        section = self.form.section("lots", "Lots et engagements")
        self.figures = Flow(section, spacing=16)
        self.due = Figure("", "dues", self.figures)
        self.validated = Figure("", "validées", self.figures)
        self.remaining = Figure("", "restantes", self.figures)
        self.people = Figure("", "", self.figures)
        for one in (self.due, self.validated, self.remaining, self.people):
            self.figures.add(one)
        section.add(self.figures)
        self.bar = CommitmentBar(parent=section)
        section.add(self.bar)
        self.lots = LotList(add_lot, section)
        self.lots.opened.connect(self.lot_opened.emit)
        section.add(self.lots)

    def _build_identity(self) -> None:
        section = self.form.section("identity", "Identité")
        buyer = SuggestField("buyer_name", "Donneur d’ordre", ask=self._model.propose_buyers, required=True)
        rows: list[list[Field]] = [
            [
                TextField("name", "Nom de l’opération", required=True),
                TextField("reference", "Référence", required=False),
            ],
            [buyer],
            [TextField("address", "Adresse", required=False)],
            [TextField("postcode", "Code postal", required=False), TextField("town", "Commune", required=False)],
            [
                DateField("start_on", "Début", today=self._today, required=False),
                DateField("end_on", "Fin prévue", today=self._today, required=False),
            ],
            [MultilineField("description", "Description", lines=2, required=False)],
        ]
        self.identity = RecordForm(rows, self._save_identity, section)
        section.add(self.identity)

    def _build_contracts(self) -> None:
        section = self.form.section("contracts", "Marchés et pénalités")
        self.add_contract = button("Ajouter un marché", "quiet", "plus", section)
        self.add_contract.clicked.connect(lambda _on=False: self._model.add_contract(lambda _problem: None))
        section.head.addWidget(self.add_contract)
        self.contracts = CardColumn(
            lambda one, column: ContractCard(one, self._model, self._today, column),
            lambda one: one.id,
            empty="Le premier marché se crée avec le premier lot.",
            parent=section,
        )
        section.body.addWidget(self.contracts)

    def _build_visits(self) -> None:
        section = self.form.section("visits", "Visites")
        self.visits = VisitLines("Aucune visite sur cette opération.", section)
        self.visits.opened.connect(self.visit_opened.emit)
        section.body.addWidget(self.visits)

    # --- what is shown --------------------------------------------------------------------

    def load(self, sheet: OperationSheet) -> None:
        """Show an operation."""
        facts = sheet.facts
        kind = next((one.label for one in BuyerKind if one == facts.buyer_kind), "")
        self.show_head(facts.id, facts.name, facts.buyer_name, kind, facts.town, facts.reference)
        if facts.closed_on:
            self.show_state(f"Close le {format_date(facts.closed_on)}", "text_secondary", "archive")
        else:
            self.show_state("En cours", "info", "circle-dot")
        self.close_button.setText("Rouvrir l’opération" if facts.closed_on else "Clore l’opération")
        position = sheet.position
        some = bool(sheet.commitments)
        self.figures.setVisible(bool(sheet.lots))
        self.due.set(format_hours_unit(position.due))
        self.validated.set(format_hours_unit(position.validated))
        self.remaining.set(format_hours_unit(position.remaining))
        self.people.set(
            str(sheet.people.present),
            f"{plural_word(sheet.people.present, 'personne')} en contrat, {sheet.people.ever} en tout",
        )
        self.bar.setVisible(some and len(sheet.commitments) > 1)
        self.bar.set(shown_position(position))
        self.sheets_button.setText(f"Fiches de suivi ({sheet.people.present})")
        self.sheets_button.setAccessibleName(
            f"Imprimer les fiches de suivi, {plural(sheet.people.present, 'personne')} en contrat"
        )
        self.sheets_button.setVisible(bool(sheet.people.present))
        self.add_lot.setVisible(bool(sheet.lots))  # one primary button: the one of the empty state
        self.lots.load(sheet.lots)
        self.identity.load_from(facts, but=("buyer_name",))
        self.identity.load({"buyer_name": Named(facts.buyer_id, facts.buyer_name)})
        self.contracts.load(sheet.contracts)
        self.contacts.load(sheet.contacts)
        self.visits.load(sheet.visits, sheet.visit_count)

    def focus_target(self) -> QWidget:
        """The first lot, or the button that adds it."""
        if self.lots.cards:
            return self.lots.cards[0]
        return self.lots.empty.button or self.add_lot

    # --- what is done ---------------------------------------------------------------------

    def _save_identity(self, field: str, value: Any, failed: Failed) -> None:
        if field == "buyer_name":
            named = value or Named("", "")
            self._model.set_buyer_of(named.name, named.id, failed)
        else:
            self._model.set_operation(field, value, failed)

    def _close_or_reopen(self) -> None:
        sheet = self._model.sheet
        if sheet is not None and sheet.facts.closed_on:
            self._model.reopen_operation()
        else:
            self._model.close_operation()
