"""What comes in, bounded and unpacked before anything reads it: sizes, gzip, rate of each address (pure ASGI)."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from app.sync.protocol import Code
from server.refusals import Refusal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ENVELOPE = 100_000
"""Bytes allowed above the limit of what a message carries."""
SILENCE = 30.0
"""Seconds without a byte of a body before the connection is given up."""
PATIENCE = 300.0
"""Seconds for a whole body: the largest one takes three minutes on a line of 50 kbit/s."""
ADDRESSES = 10_000
"""How many addresses are remembered for their rate."""


async def refuse(refusal: Refusal, send: Send) -> None:
    """Answer a refusal without reading further."""
    body = refusal.problem.model_dump_json().encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Bounded:
    """Reads a whole body within its limits, unpacks gzip (never beyond them), and hands it on in one piece.

    A body that comes too slowly is given up: whoever holds thousands of half-sent requests open holds nothing else.
    """

    def __init__(self, app: App, limit: int) -> None:
        self._app = app
        self._limit = limit + ENVELOPE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        try:
            body = await self._body(headers, receive)
        except Refusal as refusal:
            await refuse(refusal, send)
            return
        if body is None:  # the client left
            return
        left = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return left.pop() if left else await receive()

        kept = [pair for pair in scope["headers"] if pair[0] not in (b"content-encoding", b"content-length")]
        # In place: whoever stands before this reads there which route answered.
        scope["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
        await self._app(scope, again, send)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._limit:
            raise Refusal(Code.TOO_LARGE)
        packing = headers.get(b"content-encoding", b"identity").strip().lower()
        if packing not in (b"identity", b"gzip"):
            raise Refusal(Code.MALFORMED)
        unpacker = zlib.decompressobj(31) if packing == b"gzip" else None
        parts: list[bytes] = []
        size = arrived = 0
        until = time.monotonic() + PATIENCE
        while True:
            try:
                message = await asyncio.wait_for(receive(), min(SILENCE, max(0.0, until - time.monotonic())))
            except TimeoutError:
                raise Refusal(Code.TOO_LARGE) from None  # for this line: the client sends half as much
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            arrived += len(part)
            if arrived > self._limit:  # packed bytes that unpack to nothing are counted too
                raise Refusal(Code.TOO_LARGE)
            if unpacker is not None and part:
                try:
                    part = unpacker.decompress(part, self._limit - size + 1)
                except zlib.error:
                    raise Refusal(Code.MALFORMED) from None
                if unpacker.unconsumed_tail:
                    raise Refusal(Code.TOO_LARGE)
                if unpacker.unused_data:  # something after the end
                    raise Refusal(Code.MALFORMED)
            size += len(part)
            if size > self._limit:
                raise Refusal(Code.TOO_LARGE)
            parts.append(part)
            if not message.get("more_body", False):
                break
        if unpacker is not None and not unpacker.eof and size:
            raise Refusal(Code.MALFORMED)  # cut in the middle
        return b"".join(parts)


class Paced:
    """A bucket of requests for each address, in this worker; a proxy in front says the address (uvicorn's setting)."""

    def __init__(self, app: App, per_minute: int) -> None:
        self._app = app
        self._rate = per_minute / 60
        self._most = float(per_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client"):
            wait = self._wait(scope["client"][0], time.monotonic())
            if wait:
                await refuse(Refusal(Code.SLOW_DOWN, retry_after=wait), send)
                return
        await self._app(scope, receive, send)

    def _wait(self, address: str, now: float) -> int:
        """Seconds before the next request of this address; 0 when it may go on."""
        left, then = self._left.pop(address, (self._most, now))
        left = min(self._most, left + (now - then) * self._rate)
        allowed = left >= 1
        self._left[address] = (left - 1 if allowed else left, now)
        if len(self._left) > ADDRESSES:
            self._left.popitem(last=False)
        return 0 if allowed else int((1 - left) / self._rate) + 1
