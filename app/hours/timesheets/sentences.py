"""French sentences of the reading: what was understood, why a row is asked, what to know. No technical word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.hours.timesheets.layout import Layout, Table
from app.hours.timesheets.values import hundredths
from app.hours.timesheets.vocabulary import Role
from app.rules.french import (
    NBSP,
    NNBSP,
    format_hours_unit,
    format_integer,
    format_month,
    format_month_short,
    join_words,
    plural_word,
    quoted,
)

REASONS = {
    "hours_doubt": "hours_odd_format",
    "month_missing": "month_invalid",
    "month_conflict": "month_invalid",
}
"""Inner reasons that differ only by their sentence, and the code they show."""

_REASONS = {
    "name_missing": f"Des heures sans nom{NBSP}: indiquez la personne.",
    "text_too_long": f"Ce texte est trop long pour un nom{NBSP}: corrigez-le.",
    "formula_like_text": f"Ce texte ressemble à une formule{NBSP}: corrigez-le.",
    "negative_hours": f"Un nombre d’heures négatif{NBSP}: indiquez les heures du mois, ou rectifiez le mois attesté.",
    "hours_impossible": f"C’est plus que les heures du mois entier{NBSP}: vérifiez le nombre et la virgule.",
    "hours_unlikely": f"C’est plus de dix heures par jour tous les jours{NBSP}: vérifiez auprès de l’entreprise.",
    "hours_doubt": f"Les heures supplémentaires sont-elles comprises dans les heures{NNBSP}? Indiquez le total.",
    "month_in_future": f"Ce mois n’est pas encore commencé{NBSP}: corrigez le mois.",
    "month_missing": f"Aucun mois n’est indiqué{NBSP}: choisissez-le.",
    "month_conflict": f"Le fichier indique deux mois différents{NBSP}: choisissez le bon.",
    "month_without_year": f"L’année n’est pas indiquée{NBSP}: choisissez-la.",
    "week_across_months": f"La semaine est à cheval sur deux mois{NBSP}: répartissez les heures.",
    "duplicate_row": f"Cette personne a déjà une ligne pour ce mois{NBSP}: gardez l’une, ou additionnez.",
    "total_mismatch": f"Le total de la ligne n’est pas la somme de ses heures{NBSP}: indiquez le bon nombre.",
    "siret_invalid": f"Le SIRET de l’employeur est faux{NBSP}: choisissez l’entreprise.",
}


def reason(code: str, hours: str, month: str) -> str:
    """Why a row is asked, and what to do."""
    if code == "hours_unreadable":
        return f"{quoted(hours)} n’est pas un nombre d’heures{NBSP}: indiquez les heures."
    if code == "hours_odd_format":
        return f"{quoted(hours)} peut se lire de plusieurs façons{NBSP}: indiquez les heures."
    if code == "month_invalid":
        return f"{quoted(month)} n’est pas un mois sûr{NBSP}: choisissez le mois."
    return _REASONS.get(code, "")


def odd_format(text: str, units: int) -> str:
    """« 1 51,67 » lu 151,67."""
    return f"{quoted(text)} lu {format_hours_unit(hundredths(units)).removesuffix(f'{NBSP}h')}"


def unlikely(value: int, month: str) -> str:
    """A month above what two companies together may ask."""
    return f"{format_hours_unit(value)} en {format_month(month)}{NBSP}: à vérifier auprès de l’entreprise"


def homonyms(refs: Sequence[str], last: str, first: str) -> str:
    """Several numbers bear one name."""
    count = {2: "Deux", 3: "Trois", 4: "Quatre"}.get(len(refs), str(len(refs)))
    return (
        f"{count} matricules différents ({join_words(refs)}) portent le même nom {last} {first}{NBSP}: "
        "ne pas fusionner sans confirmation"
    )


def same_person(names: Sequence[tuple[str, str]]) -> str:
    """Two spellings that may be one person."""
    shown = join_words([quoted(f"{last} {first}".strip()) for last, first in names])
    return f"{shown} sont peut-être la même personne{NBSP}: laissées séparées"


def week(name: str, start: dt.date, end: dt.date, month: str) -> str:
    """A week over two months, paid in one."""
    label = name if name.lower().startswith("sem") else f"semaine {name}"
    return (
        f"La {label} va du {start:%d/%m} au {end:%d/%m}{NBSP}: le mois de paie {format_month_short(month)} est retenu"
    )


def siret(text: str) -> str:
    """A SIRET with a wrong key."""
    return f"Le SIRET {quoted(text)} n’est pas valable"


def total(label: str, printed: int, found: int) -> str:
    """A printed total that is not the sum."""
    return (
        f"{quoted(label)} indique {format_hours_unit(hundredths(printed))}, la somme des lignes est "
        f"{format_hours_unit(hundredths(found))}"
    )


def row_total(row: int, printed: int, found: int) -> str:
    """A row's printed total that is not the sum of its months."""
    return (
        f"Ligne {row}{NBSP}: le total indique {format_hours_unit(hundredths(printed))}, la somme des mois est "
        f"{format_hours_unit(hundredths(found))}"
    )


