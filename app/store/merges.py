"""Merged files in the notebook: aliases, the records that follow them, pairs known to be two people.

``settle`` makes what ``rules.merging`` computes true of every row; it is called after a merge, after its undo, and
after received rows are applied, and changes nothing when all is in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, select

from app.changes import Changes
from app.clock import natural_id
from app.models.base import Record, kind_of, synchronised_models, table_of
from app.models.beneficiaries import Beneficiary
from app.models.choices import ConflictChoice, Role
from app.models.merges import DistinctPair, PersonMerge, PersonMove
from app.models.network import Facilitator
from app.models.registry import model_of
from app.models.sync import Conflict
from app.rules.merging import held_by, home_of, rings, root_of
from app.store.notebook import Notebook
from app.store.unit import Unit, writing

_person, _merge, _move = table_of(Beneficiary), table_of(PersonMerge), table_of(PersonMove)
_pair, _facilitator, _conflict = table_of(DistinctPair), table_of(Facilitator), table_of(Conflict)


def models_of_people() -> tuple[type[Record], ...]:
    """The tables whose rows belong to a person, by ``beneficiary_id``."""
    return tuple(model for model in synchronised_models() if "beneficiary_id" in table_of(model).c)


def aliases(connection: Connection) -> dict[str, str]:
    """Absorbed file → the file it was put in. Few rows, found in their index."""
    query = select(_person.c.id, _person.c.absorbed_into_id).where(_person.c.absorbed_into_id > "")
    return {row[0]: row[1] for row in connection.execute(query)}


def holder_of(connection: Connection, person_id: str) -> str:
    """The file that holds a person; the same one when it was never absorbed."""
    return root_of(person_id, aliases(connection))


def held_ids(connection: Connection, person_id: str) -> frozenset[str]:
    """Files that a person's file absorbed, directly or not."""
    return held_by(person_id, aliases(connection))


def merge_id(absorbed_id: str, kept_id: str) -> str:
    """The id that nature gives to a merge."""
    return natural_id("person_merge", absorbed_id, kept_id)


def merges_into(connection: Connection, kept_ids: Iterable[str]) -> list[RowMapping]:
    """Merges in force into these files, the latest first, with the absorbed file's number and names, and who did it."""
    query = (
        select(
            _merge,
            _person.c.file_number,
            _person.c.last_name,
            _person.c.first_name,
            (_facilitator.c.first_name + " " + _facilitator.c.last_name).label("merged_by_name"),
        )
        .join_from(_merge, _person, _person.c.id == _merge.c.absorbed_id)
        .join(_facilitator, _facilitator.c.id == _merge.c.merged_by, isouter=True)
        .where(
            _merge.c.kept_id.in_(list(kept_ids)),
            _merge.c.deleted_at.is_(None),
            _merge.c.undone_at.is_(None),
            _person.c.absorbed_into_id == _merge.c.kept_id,
        )
        .order_by(_merge.c.merged_at.desc(), _merge.c.id)
    )
    return list(connection.execute(query).mappings())


def settle(unit: Unit) -> int:
    """Put every record under the file that holds its person; how many rows were in another place.

    Written as ordinary edits: laptops that settle the same rows write the same values.
    """
    connection = unit.connection
    absorbed = aliases(connection)
    moved = 0
    for root in rings(absorbed):
        unit.update(Beneficiary, root, {"absorbed_into_id": "", "deleted_at": None})
        del absorbed[root]
        moved += 1
    for one in _into_nowhere(connection, absorbed):
        unit.update(Beneficiary, one, {"absorbed_into_id": "", "deleted_at": None})
        del absorbed[one]
        moved += 1
    origins = _origins(connection)
    moved += _bring_back_holders(unit, absorbed) + _bin_absorbed(unit, absorbed)
    places: list[tuple[type[Record], str, str]] = []
    for model in models_of_people():
        table = table_of(model)
        if absorbed:
            query = select(table.c.id, table.c.beneficiary_id).where(table.c.beneficiary_id.in_(list(absorbed)))
            places += [(model, row[0], row[1]) for row in connection.execute(query)]
    # What the server set aside is unknown to it: it follows once it has been taken.
    aside = {(row[0], row[1]) for row in connection.exec_driver_sql("SELECT tbl, record FROM _held WHERE state = ''")}
    places = [one for one in places if (kind_of(one[0]), one[1]) not in aside]
    known = {(kind_of(model), record_id) for model, record_id, _ in places}
    for kind, record_id in origins.keys() - known - aside:
        row = unit.find(model_of(kind), record_id)
        if row is not None and row["beneficiary_id"]:
            places.append((model_of(kind), record_id, row["beneficiary_id"]))
    for model, record_id, current in places:
        kind = kind_of(model)
        origin = origins.get((kind, record_id))
        home = home_of(current, origin, absorbed)
        if home == current:
            continue
        if origin is None:
            unit.put(
                PersonMove,
                natural_id("person_move", kind, record_id),
                {"record_kind": kind, "record_id": record_id, "origin_id": current},
            )
        unit.update(model, record_id, {"beneficiary_id": home})
        moved += 1
    return moved


