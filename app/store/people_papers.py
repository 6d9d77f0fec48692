"""What the documents about one person need beyond their page: hours by kind, whom an id or a number names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, EmploymentContract
from app.models.choices import HourKind, StatementState
from app.models.hours import HourLine, MonthlyStatement

_line, _statement = table_of(HourLine), table_of(MonthlyStatement)
_person, _contract = table_of(Beneficiary), table_of(EmploymentContract)


@dataclass(frozen=True, slots=True)
class MonthHours:
    """Hours of one contract in one month, in hundredths; ``None`` when nothing was typed."""

    month: str
    worked: int | None
    training: int | None
    validated: bool


def hours_by_month(connection: Connection, contract_id: str) -> list[MonthHours]:
    """The months of a contract with their hours, the oldest first."""
    settled = _statement.c.state.in_([StatementState.VALIDATED, StatementState.ATTESTED])
    rows = connection.execute(
        select(_line.c.month, _line.c.kind, func.sum(_line.c.hours), func.min(settled))
        .join_from(_line, _statement, _statement.c.id == _line.c.statement_id)
        .where(_line.c.contract_id == contract_id, _line.c.hours.is_not(None), _line.c.deleted_at.is_(None))
        .group_by(_line.c.month, _line.c.kind)
        .order_by(_line.c.month)
    )
    found: dict[str, dict[str, Any]] = {}
    for month, kind, hours, validated in rows:
        known = found.setdefault(month, {"validated": True})
        known["training" if kind == HourKind.TRAINING else "worked"] = int(hours)
        known["validated"] = known["validated"] and bool(validated)
    return [MonthHours(month, one.get("worked"), one.get("training"), one["validated"]) for month, one in found.items()]


def person_of_contract(connection: Connection, contract_id: str) -> str:
    """The person a contract belongs to; empty when there is no such contract."""
    found = connection.execute(
        select(_contract.c.beneficiary_id).where(_contract.c.id == contract_id, _contract.c.deleted_at.is_(None))
    ).scalar()
    return str(found or "")


def person_named(connection: Connection, text: str) -> str:
    """The person of this id or file number; empty when there is none."""
    found = connection.execute(
        select(_person.c.id).where(
            or_(_person.c.id == text, (_person.c.file_number == text.upper()) & (_person.c.file_number != "")),
            _person.c.deleted_at.is_(None),
        )
    ).scalar()
    return str(found or "")
