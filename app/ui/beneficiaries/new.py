"""Somebody new: the search field comes first, candidates appear while typing (PRODUCT.md B1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.beneficiaries.values import PersonHit, TypedPerson
from app.errors import InclusivError
from app.models.beneficiaries import BeneficiaryDraft
from app.models.choices import Sex
from app.rules.french import NBSP, format_date, plural
from app.ui.beneficiaries.dialogs import SamePersonDialog
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, DateField, PhoneField, TextField
from app.ui.kit.form import Form
from app.ui.kit.labels import label
from app.ui.kit.search_field import SearchField
from app.ui.kit.table import Column, TableModel
from app.ui.kit.table_view import TableView
from app.ui.shell.discretion import Discretion

FORM = "creation"


def hit_columns(discretion: Discretion) -> tuple[Column[PersonHit], ...]:
    """Who it may be, side by side with what tells people apart."""
    return (
        Column(
            "name", "Nom", lambda one: discretion.name(one.last_name, one.first_name), 192, bold=True, sortable=False
        ),
        Column("birth", "Naissance", lambda one: discretion.detail(format_date(one.birth_date)), 104, sortable=False),
        Column("town", "Commune", lambda one: one.town, 160, sortable=False),
        Column("company", "Dernière entreprise", lambda one: one.company_name, 176, sortable=False),
        Column("number", "N° de dossier", lambda one: one.file_number, 136, sortable=False),
        Column(
            "reason",
            "Ressemblance",
            lambda one: one.reason,
            0,
            sortable=False,
            tone=lambda one: "warning" if one.ask else "text_secondary",
            icon=lambda one: "user-check" if one.ask else "",
            tooltip=lambda one: one.reason,
        ),
    )


class NewPersonPage(QWidget):
    """Search, then create. ``opened(id)``: somebody known was chosen."""

    opened = Signal(str)
    unsaid = Signal(object)

    def __init__(self, model: BeneficiariesViewModel, discretion: Discretion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._discretion = discretion
        self._typed = TypedPerson("", "", None, ())
        self._filled = False
        self._waiting = self._down = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(12)
        column.addWidget(label("Nouveau bénéficiaire", "title", self))
        column.addWidget(
            label(
                f"Chercher d’abord{NBSP}: la personne est peut-être déjà dans le carnet. "
                "Nom, prénom et date de naissance dans le même champ.",
                "secondary",
                self,
                wrap=True,
            )
        )
        self.search = SearchField("Nom, prénom et date de naissance", self)
        self.search.setPlaceholderText(f"Par exemple{NBSP}: Benoît Deschamps 12031988")
        column.addWidget(self.search)
        self.said = label("", "secondary", self, wrap=True)
        column.addWidget(self.said)
        self.rows: TableModel[PersonHit] = TableModel(hit_columns(discretion), self)
        self.table = TableView("Personnes déjà dans le carnet", self)
        self.table.setModel(self.rows)
        self.table.opened.connect(self.opened.emit)
        self.table.hide()
        column.addWidget(self.table)
        self.form = Form(self, width=860)
        self._build_form()
        column.addWidget(self.form, 1)
        self.search.textChanged.connect(self._text_changed)
        self.search.searched.connect(self._understand)
        self.search.went_down.connect(self._go_down)
        self.form.committed.connect(self._field_left)
        model.understood.connect(self._understood)
        model.already_known.connect(self._ask)
        model.refused.connect(self._refused)
        discretion.changed.connect(lambda _on: self.rows.set_rows(self._typed.hits))

    def _build_form(self) -> None:
        section = self.form.section("identity", "Créer une fiche")
        self.swap = button("Inverser nom et prénom", "quiet", "arrow-up-down")
        self.swap.clicked.connect(lambda _on=False: self._swap())
        section.head.addWidget(self.swap)
        section.add_row(
            TextField("last_name", "Nom", max_length=80, required=True),
            TextField("first_name", "Prénom", max_length=80, required=True),
            DateField("birth_date", "Date de naissance", today=self.model.clock.today, past=True, required=False),
        )
        section.add_row(ChoiceField("sex", "Sexe", Sex), QWidget(), stretches=(1, 2))
        self.town = TextField("town", "Commune", max_length=80, required=False)
        self.rest = (
            section.add_row(
                PhoneField("phone", "Téléphone", required=False),
                TextField("birth_name", "Nom de naissance", max_length=80, required=False),
            ),
            section.add_row(
                TextField("postcode", "Code postal", max_length=6, required=False), self.town, stretches=(1, 2)
            ),
        )
        foot = QHBoxLayout()
        self.create_button = button("Créer la fiche", "primary", "user-plus")
        self.create_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.create_button.clicked.connect(lambda _on=False: self.create_person())
        foot.addWidget(self.create_button)
        self.more = button("Téléphone, nom de naissance, commune", "quiet", "plus")
        self.more.clicked.connect(lambda _on=False: self._unfold(focus=True))
        foot.addWidget(self.more)
        foot.addStretch(1)
        section.body.addLayout(foot)

    def _unfold(self, *, focus: bool = False) -> None:
        """What is rarely known when somebody arrives on a site waits behind one button; their page has it all."""
        self.more.hide()
        for row in self.rest:
            row.show()
        if focus:
            self.form.fields["phone"].setFocus(Qt.FocusReason.OtherFocusReason)

    # --- arriving ------------------------------------------------------------------------

    def start(self) -> None:
        """Arrive with an empty page, or with what was being typed when the program stopped."""
        self._filled = self._waiting = self._down = False
        self.more.show()
        for row in self.rest:
            row.hide()
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._show_hits(TypedPerson("", "", None, ()))
        self.form.load(dict.fromkeys(self.form.fields, None) | {"sex": Sex.UNKNOWN})
        self.model.kept_form(FORM, self._take_back)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_back(self, kept: dict[str, Any]) -> None:
        if kept:
            self._filled = True
            self.form.load(kept)
            if any(kept.get(name) for name in ("phone", "birth_name", "postcode", "town")):
                self._unfold()

    # --- searching -----------------------------------------------------------------------

    def _text_changed(self, text: str) -> None:
        if not text.strip():
            self.model.understand("")

    def _understand(self, text: str) -> None:
        self._waiting = True
        self.model.understand(text)

    def _understood(self, typed: TypedPerson) -> None:
        self._waiting = False
        if not self.isVisible():
            return
        self._show_hits(typed)
        if not self._filled:
            self.form.load(
                {"last_name": typed.last_name, "first_name": typed.first_name, "birth_date": typed.birth_date}
            )
        if self._down:
            self._go_down()

    def _show_hits(self, typed: TypedPerson) -> None:
        self._typed = typed
        self.rows.set_rows(typed.hits)
        self.table.setVisible(bool(typed.hits))
        self.table.show_rows(min(len(typed.hits), 6))
        close = len(typed.close)
        if close:
            said = f"{plural(close, 'personne très proche', 'personnes très proches')} dans le carnet."
        elif typed.hits:
            said = f"{plural(len(typed.hits), 'personne trouvée', 'personnes trouvées')} dans le carnet."
        elif self.search.text().strip():
            said = "Personne de ce nom dans le carnet."
        else:
            said = ""
        self.said.setText(said)
        self.create_button.setText("Créer quand même" if close else "Créer la fiche")
        if typed.hits:
            self.table.select_id(typed.hits[0].id)

    def _go_down(self) -> None:
        """Enter or ↓ in the field: to the people found, else to the form; once the answer is there."""
        self._down = self._waiting
        if self._down:
            return
        if self._typed.hits:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self.table.select_id(self._typed.hits[0].id)
        else:
            self.form.focus_first()

    # --- creating ------------------------------------------------------------------------

    def _field_left(self, key: str, value: object) -> None:
        self._filled = True
        self.model.keep_form(FORM, "Nouvelle fiche à terminer", self.form.values())
        if key == "postcode" and value:
            self.model.place_help(str(value), "", self._fill_town)
        if key in ("last_name", "first_name", "birth_date"):
            values = self.form.values()
            birth = values["birth_date"]
            line = f"{values['first_name'] or ''} {(values['last_name'] or '').upper()}"
            if values["last_name"] and values["first_name"]:
                self.model.understand(f"{line} {format_date(birth)}".strip())

    def _fill_town(self, found: Any) -> None:
        if len(found.towns) == 1 and not self.town.value():
            self.town.set_value(found.towns[0])

    def _swap(self) -> None:
        values = self.form.values()
        self._filled = True
        self.form.load({"last_name": values["first_name"], "first_name": values["last_name"]})

    def draft(self) -> BeneficiaryDraft:
        """What the form says."""
        values = self.form.values()
        words = {
            name: values[name] or "" for name in ("last_name", "first_name", "birth_name", "phone", "postcode", "town")
        }
        return BeneficiaryDraft(**words, birth_date=values["birth_date"], sex=values["sex"] or Sex.UNKNOWN)

    def create_person(self) -> None:
        """Create the file, after the question when somebody known is close."""
        if self.form.commit_all():
            self.model.create(self.draft())

    def done(self) -> None:
        """The person was created: nothing is kept any more."""
        self.model.drop_form(FORM)

    def _ask(self, draft: BeneficiaryDraft, candidates: Sequence[PersonHit]) -> None:
        dialog = SamePersonDialog(self, draft, candidates, self._discretion.name)
        dialog.answered.connect(lambda key: self._answered(key, draft))
        dialog.open()

    def _answered(self, key: str, draft: BeneficiaryDraft) -> None:
        if key == "new":
            self.model.create(draft, confirmed=True)
        elif key:
            self.done()
            self.opened.emit(key)

    def _refused(self, problem: InclusivError) -> None:
        if not self.isVisible():
            return
        if problem.field in ("phone", "birth_name", "postcode", "town"):
            self._unfold()
        if not (problem.field and self.form.show_error(problem)):
            self.unsaid.emit(problem)
