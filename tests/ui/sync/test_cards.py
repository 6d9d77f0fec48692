"""« Fiches à relire » by keys: one decision at a time, what is looked at, what is hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication, QLabel

from app.sync.state import Decision
from app.ui.kit.dialogs import Question
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.kit.signature_pad import SignaturePicture
from app.ui.sync.pictures import PaperDialog, Photograph
from tests.sync.test_sentences import faults
from tests.ui.accessibility import check, settle
from tests.ui.keys import press, type_text
from tests.ui.sync.desk import (
    LOOP,
    NOW,
    FakeDesk,
    address_card,
    attested_paper,
    caption_card,
    company_card,
    deleted_card,
    file_paper,
    hours_card,
    phone_card,
    photographed_paper,
    signature_card,
)


def reviewing(screen, *cards):
    desk = FakeDesk()
    desk.cards = list(cards)
    one = screen(desk)
    one.open()
    return one


@pytest.mark.parametrize(
    ("key", "decision"), [("g", Decision.MINE), ("d", Decision.THEIRS), ("l", Decision.BOTH), ("L", Decision.BOTH)]
)
def test_one_letter_decides_and_the_next_card_comes(screen, key, decision):
    one = reviewing(screen, phone_card(), hours_card())
    assert one.view.review.first.hasFocus()
    assert one.view.review.first is one.view.review.choices["L"], "the choice proposed first never loses anything"
    type_text(one.workspace, key)
    settle()
    assert (decision.value, "phone") in one.desk.calls
    assert "Lequel est sur le papier ?" in one.texts()
    assert one.view.review.isAncestorOf(QApplication.focusWidget())
    assert "Modifiable 30 jours" in one.said[-1]
    assert one.frame.undo.undo_label


def test_a_whole_address_is_decided_by_one_letter_and_taken_back_by_one_undo(screen):
    one = reviewing(screen, address_card(), hours_card())
    said = one.texts()
    assert "12 rue des Lilas, 91000 Évry" in said
    assert "3 allée des Érables, 91100 Corbeil-Essonnes" in said
    assert "la fiche mêle les deux : « 12 rue des Lilas, 91100 Corbeil-Essonnes »" in said
    assert set(one.view.review.choices) == {"G", "D", "P"}, "two addresses do not stand in one"
    type_text(one.workspace, "d")
    settle()
    assert one.desk.calls == [("theirs", "address")]
    assert "Gardé : 3 allée des Érables, 91100 Corbeil-Essonnes." in one.said[-1]
    assert "Adresse" in one.frame.undo.undo_label
    assert "Lequel est sur le papier ?" in one.texts()


def test_the_record_says_two_versions_of_its_address_once(screen):
    desk = FakeDesk()
    desk.cards = [address_card()]
    one = screen(desk)
    one.model.reload()
    one.frame.navigation.go("beneficiaries", "julie")
    settle()
    assert one.workspace.notice.label.text().replace("\u00a0", " ").startswith("2 versions : Adresse.")


def test_two_signatures_are_seen_side_by_side_and_hidden_in_discretion(screen):
    one = reviewing(screen, signature_card())
    drawn = one.view.review.findChildren(SignaturePicture)
    assert [made.accessibleName().replace("\u00a0", " ") for made in drawn] == [
        "Signature : Vous avez noté",
        "Signature : Karim B. (PLIE N-E)",
    ]
    left, right = (made.grab().toImage() for made in drawn)
    blank = SignaturePicture((), "vide", drawn[0].width())
    assert len({_bytes(left), _bytes(right), _bytes(blank.grab().toImage())}) == 3
    assert drawn[0].y() == drawn[1].y()
    assert drawn[0].mapTo(one.view, drawn[0].rect().topRight()).x() < drawn[1].mapTo(one.view, QPoint()).x()
    check(one.workspace)
    type_text(one.workspace, "d")
    settle()
    assert one.desk.calls == [("theirs", "signature")]
    one.desk.cards = [replace(signature_card(), drawings=(LOOP, []))]
    one.model.reload()
    assert "Aucun tracé" in one.texts(), "who signed nothing is told so"
    one.frame.discretion.set(True)
    settle()
    assert not one.view.review.findChildren(SignaturePicture), "a signature is a name"


def test_the_photograph_asked_about_is_shown_as_soon_as_it_is_here(screen):
    one = reviewing(screen, caption_card())
    assert "Cette photo n’est pas encore arrivée sur cet ordinateur." in one.texts()
    review, focused_before = one.view.review, QApplication.focusWidget()
    one.desk.contents["5" * 64] = photo()
    one.model.reload()
    settle()
    assert one.view.review is review, "what is being read stays"
    assert QApplication.focusWidget() is focused_before
    assert not review.findChild(Photograph).pixmap().isNull()
    assert "Cette photo" not in one.texts()
    check(one.workspace)


# --- the paper -----------------------------------------------------------------------------------


def test_v_opens_the_paper_and_escape_comes_back_to_the_question(screen):
    one = reviewing(screen, replace(hours_card(), papers=(photographed_paper(),)))
    assert "Le document « papier.jpg » n’est pas encore arrivé sur cet ordinateur" in one.texts()
    type_text(one.workspace, "v")
    settle()
    assert not one.workspace.findChildren(PaperDialog), "no dead key"
    one.desk.contents["8" * 64] = photo()
    one.model.reload()
    settle()
    assert "Voir le papier (V)" in one.texts().replace("  ", " ")
    check(one.workspace)
    asked_from = QApplication.focusWidget()
    type_text(one.workspace, "v")
    settle()
    (dialog,) = one.workspace.window().findChildren(PaperDialog)
    assert dialog.isVisible()
    assert any(not made.pixmap().isNull() for made in dialog.findChildren(QLabel))
    check(dialog)
    press(dialog, "Escape")
    settle()
    assert not one.workspace.window().findChildren(PaperDialog)
    assert one.workspace.window().focusWidget() is asked_from
    one.workspace.window().activateWindow()  # the off-screen platform does not, once a dialog is closed
    settle()
    type_text(one.workspace, "g")
    settle()
    assert one.desk.calls == [("mine", "hours")]


def test_an_attested_statement_is_read_page_by_page(screen):
    desk = FakeDesk()
    desk.cards = [replace(hours_card(), papers=(attested_paper(),))]
    desk.contents["7" * 64] = pdf()
    one = screen(desk)
    one.open()
    assert "tel qu’il a été attesté, est dans le carnet" in one.texts()
    type_text(one.workspace, "v")
    settle()
    (dialog,) = one.workspace.window().findChildren(PaperDialog)
    assert dialog.findChild(PdfPreview).page_count == 1
    check(dialog)


def test_the_company_s_file_says_its_figure_and_f_goes_to_its_page(screen):
    one = reviewing(screen, replace(hours_card(), papers=(file_paper(), file_paper())))
    said = one.texts()
    assert "Le fichier « Relevé novembre.xlsx », enregistré le 22/11/2026, donne 140 h." in said
    assert said.count("(F)") == 1
    check(one.workspace)
    type_text(one.workspace, "f")
    settle()
    assert (one.frame.navigation.here.place, one.frame.navigation.here.path) == ("companies", ("bati",))
    assert one.desk.calls == []


def test_without_paper_nothing_is_said_of_one(screen):
    one = reviewing(screen, hours_card())
    assert one.view.review.openers == {}
    type_text(one.workspace, "vf")
    settle()
    assert one.frame.navigation.here.place == "sync"
    assert "papier (V)" not in one.texts()


def pdf() -> bytes:
    """A document of one page."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    painter = QPainter(writer)
    painter.drawText(200, 200, "140 h")
    painter.end()
    return bytes(buffer.data().data())


