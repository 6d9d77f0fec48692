"""Plain lists for the command line: one dictionary per record, English keys, ISO dates, hours in decimals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from app.errors import InvalidInput
from app.rules.record_words import shown_value
from app.store.notebook import Notebook

_QUERIES = {
    "operations": """
        SELECT o.id, o.name, o.reference, b.name AS buyer, o.town, o.start_on, o.end_on, o.closed_on,
               (SELECT count(*) FROM lot l JOIN contract k ON k.id = l.contract_id
                WHERE k.operation_id = o.id AND l.deleted_at IS NULL AND k.deleted_at IS NULL) AS lots,
               (SELECT coalesce(sum(c.due_hours), 0) FROM commitment c JOIN lot l ON l.id = c.lot_id
                JOIN contract k ON k.id = l.contract_id
                WHERE k.operation_id = o.id AND c.objective_kind = 'retained' AND c.deleted_at IS NULL) AS due_hours
        FROM operation o JOIN buyer b ON b.id = o.buyer_id WHERE o.deleted_at IS NULL ORDER BY o.sort_name, o.id""",
    "companies": """
        SELECT id, name, kind, siret, town, postcode FROM company WHERE deleted_at IS NULL ORDER BY sort_name, id""",
    "beneficiaries": """
        SELECT b.id, b.file_number, b.last_name, b.first_name, b.birth_date, b.town,
               (SELECT count(*) FROM employment_contract c
                WHERE c.beneficiary_id = b.id AND c.deleted_at IS NULL) AS contracts
        FROM beneficiary b WHERE b.deleted_at IS NULL AND b.organisation_id = :organisation
        ORDER BY b.sort_name, b.id""",
    "statements": """
        SELECT s.id, s.month, c.name AS company, c.siret, s.state, s.paper_code, s.declared_total,
               (SELECT coalesce(sum(h.hours), 0) FROM hour_line h
                WHERE h.statement_id = s.id AND h.deleted_at IS NULL) AS hours,
               (SELECT count(*) FROM hour_line h
                WHERE h.statement_id = s.id AND h.rectification_id IS NULL AND h.deleted_at IS NULL) AS lines
        FROM monthly_statement s JOIN company c ON c.id = s.company_id
        WHERE s.deleted_at IS NULL AND s.organisation_id = :organisation ORDER BY s.month DESC, c.sort_name, s.id""",
    "visits": """
        SELECT v.id, v.number, v.state, v.planned_on, v.started_at, v.finished_at, o.name AS operation,
               c.name AS company
        FROM visit v JOIN operation o ON o.id = v.operation_id JOIN company c ON c.id = v.company_id
        WHERE v.deleted_at IS NULL AND v.organisation_id = :organisation
        ORDER BY v.planned_on DESC, v.number DESC, v.id""",
    "offers": """
        SELECT f.id, f.number, f.title, f.trade_code, c.name AS company, c.siret, o.name AS operation, f.posts,
               (SELECT count(*) FROM introduction i WHERE i.offer_id = f.id AND i.answer = 'hired'
                AND i.deleted_at IS NULL) AS hired,
               (SELECT count(*) FROM introduction i WHERE i.offer_id = f.id AND i.deleted_at IS NULL) AS presented,
               f.state, f.place, f.start_on, f.end_on, f.apply_before, f.published_on
        FROM job_offer f JOIN company c ON c.id = f.company_id LEFT JOIN lot l ON l.id = f.lot_id
        LEFT JOIN contract k ON k.id = l.contract_id LEFT JOIN operation o ON o.id = k.operation_id
        WHERE f.deleted_at IS NULL ORDER BY f.published_on DESC, f.number DESC, f.id""",
}
KINDS = tuple(_QUERIES)
_TABLES = {"companies": "company", "statements": "monthly_statement", "visits": "visit", "offers": "job_offer"}
_CODES = frozenset({"kind", "state"})
"""Columns whose values are codes: a list for the eyes tells them in French."""
_HOURS = frozenset({"due_hours", "declared_total", "hours"})


def listing(notebook: Notebook, kind: str) -> Iterator[dict[str, Any]]:
    """The records of ``kind`` (one of ``KINDS``) that the notebook's owner may see, in French alphabetical order.

    Raises ``InvalidInput`` for another kind.
    """
    query = _QUERIES.get(kind)
    if query is None:
        raise InvalidInput(
            f"«\u00a0{kind}\u00a0» n’est pas une liste du carnet.", todo=f"Choisir parmi\u00a0: {', '.join(KINDS)}."
        )
    with notebook.read() as connection:
        for row in connection.execute(text(query), {"organisation": notebook.organisation_id}).mappings():
            yield {name: _plain(name, value) for name, value in row.items()}


def in_words(kind: str, name: str, value: Any) -> str:
    """One value of a row as it is read in a terminal; empty for none."""
    if value is None or value == "":
        return ""
    return shown_value(_TABLES[kind], name, value) if name in _CODES else str(value)


def decimal_hours(hundredths: int) -> str:
    """``83333`` → ``"833.33"``: the form of every figure of hours in JSON."""
    sign, size = ("-" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{size // 100}.{size % 100:02d}"


def _plain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _HOURS:
        return decimal_hours(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if name.endswith("_at") and isinstance(value, str):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC).isoformat()
    return value
