"""Sections 2 and 3 of a visit: people of the site, beneficiaries."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.models.choices import EmploymentType, MeetingStatus, Modality, PresenceStatus
from app.rules.french import NBSP, format_date, format_hours_unit, person_name_list, plural
from app.store.visit_sheet import Person, VisitSheet
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.fields import MultilineField
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.shell.discretion import Discretion
from app.ui.visits.rows import Avatar, KeptTyping, Row, RowList, SectionBox, keep_field, more_button
from app.ui.visits.viewmodel import VisitModel
from app.visits.values import ALL_WELL_LETTER, QUICK_FINDINGS, KnownPerson, NewPerson, Section

_PRESENCE = (
    Chip(PresenceStatus.PRESENT, "Présent", "P"),
    Chip(PresenceStatus.LATE, "En retard", "T"),
    Chip(PresenceStatus.EXCUSED, "Excusé", "E"),
    Chip(PresenceStatus.ABSENT, "Absent", "A"),
)
_MEETING = (
    Chip(MeetingStatus.SEEN, "Vu", "V"),
    Chip(MeetingStatus.ALONE, "Seul à seul", "S", tooltip="Entretien individuel"),
    Chip(MeetingStatus.NOT_SEEN, "Non vu", "N"),
)
_WELL = "well"


class PersonRow(Row):
    """Somebody of the site: who, and whether they are there."""

    def __init__(self, model: VisitModel, discretion: Discretion) -> None:
        super().__init__()
        self._model = model
        self._discretion = discretion
        self._person: Person | None = None
        line = QHBoxLayout()
        line.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.name = label("", "strong", self)
        self.detail = label("", "secondary", self, wrap=True)
        words.addWidget(self.name)
        words.addWidget(self.detail)
        line.addLayout(words, 1)
        self.chips = ChipRow("Présence", _PRESENCE, show_label=False, parent=self)
        self.chips.changed.connect(self._chosen)
        line.addWidget(self.chips, 0, Qt.AlignmentFlag.AlignVCenter)
        self.state = label("", "", self)
        self.state.hide()
        line.addWidget(self.state)
        self.remove = button("Retirer", "quiet", "x", self)
        self.remove.clicked.connect(lambda _on=False: self._remove())
        line.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(line)
        self.watch(self.chips)
        self._read_only = False

    def show_value(self, value: Person) -> None:
        self._person = value
        self._show_name()
        self.detail.setText(" · ".join(part for part in (value.role_label, value.organisation_name) if part))
        self.chips.set_chosen((value.presence,))
        self.state.setText(PresenceStatus(value.presence).label)
        self.remove.setVisible(not self._read_only and not value.is_facilitator and value.contact_id is None)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self.chips.setVisible(not on)
        self.state.setVisible(on)
        if on:
            self.remove.hide()

    def focus_moved(self) -> None:
        self._show_name()

    def _show_name(self) -> None:
        if self._person is not None:
            name = (self._discretion.name if self._masks() else person_name_list)(
                self._person.last_name, self._person.first_name
            )
            self.name.setText(name)
            self.remove.setAccessibleName(f"Retirer {name} de la liste")

    def _masks(self) -> bool:
        return self._discretion.masked and not self.isAncestorOf(QApplication.focusWidget() or self)

    def _chosen(self, keys: tuple[str, ...]) -> None:
        if self._person is not None:
            presence = keys[0] if keys else PresenceStatus.UNKNOWN
            self._model.set_presence(self._person.attendance_id, presence)

    def _remove(self) -> None:
        if self._person is not None:
            self._model.remove_person(self._person.attendance_id)


class PresentSection(SectionBox):
    """« Présents »: who is there, of the site."""

    def __init__(self, model: VisitModel, discretion: Discretion, parent: QWidget | None = None) -> None:
        super().__init__(Section.PRESENT.label, parent)
        self._model = model
        self._discretion = discretion
        self.all_button = button("Tous présents", "", "check-check", self)
        self.all_button.clicked.connect(lambda _on=False: model.all_present())
        self.head.addWidget(self.all_button)
        self.rows: RowList[Person] = RowList(
            lambda _one: PersonRow(model, discretion),
            lambda one: one.attendance_id,
            "Personne n’est enregistré dans cette entreprise.",
        )
        self.body.addWidget(self.rows)
        self.adding = AddPerson(model, self)
        self.body.addWidget(self.adding)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show the people of the site."""
        self.rows.set_read_only(sheet.is_final)
        self.rows.show_values(sheet.site_people, force=force)
        self.set_count(f"{sheet.present_count} sur {plural(len(sheet.people), 'attendu')}")
        self.all_button.setVisible(not sheet.is_final)
        self.adding.setVisible(not sheet.is_final)


