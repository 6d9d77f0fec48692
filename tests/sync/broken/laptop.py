"""The rules of the laptop, broken one by one (SYNC.md §2, §7)."""

from __future__ import annotations

from tests.sync.broken.mutation import (
    ERASING,
    EVERYWHERE,
    FAILURES,
    FIRST,
    KEPT,
    LEASE,
    LIVED,
    LOSSES,
    RESCUED,
    UNSENT,
    WITHDRAWN,
    Mutation,
    faults,
    of,
)

CAPTURE, OUTBOX, INBOX, RESCUE = (
    "app/store/capture.py",
    "app/store/outbox.py",
    "app/store/inbox.py",
    "app/store/rescue.py",
)
TRACES, MERGES, CONTENTS = "app/store/erasure.py", "app/store/merges.py", "app/store/file_exchange.py"
PHOTOS = "app/sync/photos.py"
ENGINE, SERVICE, DOOR, PRIVACY = (
    "app/sync/engine.py",
    "app/sync/service.py",
    "app/bootstrap.py",
    "app/privacy/service.py",
)

LAPTOP: dict[str, Mutation] = {
    # --- order and retries (§7.1-7.3) ---
    "what is set aside is kept": Mutation(
        OUTBOX, "        held.append(str(kind))\n", "        continue\n", faults("test_4")
    ),
    "a held change shows the server's value again": Mutation(
        OUTBOX, "            _show_again(raw, batch, operation)\n", "            pass\n", faults("test_30")
    ),
    "a refused change does not take back what was typed since": Mutation(
        OUTBOX,
        "        if shadow is None or _changed_since(raw, batch.k, kind, record_id, name):\n",
        "        if shadow is None:\n",
        faults("test_39"),
    ),
    "a change refused for an erasure keeps no word": Mutation(
        OUTBOX,
        'canonical({**operation, "fields": {}} if result[2] == _ERASED else operation)',
        "canonical(operation)",
        of(FAILURES, "keeps_no_word"),
    ),
    "an erasure reaches what was refused about who left": Mutation(
        ENGINE, "        self._forget_erased(refused, answer.kept)\n", "", of(LOSSES, "erasure_reaches")
    ),
    "what cannot be sent again stays set aside": Mutation(
        "app/sync/held.py",
        'if not here and (operation["op"] == "update" or _lacks_a_parent(raw, kind, values)):',
        "if False:",
        of(LOSSES, "cannot_be_sent_again"),
    ),
    "a batch that the server never had counts for no number": Mutation(
        ENGINE,
        "outbox.forget_numbers(book.raw, me.device, batch.n - 1)",
        "pass",
        of(LOSSES, "too_large"),
    ),
    "a batch too large is halved": Mutation(
        ENGINE, "                    self._halve(batch)\n", "                    raise\n", of(FAILURES, "halved")
    ),
    # --- capture and sealing (§2, §7.16) ---
    "every change is noted": Mutation(
        CAPTURE,
        'WHERE OLD."{name}" IS NOT NEW."{name}"\'\n        for name in fields\n    )\n    history',
        "WHERE false'\n        for name in fields\n    )\n    history",
        faults("test_5"),
    ),
    "parents are sent before their children": Mutation(
        OUTBOX,
        "    new.sort(key=lambda line: (rank[line[0]], line[2], line[1]))\n",
        "    new.sort(key=lambda line: (-rank[line[0]], line[2], line[1]))\n",
        faults("test_26"),
    ),
    "what is typed meanwhile is sealed with the application": Mutation(
        INBOX,
        "    seal_all(raw, seal, clock, device)\n    work = _Application(raw, device)\n    gone:",
        "    work = _Application(raw, device)\n    gone:",
        of(FAILURES, "typed_at_each"),
    ),
    "a contained batch is not laid over": Mutation(
        INBOX, "if one.answered and one.n <= contained:", "if one.answered and one.n < 0:", faults("test_5")
    ),
    "a pending value is laid over the received one": Mutation(
        INBOX,
        "                    if stored == value:\n",
        "                    if True:\n",
        faults("test_7 or test_8"),
    ),
    "an edit over a laid-over value inherits its base": Mutation(
        OUTBOX, "max(0, shadow[0] if shadow else base)", "max(0, base)", faults("test_7")
    ),
    "a value laid over since a lost history has seen nothing": Mutation(
        INBOX, '    raw.execute("UPDATE _shadow SET base = 0")\n', "", faults("test_13")
    ),
    "a page that holds another's batch under our number is not taken for ours": Mutation(
        ENGINE,
        '                self._settle_known(page["last_n"])  # an answer was lost: the page must not be misread\n',
        "                pass\n",
        faults("test_28"),
    ),
    # --- applying, scopes (§7.8, §7.9) ---
    "children may be received before their parents": Mutation(
        INBOX, "PRAGMA defer_foreign_keys = ON", "PRAGMA defer_foreign_keys = OFF", faults("test_27")
    ),
    "what was pushed and never came back is looked for": Mutation(
        INBOX, "raw.execute(f\"UPDATE _row SET scope = '' WHERE scope = '{AWAITED}'\")", "pass", faults("test_1_")
    ),
    "what leaves a scope leaves the notebook": Mutation(
        INBOX,
        "            if known is not None and known[0] == scope and known[1] <= seq:",
        "            if False:",
        faults("test_1_ or test_10"),
    ),
    "what came back since it left stays": Mutation(
        INBOX,
        "            if known is not None and known[0] == scope and known[1] <= seq:",
        "            if known is not None and known[0] == scope:",
        faults("test_35"),
    ),
    "what stays keeps its own parents": Mutation(
        INBOX, "        self._keep_parents(leaving, stays)\n", "", faults("test_36")
    ),
    "a row without its parent stops no other": Mutation(
        INBOX, "    if tolerant:\n", "    if False:\n", of(FAILURES, "without_its_parent")
    ),
    "a row without its parent stops no mending": Mutation(
        INBOX, "    work.leave_orphans(kind)\n", "", of(FAILURES, "without_its_parent")
    ),
    "a row without its parent stops no first reception": Mutation(
        "app/sync/first_reception.py",
        "            if not inbox.is_without_parent(problem):\n",
        "            if True:\n",
        of(FIRST, "without_its_parent"),
    ),
    "a scope that is no more mine is emptied": Mutation(
        INBOX, "            if scope not in mine:\n", "            if False:\n", faults("test_6 or test_12")
    ),
    "a parent that something unsent needs stays": Mutation(
        INBOX,
        "                        stays.add((kind, record_id))\n",
        "                        pass\n",
        faults("test_29"),
    ),
    "what leaves takes its history along": Mutation(
        INBOX,
        'for table in ("_row", "_shadow", "_dirty", "_history"):',
        'for table in ("_row", "_shadow", "_dirty"):',
        faults("test_3"),
    ),
    "a change released by the server waits no more": Mutation(
        INBOX, "        self._release_held()\n", "", of(FAILURES, "administrator_releases")
    ),
    "records under an absorbed file follow their person": Mutation(
        ENGINE, "        self.done.changes |= self._store(merges.follow_received)\n", "", faults("test_24")
    ),
    # --- withdrawal, files, erasure (§7.10, §7.11, §7.17) ---
    "an order to erase is signed": Mutation(
        ENGINE,
        "if not key or wire.wipe_signature(key, self._me.device) != wipe.signature:",
        "if False:",
        of(FAILURES, "not_signed"),
    ),
    "work is offered before erasing": Mutation(
        ENGINE, "        if wipe.send_work_first:\n", "        if False:\n", of(FAILURES, "offering_its_work")
    ),
    "work that is wanted is not erased before it was taken": Mutation(
        ENGINE,
        "                if problem.code is not wire.Code.REVOKED:\n                    raise\n",
        "",
        (WITHDRAWN,),
    ),
    "the keyring forgets the key of a withdrawn notebook": Mutation(
        DOOR,
        "            vault.forget(self.folder, self.secrets)\n",
        "            pass\n",
        of(LIVED, "the_key_the_tokens"),
    ),
    "the key of a withdrawn notebook is destroyed before its files": Mutation(
        DOOR, "            vault.destroy(self.folder)\n", "            pass\n", (LIVED,)
    ),
    "an erasure of a notebook that was cut goes on": Mutation(
        DOOR,
        '            durable.write(self.folder / WITHDRAWN_MARK, b"")\n',
        "            pass\n",
        of(LIVED, "was_cut"),
    ),
    "photographs are left before erasing": Mutation(
        ENGINE, "                self._tools.leave(self)\n", "", of(WITHDRAWN, "photograph")
    ),
    "each contact renews the lease": Mutation(
        ENGINE, "            lease.renew(book, hello.lease_days)\n", "", of(FAILURES, "renews_the_lease")
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
    "an erasure leaves what counts in the work that waits": Mutation(
        TRACES,
        "elif about and value and (name in OWN_FIELDS.get(kind, {}) or _is_emptied_whole(kind, name)):",
        "elif about and value:",
        faults("test_18"),
    ),
    "an erasure makes no other notebook of this one": Mutation(
        TRACES, "            if not answered:\n", "            if True:\n", faults("test_19")
    ),
    "what an erasure took words out of is sent again under its new hash": Mutation(
        OUTBOX,
        "answered_at = NULL, receipt = NULL, sha = ? WHERE k = ?",
        "answered_at = NULL, receipt = NULL WHERE ? <> '' AND k = ?",
        faults("test_37"),
    ),
    "an erasure received is carried out by the session": Mutation(
        SERVICE,
        "            done.changes |= self._around.on_store(self._around.received)\n",
        "",
        faults("test_31"),
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
        of(ERASING, "put_back"),
    ),
    "an erasure that was cut is ended": Mutation(
        PRIVACY,
        "        if erasure.is_pending(self._notebook):\n",
        "        if False:\n",
        of(ERASING, "cut_before_its_end"),
    ),
    "an erasure received knows the name that it looks for": Mutation(
        INBOX, "            self._remember_names(part.received)\n", "            pass\n", faults("test_31")
    ),
    "an erasure is carried out once": Mutation(
        TRACES,
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM _erasing WHERE true ",
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM _erasing WHERE false ",
        of(ERASING, "put_back"),
    ),
    "the contents of what an erasure took leave": Mutation(
        TRACES,
        "    file_exchange.note_left(connection.exec_driver_sql, contents)\n",
        "",
        (ERASING,),
    ),
    # --- contents (§7.11) ---
    "the content of what left is noted with the application": Mutation(
        INBOX, "        file_exchange.note_left(self._raw.execute, self._let_go)\n", "", faults("test_32")
    ),
    "the content of what left is removed by the session": Mutation(
        SERVICE,
        "            self._store(lambda book: file_exchange.remove_left(book.raw, self._around.files().remove))\n",
        "",
        faults("test_32"),
    ),
    "a content named again stays": Mutation(
        CONTENTS,
        "            if raw.execute(_NAMED, (sha256,)).fetchone() is None:\n",
        "            if True:\n",
        faults("test_34"),
    ),
    "a content whose record left unsent is kept": Mutation(
        INBOX,
        "                self._let_go |= file_exchange.owe(raw, record_id)\n",
        "                pass\n",
        of(UNSENT, "brought_all_the_same"),
    ),
    "a content owed that no record names any more leaves": Mutation(
        PHOTOS,
        "            raise\n    session.tools.store(lambda book: _keep(book, sha256, file_exchange.settle))\n",
        "            raise\n",
        of(UNSENT, "erasure_where"),
    ),
    "a content owed is the record's again when it comes back": Mutation(
        INBOX,
        "            self._let_go |= file_exchange.owe_no_more(raw, json.dumps(ids))\n",
        "",
        of(UNSENT, "comes_back"),
    ),
    "what a change set aside shows stays": Mutation(
        CONTENTS,
        "UNION ALL SELECT 1 FROM _held WHERE tbl = 'attachment'",
        "UNION ALL SELECT 1 FROM _held WHERE false",
        of(UNSENT, "set_aside"),
    ),
    "an erasure takes the content out of what waits": Mutation(
        TRACES,
        '        if kind == "attachment" and name == "sha256" and (',
        '        if kind == "" and name == "sha256" and (',
        of(UNSENT, "erasure_here"),
    ),
    "a content stays noted until it is removed": Mutation(
        CONTENTS,
        '    noted = raw.execute("SELECT sha256 FROM _file_left").fetchall()\n',
        '    noted = raw.execute("DELETE FROM _file_left RETURNING sha256").fetchall()\n',
        faults("test_38"),
    ),
    "a content that left is received again when it comes back": Mutation(
        CONTENTS,
        '    execute("DELETE FROM _file WHERE sha256 IN (SELECT sha256 FROM _file_left)", ())\n',
        "",
        faults("test_33"),
    ),
    "a file put in one that is not here is shown again": Mutation(
        MERGES, "return [one for one, into in absorbed.items() if into not in here]", "return []", (KEPT,)
    ),
    "nothing is moved for a reader": Mutation(
        MERGES, "    if notebook.role == Role.READER:\n", "    if False:\n", faults("test_24")
    ),
    "nothing is moved of what is set aside": Mutation(
        MERGES, "places = [one for one in places if (kind_of(one[0]), one[1]) not in aside]", "pass", faults("test_24")
    ),
    "a restored server is asked again which contents it has": Mutation(
        ENGINE, "                file_exchange.doubt_all(book.raw)\n", "", faults("test_17")
    ),
    # --- digests (§7.12) ---
    "what the server lost by itself is offered again": Mutation(
        INBOX,
        "            work.offer(kind, record_id)\n",
        "            raw.execute(\"UPDATE _row SET scope = '' WHERE tbl = ? AND id = ?\", (kind, record_id))\n",
        of(LOSSES, "damaged_server"),
    ),
    "what differs is received again": Mutation(
        ENGINE,
        "            self.done.changes |= again.mend(self, answer)\n",
        "            pass\n",
        of(FAILURES, "receives_again"),
    ),
    "what is received again comes with its parents first": Mutation(
        "app/sync/again.py",
        "    for kind in models_by_kind():\n",
        "    for kind in reversed(models_by_kind()):\n",
        of(FAILURES, "parents_first"),
    ),
    # --- restorations and copies (§7.13, §7.14) ---
    "what is noted is sealed under its own history": Mutation(
        ENGINE, "                self._seal_in(book)  # while", "                pass  # while", faults("test_13")
    ),
    "a base is never below nothing": Mutation(
        OUTBOX, "max(0, shadow[0] if shadow else base)", "shadow[0] if shadow else base", faults("test_14")
    ),
    "halves keep the history of their bases": Mutation(
        ENGINE, "Sealer(was.epoch, was.schema_)", "Sealer(me.epoch)", faults("test_16")
    ),
    "batches unknown by content are sent again": Mutation(
        ENGINE, "    outbox.requeue(book.raw, unknown)\n", "", faults("test_15")
    ),
    "numbers of a lost history tell nothing of the new one": Mutation(
        ENGINE, "                outbox.forget_numbers(book.raw, device, last_n)\n", "", faults("test_41")
    ),
    "a new history is taken whole": Mutation(
        ENGINE,
        "                inbox.start_over(book.raw, was)\n",
        "                pass\n",
        faults("test_2 or test_11"),
    ),
    "pages of a lost history are dropped": Mutation(
        INBOX,
        '    raw.execute("DELETE FROM _inbox")\n    _end_first(raw)\n    raw.execute("DELETE FROM _cursor")',
        '    _end_first(raw)\n    raw.execute("DELETE FROM _cursor")',
        faults("test_11"),
    ),
    "what a restored server lost is offered to it": Mutation(
        INBOX,
        "            note_new(self._raw, kind, record_id)\n",
        "            pass\n",
        of(RESCUED, "comes_back_whole"),
    ),
    "one's own words are sent, not rescued": Mutation(
        RESCUE, " and (record_id, name) not in own\n", "\n", of(RESCUED, "own_words_that_lost")
    ),
    "another's content under our number is a fork": Mutation(
        ENGINE,
        "        elif hello.last_n == last and last and hello.last_sha256 != sha:\n",
        "        elif False:\n",
        faults("speaks_first"),
    ),
    "a copied notebook takes its place from the start": Mutation(
        ENGINE,
        "                outbox.renumber(book.raw, answer.device, 0)\n",
        "                pass\n",
        faults("test_2_"),
    ),
    "a copied notebook sends again what the server lost": Mutation(
        ENGINE,
        "                _settle_by_content(book, kept, receipts)\n                outbox.renumber(",
        "                outbox.renumber(",
        faults("test_40"),
    ),
}
