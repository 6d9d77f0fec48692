"""Somebody of a file who is not in the notebook: a name, a lot, the first day; « est-ce la même personne ? » first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.beneficiaries.values import PersonHit
from app.errors import InclusivError
from app.models.beneficiaries import BeneficiaryDraft, EmploymentContractDraft
from app.models.choices import EmploymentType, Modality
from app.rules.calendar import is_month
from app.ui import texts
from app.ui.beneficiaries.dialogs import SamePersonDialog
from app.ui.imports.needs import Lot
from app.ui.imports.viewmodel import ImportModel, Question
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import ChoiceField, DateField, Field, TextField
from app.ui.kit.labels import label


class HireDialog(Dialog):
    """A person (unless already known) and a contract of work in the company of the file."""

    def __init__(self, parent: QWidget | None, model: ImportModel, question: Question) -> None:
        row = question.first
        self._known = row.beneficiary_id
        super().__init__(parent, "Nouveau contrat" if self._known else "Nouvelle personne", width=560)
        self._model = model
        self._question = question
        prepared = model.prepared
        company = prepared.company_name if prepared is not None else ""
        self._company = prepared.company_id if prepared is not None else ""
        said = f"Les heures se rattachent à un contrat de travail chez {company}."
        self.body.addWidget(label(said, "secondary", self, wrap=True))
        self.last = TextField("last_name", "Nom", max_length=80, required=True)
        self.first = TextField("first_name", "Prénom", max_length=80, required=True)
        self.birth = DateField("birth_date", "Date de naissance", today=model.clock.today, past=True, required=False)
        self.lot = ChoiceField("lot_id", "Opération et lot", (), required=True)
        self.type = ChoiceField("type", "Contrat", EmploymentType)
        self.start = DateField("start_on", "Premier jour", today=model.clock.today, required=True)
        self.end = DateField("end_on", "Dernier jour", today=model.clock.today, required=False)
        names: tuple[Field, ...] = () if self._known else (self.last, self.first, self.birth)
        self._fields: tuple[Field, ...] = (*names, self.lot, self.type, self.start, self.end)
        for one in self._fields:
            self.body.addWidget(one)
        self.last.set_value(row.last_name)
        self.first.set_value(row.first_name)
        self.type.set_value(EmploymentType.CDD)
        months = sorted(one.month for one in question.rows if is_month(one.month))
        if months:
            self.start.set_value(dt.date(int(months[0][:4]), int(months[0][5:]), 1))
        self.wrong = label("", "error", self, wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.add_button(texts.CANCEL)
        self.create_button = self.add_button(
            "Créer le contrat" if self._known else "Créer la personne", "primary", self.create
        )
        model.ask_lots(self._show_lots)
        model.hired.connect(self.accept)
        model.same_person.connect(self._ask)
        for field in (self.last, self.first, self.start, self.end):
            field.edit.returnPressed.connect(self.hire)
        (self.lot if self._known else self.last).setFocus()

    def _show_lots(self, lots: Sequence[Lot]) -> None:
        self.lot.set_choices([(one.id, one.label) for one in lots])
        if len(lots) == 1:
            self.lot.set_value(lots[0].id)

    def hire(self) -> None:
        """Create what is said; errors stand under their field."""
        for one in self._fields:
            one.commit()
        if any(one.has_error() for one in self._fields):
            return
        self._hire(*self._drafts())

    def _drafts(self) -> tuple[BeneficiaryDraft, EmploymentContractDraft]:
        prepared = self._model.prepared
        named = prepared.facts.named if prepared is not None else {}
        written = self._question.first.company
        employer = next((company for (name, _siret), company in named.items() if name == written), "")
        lent = employer if employer and employer != self._company else ""
        person = BeneficiaryDraft(
            last_name=self.last.value() or "", first_name=self.first.value() or "", birth_date=self.birth.value()
        )
        contract = EmploymentContractDraft(
            type=self.type.value() or EmploymentType.CDD,
            modality=Modality.ETTI if lent else Modality.DIRECT_HIRE,
            employer_id=lent or self._company,
            company_id=self._company,
            lot_id=self.lot.value() or "",
            start_on=self.start.value(),
            end_on=self.end.value(),
        )
        return person, contract

    def _hire(
        self, person: BeneficiaryDraft, contract: EmploymentContractDraft, known: str = "", confirmed: bool = False
    ) -> None:
        self._model.hire(
            self._question,
            person,
            contract,
            known=known or self._known,
            confirmed=confirmed,
            refused=self._refused,
        )

    def _refused(self, problem: InclusivError) -> None:
        said = " ".join(part for part in (problem.happened, problem.todo) if part)
        field = next((one for one in self._fields if one.key == problem.field), None)
        if field is not None:
            field.set_error(said)
            field.setFocus()
        else:
            self.wrong.setText(said)
            self.wrong.show()

    def _ask(self, draft: BeneficiaryDraft, contract: EmploymentContractDraft, candidates: Sequence[PersonHit]) -> None:
        dialog = SamePersonDialog(self, draft, candidates, self._model.name, "C’est la même personne")

        def answered(key: str) -> None:
            if key == "new":
                self._hire(draft, contract, confirmed=True)
            elif key:
                self._hire(draft, contract, known=key)

        dialog.answered.connect(answered)
        dialog.open()
