"""Invented places and records to try the frame with, for tests and the gallery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.clock import FrozenClock
from app.rules.french import format_hours
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import RecordedMessages
from app.ui.bridge.tasks import ImmediateBridge
from app.ui.kit.cards import Banner, Card, EmptyState, Pill
from app.ui.kit.fields import ChoiceField, DateField, Help, MultilineField, PhoneField, TextField
from app.ui.kit.form import Form
from app.ui.kit.labels import label
from app.ui.kit.scroll import ScrollColumn
from app.ui.kit.search_field import SearchField
from app.ui.kit.table import Column, TableModel
from app.ui.kit.table_view import TableView
from app.ui.shell.commands import Hit
from app.ui.shell.discretion import Discretion
from app.ui.shell.navigation import Crumb, Frame, Location, Navigation, Place, PlaceView
from app.ui.shell.undo import UndoStack


@dataclass(frozen=True, slots=True)
class Person:
    """An invented line."""

    id: str
    name: str
    company: str
    hours: int
    state: str


PEOPLE = tuple(
    Person(f"p{at}", name, company, hours, state)
    for at, (name, company, hours, state) in enumerate(
        (
            ("ADJOVI Prudence", "Maçonnerie du Val", 14000, "Validé"),
            ("BELKACEM Yanis", "Bâti-Sud", 15167, "À vérifier"),
            ("DA COSTA Élodie", "Intérim Solidaire 91", 10400, "Reçu"),
            ("ÉTIENNE Marie-Ange", "Bâti-Sud", 7000, "Validé"),
            ("KOUASSI Aimé", "Peintures Lemoine", 0, "Attendu"),
            ("MARTIN Julie", "Bâti-Sud", 14050, "Validé"),
            ("NGUYEN Thi Lan", "Maçonnerie du Val", 3500, "Reçu"),
            ("ÖZTÜRK Selin", "Régie des Aunettes", 15167, "À vérifier"),
        )
    )
)
_TONES = {"Validé": "success", "À vérifier": "warning", "Reçu": "info", "Attendu": "text_secondary"}
_ICONS = {"Validé": "circle-check", "À vérifier": "triangle-alert", "Reçu": "circle-dot", "Attendu": "circle"}

COLUMNS: tuple[Column[Person], ...] = (
    Column("name", "Nom", lambda row: row.name, 0, bold=True),
    Column("company", "Entreprise", lambda row: row.company, 200),
    Column("hours", "Heures", lambda row: format_hours(row.hours), 100, "right", sort=lambda row: row.hours),
    Column(
        "state",
        "Relevé",
        lambda row: row.state,
        140,
        tone=lambda row: _TONES[row.state],
        icon=lambda row: _ICONS[row.state],
    ),
)


def make_frame() -> Frame:
    """A frame without threads, on a frozen clock."""
    bus, messages = Bus(), RecordedMessages()
    clock = FrozenClock(dt.datetime(2026, 11, 22, 9, 42, tzinfo=dt.UTC))
    return Frame(ImmediateBridge(bus, messages), bus, messages, UndoStack(), Navigation(), Discretion(), clock)


class ListView(PlaceView):
    """A list, and a record with a form."""

    def __init__(self, frame: Frame, place_id: str, title: str) -> None:
        super().__init__(frame)
        self.id = place_id
        self.calls: list[tuple[str, ...]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(12)
        self.search = SearchField(f"Filtrer les {title.lower()}")
        line = QHBoxLayout()
        line.addWidget(self.search, 1)
        line.addStretch(1)
        column.addLayout(line)
        self.model = TableModel(COLUMNS, self)
        self.model.set_rows(PEOPLE)
        self.table = TableView(title)
        self.table.setModel(self.model)
        self.table.opened.connect(lambda one: frame.navigation.go(place_id, one))
        column.addWidget(self.table, 1)
        self.form = make_form(frame)
        self.form.hide()
        column.addWidget(self.form, 1)
        side = Card("Julie MARTIN")
        side.body.addWidget(label("Prochaine action\u00a0: appeler l’entreprise avant le 30/11/2026.", "", wrap=True))
        side.body.addWidget(Pill("À vérifier", "warning", "triangle-alert"))
        side.body.addStretch(1)
        self.side = side

    def enter(self, path: tuple[str, ...]) -> None:
        self.calls.append(("enter", *path))
        self.table.setVisible(not path)
        self.search.setVisible(not path)
        self.form.setVisible(bool(path))
        if path:
            name = next((one.name for one in PEOPLE if one.id == path[0]), "Fiche")
            self.set_crumbs((Crumb(name, Location(self.id, path)),))
            self.panel_changed.emit(self.side)
        else:
            self.panel_changed.emit(None)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {"filter": self.search.setFocus, "new": lambda: self.calls.append(("new",))}

    def receive(self, action: str, kind: str, place_id: str) -> bool:
        self.calls.append((action, kind, place_id))
        return True


def make_form(frame: Frame) -> Form:
    """A form with one of each usual field."""
    form = Form()
    identity = form.section("identity", "Identité")
    identity.add_row(
        TextField("last_name", "Nom", required=True, help=Help("Le nom de naissance, comme sur la pièce d’identité.")),
        TextField("first_name", "Prénom", required=True),
    )
    identity.add_row(
        DateField("birth_date", "Date de naissance", today=frame.clock.today, past=True, required=True),
        PhoneField("phone", "Téléphone", required=False),
    )
    follow = form.section("follow", "Suivi")
    follow.add(
        ChoiceField(
            "origin",
            "Orientation",
            (("ft", "France Travail"), ("ml", "Mission locale"), ("plie", "PLIE")),
            required=True,
        )
    )
    follow.add(MultilineField("note", "Note", required=False, hint="Enregistrée pendant la saisie."))
    form.load(
        {
            "last_name": "MARTIN",
            "first_name": "Julie",
            "birth_date": dt.date(1988, 3, 12),
            "phone": "0612345678",
            "origin": "ml",
        }
    )
    return form


class Today(PlaceView):
    """Cards."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        page = ScrollColumn(self)
        outer.addWidget(page)
        column = page.body
        column.addWidget(Banner("Prêt pour le terrain\u00a0: 2 visites, 1 point ouvert, photos possibles.", "success"))
        line = QHBoxLayout()
        line.setSpacing(16)
        for title, sentence in (
            ("Visites du jour", "9 h 30 · École Simone-Veil, lot 3 · Bâti-Sud"),
            ("À faire", "3 fins de contrat avant 15 jours"),
            ("Reprendre", "Visite du 20/11/2026, brouillon"),
        ):
            card = Card(title, opens=True)
            card.body.addWidget(label(sentence, "secondary", wrap=True))
            card.body.addStretch(1)
            line.addWidget(card)
        column.addLayout(line)
        column.addWidget(
            EmptyState(
                "Rien d’autre aujourd’hui. Planifier une visite\u202f?",
                "Planifier une visite",
                lambda: None,
                "calendar-plus",
            ),
            1,
        )


