"""Flow a (PRODUCT.md §3.5): from the home screen to the signed PDF, by taps on real widgets, counted."""

from __future__ import annotations

from app.models.choices import PointState
from app.rules.calendar import DueChip
from app.store.visits import Stage
from app.visits.values import NextVisit
from tests.ui.visits.conftest import Desk, in_days, plan_today

UNLOCK = 1
"""The tap that unlocks, before the home screen."""


def first_visit_with_a_point(desk: Desk) -> None:
    """An earlier signed visit that left « Tuteur absent » open."""
    service = desk.service
    visit = service.start_visit(desk.site.lot, desk.site.company).record_id
    phrase = service.propose_phrases("tuteur absent")[0]
    from app.visits.values import NewFinding
    from tests.visits.conftest import STROKES

    service.add_observation(visit, NewFinding(phrase.section, phrase.text, phrase_id=phrase.phrase_id))
    service.mark_all_present(visit)
    for person in service.open_visit(visit).site_people[:2]:
        service.sign(person.attendance_id, STROKES)
    service.finalise(visit)


def sign_both(desk: Desk) -> None:
    """The company, then the facilitator: four taps."""
    signing = desk.visits.signing
    assert signing is not None
    desk.tap(next(iter(signing.signers.values())))
    desk.draw(signing.pad.area)
    desk.tap(signing.confirm_button)
    facilitator = next(one for one in desk.service.open_visit(desk.visits.visit.visit_id).people if one.is_facilitator)
    desk.tap(signing.signers[facilitator.attendance_id])
    desk.draw(signing.pad.area)
    assert signing.confirm_button.text() == "Valider et créer le PDF"
    desk.tap(signing.confirm_button)


def test_typical_visit_takes_22_taps_at_most(desk: Desk) -> None:
    first_visit_with_a_point(desk)
    in_days(desk, 30)
    plan_today(desk)
    desk.frame.navigation.go("today")
    desk.taps = UNLOCK

    desk.tap(desk.button("Démarrer"))
    page = desk.visits.page
    desk.tap(page.present.all_button)
    desk.tap(page.beneficiaries.all_button)

    rows = page.beneficiaries.rows.rows
    desk.tap(rows[0].chips.button("training_requested"))  # type: ignore[attr-defined]
    desk.tap(rows[1].chips.button("difficulty"))  # type: ignore[attr-defined]
    desk.tap(page.findings.subject.button("hours"))
    desk.tap(next(iter(page.findings.chips._buttons.values())))
    for _photo in range(2):
        desk.tap(page.photos.add_button)
        desk.taps += 1  # choosing the file, or the shutter
    desk.tap(page.points.rows.rows[0].chips.button(PointState.CLOSED))  # type: ignore[attr-defined]
    desk.tap(next(iter(page.decisions.chips._buttons.values())))
    desk.tap(page.decisions.rows.rows[0].chips.button(DueChip.EIGHT_DAYS))  # type: ignore[attr-defined]
    desk.tap(page.decisions.next_chips.button(NextVisit.ONE_MONTH))
    desk.tap(page.sign_button)
    sign_both(desk)

    sheet = desk.service.open_visit(desk.visits.visit.visit_id)
    assert desk.taps <= 22
    assert sheet.stage is Stage.FINAL
    assert len(sheet.findings) == 3
    assert len(sheet.photos) == 2
    assert [one.state for one in sheet.points] == [PointState.CLOSED]
    assert sheet.actions[0].due_on is not None
    assert sheet.next_visit_on is not None
    assert len(sheet.signatures) == 2
    assert {photo.observation_id for photo in sheet.photos} == {sheet.findings[-1].observation_id}
    assert desk.reports.asked[-1][0] == sheet.visit_id
    assert desk.visits.preview.page_count == 1, "the PDF is on the screen"
    assert desk.visits.preview.isVisible()


def test_smallest_visit_takes_8_taps_at_most(desk: Desk) -> None:
    plan_today(desk)
    desk.frame.navigation.go("today")
    desk.taps = UNLOCK
    desk.tap(desk.button("Démarrer"))
    desk.tap(desk.visits.page.present.all_button)
    desk.tap(desk.visits.page.sign_button)
    sign_both(desk)
    assert desk.taps <= 8
    assert desk.service.open_visit(desk.visits.visit.visit_id).stage is Stage.FINAL
