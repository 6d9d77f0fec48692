"""The small pages of the grid: why it is reopened, how hours are shared, who is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QWidget

from app.errors import InvalidInput
from app.hours.values import Candidate, GridRow, LotChoice
from app.rules.french import NBSP, format_hours_unit
from app.rules.hours import check_allocation, parse_hours, remaining_to_allocate
from app.ui import texts
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import HoursField, TextField
from app.ui.kit.labels import label, set_role
from app.ui.kit.search_field import SearchField
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
    """« Répartir » the hours of a person over lots: the sum is enforced. ``shared(parts by lot)``."""

    shared = Signal(object)

    def __init__(self, parent: QWidget | None, who: str, rows: Sequence[GridRow], choices: Sequence[LotChoice]) -> None:
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
            field = HoursField(choice.id, choice.label, read=parse_hours, hint=due)
            field.set_value(held.get(choice.id) or None)
            field.edited.connect(self._tell)
            field.committed.connect(lambda _value: self._tell())
            self._fields[choice.id] = field
            self.body.addWidget(field)
        self.left: QLabel = label("", "strong", self, wrap=True)
        self.body.addWidget(self.left)
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

    def _share(self) -> None:
        try:
            parts: Mapping[str, int] = self._parts()
            check_allocation(self._total, parts)
        except InvalidInput:
            self._tell()
            return
        self.shared.emit({lot: value for lot, value in parts.items() if value})
        self.accept()


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
