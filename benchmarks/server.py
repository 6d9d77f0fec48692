"""The network's server: a hundred changes whatever its size, ten thousand sent, three hundred laptops at once.

Each figure is taken on SQLite and, where Debian's PostgreSQL is installed, on PostgreSQL. Batches go through the same
function as a request's; ``storm`` goes through a real uvicorn with two workers.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from app.clock import SystemClock
from app.models.choices import Role
from app.models.wire import default_of, moment_text, names_of
from app.paths import resources
from app.rules.merge import Clock
from app.sync.protocol import (
    HEADER_BATCH,
    HEADER_ROLLING,
    HEADER_SHA256,
    PATH,
    SCHEMA,
    DigestAsk,
    EnrolAnswer,
    EnrolAsk,
    PullAnswer,
    PullAsk,
    seal,
    sha256_of,
)
from benchmarks.figures import Figure, median, milliseconds, percentile
from server import accounts, devices, network, pulling
from server.devices import Session
from server.passwords import Passwords
from server.push import receiving
from server.service import Service
from server.store.engine import Database, many
from server.store.schema import prepare
from server.store.shelf import Shelf, columns_of, stored_moment, typed_values

SMALL, LARGE = 10_000, int(os.environ.get("BENCH_SERVER_ROWS", "1000000"))
CHANGED = 100
SENT = 10_000
LAPTOPS = int(os.environ.get("BENCH_SERVER_LAPTOPS", "300"))
STRUCTURES = int(os.environ.get("BENCH_SERVER_STRUCTURES", "5"))
"""Organisations that the laptops belong to, in turn: each receives what the laptops of its own sent before it."""
WEEK = 40
"""Changes of an ordinary week of one facilitator."""
PHOTOS = 5
PHOTO_BYTES = 200_000
PASSWORD = "quatre mots au hasard"
ROOT = Path(__file__).resolve().parent.parent


# --- databases ------------------------------------------------------------------------------------


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A new URL of each kind of database at every call of the format: ``urls["sqlite"].format("name")``."""
    from tests.server import postgresql

    folder = Path(tempfile.mkdtemp(prefix="bench"))
    urls = {"SQLite": f"sqlite:///{folder}/{{}}.db"}
    try:
        programs = postgresql.programs()
        if programs is None:
            print("PostgreSQL is not installed: measured on SQLite only", file=sys.stderr)
            yield urls
            return
        with postgresql.running(programs) as server:
            for name in ("small", "large", "sent", "storm"):
                postgresql.create(server, name)
            urls["PostgreSQL"] = f"postgresql://tests@/{{}}?host={server}"
            yield urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class House:
    """A server's service with one network and devices of its organisation."""

    def __init__(self, url: str, files: Path) -> None:
        clock = SystemClock()
        database = Database(url)
        prepare(database, clock.now())
        self.service = Service(database, clock, files, Passwords(memory_kib=8, passes=1))
        network.init(self.service, resources() / "reference" / "charters", "inclusiv_essonne")

    def structures(self) -> list[str]:
        """Codes of the network's organisations."""
        with self.service.database.reading() as connection:
            return list(connection.exec_driver_sql("SELECT code FROM organisation ORDER BY code").scalars())

    def enrol(self, name: str, structure: str = "dynamique_emploi") -> Laptop:
        accounts.add(
            self.service.database,
            self.service.clock,
            self.service.passwords,
            name,
            structure,
            Role.FACILITATOR,
            PASSWORD,
        )
        ask = EnrolAsk(user=name, password=PASSWORD, facilitator=self.service.clock.new_id())
        return Laptop(self.service, devices.enrol(self.service, ask))


class Laptop:
    """A device that seals and asks, in process."""

    def __init__(self, service: Service, enrolled: EnrolAnswer) -> None:
        self.service = service
        self.enrolled = enrolled
        self.session: Session = devices.authorise(service, enrolled.access)
        self.n = 0
        self.rolling = enrolled.rolling
        self.cursors: dict[str, Any] = {}

    def push(self, body: bytes) -> None:
        receipt = receiving.receive(self.service, self.session, self.n + 1, sha256_of(body), self.rolling, body)
        self.n, self.rolling = receipt.n, receipt.rolling

    def pull(self) -> int:
        """Pages until there is no more; how many rows came."""
        count = 0
        while True:
            ask = PullAsk.model_validate({"schema": SCHEMA, "epoch": self.enrolled.epoch, "cursors": self.cursors})
            page = PullAnswer.model_validate_json(pulling.pull(self.service, self.session, ask))
            for scope, part in page.scopes.items():
                self.cursors[scope] = part.cursor
                count += sum(len(rows) for rows in part.rows.values())
            if not page.more:
                return count

    def skip(self) -> None:
        """Stand at the head without receiving what is there."""
        with self.service.database.reading() as connection:
            seq, tag = connection.exec_driver_sql("SELECT seq, tag FROM sync_tag ORDER BY seq DESC LIMIT 1").one()
        self.cursors = dict.fromkeys(self.session.scopes, (seq, "", "", tag))

    def digest(self) -> None:
        """Compare with the server: the sums are its own, so that nothing differs."""
        with self.service.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT scope, tbl, rows, total FROM sync_tally").all()
        sums: dict[str, dict[str, Any]] = {}
        for scope, kind, count, total in rows:
            sums.setdefault(scope, {})[kind] = (count, total)
        ask = {"schema": SCHEMA, "epoch": self.enrolled.epoch, "cursors": self.cursors, "sums": sums}
        assert pulling.digest(self.service, self.session, DigestAsk.model_validate(ask)).equal


