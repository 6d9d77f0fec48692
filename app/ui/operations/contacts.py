"""Contact cards: who, their role, how to reach them, and who answers usually (PRODUCT.md C5)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from app.operations.values import ContactDraft, ContactFacts
from app.rules.french import format_phone, person_name_list
from app.ui.kit.card_column import CardColumn
from app.ui.kit.cards import Card, Pill
from app.ui.kit.controls import button
from app.ui.kit.fields import Field, PhoneField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.form import Form
from app.ui.kit.form_dialog import FormDialog
from app.ui.kit.labels import label
from app.ui.kit.record_form import RecordForm
from app.ui.operations.contact_acts import ContactActs


def contact_fields() -> list[list[Field]]:
    """The fields of a contact, row by row."""
    return [
        [TextField("last_name", "Nom", required=True), TextField("first_name", "Prénom", required=False)],
        [TextField("role_label", "Fonction", required=False)],
        [PhoneField("phone", "Téléphone", required=False), TextField("email", "Adresse électronique", required=False)],
    ]


class ContactCard(Card):
    """One contact; « Modifier » opens its fields in place."""

    def __init__(self, contact: ContactFacts, contacts: ContactActs, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.id = contact.id
        self._contacts = contacts
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
        self.make_usual.clicked.connect(lambda _on=False: contacts.set_usual(self.id))
        self.edit = button("Modifier", "quiet", "pencil", acts)
        self.edit.clicked.connect(lambda _on=False: self._toggle())
        self.remove = button("Supprimer", "quiet", "trash-2", acts)
        self.remove.clicked.connect(lambda _on=False: contacts.remove(self.id))
        for one in (self.copy_phone, self.copy_email, self.make_usual, self.edit, self.remove):
            acts.add(one)
        self.body.addWidget(acts)
        self.form = RecordForm(
            contact_fields(), lambda field, value, failed: contacts.set_field(self.id, field, value, failed), self
        )
        self.form.hide()
        self.body.addWidget(self.form)

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
        self._contacts.say(told)

    def _toggle(self) -> None:
        shown = self.form.isHidden()
        self.form.setVisible(shown)
        self.edit.setText("Replier" if shown else "Modifier")
        if shown:
            self.form.fields["last_name"].setFocus()


def add_contacts(
    form: Form, contacts: ContactActs, empty: str, add: Callable[[], None]
) -> tuple[CardColumn, QPushButton]:
    """The section « Interlocuteurs » of a page: the column of its cards, and the button that adds one."""
    section = form.section("contacts", "Interlocuteurs")
    new = button("Ajouter un contact", "quiet", "plus", section)
    new.clicked.connect(lambda _on=False: add())
    section.head.addWidget(new)
    cards = CardColumn(
        lambda one, column: ContactCard(one, contacts, column),
        lambda one: one.id,
        empty=empty,
        spacing=8,
        parent=section,
    )
    section.body.addWidget(cards)
    return cards, new


class ContactDialog(FormDialog):
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
        super().__init__(parent, "Nouveau contact", "Ajouter le contact", width=560)
        self._owner = {"company_id": company_id, "buyer_id": buyer_id, "operation_id": operation_id}
        for row in contact_fields():
            self.put(*row)
        self.finish(self.fields["last_name"])

    def give(self) -> None:
        self.given.emit(ContactDraft(**{key: self.text(key) for key in self.fields}, **self._owner), self.show_error)
