"""Forms on one screen: a public verified, a contract, its end, a note, an action, a training.

What leaves its field is kept at once (a kill loses nothing); the button makes it a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.beneficiaries.values import ActionLine, ContractLine, FormChoices, NoteLine, PersonHit, TrainingLine
from app.errors import InclusivError
from app.models.beneficiaries import (
    AgreedActionDraft,
    BeneficiaryDraft,
    EligibilityDraft,
    EmploymentContractDraft,
    NoteDraft,
    TrainingDraft,
)
from app.models.choices import EmploymentType, Modality, NoteKind, PeriodEnd, Qualification
from app.rules.calendar import DueChip, due_chip
from app.rules.french import NNBSP, format_date
from app.rules.hours import parse_hours
from app.rules.people import CONTRACT_MAXIMUM, WEEK_MAXIMUM
from app.ui import texts
from app.ui.beneficiaries.parts import person_card
from app.ui.beneficiaries.suggest import SuggestField
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import ChoiceField, DateField, Field, Help, HoursField, MultilineField, TextField
from app.ui.kit.form import FieldRow, Form
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance

FREE_TEXT = Help(
    "Des faits utiles au parcours, sans jugement. Ni santé, ni justice, ni origine, ni numéro de sécurité sociale.",
    "Souhaite passer le permis B.",
    "La personne peut demander à lire tout ce qui est écrit sur elle.",
)


class DraftDialog(Dialog):
    """A form with one button. ``form_key`` empty: nothing is kept while typing (corrections of a record)."""

    saved = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        model: BeneficiariesViewModel,
        title: str,
        button_text: str,
        form_key: str = "",
        *,
        width: int = 640,
    ) -> None:
        super().__init__(parent, title, width=width)
        self.model = model
        self._key = form_key
        self._title = title
        self._sent = False
        self.form = Form(self, width=width)
        self.form.setMinimumWidth(0)
        self.section = self.form.section("all")
        self.body.addWidget(self.form, 1)
        self._refusal = label("", "error", self, wrap=True)
        self._refusal.hide()
        self.body.addWidget(self._refusal)
        self.add_button(texts.CANCEL, "", self._give_up)
        self.submit_button = self.add_button(button_text, "primary", self.submit)
        self.submit_button.setDefault(False)
        self.form.committed.connect(self._typed)

    def start(self, values: Mapping[str, Any]) -> None:
        """Show the dialog with these values, over which what was kept while typing comes back."""
        self.form.load(values)
        self.loaded()
        if self._key:
            self.model.kept_form(self._key, self._take_back)
        self._fit()
        self.open()
        self.form.focus_first()

    def _take_back(self, kept: Mapping[str, Any]) -> None:
        if kept:
            self.form.load(kept)
            self.loaded()

    def loaded(self) -> None:
        """Values were just shown: depend on them here."""

    def draft(self, values: Mapping[str, Any]) -> object:
        """The draft to hand over."""
        raise NotImplementedError

    def submit(self) -> None:
        """Hand the draft over; the dialog closes once it is a record."""
        if not self.form.commit_all() or self._sent:
            return
        self._sent = True
        self.send(self.form.values(), self._done, self._failed)

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        """Give the draft to the view-model."""
        self.model.save(self._key, self.draft(values), "", done, failed)

    def _done(self) -> None:
        if self._key:
            self.model.drop_form(self._key)
        self.saved.emit()
        self.accept()

    def _failed(self, problem: InclusivError) -> None:
        self._sent = False
        if self.form.show_error(problem):
            self._refusal.hide()
            self.form.fields[problem.field].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._refusal.setText(problem.sentence)
            self._refusal.show()

    def _typed(self, key: str, _value: object) -> None:
        self.changed_field(key)
        if self._key and not self._sent:
            self.model.keep_form(self._key, self._title, self.form.values())

    def changed_field(self, key: str) -> None:
        """A field got another value: depend on it here."""

    def _give_up(self) -> None:
        if self._key:
            self.model.drop_form(self._key)
        self.reject()

    def keyPressEvent(self, event: Any) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.submit()
            return
        super().keyPressEvent(event)

    def _fit(self) -> None:
        room = self.screen().availableGeometry()
        column = self.form.column
        column.resize(min(appearance().px(self._width), room.width()) - 64, column.sizeHint().height())
        for row in column.findChildren(FieldRow):
            row.resize(column.width() - 24, row.sizeHint().height())
        self.form.setMinimumHeight(min(column.sizeHint().height() + 32, room.height() - 240))


class EligibilityDialog(DraftDialog):
    """Scheme → public → proof seen on → valid until; or a motivated derogation."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, choices: FormChoices) -> None:
        super().__init__(parent, model, "Vérifier un public", "Ajouter ce public", "eligibility", width=760)
        self._choices = choices
        today = model.clock.today
        schemes = [(one.code, one.label) for one in choices.schemes]
        self.scheme = ChoiceField("scheme", "Liste de publics", schemes, required=True)
        self.category = ChoiceField("category_code", "Public", required=True)
        self.proof = ChoiceField(
            "proof_code", "Justificatif vu", none="Aucun", help=Help("Le document est regardé, jamais copié ni gardé.")
        )
        self.section.add(self.scheme)
        self.section.add(self.category)
        self.section.add(self.proof)
        self.section.add_row(
            DateField("seen_on", "Vu le", today=today, required=True),
            DateField("validated_on", "Éligibilité validée le", today=today, required=False),
        )
        self.section.add_row(
            DateField("valid_until", "Valable jusqu’au", today=today, required=False),
            TextField("derogation_author", "Dérogation\u00a0: auteur de l’avis", required=False),
        )
        self.form.fields["valid_until"].set_hint("Calculé d’après le justificatif si vous laissez vide.")
        self.section.add(
            TextField(
                "derogation_reason",
                "Dérogation\u00a0: motif de l’avis",
                required=False,
                help=Help("Un avis motivé remplace le justificatif."),
            )
        )

    def loaded(self) -> None:
        self._offer_categories()
        self._offer_proofs()

    def changed_field(self, key: str) -> None:
        if key == "scheme":
            self._offer_categories()
        if key in ("scheme", "category_code"):
            self._offer_proofs()

    def _offer_categories(self) -> None:
        code = self.scheme.value()
        scheme = next((one for one in self._choices.schemes if one.code == code), None)
        found = scheme.categories if scheme else ()
        self.category.set_choices([(one.code, one.label) for one in found])
        if self.category.value() not in {one.code for one in found}:
            self.category.set_value(None)

    def _offer_proofs(self) -> None:
        code = self.category.value()
        category = next((c for s in self._choices.schemes for c in s.categories if c.code == code), None)
        self.category.set_hint(
            "Ce public ne sera conservé que sous le nom «\u00a0Autre (vérifié)\u00a0»."
            if category and category.discreet
            else ""
        )
        found = category.proofs if category else ()
        self.proof.set_choices([(one.code, one.label) for one in found])
        if self.proof.value() not in {one.code for one in found}:
            self.proof.set_value(found[0].code if len(found) == 1 else None)

    def draft(self, values: Mapping[str, Any]) -> EligibilityDraft:
        return EligibilityDraft(**{key: value if value is not None else _EMPTY[key] for key, value in values.items()})


