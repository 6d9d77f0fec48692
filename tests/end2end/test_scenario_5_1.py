"""PRODUCT.md §5.1, Nadia on site without any network: lines 1, 3-7, 9-10, 12-22, 25 (flow a of §3.5).

Taps on real widgets of the real window. Line 10 (the tablet falls) is in ``test_killed.py`` too, at random instants.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.models.choices import MeetingStatus, PointState, PresenceStatus
from app.rules.calendar import DueChip
from app.store.visits import Stage
from app.ui.visits.view import VisitsView
from app.visits.values import NewFinding, NextVisit, Section
from tests.day import PASSPHRASE
from tests.end2end.hands import Hands, no_network, plain
from tests.factories import Site
from tests.reports.reading import pages, text
from tests.visits.conftest import STROKES, jpeg

OpenHands = Callable[..., Hands]
Carnet = Callable[[int], tuple[Path, Site]]

ENGLISH = re.compile(
    r"\b(the|and|of|cancel|save|close|open|yes|no|next|back|delete|edit|search|loading|error|warning|ok|home|new|file|"
    r"settings|undo|redo|copy|paste|select|all|today|none|null|true|false)\b",
    re.IGNORECASE,
)
TECHNICAL = re.compile(
    r"\b(sql|sqlite|json|uuid|id|thread|database|base de données|cache|token|hash|sha256|outbox|trigger|widget|utf|"
    r"exception|traceback|serveur sql|chiffrement aes)\b",
    re.IGNORECASE,
)


@pytest.fixture
def nadia(carnet: Carnet, open_hands: OpenHands) -> Iterator[tuple[Hands, Site]]:
    """09:26 on site: an earlier visit left « Tuteur absent » and one more point open; today's visit is planned."""
    folder, site = carnet(6)
    hands = open_hands(folder)
    hands.unlock()
    visits = hands.services.visits

    def earlier() -> None:
        visit = visits.start_visit(site.lot, site.company).record_id
        for words in ("tuteur absent", "relevé"):
            phrase = visits.propose_phrases(words)[0]
            visits.add_observation(visit, NewFinding(phrase.section, phrase.text, phrase_id=phrase.phrase_id))
        visits.mark_all_present(visit)
        for person in visits.open_visit(visit).site_people[:2]:
            visits.sign(person.attendance_id, STROKES)
        visits.finalise(visit)

    hands.clock.move(dt.timedelta(days=-30))
    hands.ask(earlier)
    hands.clock.move(dt.timedelta(days=30))
    hands.tell(lambda: visits.plan_visit(site.lot, site.company, hands.clock.today(), "09:30"))
    hands.go("today")
    hands.taps = 1  # the tap that unlocked
    with no_network() as opened:
        yield hands, site
    assert not opened, "the network was called"


def visit_view(hands: Hands) -> Any:
    """The place « Visites » and its widgets."""
    view = hands.view("visits")
    assert isinstance(view, VisitsView)
    return view


def sheet_of(hands: Hands):
    """The visit in hand, as the store knows it."""
    return hands.ask(lambda: hands.services.visits.open_visit(visit_view(hands).visit.visit_id))


def start(hands: Hands) -> Any:
    hands.tap(hands.button("Démarrer"))
    return visit_view(hands)


def sign(hands: Hands, which: int, area_turns: bool = False) -> None:
    """One signature: a name, the pad, « Valider »."""
    signing = visit_view(hands).signing
    assert signing is not None
    people = sheet_of(hands).site_people
    person = next(one for one in people if one.is_facilitator == bool(which))
    hands.tap(signing.signers[person.attendance_id])
    hands.draw(signing.pad.area)
    if area_turns:
        before = signing.pad.strokes()
        hands.root.resize(768, 1024)
        hands.settle()
        assert signing.pad.strokes() == before, "turning the tablet keeps the strokes"
        assert not signing.pad.is_blank()
        hands.root.resize(1366, 768)
        hands.settle()
    hands.tap(signing.confirm_button)


