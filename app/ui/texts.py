"""Sentences and words shared by several screens; each screen keeps its own beside its widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

NBSP = "\u00a0"
NNBSP = "\u202f"
# app.rules.french is imported where it is used: the first screen does not wait for it

PRODUCT = "Inclusiv’Terrain"

OPTIONAL = "facultatif"
REQUIRED = "obligatoire"
MODIFIED_ELSEWHERE = "Modifié ailleurs"
CANCEL = "Annuler"
CLOSE = "Fermer"
OPEN = "Ouvrir"
PRINT = "Imprimer"
SAVE_AS = "Enregistrer sous…"
NOTHING_CHOSEN = "Non renseigné"

DEMONSTRATION = "DÉMONSTRATION"

PRIVACY = (
    "Ce carnet contient des informations sur des personnes.",
    "Il est chiffré et verrouillé quand vous vous éloignez.",
    "Vos dernières saisies sont enregistrées.",
)
"""Three lines on the lock cover; no name (PRODUCT.md §3.7)."""


def saved_at(moment: dt.datetime | None) -> str:
    """« Enregistré à 10 h 42 », in local time."""
    from app.rules.french import format_time

    if moment is None:
        return "Rien à enregistrer"
    return f"Enregistré à {format_time(moment.astimezone())}"


def already_saved_at(moment: dt.datetime | None) -> str:
    """The answer to Ctrl+S: there is no such thing as an unsaved change."""
    from app.rules.french import format_time

    if moment is None:
        return f"Rien à enregistrer{NBSP}: chaque champ s’enregistre dès que vous le quittez."
    return f"Déjà enregistré à {format_time(moment.astimezone())}. Chaque champ s’enregistre dès que vous le quittez."


def notebook_age(last_change: dt.datetime | None, unsent: int) -> str:
    """« Données locales à jour au 21/11 à 17 h 42 – 7 modifications non envoyées (en sécurité) », or nothing."""
    from app.rules.french import format_time, plural

    if last_change is None:
        return ""
    at = last_change.astimezone()
    text = f"Données locales à jour au {at:%d/%m} à {format_time(at)}"
    if unsent:
        text += f" – {plural(unsent, 'modification non envoyée', 'modifications non envoyées')} (en sécurité)"
    return text


def network_asked(warns_at: dt.datetime | None, ends_at: dt.datetime | None, now: dt.datetime) -> str:
    """« À synchroniser avant le 12 décembre. » once it is time; when it is past, what the opening will ask."""
    from app.rules.lease import words

    if ends_at is not None and now >= ends_at:
        return "Le réseau sera demandé à l’ouverture."
    told = words(warns_at, ends_at, now)
    return f"{told}." if told else ""


def quoted(text: str) -> str:
    """« text »."""
    return f"«{NBSP}{text}{NBSP}»"


def question(text: str) -> str:
    """``text`` with a French question mark."""
    return f"{text}{NNBSP}?"


HOURS_FILES = (
    "Relevés d’heures (*.xlsx *.xls *.xlsb *.ods *.csv *.tsv *.txt *.pdf *.htm *.html *.xml *.mht)",
    "Tous les fichiers (*)",
)
"""What may be chosen as a company's file: it is judged by its content, not by its name."""
