"""Writes shared by operations and companies: one field, a contact, a company found or made. Inside an open unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.changes import Changes
from app.clock import natural_id
from app.errors import InvalidInput
from app.models.base import Record, kind_of
from app.models.operations import Buyer, Company, Contact
from app.operations.fields import (
    BUYER,
    COMPANY,
    CONTACT,
    FieldRule,
    check_period,
    edit_label,
    read_all,
    with_sort_name,
)
from app.operations.values import CompanyDraft, ContactDraft
from app.rules import access
from app.rules.french import quoted, sort_key
from app.rules.identifiers import parse_siret
from app.store.companies import company_with_siret
from app.store.network import actor_of
from app.store.notebook import Notebook
from app.store.operations import buyer_named, contacts_of
from app.store.unit import Outcome, Undo, Unit, not_found, revert, writing


def require_writer(notebook: Notebook, action: str) -> None:
    """Refuse readers (``rules.access.can_write_shared``); ``action`` is a French infinitive."""
    access.require(access.can_write_shared(actor_of(notebook)), action)


def nothing(record_id: str = "") -> Outcome:
    """The outcome of an act that changed nothing."""
    return Outcome(Changes(), Undo("", ()), record_id)


def alive(unit: Unit, model: type[Record], record_id: str) -> Mapping[Any, Any]:
    """The row of a record that is not in the bin; raises ``NotFound``."""
    row = unit.find(model, record_id)
    if row is None or row["deleted_at"] is not None:
        raise not_found()
    return row


def set_field(
    notebook: Notebook,
    model: type[Record],
    rules: Mapping[str, FieldRule],
    record_id: str,
    field: str,
    value: Any,
    *,
    touched: Mapping[str, str] | None = None,
) -> Outcome:
    """Edit one field of one record. ``touched`` gives other records (kind → id) whose screens should reload.

    Raises ``InvalidInput`` with the field, ``NotAllowed``, ``NotFound``.
    """
    require_writer(notebook, "modifier cette fiche")
    rule = rules[field]
    stored = rule.read(value)
    with writing(notebook, rule.title) as unit:
        row = alive(unit, model, record_id)
        unit.label = edit_label(field, rule, row[field], stored)
        if field in ("start_on", "end_on"):
            check_period(
                stored if field == "start_on" else row["start_on"],
                stored if field == "end_on" else row["end_on"],
                field,
            )
        if not unit.update(model, record_id, with_sort_name(kind_of(model), {field: stored})):
            return nothing(record_id)
        for kind, one in (touched or {}).items():
            unit.touch(kind, [one])
        return unit.outcome_of(record_id)


def take_back(notebook: Notebook, undo: Undo) -> Outcome:
    """Undo (or redo) an act on the procurement side."""
    require_writer(notebook, "annuler cette action")
    return revert(notebook, undo)


# --- buyers and companies found or made --------------------------------------------------


def ensure_buyer(unit: Unit, buyer_id: str, name: str) -> str:
    """The buyer chosen, else the one of this very name, else a new one. Raises ``InvalidInput`` (``buyer_name``)."""
    if buyer_id:
        alive(unit, Buyer, buyer_id)
        return buyer_id
    tidy = " ".join(name.split())
    if not tidy:
        raise InvalidInput(
            "Le donneur d’ordre manque.", todo="Le choisir dans la liste ou écrire son nom.", field="buyer_name"
        )
    found = buyer_named(unit.connection, sort_key(tidy))
    return found or unit.insert(Buyer, with_sort_name("buyer", read_all(BUYER, {"name": tidy})))


def ensure_company(unit: Unit, draft: CompanyDraft, *, field: str = "name") -> str:
    """The company of this SIRET when there is one, else a new one; its id is given by the SIRET (SYNC.md §2).

    Raises ``InvalidInput`` with the field ``siret`` or ``field`` (the name's).
    """
    siret = parse_siret(draft.siret) if draft.siret.strip() else ""
    if siret and (found := company_with_siret(unit.connection, siret)):
        return found
    if not draft.name.strip():
        raise InvalidInput("Le nom de l’entreprise manque.", todo="Le renseigner.", field=field)
    fields = read_all(
        COMPANY,
        {name: getattr(draft, name) for name in ("name", "kind", "address", "postcode", "town", "phone", "email")},
    )
    fields = with_sort_name("company", {**fields, "siret": siret})
    if not siret:
        return unit.insert(Company, fields)
    record_id = natural_id("company", siret)
    known = unit.find(Company, record_id)
    if known is not None and known["deleted_at"] is None:
        raise InvalidInput(
            f"Ce SIRET a d’abord été celui de {quoted(known['name'])}.",
            todo="Vérifier le SIRET des deux entreprises.",
            field="siret",
        )
    unit.put(Company, record_id, fields)
    return record_id


# --- contacts ----------------------------------------------------------------------------


def add_contact(notebook: Notebook, draft: ContactDraft) -> Outcome:
    """Add a contact to a company, a buyer or an operation; the first of a company is the usual one (PRODUCT.md C5).

    Raises ``InvalidInput`` with the field, ``NotAllowed``.
    """
    require_writer(notebook, "ajouter un contact")
    owners = {"company": draft.company_id, "buyer": draft.buyer_id, "operation": draft.operation_id}
    if not any(owners.values()):
        raise ValueError("a contact belongs to a company, a buyer or an operation")
    names = ("last_name", "first_name", "role_label", "phone", "email")
    fields = read_all(CONTACT, {name: getattr(draft, name) for name in names})
    with writing(notebook, "ajout d’un contact") as unit:
        usual = bool(draft.company_id) and not contacts_of(unit.connection, company_id=draft.company_id)
        made = unit.insert(
            Contact, {**fields, **{f"{kind}_id": one or None for kind, one in owners.items()}, "usual": usual}
        )
        _touch_owners(unit, owners)
        return unit.outcome_of(made)


def set_contact(notebook: Notebook, contact_id: str, field: str, value: Any) -> Outcome:
    """Edit one field of a contact. Raises ``InvalidInput``, ``NotAllowed``, ``NotFound``."""
    require_writer(notebook, "modifier un contact")
    stored = CONTACT[field].read(value)
    with writing(notebook, CONTACT[field].title) as unit:
        row = alive(unit, Contact, contact_id)
        if not unit.update(Contact, contact_id, {field: stored}):
            return nothing(contact_id)
        _touch_owners(unit, _owners(row))
        return unit.outcome_of(contact_id)


def set_usual_contact(notebook: Notebook, contact_id: str) -> Outcome:
    """« Me répond d’habitude »: this one, and no other of the same company (PRODUCT.md C5)."""
    require_writer(notebook, "modifier un contact")
    with writing(notebook, "interlocuteur habituel") as unit:
        row = alive(unit, Contact, contact_id)
        owners = _owners(row)
        for one in contacts_of(unit.connection, **{f"{kind}_id": one for kind, one in owners.items()}):
            unit.update(Contact, one.id, {"usual": one.id == contact_id})
        _touch_owners(unit, owners)
        return unit.outcome_of(contact_id)


def remove_contact(notebook: Notebook, contact_id: str) -> Outcome:
    """Put a contact in the bin."""
    require_writer(notebook, "supprimer un contact")
    with writing(notebook, "suppression d’un contact") as unit:
        row = alive(unit, Contact, contact_id)
        unit.delete(Contact, contact_id)
        _touch_owners(unit, _owners(row))
        return unit.outcome_of(contact_id)


def _owners(row: Mapping[Any, Any]) -> dict[str, str]:
    return {kind: row[f"{kind}_id"] or "" for kind in ("company", "buyer", "operation")}


def _touch_owners(unit: Unit, owners: Mapping[str, str]) -> None:
    for kind, one in owners.items():
        if one:
            unit.touch(kind, [one])