def make_places() -> list[Place]:
    """Six places, as in the product."""
    lists = (
        ("visits", "&Visites", "hard-hat"),
        ("hours", "&Heures", "clock"),
        ("beneficiaries", "&Bénéficiaires", "users"),
        ("companies", "&Entreprises", "building-2"),
        ("operations", "&Opérations", "factory"),
    )

    def builder(place_id: str, title: str) -> Callable[[Frame], QWidget]:
        return lambda frame: ListView(frame, place_id, title.replace("&", ""))

    return [
        Place("today", "&Aujourd’hui", "house", Today),
        *(Place(place_id, title, icon, builder(place_id, title)) for place_id, title, icon in lists),
    ]


def search(text: str, answer: Callable[[Sequence[Hit]], None]) -> None:
    """Answers at once, from invented records."""
    from app.rules.french import fold

    words = fold(text).split()
    found = [
        Hit("beneficiary", one.id, one.name, one.company, "user")
        for one in PEOPLE
        if all(f" {word}" in f" {fold(one.name)}" for word in words)
    ]
    found += [
        Hit("company", f"c{at}", name, "Entreprise", "building-2")
        for at, name in enumerate(sorted({one.company for one in PEOPLE}))
        if all(f" {word}" in f" {fold(name)}" for word in words)
    ]
    answer(found)
