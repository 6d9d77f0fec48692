"""What the server set aside: operations that it could not merge, and the work of withdrawn notebooks (SYNC.md §1, §3).

Nothing of it is lost: each operation is kept whole, with who sent it, until it is released (merged under its author's
account and present rights, by the merge of every push), or dropped by somebody who says so. Contents are personal data:
only ``show`` tells them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.errors import InvalidInput, NotFound
from app.models.wire import field_of, from_wire, models_by_kind, moment_text, names_of
from app.rules.french import format_date, format_time
from app.rules.record_words import field_label, has_words, noun, shown_value
from app.sync.protocol import HeldCode
from server.push import receiving
from server.service import Service
from server.store.engine import ask, aware, many
from server.store.shelf import stored_moment

REASONS = {
    HeldCode.MALFORMED: "pas comprise",
    HeldCode.INVALID: "valeur refusée",
    HeldCode.READ_ONLY: "ce compte ne peut pas écrire cette fiche",
    HeldCode.FORBIDDEN: "fiche d’une autre organisation",
    HeldCode.UNKNOWN_RECORD: "fiche inconnue du serveur",
    HeldCode.PARENT: "attend une autre fiche",
    HeldCode.ERASED: "fiche effacée pour toujours",
    HeldCode.RESCUED: "perdu par le serveur, connu d’un carnet",
    HeldCode.QUARANTINED: "carnet retiré du réseau",
}


@dataclass(frozen=True, slots=True)
class HeldOperation:
    """One operation set aside. ``sentence`` names no person and no value; ``lines`` do."""

    number: int
    device: str
    account: str
    organisation: str
    table: str
    """Empty when the operation was not understood."""
    record_id: str
    code: HeldCode
    field: str
    at: dt.datetime
    """When it was received."""
    operation: Any
    """As it was sent."""

    @property
    def facts(self) -> dict[str, Any]:
        """All but what was typed, as JSON."""
        return {
            "number": self.number,
            "device": self.device,
            "account": self.account,
            "organisation": self.organisation,
            "table": self.table,
            "id": self.record_id,
            "code": self.code.value,
            "field": self.field,
            "at": moment_text(self.at),
        }

    @property
    def sentence(self) -> str:
        """As a line of a list."""
        at = self.at.astimezone()
        what = noun(self.table).one if self.table else "élément inconnu"
        about = f" ({field_label(self.table, self.field)})" if self.table and self.field else ""
        return (
            f"{self.number}\t{format_date(at.date())} {format_time(at)}\t{self.account}\t{what} {self.record_id}\t"
            f"{REASONS[self.code]}{about}"
        )

    @property
    def lines(self) -> list[str]:
        """What was typed, a line a field."""
        fields = self.operation.get("fields") if isinstance(self.operation, dict) else None
        if self.table not in models_by_kind() or not isinstance(fields, dict):
            return [json.dumps(self.operation, ensure_ascii=False)]
        inserting = self.operation.get("op") == "insert"
        found = []
        for name, given in sorted(fields.items()):
            value = given if inserting or not isinstance(given, list) or not given else given[0]
            known = field_of(self.table, name)
            if (value in (None, "") and inserting) or not has_words(self.table, name):
                continue
            try:
                told = shown_value(self.table, name, value if known is None else from_wire(known.type, value))
            except (TypeError, ValueError):
                told = json.dumps(value, ensure_ascii=False)
            found.append(f"{field_label(self.table, name)}\u00a0: {told}")
        return found


def waiting(service: Service, device: str = "") -> list[HeldOperation]:
    """What is set aside, oldest first; ``device``: of this notebook only."""
    with service.database.reading() as connection:
        rows = ask(
            connection,
            "SELECT h.number, d.id AS device, d.account, a.organisation, h.tbl, h.record_id, h.code, h.field, h.at, "
            "h.body FROM sync_held h JOIN sync_device d ON d.number = h.device "
            "JOIN sync_account a ON a.name = d.account "
            "WHERE h.settled_at IS NULL AND h.body <> '' ORDER BY h.device, h.n, h.position",
        )
        rows = [row for row in rows if not (row.code == HeldCode.RESCUED and _came_back(connection, row))]
    return [
        HeldOperation(
            row.number,
            row.device,
            row.account,
            row.organisation,
            row.tbl,
            row.record_id,
            HeldCode(row.code),
            row.field,
            _moment(row.at),
            json.loads(row.body),
        )
        for row in rows
        if device in ("", row.device)
    ]


def one(service: Service, number: int) -> HeldOperation:
    """The one of this number. Raises ``NotFound``."""
    found = [held for held in waiting(service) if held.number == number]
    if not found:
        raise NotFound(
            "Rien n’est mis de côté sous ce numéro.", "Rien n’a été modifié.", "Voir «\u00a0held list\u00a0»."
        )
    return found[0]


def chosen(service: Service, number: int | None, device: str) -> list[HeldOperation]:
    """The one of a number, or those of a notebook. Raises ``InvalidInput``, ``NotFound``."""
    if (number is None) == (not device):
        raise InvalidInput(
            "Donnez un numéro, ou un carnet par --device.", "Rien n’a été modifié.", "Voir «\u00a0held list\u00a0»."
        )
    if number is not None:
        return [one(service, number)]
    found = waiting(service, device)
    if not found:
        raise NotFound(
            "Rien n’est mis de côté pour ce carnet.", "Rien n’a été modifié.", "Voir «\u00a0held list\u00a0»."
        )
    return found


def release(service: Service, operations: Sequence[HeldOperation]) -> int:
    """Merge them, each under its author's account; how many went through. The others stay, with their reason."""
    return receiving.release_these(service, [held.number for held in operations])


def drop(service: Service, operations: Iterable[HeldOperation]) -> int:
    """Forget them for good: what was typed is no more, save in the notebook that sent it. How many."""
    at = stored_moment(service.clock.now(), sqlite=not service.database.is_postgresql)
    numbers = [(at, held.number) for held in operations]
    with service.database.changing() as connection:
        many(connection, "UPDATE sync_held SET body = '', settled_at = ? WHERE number = ?", numbers)
    return len(numbers)


def _came_back(connection: Connection, row: Any) -> bool:
    """Whether what was lost came back since, by who had typed it."""
    found = ask(
        connection, "SELECT body FROM sync_entry WHERE id = ? AND tbl = ? AND live = 1", (row.record_id, row.tbl)
    )
    values = dict(zip(names_of(row.tbl), json.loads(found[0].body), strict=True)) if found else {}
    return all(values.get(name, ...) == edit[0] for name, edit in json.loads(row.body)["fields"].items())


def _moment(stored: Any) -> dt.datetime:
    """A moment read by plain SQL: SQLite gives its text."""
    return aware(stored if isinstance(stored, dt.datetime) else dt.datetime.fromisoformat(stored))
