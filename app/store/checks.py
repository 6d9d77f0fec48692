"""What should not exist: integrity of the file, and inconsistencies between records.

For support, and as the last assertion of long tests. Findings name records by kind and id, never by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from app.store.notebook import Notebook


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should not be. ``sentence`` says it in French."""

    code: str
    sentence: str
    kind: str = ""
    record_id: str = ""


_ALIVE_CHILDREN = (
    ("employment_contract", "beneficiary_id", "beneficiary"),
    ("employment_contract", "period_id", "clause_period"),
    ("hour_line", "contract_id", "employment_contract"),
    ("hour_line", "statement_id", "monthly_statement"),
    ("hour_line", "rectification_id", "rectification"),
    ("commitment", "lot_id", "lot"),
    ("lot", "contract_id", "contract"),
    ("contract", "operation_id", "operation"),
    ("observation", "visit_id", "visit"),
    ("signature", "visit_id", "visit"),
)

_RULES: tuple[tuple[str, str, str, str], ...] = (
    (
        "hours_outside_contract",
        "Des heures sont notées en dehors des dates du contrat de travail.",
        "hour_line",
        """SELECT h.id FROM hour_line h JOIN employment_contract c ON c.id = h.contract_id
           WHERE h.deleted_at IS NULL AND h.hours > 0
             AND (h.month < substr(c.start_on, 1, 7) OR h.month > coalesce(substr(c.end_on, 1, 7), '9999-12'))""",
    ),
    (
        "line_of_another_month",
        "Une ligne d’heures n’est pas du mois ou de l’entreprise de son relevé.",
        "hour_line",
        """SELECT h.id FROM hour_line h JOIN monthly_statement s ON s.id = h.statement_id
           JOIN employment_contract c ON c.id = h.contract_id
           WHERE h.deleted_at IS NULL AND (h.month <> s.month OR c.company_id <> s.company_id)""",
    ),
    (
        "impossible_hours",
        "Une ligne d’heures est négative ou dépasse les heures du mois.",
        "hour_line",
        """SELECT id FROM hour_line WHERE deleted_at IS NULL AND rectification_id IS NULL
           AND (hours < 0 OR hours > 74400)""",
    ),
    (
        "rectified_below_zero",
        "Les heures d’une ligne rectifiée sont négatives ou dépassent les heures du mois.",
        "hour_line",
        """SELECT max(id) FROM hour_line WHERE deleted_at IS NULL GROUP BY contract_id, lot_id, month, kind
           HAVING max(rectification_id) IS NOT NULL AND (sum(hours) < 0 OR sum(hours) > 74400)""",
    ),
    (
        "rectified_without_attestation",
        "Une rectification porte sur un relevé qui n’est pas attesté.",
        "rectification",
        """SELECT r.id FROM rectification r JOIN monthly_statement s ON s.id = r.statement_id
           WHERE r.deleted_at IS NULL AND s.state <> 'attested'""",
    ),
    (
        "contract_ends_before_start",
        "Un contrat de travail se termine avant d’avoir commencé.",
        "employment_contract",
        "SELECT id FROM employment_contract WHERE deleted_at IS NULL AND end_on < start_on",
    ),
    (
        "contract_of_another_person",
        "Un contrat de travail et sa période d’insertion ne sont pas de la même personne.",
        "employment_contract",
        """SELECT c.id FROM employment_contract c JOIN clause_period p ON p.id = c.period_id
           WHERE c.deleted_at IS NULL AND c.beneficiary_id <> p.beneficiary_id""",
    ),
    (
        "final_visit_without_signature",
        "Un compte rendu définitif n’a pas de signature.",
        "visit",
        """SELECT v.id FROM visit v WHERE v.state = 'final' AND v.deleted_at IS NULL AND NOT EXISTS
           (SELECT 1 FROM signature s WHERE s.visit_id = v.id AND s.deleted_at IS NULL)""",
    ),
    (
        "visit_number_twice",
        "Deux visites portent le même numéro.",
        "visit",
        """SELECT max(id) FROM visit WHERE number <> '' GROUP BY number HAVING count(*) > 1""",
    ),
    (
        "negative_commitment",
        "Un engagement est négatif.",
        "commitment",
        "SELECT id FROM commitment WHERE deleted_at IS NULL AND due_hours < 0",
    ),
    (
        "observation_number_twice",
        "Deux constats d’une visite portent le même numéro.",
        "observation",
        "SELECT max(id) FROM observation GROUP BY visit_id, number HAVING count(*) > 1",
    ),
)


def check_file(notebook: Notebook) -> list[Finding]:
    """Integrity of the encrypted file: pages, structure, links between records, search index."""
    raw = notebook.raw
    found = [
        Finding("damaged_page", "Une page du fichier est endommagée.")
        for _ in raw.execute("PRAGMA cipher_integrity_check")
    ]
    found += [
        Finding("damaged_structure", "La structure du fichier est endommagée.")
        for (answer,) in raw.execute("PRAGMA integrity_check")
        if answer != "ok"
    ]
    found += [
        Finding("broken_link", "Un enregistrement renvoie à un autre qui n’existe pas.", str(table))
        for table, *_ in raw.execute("PRAGMA foreign_key_check")
    ]
    if not _index_is_whole(raw):
        found.append(Finding("search_index", "L’index de recherche ne correspond plus aux fiches."))
    return found


def check_records(notebook: Notebook) -> list[Finding]:
    """Inconsistencies between records."""
    found: list[Finding] = []
    with notebook.read() as connection:
        for code, sentence, kind, query in _RULES:
            found += [Finding(code, sentence, kind, str(row[0])) for row in connection.execute(text(query))]
        for child, key, parent in _ALIVE_CHILDREN:
            rows = connection.execute(
                text(
                    f'SELECT c.id FROM "{child}" c JOIN "{parent}" p ON p.id = c.{key} '
                    "WHERE c.deleted_at IS NULL AND p.deleted_at IS NOT NULL"
                )
            )
            found += [
                Finding(
                    "child_of_deleted",
                    "Un enregistrement dépend d’un autre qui est dans la corbeille.",
                    child,
                    str(row[0]),
                )
                for row in rows
            ]
    return found


def check_all(notebook: Notebook, *more: Callable[[], list[Finding]]) -> list[Finding]:
    """Everything, the file first; ``more`` adds checks of what lies beside it (attachments)."""
    found = check_file(notebook) + check_records(notebook)
    for check in more:
        found += check()
    return found


def _index_is_whole(raw: object) -> bool:
    try:
        raw.execute("INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)")  # type: ignore[attr-defined]
    except Exception as problem:
        if "malformed" in str(problem).lower() or "corrupt" in str(problem).lower():
            return False
        raise
    return True