_EMPTY: dict[str, Any] = {
    "scheme": "", "category_code": "", "proof_code": "", "seen_on": None, "validated_on": None, "valid_until": None,
    "derogation_reason": "", "derogation_author": "",
}  # fmt: skip


class ContractDialog(DraftDialog):
    """The eight fields of a contract on one screen (PRODUCT.md C4)."""

    def __init__(
        self, parent: QWidget, model: BeneficiariesViewModel, contract: ContractLine | None, *, first: bool
    ) -> None:
        title = "Modifier le contrat" if contract else "Ajouter un contrat"
        super().__init__(
            parent, model, title, "Enregistrer le contrat" if contract else "Ajouter le contrat",
            "" if contract else "contract", width=760,
        )  # fmt: skip
        self._contract = contract
        today = model.clock.today
        self.company = SuggestField("company", "Entreprise utilisatrice", ask=model.find_companies, required=True)
        self.employer = SuggestField("employer", "Employeur", ask=model.find_companies, required=True)
        self.lot = ChoiceField("lot_id", "Opération et lot", required=True)
        self.modality = ChoiceField("modality", "Modalité", Modality, required=True)
        self.section.add_row(ChoiceField("type", "Type de contrat", EmploymentType, required=True), self.modality)
        self.section.add_row(self.company, self.employer)
        trade = SuggestField("trade", "Métier", ask=model.find_trades, free=True, required=False)
        trade.edit.setPlaceholderText("Un mot ou un code ROME")
        self.section.add_row(self.lot, trade)
        self.section.add_row(
            DateField("start_on", "Du", today=today, required=True),
            DateField("end_on", "Au", today=today, required=None),
        )
        weekly = HoursField(
            "weekly_hours", "Heures par semaine", read=lambda text: parse_hours(text, maximum=WEEK_MAXIMUM)
        )
        planned = HoursField(
            "planned_hours", "Heures prévues", read=lambda text: parse_hours(text, maximum=CONTRACT_MAXIMUM)
        )
        self.more = button("Tuteur, heures prévues, qualification", "quiet", "plus")
        self.more.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.more.clicked.connect(lambda _on=False: self._unfold(focus=True))
        self.section.add(weekly)
        self.section.add(self.more)
        rest: list[Field] = [TextField("tutor_name", "Tuteur dans l’entreprise", max_length=200), planned]
        if first:
            rest.append(ChoiceField("qualification", "Qualification à l’entrée", Qualification))
        self.rest = self.section.add_row(*rest)
        self.rest.hide()

    def loaded(self) -> None:
        self._fit_employer()
        self._offer_lots()
        values = self.form.values()
        if values["tutor_name"] or values["planned_hours"] is not None:
            self._unfold()

    def _unfold(self, *, focus: bool = False) -> None:
        """What can wait for the next visit stands behind one button."""
        self.more.hide()
        self.rest.show()
        self._fit()
        if focus:
            self.form.fields["tutor_name"].setFocus(Qt.FocusReason.OtherFocusReason)

    def changed_field(self, key: str) -> None:
        if key == "modality":
            self._fit_employer()
        if key == "company":
            self._offer_lots()

    def _fit_employer(self) -> None:
        self.employer.setVisible(self.modality.value() != Modality.DIRECT_HIRE)

    def _offer_lots(self) -> None:
        company = self.company.value()

        def offered(found: list[tuple[str, str]]) -> None:
            if company != self.company.value():
                return
            self.lot.set_choices(found)
            if self.lot.value() not in {key for key, _ in found}:
                self.lot.set_value(found[0][0] if len(found) == 1 else None)
            empty = bool(company) and not found
            self.lot.set_hint("Cette entreprise n’a pas encore d’engagement sur un lot." if empty else "")

        self.model.lots_of(company[0] if company else "", offered)

    def draft(self, values: Mapping[str, Any]) -> EmploymentContractDraft:
        trade = values["trade"] or ("", "")
        company, employer = values["company"] or ("", ""), values["employer"] or ("", "")
        job = trade[1].removesuffix(f" ({trade[0]})") if trade[0] else trade[1]
        return EmploymentContractDraft(
            type=values["type"] or EmploymentType.CDD,
            modality=values["modality"] or Modality.DIRECT_HIRE,
            employer_id=employer[0],
            company_id=company[0],
            lot_id=values["lot_id"] or "",
            trade_code=trade[0],
            job_title=job,
            start_on=values["start_on"],
            end_on=values["end_on"],
            weekly_hours=values["weekly_hours"],
            planned_hours=values["planned_hours"],
            tutor_name=values["tutor_name"] or "",
            qualification=values.get("qualification") or Qualification.UNKNOWN,
        )

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        def told(problem: InclusivError) -> None:
            names = {"company_id": "company", "employer_id": "employer", "trade_code": "trade", "job_title": "trade"}
            problem.field = names.get(problem.field, problem.field)
            failed(problem)

        record = self._contract.id if self._contract else ""
        self.model.save("contract", self.draft(values), record, done, told)


