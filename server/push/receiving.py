"""A batch received: known already, out of place, or merged in one transaction with its receipt (SYNC.md §7.2, §7.3)."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from app.models.choices import Role
from app.rules.access import Actor, scope_of
from app.sync.protocol import (
    SCHEMA,
    Batch,
    Code,
    HeldCode,
    Receipt,
    Result,
    Status,
    sha256_of,
    unseal,
)
from server import erasure
from server.devices import Session, withdrawn_copy
from server.passwords import token_after, token_agrees, token_hash
from server.push.links import parents_of
from server.push.merging import Erased, Merging, references
from server.push.reading import Reader, Task
from server.refusals import Refusal
from server.service import Service
from server.store import tables
from server.store.engine import ask, ask_in, many
from server.store.shelf import Ref, Shelf, next_shelf, stored_moment

_device = tables.device
_receipt = tables.receipt
# Asked at every batch: built once.
_own = _device.c.number == bindparam("own")
_STANDS = select(
    _device.c.last_n,
    _device.c.last_sha256,
    _device.c.rolling,
    _device.c.former_rolling,
    _device.c.restored,
    _device.c.key,
).where(_own)
_MOVE_ON = _device.update().where(_own).values(former_rolling=_device.c.rolling, restored=0)


def receive(service: Service, session: Session, n: int, sha256: str, rolling: str, body: bytes) -> Receipt:
    """Merge a batch, or give the receipt of one merged before. Raises ``Refusal``."""
    if len(body) > service.limits.batch_bytes:
        raise Refusal(Code.TOO_LARGE)
    if sha256_of(body) != sha256:
        raise Refusal(Code.WRONG_HASH)
    try:
        batch = unseal(body)
    except (ValueError, RecursionError):
        raise Refusal(Code.MALFORMED) from None
    if batch.schema_ > SCHEMA:
        raise Refusal(Code.TOO_NEW)
    if len(batch.operations) > service.limits.batch_operations:
        raise Refusal(Code.TOO_LARGE)
    now = service.clock.now()
    reader = Reader(session.number, session.offset, now, service.limits.text_characters)
    tasks = [reader.read(position, raw) for position, raw in enumerate(batch.operations)]
    left = erasure.Traces()
    with service.database.writing() as connection:
        stands = connection.execute(_STANDS, {"own": session.number}).one()
        fresh = token_after(stands.key, n, sha256)
        if session.revoked:
            known = _merged_elsewhere(connection, session, sha256)
            receipt = known or _set_apart(connection, session, batch, tasks, n, sha256, rolling, fresh, now)
            return receipt.model_copy(update={"n": n, "rolling": fresh})
        known = _known(connection, session, stands, n, sha256, rolling, fresh)
        if known is not None:
            return known
        receipt = _merge(connection, service, session, batch, tasks, n, sha256, now, left)
        _keep(connection, session, receipt, fresh, now)
    erasure.finish(service, left)
    return receipt.model_copy(update={"rolling": fresh})


def _known(
    connection: Connection, session: Session, row: Any, n: int, sha256: str, rolling: str, fresh: str
) -> Receipt | None:
    """The receipt of a batch merged before, ``None`` for the next one in its place. Raises a fork otherwise.

    The same batch always brings the same token: one delivered once more, long after its answer, changes nothing.
    """
    if n == row.last_n and sha256 == row.last_sha256:
        if not (token_agrees(row.rolling, rolling) or token_agrees(row.former_rolling, rolling) or row.restored):
            raise Refusal(Code.FORK)
        body = connection.execute(
            select(_receipt.c.body).where(_receipt.c.device == session.number, _receipt.c.n == n)
        ).scalar_one()
        return Receipt.model_validate_json(body).model_copy(update={"rolling": fresh})
    if n != row.last_n + 1 or not (token_agrees(row.rolling, rolling) or row.restored):
        raise Refusal(Code.FORK)
    return None


def _set_apart(
    connection: Connection,
    session: Session,
    batch: Batch,
    tasks: Sequence[Task],
    n: int,
    sha256: str,
    rolling: str,
    fresh: str,
    now: dt.datetime,
) -> Receipt:
    """Keep the work of a withdrawn notebook without merging it. A copy of it meets the same order, and cannot become
    another device by itself any more: its work is taken as that of another, for it has not read the first's."""
    stands = connection.execute(_STANDS, {"own": session.number}).one()
    if n != stands.last_n + 1 or not (token_agrees(stands.rolling, rolling) or stands.restored):
        session = replace(session, number=withdrawn_copy(connection, session, n, rolling, now))
    head, epoch = ask(connection, "SELECT seq, epoch FROM sync_space WHERE id = 1")[0]
    shelf = Shelf(connection, head + 1, now)
    merging = Merging(shelf, now)
    merging.prepare(tasks, _erased(connection, shelf, tasks))
    results = [merging.set_apart(task) for task in tasks]
    receipt = Receipt(n=n, sha256=sha256, epoch=epoch, seq=0, results=tuple(results), rolling="")
    _hold(connection, session, batch, tasks, results, n, now)
    _keep(connection, session, receipt, fresh, now)
    return receipt