class AddPerson(QWidget):
    """Somebody of the site who was not expected: folded to one button until it is wanted."""

    def __init__(self, model: VisitModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        self.opener = button("Ajouter une personne présente", "quiet", "user-plus", self)
        self.opener.clicked.connect(lambda _on=False: self._unfold(True))
        column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeft)
        self._form = QWidget(self)
        line = QHBoxLayout(self._form)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.last_name = self._edit(line, "Nom")
        self.first_name = self._edit(line, "Prénom")
        self.role = self._edit(line, "Fonction")
        self.add_button = button("Ajouter", "", "plus", self._form)
        self.add_button.clicked.connect(lambda _on=False: self.add())
        line.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignBottom)
        column.addWidget(self._form)
        self._error = label("", "error", self, wrap=True)
        self._error.hide()
        column.addWidget(self._error)
        self._form.hide()
        self._kept = KeptTyping(self, self._typed, lambda text: model.keep_typing("person", "Personne présente", text))
        for one in (self.last_name, self.first_name, self.role):
            one.textEdited.connect(lambda _text: self._kept.typed())

    def _typed(self) -> str:
        texts = (self.last_name.text(), self.first_name.text(), self.role.text())
        return "\t".join(texts) if any(texts) else ""

    def put_back(self, text: str) -> None:
        """What was being typed when the program stopped."""
        self._unfold(True)
        for one, words in zip((self.last_name, self.first_name, self.role), text.split("\t"), strict=False):
            one.setText(words)

    def keep_now(self) -> None:
        """Keep what is typed and not added yet."""
        self._kept.keep_now()

    def _edit(self, line: QHBoxLayout, name: str) -> QLineEdit:
        box = QVBoxLayout()
        box.setSpacing(2)
        title = label(name, "label", self._form)
        made = QLineEdit(self._form)
        made.setAccessibleName(name)
        made.setMaxLength(120)
        made.returnPressed.connect(self.add)
        title.setBuddy(made)
        box.addWidget(title)
        box.addWidget(made)
        line.addLayout(box, 1)
        return made

    def add(self) -> None:
        """Add the person typed."""
        person = NewPerson(self.last_name.text(), self.first_name.text(), self.role.text())

        def failed(problem: InclusivError) -> None:
            self._error.setText(problem.sentence)
            self._error.show()

        self._error.hide()
        if person.last_name.strip():
            self._unfold(False)
            self._kept.forget()
            for one in (self.last_name, self.first_name, self.role):
                one.clear()
        self._model.add_person(person, failed)

    def _unfold(self, on: bool) -> None:
        self._form.setVisible(on)
        self.opener.setVisible(not on)
        (self.last_name if on else self.opener).setFocus(Qt.FocusReason.OtherFocusReason)


