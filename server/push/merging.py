"""Operations merged into the records of a shelf: rights, parents, conflicts, deletions, held operations (SYNC.md §3).

Everything here happens under the network's lock, in memory: ``Shelf.flush`` writes. An operation whose parent comes
later in the same batch waits for it; one whose parent is unknown is held, and released by itself when it arrives.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

from app.clock import is_natural, natural_id
from app.models.choices import RetentionChoice
from app.models.clashes import rules_of
from app.models.wire import canonical, default_of, fields_of, is_shared, moment_text, names_of
from app.rules.access import Actor, can_send, can_transfer, scope_of, scopes_of
from app.rules.erasure import tells
from app.rules.merge import (
    DECISION_FIELDS,
    DELETED,
    VALUE_FIELDS,
    Clash,
    Clock,
    Merged,
    Write,
    born,
    merge,
    refuse_deletion,
    revive,
)
from app.rules.statements import statement_id
from app.rules.transfer import STATEMENT
from app.sync.protocol import Edit, HeldCode, Result, Status
from server.push.links import children_of, parents_of
from server.push.moving import Move
from server.push.reading import Task
from server.store.engine import ask, ask_in
from server.store.shelf import Ref, Row, Shelf

CONFLICT = "conflict"


class Erased(NamedTuple):
    """A line of the ledger: since when, whether nothing is left of the record, which device ordered it."""

    seq: int
    whole: bool
    device: int


class Merging:
    """The merge of one batch."""

    def __init__(self, shelf: Shelf, now: dt.datetime) -> None:
        self.shelf = shelf
        self._applied = Result(Status.OK, shelf.seq)
        self._now = moment_text(now)
        self._children: dict[Ref, list[Ref]] = {}
        self._erased: dict[Ref, Erased] = {}
        self.anonymised: list[tuple[str, int]] = []
        """People whose erasure these operations order, and by which device."""
        self.arrived: set[Ref] = set()
        """Records that were not there before: what waited for them may be tried again."""

    def prepare(self, tasks: Sequence[Task], erased: Mapping[Ref, Erased]) -> None:
        """Read in bulk all that these operations may need."""
        self._erased |= erased
        refs: list[Ref] = []
        deletions: dict[str, list[str]] = defaultdict(list)
        for task in tasks:
            refs += references(task)
            if not task.inserting and task.values.get(DELETED) is not None:
                deletions[task.kind].append(task.record_id)
        self.shelf.load(refs)
        for kind, ids in deletions.items():
            for child, name, required in children_of(kind):
                if not required:
                    continue
                for child_id, parent_id in ask_in(
                    self.shelf.connection,
                    f'SELECT id, "{name}" FROM "{child}" WHERE "{name}" IN (…) AND deleted_at IS NULL',
                    ids,
                ):
                    self._children.setdefault((kind, parent_id), []).append((child, child_id))
        self.shelf.load(ref for children in self._children.values() for ref in children)

    def run(self, tasks: Sequence[Task], actor: Actor) -> dict[int, Result]:
        """Merge operations of one user; the results by position. Held ones stay in ``task.refused``."""
        results: dict[int, Result] = {}
        waiting = list(tasks)
        while waiting:
            again = []
            for task in waiting:
                answer = self._one(task, actor)
                if answer.code is HeldCode.PARENT:
                    again.append(task)
                results[task.position] = answer
            if len(again) == len(waiting):
                break
            waiting = again
        return results

    def set_apart(self, task: Task) -> Result:
        """Refuse an operation of a withdrawn notebook, without what it would tell again of an erased person."""
        spared = not self._erased or self._spare_erased(task)
        task.refused = (HeldCode.QUARANTINED if spared else HeldCode.ERASED, "")
        return Result(Status.HELD, 0, task.refused[0])

    # --- one operation ---------------------------------------------------------------------------

    def _one(self, task: Task, actor: Actor) -> Result:
        if task.refused is not None and task.refused[0] is not HeldCode.PARENT:
            refused = (HeldCode.ERASED, "") if self._erased and self._marks(task) else task.refused
            return self._hold(task, actor, *refused)
        task.refused, task.waits = None, ("", "")
        if task.rescue and not task.writes:
            return Result(Status.OK)
        if self._erased and not self._spare_erased(task):
            return self._hold(task, actor, HeldCode.ERASED)
        if task.rescue:
            return self._rescued(task)
        ref = task.ref
        row = self.shelf.find(*ref)
        if row is None and not task.inserting:
            task.waits = ref
            return self._hold(task, actor, HeldCode.UNKNOWN_RECORD)
        refusal = self._refusal(task, actor, row)
        if refusal is not None:
            return self._hold(task, actor, *refusal)
        if row is None:
            merged = self._born(task)
        else:
            merged = self._merged(task, row)
        moved = row is not None and merged.values["organisation_id"] != row.values["organisation_id"]
        stands = self.shelf.put(*ref, merged.values, merged.clocks)
        if row is None:
            self.arrived.add(ref)
        if task.kind == "retention_decision" and merged.values["decision"] == RetentionChoice.ANONYMISED:
            self.anonymised.append((merged.values["beneficiary_id"], task.device))
        self._keep_clashes(ref, merged.clashes)
        if merged.values[DELETED] is None:
            self._keep_parents(task, stands)
        if moved and row is not None:
            clock = Clock(self.shelf.seq, task.device, task.writes["organisation_id"].at)
            Move(self.shelf, row.values["organisation_id"], merged.values["organisation_id"], clock).run(ref)
        if merged.clashes and any(clash.field not in rules_of(task.kind) for clash in merged.clashes):
            return Result(Status.CONFLICT, self.shelf.seq)
        return Result(Status.MERGED, self.shelf.seq) if merged.beside else self._applied

    def _rescued(self, task: Task) -> Result:
        """Values of a lost history, from who had received them: set aside when this server does not hold them.

        Never merged by themselves: whoever typed them most often sends them again.
        """
        row = self.shelf.find(*task.ref)
        lost = [name for name, write in task.writes.items() if row is None or row.values[name] != write.value]
        if not lost:
            return Result(Status.OK)
        edits = {name: given for name, given in task.raw["fields"].items() if name in lost}
        # An edit may come as an object too: one form is kept.
        fields = {name: list(Edit(**one) if isinstance(one, dict) else one) for name, one in edits.items()}
        task.raw = {**task.raw, "fields": fields}
        task.refused = (HeldCode.RESCUED, "")
        return Result(Status.HELD, 0, HeldCode.RESCUED)

    def _spare_erased(self, task: Task) -> bool:
        """Take out of a blind operation what it would tell again of an erased person; whether anything is left.

        An erasure beats every edit that had not seen it (SYNC.md §7.17): texts go, figures and dates of work stay. They
        go from what is set aside too, should it be refused for another reason.
        """
        marks = self._marks(task)
        if not marks:
            return task.ref not in self._erased
        if any(mark.whole for mark in marks):
            return False
        since = max(mark.seq if mark.device != task.device else 0 for mark in marks)
        kept: dict[str, Write] = {}
        for name, write in task.writes.items():
            if not tells(task.kind, name) or write.base >= since:
                kept[name] = write
        if len(kept) < len(task.writes):
            task.raw = {**task.raw, "fields": {name: one for name, one in task.raw["fields"].items() if name in kept}}
        task.keep(kept)
        return bool(kept)

    def _marks(self, task: Task) -> list[Erased]:
        """The erasures of the people that an operation is about."""
        about = [task.ref] if task.kind == "beneficiary" else []
        row = self.shelf.find(*task.ref) if task.kind else None
        for name, table, _ in parents_of(task.kind) if task.kind else ():
            if table == "beneficiary":
                about += [(table, task.values[name])] if task.values.get(name) is not None else []
                about += [(table, row.values[name])] if row is not None and row.values[name] is not None else []
        return [self._erased[ref] for ref in about if ref in self._erased]

    def _born(self, task: Task) -> Merged:
        values = {**_defaults(task.kind), **task.values, "id": task.record_id}
        return born(values, self.shelf.seq, task.device, task.at)

    def _merged(self, task: Task, row: Row) -> Merged:
        writes = task.writes
        if task.inserting and is_shared(task.kind):
            # Two organisations made the same company: who owns what all share asks nobody anything.
            writes = {name: write for name, write in writes.items() if name != "organisation_id"}
        merged = merge(
            row.stored,
            writes,
            self.shelf.seq,
            task.device,
            inserting=task.inserting,
            rules=rules_of(task.kind),
            empty=_defaults(task.kind),
        )
        deletion = writes.get(DELETED)
        if deletion is None or DELETED not in merged.changed or merged.values[DELETED] is None:
            return merged
        for child in self._children.get(task.ref, ()):
            stands = self.shelf.find(*child)
            if stands is None or stands.deleted:
                continue
            unseen = [
                clock for clock in stands.clocks.values() if clock.seq > deletion.base and clock.device != task.device
            ]
            if unseen:
                latest = max(unseen, key=lambda clock: (clock.at, clock.device))
                return refuse_deletion(merged, deletion, self.shelf.seq, task.device, latest)
        return merged

    def _refusal(self, task: Task, actor: Actor, row: Row | None) -> tuple[HeldCode, str] | None:
        """Why an operation may not be merged, or ``None``."""
        kind = task.kind
        shared = is_shared(kind)
        if kind == CONFLICT and (row is None or task.inserting or not _decides(task)):
            return HeldCode.READ_ONLY, ""
        owner = str(task.values.get("organisation_id", row.values["organisation_id"] if row is not None else ""))
        if shared and row is not None:
            owner = row.values["organisation_id"]
        if not shared and kind != CONFLICT and not owner:
            return HeldCode.INVALID, "organisation_id"
        if row is None and not _needed(kind) <= task.values.keys():
            return HeldCode.INVALID, min(_needed(kind) - task.values.keys())
        if row is None and _takes_a_statement(task, owner):
            return HeldCode.FORBIDDEN, ""
        standing = {"id": task.record_id, "organisation_id": owner} if row is None else row.values
        if not can_send(actor, kind, standing, shared=shared):
            code = HeldCode.READ_ONLY if scope_of(shared, standing["organisation_id"]) in scopes_of(actor) else None
            return code or HeldCode.FORBIDDEN, ""
        if row is not None and owner != row.values["organisation_id"]:
            self.shelf.load([("organisation", owner)])
            target = self.shelf.find("organisation", owner)
            if target is None or target.deleted or not can_transfer(actor, row.values["organisation_id"], kind):
                return HeldCode.FORBIDDEN, "organisation_id"
        if shared and row is not None and "organisation_id" in task.values and not task.inserting:
            return HeldCode.READ_ONLY, "organisation_id"
        return self._parents_refusal(task, actor)

    def _parents_refusal(self, task: Task, actor: Actor) -> tuple[HeldCode, str] | None:
        for name, table, _ in parents_of(task.kind):
            wanted = task.values.get(name)
            if wanted is None:
                continue
            mark = self._erased.get((table, wanted))
            if mark is not None and mark.whole:
                return HeldCode.ERASED, name
            parent = self.shelf.find(table, wanted)
            if parent is None:
                task.waits = (table, wanted)
                return HeldCode.PARENT, name
            if not is_shared(table) and parent.scope != actor.organisation_id:
                return HeldCode.FORBIDDEN, name
        return None

    def _hold(self, task: Task, actor: Actor, code: HeldCode, field: str = "") -> Result:
        task.refused = (code, field)
        row = self.shelf.find(*task.ref) if task.kind else None
        if row is None or row.scope not in scopes_of(actor):
            return Result(Status.HELD, 0, code, field)
        # The row goes back as it stands, so that the device shows again what the server has.
        self.shelf.bump(*task.ref)
        return Result(Status.HELD, self.shelf.seq, code, field)

    # --- what follows ----------------------------------------------------------------------------

    def _keep_parents(self, task: Task, row: Row) -> None:
        """A record written brings back a parent that somebody else deleted meanwhile."""
        if not any(required for _, _, required in parents_of(task.kind)):
            return
        pending = [(task.kind, row)]
        at = task.at or max(write.at for write in task.writes.values())
        while pending:
            kind, child = pending.pop()
            for name, table, required in parents_of(kind):
                if not required:
                    continue
                ref = (table, child.values[name])
                self.shelf.load([ref])
                parent = self.shelf.find(*ref)
                if parent is None or not parent.deleted or parent.stored.clock(DELETED).device == task.device:
                    continue
                merged = revive(parent.stored, self.shelf.seq, task.device, at)
                stands = self.shelf.put(*ref, merged.values, merged.clocks)
                self._keep_clashes(ref, merged.clashes)
                pending.append((table, stands))

    @cached_property
    def _authors(self) -> Mapping[int, str]:
        """The facilitator of each device's number; asked only when a clash is to be told."""
        rows = ask(
            self.shelf.connection,
            "SELECT d.number, a.facilitator FROM sync_device d JOIN sync_account a ON a.name = d.account",
        )
        return {row.number: row.facilitator for row in rows}

    def _keep_clashes(self, ref: Ref, clashes: Iterable[Clash]) -> None:
        """Write down the values that met another, in the record's own scope."""
        kind, record_id = ref
        for clash in clashes:
            if clash.field in rules_of(kind):
                continue
            shown, other = canonical(clash.shown), canonical(clash.other)
            # The same two values make the same record again: a batch sent again to a restored server asks once.
            conflict = natural_id(
                CONFLICT, kind, record_id, clash.field, shown, clash.shown_clock.at, other, clash.other_clock.at
            )
            self.shelf.load([(CONFLICT, conflict)])
            if self.shelf.find(CONFLICT, conflict) is not None:
                continue
            row = self.shelf.find(kind, record_id)
            assert row is not None
            shared = is_shared(kind)
            values = {name: default_of(CONFLICT, name) for name in names_of(CONFLICT)}
            values |= {
                "id": conflict,
                "organisation_id": "" if shared else row.values["organisation_id"],
                "created_at": self._now,
                "created_by": "",
                "kind": kind,
                "record_id": record_id,
                "field": clash.field,
                "before": canonical(clash.before),
                "shown": shown,
                "shown_by": self._authors.get(clash.shown_clock.device, ""),
                "shown_at": clash.shown_clock.at,
                "other": other,
                "other_by": self._authors.get(clash.other_clock.device, ""),
                "other_at": clash.other_clock.at,
            }
            self.shelf.put(CONFLICT, conflict, values, {"": Clock(self.shelf.seq, 0, self._now)})