def _origins(connection: Connection) -> dict[tuple[str, str], str]:
    query = select(_move.c.record_kind, _move.c.record_id, _move.c.origin_id).where(_move.c.deleted_at.is_(None))
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def _into_nowhere(connection: Connection, absorbed: dict[str, str]) -> list[str]:
    """Files put in one that is not here: given to another organisation meanwhile, it holds nobody of ours."""
    wanted = set(absorbed.values())
    here = set(connection.execute(select(_person.c.id).where(_person.c.id.in_(wanted))).scalars())
    return [one for one, into in absorbed.items() if into not in here]


def _bring_back_holders(unit: Unit, absorbed: dict[str, str]) -> int:
    """A file put in the bin elsewhere while it was given another's records: nothing of them may leave the screens."""
    roots = {root_of(one, absorbed) for one in absorbed}
    if not roots:
        return 0
    query = select(_person.c.id).where(_person.c.id.in_(roots), _person.c.deleted_at.is_not(None))
    found = list(unit.connection.execute(query).scalars())
    for one in found:
        unit.update(Beneficiary, one, {"deleted_at": None})
    return len(found)


def _bin_absorbed(unit: Unit, absorbed: dict[str, str]) -> int:
    """An absorbed file brought back by an edit made elsewhere meanwhile: its person is held by another one.

    Whether to keep it is no question any more: the edit itself, and all that was written under it, stay.
    """
    if not absorbed:
        return 0
    query = select(_person.c.id).where(_person.c.id.in_(list(absorbed)), _person.c.deleted_at.is_(None))
    found = list(unit.connection.execute(query).scalars())
    for one in found:
        unit.delete(Beneficiary, one)
        asked = select(_conflict.c.id).where(
            _conflict.c.record_id == one, _conflict.c.field == "deleted_at", _conflict.c.decision == ConflictChoice.OPEN
        )
        answer = {"decision": ConflictChoice.OTHER, "decided_at": unit.row(Beneficiary, one)["deleted_at"]}
        for card in list(unit.connection.execute(asked).scalars()):
            unit.update(Conflict, card, answer)
    return len(found)


def follow_received(notebook: Notebook) -> Changes:
    """Once rows were received: records that came under an absorbed file go to the one that holds its person.

    Not in the notebook of who may only read: it would be refused at each session, and colleagues' notebooks do it.
    """
    if notebook.role == Role.READER:
        return Changes()
    with notebook.read() as connection:
        if not aliases(connection):
            return Changes()
    with writing(notebook, "fiches réunies") as unit:
        settle(unit)
        return unit.outcome.changes


# --- pairs -------------------------------------------------------------------------------


def distinct_id(first: str, second: str) -> str:
    """The id that nature gives to a pair, whatever its order."""
    return natural_id("distinct_pair", *sorted((first, second)))


def note_distinct(unit: Unit, first: str, second: str) -> None:
    """Remember that two files are two people."""
    one, other = sorted((first, second))
    unit.put(DistinctPair, distinct_id(one, other), {"first_id": one, "second_id": other})


def distinct_pairs(connection: Connection) -> frozenset[tuple[str, str]]:
    """Pairs (the smaller id first) that somebody said to be two people."""
    query = select(_pair.c.first_id, _pair.c.second_id).where(_pair.c.deleted_at.is_(None))
    return frozenset((row[0], row[1]) for row in connection.execute(query))


def identities(connection: Connection, organisation_id: str) -> Sequence[tuple[object, ...]]:
    """(id, last name, first name, birth name, birth date, phone) of everybody of the organisation, archived or not.

    Anonymised people are left out: nothing tells one from another.
    """
    p = _person.c
    query = select(p.id, p.last_name, p.first_name, p.birth_name, p.birth_date, p.phone).where(
        p.organisation_id == organisation_id, p.deleted_at.is_(None), p.anonymised_on.is_(None)
    )
    return [tuple(row) for row in connection.execute(query)]
