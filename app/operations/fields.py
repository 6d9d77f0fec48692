"""Which fields of the procurement side can be edited one by one, how each is read, and its name in French.

Values come from the screen's fields: texts, dates, integer cents, hundredths of an hour, ids. Each rule answers the
stored value or raises ``InvalidInput`` with the field's name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.models.choices import BuyerKind, Choice, ClauseArticle, ClauseState, CompanyKind, CompanyRole, ObjectiveKind
from app.rules.french import NBSP, format_date, format_hours_short, sort_key
from app.rules.identifiers import parse_email, parse_phone, parse_post_code
from app.rules.sizing import check_amount

MAXIMUM_DUE = 100_000_000
"""One million hours: beyond, a zero too many."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """The French name of a field and the reader of its value."""

    title: str
    read: Callable[[Any], Any]


def _text(field: str, *, needed: str = "", limit: int = 500) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        tidy = " ".join(str(value or "").split())
        if needed and not tidy:
            raise InvalidInput(needed, todo="Le renseigner.", field=field)
        if len(tidy) > limit:
            raise InvalidInput(f"Ce texte dépasse {limit} caractères.", todo="Le raccourcir.", field=field)
        return tidy

    return read


def _long_text(field: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        tidy = str(value or "").strip()
        if len(tidy) > 10_000:
            raise InvalidInput(f"Ce texte dépasse 10{NBSP}000 caractères.", todo="Le raccourcir.", field=field)
        return tidy

    return read


def _parsed(field: str, parse: Callable[..., str]) -> Callable[[Any], str]:
    return lambda value: parse(str(value), field=field) if str(value or "").strip() else ""


def _date(field: str) -> Callable[[Any], dt.date | None]:
    def read(value: Any) -> dt.date | None:
        if value is not None and not isinstance(value, dt.date):
            raise InvalidInput("Une date est attendue.", todo="Écrire par exemple 12/03/2027.", field=field)
        return value

    return read


def _amount(field: str) -> Callable[[Any], int | None]:
    def read(value: Any) -> int | None:
        if value is None:
            return None
        try:
            check_amount(int(value))
        except InvalidInput as problem:
            raise InvalidInput(problem.happened, problem.safe, problem.todo, field=field) from None
        return int(value)

    return read


def _choice(field: str, choices: type[Choice]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        try:
            return str(choices(value))
        except ValueError:
            raise InvalidInput("Ce choix n’existe pas.", todo="Choisir dans la liste.", field=field) from None

    return read


def read_due(value: Any, field: str = "due_hours") -> int:
    """Hours due, in hundredths: from 0 to one million hours."""
    if value is None:
        raise InvalidInput("Les heures dues manquent.", todo="Indiquer un nombre d’heures.", field=field)
    if not 0 <= int(value) <= MAXIMUM_DUE:
        raise InvalidInput("Ce nombre d’heures n’est pas plausible.", todo="Vérifier le nombre de zéros.", field=field)
    return int(value)


def _due_day(value: Any) -> int | None:
    if value is not None and not 1 <= int(value) <= 31:
        raise InvalidInput("Le jour doit être compris entre 1 et 31.", todo="Le corriger.", field="statement_due_day")
    return None if value is None else int(value)


_ADDRESS: dict[str, FieldRule] = {
    "address": FieldRule("adresse", _text("address")),
    "postcode": FieldRule("code postal", _parsed("postcode", parse_post_code)),
    "town": FieldRule("commune", _text("town")),
}
_CHANNELS: dict[str, FieldRule] = {
    "phone": FieldRule("téléphone", _parsed("phone", parse_phone)),
    "email": FieldRule("adresse électronique", _parsed("email", parse_email)),
}
_PERIOD: dict[str, FieldRule] = {
    "start_on": FieldRule("date de début", _date("start_on")),
    "end_on": FieldRule("date de fin", _date("end_on")),
}

BUYER: Mapping[str, FieldRule] = {
    "name": FieldRule("nom du donneur d’ordre", _text("name", needed="Le nom du donneur d’ordre manque.")),
    "kind": FieldRule("type de donneur d’ordre", _choice("kind", BuyerKind)),
    **_ADDRESS,
    **_CHANNELS,
}
OPERATION: Mapping[str, FieldRule] = {
    "name": FieldRule("nom de l’opération", _text("name", needed="Le nom de l’opération manque.")),
    "reference": FieldRule("référence", _text("reference", limit=80)),
    "description": FieldRule("description", _long_text("description")),
    **_ADDRESS,
    **_PERIOD,
}
CONTRACT: Mapping[str, FieldRule] = {
    "name": FieldRule("intitulé du marché", _text("name")),
    "reference": FieldRule("numéro du marché", _text("reference", limit=80)),
    "article": FieldRule("forme de la clause", _choice("article", ClauseArticle)),
    "amount_cents": FieldRule("montant du marché", _amount("amount_cents")),
    "cpv_code": FieldRule("code CPV", _text("cpv_code", limit=20)),
    "notified_on": FieldRule("date de notification", _date("notified_on")),
    "statement_due_day": FieldRule("jour de remise des relevés", _due_day),
    "penalty_terms": FieldRule("pénalités", _long_text("penalty_terms")),
}
LOT: Mapping[str, FieldRule] = {
    "number": FieldRule("numéro du lot", _text("number", limit=20)),
    "name": FieldRule("intitulé du lot", _text("name")),
    "amount_cents": FieldRule("montant du lot", _amount("amount_cents")),
    **_PERIOD,
}
COMMITMENT: Mapping[str, FieldRule] = {
    "role": FieldRule("rôle de l’entreprise", _choice("role", CompanyRole)),
    "objective_kind": FieldRule("nature de l’objectif", _choice("objective_kind", ObjectiveKind)),
    "due_hours": FieldRule("heures dues", read_due),
    "retained_reason": FieldRule("motif des heures retenues", _long_text("retained_reason")),
    "clause_state": FieldRule("état de la clause", _choice("clause_state", ClauseState)),
    **_PERIOD,
}
CONTACT: Mapping[str, FieldRule] = {
    "last_name": FieldRule("nom du contact", _text("last_name", needed="Le nom du contact manque.", limit=120)),
    "first_name": FieldRule("prénom du contact", _text("first_name", limit=120)),
    "role_label": FieldRule("fonction du contact", _text("role_label", limit=120)),
    **_CHANNELS,
}
COMPANY: Mapping[str, FieldRule] = {
    "name": FieldRule("nom de l’entreprise", _text("name", needed="Le nom de l’entreprise manque.")),
    "kind": FieldRule("type d’entreprise", _choice("kind", CompanyKind)),
    "activity_code": FieldRule("code d’activité", _text("activity_code", limit=10)),
    "note": FieldRule("note", _long_text("note")),
    **_ADDRESS,
    **_CHANNELS,
}
SORTED = {"operation", "company", "buyer"}
"""Kinds that keep a collation key of their name."""


def read_all(rules: Mapping[str, FieldRule], values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values of several fields; raises the first refusal."""
    return {name: rules[name].read(value) for name, value in values.items()}


def with_sort_name(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The collation key follows the name (``rules.french.sort_key``)."""
    return {**fields, "sort_name": sort_key(fields["name"])} if kind in SORTED and "name" in fields else fields


def check_period(start: dt.date | None, end: dt.date | None, field: str = "end_on") -> None:
    """Refuse an end before its start."""
    if start is not None and end is not None and end < start:
        raise InvalidInput(
            f"La fin ({format_date(end)}) précède le début ({format_date(start)}).",
            todo="Corriger l’une des deux dates.",
            field=field,
        )


def edit_label(field: str, rule: FieldRule, before: Any, after: Any) -> str:
    """Name of an edit for « Annuler : … »: « heures dues 1 820 → 1 900 », « adresse »."""
    shown = _short(field, before), _short(field, after)
    return f"{rule.title} {shown[0]} → {shown[1]}" if all(shown) else rule.title


def _short(field: str, value: Any) -> str:
    if isinstance(value, dt.date):
        return format_date(value)
    return format_hours_short(value) if field.endswith("_hours") else ""
