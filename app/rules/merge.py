"""The merge of what two people wrote apart: pure, in one place, used by the server only (SYNC.md §3).

Conflicts are found **by base, never by clock**: the base of a write is the sequence of the row that its author had
before their eyes; whoever wrote a field after that base was not read. Clocks only choose which of two concurrent
values shows first. For one operation on one row:

* a field that nobody else changed since its base is applied;
* one that another device changed since, to the same value: nothing; to another: the later ``(time, device)`` shows and
  the other goes into a ``Clash``, so that nothing is lost;
* what a device wrote itself it has seen, except under an insert (whose base is always 0);
* a row that its author had never received (shipped with the program, or made here and not come back) has base 0: its
  author has read a field that still holds what stood before their eyes, whoever wrote it;
* a deletion loses against an edit that its author had not seen, an edit brings an unseen deletion back: both recorded;
* when and by whom a record was made is nobody's edit: the earliest stays, and never asks anything;
* what a creation leaves empty was typed by nobody: it neither hides nor disputes a value (two people who open the same
  month each make its statement, and only one of them types the printed total);
* a field that no person could decide about is settled by its rule (``models.clashes``), and asks nothing either.

Values are wire values in their canonical form (``models.wire``). Moments compare as texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.models.clashes import Rule
from app.models.wire import canonical

BIRTH_FIELDS = frozenset({"created_at", "created_by"})
"""Of two creations of one record (same natural key), the earliest keeps these, together."""
DELETED = "deleted_at"
DECISION_FIELDS = frozenset({"decision", "decided_by", "decided_at"})
"""Of a ``conflict`` record: the only ones a device writes; the later decision stands, without asking again."""


VALUE_FIELDS = frozenset({"before", "shown", "other"})
"""Of a ``conflict`` record: what a device may only empty, when it erases a person."""


class Clock(NamedTuple):
    """Who wrote a field last, as an array: the sequence stamped, the device's number, the (corrected) moment."""

    seq: int
    device: int
    at: str


class Write(NamedTuple):
    """One field written: its value, the base it was written over, the corrected moment, what its author saw there."""

    value: Any
    base: int
    at: str
    old: Any


class Clash(NamedTuple):
    """Two values of one field, written apart: ``shown`` stands in the row, ``other`` must be kept elsewhere."""

    field: str
    before: Any
    shown: Any
    shown_clock: Clock
    other: Any
    other_clock: Clock


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as the server holds it. ``clocks`` has ``""`` for every field that has none of its own."""

    values: Mapping[str, Any]
    clocks: Mapping[str, Clock]

    def clock(self, field: str) -> Clock:
        return self.clocks.get(field) or self.clocks[""]


class Merged(NamedTuple):
    """The row after an operation, the fields whose value changed, and the values that met another."""

    values: dict[str, Any]
    clocks: dict[str, Clock]
    changed: Set[str]
    clashes: tuple[Clash, ...]
    beside: bool
    """Whether others had changed the row since (in other fields, or to the same value)."""


def born(values: dict[str, Any], seq: int, device: int, at: str) -> Merged:
    """A row that nobody had: ``values`` are all its fields, and become the row's."""
    return Merged(values, {"": Clock(seq, device, at)}, values.keys(), (), False)


def same(one: Any, other: Any) -> bool:
    """Whether two wire values of one field are the same."""
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return canonical(one) == canonical(other)
    return bool(one == other)


def settled(rule: Rule, standing: Any, written: Any, *, later: bool) -> Any:
    """The one value that two written apart become; ``later``: the second was written after the first."""
    if rule is Rule.LATEST:
        return written if later else standing
    if rule is Rule.UNION:
        return " ".join(sorted({*str(standing or "").split(), *str(written or "").split()}))
    if standing is None or written is None:
        return written if standing is None else standing
    return max(standing, written) if rule is Rule.LARGEST else min(standing, written)


