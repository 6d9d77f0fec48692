"""Running the server: its folder, its database made ready, uvicorn's workers, a graceful stop.

Each worker is a process that makes its own service from the same settings, which travel in the environment.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from app.clock import SystemClock
from app.errors import EnvironmentProblem, InvalidInput
from server import restoring
from server.passwords import Passwords
from server.safekeeping import DATABASE_FILE
from server.service import Service
from server.store.engine import Database
from server.store.schema import NewerDatabase, prepare

if TYPE_CHECKING:
    from fastapi import FastAPI

SETTINGS = "INCLUSIV_SERVER_SETTINGS"
"""Environment variable by which workers are told what to serve."""
STOP_SECONDS = 20
"""How long a stop waits for the requests under way."""


@dataclass(frozen=True, slots=True)
class Running:
    """What ``inclusiv-server run`` was given."""

    data_dir: str
    database: str
    host: str = "127.0.0.1"
    port: int = 8720
    workers: int = 1
    tls_cert: str = ""
    tls_key: str = ""
    proxy: str = ""
    """Addresses of the reverse proxies whose word on the client's address is taken."""
    requests_per_minute: int = 1200


def open_service(data_dir: Path, database: str, passwords: Passwords | None = None) -> Service:
    """The service over a folder; the embedded file is ``network.db`` there unless ``database`` is a URL.

    Makes the folder and the schema when they are not there. Raises ``InvalidInput`` for a database written by a
    newer program, ``EnvironmentProblem`` when it does not answer or the folder cannot be written.
    """
    files = data_dir / "files"
    try:
        files.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise EnvironmentProblem(
            f"Ce dossier ne peut pas être écrit\u00a0: {data_dir}.",
            "Rien n’a été modifié.",
            "Vérifiez --data-dir et les droits de ce compte.",
        ) from None
    _keep_to_owner(files, 0o700)
    try:
        made = Database(database or f"sqlite:///{data_dir / DATABASE_FILE}")
    except ValueError:
        raise InvalidInput(
            "Cette adresse de base n’est pas comprise.",
            "Rien n’a été modifié.",
            "Donnez sqlite:///fichier ou postgresql://compte@machine/base.",
            field="database",
        ) from None
    clock = SystemClock()
    try:
        prepare(made, clock.now())
    except OperationalError as problem:
        made.close()
        said = str(problem.orig).strip().partition("\n")[0]
        raise EnvironmentProblem(
            "La base de données ne répond pas.",
            "Rien n’a été modifié.",
            f"Vérifiez son adresse et vos droits. Sa réponse\u00a0: {said}",
        ) from None
    except NewerDatabase:
        made.close()
        raise InvalidInput(
            "Cette base a été écrite par une version plus récente du serveur.",
            "Elle n’a pas été modifiée.",
            "Installez la dernière version du serveur.",
        ) from None
    if made.path is not None:
        _keep_to_owner(made.path, 0o600)  # SQLite gives its journal the rights of its file
    return Service(made, clock, files, passwords or Passwords())


def _keep_to_owner(path: Path, mode: int) -> None:
    """Let no other account of the machine read what lies here in clear."""
    with contextlib.suppress(OSError):  # somebody else's folder: who owns it decides
        path.chmod(mode)


def run(settings: Running) -> None:
    """Serve until told to stop (SIGTERM, SIGINT): requests under way end first."""
    import uvicorn
    from uvicorn.config import STARTUP_FAILURE
    from uvicorn.supervisors import Multiprocess

    from server import journal
    from server.connections import IDLE_SECONDS, MOST, Patient

    journal.set_up()
    service = open_service(Path(settings.data_dir), settings.database)
    restoring.note_start(service, Path(settings.data_dir))
    service.database.close()
    os.environ[SETTINGS] = json.dumps(asdict(settings))
    config = uvicorn.Config(
        "server.running:worker",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.proxy),
        forwarded_allow_ips=settings.proxy or None,
        ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None,
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=int(IDLE_SECONDS),
        limit_concurrency=MOST,
        http=Patient,
        timeout_worker_healthcheck=60,  # a machine that starts under load is slow, not dead
    )
    with contextlib.suppress(KeyboardInterrupt):
        if settings.workers > 1:
            Multiprocess(config, sockets=[at_once(config.bind_socket())]).run()
        else:
            server = uvicorn.Server(config)
            server.run()
            if not server.started:
                sys.exit(STARTUP_FAILURE)


def at_once(listening: socket.socket) -> socket.socket:
    """Have the connections accepted there send what they are given at once, as asyncio does for those it opens itself.

    Otherwise the body of an answer waits for the headers to be acknowledged: forty milliseconds each.
    """
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def worker() -> FastAPI:
    """The application of one worker; called by uvicorn in each."""
    from server import journal
    from server.application import create

    journal.set_up()
    settings = Running(**json.loads(os.environ[SETTINGS]))
    # A batch makes some tens of thousands of small objects and drops them: the collector has nothing to find there.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    service = open_service(Path(settings.data_dir), settings.database)
    return create(replace(service, requests_per_minute=settings.requests_per_minute))
