"""The month of a company as a table of values: built from rows, changed by pure functions, judged in sentences.

The screen shows a change at once with these functions, and the store confirms it later: both use the same ones.
Lines are in the order of the printed statement (PRODUCT.md H11): French collation of the names, then the start of the
contract, then the contract's own lot before the shares of other lots.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from app.hours.values import CommitmentBar, GridRow, LivePosition, MonthGrid, Rectified
from app.models.choices import EmploymentType, HourKind, StatementState
from app.rules.commitments import position, project
from app.rules.french import (
    NBSP,
    format_date,
    format_hours_short,
    of,
    plural,
)
from app.rules.hours import MonthFacts, control_total, plausibility
from app.store.commitments import SETTLED
from app.store.hours import ContractRow, LineRow, LotRow, StatementRow


def month_to_collect(today: dt.date) -> str:
    """The month whose statements are being gathered: last month until the 15th, then the current one.

    Companies answer in the first days of the next month (PRODUCT.md H9, « jour 5 »); in the second half of a
    month the facilitator prepares and types the month under way (scenario 5.2, on 22/11: November).
    """
    first = today.replace(day=1)
    chosen = first - dt.timedelta(days=1) if today.day <= 15 else today
    return f"{chosen.year:04d}-{chosen.month:02d}"


# --- building ----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """All that the store knows about a company's month, before it becomes a grid."""

    statement_id: str
    company_id: str
    company_name: str
    month: str
    statement: StatementRow | None
    contracts: Sequence[ContractRow]
    lines: Sequence[LineRow]
    previous: Mapping[tuple[str, str], int]
    lots: Mapping[str, LotRow]
    elsewhere: Mapping[str, int]
    in_other_statements: frozenset[str]
    eligibility: Mapping[str, tuple[bool, dt.date | None]]
    bars: Sequence[CommitmentBar]
    validated_by: str
    writable: bool
    today: dt.date
    rectified: Mapping[tuple[str, str], tuple[Rectified, ...]] = dataclasses.field(default_factory=dict)
    """What was rectified since the statement was attested, by contract and lot."""


def build(known: Known) -> MonthGrid:
    """The grid of what is known. Contracts must come in the order of the names."""
    lines: dict[tuple[str, str, HourKind], LineRow] = {
        (one.contract_id, one.lot_id, one.kind): one for one in known.lines
    }
    rows: list[GridRow] = []
    for contract in known.contracts:
        others = sorted(
            {one.lot_id for one in known.lines if _is_share(one, contract)}
            | {lot for one, lot in known.rectified if one == contract.id and lot != contract.lot_id},
            key=lambda lot: _lot_order(known.lots.get(lot)),
        )
        for lot_id in (contract.lot_id, *others):
            rows.append(_row(known, contract, lot_id, lines, rank=len(rows) + 1))
    statement = known.statement
    grid = MonthGrid(
        statement_id=known.statement_id,
        company_id=known.company_id,
        company_name=known.company_name,
        month=known.month,
        state=statement.state if statement else StatementState.EXPECTED,
        declared_total=statement.declared_total if statement else None,
        rows=tuple(rows),
        bars=tuple(known.bars),
        operations=_operations(rows, known.lots),
        paper_code=statement.paper_code if statement else "",
        received_on=statement.received_on if statement else None,
        validated_at=statement.validated_at if statement else None,
        validated_by=known.validated_by,
        note=statement.note if statement else "",
        writable=known.writable,
        today=known.today,
    )
    return _judged(grid, None)


def _is_share(line: LineRow, contract: ContractRow) -> bool:
    """An emptied share of another lot leaves the grid; an emptied line of the contract's own lot stays."""
    return (
        line.contract_id == contract.id
        and line.lot_id != contract.lot_id
        and (line.hours is not None or bool(line.absence_code))
    )


def _lot_order(lot: LotRow | None) -> tuple[str, int, str, str]:
    return (lot.operation_name, len(lot.number), lot.number, lot.id) if lot else ("", 0, "", "")