def person(organisation: str, number: int, record_id: str, now: str) -> dict[str, Any]:
    """The fields of an invented beneficiary."""
    return {
        **{name: default_of("beneficiary", name) for name in names_of("beneficiary")},
        "id": record_id,
        "organisation_id": organisation,
        "created_at": now,
        "last_name": f"NOM-{number}",
        "first_name": "Prénom",
        "birth_date": f"19{60 + number % 40}-0{1 + number % 9}-15",
        "town": "Évry-Courcouronnes",
        "postcode": "91000",
        "phone": "01 02 03 04 05",
        "sex": "female" if number % 2 else "male",
    }


def fill(house: House, organisation: str, rows: int) -> list[str]:
    """Put people on the server as pushes of 5 000 would have; their ids."""
    service = house.service
    ids: list[str] = []
    for start in range(0, rows, 5_000):
        with service.database.writing() as connection:
            seq = int(connection.exec_driver_sql("SELECT seq FROM sync_space").scalar_one()) + 1
            shelf = Shelf(connection, seq, service.clock.now())
            now = moment_text(service.clock.now())
            part = [service.clock.new_id() for _ in range(min(5_000, rows - start))]
            shelf.load(("beneficiary", one) for one in part)
            for number, one in enumerate(part, start):
                values = person(organisation, number, one, now)
                shelf.put("beneficiary", one, values, {"": Clock(seq, 0, now)})
            shelf.flush()
            ids += part
    if service.database.is_postgresql:
        with service.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    return ids


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


# --- a hundred changes ----------------------------------------------------------------------------


def changes(runs: int) -> Iterator[Figure]:
    """A hundred records changed by one laptop and received by another: the server small and large, in turns."""
    with databases() as urls:
        for kind, url in urls.items():
            sides = {}
            for name, rows in (("small", SMALL), ("large", LARGE)):
                house = House(url.format(name), Path(tempfile.gettempdir()))
                sender, receiver = house.enrol("sender"), house.enrol("receiver")
                print(f"putting {rows} records on {kind}…", file=sys.stderr, flush=True)
                ids = fill(house, sender.enrolled.identity.organisation, rows)
                receiver.skip()
                sides[name] = (sender, receiver, ids, random.Random(1))
            taken: dict[str, list[float]] = {"small": [], "large": []}
            for turn in range(max(runs, 3) * 4 + 1):
                for name, (sender, receiver, ids, chance) in sides.items():
                    now = moment_text(sender.service.clock.now())
                    body = seal(
                        SCHEMA,
                        sender.enrolled.epoch,
                        [
                            {
                                "op": "update",
                                "table": "beneficiary",
                                "id": one,
                                "fields": {"town": [f"Massy {turn}", 10**9, now, None]},
                            }
                            for one in chance.sample(ids, CHANGED)
                        ],
                    )

                    def session(sender: Laptop = sender, receiver: Laptop = receiver, body: bytes = body) -> None:
                        sender.push(body)
                        assert receiver.pull() == CHANGED
                        receiver.digest()

                    spent = milliseconds(session)
                    if turn:  # the first warms the caches
                        taken[name].append(spent)
            for sender, *_ in sides.values():
                sender.service.database.close()
            yield Figure(
                "changes",
                f"{CHANGED} changed records sent and received, {_spaced(LARGE)} on {kind}",
                median(taken["large"]),
                median(taken["small"]),
                f"the same, {_spaced(SMALL)} there",
                1.3,
            )


# --- ten thousand sent ----------------------------------------------------------------------------


