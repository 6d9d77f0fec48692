"""Random histories of a small network: laptops, two organisations, a server, and everything that can go wrong.

What must hold at the end, once every notebook synchronised until nothing moves (SYNC.md §1):

* notebooks that may see the same records hold the same values, and the whole comparison with the server is equal;
* every value ever typed is in a notebook, in the server's records, in a decision to take, or set aside, unless it was
  replaced by somebody who had it before their eyes;
* nothing stands in a notebook that its user may not see.

Every value typed is a word of its own, so that it can be looked for.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import logging
import os
import random
import shutil
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.clock import natural_id
from app.models.base import Record
from app.models.beneficiaries import Beneficiary, FollowUpNote
from app.models.operations import Company, Contact
from app.models.registry import models
from app.models.wire import models_by_kind
from app.store.rows import sent_names
from app.store.unit import writing
from app.sync import membership
from app.sync.session_tools import POINTS
from app.sync.state import Problem
from tests.server import postgresql
from tests.sync.world import NORTH, PASSWORD, SOUTH, Laptop, World

FIELDS: dict[str, tuple[str, ...]] = {
    "company": ("name", "phone", "town"),
    "contact": ("last_name", "phone"),
    "beneficiary": ("last_name", "phone", "town"),
    "follow_up_note": ("text", "next_step"),
}
_MODEL: dict[str, type[Record]] = {
    "company": Company,
    "contact": Contact,
    "beneficiary": Beneficiary,
    "follow_up_note": FollowUpNote,
}
FAULTS = ("", "lost", "unanswered", "doubled", "portal", "truncated", "busy")


class Histories(RuleBasedStateMachine):
    """Three laptops at first: Nadia and Karim of the North, Léa of the South."""

    cluster = ""
    """Folder of a running PostgreSQL; empty: the server is a file."""
    folder = Path("/dev/shm" if os.path.isdir("/dev/shm") else "/tmp")
    _count = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.home = self.folder / f"histories-{os.getpid()}-{next(self._count)}"
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        self.world = World(self.home, cluster=self.cluster)
        self.words = itertools.count(1)
        self.typed: dict[str, tuple[str, str, str]] = {}
        """Word → (kind, id, field)."""
        self.authors: dict[str, str] = {}
        self.replaced: set[str] = set()
        """Words that somebody replaced or removed with them before their eyes."""
        self.own: set[str] = set()
        """Words over which their own author wrote again while another's stood on the screen: a decision kept them,
        which a server restored from before it does not know; their author's later word then stands for them."""
        self.restored = False
        self.backup: Path | None = None
        self.erased = False

    @initialize(skew=st.sampled_from((0, 0, 3600, -7200)))
    def begin(self, skew: int) -> None:
        """Three notebooks, one with a clock that may be wrong."""
        self.world.user("nadia")
        self.world.user("karim")
        self.world.user("lea", "sud")
        self.laptops = [
            self.world.laptop("nadia", offset=dt.timedelta(seconds=skew)),
            self.world.laptop("karim"),
            self.world.laptop("lea"),
        ]
        for one in self.laptops:
            one.password = PASSWORD
            one.sync()

    # --- what people do ---

    def _word(self, laptop: Laptop, kind: str, record_id: str, field: str) -> str:
        word = f"mot{next(self.words)}"
        place = (kind, record_id, field)
        self.own |= {one for one, user in self.authors.items() if user == laptop.user and self.typed[one] == place}
        self.typed[word] = place
        self.authors[word] = laptop.user
        return word

    def _pick(self, laptop: Laptop, kind: str, draw: int, *, alive: bool = True) -> str | None:
        where = "WHERE deleted_at IS NULL" if alive else ""
        ids = [one for (one,) in laptop.notebook.raw.execute(f'SELECT id FROM "{kind}" {where} ORDER BY id')]
        return ids[draw % len(ids)] if ids else None

    @rule(who=st.integers(0, 9), draw=st.integers(0, 3))
    def create_company(self, who: int, draw: int) -> None:
        """A company known by its SIRET: two laptops may make the same one."""
        laptop = self.laptops[who % len(self.laptops)]
        record_id = natural_id("company", f"siret{draw}")
        if laptop.has("company", record_id):
            return
        with writing(laptop.notebook) as unit:
            fields = {name: self._word(laptop, "company", record_id, name) for name in FIELDS["company"]}
            unit.insert(Company, {"organisation_id": "", **fields}, record_id)
        laptop.age_edits()

    @rule(
        who=st.integers(0, 9),
        kind=st.sampled_from(("beneficiary", "contact", "follow_up_note")),
        draw=st.integers(0, 9),
    )
    def create(self, who: int, kind: str, draw: int) -> None:
        """A record that only one laptop makes."""
        laptop = self.laptops[who % len(self.laptops)]
        fields: dict[str, Any] = {}
        if kind == "contact":
            fields = {"company_id": self._pick(laptop, "company", draw), "first_name": "", "organisation_id": ""}
        elif kind == "beneficiary":
            fields = {"first_name": ""}
        else:
            person = self._pick(laptop, "beneficiary", draw)
            if person is None:
                return
            fields = {"beneficiary_id": person, "noted_on": dt.date(2026, 11, 22)}
        record_id = laptop.clock.new_id()
        with writing(laptop.notebook) as unit:
            words = {name: self._word(laptop, kind, record_id, name) for name in FIELDS[kind]}
            unit.insert(_MODEL[kind], {**fields, **words}, record_id)
        laptop.age_edits()

    @rule(who=st.integers(0, 9), kind=st.sampled_from(tuple(FIELDS)), draw=st.integers(0, 9), place=st.integers(0, 2))
    def edit(self, who: int, kind: str, draw: int, place: int) -> None:
        """A field typed over what is on the screen."""
        self._edit(self.laptops[who % len(self.laptops)], kind, draw, place)

    def _edit(self, laptop: Laptop, kind: str, draw: int, place: int) -> None:
        record_id = self._pick(laptop, kind, draw)
        if record_id is None:
            return
        name = FIELDS[kind][place % len(FIELDS[kind])]
        before = laptop.value(kind, record_id, name)
        with writing(laptop.notebook) as unit:
            unit.update(_MODEL[kind], record_id, {name: self._word(laptop, kind, record_id, name)})
        laptop.age_edits()
        if before:
            self.replaced.add(before)

    @rule(who=st.integers(0, 9), kind=st.sampled_from(tuple(FIELDS)), draw=st.integers(0, 9), back=st.booleans())
    def delete(self, who: int, kind: str, draw: int, back: bool) -> None:
        """To the bin, or out of it."""
        laptop = self.laptops[who % len(self.laptops)]
        record_id = self._pick(laptop, kind, draw, alive=not back)
        if record_id is None:
            return
        with writing(laptop.notebook) as unit:
            unit.update(_MODEL[kind], record_id, {"deleted_at": None if back else laptop.clock.now()})
        laptop.age_edits()

    @rule(who=st.integers(0, 9), draw=st.integers(0, 9))
    def transfer(self, who: int, draw: int) -> None:
        """A person goes to the other organisation."""
        laptop = self.laptops[who % len(self.laptops)]
        record_id = self._pick(laptop, "beneficiary", draw)
        if record_id is None:
            return
        other = SOUTH if laptop.value("beneficiary", record_id, "organisation_id") == NORTH else NORTH
        with writing(laptop.notebook) as unit:
            unit.update(Beneficiary, record_id, {"organisation_id": other})
        laptop.age_edits()

    @rule(who=st.integers(0, 9), draw=st.integers(0, 9))
    def decide(self, who: int, draw: int) -> None:
        """One decision between two values."""
        laptop = self.laptops[who % len(self.laptops)]
        cards = [card for card in laptop.service.to_review() if laptop.has(card.kind, card.record_id)]
        if not cards:
            return
        card = cards[draw % len(cards)]
        stands = laptop.value(card.kind, card.record_id, card.field or "deleted_at")
        (laptop.service.keep_theirs if draw % 2 else laptop.service.keep_mine)(card.card_id)
        laptop.age_edits()
        for value in (stands, card.mine.value, card.theirs.value):
            if isinstance(value, str):
                self.replaced.add(value)

    # --- sessions and what goes wrong ---

    @rule(who=st.integers(0, 9), faults=st.lists(st.sampled_from(FAULTS), max_size=12))
    def sync(self, who: int, faults: list[str]) -> None:
        """A session, with faults on its first messages."""
        self.laptops[who % len(self.laptops)].sync(*faults)

    @rule(who=st.integers(0, 9), point=st.sampled_from(POINTS), nth=st.integers(1, 3))
    def killed(self, who: int, point: str, nth: int) -> None:
        """A session killed at a point."""
        self.laptops[who % len(self.laptops)].cut_sync(point, nth)

    @rule(
        who=st.integers(0, 9),
        point=st.sampled_from([one for one in POINTS if one != "being applied"]),
        kind=st.sampled_from(tuple(FIELDS)),
        draw=st.integers(0, 9),
        place=st.integers(0, 2),
    )
    def typing(self, who: int, point: str, kind: str, draw: int, place: int) -> None:
        """Something is typed in the middle of a session."""
        laptop = self.laptops[who % len(self.laptops)]

        def hook(name: str) -> None:
            if name == point:
                self._edit(laptop, kind, draw, place)

        laptop.hook = hook
        try:
            laptop.sync()
        finally:
            laptop.hook = lambda _: None

    @rule(who=st.integers(0, 9))
    def closed_up(self, who: int) -> None:
        """A session where nothing gets up."""
        laptop = self.laptops[who % len(self.laptops)]
        laptop.wire.closed_up = True
        try:
            laptop.sync()
        finally:
            laptop.wire.closed_up = False

    @rule(who=st.integers(0, 2), south=st.booleans())
    def changes_organisation(self, who: int, south: bool) -> None:
        """Somebody works for the other organisation from now on."""
        self.world.move_user(self.laptops[who].user, SOUTH if south else NORTH)

    @rule()
    def take_backup(self) -> None:
        """The server is copied."""
        self.backup = self.world.copy_server(self.home / "backup.db")

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        """The server comes back from its copy."""
        assert self.backup is not None
        self.world.restore_server(self.backup)
        self.restored = True

    @precondition(lambda self: len(self.laptops) < 5)
    @rule(who=st.integers(0, 9))
    def copied(self, who: int) -> None:
        """A notebook is copied to another machine; both go on."""
        laptop = self.laptops[who % len(self.laptops)].copy()
        laptop.password = PASSWORD
        self.laptops.append(laptop)

    # --- the end ---

    def teardown(self) -> None:
        try:
            if getattr(self, "laptops", None):
                settle(self.laptops)
                check(self)
        finally:
            self.world.close()
            shutil.rmtree(self.home, ignore_errors=True)


