"""A facilitator types a company's month: everything without Qt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app.errors import InvalidInput, Locked, NotAllowed, NotFound
from app.hours.service import HoursService
from app.hours.values import Entry, GridRow, MonthGrid, Typing
from app.models.beneficiaries import EmploymentContract
from app.models.choices import HourKind, Role, StatementSource, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.models.operations import Commitment, Lot
from app.rules.statements import statement_id
from app.store import hours as queries
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import Site, fresh_notebook, site_with_people

MONTH = "2026-11"


@pytest.fixture
def notebook(tmp_path: Path):
    with fresh_notebook(tmp_path) as opened:
        yield opened


@pytest.fixture
def service(notebook: Notebook) -> HoursService:
    return HoursService(notebook)


@pytest.fixture
def site(notebook: Notebook) -> Site:
    return site_with_people(notebook, 12)


def opened(service: HoursService, site: Site, month: str = MONTH) -> MonthGrid:
    return service.open_month(site.company, month)


def line_of(service: HoursService, site: Site, contract: str) -> GridRow:
    row = opened(service, site).row(contract, site.lot)
    assert row is not None
    return row


def type_all(service: HoursService, site: Site, value: int = 14_000, month: str = MONTH) -> MonthGrid:
    grid = opened(service, site, month)
    service.fill(site.company, month, [Entry(row.contract_id, row.lot_id, value) for row in grid.rows])
    return opened(service, site, month)


# --- opening -----------------------------------------------------------------------------


def test_people_at_work_are_already_there_in_the_order_of_their_names(service, site):
    grid = opened(service, site)
    assert [row.name for row in grid.rows] == [
        "BENALI Karim",
        "DE SOUSA Manuel",
        "DESCHAMPS Benoît",
        "DIALLO Aïssatou",
        "KÉÏTA Ibrahim",
        "LEFÈVRE Éloïse",
        "MARTIN Julie",
        "NGUYEN Thanh-Mai",
        "O’BRIEN Sœren",
        "PETIT-JEAN Loïc",
        "ROUSSEAU Chloé",
        "TRAORÉ Fatoumata",
    ]
    assert [row.rank for row in grid.rows] == list(range(1, 13))
    assert grid.state is StatementState.EXPECTED
    assert grid.operations == ("École Simone-Veil, lot 3",)
    assert grid.rows[0].contract_label == "CDD, 02/03/2026\u00a0–\u00a031/03/2027"
    assert grid.rows[0].worked is None
    assert grid.editable


def test_opening_writes_nothing(service, site, notebook):
    opened(service, site)
    service.companies_with_month(MONTH)
    with notebook.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM monthly_statement").scalar() == 0


def test_only_contracts_that_cover_a_day_of_the_month_are_there(service, site, notebook):
    with writing(notebook) as unit:
        unit.update(EmploymentContract, site.contracts[0], {"end_on": dt.date(2026, 10, 31)})
        unit.update(EmploymentContract, site.contracts[1], {"end_on": dt.date(2026, 11, 1)})
        unit.update(EmploymentContract, site.contracts[2], {"start_on": dt.date(2026, 12, 1)})
        unit.update(EmploymentContract, site.contracts[3], {"end_on": None})
    there = {row.contract_id for row in opened(service, site).rows}
    assert there == set(site.contracts) - {site.contracts[0], site.contracts[2]}


def test_hours_typed_stay_visible_when_the_contract_no_longer_covers_the_month(service, site, notebook):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 7_000)
    with writing(notebook) as unit:
        unit.update(EmploymentContract, site.contracts[0], {"end_on": dt.date(2026, 10, 31)})
    row = line_of(service, site, site.contracts[0])
    assert row.worked == 7_000
    assert [doubt.code for doubt in row.doubts] == ["outside_contract"]


def test_an_unknown_company_or_month_is_refused(service, site):
    with pytest.raises(NotFound):
        service.open_month("nobody", MONTH)
    with pytest.raises(InvalidInput):
        service.open_month(site.company, "2026-13")


def test_the_month_before_is_shown_in_grey(service, site):
    service.set_hours(site.company, "2026-10", site.contracts[0], site.lot, 10_400)
    row = line_of(service, site, site.contracts[0])
    assert (row.previous, row.worked) == (10_400, None)


# --- typing ------------------------------------------------------------------------------


def test_the_first_figure_makes_the_statement_received(service, site):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    grid = opened(service, site)
    assert grid.state is StatementState.RECEIVED
    assert grid.received_on == dt.date(2026, 11, 22)
    assert grid.total == 14_000
    assert len(grid.unanswered) == 11


def test_ids_come_from_nature_so_that_two_laptops_agree(service, site, notebook):
    outcome = service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    statement = statement_id(notebook.organisation_id, site.company, MONTH)
    line = queries.line_id(site.contracts[0], site.lot, MONTH, HourKind.WORKED)
    assert outcome.record_id == statement
    assert set(outcome.changes) == {("monthly_statement", statement), ("hour_line", line)}


def test_an_act_is_named_and_taken_back(service, site):
    contract = site.contracts[0]
    service.set_hours(site.company, MONTH, contract, site.lot, 14_000)
    outcome = service.set_hours(site.company, MONTH, contract, site.lot, 10_400)
    assert outcome.undo.label == "heures de Martin 140 → 104"
    again = service.take_back(outcome.undo)
    assert line_of(service, site, contract).worked == 14_000
    service.take_back(again.undo)
    assert line_of(service, site, contract).worked == 10_400


def test_taking_back_the_first_figure_leaves_the_month_expected(service, site):
    before = opened(service, site)
    outcome = service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    assert outcome.undo.label == "heures de Martin\u00a0: 140"
    undone = service.take_back(outcome.undo)
    assert opened(service, site) == before
    service.take_back(undone.undo)
    assert opened(service, site).state is StatementState.RECEIVED
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 15_000)
    assert opened(service, site).total == 15_000


def test_typing_after_a_take_back_starts_from_blank(service, site):
    contract = site.contracts[0]
    first = service.set_hours(site.company, MONTH, contract, site.lot, 14_000)
    second = service.set_declared_total(site.company, MONTH, 99_900)
    third = service.set_absence(site.company, MONTH, contract, site.lot, "CP")
    for outcome in (third, second, first):
        service.take_back(outcome.undo)
    service.set_hours(site.company, MONTH, site.contracts[1], site.lot, 100)
    grid = opened(service, site)
    assert grid.declared_total is None
    assert line_of(service, site, contract).absence_code == ""
    assert grid.total == 100


def test_the_same_value_again_writes_nothing(service, site):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    outcome = service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    assert not outcome.changes
    assert not outcome.undo


def test_emptying_is_not_zero(service, site):
    contract = site.contracts[0]
    service.set_hours(site.company, MONTH, contract, site.lot, 0)
    assert line_of(service, site, contract).answered
    outcome = service.set_hours(site.company, MONTH, contract, site.lot, None)
    assert outcome.undo.label == "heures de Martin 0 → vide"
    assert not line_of(service, site, contract).answered


def test_training_hours_are_apart(service, site):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 1_400, HourKind.TRAINING)
    grid = opened(service, site)
    assert (grid.total, grid.training_total) == (0, 1_400)


@pytest.mark.parametrize("value", [-1, 74_401])
def test_impossible_hours_are_refused_whole(service, site, value):
    with pytest.raises(InvalidInput):
        service.fill(
            site.company,
            MONTH,
            [Entry(site.contracts[0], site.lot, 100), Entry(site.contracts[1], site.lot, value)],
        )
    assert opened(service, site).state is StatementState.EXPECTED


def test_a_contract_of_another_company_is_refused(service, site, notebook):
    other = site_with_people(notebook, 1, rank=2, company_name="Nord Façades")
    with pytest.raises(NotFound):
        service.set_hours(site.company, MONTH, other.contracts[0], other.lot, 100)
    assert opened(service, site).state is StatementState.EXPECTED


def test_hours_already_given_in_another_statement_are_not_moved_silently(service, site, notebook):
    other = site_with_people(notebook, 1, rank=2, company_name="Nord Façades")
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100)
    with writing(notebook) as unit:
        unit.update(EmploymentContract, site.contracts[0], {"company_id": other.company})
    with pytest.raises(InvalidInput, match="Bâti-Sud 91"):
        service.set_hours(other.company, MONTH, site.contracts[0], site.lot, 200)


def test_a_reader_cannot_type(service, site, notebook):
    notebook.role = Role.READER
    assert not opened(service, site).editable
    with pytest.raises(NotAllowed):
        service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100)


def test_nobody_sees_the_people_of_another_organisation(service, site, notebook):
    notebook.organisation_id = "elsewhere"
    assert opened(service, site).rows == ()


# --- several cells as one act ------------------------------------------------------------


def test_a_paste_is_one_act_with_the_printed_total(service, site):
    before = opened(service, site)
    entries = [Entry(row.contract_id, row.lot_id, 10_000 + row.rank) for row in before.rows]
    outcome = service.fill(
        site.company,
        MONTH,
        entries,
        label="collage",
        source=StatementSource.PASTE,
        declared_total=120_078,
    )
    after = opened(service, site)
    assert after.total == 120_078
    assert after.control.agrees
    back = service.take_back(outcome.undo)
    assert opened(service, site) == before
    service.take_back(back.undo)
    assert opened(service, site) == after


def test_repeating_last_month(service, site):
    with pytest.raises(InvalidInput, match="octobre 2026"):
        service.repeat_last_month(site.company, MONTH, site.contracts[0], site.lot)
    service.set_hours(site.company, "2026-10", site.contracts[0], site.lot, 15_167)
    service.repeat_last_month(site.company, MONTH, site.contracts[0], site.lot)
    assert line_of(service, site, site.contracts[0]).worked == 15_167


# --- control total -----------------------------------------------------------------------


def test_the_row_that_explains_the_difference_is_named(service, site):
    grid = type_all(service, site)
    service.set_declared_total(site.company, MONTH, grid.total - 3_600)
    control = opened(service, site).control
    assert control.difference == 3_600
    assert control.sentence.startswith("Écart 36,00")
    assert (control.suspect_row, control.suggestion) == (0, 10_400)


# --- doubts ------------------------------------------------------------------------------


def test_a_doubt_is_answered_with_its_reason_and_reopened_by_other_hours(service, site):
    contract = site.contracts[0]
    service.set_hours(site.company, MONTH, contract, site.lot, 21_200)
    row = line_of(service, site, contract)
    codes = [doubt.code for doubt in row.open_doubts]
    assert codes[0] == "over_full_time"
    with pytest.raises(InvalidInput):
        service.accept_doubts(site.company, MONTH, contract, site.lot, codes, "  ")
    outcome = service.accept_doubts(site.company, MONTH, contract, site.lot, codes, "rattrapage d’octobre")
    row = line_of(service, site, contract)
    assert row.open_doubts == ()
    assert row.accepted_reason == "rattrapage d’octobre"
    service.take_back(outcome.undo)
    assert line_of(service, site, contract).open_doubts
    service.accept_doubts(site.company, MONTH, contract, site.lot, codes, "rattrapage d’octobre")
    service.set_hours(site.company, MONTH, contract, site.lot, 22_000)
    assert line_of(service, site, contract).open_doubts


def test_the_same_person_at_two_companies(service, site, notebook):
    other = site_with_people(notebook, 1, rank=2, company_name="Nord Façades")
    with writing(notebook) as unit:
        unit.update(EmploymentContract, other.contracts[0], {"beneficiary_id": site.beneficiaries[0]})
    service.set_hours(other.company, MONTH, other.contracts[0], other.lot, 10_000)
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    row = line_of(service, site, site.contracts[0])
    assert "two_companies" in [doubt.code for doubt in row.doubts]


def test_hours_typed_by_another_organisation_are_a_double(service, site, notebook):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    theirs = statement_id("other", site.company, MONTH)
    with writing(notebook) as unit:
        unit.insert(
            MonthlyStatement,
            {"company_id": site.company, "month": MONTH, "state": "received", "organisation_id": "other"},
            theirs,
        )
        unit.insert(
            HourLine,
            {
                "statement_id": theirs,
                "contract_id": site.contracts[0],
                "lot_id": site.lot,
                "month": MONTH,
                "kind": "worked",
                "hours": 100,
                "organisation_id": "other",
            },
        )
    row = line_of(service, site, site.contracts[0])
    assert "duplicate" in [doubt.code for doubt in row.doubts]


# --- states ------------------------------------------------------------------------------


def test_a_clean_month_is_validated(service, site):
    type_all(service, site)
    answer = service.validate_month(site.company, MONTH)
    assert (answer.state, answer.notices) == (StatementState.VALIDATED, ())
    grid = opened(service, site)
    assert grid.locked
    assert grid.validated_by == "N. DIALLO"
    with pytest.raises(Locked):
        service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100)


def test_nothing_typed_cannot_be_validated(service, site):
    with pytest.raises(InvalidInput):
        service.validate_month(site.company, MONTH)


def test_what_is_left_to_look_at_is_said_in_sentences(service, site):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 21_200)
    service.set_declared_total(site.company, MONTH, 21_000)
    answer = service.validate_month(site.company, MONTH)
    assert answer.state is StatementState.TO_CHECK
    assert answer.notices[0] == "11\u00a0lignes sont vides\u00a0: écrire 0 pour qui n’a pas travaillé."
    assert answer.notices[1].startswith("Ligne 7\u00a0: 212\u00a0h pour un temps plein")
    assert answer.notices[-1].startswith("Écart 2,00")
    assert opened(service, site).editable


def test_answering_everything_lets_the_month_be_validated(service, site):
    type_all(service, site)
    contract = site.contracts[0]
    service.set_hours(site.company, MONTH, contract, site.lot, 21_200)
    assert service.validate_month(site.company, MONTH).state is StatementState.TO_CHECK
    codes = [one.code for one in line_of(service, site, contract).open_doubts]
    service.accept_doubts(site.company, MONTH, contract, site.lot, codes, "rattrapage")
    assert service.validate_month(site.company, MONTH).state is StatementState.VALIDATED


def test_an_absence_is_an_answer(service, site):
    grid = opened(service, site)
    for row in grid.rows[1:]:
        service.set_hours(site.company, MONTH, row.contract_id, row.lot_id, 10_000)
    service.set_absence(site.company, MONTH, grid.rows[0].contract_id, site.lot, "CP")
    assert service.validate_month(site.company, MONTH).state is StatementState.VALIDATED
    with pytest.raises(InvalidInput):
        service.set_absence(site.company, "2026-10", grid.rows[0].contract_id, site.lot, "maladie")


def test_validation_is_taken_back(service, site):
    type_all(service, site)
    before = opened(service, site)
    answer = service.validate_month(site.company, MONTH)
    service.take_back(answer.undo)
    assert opened(service, site) == before


def test_hours_are_not_taken_back_under_a_validated_month(service, site):
    type_all(service, site)
    outcome = service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 13_000)
    service.validate_month(site.company, MONTH)
    with pytest.raises(Locked):
        service.take_back(outcome.undo)


def test_reopening_keeps_the_reason(service, site):
    type_all(service, site)
    service.validate_month(site.company, MONTH)
    with pytest.raises(InvalidInput):
        service.reopen(site.company, MONTH, "")
    service.reopen(site.company, MONTH, "relevé rectifié")
    grid = opened(service, site)
    assert grid.state is StatementState.TO_CHECK
    assert grid.note == "Rouvert le 22/11/2026\u00a0: relevé rectifié"
    assert grid.validated_at is None
    assert grid.editable


def test_an_attested_month_is_closed_for_good(service, site, notebook):
    grid = type_all(service, site)
    validation = service.validate_month(site.company, MONTH)
    with writing(notebook) as unit:
        unit.update(MonthlyStatement, grid.statement_id, {"state": StatementState.ATTESTED})
    for act in (
        lambda: service.reopen(site.company, MONTH, "erreur"),
        lambda: service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 1),
        lambda: service.take_back(validation.undo),
        lambda: service.set_state(site.company, MONTH, StatementState.RECEIVED),
    ):
        with pytest.raises(Locked):
            act()


def test_a_paper_that_came_can_be_noted_before_it_is_typed(service, site):
    service.set_state(site.company, MONTH, StatementState.RECEIVED)
    assert opened(service, site).received_on == dt.date(2026, 11, 22)
    service.set_state(site.company, MONTH, StatementState.EXPECTED)
    assert opened(service, site).received_on is None
    with pytest.raises(InvalidInput):
        service.set_state(site.company, MONTH, StatementState.VALIDATED)


# --- sharing out -------------------------------------------------------------------------


@pytest.fixture
def second_lot(notebook: Notebook, site: Site) -> str:
    with writing(notebook) as unit:
        lot = unit.insert(Lot, {"contract_id": site.contract, "number": "10", "name": "Peinture"})
        unit.insert(
            Commitment,
            {"lot_id": lot, "company_id": site.company, "computed_hours": 50_000, "due_hours": 50_000},
        )
    return lot


def test_hours_are_shared_out_without_counting_any_twice(service, site, second_lot):
    contract = site.contracts[0]
    service.set_hours(site.company, MONTH, contract, site.lot, 14_000)
    before = opened(service, site)
    with pytest.raises(InvalidInput):
        service.share_out(site.company, MONTH, contract, {site.lot: 9_000, second_lot: 5_001})
    outcome = service.share_out(site.company, MONTH, contract, {site.lot: 9_000, second_lot: 5_000})
    grid = opened(service, site)
    assert grid.total == 14_000
    assert [row.worked for row in grid.rows if row.contract_id == contract] == [9_000, 5_000]
    assert [live.position.received for live in _live(grid)] == [9_000, 5_000]
    assert len(grid.unanswered) == 11
    service.share_out(site.company, MONTH, contract, {site.lot: 14_000})
    assert [row.worked for row in opened(service, site).rows if row.contract_id == contract] == [14_000]
    service.share_out(site.company, MONTH, contract, {site.lot: 9_000, second_lot: 5_000})
    assert service.open_month(site.company, MONTH) == grid
    service.share_out(site.company, MONTH, contract, {site.lot: 14_000})
    assert outcome.undo.label == "répartition des heures de Martin"
    assert opened(service, site).total == before.total


def test_lots_offered_say_what_is_still_due(service, site, second_lot):
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    choices = service.lots_to_share(site.company, MONTH, site.contracts[0])
    assert [(one.label, one.remaining) for one in choices] == [
        ("École Simone-Veil, lot 3", 168_000),
        ("École Simone-Veil, lot 10", 50_000),
    ]
    with pytest.raises(InvalidInput):
        service.share_out(site.company, MONTH, site.contracts[0], {"elsewhere": 14_000})


# --- people without a line ---------------------------------------------------------------


def test_someone_whose_contract_ended_can_be_added(service, site, notebook):
    with writing(notebook) as unit:
        unit.update(EmploymentContract, site.contracts[0], {"end_on": dt.date(2026, 10, 31)})
    proposed = service.people_to_add(site.company, MONTH)
    assert [(one.name, one.contract_id) for one in proposed] == [("MARTIN Julie", site.contracts[0])]
    outcome = service.add_line(site.company, MONTH, site.contracts[0])
    assert opened(service, site).row(site.contracts[0], site.lot) is not None
    assert service.people_to_add(site.company, MONTH) == ()
    service.take_back(outcome.undo)
    assert opened(service, site).row(site.contracts[0], site.lot) is None


def test_someone_without_a_contract_here_is_found_and_said(service, site, notebook):
    site_with_people(notebook, 1, rank=2, company_name="Nord Façades")
    found = service.people_to_add(site.company, MONTH, "julie mart")
    assert {(one.contract_id, one.detail) for one in found} == {
        (site.contracts[0], "déjà dans ce relevé"),
        ("", "aucun contrat dans cette entreprise"),
    }


# --- companies and months ----------------------------------------------------------------


def test_companies_of_a_month_with_their_states_and_counts(service, site, notebook):
    second = site_with_people(notebook, 2, rank=2, company_name="Nord Façades", operation_name="Gymnase")
    site_with_people(
        notebook,
        1,
        rank=3,
        company_name="Ancienne Toiture",
        operation_name="Mairie",
        start_on=dt.date(2025, 1, 6),
        end_on=dt.date(2025, 6, 30),
    )
    type_all(service, second)
    service.validate_month(second.company, MONTH)
    page = service.companies_with_month(MONTH)
    assert [(line.name, line.people, line.state) for line in page.lines] == [
        ("Bâti-Sud 91", 12, StatementState.EXPECTED),
        ("Nord Façades", 2, StatementState.VALIDATED),
    ]
    assert not page.more
    counts = service.count_statements(MONTH)
    assert (counts.missing, counts.total) == (1, 2)
    assert counts.counts == {StatementState.EXPECTED: 1, StatementState.VALIDATED: 1}
    missing = service.companies_with_month(MONTH, states=(StatementState.EXPECTED,))
    assert [line.name for line in missing.lines] == ["Bâti-Sud 91"]
    first = service.companies_with_month(MONTH, limit=1)
    assert ([line.name for line in first.lines], first.more) == (["Bâti-Sud 91"], True)
    second = service.companies_with_month(MONTH, limit=1, offset=1)
    assert ([line.name for line in second.lines], second.more) == (["Nord Façades"], False)
    assert service.count_statements("2025-03").counts == {StatementState.EXPECTED: 1}


def test_the_company_is_found_in_four_letters(service, site, notebook):
    site_with_people(
        notebook,
        1,
        rank=3,
        company_name="Bâtiment Ancien",
        operation_name="Mairie",
        start_on=dt.date(2025, 1, 6),
        end_on=dt.date(2025, 6, 30),
    )
    found = service.find_companies("bati", MONTH)
    assert [(one.name, one.people) for one in found] == [("Bâti-Sud 91", 12), ("Bâtiment Ancien", 0)]
    assert [one.name for one in service.find_companies("", MONTH)] == ["Bâti-Sud 91"]


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (dt.date(2026, 11, 22), "2026-11"),
        (dt.date(2026, 11, 15), "2026-10"),
        (dt.date(2026, 11, 16), "2026-11"),
        (dt.date(2027, 1, 5), "2026-12"),
    ],
)
def test_month_to_collect(today, month):
    from app.hours.grid import month_to_collect

    assert month_to_collect(today) == month


def test_months_of_a_company(service, site):
    type_all(service, site, month="2026-04")
    cells = {cell.month: cell.state for cell in service.months_of(site.company)}
    assert next(iter(cells)) == "2025-12"
    assert list(cells)[-1] == "2026-11"
    assert cells["2026-02"] is None
    assert cells["2026-03"] is StatementState.EXPECTED
    assert cells["2026-04"] is StatementState.RECEIVED


# --- paper code --------------------------------------------------------------------------


def test_the_paper_code_leads_back_to_the_month(service, site):
    code, _ = service.give_paper_code(site.company, MONTH)
    assert code.startswith("BS-1126-")
    assert service.give_paper_code(site.company, MONTH)[0] == code
    assert service.open_month(site.company, MONTH).state is StatementState.EXPECTED
    places = service.find_paper_code(code.lower().replace("-", " "))
    assert [(place.company_id, place.month) for place in places] == [(site.company, MONTH)]
    with pytest.raises(InvalidInput):
        service.find_paper_code("BS-1126-00")


def test_two_companies_with_the_same_letters_have_two_codes(service, notebook):
    codes = {
        service.give_paper_code(
            site_with_people(notebook, 1, rank=rank, company_name=f"Béton Sablé {rank}").company, MONTH
        )[0]
        for rank in range(1, 13)
    }
    assert len(codes) == 12


def test_a_code_survives_a_take_back(service, site):
    outcome = service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100)
    code, _ = service.give_paper_code(site.company, MONTH)
    service.take_back(outcome.undo)
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 100)
    assert opened(service, site).paper_code == code


def _live(grid: MonthGrid):
    from app.hours.grid import live_positions

    return live_positions(grid)


def test_what_is_being_typed_survives_a_stop(service, site, notebook):
    typing = Typing(site.contracts[0], site.lot, "worked", "14\t")
    service.keep_typing(site.company, MONTH, typing)
    assert HoursService(notebook).find_typing(site.company, MONTH) == typing
    assert service.find_typing(site.company, "2026-10") is None
    service.keep_typing(site.company, MONTH, None)
    assert service.find_typing(site.company, MONTH) is None
