"""A bad network between a notebook and the server: a TCP proxy that cuts, stalls, slows down, repeats, answers late, or
answers with a page of its own.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Rule = Callable[[int], tuple[str, int]]
"""For connection number n: what happens, and its measure.

``pass``; ``cut up``, ``cut down``: after that many bytes on the way up or down; ``stall``: nobody ever answers;
``portal``: a page in the server's place; ``slow``: that many bytes a second each way; ``distant``: that many
milliseconds later each way. Message by message: ``twice``: each is sent twice, the second answer comes back;
``unanswered once``: the server does what is asked, and the first answer is lost; ``late``: the answer comes that many
milliseconds later, whoever still listens.
"""

_PAGE = b"<html>Bienvenue sur le Wi-Fi</html>"
_PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(_PAGE), _PAGE)
_BY_MESSAGE = ("twice", "unanswered once", "late")
_TICK = 0.05


class Proxy:
    """Listens on loopback until ``close``; ``rule`` may be changed at any time."""

    def __init__(self, target: int) -> None:
        self.rule: Rule = lambda _: ("pass", 0)
        self.connections = 0
        self.requests: list[bytes] = []
        """Messages that went through one by one, in their order."""
        self._unanswered: set[bytes] = set()
        self._target = target
        self._open: list[socket.socket] = []
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """What the notebook is told."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Cut everything."""
        self._closed.set()
        self._listener.close()
        for one in self._open:
            one.close()

    def send_again(self) -> None:
        """Every message that went through one by one, the last one first; nobody waits for the answers."""
        for request in reversed(self.requests):
            self._exchange(request)

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            what, measure = self.rule(self.connections)
            self._open.append(near)
            threading.Thread(target=self._serve, args=(near, what, measure), daemon=True).start()

    def _serve(self, near: socket.socket, what: str, measure: int) -> None:
        if what == "portal":
            with contextlib.suppress(OSError):
                near.recv(65_536)
                near.sendall(_PORTAL)
            near.close()
            return
        if what == "stall":
            return  # the connection stays open, nobody ever answers
        if what in _BY_MESSAGE:
            with contextlib.suppress(OSError):
                self._by_message(near, what, measure)
            near.close()
            return
        try:
            far = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            near.close()
            return
        self._open.append(far)
        up, down = (self._way(what, measure, way) for way in ("up", "down"))
        threading.Thread(target=_copy, args=(near, far, up), daemon=True).start()
        _copy(far, near, down)

    def _way(self, what: str, measure: int, way: str) -> Callable[[bytes], Iterator[bytes]]:
        """What becomes of the bytes that come; a way that ends is cut."""
        left = measure

        def cut(data: bytes) -> Iterator[bytes]:
            nonlocal left
            data = data[:left]
            left -= len(data)
            yield data
            if left == 0:
                raise OSError("cut")

        def slow(data: bytes) -> Iterator[bytes]:
            piece = max(1, int(measure * _TICK))
            for start in range(0, len(data), piece):
                self._closed.wait(_TICK)
                yield data[start : start + piece]

        def distant(data: bytes) -> Iterator[bytes]:
            self._closed.wait(measure / 1000)
            yield data

        if what == f"cut {way}":
            return cut
        return {"slow": slow, "distant": distant}.get(what, lambda data: iter((data,)))

    def _by_message(self, near: socket.socket, what: str, measure: int) -> None:
        request = _read_request(near)
        if not request:
            return
        self.requests.append(request)
        answer = self._exchange(request)
        match what:
            case "twice":
                answer = self._exchange(request)
            case "late":
                self._closed.wait(measure / 1000)
            case "unanswered once":
                told = _told(request)
                if told not in self._unanswered:
                    self._unanswered.add(told)
                    return
        near.sendall(answer)

    def _exchange(self, request: bytes) -> bytes:
        """The server's whole answer to a message, on a connection of its own."""
        line, rest = request.split(b"\r\n", 1)
        with socket.create_connection(("127.0.0.1", self._target)) as far:
            far.sendall(line + b"\r\nConnection: close\r\n" + rest)
            return b"".join(iter(lambda: far.recv(65_536), b""))


def _read_request(near: socket.socket) -> bytes:
    """One message without its ``Connection`` line; empty when nobody speaks any more."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = near.recv(65_536)
        if not more:
            return b""
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
    length = next((int(one.split(b":")[1]) for one in lines if one.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += near.recv(65_536)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _told(request: bytes) -> bytes:
    """What a message asks, whoever asks it: a repetition has other tokens."""
    head, body = request.split(b"\r\n\r\n", 1)
    return head.split(b"\r\n", 1)[0] + body


def _copy(source: socket.socket, target: socket.socket, way: Callable[[bytes], Iterator[bytes]]) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            for piece in way(data):
                target.sendall(piece)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