def settle(laptops: list[Laptop]) -> None:
    """Everyone synchronises until nothing moves."""
    for _ in range(12):
        moved = False
        for one in laptops:
            report = one.sync()
            assert report.problem is Problem.NONE, report.problem
            moved = moved or bool(report.pushed or report.pulled)
        if not moved:
            return
    raise AssertionError("the notebooks never come to rest")


def check(history: Histories) -> None:
    """The promises."""
    laptops = history.laptops
    for one in laptops:
        found = one.service.verify()
        assert found.equal, [table for table in found.tables if not table.equal]
        assert not found.mended
    held_by: dict[tuple[str, str], list[dict[tuple[str, str], tuple[Any, ...]]]] = {}
    for one in laptops:
        scopes = membership.read(one.notebook).scopes
        for scope in scopes:
            held_by.setdefault(("scope", scope), []).append(_contents(one, scope))
        for kind in models_by_kind():
            foreign = one.notebook.raw.execute(
                "SELECT r.id FROM _row r WHERE r.tbl = ? AND r.scope NOT IN (SELECT value FROM json_each(?))",
                (kind, json.dumps(list(scopes))),
            ).fetchall()
            assert not foreign, (kind, foreign)
        assert one.notebook.raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert one.notebook.raw.execute("SELECT count(*) FROM _shadow").fetchone() == (0,)
    for (_, scope), contents in held_by.items():
        for other in contents[1:]:
            assert contents[0] == other, scope
    everything = "\n".join([*(_texts(one) for one in laptops), history.world.texts()])
    for word in history.typed.keys() - history.replaced - (history.own if history.restored else set()):
        assert f'"{word}"' in everything, (word, history.typed[word])


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