def _row(
    known: Known,
    contract: ContractRow,
    lot_id: str,
    lines: Mapping[tuple[str, str, HourKind], LineRow],
    rank: int,
) -> GridRow:
    worked = lines.get((contract.id, lot_id, HourKind.WORKED))
    training = lines.get((contract.id, lot_id, HourKind.TRAINING))
    lot = known.lots.get(lot_id)
    own = lot_id == contract.lot_id
    seen, until = known.eligibility.get(contract.beneficiary_id, (False, None))
    facts = MonthFacts(
        month=known.month,
        worked=0,
        today=known.today,
        contract_start=contract.start_on,
        contract_end=contract.end_on,
        weekly=contract.weekly_hours,
        planned=contract.planned_hours if _within_month(contract, known.month) else None,
        elsewhere=known.elsewhere.get(contract.beneficiary_id, 0),
        eligibility_known=seen,
        eligible_until=until,
        duplicate=contract.beneficiary_id in known.in_other_statements,
    )
    return GridRow(
        rank=rank,
        contract_id=contract.id,
        lot_id=lot_id,
        beneficiary_id=contract.beneficiary_id,
        last_name=contract.last_name,
        first_name=contract.first_name,
        file_number=contract.file_number,
        contract_label=contract_label(contract),
        employer="" if contract.employer_id == known.company_id else contract.employer_name,
        lot_label=lot.short_label if lot else "",
        own_lot=own,
        previous=known.previous.get((contract.id, lot_id)),
        worked=worked.hours if worked else None,
        training=training.hours if training else None,
        absence_code=worked.absence_code if worked else "",
        declared=worked.declared_hours if worked else None,
        difference_reason=worked.difference_reason if worked else "",
        accepted=worked.accepted_doubts if worked else (),
        accepted_reason=worked.accepted_reason if worked else "",
        doubts=(),
        facts=facts if own else None,
        planned_hours=contract.planned_hours,
        rectified=known.rectified.get((contract.id, lot_id), ()),
    )


def _within_month(contract: ContractRow, month: str) -> bool:
    """The planned hours are those of the whole contract: comparable with one month when it holds in that month."""
    return contract.end_on is not None and f"{contract.start_on:%Y-%m}" == f"{contract.end_on:%Y-%m}" == month


def contract_label(contract: ContractRow) -> str:
    """« CDD, 02/03/2026 – 31/03/2027 », « CDI depuis le 02/03/2026 »."""
    kind = EmploymentType(contract.type).label
    if contract.end_on is None:
        return f"{kind} depuis le {format_date(contract.start_on)}"
    return f"{kind}, {format_date(contract.start_on)}{NBSP}–{NBSP}{format_date(contract.end_on)}"


def _operations(rows: Iterable[GridRow], lots: Mapping[str, LotRow]) -> tuple[str, ...]:
    found = {row.lot_id: lots[row.lot_id] for row in rows if row.lot_id in lots}
    return tuple(one.short_label for one in sorted(found.values(), key=_lot_order))


# --- judging -----------------------------------------------------------------------------


def _judged(grid: MonthGrid, contract_id: str | None) -> MonthGrid:
    """The grid with the doubts of one contract (or all) and the control total made again."""
    hours: dict[str, int] = {}
    for row in grid.rows:
        hours[row.contract_id] = hours.get(row.contract_id, 0) + (row.worked or 0) + (row.training or 0)
    rows = tuple(
        row
        if row.facts is None or contract_id not in (None, row.contract_id)
        else dataclasses.replace(
            row, doubts=plausibility(dataclasses.replace(row.facts, worked=hours[row.contract_id]))
        )
        for row in grid.rows
    )
    control = control_total([row.worked for row in rows], grid.declared_total)
    return dataclasses.replace(grid, rows=rows, control=control)


def notices(grid: MonthGrid) -> tuple[str, ...]:
    """Why the month is not ready to be validated, in sentences; empty when it is."""
    found: list[str] = []
    empty = grid.unanswered
    if len(empty) == 1:
        found.append(f"La ligne {empty[0].rank} est vide{NBSP}: écrire 0 si la personne n’a pas travaillé.")
    elif empty:
        found.append(
            f"{plural(len(empty), 'ligne est vide', 'lignes sont vides')}{NBSP}: écrire 0 pour qui n’a pas travaillé."
        )
    for row in grid.rows:
        found.extend(f"Ligne {row.rank}{NBSP}: {_lower_first(doubt.sentence)}" for doubt in row.open_doubts)
    if grid.control.difference:
        found.append(grid.control.sentence)
    return tuple(found)


