"""What is asked to create an operation, a lot, a commitment: few fields, Enter creates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.models.choices import CompanyRole, ObjectiveKind
from app.operations.values import CommitmentDraft, ContractFacts, LotDraft, LotSheet, OperationDraft, SizingFacts
from app.rules.french import format_hours_unit
from app.rules.hours import parse_hours
from app.rules.identifiers import is_siret, parse_siret
from app.ui import texts
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import ChoiceField, DateField, Field, HoursField, MoneyField, SiretField, TextField
from app.ui.kit.form import FieldRow
from app.ui.kit.labels import label, rule
from app.ui.kit.suggest import Ask, Named, SuggestField
from app.ui.theme.appearance import appearance

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


class _Page(QScrollArea):
    """Asks for the height of its fields; scrolls when the screen has less."""

    def __init__(self, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.page = page
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)

    def sizeHint(self) -> QSize:
        hint = self.page.sizeHint()
        width = max(hint.width(), self.viewport().width())
        # sentences on several lines are higher in a narrow dialog than their hint says
        height = max(hint.height(), self.page.heightForWidth(width), self.page.minimumSizeHint().height())
        return QSize(hint.width() + 12, height + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.page.minimumSizeHint().width() + 12, appearance().px(120))


class FormDialog(Dialog):
    """Fields and one act. Refusals go under the field they name."""

    def __init__(self, parent: QWidget | None, title: str, act: str, *, width: int = 600) -> None:
        super().__init__(parent, title, width=width)
        self.fields: dict[str, Field] = {}
        self._act = act
        page = QWidget()
        page.setObjectName("column")
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(2, 2, 10, 2)
        self.column.setSpacing(12)
        self._page = _Page(page, self)
        page.installEventFilter(self)
        self.body.addWidget(self._page)

    def put(self, *row: Field) -> None:
        """Add a row of fields."""
        self.fields.update({field.key: field for field in row})
        self.column.addWidget(row[0] if len(row) == 1 else FieldRow(row))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page.page and event.type() == QEvent.Type.LayoutRequest:
            self._page.updateGeometry()
            self._grow()  # a sentence came under a field
        return super().eventFilter(watched, event)

    def _grow(self) -> None:
        """As high as its fields, within the screen (Qt stops at two thirds of it)."""
        wanted = min(self.sizeHint().height(), self.maximumHeight())
        if self.isVisible() and wanted > self.height():
            self.resize(self.width(), wanted)

    def finish(self, first: Field) -> None:
        """Add the buttons; Enter acts."""
        self.add_button(texts.CANCEL)
        self.accept_button = self.add_button(self._act, "primary", self._accept_all)
        self.accept_button.setDefault(True)
        first.setFocus()

    def value(self, key: str) -> Any:
        """Value of a field."""
        return self.fields[key].value()

    def text(self, key: str) -> str:
        """Value of a line of text."""
        return str(self.value(key) or "")

    def show_error(self, problem: InclusivError) -> None:
        """Put a refusal under its field."""
        field = self.fields.get(problem.field) or next(iter(self.fields.values()))
        field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
        field.setFocus()
        self._page.ensureWidgetVisible(field)

    def _accept_all(self) -> None:
        readable = [field.commit() for field in self.fields.values()]  # every field says what is wrong with it
        if all(readable):
            self.give()

    def give(self) -> None:
        """Emit the draft; the caller closes the dialog once it is kept."""
        raise NotImplementedError


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
