"""A month of hours as a sheet: the lines of one company, or of all, in the order of the printed statement (H11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.exchange.sheets import Column, Kind, Sheet, Value
from app.models.choices import EmploymentType, HourKind, Modality, StatementState
from app.rules.absences import absence_label
from app.rules.calendar import first_day
from app.rules.french import format_month
from app.rules.statements import statement_id
from app.store import hours
from app.store.commitments import lot_label
from app.store.notebook import Notebook
from app.store.statements import rectified_lines
from app.store.unit import not_found

_COLUMNS = (
    Column("Mois", Kind.DATE),
    Column("Entreprise"),
    Column("N°", Kind.WHOLE),
    Column("Nom"),
    Column("Prénom"),
    Column("N° de dossier"),
    Column("Employeur"),
    Column("Type de contrat"),
    Column("Modalité"),
    Column("Début du contrat", Kind.DATE),
    Column("Fin du contrat", Kind.DATE),
    Column("Opération"),
    Column("Lot"),
    Column("Heures travaillées", Kind.HOURS),
    Column("Formation", Kind.HOURS),
    Column("Absence"),
    Column("Rectification", Kind.HOURS),
    Column("Motif de la rectification"),
    Column("Heures retenues", Kind.HOURS),
    Column("Heures déclarées", Kind.HOURS),
    Column("Motif de l’écart"),
    Column("Remarque acceptée"),
    Column("État du relevé"),
)
_SUMMED = ("Heures travaillées", "Formation", "Rectification", "Heures retenues")
_PAGE = 200


def month_sheet(notebook: Notebook, month: str, company_id: str = "") -> Sheet:
    """The lines of a month: those of a company, or of every company concerned. Raises ``NotFound``."""
    rows: list[tuple[Value, ...]] = []
    with notebook.read() as connection:
        for company, name in _companies(connection, notebook.organisation_id, month, company_id):
            rows.extend(_lines(connection, notebook.organisation_id, month, company, name))
    totals: tuple[Value, ...] = tuple(
        sum(row[at] or 0 for row in rows)  # type: ignore[misc]
        if column.title in _SUMMED
        else ("Total" if at == 1 else None)
        for at, column in enumerate(_COLUMNS)
    )
    return Sheet(f"Heures – {format_month(month)}", _COLUMNS, tuple(rows), totals if rows else ())


def _companies(connection: Any, organisation_id: str, month: str, company_id: str) -> Iterator[tuple[str, str]]:
    if company_id:
        name = hours.company_name(connection, company_id)
        if name is None:
            raise not_found()
        yield company_id, name
        return
    offset = 0
    while page := hours.companies_of_month(connection, organisation_id, month, limit=_PAGE, offset=offset):
        yield from ((one.company_id, one.company_name) for one in page)
        offset += _PAGE


def _lines(
    connection: Any, organisation_id: str, month: str, company_id: str, company: str
) -> Iterator[tuple[Value, ...]]:
    record_id = statement_id(organisation_id, company_id, month)
    statement = hours.find_statement(connection, record_id)
    state = (statement.state if statement else StatementState.EXPECTED).label
    typed = hours.lines_of(connection, record_id) if statement else []
    rectified = rectified_lines(connection, record_id) if statement else []
    known = {(one.contract_id, one.lot_id, one.kind): one for one in typed}
    contracts = hours.active_contracts(connection, organisation_id, company_id, month)
    others = {one.contract_id for one in typed} | {one.contract_id for one in rectified}
    others -= {one.id for one in contracts}
    contracts = sorted(
        [*contracts, *hours.contracts_by_ids(connection, others)],
        key=lambda one: (one.sort_name, one.beneficiary_id, one.start_on, one.id),
    )
    used = {one.lot_id for one in typed} | {one.lot_id for one in rectified} | {one.lot_id for one in contracts}
    lots = hours.lots_by_ids(connection, used)
    rank = 0
    for contract in contracts:
        shares = {one.lot_id for one in typed if one.contract_id == contract.id and (one.hours is not None)} | {
            one.lot_id for one in rectified if one.contract_id == contract.id
        }
        for lot_id in (contract.lot_id, *sorted(shares - {contract.lot_id}, key=lambda one: _order(lots.get(one)))):
            rank += 1
            worked = known.get((contract.id, lot_id, HourKind.WORKED))
            training = known.get((contract.id, lot_id, HourKind.TRAINING))
            here = [one for one in rectified if (one.contract_id, one.lot_id) == (contract.id, lot_id)]
            difference = sum(one.difference for one in here if one.kind is HourKind.WORKED)
            lot = lots.get(lot_id)
            yield (
                first_day(month),
                company,
                rank,
                contract.last_name,
                contract.first_name,
                contract.file_number,
                contract.employer_name,
                EmploymentType(contract.type).label,
                Modality(contract.modality).label,
                contract.start_on,
                contract.end_on,
                lot.operation_name if lot else "",
                lot_label(lot.number, lot.name) if lot else "",
                worked.hours if worked else None,
                training.hours if training else None,
                absence_label(worked.absence_code) if worked and worked.absence_code else "",
                difference if here else None,
                " ; ".join(one.reason for one in here),
                (worked.hours or 0) + difference if worked and (worked.hours is not None or here) else None,
                worked.declared_hours if worked else None,
                worked.difference_reason if worked else "",
                worked.accepted_reason if worked else "",
                state,
            )


def _order(lot: hours.LotRow | None) -> tuple[str, int, str, str]:
    return (lot.operation_name, len(lot.number), lot.number, lot.id) if lot else ("", 0, "", "")
