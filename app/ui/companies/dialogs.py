"""A new company: the SIRET first, which says at once whether it is known (PRODUCT.md C3)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.choices import CompanyKind
from app.operations.values import CompanyDraft, SiretAnswer
from app.rules.identifiers import is_siret, parse_siret
from app.ui.companies.viewmodel import CompaniesViewModel
from app.ui.kit.cards import Banner
from app.ui.kit.fields import ChoiceField, PhoneField, SiretField, TextField
from app.ui.kit.form_dialog import FormDialog


class CompanyDialog(FormDialog):
    """``given(draft, failed)``; ``known(id)`` when the SIRET is that of a company of the notebook."""

    given = Signal(object, object)
    known = Signal(str)

    def __init__(self, parent: QWidget | None, model: CompaniesViewModel, *, typed: str = "") -> None:
        super().__init__(parent, "Nouvelle entreprise", "Créer l’entreprise")
        self._model = model
        self._known = ""
        self.siret = SiretField("siret", "SIRET", check=parse_siret, required=False)
        self.put(self.siret)
        self.notice = Banner("", "info", "Ouvrir la fiche", lambda: self.known.emit(self._known), self)
        self.notice.hide()
        self.column.addWidget(self.notice)
        name = TextField("name", "Nom", required=True)
        kind = ChoiceField("kind", "Type", CompanyKind)
        kind.set_value(CompanyKind.ORDINARY)
        self.put(name)
        self.put(kind)
        self.put(TextField("address", "Adresse", required=False))
        self.put(TextField("postcode", "Code postal", required=False), TextField("town", "Commune", required=False))
        self.put(
            PhoneField("phone", "Téléphone", required=False),
            TextField("email", "Adresse électronique", required=False),
        )
        self.siret.committed.connect(self._siret_given)
        if is_siret(typed):
            self.siret.set_value(parse_siret(typed))
            self._siret_given(parse_siret(typed))
        else:
            name.set_value(typed)
        self.finish(self.siret)

    def _siret_given(self, value: object) -> None:
        self._known = ""
        self.notice.set_text("")
        if value:
            self._model.check_siret(str(value), self._answered, self.show_error)

    def _answered(self, answer: SiretAnswer) -> None:
        if answer.siret != self.siret.value():
            return
        self._known = answer.company_id
        self.notice.button.setVisible(bool(answer.company_id))
        self.notice.set_text(answer.sentence)

    def give(self) -> None:
        if self._known:
            self.known.emit(self._known)
            return
        self.given.emit(
            CompanyDraft(
                self.text("name"),
                self.text("siret"),
                str(self.value("kind")),
                self.text("address"),
                self.text("postcode"),
                self.text("town"),
                self.text("phone"),
                self.text("email"),
            ),
            self.show_error,
        )
