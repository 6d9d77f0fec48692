"""Several senders and receivers at once on a real PostgreSQL: nobody steps over a change not yet committed.

Each sender has a database's door of its own, as in a worker of its own: within one, writers stand in line.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from app.clock import SystemClock
from app.sync.protocol import SCHEMA, HelloAsk, PullAnswer, PullAsk, seal, sha256_of
from server import devices, pulling
from server.application import create
from server.push import receiving
from server.service import Service
from server.store.engine import Database
from tests.server import house, postgresql
from tests.server.house import Device

SENDERS = 4
BATCHES = 12
PER_BATCH = 5


@pytest.fixture
def service(postgresql_folder: str, tmp_path: Path) -> Iterator[Service]:
    postgresql.create(postgresql_folder, "races", "ready")
    made = house.made(postgresql.url_of(postgresql_folder, "races"), tmp_path, SystemClock())
    yield made
    made.database.close()
    postgresql.drop(postgresql_folder, "races")


def together(*work: Callable[[], None]) -> None:
    """Run all at once; the first failure is raised."""
    failures: list[BaseException] = []

    def guarded(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def worker(service: Service) -> Service:
    """The same service as another process has it."""
    return replace(service, database=Database(address(service)))


def address(service: Service) -> str:
    return service.database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")


class Sender:
    """A device that calls a worker's functions in a thread of its own."""

    def __init__(self, service: Service, client: TestClient, name: str) -> None:
        house.add_user(service, name)
        self.service = worker(service)
        self.device = Device(client, service.clock, name, service.clock.new_id()).enrol()
        self.session = devices.authorise(service, self.device.access)
        self.sent: list[str] = []

    def send(self, *operations: dict[str, object]) -> None:
        body = seal(SCHEMA, self.device.epoch, operations)
        receipt = receiving.receive(
            self.service, self.session, self.device.n + 1, sha256_of(body), self.device.rolling, body
        )
        self.device.n, self.device.rolling = receipt.n, receipt.rolling

    def send_all(self, hot: str) -> None:
        for rank in range(BATCHES):
            made = [self.device.insert("company", name=f"{rank}") for _ in range(PER_BATCH)]
            self.sent += [str(one["id"]) for one in made]
            self.send(*made, self.device.update("company", hot, town=f"{self.device.user} {rank}"))


def test_no_receiver_misses_a_change(service: Service) -> None:
    """A long transaction of somebody else stays open meanwhile: it holds nobody back."""
    with TestClient(create(service)) as client:
        senders = [Sender(service, client, f"s{rank}") for rank in range(SENDERS)]
        watcher = Sender(service, client, "watcher")
        hot = senders[0].device.insert("company", name="Que tous modifient")
        senders[0].send(hot)
        seen: set[str] = set()
        cursors: dict[str, object] = {}
        done = threading.Event()

        def pull() -> bool:
            ask = PullAsk.model_validate(
                {"schema": SCHEMA, "epoch": watcher.device.epoch, "cursors": cursors, "limit": 7}
            )
            page = PullAnswer.model_validate_json(pulling.pull(service, watcher.session, ask))
            for scope, part in page.scopes.items():
                cursors[scope] = part.cursor
                seen.update(row.values[0] for row in part.rows.get("company", ()))
            return page.more

        def watch() -> None:
            while not done.is_set():
                pull()
            while pull():
                pass

        def send() -> None:
            try:
                together(*(lambda one=one: one.send_all(str(hot["id"])) for one in senders))
            finally:
                done.set()

        with psycopg.connect(address(service)) as bystander:
            bystander.execute("SELECT txid_current(), count(*) FROM company")
            together(watch, send)
        assert {one for sender in senders for one in sender.sent} <= seen
        with service.database.reading() as connection:
            towns = connection.exec_driver_sql("SELECT count(*) FROM conflict WHERE field = 'town'").scalar_one()
            shown = connection.exec_driver_sql("SELECT town FROM company WHERE name LIKE 'Que%%'").scalar_one()
        # Every town typed shows, stands in a conflict, or was replaced by its own author.
        assert shown
        assert towns >= SENDERS - 1
        for sender in (*senders, watcher):
            sender.service.database.close()


def test_the_naive_numbering_loses_rows(postgresql_folder: str) -> None:
    """Why there is one counter under a lock: a plain sequence is given before the commit, and a cursor passes over.

    Told step by step rather than by luck: the first to take a number is the last to commit.
    """
    postgresql.create(postgresql_folder, "naive")
    try:
        url = f"host={postgresql_folder} user=tests dbname=naive"
        with (
            psycopg.connect(url, autocommit=True) as watcher,
            psycopg.connect(url) as slow,
            psycopg.connect(url) as quick,
        ):
            watcher.execute("CREATE TABLE change (seq bigserial PRIMARY KEY, what text)")
            slow.execute("INSERT INTO change (what) VALUES ('slow')")
            quick.execute("INSERT INTO change (what) VALUES ('quick')")
            quick.commit()
            cursor, seen = 0, []
            for _ in range(2):
                for seq, what in watcher.execute(
                    "SELECT seq, what FROM change WHERE seq > %s ORDER BY seq", (cursor,)
                ).fetchall():
                    cursor = seq
                    seen.append(what)
                slow.commit()
            assert seen == ["quick"]  # the slow one is in the table, and no cursor will ever see it
    finally:
        postgresql.drop(postgresql_folder, "naive")


def test_two_copies_of_one_batch_are_merged_once(service: Service) -> None:
    """The answer was late, the session began again: both calls are under way together."""
    with TestClient(create(service)) as client:
        sender = Sender(service, client, "s")
        made = sender.device.insert("company", name="Une fois")
        body = seal(SCHEMA, sender.device.epoch, [made])
        answers = []
        workers = [sender.service, worker(service), worker(service)]

        def send(one: Service) -> None:
            answers.append(receiving.receive(one, sender.session, 1, sha256_of(body), sender.device.rolling, body))

        together(*(partial(send, one) for one in workers))
        for one in workers:
            one.database.close()
        assert len({answer.seq for answer in answers}) == 1
        assert (
            devices.hello(
                service,
                sender.session,
                HelloAsk.model_validate({"schema": SCHEMA, "clock": "2026-11-22T09:00:00Z"}),
            ).last_n
            == 1
        )


def test_a_write_beside_the_server_is_refused(service: Service) -> None:
    """Somebody's psql cannot change a synchronised row without the counter (the reporting tool only reads)."""
    with psycopg.connect(address(service)) as connection:
        for statement in ("UPDATE company SET name = 'x'", "DELETE FROM sync_entry"):
            with pytest.raises(psycopg.errors.RaiseException):
                connection.execute(statement)
            connection.rollback()


def test_writers_in_line_keep_no_connection_from_readers(service: Service) -> None:
    """While one merges, the others of its worker wait without a connection: who only reads is answered."""
    database = Database(address(service), pool_size=1)  # two connections at most
    waiting = [threading.Event() for _ in range(6)]

    def write(one: threading.Event) -> None:
        one.set()
        with database.writing():
            pass

    threads = [threading.Thread(target=write, args=(one,)) for one in waiting]
    with database.writing():
        for thread in threads:
            thread.start()
        assert all(one.wait(10) for one in waiting)
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM sync_space").scalar_one() == 1
    for thread in threads:
        thread.join()
    database.close()
