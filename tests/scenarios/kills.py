"""``python -m tests.scenarios.kills COUNT [SEED] [sqlite|postgresql]``: laptops and server killed at random (SIGKILL).

Two laptops of one organisation write the same people’s notes, telephones and hours and synchronise without pause, each
in a process of its own; so does the server. At random instants one of them, two or all three are killed and started
again. What a laptop printed after its commit is the truth: in the end each note and each photograph is on both laptops
and at the server, each value shows, waits in a decision, or was replaced by somebody who had read it; and the server
never lost a batch that it had acknowledged. The last line printed is a JSON object of counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.models.attachments import Attachment
from app.models.beneficiaries import NoteDraft
from app.store.unit import writing
from app.sync.state import JournalKind
from server import checks
from server.running import Running, open_service, run
from tests.factories import Site, site_with_people
from tests.scenarios.network import Blank, Network, Notebook, all_meet
from tests.server import postgresql
from tests.server.serving import free_port

MONTH = "2026-10"
LONGEST = 0.4
"""The kill comes after some acts and a random part of this, in seconds: the same on slow and on fast machines."""
PATIENCE = 120.0
USERS = (("nadia", "DIALLO", "Nadia", "NO"), ("karim", "BELLO", "Karim", "KB"))


# --- who is killed -----------------------------------------------------------------------------------


@dataclass
class Victim:
    """A process of ours; ``said`` are the lines that it wrote whole before it died."""

    pid: int
    out: int
    said: list[list[Any]] = field(default_factory=list)
    _rest: bytes = b""

    @property
    def met(self) -> int:
        """Sessions that went to their end."""
        return sum(line[:2] == ["session", "none"] for line in self.said)

    def listen(self, seconds: float) -> None:
        """Take what it says, for so long at most."""
        ready, _, _ = select.select([self.out], [], [], max(0.0, seconds))
        if ready:
            self._take(os.read(self.out, 65_536))

    def kill(self) -> None:
        """SIGKILL, then all it had said."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        assert os.WIFSIGNALED(status), "it had died before by itself"
        while data := os.read(self.out, 65_536):
            self._take(data)
        os.close(self.out)

    def _take(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.said += [json.loads(line) for line in lines]


def start(work: Callable[[Callable[..., None]], None]) -> Victim:
    """Fork a process that does ``work`` until it is killed; ``work`` is given how to say a line."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return Victim(pid, ours)
    try:
        os.close(ours)

        def say(*words: object) -> None:
            os.write(theirs, (json.dumps(words) + "\n").encode())  # whole: a kill leaves no half line that matters

        work(say)
    finally:
        os._exit(1)


def serve(settings: Running) -> Callable[[Callable[..., None]], None]:
    """The server, as ``inclusiv-server run`` starts it, without its words."""

    def work(_say: Callable[..., None]) -> None:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        run(settings)

    return work


def live(folder: Path, site: Site, seed: int) -> Callable[[Callable[..., None]], None]:
    """A laptop that types for ever and synchronises every few acts.

    Says before each act what it is about to replace, and after its commit what was kept.
    """

    def work(say: Callable[..., None]) -> None:
        rng = random.Random(seed)
        who = Notebook(folder, SystemClock())
        for turn in itertools.count(1):
            act(who, site, rng, f"{seed}-{turn}", say)
            if turn % 3 == 0:
                report = who.sync.synchronise()
                say("session", report.problem.value, report.pushed)

    return work


def act(who: Notebook, site: Site, rng: random.Random, word: str, say: Callable[..., None]) -> None:
    """One of the acts of the day."""
    rank = rng.randrange(3)
    person, contract = site.beneficiaries[rank], site.contracts[rank]
    match rng.randrange(6):
        case 0 | 1:
            made = who.people.add_note(person, NoteDraft(text=word)).record_id
            say("note", made, word)
        case 2 | 3:
            before = who.people.get(person).phone
            phone = f"06{rng.randrange(10**8):08}"
            say("replaces", "beneficiary", person, "phone", before)
            who.people.set_field(person, "phone", phone)
            say("typed", "beneficiary", person, "phone", phone)
        case 4:
            grid = who.hours.open_month(site.company, MONTH)
            before_hours = next(row.worked for row in grid.rows if row.contract_id == contract)
            value = rng.randrange(1, 15_000)
            say("replaces", "hour_line", contract, "hours", before_hours)
            who.hours.set_hours(site.company, MONTH, contract, site.lot, value)
            say("typed", "hour_line", contract, "hours", value)
        case _:
            data = hashlib.sha256(word.encode()).digest() * 600
            kept = who.workstation.files.put(data)
            fields = {"owner_kind": "beneficiary", "owner_id": person, "sha256": kept, "size": len(data), "name": word}
            with writing(who.workstation.notebook, "photo") as unit:
                made = unit.insert(Attachment, fields)
            say("photo", made, kept)


# --- the whole ---------------------------------------------------------------------------------------


@dataclass
class Counts:
    """What the last line says."""

    kills: int = 0
    laptops: int = 0
    servers: int = 0
    together: int = 0
    """Kills of the server and of at least one laptop at the same instant."""
    notes: int = 0
    photos: int = 0
    values: int = 0
    sessions: int = 0
    complete: int = 0
    decisions: int = 0


@dataclass
class Truth:
    """What the laptops said that they had committed."""

    notes: dict[str, str] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, str, str], set[Any]] = field(default_factory=dict)
    replaced: dict[tuple[str, str, str], set[Any]] = field(default_factory=dict)

    def take(self, said: list[list[Any]], counts: Counts) -> None:
        """The lines of one life."""
        for what, *words in said:
            match what:
                case "note":
                    self.notes[words[0]] = words[1]
                case "photo":
                    self.photos[words[0]] = words[1]
                case "typed":
                    self.values.setdefault(tuple(words[:3]), set()).add(words[3])
                case "replaces":
                    self.replaced.setdefault(tuple(words[:3]), set()).add(words[3])
                case "session":
                    counts.sessions += 1
                    counts.complete += words[0] == "none"


class Bench:
    """A network of two laptops in a folder; ``url`` of its database, empty for the embedded file."""

    def __init__(self, folder: Path, url: str, seed: int) -> None:
        self.folder = folder
        self.rng = random.Random(seed)
        self.counts = Counts()
        self.truth = Truth()
        served = folder / "reseau"
        made = Network(url or f"sqlite:///{served / 'network.db'}", served, SystemClock())
        for user, *_ in USERS:
            made.add_user(user)
        made.close()
        self.settings = Running(str(served), url, port=free_port(), requests_per_minute=1_000_000)
        blank = Blank(folder)
        self.server = start(serve(self.settings))
        self._wait()
        for user, last, first, prefix in USERS:
            who = blank.notebook(folder / user, SystemClock(), last, first, prefix)
            if user == "nadia":
                self.site = site_with_people(who.workstation.notebook, 3)
            who.join(f"http://127.0.0.1:{self.settings.port}", user)
            who.meet()
            who.close()
        self.laptops = {user: self._laptop(user) for user, *_ in USERS}

    def _laptop(self, user: str) -> Victim:
        return start(live(self.folder / user, self.site, self.rng.randrange(10**9)))

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.settings.port), 1).close()
                return
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.02)  # no signal says that a server of another process is ready

    def kill_once(self) -> None:
        """Let all of them work, kill some of them at one instant, start them again.

        Half of the kills wait for a session to go to its end before: much is then acknowledged.
        """
        listened = self.rng.choice(list(self.laptops.values()))
        acts = len(listened.said) + self.rng.randrange(1, 9)
        met = listened.met + self.rng.randrange(2)
        end = time.monotonic() + PATIENCE
        while len(listened.said) < acts or listened.met < met:
            assert time.monotonic() < end, "a laptop does nothing"
            for one in self.laptops.values():
                one.listen(0.05)
        time.sleep(self.rng.random() * LONGEST)  # the instant is what is drawn at random
        users = self.rng.choice([[], ["nadia"], ["karim"], ["nadia", "karim"]])
        server = not users or self.rng.random() < 0.7
        victims = [self.laptops[one] for one in users] + ([self.server] if server else [])
        self.rng.shuffle(victims)
        for one in victims:
            one.kill()
        for user in users:
            self.truth.take(self.laptops[user].said, self.counts)
            self.laptops[user] = self._laptop(user)
        if server:
            self.server = start(serve(self.settings))
        self.counts.kills += 1
        self.counts.laptops += len(users)
        self.counts.servers += server
        self.counts.together += bool(users) and server

    def judge(self) -> Counts:
        """The last kill; then both meet the network in peace, and everything is looked for. Raises when it is not."""
        for one in (*self.laptops.values(), self.server):
            one.kill()
        for victim in self.laptops.values():
            self.truth.take(victim.said, self.counts)
        self.server = start(serve(self.settings))
        self._wait()
        nadia, karim = (Notebook(self.folder / user, SystemClock()) for user, *_ in USERS)
        try:
            all_meet(nadia, karim, times=3)
            for who in (nadia, karim):
                self._look(who)
        finally:
            nadia.close()
            karim.close()
            self.server.kill()
        service = open_service(Path(self.settings.data_dir), self.settings.database)
        found = checks.check(service)
        assert not found, found
        with service.database.reading() as connection:
            kept = dict(tuple(row) for row in connection.exec_driver_sql("SELECT id, text FROM follow_up_note"))
        service.database.close()
        assert {one: kept.get(one) for one in self.truth.notes} == self.truth.notes, "a note is not at the server"
        self.counts.notes, self.counts.photos = len(self.truth.notes), len(self.truth.photos)
        self.counts.values = sum(map(len, self.truth.values.values()))
        return self.counts

    def _look(self, who: Notebook) -> None:
        raw = who.workstation.notebook.raw
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kinds = {line.kind for line in who.sync.journal(100_000)}
        assert not kinds & {JournalKind.RESTORED, JournalKind.COPIED}, "the server lost what it had acknowledged"
        assert not who.sync.held()
        for made, word in self.truth.notes.items():
            assert who.value("follow_up_note", made, "text") == word, f"note {word}"
        for made, sha256 in self.truth.photos.items():
            assert who.value("attachment", made, "sha256") == sha256
            assert hashlib.sha256(who.workstation.files.get(sha256)).hexdigest() == sha256
        cards = [*who.sync.to_review(), *who.sync.reviewed()]
        self.counts.decisions = len(cards)
        lines = {
            one: contract
            for contract in self.site.contracts
            for (one,) in raw.execute("SELECT id FROM hour_line WHERE contract_id = ?", (contract,))
        }
        shown = {
            ("hour_line", contract, "hours"): {who.value("hour_line", one, "hours")} for one, contract in lines.items()
        }
        for person in self.site.beneficiaries:
            shown["beneficiary", person, "phone"] = {who.value("beneficiary", person, "phone")}
        for card in cards:
            place = (card.kind, lines.get(card.record_id, card.record_id), card.field)
            shown.setdefault(place, set()).update((card.mine.value, card.theirs.value))
        for place, values in self.truth.values.items():
            lost = values - shown.get(place, set()) - self.truth.replaced.get(place, set())
            assert not lost, f"{place}: {lost}"


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database; empty for the embedded file."""
    if kind != "postgresql":
        yield ""
        return
    programs = postgresql.programs()
    assert programs is not None, "PostgreSQL is not installed"
    with postgresql.running(programs) as folder:
        postgresql.create(folder, "kills")
        yield postgresql.url_of(folder, "kills")


def main(count: int, seed: int, kind: str) -> Counts:
    """``count`` kills; what was counted. Raises when something is lost."""
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    try:
        with database(kind) as url:
            bench = Bench(folder, url, seed)
            for rank in range(count):
                bench.kill_once()
                if (rank + 1) % 10 == 0:
                    print(f"{rank + 1} kills", file=sys.stderr, flush=True)
            return bench.judge()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    given = [*sys.argv[1:], *("20", "1", "sqlite")[len(sys.argv) - 1 :]]
    print(json.dumps(vars(main(int(given[0]), int(given[1]), given[2]))))