def test_line_1_the_lid_opens_on_the_unlock_screen(carnet: Carnet, open_hands: OpenHands) -> None:
    folder, _site = carnet(6)
    hands = open_hands(folder)
    assert not hands.inside
    assert hands.says("Mot de passe")
    assert hands.says("modifications non envoyées (en sécurité)"), "how old the notebook is, and that nothing is lost"
    assert not any("DIALLO" in one or "MARTIN" in one for one in hands.texts()), "no name before the key"


def test_line_3_without_network_nothing_is_alarming(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    assert hands.says("Hors connexion")
    assert hands.desktop.workspace is not None
    assert not hands.desktop.workspace.sync_indicator.icon().isNull()
    from PySide6.QtWidgets import QApplication

    assert [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not hands.root] == []


def test_lines_4_to_7_the_draft_is_filled_and_marked_by_taps(nadia: tuple[Hands, Site]) -> None:
    hands, site = nadia
    page = start(hands).page
    sheet = sheet_of(hands)
    assert sheet.number == "VIS-2026-NO-0002"
    assert len(sheet.beneficiaries) == 6
    assert sheet.open_points == 2
    assert hands.says("VIS-2026-NO-0002")

    hands.tap(page.present.all_button)
    manager = next(row for row in page.present.rows.rows if "MOREAU" in row.name.text())
    hands.tap(manager.chips.button(PresenceStatus.EXCUSED))
    sheet = sheet_of(hands)
    assert (sheet.present_count, len(sheet.people)) == (7, 8), "7 of 8 expected"
    assert hands.says("7 sur 8 attendus")

    hands.tap(page.beneficiaries.all_button)
    assert [one.all_well for one in sheet_of(hands).beneficiaries] == [True] * 6
    hands.press("Ctrl+Z")
    assert [one.all_well for one in sheet_of(hands).beneficiaries] == [False] * 6
    hands.press("Ctrl+Y")
    assert [one.all_well for one in sheet_of(hands).beneficiaries] == [True] * 6

    julie = next(row for row in page.beneficiaries.rows.rows if "MARTIN" in row.name.text())
    hands.tap(julie.chips.button("training_requested"))
    (finding,) = sheet_of(hands).findings
    assert finding.label.endswith(".1")
    assert finding.beneficiary_id == site.beneficiaries[0]


def test_line_9_the_library_finishes_what_is_typed(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    page = start(hands).page
    page.findings.entry.edit.setFocus()
    hands.type("tuteur absent depuis 2 sem")
    assert any(one.text().startswith("Tuteur absent") for one in page.findings.entry.buttons)
    hands.press("Return")
    (finding,) = sheet_of(hands).findings
    assert finding.text == "Tuteur absent"
    assert "depuis 2 sem" in finding.detail, "nothing typed is lost"


def test_line_10_a_restart_comes_back_to_the_same_section_field_and_caret(
    nadia: tuple[Hands, Site], open_hands: OpenHands, tmp_path: Path
) -> None:
    """The program is not asked to leave: a copy of its files as they are is what a cut leaves on the disk."""
    import shutil

    hands, _site = nadia
    page = start(hands).page
    page.go_to(Section.FINDINGS)
    page.findings.entry.edit.setFocus()
    hands.type("échafaudage à reprendre côté rue")
    hands.wait(lambda: hands.desktop.bridge.pending == 0 and not page.findings.entry._kept._timer.isActive(), 3)
    hands.settle()
    shutil.copytree(tmp_path / "carnet", tmp_path / "coupure", ignore=shutil.ignore_patterns("*.lock"))
    visit = visit_view(hands).visit.visit_id
    hands.close()

    again = open_hands(tmp_path / "coupure", hands.clock)
    again.unlock()
    assert again.says("échafaudage à reprendre côté rue"), "« Reprendre » shows what was being typed"
    page = again.go("visits", visit).page
    again.wait(lambda: page.section is Section.FINDINGS)
    again.wait(lambda: page.findings.entry.edit.hasFocus())
    assert page.findings.entry.edit.text() == "échafaudage à reprendre côté rue"
    assert page.findings.entry.edit.cursorPosition() == len("échafaudage à reprendre côté rue")


def test_lines_12_to_14_points_actions_and_the_position_of_the_clause(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    page = start(hands).page
    hands.tap(page.points.rows.rows[0].chips.button(PointState.CLOSED))
    assert hands.says("1 levé ce jour")
    page.decisions.entry.edit.setFocus()
    hands.enter("Nommer un nouveau tuteur")
    hands.tap(page.decisions.rows.rows[0].chips.button(DueChip.EIGHT_DAYS))
    (action,) = sheet_of(hands).actions
    assert action.due_on == dt.date(2026, 11, 30)
    assert action.owner_name == "Bâti-Sud 91"
    assert hands.says("1 820"), "hours due are on the page of the visit, offline"


def test_line_15_somebody_known_is_proposed_while_typing(nadia: tuple[Hands, Site]) -> None:
    hands, site = nadia

    def born() -> None:
        hands.services.beneficiaries.set_field(site.beneficiaries[1], "birth_date", dt.date(1988, 3, 12))

    hands.ask(born)
    hands.go("beneficiaries")
    hands.press("Ctrl+N")
    hands.type("Benoit Dechamps 12031988")
    hands.press("Return")
    page = hands.view("beneficiaries").new_page
    hands.wait(page.table.hasFocus)
    assert hands.says("DESCHAMPS Benoît")
    assert hands.says("12/03/1988")
    assert page.create_button.text() == "Créer quand même"
    hands.press("Return")
    assert hands.view("beneficiaries").model.person_id == site.beneficiaries[1]


def test_line_16_the_statement_of_october_is_one_palette_away(nadia: tuple[Hands, Site]) -> None:
    hands, site = nadia
    from app.hours.values import Entry

    def october() -> None:
        grid = hands.services.hours.open_month(site.company, "2026-10")
        entries = [Entry(row.contract_id, row.lot_id, 10_400) for row in grid.rows]
        hands.services.hours.fill(site.company, "2026-10", entries)

    hands.ask(october)
    start(hands)
    hands.press("Ctrl+K")
    hands.type("heures bati oct")
    hands.press("Return")
    assert hands.view("hours")._model.month == "2026-10"
    assert [row.worked for row in hands.view("hours")._model.grid.rows] == [10_400] * 6
    hands.press("Alt+Left", "Alt+Left")  # by the list of the month, back to the visit
    assert visit_view(hands).page.isVisible()


def test_lines_17_to_20_read_again_sign_and_give_the_pdf(nadia: tuple[Hands, Site], tmp_path: Path) -> None:
    hands, _site = nadia
    view = start(hands)
    hands.tap(view.page.present.all_button)
    hands.tap(view.page.beneficiaries.all_button)
    hands.tap(view.page.sign_button)
    assert view.signing is not None
    assert hands.says("L’essentiel")
    sign(hands, 0, area_turns=True)
    sign(hands, 1)
    assert sheet_of(hands).stage is Stage.FINAL
    hands.wait(lambda: view.preview.page_count)
    assert view.preview.isVisible()
    data = view.preview._data
    assert len(pages(data)) == view.preview.page_count <= 2
    words = text(data).lower()
    assert "éligib" not in words
    assert "rsa" not in words.split()
    assert "VIS-2026-NO-0002" in text(data)

    hands.go("visits", view.visit.visit_id)
    assert not view.page.sign_button.isVisible(), "a signed report does not change any more"
    assert hands.says("Créer un rectificatif")


def test_line_21_a_refusal_is_printed_and_the_report_is_final_all_the_same(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    view = start(hands)
    hands.tap(view.page.present.all_button)
    hands.tap(view.page.sign_button)
    signing = view.signing
    assert signing is not None
    company = next(one for one in sheet_of(hands).site_people if not one.is_facilitator)
    hands.tap(signing.signers[company.attendance_id])
    hands.tap(signing.refuse_button)
    hands.type("désaccord sur les heures d’octobre")
    hands.press("Return")
    if not sheet_of(hands).signatures:
        hands.tap(signing.refused_button)
    sign(hands, 1)
    assert sheet_of(hands).stage is Stage.FINAL
    hands.wait(lambda: view.preview.page_count)
    said = text(view.preview._data)
    assert "refus" in said.lower()
    assert "désaccord sur les heures d’octobre" in said


def test_line_22_the_lid_closed_during_a_note_gives_the_same_caret_back(nadia: tuple[Hands, Site]) -> None:
    hands, _site = nadia
    page = start(hands).page
    page.findings.entry.edit.setFocus()
    hands.type("les casques sont au local")
    hands.press("Left", "Left", "Left")
    caret = page.findings.entry.edit.cursorPosition()
    assert hands.desktop.lock is not None
    hands.clock.move(dt.timedelta(minutes=30))  # the lid was closed for half an hour
    hands.desktop.lock.inactivity.check()
    hands.wait(lambda: hands.desktop.lock and hands.desktop.lock.is_locked)
    assert not page.isVisible()
    hands.settle()
    assert not hands.desktop.workstation.account.is_open, "the key is erased"
    hands.type(PASSPHRASE)
    hands.press("Return")
    hands.wait(lambda: hands.inside)
    hands.settle()
    assert page.findings.entry.edit.hasFocus()
    assert page.findings.entry.edit.text() == "les casques sont au local"
    assert page.findings.entry.edit.cursorPosition() == caret


def test_line_25_the_typical_path_in_22_taps_in_french(nadia: tuple[Hands, Site], tmp_path: Path) -> None:
    hands, _site = nadia
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(jpeg(1600, 1200))
    read: list[str] = []

    def look() -> None:  # a number of visit holds the letters of the workstation, « NO » here
        read.extend(re.sub(r"VIS-\d{4}-NO-\d+", "", one) for one in hands.texts() if one)

    look()
    view = start(hands)
    page = view.page
    page.photos._choose = lambda _parent, chosen: chosen([picture])
    hands.tap(page.present.all_button)
    hands.tap(page.beneficiaries.all_button)
    look()
    rows = page.beneficiaries.rows.rows
    hands.tap(rows[0].chips.button("training_requested"))
    hands.tap(rows[1].chips.button("difficulty"))
    hands.tap(page.findings.subject.button("hours"))
    hands.tap(next(iter(page.findings.chips._buttons.values())))
    for _photo in range(2):
        hands.tap(page.photos.add_button)
        hands.taps += 1  # choosing the file, or the shutter
    hands.wait(lambda: len(sheet_of(hands).photos) == 2)
    hands.tap(page.points.rows.rows[0].chips.button(PointState.CLOSED))
    hands.tap(next(iter(page.decisions.chips._buttons.values())))
    hands.tap(page.decisions.rows.rows[0].chips.button(DueChip.EIGHT_DAYS))
    hands.tap(page.decisions.next_chips.button(NextVisit.ONE_MONTH))
    look()
    hands.tap(page.sign_button)
    look()
    sign(hands, 0)
    sign(hands, 1)
    hands.wait(lambda: view.preview.page_count)
    look()
    sheet = sheet_of(hands)
    assert hands.taps <= 22, hands.taps
    assert sheet.stage is Stage.FINAL
    assert (len(sheet.findings), len(sheet.photos), len(sheet.signatures)) == (3, 2, 2)
    assert all(one.meeting == MeetingStatus.SEEN for one in sheet.beneficiaries)
    assert len(read) > 200
    foreign = {plain(one) for one in read if ENGLISH.search(one) or TECHNICAL.search(one)}
    assert not foreign, foreign


def test_names_are_hidden_from_the_foreman(nadia: tuple[Hands, Site]) -> None:
    """Line 11, by the key: names are initials but on the row that holds the focus."""
    hands, _site = nadia
    page = start(hands).page
    page.sign_button.setFocus()
    assert any("MARTIN" in row.name.text() for row in page.beneficiaries.rows.rows)
    hands.press("F8")
    assert not any("MARTIN" in row.name.text() for row in page.beneficiaries.rows.rows)
    hands.press("F8")
    assert any("MARTIN" in row.name.text() for row in page.beneficiaries.rows.rows)