def _lower_first(sentence: str) -> str:
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]


def live_positions(grid: MonthGrid) -> tuple[LivePosition, ...]:
    """The commitments concerned, with what the grid holds now (PRODUCT.md H8)."""
    settled = grid.state in SETTLED
    found: list[LivePosition] = []
    for bar in grid.bars:
        typed = sum(
            row.counted(HourKind.WORKED) * bar.counts_worked + row.counted(HourKind.TRAINING) * bar.counts_training
            for row in grid.rows
            if row.lot_id == bar.lot_id
        )
        stand = position(
            bar.due,
            bar.validated_elsewhere + (typed if settled else 0),
            bar.received_elsewhere + (0 if settled else typed),
        )
        history = dict(bar.history)
        if settled and typed:
            history[grid.month] = history.get(grid.month, 0) + typed
        sentence = project(stand, history, bar.start_on, bar.end_on, grid.today).sentence
        found.append(LivePosition(bar, stand, sentence))
    return tuple(found)


# --- changing ----------------------------------------------------------------------------


def with_hours(
    grid: MonthGrid, contract_id: str, lot_id: str, hours: int | None, kind: HourKind = HourKind.WORKED
) -> MonthGrid:
    """One cell changed. The first figure makes an expected statement « Reçu »; other hours reopen the doubts."""
    row = grid.row(contract_id, lot_id)
    if row is None or row.hours(kind) == hours:
        return grid
    if kind is HourKind.WORKED:
        changed = dataclasses.replace(row, worked=hours, accepted=(), accepted_reason="")
    else:
        changed = dataclasses.replace(row, training=hours)
    return _judged(_begun(_with_row(grid, changed)), contract_id)


def with_absence(grid: MonthGrid, contract_id: str, lot_id: str, code: str) -> MonthGrid:
    """The absence code of a line changed."""
    row = grid.row(contract_id, lot_id)
    if row is None or row.absence_code == code:
        return grid
    return _begun(_with_row(grid, dataclasses.replace(row, absence_code=code)))


def with_declared_total(grid: MonthGrid, hours: int | None) -> MonthGrid:
    """The company's printed total changed."""
    if grid.declared_total == hours:
        return grid
    return _judged(_begun(dataclasses.replace(grid, declared_total=hours)), "")


def with_accepted(grid: MonthGrid, contract_id: str, lot_id: str, codes: Iterable[str], reason: str) -> MonthGrid:
    """Doubts of a line answered « C’est normal »."""
    row = grid.row(contract_id, lot_id)
    if row is None:
        return grid
    accepted = tuple(dict.fromkeys((*row.accepted, *codes)))
    return _with_row(grid, dataclasses.replace(row, accepted=accepted, accepted_reason=reason))


def with_state(grid: MonthGrid, state: StatementState) -> MonthGrid:
    """The statement in another state."""
    return dataclasses.replace(grid, state=state)


def _with_row(grid: MonthGrid, row: GridRow) -> MonthGrid:
    rows = (*grid.rows[: row.rank - 1], row, *grid.rows[row.rank :])
    return dataclasses.replace(grid, rows=rows)


def _begun(grid: MonthGrid) -> MonthGrid:
    if grid.state is not StatementState.EXPECTED:
        return grid
    return dataclasses.replace(grid, state=StatementState.RECEIVED, received_on=grid.today)


# --- naming what was done ----------------------------------------------------------------


def spoken(last_name: str) -> str:
    """A family name as one says it: « MARTIN » → « Martin », « O’BRIEN » → « O’Brien »."""
    out: list[str] = []
    start = True
    for one in last_name:
        out.append(one if start or not last_name.isupper() else one.lower())
        start = not one.isalpha()
    return "".join(out)


def act_hours(last_name: str, before: int | None, after: int | None, kind: HourKind) -> str:
    """« heures de Martin 140 → 104 », « heures de Martin : 140 », for « Annuler : … »."""
    what = "heures" if kind is HourKind.WORKED else "formation"
    head = f"{what} {of(spoken(last_name))}"
    if before is None:
        return f"{head}{NBSP}: {format_hours_short(after)}"
    return f"{head} {format_hours_short(before)} → {format_hours_short(after) or 'vide'}"
