"""One session with the server: hello, send, receive, apply, compare, photographs. It may stop anywhere (SYNC.md §5).

Runs on the io executor. Every touch of the notebook is a short piece of work given to the store thread, so that one
goes on typing; every message may be lost, doubled or answered late without harm. ``hook`` is called by name at the
``session_tools.POINTS``, where tests cut, kill and delay.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from app.changes import Changes
from app.errors import Cancelled
from app.models.wire import moment_text, read_moment
from app.store import engine as files
from app.store import file_exchange, inbox, journal, lease, merges, outbox
from app.store.notebook import Notebook
from app.sync import again, digests, membership, pace, schedule, telling
from app.sync import protocol as wire
from app.sync.api import CallFailed
from app.sync.first_reception import FirstReception
from app.sync.identity import enrol_ask, take_identity
from app.sync.membership import Membership
from app.sync.protocol import Reaction
from app.sync.session_tools import Done, StopHere, ToErase, Tools
from app.sync.state import JournalKind, Problem, Progress, Stage
from app.version import VERSION

log = logging.getLogger(__name__)

T = TypeVar("T")


class Session:
    """One session. ``run`` answers nothing: look at ``done``; it raises ``StopHere``, ``ToErase``, ``Cancelled``."""

    def __init__(self, tools: Tools, done: Done | None = None) -> None:
        self._tools = tools
        self.done = done or Done()
        self._me: Membership = self._store(membership.read)
        self._limits = wire.LIMITS
        self._page_rows = wire.LIMITS.page_rows
        self._acts = journal.Acts()
        self._sent: dict[str, int] = {}
        self._obeying = False

    # --- the whole ---

    def run(self) -> None:
        """Send and receive until both hold the same."""
        with pace.undisturbed():
            self._run()

    def _run(self) -> None:
        self._point("session begins")
        self._tell(Stage.CONNECTING)
        hello = self._hello()
        self._follow(hello)
        self._resolve(hello)
        self._seal_and_push()
        if self.done.upgrade:
            self._finish()
            return
        if self._me.schema != wire.SCHEMA:
            again.keep_new_fields(self)
        self._pull_and_apply()
        self.done.changes |= self._store(merges.follow_received)
        if self._store(lambda book: bool(book.raw.execute("SELECT 1 FROM _dirty LIMIT 1").fetchone())) or self._waits():
            self._seal_and_push()  # typed meanwhile, or rescued
            self._pull_and_apply()
        self._compare()
        self._finish()

    def greet(self) -> None:
        """Say hello and take what it brings: rights, the lease renewed. Nothing is sent nor received."""
        self._follow(self._hello())

    # --- hello ---

    def _hello(self) -> wire.HelloAnswer:
        me = self._me
        last, waiting, refused = self._store(
            lambda book: (
                outbox.last_answered(book.raw, me.device),
                len(outbox.waiting(book.raw)),
                outbox.refused_elsewhere(book.raw)[: self._limits.known_batches],
            )
        )
        sent = self._now()
        ask = wire.HelloAsk.model_validate(
            {
                "schema": wire.SCHEMA,
                "clock": moment_text(sent),
                "epoch": me.epoch,
                "last_n": last,
                "program": VERSION,
                "unsent": waiting,
                "refused": refused,
            }
        )
        answer = self._call(lambda: self._tools.api.hello(ask))
        self._forget_erased(refused, answer.kept)
        self._point("hello answered")
        self.done.offset = (sent - read_moment(answer.clock)).total_seconds()
        return answer

    def _forget_erased(self, refused: Sequence[tuple[str, int]], kept: Sequence[tuple[str, ...] | None]) -> None:
        """Of changes set aside about records that left, keep what the server keeps: an erasure reaches them by it."""
        said = [(one, names) for one, names in zip(refused, kept, strict=False) if names is not None]
        if not said:
            return

        def forget(book: Notebook) -> None:
            with inbox.applying(book.raw):
                for one, names in said:
                    outbox.keep_fields(book.raw, one, names)

        self._store(forget)

    def _now(self) -> Any:
        return self._store(lambda book: book.clock.now())

    def _follow(self, hello: wire.HelloAnswer) -> None:
        """Take the rights, limits and schema that the server says."""
        self._limits = hello.limits
        self._page_rows = min(self._page_rows, hello.limits.page_rows)
        self.done.upgrade = hello.oldest_schema > wire.SCHEMA
        if hello.schema_ < wire.SCHEMA:
            raise StopHere(Problem.TOO_NEW)
        identity = hello.identity

        def keep(book: Notebook) -> Membership:
            take_identity(book, identity)
            book.set_control("sync.structures", json.dumps(hello.structures))
            lease.renew(book, hello.lease_days)
            return membership.change(book, scopes=identity.scopes)

        self._me = self._store(keep)

    def _obey(self, wipe: wire.Wipe) -> None:
        """Erase only when the signature proves that the server asks it; first offer what was not sent.

        Work that the network wants is not erased before it was taken, whatever stands in the way (no answer, no room,
        a password to give again): the next contact offers it again. Only the network itself gives it up, by an order
        that wants none.
        """
        key = self._store(lambda book: self._tools.tokens.get(book, self._me.device, "device_key"))
        if not key or wire.wipe_signature(key, self._me.device) != wipe.signature:
            log.warning("an order to erase was not signed as agreed: ignored")
            raise StopHere(Problem.UNREACHABLE)
        if wipe.send_work_first:
            try:
                self._seal_and_push()
                self._tools.leave(self)
            except CallFailed as problem:
                if problem.code is not wire.Code.REVOKED:
                    raise
                log.info("unsent work is not wanted any more")
        raise ToErase

    # --- which batches does the server have ---

    def _resolve(self, hello: wire.HelloAnswer) -> None:
        """Agree with the server on which batches it holds: a lost answer, a restored server, a copied notebook."""
        me = self._me
        if me.epoch and hello.epoch != me.epoch:
            self._start_over(hello.epoch, hello.last_n)
            return
        last, sha = self._store(lambda book: _last_answered(book.raw, me.device))
        if hello.last_n < last:
            self._start_over(hello.epoch, hello.last_n)
        elif hello.last_n == last and last and hello.last_sha256 != sha:
            self._fork()  # another copy of this notebook took the same number for something else
        elif hello.last_n > last:
            self._settle_known(hello.last_n)

    def _settle_known(self, last_n: int) -> None:
        """The server holds batches whose answers were lost: ask for these answers; others' content there is a fork."""
        device = self._me.device
        lost = [one for one in self._store(lambda book: outbox.waiting(book.raw)) if one.n <= last_n]
        if lost:
            # The same bytes again bring the answer with its token; without the token the next batch would look like a
            # copy's, and one's own change like somebody else's.
            try:
                self._push_waiting()
                return
            except CallFailed as problem:
                if problem.code is not None:
                    raise
                log.info("the way up is closed: lost answers are asked for without their token")
            lost = [one for one in self._store(lambda book: outbox.waiting(book.raw)) if one.n <= last_n]
        receipts = self._ask_known(lost)
        self._point("batches known")
        for batch, receipt in zip(lost, receipts, strict=True):
            if receipt is None:
                self._fork()
                return
            self._settle(batch, receipt, rolling="")
        if last_n > self._store(lambda book: outbox.last_answered(book.raw, device)):
            self._fork()

    def _ask_known(self, batches: Sequence[outbox.Sealed]) -> list[wire.Receipt | None]:
        found: list[wire.Receipt | None] = []
        most = self._limits.known_batches
        for start in range(0, len(batches), most):
            asked = tuple(wire.KnownBatch(one.device, one.n, one.sha) for one in batches[start : start + most])
            answer = self._call(lambda asked=asked: self._tools.api.known(wire.KnownAsk(batches=asked)))  # type: ignore[misc]
            found.extend(answer.receipts)
        return found

    def _start_over(self, epoch: str, last_n: int) -> None:
        """The server began a new history: keep what it has by content, send again the rest, take everything anew."""
        log.warning("the server began a new history")
        kept = self._store(lambda book: outbox.kept(book.raw))
        receipts = self._ask_known(kept)
        self._point("batches known")
        device, was = self._me.device, self._me.epoch

        def restart(book: Notebook) -> Membership:
            with inbox.applying(book.raw):
                self._seal_in(book)  # while its bases can still be told from those of the new history
                _settle_by_content(book, kept, receipts)
                outbox.forget_numbers(book.raw, device, last_n)
                outbox.renumber(book.raw, device, last_n)
                inbox.start_over(book.raw, was)
                file_exchange.doubt_all(book.raw)
                journal.write(book.raw, book.clock.now().isoformat(), JournalKind.RESTORED.value)
                return membership.change(book, epoch=epoch)

        self._me = self._store(restart)

    def _fork(self) -> None:
        """Another copy of this notebook speaks under our name: take a new one, keep what the server knows of us."""
        log.warning("this notebook was copied: it takes a new identity")
        me = self._me
        facilitator = self._store(lambda book: book.actor_id)
        answer = self._enrol_again(me.user, facilitator)
        self._tools.api.access = answer.access
        kept = self._store(lambda book: outbox.kept(book.raw))
        receipts = self._ask_known(kept)
        self._point("batches known")

        def renew(book: Notebook) -> Membership:
            self._tools.tokens.keep(book, answer.device, refresh=answer.refresh, device_key=answer.device_key)
            with inbox.applying(book.raw):
                _settle_by_content(book, kept, receipts)
                outbox.renumber(book.raw, answer.device, 0)
                inbox.drop_pages(book.raw)
                journal.write(book.raw, book.clock.now().isoformat(), JournalKind.COPIED.value)
                return membership.change(book, device=answer.device, rolling=answer.rolling)

        self._me = self._store(renew)
        self._follow(self._hello())

    def _enrol_again(self, user: str, facilitator: str) -> wire.EnrolAnswer:
        """A new device of the same user: by the token in hand, else by the password."""
        api = self._tools.api
        if api.access:
            try:
                return self._try(lambda: api.enrol(enrol_ask(user, "", facilitator), named=True))
            except CallFailed as problem:
                if problem.problem is not Problem.SIGN_IN:
                    raise
        password = self._tools.password()
        if not password:
            raise StopHere(Problem.SIGN_IN)
        return self._try(lambda: api.enrol(enrol_ask(user, password, facilitator)))

    # --- sending ---

    def _waits(self) -> bool:
        return bool(self._store(lambda book: outbox.waiting(book.raw)))

    def _seal_and_push(self) -> None:
        self._seal()
        self._push_waiting()

    def _push_waiting(self) -> None:
        waiting = self._store(lambda book: outbox.waiting(book.raw))
        total = sum(one.records for one in waiting)
        sent = 0
        tries = 0
        while waiting:
            batch = waiting[0]
            self._tell(Stage.SENDING, sent, total)
            self._point("batch to send")
            try:
                receipt = self._call(
                    lambda batch=batch: self._tools.api.push(batch.n, batch.sha, self._me.rolling, batch.body)  # type: ignore[misc]
                )
            except CallFailed as problem:
                if problem.reaction is Reaction.FORK and tries < 3:
                    tries += 1
                    self._fork()
                elif problem.reaction is Reaction.REBASE and tries < 3:
                    tries += 1
                    self._resolve(self._hello())
                elif problem.reaction is Reaction.HALVE and problem.code is not None:
                    self._halve(batch)
                else:
                    raise
                waiting = self._store(lambda book: outbox.waiting(book.raw))
                continue
            self._point("receipt received")
            self._settle(batch, receipt, receipt.rolling)
            self._point("receipt settled")
            sent += batch.records
            waiting = self._store(lambda book: outbox.waiting(book.raw))
        self.done.pushed += sent

    def _seal_in(self, book: Notebook) -> None:
        """Freeze what is noted; inside ``applying``."""
        outbox.seal_all(
            book.raw,
            Sealer(self._me.epoch),
            book.clock,
            self._me.device,
            most_operations=self._limits.batch_operations,
            most_bytes=self._limits.batch_bytes,
        )

    def _seal(self) -> None:
        def seal(book: Notebook) -> None:
            if book.raw.execute("SELECT 1 FROM _dirty LIMIT 1").fetchone() is None:
                return
            with inbox.applying(book.raw):
                self._seal_in(book)

        self._store(seal)
        self._point("sealed")

    def _halve(self, batch: outbox.Sealed) -> None:
        """The server finds a batch too large: two halves; a single record too large is set aside here."""
        me, was = self._me, wire.unseal(batch.body)

        def halve(book: Notebook) -> None:
            with inbox.applying(book.raw):
                if not outbox.split(book.raw, batch, Sealer(was.epoch, was.schema_), book.clock):
                    results = [["held", 0, wire.HeldCode.INVALID.value, ""]]
                    outbox.settle(book.raw, batch, results, book.clock)
                    outbox.forget_numbers(book.raw, me.device, batch.n - 1)  # the server never had it
                    outbox.renumber(book.raw, me.device, batch.n - 1)

        self._store(halve)

    def _settle(self, batch: outbox.Sealed, receipt: wire.Receipt, rolling: str) -> None:
        results = [list(one) for one in receipt.results]
        if len(results) != batch.records:
            raise StopHere(Problem.UNREACHABLE)

        def settle(book: Notebook) -> Membership:
            with inbox.applying(book.raw):
                held = outbox.settle(book.raw, batch, results, book.clock)
                now = book.clock.now().isoformat()
                if held:
                    journal.write(book.raw, now, JournalKind.HELD.value, _counted(held))
                outbox.forget_old(book.raw, book.clock)
                return membership.change(book, rolling=rolling) if rolling else membership.read(book)

        self._me = self._store(settle)
        for operation, result in zip(batch.operations(), results, strict=True):
            if "rescue" not in operation:
                self._sent[operation["table"]] = self._sent.get(operation["table"], 0) + 1
            self.done.merged += result[0] == wire.Status.MERGED

    # --- receiving ---

    def _pull_and_apply(self) -> None:
        received = 0
        total = 0
        restarts = 0
        first = FirstReception(self) if self._store(lambda book: inbox.is_first(book.raw)) else None
        while True:
            self._point("page asked")
            ask = wire.PullAsk.model_validate(
                {
                    "schema": wire.SCHEMA,
                    "epoch": self._me.epoch,
                    "cursors": self._store(lambda book: inbox.cursors(book.raw)),
                    "limit": pace.page_rows(self._tools.store_rest(), self._page_rows),
                    "since": self._store(lambda book: inbox.applied_at(book.raw)),
                },
                strict=False,
            )
            try:
                data, page = self._call(lambda ask=ask: self._tools.api.pull(ask))  # type: ignore[misc]
            except CallFailed as problem:
                if problem.reaction is Reaction.REBASE and restarts < 3:
                    restarts += 1
                    self._start_over_asking()
                    continue
                if problem.reaction is Reaction.UPGRADE:
                    self.done.upgrade = True
                    return
                if problem.reaction is Reaction.HALVE and self._page_rows > 1:
                    self._page_rows //= 2
                    continue
                raise
            self._point("page received")
            self._page_rows = min(self._page_rows + self._page_rows // 8 + 1, self._limits.page_rows)
            if self._me.epoch and page["epoch"] != self._me.epoch:
                self._start_over_asking()
                restarts += 1
                if restarts > 3:
                    raise StopHere(Problem.UNREACHABLE)
                continue
            if page["last_n"] > self._store(lambda book: outbox.last_answered(book.raw, self._me.device)):
                self._settle_known(page["last_n"])  # an answer was lost: the page must not be misread
                restarts += 1
                if restarts > 3:
                    raise StopHere(Problem.UNREACHABLE)
                continue
            rows = sum(len(some) for one in page["scopes"].values() for some in one["rows"].values())
            received += rows
            total = max(total, received + page.get("remaining", 0))
            self._tell(Stage.RECEIVING, received, total)
            if self._keep(data, page):
                self._point("page kept")
                if first is not None:
                    first.take(page)
            if not page["more"]:
                break
            self.breathe()
        self._point("pages complete")
        self.done.pulled += received
        self._tell(Stage.APPLYING)
        if first is not None:
            self._note_first(first.apply())
        self._apply(tuple(page["scopes"]))

    def _keep(self, data: bytes, page: Mapping[str, Any]) -> bool:
        """Keep one page; an empty one only moves the cursors. Whether something was kept."""
        moved = {scope: one["cursor"] for scope, one in page["scopes"].items()}
        full = any(one["rows"] or one["gone"] for one in page["scopes"].values())
        epoch = page["epoch"]

        def keep(book: Notebook) -> Membership:
            with inbox.applying(book.raw, durable=False):
                if full:
                    inbox.keep_page(book.raw, data, page["last_n"], moved)
                else:
                    inbox.move_cursors(book.raw, moved)
                known = membership.read(book)
                return known if known.epoch == epoch else membership.change(book, epoch=epoch)

        self._me = self._store(keep)
        return full

    def _start_over_asking(self) -> None:
        hello = self._hello()
        self._follow(hello)
        self._start_over(hello.epoch, hello.last_n)
        self._seal_and_push()

    def _apply(self, scopes: tuple[str, ...]) -> None:
        me = self._me

        def apply(book: Notebook, *, tolerant: bool = False) -> inbox.Applied:
            with inbox.applying(book.raw):
                applied = inbox.apply_pages(
                    book.raw, Sealer(me.epoch), book.clock, me.device, scopes, tolerant=tolerant
                )
                if applied.left:
                    journal.write(book.raw, book.clock.now().isoformat(), JournalKind.LEFT.value, applied.left)
                if me.schema != wire.SCHEMA:
                    membership.change(book, schema=wire.SCHEMA)
                self._point("being applied")
            return applied

        def work(book: Notebook) -> inbox.Applied:
            try:
                return apply(book)
            except files.DRIVER_ERRORS as problem:
                if not inbox.is_without_parent(problem):
                    raise
                log.warning("received records without their parent: left out, to be asked again")
                return apply(book, tolerant=True)

        applied: inbox.Applied = self._store(work)
        self._me = replace(me, schema=wire.SCHEMA)
        self._point("applied")
        self._acts.add(applied.acts)
        self.done.changes |= Changes(frozenset(applied.pairs))

    def _note_first(self, changes: Changes) -> None:
        self.done.changes |= changes
        for kind, count in Counter(kind for kind, _ in changes).items():
            self._acts.count(kind, count)

    # --- comparing ---

    def _compare(self) -> None:
        """Counts and sums of both sides; what differs is received again once."""
        if self._store(lambda book: bool(outbox.waiting(book.raw))):
            return
        self._tell(Stage.CHECKING)
        answer = digests.ask(self, self._store(lambda book: digests.kept(book.raw)))
        self._point("digests compared")
        if answer is not None and not answer.moved and not answer.equal:
            self.done.changes |= again.mend(self, answer)

    # --- the end ---

    def _finish(self) -> None:
        sent, acts, merged = self._sent, self._acts, self.done.merged

        def note(book: Notebook) -> None:
            with inbox.applying(book.raw):
                telling.write_session(book, sent, acts, merged)

        self._store(note)
        self._point("session ends")

    # --- calls ---

    def call(self, work: Callable[[], T]) -> T:
        """A call with its repetitions, for those who help the session."""
        return self._call(work)

    def breathe(self) -> None:
        """Leave the machine to whoever is at work."""
        if breath := pace.breath(self._tools.store_rest()):
            self._tools.wait(breath)

    @property
    def me(self) -> Membership:
        """The membership as it stands."""
        return self._me

    @property
    def limits(self) -> wire.Limits:
        """What one message may hold."""
        return self._limits

    @property
    def tools(self) -> Tools:
        """What the session was given."""
        return self._tools

    def _call(self, work: Callable[[], T]) -> T:
        """A call under our name: tokens renewed on the way."""
        if not self._tools.api.access:
            self._renew_access()
        try:
            return self._try(work)
        except CallFailed as problem:
            if problem.reaction not in (Reaction.REFRESH, Reaction.SIGN_IN):
                raise
        self._renew_access()
        return self._try(work)

    def _heed(self, problem: CallFailed) -> None:
        """Obey the order to erase that a refusal carries; once: what is sent meanwhile may be refused by the same."""
        if problem.wipe is not None and not self._obeying:
            self._obeying = True
            try:
                self._obey(problem.wipe)
            finally:
                self._obeying = False

    def _renew_access(self) -> None:
        me = self._me
        refresh, key = self._store(
            lambda book: tuple(self._tools.tokens.get(book, me.device, name) for name in ("refresh", "device_key"))
        )
        if refresh:
            proof = wire.restored_proof(key, me.device, refresh) if key else ""
            ask = wire.TokenAsk(device=me.device, refresh=refresh, proof=proof)
            try:
                self._take(self._try(lambda: self._tools.api.token(ask)))
                return
            except CallFailed as problem:
                if problem.reaction not in (Reaction.SIGN_IN, Reaction.REFRESH):
                    raise
        password = self._tools.password()
        if not password:
            raise StopHere(Problem.SIGN_IN)
        try:
            self.sign_in(password)
        except CallFailed as problem:
            if problem.code is not wire.Code.BAD_CREDENTIALS:
                raise
            # A server restored from before this notebook was enrolled does not know it: a new place, same user.
            self._tools.api.access = ""
            self._fork()

    def sign_in(self, password: str) -> None:
        """New tokens for the user's password. Raises ``CallFailed``, ``ToErase``, ``StopHere``."""
        ask = wire.SignInAsk(user=self._me.user, password=password, device=self._me.device)
        self._take(self._try(lambda: self._tools.api.sign_in(ask)))

    def _take(self, answer: wire.TokenAnswer) -> None:
        self._tools.api.access = answer.access
        self._store(lambda book: self._tools.tokens.keep(book, self._me.device, refresh=answer.refresh))

    def _try(self, work: Callable[[], T]) -> T:
        """A call, repeated a few times while waiting may help; an order to erase is obeyed, whatever was asked."""
        tries = 0
        while True:
            self.stop_if_cancelled()
            try:
                return work()
            except CallFailed as problem:
                self._heed(problem)
                tries += 1
                if problem.reaction is not Reaction.WAIT or tries >= schedule.TRIES:
                    raise
                if problem.problem in (Problem.OFFLINE, Problem.PORTAL, Problem.UNPROVEN, Problem.DISK_FULL_THERE):
                    raise  # a few seconds change nothing: the schedule looks again
                self._tools.wait(max(problem.wait, schedule.backoff(tries, self._tools.draw())))

    # --- small ---

    def _store(self, work: Callable[[Notebook], T]) -> T:
        answer: T = self._tools.store(work)
        return answer

    def _point(self, name: str) -> None:
        self._tools.hook(name)
        if name != "being applied":
            self.stop_if_cancelled()

    def stop_if_cancelled(self) -> None:
        """Raise ``Cancelled`` once the user gave up."""
        if self._tools.cancelled():
            raise Cancelled

    def _tell(self, stage: Stage, done: int = 0, total: int = 0) -> None:
        self._tools.progress(Progress(stage, done, total))


@dataclass(frozen=True, slots=True)
class Sealer:
    """Makes batches whose bases are counted in ``epoch``."""

    epoch: str
    schema: int = wire.SCHEMA

    def __call__(self, operations: Sequence[Mapping[str, Any]]) -> bytes:
        """The bytes of one batch."""
        return wire.seal(self.schema, self.epoch, operations)


def _settle_by_content(book: Notebook, kept: Sequence[outbox.Sealed], receipts: Sequence[wire.Receipt | None]) -> None:
    """Answer the batches that the server knows; the others wait to be sent, were they answered in a lost history."""
    unknown = []
    for batch, receipt in zip(kept, receipts, strict=True):
        if receipt is None:
            unknown.append(batch.k)
        else:
            outbox.settle(book.raw, batch, [list(one) for one in receipt.results], book.clock)
    outbox.requeue(book.raw, unknown)


def _last_answered(raw: Any, device: str) -> tuple[int, str]:
    row = raw.execute(
        "SELECT n, sha FROM _batch WHERE device = ? AND answered_at IS NOT NULL ORDER BY n DESC LIMIT 1", (device,)
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in kinds:
        found[kind] = found.get(kind, 0) + 1
    return found