def contract_values(contract: ContractLine | None) -> dict[str, Any]:
    """What the contract form shows first."""
    if contract is None:
        return {"type": EmploymentType.CDD, "modality": Modality.DIRECT_HIRE, "weekly_hours": 3500}
    trade = (contract.trade_code, contract.job_title) if contract.job_title else None
    return {
        "type": EmploymentType(contract.type),
        "modality": Modality(contract.modality),
        "company": (contract.company_id, contract.company_name),
        "employer": (contract.employer_id, contract.employer_name),
        "lot_id": contract.lot_id,
        "trade": trade,
        "start_on": contract.start_on,
        "end_on": contract.end_on,
        "weekly_hours": contract.weekly_hours,
        "planned_hours": contract.planned_hours,
        "tutor_name": contract.tutor_name,
    }


class RenewDialog(DraftDialog):
    """« Renouveler jusqu’au… »."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, contract: ContractLine) -> None:
        super().__init__(parent, model, "Renouveler le contrat", "Renouveler", width=440)
        self._contract = contract
        ends = format_date(contract.end_on)
        self.section.add(label(f"Chez {contract.company_name}, fin prévue le {ends}.", "secondary", wrap=True))
        self.section.add(DateField("end_on", "Renouveler jusqu’au", today=model.clock.today, required=True))

    def submit(self) -> None:
        if self.form.commit_all() and self.form.values()["end_on"] is None:
            self.form.fields["end_on"].set_error("La date manque. L’écrire.")
            return
        super().submit()

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        self.model.renew_contract(self._contract.id, values["end_on"], done, failed)


class EndDialog(DraftDialog):
    """When and why a contract ends."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, contract: ContractLine) -> None:
        super().__init__(parent, model, "Fin du contrat", "Indiquer la fin", width=440)
        self._contract = contract
        self.section.add(label(f"Chez {contract.company_name}.", "secondary", wrap=True))
        self.section.add(DateField("end_on", "Dernier jour travaillé", today=model.clock.today, required=True))
        self.section.add(ChoiceField("reason", "Motif de fin", PeriodEnd, required=True))

    def submit(self) -> None:
        if self.form.commit_all() and self.form.values()["end_on"] is None:
            self.form.fields["end_on"].set_error("La date manque. L’écrire.")
            return
        super().submit()

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        self.model.end_contract(self._contract.id, values["end_on"], values["reason"], done, failed)


