"""What the grid shows, does and takes back, without widgets."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from app.hours.values import Validation
from app.models.beneficiaries import EmploymentContract
from app.models.choices import StatementState
from app.store.unit import writing
from app.ui.bridge.tasks import ImmediateBridge
from app.ui.hours.months import MonthsViewModel
from app.ui.hours.radar import MissingRadar
from app.ui.hours.viewmodel import ABSENCE, TRAINING, WORKED, GridViewModel, read_absence
from tests.factories import site_with_people

MONTH = "2026-11"


@pytest.fixture
def opened(model, site):
    model.open(site.company)
    return model


def ids(model):
    return [row.id for row in model.grid.rows]


def test_without_a_month_the_one_to_collect_is_opened(opened):
    assert opened.grid.month == MONTH
    assert opened.editable
    assert len(opened.grid.rows) == 12


def test_a_cell_typed_is_shown_kept_and_taken_back(opened, service, site, frame):
    first = ids(opened)[0]
    assert opened.type_cell(first, WORKED, "7h30")
    assert opened.grid.rows[0].worked == 750
    assert opened.grid.state == StatementState.RECEIVED
    assert service.open_month(site.company, MONTH) == opened.grid
    assert frame.undo.undo_label == "heures de Benali\u00a0: 7,50"
    frame.undo.undo()
    assert opened.grid.rows[0].worked is None
    assert opened.grid.state == StatementState.EXPECTED
    frame.undo.redo()
    assert opened.grid.rows[0].worked == 750
    frame.undo.undo()
    frame.undo.redo()
    assert service.open_month(site.company, MONTH) == opened.grid


def test_what_cannot_be_read_stays_as_typed_with_its_sentence(opened, frame):
    first = ids(opened)[0]
    assert not opened.type_cell(first, WORKED, "1.234")
    row = opened.row(first)
    assert opened.shown(row, WORKED) == "1.234"
    assert opened.note(row).kind == "error"
    assert "peut se lire" in opened.note(row).sentence
    assert opened.check(row) == "À corriger"
    assert row.worked is None
    assert not frame.undo.undo_label
    opened.type_cell(first, WORKED, "123,4")
    assert opened.note(opened.row(first)) is None


def test_same_as_above_and_last_month(opened, service, site, frame):
    service.set_hours(site.company, "2026-10", site.contracts[0], site.lot, 10_000)
    opened.open(site.company, "2026-10")
    opened.open(site.company, MONTH)
    rows = ids(opened)
    opened.type_cell(rows[0], WORKED, "140")
    opened.same_as_above(rows[1], WORKED)
    assert opened.grid.rows[1].worked == 14_000
    opened.same_as_above(rows[0], WORKED)
    martin = f"{site.contracts[0]}/{site.lot}"
    opened.repeat(martin)
    assert opened.row(martin).worked == 10_000
    opened.repeat(rows[0])
    assert frame.messages.texts[-1] == "Aucune heure en octobre 2026 pour cette ligne."


def test_proposals_are_grey_until_each_is_confirmed(opened, service, site):
    service.set_hours(site.company, "2026-10", site.contracts[0], site.lot, 10_000)
    service.set_hours(site.company, "2026-10", site.contracts[1], site.lot, 12_000)
    opened._published(service.set_hours(site.company, "2026-10", site.contracts[1], site.lot, 12_100).changes)
    opened.propose_all()
    first, second = (f"{one}/{site.lot}" for one in site.contracts[:2])
    assert opened.shown(opened.row(first), WORKED) == "100"
    assert opened.is_proposal(opened.row(first), WORKED)
    assert opened.grid.total == 0
    assert service.open_month(site.company, MONTH).state == StatementState.EXPECTED
    assert opened.confirm_proposal(first)
    assert opened.row(first).worked == 10_000
    opened.clear_cell(second, WORKED)
    assert opened.shown(opened.row(second), WORKED) == ""
    assert not opened.proposing


def test_a_column_is_pasted_as_one_step(opened, frame, service, site):
    empty = opened.grid
    count = opened.paste("\n".join(["140", "151,67", *["100"] * 10]), ids(opened)[0], WORKED)
    assert count == 12
    assert opened.grid.total == 129_167
    filled = opened.grid
    frame.undo.undo()
    assert opened.grid == empty
    frame.undo.redo()
    assert opened.grid == filled == service.open_month(site.company, MONTH)


def test_names_are_previewed_before_anything_is_written(opened, service, site):
    assert opened.paste("Martin Julie\t140\nInconnu\t3", ids(opened)[0], WORKED) == 0
    assert opened.plan is not None
    assert not service.open_month(site.company, MONTH).begun
    opened.apply_plan()
    assert opened.plan is None
    assert opened.row(f"{site.contracts[0]}/{site.lot}").worked == 14_000


def test_nothing_to_paste_is_said(opened, frame):
    opened.paste("bonjour", ids(opened)[0], WORKED)
    assert frame.messages.texts[-1].startswith("La copie ne contient aucune heure.")


def test_the_difference_is_explained_and_mended_in_one_click(opened):
    for row_id in ids(opened):
        opened.type_cell(row_id, WORKED, "140")
    opened.declare_total(12 * 14_000 - 3_600)
    row = opened.grid.rows[0]
    assert opened.note(row).kind == "control"
    assert opened.note(row).fix == "Écrire 104"
    assert opened.fix_label == "Corriger la ligne 1\u00a0: 104"
    opened.fix_difference()
    assert opened.grid.control.agrees
    assert opened.difference_sentence == "✓ Écart 0,00\u00a0h"


def test_a_doubt_is_answered(opened, service, site):
    first = ids(opened)[0]
    opened.type_cell(first, WORKED, "212")
    note = opened.note(opened.row(first))
    assert note.kind == "doubt"
    assert note.may_accept
    assert not opened.accept(first, " ")
    assert opened.accept(first, "rattrapage d’octobre")
    assert opened.note(opened.row(first)) is None
    assert opened.check(opened.row(first)) == "✓ C’est normal\u00a0: rattrapage d’octobre"
    assert service.open_month(site.company, MONTH) == opened.grid


def test_validation_says_why_not_then_locks(opened, frame):
    answers: list[Validation] = []
    opened.validated.connect(answers.append)
    for row_id in ids(opened)[:-1]:
        opened.type_cell(row_id, WORKED, "140")
    opened.validate()
    assert answers[-1].state == StatementState.TO_CHECK
    assert opened.notices == ("La ligne 12 est vide\u00a0: écrire 0 si la personne n’a pas travaillé.",)
    opened.type_cell(ids(opened)[-1], ABSENCE, "congés")
    assert opened.notices == ()
    opened.validate()
    assert opened.grid.state == StatementState.VALIDATED
    assert not opened.editable
    assert not opened.type_cell(ids(opened)[0], WORKED, "1")
    frame.undo.undo()
    assert opened.grid.state == StatementState.TO_CHECK
    frame.undo.redo()
    opened.reopen("relevé rectifié")
    assert opened.editable
    frame.undo.undo()
    assert not opened.editable


def test_nothing_typed_cannot_be_validated(opened, frame):
    opened.validate()
    assert frame.messages.texts[-1].startswith("Aucune heure n’est saisie pour novembre 2026.")


def test_positions_move_while_typing(opened, site):
    (before,) = opened.positions
    opened.type_cell(ids(opened)[0], WORKED, "140")
    (after,) = opened.positions
    assert after.position.received == before.position.received + 14_000
    opened.type_cell(ids(opened)[0], TRAINING, "7")
    assert opened.positions[0].position.received == after.position.received


def test_a_change_made_elsewhere_is_shown(opened, service, site, frame):
    outcome = service.set_hours(site.company, MONTH, site.contracts[3], site.lot, 9_900)
    frame.bus.publish(outcome.changes)
    assert opened.row(f"{site.contracts[3]}/{site.lot}").worked == 9_900


def test_a_refusal_puts_back_what_is_kept(opened, service, site, frame):
    for row_id in ids(opened):
        opened.type_cell(row_id, WORKED, "140")
    service.validate_month(site.company, MONTH)  # another window of the same notebook, not heard yet
    opened.type_cell(ids(opened)[0], WORKED, "150")
    assert frame.messages.texts[-1].startswith("Ce relevé est validé.")
    assert opened.grid == service.open_month(site.company, MONTH)


def test_names_become_initials_in_discretion(opened, frame):
    row = opened.grid.rows[0]
    frame.discretion.set(True)
    assert opened.name(row) == "K.\u00a0B."


def test_someone_without_contract_is_refused_with_the_way_out(opened, service, site, notebook, frame):
    other = site_with_people(notebook, 1, rank=2, company_name="Nord Façades")
    found = service.people_to_add(site.company, MONTH, "julie")
    stranger = next(one for one in found if one.beneficiary_id == other.beneficiaries[0])
    assert not opened.add_person(stranger)
    assert "contrat de travail" in frame.messages.texts[-1]
    with writing(notebook) as unit:
        unit.update(EmploymentContract, other.contracts[0], {"company_id": site.company, "lot_id": site.lot})
        unit.update(EmploymentContract, other.contracts[0], {"start_on": dt.date(2026, 12, 1)})
    (back,) = [
        one for one in service.people_to_add(site.company, MONTH, "julie") if one.contract_id == other.contracts[0]
    ]
    assert opened.add_person(back)
    assert opened.row(f"{other.contracts[0]}/{site.lot}") is not None
    frame.undo.undo()
    assert opened.row(f"{other.contracts[0]}/{site.lot}") is None


@pytest.mark.parametrize(
    ("typed", "code"), [("cp", "CP"), ("Intemp", "IN"), ("", ""), ("absence non", "AN"), ("AJ", "AJ")]
)
def test_absences_are_read(typed, code):
    assert read_absence(typed) == code


class LateBridge(ImmediateBridge):
    """Keeps the work until it is told: the store thread is busy."""

    def __init__(self, bus, messages):
        super().__init__(bus, messages)
        self.waiting = []

    def run(self, work, done=None, failed=None, on="store", owner=None):
        self.waiting.append((work, done, failed, on, owner))

    def let_go(self, count=None):
        todo = self.waiting[:count]
        del self.waiting[: len(todo)]
        for one in todo:
            super().run(*one)


def test_typing_never_waits_for_the_store(service, site, frame):
    bridge = LateBridge(frame.bus, frame.messages)
    model = GridViewModel(service, bridge, frame.bus, frame.messages, frame.undo, frame.discretion)
    model.open(site.company, MONTH)
    bridge.let_go()
    rows = ids(model)

    def total():
        assert model.grid is not None
        return model.grid.total

    model.type_cell(rows[0], WORKED, "140")
    model.type_cell(rows[1], WORKED, "104")
    frame.undo.undo()  # before the store has even begun
    assert total() == 24_400
    bridge.let_go(1)
    assert total() == 24_400, "a late confirmation must not wipe what was typed since"
    while bridge.waiting:
        bridge.let_go(1)
    assert [row.worked for row in (model.row(one) for one in rows[:2]) if row] == [14_000, None]
    assert model.grid == service.open_month(site.company, MONTH)


# --- the companies of the month ----------------------------------------------------------


def lines_of(months):
    found = []
    request = dataclasses.make_dataclass("R", ["limit", "offset"])(100, 0)
    months.fetch(request, lambda _request, rows, total: found.append((list(rows), total)))
    return found[-1]


def test_companies_filters_and_counts(service, site, notebook, frame):
    site_with_people(notebook, 2, rank=2, company_name="Nord Façades", operation_name="Gymnase")
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100)
    months = MonthsViewModel(service, frame.bridge, frame.bus)
    assert months.month_title == "novembre 2026"
    rows, total = lines_of(months)
    assert [row.name for row in rows] == ["Bâti-Sud 91", "Nord Façades"]
    assert total == 2
    assert months.missing == 1
    months.show_filter("missing")
    assert [row.name for row in lines_of(months)[0]] == ["Nord Façades"]
    chosen: list[str] = []
    months.chosen.connect(chosen.append)
    months.choose("bati")
    assert chosen == [site.company]
    months.search("faca")
    assert [row.name for row in lines_of(months)[0]] == ["Nord Façades"]
    months.search("")
    months.shift(-1)
    assert months.month == "2026-10"
    asked = []
    months.refreshed.connect(lambda: asked.append(1))
    frame.bus.publish(service.set_state(site.company, "2026-10", StatementState.RECEIVED).changes)
    assert asked == [1]


def test_missing_statements_are_counted_again_when_figures_come(service, site, frame):
    radar = MissingRadar(service, frame.bridge, frame.bus)
    counts: list[int] = []
    radar.counted.connect(counts.append)
    radar.ask()
    frame.bus.publish(service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100).changes)
    assert counts == [1, 0]
