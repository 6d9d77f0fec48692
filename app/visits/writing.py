"""The steps that writing a visit is made of, each inside an open unit of work.

A draft may be written by its organisation's facilitators; a draft that bears a signature is frozen until the
signatures are taken off (what was signed must be what is printed); a signed report is locked for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.clock import natural_id
from app.errors import InvalidInput, Locked
from app.models.attachments import Attachment
from app.models.base import Record
from app.models.choices import (
    ActionState,
    AttendanceKind,
    MeetingStatus,
    PointState,
    PresenceStatus,
    SignerRole,
    VisitState,
)
from app.models.network import Facilitator, Organisation
from app.models.visits import Action, Attendance, Observation, PointReview, Signature, Visit
from app.rules import access
from app.rules.access import Actor
from app.rules.french import fold
from app.rules.numbering import Series, make_number
from app.store.notebook import Notebook
from app.store.unit import Unit, not_found
from app.store.visit_sheet import facilitator_attendance_id
from app.store.visits import (
    PARTS,
    binned_parts_of,
    expected_beneficiaries,
    expected_contacts,
    last_finding_number,
    number_taken,
    parts_of,
    photos_of,
    row_of,
)

Row = Any
"""A row of a table: a mapping from column names, as the store answers it."""

FACILITATOR_ROLE = "Facilitation de la clause sociale"


def draft_row(unit: Unit, actor: Actor, visit_id: str, *, signing: bool = False) -> Mapping[str, Any]:
    """The visit's row, to be written. ``signing``: signatures do not freeze what signs.

    Raises ``NotFound``, ``NotAllowed``, or ``Locked`` (signed report; draft that bears a signature).
    """
    row = unit.find(Visit, visit_id)
    if row is None or row["deleted_at"] is not None:
        raise not_found()
    access.require(access.can_write_visit(actor, row["organisation_id"]), "modifier cette visite")
    if row["state"] == VisitState.FINAL:
        raise locked()
    if not signing and parts_of(unit.connection, Signature, visit_id):
        raise Locked(
            "Ce compte rendu porte déjà une signature\u00a0: son contenu ne change plus.",
            "Rien n’a été modifié.",
            "Retirer les signatures pour le modifier, puis faire signer de nouveau.",
        )
    return dict(row)


def locked() -> Locked:
    """The error for any write on a signed report."""
    return Locked(
        "Ce compte rendu est signé\u00a0: il ne se modifie plus.",
        "Rien n’a été modifié.",
        "Créer un rectificatif pour le corriger.",
    )


def part_row(unit: Unit, actor: Actor, model: type[Any], record_id: str) -> Mapping[str, Any]:
    """The row of a part of a draft (attendance, observation…), checked as :func:`draft_row` checks its visit."""
    row = unit.find(model, record_id)
    if row is None or row["deleted_at"] is not None:
        raise not_found()
    draft_row(unit, actor, row["owner_id"] if model is Attachment else row["visit_id"] or "")
    return dict(row)


def take_number(notebook: Notebook, year: int) -> str:
    """The next number of this workstation, given once and for ever; durable before anybody sees it."""
    prefix = workstation_prefix(notebook)
    while True:
        number = make_number(Series.VISIT, year, prefix, notebook.next_number(f"{Series.VISIT}/{year}/{prefix}"))
        with notebook.read() as connection:
            if not number_taken(connection, number):
                return number


def workstation_prefix(notebook: Notebook) -> str:
    """The two letters of this workstation; made from the facilitator's initials when none was chosen, then kept."""
    prefix = notebook.get_control("prefix")
    if prefix:
        return prefix
    with notebook.read() as connection:
        row = row_of(connection, Facilitator, notebook.actor_id)
    letters = "".join(
        fold(row[name]).upper()[:1] for name in ("first_name", "last_name") if row is not None and fold(row[name])
    )
    kept = "".join(one for one in letters if "A" <= one <= "Z").ljust(2, "X")
    notebook.set_control("prefix", kept)
    return kept


def fill_attendance(unit: Unit, visit: Row) -> None:
    """Write who is expected: the facilitator (there already), the company's contacts, people at work that day."""
    connection = unit.connection
    rows: list[dict[str, Any]] = []
    facilitator = row_of(connection, Facilitator, visit["facilitator_id"])
    organisation: Row = row_of(connection, Organisation, visit["organisation_id"]) or {}
    if facilitator is not None:
        rows.append(
            {
                "id": facilitator_attendance_id(visit["id"]),
                "kind": AttendanceKind.SITE_PERSON,
                "last_name": facilitator["last_name"],
                "first_name": facilitator["first_name"],
                "organisation_name": organisation.get("short_name") or organisation.get("name") or "",
                "role_label": FACILITATOR_ROLE,
                "presence": PresenceStatus.PRESENT,
            }
        )
    for contact in expected_contacts(connection, visit["company_id"], visit["operation_id"]):
        rows.append(
            {
                "id": unit.new_id(),
                "kind": AttendanceKind.SITE_PERSON,
                "contact_id": contact.contact_id,
                "last_name": contact.last_name,
                "first_name": contact.first_name,
                "organisation_name": contact.organisation_name,
                "role_label": contact.role_label,
            }
        )
    people = expected_beneficiaries(
        connection, visit["organisation_id"], visit["company_id"], visit["lot_id"], visit["planned_on"]
    )
    for person in people:
        rows.append(
            {
                "id": unit.new_id(),
                "kind": AttendanceKind.BENEFICIARY,
                "beneficiary_id": person.beneficiary_id,
                "employment_contract_id": person.contract_id,
                "last_name": person.last_name,
                "first_name": person.first_name,
                "organisation_name": person.organisation_name,
                "role_label": person.job_title,
            }
        )
    unit.insert_many(
        Attendance,
        [{**_ATTENDANCE, **row, "visit_id": visit["id"], "position": rank} for rank, row in enumerate(rows)],
    )


