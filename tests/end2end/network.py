"""A real server of the network on this machine: uvicorn on loopback, its embedded database, invented accounts."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

from app.account.secrets import NoSecrets
from app.bootstrap import Workstation
from app.clock import Clock
from app.models.choices import Role
from server import devices
from server.application import create
from tests.end2end.hands import CHEAP, PASSPHRASE, Day
from tests.server import house

ORGANISATION = house.DYNAMIQUE
PASSWORD = house.PASSWORD
_PATIENCE = 20.0


class NetworkServer:
    """Started, stopped, started again on the same port; or a Wi-Fi page that answers in its place."""

    def __init__(self, folder: Path, clock: Day) -> None:
        self.clock = clock
        (folder / "files").mkdir(parents=True)
        self.service = house.made(f"sqlite:///{folder / 'network.db'}", folder / "files", clock)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._server: uvicorn.Server | None = None
        self._portal: http.server.HTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """What the user types."""
        return f"http://127.0.0.1:{self.port}"

    def add_user(self, name: str, organisation: str = ORGANISATION, role: Role = Role.FACILITATOR) -> None:
        """An account."""
        house.add_user(self.service, name, organisation, role)

    def start(self) -> None:
        """Serve, until :meth:`stop`."""
        config = uvicorn.Config(
            create(self.service),
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        server = self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=server.run, name="network-server")
        self._thread.start()
        end = time.monotonic() + _PATIENCE
        while not server.started:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        """No network any more."""
        if self._server is not None:
            self._server.should_exit = True
            self._server = None
        if self._portal is not None:
            self._portal.shutdown()
            self._portal.server_close()
            self._portal = None
        if self._thread is not None:
            self._thread.join(_PATIENCE)
            self._thread = None

    def start_portal(self) -> None:
        """The page of a Wi-Fi answers every address, as in a hotel."""
        portal = self._portal = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), _Portal)
        self._thread = threading.Thread(target=portal.serve_forever, name="portal")
        self._thread.start()

    def revoke_all(self) -> None:
        """The network withdraws every notebook."""
        for one in devices.all_devices(self.service):
            devices.revoke(self.service, str(one["device"]))

    def close(self) -> None:
        """Stop, and let the database go."""
        self.stop()
        self.service.database.close()


class _Portal(http.server.BaseHTTPRequestHandler):
    def _page(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        body = b"<html><body>Bienvenue sur le Wi-Fi. Acceptez les conditions.</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_HEAD = do_PATCH = _page

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing."""


class Colleague:
    """Another notebook of the same organisation, without a window."""

    def __init__(self, folder: Path, clock: Clock, last_name: str, first_name: str, prefix: str) -> None:
        from app.store.network import list_organisations, set_owner

        self.workstation = Workstation(folder, clock, NoSecrets(), cost=CHEAP)
        self.workstation.account.create(PASSPHRASE)
        organisation = next(
            one.organisation_id
            for one in list_organisations(self.workstation.notebook)
            if one.organisation_id == organisation_id()
        )
        set_owner(self.workstation.notebook, organisation, last_name=last_name, first_name=first_name, prefix=prefix)

    @property
    def sync(self) -> Any:
        """Their exchange."""
        return self.workstation.services.sync

    def close(self) -> None:
        """Leave."""
        self.workstation.leave()


def organisation_id() -> str:
    """The organisation of every laptop here."""
    from app.clock import natural_id

    return natural_id("organisation", ORGANISATION)
