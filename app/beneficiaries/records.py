"""What every act on a person needs: the notebook, the right to write, the words of dated data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.beneficiaries.nomenclatures import Nomenclatures
from app.errors import InvalidInput
from app.models.base import Record
from app.models.beneficiaries import Beneficiary
from app.paths import resources
from app.rules import access
from app.rules.french import person_name_letter
from app.store import beneficiaries as people
from app.store import reference
from app.store.drafts import drop_draft, find_draft, keep_draft
from app.store.network import actor_of
from app.store.notebook import Notebook
from app.store.unit import Outcome, not_found, writing


class Records:
    """Base of the parts of the service. ``tables``: the folder of shipped nomenclatures (found by itself)."""

    def __init__(self, notebook: Notebook, tables: Path | None = None) -> None:
        self._notebook = notebook
        self._words = Nomenclatures(tables or resources() / "reference" / "tables")

    # --- forms being filled in -----------------------------------------------------------

    def keep_form(self, place: str, title: str, values: Mapping[str, Any]) -> None:
        """Keep what a form holds (texts, numbers, dates), so that a kill loses nothing that had left its field."""
        kept = {key: _packed(value) for key, value in values.items() if value not in (None, "")}
        keep_draft(self._notebook, place, title, json.dumps(kept, ensure_ascii=False) if kept else "")

    def kept_form(self, place: str) -> dict[str, Any]:
        """What :meth:`keep_form` kept; empty when nothing."""
        found = find_draft(self._notebook, place)
        return {key: _unpacked(value) for key, value in json.loads(found.text).items()} if found else {}

    def drop_form(self, place: str) -> None:
        """Forget a form: it became a record, or was given up."""
        drop_draft(self._notebook, place)

    # --- shared --------------------------------------------------------------------------

    @property
    def _today(self) -> dt.date:
        return self._notebook.clock.today()

    def _require_sight(self, action: str) -> None:
        access.require(access.can_see_person(actor_of(self._notebook), self._notebook.organisation_id), action)

    def _require_writing(self, organisation_id: str) -> None:
        access.require(access.can_write_person(actor_of(self._notebook), organisation_id), "modifier cette fiche")

    def _person(self, person_id: str, *, archived: bool = False) -> people.Row:
        """The record, writable by the actor; an archived one is refused unless ``archived``."""
        with self._notebook.read() as connection:
            person = people.find_person(connection, person_id)
        if person is None:
            raise not_found()
        self._require_writing(person["organisation_id"])
        if person["archived_on"] is not None and not archived:
            raise InvalidInput(
                "Cette fiche est archivée.", "Rien n’a été modifié.", "La reprendre dans le suivi pour la modifier."
            )
        return person

    def _write(self, person: people.Row, label: str, fields: Mapping[str, Any]) -> Outcome:
        name = person_name_letter(person["last_name"], person["first_name"])
        with writing(self._notebook, f"{label} ({name})") as unit:
            unit.update(Beneficiary, person["id"], fields)
            return unit.outcome_of(person["id"])

    def _network_code(self) -> str:
        with self._notebook.read() as connection:
            return people.network_code(connection, self._notebook.organisation_id)

    def _entries(self, table: str) -> list[reference.Reference]:
        return reference.list_reference(self._notebook, table, network_code=self._network_code(), on=self._today)

    def _label(self, table: str, code: str, on: dt.date | None) -> str:
        return reference.label_of(self._notebook, table, code, on=on) if code else ""

    def _discreet(self) -> frozenset[str]:
        entries = reference.list_reference(self._notebook, "public", network_code=self._network_code())
        return frozenset(one.code for one in entries if one.data.get("discreet"))

    def _owned(self, model: type[Record], record_id: str) -> tuple[people.Row, people.Row]:
        """A record that belongs to a person, with that person; both writable. Raises ``NotFound``."""
        with self._notebook.read() as connection:
            row = people.find_record(connection, model, record_id)
        if row is None:
            raise not_found()
        return row, self._person(row["beneficiary_id"])

    @staticmethod
    def _name(person: Mapping[Any, Any]) -> str:
        return person_name_letter(person["last_name"], person["first_name"])


def _packed(value: Any) -> Any:
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return list(value)
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return dt.date.fromisoformat(value["date"])
    return tuple(value) if isinstance(value, list) else value