def _merge(
    connection: Connection,
    service: Service,
    session: Session,
    batch: Batch,
    tasks: Sequence[Task],
    n: int,
    sha256: str,
    now: dt.datetime,
    left: erasure.Traces,
) -> Receipt:
    head, epoch = ask(connection, "SELECT seq, epoch FROM sync_space WHERE id = 1")[0]
    before = _merged_elsewhere(connection, session, sha256)
    if before is not None:
        return before.model_copy(update={"n": n})
    if batch.epoch != epoch or any(task.rescue for task in tasks):
        _cap_bases(connection, batch.epoch, tasks)
    seq = head + 1
    shelf = Shelf(connection, seq, now)
    merging = Merging(shelf, now)
    merging.prepare(tasks, _erased(connection, shelf, tasks))
    answers = merging.run(tasks, session.actor)
    release(connection, service, merging, now)
    results = [answers[task.position] for task in tasks]
    _hold(connection, session, batch, tasks, results, n, now)
    erasure.trace(connection, shelf, merging.anonymised, now, left)
    shelf.flush()
    return Receipt(n=n, sha256=sha256, epoch=epoch, seq=seq, results=tuple(results), rolling="")


def _keep(connection: Connection, session: Session, receipt: Receipt, fresh: str, now: dt.datetime) -> None:
    connection.execute(
        _receipt.insert(),
        {
            "device": session.number,
            "n": receipt.n,
            "account": session.account,
            "sha256": receipt.sha256,
            "body": receipt.model_dump_json(by_alias=True),
            "at": now,
        },
    )
    connection.execute(
        _MOVE_ON,
        {
            "own": session.number,
            "last_n": receipt.n,
            "last_sha256": receipt.sha256,
            "rolling": token_hash(fresh),
            "seen_at": now,
        },
    )


def _merged_elsewhere(connection: Connection, session: Session, sha256: str) -> Receipt | None:
    """The receipt of the very same bytes sent before by a device of the same user: a copied notebook sends twice."""
    rows = ask(
        connection, "SELECT body FROM sync_receipt WHERE account = ? AND sha256 = ? LIMIT 1", (session.account, sha256)
    )
    return Receipt.model_validate_json(rows[0].body) if rows else None


def known(service: Service, session: Session, batches: Sequence[tuple[str, int, str]]) -> list[Receipt | None]:
    """For each batch, by its content, the receipt given to a device of the same user, or ``None``."""
    with service.database.reading() as connection:
        rows = ask_in(
            connection,
            "SELECT sha256, body FROM sync_receipt WHERE account = ? AND sha256 IN (…)",
            [sha256 for _, _, sha256 in batches],
            session.account,
        )
    found = {row.sha256: row.body for row in rows}
    return [Receipt.model_validate_json(found[sha256]) if sha256 in found else None for _, _, sha256 in batches]