class BeneficiaryRow(Row):
    """A beneficiary: contract, hours, met or not, and what is seen in one tap."""

    def __init__(self, model: VisitModel, discretion: Discretion, about: Callable[[str], None]) -> None:
        super().__init__()
        self._model = model
        self._discretion = discretion
        self._about = about
        self._person: Person | None = None
        self._read_only = False
        line = QHBoxLayout()
        line.setSpacing(12)
        self.avatar = Avatar(self)
        line.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.name = label("", "strong", self)
        self.detail = label("", "secondary", self, wrap=True)
        words.addWidget(self.name)
        words.addWidget(self.detail)
        line.addLayout(words, 1)
        self.meeting = ChipRow("Rencontre", _MEETING, show_label=False, parent=self)
        self.meeting.changed.connect(self._met)
        line.addWidget(self.meeting, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(line)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        chips = [Chip(_WELL, "RAS", ALL_WELL_LETTER, tooltip="Rien à signaler")]
        chips += [Chip(one.code, one.label, one.letter, tooltip=one.text) for one in QUICK_FINDINGS]
        self.chips = ChipRow("Constat", chips, many=True, show_label=False, parent=self)
        self.chips.pressed.connect(self._pressed)
        below.addWidget(self.chips, 1)
        self.more = more_button("", self)
        self.menu = QMenu(self.more)
        self._fill_menu()
        self.more.setMenu(self.menu)
        below.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(below)
        self.findings = label("", "", self, wrap=True)
        self.findings.hide()
        self.column.addWidget(self.findings)
        self.talk = MultilineField(
            "private_talk",
            "Entretien seul à seul",
            lines=2,
            autosave=False,
            hint="Noté au suivi de la personne, dans aucun exemplaire du compte rendu.",
        )
        self.talk.committed.connect(self._talked)
        self.kept_talk = keep_field(self.talk, self._keep_talk)
        self.talk.hide()
        self.column.addWidget(self.talk)
        self.watch(self.chips, self.meeting)

    def show_value(self, value: tuple[Person, tuple[str, ...], tuple[str, ...]]) -> None:
        """``value``: the person, the codes of the quick findings written, and the texts of all of them."""
        person, codes, remarks = value
        self._person = person
        self._show_name()
        self.avatar.setText((person.first_name or person.last_name)[:1].upper())
        self.detail.setText(_contract_line(person))
        self.meeting.set_chosen((person.meeting,))
        self.chips.set_chosen(((_WELL,) if person.all_well else ()) + codes)
        words = [MeetingStatus(person.meeting).label] if self._read_only else []
        if self._read_only and person.all_well:
            words.append("RAS")
        self.findings.setText(" · ".join([*words, *remarks]))
        self.findings.setVisible(bool(words or remarks))
        self.talk.set_value(person.private_talk)
        self._show_talk()

    def focus_moved(self) -> None:
        self._show_name()
        self._show_talk()

    def _show_talk(self) -> None:
        """Where a private talk is noted; over somebody's shoulder, on the line in hand only."""
        person = self._person
        if person is None:
            return
        held = self.isAncestorOf(QApplication.focusWidget() or self)
        told = person.meeting == MeetingStatus.ALONE or bool(person.private_talk)
        self.talk.setVisible(told and bool(person.beneficiary_id) and (held or not self._discretion.masked))

    def _talked(self, value: object) -> None:
        if self._person is not None:
            self._model.set_private_talk(self._person.attendance_id, str(value or ""))

    def _keep_talk(self, text: str) -> None:
        if self._person is not None:
            self._model.keep_typing(f"talk/{self._person.attendance_id}", "Entretien seul à seul", text)

    @property
    def attendance_id(self) -> str:
        """The line shown."""
        return self._person.attendance_id if self._person is not None else ""

    def _show_name(self) -> None:
        """Initials over somebody's shoulder, but on the line in hand."""
        person = self._person
        if person is None:
            return
        masked = self._discretion.masked and not self.isAncestorOf(QApplication.focusWidget() or self)
        name = (self._discretion.name if masked else person_name_list)(person.last_name, person.first_name)
        self.name.setText(name)
        self.chips.setAccessibleName(f"Constats{NBSP}: {name}")
        self.meeting.setAccessibleName(f"Rencontre{NBSP}: {name}")
        self.more.setAccessibleName(f"Plus d’actions{NBSP}: {name}")

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        for one in (self.meeting, self.chips, self.more):
            one.setVisible(not on)

    def _pressed(self, key: str) -> None:
        person = self._person
        if person is None:
            return
        if key == _WELL:
            self._model.set_all_well(person.attendance_id, not person.all_well)
            return
        quick = next(one for one in QUICK_FINDINGS if one.code == key)
        self._model.quick(person.beneficiary_id or "", quick)

    def _met(self, keys: tuple[str, ...]) -> None:
        if self._person is not None:
            self._model.set_meeting(self._person.attendance_id, keys[0] if keys else MeetingStatus.UNKNOWN)

    def _find_more(self) -> None:
        if self._person is not None:
            self._about(self._person.beneficiary_id or "")

    def _remove(self) -> None:
        if self._person is not None:
            self._model.remove_person(self._person.attendance_id)

    def _fill_menu(self) -> None:
        other = QAction("Autre constat sur cette personne", self.menu)
        other.triggered.connect(lambda _on=False: self._find_more())
        remove = QAction("Retirer de cette visite", self.menu)
        remove.triggered.connect(lambda _on=False: self._remove())
        self.menu.addAction(other)
        self.menu.addAction(remove)


class BeneficiariesSection(SectionBox):
    """« Bénéficiaires »: everybody at work on the lot that day."""

    def __init__(
        self,
        model: VisitModel,
        discretion: Discretion,
        about: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Section.BENEFICIARIES.label, parent)
        self._model = model
        self.all_button = button(f"Tout le monde{NBSP}: RAS", "", "check-check", self)
        self.all_button.clicked.connect(lambda _on=False: model.all_well())
        self.head.addWidget(self.all_button)
        self.rows: RowList[tuple[Person, tuple[str, ...], tuple[str, ...]]] = RowList(
            lambda _one: BeneficiaryRow(model, discretion, about),
            lambda one: one[0].attendance_id,
            "Aucun contrat actif ce jour-là sur ce lot pour cette entreprise.",
        )
        self.body.addWidget(self.rows)
        self.adding = AddBeneficiary(model, discretion, self)
        self.body.addWidget(self.adding)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show the beneficiaries with what was found about them."""
        values = []
        for person in sheet.beneficiaries:
            about = sheet.findings_about(person.beneficiary_id)
            codes = tuple(
                quick.code
                for quick in QUICK_FINDINGS
                if any(one.phrase_id == quick.phrase_id or one.text == quick.text for one in about)
            )
            values.append((person, codes, tuple(f"{one.label} {one.text}" for one in about)))
        self.rows.set_read_only(sheet.is_final)
        self.rows.show_values(values, force=force)
        met = sum(one.was_met for one in sheet.beneficiaries)
        self.set_count(f"{plural(met, 'vu')} sur {len(sheet.beneficiaries)}" if sheet.beneficiaries else "")
        self.all_button.setVisible(not sheet.is_final and bool(sheet.beneficiaries))
        self.adding.setVisible(not sheet.is_final)

    def row_of(self, sheet: VisitSheet, beneficiary_id: str) -> BeneficiaryRow | None:
        """The line of a beneficiary."""
        person = sheet.person_of(beneficiary_id)
        row = self.rows.row(person.attendance_id) if person is not None else None
        return row if isinstance(row, BeneficiaryRow) else None


class AddBeneficiary(QWidget):
    """A person met who was not expected, found by typing the name."""

    def __init__(self, model: VisitModel, discretion: Discretion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._discretion = discretion
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        title = label("Ajouter un bénéficiaire rencontré", "label", self)
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName("Ajouter un bénéficiaire rencontré")
        self.edit.setPlaceholderText("Nom, commune ou numéro de dossier")
        self.edit.setMaxLength(80)
        title.setBuddy(self.edit)
        column.addWidget(title)
        column.addWidget(self.edit)
        self.found = Flow(self)
        column.addWidget(self.found)
        self.none = label("Personne de ce nom dans le carnet.", "small", self)
        self.none.hide()
        column.addWidget(self.none)
        self.buttons: list[QPushButton] = []
        self.edit.textEdited.connect(model.find_people)
        self.edit.returnPressed.connect(self._first)
        model.people_found.connect(self._show)

    def _show(self, typed: str, people: list[KnownPerson]) -> None:
        if typed != self.edit.text():
            return
        for one in self.buttons:
            self.found.flow.removeWidget(one)
            one.deleteLater()
        self.buttons = []
        for person in people:
            shown = f"{person.name} · {person.detail}" if person.detail else person.name
            made = button(f"Ajouter {shown}", "quiet", "user-plus", self.found)
            made.clicked.connect(lambda _on=False, person=person: self._add(person))
            self.buttons.append(made)
            self.found.add(made)
        self.none.setVisible(len(typed.strip()) > 1 and not people)

    def _first(self) -> None:
        if self.buttons:
            self.buttons[0].click()

    def _add(self, person: KnownPerson) -> None:
        self.edit.clear()
        self._show("", [])
        self._model.add_known_person(person)


def _contract_line(person: Person) -> str:
    """« Aide-maçon · CDD, embauche directe · jusqu’au 31/03/2027 · 140 h faites »."""
    parts = [person.job_title or person.role_label]
    if person.contract_type:
        kind = EmploymentType(person.contract_type).label
        modality = Modality(person.modality).label if person.modality else ""
        parts.append(f"{kind}, {modality[:1].lower()}{modality[1:]}" if modality else kind)
    if person.end_on:
        parts.append(f"jusqu’au {format_date(person.end_on)}")
    elif person.start_on:
        parts.append(f"depuis le {format_date(person.start_on)}")
    if person.hours_to_date is not None:
        parts.append(f"{format_hours_unit(person.hours_to_date)} faites")
    return " · ".join(part for part in parts if part)
