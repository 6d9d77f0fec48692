"""One transaction: records, history, marks to be sent, the resulting changes, and the way to undo them.

A unit answers an ``Outcome``: the changes for the screens, and an ``Undo`` that ``revert`` plays back as
ordinary edits (so that an undo is itself captured, and can be undone).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, RowMapping, Select, Update, bindparam, insert, select, update

from app.changes import Changes
from app.errors import NotFound
from app.models.base import Record, kind_of, table_of
from app.models.registry import model_of
from app.rules.free_text import refuse_nir_in
from app.store.notebook import Notebook, translated

R = TypeVar("R", bound=Record)

_MACHINE = frozenset({"id", "siret", "sha256", "content_sha256", "paper_code", "media_type", "sort_name"})
"""Texts that nobody writes freely."""


@dataclass(frozen=True, slots=True)
class Step:
    """One inverse write: set these fields of this record."""

    kind: str
    record_id: str
    fields: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take an act back. ``label`` says it in French: « heures de Martin 140 → 104 »."""

    label: str
    steps: tuple[Step, ...]

    def __bool__(self) -> bool:
        return bool(self.steps)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write answers."""

    changes: Changes
    undo: Undo
    record_id: str = ""
    """The record made or changed, when there is a main one."""


class Unit:
    """Writes inside one transaction. Made by ``writing``."""

    def __init__(self, notebook: Notebook, connection: Connection, label: str) -> None:
        self.connection = connection
        self.label = label
        self._notebook = notebook
        self._began = notebook.clock.now()
        self._pairs: set[tuple[str, str]] = set()
        self._steps: list[Step] = []

    @property
    def outcome(self) -> Outcome:
        """The changes so far and their undo."""
        return self.outcome_of("")

    def outcome_of(self, record_id: str) -> Outcome:
        """The changes so far, with the main record."""
        changes = Changes(frozenset(self._pairs))
        return Outcome(changes, Undo(self.label, tuple(reversed(self._steps))), record_id)

    def new_id(self) -> str:
        """A new client-made id."""
        return self._notebook.clock.new_id()

    def insert(self, model: type[Record], fields: Mapping[str, Any], record_id: str = "") -> str:
        """Insert a record; ``record_id`` when nature gives it. Returns the id.

        ``organisation_id``, ``created_*`` and ``updated_at`` are filled in from the notebook unless given. Here as in
        every write, ``InvalidInput`` is raised for a text that holds a social security number (``rules.free_text``).
        """
        refuse_nir_in(fields, _MACHINE)
        now = self._notebook.clock.now()
        chosen = record_id or self.new_id()
        values = {
            "organisation_id": self._notebook.organisation_id,
            "created_at": now,
            "created_by": self._notebook.actor_id,
            "updated_at": now,
            **fields,
            "id": chosen,
        }
        self.connection.execute(_insert(model), values)
        self._note(model, chosen, {"deleted_at": now})
        return chosen

    def update(
        self, model: type[Record], record_id: str, fields: Mapping[str, Any], known: RowMapping | None = None
    ) -> bool:
        """Change fields of a record; returns whether anything differed. Raises ``NotFound``.

        ``known``: the record's row, when it has just been read in this unit.
        """
        refuse_nir_in(fields, _MACHINE)
        before = known or self.row(model, record_id)
        changed = {name: value for name, value in fields.items() if before[name] != value}
        if not changed:
            return False
        now = self._notebook.clock.now()
        self.connection.execute(_update(model), {"the_id": record_id, **changed, "updated_at": now})
        self._note(model, record_id, {name: before[name] for name in changed})
        return True

    def put(self, model: type[Record], record_id: str, fields: Mapping[str, Any]) -> bool:
        """Insert the record that nature names ``record_id``, or change its fields (and bring it back if deleted)."""
        known = self.find(model, record_id)
        if known is None:
            self.insert(model, fields, record_id)
            return True
        return self.update(model, record_id, {**fields, "deleted_at": None}, known)

    def delete(self, model: type[Record], record_id: str) -> bool:
        """Mark a record deleted (it stays 30 days in the bin, and its history for ever).

        All that one act deletes has the same moment, by which it is taken from the bin together.
        """
        return self.update(model, record_id, {"deleted_at": self._began})

    def insert_many(self, model: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many records in one statement; each row gives its ``id``."""
        if not rows:
            return
        for row in rows:
            refuse_nir_in(row, _MACHINE)
        now = self._notebook.clock.now()
        common = {
            "organisation_id": self._notebook.organisation_id,
            "created_at": now,
            "created_by": self._notebook.actor_id,
            "updated_at": now,
        }
        self.connection.execute(insert(table_of(model)), [{**common, **row} for row in rows])
        for row in rows:
            self._note(model, row["id"], {"deleted_at": now})

    def find(self, model: type[Record], record_id: str) -> RowMapping | None:
        """The record's row, deleted or not, or ``None``."""
        return self.connection.execute(_select(model), {"the_id": record_id}).mappings().first()

    def row(self, model: type[Record], record_id: str) -> RowMapping:
        """The record's row; raises ``NotFound``."""
        found = self.find(model, record_id)
        if found is None:
            raise not_found()
        return found

    def revert(self, undo: Undo) -> None:
        """Play an undo back as ordinary edits."""
        for step in undo.steps:
            self.update(model_of(step.kind), step.record_id, dict(step.fields))

    def touch(self, kind: str, ids: Iterable[str]) -> None:
        """Say that screens showing these records should reload, though their rows did not change."""
        self._pairs.update((kind, one) for one in ids)

    def _note(self, model: type[Record], record_id: str, inverse: Mapping[str, Any]) -> None:
        kind = kind_of(model)
        self._pairs.add((kind, record_id))
        self._steps.append(Step(kind, record_id, tuple(inverse.items())))


