"""The grid as values: what the screen shows at once is what the store confirms, to the hundredth."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InclusivError
from app.hours import grid as grids
from app.hours.service import HoursService
from app.hours.values import CommitmentBar, MonthGrid
from app.models.choices import HourKind, StatementState
from app.rules.calendar import shift_month
from app.rules.french import format_hours
from app.store.unit import Undo
from tests.factories import open_fresh_notebook, site_with_people
from tests.hours.test_paste import a_grid

MONTH = "2026-11"


def test_spoken_names():
    assert grids.spoken("MARTIN") == "Martin"
    assert grids.spoken("PETIT-JEAN") == "Petit-Jean"
    assert grids.spoken("O’BRIEN") == "O’Brien"
    assert grids.spoken("de Sousa") == "de Sousa"


def test_acts_are_named():
    assert grids.act_hours("MARTIN", 14_000, 10_400, HourKind.WORKED) == "heures de Martin 140 → 104"
    assert grids.act_hours("ABADIE", None, 750, HourKind.TRAINING) == "formation d’Abadie\u00a0: 7,50"
    assert grids.act_hours("ABADIE", 0, None, HourKind.WORKED) == "heures d’Abadie 0 → vide"


hours = st.one_of(st.none(), st.integers(0, 74_400))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.sampled_from(HourKind), hours), max_size=30), hours)
def test_totals_are_the_sum_of_the_lines_to_the_hundredth(acts, declared):
    grid = a_grid()
    expected: dict[tuple[int, HourKind], int | None] = {}
    for at, kind, value in acts:
        row = grid.rows[at]
        grid = grids.with_hours(grid, row.contract_id, row.lot_id, value, kind)
        expected[at, kind] = value
    grid = grids.with_declared_total(grid, declared)
    total = sum(value or 0 for (_, kind), value in expected.items() if kind is HourKind.WORKED)
    assert grid.total == total
    assert grid.training_total == sum(v or 0 for (_, k), v in expected.items() if k is HourKind.TRAINING)
    if declared is not None:
        assert grid.control.difference == total - declared
    shown = [format_hours(row.worked).replace("\u202f", "").replace(",", "") for row in grid.rows]
    assert sum(int(text) for text in shown if text) == total


def test_every_hour_moves_the_commitments_it_counts_for():
    bar = CommitmentBar(
        "c",
        "lot",
        "École, lot 3",
        "Bâti-Sud",
        182_000,
        100_000,
        5_000,
        True,
        False,
        None,
        None,
        (("2026-10", 100_000),),
    )
    grid = dataclasses.replace(a_grid(), bars=(bar,))
    row = grid.rows[0]
    grid = grids.with_hours(grid, row.contract_id, row.lot_id, 14_001)
    grid = grids.with_hours(grid, row.contract_id, row.lot_id, 700, HourKind.TRAINING)
    (live,) = grids.live_positions(grid)
    assert (live.position.validated, live.position.received) == (100_000, 19_001)
    (live,) = grids.live_positions(grids.with_state(grid, StatementState.VALIDATED))
    assert (live.position.validated, live.position.received) == (114_001, 5_000)
    assert live.sentence.startswith("À ce rythme")


def test_notices_are_sentences():
    grid = a_grid()
    for row in grid.rows[1:]:
        grid = grids.with_hours(grid, row.contract_id, row.lot_id, 10_000)
    assert grids.notices(grid) == ("La ligne 1 est vide\u00a0: écrire 0 si la personne n’a pas travaillé.",)
    grid = grids.with_absence(grid, grid.rows[0].contract_id, "lot", "CP")
    assert grids.notices(grid) == ()


# --- what is shown at once is what the store holds ---------------------------------------

acts = st.one_of(
    st.tuples(st.just("hours"), st.integers(0, 3), hours),
    st.tuples(st.just("training"), st.integers(0, 3), hours),
    st.tuples(st.just("absence"), st.integers(0, 3), st.sampled_from(["", "CP", "IN"])),
    st.tuples(st.just("declared"), st.just(0), hours),
    st.tuples(st.just("accept"), st.integers(0, 3), st.just(None)),
    st.tuples(st.just("validate"), st.just(0), st.just(None)),
    st.tuples(st.just("undo"), st.just(0), st.just(None)),
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """A service and a site whose people have been at work for ever: each example takes a fresh month."""
    notebook = open_fresh_notebook(tmp_path_factory.mktemp("hours"))
    site = site_with_people(notebook, 4, start_on=dt.date(1900, 1, 1), end_on=None)
    yield HoursService(notebook), site
    notebook.close()


_months = (shift_month("1900-01", step) for step in itertools.count())


@settings(max_examples=25, deadline=None)
@given(script=st.lists(acts, max_size=12))
def test_shown_at_once_and_undone_to_the_same(ground, script):
    service, site = ground
    month = next(_months)
    start = shown = service.open_month(site.company, month)
    done: list[Undo] = []
    for what, at, value in script:
        try:
            shown, outcome = _act(service, shown, what, at, value, done)
        except InclusivError:
            pass
        else:
            if outcome is not None and outcome.undo:
                done.append(outcome.undo)
        kept = service.open_month(site.company, month)
        if what == "undo":
            shown = kept
        assert _comparable(kept) == _comparable(shown)
    for undo in reversed(done):
        service.take_back(undo)
    assert service.open_month(site.company, month) == start


def _act(service: HoursService, grid: MonthGrid, what: str, at: int, value, done):
    row = grid.rows[at]
    ids = (grid.company_id, grid.month, row.contract_id, row.lot_id)
    match what:
        case "hours" | "training":
            kind = HourKind.WORKED if what == "hours" else HourKind.TRAINING
            outcome = service.set_hours(*ids, value, kind)
            return grids.with_hours(grid, row.contract_id, row.lot_id, value, kind), outcome
        case "absence":
            if row.absence_code == value:
                return grid, None
            return grids.with_absence(grid, row.contract_id, row.lot_id, value), service.set_absence(*ids, value)
        case "declared":
            if grid.declared_total == value:
                return grid, None
            return grids.with_declared_total(grid, value), service.set_declared_total(*ids[:2], value)
        case "accept":
            codes = [one.code for one in row.open_doubts]
            if not codes:
                return grid, None
            outcome = service.accept_doubts(*ids, codes, "vu avec l’entreprise")
            return grids.with_accepted(grid, row.contract_id, row.lot_id, codes, "vu avec l’entreprise"), outcome
        case "validate":
            answer = service.validate_month(*ids[:2])
            return grids.with_state(grid, answer.state), answer.outcome
        case _:
            if done:
                service.take_back(done.pop())
            return grid, None


def _comparable(grid: MonthGrid) -> MonthGrid:
    return dataclasses.replace(grid, validated_at=None, validated_by="")


def test_a_month_at_volume_is_bounded_by_its_statement(tmp_path: Path):
    """Every query of an opening goes through an index: no table is read whole."""
    notebook = open_fresh_notebook(tmp_path)
    site = site_with_people(notebook, 3)
    service = HoursService(notebook)
    seen: list[str] = []
    notebook.raw.set_trace_callback(seen.append)
    service.open_month(site.company, MONTH)
    service.companies_with_month(MONTH)
    service.find_companies("bati", MONTH)
    notebook.raw.set_trace_callback(None)
    selects = [one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(selects) > 8
    for statement in selects:
        for line in notebook.raw.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            plan = line[3]
            for table in ("employment_contract", "hour_line", "monthly_statement", "beneficiary", "eligibility_check"):
                assert f"SCAN {table}" not in plan, (plan, statement)
    notebook.close()