def merge(
    stored: Stored,
    writes: Mapping[str, Write],
    seq: int,
    device: int,
    *,
    inserting: bool = False,
    rules: Mapping[str, Rule] | None = None,
    empty: Mapping[str, Any] | None = None,
) -> Merged:
    """Apply one operation to a row. ``seq`` is what this push stamps; ``rules``: by field, those that ask nothing;
    ``empty``: the value of each field in a creation that says nothing of it.

    Nothing typed in ``writes`` is lost: each value is in the row, equal to what stands there, in a clash, or settled
    by the rule of its field.
    """
    rules, empty = rules or {}, empty or {}
    values = dict(stored.values)
    clocks = dict(stored.clocks)
    changed: set[str] = set()
    clashes: list[Clash] = []
    beside = False

    def unread(field: str, write: Write) -> bool:
        clock = stored.clock(field)
        if clock.seq <= write.base or (clock.device == device and not inserting):
            return False
        without_base = not write.base and not inserting and field != DELETED
        return not (without_base and same(stored.values[field], write.old))

    def is_empty(field: str, value: Any) -> bool:
        return inserting and field in empty and same(value, empty[field])

    def put(field: str, write: Write) -> None:
        values[field] = write.value
        clocks[field] = Clock(seq, device, write.at)
        changed.add(field)

    if inserting and _earlier(writes, values):
        for field in BIRTH_FIELDS & writes.keys():
            if not same(values[field], writes[field].value):
                put(field, writes[field])

    for field, write in writes.items():
        if field == DELETED or (inserting and field in BIRTH_FIELDS):
            continue
        clock = stored.clock(field)
        news = unread(field, write)
        if same(values[field], write.value):
            if news:
                beside = True
                if (write.at, device) > (clock.at, clock.device) and not is_empty(field, write.value):
                    # Two equal values count as the later one against a third: the order of arrival must not choose.
                    clocks[field] = Clock(clock.seq, device, write.at)
        elif not news:
            put(field, write)
        elif is_empty(field, write.value):
            beside = True
        elif field not in stored.clocks and is_empty(field, values[field]):
            beside = True  # left empty where the record was made, and never written since
            put(field, write)
        elif field in rules:
            beside = True
            later = (write.at, device) > (clock.at, clock.device)
            value = settled(rules[field], values[field], write.value, later=later)
            if not same(value, values[field]):
                put(field, write._replace(value=value, at=max(write.at, clock.at)))
        elif (write.at, device) > (clock.at, clock.device):
            mine = Clock(seq, device, write.at)
            clashes.append(Clash(field, write.old, write.value, mine, values[field], clock))
            put(field, write)
        else:
            clashes.append(Clash(field, write.old, values[field], clock, write.value, Clock(seq, device, write.at)))

    life = _life(stored, writes, seq, device, inserting)
    if life is not None:
        kept, clash = life
        if not same(values[DELETED], kept):
            chosen = writes[DELETED].at if DELETED in writes else max(write.at for write in writes.values())
            put(DELETED, Write(kept, 0, chosen, None))
        if clash is not None and DELETED in rules:
            beside = True
        elif clash is not None:
            clashes.append(clash)
    elif DELETED in writes and unread(DELETED, writes[DELETED]):
        beside = True
    lowest = min((write.base for write in writes.values()), default=0)
    if not beside and not clashes:
        beside = any(clock.seq > lowest and clock.device != device for clock in stored.clocks.values())
    return Merged(values, clocks, frozenset(changed), tuple(clashes), beside)


def refuse_deletion(merged: Merged, deletion: Write, seq: int, device: int, unseen: Clock) -> Merged:
    """The row stays because of a live child that whoever deleted it had not seen (``unseen``: the child's clock)."""
    clash = Clash(DELETED, None, None, unseen, deletion.value, Clock(seq, device, deletion.at))
    values = {**merged.values, DELETED: None}
    return Merged(values, merged.clocks, merged.changed - {DELETED}, (*merged.clashes, clash), merged.beside)


def revive(stored: Stored, seq: int, device: int, at: str) -> Merged:
    """A deleted row brought back because somebody else wrote one of its children without having read the deletion."""
    mine = Clock(seq, device, at)
    clash = Clash(DELETED, None, None, mine, stored.values[DELETED], stored.clock(DELETED))
    return Merged(
        {**stored.values, DELETED: None}, {**stored.clocks, DELETED: mine}, frozenset({DELETED}), (clash,), False
    )


def _earlier(writes: Mapping[str, Write], values: Mapping[str, Any]) -> bool:
    """Whether a second creation is older than the one that stands."""
    if "created_at" not in writes:
        return False
    made_by = writes["created_by"].value if "created_by" in writes else ""
    return bool((writes["created_at"].value, made_by) < (values["created_at"], values["created_by"]))


def _life(
    stored: Stored, writes: Mapping[str, Write], seq: int, device: int, inserting: bool
) -> tuple[Any, Clash | None] | None:
    """What becomes of ``deleted_at``: (its value, the clash if there is one), or ``None`` when nothing changes."""
    standing, clock = stored.values[DELETED], stored.clock(DELETED)
    write = writes.get(DELETED)
    if write is not None and write.value is not None:
        if standing is not None:
            return None  # deleted twice: the same
        fresher = [
            one for one in stored.clocks.values() if one.seq > write.base and (inserting or one.device != device)
        ]
        if not fresher:
            return write.value, None
        latest = max(fresher, key=lambda one: (one.at, one.device))
        return None, Clash(DELETED, write.old, None, latest, write.value, Clock(seq, device, write.at))
    if standing is None:
        return None
    edits = [write] if write is not None else list(writes.values())
    blind = [one for one in edits if clock.seq > one.base and (inserting or clock.device != device)]
    if blind:
        mine = Clock(seq, device, max(one.at for one in writes.values()))
        return None, Clash(DELETED, None, None, mine, standing, clock)
    return (None, None) if write is not None else None
