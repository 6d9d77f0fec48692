"""The small pages of the grid: why it is reopened, how hours are shared, who is added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QWidget

from app.errors import InclusivError, InvalidInput
from app.hours.values import Agreement, AgreementDraft, Candidate, GridRow, LotChoice
from app.models.choices import HourKind
from app.rules.french import NBSP, format_hours_unit
from app.rules.hours import check_allocation, parse_hours, remaining_to_allocate
from app.rules.statements import check_difference
from app.ui import texts
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import DateField, HoursField, TextField
from app.ui.kit.form import FieldRow
from app.ui.kit.labels import label, set_role
from app.ui.kit.search_field import SearchField
from app.ui.kit.suggest import Named, Proposal, SuggestField
from app.ui.theme.appearance import appearance

_CANDIDATE = int(Qt.ItemDataRole.UserRole) + 1


class ReasonDialog(Dialog):
    """One line: the reason. ``given(reason)``."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None, title: str, sentence: str, act: str) -> None:
        super().__init__(parent, title)
        self.body.addWidget(label(sentence, "", self, wrap=True))
        self.field = TextField("reason", "Motif", required=True, max_length=200)
        self.body.addWidget(self.field)
        self.add_button(texts.CANCEL)
        self.accept_button = self.add_button(act, "primary", self._give)
        self.field.edit.returnPressed.connect(self._give)
        self.field.setFocus()

    def _give(self) -> None:
        said = self.field.edit.text().strip()
        if not said:
            self.field.set_error("Dire en quelques mots pourquoi.")
            return
        self.given.emit(said)
        self.accept()


class ShareDialog(Dialog):
    """« Répartir » the hours of a person over lots: the sum is enforced. ``shared(parts by lot)``.

    Lots where the company does not work come from a pooling agreement; ``agree_wanted`` asks to add one.
    """

    shared = Signal(object)
    agree_wanted = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        who: str,
        rows: Sequence[GridRow],
        choices: Sequence[LotChoice],
        agreements: Sequence[Agreement] = (),
    ) -> None:
        super().__init__(parent, f"Répartir les heures de {who}", width=560)
        self._total = sum(row.worked or 0 for row in rows)
        held = {row.lot_id: row.worked or 0 for row in rows}
        said = f"{format_hours_unit(self._total)} à répartir entre les lots. Aucune heure n’est comptée deux fois."
        self.body.addWidget(label(said, "", self, wrap=True))
        self._fields: dict[str, HoursField] = {}
        known = {one.id for one in choices}
        own = [LotChoice(row.lot_id, row.lot_label, None) for row in rows if row.lot_id not in known]
        for choice in (*own, *choices):
            due = "" if choice.remaining is None else f"encore dues{NBSP}: {format_hours_unit(choice.remaining)}"
            named = next((a.sentence for a in agreements if choice.id in {lot.id for lot in a.lots}), "")
            if named and not choice.worked_on:
                due = " · ".join(one for one in (due, named) if one)
            field = HoursField(choice.id, choice.label, read=parse_hours, hint=due)
            field.set_value(held.get(choice.id) or None)
            field.edited.connect(self._tell)
            field.committed.connect(lambda _value: self._tell())
            self._fields[choice.id] = field
            self.body.addWidget(field)
        self.left: QLabel = label("", "strong", self, wrap=True)
        self.body.addWidget(self.left)
        self.agree_button: QPushButton = self.add_button("Convention…", "", self._agree)
        self.agree_button.setAccessibleName("Ajouter une convention de globalisation")
        self.agree_button.setToolTip(
            "Compter des heures sur un lot où cette entreprise ne travaille pas : convention de globalisation"
        )
        self.add_button(texts.CANCEL)
        self.accept_button: QPushButton = self.add_button("Répartir", "primary", self._share)
        self._tell()
        next(iter(self._fields.values())).setFocus()

    def field(self, lot_id: str) -> HoursField:
        """The field of a lot."""
        return self._fields[lot_id]

    def _parts(self) -> dict[str, int]:
        parts: dict[str, int] = {}
        for lot_id, field in self._fields.items():
            text = field.edit.text().strip()
            if text:
                parts[lot_id] = parse_hours(text)
        return parts

    def _tell(self) -> None:
        try:
            left = remaining_to_allocate(self._total, self._parts())
        except InvalidInput as problem:
            self.left.setText(problem.happened)
            set_role(self.left, "error")
            return
        if left > 0:
            self.left.setText(f"Il reste {format_hours_unit(left)} à répartir.")
        elif left < 0:
            self.left.setText(f"{format_hours_unit(-left)} de trop.")
        else:
            self.left.setText("✓ Le compte est juste.")
        set_role(self.left, "success" if left == 0 else "warning")

    def _agree(self) -> None:
        self.reject()
        self.agree_wanted.emit()

    def _share(self) -> None:
        try:
            parts: Mapping[str, int] = self._parts()
            check_allocation(self._total, parts)
        except InvalidInput:
            self._tell()
            return
        self.shared.emit({lot: value for lot, value in parts.items() if value})
        self.accept()


