"""The rules of the merge and of the server, broken one by one (SYNC.md §3, §7)."""

from __future__ import annotations

from tests.sync.broken.mutation import (
    BYTES,
    ERASED,
    EXCHANGE,
    FAILURES,
    PURE,
    RACES,
    RESCUED,
    TOLD,
    TRANSFER,
    TRUST,
    UNSENT,
    WITHDRAWN,
    Mutation,
    faults,
    of,
)

MERGE, MERGING, MOVING = "app/rules/merge.py", "server/push/merging.py", "server/push/moving.py"
READING, RECEIVING, SHELF = "server/push/reading.py", "server/push/receiving.py", "server/store/shelf.py"
PULLING, RESTORING, ERASURE = "server/pulling.py", "server/restoring.py", "server/erasure.py"
DEVICES, DATABASE, CONTENTS = "server/devices.py", "server/store/engine.py", "server/files.py"

_READ = "if clock.seq <= write.base or (clock.device == device and not inserting):"

SERVER: dict[str, Mutation] = {
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
        of(PURE, "never_received"),
    ),
    "a row never received was read nowhere else": Mutation(
        MERGE,
        "        return not (without_base and same(stored.values[field], write.old))\n",
        "        return not without_base\n",
        of(PURE, "never_received"),
    ),
    "what no person can decide asks nothing": Mutation(
        MERGING, "rules=rules_of(task.kind),", "rules={},", of(TOLD, "nobody_could_decide")
    ),
    # --- what the server adds to it (§3) ---
    "a deletion blind to a new child is refused": Mutation(
        MERGING, "            if unseen:\n", "            if False:\n", of(EXCHANGE, "blind_to")
    ),
    "a child written keeps its parent": Mutation(
        MERGING, "            self._keep_parents(task, stands)\n", "            pass\n", of(EXCHANGE, "written_child")
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
        of(EXCHANGE, "takes_the_statement"),
    ),
    "a record goes to its organisation": Mutation(
        SHELF,
        '        scope = scope_of(is_shared(kind), values["organisation_id"])\n',
        '        scope = scope_of(True, values["organisation_id"])\n',
        of(EXCHANGE, "people_stay"),
    ),
    "a question goes to the organisation of its record": Mutation(
        MERGING,
        '"organisation_id": "" if shared else row.values["organisation_id"],',
        '"organisation_id": "",',
        of(EXCHANGE, "a_question_about"),
    ),
    "the owner of what all share does not change": Mutation(
        MERGING,
        'if shared and row is not None and "organisation_id" in task.values and not task.inserting:',
        "if False:",
        of(TRANSFER, "owner_of"),
    ),
    "two makers of one company ask nothing about its owner": Mutation(
        MERGING,
        "        if task.inserting and is_shared(task.kind):\n",
        "        if False:\n",
        (EXCHANGE, "-k", "made_twice"),
    ),
    "a conflict is only ever decided": Mutation(MERGING, "or not _decides(task)", "", of(EXCHANGE, "only_ever")),
    "a record without its parent is held": Mutation(
        MERGING,
        "                task.waits = (table, wanted)\n                return HeldCode.PARENT, name\n",
        "                continue\n",
        of(EXCHANGE, "one_bad"),
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
        of(EXCHANGE, "before_its_parent"),
    ),
    "what waited for its parent is released": Mutation(
        RECEIVING,
        "    release(connection, service, merging, now)\n    results",
        "    results",
        of(EXCHANGE, "released"),
    ),
    "a held record goes back as it stands": Mutation(
        MERGING, "        self.shelf.bump(*task.ref)\n", "", (TRANSFER, "-k", "reader")
    ),
    "an operation that lost is stamped too": Mutation(
        MERGING,
        "stands = self.shelf.put(*ref, merged.values, merged.clocks)\n        if row is None:",
        "stands = self.shelf.put(*ref, merged.values, merged.clocks) if merged.changed or row is None else row\n"
        "        if row is None:",
        faults("test_23"),
    ),
    "the same two values ask once": Mutation(
        MERGING, "if self.shelf.find(CONFLICT, conflict) is not None:", "if False:", faults("test_25")
    ),
    "one bad record stops nothing": Mutation(
        READING, "        if size > self._longest:\n", "        if False:\n", of(FAILURES, "poisoned")
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
        faults("test_1_ or test_10"),
    ),
    # --- clocks (§7.4) ---
    "times are corrected by the offset of hello": Mutation(
        READING, "read_moment(text) + self._offset", "read_moment(text)", of(TRUST, "wrong_clock")
    ),
    "times are never later than their receipt": Mutation(
        READING,
        "moment_text(min(read_moment(text) + self._offset, self._now))",
        "moment_text(read_moment(text) + self._offset)",
        of(TRUST, "time_to_come"),
    ),
    # --- order and retries (§7.1-7.3) ---
    "the counter is locked first": Mutation(
        DATABASE,
        "FROM sync_space WHERE id = 1 FOR UPDATE",
        "FROM sync_space WHERE id = 1",
        (RACES,),
    ),
    "a reception is one snapshot": Mutation(
        DATABASE, 'isolation_level="REPEATABLE READ"', 'isolation_level="READ COMMITTED"', of(EXCHANGE, "one_snapshot")
    ),
    "nobody writes without the counter": Mutation(
        "server/store/schema.py",
        "BEFORE INSERT OR UPDATE OR DELETE ON",
        "BEFORE TRUNCATE ON",
        of(RACES, "beside_the_server"),
    ),
    "a page says which batches it contains": Mutation(
        PULLING,
        'last_n = ask(connection, "SELECT last_n FROM sync_device WHERE number = ?", (session.number,))[0][0]',
        "last_n = 0",
        of(EXCHANGE, "which_of_my_batches"),
    ),
    "a batch sent again gives its receipt": Mutation(
        RECEIVING,
        "    if n == row.last_n and sha256 == row.last_sha256:\n",
        "    if False:\n",
        of(EXCHANGE, "sent_again"),
    ),
    "a batch and its receipt are one transaction": Mutation(
        RECEIVING,
        "        _keep(connection, session, receipt, fresh, now)\n",
        "    with service.database.changing() as connection:\n"
        "        _keep(connection, session, receipt, fresh, now)\n",
        of(EXCHANGE, "receipt_cannot_be_kept"),
    ),
    "a batch sent again brings the same token": Mutation(
        RECEIVING, "token_after(stands.key, n, sha256)", "token_after(stands.key, n, str(now))", faults("test_22")
    ),
    "a batch out of its place is a fork": Mutation(
        RECEIVING, "if n != row.last_n + 1 or not (", "if not (", of(TRUST, "out_of_its_place")
    ),
    "bytes that changed on the way are refused": Mutation(
        RECEIVING, "    if sha256_of(body) != sha256:\n", "    if False:\n", of(EXCHANGE, "changed_on_the_way")
    ),
    "the rolling token tells a copy": Mutation(
        RECEIVING,
        "if n != row.last_n + 1 or not (token_agrees(row.rolling, rolling) or row.restored):",
        "if n != row.last_n + 1:",
        of(TRUST, "copy_of_before"),
    ),
    "the same bytes of the same user are merged once": Mutation(
        RECEIVING,
        "    if before is not None:\n        return before.model_copy",
        "    if False:\n        return before.model_copy",
        of(TRUST, "told_apart"),
    ),
    "receipts are known by content, to their user only": Mutation(
        RECEIVING,
        '"SELECT sha256, body FROM sync_receipt WHERE account = ? AND',
        "\"SELECT sha256, body FROM sync_receipt WHERE '' <> ? AND",
        of(TRUST, "another_user"),
    ),
    # --- withdrawal, files, erasure (§7.10, §7.11, §7.17) ---
    "a withdrawn device is refused": Mutation(
        DEVICES,
        "    if row.revoked_at is not None:\n        wipe",
        "    if False:\n        wipe",
        of(TRUST, "withdrawn"),
    ),
    "the work of a withdrawn device is not merged": Mutation(
        RECEIVING, "    if session.revoked:\n", "    if False:\n", of(TRUST, "withdrawn")
    ),
    "what it leaves keeps no word about somebody erased": Mutation(
        MERGING,
        "        spared = not self._erased or self._spare_erased(task)\n",
        "        spared = True\n",
        of(WITHDRAWN, "erased_since"),
    ),
    "the work of a copy of it is another's": Mutation(
        RECEIVING,
        "        session = replace(session, number=withdrawn_copy(connection, session, n, rolling, now))\n",
        "        raise Refusal(Code.FORK)\n",
        of(WITHDRAWN, "copy"),
    ),
    "what is kept of a refused change is told to its author": Mutation(
        DEVICES,
        "WHERE r.account = ? AND r.sha256 >= ?",
        "WHERE '' <> ? AND r.sha256 >= ?",
        of(TRUST, "refused_to_another"),
    ),
    "a closed account exchanges nothing": Mutation(
        DEVICES,
        "    if row.disabled_at is not None and not revoked:\n",
        "    if False:\n",
        of(TRUST, "closed_account"),
    ),
    "rights are looked up at each request": Mutation(
        DEVICES,
        "    actor = Actor(row.facilitator, row.organisation, Role(row.role))\n",
        "    actor = Actor(row.facilitator, row.organisation, Role.FACILITATOR)\n",
        of(TRUST, "looked_up"),
    ),
    "a withdrawn device only sends": Mutation(
        DEVICES,
        "    if revoked and not (sending and row.takes_work):\n",
        "    if revoked and not row.takes_work:\n",
        of(TRUST, "withdrawn"),
    ),
    "a lost answer locks nobody out": Mutation(
        DEVICES,
        "        if not (latest or former or proven):\n",
        "        if not (latest or proven):\n",
        of(TRUST, "turns"),
    ),
    "a token that was replaced is dead": Mutation(
        DEVICES,
        "keep=row.former_refresh if former else row.refresh)",
        "keep=row.former_refresh or row.refresh)",
        of(TRUST, "turns"),
    ),
    "the key of a device proves it once": Mutation(
        DEVICES, "restored=min(row.restored, 1)", "restored=row.restored", of(TRUST, "restored_server")
    ),
    "an access token ends": Mutation(
        DEVICES, "aware(row.expires_at) <= service.clock.now()", "False", of(TRUST, "fifteen_minutes")
    ),
    "an erasure beats what had not seen it": Mutation(
        MERGING,
        "            if not tells(task.kind, name) or write.base >= since:\n",
        "            if True:\n",
        of(TRUST, "anonymised_person_is_not"),
    ),
    "whoever erases somebody may send the rest of it": Mutation(
        MERGING,
        "mark.seq if mark.device != task.device else 0 for mark in marks",
        "mark.seq for mark in marks",
        of(TRUST, "anonymised_person_is_not"),
    ),
    "an erasure empties conflicts": Mutation(
        ERASURE,
        'emptied = {"before": "null", "shown": "null", "other": "null"}',
        "continue",
        of(TRUST, "anonymised_person_is_not"),
    ),
    "an erasure empties what its author had not seen": Mutation(
        ERASURE, "    anonymising.empty_own(shelf, person, about, clock)\n", "", faults("test_21")
    ),
    "an erasure empties what is held": Mutation(
        ERASURE,
        "    _forget_held(connection, about, whole=False)\n",
        "",
        of(ERASED, "set_aside"),
    ),
    "an erasure is repeated after a restoration": Mutation(
        ERASURE, "    if not path.exists():\n", "    if True:\n", of(ERASED, "done_again")
    ),
    "the picture under a mask is taken out of a restored base": Mutation(
        ERASURE,
        "contents = _replace_again(service, connection, shelf, ledger, now)",
        "contents = []",
        of(ERASED, "mask"),
    ),
    "a ledger that was cut is completed": Mutation(
        RESTORING, "    erasure.complete_ledger(service)\n", "", of(ERASED, "ledger_cut")
    ),
    "an erasure is repeated when an older base is put back by hand": Mutation(
        RESTORING, "        erasure.repeat(service)\n", "        pass\n", of(ERASED, "by_hand")
    ),
    "a content that no record names leaves the server": Mutation(
        ERASURE, "    files.let_go(service, left.files)\n", "", of(ERASED, "mask")
    ),
    "a content that another record shows stays": Mutation(
        CONTENTS, "            if scope in naming:\n", "            if False:\n", of(ERASED, "another_record")
    ),
    "what is refused about somebody erased keeps no word": Mutation(
        MERGING,
        'refused = (HeldCode.ERASED, "") if self._erased and self._marks(task) else task.refused',
        "refused = task.refused",
        of(TRUST, "without_a_word"),
    ),
    # --- contents (§7.11) ---
    "knowing a hash gives nothing": Mutation(
        CONTENTS,
        " if can_see_visit(session.actor, row.organisation_id)]",
        "]",
        of(BYTES, "a_kill_left_them"),
    ),
    "who took a photograph brings it wherever its record stands": Mutation(
        CONTENTS, "if _author(json.loads(row.clocks)) in own}", "if False}", of(UNSENT, "brought_all_the_same")
    ),
    "nobody else does": Mutation(
        CONTENTS, "if _author(json.loads(row.clocks)) in own}", "if True}", of(BYTES, "put_a_content")
    ),
    "a content that is brought is no file of who brings it": Mutation(
        CONTENTS,
        "    if all(row.organisation_id != own for row in _named(connection, sha256)):\n",
        "    if False:\n",
        of(BYTES, "put_a_content"),
    ),
    "a record made up for a hash gives nothing": Mutation(
        CONTENTS,
        "    own = (_blob.c.scope == session.actor.organisation_id, _blob.c.sha256 == sha256)\n    held",
        "    own = (_blob.c.sha256 == sha256,)\n    held",
        (BYTES,),
    ),
    "a content is proved by its hash": Mutation(
        CONTENTS, "right = not whole or _hash(partial) == sha256", "right = True", (BYTES,)
    ),
    "the contents of a person given go along": Mutation(
        MOVING, "        self._give_files()\n", "", of(BYTES, "go_along")
    ),
    "a choice between two figures outlives an erasure": Mutation(
        ERASURE, 'if asks_a_figure(row.values["kind"], row.values["field"]):', "if False:", faults("test_20")
    ),
    # --- restorations and copies (§7.13, §7.14) ---
    "cursors of another epoch are refused": Mutation(
        PULLING, "    if theirs != epoch:\n", "    if False:\n", of(TRUST, "bases_of")
    ),
    "cursors whose tag is unknown are refused": Mutation(
        PULLING,
        "        if not found or found[0].tag != cursor.tag:\n",
        "        if False:\n",
        of(TRUST, "restored_server"),
    ),
    "bases of a lost history hide no conflict": Mutation(
        RECEIVING, "    _cap_bases(connection, batch.epoch, tasks)\n", "", of(TRUST, "bases_of")
    ),
    "what others had received is set aside, never merged": Mutation(
        MERGING, "            return self._rescued(task)\n", "            pass\n", of(RESCUED, "set_aside")
    ),
    "what stood before the backup is not rescued": Mutation(
        RECEIVING, " if one.base > (cap or 0)})", "})", of(RESCUED, "was_late")
    ),
    "what two notebooks rescue is asked once": Mutation(
        RECEIVING,
        "        if result.code is HeldCode.RESCUED and _is_kept(connection, task):\n",
        "        if False:\n",
        of(RESCUED, "the_same_once"),
    ),
    "what is rescued was written by nobody here": Mutation(
        RECEIVING,
        "device = NOBODY if row.code == HeldCode.RESCUED else row.device",
        "device = row.device",
        of(RESCUED, "typed_since"),
    ),
    "a copy put back by hand is noticed": Mutation(
        RESTORING, "        older = inside < outside\n", "        older = False\n", of(TRUST, "by_hand")
    ),
    "a device is known again after a restoration": Mutation(
        RESTORING,
        "    connection.execute(tables.device.update().values(restored=KEY_PROVES))\n",
        "",
        of(TRUST, "restored_server or bases_of"),
    ),
}