_ATTENDANCE: dict[str, Any] = {
    "contact_id": None,
    "beneficiary_id": None,
    "employment_contract_id": None,
    "presence": PresenceStatus.UNKNOWN,
    "meeting": MeetingStatus.UNKNOWN,
    "all_well": False,
}


def answer_points(
    unit: Unit, visit_id: str, observation_id: str, state: PointState, note: str | None, day: dt.date
) -> None:
    """Write what the visit says of an earlier finding, and close the finding when it is settled."""
    fields: dict[str, Any] = {"visit_id": visit_id, "observation_id": observation_id, "state": state}
    review = natural_id("point_review", visit_id, observation_id)
    known = unit.find(PointReview, review)
    unit.put(PointReview, review, {**fields, "note": note if note is not None else (known["note"] if known else "")})
    settled = state in (PointState.CLOSED, PointState.DROPPED)
    unit.update(
        Observation,
        observation_id,
        {"state": state if settled else PointState.OPEN, "closed_on": day if settled else None},
    )


def put_in_bin(unit: Unit, visit_id: str) -> None:
    """Put a draft and its parts in the bin; points it had settled are open again."""
    for review in parts_of(unit.connection, PointReview, visit_id):
        if review["state"] in (PointState.CLOSED, PointState.DROPPED):
            unit.update(Observation, review["observation_id"], {"state": PointState.OPEN, "closed_on": None})
    for model in PARTS:
        for row in parts_of(unit.connection, model, visit_id):
            unit.delete(model, row["id"])
    for row in photos_of(unit.connection, visit_id):
        unit.delete(Attachment, row["id"])
    unit.delete(Visit, visit_id)


def take_from_bin(unit: Unit, visit_id: str, binned_at: dt.datetime) -> None:
    """Bring back a draft and what went to the bin with it."""
    models: tuple[type[Record], ...] = (*PARTS, Attachment)
    for model in models:
        for record_id in binned_parts_of(unit.connection, model, visit_id, binned_at):
            unit.update(model, record_id, {"deleted_at": None})
    unit.update(Visit, visit_id, {"deleted_at": None})
    for review in parts_of(unit.connection, PointReview, visit_id):
        if review["state"] in (PointState.CLOSED, PointState.DROPPED):
            visit = unit.row(Visit, visit_id)
            fields = {"state": review["state"], "closed_on": visit["planned_on"]}
            unit.update(Observation, review["observation_id"], fields)


def copy_parts(unit: Unit, source: Row, target: str) -> None:
    """Copy the parts of a signed report into its rectification: all but the signatures. Photos share their content."""
    connection = unit.connection
    observations: dict[str, str] = {}
    for row in parts_of(connection, Attendance, source["id"]):
        own = row["id"] == facilitator_attendance_id(source["id"])
        unit.insert(Attendance, _copied(row, visit_id=target), facilitator_attendance_id(target) if own else "")
    for row in parts_of(connection, Observation, source["id"]):
        observations[row["id"]] = unit.insert(Observation, _copied(row, visit_id=target))
    for row in parts_of(connection, PointReview, source["id"]):
        unit.insert(
            PointReview,
            _copied(row, visit_id=target),
            natural_id("point_review", target, row["observation_id"]),
        )
    for row in parts_of(connection, Action, source["id"]):
        observation = observations.get(row["observation_id"] or "")
        unit.insert(Action, _copied(row, visit_id=target, observation_id=observation))
    for row in photos_of(connection, source["id"]):
        observation = observations.get(row["observation_id"] or "")
        unit.insert(Attachment, _copied(row, owner_id=target, observation_id=observation))


_OWN_FIELDS = frozenset({"id", "created_at", "created_by", "updated_at", "deleted_at"})


def _copied(row: Row, **changed: Any) -> dict[str, Any]:
    return {**{name: value for name, value in row.items() if name not in _OWN_FIELDS}, **changed}


def role_of_signer(visit_id: str, row: Mapping[str, Any]) -> SignerRole:
    """In which quality somebody of the list signs."""
    if row["id"] == facilitator_attendance_id(visit_id):
        return SignerRole.FACILITATOR
    return SignerRole.BENEFICIARY if row["kind"] == AttendanceKind.BENEFICIARY else SignerRole.COMPANY


def next_finding_number(unit: Unit, visit_id: str) -> int:
    """The next number of a finding; one that was removed keeps its own."""
    return last_finding_number(unit.connection, visit_id) + 1


def must_be_there(present: bool) -> None:
    """Only people present sign (PRODUCT.md V7). Raises ``InvalidInput``."""
    if not present:
        raise InvalidInput(
            "Cette personne n’est pas notée présente.",
            "Rien n’a été modifié.",
            "La noter présente, puis la faire signer.",
            field="signer",
        )


def settle(unit: Unit, action_id: str, state: ActionState, day: dt.date) -> None:
    """Write what became of an action."""
    done = day if state is not ActionState.OPEN else None
    unit.update(Action, action_id, {"state": state, "done_on": done})
