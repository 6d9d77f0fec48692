"""A bad network between a notebook and the server: a TCP proxy that cuts, stalls, or answers with a page of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

Rule = Callable[[int], tuple[str, int]]
"""For connection number n: what happens (``pass``, ``cut up``, ``cut down``, ``stall``, ``portal``), after how many
bytes."""

_PAGE = b"<html>Bienvenue sur le Wi-Fi</html>"
_PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(_PAGE), _PAGE)


class Proxy:
    """Listens on loopback until ``close``; ``rule`` may be changed at any time."""

    def __init__(self, target: int) -> None:
        self.rule: Rule = lambda _: ("pass", 0)
        self.connections = 0
        self._target = target
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """What the notebook is told."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Cut everything."""
        self._listener.close()
        for one in self._open:
            one.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            what, after = self.rule(self.connections)
            self._open.append(near)
            threading.Thread(target=self._serve, args=(near, what, after), daemon=True).start()

    def _serve(self, near: socket.socket, what: str, after: int) -> None:
        if what == "portal":
            with contextlib.suppress(OSError):
                near.recv(65_536)
                near.sendall(_PORTAL)
            near.close()
            return
        if what == "stall":
            return  # the connection stays open, nobody ever answers
        try:
            far = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            near.close()
            return
        self._open.append(far)
        up = after if what == "cut up" else None
        down = after if what == "cut down" else None
        threading.Thread(target=_copy, args=(near, far, up), daemon=True).start()
        _copy(far, near, down)


def _copy(source: socket.socket, target: socket.socket, most: int | None) -> None:
    left = most
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            if left is not None:
                data = data[:left]
                left -= len(data)
            target.sendall(data)
            if left == 0:
                break
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
