"""« Nouvelle visite »: where, by typing; begun at once or planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.errors import InclusivError, InvalidInput
from app.rules.french import NBSP, quoted
from app.store.visits import VisitPlace
from app.ui.kit.cards import Card
from app.ui.kit.controls import button
from app.ui.kit.fields import DateField, ReadField
from app.ui.kit.labels import label
from app.ui.kit.search_field import SearchField
from app.ui.visits.viewmodel import PlacesModel


def read_time(text: str) -> str:
    """``HH:MM`` from « 9 h 30 », « 9h », « 09:30 » or « 930 »; raises ``InvalidInput``."""
    digits = text.lower().replace("heures", "h").replace(NBSP, " ").replace(" ", "").replace(":", "h")
    if "h" not in digits and digits.isdecimal() and len(digits) in (3, 4):
        digits = f"{digits[:-2]}h{digits[-2:]}"
    hour, _, minute = digits.partition("h")
    minute = minute or "0"
    if not (hour.isdecimal() and minute.isdecimal()) or int(hour) > 23 or int(minute) > 59:
        raise InvalidInput(f"{quoted(text)} n’est pas une heure.", todo="Écrire par exemple 9 h 30.", field="time")
    return f"{int(hour):02d}:{int(minute):02d}"


def show_time(text: str) -> str:
    """« 9 h 30 » from ``09:30``."""
    hour, _, minute = text.partition(":")
    return f"{int(hour)}{NBSP}h{NBSP}{minute}" if minute else ""


class ChoosePlace(QWidget):
    """A field, the places that answer it, and what to do there."""

    def __init__(self, model: PlacesModel, today: Callable[[], dt.date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._today = today
        self._places: list[VisitPlace] = []
        self._company_id = ""
        self._operation_id = ""
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 16)
        line.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(label("Où allez-vous\u202f?", "subtitle", self))
        self.search = SearchField("Opération, lot ou entreprise", self)
        self.search.searched.connect(self._look)
        self.search.went_down.connect(self._go_down)
        left.addWidget(self.search)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Chantiers trouvés")
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.list.itemActivated.connect(lambda _item: self.start())
        left.addWidget(self.list, 1)
        self.none = label("", "secondary", self, wrap=True)
        self.none.hide()
        left.addWidget(self.none)
        line.addLayout(left, 3)
        line.addWidget(self._build_card(), 2, Qt.AlignmentFlag.AlignTop)
        model.found.connect(self._found)

    def _build_card(self) -> Card:
        self.card = Card("", parent=self)
        self.where = label("", "strong", self.card, wrap=True)
        self.address = label("", "secondary", self.card, wrap=True)
        self.card.body.addWidget(self.where)
        self.card.body.addWidget(self.address)
        self.start_button = button("Commencer maintenant", "primary", "play", self.card)
        self.start_button.clicked.connect(lambda _on=False: self.start())
        self.card.body.addWidget(self.start_button)
        self.card.body.addWidget(label("Ou la planifier", "label", self.card))
        when = QHBoxLayout()
        when.setSpacing(8)
        self.day = DateField("planned_on", "Le", today=self._today)
        self.time = ReadField(
            "time", "À", read=read_time, show=show_time, empty="", required=False, max_length=12, placeholder="9 h 30"
        )
        when.addWidget(self.day, 3)
        when.addWidget(self.time, 2)
        self.card.body.addLayout(when)
        self.plan_button = button("Planifier", "", "calendar-plus", self.card)
        self.plan_button.clicked.connect(lambda _on=False: self.plan())
        self.card.body.addWidget(self.plan_button)
        return self.card

    def open_for(self, *, company_id: str = "", operation_id: str = "") -> None:
        """Propose the latest places, or those of a company or operation."""
        self._company_id, self._operation_id = company_id, operation_id
        self.search.clear()
        self.day.set_value(None)
        self.time.set_value("")
        self._look("")
        QTimer.singleShot(0, self.search, lambda: self.search.setFocus(Qt.FocusReason.OtherFocusReason))

    @property
    def place(self) -> VisitPlace | None:
        """The place chosen."""
        at = self.list.currentRow()
        return self._places[at] if 0 <= at < len(self._places) else None

    def start(self) -> None:
        """Begin there now."""
        if self.place is not None:
            self._model.start(self.place)

    def plan(self) -> None:
        """Plan it there."""
        place = self.place
        if place is None or not self.day.commit() or not self.time.commit():
            return
        if self.day.value() is None:
            self.day.set_error("Écrire une date, par exemple demain.")
            self.day.setFocus()
            return

        def failed(problem: InclusivError) -> None:
            self.day.set_error(problem.sentence)

        self._model.plan(place, self.day.value(), self.time.value() or "", failed)

    def _look(self, typed: str) -> None:
        self._model.look_for(typed, company_id=self._company_id, operation_id=self._operation_id)

    def _found(self, places: list[VisitPlace]) -> None:
        self._places = list(places)
        self.list.clear()
        for one in self._places:
            item = QListWidgetItem(f"{one.company_name}\n{one.operation_name}, {one.lot_label}")
            item.setToolTip(one.label)
            self.list.addItem(item)
        if self._places:
            self.list.setCurrentRow(0)
        self.none.setText(
            ""
            if self._places
            else "Aucun chantier de ce nom n’a d’engagement d’heures. Une visite se fait sur un lot, chez une "
            "entreprise engagée\u00a0: les ajouter dans Opérations."
        )
        self.none.setVisible(not self._places)
        self._show()

    def _show(self) -> None:
        place = self.place
        self.card.setVisible(place is not None)
        if place is not None:
            self.where.setText(f"{place.company_name}\n{place.operation_name}, {place.lot_label}")
            self.address.setText(place.address)
            self.address.setVisible(bool(place.address))

    def _go_down(self) -> None:
        """Enter in the field begins with the first place; ↓ goes to the list."""
        if self.list.count():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
