"""What an import keeps of what it wrote, and how it is taken back: figures before and after, by id, no name.

A line corrected since then is left as it is; a month validated since then refuses the whole act.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.hours.imports.values import Write
from app.hours.writing import locked
from app.models.choices import HourKind, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.rules.statements import statement_id
from app.store import commitments, hours, imports
from app.store.notebook import Notebook
from app.store.unit import Unit


class Notes:
    """Collects, inside the unit, what stood there before each month is written."""

    def __init__(self, unit: Unit, organisation_id: str) -> None:
        self._unit = unit
        self._organisation = organisation_id
        self._lines: list[list[Any]] = []
        self._statements: list[list[Any]] = []

    def before(self, company_id: str, month: str, lines: Sequence[Write], declared: int | None) -> frozenset[str]:
        """Note a company's month as it is and what will be written in it; ids of the lines that exist already.

        ``declared``: the printed total that will be kept with it, if any.
        """
        record = statement_id(self._organisation, company_id, month)
        found = self._unit.find(MonthlyStatement, record)
        there = found is not None and found["deleted_at"] is None
        state = str(found["state"]) if found is not None and there else ""
        before = found["declared_total"] if found is not None and there else None
        self._statements.append([record, state, *([before, declared] if declared is not None else [])])
        ids = [hours.line_id(one.contract_id, one.lot_id, one.month, HourKind.WORKED) for one in lines]
        known = imports.lines_by_ids(self._unit.connection, ids)
        for line, one in zip(ids, lines, strict=True):
            row = known.get(line)
            was = None if row is None or row.deleted else [row.hours, row.accepted_doubts, row.accepted_reason]
            self._lines.append([line, one.contract_id, one.month, one.hours, was])
        return frozenset(known)

    def kept(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"version": 1, "lines": self._lines, "statements": self._statements}


def places(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(contract, month) of every line that an import wrote."""
    for line in written.get("lines", ()):
        yield line[1], line[2]


def take_back(unit: Unit, written: Mapping[str, Any]) -> tuple[int, int]:
    """Undo what was kept; answers (lines taken back, lines left because they were corrected since).

    Raises ``Locked`` when a line to take back stands in a month validated or attested.
    """
    done = kept = 0
    lines = written.get("lines", ())
    known = imports.lines_by_ids(unit.connection, [line[0] for line in lines])
    settled: dict[str, StatementState] = {}
    for record, _contract, _month, after, was in lines:
        row = known.get(record)
        if row is None or row.deleted or row.hours != after:
            kept += 1
            continue
        state = settled.get(row.statement_id)
        if state is None:
            state = StatementState(unit.row(MonthlyStatement, row.statement_id)["state"])
            settled[row.statement_id] = state
        if state in commitments.SETTLED:
            raise locked(state)
        if was is None:
            unit.delete(HourLine, record)
        else:
            unit.update(HourLine, record, {"hours": was[0], "accepted_doubts": was[1], "accepted_reason": was[2]})
        done += 1
    for record, state_before, *total in written.get("statements", ()):
        _statement_back(unit, record, state_before, total)
    return done, kept


def _statement_back(unit: Unit, record: str, before: str, total: Sequence[int | None]) -> None:
    """A statement that the import began is expected again, unless it holds other figures."""
    row = unit.find(MonthlyStatement, record)
    if row is None or row["deleted_at"] is not None:
        return
    if row["state"] not in (StatementState.EXPECTED, StatementState.RECEIVED, StatementState.TO_CHECK):
        return
    declared = row["declared_total"]
    if total and declared == total[1]:
        declared = total[0]
        unit.update(MonthlyStatement, record, {"declared_total": declared})
    if before not in ("", StatementState.EXPECTED) or declared is not None:
        return
    if any(line.hours is not None or line.absence_code for line in hours.lines_of(unit.connection, record)):
        return
    if before:
        unit.update(MonthlyStatement, record, {"state": before, "received_on": None, "source": ""})
    else:
        unit.delete(MonthlyStatement, record)


def is_settled(notebook: Notebook, lines: Iterable[str], statements: Iterable[str]) -> bool:
    """Whether one of the statements of these lines is validated or attested."""
    with notebook.read() as connection:
        for one in hours.statements_of_lines(connection, lines) | set(statements):
            known = hours.find_statement(connection, one)
            if known is not None and known.state in commitments.SETTLED:
                return True
    return False
