"""The French of the review: why a row is asked or refused, and what to do."""

from __future__ import annotations

import datetime as dt

from app.models.choices import EmploymentType
from app.rules.french import (
    NBSP,
    capitalise_first,
    format_date,
    format_hours_unit,
    format_month,
    of,
    plural,
    quoted,
)
from app.store.imports import WorkRow

_DOUBTS = {
    "name_initial": "Le prénom est abrégé ou absent.",
    "name_close": "Ce nom ressemble à celui d’une personne connue, sans être le même.",
    "homonyms": "Plusieurs personnes portent ce nom.",
    "name_unknown": "Personne de ce nom n’a de contrat avec cette entreprise.",
}
_TODO = {
    "name_initial": "Choisir la personne.",
    "name_close": "Choisir la personne, ou en créer une autre.",
    "homonyms": "Choisir la personne.",
    "name_unknown": "Choisir la personne, la créer, ou ignorer la ligne.",
    "name_missing": "Choisir la personne, ou ignorer la ligne.",
    "several_contracts": "Choisir le contrat.",
    "other_employer": "Accepter ce contrat, ou ignorer la ligne.",
    "no_contract": "Choisir le contrat malgré ses dates, en créer un, ou ignorer la ligne.",
    "same_person_twice": "Accepter les lignes pour les additionner, ou ignorer celle qui est en trop.",
    "duplicate_row": "Accepter la bonne ligne, ignorer l’autre.",
    "hours_unlikely": "Accepter si l’entreprise le confirme, ou corriger.",
    "total_mismatch": "Accepter si la somme est juste, ou corriger.",
    "hours_odd_format": "Accepter si le nombre est juste, ou l’écrire.",
    "hours_impossible": "Écrire le nombre d’heures, ou ignorer la ligne.",
    "hours_unreadable": "Écrire le nombre d’heures, ou ignorer la ligne.",
    "negative_hours": "Écrire le nombre d’heures, ou ignorer la ligne.",
    "formula_like_text": "Demander la ligne à l’entreprise, ou l’ignorer.",
    "text_too_long": "Choisir la personne, ou ignorer la ligne.",
    "month_in_future": "Écrire le mois, ou ignorer la ligne.",
    "month_invalid": "Écrire le mois, ou ignorer la ligne.",
    "month_without_year": "Écrire le mois avec son année, par exemple 10/2026.",
    "week_across_months": "Écrire le mois de paie de cette semaine.",
    "siret_invalid": "Vérifier le SIRET auprès de l’entreprise.",
    "statement_validated": "Rouvrir le relevé de ce mois, puis redéposer le fichier.",
    "statement_attested": "Établir une rectification du relevé attesté.",
    "hours_shared": "Corriger dans la grille, en répartissant de nouveau.",
}
_READING = {
    "name_missing": "Le nom manque.",
    "text_too_long": "Le texte est trop long pour un nom.",
    "formula_like_text": "La case contient une formule à la place d’un nom ou d’un nombre.",
}


def todo(reason: str) -> str:
    """What to do about a row."""
    return _TODO.get(reason, "Corriger, ou ignorer la ligne.")


def of_reading(code: str, message: str) -> str:
    """Why the reading asks; the sentence of the reader when it has one."""
    said = message or _READING.get(code, "")
    return capitalise_first(said).rstrip(".") + "." if said else ""


def of_doubt(doubt: str, month: str) -> str:
    """Why a name is asked."""
    return _DOUBTS.get(doubt, "")


def several(count: int, month: str) -> str:
    """Somebody has several contracts in a month."""
    return f"Cette personne a {plural(count, 'contrat')} en {format_month(month)}."


def other_employer(company: str) -> str:
    """The file says another employer than the contract."""
    return f"Le fichier indique l’employeur {quoted(company)}, le contrat de cette personne un autre."


def no_contract(month: str) -> str:
    """Somebody known has no contract in a month."""
    return f"Aucun contrat de cette personne ne couvre {format_month(month)}."


def twice(month: str) -> str:
    """Two rows of the file are one person."""
    return f"Plusieurs lignes du fichier désignent cette personne en {format_month(month)}."


def refused(reason: str, month: str, before: int | None) -> str:
    """Why a row will not be written."""
    there = f", avec {format_hours_unit(before)}" if before is not None else ""
    if reason == "statement_validated":
        return f"Le relevé {of(format_month(month))} est validé{there}."
    if reason == "statement_attested":
        return f"Le relevé {of(format_month(month))} est attesté{there}."
    if reason == "hours_shared":
        return f"Les heures de cette personne sont réparties sur plusieurs lots{there}."
    return f"Un mois compte au plus 744{NBSP}h."


def elsewhere(count: int, company: str) -> str:
    """Hours that go to another company's statement."""
    return f"{plural(count, 'ligne va', 'lignes vont')} dans le relevé de {company}, où ces personnes travaillent"


def absent(name: str, month: str) -> str:
    """Somebody of an earlier file who is not in this one."""
    return f"{name} a des heures en {format_month(month)} et n’est pas dans ce fichier{NBSP}: elles restent."


def contract(row: WorkRow, company: str) -> str:
    """« B-2026-NO-0001 · CDD, 02/03/2026 – 31/03/2027 »."""
    kind = EmploymentType(row.type).label
    if row.end_on is None:
        dates = f"{kind} depuis le {format_date(row.start_on)}"
    else:
        dates = f"{kind}, {format_date(row.start_on)}{NBSP}–{NBSP}{format_date(row.end_on)}"
    return " · ".join(part for part in (row.file_number, dates, company) if part)


def already(at: dt.datetime, now: dt.datetime) -> str:
    """« Déjà importé il y a 1 min », « Déjà importé le 4/11 »."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 60:
        return f"Déjà importé il y a {max(minutes, 1)}{NBSP}min"
    local = at.astimezone()
    if local.date() == now.astimezone().date():
        return f"Déjà importé aujourd’hui à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"
    year = "" if local.year == now.astimezone().year else f"/{local.year}"
    return f"Déjà importé le {local.day}/{local.month}{year}"
