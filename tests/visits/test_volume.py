"""Nothing reads or sorts a whole table: the plans of the queries say so, whatever the volume."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.store.visits import Stage, VisitFilter
from tests.visits.conftest import World

GROWING = ("visit", "attendance", "observation", "point_review", "action", "signature", "attachment", "hour_line",
           "monthly_statement", "employment_contract", "beneficiary", "operation", "company", "lot", "commitment",
           "search_doc")  # fmt: skip
"""Tables that are ten times larger at ×10."""

READS: dict[str, Callable[[World, str], object]] = {
    "all": lambda world, _visit: world.service.list_visits(),
    "planned": lambda world, _visit: world.service.list_visits(VisitFilter("", Stage.PLANNED)),
    "drafts": lambda world, _visit: world.service.list_visits(VisitFilter("", Stage.DRAFT)),
    "signed": lambda world, _visit: world.service.list_visits(VisitFilter("", Stage.FINAL)),
    "of a company": lambda world, _visit: world.service.list_visits(VisitFilter("", company_id=world.site.company)),
    "of a person": lambda world, _visit: world.service.list_visits(
        VisitFilter("", beneficiary_id=world.site.beneficiaries[0])
    ),
    "one visit": lambda world, visit: world.service.open_visit(visit),
    "agenda": lambda world, _visit: world.service.agenda(),
    "recent places": lambda world, _visit: world.service.places(),
    "places by words": lambda world, _visit: world.service.places("bati ecole"),
    "people": lambda world, _visit: world.service.find_people("martin"),
    "phrases": lambda world, _visit: world.service.propose_phrases("tuteur"),
}


@contextmanager
def heard(world: World) -> Iterator[list[str]]:
    """The SELECTs run meanwhile."""
    said: list[str] = []
    world.notebook.raw.set_trace_callback(lambda sql: said.append(sql) if sql.lstrip().startswith("SELECT") else None)
    yield said
    world.notebook.raw.set_trace_callback(None)


@pytest.mark.parametrize("name", list(READS))
def test_no_query_reads_a_growing_table_whole(world: World, name: str) -> None:
    visit = world.signed()
    world.clock.move(dt.timedelta(days=30))
    visit = world.started()
    with heard(world) as statements:
        READS[name](world, visit)
    assert statements
    for sql in statements:
        aliases = dict(re.findall(r"\b(?:FROM|JOIN) (\w+) AS (\w+)", sql))
        names = set(GROWING) | {alias for table, alias in aliases.items() if table in GROWING}
        plan = [row[3] for row in world.notebook.raw.execute("EXPLAIN QUERY PLAN " + sql).fetchall()]
        scans = [step for step in plan if re.match(r"SCAN (\w+)(?! USING)$", step) and step.split()[1] in names]
        assert scans == [], f"{sql}\n{plan}"


@pytest.mark.parametrize(("stage", "sorts"), [(Stage.FINAL, 0), (Stage.DRAFT, 0), (Stage.ALL, 1)])
def test_the_long_lists_are_read_in_the_order_of_an_index(world: World, stage: Stage, sorts: int) -> None:
    """All states together: only the heads of both, as long as the page, are merged."""
    world.signed()
    with heard(world) as statements:
        world.service.list_visits(VisitFilter("", stage))
    page = next(sql for sql in statements if "LIMIT" in sql)
    plan = [row[3] for row in world.notebook.raw.execute("EXPLAIN QUERY PLAN " + page).fetchall()]
    assert sum("TEMP B-TREE" in step for step in plan) == sorts, plan
    assert any(step.startswith("SEARCH visit USING") for step in plan)
