"""A block copied from a spreadsheet: columns, names, totals, and what is left aside."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.hours import grid as grids
from app.hours.paste import match_name, plan_paste, read_block
from app.hours.values import MonthGrid
from app.models.choices import HourKind
from app.rules.french import format_hours, sort_key
from app.store.hours import ContractRow, LotRow
from tests.factories import PEOPLE

TODAY = dt.date(2026, 11, 22)


def a_grid(people=PEOPLE) -> MonthGrid:
    ordered = sorted(people, key=lambda one: sort_key(f"{one[0]} {one[1]}"))
    contracts = [
        ContractRow(
            id=f"c{at}",
            beneficiary_id=f"b{at}",
            last_name=last,
            first_name=first,
            file_number="",
            company_id="company",
            employer_id="company",
            employer_name="Bâti-Sud 91",
            lot_id="lot",
            type="cdd",
            modality="direct_hire",
            start_on=dt.date(2026, 3, 2),
            end_on=None,
            weekly_hours=3500,
            planned_hours=None,
            sort_name=sort_key(f"{last} {first}"),
        )
        for at, (last, first) in enumerate(ordered)
    ]
    return grids.build(
        grids.Known(
            statement_id="s",
            company_id="company",
            company_name="Bâti-Sud 91",
            month="2026-11",
            statement=None,
            contracts=contracts,
            lines=[],
            previous={},
            lots={"lot": LotRow("lot", "3", "Gros œuvre", "op", "École")},
            elsewhere={},
            in_other_statements=frozenset(),
            eligibility={one.beneficiary_id: (True, None) for one in contracts},
            bars=[],
            validated_by="",
            writable=True,
            today=TODAY,
        )
    )


def filled(plan) -> list[tuple[int, int | None]]:
    return [(line.row.rank, line.entries[0].hours) for line in plan.lines if line.row]


def test_a_column_fills_from_the_caret():
    plan = plan_paste(a_grid(), "140\n151,67\n7h30\n", 3)
    assert filled(plan) == [(3, 14_000), (4, 15_167), (5, 750)]
    assert not plan.needs_preview


def test_a_blank_cell_leaves_its_line_alone():
    assert filled(plan_paste(a_grid(), "140\n\n104\n\n\n", 1)) == [(1, 14_000), (3, 10_400)]


def test_a_title_above_the_column_is_passed_over():
    assert filled(plan_paste(a_grid(), "Heures\r\n140\r\n104", 1)) == [(1, 14_000), (2, 10_400)]


def test_the_sum_under_a_full_column_is_the_printed_total():
    plan = plan_paste(a_grid(), "\n".join(["100"] * 12 + ["1 200,00"]), 1)
    assert plan.declared_total == 120_000
    assert len(plan.entries) == 12
    assert not plan.problems


def test_too_many_values_are_left_aside_and_said():
    plan = plan_paste(a_grid(), "\n".join(["100"] * 13), 1)
    assert len(plan.entries) == 12
    assert [line.problem for line in plan.problems] == ["aucune ligne ne reste pour cette valeur"]
    assert plan.needs_preview


def test_what_is_ambiguous_is_asked_not_guessed():
    plan = plan_paste(a_grid(), "140\n1.234\n104", 1)
    assert filled(plan) == [(1, 14_000), (3, 10_400)]
    assert "peut se lire" in plan.problems[0].problem
    assert plan.needs_preview


def test_two_columns_are_hours_and_training():
    plan = plan_paste(a_grid(), "140\t7\n120\t14", 1)
    assert [(one.hours, one.kind) for one in plan.entries] == [
        (14_000, HourKind.WORKED),
        (700, HourKind.TRAINING),
        (12_000, HourKind.WORKED),
        (1_400, HourKind.TRAINING),
    ]


def test_training_column():
    plan = plan_paste(a_grid(), "7\n14", 1, HourKind.TRAINING)
    assert {one.kind for one in plan.entries} == {HourKind.TRAINING}


def test_names_are_matched_whatever_their_order_and_spelling():
    block = (
        "Nom\tHeures\nMartin Julie\t140\nbenoit deschamps\t104\nDE SOUSA M.\t151,67\nOBrien Soeren\t12\nTotal\t407,67"
    )
    plan = plan_paste(a_grid(), block, 1)
    assert plan.by_name
    assert plan.needs_preview
    assert [(line.row and line.row.name, line.entries[0].hours) for line in plan.lines] == [
        ("MARTIN Julie", 14_000),
        ("DESCHAMPS Benoît", 10_400),
        ("DE SOUSA Manuel", 15_167),
        ("O’BRIEN Sœren", 1_200),
    ]
    assert plan.declared_total == 40_767


def test_last_and_first_names_in_two_cells():
    plan = plan_paste(a_grid(), "MARTIN\tJulie\t140\nROUSSEAU\tChloe\t20", 1)
    assert [line.row and line.row.name for line in plan.lines] == ["MARTIN Julie", "ROUSSEAU Chloé"]


def test_nobody_is_guessed():
    grid = a_grid([("MARTIN", "Julie"), ("MARTIN", "Juliette"), ("MARTIN", "Julien")])
    row, problem = match_name("Martin J.", grid.rows)
    assert row is None
    assert problem
    row, _ = match_name("Martin Julien", grid.rows)
    assert row is not None
    assert row.first_name == "Julien"
    plan = plan_paste(grid, "DUVAL Paul\t12\nMartin Julie\t13", 1)
    assert [bool(line.problem) for line in plan.lines] == [True, False]


def test_the_same_person_twice_takes_the_second_contract():
    grid = a_grid([("MARTIN", "Julie"), ("MARTIN", "Julie")])
    rows = (grid.rows[0], dataclasses.replace(grid.rows[1], beneficiary_id=grid.rows[0].beneficiary_id))
    plan = plan_paste(dataclasses.replace(grid, rows=rows), "Martin Julie\t60\nMartin Julie\t80", 1)
    assert filled(plan) == [(1, 6_000), (2, 8_000)]


@pytest.mark.parametrize("text", ["", "\n\n", "bonjour", "Nom\tPrénom\nMARTIN\tJulie"])
def test_nothing_to_read_is_said(text):
    with pytest.raises(InvalidInput):
        plan_paste(a_grid(), text, 1)


def test_cells_between_semicolons_or_quotes():
    assert read_block('"Martin ""Julie""";140\r\n') == [['Martin "Julie"', "140"]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=12), st.integers(1, 12))
def test_every_number_lands_exactly_or_is_said(values, rank):
    plan = plan_paste(a_grid(), "\n".join(format_hours(one) for one in values), rank)
    room = 13 - rank
    landed = filled(plan)
    assert landed == [(rank + at, value) for at, value in enumerate(values[:room])]
    said = len(plan.problems) + (plan.declared_total is not None)
    assert len(landed) + said >= min(len(values), room)
    assert plan.declared_total in (None, sum(values[:room]))