# Built once for each table: SQLAlchemy takes longer to build a statement of thirty columns than SQLite to run it.


@cache
def _select(model: type[Record]) -> Select[Any]:
    table = table_of(model)
    return select(table).where(table.c.id == bindparam("the_id"))


@cache
def _insert(model: type[Record]) -> Insert:
    return insert(table_of(model))


@cache
def _update(model: type[Record]) -> Update:
    table = table_of(model)
    return update(table).where(table.c.id == bindparam("the_id"))


@contextmanager
def writing(notebook: Notebook, label: str = "", *, captured: bool = True) -> Iterator[Unit]:
    """Open one unit of work: committed once when the block ends well, rolled back whole otherwise.

    ``label`` names the act in French for « Annuler : … ». The environment's refusals (full disk, rights)
    are raised as the errors of ``app.errors``; nothing is then written. ``captured=False`` is for what every
    program ships alike: no history, nothing to send.
    """
    try:
        with notebook.connection_for_unit() as connection, connection.begin():
            connection.exec_driver_sql(
                "UPDATE _ctl SET value = ? WHERE name = 'author' AND value <> ?",
                (notebook.actor_id, notebook.actor_id),
            )
            if captured:
                yield Unit(notebook, connection, label)
            else:
                connection.exec_driver_sql("UPDATE _ctl SET value = 'off' WHERE name = 'capture'")
                yield Unit(notebook, connection, label)
                connection.exec_driver_sql("UPDATE _ctl SET value = 'on' WHERE name = 'capture'")
    except Exception as problem:
        answer = translated(problem)
        if answer is problem:
            raise
        raise answer from problem


def revert(notebook: Notebook, undo: Undo) -> Outcome:
    """Take an act back; the answer's own undo redoes it."""
    with writing(notebook, undo.label) as unit:
        unit.revert(undo)
        return unit.outcome


def not_found() -> NotFound:
    """The error for a record that is not there (any more)."""
    return NotFound(
        "Cet élément est introuvable dans le carnet.",
        "Rien n’a été modifié.",
        "Revenez à la liste\u00a0: il a peut-être été supprimé ou transféré.",
    )
