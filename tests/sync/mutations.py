"""``python -m tests.sync.mutations [--told] [WORD…]``: break one rule at a time; the tests must fail.

One mutation at least for each rule of SYNC.md §3 and §7, on both sides. Works in a copy of the tree: first the stories
where the rule is told, then, without ``--told``, all of them, then random histories. Prints one line per rule, with
what noticed it. Exit code 0 when every broken rule was noticed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.architecture.source import ROOT

MERGE, MERGING, MOVING = "app/rules/merge.py", "server/push/merging.py", "server/push/moving.py"
READING, RECEIVING, SHELF = "server/push/reading.py", "server/push/receiving.py", "server/store/shelf.py"
PULLING, RESTORING, ERASURE = "server/pulling.py", "server/restoring.py", "server/erasure.py"
DEVICES, DATABASE = "server/devices.py", "server/store/engine.py"
TRACES, MERGES, RESCUE = "app/store/erasure.py", "app/store/merges.py", "app/store/rescue.py"
CONTENTS, CONTENTS_THERE = "app/store/file_exchange.py", "server/files.py"
SERVICE, DOOR, PRIVACY = "app/sync/service.py", "app/bootstrap.py", "app/privacy/service.py"
OUTBOX, INBOX, ENGINE, CAPTURE = (
    "app/store/outbox.py",
    "app/store/inbox.py",
    "app/sync/engine.py",
    "app/store/capture.py",
)

FAULTS, FAILURES = "tests/sync/test_faults.py", "tests/sync/test_failures.py"
PURE = "tests/rules/test_merge.py"
LEASE = ("tests/rules/test_lease.py", "tests/account/test_lease.py")
EXCHANGE, TRANSFER, TRUST = (
    "tests/server/test_exchange.py",
    "tests/server/test_transfer.py",
    "tests/server/test_trust.py",
)
FIRST, ERASING = "tests/sync/test_first_reception.py", "tests/privacy/test_retention.py"
EVERYWHERE = "tests/scenarios/test_erased_everywhere.py"
KEPT = "tests/sync/test_histories.py::test_histories_that_found_a_bug"
BYTES, RACES = "tests/server/test_files.py", "tests/server/test_races.py"
ERASED, RESCUED, TOLD = "tests/server/test_erasure.py", "tests/sync/test_rescue.py", "tests/sync/test_journal.py"
STORIES = (PURE, FAULTS, EXCHANGE, TRANSFER, TRUST, BYTES, ERASED, FAILURES, RESCUED, TOLD)


class Mutation(NamedTuple):
    """One rule broken: in ``path``, ``before`` becomes ``after``; ``told`` are the stories to try first."""

    path: str
    before: str
    after: str
    told: tuple[str, ...] = (FAULTS,)


def _of(file: str, names: str) -> tuple[str, ...]:
    return file, "-k", names


def _faults(names: str) -> tuple[str, ...]:
    return _of(FAULTS, names)


_READ = "if clock.seq <= write.base or (clock.device == device and not inserting):"

MUTATIONS: dict[str, Mutation] = {
    # --- the merge (§3) ---
    "conflicts are found by base": Mutation(MERGE, _READ, "if True:", (PURE,)),
    "an insert has seen nothing, not even its own": Mutation(
        MERGE, _READ, "if clock.seq <= write.base or clock.device == device:", (PURE,)
    ),
    "what a device wrote itself it has seen": Mutation(MERGE, _READ, "if clock.seq <= write.base:", (PURE,)),
    "the value that does not show is kept": Mutation(
        MERGE,
        "clashes.append(Clash(field, write.old, values[field], clock, write.value, Clock(seq, device, write.at)))",
        "pass",
        (PURE,),
    ),
    "the value that showed is kept": Mutation(
        MERGE,
        "clashes.append(Clash(field, write.old, write.value, mine, values[field], clock))",
        "pass",
        (PURE,),
    ),
    "the order of arrival chooses nothing": Mutation(
        MERGE,
        "        elif (write.at, device) > (clock.at, clock.device):\n            mine",
        "        elif True:\n            mine",
        (PURE,),
    ),
    "ties go by device": Mutation(
        MERGE,
        "        elif (write.at, device) > (clock.at, clock.device):\n            mine",
        "        elif write.at > clock.at:\n            mine",
        (PURE,),
    ),
    "two equal values count as the later one": Mutation(
        MERGE, "clocks[field] = Clock(clock.seq, device, write.at)\n        elif", "pass\n        elif", (PURE,)
    ),
    "the same value twice asks nothing": Mutation(
        MERGE, "        if same(values[field], write.value):\n", "        if False:\n", (PURE,)
    ),
    "an edit beats a deletion": Mutation(MERGE, "        if not fresher:\n", "        if True:\n", (PURE,)),
    "an edit brings an unread deletion back": Mutation(MERGE, "    if blind:\n", "    if False:\n", (PURE,)),
    "a deletion that was read stands": Mutation(MERGE, "    if blind:\n", "    if True:\n", (PURE,)),
    "two creations keep the earliest birth": Mutation(
        MERGE, "    if inserting and _earlier(writes, values):\n", "    if False:\n", (PURE,)
    ),
    "what a creation leaves empty hides nothing": Mutation(
        MERGE, "        elif is_empty(field, write.value):\n", "        elif False:\n", (PURE,)
    ),
    "what a creation left empty disputes nothing": Mutation(
        MERGE,
        "        elif field not in stored.clocks and is_empty(field, values[field]):\n",
        "        elif False:\n",
        (PURE,),
    ),
    "a row never received was read where it holds what stood on the screen": Mutation(
        MERGE,
        "        return not (without_base and same(stored.values[field], write.old))\n",
        "        return True\n",
        _of(PURE, "never_received"),
    ),
    "a row never received was read nowhere else": Mutation(
        MERGE,
        "        return not (without_base and same(stored.values[field], write.old))\n",
        "        return not without_base\n",
        _of(PURE, "never_received"),
    ),
    "what no person can decide asks nothing": Mutation(
        MERGING, "rules=rules_of(task.kind),", "rules={},", _of(TOLD, "nobody_could_decide")
    ),
    # --- what the server adds to it (§3) ---
    "a deletion blind to a new child is refused": Mutation(
        MERGING, "            if unseen:\n", "            if False:\n", _of(EXCHANGE, "blind_to")
    ),
    "a child written keeps its parent": Mutation(
        MERGING, "            self._keep_parents(task, stands)\n", "            pass\n", _of(EXCHANGE, "written_child")
    ),
    "nobody writes outside their scope": Mutation(
        MERGING, "        if not can_send(actor, kind, standing, shared=shared):\n", "        if False:\n", (TRANSFER,)
    ),
    "nobody is given to nobody": Mutation(
        MERGING,
        'if target is None or target.deleted or not can_transfer(actor, row.values["organisation_id"], kind):',
        "if False:",
        (TRANSFER,),
    ),
    "nobody takes the statement of another organisation": Mutation(
        MERGING,
        "        if row is None and _takes_a_statement(task, owner):\n",
        "        if False:\n",
        _of(EXCHANGE, "takes_the_statement"),
    ),
    "a record goes to its organisation": Mutation(
        SHELF,
        '        scope = scope_of(is_shared(kind), values["organisation_id"])\n',
        '        scope = scope_of(True, values["organisation_id"])\n',
        _of(EXCHANGE, "people_stay"),
    ),
    "a question goes to the organisation of its record": Mutation(
        MERGING,
        '"organisation_id": "" if shared else row.values["organisation_id"],',
        '"organisation_id": "",',
        _of(FAILURES, "kept_with_author"),
    ),
    "the owner of what all share does not change": Mutation(
        MERGING,
        'if shared and row is not None and "organisation_id" in task.values and not task.inserting:',
        "if False:",
        _of(TRANSFER, "owner_of"),
    ),
    "two makers of one company ask nothing about its owner": Mutation(
        MERGING,
        "        if task.inserting and is_shared(task.kind):\n",
        "        if False:\n",
        (EXCHANGE, "-k", "made_twice"),
    ),
    "a conflict is only ever decided": Mutation(MERGING, "or not _decides(task)", "", _of(EXCHANGE, "only_ever")),
    "a record without its parent is held": Mutation(
        MERGING,
        "                task.waits = (table, wanted)\n                return HeldCode.PARENT, name\n",
        "                continue\n",
        _of(EXCHANGE, "one_bad"),
    ),
    "a parent of another organisation is no parent": Mutation(
        MERGING,
        "if not is_shared(table) and parent.scope != actor.organisation_id:",
        "if False:",
        (TRANSFER,),
    ),
    "a child may come before its parent in a batch": Mutation(
        MERGING,
        "            if len(again) == len(waiting):\n",
        "            if True:\n",
        _of(EXCHANGE, "before_its_parent"),
    ),
    "what waited for its parent is released": Mutation(
        RECEIVING,
        "    release(connection, service, merging, now)\n    results",
        "    results",
        _of(EXCHANGE, "released"),
    ),
    "a held record goes back as it stands": Mutation(
        MERGING, "        self.shelf.bump(*task.ref)\n", "", (TRANSFER, "-k", "reader")
    ),
    "an operation that lost is stamped too": Mutation(
        MERGING,
        "stands = self.shelf.put(*ref, merged.values, merged.clocks)\n        if row is None:",
        "stands = self.shelf.put(*ref, merged.values, merged.clocks) if merged.changed or row is None else row\n"
        "        if row is None:",
        _faults("test_23"),
    ),
    "the same two values ask once": Mutation(
        MERGING, "if self.shelf.find(CONFLICT, conflict) is not None:", "if False:", _faults("test_25")
    ),
    "one bad record stops nothing": Mutation(
        READING, "        if size > self._longest:\n", "        if False:\n", _of(FAILURES, "poisoned")
    ),
    "moving a person moves what belongs to them": Mutation(
        MERGING,
        'Move(self.shelf, row.values["organisation_id"], merged.values["organisation_id"], clock).run(ref)',
        "pass",
        (TRANSFER,),
    ),
    "a link to what left is cleared": Mutation(
        MOVING, "                self._write(ref, {field: None})\n", "                pass\n", (TRANSFER,)
    ),
    "the hours that left open the twin of their statement": Mutation(
        MOVING, "changed[name] = self._twin(value)", "pass", (TRANSFER,)
    ),
    "the old scope is told that a record left": Mutation(
        SHELF,
        "            self._gone[kind, record_id, before.scope] = None\n        if self._gone:",
        "            pass\n        if self._gone:",
        _faults("test_1_ or test_10"),
    ),
    # --- clocks (§7.4) ---
    "times are corrected by the offset of hello": Mutation(
        READING, "read_moment(text) + self._offset", "read_moment(text)", _of(TRUST, "wrong_clock")
    ),
    "times are never later than their receipt": Mutation(
        READING,
        "moment_text(min(read_moment(text) + self._offset, self._now))",
        "moment_text(read_moment(text) + self._offset)",
        _of(TRUST, "time_to_come"),
    ),
    # --- order and retries (§7.1-7.3) ---
    "the counter is locked first": Mutation(
        DATABASE,
        "FROM sync_space WHERE id = 1 FOR UPDATE",
        "FROM sync_space WHERE id = 1",
        (RACES,),
    ),
    "a batch sent again gives its receipt": Mutation(
        RECEIVING,
        "    if n == row.last_n and sha256 == row.last_sha256:\n",
        "    if False:\n",
        _of(EXCHANGE, "sent_again"),
    ),
    "a batch sent again brings the same token": Mutation(
        RECEIVING, "token_after(stands.key, n, sha256)", "token_after(stands.key, n, str(now))", _faults("test_22")
    ),
    "a batch out of its place is a fork": Mutation(
        RECEIVING, "if n != row.last_n + 1 or not (", "if not (", _of(TRUST, "out_of_its_place")
    ),
    "bytes that changed on the way are refused": Mutation(
        RECEIVING, "    if sha256_of(body) != sha256:\n", "    if False:\n", _of(EXCHANGE, "changed_on_the_way")
    ),
    "the rolling token tells a copy": Mutation(
        RECEIVING,
        "if n != row.last_n + 1 or not (token_agrees(row.rolling, rolling) or row.restored):",
        "if n != row.last_n + 1:",
        _of(TRUST, "copy_of_before"),
    ),
    "the same bytes of the same user are merged once": Mutation(
        RECEIVING,
        "    if before is not None:\n        return before.model_copy",
        "    if False:\n        return before.model_copy",
        _of(TRUST, "told_apart"),
    ),
    "receipts are known by content, to their user only": Mutation(
        RECEIVING,
        '"SELECT sha256, body FROM sync_receipt WHERE account = ? AND',
        "\"SELECT sha256, body FROM sync_receipt WHERE '' <> ? AND",
        _of(TRUST, "another_user"),
    ),
    "what is set aside is kept": Mutation(
        OUTBOX, "        held.append(str(kind))\n", "        continue\n", _faults("test_4")
    ),
    "a held change shows the server's value again": Mutation(
        OUTBOX, "            _show_again(raw, batch, operation)\n", "            pass\n", _faults("test_30")
    ),
    "a batch too large is halved": Mutation(
        ENGINE, "                    self._halve(batch)\n", "                    raise\n", _of(FAILURES, "halved")
    ),
    # --- capture and sealing (§2, §7.16) ---
    "every change is noted": Mutation(
        CAPTURE,
        'WHERE OLD."{name}" IS NOT NEW."{name}"\'\n        for name in fields\n    )\n    history',
        "WHERE false'\n        for name in fields\n    )\n    history",
        _faults("test_5"),
    ),
    "parents are sent before their children": Mutation(
        OUTBOX,
        "    new.sort(key=lambda line: (rank[line[0]], line[2], line[1]))\n",
        "    new.sort(key=lambda line: (-rank[line[0]], line[2], line[1]))\n",
        _faults("test_26"),
    ),
    "what is typed meanwhile is sealed with the application": Mutation(
        INBOX,
        "    seal_all(raw, seal, clock, device)\n    work = _Application(raw, device)\n    gone:",
        "    work = _Application(raw, device)\n    gone:",
        _of(FAILURES, "typed_at_each"),
    ),
    "a contained batch is not laid over": Mutation(
        INBOX, "if one.answered and one.n <= contained:", "if one.answered and one.n < 0:", _faults("test_5")
    ),
    "a pending value is laid over the received one": Mutation(
        INBOX,
        "                    if stored == value:\n",
        "                    if True:\n",
        _faults("test_7 or test_8"),
    ),
    "an edit over a laid-over value inherits its base": Mutation(
        OUTBOX, "max(0, shadow[0] if shadow else base)", "max(0, base)", _faults("test_7")
    ),
    "a value laid over since a lost history has seen nothing": Mutation(
        INBOX, '    raw.execute("UPDATE _shadow SET base = 0")\n', "", _faults("test_13")
    ),
    "a page that holds another's batch under our number is not taken for ours": Mutation(
        ENGINE,
        '                self._settle_known(page["last_n"])  # an answer was lost: the page must not be misread\n',
        "                pass\n",
        _faults("test_28"),
    ),
    # --- applying, scopes (§7.8, §7.9) ---
    "children may be received before their parents": Mutation(
        INBOX, "PRAGMA defer_foreign_keys = ON", "PRAGMA defer_foreign_keys = OFF", _faults("test_27")
    ),
    "what was pushed and never came back is looked for": Mutation(
        INBOX, "raw.execute(f\"UPDATE _row SET scope = '' WHERE scope = '{AWAITED}'\")", "pass", _faults("test_1_")
    ),
    "what leaves a scope leaves the notebook": Mutation(
        INBOX,
        "            if known is not None and known[0] == scope and known[1] <= seq:",
        "            if False:",
        _faults("test_1_ or test_10"),
    ),
    "what came back since it left stays": Mutation(
        INBOX,
        "            if known is not None and known[0] == scope and known[1] <= seq:",
        "            if known is not None and known[0] == scope:",
        _faults("test_35"),
    ),
    "what stays keeps its own parents": Mutation(
        INBOX, "        self._keep_parents(leaving, stays)\n", "", _faults("test_36")
    ),
    "a row without its parent stops no other": Mutation(
        INBOX, "    if tolerant:\n", "    if False:\n", _of(FAILURES, "without_its_parent")
    ),
    "a row without its parent stops no mending": Mutation(
        INBOX, "    work.leave_orphans(kind)\n", "", _of(FAILURES, "without_its_parent")
    ),
    "a row without its parent stops no first reception": Mutation(
        "app/sync/first_reception.py",
        "            if not inbox.is_without_parent(problem):\n",
        "            if True:\n",
        _of(FIRST, "without_its_parent"),
    ),
    "a scope that is no more mine is emptied": Mutation(
        INBOX, "            if scope not in mine:\n", "            if False:\n", _faults("test_6 or test_12")
    ),
    "a parent that something unsent needs stays": Mutation(
        INBOX,
        "                        stays.add((kind, record_id))\n",
        "                        pass\n",
        _faults("test_29"),
    ),
    "what leaves takes its history along": Mutation(
        INBOX,
        'for table in ("_row", "_shadow", "_dirty", "_history"):',
        'for table in ("_row", "_shadow", "_dirty"):',
        _faults("test_3"),
    ),
    "a change released by the server waits no more": Mutation(
        INBOX, "        self._release_held()\n", "", _of(FAILURES, "administrator_releases")
    ),
    "records under an absorbed file follow their person": Mutation(
        ENGINE, "        self.done.changes |= self._store(merges.follow_received)\n", "", _faults("test_24")
    ),
    # --- withdrawal, files, erasure (§7.10, §7.11, §7.17) ---
    "a withdrawn device is refused": Mutation(
        DEVICES,
        "    if row.revoked_at is not None:\n        wipe",
        "    if False:\n        wipe",
        _of(TRUST, "withdrawn"),
    ),
    "an order to erase is signed": Mutation(
        ENGINE,
        "if not key or wire.wipe_signature(key, self._me.device) != wipe.signature:",
        "if False:",
        _of(FAILURES, "not_signed"),
    ),
    "work is offered before erasing": Mutation(
        ENGINE, "        if wipe.send_work_first:\n", "        if False:\n", _of(FAILURES, "offering_its_work")
    ),
    "work that is wanted is not erased before it was taken": Mutation(
        ENGINE,
        "                if problem.reaction in (Reaction.WAIT, Reaction.HALVE):\n                    raise\n",
        "",
        ("tests/end2end/test_withdrawn.py",),
    ),
    "each contact renews the lease": Mutation(
        ENGINE, "            lease.renew(book, hello.lease_days)\n", "", _of(FAILURES, "renews_the_lease")
    ),
    "a lease that ran out asks for the network": Mutation(
        "app/account/service.py",
        "        if leased and lease is not None and lease.is_over and not self._in_use():\n",
        "        if False:\n",
        ("tests/account/test_lease.py",),
    ),
    "a clock put back makes no lease longer": Mutation(
        "app/rules/lease.py",
        "    passed = now - lease.looked_at\n",
        "    passed = now - lease.renewed_at - lease.spent\n",
        LEASE,
    ),
    "a clock put back costs a day": Mutation("app/rules/lease.py", "        passed = COST\n", "        pass\n", LEASE),
    "the work of a withdrawn device is not merged": Mutation(
        RECEIVING, "    if session.revoked:\n", "    if False:\n", _of(TRUST, "withdrawn")
    ),
    "a closed account exchanges nothing": Mutation(
        DEVICES,
        "    if row.disabled_at is not None and not revoked:\n",
        "    if False:\n",
        _of(TRUST, "closed_account"),
    ),
    "rights are looked up at each request": Mutation(
        DEVICES,
        "    actor = Actor(row.facilitator, row.organisation, Role(row.role))\n",
        "    actor = Actor(row.facilitator, row.organisation, Role.FACILITATOR)\n",
        _of(TRUST, "looked_up"),
    ),
    "a withdrawn device only sends": Mutation(
        DEVICES,
        "    if revoked and not (sending and row.takes_work):\n",
        "    if revoked and not row.takes_work:\n",
        _of(TRUST, "withdrawn"),
    ),
    "a lost answer locks nobody out": Mutation(
        DEVICES,
        "        if not (latest or former or proven):\n",
        "        if not (latest or proven):\n",
        _of(TRUST, "turns"),
    ),
    "a token that was replaced is dead": Mutation(
        DEVICES,
        "keep=row.former_refresh if former else row.refresh)",
        "keep=row.former_refresh or row.refresh)",
        _of(TRUST, "turns"),
    ),
    "an access token ends": Mutation(
        DEVICES, "aware(row.expires_at) <= service.clock.now()", "False", _of(TRUST, "fifteen_minutes")
    ),
    "an erasure beats what had not seen it": Mutation(
        MERGING,
        "            if not tells(task.kind, name) or write.base >= since:\n",
        "            if True:\n",
        _of(TRUST, "anonymised_person_is_not"),
    ),
    "an erasure empties conflicts": Mutation(
        ERASURE,
        'emptied = {"before": "null", "shown": "null", "other": "null"}',
        "continue",
        _of(TRUST, "anonymised_person_is_not"),
    ),
    "an erasure empties what its author had not seen": Mutation(
        ERASURE, "    anonymising.empty_own(shelf, person, about, clock)\n", "", _faults("test_21")
    ),
    "an erasure empties what is held": Mutation(
        ERASURE,
        "    _forget_held(connection, about, whole=False)\n",
        "",
        _of(ERASED, "set_aside"),
    ),
    "an erasure is repeated after a restoration": Mutation(
        ERASURE, "    if not path.exists():\n", "    if True:\n", _of(ERASED, "done_again")
    ),
    "an erasure is repeated when an older base is put back by hand": Mutation(
        RESTORING, "        erasure.repeat(service)\n", "        pass\n", _of(ERASED, "by_hand")
    ),
    "a content that no record names leaves the server": Mutation(
        ERASURE, "    _remove_files(service, left.files)\n", "", _of(ERASED, "mask")
    ),
    "a content that another record shows stays": Mutation(
        ERASURE,
        "            if connection.execute(named).first() is not None:\n",
        "            if False:\n",
        _of(ERASED, "another_record"),
    ),
    "what is refused about somebody erased keeps no word": Mutation(
        MERGING,
        'refused = (HeldCode.ERASED, "") if self._erased and self._marks(task) else task.refused',
        "refused = task.refused",
        _of(TRUST, "without_a_word"),
    ),
    "an erasure leaves what counts in the work that waits": Mutation(
        TRACES,
        "elif about and value and (name in OWN_FIELDS.get(kind, {}) or _is_emptied_whole(kind, name)):",
        "elif about and value:",
        _faults("test_18"),
    ),
    "an erasure makes no other notebook of this one": Mutation(
        TRACES, "            if not answered:\n", "            if True:\n", _faults("test_19")
    ),
    "what an erasure took words out of is sent again under its new hash": Mutation(
        OUTBOX,
        "answered_at = NULL, receipt = NULL, sha = ? WHERE k = ?",
        "answered_at = NULL, receipt = NULL WHERE ? <> '' AND k = ?",
        _faults("test_37"),
    ),
    "an erasure received is carried out by the session": Mutation(
        SERVICE,
        "            done.changes |= self._around.on_store(self._around.received)\n",
        "",
        _faults("test_31"),
    ),
    "an erasure received is carried out by the opening": Mutation(
        DOOR,
        "        self._enter(notebook, key)\n        self._erase_again()\n",
        "        self._enter(notebook, key)\n",
        (EVERYWHERE,),
    ),
    "an erasure received is carried out by the unlocking": Mutation(
        DOOR,
        "            self._unlocked = True\n            self._erase_again()\n",
        "            self._unlocked = True\n",
        (EVERYWHERE,),
    ),
    "a decision received is an order, whatever the ledger says": Mutation(
        DOOR, "        if erased is not None or (", "        if (", (EVERYWHERE,)
    ),
    "the ledger is an order, whatever the copy says": Mutation(
        PRIVACY,
        "erasure.to_repeat(self._notebook, self._read_ledger())",
        "erasure.to_repeat(self._notebook, ())",
        _of(ERASING, "put_back"),
    ),
    "an erasure that was cut is ended": Mutation(
        PRIVACY,
        "        if erasure.is_pending(self._notebook):\n",
        "        if False:\n",
        _of(ERASING, "cut_before_its_end"),
    ),
    "an erasure received knows the name that it looks for": Mutation(
        INBOX, "            self._remember_names(part.received)\n", "            pass\n", _faults("test_31")
    ),
    "an erasure is carried out once": Mutation(
        TRACES,
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM _erasing WHERE true ",
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM _erasing WHERE false ",
        _of(ERASING, "put_back"),
    ),
    "the contents of what an erasure took leave": Mutation(
        TRACES,
        "    file_exchange.note_left(connection.exec_driver_sql, {sha256 for _, sha256 in gone})\n",
        "",
        (ERASING,),
    ),
    # --- contents (§7.11) ---
    "the content of what left is noted with the application": Mutation(
        INBOX, "        file_exchange.note_left(self._raw.execute, self._let_go)\n", "", _faults("test_32")
    ),
    "the content of what left is removed by the session": Mutation(
        SERVICE,
        "            self._store(lambda book: file_exchange.remove_left(book.raw, self._around.files().remove))\n",
        "",
        _faults("test_32"),
    ),
    "a content named again stays": Mutation(
        CONTENTS,
        '"SELECT 1 FROM attachment WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone() is None:',
        '"SELECT 1 FROM attachment WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone() != "":',
        _faults("test_34"),
    ),
    "a content stays noted until it is removed": Mutation(
        CONTENTS,
        '    noted = raw.execute("SELECT sha256 FROM _file_left").fetchall()\n',
        '    noted = raw.execute("DELETE FROM _file_left RETURNING sha256").fetchall()\n',
        _faults("test_38"),
    ),
    "a content that left is received again when it comes back": Mutation(
        CONTENTS,
        '    execute("DELETE FROM _file WHERE sha256 IN (SELECT sha256 FROM _file_left)", ())\n',
        "",
        _faults("test_33"),
    ),
    "knowing a hash gives nothing": Mutation(
        CONTENTS_THERE,
        " if can_see_visit(session.actor, row.organisation_id)]",
        "]",
        (BYTES,),
    ),
    "a record made up for a hash gives nothing": Mutation(
        CONTENTS_THERE,
        "    own = (_blob.c.scope == session.actor.organisation_id, _blob.c.sha256 == sha256)\n    held",
        "    own = (_blob.c.sha256 == sha256,)\n    held",
        (BYTES,),
    ),
    "a content is proved by its hash": Mutation(
        CONTENTS_THERE, "right = not whole or _hash(partial) == sha256", "right = True", (BYTES,)
    ),
    "the contents of a person given go along": Mutation(
        MOVING, "        self._give_files()\n", "", _of(BYTES, "go_along")
    ),
    "a choice between two figures outlives an erasure": Mutation(
        ERASURE, 'if asks_a_figure(row.values["kind"], row.values["field"]):', "if False:", _faults("test_20")
    ),
    "a file put in one that is not here is shown again": Mutation(
        MERGES, "return [one for one, into in absorbed.items() if into not in here]", "return []", (KEPT,)
    ),
    "nothing is moved for a reader": Mutation(
        MERGES, "    if notebook.role == Role.READER:\n", "    if False:\n", _faults("test_24")
    ),
    "nothing is moved of what is set aside": Mutation(
        MERGES, "places = [one for one in places if (kind_of(one[0]), one[1]) not in aside]", "pass", _faults("test_24")
    ),
    "a restored server is asked again which contents it has": Mutation(
        ENGINE, "                file_exchange.doubt_all(book.raw)\n", "", _faults("test_17")
    ),
    # --- digests (§7.12) ---
    "what differs is received again": Mutation(
        ENGINE,
        "            self.done.changes |= again.mend(self, answer)\n",
        "            pass\n",
        _of(FAILURES, "receives_again"),
    ),
    "what is received again comes with its parents first": Mutation(
        "app/sync/again.py",
        "    for kind in models_by_kind():\n",
        "    for kind in reversed(models_by_kind()):\n",
        _of(FAILURES, "parents_first"),
    ),
    # --- restorations and copies (§7.13, §7.14) ---
    "cursors of another epoch are refused": Mutation(
        PULLING, "    if theirs != epoch:\n", "    if False:\n", _of(TRUST, "bases_of")
    ),
    "cursors whose tag is unknown are refused": Mutation(
        PULLING,
        "        if not found or found[0].tag != cursor.tag:\n",
        "        if False:\n",
        _of(TRUST, "restored_server"),
    ),
    "bases of a lost history hide no conflict": Mutation(
        RECEIVING, "    _cap_bases(connection, batch.epoch, tasks)\n", "", _of(TRUST, "bases_of")
    ),
    "what is noted is sealed under its own history": Mutation(
        ENGINE, "                self._seal_in(book)  # while", "                pass  # while", _faults("test_13")
    ),
    "a base is never below nothing": Mutation(
        OUTBOX, "max(0, shadow[0] if shadow else base)", "shadow[0] if shadow else base", _faults("test_14")
    ),
    "halves keep the history of their bases": Mutation(
        ENGINE, "Sealer(was.epoch, was.schema_)", "Sealer(me.epoch)", _faults("test_16")
    ),
    "batches unknown by content are sent again": Mutation(
        ENGINE, "    outbox.requeue(book.raw, unknown)\n", "", _faults("test_15")
    ),
    "a new history is taken whole": Mutation(
        ENGINE,
        "                inbox.start_over(book.raw, was)\n",
        "                pass\n",
        _faults("test_2 or test_11"),
    ),
    "pages of a lost history are dropped": Mutation(
        INBOX,
        '    raw.execute("DELETE FROM _inbox")\n    raw.execute("DELETE FROM _cursor")',
        '    raw.execute("DELETE FROM _cursor")',
        _faults("test_11"),
    ),
    "what a restored server lost is offered to it": Mutation(
        INBOX,
        "                note_new(self._raw, kind, record_id)\n",
        "                pass\n",
        _of(RESCUED, "comes_back_whole"),
    ),
    "what others had received is set aside, never merged": Mutation(
        MERGING, "            return self._rescued(task)\n", "            pass\n", _of(RESCUED, "set_aside")
    ),
    "what stood before the backup is not rescued": Mutation(
        RECEIVING, " if one.base > (cap or 0)})", "})", _of(RESCUED, "was_late")
    ),
    "what two notebooks rescue is asked once": Mutation(
        RECEIVING,
        "        if result.code is HeldCode.RESCUED and _is_kept(connection, task):\n",
        "        if False:\n",
        _of(RESCUED, "the_same_once"),
    ),
    "what is rescued was written by nobody here": Mutation(
        RECEIVING,
        "device = NOBODY if row.code == HeldCode.RESCUED else row.device",
        "device = row.device",
        _of(RESCUED, "typed_since"),
    ),
    "one's own words are sent, not rescued": Mutation(
        RESCUE, " and (record_id, name) not in own\n", "\n", _of(RESCUED, "own_unsent")
    ),
    "a copy put back by hand is noticed": Mutation(
        RESTORING, "        older = inside < outside\n", "        older = False\n", _of(TRUST, "by_hand")
    ),
    "a device is known again after a restoration": Mutation(
        RESTORING,
        "    connection.execute(tables.device.update().values(restored=KEY_PROVES))\n",
        "",
        _of(TRUST, "restored_server or bases_of"),
    ),
    "another's content under our number is a fork": Mutation(
        ENGINE,
        "        elif hello.last_n == last and last and hello.last_sha256 != sha:\n",
        "        elif False:\n",
        _faults("speaks_first"),
    ),
    "a copied notebook takes its place from the start": Mutation(
        ENGINE,
        "                outbox.renumber(book.raw, answer.device, 0)\n",
        "                pass\n",
        _faults("test_2_"),
    ),
    "a copied notebook takes the answers that are known": Mutation(
        ENGINE,
        "                _settle_by_content(book, kept, receipts)\n                outbox.renumber(",
        "                outbox.renumber(",
        _faults("test_25"),
    ),
}


def main() -> int:
    """Every mutation, or those whose name holds one of the words given."""
    words = [one for one in sys.argv[1:] if one != "--told"]
    deep = "--told" not in sys.argv
    chosen = {name: one for name, one in MUTATIONS.items() if not words or any(word in name for word in words)}
    missed = 0
    for name, one in chosen.items():
        start = time.monotonic()
        by = noticed(one, deep=deep)
        missed += not by
        print(f"{'noticed' if by else 'MISSED '}  {name} ({time.monotonic() - start:.0f} s) {by}", flush=True)
    print(f"{len(chosen)} rules broken, {missed} not noticed")
    return 1 if missed else 0


def noticed(change: Mutation, *, deep: bool) -> str:
    """What fails with this change; empty when nothing does. ``deep``: all stories and histories are tried too."""
    with tempfile.TemporaryDirectory(prefix="mutation") as place:
        tree = Path(place)
        for name in ("app", "server", "resources", "tests", "pyproject.toml"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, tree / name)
        text = (tree / change.path).read_text(encoding="utf-8")
        assert text.count(change.before) == 1, (change.path, change.before, "must be there once")
        (tree / change.path).write_text(text.replace(change.before, change.after), encoding="utf-8")
        by = _stories(tree, change.told)
        if not by and deep:
            by = _stories(
                tree, [one for one in STORIES if one not in change.told or "-k" in change.told]
            ) or _histories(tree)
        return by


def _stories(tree: Path, files: Sequence[str]) -> str:
    done = _python(tree, "pytest", "-q", "-x", "-p", "no:cacheprovider", *files)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return "" if done.returncode == 0 else failed[0].split("::", 1)[-1] if failed else done.stdout[-300:]


def _histories(tree: Path) -> str:
    return "histories" if _python(tree, "tests.sync.histories", "60", "1", "30").returncode else ""


def _python(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *arguments], cwd=tree, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    raise SystemExit(main())
