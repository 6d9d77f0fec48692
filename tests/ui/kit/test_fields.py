"""Fields are saved when left, say what is wrong in French, and never lose what is being typed."""

from __future__ import annotations

import datetime as dt
import enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import InvalidInput
from app.models.choices import CompanyKind
from app.ui.kit import fields
from app.ui.kit.calendar import CalendarPopup, shifted
from app.ui.kit.fields import (
    CheckField,
    ChoiceField,
    DateField,
    Field,
    Help,
    HoursField,
    MoneyField,
    MultilineField,
    NumberField,
    PercentField,
    PhoneField,
    ReadField,
    SiretField,
    TextField,
)
from tests.ui.accessibility import check_sizes, nameless
from tests.ui.keys import press, retype, type_text


def today() -> dt.date:
    return dt.date(2026, 11, 22)


def listen(field: Field) -> list[object]:
    told: list[object] = []
    field.committed.connect(told.append)
    return told


def leave(field: Field, window: QWidget) -> None:
    press(window, "Tab")


@pytest.fixture
def put(show):
    def placed(*made: Field) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        for one in made:
            column.addWidget(one)
        column.addWidget(TextField("last", "Dernier champ"))
        window = show(page)
        made[0].setFocus()
        return window

    return placed


@pytest.mark.parametrize(
    ("make", "typed", "value", "shown"),
    [
        (lambda: TextField("a", "Nom"), "  Martin ", "Martin", "Martin"),
        (lambda: DateField("a", "Naissance", today=today, past=True), "12031988", dt.date(1988, 3, 12), "12/03/1988"),
        (lambda: DateField("a", "Échéance", today=today), "demain", dt.date(2026, 11, 23), "23/11/2026"),
        (lambda: HoursField("a", "Heures"), "151,67", 15167, "151,67"),
        (lambda: HoursField("a", "Heures"), "7h30", 750, "7,50"),
        (lambda: HoursField("a", "Heures"), "7:30", 750, "7,50"),
        (lambda: MoneyField("a", "Montant"), "1 250 000,5", 125000050, "1\u202f250\u202f000,50\u00a0€"),
        (lambda: PercentField("a", "Part"), "7,25", 725, "7,25\u00a0%"),
        (lambda: PercentField("a", "Part"), "50", 5000, "50\u00a0%"),
        (lambda: NumberField("a", "Personnes"), "12", 12, "12"),
        (lambda: PhoneField("a", "Téléphone"), "+33 6 12 34 56 78", "0612345678", "06\u00a012\u00a034\u00a056\u00a078"),
        (lambda: PhoneField("a", "Téléphone"), "+41 22 123 45 67", "+41 22 123 45 67", "+41 22 123 45 67"),
        (lambda: SiretField("a", "SIRET"), "999 123 456 00012", "99912345600012", "999\u00a0123\u00a0456\u00a000012"),
    ],
)
def test_what_is_typed_is_read_when_the_field_is_left(put, make, typed, value, shown):
    field = make()
    window = put(field)
    told = listen(field)
    type_text(window, typed)
    assert told == []
    leave(field, window)
    assert told == [value]
    assert field.value() == value
    assert field.edit.text() == shown
    assert not field.has_error()


def test_leaving_without_change_saves_nothing(put):
    field = TextField("a", "Nom")
    field.set_value("Martin")
    window = put(field)
    told = listen(field)
    leave(field, window)
    assert told == []


def test_a_date_that_cannot_be_read_stays_as_typed_with_a_sentence(put):
    field = DateField("a", "Naissance", today=today, past=True)
    window = put(field)
    told = listen(field)
    type_text(window, "31/02/1988")
    leave(field, window)
    assert told == []
    assert field.edit.text() == "31/02/1988"
    assert "n’existe pas" in field.error()
    assert "n’existe pas" in field.edit.accessibleDescription()
    field.setFocus()
    retype(window, "28021988")
    leave(field, window)
    assert told == [dt.date(1988, 2, 28)]
    assert not field.has_error()


@pytest.mark.parametrize(
    ("make", "typed"),
    [
        (lambda: HoursField("a", "Heures"), "beaucoup"),
        (lambda: HoursField("a", "Heures"), "7h75"),
        (lambda: MoneyField("a", "Montant"), "12,345"),
        (lambda: PercentField("a", "Part"), "120"),
        (lambda: NumberField("a", "Personnes", high=10), "11"),
        (lambda: NumberField("a", "Personnes"), "1,5"),
        (lambda: SiretField("a", "SIRET"), "999 123"),
    ],
)
def test_what_cannot_be_read_is_refused_in_french(put, make, typed):
    field = make()
    window = put(field)
    told = listen(field)
    type_text(window, typed)
    leave(field, window)
    assert told == []
    assert field.error()
    assert field.error()[0].isupper() or field.error()[0] == "«"


def test_an_emptied_field_is_none(put):
    field = HoursField("a", "Heures")
    field.set_value(700)
    window = put(field)
    told = listen(field)
    press(window, "Ctrl+A")
    press(window, "Del")
    leave(field, window)
    assert told == [None]


def test_enter_saves_and_escape_gives_back_the_former_value(put):
    field = TextField("a", "Nom")
    field.set_value("Martin")
    window = put(field)
    told = listen(field)
    retype(window, "Bernard")
    press(window, "Esc")
    assert field.edit.text() == "Martin"
    retype(window, "Étienne")
    press(window, "Return")
    assert told == ["Étienne"]