# --- what was understood -----------------------------------------------------------------------------------------


def describe(layout: Layout, kind: str, sheet_names: Sequence[str], months: Sequence[str], hidden_rows: int) -> str:
    """One sentence for the user: « Un tableau, une ligne par personne, les mois en colonnes… »."""
    if not layout.tables:
        return "Aucun tableau d’heures reconnu."
    table = layout.tables[0]
    parts = [_where(layout, sheet_names), _shape(table)]
    parts.append(_names(table))
    parts.append(_hours(table))
    if months:
        first, last = min(months), max(months)
        parts.append(format_month(first) if first == last else f"de {format_month(first)} à {format_month(last)}")
    sentence = ", ".join(part for part in parts if part)
    left = _left_out(layout, hidden_rows)
    return f"{_FILES.get(kind, 'Fichier')}{NBSP}: {sentence}{left}."


_FILES = {
    "xlsx": "Classeur Excel",
    "xlsb": "Classeur Excel",
    "xls": "Classeur Excel",
    "ods": "Classeur LibreOffice",
    "csv": "Fichier CSV",
    "tsv": "Fichier texte",
    "txt": "Fichier texte",
    "html": "Tableau de logiciel de paie",
    "mhtml": "Tableau de logiciel de paie",
    "xml2003": "Classeur Excel",
    "pdf": "Document PDF",
}


def _where(layout: Layout, sheet_names: Sequence[str]) -> str:
    sheets = sorted({table.sheet for table in layout.tables})
    if len(sheets) > 1:
        if all(not table.having(*_NAMES) for table in layout.tables):
            return f"une feuille par personne ({format_integer(len(sheets))} feuilles)"
        return f"{format_integer(len(sheets))} feuilles"
    name = sheet_names[sheets[0]]
    count = len(layout.tables)
    blocks = f"{count} tableaux l’un sous l’autre" if count > 1 else "un tableau"
    return f"{blocks} dans la feuille {quoted(name)}" if name else blocks


_NAMES = (Role.LAST_NAME, Role.FIRST_NAME, Role.FULL_NAME)


def _shape(table: Table) -> str:
    hours = table.having(Role.HOURS)
    months = [column for column in hours if column.moment is not None and column.moment.day is None]
    days = [column for column in hours if column.moment is not None and column.moment.day is not None]
    person = "colonne" if table.transposed else "ligne"
    period = "lignes" if table.transposed else "colonnes"
    if not table.having(*_NAMES):
        rows = "jour" if table.having(Role.DATE) else "semaine" if table.having(Role.WEEK, Role.DATE_FROM) else "mois"
        return f"une ligne par {rows}"
    if months:
        return f"une {person} par personne, les mois en {period}"
    if days:
        return f"une {person} par personne, les jours en {period}"
    if any(column.week for column in hours):
        return f"une {person} par personne, les semaines en {period}"
    if table.having(Role.DATE):
        return "une ligne par personne et par jour"
    if table.having(Role.WEEK, Role.DATE_FROM):
        return "une ligne par personne et par semaine"
    if table.having(Role.MONTH):
        return f"une {person} par personne et par mois"
    return f"une {person} par personne"


def _names(table: Table) -> str:
    if table.having(Role.FULL_NAME):
        heading = table.having(Role.FULL_NAME)[0].heading
        return f"noms dans la colonne {quoted(heading)}" if heading and not table.transposed else ""
    if table.having(Role.LAST_NAME) and table.having(Role.FIRST_NAME):
        return "nom et prénom dans deux colonnes" if not table.transposed else ""
    return ""


def _hours(table: Table) -> str:
    hours = table.having(Role.HOURS)
    if any(column.moment or column.week for column in hours) or not hours:
        return ""
    headings = [quoted(column.heading) for column in hours if column.heading]
    if not headings:
        return ""
    if len(headings) == 1:
        return f"heures dans la colonne {headings[0]}"
    return f"heures additionnées des colonnes {join_words(headings)}"


def _left_out(layout: Layout, hidden_rows: int) -> str:
    said: list[str] = []
    if layout.left_out:
        said.append(f"la feuille {join_words([quoted(name) for name in layout.left_out])} répète les autres")
    if hidden_rows:
        word = plural_word(hidden_rows, "ligne masquée", "lignes masquées")
        said.append(f"{format_integer(hidden_rows)} {word} {plural_word(hidden_rows, 'laissée')} de côté")
    return f"{NNBSP}; {' et '.join(said)}" if said else ""
