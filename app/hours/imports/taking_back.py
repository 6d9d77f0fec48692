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
from app.store import commitments, hours
from app.store.notebook import Notebook
from app.store.unit import Unit


class Notes:
    """Collects, inside the unit, what stood there before each month is written."""

    def __init__(self, unit: Unit, organisation_id: str) -> None:
        self._unit = unit
        self._organisation = organisation_id
        self._lines: list[list[Any]] = []
        self._statements: list[list[Any]] = []

    def before(self, company_id: str, month: str, lines: Sequence[Write]) -> None:
        """Note a company's month as it is, and what will be written in it."""
        record = hours.statement_id(self._organisation, company_id, month)
        found = self._unit.find(MonthlyStatement, record)
        there = found is not None and found["deleted_at"] is None
        state = str(found["state"]) if found is not None and there else ""
        self._statements.append([record, state])
        for one in lines:
            line = hours.line_id(one.contract_id, one.lot_id, one.month, HourKind.WORKED)
            row = self._unit.find(HourLine, line)
            alive = row is not None and row["deleted_at"] is None
            was = [row["hours"], row["accepted_doubts"], row["accepted_reason"]] if row is not None and alive else None
            self._lines.append([line, one.contract_id, one.month, one.hours, was])

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
    for record, _contract, _month, after, was in written.get("lines", ()):
        row = unit.find(HourLine, record)
        if row is None or row["deleted_at"] is not None or row["hours"] != after:
            kept += 1
            continue
        statement = unit.row(MonthlyStatement, row["statement_id"])
        if StatementState(statement["state"]) in commitments.SETTLED:
            raise locked(StatementState(statement["state"]))
        if was is None:
            unit.delete(HourLine, record)
        else:
            unit.update(HourLine, record, {"hours": was[0], "accepted_doubts": was[1], "accepted_reason": was[2]})
        done += 1
    for record, state in written.get("statements", ()):
        _statement_back(unit, record, state)
    return done, kept


def _statement_back(unit: Unit, record: str, before: str) -> None:
    """A statement that the import began is expected again, unless it holds other figures."""
    row = unit.find(MonthlyStatement, record)
    if row is None or row["deleted_at"] is not None or before not in ("", StatementState.EXPECTED):
        return
    if row["state"] not in (StatementState.RECEIVED, StatementState.TO_CHECK) or row["declared_total"] is not None:
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
