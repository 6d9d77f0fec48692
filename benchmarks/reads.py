"""What screens read from the services: each list, grid and record, on comparable records at ×1 and ×10.

A record is « typical » when its size is the usual one at both volumes (eight people on a visit, thirty contracts at a
company): its cost must not depend on how many others there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from app.beneficiaries.values import PeopleFilter
from app.bootstrap import Workstation
from app.store import search
from app.store.visits import Stage, VisitFilter
from benchmarks import floors, notebooks
from benchmarks.figures import Figure, median, milliseconds

LIST_TARGET, GROWTH_TARGET, SEARCH_GROWTH_TARGET = 0.5, 1.3, 2.0
NOISE_MS = 0.5
"""Two readings that differ by less than this are equal: a growth ratio of microseconds says nothing."""
TYPED = (
    *("m", "ma", "mar", "mart", "marti", "martin", "b", "bâ", "s", "e", "1", "0", "06", "0639", "martin ju", "zz"),
    *("moham", "dechamps", "Benoit Dechamps 12031988", "ecole ver"),
)
"""What is typed in a search box, letter by letter."""


@dataclass(frozen=True, slots=True)
class Places:
    """Ids of typical records of one notebook, and the month that has the most to show."""

    company: str
    month: str
    person: str
    visit: str
    operation: str


@dataclass(frozen=True, slots=True)
class Read:
    """One thing a screen reads when it opens, changes page or filter."""

    what: str
    work: Callable[[], object]


def places(workstation: Workstation) -> Places:
    """Typical records: the size is the same at every volume, the id is the middle one."""
    raw = workstation.notebook.raw
    month = workstation.services.hours.month_to_collect()

    def middle(sql: str, *values: object) -> str:
        found = raw.execute(sql, values).fetchall()
        return str(found[len(found) // 2][0])

    return Places(
        company=middle("SELECT company_id FROM employment_contract GROUP BY 1 HAVING count(*) BETWEEN 28 AND 32"),
        month=month,
        person=middle(
            "SELECT beneficiary_id FROM hour_line h JOIN employment_contract c ON c.id = h.contract_id"
            " GROUP BY 1 HAVING count(*) BETWEEN 5 AND 6"
        ),
        visit=middle(
            "SELECT v.id FROM visit v JOIN attendance a ON a.visit_id = v.id WHERE v.state = 'final'"
            " GROUP BY 1 HAVING count(*) = 8"
        ),
        operation=middle(
            "SELECT k.operation_id FROM contract k JOIN lot l ON l.contract_id = k.id GROUP BY 1 HAVING count(*) = 1"
        ),
    )


def reads(workstation: Workstation) -> Iterator[Read]:
    """Every list, grid and record, then every search, on one notebook."""
    at, services = places(workstation), workstation.services
    own = workstation.notebook.organisation_id
    hours, visits, people = services.hours, services.visits, services.beneficiaries
    operations, companies = services.operations, services.companies

    yield Read("today: agenda", visits.agenda)
    yield Read("hours: companies of the month", hours.companies_with_month)
    yield Read("hours: missing statements", lambda: hours.find_companies(""))
    yield Read("hours: twelve months of a company", lambda: hours.months_of(at.company))
    yield Read("hours: grid of a month", lambda: hours.open_month(at.company, at.month))
    for stage in (Stage.PLANNED, Stage.DRAFT, Stage.FINAL):
        chosen = VisitFilter(own, stage)
        yield Read(f"visits: list, {stage}", partial(visits.list_visits, chosen))
        yield Read(f"visits: count, {stage}", partial(visits.count_visits, chosen))
    yield Read("visits: places to visit", lambda: visits.places(""))
    yield Read("visits: a visit", lambda: visits.open_visit(at.visit))
    for one in PeopleFilter:
        yield Read(f"people: list, {one}", partial(people.page, one))
    yield Read("people: list, page 40", lambda: people.page(limit=50, offset=2000))
    yield Read("people: list, by number", lambda: people.page(order_by="file_number", descending=True))
    yield Read("people: counts of the filters", people.counts)
    yield Read("people: a person", lambda: people.get(at.person))
    yield Read("companies: list", companies.page)
    yield Read("companies: a company", lambda: companies.get(at.company))
    yield Read("operations: list", operations.page)
    yield Read("operations: an operation", lambda: operations.get(at.operation))
    for typed in TYPED:
        terms = typed.replace("â", "a").split()
        yield Read(f"search « {typed} »", partial(search.find, workstation.notebook, terms))
        yield Read(f"people « {typed} »", partial(people.page, text=typed))
        yield Read(f"likely people « {typed} »", partial(people.find, typed))


def compare(runs: int) -> Iterator[Figure]:
    """Each read at ×10 against the empty window and against itself at ×1, interleaved."""
    small, large = notebooks.opened(1), notebooks.opened(10)
    try:
        pairs = list(zip(reads(small), reads(large), strict=True))
        for one, other in pairs:  # statements are compiled and pages read once
            one.work(), other.work()
        windows: list[float] = []
        taken: list[tuple[list[float], list[float]]] = [([], []) for _ in pairs]
        for _ in range(runs):
            windows.append(floors.empty_window()[0])
            for (one, other), (ones, others) in zip(pairs, taken, strict=True):
                ones.append(milliseconds(one.work))
                others.append(milliseconds(other.work))
                time.sleep(0)
        for (_, read), (ones, others) in zip(pairs, taken, strict=True):
            at_one, at_ten = median(ones), median(others)
            yield Figure("reads", f"{read.what}, ×10", at_ten, median(windows), "empty window", LIST_TARGET)
            if read.what.startswith(("search", "people «", "likely")):
                target = SEARCH_GROWTH_TARGET
            else:
                target = GROWTH_TARGET
            floor = max(at_one, at_ten - NOISE_MS) if at_ten - at_one < NOISE_MS else at_one
            yield Figure("reads", f"{read.what}, growth", at_ten, floor, "same at ×1", target)
    finally:
        small.account.close()
        large.account.close()