class RectifyDialog(Dialog):
    """The hours that should have been attested, and why. ``given(kind, hundredths, reason)``."""

    given = Signal(object, int, str)

    def __init__(self, parent: QWidget | None, who: str, row: GridRow) -> None:
        super().__init__(parent, f"Rectifier les heures de {who}", width=560)
        self._row = row
        self.said: QLabel = label("", "", self, wrap=True)
        self.body.addWidget(self.said)
        for one in row.rectified:
            self.body.addWidget(label(one.sentence, "secondary", self, wrap=True))
        chips = [Chip(HourKind.WORKED.value, "Heures travaillées"), Chip(HourKind.TRAINING.value, "Formation")]
        self.kinds = ChipRow("À rectifier", chips, may_be_empty=False, parent=self)
        self.kinds.set_chosen((HourKind.WORKED.value,))
        self.kinds.changed.connect(lambda _keys: self._tell())
        self.body.addWidget(self.kinds)
        self.hours = HoursField("hours", "Heures à retenir", read=parse_hours, required=True)
        self.hours.edited.connect(self._tell)
        self.hours.committed.connect(lambda _value: self._tell())
        self.body.addWidget(self.hours)
        self.difference: QLabel = label("", "strong", self, wrap=True)
        self.body.addWidget(self.difference)
        self.reason = TextField("reason", "Motif", required=True, max_length=200)
        self.reason.edit.returnPressed.connect(self._give)
        self.body.addWidget(self.reason)
        self.add_button(texts.CANCEL)
        self.accept_button: QPushButton = self.add_button("Rectifier", "primary", self._give)
        self._tell()
        self.hours.setFocus()

    @property
    def kind(self) -> HourKind:
        """Hours worked, or hours of training."""
        return HourKind(self.kinds.chosen()[0])

    @property
    def _counted(self) -> int:
        return self._row.counted(self.kind)

    def _wanted(self) -> int | None:
        try:
            return parse_hours(self.hours.edit.text()) if self.hours.edit.text().strip() else None
        except InvalidInput:
            return None

    def _tell(self) -> None:
        row, kind = self._row, self.kind
        what = " de formation" if kind is HourKind.TRAINING else ""
        said = f"{format_hours_unit(row.hours(kind) or 0)}{what} attestées."
        if any(one.kind is kind for one in row.rectified):
            said += f" {format_hours_unit(self._counted)} comptent aujourd’hui, après rectification."
        said += " L’attestation et le relevé déjà émis restent tels quels ; la différence compte dès aujourd’hui."
        self.said.setText(said)
        wanted = self._wanted()
        if wanted is None:
            self.difference.setText("")
            return
        change = wanted - self._counted
        sign = "+" if change > 0 else "−"
        self.difference.setText(
            f"Différence{NBSP}: {sign}{format_hours_unit(abs(change))}" if change else "Aucune différence."
        )

    def _give(self) -> None:
        wanted = self._wanted()
        reason = self.reason.edit.text().strip()
        try:
            check_difference(self._counted, wanted, reason)
        except InvalidInput as problem:
            field = self.reason if problem.field == "reason" else self.hours
            field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
            return
        assert wanted is not None
        self.given.emit(self.kind, wanted, reason)
        self.accept()