class NoteDialog(DraftDialog):
    """A note of follow-up: kind, day, words, next step."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, note: NoteLine | None) -> None:
        title = "Modifier la note" if note else "Ajouter une note de suivi"
        super().__init__(
            parent, model, title, "Enregistrer la note" if note else "Ajouter la note", "" if note else "note"
        )
        self._note = note
        today = model.clock.today
        self.section.add(MultilineField("text", "Note", lines=4, required=True, help=FREE_TEXT))
        self.section.add_row(
            ChoiceField("kind", "Nature", NoteKind, required=True),
            DateField("noted_on", "Le", today=today, required=True),
        )
        self.section.add_row(
            TextField("next_step", "Suite à donner", max_length=200, required=False),
            DateField("next_step_on", "Avant le", today=today, required=False),
            stretches=(2, 1),
        )

    def draft(self, values: Mapping[str, Any]) -> NoteDraft:
        return NoteDraft(
            kind=values["kind"] or NoteKind.INTERVIEW,
            noted_on=values["noted_on"],
            text=values["text"] or "",
            next_step=values["next_step"] or "",
            next_step_on=values["next_step_on"],
        )

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        self.model.save("note", self.draft(values), self._note.id if self._note else "", done, failed)


class ActionDialog(DraftDialog):
    """Something agreed: what, who, before when; usual dates by one key."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, action: ActionLine | None) -> None:
        title = "Modifier l’action" if action else "Ajouter une action"
        super().__init__(
            parent, model, title, "Enregistrer l’action" if action else "Ajouter l’action", "" if action else "action"
        )
        self._action = action
        self.section.add(TextField("text", "Que faire", max_length=500, required=True, help=FREE_TEXT))
        self.due = DateField("due_on", "Avant le", today=model.clock.today, required=False)
        self.section.add_row(TextField("owner_name", "Qui", max_length=200, required=False), self.due)
        dates = (DueChip.EIGHT_DAYS, DueChip.MONTH_END)
        row = ChipRow("Échéance", [Chip(one.value, one.label) for one in dates], toggles=False)
        row.pressed.connect(self._due_chip)
        self.section.add(row)

    def _due_chip(self, key: str) -> None:
        self.due.set_value(due_chip(key, self.model.clock.today()))
        self._typed("due_on", self.due.value())

    def draft(self, values: Mapping[str, Any]) -> AgreedActionDraft:
        return AgreedActionDraft(
            text=values["text"] or "", owner_name=values["owner_name"] or "", due_on=values["due_on"]
        )

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        self.model.save("action", self.draft(values), self._action.id if self._action else "", done, failed)


