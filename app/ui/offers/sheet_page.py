"""One offer: its fields, its state, and the candidates presented with the company's answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.choices import EmploymentType, IntroductionAnswer, OfferState
from app.offers.values import OfferSheet
from app.rules.french import NBSP, format_date, plural
from app.store.offers import IntroductionRow
from app.ui.kit.card_column import CardColumn
from app.ui.kit.cards import Card
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, DateField, Field, MultilineField, NumberField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.record_form import RecordForm
from app.ui.kit.record_page import RecordPage
from app.ui.kit.suggest import Named, SuggestField
from app.ui.offers.dialogs import weekly_field
from app.ui.offers.viewmodel import OffersViewModel
from app.ui.shell.discretion import Discretion

_STATES = {
    OfferState.OPEN: ("info", "circle-dot"),
    OfferState.FILLED: ("success", "circle-check"),
    OfferState.WITHDRAWN: ("text_secondary", "circle-x"),
}


class CandidateCard(Card):
    """One candidate: answer in one choice, words for the company, introduction to print."""

    def __init__(
        self,
        row: IntroductionRow,
        model: OffersViewModel,
        discretion: Discretion,
        open_person: Callable[[str], None],
        print_page: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent=parent)
        self.id = row.introduction_id
        self.row = row
        self._discretion = discretion
        head = Flow(self, spacing=12)
        self.name = button("", "link", parent=self)
        self.name.clicked.connect(lambda _on=False: open_person(row.beneficiary_id))
        head.add(self.name)
        self.detail = label("", "secondary", self)
        self.print_button = button("Imprimer la présentation", "", "printer", self)
        self.print_button.clicked.connect(lambda _on=False: print_page(row.beneficiary_id))
        head.add(self.print_button)
        self.withdraw = button("Retirer", "quiet", "x", self)
        self.withdraw.clicked.connect(lambda _on=False: model.withdraw(row.introduction_id))
        head.add(self.withdraw)
        self.body.addWidget(head)
        self.detail.setWordWrap(True)
        self.body.addWidget(self.detail)
        self.answer = ChoiceField("answer", "Réponse de l’entreprise", IntroductionAnswer)
        self.answer.committed.connect(lambda value: model.answer(row.introduction_id, str(value)))
        self.words = MultilineField("presentation", "En quelques mots, pour l’entreprise", lines=2, autosave=False)
        self.words.committed.connect(
            lambda value: model.set_presentation(row.introduction_id, str(value), self._refused)
        )
        self.body.addWidget(self.answer)
        self.body.addWidget(self.words)
        self.load(row)

    def load(self, row: IntroductionRow) -> None:
        """Show the introduction as it is now."""
        self.row = row
        shown = self._discretion.name(row.last_name, row.first_name)
        self.name.setText(shown)
        self.print_button.setAccessibleName(f"Imprimer la présentation, {shown}")
        self.withdraw.setAccessibleName(f"Retirer la présentation, {shown}")
        parts = [f"présentée le {format_date(row.presented_on)}"]
        if row.prescriber_name:
            parts.append(f"par {row.prescriber_name}")
        if row.answered_on:
            parts.append(f"réponse le {format_date(row.answered_on)}")
        self.detail.setText(" · ".join(parts))
        self.answer.set_value(IntroductionAnswer(row.answer))
        self.words.set_value(row.presentation)

    def _refused(self, problem: object) -> None:
        self.words.set_error(f"{getattr(problem, 'happened', '')} {getattr(problem, 'todo', '')}".strip())


class OfferPage(RecordPage):
    """``company_opened(id)``, ``person_opened(id)``, ``lot_opened(operation, lot)``, ``printed(person id)``."""

    company_opened = Signal(str)
    person_opened = Signal(str)
    lot_opened = Signal(str, str)
    printed = Signal(str)

    def __init__(
        self,
        model: OffersViewModel,
        discretion: Discretion,
        today: Callable[[], dt.date],
        present: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._discretion = discretion
        change = model.set_state
        self.present_button = self.add_act("Présenter un candidat", "primary", "user-plus", present)
        self.company_button = self.add_act("Entreprise", "", "building-2", self._go_company)
        self.lot_button = self.add_act("Lot de l’opération", "", "hard-hat", self._go_lot)
        self.fill_button = self.add_act(
            "Offre pourvue", "", "circle-check", lambda: change(OfferState.FILLED, "Offre pourvue.")
        )
        self.withdraw_button = self.add_act(
            "Retirer l’offre", "quiet", "circle-x", lambda: change(OfferState.WITHDRAWN, "Offre retirée.")
        )
        self.open_button = self.add_act(
            "Rouvrir l’offre", "", "rotate-ccw", lambda: change(OfferState.OPEN, "Offre rouverte.")
        )
        self.remove_button = self.add_act("Supprimer", "quiet", "trash-2", model.remove)
        people = self.form.section("candidates", "Candidats présentés")
        self._candidates = CardColumn(
            self._make_card,
            lambda one: one.introduction_id,
            empty="Personne n’a encore été présenté pour cette offre.",
            parent=people,
        )
        people.body.addWidget(self._candidates)
        section = self.form.section("offer", "L’offre")
        rows: list[list[Field]] = [
            [
                TextField("title", "Poste", required=True),
                SuggestField("trade_code", "Métier (ROME)", ask=model.propose_trades, required=False),
            ],
            [
                NumberField("posts", "Nombre de postes", low=1, high=200),
                weekly_field(),
                ChoiceField("contract_type", "Type de contrat", EmploymentType, none="À préciser"),
            ],
            [
                DateField("start_on", "Début", today=today, required=False),
                DateField("end_on", "Fin", today=today, required=False),
                DateField("apply_before", "Candidater avant le", today=today, required=False),
            ],
            [TextField("place", "Lieu de travail", required=False)],
            [MultilineField("description", "Description", lines=3, required=False)],
        ]
        self.fields = RecordForm(rows, self._save, section)
        section.add(self.fields)

    def _make_card(self, row: IntroductionRow, column: QWidget) -> CandidateCard:
        return CandidateCard(row, self._model, self._discretion, self.person_opened.emit, self.printed.emit, column)

    @property
    def cards(self) -> list[CandidateCard]:
        """The candidates presented."""
        return self._candidates.cards

    def load(self, sheet: OfferSheet) -> None:
        """Show an offer."""
        offer = sheet.offer
        state = OfferState(offer.state)
        self.show_head(
            offer.offer_id,
            offer.title,
            offer.number,
            offer.company_name,
            f"{offer.operation_name}, {offer.lot_label}" if offer.operation_name else "",
            f"{plural(offer.left, 'poste')} à pourvoir sur {offer.posts}",
            f"contact{NBSP}: {offer.contact_name}" if offer.contact_name else "",
        )
        self.show_state(state.label, *_STATES[state])
        opened = state is OfferState.OPEN
        for one in (self.present_button, self.fill_button, self.withdraw_button):
            one.setVisible(opened)
        self.open_button.setVisible(not opened)
        self.lot_button.setVisible(bool(offer.lot_id))
        values = {key: getattr(offer, key) for key in self.fields.fields if hasattr(offer, key)}
        values["trade_code"] = Named(offer.trade_code, sheet.trade) if offer.trade_code else None
        values["contract_type"] = EmploymentType(offer.contract_type) if offer.contract_type else None
        self.fields.load(values)
        self._candidates.load(sheet.introductions)

    def again(self) -> None:
        """Names are shown or masked."""
        if self._model.sheet is not None:
            self.load(self._model.sheet)

    def focus_target(self) -> QWidget:
        """What is done first with an offer."""
        return self.present_button if self.present_button.isVisibleTo(self) else self.open_button

    def _save(self, field: str, value: object, failed: Callable[..., None]) -> None:
        if field == "trade_code":
            value = value.id if isinstance(value, Named) else ""
        self._model.set_field(field, value, failed)

    def _go_company(self) -> None:
        if self._model.sheet is not None:
            self.company_opened.emit(self._model.sheet.offer.company_id)

    def _go_lot(self) -> None:
        sheet = self._model.sheet
        if sheet is not None and sheet.offer.lot_id:
            self.lot_opened.emit(sheet.offer.operation_id, sheet.offer.lot_id)
