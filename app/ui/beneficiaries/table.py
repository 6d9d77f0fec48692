"""The columns of the list of beneficiaries."""

from __future__ import annotations

from app.beneficiaries.values import PersonLine
from app.rules.french import format_date, format_phone
from app.ui.kit.table import Column
from app.ui.shell.discretion import Discretion


def state_of(line: PersonLine) -> str:
    """« En contrat », « Sans contrat », « Archivée »."""
    if line.archived:
        return "Archivée"
    return "En contrat" if line.at_work else "Sans contrat"


_ICONS = {"En contrat": "circle-check", "Sans contrat": "circle", "Archivée": "archive"}
_TONES = {"En contrat": "success", "Sans contrat": "text_secondary", "Archivée": "text_secondary"}


def columns(discretion: Discretion) -> tuple[Column[PersonLine], ...]:
    """Columns that hide names while the discretion mode is on."""
    return (
        Column(
            "name", "Nom", lambda one: discretion.name(one.last_name, one.first_name), 0, order_by="name", bold=True
        ),
        Column("birth", "Naissance", lambda one: discretion.detail(format_date(one.birth_date)), 104, sortable=False),
        Column(
            "town",
            "Commune",
            lambda one: f"{one.town} (QPV)" if one.in_district and one.town else one.town,
            150,
            sortable=False,
            tooltip=lambda one: "Habite un quartier prioritaire" if one.in_district else "",
        ),
        Column("phone", "Téléphone", lambda one: discretion.detail(format_phone(one.phone)), 122, sortable=False),
        Column("company", "Entreprise", lambda one: one.company_name, 160, sortable=False),
        Column(
            "state",
            "Situation",
            state_of,
            128,
            sortable=False,
            tone=lambda one: _TONES[state_of(one)],
            icon=lambda one: _ICONS[state_of(one)],
        ),
        Column("ends", "Fin de contrat", lambda one: format_date(one.ends_on), 110, sortable=False),
        Column("file_number", "N° de dossier", lambda one: one.file_number, 136, order_by="file_number"),
    )
