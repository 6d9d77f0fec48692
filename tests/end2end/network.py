"""The network’s server seen from a window: stopped, behind the page of a Wi-Fi, or withdrawing every notebook."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path
from typing import Any

from app.account.secrets import NoSecrets
from app.bootstrap import Workstation
from app.clock import Clock, natural_id
from app.store.network import set_owner
from server import devices
from server.safekeeping import DATABASE_FILE
from tests.day import CHEAP, PASSPHRASE, Day
from tests.scenarios import network
from tests.server import house

ORGANISATION = house.DYNAMIQUE
PASSWORD = network.PASSWORD


class NetworkServer(network.Network[Day]):
    """Over its embedded file; a Wi-Fi page may answer in its place."""

    def __init__(self, folder: Path, clock: Day) -> None:
        super().__init__(f"sqlite:///{folder / DATABASE_FILE}", folder, clock)
        self._portal: http.server.HTTPServer | None = None
        self._portal_thread: threading.Thread | None = None

    def stop(self) -> None:
        """No network any more."""
        super().stop()
        if self._portal is not None and self._portal_thread is not None:
            self._portal.shutdown()
            self._portal.server_close()
            self._portal_thread.join()
            self._portal = None

    def start_portal(self) -> None:
        """The page of a Wi-Fi answers every address, as in a hotel."""
        portal = self._portal = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), _Portal)
        self._portal_thread = threading.Thread(target=portal.serve_forever, name="portal")
        self._portal_thread.start()

    def revoke_all(self) -> None:
        """The network withdraws every notebook."""
        for one in devices.all_devices(self.service):
            devices.revoke(self.service, str(one["device"]))


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
        self.workstation = Workstation(folder, clock, NoSecrets(), cost=CHEAP)
        self.workstation.account.create(PASSPHRASE)
        set_owner(
            self.workstation.notebook, organisation_id(), last_name=last_name, first_name=first_name, prefix=prefix
        )

    @property
    def sync(self) -> Any:
        """Their exchange."""
        return self.workstation.services.sync

    def close(self) -> None:
        """Leave."""
        self.workstation.leave()


def organisation_id() -> str:
    """The organisation of every laptop here."""
    return natural_id("organisation", ORGANISATION)
