"""What the lists hold, in full, for an export: raw values in the order of the lists. Hours in hundredths.

Lists bear names of beneficiaries only where it is said; the organisation's own ones, never another's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, text

_QUERIES = {
    "operations": """
        SELECT o.id, o.name, o.reference, b.name AS buyer, o.address, o.postcode, o.town, o.start_on, o.end_on,
               o.closed_on,
               (SELECT count(*) FROM lot l JOIN contract k ON k.id = l.contract_id
                WHERE k.operation_id = o.id AND l.deleted_at IS NULL AND k.deleted_at IS NULL) AS lots,
               (SELECT coalesce(sum(c.due_hours), 0) FROM commitment c JOIN lot l ON l.id = c.lot_id
                JOIN contract k ON k.id = l.contract_id
                WHERE k.operation_id = o.id AND c.objective_kind = 'retained' AND c.clause_state <> 'cancelled'
                  AND c.deleted_at IS NULL AND l.deleted_at IS NULL) AS due_hours,
               (SELECT coalesce(sum(h.hours), 0) FROM hour_line h JOIN monthly_statement s ON s.id = h.statement_id
                JOIN lot l ON l.id = h.lot_id JOIN contract k ON k.id = l.contract_id
                WHERE k.operation_id = o.id AND h.kind = 'worked' AND h.deleted_at IS NULL AND s.deleted_at IS NULL
                  AND s.state IN ('validated', 'attested')) AS validated_hours
        FROM operation o JOIN buyer b ON b.id = o.buyer_id WHERE o.deleted_at IS NULL ORDER BY o.sort_name, o.id""",
    "companies": """
        SELECT id, name, kind, siret, activity_code, address, postcode, town, phone, email
        FROM company WHERE deleted_at IS NULL ORDER BY sort_name, id""",
    "beneficiaries": """
        SELECT b.id, b.file_number, b.last_name, b.first_name, b.sex, b.birth_date, b.address, b.postcode, b.town,
               b.phone, b.email, b.last_contact_on, trim(coalesce(f.first_name, '') || ' ' || coalesce(f.last_name, ''))
               AS facilitator,
               (SELECT count(*) FROM employment_contract c
                WHERE c.beneficiary_id = b.id AND c.deleted_at IS NULL) AS contracts,
               (SELECT coalesce(sum(h.hours), 0) FROM hour_line h
                JOIN employment_contract c ON c.id = h.contract_id
                JOIN monthly_statement s ON s.id = h.statement_id
                WHERE c.beneficiary_id = b.id AND h.kind = 'worked' AND h.deleted_at IS NULL
                  AND s.deleted_at IS NULL AND s.state IN ('validated', 'attested')) AS hours
        FROM beneficiary b LEFT JOIN facilitator f ON f.id = b.facilitator_id
        WHERE b.deleted_at IS NULL AND b.organisation_id = :organisation ORDER BY b.sort_name, b.id""",
    "statements": """
        SELECT s.id, s.month, c.name AS company, c.siret, s.state, s.received_on, s.validated_at, s.paper_code,
               s.declared_total,
               (SELECT coalesce(sum(h.hours), 0) FROM hour_line h WHERE h.statement_id = s.id AND h.kind = 'worked'
                AND h.rectification_id IS NULL AND h.deleted_at IS NULL) AS hours,
               (SELECT coalesce(sum(h.hours), 0) FROM hour_line h WHERE h.statement_id = s.id AND h.kind = 'worked'
                AND h.rectification_id IS NOT NULL AND h.deleted_at IS NULL) AS rectified,
               (SELECT coalesce(sum(h.hours), 0) FROM hour_line h WHERE h.statement_id = s.id AND h.kind = 'training'
                AND h.deleted_at IS NULL) AS training,
               (SELECT count(DISTINCT h.contract_id) FROM hour_line h
                WHERE h.statement_id = s.id AND h.deleted_at IS NULL) AS people
        FROM monthly_statement s JOIN company c ON c.id = s.company_id
        WHERE s.deleted_at IS NULL AND s.organisation_id = :organisation AND (:month = '' OR s.month = :month)
        ORDER BY s.month DESC, c.sort_name, s.id""",
    "visits": """
        SELECT v.id, v.number, v.kind, v.state, v.planned_on, v.started_at, v.finished_at, o.name AS operation,
               l.number AS lot_number, l.name AS lot_name, c.name AS company,
               trim(coalesce(f.first_name, '') || ' ' || coalesce(f.last_name, '')) AS facilitator,
               (SELECT count(*) FROM observation x WHERE x.visit_id = v.id AND x.deleted_at IS NULL) AS observations
        FROM visit v JOIN operation o ON o.id = v.operation_id JOIN company c ON c.id = v.company_id
        JOIN lot l ON l.id = v.lot_id LEFT JOIN facilitator f ON f.id = v.facilitator_id
        WHERE v.deleted_at IS NULL AND v.organisation_id = :organisation
        ORDER BY v.planned_on DESC, v.number DESC, v.id""",
    "offers": """
        SELECT f.id, f.number, f.title, f.trade_code, c.name AS company, o.name AS operation, f.place, f.posts,
               (SELECT count(*) FROM introduction i WHERE i.offer_id = f.id AND i.answer = 'hired'
                AND i.deleted_at IS NULL) AS hired,
               (SELECT count(*) FROM introduction i WHERE i.offer_id = f.id AND i.deleted_at IS NULL) AS presented,
               f.contract_type, f.weekly_hours, f.start_on, f.end_on, f.apply_before, f.state, f.description,
               trim(coalesce(a.first_name, '') || ' ' || coalesce(a.last_name, '')) AS facilitator,
               coalesce(nullif(a.phone, ''), n.phone, '') AS phone, coalesce(a.email, '') AS email
        FROM job_offer f JOIN company c ON c.id = f.company_id LEFT JOIN lot l ON l.id = f.lot_id
        LEFT JOIN contract k ON k.id = l.contract_id LEFT JOIN operation o ON o.id = k.operation_id
        LEFT JOIN facilitator a ON a.id = f.created_by LEFT JOIN organisation n ON n.id = a.organisation_id
        WHERE f.deleted_at IS NULL ORDER BY f.state <> 'open', f.apply_before IS NULL, f.apply_before, f.id""",
}
LISTS = tuple(_QUERIES)


def rows_of(connection: Connection, kind: str, organisation_id: str, month: str = "") -> list[RowMapping]:
    """The rows of a list (one of ``LISTS``). ``month`` keeps the statements of one month; empty keeps all."""
    values: dict[str, Any] = {"organisation": organisation_id, "month": month}
    return list(connection.execute(text(_QUERIES[kind]), values).mappings())