def _bytes(image: QImage) -> bytes:
    return bytes(image.constBits())


def photo() -> bytes:
    """A picture as they are kept."""
    picture = QImage(800, 600, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"jpeg")).write(picture)
    return bytes(buffer.data().data())


def test_enter_on_the_arrival_keeps_both(screen):
    one = reviewing(screen, phone_card())
    press(one.workspace, "Space")
    settle()
    assert ("both", "phone") in one.desk.calls


def test_later_goes_through_the_cards_then_home(screen):
    one = reviewing(screen, phone_card(), hours_card())
    type_text(one.workspace, "p")
    settle()
    assert "2 sur 2" in one.texts()
    assert one.view.review.first is one.view.review.choices["P"], "hours hold one value: nothing is proposed"
    type_text(one.workspace, "p")
    settle()
    assert one.frame.navigation.here.place == "today"
    assert one.desk.calls == []


def test_arrows_go_from_one_decision_to_another(screen):
    one = reviewing(screen, phone_card(), hours_card())
    press(one.workspace, "Down")
    settle()
    assert "2 sur 2" in one.texts()
    press(one.workspace, "Up")
    settle()
    assert "1 sur 2" in one.texts()
    assert one.view.review.first.hasFocus()


def test_the_record_itself_says_that_it_has_two_versions(screen):
    desk = FakeDesk()
    desk.cards = [hours_card(), phone_card()]
    one = screen(desk)
    one.model.reload()
    one.frame.navigation.go("beneficiaries", "julie")
    settle()
    assert one.workspace.notice.label.text().replace("\u00a0", " ").startswith("2 versions : Téléphone.")
    assert not check(one.workspace)
    one.workspace.notice.button.click()
    settle()
    assert one.view.review.card.card_id == "phone"
    assert one.workspace.notice is None
    type_text(one.workspace, "l")
    settle()
    one.frame.navigation.go("beneficiaries", "julie")
    settle()
    assert one.workspace.notice is None