def _texts(laptop: Laptop) -> str:
    """Every text that the notebook keeps, quoted: records, decisions, what is set aside."""
    parts = []
    for kind in (*FIELDS, "conflict"):
        for row in laptop.notebook.raw.execute(f'SELECT * FROM "{kind}"'):
            parts += [value if value.startswith('"') else f'"{value}"' for value in row if isinstance(value, str)]
    parts += [one for (one,) in laptop.notebook.raw.execute("SELECT body FROM _held")]
    return "\n".join(parts)


# --- many histories, without hypothesis ----------------------------------------------------------

Step = tuple[str, dict[str, Any]]
_RULES: dict[str, dict[str, tuple[Any, ...]]] = {
    "create_company": {"who": tuple(range(10)), "draw": tuple(range(4))},
    "create": {
        "who": tuple(range(10)),
        "kind": ("beneficiary", "contact", "follow_up_note"),
        "draw": tuple(range(10)),
    },
    "edit": {"who": tuple(range(10)), "kind": tuple(FIELDS), "draw": tuple(range(10)), "place": (0, 1, 2)},
    "delete": {"who": tuple(range(10)), "kind": tuple(FIELDS), "draw": tuple(range(10)), "back": (False, False, True)},
    "transfer": {"who": tuple(range(10)), "draw": tuple(range(10))},
    "decide": {"who": tuple(range(10)), "draw": tuple(range(10))},
    "sync": {"who": tuple(range(10)), "faults": ()},
    "killed": {"who": tuple(range(10)), "point": POINTS, "nth": (1, 2, 3)},
    "typing": {
        "who": tuple(range(10)),
        "point": tuple(one for one in POINTS if one != "being applied"),
        "kind": tuple(FIELDS),
        "draw": tuple(range(10)),
        "place": (0, 1, 2),
    },
    "closed_up": {"who": tuple(range(10))},
    "changes_organisation": {"who": (0, 1, 2), "south": (False, True)},
    "take_backup": {},
    "restore": {},
    "copied": {"who": tuple(range(10))},
}
_WEIGHTS = {"create_company": 3, "create": 4, "edit": 6, "delete": 2, "sync": 6, "killed": 3, "typing": 3, "decide": 2}


