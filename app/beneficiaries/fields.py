"""Each field of a person: how it is checked, what columns it writes, and its name in « Annuler : … »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.models.choices import Sex
from app.rules.eligibility import check_birth_date
from app.rules.identifiers import parse_email, parse_phone, parse_post_code
from app.rules.people import LINE_LENGTH, check_free_text, check_name


@dataclass(frozen=True, slots=True)
class FieldRule:
    """``read(value, today)`` answers the columns to write, or raises ``InvalidInput(field=…)``."""

    label: str
    read: Callable[[Any, dt.date], dict[str, Any]]


def _text(field: str, limit: int = LINE_LENGTH) -> Callable[[Any, dt.date], dict[str, Any]]:
    return lambda value, _today: {field: check_free_text(value or "", field=field, limit=limit)}


def _name(field: str, required: str = "") -> Callable[[Any, dt.date], dict[str, Any]]:
    return lambda value, _today: {field: check_name(value or "", field=field, required=required)}


def _parsed(field: str, parse: Callable[..., str]) -> Callable[[Any, dt.date], dict[str, Any]]:
    return lambda value, _today: {field: parse(value, field=field) if (value or "").strip() else ""}


def _birth_date(value: Any, today: dt.date) -> dict[str, Any]:
    if value is not None:
        check_birth_date(value, today)
    return {"birth_date": value}


def _sex(value: Any, _today: dt.date) -> dict[str, Any]:
    return {"sex": Sex(value or Sex.UNKNOWN).value}


def _district(value: Any, _today: dt.date) -> dict[str, Any]:
    """``generation:code`` as given by ``place_help`` (``generation:``, outside any), or an empty text: not known."""
    generation, _, code = (value or "").partition(":")
    return {"district_generation": generation, "district_code": code}


def _last_contact(value: Any, today: dt.date) -> dict[str, Any]:
    if value is not None and value > today:
        raise InvalidInput("Ce contact est dans le futur.", todo="Corriger la date.", field="last_contact_on")
    return {"last_contact_on": value}


FIELDS: dict[str, FieldRule] = {
    "last_name": FieldRule("nom", _name("last_name", "Le nom")),
    "first_name": FieldRule("prénom", _name("first_name", "Le prénom")),
    "birth_name": FieldRule("nom de naissance", _name("birth_name")),
    "sex": FieldRule("sexe", _sex),
    "birth_date": FieldRule("date de naissance", _birth_date),
    "address": FieldRule("adresse", _text("address")),
    "postcode": FieldRule("code postal", _parsed("postcode", parse_post_code)),
    "town": FieldRule("commune", _text("town", 80)),
    "district": FieldRule("quartier prioritaire", _district),
    "phone": FieldRule("téléphone", _parsed("phone", parse_phone)),
    "email": FieldRule("adresse électronique", _parsed("email", parse_email)),
    "prescriber_code": FieldRule("prescripteur", _text("prescriber_code", 60)),
    "prescriber_name": FieldRule("nom du prescripteur", _text("prescriber_name")),
    "caseworker_name": FieldRule("référent", _text("caseworker_name")),
    "caseworker_phone": FieldRule("téléphone du référent", _parsed("caseworker_phone", parse_phone)),
    "facilitator_id": FieldRule("facilitateur", _text("facilitator_id", 60)),
    "objectives": FieldRule("objectifs", _text("objectives", 1000)),
    "last_contact_on": FieldRule("dernier contact", _last_contact),
}
"""Fields of a person that a screen may change one by one."""
