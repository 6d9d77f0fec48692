"""Who may do what: one function per right, used by the application and the server alike (PRODUCT.md K6).

Names are visible inside one's own organisation; the network sees shared operations and aggregates. A record
without owner (empty ``organisation_id``) is shared by the whole network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import NotAllowed
from app.models.choices import Role

NETWORK_SCOPE = "network"
"""The scope of what the whole network shares; any other scope is the id of an organisation."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the facilitator, the organisation they work for, and their role there."""

    facilitator_id: str
    organisation_id: str
    role: Role


def _writes(actor: Actor) -> bool:
    return actor.role in (Role.FACILITATOR, Role.COORDINATOR)


def _own(actor: Actor, organisation_id: str) -> bool:
    return bool(actor.organisation_id) and actor.organisation_id == organisation_id


def can_write(actor: Actor) -> bool:
    """Facilitators and coordinators; a reader never."""
    return _writes(actor)


def can_see_person(actor: Actor, organisation_id: str) -> bool:
    """Everyone of the person's own organisation, readers included; nobody else, coordinators neither."""
    return _own(actor, organisation_id)


def can_write_person(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the person's own organisation (eligibility, periods, contracts, notes)."""
    return _writes(actor) and _own(actor, organisation_id)


def can_write_shared(actor: Actor) -> bool:
    """Facilitators and coordinators of any organisation: buyers, operations, lots, companies, commitments."""
    return _writes(actor)


def can_write_record(actor: Actor, organisation_id: str, *, shared: bool) -> bool:
    """Facilitators and coordinators: what the network shares, and what belongs to their own organisation."""
    return can_write_shared(actor) if shared else can_write_person(actor, organisation_id)


def can_see_statement(actor: Actor, organisation_id: str) -> bool:
    """Everyone of the statement's organisation: its lines bear names."""
    return _own(actor, organisation_id)


def can_enter_hours(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the statement's organisation."""
    return _writes(actor) and _own(actor, organisation_id)


def can_validate_statement(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the statement's organisation."""
    return _writes(actor) and _own(actor, organisation_id)


def can_reopen_statement(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the statement's organisation, as long as it is not attested."""
    return _writes(actor) and _own(actor, organisation_id)


def can_attest_statement(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the statement's organisation."""
    return _writes(actor) and _own(actor, organisation_id)


def can_rectify_statement(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the statement's organisation, once it is attested."""
    return _writes(actor) and _own(actor, organisation_id)


def can_see_visit(actor: Actor, organisation_id: str) -> bool:
    """Everyone of the visit's organisation: a report bears names."""
    return _own(actor, organisation_id)


def can_write_visit(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the visit's organisation, as long as it is a draft."""
    return _writes(actor) and _own(actor, organisation_id)


def can_finalise_visit(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the visit's organisation (a colleague may replace the one who was expected)."""
    return _writes(actor) and _own(actor, organisation_id)


def can_merge_people(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the people's organisation."""
    return _writes(actor) and _own(actor, organisation_id)


def can_anonymise(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators of the person's organisation."""
    return _writes(actor) and _own(actor, organisation_id)


def can_export_names(actor: Actor, organisation_id: str) -> bool:
    """Facilitators and coordinators, for their own organisation only."""
    return _writes(actor) and _own(actor, organisation_id)


def can_manage_reference(actor: Actor) -> bool:
    """Coordinators: publics, proofs, rates, thresholds, milestones of the network."""
    return actor.role is Role.COORDINATOR


def can_manage_organisation(actor: Actor, organisation_id: str) -> bool:
    """Coordinators, for their own organisation: address, logo, legal basis, privacy contact."""
    return actor.role is Role.COORDINATOR and _own(actor, organisation_id)


def can_manage_facilitators(actor: Actor, organisation_id: str) -> bool:
    """Coordinators, for their own organisation."""
    return actor.role is Role.COORDINATOR and _own(actor, organisation_id)


def can_share_phrase(actor: Actor) -> bool:
    """Facilitators and coordinators: the library of findings is shared."""
    return _writes(actor)


def can_see_network_figures(actor: Actor) -> bool:
    """Coordinators, of any organisation of the network: hours and counts, no person."""
    return actor.role is Role.COORDINATOR and bool(actor.organisation_id)


# --- what travels ---------------------------------------------------------------------------------


def scope_of(shared: bool, organisation_id: str) -> str:
    """The scope of a record: the network's for what it shares and for what has no owner, else its organisation."""
    return NETWORK_SCOPE if shared or not organisation_id else organisation_id


def scopes_of(actor: Actor) -> tuple[str, ...]:
    """The scopes an actor's notebook may hold: the network's, and the own organisation's (readers included)."""
    return (NETWORK_SCOPE, actor.organisation_id) if actor.organisation_id else (NETWORK_SCOPE,)


def can_send(actor: Actor, kind: str, row: Mapping[str, Any], *, shared: bool) -> bool:
    """Whether a record of table ``kind``, as it stands or as it would become, may be written from a notebook.

    ``row`` holds at least ``id`` and ``organisation_id``. The network's own data (charters, dated references) belong
    to coordinators; an organisation's card and its other facilitators to its coordinators; oneself to oneself.
    """
    owner = str(row.get("organisation_id") or "")
    if not _writes(actor):
        return False
    if kind in ("network", "charter", "charter_target", "reference_entry"):
        return can_manage_reference(actor)
    if kind == "organisation":
        return can_manage_organisation(actor, str(row["id"]))
    if kind == "facilitator":
        return (row["id"] == actor.facilitator_id and _own(actor, owner)) or can_manage_facilitators(actor, owner)
    if kind == "conflict":
        return not owner or _own(actor, owner)
    return can_write_record(actor, owner, shared=shared)


def can_transfer(actor: Actor, organisation_id: str, kind: str) -> bool:
    """Who may give a person to another organisation: those who may write them, and persons only."""
    return kind == "beneficiary" and can_write_person(actor, organisation_id)


def require(allowed: bool, action: str = "faire cette modification") -> None:
    """Raise ``NotAllowed`` when a right is missing; ``action`` is a French infinitive: « valider ce relevé »."""
    if not allowed:
        raise NotAllowed(
            f"Vos droits ne permettent pas de {action}.",
            "Rien n’a été modifié.",
            "S’adresser à la coordination de votre structure.",
        )