class AgreementDialog(Dialog):
    """A pooling agreement: reference, date, other lots. ``given(draft)``; closed by whoever keeps it."""

    given = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        who: str,
        row: GridRow,
        propose: Callable[[str, Callable[[Sequence[Proposal]], None]], None],
        today: Callable[[], dt.date],
    ) -> None:
        super().__init__(parent, f"Convention de globalisation pour {who}", width=560)
        self._contract = row.contract_id
        said = (
            f"Elle permet de compter une partie des heures faites sur {row.lot_label} au titre d’un autre lot. "
            "Aucune heure n’est comptée deux fois."
        )
        self.body.addWidget(label(said, "", self, wrap=True))
        self.reference = TextField("reference", "Référence de la convention", required=True, max_length=80)
        self.signed_on = DateField("signed_on", "Signée le", today=today, required=True)
        self.body.addWidget(FieldRow([self.reference, self.signed_on]))
        self.lots = [
            SuggestField(f"lot_{at}", "Autre lot" if at == 0 else "Autre lot encore", ask=propose, required=at == 0)
            for at in range(2)
        ]
        for one in self.lots:
            self.body.addWidget(one)
        self.add_button(texts.CANCEL)
        self.accept_button: QPushButton = self.add_button("Ajouter la convention", "primary", self._give)
        self.reference.setFocus()

    def _give(self) -> None:
        for field in (self.reference, self.signed_on, *self.lots):
            field.commit()
        chosen = [one.value() for one in self.lots]
        lots = tuple(named.id for named in chosen if isinstance(named, Named) and named.id)
        if not lots:
            self.lots[0].set_error("Choisir un lot proposé.")
            return
        self.given.emit(
            AgreementDraft(self._contract, self.reference.edit.text().strip(), self.signed_on.value(), lots)
        )

    def show_error(self, problem: InclusivError) -> None:
        """Put a refusal under its field."""
        field = {"reference": self.reference, "signed_on": self.signed_on}.get(problem.field, self.lots[0])
        field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))


Ask = Callable[[str, Callable[[tuple[Candidate, ...]], None]], None]


class AddPersonDialog(Dialog):
    """Find someone who has no line. ``chosen(candidate)``; the page closes when the view accepts the choice."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        ask: Ask,
        choose: Callable[[Candidate], bool],
        name: Callable[[str], str],
    ) -> None:
        super().__init__(parent, title, width=560)
        self._ask = ask
        self._choose = choose
        self._name = name
        self._asked = ""
        self.search = SearchField("Nom de la personne")
        self.search.searched.connect(self._search)
        self.search.went_down.connect(self._down)
        self.body.addWidget(self.search)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Personnes à ajouter")
        self.list.setMinimumHeight(appearance().px(180))
        self.list.itemActivated.connect(self._take)
        self.body.addWidget(self.list)
        self.nobody = label("", "secondary", self, wrap=True)
        self.body.addWidget(self.nobody)
        self.add_button(texts.CLOSE)
        self.accept_button = self.add_button("Ajouter au relevé", "primary", self._take_current)
        self.search.setFocus()
        self._search("")

    def _search(self, text: str) -> None:
        self._asked = text
        self._ask(text, lambda found: self._show(text, found))

    def _show(self, text: str, found: tuple[Candidate, ...]) -> None:
        if text != self._asked:
            return
        self.list.clear()
        for one in found:
            item = QListWidgetItem(f"{self._name(one.name)} — {one.detail}")
            item.setData(_CANDIDATE, one)
            self.list.addItem(item)
        self.nobody.setText(
            "" if found else "Personne à ajouter ici. Écrire un nom pour chercher dans tous les dossiers."
        )
        self.list.setVisible(bool(found))
        self.accept_button.setEnabled(bool(found))
        if found:
            self.list.setCurrentRow(0)

    def _down(self) -> None:
        if self.list.count():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _take_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        if self._choose(item.data(_CANDIDATE)):
            self.accept()
