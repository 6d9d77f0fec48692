"""A small network in one process: a server over a file, laptops, and a wire between them that can be cut anywhere."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import itertools
import json
import shutil
import sqlite3
import tempfile
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import text

from app.account.secrets import MemorySecrets
from app.changes import Changes
from app.clock import SystemClock, natural_id
from app.models.choices import Role
from app.privacy.service import PrivacyService
from app.store import erasure
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.unit import writing
from app.sync import membership
from app.sync import protocol as wire
from app.sync.service import Surroundings, SyncService
from app.sync.state import SyncReport
from server import accounts, devices, files, network, pulling, restoring
from server.passwords import Passwords
from server.push import receiving
from server.refusals import Refusal
from server.service import Service
from server.store.engine import Database
from server.store.schema import prepare
from tests.factories import KEY
from tests.server import postgresql

PASSWORD = "un mot de passe de réseau"
NORTH, SOUTH = natural_id("organisation", "nord"), natural_id("organisation", "sud")
SERVER = "http://127.0.0.1:9"


_IDS = itertools.count(1)


class SkewedClock(SystemClock):
    """The machine's clock, ahead or late, moved by the test.

    New ids are in their order of creation, so that a history played again chooses the same records.
    """

    def __init__(self, offset: dt.timedelta = dt.timedelta()) -> None:
        self.offset = offset

    def now(self) -> dt.datetime:
        return super().now() + self.offset

    def new_id(self) -> str:
        return str(uuid.UUID(int=next(_IDS) + (7 << 76) + (2 << 62)))


class Cut(Exception):
    """The wire was cut, or the program killed, by the test."""


@dataclass
class Faults:
    """What happens to the next messages: ``name`` → how many times. Names: ``lost`` (the question), ``unanswered``
    (the answer), ``doubled``, ``portal``, ``truncated``, ``busy``; or a function of the path for all of them."""

    plan: list[str] = field(default_factory=list)

    def next(self) -> str:
        """The fault of this message, empty for none."""
        return self.plan.pop(0) if self.plan else ""


class DirectWire(httpx2.BaseTransport):
    """Hands the requests to the server's functions, without a socket nor threads."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self.faults = faults
        self.seen: list[str] = []
        self.sent: deque[tuple[httpx2.Request, str, bytes]] = deque(maxlen=30)
        """The last messages, to be delivered again late."""
        self.closed_up = False
        """No push gets through."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One message, with its fault."""
        path = request.url.path.removeprefix(wire.PATH + "/")
        self.seen.append(path)
        fault = self.faults.next()
        if fault == "lost" or (self.closed_up and path == "push"):
            raise httpx2.ConnectError("cut", request=request)
        if fault == "portal":
            return httpx2.Response(200, text="<html>Bienvenue au Café Wi-Fi</html>", request=request)
        if fault == "busy":
            return self._problem(Refusal(wire.Code.BUSY, retry_after=1))
        body = request.read()
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.sent.append((request, path, body))
        answer = self._answer(request, path, body)
        if fault == "doubled":
            answer = self._answer(request, path, body)
        if fault == "unanswered":
            raise httpx2.ReadError("cut", request=request)
        if fault == "truncated":
            return httpx2.Response(answer.status_code, content=answer.content[: len(answer.content) // 2])
        return answer

    def deliver_late(self, draw: int) -> None:
        """A message of before arrives once more; nobody waits for the answer."""
        if self.sent:
            self._answer(*self.sent[draw % len(self.sent)])

    def _answer(self, request: httpx2.Request, path: str, body: bytes) -> httpx2.Response:
        try:
            return self._served(request, path, body)
        except Refusal as refusal:
            return self._problem(refusal)

    def _problem(self, refusal: Refusal) -> httpx2.Response:
        headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        return httpx2.Response(refusal.status, content=refusal.problem.model_dump_json(), headers=headers)

    def _served(self, request: httpx2.Request, path: str, body: bytes) -> httpx2.Response:
        service = self._world.service
        token = request.headers.get("Authorization", "").removeprefix("Bearer").strip()
        answer: Any
        if path == "enrol":
            answer = devices.enrol(service, wire.EnrolAsk.model_validate_json(body), token)
        elif path == "sign-in":
            answer = devices.sign_in(service, wire.SignInAsk.model_validate_json(body))
        elif path == "token":
            answer = devices.refresh(service, wire.TokenAsk.model_validate_json(body))
        elif path == "push":
            session = devices.authorise(service, token, sending=True)
            headers = request.headers
            answer = receiving.receive(
                service,
                session,
                int(headers[wire.HEADER_BATCH]),
                headers[wire.HEADER_SHA256],
                headers[wire.HEADER_ROLLING],
                body,
            )
        elif path.startswith("files/"):
            session = devices.authorise(service, token, sending=request.method != "GET")
            return self._file(request, session, path.removeprefix("files/"), body)
        else:
            session = devices.authorise(service, token)
            if path == "hello":
                answer = devices.hello(service, session, wire.HelloAsk.model_validate_json(body))
            elif path == "known":
                batches = wire.KnownAsk.model_validate_json(body).batches
                answer = wire.KnownAnswer(receipts=tuple(receiving.known(service, session, batches)))
            elif path == "pull":
                return httpx2.Response(
                    200, content=pulling.pull(service, session, wire.PullAsk.model_validate_json(body))
                )
            elif path == "digest":
                answer = pulling.digest(service, session, wire.DigestAsk.model_validate_json(body))
            else:
                raise Refusal(wire.Code.NOT_FOUND)
        return httpx2.Response(200, content=answer.model_dump_json(by_alias=True))

    def _file(self, request: httpx2.Request, session: devices.Session, sha256: str, body: bytes) -> httpx2.Response:
        service = self._world.service
        if request.method == "GET":
            start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
            _, pieces = files.read(service, session, sha256, start)
            return httpx2.Response(206 if start else 200, content=b"".join(pieces))
        if request.method == "PATCH":
            at = files.append(service, session, sha256, int(request.headers["Upload-Offset"]), body)
        else:
            at = files.stand(service, session, sha256)
        return httpx2.Response(200, headers={"Upload-Offset": str(at.offset), "Upload-Length": str(at.size)})


class World:
    """A server and its laptops. ``close`` in the end."""

    def __init__(self, folder: Path, *, cluster: str = "") -> None:
        """``cluster``: folder of a running PostgreSQL (``tests.server.postgresql``); else the server is a file."""
        self.folder = folder
        self.cluster = cluster
        self.url = str(folder / "server.db")
        self._known = cluster in _SERVERS
        """Whether a server as it is at first was made before: it is copied."""
        if cluster:
            self._name = f"world{next(_WORLDS)}"
            postgresql.create(cluster, self._name, _SERVERS.get(cluster, "template0"))
            self.url = postgresql.url_of(cluster, self._name)
        elif self._known:
            shutil.copyfile(_SERVERS[""], self.url)
        self.clock = SkewedClock()
        self.limits = wire.LIMITS
        charters = folder / "charters"
        charters.mkdir(parents=True, exist_ok=True)
        entries = [
            entry("network", "essai", "Réseau d’essai", "essai"),
            entry("organisation", "nord", "PLIE Nord", "essai"),
            entry("organisation", "sud", "PLIE Sud", "essai"),
        ]
        (charters / "essai.json").write_text(json.dumps(entries), encoding="utf-8")
        self._open()
        if not self._known:
            network.init(self.service, charters, "essai")
            _SERVERS[cluster] = str(self.copy_server(Path(tempfile.mkdtemp(prefix="server")) / "first.db"))
        self.laptops: list[Laptop] = []

    def _open(self) -> None:
        self.database = Database(self.url)
        prepare(self.database, self.clock.now())
        (self.folder / "files").mkdir(exist_ok=True)
        self.service = Service(self.database, self.clock, self.folder / "files", PASSWORDS, self.limits)

    def user(self, name: str, organisation: str = "nord", role: Role = Role.FACILITATOR) -> None:
        """Open an account."""
        accounts.add(self.database, self.clock, PASSWORDS, name, organisation, role, PASSWORD)

    def limit(self, limits: wire.Limits) -> None:
        """From now on messages hold no more than this."""
        self.limits = limits
        object.__setattr__(self.service, "limits", limits)

    def laptop(self, user: str, *, enrol: bool = True, offset: dt.timedelta = dt.timedelta()) -> Laptop:
        """A new notebook of ``user``, enrolled unless told otherwise."""
        made = Laptop(self, self.folder / f"laptop{len(self.laptops)}", user, offset)
        self.laptops.append(made)
        if enrol:
            made.service.enrol(SERVER, user, PASSWORD)
        return made

    def move_user(self, name: str, organisation: str) -> None:
        """Somebody works for another organisation from now on."""
        with self.database.changing() as connection:
            connection.execute(
                text("UPDATE sync_account SET organisation = :o WHERE name = :n"), {"o": organisation, "n": name}
            )

    def copy_server(self, target: Path) -> Path:
        """A copy of the server's database."""
        if self.cluster:
            self.database.close()
            copy = f"{self._name}_{target.stem}"
            postgresql.drop(self.cluster, copy)
            postgresql.create(self.cluster, copy, self._name)
            self._open()
            return Path(copy)
        target.unlink(missing_ok=True)
        with (
            contextlib.closing(sqlite3.connect(self.url)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy_,
        ):
            source.backup(copy_)
        return target

    def restore_server(self, copy: Path, *, noticed: bool = True) -> None:
        """The server comes back from a copy, and begins a new history; or goes on as if nothing was, its whole machine
        put back as it stood.
        """
        self.database.close()
        if self.cluster:
            postgresql.drop(self.cluster, self._name)
            postgresql.create(self.cluster, self._name, copy.name)
        else:
            for side in ("", "-wal", "-shm"):
                Path(self.url + side).unlink(missing_ok=True)
            shutil.copyfile(copy, self.url)
        self._open()
        if noticed:
            with self.database.writing() as connection:
                restoring.begin_epoch(connection, self.service)

    def texts(self) -> str:
        """Every text that the server keeps: records, decisions, what is set aside."""
        parts = []
        with self.database.reading() as connection:
            for kind in TOLD:
                for row in connection.exec_driver_sql(f'SELECT * FROM "{kind}"'):
                    parts += quoted(row)
            parts += [row[0] for row in connection.exec_driver_sql("SELECT body FROM sync_held")]
        return "\n".join(parts)

    def close(self) -> None:
        """Close all files."""
        for one in self.laptops:
            one.close()
        self.database.close()
        if self.cluster:
            postgresql.drop(self.cluster, self._name)


_WORLDS = itertools.count(1)
_SERVERS: dict[str, str] = {}
"""By cluster (empty: files), a server as it is at first, made once per process."""
PASSWORDS = Passwords(memory_kib=8, passes=1)
_TEMPLATE: list[Path] = []


TOLD = (
    "company",
    "contact",
    "beneficiary",
    "follow_up_note",
    "monthly_statement",
    "hour_line",
    "attachment",
    "conflict",
)
"""The kinds in which histories write."""


def quoted(row: Iterable[Any]) -> list[str]:
    """The texts and whole numbers of a row, each between quotes."""
    told = [str(one) for one in row if isinstance(one, str | int)]
    return [one if one.startswith('"') else f'"{one}"' for one in told]


def entry(table: str, code: str, label: str, network_code: str) -> dict[str, Any]:
    """One line of an invented charter."""
    return {
        "table": table,
        "code": code,
        "label": label,
        "network": network_code,
        "valid_from": None,
        "valid_to": None,
        "source": "",
        "data": {},
    }


def template() -> Path:
    """An empty notebook made once per process."""
    if not _TEMPLATE:
        folder = Path(tempfile.mkdtemp(prefix="notebook"))
        Notebook.create(folder, KEY, SystemClock()).close()
        _TEMPLATE.append(folder)
    return _TEMPLATE[0]


class Laptop:
    """One notebook with its exchange."""

    def __init__(
        self, world: World | None, folder: Path, user: str, offset: dt.timedelta, *, copy_of: Laptop | None = None
    ):
        self.folder = folder
        self.user = user
        self.clock = SkewedClock(offset)
        if copy_of is None and not folder.exists():
            shutil.copytree(template(), folder)
        self.faults = Faults()
        self.transport: httpx2.BaseTransport | None = None
        if world is not None:
            self.world = world
            self.wire = self.transport = DirectWire(world, self.faults)
        self.secrets: MemorySecrets = deepcopy(copy_of.secrets) if copy_of else MemorySecrets()
        self.hook: Callable[[str], None] = lambda _: None
        self.erased = False
        self.password: str | None = None
        self._aged: set[tuple[str, str, str, str]] = set() if copy_of is None else set(copy_of._aged)
        self.open()

    def belongs_to(self, organisation: str) -> None:
        """Say whose notebook this is, before any server does."""
        self.notebook.set_control("organisation", organisation)
        self.reopen()

    @property
    def device(self) -> str:
        """The server's name for this notebook; empty before it is enrolled."""
        return membership.read(self.notebook).device

    def open(self) -> None:
        """Open (again) the notebook of the folder."""
        self.notebook = Notebook.open(self.folder, KEY, self.clock)
        for name in ("actor", "organisation", "role"):
            setattr(
                self.notebook,
                {"actor": "actor_id", "organisation": "organisation_id"}.get(name, name),
                self.notebook.get_control(name, "facilitator" if name == "role" else ""),
            )
        self.files = AttachmentFiles(self.folder, KEY)
        self.service = SyncService(
            Surroundings(
                notebook=lambda: self.notebook,
                files=lambda: self.files,
                on_store=lambda work: work(),
                secrets=self.secrets,
                erase=self._erase,
                received=self._received,
                password=lambda: self.password,
                transport=self.transport,
                hook=lambda point: self.hook(point),
                wait=lambda _: None,
                draw=lambda: 0.5,
            )
        )

    def _erase(self) -> None:
        self.erased = True

    def _received(self) -> Changes:
        """An erasure decided elsewhere is carried out here too, as the application does."""
        return PrivacyService(self.notebook, self.files).recover().changes

    def anonymise(self, *people: str) -> None:
        """Erase people for good."""
        if people:
            with writing(self.notebook) as unit:
                erasure.erase_people(unit, people, self.clock.today())
            erasure.finish(self.notebook, self.files)

    def go_through(self, address: str) -> None:
        """From now on by real sockets to ``address``."""
        membership.change(self.notebook, server=address)
        self.transport = None
        self.reopen()

    def copy(self) -> Laptop:
        """The same files on another machine."""
        self.notebook.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target = self.folder.with_name(f"{self.folder.name}-copy{len(self.world.laptops)}")
        shutil.copytree(self.folder, target)
        made = Laptop(self.world, target, self.user, self.clock.offset, copy_of=self)
        self.world.laptops.append(made)
        return made

    def sync(self, *faults: str) -> SyncReport:
        """One session, with these faults on its first messages."""
        self.faults.plan = list(faults)
        try:
            return self.service.synchronise()
        finally:
            self.faults.plan = []

    def cut_sync(self, point: str, nth: int = 1) -> bool:
        """One session killed at a point; whether the point was reached."""
        left = [nth]

        def hook(name: str) -> None:
            if name == point:
                left[0] -= 1
                if left[0] == 0:
                    raise Cut

        self.hook = hook
        try:
            with suppress(Cut):
                self.service.synchronise()
                return False
            return True
        finally:
            self.hook = lambda _: None
            self.reopen()

    def reopen(self) -> None:
        """As after a kill: whatever was in memory is gone."""
        self.notebook.close()
        self.open()

    def age_edits(self) -> None:
        """The triggers note the machine's time: let unsent edits say this laptop's."""
        seconds = self.clock.offset.total_seconds()
        raw = self.notebook.raw
        marks = "SELECT tbl, id, field, at FROM _dirty"
        for mark in set(raw.execute(marks)) - self._aged:
            raw.execute(
                "UPDATE _dirty SET at = strftime('%Y-%m-%dT%H:%M:%fZ', at, ? || ' seconds') "
                "WHERE tbl = ? AND id = ? AND field = ?",
                (f"{seconds:+.3f}", *mark[:3]),
            )
        self._aged = set(raw.execute(marks))

    def value(self, kind: str, record_id: str, name: str) -> Any:
        """A field as it stands here."""
        row = self.notebook.raw.execute(f'SELECT "{name}" FROM "{kind}" WHERE id = ?', (record_id,)).fetchone()
        return row[0] if row else None

    def has(self, kind: str, record_id: str) -> bool:
        """Whether the record is here."""
        return self.notebook.raw.execute(f'SELECT 1 FROM "{kind}" WHERE id = ?', (record_id,)).fetchone() is not None

    def close(self) -> None:
        """Close the file."""
        self.notebook.close()


def laptop_alone(folder: Path, user: str) -> Laptop:
    """A notebook by itself, made when it is not there, that speaks over real sockets."""
    return Laptop(None, folder, user, dt.timedelta())


@contextmanager
def world(folder: Path, *, cluster: str = "") -> Iterator[World]:
    """A world for a test."""
    made = World(folder, cluster=cluster)
    try:
        yield made
    finally:
        made.close()
