"""The lists of the notebook as sheets: operations, companies, beneficiaries, statements, visits (PRODUCT.md R8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from app.exchange.sheets import Column, Kind, Sheet, Value
from app.models.choices import CompanyKind, EmploymentType, OfferState, Sex, StatementState, VisitKind, VisitState
from app.rules.french import capitalise_first, format_month, format_phone, format_siret
from app.store.commitments import lot_label
from app.store.exports import LISTS, rows_of
from app.store.notebook import Notebook

Read = Callable[[Any], Value]
"""From a row of the store to the value of a cell."""


def _as_is(name: str) -> Read:
    return lambda row: row[name]


def _date(name: str) -> Read:
    def read(row: Any) -> Value:
        return None if row[name] is None else dt.date.fromisoformat(str(row[name])[:10])

    return read


def _moment(name: str) -> Read:
    def read(row: Any) -> Value:
        if row[name] is None:
            return None
        moment = dt.datetime.fromisoformat(str(row[name]))
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

    return read


def _label(name: str, choices: Any) -> Read:
    return lambda row: next((one.label for one in choices if one == row[name]), "")


def _month(row: Any) -> Value:
    """The first day of the month, so that a spreadsheet sorts it as a date."""
    return dt.date.fromisoformat(f"{row['month']}-01")


_LISTS: dict[str, tuple[str, tuple[tuple[str, Kind, Read], ...]]] = {
    "operations": (
        "Opérations",
        (
            ("Opération", Kind.TEXT, _as_is("name")),
            ("Référence", Kind.TEXT, _as_is("reference")),
            ("Donneur d’ordre", Kind.TEXT, _as_is("buyer")),
            ("Adresse", Kind.TEXT, _as_is("address")),
            ("Code postal", Kind.TEXT, _as_is("postcode")),
            ("Commune", Kind.TEXT, _as_is("town")),
            ("Début", Kind.DATE, _date("start_on")),
            ("Fin prévue", Kind.DATE, _date("end_on")),
            ("Close le", Kind.DATE, _date("closed_on")),
            ("Lots", Kind.WHOLE, _as_is("lots")),
            ("Heures dues", Kind.HOURS, _as_is("due_hours")),
            ("Heures validées", Kind.HOURS, _as_is("validated_hours")),
        ),
    ),
    "companies": (
        "Entreprises",
        (
            ("Entreprise", Kind.TEXT, _as_is("name")),
            ("Type", Kind.TEXT, _label("kind", CompanyKind)),
            ("SIRET", Kind.TEXT, lambda row: format_siret(row["siret"]) if row["siret"] else ""),
            ("Code d’activité", Kind.TEXT, _as_is("activity_code")),
            ("Adresse", Kind.TEXT, _as_is("address")),
            ("Code postal", Kind.TEXT, _as_is("postcode")),
            ("Commune", Kind.TEXT, _as_is("town")),
            ("Téléphone", Kind.TEXT, lambda row: format_phone(row["phone"])),
            ("Adresse électronique", Kind.TEXT, _as_is("email")),
        ),
    ),
    "beneficiaries": (
        "Bénéficiaires",
        (
            ("N° de dossier", Kind.TEXT, _as_is("file_number")),
            ("Nom", Kind.TEXT, _as_is("last_name")),
            ("Prénom", Kind.TEXT, _as_is("first_name")),
            ("Sexe", Kind.TEXT, _label("sex", Sex)),
            ("Date de naissance", Kind.DATE, _date("birth_date")),
            ("Adresse", Kind.TEXT, _as_is("address")),
            ("Code postal", Kind.TEXT, _as_is("postcode")),
            ("Commune", Kind.TEXT, _as_is("town")),
            ("Téléphone", Kind.TEXT, lambda row: format_phone(row["phone"])),
            ("Adresse électronique", Kind.TEXT, _as_is("email")),
            ("Facilitateur", Kind.TEXT, _as_is("facilitator")),
            ("Dernier contact", Kind.DATE, _date("last_contact_on")),
            ("Contrats", Kind.WHOLE, _as_is("contracts")),
            ("Heures validées", Kind.HOURS, _as_is("hours")),
        ),
    ),
    "statements": (
        "Relevés",
        (
            ("Mois", Kind.DATE, _month),
            ("Entreprise", Kind.TEXT, _as_is("company")),
            ("SIRET", Kind.TEXT, lambda row: format_siret(row["siret"]) if row["siret"] else ""),
            ("État", Kind.TEXT, _label("state", StatementState)),
            ("Reçu le", Kind.DATE, _date("received_on")),
            ("Validé le", Kind.MOMENT, _moment("validated_at")),
            ("Code du relevé", Kind.TEXT, _as_is("paper_code")),
            ("Personnes", Kind.WHOLE, _as_is("people")),
            ("Heures travaillées", Kind.HOURS, _as_is("hours")),
            ("Rectification", Kind.HOURS, _as_is("rectified")),
            ("Formation", Kind.HOURS, _as_is("training")),
            ("Total déclaré", Kind.HOURS, _as_is("declared_total")),
        ),
    ),
    "visits": (
        "Visites",
        (
            ("N°", Kind.TEXT, _as_is("number")),
            ("Type", Kind.TEXT, _label("kind", VisitKind)),
            ("État", Kind.TEXT, _label("state", VisitState)),
            ("Prévue le", Kind.DATE, _date("planned_on")),
            ("Début", Kind.MOMENT, _moment("started_at")),
            ("Fin", Kind.MOMENT, _moment("finished_at")),
            ("Opération", Kind.TEXT, _as_is("operation")),
            ("Lot", Kind.TEXT, lambda row: capitalise_first(lot_label(row["lot_number"] or "", row["lot_name"] or ""))),
            ("Entreprise", Kind.TEXT, _as_is("company")),
            ("Facilitateur", Kind.TEXT, _as_is("facilitator")),
            ("Constats", Kind.WHOLE, _as_is("observations")),
        ),
    ),
    "offers": (
        "Offres d’emploi",
        (
            ("N°", Kind.TEXT, _as_is("number")),
            ("Poste", Kind.TEXT, _as_is("title")),
            ("Métier (ROME)", Kind.TEXT, _as_is("trade_code")),
            ("Entreprise", Kind.TEXT, _as_is("company")),
            ("Opération", Kind.TEXT, lambda row: row["operation"] or ""),
            ("Lieu", Kind.TEXT, _as_is("place")),
            ("Postes", Kind.WHOLE, _as_is("posts")),
            ("À pourvoir", Kind.WHOLE, lambda row: max(0, row["posts"] - row["hired"])),
            ("Contrat", Kind.TEXT, _label("contract_type", EmploymentType)),
            ("Heures par semaine", Kind.HOURS, _as_is("weekly_hours")),
            ("Début", Kind.DATE, _date("start_on")),
            ("Fin", Kind.DATE, _date("end_on")),
            ("Candidater avant le", Kind.DATE, _date("apply_before")),
            ("État", Kind.TEXT, _label("state", OfferState)),
            ("Description", Kind.TEXT, _as_is("description")),
            ("Personne à appeler", Kind.TEXT, _as_is("facilitator")),
            ("Téléphone", Kind.TEXT, lambda row: format_phone(row["phone"])),
            ("Adresse électronique", Kind.TEXT, _as_is("email")),
        ),
    ),
}
assert set(_LISTS) == set(LISTS)


def list_sheet(notebook: Notebook, kind: str, *, ids: Sequence[str] | None = None, month: str = "") -> Sheet:
    """A list as a sheet. ``ids`` keeps these records, in this order (what the screen shows); ``None`` keeps all."""
    title, columns = _LISTS[kind]
    with notebook.read() as connection:
        rows = rows_of(connection, kind, notebook.organisation_id, month)
    if ids is not None:
        known = {row["id"]: row for row in rows}
        rows = [known[one] for one in ids if one in known]
    return Sheet(
        f"{title} – {format_month(month)}" if month else title,
        tuple(Column(name, what) for name, what, _read in columns),
        tuple(tuple(read(row) for _name, _what, read in columns) for row in rows),
    )
