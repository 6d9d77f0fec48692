"""The view-model of people, without widgets: lists, saves, undoes, reloads only what is shown."""

from __future__ import annotations

import datetime as dt

from app.beneficiaries.service import BeneficiariesService
from app.beneficiaries.values import PeopleFilter, TypedPerson
from app.changes import Changes
from app.models.beneficiaries import BeneficiaryDraft, NoteDraft
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.table import PageRequest
from app.ui.shell.navigation import Frame
from tests.factories import Site


def test_a_page_answers_the_filter_and_the_words(model: BeneficiariesViewModel, site: Site) -> None:
    answers: list[tuple[int, int]] = []
    request = PageRequest(0, 100, "name", False, 1)
    asked: list[None] = []
    model.listed.connect(lambda: asked.append(None))
    model.search("martin")
    model.fetch(request, lambda _asked, rows, total: answers.append((len(rows), total)))
    model.search("")
    model.show_filter(PeopleFilter.WITHOUT)
    model.fetch(request, lambda _asked, rows, total: answers.append((len(rows), total)))
    assert answers == [(1, 1), (0, 0)]
    assert len(asked) == 3


def test_filters_say_their_counts(model: BeneficiariesViewModel, site: Site) -> None:
    assert model.filter_text(PeopleFilter.AT_WORK) == "En contrat"
    model.count()
    assert model.filter_text(PeopleFilter.AT_WORK) == "En contrat (6)"


def test_a_field_saved_is_shown_undone_and_done_again(
    model: BeneficiariesViewModel, frame: Frame, service: BeneficiariesService, site: Site
) -> None:
    person = site.beneficiaries[0]
    model.open(person)
    model.set_field("phone", "06 12 34 56 78")
    assert model.sheet is not None
    assert model.sheet.phone == "0612345678"
    assert frame.undo.undo_label == "téléphone de Julie MARTIN"
    frame.undo.undo()
    assert model.sheet.phone == "06 00 00 01 00"
    frame.undo.redo()
    assert model.sheet.phone == "0612345678"


def test_a_field_refused_changes_nothing_and_is_told(model: BeneficiariesViewModel, frame: Frame, site: Site) -> None:
    model.open(site.beneficiaries[0])
    problems: list[str] = []
    model.refused.connect(lambda problem: problems.append(problem.field))
    model.set_field("phone", "12")
    assert problems == ["phone"]
    assert not frame.undo.undo_label


def test_the_appointment_is_three_fields_of_one_act(model: BeneficiariesViewModel, site: Site) -> None:
    model.open(site.beneficiaries[0])
    model.set_field("appointment_on", dt.date(2026, 12, 3))
    model.set_field("appointment_time", dt.time(14, 30))
    model.set_field("appointment_place", "PLIE")
    assert model.sheet is not None
    assert model.sheet.appointment_at is not None
    assert model.sheet.appointment_at.astimezone().replace(tzinfo=None) == dt.datetime(2026, 12, 3, 14, 30)
    assert model.sheet.appointment_place == "PLIE"
    model.set_field("appointment_on", None)
    assert model.sheet.appointment_at is None


def test_only_what_concerns_the_person_shown_reloads(
    model: BeneficiariesViewModel, frame: Frame, service: BeneficiariesService, site: Site
) -> None:
    model.open(site.beneficiaries[0])
    shown: list[str] = []
    model.sheet_changed.connect(lambda sheet: shown.append(sheet.id))
    frame.bus.publish(Changes.of("beneficiary", site.beneficiaries[1]))
    frame.bus.publish(Changes.of("phrase", "p"))
    assert shown == []
    outcome = service.add_note(site.beneficiaries[0], NoteDraft(text="Ailleurs."))
    frame.bus.publish(outcome.changes)
    assert shown == [site.beneficiaries[0]]


def test_the_list_reloads_the_lines_that_changed(
    model: BeneficiariesViewModel, frame: Frame, service: BeneficiariesService, site: Site
) -> None:
    model.show_list()
    got: list[tuple[tuple[str, ...], int]] = []
    model.lines_changed.connect(lambda ids, lines: got.append((ids, len(lines))))
    outcome = service.set_field(site.beneficiaries[2], "town", "Corbeil-Essonnes")
    frame.bus.publish(outcome.changes)
    assert got == [((site.beneficiaries[2],), 1)]


def test_creating_beside_a_close_person_asks_then_creates(
    model: BeneficiariesViewModel, service: BeneficiariesService, site: Site
) -> None:
    birth = service.get(site.beneficiaries[0]).birth_date
    draft = BeneficiaryDraft(last_name="MARTIN", first_name="Juli", birth_date=birth)
    asked: list[str] = []
    created: list[str] = []
    model.already_known.connect(lambda _draft, found: asked.append(found[0].id))
    model.created.connect(created.append)
    model.create(draft)
    assert asked == [site.beneficiaries[0]]
    assert not created
    model.create(draft, confirmed=True)
    assert len(created) == 1


def test_one_line_is_understood_and_an_empty_one_finds_nobody(model: BeneficiariesViewModel, site: Site) -> None:
    found: list[TypedPerson] = []
    model.understood.connect(found.append)
    model.understand("martin julie")
    model.understand("  ")
    assert [len(one.hits) for one in found] == [1, 0]


def test_deleting_leaves_the_page_without_an_alarm(model: BeneficiariesViewModel, frame: Frame, site: Site) -> None:
    left: list[None] = []
    problems: list[object] = []
    model.sheet_missing.connect(lambda: left.append(None))
    model.refused.connect(problems.append)
    model.open(site.beneficiaries[0])
    model.delete()
    assert left == [None]
    assert problems == []
    assert frame.undo.undo_label == "suppression de la fiche de Julie MARTIN"


def test_a_person_unknown_is_said(model: BeneficiariesViewModel, site: Site) -> None:
    problems: list[object] = []
    model.refused.connect(problems.append)
    model.open("nobody")
    assert len(problems) == 1