def sending(runs: int) -> Iterator[Figure]:
    """Ten thousand new records in batches of 500, against inserting the same rows raw in the same database.

    The floor is the plainest insert there is: the driver's ``executemany`` of ready values into the one typed table,
    with its indexes, in one transaction. It checks, merges, numbers and answers nothing. The product's time holds all
    that a batch costs once its bytes are here: hash, decoding, judging, merge, entries and typed rows, sums, receipt,
    and twenty commits where the floor has one.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as in a worker of the server
    with databases() as urls:
        for kind, url in urls.items():
            house = House(url.format("sent"), Path(tempfile.gettempdir()))
            laptop = house.enrol("sender")
            service = house.service
            sqlite = not service.database.is_postgresql
            organisation = laptop.enrolled.identity.organisation
            sent, raw = [], []
            columns = columns_of("beneficiary")
            sql = f"INSERT INTO beneficiary ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            for _ in range(runs):
                now = moment_text(service.clock.now())
                people = [person(organisation, number, service.clock.new_id(), now) for number in range(SENT)]
                made = [
                    {"op": "insert", "table": "beneficiary", "id": one["id"], "at": now, "fields": _but_id(one)}
                    for one in people
                ]
                bodies = [seal(SCHEMA, laptop.enrolled.epoch, made[at : at + 500]) for at in range(0, SENT, 500)]

                sent.append(milliseconds(partial(_send, laptop, bodies)))
                written = stored_moment(service.clock.now(), sqlite=sqlite)
                rows = [
                    typed_values("beneficiary", {**one, "id": service.clock.new_id()}, written, sqlite=sqlite)
                    for one in people
                ]

                raw.append(milliseconds(partial(_insert, service.database, sql, rows)))
            service.database.close()
            yield Figure(
                "sending",
                f"{_spaced(SENT)} new records sent, {kind}",
                median(sent),
                median(raw),
                "raw insert of the same rows",
                6,
            )


def _but_id(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of an insert, as a laptop seals them."""
    return {name: value for name, value in values.items() if name != "id"}


def _send(laptop: Laptop, bodies: Sequence[bytes]) -> None:
    for body in bodies:
        laptop.push(body)


