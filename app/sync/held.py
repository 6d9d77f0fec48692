"""Changes that the server set aside: kept here with what was typed, offered again or given up by a person."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from app import durable
from app.errors import NotFound
from app.models.clashes import asked_fields
from app.models.registry import model_of
from app.models.wire import field_of, fields_of, from_wire, models_by_kind
from app.rules.record_words import linked_kind
from app.store import rows
from app.store.inbox import values_of
from app.store.notebook import Notebook
from app.store.outbox import note_new
from app.store.titles import door_of, title_of, value_words
from app.store.unit import Outcome, not_found, writing
from app.sync import card_words
from app.sync.conflicts import with_derived
from app.sync.protocol import HeldCode
from app.sync.state import HeldCard, HeldReason

_REASONS = {
    HeldCode.READ_ONLY: HeldReason.READ_ONLY,
    HeldCode.FORBIDDEN: HeldReason.NOT_YOURS,
    HeldCode.PARENT: HeldReason.PARENT_MISSING,
    HeldCode.UNKNOWN_RECORD: HeldReason.UNKNOWN,
    HeldCode.INVALID: HeldReason.INVALID,
    HeldCode.MALFORMED: HeldReason.UNREADABLE,
    HeldCode.ERASED: HeldReason.GONE,
    HeldCode.QUARANTINED: HeldReason.SET_APART,
}
_GIVEN_UP = "given_up"
_OFFERED = "offered"


def cards(notebook: Notebook) -> list[HeldCard]:
    """Those that wait, oldest first."""
    found = notebook.raw.execute("SELECT id, tbl, record, code, body, at FROM _held WHERE state = '' ORDER BY at, id")
    return [_card(notebook, *row) for row in found.fetchall()]


def count(notebook: Notebook) -> int:
    """How many wait."""
    return int(notebook.raw.execute("SELECT count(*) FROM _held WHERE state = ''").fetchone()[0])


def offer_again(notebook: Notebook, held_id: str) -> Outcome:
    """Write the values again as an ordinary change, to be sent at the next session.

    A record that the network never had is sent as it stands here, mended or not since; one that is no longer here is
    made again with the same id. Raises ``NotFound`` when nothing could be written: what was set aside then stays so.
    """
    kind, record_id, operation = _find(notebook, held_id)
    model = model_of(kind)
    values = {
        name: from_wire(field.type, value)
        for name, value in values_of(operation).items()
        if (field := field_of(kind, name)) is not None
    }
    raw = notebook.raw
    with writing(notebook, "nouvel envoi d’un élément refusé") as unit:
        here = unit.find(model, record_id) is not None
        if not here and (operation["op"] == "update" or _lacks_a_parent(raw, kind, values)):
            raise NotFound(
                "La fiche que cet élément concerne n’est plus dans ce carnet.",
                "Ce que vous aviez saisi reste ici.",
                "Transmettez-le à la structure qui suit cette fiche, puis classez-le.",
            )
        received = raw.execute("SELECT 1 FROM _row WHERE tbl = ? AND id = ?", (kind, record_id)).fetchone() is not None
        if here and (received or operation["op"] == "update"):
            unit.update(model, record_id, with_derived(unit, kind, record_id, values))
        elif not here and operation["op"] == "insert":
            unit.insert(model, with_sources(kind, values), record_id)
        if here and not received:
            note_new(raw, kind, record_id)
        unit.connection.exec_driver_sql("UPDATE _held SET state = ? WHERE id = ?", (_OFFERED, held_id))
        unit.touch(kind, [record_id])
        return unit.outcome_of(record_id)


def _lacks_a_parent(raw: Any, kind: str, values: dict[str, Any]) -> bool:
    """Whether a record to be made again names one that is not in the notebook."""
    named = [(one.parent, values.get(one.name)) for one in fields_of(kind) if one.parent]
    return any(wanted is not None and not rows.exists(raw, parent, wanted) for parent, wanted in named)


def with_sources(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """``values`` of a whole record and its derived columns."""
    from app.rules.derived import derive

    return {**values, **derive(kind, values)}


def give_up(notebook: Notebook, held_id: str) -> Outcome:
    """Stop asking; the values stay in the notebook. Raises ``NotFound``."""
    kind, record_id, _ = _find(notebook, held_id)
    with writing(notebook, "élément refusé classé") as unit:
        unit.connection.exec_driver_sql("UPDATE _held SET state = ? WHERE id = ?", (_GIVEN_UP, held_id))
        unit.touch(kind, [record_id])
        return unit.outcome_of(record_id)


def write_all(notebook: Notebook, target: Path) -> Path:
    """All that wait as a text to read: for the coordination. Raises as ``durable.write``."""
    lines = ["Éléments refusés par le serveur du réseau", ""]
    for card in cards(notebook):
        lines += [card_words.held_heading(card), card_words.held_sentence(card)]
        lines += [f"  {one}" for one in card_words.held_values(card)]
        lines.append("")
    durable.write(target, "\n".join(lines).encode())
    return target


def _find(notebook: Notebook, held_id: str) -> tuple[str, str, dict[str, Any]]:
    row = notebook.raw.execute("SELECT tbl, record, body FROM _held WHERE id = ?", (held_id,)).fetchone()
    if row is None or row[0] not in models_by_kind():
        raise not_found()
    return row[0], row[1], json.loads(row[2])


def _card(notebook: Notebook, held_id: str, kind: str, record_id: str, code: str, body: str, at: str) -> HeldCard:
    operation, raw = json.loads(body), notebook.raw
    wire_values = values_of(operation)
    known = kind in models_by_kind()
    values = tuple(
        (name, value_words(raw, kind, name, from_wire(field.type, value)))
        for name, value in sorted(wire_values.items())
        if known and (field := field_of(kind, name)) is not None and value not in (None, "") and _is_told(kind, name)
    )
    code, _, refused = code.partition(" ")
    try:
        reason = _REASONS.get(HeldCode(code), HeldReason.OTHER)
    except ValueError:
        reason = HeldReason.OTHER
    named = wire_values.get("name") or " ".join(
        str(wire_values.get(part) or "") for part in ("first_name", "last_name")
    )
    return HeldCard(
        held_id=held_id,
        kind=kind,
        record_id=record_id,
        title=(title_of(raw, kind, record_id) if known else "") or str(named).strip(),
        reason=reason,
        values=values,
        at=dt.datetime.fromisoformat(at.replace("Z", "+00:00")),
        door=door_of(raw, kind, record_id) if known else ("", ""),
        field=refused,
    )


def _is_told(kind: str, name: str) -> bool:
    """What a person typed, or chose: not what the program writes beside it."""
    return name in asked_fields(kind) or bool(linked_kind(kind, name))
