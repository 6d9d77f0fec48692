"""The page of one person (PRODUCT.md E5): header, anchors, and everything on one scroll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.beneficiaries.values import BeneficiarySheet, EventKind, MergePreview, Option, PersonHit, PlaceHelp
from app.errors import InclusivError, InvalidInput
from app.models.choices import AttemptOutcome, EmploymentType, Modality, NoteKind, PeriodEnd, Qualification, Sex
from app.rules.french import NBSP, format_date, format_phone, format_time, plural
from app.ui.beneficiaries import parts
from app.ui.beneficiaries.dialogs import (
    FREE_TEXT,
    ActionDialog,
    ContractDialog,
    EligibilityDialog,
    EndDialog,
    NoteDialog,
    RenewDialog,
    TrainingDialog,
    contract_values,
)
from app.ui.beneficiaries.exits import AttemptDialog, SituationDialog, exit_parts
from app.ui.beneficiaries.merging import MergeDialog, PickDialog, merge_parts
from app.ui.beneficiaries.transfer import TransferDialog
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.cards import Banner
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, DateField, Help, MultilineField, PhoneField, ReadField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.form import Form
from app.ui.kit.labels import label
from app.ui.shell.discretion import Discretion

OpenDocument = Callable[[str, str, str], None]
"""(kind, id of the record, recipient): shows the document, ready to print."""


def read_time(text: str) -> dt.time:
    """« 9h30 », « 9:30 », « 14 » → a time; raises ``InvalidInput``."""
    plain = text.lower().replace(" ", "").replace("\u00a0", "").replace("h", ":")
    hour, _, minute = plain.partition(":")
    if not hour.isdecimal() or (minute and not minute.isdecimal()) or int(hour) > 23 or int(minute or 0) > 59:
        raise InvalidInput("Ce n’est pas une heure.", todo="Écrire par exemple 9 h 30.", field="appointment_time")
    return dt.time(int(hour), int(minute or 0))


class Header(QWidget):
    """Who it is, in three lines, and what can be done."""

    def __init__(self, page: PersonPage) -> None:
        super().__init__(page)
        self._page = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        top = QHBoxLayout()
        top.setSpacing(8)
        self.name = label("", "title", self, wrap=True)
        top.addWidget(self.name, 1)
        column.addLayout(top)
        self.facts = label("", "", self, wrap=True)
        self.contact = label("", "secondary", self, wrap=True)
        column.addWidget(self.facts)
        column.addWidget(self.contact)
        self.eligible = parts.StateLine(self)
        self.contract = parts.StateLine(self)
        column.addWidget(self.eligible)
        column.addWidget(self.contract)
        column.addSpacing(8)
        bar = Flow(self)
        self.print_button = button("Imprimer la fiche", "primary", "printer", bar)
        self.print_button.clicked.connect(lambda _on=False: page.print_sheet("person"))
        self.note_button = button("Ajouter une note", "", "sticky-note", bar)
        self.note_button.clicked.connect(lambda _on=False: page.add_note())
        self.more = button("Autres actions", "", "ellipsis", bar)
        self.more.setAccessibleName("Autres actions sur cette fiche")
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        for one in (self.print_button, self.note_button, self.more):
            bar.add(one)
        column.addWidget(bar)

    def show_sheet(self, sheet: BeneficiarySheet, discretion: Discretion, today: dt.date) -> None:
        """Say who it is; names and contact follow the discretion mode."""
        self.name.setText(discretion.name(sheet.last_name, sheet.first_name))
        age = plural(sheet.age, "an") if sheet.age is not None else "âge non renseigné"
        born = discretion.detail(format_date(sheet.birth_date))
        born = f" ({born})" if born else ""
        place = sheet.town or "commune non renseignée"
        self.facts.setText(f"{age}{born} · {place} · {parts.district_words(sheet)}")
        phone = discretion.detail(format_phone(sheet.phone)) or "téléphone non renseigné"
        referent = f" · suivi par {sheet.facilitator_name}" if sheet.facilitator_name else ""
        self.contact.setText(f"Dossier {sheet.file_number} · {phone}{referent} · {sheet.organisation_name}")
        self.eligible.set(*parts.eligibility_state(sheet))
        current = sheet.current_contract
        if current is None:
            self.contract.set("Sans contrat", "text_secondary", "circle")
        else:
            ends = f" jusqu’au {format_date(current.end_on)}" if current.end_on else ""
            soon = current.end_on is not None and (current.end_on - today).days < 15
            self.contract.set(
                f"En contrat chez {current.company_name}{ends}",
                "warning" if soon else "success",
                "clock-alert" if soon else "briefcase",
            )
        self.note_button.setEnabled(sheet.writable)
        self.menu.clear()
        for text, act in self._page.other_acts(sheet):
            self.menu.addAction(text, act)


class PersonPage(QWidget):
    """Everything about one person."""

    unsaid = Signal(object)
    """A refusal that belongs to no field of the page."""

    def __init__(
        self,
        model: BeneficiariesViewModel,
        discretion: Discretion,
        open_document: OpenDocument,
        go: Callable[..., None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._discretion = discretion
        self._open_document = open_document
        self._go = go
        self._kinds: tuple[str, ...] = ()
        self._everything = False
        self._person = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.archived = Banner("", "info", "Reprendre dans le suivi", model.unarchive, self)
        self.archived.hide()
        self.twin = Banner("", "warning", "Comparer les deux fiches", self._compare_twin, self)
        self.twin.hide()
        self._twins: tuple[PersonHit, ...] = ()
        self.header = Header(self)
        self.form = Form(self, width=860)
        top = self.form.section("top")
        top.add(self.header)
        self.merges = parts.Block()
        top.add(self.merges)
        self._build()
        column.addWidget(self.archived)
        column.addWidget(self.twin)
        column.addWidget(self.form.anchors(self))
        column.addWidget(self.form, 1)
        self.panel = SidePanel(self)
        self.form.committed.connect(self._commit)
        model.sheet_changed.connect(self.show_sheet)
        model.refused.connect(self._refused)
        model.twins_found.connect(self._show_twins)
        discretion.changed.connect(lambda _on: self._again())

    # --- building ------------------------------------------------------------------------

    def _build(self) -> None:
        eligibility = self.form.section("eligibility", "Éligibilité")
        self.add_public = _head_button(eligibility, "Vérifier un public", self._add_eligibility)
        self.publics = parts.Block()
        eligibility.add(self.publics)

        work = self.form.section("work", "Contrats et heures")
        self.add_contract_button = _head_button(work, "Ajouter un contrat", self._add_contract)
        self.contracts = parts.Block()
        self.months = parts.Block()
        work.add(self.contracts)
        work.add(self.months)
        head = QHBoxLayout()
        head.addWidget(label("Formations", "strong"))
        head.addStretch(1)
        self.add_training_button = button("Ajouter", "quiet", "plus")
        self.add_training_button.setAccessibleName("Ajouter une formation")
        self.add_training_button.clicked.connect(lambda _on=False: self._add_training())
        head.addWidget(self.add_training_button)
        work.body.addLayout(head)
        self.trainings = parts.Block()
        work.add(self.trainings)

        follow = self.form.section("follow", "Suivi")
        self.add_note_button = _head_button(follow, "Ajouter une note", self.add_note)
        follow.add(MultilineField("objectives", "Objectifs du parcours", lines=2, required=False, help=FREE_TEXT))
        self.kinds = ChipRow("Afficher", [Chip(one.value, one.label) for one in EventKind], many=True, show_label=False)
        self.kinds.changed.connect(self._filter_events)
        follow.add(self.kinds)
        self.timeline = parts.Block()
        follow.add(self.timeline)

        exits = self.form.section("exits", "Sorties")
        self.exits = parts.Block()
        exits.add(self.exits)

        documents = self.form.section("documents", "Documents")
        row = Flow()
        for text, kind, recipient in (
            ("Fiche pour la personne", "followup", "person"),
            ("Fiche facile à lire", "plain", "person"),
            ("Fiche pour le dossier", "followup", "file"),
            ("Bilan de fin de contrat", "summary", "person"),
            ("Présentation à une entreprise", "introduction", "company"),
            ("Droit d’accès", "access-report", "person"),
        ):
            made = button(text, "", "file-text")
            made.clicked.connect(lambda _on=False, what=kind, to=recipient: self._print(what, to))
            row.add(made)
        documents.add(row)
        self.documents = parts.Block()
        documents.add(self.documents)
        self._build_identity()

    def _build_identity(self) -> None:
        identity = self.form.section("identity", "Identité et coordonnées")
        today = self.model.clock.today
        identity.add_row(
            TextField("last_name", "Nom", max_length=80, required=True),
            TextField("first_name", "Prénom", max_length=80, required=True),
            TextField("birth_name", "Nom de naissance", max_length=80, required=False),
        )
        identity.add_row(
            DateField("birth_date", "Date de naissance", today=today, past=True, required=False),
            ChoiceField("sex", "Sexe", Sex),
            ChoiceField("qualification", "Qualification à l’entrée", Qualification),
        )
        identity.add_row(
            PhoneField("phone", "Téléphone", required=False), TextField("email", "Adresse électronique", required=False)
        )
        self.town = TextField("town", "Commune", max_length=80, required=False)
        self.postcode = TextField("postcode", "Code postal", max_length=6, required=False)
        identity.add_row(
            TextField("address", "Adresse", max_length=200, required=False),
            self.postcode,
            self.town,
            stretches=(2, 1, 1),
        )
        self.district = ChoiceField(
            "district",
            "Quartier prioritaire (QPV)",
            none="Non vérifié",
            help=Help(
                "Selon l’adresse, à vérifier sur le site de la politique de la ville. "
                "Les périmètres proposés sont ceux de l’entrée dans le parcours.",
                "",
                "Objectif de la charte.",
            ),
        )
        identity.add(self.district)
        self.prescriber = ChoiceField("prescriber_code", "Prescripteur", none="Non renseigné")
        identity.add_row(
            self.prescriber, TextField("prescriber_name", "Nom chez le prescripteur", max_length=200, required=False)
        )
        identity.add_row(
            TextField("caseworker_name", "Référent de parcours", max_length=200),
            PhoneField("caseworker_phone", "Téléphone du référent"),
        )
        self.facilitator = ChoiceField("facilitator_id", "Suivi par", none="Non renseigné")
        identity.add_row(
            self.facilitator, DateField("last_contact_on", "Dernier contact", today=today, past=True, required=False)
        )

    # --- showing -------------------------------------------------------------------------

    def show_sheet(self, sheet: BeneficiarySheet) -> None:
        """Show a person, or what changed of the one shown."""
        if sheet.id != self._person:
            self._person = sheet.id
            self._everything, self._kinds = False, ()
            self._show_twins(())
            self.kinds.set_chosen(())
            self.form.verticalScrollBar().setValue(0)
        self.header.show_sheet(sheet, self._discretion, self.model.clock.today())
        self.archived.set_text(
            f"Fiche archivée le {format_date(sheet.archived_on)}{NBSP}: elle se lit, sans pouvoir être modifiée."
            if sheet.archived_on
            else ""
        )
        writable = sheet.writable
        self._load_identity(sheet)
        self.publics.show_parts((sheet.eligibility, writable), lambda: self._public_parts(sheet))
        self.contracts.show_parts((sheet.periods, writable), lambda: self._contract_parts(sheet))
        self.months.show_parts(sheet.months, lambda: parts.months_parts(sheet) if sheet.periods else [])
        self.trainings.show_parts((sheet.trainings, writable), lambda: self._training_parts(sheet))
        self._show_events(sheet)
        self.exits.show_parts((sheet.exits, writable), lambda: self._exit_parts(sheet))
        self.documents.show_parts(sheet.documents, lambda: self._document_parts(sheet))
        self.merges.show_parts(
            (sheet.merges, writable, self._discretion.masked),
            lambda: merge_parts(sheet.merges, self.act, self._discretion.name, writable=writable),
        )
        self.merges.setVisible(bool(sheet.merges))
        for one in (self.add_public, self.add_contract_button, self.add_training_button, self.add_note_button):
            one.setVisible(writable)
        self.panel.show_sheet(sheet)

    def _again(self) -> None:
        if self.model.sheet is not None:
            self.show_sheet(self.model.sheet)

    def _load_identity(self, sheet: BeneficiarySheet) -> None:
        choices = self.model.choices
        if choices is not None:
            self.prescriber.set_choices([(one.code, one.label) for one in choices.prescribers])
            self.facilitator.set_choices([(one.code, one.label) for one in choices.facilitators])
        latest = sheet.periods[0] if sheet.periods else None
        self.form.fields["qualification"].setVisible(latest is not None)
        known = [(sheet.district, sheet.district_label)] if sheet.district else []
        self.district.set_choices(known)
        self.form.load(
            {
                **{
                    name: getattr(sheet, name)
                    for name in (
                        "last_name", "first_name", "birth_name", "birth_date", "phone", "email", "address", "postcode",
                        "town", "prescriber_name", "caseworker_name", "caseworker_phone", "objectives",
                        "last_contact_on",
                    )
                },
                "sex": Sex(sheet.sex),
                "prescriber_code": sheet.prescriber_code or None,
                "facilitator_id": sheet.facilitator_id or None,
                "district": sheet.district or None,
                "qualification": Qualification(latest.qualification) if latest else None,
            }
        )  # fmt: skip
        self.form.set_read_only(not sheet.writable)
        hidden = self._discretion.masked
        self.form.sections["identity"].setVisible(not hidden)
        entry = min((one.start_on for one in sheet.periods), default=None)
        self.model.place_help(sheet.postcode, sheet.town, lambda found: self._offer_places(sheet, found), entry)

    def _offer_places(self, sheet: BeneficiarySheet, found: PlaceHelp) -> None:
        if sheet.id != self._person:
            return
        offered = [(one.code, one.label) for one in found.districts]
        if found.outside.code:
            offered.append((found.outside.code, found.outside.label))
        if sheet.district and sheet.district not in {code for code, _ in offered}:
            offered.append((sheet.district, sheet.district_label))
        self.district.set_choices(offered)
        others = [one for one in found.towns if one != sheet.town]
        self.town.set_hint(
            f"À ce code postal{NBSP}: {', '.join(found.towns[:4])}." if others and not sheet.town else ""
        )
        none = sheet.postcode and not found.districts
        self.district.set_hint("Aucun quartier prioritaire connu dans cette commune." if none else "")

    def _exit_parts(self, sheet: BeneficiarySheet) -> list[QWidget]:
        if not sheet.exits:
            return [label("Les points de suivi apparaîtront ici une fois le parcours terminé.", "secondary", wrap=True)]
        schemes = [(one.code, one.label) for one in self.model.milestone_schemes]
        return exit_parts(sheet.exits, schemes, self.act, self.model.set_milestones, writable=sheet.writable)

    # --- two files of one person ---------------------------------------------------------

    def _show_twins(self, found: Sequence[PersonHit]) -> None:
        self._twins = tuple(found)
        sheet = self.model.sheet
        shown = bool(found) and sheet is not None and sheet.writable
        first = found[0] if found else None
        self.twin.set_text(
            f"Une autre fiche ressemble à celle-ci{NBSP}: {self._discretion.name(first.last_name, first.first_name)} "
            f"({first.file_number}). {first.reason}"
            if shown and first is not None
            else ""
        )

    def _compare_twin(self) -> None:
        if self._twins:
            self.compare_with(self._twins[0].id)

    def compare_with(self, other_id: str) -> None:
        """Show another file beside this one, to make them one."""
        if self.model.person_id:
            self.model.preview_merge(self.model.person_id, other_id, self._open_merge)

    def _open_merge(self, preview: MergePreview) -> None:
        dialog = MergeDialog(self, self.model, preview, self._discretion)
        dialog.apart.connect(lambda: self._show_twins(()))
        dialog.open()

    def _pick_other(self) -> None:
        dialog = PickDialog(self, self.model)
        dialog.picked.connect(self.compare_with)
        dialog.open()

    def _give_to(self, structures: tuple[Option, ...]) -> None:
        TransferDialog(self, self.model, structures).open()

    def _public_parts(self, sheet: BeneficiarySheet) -> list[QWidget]:
        if sheet.eligibility:
            return parts.eligibility_parts(sheet.eligibility, self.act, writable=sheet.writable)
        return [
            parts.empty(
                "Pas encore de public vérifié. L’éligibilité se valide avant que les heures comptent\u00a0: "
                "le justificatif est vu, jamais gardé.",
                *(("Vérifier un public", self._add_eligibility) if sheet.writable else ()),
            )
        ]

    def _contract_parts(self, sheet: BeneficiarySheet) -> list[QWidget]:
        if sheet.periods:
            return parts.period_parts(sheet.periods, self.act, writable=sheet.writable)
        return [
            parts.empty(
                "Pas encore de contrat.",
                *(("Associer à une entreprise", self._add_contract) if sheet.writable else ()),
            )
        ]

    def _training_parts(self, sheet: BeneficiarySheet) -> list[QWidget]:
        if sheet.trainings:
            return parts.training_parts(sheet.trainings, self.act, writable=sheet.writable)
        return [label("Aucune formation notée.", "secondary", wrap=True)]

    def _document_parts(self, sheet: BeneficiarySheet) -> list[QWidget]:
        made: list[QWidget] = []
        for one in sheet.documents:
            words = f"{format_date(one.on)} · {one.kind_label} {one.number}"
            made.append(parts.document_row(words, one.visit_id, self.act, one.attestation_id))
        return made or [label("Aucun document établi pour l’instant.", "secondary", wrap=True)]

    def _show_events(self, sheet: BeneficiarySheet) -> None:
        self.timeline.show_parts(
            (sheet.timeline, sheet.notes, self._kinds, self._everything, sheet.writable),
            lambda: parts.timeline_parts(
                sheet.timeline,
                sheet.notes,
                self.act,
                kinds=self._kinds,
                everything=self._everything,
                writable=sheet.writable,
            ),
        )

    def _filter_events(self, kinds: tuple[str, ...]) -> None:
        self._kinds = kinds
        if self.model.sheet is not None:
            self._show_events(self.model.sheet)

    # --- acts ----------------------------------------------------------------------------

    def _commit(self, key: str, value: Any) -> None:
        if key == "qualification":
            sheet = self.model.sheet
            if sheet is not None and sheet.periods and value is not None:
                self.model.set_qualification(sheet.periods[0].id, value)
            return
        self.model.set_field(key, value)

    def _refused(self, problem: InclusivError) -> None:
        if not self.isVisible():
            return
        if problem.field and (self.form.show_error(problem) or self.panel.form.show_error(problem)):
            return
        self.unsaid.emit(problem)

    def print_sheet(self, recipient: str) -> None:
        """Show the follow-up sheet « pour la personne » or « pour le dossier »."""
        if self.model.person_id:
            self._open_document("followup", self.model.person_id, recipient)

    def _print(self, kind: str, recipient: str) -> None:
        if self.model.person_id:
            self._open_document(kind, self.model.person_id, recipient)

    def other_acts(self, sheet: BeneficiarySheet) -> list[tuple[str, Callable[[], None]]]:
        """Rarer acts, under « Autres actions »."""
        made: list[tuple[str, Callable[[], None]]] = [
            ("Imprimer la fiche pour le dossier", lambda: self.print_sheet("file")),
            ("Imprimer la fiche facile à lire", lambda: self._print("plain", "person")),
            *(
                [("Imprimer le bilan de fin de contrat", lambda: self._print("summary", "person"))]
                if sheet.contracts
                else []
            ),
            ("Présenter à une entreprise", lambda: self._print("introduction", "company")),
            ("Droit d’accès\u00a0: tout ce qui est gardé", lambda: self._print("access-report", "person")),
        ]
        if sheet.writable:
            made.append(("Réunir avec une autre fiche", self._pick_other))
            made.append(("Confier à une autre structure", lambda: self.model.ask_structures(self._give_to)))
        if sheet.archived_on is not None:
            made.append(("Reprendre dans le suivi", self.model.unarchive))
        elif sheet.writable:
            made.append(("Archiver la fiche", self.model.archive))
        if sheet.writable and not sheet.total_hours:
            made.append(("Supprimer la fiche", self.model.delete))
        return made

    def act(self, what: str, record_id: str) -> None:
        """Do what a button of a block says to a record."""
        sheet = self.model.sheet
        if sheet is None:
            return
        verb, _, kind = what.partition(":")
        if verb == "remove":
            self.model.remove(kind, record_id)
        elif verb == "done":
            self.model.set_action_state(record_id, "done")
        elif verb == "hours":
            self._go("hours", record_id)
        elif verb == "visit":
            self._go("visits", record_id)
        elif verb == "more":
            self._everything = True
            self._show_events(sheet)
        elif verb == "attest":
            self._open_document("attestation", record_id, "person")
        elif verb in ("renew", "end"):
            self._contract_act(sheet, verb, record_id)
        elif verb == "edit":
            self._edit(sheet, kind, record_id)
        elif verb == "unmerge":
            self.model.undo_merge(record_id)
        elif verb in ("situation", "attempt", "unsituation"):
            self._milestone_act(sheet, verb, record_id)

    def _contract_act(self, sheet: BeneficiarySheet, verb: str, record_id: str) -> None:
        contract = next((one for one in sheet.contracts if one.id == record_id), None)
        if contract is None:
            return
        if verb == "renew":
            RenewDialog(self, self.model, contract).start({})
        else:
            today = self.model.clock.today()
            day = min(contract.end_on or today, today)
            EndDialog(self, self.model, contract).start({"end_on": day, "reason": PeriodEnd.CONTRACT_END})

    def _milestone_act(self, sheet: BeneficiarySheet, verb: str, record_id: str) -> None:
        period, _, code = record_id.partition("/")
        found = [one for line in sheet.exits for one in line.milestones if (one.period_id, one.code) == (period, code)]
        if not found:
            return
        line, today = found[0], self.model.clock.today()
        if verb == "unsituation":
            self.model.clear_situation(period, code)
        elif verb == "attempt":
            AttemptDialog(self, self.model, line).start(
                {"attempted_on": today, "means": NoteKind.PHONE, "outcome": AttemptOutcome.NO_ANSWER}
            )
        else:
            SituationDialog(self, self.model, line).start(
                {
                    "employment": line.employment or None,
                    "answered_on": line.answered_on or today,
                    "start_on": line.start_on,
                    "end_on": line.end_on,
                    "part_time": line.part_time,
                }
            )

    def _edit(self, sheet: BeneficiarySheet, kind: str, record_id: str) -> None:
        if kind == "contract":
            contract = next((one for one in sheet.contracts if one.id == record_id), None)
            if contract is not None:
                ContractDialog(self, self.model, contract, first=False).start(contract_values(contract))
        elif kind == "note":
            note = next((one for one in sheet.notes if one.id == record_id), None)
            if note is not None:
                NoteDialog(self, self.model, note).start(
                    {
                        "kind": NoteKind(note.kind),
                        "noted_on": note.noted_on,
                        "text": note.text,
                        "next_step": note.next_step,
                        "next_step_on": note.next_step_on,
                    }
                )
        elif kind == "action":
            action = next((one for one in sheet.actions if one.id == record_id), None)
            if action is not None:
                ActionDialog(self, self.model, action).start(
                    {"text": action.text, "owner_name": action.owner_name, "due_on": action.due_on}
                )
        elif kind == "training":
            training = next((one for one in sheet.trainings if one.id == record_id), None)
            if training is not None:
                names = ("label", "organiser", "start_on", "end_on", "hours", "outcome")
                TrainingDialog(self, self.model, training).start({name: getattr(training, name) for name in names})

    def add_note(self) -> None:
        """Ctrl+Shift+N: a note of follow-up, dated today."""
        sheet = self.model.sheet
        if sheet is not None and sheet.writable:
            today = self.model.clock.today()
            NoteDialog(self, self.model, None).start({"kind": NoteKind.INTERVIEW, "noted_on": today})

    def _add_eligibility(self) -> None:
        choices = self.model.choices
        if choices is not None:
            today = self.model.clock.today()
            EligibilityDialog(self, self.model, choices).start(
                {"scheme": choices.usual_scheme, "seen_on": today, "validated_on": today}
            )

    def _add_contract(self) -> None:
        sheet = self.model.sheet
        if sheet is not None:
            first = all(one.end_on is not None for one in sheet.periods)
            values = contract_values(None) | {"type": EmploymentType.CDD, "modality": Modality.DIRECT_HIRE}
            ContractDialog(self, self.model, None, first=first).start(values)

    def add_action(self) -> None:
        """Agree on something to do."""
        ActionDialog(self, self.model, None).start({})

    def _add_training(self) -> None:
        TrainingDialog(self, self.model, None).start({})


class SidePanel(QWidget):
    """The right panel: next appointment, next actions."""

    def __init__(self, page: PersonPage) -> None:
        super().__init__()
        self._page = page
        self.setAccessibleName("Rendez-vous et actions")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.form = Form(self, width=420)
        meeting = self.form.section("appointment", "Prochain rendez-vous")
        self.said = label("", "secondary", wrap=True)
        meeting.add(self.said)
        meeting.add(DateField("appointment_on", "Date", today=page.model.clock.today, calendar=False))
        meeting.add(
            ReadField(
                "appointment_time", "Heure", read=read_time, show=lambda one: format_time(one), placeholder="9 h 30"
            )
        )
        meeting.add(TextField("appointment_place", "Lieu", max_length=200))
        actions = self.form.section("actions", "À faire")
        self.add_button = _head_button(actions, "Ajouter", page.add_action, "Ajouter une action")
        self.todo = parts.Block()
        actions.add(self.todo)
        column.addWidget(self.form, 1)
        self.form.committed.connect(page.model.set_field)

    def show_sheet(self, sheet: BeneficiarySheet) -> None:
        """Show a person's appointment and open actions."""
        at = sheet.appointment_at.astimezone() if sheet.appointment_at else None
        self.said.setText("" if at else "Aucun rendez-vous noté.")
        self.said.setVisible(at is None)
        self.form.load(
            {
                "appointment_on": at.date() if at else None,
                "appointment_time": at.time() if at else None,
                "appointment_place": sheet.appointment_place,
            }
        )
        self.form.fields["appointment_time"].setVisible(at is not None)
        self.form.fields["appointment_place"].setVisible(at is not None)
        self.form.set_read_only(not sheet.writable)
        self.add_button.setVisible(sheet.writable)
        open_ones = tuple(one for one in sheet.actions if one.open)
        self.todo.show_parts(
            (open_ones, sheet.writable),
            lambda: (
                parts.action_parts(open_ones, self._page.act, writable=sheet.writable)
                or [label("Aucune action convenue.", "secondary", wrap=True)]
            ),
        )


def _head_button(section: Any, text: str, act: Callable[[], None], name: str = "") -> Any:
    made = button(text, "quiet", "plus")
    if name:
        made.setAccessibleName(name)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    made.clicked.connect(lambda _on=False: act())
    title = section.head.itemAt(0).widget()
    if isinstance(title, QLabel):
        title.setWordWrap(True)
        section.head.setStretch(0, 1)
        section.head.setStretch(1, 0)
    section.head.addWidget(made)
    return made
