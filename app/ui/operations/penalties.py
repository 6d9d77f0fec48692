"""The penalties of a contract: its terms in fields, what each amounts to today and how (DOMAIN.md §5.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.models.choices import PenaltyKind
from app.operations.penalties import PenaltySheet, total_due
from app.rules.french import NBSP, format_money
from app.ui import texts
from app.ui.kit.card_column import CardColumn
from app.ui.kit.cards import Card
from app.ui.kit.controls import button
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import CheckField, ChoiceField, DateField, Field, MoneyField, TextField
from app.ui.kit.labels import label, set_role
from app.ui.kit.record_form import Failed, RecordForm
from app.ui.operations.viewmodel import OperationsViewModel

Today = Callable[[], dt.date]
_DATES = {
    PenaltyKind.PER_DAY_LATE: ("from_on", "notice_on", "to_on"),
    PenaltyKind.FLAT: ("from_on",),
    PenaltyKind.PER_HOUR_MISSING: (),
}
"""The dates that a kind of penalty needs."""


class PenaltyCard(Card):
    """One penalty: its terms, its dates, its amount in a sentence."""

    def __init__(self, one: PenaltySheet, model: OperationsViewModel, today: Today, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.id = one.id
        self.kind = one.facts.kind

        def save(field: str, value: Any, failed: Failed) -> None:
            model.set_penalty(one.id, field, value, failed)

        rows: list[list[Field]] = [
            [
                ChoiceField("kind", "Nature", PenaltyKind),
                MoneyField("amount_cents", "Montant hors taxes", required=True),
            ],
            [TextField("label", "Intitulé", required=False, max_length=200)],
        ]
        dates = _DATES[PenaltyKind(one.facts.kind)]
        titles = {"from_on": "À remettre le", "notice_on": "Mise en demeure du", "to_on": "Remis le"}
        if dates == ("from_on",):
            titles["from_on"] = "Fait constaté le"
        if dates:
            rows.append([DateField(key, titles[key], today=today, required=False) for key in dates])
        if "notice_on" in dates:
            rows.append([CheckField("after_notice", "Les jours comptent à partir de la mise en demeure")])
        self.form = RecordForm(rows, save, self, stretches={"kind": 2})
        self.body.addWidget(self.form)
        self.amounts = label("", "", self, wrap=True)
        self.body.addWidget(self.amounts)
        line = QHBoxLayout()
        line.addStretch(1)
        self.remove = button("Supprimer la pénalité", "quiet", "trash-2", self)
        self.remove.clicked.connect(lambda _on=False: model.remove_penalty(one.id))
        line.addWidget(self.remove)
        self.body.addLayout(line)
        self.load(one)

    def load(self, one: PenaltySheet) -> None:
        """Show the penalty as it is now."""
        values = {key: getattr(one.facts, key) for key in self.form.fields}
        values["kind"] = PenaltyKind(one.facts.kind)
        self.form.load(values)
        said = [f"{amount.who}{NBSP}: {amount.sentence}" if amount.who else amount.sentence for amount in one.amounts]
        self.amounts.setText("\n".join(said) or "Aucun engagement de ce marché n’est concerné.")
        set_role(self.amounts, "warning" if one.due_cents else "secondary")
        self.remove.setAccessibleName(f"Supprimer la pénalité, {one.facts.label or PenaltyKind(one.facts.kind).label}")


class PenaltyList(QWidget):
    """The penalties of one contract, and the sum that is due today."""

    def __init__(self, contract_id: str, model: OperationsViewModel, today: Today, parent: QWidget) -> None:
        super().__init__(parent)
        self._contract = contract_id
        self._model = model
        self._today = today
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.total = label("", "strong", self, wrap=True)
        head.addWidget(self.total, 1)
        self.add = button("Ajouter une pénalité", "quiet", "plus", self)
        self.add.clicked.connect(lambda _on=False: self.ask())
        head.addWidget(self.add)
        column.addLayout(head)
        self._cards = CardColumn(
            lambda one, cards: PenaltyCard(one, self._model, self._today, cards),
            lambda one: (one.id, one.facts.kind),
            spacing=8,
            parent=self,
        )
        column.addWidget(self._cards)

    @property
    def cards(self) -> list[PenaltyCard]:
        """One for each penalty."""
        return self._cards.cards

    def load(self, penalties: Sequence[PenaltySheet]) -> None:
        """Show these penalties; the fields being edited stay."""
        self._cards.load(penalties)
        if not penalties:
            self.total.setText("Aucune pénalité chiffrée.")
        else:
            due = total_due(penalties)
            self.total.setText(
                f"Pénalités dues à ce jour{NBSP}: {format_money(due)}{NBSP}HT"
                if due
                else "Aucune pénalité n’est due à ce jour."
            )

    def ask(self) -> None:
        """Ask what the contract provides for."""
        dialog = PenaltyDialog(self)

        def give(kind: str, cents: int, words: str) -> None:
            self._model.add_penalty(self._contract, kind, cents, words, dialog.accept, dialog.show_error)

        dialog.given.connect(give)
        dialog.open()


class PenaltyDialog(Dialog):
    """Kind, amount, title of a new penalty. ``given(kind, cents, title)``."""

    given = Signal(str, int, str)

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, "Ajouter une pénalité", width=520)
        self.body.addWidget(label("Les montants sont ceux du marché, hors taxes.", "secondary", self, wrap=True))
        self.kind = ChoiceField("kind", "Nature", PenaltyKind)
        self.kind.set_value(PenaltyKind.PER_HOUR_MISSING)
        self.amount = MoneyField("amount_cents", "Montant hors taxes", required=True)
        self.title = TextField("label", "Intitulé", required=False, max_length=200)
        for one in (self.kind, self.amount, self.title):
            self.body.addWidget(one)
        self.add_button(texts.CANCEL)
        self.accept_button = self.add_button("Ajouter la pénalité", "primary", self._give)
        self.amount.setFocus()

    def _give(self) -> None:
        for one in (self.kind, self.amount, self.title):
            one.commit()
        cents = self.amount.value()
        if cents is None:
            self.amount.set_error("Indiquer le montant prévu au marché.")
            return
        self.given.emit(str(self.kind.value() or PenaltyKind.PER_HOUR_MISSING), cents, self.title.edit.text().strip())

    def show_error(self, problem: InclusivError) -> None:
        """Put a refusal under its field."""
        field = {"kind": self.kind, "label": self.title}.get(problem.field, self.amount)
        field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
