"""Chips, bars, signatures, messages, dialogs, previews: by keys as by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QVBoxLayout, QWidget

from app.errors import InvalidInput
from app.ui.bridge.messages import Messages
from app.ui.kit import dialogs, icons
from app.ui.kit.bar import CommitmentBar, Position
from app.ui.kit.cards import Banner, Card, EmptyState, Figure, Pill
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button, set_kind
from app.ui.kit.fields import Help, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.form import Form
from app.ui.kit.help_popover import HelpPopover, help_of
from app.ui.kit.labels import ElidedLabel, label
from app.ui.kit.message_bar import MessageBar
from app.ui.kit.passphrase_field import PassphraseField, keyboard_name
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.kit.signature_pad import RATIO, SHEET, Dot, SignatureArea, SignaturePad, from_kept, to_kept
from app.ui.theme.appearance import appearance
from tests.ui.accessibility import check_sizes, misnamed, nameless, settle, spoken
from tests.ui.keys import press, type_text

CHIPS = (Chip("ok", "RAS", "R"), Chip("trouble", "Difficulté", "D"), Chip("training", "Formation", "F"))


# --- chips ---


def test_letters_choose_only_while_the_row_has_the_focus(show):
    page = QWidget()
    column = QVBoxLayout(page)
    row = ChipRow("Constat", CHIPS)
    field = TextField("a", "Note")
    column.addWidget(row)
    column.addWidget(field)
    window = show(page)
    told: list[tuple[str, ...]] = []
    row.changed.connect(told.append)
    field.setFocus()
    type_text(window, "d")
    assert told == []
    row.focus_first()
    type_text(window, "d")
    assert told == [("trouble",)]
    type_text(window, "R")
    assert told[-1] == ("ok",)


def test_one_choice_or_several(show):
    one = ChipRow("Constat", CHIPS, may_be_empty=False)
    show(one)
    one.button("ok").click()
    one.button("ok").click()
    assert one.chosen() == ("ok",)
    many = ChipRow("Constat", CHIPS, many=True)
    show(many)
    many.button("training").click()
    many.button("ok").click()
    assert many.chosen() == ("ok", "training")
    many.button("ok").click()
    assert many.chosen() == ("training",)


def test_a_row_of_chips_is_one_stop_for_tab_and_arrows_move_inside(show):
    page = QWidget()
    column = QVBoxLayout(page)
    row, after = ChipRow("Constat", CHIPS), QPushButton("Après")
    column.addWidget(row)
    column.addWidget(after)
    window = show(page)
    row.focus_first()
    press(window, "Right")
    assert QApplication.focusWidget() is row.button("trouble")
    press(window, "Space")
    assert row.chosen() == ("trouble",)
    press(window, "Tab")
    assert QApplication.focusWidget() is after


def test_chips_are_large_on_site_and_wrap(show):
    appearance().set(field_mode=True)
    row = ChipRow("Constat", [Chip(str(at), f"Un constat assez long {at}") for at in range(6)])
    show(row, 400, 600)
    settle()
    assert row.button("0").height() >= 48
    assert row.button("5").y() > row.button("0").y()
    assert all(row.button(str(at)).geometry().right() <= 400 for at in range(6))


# --- bars, labels, cards ---


@pytest.mark.parametrize(
    ("position", "sentence"),
    [
        (Position(100000, 40000, 20000), "400 h validées, 200 h reçues, 400 h à faire sur 1\u202f000 h"),
        (Position(10000, 15000), "150 h validées, 0 h reçues, 0 h à faire sur 100 h"),
    ],
)
def test_the_bar_says_its_position_in_words(qtbot, position, sentence):
    bar = CommitmentBar(position)
    qtbot.addWidget(bar)
    assert bar.accessibleName().replace("\u00a0", " ") == sentence
    bar.resize(400, bar.sizeHint().height())
    assert not bar.grab().isNull()


def test_the_bar_is_told_apart_without_colour(qtbot):
    """Validated is full, received is hatched: both inks are present in the hatched part."""
    bar = CommitmentBar(Position(10000, 3000, 4000), labels=False)
    qtbot.addWidget(bar)
    bar.resize(400, bar.sizeHint().height())
    picture = bar.grab().toImage()
    y = 8
    full = {picture.pixelColor(x, y).name() for x in range(10, 110)}
    hatched = {picture.pixelColor(x, y).name() for x in range(130, 270)}
    empty = {picture.pixelColor(x, y).name() for x in range(290, 390)}
    assert len(full) == 1
    assert len(hatched) > 1
    assert len(empty) == 1
    assert full != empty


def test_an_elided_label_tells_the_rest_in_its_tooltip(show):
    shown = ElidedLabel("École Simone-Veil, restructuration et extension, lot 3 gros œuvre")
    show(shown, 640, 480)
    shown.setFixedWidth(120)
    settle()
    assert shown.is_elided()
    assert shown.toolTip() == shown.text()
    shown.setFixedWidth(600)
    settle()
    assert not shown.is_elided()


def test_a_card_opens_by_enter_space_and_click(qtbot, show):
    card = Card("Visite de 9 h 30", opens=True)
    window = show(card)
    opened: list[int] = []
    card.opened.connect(lambda: opened.append(1))
    card.setFocus()
    press(window, "Return")
    press(window, "Space")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert len(opened) == 3


def test_cards_and_banners_are_named_and_fit(show):
    page = QWidget()
    column = QVBoxLayout(page)
    pressed: list[int] = []
    empty = EmptyState("Rien de prévu. Planifier une visite\u202f?", "Planifier", lambda: pressed.append(1), "calendar")
    for one in (
        Card("À faire", opens=True),
        Banner("Trois relevés manquent pour octobre 2026.", "warning", "Voir", lambda: None),
        Figure("1\u202f234,50\u00a0h", "validées"),
        Pill("À vérifier", "warning", "triangle-alert"),
        empty,
    ):
        column.addWidget(one)
    column.addStretch(1)
    window = show(page, 1000, 900)
    assert nameless(window) == []
    check_sizes(window)
    assert empty.button is not None
    empty.button.click()
    assert pressed == [1]


def test_a_button_is_called_what_it_says_and_its_icon_follows_its_kind(qtbot):
    made = button("Annu&ler", "primary", "printer")
    qtbot.addWidget(made)
    made.setText("Fermer")
    assert spoken(made) == "Fermer"
    made.show()
    set_kind(made, "")
    assert (made.property("kind"), made.property("iconRole")) == ("", "text")
    made.setAccessibleName("Supprimer")
    holder = QWidget()
    qtbot.addWidget(holder)
    made.setParent(holder)
    made.show()
    holder.show()
    assert misnamed(holder) == ["QPushButton « Fermer » is called « Supprimer »"]


def test_a_flow_grows_in_height_when_its_width_shrinks(qtbot):
    flow = Flow()
    qtbot.addWidget(flow)
    for at in range(8):
        flow.add(label(f"Mot numéro {at}"))
    assert flow.heightForWidth(200) > flow.heightForWidth(2000)


def test_an_icon_follows_the_theme_and_an_unknown_one_is_empty(qtbot):
    button = QPushButton("Imprimer")
    qtbot.addWidget(button)
    icons.set_icon(button, "printer")
    light = button.icon().pixmap(20, 20).toImage()
    appearance().set(theme="dark")
    assert button.icon().pixmap(20, 20).toImage() != light
    with pytest.raises(ValueError, match="icon"):
        icons.pixmap("../printer")


# --- signature ---


def pen(area: SignatureArea, kind: QEvent.Type, x: float, y: float, pressure: float) -> None:
    device = QPointingDevice.primaryPointingDevice()
    event = QTabletEvent(
        kind,
        device,
        QPointF(x, y),
        QPointF(x, y),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
    )
    QApplication.sendEvent(area, event)


def sign_with_pen(area: SignatureArea) -> None:
    pen(area, QEvent.Type.TabletPress, 100, 50, 0.2)
    pen(area, QEvent.Type.TabletMove, 200, 80, 0.9)
    pen(area, QEvent.Type.TabletMove, 300, 60, 0.5)
    pen(area, QEvent.Type.TabletRelease, 300, 60, 0.0)


def test_a_pen_signs_with_its_pressure_and_the_strokes_survive_a_resize(show):
    pad = SignaturePad()
    window = show(pad, 800, 500)
    told: list[int] = []
    pad.changed.connect(lambda: told.append(1))
    assert pad.is_blank()
    assert pad.strokes() == ()
    sign_with_pen(pad.area)
    strokes = pad.strokes()
    assert told == [1]
    assert len(strokes) == 1
    assert len({dot.pressure for dot in strokes[0]}) == 3
    assert all(0 <= dot.x <= SHEET and 0 <= dot.y <= SHEET * RATIO for dot in strokes[0])
    window.resize(640, 900)
    settle()
    assert pad.strokes() == strokes


def test_the_same_gesture_gives_the_same_strokes_at_any_size(qtbot):
    drawn = []
    for width in (400, 800):
        area = SignatureArea()
        qtbot.addWidget(area)
        area.resize(width, round(width * RATIO))
        for at, kind in enumerate((QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease)):
            pen(area, kind, width * (0.2 + 0.2 * at), width * RATIO / 2, 0.5)
        drawn.append(area.strokes())
    for one, other in zip(*(stroke[0] for stroke in drawn), strict=True):
        assert abs(one.x - other.x) <= 2
        assert abs(one.y - other.y) <= 2


def test_a_mouse_signs_and_a_single_dot_is_not_a_signature(show):
    pad = SignaturePad()
    show(pad, 800, 500)
    QTest.mouseClick(pad.area, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(40, 40))
    assert pad.is_blank()
    QTest.mousePress(pad.area, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(40, 40))
    pad.area._go_on(QPointF(90, 60), 0.5)
    QTest.mouseRelease(pad.area, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(90, 60))
    assert not pad.is_blank()


def test_clear_undo_and_lock(show):
    pad = SignaturePad()
    window = show(pad, 800, 500)
    sign_with_pen(pad.area)
    sign_with_pen(pad.area)
    pad.undo_button.click()
    assert len(pad.strokes()) == 1
    pad.area.setFocus()
    press(window, "Del")
    assert pad.is_blank()
    assert not pad.clear_button.isEnabled()
    pad.set_strokes([(Dot(1, 1), Dot(50, 50))])
    pad.area.set_locked(True)
    sign_with_pen(pad.area)
    assert len(pad.strokes()) == 1


def test_the_area_says_what_the_keyboard_can_do(show):
    pad = SignaturePad()
    window = show(pad, 800, 500)
    assert pad.area.accessibleName() == "Zone de signature, vide"
    assert "clavier" in pad.area.accessibleDescription()
    sign_with_pen(pad.area)
    assert pad.area.accessibleName() == "Zone de signature, signée"
    assert nameless(window) == []


# --- messages ---


def test_messages_stack_and_leave(qtbot, show):
    messages = Messages()
    page = QWidget()
    bar = MessageBar(messages, page)
    show(page)
    for at in range(5):
        messages.say(f"Message {at}")
    assert [one.message.text for one in bar.toasts] == ["Message 2", "Message 3", "Message 4"]
    messages.say("Message 3")
    assert [one.message.text for one in bar.toasts] == ["Message 2", "Message 4", "Message 3"]
    bar.clear()
    assert bar.toasts == []
    assert not bar.isVisible()


def test_the_button_of_a_message_acts_once(show):
    messages = Messages()
    page = QWidget()
    bar = MessageBar(messages, page)
    show(page)
    done: list[int] = []
    messages.undoable("Ligne retirée.", lambda: done.append(1))
    toast = bar.toasts[0]
    assert toast.action is not None
    toast.action.click()
    assert done == [1]
    assert bar.toasts == []


# --- forms and help ---


def make_form() -> Form:
    form = Form()
    form.section("identity", "Identité").add_row(TextField("last", "Nom"), TextField("first", "Prénom"))
    form.section("follow", "Suivi").add(
        TextField("note", "Note", help=Help("Trois lignes au plus.", "Rendez-vous manqué", "Article 5 de la charte."))
    )
    return form


def test_a_form_tells_the_key_and_the_value(show):
    form = make_form()
    window = show(form)
    told: list[tuple[str, object]] = []
    form.committed.connect(lambda key, value: told.append((key, value)))
    form.load({"last": "MARTIN", "first": "Julie", "unknown": 1})
    form.focus_first()
    press(window, "Ctrl+A")
    type_text(window, "BERNARD")
    press(window, "Tab")
    assert told == [("last", "BERNARD")]
    assert form.values() == {"last": "BERNARD", "first": "Julie", "note": None}


def test_an_error_goes_under_its_field(show):
    form = make_form()
    show(form)
    assert form.show_error(InvalidInput("Le nom manque.", todo="Indiquer un nom.", field="last"))
    assert form.fields["last"].error() == "Le nom manque. Indiquer un nom."
    assert not form.show_error(InvalidInput("Ailleurs.", field="amount"))


def test_commit_all_saves_what_is_typed_without_leaving(show):
    form = make_form()
    window = show(form)
    told: list[tuple[str, object]] = []
    form.committed.connect(lambda key, value: told.append((key, value)))
    form.fields["note"].setFocus()
    type_text(window, "Vu")
    assert form.commit_all()
    assert told == [("note", "Vu")]


def test_fields_side_by_side_stack_when_the_room_is_short(show):
    form = make_form()
    window = show(form, 1000, 700)
    settle()
    last, first = form.fields["last"], form.fields["first"]
    assert last.mapTo(form, QPoint(0, 0)).y() == first.mapTo(form, QPoint(0, 0)).y()
    appearance().set(zoom=200)
    window.resize(640, 700)
    settle()
    assert last.mapTo(form, QPoint(0, 0)).y() < first.mapTo(form, QPoint(0, 0)).y()
    check_sizes(window)


def test_help_shows_its_three_parts_and_closes(qtbot, show):
    form = make_form()
    window = show(form)
    form.fields["note"].setFocus()
    found = help_of(QApplication.focusWidget())
    assert found is not None
    field, told = found
    popover = HelpPopover(field.title, told, window)
    popover.open_under(field)
    said = popover.accessibleDescription()
    assert "Trois lignes" in said
    assert "Exemple" in said
    assert "Article 5" in said
    with qtbot.waitSignal(popover.closed_twice):
        QTest.keyClick(popover, Qt.Key.Key_F1)
    assert help_of(form.fields["last"]) is None


# --- dialogs ---


def test_a_question_answers_by_the_name_of_its_button(qtbot, show):
    page = QWidget()
    window = show(page)
    question = dialogs.Question(
        window,
        "Retirer cette ligne\u202f?",
        "Elle reste trente jours dans la corbeille.",
        [dialogs.Choice("remove", "Retirer la ligne", "danger"), dialogs.Choice("keep", "Garder", "primary")],
    )
    answers: list[str] = []
    question.answered.connect(answers.append)
    question.open()
    assert nameless(question) == []
    check_sizes(question)
    question.choices["remove"].click()
    assert answers == ["remove"]


def test_escape_answers_nothing(qtbot, show):
    window = show(QWidget())
    question = dialogs.Question(window, "Retirer", "Vraiment.", [dialogs.Choice("yes", "Retirer", "primary")])
    answers: list[str] = []
    question.answered.connect(answers.append)
    question.open()
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert answers == [""]


def test_the_file_dialogs_speak_french(qtbot, show, tmp_path):
    window = show(QWidget())
    chosen: list[object] = []
    dialog = dialogs.save_file(
        window, "Enregistrer le PDF", ["PDF (*.pdf)"], "releve.pdf", chosen.append, folder=tmp_path
    )
    assert dialog.labelText(QFileDialog.DialogLabel.LookIn) == "Dossier\u00a0:"
    assert dialog.labelText(QFileDialog.DialogLabel.Accept) == "Enregistrer"
    dialog.fileSelected.emit(str(tmp_path / "releve.pdf"))
    assert chosen == [tmp_path / "releve.pdf"]
    dialog.reject()
    opened = dialogs.open_files(window, "Choisir des photos", ["Photos (*.jpg)"], lambda paths: None, many=True)
    assert opened.labelText(QFileDialog.DialogLabel.Reject) == "Annuler"
    assert Path(opened.directory().path()) != Path.cwd(), "not where the program was started"
    opened.reject()


# --- PDF ---


@pytest.fixture(scope="module")
def pdf() -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QPainter, QPdfWriter

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    painter = QPainter(writer)
    painter.drawText(200, 200, "Page une")
    writer.newPage()
    painter.drawText(200, 200, "Page deux")
    painter.end()
    return bytes(buffer.data().data())


def test_a_pdf_is_shown_page_by_page(qtbot, show, pdf):
    preview = PdfPreview(write=lambda path, data: None)
    window = show(preview, 900, 700)
    assert not preview.print_button.isEnabled()
    assert preview.show_bytes(pdf, "Relevé.pdf")
    assert preview.page_count == 2
    assert preview.pages.text() == "Page 1 sur 2"
    preview.turn(1)
    qtbot.waitUntil(lambda: preview.page == 1)
    assert preview.pages.text() == "Page 2 sur 2"
    assert not preview.next.isEnabled()
    assert nameless(window) == []


def test_what_is_not_a_pdf_is_said(show):
    preview = PdfPreview()
    show(preview)
    assert not preview.show_bytes(b"rien", "x.pdf")
    assert preview._empty.text() == "Ce document ne peut pas être affiché."
    assert not preview.print_button.isEnabled()


def test_without_a_printer_the_pdf_can_be_saved(show, pdf, monkeypatch):
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(list))
    preview = PdfPreview(write=lambda path, data: None)
    window = show(preview)
    preview.show_bytes(pdf, "Relevé.pdf")
    preview.print_button.click()
    question = next(one for one in window.findChildren(dialogs.Question))
    assert "Aucune imprimante" in question.windowTitle()
    question.reject()


# --- passphrase ---


def test_the_hints_spare_a_wrong_try(show):
    field = PassphraseField("Mot de passe")
    window = show(field)
    settle()
    field.setFocus()
    QTest.keyClick(field.edit, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)  # « a » with Maj held: caps lock is on
    type_text(window, "é")
    from PySide6.QtGui import QKeyEvent

    QApplication.sendEvent(
        field.edit, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "A")
    )
    assert "Verr. Maj est activé" in field.hint.text()
    QApplication.sendEvent(
        field.edit, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_End, Qt.KeyboardModifier.KeypadModifier, "")
    )
    assert "Verr. Num est désactivé" in field.hint.text()
    field.set_error("Mot de passe incorrect.")
    assert field.error.text() == "Mot de passe incorrect. Verr. Maj est activé."


def test_showing_what_is_typed(show):
    field = PassphraseField("Mot de passe")
    show(field)
    field.edit.setText("lampe vélo")
    field.eye.click()
    assert field.edit.displayText() == "lampe vélo"
    assert field.eye.text() == "Masquer"
    field.clear()
    assert field.edit.displayText() == ""
    assert field.eye.text() == "Afficher"


def test_the_keyboard_is_named():
    from PySide6.QtCore import QLocale

    assert keyboard_name(QLocale("fr_FR")) == "clavier AZERTY"
    assert keyboard_name(QLocale("fr_CH")) == "clavier QWERTZ"
    assert keyboard_name(QLocale("en_US")) == "clavier QWERTY"
    assert keyboard_name(QLocale.c()) == ""


def test_a_signature_comes_back_from_the_notebook_as_it_was_drawn():
    drawn = tuple(tuple(Dot(x, y, 1 + (x + y) % 100) for y in range(0, 351, 7)) for x in range(0, 1001, 50))
    assert from_kept(to_kept(drawn)) == drawn
