"""Decisions between two values: read from the records ``conflict``, taken as ordinary edits (PRODUCT.md §3.6).

A decision writes the chosen value in the record when another one shows, and ``decision`` in the conflict, in one unit:
both travel, both are undone by its ``undo``, and it can be taken again for thirty days.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from app.errors import InvalidInput
from app.models.choices import ConflictChoice
from app.models.clashes import FOLLOWING
from app.models.registry import model_of
from app.models.sync import Conflict
from app.models.wire import field_of, from_wire
from app.rules.derived import derive, sources_of
from app.rules.record_words import TWO_VALUES, is_long_text
from app.store import reviews, rows
from app.store.binned import bring_back_with
from app.store.notebook import Notebook
from app.store.records import refuse_printed
from app.store.titles import door_of, title_of, value_words
from app.store.unit import Outcome, Unit, not_found, writing
from app.sync.state import Decision, ReviewCard, ReviewKind, Version

REVERSIBLE = dt.timedelta(days=30)
_ON_PAPER = frozenset(
    {("hour_line", "hours"), ("hour_line", "declared_hours"), ("monthly_statement", "declared_total")}
)
"""Figures that a company’s paper tells."""


def open_cards(notebook: Notebook) -> list[ReviewCard]:
    """Decisions to take, oldest first."""
    return _cards(notebook, reviews.open_ones(notebook))


def decided_cards(notebook: Notebook) -> list[ReviewCard]:
    """Decisions of the last thirty days, latest first."""
    return _cards(notebook, reviews.decided_ones(notebook, notebook.clock.now() - REVERSIBLE))


def decide(notebook: Notebook, card_id: str, decision: Decision) -> Outcome:
    """Let one version stand, or both. Raises ``NotFound``, ``InvalidInput`` for a field that cannot hold both,
    ``Locked`` when another value than the one shown would change what is signed or attested.
    """
    card = card_of(notebook, card_id)
    model = model_of(card.kind)
    label = f"choix pour {card.title}" if card.title else "choix entre deux valeurs"
    field = card.field or "deleted_at"
    follows: dict[str, Any] = {}
    if decision is Decision.BOTH:
        if not card.can_keep_both:
            raise InvalidInput(
                "Ce champ ne peut contenir qu’une valeur.", "Les deux sont conservées.", "Choisir l’une des deux."
            )
        value = both_of(card.field, card.mine.value, card.theirs.value)
        choice = ConflictChoice.BOTH
    else:
        version = card.mine if decision is Decision.MINE else card.theirs
        value = version.value
        follows = _following(card.kind, field, version)
        choice = ConflictChoice.SHOWN if decision is card.shown else ConflictChoice.OTHER
    with writing(notebook, label) as unit:
        stands = unit.find(model, card.record_id)
        if stands is not None:
            changes = stands[field] != value
            if changes:
                refuse_printed(unit, card.kind, stands, field)
            fields = {field: value, **(follows if changes else {})}
            unit.update(model, card.record_id, with_derived(unit, card.kind, card.record_id, fields))
            if card.what is ReviewKind.DELETED_AND_CHANGED and not value:
                for version in (card.mine, card.theirs):
                    if version.value is not None:
                        bring_back_with(unit, card.kind, card.record_id, version.value)
        unit.update(
            Conflict,
            card_id,
            {"decision": choice, "decided_by": notebook.actor_id, "decided_at": notebook.clock.now()},
        )
        unit.touch(card.kind, [card.record_id])
        return unit.outcome_of(card.record_id)


def _following(kind: str, field: str, version: Version) -> dict[str, Any]:
    """What says when or by whom ``field`` took its value, as the version chosen has it."""
    follows = FOLLOWING.get((kind, field))
    if follows is None:
        return {}
    filled = version.value in follows.values and version.at is not None
    at = version.at if filled else None
    wanted = {
        follows.day: at.astimezone().date() if at is not None else None,
        follows.moment: at,
        follows.author: version.author_id if filled else "",
    }
    return {name: value for name, value in wanted.items() if name}


def card_of(notebook: Notebook, card_id: str) -> ReviewCard:
    """One decision, taken or not. Raises ``NotFound``."""
    found = _cards(notebook, reviews.one(notebook, card_id))
    if not found:
        raise not_found()
    return found[0]


def both_of(field: str, mine: str, theirs: str) -> str:
    """Two values in one field: « 06… / 07… », or one paragraph after the other."""
    parts = [part for part in (str(mine or "").strip(), str(theirs or "").strip()) if part]
    if len(parts) == 2 and parts[1] in parts[0]:
        parts.pop()
    return ("\n" if is_long_text(field) else " / ").join(parts)


def with_derived(unit: Unit, kind: str, record_id: str, fields: dict[str, Any]) -> dict[str, Any]:
    """``fields`` and the derived columns that follow them."""
    sources = sources_of(kind)
    if not any(name in fields for name in sources):
        return fields
    row = unit.row(model_of(kind), record_id)
    return {**fields, **derive(kind, {name: fields.get(name, row[name]) for name in sources})}


def _cards(notebook: Notebook, rows: list[Mapping[str, Any]]) -> list[ReviewCard]:
    names = reviews.authors(notebook) if rows else {}
    return [_card(notebook, row, names) for row in rows]


def _card(notebook: Notebook, row: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> ReviewCard:
    kind, field, raw = row["kind"], row["field"], notebook.raw
    known = field_of(kind, field)

    def value(text: str) -> Any:
        read = json.loads(text)
        return from_wire(known.type, read) if known else read

    def version(part: str) -> Version:
        author = row[f"{part}_by"]
        name, organisation = names.get(author, ("", ""))
        written = value(row[part])
        return Version(
            written,
            value_words(raw, kind, field, written),
            author,
            name,
            organisation,
            row[f"{part}_at"],
            author == notebook.actor_id and bool(author),
        )

    shown, other = version("shown"), version("other")
    swapped = other.mine and not shown.mine
    mine, theirs = (other, shown) if swapped else (shown, other)
    about_life = field == "deleted_at"
    month = ""
    if (kind, field) in _ON_PAPER:
        month = str(rows.read_field(raw, kind, row["record_id"], "month") or "")
    former = value(row["before"])
    decided = row["decision"]
    choices = {
        ConflictChoice.SHOWN: Decision.THEIRS if swapped else Decision.MINE,
        ConflictChoice.OTHER: Decision.MINE if swapped else Decision.THEIRS,
        ConflictChoice.BOTH: Decision.BOTH,
    }
    return ReviewCard(
        card_id=row["id"],
        kind=kind,
        record_id=row["record_id"],
        title=title_of(raw, kind, row["record_id"]),
        field="" if about_life else field,
        what=ReviewKind.DELETED_AND_CHANGED if about_life else ReviewKind.FIELD,
        mine=mine,
        theirs=theirs,
        shown=Decision.THEIRS if swapped else Decision.MINE,
        before="" if former in (None, "") else value_words(raw, kind, field, former),
        door=door_of(raw, kind, row["record_id"]),
        twice=former is None and known is not None and known.required,
        month=month,
        can_keep_both=field in TWO_VALUES,
        decided=choices.get(ConflictChoice(decided)),
        decided_at=row["decided_at"],
    )
