"""What must hold at the end of a history, once every notebook synchronised until nothing moves (SYNC.md §1).

* Notebooks that may see the same records hold the same values, and the whole comparison with the server is equal.
* Every value ever typed is in a notebook, in the server's records, in a decision to take, or set aside, unless it was
  replaced by somebody who had it before their eyes, or told of somebody who was erased since.
* A field about which nobody was ever asked, nothing refused and nothing lost, shows what was typed last, as if all had
  written in one notebook in turn: the sum of the hours too, where each line counts once.
* What the server set aside stands in a notebook with its reason; what it had lost, and a notebook offered to it, is
  told to its administrator alone (``tests/sync/test_rescue.py``).
* Nothing stands in a notebook that its user may not see; nothing tells of somebody who was erased
  (``_nobody_named_again`` says where this is not promised).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.models.choices import Role
from app.models.registry import models
from app.models.wire import models_by_kind
from app.store import merges, rows
from app.store.inbox import values_of
from app.store.rows import sent_names
from app.sync import membership
from app.sync.state import HeldReason, JournalKind, Problem
from server import accounts
from tests.sync.world import PASSWORD, PASSWORDS, SERVER, TOLD, Laptop, quoted

if TYPE_CHECKING:
    from tests.sync.machine import Histories


def settle(history: Histories) -> None:
    """Closed accounts are opened, passwords told, notebooks enrolled; everyone synchronises until nothing moves."""
    world = history.world
    for user in ("nadia", "karim", "lea"):
        accounts.disable(world.database, world.clock, user, closed=False)
        accounts.set_password(world.database, PASSWORDS, user, PASSWORD)
    places = {one.name: one.organisation for one in accounts.all_accounts(world.database)}
    for one in history.laptops:
        one.password = PASSWORD
        if not one.device:
            one.belongs_to(places[one.user])
            one.service.enrol(SERVER, one.user, PASSWORD)
    for _ in range(12):
        moved = False
        for one in list(history.laptops):
            report = one.sync()
            if one.erased:
                withdraw(history, one)
                continue
            assert report.problem is Problem.NONE, report.problem
            moved = moved or bool(report.pushed or report.pulled)
        if not moved:
            return
    raise AssertionError("the notebooks never come to rest")


def withdraw(history: Histories, laptop: Laptop) -> None:
    """A notebook erased itself: what it alone held is gone, unless its work was to be taken.

    Of two copies of a notebook the server takes the work of the first that comes only.
    """
    copy = any(one.device == laptop.device for one in history.withdrawn)
    history.laptops.remove(laptop)
    history.withdrawn.append(laptop)
    if copy or not history.taken.get(laptop.device):
        elsewhere = "\n".join([*(_texts(one) for one in history.laptops), history.world.texts()])
        history.excused |= {word for word in history.typed if not _told(word, elsewhere)}


def check(history: Histories) -> None:
    """The promises."""
    held_by: dict[str, list[dict[tuple[str, str], tuple[Any, ...]]]] = {}
    for one in history.laptops:
        found = one.service.verify()
        assert found.equal, [table for table in found.tables if not table.equal]
        assert not found.mended
        assert JournalKind.MENDED not in [line.kind for line in one.service.journal()], "a session had to mend"
        scopes = membership.read(one.notebook).scopes
        for scope in scopes:
            held_by.setdefault(scope, []).append(_contents(one, scope))
        _nothing_foreign(one, scopes)
    for scope, contents in held_by.items():
        for other in contents[1:]:
            assert contents[0] == other, scope
    everything = "\n".join([*(_texts(one) for one in history.laptops), history.world.texts()])
    _nothing_lost(history, everything)
    _nobody_named_again(history)
    _as_typed_in_turn(history)
    _held_in_sight(history)
    _in_one_file(history)
    _pictures(history)


def _nothing_foreign(laptop: Laptop, scopes: tuple[str, ...]) -> None:
    raw = laptop.notebook.raw
    for kind in models_by_kind():
        foreign = raw.execute(
            "SELECT r.id FROM _row r WHERE r.tbl = ? AND r.scope NOT IN (SELECT value FROM json_each(?))",
            (kind, json.dumps(list(scopes))),
        ).fetchall()
        assert not foreign, (kind, foreign)
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    assert raw.execute("SELECT count(*) FROM _shadow").fetchone() == (0,)


def _nothing_lost(history: Histories, everything: str) -> None:
    for word in history.typed.keys() - history.replaced - history.excused:
        if history.restored and (word in history.own or history.authors[word] in history.withdrawn):
            continue  # a server restored from before asks it again of a notebook that is no more
        if not _told(word, everything):
            assert _may_be_erased(history, word), (word, history.typed[word])


def _person_of(history: Histories, word: str) -> str:
    kind, record_id, _ = history.typed[word]
    return history.whole(record_id if kind == "beneficiary" else history.about.get(record_id, ""))


def _may_be_erased(history: Histories, word: str) -> bool:
    """Texts about somebody erased since; figures never."""
    return _person_of(history, word) in {history.whole(one) for one in history.anonymised}


def _nobody_named_again(history: Histories) -> None:
    """What had been typed in somebody's own file before the erasure that the server took is nowhere.

    But for one place: whoever went to work elsewhere keeps what was refused to them about people whose file left their
    notebook. No erasure of these comes there any more; it is theirs to send again, to write down or to give up.
    A server restored from before it, a file that went elsewhere or into another meanwhile are told in stories only.
    """
    if history.restored or history.same_person:
        return
    with history.world.database.reading() as connection:
        taken = {
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT beneficiary_id FROM retention_decision WHERE decision = 'anonymised'"
            )
        }
    before = list(history.typed)
    for person in taken - history.given:
        texts = [
            _texts(one, held=one.user not in history.moved or one.has("beneficiary", person)) for one in history.laptops
        ]
        everything = "\n".join([*texts, history.world.texts()])
        for word in before[: history.anonymised[person]]:
            kind, _, name = history.typed[word]
            own = kind in ("beneficiary", "follow_up_note") and name != "town"  # the town counts
            if own and _person_of(history, word) == person:
                assert not _told(word, everything), (word, history.typed[word])


def _as_typed_in_turn(history: Histories) -> None:
    """Where nobody was asked anything, the last word stands; hours too, each line once.

    A restored server hears of things in another order, and a withdrawn notebook takes its last words with it: then
    nothing is said here.
    """
    if history.restored:
        return
    lines: list[tuple[Any, ...]] = []
    with history.world.database.reading() as connection:
        asked = {
            (row[0], row[1]) for row in connection.exec_driver_sql("SELECT record_id, field FROM conflict").fetchall()
        }
        refused = {row[0] for row in connection.exec_driver_sql("SELECT record_id FROM sync_held").fetchall()}
        values = {
            (kind, row[0], name): row[1]
            for kind, name in {(kind, name) for kind, _, name in history.last}
            for row in connection.exec_driver_sql(f'SELECT id, "{name}" FROM "{kind}"').fetchall()
        }
        lines = list(
            connection.exec_driver_sql(
                "SELECT contract_id, lot_id, month, kind FROM hour_line WHERE deleted_at IS NULL"
            ).fetchall()
        )
    assert len(lines) == len({tuple(one) for one in lines}), "a line counts once"
    refused |= {one for laptop in history.laptops for (one,) in laptop.notebook.raw.execute("SELECT record FROM _held")}
    total, wanted = 0, 0
    for place, word in history.last.items():
        kind, record_id, name = place
        if place not in values or (record_id, name) in asked or record_id in refused:
            continue
        if history.authors[word] in history.withdrawn or _may_be_erased(history, word):
            continue
        assert str(values[place]) == word, (place, values[place], word)
        if kind == "hour_line":
            total, wanted = total + int(values[place]), wanted + int(word)
    assert total == wanted


def _held_in_sight(history: Histories) -> None:
    """Each operation that the server keeps apart is told in a notebook, with a reason, unless its values stand."""
    with history.world.database.reading() as connection:
        kept = {
            (row[0], row[1], row[2])
            for row in connection.exec_driver_sql(
                "SELECT h.tbl, h.record_id, h.body FROM sync_held h JOIN sync_device d ON d.number = h.device "
                "WHERE h.settled_at IS NULL AND h.body <> '' AND d.revoked_at IS NULL "
                "AND h.code <> 'rescued'"  # nobody typed it here: the administrator is told
            ).fetchall()
        }
    seen = set()
    for one in history.laptops:
        seen |= set(one.notebook.raw.execute("SELECT tbl, record FROM _held"))
        for card in one.service.held():
            assert card.reason is not HeldReason.OTHER, card
    if history.withdrawn:
        return
    for kind, record_id, body in kept:
        stands = any(
            laptop.has(kind, record_id)
            and all(
                rows.read_field(laptop.notebook.raw, kind, record_id, name) == rows.to_file(kind, name, value)
                for name, value in values_of(json.loads(body)).items()
            )
            for laptop in history.laptops
        )
        assert (kind, record_id) in seen or stands, (kind, record_id)


def _in_one_file(history: Histories) -> None:
    """Whatever came late under a file put in another one is with the person, unless it is set aside."""
    for laptop in history.laptops:
        if laptop.notebook.role == Role.READER:
            continue  # its colleagues' notebooks do it, where there are any
        aside = {one for (one,) in laptop.notebook.raw.execute("SELECT record FROM _held")}
        with laptop.notebook.read() as connection:
            absorbed = merges.aliases(connection)
        for kind in ("follow_up_note", "employment_contract", "clause_period"):
            for record_id, person in laptop.notebook.raw.execute(f'SELECT id, beneficiary_id FROM "{kind}"'):
                assert person not in absorbed or record_id in aside, (kind, record_id)


def _pictures(history: Histories) -> None:
    """Every content named by a record is there; none stays that no record names.

    A content follows its record once it has been sent: one whose author lost the right to send it first stays behind.
    """
    readers = {one.name for one in accounts.all_accounts(history.world.database) if one.role is Role.READER}
    authors = {place[1]: history.authors[word] for word, place in history.typed.items() if place[0] == "attachment"}
    given = {history.whole(one) for one in history.given}
    for laptop in history.laptops:
        for record_id, sha256 in laptop.notebook.raw.execute(
            "SELECT id, sha256 FROM attachment WHERE deleted_at IS NULL AND sha256 <> ''"
        ).fetchall():
            author = authors[record_id]
            gone = author in history.withdrawn or author.user in readers | history.moved
            if not gone and history.whole(history.about[record_id]) not in given:
                assert laptop.files.has(sha256), record_id


def _told(word: str, everything: str) -> bool:
    """A word stands between quotes; a figure is long enough to be nothing else."""
    return f'"{word}"' in everything or (word.isdecimal() and word in everything)


def _contents(laptop: Laptop, scope: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    found = {}
    for model in models():
        kind = str(model.__tablename__)
        columns = ", ".join(f'R."{name}"' for name in sent_names(kind))
        for row in laptop.notebook.raw.execute(
            f'SELECT {columns} FROM "{kind}" R JOIN _row W ON W.tbl = ? AND W.id = R.id WHERE W.scope = ?',
            (kind, scope),
        ):
            found[kind, row[0]] = row
    return found


def _texts(laptop: Laptop, *, held: bool = True) -> str:
    """Every text that the notebook keeps, quoted: records, decisions, and (``held``) what is set aside."""
    parts: list[str] = []
    for kind in TOLD:
        for row in laptop.notebook.raw.execute(f'SELECT * FROM "{kind}"'):
            parts += quoted(row)
    if held:
        parts += [one for (one,) in laptop.notebook.raw.execute("SELECT body FROM _held")]
    return "\n".join(parts)
