"""A new offer, a candidate to present, a structure to add."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.choices import CompanyKind, EmploymentType
from app.models.offers import InsertionStructureDraft, IntroductionDraft, JobOfferDraft
from app.rules.hours import parse_hours
from app.rules.identifiers import parse_siret
from app.ui.kit.fields import (
    ChoiceField,
    DateField,
    HoursField,
    MultilineField,
    NumberField,
    PhoneField,
    SiretField,
    TextField,
)
from app.ui.kit.form_dialog import FormDialog
from app.ui.kit.suggest import Ask, Named, SuggestField
from app.ui.offers.viewmodel import Choices, OffersViewModel

Today = Callable[[], dt.date]


def weekly_field() -> HoursField:
    """Hours a week."""
    return HoursField(
        "weekly_hours", "Heures par semaine", read=lambda text: parse_hours(text, field="weekly_hours"), required=False
    )


class OfferDialog(FormDialog):
    """``given(draft, failed)``. The lot and the contact are those of the company chosen."""

    given = Signal(object, object)

    def __init__(
        self,
        parent: QWidget | None,
        model: OffersViewModel,
        today: Today,
        *,
        lot_id: str = "",
    ) -> None:
        super().__init__(parent, "Nouvelle offre d’emploi", "Ouvrir l’offre", width=680)
        self._model = model
        self._lot = lot_id
        self.company = SuggestField("company_id", "Entreprise", ask=model.propose_companies, required=True)
        self.company.committed.connect(self._company_chosen)
        self.title = TextField("title", "Poste", required=True)
        self.put(self.company, self.title)
        self.lot = ChoiceField("lot_id", "Au titre du lot", none="Aucun lot en particulier", required=False)
        self.trade = SuggestField("trade_code", "Métier (ROME)", ask=model.propose_trades, required=False)
        self.put(self.lot, self.trade)
        posts = NumberField("posts", "Nombre de postes", low=1, high=200)
        posts.set_value(1)
        week = weekly_field()
        week.set_value(3500)
        kind = ChoiceField("contract_type", "Type de contrat", EmploymentType, none="À préciser", required=False)
        self.put(posts, week, kind)
        self.put(
            DateField("start_on", "Début", today=today, required=False),
            DateField("end_on", "Fin", today=today, required=False),
            DateField("apply_before", "Candidater avant le", today=today, required=False),
        )
        self.contact = ChoiceField("contact_id", "Contact de l’entreprise", none="À préciser", required=False)
        self.put(TextField("place", "Lieu de travail", required=False), self.contact)
        self.put(MultilineField("description", "Description", lines=3, required=False, autosave=False))
        self.finish(self.company)

    def choose_company(self, company: Named) -> None:
        """Propose this company, its lots and its contacts."""
        self.company.set_value(company)
        self._company_chosen(company)
        self.title.setFocus()

    def _company_chosen(self, value: object) -> None:
        if isinstance(value, Named) and value.id:
            self._model.ask_company(value.id, self._company_told)

    def _company_told(self, lots: Choices, contacts: Choices) -> None:
        self.lot.set_choices(lots)
        self.contact.set_choices(contacts)
        if self._lot in {one for one, _ in lots}:
            self.lot.set_value(self._lot)
        elif len(lots) == 1:
            self.lot.set_value(lots[0][0])
        if contacts:
            self.contact.set_value(contacts[0][0])

    def give(self) -> None:
        company, trade = self.value("company_id"), self.value("trade_code")
        self.given.emit(
            JobOfferDraft(
                company_id=company.id if isinstance(company, Named) else "",
                lot_id=self.value("lot_id") or "",
                title=self.text("title"),
                trade_code=trade.id if isinstance(trade, Named) else "",
                posts=self.value("posts"),
                weekly_hours=self.value("weekly_hours"),
                contract_type=str(self.value("contract_type") or ""),
                start_on=self.value("start_on"),
                end_on=self.value("end_on"),
                apply_before=self.value("apply_before"),
                place=self.text("place"),
                description=self.text("description"),
                contact_id=self.value("contact_id") or "",
            ),
            self.show_error,
        )


class PresentDialog(FormDialog):
    """``given(draft, failed)``: who is presented, by whom, with which words for the company."""

    given = Signal(object, object)

    def __init__(self, parent: QWidget | None, ask_people: Ask, today: Today) -> None:
        super().__init__(parent, "Présenter un candidat", "Présenter", width=620)
        self.person = SuggestField("beneficiary_id", "Personne", ask=ask_people, required=True)
        self.put(self.person)
        day = DateField("presented_on", "Présentée le", today=today)
        day.set_value(today())
        self.put(TextField("prescriber_name", "Proposée par (prescripteur)", required=False), day)
        self.put(
            MultilineField(
                "presentation",
                "En quelques mots, pour l’entreprise",
                lines=4,
                required=False,
                autosave=False,
                hint="Imprimé sur la présentation. Aucun critère d’éligibilité n’y figure.",
            )
        )
        self.finish(self.person)

    def give(self) -> None:
        person = self.value("beneficiary_id")
        self.given.emit(
            IntroductionDraft(
                beneficiary_id=person.id if isinstance(person, Named) else "",
                prescriber_name=self.text("prescriber_name"),
                presented_on=self.value("presented_on"),
                presentation=self.text("presentation"),
            ),
            self.show_error,
        )


class StructureDialog(FormDialog):
    """``given(draft, failed)``: a structure to add to the directory."""

    given = Signal(object, object)

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, "Ajouter une structure d’insertion", "Ajouter à l’annuaire")
        name = TextField("name", "Nom", required=True)
        kind = ChoiceField("kind", "Type", CompanyKind)
        kind.set_value(CompanyKind.EI)
        self.put(name, kind)
        self.put(SiretField("siret", "SIRET", check=parse_siret, required=False))
        self.put(TextField("abilities", "Ce qu’elle sait faire", required=False))
        self.put(TextField("postcode", "Code postal", required=False), TextField("town", "Commune", required=False))
        self.put(
            PhoneField("phone", "Téléphone", required=False),
            TextField("email", "Adresse électronique", required=False),
        )
        self.finish(name)

    def give(self) -> None:
        self.given.emit(
            InsertionStructureDraft(
                siret=self.text("siret"),
                name=self.text("name"),
                kind=str(self.value("kind")),
                abilities=self.text("abilities"),
                postcode=self.text("postcode"),
                town=self.text("town"),
                phone=self.text("phone"),
                email=self.text("email"),
            ),
            self.show_error,
        )
