"""The page of a company: statements by month, bars, people, contacts, identity, establishments (PRODUCT.md E6)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.choices import CompanyKind
from app.operations.values import CommitmentSheet, CompanySheet, Establishment, PersonLine
from app.rules.french import format_siren, format_siret, plural
from app.rules.identifiers import parse_siret, siren_of
from app.ui.companies.files import FilesPart
from app.ui.companies.months import MonthStrip
from app.ui.companies.table import people_columns
from app.ui.companies.viewmodel import CompaniesViewModel
from app.ui.kit.cards import Card
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, Field, MultilineField, PhoneField, SiretField, TextField
from app.ui.kit.labels import label
from app.ui.kit.record_form import RecordForm
from app.ui.kit.record_page import RecordPage
from app.ui.kit.table import TableModel
from app.ui.kit.table_view import TableView
from app.ui.operations.commitments import CommitmentLines
from app.ui.operations.contacts import add_contacts
from app.ui.operations.visit_lines import VisitLines
from app.ui.shell.discretion import Discretion
from app.ui.theme.appearance import appearance

SHOWN_ROWS = 8


class CommitmentList(QWidget):
    """The commitments of the company as cards; ``opened(operation, lot)``."""

    opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._empty = label(
            "Aucun engagement. Il s’ajoute depuis le lot d’une opération.", "secondary", self, wrap=True
        )
        self._column.addWidget(self._empty)
        self.cards: list[Card] = []
        self._shown: tuple[CommitmentSheet, ...] = ()

    def load(self, commitments: tuple[CommitmentSheet, ...]) -> None:
        """Show these commitments."""
        if commitments == self._shown:
            return
        self._shown = commitments
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for one in commitments:
            card = Card(opens=True, name=f"{one.operation_name}, {one.lot_label}, ouvrir", parent=self)
            lines = CommitmentLines(one, by_company=False, parent=card)
            card.body.addWidget(lines)
            card.opened.connect(lambda operation=one.operation_id, lot=one.lot_id: self.opened.emit(operation, lot))
            self.cards.append(card)
            self._column.addWidget(card)
        self._empty.setVisible(not commitments)


class SheetPage(RecordPage):
    """``month_opened(month)``, ``lot_opened(operation, lot)``; a person, a visit, a company opened by their id."""

    month_opened = Signal(str)
    lot_opened = Signal(str, str)
    person_opened = Signal(str)
    visit_opened = Signal(str)
    company_opened = Signal(str)

    def __init__(
        self,
        model: CompaniesViewModel,
        discretion: Discretion,
        *,
        type_hours: Callable[[], None],
        new_visit: Callable[[], None],
        add_contact: Callable[[], None],
        attest: Callable[[], None] | None = None,
        files: FilesPart | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.hours = self.add_act("Saisir les heures", "primary", "clock", type_hours)
        self.visit = self.add_act("Nouvelle visite", "", "hard-hat", new_visit)
        self.attest = self.add_act("Attestations d’heures", "", "badge-check", attest)
        self.delete_button = self.add_act("Supprimer", "quiet", "trash-2", model.delete)
        self.files = files
        self._build_work(discretion)
        self.contacts, self.add_contact = add_contacts(
            self.form, model.contacts, "Qui répond dans cette entreprise, et à quel numéro.", add_contact
        )
        self._build_identity()
        self.head.body.addWidget(self.form.anchors(self.head))

    def _build_work(self, discretion: Discretion) -> None:
        section = self.form.section("months", "Relevés")
        self.months = MonthStrip(section)
        self.months.opened.connect(self.month_opened.emit)
        section.add(self.months)
        if self.files is not None:
            section = self.form.section("files", "Fichiers de cette entreprise")
            section.body.addWidget(self.files)
        section = self.form.section("commitments", "Engagements")
        self.commitments = CommitmentList(section)
        self.commitments.opened.connect(self.lot_opened.emit)
        section.add(self.commitments)
        section = self.form.section("people", "Personnes")
        self.people_rows: TableModel[PersonLine] = TableModel(people_columns(discretion), self)
        discretion.changed.connect(lambda _masked: self.people_rows.set_rows(self.people_rows.rows))
        self.people = TableView("Personnes de l’entreprise", section)
        self.people.setModel(self.people_rows)
        self.people.opened.connect(self.person_opened.emit)
        section.add(self.people)
        self.people_note = label("", "secondary", section, wrap=True)
        section.add(self.people_note)
        appearance().changed.connect(self._fit_people)

    def _build_identity(self) -> None:
        section = self.form.section("identity", "Identité")
        rows: list[list[Field]] = [
            [TextField("name", "Nom", required=True), ChoiceField("kind", "Type", CompanyKind)],
            [
                SiretField("siret", "SIRET", check=parse_siret, required=False),
                TextField("activity_code", "Code d’activité (NAF)", required=False),
            ],
            [TextField("address", "Adresse", required=False)],
            [TextField("postcode", "Code postal", required=False), TextField("town", "Commune", required=False)],
            [
                PhoneField("phone", "Téléphone", required=False),
                TextField("email", "Adresse électronique", required=False),
            ],
            [MultilineField("note", "Note", lines=2, required=False)],
        ]
        self.identity = RecordForm(rows, self._model.set_company, section)
        section.add(self.identity)
        self._siblings = QWidget(section)
        self._sibling_lines = QVBoxLayout(self._siblings)
        self._sibling_lines.setContentsMargins(0, 0, 0, 0)
        self._sibling_lines.setSpacing(4)
        section.body.addWidget(self._siblings)
        self._shown_siblings: tuple[Establishment, ...] = ()
        section = self.form.section("visits", "Visites")
        self.visits = VisitLines("Aucune visite de cette entreprise.", section, by_company=False)
        self.visits.opened.connect(self.visit_opened.emit)
        section.body.addWidget(self.visits)

    # --- what is shown --------------------------------------------------------------------

    def load(self, sheet: CompanySheet) -> None:
        """Show a company."""
        facts = sheet.facts
        siret = f"SIRET {format_siret(facts.siret)}" if facts.siret else "SIRET à renseigner"
        self.show_head(facts.id, facts.name, siret, facts.town)
        kind = next((one.label for one in CompanyKind if one == facts.kind), "")
        self.show_state(kind, "text_secondary", "building-2")
        self.months.load(sheet.months)
        self.commitments.load(sheet.commitments)
        if sheet.people != self.people_rows.rows:
            before = self.people.current_id()
            self.people_rows.set_rows(sheet.people)
            if before:
                self.people.select_id(before)
        self.people.setVisible(bool(sheet.people))
        more = sheet.people_count - len(sheet.people)
        if not sheet.people:
            self.people_note.setText("Personne n’a encore de contrat avec cette entreprise.")
        else:
            self.people_note.setText(f"Et {plural(more, 'autre personne', 'autres personnes')}." if more > 0 else "")
        self.people_note.setVisible(bool(self.people_note.text()))
        self._fit_people()
        self.contacts.load(sheet.contacts)
        values = {key: getattr(facts, key) for key in self.identity.fields}
        values["kind"] = next((one for one in CompanyKind if one == facts.kind), None)
        self.identity.load(values)
        self._load_siblings(facts.siret, sheet.siblings)
        self.visits.load(sheet.visits, sheet.visit_count)

    def _fit_people(self) -> None:
        """As high as its lines, up to eight; the page scrolls, then the table."""
        self.people.show_rows(min(self.people_rows.rowCount(), SHOWN_ROWS))

    def _load_siblings(self, siret: str, siblings: tuple[Establishment, ...]) -> None:
        if siblings == self._shown_siblings:
            return
        self._shown_siblings = siblings
        while (item := self._sibling_lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if siblings:
            title = f"Autres établissements du même SIREN, {format_siren(siren_of(siret))}"
            self._sibling_lines.addWidget(label(title, "strong", self._siblings, wrap=True))
        for one in siblings:
            words = " · ".join(part for part in (one.name, format_siret(one.siret), one.town) if part)
            link = button(words, "link", parent=self._siblings)
            link.clicked.connect(lambda _on=False, company=one.id: self.company_opened.emit(company))
            self._sibling_lines.addWidget(link)