def test_a_field_being_typed_is_never_overwritten(put):
    field = TextField("a", "Téléphone")
    field.set_value("06")
    window = put(field)
    type_text(window, "x")
    field.set_value("07")
    assert field.edit.text() != "07"
    assert field._elsewhere.isVisible()
    leave(field, window)
    assert not field._elsewhere.isVisible()


def test_text_is_saved_while_typing_and_its_own_echo_takes_nothing_back(put, qtbot, monkeypatch):
    monkeypatch.setattr(fields, "AUTOSAVE_MS", 1)
    field = MultilineField("a", "Note")
    window = put(field)
    told = listen(field)
    with qtbot.waitSignal(field.committed):
        type_text(window, "Bon")
    type_text(window, "jour")
    field.set_value("Bon")  # the store answers what was saved
    assert field.edit.toPlainText() == "Bonjour"
    assert not field._elsewhere.isVisible()
    leave(field, window)
    assert told[-1] == "Bonjour"


def test_tab_leaves_several_lines_and_control_tab_writes_one(put):
    field = MultilineField("a", "Note")
    window = put(field)
    press(window, "Ctrl+Tab")
    assert field.edit.toPlainText() == "\t"
    press(window, "Tab")
    assert not field.edit.hasFocus()


def test_arrows_move_a_date_by_a_day(put):
    field = DateField("a", "Visite", today=today)
    field.set_value(dt.date(2026, 11, 30))
    window = put(field)
    told = listen(field)
    press(window, "Up")
    assert told == [dt.date(2026, 12, 1)]
    press(window, "Down")
    assert told[-1] == dt.date(2026, 11, 30)


def test_a_choice_keeps_the_enumeration_member(put):
    field = ChoiceField("kind", "Type", CompanyKind, none="À préciser")
    put(field)
    told = listen(field)
    at = next(n for n in range(field.combo.count()) if field.combo.itemText(n) == CompanyKind.ETTI.label)
    field.combo.setCurrentIndex(at)
    field.combo.activated.emit(at)
    assert told == [CompanyKind.ETTI]
    assert isinstance(told[0], enum.Enum)
    field.set_value(None)
    assert field.combo.currentText() == "À préciser"
    field.set_value(CompanyKind.GEIQ)
    assert field.combo.currentText() == CompanyKind.GEIQ.label


def test_a_value_no_longer_offered_shows_as_unknown(put):
    field = ChoiceField("a", "Public", [("rsa", "RSA")])
    put(field)
    field.set_value("ass")
    assert field.combo.currentIndex() == -1
    assert field.value() == "ass"


def test_a_box_is_saved_at_once(put):
    field = CheckField("a", "Heures conventionnées")
    window = put(field)
    told = listen(field)
    press(window, "Space")
    assert told == [True]
    press(window, "Space")
    assert told == [True, False]


def test_a_reader_given_by_the_place(put):
    def read(text: str) -> tuple[int, ...]:
        if not text.isdigit():
            raise InvalidInput("Ce n’est pas un code.", todo="Écrire cinq chiffres.", field="a")
        return tuple(map(int, text))

    field = ReadField("a", "Code", read=read, show=lambda value: "".join(map(str, value)), empty=())
    window = put(field)
    told = listen(field)
    type_text(window, "12x")
    leave(field, window)
    assert field.error() == "Ce n’est pas un code. Écrire cinq chiffres."
    field.setFocus()
    retype(window, "91000")
    leave(field, window)
    assert told == [(9, 1, 0, 0, 0)]


def test_every_field_has_a_name_says_if_it_is_required_and_fits(put):
    made = [
        TextField("a", "Nom", required=True, help=Help("Le nom de naissance.")),
        DateField("b", "Naissance", today=today, required=False),
        MultilineField("c", "Note", hint="Enregistrée pendant la saisie."),
        ChoiceField("d", "Type", CompanyKind),
        CheckField("e", "Clause obligatoire"),
        SiretField("f", "SIRET"),
    ]
    window = put(*made)
    assert nameless(window) == []
    assert made[0].label.buddy() is made[0].control
    assert "F1" in made[0].control.accessibleDescription()
    made[1].set_error("Aucune date n’est indiquée.")
    check_sizes(window)


def test_the_calendar_by_keys(put, qtbot):
    field = DateField("a", "Visite", today=today)
    field.set_value(dt.date(2026, 1, 31))
    put(field)
    told = listen(field)
    field._opener.click()
    popup = field.findChildren(CalendarPopup)[0]
    assert popup.title.text() == "Janvier 2026"
    assert nameless(popup) == []
    QTest.keyClick(popup.grid, Qt.Key.Key_PageDown)
    assert popup.grid.day == dt.date(2026, 2, 28)
    QTest.keyClick(popup.grid, Qt.Key.Key_Down)
    assert popup.title.text() == "Mars 2026"
    assert popup.grid.accessibleName().endswith("mars 2026")
    QTest.keyClick(popup.grid, Qt.Key.Key_Return)
    assert told == [dt.date(2026, 3, 7)]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(-30, 30))
def test_a_month_later_is_the_same_day_or_the_last(day, months):
    later = shifted(day, months)
    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day == day.day or (later + dt.timedelta(days=1)).day == 1
