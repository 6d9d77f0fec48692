"""What is asked to create an operation, a lot, a commitment: few fields, Enter creates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.choices import CompanyRole, ObjectiveKind
from app.operations.values import CommitmentDraft, ContractFacts, LotDraft, LotSheet, OperationDraft, SizingFacts
from app.rules.french import format_hours_unit
from app.rules.hours import parse_hours
from app.rules.identifiers import is_siret, parse_siret
from app.ui.kit.fields import ChoiceField, DateField, HoursField, MoneyField, SiretField, TextField
from app.ui.kit.form_dialog import FormDialog
from app.ui.kit.labels import label, rule
from app.ui.kit.suggest import Ask, Named, SuggestField

Today = Callable[[], dt.date]
MAXIMUM_DUE = 100_000_000


def due_field(required: bool | None = None) -> HoursField:
    """Hours due, as typed: « 1 820 », « 151,67 »."""
    return HoursField(
        "due_hours",
        "Heures dues",
        read=lambda text: parse_hours(text, maximum=MAXIMUM_DUE, field="due_hours"),
        required=required,
    )


class OperationDialog(FormDialog):
    """A new operation. ``given(draft, failed)``."""

    given = Signal(object, object)

    def __init__(self, parent: QWidget | None, ask_buyers: Ask, today: Today, *, name: str = "") -> None:
        super().__init__(parent, "Nouvelle opération", "Créer l’opération")
        first = TextField("name", "Nom de l’opération", required=True, placeholder="")
        first.set_value(name)
        self.put(first)
        self.put(
            SuggestField(
                "buyer_name",
                "Donneur d’ordre",
                ask=ask_buyers,
                required=True,
                hint="Choisir dans la liste, ou écrire un nouveau nom.",
            )
        )
        self.put(TextField("town", "Commune", required=False), TextField("reference", "Référence", required=False))
        self.put(
            DateField("start_on", "Début", today=today, required=False),
            DateField("end_on", "Fin prévue", today=today, required=False),
        )
        self.finish(first)

    def give(self) -> None:
        buyer = self.value("buyer_name") or Named("", "")
        draft = OperationDraft(
            self.text("name"),
            buyer.name,
            buyer.id,
            self.text("reference"),
            town=self.text("town"),
            start_on=self.value("start_on"),
            end_on=self.value("end_on"),
        )
        self.given.emit(draft, self.show_error)


class CompanyFields(QWidget):
    """The company of a commitment: chosen while typing its name or SIRET, or a new one with its SIRET."""

    def __init__(self, ask: Ask, *, required: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.company = SuggestField(
            "company_name",
            "Entreprise",
            ask=ask,
            required=required,
            hint="Choisir dans la liste, ou écrire le nom ou le SIRET d’une nouvelle entreprise.",
        )
        self.siret = SiretField("siret", "SIRET de la nouvelle entreprise", check=parse_siret, required=False)
        self.siret.hide()
        self.company.committed.connect(self._company_given)
        column.addWidget(self.company)
        column.addWidget(self.siret)

    @property
    def chosen(self) -> Named:
        """The company chosen, or the name typed; both empty when none."""
        value = self.company.value()
        return value if isinstance(value, Named) else Named("", "")

    def parts(self) -> dict[str, Any]:
        """What a draft of commitment says of its company."""
        named = self.chosen
        if named.id:
            return {"company_id": named.id}
        if is_siret(named.name):
            return {"siret": named.name}
        return {"company_name": named.name, "siret": str(self.siret.value() or "")}

    def _company_given(self, _value: object) -> None:
        named = self.chosen
        self.siret.setVisible(bool(named.name) and not named.id and not is_siret(named.name))


class LotDialog(FormDialog):
    """A new lot, with at once what a company owes on it. ``given(lot draft, commitment draft or None, failed)``."""

    given = Signal(object, object, object)

    def __init__(
        self,
        parent: QWidget | None,
        operation_id: str,
        contracts: Sequence[ContractFacts],
        ask_companies: Ask,
        today: Today,
    ) -> None:
        super().__init__(parent, "Nouveau lot", "Ajouter le lot")
        self._operation_id = operation_id
        first = TextField("number", "Numéro")
        self.put(first, TextField("name", "Intitulé"))
        if len(contracts) > 1:
            chosen = ChoiceField(
                "contract_id", "Marché", [(one.id, one.reference or one.name or "Marché") for one in contracts]
            )
            chosen.set_value(contracts[0].id)
            self.put(chosen)
        self.put(MoneyField("amount_cents", "Montant hors taxes", required=False))
        self.put(
            DateField("start_on", "Début", today=today, required=False),
            DateField("end_on", "Fin", today=today, required=False),
        )
        self.column.addWidget(rule(self))
        self.column.addWidget(label("Engagement de l’entreprise", "strong", self))
        self.company = CompanyFields(ask_companies, required=False, parent=self)
        self.fields.update({"company_name": self.company.company, "siret": self.company.siret})
        self.column.addWidget(self.company)
        role = ChoiceField("role", "Rôle", CompanyRole)
        role.set_value(CompanyRole.CONTRACTOR)
        self.put(due_field(required=False), role)
        self.finish(first)

    def give(self) -> None:
        lot = LotDraft(
            self._operation_id,
            self.text("number"),
            self.text("name"),
            self.text("contract_id") if "contract_id" in self.fields else "",
            self.value("amount_cents"),
            self.value("start_on"),
            self.value("end_on"),
        )
        named, due = self.company.chosen, self.value("due_hours")
        commitment = None
        if named.id or named.name or due is not None:
            commitment = CommitmentDraft("", **self.company.parts(), role=self.value("role"), due_hours=due)
        self.given.emit(lot, commitment, self.show_error)


class CommitmentDialog(FormDialog):
    """A new commitment on a lot; its hours are typed or those of a calculation kept. ``given(draft, failed)``."""

    given = Signal(object, object)

    def __init__(
        self, parent: QWidget | None, lot: LotSheet, sizings: Sequence[SizingFacts], ask_companies: Ask, today: Today
    ) -> None:
        super().__init__(parent, f"Nouvel engagement, {lot.label}", "Ajouter l’engagement")
        self._lot_id = lot.id
        self.company = CompanyFields(ask_companies, required=True, parent=self)
        self.fields.update({"company_name": self.company.company, "siret": self.company.siret})
        self.column.addWidget(self.company)
        role = ChoiceField("role", "Rôle", CompanyRole)
        role.set_value(CompanyRole.CO_CONTRACTOR if lot.commitments else CompanyRole.CONTRACTOR)
        kind = ChoiceField("objective_kind", "Nature de l’objectif", ObjectiveKind)
        kind.set_value(ObjectiveKind.RETAINED)
        self.put(role, kind)
        if sizings:
            chosen = ChoiceField(
                "sizing_id",
                "Calcul des heures",
                [(one.id, f"{one.number}, {format_hours_unit(one.retained_hours)}") for one in sizings],
                none="Heures saisies ci-dessous",
            )
            chosen.set_value(None)
            chosen.committed.connect(lambda value: self.fields["due_hours"].setVisible(value is None))
            self.put(chosen)
        self.put(due_field())
        self.put(
            DateField("start_on", "Début", today=today, required=False, hint="Vide, celui du lot."),
            DateField("end_on", "Fin", today=today, required=False, hint="Vide, celle du lot."),
        )
        self.finish(self.company.company)

    def give(self) -> None:
        sizing = self.text("sizing_id") if "sizing_id" in self.fields else ""
        draft = CommitmentDraft(
            self._lot_id,
            **self.company.parts(),
            role=self.value("role"),
            objective_kind=self.value("objective_kind"),
            due_hours=None if sizing else self.value("due_hours"),
            sizing_id=sizing,
            start_on=self.value("start_on"),
            end_on=self.value("end_on"),
        )
        self.given.emit(draft, self.show_error)
