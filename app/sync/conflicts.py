"""Decisions between two values: read from the records ``conflict``, taken as ordinary edits (PRODUCT.md §3.6).

A decision writes the chosen value in the record when another one shows, and ``decision`` in the conflict, in one unit:
both travel, both are undone by its ``undo``, and it can be taken again for thirty days. Fields that go together
(``store.reviews``) are one card: each version is read whole, and all of them are decided at once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.errors import InvalidInput
from app.models.choices import ConflictChoice
from app.models.clashes import FOLLOWING, Together, group_of
from app.models.registry import model_of
from app.models.sync import Conflict
from app.models.wire import field_of, from_wire
from app.rules.derived import derive, sources_of
from app.rules.french import format_hours_unit
from app.rules.record_words import TWO_VALUES, group_words, is_long_text
from app.store import reviews, rows
from app.store.binned import bring_back_with
from app.store.month_papers import papers_of
from app.store.notebook import Notebook
from app.store.records import refuse_printed
from app.store.titles import door_of, title_of, value_words
from app.store.unit import Outcome, Unit, not_found, writing
from app.sync.state import AskedField, Decision, MonthPaper, ReviewCard, ReviewKind, Version

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
    """Let one version stand, or both, in every field of the card. ``card_id``: any of its ``conflict`` records.

    Raises ``NotFound``, ``InvalidInput`` for a field that cannot hold both, ``Locked`` when another value than the one
    shown would change what is signed or attested; nothing is then written.
    """
    card = card_of(notebook, card_id)
    if decision is Decision.BOTH and not card.can_keep_both:
        raise InvalidInput(
            "Ce champ ne peut contenir qu’une valeur.", "Les deux sont conservées.", "Choisir l’une des deux."
        )
    model = model_of(card.kind)
    decided = {"decided_by": notebook.actor_id, "decided_at": notebook.clock.now()}
    with writing(notebook, f"choix pour {card.title}" if card.title else "choix entre deux valeurs") as unit:
        stands = unit.find(model, card.record_id)
        if stands is not None:
            fields: dict[str, Any] = {}
            for asked in card.fields:
                value = _chosen(asked, decision)
                if stands[asked.field] != value:
                    refuse_printed(unit, card.kind, stands, asked.field)
                    if decision is not Decision.BOTH:
                        fields |= _following(card.kind, asked.field, _version(asked, decision))
                fields[asked.field] = value
            unit.update(model, card.record_id, with_derived(unit, card.kind, card.record_id, fields))
            if card.what is ReviewKind.DELETED_AND_CHANGED and not fields["deleted_at"]:
                for version in (card.mine, card.theirs):
                    if version.value is not None:
                        bring_back_with(unit, card.kind, card.record_id, version.value)
        for asked in card.fields:
            choice = ConflictChoice.SHOWN if decision is asked.shown else ConflictChoice.OTHER
            if decision is Decision.BOTH:
                choice = ConflictChoice.BOTH
            unit.update(Conflict, asked.conflict_id, {"decision": choice, **decided})
        unit.touch(card.kind, [card.record_id])
        return unit.outcome_of(card.record_id)


def _version(asked: AskedField, decision: Decision) -> Version:
    return asked.mine if decision is Decision.MINE else asked.theirs


def _chosen(asked: AskedField, decision: Decision) -> Any:
    if decision is Decision.BOTH:
        return both_of(asked.field, asked.mine.value, asked.theirs.value)
    return _version(asked, decision).value


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
    """One decision, taken or not, by any of its ``conflict`` records. Raises ``NotFound``."""
    found = reviews.one(notebook, card_id)
    if found is None:
        raise not_found()
    return _cards(notebook, [found])[0]


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


def _cards(notebook: Notebook, questions: list[reviews.Question]) -> list[ReviewCard]:
    names = reviews.authors(notebook) if questions else {}
    return [_card(notebook, question, names) for question in questions]


def _card(notebook: Notebook, question: reviews.Question, names: Mapping[str, tuple[str, str]]) -> ReviewCard:
    first, raw = question[0], notebook.raw
    kind, field, record_id = first["kind"], first["field"], first["record_id"]
    group = group_of(kind, field)
    several = group.name if group is not None and len(question) > 1 else ""
    me = notebook.actor_id
    left = me if me and any(me in (row["shown_by"], row["other_by"]) for row in question) else first["shown_by"]
    fields = tuple(_asked(notebook, row, left, names) for row in question)
    sides = {one.shown for one in fields}
    month = ""
    if any((kind, one.field) in _ON_PAPER for one in fields):
        month = str(rows.read_field(raw, kind, record_id, "month") or "")
    former = [_value(kind, row["field"], row["before"]) for row in question]
    about_life = field == "deleted_at"

    def words(values: Iterable[tuple[str, Any]]) -> str:
        told = [(name, value_words(raw, kind, name, value)) for name, value in values]
        return group_words(several, kind, told) if several else told[0][1]

    def whole(versions: list[Version]) -> Version:
        if not several:
            return versions[0]
        values = tuple(version.value for version in versions)
        at = max((version.at for version in versions if version.at is not None), default=None)
        told = words(zip((one.field for one in fields), values, strict=True))
        return replace(versions[0], value=values, words=told, at=at)

    return ReviewCard(
        card_id=min(question, key=lambda row: (row["created_at"], row["id"]))["id"],
        kind=kind,
        record_id=record_id,
        title=title_of(raw, kind, record_id),
        field="" if about_life else field,
        what=ReviewKind.DELETED_AND_CHANGED if about_life else ReviewKind.FIELD,
        mine=whole([one.mine for one in fields]),
        theirs=whole([one.theirs for one in fields]),
        shown=sides.pop() if len(sides) == 1 else Decision.BOTH,
        before=words((row["field"], one) for row, one in zip(question, former, strict=True))
        if any(one not in (None, "") for one in former)
        else "",
        door=door_of(raw, kind, record_id),
        twice=any(one is None and _is_required(kind, row["field"]) for row, one in zip(question, former, strict=True)),
        month=month,
        can_keep_both=all(one.field in TWO_VALUES for one in fields),
        decided=_decided(first["decision"], fields[0]),
        decided_at=first["decided_at"],
        group=several,
        fields=fields,
        standing=words((one.field, _version(one, one.shown).value) for one in fields) if len(sides) > 1 else "",
        papers=_papers(notebook, kind, record_id) if month else (),
        drawings=_drawings(raw, kind, record_id, fields),
        picture=_picture(raw, kind, record_id),
        beside=_beside(raw, kind, record_id, group, fields),
    )


def _asked(notebook: Notebook, row: reviews.Row, left: str, names: Mapping[str, tuple[str, str]]) -> AskedField:
    """One field, the version of ``left`` first when it is one of the two."""
    kind, field = row["kind"], row["field"]

    def version(part: str) -> Version:
        author = row[f"{part}_by"]
        name, organisation = names.get(author, ("", ""))
        written = _value(kind, field, row[part])
        return Version(
            written,
            value_words(notebook.raw, kind, field, written),
            author,
            name,
            organisation,
            row[f"{part}_at"],
            author == notebook.actor_id and bool(author),
        )

    shown, other = version("shown"), version("other")
    swapped = other.author_id == left and shown.author_id != left
    if swapped:
        return AskedField(row["id"], field, other, shown, Decision.THEIRS)
    return AskedField(row["id"], field, shown, other, Decision.MINE)


def _beside(raw: Any, kind: str, record_id: str, group: Together | None, fields: Sequence[AskedField]) -> str:
    """What the record holds in the other fields of the group, in words; empty when all of it is asked, or empty."""
    asked = {one.field for one in fields}
    told = []
    for name in group.fields if group is not None else ():
        value = _typed(kind, name, rows.to_wire(kind, name, rows.read_field(raw, kind, record_id, name)))
        if name not in asked and value not in (None, "", []) and value is not False:
            told.append((name, value_words(raw, kind, name, value)))
    return group_words(group.name, kind, told) if group is not None and told else ""


def _papers(notebook: Notebook, kind: str, record_id: str) -> tuple[MonthPaper, ...]:
    files, documents = papers_of(notebook, kind, record_id)
    found = [
        MonthPaper(one.file_name, one.saved_at, format_hours_unit(one.figure), ("company", one.company_id))
        for one in files
    ]
    found += [
        MonthPaper(one.name, one.added_at, sha256=one.sha256, media_type=one.media_type, issued=one.issued)
        for one in documents
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _drawings(raw: Any, kind: str, record_id: str, fields: Sequence[AskedField]) -> tuple[Any, ...]:
    if kind != "signature":
        return ()
    asked = next(((one.mine.value or [], one.theirs.value or []) for one in fields if one.field == "strokes"), None)
    if asked is not None:
        return asked
    strokes = rows.to_wire(kind, "strokes", rows.read_field(raw, kind, record_id, "strokes"))
    return (strokes,) if strokes else ()


def _picture(raw: Any, kind: str, record_id: str) -> str:
    if kind != "attachment" or not str(rows.read_field(raw, kind, record_id, "media_type")).startswith("image/"):
        return ""
    return str(rows.read_field(raw, kind, record_id, "sha256") or "")


def _decided(choice: str, asked: AskedField) -> Decision | None:
    other = Decision.MINE if asked.shown is Decision.THEIRS else Decision.THEIRS
    return {
        ConflictChoice.SHOWN: asked.shown,
        ConflictChoice.OTHER: other,
        ConflictChoice.BOTH: Decision.BOTH,
    }.get(ConflictChoice(choice))


def _value(kind: str, field: str, text: str) -> Any:
    """A value of a ``conflict`` record, as the models have it."""
    return _typed(kind, field, json.loads(text))


def _typed(kind: str, field: str, value: Any) -> Any:
    known = field_of(kind, field)
    return from_wire(known.type, value) if known else value


def _is_required(kind: str, field: str) -> bool:
    known = field_of(kind, field)
    return known is not None and known.required