@cache
def _defaults(kind: str) -> Mapping[str, Any]:
    return {name: default_of(kind, name) for name in names_of(kind)}


@cache
def _needed(kind: str) -> frozenset[str]:
    """The fields that a new record must give: they may not be empty, and nothing stands in for them."""
    given = _defaults(kind)
    return frozenset(one.name for one in fields_of(kind) if one.required and given[one.name] is None) - {"id"}


def _takes_a_statement(task: Task, owner: str) -> bool:
    """Whether a new statement has the id that nature gives to another one: anybody can work out the one of a
    colleague's company and month, who would find it taken."""
    if task.kind != STATEMENT or not is_natural(task.record_id):
        return False
    return task.record_id != statement_id(owner, task.values["company_id"], task.values["month"])


def _decides(task: Task) -> bool:
    """Whether an operation on a conflict only decides it, or empties its values for an erasure."""
    return all(
        name in DECISION_FIELDS or (name in VALUE_FIELDS and write.value == "null")
        for name, write in task.writes.items()
    )


def references(task: Task) -> list[Ref]:
    """The records that an operation may look at."""
    if not task.kind:
        return []
    found = [task.ref]
    for name, table, _ in parents_of(task.kind):
        wanted = task.values.get(name)
        if wanted is not None:
            found.append((table, wanted))
    return found