def test_a_visit_counts_its_photos_until_all_are_at_the_network(screen):
    desk = FakeDesk(photos_done=12, photos_total=14)
    one = screen(desk)
    one.model.reload()
    one.frame.navigation.go("visits", "visit-42")
    settle()
    assert one.workspace.notice.label.text().replace("\u00a0", " ").startswith("3/5 photos au réseau.")
    desk.now = replace(desk.now, photos_done=14)
    one.model.reload()
    settle()
    assert one.workspace.notice is None


def test_letters_do_nothing_away_from_the_card(screen):
    one = reviewing(screen, phone_card())
    one.view.verify_button.setFocus()
    type_text(one.workspace, "gdlp")
    settle()
    assert one.desk.calls == []


def test_a_field_that_points_to_a_record_shows_its_name(screen):
    one = reviewing(screen, company_card())
    said = one.texts()
    assert "Bâti-Sud 91" in said
    assert "Maçonnerie du Val" in said


def test_a_deletion_against_a_change_shows_what_would_happen(screen):
    one = reviewing(screen, deleted_card())
    said = one.texts()
    assert "Garder la fiche (G)" in said.replace("  ", " ")
    assert "Mettre à la corbeille (D)" in said.replace("  ", " ")


def test_a_decision_can_be_taken_back_for_thirty_days(screen):
    desk = FakeDesk()
    desk.decided = [replace(phone_card(), decided=Decision.MINE, decided_at=NOW)]
    one = screen(desk)
    view = one.open()
    assert "06 39 98 12 34, choisi le 22/11/2026." in one.texts()
    back = next(one for one in view.findChildren(type(view.sync_button)) if one.text() == "Revenir sur cette décision")
    back.click()
    settle()
    question = view.findChildren(Question)[-1]
    question.choices["theirs"].click()
    settle()
    assert ("theirs", "phone") in desk.calls


def test_names_and_values_are_hidden_in_discretion(screen):
    one = reviewing(screen, phone_card())
    one.frame.discretion.set(True)
    settle()
    said = one.texts()
    assert "MARTIN" not in said
    assert "06 39" not in said
    assert "••• — Téléphone" in said, "what is asked stays readable"
    assert "Garder les deux" in said


def test_the_cards_hold_no_technical_word(screen):
    for card in (phone_card(), address_card(), hours_card(), deleted_card(), company_card()):
        assert not faults(reviewing(screen, card).texts())


def test_undoing_a_decision_gives_the_keys_back_to_it(screen):
    one = reviewing(screen, phone_card())
    type_text(one.workspace, "g")
    settle()
    assert one.view.sync_button.hasFocus(), "nothing is left to decide"
    one.desk.cards, one.desk.decided = [phone_card()], []
    press(one.workspace, "Ctrl+Z")
    settle()
    assert one.view.review.first.hasFocus()