def _cap_bases(connection: Connection, epoch: str, tasks: Sequence[Task]) -> None:
    """Bases counted in a lost epoch cannot hide a conflict: capped at where the next one begins (§7.13).

    What a device rescued from a lost epoch and stood there before is no news: those fields are left out.
    """
    epochs = ask(connection, "SELECT ordinal, id, start FROM sync_epoch ORDER BY ordinal")
    for task in tasks:
        cap = _cap(epochs, task.rescue or epoch)
        if task.rescue:
            writes = {} if cap is None else task.writes
            task.keep({name: one._replace(base=cap or 0) for name, one in writes.items() if one.base > (cap or 0)})
        elif cap is not None and not task.inserting:  # the base of an insert is 0 already
            task.keep({name: one._replace(base=min(one.base, cap)) for name, one in task.writes.items()})


def _cap(epochs: Sequence[Any], epoch: str) -> int | None:
    """Up to which sequence an epoch tells the same history as this base; ``None``: all of it."""
    current = epochs[-1]
    if epoch in (current[1], ""):
        return None
    ordinal, _, _ = epoch.partition("-")
    lost = int(ordinal) if ordinal.isdecimal() and len(ordinal) < 9 else 0
    here = any(identifier == epoch for _, identifier, _ in epochs)
    later = [start for number, _, start in epochs if number > lost or (number == lost and not here)]
    return int(min(later, default=current[2]))


def _erased(connection: Connection, shelf: Shelf, tasks: Sequence[Task]) -> dict[Ref, Erased]:
    """What was erased of what these operations name, or of the people that the records they change are about."""
    if not ask(connection, "SELECT 1 FROM sync_erased LIMIT 1"):
        return {}
    shelf.load(task.ref for task in tasks if task.kind)
    ids = {record_id for task in tasks for _, record_id in references(task)}
    for task in tasks:
        row = shelf.find(*task.ref) if task.kind else None
        if row is not None:
            ids |= {row.values[name] for name, _, _ in parents_of(task.kind) if row.values[name] is not None}
    rows = ask_in(
        connection, "SELECT tbl, record_id, seq, whole, device FROM sync_erased WHERE record_id IN (…)", sorted(ids)
    )
    return {(row.tbl, row.record_id): Erased(row.seq, bool(row.whole), row.device) for row in rows}