class TrainingDialog(DraftDialog):
    """A training or certificate received."""

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel, training: TrainingLine | None) -> None:
        title = "Modifier la formation" if training else "Ajouter une formation"
        super().__init__(
            parent, model, title, "Enregistrer la formation" if training else "Ajouter la formation",
            "" if training else "training",
        )  # fmt: skip
        self._training = training
        today = model.clock.today
        self.section.add(TextField("label", "Intitulé", max_length=200, required=True))
        self.section.add_row(
            TextField("organiser", "Organisme", max_length=200, required=False),
            HoursField(
                "hours", "Durée en heures", read=lambda text: parse_hours(text, maximum=500_000), required=False
            ),
            stretches=(2, 1),
        )
        self.section.add_row(
            DateField("start_on", "Du", today=today, required=False),
            DateField("end_on", "Au", today=today, required=False),
        )
        self.section.add(TextField("outcome", "Résultat, attestation", max_length=200, required=False))

    def draft(self, values: Mapping[str, Any]) -> TrainingDraft:
        texts_ = {key: values[key] or "" for key in ("label", "organiser", "outcome")}
        return TrainingDraft(**texts_, start_on=values["start_on"], end_on=values["end_on"], hours=values["hours"])

    def send(
        self, values: Mapping[str, Any], done: Callable[[], None], failed: Callable[[InclusivError], None]
    ) -> None:
        self.model.save("training", self.draft(values), self._training.id if self._training else "", done, failed)


class SamePersonDialog(Dialog):
    """« Est-ce la même personne ? »: what was typed beside who is known. ``answered``: an id, « new » or nothing."""

    answered = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        draft: BeneficiaryDraft,
        candidates: Sequence[PersonHit],
        name: Callable[[str, str], str],
        known: str = "Ouvrir la fiche existante",
    ) -> None:
        super().__init__(parent, f"Est-ce la même personne{NNBSP}?", width=640)
        self._key = ""
        typed = PersonHit(
            "", "", draft.last_name, draft.first_name, draft.birth_name, draft.birth_date, draft.town, draft.phone,
            "", archived=False,
        )  # fmt: skip
        cards: list[QWidget] = [person_card("Vous avez saisi", typed, name)]
        for one in candidates[:2]:
            card = person_card("Déjà dans le carnet", one, name)
            card.body.addWidget(label(one.reason, "warning", card, wrap=True))
            cards.append(card)
        self.body.addWidget(FieldRow(cards, parent=self))
        self.add_button("Revenir à la saisie")
        self.add_button("Créer une autre fiche", "", lambda: self._choose("new"))
        first = self.add_button(known, "primary", lambda: self._choose(candidates[0].id))
        first.setFocus()
        self.finished.connect(lambda _result: self.answered.emit(self._key))

    def _choose(self, key: str) -> None:
        self._key = key
        self.accept()
