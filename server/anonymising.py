"""Anonymising a person again on the server, after a restoration brought back what was erased (SYNC.md §7.17).

The notebook that decided it may be lost, and its batch with it: the server then writes what that notebook wrote. What
counts stays (hours, dates, publics, contracts); the person's own fields are emptied, their name goes out of what others
wrote, the documents and photographs about them go. The decision is written too, so that every notebook erases its own
traces. The fields are those of ``rules.erasure``, which notebooks follow too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from app.clock import natural_id
from app.models.choices import AgeBand, RetentionChoice
from app.models.wire import default_of, fields_of, models_by_kind, moment_text, names_of
from app.rules.access import NETWORK_SCOPE
from app.rules.eligibility import age_band_on
from app.rules.erasure import ANONYMISED_NAME, EMPTIED_WHOLE, FREE_TEXTS, OWN_FIELDS, UNNAMED, Names
from app.rules.merge import Clock
from server.network import SERVER
from server.store.engine import ask, ask_in
from server.store.shelf import Ref, Row, Shelf

PERSON = "beneficiary"
WORK = "employment_contract"
_SLICE = 2_000


def is_named(row: Row) -> bool:
    """Whether a person's record still tells who they are."""
    return row.values["anonymised_on"] is None


def anonymise(shelf: Shelf, person: str, belonging: Iterable[Ref], day: dt.date, now: dt.datetime) -> None:
    """Write on the shelf what an anonymisation of ``day`` leaves of a person and of what others wrote about them.

    ``belonging``: the records that are the person's, loaded. Conflicts and held operations are the caller's.
    """
    row = shelf.find(PERSON, person)
    assert row is not None
    clock = Clock(shelf.seq, SERVER, moment_text(now))
    names = Names([(row.values["last_name"], row.values["first_name"], row.values["birth_name"])])
    birth, scope = row.values["birth_date"], row.scope
    about = dict.fromkeys(ref for ref in belonging if ref[0] != "conflict")
    about |= dict.fromkeys(_linked(shelf, person, [one for kind, one in about if kind == WORK]))
    files = _files(shelf, person, about)
    for ref in about:
        stands = shelf.find(*ref)
        if stands is None:
            continue
        changed = _without_names(ref[0], stands.values, names, alone=True) | _emptied(ref, stands, person)
        if ref == (PERSON, person):
            changed |= {
                "anonymised_on": day.isoformat(),
                "archived_on": stands.values["archived_on"] or day.isoformat(),
            }
        if ref[0] == "clause_period" and birth and stands.values["age_band"] == AgeBand.UNKNOWN:
            start = dt.date.fromisoformat(stands.values["start_on"])
            changed["age_band"] = age_band_on(dt.date.fromisoformat(birth), start).value
        if ref in files:
            changed |= _without_content(stands, clock)
        _write(shelf, ref, stands, changed, clock)
    for part in _everything(shelf, (scope, NETWORK_SCOPE)):
        for ref in part:
            stands = shelf.find(*ref)
            if stands is not None and ref not in about and ref[0] != "conflict":
                _write(shelf, ref, stands, _without_names(ref[0], stands.values, names, alone=False), clock)
    _decide(shelf, person, row.values, day, clock)


def empty_own(shelf: Shelf, person: str, belonging: Iterable[Ref], clock: Clock) -> None:
    """Empty what tells of a person in the records that are theirs: colleagues may have written in them what the
    notebook that decided had not received.
    """
    for ref in belonging:
        stands = shelf.find(*ref)
        if stands is None or ref[0] == "conflict":
            continue
        changed = _emptied(ref, stands, person)
        if ref[0] == "attachment" and stands.values["owner_id"] == person:
            changed |= _without_content(stands, clock)
        _write(shelf, ref, stands, changed, clock)


def _linked(shelf: Shelf, person: str, work: list[str]) -> list[Ref]:
    """Records that name the person or one of their contracts of work without belonging to them: met on a visit…"""
    found: list[Ref] = []
    for child in models_by_kind():
        for field in fields_of(child):
            wanted = [person] if field.parent == PERSON else work if field.parent == WORK else []
            if wanted:
                rows = ask_in(shelf.connection, f'SELECT id FROM "{child}" WHERE "{field.name}" IN (…)', wanted)
                found += [(child, row.id) for row in rows]
    shelf.load(found)
    return found