def _hold(
    connection: Connection,
    session: Session,
    batch: Batch,
    tasks: Sequence[Task],
    results: Sequence[Result],
    n: int,
    now: dt.datetime,
) -> None:
    """Keep what was not applied, for its author's coordination; of an erased person, nothing but the fact."""
    rows: list[tuple[Any, ...]] = []
    for task, result in zip(tasks, results, strict=True):
        if result.status is not Status.HELD or result.code is None:
            continue
        # Plain ASCII whatever it holds: a number beyond measure, half a character.
        body = "" if result.code is HeldCode.ERASED else json.dumps(task.raw, separators=(",", ":"))
        if result.code is HeldCode.RESCUED and _is_kept(connection, task):
            continue
        rows.append(
            (
                session.number,
                n,
                task.position,
                task.kind,
                task.record_id,
                result.code.value,
                result.field,
                scope_of(False, session.actor.organisation_id),
                task.rescue or batch.epoch,
                session.offset // dt.timedelta(microseconds=1),
                body,
                *task.waits,
                stored_moment(now, sqlite=connection.dialect.name == "sqlite"),
            )
        )
    many(
        connection,
        "INSERT INTO sync_held (device, n, position, tbl, record_id, code, field, scope, epoch, offset_us, body, "
        "waits_tbl, waits_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    unknown = [row[4] for row in rows if row[5] in (HeldCode.UNKNOWN_RECORD.value, HeldCode.QUARANTINED.value)]
    if unknown and ask(connection, "SELECT 1 FROM sync_erased LIMIT 1"):
        erasure.forget_held_again(connection, unknown)


def _is_kept(connection: Connection, task: Task) -> bool:
    """Whether another device offered the same lost values before."""
    rows = ask(
        connection,
        "SELECT body FROM sync_held WHERE tbl = ? AND record_id = ? AND code = ? AND settled_at IS NULL AND body <> ''",
        (task.kind, task.record_id, HeldCode.RESCUED.value),
    )
    kept = [json.loads(row.body)["fields"] for row in rows]
    return any(
        all(name in one and one[name][0] == edit[0] for name, edit in task.raw["fields"].items()) for one in kept
    )


def release(connection: Connection, service: Service, merging: Merging, now: dt.datetime) -> int:
    """Try again what was held for want of a record that has now arrived; how many went through."""
    through = 0
    if not ask(connection, "SELECT 1 FROM sync_held WHERE waits_tbl > '' LIMIT 1"):
        return through
    while merging.arrived:
        arrived: dict[str, list[str]] = defaultdict(list)
        for kind, record_id in merging.arrived:
            arrived[kind].append(record_id)
        merging.arrived.clear()
        of_kind = _HELD.format("h.waits_tbl = ? AND h.waits_id IN (…)")
        rows = {row.number: row for kind, ids in arrived.items() for row in ask_in(connection, of_kind, ids, kind)}
        through += sum(_try_again(connection, service, merging, row, now) for _, row in sorted(rows.items()))
    return through


def release_these(service: Service, numbers: Sequence[int]) -> int:
    """Merge operations set aside, in the order they were sent, each under its author's account; how many went through.

    Those that the merge refuses stay, with the reason of now.
    """
    now = service.clock.now()
    left = erasure.Traces()
    through = 0
    with service.database.writing() as connection:
        rows = ask_in(connection, _HELD.format("h.number IN (…)"), numbers)
        shelf = next_shelf(connection, now)
        merging = Merging(shelf, now)
        for row in sorted({row.number: row for row in rows}.values(), key=lambda row: row.number):
            through += _try_again(connection, service, merging, row, now)
        release(connection, service, merging, now)
        erasure.trace(connection, shelf, merging.anonymised, now, left)
        shelf.flush()
    erasure.finish(service, left)
    return through


_HELD = (
    "SELECT h.number, h.device, h.tbl, h.record_id, h.code, h.body, h.epoch, h.offset_us, h.waits_tbl, h.waits_id, "
    "a.facilitator, a.organisation, a.role FROM sync_held h JOIN sync_device d ON d.number = h.device "
    "JOIN sync_account a ON a.name = d.account WHERE h.settled_at IS NULL AND h.body <> '' AND {}"
)
"""Operations set aside, with the account that they are tried again under."""
NOBODY = -1
"""The « device » of a value whose author’s notebook is lost."""


def _try_again(connection: Connection, service: Service, merging: Merging, row: Any, now: dt.datetime) -> bool:
    """Merge one operation set aside; whether it went through. Otherwise it stays, with the reason of now."""
    offset = dt.timedelta(microseconds=row.offset_us)
    raw = json.loads(row.body)
    if isinstance(raw, dict):
        raw.pop("rescue", None)  # somebody decided: an ordinary edit from now on
    # What a device rescued it did not write: its own later edit of the same field is another's.
    device = NOBODY if row.code == HeldCode.RESCUED else row.device
    task = Reader(device, offset, now, service.limits.text_characters).read(0, raw)
    _cap_bases(connection, row.epoch, [task])
    merging.prepare([task], _erased(connection, merging.shelf, [task]))
    merging.run([task], Actor(row.facilitator, row.organisation, Role(row.role)))
    code, name = task.refused or (None, "")
    connection.execute(
        tables.held.update()
        .where(tables.held.c.number == row.number)
        .values(
            settled_at=now if code is None else None,
            **({} if code is None else {"code": code.value, "field": name}),
            waits_tbl=task.waits[0],
            waits_id=task.waits[1],
        )
    )
    return code is None