def _insert(database: Database, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with database.writing() as connection:
        many(connection, sql, rows)


# --- the same morning -----------------------------------------------------------------------------


def storm(runs: int) -> Iterator[Figure]:
    """Three hundred laptops, each with its week and its photographs, against two workers on PostgreSQL.

    All had synchronised the week before. They begin at one instant, so that each stands behind all the others; the
    program that plays them (decoding every page it receives) works on the same processor as the server.
    """
    with databases() as urls:
        if "PostgreSQL" not in urls:
            return
        url = urls["PostgreSQL"].format("storm")
        folder = Path(tempfile.mkdtemp(prefix="bench"))
        house = House(url, folder / "files")
        structures = house.structures()[:STRUCTURES]
        weeks = [_week(house.enrol(f"u{rank}", structures[rank % len(structures)])) for rank in range(LAPTOPS)]
        house.service.database.close()
        try:
            with _serving(url, folder) as base:
                alone = _one(base, weeks[0]).whole
                began = time.perf_counter()
                sessions, failures = _all(base, weeks[1:])
                whole = time.perf_counter() - began
            database = Database(url)
            with database.reading() as connection:
                stored = connection.exec_driver_sql("SELECT count(*) FROM follow_up_note").scalar_one()
                files = connection.exec_driver_sql("SELECT count(*) FROM sync_file WHERE complete = 1").scalar_one()
            database.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        wanted = LAPTOPS * (WEEK - 1 - PHOTOS)
        print(
            f"storm: {LAPTOPS} laptops of {len(structures)} organisations at once, {failures} failed, {stored} of "
            f"{wanted} records and {files} of {LAPTOPS * PHOTOS} photographs there; "
            f"{sum(one.received for one in sessions)} records received; "
            f"{sum(one.calls for one in sessions)} calls, the last answered after {whole:.1f} s",
            file=sys.stderr,
        )
        assert not failures
        assert stored == wanted
        assert files == LAPTOPS * PHOTOS
        sessions.sort(key=lambda one: one.whole)
        slow = sessions[round(len(sessions) * 0.95) - 1]
        steps = ", ".join(f"{name} {spent / 1000:.1f} s" for name, spent in slow.steps.items())
        print(f"storm: at the 95th percentile, behind {sessions.index(slow)} others: {steps}", file=sys.stderr)
        against = "one laptop alone"
        crowd = f"a session among {LAPTOPS} at once"
        waits = [one.whole for one in sessions]
        yield Figure("storm", f"{crowd}, 95th percentile", percentile(waits, 95), alone, against)
        yield Figure("storm", f"{crowd}, median", median(waits), alone, against)


@dataclass(frozen=True)
class Week:
    """What a laptop has to send: the sealed batch, and the photographs that its records name."""

    laptop: Laptop
    body: bytes
    photos: list[bytes]


def _week(laptop: Laptop) -> Week:
    """An ordinary week of a laptop that stands where the network stands now."""
    laptop.skip()
    clock = SystemClock()
    now = moment_text(clock.now())
    organisation = laptop.enrolled.identity.organisation
    photos = [os.urandom(PHOTO_BYTES) for _ in range(PHOTOS)]
    someone = clock.new_id()

    def made(table: str, record_id: str = "", **fields: Any) -> dict[str, Any]:
        return {
            "op": "insert",
            "table": table,
            "id": record_id or clock.new_id(),
            "at": now,
            "fields": {"organisation_id": organisation, "created_at": now, **fields},
        }

    operations = [made("beneficiary", someone, last_name="NOM", first_name="Prénom")]
    for one in photos:
        content = hashlib.sha256(one).hexdigest()
        operations.append(made("attachment", owner_kind="beneficiary", owner_id=someone, sha256=content, size=len(one)))
    while len(operations) < WEEK:
        operations.append(made("follow_up_note", beneficiary_id=someone, noted_on="2026-11-20", text="Entretien " * 20))
    return Week(laptop, seal(SCHEMA, laptop.enrolled.epoch, operations), photos)


class Exchange:
    """One whole session: how long each step took, in milliseconds, and what it was made of."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.received = 0
        self.calls = 0
        self._last = time.perf_counter()

    def done(self, step: str) -> None:
        """The step that ends now."""
        now = time.perf_counter()
        self.steps[step] = (now - self._last) * 1000
        self._last = now

    @property
    def whole(self) -> float:
        return sum(self.steps.values())


def _one(base: str, week: Week) -> Exchange:
    """Hello, push, pull of all that is new, photographs."""
    laptop = week.laptop
    headers = {"Authorization": f"Bearer {laptop.enrolled.access}"}
    with httpx2.Client(base_url=base, headers=headers, timeout=300) as client:

        def call(method: str, path: str, **given: Any) -> Any:
            for attempt in range(8):
                session.calls += 1
                answer = client.request(method, path, **given)
                if answer.status_code not in (429, 503):
                    answer.raise_for_status()
                    return answer
                time.sleep(float(answer.headers.get("Retry-After", "1")) * random.uniform(0.5, 1) * (attempt + 1))
            raise RuntimeError(f"{path}: {answer.status_code}")

        session = Exchange()
        clock = {"schema": SCHEMA, "clock": moment_text(dt.datetime.now(dt.UTC))}
        epoch = call("POST", f"{PATH}/hello", json=clock).json()["epoch"]
        session.done("hello")
        sealed = {HEADER_BATCH: "1", HEADER_SHA256: sha256_of(week.body), HEADER_ROLLING: laptop.enrolled.rolling}
        results = call("POST", f"{PATH}/push", content=week.body, headers=sealed).json()["results"]
        assert [one[0] for one in results] == ["ok"] * WEEK
        session.done("sending")
        cursors = laptop.cursors
        while True:
            page = call("POST", f"{PATH}/pull", json={"schema": SCHEMA, "epoch": epoch, "cursors": cursors}).json()
            cursors = {scope: part["cursor"] for scope, part in page["scopes"].items()}
            session.received += sum(len(rows) for part in page["scopes"].values() for rows in part["rows"].values())
            if not page["more"]:
                break
        session.done("receiving")
        for photo in week.photos:
            path = f"{PATH}/files/{hashlib.sha256(photo).hexdigest()}"
            call("PATCH", path, content=photo, headers={"Upload-Offset": "0"})
        session.done("photographs")
        return session


def _all(base: str, weeks: Sequence[Week]) -> tuple[list[Exchange], int]:
    sessions: list[Exchange] = []
    failures: list[str] = []
    gate = threading.Barrier(len(weeks))

    def run(week: Week) -> None:
        gate.wait()
        try:
            sessions.append(_one(base, week))
        except Exception as problem:
            failures.append(repr(problem))

    threads = [threading.Thread(target=run, args=(one,)) for one in weeks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures[:5]:
        print(failure, file=sys.stderr)
    return sessions, len(failures)


@contextlib.contextmanager
def _serving(url: str, folder: Path) -> Iterator[str]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "server", "run", "--port", str(port), "--workers", "2"),
            *("--database", url, "--data-dir", str(folder), "--requests-per-minute", "100000"),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"{base}/health").status_code == 200:
                    break
            time.sleep(0.1)
        yield base
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
