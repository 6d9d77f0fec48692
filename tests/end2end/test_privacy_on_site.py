"""PRODUCT.md §5.1 lines 2, 8, 9 and 11, private talk, and the sheets of a whole site in four taps."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from app.models.choices import MeetingStatus, Recipient
from tests.end2end.hands import Hands
from tests.end2end.test_scenario_5_1 import nadia, sheet_of, sign, start
from tests.factories import Site
from tests.reports.reading import pages, text
from tests.visits.conftest import jpeg

__all__ = ["nadia"]


def test_line_2_everything_is_checked_and_made_ready_before_leaving(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    workstation = hands.desktop.workstation
    before = workstation.last_copy()
    hands.tap(hands.button("Partir sur le terrain"))
    dialog = hands.view("today").dialog
    assert hands.says("1 visite aujourd’hui, 0 demain")
    assert hands.says("6 personnes attendues, 2 points à revoir")
    assert hands.says("Place sur le disque")
    hands.tap(hands.button("Tout préparer", dialog))
    hands.wait(lambda: dialog.prepare_button.isEnabled())
    hands.settle()
    after = workstation.last_copy()
    assert after is not None
    assert before is None or after > before, "the button does what it says"
    assert hands.says("Copie de sauvegarde : le")
    hands.press("Escape")
    assert hands.view("today").dialog is None


def test_line_8_a_face_is_masked_in_the_pixels_by_hand_or_by_keys(
    nadia: tuple[Hands, Site],
    tmp_path: Path,
) -> None:
    hands, _site = nadia
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(jpeg(1600, 1200, "yellow"))
    page = start(hands).page
    page.photos._choose = lambda _parent, chosen: chosen([picture])
    hands.tap(page.photos.add_button)
    hands.wait(lambda: len(sheet_of(hands).photos) == 1)
    former = sheet_of(hands).photos[0].sha256
    row = page.photos.rows.rows[0]
    hands.wait(lambda: row._bytes is not None)
    hands.tap(row.annotate)
    board = row.dialog.board
    size = board.size()
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=QPoint(size.width() * 4 // 10, size.height() * 4 // 10))
    QTest.mouseMove(board, QPoint(size.width() // 2, size.height() // 2))
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=QPoint(size.width() * 6 // 10, size.height() * 6 // 10))
    board.setFocus()
    hands.press("Return", "Left", "Shift+Down")  # and a second one by keys
    assert len(board.marks) == 2
    hands.tap(row.dialog.accept_button)
    hands.wait(lambda: sheet_of(hands).photos[0].sha256 != former)
    photo = sheet_of(hands).photos[0]
    assert photo.size <= 400_000
    files = hands.services.visits.files
    with Image.open(io.BytesIO(files.get(photo.sha256))) as seen:
        middle: Any = seen.getpixel((seen.width // 2, seen.height // 2))
        corner: Any = seen.getpixel((10, 10))
    assert max(middle) < 30
    assert corner[0] > 230
    hands.wait(lambda: not files.path(former).exists())
    hands.press("Ctrl+Z")
    assert not sheet_of(hands).photos or sheet_of(hands).photos[0].sha256 != former, "the face never comes back"


def test_line_9_a_phrase_of_ones_own_joins_the_library(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    page = start(hands).page
    page.findings.entry.edit.setFocus()
    hands.type("garde-corps à refaire au niveau deux")
    hands.press("Return")
    row = page.findings.rows.rows[0]
    row._fill_menu()
    next(one for one in row.menu.actions() if one.text() == "Ajouter à ma bibliothèque").trigger()
    hands.settle()
    found = hands.ask(lambda: hands.services.visits.propose_phrases("garde-corps"))
    assert [(one.text, one.is_own) for one in found] == [("garde-corps à refaire au niveau deux", True)]


def test_line_11_names_are_initials_on_the_visit_and_while_people_sign(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    page = start(hands).page
    page.sign_button.setFocus()
    hands.press("F8")
    own = next(one.last_name for one in sheet_of(hands).people if one.is_facilitator)
    names = [one.last_name for one in sheet_of(hands).beneficiaries if one.last_name != own]
    assert len(names) >= 5
    read = " ".join(hands.texts())
    assert not [one for one in names if one in read.split()]
    hands.press("F8")
    hands.tap(page.present.all_button)
    hands.tap(page.beneficiaries.all_button)
    hands.tap(page.sign_button)
    signing = hands.view("visits").signing
    shown = " ".join(hands.texts(signing))
    assert not [one for one in names if one in shown.split()], "others' names are hidden while people sign"


def test_a_private_talk_is_read_by_nobody_else(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    view = start(hands)
    page = view.page
    hands.tap(page.present.all_button)
    row = page.beneficiaries.rows.rows[0]
    hands.tap(row.meeting.button(MeetingStatus.ALONE))
    hands.wait(row.talk.isVisible)
    row.talk.setFocus()
    hands.type("Souhaite changer de chantier")
    row.talk.commit()
    hands.settle()
    assert sheet_of(hands).beneficiaries[0].private_talk == "Souhaite changer de chantier"
    page.sign_button.setFocus()
    hands.press("F8")
    assert not hands.says("Souhaite changer de chantier"), "discretion hides it"
    hands.press("F8")
    hands.tap(page.sign_button)
    sign(hands, 0)
    sign(hands, 1)
    hands.wait(lambda: view.preview.page_count)
    visit = sheet_of(hands).visit_id
    documents = hands.services.documents
    for reader in (Recipient.COMPANY, Recipient.BUYER, Recipient.FILE):
        made = hands.ask(partial(documents.document, "visit", visit, reader.value))
        assert "Souhaite" not in text(made.data), reader


def test_the_sheets_of_a_whole_site_in_four_taps(nadia: tuple[Hands, Site]) -> None:
    hands, site = nadia
    hands.go("operations", site.operation)
    hands.taps = 1  # the operation
    found = [
        one
        for one in hands.root.findChildren(QAbstractButton)
        if one.isVisible() and one.text().startswith("Fiches de suivi (")
    ]
    assert found[0].text() == "Fiches de suivi (6)"
    hands.tap(found[0])
    assert hands.taps <= 3, "one more prints"
    made = hands.ask(lambda: hands.services.documents.document("site", site.operation, "person"))
    assert len(pages(made.data)) >= 6