def draw_steps(seed: int, count: int) -> list[Step]:
    """The steps of a seed."""
    draw = random.Random(seed)
    names = [name for name in _RULES for _ in range(_WEIGHTS.get(name, 1))]
    steps: list[Step] = [("begin", {"skew": draw.choice((0, 0, 3600, -7200))})]
    for _ in range(count):
        name = draw.choice(names)
        given = {key: draw.choice(values) for key, values in _RULES[name].items() if values}
        if name == "sync":
            given["faults"] = [draw.choice(FAULTS) for _ in range(draw.choice((0, 0, 3, 12)))]
        steps.append((name, given))
    return steps


def play(steps: list[Step]) -> str:
    """Play a history; what went wrong, or nothing."""
    history = Histories()
    try:
        for name, given in steps:
            if (name == "restore" and history.backup is None) or (name == "copied" and len(history.laptops) >= 5):
                continue
            getattr(history, name)(**given)
        history.teardown()
        return ""
    except Exception as problem:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        return f"{type(problem).__name__}: {str(problem)[:600]} at {where.filename.rsplit('/', 1)[-1]}:{where.lineno}"
    finally:
        history.world.close()
        shutil.rmtree(history.home, ignore_errors=True)


def shrink(steps: list[Step], wrong: str) -> list[Step]:
    """Fewer steps that go wrong in the same way."""
    sort = wrong.split(":")[0] + wrong[-30:].split(" at ")[-1]
    size = max(1, len(steps) // 4)
    while size:
        place = 1
        while place < len(steps):
            fewer = steps[:place] + steps[place + size :]
            found = play(fewer)
            if found and found.split(":")[0] + found[-30:].split(" at ")[-1] == sort:
                steps = fewer
            else:
                place += size
        size //= 2
    return steps


def main() -> int:
    """``python -m tests.sync.histories [--postgresql] COUNT [FIRST_SEED] [STEPS]``: shrink the first wrong one."""
    logging.disable(logging.CRITICAL)
    given = [int(one) for one in sys.argv[1:] if one.isdecimal()]
    count, first, length = (*given, *(100, 1, 30)[len(given) :])
    if "--postgresql" not in sys.argv:
        return _play_all(count, first, length)
    programs = postgresql.programs()
    assert programs is not None, "PostgreSQL is not installed"
    with postgresql.running(programs) as Histories.cluster:
        return _play_all(count, first, length)


def _play_all(count: int, first: int, length: int) -> int:
    start = time.monotonic()
    for seed in range(first, first + count):
        steps = draw_steps(seed, length)
        wrong = play(steps)
        if wrong:
            print(f"seed {seed}: {wrong}", flush=True)
            fewer = shrink(steps, wrong)
            print(f"{len(fewer)} steps: {play(fewer)}", *fewer, sep="\n  ", flush=True)
            return 1
        if (seed - first + 1) % 100 == 0:
            print(f"{seed - first + 1} histories, {time.monotonic() - start:.0f} s", flush=True)
    print(f"{count} histories from seed {first}, {length} steps each: nothing lost, {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
