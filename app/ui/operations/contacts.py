"""Contact cards: who, their role, how to reach them, and who answers usually (PRODUCT.md C5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.operations.values import ContactDraft, ContactFacts
from app.rules.french import format_phone, person_name_list
from app.ui import texts
from app.ui.kit.cards import Card, Pill
from app.ui.kit.controls import button
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import Field, PhoneField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.form import FieldRow
from app.ui.kit.labels import label
from app.ui.operations.record import Failed, RecordForm


def contact_fields() -> list[list[Field]]:
    """The fields of a contact, row by row."""
    return [
        [TextField("last_name", "Nom", required=True), TextField("first_name", "Prénom", required=False)],
        [TextField("role_label", "Fonction", required=False)],
        [PhoneField("phone", "Téléphone", required=False), TextField("email", "Adresse électronique", required=False)],
    ]


class ContactCommands(Protocol):
    """What the cards ask of a view-model."""

    def set_contact(self, contact_id: str, field: str, value: object, failed: Failed) -> None: ...
    def set_usual_contact(self, contact_id: str) -> None: ...
    def remove_contact(self, contact_id: str) -> None: ...
    def say(self, text: str) -> None: ...


class ContactCard(Card):
    """One contact; « Modifier » opens its fields in place."""

    def __init__(self, contact: ContactFacts, commands: ContactCommands, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.id = contact.id
        self._commands = commands
        self._phone, self._email = "", ""
        self.heading = label("", "strong", self, wrap=True)
        self.role = label("", "secondary", self, wrap=True)
        self.usual = Pill("Répond d’habitude", "success", "badge-check", self)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.role)
        self.body.addWidget(self.usual)
        acts = Flow(self)
        self.copy_phone = button("", "quiet", "phone", acts)
        self.copy_phone.clicked.connect(lambda _on=False: self._copy(self._phone, "Numéro copié."))
        self.copy_email = button("", "quiet", "mail", acts)
        self.copy_email.clicked.connect(lambda _on=False: self._copy(self._email, "Adresse copiée."))
        self.make_usual = button("Répond d’habitude", "quiet", "badge-check", acts)
        self.make_usual.clicked.connect(lambda _on=False: commands.set_usual_contact(self.id))
        self.edit = button("Modifier", "quiet", "pencil", acts)
        self.edit.clicked.connect(lambda _on=False: self._toggle())
        self.remove = button("Supprimer", "quiet", "trash-2", acts)
        self.remove.clicked.connect(lambda _on=False: commands.remove_contact(self.id))
        for one in (self.copy_phone, self.copy_email, self.make_usual, self.edit, self.remove):
            acts.add(one)
        self.body.addWidget(acts)
        self.form = RecordForm(
            contact_fields(), lambda field, value, failed: commands.set_contact(self.id, field, value, failed), self
        )
        self.form.hide()
        self.body.addWidget(self.form)
        self.load(contact)

    def load(self, contact: ContactFacts) -> None:
        """Show the contact as it is now."""
        name = person_name_list(contact.last_name, contact.first_name)
        belongs = "du donneur d’ordre" if contact.buyer_id and not contact.company_id else ""
        self.heading.setText(name)
        self.role.setText(" · ".join(part for part in (contact.role_label, belongs) if part))
        self.role.setVisible(bool(self.role.text()))
        self.usual.setVisible(contact.usual)
        self.make_usual.setVisible(bool(contact.company_id) and not contact.usual)
        self._phone, self._email = format_phone(contact.phone), contact.email
        for one, text, what in (
            (self.copy_phone, self._phone, "Copier le téléphone"),
            (self.copy_email, self._email, "Copier l’adresse électronique"),
        ):
            one.setText(text)
            one.setVisible(bool(text))
            one.setToolTip(what)
            one.setAccessibleName(f"{what} de {name}, {text}")
        for one, what in ((self.edit, "Modifier"), (self.remove, "Supprimer"), (self.make_usual, "Répond d’habitude")):
            one.setAccessibleName(f"{what}, {name}")
        self.form.load_from(contact)

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._commands.say(told)

    def _toggle(self) -> None:
        shown = self.form.isHidden()
        self.form.setVisible(shown)
        self.edit.setText("Replier" if shown else "Modifier")
        if shown:
            self.form.fields["last_name"].setFocus()


class ContactList(QWidget):
    """The cards of several contacts; kept in place when only their text changes."""

    def __init__(self, commands: ContactCommands, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._empty = label(empty, "secondary", self, wrap=True)
        self._column.addWidget(self._empty)
        self.cards: list[ContactCard] = []

    def load(self, contacts: Sequence[ContactFacts]) -> None:
        """Show these contacts."""
        self._empty.setVisible(not contacts)
        if [one.id for one in contacts] != [card.id for card in self.cards]:
            for card in self.cards:
                self._column.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.cards = [ContactCard(one, self._commands, self) for one in contacts]
            for card in self.cards:
                self._column.addWidget(card)
        for card, one in zip(self.cards, contacts, strict=True):
            card.load(one)


class ContactDialog(Dialog):
    """A new contact. ``given(draft, failed)``; the caller closes it once kept."""

    given = Signal(object, object)

    def __init__(
        self,
        parent: QWidget | None,
        *,
        company_id: str = "",
        buyer_id: str = "",
        operation_id: str = "",
    ) -> None:
        super().__init__(parent, "Nouveau contact", width=560)
        self._owner = {"company_id": company_id, "buyer_id": buyer_id, "operation_id": operation_id}
        self.fields: dict[str, Field] = {}
        for row in contact_fields():
            self.fields.update({field.key: field for field in row})
            self.body.addWidget(row[0] if len(row) == 1 else FieldRow(row))
        self.add_button(texts.CANCEL)
        self.accept_button = self.add_button("Ajouter le contact", "primary", self._give)
        self.accept_button.setDefault(True)
        self.fields["last_name"].setFocus()

    def _give(self) -> None:
        readable = [field.commit() for field in self.fields.values()]  # every field says what is wrong with it
        if not all(readable):
            return
        values = {key: field.value() or "" for key, field in self.fields.items()}
        self.given.emit(ContactDraft(**values, **self._owner), self.show_error)

    def show_error(self, problem: object) -> None:
        """Put a refusal under its field."""
        field = self.fields.get(getattr(problem, "field", "")) or self.fields["last_name"]
        field.set_error(f"{getattr(problem, 'happened', '')} {getattr(problem, 'todo', '')}".strip())
