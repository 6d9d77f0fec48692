"""A recorder on the wire: every byte between one notebook and the server, then read again as requests and answers."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import h11

from app.sync.protocol import PATH


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, unpacked. Names of headers are in small letters."""

    method: str
    target: str
    asked_headers: Mapping[str, str]
    asked: bytes
    status: int
    headers: Mapping[str, str]
    answer: bytes

    @property
    def call(self) -> str:
        """The name of the call: ``pull``, ``files``…"""
        return self.target.removeprefix(f"{PATH}/").partition("/")[0].partition("?")[0]

    @property
    def sent(self) -> Any:
        """The JSON sent, or ``None``."""
        return _json(self.asked)

    @property
    def received(self) -> Any:
        """The JSON received, or ``None``."""
        return _json(self.answer)

    def everything_received(self) -> str:
        """Head and body as one text, whatever the encoding of its JSON."""
        return f"{self.status} {dict(self.headers)} {_plain(self.answer)}"

    def everything_sent(self) -> str:
        """Line, head and body as one text."""
        return f"{self.method} {self.target} {dict(self.asked_headers)} {_plain(self.asked)}"


@dataclass
class _Connection:
    up: bytearray = field(default_factory=bytearray)
    down: bytearray = field(default_factory=bytearray)


class Recorder:
    """Listens on loopback for one notebook and hands everything on to the server at ``target``. ``close`` it."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._connections: list[_Connection] = []
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._start(self._listen)

    @property
    def address(self) -> str:
        """What the notebook is told."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def exchanges(self) -> list[Exchange]:
        """All that was asked and answered so far, in the order of the connections."""
        return [one for connection in list(self._connections) for one in _exchanges(connection)]

    def close(self) -> None:
        """Cut everything and wait for the threads."""
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open += [near, far]
            kept = _Connection()
            self._connections.append(kept)
            self._start(_copy, near, far, kept.up)
            self._start(_copy, far, near, kept.down)


def _copy(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            kept += data
            target.sendall(data)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def _exchanges(connection: _Connection) -> Iterator[Exchange]:
    """The bytes of one connection read by h11, in the server's place and in the client's."""
    ours, theirs = h11.Connection(h11.SERVER), h11.Connection(h11.CLIENT)
    ours.receive_data(bytes(connection.up))
    theirs.receive_data(bytes(connection.down))
    while True:
        request = ours.next_event()
        if not isinstance(request, h11.Request):
            return
        asked = _body(ours)
        theirs.send(h11.Request(method=request.method, target=request.target, headers=[(b"host", b"x")]))
        theirs.send(h11.EndOfMessage())
        answer = theirs.next_event()
        if not isinstance(answer, h11.Response):
            return  # cut before the answer
        received = _body(theirs)
        asked_headers, headers = _headers(request), _headers(answer)
        yield Exchange(
            request.method.decode(),
            request.target.decode(),
            asked_headers,
            _unpacked(asked, asked_headers),
            answer.status_code,
            headers,
            _unpacked(received, headers),
        )
        ours.send(h11.Response(status_code=200, headers=[(b"content-length", b"0")]))
        ours.send(h11.EndOfMessage())
        if ours.our_state is not h11.DONE or theirs.their_state is not h11.DONE:
            return
        ours.start_next_cycle()
        theirs.start_next_cycle()


def _body(connection: h11.Connection) -> bytes:
    parts = []
    while isinstance(event := connection.next_event(), h11.Data):
        parts.append(bytes(event.data))
    return b"".join(parts)


def _headers(message: h11.Request | h11.Response) -> dict[str, str]:
    return {name.decode(): value.decode("latin-1") for name, value in message.headers}


def _unpacked(body: bytes, headers: Mapping[str, str]) -> bytes:
    return gzip.decompress(body) if body and headers.get("content-encoding") == "gzip" else body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _plain(body: bytes) -> str:
    """A body as text; JSON with its characters as they are, so that no escape hides a word."""
    found = _json(body)
    return body.decode("latin-1") if found is None else json.dumps(found, ensure_ascii=False)
