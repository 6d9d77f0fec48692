"""A network's server in the test's own process, and a device that speaks the protocol by hand.

For tests of either half: ``made(url, folder, clock)`` gives the service ready, ``application.create`` serves it.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from app.clock import Clock
from app.models.choices import Role
from app.models.wire import moment_text
from app.paths import resources
from app.sync.protocol import (
    HEADER_BATCH,
    HEADER_ROLLING,
    HEADER_SHA256,
    PATH,
    SCHEMA,
    SCHEMAS,
    PullAnswer,
    Receipt,
    seal,
    sha256_of,
)
from server import accounts, network
from server.application import create
from server.passwords import Passwords
from server.service import Service
from server.store.engine import Database
from server.store.schema import prepare

NETWORK = "inclusiv_essonne"
DYNAMIQUE = "dynamique_emploi"
MIVE = "mive_corbeil_essonnes"
PASSWORD = "quatre mots au hasard"
PASSWORDS = Passwords(memory_kib=8, passes=1)
"""Hashed cheaply."""


def made(url: str, folder: Path, clock: Clock) -> Service:
    """A service over an empty database, with the network of the Essonne; passwords are hashed cheaply."""
    database = Database(url)
    prepare(database, clock.now())
    service = Service(database, clock, folder, PASSWORDS)
    network.init(service, resources() / "reference" / "charters", NETWORK)
    return service


@contextlib.contextmanager
def serving(service: Service, port: int = 0) -> Iterator[str]:
    """The service behind a real port of this machine (``port``, else a free one), for the length of a block; its
    address.
    """
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the same port again at once
        listening.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            create(service), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), name="network-server")
        thread.start()
        until = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.005)  # uvicorn tells nobody that it has started
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


def add_user(
    service: Service, name: str, organisation: str = DYNAMIQUE, role: Role = Role.FACILITATOR
) -> accounts.Account:
    """An account whose password is ``PASSWORD``."""
    return accounts.add(service.database, service.clock, service.passwords, name, organisation, role, PASSWORD)


@dataclass
class Device:
    """A device by hand: it seals what it is told, keeps its tokens and cursors, and applies nothing."""

    client: httpx2.Client
    clock: Clock
    user: str
    facilitator: str = ""
    n: int = 0
    epoch: str = ""
    enrolled: dict[str, Any] = field(default_factory=dict)
    access: str = ""
    rolling: str = ""
    cursors: dict[str, Any] = field(default_factory=dict)
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """What the pulls brought, by (table, id): a notebook without a database."""
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)

    def enrol(self, password: str = PASSWORD) -> Device:
        """Become known."""
        answer = self.client.post(
            f"{PATH}/enrol",
            json={"user": self.user, "password": password, "facilitator": self.facilitator, "schema": SCHEMA},
        )
        assert answer.status_code == 200, answer.text
        self.take(answer.json())
        return self

    def take(self, enrolled: dict[str, Any]) -> None:
        """Keep what an enrolment answered."""
        self.enrolled = enrolled
        self.access, self.rolling = enrolled["access"], enrolled["rolling"]
        self.epoch = enrolled["epoch"]
        self.n = 0

    @property
    def organisation(self) -> str:
        return str(self.enrolled["identity"]["organisation"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def call(self, path: str, body: Mapping[str, Any]) -> Any:
        """A call with the access token; the raw answer."""
        return self.client.post(f"{PATH}/{path}", json=body, headers=self.headers)

    def hello(self, **more: Any) -> Any:
        return self.call("hello", {"schema": SCHEMA, "clock": moment_text(self.clock.now()), **more})

    # --- writing ---------------------------------------------------------------------------------

    def insert(self, table: str, record_id: str = "", **fields: Any) -> dict[str, Any]:
        """An operation that makes a record of this device's organisation."""
        now = moment_text(self.clock.now())
        return {
            "op": "insert",
            "table": table,
            "id": record_id or self.clock.new_id(),
            "at": now,
            "fields": {"created_at": now, "organisation_id": self.organisation, "deleted_at": None, **fields},
        }

    def update(self, table: str, record_id: str, base: int | None = None, **fields: Any) -> dict[str, Any]:
        """An operation that changes fields, over the row as this device last received it (or over ``base``)."""
        seen = self.seqs.get((table, record_id), 0) if base is None else base
        now = moment_text(self.clock.now())
        return {
            "op": "update",
            "table": table,
            "id": record_id,
            "fields": {name: [value, seen, now, None] for name, value in fields.items()},
        }

    def delete(self, table: str, record_id: str, base: int | None = None) -> dict[str, Any]:
        """An operation that deletes."""
        return self.update(table, record_id, base, deleted_at=moment_text(self.clock.now()))

    def post(self, body: bytes, n: int, rolling: str, *, packed: bool = False) -> Any:
        """Sealed bytes as they are; the raw answer."""
        headers = {
            **self.headers,
            HEADER_BATCH: str(n),
            HEADER_SHA256: sha256_of(body),
            HEADER_ROLLING: rolling,
            "Content-Type": "application/json",
        }
        if packed:
            headers["Content-Encoding"] = "gzip"
        return self.client.post(f"{PATH}/push", content=gzip.compress(body) if packed else body, headers=headers)

    def push(self, *operations: Mapping[str, Any], packed: bool = False) -> Receipt:
        """Seal and send one batch."""
        body = seal(SCHEMA, self.epoch, operations)
        answer = self.post(body, self.n + 1, self.rolling, packed=packed)
        assert answer.status_code == 200, answer.text
        receipt = Receipt.model_validate_json(answer.content)
        self.n, self.rolling = receipt.n, receipt.rolling
        self.sent.append(body)
        return receipt

    # --- reading ---------------------------------------------------------------------------------

    def pull(self, limit: int = 1000) -> list[PullAnswer]:
        """Pages until there is no more; ``rows`` and ``seqs`` follow."""
        pages = []
        while True:
            answer = self.call("pull", {"schema": SCHEMA, "epoch": self.epoch, "cursors": self.cursors, "limit": limit})
            assert answer.status_code == 200, answer.text
            page = PullAnswer.model_validate_json(answer.content)
            pages.append(page)
            for scope, part in page.scopes.items():
                self.cursors[scope] = list(part.cursor)
                for table, gone in part.gone.items():
                    for record_id, seq in gone:
                        if self.seqs.get((table, record_id), 0) < seq:
                            self.rows.pop((table, record_id), None)
                            self.seqs.pop((table, record_id), None)
                for table, rows in part.rows.items():
                    for row in rows:
                        values = dict(zip(SCHEMAS[SCHEMA][table], row.values, strict=True))
                        self.rows[table, values["id"]] = values
                        self.seqs[table, values["id"]] = row.seq
            if not page.more:
                return pages

    def value(self, table: str, record_id: str, name: str) -> Any:
        """A field as received."""
        return self.rows[table, record_id][name]

    def conflicts(self) -> Sequence[dict[str, Any]]:
        """The decisions waiting, as received."""
        return [row for (table, _), row in sorted(self.rows.items()) if table == "conflict" and row["decision"] == ""]
