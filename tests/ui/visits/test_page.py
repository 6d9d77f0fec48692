"""The page of a visit: by the keyboard alone, over somebody's shoulder, after a stop, and once signed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.models.choices import PresenceStatus, Recipient
from app.store.visit_sheet import VisitSheet
from app.store.visits import Stage
from app.ui.theme.appearance import appearance
from app.ui.visits.people import BeneficiaryRow, PersonRow
from app.visits.values import NewFinding, Section
from tests.ui.accessibility import check, settle
from tests.ui.keys import press, type_text
from tests.ui.visits.conftest import Desk, in_days, make_desk, plan_today, show
from tests.visits.conftest import STROKES


def opened(desk: Desk) -> VisitSheet:
    """A visit begun and shown."""
    visit = desk.service.start_visit(desk.site.lot, desk.site.company).record_id
    desk.frame.navigation.go("visits", visit)
    settle()
    return sheet_of(desk)


def sheet_of(desk: Desk) -> VisitSheet:
    """The visit shown, as it is written."""
    return desk.service.open_visit(desk.visits.visit.visit_id)


def signed(desk: Desk, visit: str) -> None:
    """Sign and lock, by the service."""
    desk.service.mark_all_present(visit)
    for person in desk.service.open_visit(visit).site_people[:2]:
        desk.service.sign(person.attendance_id, STROKES)
    desk.frame.bus.publish(desk.service.finalise(visit).changes)


def in_view(desk: Desk) -> Section:
    """The section in view."""
    return desk.visits.page.section


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


# --- keyboard ----------------------------------------------------------------------------


def test_a_visit_by_the_keyboard_alone(desk: Desk) -> None:
    window = desk.window
    press(window, "Ctrl+N")  # new, from today
    settle()
    type_text(window, "bati")
    press(window, "Return")
    press(window, "Return")
    settle()
    sheet = sheet_of(desk)
    assert sheet.stage is Stage.DRAFT
    page = desk.visits.page
    press(window, "PgDown")
    assert in_view(desk) is Section.PRESENT
    assert focused() is page.present.all_button
    press(window, "Space")
    press(window, "PgDown")
    assert in_view(desk) is Section.BENEFICIARIES
    press(window, "Tab")
    type_text(window, "f")  # Formation, on the first row
    press(window, "Down")
    type_text(window, "r")  # RAS, on the second
    sheet = sheet_of(desk)
    assert [one.text for one in sheet.findings_about(sheet.beneficiaries[0].beneficiary_id)] == ["Formation demandée"]
    assert sheet.beneficiaries[1].all_well
    press(window, "PgDown")
    assert in_view(desk) is Section.FINDINGS
    page.findings.entry.edit.setFocus()
    type_text(window, "tuteur absent depuis 2 sem")
    press(window, "Return")
    finding = sheet_of(desk).findings[-1]
    assert (finding.text, finding.detail) == ("Tuteur absent", "depuis 2 sem")
    press(window, "Ctrl+Return")
    settle()
    signing = desk.visits.signing
    assert signing is not None
    press(window, "Space")  # the first name
    signing.written_button.setFocus()
    press(window, "Space")
    press(window, "Space")  # validate
    own = next(one for one in sheet.people if one.is_facilitator)
    signing.signers[own.attendance_id].setFocus()
    press(window, "Space")
    signing.written_button.setFocus()
    press(window, "Space")
    press(window, "Space")
    assert sheet_of(desk).stage is Stage.FINAL
    assert len(sheet_of(desk).signatures[0].strokes) > 5, "the name is written in strokes"


def test_page_up_and_down_go_through_every_section(desk: Desk) -> None:
    opened(desk)
    page = desk.visits.page
    page.go_to(Section.CONTEXT, focus=True)
    seen = [page.section]
    for _section in range(len(Section) - 1):
        press(desk.window, "PgDown")
        seen.append(page.section)
        box = page.sections[page.section]
        assert focused() is box or box.isAncestorOf(focused())
    assert seen == list(Section)
    press(desk.window, "PgUp")
    assert page.section is Section.PHOTOS


def test_enter_takes_the_phrase_and_the_arrows_write_it_as_typed(desk: Desk) -> None:
    opened(desk)
    entry = desk.visits.page.findings.entry
    entry.edit.setFocus()
    type_text(desk.window, "tuteur absent")
    assert [one.text() for one in entry.buttons][-1] == "Écrire tel quel"
    press(desk.window, "Down")
    while focused() is not entry.buttons[-1]:
        press(desk.window, "Right")
    press(desk.window, "Return")
    finding = sheet_of(desk).findings[0]
    assert (finding.text, finding.phrase_id) == ("tuteur absent", None)
    assert focused() is entry.edit
    assert entry.edit.text() == ""


def test_a_tap_does_not_move_the_focus_nor_the_page(desk: Desk) -> None:
    opened(desk)
    page = desk.visits.page
    row = page.beneficiaries.rows.rows[3]
    assert isinstance(row, BeneficiaryRow)
    page.area.ensureWidgetVisible(row)
    row.chips.button("difficulty").setFocus()
    before = page.area.verticalScrollBar().value()
    press(desk.window, "Space")
    settle()
    assert focused() is row.chips.button("difficulty")
    assert page.area.verticalScrollBar().value() == before


# --- undo ---------------------------------------------------------------------------------


def test_ctrl_z_and_ctrl_y(desk: Desk) -> None:
    opened(desk)
    desk.visits.page.beneficiaries.all_button.click()
    assert sum(one.all_well for one in sheet_of(desk).beneficiaries) == 6
    assert desk.frame.undo.undo_label == "tout le monde\u00a0: RAS"
    press(desk.window, "Ctrl+Z")
    assert not any(one.all_well for one in sheet_of(desk).beneficiaries)
    press(desk.window, "Ctrl+Y")
    assert sum(one.all_well for one in sheet_of(desk).beneficiaries) == 6
    press(desk.window, "Ctrl+Z")
    assert not any(one.all_well for one in sheet_of(desk).beneficiaries)


def test_a_refused_act_puts_the_chip_back(desk: Desk) -> None:
    sheet = opened(desk)
    desk.service.sign(sheet.people[0].attendance_id, STROKES)
    row = desk.visits.page.present.rows.rows[1]
    assert isinstance(row, PersonRow)
    row.chips.button(PresenceStatus.EXCUSED).click()
    assert row.chips.chosen() == ()
    assert "déjà une signature" in desk.frame.messages.texts[-1]  # type: ignore[attr-defined]


# --- after a stop -------------------------------------------------------------------------


def test_what_was_typed_comes_back_where_it_was(desk: Desk) -> None:
    sheet = opened(desk)
    page = desk.visits.page
    page.write_finding()
    type_text(desk.window, "échafaudage mal arr")
    page.findings.entry.keep_now()  # what the timer does each second

    again = make_desk(desk.notebook, desk.clock, desk.site, desk.pictures)
    show(again)
    desk.windows.append(again.window)
    settle()
    draft = again.today.model.state.agenda.drafts[0]  # type: ignore[union-attr]
    assert draft.words == "échafaudage mal arr"
    again.frame.navigation.go("visits", sheet.visit_id)
    settle()
    assert again.visits.page.section is Section.FINDINGS
    entry = again.visits.page.findings.entry
    assert entry.edit.text() == "échafaudage mal arr"
    assert focused() is entry.edit
    press(again.window, "Return")
    assert again.service.open_visit(sheet.visit_id).findings[0].text == "échafaudage mal arr"
    assert again.service.typed(sheet.visit_id) == {}


FIELDS = {
    "finding": "échafaudage mal arr",
    "action": "nommer quelq",
    "free_note": "à revoir av",
    "place": "entrée nord du chant",
    "summary": "Tout va b",
    "person": "ROUX\tAlain\tChef d’éq",
}


def test_every_field_being_typed_comes_back(desk: Desk) -> None:
    sheet = opened(desk)
    made = desk.service.add_observation(sheet.visit_id, NewFinding("safety", "Casque manquant")).record_id
    action = desk.service.add_action(sheet.visit_id, "Fournir un casque").record_id
    typed = FIELDS | {
        f"finding/{made}": "deux casq",
        f"finding_text/{made}": "Casques manq",
        f"action_text/{action}": "Fournir deux c",
        f"action_owner/{action}": "Bâti-S",
    }
    for field, text in typed.items():
        desk.service.keep_typing(sheet.visit_id, field, field, text)
    again = make_desk(desk.notebook, desk.clock, desk.site, desk.pictures)
    show(again)
    desk.windows.append(again.window)
    again.frame.navigation.go("visits", sheet.visit_id)
    settle()
    page = again.visits.page
    assert page.findings.entry.edit.text() == typed["finding"]
    assert page.decisions.entry.edit.text() == typed["action"]
    assert [one.text() for one in (page.present.adding.last_name, page.present.adding.role)] == ["ROUX", "Chef d’éq"]
    again.window.flush()
    after = desk.service.open_visit(sheet.visit_id)
    assert (after.free_note, after.place, after.summary) == ("à revoir av", "entrée nord du chant", ("Tout va b",))
    assert (after.findings[0].text, after.findings[0].detail) == ("Casques manq", "deux casq")
    assert (after.actions[0].text, after.actions[0].owner_name) == ("Fournir deux c", "Bâti-S")
    assert set(desk.service.typed(sheet.visit_id)) == {"finding", "action", "person"}, "lines not added yet are kept"


def test_locking_commits_what_had_left_its_field_and_keeps_the_rest(desk: Desk) -> None:
    sheet = opened(desk)
    page = desk.visits.page
    page.go_to(Section.SIGNATURES)
    page.notes.note.edit.setFocus()
    type_text(desk.window, "à revoir")
    page.findings.entry.edit.setText("en cours")
    desk.window.flush()
    assert desk.service.open_visit(sheet.visit_id).free_note == "à revoir"
    assert desk.service.typed(sheet.visit_id) == {"finding": "en cours"}


# --- discretion and signing ---------------------------------------------------------------


def test_discretion_leaves_initials_but_on_the_current_row(desk: Desk) -> None:
    opened(desk)
    rows = desk.visits.page.beneficiaries.rows.rows
    assert isinstance(rows[0], BeneficiaryRow)
    assert isinstance(rows[1], BeneficiaryRow)
    rows[0].chips.focus_first()
    desk.frame.discretion.set(True)
    assert rows[0].name.text() == "DE SOUSA Manuel"
    assert rows[1].name.text() == "B.\u00a0D."
    rows[1].chips.focus_first()
    assert rows[0].name.text().startswith("M.\u00a0")
    assert rows[1].name.text() == "DESCHAMPS Benoît"
    desk.frame.discretion.set(False)
    assert rows[0].name.text() == "DE SOUSA Manuel"


def test_signing_shows_the_summary_and_the_signers_name_only(desk: Desk) -> None:
    sheet = opened(desk)
    desk.visits.page.present.all_button.click()
    desk.visits.page.sign_button.click()
    settle()
    signing = desk.visits.signing
    assert signing is not None
    assert signing.geometry() == desk.window.rect(), "the whole window is covered"
    assert desk.frame.discretion.masked
    assert signing.pages.text() == "Le compte rendu tient en 1\u00a0page."
    shown = " ".join(one.text() for one in signing.findChildren(QWidget) if hasattr(one, "text") and one.isVisible())
    own = {person.last_name for person in sheet.site_people}
    assert not any(one.last_name in shown for one in sheet.beneficiaries if one.last_name not in own)
    assert "Paul MOREAU" in shown
    press(desk.window, "Esc")
    assert desk.visits.signing is None
    assert not desk.frame.discretion.masked
    assert desk.visits.isEnabled()


def test_strokes_survive_a_turn_of_the_screen(desk: Desk) -> None:
    opened(desk)
    desk.visits.page.present.all_button.click()
    desk.visits.page.sign_button.click()
    signing = desk.visits.signing
    assert signing is not None
    next(iter(signing.signers.values())).click()
    settle()
    desk.draw(signing.pad.area)
    before = signing.pad.strokes()
    assert before
    desk.window.resize(800, 1200)
    settle()
    assert signing.pad.strokes() == before
    signing.confirm_button.click()
    assert sheet_of(desk).signatures[0].signer_name == "Paul MOREAU"


def test_a_refusal_needs_its_reason_and_lets_the_report_be_final(desk: Desk) -> None:
    opened(desk)
    desk.visits.page.present.all_button.click()
    desk.visits.page.sign_button.click()
    signing = desk.visits.signing
    assert signing is not None
    next(iter(signing.signers.values())).click()
    settle()
    signing.refuse_button.click()
    signing.refused_button.click()
    assert signing.reason_error.isVisible()
    assert sheet_of(desk).signatures == ()
    signing.reason.setText("Conteste les heures d’octobre")
    signing.refused_button.click()
    assert sheet_of(desk).signatures[0].refused
    own = next(one for one in sheet_of(desk).people if one.is_facilitator)
    signing.signers[own.attendance_id].click()
    settle()
    assert signing.refusal.isHidden(), "the facilitator does not refuse"
    desk.draw(signing.pad.area)
    signing.confirm_button.click()
    assert sheet_of(desk).stage is Stage.FINAL


def test_nobody_of_the_company_is_there(desk: Desk) -> None:
    opened(desk)
    desk.visits.page.sign_button.click()
    signing = desk.visits.signing
    assert signing is not None
    assert len(signing.signers) == 1
    assert "noter qui est là" in signing.hint.text()


# --- photos -------------------------------------------------------------------------------


def test_a_photo_goes_to_the_finding_written_last(desk: Desk) -> None:
    opened(desk)
    page = desk.visits.page
    page.photos.add()
    assert sheet_of(desk).photos[0].observation_id is None
    next(iter(page.findings.chips._buttons.values())).click()
    page.photos.add()
    sheet = sheet_of(desk)
    assert sheet.photos[1].observation_id == sheet.findings[0].observation_id


def test_a_picture_is_pasted_and_anything_else_is_told(desk: Desk) -> None:
    opened(desk)
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    desk.visits.page.photos.paste()
    photo = sheet_of(desk).photos[0]
    assert (photo.width, photo.height) == (64, 48)
    QGuiApplication.clipboard().setText("du texte")
    desk.visits.page.photos.paste()
    assert len(sheet_of(desk).photos) == 1
    assert "ne contient pas de photo" in desk.frame.messages.texts[-1]  # type: ignore[attr-defined]


def test_what_is_not_a_photo_is_told_and_changes_nothing(desk: Desk) -> None:
    opened(desk)
    desk.pictures[0].write_bytes(b"pas une photo")
    desk.visits.page.photos.add()
    assert sheet_of(desk).photos == ()
    assert "n’est pas une photo" in desk.frame.messages.texts[-1]  # type: ignore[attr-defined]
    assert desk.visits.page.photos.pending.isHidden()


# --- once signed --------------------------------------------------------------------------


def test_a_signed_visit_is_read_only_and_can_be_rectified(desk: Desk) -> None:
    sheet = opened(desk)
    desk.service.add_observation(sheet.visit_id, NewFinding("safety", "Casque manquant"))
    signed(desk, sheet.visit_id)
    settle()
    page = desk.visits.page
    for widget in (page.sign_button, page.present.all_button, page.findings.tools, page.photos.add_button):
        assert not widget.isVisible()
    row = page.beneficiaries.rows.rows[0]
    assert isinstance(row, BeneficiaryRow)
    assert not row.chips.isVisible()
    assert page.report_button.isVisible()
    page.correct_button.click()
    from app.ui.visits.view import CorrectDialog

    dialog = desk.visits.findChild(CorrectDialog)
    assert dialog is not None
    dialog.confirm.click()
    assert dialog.error.isVisible(), "a reason is needed"
    dialog.reason.setText("Une date était fausse")
    dialog.confirm.click()
    settle()
    made = sheet_of(desk)
    assert made.corrects_number == sheet.number
    assert made.stage is Stage.DRAFT
    assert sheet.number in page.banner.label.text()


def test_the_report_shown_is_the_visits_own(desk: Desk) -> None:
    first = opened(desk)
    signed(desk, first.visit_id)
    desk.visits.page.report_button.click()
    settle()
    assert desk.visits.preview.isVisible()
    second = opened(desk)
    press(desk.window, "Ctrl+P")
    settle()
    assert [visit for visit, _recipient in desk.reports.asked] == [first.visit_id, second.visit_id]
    desk.frame.navigation.back()
    desk.frame.navigation.back()  # the first one's report again
    settle()
    assert desk.reports.asked[-1][0] == first.visit_id
    desk.visits.copies.button(Recipient.FILE).click()
    assert desk.reports.asked[-1] == (first.visit_id, Recipient.FILE)


def test_the_summary_can_be_written_and_given_back(desk: Desk) -> None:
    opened(desk)
    panel = desk.visits.page.panel
    panel.lines.edit.setFocus()
    press(desk.window, "Ctrl+A")
    type_text(desk.window, "Tout va bien.")
    panel.lines.commit()
    assert sheet_of(desk).summary == ("Tout va bien.",)
    assert panel.again.isVisible()
    panel.again.click()
    assert not sheet_of(desk).summary_edited
    assert len(sheet_of(desk).summary) >= 3


def test_a_discarded_draft_leaves_the_list(desk: Desk) -> None:
    sheet = opened(desk)
    desk.visits.visit.discard()
    settle()
    assert desk.frame.navigation.here is not None
    assert desk.frame.navigation.here.path == ()
    assert desk.visits.table_model.rowCount() == 0
    press(desk.window, "Ctrl+Z")
    settle()
    assert desk.service.open_visit(sheet.visit_id).number == sheet.number
    assert desk.visits.table_model.rowCount() == 1


# --- list, choice, look -------------------------------------------------------------------


def test_the_list_opens_with_enter_and_is_filtered(desk: Desk) -> None:
    first = opened(desk)
    signed(desk, first.visit_id)
    in_days(desk, 3)
    second = opened(desk)
    desk.frame.navigation.go("visits")
    settle()
    assert desk.visits.table_model.rowCount() == 2
    desk.visits.stages.button(Stage.FINAL).click()
    assert [one.visit_id for one in desk.visits.table_model.rows] == [first.visit_id]
    desk.visits.stages.button(Stage.FINAL).click()
    desk.visits.table.select_id(second.visit_id)
    desk.visits.table.setFocus()
    press(desk.window, "Return")
    assert desk.visits.visit.visit_id == second.visit_id


def test_a_visit_is_planned_by_typing(desk: Desk) -> None:
    desk.frame.navigation.go("visits", "new")
    settle()
    choose = desk.visits.choose
    choose.plan_button.click()
    assert choose.day.has_error()
    choose.day.edit.setFocus()
    type_text(desk.window, "demain")
    choose.time.edit.setFocus()
    type_text(desk.window, "9h30")
    choose.plan_button.click()
    card = desk.service.list_visits()[0]
    assert (card.stage, card.planned_time, (card.planned_on - desk.clock.today()).days) == (Stage.PLANNED, "09:30", 1)


def test_a_company_given_by_the_palette_is_the_place_proposed(desk: Desk) -> None:
    assert desk.window.give("visit", "company", desk.site.company)
    settle()
    assert desk.visits.choose.place is not None
    assert desk.visits.choose.place.company_id == desk.site.company


def test_a_planned_visit_is_started_from_its_page(desk: Desk) -> None:
    planned = plan_today(desk)
    desk.frame.navigation.go("visits", planned)
    settle()
    page = desk.visits.page
    assert page.start_banner.isVisible()
    assert not page.present.isVisible()
    page.start_banner.button.click()
    settle()
    assert sheet_of(desk).stage is Stage.DRAFT
    assert page.present.isVisible()
    assert not page.start_banner.isVisible()


def test_everything_has_a_name_and_nothing_is_cut(desk: Desk) -> None:
    desk.window.resize(1920, 1080)
    sheet = opened(desk)
    desk.service.add_observation(sheet.visit_id, NewFinding("safety", "Casque manquant"))
    page = desk.visits.page
    page.present.all_button.click()
    page.photos.add()
    next(iter(page.decisions.chips._buttons.values())).click()

    def show_signing() -> None:
        desk.frame.navigation.go("visits", sheet.visit_id)
        page.sign_button.click()

    def show_signed() -> None:
        press(desk.window, "Esc")
        signed(desk, sheet.visit_id)

    steps = (
        ("page", lambda: None),
        ("list", lambda: desk.frame.navigation.go("visits")),
        ("new", lambda: desk.frame.navigation.go("visits", "new")),
        ("signing", show_signing),
        ("signed", show_signed),
    )
    problems = []
    for name, go in steps:
        go()
        for zoom in (100, 150, 200):
            appearance().set(zoom=zoom)
            problems += [f"{name}, {zoom} %: {one}" for one in check(desk.window)]
        appearance().set(zoom=100)
    assert not problems, "\n".join(problems)


def test_field_mode_has_big_rows_and_four_acts_under_the_thumb(desk: Desk) -> None:
    appearance().set(field_mode=True)
    try:
        opened(desk)
        page = desk.visits.page
        assert page.bottom.isVisible()
        assert list(page.thumb_buttons) == ["Constat", "Photo", "Point", "Signer"]
        row = page.present.rows.rows[0]
        assert isinstance(row, PersonRow)
        assert row.chips.button(PresenceStatus.PRESENT).height() >= 48
        assert check(desk.window) == []
        page.thumb_buttons["Constat"].click()
        assert focused() is page.findings.entry.edit
    finally:
        appearance().set(field_mode=False)


@pytest.mark.parametrize("theme", ["light", "sun"])
def test_the_acts_of_a_signed_visit_are_whole_at_200(desk: Desk, theme: str) -> None:
    sheet = opened(desk)
    signed(desk, sheet.visit_id)
    appearance().set(theme=theme, zoom=200)
    desk.window.resize(1160, 560)  # what the frame leaves of 1366×768
    settle()
    page = desk.visits.page
    for one in (page.correct_button, page.report_button, *page.rail.buttons.values()):
        assert one.isVisible()
        assert one.width() >= one.sizeHint().width()
        left = one.mapTo(page, QPoint()).x()
        assert left >= 0
        assert left + one.width() <= page.width()