def _files(shelf: Shelf, person: str, about: dict[Ref, None]) -> set[Ref]:
    """Attachments whose content is about the person: added to ``about``; photographs of a finding, issued documents."""
    named = [one for kind, one in about if kind == "observation"]
    issued = [
        row.values["attachment_id"]
        for kind, one in about
        if kind == "issued_document"
        if (row := shelf.find(kind, one)) is not None
    ]
    ids = [row.id for row in ask_in(shelf.connection, "SELECT id FROM attachment WHERE observation_id IN (…)", named)]
    ids += [row.id for row in ask(shelf.connection, "SELECT id FROM attachment WHERE owner_id = ?", (person,))]
    found = {("attachment", one) for one in [*ids, *issued] if one}
    shelf.load(found)
    about |= dict.fromkeys(found)
    return found


def _emptied(ref: Ref, row: Row, person: str) -> dict[str, Any]:
    kind, _ = ref
    own = dict(OWN_FIELDS.get(kind, {})) if row.values.get("beneficiary_id", person) == person else {}
    if kind in EMPTIED_WHOLE:
        own |= {name: {} if wire_type == "data" else "" for name, wire_type in _texts(kind)}
    return {name: value for name, value in own.items() if name in row.values}


def _without_content(row: Row, clock: Clock) -> dict[str, Any]:
    """What is left of an attachment whose content goes: the trash holds it."""
    deleted_at = row.values["deleted_at"] or clock.at
    return {"sha256": "", "name": "", "caption": "", "size": 0, "deleted_at": deleted_at}


def _texts(kind: str) -> list[tuple[str, str]]:
    return [
        (field.name, field.type)
        for field in fields_of(kind)
        if field.type in ("text", "data") and not field.parent and field.name not in UNNAMED
    ]


def _without_names(kind: str, values: Mapping[str, Any], names: Names, *, alone: bool) -> dict[str, Any]:
    changed = {}
    for name, wire_type in _texts(kind):
        scrubbed = names.scrub_value(values[name], alone=alone and (wire_type == "data" or name in FREE_TEXTS))
        if scrubbed != values[name]:
            changed[name] = scrubbed
    if "signer_name" in changed:
        changed |= {"signer_name": ANONYMISED_NAME, "strokes": []}
    return changed


def _write(shelf: Shelf, ref: Ref, row: Row, changed: Mapping[str, Any], clock: Clock) -> None:
    told = {name: value for name, value in changed.items() if row.values[name] != value}
    if told:
        shelf.put(*ref, {**row.values, **told}, {**row.clocks, **dict.fromkeys(told, clock)})


def _everything(shelf: Shelf, scopes: Iterable[str]) -> Iterable[list[Ref]]:
    """The living records of some scopes, loaded, in slices."""
    for scope in scopes:
        last = ("", "")
        while True:
            rows = ask(
                shelf.connection,
                "SELECT tbl, id FROM sync_entry WHERE scope = ? AND live = 1 AND (id, tbl) > (?, ?) "
                f"ORDER BY id, tbl LIMIT {_SLICE}",
                (scope, *last),
            )
            refs = [(row.tbl, row.id) for row in rows if row.tbl in models_by_kind()]
            shelf.load(refs)
            yield refs
            if len(rows) < _SLICE:
                break
            last = (rows[-1].id, rows[-1].tbl)


def _decide(shelf: Shelf, person: str, values: Mapping[str, Any], day: dt.date, clock: Clock) -> None:
    """The order to every notebook to erase its traces, unless it is there."""
    kind = "retention_decision"
    rows = ask(
        shelf.connection,
        f"SELECT id FROM {kind} WHERE beneficiary_id = ? AND decision = ? AND deleted_at IS NULL",
        (person, RetentionChoice.ANONYMISED.value),
    )
    if rows:
        return
    ref = (kind, natural_id(kind, "restored", person))
    shelf.load([ref])
    shelf.put(
        *ref,
        {name: default_of(kind, name) for name in names_of(kind)}
        | {
            "id": ref[1],
            "organisation_id": values["organisation_id"],
            "created_at": clock.at,
            "beneficiary_id": person,
            "decision": RetentionChoice.ANONYMISED.value,
            "decided_on": day.isoformat(),
            "last_contact_on": values["last_contact_on"],
        },
        {"": clock},
    )
