"""The columns of the list of companies, and of the people of one company."""

from __future__ import annotations

from app.models.choices import CompanyKind
from app.operations.values import CompanyRow, PersonLine
from app.rules.french import format_date_range, format_phone, format_siret
from app.ui.kit.table import Column
from app.ui.shell.discretion import Discretion

_KINDS = {one.value: one.label for one in CompanyKind}

COLUMNS: tuple[Column[CompanyRow], ...] = (
    Column("name", "Entreprise", lambda row: row.name, 280, bold=True, tooltip=lambda row: row.name),
    Column(
        "kind",
        "Type",
        lambda row: _KINDS.get(row.kind, ""),
        0,
        tooltip=lambda row: _KINDS.get(row.kind, ""),
    ),
    Column("siret", "SIRET", lambda row: format_siret(row.siret), 170),
    Column("town", "Commune", lambda row: row.town, 160),
    Column("phone", "Téléphone", lambda row: format_phone(row.phone), 130, sortable=False),
    Column("people", "En contrat", lambda row: str(row.people) if row.people else "", 100, "right", sortable=False),
)


def people_columns(discretion: Discretion) -> tuple[Column[PersonLine], ...]:
    """People of a company; names become initials in discretion."""
    return (
        Column("name", "Nom", lambda row: discretion.name(row.last_name, row.first_name), 200, bold=True),
        Column("job", "Poste", lambda row: row.job_title, 0, tooltip=lambda row: row.job_title),
        Column(
            "dates",
            "Dernier contrat",
            lambda row: format_date_range(row.start_on, row.end_on),
            220,
            sort=lambda row: row.start_on,
        ),
        Column(
            "state",
            "État",
            lambda row: "En contrat" if row.present else "Terminé",
            120,
            sort=lambda row: not row.present,
            icon=lambda row: "circle-check" if row.present else "circle",
            tone=lambda row: "success" if row.present else "text_secondary",
        ),
    )
